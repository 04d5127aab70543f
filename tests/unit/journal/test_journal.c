#include "rig.h"

static struct rig *g;

static void start(void)
{
    g = rig_new("/dev/shm");
}

static void stop(void)
{
    rig_free(g);
}

TestSuite(journal_journal, .init = start, .fini = stop, .timeout = 30);

Test(journal_journal, what_is_committed_comes_back_in_order)
{
    char text[32];
    uint64_t sequence = 0;
    cr_assert_eq(rig_open(g), 0, "%s", g->report.why);
    cr_assert_eq(g->report.found, JOURNAL_NEW);
    for (int i = 0; i < 100; i++) {
        (void)snprintf(text, sizeof text, "record %d", i);
        cr_assert_eq(rig_append(g, text, i % 3 ? JOURNAL_LOGGED : JOURNAL_SYNCED, &sequence), 0);
        if (i % 7 == 0) rig_settle(g);
    }
    rig_settle(g);
    cr_assert_eq(g->written, sequence);
    cr_assert_eq(g->synced, sequence); /* the last one is synced, and with it all before */
    rig_close(g);
    cr_assert_eq(rig_open(g), 0, "%s", g->report.why);
    cr_assert_eq(g->report.found, JOURNAL_CLOSED);
    cr_assert_eq(g->n_records, 100);
    for (uint32_t i = 0; i < 100; i++) {
        (void)snprintf(text, sizeof text, "record %u", i);
        cr_assert_str_eq(g->records[i].text, text);
        cr_assert_eq(g->records[i].sequence, i + 2); /* 1 is the journal's own */
    }
}

Test(journal_journal, sequences_go_on_over_restarts)
{
    uint64_t last = 0, sequence;
    for (int i = 0; i < 5; i++) {
        cr_assert_eq(rig_open(g), 0);
        cr_assert_eq(g->report.found, i == 0 ? JOURNAL_NEW : i % 2 ? JOURNAL_CLOSED : JOURNAL_ENDED);
        cr_assert_eq(g->n_records, (uint32_t)i);
        cr_assert_eq(rig_append(g, "x", JOURNAL_SYNCED, &sequence), 0);
        cr_assert_gt(sequence, last);
        last = sequence;
        rig_settle(g);
        if (i % 2) rig_abandon(g);
        else rig_close(g);
    }
    for (uint32_t i = 1; i < g->n_records; i++) cr_assert_gt(g->records[i].sequence, g->records[i - 1].sequence);
}

Test(journal_journal, one_batch_is_under_way_and_the_rest_gathers)
{
    uint64_t first, second, third;
    cr_assert_eq(rig_open(g), 0);
    rig_settle(g);
    uint64_t batches = metric_get(&journal_counts(g->j)->batches);
    cr_assert_eq(rig_append(g, "a", JOURNAL_SYNCED, &first), 0);
    journal_flush(g->j);
    cr_assert_eq(rig_append(g, "b", JOURNAL_SYNCED, &second), 0);
    journal_flush(g->j); /* nothing: the first is under way */
    cr_assert_eq(rig_append(g, "c", JOURNAL_SYNCED, &third), 0);
    journal_flush(g->j);
    cr_assert_eq(metric_get(&journal_counts(g->j)->batches), batches + 1);
    cr_assert_lt(g->synced, first);
    while (g->synced < first) {
        ring_wait(g->ring, true, 0, UINT64_MAX);
        (void)ring_dispatch(g->ring, 64);
    }
    cr_assert_eq(g->synced, first);
    rig_settle(g);
    cr_assert_eq(g->synced, third);
    cr_assert_eq(metric_get(&journal_counts(g->j)->batches), batches + 2);
    cr_assert_eq(metric_get(&journal_counts(g->j)->syncs), batches + 2);
}

Test(journal_journal, logged_records_are_synced_when_their_time_is_over)
{
    uint64_t sequence;
    cr_assert_eq(rig_open(g), 0);
    rig_settle(g);
    uint64_t syncs = metric_get(&journal_counts(g->j)->syncs), synced = g->synced;
    cr_assert_eq(journal_next_ns(g->j), UINT64_MAX);
    cr_assert_eq(rig_append(g, "a", JOURNAL_LOGGED, &sequence), 0);
    rig_settle(g);
    cr_assert_eq(g->written, sequence);
    cr_assert_eq(g->synced, synced);
    cr_assert_eq(journal_next_ns(g->j), g->clock.mono_ns + 50 * NS_PER_MS);
    g->clock.mono_ns += 50 * NS_PER_MS - 1;
    rig_settle(g);
    cr_assert_eq(g->synced, synced);
    g->clock.mono_ns++;
    rig_settle(g);
    cr_assert_eq(g->synced, sequence);
    cr_assert_eq(metric_get(&journal_counts(g->j)->syncs), syncs + 1);
    cr_assert_eq(journal_next_ns(g->j), UINT64_MAX);
}

Test(journal_journal, a_synced_record_takes_logged_ones_before_it_along)
{
    uint64_t sequence;
    cr_assert_eq(rig_open(g), 0);
    rig_settle(g);
    rig_must_append(g, "a", JOURNAL_LOGGED);
    rig_settle(g);
    cr_assert_lt(g->synced, g->written);
    cr_assert_eq(rig_append(g, "b", JOURNAL_SYNCED, &sequence), 0);
    rig_settle(g);
    cr_assert_eq(g->synced, sequence);
    cr_assert_eq(journal_next_ns(g->j), UINT64_MAX);
}

Test(journal_journal, transactions_of_many_records)
{
    uint64_t sequence;
    uint32_t segment;
    struct slice parts[2] = {SLICE("two "), SLICE("parts")};
    cr_assert_eq(rig_open(g), 0);
    journal_begin(g->j);
    for (uint8_t i = 0; i < 5; i++) journal_add(g->j, i, parts, 2);
    cr_assert_eq(journal_end(g->j, JOURNAL_SYNCED, &sequence, &segment), 0);
    cr_assert_eq(sequence, 6);
    cr_assert_eq(segment, 1);
    journal_begin(g->j);
    journal_add(g->j, 9, parts, 2);
    journal_abort(g->j);
    journal_begin(g->j);
    journal_add(g->j, 7, NULL, 0);
    cr_assert_eq(journal_end(g->j, JOURNAL_SYNCED, &sequence, &segment), 0);
    cr_assert_eq(sequence, 7);
    rig_settle(g);
    rig_abandon(g);
    cr_assert_eq(rig_open(g), 0);
    cr_assert_eq(g->n_records, 6);
    for (uint32_t i = 0; i < 5; i++) {
        cr_assert(g->records[i].type == i && g->records[i].index == i && g->records[i].count == 5);
        cr_assert_str_eq(g->records[i].text, "two parts");
    }
    cr_assert(g->records[5].type == 7 && g->records[5].len == 0 && g->records[5].count == 1);
}

Test(journal_journal, the_buffer_bounds_what_gathers)
{
    char big[4 * 4096];
    memset(big, 'b', sizeof big);
    struct slice half = {big, 6000}, most = {big, journal_bytes(0, 0)};
    cr_assert_eq(rig_open(g), 0);
    rig_settle(g);
    size_t max = journal_transaction_max(g->j);
    most.len = max - sizeof(struct record_head);
    for (int i = 0; i < 3; i++) {
        journal_begin(g->j);
        journal_add(g->j, 1, &half, 1);
        cr_assert_eq(journal_end(g->j, JOURNAL_SYNCED, NULL, NULL), i < 2 ? 0 : -EAGAIN);
    }
    rig_settle(g);
    journal_begin(g->j);
    journal_add(g->j, 1, &most, 1);
    cr_assert_eq(journal_end(g->j, JOURNAL_SYNCED, NULL, NULL), 0);
    rig_settle(g);
    most.len++;
    journal_begin(g->j);
    journal_add(g->j, 1, &most, 1);
    cr_assert_eq(journal_end(g->j, JOURNAL_SYNCED, NULL, NULL), -EMSGSIZE);
    cr_assert_eq(journal_bytes(most.len - 1, 1) >= max, true);
    rig_close(g);
    cr_assert_eq(rig_open(g), 0);
    cr_assert_eq(g->n_records, 3);
}

Test(journal_journal, segments_follow_each_other)
{
    char text[32];
    cr_assert_eq(rig_open(g), 0);
    for (int i = 0; i < 60; i++) {
        (void)snprintf(text, sizeof text, "%d", i);
        int rc;
        while ((rc = rig_append(g, text, i % 2 ? JOURNAL_SYNCED : JOURNAL_LOGGED, NULL)) == -EAGAIN) rig_turn(g);
        cr_assert_eq(rc, 0);
        rig_settle(g);
    }
    cr_assert_geq(metric_get(&journal_counts(g->j)->segments_made), 5);
    rig_abandon(g);
    cr_assert_eq(rig_open(g), 0, "%s %s %lu", g->report.why, g->report.file, g->report.offset);
    cr_assert_eq(g->n_records, 60, "%u, first %s", g->n_records, g->records[0].text);
    cr_assert_gt(g->records[59].segment, 4);
    for (int i = 0; i < 60; i++) cr_assert_eq(strtol(g->records[i].text, NULL, 10), i);
}

Test(journal_journal, a_segment_is_durable_before_the_next_one_gets_a_batch)
{
    struct slice part = SLICE("logged");
    uint64_t sequence = 0, last_of_first = 0;
    uint32_t segment = 1;
    cr_assert_eq(rig_open(g), 0);
    while (segment == 1) {
        last_of_first = sequence;
        journal_begin(g->j);
        journal_add(g->j, 1, &part, 1);
        int rc = journal_end(g->j, JOURNAL_LOGGED, &sequence, &segment);
        cr_assert(rc == 0 || rc == -EAGAIN);
        if (rc == 0) journal_live_add(g->j, segment, journal_bytes(part.len, 1));
        rig_settle(g);
    }
    cr_assert_eq(g->written, sequence);
    cr_assert_geq(g->synced, last_of_first); /* though its time was not over */
    cr_assert_lt(g->synced, sequence);
}

static void buffered_or_direct(enum journal_io io)
{
    char text[32];
    g->o.io = io;
    for (int round = 0; round < 3; round++) {
        cr_assert_eq(rig_open(g), 0, "%s", g->report.why);
        if (io != JOURNAL_IO_AUTO) cr_assert_eq(journal_is_direct(g->j), io == JOURNAL_IO_DIRECT);
        cr_assert_eq(g->n_records, (uint32_t)round * 20);
        for (int i = 0; i < 20; i++) {
            (void)snprintf(text, sizeof text, "%d", round * 20 + i);
            int rc;
            while ((rc = rig_append(g, text, i % 4 ? JOURNAL_SYNCED : JOURNAL_LOGGED, NULL)) == -EAGAIN) rig_turn(g);
            cr_assert_eq(rc, 0);
            rig_settle(g);
        }
        rig_abandon(g);
        g->o.io = io == JOURNAL_IO_AUTO && round == 0 ? JOURNAL_IO_BUFFERED : io; /* one may follow the other */
    }
}

Test(journal_journal, buffered_on_any_file_system)
{
    buffered_or_direct(JOURNAL_IO_BUFFERED);
}

Test(journal_journal, direct_and_buffered_on_a_disk)
{
    rig_free(g);
    g = rig_new("/tmp");
    buffered_or_direct(JOURNAL_IO_AUTO);
}

Test(journal_journal, options_are_checked)
{
    struct journal_options good = g->o;
    g->o.buffer_bytes = 1000;
    cr_assert_eq(rig_open(g), -EINVAL);
    g->o = good;
    g->o.segment_bytes = 4096 + 2 * good.buffer_bytes - 4096;
    cr_assert_eq(rig_open(g), -EINVAL);
    g->o = good;
    g->o.engine = 1;
    cr_assert_eq(rig_open(g), -EINVAL);
    g->o = good;
    cr_assert_eq(rig_open(g), 0);
    rig_settle(g);
    rig_close(g);
    g->o.engines = 2;
    cr_assert_eq(rig_open(g), -EXDEV);
    g->o = good;
    cr_assert_eq(rig_open(g), 0);
}

Test(journal_journal, a_folder_has_one_owner)
{
    struct journal *second = NULL;
    cr_assert_eq(rig_open(g), 0);
    rig_settle(g);
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        struct files *f = NULL;
        struct ring *r = NULL;
        const char *why;
        struct ring_options ro = {.sq_entries = 8, .cq_entries = 16};
        struct journal_report report;
        struct journal_options o = g->o;
        int rc = ring_open(&ro, &r, &why);
        if (rc == 0) rc = files_new(r, JOURNAL_FILE_OPS, &f);
        o.files = f;
        if (rc == 0) rc = journal_open(&o, &second, &report);
        if (write(ends[1], &rc, sizeof rc) != sizeof rc) _exit(1);
        _exit(0);
    }
    int rc = 0;
    cr_assert_eq(read(ends[0], &rc, sizeof rc), (ssize_t)sizeof rc);
    cr_assert_eq(rc, -EWOULDBLOCK);
    FILE *null = fopen("/dev/null", "w");
    cr_assert_eq(journal_check(g->files, g->path, 0, null), -EWOULDBLOCK);
    fclose(null);
    rig_must_append(g, "still ours", JOURNAL_SYNCED);
    rig_settle(g);
}
