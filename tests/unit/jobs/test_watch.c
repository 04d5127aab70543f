/* Calls that wait until a job is not as they know it: versions, and what ends the wait. */
#include "log_rig.h"
#include "rig.h"

static uint64_t version_of(struct rig *rig, struct uuid id)
{
    struct ask *ask = ask_new(rig, ENGINE_INFO);
    ask->call.id = id;
    ask_do(ask);
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    uint64_t version = job_view_version(&ask->call.view);
    ask_free(ask);
    return version;
}

static struct ask *watch(struct rig *rig, struct uuid id, uint64_t version, uint64_t wait_ns)
{
    struct ask *ask = ask_new(rig, ENGINE_INFO);
    ask->call.id = id;
    ask->call.version = version;
    ask->call.wait_ns = wait_ns;
    return ask_do(ask);
}

static void expect_waiting(const struct ask *ask)
{
    cr_assert_eq(ask->n_replies, 0);
}

/* It has been answered, with another version than it had; returns that. */
static uint64_t expect_change(struct ask *ask, enum job_state state)
{
    cr_assert_eq(ask->n_replies, 1);
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    cr_assert_eq(ask->call.view.state, state);
    uint64_t version = job_view_version(&ask->call.view);
    cr_assert_neq(version, ask->call.version);
    ask_free(ask);
    return version;
}

Test(jobs_watch, every_transition_is_another_version)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_plain(rig);
    uint64_t version = version_of(rig, id);
    cr_assert_eq(version, version_of(rig, id), "looking changes nothing");

    struct ask *ask = watch(rig, id, version, 100 * NS_PER_S);
    expect_waiting(ask);
    rig_pass(rig, NS_PER_MS);
    struct job_view view = fetch_one(rig, "q");
    version = expect_change(ask, JOB_ACTIVE);

    ask = watch(rig, id, version, 100 * NS_PER_S);
    expect_waiting(ask);
    rig_pass(rig, NS_PER_MS);
    nack(rig, id);
    version = expect_change(ask, JOB_RETRYABLE);

    ask = watch(rig, id, version, 100 * NS_PER_S);
    expect_waiting(ask);
    rig_pass(rig, 5 * NS_PER_S);
    version = expect_change(ask, JOB_AVAILABLE);

    view = fetch_one(rig, "q");
    ask = watch(rig, id, version, 100 * NS_PER_S);
    version = expect_change(ask, JOB_ACTIVE);
    ask = watch(rig, id, version, 100 * NS_PER_S);
    cr_assert_eq(ack(rig, id, view.lease_token), ENGINE_OK);
    expect_change(ask, JOB_COMPLETED);
    rig_down(rig);
}

Test(jobs_watch, an_outdated_version_is_answered_at_once)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_plain(rig);
    expect_change(watch(rig, id, 12345, 100 * NS_PER_S), JOB_AVAILABLE);
    rig_down(rig);
}

Test(jobs_watch, time_runs_out_with_the_same_version)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_plain(rig);
    struct ask *ask = watch(rig, id, version_of(rig, id), 2 * NS_PER_S);
    rig_pass(rig, 2 * NS_PER_S - 1);
    expect_waiting(ask);
    rig_pass(rig, 1);
    cr_assert_eq(ask->n_replies, 1);
    cr_assert_eq(job_view_version(&ask->call.view), ask->call.version);
    ask_free(ask);
    rig_down(rig);
}

Test(jobs_watch, an_ended_job_will_not_change)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_plain(rig);
    cr_assert_eq(ask_job(rig, ENGINE_CANCEL, id, NULL), ENGINE_OK);
    struct ask *ask = watch(rig, id, version_of(rig, id), 100 * NS_PER_S);
    cr_assert_eq(ask->n_replies, 1, "there is nothing to wait for");
    ask_free(ask);
    rig_down(rig);
}

/* Of several who wait for one job, those who wait for its end stay. */
Test(jobs_watch, those_who_wait_for_the_end_sleep_on)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_plain(rig), other = submit(rig, "other", "t.plain", 0);
    uint64_t version = version_of(rig, id);
    struct ask *to_end = watch(rig, id, 0, 100 * NS_PER_S), *first = watch(rig, id, version, 100 * NS_PER_S);
    struct ask *elsewhere = watch(rig, other, version_of(rig, other), 100 * NS_PER_S);
    struct ask *second = watch(rig, id, version, 100 * NS_PER_S);
    struct job_view view = fetch_one(rig, "q");
    cr_assert(first->n_replies == 1 && second->n_replies == 1 && first->order < second->order);
    expect_change(first, JOB_ACTIVE);
    expect_change(second, JOB_ACTIVE);
    expect_waiting(to_end);
    expect_waiting(elsewhere);
    cr_assert_eq(ack(rig, id, view.lease_token), ENGINE_OK);
    expect_change(to_end, JOB_COMPLETED);
    expect_waiting(elsewhere);
    engine_drain(rig->engine);
    cr_assert_eq(elsewhere->n_replies, 1);
    ask_free(elsewhere);
    rig_down(rig);
}

Test(jobs_watch, progress_is_a_change_in_steps)
{
    struct rig *rig = rig_up();
    struct uuid id = submit(rig, "q", "local.a", 0);
    struct local_grant g;
    cr_assert(grant(rig, ~UINT64_C(0), &g));
    struct ask *ask = watch(rig, id, version_of(rig, id), 100 * NS_PER_S);
    engine_local_progress(rig->engine, g.slot, g.generation, 0.05F);
    expect_waiting(ask);
    engine_local_progress(rig->engine, g.slot, g.generation, 0.25F);
    expect_change(ask, JOB_ACTIVE);
    struct local_result r = {.outcome = LOCAL_COMPLETED};
    engine_local_done(rig->engine, g.slot, g.generation, g.token, &r);
    rig_down(rig);
}

/* A client that polls on after a restart is not told that everything has changed. */
Test(jobs_watch, a_version_outlives_the_server)
{
    struct log_rig *g = log_rig_up();
    struct uuid waiting = log_submit(g, "a", "t.plain"), done = log_submit(g, "b", "t.plain");
    struct job_view view = log_fetch(g, "b");
    cr_assert_eq(log_once(g, log_ack_new(g, done, view.lease_token, "[1]"), NULL), ENGINE_OK);
    uint64_t before[2] = {version_of(g->r, waiting), version_of(g->r, done)};
    for (int in_order = 0; in_order < 2; in_order++) {
        log_restart(g, in_order);
        cr_assert_eq(version_of(g->r, waiting), before[0]);
        cr_assert_eq(version_of(g->r, done), before[1]);
    }
    log_rig_down(g);
}

/* Nobody hears of a change before it is where it has to be. */
Test(jobs_watch, a_change_is_told_when_it_is_committed)
{
    struct log_rig *g = log_rig_up();
    struct uuid id = log_submit(g, "q", "t.plain");
    struct ask *ask = watch(g->r, id, version_of(g->r, id), 100 * NS_PER_S);
    struct ask *cancel = ask_do(log_job_new(g, ENGINE_CANCEL, id));
    expect_waiting(cancel);
    expect_waiting(ask);
    log_settle(g);
    expect_change(ask, JOB_CANCELLED);
    ask_free(cancel);
    log_rig_down(g);
}
