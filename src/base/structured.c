/* structured.c: see structured.h. Functions called cut_ take what they name off the front of the text; false: it does not stand there. */
#include "base/structured.h"

#include "base/base64.h"
#include "base/utf8.h"

/* ---- characters ---- */

enum { DIGIT = 0x01, LOWER = 0x02, KEY = 0x04, TOKEN = 0x08 /* tchar of RFC 9110 §5.6.2, ":" and "/" */, PLAIN = 0x10 /* of a string */ };

/* From the blank on, 16 in a row. */
static const uint8_t classes[256] = {
    [0x20] = 0x10, 0x18, 0x00, 0x18, 0x18, 0x18, 0x18, 0x18, 0x10, 0x10, 0x1c, 0x18, 0x10, 0x1c, 0x1c, 0x18,
    [0x30] = 0x1d, 0x1d, 0x1d, 0x1d, 0x1d, 0x1d, 0x1d, 0x1d, 0x1d, 0x1d, 0x18, 0x10, 0x10, 0x10, 0x10, 0x10,
    [0x40] = 0x10, 0x18, 0x18, 0x18, 0x18, 0x18, 0x18, 0x18, 0x18, 0x18, 0x18, 0x18, 0x18, 0x18, 0x18, 0x18,
    [0x50] = 0x18, 0x18, 0x18, 0x18, 0x18, 0x18, 0x18, 0x18, 0x18, 0x18, 0x18, 0x10, 0x00, 0x10, 0x18, 0x1c,
    [0x60] = 0x18, 0x1e, 0x1e, 0x1e, 0x1e, 0x1e, 0x1e, 0x1e, 0x1e, 0x1e, 0x1e, 0x1e, 0x1e, 0x1e, 0x1e, 0x1e,
    [0x70] = 0x1e, 0x1e, 0x1e, 0x1e, 0x1e, 0x1e, 0x1e, 0x1e, 0x1e, 0x1e, 0x1e, 0x10, 0x18, 0x10, 0x18, 0x00,
};

static inline bool is(uint8_t class, char c)
{
    return classes[(uint8_t)c] & class;
}

/* How many of the characters in front are of that class. */
static inline size_t span(uint8_t class, struct slice s)
{
    size_t n = 0;
    while (n < s.len && is(class, s.p[n])) n++;
    return n;
}

static inline void skip(struct slice *s, size_t n)
{
    *s = slice_make(s->p + n, s->len - n);
}

static char first(struct slice s)
{
    return s.len ? s.p[0] : '\0';
}

static bool cut_char(struct slice *s, char c)
{
    if (s->len == 0 || s->p[0] != c) return false;
    skip(s, 1);
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
    const char *p = s->p;
    size_t digits = span(DIGIT, *s);
    int64_t sum = *number;
    if (digits == 0 || digits > most) return false;
    for (size_t i = 0; i < digits; i++) sum = sum * 10 + (p[i] - '0');
    *number = sum;
    *n = (unsigned)digits;
    skip(s, digits);
    return true;
}

static bool cut_fraction(struct slice *s, unsigned whole_digits, struct sf_value *v)
{
    unsigned n;
    if (whole_digits > DECIMAL_DIGITS || !cut_digits(s, 3, &v->number, &n)) return false;
    v->is_loose |= n > 1 && v->number % 10 == 0;
    for (; n < 3; n++) v->number *= 10;
    v->kind = SF_DECIMAL;
    return true;
}

static bool cut_number(struct slice *s, struct sf_value *v)
{
    bool is_negative = cut_char(s, '-');
    bool has_zero = first(*s) == '0';
    unsigned n;
    v->kind = SF_INTEGER;
    if (!cut_digits(s, INTEGER_DIGITS, &v->number, &n)) return false;
    v->is_loose = has_zero && n > 1;
    if (cut_char(s, '.') && !cut_fraction(s, n, v)) return false;
    v->is_loose |= is_negative && v->number == 0;
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
    for (;;) {
        while (p < end && is(PLAIN, *p)) p++;
        if (p == end) return false;
        if (*p == '"') break;
        if (*p != '\\' || p + 1 == end || (p[1] != '"' && p[1] != '\\')) return false;
        p += 2;
    }
    v->text = between(s->p, slice_make(p, 0));
    skip(s, v->text.len + 1);
    return true;
}

static bool cut_token(struct slice *s, struct sf_value *v)
{
    v->kind = SF_TOKEN;
    v->text = slice_make(s->p, span(TOKEN, *s));
    skip(s, v->text.len);
    return true;
}

static bool cut_bytes(struct slice *s, struct sf_value *v)
{
    const char *end = s->len ? memchr(s->p, ':', s->len) : NULL;
    v->kind = SF_BYTES;
    if (!end) return false;
    v->text = slice_make(s->p, (size_t)(end - s->p));
    *s = slice_from(*s, v->text.len + 1);
    return base64_ok(v->text);
}

static bool cut_boolean(struct slice *s, struct sf_value *v)
{
    v->kind = SF_BOOLEAN;
    v->is_true = first(*s) == '1';
    return cut_char(s, '0') || cut_char(s, '1');
}

static int lower_hex(char c)
{
    return is(DIGIT, c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One byte of a display string, which stands for itself or is two hexadecimal digits behind a percent sign. -1: neither. */
static int cut_display_byte(struct slice *s, bool *is_loose)
{
    char c = first(*s);
    if (c < ' ' || c > '~') return -1;
    *s = slice_from(*s, 1);
    if (c != '%') return c;
    if (s->len < 2 || lower_hex(s->p[0]) < 0 || lower_hex(s->p[1]) < 0) return -1;
    int byte = lower_hex(s->p[0]) << 4 | lower_hex(s->p[1]);
    skip(s, 2);
    *is_loose |= byte >= ' ' && byte <= '~' && byte != '%' && byte != '"';
    return byte;
}

/* Whole characters of UTF-8. */
static bool cut_display_char(struct slice *s, bool *is_loose)
{
    char character[4];
    for (size_t n = 0; n < sizeof character;) {
        int byte = cut_display_byte(s, is_loose);
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
        if (!cut_display_char(s, &v->is_loose)) return false;
    v->text = between(from, *s);
    return cut_char(s, '"');
}

static bool cut_bare(struct slice *s, struct sf_value *v)
{
    char c = first(*s);
    *v = (struct sf_value){0};
    if (!s->len) return false;
    if (c == '-' || is(DIGIT, c)) return cut_number(s, v);
    if (c == '*' || is(LOWER, slice_lower(c))) return cut_token(s, v);
    skip(s, 1);
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
    if (!is(LOWER, first(*s)) && first(*s) != '*') return false;
    *key = slice_make(s->p, span(KEY, *s));
    skip(s, key->len);
    return true;
}

/* Behind its key: "=value", or nothing, which means true. */
static bool cut_assigned(struct slice *s, struct sf_value *v)
{
    if (cut_char(s, '=')) {
        if (!cut_bare(s, v)) return false;
        v->is_loose |= v->kind == SF_BOOLEAN && v->is_true;
        return true;
    }
    *v = (struct sf_value){.kind = SF_BOOLEAN, .is_true = true};
    return true;
}

static bool cut_param(struct slice *s, struct slice *key, struct sf_value *v)
{
    bool has_blanks = first(*s) == ' ';
    cut_blanks(s);
    if (!cut_key(s, key) || !cut_assigned(s, v)) return false;
    v->is_loose |= has_blanks;
    return true;
}

static bool cut_params(struct slice *s, struct sf_member *m, const struct sf_visitor *to)
{
    const char *from = s->p;
    struct slice key;
    struct sf_value v;
    while (cut_char(s, ';')) {
        if (!cut_param(s, &key, &v)) return false;
        m->is_loose |= v.is_loose;
        if (to) to->on_param(to->arg, key, &v);
    }
    m->params = between(from, *s);
    return true;
}

static bool cut_item(struct slice *s, struct sf_member *m, const struct sf_visitor *to)
{
    const char *from = s->p;
    m->key = SLICE("");
    if (!cut_bare(s, &m->value)) return false;
    m->is_loose = m->value.is_loose;
    if (!cut_params(s, m, to)) return false;
    m->text = between(from, *s);
    return true;
}

/* Behind "(". */
static bool cut_inner(struct slice *s, struct sf_value *v, const struct sf_visitor *to)
{
    const char *from = s->p;
    struct sf_member item;
    *v = (struct sf_value){.kind = SF_INNER};
    for (bool is_first = true;; is_first = false) {
        const char *at = s->p;
        cut_blanks(s);
        bool is_end = first(*s) == ')';
        v->is_loose |= s->p - at != (is_first || is_end ? 0 : 1);
        v->text = between(from, *s);
        if (is_end) break;
        if (!cut_item(s, &item, NULL) || (first(*s) != ' ' && first(*s) != ')')) return false;
        v->is_loose |= item.is_loose;
        if (to) to->on_item(to->arg, &item);
    }
    skip(s, 1);
    return true;
}

static bool cut_member(struct slice *s, struct sf_member *m, const struct sf_visitor *to)
{
    const char *from = s->p;
    m->key = SLICE("");
    if (!cut_char(s, '(')) return cut_item(s, m, to);
    if (!cut_inner(s, &m->value, to)) return false;
    m->is_loose = m->value.is_loose;
    if (!cut_params(s, m, to)) return false;
    m->text = between(from, *s);
    return true;
}

static bool cut_named(struct slice *s, struct sf_member *m, const struct sf_visitor *to)
{
    struct slice key;
    const char *from;
    if (!cut_key(s, &key)) return false;
    if (cut_char(s, '=')) {
        if (!cut_member(s, m, to)) return false;
    } else {
        from = s->p;
        m->value = (struct sf_value){.kind = SF_BOOLEAN, .is_true = true};
        m->is_loose = false;
        if (!cut_params(s, m, to)) return false;
        m->text = between(from, *s);
    }
    m->key = key;
    return true;
}

/* ---- fields ---- */

bool sf_item(struct slice text, struct sf_member *out)
{
    cut_blanks(&text);
    if (!cut_item(&text, out, NULL)) return false;
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
    return next != SF_MEMBER || cut_member(&w->rest, out, NULL) ? next : SF_BAD;
}

enum sf_step sf_dictionary_visit(struct sf_walk *w, struct sf_member *out, const struct sf_visitor *to)
{
    enum sf_step next = step(w);
    return next != SF_MEMBER || cut_named(&w->rest, out, to) ? next : SF_BAD;
}

enum sf_step sf_dictionary_next(struct sf_walk *w, struct sf_member *out)
{
    return sf_dictionary_visit(w, out, NULL);
}

bool sf_inner_next(struct slice *inner, struct sf_member *out)
{
    cut_blanks(inner);
    return inner->len && cut_item(inner, out, NULL);
}

bool sf_param_next(struct slice *params, struct slice *key, struct sf_value *value)
{
    return cut_char(params, ';') && cut_param(params, key, value);
}
