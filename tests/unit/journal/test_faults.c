#include "rig.h"

static struct rig *g;

static void start(void)
{
    g = rig_new("/dev/shm");
}

static void stop(void)
{
    files_fail_at(g->files, FILE_FAULT_NONE, 0, 0);
    rig_free(g);
}

TestSuite(journal_faults, .init = start, .fini = stop, .timeout = 60);

#define WANTED 40

/* Opens, appends WANTED records, some of them logged, and closes, as far as it goes. acked[i]: acknowledged as durable. Returns
 * what journal_open said. */
static int scenario(bool acked[WANTED])
{
    uint64_t sequence[WANTED];
    int n = 0;
    memset(acked, 0, WANTED * sizeof *acked);
    int rc = rig_open(g);
    if (rc < 0) return rc;
    for (int turns = 0; n < WANTED && turns < 400; turns++) {
        char text[16];
        (void)snprintf(text, sizeof text, "r%d", n);
        rc = rig_append(g, text, n % 3 ? JOURNAL_SYNCED : JOURNAL_LOGGED, &sequence[n]);
        cr_assert(rc == 0 || rc == -EAGAIN || rc == -ENOSPC || rc == -EROFS);
        if (rc == 0) n++;
        if (rc == -EROFS) break;
        rig_settle(g);
    }
    if (g->j && !journal_failed(g->j)) rig_close(g);
    else {
        cr_assert_eq(rig_append(g, "x", JOURNAL_SYNCED, NULL), -EROFS);
        cr_assert_eq(journal_room_for(g->j, 1, 1), -EROFS);
        cr_assert_eq(g->failures, 1);
        cr_assert_eq(g->error, journal_failed(g->j));
        rig_abandon(g);
    }
    for (int i = 0; i < n; i++) acked[i] = sequence[i] <= g->synced;
    return 0;
}

/* Lets every single operation of the scenario fail, one per round, and looks at what is left each time. */
static void every_operation(enum file_fault fault, int error, uint64_t step)
{
    bool acked[WANTED], failed_once = false, opened_once = false;
    cr_assert_eq(scenario(acked), 0);
    for (int i = 0; i < WANTED; i++) cr_assert(acked[i]);
    uint64_t operations = files_counted(g->files);
    cr_assert_gt(operations, 100);
    for (uint64_t nth = 1; nth <= operations; nth += step) {
        rig_empty(g);
        g->failures = 0;
        files_fail_at(g->files, fault, nth, error);
        int rc = scenario(acked);
        files_fail_at(g->files, FILE_FAULT_NONE, 0, 0);
        if (g->failures) failed_once = true;
        g->failures = 0;
        if (rc == 0) opened_once = true;
        rc = rig_open(g);
        cr_assert_eq(rc, 0, "operation %lu: %d %s %s", nth, rc, g->report.why, g->report.file);
        for (int i = 0; i < WANTED; i++) {
            char text[16];
            (void)snprintf(text, sizeof text, "r%d", i);
            if (acked[i]) cr_assert(rig_has(g, text), "operation %lu: %s is lost", nth, text);
        }
        for (uint32_t i = 0; i < g->n_records; i++) { /* and the rest is what was appended, in order */
            char text[16];
            (void)snprintf(text, sizeof text, "r%u", i);
            cr_assert_str_eq(g->records[i].text, text);
        }
        while (rig_append(g, "after", JOURNAL_SYNCED, NULL) == -EAGAIN) rig_settle(g);
        rig_settle(g);
        cr_assert_eq(g->synced, g->written);
        cr_assert_eq(g->failures, 0);
        rig_abandon(g);
    }
    cr_assert(failed_once && opened_once);
}

Test(journal_faults, an_error_at_every_operation)
{
    every_operation(FILE_FAULT_ERROR, EIO, 1);
}

Test(journal_faults, errors_from_every_operation_on)
{
    every_operation(FILE_FAULT_FROM, EIO, 1);
}

Test(journal_faults, a_short_write_at_every_operation)
{
    every_operation(FILE_FAULT_SHORT, 0, 1);
}

Test(journal_faults, the_same_through_the_page_cache)
{
    g->o.io = JOURNAL_IO_BUFFERED;
    every_operation(FILE_FAULT_ERROR, EIO, 1);
    rig_empty(g);
    g->failures = 0;
    every_operation(FILE_FAULT_SHORT, 0, 1);
}

Test(journal_faults, a_full_disk_is_no_failure_where_segments_are_made)
{
    cr_assert_eq(rig_open(g), 0);
    uint64_t made = metric_get(&journal_counts(g->j)->segments_made);
    int appended = 0;
    do { /* until a segment is wanted */
        cr_assert_lt(++appended, 20);
        files_fail_at(g->files, FILE_FAULT_ERROR, 4, ENOSPC); /* batch, open, lock, then the room for the new segment */
        rig_must_append(g, "one of several", JOURNAL_SYNCED);
        rig_settle(g);
    } while (files_counted(g->files) < 4);
    cr_assert_eq(g->failures, 0);
    cr_assert_eq(metric_get(&journal_counts(g->j)->segments_made), made);
    cr_assert_eq(journal_next_ns(g->j), g->clock.mono_ns + NS_PER_S);
    rig_must_append(g, "goes on", JOURNAL_SYNCED);
    rig_settle(g);
    g->clock.mono_ns += NS_PER_S;
    rig_settle(g);
    cr_assert_geq(metric_get(&journal_counts(g->j)->segments_made), made + 1);
}

Test(journal_faults, nothing_is_called_committed_after_a_failure)
{
    uint64_t sequence;
    g->nothing_lives = true; /* so that no segment is wanted */
    cr_assert_eq(rig_open(g), 0);
    rig_settle(g);
    uint64_t before = g->written;
    cr_assert_eq(rig_append(g, "lost", JOURNAL_SYNCED, &sequence), 0);
    files_fail_at(g->files, FILE_FAULT_ERROR, 1, EIO);
    rig_settle(g);
    cr_assert_eq(g->failures, 1);
    cr_assert_eq(g->error, EIO);
    cr_assert_eq(g->written, before);
    cr_assert_eq(rig_append(g, "no", JOURNAL_SYNCED, &sequence), -EROFS);
    rig_settle(g);
    cr_assert_eq(g->failures, 1);
    cr_assert_eq(g->written, before);
    cr_assert_eq(files_counted(g->files), 1); /* nothing is tried again */
}
