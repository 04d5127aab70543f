/* pattern.c: see pattern.h. */
#include "filters/pattern.h"

/* The pieces between stars, each where it first stands behind the one before: no later place could serve better. The last one must end
 * the path. memmem is linear, and no byte is looked at for two pieces. */
bool pattern_has(const char *pattern, struct slice path)
{
    if (!pattern || !*pattern) return true;
    struct slice rest = slice_str(pattern), piece = slice_cut(&rest, '*');
    if (!rest.p) return slice_eq(piece, path);
    if (!slice_starts(path, piece)) return false;
    path = slice_from(path, piece.len);
    for (;;) {
        piece = slice_cut(&rest, '*');
        if (!rest.p) return path.len >= piece.len && slice_eq(slice_from(path, path.len - piece.len), piece);
        if (piece.len == 0) continue;
        const char *at = path.len ? memmem(path.p, path.len, piece.p, piece.len) : NULL;
        if (!at) return false;
        path = slice_from(path, (size_t)(at - path.p) + piece.len);
    }
}
