/* structured_write.c: RFC 9651 §4.1. */
#include "base/structured.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

struct sink {
    char *out;
    size_t len, room;
    bool is_full;
};

static void put(struct sink *to, struct slice s)
{
    if (s.len > to->room - to->len) to->is_full = true;
    if (to->is_full || s.len == 0) return;
    memcpy(to->out + to->len, s.p, s.len);
    to->len += s.len;
}

static void put_char(struct sink *to, char c)
{
    put(to, slice_make(&c, 1));
}

static void put_integer(struct sink *to, int64_t number)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%" PRId64, number);
    put(to, slice_make(text, (size_t)n));
}

/* At least one digit behind the point, and no zeros in the end but that. */
static void put_decimal(struct sink *to, int64_t thousandths)
{
    char text[32];
    uint64_t size = thousandths < 0 ? (uint64_t)-thousandths : (uint64_t)thousandths;
    int n = snprintf(text, sizeof text, "%s%" PRIu64 ".%03u", thousandths < 0 ? "-" : "", size / 1000, (unsigned)(size % 1000));
    while (text[n - 1] == '0' && text[n - 2] != '.') n--;
    put(to, slice_make(text, (size_t)n));
}

/* As it came, but for characters that were escaped without need. */
static void put_display(struct sink *to, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned byte = 0;
        if (text.p[i] == '%' && i + 2 < text.len) {
            for (size_t k = i + 1; k < i + 3; k++)
                byte = byte << 4 | (unsigned)(text.p[k] <= '9' ? text.p[k] - '0' : text.p[k] - 'a' + 10);
        }
        bool is_plain = byte >= ' ' && byte <= '~' && byte != '%' && byte != '"';
        put_char(to, is_plain ? (char)byte : text.p[i]);
        if (is_plain) i += 2;
    }
}

static void put_bare(struct sink *to, const struct sf_value *v)
{
    switch ((enum sf_kind)v->kind) {
    case SF_INTEGER: put_integer(to, v->number); break;
    case SF_DECIMAL: put_decimal(to, v->number); break;
    case SF_STRING: put_char(to, '"'), put(to, v->text), put_char(to, '"'); break;
    case SF_TOKEN: put(to, v->text); break;
    case SF_BYTES: put_char(to, ':'), put(to, v->text), put_char(to, ':'); break; /* base64 was read strictly: one text */
    case SF_BOOLEAN: put(to, v->is_true ? SLICE("?1") : SLICE("?0")); break;
    case SF_DATE: put_char(to, '@'), put_integer(to, v->number); break;
    case SF_DISPLAY: put(to, SLICE("%\"")), put_display(to, v->text), put_char(to, '"'); break;
    case SF_INNER: break; /* put_inner */
    }
}

/* Whether the key stands among the parameters; the last one's value. */
static bool find(struct slice params, struct slice key, struct sf_value *value)
{
    struct slice name;
    struct sf_value v;
    bool is_found = false;
    while (sf_param_next(&params, &name, &v)) {
        if (!slice_eq(name, key)) continue;
        *value = v;
        is_found = true;
    }
    return is_found;
}

static bool are_too_many(struct slice params)
{
    struct slice key;
    struct sf_value v;
    unsigned n = 0;
    while (sf_param_next(&params, &key, &v)) n++;
    return n > SF_PARAMS_MAX;
}

static void put_params(struct sink *to, struct slice params)
{
    struct slice rest = params, key;
    struct sf_value v, other;
    if (are_too_many(params)) to->is_full = true; /* each is compared with all others */
    if (to->is_full) return;
    for (;;) {
        struct slice before = slice_make(params.p, params.len - rest.len);
        if (!sf_param_next(&rest, &key, &v)) return;
        if (find(before, key, &other)) continue; /* its place was there */
        (void)find(rest, key, &v);
        put_char(to, ';');
        put(to, key);
        if (v.kind == SF_BOOLEAN && v.is_true) continue;
        put_char(to, '=');
        put_bare(to, &v);
    }
}

static void put_item(struct sink *to, const struct sf_member *m)
{
    put_bare(to, &m->value);
    put_params(to, m->params);
}

static void put_inner(struct sink *to, struct slice inner)
{
    struct sf_member item;
    put_char(to, '(');
    for (bool is_first = true; sf_inner_next(&inner, &item); is_first = false) {
        if (!is_first) put_char(to, ' ');
        put_item(to, &item);
    }
    put_char(to, ')');
}

long sf_write_member(const struct sf_member *m, char *out, size_t room)
{
    struct sink to = {.out = out, .room = room};
    if (m->value.kind == SF_INNER) {
        put_inner(&to, m->value.text);
        put_params(&to, m->params);
    } else {
        put_item(&to, m);
    }
    return to.is_full ? -ENOSPC : (long)to.len;
}
