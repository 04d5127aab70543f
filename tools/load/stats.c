/* stats.c: see stats.h. */
#include "tools/load/stats.h"

#include "base/check.h"
#include "base/random.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static int compare_doubles(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

void stats_sort(double *x, size_t n)
{
    if (n) qsort(x, n, sizeof *x, compare_doubles);
}

double stats_quantile(const double *sorted, size_t n, double share)
{
    assert(n > 0 && share >= 0 && share <= 1);
    double place = share * (double)(n - 1), below = floor(place);
    size_t i = (size_t)below;
    return i + 1 < n ? sorted[i] + (place - below) * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}

double stats_median(double *x, size_t n)
{
    stats_sort(x, n);
    return stats_quantile(x, n, 0.5);
}

static double mean(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += x[i];
    return sum / (double)n;
}

double stats_geometric_mean(const double *x, size_t n)
{
    double sum = 0;
    assert(n > 0);
    for (size_t i = 0; i < n; i++) sum += log(x[i]);
    return exp(sum / (double)n);
}

/* ---- ratios of pairs ---- */

/* 0 or -EINVAL. */
static int log_ratios(const double *a, const double *b, size_t n, double *logs)
{
    for (size_t i = 0; i < n; i++) {
        if (!(a[i] > 0) || !(b[i] > 0) || !isfinite(a[i]) || !isfinite(b[i])) return -EINVAL;
        logs[i] = log(b[i]) - log(a[i]); /* not log(b/a), which may overflow */
    }
    return 0;
}

/* The mean of as many pairs, drawn with replacement. */
static double resampled_mean(const double *logs, size_t n, struct random *random)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += logs[random_below(random, n)];
    return sum / (double)n;
}

/* Percentile bootstrap. means: room for STATS_RESAMPLES. */
static void find_interval(const double *logs, size_t n, uint64_t seed, double *means, struct stats_ratio *out)
{
    struct random random;
    random_seed(&random, seed);
    for (size_t i = 0; i < STATS_RESAMPLES; i++) means[i] = resampled_mean(logs, n, &random);
    stats_sort(means, STATS_RESAMPLES);
    *out = (struct stats_ratio){
        .ratio = exp(mean(logs, n)),
        .low = exp(stats_quantile(means, STATS_RESAMPLES, 0.025)),
        .high = exp(stats_quantile(means, STATS_RESAMPLES, 0.975)),
        .pairs_n = n,
    };
}

int stats_ratio(const double *a, const double *b, size_t n, uint64_t seed, struct stats_ratio *out)
{
    if (n == 0) return -EINVAL;
    double *logs = calloc(n, sizeof *logs), *means = calloc(STATS_RESAMPLES, sizeof *means);
    int rc = logs && means ? log_ratios(a, b, n, logs) : -ENOMEM;
    if (rc == 0) find_interval(logs, n, seed, means, out);
    free(logs);
    free(means);
    return rc;
}

/* ---- the verdict ---- */

/* How far from 1 the interval of A against itself reaches, in logarithms. */
static double noise_of(const struct stats_ratio *aa)
{
    return aa ? fmax(fabs(log(aa->low)), fabs(log(aa->high))) : 0;
}

enum stats_outcome stats_compare(const struct stats_ratio *ab, const struct stats_ratio *aa, bool more_is_faster)
{
    if (ab->pairs_n < STATS_PAIRS_MIN) return STATS_NOT_DISTINGUISHABLE;
    if (ab->low <= 1 && ab->high >= 1) return STATS_NOT_DISTINGUISHABLE;
    if (fabs(log(ab->ratio)) <= noise_of(aa)) return STATS_NOT_DISTINGUISHABLE;
    return (ab->ratio > 1) == more_is_faster ? STATS_FASTER : STATS_SLOWER;
}

const char *stats_outcome_name(enum stats_outcome outcome)
{
    switch (outcome) {
    case STATS_NOT_DISTINGUISHABLE: return "not distinguishable";
    case STATS_FASTER: return "faster";
    case STATS_SLOWER: return "slower";
    }
    unreachable_state("a value of enum stats_outcome");
}
