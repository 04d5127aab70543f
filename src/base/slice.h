/* slice.h: borrowed bytes. A slice never owns what it points to and is not NUL-terminated. Any thread. */
#ifndef QUERN_BASE_SLICE_H
#define QUERN_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
    const char *p;
    size_t len;
};

/* A slice over a string literal, usable in constant initialisers. */
#define SLICE(literal) ((struct slice){"" literal, sizeof(literal) - 1})
#define SLICE_INIT(literal) {"" literal, sizeof(literal) - 1}
/* For printf("%.*s", SLICE_ARG(s)). */
#define SLICE_ARG(s) (int)(s).len, (s).p

static inline struct slice slice_make(const void *p, size_t len)
{
    return (struct slice){p, len};
}

static inline struct slice slice_str(const char *text)
{
    return (struct slice){text, text ? strlen(text) : 0};
}

static inline bool slice_eq(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

static inline char slice_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c; /* ASCII only: RFC 9110 §5.1 */
}

static inline bool slice_eq_nocase(struct slice a, struct slice b)
{
    if (a.len != b.len) return false;
    for (size_t i = 0; i < a.len; i++)
        if (a.p[i] != b.p[i] && slice_lower(a.p[i]) != slice_lower(b.p[i])) return false;
    return true;
}

static inline bool slice_starts(struct slice s, struct slice prefix)
{
    return s.len >= prefix.len && memcmp(s.p, prefix.p, prefix.len) == 0;
}

static inline struct slice slice_from(struct slice s, size_t start)
{
    return start >= s.len ? (struct slice){s.p + s.len, 0} : (struct slice){s.p + start, s.len - start};
}

/* Without SP and HTAB at both ends (OWS, RFC 9110 §5.6.3). */
static inline struct slice slice_trim(struct slice s)
{
    while (s.len && (s.p[0] == ' ' || s.p[0] == '\t')) s.p++, s.len--;
    while (s.len && (s.p[s.len - 1] == ' ' || s.p[s.len - 1] == '\t')) s.len--;
    return s;
}

/* Cuts *rest at the first sep: returns what stands before it and moves *rest behind it. *rest becomes {NULL, 0} when the
 * last piece has been taken, so `while (rest.p) piece = slice_cut(&rest, ',');` sees every piece, empty ones too. */
static inline struct slice slice_cut(struct slice *rest, char sep)
{
    const char *at = rest->len ? memchr(rest->p, sep, rest->len) : NULL;
    struct slice piece = *rest;
    if (!at) {
        *rest = (struct slice){NULL, 0};
        return piece;
    }
    piece.len = (size_t)(at - rest->p);
    *rest = (struct slice){at + 1, rest->len - piece.len - 1};
    return piece;
}

/* Decimal digits only, no sign, no blanks. False on anything else and on overflow; *out is set only on success. */
static inline bool slice_to_u64(struct slice s, uint64_t *out)
{
    uint64_t n = 0;
    if (s.len == 0 || s.len > 20) return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
        uint64_t digit = (uint64_t)(s.p[i] - '0');
        if (n > (UINT64_MAX - digit) / 10) return false;
        n = n * 10 + digit;
    }
    *out = n;
    return true;
}

#endif
