/* sim_ops.c: what operations of the simulated ring do: see sim_ring.c. */
#include "sim_ring_parts.h"

#include "net.h"
#include "world.h"

#include "base/check.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define SHOTS_MAX 32 /* reads of one receive before others get a turn */

static struct sock *sock_of(const struct ring *r, ring_fd fd)
{
    if (!ring_fd_is_direct(fd)) return net_sock(fd);
    uint32_t index = (uint32_t)(fd & ~RING_DIRECT);
    assert(index < r->o.direct_max && r->direct[index]);
    return r->direct[index];
}

static void op_post(struct ring *r, const struct op *op, int32_t res, int32_t buffer, bool more)
{
    assert(r->n_queue < QUEUE_MAX);
    if (sim.lie == LIE_LOST && op->kind == RING_SEND && sim_one_in(200)) {
        sim.lies_told++;
        return;
    }
    r->queue[(r->first + r->n_queue++) % QUEUE_MAX] =
        (struct completion){op->kind,    op->slot, op->generation, {.res = res, .buffer = buffer, .more = more},
                            op->deliver, op->arg};
}

/* ---- what an armed operation does ---- */

static int32_t accept_as(struct ring *r, const struct op *op)
{
    if (sim_one_in(sim.p.emfile)) return -EMFILE;
    if (op->what != ACCEPT_DIRECT) {
        struct sock *s = net_accept(op->fd);
        return s ? net_fd(s) : -EAGAIN;
    }
    for (uint32_t i = 0; i < r->o.direct_max; i++)
        if (!r->direct[i]) {
            r->direct[i] = net_accept(op->fd);
            return (int32_t)i;
        }
    return -ENFILE;
}

/* These return true when the operation has ended. */
static bool do_accept(struct ring *r, const struct op *op)
{
    bool many = op->what == ACCEPT_MANY;
    while (net_backlog(op->fd)) {
        int32_t res = accept_as(r, op);
        bool more = many && res >= 0 && !sim_one_in(sim.p.mshot_ends);
        op_post(r, op, res, -1, more);
        if (!more) return true;
    }
    return false;
}

static void receive_again(struct ring *r, const struct op *op, const char *first, long n)
{
    char *bytes;
    uint32_t room;
    int32_t id = sim_bufring_next(r, &bytes, &room);
    if (id < 0) return;
    sim.lies_told++;
    memcpy(bytes, first, (size_t)n);
    op_post(r, op, (int32_t)n, id, true);
}

static bool do_recv(struct ring *r, struct op *op)
{
    struct sock *s = sock_of(r, op->fd);
    bool has_missable_end = (s->reset || s->shut_in) && !s->fin;
    for (int shot = 0; shot < SHOTS_MAX; shot++) {
        char *bytes;
        uint32_t room;
        if (s->in_len == 0) {
            if (shot && has_missable_end && sim_one_in(2)) {
                op->deaf = s->arrivals;
                return false;
            }
            long res = sock_read(s, NULL, 0);
            if (res == -EAGAIN && op->what != RECV_NOW) return false;
            op_post(r, op, (int32_t)res, -1, false);
            return true;
        }
        int32_t id = sim_bufring_next(r, &bytes, &room);
        if (id < 0) {
            op_post(r, op, -ENOBUFS, -1, false);
            return true;
        }
        if (op->len && room > op->len) room = (uint32_t)op->len;
        if (room > 1 && sim_one_in(sim.p.short_recv)) room = (uint32_t)sim_between(1, room);
        long n = sock_read(s, bytes, room);
        bool more = op->what == RECV_MANY && !sim_one_in(sim.p.mshot_ends);
        op_post(r, op, (int32_t)n, id, more);
        if (!more) return true;
        if (sim.lie == LIE_TWICE && sim_one_in(50)) receive_again(r, op, bytes, n);
    }
    return false;
}

static struct iovec piece_at(const struct op *op, size_t at)
{
    for (int i = 0; i < op->n_iov; i++) {
        if (at < op->iov[i].iov_len) return (struct iovec){(char *)op->iov[i].iov_base + at, op->iov[i].iov_len - at};
        at -= op->iov[i].iov_len;
    }
    return (struct iovec){0};
}

static long send_piece(struct sock *s, struct iovec piece)
{
    if (sim.lie != LIE_MIXED || !sim_one_in(100)) return sock_write(s, piece.iov_base, piece.iov_len);
    char wrong = (char)(*(char *)piece.iov_base ^ 1);
    sim.lies_told++;
    return sock_write(s, &wrong, 1);
}

static bool do_send(struct ring *r, struct op *op)
{
    struct sock *s = sock_of(r, op->fd);
    while (op->done < op->len) {
        struct iovec piece = piece_at(op, op->done);
        if (sim_one_in(4)) piece.iov_len = sim_between(1, piece.iov_len);
        long n = send_piece(s, piece);
        if (n == -EAGAIN && (op->whole || !op->done)) return false;
        if (n < 0) {
            op_post(r, op, op->done ? (int32_t)op->done : (int32_t)n, -1, false);
            return true;
        }
        op->done += (size_t)n;
        if (!op->whole && sim_one_in(2)) break;
    }
    op_post(r, op, (int32_t)op->done, -1, false);
    return true;
}

static bool do_poll(struct ring *r, const struct op *op)
{
    const struct sock *s = sock_of(r, op->fd);
    op_post(r, op, POLLIN | (s->fin ? POLLRDHUP : 0) | (s->reset ? POLLERR : 0), -1, false);
    return true;
}

static bool do_close(struct ring *r, const struct op *op)
{
    if (!ring_fd_is_direct(op->fd)) {
        net_close(op->fd);
    } else {
        sock_close(sock_of(r, op->fd), false);
        r->direct[op->fd & ~RING_DIRECT] = NULL;
    }
    op_post(r, op, 0, -1, false);
    return true;
}

static bool do_wake(struct ring *r, const struct op *op)
{
    r->woken = false;
    bool more = !sim_one_in(sim.p.mshot_ends);
    op_post(r, op, POLLIN, -1, more);
    return !more;
}

bool op_can_go(const struct ring *r, const struct op *op)
{
    if (op->cancelled) return true;
    if (sim.now_ns < op->due_ns) return false;
    switch (op->what) {
    case ACCEPT_MANY:
    case ACCEPT_ONE:
    case ACCEPT_DIRECT: return net_backlog(op->fd);
    case RECV_MANY:
    case RECV_ONE: {
        const struct sock *s = sock_of(r, op->fd);
        return sock_readable(s) && !(op->deaf && s->arrivals <= op->deaf);
    }
    case POLL_IN: return sock_readable(sock_of(r, op->fd));
    case SEND: return sock_writable(sock_of(r, op->fd));
    case WAKE: return r->woken;
    default: return true;
    }
}

bool op_go(struct ring *r, struct op *op)
{
    if (op->cancelled) {
        op_post(r, op, op->done ? (int32_t)op->done : -ECANCELED, -1, false);
        return true;
    }
    switch (op->what) {
    case ACCEPT_MANY:
    case ACCEPT_ONE:
    case ACCEPT_DIRECT: return do_accept(r, op);
    case RECV_MANY:
    case RECV_ONE:
    case RECV_NOW: op->deaf = 0; return do_recv(r, op);
    case POLL_IN: return do_poll(r, op);
    case SEND: return do_send(r, op);
    case SHUT:
        sock_shutdown(sock_of(r, op->fd), op->how);
        op_post(r, op, 0, -1, false);
        return true;
    case CLOSE: return do_close(r, op);
    case WAKE: return do_wake(r, op);
    case TIMED: op_post(r, op, op->finish(op->arg), -1, false); return true;
    case CANCEL:
    case CANCEL_FD: break;
    }
    unreachable_state("cancels end at once");
}

void op_disarm(struct ring *r, struct op *op)
{
    for (uint32_t i = 0; i < r->n_armed; i++)
        if (r->armed[i] == op) {
            r->armed[i] = r->armed[--r->n_armed];
            free(op);
            return;
        }
    unreachable_state("it is armed");
}

/* ---- cancels ---- */

static bool may_cancel(const struct op *op)
{
    return op->what <= SEND || op->what == WAKE;
}

static bool goes_on(const struct op *op)
{
    return op->what == ACCEPT_MANY || op->what == RECV_MANY || op->what == WAKE;
}

static void cancel_one(struct ring *r, const struct op *cancel)
{
    int32_t res = -ENOENT;
    for (uint32_t i = 0; i < r->n_armed; i++) {
        struct op *op = r->armed[i];
        if (op->kind != cancel->target || op->slot != cancel->slot || op->generation != cancel->generation || !may_cancel(op))
            continue;
        if (op->cancelled) break;
        bool ready = op_can_go(r, op);
        if (ready && !goes_on(op) && sim_one_in(3)) break; /* about to complete: not found any more */
        if (ready && op->what == SEND && sim_one_in(2)) { /* at work: it ends by itself */
            res = -EALREADY;
            break;
        }
        op->cancelled = true;
        res = 0;
        if (sim_one_in(2)) { /* its own completion stands before the cancel's */
            (void)op_go(r, op);
            op_disarm(r, op);
        }
        break;
    }
    op_post(r, cancel, res, -1, false);
}

static void cancel_fd(struct ring *r, const struct op *cancel)
{
    int32_t n = 0;
    for (uint32_t i = 0; i < r->n_armed; i++) {
        struct op *op = r->armed[i];
        if (op->fd != cancel->fd || op->cancelled || !may_cancel(op)) continue;
        op->cancelled = true;
        n++;
    }
    op_post(r, cancel, n ? n : -ENOENT, -1, false);
}

void op_cancel(struct ring *r, const struct op *cancel)
{
    if (cancel->what == CANCEL) cancel_one(r, cancel);
    else cancel_fd(r, cancel);
}
