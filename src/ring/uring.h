/* uring.h: private to ring/: what ring.c, ring_file.c, bufring.c and restrict.c share of the kernel's ring. */
#ifndef QUERN_RING_URING_H
#define QUERN_RING_URING_H

#include "ring/ring.h"
#include <liburing.h>

#define RING_BUFFER_GROUP 0

/* A completion set aside: see ring_make_room(). */
struct ring_aside {
    uint64_t user_data;
    int32_t res;
    uint32_t flags;
};

struct ring {
    struct io_uring uring;
    struct ring_features features;
    struct ring_counts counts;
    struct {
        ring_handler *handler;
        void *owner;
    } kinds[RING_KINDS];
    struct ring_aside *aside; /* a ring buffer of aside_max, aside_n in use from aside_at */
    uint32_t aside_at, aside_n, aside_max;
    uint32_t in_flight;
    uint32_t fault_state;
    unsigned without; /* enum ring_without */
    bool poll_wait;
};

/* Never NULL: a full queue is submitted first. What it returns must be prepared and launched before the next call. */
struct io_uring_sqe *ring_next_sqe(struct ring *r);
/* Every operation passes here exactly once. */
void ring_launch(struct ring *r, struct io_uring_sqe *sqe, ring_fd fd, enum ring_kind kind, uint32_t slot, uint32_t generation);
/* Hands everything that is prepared to the kernel. */
void ring_submit_all(struct ring *r);
/* Has a ring that does not run yet take nothing but what ring/ asks of it, without some of that (enum ring_without), for good.
 * 0 or -errno. */
int ring_restrict(struct ring *r, unsigned without);
/* Whether it is taken then. */
bool ring_allows(const struct io_uring_sqe *sqe, unsigned without);

#endif
