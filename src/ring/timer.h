/* timer.h: all deadlines of a shard on one heap; the loop waits until the first. A shard's thread owns them. */
#ifndef QUERN_RING_TIMER_H
#define QUERN_RING_TIMER_H

#include "base/heap.h"

struct timer {
    struct heap_node node; /* key: mono ns */
    void (*fire)(void *arg);
    void *arg;
};

struct timers {
    struct heap heap;
};

int timers_init(struct timers *t, uint32_t n_max); /* 0 or -ENOMEM */
void timers_deinit(struct timers *t);
/* Before the first timer_arm. */
void timer_init(struct timer *timer, void (*fire)(void *arg), void *arg);
/* Arms it, or moves it. It fires once. */
void timer_arm(struct timers *t, struct timer *timer, uint64_t mono_ns);
void timer_disarm(struct timers *t, struct timer *timer); /* harmless when it is not armed */
/* UINT64_MAX when nothing is armed. */
uint64_t timers_next_ns(const struct timers *t);
/* Fires what is due at now_ns, at most n_max. True: more are due. */
bool timers_run(struct timers *t, uint64_t now_ns, uint32_t n_max);

#endif
