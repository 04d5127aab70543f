/* structured.h: Structured Field Values (RFC 9651), read strictly and without memory: everything is a slice of the field's text, and a
 * walk has checked what it hands out, with all that is inside. Pure functions; any thread.
 *
 * A field of several lines is one text, joined with ", ". Of a dictionary's members, and of parameters, with the same key the RFC has
 * the last one count: a walk shows all of them, whoever looks for one decides. */
#ifndef QUERN_BASE_STRUCTURED_H
#define QUERN_BASE_STRUCTURED_H

#include "base/slice.h"

enum sf_kind { SF_INTEGER, SF_DECIMAL, SF_STRING, SF_TOKEN, SF_BYTES, SF_BOOLEAN, SF_DATE, SF_DISPLAY, SF_INNER };

struct sf_value {
    uint8_t kind;      /* enum sf_kind */
    bool is_true;      /* BOOLEAN */
    bool is_loose;     /* as a member's */
    int64_t number;    /* INTEGER; DATE: seconds since 1970; DECIMAL: thousandths */
    struct slice text; /* STRING: between the quotes, still escaped; TOKEN; BYTES: base64, between the colons; DISPLAY: between the
                          quotes, percent-encoded; INNER: between the parentheses */
};
/* An item or an inner list with its parameters. */
struct sf_member {
    struct slice key; /* in a dictionary */
    struct sf_value value;
    struct slice params; /* "" or ";a=1;b": for sf_param_next */
    struct slice text;   /* value and parameters as they stand there */
    bool is_loose;       /* which is not the one form that RFC 9651 §4.1 has for them; whether keys are there twice is not looked at, nor whether
                            a dictionary could do without "=?1" */
};

/* The whole text is one item (RFC 9651 §4.2). */
bool sf_item(struct slice text, struct sf_member *out);

enum sf_step { SF_MEMBER, SF_END, SF_BAD };
struct sf_walk {
    struct slice rest;
    bool is_begun;
};
static inline struct sf_walk sf_begin(struct slice text)
{
    return (struct sf_walk){text, false};
}
/* The next member of a list or a dictionary. After SF_BAD the whole field is to be ignored: §4.2, "parsing fails". */
enum sf_step sf_list_next(struct sf_walk *w, struct sf_member *out);
enum sf_step sf_dictionary_next(struct sf_walk *w, struct sf_member *out);
/* The same, and tells in passing what it meets: the items of an inner list, and the member's own parameters. All of that counts only if
 * SF_MEMBER comes back. */
struct sf_visitor {
    void (*on_item)(void *arg, const struct sf_member *item);
    void (*on_param)(void *arg, struct slice key, const struct sf_value *value);
    void *arg;
};
enum sf_step sf_dictionary_visit(struct sf_walk *w, struct sf_member *out, const struct sf_visitor *to);
/* Of an inner list that a walk has handed out: cannot go bad. False: the end. */
bool sf_inner_next(struct slice *inner, struct sf_member *out);
/* The same for parameters. A bare key is a true boolean. */
bool sf_param_next(struct slice *params, struct slice *key, struct sf_value *value);

/* ---- structured_write.c: the one canonical form (RFC 9651 §4.1) ---- */

#define SF_PARAMS_MAX 256 /* of one item that is written: as many as everybody has to read (RFC 9651 §3.1.2) */
/* Value and parameters; of parameters with the same key the last one's value stands at the first one's place. Returns the length,
 * or -ENOSPC, also for too many parameters. */
long sf_write_member(const struct sf_member *m, char *out, size_t room);

#endif
