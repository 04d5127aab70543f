/* Many jobs cancelled, retried or deleted in one call where the journal is full, behind or has failed, and within a queue's max_size. */
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

TestSuite(jobs_log_bulk, .init = up, .fini = down, .timeout = 60);

static struct uuid submit_in_memory(const char *queue)
{
    struct job_view view;
    cr_assert_eq(log_once(g, log_submit_new(g, queue, "t.plain", DURABILITY_MEMORY), &view), ENGINE_OK);
    return view.id;
}

static struct uuid failed(const char *queue, uint32_t attempts)
{
    struct job_view view;
    struct ask *ask = log_submit_new(g, queue, "t.plain", DURABILITY_SYNCED);
    ask->call.spec.retry.max_attempts = attempts;
    cr_assert_eq(log_once(g, ask, &view), ENGINE_OK);
    cr_assert(uuid_eq(log_fetch(g, queue).id, view.id));
    cr_assert_eq(log_once(g, nack_new(g->r, view.id, "handler_error"), NULL), ENGINE_OK);
    return view.id;
}

static struct uuid cancelled(struct uuid id)
{
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, id), NULL), ENGINE_OK);
    return id;
}

static void reopen_small(void)
{
    log_stop(g);
    g->o.disk_bytes_max = UINT64_C(4) * SEGMENT_SMALL;
    cr_assert_eq(log_rig_open(g), 0, "%s", g->why);
}

/* All room that is left is promised to others: there is some for the ends of accepted jobs only. */
static void fill_disk(void)
{
    struct engine *e = g->r->engine;
    for (int turns = 0; log_admit(e, 0, false) != -ENOSPC; turns++) { /* a segment may be on its way */
        cr_assert_lt(turns, 2000);
        for (size_t bytes = 1 << 18; bytes >= 2048; bytes /= 8)
            while (journal_reserve(e->log.journal, bytes) == 0) continue;
        g->r->clock.mono_ns += NS_PER_MS;
        log_turn(g);
    }
}

/* There is room for what accepted jobs do, and none for more of them. */
static void fill_for_new_jobs(void)
{
    struct engine *e = g->r->engine;
    for (int turns = 0; log_admit_new(e, 0) != -ENOSPC; turns++) {
        cr_assert_lt(turns, 20000);
        if (log_admit_new(e, 0) == 0) cr_assert_eq(journal_reserve(e->log.journal, 4096), 0);
        g->r->clock.mono_ns += NS_PER_MS;
        log_turn(g);
    }
    cr_assert_eq(log_admit(e, 0, false), 0);
}

static void expect_items(struct ask *ask, enum engine_outcome wanted)
{
    cr_assert_eq(ask->call.outcome, ENGINE_OK, "outcome %d", ask->call.outcome);
    for (uint32_t i = 0; i < ask->call.n_views; i++)
        cr_assert_eq(bulk_items(ask)[i].outcome, wanted, "item %u: %d", i, bulk_items(ask)[i].outcome);
    ask_free(ask);
}

/* ---- a full disk ---- */

Test(jobs_log_bulk, cancels_on_a_full_disk_as_one_cancel_does)
{
    struct uuid ids[160]; /* ten reservations for their ends */
    reopen_small();
    for (int i = 0; i < 160; i++) ids[i] = log_submit(g, "q", "t.plain");
    fill_disk();
    (void)cancelled(ids[9]);
    cr_assert_eq(log_admit(g->r->engine, 0, false), -ENOSPC);
    expect_items(log_do(g, bulk_new(g->r, BULK_CANCEL, ids, 8)), ENGINE_OK);
    log_restart(g, false);
    for (int i = 0; i < 8; i++) cr_assert_eq(log_info(g, ids[i]).state, JOB_CANCELLED);
}

Test(jobs_log_bulk, jobs_in_memory_do_not_care_for_a_full_disk)
{
    struct uuid ids[3];
    reopen_small();
    for (int i = 0; i < 3; i++) ids[i] = submit_in_memory("q");
    fill_disk();
    expect_items(log_do(g, bulk_new(g->r, BULK_CANCEL, ids, 3)), ENGINE_OK);
    expect_items(log_do(g, bulk_new(g->r, BULK_DELETE, ids, 3)), ENGINE_OK);
    for (int i = 0; i < 3; i++) cr_assert_null(store_find(&g->r->engine->store, ids[i]));
}

Test(jobs_log_bulk, each_has_its_own_outcome_on_a_full_disk)
{
    struct uuid ids[3];
    reopen_small();
    ids[0] = cancelled(submit_in_memory("q"));
    ids[1] = cancelled(log_submit(g, "q", "t.plain"));
    ids[2] = cancelled(submit_in_memory("q"));
    fill_disk();
    struct ask *ask = log_do(g, bulk_new(g->r, BULK_DELETE, ids, 3));
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    const enum engine_outcome wanted[] = {ENGINE_OK, ENGINE_DISK_FULL, ENGINE_OK};
    for (int i = 0; i < 3; i++) cr_assert_eq(bulk_items(ask)[i].outcome, wanted[i], "item %d: %d", i, bulk_items(ask)[i].outcome);
    ask_free(ask);
}

Test(jobs_log_bulk, what_was_stalled_tells_what_it_has_done_when_the_disk_is_full)
{
    struct uuid ids[2];
    reopen_small();
    ids[0] = cancelled(log_submit(g, "q", "t.plain"));
    ids[1] = cancelled(log_submit(g, "q", "t.plain"));
    fill_disk();
    /* As it waits after its first job. */
    struct ask *ask = bulk_new(g->r, BULK_DELETE, ids, 2);
    bulk_items(ask)[0].outcome = ENGINE_OK;
    ask->call.walk.done = 1;
    list_init(&ask->call.link);
    log_stall(g->r->engine, &ask->call);
    for (int turns = 0; ask->n_replies == 0 && turns < 100; turns++) log_turn(g);
    cr_assert_eq(ask->n_replies, 1);
    cr_assert_eq(ask->call.outcome, ENGINE_OK, "outcome %d", ask->call.outcome);
    cr_assert_eq(bulk_items(ask)[0].outcome, ENGINE_OK);
    cr_assert_eq(bulk_items(ask)[1].outcome, ENGINE_DISK_FULL);
    ask_free(ask);
}

/* ---- what is not committed yet ---- */

Test(jobs_log_bulk, that_there_is_no_such_job_is_told_when_its_delete_is_committed)
{
    struct uuid id = cancelled(log_submit(g, "q", "t.plain"));
    struct ask *first = ask_do(bulk_new(g->r, BULK_DELETE, &id, 1)), *second = ask_do(bulk_new(g->r, BULK_DELETE, &id, 1));
    cr_assert_eq(first->n_replies, 0);
    cr_assert_eq(second->n_replies, 0, "told before it is so");
    log_settle(g);
    expect_items(first, ENGINE_OK);
    expect_items(second, ENGINE_NOT_FOUND);
    struct ask *third = ask_do(bulk_new(g->r, BULK_DELETE, &id, 1));
    cr_assert_eq(third->n_replies, 1, "there is no commit to come");
    ask_free(third);
}

/* ---- retries ---- */

Test(jobs_log_bulk, a_retry_before_its_time_is_due_now)
{
    struct job_view view;
    struct uuid id = failed("q", 3);
    view = log_info(g, id);
    cr_assert_eq(view.state, JOB_RETRYABLE);
    cr_assert_gt(view.next_attempt_ns, g->r->clock.wall_ns);
    uint64_t wall = g->r->clock.wall_ns;
    expect_items(log_do(g, bulk_new(g->r, BULK_RETRY, &id, 1)), ENGINE_OK);
    log_restart(g, false);
    view = log_fetch(g, "q");
    cr_assert(uuid_eq(view.id, id));
    cr_assert_eq(view.attempt, 2);
    cr_assert_eq(view.retried_ns, wall, "%lld ns off", (long long)(view.retried_ns - wall));
}

/* ojs-events: job.enqueued, once for each. */
static uint32_t enqueued_events(struct uuid id)
{
    uint32_t n = 0;
    struct ask *ask = ask_new(g->r, ENGINE_EVENTS);
    ask->call.events.limit = 100;
    log_do(g, ask);
    const struct job_event *events = (const struct job_event *)(const void *)ask->call.views->bytes;
    for (uint32_t i = 0; i < ask->call.n_views; i++) n += events[i].kind == EVENT_ENQUEUED && uuid_eq(events[i].job, id);
    ask_free(ask);
    return n;
}

Test(jobs_log_bulk, a_retry_before_its_time_is_an_event)
{
    struct uuid early = failed("q", 3), usual = failed("q", 3);
    cr_assert_eq(enqueued_events(early), 1);
    expect_items(log_do(g, bulk_new(g->r, BULK_RETRY, &early, 1)), ENGINE_OK);
    cr_assert_eq(enqueued_events(early), 2);
    rig_pass(g->r, 600 * NS_PER_S);
    log_settle(g);
    cr_assert_eq(log_info(g, usual).state, JOB_AVAILABLE);
    cr_assert_eq(enqueued_events(usual), 1, "none after a back-off");
}

static void set_max_size(const char *queue, uint32_t max_size)
{
    struct ask *ask = ask_new(g->r, ENGINE_QUEUE_SET);
    ask->call.args = rig_block(g->r, queue);
    ask->call.queue.name = block_slice(ask->call.args);
    ask->call.queue.set = QUEUE_SET_MAKE | QUEUE_SET_MAX_SIZE;
    ask->call.queue.config.max_size = max_size;
    cr_assert_eq(log_once(g, ask, NULL), ENGINE_OK);
}

Test(jobs_log_bulk, no_more_come_back_than_their_queue_may_hold)
{
    struct uuid ids[4];
    for (int i = 0; i < 3; i++) ids[i] = failed("q", 1);
    ids[3] = failed("q", 3); /* counts already: it has not ended */
    set_max_size("q", 3);
    struct ask *ask = log_do(g, bulk_new(g->r, BULK_RETRY, ids, 4));
    const enum engine_outcome wanted[] = {ENGINE_OK, ENGINE_OK, ENGINE_QUEUE_FULL, ENGINE_OK};
    for (int i = 0; i < 4; i++) cr_assert_eq(bulk_items(ask)[i].outcome, wanted[i], "item %d: %d", i, bulk_items(ask)[i].outcome);
    ask_free(ask);
    cr_assert_eq(log_info(g, ids[2]).state, JOB_DISCARDED);
    cr_assert_eq(rig_stats(g->r).by_state[JOB_AVAILABLE], 3);
}

Test(jobs_log_bulk, nor_does_a_dead_letter)
{
    struct job_view view;
    struct ask *ask = log_submit_new(g, "q", "t.plain", DURABILITY_SYNCED);
    ask->call.spec.retry.max_attempts = 1;
    ask->call.spec.retry.dead_letter = true;
    cr_assert_eq(log_once(g, ask, &view), ENGINE_OK);
    (void)log_fetch(g, "q");
    cr_assert_eq(log_once(g, nack_new(g->r, view.id, "handler_error"), NULL), ENGINE_OK);
    set_max_size("q", 1);
    struct uuid other = log_submit(g, "q", "t.plain");
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_DEAD_RETRY, view.id), NULL), ENGINE_QUEUE_FULL);
    (void)cancelled(other);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_DEAD_RETRY, view.id), NULL), ENGINE_OK);
}

/* Who begins again needs room for another end, as who is new. */
Test(jobs_log_bulk, nobody_comes_back_whose_end_has_no_room)
{
    struct uuid ids[2] = {failed("q", 1), failed("q", 1)};
    struct ask *ask = log_submit_new(g, "q", "t.plain", DURABILITY_SYNCED);
    ask->call.spec.retry.max_attempts = 1;
    ask->call.spec.retry.dead_letter = true;
    struct job_view view;
    cr_assert_eq(log_once(g, ask, &view), ENGINE_OK);
    (void)log_fetch(g, "q");
    cr_assert_eq(log_once(g, nack_new(g->r, view.id, "handler_error"), NULL), ENGINE_OK);
    log_stop(g);
    g->o.disk_bytes_max = UINT64_C(4) * SEGMENT_SMALL;
    cr_assert_eq(log_rig_open(g), 0, "%s", g->why);
    fill_for_new_jobs();
    expect_items(log_do(g, bulk_new(g->r, BULK_RETRY, ids, 2)), ENGINE_DISK_FULL);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_DEAD_RETRY, view.id), NULL), ENGINE_DISK_FULL);
}
