/* hist.h: High Dynamic Range histograms of durations in ns: every value keeps 3 significant digits (or 2),
 * from 1 ns to a bound chosen at start, in a fixed array. Counting is a shift, an addition and an increment.
 * Layout and names as HdrHistogram's: sub-bucket half counts, lowest discernible value 1. One thread owns a
 * histogram; merging takes two that have come to rest. */
#ifndef QUERN_LOAD_HIST_H
#define QUERN_LOAD_HIST_H

#include <stdint.h>

struct hist {
    uint64_t *counts; /* counts_n of them */
    uint32_t counts_n;
    uint32_t sub_bits; /* log2 of sub_bucket_half_count: 10 for 3 digits, 7 for 2 */
    int digits;
    uint64_t max_trackable_ns; /* larger values are counted at this one, and in clipped */
    uint64_t count, clipped;
    uint64_t min_ns, max_ns; /* exact, also when clipped; min_ns is UINT64_MAX while count is 0 */
};

/* digits: 2 or 3 (1 to 5 are possible, for histograms that others made); max_trackable_ns: 2 to INT64_MAX.
 * Mapped, touched only where values fall. 0 or -ENOMEM. */
int hist_init(struct hist *h, uint64_t max_trackable_ns, int digits);
/* Also of a struct that is all zero. */
void hist_deinit(struct hist *h);
void hist_clear(struct hist *h);
/* into += from; same digits and bound (asserted). */
void hist_merge(struct hist *into, const struct hist *from);

/* The smallest value that percent of all values do not exceed: the highest value equivalent to its bucket's
 * (as HdrHistogram), at most max_ns. 0 when empty. percent: 0 (then min_ns) to 100 (then max_ns). */
uint64_t hist_percentile(const struct hist *h, double percent);
/* Each value counts as the middle of its bucket. 0 when empty. */
double hist_mean(const struct hist *h);
double hist_stddev(const struct hist *h);
/* How many values are at most ns: all of ns's bucket included. */
uint64_t hist_count_to(const struct hist *h, uint64_t ns);
/* Lowest and highest value that share ns's bucket. */
uint64_t hist_lowest_equivalent(const struct hist *h, uint64_t ns);
uint64_t hist_highest_equivalent(const struct hist *h, uint64_t ns);
/* Walks the buckets that are not empty, upwards: *cursor starts at 0. *ns: the bucket's highest equivalent
 * value. 1, or 0 after the last. */
int hist_next(const struct hist *h, uint32_t *cursor, uint64_t *ns, uint64_t *n);

/* Values below 2^(sub_bits+1) have a place each; every doubling after that adds 2^sub_bits places of twice
 * the width. */
static inline uint32_t hist_index(const struct hist *h, uint64_t ns)
{
    uint64_t exact = (UINT64_C(2) << h->sub_bits) - 1;
    uint32_t shift = 63 - (uint32_t)__builtin_clzll(ns | exact) - h->sub_bits;
    return (shift << h->sub_bits) + (uint32_t)(ns >> shift);
}

static inline void hist_add_n(struct hist *h, uint64_t ns, uint64_t n)
{
    uint64_t bound = h->max_trackable_ns;
    if (n == 0) return;
    if (__builtin_expect(ns > bound, 0)) h->clipped += n;
    h->counts[hist_index(h, ns < bound ? ns : bound)] += n;
    h->count += n;
    if (ns < h->min_ns) h->min_ns = ns;
    if (ns > h->max_ns) h->max_ns = ns;
}

static inline void hist_add(struct hist *h, uint64_t ns)
{
    hist_add_n(h, ns, 1);
}

#endif
