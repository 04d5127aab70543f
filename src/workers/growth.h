/* growth.h: how many processes a pool has: from min to as many as it has places. A shard whose task finds no place asks for one more; one
 * starts at a time, and when it is there whoever still waits asks again: so a burst of tasks is no burst of processes. A place that had
 * nothing to do for a time ends its child, but for the last min. The order of steps is what makes it exact: see each. */
#ifndef QUERN_WORKERS_GROWTH_H
#define QUERN_WORKERS_GROWTH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct workers;
struct worker;

/* Of a pool. */
struct growth {
    uint32_t min;        /* constant */
    _Atomic uint32_t n;  /* places that are to have a child; never below min */
    _Atomic bool starts; /* one of them has been asked for, and is not there yet */
};

/* Any thread, after it has failed to claim and set its hungry bit: has a place without a child start one, if none is on its way. */
void growth_ask(struct workers *all);
/* The place's thread, before it opens its claim: the child that was asked for is there. */
void growth_came(struct workers *all);
/* The place's thread: has had nothing to do for long. True: its claim is closed, it has no task and is to have no child. False: it has to
 * stay: it is one of the last, or has just been claimed. */
bool growth_leave(struct worker *w);
/* How many ms an idle place waits before it tries to leave; 0: now. since_ns: when it became idle. */
int growth_idle_ms(uint64_t now_ns, uint64_t since_ns, uint64_t idle_ns);

#endif
