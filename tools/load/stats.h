/* stats.h: what a handful of paired measurements can tell. The unit is a pair: A and B measured right after
 * one another, so that what the machine did to both cancels in their ratio. Pure functions, any thread. */
#ifndef QUERN_LOAD_STATS_H
#define QUERN_LOAD_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void stats_sort(double *x, size_t n);
/* Of ascending numbers, n > 0; share: 0 to 1; between two of them linearly (R's type 7). */
double stats_quantile(const double *sorted, size_t n, double share);
/* Sorts x. n > 0. */
double stats_median(double *x, size_t n);
/* n > 0, all > 0. */
double stats_geometric_mean(const double *x, size_t n);

/* B ÷ A. */
struct stats_ratio {
    double ratio; /* geometric mean over the pairs */
    double low, high; /* its 95 % bootstrap interval */
    size_t pairs_n;
};

#define STATS_RESAMPLES 10000
/* With fewer pairs, all of them leaning the same way is still likely to be chance: 2 ÷ 2^5 > 5 %. */
#define STATS_PAIRS_MIN 6

/* a[i] and b[i] are a pair. The same seed gives the same interval. 0; -EINVAL: no pairs, or a number that is
 * not above 0 and finite; -ENOMEM. */
int stats_ratio(const double *a, const double *b, size_t n, uint64_t seed, struct stats_ratio *out);

/* What B is compared with A. */
enum stats_outcome { STATS_NOT_DISTINGUISHABLE, STATS_FASTER, STATS_SLOWER };
/* Distinguishable is a ratio whose interval leaves 1 out, and that is further from 1 than the interval of A
 * against itself reaches; aa may be NULL: not measured. more_is_faster: true for rates, false for times and
 * sizes. */
enum stats_outcome stats_compare(const struct stats_ratio *ab, const struct stats_ratio *aa, bool more_is_faster);
const char *stats_outcome_name(enum stats_outcome outcome); /* "faster", "slower", "not distinguishable" */

#endif
