/* receive.c: bytes that come in: a multishot receive while a connection is in use, a poll while it is parked. See conn.h.
 *
 * While a multishot receive waits, the kernel keeps 600 bytes more for it than for a poll (measured on Linux 6.18: 830 and 255), and
 * most of many connections wait most of the time. So one that has been idle for a while is parked: its receive is cancelled and,
 * once that has ended, a poll takes its place. When that fires after a long while, a single receive takes what is there and the
 * poll comes back at once: who asks once in a minute will do so again. When it fires soon, the multishot receive comes back. */
#include "net/conn_parts.h"

#include "base/check.h"
#include "ring/bufring.h"

#include <errno.h>

#define PARKING_MAX 256u /* connections on their way to be parked: many that fell silent together must not hold up the loop */
#define PARKING_TICKS 32u /* the others are looked at again within so many ticks */

static void arm(struct conns *all, struct conn *c, bool ready)
{
    if (c->flags & (F_RECEIVING | F_ONCE | F_PARKED | F_ENDED) || c->state >= CONN_CLOSING) return;
    if (c->flags & F_PAUSED && c->state != CONN_LINGERING) return;
    c->flags |= F_RECEIVING;
    c->ops_in_flight++;
    if (ready) ring_recv_ready(all->o.ring, c->fd, c->slot, conn_generation(all, c));
    else ring_recv(all->o.ring, c->fd, c->slot, conn_generation(all, c));
}

void receive_arm(struct conns *all, struct conn *c)
{
    arm(all, c, false);
}

static void cancel(struct conns *all, struct conn *c)
{
    if (!(c->flags & F_RECEIVING) || c->flags & F_CANCELLING) return;
    c->flags |= F_CANCELLING;
    conn_cancel(all, c, RING_RECV);
}

void conn_pause(struct conns *all, struct conn *c)
{
    if (c->flags & F_PAUSED) return;
    c->flags |= F_PAUSED;
    cancel(all, c);
}

void conn_resume(struct conns *all, struct conn *c)
{
    c->flags &= (uint16_t)~F_PAUSED;
    receive_arm(all, c); /* if the old receive has not ended yet, its end arms the next */
}

/* ---- parking ---- */

/* Nothing is under way but, at most, an answer on its way out: to wait on a poll is enough. */
static bool rests(const struct conn *c)
{
    return c->state == CONN_OPEN && !c->session && !(c->flags & (F_PAUSED | F_ENDED));
}

static bool is_idle(const struct conn *c)
{
    return rests(c) && c->out.bytes == 0 && !(c->flags & (F_SENDING | F_DIRTY | F_STARVED));
}

static void forget_parking(struct conns *all, struct conn *c)
{
    if (!(c->flags & F_PARKING)) return;
    c->flags &= (uint16_t)~F_PARKING;
    all->n_parking--;
}

static void begin_park(struct conns *all, struct conn *c)
{
    c->flags |= F_PARKING;
    all->n_parking++;
    cancel(all, c);
}

static void park(struct conns *all, struct conn *c)
{
    c->flags |= F_PARKED;
    c->ops_in_flight++;
    all->n_parked++;
    ring_poll_in(all->o.ring, c->fd, c->slot, conn_generation(all, c));
}

static uint32_t idle_ticks(const struct conns *all, const struct conn *c)
{
    return (uint16_t)(conn_tick_now(all) - c->active_tick);
}

static void look_once(struct conns *all, struct conn *c)
{
    if (c->state != CONN_OPEN || c->flags & F_PAUSED) {
        arm(all, c, true);
        return;
    }
    c->flags |= F_RECEIVING | F_ONCE;
    c->ops_in_flight++;
    ring_recv_once(all->o.ring, c->fd, 0, c->slot, conn_generation(all, c));
}

static void on_poll(void *owner, uint32_t slot, uint32_t generation, struct ring_result r)
{
    struct conns *all = owner;
    struct conn *c = conns_at(all, slot, generation);
    assert(c && c->flags & F_PARKED);
    c->flags &= (uint16_t)~F_PARKED;
    c->ops_in_flight--;
    all->n_parked--;
    if (r.res >= 0) metric_add(&all->counts.unparked, 1);
    /* Bytes, an end or an error: the receive tells. */
    if (all->park_ticks && idle_ticks(all, c) >= all->park_ticks) look_once(all, c);
    else arm(all, c, true);
    conn_settle(all, c);
}

/* A multishot receive can miss a reset. When the last bytes and the reset arrive before the kernel gets to run the receive, both
 * wake-ups count as one; the bytes are taken, nothing more seems to be there (only an orderly end is hinted at), and the receive
 * sleeps on a dead socket. Seen on Linux 6.18: send part of a body, then close with SO_LINGER 0. Arming again looks at the socket
 * afresh, so a connection in the middle of something is armed again whenever the wheel comes by: every WHEEL_AHEAD at most. The
 * wake-up of our own shutdown(2) can be lost in the same way: see on_recv. */
uint32_t receive_look(struct conns *all, struct conn *c)
{
    if (c->flags & F_PARKED) return CONN_WHEEL;
    if (c->state == CONN_OPEN && c->session) cancel(all, c);
    if (!all->park_ticks || !is_idle(c)) return WHEEL_AHEAD;
    if ((c->flags & (F_RECEIVING | F_PARKING | F_CANCELLING)) != F_RECEIVING) return WHEEL_AHEAD;
    uint32_t idle = idle_ticks(all, c);
    if (idle < all->park_ticks) return all->park_ticks - idle;
    if (all->n_parking == PARKING_MAX) return 1 + c->slot % PARKING_TICKS;
    begin_park(all, c);
    return WHEEL_AHEAD;
}

void receive_cancelled(struct conns *all, struct conn *c, int32_t res)
{
    c->flags &= (uint16_t)~F_CANCELLING;
    if (res < 0) forget_parking(all, c); /* it has ended by itself, or will: not parked this time */
}

/* ---- bytes ---- */

static void discard(struct conns *all, struct conn *c, size_t n)
{
    uint32_t kib = c->discarded_kib + (uint32_t)((n + 1023) / 1024);
    c->discarded_kib = (uint16_t)(kib > UINT16_MAX ? UINT16_MAX : kib);
    uint16_t ticks = (uint16_t)(conn_tick_now(all) - c->requests);
    if (kib > CONN_LINGER_BYTES / 1024 || ticks > CONN_LINGER_NS / CONN_TICK_NS) conn_begin_close(all, c);
    else conn_deadline(all, c, all->o.clock->mono_ns + CONN_LINGER_IDLE_NS);
}

static void take_bytes(struct conns *all, struct conn *c, int32_t buffer, int32_t n)
{
    metric_add(&all->counts.received_bytes, (uint64_t)n);
    forget_parking(all, c);
    if (c->state == CONN_OPEN) {
        conn_mark_active(all, c);
        char *p = bufring_bytes(all->o.bufs, buffer);
        if (!(c->flags & (F_PROXY | F_SECURED))) all->o.sink.on_bytes(all->o.sink.arg, c, p, (size_t)n);
        else if (c->flags & F_PROXY) proxied_bytes(all, c, p, (size_t)n);
        else secured_bytes(all, c, p, (size_t)n);
    } else if (c->state == CONN_LINGERING) {
        discard(all, c, (size_t)n);
    }
}

static void take_end(struct conns *all, struct conn *c, int32_t res)
{
    if (res == 0) {
        if (c->state == CONN_OPEN && c->flags & F_ENDED) return; /* its TLS has said so */
        c->flags |= F_ENDED;
        if (c->state == CONN_OPEN && c->flags & F_PROXY) proxied_refuse(all, c, "end");
        else if (c->state == CONN_OPEN && c->flags & F_HANDSHAKE) secured_due(all, c);
        else if (c->state == CONN_OPEN) all->o.sink.on_end(all->o.sink.arg, c);
        else if (c->state == CONN_LINGERING) conn_begin_close(all, c);
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

/* A receive has ended, and there is more to come. once: it was a single one, between two polls. */
static void go_on(struct conns *all, struct conn *c, bool once)
{
    if (once ? rests(c) : (c->flags & F_PARKING && is_idle(c))) park(all, c);
    else conn_wait_in(&all->starved, c, F_STARVED);
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
    bool once = c->flags & F_ONCE && r.res != -ENOBUFS; /* a poll would come back at once, and find no buffer again */
    if (!r.more) c->flags &= (uint16_t)~F_ONCE;         /* not before the sink has been told: it must not arm another */
    if (c->state < CONN_CLOSING && !(c->flags & (F_RECEIVING | F_ENDED))) go_on(all, c, once);
    if (!r.more) forget_parking(all, c);
    if (r.more && c->state == CONN_CLOSING) cancel(all, c); /* the shutdown's wake-up may have been the one that brought these bytes */
    conn_settle(all, c);
}

void receive_flush(struct conns *all)
{
    uint32_t n = all->starved.n;
    all->starved.n = 0; /* arming puts nothing into this list */
    for (uint32_t i = 0; i < n; i++) {
        struct conn *c = conn_of(all, all->starved.slots[i]);
        c->flags &= (uint16_t)~F_STARVED;
        if (!(c->flags & F_PAUSED)) metric_add(&ring_counts(all->o.ring)->rearms, 1);
        receive_arm(all, c);
        conn_settle(all, c);
    }
}

void receive_init(struct conns *all)
{
    uint64_t ticks = (all->o.park_ns + CONN_TICK_NS - 1) / CONN_TICK_NS;
    all->park_ticks = ticks < UINT16_MAX / 2 ? (uint32_t)ticks : UINT16_MAX / 2; /* active_tick has 16 bits */
    ring_handle(all->o.ring, RING_RECV, on_recv, all);
    ring_handle(all->o.ring, RING_POLL, on_poll, all);
}
