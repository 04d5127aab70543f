#include "api/ojs_page.h"

#include <errno.h>

long query_text(struct slice query, struct slice name, char *text, size_t room)
{
    struct slice found, value;
    for (size_t cursor = 0; query_next(query, &cursor, &found, &value);) {
        if (!slice_eq(found, name)) continue;
        long len = query_decode(value, text, room - 1);
        if (len < 0) return -EINVAL;
        text[len] = '\0';
        return len;
    }
    return -ENOENT;
}

int query_u64(struct slice query, struct slice name, uint64_t *out)
{
    char text[24];
    long len = query_text(query, name, text, sizeof text);
    if (len == -ENOENT) return 0;
    return len >= 0 && slice_to_u64(slice_make(text, (size_t)len), out) ? 0 : -EINVAL;
}

int query_names(struct slice query, struct slice name, struct names *out)
{
    long len = query_text(query, name, out->text, sizeof out->text);
    out->n = 0;
    if (len == -ENOENT) return 0;
    if (len < 0) return -EINVAL;
    for (struct slice rest = slice_make(out->text, (size_t)len); rest.p;) {
        struct slice piece = slice_trim(slice_cut(&rest, ','));
        if (piece.len == 0) continue;
        if (out->n == NAMES_MAX) return -EINVAL;
        out->name[out->n++] = piece;
    }
    return 0;
}

bool names_have(const struct names *list, struct slice name)
{
    for (uint32_t i = 0; i < list->n; i++)
        if (slice_eq(list->name[i], name)) return true;
    return list->n == 0;
}

bool ojs_page_read(const struct exchange *x, uint64_t limit_max, struct ojs_page *out)
{
    struct slice query = request_span(&x->request, x->request.query);
    *out = (struct ojs_page){.limit = OJS_PAGE_DEFAULT};
    return query_u64(query, SLICE("limit"), &out->limit) == 0 && query_u64(query, SLICE("offset"), &out->offset) == 0 &&
           query_u64(query, SLICE("cursor"), &out->offset) == 0 && out->limit >= 1 && out->limit <= limit_max;
}

void ojs_page_write(struct json_out *o, const struct ojs_page *page, uint64_t end, uint64_t total)
{
    json_key(o, "pagination"), json_open(o, '{');
    json_key(o, "total"), json_u64(o, total);
    json_key(o, "limit"), json_u64(o, page->limit);
    json_key(o, "offset"), json_u64(o, page->offset);
    json_key(o, "has_more"), json_bool(o, end < total);
    if (end < total) {
        char cursor[24];
        struct json_out number;
        json_out_init(&number, cursor, sizeof cursor);
        json_u64(&number, end);
        json_key(o, "next_cursor"), json_str(o, slice_make(cursor, number.len));
    }
    json_close(o, '}');
}
