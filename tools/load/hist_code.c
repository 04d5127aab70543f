/* hist_code.c: HdrHistogram's compressed V2 encoding (encoding and decoding). All integers big-endian.
 *
 *   container    cookie 0x1c849304 | 0x10  u32     the word size in bits 4 to 7: 1 means LEB128
 *                length                    i32     of what follows
 *                zlib stream of the histogram
 *   histogram    cookie 0x1c849303 | 0x10  u32
 *                payload length            i32
 *                normalizing index offset  i32     0; else the array would be rotated
 *                significant digits        i32
 *                lowest discernible value  i64     1
 *                highest trackable value   i64
 *                integer to double ratio   double  1.0
 *                payload: the counts from index 0 to that of the highest value as ZigZag LEB128
 *                numbers; a negative number is a run of so many zeros
 *
 * LEB128 here is at most 9 bytes: the ninth has eight bits of content. */
#include "tools/load/hist_code.h"

#include "base/buf.h"
#include "base/check.h"
#include "tools/load/base64.h"
#include "tools/load/zlib_stored.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#define COOKIE_CONTAINER 0x1c849304u
#define COOKIE_HISTOGRAM 0x1c849303u
#define COOKIE_WORD_LEB128 0x10u
#define COOKIE_WORD_MASK 0xf0u
#define LEB128_BYTES_MAX 9

struct container_head {
    uint32_t cookie;
    uint32_t length;
};
static_assert(sizeof(struct container_head) == 8, "file format");

struct histogram_head {
    uint32_t cookie, payload_len, normalizing_offset, digits;
    uint64_t lowest, highest;
    uint64_t ratio_bits;
};
static_assert(sizeof(struct histogram_head) == 40, "file format");

/* ---- numbers ---- */

static void add_number(struct buf *out, int64_t number)
{
    uint64_t left = (uint64_t)number << 1 ^ (uint64_t)(number >> 63);
    char bytes[LEB128_BYTES_MAX];
    size_t n = 0;
    for (; left > 0x7f && n < LEB128_BYTES_MAX - 1; left >>= 7) bytes[n++] = (char)(left | 0x80);
    bytes[n++] = (char)left;
    buf_add(out, slice_make(bytes, n));
}

static bool take_number(struct slice *rest, int64_t *number)
{
    uint64_t value = 0;
    for (size_t i = 0; i < rest->len && i < LEB128_BYTES_MAX; i++) {
        uint64_t byte = (unsigned char)rest->p[i];
        bool last = byte < 0x80 || i == LEB128_BYTES_MAX - 1;
        value |= (i == LEB128_BYTES_MAX - 1 ? byte : byte & 0x7f) << 7 * i;
        if (!last) continue;
        *number = (int64_t)(value >> 1 ^ (0 - (value & 1)));
        *rest = slice_from(*rest, i + 1);
        return true;
    }
    return false;
}

static uint64_t double_bits(double d)
{
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    return bits;
}

/* ---- encoding ---- */

static void add_counts(struct buf *out, const struct hist *h)
{
    uint64_t highest = h->max_ns < h->max_trackable_ns ? h->max_ns : h->max_trackable_ns;
    uint32_t end = hist_index(h, highest) + 1;
    for (uint32_t i = 0; i < end;) {
        uint32_t first = i++;
        if (h->counts[first]) {
            add_number(out, (int64_t)h->counts[first]);
            continue;
        }
        while (i < end && !h->counts[i]) i++;
        add_number(out, -(int64_t)(i - first));
    }
}

static void add_histogram(struct buf *out, const struct hist *h)
{
    struct histogram_head head = {
        .cookie = htobe32(COOKIE_HISTOGRAM | COOKIE_WORD_LEB128),
        .digits = htobe32((uint32_t)h->digits),
        .lowest = htobe64(1),
        .highest = htobe64(h->max_trackable_ns),
        .ratio_bits = htobe64(double_bits(1)),
    };
    buf_add(out, slice_make(&head, sizeof head));
    add_counts(out, h);
    if (out->overflow) return;
    head.payload_len = htobe32((uint32_t)(out->len - sizeof head));
    memcpy(out->p, &head, sizeof head);
}

static void add_container(struct buf *out, struct slice histogram)
{
    struct container_head head = {.cookie = htobe32(COOKIE_CONTAINER | COOKIE_WORD_LEB128)};
    buf_add(out, slice_make(&head, sizeof head));
    zlib_store(out, histogram);
    if (out->overflow) return;
    head.length = htobe32((uint32_t)(out->len - sizeof head));
    memcpy(out->p, &head, sizeof head);
}

char *hist_encode(const struct hist *h)
{
    struct buf histogram, container, text;
    buf_init(&histogram, INT32_MAX);
    buf_init(&container, INT32_MAX);
    buf_init(&text, INT32_MAX);
    add_histogram(&histogram, h);
    add_container(&container, buf_slice(&histogram));
    base64_append(&text, buf_slice(&container));
    if (histogram.overflow || container.overflow || text.overflow) buf_deinit(&text);
    buf_deinit(&histogram);
    buf_deinit(&container);
    return text.p;
}

/* ---- decoding ---- */

/* False when there are more values than can be counted. */
static bool put_count(struct hist *h, uint64_t place, uint64_t n)
{
    uint32_t last = hist_index(h, h->max_trackable_ns);
    if (place > last) h->clipped += n; /* others let the rest of the array be used: we count those at the bound */
    h->counts[place < last ? place : last] += n;
    return !__builtin_add_overflow(h->count, n, &h->count);
}

/* Numbers up to the payload's end; they may not lead out of the array. */
static int read_counts(struct hist *h, struct slice payload)
{
    for (uint64_t at = 0; payload.len;) {
        int64_t number;
        if (!take_number(&payload, &number) || at >= h->counts_n) return -EBADMSG;
        if (number < -(int64_t)(h->counts_n - at)) return -EBADMSG;
        if (number >= 0 && !put_count(h, at, (uint64_t)number)) return -EBADMSG;
        at += number < 0 ? (uint64_t)-number : 1;
    }
    return 0;
}

/* The encoding does not have them. */
static void find_min_and_max(struct hist *h)
{
    uint32_t cursor = 0;
    uint64_t ns, n;
    h->max_ns = h->max_trackable_ns; /* look everywhere */
    h->min_ns = 0;
    if (!hist_next(h, &cursor, &ns, &n)) {
        h->max_ns = 0;
        h->min_ns = UINT64_MAX;
        return;
    }
    uint64_t lowest = hist_lowest_equivalent(h, ns);
    while (hist_next(h, &cursor, &ns, &n)) {}
    h->min_ns = lowest;
    h->max_ns = ns;
}

static int check_head(const struct histogram_head *head, size_t payload_len)
{
    uint32_t cookie = be32toh(head->cookie);
    uint64_t highest = be64toh(head->highest);
    if ((cookie & ~COOKIE_WORD_MASK) != COOKIE_HISTOGRAM || be32toh(head->payload_len) > payload_len) return -EBADMSG;
    if (be32toh(head->digits) < 1 || be32toh(head->digits) > 5 || highest < 2 || highest > INT64_MAX) return -EBADMSG;
    if (head->normalizing_offset || be64toh(head->lowest) != 1) return -ENOTSUP;
    return be64toh(head->ratio_bits) == double_bits(1) ? 0 : -ENOTSUP;
}

static int read_histogram(struct slice bytes, struct hist *h)
{
    struct histogram_head head;
    if (bytes.len < sizeof head) return -EBADMSG;
    memcpy(&head, bytes.p, sizeof head);
    struct slice payload = slice_from(bytes, sizeof head);
    int rc = check_head(&head, payload.len);
    if (rc < 0) return rc;
    payload.len = be32toh(head.payload_len);
    rc = hist_init(h, be64toh(head.highest), (int)be32toh(head.digits));
    if (rc < 0) return rc;
    rc = read_counts(h, payload);
    if (rc < 0) hist_deinit(h);
    else find_min_and_max(h);
    return rc;
}

/* *stream: the zlib stream in it. */
static int read_container(struct slice bytes, struct slice *stream)
{
    struct container_head head;
    if (bytes.len < sizeof head) return -EBADMSG;
    memcpy(&head, bytes.p, sizeof head);
    uint32_t kind = be32toh(head.cookie) & ~COOKIE_WORD_MASK;
    *stream = slice_from(bytes, sizeof head);
    if (kind >> 4 != COOKIE_CONTAINER >> 4 || be32toh(head.length) > stream->len) return -EBADMSG;
    stream->len = be32toh(head.length);
    return kind == COOKIE_CONTAINER ? 0 : -ENOTSUP; /* the cookies of older versions differ in the last four bits */
}

int hist_decode(const char *base64, struct hist *h)
{
    struct buf container, histogram;
    struct slice stream;
    buf_init(&container, INT32_MAX);
    buf_init(&histogram, INT32_MAX);
    int rc = base64_read(&container, slice_str(base64)) ? read_container(buf_slice(&container), &stream) : -EBADMSG;
    if (rc == 0) rc = zlib_unstore(&histogram, stream);
    if (container.overflow || histogram.overflow) rc = -ENOMEM;
    if (rc == 0) rc = read_histogram(buf_slice(&histogram), h);
    buf_deinit(&container);
    buf_deinit(&histogram);
    return rc;
}
