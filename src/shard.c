/* shard.c: see shard.h. The life of a shard's thread. */
#include "shard_parts.h"

#include "base/check.h"
#include "base/log.h"
#include "net/tls_memory.h"
#include "workers/pools.h"

#include <sched.h>
#include <stdio.h>

#define TURN_COMPLETIONS 1024u
#define TURN_MAIL 1024u
#define TURN_TIMERS 256u
#define SUPERVISE_NS (250 * NS_PER_MS)

static void set_state(struct shard *s, enum shard_state state)
{
    /* Release: who sees FAILED sees why. */
    if (atomic_exchange_explicit(&s->state, (uint32_t)state, memory_order_acq_rel) == (uint32_t)state) return;
    s->o.on_event(s->o.on_event_arg);
}

enum shard_state shard_state(const struct shard *s)
{
    return (enum shard_state)atomic_load_explicit(&((struct shard *)s)->state, memory_order_acquire);
}

const char *shard_why(const struct shard *s)
{
    return s->why;
}

bool shard_lost_disk(const struct shard *s)
{
    return atomic_load_explicit(&((struct shard *)s)->lost_disk, memory_order_acquire);
}

/* ---- the loop ---- */

static uint64_t next_deadline(const struct shard *s)
{
    uint64_t timer = timers_next_ns(&s->timers);
    uint64_t engine = shard_engines_next_ns(&s->engines);
    return timer < engine ? timer : engine;
}

/* The server tells all shards. */
static void tell_lost_disk(struct shard *s, int error)
{
    if (shard_lost_disk(s)) return;
    log_error("journal.failed", "reason=\"%s\" effect=\"no jobs are taken any more\"", strerror(error));
    atomic_store_explicit(&s->lost_disk, true, memory_order_release);
    s->o.on_event(s->o.on_event_arg);
}

static void flush_journals(struct shard *s)
{
    int failed = shard_engines_flush(&s->engines);
    if (failed) tell_lost_disk(s, failed);
}

/* One turn: everything that has happened is handled, then everything that came of it goes out at once. */
static bool turn(struct shard *s)
{
    bool more = mail_deliver(&s->mailbox, &s->mail_rest, TURN_MAIL) == TURN_MAIL;
    more |= ring_dispatch(s->ring, TURN_COMPLETIONS) == TURN_COMPLETIONS;
    more |= timers_run(&s->timers, s->clock.mono_ns, TURN_TIMERS);
    if (s->draining && listeners_stopped(s->listeners)) shard_close_listeners(s);
    if (s->engines.n) {
        more |= shard_engines_tick(&s->engines, TURN_TIMERS);
        flush_journals(s);
    }
    conns_flush(s->conns);
    dispatch_flush(s->dispatch);
    return more;
}

static bool is_quiet(const struct shard *s)
{
    return s->draining && conns_used(s->conns) == 0 && run_active(&s->api.run) == 0 &&
           shard_engines_are_quiet(&s->engines) && s->api.asker.asks.n_used == 0 && listeners_stopped(s->listeners);
}

/* A handler that does not come back keeps its call, its blocks and its thread; the rest must not wait for it. */
static bool may_end(const struct shard *s)
{
    return s->stopping && conns_used(s->conns) == 0 && listeners_stopped(s->listeners);
}

/* --busy-poll: looks for work for a while instead of sleeping. True when there is some. */
static bool look_for_work(struct shard *s)
{
    if (!s->o.busy_ns) return false;
    uint64_t until_ns = s->clock.mono_ns + s->o.busy_ns, deadline_ns = next_deadline(s);
    if (deadline_ns < until_ns) until_ns = deadline_ns;
    ring_wait(s->ring, false, s->clock.mono_ns, 0); /* what this turn has made goes out first */
    do {
        if (ring_pending(s->ring) || mailbox_any(&s->mailbox, &s->mail_rest)) return true;
        clock_tick(&s->clock);
    } while (s->clock.mono_ns < until_ns);
    return s->clock.mono_ns >= deadline_ns;
}

static void loop(struct shard *s)
{
    while (!may_end(s)) {
        clock_tick(&s->clock);
        bool more = turn(s);
        if (is_quiet(s)) set_state(s, SHARD_QUIET);
        bool idle = !more && !may_end(s); /* the turn may have ended it */
        bool sleep = idle && !look_for_work(s) && mailbox_sleep(&s->mailbox, &s->mail_rest);
        ring_wait(s->ring, sleep, s->clock.mono_ns, next_deadline(s));
    }
}

static void on_supervise(void *arg)
{
    struct shard *s = arg;
    if (s->o.index == 0) pools_supervise(s->o.pools, s->clock.mono_ns);
    shard_engines_report_progress(&s->engines);
    gate_tick(&s->gate);
    timer_arm(&s->timers, &s->supervise, s->clock.mono_ns + SUPERVISE_NS);
}

/* ---- its thread ---- */

static void close_journals(struct shard *s)
{
    int failed = s->o.data ? shard_engines_close(&s->engines) : 0;
    if (failed) tell_lost_disk(s, failed);
}

static void settle_in(const struct shard *s)
{
    char name[16];
    (void)snprintf(name, sizeof name, "shard%u", s->o.index % 1000);
    (void)pthread_setname_np(pthread_self(), name);
    (void)log_attach(s->o.log, name);
    if (s->o.cpu < 0) return;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)s->o.cpu, &set);
    (void)sched_setaffinity(0, sizeof set, &set);
}

static void *run_thread(void *arg)
{
    struct shard *s = arg;
    settle_in(s);
    tls_memory_begin();
    if (shard_open(s) < 0) {
        set_state(s, SHARD_FAILED);
        tls_memory_end();
        log_detach();
        return NULL;
    }
    if (s->o.index == 0 || s->engines.n) {
        timer_init(&s->supervise, on_supervise, s);
        timer_arm(&s->timers, &s->supervise, s->clock.mono_ns + SUPERVISE_NS);
    }
    shard_say_features(s);
    set_state(s, SHARD_RUNNING);
    loop(s);
    close_journals(s);
    shard_close(s);
    tls_memory_end();
    log_detach();
    set_state(s, SHARD_ENDED);
    return NULL;
}

int shard_start(struct shard *s)
{
    return -pthread_create(&s->thread, NULL, run_thread, s);
}

void shard_join(struct shard *s)
{
    (void)pthread_join(s->thread, NULL);
}

bool shard_settle(struct shard *s)
{
    return mail_deliver(&s->mailbox, &s->mail_rest, TURN_MAIL) > 0;
}
