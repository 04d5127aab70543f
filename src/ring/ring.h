/* ring.h: the kernel's io_uring behind operations of our own. The only folder that sees liburing; the whole of it can be
 * replaced by a simulated implementation of this header. One thread creates, uses and closes a ring.
 *
 * An operation is named by (kind, generation, slot), packed into user_data: never a pointer, so a late completion of an earlier
 * life finds nothing. Each kind has one handler. Starting an operation cannot fail: when the submission queue is full it is
 * submitted first, and when the kernel refuses because completions pile up, those are set aside and dispatched in order. */
#ifndef QUERN_RING_RING_H
#define QUERN_RING_RING_H

#include "base/metric.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ring;
struct msghdr;
struct sockaddr;

enum ring_kind { RING_NONE, RING_ACCEPT, RING_RECV, RING_SEND, RING_SHUTDOWN, RING_CLOSE, RING_CANCEL, RING_WAKE, RING_CONNECT, RING_POLL,
                 RING_FILE, RING_KINDS };

/* A descriptor as the ring names it: a plain one, or an index into the ring's own table of direct descriptors. */
typedef int ring_fd;
#define RING_DIRECT 0x40000000
static inline bool ring_fd_is_direct(ring_fd fd)
{
    return fd >= 0 && (fd & RING_DIRECT) != 0;
}

struct ring_result {
    int32_t res;    /* as the operation's man page says: bytes, a descriptor, 0, or -errno */
    int32_t buffer; /* id of the receive buffer that holds the bytes; -1: none */
    bool more;      /* the operation goes on and will complete again */
};
typedef void ring_handler(void *owner, uint32_t slot, uint32_t generation, struct ring_result r);

/* Fallbacks that can be forced, to test on a new kernel what an old one needs. */
struct ring_force {
    bool no_defer;        /* COOP_TASKRUN instead of DEFER_TASKRUN */
    bool plain;           /* no task-run flags at all */
    bool oneshot_accept;
    bool oneshot_recv;
    bool poll_wait;       /* sleeps in poll(2), for valgrind, which does not expect io_uring_enter to block; plain too */
    bool unrestricted;    /* restrictions are not asked for */
};

/* What will never be asked of a ring. Its kernel refuses this, and all that ring/ has no function for, with -EACCES: whoever has got hold
 * of the process gets no more out of the ring than it was made for. */
enum ring_without {
    RING_WITHOUT_SOCKETS = 1, /* ring_accept*, ring_recv*, ring_send*, ring_shutdown, direct descriptors; bufring.h */
    RING_WITHOUT_FILES = 2,   /* ring_write … ring_unlink */
    RING_WITHOUT_CONNECT = 4, /* ring_connect, ring_install, ring_notify */
};

struct ring_options {
    uint32_t sq_entries, cq_entries;
    uint32_t direct_max;  /* size of the direct descriptor table; 0: none */
    unsigned without;     /* enum ring_without, or-ed */
    struct ring_force force;
};

/* What was granted. */
struct ring_features {
    bool single_issuer, defer_taskrun, coop_taskrun, no_sqarray, min_wait, send_bundles, restricted;
    bool multishot_accept, multishot_recv;
    uint32_t sq_entries, cq_entries;
};

/* Counted by the ring's thread. */
struct ring_counts {
    metric enters;        /* io_uring_enter calls */
    metric completions;
    metric cq_overflows;  /* times that the kernel had to keep completions back */
    metric set_aside;     /* completions set aside to make room for submissions */
    metric enobufs;       /* receives that found no buffer */
    metric rearms;        /* multishots started again after they had ended by themselves */
};

/* 0 or -errno. *why then names, for an operator, what refused and how to remedy it; never NULL. */
int ring_open(const struct ring_options *options, struct ring **out, const char **why);
/* All operations must have completed. Returns NULL. */
struct ring *ring_close(struct ring *r);
struct ring_features ring_features(const struct ring *r);
struct ring_counts *ring_counts(struct ring *r);
void ring_handle(struct ring *r, enum ring_kind kind, ring_handler *handler, void *owner);

/* Accepts into plain descriptors; goes on (more) where multishot is there. */
void ring_accept(struct ring *r, ring_fd fd, uint32_t slot, uint32_t generation);
/* Accepts one connection. */
void ring_accept_one(struct ring *r, ring_fd fd, uint32_t slot, uint32_t generation);
/* Accepts one connection into the direct table; res: its index, to be or-ed with RING_DIRECT. Its peer goes to from, which has *from_len
 * bytes of room; both belong to the kernel until the completion. */
void ring_accept_direct(struct ring *r, ring_fd fd, struct sockaddr *from, uint32_t *from_len, uint32_t slot, uint32_t generation);
/* Receives into the ring's provided buffers (bufring.h); goes on where multishot is there. */
void ring_recv(struct ring *r, ring_fd fd, uint32_t slot, uint32_t generation);
/* As ring_recv, where bytes, an end or an error are known to be there: looks at once instead of waiting first. */
void ring_recv_ready(struct ring *r, ring_fd fd, uint32_t slot, uint32_t generation);
/* RING_POLL completes once when bytes, an end or an error are there; res: poll(2)'s events. Costs less than a receive that waits. */
void ring_poll_in(struct ring *r, ring_fd fd, uint32_t slot, uint32_t generation);
/* Receives what is there now, at most len bytes (0: a buffer full), into a provided buffer; -EAGAIN: nothing. */
void ring_recv_once(struct ring *r, ring_fd fd, uint32_t len, uint32_t slot, uint32_t generation);
/* The address must stand until the next ring_wait. */
void ring_connect(struct ring *r, ring_fd fd, const struct sockaddr *to, uint32_t to_len, uint32_t slot, uint32_t generation);
/* Bytes and msghdr must stand until the completion. whole: complete only once all is sent, or not at all any more; without, each
 * part that the peer has made room for completes, which shows that it goes on. */
void ring_send(struct ring *r, ring_fd fd, const void *p, size_t len, bool whole, uint32_t slot, uint32_t generation);
void ring_sendmsg(struct ring *r, ring_fd fd, const struct msghdr *m, bool whole, uint32_t slot, uint32_t generation);
/* A plain descriptor is shut down at once and nothing completes (false); a direct one by an operation (true). */
bool ring_shutdown(struct ring *r, ring_fd fd, int how, uint32_t slot, uint32_t generation);
void ring_close_fd(struct ring *r, ring_fd fd, uint32_t slot, uint32_t generation);
/* Cancels the one operation (kind, generation, slot); completes as RING_CANCEL with 0, -ENOENT or -EALREADY. */
void ring_cancel(struct ring *r, enum ring_kind kind, uint32_t slot, uint32_t generation);
/* Cancels everything that is under way on a descriptor. */
void ring_cancel_fd(struct ring *r, ring_fd fd, uint32_t slot, uint32_t generation);
/* Reports each time that fd becomes readable; goes on. */
void ring_poll(struct ring *r, ring_fd fd, enum ring_kind kind, uint32_t slot, uint32_t generation);

/* Operations on files complete as RING_FILE; file.h is the convenient way to them. Bytes must stand until the completion, paths
 * until the next ring_wait. rw_flags: RWF_DSYNC and others of pwritev2(2). */
void ring_write(struct ring *r, int fd, const void *p, size_t len, uint64_t offset, int rw_flags, uint32_t slot,
                uint32_t generation);
void ring_fsync(struct ring *r, int fd, bool datasync, uint32_t slot, uint32_t generation);
/* A write, then an fdatasync under slot_sync that begins only when all of it is written: -ECANCELED otherwise. */
void ring_write_then_sync(struct ring *r, int fd, const void *p, size_t len, uint64_t offset, uint32_t slot, uint32_t generation,
                          uint32_t slot_sync, uint32_t generation_sync);
void ring_open_file(struct ring *r, int dir_fd, const char *path, int flags, uint32_t mode, uint32_t slot, uint32_t generation);
void ring_allocate(struct ring *r, int fd, uint64_t bytes, uint32_t slot, uint32_t generation); /* fallocate(2) from 0 */
void ring_rename(struct ring *r, int dir_fd, const char *from, const char *to, uint32_t slot, uint32_t generation);
void ring_unlink(struct ring *r, int dir_fd, const char *path, uint32_t slot, uint32_t generation);
void ring_close_file(struct ring *r, int fd, uint32_t slot, uint32_t generation);

/* Moves a plain descriptor into the direct table at index (below direct_max, free) and closes it. 0 or -errno. */
int ring_install(struct ring *r, int fd, uint32_t index, ring_fd *out);
/* From now on the ring writes this eventfd when there is something to dispatch: a thread with several rings waits on one of
 * them, which polls the eventfd of the others (wake.h). 0 or -errno. */
int ring_notify(struct ring *r, int eventfd);
/* Whether ring_wait would find something, without entering the kernel: for spinning, and for a thread with several rings. */
bool ring_pending(const struct ring *r);

/* Submits what is prepared and, with block, waits for a completion until mono_ns (UINT64_MAX: no limit). now_ns: the clock. */
void ring_wait(struct ring *r, bool block, uint64_t now_ns, uint64_t until_ns);
/* Hands at most n_max completions to their handlers, in order. Returns how many; fewer than n_max: no more are there. */
uint32_t ring_dispatch(struct ring *r, uint32_t n_max);
/* Operations that have not completed for the last time yet. */
uint32_t ring_in_flight(const struct ring *r);

#endif
