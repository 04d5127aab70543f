/* structured.c: see structured.h. Functions called cut_ take what they name off the front of the text; false: it does not stand there. */
#include "base/structured.h"

#include "base/base64.h"
#include "base/token.h"
#include "base/utf8.h"

#include <errno.h>

/* ---- characters ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_alpha(char c)
{
    return is_lower(slice_lower(c));
}

static bool is_key_char(char c)
{
    return is_lower(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '*';
}

/* tchar of RFC 9110 §5.6.2, ":" and "/". */
static bool is_token_char(char c)
{
    return token_byte(c) || c == ':' || c == '/';
}

static char first(struct slice s)
{
    return s.len ? s.p[0] : '\0';
}

static bool cut_char(struct slice *s, char c)
{
    if (s->len == 0 || s->p[0] != c) return false;
    *s = slice_from(*s, 1);
    return true;
}

static void cut_blanks(struct slice *s)
{
    while (cut_char(s, ' ')) continue;
}

static void cut_ows(struct slice *s)
{
    while (cut_char(s, ' ') || cut_char(s, '\t')) continue;
}

static struct slice between(const char *from, struct slice rest)
{
    return slice_make(from, (size_t)(rest.p - from));
}

/* ---- bare items, §4.2.3.1 ---- */

#define INTEGER_DIGITS 15
#define DECIMAL_DIGITS 12

static bool cut_digits(struct slice *s, unsigned most, int64_t *number, unsigned *n)
{
    unsigned i = 0;
    for (; i < s->len && is_digit(s->p[i]); i++) {
        if (i == most) return false;
        *number = *number * 10 + (s->p[i] - '0');
    }
    *s = slice_make(s->p + i, s->len - i);
    *n = i;
    return i > 0;
}

static bool cut_fraction(struct slice *s, unsigned whole_digits, struct sf_value *v)
{
    unsigned n;
    if (whole_digits > DECIMAL_DIGITS || !cut_digits(s, 3, &v->number, &n)) return false;
    for (; n < 3; n++) v->number *= 10;
    v->kind = SF_DECIMAL;
    return true;
}

static bool cut_number(struct slice *s, struct sf_value *v)
{
    bool is_negative = cut_char(s, '-');
    unsigned n;
    v->kind = SF_INTEGER;
    if (!cut_digits(s, INTEGER_DIGITS, &v->number, &n)) return false;
    if (cut_char(s, '.') && !cut_fraction(s, n, v)) return false;
    if (is_negative) v->number = -v->number;
    return true;
}

static bool cut_date(struct slice *s, struct sf_value *v)
{
    if (!cut_number(s, v) || v->kind != SF_INTEGER) return false;
    v->kind = SF_DATE;
    return true;
}

static bool cut_string(struct slice *s, struct sf_value *v)
{
    const char *p = s->p, *end = s->p + s->len;
    v->kind = SF_STRING;
    for (; p < end && *p != '"'; p++) {
        if (*p < ' ' || *p > '~') return false;
        if (*p != '\\') continue;
        p++;
        if (p == end || (*p != '"' && *p != '\\')) return false;
    }
    if (p == end) return false;
    v->text = slice_make(s->p, (size_t)(p - s->p));
    *s = slice_make(p + 1, (size_t)(end - p - 1));
    return true;
}

static bool cut_token(struct slice *s, struct sf_value *v)
{
    const char *from = s->p;
    v->kind = SF_TOKEN;
    while (s->len && is_token_char(s->p[0])) *s = slice_from(*s, 1);
    v->text = between(from, *s);
    return true;
}

static bool cut_bytes(struct slice *s, struct sf_value *v)
{
    const char *end = s->len ? memchr(s->p, ':', s->len) : NULL;
    v->kind = SF_BYTES;
    if (!end) return false;
    v->text = slice_make(s->p, (size_t)(end - s->p));
    *s = slice_from(*s, v->text.len + 1);
    return base64_decode(v->text, NULL, 0) >= 0;
}

static bool cut_boolean(struct slice *s, struct sf_value *v)
{
    v->kind = SF_BOOLEAN;
    v->is_true = first(*s) == '1';
    return cut_char(s, '0') || cut_char(s, '1');
}

static int lower_hex(char c)
{
    return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One byte of a display string, which stands for itself or is two hexadecimal digits behind a percent sign. -1: neither. */
static int cut_display_byte(struct slice *s)
{
    char c = first(*s);
    if (c < ' ' || c > '~') return -1;
    *s = slice_from(*s, 1);
    if (c != '%') return c;
    if (s->len < 2 || lower_hex(s->p[0]) < 0 || lower_hex(s->p[1]) < 0) return -1;
    int byte = lower_hex(s->p[0]) << 4 | lower_hex(s->p[1]);
    *s = slice_from(*s, 2);
    return byte;
}

/* Whole characters of UTF-8. */
static bool cut_display_char(struct slice *s)
{
    char character[4];
    for (size_t n = 0; n < sizeof character;) {
        int byte = cut_display_byte(s);
        if (byte < 0) return false;
        character[n++] = (char)byte;
        if (utf8_length(character, character + n) > 0) return true;
    }
    return false;
}

static bool cut_display(struct slice *s, struct sf_value *v)
{
    const char *from = s->p + 1;
    v->kind = SF_DISPLAY;
    if (!cut_char(s, '"')) return false;
    while (first(*s) != '"')
        if (!cut_display_char(s)) return false;
    v->text = between(from, *s);
    return cut_char(s, '"');
}

static bool cut_bare(struct slice *s, struct sf_value *v)
{
    char c = first(*s);
    *v = (struct sf_value){0};
    if (c == '-' || is_digit(c)) return cut_number(s, v);
    if (c == '*' || is_alpha(c)) return cut_token(s, v);
    if (!s->len) return false;
    *s = slice_from(*s, 1);
    switch (c) {
    case '"': return cut_string(s, v);
    case ':': return cut_bytes(s, v);
    case '?': return cut_boolean(s, v);
    case '@': return cut_date(s, v);
    case '%': return cut_display(s, v);
    default: return false;
    }
}

/* ---- parameters, items, inner lists ---- */

static bool cut_key(struct slice *s, struct slice *key)
{
    size_t n = 0;
    if (!is_lower(first(*s)) && first(*s) != '*') return false;
    while (n < s->len && is_key_char(s->p[n])) n++;
    *key = slice_make(s->p, n);
    *s = slice_make(s->p + n, s->len - n);
    return true;
}

/* Behind its key: "=value", or nothing, which means true. */
static bool cut_assigned(struct slice *s, struct sf_value *v)
{
    if (cut_char(s, '=')) return cut_bare(s, v);
    *v = (struct sf_value){.kind = SF_BOOLEAN, .is_true = true};
    return true;
}

static bool cut_param(struct slice *s, struct slice *key, struct sf_value *v)
{
    cut_blanks(s);
    return cut_key(s, key) && cut_assigned(s, v);
}

static bool cut_params(struct slice *s, struct slice *params)
{
    const char *from = s->p;
    struct slice key;
    struct sf_value v;
    while (cut_char(s, ';'))
        if (!cut_param(s, &key, &v)) return false;
    *params = between(from, *s);
    return true;
}

static bool cut_item(struct slice *s, struct sf_member *m)
{
    const char *from = s->p;
    m->key = SLICE("");
    if (!cut_bare(s, &m->value) || !cut_params(s, &m->params)) return false;
    m->text = between(from, *s);
    return true;
}

/* Behind "(". */
static bool cut_inner(struct slice *s, struct sf_value *v)
{
    const char *from = s->p;
    struct sf_member item;
    *v = (struct sf_value){.kind = SF_INNER};
    for (;;) {
        cut_blanks(s);
        v->text = between(from, *s);
        if (cut_char(s, ')')) return true;
        if (!cut_item(s, &item) || (first(*s) != ' ' && first(*s) != ')')) return false;
    }
}

static bool cut_member(struct slice *s, struct sf_member *m)
{
    const char *from = s->p;
    m->key = SLICE("");
    if (!cut_char(s, '(')) return cut_item(s, m);
    if (!cut_inner(s, &m->value) || !cut_params(s, &m->params)) return false;
    m->text = between(from, *s);
    return true;
}

static bool cut_named(struct slice *s, struct sf_member *m)
{
    struct slice key;
    const char *from;
    if (!cut_key(s, &key)) return false;
    if (cut_char(s, '=')) {
        if (!cut_member(s, m)) return false;
    } else {
        from = s->p;
        m->value = (struct sf_value){.kind = SF_BOOLEAN, .is_true = true};
        if (!cut_params(s, &m->params)) return false;
        m->text = between(from, *s);
    }
    m->key = key;
    return true;
}

/* ---- fields ---- */

bool sf_item(struct slice text, struct sf_member *out)
{
    cut_blanks(&text);
    if (!cut_item(&text, out)) return false;
    cut_blanks(&text);
    return text.len == 0;
}

/* Between members: a comma with blanks around it, and something behind it. */
static enum sf_step step(struct sf_walk *w)
{
    struct slice *s = &w->rest;
    if (!w->is_begun) {
        w->is_begun = true;
        cut_blanks(s);
        return s->len ? SF_MEMBER : SF_END;
    }
    struct slice behind = *s;
    cut_blanks(&behind);
    if (behind.len == 0) return SF_END;
    cut_ows(s);
    if (!cut_char(s, ',')) return SF_BAD;
    cut_ows(s);
    return s->len ? SF_MEMBER : SF_BAD;
}

enum sf_step sf_list_next(struct sf_walk *w, struct sf_member *out)
{
    enum sf_step next = step(w);
    return next != SF_MEMBER || cut_member(&w->rest, out) ? next : SF_BAD;
}

enum sf_step sf_dictionary_next(struct sf_walk *w, struct sf_member *out)
{
    enum sf_step next = step(w);
    return next != SF_MEMBER || cut_named(&w->rest, out) ? next : SF_BAD;
}

bool sf_inner_next(struct slice *inner, struct sf_member *out)
{
    cut_blanks(inner);
    return inner->len && cut_item(inner, out);
}

bool sf_param_next(struct slice *params, struct slice *key, struct sf_value *value)
{
    return cut_char(params, ';') && cut_param(params, key, value);
}

/* ---- strings ---- */

long sf_string(const struct sf_value *value, char *out, size_t room)
{
    size_t n = 0;
    for (size_t i = 0; i < value->text.len; i++) {
        if (value->text.p[i] == '\\') i++;
        if (n == room) return -ENOSPC;
        out[n++] = value->text.p[i];
    }
    return (long)n;
}

bool sf_string_is(const struct sf_value *value, struct slice text)
{
    size_t n = 0;
    if (value->kind != SF_STRING) return false;
    for (size_t i = 0; i < value->text.len; i++, n++) {
        if (value->text.p[i] == '\\') i++;
        if (n == text.len || value->text.p[i] != text.p[n]) return false;
    }
    return n == text.len;
}
