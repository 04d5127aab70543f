/* Threads of workers at their end: who is waited for. */
#include "base/clock.h"
#include "workers/worker.h"

#include <criterion/criterion.h>
#include <time.h>

static _Atomic bool has_ended;

static void run_nothing(struct worker *w, struct task *t)
{
    (void)w, (void)t;
}

/* As a thread that gets no CPU for a while: on a busy machine the lowest scheduling class waits for seconds. */
static void end_late(struct worker *w)
{
    struct timespec late = {.tv_sec = 0, .tv_nsec = 300000000};
    (void)w;
    for (uint64_t end = clock_now_ns() + WORKER_GRACE_NS; clock_now_ns() < end;) (void)nanosleep(&late, NULL);
    (void)nanosleep(&late, NULL);
    atomic_store(&has_ended, true);
}

/* The grace is for handlers that hang. A thread that has none in hand runs code of ours and will end. */
Test(workers_thread, one_without_a_task_is_waited_for, .timeout = 30)
{
    static const struct worker_kind kind = {.name = "late", .run = run_nothing, .end = end_late};
    static struct place *places[2];
    struct workers_options o = {.n = 2, .n_min = 2, .kind = &kind, .places = places};
    struct workers *workers;
    cr_assert_eq(workers_new(&o, &workers), 0);
    cr_assert(workers_stop(workers));
    cr_assert(atomic_load(&has_ended));
    workers_free(workers);
}
