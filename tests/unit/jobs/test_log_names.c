/* Names of queues that only finished jobs have left: they give way, to whoever needs one and at a start. */
#include "log_rig.h"

#define QUEUES_MAX 16u /* of rig.h */

static struct log_rig *g;

static void up(void)
{
    g = log_rig_up();
}

static void down(void)
{
    log_rig_down(g);
}

TestSuite(jobs_log_names, .init = up, .fini = down, .timeout = 60);

static void finish_in(const char *queue)
{
    struct uuid id = log_submit(g, queue, "t.plain");
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, id), NULL), ENGINE_OK);
}

/* One finished job in each of as many queues as there may be, from the first on. */
static void finish_in_each(uint32_t first)
{
    for (uint32_t i = first; i < QUEUES_MAX; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "n%u", i);
        finish_in(name);
    }
}

static void pass_retention(void)
{
    rig_pass(g->r, 2 * 3600 * NS_PER_S);
    log_settle(g);
    cr_assert_eq(engine_stats(g->r->engine).jobs, 0);
}

static enum engine_outcome set_up(const char *queue)
{
    struct ask *ask = ask_new(g->r, ENGINE_QUEUE_SET);
    ask->call.args = rig_block(g->r, queue);
    ask->call.queue.name = block_slice(ask->call.args);
    ask->call.queue.set = QUEUE_SET_MAKE;
    return log_once(g, ask, NULL);
}

static bool has_queue(const char *queue)
{
    struct ask *ask = ask_new(g->r, ENGINE_QUEUE_INFO);
    ask->call.args = rig_block(g->r, queue);
    ask->call.queue.name = block_slice(ask->call.args);
    return log_once(g, ask, NULL) == ENGINE_OK;
}

Test(jobs_log_names, a_start_gives_up_forgotten_jobs_for_a_queue_with_settings)
{
    finish_in_each(0);
    pass_retention();
    cr_assert_eq(set_up("x"), ENGINE_OK);
    log_restart(g, true);
    cr_assert(has_queue("x"));
}

Test(jobs_log_names, a_start_gives_up_as_many_forgotten_jobs_as_it_must)
{
    for (int i = 0; i < 70; i++) finish_in("n0");
    finish_in_each(1);
    pass_retention();
    struct uuid id = log_submit(g, "x", "t.plain");
    log_restart(g, true);
    cr_assert_eq(log_info(g, id).state, JOB_AVAILABLE);
}

Test(jobs_log_names, a_start_that_gives_up_jobs_keeps_those_that_have_not_ended)
{
    struct uuid alive = log_submit(g, "alive", "t.plain");
    finish_in_each(1);
    rig_pass(g->r, 2 * 3600 * NS_PER_S);
    log_settle(g);
    cr_assert_eq(set_up("x"), ENGINE_OK);
    struct uuid id = log_submit(g, "y", "t.plain");
    log_restart(g, false);
    cr_assert(has_queue("x"));
    cr_assert_eq(log_info(g, alive).state, JOB_AVAILABLE);
    cr_assert_eq(log_info(g, id).state, JOB_AVAILABLE);
}

Test(jobs_log_names, finished_jobs_give_way_to_settings)
{
    finish_in_each(0);
    cr_assert_eq(set_up("x"), ENGINE_OK);
    cr_assert_eq(engine_stats(g->r->engine).jobs, QUEUES_MAX - 1, "only the oldest has gone");
    cr_assert_not(has_queue("n0"));
    cr_assert_eq(log_once(g, log_submit_new(g, "y", "t.plain", DURABILITY_SYNCED), NULL), ENGINE_OK);
    log_restart(g, true);
    cr_assert(has_queue("x"));
}

Test(jobs_log_names, queues_with_jobs_or_settings_do_not_give_way)
{
    for (uint32_t i = 0; i < QUEUES_MAX; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "n%u", i);
        if (i % 2) (void)log_submit(g, name, "t.plain");
        else cr_assert_eq(set_up(name), ENGINE_OK);
    }
    cr_assert_eq(set_up("x"), ENGINE_TOO_MANY_QUEUES);
    cr_assert_eq(log_once(g, log_submit_new(g, "x", "t.plain", DURABILITY_SYNCED), NULL), ENGINE_TOO_MANY_QUEUES);
}
