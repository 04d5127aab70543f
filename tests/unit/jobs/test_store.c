/* Room: a full store, jobs that have ended and make way, names that nobody needs any more. */
#include "rig.h"
#include "base/map.h"
#include "jobs/state.h"
#include "jobs/store.h"

#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

static struct rig *rig_small(uint32_t jobs_max, uint32_t queues_max)
{
    struct rig *rig = rig_new();
    struct engine_options options = rig_options(rig);
    options.jobs_max = jobs_max;
    options.queues_max = queues_max;
    rig_up_with(rig, &options);
    return rig;
}

static enum engine_outcome try_submit(struct rig *rig, const char *queue, const char *type)
{
    struct ask *ask = submit_new(rig, queue, type);
    ask_do(ask);
    enum engine_outcome outcome = ask->call.outcome;
    bool moved_in = ask->call.spec.envelope == NULL;
    cr_assert_eq(moved_in, outcome == ENGINE_OK);
    ask_free(ask);
    return outcome;
}

static void finish(struct rig *rig, struct uuid id)
{
    fetch_one(rig, "q");
    cr_assert_eq(ack(rig, id, 0), ENGINE_OK);
}

Test(jobs_store, full)
{
    struct rig *rig = rig_small(3, 4);
    for (int i = 0; i < 3; i++) submit_plain(rig);
    cr_assert_eq(try_submit(rig, "q", "t.plain"), ENGINE_FULL);
    fetch_one(rig, "q");
    cr_assert_eq(try_submit(rig, "q", "t.plain"), ENGINE_FULL, "an active job does not make way");
    cr_assert_eq(rig_stats(rig).jobs, 3);
    rig_down(rig);
}

Test(jobs_store, the_oldest_terminal_job_makes_way)
{
    struct rig *rig = rig_small(3, 4);
    struct uuid first = submit_plain(rig), second = submit_plain(rig);
    finish(rig, first);
    finish(rig, second);
    struct uuid third = submit_plain(rig);
    cr_assert_eq(try_submit(rig, "q", "t.plain"), ENGINE_OK);
    cr_assert_eq(ask_job(rig, ENGINE_INFO, first, NULL), ENGINE_NOT_FOUND);
    cr_assert_eq(state_of(rig, second), JOB_COMPLETED);
    cr_assert_eq(state_of(rig, third), JOB_AVAILABLE);
    rig_down(rig);
}

Test(jobs_store, retention)
{
    struct rig *rig = rig_small(10, 4);
    struct uuid first = submit_plain(rig), second = submit_plain(rig), waiting = submit_plain(rig);
    finish(rig, first);
    rig_pass(rig, 60 * NS_PER_S);
    finish(rig, second);
    cr_assert_eq(engine_next_ns(rig->engine), RIG_MONO_NS + 3600 * NS_PER_S);
    rig_pass(rig, 3540 * NS_PER_S - 1);
    cr_assert_eq(state_of(rig, first), JOB_COMPLETED);
    rig_pass(rig, 1);
    cr_assert_eq(ask_job(rig, ENGINE_INFO, first, NULL), ENGINE_NOT_FOUND);
    cr_assert_eq(state_of(rig, second), JOB_COMPLETED);
    rig_pass(rig, 60 * NS_PER_S);
    cr_assert_eq(ask_job(rig, ENGINE_INFO, second, NULL), ENGINE_NOT_FOUND);
    cr_assert_eq(state_of(rig, waiting), JOB_AVAILABLE);
    cr_assert_eq(engine_next_ns(rig->engine), UINT64_MAX);
    rig_down(rig);
}

Test(jobs_store, tick_is_bounded)
{
    struct rig *rig = rig_small(10, 4);
    for (int i = 0; i < 10; i++) ask_job(rig, ENGINE_CANCEL, submit_plain(rig), NULL);
    rig->clock.mono_ns += 3600 * NS_PER_S;
    cr_assert(engine_tick(rig->engine, 4));
    cr_assert_eq(rig_stats(rig).jobs, 6);
    cr_assert(engine_tick(rig->engine, 5));
    cr_assert_not(engine_tick(rig->engine, 1));
    cr_assert_eq(rig_stats(rig).jobs, 0);
    rig_down(rig);
}

Test(jobs_store, too_many_queues)
{
    struct rig *rig = rig_small(10, 2);
    cr_assert_eq(try_submit(rig, "a", "t"), ENGINE_OK);
    cr_assert_eq(try_submit(rig, "b", "t"), ENGINE_OK);
    cr_assert_eq(try_submit(rig, "c", "t"), ENGINE_TOO_MANY_QUEUES);
    cr_assert_eq(try_submit(rig, "a", "t"), ENGINE_OK);
    cr_assert_eq(rig_stats(rig).jobs, 3);
    rig_down(rig);
}

Test(jobs_store, names_of_ended_jobs_make_way)
{
    struct rig *rig = rig_small(100, 2);
    char name[16];
    for (int i = 0; i < 50; i++) {
        snprintf(name, sizeof name, "q%d", i);
        ask_job(rig, ENGINE_CANCEL, submit(rig, name, name, 0), NULL);
    }
    cr_assert_eq(rig_stats(rig).jobs, 2);
    rig_down(rig);
}

Test(jobs_store, dropped_ids_may_be_used_again)
{
    struct rig *rig = rig_small(1, 2);
    struct uuid id = {0x0192a0b1c2d37abc, 0x8123456789abcdef};
    for (int i = 0; i < 3; i++) {
        struct ask *ask = submit_new(rig, "q", "t");
        ask->call.spec.has_id = true;
        ask->call.spec.id = id;
        cr_assert_eq(ask_once(ask, NULL), ENGINE_OK);
        cr_assert_eq(ask_job(rig, ENGINE_CANCEL, id, NULL), ENGINE_OK);
        submit_plain(rig); /* takes its room */
        cr_assert_eq(ask_job(rig, ENGINE_INFO, id, NULL), ENGINE_NOT_FOUND);
        cr_assert_eq(try_submit(rig, "q", "t"), ENGINE_FULL);
        ask_job(rig, ENGINE_CANCEL, fetch_one(rig, "q").id, NULL);
    }
    rig_down(rig);
}

Test(jobs_store, no_memory_for_a_fetch_grants_nothing)
{
    struct rig *rig = rig_small(10, 2);
    struct uuid id = submit_plain(rig);
    struct ask *ask = fetch_new(rig, "q", 1);
    rig->budget.bytes_max = atomic_load(&rig->budget.used);
    cr_assert_eq(ask_once(ask, NULL), ENGINE_FULL);
    cr_assert_eq(state_of(rig, id), JOB_AVAILABLE);
    cr_assert_eq(ask_once(ask_new(rig, ENGINE_QUEUES), NULL), ENGINE_FULL);
    cr_assert_eq(ask_once(ask_new(rig, ENGINE_EVENTS), NULL), ENGINE_FULL);
    rig_down(rig);
}

/* A failure that finds no memory for its text still takes its course. */
Test(jobs_store, no_memory_for_an_error)
{
    struct rig *rig = rig_small(10, 2);
    struct uuid id = submit_plain(rig);
    fetch_one(rig, "q");
    struct ask *ask = nack_new(rig, id, "x");
    rig->budget.bytes_max = atomic_load(&rig->budget.used);
    struct job_view view;
    cr_assert_eq(ask_once(ask, &view), ENGINE_OK);
    cr_assert_eq(view.state, JOB_RETRYABLE);
    rig_down(rig);
}

/* ---- set-up that finds no memory ---- */

static uint64_t mapped_bytes(void)
{
    unsigned long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    cr_assert(f && fscanf(f, "%lu", &pages) == 1);
    fclose(f);
    return (uint64_t)pages * (uint64_t)getpagesize();
}

static int new_within(const struct engine_options *options, uint64_t bytes_max, struct engine **out)
{
    struct rlimit before, within;
    getrlimit(RLIMIT_AS, &before);
    within = before;
    within.rlim_cur = bytes_max;
    setrlimit(RLIMIT_AS, &within);
    int rc = engine_new(options, out);
    setrlimit(RLIMIT_AS, &before);
    return rc;
}

/* With a little more address space each time, every part in turn is the one that fails. */
Test(jobs_store, set_up_without_memory)
{
#if defined(MAP_MARKS) || defined(__SANITIZE_THREAD__)
    cr_skip("sanitizers need address space of their own");
#endif
    struct rig *rig = rig_new();
    struct engine_options options = rig_options(rig);
    uint64_t before = mapped_bytes(), room = 0;
    int rc, n_failed = 0;
    while ((rc = new_within(&options, before + room, &rig->engine)) < 0) {
        cr_assert_eq(rc, -ENOMEM);
        cr_assert_leq(mapped_bytes(), before + (1u << 20), "a failed one leaves nothing");
        n_failed++;
        room += 64 * 1024;
    }
    cr_assert_gt(n_failed, 20);
    rig_down(rig);
}

Test(jobs_store, what_has_ended_is_sorted_by_its_end)
{
    struct store store;
    struct queues_options queues = {8, NULL, 0};
    struct job *job;
    cr_assert_eq(store_init(&store, 1000, &queues, 1), 0);
    for (uint64_t i = 0; i < 1000; i++) {
        cr_assert_eq(store_add(&store, (struct uuid){i, 0}, SLICE("q"), SLICE("t"), &job), STORE_OK);
        state_restore(&store, job, true, JOB_DISCARDED, JOB_ACTIVE);
        job->ended_ns = i * 7919 % 500; /* each twice */
        job->is_dead = i % 3 == 0;
        store_retire(&store, job, job->ended_ns);
    }
    store_sort_ended(&store);
    for (int dead = 0; dead < 2; dead++) {
        struct list *head = dead ? &store.dead : &store.terminal;
        size_t n = 0;
        for (struct list *node = head->next; node != head; node = node->next, n++) {
            cr_assert_eq(node->prev->next, node);
            if (node->next == head) continue;
            struct job *a = container_of(node, struct job, link), *b = container_of(node->next, struct job, link);
            cr_assert(a->ended_ns < b->ended_ns || (a->ended_ns == b->ended_ns && a->id.high < b->id.high));
        }
        cr_assert_eq(n, dead ? 334 : 666);
    }
    store_deinit(&store);
}

Test(jobs_store, unusual_wishes_are_kept_apart_and_the_usual_take_no_room)
{
    struct store store;
    struct queues_options queues = {8, NULL, 0};
    struct job *job, *other;
    cr_assert_eq(store_init(&store, 8, &queues, 1), 0);
    cr_assert_eq(store_add(&store, (struct uuid){1, 0}, SLICE("q"), SLICE("t"), &job), STORE_OK);
    cr_assert_eq(store_add(&store, (struct uuid){2, 0}, SLICE("q"), SLICE("t"), &other), STORE_OK);
    struct retry_policy usual = retry_policy_default();
    cr_assert_eq(store_wishes(&store, job)->max_attempts, usual.max_attempts);
    cr_assert_eq(store_wishes(&store, job)->retry_max_ms, usual.max_ms);
    struct wishes w = *store_wishes(&store, job);
    store_wish(&store, job, &w);
    cr_assert_eq(store.wishes.n_used, 0);
    w.expires_ns = 7;
    store_wish(&store, job, &w);
    w.expires_ns = 0;
    w.retry_coefficient = 1.5F;
    store_wish(&store, other, &w);
    cr_assert_eq(store.wishes.n_used, 2);
    cr_assert_eq(store_wishes(&store, job)->expires_ns, 7);
    cr_assert_eq(store_wishes(&store, other)->expires_ns, 0);
    store_wish(&store, job, &w);
    cr_assert_eq(store.wishes.n_used, 2, "in the same place");
    cr_assert_eq(store_wishes(&store, job)->expires_ns, 0);
    w.retry_coefficient = usual.coefficient;
    store_wish(&store, job, &w);
    cr_assert_eq(store.wishes.n_used, 1);
    state_restore(&store, other, true, JOB_CANCELLED, JOB_AVAILABLE);
    store_retire(&store, other, 1);
    store_drop(&store, other);
    cr_assert_eq(store.wishes.n_used, 0, "they go with their job");
    store_deinit(&store);
}
