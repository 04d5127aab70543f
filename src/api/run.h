/* run.h: calls, POST /run/{type}: raw bytes in, raw bytes out, the client waiting. No store, no journal, never retried. One struct
 * run per shard; its thread. */
#ifndef QUERN_API_RUN_H
#define QUERN_API_RUN_H

#include "base/slab.h"
#include "http/exchange.h"
#include "ring/timer.h"
#include "sched/dispatch.h"

struct asker;

struct run {
    struct slab calls; /* of struct call */
    struct dispatch *dispatch;
    struct timers *timers;
    struct http *http;
    struct mailbox *mailbox;
    struct block_budget *budget;
    const struct types *types;
    const struct clock *clock;
    struct asker *asker; /* for calls that become jobs */
    uint8_t durability;  /* enum job_durability: of these */
    uint32_t wait_max_s;
    bool stopping; /* run_cancel_all() */
    struct histogram call_ns, queue_ns, run_ns;
    metric completed, failed, timed_out, abandoned, refused;
    metric deferred;  /* became jobs */
    metric adopted;   /* … of which: while they ran or waited, as their client's wait was over */
    metric withdrawn; /* had become one when nobody was left who would have heard of it */
};

struct run_options {
    uint32_t calls_max;
    struct dispatch *dispatch;
    struct timers *timers;
    struct http *http;
    struct mailbox *mailbox;
    struct block_budget *budget;
    const struct types *types;
    const struct clock *clock;
    struct asker *asker;
    uint8_t durability;
    uint32_t wait_max_s;
};

int run_init(struct run *r, const struct run_options *options); /* 0 or -ENOMEM */
/* All calls must have ended. */
void run_deinit(struct run *r);
/* For drain: tells every running call to stop and answers those that wait. */
void run_cancel_all(struct run *r);
uint32_t run_active(const struct run *r);

/* POST /run/<type>. */
bool run_admit(struct exchange *x, uint64_t *body_max);
void run_handle(struct exchange *x);
/* For own routes: a call of a given type, whose path parameters become the job's. names: of the path parameters, in order. */
bool run_admit_type(struct exchange *x, const struct job_type *type, uint64_t *body_max);
void run_call(struct exchange *x, const struct job_type *type, const char *const *names);

#endif
