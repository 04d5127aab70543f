#include "workers/claim.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <sched.h>

Test(workers_claim, a_long_task_is_alone)
{
    claim_word w = 0;
    cr_assert(claim_try(&w, 1));
    cr_expect_not(claim_try(&w, 1));
    cr_expect_not(claim_try(&w, CLAIM_MAX), "nobody stands behind a task that may take long");
    claim_release(&w);
    cr_expect_eq(claim_count(&w), 0);
    cr_expect(claim_try(&w, 1));
}

Test(workers_claim, short_tasks_share_up_to_their_cap)
{
    claim_word w = 0;
    for (uint32_t i = 0; i < 5; i++) cr_assert(claim_try(&w, 5));
    cr_expect_not(claim_try(&w, 5));
    cr_expect(claim_try(&w, 6), "a type with more room may");
    cr_expect_not(claim_try(&w, 1), "a long one only takes an idle worker");
    for (uint32_t i = 0; i < 6; i++) claim_release(&w);
    cr_expect(claim_try(&w, 1));
}

Test(workers_claim, a_closed_worker_takes_nothing)
{
    claim_word w = 0;
    cr_assert(claim_try(&w, 3));
    claim_close(&w);
    cr_expect_not(claim_try(&w, 3));
    claim_release(&w);
    cr_expect_not(claim_try(&w, 1));
    claim_reopen(&w);
    cr_expect(claim_try(&w, 1));
}

static struct mailbox box;
static struct hungry hungry;
static struct hungry_notice notices[HUNGRY_KINDS][3];
static int told[HUNGRY_KINDS][3];

static void no_wake(void *arg)
{
    (void)arg;
}

static void on_notice(struct mail *m)
{
    for (int kind = 0; kind < HUNGRY_KINDS; kind++)
        for (int i = 0; i < 3; i++)
            if (&notices[kind][i].mail == m) told[kind][i]++;
}

static void up(void)
{
    memset(told, 0, sizeof told);
    mailbox_init(&box, no_wake, NULL);
    hungry_init(&hungry);
    for (int kind = 0; kind < HUNGRY_KINDS; kind++)
        for (uint32_t i = 0; i < 3; i++) {
            notices[kind][i] = (struct hungry_notice){.mail = {.deliver = on_notice}, .home = &box};
            hungry_register(&hungry, (enum hungry_kind)kind, i, &notices[kind][i]);
        }
}

static void deliver(void)
{
    struct mail_drain d = {0};
    while (mail_deliver(&box, &d, 100)) continue;
}

Test(workers_claim, each_hungry_shard_is_told_once, .init = up)
{
    hungry_tell(&hungry);
    deliver();
    cr_expect_eq(told[0][0] + told[0][1] + told[0][2], 0, "nobody is hungry");
    hungry_set(&hungry, HUNGRY_CALLS, 0);
    hungry_set(&hungry, HUNGRY_CALLS, 2);
    for (int i = 0; i < 5; i++) hungry_tell(&hungry);
    deliver();
    cr_expect_eq(told[HUNGRY_CALLS][0], 1);
    cr_expect_eq(told[HUNGRY_CALLS][1], 0);
    cr_expect_eq(told[HUNGRY_CALLS][2], 1);
}

Test(workers_claim, calls_and_jobs_four_to_one, .init = up)
{
    int calls = 0, jobs = 0;
    for (int i = 0; i < 100; i++) {
        hungry_set(&hungry, HUNGRY_CALLS, 1);
        hungry_set(&hungry, HUNGRY_JOBS, 1);
        int before = told[HUNGRY_JOBS][1];
        hungry_tell(&hungry);
        deliver();
        if (told[HUNGRY_JOBS][1] > before) jobs++;
        else calls++;
        if (notices[HUNGRY_JOBS][1].gives_way) hungry_looked(&hungry);
        notices[HUNGRY_JOBS][1].gives_way = false;
    }
    cr_expect_eq(calls, 80);
    cr_expect_eq(jobs, 20);
    cr_expect_not(hungry_is_jobs_turn(&hungry));
}

/* A turn that the told shard keeps: every room is told to jobs, until it has looked; then the calls are next. */
Test(workers_claim, a_turn_that_is_kept_is_the_jobs, .init = up)
{
    hungry_set(&hungry, HUNGRY_JOBS, 1);
    cr_assert(hungry_give_way(&hungry));
    deliver();
    for (int i = 0; i < 5; i++) {
        hungry_set(&hungry, HUNGRY_CALLS, 0);
        hungry_set(&hungry, HUNGRY_JOBS, 1);
        hungry_tell(&hungry);
        deliver();
    }
    cr_expect_eq(told[HUNGRY_CALLS][0], 0);
    cr_expect_eq(told[HUNGRY_JOBS][1], 6);
    hungry_looked(&hungry);
    hungry_tell_calls(&hungry);
    deliver();
    cr_expect_eq(told[HUNGRY_CALLS][0], 1);
}

/* The protocol as the threads use it: a shard that fails to claim sets its bit and tries again; a worker that releases looks at the
 * bits. However they interleave, the shard gets its turn: it never waits while the worker is idle and nobody will tell it. */
#define ROUNDS 20000
static claim_word word;
static _Atomic int grants, owned;

static void *worker(void *arg)
{
    (void)arg;
    while (atomic_load(&grants) < ROUNDS) {
        int expected = 1;
        if (!atomic_compare_exchange_strong(&owned, &expected, 0)) {
            sched_yield();
            continue;
        }
        claim_release(&word);
        hungry_tell(&hungry);
    }
    return NULL;
}

Test(workers_claim, no_wakeup_is_lost, .init = up, .timeout = 20)
{
    pthread_t t;
    struct mail_drain d = {0};
    bool waiting = false;
    int seen = 0;
    atomic_store(&word, 0);
    cr_assert_eq(pthread_create(&t, NULL, worker, NULL), 0);
    while (atomic_load(&grants) < ROUNDS) {
        bool won = false;
        if (!waiting) {
            won = claim_try(&word, 1);
            if (!won) {
                hungry_set(&hungry, HUNGRY_CALLS, 0);
                waiting = true;
                won = claim_try(&word, 1); /* the second look */
            }
        }
        if (won) {
            atomic_fetch_add(&grants, 1);
            atomic_store(&owned, 1);
        }
        if (mail_deliver(&box, &d, 10)) waiting = false; /* told: the bit may be set again */
        if (told[HUNGRY_CALLS][0] != seen) seen = told[HUNGRY_CALLS][0];
        else if (waiting) sched_yield();
    }
    pthread_join(t, NULL);
    cr_expect_geq(seen, 0);
}
