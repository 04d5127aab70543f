/* gzip.h: packs short texts (RFC 1952). All of zlib's memory, some 270 KiB, is taken at start: none on the path of a request. One thread
 * per struct. */
#ifndef QUERN_HTTP_GZIP_H
#define QUERN_HTTP_GZIP_H

#include "base/slice.h"

struct gzip;
/* level: 1, fast, to 9. 0 or -ENOMEM. */
int gzip_new(int level, struct gzip **out);
struct gzip *gzip_free(struct gzip *g);
/* Packs in into out. Returns the length, or -ENOSPC: it does not fit, as what cannot be made smaller does not fit its own length. */
long gzip_pack(struct gzip *g, struct slice in, char *out, size_t room);

#endif
