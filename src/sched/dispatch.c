/* dispatch.c: see dispatch.h. */
#include "sched/dispatch.h"

#include "base/check.h"
#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>

#define TURN_NS (4 * SCHED_SHARE_NS) /* a task that was taken for short and is not must not hold up all calls */

struct dispatch {
    struct dispatch_options o;
    struct list waiting[TYPES_MAX]; /* by type, oldest first: a type whose workers are busy holds up no other */
    uint32_t n_waiting;
    uint64_t waiting_ns; /* sum of their estimates */
    struct type_stats stats[TYPES_MAX];
    uint64_t to_wake[WORKERS_MAX / 64]; /* workers that were given something this turn */
    struct hungry_notice notices[HUNGRY_KINDS];
    bool notice_out[HUNGRY_KINDS]; /* the bit is set or the notice under way: not to be set again */
    uint32_t homecomings;
    uint32_t turns;        /* of jobs, counted in jobs_turn, that this shard keeps until a worker is idle */
    uint64_t turns_end_ns; /* not longer than that */
    struct dispatch_counts counts;
};

/* ---- pushing ---- */

void dispatch_start(struct dispatch *d, struct worker *claimed, struct task *t)
{
    const struct type_stats *s = &d->stats[t->type->index];
    t->is_short = sched_cap(s) > 1;
    t->estimate_ns = s->mean_ns;
    worker_push(claimed, t);
    d->to_wake[claimed->index / 64] |= UINT64_C(1) << (claimed->index % 64);
    metric_add(&d->counts.started, 1);
    metric_add(&d->counts.out, 1);
}

/* A claimed worker for a task of that type; NULL: no room. */
static struct worker *pick_for(struct dispatch *d, const struct job_type *type)
{
    const struct type_stats *s = &d->stats[type->index];
    return d->o.strategy->pick(d->o.workers, s->mean_ns, sched_cap(s));
}

/* ---- waiting ---- */

static void unlink_waiting(struct dispatch *d, struct task *t)
{
    list_remove(&t->link);
    t->waiting = false;
    d->n_waiting--;
    d->waiting_ns -= t->estimate_ns;
    metric_set(&d->counts.waiting, d->n_waiting);
}

/* Asks to be told when a worker has room. The bit first, then one more try (the caller's): a worker may have looked at the bits
 * just before. */
static void be_hungry(struct dispatch *d, enum hungry_kind kind)
{
    if (d->notice_out[kind]) return;
    d->notice_out[kind] = true;
    hungry_set(&d->o.workers->hungry, kind, d->o.shard);
}

/* The type whose first task has waited longest among those not in tried; NULL: none. */
static struct task *oldest(struct dispatch *d, const uint64_t *tried)
{
    struct task *best = NULL;
    for (uint32_t i = 0; i < d->o.types->n; i++) {
        if (list_empty(&d->waiting[i]) || tried[i / 64] >> (i % 64) & 1) continue;
        struct task *t = container_of(d->waiting[i].next, struct task, link);
        if (!best || t->queued_ns < best->queued_ns) best = t;
    }
    return best;
}

static void start_waiting(struct dispatch *d)
{
    if (hungry_is_jobs_turn(&d->o.workers->hungry)) return; /* told again once the jobs have been looked at */
    uint64_t tried[TYPES_MAX / 64] = {0};
    struct task *t;
    while (d->n_waiting && (t = oldest(d, tried))) {
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

enum dispatch_outcome dispatch_submit(struct dispatch *d, struct task *t, uint64_t wait_ns)
{
    uint16_t type = t->type->index;
    t->queued_ns = d->o.clock->mono_ns;
    if (!workers_healthy(d->o.workers)) return DISPATCH_SICK;
    bool may_start = list_empty(&d->waiting[type]) && !hungry_is_jobs_turn(&d->o.workers->hungry);
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
    if ((d->waiting_ns + t->estimate_ns) / d->o.workers->n > wait_ns) {
        metric_add(&d->counts.refused_too_long, 1);
        return DISPATCH_TOO_LONG;
    }
    list_push_back(&d->waiting[type], &t->link);
    t->waiting = true;
    d->n_waiting++;
    d->waiting_ns += t->estimate_ns;
    metric_set(&d->counts.waiting, d->n_waiting);
    metric_add(&d->counts.waited, 1);
    if (!d->notice_out[HUNGRY_CALLS]) {
        be_hungry(d, HUNGRY_CALLS);
        start_waiting(d);
    }
    return DISPATCH_OK;
}

bool dispatch_withdraw(struct dispatch *d, struct task *t)
{
    /* Relaxed: a wish, nothing is handed over by it. */
    atomic_store_explicit(&t->cancelled, true, memory_order_relaxed);
    if (!t->waiting) return false;
    unlink_waiting(d, t);
    metric_add(&d->counts.withdrawn, 1);
    return true;
}

void dispatch_give_up(struct dispatch *d, struct worker *claimed)
{
    claim_release(&claimed->claim);
    hungry_tell(&d->o.workers->hungry); /* somebody may have looked while we held it */
}

/* ---- jobs ---- */

void dispatch_jobs(struct dispatch *d)
{
    while (d->o.has_jobs && d->o.has_jobs(d->o.jobs_arg)) {
        struct worker *w = d->o.strategy->pick(d->o.workers, 0, 1);
        if (!w && !d->notice_out[HUNGRY_JOBS]) {
            be_hungry(d, HUNGRY_JOBS);
            w = d->o.strategy->pick(d->o.workers, 0, 1);
        }
        if (!w) return;
        if (!d->o.next_job(d->o.jobs_arg, w)) {
            dispatch_give_up(d, w);
            return;
        }
    }
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
    if (t->outcome != TASK_DROPPED) learn(&d->stats[t->type->index], t->ended_ns - started);
    metric_sub(&d->counts.out, 1);
    /* CALLS_PER_JOB: the room that this task leaves goes to a job now and then, also where no call waits: short ones keep a worker
     * busy without that. Who has looked for the job tells the calls that begin to wait meanwhile. */
    if (++d->homecomings % (CALLS_PER_JOB + 1) == 0 && hungry_give_way(&d->o.workers->hungry)) return;
    if (d->n_waiting) start_waiting(d);
}

static void on_room_for_calls(struct mail *m)
{
    struct hungry_notice *n = (struct hungry_notice *)(void *)m;
    struct dispatch *d = container_of(n, struct dispatch, notices[HUNGRY_CALLS]);
    metric_add(&d->counts.notices, 1);
    d->notice_out[HUNGRY_CALLS] = false;
    start_waiting(d);
    if (!d->n_waiting) {
        hungry_tell(&d->o.workers->hungry); /* not needed here any more: pass it on */
        return;
    }
    be_hungry(d, HUNGRY_CALLS);
    start_waiting(d);
}

/* It is the calls' turn again. */
static void end_turns(struct dispatch *d)
{
    for (; d->turns; d->turns--) hungry_looked(&d->o.workers->hungry);
    start_waiting(d);
    hungry_tell_calls(&d->o.workers->hungry); /* those of other shards gave way too */
}

static void on_room_for_jobs(struct mail *m)
{
    struct hungry_notice *n = (struct hungry_notice *)(void *)m;
    struct dispatch *d = container_of(n, struct dispatch, notices[HUNGRY_JOBS]);
    metric_add(&d->counts.notices, 1);
    d->notice_out[HUNGRY_JOBS] = false;
    if (n->gives_way && d->turns++ == 0) d->turns_end_ns = d->o.clock->mono_ns + TURN_NS;
    if (d->o.has_jobs && d->o.has_jobs(d->o.jobs_arg)) dispatch_jobs(d);
    /* No worker is idle, but one will be: its notice comes here, since it is still the jobs' turn. */
    bool wants_room = d->notice_out[HUNGRY_JOBS];
    if (wants_room && d->turns && sched_soon_idle(d->o.workers, clock_now_ns())) return;
    end_turns(d);
    if (!wants_room) hungry_tell(&d->o.workers->hungry); /* else the notice would come back at once */
}

/* ---- the end of a turn ---- */

void dispatch_flush(struct dispatch *d)
{
    if (d->turns && d->o.clock->mono_ns >= d->turns_end_ns) end_turns(d);
    for (uint32_t i = 0; i < (d->o.workers->n + 63) / 64; i++) {
        while (d->to_wake[i]) {
            uint32_t bit = (uint32_t)__builtin_ctzll(d->to_wake[i]);
            d->to_wake[i] &= d->to_wake[i] - 1;
            worker_wake(&d->o.workers->of[i * 64 + bit]);
        }
    }
}

/* ---- set up ---- */

int dispatch_new(const struct dispatch_options *options, struct dispatch **out)
{
    struct dispatch *d = calloc(1, sizeof *d);
    if (!d) return -ENOMEM;
    d->o = *options;
    for (uint32_t i = 0; i < TYPES_MAX; i++) list_init(&d->waiting[i]);
    d->notices[HUNGRY_CALLS].mail.deliver = on_room_for_calls;
    d->notices[HUNGRY_JOBS].mail.deliver = on_room_for_jobs;
    for (int kind = 0; kind < HUNGRY_KINDS; kind++) {
        d->notices[kind].home = options->mailbox;
        hungry_register(&options->workers->hungry, (enum hungry_kind)kind, options->shard, &d->notices[kind]);
    }
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
