/* sim_ring.c: ring.h over simulated sockets. What a kernel may do with a ring is done here in an order drawn from the seed:
 *
 *   operations prepared in a turn are submitted in their order, at ring_wait or when the queue is full;
 *   completions come into the queue only within ring_wait, those of operations that are ready at the same time in any order, some of
 *   them late; a multishot operation may end without having to;
 *   a receive finds no buffer (-ENOBUFS), takes fewer bytes than there are, and misses a reset or our own shutdown when bytes came with
 *   it (src/net/receive.c tells why);
 *   a send is short unless all of it was asked for; a cancelled one tells what it had sent;
 *   a cancel finds its operation (0), finds nothing (-ENOENT), or comes too late to stop it (-EALREADY), and its own completion stands
 *   before or behind that of the operation;
 *   waits end early. */
#include "sim_ring_parts.h"

#include "net.h"
#include "world.h"

#include "base/check.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

int ring_open(const struct ring_options *options, struct ring **out, const char **why)
{
    struct ring *r = calloc(1, sizeof *r);
    assert(r);
    *why = "";
    r->o = *options;
    r->o.sq_entries = sim.p.sq_entries;
    r->direct = calloc(options->direct_max + 1, sizeof(struct sock *));
    assert(r->direct);
    *out = r;
    return 0;
}

struct ring *ring_close(struct ring *r)
{
    assert(!r->in_flight && !r->n_armed && !r->n_prepared && !r->n_queue);
    for (uint32_t i = 0; i < r->o.direct_max; i++) assert(!r->direct[i]);
    free(r->direct);
    free(r);
    return NULL;
}

struct ring_features ring_features(const struct ring *r)
{
    return (struct ring_features){.multishot_accept = !r->o.force.oneshot_accept,
                                  .multishot_recv = !r->o.force.oneshot_recv,
                                  .sq_entries = r->o.sq_entries,
                                  .cq_entries = r->o.cq_entries};
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

void sim_ring_set_buffers(struct ring *r, struct bufring *b)
{
    r->bufs = b;
}

struct bufring *sim_ring_buffers(const struct ring *r)
{
    return r->bufs;
}

/* ---- completions ---- */

static struct completion take(struct ring *r)
{
    struct completion c = r->queue[r->first];
    r->first = (r->first + 1) % QUEUE_MAX;
    r->n_queue--;
    return c;
}

uint32_t ring_dispatch(struct ring *r, uint32_t n_max)
{
    uint32_t n = 0;
    for (; n < n_max && r->n_queue; n++) {
        struct completion c = take(r);
        sim_trace("done kind=%d slot=%u generation=%u res=%d buffer=%d more=%d", c.kind, c.slot, c.generation, c.r.res,
                  c.r.buffer, c.r.more);
        if (!c.r.more) r->in_flight--;
        if (c.r.res == -ENOBUFS && c.kind == RING_RECV) metric_add(&r->counts.enobufs, 1);
        if (c.deliver) {
            c.deliver(c.arg, c.r.res);
            continue;
        }
        assert(r->kinds[c.kind].handler);
        r->kinds[c.kind].handler(r->kinds[c.kind].owner, c.slot, c.generation, c.r);
    }
    metric_add(&r->counts.completions, n);
    return n;
}

/* ---- submission ---- */

static void submit_one(struct ring *r, struct op *op)
{
    if (op->what == CANCEL || op->what == CANCEL_FD) {
        op_cancel(r, op);
        free(op);
        return;
    }
    if (op->what == WAKE && r->ever_woken) r->woken = true; /* level-triggered when it is armed */
    if (op->due_ns) op->due_ns += sim.now_ns;
    else if (op->what >= SEND && sim_one_in(sim.p.defer)) op->due_ns = sim.now_ns + sim_below(NS_PER_MS);
    assert(r->n_armed < OPS_MAX);
    r->armed[r->n_armed++] = op;
    if (op->what == RECV_NOW && op_go(r, op)) op_disarm(r, op);
}

static void submit_all(struct ring *r)
{
    for (uint32_t i = 0; i < r->n_prepared; i++) submit_one(r, r->prepared[i]);
    r->n_prepared = 0;
}

static struct op *prepare(struct ring *r, enum ring_kind kind, enum op_what what, ring_fd fd, uint32_t slot,
                          uint32_t generation)
{
    if (r->n_prepared == r->o.sq_entries) submit_all(r);
    struct op *op = calloc(1, sizeof *op);
    assert(op);
    *op = (struct op){.kind = kind, .what = what, .fd = fd, .slot = slot, .generation = generation};
    r->prepared[r->n_prepared++] = op;
    r->in_flight++;
    return op;
}

void ring_accept(struct ring *r, ring_fd fd, uint32_t slot, uint32_t generation)
{
    prepare(r, RING_ACCEPT, r->o.force.oneshot_accept ? ACCEPT_ONE : ACCEPT_MANY, fd, slot, generation);
}

void ring_accept_one(struct ring *r, ring_fd fd, uint32_t slot, uint32_t generation)
{
    prepare(r, RING_ACCEPT, ACCEPT_ONE, fd, slot, generation);
}

void ring_accept_direct(struct ring *r, ring_fd fd, struct sockaddr *from, uint32_t *from_len, uint32_t slot, uint32_t generation)
{
    (void)from; /* peers are nobody here */
    (void)from_len;
    prepare(r, RING_ACCEPT, ACCEPT_DIRECT, fd, slot, generation);
}

void ring_recv(struct ring *r, ring_fd fd, uint32_t slot, uint32_t generation)
{
    prepare(r, RING_RECV, r->o.force.oneshot_recv ? RECV_ONE : RECV_MANY, fd, slot, generation);
}

void ring_recv_ready(struct ring *r, ring_fd fd, uint32_t slot, uint32_t generation)
{
    ring_recv(r, fd, slot, generation);
}

void ring_recv_once(struct ring *r, ring_fd fd, uint32_t len, uint32_t slot, uint32_t generation)
{
    prepare(r, RING_RECV, RECV_NOW, fd, slot, generation)->len = len;
}

void ring_poll_in(struct ring *r, ring_fd fd, uint32_t slot, uint32_t generation)
{
    prepare(r, RING_POLL, POLL_IN, fd, slot, generation);
}

void ring_send(struct ring *r, ring_fd fd, const void *p, size_t len, bool whole, uint32_t slot, uint32_t generation)
{
    struct op *op = prepare(r, RING_SEND, SEND, fd, slot, generation);
    op->iov[0] = (struct iovec){(void *)(uintptr_t)p, len};
    op->n_iov = 1;
    op->len = len;
    op->whole = whole;
}

void ring_sendmsg(struct ring *r, ring_fd fd, const struct msghdr *m, bool whole, uint32_t slot, uint32_t generation)
{
    struct op *op = prepare(r, RING_SEND, SEND, fd, slot, generation);
    assert(m->msg_iovlen <= sizeof op->iov / sizeof *op->iov);
    memcpy(op->iov, m->msg_iov, m->msg_iovlen * sizeof *op->iov);
    op->n_iov = (int)m->msg_iovlen;
    op->whole = whole;
    for (int i = 0; i < op->n_iov; i++) op->len += op->iov[i].iov_len;
}

bool ring_shutdown(struct ring *r, ring_fd fd, int how, uint32_t slot, uint32_t generation)
{
    if (!ring_fd_is_direct(fd)) {
        sock_shutdown(net_sock(fd), how);
        return false;
    }
    prepare(r, RING_SHUTDOWN, SHUT, fd, slot, generation)->how = how;
    return true;
}

void ring_close_fd(struct ring *r, ring_fd fd, uint32_t slot, uint32_t generation)
{
    prepare(r, RING_CLOSE, CLOSE, fd, slot, generation);
}

void ring_cancel(struct ring *r, enum ring_kind kind, uint32_t slot, uint32_t generation)
{
    prepare(r, RING_CANCEL, CANCEL, -1, slot, generation)->target = kind;
}

void ring_cancel_fd(struct ring *r, ring_fd fd, uint32_t slot, uint32_t generation)
{
    prepare(r, RING_CANCEL, CANCEL_FD, fd, slot, generation);
}

/* The only descriptor that the server polls in this way is its eventfd: sim_wake.c. */
void ring_poll(struct ring *r, ring_fd fd, enum ring_kind kind, uint32_t slot, uint32_t generation)
{
    assert(kind == RING_WAKE);
    prepare(r, kind, WAKE, fd, slot, generation);
}

void sim_ring_wake(struct ring *r)
{
    r->woken = r->ever_woken = true;
}

void sim_ring_file(struct ring *r, uint64_t delay_ns, int32_t (*finish)(void *arg), void (*deliver)(void *arg, int32_t res),
                   void *arg)
{
    struct op *op = prepare(r, RING_FILE, TIMED, -1, 0, 0);
    op->due_ns = delay_ns + 1;
    op->finish = finish;
    op->deliver = deliver;
    op->arg = arg;
}

/* ---- waiting ---- */

static bool any_can_go(void *arg)
{
    const struct ring *r = arg;
    for (uint32_t i = 0; i < r->n_armed; i++)
        if (op_can_go(r, r->armed[i])) return true;
    return false;
}

bool ring_pending(const struct ring *r)
{
    return r->n_queue || any_can_go((void *)(uintptr_t)r);
}

static uint64_t first_due_ns(const struct ring *r, uint64_t until_ns)
{
    for (uint32_t i = 0; i < r->n_armed; i++) {
        const struct op *op = r->armed[i];
        if (op->due_ns > sim.now_ns && op->due_ns < until_ns) until_ns = op->due_ns;
    }
    return until_ns;
}

/* Those that can go do, in any order; all: none of them is left for later. */
static void work(struct ring *r, bool all)
{
    static struct op *able[OPS_MAX];
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->n_armed; i++)
        if (op_can_go(r, r->armed[i]) && (all || !sim_one_in(sim.p.defer))) able[n++] = r->armed[i];
    for (uint32_t i = 0; i < n; i++) {
        uint64_t k = sim_between(i, n - 1);
        struct op *op = able[k];
        able[k] = able[i];
        if (op_can_go(r, op) && op_go(r, op)) op_disarm(r, op);
    }
}

void ring_wait(struct ring *r, bool block, uint64_t now_ns, uint64_t until_ns)
{
    metric_add(&r->counts.enters, 1);
    submit_all(r);
    sim_yield(); /* the others run while this one is in the kernel */
    work(r, false);
    if (!block || r->n_queue || until_ns <= now_ns) return;
    while (!r->n_queue && sim.now_ns < until_ns) {
        (void)sim_wait(any_can_go, r, first_due_ns(r, until_ns));
        work(r, true);
        if (sim_one_in(sim.p.spurious)) return;
    }
}
