/* metric.h: counters, gauges, histograms. Each has one writing thread; any thread may read (relaxed atomics, so a reader may
 * see one a moment before another). Names and text are given where they are exposed, not here. */
#ifndef QUERN_BASE_METRIC_H
#define QUERN_BASE_METRIC_H

#include <stdatomic.h>
#include <stdint.h>

typedef _Atomic uint64_t metric;

/* The writer is alone, so load and store need no locked instruction. */
static inline void metric_add(metric *m, uint64_t n)
{
    atomic_store_explicit(m, atomic_load_explicit(m, memory_order_relaxed) + n, memory_order_relaxed);
}

static inline void metric_sub(metric *m, uint64_t n)
{
    atomic_store_explicit(m, atomic_load_explicit(m, memory_order_relaxed) - n, memory_order_relaxed);
}

static inline void metric_set(metric *m, uint64_t n)
{
    atomic_store_explicit(m, n, memory_order_relaxed);
}

static inline uint64_t metric_get(const metric *m)
{
    return atomic_load_explicit((metric *)m, memory_order_relaxed);
}

/* Durations in ns, in buckets of 1, 2.5, 5 × 10^k from 10 µs to 100 s; the last bucket is +Inf. */
#define HISTOGRAM_BUCKETS 23
struct histogram {
    metric bucket[HISTOGRAM_BUCKETS]; /* not cumulative */
    metric count, sum_ns;
};

/* Upper bound of bucket i in ns, inclusive; UINT64_MAX for the last. */
uint64_t histogram_bound_ns(int i);
void histogram_add(struct histogram *h, uint64_t ns);
/* into += from; into is the caller's own. */
void histogram_merge(struct histogram *into, const struct histogram *from);

#endif
