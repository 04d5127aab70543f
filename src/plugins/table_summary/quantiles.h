/* quantiles.h: approximate quantiles of any number of values in fixed memory.
 *
 * A KLL sketch (Karnin, Lang, Liberty: "Optimal Quantile Approximation in Streams", 2016) with k = 1024, 27 KiB. Exact
 * up to QUANTILES_EXACT values. Beyond, every compaction at weight w moves the rank of a value by at most w, up or down
 * by the toss of a coin. A compaction at weight w eats at least w (2/3)^i k of the n values, i levels below the top,
 * and the top's weight is at most 2 n / k; so the sum of these errors has a variance of at most 6 n^2 / k^2, a standard
 * deviation of 0.0024 n. Stated bound: the rank of an answer is within 0.01 n of the one asked for, which is four of
 * these standard deviations (what is measured stays below 0.003 n). The coin is a fixed generator: the same values in
 * the same order give the same answers. */
#ifndef QUERN_PLUGINS_TABLE_SUMMARY_QUANTILES_H
#define QUERN_PLUGINS_TABLE_SUMMARY_QUANTILES_H

#include <stddef.h>
#include <stdint.h>

#define QUANTILES_RANK_ERROR 0.01
#define QUANTILES_K 1024
#define QUANTILES_LEVELS_MAX 48 /* weights up to 2^47 */
#define QUANTILES_SLOTS (3 * QUANTILES_K + 8 * QUANTILES_LEVELS_MAX) /* the sum of all levels' capacities, rounded up */
#define QUANTILES_EXACT QUANTILES_SLOTS

struct quantiles {
    uint64_t n;
    uint64_t coin; /* state of the generator */
    unsigned levels;
    /* Level i is slots[start[i]] to slots[start[i + 1] - 1], each worth 2^i values; all but level 0 are sorted. The
     * last one ends at QUANTILES_SLOTS, and new values go in front of the first. */
    uint32_t start[QUANTILES_LEVELS_MAX + 1];
    double slots[QUANTILES_SLOTS];
};

void quantiles_init(struct quantiles *q);
/* value: not NaN. */
void quantiles_add(struct quantiles *q, double value);
/* For each fraction (0 to 1, rising) the smallest value kept whose rank reaches that share of all. n must not be 0.
 * Uses q's memory to sort: nothing may be added afterwards. */
void quantiles_take(struct quantiles *q, const double *fractions, double *values, size_t count);

#endif
