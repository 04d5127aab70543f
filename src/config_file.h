/* config_file.h: what all of config*.c share: the table of settings (config_settings.c), how a text becomes a value (config_value.c), how
 * one is refused (config_refuse.c), the command line (config_flags.c) and the file (config_file.c). Private to them. */
#ifndef QUERN_CONFIG_FILE_H
#define QUERN_CONFIG_FILE_H

#include "config.h"

enum config_kind {
    CONFIG_BOOL,
    CONFIG_U32,   /* number, with bounds */
    CONFIG_U64,
    CONFIG_TEXT,  /* char *, not empty */
    CONFIG_WORD,  /* char *, one of words */
    CONFIG_WORDS, /* char *, some of words with commas between */
    CONFIG_INDEX, /* enum: index in words */
    CONFIG_LIST,  /* char *[max], its uint32_t count at n_offset */
    CONFIG_ADDRESSES, /* the same, of ADDRESS:PORT */
    CONFIG_HOSTS,     /* the same, of host names */
    CONFIG_NETWORKS,  /* the same, of networks */
    CONFIG_ROUTES,
    CONFIG_TYPES,
    CONFIG_ACCESS,
    CONFIG_OAUTH,
    CONFIG_TLS,
    CONFIG_RULES,
    CONFIG_RATE_LIMITS,
    CONFIG_CORS,
};

struct config_setting {
    const char *flag, *key; /* NULL: there is none */
    enum config_kind kind;
    size_t offset, n_offset; /* in struct config, or the struct of an object's own */
    uint64_t min, max;       /* of numbers, or elements of a list; inclusive */
    const char *const *words;
    const char *later; /* word that is known but not built yet */
    bool live;         /* takes effect when the file is read again; others need a restart */
    size_t digest_offset; /* of values that are objects: their digest, to see a change */
    const char *form;  /* completes "must be …"; NULL for numbers */
};

#define CONFIG_SETTINGS 61
extern const struct config_setting config_settings[]; /* CONFIG_SETTINGS of them */

/* Where we read, and where the sentence goes. */
struct config_why {
    char *text;
    size_t room;
    const char *file; /* NULL: the command line */
    unsigned line;
    char subject[64]; /* "--shards", "key 'shards'" */
};

/* Writes the sentence, behind file and line if there are any. Returns -EINVAL. */
int config_refuse(struct config_why *why, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* "SUBJECT must be FORM, not FOUND". */
int config_refuse_value(struct config_why *why, const struct config_setting *s, const char *found);
/* config_check.c: what its values must be together. 0 or -EINVAL with a sentence. */
int config_check(const struct config *c, struct config_why *why);
/* s in quotes, cut, for a message. */
#define CONFIG_QUOTE_BYTES 96
const char *config_quote(struct slice s, char out[CONFIG_QUOTE_BYTES]);

/* Checks the text, then sets the value (of a list: appends). Not for bools, routes, types. 0 or
 * -EINVAL. */
int config_set(void *c, const struct config_setting *s, struct slice text,
               struct config_why *why);
void config_clear_list(void *c, const struct config_setting *s);
/* char *[max] with a count. */
static inline bool config_is_list(const struct config_setting *s)
{
    return s->kind == CONFIG_LIST || s->kind == CONFIG_ADDRESSES || s->kind == CONFIG_HOSTS || s->kind == CONFIG_NETWORKS;
}
static inline void *config_field(void *of, const struct config_setting *s)
{
    return (char *)of + s->offset;
}
/* Frees the texts and lists of an object with such settings. */
void config_object_free(void *of, const struct config_setting *settings, int n);
/* config_rules.c */
void config_rules_free(struct config *c);
/* The one of n names that was probably meant, or NULL. */
const char *config_nearest(struct slice name, const char *const *names, size_t n);

/* Reads the command line over *c. 0 or -EINVAL; then *c is still for config_free. */
int config_flags_read(int argc, char **argv, struct config *c, struct config_why *why);
/* Reads c->file over *c. 0 or -EINVAL; then *c is still for config_free. */
int config_file_read(struct config *c, struct config_why *why);

#endif
