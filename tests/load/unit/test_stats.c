#include "base/random.h"
#include "tools/load/stats.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>

Test(load_stats, quantiles_and_median)
{
    const double four[] = {1, 2, 3, 4}, one[] = {7};
    cr_assert_float_eq(stats_quantile(four, 4, 0), 1, 0);
    cr_assert_float_eq(stats_quantile(four, 4, 0.25), 1.75, 1e-15);
    cr_assert_float_eq(stats_quantile(four, 4, 0.5), 2.5, 1e-15);
    cr_assert_float_eq(stats_quantile(four, 4, 1), 4, 0);
    cr_assert_float_eq(stats_quantile(one, 1, 0.3), 7, 0);
    double odd[] = {9, -1, 5}, even[] = {8, 1, 3, 2};
    cr_assert_float_eq(stats_median(odd, 3), 5, 0);
    cr_assert_float_eq(stats_median(even, 4), 2.5, 0);
}

Test(load_stats, geometric_mean)
{
    const double known[] = {1, 10, 100}, wide[] = {1e300, 1e300, 1e-300, 1e-300};
    cr_assert_float_eq(stats_geometric_mean(known, 3), 10, 1e-12);
    cr_assert_float_eq(stats_geometric_mean(wide, 4), 1, 1e-9, "no overflow on the way");
}

Test(load_stats, the_same_ratio_in_every_pair_has_no_width)
{
    double a[8], b[8];
    struct stats_ratio r;
    for (int i = 0; i < 8; i++) {
        a[i] = 1000 * (i + 1);
        b[i] = 1.1 * a[i];
    }
    cr_assert_eq(stats_ratio(a, b, 8, 1, &r), 0);
    cr_assert_float_eq(r.ratio, 1.1, 1e-12);
    cr_assert_float_eq(r.low, 1.1, 1e-12);
    cr_assert_float_eq(r.high, 1.1, 1e-12);
    cr_assert_eq(r.pairs_n, 8);
}

/* Of two pairs, ratios 1 and 4, the resampled means are 1, 2 and 4 at 1 : 2 : 1. */
Test(load_stats, interval_of_two_pairs)
{
    const double a[] = {5, 5}, b[] = {5, 20};
    struct stats_ratio r;
    cr_assert_eq(stats_ratio(a, b, 2, 9, &r), 0);
    cr_assert_float_eq(r.ratio, 2, 1e-12);
    cr_assert_float_eq(r.low, 1, 1e-12);
    cr_assert_float_eq(r.high, 4, 1e-12);
}

/* Logarithms of ±1 at equal shares: the mean of 100 has a standard error of 0.1, and is close to normal. */
Test(load_stats, interval_of_many_pairs)
{
    double a[100], b[100];
    struct stats_ratio r, again, other;
    for (int i = 0; i < 100; i++) {
        a[i] = 3 + i;
        b[i] = a[i] * exp(i % 2 ? 1 : -1);
    }
    cr_assert_eq(stats_ratio(a, b, 100, 42, &r), 0);
    cr_assert_float_eq(r.ratio, 1, 1e-12);
    cr_assert_float_eq(log(r.low), -0.196, 0.01);
    cr_assert_float_eq(log(r.high), 0.196, 0.01);
    cr_assert_eq(stats_ratio(a, b, 100, 42, &again), 0);
    cr_assert(r.low == again.low && r.high == again.high, "the seed decides");
    cr_assert_eq(stats_ratio(a, b, 100, 43, &other), 0);
    cr_assert_float_eq(log(other.low), -0.196, 0.01);
}

/* About 95 of 100 intervals hold the truth: here a ratio of 1.02 under 5 % of noise, 40 pairs. */
Test(load_stats, interval_holds_what_it_says)
{
    struct random rnd;
    int held = 0;
    random_seed(&rnd, 5);
    for (int trial = 0; trial < 100; trial++) {
        double a[40], b[40];
        struct stats_ratio r;
        for (int i = 0; i < 40; i++) {
            double shared = exp((double)random_below(&rnd, 1000) / 1000); /* the machine's mood: cancels */
            a[i] = shared * exp(((double)random_below(&rnd, 1001) - 500) / 10000);
            b[i] = 1.02 * shared * exp(((double)random_below(&rnd, 1001) - 500) / 10000);
        }
        cr_assert_eq(stats_ratio(a, b, 40, (uint64_t)trial, &r), 0);
        held += r.low <= 1.02 && 1.02 <= r.high;
    }
    cr_assert(held >= 87 && held <= 100, "%d", held);
}

Test(load_stats, numbers_that_have_no_ratio)
{
    const double good[] = {1, 2}, zero[] = {1, 0}, minus[] = {-1, 2}, nan[] = {1, NAN}, infinite[] = {INFINITY, 1};
    struct stats_ratio r;
    cr_assert_eq(stats_ratio(good, good, 0, 1, &r), -EINVAL);
    cr_assert_eq(stats_ratio(good, zero, 2, 1, &r), -EINVAL);
    cr_assert_eq(stats_ratio(minus, good, 2, 1, &r), -EINVAL);
    cr_assert_eq(stats_ratio(good, nan, 2, 1, &r), -EINVAL);
    cr_assert_eq(stats_ratio(infinite, good, 2, 1, &r), -EINVAL);
}

Test(load_stats, outcome)
{
    const struct stats_ratio more = {1.10, 1.08, 1.12, 40}, less = {0.90, 0.88, 0.92, 40}, unsure = {1.01, 0.99, 1.03, 40};
    const struct stats_ratio quiet = {1.00, 0.995, 1.004, 40}, noisy = {1.01, 0.97, 1.11, 40}, off = {0.95, 0.90, 0.99, 40};
    const struct stats_ratio few = {2.0, 1.9, 2.1, STATS_PAIRS_MIN - 1};
    cr_assert_eq(stats_compare(&more, &quiet, true), STATS_FASTER);
    cr_assert_eq(stats_compare(&more, &quiet, false), STATS_SLOWER, "longer");
    cr_assert_eq(stats_compare(&less, &quiet, true), STATS_SLOWER);
    cr_assert_eq(stats_compare(&less, &quiet, false), STATS_FASTER);
    cr_assert_eq(stats_compare(&more, NULL, true), STATS_FASTER);
    cr_assert_eq(stats_compare(&unsure, NULL, true), STATS_NOT_DISTINGUISHABLE);
    cr_assert_eq(stats_compare(&more, &noisy, true), STATS_NOT_DISTINGUISHABLE, "A against itself differs as much");
    cr_assert_eq(stats_compare(&more, &off, true), STATS_NOT_DISTINGUISHABLE, "noise counts in both directions");
    cr_assert_eq(stats_compare(&few, NULL, true), STATS_NOT_DISTINGUISHABLE);
}

Test(load_stats, names)
{
    cr_assert_str_eq(stats_outcome_name(STATS_FASTER), "faster");
    cr_assert_str_eq(stats_outcome_name(STATS_SLOWER), "slower");
    cr_assert_str_eq(stats_outcome_name(STATS_NOT_DISTINGUISHABLE), "not distinguishable");
}
