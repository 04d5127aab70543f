/* config_reader.h: what the readers of the file share: where in the file they are, and how a value is read or refused. Private
 * to config*.c. */
#ifndef QUERN_CONFIG_READER_H
#define QUERN_CONFIG_READER_H

#include "base/json.h"
#include "config_file.h"

struct config_reader {
    struct config *c;
    struct config_why *why;
    struct slice text; /* the whole file, comments blanked */
};

/* p: where in the text; its line goes into the next sentence. */
void config_look_at(struct config_reader *r, const char *p);
void config_set_subject(struct config_why *why, const char *key);
/* What stands there, for a message about what should. */
const char *config_describe(struct json_value value, char out[CONFIG_QUOTE_BYTES]);
/* A string's text on the heap, for the caller to free. */
int config_take_text(struct config_reader *r, struct json_value string, char **out);
/* config_words.c: "a" or ["a", "b"]: "a,b" on the heap, for the caller to free; *out must be NULL before. Words have no commas, quotes or
 * blanks. 0 or -EINVAL. */
int config_take_words(struct config_reader *r, struct json_value value, char **out);
/* It is of another kind than the setting's. */
int config_refuse_kind(struct config_reader *r, const struct config_setting *s, struct json_value value);
/* "unknown key 'x'; did you mean 'y'?" */
int config_refuse_key(struct config_reader *r, struct slice name, const char *const *keys, size_t n);
/* All characters between from and ~. */
bool config_is_printable(const char *text, char from);

/* Reads an object's members by a table of settings, none of which is an object again; offsets count from into. Unknown keys are
 * refused. 0 or -EINVAL; then into is still for config_object_free(). */
#define CONFIG_OBJECT_KEYS_MAX 16
int config_object_read(struct config_reader *r, void *into, const struct config_setting *settings, int n, struct json_value object);
/* config_routes.c: the value of "routes". */
int config_routes_read(struct config_reader *r, const struct config_setting *s, struct json_value value);
/* config_rules.c: the values of "rules", "rate_limits", "cors". */
int config_rules_read(struct config_reader *r, const struct config_setting *s, struct json_value value);
/* config_oauth.c: the value of "oauth". */
int config_oauth_read(struct config_reader *r, const struct config_setting *s, struct json_value value);
/* config_tls.c: the value of "tls". */
int config_tls_read(struct config_reader *r, const struct config_setting *s, struct json_value value);
/* config_auth.c: the value of "access". */
int config_access_read(struct config_reader *r, const struct config_setting *s, struct json_value value);
/* config_types.c: the value of "types". */
int config_types_read(struct config_reader *r, const struct config_setting *s, struct json_value value);

#endif
