/* The engine with its journal: what waits for a commit, and what comes back after a stop or a kill. Disks that are full or fail:
 * test_log_full.c. */
#include "log_rig.h"

#include "jobs/engine_parts.h"

#include <fcntl.h>

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
    struct job_view view = log_fetch_this(g, "special", id);
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
    k.done_token = log_fetch_this(g, "special", k.completed).lease_token;
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
    k.token = log_fetch_this(g, "special", k.active).lease_token;
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
    for (int i = 0; i < 3; i++) cr_assert_gt(log_fetch_this(g, "q", k.available[i]).lease_token, k.token, "a token is given once");
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
