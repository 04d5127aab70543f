#include "base/clock.h"
#include "sched/dispatch.h"

#include <criterion/criterion.h>
#include <sched.h>
#include <string.h>

/* Types whose handler waits for a gate, returns at once, runs too long for company in its worker, runs briefly and waits for leave. */
static _Atomic int gate, ran;
static _Atomic int entered, allowed; /* brief tasks: begun; how many may end */
#define BRIEF_NS (120 * NS_PER_US) /* longer than a worker keeps finished tasks for company on their way home */

static int run_gated(struct quern_job *job)
{
    while (!atomic_load(&gate) && !quern_cancelled(job)) sched_yield();
    atomic_fetch_add(&ran, 1);
    return QUERN_OK;
}

static int run_quick(struct quern_job *job)
{
    (void)job;
    atomic_fetch_add(&ran, 1);
    return QUERN_OK;
}

static int run_for(uint64_t ns)
{
    for (uint64_t end = clock_now_ns() + ns; clock_now_ns() < end;) continue;
    return QUERN_OK;
}

static int run_long(struct quern_job *job)
{
    (void)job;
    return run_for(2 * NS_PER_MS);
}

static int run_brief(struct quern_job *job)
{
    (void)job;
    int number = atomic_fetch_add(&entered, 1);
    (void)run_for(BRIEF_NS);
    while (number >= atomic_load(&allowed)) sched_yield();
    return QUERN_OK;
}

static const struct quern_type gated = {.name = "gated", .run = run_gated}, quick = {.name = "quick", .run = run_quick},
                               lengthy = {.name = "lengthy", .run = run_long}, brief = {.name = "brief", .run = run_brief};
static struct types types;
static struct clock now;
static struct mailbox box;
static struct mail_drain rest;
static struct workers *workers;
static struct dispatch *dispatch;
static int home;
static struct task job;
static bool job_waits;

static void no_wake(void *arg)
{
    (void)arg;
}

static void on_done(struct mail *m)
{
    struct task *t = container_of(m, struct task, done);
    home++;
    if (t->type == &types.of[3]) t->ended_ns = atomic_load(&t->started_ns) + BRIEF_NS; /* as if it had not been held up */
    dispatch_done(dispatch, t);
}

static bool has_jobs(void *arg, uint32_t pool)
{
    (void)arg;
    return pool == 0 && job_waits;
}

static bool next_job(void *arg, struct worker *claimed)
{
    (void)arg;
    job_waits = false;
    dispatch_start(dispatch, claimed, &job);
    return true;
}

static void start(uint32_t n_workers, uint32_t waiting_max, const struct strategy *strategy)
{
    static const int cpus[4] = {-1, -1, -1, -1};
    static const bool shares[4];
    const char *why;
    memset(&types, 0, sizeof types);
    cr_assert_eq(types_add(&types, &gated, "test", &why), 0);
    cr_assert_eq(types_add(&types, &quick, "test", &why), 0);
    cr_assert_eq(types_add(&types, &lengthy, "test", &why), 0);
    cr_assert_eq(types_add(&types, &brief, "test", &why), 0);
    clock_tick(&now);
    mailbox_init(&box, no_wake, NULL);
    struct workers_options w = {.n = n_workers, .cpus = cpus, .shares_cpu = shares};
    cr_assert_eq(workers_new(&w, &workers), 0);
    struct dispatch_options d = {.mailbox = &box,
                                 .workers = workers,
                                 .types = &types,
                                 .strategy = strategy,
                                 .clock = &now,
                                 .waiting_max = waiting_max,
                                 .has_jobs = has_jobs,
                                 .next_job = next_job};
    cr_assert_eq(dispatch_new(&d, &dispatch), 0);
}

static void stop(void)
{
    cr_expect(workers_stop(workers));
    workers_free(workers);
    dispatch_free(dispatch);
}

static void init(struct task *t, uint16_t type)
{
    memset(t, 0, sizeof *t);
    task_init(t, NULL);
    t->type = &types.of[type];
    t->home = &box;
    t->done.deliver = on_done;
    t->run_limit_ms = 30000;
}

/* As the shard's loop: deliver, then wake whom something was given. */
static void until_home(int n)
{
    while (home < n) {
        if (!mail_deliver(&box, &rest, 100)) sched_yield();
        dispatch_flush(dispatch);
    }
}

Test(sched_dispatch, waiting_tasks_run_in_order_when_a_worker_is_free, .timeout = 20)
{
    static struct task t[10];
    start(1, 100, &strategy_fixed);
    for (int i = 0; i < 10; i++) {
        init(&t[i], 0);
        cr_assert_eq(dispatch_submit(dispatch, &t[i], NS_PER_S), DISPATCH_OK);
    }
    dispatch_flush(dispatch);
    cr_expect_eq(dispatch_waiting(dispatch), 9);
    atomic_store(&gate, 1);
    until_home(10);
    for (int i = 1; i < 10; i++)
        cr_expect_geq(atomic_load(&t[i].started_ns), atomic_load(&t[i - 1].started_ns), "first come, first served");
    cr_expect_eq(atomic_load(&ran), 10);
    stop();
}

Test(sched_dispatch, full_queue_and_too_long_a_wait, .timeout = 20)
{
    static struct task t[5];
    start(1, 2, &strategy_fixed);
    for (int i = 0; i < 5; i++) init(&t[i], 0);
    for (int i = 0; i < 3; i++) cr_assert_eq(dispatch_submit(dispatch, &t[i], NS_PER_S), DISPATCH_OK);
    cr_expect_eq(dispatch_submit(dispatch, &t[3], NS_PER_S), DISPATCH_FULL);
    dispatch_flush(dispatch);
    atomic_store(&gate, 1);
    until_home(3);
    atomic_store(&gate, 0);
    /* The type now has a mean run time: what cannot start within the client's patience is refused at once. */
    uint64_t mean = dispatch_stats(dispatch, 0)->mean_ns;
    cr_assert_gt(mean, 0);
    cr_assert_eq(dispatch_submit(dispatch, &t[3], NS_PER_S), DISPATCH_OK);
    uint32_t before = dispatch_waiting(dispatch);
    if (before == 0 && sched_cap(dispatch_stats(dispatch, 0)) == 1)
        cr_expect_eq(dispatch_submit(dispatch, &t[4], mean / 2), DISPATCH_TOO_LONG);
    dispatch_flush(dispatch);
    atomic_store(&gate, 1);
    until_home(4);
    stop();
}

Test(sched_dispatch, withdrawn_tasks_never_run, .timeout = 20)
{
    static struct task t[3];
    start(1, 10, &strategy_fixed);
    for (int i = 0; i < 3; i++) {
        init(&t[i], 0);
        cr_assert_eq(dispatch_submit(dispatch, &t[i], NS_PER_S), DISPATCH_OK);
    }
    dispatch_flush(dispatch);
    cr_expect(dispatch_withdraw(dispatch, &t[1]), "it was waiting: the caller's again");
    cr_expect_not(dispatch_withdraw(dispatch, &t[0]), "a worker has it: it comes home");
    until_home(1);
    atomic_store(&gate, 1);
    until_home(2);
    cr_expect_eq(atomic_load(&t[1].started_ns), 0);
    stop();
}

Test(sched_dispatch, thousands_of_quick_tasks_all_come_home, .timeout = 30)
{
    enum { TASKS = 20000 };
    struct task *t = calloc(TASKS, sizeof *t);
    start(2, TASKS, &strategy_balanced);
    for (int i = 0; i < TASKS; i++) {
        init(&t[i], 1);
        cr_assert_eq(dispatch_submit(dispatch, &t[i], 60 * NS_PER_S), DISPATCH_OK);
        if (i % 64 == 0) {
            dispatch_flush(dispatch);
            (void)mail_deliver(&box, &rest, 1000);
        }
    }
    dispatch_flush(dispatch);
    until_home(TASKS);
    cr_expect_eq(atomic_load(&ran), TASKS);
    cr_expect_eq(dispatch_waiting(dispatch), 0);
    stop();
    free(t);
}

Test(sched_dispatch, balanced_keeps_a_lane_for_short_types, .timeout = 20)
{
    static struct task t[4];
    start(2, 10, &strategy_balanced);
    for (int i = 0; i < 3; i++) {
        init(&t[i], 0);
        cr_assert_eq(dispatch_submit(dispatch, &t[i], NS_PER_S), DISPATCH_OK);
    }
    dispatch_flush(dispatch);
    cr_expect_eq(dispatch_waiting(dispatch), 2, "unknown types count as long and leave one worker alone");
    struct worker *w = strategy_balanced.pick(workers, 1000, 1);
    cr_assert_not_null(w, "a short one finds it idle");
    claim_release(&w->claim);
    atomic_store(&gate, 1);
    until_home(3);
    stop();
}

Test(sched_dispatch, a_handler_that_hangs_loses_its_worker, .timeout = 20)
{
    static struct task t[2];
    start(1, 10, &strategy_fixed);
    init(&t[0], 0);
    init(&t[1], 1);
    cr_assert_eq(dispatch_submit(dispatch, &t[0], NS_PER_S), DISPATCH_OK);
    dispatch_flush(dispatch);
    while (atomic_load(&t[0].started_ns) == 0) sched_yield();
    cr_assert_eq(dispatch_submit(dispatch, &t[1], NS_PER_S), DISPATCH_OK);
    uint64_t later = clock_now_ns() + 40 * NS_PER_S; /* past the run limit and the grace */
    while (metric_get(&workers->n_replaced) == 0) workers_supervise(workers, later);
    until_home(1);
    cr_expect_eq(t[1].outcome, TASK_COMPLETED, "the new thread runs what waited");
    cr_expect_eq(atomic_load(&workers->n_orphans), 1);
    atomic_store(&gate, 1); /* the old one comes back after all: its task goes home, it ends */
    until_home(2);
    while (atomic_load(&workers->n_orphans)) sched_yield();
    stop();
}

#define PATIENT_NS (3600 * NS_PER_S) /* nobody is refused because a slow machine makes one wait */

/* The worker has told whom it tells, and sleeps, before its shard hears that the task has come home: neither the worker's turn for
 * jobs nor the shard's may be lost to the call that the shard could start at once. */
static void jobs_get_a_turn(uint32_t calls_before)
{
    static struct task t[40];
    uint32_t n = 0;
    start(1, 100, &strategy_fixed);
    init(&job, 2);
    for (; n < 4; n++) {
        init(&t[n], 2);
        cr_assert_eq(dispatch_submit(dispatch, &t[n], PATIENT_NS), DISPATCH_OK);
    }
    for (uint32_t turns = 0; home < 36 && atomic_load(&job.started_ns) == 0; turns++) {
        if (turns == calls_before) {
            job_waits = true;
            dispatch_jobs(dispatch);
        }
        dispatch_flush(dispatch);
        while (atomic_load(&workers->of[0].doze) == 0) sched_yield();
        (void)mail_deliver(&box, &rest, 100);
        if (n < 40 && home > (int)n - 4) {
            init(&t[n], 2);
            cr_assert_eq(dispatch_submit(dispatch, &t[n++], PATIENT_NS), DISPATCH_OK);
        }
    }
    cr_expect_gt(atomic_load(&job.started_ns), 0, "with %u calls before it", calls_before);
    dispatch_flush(dispatch);
    until_home((int)n + !job_waits);
    stop();
}

Test(sched_dispatch, a_job_gets_a_turn_0, .timeout = 20)
{
    jobs_get_a_turn(0);
}
Test(sched_dispatch, a_job_gets_a_turn_1, .timeout = 20)
{
    jobs_get_a_turn(1);
}
Test(sched_dispatch, a_job_gets_a_turn_2, .timeout = 20)
{
    jobs_get_a_turn(2);
}
Test(sched_dispatch, a_job_gets_a_turn_3, .timeout = 20)
{
    jobs_get_a_turn(3);
}
Test(sched_dispatch, a_job_gets_a_turn_4, .timeout = 20)
{
    jobs_get_a_turn(4);
}

/* Short tasks share a worker. As long as the shard adds to them one is kept in hand, so the worker is never idle by itself. */
static void jobs_get_a_turn_among_short_calls(int in_hand)
{
    enum { CALLS = 600 };
    static struct task t[CALLS];
    int n = 0;
    bool asked = false;
    start(1, 100, &strategy_fixed);
    init(&job, 1);
    while (n < CALLS && atomic_load(&job.started_ns) == 0) {
        for (; n < CALLS && n - home < in_hand; n++) {
            init(&t[n], 3);
            cr_assert_eq(dispatch_submit(dispatch, &t[n], PATIENT_NS), DISPATCH_OK);
        }
        if (n >= 100 && !asked) { /* the type is known to be short by now */
            asked = job_waits = true;
            dispatch_jobs(dispatch);
        }
        dispatch_flush(dispatch);
        bool adds = dispatch_waiting(dispatch) == 0 && n > in_hand;
        atomic_store(&allowed, n - (int)dispatch_waiting(dispatch) - adds);
        if (!mail_deliver(&box, &rest, 100)) sched_yield();
        clock_tick(&now);
    }
    cr_expect_gt(atomic_load(&job.started_ns), 0, "with %d calls in hand", in_hand);
    atomic_store(&allowed, CALLS);
    until_home(n + !job_waits);
    stop();
}

Test(sched_dispatch, a_job_gets_a_turn_among_4, .timeout = 30)
{
    jobs_get_a_turn_among_short_calls(4);
}
Test(sched_dispatch, a_job_gets_a_turn_among_8, .timeout = 30)
{
    jobs_get_a_turn_among_short_calls(8);
}
