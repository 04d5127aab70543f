/* Compaction on a full disk: it never runs without gain, always comes to the end of what it has begun, writes no more than it says for
 * what it wins, and transitions never wait for ever. */
#include "rig.h"
#include "base/random.h"

static struct rig *g;

#define JOBS 8192

/* An owner of jobs that are records of some size, and stay where they were written until they are moved. */
static size_t size[JOBS]; /* 0: not there */
static uint32_t home[JOBS]; /* segment */
static uint32_t n_jobs;
static uint64_t moved_blocks, written_blocks; /* by compaction; by all others */
static char bytes[16 * 4096];

static uint32_t blocks_of(size_t payload)
{
    return (uint32_t)((payload + 24 + 64 + 32 + BLOCK - 1) / BLOCK);
}

static int write_job(uint32_t id)
{
    struct slice part = {bytes, size[id]};
    uint32_t to;
    journal_begin(g->j);
    journal_add(g->j, 1, &part, 1);
    int rc = journal_end(g->j, JOURNAL_SYNCED, NULL, &to);
    if (rc < 0) return rc;
    if (home[id]) journal_live_sub(g->j, home[id], journal_bytes(size[id], 1));
    journal_live_add(g->j, to, journal_bytes(size[id], 1));
    home[id] = to;
    return 0;
}

static uint32_t on_rewrite(void *arg, uint32_t segment, uint32_t n_max)
{
    uint32_t n = 0;
    (void)arg;
    for (uint32_t id = 0; id < n_jobs && n < n_max; id++) {
        if (!size[id] || home[id] != segment) continue;
        if (write_job(id) < 0) break;
        moved_blocks += blocks_of(size[id]);
        n++;
    }
    return n;
}

static int no_record(void *arg, const struct journal_record *r)
{
    (void)arg, (void)r;
    return 0;
}

static void start(void)
{
    g = rig_new("/dev/shm");
    g->o.on_rewrite = on_rewrite;
    g->o.on_record = no_record;
    g->nothing_lives = true;
    n_jobs = 0;
    moved_blocks = written_blocks = 0;
    memset(home, 0, sizeof home);
}

static void stop(void)
{
    rig_free(g);
}

TestSuite(journal_gain, .init = start, .fini = stop, .timeout = 120);

static void open_with(uint32_t segment_blocks, uint32_t batch_blocks, uint32_t segments)
{
    g->o.segment_bytes = segment_blocks * JOURNAL_BLOCK;
    g->o.buffer_bytes = batch_blocks * JOURNAL_BLOCK;
    g->o.disk_bytes_max = (uint64_t)segments * g->o.segment_bytes;
    cr_assert_eq(rig_open(g), 0, "%s", g->report.why);
    rig_settle(g);
}

static void pass(void)
{
    rig_settle(g);
    g->clock.mono_ns += 20 * NS_PER_MS;
}

/* A new job of so many bytes, if it is admitted. */
static bool admit(size_t payload)
{
    int rc;
    for (int i = 0; (rc = journal_room_for(g->j, journal_bytes(payload, 1), 0)) == -EAGAIN; i++) {
        cr_assert_lt(i, 1000);
        pass();
    }
    if (rc < 0) return false;
    cr_assert_lt(n_jobs, JOBS);
    size[n_jobs] = payload;
    home[n_jobs] = 0;
    while (write_job(n_jobs) == -EAGAIN) pass();
    cr_assert_neq(home[n_jobs], 0);
    n_jobs++;
    written_blocks += blocks_of(payload);
    return true;
}

static void end_job(uint32_t id)
{
    journal_live_sub(g->j, home[id], journal_bytes(size[id], 1));
    size[id] = 0;
}

/* A transition, which nobody needs afterwards. */
static void change(const char *when)
{
    struct slice part = {bytes, 100};
    int rc = journal_can_move(g->j, journal_bytes(part.len, 1), 0);
    for (int i = 0; rc < 0; i++) {
        cr_assert_lt(i, 20000, "%s: transitions are locked out: %d", when, rc);
        pass();
        rc = journal_can_move(g->j, journal_bytes(part.len, 1), 0);
    }
    journal_begin(g->j);
    journal_add(g->j, 2, &part, 1);
    cr_assert_eq(journal_end(g->j, JOURNAL_SYNCED, NULL, NULL), 0);
    rig_settle(g);
    written_blocks++;
}

static void fill(size_t payload)
{
    while (admit(payload)) pass(); /* each a batch of its own */
}

static uint64_t deleted(void)
{
    return metric_get(&journal_counts(g->j)->segments_deleted);
}

/* Batches of all the blocks there may be fill segments up to their last block: moving one takes more than a new one gives. */
Test(journal_gain, what_lives_is_not_moved_for_nothing)
{
    open_with(64, 8, 10);
    fill(7 * BLOCK + 2000);
    fill(100);
    cr_assert_gt(n_jobs, 20);
    uint64_t before = moved_blocks;
    uint32_t kept = n_jobs;
    for (int i = 0; i < 200; i++) pass();
    cr_assert_eq(moved_blocks, before);
    for (uint32_t id = kept - 2; id < kept; id++) end_job(id); /* two small ones: nothing to win */
    for (int i = 0; i < 200; i++) pass();
    cr_assert_eq(moved_blocks, before);
    cr_assert_eq(journal_room_for(g->j, journal_bytes(7 * BLOCK, 1), 0), -ENOSPC);
    cr_assert_gt(journal_dead_wanted(g->j), 0);
}

/* Only what stands last has ended: all that lives before it has to be moved out of the way, losing room with each segment. */
Test(journal_gain, it_gets_through_to_the_dead_that_stand_last)
{
    static const size_t sizes[] = {7 * BLOCK + 2000, 5 * BLOCK, 3 * BLOCK + 4000, BLOCK, 200};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        open_with(64, 8, 10);
        fill(sizes[s]);
        uint32_t all = n_jobs, gone = all / 4;
        for (int i = 0; i < 400; i++) change("a full disk");
        for (uint32_t id = all - gone; id < all; id++) end_job(id);
        uint32_t admitted = 0;
        for (int i = 0; i < 400; i++) pass();
        while (admitted < gone && admit(sizes[s])) admitted++;
        cr_assert_geq(admitted, gone / 2, "size %zu: %u of %u", sizes[s], admitted, gone);
        for (uint32_t id = 0; id < n_jobs; id++)
            if (size[id]) end_job(id);
        rig_close(g);
        rig_empty(g);
        n_jobs = 0;
    }
}

Test(journal_gain, transitions_go_on_for_ever_whatever_lives)
{
    struct random r;
    for (uint64_t seed = 1; seed <= 24; seed++) {
        char when[32];
        random_seed(&r, seed);
        (void)snprintf(when, sizeof when, "seed %lu", seed);
        uint32_t batch = 2 + (uint32_t)random_below(&r, 14), segment = 3 * batch + 2 + (uint32_t)random_below(&r, 80);
        open_with(segment, batch, 4 + (uint32_t)random_below(&r, 20));
        size_t largest = (batch - 1) * BLOCK;
        for (int misses = 0; misses < 3;) {
            size_t payload = random_below(&r, 3) ? random_below(&r, largest) + 1 : random_below(&r, 400) + 1;
            misses += !admit(payload);
            if (random_below(&r, 2)) pass();
        }
        for (int i = 0; i < 1500; i++) change(when);
        cr_assert_eq(g->failures, 0);
        for (uint32_t id = 0; id < n_jobs; id++)
            if (size[id]) end_job(id);
        rig_close(g);
        rig_empty(g);
        n_jobs = 0;
    }
}

/* Blocks that compaction writes for each block of others, over a long time: what is written by others is what it has to win. */
static void check_bound(uint32_t segments, double live, double bound)
{
    struct random r;
    random_seed(&r, 5);
    open_with(64, 8, 60);
    uint32_t jobs = (uint32_t)(segments * 56 * live);
    if (segments == 60) fill(3000);
    else
        for (uint32_t i = 0; i < jobs; i++) {
            cr_assert(admit(3000));
            pass();
        }
    moved_blocks = written_blocks = 0;
    for (int i = 0; i < 6000; i++) {
        uint32_t id = (uint32_t)random_below(&r, n_jobs);
        end_job(id);
        size[id] = 3000;
        home[id] = 0;
        int rc;
        while ((rc = journal_can_move(g->j, journal_bytes(3000, 1), 0)) < 0) {
            cr_assert_eq(rc, -EAGAIN);
            pass();
        }
        cr_assert_eq(write_job(id), 0);
        written_blocks++;
        rig_settle(g);
    }
    cr_assert_gt(deleted(), 50);
    cr_assert_gt(moved_blocks, 0);
    cr_assert_leq((double)moved_blocks, bound * (double)written_blocks, "%.2f for one",
                  (double)moved_blocks / (double)written_blocks);
}

Test(journal_gain, a_full_disk_is_compacted_for_at_most_eight_times_what_it_wins)
{
    check_bound(60, 1, 8);
}

Test(journal_gain, a_disk_with_room_is_compacted_for_at_most_what_it_wins)
{
    check_bound(10, 1, 1.1); /* a tenth for what it has begun and not come to the end of */
}

/* ---- segments of other sizes ---- */

static int relive(void *arg, const struct journal_record *r)
{
    (void)arg;
    if (r->type != 1) return 0;
    uint32_t id;
    memcpy(&id, r->payload.p, sizeof id);
    if (home[id]) journal_live_sub(g->j, home[id], journal_bytes(size[id], 1));
    journal_live_add(g->j, r->segment, journal_bytes(r->payload.len, 1));
    home[id] = r->segment;
    return 0;
}

static void check_sizes(uint32_t before, uint32_t after)
{
    static const size_t payload = 3 * BLOCK + 4000;
    open_with(before, 8, 2000 / before);
    g->o.on_record = relive;
    while (journal_room_for(g->j, journal_bytes(payload, 1), 0) != -ENOSPC && n_jobs < 220) { /* with their number in front */
        size[n_jobs] = payload;
        home[n_jobs] = 0;
        memcpy(bytes, &n_jobs, sizeof n_jobs);
        if (write_job(n_jobs) == 0) n_jobs++;
        pass();
    }
    uint32_t first = home[0];
    rig_close(g);
    memset(home, 0, sizeof home);
    open_with(after, 8, 3000 / after);
    for (uint32_t id = 0; id < n_jobs; id++) cr_assert_neq(home[id], 0);
    fill(500);
    for (uint32_t id = n_jobs / 3; id < n_jobs; id++)
        if (id % 3) end_job(id);
    for (int i = 0; i < 3000; i++) change("other sizes");
    cr_assert_gt(home[0], first, "the first segment of the old size has been emptied");
    cr_assert_not(rig_exists(g, first));
}

Test(journal_gain, larger_segments_of_an_earlier_configuration_can_be_emptied)
{
    check_sizes(200, 40);
}

Test(journal_gain, smaller_segments_of_an_earlier_configuration_can_be_emptied)
{
    check_sizes(40, 200);
}
