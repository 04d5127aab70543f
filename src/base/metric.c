#include "metric.h"
#include "check.h"

/* 1, 2.5, 5 per decade; from 10 µs to 100 s. */
#define DECADE(ns) UINT64_C(ns), UINT64_C(ns) / 2 * 5, UINT64_C(ns) * 5
static const uint64_t bounds_ns[] = {
    DECADE(10000),       DECADE(100000),         DECADE(1000000),
    DECADE(10000000),    DECADE(100000000),      DECADE(1000000000),
    DECADE(10000000000), UINT64_C(100000000000), UINT64_MAX,
};
static_assert(sizeof bounds_ns / sizeof *bounds_ns == HISTOGRAM_BUCKETS,
              "one bound for each bucket");

uint64_t histogram_bound_ns(int i)
{
    assert(i >= 0 && i < HISTOGRAM_BUCKETS);
    return bounds_ns[i];
}

void histogram_add(struct histogram *h, uint64_t ns)
{
    int i = 0;
    while (ns > bounds_ns[i]) i++; /* the last bound holds everything */
    metric_add(&h->bucket[i], 1);
    metric_add(&h->count, 1);
    metric_add(&h->sum_ns, ns);
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
    for (int i = 0; i < HISTOGRAM_BUCKETS; i++)
        metric_add(&into->bucket[i], metric_get(&from->bucket[i]));
    metric_add(&into->count, metric_get(&from->count));
    metric_add(&into->sum_ns, metric_get(&from->sum_ns));
}
