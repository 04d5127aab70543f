/* condition.c: see condition.h. */
#include "http/condition.h"

/* ---- tags ---- */

struct slice etag_text(uint64_t version, char room[ETAG_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    room[0] = room[ETAG_BYTES - 2] = '"';
    for (int i = 0; i < 16; i++) room[1 + i] = digits[version >> (60 - 4 * i) & 15];
    room[ETAG_BYTES - 1] = 0;
    return slice_make(room, ETAG_BYTES - 1);
}

/* Of the same version in another form a tag has a suffix, "-g". */
static bool tag_version(struct slice tag, uint64_t *version)
{
    uint64_t n = 0;
    if (tag.len != ETAG_BYTES - 1 && (tag.len < ETAG_BYTES + 1 || tag.p[ETAG_BYTES - 2] != '-')) return false;
    for (size_t i = 1; i < ETAG_BYTES - 2; i++) {
        char c = tag.p[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
        n = n << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    *version = n;
    return true;
}

/* Cuts the next tag off a list, with its quotes and without W/. False: none is left, or what follows is no tag. */
static bool next_tag(struct slice *list, struct slice *tag, bool *is_weak)
{
    while (list->len && (list->p[0] == ' ' || list->p[0] == '\t' || list->p[0] == ',')) *list = slice_from(*list, 1);
    *is_weak = slice_starts(*list, SLICE("W/"));
    if (*is_weak) *list = slice_from(*list, 2);
    if (list->len < 2 || list->p[0] != '"') return false;
    const char *end = memchr(list->p + 1, '"', list->len - 1);
    if (!end) return false;
    *tag = slice_make(list->p, (size_t)(end - list->p) + 1);
    *list = slice_from(*list, tag->len);
    return true;
}

/* Calls each with every tag of If-None-Match, over all its lines, until it says true; *is_any: a line was "*". */
static bool find_tag(const struct request *r, bool (*each)(void *arg, struct slice tag), void *arg, bool *is_any)
{
    for (unsigned i = 0; i < r->n_fields; i++) {
        bool is_weak;
        struct slice list = request_span(r, r->fields[i].value), tag;
        if (!slice_eq_nocase(request_span(r, r->fields[i].name), SLICE("if-none-match"))) continue;
        if (slice_eq(list, SLICE("*"))) *is_any = true;
        while (next_tag(&list, &tag, &is_weak))
            if (each(arg, tag)) return true;
    }
    return false;
}

static bool is_same(void *arg, struct slice tag)
{
    return slice_eq(tag, *(const struct slice *)arg);
}

static bool is_ours(void *arg, struct slice tag)
{
    return tag_version(tag, arg);
}

bool condition_none_match(const struct request *r, struct slice etag)
{
    bool is_any = false;
    return find_tag(r, is_same, &etag, &is_any) || is_any;
}

bool condition_version(const struct request *r, uint64_t *version)
{
    bool is_any = false;
    return find_tag(r, is_ours, version, &is_any);
}

unsigned condition_versions(const struct request *r, uint64_t versions[CONDITION_VERSIONS], bool *any)
{
    struct slice list, tag;
    unsigned n = 0;
    bool is_weak;
    *any = !r->if_match;
    if (*any) return 0;
    (void)request_field(r, SLICE("if-match"), &list); /* there is one line of it, or the parser has refused */
    *any = slice_eq(list, SLICE("*"));
    while (n < CONDITION_VERSIONS && next_tag(&list, &tag, &is_weak))
        if (!is_weak && tag_version(tag, &versions[n])) n++;
    return n;
}

bool condition_match(const struct request *r, uint64_t version)
{
    uint64_t versions[CONDITION_VERSIONS];
    bool any;
    unsigned n = condition_versions(r, versions, &any);
    for (unsigned i = 0; i < n; i++) any |= versions[i] == version;
    return any;
}

/* ---- ranges ---- */

/* Digits, at least one; a number beyond all sizes is the largest there is. */
static bool read_position(struct slice text, uint64_t *n)
{
    *n = 0;
    if (text.len == 0) return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.p[i] < '0' || text.p[i] > '9') return false;
        unsigned digit = (unsigned)(text.p[i] - '0');
        *n = *n > (UINT64_MAX - digit) / 10 ? UINT64_MAX : *n * 10 + digit;
    }
    return true;
}

static enum range_kind read_suffix(struct slice text, uint64_t size, struct byte_range *out)
{
    uint64_t n;
    if (!read_position(text, &n)) return RANGE_WHOLE;
    if (n == 0) return RANGE_NONE; /* RFC 9110 §14.1.2 */
    if (size == 0) return RANGE_WHOLE; /* no Content-Range could say it */
    if (n > size) n = size;
    *out = (struct byte_range){size - n, n};
    return RANGE_PART;
}

static enum range_kind read_range(struct slice spec, uint64_t size, struct byte_range *out)
{
    const char *dash = spec.len ? memchr(spec.p, '-', spec.len) : NULL;
    uint64_t first, last = UINT64_MAX;
    if (!dash) return RANGE_WHOLE;
    struct slice before = slice_make(spec.p, (size_t)(dash - spec.p)), after = slice_from(spec, before.len + 1);
    if (before.len == 0) return read_suffix(after, size, out);
    if (!read_position(before, &first)) return RANGE_WHOLE;
    if (after.len && (!read_position(after, &last) || last < first)) return RANGE_WHOLE; /* §14.1.1: invalid */
    if (first >= size) return RANGE_NONE;
    if (last >= size) last = size - 1;
    *out = (struct byte_range){first, last - first + 1};
    return RANGE_PART;
}

enum range_kind condition_range(const struct request *r, uint64_t size, struct slice etag, struct byte_range *out)
{
    struct slice range, condition, unit;
    if (r->method != METHOD_GET || request_field_count(r, SLICE("range")) != 1) return RANGE_WHOLE; /* §14.2 */
    (void)request_field(r, SLICE("range"), &range);
    if (request_field(r, SLICE("if-range"), &condition) && !slice_eq(condition, etag)) return RANGE_WHOLE; /* §13.1.5: strong */
    unit = slice_cut(&range, '=');
    if (!range.p || !slice_eq_nocase(slice_trim(unit), SLICE("bytes"))) return RANGE_WHOLE;
    return read_range(slice_trim(range), size, out); /* with a comma in it, it is no number */
}
