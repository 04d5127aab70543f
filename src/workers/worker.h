/* worker.h: the workers of a server, in pools. A worker is a place (claim, inbox) and a thread that serves it. In the pool of threads
 * the handlers run in that thread; it may be replaced when a handler does not come back, but is never killed. In a pool of another
 * kind (process.h, command.h) the thread looks after a process that runs the task, and nearly always sleeps. So claims, mail, fairness
 * and waiting are the same for all kinds, and the end of a process is an event of the thread that waits for it. */
#ifndef QUERN_WORKERS_WORKER_H
#define QUERN_WORKERS_WORKER_H

#include "base/inbox.h"
#include "base/metric.h"
#include "workers/claim.h"
#include "workers/growth.h"
#include "workers/task.h"

#include <stdalign.h>

#define WORKERS_MAX 256u
#define WORKER_GRACE_NS (UINT64_C(1000000000)) /* after its run limit a task has been told to stop; this much later its worker
                                                  is taken for lost */

struct log;
struct place; /* of a kind that is not threads */
struct worker;
struct worker_thread; /* thread.c */

/* How a pool runs its tasks if not in the serving thread itself. All on the serving thread. */
struct worker_kind {
    const char *name; /* of the threads */
    /* Before the first task. The claim is closed until claim_reopen(); NULL: it is open from the start. */
    void (*begin)(struct worker *w);
    void (*run)(struct worker *w, struct task *t); /* as task_run */
    /* Nothing to do: returns when the worker is poked or something of its own has happened; NULL: it has nothing of its own. */
    void (*sleep)(struct worker *w);
    void (*end)(struct worker *w); /* NULL: nothing to do */
};

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
    _Atomic bool wanted;                  /* it is to have a child: growth.h. Any thread sets it, its own clears it */
    int poke_fd;                          /* eventfd of another kind than threads; else -1 */
    struct place *place;                  /* the kind's; NULL: threads */
    metric runs, busy_ns;                 /* the serving thread's */
    metric crashes, restarts, processes;  /* the same; processes: now */
    metric grown, idle_ends;              /* the same: children started since tasks waited, ended since none did */
};

struct workers {
    uint32_t n;
    struct worker *of; /* n of them */
    uint32_t pool;     /* its index among the server's; 0: the threads */
    const struct worker_kind *kind; /* NULL: threads */
    struct hungry hungry;
    struct growth growth; /* of processes */
    _Atomic bool stopping;
    _Atomic bool sick;          /* the kind can start no process any more */
    _Atomic uint32_t n_orphans; /* threads whose handler has not come back */
    metric n_replaced;          /* the supervisor's */
    struct log *log;
};

struct workers_options {
    uint32_t n;
    const int *cpus;        /* per worker; -1: none */
    const bool *shares_cpu; /* per worker */
    struct log *log;        /* NULL: none */
    uint32_t pool;
    const struct worker_kind *kind; /* NULL: threads */
    uint32_t n_min;                 /* of that kind: with a child from the start, and always */
    struct place *const *places;    /* of that kind: per worker, borrowed until workers_free() */
};

/* Starts the threads. 0 or -errno. */
int workers_new(const struct workers_options *options, struct workers **out);
/* Lets what is in hand end, then joins. Threads whose handler does not come back within WORKER_GRACE_NS are left alone (others only
 * after 15 s, in which they had no CPU): then false, and the process must end by _exit(). */
bool workers_stop(struct workers *all);
struct workers *workers_free(struct workers *all);
/* The caller has won a claim on it. Wakes nobody: worker_wake() does, once per turn. */
void worker_push(struct worker *w, struct task *t);
void worker_wake(struct worker *w);
/* Any thread: something about the task in hand has changed, such as that nobody wants it any more. Of threads, which look for
 * themselves, nothing happens. */
void worker_poke(struct worker *w);
static inline bool workers_are_threads(const struct workers *all)
{
    return !all->kind;
}
/* A few times a second, on one thread: replaces threads whose task is WORKER_GRACE_NS past its limit. */
void workers_supervise(struct workers *all, uint64_t now_ns);
/* False once so many handlers hang that no thread is left for some worker, or no process can be started. */
bool workers_healthy(const struct workers *all);

#endif
