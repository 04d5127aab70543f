/* wheel.h: connection deadlines in a coarse, lazy wheel. Setting a later deadline only stores a number; a connection is looked
 * at when its list comes up, and filed again if its time has not come. It is filed at most WHEEL_AHEAD ahead, so deadlines
 * further away than that can come closer without being filed again: the usual traffic never touches the lists. Who looks says when
 * to look again, at most: what sleeps is not looked at for long. */
#ifndef QUERN_NET_WHEEL_H
#define QUERN_NET_WHEEL_H

#include "base/clock.h"
#include "net/conn.h"

#define WHEEL_AHEAD 36u /* ticks: just under 10 s, the shortest of the usual deadlines */

struct wheel {
    struct slab *conns;
    struct timers *timers;
    const struct clock *clock;
    void (*on_due)(void *arg, struct conn *c);
    uint32_t (*on_look)(void *arg, struct conn *c); /* looked at, not due; returns in how many ticks to look again, at most */
    void *arg;
    struct timer timer;
    uint32_t heads[CONN_WHEEL];
    uint64_t filled[CONN_WHEEL / 64]; /* bit: that list is not empty */
    uint32_t ahead;                   /* filed at most so far ahead by wheel_set */
    uint32_t phase_ns;                /* its ticks begin so long before the clock's multiples of CONN_TICK_NS */
    uint32_t now_tick;                /* lists up to this one have been looked at */
    uint32_t n_filed;
};

/* phase_ns, below CONN_TICK_NS: wheels of threads that share a processor should not come round all at once. */
void wheel_init(struct wheel *w, struct slab *conns, struct timers *timers, const struct clock *clock, uint32_t phase_ns,
                void (*on_due)(void *arg, struct conn *c), uint32_t (*on_look)(void *arg, struct conn *c), void *arg);
/* Looks for the first time within so many ticks, if that is sooner than WHEEL_AHEAD. */
void wheel_look_within(struct wheel *w, uint32_t ticks);
void wheel_deinit(struct wheel *w);
/* The tick that the clock is in. */
static inline uint32_t wheel_now(const struct wheel *w)
{
    return (uint32_t)((w->clock->mono_ns + w->phase_ns) / CONN_TICK_NS);
}
void wheel_set(struct wheel *w, struct conn *c, uint64_t mono_ns);
void wheel_remove(struct wheel *w, struct conn *c);

#endif
