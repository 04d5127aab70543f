/* Batches that may be sent again, and those that wait for their jobs. */
#include "batch_rig.h"
#include "jobs/batch_keys.h"
#include "jobs/keys.h"
#include "log_rig.h"

#include <errno.h>

static struct job_key key_of(const char *name, const char *request)
{
    struct job_key key = {0};
    memcpy(key.name, name, strlen(name));
    memcpy(key.print, request, strlen(request));
    return key;
}

static struct ask *keyed_new(struct rig *rig, uint32_t n, const char *name, const char *request)
{
    struct ask *ask = batch_new(rig, n, true, DURABILITY_SYNCED);
    ask->call.spec.has_key = true;
    ask->call.spec.key = key_of(name, request);
    ask->call.batch.with_views = true;
    return ask;
}

static void expect_same(struct ask *first, struct ask *again)
{
    cr_assert_eq(again->n_replies, 1);
    cr_assert_eq(again->call.outcome, ENGINE_OK);
    cr_assert(again->call.is_replay);
    cr_assert_eq(again->call.n_items, first->call.n_items);
    for (uint32_t i = 0; i < first->call.n_items; i++)
        cr_assert(uuid_eq(item_of(again, i)->id, item_of(first, i)->id), "job %u", i);
}

/* ---- the table ---- */

static struct block *items_of(struct block_budget *budget, uint32_t n)
{
    struct block *b = block_new(budget, n * sizeof(struct record_batch_item));
    b->len = b->capacity;
    return b;
}

Test(jobs_batch_keys, at_the_limit_and_one_above)
{
    struct batch_keys k;
    struct block_budget budget;
    block_budget_init(&budget, 1u << 20, -1);
    cr_assert_eq(batch_keys_init(&k, 2, 42), 0);
    struct job_key a = key_of("a", "r"), b = key_of("b", "r");
    cr_assert(batch_keys_have_room(&k, 20));
    cr_assert(!batch_keys_have_room(&k, 21), "items of all keys together");
    batch_keys_add(&k, &a, items_of(&budget, 3), 3, 0, 100);
    cr_assert(batch_keys_have_room(&k, 17));
    cr_assert(!batch_keys_have_room(&k, 18));
    batch_keys_add(&k, &b, items_of(&budget, 1), 1, 0, 200);
    cr_assert(!batch_keys_have_room(&k, 1), "keys");
    cr_assert(batch_keys_find(&k, &a, 99));
    cr_assert(!batch_keys_find(&k, &a, 100));
    cr_assert(!batch_keys_ended(&k, 99));
    batch_keys_drop(&k, batch_keys_ended(&k, 100));
    cr_assert(batch_keys_have_room(&k, 19));
    batch_keys_deinit(&k);
    cr_assert_eq(atomic_load(&budget.blocks), 0);
}

Test(jobs_batch_keys, records_are_found_oldest_first)
{
    struct batch_keys k;
    struct block_budget budget;
    block_budget_init(&budget, 1u << 20, -1);
    cr_assert_eq(batch_keys_init(&k, 3, 42), 0);
    struct job_key a = key_of("a", "r"), b = key_of("b", "r");
    struct batch_key *first = batch_keys_add(&k, &a, items_of(&budget, 1), 1, 0, 100);
    struct batch_key *second = batch_keys_add(&k, &b, items_of(&budget, 1), 1, 0, 100);
    cr_assert(!batch_keys_oldest(&k, 1), "in memory only");
    batch_keys_placed(&k, first, 1, 50);
    batch_keys_placed(&k, second, 1, 50);
    cr_assert_eq(batch_keys_oldest(&k, 1), first);
    cr_assert(!batch_keys_oldest(&k, 2));
    batch_keys_placed(&k, first, 2, 50);
    cr_assert_eq(batch_keys_oldest(&k, 1), second);
    batch_keys_drop(&k, second);
    cr_assert_eq(batch_keys_oldest(&k, 2), first);
    batch_keys_deinit(&k);
}

Test(jobs_batch_keys, what_is_no_record)
{
    uint8_t bytes[80 + 2 * 24 + 1];
    struct record_batch head = {.created_ns = 1, .n_items = 2}, out;
    struct record_batch_item items[2] = {{.id = {1, 2}, .what = BATCH_MADE}, {.what = BATCH_FULL}};
    struct slice rest;
    memset(bytes, 0, sizeof bytes);
    memcpy(bytes, &head, sizeof head);
    memcpy(bytes + sizeof head, items, sizeof items);
    for (size_t n = 0; n <= sizeof bytes; n++)
        cr_assert_eq(batch_record_read(slice_make(bytes, n), &out, &rest), n == sizeof bytes - 1, "%zu bytes", n);
    static const struct {
        size_t at;
        uint8_t value;
    } bad[] = {{72, 0},
               {72, 3},
               {80 + 16, BATCH_WHATS},
               {80 + 16, BATCH_FULL},
               {80 + 17, JOB_STATES},
               {80 + 18, 3},
               {104 + 16, BATCH_MADE},
               {104 + 16, BATCH_WAS_THERE}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint8_t was = bytes[bad[i].at];
        bytes[bad[i].at] = bad[i].value;
        cr_assert(!batch_record_read(slice_make(bytes, sizeof bytes - 1), &out, &rest), "%zu", i);
        bytes[bad[i].at] = was;
    }
}

/* ---- the engine ---- */

Test(jobs_batch_keys, the_same_request_is_the_same_jobs)
{
    struct rig *r = rig_up();
    struct ask *first = ask_do(keyed_new(r, 3, "k", "r")), *again = ask_do(keyed_new(r, 3, "k", "r"));
    cr_assert(!first->call.is_replay);
    expect_same(first, again);
    ask_free(again);
    cr_assert_eq(rig_stats(r).submitted, 3);
    struct ask *other = ask_do(keyed_new(r, 3, "k", "another"));
    cr_assert_eq(other->call.outcome, ENGINE_KEY_REUSED);
    ask_free(other);
    other = ask_do(keyed_new(r, 3, "k2", "r"));
    cr_assert_eq(rig_stats(r).submitted, 6);
    cr_assert(!uuid_eq(item_of(other, 0)->id, item_of(first, 0)->id));
    ask_free(other);
    ask_free(first);
    rig_down(r);
}

Test(jobs_batch_keys, a_replay_shows_the_jobs_as_they_are)
{
    struct rig *r = rig_up();
    struct ask *first = ask_do(keyed_new(r, 2, "k", "r"));
    struct job_view view = fetch_one(r, "q");
    cr_assert_eq(ack(r, view.id, view.lease_token), ENGINE_OK);
    struct ask *again = ask_do(keyed_new(r, 2, "k", "r"));
    expect_same(first, again);
    cr_assert_eq(item_of(again, 0)->state, JOB_COMPLETED);
    cr_assert_eq(item_of(again, 1)->state, JOB_AVAILABLE);
    cr_assert_eq(again->call.n_views, 2);
    cr_assert_eq(ask_views(again)[0].attempt, 1);
    ask_free(again);
    rig_pass(r, 3601 * NS_PER_S); /* and what has ended is forgotten, but not the key */
    again = ask_do(keyed_new(r, 2, "k", "r"));
    expect_same(first, again);
    cr_assert_eq(ask_views(again)[0].id.high, 0, "there is no such job any more");
    cr_assert_eq(item_of(again, 0)->state, JOB_AVAILABLE, "as it was made");
    cr_assert_eq(item_of(again, 0)->created_ns, RIG_WALL_NS);
    cr_assert(uuid_eq(ask_views(again)[1].id, item_of(first, 1)->id));
    ask_free(again);
    ask_free(first);
    cr_assert_eq(rig_stats(r).submitted, 2);
    rig_down(r);
}

Test(jobs_batch_keys, each_by_itself_keeps_its_outcome)
{
    struct rig *r = rig_up();
    struct uuid there = submit_plain(r);
    struct ask *asks[2];
    for (int i = 0; i < 2; i++) {
        asks[i] = keyed_new(r, 4, "k", "r");
        asks[i]->call.is_atomic = false;
        set_id(asks[i], 1, there);
        item_of(asks[i], 2)->is_void = true;
        ask_do(asks[i]);
        cr_assert_eq(item_of(asks[i], 0)->outcome, ENGINE_OK);
        cr_assert_eq(item_of(asks[i], 1)->outcome, ENGINE_DUPLICATE);
        cr_assert(item_of(asks[i], 2)->is_void);
        cr_assert_eq(item_of(asks[i], 3)->outcome, ENGINE_OK);
    }
    expect_same(asks[0], asks[1]);
    cr_assert_eq(rig_stats(r).submitted, 3);
    ask_free(asks[0]);
    ask_free(asks[1]);
    rig_down(r);
}

Test(jobs_batch_keys, one_of_which_nothing_was_made_leaves_none)
{
    struct rig *r = rig_up();
    struct uuid there = submit_plain(r);
    struct ask *ask = keyed_new(r, 2, "k", "r");
    set_id(ask, 1, there);
    ask_do(ask);
    cr_assert_eq(ask->call.outcome, ENGINE_DUPLICATE);
    ask_free(ask);
    ask = keyed_new(r, 1, "k", "r");
    ask->call.is_atomic = false;
    set_id(ask, 0, there);
    ask_do(ask);
    ask_free(ask);
    ask = ask_do(keyed_new(r, 2, "k", "other"));
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    cr_assert(!ask->call.is_replay);
    ask_free(ask);
    rig_down(r);
}

Test(jobs_batch_keys, no_room_for_another_until_a_day_has_passed)
{
    struct rig *r = rig_new();
    struct engine_options options = rig_options(r);
    options.keys_max = 2;
    rig_up_with(r, &options);
    ask_free(ask_do(keyed_new(r, 1, "a", "r")));
    struct ask *ask = ask_do(keyed_new(r, 20, "b", "r"));
    cr_assert_eq(ask->call.outcome, ENGINE_TOO_MANY_KEYS, "too many jobs");
    ask_free(ask);
    cr_assert_eq(rig_stats(r).submitted, 1);
    ask_free(ask_do(keyed_new(r, 1, "b", "r")));
    ask = ask_do(keyed_new(r, 1, "c", "r"));
    cr_assert_eq(ask->call.outcome, ENGINE_TOO_MANY_KEYS);
    ask_free(ask);
    rig_pass(r, KEY_NS - 1);
    ask = ask_do(keyed_new(r, 1, "a", "r"));
    cr_assert(ask->call.is_replay);
    ask_free(ask);
    rig_pass(r, 1);
    ask = ask_do(keyed_new(r, 1, "a", "new"));
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    cr_assert(!ask->call.is_replay);
    ask_free(ask);
    rig_down(r);
}

Test(jobs_batch_keys, no_memory_for_a_key_and_nothing_is_done)
{
    struct rig *r = rig_up();
    struct ask *ask = keyed_new(r, 1, "k", "r");
    r->budget.bytes_max = atomic_load(&r->budget.used);
    ask_do(ask);
    cr_assert_eq(ask->call.outcome, ENGINE_TOO_MANY_KEYS);
    ask_free(ask);
    cr_assert_eq(rig_stats(r).submitted, 0);
    rig_down(r);
}

/* ---- waiting ---- */

static struct ask *waiting_new(struct rig *rig, uint32_t n, uint64_t wait_ns)
{
    struct ask *ask = batch_new(rig, n, true, DURABILITY_SYNCED);
    ask->call.wait_ns = wait_ns;
    ask->call.batch.with_views = true;
    return ask;
}

Test(jobs_batch_wait, until_the_last_has_ended)
{
    struct rig *r = rig_up();
    struct ask *ask = ask_do(waiting_new(r, 3, 60 * NS_PER_S));
    for (uint32_t i = 0; i < 3; i++) {
        cr_assert_eq(ask->n_replies, 0);
        if (i == 1) { /* the last of them before the second */
            cr_assert_eq(ask_job(r, ENGINE_CANCEL, item_of(ask, 2)->id, NULL), ENGINE_OK);
            continue;
        }
        struct job_view view = fetch_one(r, "q");
        cr_assert_eq(ack(r, view.id, view.lease_token), ENGINE_OK);
    }
    cr_assert_eq(ask->n_replies, 1);
    cr_assert_eq(ask->call.n_views, 3);
    cr_assert_eq(ask_views(ask)[0].state, JOB_COMPLETED);
    cr_assert_eq(ask_views(ask)[1].state, JOB_COMPLETED);
    cr_assert_eq(ask_views(ask)[2].state, JOB_CANCELLED);
    cr_assert_eq(item_of(ask, 2)->state, JOB_CANCELLED);
    ask_free(ask);
    rig_down(r);
}

Test(jobs_batch_wait, the_time_counts_from_the_beginning)
{
    struct rig *r = rig_up();
    struct ask *ask = ask_do(waiting_new(r, 2, 10 * NS_PER_S));
    rig_pass(r, 9 * NS_PER_S);
    struct job_view view = fetch_one(r, "q");
    cr_assert_eq(ack(r, view.id, view.lease_token), ENGINE_OK);
    rig_pass(r, NS_PER_S - 1);
    cr_assert_eq(ask->n_replies, 0);
    rig_pass(r, 1);
    cr_assert_eq(ask->n_replies, 1);
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    cr_assert_eq(item_of(ask, 0)->state, JOB_COMPLETED);
    cr_assert_eq(item_of(ask, 1)->state, JOB_AVAILABLE);
    ask_free(ask);
    rig_down(r);
}

Test(jobs_batch_wait, a_drain_answers)
{
    struct rig *r = rig_up();
    struct ask *ask = ask_do(waiting_new(r, 2, 10 * NS_PER_S));
    engine_drain(r->engine);
    cr_assert_eq(ask->n_replies, 1);
    ask_free(ask);
    rig_down(r);
}

Test(jobs_batch_wait, the_second_of_a_key_joins)
{
    struct rig *r = rig_up();
    struct ask *asks[2];
    for (int i = 0; i < 2; i++) {
        asks[i] = keyed_new(r, 2, "k", "r");
        asks[i]->call.wait_ns = 10 * NS_PER_S;
        ask_do(asks[i]);
    }
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(asks[0]->n_replies + asks[1]->n_replies, 0);
        struct job_view view = fetch_one(r, "q");
        cr_assert_eq(ack(r, view.id, view.lease_token), ENGINE_OK);
    }
    cr_assert_eq(asks[0]->n_replies, 1);
    expect_same(asks[0], asks[1]);
    cr_assert_eq(ask_views(asks[1])[1].state, JOB_COMPLETED);
    ask_free(asks[0]);
    ask_free(asks[1]);
    rig_down(r);
}

/* Somebody has waited for a job of the queue already: it is granted within the submit. */
Test(jobs_batch_wait, with_workers_that_wait)
{
    struct rig *r = rig_up();
    struct ask *worker = fetch_new(r, "q", 2);
    worker->call.wait_ns = NS_PER_S;
    ask_do(worker);
    struct ask *ask = ask_do(waiting_new(r, 2, 10 * NS_PER_S));
    cr_assert_eq(worker->call.n_views, 2);
    for (uint32_t i = 0; i < 2; i++) {
        cr_assert_eq(ask->n_replies, 0);
        cr_assert_eq(ack(r, ask_views(worker)[i].id, ask_views(worker)[i].lease_token), ENGINE_OK);
    }
    cr_assert_eq(ask->n_replies, 1);
    ask_free(worker);
    ask_free(ask);
    rig_down(r);
}

/* ---- the journal ---- */

Test(jobs_batch_keys, a_kill_forgets_none)
{
    struct log_rig *g = log_rig_up();
    struct ask *first = log_do(g, keyed_new(g->r, 3, "k", "r"));
    for (int i = 0; i < 3; i++) {
        log_restart(g, i & 1);
        struct ask *again = log_do(g, keyed_new(g->r, 3, "k", "r"));
        expect_same(first, again);
        ask_free(again);
        again = log_do(g, keyed_new(g->r, 3, "k", "another"));
        cr_assert_eq(again->call.outcome, ENGINE_KEY_REUSED);
        ask_free(again);
    }
    ask_free(first);
    cr_assert_eq(rig_stats(g->r).jobs, 3);
    log_rig_down(g);
}

Test(jobs_batch_keys, a_kill_before_the_commit_leaves_neither)
{
    struct log_rig *g = log_rig_up();
    struct ask *ask = ask_do(keyed_new(g->r, 3, "k", "r"));
    log_kill(g);
    ask_free(ask);
    cr_assert_eq(log_rig_open(g), 0);
    ask = log_do(g, keyed_new(g->r, 3, "k", "another"));
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    cr_assert(!ask->call.is_replay);
    ask_free(ask);
    log_rig_down(g);
}

Test(jobs_batch_keys, a_replay_waits_for_the_commit_of_the_first)
{
    struct log_rig *g = log_rig_up();
    struct ask *first = ask_do(keyed_new(g->r, 2, "k", "r")), *again = ask_do(keyed_new(g->r, 2, "k", "r"));
    struct ask *other = ask_do(keyed_new(g->r, 2, "k", "another"));
    cr_assert_eq(first->n_replies + again->n_replies + other->n_replies, 0);
    log_settle(g);
    expect_same(first, again);
    cr_assert_eq(other->call.outcome, ENGINE_KEY_REUSED);
    ask_free(first);
    ask_free(again);
    ask_free(other);
    log_rig_down(g);
}

Test(jobs_batch_keys, one_of_jobs_in_memory_goes_with_them)
{
    struct log_rig *g = log_rig_up();
    for (int i = 0; i < 2; i++) {
        struct ask *ask = keyed_new(g->r, 2, "k", "r");
        for (uint32_t j = 0; j < 2; j++) item_of(ask, j)->spec.durability = DURABILITY_MEMORY;
        log_do(g, ask);
        cr_assert(!ask->call.is_replay);
        ask_free(ask);
        log_restart(g, true);
    }
    log_rig_down(g);
}

Test(jobs_batch_keys, a_start_forgets_what_is_over)
{
    struct log_rig *g = log_rig_up();
    ask_free(log_do(g, keyed_new(g->r, 2, "k", "r")));
    log_stop(g);
    g->r->clock.wall_ns += KEY_NS;
    cr_assert_eq(log_rig_open(g), 0, "%s", g->why);
    struct ask *ask = log_do(g, keyed_new(g->r, 2, "k", "new"));
    cr_assert(!ask->call.is_replay);
    ask_free(ask);
    log_rig_down(g);
}

/* Fills and empties segments until the first of them has gone. */
static void wear_out(struct log_rig *g)
{
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
}

Test(jobs_batch_keys, compaction_keeps_them, .timeout = 60)
{
    struct log_rig *g = log_rig_up();
    struct ask *first = log_do(g, keyed_new(g->r, 5, "k", "r"));
    for (uint32_t i = 0; i < 5; i++)
        cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, item_of(first, i)->id), NULL), ENGINE_OK);
    wear_out(g); /* its jobs have gone, too */
    log_restart(g, false);
    struct ask *again = log_do(g, keyed_new(g->r, 5, "k", "r"));
    expect_same(first, again);
    cr_assert_eq(ask_views(again)[4].id.high, 0);
    ask_free(again);
    ask_free(first);
    log_rig_down(g);
}

/* Until something is refused: the disk has failed. It may also fail after the last of this was asked. */
static bool wear_until_failure(struct log_rig *g, const char *large)
{
    for (int i = 0; i < 45; i++) {
        struct job_view view;
        if (log_once(g, log_submit_new(g, "other", "t.plain", DURABILITY_SYNCED), &view) != ENGINE_OK) return true;
        struct job_view granted = log_fetch(g, "other");
        if (!granted.id.high) return true;
        enum engine_outcome outcome = log_once(g, log_ack_new(g, granted.id, granted.lease_token, large), NULL);
        if (outcome != ENGINE_OK) return true;
        g->r->clock.mono_ns += 3601 * NS_PER_S;
        for (int turn = 0; turn < 4; turn++) log_turn(g);
    }
    return false;
}

Test(jobs_batch_keys, failures_while_compaction_moves_them, .timeout = 120)
{
    static char large[1 << 20];
    uint32_t n_failed = 0;
    memset(large, '1', sizeof large - 1);
    for (uint64_t nth = 40; nth < 260; nth += 11) {
        struct log_rig *g = log_rig_up();
        struct ask *first = log_do(g, keyed_new(g->r, 3, "k", "r"));
        files_fail_at(g->files, nth % 2 ? FILE_FAULT_ERROR : FILE_FAULT_FROM, nth, EIO);
        bool is_refused = wear_until_failure(g, large), has_failed = engine_log_failed(g->r->engine) != 0;
        cr_assert(has_failed || !is_refused, "nothing is refused for no reason");
        if (has_failed) cr_assert_neq(log_once(g, log_submit_new(g, "other", "t.plain", DURABILITY_SYNCED), NULL), ENGINE_OK);
        n_failed += has_failed;
        files_fail_at(g->files, FILE_FAULT_NONE, 0, 0);
        log_restart(g, false);
        struct ask *again = log_do(g, keyed_new(g->r, 3, "k", "r"));
        expect_same(first, again);
        for (uint32_t i = 0; i < 3; i++) cr_assert_eq(item_of(again, i)->state, JOB_AVAILABLE);
        ask_free(again);
        ask_free(first);
        log_rig_down(g);
    }
    cr_assert_gt(n_failed, 10);
}

Test(jobs_batch_keys, compaction_leaves_behind_what_is_over, .timeout = 60)
{
    struct log_rig *g = log_rig_up();
    ask_free(log_do(g, keyed_new(g->r, 5, "k", "r")));
    g->r->clock.wall_ns += KEY_NS;
    wear_out(g);
    struct ask *ask = log_do(g, keyed_new(g->r, 5, "k", "new"));
    cr_assert(!ask->call.is_replay);
    ask_free(ask);
    log_rig_down(g);
}
