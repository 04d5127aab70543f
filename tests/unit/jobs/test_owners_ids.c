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

static struct ask *keyed_batch(const char *owner, struct uuid id)
{
    struct ask *ask = as(owner, batch_new(r, 1, true, DURABILITY_MEMORY));
    set_id(ask, 0, id);
    ask->call.spec.has_key = true;
    memset(&ask->call.spec.key, 9, sizeof ask->call.spec.key);
    ask->call.batch.with_views = true;
    return ask_do(ask);
}

static struct uuid submit_with_id(const char *owner, struct uuid id)
{
    struct ask *ask = as(owner, submit_new(r, "q", "t.secret"));
    ask->call.spec.id = id;
    ask->call.spec.has_id = true;
    cr_assert_eq(ask_once(ask, NULL), ENGINE_OK);
    return id;
}

/* The key is known for longer than the job is there. */
Test(jobs_owners_ids, a_batch_that_comes_again_shows_nobody_who_has_its_ids_now)
{
    static const char *const whose[] = {"user:bert", ""}, *const next[] = {"user:anna", "user:anna"};
    for (uint64_t i = 0; i < 2; i++) {
        struct uuid id = {7, 0x8000000000000009 + i};
        struct ask *ask = keyed_batch(whose[i], id);
        cr_assert_eq(item_of(ask, 0)->state, JOB_AVAILABLE);
        uint64_t created_ns = item_of(ask, 0)->created_ns;
        ask_free(ask);
        ask = keyed_batch(whose[i], id);
        cr_assert(ask->call.is_replay && uuid_eq(ask_views(ask)[0].id, id)); /* nobody's too */
        ask_free(ask);
        struct ask *cancel = ask_new(r, ENGINE_CANCEL);
        cancel->call.id = id;
        cr_assert_eq(ask_once(as_admin("user:root", cancel), NULL), ENGINE_OK);
        rig_pass(r, 3601 * NS_PER_S);
        (void)submit_with_id(next[i], id);
        ask = keyed_batch(whose[i], id);
        cr_assert(ask->call.is_replay);
        cr_assert(ask->call.n_views == 0 || ask_views(ask)[0].id.high == 0);
        cr_assert(item_of(ask, 0)->outcome == ENGINE_OK && item_of(ask, 0)->state == JOB_AVAILABLE); /* as it was made */
        cr_assert_eq(item_of(ask, 0)->created_ns, created_ns);
        ask_free(ask);
        rig_pass(r, 24 * 3600 * NS_PER_S); /* the key ends */
    }
}

/* What waits for what it has made says so: that job may be nobody's, and must not be anybody else's. */
Test(jobs_owners_ids, whoever_has_made_nobodys_job_may_ask_for_it)
{
    struct uuid ids[] = {submit_plain(r), submit_as(r, "user:anna")};
    static const enum engine_outcome said[2][2] = {{ENGINE_NOT_FOUND, ENGINE_NOT_FOUND}, {ENGINE_OK, ENGINE_NOT_FOUND}};
    for (int made = 0; made < 2; made++) {
        for (int i = 0; i < 2; i++) {
            struct ask *ask = as("", ask_new(r, ENGINE_INFO));
            ask->call.id = ids[i];
            ask->call.sees_nobodys = made;
            cr_assert_eq(ask_once(ask, NULL), said[made][i]);
        }
    }
}
