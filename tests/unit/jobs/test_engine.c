/* The life of a job, as a client and a remote worker see it. */
#include "rig.h"
#include "base/json.h"

#define NO_JOB ((struct uuid){1, 1})

Test(jobs_engine, submit_fetch_ack)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_plain(rig);
    struct job_view view = info(rig, id);
    cr_assert_eq(uuid_version(id), 7);
    cr_assert_eq(uuid_engine(id), 5);
    cr_assert_eq(view.state, JOB_AVAILABLE);
    cr_assert_eq(view.attempt, 0);
    cr_assert_eq(view.max_attempts, 3);
    cr_assert_eq(view.created_ns, RIG_WALL_NS);
    cr_assert_eq(view.enqueued_ns, RIG_WALL_NS);
    cr_assert_str_eq(view.queue, "q");
    cr_assert_str_eq(view.type, "t.plain");
    rig_pass(rig, NS_PER_S);
    view = fetch_one(rig, "q");
    cr_assert(uuid_eq(view.id, id));
    cr_assert_eq(view.state, JOB_ACTIVE);
    cr_assert_eq(view.previous_state, JOB_AVAILABLE);
    cr_assert_eq(view.attempt, 1);
    cr_assert_eq(view.started_ns, RIG_WALL_NS + NS_PER_S);
    cr_assert_eq(view.lease_ms, JOB_LEASE_DEFAULT_MS);
    cr_assert_str_eq(view.worker_id, "w1");
    cr_assert_neq(view.lease_token, 0);
    cr_assert_not(fetch(rig, "q", NULL), "a job is granted once");
    rig_pass(rig, NS_PER_S);
    cr_assert_eq(ack(rig, id, 0), ENGINE_OK);
    view = info(rig, id);
    cr_assert_eq(view.state, JOB_COMPLETED);
    cr_assert_eq(view.completed_ns, RIG_WALL_NS + 2 * NS_PER_S);
    cr_assert_eq(view.started_ns, RIG_WALL_NS + NS_PER_S);
    rig_down(rig);
}

Test(jobs_engine, unknown_job)
{
    struct rig *rig = rig_up();
    cr_assert_eq(ask_job(rig, ENGINE_INFO, NO_JOB, NULL), ENGINE_NOT_FOUND);
    cr_assert_eq(ask_job(rig, ENGINE_CANCEL, NO_JOB, NULL), ENGINE_NOT_FOUND);
    cr_assert_eq(ask_job(rig, ENGINE_ACTIVATE, NO_JOB, NULL), ENGINE_NOT_FOUND);
    cr_assert_eq(ack(rig, NO_JOB, 0), ENGINE_NOT_FOUND);
    cr_assert_eq(ask_once(nack_new(rig, NO_JOB, "x"), NULL), ENGINE_NOT_FOUND);
    rig_down(rig);
}

Test(jobs_engine, only_an_active_job_can_be_acked)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_plain(rig);
    cr_assert_eq(ack(rig, id, 0), ENGINE_CONFLICT);
    cr_assert_eq(ask_once(nack_new(rig, id, "x"), NULL), ENGINE_CONFLICT);
    uint64_t token = fetch_one(rig, "q").lease_token;
    cr_assert_eq(ack(rig, id, token), ENGINE_OK);
    cr_assert_eq(ack(rig, id, 0), ENGINE_CONFLICT);
    cr_assert_eq(ack(rig, id, token), ENGINE_OK, "the same ack again");
    cr_assert_eq(ack(rig, id, token + 1), ENGINE_LEASE_LOST);
    cr_assert_eq(rig_stats(rig).acked, 1);
    rig_down(rig);
}

Test(jobs_engine, client_made_id)
{
    struct rig *rig = rig_up();
    struct uuid id = {0x0192a0b1c2d37abc, 0x8123456789abcdef};
    struct ask *first = submit_new(rig, "q", "t.one"), *second = submit_new(rig, "q", "t.two");
    struct job_view view;
    first->call.spec.has_id = second->call.spec.has_id = true;
    first->call.spec.id = second->call.spec.id = id;
    cr_assert_eq(ask_once(first, &view), ENGINE_OK);
    cr_assert(uuid_eq(view.id, id));
    cr_assert_eq(ask_once(second, &view), ENGINE_DUPLICATE);
    cr_assert_str_eq(view.type, "t.one", "the view shows who has the id");
    cr_assert_eq(rig_stats(rig).jobs, 1);
    rig_down(rig);
}

/* ---- other first states ---- */

Test(jobs_engine, scheduled)
{
    struct rig *rig = rig_up();
    struct ask *ask = submit_new(rig, "q", "t.plain");
    struct job_view view;
    ask->call.spec.scheduled_wall_ns = RIG_WALL_NS + 10 * NS_PER_S;
    cr_assert_eq(ask_once(ask, &view), ENGINE_OK);
    cr_assert_eq(view.state, JOB_SCHEDULED);
    cr_assert_eq(view.enqueued_ns, 0);
    cr_assert_eq(engine_next_ns(rig->engine), RIG_MONO_NS + 10 * NS_PER_S);
    cr_assert_not(fetch(rig, "q", NULL));
    rig_pass(rig, 10 * NS_PER_S - 1);
    cr_assert_eq(state_of(rig, view.id), JOB_SCHEDULED);
    rig_pass(rig, 1);
    view = info(rig, view.id);
    cr_assert_eq(view.state, JOB_AVAILABLE);
    cr_assert_eq(view.enqueued_ns, RIG_WALL_NS + 10 * NS_PER_S);
    cr_assert(fetch(rig, "q", NULL));
    rig_down(rig);
}

Test(jobs_engine, scheduled_in_the_past_is_available)
{
    struct rig *rig = rig_up();
    struct ask *ask = submit_new(rig, "q", "t.plain");
    struct job_view view;
    ask->call.spec.scheduled_wall_ns = RIG_WALL_NS;
    ask_once(ask, &view);
    cr_assert_eq(view.state, JOB_AVAILABLE);
    rig_down(rig);
}

Test(jobs_engine, scheduled_waits_for_a_wall_clock_that_was_set_back)
{
    struct rig *rig = rig_up();
    struct ask *ask = submit_new(rig, "q", "t.plain");
    struct job_view view;
    ask->call.spec.scheduled_wall_ns = RIG_WALL_NS + 10 * NS_PER_S;
    ask_once(ask, &view);
    rig->clock.wall_ns -= 60 * NS_PER_S;
    rig_pass(rig, 10 * NS_PER_S);
    cr_assert_eq(state_of(rig, view.id), JOB_SCHEDULED);
    rig_pass(rig, 60 * NS_PER_S);
    cr_assert_eq(state_of(rig, view.id), JOB_AVAILABLE);
    rig_down(rig);
}

Test(jobs_engine, pending_until_activated)
{
    struct rig *rig = rig_up();
    struct ask *ask = submit_new(rig, "q", "t.plain");
    struct job_view view;
    ask->call.spec.pending = true;
    ask_once(ask, &view);
    cr_assert_eq(view.state, JOB_PENDING);
    cr_assert_not(fetch(rig, "q", NULL));
    cr_assert_eq(ask_job(rig, ENGINE_ACTIVATE, view.id, &view), ENGINE_OK);
    cr_assert_eq(view.state, JOB_AVAILABLE);
    cr_assert_eq(view.previous_state, JOB_PENDING);
    cr_assert_eq(ask_job(rig, ENGINE_ACTIVATE, view.id, &view), ENGINE_CONFLICT);
    cr_assert(fetch(rig, "q", NULL));
    rig_down(rig);
}

/* ---- cancel ---- */

static struct uuid job_in(struct rig *rig, enum job_state state)
{
    struct ask *ask = submit_new(rig, "q", "t.plain");
    struct job_view view;
    ask->call.spec.pending = state == JOB_PENDING;
    if (state == JOB_SCHEDULED) ask->call.spec.scheduled_wall_ns = rig->clock.wall_ns + NS_PER_S;
    ask_once(ask, &view);
    bool was_granted = state != JOB_PENDING && state != JOB_SCHEDULED && state != JOB_AVAILABLE;
    if (was_granted) fetch_one(rig, "q");
    if (state == JOB_RETRYABLE) nack(rig, view.id);
    if (state == JOB_COMPLETED) ack(rig, view.id, 0);
    if (state == JOB_CANCELLED) ask_job(rig, ENGINE_CANCEL, view.id, NULL);
    if (state == JOB_DISCARDED) ask_once(nack_new(rig, view.id, "fatal"), NULL);
    cr_assert_eq(state_of(rig, view.id), state);
    return view.id;
}

Test(jobs_engine, cancel_in_every_state)
{
    struct rig *rig = rig_up();
    for (int s = 0; s < JOB_STATES; s++) {
        struct uuid id = job_in(rig, (enum job_state)s);
        struct job_view view;
        bool is_terminal = job_state_is_terminal((enum job_state)s);
        cr_expect_eq(ask_job(rig, ENGINE_CANCEL, id, &view), is_terminal ? ENGINE_CONFLICT : ENGINE_OK);
        cr_expect_eq(view.state, is_terminal ? (enum job_state)s : JOB_CANCELLED);
        if (is_terminal) continue;
        cr_expect_eq(view.previous_state, s);
        cr_expect_eq(view.cancelled_ns, rig->clock.wall_ns);
        cr_expect_eq(view.completed_ns, 0);
    }
    rig_pass(rig, 60 * NS_PER_S);
    cr_assert_not(fetch(rig, "q", NULL), "none of them comes back");
    rig_down(rig);
}

Test(jobs_engine, result_after_cancel_is_dropped)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_plain(rig);
    struct job_view view = fetch_one(rig, "q");
    cr_assert_eq(ask_job(rig, ENGINE_CANCEL, id, NULL), ENGINE_OK);
    cr_assert_eq(ack(rig, id, view.lease_token), ENGINE_CONFLICT);
    cr_assert_eq(ack(rig, id, 0), ENGINE_CONFLICT);
    cr_assert_eq(state_of(rig, id), JOB_CANCELLED);
    rig_down(rig);
}

/* ---- failures ---- */

Test(jobs_engine, nack_retries_then_discards)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_plain(rig);
    for (uint32_t attempt = 1; attempt <= 2; attempt++) {
        cr_assert_eq(fetch_one(rig, "q").attempt, attempt);
        struct job_view view = nack(rig, id);
        uint64_t delay = attempt * NS_PER_S; /* 1 s, 2 s */
        cr_assert_eq(view.state, JOB_RETRYABLE);
        cr_assert_eq(view.attempt, attempt);
        cr_assert_eq(view.next_attempt_ns, rig->clock.wall_ns + delay);
        cr_assert_eq(view.completed_ns, 0);
        rig_pass(rig, delay - 1);
        cr_assert_not(fetch(rig, "q", NULL));
        rig_pass(rig, 1);
        cr_assert_eq(info(rig, id).next_attempt_ns, 0);
    }
    fetch_one(rig, "q");
    struct job_view view = nack(rig, id);
    cr_assert_eq(view.state, JOB_DISCARDED);
    cr_assert_eq(view.attempt, 3);
    cr_assert_eq(view.discarded_ns, rig->clock.wall_ns);
    cr_assert_eq(view.completed_ns, rig->clock.wall_ns);
    cr_assert_neq(view.started_ns, 0);
    rig_down(rig);
}

static enum job_state state_after_nack(struct rig *rig, struct ask *ask)
{
    struct job_view view;
    struct uuid id = submit(rig, "once", "t.plain", 0);
    fetch_one(rig, "once");
    ask->call.id = id;
    cr_assert_eq(ask_once(ask, &view), ENGINE_OK);
    return view.state;
}

Test(jobs_engine, nack_that_must_not_be_retried)
{
    struct rig *rig = rig_up();
    struct ask *ask = nack_new(rig, NO_JOB, "handler_error");
    ask->call.failure.has_retryable = true;
    cr_expect_eq(state_after_nack(rig, ask), JOB_DISCARDED, "retryable: false");
    cr_expect_eq(state_after_nack(rig, nack_new(rig, NO_JOB, "auth.expired")), JOB_DISCARDED, "on the job's list");
    cr_expect_eq(state_after_nack(rig, nack_new(rig, NO_JOB, "fatal")), JOB_DISCARDED);
    cr_expect_eq(state_after_nack(rig, nack_new(rig, NO_JOB, "DISCARD")), JOB_DISCARDED);
    cr_expect_eq(state_after_nack(rig, nack_new(rig, NO_JOB, "fatality")), JOB_RETRYABLE);
    rig_down(rig);
}

Test(jobs_engine, requeue_is_not_counted)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_plain(rig), later = submit_plain(rig);
    struct job_view view = fetch_one(rig, "q");
    struct ask *ask = nack_new(rig, id, "x");
    ask->call.failure.requeue = true;
    cr_assert_eq(ask_once(ask, &view), ENGINE_OK);
    cr_assert_eq(view.state, JOB_AVAILABLE);
    cr_assert_eq(view.attempt, 0);
    cr_assert_eq(view.started_ns, 0);
    cr_assert(uuid_eq(fetch_one(rig, "q").id, id), "it keeps its place");
    cr_assert(uuid_eq(fetch_one(rig, "q").id, later));
    rig_down(rig);
}

static void check_error(const struct block *text, const char *code, int64_t attempt)
{
    struct json_value object, value;
    struct slice plain;
    size_t at;
    int64_t n;
    cr_assert_eq(json_check(block_slice(text), &object, &at), JSON_OK, "%.*s", SLICE_ARG(block_slice(text)));
    cr_assert(json_member(object, SLICE("code"), &value) && json_plain(value, &plain));
    cr_assert(slice_eq(plain, slice_str(code)));
    cr_assert(json_member(object, SLICE("type"), &value));
    cr_assert(json_member(object, SLICE("message"), &value));
    cr_assert(json_member(object, SLICE("occurred_at"), &value));
    cr_assert(json_member(object, SLICE("attempt"), &value) && json_to_i64(value, &n));
    cr_assert_eq(n, attempt);
}

Test(jobs_engine, errors_are_kept_newest_first)
{
    struct rig *rig = rig_up();
    struct ask *ask = submit_new(rig, "q", "t.plain");
    struct job_view view;
    ask->call.spec.retry.max_attempts = 20;
    ask_once(ask, &view);
    for (int i = 1; i <= 12; i++) {
        fetch_one(rig, "q");
        nack(rig, view.id);
        rig_pass(rig, 300 * NS_PER_S);
    }
    fetch_one(rig, "q");
    cr_assert_eq(ack(rig, view.id, 0), ENGINE_OK);
    ask = ask_new(rig, ENGINE_INFO);
    ask->call.id = view.id;
    ask_do(ask);
    cr_assert_eq(ask->call.view.state, JOB_COMPLETED);
    cr_assert_eq(ask->call.view.n_errors, JOB_ERRORS_KEPT);
    for (int i = 0; i < JOB_ERRORS_KEPT; i++) check_error(ask->call.view.errors[i], "handler_error", 12 - i);
    ask_free(ask);
    rig_down(rig);
}

/* ---- expiry ---- */

static struct uuid submit_expiring(struct rig *rig, bool pending, uint64_t scheduled_ns)
{
    struct ask *ask = submit_new(rig, "q", "t.plain");
    struct job_view view;
    ask->call.spec.pending = pending;
    ask->call.spec.scheduled_wall_ns = scheduled_ns;
    ask->call.spec.expires_wall_ns = RIG_WALL_NS + 5 * NS_PER_S;
    cr_assert_eq(ask_once(ask, &view), ENGINE_OK);
    return view.id;
}

static void check_expired(struct rig *rig, struct uuid id)
{
    struct job_view view = info(rig, id);
    cr_assert_eq(view.state, JOB_DISCARDED);
    cr_assert_eq(view.discarded_ns, RIG_WALL_NS + 5 * NS_PER_S);
    cr_assert_eq(view.completed_ns, 0);
}

Test(jobs_engine, expiry_in_every_state)
{
    struct rig *rig = rig_up();
    struct uuid active = submit_expiring(rig, false, 0);
    fetch_one(rig, "q");
    struct uuid retryable = submit_expiring(rig, false, 0);
    fetch_one(rig, "q");
    rig_pass(rig, 4500 * NS_PER_MS);
    nack(rig, retryable); /* next attempt after the expiry */
    struct uuid available = submit_expiring(rig, false, 0);
    struct uuid pending = submit_expiring(rig, true, 0);
    struct uuid scheduled = submit_expiring(rig, false, RIG_WALL_NS + 9 * NS_PER_S);
    rig_pass(rig, 500 * NS_PER_MS - 1);
    cr_assert_eq(rig_stats(rig).expired, 0);
    rig_pass(rig, 1);
    check_expired(rig, active);
    check_expired(rig, retryable);
    check_expired(rig, available);
    check_expired(rig, pending);
    check_expired(rig, scheduled);
    cr_assert_eq(rig_stats(rig).expired, 5);
    cr_assert_eq(ack(rig, active, 0), ENGINE_CONFLICT);
    rig_down(rig);
}

Test(jobs_engine, expiry_waits_for_a_wall_clock_that_was_set_back)
{
    struct rig *rig = rig_up();
    struct uuid active = submit_expiring(rig, false, 0);
    fetch_one(rig, "q");
    struct uuid available = submit_expiring(rig, false, 0), pending = submit_expiring(rig, true, 0);
    rig->clock.wall_ns -= 10 * NS_PER_S;
    rig_pass(rig, 5 * NS_PER_S);
    cr_assert_eq(rig_stats(rig).expired, 0);
    rig_pass(rig, 10 * NS_PER_S);
    check_expired(rig, active);
    check_expired(rig, available);
    check_expired(rig, pending);
    rig_down(rig);
}

Test(jobs_engine, an_expired_job_is_never_granted)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_expiring(rig, false, 0), pending = submit_expiring(rig, true, 0), good = submit_plain(rig);
    rig->clock.mono_ns += 5 * NS_PER_S;
    rig->clock.wall_ns += 5 * NS_PER_S; /* no tick has seen it yet */
    cr_assert(uuid_eq(fetch_one(rig, "q").id, good));
    check_expired(rig, id);
    cr_assert_eq(ask_job(rig, ENGINE_ACTIVATE, pending, NULL), ENGINE_CONFLICT);
    check_expired(rig, pending);
    rig_down(rig);
}

/* ---- views, release, drain ---- */

Test(jobs_engine, a_view_outlives_its_job)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_plain(rig);
    fetch_one(rig, "q");
    struct ask *done = ask_new(rig, ENGINE_ACK), *later = ask_new(rig, ENGINE_INFO);
    done->call.id = later->call.id = id;
    done->call.result = rig_block(rig, "{\"sum\":3}");
    done->call.result_is_json = true;
    ask_do(done);
    ask_do(later);
    cr_assert_null(done->call.result, "it moved in");
    rig_pass(rig, 3600 * NS_PER_S);
    cr_assert_eq(ask_job(rig, ENGINE_INFO, id, NULL), ENGINE_NOT_FOUND);
    cr_assert_eq(rig_stats(rig).jobs, 0);
    cr_assert(slice_eq(block_slice(later->call.view.result), SLICE("{\"sum\":3}")));
    cr_assert(later->call.view.result_is_json);
    cr_assert(slice_eq(later->call.view.args, SLICE("[1,2]")));
    cr_assert(slice_eq(later->call.view.meta, SLICE("{\"k\":1}")));
    cr_assert_eq(later->call.view.tags.len, 0);
    ask_free(done);
    ask_free(later);
    rig_down(rig);
}

Test(jobs_engine, release_of_an_undelivered_grant)
{
    struct rig *rig = rig_up();
    struct uuid first = submit_plain(rig), second = submit_plain(rig), third = submit_plain(rig);
    struct ask *ask = ask_do(fetch_new(rig, "q", 3));
    cr_assert_eq(ask->call.n_views, 3);
    cr_assert_eq(ack(rig, second, 0), ENGINE_OK); /* somebody was faster */
    ask->call.op = ENGINE_RELEASE;
    ask->n_replies = 0;
    ask_do(ask);
    ask_free(ask);
    cr_assert_eq(info(rig, first).attempt, 0);
    cr_assert_eq(state_of(rig, second), JOB_COMPLETED);
    struct job_view view = fetch_one(rig, "q");
    cr_assert(uuid_eq(view.id, first));
    cr_assert_eq(view.attempt, 1);
    cr_assert(uuid_eq(fetch_one(rig, "q").id, third));
    rig_down(rig);
}

Test(jobs_engine, drain)
{
    struct rig *rig = rig_up();
    struct uuid active = submit_plain(rig), waiting = submit_plain(rig);
    struct local_grant local;
    fetch_one(rig, "q");
    submit(rig, "q", "local.a", 0);
    engine_drain(rig->engine);
    struct ask *late = submit_new(rig, "q", "t.plain");
    cr_assert_eq(ask_once(late, NULL), ENGINE_DRAINING);
    cr_assert_eq(ask_once(fetch_new(rig, "q", 1), NULL), ENGINE_DRAINING);
    cr_assert_not(grant(rig, 7, &local));
    cr_assert_eq(ack(rig, active, 0), ENGINE_OK);
    cr_assert_eq(ask_job(rig, ENGINE_CANCEL, waiting, NULL), ENGINE_OK);
    rig_down(rig);
}

Test(jobs_engine, queues_and_stats)
{
    struct rig *rig = rig_up();
    submit(rig, "beta", "t.plain", 0);
    submit(rig, "alpha", "t.plain", 0);
    submit(rig, "alpha", "t.other", 0);
    fetch_one(rig, "alpha");
    struct ask *ask = ask_do(ask_new(rig, ENGINE_QUEUES));
    const struct queue_view *queues = (const struct queue_view *)(const void *)ask->call.views->bytes;
    cr_assert_eq(ask->call.n_views, 2);
    cr_assert_str_eq(queues[0].name, "alpha");
    cr_assert_eq(queues[0].by_state[JOB_AVAILABLE], 1);
    cr_assert_eq(queues[0].by_state[JOB_ACTIVE], 1);
    cr_assert_str_eq(queues[1].name, "beta");
    cr_assert_eq(queues[1].by_state[JOB_AVAILABLE], 1);
    ask_free(ask);
    ask = ask_do(ask_new(rig, ENGINE_STATS));
    cr_assert_eq(ask->call.stats.by_state[JOB_AVAILABLE], 2);
    cr_assert_eq(ask->call.stats.jobs, 3);
    cr_assert_eq(ask->call.stats.submitted, 3);
    cr_assert_eq(ask->call.stats.granted, 1);
    ask_free(ask);
    rig_down(rig);
}

Test(jobs_engine, bytes_per_job)
{
    cr_assert_leq(engine_bytes_per_job(), 256);
}
