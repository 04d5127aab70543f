#include "rig.h"

static struct rig *g;
static uint8_t image[16 * 4096]; /* segment 1 of the small journal */
static size_t ends[8];           /* of its batches */
static uint32_t n_batches;

static void start(void)
{
    g = rig_new("/dev/shm");
}

static void stop(void)
{
    rig_free(g);
}

TestSuite(journal_replay, .init = start, .fini = stop, .timeout = 60);

/* One batch for the start, then three with one, two and one synced transactions; not closed. */
static void build(void)
{
    static const char *const texts[] = {"first", "second", "third", "fourth"};
    cr_assert_eq(rig_open(g), 0);
    rig_settle(g);
    for (int i = 0; i < 4; i++) {
        rig_must_append(g, texts[i], JOURNAL_SYNCED);
        if (i != 1) rig_settle(g);
    }
    rig_abandon(g);
    cr_assert_eq(rig_read(g, 1, image, sizeof image), g->o.segment_bytes);
    n_batches = 0;
    for (size_t at = BLOCK; image[at]; at = ends[n_batches++]) {
        struct batch_head h;
        memcpy(&h, image + at, sizeof h);
        ends[n_batches] = at + h.bytes;
    }
    cr_assert_eq(n_batches, 4);
    cr_assert_eq(ends[3], 5 * BLOCK);
}

static void restore(void)
{
    rig_write(g, 1, image, sizeof image, 0);
}

static void dump_one(void *arg, FILE *out, const struct journal_record *r)
{
    (void)out;
    if (r->type < JOURNAL_TYPES) {
        bool lives = ((struct rig *)arg)->nothing_lives;
        ((struct rig *)arg)->nothing_lives = true; /* no journal is open */
        (void)rig_on_record(arg, r);
        ((struct rig *)arg)->nothing_lives = lives;
    }
}

static FILE *null;

/* What a start would say, without starting. */
static int look(void)
{
    if (!null) null = fopen("/dev/null", "w");
    g->n_records = 0;
    return journal_dump(g->files, g->path, 0, null, dump_one, g);
}

static void assert_records(uint32_t n)
{
    static const char *const texts[] = {"first", "second", "third", "fourth", "after"};
    cr_assert_eq(g->n_records, n, "%u", g->n_records);
    for (uint32_t i = 0; i < n; i++) cr_assert_str_eq(g->records[i].text, texts[i]);
}

Test(journal_replay, the_last_batch_cut_at_every_byte_is_dropped_and_the_log_goes_on)
{
    build();
    g->o.disk_bytes_max = g->o.segment_bytes; /* others need not be made each time */
    for (size_t cut = ends[2]; cut < ends[3]; cut++) {
        uint8_t *copy = malloc(sizeof image);
        memcpy(copy, image, sizeof image);
        memset(copy + cut, 0, sizeof image - cut);
        rig_write(g, 1, copy, sizeof image, 0);
        free(copy);
        cr_assert_eq(rig_open(g), 0, "cut %zu: %s", cut, g->report.why);
        cr_assert_eq(g->report.found, cut == ends[2] ? JOURNAL_ENDED : JOURNAL_TORN, "cut %zu", cut);
        assert_records(3);
        if (cut % 64 == 0) { /* and what comes after it is found behind it */
            rig_must_append(g, "fourth", JOURNAL_SYNCED);
            rig_settle(g);
            rig_abandon(g);
            cr_assert_eq(rig_open(g), 0, "cut %zu: %s", cut, g->report.why);
            cr_assert_eq(g->report.found, JOURNAL_ENDED);
            assert_records(4);
        }
        rig_abandon(g);
        rig_empty(g);
        cr_assert_eq(rig_open(g), 0); /* makes a segment 1 to be written over */
        rig_abandon(g);
    }
}

Test(journal_replay, a_truncated_file_is_a_torn_tail_too)
{
    char path[128];
    build();
    rig_file(g, 1, path);
    for (size_t cut = ends[2]; cut < ends[3]; cut += 97) {
        restore();
        cr_assert_eq(truncate(path, (off_t)cut), 0);
        cr_assert_eq(look(), 0, "cut %zu", cut);
        assert_records(3);
    }
    cr_assert_eq(truncate(path, (off_t)ends[1]), 0);
    cr_assert_eq(look(), 0);
    assert_records(1);
}

Test(journal_replay, no_flipped_bit_goes_unnoticed)
{
    g->o.segment_bytes = 7 * JOURNAL_BLOCK; /* small: all of it is read each time */
    g->o.buffer_bytes = JOURNAL_BLOCK;
    build();
    for (size_t byte = 0; byte < ends[3]; byte++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            uint8_t flipped = image[byte] ^ (uint8_t)(1u << bit);
            rig_write(g, 1, &flipped, 1, byte);
            /* all of them were acknowledged: nothing may be lost silently */
            cr_assert_eq(look(), -EBADMSG, "byte %zu bit %u", byte, bit);
        }
        rig_write(g, 1, image + byte, 1, byte);
    }
    cr_assert_eq(look(), 0);
    assert_records(4);
}

Test(journal_replay, a_lost_sector_is_damage_before_the_last_batch_and_a_torn_tail_in_it)
{
    uint8_t zeros[512] = {0};
    build();
    for (size_t at = 0; at < ends[3]; at += sizeof zeros) {
        bool was_zero = memcmp(image + at, zeros, sizeof zeros) == 0;
        rig_write(g, 1, zeros, sizeof zeros, at);
        int rc = look();
        if (was_zero) cr_assert_eq(rc, 0);
        else if (at < ends[2]) cr_assert_eq(rc, -EBADMSG, "at %zu", at);
        else {
            cr_assert_eq(rc, 0, "at %zu", at);
            assert_records(3);
        }
        rig_write(g, 1, image + at, sizeof zeros, at);
    }
}

Test(journal_replay, a_start_refuses_damage_and_says_where)
{
    uint8_t wrong = image[ends[1] + 100] ^ 1;
    build();
    wrong = image[ends[1] + 100] ^ 1;
    rig_write(g, 1, &wrong, 1, ends[1] + 100);
    cr_assert_eq(rig_open(g), -EBADMSG);
    cr_assert_null(g->j);
    cr_assert_eq(g->report.found, JOURNAL_DAMAGED);
    cr_assert_str_eq(g->report.file, "journal-0-0000000001.seg");
    cr_assert_eq(g->report.offset, ends[1]);
    cr_assert_neq(g->report.why[0], 0);
    g->o.accept_damage = true;
    cr_assert_eq(rig_open(g), 0);
    cr_assert_eq(g->report.damages, 1);
    cr_assert_eq(g->n_records, 2); /* second and third were one batch */
    cr_assert(rig_has(g, "first") && rig_has(g, "fourth"));
    rig_must_append(g, "after", JOURNAL_SYNCED);
    rig_settle(g);
    rig_abandon(g);
    cr_assert_eq(rig_open(g), 0); /* until compaction has left the damaged segment */
    cr_assert(rig_has(g, "first") && rig_has(g, "fourth") && rig_has(g, "after"));
    rig_abandon(g);
    g->o.accept_damage = false;
    cr_assert_eq(rig_open(g), -EBADMSG);
}

/* Appends until the journal stands in the given segment. */
static void fill_to(uint32_t number)
{
    for (uint32_t i = 0;; i++) {
        char text[16];
        uint32_t segment;
        (void)snprintf(text, sizeof text, "%u", i);
        struct slice part = slice_str(text);
        journal_begin(g->j);
        journal_add(g->j, 1, &part, 1);
        int rc = journal_end(g->j, JOURNAL_SYNCED, NULL, &segment);
        if (rc == 0) journal_live_add(g->j, segment, journal_bytes(part.len, 1));
        cr_assert(rc == 0 || rc == -EAGAIN);
        rig_settle(g);
        if (rc == 0 && segment == number) return;
    }
}

Test(journal_replay, missing_files_are_noticed_at_every_place)
{
    char path[128];
    cr_assert_eq(rig_open(g), 0);
    fill_to(4);
    rig_abandon(g);
    cr_assert_eq(look(), 0);
    uint32_t all = g->n_records;
    for (uint32_t n = 1; n <= 3; n++) {
        char aside[160];
        rig_file(g, n, path);
        (void)snprintf(aside, sizeof aside, "%s.aside", path);
        cr_assert_eq(rename(path, aside), 0);
        cr_assert_eq(look(), -EBADMSG, "segment %u", n);
        cr_assert_eq(rename(aside, path), 0);
    }
    cr_assert_eq(look(), 0);
    cr_assert_eq(g->n_records, all);
}

Test(journal_replay, a_torn_end_of_a_segment_that_others_follow_is_damage)
{
    uint8_t zeros[4096] = {0};
    cr_assert_eq(rig_open(g), 0);
    fill_to(3);
    rig_abandon(g);
    size_t last = 0;
    cr_assert_eq(rig_read(g, 2, image, sizeof image), sizeof image);
    for (size_t at = BLOCK; at < sizeof image && image[at]; at += BLOCK) last = at;
    cr_assert_gt(last, BLOCK);
    rig_write(g, 2, zeros, 512, last);
    cr_assert_eq(look(), -EBADMSG);
    rig_write(g, 2, zeros, BLOCK, last); /* the whole batch: only the next segment shows that it is missing */
    cr_assert_eq(look(), -EBADMSG);
}

Test(journal_replay, logged_batches_may_be_lost_in_any_order_before_their_sync)
{
    uint8_t zeros[4096] = {0};
    cr_assert_eq(rig_open(g), 0);
    rig_settle(g);
    for (int i = 0; i < 3; i++) {
        rig_must_append(g, i == 0 ? "first" : "more", JOURNAL_LOGGED);
        rig_settle(g);
    }
    rig_abandon(g);
    rig_write(g, 1, zeros, BLOCK, 3 * BLOCK); /* the second of three that were never synced */
    cr_assert_eq(rig_open(g), 0, "%s", g->report.why);
    cr_assert_eq(g->report.found, JOURNAL_TORN);
    assert_records(1);
    rig_settle(g);
    rig_abandon(g);
    cr_assert_eq(rig_open(g), 0);
    cr_assert_eq(g->report.found, JOURNAL_ENDED);
    assert_records(1);
}

static void add_new(void)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/journal-0-0000000009.new", g->path);
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    cr_assert_eq(write(fd, "rest", 4), 4);
    close(fd);
}

Test(journal_replay, what_was_being_made_is_removed)
{
    char path[128];
    build();
    add_new();
    cr_assert_eq(look(), 0);
    cr_assert_eq(rig_open(g), 0);
    assert_records(4);
    (void)snprintf(path, sizeof path, "%s/journal-0-0000000009.new", g->path);
    cr_assert_neq(access(path, F_OK), 0);
}

static int refuse(void *arg, const struct journal_record *r)
{
    (void)arg, (void)r;
    return -ENOTSUP;
}

Test(journal_replay, the_owner_may_refuse_a_record)
{
    build();
    g->o.on_record = refuse;
    cr_assert_eq(rig_open(g), -ENOTSUP);
    cr_assert_null(g->j);
    g->o.on_record = rig_on_record;
    cr_assert_eq(rig_open(g), 0);
    assert_records(4);
}

Test(journal_replay, the_checker_prints_a_line_per_segment_and_a_verdict)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    build();
    cr_assert_eq(journal_check(g->files, g->path, 0, out), 0);
    uint8_t wrong = image[ends[1] + 100] ^ 1;
    rig_write(g, 1, &wrong, 1, ends[1] + 100);
    cr_assert_eq(journal_check(g->files, g->path, 0, out), -EBADMSG);
    fclose(out);
    cr_assert(strstr(text, "journal-0-0000000001.seg  size 65536  used 20480  batches 4  records 4  clean end"), "%s", text);
    cr_assert(strstr(text, "verdict: ends with a whole batch"));
    cr_assert(strstr(text, "verdict: DAMAGED: journal-0-0000000001.seg at offset 12288"), "%s", text);
    free(text);
}

static void remove_prepared(void)
{
    char path[128];
    for (uint32_t number = 2; rig_exists(g, number); number++) {
        rig_file(g, number, path);
        cr_assert_eq(unlink(path), 0);
    }
}

/* Nothing has been made ahead, and nothing can be: the room that is left in the segment has to do. */
Test(journal_replay, a_torn_tail_on_a_full_disk_is_no_end)
{
    bool has_gone_on = false;
    build();
    for (uint64_t nth = 1; !has_gone_on; nth++) {
        cr_assert_lt(nth, 100, "no start without another segment");
        rig_empty(g);
        int fd = -1;
        char path[128];
        rig_file(g, 1, path);
        fd = open(path, O_WRONLY | O_CREAT, 0600);
        cr_assert_geq(fd, 0);
        close(fd);
        restore();
        rig_write(g, 1, "\0\0\0\0", 4, ends[2]); /* the last batch lost its first bytes … */
        static const uint8_t zeros[512];
        rig_write(g, 1, zeros, sizeof zeros, ends[2]); /* … and its first sector */
        files_fail_at(g->files, FILE_FAULT_FROM, nth, ENOSPC);
        int rc = rig_open(g);
        files_fail_at(g->files, FILE_FAULT_NONE, 0, 0);
        if (rc < 0) continue; /* something before that has failed */
        has_gone_on = metric_get(&journal_counts(g->j)->segments_made) == 0;
        cr_assert_eq(g->report.found, JOURNAL_TORN);
        if (has_gone_on) break;
        rig_abandon(g);
    }
    while (rig_append(g, "after", JOURNAL_SYNCED, NULL) == -EAGAIN) rig_settle(g);
    rig_settle(g);
    cr_assert_eq(g->failures, 0);
    cr_assert_eq(g->synced, g->written);
    rig_abandon(g);
    remove_prepared();
    cr_assert_eq(rig_open(g), 0, "%s", g->report.why);
    cr_assert_eq(g->report.found, JOURNAL_ENDED);
    cr_assert(rig_has(g, "after") && rig_has(g, "third") && !rig_has(g, "fourth"));
}

/* Where not even that is there it says so, and the next start finds all that there was. */
Test(journal_replay, a_full_disk_without_room_in_the_last_segment_refuses_the_start)
{
    build();
    remove_prepared();
    g->o.segment_bytes = 64 * JOURNAL_BLOCK; /* batches may be larger now than what is left of the old one */
    g->o.buffer_bytes = 14 * JOURNAL_BLOCK;
    static const uint8_t zeros[512];
    rig_write(g, 1, zeros, sizeof zeros, ends[2]);
    bool was_refused = false;
    for (uint64_t nth = 1; nth < 100 && !was_refused; nth++) {
        files_fail_at(g->files, FILE_FAULT_FROM, nth, ENOSPC);
        int rc = rig_open(g);
        files_fail_at(g->files, FILE_FAULT_NONE, 0, 0);
        if (rc == 0) {
            rig_abandon(g);
            break;
        }
        was_refused = strcmp(g->report.why, "there is no room on the disk for another file of the journal, and none of those there are can go on") == 0;
        if (was_refused) cr_assert_eq(rc, -ENOSPC);
    }
    cr_assert(was_refused);
    cr_assert_eq(rig_open(g), 0, "%s", g->report.why);
    cr_assert(rig_has(g, "first") && rig_has(g, "third"));
}
