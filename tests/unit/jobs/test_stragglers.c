/* Handlers of this server that run on after their attempt has ended: they count for their queue's concurrency until they are through. */
#include "log_rig.h"

#include "jobs/straggler.h"

static struct rig *r;

static void up(void)
{
    r = rig_up();
}

static void down(void)
{
    rig_down(r);
}

TestSuite(jobs_stragglers, .init = up, .fini = down);

static struct ask *set_new(struct rig *rig, enum engine_op op, unsigned set, uint32_t concurrency)
{
    struct ask *ask = ask_new(rig, op);
    ask->call.args = rig_block(rig, "q");
    ask->call.queue.name = block_slice(ask->call.args);
    ask->call.queue.set = set;
    ask->call.queue.config.concurrency = concurrency;
    return ask;
}

static void one_at_a_time(void)
{
    cr_assert_eq(ask_once(set_new(r, ENGINE_QUEUE_SET, QUEUE_SET_MAKE | QUEUE_SET_CONCURRENCY, 1), NULL), ENGINE_OK);
}

static uint64_t depth(void)
{
    struct ask *ask = ask_do(set_new(r, ENGINE_QUEUE_INFO, 0, 0));
    cr_assert_eq(ask->call.n_views, 1);
    uint64_t n = ((struct queue_view *)(void *)ask->call.views->bytes)->depth;
    ask_free(ask);
    return n;
}

static struct uuid submit_with(uint32_t timeout_ms, uint64_t expires_wall_ns)
{
    struct job_view view;
    struct ask *ask = submit_new(r, "q", "local.a");
    ask->call.spec.timeout_ms = timeout_ms;
    ask->call.spec.expires_wall_ns = expires_wall_ns;
    cr_assert_eq(ask_once(ask, &view), ENGINE_OK);
    return view.id;
}

static enum engine_outcome cancel_job(struct uuid id)
{
    struct ask *ask = ask_new(r, ENGINE_CANCEL);
    ask->call.id = id;
    return ask_once(ask, NULL);
}

static bool may_begin(void)
{
    uint64_t all = 7;
    return engine_has_local(r->engine, &all);
}

static void come_home(const struct local_grant *g)
{
    struct local_result end = {.outcome = LOCAL_COMPLETED};
    engine_local_done(r->engine, g->slot, g->generation, g->token, &end);
}

/* The attempt is over, its handler is not. */
static void expect_held_back_until_home(const struct local_grant *g)
{
    int n_ready = r->n_ready;
    cr_assert_not(may_begin(), "it still runs");
    cr_assert_not(fetch(r, "q", NULL));
    come_home(g);
    cr_assert_eq(r->n_ready, n_ready + 1, "workers hear of it");
    cr_assert(may_begin());
    come_home(g); /* said twice, as at a stop */
    struct local_grant next;
    cr_assert(grant(r, 7, &next));
    cr_assert_not(may_begin());
}

Test(jobs_stragglers, a_cancelled_job_counts_until_its_handler_is_through)
{
    struct local_grant g;
    one_at_a_time();
    struct uuid id = submit_with(0, 0);
    (void)submit_with(0, 0);
    cr_assert(grant(r, 7, &g));
    cr_assert_eq(cancel_job(id), ENGINE_OK);
    cr_assert_eq(depth(), 1, "the one that waits");
    expect_held_back_until_home(&g);
}

Test(jobs_stragglers, so_does_one_whose_time_is_up)
{
    struct local_grant g;
    one_at_a_time();
    (void)submit_with(1000, 0);
    (void)submit_with(0, 0);
    cr_assert(grant(r, 7, &g));
    rig_pass(r, 1001 * NS_PER_MS);
    cr_assert_eq(rig_stats(r).by_state[JOB_ACTIVE], 0);
    expect_held_back_until_home(&g);
}

Test(jobs_stragglers, so_does_one_that_has_expired)
{
    struct local_grant g;
    one_at_a_time();
    (void)submit_with(0, r->clock.wall_ns + NS_PER_S);
    (void)submit_with(0, 0);
    cr_assert(grant(r, 7, &g));
    rig_pass(r, 1001 * NS_PER_MS);
    cr_assert_eq(rig_stats(r).by_state[JOB_ACTIVE], 0);
    expect_held_back_until_home(&g);
}

Test(jobs_stragglers, so_does_each_attempt_of_a_job)
{
    struct local_grant first, second, third;
    struct ask *ask = submit_new(r, "q", "local.a");
    ask->call.spec.timeout_ms = 1000;
    cr_assert_eq(ask_once(ask, NULL), ENGINE_OK);
    cr_assert(grant(r, 7, &first));
    rig_pass(r, 1001 * NS_PER_MS);
    rig_pass(r, 3600 * NS_PER_S / 60);
    cr_assert(grant(r, 7, &second), "no limit yet");
    one_at_a_time();
    rig_pass(r, 1001 * NS_PER_MS);
    rig_pass(r, 3600 * NS_PER_S / 60);
    cr_assert_not(may_begin());
    come_home(&first);
    cr_assert_not(may_begin(), "one of two is through");
    come_home(&second);
    cr_assert(grant(r, 7, &third));
    cr_assert_eq(third.slot, first.slot);
    cr_assert_neq(third.token, second.token);
}

Test(jobs_stragglers, its_job_may_be_forgotten_and_another_have_its_place)
{
    struct local_grant g, other;
    struct uuid id = submit_with(0, 0);
    cr_assert(grant(r, 7, &g));
    cr_assert_eq(cancel_job(id), ENGINE_OK);
    rig_pass(r, 2 * 3600 * NS_PER_S);
    cr_assert_eq(rig_stats(r).jobs, 0);
    one_at_a_time();
    (void)submit(r, "other", "local.b", 0);
    cr_assert(grant(r, 7, &other));
    cr_assert_eq(other.slot, g.slot, "in its place");
    (void)submit_with(0, 0);
    expect_held_back_until_home(&g);
    cr_assert_eq(rig_stats(r).by_state[JOB_ACTIVE], 2, "the other goes on");
}

Test(jobs_stragglers, who_waits_for_a_job_is_served_when_it_is_through)
{
    struct local_grant g;
    one_at_a_time();
    struct uuid id = submit_with(0, 0);
    (void)submit_plain(r);
    cr_assert(grant(r, 7, &g));
    struct ask *waiting = fetch_new(r, "q", 1);
    waiting->call.wait_ns = NS_PER_S;
    ask_do(waiting);
    cr_assert_eq(cancel_job(id), ENGINE_OK);
    cr_assert_eq(waiting->n_replies, 0);
    come_home(&g);
    cr_assert_eq(waiting->n_replies, 1);
    cr_assert_eq(waiting->call.n_views, 1);
    ask_free(waiting);
}

Test(jobs_stragglers, its_queue_goes_when_nothing_else_has_its_name)
{
    struct local_grant g;
    struct uuid id = submit_with(0, 0);
    cr_assert(grant(r, 7, &g));
    cr_assert_eq(cancel_job(id), ENGINE_OK);
    rig_pass(r, 2 * 3600 * NS_PER_S);
    cr_assert_eq(depth(), 0, "its name stands");
    come_home(&g);
    cr_assert_eq(ask_once(set_new(r, ENGINE_QUEUE_INFO, 0, 0), NULL), ENGINE_NOT_FOUND);
}

/* ---- held by others ---- */

struct held {
    struct engine_holder holder;
    struct mailbox home;
    struct uuid id;
    uint64_t token;
};

static void on_stop(struct mail *m)
{
    (void)m;
}

static void no_wake(void *arg)
{
    (void)arg;
}

static void adopt(struct held *h)
{
    struct job_view view;
    struct ask *ask = submit_new(r, "q", "local.a");
    *h = (struct held){.holder = {.stop = {.deliver = on_stop}, .home = &h->home}};
    mailbox_init(&h->home, no_wake, NULL);
    ask->call.held.holder = &h->holder;
    ask->call.held.started_ns = r->clock.mono_ns;
    cr_assert_eq(ask_once(ask, &view), ENGINE_OK);
    h->id = view.id;
    h->token = view.lease_token;
}

static enum engine_outcome tell(const struct held *h, enum engine_op op)
{
    struct local_result end = {.outcome = LOCAL_COMPLETED};
    struct ask *ask = ask_new(r, op);
    ask->call.id = h->id;
    ask->call.token = h->token;
    ask->call.held.holder = (struct engine_holder *)&h->holder;
    ask->call.held.end = &end;
    return ask_once(ask, NULL);
}

static void expect_held_job_counts_until(enum engine_op op)
{
    struct held h;
    one_at_a_time();
    adopt(&h);
    (void)submit_with(0, 0);
    cr_assert_eq(cancel_job(h.id), ENGINE_OK);
    cr_assert_not(may_begin());
    cr_assert_eq(tell(&h, op), ENGINE_OK);
    cr_assert(may_begin());
}

Test(jobs_stragglers, a_call_that_became_a_job_counts_until_it_has_ended)
{
    expect_held_job_counts_until(ENGINE_HELD_DONE);
}

Test(jobs_stragglers, or_until_it_is_taken_back)
{
    expect_held_job_counts_until(ENGINE_WITHDRAW);
}

Test(jobs_stragglers, a_call_that_is_taken_back_while_it_runs_counts_no_more)
{
    struct held h;
    one_at_a_time();
    adopt(&h);
    (void)submit_with(0, 0);
    cr_assert_not(may_begin());
    cr_assert_eq(tell(&h, ENGINE_WITHDRAW), ENGINE_OK);
    cr_assert(may_begin());
}

/* ---- over a restart ---- */

static struct log_rig *g;

static void log_up(void)
{
    g = log_rig_up();
    r = g->r;
}

static void log_down(void)
{
    log_rig_down(g);
}

TestSuite(jobs_log_stragglers, .init = log_up, .fini = log_down);

Test(jobs_log_stragglers, no_handler_outlives_the_process)
{
    struct local_grant grant_before;
    cr_assert_eq(log_once(g, set_new(r, ENGINE_QUEUE_SET, QUEUE_SET_MAKE | QUEUE_SET_CONCURRENCY, 1), NULL), ENGINE_OK);
    struct uuid id = log_submit(g, "q", "local.a");
    (void)log_submit(g, "q", "local.a");
    cr_assert(grant(r, 7, &grant_before));
    log_settle(g);
    log_restart(g, false);
    cr_assert_not(may_begin());
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, id), NULL), ENGINE_OK);
    cr_assert(may_begin(), "its worker went with the process");
}

/* ---- the pool ---- */

Test(jobs_straggler_pool, names_each_by_its_token)
{
    struct stragglers s;
    cr_assert_eq(stragglers_init(&s, 2), 0);
    cr_assert(stragglers_add(&s, 10, 1));
    cr_assert(stragglers_add(&s, 11, 2));
    cr_assert_not(stragglers_add(&s, 12, 3), "full");
    cr_assert_eq(stragglers_take(&s, 12), SLAB_NONE);
    cr_assert_eq(stragglers_take(&s, 11), 2);
    cr_assert_eq(stragglers_take(&s, 11), SLAB_NONE);
    cr_assert_eq(stragglers_take(&s, 10), 1);
    cr_assert(stragglers_add(&s, 13, 4));
    stragglers_deinit(&s);
}
