/* Ids that a job of somebody else's has: one job, and some of a batch. */
#include "batch_rig.h"
#include "owner_rig.h"

static struct rig *r;

static void up(void)
{
    r = rig_up();
}

static void down(void)
{
    rig_down(r);
}

TestSuite(jobs_owners_ids, .init = up, .fini = down, .timeout = 60);

static void expect_hidden(const struct engine_call *call, struct uuid id)
{
    cr_assert_eq(call->outcome, ENGINE_DUPLICATE);
    cr_assert(uuid_eq(call->view.id, id));
    cr_assert_eq(call->view.state, JOB_STATES);
    cr_assert_null(call->view.envelope);
    cr_assert_eq(call->view.created_ns, 0);
    cr_assert_str_eq(call->view.queue, "");
}

Test(jobs_owners_ids, an_id_that_somebody_elses_job_has_is_refused_without_a_word_of_it)
{
    struct uuid id = submit_as(r, "user:anna");
    static const enum engine_op ops[] = {ENGINE_SUBMIT, ENGINE_PROBE};
    for (int i = 0; i < 2; i++) {
        for (int own = 0; own < 2; own++) {
            struct ask *ask = as(own ? "user:anna" : "user:bert", submit_new(r, "q", "t.plain"));
            ask->call.op = (uint8_t)ops[i];
            ask->call.spec.id = id;
            ask->call.spec.has_id = true;
            ask_do(ask);
            if (own) cr_assert_eq(ask->call.view.state, JOB_AVAILABLE);
            else expect_hidden(&ask->call, id);
            ask_free(ask);
        }
    }
}

static struct ask *batch_with(const char *owner, struct uuid taken, bool is_atomic)
{
    struct ask *ask = as(owner, batch_new(r, 2, is_atomic, DURABILITY_MEMORY));
    set_id(ask, 1, taken);
    ask->call.spec.has_key = true;
    memset(&ask->call.spec.key, owner[5], sizeof ask->call.spec.key);
    ask->call.batch.with_views = true;
    ask->call.wait_ns = NS_PER_S;
    return ask;
}

/* Nor is it waited for, shown with the others, or told when the batch comes again. */
Test(jobs_owners_ids, a_batch_with_such_an_id_says_no_more)
{
    struct uuid id = submit_as(r, "user:anna");
    for (int again = 0; again < 2; again++) {
        struct ask *ask = ask_do(batch_with("user:bert", id, false));
        if (again == 0) {
            cr_assert_eq(ask->n_replies, 0); /* it waits for its own */
            cr_assert_eq(job_as(r, "user:bert", ENGINE_CANCEL, item_of(ask, 0)->id), ENGINE_OK);
        }
        cr_assert_eq(ask->n_replies, 1);
        cr_assert_eq(ask->call.is_replay, again == 1);
        cr_assert_eq(item_of(ask, 0)->outcome, ENGINE_OK);
        cr_assert_eq(item_of(ask, 1)->outcome, ENGINE_DUPLICATE);
        cr_assert_eq(item_of(ask, 1)->state, JOB_STATES);
        cr_assert_eq(item_of(ask, 1)->created_ns, 0);
        cr_assert_eq(ask->call.n_views, 2u);
        cr_assert_eq(ask_views(ask)[1].id.high, 0);
        ask_free(ask);
    }
    struct ask *atomic = ask_do(batch_with("user:carl", id, true));
    cr_assert_eq(atomic->call.outcome, ENGINE_DUPLICATE);
    cr_assert_eq(item_of(atomic, 1)->state, JOB_STATES);
    ask_free(atomic);
    struct ask *own = batch_with("user:anna", id, false);
    own->call.wait_ns = 0;
    ask_do(own);
    cr_assert_eq(item_of(own, 1)->state, JOB_AVAILABLE);
    ask_free(own);
}
