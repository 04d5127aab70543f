/* conn.c: see conn.h. */
#include "net/conn.h"

#include "base/check.h"
#include "base/clock.h"
#include "net/wheel.h"
#include "ring/bufring.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum conn_flag {
    F_RECEIVING = 1,  /* a receive is armed */
    F_SENDING = 2,    /* one send is in flight */
    F_DIRTY = 4,      /* in the dirty list */
    F_STARVED = 8,    /* in the starved list: a receive is to be armed once buffers are back */
    F_PAUSED = 16,    /* the sink wants no bytes */
    F_ENDED = 32,     /* end of input seen */
    F_CANCELLING = 64,/* a cancel of the receive is under way */
    F_CROWDED = 128,
    F_GONE = 256,     /* on_gone has been called */
};

/* A send of several pieces; the kernel reads it when the operation is submitted, we keep it until it completes. */
struct outvec {
    uint16_t next_free;
    struct msghdr header;
    struct iovec iov[64];
};
#define OUTVECS 256

/* Slots waiting for something at the end of the turn; each at most once, so n_max places are enough. */
struct waiting {
    uint32_t *slots;
    uint32_t n;
};

struct conns {
    struct conns_options o;
    struct slab slab;
    struct wheel wheel;
    struct outvec outvecs[OUTVECS];
    uint16_t outvec_free;
    struct waiting dirty, starved;
    void (*on_free)(void *arg);
    void *on_free_arg;
    struct conn_counts counts;
};
static_assert(sizeof(struct conn) == 64, "an idle connection is one cache line");

static struct conn *conn_of(struct conns *all, uint32_t slot)
{
    return (struct conn *)(void *)(all->slab.items + (size_t)slot * sizeof(struct conn));
}

uint32_t conn_generation(const struct conns *all, const struct conn *c)
{
    return slab_generation(&all->slab, c->slot);
}

struct conn *conns_at(struct conns *all, uint32_t slot, uint32_t generation)
{
    return slab_at(&all->slab, slot, generation);
}

/* ---- closing ---- */

static void put(struct conns *all, struct conn *c)
{
    assert(c->ops_in_flight == 0 && c->state == CONN_CLOSED);
    assert(!(c->flags & (F_DIRTY | F_STARVED)));
    wheel_remove(&all->wheel, c);
    out_drop(&c->out, all->o.chunks);
    slab_put(&all->slab, c);
    metric_add(&all->counts.closed, 1);
    if (all->on_free) all->on_free(all->on_free_arg);
}

/* Whenever something has ended: the descriptor is closed once nothing of it is in the kernel's hands, the slot freed once that
 * is done and no list holds it. */
static void settle(struct conns *all, struct conn *c)
{
    if (c->ops_in_flight || c->flags & (F_DIRTY | F_STARVED)) return;
    if (c->state == CONN_CLOSING) {
        c->state = CONN_CLOSED;
        c->ops_in_flight++;
        ring_close_fd(all->o.ring, c->fd, c->slot, conn_generation(all, c));
    } else if (c->state == CONN_CLOSED) {
        put(all, c);
    }
}

static void tell_gone(struct conns *all, struct conn *c)
{
    if (c->flags & F_GONE) return;
    c->flags |= F_GONE;
    all->o.sink.on_gone(all->o.sink.arg, c);
    c->session = NULL;
}

static void cancel_receive(struct conns *all, struct conn *c)
{
    if (!(c->flags & F_RECEIVING) || c->flags & F_CANCELLING) return;
    c->flags |= F_CANCELLING;
    c->ops_in_flight++;
    ring_cancel(all->o.ring, RING_RECV, c->slot, conn_generation(all, c));
}

/* Ends everything that is under way on the descriptor. A plain one is shut down: receives end with 0, sends fail, no race. A
 * direct one has no shutdown(2), so its operations are cancelled. */
static void begin_close(struct conns *all, struct conn *c)
{
    if (c->state >= CONN_CLOSING) return;
    c->state = CONN_CLOSING;
    tell_gone(all, c);
    if (c->ops_in_flight) {
        if (ring_fd_is_direct(c->fd)) {
            c->ops_in_flight++;
            ring_cancel_fd(all->o.ring, c->fd, c->slot, conn_generation(all, c));
        } else {
            (void)ring_shutdown(all->o.ring, c->fd, SHUT_RDWR, c->slot, 0);
        }
    }
    settle(all, c);
}

void conn_abort(struct conns *all, struct conn *c)
{
    if (c->state < CONN_CLOSING) metric_add(&all->counts.aborted, 1);
    begin_close(all, c);
}

/* All output is gone: wait for the peer to see it. */
static void begin_linger(struct conns *all, struct conn *c)
{
    if (c->flags & F_ENDED) {
        begin_close(all, c);
        return;
    }
    c->state = CONN_LINGERING;
    c->discarded_kib = 0;
    c->requests = (uint16_t)(all->o.clock->mono_ns / CONN_TICK_NS);
    tell_gone(all, c);
    if (ring_shutdown(all->o.ring, c->fd, SHUT_WR, c->slot, conn_generation(all, c))) c->ops_in_flight++;
    wheel_set(&all->wheel, c, all->o.clock->mono_ns + CONN_LINGER_IDLE_NS);
    conn_resume(all, c);
}

void conn_finish(struct conns *all, struct conn *c)
{
    if (c->state != CONN_OPEN) return;
    c->state = CONN_DRAINING;
    if (c->out.bytes) conn_dirty(all, c);
    else begin_linger(all, c);
}

/* ---- receiving ---- */

static void wait_in(struct waiting *w, struct conn *c, enum conn_flag flag)
{
    if (c->flags & flag) return;
    c->flags |= (uint16_t)flag;
    w->slots[w->n++] = c->slot;
}

static void arm_receive(struct conns *all, struct conn *c)
{
    if (c->flags & (F_RECEIVING | F_ENDED) || c->state >= CONN_CLOSING) return;
    if (c->flags & F_PAUSED && c->state != CONN_LINGERING) return;
    c->flags |= F_RECEIVING;
    c->ops_in_flight++;
    ring_recv(all->o.ring, c->fd, c->slot, conn_generation(all, c));
}

void conn_pause(struct conns *all, struct conn *c)
{
    if (c->flags & F_PAUSED) return;
    c->flags |= F_PAUSED;
    cancel_receive(all, c);
}

void conn_resume(struct conns *all, struct conn *c)
{
    c->flags &= (uint16_t)~F_PAUSED;
    arm_receive(all, c); /* if the old receive has not ended yet, its end arms the next */
}

static void discard(struct conns *all, struct conn *c, size_t n)
{
    uint32_t kib = c->discarded_kib + (uint32_t)((n + 1023) / 1024);
    c->discarded_kib = (uint16_t)(kib > UINT16_MAX ? UINT16_MAX : kib);
    uint16_t ticks = (uint16_t)(all->o.clock->mono_ns / CONN_TICK_NS - c->requests);
    if (kib > CONN_LINGER_BYTES / 1024 || ticks > CONN_LINGER_NS / CONN_TICK_NS) begin_close(all, c);
    else wheel_set(&all->wheel, c, all->o.clock->mono_ns + CONN_LINGER_IDLE_NS);
}

static void take_bytes(struct conns *all, struct conn *c, int32_t buffer, int32_t n)
{
    metric_add(&all->counts.received_bytes, (uint64_t)n);
    if (c->state == CONN_OPEN)
        all->o.sink.on_bytes(all->o.sink.arg, c, bufring_bytes(all->o.bufs, buffer), (size_t)n);
    else if (c->state == CONN_LINGERING)
        discard(all, c, (size_t)n);
}

static void take_end(struct conns *all, struct conn *c, int32_t res)
{
    if (res == 0) {
        c->flags |= F_ENDED;
        if (c->state == CONN_OPEN) all->o.sink.on_end(all->o.sink.arg, c);
        else if (c->state == CONN_LINGERING) begin_close(all, c);
        return; /* draining: what is queued still goes out */
    }
    if (res == -ENOBUFS) {
        metric_add(&all->counts.recv_starved, 1);
        (void)bufring_grow(all->o.bufs);
        return; /* flow control: nothing is lost, the receive is armed again below */
    }
    if (res == -ECANCELED || res == -EINTR || res == -EAGAIN) return;
    conn_abort(all, c); /* reset by the peer, timed out, … */
}

static void on_recv(void *owner, uint32_t slot, uint32_t generation, struct ring_result r)
{
    struct conns *all = owner;
    struct conn *c = conns_at(all, slot, generation);
    assert(c); /* a slot is not reused while its operations are out */
    bufring_take(all->o.bufs, r.buffer);
    if (!r.more) {
        c->ops_in_flight--;
        c->flags &= (uint16_t)~F_RECEIVING;
    }
    c->ops_in_flight++; /* the sink may end the connection: it must not go before this handler is through with it */
    if (r.res > 0) take_bytes(all, c, r.buffer, r.res);
    else take_end(all, c, r.res);
    c->ops_in_flight--;
    bufring_put(all->o.bufs, r.buffer);
    if (c->state < CONN_CLOSING && !(c->flags & (F_RECEIVING | F_ENDED))) wait_in(&all->starved, c, F_STARVED);
    settle(all, c);
}

/* Receives are armed again after buffers have gone back, not at once: with none there, arming would fail again. */
static void arm_starved(struct conns *all)
{
    uint32_t n = all->starved.n;
    all->starved.n = 0; /* arming puts nothing into this list */
    for (uint32_t i = 0; i < n; i++) {
        struct conn *c = conn_of(all, all->starved.slots[i]);
        c->flags &= (uint16_t)~F_STARVED;
        if (!(c->flags & F_PAUSED)) metric_add(&ring_counts(all->o.ring)->rearms, 1);
        arm_receive(all, c);
        settle(all, c);
    }
}

/* ---- sending ---- */

bool conn_sending(const struct conn *c)
{
    return c->out.bytes != 0;
}

bool conn_ended(const struct conn *c)
{
    return (c->flags & F_ENDED) != 0;
}

bool conn_crowded(const struct conn *c)
{
    return (c->flags & F_CROWDED) != 0;
}

void conn_dirty(struct conns *all, struct conn *c)
{
    if (!(c->flags & F_SENDING)) wait_in(&all->dirty, c, F_DIRTY);
}

static uint16_t outvec_get(struct conns *all)
{
    uint16_t at = all->outvec_free;
    if (at != UINT16_MAX) all->outvec_free = all->outvecs[at].next_free;
    return at;
}

static void outvec_put(struct conns *all, uint16_t at)
{
    if (at == UINT16_MAX) return;
    all->outvecs[at].next_free = all->outvec_free;
    all->outvec_free = at;
}

/* One send in flight per connection, of all that is queued. Without a free vector the first piece goes alone. */
static void send_queued(struct conns *all, struct conn *c)
{
    uint32_t generation = conn_generation(all, c);
    struct iovec one[2];
    bool whole = c->out.bytes <= CONN_OUT_HIGH; /* more than that may take a slow reader longer than a stall may last */
    c->flags |= F_SENDING;
    c->ops_in_flight++;
    c->outvec = UINT16_MAX;
    metric_add(&all->counts.sends, 1);
    if (out_pieces(&c->out, one, 2) > 1) c->outvec = outvec_get(all);
    if (c->outvec == UINT16_MAX) {
        ring_send(all->o.ring, c->fd, one[0].iov_base, one[0].iov_len, whole, c->slot, generation);
        return;
    }
    struct outvec *v = &all->outvecs[c->outvec];
    int n = out_pieces(&c->out, v->iov, (int)(sizeof v->iov / sizeof *v->iov));
    v->header = (struct msghdr){.msg_iov = v->iov, .msg_iovlen = (size_t)n};
    ring_sendmsg(all->o.ring, c->fd, &v->header, whole, c->slot, generation);
}

static void on_send(void *owner, uint32_t slot, uint32_t generation, struct ring_result r)
{
    struct conns *all = owner;
    struct conn *c = conns_at(all, slot, generation);
    assert(c);
    c->flags &= (uint16_t)~F_SENDING;
    outvec_put(all, c->outvec);
    if (r.res > 0) {
        metric_add(&all->counts.sent_bytes, (uint64_t)r.res);
        out_consume(&c->out, all->o.chunks, (size_t)r.res); /* short sends go on where they stopped */
    }
    if (c->state >= CONN_CLOSING) {
        /* nothing more to send: settle below */
    } else if (r.res < 0 && r.res != -EINTR && r.res != -EAGAIN && r.res != -ENOBUFS && r.res != -ENOMEM) {
        conn_abort(all, c);
    } else if (c->out.bytes) {
        conn_deadline(all, c, all->o.clock->mono_ns + CONN_STALL_NS);
        conn_dirty(all, c);
    } else if (c->state == CONN_DRAINING) {
        begin_linger(all, c);
    } else {
        all->o.sink.on_sent(all->o.sink.arg, c);
    }
    c->ops_in_flight--;
    settle(all, c);
}

void conns_flush(struct conns *all)
{
    for (uint32_t i = 0; i < all->dirty.n; i++) { /* sending adds nothing to this list */
        struct conn *c = conn_of(all, all->dirty.slots[i]);
        c->flags &= (uint16_t)~F_DIRTY;
        if (c->state < CONN_CLOSING && c->out.bytes && !(c->flags & F_SENDING)) {
            conn_deadline(all, c, all->o.clock->mono_ns + CONN_STALL_NS);
            send_queued(all, c);
        }
        settle(all, c);
    }
    all->dirty.n = 0;
    (void)bufring_publish(all->o.bufs);
    if (all->starved.n) arm_starved(all);
}

/* ---- completions that only end something ---- */

static void on_close(void *owner, uint32_t slot, uint32_t generation, struct ring_result r)
{
    struct conns *all = owner;
    struct conn *c = conns_at(all, slot, generation);
    (void)r; /* the descriptor is gone whatever it says */
    if (!c) return; /* one that never had a slot: conns_open */
    c->ops_in_flight--;
    settle(all, c);
}

static void on_cancel(void *owner, uint32_t slot, uint32_t generation, struct ring_result r)
{
    struct conns *all = owner;
    struct conn *c = conns_at(all, slot, generation);
    (void)r; /* 0, -ENOENT, -EALREADY: the cancelled operation tells its own end */
    if (!c) return; /* of the listener */
    c->ops_in_flight--;
    c->flags &= (uint16_t)~F_CANCELLING;
    settle(all, c);
}

static void on_shutdown(void *owner, uint32_t slot, uint32_t generation, struct ring_result r)
{
    struct conns *all = owner;
    struct conn *c = conns_at(all, slot, generation);
    (void)r;
    assert(c);
    c->ops_in_flight--;
    settle(all, c);
}

/* ---- deadlines ---- */

void conn_deadline(struct conns *all, struct conn *c, uint64_t mono_ns)
{
    wheel_set(&all->wheel, c, mono_ns);
}

static void on_due(void *arg, struct conn *c)
{
    struct conns *all = arg;
    if (c->state == CONN_OPEN) {
        if (c->flags & F_SENDING) {
            metric_add(&all->counts.stalled, 1);
            conn_abort(all, c);
        } else {
            all->o.sink.on_deadline(all->o.sink.arg, c);
        }
    } else if (c->state < CONN_CLOSING) {
        begin_close(all, c);
    }
}

/* A multishot receive can miss a reset. When the last bytes and the reset arrive before the kernel gets to run the receive, both
 * wake-ups count as one; the bytes are taken, nothing more seems to be there (only an orderly end is hinted at), and the receive
 * sleeps on a dead socket. Seen on Linux 6.18: send part of a body, then close with SO_LINGER 0. Arming again looks at the socket
 * afresh, so a connection in the middle of something is armed again whenever the wheel comes by: every WHEEL_AHEAD at most. */
static void on_look(void *arg, struct conn *c)
{
    struct conns *all = arg;
    if (c->state == CONN_OPEN && c->session) cancel_receive(all, c);
}

/* ---- all of them ---- */

int conns_new(const struct conns_options *options, struct conns **out)
{
    struct conns *all = calloc(1, sizeof *all);
    if (!all) return -ENOMEM;
    all->o = *options;
    int rc = slab_init(&all->slab, sizeof(struct conn), options->n_max);
    if (rc < 0) goto free_self;
    rc = -ENOMEM;
    all->dirty.slots = calloc(options->n_max, sizeof(uint32_t)); /* large: mapped, untouched until used */
    all->starved.slots = calloc(options->n_max, sizeof(uint32_t));
    if (!all->dirty.slots || !all->starved.slots) goto free_lists;
    for (uint16_t i = 0; i < OUTVECS; i++)
        all->outvecs[i].next_free = i + 1 < OUTVECS ? (uint16_t)(i + 1) : UINT16_MAX;
    wheel_init(&all->wheel, &all->slab, options->timers, options->clock, on_due, on_look, all);
    ring_handle(options->ring, RING_RECV, on_recv, all);
    ring_handle(options->ring, RING_SEND, on_send, all);
    ring_handle(options->ring, RING_CLOSE, on_close, all);
    ring_handle(options->ring, RING_CANCEL, on_cancel, all);
    ring_handle(options->ring, RING_SHUTDOWN, on_shutdown, all);
    *out = all;
    return 0;
free_lists:
    free(all->dirty.slots);
    free(all->starved.slots);
    slab_deinit(&all->slab);
free_self:
    free(all);
    return rc;
}

struct conns *conns_free(struct conns *all)
{
    if (!all) return NULL;
    assert(all->slab.n_used == 0);
    wheel_deinit(&all->wheel);
    free(all->dirty.slots);
    free(all->starved.slots);
    slab_deinit(&all->slab);
    free(all);
    return NULL;
}

struct conn_counts *conns_counts(struct conns *all)
{
    return &all->counts;
}

uint32_t conns_used(const struct conns *all)
{
    return all->slab.n_used;
}

uint32_t conns_max(const struct conns *all)
{
    return all->slab.n_max;
}

size_t conns_bytes_per_idle(const struct conns *all)
{
    return slab_bytes_per_item(&all->slab);
}

void conns_on_free(struct conns *all, void (*on_free)(void *arg), void *arg)
{
    all->on_free = on_free;
    all->on_free_arg = arg;
}

bool conns_open(struct conns *all, ring_fd fd)
{
    uint32_t slot;
    struct conn *c = slab_get(&all->slab, &slot);
    if (!c) {
        ring_close_fd(all->o.ring, fd, UINT32_MAX, 0); /* completes on no slot */
        return false;
    }
    c->fd = fd;
    c->slot = slot;
    c->wheel_at = CONN_WHEEL;
    bool crowded = all->slab.n_used > all->slab.n_max - all->o.n_crowded;
    metric_add(&all->counts.opened, 1);
    if (crowded) {
        metric_add(&all->counts.crowded, 1);
        c->flags |= F_CROWDED;
    }
    c->ops_in_flight++;
    all->o.sink.on_open(all->o.sink.arg, c);
    c->ops_in_flight--;
    arm_receive(all, c);
    settle(all, c);
    return true;
}

void conns_each(struct conns *all, void (*fn)(void *arg, struct conn *c), void *arg)
{
    for (uint32_t slot = 0; slot < all->slab.n_touched; slot++)
        if (all->slab.generation[slot] & 1) fn(arg, conn_of(all, slot));
}
