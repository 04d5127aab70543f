/* gzip.c: see gzip.h. The only file that sees zlib. */
#include "http/gzip.h"

#include "base/check.h"

#include <errno.h>
#include <limits.h>
#include <zlib.h>

struct gzip {
    z_stream z;
};

#define WINDOW_BITS (15 + 16) /* 32 KiB, and the head and tail of gzip around it */
#define MEMORY_LEVEL 8

int gzip_new(int level, struct gzip **out)
{
    struct gzip *g = calloc(1, sizeof *g);
    if (!g) return -ENOMEM;
    if (deflateInit2(&g->z, level, Z_DEFLATED, WINDOW_BITS, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK) {
        free(g);
        return -ENOMEM;
    }
    *out = g;
    return 0;
}

struct gzip *gzip_free(struct gzip *g)
{
    if (g) (void)deflateEnd(&g->z);
    free(g);
    return NULL;
}

long gzip_pack(struct gzip *g, struct slice in, char *out, size_t room)
{
    int rc = deflateReset(&g->z);
    assert(rc == Z_OK && in.len <= UINT_MAX && room <= UINT_MAX);
    g->z.next_in = (Bytef *)(uintptr_t)in.p; /* read only */
    g->z.avail_in = (uInt)in.len;
    g->z.next_out = (Bytef *)out;
    g->z.avail_out = (uInt)room;
    rc = deflate(&g->z, Z_FINISH);
    return rc == Z_STREAM_END ? (long)(room - g->z.avail_out) : -ENOSPC;
}
