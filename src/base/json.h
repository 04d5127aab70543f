/* json.h: strict JSON. Reading works on the text itself: members are located as slices of the bytes received, so that a
 * client's values are given back as they came, without a trip through doubles (RFC 8259). Writing appends to a json_out.
 * Trees (cJSON) are only for documents of our own that are built at start; that is in the .c files that build them.
 * One thread per struct. */
#ifndef QUERN_BASE_JSON_H
#define QUERN_BASE_JSON_H

#include "slice.h"

#define JSON_DEPTH_MAX 64

enum json_kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

enum json_error {
    JSON_OK,
    JSON_SYNTAX,    /* not JSON */
    JSON_TRAILING,  /* bytes after the value */
    JSON_DEPTH,     /* nested deeper than JSON_DEPTH_MAX */
    JSON_DUPLICATE, /* a member name stands twice in one object */
    JSON_UTF8,      /* not UTF-8, or a lone surrogate escape */
    JSON_CUT,       /* ends too early */
    JSON_TOO_MANY,  /* more than JSON_MEMBERS_MAX members in one object, or 100,000 values in all */
};
#define JSON_MEMBERS_MAX 1024
#define JSON_VALUES_MAX 100000

struct json_value {
    enum json_kind kind;
    struct slice text; /* the value's own bytes: strings with their quotes */
};

/* Checks that all of text is one JSON value and locates it (surrounding blanks cut). On failure *at is the byte offset of the
 * mistake. Work and stack are bounded; no memory is allocated. Duplicate names are found in all objects, compared after
 * unescaping. Linear but for objects with many members, where it is n log n or a small hash set, never quadratic. */
enum json_error json_check(struct slice text, struct json_value *out, size_t *at);
const char *json_error_text(enum json_error e); /* "invalid JSON", … for people */

/* Walks a checked object or array: cursor starts at 0; true while there is a member (or element).
 *     for (size_t i = 0; json_next(object, &i, &name, &value);) …   name is the text between the quotes, still escaped;
 * for arrays name is empty. */
bool json_next(struct json_value container, size_t *cursor, struct slice *name, struct json_value *value);
/* A member of a checked object by its plain name. */
bool json_member(struct json_value object, struct slice name, struct json_value *value);
/* True if the (still escaped) member name means plain. */
bool json_name_is(struct slice escaped, struct slice plain);

/* The text of a checked string value, unescaped, into out (room bytes). Returns the length, or -ENOSPC. Never longer than
 * the escaped form. */
long json_unescape(struct json_value string, char *out, size_t room);
/* When the string has no escapes its text can be used in place: true and *out. */
bool json_plain(struct json_value string, struct slice *out);
/* The text of a member that is such a string; false: it is not there, or is none. */
bool json_member_text(struct json_value object, const char *name, struct slice *out);
/* A number that is an integer in plain notation (also 3.0 and 1e3 forms are refused). False when it is not or overflows. */
bool json_to_i64(struct json_value number, int64_t *out);
bool json_to_double(struct json_value number, double *out);

/* Line number (from 1) of a byte offset: for messages about files. */
unsigned json_line(struct slice text, size_t at);
/* Blanks out // and block comments in place, outside strings, keeping line breaks. 0, or -EINVAL with *at when a block
 * comment does not end. */
int json_blank_comments(char *text, size_t len, size_t *at);

/* Writes into memory of the caller's; when it is full, overflow is set and nothing more is added. */
struct json_out {
    char *p;
    size_t len, room;
    bool overflow;
    bool comma; /* a comma is due before the next item */
};
void json_out_init(struct json_out *o, char *p, size_t room);
void json_open(struct json_out *o, char bracket);  /* '{' or '[' */
void json_close(struct json_out *o, char bracket); /* '}' or ']' */
void json_key(struct json_out *o, const char *name);
void json_str(struct json_out *o, struct slice s); /* escapes; bytes that are not UTF-8 become U+FFFD */
/* The same of what needs no escape (asserted in slow builds): most of what is ours. */
void json_plain_key(struct json_out *o, struct slice name);
void json_plain_str(struct json_out *o, struct slice s);
/* The inside of a JSON string: as many characters of s as fit escaped into out (room bytes), none of them in part. Returns
 * the bytes written; *n_read: the bytes of s that they stand for. */
size_t json_escape(struct slice s, char *out, size_t room, size_t *n_read);
void json_u64(struct json_out *o, uint64_t n);
void json_i64(struct json_out *o, int64_t n);
void json_double(struct json_out *o, double x); /* shortest form that reads back the same; NaN and infinities become null */
void json_bool(struct json_out *o, bool b);
void json_null(struct json_out *o);
void json_raw(struct json_out *o, struct slice text); /* a value that is JSON already */

#endif
