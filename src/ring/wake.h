/* wake.h: wakes a ring's thread from another thread: an eventfd watched by one multishot poll for the life of the ring. It is
 * never read: each write is a new edge, and only the edge matters. A spurious event is harmless. */
#ifndef QUERN_RING_WAKE_H
#define QUERN_RING_WAKE_H

#include "base/metric.h"

struct ring;

struct wake {
    int fd;
    struct ring *ring; /* NULL until wake_watch, and again from wake_unwatch on */
    _Atomic uint64_t writes; /* any thread adds */
};

/* Before the ring exists; must outlive every thread that may wake. 0 or -errno. */
int wake_open(struct wake *w);
void wake_close(struct wake *w);
/* The ring's thread: starts watching. */
void wake_watch(struct wake *w, struct ring *r);
/* The ring's thread, once, before the ring is closed. */
void wake_unwatch(struct wake *w);
/* Any thread. */
void wake_up(struct wake *w);

#endif
