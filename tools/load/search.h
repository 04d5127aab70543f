/* search.h: many runs at different rates: --sweep and --find-max. Main thread. */
#ifndef QUERN_LOAD_SEARCH_H
#define QUERN_LOAD_SEARCH_H

#include "tools/load/result.h"

/* One run for each rate from sweep_from to sweep_to. *out: the last run, with a point for each. 0 or -errno with *why. */
int search_sweep(const struct options *o, struct result *out, const char **why);
/* The highest rate that meets the conditions: doubled until one does not, then halved to within 3 %. *out: the best run that met
 * them (else the last), with a point for each step; found_rate 0: none did. */
int search_max(const struct options *o, struct result *out, const char **why);
/* Whether a run meets all of --find-max. */
bool search_meets(const struct options *o, const struct result *r);

#endif
