/* sim_ring_parts.h: what sim_ring.c and sim_ops.c share. */
#ifndef SIM_RING_PARTS_H
#define SIM_RING_PARTS_H

#include "sim_ring.h"

#include <sys/uio.h>

struct sock;

#define OPS_MAX 16384
#define QUEUE_MAX 16384

enum op_what {
    ACCEPT_MANY,
    ACCEPT_ONE,
    ACCEPT_DIRECT,
    RECV_MANY,
    RECV_ONE,
    RECV_NOW,
    POLL_IN,
    SEND,
    SHUT,
    CLOSE,
    CANCEL,
    CANCEL_FD,
    WAKE,
    TIMED
};

struct op {
    enum ring_kind kind;
    enum op_what what;
    uint32_t slot, generation;
    ring_fd fd;
    int how;               /* SHUT */
    enum ring_kind target; /* CANCEL */
    struct iovec iov[64];  /* SEND */
    int n_iov;
    size_t len, done;
    bool whole;
    bool cancelled;        /* completes with -ECANCELED as soon as it is looked at */
    uint64_t deaf;         /* RECV: has missed an end; until more than so many arrivals; 0: has not */
    uint64_t due_ns;       /* not before */
    int32_t (*finish)(void *arg);
    void (*deliver)(void *arg, int32_t res);
    void *arg;
};

struct completion {
    enum ring_kind kind;
    uint32_t slot, generation;
    struct ring_result r;
    void (*deliver)(void *arg, int32_t res);
    void *arg;
};

struct ring {
    struct ring_options o;
    struct ring_counts counts;
    struct {
        ring_handler *handler;
        void *owner;
    } kinds[RING_KINDS];
    struct op *prepared[OPS_MAX], *armed[OPS_MAX];
    uint32_t n_prepared, n_armed;
    struct completion queue[QUEUE_MAX]; /* a ring buffer */
    uint32_t first, n_queue;
    uint32_t in_flight;
    struct sock **direct; /* by index */
    struct bufring *bufs;
    bool woken; /* the eventfd has been written since the poll last saw it */
    bool ever_woken;
};

/* sim_ops.c */
/* Whether it would do something now. */
bool op_can_go(const struct ring *r, const struct op *op);
/* Does it, and posts what comes of it. True: it has ended, and is to be disarmed. */
bool op_go(struct ring *r, struct op *op);
void op_disarm(struct ring *r, struct op *op);
/* A CANCEL or CANCEL_FD is submitted: it ends at once. */
void op_cancel(struct ring *r, const struct op *cancel);

#endif
