/* Nonces: each is new once, also after a kill, a stop, and compaction; none is forgotten before its end, and none is taken when there is
 * no room. */
#include "log_rig.h"

#include "jobs/nonces.h"

#define KNOWN_NS (331 * NS_PER_S)

static struct ask *nonce_new(struct rig *rig, unsigned number, uint64_t ends_ns)
{
    struct ask *ask = ask_new(rig, ENGINE_NONCE);
    memset(ask->call.nonce.name, 0, sizeof ask->call.nonce.name);
    memcpy(ask->call.nonce.name, &number, sizeof number);
    ask->call.nonce.ends_ns = ends_ns;
    ask->call.spec.durability = DURABILITY_SYNCED;
    return ask;
}

static enum engine_outcome use(struct rig *rig, unsigned number)
{
    struct ask *ask = ask_do(nonce_new(rig, number, rig->clock.wall_ns + KNOWN_NS));
    cr_assert_eq(ask->n_replies, 1);
    enum engine_outcome outcome = ask->call.outcome;
    ask_free(ask);
    return outcome;
}

static enum engine_outcome log_use(struct log_rig *g, unsigned number)
{
    return log_once(g, nonce_new(g->r, number, g->r->clock.wall_ns + KNOWN_NS), NULL);
}

Test(jobs_nonces, each_is_new_once)
{
    struct rig *rig = rig_up();
    cr_assert_eq(use(rig, 1), ENGINE_OK);
    cr_assert_eq(use(rig, 1), ENGINE_DUPLICATE);
    cr_assert_eq(use(rig, 2), ENGINE_OK);
    cr_assert_eq(use(rig, 1), ENGINE_DUPLICATE);
    rig_down(rig);
}

Test(jobs_nonces, known_until_its_end)
{
    struct rig *rig = rig_up();
    cr_assert_eq(use(rig, 1), ENGINE_OK);
    rig_pass(rig, KNOWN_NS - 1);
    cr_assert_eq(use(rig, 1), ENGINE_DUPLICATE);
    rig_pass(rig, 2 * NS_PER_S);
    cr_assert_eq(use(rig, 1), ENGINE_OK);
    rig_down(rig);
}

Test(jobs_nonces, a_clock_that_is_set_back_forgets_none)
{
    struct rig *rig = rig_up();
    cr_assert_eq(use(rig, 1), ENGINE_OK);
    rig->clock.wall_ns -= 1000 * NS_PER_S;
    cr_assert_eq(use(rig, 2), ENGINE_OK);
    rig_pass(rig, 2 * KNOWN_NS);
    cr_assert_eq(use(rig, 1), ENGINE_DUPLICATE);
    cr_assert_eq(use(rig, 2), ENGINE_DUPLICATE, "behind one that still counts");
    rig_down(rig);
}

Test(jobs_nonces, at_the_limit_and_one_above)
{
    struct rig *rig = rig_new();
    struct engine_options options = rig_options(rig);
    options.nonces_max = 3;
    rig_up_with(rig, &options);
    for (unsigned i = 0; i < 3; i++) cr_assert_eq(use(rig, i), ENGINE_OK);
    cr_assert_eq(use(rig, 3), ENGINE_FULL);
    cr_assert_eq(use(rig, 0), ENGINE_DUPLICATE, "none makes way before its time");
    rig_pass(rig, KNOWN_NS);
    cr_assert_eq(use(rig, 3), ENGINE_OK);
    rig_down(rig);
}

Test(jobs_nonces, not_before_it_is_committed)
{
    struct log_rig *g = log_rig_up();
    struct ask *first = ask_do(nonce_new(g->r, 1, g->r->clock.wall_ns + KNOWN_NS));
    cr_assert_eq(first->n_replies, 0);
    cr_assert_eq(log_use(g, 1), ENGINE_DUPLICATE);
    log_settle(g);
    cr_assert(first->n_replies == 1 && first->call.outcome == ENGINE_OK);
    ask_free(first);
    log_rig_down(g);
}

Test(jobs_nonces, a_kill_and_a_stop_forget_none)
{
    struct log_rig *g = log_rig_up();
    cr_assert_eq(log_use(g, 1), ENGINE_OK);
    for (unsigned i = 0; i < 4; i++) {
        log_restart(g, i & 1);
        for (unsigned known = 1; known < i + 2; known++) cr_assert_eq(log_use(g, known), ENGINE_DUPLICATE, "%u after start %u", known, i);
        cr_assert_eq(log_use(g, i + 2), ENGINE_OK);
    }
    log_rig_down(g);
}

Test(jobs_nonces, a_start_forgets_what_is_over)
{
    struct log_rig *g = log_rig_up();
    cr_assert_eq(log_use(g, 1), ENGINE_OK);
    log_stop(g);
    g->r->clock.wall_ns += KNOWN_NS;
    cr_assert_eq(log_rig_open(g), 0, "%s", g->why);
    cr_assert_eq(log_use(g, 1), ENGINE_OK);
    log_rig_down(g);
}

Test(jobs_nonces, a_journal_that_fails_takes_none)
{
    struct log_rig *g = log_rig_up();
    engine_stop_log(g->r->engine);
    while (engine_log_busy(g->r->engine)) log_turn(g);
    engine_close_log(g->r->engine);
    cr_assert_eq(use(g->r, 1), ENGINE_FAILED);
    log_rig_down(g);
}

/* The segment that they came in has gone; their records have been written again. */
Test(jobs_nonces, compaction_keeps_them, .timeout = 60)
{
    struct log_rig *g = log_rig_up();
    for (unsigned i = 0; i < 3000; i++) ask_do(nonce_new(g->r, i, g->r->clock.wall_ns + KNOWN_NS));
    log_settle(g);
    char *large = malloc(1u << 20);
    memset(large, '1', (1u << 20) - 1);
    large[(1u << 20) - 1] = 0;
    for (int i = 0; i < 60; i++) {
        struct uuid other = log_submit(g, "other", "t.plain");
        struct job_view view = log_fetch(g, "other");
        cr_assert_eq(log_once(g, log_ack_new(g, other, view.lease_token, large), NULL), ENGINE_OK);
        g->r->clock.mono_ns += 3601 * NS_PER_S; /* and it is forgotten; by the wall clock no time passes */
        log_settle(g);
    }
    free(large);
    for (int i = 0; i < 200; i++) log_turn(g);
    cr_assert_gt(metric_get(&engine_log_counts(g->r->engine)->segments_deleted), 0);
    log_restart(g, false);
    for (unsigned i = 0; i < 3000; i++) cr_assert_eq(log_use(g, i), ENGINE_DUPLICATE, "%u", i);
    log_rig_down(g);
}

static void use_patiently(struct log_rig *g, unsigned number)
{
    enum engine_outcome outcome = log_use(g, number);
    for (int tries = 0; outcome == ENGINE_DISK_FULL; tries++) { /* until compaction has made room */
        cr_assert_lt(tries, 2000, "locked up at %u", number);
        rig_pass(g->r, 20 * NS_PER_MS);
        log_turn(g);
        outcome = log_use(g, number);
    }
    cr_assert_eq(outcome, ENGINE_OK, "%u: %d", number, outcome);
}

/* What a signed worker says of its job comes behind a nonce: with no room for those no end would ever arrive. */
Test(jobs_nonces, on_a_full_disk_signed_ends_get_through, .timeout = 120)
{
    struct log_rig *g = log_rig_up();
    unsigned number = 0;
    int n = 0;
    log_stop(g);
    g->o.disk_bytes_max = UINT64_C(3) * SEGMENT_SMALL;
    cr_assert_eq(log_rig_open(g), 0);
    while (log_once(g, log_large_new(g, DURABILITY_SYNCED, 100000), NULL) == ENGINE_OK) cr_assert_lt(++n, 4096);
    cr_assert_gt(n, 20);
    for (int i = 0; i < n; i++) {
        use_patiently(g, number++);
        struct job_view view = log_fetch(g, "q");
        cr_assert_neq(view.lease_token, 0, "%d of %d", i, n);
        use_patiently(g, number++);
        cr_assert_eq(log_once(g, log_ack_new(g, view.id, view.lease_token, "1"), NULL), ENGINE_OK, "%d of %d", i, n);
    }
    log_restart(g, false);
    cr_assert_eq(engine_stats(g->r->engine).by_state[JOB_COMPLETED], (uint64_t)n);
    log_rig_down(g);
}
