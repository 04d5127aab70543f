#include "base/metric.h"

#include <criterion/criterion.h>

Test(base_metric, counts_and_sets)
{
    metric m = 0;
    metric_add(&m, 5);
    metric_sub(&m, 2);
    cr_assert_eq(metric_get(&m), 3);
    metric_set(&m, 9);
    cr_assert_eq(metric_get(&m), 9);
}

Test(base_metric, bounds_are_1_2_5_5_per_decade)
{
    const uint64_t us = 1000, ms = 1000 * us, s = 1000 * ms;
    const uint64_t expected[HISTOGRAM_BUCKETS] = {
        10 * us,  25 * us,  50 * us,  100 * us, 250 * us, 500 * us,   1 * ms,  2500 * us,
        5 * ms,   10 * ms,  25 * ms,  50 * ms,  100 * ms, 250 * ms,   500 * ms, 1 * s,
        2500 * ms, 5 * s,   10 * s,   25 * s,   50 * s,   100 * s,    UINT64_MAX,
    };
    for (int i = 0; i < HISTOGRAM_BUCKETS; i++) cr_assert_eq(histogram_bound_ns(i), expected[i]);
}

Test(base_metric, bounds_are_inclusive)
{
    for (int i = 0; i < HISTOGRAM_BUCKETS; i++) {
        struct histogram h = {0};
        histogram_add(&h, histogram_bound_ns(i));
        cr_assert_eq(metric_get(&h.bucket[i]), 1);
        if (i == HISTOGRAM_BUCKETS - 1) break;
        histogram_add(&h, histogram_bound_ns(i) + 1);
        cr_assert_eq(metric_get(&h.bucket[i + 1]), 1);
        cr_assert_eq(metric_get(&h.count), 2);
        cr_assert_eq(metric_get(&h.sum_ns), 2 * histogram_bound_ns(i) + 1);
    }
}

Test(base_metric, merges)
{
    struct histogram a = {0}, b = {0};
    histogram_add(&a, 0);
    histogram_add(&b, 0);
    histogram_add(&b, UINT64_MAX - 7);
    histogram_merge(&a, &b);
    cr_assert_eq(metric_get(&a.bucket[0]), 2);
    cr_assert_eq(metric_get(&a.bucket[HISTOGRAM_BUCKETS - 1]), 1);
    cr_assert_eq(metric_get(&a.count), 3);
    cr_assert_eq(metric_get(&b.count), 2);
}
