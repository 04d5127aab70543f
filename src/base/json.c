#include "check.h"
#include "json_string.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- walking checked text ---- */

enum mark { MARK_NONE, MARK_QUOTE, MARK_OPEN, MARK_CLOSE };
static const uint8_t marks[256] = {['"'] = MARK_QUOTE, ['{'] = MARK_OPEN, ['['] = MARK_OPEN, ['}'] = MARK_CLOSE, [']'] = MARK_CLOSE};

static const char *container_end(const char *p, const char *text_end)
{
    uint32_t depth = 0;
    do {
        enum mark mark;
        while ((mark = marks[(uint8_t)*p]) == MARK_NONE) p++;
        p = mark == MARK_QUOTE ? json_string_end(p, text_end) : p + 1;
        depth += (mark == MARK_OPEN) - (uint32_t)(mark == MARK_CLOSE);
    } while (depth > 0);
    return p;
}

/* Only inside a container, so a number or word always has something behind it. */
static const char *value_end(const char *p, const char *text_end)
{
    if (*p == '"') return json_string_end(p, text_end);
    if (*p == '{' || *p == '[') return container_end(p, text_end);
    while (*p != ',' && *p != '}' && *p != ']' && !json_is_blank(*p)) p++;
    return p;
}

static const char *to_item(const char *p)
{
    while (json_is_blank(*p) || *p == ',' || *p == ':') p++;
    return p;
}

bool json_next(struct json_value container, size_t *cursor, struct slice *name,
               struct json_value *value)
{
    assert(container.kind == JSON_OBJECT || container.kind == JSON_ARRAY);
    if (*cursor >= container.text.len) return false;
    const char *p = to_item(container.text.p + (*cursor ? *cursor : 1)), *text_end = container.text.p + container.text.len;
    if (*p == '}' || *p == ']') {
        *cursor = container.text.len;
        return false;
    }
    *name = (struct slice){"", 0};
    if (container.kind == JSON_OBJECT) {
        const char *end = json_string_end(p, text_end);
        *name = slice_make(p + 1, (size_t)(end - p) - 2);
        p = to_item(end);
    }
    const char *end = value_end(p, text_end);
    *value = (struct json_value){json_kind_of(*p), slice_make(p, (size_t)(end - p))};
    *cursor = (size_t)(end - container.text.p);
    return true;
}

bool json_member(struct json_value object, struct slice name, struct json_value *value)
{
    struct slice found;
    struct json_value v;
    if (object.kind != JSON_OBJECT) return false;
    for (size_t i = 0; json_next(object, &i, &found, &v);) {
        if (!json_name_is(found, name)) continue;
        *value = v;
        return true;
    }
    return false;
}

bool json_name_is(struct slice escaped, struct slice plain)
{
    if (escaped.len < plain.len) return false; /* escapes only make longer */
    if (!memchr(escaped.p, '\\', escaped.len)) return slice_eq(escaped, plain);
    struct json_unescape_state u = json_unescape_start(escaped);
    for (size_t i = 0; i < plain.len; i++)
        if (json_unescape_next(&u) != (uint8_t)plain.p[i]) return false;
    return json_unescape_next(&u) < 0;
}

static struct slice inside(struct json_value string)
{
    assert(string.kind == JSON_STRING);
    return slice_make(string.text.p + 1, string.text.len - 2);
}

long json_unescape(struct json_value string, char *out, size_t room)
{
    struct json_unescape_state u = json_unescape_start(inside(string));
    size_t len = 0;
    for (int c; (c = json_unescape_next(&u)) >= 0; out[len++] = (char)c)
        if (len == room) return -ENOSPC;
    return (long)len;
}

bool json_plain(struct json_value string, struct slice *out)
{
    if (string.kind != JSON_STRING) return false;
    struct slice s = inside(string);
    if (s.len && memchr(s.p, '\\', s.len)) return false;
    *out = s;
    return true;
}

bool json_member_text(struct json_value object, const char *name, struct slice *out)
{
    struct json_value v;
    return json_member(object, slice_str(name), &v) && json_plain(v, out);
}

bool json_to_i64(struct json_value number, int64_t *out)
{
    struct slice digits = number.text;
    uint64_t n;
    if (number.kind != JSON_NUMBER) return false;
    bool negative = digits.p[0] == '-';
    if (negative) digits = slice_from(digits, 1);
    if (!slice_to_u64(digits, &n) || n > (uint64_t)INT64_MAX + negative) return false;
    *out = negative ? (int64_t)(0 - n) : (int64_t)n;
    return true;
}

/* A number as an integer times a power of ten, so that strtod meets no decimal point: which one it
 * wants depends on the locale of the program that embeds us. */
#define DIGITS_MAX 800     /* digits behind the 767th only tell whether it is a tie */
#define EXPONENT_MAX 99999 /* far out of a double's range, with any number of digits above */

struct decimal {
    char text[DIGITS_MAX + 32]; /* sign, digits, later the exponent */
    int n, n_digits;            /* bytes in text; digits among them */
    int64_t exponent;
};

static void add_digit(struct decimal *d, char c, bool behind_point)
{
    if (d->n_digits == DIGITS_MAX) {
        if (c != '0' && d->text[d->n - 1] == '0') d->text[d->n - 1] = '1'; /* not a tie */
        d->exponent += !behind_point;
        return;
    }
    d->exponent -= behind_point;
    if (d->n_digits == 0 && c == '0') return; /* leading zeros say nothing */
    d->text[d->n++] = c;
    d->n_digits++;
}

static int64_t read_exponent(const char *p, const char *end)
{
    int64_t n = 0;
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+')) p++;
    for (; p < end; p++)
        if (n < INT64_C(1) << 40) n = n * 10 + (*p - '0'); /* above: no text can bring it back */
    return negative ? -n : n;
}

static void read_decimal(struct decimal *d, struct slice number)
{
    const char *p = number.p, *end = p + number.len;
    bool behind_point = false;
    if (*p == '-') d->text[d->n++] = *p++;
    for (; p < end && *p != 'e' && *p != 'E'; p++) {
        if (*p == '.') behind_point = true;
        else add_digit(d, *p, behind_point);
    }
    if (p < end) d->exponent += read_exponent(p + 1, end);
    if (d->n_digits == 0) {
        d->text[d->n++] = '0';
        d->exponent = 0;
    }
}

bool json_to_double(struct json_value number, double *out)
{
    struct decimal d = {.n = 0};
    if (number.kind != JSON_NUMBER) return false;
    read_decimal(&d, number.text);
    if (d.exponent > EXPONENT_MAX) d.exponent = EXPONENT_MAX;
    if (d.exponent < -EXPONENT_MAX) d.exponent = -EXPONENT_MAX;
    /* The 32 bytes behind the digits are room for this and the sign. */
    (void)snprintf(d.text + d.n, sizeof d.text - (size_t)d.n, "e%d", (int)d.exponent);
    double x = strtod(d.text, NULL);
    if (!isfinite(x)) return false;
    *out = x;
    return true;
}

/* ---- files for people ---- */

unsigned json_line(struct slice text, size_t at)
{
    unsigned line = 1;
    for (size_t i = 0; i < at && i < text.len; i++) line += text.p[i] == '\n';
    return line;
}

static void blank(char *p, char *end)
{
    for (; p < end; p++)
        if (*p != '\n' && *p != '\r') *p = ' ';
}

/* Behind the string that starts at p, or end. Not checked yet, so it may not close. */
static char *skip_string(char *p, char *end)
{
    for (p++; p < end && *p != '"'; p++)
        if (*p == '\\' && p + 1 < end) p++;
    return p < end ? p + 1 : end;
}

int json_blank_comments(char *text, size_t len, size_t *at)
{
    char *end = text + len;
    for (char *p = text; p < end;) {
        if (*p == '"') {
            p = skip_string(p, end);
            continue;
        }
        char *stop = p + 1;
        if (*p == '/' && stop < end && *stop == '/') {
            stop = memchr(p, '\n', (size_t)(end - p));
            blank(p, stop ? stop : end);
        } else if (*p == '/' && stop < end && *stop == '*') {
            stop = memmem(p + 2, (size_t)(end - p) - 2, "*/", 2);
            if (!stop) {
                *at = (size_t)(p - text);
                return -EINVAL;
            }
            stop += 2;
            blank(p, stop);
        }
        p = stop ? stop : end;
    }
    return 0;
}
