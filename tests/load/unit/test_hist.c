#include "base/clock.h"
#include "base/random.h"
#include "tools/load/hist.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#define MINUTE_NS (60 * NS_PER_S)

static struct random rnd;
static struct hist h;

static void up(void)
{
    random_seed(&rnd, 7);
    cr_assert_eq(hist_init(&h, MINUTE_NS, 3), 0);
}

static void down(void)
{
    hist_deinit(&h);
}

TestSuite(load_hist, .init = up, .fini = down);

/* Of any size: as many doublings as there are digits before them. */
static uint64_t any_ns(uint64_t bound)
{
    return random_below(&rnd, bound) >> random_below(&rnd, 36);
}

Test(load_hist, has_the_size_of_hdrhistograms)
{
    const struct {
        uint64_t bound;
        int digits;
        uint32_t places;
    } known[] = {
        {MINUTE_NS, 3, 27 * 1024},   {3600 * NS_PER_S, 3, 33 * 1024},
        {MINUTE_NS, 2, 30 * 128},    {2, 3, 2 * 1024},
        {2047, 3, 2 * 1024},         {2048, 3, 3 * 1024},
        {INT64_MAX, 3, 54 * 1024},   {MINUTE_NS, 1, 33 * 16},
        {MINUTE_NS, 5, 20 * 131072},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct hist other;
        cr_assert_eq(hist_init(&other, known[i].bound, known[i].digits), 0);
        cr_assert_eq(other.counts_n, known[i].places, "case %zu: %u", i, other.counts_n);
        cr_assert_lt(hist_index(&other, known[i].bound), other.counts_n);
        hist_deinit(&other);
    }
}

Test(load_hist, every_value_keeps_its_digits)
{
    for (int digits = 2; digits <= 3; digits++) {
        struct hist other;
        cr_assert_eq(hist_init(&other, INT64_MAX, digits), 0);
        double share = digits == 2 ? 0.01 : 0.001;
        for (int i = 0; i < 20000; i++) {
            uint64_t ns = random_u64(&rnd) >> (1 + random_below(&rnd, 63));
            uint64_t low = hist_lowest_equivalent(&other, ns), high = hist_highest_equivalent(&other, ns);
            if (low > ns || ns > high || (double)(high - low) > share * (double)ns)
                cr_assert_fail("%llu: %llu to %llu", (unsigned long long)ns, (unsigned long long)low, (unsigned long long)high);
            cr_assert_eq(hist_index(&other, low), hist_index(&other, high));
            cr_assert_eq(hist_index(&other, high + 1), hist_index(&other, high) + 1, "no place is left out");
        }
        hist_deinit(&other);
    }
}

Test(load_hist, small_values_are_exact)
{
    for (uint64_t ns = 0; ns < 2048; ns++) {
        cr_assert_eq(hist_lowest_equivalent(&h, ns), ns);
        cr_assert_eq(hist_highest_equivalent(&h, ns), ns);
    }
    cr_assert_eq(hist_highest_equivalent(&h, 2048), 2049);
    cr_assert_eq(hist_lowest_equivalent(&h, 100001), 99968);
    cr_assert_eq(hist_highest_equivalent(&h, 100001), 100031);
}

Test(load_hist, is_empty_at_first_and_after_clear)
{
    for (int round = 0; round < 2; round++) {
        uint32_t cursor = 0;
        uint64_t ns, n;
        cr_assert_eq(h.count, 0);
        cr_assert_eq(h.min_ns, UINT64_MAX);
        cr_assert_eq(h.max_ns, 0);
        cr_assert_eq(hist_percentile(&h, 50), 0);
        cr_assert_eq(hist_count_to(&h, MINUTE_NS), 0);
        cr_assert_float_eq(hist_mean(&h), 0, 0);
        cr_assert_float_eq(hist_stddev(&h), 0, 0);
        cr_assert_not(hist_next(&h, &cursor, &ns, &n));
        for (uint32_t i = 0; i < h.counts_n; i++) cr_assert_eq(h.counts[i], 0);
        for (int i = 0; i < 1000; i++) hist_add(&h, any_ns(2 * MINUTE_NS));
        hist_clear(&h);
    }
}

static int compare_u64(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

Test(load_hist, percentiles_are_those_of_the_sorted_values)
{
    enum { N = 10007 };
    static uint64_t all[N];
    const double percents[] = {0.001, 0.1, 1, 10, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 99.999};
    for (int i = 0; i < N; i++) {
        all[i] = any_ns(MINUTE_NS);
        hist_add(&h, all[i]);
    }
    qsort(all, N, sizeof all[0], compare_u64);
    for (size_t i = 0; i < sizeof percents / sizeof percents[0]; i++) {
        uint64_t truth = all[(int)ceil(percents[i] / 100 * N) - 1], want = hist_highest_equivalent(&h, truth);
        if (want > all[N - 1]) want = all[N - 1];
        cr_assert_eq(hist_percentile(&h, percents[i]), want, "%g %%", percents[i]);
    }
    cr_assert_eq(hist_percentile(&h, 0), all[0]);
    cr_assert_eq(hist_percentile(&h, 100), all[N - 1]);
    for (int i = 0; i < N; i += 97) {
        uint64_t last = hist_highest_equivalent(&h, all[i]), n = (uint64_t)i;
        while (n < N && all[n] <= last) n++;
        cr_assert_eq(hist_count_to(&h, all[i]), n);
    }
}

Test(load_hist, ranks_are_not_pushed_up_by_rounding)
{
    for (uint64_t ns = 1; ns <= 1000; ns++) hist_add(&h, ns);
    const struct {
        double percent;
        uint64_t ns;
    } known[] = {{0.05, 1}, {0.1, 1}, {0.11, 2}, {50, 500}, {99, 990}, {99.9, 999}, {99.91, 1000}, {99.99, 1000}, {28.9, 289}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        cr_assert_eq(hist_percentile(&h, known[i].percent), known[i].ns, "%g", known[i].percent);
    hist_clear(&h);
    hist_add(&h, 10);
    hist_add(&h, 20);
    cr_assert_eq(hist_percentile(&h, 50), 10);
    cr_assert_eq(hist_percentile(&h, 50.1), 20);
}

Test(load_hist, mean_and_deviation)
{
    for (uint64_t ns = 1; ns <= 1000; ns++) hist_add_n(&h, ns, 3);
    hist_add_n(&h, 5, 0);
    cr_assert_eq(h.count, 3000);
    cr_assert_float_eq(hist_mean(&h), 500.5, 1e-9);
    cr_assert_float_eq(hist_stddev(&h), sqrt((1000.0 * 1000 - 1) / 12), 1e-9);
    hist_clear(&h);
    hist_add(&h, 2048);
    cr_assert_float_eq(hist_mean(&h), 2049, 0, "the middle of 2048 and 2049, as HdrHistogram has it");
}

Test(load_hist, what_is_beyond_the_bound_is_clipped_not_lost)
{
    hist_add(&h, MINUTE_NS);
    hist_add_n(&h, 2 * MINUTE_NS, 4);
    hist_add(&h, UINT64_MAX);
    cr_assert_eq(h.count, 6);
    cr_assert_eq(h.clipped, 5);
    cr_assert_eq(h.max_ns, UINT64_MAX);
    cr_assert_eq(hist_percentile(&h, 50), hist_highest_equivalent(&h, MINUTE_NS));
    cr_assert_eq(hist_percentile(&h, 100), UINT64_MAX);
    cr_assert_eq(hist_count_to(&h, UINT64_MAX), 6);
    hist_clear(&h);
    hist_add(&h, 3 * MINUTE_NS);
    cr_assert_eq(h.clipped, 1);
    cr_assert_eq(h.min_ns, 3 * MINUTE_NS);
    hist_clear(&h);
    for (uint32_t i = 0; i < h.counts_n; i++) cr_assert_eq(h.counts[i], 0);
}

Test(load_hist, merging_is_like_counting_in_one)
{
    struct hist parts[3], sum;
    cr_assert_eq(hist_init(&sum, MINUTE_NS, 3), 0);
    for (int p = 0; p < 3; p++) cr_assert_eq(hist_init(&parts[p], MINUTE_NS, 3), 0);
    for (int i = 0; i < 30000; i++) {
        uint64_t ns = any_ns(MINUTE_NS + MINUTE_NS / 50);
        hist_add(&h, ns);
        hist_add(&parts[i % 2], ns); /* the third stays empty */
    }
    for (int p = 0; p < 3; p++) hist_merge(&sum, &parts[p]);
    cr_assert_eq(sum.count, h.count);
    cr_assert_eq(sum.clipped, h.clipped);
    cr_assert_eq(sum.min_ns, h.min_ns);
    cr_assert_eq(sum.max_ns, h.max_ns);
    cr_assert_arr_eq(sum.counts, h.counts, h.counts_n * sizeof *h.counts);
    for (int p = 0; p < 3; p++) hist_deinit(&parts[p]);
    hist_deinit(&sum);
}

Test(load_hist, walks_upwards_over_what_is_there)
{
    const uint64_t at[] = {0, 1, 2047, 2049, 123456, MINUTE_NS};
    uint32_t cursor = 0;
    uint64_t ns, n;
    for (uint64_t i = 0; i < 6; i++) hist_add_n(&h, at[i], i + 1);
    for (uint64_t i = 0; i < 6; i++) {
        cr_assert(hist_next(&h, &cursor, &ns, &n));
        cr_assert_eq(ns, hist_highest_equivalent(&h, at[i]));
        cr_assert_eq(n, i + 1);
    }
    cr_assert_not(hist_next(&h, &cursor, &ns, &n));
    cr_assert_not(hist_next(&h, &cursor, &ns, &n), "and stays at the end");
}
