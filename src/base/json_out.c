#include "check.h"
#include "json_string.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void json_out_init(struct json_out *o, char *p, size_t room)
{
    *o = (struct json_out){.p = p, .room = room};
}

static void add(struct json_out *o, const char *p, size_t len)
{
    if (o->overflow || len > o->room - o->len) {
        o->overflow = true;
        return;
    }
    if (len) memcpy(o->p + o->len, p, len);
    o->len += len;
}

static void add_char(struct json_out *o, char c)
{
    add(o, &c, 1);
}

static void start_item(struct json_out *o)
{
    if (o->comma) add_char(o, ',');
    o->comma = true;
}

void json_open(struct json_out *o, char bracket)
{
    assert(bracket == '{' || bracket == '[');
    start_item(o);
    add_char(o, bracket);
    o->comma = false;
}

void json_close(struct json_out *o, char bracket)
{
    assert(bracket == '}' || bracket == ']');
    add_char(o, bracket);
    o->comma = true;
}

static char short_escape(char c)
{
    switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return 0;
    }
}

static size_t escape_char(char c, char out[6])
{
    static const char hex[] = "0123456789abcdef";
    out[0] = '\\';
    out[1] = short_escape(c);
    if (out[1]) return 2;
    memcpy(out + 1, "u00", 3);
    out[4] = hex[(uint8_t)c >> 4];
    out[5] = hex[c & 15];
    return 6;
}

/* One character at p: the bytes it becomes and how many of s it takes. Bytes that are not UTF-8 go
 * one by one. */
static size_t escape_one(const char *p, const char *end, char out[6], size_t *taken)
{
    int length = utf8_length(p, end);
    *taken = length > 0 ? (size_t)length : 1;
    if (length <= 0) {
        memcpy(out, "\xef\xbf\xbd", 3);
        return 3;
    }
    if (length == 1 && ((uint8_t)*p < 0x20 || *p == '"' || *p == '\\')) return escape_char(*p, out);
    memcpy(out, p, *taken);
    return *taken;
}

size_t json_escape(struct slice s, char *out, size_t room, size_t *n_read)
{
    size_t len = 0, at = 0;
    while (at < s.len) {
        char piece[6];
        size_t taken = 0, run = json_plain_run(s.p + at, s.len - at < room - len ? s.len - at : room - len);
        if (run > 0) {
            memcpy(out + len, s.p + at, run);
            len += run;
            at += run;
            continue;
        }
        size_t bytes = escape_one(s.p + at, s.p + s.len, piece, &taken);
        if (bytes > room - len) break;
        memcpy(out + len, piece, bytes);
        len += bytes;
        at += taken;
    }
    *n_read = at;
    return len;
}

static void add_string(struct json_out *o, struct slice s)
{
    size_t n_read = 0;
    add_char(o, '"');
    if (o->overflow) return;
    o->len += json_escape(s, o->p + o->len, o->room - o->len, &n_read);
    if (n_read < s.len) o->overflow = true;
    add_char(o, '"');
}

void json_key(struct json_out *o, const char *name)
{
    start_item(o);
    add_string(o, slice_str(name));
    add_char(o, ':');
    o->comma = false;
}

void json_str(struct json_out *o, struct slice s)
{
    start_item(o);
    add_string(o, s);
}

/* s in quotes and then behind, which may be empty: in one go. */
static void add_plain(struct json_out *o, struct slice s, struct slice behind)
{
    size_t bytes = o->comma + s.len + 2 + behind.len;
    if (o->overflow || bytes > o->room - o->len) {
        o->overflow = true;
        return;
    }
    char *p = o->p + o->len;
    if (o->comma) *p++ = ',';
    *p++ = '"';
    memcpy(p, s.p, s.len);
    p[s.len] = '"';
    memcpy(p + s.len + 1, behind.p, behind.len);
    o->len += bytes;
}

void json_plain_key(struct json_out *o, struct slice name)
{
    assert_slow(json_plain_run(name.p, name.len) == name.len);
    add_plain(o, name, SLICE(":"));
    o->comma = false;
}

void json_plain_str(struct json_out *o, struct slice s)
{
    assert_slow(json_plain_run(s.p, s.len) == s.len);
    add_plain(o, s, SLICE(""));
    o->comma = true;
}

void json_raw(struct json_out *o, struct slice text)
{
    start_item(o);
    add(o, text.p, text.len);
}

void json_u64(struct json_out *o, uint64_t n)
{
    char digits[20], *p = digits + sizeof digits;
    do *--p = (char)('0' + n % 10);
    while (n /= 10);
    json_raw(o, slice_make(p, (size_t)(digits + sizeof digits - p)));
}

void json_i64(struct json_out *o, int64_t n)
{
    if (n >= 0) {
        json_u64(o, (uint64_t)n);
        return;
    }
    start_item(o);
    add_char(o, '-');
    o->comma = false;
    json_u64(o, 0 - (uint64_t)n);
}

/* The locale of the program that embeds us may have another decimal point, of any bytes: make it a
 * '.'. */
static size_t make_point(char *text, size_t len)
{
    size_t out = 0;
    for (size_t i = 0; i < len; i++) {
        bool usual = (text[i] >= '0' && text[i] <= '9') || text[i] == '-' || text[i] == '+' ||
                     text[i] == 'e';
        if (usual) text[out++] = text[i];
        else if (out > 0 && text[out - 1] != '.') text[out++] = '.';
    }
    return out;
}

void json_double(struct json_out *o, double x)
{
    char text[40];
    /* 15 digits read back the same for what was written with up to 15; subnormal numbers have fewer
     * to begin with. */
    int len = 0, digits = fabs(x) < DBL_MIN ? 1 : DBL_DIG;
    if (!isfinite(x)) {
        json_null(o); /* RFC 8259 §6 has no such numbers */
        return;
    }
    for (; digits <= DBL_DECIMAL_DIG; digits++) {
        len = snprintf(text, sizeof text, "%.*g", digits, x);
        if (strtod(text, NULL) == x) break;
    }
    json_raw(o, slice_make(text, make_point(text, (size_t)len)));
}

void json_bool(struct json_out *o, bool b)
{
    json_raw(o, b ? SLICE("true") : SLICE("false"));
}

void json_null(struct json_out *o)
{
    json_raw(o, SLICE("null"));
}
