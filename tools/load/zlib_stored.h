/* zlib_stored.h: zlib streams (RFC 1950) whose deflate blocks are stored, not compressed (RFC 1951 §3.2.4):
 * any zlib reader takes them, and no compression library is needed to write them. */
#ifndef QUERN_LOAD_ZLIB_STORED_H
#define QUERN_LOAD_ZLIB_STORED_H

#include "base/buf.h"

void zlib_store(struct buf *out, struct slice bytes);
/* 0; -EBADMSG: damaged, or bytes after its end; -ENOTSUP: a compressed block or a preset dictionary.
 * out->overflow tells of no memory. */
int zlib_unstore(struct buf *out, struct slice stream);

#endif
