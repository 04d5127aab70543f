/* measures.h: the figures by which runs are compared, and what pairs of runs say about them. Pure functions, any thread. */
#ifndef QUERN_LOAD_MEASURES_H
#define QUERN_LOAD_MEASURES_H

#include "tools/load/human.h"
#include "tools/load/result.h"
#include "tools/load/stats.h"
#include <stdio.h>

enum measure {
    MEASURE_RATE,            /* completed per second */
    MEASURE_RATE_PER_CPU,    /* completed per second of the server's CPU time */
    MEASURE_P50,             /* response time */
    MEASURE_P99,
    MEASURE_P999,
    MEASURE_RSS_PER_CONN,    /* of the server */
    MEASURE_SLAB_PER_CONN,   /* of the kernel, both ends */
    MEASURES_N
};

/* One run's; 0: not known. */
struct measured {
    double value[MEASURES_N];
};

/* B against A, by one figure. */
struct measure_outcome {
    bool known;              /* in every pair, for both */
    double a, b;             /* geometric means */
    struct stats_ratio ratio;
    bool aa_known;
    struct stats_ratio aa;   /* A against itself */
    enum stats_outcome outcome;
};

struct comparison {
    size_t pairs_n, aa_pairs_n;
    struct measure_outcome of[MEASURES_N];
    enum measure headline;   /* the one that the verdict is about */
};

const char *measure_name(enum measure m);
const char *measure_key(enum measure m); /* for programs: "rate", "p99_ns", … */
bool measure_more_is_better(enum measure m);
struct human measure_text(enum measure m, double value);
void measure_run(const struct result *r, struct measured *out);
/* "faster", "slower", "not distinguishable"; for memory "smaller" and "larger". */
const char *measure_verdict(enum measure m, enum stats_outcome outcome);

/* a[i] and b[i] are a pair, n of them, more than none; aa_a[i] and aa_b[i] are pairs of A with itself, aa_n of them. open: in an
 * open loop the rate is what was asked for, and says nothing. 0 or -ENOMEM. */
int comparison_make(const struct measured *a, const struct measured *b, size_t n, const struct measured *aa_a,
                    const struct measured *aa_b, size_t aa_n, bool open, struct comparison *out);
/* A table. With a single pair: without intervals and verdicts. */
void comparison_print(FILE *f, const struct comparison *c);

#endif
