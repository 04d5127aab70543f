/* figures.h: what follows from a result's counts. Pure functions, any thread. What cannot be known (no server process to look
 * at, nothing completed) is 0. */
#ifndef QUERN_LOAD_FIGURES_H
#define QUERN_LOAD_FIGURES_H

#include "tools/load/result.h"

/* Requests came by a plan, at least in one group. */
bool figure_is_open(const struct result *r);
double figure_seconds(const struct result *r); /* of measured time */
/* Per second of measured time: answers that came in it, with all checks passed; requests that were due. */
double figure_rate(const struct result *r, const struct group_result *g);
double figure_offered(const struct result *r, const struct group_result *g);
/* Answers that came whole, right or wrong. */
uint64_t figure_answered(const struct group_result *g);
/* Answers that failed a check, of themselves or as HTTP. */
uint64_t figure_wrong(const struct group_result *g);
uint64_t figure_errors(const struct group_result *g); /* of all kinds */
double figure_error_share(const struct group_result *g); /* failed or unanswered, of all that ended */

/* 1: all of its threads were busy all the time. */
double figure_loader_cpu(const struct result *r);
double figure_enters_per_request(const struct result *r);
/* In CPUs: 1.5 is one and a half. */
double figure_server_cpu(const struct result *r);
double figure_server_ns_per_request(const struct result *r);
double figure_rate_per_server_second(const struct result *r); /* requests per second of the server's CPU time */
/* Growth over the ramp per connection opened: of the server's RSS; of the kernel's slabs, which hold both ends here. */
double figure_rss_per_connection(const struct result *r);
double figure_slab_per_connection(const struct result *r);
/* The same of what the kernel has in TCP buffers and in page tables. */
double figure_tcp_per_connection(const struct result *r);
double figure_tables_per_connection(const struct result *r);
/* The server's growth up to the end of the measured time, if a group of slow readers is alone to blame for it. */
double figure_rss_per_slow_reader(const struct result *r, const struct group_result *g);
/* Of the time of all CPUs. */
double figure_steal(const struct result *r);

/* NULL: there was none. */
const struct phase *figure_phase(const struct result *r, enum phase_kind kind);
/* Ticks that lie in the measured time as a whole: from *first to before *end. */
void figure_measured_ticks(const struct result *r, uint32_t *first, uint32_t *end);
uint64_t figure_tick_ns(const struct result *r); /* 0: no ticks */

#endif
