/* accept.c: see accept.h. */
#include "http/accept.h"

/* "1", "0.5", "0.125"; anything else is no quality. */
static bool read_quality(struct slice text, unsigned *q)
{
    unsigned n = 0, digits = 0;
    if (text.len == 0 || text.len > 5 || (text.p[0] != '0' && text.p[0] != '1') || (text.len > 1 && text.p[1] != '.')) return false;
    for (size_t i = 2; i < text.len; i++, digits++) {
        if (text.p[i] < '0' || text.p[i] > '9') return false;
        n = n * 10 + (unsigned)(text.p[i] - '0');
    }
    for (; digits < 3; digits++) n *= 10;
    if (text.p[0] == '1' && n) return false;
    *q = text.p[0] == '1' ? ACCEPT_BEST : n;
    return true;
}

/* Splits a member of a list into its name and its quality. False: it is none. */
static bool read_member(struct slice member, struct slice *name, unsigned *q)
{
    *name = slice_trim(slice_cut(&member, ';'));
    *q = ACCEPT_BEST;
    while (member.p) {
        struct slice value = slice_cut(&member, ';'), key = slice_trim(slice_cut(&value, '='));
        if (slice_eq_nocase(key, SLICE("q")) && !read_quality(slice_trim(value), q)) return false;
    }
    return name->len != 0;
}

/* How closely a range names a media type: 3 by name, 2 by the type alone, 1 by nothing, 0 not at all. */
static unsigned closeness_of_range(struct slice range, struct slice type)
{
    if (slice_eq_nocase(range, type)) return 3;
    if (slice_eq(range, SLICE("*/*"))) return 1;
    const char *slash = memchr(type.p, '/', type.len);
    size_t n = slash ? (size_t)(slash - type.p) + 1 : 0;
    bool is_family = n && range.len == n + 1 && range.p[n] == '*' && slice_eq_nocase(slice_make(range.p, n), slice_make(type.p, n));
    return is_family ? 2 : 0;
}

static unsigned closeness_of_coding(struct slice member, struct slice coding)
{
    if (slice_eq_nocase(member, coding)) return 3;
    return slice_eq(member, SLICE("*"));
}

/* What the closest members say of name, the best of them. False: none of them names it. *has_members: there are any. */
static bool look_up(const struct request *r, struct slice field, struct slice name,
                    unsigned (*closeness)(struct slice member, struct slice name), unsigned *quality, bool *has_members)
{
    unsigned closest = 0;
    for (unsigned i = 0; i < r->n_fields; i++) {
        struct slice rest = request_span(r, r->fields[i].value), member;
        if (r->fields[i].name.len != field.len || !slice_eq_nocase(request_span(r, r->fields[i].name), field)) continue;
        while (rest.p) {
            unsigned q, close;
            if (!read_member(slice_cut(&rest, ','), &member, &q)) continue;
            *has_members = true;
            close = closeness(member, name);
            if (close < closest || close == 0) continue;
            *quality = close > closest || q > *quality ? q : *quality;
            closest = close;
        }
    }
    return closest != 0;
}

unsigned accept_media(const struct request *r, struct slice type)
{
    unsigned quality = 0;
    bool has_members = false;
    if (look_up(r, SLICE("accept"), type, closeness_of_range, &quality, &has_members)) return quality;
    return has_members ? 0 : ACCEPT_BEST;
}

enum accept_coding accept_coding(const struct request *r)
{
    unsigned gzip = 0, plain = 0;
    bool has_members = false;
    struct slice any;
    if (!request_field(r, SLICE("accept-encoding"), &any)) return ACCEPT_IDENTITY;
    bool is_named = look_up(r, SLICE("accept-encoding"), SLICE("identity"), closeness_of_coding, &plain, &has_members);
    (void)look_up(r, SLICE("accept-encoding"), SLICE("gzip"), closeness_of_coding, &gzip, &has_members);
    if (gzip && gzip >= plain) return ACCEPT_GZIP;
    return is_named && plain == 0 ? ACCEPT_NO_CODING : ACCEPT_IDENTITY;
}

static unsigned better(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

enum accept_form accept_form(const struct request *r, struct slice json, struct slice xml)
{
    struct slice any;
    if (!request_field(r, SLICE("accept"), &any)) return ACCEPT_JSON;
    unsigned as_json = better(accept_media(r, json), accept_media(r, SLICE("application/json")));
    unsigned as_xml = better(accept_media(r, xml), accept_media(r, SLICE("application/xml")));
    if (as_json == 0 && as_xml == 0) return ACCEPT_NEITHER;
    return as_xml > as_json ? ACCEPT_XML : ACCEPT_JSON;
}
