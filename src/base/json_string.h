/* json_string.h: what checking and reading share. Private to json*.c. Any thread. */
#ifndef QUERN_BASE_JSON_STRING_H
#define QUERN_BASE_JSON_STRING_H

#include "json.h"
#include "utf8.h"

static inline bool json_is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static inline bool json_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline int json_hex_value(char c)
{
    if (json_is_digit(c)) return c - '0';
    c = slice_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static inline bool json_is_high_surrogate(uint32_t unit)
{
    return unit >= 0xd800 && unit < 0xdc00;
}

static inline enum json_kind json_kind_of(char first)
{
    switch (first) {
    case '{': return JSON_OBJECT;
    case '[': return JSON_ARRAY;
    case '"': return JSON_STRING;
    case 't': return JSON_TRUE;
    case 'f': return JSON_FALSE;
    case 'n': return JSON_NULL;
    default: return JSON_NUMBER;
    }
}

/* A byte that stands for itself in a string: ASCII, neither a control character nor a quote nor a backslash. */
static inline bool json_is_plain(char c)
{
    return (uint8_t)c >= 0x20 && (uint8_t)c < 0x80 && c != '"' && c != '\\';
}

/* Whether all of eight bytes are plain: no high bit, none below a blank, no quote, no backslash. A byte that is zero borrows when one is
 * taken from it; a borrow can only come from a byte that is not plain either. */
static inline bool json_are_plain(const char *p)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;
    uint64_t x;
    memcpy(&x, p, sizeof x);
    uint64_t quote = x ^ ones * '"', backslash = x ^ ones * '\\';
    return ((x | (x - ones * ' ') | (quote - ones) | (backslash - ones)) & highs) == 0;
}

/* How many of n bytes are plain before the first that is not. */
static inline size_t json_plain_run(const char *p, size_t n)
{
    size_t run = 0;
    while (n - run >= 8 && json_are_plain(p + run)) run += 8;
    while (run < n && json_is_plain(p[run])) run++;
    return run;
}

/* What follows is for checked text only. */

/* Behind the string whose opening quote is at p; text_end: of the text that it stands in. A quote ends it unless the backslashes before
 * it are odd in number. */
static inline const char *json_string_end(const char *p, const char *text_end)
{
    const char *start = p + 1, *end = start;
    for (;; end++) {
        const char *back;
        end = memchr(end, '"', (size_t)(text_end - end));
        for (back = end; back > start && back[-1] == '\\';) back--;
        if ((end - back) % 2 == 0) return end + 1;
    }
}

struct json_unescape_state {
    const char *p, *end;
    char ready[4]; /* bytes of an escape that are not yet given out */
    int n_ready, at;
};

static inline struct json_unescape_state json_unescape_start(struct slice escaped)
{
    return (struct json_unescape_state){.p = escaped.p, .end = escaped.p + escaped.len};
}

static inline uint32_t json_hex_unit(const char *p)
{
    uint32_t unit = 0;
    for (int i = 0; i < 4; i++) unit = unit << 4 | (uint32_t)json_hex_value(p[i]);
    return unit;
}

/* p stands behind "\u". */
static inline void json_decode_unit(struct json_unescape_state *u)
{
    uint32_t point = json_hex_unit(u->p);
    u->p += 4;
    if (json_is_high_surrogate(point)) {
        point = 0x10000 + ((point - 0xd800) << 10) + (json_hex_unit(u->p + 2) - 0xdc00);
        u->p += 6;
    }
    u->n_ready = utf8_put(point, u->ready);
    u->at = 0;
}

static inline int json_decode_escape(struct json_unescape_state *u)
{
    char c = u->p[1];
    u->p += 2;
    switch (c) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'u': json_decode_unit(u); return (uint8_t)u->ready[u->at++];
    default: return c; /* quote, backslash, slash */
    }
}

/* The next byte, 0 to 255; -1 at the end. */
static inline int json_unescape_next(struct json_unescape_state *u)
{
    if (u->at < u->n_ready) return (uint8_t)u->ready[u->at++];
    if (u->p == u->end) return -1;
    return *u->p == '\\' ? json_decode_escape(u) : (uint8_t)*u->p++;
}

#endif
