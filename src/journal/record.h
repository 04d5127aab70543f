/* record.h: the bytes of a journal's batches and records. Pure functions over memory; any thread.
 *
 * A batch is what one write brings to the disk: whole transactions of one or more records each, padded to 4 KiB. It is
 * read as a whole or not at all, so its transactions are, too. All numbers are little-endian; docs/journal-format.md shows
 * each byte.
 *
 *     batch   head (64) | record | record | … | end record: fills up to the next multiple of 4096, at least 32 bytes
 *     record  head (24) | payload | zeros up to a multiple of 8
 *
 * - The CRC of a batch's head begins with the segment's seed (made of its salt), so that a head can be recognised by itself.
 * - The CRC of a record goes on from the CRC before it: of the record before, or of its batch's head for the first one. Nothing
 *   can be left out, put in or exchanged unnoticed. The next batch's head repeats the last of them (previous_crc).
 * - A segment holds zeros where nothing was written. The end record's payload is 0xff up to the last byte, and the head tells
 *   how many 512-byte sectors of the batch are all zero: so a batch that did not reach the disk as a whole can be told from
 *   one that did and was damaged later.
 * - synced_sequence is what was known to be durable when the batch was written: a readable batch proves that those records had
 *   been acknowledged as durable. */
#ifndef QUERN_JOURNAL_RECORD_H
#define QUERN_JOURNAL_RECORD_H

#include "base/slice.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JOURNAL_BLOCK 4096u
#define JOURNAL_SECTOR 512u /* what a disk writes whole or not at all */

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "structs stand on the disk as they are in memory");

#define BATCH_MAGIC 0x31424a51u /* "QJB1" */
#define RECORD_MAGIC 0x5251u    /* "QR" */

struct batch_head {
    uint32_t magic;           /* BATCH_MAGIC */
    uint32_t crc;             /* CRC32C of the head with 0 here, going on from the segment's seed */
    uint64_t salt;            /* the segment's */
    uint64_t first_sequence;  /* of its first record; of the next batch's first where it has none */
    uint64_t synced_sequence; /* this and all before were durable when the batch was written; 0: none */
    uint32_t bytes;           /* the batch, padding included */
    uint32_t records;         /* without the end record */
    uint32_t previous_crc;    /* of the batch before: its end record; 0 in a journal's first batch */
    uint32_t oldest_segment;  /* those with lower numbers are not needed any more */
    uint32_t zero_sectors;    /* how many sectors of the batch are all zero */
    uint32_t reserved;        /* 0 */
    uint64_t wall_ns;         /* when it was written, since 1970 */
};
static_assert(sizeof(struct batch_head) == 64, "on-disk format");
static_assert(offsetof(struct batch_head, crc) == 4 && offsetof(struct batch_head, salt) == 8, "on-disk format");
static_assert(offsetof(struct batch_head, bytes) == 32 && offsetof(struct batch_head, oldest_segment) == 44, "on-disk format");
static_assert(offsetof(struct batch_head, zero_sectors) == 48 && offsetof(struct batch_head, wall_ns) == 56, "on-disk format");

/* No 8 bytes of it are all zero, whatever the CRC: zero_sectors is counted before the CRCs are known. */
struct record_head {
    uint16_t magic;    /* RECORD_MAGIC */
    uint8_t type;      /* the owner's below RECORD_OWN */
    uint8_t flags;     /* RECORD_LAST */
    uint32_t length;   /* of the payload, without padding */
    uint32_t crc;      /* CRC32C of head (with 0 here), payload and padding, going on from the CRC before */
    uint16_t index;    /* within its transaction, from 0 */
    uint16_t count;    /* records of the transaction */
    uint64_t sequence; /* 1, 2, 3 … over all segments; an end record has that of the next record */
};
static_assert(sizeof(struct record_head) == 24, "on-disk format");
static_assert(offsetof(struct record_head, type) == 2 && offsetof(struct record_head, length) == 4, "on-disk format");
static_assert(offsetof(struct record_head, crc) == 8 && offsetof(struct record_head, index) == 12, "on-disk format");
static_assert(offsetof(struct record_head, sequence) == 16, "on-disk format");

#define RECORD_LAST 1u /* flags: the transaction ends here */
#define RECORD_COUNT_MAX UINT16_MAX

/* Types from here on are the journal's own. */
#define RECORD_OWN 0xf0u
enum record_own {
    RECORD_OPENED = 0xf0, /* a start of the journal: struct record_opened */
    RECORD_CLOSED = 0xf1, /* it was closed in order; no payload */
    RECORD_TRIMMED = 0xf2, /* a batch that only says which segments go; no payload */
    RECORD_END = 0xff,    /* end of a batch: payload of 0xff bytes */
};
struct record_opened {
    uint32_t format;  /* SEGMENT_VERSION */
    uint32_t found;   /* enum journal_found: how the log before this record ended */
    uint32_t segment; /* a torn tail: where it was; else 0 */
    uint32_t offset;
};
static_assert(sizeof(struct record_opened) == 16, "on-disk format");

#define RECORD_END_MIN (sizeof(struct record_head) + 8)

static inline size_t record_bytes(size_t payload)
{
    return sizeof(struct record_head) + ((payload + 7) & ~(size_t)7);
}

/* Bytes of a batch whose head and records take used bytes. */
static inline size_t batch_bytes(size_t used)
{
    return (used + RECORD_END_MIN + JOURNAL_BLOCK - 1) / JOURNAL_BLOCK * JOURNAL_BLOCK;
}

/* ---- writing ---- */

/* Puts a record at p (8-byte aligned, record_bytes of room, which are all written): all but sequence, index, count, flags and
 * crc. Returns its bytes. */
size_t record_put(uint8_t *p, uint8_t type, const struct slice *parts, size_t n_parts);
/* The n records from p on, which record_put has put there, are one transaction with the sequences from first_sequence on. */
void record_frame(uint8_t *p, uint16_t n, uint64_t first_sequence);
/* Completes the batch of used bytes at p: room for the head, then framed records; batch_bytes(used) of room. head: all but
 * magic, crc, bytes and zero_sectors. Returns the CRC that the next batch repeats. */
uint32_t batch_seal(uint8_t *p, size_t used, const struct batch_head *head, uint32_t seed);

/* ---- reading ---- */

/* Whether a batch's head stands at p (64 bytes). */
bool batch_is_head(const uint8_t *p, uint64_t salt, uint32_t seed);
/* Whether the batch at p, whose head is right and says no more bytes than there are, is right as a whole. *last_crc: what the
 * next batch repeats. */
bool batch_is_whole(const uint8_t *p, uint32_t *last_crc);
bool all_zero(const uint8_t *p, size_t bytes);
/* Sectors among the bytes at p (a multiple of JOURNAL_SECTOR) that are all zero. */
uint32_t sectors_zero(const uint8_t *p, size_t bytes);

#endif
