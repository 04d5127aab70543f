/* wake.c: see wake.h. */
#include "ring/wake.h"

#include "ring/ring.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

int wake_open(struct wake *w)
{
    w->ring = NULL;
    atomic_init(&w->writes, 0);
    w->fd = eventfd(0, EFD_CLOEXEC); /* blocking: a ring's polls and reads must be able to wait on it */
    return w->fd < 0 ? -errno : 0;
}

void wake_close(struct wake *w)
{
    if (w->fd >= 0) close(w->fd);
    w->fd = -1;
}

static void on_wake(void *owner, uint32_t slot, uint32_t generation, struct ring_result r)
{
    struct wake *w = owner;
    (void)slot, (void)generation;
    /* An overflow of the completion queue ends even this poll. Re-arming is level-triggered and the counter is never 0, so one
     * event more follows at once; the loop then finds no mail and sleeps again. */
    if (!r.more && w->ring) ring_poll(w->ring, w->fd, RING_WAKE, 0, 0);
}

void wake_watch(struct wake *w, struct ring *r)
{
    w->ring = r;
    ring_handle(r, RING_WAKE, on_wake, w);
    ring_poll(r, w->fd, RING_WAKE, 0, 0);
}

void wake_unwatch(struct wake *w)
{
    struct ring *r = w->ring;
    w->ring = NULL; /* whatever ends the poll, it is not armed again */
    ring_cancel(r, RING_WAKE, 0, 0);
}

void wake_up(struct wake *w)
{
    uint64_t one = 1;
    atomic_fetch_add_explicit(&w->writes, 1, memory_order_relaxed);
    /* 2^64 - 1 writes would have to go unread before this could block */
    ssize_t n = write(w->fd, &one, sizeof one);
    (void)n;
}
