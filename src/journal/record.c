/* record.c: see record.h. */
#include "journal/record.h"

#include "base/check.h"
#include "base/digest.h"

#include <string.h>

/* ---- writing ---- */

size_t record_put(uint8_t *p, uint8_t type, const struct slice *parts, size_t n_parts)
{
    struct record_head head = {.magic = RECORD_MAGIC, .type = type};
    size_t at = sizeof head;
    for (size_t i = 0; i < n_parts; i++) {
        if (parts[i].len) memcpy(p + at, parts[i].p, parts[i].len);
        at += parts[i].len;
    }
    head.length = (uint32_t)(at - sizeof head);
    size_t bytes = record_bytes(head.length);
    memset(p + at, 0, bytes - at);
    memcpy(p, &head, sizeof head);
    return bytes;
}

void record_frame(uint8_t *p, uint16_t n, uint64_t first_sequence)
{
    for (uint16_t i = 0; i < n; i++) {
        struct record_head head;
        memcpy(&head, p, sizeof head);
        head.sequence = first_sequence + i;
        head.index = i;
        head.count = n;
        head.flags = i + 1 == n ? RECORD_LAST : 0;
        memcpy(p, &head, sizeof head);
        p += record_bytes(head.length);
    }
}

static uint32_t record_crc(const uint8_t *p, const struct record_head *head, uint32_t before)
{
    struct record_head h = *head;
    h.crc = 0;
    return crc32c(crc32c(before, &h, sizeof h), p + sizeof h, record_bytes(h.length) - sizeof h);
}

static uint32_t head_crc(const struct batch_head *head, uint32_t seed)
{
    struct batch_head h = *head;
    h.crc = 0;
    return crc32c(seed, &h, sizeof h);
}

static void put_end(uint8_t *p, size_t bytes, uint64_t sequence)
{
    struct record_head end = {.magic = RECORD_MAGIC,
                              .type = RECORD_END,
                              .flags = RECORD_LAST,
                              .length = (uint32_t)(bytes - sizeof end),
                              .count = 1,
                              .sequence = sequence};
    memcpy(p, &end, sizeof end);
    memset(p + sizeof end, 0xff, bytes - sizeof end);
}

uint32_t batch_seal(uint8_t *p, size_t used, const struct batch_head *head, uint32_t seed)
{
    struct batch_head h = *head;
    h.magic = BATCH_MAGIC;
    h.bytes = (uint32_t)batch_bytes(used);
    put_end(p + used, h.bytes - used, h.first_sequence + h.records);
    h.zero_sectors = sectors_zero(p + JOURNAL_SECTOR, h.bytes - JOURNAL_SECTOR); /* the first one holds the head */
    h.crc = head_crc(&h, seed);
    memcpy(p, &h, sizeof h);
    uint32_t crc = h.crc;
    for (size_t at = sizeof h; at < h.bytes;) {
        struct record_head r;
        memcpy(&r, p + at, sizeof r);
        crc = record_crc(p + at, &r, crc);
        memcpy(p + at + offsetof(struct record_head, crc), &crc, sizeof crc);
        at += record_bytes(r.length);
    }
    return crc;
}

/* ---- reading ---- */

bool batch_is_head(const uint8_t *p, uint64_t salt, uint32_t seed)
{
    struct batch_head h;
    memcpy(&h, p, sizeof h);
    return h.magic == BATCH_MAGIC && h.salt == salt && h.crc == head_crc(&h, seed) && h.bytes && h.bytes % JOURNAL_BLOCK == 0;
}

/* Where a record stands among the others. */
struct walk {
    uint64_t sequence; /* of the next record */
    uint32_t records;
    uint16_t index, count; /* of the next record in its transaction; index 0: a new one begins */
};

static bool record_is_right(const struct record_head *h, struct walk *w)
{
    if (h->sequence != w->sequence || h->count == 0) return false;
    if (h->index != w->index || (w->index && h->count != w->count)) return false;
    bool last = h->index + 1 == h->count;
    if (h->flags != (last ? RECORD_LAST : 0)) return false;
    w->count = h->count;
    w->index = last ? 0 : (uint16_t)(w->index + 1);
    w->sequence++;
    w->records++;
    return true;
}

bool batch_is_whole(const uint8_t *p, uint32_t *last_crc)
{
    struct batch_head b;
    memcpy(&b, p, sizeof b);
    struct walk w = {.sequence = b.first_sequence};
    uint32_t crc = b.crc;
    for (size_t at = sizeof b; at + sizeof(struct record_head) <= b.bytes;) {
        struct record_head h;
        memcpy(&h, p + at, sizeof h);
        size_t bytes = record_bytes(h.length);
        if (h.magic != RECORD_MAGIC || bytes > b.bytes - at) return false;
        crc = record_crc(p + at, &h, crc);
        if (h.crc != crc) return false;
        at += bytes;
        if (h.type == RECORD_END) {
            *last_crc = crc;
            return at == b.bytes && w.index == 0 && w.records == b.records && h.sequence == w.sequence;
        }
        if (!record_is_right(&h, &w)) return false;
    }
    return false;
}

bool all_zero(const uint8_t *p, size_t bytes)
{
    /* the first byte is zero, and each one equals the one before */
    return bytes == 0 || (p[0] == 0 && memcmp(p, p + 1, bytes - 1) == 0);
}

uint32_t sectors_zero(const uint8_t *p, size_t bytes)
{
    uint32_t n = 0;
    for (size_t at = 0; at < bytes; at += JOURNAL_SECTOR) n += all_zero(p + at, JOURNAL_SECTOR);
    return n;
}
