/* search.h: many runs at different rates: --sweep and --find-max. Main thread. */
#ifndef QUERN_LOAD_SEARCH_H
#define QUERN_LOAD_SEARCH_H

#include "tools/load/result.h"

/* run_all(), or what stands in for it. */
typedef int (*search_run)(const struct options *o, double rate, struct result *out, const char **why);

/* One run for each rate from sweep_from to sweep_to. *out: the last run, with a point for each and the verdict on all of them. 0 or
 * -errno with *why. */
int search_sweep(const struct options *o, search_run run, struct result *out, const char **why);
/* The highest rate that meets the conditions: doubled until one does not, then halved to within 3 %. A run that is invalid is
 * repeated. *out: the best run that met them (else the last), with a point for each run; found_rate 0: none did; found_limited: what
 * bounds it from above were invalid runs only. */
int search_max(const struct options *o, search_run run, struct result *out, const char **why);
/* Whether a run meets all of --find-max. Requests that failed, were dropped or have no answer count as infinitely slow. */
bool search_meets(const struct options *o, const struct result *r);

#endif
