/* sim_wake.c: wake.h: an eventfd that is a flag of its ring. */
#include "ring/wake.h"

#include "sim_ring.h"

static void on_wake(void *owner, uint32_t slot, uint32_t generation, struct ring_result r)
{
    struct wake *w = owner;
    (void)slot, (void)generation;
    if (!r.more && w->ring) ring_poll(w->ring, w->fd, RING_WAKE, 0, 0);
}

int wake_open(struct wake *w)
{
    *w = (struct wake){.fd = 0};
    return 0;
}

void wake_close(struct wake *w)
{
    w->fd = -1;
}

/* What was written before the ring was there is found when the poll is armed. */
void wake_watch(struct wake *w, struct ring *r)
{
    w->ring = r;
    ring_handle(r, RING_WAKE, on_wake, w);
    if (atomic_load(&w->writes)) sim_ring_wake(r);
    ring_poll(r, w->fd, RING_WAKE, 0, 0);
}

void wake_unwatch(struct wake *w)
{
    struct ring *r = w->ring;
    w->ring = NULL;
    ring_cancel(r, RING_WAKE, 0, 0);
}

void wake_up(struct wake *w)
{
    atomic_fetch_add_explicit(&w->writes, 1, memory_order_relaxed);
    if (w->ring) sim_ring_wake(w->ring);
}
