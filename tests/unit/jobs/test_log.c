/* The engine with its journal: what waits for a commit, what comes back after a stop or a kill, and what happens when the disk is
 * full or fails. */
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

TestSuite(jobs_log, .init = up, .fini = down);

/* ---- commits ---- */

Test(jobs_log, an_answer_waits_for_its_commit)
{
    struct ask *ask = ask_do(log_submit_new(g, "q", "t.plain", DURABILITY_SYNCED));
    cr_assert_eq(ask->n_replies, 0);
    while (engine_tick(g->r->engine, 8)) continue;
    cr_assert_eq(ask->n_replies, 0, "told before anything was written");
    ask_free(log_do(g, log_job_new(g, ENGINE_STATS, (struct uuid){0}))); /* answered at once, commits nothing */
    log_settle(g);
    cr_assert_eq(ask->n_replies, 1);
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    cr_assert_eq(ask->call.view.durability, DURABILITY_SYNCED);
    ask_free(ask);
}

Test(jobs_log, a_job_in_memory_does_not_wait)
{
    struct job_view view;
    cr_assert_eq(ask_once(log_submit_new(g, "q", "t.plain", DURABILITY_MEMORY), &view), ENGINE_OK);
    cr_assert_eq(view.durability, DURABILITY_MEMORY);
    log_restart(g, true);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_INFO, view.id), NULL), ENGINE_NOT_FOUND);
}

Test(jobs_log, reads_of_a_job_wait_for_its_last_transition)
{
    struct uuid id = log_submit(g, "q", "t.plain");
    struct ask *cancel = ask_do(log_job_new(g, ENGINE_CANCEL, id)), *look = ask_do(log_job_new(g, ENGINE_INFO, id));
    cr_assert_eq(cancel->n_replies + look->n_replies, 0);
    log_settle(g);
    cr_assert_eq(look->call.view.state, JOB_CANCELLED);
    ask_free(cancel);
    ask_free(look);
}

Test(jobs_log, the_same_id_twice_waits_for_the_first)
{
    struct ask *first = log_submit_new(g, "q", "t.plain", DURABILITY_SYNCED),
               *second = log_submit_new(g, "q", "t.plain", DURABILITY_SYNCED);
    first->call.spec.id = second->call.spec.id = (struct uuid){7, 7};
    first->call.spec.has_id = second->call.spec.has_id = true;
    ask_do(first);
    ask_do(second);
    cr_assert_eq(second->n_replies, 0, "tells of a job that a power cut may forget");
    log_settle(g);
    cr_assert_eq(first->call.outcome, ENGINE_OK);
    cr_assert_eq(second->call.outcome, ENGINE_DUPLICATE);
    ask_free(first);
    ask_free(second);
}

Test(jobs_log, events_show_when_committed)
{
    struct ask *submit = ask_do(log_submit_new(g, "q", "t.plain", DURABILITY_SYNCED));
    cr_assert_eq(engine_stats(g->r->engine).events, 0);
    log_settle(g);
    cr_assert_eq(engine_stats(g->r->engine).events, 1);
    ask_free(submit);
}

Test(jobs_log, a_local_grant_may_begin_when_committed)
{
    struct local_grant grant;
    uint64_t all = 7;
    (void)log_submit(g, "q", "local.a");
    cr_assert(engine_grant_local(g->r->engine, &all, &grant));
    cr_assert_not(engine_is_committed(g->r->engine, grant.commit, grant.durability));
    log_settle(g);
    cr_assert(engine_is_committed(g->r->engine, grant.commit, grant.durability));
    block_unref(grant.envelope);
}

Test(jobs_log, a_waiting_fetch_gets_the_job_after_its_commit)
{
    struct ask *fetch = fetch_new(g->r, "q", 1);
    fetch->call.wait_ns = 10 * NS_PER_S;
    ask_do(fetch);
    struct ask *submit = ask_do(log_submit_new(g, "q", "t.plain", DURABILITY_SYNCED));
    cr_assert_eq(fetch->n_replies, 0);
    log_settle(g);
    cr_assert_eq(fetch->call.n_views, 1);
    ask_free(submit);
    ask_free(fetch);
}

/* ---- restarts ---- */

struct kept {
    struct uuid scheduled, pending, available[3], active, retryable, completed, raw, cancelled, discarded;
    uint64_t token, done_token;
};

static struct job_view fetch_this(struct log_rig *rig, const char *queue, struct uuid id)
{
    struct job_view view = log_fetch(rig, queue);
    cr_assert(uuid_eq(view.id, id));
    return view;
}

static struct uuid submit_special(uint64_t scheduled_ns, bool pending, uint32_t attempts)
{
    struct job_view view;
    struct ask *ask = log_submit_new(g, "special", "t.special", DURABILITY_SYNCED);
    ask->call.spec.scheduled_wall_ns = scheduled_ns;
    ask->call.spec.pending = pending;
    ask->call.spec.retry.max_attempts = attempts;
    cr_assert_eq(log_once(g, ask, &view), ENGINE_OK);
    return view.id;
}

static void fail_once(struct uuid id)
{
    struct job_view view = fetch_this(g, "special", id);
    struct ask *nack = nack_new(g->r, id, "boom");
    nack->call.token = view.lease_token;
    cr_assert_eq(log_once(g, nack, NULL), ENGINE_OK);
}

static struct kept make_one_of_each(void)
{
    struct kept k;
    for (int i = 0; i < 3; i++) k.available[i] = log_submit(g, "q", i == 1 ? "t.other" : "t.plain");
    k.scheduled = submit_special(g->r->clock.wall_ns + 60 * NS_PER_S, false, 3);
    k.pending = submit_special(0, true, 3);
    k.retryable = submit_special(0, false, 3);
    fail_once(k.retryable);
    k.discarded = submit_special(0, false, 1);
    fail_once(k.discarded);
    k.completed = submit_special(0, false, 3);
    k.done_token = fetch_this(g, "special", k.completed).lease_token;
    cr_assert_eq(log_once(g, log_ack_new(g, k.completed, k.done_token, "{\"sum\":3}"), NULL), ENGINE_OK);
    k.raw = log_submit(g, "raw", "local.b");
    struct local_grant grant;
    uint64_t all = 7;
    cr_assert(engine_grant_local(g->r->engine, &all, &grant));
    block_unref(grant.envelope);
    struct local_result r = {.outcome = LOCAL_COMPLETED, .result = rig_block(g->r, "PNG"), .media_type = "image/png"};
    engine_local_done(g->r->engine, grant.slot, grant.generation, grant.token, &r);
    k.cancelled = submit_special(0, true, 3);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, k.cancelled), NULL), ENGINE_OK);
    k.active = submit_special(0, false, 3);
    k.token = fetch_this(g, "special", k.active).lease_token;
    log_settle(g);
    return k;
}

static void expect_same(const struct job_view *a, const struct job_view *b)
{
    cr_expect(uuid_eq(a->id, b->id));
    cr_expect_eq(a->state, b->state);
    cr_expect_eq(a->previous_state, b->previous_state);
    cr_expect_eq(a->attempt, b->attempt);
    cr_expect_eq(a->max_attempts, b->max_attempts);
    cr_expect_eq(a->priority, b->priority);
    cr_expect_eq(a->created_ns, b->created_ns);
    cr_expect_eq(a->enqueued_ns, b->enqueued_ns);
    cr_expect_eq(a->started_ns, b->started_ns);
    cr_expect_eq(a->completed_ns, b->completed_ns);
    cr_expect_eq(a->next_attempt_ns, b->next_attempt_ns);
    cr_expect_eq(a->scheduled_ns, b->scheduled_ns);
    cr_expect_eq(a->lease_token, b->lease_token);
    cr_expect_eq(a->n_errors, b->n_errors);
    cr_expect_eq(a->result_is_json, b->result_is_json);
    cr_expect_str_eq(a->queue, b->queue);
    cr_expect_str_eq(a->type, b->type);
    cr_expect_str_eq(a->worker_id, b->worker_id);
    cr_expect_str_eq(a->result_type, b->result_type);
    cr_expect(slice_eq(a->args, b->args));
    cr_expect(slice_eq(a->meta, b->meta));
    cr_expect(slice_eq(block_slice(a->envelope), block_slice(b->envelope)));
    cr_expect(slice_eq(block_slice(a->result), block_slice(b->result)));
    for (int i = 0; i < a->n_errors && i < b->n_errors; i++)
        cr_expect(slice_eq(block_slice(a->errors[i]), block_slice(b->errors[i])));
}

#define KEPT_IDS (sizeof(struct kept) / sizeof(struct uuid) - 1) /* the tokens take one's place */

static void check_restart(bool in_order)
{
    struct kept k = make_one_of_each();
    struct ask *before[KEPT_IDS], *after[KEPT_IDS];
    const struct uuid *ids = &k.scheduled;
    struct engine_stats stats = engine_stats(g->r->engine);
    for (size_t i = 0; i < KEPT_IDS; i++) before[i] = log_do(g, log_job_new(g, ENGINE_INFO, ids[i]));
    log_restart(g, in_order);
    struct engine_stats again = engine_stats(g->r->engine);
    cr_assert_arr_eq(stats.by_state, again.by_state, sizeof stats.by_state);
    for (size_t i = 0; i < KEPT_IDS; i++) after[i] = log_do(g, log_job_new(g, ENGINE_INFO, ids[i]));
    for (size_t i = 0; i < KEPT_IDS; i++) {
        expect_same(&before[i]->call.view, &after[i]->call.view);
        ask_free(before[i]);
        ask_free(after[i]);
    }
    /* The worker goes on, and its earlier ack is still known; order is kept. */
    cr_assert_eq(log_once(g, log_ack_new(g, k.completed, k.done_token, NULL), NULL), ENGINE_OK);
    cr_assert_eq(log_once(g, log_ack_new(g, k.active, k.token + 1000, NULL), NULL), ENGINE_LEASE_LOST);
    cr_assert_eq(log_once(g, log_ack_new(g, k.active, k.token, NULL), NULL), ENGINE_OK);
    for (int i = 0; i < 3; i++) cr_assert_gt(fetch_this(g, "q", k.available[i]).lease_token, k.token, "a token is given once");
    /* Times go on, too. */
    rig_pass(g->r, 61 * NS_PER_S);
    log_settle(g);
    cr_assert_eq(log_info(g, k.scheduled).state, JOB_AVAILABLE);
    cr_assert_eq(log_info(g, k.retryable).state, JOB_AVAILABLE);
}

Test(jobs_log, jobs_of_every_state_come_back_after_a_stop)
{
    check_restart(true);
}

Test(jobs_log, jobs_of_every_state_come_back_after_a_kill)
{
    check_restart(false);
}

Test(jobs_log, a_second_restart_finds_what_the_first_did)
{
    struct kept k = make_one_of_each();
    log_restart(g, false);
    struct engine_stats first = engine_stats(g->r->engine);
    log_restart(g, false);
    struct engine_stats second = engine_stats(g->r->engine);
    cr_assert_arr_eq(first.by_state, second.by_state, sizeof first.by_state);
    cr_assert_eq(log_info(g, k.raw).state, JOB_COMPLETED);
}

Test(jobs_log, a_job_that_ends_the_server_is_discarded_the_third_time)
{
    struct uuid id = log_submit(g, "q", "local.a");
    for (uint32_t crash = 1; crash <= 3; crash++) {
        struct local_grant grant;
        uint64_t all = 7;
        cr_assert(engine_grant_local(g->r->engine, &all, &grant), "crash %u", crash);
        block_unref(grant.envelope);
        log_settle(g);
        log_restart(g, false);
        log_settle(g);
        struct job_view view = log_info(g, id);
        cr_assert_eq(view.state, crash < 3 ? JOB_AVAILABLE : JOB_DISCARDED);
        cr_assert_eq(view.attempt, crash);
        cr_assert_eq(view.n_errors, crash);
    }
}

Test(jobs_log, a_remote_lease_has_its_whole_length_again)
{
    struct uuid id = log_submit(g, "q", "t.plain");
    uint64_t token = log_fetch(g, "q").lease_token;
    log_kill(g);
    g->r->clock.wall_ns += 3600 * NS_PER_S;
    g->r->clock.mono_ns += 3600 * NS_PER_S;
    cr_assert_eq(log_rig_open(g), 0);
    rig_pass(g->r, 29 * NS_PER_S);
    log_settle(g);
    cr_assert_eq(log_info(g, id).lease_token, token);
    rig_pass(g->r, 2 * NS_PER_S);
    log_settle(g);
    cr_assert_eq(log_info(g, id).state, JOB_AVAILABLE);
}

static uint64_t heartbeat(struct uuid id, uint64_t token, uint32_t lease_ms)
{
    struct ask *ask = log_job_new(g, ENGINE_HEARTBEAT, id);
    ask->call.ids[0] = id;
    ask->call.n_ids = 1;
    ask->call.token = token;
    ask->call.lease_ms = lease_ms;
    uint64_t before = metric_get(&engine_log_counts(g->r->engine)->records), extended;
    ask_do(ask);
    cr_assert_eq(ask->n_replies, 1, "waits for no disk");
    extended = ask->call.extended;
    ask_free(ask);
    cr_assert_eq(metric_get(&engine_log_counts(g->r->engine)->records), before);
    return extended;
}

Test(jobs_log, a_lease_that_heartbeats_have_extended_outlives_a_kill)
{
    struct uuid id = log_submit(g, "q", "t.plain");
    uint64_t token = log_fetch(g, "q").lease_token;
    for (int i = 0; i < 10; i++) { /* five minutes on a lease of 30 s */
        rig_pass(g->r, 29 * NS_PER_S);
        cr_assert_eq(heartbeat(id, token, 0), 1);
    }
    log_restart(g, false);
    rig_pass(g->r, 29 * NS_PER_S);
    log_settle(g);
    cr_assert_eq(heartbeat(id, token + 1, 0), 0);
    cr_assert_eq(heartbeat(id, token, 0), 1, "the worker goes on as if nothing were");
    rig_pass(g->r, 29 * NS_PER_S);
    log_settle(g);
    struct job_view view = log_info(g, id);
    cr_assert_eq(view.state, JOB_ACTIVE);
    cr_assert_eq(view.attempt, 1);
    cr_assert_eq(log_once(g, log_ack_new(g, id, token, NULL), NULL), ENGINE_OK);
}

Test(jobs_log, what_nobody_wants_to_know_any_more_does_not_come_back)
{
    struct uuid id = log_submit(g, "q", "t.plain");
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, id), NULL), ENGINE_OK);
    log_kill(g);
    g->r->clock.wall_ns += 2 * 3600 * NS_PER_S; /* longer than the retention of the rig */
    cr_assert_eq(log_rig_open(g), 0);
    cr_assert_eq(engine_stats(g->r->engine).jobs, 0);
}

static struct uuid dead_letter(void)
{
    struct job_view view;
    struct ask *ask = log_submit_new(g, "special", "t.special", DURABILITY_SYNCED);
    ask->call.spec.retry.max_attempts = 1;
    ask->call.spec.retry.dead_letter = true;
    cr_assert_eq(log_once(g, ask, &view), ENGINE_OK);
    fail_once(view.id);
    return view.id;
}

static uint32_t count_dead(void)
{
    struct ask *ask = ask_new(g->r, ENGINE_DEAD_LIST);
    ask->call.dead.limit = 50;
    log_do(g, ask);
    uint32_t n = ask->call.n_total;
    cr_assert_eq(ask->call.n_views, n);
    ask_free(ask);
    return n;
}

Test(jobs_log, dead_letters_stay_dead_revived_or_deleted)
{
    struct uuid stays = dead_letter(), revived = dead_letter(), deleted = dead_letter();
    cr_assert_eq(count_dead(), 3);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_DEAD_RETRY, revived), NULL), ENGINE_OK);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_DEAD_DELETE, deleted), NULL), ENGINE_OK);
    log_restart(g, false);
    cr_assert_eq(count_dead(), 1);
    cr_assert_eq(log_info(g, stays).state, JOB_DISCARDED);
    struct job_view view = log_info(g, revived);
    cr_assert_eq(view.state, JOB_AVAILABLE);
    cr_assert_eq(view.attempt, 0);
    cr_assert_eq(view.n_errors, 1, "its history stays");
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_INFO, deleted), NULL), ENGINE_NOT_FOUND);
    cr_assert(uuid_eq(log_fetch(g, "special").id, revived));
}

Test(jobs_log, what_has_been_deleted_is_missed_when_it_cannot_come_back)
{
    struct uuid id = dead_letter();
    struct ask *deletes = ask_do(log_job_new(g, ENGINE_DEAD_DELETE, id)), *looks = ask_do(log_job_new(g, ENGINE_INFO, id));
    cr_assert_eq(deletes->n_replies + looks->n_replies, 0);
    log_settle(g);
    cr_assert_eq(deletes->call.outcome, ENGINE_OK);
    cr_assert_eq(looks->call.outcome, ENGINE_NOT_FOUND);
    ask_free(deletes);
    ask_free(looks);
}

Test(jobs_log, queues_count_what_is_committed)
{
    struct ask *submit = ask_do(log_submit_new(g, "q", "t.plain", DURABILITY_SYNCED)), *queues = ask_do(ask_new(g->r, ENGINE_QUEUES));
    cr_assert_eq(submit->n_replies + queues->n_replies, 0);
    log_settle(g);
    const struct queue_view *v = (const struct queue_view *)(void *)queues->call.views->bytes;
    cr_assert_eq(queues->call.n_views, 1);
    cr_assert_eq(v->by_state[JOB_AVAILABLE], 1);
    ask_free(submit);
    ask_free(queues);
}

Test(jobs_log, a_release_that_had_to_wait_is_still_not_counted)
{
    struct uuid id = log_submit(g, "q", "t.plain");
    struct ask *fetch = log_do(g, fetch_new(g->r, "q", 1));
    struct ask *release = ask_new(g->r, ENGINE_RELEASE);
    release->call.views = block_ref(fetch->call.views);
    release->call.n_views = 1;
    list_init(&release->call.link);
    engine_release_later(g->r->engine, &release->call);
    cr_assert_eq(log_info(g, id).state, JOB_ACTIVE);
    rig_pass(g->r, 1);
    log_settle(g);
    struct job_view view = log_info(g, id);
    cr_assert_eq(view.state, JOB_AVAILABLE);
    cr_assert_eq(view.attempt, 0);
    cr_assert_eq(view.n_errors, 0);
    cr_assert_eq(rig_stats(g->r).leases_lost, 0);
    release->call.n_views = 0; /* the fetch has them */
    ask_free(release);
    ask_free(fetch);
}

Test(jobs_log, dead_letters_outlive_other_jobs)
{
    struct uuid dead = dead_letter(), done = log_submit(g, "q", "t.plain");
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, done), NULL), ENGINE_OK);
    rig_pass(g->r, 2 * 3600 * NS_PER_S);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_INFO, done), NULL), ENGINE_NOT_FOUND);
    cr_assert_eq(log_info(g, dead).state, JOB_DISCARDED);
    rig_pass(g->r, JOB_DEAD_NS);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_INFO, dead), NULL), ENGINE_NOT_FOUND);
}

/* ---- a full buffer, a full disk, a broken one ---- */

Test(jobs_log, calls_stall_while_the_buffer_is_full_and_keep_their_order)
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

Test(jobs_log, a_fetch_that_could_not_be_served_is_served_when_there_is_room)
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

Test(jobs_log, more_than_a_transaction_is_refused)
{
    cr_assert_eq(log_once(g, log_large_new(g, DURABILITY_SYNCED, 5 << 20), NULL), ENGINE_TOO_LARGE);
}

Test(jobs_log, old_segments_go_while_a_job_lives_on)
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

Test(jobs_log, on_a_full_disk_what_was_accepted_can_end)
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
        struct job_view view = fetch_this(g, "q", ids[i]);
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

Test(jobs_log, on_a_full_disk_jobs_can_be_taken_and_given_back_for_ever)
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

Test(jobs_log, on_a_full_disk_what_has_ended_makes_room_for_what_has_not)
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

Test(jobs_log, after_a_failed_write_nothing_is_taken_and_reads_go_on)
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

Test(jobs_log, a_backlog_that_does_not_fit_into_memory)
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

Test(jobs_log, a_result_that_no_snapshot_could_hold_fails_the_job)
{
    g->o.blob_bytes = UINT32_C(1) << 30; /* none of them gets a file of its own */
    log_restart(g, true);
    cr_assert_eq(end_local(3 << 20).state, JOB_DISCARDED);
    cr_assert_eq(end_local(3 << 19).state, JOB_COMPLETED);
    cr_assert_eq(engine_log_failed(g->r->engine), 0);
}

Test(jobs_log, a_dead_letter_with_large_errors_is_written_again)
{
    struct job_view view;
    struct ask *ask = log_large_new(g, DURABILITY_SYNCED, 1 << 20);
    ask->call.spec.retry.max_attempts = 5;
    ask->call.spec.retry.dead_letter = true;
    cr_assert_eq(log_once(g, ask, &view), ENGINE_OK);
    for (int i = 0; i < 5; i++) {
        rig_pass(g->r, 400 * NS_PER_S);
        log_settle(g);
        struct job_view granted = fetch_this(g, "q", view.id);
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
