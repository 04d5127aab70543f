/* Jobs and schedules belong to whoever made them: who sees what, and what becomes of the names. */
#include "batch_rig.h"
#include "cron_rig.h"
#include "jobs/owners.h"
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

TestSuite(jobs_owners, .init = up, .fini = down, .timeout = 60);

/* ---- names ---- */

Test(jobs_owners, a_name_is_kept_once_and_goes_with_its_last_user)
{
    struct owners o;
    uint32_t anna, again, bert, none;
    cr_assert_eq(owners_init(&o, 2, 7), 0);
    cr_assert(owners_take(&o, SLICE("user:anna"), &anna) && owners_take(&o, SLICE("user:anna"), &again));
    cr_assert(owners_take(&o, SLICE("user:bert"), &bert) && owners_take(&o, SLICE(""), &none));
    cr_assert(anna == again && anna != bert && anna != OWNER_NONE && none == OWNER_NONE);
    cr_assert_not(owners_take(&o, SLICE("user:carl"), &none));
    cr_assert_eq(none, OWNER_NONE);
    cr_assert_eq(owners_find(&o, SLICE("user:anna")), anna);
    cr_assert_eq(owners_find(&o, SLICE("user:ann")), OWNER_NONE);
    cr_assert(slice_eq(owners_name(&o, bert), SLICE("user:bert")));
    uint64_t mark = owners_mark(&o, anna);
    cr_assert(mark != 0 && mark == owners_mark_of_name(&o, SLICE("user:anna")) && mark != owners_mark(&o, bert));
    owners_drop(&o, anna);
    cr_assert_eq(owners_find(&o, SLICE("user:anna")), anna);
    owners_drop(&o, again);
    cr_assert_eq(owners_find(&o, SLICE("user:anna")), OWNER_NONE);
    cr_assert_eq(owners_mark_of_name(&o, SLICE("user:anna")), mark);
    cr_assert(owners_take(&o, SLICE("user:carl"), &none));
    owners_deinit(&o);
}

/* ---- one job ---- */

static struct uuid cancelled_as(const char *owner)
{
    struct uuid id = submit_as(r, owner);
    cr_assert_eq(job_as(r, owner, ENGINE_CANCEL, id), ENGINE_OK);
    return id;
}

static struct uuid dead_as(const char *owner)
{
    struct job_view view;
    struct ask *ask = as(owner, submit_new(r, "dead", "t.plain"));
    ask->call.spec.retry.max_attempts = 1;
    ask->call.spec.retry.dead_letter = true;
    cr_assert_eq(ask_once(ask, &view), ENGINE_OK);
    cr_assert(uuid_eq(fetch_one(r, "dead").id, view.id));
    (void)nack(r, view.id);
    return view.id;
}

/* In a state in which the operation would do something. */
static struct uuid job_for(enum engine_op op, const char *owner)
{
    struct job_view view;
    if (op == ENGINE_DEAD_RETRY || op == ENGINE_DEAD_DELETE) return dead_as(owner);
    struct ask *ask = as(owner, submit_new(r, op == ENGINE_ACTIVATE ? "pending" : "q", "t.plain"));
    ask->call.spec.pending = op == ENGINE_ACTIVATE;
    cr_assert_eq(ask_once(ask, &view), ENGINE_OK);
    if (op == ENGINE_ACK || op == ENGINE_NACK || op == ENGINE_PROGRESS) (void)fetch_one(r, "q");
    return view.id;
}

/* Not the answer alone: the job is as it was. */
Test(jobs_owners, a_job_of_somebody_else_is_as_if_it_were_not_there)
{
    static const enum engine_op ops[] = {ENGINE_INFO, ENGINE_CANCEL, ENGINE_ACTIVATE, ENGINE_DEAD_RETRY, ENGINE_DEAD_DELETE, ENGINE_ACK, ENGINE_NACK,
                                         ENGINE_PROGRESS};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        struct uuid id = job_for(ops[i], "user:anna");
        enum job_state before = state_of(r, id);
        cr_expect_eq(job_as(r, "user:bert", ops[i], id), ENGINE_NOT_FOUND, "operation %d", ops[i]);
        cr_expect_eq(job_as(r, "user:ann", ops[i], id), ENGINE_NOT_FOUND, "operation %d", ops[i]);
        cr_expect_eq(job_as(r, "user:anna2", ops[i], id), ENGINE_NOT_FOUND, "operation %d", ops[i]);
        cr_expect_eq(job_as(r, "", ops[i], id), ENGINE_NOT_FOUND, "operation %d", ops[i]);
        cr_expect_eq(state_of(r, id), before, "operation %d", ops[i]);
        cr_expect_eq(job_as(r, "user:anna", ops[i], id), ENGINE_OK, "operation %d", ops[i]);
        (void)job_as(r, "user:anna", ENGINE_CANCEL, id); /* out of the way */
    }
}

Test(jobs_owners, what_is_nobodys_is_seen_by_those_who_see_all)
{
    struct uuid id = submit_plain(r), too = submit_as(r, "");
    cr_assert_eq(job_as(r, "user:anna", ENGINE_INFO, id), ENGINE_NOT_FOUND);
    cr_assert_eq(job_as(r, "", ENGINE_INFO, id), ENGINE_NOT_FOUND);
    cr_assert_eq(job_as(r, "", ENGINE_INFO, too), ENGINE_NOT_FOUND);
    cr_assert_eq(state_of(r, too), JOB_AVAILABLE);
    struct ask *ask = ask_new(r, ENGINE_INFO);
    ask->call.id = id;
    cr_assert_eq(ask_once(as_admin("user:root", ask), NULL), ENGINE_OK);
}

Test(jobs_owners, whoever_waits_for_another_ones_job_is_answered_at_once)
{
    struct uuid id = submit_as(r, "user:anna");
    struct ask *ask = as("user:bert", ask_new(r, ENGINE_INFO));
    ask->call.id = id;
    ask->call.wait_ns = 10 * NS_PER_S;
    cr_assert_eq(ask_once(ask, NULL), ENGINE_NOT_FOUND);
}

Test(jobs_owners, heartbeats_of_another_one_extend_nothing)
{
    struct uuid id = submit_as(r, "user:anna");
    (void)fetch_one(r, "q");
    for (int i = 0; i < 2; i++) {
        struct ask *ask = as(i ? "user:anna" : "user:bert", ask_new(r, ENGINE_HEARTBEAT));
        ask->call.ids[0] = id;
        ask->call.n_ids = 1;
        cr_assert_eq(ask_do(ask)->call.extended, (uint64_t)i);
        ask_free(ask);
    }
}

/* ---- many jobs ---- */

static struct ask *walk(struct ask *ask)
{
    ask_do(ask);
    while (engine_tick(ask->rig->engine, 4)) continue;
    cr_assert_eq(ask->n_replies, 1);
    return ask;
}

static void expect_listed(const char *owner, uint32_t n)
{
    struct ask *ask = as(owner, ask_new(r, ENGINE_LIST));
    ask->call.walk.limit = 100;
    walk(ask);
    cr_assert_eq(ask->call.n_views, n, "%u of %s", ask->call.n_views, owner);
    cr_assert_not(ask->call.walk.has_total); /* that would count all */
    cr_assert_not(ask->call.walk.more);
    ask_free(ask);
}

Test(jobs_owners, lists_have_ones_own)
{
    for (int i = 0; i < 7; i++) (void)submit_as(r, i % 2 ? "user:anna" : "user:bert");
    (void)submit_plain(r);
    expect_listed("user:anna", 3);
    expect_listed("user:bert", 4);
    expect_listed("user:carl", 0);
    expect_listed("", 0);
    struct ask *all = ask_new(r, ENGINE_LIST);
    all->call.walk.limit = 100;
    cr_assert_eq(walk(as_admin("user:root", all))->call.n_views, 8);
    cr_assert_eq(all->call.n_total, 8);
    ask_free(all);
}

Test(jobs_owners, pages_pass_over_what_is_not_ones_own)
{
    uint32_t seen = 0, at = 0;
    for (int i = 0; i < 12; i++) (void)submit_as(r, i % 3 ? "user:anna" : "user:bert");
    for (bool more = true; more;) {
        struct ask *ask = as("user:bert", ask_new(r, ENGINE_LIST));
        ask->call.walk.limit = 2;
        ask->call.walk.at = at;
        ask->call.walk.offset = seen == 0; /* the first of its own */
        walk(ask);
        seen += ask->call.n_views;
        more = ask->call.walk.more;
        at = ask->call.walk.at;
        ask_free(ask);
    }
    cr_assert_eq(seen, 3);
}

Test(jobs_owners, bulk_operations_leave_others_jobs_alone)
{
    struct uuid ids[] = {submit_as(r, "user:anna"), submit_as(r, "user:bert")};
    struct ask *ask = walk(as("user:bert", bulk_new(r, BULK_CANCEL, ids, 2)));
    cr_assert_eq(bulk_items(ask)[0].outcome, ENGINE_NOT_FOUND);
    cr_assert_eq(bulk_items(ask)[0].state, 0);
    cr_assert_eq(bulk_items(ask)[1].outcome, ENGINE_OK);
    ask_free(ask);
    ask = walk(as("user:bert", bulk_new(r, BULK_CANCEL, NULL, 0)));
    cr_assert_eq(ask->call.n_views, 1);
    cr_assert(uuid_eq(bulk_items(ask)[0].id, ids[1]));
    ask_free(ask);
    cr_assert_eq(state_of(r, ids[0]), JOB_AVAILABLE);
    (void)cancelled_as("user:anna");
    for (int i = 0; i < 2; i++) {
        ask = walk(as("user:carl", bulk_new(r, i ? BULK_DELETE : BULK_RETRY, NULL, 0)));
        cr_assert_eq(ask->call.n_views, 0);
        ask_free(ask);
    }
    cr_assert_eq(rig_stats(r).by_state[JOB_CANCELLED], 2);
}

static void expect_dead(const char *owner, uint32_t n, bool keys)
{
    struct ask *ask = as(owner, ask_new(r, ENGINE_DEAD_LIST));
    ask->call.dead.limit = 100;
    ask->call.dead.keys = keys;
    ask_do(ask);
    cr_assert(ask->call.n_views == n && ask->call.n_total == n, "%u of %u", ask->call.n_views, ask->call.n_total);
    ask_free(ask);
}

Test(jobs_owners, dead_letters_are_ones_own)
{
    for (int i = 0; i < 5; i++) (void)dead_as(i < 2 ? "user:anna" : "user:bert");
    for (int keys = 0; keys < 2; keys++) {
        expect_dead("user:anna", 2, keys);
        expect_dead("user:bert", 3, keys);
        expect_dead("user:carl", 0, keys);
    }
}

/* ---- events ---- */

static uint32_t events_of(const char *owner, struct uuid job)
{
    struct ask *ask = as(owner, ask_new(r, ENGINE_EVENTS));
    ask->call.events.job = job;
    uint32_t n = ask_do(ask)->call.n_views;
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    ask_free(ask);
    return n;
}

Test(jobs_owners, events_tell_of_ones_own)
{
    struct uuid none = {0}, id = cancelled_as("user:anna");
    (void)submit_as(r, "user:bert");
    (void)submit_plain(r);
    cr_assert_eq(events_of("user:anna", none), 2);
    cr_assert_eq(events_of("user:bert", none), 1);
    cr_assert_eq(events_of("user:bert", id), 0);
    cr_assert_eq(events_of("user:carl", none), 0);
    cr_assert_eq(events_of("", none), 0);
    struct ask *all = ask_do(as_admin("user:root", ask_new(r, ENGINE_EVENTS)));
    cr_assert_eq(all->call.n_views, 4);
    ask_free(all);
}

/* The place of a name that has gone is given to the next: events are not. */
Test(jobs_owners, events_outlive_the_name)
{
    struct uuid none = {0}, id = cancelled_as("user:anna");
    struct ask *ask = walk(as("user:anna", bulk_new(r, BULK_DELETE, &id, 1)));
    ask_free(ask);
    (void)submit_as(r, "user:bert");
    cr_assert_eq(events_of("user:bert", none), 1);
    cr_assert_eq(events_of("user:anna", none), 2);
}

/* ---- schedules ---- */

static enum engine_outcome put_as(const char *owner, const char *name, bool may_replace, bool *is_new)
{
    struct ask *ask = as(owner, cron_put_new(r, name, "* * * * *", "UTC", OVERLAP_ALLOW));
    ask->call.cron.may_replace = may_replace;
    ask_do(ask);
    if (is_new) *is_new = ask->call.cron.is_new;
    return cron_take(ask, NULL);
}

static enum engine_outcome named_as(const char *owner, enum engine_op op, const char *name)
{
    return cron_take(ask_do(as(owner, cron_named_new(r, op, name, true))), NULL);
}

static uint32_t n_schedules_of(const char *owner, bool is_admin)
{
    struct ask *ask = ask_new(r, ENGINE_CRON_LIST);
    ask->call.cron.limit = 10;
    ask->call.cron.any = true;
    ask_do(is_admin ? as_admin(owner, ask) : as(owner, ask));
    uint32_t n = ask->call.n_total;
    cr_assert_eq(ask->call.n_views, n);
    ask_free(ask);
    return n;
}

Test(jobs_owners, names_of_schedules_are_each_owners)
{
    bool is_new;
    cr_assert_eq(put_as("user:anna", "nightly", false, NULL), ENGINE_OK);
    cr_assert_eq(put_as("user:anna", "nightly", false, NULL), ENGINE_DUPLICATE);
    cr_assert_eq(named_as("user:bert", ENGINE_CRON_GET, "nightly"), ENGINE_NOT_FOUND);
    cr_assert_eq(named_as("user:bert", ENGINE_CRON_ENABLE, "nightly"), ENGINE_NOT_FOUND);
    cr_assert_eq(named_as("user:bert", ENGINE_CRON_DELETE, "nightly"), ENGINE_NOT_FOUND);
    cr_assert_eq(put_as("user:bert", "nightly", true, &is_new), ENGINE_OK);
    cr_assert(is_new);
    cr_assert_eq(put_as("user:bert", "nightly", true, &is_new), ENGINE_OK);
    cr_assert_not(is_new);
    cr_assert_eq(n_schedules_of("user:anna", false), 1);
    cr_assert_eq(n_schedules_of("user:carl", false), 0);
    cr_assert_eq(n_schedules_of("user:root", true), 2);
    cr_assert_eq(named_as("user:bert", ENGINE_CRON_DELETE, "nightly"), ENGINE_OK);
    cr_assert_eq(named_as("user:bert", ENGINE_CRON_GET, "nightly"), ENGINE_NOT_FOUND);
    cr_assert_eq(named_as("user:anna", ENGINE_CRON_GET, "nightly"), ENGINE_OK);
}

static uint64_t created_of(const char *name)
{
    struct schedule_view v;
    cr_assert_eq(cron_take(ask_do(as_admin("user:root", cron_named_new(r, ENGINE_CRON_GET, name, true))), &v), ENGINE_OK);
    return v.created_ns;
}

Test(jobs_owners, who_sees_all_means_his_own_schedule_first_and_then_the_oldest)
{
    uint64_t begun = r->clock.wall_ns;
    cr_assert_eq(put_as("user:anna", "nightly", false, NULL), ENGINE_OK);
    rig_pass(r, NS_PER_S);
    cr_assert_eq(put_as("user:root", "nightly", false, NULL), ENGINE_OK);
    rig_pass(r, NS_PER_S);
    cr_assert_eq(put_as("user:bert", "nightly", false, NULL), ENGINE_OK);
    cr_assert_eq(created_of("nightly"), begun + NS_PER_S);
    for (unsigned i = 0; i < 3; i++) {
        static const unsigned order[] = {1, 0, 2};
        cr_assert_eq(created_of("nightly"), begun + order[i] * NS_PER_S);
        cr_assert_eq(cron_take(ask_do(as_admin("user:root", cron_named_new(r, ENGINE_CRON_DELETE, "nightly", true))), NULL), ENGINE_OK);
    }
    cr_assert_eq(rig_stats(r).schedules, 0);
}

Test(jobs_owners, the_jobs_of_a_schedule_are_its_owners)
{
    struct uuid none = {0};
    cr_assert_eq(put_as("user:anna", "minutely", false, NULL), ENGINE_OK);
    rig_pass(r, 61 * NS_PER_S);
    cr_assert_eq(cron_queued(r), 1);
    expect_listed("user:anna", 1);
    expect_listed("user:bert", 0);
    cr_assert_eq(events_of("user:anna", none), 2); /* the schedule's, the job's */
    cr_assert_eq(events_of("user:bert", none), 0);
    cr_assert_eq(named_as("user:anna", ENGINE_CRON_DELETE, "minutely"), ENGINE_OK);
    expect_listed("user:anna", 1);
}

/* One that somebody else who may has changed stays whose it was. */
Test(jobs_owners, a_schedule_that_is_replaced_keeps_its_owner)
{
    cr_assert_eq(put_as("user:anna", "n", false, NULL), ENGINE_OK);
    struct ask *ask = as_admin("user:root", cron_put_new(r, "n", "@hourly", "UTC", OVERLAP_ALLOW));
    ask->call.cron.may_replace = true;
    cr_assert_eq(cron_take(ask_do(ask), NULL), ENGINE_OK);
    cr_assert_eq(n_schedules_of("user:anna", false), 1);
    cr_assert_eq(n_schedules_of("user:root", false), 0);
}

/* ---- room ---- */

static void few_owners(uint32_t n)
{
    struct engine_options options = rig_options(r);
    options.owners_max = n;
    r->engine = engine_free(r->engine);
    rig_up_with(r, &options);
}

static enum engine_outcome try_as(const char *owner)
{
    return ask_once(as(owner, submit_new(r, "q", "t.plain")), NULL);
}

Test(jobs_owners, without_room_for_a_name_nothing_is_made)
{
    few_owners(2);
    struct uuid id = submit_as(r, "user:anna");
    (void)submit_as(r, "user:bert");
    cr_assert_eq(try_as("user:carl"), ENGINE_TOO_MANY_OWNERS);
    cr_assert_eq(put_as("user:carl", "n", false, NULL), ENGINE_TOO_MANY_OWNERS);
    struct ask *batch = ask_do(as("user:carl", batch_new(r, 3, true, DURABILITY_MEMORY)));
    cr_assert_eq(batch->call.outcome, ENGINE_TOO_MANY_OWNERS);
    ask_free(batch);
    cr_assert_eq(rig_stats(r).jobs, 2);
    cr_assert_eq(try_as("user:anna"), ENGINE_OK);
    cr_assert_eq(try_as(""), ENGINE_OK);
    cr_assert_eq(job_as(r, "user:anna", ENGINE_INFO, id), ENGINE_OK);
}

Test(jobs_owners, what_has_ended_makes_room_for_a_name)
{
    few_owners(2);
    (void)submit_as(r, "user:bert");
    struct uuid id = cancelled_as("user:anna");
    cr_assert_eq(try_as("user:carl"), ENGINE_OK);
    cr_assert_eq(ask_job(r, ENGINE_INFO, id, NULL), ENGINE_NOT_FOUND);
    cr_assert_eq(try_as("user:dora"), ENGINE_TOO_MANY_OWNERS);
}

Test(jobs_owners, names_go_with_jobs_schedules_and_what_was_refused)
{
    few_owners(1);
    for (int i = 0; i < 100; i++) {
        char name[24];
        (void)snprintf(name, sizeof name, "user:%d", i);
        struct uuid id = cancelled_as(name);
        struct ask *ask = walk(as(name, bulk_new(r, BULK_DELETE, &id, 1)));
        ask_free(ask);
        cr_assert_eq(put_as(name, "n", false, NULL), ENGINE_OK);
        cr_assert_eq(named_as(name, ENGINE_CRON_DELETE, "n"), ENGINE_OK);
        ask = as(name, cron_put_new(r, "n", "0 0 30 2 *", "UTC", OVERLAP_ALLOW));
        cr_assert_eq(cron_take(ask_do(ask), NULL), ENGINE_NEVER_DUE);
    }
}

Test(jobs_owners, a_batch_that_is_taken_back_leaves_no_name)
{
    few_owners(1);
    struct uuid id = submit_as(r, "");
    for (int i = 0; i < 3; i++) {
        char name[24];
        (void)snprintf(name, sizeof name, "user:%d", i);
        struct ask *ask = as(name, batch_new(r, 3, true, DURABILITY_MEMORY));
        set_id(ask, 2, id);
        cr_assert_eq(ask_do(ask)->call.outcome, ENGINE_DUPLICATE);
        ask_free(ask);
    }
    cr_assert_eq(try_as("user:anna"), ENGINE_OK);
}

/* The first job of a batch gives up as much as one call may, the second one the rest: its key tells the same of both. */
Test(jobs_owners, a_batch_that_comes_again_says_which_job_had_no_room_for_its_owner)
{
    few_owners(1);
    for (int i = 0; i < 70; i++) (void)cancelled_as("user:bert");
    for (int again = 0; again < 2; again++) {
        struct ask *ask = as("user:carl", batch_new(r, 2, false, DURABILITY_MEMORY));
        ask->call.spec.has_key = true;
        memset(&ask->call.spec.key, 7, sizeof ask->call.spec.key);
        ask_do(ask);
        cr_assert_eq(ask->call.is_replay, again == 1);
        cr_expect_eq(item_of(ask, 0)->outcome, ENGINE_TOO_MANY_OWNERS, "%d: %d", again, item_of(ask, 0)->outcome);
        cr_assert_eq(item_of(ask, 1)->outcome, ENGINE_OK);
        ask_free(ask);
    }
}
