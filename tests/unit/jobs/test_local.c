/* Workers of this server: grants by type, the word to a worker, and results that come too late. */
#include "rig.h"

static struct uuid submit_local(struct rig *rig, const char *queue, int type)
{
    return submit(rig, queue, rig_local_types[type], 0);
}

static struct local_grant grant_one(struct rig *rig, uint64_t types)
{
    struct local_grant g;
    cr_assert(grant(rig, types, &g));
    return g;
}

static void done(struct rig *rig, const struct local_grant *g, enum local_outcome outcome)
{
    struct local_result r = {.outcome = (uint8_t)outcome, .retryable = true};
    memcpy(r.code, "bad_image", 10);
    memcpy(r.message, "row 3", 6);
    r.result = rig_block(rig, "bytes");
    memcpy(r.media_type, "image/png", 10);
    engine_local_done(rig->engine, g->slot, g->generation, g->token, &r);
    cr_assert_null(r.result);
}

Test(jobs_local, grant_and_done)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_local(rig, "q", 1);
    struct local_grant g;
    uint64_t all = 7;
    submit(rig, "q", "t.remote", 50);
    cr_assert_not(grant(rig, 1, &g), "another type");
    cr_assert(engine_grant_local(rig->engine, &all, &g));
    cr_assert(uuid_eq(g.id, id));
    cr_assert_eq(g.type, 1);
    cr_assert(slice_eq(g.args, SLICE("[1,2]")));
    g.envelope = block_unref(g.envelope);
    cr_assert_not(grant(rig, 7, &(struct local_grant){0}));
    struct job_view view = info(rig, id);
    cr_assert_eq(view.state, JOB_ACTIVE);
    cr_assert_eq(view.attempt, 1);
    rig_pass(rig, 600 * NS_PER_S);
    cr_assert_eq(state_of(rig, id), JOB_ACTIVE, "a local worker has no lease to lose");
    cr_assert_eq(ack(rig, id, 0), ENGINE_CONFLICT, "not for others to end");
    done(rig, &g, LOCAL_COMPLETED);
    struct ask *ask = ask_new(rig, ENGINE_INFO);
    ask->call.id = id;
    ask_do(ask);
    cr_assert_eq(ask->call.view.state, JOB_COMPLETED);
    cr_assert_str_eq(ask->call.view.result_type, "image/png");
    cr_assert_not(ask->call.view.result_is_json);
    cr_assert(slice_eq(block_slice(ask->call.view.result), SLICE("bytes")));
    ask_free(ask);
    rig_down(rig);
}

Test(jobs_local, outcomes)
{
    struct rig *rig = rig_up();
    struct uuid failed = submit_local(rig, "q", 0), late = submit_local(rig, "q", 0), back = submit_local(rig, "q", 0);
    struct local_grant g[3];
    for (int i = 0; i < 3; i++) g[i] = grant_one(rig, 1);
    done(rig, &g[0], LOCAL_FAILED);
    done(rig, &g[1], LOCAL_TIMEOUT);
    done(rig, &g[2], LOCAL_GIVEN_BACK);
    cr_assert_eq(state_of(rig, failed), JOB_RETRYABLE);
    cr_assert_eq(state_of(rig, late), JOB_RETRYABLE);
    cr_assert_eq(state_of(rig, back), JOB_AVAILABLE);
    cr_assert_eq(info(rig, back).attempt, 0);
    cr_assert_eq(rig->n_cancels, 0, "the worker knows");
    rig_down(rig);
}

Test(jobs_local, a_crash_is_an_attempt)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_local(rig, "q", 0);
    for (uint32_t i = 1; i <= JOB_CRASHES_MAX; i++) {
        struct local_grant g = grant_one(rig, 1);
        cr_assert_eq(g.attempt, i);
        done(rig, &g, LOCAL_CRASHED);
        cr_assert_eq(state_of(rig, id), i < JOB_CRASHES_MAX ? JOB_RETRYABLE : JOB_DISCARDED);
        cr_assert_eq(info(rig, id).attempt, i);
        rig_pass(rig, 60 * NS_PER_S);
    }
    rig_down(rig);
}

Test(jobs_local, queues_take_turns)
{
    struct rig *rig = rig_up();
    struct uuid ids[6];
    for (int i = 0; i < 6; i++) ids[i] = submit_local(rig, i < 4 ? "long" : "short", 0);
    submit_local(rig, "other", 2);
    static const int order[] = {0, 4, 1, 5, 2, 3};
    for (int i = 0; i < 6; i++) cr_expect(uuid_eq(grant_one(rig, 1).id, ids[order[i]]), "grant %d", i);
    cr_expect_not(grant(rig, 1, &(struct local_grant){0}));
    cr_expect_eq(grant_one(rig, 4).type, 2);
    rig_down(rig);
}

Test(jobs_local, priority_within_a_queue)
{
    struct rig *rig = rig_up();
    struct uuid low = submit(rig, "q", "local.a", -5), high = submit(rig, "q", "local.b", 5),
                mid = submit(rig, "q", "local.a", 0);
    cr_expect(uuid_eq(grant_one(rig, 7).id, high));
    cr_expect(uuid_eq(grant_one(rig, 7).id, mid));
    cr_expect(uuid_eq(grant_one(rig, 7).id, low));
    rig_down(rig);
}

Test(jobs_local, on_ready_when_there_was_none_before)
{
    struct rig *rig = rig_up();
    submit(rig, "q", "t.remote", 0);
    cr_assert_eq(rig->n_ready, 0);
    submit_local(rig, "q", 0);
    cr_assert_eq(rig->n_ready, 1);
    submit_local(rig, "other", 0);
    cr_assert_eq(rig->n_ready, 1);
    submit_local(rig, "q", 1);
    cr_assert_eq(rig->n_ready, 2, "another type, perhaps another worker");
    struct local_grant g = grant_one(rig, 1);
    grant_one(rig, 1);
    cr_assert_eq(rig->n_ready, 2);
    done(rig, &g, LOCAL_GIVEN_BACK);
    cr_assert_eq(rig->n_ready, 3);
    rig_down(rig);
}

Test(jobs_local, cancel_tells_the_worker_and_drops_its_result)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_local(rig, "q", 0), ready = submit_local(rig, "q", 0);
    struct local_grant g = grant_one(rig, 1);
    ask_job(rig, ENGINE_CANCEL, ready, NULL);
    cr_assert_eq(rig->n_cancels, 0, "nobody had it in hand");
    cr_assert_eq(ask_job(rig, ENGINE_CANCEL, id, NULL), ENGINE_OK);
    cr_assert_eq(rig->n_cancels, 1);
    cr_assert_eq(rig->cancels[0].slot, g.slot);
    cr_assert_eq(rig->cancels[0].generation, g.generation);
    done(rig, &g, LOCAL_COMPLETED);
    cr_assert_eq(state_of(rig, id), JOB_CANCELLED);
    rig_down(rig);
}

Test(jobs_local, done_after_the_job_is_gone)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_local(rig, "q", 0);
    struct local_grant g = grant_one(rig, 1);
    ask_job(rig, ENGINE_CANCEL, id, NULL);
    rig_pass(rig, 3600 * NS_PER_S);
    done(rig, &g, LOCAL_COMPLETED);
    struct uuid next = submit_local(rig, "q", 0); /* in the same slot */
    struct local_grant h = grant_one(rig, 1);
    cr_assert_eq(h.slot, g.slot);
    done(rig, &g, LOCAL_FAILED);
    engine_local_progress(rig->engine, g.slot, g.generation, 0.5F);
    cr_assert_eq(state_of(rig, next), JOB_ACTIVE);
    cr_assert_eq(info(rig, next).progress, 0);
    done(rig, &h, LOCAL_COMPLETED);
    rig_down(rig);
}

Test(jobs_local, time_limit_and_expiry_tell_the_worker)
{
    struct rig *rig = rig_up();
    struct ask *limited = submit_new(rig, "q", "local.a"), *expiring = submit_new(rig, "q", "local.a");
    struct job_view first, second;
    limited->call.spec.timeout_ms = 2000;
    expiring->call.spec.expires_wall_ns = RIG_WALL_NS + 3 * NS_PER_S;
    ask_once(limited, &first);
    ask_once(expiring, &second);
    struct local_grant g = grant_one(rig, 1), h = grant_one(rig, 1);
    cr_assert_eq(g.timeout_ms, 2000);
    rig_pass(rig, 2 * NS_PER_S);
    cr_assert_eq(state_of(rig, first.id), JOB_RETRYABLE);
    cr_assert_eq(rig->n_cancels, 1);
    rig_pass(rig, NS_PER_S);
    cr_assert_eq(state_of(rig, second.id), JOB_DISCARDED);
    cr_assert_eq(rig->n_cancels, 2);
    cr_assert_eq(state_of(rig, first.id), JOB_AVAILABLE);
    struct local_grant again = grant_one(rig, 1);
    done(rig, &g, LOCAL_COMPLETED); /* of the first attempt: an old token */
    done(rig, &h, LOCAL_COMPLETED);
    cr_assert_eq(state_of(rig, first.id), JOB_ACTIVE);
    done(rig, &again, LOCAL_COMPLETED);
    cr_assert_eq(state_of(rig, first.id), JOB_COMPLETED);
    cr_assert_eq(state_of(rig, second.id), JOB_DISCARDED);
    rig_down(rig);
}

Test(jobs_local, progress)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_local(rig, "q", 0);
    struct local_grant g = grant_one(rig, 1);
    uint64_t before = rig_stats(rig).events;
    for (int i = 0; i <= 1000; i++) engine_local_progress(rig->engine, g.slot, g.generation, (float)i / 1000);
    cr_assert_eq(info(rig, id).progress, 1);
    cr_assert_eq(rig_stats(rig).events - before, 1, "one in a second");
    rig_pass(rig, NS_PER_S);
    engine_local_progress(rig->engine, g.slot, g.generation, 1);
    cr_assert_eq(rig_stats(rig).events - before, 2);
    engine_local_progress(rig->engine, g.slot, g.generation, 2);
    cr_assert_eq(info(rig, id).progress, 1);
    done(rig, &g, LOCAL_COMPLETED);
    rig_down(rig);
}

Test(jobs_local, remote_workers_may_take_local_types)
{
    struct rig *rig = rig_up();
    submit_local(rig, "q", 0);
    cr_assert(fetch(rig, "q", NULL));
    cr_assert_not(grant(rig, 7, &(struct local_grant){0}));
    rig_down(rig);
}

Test(jobs_local, an_expired_job_is_passed_over)
{
    struct rig *rig = rig_up();
    struct ask *ask = submit_new(rig, "q", "local.a");
    ask->call.spec.expires_wall_ns = RIG_WALL_NS + NS_PER_S;
    ask->call.wait_ns = 60 * NS_PER_S;
    ask_do(ask);
    struct uuid good = submit_local(rig, "q", 0);
    rig->clock.wall_ns += NS_PER_S;
    rig->clock.mono_ns += NS_PER_S;
    cr_assert(uuid_eq(grant_one(rig, 1).id, good));
    cr_assert_leq(engine_next_ns(rig->engine), rig->clock.mono_ns, "an answer is due");
    engine_tick(rig->engine, 10);
    cr_assert_eq(ask->call.view.state, JOB_DISCARDED);
    ask_free(ask);
    rig_down(rig);
}

/* ---- hooks that come straight back in ---- */

static void on_ready_grant(void *arg)
{
    struct rig *rig = arg;
    struct local_grant g;
    rig->n_ready++;
    if (grant(rig, 7, &g)) done(rig, &g, rig->n_ready < 3 ? LOCAL_GIVEN_BACK : LOCAL_COMPLETED);
}

static void on_cancel_done(void *arg, uint32_t slot, uint32_t generation)
{
    struct rig *rig = arg;
    struct local_result r = {.outcome = LOCAL_GIVEN_BACK};
    rig_on_cancel(arg, slot, generation);
    engine_local_done(rig->engine, slot, generation, 1, &r);
}

Test(jobs_local, hooks_may_come_straight_back_in)
{
    struct rig *rig = rig_new();
    struct engine_options options = rig_options(rig);
    options.on_cancel = on_cancel_done;
    rig_up_with(rig, &options);
    struct uuid id = submit_local(rig, "q", 0);
    grant_one(rig, 1);
    cr_assert_eq(ask_job(rig, ENGINE_CANCEL, id, NULL), ENGINE_OK);
    cr_assert_eq(rig->n_cancels, 1);
    cr_assert_eq(state_of(rig, id), JOB_CANCELLED);
    rig_down(rig);

    rig = rig_new();
    options = rig_options(rig);
    options.on_ready = on_ready_grant;
    rig_up_with(rig, &options);
    struct ask *ask = submit_new(rig, "q", "local.a");
    ask->call.wait_ns = NS_PER_S;
    ask_do(ask);
    cr_assert_eq(rig->n_ready, 3);
    cr_assert_eq(ask->call.view.state, JOB_COMPLETED);
    ask_free(ask);
    rig_down(rig);
}
