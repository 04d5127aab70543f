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
