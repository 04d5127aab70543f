/* wheel.c: see wheel.h. */
#include "net/wheel.h"

#include "base/check.h"
#include "base/clock.h"

static struct conn *conn_of(const struct wheel *w, uint32_t slot)
{
    return (struct conn *)(void *)(w->conns->items + (size_t)slot * sizeof(struct conn));
}

static uint32_t tick_of(const struct wheel *w, uint64_t mono_ns)
{
    return (uint32_t)((mono_ns + w->phase_ns) / CONN_TICK_NS);
}

static void mark(struct wheel *w, uint32_t at, bool filled)
{
    uint64_t bit = UINT64_C(1) << (at % 64);
    if (filled) w->filled[at / 64] |= bit;
    else w->filled[at / 64] &= ~bit;
}

/* Ticks from now_tick to the first list that is not empty; CONN_WHEEL: none. */
static uint32_t ticks_to_first(const struct wheel *w)
{
    for (uint32_t ahead = 1; ahead < CONN_WHEEL; ahead++) {
        uint32_t at = (w->now_tick + ahead) % CONN_WHEEL;
        if (at % 64 == 0 && w->filled[at / 64] == 0) {
            ahead += 63;
            continue;
        }
        if (w->filled[at / 64] >> (at % 64) & 1) return ahead;
    }
    return CONN_WHEEL;
}

static void arm(struct wheel *w)
{
    uint32_t ahead = ticks_to_first(w);
    if (ahead == CONN_WHEEL) timer_disarm(w->timers, &w->timer);
    else timer_arm(w->timers, &w->timer, ((uint64_t)w->now_tick + ahead) * CONN_TICK_NS - w->phase_ns);
}

static void file(struct wheel *w, struct conn *c, uint32_t tick)
{
    uint32_t at = tick % CONN_WHEEL;
    bool first = w->heads[at] == SLAB_NONE;
    c->wheel_at = (uint16_t)at;
    c->wheel_prev = SLAB_NONE;
    c->wheel_next = w->heads[at];
    if (!first) conn_of(w, c->wheel_next)->wheel_prev = c->slot;
    w->heads[at] = c->slot;
    w->n_filed++;
    if (first) {
        mark(w, at, true);
        arm(w);
    }
}

void wheel_remove(struct wheel *w, struct conn *c)
{
    if (c->wheel_at == CONN_WHEEL) return;
    if (c->wheel_prev != SLAB_NONE) conn_of(w, c->wheel_prev)->wheel_next = c->wheel_next;
    else w->heads[c->wheel_at] = c->wheel_next;
    if (c->wheel_next != SLAB_NONE) conn_of(w, c->wheel_next)->wheel_prev = c->wheel_prev;
    if (w->heads[c->wheel_at] == SLAB_NONE) mark(w, c->wheel_at, false);
    c->wheel_at = CONN_WHEEL;
    w->n_filed--;
}

/* The tick that a filed connection's list comes up. */
static uint32_t filed_tick(const struct wheel *w, const struct conn *c)
{
    return w->now_tick + (c->wheel_at - w->now_tick) % CONN_WHEEL;
}

static uint32_t near(const struct wheel *w, uint32_t tick, uint32_t ahead)
{
    uint32_t limit = wheel_now(w) + ahead;
    uint32_t soonest = w->now_tick + 1;
    if (tick > limit) tick = limit;
    if (tick > w->now_tick + CONN_WHEEL - 1) tick = w->now_tick + CONN_WHEEL - 1; /* never the list that is being walked */
    return tick < soonest ? soonest : tick;
}

void wheel_set(struct wheel *w, struct conn *c, uint64_t mono_ns)
{
    c->deadline_tick = tick_of(w, mono_ns) + 1; /* rounded up: never early */
    if (c->wheel_at != CONN_WHEEL) { /* as nearly always: it is looked at soon enough anyway */
        uint32_t filed = filed_tick(w, c);
        if (filed <= c->deadline_tick && filed <= w->now_tick + w->ahead) return;
    }
    if (w->n_filed == 0) w->now_tick = wheel_now(w); /* an empty wheel need not catch up */
    uint32_t tick = near(w, c->deadline_tick, w->ahead);
    if (c->wheel_at != CONN_WHEEL) {
        if (filed_tick(w, c) <= tick) return; /* looked at in time anyway */
        wheel_remove(w, c);
    }
    file(w, c, tick);
}

static void look_at_list(struct wheel *w, uint32_t at)
{
    while (w->heads[at] != SLAB_NONE) { /* filing again goes to another list: less than CONN_WHEEL ahead */
        struct conn *c = conn_of(w, w->heads[at]);
        wheel_remove(w, c);
        if (c->deadline_tick > w->now_tick) {
            file(w, c, near(w, c->deadline_tick, w->on_look(w->arg, c)));
        } else {
            w->on_due(w->arg, c);
        }
    }
}

static void on_tick(void *arg)
{
    struct wheel *w = arg;
    uint32_t now = wheel_now(w);
    uint32_t behind = now - w->now_tick;
    if (behind > CONN_WHEEL) w->now_tick = now - CONN_WHEEL; /* one round sees every list */
    while (w->now_tick < now) {
        w->now_tick++;
        if (w->heads[w->now_tick % CONN_WHEEL] != SLAB_NONE) look_at_list(w, w->now_tick % CONN_WHEEL);
    }
    arm(w);
}

void wheel_init(struct wheel *w, struct slab *conns, struct timers *timers, const struct clock *clock, uint32_t phase_ns,
                void (*on_due)(void *arg, struct conn *c), uint32_t (*on_look)(void *arg, struct conn *c), void *arg)
{
    *w = (struct wheel){.conns = conns,
                        .timers = timers,
                        .clock = clock,
                        .phase_ns = phase_ns,
                        .on_due = on_due,
                        .on_look = on_look,
                        .arg = arg,
                        .ahead = WHEEL_AHEAD};
    for (uint32_t i = 0; i < CONN_WHEEL; i++) w->heads[i] = SLAB_NONE;
    w->now_tick = wheel_now(w);
    timer_init(&w->timer, on_tick, w);
}

void wheel_look_within(struct wheel *w, uint32_t ticks)
{
    w->ahead = ticks < WHEEL_AHEAD ? ticks : WHEEL_AHEAD;
}

void wheel_deinit(struct wheel *w)
{
    assert(w->n_filed == 0);
    timer_disarm(w->timers, &w->timer);
}
