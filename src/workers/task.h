/* task.h: one unit for a worker, from a call or from a job. Its owner is a shard: the shard makes it, a worker has it between
 * claim and done, then it goes home by mail. Fields say who may touch them when. */
#ifndef QUERN_WORKERS_TASK_H
#define QUERN_WORKERS_TASK_H

#include "base/block.h"
#include "base/list.h"
#include "base/mail.h"
#include "workers/types.h"

#include <stdatomic.h>

#define TASK_PARAMS_MAX 32
#define TASK_PARAM_BYTES 2048

enum task_outcome {
    TASK_COMPLETED, /* result stands */
    TASK_FAILED,    /* the handler said why: code, message */
    TASK_DROPPED,   /* cancelled before it ran */
};

struct task {
    struct mail done;      /* home, with done.deliver set by the owner; the worker sends it */
    struct mailbox *home;
    const struct job_type *type;
    /* Set by the owner before the claim, read by the worker. */
    struct block *input;   /* a reference of the task's; NULL: empty */
    uint8_t n_params;
    uint64_t queued_ns;
    uint32_t run_limit_ms;
    bool is_short;         /* of a type so quick that several stand in one inbox: done in batches */
    uint64_t estimate_ns;  /* how long it will probably run; counted in worker.load_ns while in hand */
    /* Owner and worker. */
    _Atomic bool cancelled;    /* set by the owner at any time, never cleared */
    _Atomic uint32_t progress; /* millionths; worker writes */
    _Atomic uint64_t started_ns; /* 0 until a worker begins */
    /* Set by the worker, read by the owner once the task is home. */
    uint64_t ended_ns;
    struct block *result;
    struct block *reserved; /* given to the handler, not committed */
    struct block_budget *budget;
    uint8_t outcome; /* enum task_outcome */
    /* The owner's. */
    struct list link; /* waiting for a worker */
    bool waiting;
    /* Texts, last: not zeroed for each task, task_init() makes them empty. The first three are the owner's before the claim, the others
     * the worker's. */
    struct {
        const char *name; /* of the type's table */
        const char *text; /* in params_text */
    } params[TASK_PARAMS_MAX];
    char params_text[TASK_PARAM_BYTES];
    char input_type[128];
    char result_type[128];
    char fail_code[64], fail_message[401];
};
/* What a pool must zero of a task. */
#define TASK_CLEAR_BYTES offsetof(struct task, params)

/* The handler's view of a task. */
struct quern_job;
static inline struct quern_job *task_job(struct task *t)
{
    return (struct quern_job *)t;
}

/* Before the first use of memory whose first TASK_CLEAR_BYTES are zero. */
void task_init(struct task *t, struct block_budget *budget);
/* Drops every block. */
void task_deinit(struct task *t);
/* Worker's thread: runs the handler, or drops the task if it is cancelled already. Sets all results. */
void task_run(struct task *t);

#endif
