/* Jobs that somebody has begun already: submitted by a holder, active from the start. What their holders say, what they are told, and
 * what a restart makes of it. */
#include "log_rig.h"

#include "jobs/retry.h"

/* A holder of the test's; its mail is counted. */
struct held {
    struct engine_holder holder;
    struct mailbox box;
    struct mail_drain rest;
    int n_stops;
    struct uuid id;
    uint64_t token;
};

static void on_stop(struct mail *m)
{
    struct engine_holder *h = container_of(m, struct engine_holder, stop);
    container_of(h, struct held, holder)->n_stops++;
}

static void no_wake(void *arg)
{
    (void)arg;
}

static void held_init(struct held *h)
{
    *h = (struct held){.holder = {.stop = {.deliver = on_stop}, .home = &h->box}};
    mailbox_init(&h->box, no_wake, NULL);
}

static int stops(struct held *h)
{
    while (mail_deliver(&h->box, &h->rest, 10) > 0) continue;
    cr_assert_eq(h->holder.is_told, h->n_stops == 1, "is_told says what has been sent");
    return h->n_stops;
}

static struct ask *adopt_new(struct rig *rig, struct held *h, uint32_t timeout_ms)
{
    struct ask *ask = submit_new(rig, "q", "local.a");
    held_init(h);
    ask->call.spec.timeout_ms = timeout_ms;
    ask->call.held.holder = &h->holder;
    ask->call.held.started_ns = rig->clock.mono_ns;
    return ask;
}

static struct job_view adopted(struct held *h, struct ask *ask)
{
    struct job_view view = ask->call.view;
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    cr_assert_eq(view.state, JOB_ACTIVE);
    h->id = view.id;
    h->token = view.lease_token;
    cr_assert_neq(h->token, 0);
    ask_free(ask);
    return view; /* fields only */
}

static struct job_view adopt(struct rig *rig, struct held *h)
{
    return adopted(h, ask_do(adopt_new(rig, h, 0)));
}

static struct ask *done_new(struct rig *rig, const struct held *h, struct local_result *end)
{
    struct ask *ask = ask_new(rig, ENGINE_HELD_DONE);
    ask->call.id = h->id;
    ask->call.token = h->token;
    ask->call.held.holder = (struct engine_holder *)&h->holder;
    ask->call.held.end = end;
    return ask;
}

static void done(struct rig *rig, const struct held *h, struct local_result end)
{
    cr_assert_eq(ask_once(done_new(rig, h, &end), NULL), ENGINE_OK);
    cr_assert_null(end.result, "it has moved in, or was dropped");
}

static struct ask *withdraw_new(struct rig *rig, const struct held *h)
{
    struct ask *ask = ask_new(rig, ENGINE_WITHDRAW);
    ask->call.id = h->id;
    ask->call.held.holder = (struct engine_holder *)&h->holder;
    return ask;
}

static void withdraw(struct rig *rig, const struct held *h)
{
    cr_assert_eq(ask_once(withdraw_new(rig, h), NULL), ENGINE_OK);
}

static struct local_result completed(struct rig *rig, const char *text)
{
    return (struct local_result){
        .outcome = LOCAL_COMPLETED, .result = rig_block(rig, text), .media_type = "text/plain"};
}

static struct local_result failed(bool retryable)
{
    return (struct local_result){.outcome = LOCAL_FAILED, .code = "bad_row", .message = "row 7", .retryable = retryable};
}

static void expect_gone(struct rig *rig, struct uuid id)
{
    cr_assert_eq(ask_job(rig, ENGINE_INFO, id, NULL), ENGINE_NOT_FOUND);
}

TestSuite(adopt, .timeout = 60);

/* ---- begun ---- */

Test(adopt, it_is_active_from_the_start)
{
    struct rig *rig = rig_up();
    struct held h;
    struct ask *ask = adopt_new(rig, &h, 0);
    ask->call.held.started_ns -= 3 * NS_PER_S;
    struct job_view v = adopted(&h, ask_do(ask));
    cr_assert_eq(v.attempt, 1);
    cr_assert_eq(v.started_ns, RIG_WALL_NS);
    cr_assert_str_eq(v.worker_id, "local");
    cr_assert_not(fetch(rig, "q", NULL), "nobody else gets it");
    struct local_grant g;
    cr_assert_not(grant(rig, 7, &g));
    cr_assert_eq(rig->n_ready, 0, "nor is anybody called for it");
    struct engine_stats s = rig_stats(rig);
    cr_assert_eq(s.submitted, 1);
    cr_assert_eq(s.granted, 1);
    cr_assert_eq(s.by_state[JOB_ACTIVE], 1);
    done(rig, &h, completed(rig, "corn"));
    v = info(rig, h.id);
    cr_assert_eq(v.state, JOB_COMPLETED);
    cr_assert_str_eq(v.result_type, "text/plain");
    cr_assert_eq(stops(&h), 0);
    rig_down(rig);
}

Test(adopt, who_waits_for_the_queue_is_passed_by)
{
    struct rig *rig = rig_up();
    struct held h;
    struct ask *waits = fetch_new(rig, "q", 1);
    waits->call.wait_ns = 5 * NS_PER_S;
    ask_do(waits);
    (void)adopt(rig, &h);
    cr_assert_eq(waits->n_replies, 0);
    done(rig, &h, failed(true));
    rig_pass(rig, 2 * NS_PER_S);
    cr_assert_eq(waits->n_replies, 1, "its second attempt is for anybody");
    cr_assert_eq(waits->call.n_views, 1);
    cr_assert_eq(ask_views(waits)[0].attempt, 2);
    ask_free(waits);
    rig_down(rig);
}

/* In its queue it stands where it came in. */
Test(adopt, it_keeps_its_place)
{
    struct rig *rig = rig_up();
    struct held h;
    struct uuid first = submit(rig, "q", "local.a", 0);
    (void)adopt(rig, &h);
    struct uuid last = submit(rig, "q", "local.a", 0);
    done(rig, &h, (struct local_result){.outcome = LOCAL_GIVEN_BACK});
    cr_assert_eq(info(rig, h.id).attempt, 0, "uncounted");
    const struct uuid order[] = {first, h.id, last};
    for (int i = 0; i < 3; i++) cr_assert(uuid_eq(fetch_one(rig, "q").id, order[i]), "%d", i);
    rig_down(rig);
}

Test(adopt, refusals)
{
    struct rig *rig = rig_new();
    struct engine_options o = rig_options(rig);
    struct held h, other;
    o.jobs_max = 1;
    rig_up_with(rig, &o);
    (void)adopt(rig, &h);
    struct ask *ask = adopt_new(rig, &other, 0);
    cr_assert_eq(ask_once(ask, NULL), ENGINE_FULL);
    withdraw(rig, &h);
    engine_drain(rig->engine);
    ask = adopt_new(rig, &other, 0);
    cr_assert_eq(ask_once(ask, NULL), ENGINE_DRAINING);
    cr_assert_eq(rig_stats(rig).jobs, 0);
    rig_down(rig);
}

/* ---- ended by its holder ---- */

Test(adopt, its_failures_follow_the_policy)
{
    struct rig *rig = rig_up();
    struct held h;
    (void)adopt(rig, &h);
    done(rig, &h, failed(true));
    struct job_view v = info(rig, h.id);
    cr_assert_eq(v.state, JOB_RETRYABLE);
    done(rig, &h, completed(rig, "late")); /* that token is void */
    cr_assert_eq(state_of(rig, h.id), JOB_RETRYABLE);
    rig_pass(rig, 2 * NS_PER_S);
    struct local_grant g;
    cr_assert(grant(rig, 7, &g));
    cr_assert_eq(g.attempt, 2);
    (void)adopt(rig, &h);
    done(rig, &h, failed(false));
    cr_assert_eq(state_of(rig, h.id), JOB_DISCARDED);
    (void)adopt(rig, &h);
    done(rig, &h, (struct local_result){.outcome = LOCAL_CRASHED, .code = "crash", .message = "signal 11"});
    cr_assert_eq(state_of(rig, h.id), JOB_RETRYABLE);
    (void)adopt(rig, &h);
    done(rig, &h, (struct local_result){.outcome = LOCAL_TIMEOUT});
    cr_assert_eq(state_of(rig, h.id), JOB_RETRYABLE);
    cr_assert_eq(stops(&h), 0);
    rig_down(rig);
}

/* ---- ended by others ---- */

Test(adopt, a_cancel_reaches_its_holder)
{
    struct rig *rig = rig_up();
    struct held h;
    (void)adopt(rig, &h);
    cr_assert_eq(ask_job(rig, ENGINE_CANCEL, h.id, NULL), ENGINE_OK);
    cr_assert_eq(stops(&h), 1);
    cr_assert_eq(rig->n_cancels, 0, "it is no worker's of the engine");
    cr_assert_eq(ask_job(rig, ENGINE_CANCEL, h.id, NULL), ENGINE_CONFLICT);
    done(rig, &h, completed(rig, "late"));
    cr_assert_eq(state_of(rig, h.id), JOB_CANCELLED);
    cr_assert_eq(stops(&h), 1, "once");
    rig_down(rig);
}

Test(adopt, its_time_runs_from_where_it_began)
{
    struct rig *rig = rig_up();
    struct held h;
    struct ask *ask = adopt_new(rig, &h, 5000);
    ask->call.held.started_ns -= 3 * NS_PER_S;
    (void)adopted(&h, ask_do(ask));
    rig_pass(rig, NS_PER_S);
    cr_assert_eq(stops(&h), 0);
    cr_assert_eq(state_of(rig, h.id), JOB_ACTIVE);
    rig_pass(rig, NS_PER_S);
    cr_assert_eq(stops(&h), 1);
    cr_assert_eq(state_of(rig, h.id), JOB_RETRYABLE);
    done(rig, &h, completed(rig, "late"));
    cr_assert_eq(state_of(rig, h.id), JOB_RETRYABLE);
    rig_down(rig);
}

Test(adopt, nobody_else_may_end_it)
{
    struct rig *rig = rig_up();
    struct held h;
    (void)adopt(rig, &h);
    cr_assert_eq(ack(rig, h.id, h.token), ENGINE_CONFLICT);
    cr_assert_eq(ask_once(nack_new(rig, h.id, "x"), NULL), ENGINE_CONFLICT);
    withdraw(rig, &h);
    rig_down(rig);
}

/* ---- withdrawn ---- */

Test(adopt, what_is_withdrawn_is_gone)
{
    struct rig *rig = rig_up();
    struct held h;
    (void)adopt(rig, &h);
    struct ask *waits = ask_new(rig, ENGINE_INFO);
    waits->call.id = h.id;
    waits->call.wait_ns = 5 * NS_PER_S;
    ask_do(waits);
    withdraw(rig, &h);
    cr_assert_eq(waits->n_replies, 1);
    cr_assert_eq(waits->call.view.state, JOB_CANCELLED, "who waits for it is told");
    ask_free(waits);
    expect_gone(rig, h.id);
    cr_assert_eq(stops(&h), 0, "who withdraws knows");
    withdraw(rig, &h); /* it need not be there */
    done(rig, &h, completed(rig, "late"));
    cr_assert_eq(rig_stats(rig).jobs, 0);
    rig_down(rig);
}

/* It waited in its queue, and somebody has taken it, or even ended it. */
Test(adopt, withdrawn_from_other_hands)
{
    struct rig *rig = rig_up();
    struct held h;
    held_init(&h);
    h.id = submit(rig, "q", "local.a", 0);
    struct local_grant g;
    cr_assert(grant(rig, 7, &g));
    withdraw(rig, &h);
    cr_assert_eq(rig->n_cancels, 1, "its worker is told");
    expect_gone(rig, h.id);
    struct local_result late = completed(rig, "late");
    engine_local_done(rig->engine, g.slot, g.generation, g.token, &late);
    h.id = submit(rig, "q", "local.a", 0);
    struct job_view v = fetch_one(rig, "q");
    withdraw(rig, &h);
    cr_assert_eq(ack(rig, v.id, v.lease_token), ENGINE_NOT_FOUND);
    h.id = submit(rig, "q", "local.a", 0);
    v = fetch_one(rig, "q");
    cr_assert_eq(ack(rig, v.id, v.lease_token), ENGINE_OK);
    withdraw(rig, &h);
    expect_gone(rig, h.id);
    rig_down(rig);
}

/* Whose second attempt a worker has: the first holder is nobody to it. */
Test(adopt, withdrawn_after_it_was_lost)
{
    struct rig *rig = rig_up();
    struct held h, other;
    (void)adopt(rig, &h);
    done(rig, &h, (struct local_result){.outcome = LOCAL_GIVEN_BACK});
    struct local_grant g;
    cr_assert(grant(rig, 7, &g));
    held_init(&other);
    other.id = h.id;
    withdraw(rig, &other);
    cr_assert_eq(rig->n_cancels, 1);
    cr_assert_eq(stops(&h) + stops(&other), 0);
    rig_down(rig);
}

/* ---- with a journal ---- */

static struct log_rig *g;

static void log_up(void)
{
    g = log_rig_up();
}

static void log_down(void)
{
    log_rig_down(g);
}

TestSuite(adopt_log, .init = log_up, .fini = log_down, .timeout = 60);

static struct job_view log_adopt(struct held *h, uint32_t timeout_ms)
{
    struct ask *ask = adopt_new(g->r, h, timeout_ms);
    ask->call.spec.durability = DURABILITY_SYNCED;
    ask_do(ask);
    cr_assert_eq(ask->n_replies, 0, "told when it is written");
    log_settle(g);
    return adopted(h, ask);
}

Test(adopt_log, a_kill_costs_an_attempt)
{
    struct held h;
    (void)log_adopt(&h, 60000);
    log_restart(g, false);
    struct job_view v = log_info(g, h.id);
    log_settle(g);
    v = log_info(g, h.id);
    cr_assert_eq(v.state, JOB_AVAILABLE);
    cr_assert_eq(v.attempt, 1);
    cr_assert_eq(v.timeout_ms, 60000);
    v = log_fetch(g, "q");
    cr_assert(uuid_eq(v.id, h.id));
    cr_assert_eq(v.attempt, 2);
}

Test(adopt_log, a_stop_costs_none)
{
    struct held h;
    (void)log_adopt(&h, 0);
    engine_drain(g->r->engine);
    engine_give_back_held(g->r->engine);
    log_restart(g, true);
    struct job_view v = log_info(g, h.id);
    cr_assert_eq(v.state, JOB_AVAILABLE);
    cr_assert_eq(v.attempt, 0);
    cr_assert_eq(stops(&h), 0);
}

Test(adopt_log, its_end_is_kept)
{
    struct held h;
    (void)log_adopt(&h, 0);
    struct local_result end = completed(g->r, "corn");
    cr_assert_eq(log_once(g, done_new(g->r, &h, &end), NULL), ENGINE_OK);
    log_settle(g);
    log_restart(g, false);
    struct job_view v = log_info(g, h.id);
    cr_assert_eq(v.state, JOB_COMPLETED);
    cr_assert_eq(v.attempt, 1);
    cr_assert_str_eq(v.result_type, "text/plain");
}

Test(adopt_log, what_is_withdrawn_stays_away)
{
    struct held h;
    (void)log_adopt(&h, 0);
    cr_assert_eq(log_once(g, withdraw_new(g->r, &h), NULL), ENGINE_OK);
    log_settle(g);
    log_restart(g, false);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_INFO, h.id), NULL), ENGINE_NOT_FOUND);
    cr_assert_eq(rig_stats(g->r).jobs, 0);
}

/* Cancelled before its submit was told of: the holder hears both, and either may come first. */
Test(adopt_log, cancelled_before_it_was_told)
{
    struct held h;
    struct ask *ask = adopt_new(g->r, &h, 0);
    ask->call.spec.durability = DURABILITY_SYNCED;
    ask->call.spec.expires_wall_ns = g->r->clock.wall_ns + NS_PER_S;
    ask_do(ask);
    rig_pass(g->r, NS_PER_S);
    cr_assert_eq(stops(&h), 1, "it has expired");
    cr_assert_eq(ask->n_replies, 0);
    log_settle(g);
    (void)adopted(&h, ask);
    struct local_result end = completed(g->r, "late");
    cr_assert_eq(log_once(g, done_new(g->r, &h, &end), NULL), ENGINE_OK);
    cr_assert_eq(log_info(g, h.id).state, JOB_DISCARDED);
}

static struct local_result completed_with(size_t bytes)
{
    struct local_result end = {.outcome = LOCAL_COMPLETED, .result = block_new(&g->r->budget, bytes)};
    end.result->len = end.result->capacity;
    memset(end.result->bytes, 'x', end.result->len);
    return end;
}

Test(adopt_log, a_result_in_a_file_ends_its_job_when_it_is_written)
{
    struct held h;
    (void)log_adopt(&h, 0);
    struct local_result end = completed_with(6u << 20);
    cr_assert_eq(log_once(g, done_new(g->r, &h, &end), NULL), ENGINE_OK);
    log_settle(g);
    struct job_view v = log_info(g, h.id);
    cr_assert_eq(v.state, JOB_COMPLETED);
}

/* The holder has let go and its memory is its own: it hears nothing more. */
Test(adopt_log, a_cancel_while_its_result_is_written)
{
    struct held h;
    (void)log_adopt(&h, 0);
    struct local_result end = completed_with(6u << 20);
    struct ask *done = done_new(g->r, &h, &end);
    ask_do(done);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, h.id), NULL), ENGINE_OK);
    ask_free(done);
    log_settle(g);
    cr_assert_eq(stops(&h), 0);
    cr_assert_eq(log_info(g, h.id).state, JOB_CANCELLED);
}

Test(adopt_log, a_result_that_is_too_large_is_a_failure)
{
    struct held h;
    g->o.blob_bytes = 8u << 20; /* it would get a file of its own otherwise */
    log_restart(g, true);
    (void)log_adopt(&h, 0);
    struct local_result end = completed_with(6u << 20);
    cr_assert_eq(log_once(g, done_new(g->r, &h, &end), NULL), ENGINE_OK);
    cr_assert_eq(log_info(g, h.id).state, JOB_DISCARDED);
}

/* A journal that has failed says no to everything, and leaves holders alone from then on. */
Test(adopt_log, after_the_journal_has_gone)
{
    struct held h, other;
    (void)log_adopt(&h, 1000);
    engine_stop_log(g->r->engine);
    while (engine_log_busy(g->r->engine)) log_turn(g);
    engine_close_log(g->r->engine);
    struct local_result end = completed(g->r, "corn");
    cr_assert_eq(ask_once(done_new(g->r, &h, &end), NULL), ENGINE_FAILED);
    block_unref(end.result);
    cr_assert_eq(ask_once(withdraw_new(g->r, &h), NULL), ENGINE_FAILED);
    struct ask *ask = adopt_new(g->r, &other, 0);
    cr_assert_eq(ask_once(ask, NULL), ENGINE_FAILED);
    rig_pass(g->r, 2 * NS_PER_S);
    cr_assert_eq(stops(&h), 0);
}
