/* state.h: which state a job may go to from which, and why. The only writer of job->state (ojs-core
 * §6.4, and design.md §4 where that is silent). Keeps the counts of jobs per state, in all and per
 * queue. */
#ifndef QUERN_JOBS_STATE_H
#define QUERN_JOBS_STATE_H

#include "jobs/job.h"

struct job;
struct store;

enum job_cause {
    CAUSE_DUE,      /* the scheduled time has come, or the back-off is over */
    CAUSE_ACTIVATE, /* somebody released a pending job */
    CAUSE_GRANT,    /* a worker took it */
    CAUSE_ACK,      /* the worker succeeded */
    CAUSE_RETRY,    /* the worker failed, and may try again */
    CAUSE_FAIL,     /* the worker failed for good */
    CAUSE_LOST,     /* the lease ran out */
    CAUSE_CRASH,    /* the lease ran out, for the last time */
    CAUSE_RELEASE,  /* given back, uncounted */
    CAUSE_CANCEL,
    CAUSE_EXPIRE, /* its time was up */
    CAUSE_REVIVE, /* somebody wants a dead letter to be tried again */
};
#define JOB_CAUSES 12

/* True and *to: the move is legal. */
bool state_next(enum job_state from, enum job_cause cause, enum job_state *to);
/* A new job's first state: scheduled, available or pending. */
void state_begin(struct store *s, struct job *job, enum job_state first);
/* Moves the job. False: not legal, and nothing has changed. */
bool state_move(struct store *s, struct job *job, enum job_cause cause);
/* Replay: the job is in that state now, by a transition that was legal when it happened. is_new: it was in none. A terminal job
 * stays as it is. */
void state_restore(struct store *s, struct job *job, bool is_new, enum job_state state, enum job_state previous);
/* The job is about to be forgotten. */
void state_end(struct store *s, struct job *job);

#endif
