/* Rate limits: exactly so many, given back one by one, on every thread together; what happens when the table is too small. */
#include "base/gcra.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#define SECOND UINT64_C(1000000)
#define NOW (UINT64_C(1000) * SECOND)

static struct gcra *g;

static void init(void)
{
    cr_assert_eq(gcra_new(1024, 42, &g), 0);
}

static void fini(void)
{
    g = gcra_free(g);
}

static uint64_t key(const char *name)
{
    return gcra_key(g, 1, name, strlen(name));
}

static unsigned take_all(uint64_t k, struct gcra_rate rate, uint64_t now)
{
    unsigned n = 0;
    while (gcra_take(g, k, rate, now).allowed) cr_assert_lt(n++, 100000u);
    return n;
}

Test(base_gcra, a_burst_then_one_by_one, .init = init, .fini = fini)
{
    struct gcra_rate rate = gcra_rate(10, SECOND, 5); /* one each 100 ms, 5 at once */
    for (unsigned i = 0; i < 5; i++) {
        struct gcra_result r = gcra_take(g, key("a"), rate, NOW);
        cr_assert(r.allowed && r.left == 4 - i && r.full_us == (i + 1) * 100000);
    }
    struct gcra_result r = gcra_take(g, key("a"), rate, NOW);
    cr_assert(!r.allowed && r.retry_us == 100000 && r.full_us == 500000 && r.left == 0);
    r = gcra_take(g, key("a"), rate, NOW + 99999);
    cr_assert(!r.allowed && r.retry_us == 1);
    cr_assert(gcra_take(g, key("a"), rate, NOW + 100000).allowed);
    cr_assert_not(gcra_take(g, key("a"), rate, NOW + 100000).allowed);
    cr_assert_eq(take_all(key("a"), rate, NOW + 350000), 2);
    cr_assert_eq(take_all(key("a"), rate, NOW + 100 * SECOND), 5); /* never more than a burst */
    cr_assert_eq(take_all(key("b"), rate, NOW), 5);                /* others have their own */
}

Test(base_gcra, limits_are_apart, .init = init, .fini = fini)
{
    struct gcra_rate rate = gcra_rate(1, 60 * SECOND, 1);
    cr_assert(gcra_take(g, gcra_key(g, 1, "a", 1), rate, NOW).allowed);
    cr_assert(gcra_take(g, gcra_key(g, 2, "a", 1), rate, NOW).allowed);
    cr_assert_not(gcra_take(g, gcra_key(g, 1, "a", 1), rate, NOW).allowed);
    cr_assert_neq(gcra_key(g, 1, "a\0", 2), gcra_key(g, 1, "a", 1));
}

/* A second never lets more than burst + rate through, whenever it begins. */
Test(base_gcra, no_second_has_more_than_it_may, .init = init, .fini = fini)
{
    static uint8_t passed[20000]; /* ms */
    struct gcra_rate rate = gcra_rate(50, SECOND, 7);
    uint64_t random = 12345;
    for (unsigned ms = 0; ms < 20000; ms++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407u;
        for (unsigned n = (unsigned)(random >> 60); n; n--)
            passed[ms] = (uint8_t)(passed[ms] + gcra_take(g, key("a"), rate, NOW + ms * 1000u).allowed);
    }
    unsigned sum = 0, total = 0, most = 0;
    for (unsigned ms = 0; ms < 20000; ms++) {
        sum += passed[ms];
        total += passed[ms];
        if (ms >= 1000) sum -= passed[ms - 1000];
        if (sum > most) most = sum;
    }
    cr_assert_leq(most, 57u);
    cr_assert(total >= 20 * 50 && total <= 20 * 50 + 7, "%u", total);
}

Test(base_gcra, a_smaller_limit_takes_effect, .init = init, .fini = fini)
{
    struct gcra_rate wide = gcra_rate(100, 100 * SECOND, 100), narrow = gcra_rate(2, 2 * SECOND, 2);
    cr_assert_eq(take_all(key("a"), wide, NOW), 100);
    struct gcra_result r = gcra_take(g, key("a"), narrow, NOW);
    cr_assert(!r.allowed && r.retry_us == 99 * SECOND);
}

/* More keys than cells: who is pushed out begins anew; nobody is refused for what another did. */
Test(base_gcra, a_full_table_lets_through, .init = init, .fini = fini)
{
    struct gcra_rate rate = gcra_rate(3, 3600 * SECOND, 3);
    unsigned refused = 0, shared = 0;
    for (uint32_t i = 0; i < 20000; i++) {
        refused += !gcra_take(g, gcra_key(g, 9, &i, sizeof i), rate, NOW).allowed;
        shared += gcra_take(g, gcra_key(g, 9, &i, sizeof i), rate, NOW).left == 0;
    }
    cr_assert_leq(refused, 20u); /* a tag of 16 bits, 8 cells: 20,000 × 8/65,536 have met a partner, few often enough */
    cr_assert_leq(shared, 20u);
    fini();
    init();
    for (uint32_t i = 0; i < 100; i++)
        cr_assert_eq(take_all(gcra_key(g, 9, &i, sizeof i), rate, NOW), 3); /* where there is room it is exact */
    for (uint32_t i = 0; i < 100; i++) cr_assert_eq(take_all(gcra_key(g, 9, &i, sizeof i), rate, NOW), 0);
}

Test(base_gcra, extremes, .init = init, .fini = fini)
{
    struct gcra_rate fast = gcra_rate(1000000, SECOND, 1), slow = gcra_rate(1, UINT64_C(86400) * 30 * SECOND, 1);
    cr_assert_eq(fast.step_us, 1);
    cr_assert(gcra_take(g, key("a"), fast, 0).allowed && !gcra_take(g, key("a"), fast, 0).allowed &&
              gcra_take(g, key("a"), fast, 1).allowed);
    cr_assert(gcra_take(g, key("b"), slow, (UINT64_C(1) << 46)).allowed);
    cr_assert_not(gcra_take(g, key("b"), slow, (UINT64_C(1) << 46) + 86400 * 29 * SECOND).allowed);
}

/* ---- threads ---- */

#define THREADS 4
static _Atomic unsigned granted;

static void *take_many(void *arg)
{
    struct gcra_rate rate = gcra_rate(1000, 1000000 * SECOND, 1000);
    unsigned n = 0;
    (void)arg;
    for (unsigned i = 0; i < 2000; i++) n += gcra_take(g, key("all"), rate, NOW).allowed;
    atomic_fetch_add(&granted, n);
    return NULL;
}

Test(base_gcra, threads_share_a_limit_exactly, .init = init, .fini = fini)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) cr_assert_eq(pthread_create(&threads[i], NULL, take_many, NULL), 0);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    cr_assert_eq(atomic_load(&granted), 1000);
}
