/* zlib_stored.c: see zlib_stored.h.
 *
 *   78 01 | block … | Adler-32 of the content, big-endian
 *   block: 1 if last, else 0 | length, 2 bytes little-endian | its complement | content */
#include "tools/load/zlib_stored.h"

#include <errno.h>

#define BLOCK_MAX 65535u
#define HEAD_BYTES 2u
#define BLOCK_HEAD_BYTES 5u
#define TAIL_BYTES 4u

/* RFC 1950 §8.2. */
static uint32_t adler32(struct slice bytes)
{
    uint32_t a = 1, b = 0;
    for (size_t i = 0; i < bytes.len;) {
        size_t end = bytes.len - i > 5552 ? i + 5552 : bytes.len; /* no more than what b can take before the remainder */
        for (; i < end; i++) {
            a += (unsigned char)bytes.p[i];
            b += a;
        }
        a %= 65521;
        b %= 65521;
    }
    return b << 16 | a;
}

static void add_block(struct buf *out, struct slice bytes, bool last)
{
    unsigned len = (unsigned)bytes.len;
    char head[BLOCK_HEAD_BYTES] = {last, (char)len, (char)(len >> 8), (char)~len, (char)(~len >> 8)};
    buf_add(out, slice_make(head, sizeof head));
    buf_add(out, bytes);
}

void zlib_store(struct buf *out, struct slice bytes)
{
    uint32_t sum = adler32(bytes);
    buf_add(out, SLICE("\x78\x01"));
    for (; bytes.len > BLOCK_MAX; bytes = slice_from(bytes, BLOCK_MAX)) {
        add_block(out, slice_make(bytes.p, BLOCK_MAX), false);
    }
    add_block(out, bytes, true);
    char tail[TAIL_BYTES] = {(char)(sum >> 24), (char)(sum >> 16), (char)(sum >> 8), (char)sum};
    buf_add(out, slice_make(tail, sizeof tail));
}

static unsigned byte_at(struct slice s, size_t i)
{
    return (unsigned char)s.p[i];
}

/* RFC 1950 §2.2. */
static int check_head(struct slice s)
{
    if (s.len < HEAD_BYTES) return -EBADMSG;
    unsigned method = byte_at(s, 0), flags = byte_at(s, 1);
    if ((method & 15) != 8 || (method << 8 | flags) % 31) return -EBADMSG;
    return flags & 0x20 ? -ENOTSUP : 0;
}

/* Moves *rest behind the block. */
static int take_block(struct buf *out, struct slice *rest, bool *last)
{
    struct slice s = *rest;
    if (s.len < 1) return -EBADMSG;
    unsigned head = byte_at(s, 0);
    if (head >> 1 & 3) return (head >> 1 & 3) == 3 ? -EBADMSG : -ENOTSUP;
    if (s.len < BLOCK_HEAD_BYTES) return -EBADMSG;
    unsigned len = byte_at(s, 1) | byte_at(s, 2) << 8, complement = byte_at(s, 3) | byte_at(s, 4) << 8;
    if ((len ^ complement) != 0xffff || s.len - BLOCK_HEAD_BYTES < len) return -EBADMSG;
    buf_add(out, slice_make(s.p + BLOCK_HEAD_BYTES, len));
    *last = head & 1;
    *rest = slice_from(s, BLOCK_HEAD_BYTES + len);
    return 0;
}

static bool is_sum(struct slice tail, uint32_t sum)
{
    return tail.len == TAIL_BYTES &&
           (byte_at(tail, 0) << 24 | byte_at(tail, 1) << 16 | byte_at(tail, 2) << 8 | byte_at(tail, 3)) == sum;
}

int zlib_unstore(struct buf *out, struct slice stream)
{
    int rc = check_head(stream);
    struct slice rest = slice_from(stream, HEAD_BYTES);
    size_t start = out->len;
    for (bool last = false; rc == 0 && !last;) rc = take_block(out, &rest, &last);
    if (rc < 0 || out->overflow) return rc;
    struct slice content = slice_from(buf_slice(out), start);
    return is_sum(rest, adler32(content)) ? 0 : -EBADMSG;
}
