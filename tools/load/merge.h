/* merge.h: what the load threads have counted becomes one result. Main thread. */
#ifndef QUERN_LOAD_MERGE_H
#define QUERN_LOAD_MERGE_H

#include "tools/load/run.h"

/* Adds the threads' figures of tick i to t; they may still be counting. */
void merge_tick(const struct run *run, uint32_t i, struct tick *t);
/* Percentiles of the answers in the ticks from first to before end; the threads may still be counting. */
void merge_span(const struct run *run, uint32_t first, uint32_t end, const double *percents, uint64_t *ns, size_t n);
/* Joins the result's ticks by twos. */
void merge_fold(struct result *r);
/* After the threads have ended. 0 or -ENOMEM. */
int merge_run(struct run *run, struct result *r);
/* The server's and our own figures of the measured time and of the ramp. */
void merge_samples(struct result *r, const struct sample *before, const struct sample *ready, const struct sample *start,
                   const struct sample *end);

#endif
