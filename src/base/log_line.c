#include "log_line.h"
#include "check.h"
#include "clock.h"
#include "json.h"

static const char *level_name(enum log_level level)
{
    switch (level) {
    case LOG_ERROR: return "error";
    case LOG_WARN: return "warn";
    case LOG_INFO: return "info";
    case LOG_DEBUG: return "debug";
    }
    return "error";
}

/* ---- text: 2026-02-12T10:30:00.123Z warn shard0 lease.lost job=1 late_ms=3 ---- */

static bool is_control(char c)
{
    return (uint8_t)c < 0x20 || c == 0x7f;
}

/* Cuts at the end of out; controls become '?', so that no value can make a line of its own. */
static size_t put(char *out, size_t len, struct slice s)
{
    for (size_t i = 0; i < s.len && len < LOG_LINE_BYTES - 1; i++) {
        out[len++] = is_control(s.p[i]) ? '?' : s.p[i];
    }
    return len;
}

static size_t put_word(char *out, size_t len, struct slice s)
{
    return put(out, put(out, len, SLICE(" ")), s);
}

static size_t build_text(const struct log_record *r, const char *time, char *out)
{
    size_t len = put(out, 0, slice_str(time));
    len = put_word(out, len, slice_str(level_name(r->level)));
    len = put_word(out, len, slice_str(r->thread));
    len = put_word(out, len, slice_str(r->event));
    if (r->pairs.len) len = put_word(out, len, r->pairs);
    out[len++] = '\n';
    return len;
}

/* ---- JSON: {"time":..,"level":..,"thread":..,"event":..,<key>:<value>...} ---- */

static bool is_key_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

/* The length of the key when s starts with "key=", else 0. */
static size_t key_length(struct slice s)
{
    size_t i = 0;
    while (i < s.len && is_key_char(s.p[i])) i++;
    return i < s.len && s.p[i] == '=' ? i : 0;
}

static size_t quoted_length(struct slice s)
{
    for (size_t i = 1; i < s.len; i++) {
        if (s.p[i] == '\\') i++;
        else if (s.p[i] == '"') return i + 1;
    }
    return 0; /* cut: not a quoted value then */
}

/* Up to the next " key=" or the end: a value that is not quoted may hold blanks. */
static size_t open_length(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] == ' ' && (i + 1 == s.len || key_length(slice_from(s, i + 1)))) return i;
    return s.len;
}

/* Counts, sizes and times go bare; what only happens to look like a number (an id of "1e5") stays a
 * string. */
static bool is_bare(struct json_value v)
{
    return v.kind == JSON_NUMBER && v.text.len <= 20 && !memchr(v.text.p, 'e', v.text.len) &&
           !memchr(v.text.p, 'E', v.text.len);
}

static void put_value(struct json_out *o, struct slice text)
{
    struct json_value v;
    size_t at;
    bool json = json_check(text, &v, &at) == JSON_OK && v.text.len == text.len;
    json = json && (is_bare(v) || v.kind == JSON_STRING); /* log_quote writes JSON strings */
    if (json) json_raw(o, text);
    else json_str(o, text);
}

/* Takes one pair off *rest; what has no key is a "message". */
static void put_pair(struct json_out *o, struct slice *rest)
{
    char key[64] = "message";
    size_t key_len = key_length(*rest);
    if (key_len && key_len < sizeof key) {
        memcpy(key, rest->p, key_len);
        key[key_len] = '\0';
    }
    if (key_len) *rest = slice_from(*rest, key_len + 1);
    size_t value_len = rest->len && rest->p[0] == '"' ? quoted_length(*rest) : 0;
    if (value_len == 0) value_len = open_length(*rest);
    json_key(o, key);
    put_value(o, slice_make(rest->p, value_len));
    *rest = slice_trim(slice_from(*rest, value_len));
}

static void put_pairs(struct json_out *o, struct slice rest)
{
    rest = slice_trim(rest);
    while (rest.len) {
        struct json_out before = *o;
        put_pair(o, &rest);
        if (!o->overflow) continue;
        *o = before; /* leave out what does not fit, keep the line whole */
        return;
    }
}

static void put_member(struct json_out *o, const char *name, const char *value)
{
    json_key(o, name);
    json_str(o, slice_str(value));
}

static size_t build_json(const struct log_record *r, const char *time, char *out)
{
    struct json_out o;
    json_out_init(&o, out, LOG_LINE_BYTES - 2); /* 2: the last brace and the line break */
    json_open(&o, '{');
    put_member(&o, "time", time);
    put_member(&o, "level", level_name(r->level));
    put_member(&o, "thread", r->thread);
    put_member(&o, "event", r->event);
    put_pairs(&o, r->pairs);
    o.room++;
    json_close(&o, '}');
    assert(!o.overflow); /* thread and event are names of ours, and short */
    out[o.len++] = '\n';
    return o.len;
}

size_t log_line_build(enum log_format format, const struct log_record *r, char out[LOG_LINE_BYTES])
{
    char time[CLOCK_RFC3339_BYTES];
    clock_rfc3339(r->wall_ns, time);
    return format == LOG_JSON ? build_json(r, time, out) : build_text(r, time, out);
}

const char *log_quote(struct slice s, char out[LOG_QUOTE_BYTES])
{
    const size_t room = LOG_QUOTE_BYTES - 3; /* the quotes and the NUL */
    size_t n_read;
    size_t len = json_escape(s, out + 1, room, &n_read);
    if (n_read < s.len) { /* cut, and seen to be */
        len = json_escape(s, out + 1, room - 3, &n_read);
        memcpy(out + 1 + len, "...", 3);
        len += 3;
    }
    out[0] = out[1 + len] = '"';
    out[2 + len] = '\0';
    return out;
}

/* ---- quoting in place ---- */

typedef uint8_t bytes16 __attribute__((vector_size(16)));
typedef int8_t signed16 __attribute__((vector_size(16)));

/* 255 for each byte that does not stand for itself in any line: what is not between blank and tilde (one more makes DEL and what is not
 * ASCII negative, or zero), quote, backslash. */
static bytes16 marks_of(bytes16 x)
{
    return (bytes16)((signed16)(x + 1) < ' ' + 1) + (bytes16)(x == '"') + (bytes16)(x == '\\');
}

static bool is_zero(bytes16 marks)
{
    uint64_t halves[2];
    memcpy(halves, &marks, sizeof halves);
    return (halves[0] | halves[1]) == 0;
}

/* Fewer than 16 bytes, then blanks. */
static void copy_short(char out[16], struct slice s)
{
    memset(out, ' ', 16);
    if (s.len >= 8) {
        memcpy(out, s.p, 8);
        memcpy(out + s.len - 8, s.p + s.len - 8, 8);
    } else {
        for (size_t i = 0; i < s.len; i++) out[i] = s.p[i];
    }
}

/* 16 bytes at a time, the last of which may overlap those before them. False: not plain, and what stands at p is nothing. */
static bool copy_plain(char *p, struct slice s)
{
    bytes16 x, marks = {0};
    if (s.len < sizeof x) {
        char text[sizeof x];
        copy_short(text, s);
        memcpy(&x, text, sizeof x);
        memcpy(p, &x, sizeof x);
        return is_zero(marks_of(x));
    }
    for (size_t at = 0; at + sizeof x < s.len; at += sizeof x) {
        memcpy(&x, s.p + at, sizeof x);
        memcpy(p + at, &x, sizeof x);
        marks += marks_of(x); /* 16 at most for a byte: their sum does not come around to zero */
    }
    memcpy(&x, s.p + s.len - sizeof x, sizeof x);
    memcpy(p + s.len - sizeof x, &x, sizeof x);
    return is_zero(marks + marks_of(x));
}

__attribute__((noinline)) static char *quote_in_full(char *p, struct slice s, enum log_format format)
{
    (void)log_quote(s, p);
    if (format == LOG_JSON) return p + strlen(p); /* a JSON string */
    for (; *p; p++)
        if (is_control(*p)) *p = '?';
    return p;
}

char *log_put_quoted(char *p, struct slice s, enum log_format format)
{
    if (s.len > LOG_QUOTE_BYTES - 3 || !copy_plain(p + 1, s)) return quote_in_full(p, s, format);
    p[0] = p[s.len + 1] = '"';
    return p + s.len + 2;
}
