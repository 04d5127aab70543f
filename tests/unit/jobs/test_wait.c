/* Calls that wait: for an end, for a job, and not for ever. */
#include "rig.h"

static struct ask *submit_waiting(struct rig *rig, uint64_t wait_ns)
{
    struct ask *ask = submit_new(rig, "q", "t.plain");
    ask->call.wait_ns = wait_ns;
    return ask_do(ask);
}

static struct ask *fetch_waiting(struct rig *rig, const char *queues, uint64_t wait_ns)
{
    struct ask *ask = fetch_new(rig, queues, 1);
    ask->call.wait_ns = wait_ns;
    return ask_do(ask);
}

static struct ask *info_waiting(struct rig *rig, struct uuid id, uint64_t wait_ns)
{
    struct ask *ask = ask_new(rig, ENGINE_INFO);
    ask->call.id = id;
    ask->call.wait_ns = wait_ns;
    return ask_do(ask);
}

Test(jobs_wait, submit_waits_for_the_ack)
{
    struct rig *rig = rig_up();
    struct ask *ask = submit_waiting(rig, 10 * NS_PER_S);
    struct uuid id = fetch_one(rig, "q").id;
    cr_assert_eq(ask->n_replies, 0);
    rig_pass(rig, 9 * NS_PER_S);
    cr_assert_eq(ask->n_replies, 0);
    cr_assert_eq(ack(rig, id, 0), ENGINE_OK);
    cr_assert_eq(ask->n_replies, 1);
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    cr_assert_eq(ask->call.view.state, JOB_COMPLETED);
    cr_assert(uuid_eq(ask->call.view.id, id));
    rig_pass(rig, 10 * NS_PER_S);
    ask_free(ask);
    rig_down(rig);
}

Test(jobs_wait, submit_wait_times_out)
{
    struct rig *rig = rig_up();
    struct ask *ask = submit_waiting(rig, 2 * NS_PER_S);
    cr_assert_eq(engine_next_ns(rig->engine), RIG_MONO_NS + 2 * NS_PER_S);
    fetch_one(rig, "q");
    rig_pass(rig, 2 * NS_PER_S - 1);
    cr_assert_eq(ask->n_replies, 0);
    rig_pass(rig, 1);
    cr_assert_eq(ask->n_replies, 1);
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    cr_assert_eq(ask->call.view.state, JOB_ACTIVE, "the job goes on");
    ask_free(ask);
    rig_down(rig);
}

Test(jobs_wait, wait_covers_retries)
{
    struct rig *rig = rig_up();
    struct ask *ask = submit_waiting(rig, 60 * NS_PER_S);
    struct uuid id = fetch_one(rig, "q").id;
    nack(rig, id);
    rig_pass(rig, NS_PER_S);
    cr_assert_eq(ask->n_replies, 0);
    fetch_one(rig, "q");
    ack(rig, id, 0);
    cr_assert_eq(ask->call.view.attempt, 2);
    ask_free(ask);
    rig_down(rig);
}

Test(jobs_wait, every_end_wakes)
{
    struct rig *rig = rig_up();
    struct ask *asks[3];
    for (int i = 0; i < 3; i++) asks[i] = submit_waiting(rig, 100 * NS_PER_S);
    struct uuid first = fetch_one(rig, "q").id, second = fetch_one(rig, "q").id, third = fetch_one(rig, "q").id;
    ask_once(nack_new(rig, first, "fatal"), NULL);
    ask_job(rig, ENGINE_CANCEL, second, NULL);
    ack(rig, third, 0);
    cr_assert_eq(asks[0]->call.view.state, JOB_DISCARDED);
    cr_assert_eq(asks[1]->call.view.state, JOB_CANCELLED);
    cr_assert_eq(asks[2]->call.view.state, JOB_COMPLETED);
    for (int i = 0; i < 3; i++) ask_free(asks[i]);
    rig_down(rig);
}

Test(jobs_wait, several_wait_for_one_job_in_order)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_plain(rig), other = submit_plain(rig);
    struct ask *asks[5];
    for (int i = 0; i < 5; i++) asks[i] = info_waiting(rig, i == 2 ? other : id, (uint64_t)(10 - i) * NS_PER_S);
    rig_pass(rig, 6 * NS_PER_S); /* the last has had enough */
    cr_assert_eq(asks[4]->n_replies, 1);
    ask_job(rig, ENGINE_CANCEL, id, NULL);
    cr_assert_eq(asks[2]->n_replies, 0);
    cr_assert_lt(asks[0]->order, asks[1]->order);
    cr_assert_lt(asks[1]->order, asks[3]->order);
    engine_drain(rig->engine);
    for (int i = 0; i < 5; i++) ask_free(asks[i]);
    rig_down(rig);
}

Test(jobs_wait, info_of_an_ended_job_does_not_wait)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_plain(rig);
    ask_job(rig, ENGINE_CANCEL, id, NULL);
    struct ask *ask = info_waiting(rig, id, NS_PER_S);
    cr_assert_eq(ask->n_replies, 1);
    ask_free(ask);
    rig_down(rig);
}

/* ---- fetch ---- */

Test(jobs_wait, a_job_wakes_one_fetch_the_first)
{
    struct rig *rig = rig_up();
    struct ask *asks[3];
    for (int i = 0; i < 3; i++) asks[i] = fetch_waiting(rig, i == 1 ? "other,q" : "q", 30 * NS_PER_S);
    for (int i = 0; i < 3; i++) {
        struct uuid id = submit_plain(rig);
        for (int k = 0; k < 3; k++) cr_assert_eq(asks[k]->n_replies, k <= i);
        cr_assert_eq(asks[i]->call.n_views, 1);
        cr_assert(uuid_eq(ask_views(asks[i])[0].id, id));
        cr_assert_eq(ask_views(asks[i])[0].state, JOB_ACTIVE);
    }
    submit(rig, "other", "t.plain", 0); /* nobody waits there any more */
    for (int i = 0; i < 3; i++) ask_free(asks[i]);
    rig_down(rig);
}

Test(jobs_wait, the_answer_to_the_submit_shows_what_was_submitted)
{
    struct rig *rig = rig_up();
    struct ask *worker = fetch_waiting(rig, "q", NS_PER_S), *client = submit_waiting(rig, 0);
    cr_assert_eq(client->call.view.state, JOB_AVAILABLE);
    cr_assert_lt(client->order, worker->order);
    ask_free(worker);
    ask_free(client);
    rig_down(rig);
}

Test(jobs_wait, fetch_times_out_empty)
{
    struct rig *rig = rig_up();
    struct ask *ask = fetch_waiting(rig, "a,b,c", 2 * NS_PER_S);
    rig_pass(rig, 2 * NS_PER_S - 1);
    cr_assert_eq(ask->n_replies, 0);
    rig_pass(rig, 1);
    cr_assert_eq(ask->n_replies, 1);
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    cr_assert_eq(ask->call.n_views, 0);
    cr_assert_null(ask->call.views);
    ask_free(ask);
    submit(rig, "a", "t.plain", 0);
    rig_down(rig);
}

Test(jobs_wait, fetch_with_a_job_at_hand_does_not_wait)
{
    struct rig *rig = rig_up();
    submit_plain(rig);
    struct ask *ask = fetch_waiting(rig, "x,q", NS_PER_S);
    cr_assert_eq(ask->call.n_views, 1);
    ask_free(ask);
    rig_down(rig);
}

Test(jobs_wait, retry_release_and_schedule_wake_a_fetch)
{
    struct rig *rig = rig_up();
    struct ask *later = submit_new(rig, "q", "t.plain");
    later->call.spec.scheduled_wall_ns = RIG_WALL_NS + 5 * NS_PER_S;
    ask_once(later, NULL);
    struct ask *ask = fetch_waiting(rig, "q", 30 * NS_PER_S);
    rig_pass(rig, 5 * NS_PER_S);
    cr_assert_eq(ask->n_replies, 1);
    struct uuid id = ask_views(ask)[0].id;
    ask_free(ask);
    ask = fetch_waiting(rig, "q", 30 * NS_PER_S);
    nack(rig, id);
    cr_assert_eq(ask->n_replies, 0);
    rig_pass(rig, NS_PER_S);
    cr_assert_eq(ask->n_replies, 1);
    struct ask *next = fetch_waiting(rig, "q", 30 * NS_PER_S);
    ask->call.op = ENGINE_RELEASE;
    ask->n_replies = 0;
    ask_do(ask);
    cr_assert_eq(next->n_replies, 1);
    cr_assert(uuid_eq(ask_views(next)[0].id, id));
    ask_free(ask);
    ask_free(next);
    rig_down(rig);
}

Test(jobs_wait, an_expired_job_does_not_wake_a_fetch)
{
    struct rig *rig = rig_up();
    struct ask *ask = fetch_waiting(rig, "q", 30 * NS_PER_S), *dead = submit_new(rig, "q", "t.plain");
    dead->call.spec.expires_wall_ns = RIG_WALL_NS - 1;
    ask_once(dead, NULL);
    cr_assert_eq(ask->n_replies, 0);
    submit_plain(rig);
    cr_assert_eq(ask->n_replies, 1);
    ask_free(ask);
    rig_down(rig);
}

Test(jobs_wait, more_queues_than_there_is_room_for_are_answered_at_once)
{
    struct rig *rig = rig_up(); /* 16 queue names */
    struct ask *ask = fetch_waiting(rig, "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q", NS_PER_S);
    cr_assert_eq(ask->n_replies, 1);
    cr_assert_eq(ask->call.n_views, 0);
    ask_free(ask);
    ask = fetch_waiting(rig, "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p", NS_PER_S);
    cr_assert_eq(ask->n_replies, 0, "the refused one has left nothing behind");
    rig_pass(rig, NS_PER_S);
    ask_free(ask);
    rig_down(rig);
}

Test(jobs_wait, drain_answers_all)
{
    struct rig *rig = rig_up();
    struct ask *fetch_ask = fetch_waiting(rig, "none", NS_PER_S), *submit_ask = submit_waiting(rig, NS_PER_S);
    struct ask *info_ask = info_waiting(rig, submit_ask->call.id, NS_PER_S);
    engine_drain(rig->engine);
    cr_assert_eq(fetch_ask->call.n_views, 0);
    cr_assert_eq(submit_ask->call.view.state, JOB_AVAILABLE);
    cr_assert_eq(info_ask->call.view.state, JOB_AVAILABLE);
    ask_free(fetch_ask);
    ask_free(submit_ask);
    ask_free(info_ask);
    rig_down(rig);
}

Test(jobs_wait, free_answers_all)
{
    struct rig *rig = rig_up();
    struct ask *fetch_ask = fetch_waiting(rig, "none", NS_PER_S), *submit_ask = submit_waiting(rig, NS_PER_S);
    rig->engine = engine_free(rig->engine);
    ask_free(fetch_ask);
    ask_free(submit_ask);
    rig_down(rig);
}

/* ---- answers that come straight back in ---- */

static void on_reply_submit_more(struct engine_call *call)
{
    struct ask *ask = (struct ask *)(void *)call;
    struct rig *rig = ask->rig;
    ask->n_replies++;
    if (++ask->order > 50000) return;
    engine_call_drop(call);
    struct ask *more = submit_new(rig, "q", "t.plain");
    call->spec = more->call.spec;
    more->call.spec.envelope = NULL;
    more->n_replies = 1;
    ask_free(more);
    ask->n_replies = 0;
    engine_do(rig->engine, call);
}

Test(jobs_wait, a_chain_of_replies_is_not_a_deep_stack)
{
    struct rig *rig = rig_new();
    struct engine_options options = rig_options(rig);
    options.jobs_max = 60000;
    rig_up_with(rig, &options);
    struct ask *ask = submit_new(rig, "q", "t.plain");
    ask->call.reply = on_reply_submit_more;
    ask_do(ask);
    cr_assert_eq(rig_stats(rig).submitted, 50001);
    ask_free(ask);
    rig_down(rig);
}
