/* Who holds a job, until when, and what becomes of one whose worker is gone. */
#include "rig.h"
#include "jobs/lease.h"

static struct ask *submit_with(struct rig *rig, uint32_t attempts, uint32_t lease_ms, uint32_t timeout_ms)
{
    struct ask *ask = submit_new(rig, "q", "t.plain");
    ask->call.spec.retry.max_attempts = attempts;
    ask->call.spec.lease_ms = lease_ms;
    ask->call.spec.timeout_ms = timeout_ms;
    return ask;
}

static struct uuid submit_id(struct ask *ask)
{
    struct job_view view;
    cr_assert_eq(ask_once(ask, &view), ENGINE_OK);
    return view.id;
}

static bool error_contains(struct rig *rig, struct uuid id, const char *text)
{
    struct ask *ask = ask_new(rig, ENGINE_INFO);
    ask->call.id = id;
    ask_do(ask);
    struct slice error = ask->call.view.n_errors ? block_slice(ask->call.view.errors[0]) : SLICE("");
    bool found = memmem(error.p, error.len, text, strlen(text)) != NULL;
    ask_free(ask);
    return found;
}

Test(jobs_lease, ttl_bounds)
{
    cr_expect_eq(lease_ttl_ms(0), 30000);
    cr_expect_eq(lease_ttl_ms(1), 1000);
    cr_expect_eq(lease_ttl_ms(1000), 1000);
    cr_expect_eq(lease_ttl_ms(1001), 1001);
    cr_expect_eq(lease_ttl_ms(43200000), 43200000);
    cr_expect_eq(lease_ttl_ms(UINT32_MAX), 43200000);
}

Test(jobs_lease, lost_lease_makes_it_available)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_id(submit_with(rig, 3, 3000, 0));
    uint64_t token = fetch_one(rig, "q").lease_token;
    rig_pass(rig, 3 * NS_PER_S - 1);
    cr_assert_eq(state_of(rig, id), JOB_ACTIVE);
    rig_pass(rig, 1);
    struct job_view view = info(rig, id);
    cr_assert_eq(view.state, JOB_AVAILABLE);
    cr_assert_eq(view.attempt, 1, "counted at the grant, once");
    cr_assert_eq(view.started_ns, 0);
    cr_assert(error_contains(rig, id, "lease_lost"));
    cr_assert_eq(ack(rig, id, token), ENGINE_LEASE_LOST);
    cr_assert_eq(ack(rig, id, 0), ENGINE_CONFLICT);
    view = fetch_one(rig, "q");
    cr_assert_eq(view.attempt, 2);
    cr_assert_gt(view.lease_token, token);
    cr_assert_eq(ack(rig, id, token), ENGINE_LEASE_LOST);
    cr_assert_eq(state_of(rig, id), JOB_ACTIVE);
    cr_assert_eq(ack(rig, id, view.lease_token), ENGINE_OK);
    rig_down(rig);
}

static void lose(struct rig *rig)
{
    fetch_one(rig, "q");
    rig_pass(rig, 30 * NS_PER_S);
}

Test(jobs_lease, third_loss_discards)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_id(submit_with(rig, 10, 0, 0));
    lose(rig);
    cr_assert_eq(state_of(rig, id), JOB_AVAILABLE);
    lose(rig);
    cr_assert_eq(state_of(rig, id), JOB_AVAILABLE);
    lose(rig);
    struct job_view view = info(rig, id);
    cr_assert_eq(view.state, JOB_DISCARDED);
    cr_assert_eq(view.attempt, 3);
    cr_assert_neq(view.completed_ns, 0);
    cr_assert_eq(rig_stats(rig).leases_lost, 3);
    rig_down(rig);
}

Test(jobs_lease, a_loss_with_attempts_used_up_discards)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_id(submit_with(rig, 1, 0, 0));
    lose(rig);
    cr_assert_eq(state_of(rig, id), JOB_DISCARDED);
    rig_down(rig);
}

Test(jobs_lease, fetch_overrides_the_jobs_own)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_id(submit_with(rig, 3, 3000, 0));
    struct ask *ask = fetch_new(rig, "q", 1);
    ask->call.lease_ms = 5000;
    ask_do(ask);
    cr_assert_eq(ask_views(ask)[0].lease_ms, 5000);
    ask_free(ask);
    rig_pass(rig, 5 * NS_PER_S - 1);
    cr_assert_eq(state_of(rig, id), JOB_ACTIVE);
    rig_pass(rig, 1);
    cr_assert_eq(state_of(rig, id), JOB_AVAILABLE);
    rig_down(rig);
}

/* ---- heartbeat ---- */

static uint64_t beat(struct rig *rig, const char *worker, uint64_t token, uint32_t lease_ms, const struct uuid *ids, uint16_t n)
{
    struct ask *ask = ask_new(rig, ENGINE_HEARTBEAT);
    memcpy(ask->call.worker_id, worker, strlen(worker));
    ask->call.token = token;
    ask->call.lease_ms = lease_ms;
    ask->call.n_ids = n;
    memcpy(ask->call.ids, ids, n * sizeof *ids);
    ask_do(ask);
    uint64_t extended = ask->call.extended;
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    ask_free(ask);
    return extended;
}

Test(jobs_lease, heartbeat_extends)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_id(submit_with(rig, 3, 3000, 0));
    fetch_one(rig, "q");
    for (int i = 0; i < 5; i++) {
        rig_pass(rig, 2 * NS_PER_S);
        cr_assert_eq(beat(rig, "w1", 0, 0, &id, 1), 1);
    }
    rig_pass(rig, 3 * NS_PER_S - 1);
    cr_assert_eq(state_of(rig, id), JOB_ACTIVE);
    rig_pass(rig, 1);
    cr_assert_eq(state_of(rig, id), JOB_AVAILABLE);
    cr_assert_eq(beat(rig, "w1", 0, 0, &id, 1), 0);
    rig_down(rig);
}

Test(jobs_lease, heartbeat_does_not_shorten)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_id(submit_with(rig, 3, 10000, 0));
    fetch_one(rig, "q");
    cr_assert_eq(beat(rig, "w1", 0, 1000, &id, 1), 1);
    rig_pass(rig, 9 * NS_PER_S);
    cr_assert_eq(state_of(rig, id), JOB_ACTIVE);
    cr_assert_eq(beat(rig, "w1", 0, 4000, &id, 1), 1);
    rig_pass(rig, 3 * NS_PER_S);
    cr_assert_eq(state_of(rig, id), JOB_ACTIVE);
    rig_down(rig);
}

Test(jobs_lease, heartbeat_of_the_holder_only)
{
    struct rig *rig = rig_up();
    struct uuid ids[4] = {submit_plain(rig), submit_plain(rig), submit_plain(rig), {9, 9}};
    uint64_t token = fetch_one(rig, "q").lease_token;
    fetch_one(rig, "q");
    cr_assert_eq(beat(rig, "w1", 0, 0, ids, 4), 3, "the third is not active, the fourth does not exist");
    cr_assert_eq(beat(rig, "", 0, 0, ids, 4), 3);
    cr_assert_eq(beat(rig, "w2", 0, 0, ids, 4), 0);
    cr_assert_eq(beat(rig, "w1", token, 0, ids, 4), 1);
    rig_down(rig);
}

/* ---- run time ---- */

Test(jobs_lease, run_time_limit_is_a_failure)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_id(submit_with(rig, 2, 0, 2000));
    uint64_t token = fetch_one(rig, "q").lease_token;
    rig_pass(rig, NS_PER_S);
    cr_assert_eq(beat(rig, "w1", 0, 0, &id, 1), 1);
    rig_pass(rig, NS_PER_S - 1);
    cr_assert_eq(state_of(rig, id), JOB_ACTIVE);
    rig_pass(rig, 1);
    cr_assert_eq(state_of(rig, id), JOB_RETRYABLE);
    cr_assert(error_contains(rig, id, "\"timeout\""));
    cr_assert_eq(ack(rig, id, token), ENGINE_LEASE_LOST);
    rig_pass(rig, NS_PER_S);
    fetch_one(rig, "q");
    rig_pass(rig, 2 * NS_PER_S);
    cr_assert_eq(state_of(rig, id), JOB_DISCARDED);
    rig_down(rig);
}

Test(jobs_lease, token_is_void_after_a_requeue)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_plain(rig);
    uint64_t token = fetch_one(rig, "q").lease_token;
    struct ask *ask = nack_new(rig, id, "x");
    ask->call.token = token;
    ask->call.failure.requeue = true;
    cr_assert_eq(ask_once(ask, NULL), ENGINE_OK);
    cr_assert_eq(ack(rig, id, token), ENGINE_LEASE_LOST);
    rig_down(rig);
}
