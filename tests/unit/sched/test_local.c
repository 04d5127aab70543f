/* Jobs with workers of this server, between the engine, its journal and the workers: what waits for a commit, what cannot be told
 * yet, and what a stop, a kill or a broken disk makes of it. */
#include "local_rig.h"

#include <errno.h>

static struct local_rig *r;

static void up(void)
{
    r = local_rig_up(8, LOCAL_WORKERS_MAX);
}

static void down(void)
{
    local_rig_down(r);
}

TestSuite(sched_local, .init = up, .fini = down, .timeout = 60);

static struct job_view look(struct uuid id)
{
    struct job_view view;
    struct ask *ask = log_job_new(r->g, ENGINE_INFO, id);
    ask_do(ask);
    if (ask->n_replies == 0) local_settle(r);
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    view = ask->call.view;
    ask_free(ask);
    return view;
}

static void cancel(struct uuid id)
{
    struct ask *ask = log_job_new(r->g, ENGINE_CANCEL, id);
    ask_do(ask);
    local_settle(r);
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    ask_free(ask);
}

static uint32_t tasks_given(void)
{
    return (uint32_t)metric_get(&dispatch_counts(r->dispatch)->started);
}

/* ids of the completed jobs in the order in which the engine heard of it. */
static uint32_t completed_in_order(struct uuid *ids, uint32_t n_max)
{
    uint32_t n = 0;
    struct ask *ask = ask_new(r->g->r, ENGINE_EVENTS);
    ask->call.events.kinds = 1u << EVENT_COMPLETED;
    ask_do(ask);
    cr_assert_eq(ask->n_replies, 1);
    struct job_event *events = ask->call.views ? (struct job_event *)(void *)ask->call.views->bytes : NULL;
    for (uint32_t i = 0; i < ask->call.n_views && n < n_max; i++) ids[n++] = events[i].job;
    ask_free(ask);
    return n;
}

/* ---- a grant ---- */

Test(sched_local, a_task_leaves_when_its_grant_is_committed)
{
    struct uuid id = local_submit(r, "local.a", DURABILITY_SYNCED);
    local_flush(r->local); /* granted, not written */
    cr_assert_eq(local_running(r->local), 1);
    cr_assert_eq(workers_claimed(r), 1, "its worker is kept for it");
    cr_assert_eq(tasks_given(), 0);
    cr_assert_not(worker_steps(r, 0));
    local_settle(r);
    cr_assert_eq(tasks_given(), 1);
    cr_assert(worker_steps(r, 0));
    local_settle(r);
    cr_assert_eq(look(id).state, JOB_COMPLETED);
    cr_assert_eq(local_running(r->local) + workers_claimed(r), 0);
    cr_assert_eq(metric_get(&local_latency(r->local)->count), 1);
}

Test(sched_local, a_logged_grant_need_only_be_written)
{
    (void)local_submit(r, "local.a", DURABILITY_LOGGED);
    local_flush(r->local);
    cr_assert_eq(tasks_given(), 0);
    local_settle(r);
    cr_assert_eq(tasks_given(), 1);
}

Test(sched_local, a_job_in_memory_waits_for_nobody)
{
    struct uuid kept = local_submit(r, "local.a", DURABILITY_SYNCED);
    local_flush(r->local);
    struct uuid id = local_submit(r, "local.a", DURABILITY_MEMORY);
    local_flush(r->local);
    cr_assert_eq(tasks_given(), 1, "nor for the grant before it");
    cr_assert(worker_steps(r, 1));
    cr_assert_eq(mail_deliver(&r->box, &r->rest, 10), 1);
    cr_assert_eq(look(id).state, JOB_COMPLETED);
    cr_assert_eq(local_running(r->local), 1);
    local_run_all(r);
    cr_assert_eq(look(kept).state, JOB_COMPLETED);
}

Test(sched_local, tasks_leave_in_the_order_of_their_grants)
{
    struct uuid ids[4];
    for (int i = 0; i < 4; i++) ids[i] = local_submit(r, "local.a", i % 2 ? DURABILITY_LOGGED : DURABILITY_SYNCED);
    local_settle(r);
    for (uint32_t i = 0; i < 4; i++) { /* the first idle worker each time */
        cr_assert(worker_steps(r, i));
        local_settle(r);
        cr_assert_eq(look(ids[i]).state, JOB_COMPLETED);
    }
}

Test(sched_local, a_job_that_is_cancelled_before_its_commit_does_not_run)
{
    struct uuid id = local_submit(r, "local.a", DURABILITY_SYNCED);
    local_flush(r->local);
    cancel(id);
    cr_assert_eq(tasks_given(), 1, "its worker is told by a task that it drops");
    struct task *t = worker_runs(r, 0);
    cr_assert_eq(t->outcome, TASK_DROPPED);
    worker_sends_home(r, 0, t);
    local_settle(r);
    cr_assert_eq(look(id).state, JOB_CANCELLED);
    cr_assert_eq(local_running(r->local) + workers_claimed(r), 0);
}

Test(sched_local, a_job_that_is_cancelled_while_it_runs_stays_cancelled)
{
    struct uuid id = local_submit(r, "local.a", DURABILITY_SYNCED), other = local_submit(r, "local.a", DURABILITY_SYNCED);
    local_settle(r);
    struct task *t = worker_runs(r, 0);
    cancel(id);
    cr_assert(atomic_load(&t->cancelled));
    worker_sends_home(r, 0, t);
    local_run_all(r);
    cr_assert_eq(look(id).state, JOB_CANCELLED);
    cr_assert_eq(look(other).state, JOB_COMPLETED);
}

/* ---- what handlers and payloads do ---- */

static struct uuid submit_args(const char *type, const char *args)
{
    struct job_view view;
    struct ask *ask = log_submit_new(r->g, "q", type, DURABILITY_SYNCED);
    block_unref(ask->call.spec.envelope);
    ask->call.spec.envelope = rig_block(r->g->r, args);
    ask->call.spec.args = block_slice(ask->call.spec.envelope);
    ask->call.spec.meta = ask->call.spec.retry.non_retryable = (struct slice){0};
    ask->call.spec.retry.max_attempts = 1;
    cr_assert_eq(log_once(r->g, ask, &view), ENGINE_OK);
    return view.id;
}

static void expect_result(struct uuid id, const char *text, const char *media_type)
{
    struct ask *ask = log_do(r->g, log_job_new(r->g, ENGINE_INFO, id));
    cr_assert_eq(ask->call.view.state, JOB_COMPLETED);
    cr_expect(slice_eq(block_slice(ask->call.view.result), slice_str(text)));
    cr_expect_eq(ask->call.view.result_is_json, media_type == NULL);
    if (media_type) cr_expect_str_eq(ask->call.view.result_type, media_type);
    ask_free(ask);
}

Test(sched_local, results_failures_and_parameters)
{
    struct uuid json = local_submit(r, "local.a", DURABILITY_SYNCED), failed = submit_args("local.b", "[]"),
                word = submit_args("local.c", "[{\"word\":\"hello\"}]");
    local_run_all(r);
    expect_result(json, "1", NULL);
    expect_result(word, "hello", "application/octet-stream");
    struct ask *ask = log_do(r->g, log_job_new(r->g, ENGINE_INFO, failed));
    cr_assert_eq(ask->call.view.state, JOB_DISCARDED);
    cr_assert_eq(ask->call.view.n_errors, 1);
    struct slice error = block_slice(ask->call.view.errors[0]);
    cr_assert_not_null(memmem(error.p, error.len, "bad_row", 7));
    ask_free(ask);
}

Test(sched_local, parameters_that_the_type_does_not_take_fail_the_job_and_hold_up_nobody)
{
    static const char *const wrong[] = {"[]", "[{}]", "[{\"word\":1.5,\"other\":2}]", "[7]"};
    struct uuid ids[4];
    for (int i = 0; i < 4; i++) ids[i] = submit_args("local.c", wrong[i]);
    struct uuid right = submit_args("local.c", "[{\"word\":\"right\"}]");
    local_run_all(r);
    for (int i = 0; i < 4; i++) cr_expect_eq(look(ids[i]).state, JOB_DISCARDED, "args %s", wrong[i]);
    cr_assert_eq(look(right).state, JOB_COMPLETED);
    cr_assert_eq(tasks_given(), 1, "nothing wrong went to a worker");
    cr_assert_eq(local_running(r->local) + workers_claimed(r), 0);
}

Test(sched_local, progress_is_passed_on)
{
    struct uuid id = local_submit(r, "local.a", DURABILITY_SYNCED);
    local_settle(r);
    local_rig_says.progress = 0.5;
    struct task *t = worker_runs(r, 0);
    local_report_progress(r->local);
    cr_assert_float_eq(look(id).progress, 0.5F, 0.001);
    worker_sends_home(r, 0, t);
    local_settle(r);
}

/* ---- results that the journal cannot take yet ---- */

#define LARGE (UINT32_C(1) << 20)

/* n jobs whose workers have their results, of LARGE bytes each, under way home. The buffer takes a few of them at once. */
static void finish_large(struct uuid *ids, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) ids[i] = local_submit(r, "local.a", DURABILITY_SYNCED);
    local_settle(r);
    local_rig_says.result_bytes = LARGE;
    for (uint32_t i = 0; i < n; i++) cr_assert(worker_steps(r, i));
    cr_assert_geq(mail_deliver(&r->box, &r->rest, 100), n);
}

Test(sched_local, results_wait_for_room_and_keep_their_order)
{
    struct uuid ids[8], done[9];
    finish_large(ids, 8);
    uint32_t waiting = local_running(r->local);
    cr_assert(waiting > 0 && waiting < 8, "%u wait", waiting);
    cr_assert_eq(workers_claimed(r), 0, "their workers are free meanwhile");
    local_settle(r);
    cr_assert_eq(local_running(r->local), 0);
    cr_assert_eq(completed_in_order(done, 9), 8);
    for (int i = 0; i < 8; i++) cr_expect(uuid_eq(done[i], ids[i]), "%d", i);
    local_restart(r, false);
    for (int i = 0; i < 8; i++) cr_expect_eq(look(ids[i]).state, JOB_COMPLETED);
}

Test(sched_local, a_result_in_memory_waits_for_no_other)
{
    struct uuid ids[8], done[10];
    r->workers.n = 9;
    struct uuid unwritten = local_submit(r, "local.a", DURABILITY_MEMORY);
    local_settle(r);
    struct task *last = worker_runs(r, 0);
    for (int i = 0; i < 8; i++) ids[i] = local_submit(r, "local.a", DURABILITY_SYNCED);
    local_settle(r);
    local_rig_says.result_bytes = LARGE;
    for (uint32_t i = 1; i < 9; i++) cr_assert(worker_steps(r, i));
    worker_sends_home(r, 0, last);
    while (mail_deliver(&r->box, &r->rest, 100) > 0) continue;
    cr_assert_gt(local_running(r->local), 1);
    cr_assert_eq(look(unwritten).state, JOB_COMPLETED);
    cr_assert_gt(local_running(r->local), 1);
    local_settle(r);
    cr_assert_eq(completed_in_order(done, 10), 9);
    for (int i = 0, next = 0; i < 9; i++)
        if (!uuid_eq(done[i], unwritten)) cr_expect(uuid_eq(done[i], ids[next++]), "%d", i);
}

Test(sched_local, a_job_that_is_cancelled_while_its_result_waits_stays_cancelled)
{
    struct uuid ids[8];
    finish_large(ids, 8);
    cr_assert_gt(local_running(r->local), 0);
    cancel(ids[7]);
    local_settle(r);
    cr_assert_eq(look(ids[7]).state, JOB_CANCELLED);
    for (int i = 0; i < 7; i++) cr_expect_eq(look(ids[i]).state, JOB_COMPLETED);
    cr_assert_eq(local_running(r->local), 0);
}

Test(sched_local, waiting_results_keep_their_places_and_give_them_back)
{
    local_rig_down(r);
    r = local_rig_up(9, 8); /* one worker more than places */
    struct uuid ids[8];
    finish_large(ids, 8);
    uint32_t waiting = local_running(r->local);
    cr_assert_gt(waiting, 0);
    local_rig_says.result_bytes = 1;
    struct ask *asks[8];
    for (int i = 0; i < 8; i++) asks[i] = ask_do(log_submit_new(r->g, "q", "local.a", DURABILITY_MEMORY));
    dispatch_jobs(r->dispatch);
    cr_assert_eq(local_running(r->local), 8, "no more than there are places");
    cr_assert_eq(tasks_given(), 8 + 8 - waiting);
    local_run_all(r);
    for (int i = 0; i < 8; i++) {
        cr_expect_eq(look(asks[i]->call.view.id).state, JOB_COMPLETED, "job %d found no place", i);
        ask_free(asks[i]);
        cr_expect_eq(look(ids[i]).state, JOB_COMPLETED);
    }
}

/* ---- a disk that is full, and one that breaks ---- */

static enum engine_outcome submit_filler(struct uuid *id)
{
    struct job_view view = {0};
    struct ask *ask = log_submit_new(r->g, "filler", "t.plain", DURABILITY_SYNCED);
    struct block *large = block_new(&r->g->r->budget, LARGE / 8);
    block_append(large, block_slice(ask->call.spec.envelope));
    memset(large->bytes + large->len, ' ', LARGE / 8 - large->len);
    large->len = LARGE / 8;
    block_unref(ask->call.spec.envelope);
    ask->call.spec.envelope = large;
    ask->call.spec.args = slice_make(large->bytes + 8, 5);
    ask->call.spec.meta = slice_make(large->bytes + 21, 7);
    ask->call.spec.retry.non_retryable = (struct slice){0};
    enum engine_outcome outcome = log_once(r->g, ask, &view);
    *id = view.id;
    return outcome;
}

/* Jobs until none is taken, then many more transitions than there is room for. */
static void fill_disk(void)
{
    struct uuid id;
    uint32_t n = 0;
    while (submit_filler(&id) == ENGINE_OK) cr_assert_lt(++n, 1000);
    cr_assert_gt(n, 10);
    for (n = 0; n < 5000; n++) {
        struct ask *fetch = log_do(r->g, fetch_new(r->g->r, "filler", 1));
        cr_assert_eq(fetch->call.outcome, ENGINE_OK);
        cr_assert_eq(fetch->call.n_views, 1);
        struct ask *nack = log_job_new(r->g, ENGINE_NACK, ask_views(fetch)[0].id);
        ask_free(fetch);
        nack->call.failure.requeue = true;
        cr_assert_eq(log_once(r->g, nack, NULL), ENGINE_OK);
    }
}

Test(sched_local, on_a_full_disk_what_was_accepted_runs)
{
    local_rig_drop(r);
    log_stop(r->g);
    r->g->o.disk_bytes_max = 4 * SEGMENT_SMALL;
    cr_assert_eq(log_rig_open(r->g), 0);
    local_rig_connect(r, LOCAL_WORKERS_MAX);
    struct uuid completes = local_submit(r, "local.a", DURABILITY_SYNCED);
    local_settle(r);
    struct task *t = worker_runs(r, 0);
    struct uuid fails = local_submit(r, "local.b", DURABILITY_SYNCED);
    local_settle(r);
    struct task *u = worker_runs(r, 1);
    for (uint32_t i = 2; i < 8; i++) cr_assert(claim_try(&r->workers.of[i].claim, 1)); /* others have calls in hand */
    struct uuid waits = local_submit(r, "local.a", DURABILITY_SYNCED);
    fill_disk();
    for (uint32_t i = 2; i < 8; i++) claim_release(&r->workers.of[i].claim);
    worker_sends_home(r, 1, u);
    worker_sends_home(r, 0, t);
    local_run_all(r);
    cr_assert_eq(look(fails).attempt, 1);
    cr_assert_neq(look(fails).state, JOB_ACTIVE);
    cr_assert_eq(look(completes).state, JOB_COMPLETED);
    cr_assert_eq(look(waits).state, JOB_COMPLETED);
    cr_assert_eq(local_running(r->local), 0);
    cr_assert_eq(workers_claimed(r), 0);
    local_restart(r, false);
    cr_assert_eq(look(completes).state, JOB_COMPLETED);
    cr_assert_eq(look(waits).state, JOB_COMPLETED);
    cr_assert_neq(look(fails).state, JOB_ACTIVE);
}

Test(sched_local, a_broken_disk_frees_workers_that_wait_and_drops_what_comes_home)
{
    struct uuid runs = local_submit(r, "local.a", DURABILITY_SYNCED);
    local_settle(r);
    struct task *t = worker_runs(r, 0);
    struct uuid granted = local_submit(r, "local.a", DURABILITY_SYNCED);
    local_flush(r->local);
    cr_assert_eq(workers_claimed(r), 2);
    files_fail_at(r->g->files, FILE_FAULT_FROM, 1, EIO);
    local_settle(r);
    cr_assert_eq(engine_log_failed(r->g->r->engine), EIO);
    cr_assert_eq(tasks_given(), 1, "a grant that nobody wrote down");
    cr_assert_eq(workers_claimed(r), 1);
    cr_assert_eq(local_running(r->local), 1);
    worker_sends_home(r, 0, t);
    local_settle(r);
    cr_assert_eq(local_running(r->local) + workers_claimed(r), 0);
    files_fail_at(r->g->files, FILE_FAULT_NONE, 0, 0);
    local_restart(r, false);
    local_run_all(r);
    cr_assert_eq(look(runs).state, JOB_COMPLETED);
    cr_assert_eq(look(runs).attempt, 2, "it had begun");
    cr_assert_eq(look(granted).state, JOB_COMPLETED);
    cr_assert_eq(look(granted).attempt, 1);
}

Test(sched_local, results_that_wait_for_a_disk_that_breaks_are_dropped)
{
    struct uuid ids[8];
    finish_large(ids, 8);
    cr_assert_gt(local_running(r->local), 0);
    files_fail_at(r->g->files, FILE_FAULT_FROM, 1, EIO);
    local_settle(r);
    cr_assert_eq(local_running(r->local), 0);
    files_fail_at(r->g->files, FILE_FAULT_NONE, 0, 0);
    local_rig_says.result_bytes = 1;
    local_restart(r, false);
    local_run_all(r);
    for (int i = 0; i < 8; i++) cr_expect_eq(look(ids[i]).state, JOB_COMPLETED, "%d was lost", i);
}

/* ---- a stop ---- */

static struct job_view after_restart(struct uuid id)
{
    struct job_view view;
    cr_assert_eq(log_once(r->g, log_job_new(r->g, ENGINE_INFO, id), &view), ENGINE_OK);
    return view;
}

Test(sched_local, a_stop_gives_back_what_is_granted_and_what_runs_uncounted)
{
    struct uuid runs = local_submit(r, "local.a", DURABILITY_SYNCED), given = local_submit(r, "local.a", DURABILITY_SYNCED);
    local_settle(r);
    struct task *t = worker_runs(r, 0); /* and the second is in its worker's inbox */
    struct uuid granted = local_submit(r, "local.a", DURABILITY_SYNCED);
    local_flush(r->local);
    cr_assert_eq(local_running(r->local), 3);
    local_cancel_all(r->local);
    local_give_back_all(r->local);
    worker_sends_home(r, 0, t);
    local_restart(r, true);
    const struct uuid ids[] = {runs, given, granted};
    for (int i = 0; i < 3; i++) {
        struct job_view view = after_restart(ids[i]);
        cr_expect_eq(view.state, JOB_AVAILABLE, "%d", i);
        cr_expect_eq(view.attempt, 0, "%d", i);
    }
    local_run_all(r);
    for (int i = 0; i < 3; i++) cr_expect_eq(look(ids[i]).attempt, 1, "%d", i);
}

Test(sched_local, what_comes_home_during_a_stop_goes_back_uncounted)
{
    struct uuid id = local_submit(r, "local.a", DURABILITY_SYNCED);
    local_settle(r);
    engine_drain(r->g->r->engine);
    local_cancel_all(r->local);
    struct task *t = worker_runs(r, 0);
    cr_assert_eq(t->outcome, TASK_DROPPED);
    worker_sends_home(r, 0, t);
    local_settle(r);
    cr_assert_eq(local_running(r->local), 0);
    local_give_back_all(r->local);
    local_restart(r, true);
    cr_assert_eq(after_restart(id).state, JOB_AVAILABLE);
    cr_assert_eq(after_restart(id).attempt, 0);
}

Test(sched_local, a_stop_gives_back_results_that_wait)
{
    struct uuid ids[8];
    finish_large(ids, 8);
    cr_assert_gt(local_running(r->local), 0);
    local_cancel_all(r->local);
    local_give_back_all(r->local);
    local_rig_says.result_bytes = 1;
    local_restart(r, true);
    for (int i = 0; i < 8; i++) {
        struct job_view view = after_restart(ids[i]);
        if (view.state == JOB_COMPLETED) continue;
        cr_expect_eq(view.state, JOB_AVAILABLE, "%d", i);
        cr_expect_eq(view.attempt, 0, "%d", i);
    }
    local_run_all(r);
    for (int i = 0; i < 8; i++) cr_expect_eq(look(ids[i]).state, JOB_COMPLETED);
}

Test(sched_local, a_kill_counts_what_had_begun)
{
    struct uuid began = local_submit(r, "local.a", DURABILITY_SYNCED);
    local_settle(r);
    struct uuid granted = local_submit(r, "local.a", DURABILITY_SYNCED);
    local_flush(r->local); /* applied, but nothing of it has been written */
    local_restart(r, false);
    cr_assert_eq(after_restart(began).attempt, 1);
    cr_assert_eq(after_restart(granted).attempt, 0);
    local_run_all(r);
    cr_assert_eq(look(began).attempt, 2);
    cr_assert_eq(look(granted).attempt, 1);
}
