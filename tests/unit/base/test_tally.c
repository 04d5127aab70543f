/* Counts up to a bound: exactly, given back, on all threads together; and what a full table does. */
#include "base/tally.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>

static struct tally *t;

static void init(void)
{
    cr_assert_eq(tally_new(64, 7, &t), 0);
}

static void fini(void)
{
    t = tally_free(t);
}

Test(base_tally, to_the_bound_and_not_one_more, .init = init, .fini = fini)
{
    for (int i = 0; i < 3; i++) cr_assert_eq(tally_add(t, 1, 2, 3), TALLY_COUNTED);
    cr_assert_eq(tally_add(t, 1, 2, 3), TALLY_FULL);
    cr_assert_eq(tally_add(t, 1, 3, 3), TALLY_COUNTED); /* another key */
    cr_assert_eq(tally_add(t, 2, 2, 3), TALLY_COUNTED);
    tally_drop(t, 1, 2);
    cr_assert_eq(tally_add(t, 1, 2, 3), TALLY_COUNTED);
    cr_assert_eq(tally_add(t, 1, 2, 3), TALLY_FULL);
    cr_assert_eq(tally_add(t, 1, 2, 4), TALLY_COUNTED); /* a wider bound */
    for (int i = 0; i < 4; i++) tally_drop(t, 1, 2);
    cr_assert_eq(tally_add(t, 1, 2, 1), TALLY_COUNTED);
}

Test(base_tally, a_full_table_does_not_count, .init = init, .fini = fini)
{
    unsigned counted = 0;
    for (uint64_t i = 0; i < 1000; i++) {
        enum tally_outcome o = tally_add(t, i, 0, 1);
        cr_assert_neq(o, TALLY_FULL); /* nobody pays for others */
        counted += o == TALLY_COUNTED;
    }
    cr_assert_eq(counted, 64);
}

#define THREADS 4
static _Atomic unsigned inside, most, passed;

static void *come_and_go(void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < 20000; i++) {
        if (tally_add(t, 5, 5, 2) != TALLY_COUNTED) continue;
        unsigned n = atomic_fetch_add(&inside, 1) + 1, seen = atomic_load(&most);
        while (n > seen && !atomic_compare_exchange_weak(&most, &seen, n)) continue;
        atomic_fetch_add(&passed, 1);
        atomic_fetch_sub(&inside, 1);
        tally_drop(t, 5, 5);
    }
    return NULL;
}

Test(base_tally, threads_share_a_bound, .init = init, .fini = fini)
{
    pthread_t threads[THREADS];
    cr_assert_eq(tally_add(t, 5, 5, 9), TALLY_COUNTED); /* so that the key has its cell */
    for (int i = 0; i < THREADS; i++) cr_assert_eq(pthread_create(&threads[i], NULL, come_and_go, NULL), 0);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    cr_assert(atomic_load(&most) == 1 && atomic_load(&passed) > 0);
    cr_assert_eq(tally_add(t, 5, 5, 2), TALLY_COUNTED);
    cr_assert_eq(tally_add(t, 5, 5, 2), TALLY_FULL); /* all have gone but for ours */
}
