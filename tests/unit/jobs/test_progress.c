/* How far a job has come, as its worker says. */
#include "rig.h"

static struct rig *r;

static void up(void)
{
    r = rig_up();
}

static void down(void)
{
    rig_down(r);
}

TestSuite(jobs_progress, .init = up, .fini = down);

/* fraction < 0, NULL: not said. */
static void say(struct uuid id, uint64_t token, float fraction, const char *data, const char *checkpoint)
{
    struct ask *ask = ask_new(r, ENGINE_PROGRESS);
    ask->call.id = id;
    ask->call.token = token;
    ask->call.progress.has_fraction = fraction >= 0;
    ask->call.progress.fraction = fraction;
    if (data) ask->call.progress.data = rig_block(r, data);
    if (checkpoint) ask->call.progress.checkpoint = rig_block(r, checkpoint);
    ask_do(ask);
    cr_assert_eq(ask->n_replies, 1);
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    ask_free(ask);
}

static void expect(struct uuid id, float fraction, const char *data)
{
    struct ask *ask = ask_new(r, ENGINE_INFO);
    ask->call.id = id;
    ask_do(ask);
    const struct progress *said = &ask->call.view.said;
    cr_assert_eq(said->has_fraction, fraction >= 0);
    if (fraction >= 0) cr_assert_float_eq(said->fraction, fraction, 0.0001);
    cr_assert_eq(said->data != NULL, data != NULL);
    if (data) cr_assert(slice_eq(block_slice(said->data), slice_str(data)));
    ask_free(ask);
}

static uint64_t events_of(enum job_event_kind kind)
{
    struct ask *ask = ask_new(r, ENGINE_EVENTS);
    ask->call.events.kinds = 1u << kind;
    ask_do(ask);
    uint64_t n = ask->call.views ? ask->call.n_views : 0;
    ask_free(ask);
    return n;
}

Test(jobs_progress, nothing_said)
{
    struct uuid id = submit_plain(r);
    expect(id, -1, NULL);
    (void)fetch_one(r, "q");
    expect(id, -1, NULL);
}

Test(jobs_progress, never_falls_and_keeps_what_is_not_said_anew)
{
    struct uuid id = submit_plain(r);
    struct job_view v = fetch_one(r, "q");
    say(id, v.lease_token, 0.5F, NULL, NULL);
    expect(id, 0.5F, NULL);
    say(id, v.lease_token, 0.25F, "{\"rows\":1}", NULL);
    expect(id, 0.5F, "{\"rows\":1}");
    say(id, v.lease_token, -1, "{\"rows\":2}", NULL);
    expect(id, 0.5F, "{\"rows\":2}");
    say(id, v.lease_token, 0.75F, NULL, NULL);
    expect(id, 0.75F, "{\"rows\":2}");
}

Test(jobs_progress, a_completed_job_is_whole_if_anything_was_said)
{
    struct uuid told = submit_plain(r), silent;
    struct job_view v = fetch_one(r, "q");
    say(told, v.lease_token, 0.3F, NULL, NULL);
    cr_assert_eq(ack(r, told, v.lease_token), ENGINE_OK);
    expect(told, 1, NULL);
    silent = submit_plain(r);
    v = fetch_one(r, "q");
    cr_assert_eq(ack(r, silent, v.lease_token), ENGINE_OK);
    expect(silent, -1, NULL);
}

Test(jobs_progress, a_failure_keeps_it_and_the_next_attempt_begins_anew)
{
    struct uuid id = submit_plain(r);
    struct job_view v = fetch_one(r, "q");
    say(id, v.lease_token, 0.73F, "{\"a\":1}", "{\"row\":7}");
    (void)nack(r, id);
    expect(id, 0.73F, "{\"a\":1}");
    rig_pass(r, 3600 * NS_PER_S);
    struct ask *ask = fetch_new(r, "q", 1);
    ask_do(ask);
    cr_assert_eq(ask->call.n_views, 1);
    const struct progress *said = &ask_views(ask)[0].said;
    cr_assert_not(said->has_fraction);
    cr_assert_null(said->data);
    cr_assert(said->checkpoint && slice_eq(block_slice(said->checkpoint), SLICE("{\"row\":7}")), "where to go on");
    ask_free(ask);
}

Test(jobs_progress, a_job_that_has_ended_keeps_no_checkpoint)
{
    struct uuid id = submit_plain(r);
    uint64_t before = atomic_load(&r->budget.used);
    struct job_view v = fetch_one(r, "q");
    say(id, v.lease_token, 0.5F, NULL, "{\"row\":7}");
    cr_assert_gt(atomic_load(&r->budget.used), before);
    cr_assert_eq(ack(r, id, v.lease_token), ENGINE_OK);
    cr_assert_eq(atomic_load(&r->budget.used), before);
}

Test(jobs_progress, is_a_heartbeat)
{
    struct uuid id = submit_plain(r);
    struct job_view v = fetch_one(r, "q");
    for (int i = 0; i < 4; i++) {
        rig_pass(r, 20 * NS_PER_S); /* of 30 */
        say(id, v.lease_token, 0.1F, NULL, NULL);
    }
    cr_assert_eq(info(r, id).state, JOB_ACTIVE);
    rig_pass(r, 31 * NS_PER_S);
    cr_assert_neq(info(r, id).state, JOB_ACTIVE);
}

Test(jobs_progress, others_and_late_ones_change_nothing)
{
    struct uuid id = submit_plain(r);
    say(id, 0, 0.5F, NULL, NULL);
    expect(id, -1, NULL);
    struct job_view v = fetch_one(r, "q");
    say(id, v.lease_token + 1, 0.5F, "{}", "{}");
    expect(id, -1, NULL);
    cr_assert_eq(ack(r, id, v.lease_token), ENGINE_OK);
    say(id, v.lease_token, 0.5F, "{}", "{}");
    expect(id, -1, NULL);
    struct ask *ask = ask_new(r, ENGINE_PROGRESS);
    ask->call.id = (struct uuid){1, 2};
    ask_do(ask);
    cr_assert_eq(ask->call.outcome, ENGINE_NOT_FOUND);
    ask_free(ask);
}

Test(jobs_progress, one_event_a_second)
{
    struct uuid id = submit_plain(r);
    struct job_view v = fetch_one(r, "q");
    for (int i = 0; i < 100; i++) {
        say(id, v.lease_token, (float)i / 100, NULL, NULL);
        rig_pass(r, NS_PER_S / 10);
    }
    cr_assert_geq(events_of(EVENT_PROGRESS), 9);
    cr_assert_leq(events_of(EVENT_PROGRESS), 11);
    cr_assert_eq(events_of(EVENT_HEARTBEAT), 0);
}

Test(jobs_progress, a_worker_of_this_server)
{
    struct uuid id = submit(r, "q", "local.a", 0);
    struct local_grant g;
    cr_assert(grant(r, ~UINT64_C(0), &g));
    engine_local_progress(r->engine, g.slot, g.generation, 0.4F);
    expect(id, 0.4F, NULL);
    say(id, 0, 0.9F, NULL, NULL); /* it is nobody else's */
    expect(id, 0.4F, NULL);
    struct local_result res = {.outcome = LOCAL_FAILED};
    engine_local_done(r->engine, g.slot, g.generation, g.token, &res);
    expect(id, 0.4F, NULL);
}

Test(jobs_progress, heartbeats_are_events)
{
    struct uuid id = submit_plain(r);
    struct job_view v = fetch_one(r, "q");
    rig_pass(r, 10 * NS_PER_S);
    struct ask *ask = ask_new(r, ENGINE_HEARTBEAT);
    ask->call.token = v.lease_token;
    ask->call.ids[0] = id;
    ask->call.n_ids = 1;
    ask_do(ask);
    cr_assert_eq(ask->call.extended, 1);
    ask_free(ask);
    ask = ask_new(r, ENGINE_EVENTS);
    ask->call.events.kinds = 1u << EVENT_HEARTBEAT;
    ask_do(ask);
    cr_assert_eq(ask->call.n_views, 1);
    const struct job_event *ev = (const struct job_event *)(void *)ask->call.views->bytes;
    cr_assert_eq(ev->due_ns, RIG_WALL_NS + 40 * NS_PER_S);
    ask_free(ask);
}
