#include "http/request.h"
#include "http/percent.h"
#include <errno.h>

struct slice method_text(enum method m)
{
    static const struct slice names[] = {
        [METHOD_GET] = SLICE_INIT("GET"),         [METHOD_HEAD] = SLICE_INIT("HEAD"),
        [METHOD_POST] = SLICE_INIT("POST"),       [METHOD_PUT] = SLICE_INIT("PUT"),
        [METHOD_PATCH] = SLICE_INIT("PATCH"),     [METHOD_DELETE] = SLICE_INIT("DELETE"),
        [METHOD_OPTIONS] = SLICE_INIT("OPTIONS"), [METHOD_TRACE] = SLICE_INIT("TRACE"),
        [METHOD_CONNECT] = SLICE_INIT("CONNECT"), [METHOD_OTHER] = SLICE_INIT(""),
    };
    return names[m <= METHOD_OTHER ? m : METHOD_OTHER];
}

long request_raw_path(const struct request *r, char *out, size_t room)
{
    static const char digits[2][17] = {"0123456789ABCDEF", "0123456789abcdef"};
    struct slice path = request_path(r);
    size_t at = 0, len = 0;
    if (path.len + (size_t)2 * r->n_escapes > room) return -ENOSPC;
    for (unsigned i = 0; i < r->n_escapes; i++) {
        uint16_t note; /* target.c */
        memcpy(&note, path.p + path.len + i * sizeof note, sizeof note);
        size_t place = note >> 2;
        memcpy(out + len, path.p + at, place - at);
        len += place - at;
        uint8_t byte = (uint8_t)path.p[place];
        out[len++] = '%';
        out[len++] = digits[note >> 1 & 1][byte >> 4];
        out[len++] = digits[note & 1][byte & 15];
        at = place + 1;
    }
    memcpy(out + len, path.p + at, path.len - at);
    return (long)(len + path.len - at);
}

static bool is_named(const struct request *r, unsigned i, struct slice name)
{
    return r->fields[i].name.len == name.len &&
           slice_eq_nocase(request_span(r, r->fields[i].name), name);
}

bool request_field(const struct request *r, struct slice name, struct slice *value)
{
    for (unsigned i = 0; i < r->n_fields; i++) {
        if (!is_named(r, i, name)) continue;
        *value = request_span(r, r->fields[i].value);
        return true;
    }
    return false;
}

unsigned request_field_count(const struct request *r, struct slice name)
{
    unsigned n = 0;
    for (unsigned i = 0; i < r->n_fields; i++) n += is_named(r, i, name);
    return n;
}

/* Pieces without a byte ("a=1&&b=2") are no pairs. */
bool query_next(struct slice query, size_t *cursor, struct slice *name, struct slice *value)
{
    while (*cursor < query.len) {
        struct slice rest = slice_from(query, *cursor);
        struct slice pair = slice_cut(&rest, '&');
        *cursor += pair.len + 1;
        if (pair.len == 0) continue;
        *name = slice_cut(&pair, '=');
        *value = pair.p ? pair : slice_make(name->p + name->len, 0);
        return true;
    }
    return false;
}

long query_decode(struct slice encoded, char *out, size_t room)
{
    size_t n = 0;
    for (size_t i = 0; i < encoded.len; i++) {
        int byte = (unsigned char)encoded.p[i];
        if (byte == '+') byte = ' '; /* application/x-www-form-urlencoded */
        if (byte == '%') {
            byte = encoded.len - i > 2 ? percent_byte(encoded.p + i + 1) : -1;
            i += 2;
        }
        if (byte <= 0) return -EINVAL;
        if (n == room) return -ENOSPC;
        out[n++] = (char)byte;
    }
    return utf8_ok(slice_make(out, n)) ? (long)n : -EINVAL;
}

/* Where sep stands outside of quotes (RFC 9110 §5.6.4); s.len when nowhere. */
static size_t find_unquoted(struct slice s, char sep)
{
    bool quoted = false;
    for (size_t i = 0; i < s.len; i++) {
        if (quoted && s.p[i] == '\\') i++;
        else if (s.p[i] == '"') quoted = !quoted;
        else if (!quoted && s.p[i] == sep) return i;
    }
    return s.len;
}

/* Delta-seconds, with quotes around them or not: RFC 7240 §2 makes both mean the same. Too large
 * ones are cut. */
static bool parse_wait(struct slice text, uint32_t *out)
{
    uint64_t seconds = 0;
    if (text.len >= 2 && text.p[0] == '"' && text.p[text.len - 1] == '"')
        text = slice_make(text.p + 1, text.len - 2);
    for (size_t i = 0; i < text.len; i++)
        if (text.p[i] < '0' || text.p[i] > '9') return false;
    if (text.len == 0) return false;
    if (!slice_to_u64(text, &seconds) || seconds > UINT32_MAX) seconds = UINT32_MAX;
    *out = (uint32_t)seconds;
    return true;
}

/* One preference: token [ "=" word ] *( ";" parameter ); the parameters mean nothing here. */
static void add_preference(struct prefer *prefer, struct slice text)
{
    text.len = find_unquoted(text, ';');
    size_t name_len = find_unquoted(text, '=');
    struct slice name = slice_trim(slice_make(text.p, name_len));
    struct slice value = slice_trim(slice_from(text, name_len + 1));
    if (slice_eq_nocase(name, SLICE("respond-async"))) prefer->respond_async = true;
    if (!slice_eq_nocase(name, SLICE("wait"))) return;
    if (prefer->n_waits == 0) prefer->has_wait = parse_wait(value, &prefer->wait_s);
    if (prefer->n_waits < UINT8_MAX) prefer->n_waits++;
}

struct prefer request_prefer(const struct request *r)
{
    struct prefer prefer = {0};
    for (unsigned i = 0; i < r->n_fields; i++) {
        if (!is_named(r, i, SLICE("prefer"))) continue;
        struct slice rest = request_span(r, r->fields[i].value);
        while (rest.len) {
            size_t n = find_unquoted(rest, ',');
            add_preference(&prefer, slice_make(rest.p, n));
            rest = slice_from(rest, n + 1);
        }
    }
    return prefer;
}
