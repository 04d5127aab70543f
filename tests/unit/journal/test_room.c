#include "rig.h"
#include "base/random.h"

#include <sys/mount.h>

static struct rig *g;

static void start(void)
{
    g = rig_new("/dev/shm");
}

static void stop(void)
{
    rig_free(g);
}

TestSuite(journal_room, .init = start, .fini = stop, .timeout = 60);

#define END_BYTES 100 /* payload of the record that ends something */
static const char end_text[END_BYTES] = "end";

static int append_end(enum journal_durability d, bool reserved)
{
    struct slice part = {end_text, sizeof end_text};
    uint32_t segment;
    journal_begin(g->j);
    journal_add(g->j, 2, &part, 1);
    int rc = reserved ? journal_end_reserved(g->j, d, journal_bytes(END_BYTES, 1), NULL, &segment)
                      : journal_end(g->j, d, NULL, &segment);
    if (rc == 0) journal_live_add(g->j, segment, journal_bytes(END_BYTES, 1));
    return rc;
}

static uint64_t free_blocks(void)
{
    return metric_get(&journal_counts(g->j)->free_bytes) / BLOCK;
}

Test(journal_room, what_is_reserved_can_be_written_one_by_one_and_not_one_more)
{
    uint32_t n = 0;
    int rc;
    g->o.disk_bytes_max = (uint64_t)3 * g->o.segment_bytes;
    cr_assert_eq(rig_open(g), 0);
    rig_settle(g);
    while ((rc = journal_room_for(g->j, 0, journal_bytes(END_BYTES, 1))) != -ENOSPC) {
        if (rc == 0) cr_assert_eq(journal_reserve(g->j, journal_bytes(END_BYTES, 1)), 0);
        if (rc == 0) n++;
        rig_settle(g);
    }
    /* three segments of 15 blocks, 12 usable, one block taken; a block per segment and one for the last word; a segment and the end
     * of one (4 blocks) for compaction, half a segment for transitions */
    cr_assert_eq(n, 36 - 1 - 4 - 16 - 6 - 1); /* the last is for what the reservation is asked for with */
    cr_assert_eq(metric_get(&journal_counts(g->j)->disk_bytes), g->o.disk_bytes_max);
    cr_assert_eq(journal_room_for(g->j, 10, 0), 0);
    cr_assert_eq(journal_room_for(g->j, 10, 10), -ENOSPC);
    cr_assert_eq(journal_reserve(g->j, journal_bytes(END_BYTES, 1)), 0);
    cr_assert_eq(journal_room_for(g->j, 10, 0), -ENOSPC);
    n++;
    for (int i = 0; i < 5; i++) { /* transitions may take what admission leaves, but a block for moving what lives now, and no more */
        cr_assert_eq(journal_can_move(g->j, 10, 0), 0);
        cr_assert_eq(rig_append(g, "transition", JOURNAL_SYNCED, NULL), 0);
        rig_settle(g);
    }
    cr_assert_eq(journal_can_move(g->j, 10, 0), -ENOSPC);
    cr_assert_eq(journal_reserve(g->j, 1), -ENOSPC);
    cr_assert_eq(journal_can_move(g->j, 10, 10), 0);
    cr_assert_eq(journal_can_move(g->j, 6000, 10), -ENOSPC);
    for (int i = 0; i < 17; i++) { /* compaction may take what transitions leave */
        cr_assert_eq(journal_can_append(g->j, 10, 0), 0);
        cr_assert_eq(rig_append(g, "rewritten", JOURNAL_SYNCED, NULL), 0);
        rig_settle(g);
    }
    cr_assert_eq(free_blocks(), 0);
    cr_assert_eq(journal_can_append(g->j, 10, 0), -ENOSPC);
    cr_assert_eq(rig_append(g, "one more", JOURNAL_SYNCED, NULL), -ENOSPC);
    for (uint32_t i = 0; i < n; i++) { /* each a batch of its own: the most expensive way */
        cr_assert_eq(append_end(JOURNAL_SYNCED, true), 0, "end %u of %u", i, n);
        rig_settle(g);
        cr_assert_eq(rig_append(g, "one more", JOURNAL_SYNCED, NULL), -ENOSPC);
    }
    cr_assert_eq(append_end(JOURNAL_SYNCED, false), -ENOSPC);
    rig_close(g); /* and its last word fits, too */
    cr_assert_eq(rig_open(g), 0);
    cr_assert_eq(g->report.found, JOURNAL_CLOSED);
    cr_assert_eq(g->n_records, n + 6 + 16);
}

Test(journal_room, a_reserved_end_that_became_larger_needs_room_for_the_rest)
{
    static const char large[9000];
    struct slice part = {large, sizeof large};
    g->o.disk_bytes_max = (uint64_t)3 * g->o.segment_bytes;
    cr_assert_eq(rig_open(g), 0);
    rig_settle(g);
    cr_assert_eq(journal_reserve(g->j, journal_bytes(END_BYTES, 1)), 0);
    while (rig_append(g, "transition", JOURNAL_SYNCED, NULL) != -ENOSPC) rig_settle(g);
    journal_begin(g->j);
    journal_add(g->j, 2, &part, 1);
    cr_assert_eq(journal_end_reserved(g->j, JOURNAL_SYNCED, journal_bytes(END_BYTES, 1), NULL, NULL), -ENOSPC);
    cr_assert_eq(append_end(JOURNAL_SYNCED, true), 0); /* the short form still fits */
    cr_assert_eq(metric_get(&journal_counts(g->j)->reserved_bytes), 0);
}

Test(journal_room, any_mix_of_sizes_keeps_its_promise)
{
    struct random r;
    static const char bytes[6000];
    g->o.disk_bytes_max = (uint64_t)6 * g->o.segment_bytes;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        size_t held[200];
        uint32_t n = 0;
        random_seed(&r, seed);
        cr_assert_eq(rig_open(g), 0);
        rig_settle(g);
        for (int i = 0; i < 400; i++) { /* until full, then some */
            size_t size = random_below(&r, 5900);
            struct slice part = {bytes, size};
            if (random_below(&r, 2) && n < 200 && journal_reserve(g->j, journal_bytes(size, 1)) == 0) held[n++] = size;
            journal_begin(g->j);
            journal_add(g->j, 1, &part, 1);
            uint32_t segment;
            int rc = journal_end(g->j, (enum journal_durability)random_below(&r, 2), NULL, &segment);
            if (rc == 0) journal_live_add(g->j, segment, journal_bytes(size, 1));
            cr_assert(rc == 0 || rc == -EAGAIN || rc == -ENOSPC);
            if (random_below(&r, 3)) rig_settle(g);
        }
        rig_settle(g);
        while (n) {
            uint32_t i = (uint32_t)random_below(&r, n);
            struct slice part = {bytes, held[i]};
            journal_begin(g->j);
            journal_add(g->j, 2, &part, 1);
            int rc = journal_end_reserved(g->j, JOURNAL_SYNCED, journal_bytes(held[i], 1), NULL, NULL);
            if (rc == -EAGAIN) { /* the buffer */
                rig_settle(g);
                continue;
            }
            cr_assert_eq(rc, 0, "seed %lu, %u left", seed, n);
            held[i] = held[--n];
            if (random_below(&r, 2)) rig_settle(g);
        }
        rig_settle(g);
        cr_assert_eq(g->failures, 0);
        rig_close(g);
        rig_empty(g);
    }
}

Test(journal_room, reservations_of_a_replay_are_facts)
{
    cr_assert_eq(rig_open(g), 0);
    g->o.disk_bytes_max = g->o.segment_bytes;
    rig_settle(g);
    rig_abandon(g);
    cr_assert_eq(rig_open(g), 0);
    rig_settle(g);
    while (rig_append(g, "transition", JOURNAL_SYNCED, NULL) != -ENOSPC) rig_settle(g);
    cr_assert_eq(journal_reserve(g->j, 10), -ENOSPC);
}

Test(journal_room, a_full_disk_refuses_and_keeps_what_it_has)
{
    if (geteuid() != 0) cr_skip_test("only root mounts a small file system");
    rig_free(g);
    g = rig_new("/tmp");
    if (mount("none", g->path, "tmpfs", 0, "size=1m") != 0) cr_skip_test("no file system can be mounted here");
    g->o.segment_bytes = 32 * JOURNAL_BLOCK; /* 128 KiB: eight would fill it */
    cr_assert_eq(rig_open(g), 0, "%s", g->report.why);
    uint32_t n = 0, appended = 0;
    int rc;
    for (int i = 0; i < 5000 && (rc = journal_room_for(g->j, 20, journal_bytes(END_BYTES, 1))) != -ENOSPC; i++) {
        if (rc == 0) {
            cr_assert_eq(journal_reserve(g->j, journal_bytes(END_BYTES, 1)), 0);
            rc = rig_append(g, "job", JOURNAL_SYNCED, NULL);
            cr_assert_eq(rc, 0);
            n++, appended++;
        }
        rig_settle(g);
    }
    cr_assert_eq(rc, -ENOSPC);
    cr_assert_gt(n, 30);
    cr_assert_eq(g->failures, 0);
    while (n) {
        if (append_end(JOURNAL_SYNCED, true) == 0) n--, appended++;
        rig_settle(g);
    }
    g->clock.mono_ns += 2 * NS_PER_S; /* it tries again, in vain */
    rig_settle(g);
    cr_assert_eq(g->failures, 0);
    rig_close(g);
    cr_assert_eq(rig_open(g), 0, "%s", g->report.why);
    cr_assert_eq(g->n_records, appended);
    rig_close(g);
    rig_empty(g);
    cr_assert_eq(umount(g->path), 0);
}
