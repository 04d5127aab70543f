/* plan.h: when requests are due. Times are computed from the number of the request, never by adding to the
 * last send, so that nothing drifts. A plan belongs to one thread; with T threads each has every T-th arrival
 * of the same plan, so that the whole is the same for any T.
 *
 *   const     the k-th arrival (from 0) is due as soon as the rate, summed over time, goes beyond k
 *   poisson   the same with a sum of k + 1 exponential gaps of mean 1 instead of k (the part's seed)
 *   burst:N   N arrivals at once wherever const has every N-th
 *   trace     the file's offsets; rate and stages do not matter
 *
 * The rate is the given one, or follows o->stages if the first of them is of rates: straight from one value
 * to the next; the last value holds on after the end. */
#ifndef QUERN_LOAD_PLAN_H
#define QUERN_LOAD_PLAN_H

#include "tools/load/options.h"

struct plan;

/* Whose plan of the options' it is. */
struct plan_part {
    double rate;              /* of all threads together, above 0; not looked at with stages or a trace */
    double share;             /* of the stages' rates, for one of several groups; 1: all of it */
    uint64_t seed;            /* poisson; groups take different ones, threads the same */
    uint32_t thread, threads;
};

/* length_ns: warm-up and measured time; arrivals from then on are never due. 0; -ENOMEM; -EINVAL with *why
 * (no rate; a trace that cannot be read: its line), a text that lasts until the next call. Threads call one
 * after another. */
int plan_make(const struct options *o, const struct plan_part *part, uint64_t length_ns, struct plan **out, const char **why);
struct plan *plan_free(struct plan *p);
/* When this thread's next request is due, in ns since the start of the load; UINT64_MAX: never. */
uint64_t plan_next_ns(const struct plan *p);
void plan_advance(struct plan *p);
/* Arrivals of the whole plan (all threads) from from_ns to before to_ns, for the report's offered rate.
 * poisson: how many are expected. */
double plan_offered(const struct plan *p, uint64_t from_ns, uint64_t to_ns);

#endif
