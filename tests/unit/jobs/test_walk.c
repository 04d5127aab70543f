/* Lists of jobs, and many cancelled, retried or deleted in one call. */
#include "log_rig.h"

static struct rig *r;

static void up(void)
{
    r = rig_up();
}

static void down(void)
{
    rig_down(r);
}

TestSuite(jobs_walk, .init = up, .fini = down);

/* Answered when the clock has turned as often as the walk needs. */
static struct ask *walk(struct ask *ask)
{
    ask_do(ask);
    while (engine_tick(ask->rig->engine, 4)) continue;
    cr_assert_eq(ask->n_replies, 1);
    return ask;
}

static struct ask *list_new(struct rig *rig, const char *queue, uint32_t limit)
{
    struct ask *ask = ask_new(rig, ENGINE_LIST);
    ask->call.args = rig_block(rig, queue);
    ask->call.walk.queue = block_slice(ask->call.args);
    ask->call.walk.limit = limit;
    return ask;
}

Test(jobs_walk, pages_show_each_job_once)
{
    uint32_t seen = 0, at = 0, pages = 0;
    for (int i = 0; i < 25; i++) (void)submit(r, i % 5 ? "q" : "other", "t.plain", 0);
    for (bool more = true; more; pages++) {
        struct ask *ask = list_new(r, "q", 7);
        ask->call.walk.at = at;
        walk(ask);
        seen += ask->call.n_views;
        more = ask->call.walk.more;
        at = ask->call.walk.at;
        cr_assert(ask->call.walk.has_total);
        cr_assert_eq(ask->call.n_total, 20);
        for (uint32_t i = 0; i < ask->call.n_views; i++) cr_assert_str_eq(ask_views(ask)[i].queue, "q");
        (void)submit(r, "other", "t.plain", 0); /* comes and goes as it likes */
        ask_free(ask);
    }
    cr_assert_eq(seen, 20);
    cr_assert_eq(pages, 3);
}

Test(jobs_walk, a_page_that_ends_with_the_last_job_says_so)
{
    for (int i = 0; i < 4; i++) (void)submit_plain(r);
    struct ask *ask = walk(list_new(r, "q", 4));
    cr_assert_eq(ask->call.n_views, 4);
    cr_assert_not(ask->call.walk.more);
    ask_free(ask);
    ask = list_new(r, "q", 4);
    ask->call.walk.offset = 3;
    walk(ask);
    cr_assert_eq(ask->call.n_views, 1);
    ask_free(ask);
}

Test(jobs_walk, filters)
{
    struct uuid first = submit(r, "q", "mail.send", 3), second = submit(r, "q", "mail.sort", 0);
    rig_pass(r, NS_PER_S);
    struct uuid third = submit(r, "q", "mail", 0);
    cr_assert_eq(ask_job(r, ENGINE_CANCEL, second, NULL), ENGINE_OK);
    struct ask *ask = ask_new(r, ENGINE_LIST);
    ask->call.walk.limit = 10;
    ask->call.walk.type = SLICE("mail.");
    ask->call.walk.type_is_prefix = true;
    walk(ask);
    cr_assert_eq(ask->call.n_views, 2);
    cr_assert_not(ask->call.walk.has_total);
    ask_free(ask);
    ask = ask_new(r, ENGINE_LIST);
    ask->call.walk.limit = 10;
    ask->call.walk.type = SLICE("mail");
    walk(ask);
    cr_assert(ask->call.n_views == 1 && uuid_eq(ask_views(ask)[0].id, third));
    ask_free(ask);
    ask = ask_new(r, ENGINE_LIST);
    ask->call.walk.limit = 10;
    ask->call.walk.states = 1u << JOB_CANCELLED | 1u << JOB_ACTIVE;
    walk(ask);
    cr_assert(ask->call.n_views == 1 && uuid_eq(ask_views(ask)[0].id, second));
    cr_assert_eq(ask->call.n_total, 1);
    ask_free(ask);
    ask = ask_new(r, ENGINE_LIST);
    ask->call.walk.limit = 10;
    ask->call.walk.created_to_ns = RIG_WALL_NS + 1;
    ask->call.walk.has_priority = true;
    ask->call.walk.priority = 3;
    walk(ask);
    cr_assert(ask->call.n_views == 1 && uuid_eq(ask_views(ask)[0].id, first));
    ask_free(ask);
    ask = walk(list_new(r, "nobody", 10));
    cr_assert_eq(ask->call.n_views, 0);
    cr_assert_eq(ask->call.n_total, 0);
    ask_free(ask);
}

Test(jobs_walk, a_turn_looks_at_some_slots_only)
{
    struct engine_options options = rig_options(r);
    options.jobs_max = 20000;
    r->engine = engine_free(r->engine);
    rig_up_with(r, &options);
    for (int i = 0; i < 10000; i++) (void)submit_plain(r);
    struct ask *ask = ask_do(list_new(r, "other-queue", 10));
    int turns = 0;
    (void)submit(r, "other-queue", "t.plain", 0);
    for (; ask->n_replies == 0; turns++) {
        cr_assert_eq(engine_next_ns(r->engine), 0, "the loop would sleep");
        (void)engine_tick(r->engine, 64);
    }
    cr_assert(turns == 3, "%d turns", turns);
    cr_assert_eq(ask->call.n_views, 1);
    cr_assert_eq(engine_next_ns(r->engine) > r->clock.mono_ns, true);
    ask_free(ask);
}

Test(jobs_walk, two_walks_share_a_turn)
{
    struct ask *a = ask_do(list_new(r, "q", 10)), *b = ask_do(list_new(r, "q", 10));
    for (int i = 0; i < 3; i++) (void)submit_plain(r);
    (void)engine_tick(r->engine, 64);
    cr_assert_eq(a->call.n_views + b->call.n_views, 6);
    ask_free(a);
    ask_free(b);
}

Test(jobs_walk, a_drain_ends_walks)
{
    (void)submit_plain(r);
    struct ask *ask = ask_do(list_new(r, "q", 10));
    engine_drain(r->engine);
    cr_assert_eq(ask->call.outcome, ENGINE_DRAINING);
    ask_free(ask);
}

/* ---- bulk ---- */

/* The client has gone, and the jobs that were seen go before the walk has ended: what it holds is dropped with it, and with nothing else. */
Test(jobs_walk, nobody_reads_the_answer)
{
    struct uuid ids[5];
    for (int i = 0; i < 5; i++) ids[i] = submit_plain(r);
    struct ask *list = list_new(r, "q", 10), *bulk = bulk_new(r, BULK_CANCEL, NULL, 0);
    bulk->call.args = rig_block(r, "q");
    bulk->call.walk.queue = block_slice(bulk->call.args);
    ask_do(list);
    ask_do(bulk);
    cr_assert_eq(list->n_replies + bulk->n_replies, 0, "both look");
    cr_assert_eq(ask_job(r, ENGINE_CANCEL, ids[2], NULL), ENGINE_OK);
    ask_free(walk(bulk_new(r, BULK_DELETE, &ids[2], 1)));
    while (engine_tick(r->engine, 4)) continue;
    cr_assert_eq(list->call.n_views, 4);
    cr_assert_eq(bulk->call.n_views, 4);
    ask_free(walk(bulk_new(r, BULK_DELETE, ids, 5))); /* the list's views hold what they show */
    cr_assert_eq(rig_stats(r).jobs, 0);
    ask_free(list);
    ask_free(bulk); /* and rig_down() finds nothing left */
}

Test(jobs_walk, cancel_many)
{
    struct uuid active = submit_plain(r);
    (void)fetch_one(r, "q");
    struct uuid ids[5] = {submit_plain(r), active, submit_plain(r), {1, 1}, {0, 0}};
    ids[4] = ids[0];
    struct ask *ask = ask_do(bulk_new(r, BULK_CANCEL, ids, 5));
    const enum engine_outcome wanted[] = {ENGINE_OK, ENGINE_CONFLICT, ENGINE_OK, ENGINE_NOT_FOUND, ENGINE_CONFLICT};
    for (int i = 0; i < 5; i++) cr_assert_eq(bulk_items(ask)[i].outcome, wanted[i], "item %d: %d", i, bulk_items(ask)[i].outcome);
    cr_assert_eq(bulk_items(ask)[1].state, JOB_ACTIVE);
    cr_assert_eq(bulk_items(ask)[0].state, JOB_AVAILABLE);
    cr_assert_eq(rig_stats(r).by_state[JOB_CANCELLED], 2);
    ask_free(ask);
}

Test(jobs_walk, cancel_what_a_filter_means)
{
    for (int i = 0; i < 6; i++) (void)submit(r, i % 2 ? "q" : "keep", "t.plain", 0);
    struct ask *ask = bulk_new(r, BULK_CANCEL, NULL, 0);
    ask->call.walk.queue = SLICE("q");
    ask->call.walk.states = 1u << JOB_AVAILABLE;
    walk(ask);
    cr_assert_eq(ask->call.n_views, 3);
    cr_assert_eq(rig_stats(r).by_state[JOB_CANCELLED], 3);
    ask_free(ask);
    ask = bulk_new(r, BULK_CANCEL, NULL, 0);
    ask->call.walk.states = 1u << JOB_AVAILABLE;
    ask->call.walk.limit = 2;
    walk(ask);
    cr_assert(ask->call.walk.more);
    cr_assert_eq(rig_stats(r).by_state[JOB_CANCELLED], 5);
    ask_free(ask);
}

static struct uuid failed(struct rig *rig, uint32_t attempts, bool dead_letter)
{
    struct job_view view;
    struct ask *ask = submit_new(rig, "q", "t.plain");
    ask->call.spec.retry.max_attempts = attempts;
    ask->call.spec.retry.dead_letter = dead_letter;
    cr_assert_eq(ask_once(ask, &view), ENGINE_OK);
    cr_assert(uuid_eq(fetch_one(rig, "q").id, view.id));
    (void)nack(rig, view.id);
    return view.id;
}

Test(jobs_walk, retry_many)
{
    struct uuid ids[4] = {failed(r, 1, false), failed(r, 1, true), failed(r, 3, false)};
    ids[3] = submit_plain(r);
    cr_assert_eq(state_of(r, ids[0]), JOB_DISCARDED);
    cr_assert_eq(state_of(r, ids[2]), JOB_RETRYABLE);
    struct ask *ask = ask_do(bulk_new(r, BULK_RETRY, ids, 4));
    for (int i = 0; i < 3; i++) cr_assert_eq(bulk_items(ask)[i].outcome, ENGINE_OK, "item %d", i);
    cr_assert_eq(bulk_items(ask)[3].outcome, ENGINE_CONFLICT);
    cr_assert_eq(rig_stats(r).by_state[JOB_AVAILABLE], 4);
    cr_assert_eq(info(r, ids[0]).attempt, 0);
    for (int i = 0; i < 4; i++) (void)fetch_one(r, "q");
    ask_free(ask);
    rig_pass(r, 200 * 24 * 3600 * NS_PER_S); /* nothing of their first end is left over */
    cr_assert_eq(rig_stats(r).leases_lost > 0, true);
}

Test(jobs_walk, what_has_expired_is_not_retried)
{
    struct job_view view;
    struct ask *ask = submit_new(r, "q", "t.plain");
    ask->call.spec.expires_wall_ns = RIG_WALL_NS + NS_PER_S;
    cr_assert_eq(ask_once(ask, &view), ENGINE_OK);
    rig_pass(r, 2 * NS_PER_S);
    ask = ask_do(bulk_new(r, BULK_RETRY, &view.id, 1));
    cr_assert_eq(bulk_items(ask)[0].outcome, ENGINE_CONFLICT);
    ask_free(ask);
}

Test(jobs_walk, delete_many)
{
    struct uuid ids[3] = {failed(r, 1, true)};
    ids[1] = submit_plain(r);
    ids[2] = submit_plain(r);
    cr_assert_eq(ask_job(r, ENGINE_CANCEL, ids[2], NULL), ENGINE_OK);
    struct ask *ask = ask_do(bulk_new(r, BULK_DELETE, ids, 3));
    cr_assert_eq(bulk_items(ask)[0].outcome, ENGINE_OK);
    cr_assert_eq(bulk_items(ask)[1].outcome, ENGINE_CONFLICT);
    cr_assert_eq(bulk_items(ask)[2].outcome, ENGINE_OK);
    cr_assert_eq(ask_job(r, ENGINE_INFO, ids[0], NULL), ENGINE_NOT_FOUND);
    cr_assert_eq(ask_job(r, ENGINE_INFO, ids[2], NULL), ENGINE_NOT_FOUND);
    cr_assert_eq(rig_stats(r).jobs, 1);
    ask_free(ask);
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

TestSuite(jobs_log_walk, .init = log_up, .fini = log_down);

Test(jobs_log_walk, bulk_answers_wait_for_their_commit_and_last)
{
    struct uuid ids[3];
    for (int i = 0; i < 3; i++) ids[i] = log_submit(g, "q", "t.plain");
    struct ask *ask = ask_do(bulk_new(g->r, BULK_CANCEL, ids, 2));
    cr_assert_eq(ask->n_replies, 0);
    log_settle(g);
    cr_assert_eq(ask->n_replies, 1);
    ask_free(ask);
    ask = log_do(g, bulk_new(g->r, BULK_DELETE, ids, 3));
    cr_assert_eq(bulk_items(ask)[0].outcome, ENGINE_OK);
    cr_assert_eq(bulk_items(ask)[2].outcome, ENGINE_CONFLICT);
    ask_free(ask);
    log_restart(g, false);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_INFO, ids[0]), NULL), ENGINE_NOT_FOUND);
    cr_assert_eq(log_info(g, ids[2]).state, JOB_AVAILABLE);
    cr_assert_eq(rig_stats(g->r).jobs, 1);
}

Test(jobs_log_walk, nothing_done_waits_for_nothing)
{
    struct uuid id = log_submit(g, "q", "t.plain");
    struct ask *ask = ask_do(bulk_new(g->r, BULK_DELETE, &id, 1));
    cr_assert_eq(ask->n_replies, 1, "there is no commit to come");
    ask_free(ask);
    ask = log_do(g, list_new(g->r, "q", 3));
    cr_assert_eq(ask->call.n_views, 1);
    ask_free(ask);
}

Test(jobs_log_walk, a_list_waits_for_what_it_shows)
{
    struct ask *submit_ask = ask_do(log_submit_new(g, "q", "t.plain", DURABILITY_SYNCED)),
               *list = ask_do(list_new(g->r, "q", 3));
    while (engine_tick(g->r->engine, 8)) continue;
    cr_assert_eq(list->n_replies, 0);
    log_settle(g);
    cr_assert_eq(list->n_replies, 1);
    cr_assert_eq(list->call.n_views, 1);
    ask_free(submit_ask);
    ask_free(list);
}

Test(jobs_log_walk, a_retried_dead_letter_survives)
{
    struct job_view view;
    struct ask *ask = log_submit_new(g, "q", "t.plain", DURABILITY_SYNCED);
    ask->call.spec.retry.max_attempts = 1;
    cr_assert_eq(log_once(g, ask, &view), ENGINE_OK);
    struct uuid id = log_fetch(g, "q").id;
    struct ask *nack_ask = nack_new(g->r, id, "handler_error");
    cr_assert_eq(log_once(g, nack_ask, &view), ENGINE_OK);
    cr_assert_eq(view.state, JOB_DISCARDED);
    ask = log_do(g, bulk_new(g->r, BULK_RETRY, &id, 1));
    cr_assert_eq(bulk_items(ask)[0].outcome, ENGINE_OK);
    ask_free(ask);
    log_restart(g, false);
    cr_assert_eq(log_info(g, id).state, JOB_AVAILABLE);
    cr_assert(uuid_eq(log_fetch(g, "q").id, id));
}

Test(jobs_log_walk, more_than_the_buffer_takes_goes_on_later)
{
    struct uuid ids[900];
    for (uint32_t i = 0; i < 900; i++) {
        struct job_view view;
        struct ask *ask = log_submit_new(g, "q", "t.plain", DURABILITY_LOGGED);
        struct block *large = block_new(&g->r->budget, 12000);
        memset(large->bytes, ' ', large->capacity);
        large->len = large->capacity;
        block_unref(ask->call.spec.envelope);
        ask->call.spec.envelope = large;
        ask->call.spec.args = slice_make(large->bytes, 2);
        ask->call.spec.meta = ask->call.spec.retry.non_retryable = (struct slice){0};
        ask->call.spec.retry.max_attempts = 1;
        cr_assert_eq(log_once(g, ask, &view), ENGINE_OK);
        ids[i] = log_fetch(g, "q").id;
        struct ask *nack_ask = nack_new(g->r, ids[i], "handler_error");
        cr_assert_eq(log_once(g, nack_ask, &view), ENGINE_OK);
    }
    struct ask *ask = ask_do(bulk_new(g->r, BULK_RETRY, ids, 900));
    uint64_t retried = rig_stats(g->r).by_state[JOB_AVAILABLE];
    cr_assert(retried > 100 && retried < 900, "%lu at once", (unsigned long)retried);
    for (int turns = 0; ask->n_replies == 0 && turns < 10000; turns++) log_turn(g);
    for (int i = 0; i < 900; i++) cr_assert_eq(bulk_items(ask)[i].outcome, ENGINE_OK);
    ask_free(ask);
    log_restart(g, false);
    cr_assert_eq(rig_stats(g->r).by_state[JOB_AVAILABLE], 900);
}
