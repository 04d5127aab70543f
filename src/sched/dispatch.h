/* dispatch.h: a shard's tasks on their way to workers: those that wait, those that are out, and what has been learned about how long
 * each type runs. Calls and the jobs of an engine both pass here. The shard's thread. */
#ifndef QUERN_SCHED_DISPATCH_H
#define QUERN_SCHED_DISPATCH_H

#include "sched/sched.h"
#include "base/metric.h"

struct clock;
struct dispatch;

enum dispatch_outcome {
    DISPATCH_OK,
    DISPATCH_FULL, /* the queue is full */
    DISPATCH_TOO_LONG, /* it would wait longer than it may */
    DISPATCH_SICK, /* handlers hang and no thread is left to replace theirs */
};

struct dispatch_options {
    uint32_t shard; /* index in the hungry set */
    struct mailbox *mailbox; /* the shard's */
    struct workers *workers; /* the threads: pool 0 */
    struct workers *const *pools; /* pools 1 to n_pools, a type each; constant */
    uint32_t n_pools;
    const struct types *types;
    const struct strategy *strategy; /* of the threads */
    const struct clock *clock;
    uint32_t waiting_max; /* tasks without a worker */
    /* Jobs: asks for the next one when a worker has room for one; NULL: this shard hosts no engine. True: a task was pushed by
     * dispatch_start(). Only jobs of types of that worker's pool (claimed->all->pool). */
    bool (*next_job)(void *arg, struct worker *claimed);
    bool (*has_jobs)(void *arg, uint32_t pool);
    bool (*jobs_wait)(void *arg, uint32_t pool); /* a job is ready for that pool now; NULL: none ever */
    void *jobs_arg;
};
struct dispatch_counts {
    metric started, waited, refused_full, refused_too_long, withdrawn, notices;
    metric waiting; /* now */
    metric out; /* with workers now */
};

int dispatch_new(const struct dispatch_options *options, struct dispatch **out); /* 0 or -ENOMEM */
struct dispatch *dispatch_free(struct dispatch *d);
struct dispatch_counts *dispatch_counts(struct dispatch *d);
const struct type_stats *dispatch_stats(const struct dispatch *d, uint16_t type);

/* Gives a task to a worker, or lets it wait. wait_ns: how long it may. */
enum dispatch_outcome dispatch_submit(struct dispatch *d, struct task *t, uint64_t wait_ns);
/* True: it was still waiting and is the caller's again. False: a worker has it; it has been told to stop and comes home. */
bool dispatch_withdraw(struct dispatch *d, struct task *t);
/* The same, but what a worker has goes on. */
bool dispatch_take_back(struct dispatch *d, struct task *t);
/* A task has come home: learns from it and fills the room. */
void dispatch_done(struct dispatch *d, struct task *t);
/* Jobs have become ready. */
void dispatch_jobs(struct dispatch *d);
/* next_job's: hands a task to the worker that was claimed for it. */
void dispatch_start(struct dispatch *d, struct worker *claimed, struct task *t);
/* Instead: there is nothing for that worker after all. */
void dispatch_give_up(struct dispatch *d, struct worker *claimed);
/* At the end of a turn: wakes the workers that were given something. */
void dispatch_flush(struct dispatch *d);
uint32_t dispatch_waiting(const struct dispatch *d);

#endif
