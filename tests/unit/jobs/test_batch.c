/* Many submits in one call: all or none, or each by itself; with a journal one transaction. */
#include "batch_rig.h"
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

TestSuite(jobs_batch, .init = up, .fini = down);

Test(jobs_batch, all_are_there_in_order)
{
    struct ask *ask = ask_do(batch_new(r, 20, true, DURABILITY_SYNCED));
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    cr_assert_eq(rig_stats(r).submitted, 20);
    cr_assert_eq(rig_stats(r).events, 20);
    for (uint32_t i = 0; i < 20; i++) {
        struct job_view view = fetch_one(r, "q");
        cr_assert_eq(item_of(ask, i)->state, JOB_AVAILABLE);
        cr_assert_eq(item_of(ask, i)->durability, DURABILITY_MEMORY, "there is no journal");
        cr_assert_eq(item_of(ask, i)->created_ns, RIG_WALL_NS);
        cr_assert(uuid_eq(view.id, item_of(ask, i)->id), "job %u is not the next", i);
    }
    ask_free(ask);
}

Test(jobs_batch, what_each_asks_for_is_kept)
{
    struct ask *ask = batch_new(r, 4, true, 0);
    item_of(ask, 0)->spec.pending = true;
    item_of(ask, 1)->spec.scheduled_wall_ns = RIG_WALL_NS + NS_PER_S;
    item_of(ask, 2)->spec.priority = 7;
    ask_do(ask);
    cr_assert_eq(item_of(ask, 0)->state, JOB_PENDING);
    cr_assert_eq(item_of(ask, 1)->state, JOB_SCHEDULED);
    cr_assert_eq(item_of(ask, 1)->enqueued_ns, 0);
    cr_assert_eq(state_of(r, item_of(ask, 1)->id), JOB_SCHEDULED);
    cr_assert(uuid_eq(fetch_one(r, "q").id, item_of(ask, 2)->id));
    cr_assert(uuid_eq(fetch_one(r, "q").id, item_of(ask, 3)->id));
    rig_pass(r, NS_PER_S);
    cr_assert(uuid_eq(fetch_one(r, "q").id, item_of(ask, 1)->id));
    ask_free(ask);
}

Test(jobs_batch, those_who_wait_get_them)
{
    struct ask *first = fetch_new(r, "q", 2), *second = fetch_new(r, "q", 1);
    first->call.wait_ns = second->call.wait_ns = NS_PER_S;
    ask_do(first);
    ask_do(second);
    struct ask *ask = ask_do(batch_new(r, 3, true, 0));
    cr_assert_eq(item_of(ask, 0)->state, JOB_AVAILABLE, "as it was before anybody took it");
    cr_assert_eq(first->call.n_views, 2, "all are there when it is woken");
    cr_assert_eq(second->call.n_views, 1);
    cr_assert_eq(rig_stats(r).by_state[JOB_ACTIVE], 3);
    ask_free(first);
    ask_free(second);
    ask_free(ask);
}

Test(jobs_batch, local_workers_hear_of_it)
{
    struct ask *ask = batch_new(r, 3, true, 0);
    struct local_grant out;
    for (uint32_t i = 0; i < 3; i++) item_of(ask, i)->spec.type = SLICE("local.a");
    ask_do(ask);
    cr_assert_eq(r->n_ready, 1);
    cr_assert(grant(r, 1, &out));
    cr_assert(uuid_eq(out.id, item_of(ask, 0)->id));
    ask_free(ask);
}

Test(jobs_batch, one_id_taken_and_none_of_them_is)
{
    struct uuid id = submit_plain(r);
    struct ask *ask = batch_new(r, 5, true, 0);
    set_id(ask, 3, id);
    ask_do(ask);
    cr_assert_eq(ask->call.outcome, ENGINE_DUPLICATE);
    cr_assert_eq(item_of(ask, 2)->outcome, ENGINE_OK);
    cr_assert_eq(item_of(ask, 3)->outcome, ENGINE_DUPLICATE);
    cr_assert_eq(item_of(ask, 3)->state, JOB_AVAILABLE);
    cr_assert_eq(rig_stats(r).jobs, 1);
    cr_assert_eq(rig_stats(r).submitted, 1);
    cr_assert_eq(rig_stats(r).by_state[JOB_AVAILABLE], 1);
    cr_assert(uuid_eq(fetch_one(r, "q").id, id));
    cr_assert_not(fetch(r, "q", NULL));
    ask_free(ask);
}

Test(jobs_batch, the_same_id_twice_in_one)
{
    struct ask *ask = batch_new(r, 3, true, 0);
    set_id(ask, 0, (struct uuid){7, 7});
    set_id(ask, 2, (struct uuid){7, 7});
    ask_do(ask);
    cr_assert_eq(ask->call.outcome, ENGINE_DUPLICATE);
    cr_assert_eq(item_of(ask, 2)->outcome, ENGINE_DUPLICATE);
    cr_assert_eq(rig_stats(r).jobs, 0);
    ask_free(ask);
    ask = batch_new(r, 3, false, 0);
    set_id(ask, 0, (struct uuid){7, 7});
    set_id(ask, 2, (struct uuid){7, 7});
    ask_do(ask);
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    cr_assert_eq(item_of(ask, 2)->outcome, ENGINE_DUPLICATE);
    cr_assert_eq(item_of(ask, 2)->state, JOB_AVAILABLE);
    cr_assert_eq(rig_stats(r).jobs, 2);
    ask_free(ask);
}

Test(jobs_batch, each_by_itself_as_far_as_names_go)
{
    static const char *const names[] = {"n0", "n1",  "n2",  "n3",  "n4",  "n5",  "n6",  "n7",  "n8",
                                        "n9", "n10", "n11", "n12", "n13", "n14", "n15", "n16", "n17"};
    struct ask *ask = batch_new(r, 18, false, 0);
    for (uint32_t i = 0; i < 18; i++) item_of(ask, i)->spec.queue = slice_str(names[i]);
    item_of(ask, 4)->is_void = true;
    ask_do(ask);
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    cr_assert_eq(item_of(ask, 16)->outcome, ENGINE_OK);
    cr_assert_eq(item_of(ask, 17)->outcome, ENGINE_TOO_MANY_QUEUES);
    cr_assert_eq(rig_stats(r).jobs, 16);
    ask_free(ask);
}

Test(jobs_batch, names_of_a_batch_that_was_refused_are_free_again)
{
    struct uuid id = submit_plain(r);
    struct ask *ask = batch_new(r, 2, true, 0);
    item_of(ask, 0)->spec.queue = SLICE("other");
    item_of(ask, 0)->spec.type = SLICE("t.other");
    set_id(ask, 1, id);
    ask_do(ask);
    ask_free(ask);
    ask = ask_do(ask_new(r, ENGINE_QUEUES));
    cr_assert_eq(ask->call.n_views, 1);
    ask_free(ask);
}

Test(jobs_batch, no_room_for_all)
{
    struct ask *ask = ask_do(batch_new(r, 999, true, 0));
    ask_free(ask);
    ask = ask_do(batch_new(r, 2, true, 0));
    cr_assert_eq(ask->call.outcome, ENGINE_FULL);
    cr_assert_eq(rig_stats(r).jobs, 999);
    ask_free(ask);
    ask = ask_do(batch_new(r, 2, false, 0));
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    cr_assert_eq(item_of(ask, 0)->outcome, ENGINE_OK);
    cr_assert_eq(item_of(ask, 1)->outcome, ENGINE_FULL);
    ask_free(ask);
}

Test(jobs_batch, none_while_draining)
{
    engine_drain(r->engine);
    struct ask *ask = ask_do(batch_new(r, 2, false, 0));
    cr_assert_eq(ask->call.outcome, ENGINE_DRAINING);
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

TestSuite(jobs_log_batch, .init = log_up, .fini = log_down);

Test(jobs_log_batch, one_transaction_for_all)
{
    struct ask *ask = ask_do(batch_new(g->r, 100, true, DURABILITY_SYNCED));
    cr_assert_eq(ask->n_replies, 0, "told before it was written");
    cr_assert_eq(metric_get(&engine_log_counts(g->r->engine)->transactions), 2, "the opening's and this");
    cr_assert_eq(engine_stats(g->r->engine).events, 0);
    log_settle(g);
    cr_assert_eq(ask->n_replies, 1);
    cr_assert_eq(item_of(ask, 99)->durability, DURABILITY_SYNCED);
    cr_assert_eq(engine_stats(g->r->engine).events, 100);
    log_restart(g, false);
    for (uint32_t i = 0; i < 100; i++) cr_assert(uuid_eq(log_fetch(g, "q").id, item_of(ask, i)->id));
    ask_free(ask);
}

Test(jobs_log_batch, a_kill_before_the_commit_leaves_none)
{
    struct ask *ask = ask_do(batch_new(g->r, 50, true, DURABILITY_SYNCED));
    log_kill(g); /* nothing was submitted to the disk yet */
    cr_assert_eq(ask->call.outcome, ENGINE_FAILED);
    ask_free(ask);
    cr_assert_eq(log_rig_open(g), 0);
    cr_assert_eq(rig_stats(g->r).jobs, 0);
}

Test(jobs_log_batch, each_its_own_durability)
{
    struct ask *ask = batch_new(g->r, 3, true, DURABILITY_SYNCED);
    item_of(ask, 1)->spec.durability = DURABILITY_MEMORY;
    item_of(ask, 2)->spec.durability = DURABILITY_LOGGED;
    log_do(g, ask);
    cr_assert_eq(item_of(ask, 0)->durability, DURABILITY_SYNCED);
    cr_assert_eq(item_of(ask, 1)->durability, DURABILITY_MEMORY);
    cr_assert_eq(item_of(ask, 2)->durability, DURABILITY_LOGGED);
    log_restart(g, false);
    cr_assert_eq(rig_stats(g->r).jobs, 2);
    ask_free(ask);
}

Test(jobs_log_batch, only_memory_waits_for_nobody)
{
    struct ask *ask = ask_do(batch_new(g->r, 3, true, DURABILITY_MEMORY));
    cr_assert_eq(ask->n_replies, 1);
    ask_free(ask);
}

Test(jobs_log_batch, more_than_a_transaction_takes)
{
    struct ask *ask = batch_new(g->r, 5, false, DURABILITY_SYNCED);
    for (uint32_t i = 0; i < 5; i++) {
        struct block *large = block_new(&g->r->budget, 1000000);
        memset(large->bytes, ' ', large->capacity);
        large->len = large->capacity;
        block_unref(item_of(ask, i)->spec.envelope);
        item_of(ask, i)->spec.envelope = large;
        item_of(ask, i)->spec.args = slice_make(large->bytes, 2);
    }
    ask_do(ask);
    cr_assert_eq(ask->call.outcome, ENGINE_TOO_LARGE);
    cr_assert_eq(rig_stats(g->r).jobs, 0);
    ask_free(ask);
}

Test(jobs_log_batch, batches_that_fill_the_buffer_wait_in_order)
{
    struct ask *asks[8];
    for (int i = 0; i < 8; i++) asks[i] = ask_do(batch_new(g->r, 100, true, DURABILITY_SYNCED));
    for (int i = 0; i < 8; i++)
        for (int turns = 0; asks[i]->n_replies == 0 && turns < 10000; turns++) log_turn(g);
    for (int i = 0; i < 8; i++) {
        cr_assert_eq(asks[i]->call.outcome, ENGINE_OK);
        if (i) cr_assert_gt(asks[i]->order, asks[i - 1]->order);
    }
    for (int i = 0; i < 8; i++) ask_free(asks[i]);
    log_restart(g, false);
    cr_assert_eq(rig_stats(g->r).by_state[JOB_AVAILABLE], 800);
}

Test(jobs_log_batch, what_is_shown_is_what_was_asked_wherever_the_jobs_keep_it)
{
    struct spill spill;
    int dir_fd = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    spill_init(&spill, dir_fd);
    log_stop(g);
    g->r->payloads = (struct payloads){.spill = &spill, .resident_max = 1};
    cr_assert_eq(log_rig_open(g), 0);
    struct ask *ask = log_do(g, batch_new(g->r, 3, true, DURABILITY_SYNCED));
    for (uint32_t i = 0; i < 3; i++) {
        const struct job_spec *spec = &item_of(ask, i)->spec;
        cr_assert(spec->envelope && spec->args.p >= spec->envelope->bytes && spec->args.p < spec->envelope->bytes + spec->envelope->len);
        cr_assert(slice_eq(spec->args, SLICE("[1,2]")));
    }
    ask_free(ask);
    g->r->engine = engine_free(g->r->engine);
    spill_deinit(&spill);
    (void)close(dir_fd);
}

Test(jobs_log_batch, the_ends_of_all_are_reserved)
{
    uint64_t before = metric_get(&engine_log_counts(g->r->engine)->reserved_bytes);
    struct ask *ask = log_do(g, batch_new(g->r, 160, true, DURABILITY_SYNCED));
    cr_assert_eq(metric_get(&engine_log_counts(g->r->engine)->reserved_bytes) - before, 10 * 4096);
    for (uint32_t i = 0; i < 160; i++)
        cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, item_of(ask, i)->id), NULL), ENGINE_OK);
    cr_assert_eq(metric_get(&engine_log_counts(g->r->engine)->reserved_bytes), before);
    ask_free(ask);
}
