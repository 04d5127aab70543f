/* units.h: numbers as people type them on a command line: 10k, 1.5ms, 64KiB, 1%. No blanks, no sign, no exponent. False on
 * anything else; outputs are set only on success. Any thread. */
#ifndef QUERN_LOAD_UNITS_H
#define QUERN_LOAD_UNITS_H

#include "base/slice.h"

#define UNIT_TIME_NS_MAX UINT64_C(1000000000000000000) /* 31 years */
#define UNIT_RATE_MAX 1e9

/* A whole number: 250, 20k, 1.5M, 2G; thousands, in either case. */
bool unit_count(struct slice text, uint64_t *n);
/* Per second, above 0 to UNIT_RATE_MAX: 500, 0.5, 5k, 5k/s. */
bool unit_rate(struct slice text, double *per_second);
/* A number that a rate or a count may have, 0 too, with or without "/s". */
bool unit_amount(struct slice text, double *amount);
/* 10us, 1.5s, 2m; ns us ms s m h, in either case. A number alone is in units of bare_ns. */
bool unit_time(struct slice text, uint64_t bare_ns, uint64_t *ns);
/* 512, 64k, 1MiB, 1G: by 1024, in either case. */
bool unit_bytes(struct slice text, uint64_t *bytes);
/* "1%" is 0.01; the sign stands there unless it is 0. */
bool unit_share(struct slice text, double *share);
/* "3" or "3-7": first to last, first <= last. */
bool unit_range(struct slice text, uint64_t *first, uint64_t *last);

#endif
