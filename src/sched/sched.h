/* sched.h: which worker gets which task: the interface of a strategy. */
#ifndef QUERN_SCHED_SCHED_H
#define QUERN_SCHED_SCHED_H

#include "workers/worker.h"

/* What a shard has learned about a type. */
struct type_stats {
    uint64_t mean_ns; /* of its run time, moving average; 0: never run */
    uint64_t peak_ns; /* the longest of late: it decays */
    uint64_t runs;
};

/* A strategy is stateless but for what it reads from the workers; any shard's thread may ask. */
struct strategy {
    const char *name;
    /* A worker on which a claim has been won for a task of mean_ns (0: unknown) that may share an inbox up to cap tasks; NULL: no
     * room. */
    struct worker *(*pick)(struct workers *all, uint64_t mean_ns, uint32_t cap);
};

extern const struct strategy strategy_fixed, strategy_balanced;
const struct strategy *strategy_by_name(const char *name); /* NULL: unknown */

/* How many tasks of a type may stand in one worker's inbox: as many as run within SCHED_SHARE_NS together. */
#define SCHED_SHARE_NS (UINT64_C(1000000))
uint32_t sched_cap(const struct type_stats *s);
/* A mean is not a promise: the worker has a task in hand that was taken for short and is not. Nothing may be put behind it. */
bool sched_overruns(const struct worker *w, uint64_t now_ns);
/* A worker has nothing but short tasks in hand: within SCHED_SHARE_NS or so it is idle, if nobody adds to them. */
bool sched_soon_idle(const struct workers *all, uint64_t now_ns);

#endif
