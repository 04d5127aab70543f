/* failure.h: one entry of a job's error history as JSON text (ojs-retry §10.1). Any thread. */
#ifndef QUERN_JOBS_FAILURE_H
#define QUERN_JOBS_FAILURE_H

#include "jobs/job.h"

/* How an attempt failed. */
struct failure {
    struct slice object; /* what the worker sent, a checked JSON object; empty: made from the rest */
    struct slice code, type, message; /* plain text; may be empty */
    uint32_t attempt;
    uint64_t wall_ns;
    bool retryable;
};

/* The run time limit has passed. */
struct failure failure_of_timeout(void);
/* The worker was not heard of in time. */
struct failure failure_of_silence(void);
/* The object that the worker sent, with what is missing of type, attempt and occurred_at added; or
 * one with code, type, message, retryable, attempt and occurred_at. NULL: no memory. */
struct block *failure_text(struct block_budget *budget, const struct failure *f);

#endif
