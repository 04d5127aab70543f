/* thread.c: threads that serve workers: see worker.h. */
#include "workers/worker.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BATCH_NS (100 * NS_PER_US) /* finished short tasks wait at most this long for company on their way home */

#define STOP_PATIENCE_NS (15 * NS_PER_S) /* at a stop, for threads that have no handler in hand */

/* The low bits of a thread's serving word; the others count its tasks, so that the supervisor gives no thread up for the task before
 * the one it has in hand. */
enum serving { SERVING_IDLE, SERVING_BUSY, SERVING_ORPHAN };
#define SERVING_STATE 3u
#define SERVING_TASK 4u

/* One life of a worker's thread. Freed by workers_stop, or by itself when it ends as an orphan. */
struct worker_thread {
    struct worker *worker;
    pthread_t id;
    _Atomic uint32_t serving; /* the thread and the supervisor compare-and-swap it */
    _Atomic uint64_t busy_until_ns; /* run limit of the task in hand */
    _Atomic uint64_t estimate_ns; /* of the task in hand, as counted in load_ns */
    _Atomic uint32_t ended; /* 1: about to return; a futex for workers_stop */
    uint32_t task; /* its number × SERVING_TASK; the thread's own */
    /* finished tasks that have not been sent home yet; the thread's own */
    struct mail *batch_first, *batch_last;
    struct mailbox *batch_home;
    uint64_t batch_began_ns;
};

/* ---- sleeping ---- */

static void futex_wait(_Atomic uint32_t *word, uint32_t value, const struct timespec *limit)
{
    (void)syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, limit, NULL, 0);
}

static void futex_wake(_Atomic uint32_t *word)
{
    (void)syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

void worker_push(struct worker *w, struct task *t)
{
    bool ok = inbox_push(&w->inbox, t);
    assert(ok); /* at most CLAIM_MAX tasks are claimed, and the inbox holds as many */
    atomic_fetch_add_explicit(&w->load_ns, t->estimate_ns, memory_order_relaxed);
}

/* Both sides exchange the one word, so they cannot pass each other: if the worker's exchange comes second it reads ours and with
 * it sees the push; if ours comes second it reads 1 and wakes. */
void worker_wake(struct worker *w)
{
    if (atomic_exchange_explicit(&w->doze, 0, memory_order_acq_rel) != 1) return;
    if (w->all->kind && w->all->kind->sleep) worker_poke(w);
    else futex_wake(&w->doze);
}

void worker_poke(struct worker *w)
{
    uint64_t one = 1;
    if (w->poke_fd < 0) return;
    ssize_t n = write(w->poke_fd, &one, sizeof one);
    (void)n; /* full: it has been poked, and will look */
}

static void doze_off(struct worker *w)
{
    if (w->all->kind && w->all->kind->sleep) w->all->kind->sleep(w);
    else futex_wait(&w->doze, 1, NULL);
}

static struct task *next_task(struct worker *w)
{
    for (;;) {
        struct task *t = inbox_pop(&w->inbox);
        if (t || atomic_load_explicit(&w->all->stopping, memory_order_acquire)) return t;
        (void)atomic_exchange_explicit(&w->doze, 1, memory_order_acq_rel);
        t = inbox_pop(&w->inbox);
        if (t || atomic_load_explicit(&w->all->stopping, memory_order_acquire)) {
            (void)atomic_exchange_explicit(&w->doze, 0, memory_order_acq_rel);
            return t;
        }
        doze_off(w);
    }
}

/* ---- going home ---- */

static void flush(struct worker_thread *th)
{
    if (!th->batch_first) return;
    mail_send_chain(th->batch_home, th->batch_first, th->batch_last);
    th->batch_first = th->batch_last = NULL;
}

static void send_home(struct worker_thread *th, struct task *t, uint64_t now)
{
    if (th->batch_first && th->batch_home != t->home) flush(th);
    if (!th->batch_first) {
        th->batch_first = &t->done;
        th->batch_home = t->home;
        th->batch_began_ns = now;
    } else {
        th->batch_last->node.next = &t->done.node;
    }
    th->batch_last = &t->done;
    t->done.node.next = NULL;
}

/* ---- serving ---- */

/* False: the supervisor has given this thread up while the handler ran. */
static bool run(struct worker_thread *th, struct task *t)
{
    uint64_t limit = (uint64_t)t->run_limit_ms * NS_PER_MS, now = clock_now_ns();
    if (t->is_short) atomic_store_explicit(&th->worker->began_ns, now, memory_order_relaxed); /* a hint for strategies */
    /* A process is killed when its time is over: its thread always comes back. */
    uint64_t until = th->worker->all->kind ? UINT64_MAX / 2 : now + limit;
    atomic_store_explicit(&th->busy_until_ns, until, memory_order_relaxed);
    atomic_store_explicit(&th->estimate_ns, t->estimate_ns, memory_order_relaxed);
    th->task += SERVING_TASK;
    uint32_t busy = th->task | SERVING_BUSY;
    /* Release: the supervisor that sees BUSY sees the limit. */
    atomic_store_explicit(&th->serving, busy, memory_order_release);
    if (th->worker->all->kind) th->worker->all->kind->run(th->worker, t);
    else task_run(t);
    /* Acquire-release: whoever loses this race sees all that the other has done to the worker. */
    return atomic_compare_exchange_strong_explicit(&th->serving, &busy, th->task | SERVING_IDLE, memory_order_acq_rel,
                                                   memory_order_acquire);
}

static void serve_until_stopped(struct worker_thread *th)
{
    struct worker *w = th->worker;
    struct task *t;
    while ((t = inbox_pop(&w->inbox)) || (flush(th), t = next_task(w))) {
        if (!t->is_short) flush(th);
        bool was_short = t->is_short;
        uint64_t estimate = t->estimate_ns;
        bool mine = run(th, t);
        uint64_t now = t->ended_ns;
        uint64_t started = atomic_load_explicit(&t->started_ns, memory_order_relaxed);
        send_home(th, t, now); /* from here on t may be gone */
        if (!mine) {
            flush(th);
            return; /* another thread serves the worker: touch nothing of it */
        }
        metric_add(&w->runs, 1);
        metric_add(&w->busy_ns, now - started);
        atomic_fetch_sub_explicit(&w->load_ns, estimate, memory_order_relaxed);
        if (was_short) atomic_store_explicit(&w->began_ns, 0, memory_order_relaxed);
        claim_release(&w->claim);
        if (!was_short || now - th->batch_began_ns > BATCH_NS) flush(th);
        if (!was_short || claim_count(&w->claim) == 0) {
            flush(th);
            hungry_tell(&w->all->hungry);
        }
    }
}

static void settle_in(const struct worker *w)
{
    if (w->all->kind) return; /* runs nothing itself */
    if (w->cpu >= 0) {
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET((size_t)w->cpu, &set);
        (void)sched_setaffinity(0, sizeof set, &set); /* a CPU that has gone: run anywhere */
    }
    if (w->shares_cpu) {
        struct sched_param p = {0};
        (void)sched_setscheduler(0, SCHED_IDLE, &p); /* the ring comes first */
    } else {
        (void)setpriority(PRIO_PROCESS, (id_t)gettid(), 19);
    }
}

static void *serve(void *arg)
{
    struct worker_thread *th = arg;
    struct worker *w = th->worker;
    struct workers *all = w->all;
    const struct worker_kind *kind = all->kind;
    char name[16];
    if (kind) (void)snprintf(name, sizeof name, "%.7s%u.%u", kind->name, all->pool % 100, w->index % 1000);
    else (void)snprintf(name, sizeof name, "worker%u", w->index % 1000);
    (void)pthread_setname_np(pthread_self(), name);
    if (all->log) (void)log_attach(all->log, name);
    settle_in(w);
    if (kind && kind->begin) kind->begin(w);
    serve_until_stopped(th);
    if (kind && kind->end) kind->end(w);
    if (all->log) log_detach();
    if ((atomic_load_explicit(&th->serving, memory_order_acquire) & SERVING_STATE) == SERVING_ORPHAN) {
        free(th); /* detached: nobody else knows it any more */
        atomic_fetch_sub_explicit(&all->n_orphans, 1, memory_order_release);
        return NULL;
    }
    atomic_store_explicit(&th->ended, 1, memory_order_release);
    futex_wake(&th->ended);
    return NULL;
}

static int start_thread(struct worker *w)
{
    struct worker_thread *th = calloc(1, sizeof *th);
    if (!th) return -ENOMEM;
    th->worker = w;
    int rc = pthread_create(&th->id, NULL, serve, th);
    if (rc != 0) {
        free(th);
        return -rc;
    }
    w->thread = th;
    return 0;
}

/* ---- supervision ---- */

/* The thread's handler is out of reach: the worker gets another thread, the task it has in hand no longer counts. The old thread
 * goes home with its task whenever it comes back, and ends. */
static void replace(struct worker *w, uint32_t seen)
{
    struct workers *all = w->all;
    struct worker_thread *old = w->thread;
    const pthread_t id = old->id;
    uint64_t estimate = atomic_load_explicit(&old->estimate_ns, memory_order_relaxed);
    uint32_t orphan = (seen & ~SERVING_STATE) | SERVING_ORPHAN;
    /* Counted before: an orphan may come back at once, count itself out and free itself. */
    atomic_fetch_add_explicit(&all->n_orphans, 1, memory_order_relaxed);
    if (!atomic_compare_exchange_strong_explicit(&old->serving, &seen, orphan, memory_order_acq_rel, memory_order_relaxed)) {
        atomic_fetch_sub_explicit(&all->n_orphans, 1, memory_order_relaxed);
        return; /* it came back just now */
    }
    (void)pthread_detach(id);
    atomic_fetch_sub_explicit(&w->load_ns, estimate, memory_order_relaxed);
    atomic_store_explicit(&w->began_ns, 0, memory_order_relaxed);
    w->thread = NULL;
    claim_close(&w->claim);
    claim_release(&w->claim);
    log_error("worker.lost", "worker=%u orphans=%u", w->index, atomic_load(&all->n_orphans));
}

static void reopen(struct worker *w)
{
    struct workers *all = w->all;
    if (atomic_load_explicit(&all->n_orphans, memory_order_acquire) > all->n) return; /* at most one replacement each */
    atomic_store_explicit(&w->began_ns, 0, memory_order_relaxed);
    if (start_thread(w) < 0) return;
    metric_add(&all->n_replaced, 1);
    claim_reopen(&w->claim);
    worker_wake(w);
    hungry_tell(&all->hungry);
}

void workers_supervise(struct workers *all, uint64_t now_ns)
{
    for (uint32_t i = 0; i < all->n; i++) {
        struct worker *w = &all->of[i];
        uint32_t seen = w->thread ? atomic_load_explicit(&w->thread->serving, memory_order_acquire) : SERVING_IDLE;
        if ((seen & SERVING_STATE) == SERVING_BUSY &&
            now_ns > atomic_load_explicit(&w->thread->busy_until_ns, memory_order_relaxed) + WORKER_GRACE_NS)
            replace(w, seen);
        if (!w->thread) reopen(w);
    }
}

bool workers_healthy(const struct workers *all)
{
    if (atomic_load_explicit(&((struct workers *)all)->sick, memory_order_relaxed)) return false;
    return atomic_load_explicit(&((struct workers *)all)->n_orphans, memory_order_acquire) <= all->n;
}

/* ---- all of them ---- */

static int worker_init(struct worker *w, struct workers *all, const struct workers_options *o)
{
    uint32_t i = all->n;
    *w = (struct worker){.all = all, .index = i, .cpu = -1, .poke_fd = -1};
    if (!o->kind) {
        w->cpu = o->cpus[i];
        w->shares_cpu = o->shares_cpu[i];
        return inbox_init(&w->inbox, CLAIM_MAX);
    }
    w->place = o->places[i];
    atomic_init(&w->wanted, i < o->n_min);
    if (o->kind->begin) claim_close(&w->claim);
    w->poke_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (w->poke_fd < 0) return -errno;
    int rc = inbox_init(&w->inbox, CLAIM_MAX);
    if (rc < 0) (void)close(w->poke_fd);
    return rc;
}

static void worker_deinit(struct worker *w)
{
    inbox_deinit(&w->inbox);
    if (w->poke_fd >= 0) (void)close(w->poke_fd);
}

int workers_new(const struct workers_options *options, struct workers **out)
{
    const struct workers_options *o = options;
    assert(o->n > 0 && o->n <= WORKERS_MAX);
    struct workers *all = calloc(1, sizeof *all);
    if (!all) return -ENOMEM;
    all->of = aligned_alloc(CACHE_LINE, o->n * sizeof *all->of);
    if (!all->of) goto free_all;
    memset(all->of, 0, o->n * sizeof *all->of);
    all->log = o->log;
    all->pool = o->pool;
    all->kind = o->kind;
    all->growth.min = o->kind ? o->n_min : o->n;
    atomic_init(&all->growth.n, all->growth.min);
    hungry_init(&all->hungry);
    int rc = 0;
    for (; all->n < o->n && rc == 0; all->n += rc == 0) {
        struct worker *w = &all->of[all->n];
        rc = worker_init(w, all, o);
        if (rc < 0) break;
        rc = start_thread(w);
        if (rc < 0) worker_deinit(w);
    }
    if (rc < 0) {
        (void)workers_stop(all);
        (void)workers_free(all);
        return rc;
    }
    *out = all;
    return 0;
free_all:
    free(all);
    return -ENOMEM;
}

/* Only a handler can hang. A thread without one runs code of ours and needs nothing but the CPU, which it may not get for seconds on a
 * busy machine, as it comes last there (settle_in); one of a kind kills what it waits for. */
static bool may_hang(const struct worker_thread *th, uint32_t serving)
{
    return !th->worker->all->kind && (serving & SERVING_STATE) == SERVING_BUSY;
}

/* Until until_ns for a task in hand, else until latest_ns. False: the thread has not ended by then. */
static bool join_until(struct worker_thread *th, uint64_t until_ns, uint64_t latest_ns)
{
    uint32_t seen = atomic_load_explicit(&th->serving, memory_order_acquire);
    while (atomic_load_explicit(&th->ended, memory_order_acquire) == 0) {
        uint64_t now = clock_now_ns();
        if (now >= until_ns) {
            uint32_t serving = atomic_load_explicit(&th->serving, memory_order_acquire);
            if (now >= latest_ns || (may_hang(th, serving) && serving == seen)) return false;
            seen = serving; /* a task that it has taken up meanwhile has the same time */
            until_ns = now + WORKER_GRACE_NS;
        }
        struct timespec left = {.tv_sec = (time_t)((until_ns - now) / NS_PER_S),
                                .tv_nsec = (long)((until_ns - now) % NS_PER_S)};
        futex_wait(&th->ended, 0, &left);
    }
    (void)pthread_join(th->id, NULL);
    return true;
}

bool workers_stop(struct workers *all)
{
    bool clean = true;
    atomic_store_explicit(&all->stopping, true, memory_order_release);
    for (uint32_t i = 0; i < all->n; i++) {
        worker_wake(&all->of[i]);
        worker_poke(&all->of[i]); /* a task in hand is to end */
    }
    uint64_t now = clock_now_ns(), until = now + WORKER_GRACE_NS, latest = now + STOP_PATIENCE_NS;
    for (uint32_t i = 0; i < all->n; i++) {
        struct worker *w = &all->of[i];
        if (!w->thread) continue;
        if (join_until(w->thread, until, latest)) free(w->thread);
        else clean = false;
        w->thread = NULL;
    }
    return clean && atomic_load_explicit(&all->n_orphans, memory_order_acquire) == 0;
}

struct workers *workers_free(struct workers *all)
{
    if (!all) return NULL;
    for (uint32_t i = 0; i < all->n; i++) worker_deinit(&all->of[i]);
    free(all->of);
    free(all);
    return NULL;
}
