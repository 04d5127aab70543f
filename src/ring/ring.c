/* ring.c: see ring.h. */
#include "ring/uring.h"

#include "base/check.h"
#include "base/clock.h"
#include "ring/fault.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- user_data: kind 8 | generation 24 | slot 32 ---- */

static uint64_t pack(enum ring_kind kind, uint32_t slot, uint32_t generation)
{
    assert(generation <= 0xffffff);
    return (uint64_t)kind << 56 | (uint64_t)generation << 32 | slot;
}

/* ---- set up ---- */

static int try_open(struct ring *r, const struct ring_options *o, unsigned flags)
{
    struct io_uring_params p = {.flags = flags, .cq_entries = o->cq_entries};
    int rc = io_uring_queue_init_params(o->sq_entries, &r->uring, &p);
    if (rc < 0) return rc;
    r->features.single_issuer = (p.flags & IORING_SETUP_SINGLE_ISSUER) != 0;
    r->features.defer_taskrun = (p.flags & IORING_SETUP_DEFER_TASKRUN) != 0;
    r->features.coop_taskrun = (p.flags & IORING_SETUP_COOP_TASKRUN) != 0;
    r->features.no_sqarray = (p.flags & IORING_SETUP_NO_SQARRAY) != 0;
    r->features.min_wait = (p.features & IORING_FEAT_MIN_TIMEOUT) != 0;
    r->features.send_bundles = (p.features & IORING_FEAT_RECVSEND_BUNDLE) != 0;
    r->features.sq_entries = p.sq_entries;
    r->features.cq_entries = p.cq_entries;
    return 0;
}

/* Best flags first; -EINVAL means that this kernel does not know one of them. */
static int open_best(struct ring *r, const struct ring_options *o, unsigned more)
{
    const unsigned base = IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP | IORING_SETUP_SUBMIT_ALL | more;
    const unsigned coop = base | IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG;
    const unsigned best =
        base | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_TASKRUN_FLAG;
    int rc = -EINVAL;
    if (!o->force.no_defer && !o->force.plain) rc = try_open(r, o, best);
    if (rc == -EINVAL && !o->force.plain) rc = try_open(r, o, coop);
    if (rc == -EINVAL) rc = try_open(r, o, base);
    return rc;
}

static const char *explain(int rc)
{
    switch (-rc) {
    case EPERM:
        return "io_uring is refused here: sysctl kernel.io_uring_disabled is not 0, or a container profile blocks it "
               "(remedy: sysctl -w kernel.io_uring_disabled=0; docker run --security-opt seccomp=unconfined)";
    case ENOSYS:
        return "this kernel has no io_uring (remedy: Linux 6.1 or newer with CONFIG_IO_URING)";
    case ENOMEM:
        return "no memory for the ring (remedy: raise the memory limit, or ulimit -l on old kernels)";
    case EINVAL:
        return "this kernel's io_uring is too old (remedy: Linux 6.1 or newer)";
    case EMFILE:
    case ENFILE:
        return "too few open files are allowed (remedy: raise ulimit -n)";
    default:
        return "the kernel refused to set up io_uring";
    }
}

/* A ring that waits until it is started; where there is no such thing, one that runs. */
static int open_waiting(struct ring *r, const struct ring_options *o, bool *waits)
{
    int rc = o->force.unrestricted ? -EINVAL : open_best(r, o, IORING_SETUP_R_DISABLED);
    *waits = rc == 0;
    return rc == -EINVAL ? open_best(r, o, 0) : rc;
}

/* From now on it belongs to this thread. Without restrictions it works as well. */
static int let_run(struct ring *r, unsigned without)
{
    r->features.restricted = ring_restrict(r, without) == 0;
    return io_uring_enable_rings(&r->uring);
}

int ring_open(const struct ring_options *options, struct ring **out, const char **why)
{
    struct ring_options o = *options;
    *why = "no memory for the ring";
    struct ring *r = calloc(1, sizeof *r);
    if (!r) return -ENOMEM;
#ifdef QUERN_FAULT
    o.sq_entries = FAULT_SQ_ENTRIES;
    o.cq_entries = FAULT_CQ_ENTRIES;
#endif
    if (o.force.poll_wait) o.force.plain = true; /* with deferred task work poll(2) has missed completions (Linux 6.18) */
    bool waits;
    int rc = open_waiting(r, &o, &waits);
    if (rc < 0) goto free_ring;
    rc = -ENOMEM;
    r->aside_max = r->features.cq_entries;
    r->aside = calloc(r->aside_max, sizeof *r->aside);
    if (!r->aside) goto exit_ring;
    if (o.direct_max) {
        rc = io_uring_register_files_sparse(&r->uring, o.direct_max);
        if (rc < 0) goto free_aside;
    }
    (void)io_uring_register_ring_fd(&r->uring); /* saves a look-up per enter; not essential */
    if (waits && (rc = let_run(r, o.without)) < 0) goto free_aside;
    (void)io_uring_ring_dontfork(&r->uring);
    r->features.multishot_accept = !o.force.oneshot_accept;
    r->features.multishot_recv = !o.force.oneshot_recv;
    r->poll_wait = o.force.poll_wait;
    r->without = o.without;
    r->fault_state = 1;
    *out = r;
    return 0;
free_aside:
    free(r->aside);
exit_ring:
    io_uring_queue_exit(&r->uring);
free_ring:
    free(r);
    *why = explain(rc);
    return rc;
}

struct ring *ring_close(struct ring *r)
{
    if (!r) return NULL;
    io_uring_queue_exit(&r->uring);
    free(r->aside);
    free(r);
    return NULL;
}

struct ring_features ring_features(const struct ring *r)
{
    return r->features;
}

struct ring_counts *ring_counts(struct ring *r)
{
    return &r->counts;
}

void ring_handle(struct ring *r, enum ring_kind kind, ring_handler *handler, void *owner)
{
    r->kinds[kind].handler = handler;
    r->kinds[kind].owner = owner;
}

uint32_t ring_in_flight(const struct ring *r)
{
    return r->in_flight;
}

/* ---- submission ---- */

/* Doubles the place for completions set aside. They are bounded by the operations in flight and the receive buffers, so this
 * ends; it happens only where the completion queue is far too small for its load. */
static void grow_aside(struct ring *r)
{
    struct ring_aside *bigger = calloc((size_t)r->aside_max * 2, sizeof *bigger);
    assert(bigger); /* a few KiB; nothing sound is left to do without them */
    for (uint32_t i = 0; i < r->aside_n; i++) bigger[i] = r->aside[(r->aside_at + i) % r->aside_max];
    free(r->aside);
    r->aside = bigger;
    r->aside_at = 0;
    r->aside_max *= 2;
}

/* Moves all waiting completions out of the kernel's queue, so that it takes submissions again (it answers -EBUSY while
 * completions that did not fit are kept back). ring_dispatch hands them out first, in order. */
static void set_aside(struct ring *r)
{
    struct io_uring_cqe *cqe;
    unsigned head, n = 0;
    io_uring_for_each_cqe(&r->uring, head, cqe) {
        if (r->aside_n == r->aside_max) grow_aside(r);
        r->aside[(r->aside_at + r->aside_n++) % r->aside_max] =
            (struct ring_aside){cqe->user_data, cqe->res, cqe->flags};
        n++;
    }
    io_uring_cq_advance(&r->uring, n);
    metric_add(&r->counts.set_aside, n);
}

void ring_submit_all(struct ring *r)
{
    while (io_uring_sq_ready(&r->uring)) {
        metric_add(&r->counts.enters, 1);
        int rc = io_uring_submit_and_get_events(&r->uring);
        if (rc < 0 && rc != -EBUSY && rc != -EAGAIN && rc != -EINTR) assert(!"io_uring_enter failed for good");
        if (io_uring_sq_ready(&r->uring)) set_aside(r);
    }
}

struct io_uring_sqe *ring_next_sqe(struct ring *r)
{
    struct io_uring_sqe *sqe = io_uring_get_sqe(&r->uring);
    if (sqe) return sqe;
    ring_submit_all(r);
    sqe = io_uring_get_sqe(&r->uring);
    assert(sqe);
    return sqe;
}

void ring_launch(struct ring *r, struct io_uring_sqe *sqe, ring_fd fd, enum ring_kind kind, uint32_t slot, uint32_t generation)
{
    if (ring_fd_is_direct(fd)) {
        sqe->fd = fd & ~RING_DIRECT;
        sqe->flags |= IOSQE_FIXED_FILE;
    }
    assert_slow(ring_allows(sqe, r->without));
    io_uring_sqe_set_data64(sqe, pack(kind, slot, generation));
    r->in_flight++;
}

void ring_accept(struct ring *r, ring_fd fd, uint32_t slot, uint32_t generation)
{
    struct io_uring_sqe *sqe = ring_next_sqe(r);
    if (r->features.multishot_accept) io_uring_prep_multishot_accept(sqe, fd, NULL, NULL, SOCK_CLOEXEC);
    else io_uring_prep_accept(sqe, fd, NULL, NULL, SOCK_CLOEXEC);
    ring_launch(r, sqe, fd, RING_ACCEPT, slot, generation);
}

void ring_accept_one(struct ring *r, ring_fd fd, uint32_t slot, uint32_t generation)
{
    struct io_uring_sqe *sqe = ring_next_sqe(r);
    io_uring_prep_accept(sqe, fd, NULL, NULL, SOCK_CLOEXEC);
    ring_launch(r, sqe, fd, RING_ACCEPT, slot, generation);
}

void ring_accept_direct(struct ring *r, ring_fd fd, struct sockaddr *from, uint32_t *from_len, uint32_t slot, uint32_t generation)
{
    struct io_uring_sqe *sqe = ring_next_sqe(r);
    io_uring_prep_accept_direct(sqe, fd, from, from_len, 0, IORING_FILE_INDEX_ALLOC);
    ring_launch(r, sqe, fd, RING_ACCEPT, slot, generation);
}

static struct io_uring_sqe *next_recv(struct ring *r, ring_fd fd)
{
    struct io_uring_sqe *sqe = ring_next_sqe(r);
    if (r->features.multishot_recv) io_uring_prep_recv_multishot(sqe, fd, NULL, 0, 0);
    else io_uring_prep_recv(sqe, fd, NULL, 0, 0);
    sqe->flags |= IOSQE_BUFFER_SELECT;
    sqe->buf_group = RING_BUFFER_GROUP;
    return sqe;
}

void ring_recv(struct ring *r, ring_fd fd, uint32_t slot, uint32_t generation)
{
    struct io_uring_sqe *sqe = next_recv(r, fd);
    sqe->ioprio |= IORING_RECVSEND_POLL_FIRST; /* a request has just been answered: nothing is there yet */
    ring_launch(r, sqe, fd, RING_RECV, slot, generation);
}

void ring_recv_ready(struct ring *r, ring_fd fd, uint32_t slot, uint32_t generation)
{
    ring_launch(r, next_recv(r, fd), fd, RING_RECV, slot, generation);
}

void ring_recv_once(struct ring *r, ring_fd fd, uint32_t len, uint32_t slot, uint32_t generation)
{
    struct io_uring_sqe *sqe = ring_next_sqe(r);
    io_uring_prep_recv(sqe, fd, NULL, len, MSG_DONTWAIT);
    sqe->flags |= IOSQE_BUFFER_SELECT;
    sqe->buf_group = RING_BUFFER_GROUP;
    ring_launch(r, sqe, fd, RING_RECV, slot, generation);
}

void ring_connect(struct ring *r, ring_fd fd, const struct sockaddr *to, uint32_t to_len, uint32_t slot, uint32_t generation)
{
    struct io_uring_sqe *sqe = ring_next_sqe(r);
    io_uring_prep_connect(sqe, fd, to, to_len);
    ring_launch(r, sqe, fd, RING_CONNECT, slot, generation);
}

void ring_poll_in(struct ring *r, ring_fd fd, uint32_t slot, uint32_t generation)
{
    struct io_uring_sqe *sqe = ring_next_sqe(r);
    io_uring_prep_poll_add(sqe, fd, POLLIN | POLLRDHUP);
    ring_launch(r, sqe, fd, RING_POLL, slot, generation);
}

void ring_send(struct ring *r, ring_fd fd, const void *p, size_t len, bool whole, uint32_t slot,
               uint32_t generation)
{
    struct io_uring_sqe *sqe = ring_next_sqe(r);
    len = fault_send_bytes(&r->fault_state, len);
    io_uring_prep_send(sqe, fd, p, len, MSG_NOSIGNAL | (whole ? MSG_WAITALL : 0));
    ring_launch(r, sqe, fd, RING_SEND, slot, generation);
}

void ring_sendmsg(struct ring *r, ring_fd fd, const struct msghdr *m, bool whole, uint32_t slot, uint32_t generation)
{
    struct io_uring_sqe *sqe = ring_next_sqe(r);
    if (fault_one_in(&r->fault_state, 2)) whole = false;
    io_uring_prep_sendmsg(sqe, fd, m, MSG_NOSIGNAL | (whole ? MSG_WAITALL : 0));
    ring_launch(r, sqe, fd, RING_SEND, slot, generation);
}

bool ring_shutdown(struct ring *r, ring_fd fd, int how, uint32_t slot, uint32_t generation)
{
    if (!ring_fd_is_direct(fd)) {
        assert(fd >= 0);
        (void)shutdown(fd, how); /* ENOTCONN: the peer was faster */
        return false;
    }
    struct io_uring_sqe *sqe = ring_next_sqe(r);
    io_uring_prep_shutdown(sqe, fd, how);
    ring_launch(r, sqe, fd, RING_SHUTDOWN, slot, generation);
    return true;
}

void ring_close_fd(struct ring *r, ring_fd fd, uint32_t slot, uint32_t generation)
{
    struct io_uring_sqe *sqe = ring_next_sqe(r);
    if (ring_fd_is_direct(fd)) io_uring_prep_close_direct(sqe, (unsigned)(fd & ~RING_DIRECT));
    else io_uring_prep_close(sqe, fd);
    /* close_direct names its slot in file_index: IOSQE_FIXED_FILE would be refused, so ring_launch() must not see it as direct */
    ring_launch(r, sqe, -1, RING_CLOSE, slot, generation);
}

void ring_cancel(struct ring *r, enum ring_kind kind, uint32_t slot, uint32_t generation)
{
    struct io_uring_sqe *sqe = ring_next_sqe(r);
    io_uring_prep_cancel64(sqe, pack(kind, slot, generation), 0);
    ring_launch(r, sqe, -1, RING_CANCEL, slot, generation);
}

void ring_cancel_fd(struct ring *r, ring_fd fd, uint32_t slot, uint32_t generation)
{
    struct io_uring_sqe *sqe = ring_next_sqe(r);
    unsigned flags = IORING_ASYNC_CANCEL_ALL | IORING_ASYNC_CANCEL_FD;
    if (ring_fd_is_direct(fd)) flags |= IORING_ASYNC_CANCEL_FD_FIXED;
    io_uring_prep_cancel_fd(sqe, fd & ~RING_DIRECT, flags);
    ring_launch(r, sqe, -1, RING_CANCEL, slot, generation);
}

void ring_poll(struct ring *r, ring_fd fd, enum ring_kind kind, uint32_t slot, uint32_t generation)
{
    struct io_uring_sqe *sqe = ring_next_sqe(r);
    io_uring_prep_poll_multishot(sqe, fd, POLL_IN);
    ring_launch(r, sqe, fd, kind, slot, generation);
}

int ring_install(struct ring *r, int fd, uint32_t index, ring_fd *out)
{
    int rc = io_uring_register_files_update(&r->uring, index, &fd, 1);
    if (rc < 0) return rc;
    (void)close(fd); /* the table holds it now */
    *out = (ring_fd)index | RING_DIRECT;
    return 0;
}

int ring_notify(struct ring *r, int eventfd)
{
    return io_uring_register_eventfd(&r->uring, eventfd);
}

bool ring_pending(const struct ring *r)
{
    if (r->aside_n || io_uring_cq_ready(&r->uring)) return true;
    return (IO_URING_READ_ONCE(*r->uring.sq.kflags) & (IORING_SQ_TASKRUN | IORING_SQ_CQ_OVERFLOW)) != 0;
}

/* ---- completion ---- */

/* Completions are there when poll(2) says so: nothing has to be fetched on a ring without task-run flags. */
static void sleep_in_poll(struct ring *r, uint64_t now_ns, uint64_t until_ns)
{
    int rc = io_uring_submit_and_get_events(&r->uring);
    if (rc < 0 || io_uring_sq_ready(&r->uring) || io_uring_cq_ready(&r->uring)) return; /* the rest goes with the next turn */
    uint64_t left = until_ns - now_ns;
    struct timespec ts = {.tv_sec = (time_t)(left / NS_PER_S), .tv_nsec = (long)(left % NS_PER_S)};
    struct pollfd p = {.fd = r->uring.ring_fd, .events = POLLIN};
    (void)ppoll(&p, 1, until_ns == UINT64_MAX ? NULL : &ts, NULL); /* interrupted: the next turn comes back here */
}

void ring_wait(struct ring *r, bool block, uint64_t now_ns, uint64_t until_ns)
{
    if (io_uring_cq_has_overflow(&r->uring)) metric_add(&r->counts.cq_overflows, 1);
    metric_add(&r->counts.enters, 1);
    if (!block || r->aside_n || io_uring_cq_ready(&r->uring) || until_ns <= now_ns) {
        (void)io_uring_submit_and_get_events(&r->uring); /* what did not go out goes with the next turn */
        return;
    }
    if (r->poll_wait) {
        sleep_in_poll(r, now_ns, until_ns);
        return;
    }
    struct io_uring_cqe *cqe;
    uint64_t left = until_ns == UINT64_MAX ? 0 : until_ns - now_ns;
    struct __kernel_timespec ts = {.tv_sec = (long long)(left / NS_PER_S), .tv_nsec = (long long)(left % NS_PER_S)};
    int rc = io_uring_submit_and_wait_timeout(&r->uring, &cqe, 1, until_ns == UINT64_MAX ? NULL : &ts, NULL);
    assert(rc != -EBADR && rc != -EBADF && rc != -EFAULT); /* a lost completion: nothing can be trusted any more */
}

static void deliver(struct ring *r, uint64_t user_data, int32_t res, uint32_t flags)
{
    enum ring_kind kind = (enum ring_kind)(user_data >> 56);
    struct ring_result result = {
        .res = res,
        .buffer = flags & IORING_CQE_F_BUFFER ? (int32_t)(flags >> IORING_CQE_BUFFER_SHIFT) : -1,
        .more = (flags & IORING_CQE_F_MORE) != 0,
    };
    assert(kind > RING_NONE && kind < RING_KINDS && r->kinds[kind].handler);
    if (!result.more) r->in_flight--;
    if (res == -ENOBUFS && kind == RING_RECV) metric_add(&r->counts.enobufs, 1);
    r->kinds[kind].handler(r->kinds[kind].owner, (uint32_t)user_data, (uint32_t)(user_data >> 32) & 0xffffff, result);
}

static uint32_t dispatch_aside(struct ring *r, uint32_t n_max)
{
    uint32_t n = 0;
    for (; n < n_max && r->aside_n; n++) {
        struct ring_aside a = r->aside[r->aside_at];
        r->aside_at = (r->aside_at + 1) % r->aside_max;
        r->aside_n--;
        deliver(r, a.user_data, a.res, a.flags);
    }
    return n;
}

uint32_t ring_dispatch(struct ring *r, uint32_t n_max)
{
    uint32_t n = dispatch_aside(r, n_max);
    struct io_uring_cqe *cqe;
    while (n < n_max && r->aside_n == 0 && io_uring_cq_ready(&r->uring) && io_uring_peek_cqe(&r->uring, &cqe) == 0) {
        uint64_t user_data = cqe->user_data;
        int32_t res = cqe->res;
        uint32_t flags = cqe->flags;
        io_uring_cqe_seen(&r->uring, cqe); /* before the handler: it may set the rest aside */
        deliver(r, user_data, res, flags);
        n++;
        if (r->aside_n) n += dispatch_aside(r, n_max - n);
    }
    metric_add(&r->counts.completions, n);
    return n;
}
