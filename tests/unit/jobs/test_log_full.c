/* The engine with a journal that takes no more: a full buffer, a full disk, a broken one; and what is too large for memory or a record. */
#include "log_rig.h"

#include "jobs/engine_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static struct log_rig *g;

static void up(void)
{
    g = log_rig_up();
}

static void down(void)
{
    log_rig_down(g);
}

TestSuite(jobs_log_full, .init = up, .fini = down);

/* ---- a full buffer, a full disk, a broken one ---- */

Test(jobs_log_full, calls_stall_while_the_buffer_is_full_and_keep_their_order)
{
    struct ask *asks[24];
    for (int i = 0; i < 24; i++) asks[i] = ask_do(log_large_new(g, DURABILITY_SYNCED, 1 << 20));
    struct uuid last = {0};
    uint64_t order = 0;
    for (int turns = 0; asks[23]->n_replies == 0; turns++) {
        cr_assert_lt(turns, 1000);
        log_turn(g);
    }
    for (int i = 0; i < 24; i++) {
        cr_assert_eq(asks[i]->call.outcome, ENGINE_OK);
        cr_assert_gt(asks[i]->order, order);
        order = asks[i]->order;
        cr_assert(asks[i]->call.view.id.high > last.high ||
                  (asks[i]->call.view.id.high == last.high && asks[i]->call.view.id.low != last.low));
        last = asks[i]->call.view.id;
        ask_free(asks[i]);
    }
    log_restart(g, false);
    cr_assert_eq(engine_stats(g->r->engine).jobs, 24);
}

Test(jobs_log_full, a_fetch_that_could_not_be_served_is_served_when_there_is_room)
{
    static const size_t sizes[] = {1 << 20, 25000, 1000};
    struct ask *fetch = fetch_new(g->r, "m", 1), *asks[128];
    struct uuid small[32];
    int n = 0;
    for (int i = 0; i < 32; i++) small[i] = log_submit(g, "q", "t.plain");
    fetch->call.wait_ns = 60 * NS_PER_S;
    ask_do(fetch);
    for (int i = 0; i < 3; i++)
        while (log_admit(g->r->engine, sizes[i] + 2048, false) == 0) asks[n++] = ask_do(log_large_new(g, DURABILITY_SYNCED, sizes[i]));
    for (int i = 0; log_has_room(g->r->engine); i++) { /* ends need less room than others */
        cr_assert_lt(i, 32);
        asks[n++] = ask_do(log_job_new(g, ENGINE_CANCEL, small[i]));
    }
    cr_assert(list_empty(&g->r->engine->log.stalled));
    struct ask *gone = log_submit_new(g, "m", "t.plain", DURABILITY_SYNCED), *ready;
    gone->call.spec.durability = DURABILITY_MEMORY;
    gone->call.spec.expires_wall_ns = g->r->clock.wall_ns; /* it cannot be moved out of the way: the buffer is full */
    ready = log_submit_new(g, "m", "t.plain", DURABILITY_MEMORY);
    ask_free(ask_do(gone));
    ask_do(ready);
    cr_assert_eq(fetch->n_replies, 0);
    log_settle(g);
    cr_assert_eq(fetch->n_replies, 1);
    cr_assert_eq(fetch->call.n_views, 1);
    cr_assert(uuid_eq(ask_views(fetch)[0].id, ready->call.view.id));
    while (n) ask_free(asks[--n]);
    ask_free(ready);
    ask_free(fetch);
}

Test(jobs_log_full, more_than_a_transaction_is_refused)
{
    cr_assert_eq(log_once(g, log_large_new(g, DURABILITY_SYNCED, 5 << 20), NULL), ENGINE_TOO_LARGE);
}

Test(jobs_log_full, old_segments_go_while_a_job_lives_on)
{
    struct uuid old = log_submit(g, "slow", "t.plain");
    for (int i = 0; i < 120; i++) { /* ten segments' worth */
        struct job_view view;
        cr_assert_eq(log_once(g, log_large_new(g, DURABILITY_SYNCED, 1 << 20), &view), ENGINE_OK);
        cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, view.id), NULL), ENGINE_OK);
        rig_pass(g->r, 3601 * NS_PER_S);
    }
    for (int i = 0; i < 50; i++) {
        g->r->clock.mono_ns += NS_PER_S;
        log_settle(g);
    }
    cr_assert_leq(log_rig_disk_bytes(g), UINT64_C(6) * SEGMENT_SMALL);
    cr_assert_gt(metric_get(&engine_log_counts(g->r->engine)->segments_deleted), 4);
    log_restart(g, false);
    cr_assert_eq(log_info(g, old).state, JOB_AVAILABLE);
    cr_assert_eq(engine_stats(g->r->engine).jobs, 1);
}

Test(jobs_log_full, on_a_full_disk_what_was_accepted_can_end)
{
    struct uuid ids[4096];
    int n = 0;
    log_stop(g);
    g->o.disk_bytes_max = 3 * SEGMENT_SMALL;
    cr_assert_eq(log_rig_open(g), 0);
    for (enum engine_outcome outcome = ENGINE_OK; outcome == ENGINE_OK;) {
        struct job_view view;
        outcome = log_once(g, log_large_new(g, DURABILITY_SYNCED, 100000), &view);
        if (outcome == ENGINE_OK) ids[n++] = view.id;
        else cr_assert_eq(outcome, ENGINE_DISK_FULL);
        cr_assert_lt(n, 4096);
    }
    cr_assert_gt(n, 20);
    for (int i = 0; i < n; i++) {
        struct job_view view = log_fetch_this(g, "q", ids[i]);
        cr_assert_eq(log_once(g, log_ack_new(g, view.id, view.lease_token, "1"), NULL), ENGINE_OK, "%d of %d", i, n);
    }
    log_restart(g, false);
    cr_assert_eq(engine_stats(g->r->engine).by_state[JOB_COMPLETED], (uint64_t)n);
}

static struct block *filler(size_t bytes)
{
    struct block *b = block_new(&g->r->budget, bytes);
    cr_assert(b);
    memset(b->bytes, ' ', bytes);
    b->len = bytes;
    return b;
}

/* Fills a disk of so many segments with jobs of a queue. Returns how many. */
static int fill_disk(uint32_t segments, size_t job_bytes)
{
    int n = 0;
    log_stop(g);
    g->o.disk_bytes_max = (uint64_t)segments * SEGMENT_SMALL;
    cr_assert_eq(log_rig_open(g), 0);
    while (log_once(g, log_large_new(g, DURABILITY_SYNCED, job_bytes), NULL) == ENGINE_OK) cr_assert_lt(++n, 4096);
    return n;
}

Test(jobs_log_full, on_a_full_disk_jobs_can_be_taken_and_given_back_for_ever)
{
    int n = fill_disk(4, 100000);
    cr_assert_gt(n, 20);
    uint64_t deleted = metric_get(&engine_log_counts(g->r->engine)->segments_deleted);
    /* Each round writes more than a block: far more than the disk holds. */
    for (int i = 0; i < 20000; i++) {
        struct job_view view = log_fetch(g, "q");
        for (int tries = 0; view.lease_token == 0; tries++) { /* until compaction has made room */
            cr_assert_lt(tries, 1000, "locked up in round %d", i);
            rig_pass(g->r, 20 * NS_PER_MS);
            log_turn(g);
            view = log_fetch(g, "q");
        }
        struct ask *nack = log_job_new(g, ENGINE_NACK, view.id);
        nack->call.token = view.lease_token;
        nack->call.failure.requeue = true;
        enum engine_outcome outcome = log_once(g, nack, NULL);
        cr_assert(outcome == ENGINE_OK || outcome == ENGINE_DISK_FULL);
    }
    cr_assert_gt(metric_get(&engine_log_counts(g->r->engine)->segments_deleted), deleted + 4);
    log_restart(g, false);
    cr_assert_eq(engine_stats(g->r->engine).jobs, (uint64_t)n);
}

Test(jobs_log_full, on_a_full_disk_what_has_ended_makes_room_for_what_has_not)
{
    int n = fill_disk(4, 1000);
    uint64_t first = engine_stats(g->r->engine).jobs;
    /* Results much larger than what the jobs took until then. */
    for (int i = 0; i < n; i++) {
        struct job_view view = log_fetch(g, "q");
        if (view.lease_token == 0) {
            rig_pass(g->r, 20 * NS_PER_MS);
            log_turn(g);
            continue;
        }
        struct ask *ack = log_ack_new(g, view.id, view.lease_token, NULL);
        ack->call.result = filler(20000);
        enum engine_outcome outcome = log_once(g, ack, NULL);
        cr_assert(outcome == ENGINE_OK || outcome == ENGINE_DISK_FULL);
        if (outcome != ENGINE_OK) {
            ack = log_ack_new(g, view.id, view.lease_token, "1");
            cr_assert_eq(log_once(g, ack, NULL), ENGINE_OK, "a small end always fits");
        }
    }
    enum engine_outcome outcome = ENGINE_DISK_FULL;
    for (int i = 0; i < 1000 && outcome == ENGINE_DISK_FULL; i++) {
        outcome = log_once(g, log_submit_new(g, "q", "t.plain", DURABILITY_SYNCED), NULL);
        rig_pass(g->r, 20 * NS_PER_MS);
        log_turn(g);
    }
    cr_assert_eq(outcome, ENGINE_OK, "there is room again");
    cr_assert_lt(engine_stats(g->r->engine).jobs, first);
    log_restart(g, false);
    cr_assert_eq(engine_log_failed(g->r->engine), 0);
}

Test(jobs_log_full, after_a_failed_write_nothing_is_taken_and_reads_go_on)
{
    struct uuid id = log_submit(g, "q", "t.plain");
    files_fail_at(g->files, FILE_FAULT_FROM, 1, EIO);
    cr_assert_eq(log_once(g, log_submit_new(g, "q", "t.plain", DURABILITY_SYNCED), NULL), ENGINE_FAILED);
    cr_assert_eq(engine_log_failed(g->r->engine), EIO);
    cr_assert_eq(log_once(g, log_submit_new(g, "q", "t.plain", DURABILITY_SYNCED), NULL), ENGINE_FAILED);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, id), NULL), ENGINE_FAILED);
    cr_assert_eq(log_once(g, fetch_new(g->r, "q", 1), NULL), ENGINE_FAILED);
    cr_assert_eq(log_info(g, id).state, JOB_AVAILABLE);
    files_fail_at(g->files, FILE_FAULT_NONE, 0, 0);
    log_restart(g, false);
    cr_assert_eq(log_info(g, id).state, JOB_AVAILABLE);
    cr_assert_leq(engine_stats(g->r->engine).jobs, 2, "the unknown one may be there or not");
}

/* ---- more payloads than memory ---- */

Test(jobs_log_full, a_backlog_that_does_not_fit_into_memory)
{
    enum { JOBS = 200 };
    struct uuid ids[JOBS];
    struct spill spill;
    int dir_fd = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    spill_init(&spill, dir_fd);
    log_stop(g);
    g->r->budget.bytes_max = 4 << 20;
    g->r->payloads = (struct payloads){.spill = &spill, .resident_max = 2 << 20};
    cr_assert_eq(log_rig_open(g), 0);
    for (int i = 0; i < JOBS; i++) { /* 20 MB */
        struct job_view view;
        cr_assert_eq(log_once(g, log_large_new(g, DURABILITY_SYNCED, 100000), &view), ENGINE_OK, "job %d", i);
        ids[i] = view.id;
    }
    cr_assert_gt(atomic_load(&spill.budget.used), (uint64_t)(JOBS - 30) * 100000);
    log_restart(g, false);
    cr_assert_gt(atomic_load(&spill.budget.used), (uint64_t)(JOBS - 30) * 100000);
    for (int i = 0; i < JOBS; i++) {
        struct ask *fetch = log_do(g, fetch_new(g->r, "q", 1));
        cr_assert_eq(fetch->call.n_views, 1);
        struct job_view *view = ask_views(fetch);
        cr_assert(uuid_eq(view->id, ids[i]));
        cr_assert_eq(view->envelope->len, 100000);
        cr_assert(slice_eq(view->args, slice_make(view->envelope->bytes + 8, 5)));
        struct ask *ack = log_ack_new(g, view->id, view->lease_token, NULL);
        ack->call.result = filler(100000);
        ask_free(fetch);
        cr_assert_eq(log_once(g, ack, NULL), ENGINE_OK);
    }
    struct ask *look = log_do(g, log_job_new(g, ENGINE_INFO, ids[JOBS - 1]));
    cr_assert_eq(look->call.view.result->len, 100000);
    cr_assert_eq(look->call.view.result->bytes[99999], ' ');
    ask_free(look);
    log_kill(g);
    spill_deinit(&spill);
    cr_assert_eq(atomic_load(&spill.budget.used) + atomic_load(&spill.extents), 0);
    (void)close(dir_fd);
}

/* ---- large records ---- */

static struct job_view end_local(size_t result_bytes)
{
    struct local_grant grant;
    uint64_t all = 7;
    struct ask *ask = log_large_new(g, DURABILITY_SYNCED, 1 << 20);
    ask->call.spec.type = SLICE("local.a");
    struct job_view view;
    cr_assert_eq(log_once(g, ask, &view), ENGINE_OK);
    cr_assert(engine_grant_local(g->r->engine, &all, &grant));
    block_unref(grant.envelope);
    log_settle(g);
    struct local_result r = {.outcome = LOCAL_COMPLETED, .result = filler(result_bytes), .is_json = true};
    cr_assert(engine_takes_local(g->r->engine, true, result_bytes));
    engine_local_done(g->r->engine, grant.slot, grant.generation, grant.token, &r);
    log_settle(g);
    return log_info(g, view.id);
}

Test(jobs_log_full, a_result_that_no_snapshot_could_hold_fails_the_job)
{
    g->o.blob_bytes = UINT32_C(1) << 30; /* none of them gets a file of its own */
    log_restart(g, true);
    cr_assert_eq(end_local(3 << 20).state, JOB_DISCARDED);
    cr_assert_eq(end_local(3 << 19).state, JOB_COMPLETED);
    cr_assert_eq(engine_log_failed(g->r->engine), 0);
}

Test(jobs_log_full, a_dead_letter_with_large_errors_is_written_again)
{
    struct job_view view;
    struct ask *ask = log_large_new(g, DURABILITY_SYNCED, 1 << 20);
    ask->call.spec.retry.max_attempts = 5;
    ask->call.spec.retry.dead_letter = true;
    cr_assert_eq(log_once(g, ask, &view), ENGINE_OK);
    for (int i = 0; i < 5; i++) {
        rig_pass(g->r, 400 * NS_PER_S);
        log_settle(g);
        struct job_view granted = log_fetch_this(g, "q", view.id);
        struct ask *nack = log_job_new(g, ENGINE_NACK, view.id);
        nack->call.token = granted.lease_token;
        nack->call.failure.report = filler(1 << 20);
        memcpy(nack->call.failure.report->bytes, "{\"code\":\"x\"", 11);
        nack->call.failure.report->bytes[(1 << 20) - 1] = '}';
        nack->call.failure.error = block_slice(nack->call.failure.report);
        cr_assert_eq(log_once(g, nack, NULL), ENGINE_OK);
    }
    cr_assert_eq(log_info(g, view.id).state, JOB_DISCARDED);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_DEAD_RETRY, view.id), NULL), ENGINE_OK);
    cr_assert_eq(engine_log_failed(g->r->engine), 0);
    log_restart(g, false);
    view = log_info(g, view.id);
    cr_assert_eq(view.state, JOB_AVAILABLE);
    cr_assert_gt(view.n_errors, 0);
    cr_assert_lt(view.n_errors, 5, "no transaction holds them all");
}
