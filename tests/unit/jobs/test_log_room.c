/* The engine's accounts with its journal: what moving a job takes, what may be written on a full disk, and by what. */
#include "log_rig.h"

#include "jobs/engine_parts.h"

#include <errno.h>

static struct log_rig *g;

static void up(void)
{
    g = log_rig_up();
}

static void down(void)
{
    log_rig_down(g);
}

TestSuite(jobs_log_room, .init = up, .fini = down, .timeout = 120);

static uint64_t live_bytes(void)
{
    return metric_get(&engine_log_counts(g->r->engine)->live_bytes);
}

static struct ask *large_new(size_t bytes)
{
    struct ask *ask = log_large_new(g, DURABILITY_SYNCED, bytes);
    ask->call.spec.retry.max_attempts = 1000;
    ask->call.spec.retry.non_retryable = (struct slice){0};
    return ask;
}

static void reopen_with(uint32_t segments)
{
    log_stop(g);
    g->o.disk_bytes_max = (uint64_t)segments * SEGMENT_SMALL;
    cr_assert_eq(log_rig_open(g), 0);
}

static int fill(size_t job_bytes)
{
    int n = 0;
    while (n < 900 && log_once(g, large_new(job_bytes), NULL) == ENGINE_OK) n++;
    return n;
}

static struct job_view fetch_patiently(void)
{
    struct job_view view = log_fetch(g, "q");
    for (int tries = 0; view.lease_token == 0; tries++) {
        cr_assert_lt(tries, 2000, "locked up");
        rig_pass(g->r, 20 * NS_PER_MS);
        log_turn(g);
        view = log_fetch(g, "q");
    }
    return view;
}

static enum engine_outcome give_back(const struct job_view *view)
{
    struct ask *nack = log_job_new(g, ENGINE_NACK, view->id);
    nack->call.token = view->lease_token;
    nack->call.failure.requeue = true;
    return log_once(g, nack, NULL);
}

static enum engine_outcome fail_with(const struct job_view *view, size_t bytes)
{
    struct ask *nack = log_job_new(g, ENGINE_NACK, view->id);
    struct block *b = block_new(&g->r->budget, bytes);
    memset(b->bytes, ' ', bytes);
    b->len = bytes;
    memcpy(b->bytes, "{\"code\":\"x\"", 11);
    b->bytes[bytes - 1] = '}';
    nack->call.token = view->lease_token;
    nack->call.failure.report = b;
    nack->call.failure.error = block_slice(b);
    return log_once(g, nack, NULL);
}

/* ---- what moving a job takes ---- */

Test(jobs_log_room, a_history_counts_from_the_moment_it_grows)
{
    uint64_t none = live_bytes();
    struct job_view view;
    cr_assert_eq(log_once(g, large_new(3000), &view), ENGINE_OK);
    uint64_t first = live_bytes() - none;
    cr_assert_geq(first, 3000);
    cr_assert_leq(first, 3000 + 400, "what a snapshot has besides, and no more");
    for (int i = 1; i <= 12; i++) { /* ten are kept */
        rig_pass(g->r, 400 * NS_PER_S);
        log_settle(g);
        struct job_view granted = fetch_patiently();
        cr_assert_eq(fail_with(&granted, 20000), ENGINE_OK);
        uint64_t now = live_bytes() - none, errors = i < 10 ? (uint64_t)i : 10;
        cr_assert_geq(now, first + errors * 20000, "after %d", i);
        cr_assert_leq(now, first + errors * 20200 + 64, "after %d", i);
    }
    log_settle(g);
    uint64_t before = live_bytes();
    log_restart(g, false);
    log_settle(g);
    cr_assert_eq(live_bytes(), before, "a start counts the same");
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, view.id), NULL), ENGINE_OK);
    g->r->clock.mono_ns += 2 * 3600 * NS_PER_S;
    log_settle(g);
    cr_assert_eq(live_bytes(), none);
}

Test(jobs_log_room, a_workers_name_counts_while_it_has_the_job)
{
    (void)log_submit(g, "q", "t.plain");
    uint64_t before = live_bytes();
    struct job_view view = fetch_patiently();
    cr_assert_gt(live_bytes(), before - 1);
    uint64_t active = live_bytes();
    log_restart(g, false);
    log_settle(g);
    cr_assert_eq(live_bytes(), active);
    cr_assert_eq(give_back(&view), ENGINE_OK);
    cr_assert_eq(live_bytes(), before);
}

/* Sizes of all magnitudes: the count is never too small, and hardly too large. */
Test(jobs_log_room, what_is_counted_is_what_it_takes)
{
    uint64_t none = live_bytes();
    for (size_t bytes = 60; bytes < (3u << 20); bytes = bytes * 3 / 2 + 1) {
        struct job_view view;
        cr_assert_eq(log_once(g, large_new(bytes), &view), ENGINE_OK);
        uint64_t records = metric_get(&engine_log_counts(g->r->engine)->payload_bytes);
        struct job_view granted = fetch_patiently();
        cr_assert_eq(give_back(&granted), ENGINE_OK);
        uint64_t live = live_bytes() - none;
        cr_assert_geq(live, bytes + 184, "%zu", bytes);
        cr_assert_leq(live, bytes + 184 + 100 + bytes / 2000, "%zu", bytes);
        cr_assert_gt(records, 0);
        cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, view.id), NULL), ENGINE_OK);
        g->r->clock.mono_ns += 2 * 3600 * NS_PER_S;
        log_settle(g);
        cr_assert_eq(live_bytes(), none);
    }
}

Test(jobs_log_room, jobs_that_have_grown_do_not_lock_up_a_full_disk)
{
    reopen_with(5);
    int n = fill(6000);
    cr_assert_gt(n, 300);
    while (log_once(g, large_new(200000), NULL) == ENGINE_OK) n++;
    uint64_t live = live_bytes();
    for (int i = 0; i < 300; i++) { /* as far as there is room for it, it is kept */
        struct job_view view = fetch_patiently();
        for (int tries = 0; fail_with(&view, 60000) != ENGINE_OK; tries++) {
            cr_assert_lt(tries, 1000, "a failure is refused for ever");
            rig_pass(g->r, 20 * NS_PER_MS);
            log_turn(g);
        }
        for (int k = 0; k < 10; k++) log_turn(g);
    }
    cr_assert_lt(live_bytes() - live, UINT64_C(300) * 60000, "and else cut short");
    uint64_t deleted = metric_get(&engine_log_counts(g->r->engine)->segments_deleted);
    for (int i = 0; i < 5000; i++) {
        struct job_view view = fetch_patiently();
        for (int tries = 0; give_back(&view) != ENGINE_OK; tries++) {
            cr_assert_lt(tries, 1000, "locked up in round %d", i);
            rig_pass(g->r, 20 * NS_PER_MS);
            log_turn(g);
        }
    }
    cr_assert_gt(metric_get(&engine_log_counts(g->r->engine)->segments_deleted), deleted + 3);
    log_restart(g, false);
    cr_assert_eq(engine_stats(g->r->engine).jobs, (uint64_t)n);
}

/* ---- ends ---- */

/* All are at work, and transitions have used what there is for them: each end alone is a batch of its own. */
Test(jobs_log_room, on_a_full_disk_all_that_is_at_work_can_end_one_by_one)
{
    static struct job_view views[1000];
    reopen_with(4);
    int n = fill(6000);
    for (int i = 0; i < n; i++) views[i] = fetch_patiently();
    (void)log_once(g, large_new(100), NULL);
    for (int i = 0; i < 2000 && log_has_room(g->r->engine); i++) {
        struct job_view view = log_fetch(g, "q");
        if (view.lease_token) (void)give_back(&view);
        else break;
    }
    for (int i = 0; i < n; i++) {
        enum engine_outcome outcome = ENGINE_DISK_FULL;
        for (int tries = 0; outcome == ENGINE_DISK_FULL; tries++) {
            cr_assert_lt(tries, 1000, "the end of %d of %d is refused for ever", i, n);
            outcome = log_once(g, log_ack_new(g, views[i].id, views[i].lease_token, "1"), NULL);
            rig_pass(g->r, NS_PER_MS);
            log_turn(g);
        }
        cr_assert_eq(outcome, ENGINE_OK);
    }
}

Test(jobs_log_room, an_expired_job_ends_where_there_is_room_for_ends_only)
{
    struct job_view view;
    struct ask *asks[256], *gone = log_submit_new(g, "m", "t.plain", DURABILITY_SYNCED);
    int n = 0;
    gone->call.spec.expires_wall_ns = g->r->clock.wall_ns + NS_PER_S;
    cr_assert_eq(log_once(g, gone, &view), ENGINE_OK);
    static const size_t sizes[] = {1 << 20, 25000, 1000};
    struct uuid small[32];
    for (int i = 0; i < 32; i++) small[i] = log_submit(g, "q", "t.plain");
    for (int i = 0; i < 3; i++) /* the buffer has less left than an ordinary transition and what it may cause */
        while (log_admit(g->r->engine, sizes[i] + 2048, false) == 0) asks[n++] = ask_do(large_new(sizes[i]));
    for (int i = 0; log_has_room(g->r->engine); i++) {
        cr_assert_lt(i, 32);
        asks[n++] = ask_do(log_job_new(g, ENGINE_CANCEL, small[i]));
    }
    g->r->clock.wall_ns += 2 * NS_PER_S;
    g->r->clock.mono_ns += 2 * NS_PER_S;
    while (engine_tick(g->r->engine, 8)) continue;
    cr_assert_eq(engine_stats(g->r->engine).by_state[JOB_DISCARDED], 1);
    log_settle(g);
    cr_assert_eq(log_info(g, view.id).state, JOB_DISCARDED);
    while (n) ask_free(asks[--n]);
}

Test(jobs_log_room, a_result_that_no_snapshot_could_hold_is_refused)
{
    struct job_view view;
    cr_assert_eq(log_once(g, large_new(3 << 20), &view), ENGINE_OK);
    struct job_view granted = fetch_patiently();
    struct ask *ack = log_ack_new(g, view.id, granted.lease_token, NULL);
    ack->call.result = block_new(&g->r->budget, 1 << 20);
    memset(ack->call.result->bytes, '1', 1 << 20);
    ack->call.result->len = 1 << 20;
    cr_assert_eq(log_once(g, ack, NULL), ENGINE_TOO_LARGE);
    cr_assert_eq(log_once(g, log_ack_new(g, view.id, granted.lease_token, "1"), NULL), ENGINE_OK);
}

/* ---- restarts, failures ---- */

static uint64_t unused_room(void)
{
    log_settle(g);
    return metric_get(&engine_log_counts(g->r->engine)->free_bytes);
}

Test(jobs_log_room, restarts_on_a_full_disk_use_nothing_up)
{
    reopen_with(4);
    (void)fill(100000);
    for (int i = 0; i < 3000 && log_admit(g->r->engine, 1 << 20, false) == 0; i++) {
        struct job_view view = fetch_patiently();
        cr_assert_eq(give_back(&view), ENGINE_OK);
        if (log_has_room(g->r->engine))
            cr_assert_eq(log_once(g, log_submit_new(g, "q", "t.plain", DURABILITY_MEMORY), NULL), ENGINE_OK);
    }
    log_restart(g, false);
    for (int i = 0; i < 3000 && log_has_room(g->r->engine); i++) { /* nothing more than what compaction needs is left */
        struct job_view view = log_fetch(g, "q");
        if (!view.lease_token || give_back(&view) != ENGINE_OK) break;
    }
    log_restart(g, false);
    uint64_t before = unused_room();
    for (int i = 0; i < 12; i++) log_restart(g, false);
    cr_assert_geq(unused_room() + 2 * 4096, before);
}

Test(jobs_log_room, a_token_is_not_given_again_by_a_clock_that_was_set_back)
{
    struct uuid id = log_submit(g, "slow", "t.plain");
    uint64_t wall = g->r->clock.wall_ns;
    struct job_view view = log_fetch(g, "slow");
    cr_assert_eq(give_back(&view), ENGINE_OK);
    for (int i = 0; i < 120; i++) { /* until no record has the token any more */
        struct job_view other;
        cr_assert_eq(log_once(g, large_new(1 << 20), &other), ENGINE_OK);
        cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, other.id), NULL), ENGINE_OK);
        g->r->clock.mono_ns += 3601 * NS_PER_S;
        g->r->clock.wall_ns += NS_PER_S;
        log_settle(g);
    }
    for (int i = 0; i < 50; i++) {
        g->r->clock.mono_ns += NS_PER_S;
        log_settle(g);
    }
    cr_assert_gt(metric_get(&engine_log_counts(g->r->engine)->segments_deleted), 3);
    log_kill(g); /* what was written last bears a later time than the token */
    g->r->clock.wall_ns = wall - 3600 * NS_PER_S;
    cr_assert_eq(log_rig_open(g), 0);
    log_settle(g);
    struct job_view again = log_fetch(g, "slow");
    cr_assert(uuid_eq(again.id, id));
    cr_assert_gt(again.lease_token, view.lease_token);
}

Test(jobs_log_room, what_the_journal_refused_stays_unsettled_however_much_it_was)
{
    struct engine *e = g->r->engine;
    struct uuid id = log_submit(g, "q", "t.plain");
    log_settle(g);
    struct job *job = store_find(&e->store, id);
    cr_assert_not(log_is_unsettled(e, job));
    engine_stop_log(e);
    for (int i = 0; i < 5; i++) {
        log_transition(e, job, false);
        cr_assert(log_is_unsettled(e, job), "after %d", i);
    }
    cr_assert_neq(engine_log_failed(e), 0);
}
