/* task.h: one unit for a worker, from a call or from a job. Its owner is a shard: the shard makes it, a worker has it between
 * claim and done, then it goes home by mail. Fields say who may touch them when. */
#ifndef QUERN_WORKERS_TASK_H
#define QUERN_WORKERS_TASK_H

#include "base/block.h"
#include "base/list.h"
#include "base/mail.h"
#include "base/uuid.h"
#include "workers/types.h"

#include <stdatomic.h>

#define TASK_PARAMS_MAX 32
#define TASK_PARAM_BYTES 2048
#define TASK_MESSAGE_BYTES 1152 /* of a failure: a sentence, or a KiB of what a command wrote to stderr */

enum task_outcome {
    TASK_COMPLETED, /* result stands */
    TASK_FAILED,    /* the handler said why: code, message */
    TASK_DROPPED,   /* cancelled before it ran, or its process was ended because nobody wanted it any more */
    TASK_CRASHED,   /* its process ended by itself: code, message */
    TASK_TIMEOUT,   /* its process was ended at the run limit: code, message */
};

struct worker;

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
    struct worker *worker; /* NULL: none has got it yet */
    struct uuid job_id;    /* of a job */
    uint32_t attempt;      /* of a job; 0: this is a call */
    /* Owner and worker. */
    _Atomic bool cancelled;    /* set by the owner at any time, never cleared */
    _Atomic uint32_t progress; /* millionths; worker writes */
    _Atomic(struct task *) twin; /* the task as its process sees it; NULL: none does. Worker writes; see task_progress() */
    _Atomic uint64_t started_ns; /* 0 until a worker begins */
    /* Set by the worker, read by the owner once the task is home. */
    uint64_t ended_ns;
    struct block *result;
    struct block *reserved; /* given to the handler, not committed */
    struct block_budget *budget;
    uint8_t outcome; /* enum task_outcome */
    bool retryable;  /* of a failure: another attempt may go better */
    /* The worker's. */
    struct block *(*make_room)(void *arg, size_t bytes); /* for a result; NULL: block_new from the budget */
    void *room_arg;
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
    char fail_code[64], fail_message[TASK_MESSAGE_BYTES];
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
/* Worker's thread: code and message of what ended the task, each cut to its room. */
void task_fail(struct task *t, enum task_outcome outcome, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Owner: how far it is, in millionths. A process writes to memory that outlives all tasks, so a look that comes too late sees another
 * task's at worst. */
static inline uint32_t task_progress(struct task *t)
{
    struct task *twin = atomic_load_explicit(&t->twin, memory_order_acquire);
    return atomic_load_explicit(twin ? &twin->progress : &t->progress, memory_order_relaxed);
}

#endif
