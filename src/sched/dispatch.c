/* dispatch.c: see dispatch.h. */
#include "sched/dispatch.h"

#include "base/check.h"
#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>

#define TURN_NS (4 * SCHED_SHARE_NS) /* a task that was taken for short and is not must not hold up all calls */

/* The way to one pool of workers. A pool that is full holds up no task of another. */
struct outlet {
    struct dispatch *dispatch;
    struct workers *workers;
    const struct strategy *strategy;
    uint32_t n_waiting;
    uint64_t waiting_ns; /* sum of their estimates */
    uint64_t to_wake[WORKERS_MAX / 64]; /* workers that were given something this turn */
    bool wakes; /* one of them is set */
    struct hungry_notice notices[HUNGRY_KINDS];
    bool notice_out[HUNGRY_KINDS]; /* the bit is set or the notice under way: not to be set again */
    uint32_t homecomings;
    uint32_t turns;        /* of jobs, counted in jobs_turn, that this shard keeps until a worker is idle */
    uint64_t turns_end_ns; /* not longer than that */
};

struct dispatch {
    struct dispatch_options o;
    struct list waiting[TYPES_MAX]; /* by type, oldest first: a type whose workers are busy holds up no other */
    uint32_t n_waiting;
    struct type_stats stats[TYPES_MAX];
    struct dispatch_counts counts;
    uint32_t n_outlets;
    struct outlet outlets[]; /* by pool */
};

static struct outlet *outlet_of(struct dispatch *d, const struct job_type *type)
{
    return &d->outlets[type->pool];
}

/* ---- pushing ---- */

static uint32_t cap_of(const struct outlet *o, const struct type_stats *s)
{
    return workers_are_threads(o->workers) ? sched_cap(s) : 1; /* what stands behind a crash would wait for the next process */
}

void dispatch_start(struct dispatch *d, struct worker *claimed, struct task *t)
{
    const struct type_stats *s = &d->stats[t->type->index];
    struct outlet *o = outlet_of(d, t->type);
    assert(claimed->all == o->workers);
    t->is_short = cap_of(o, s) > 1;
    t->estimate_ns = s->mean_ns;
    t->worker = claimed;
    worker_push(claimed, t);
    o->to_wake[claimed->index / 64] |= UINT64_C(1) << (claimed->index % 64);
    o->wakes = true;
    metric_add(&d->counts.started, 1);
    metric_add(&d->counts.out, 1);
}

/* A claimed worker for a task of that type; NULL: no room. */
static struct worker *pick_for(struct dispatch *d, const struct job_type *type)
{
    const struct type_stats *s = &d->stats[type->index];
    struct outlet *o = outlet_of(d, type);
    return o->strategy->pick(o->workers, s->mean_ns, cap_of(o, s));
}

/* ---- waiting ---- */

static void unlink_waiting(struct dispatch *d, struct task *t)
{
    struct outlet *o = outlet_of(d, t->type);
    list_remove(&t->link);
    t->waiting = false;
    d->n_waiting--;
    o->n_waiting--;
    o->waiting_ns -= t->estimate_ns;
    metric_set(&d->counts.waiting, d->n_waiting);
}

/* Asks to be told when a worker has room. The bit first, then one more try (the caller's): a worker may have looked at the bits
 * just before. */
static void be_hungry(struct outlet *o, enum hungry_kind kind)
{
    if (o->notice_out[kind]) return;
    o->notice_out[kind] = true;
    hungry_set(&o->workers->hungry, kind, o->dispatch->o.shard);
}

/* The type whose first task has waited longest among the pool's that are not in tried; NULL: none. */
static struct task *oldest(const struct outlet *o, const uint64_t *tried)
{
    const struct dispatch *d = o->dispatch;
    struct task *best = NULL;
    for (uint32_t i = 0; i < d->o.types->n; i++) {
        if (list_empty(&d->waiting[i]) || tried[i / 64] >> (i % 64) & 1) continue;
        struct task *t = container_of(d->waiting[i].next, struct task, link);
        if (&d->outlets[t->type->pool] != o) continue;
        if (!best || t->queued_ns < best->queued_ns) best = t;
    }
    return best;
}

static void start_waiting(struct outlet *o)
{
    struct dispatch *d = o->dispatch;
    if (hungry_is_jobs_turn(&o->workers->hungry)) return; /* told again once the jobs have been looked at */
    uint64_t tried[TYPES_MAX / 64] = {0};
    struct task *t;
    while (o->n_waiting && (t = oldest(o, tried))) {
        uint16_t type = t->type->index;
        struct worker *w = pick_for(d, t->type);
        if (!w) {
            tried[type / 64] |= UINT64_C(1) << (type % 64);
            continue;
        }
        unlink_waiting(d, t); /* before the push: then it is the worker's */
        dispatch_start(d, w, t);
    }
}

/* Tasks wait, and all places that have a process are taken. */
static void grow_for_calls(struct outlet *o)
{
    if (o->n_waiting) growth_ask(o->workers);
}

enum dispatch_outcome dispatch_submit(struct dispatch *d, struct task *t, uint64_t wait_ns)
{
    uint16_t type = t->type->index;
    struct outlet *o = outlet_of(d, t->type);
    t->queued_ns = d->o.clock->mono_ns;
    if (!workers_healthy(o->workers)) return DISPATCH_SICK;
    bool may_start = list_empty(&d->waiting[type]) && !hungry_is_jobs_turn(&o->workers->hungry);
    struct worker *w = may_start ? pick_for(d, t->type) : NULL;
    if (w) {
        dispatch_start(d, w, t);
        return DISPATCH_OK;
    }
    if (d->n_waiting >= d->o.waiting_max) {
        metric_add(&d->counts.refused_full, 1);
        return DISPATCH_FULL;
    }
    t->estimate_ns = d->stats[type].mean_ns;
    if ((o->waiting_ns + t->estimate_ns) / o->workers->n > wait_ns) {
        metric_add(&d->counts.refused_too_long, 1);
        return DISPATCH_TOO_LONG;
    }
    list_push_back(&d->waiting[type], &t->link);
    t->waiting = true;
    d->n_waiting++;
    o->n_waiting++;
    o->waiting_ns += t->estimate_ns;
    metric_set(&d->counts.waiting, d->n_waiting);
    metric_add(&d->counts.waited, 1);
    if (!o->notice_out[HUNGRY_CALLS]) {
        be_hungry(o, HUNGRY_CALLS);
        start_waiting(o);
    }
    grow_for_calls(o);
    return DISPATCH_OK;
}

bool dispatch_take_back(struct dispatch *d, struct task *t)
{
    if (!t->waiting) return false;
    unlink_waiting(d, t);
    metric_add(&d->counts.withdrawn, 1);
    return true;
}

bool dispatch_withdraw(struct dispatch *d, struct task *t)
{
    /* Relaxed: a wish, nothing is handed over by it. */
    atomic_store_explicit(&t->cancelled, true, memory_order_relaxed);
    if (dispatch_take_back(d, t)) return true;
    if (t->worker) worker_poke(t->worker);
    return false;
}

void dispatch_give_up(struct dispatch *d, struct worker *claimed)
{
    (void)d;
    claim_release(&claimed->claim);
    hungry_tell(&claimed->all->hungry); /* somebody may have looked while we held it */
}

/* ---- jobs ---- */

static bool has_jobs(const struct outlet *o)
{
    const struct dispatch_options *d = &o->dispatch->o;
    return d->has_jobs && d->has_jobs(d->jobs_arg, (uint32_t)(o - o->dispatch->outlets));
}

static void grow_for_jobs(struct outlet *o)
{
    const struct dispatch_options *d = &o->dispatch->o;
    if (d->jobs_wait && d->jobs_wait(d->jobs_arg, (uint32_t)(o - o->dispatch->outlets))) growth_ask(o->workers);
}

static void start_jobs(struct outlet *o)
{
    struct dispatch *d = o->dispatch;
    if (!workers_healthy(o->workers)) return; /* a job would only lose an attempt */
    while (has_jobs(o)) {
        struct worker *w = o->strategy->pick(o->workers, 0, 1);
        if (!w && !o->notice_out[HUNGRY_JOBS]) {
            be_hungry(o, HUNGRY_JOBS);
            w = o->strategy->pick(o->workers, 0, 1);
        }
        if (!w) {
            grow_for_jobs(o);
            return;
        }
        if (!d->o.next_job(d->o.jobs_arg, w)) {
            dispatch_give_up(d, w);
            return;
        }
    }
}

void dispatch_jobs(struct dispatch *d)
{
    for (uint32_t i = 0; i < d->n_outlets; i++) start_jobs(&d->outlets[i]);
}

/* ---- coming home ---- */

static void learn(struct type_stats *s, uint64_t ran_ns)
{
    if (s->runs == 0) s->mean_ns = ran_ns;
    else s->mean_ns = s->mean_ns - s->mean_ns / 8 + ran_ns / 8;
    if (s->mean_ns == 0) s->mean_ns = 1; /* 0 means: never run */
    s->peak_ns -= s->peak_ns / 256;
    if (ran_ns > s->peak_ns) s->peak_ns = ran_ns;
    s->runs++;
}

void dispatch_done(struct dispatch *d, struct task *t)
{
    uint64_t started = atomic_load_explicit(&t->started_ns, memory_order_relaxed);
    struct outlet *o = outlet_of(d, t->type);
    if (t->outcome != TASK_DROPPED) learn(&d->stats[t->type->index], t->ended_ns - started);
    metric_sub(&d->counts.out, 1);
    /* CALLS_PER_JOB: the room that this task leaves goes to a job now and then, also where no call waits: short ones keep a worker
     * busy without that. Who has looked for the job tells the calls that begin to wait meanwhile. */
    if (++o->homecomings % (CALLS_PER_JOB + 1) == 0 && hungry_give_way(&o->workers->hungry)) return;
    if (o->n_waiting) start_waiting(o);
}

static void on_room_for_calls(struct mail *m)
{
    struct hungry_notice *n = (struct hungry_notice *)(void *)m;
    struct outlet *o = container_of(n, struct outlet, notices[HUNGRY_CALLS]);
    metric_add(&o->dispatch->counts.notices, 1);
    o->notice_out[HUNGRY_CALLS] = false;
    start_waiting(o);
    if (!o->n_waiting) {
        hungry_tell(&o->workers->hungry); /* not needed here any more: pass it on */
        return;
    }
    be_hungry(o, HUNGRY_CALLS);
    start_waiting(o);
    grow_for_calls(o);
}

/* It is the calls' turn again. */
static void end_turns(struct outlet *o)
{
    for (; o->turns; o->turns--) hungry_looked(&o->workers->hungry);
    start_waiting(o);
    hungry_tell_calls(&o->workers->hungry); /* those of other shards gave way too */
}

static void on_room_for_jobs(struct mail *m)
{
    struct hungry_notice *n = (struct hungry_notice *)(void *)m;
    struct outlet *o = container_of(n, struct outlet, notices[HUNGRY_JOBS]);
    metric_add(&o->dispatch->counts.notices, 1);
    o->notice_out[HUNGRY_JOBS] = false;
    if (n->gives_way && o->turns++ == 0) o->turns_end_ns = o->dispatch->o.clock->mono_ns + TURN_NS;
    start_jobs(o);
    /* No worker is idle, but one will be: its notice comes here, since it is still the jobs' turn. */
    bool wants_room = o->notice_out[HUNGRY_JOBS];
    if (wants_room && o->turns && sched_soon_idle(o->workers, clock_now_ns())) return;
    end_turns(o);
    if (!wants_room) hungry_tell(&o->workers->hungry); /* else the notice would come back at once */
}

/* ---- the end of a turn ---- */

static void wake_workers(struct outlet *o)
{
    o->wakes = false;
    for (uint32_t i = 0; i < (o->workers->n + 63) / 64; i++) {
        while (o->to_wake[i]) {
            uint32_t bit = (uint32_t)__builtin_ctzll(o->to_wake[i]);
            o->to_wake[i] &= o->to_wake[i] - 1;
            worker_wake(&o->workers->of[i * 64 + bit]);
        }
    }
}

void dispatch_flush(struct dispatch *d)
{
    for (struct outlet *o = d->outlets; o < d->outlets + d->n_outlets; o++) {
        if (o->turns && d->o.clock->mono_ns >= o->turns_end_ns) end_turns(o);
        if (o->wakes) wake_workers(o);
    }
}

/* ---- set up ---- */

static void outlet_init(struct outlet *o, struct dispatch *d, struct workers *workers)
{
    o->dispatch = d;
    o->workers = workers;
    /* All workers of another pool are for one type: nothing is to be kept apart. */
    o->strategy = workers_are_threads(workers) ? d->o.strategy : &strategy_fixed;
    o->notices[HUNGRY_CALLS].mail.deliver = on_room_for_calls;
    o->notices[HUNGRY_JOBS].mail.deliver = on_room_for_jobs;
    for (int kind = 0; kind < HUNGRY_KINDS; kind++) {
        o->notices[kind].home = d->o.mailbox;
        hungry_register(&workers->hungry, (enum hungry_kind)kind, d->o.shard, &o->notices[kind]);
    }
}

int dispatch_new(const struct dispatch_options *options, struct dispatch **out)
{
    uint32_t n_outlets = 1 + options->n_pools;
    struct dispatch *d = calloc(1, sizeof *d + n_outlets * sizeof *d->outlets);
    if (!d) return -ENOMEM;
    d->o = *options;
    d->n_outlets = n_outlets;
    for (uint32_t i = 0; i < TYPES_MAX; i++) list_init(&d->waiting[i]);
    outlet_init(&d->outlets[0], d, options->workers);
    for (uint32_t i = 0; i < options->n_pools; i++) outlet_init(&d->outlets[i + 1], d, options->pools[i]);
    *out = d;
    return 0;
}

struct dispatch *dispatch_free(struct dispatch *d)
{
    free(d);
    return NULL;
}

struct dispatch_counts *dispatch_counts(struct dispatch *d)
{
    return &d->counts;
}

const struct type_stats *dispatch_stats(const struct dispatch *d, uint16_t type)
{
    return &d->stats[type];
}

uint32_t dispatch_waiting(const struct dispatch *d)
{
    return d->n_waiting;
}
