#include "base/random.h"
#include "journal/record.h"

#include <criterion/criterion.h>

#include <stdlib.h>

#define SALT UINT64_C(0x1122334455667788)
#define SEED 99u

static uint8_t batch[4 * JOURNAL_BLOCK];
static size_t size;

/* Three transactions of 1, 2, 1 records: texts, then nothing, then zeros that fill whole sectors. */
static size_t build(void)
{
    static const char zeros[1500];
    struct slice text = SLICE("some text"), none = {NULL, 0}, gap = {zeros, sizeof zeros};
    size_t at = sizeof(struct batch_head), start = at;
    memset(batch, 0xaa, sizeof batch);
    at += record_put(batch + at, 1, &text, 1);
    record_frame(batch + start, 1, 50);
    start = at;
    at += record_put(batch + at, 2, &none, 1);
    at += record_put(batch + at, 3, &gap, 1);
    record_frame(batch + start, 2, 51);
    start = at;
    at += record_put(batch + at, 4, &text, 1);
    record_frame(batch + start, 1, 53);
    struct batch_head head = {.salt = SALT, .first_sequence = 50, .synced_sequence = 49, .records = 4, .wall_ns = 5};
    size = batch_bytes(at);
    (void)batch_seal(batch, at, &head, SEED);
    return size;
}

static bool whole(void)
{
    uint32_t crc;
    struct batch_head h;
    memcpy(&h, batch, sizeof h);
    return batch_is_head(batch, SALT, SEED) && h.bytes == size && batch_is_whole(batch, &crc);
}

Test(journal_record, a_sealed_batch_is_whole)
{
    struct batch_head h;
    build();
    memcpy(&h, batch, sizeof h);
    cr_assert(whole());
    cr_assert_eq(size, JOURNAL_BLOCK);
    cr_assert_eq(h.zero_sectors, 2); /* of 1,500 zeros */
    cr_assert_eq(sectors_zero(batch, size), 2);
    cr_assert_neq(batch[size - 1], 0);
    cr_assert_not(batch_is_head(batch, SALT + 1, SEED));
    cr_assert_not(batch_is_head(batch, SALT, SEED + 1));
}

Test(journal_record, no_bit_can_change_unnoticed)
{
    build();
    for (size_t bit = 0; bit < size * 8; bit++) {
        batch[bit / 8] ^= (uint8_t)(1u << bit % 8);
        cr_assert_not(whole(), "bit %zu", bit);
        batch[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    cr_assert(whole());
}

Test(journal_record, no_end_can_be_missing_unnoticed)
{
    for (size_t cut = 0; cut < size || cut == 0; cut++) {
        build();
        memset(batch + cut, 0, size - cut);
        cr_assert_not(whole(), "cut at %zu", cut);
        if (cut >= sizeof(struct batch_head)) cr_assert_eq(batch[size - 1], 0);
    }
}

Test(journal_record, random_lengths_are_read_back_whole)
{
    struct random r;
    random_seed(&r, 11);
    char payload[3000];
    memset(payload, 'p', sizeof payload);
    for (int round = 0; round < 2000; round++) {
        size_t at = sizeof(struct batch_head);
        struct batch_head head = {.salt = SALT, .first_sequence = 1};
        while (random_below(&r, 8)) {
            struct slice parts[2] = {{payload, random_below(&r, 600)}, {payload, random_below(&r, 9)}};
            if (at + record_bytes(parts[0].len + parts[1].len) + RECORD_END_MIN > sizeof batch) break;
            size_t n = record_put(batch + at, 1, parts, 2);
            cr_assert_eq(n, record_bytes(parts[0].len + parts[1].len));
            record_frame(batch + at, 1, ++head.records);
            at += n;
        }
        size = batch_bytes(at);
        cr_assert(size % JOURNAL_BLOCK == 0 && size - at >= RECORD_END_MIN);
        (void)batch_seal(batch, at, &head, SEED);
        cr_assert(whole());
    }
}
