/* local.h: jobs of this shard's engine, run by the workers of this server. Turns a grant into a task and its end into an outcome for
 * the engine. The thread of the engine's shard. */
#ifndef QUERN_SCHED_LOCAL_H
#define QUERN_SCHED_LOCAL_H

#include "sched/dispatch.h"

struct engine;
struct local;
struct local_result;

struct local_options {
    const struct types *types;
    struct block_budget *budget;
    struct mailbox *mailbox; /* the shard's */
    uint32_t n_max; /* jobs with workers at once */
};

int local_new(const struct local_options *options, struct local **out); /* 0 or -ENOMEM */
/* The engine and the dispatch know this one by hooks, and it knows them; so they are told afterwards. */
void local_connect(struct local *l, struct engine *engine, struct dispatch *dispatch);
struct local *local_free(struct local *l);

/* Hooks of the engine (engine_options) and of the dispatch (dispatch_options). */
void local_on_ready(void *arg);
void local_on_cancel(void *arg, uint32_t slot, uint32_t generation);
bool local_next_job(void *arg, struct worker *claimed);
bool local_has_jobs(void *arg, uint32_t pool);
bool local_jobs_wait(void *arg, uint32_t pool);
/* What the engine is to be told of a task that is home. given_back: it was told to stop because the server stops. Moves the result out of t. */
void local_result_fill(struct local_result *r, struct task *t, bool given_back);
/* At the end of a turn: starts what has become ready meanwhile. */
void local_flush(struct local *l);
/* Now and then: passes on how far the handlers say they are. */
void local_report_progress(struct local *l);
/* For drain: tells every running job to stop. */
void local_cancel_all(struct local *l);
/* At the end of a stop: what has not come home goes back to its queue, uncounted. Its worker may still be at it. */
void local_give_back_all(struct local *l);
uint32_t local_running(const struct local *l);
struct histogram *local_latency(struct local *l); /* run times of jobs */

#endif
