/* Idempotency keys: the table, what the engine makes of a key, and what a kill or a stop leaves of it. */
#include "jobs/keys.h"
#include "log_rig.h"

static struct job_key key_of(const char *name, const char *request)
{
    struct job_key key = {0};
    memcpy(key.name, name, strlen(name));
    memcpy(key.print, request, strlen(request));
    return key;
}

static struct ask *submit_with(struct rig *rig, const char *name, const char *request)
{
    struct ask *ask = submit_new(rig, "q", "t.plain");
    ask->call.spec.has_key = true;
    ask->call.spec.key = key_of(name, request);
    ask->call.spec.durability = DURABILITY_SYNCED;
    return ask;
}

static void expect_submit(struct ask *ask, enum engine_outcome outcome, bool is_replay, struct uuid *id)
{
    cr_assert_eq(ask->n_replies, 1);
    cr_assert_eq(ask->call.outcome, outcome, "%d", ask->call.outcome);
    cr_assert_eq(ask->call.is_replay, is_replay);
    if (is_replay) cr_assert(uuid_eq(ask->call.view.id, *id), "the job of the first");
    else *id = ask->call.view.id;
    ask_free(ask);
}

/* ---- the table ---- */

Test(jobs_keys, at_the_limit_and_one_above)
{
    struct keys k;
    cr_assert_eq(keys_init(&k, 3, 42), 0);
    for (uint32_t i = 0; i < 3; i++) {
        char name[8];
        (void)snprintf(name, sizeof name, "k%u", i);
        struct job_key key = key_of(name, "r");
        cr_assert(keys_have_room(&k, 0));
        keys_add(&k, &key, (struct uuid){1, i}, 100 + i);
    }
    cr_assert(!keys_have_room(&k, 99));
    struct job_key first = key_of("k0", "r"), second = key_of("k1", "r");
    cr_assert(keys_find(&k, &first, 99));
    cr_assert(!keys_find(&k, &first, 100), "its time is up, though nobody has cleared it away");
    cr_assert(keys_have_room(&k, 100));
    cr_assert(!keys_of_job(&k, (struct uuid){1, 0}));
    cr_assert_eq(keys_find(&k, &second, 100)->job.low, 1);
    keys_drop_job(&k, (struct uuid){1, 1});
    keys_drop_job(&k, (struct uuid){1, 1});
    cr_assert(!keys_find(&k, &second, 100));
    keys_deinit(&k);
}

/* ---- the engine ---- */

Test(jobs_keys, the_same_request_is_the_same_job)
{
    struct rig *rig = rig_up();
    struct uuid id, other;
    expect_submit(ask_do(submit_with(rig, "k", "r")), ENGINE_OK, false, &id);
    expect_submit(ask_do(submit_with(rig, "k", "r")), ENGINE_OK, true, &id);
    expect_submit(ask_do(submit_with(rig, "k2", "r")), ENGINE_OK, false, &other);
    cr_assert(!uuid_eq(id, other));
    struct ask *ask = ask_do(submit_with(rig, "k", "another"));
    cr_assert_eq(ask->call.outcome, ENGINE_KEY_REUSED);
    cr_assert(uuid_eq(ask->call.view.id, id));
    ask_free(ask);
    cr_assert_eq(rig_stats(rig).submitted, 2);
    rig_down(rig);
}

Test(jobs_keys, an_unfinished_job_is_waited_for_by_all)
{
    struct rig *rig = rig_up();
    struct ask *first = submit_with(rig, "k", "r"), *second = submit_with(rig, "k", "r");
    first->call.wait_ns = second->call.wait_ns = 10 * NS_PER_S;
    ask_do(first);
    ask_do(second);
    cr_assert_eq(first->n_replies + second->n_replies, 0);
    struct job_view view = fetch_one(rig, "q");
    cr_assert_eq(ack(rig, view.id, view.lease_token), ENGINE_OK);
    cr_assert_eq(second->call.view.state, JOB_COMPLETED);
    struct uuid id;
    expect_submit(first, ENGINE_OK, false, &id);
    expect_submit(second, ENGINE_OK, true, &id);
    struct ask *third = submit_with(rig, "k", "r");
    third->call.wait_ns = 10 * NS_PER_S;
    ask_do(third);
    cr_assert_eq(third->call.view.state, JOB_COMPLETED, "its present answer, at once");
    expect_submit(third, ENGINE_OK, true, &id);
    rig_down(rig);
}

Test(jobs_keys, a_key_is_known_for_a_day)
{
    struct rig *rig = rig_new();
    struct engine_options options = rig_options(rig);
    options.retention_ns = UINT64_C(1000) * 3600 * NS_PER_S;
    rig_up_with(rig, &options);
    struct uuid id, later;
    expect_submit(ask_do(submit_with(rig, "k", "r")), ENGINE_OK, false, &id);
    rig_pass(rig, KEY_NS - 1);
    expect_submit(ask_do(submit_with(rig, "k", "r")), ENGINE_OK, true, &id);
    rig_pass(rig, 1);
    expect_submit(ask_do(submit_with(rig, "k", "new")), ENGINE_OK, false, &later);
    cr_assert(!uuid_eq(id, later));
    cr_assert_eq(state_of(rig, id), JOB_AVAILABLE, "the job itself goes on");
    cr_assert_eq(ask_job(rig, ENGINE_CANCEL, id, NULL), ENGINE_OK);
    expect_submit(ask_do(submit_with(rig, "k", "new")), ENGINE_OK, true, &later);
    rig_down(rig);
}

Test(jobs_keys, a_key_goes_with_its_job)
{
    struct rig *rig = rig_up(); /* finished jobs are kept for an hour */
    struct uuid id, later;
    expect_submit(ask_do(submit_with(rig, "k", "r")), ENGINE_OK, false, &id);
    cr_assert_eq(ask_job(rig, ENGINE_CANCEL, id, NULL), ENGINE_OK);
    rig_pass(rig, 3601 * NS_PER_S);
    expect_submit(ask_do(submit_with(rig, "k", "r")), ENGINE_OK, false, &later);
    cr_assert(!uuid_eq(id, later));
    rig_down(rig);
}

Test(jobs_keys, no_room_for_another)
{
    struct rig *rig = rig_new();
    struct engine_options options = rig_options(rig);
    options.keys_max = 2;
    rig_up_with(rig, &options);
    struct uuid id, other;
    expect_submit(ask_do(submit_with(rig, "a", "r")), ENGINE_OK, false, &id);
    expect_submit(ask_do(submit_with(rig, "b", "r")), ENGINE_OK, false, &other);
    expect_submit(ask_do(submit_with(rig, "c", "r")), ENGINE_TOO_MANY_KEYS, false, &other);
    expect_submit(ask_do(submit_with(rig, "a", "r")), ENGINE_OK, true, &id);
    submit_plain(rig); /* without a key there is room */
    rig_pass(rig, KEY_NS);
    expect_submit(ask_do(submit_with(rig, "c", "r")), ENGINE_OK, false, &other);
    rig_down(rig);
}

/* ---- the journal ---- */

Test(jobs_keys, a_kill_forgets_none)
{
    struct log_rig *g = log_rig_up();
    struct uuid id, other = {0};
    expect_submit(log_do(g, submit_with(g->r, "k", "r")), ENGINE_OK, false, &id);
    for (int in_order = 0; in_order < 3; in_order++) { /* as available, active, completed */
        log_restart(g, in_order & 1);
        expect_submit(log_do(g, submit_with(g->r, "k", "r")), ENGINE_OK, true, &id);
        struct ask *ask = log_do(g, submit_with(g->r, "k", "another"));
        cr_assert_eq(ask->call.outcome, ENGINE_KEY_REUSED);
        ask_free(ask);
        if (in_order == 0) (void)log_fetch(g, "q");
        if (in_order == 1) cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, id), NULL), ENGINE_OK);
    }
    expect_submit(log_do(g, submit_with(g->r, "k2", "r")), ENGINE_OK, false, &other);
    log_rig_down(g);
}

Test(jobs_keys, a_start_forgets_what_is_over)
{
    struct log_rig *g = log_rig_up();
    struct uuid id, later;
    expect_submit(log_do(g, submit_with(g->r, "k", "r")), ENGINE_OK, false, &id);
    log_stop(g);
    g->r->clock.wall_ns += KEY_NS;
    cr_assert_eq(log_rig_open(g), 0, "%s", g->why);
    expect_submit(log_do(g, submit_with(g->r, "k", "r")), ENGINE_OK, false, &later);
    cr_assert(!uuid_eq(id, later));
    log_rig_down(g);
}

/* Nobody is told of a job that might still be lost, the second time no more than the first. */
Test(jobs_keys, a_replay_waits_for_the_commit_of_the_first)
{
    struct log_rig *g = log_rig_up();
    struct ask *first = ask_do(submit_with(g->r, "k", "r")), *second = ask_do(submit_with(g->r, "k", "r"));
    cr_assert_eq(first->n_replies + second->n_replies, 0);
    log_settle(g);
    struct uuid id;
    expect_submit(first, ENGINE_OK, false, &id);
    expect_submit(second, ENGINE_OK, true, &id);
    log_rig_down(g);
}

/* The segment that it came in has gone; its key stands in the snapshot that was written again. */
Test(jobs_keys, compaction_keeps_them, .timeout = 60)
{
    struct log_rig *g = log_rig_up();
    struct uuid id;
    expect_submit(log_do(g, submit_with(g->r, "k", "r")), ENGINE_OK, false, &id);
    char *large = malloc(1u << 20);
    memset(large, '1', (1u << 20) - 1);
    large[(1u << 20) - 1] = 0;
    for (int i = 0; i < 60; i++) {
        struct uuid other = log_submit(g, "other", "t.plain");
        struct job_view view = log_fetch(g, "other");
        cr_assert_eq(log_once(g, log_ack_new(g, other, view.lease_token, large), NULL), ENGINE_OK);
        g->r->clock.mono_ns += 3601 * NS_PER_S; /* and it is forgotten */
        log_settle(g);
    }
    free(large);
    for (int i = 0; i < 200; i++) log_turn(g);
    cr_assert_gt(metric_get(&engine_log_counts(g->r->engine)->segments_deleted), 0);
    log_restart(g, false);
    expect_submit(log_do(g, submit_with(g->r, "k", "r")), ENGINE_OK, true, &id);
    log_rig_down(g);
}
