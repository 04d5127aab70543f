/* worker.h: the workers of a process: pinned threads that run tasks. A worker is a place (claim, inbox); the thread that serves it
 * may be replaced when a handler does not come back, but is never killed. */
#ifndef QUERN_WORKERS_WORKER_H
#define QUERN_WORKERS_WORKER_H

#include "base/inbox.h"
#include "base/metric.h"
#include "workers/claim.h"
#include "workers/task.h"

#include <stdalign.h>

#define WORKERS_MAX 256u
#define WORKER_GRACE_NS (UINT64_C(1000000000)) /* after its run limit a task has been told to stop; this much later its worker
                                                  is taken for lost */

struct log;
struct worker_thread; /* thread.c */

struct worker {
    alignas(CACHE_LINE) claim_word claim; /* any thread */
    _Atomic uint64_t load_ns;             /* estimates of what is in hand; any thread adds, the worker subtracts */
    _Atomic uint64_t began_ns;            /* when the short task in hand did; 0: none. The serving thread writes */
    alignas(CACHE_LINE) _Atomic uint32_t doze; /* 1 while the thread sleeps on it */
    struct inbox inbox;                   /* producers: shards that have won a claim; consumer: the serving thread */
    struct workers *all;
    struct worker_thread *thread;         /* the supervisor's (shard 0's thread) */
    int cpu;                              /* -1: not pinned */
    bool shares_cpu;                      /* with a shard: runs SCHED_IDLE */
    uint32_t index;
    metric runs, busy_ns;                 /* the serving thread's */
};

struct workers {
    uint32_t n;
    struct worker *of; /* n of them */
    struct hungry hungry;
    _Atomic bool stopping;
    _Atomic uint32_t n_orphans; /* threads whose handler has not come back */
    metric n_replaced;          /* the supervisor's */
    struct log *log;
};

struct workers_options {
    uint32_t n;
    const int *cpus;        /* per worker; -1: none */
    const bool *shares_cpu; /* per worker */
    struct log *log;        /* NULL: none */
};

/* Starts the threads. 0 or -errno. */
int workers_new(const struct workers_options *options, struct workers **out);
/* Lets what is in hand end, then joins. Threads whose handler does not come back are left alone: then false, and the process must
 * end by _exit(). */
bool workers_stop(struct workers *all);
struct workers *workers_free(struct workers *all);
/* The caller has won a claim on it. Wakes nobody: worker_wake() does, once per turn. */
void worker_push(struct worker *w, struct task *t);
void worker_wake(struct worker *w);
/* A few times a second, on one thread: replaces threads whose task is WORKER_GRACE_NS past its limit. */
void workers_supervise(struct workers *all, uint64_t now_ns);
/* False once so many handlers hang that no thread is left for some worker. */
bool workers_healthy(const struct workers *all);

#endif
