#include "rig.h"
#include "base/random.h"

static struct rig *g;

/* An owner with jobs that are made, changed and ended: records "C id value", "U id value", "E id", and "C" again when it is
 * asked to move one. Everything that was appended is remembered by sequence, so the state after any prefix is known. */
#define IDS 64
#define OPS_MAX 60000

struct op {
    uint64_t sequence;
    uint32_t id, value; /* value 0: ended */
};
static struct op *ops;
static uint32_t n_ops;
static uint32_t value[IDS], home[IDS]; /* value 0: not there; home: segment of the newest full record */
static uint32_t replayed[IDS], replayed_home[IDS];
static uint32_t rewrites;

#define FULL_BYTES 200

static int append(char kind, uint32_t id, uint32_t v, enum journal_durability d, uint64_t *sequence, uint32_t *segment)
{
    char text[FULL_BYTES] = "";
    int len = snprintf(text, sizeof text, "%c %u %u", kind, id, v);
    struct slice part = {text, kind == 'C' ? sizeof text : (size_t)len};
    journal_begin(g->j);
    journal_add(g->j, 1, &part, 1);
    return journal_end(g->j, d, sequence, segment);
}

static void remember(uint64_t sequence, uint32_t id, uint32_t v)
{
    cr_assert_lt(n_ops, OPS_MAX);
    ops[n_ops++] = (struct op){sequence, id, v};
    value[id] = v;
}

static uint32_t on_rewrite(void *arg, uint32_t segment, uint32_t n_max)
{
    (void)arg;
    uint32_t n = 0, to;
    for (uint32_t id = 0; id < IDS && n < n_max; id++) {
        if (!value[id] || home[id] != segment) continue;
        if (append('C', id, value[id], JOURNAL_LOGGED, NULL, &to) < 0) break;
        journal_live_sub(g->j, segment, journal_bytes(FULL_BYTES, 1));
        journal_live_add(g->j, to, journal_bytes(FULL_BYTES, 1));
        home[id] = to;
        n++;
    }
    rewrites += n;
    return n;
}

static void leave(uint32_t id)
{
    if (replayed_home[id]) journal_live_sub(g->j, replayed_home[id], journal_bytes(FULL_BYTES, 1));
    replayed_home[id] = 0;
}

static int on_record(void *arg, const struct journal_record *r)
{
    char kind, text[32] = "";
    uint32_t id, v;
    (void)arg;
    memcpy(text, r->payload.p, r->payload.len < sizeof text - 1 ? r->payload.len : sizeof text - 1);
    cr_assert_eq(sscanf(text, "%c %u %u", &kind, &id, &v), 3);
    cr_assert_lt(id, IDS);
    if (kind == 'C') {
        leave(id);
        replayed_home[id] = r->segment;
        journal_live_add(g->j, r->segment, journal_bytes(FULL_BYTES, 1));
    }
    if (kind == 'U' && !replayed[id]) return 0; /* of a job that has ended since, whose full record is gone */
    if (kind == 'E') leave(id);
    replayed[id] = kind == 'E' ? 0 : v;
    return 0;
}

static void start(void)
{
    g = rig_new("/dev/shm");
    g->o.on_rewrite = on_rewrite;
    g->o.on_record = on_record;
    ops = calloc(OPS_MAX, sizeof *ops);
    n_ops = rewrites = 0;
    memset(value, 0, sizeof value);
}

static void stop(void)
{
    rig_free(g);
    free(ops);
}

TestSuite(journal_compact, .init = start, .fini = stop, .timeout = 120);

/* Opens; what is replayed must be the state after exactly the operations up to the last sequence, all synced ones among them. */
static void open_and_compare(uint64_t synced, const char *when)
{
    memset(replayed, 0, sizeof replayed);
    memset(replayed_home, 0, sizeof replayed_home);
    cr_assert_eq(rig_open(g), 0, "%s: %s %s", when, g->report.why, g->report.file);
    uint64_t last = g->report.last_sequence;
    cr_assert_geq(last, synced, "%s", when);
    uint32_t expected[IDS] = {0}, kept = 0;
    for (uint32_t i = 0; i < n_ops; i++) {
        if (ops[i].sequence > last) break;
        expected[ops[i].id] = ops[i].value;
        kept = i + 1;
    }
    for (uint32_t id = 0; id < IDS; id++)
        cr_assert_eq(replayed[id], expected[id], "%s: job %u is %u, not %u", when, id, replayed[id], expected[id]);
    n_ops = kept;
    memcpy(value, expected, sizeof value);
    memcpy(home, replayed_home, sizeof home);
}

/* One random operation of the owner. */
static void act(struct random *r)
{
    static uint32_t next_value;
    uint64_t sequence;
    uint32_t id = (uint32_t)random_below(r, IDS), segment, v = ++next_value;
    enum journal_durability d = random_below(r, 3) ? JOURNAL_SYNCED : JOURNAL_LOGGED;
    uint64_t what = random_below(r, 8);
    if (id < 4) what = value[id] ? 7 : 0; /* a few live for ever and never change */
    if (!value[id]) {
        if (append('C', id, v, d, &sequence, &segment) < 0) return;
        home[id] = segment;
        journal_live_add(g->j, segment, journal_bytes(FULL_BYTES, 1));
        remember(sequence, id, v);
    } else if (what < 3) {
        if (append('E', id, 0, d, &sequence, NULL) < 0) return;
        journal_live_sub(g->j, home[id], journal_bytes(FULL_BYTES, 1));
        remember(sequence, id, 0);
    } else if (what < 6) {
        if (append('U', id, v, d, &sequence, NULL) == 0) remember(sequence, id, v);
    }
}

static void copy_one(const struct rig *from, const char *path)
{
    static char bytes[16 * 4096];
    char to[512];
    (void)from;
    int in = open(path, O_RDONLY);
    if (in < 0) return; /* renamed or unlinked meanwhile */
    ssize_t n = read(in, bytes, sizeof bytes);
    close(in);
    (void)snprintf(to, sizeof to, "%s.copy/%s", g->path, strrchr(path, '/') + 1);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    cr_assert(out >= 0 && write(out, bytes, (size_t)n) == n);
    close(out);
}

static void back_one(const struct rig *from, const char *path)
{
    char to[512];
    (void)from;
    (void)snprintf(to, sizeof to, "%.*s/%s", (int)(strrchr(path, '/') - path) - 5, path, strrchr(path, '/') + 1);
    cr_assert_eq(rename(path, to), 0);
}

/* The folder as it is now becomes the folder after a kill: what is under way may have happened or not. */
static uint64_t kill_now(void)
{
    char copy[sizeof g->path];
    uint64_t synced = g->synced;
    cr_assert_lt(snprintf(copy, sizeof copy, "%.50s.copy", g->path), (int)sizeof copy);
    cr_assert_eq(mkdir(copy, 0700), 0);
    rig_each_file(g, copy_one);
    rig_abandon(g);
    rig_empty(g);
    struct rig other = *g;
    memcpy(other.path, copy, sizeof copy);
    rig_each_file(&other, back_one);
    cr_assert_eq(rmdir(copy), 0);
    return synced;
}

Test(journal_compact, nothing_comes_back_and_nothing_is_lost_whenever_it_is_killed)
{
    struct random r;
    uint64_t deleted = 0;
    uint32_t most = 0;
    random_seed(&r, 21);
    open_and_compare(0, "first");
    for (int life = 0; life < 120; life++) {
        uint64_t turns = 1 + random_below(&r, 120);
        for (uint64_t i = 0; i < turns; i++) {
            for (uint64_t n = random_below(&r, 6); n; n--) act(&r);
            journal_flush(g->j);
            if (random_below(&r, 4)) rig_turn(g);
            g->clock.mono_ns += random_below(&r, 20 * NS_PER_MS);
            uint64_t disk = metric_get(&journal_counts(g->j)->disk_bytes) / g->o.segment_bytes;
            if (disk > most) most = (uint32_t)disk;
        }
        deleted += metric_get(&journal_counts(g->j)->segments_deleted);
        open_and_compare(kill_now(), "after a kill");
    }
    cr_assert_gt(deleted, 200);
    cr_assert_gt(rewrites, 500);
    cr_assert_lt(most, 30); /* 64 jobs of 200 bytes do not fill more */
    cr_assert_eq(g->failures, 0);
}

Test(journal_compact, the_disk_bound_is_kept_while_little_lives)
{
    struct random r;
    random_seed(&r, 22);
    g->o.disk_bytes_max = (uint64_t)8 * g->o.segment_bytes;
    open_and_compare(0, "first");
    for (int i = 0; i < 3000; i++) {
        act(&r);
        rig_settle(g);
        g->clock.mono_ns += NS_PER_MS;
        cr_assert_leq(metric_get(&journal_counts(g->j)->disk_bytes), g->o.disk_bytes_max);
    }
    cr_assert_gt(metric_get(&journal_counts(g->j)->segments_deleted), 50);
    cr_assert_gt(n_ops, 1500);
    uint64_t synced = g->synced;
    rig_close(g);
    open_and_compare(synced, "closed");
    cr_assert_eq(g->report.found, JOURNAL_CLOSED);
}

Test(journal_compact, what_lives_stays_where_it_is_when_it_is_much)
{
    g->o.on_rewrite = on_rewrite;
    open_and_compare(0, "first");
    uint32_t segment;
    for (uint32_t id = 0; id < IDS; id++) { /* fourteen per batch: nearly all of the data lives */
        uint64_t sequence;
        int rc;
        while ((rc = append('C', id, 1, JOURNAL_SYNCED, &sequence, &segment)) == -EAGAIN) rig_settle(g);
        cr_assert_eq(rc, 0);
        home[id] = segment;
        journal_live_add(g->j, segment, journal_bytes(FULL_BYTES, 1));
        remember(sequence, id, 1);
        if (id % 14 == 13) rig_settle(g);
    }
    rig_settle(g);
    cr_assert_eq(rewrites, 0);
    cr_assert(rig_exists(g, 1));
}

Test(journal_compact, a_segment_goes_only_after_a_durable_batch_has_said_so)
{
    uint32_t segment;
    uint64_t sequence;
    g->o.on_rewrite = NULL;
    open_and_compare(0, "first");
    cr_assert_eq(append('C', 0, 1, JOURNAL_SYNCED, &sequence, &segment), 0);
    remember(sequence, 0, 1);
    home[0] = segment;
    journal_live_add(g->j, segment, journal_bytes(FULL_BYTES, 1));
    while (home[0] + 2 > segment) { /* on to the third segment; only job 0 lives */
        int rc = append('U', 0, 2, JOURNAL_SYNCED, &sequence, &segment);
        if (rc == 0) remember(sequence, 0, 2);
        rig_settle(g);
    }
    cr_assert(rig_exists(g, 1) && rig_exists(g, 2) && rig_exists(g, 3)); /* 2 holds nothing that lives, but 1 does */
    cr_assert_eq(append('E', 0, 0, JOURNAL_LOGGED, &sequence, NULL), 0);
    journal_live_sub(g->j, 1, journal_bytes(FULL_BYTES, 1));
    remember(sequence, 0, 0);
    files_fail_at(g->files, FILE_FAULT_ERROR, 1, EIO); /* the batch that says so */
    rig_settle(g);
    cr_assert_eq(g->failures, 1);
    cr_assert(rig_exists(g, 1) && rig_exists(g, 2));
    rig_abandon(g);
    files_fail_at(g->files, FILE_FAULT_NONE, 0, 0);
    g->failures = 0;
    open_and_compare(0, "after the failure");
    cr_assert_eq(value[0], 2);
    rig_settle(g); /* the start's own record is out */
    cr_assert_eq(append('E', 0, 0, JOURNAL_LOGGED, &sequence, NULL), 0);
    journal_live_sub(g->j, home[0], journal_bytes(FULL_BYTES, 1));
    remember(sequence, 0, 0);
    rig_settle(g);
    cr_assert(!rig_exists(g, 1) && !rig_exists(g, 2) && rig_exists(g, 3));
    cr_assert_eq(g->synced, g->written); /* a logged record, but what says that segments go is durable */
    rig_abandon(g);
    open_and_compare(0, "at last");
}

Test(journal_compact, a_file_whose_deletion_was_cut_short_is_not_read_again)
{
    static char bytes[16 * 4096];
    uint32_t segment;
    uint64_t sequence;
    open_and_compare(0, "first");
    cr_assert_eq(append('C', 0, 1, JOURNAL_SYNCED, &sequence, &segment), 0);
    journal_live_add(g->j, segment, journal_bytes(FULL_BYTES, 1));
    remember(sequence, 0, 1);
    home[0] = segment;
    rig_settle(g);
    cr_assert_eq(rig_read(g, 1, (uint8_t *)bytes, sizeof bytes), sizeof bytes);
    cr_assert_eq(append('E', 0, 0, JOURNAL_SYNCED, &sequence, NULL), 0);
    journal_live_sub(g->j, home[0], journal_bytes(FULL_BYTES, 1));
    remember(sequence, 0, 0);
    for (int i = 0; rig_exists(g, 2) || i < 5; i++) { /* until the end record's own segment has gone, too */
        int rc = append('U', 1, 1, JOURNAL_SYNCED, &sequence, NULL);
        cr_assert(rc == 0 || rc == -EAGAIN);
        rig_settle(g);
        cr_assert_lt(i, 200);
    }
    cr_assert_not(rig_exists(g, 1));
    rig_abandon(g);
    char path[128];
    rig_file(g, 1, path); /* the folder forgets that it was unlinked */
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    cr_assert_eq(write(fd, bytes, sizeof bytes), (ssize_t)sizeof bytes);
    close(fd);
    open_and_compare(0, "with a file from before");
    cr_assert_not(rig_exists(g, 1));
}

/* The same operations of the owner each time, until something fails. */
static void wear_down(void)
{
    struct random r;
    random_seed(&r, 23);
    open_and_compare(0, "first");
    for (int i = 0; i < 500 && !g->failures; i++) {
        act(&r);
        rig_settle(g);
        g->clock.mono_ns += 20 * NS_PER_MS;
    }
}

static void start_anew(void)
{
    rig_empty(g);
    memset(value, 0, sizeof value);
    memset(home, 0, sizeof home);
    n_ops = rewrites = 0;
    g->failures = 0;
}

static void fail_each(enum file_fault fault)
{
    uint32_t n_failed = 0;
    files_fail_at(g->files, FILE_FAULT_NONE, 0, 0);
    wear_down();
    uint64_t operations = files_counted(g->files), deleted = metric_get(&journal_counts(g->j)->segments_deleted);
    cr_assert_gt(deleted, 5);
    cr_assert_gt(rewrites, 20);
    rig_abandon(g);
    for (uint64_t nth = operations / 5; nth <= operations; nth += 3) { /* before that nothing is compacted */
        start_anew();
        files_fail_at(g->files, fault, nth, EIO);
        wear_down();
        files_fail_at(g->files, FILE_FAULT_NONE, 0, 0);
        n_failed += g->failures;
        cr_assert_leq(g->failures, 1);
        uint64_t synced = g->synced;
        rig_abandon(g);
        g->failures = 0;
        open_and_compare(synced, "after a failure");
        rig_abandon(g);
    }
    cr_assert_gt(n_failed, 50);
}

Test(journal_compact, a_failure_at_each_operation_loses_nothing_and_brings_nothing_back)
{
    fail_each(FILE_FAULT_ERROR);
}

Test(journal_compact, a_short_write_at_each_operation_does_neither)
{
    fail_each(FILE_FAULT_SHORT);
}
