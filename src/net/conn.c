/* conn.c: see conn.h. */
#include "net/conn_parts.h"

#include "base/check.h"
#include "base/map.h"
#include "ring/bufring.h"

#include <errno.h>
#include <stdlib.h>

static_assert(sizeof(struct conn) == 64, "an idle connection is one cache line");

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
    assert(!(c->flags & (F_DIRTY | F_STARVED | F_UNSEALED)));
    wheel_remove(&all->wheel, c);
    if (c->flags & F_SECURED) secured_end(all, c);
    out_drop(&c->out, all->o.chunks);
    slab_put(&all->slab, c);
    metric_add(&all->counts.closed, 1);
    if (all->on_free) all->on_free(all->on_free_arg);
}

void conn_settle(struct conns *all, struct conn *c)
{
    if (c->ops_in_flight || c->flags & (F_DIRTY | F_STARVED | F_UNSEALED)) return;
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
    if (c->flags & F_PROXY) { /* the sink has never heard of it */
        c->session = chunk_put(all->o.chunks, c->session);
        return;
    }
    all->o.sink.on_gone(all->o.sink.arg, c);
    c->session = NULL;
}

void conn_cancel(struct conns *all, struct conn *c, enum ring_kind kind)
{
    c->ops_in_flight++;
    ring_cancel(all->o.ring, kind, c->slot, conn_generation(all, c));
}

/* Ends what is under way on the descriptor. A plain one is shut down: receives end with 0, sends fail, no race. A direct one has no
 * shutdown(2), so its operations are cancelled, each by its name: by descriptor the kernel would look through those of the whole
 * ring. A shutdown ends by itself. */
void conn_begin_close(struct conns *all, struct conn *c)
{
    if (c->state >= CONN_CLOSING) return;
    c->state = CONN_CLOSING;
    tell_gone(all, c);
    if (c->ops_in_flight && !ring_fd_is_direct(c->fd)) {
        (void)ring_shutdown(all->o.ring, c->fd, SHUT_RDWR, c->slot, 0);
    } else if (c->ops_in_flight) {
        if (c->flags & F_RECEIVING) conn_cancel(all, c, RING_RECV); /* be an older cancel under way or not */
        if (c->flags & F_PARKED) conn_cancel(all, c, RING_POLL);
        if (c->flags & F_SENDING) conn_cancel(all, c, RING_SEND);
    }
    conn_settle(all, c);
}

void conn_abort(struct conns *all, struct conn *c)
{
    if (c->state < CONN_CLOSING) metric_add(&all->counts.aborted, 1);
    conn_begin_close(all, c);
}

/* All output is gone: wait for the peer to see it. */
static void begin_linger(struct conns *all, struct conn *c)
{
    if (c->flags & F_SECURED && secured_say_goodbye(all, c)) {
        conn_dirty(all, c);
        return;
    }
    if (c->flags & F_ENDED) {
        conn_begin_close(all, c);
        return;
    }
    c->state = CONN_LINGERING;
    c->discarded_kib = 0;
    c->requests = (uint16_t)conn_tick_now(all);
    tell_gone(all, c);
    if (ring_shutdown(all->o.ring, c->fd, SHUT_WR, c->slot, conn_generation(all, c))) c->ops_in_flight++;
    wheel_set(&all->wheel, c, all->o.clock->mono_ns + CONN_LINGER_IDLE_NS);
    conn_resume(all, c);
}

void conn_finish(struct conns *all, struct conn *c)
{
    if (c->state != CONN_OPEN) return;
    c->state = CONN_DRAINING;
    if (conn_has_unsent(all, c)) conn_dirty(all, c);
    else begin_linger(all, c);
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
    if (!(c->flags & F_SENDING)) conn_wait_in(&all->dirty, c, F_DIRTY);
}

static uint16_t outvec_get(struct conns *all)
{
    uint16_t at = all->outvec_free;
    if (at != UINT16_MAX) all->outvec_free = all->outvecs[at].next_free;
    else if (all->n_outvecs_touched < OUTVECS) at = all->n_outvecs_touched++;
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
    struct out *out = conn_wire(all, c);
    struct iovec one[2];
    bool whole = out->bytes <= CONN_OUT_HIGH; /* more than that may take a slow reader longer than a stall may last */
    c->flags |= F_SENDING;
    c->ops_in_flight++;
    c->outvec = UINT16_MAX;
    metric_add(&all->counts.sends, 1);
    if (out_pieces(out, one, 2) > 1) c->outvec = outvec_get(all);
    if (c->outvec == UINT16_MAX) {
        ring_send(all->o.ring, c->fd, one[0].iov_base, one[0].iov_len, whole, c->slot, generation);
        return;
    }
    struct outvec *v = &all->outvecs[c->outvec];
    int n = out_pieces(out, v->iov, (int)(sizeof v->iov / sizeof *v->iov));
    v->header = (struct msghdr){.msg_iov = v->iov, .msg_iovlen = (size_t)n};
    ring_sendmsg(all->o.ring, c->fd, &v->header, whole, c->slot, generation);
}

static bool is_over(int32_t res)
{
    return res < 0 && res != -EINTR && res != -EAGAIN && res != -ENOBUFS && res != -ENOMEM;
}

/* A send has ended, and it is not so that all is sent in the clear and the connection goes on. */
static void after_send(struct conns *all, struct conn *c, int32_t res)
{
    if (c->state >= CONN_CLOSING) return; /* nothing more to send */
    if (is_over(res)) {
        conn_abort(all, c);
    } else if (conn_has_unsent(all, c)) {
        conn_deadline(all, c, all->o.clock->mono_ns + CONN_STALL_NS);
        conn_dirty(all, c);
    } else if (c->state == CONN_DRAINING) {
        begin_linger(all, c);
    } else if (c->flags & F_HANDSHAKE) {
        conn_deadline(all, c, secured_deadline(all, c));
    } else if (!(c->flags & F_SECURED) || secured_has_news(all, c)) {
        all->o.sink.on_sent(all->o.sink.arg, c);
    }
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
        conn_mark_active(all, c);
        /* Short sends go on where they stopped. */
        if (c->flags & F_SECURED) secured_sent(all, c, (size_t)r.res);
        else out_consume(&c->out, all->o.chunks, (size_t)r.res);
    }
    if (c->state == CONN_OPEN && c->out.bytes == 0 && r.res > 0 && !(c->flags & F_SECURED)) all->o.sink.on_sent(all->o.sink.arg, c);
    else after_send(all, c, r.res);
    c->ops_in_flight--;
    conn_settle(all, c);
}

static bool has_to_send(struct conns *all, struct conn *c)
{
    if (!(c->flags & (F_SENDING | F_SECURED))) return c->out.bytes > 0;
    return !(c->flags & F_SENDING) && secured_seal(all, c);
}

void conns_flush(struct conns *all)
{
    if (all->unsealed.n) secured_look_for_room(all);
    for (uint32_t i = 0; i < all->dirty.n; i++) { /* sending adds nothing to this list */
        struct conn *c = conn_of(all, all->dirty.slots[i]);
        c->flags &= (uint16_t)~F_DIRTY;
        if (c->state < CONN_CLOSING && has_to_send(all, c)) {
            if (conn_sends_own(all, c)) conn_deadline(all, c, all->o.clock->mono_ns + CONN_STALL_NS);
            send_queued(all, c);
        }
        conn_settle(all, c);
    }
    all->dirty.n = 0;
    (void)bufring_publish(all->o.bufs);
    if (all->starved.n) receive_flush(all);
}

/* ---- completions that only end something ---- */

static void on_close(void *owner, uint32_t slot, uint32_t generation, struct ring_result r)
{
    struct conns *all = owner;
    struct conn *c = conns_at(all, slot, generation);
    (void)r; /* the descriptor is gone whatever it says */
    if (!c) return; /* one that never had a slot: conns_open */
    c->ops_in_flight--;
    conn_settle(all, c);
}

static void on_cancel(void *owner, uint32_t slot, uint32_t generation, struct ring_result r)
{
    struct conns *all = owner;
    struct conn *c = conns_at(all, slot, generation);
    if (!c) return; /* of the listener */
    c->ops_in_flight--;
    receive_cancelled(all, c, r.res); /* 0, -ENOENT, -EALREADY: the cancelled operation tells its own end */
    conn_settle(all, c);
}

static void on_shutdown(void *owner, uint32_t slot, uint32_t generation, struct ring_result r)
{
    struct conns *all = owner;
    struct conn *c = conns_at(all, slot, generation);
    (void)r;
    assert(c);
    c->ops_in_flight--;
    conn_settle(all, c);
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
        if (c->flags & (F_SENDING | F_UNSEALED)) {
            metric_add(&all->counts.stalled, 1);
            conn_abort(all, c);
        } else if (c->flags & F_PROXY) {
            proxied_refuse(all, c, "time");
        } else if (c->flags & F_HANDSHAKE || conn_is_broken(all, c)) {
            secured_due(all, c);
        } else {
            all->o.sink.on_deadline(all->o.sink.arg, c);
        }
    } else if (c->state < CONN_CLOSING) {
        conn_begin_close(all, c);
    }
}

static bool is_old(const struct conns *all, const struct conn *c)
{
    uint32_t spread = (c->slot * UINT32_C(2654435769)) >> 24; /* 0 to 255: a fifth of the age in all */
    uint16_t age = (uint16_t)(conn_tick_now(all) / BORN_TICKS - all->born[c->slot]);
    return age >= all->age_units - all->age_units / 10 + all->age_units * spread / (5 * 256);
}

static uint32_t on_look(void *arg, struct conn *c)
{
    struct conns *all = arg;
    if (all->age_units && c->state == CONN_OPEN && is_old(all, c)) c->requests = CONN_WORN_OUT;
    return receive_look(all, c);
}

void conns_age(struct conns *all, uint64_t ns)
{
    uint64_t unit = BORN_TICKS * CONN_TICK_NS, units = (ns + unit - 1) / unit;
    all->age_units = (uint32_t)(units < UINT16_MAX / 2 ? units : UINT16_MAX / 2);
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
    all->born = map_new((size_t)options->n_max * sizeof *all->born);
    if (!all->dirty.slots || !all->starved.slots || !all->born) goto free_lists;
    all->outvec_free = UINT16_MAX;
    receive_init(all);
    wheel_init(&all->wheel, &all->slab, options->timers, options->clock, options->phase_ns, on_due, on_look, all);
    if (all->park_ticks) wheel_look_within(&all->wheel, all->park_ticks);
    ring_handle(options->ring, RING_SEND, on_send, all);
    ring_handle(options->ring, RING_CLOSE, on_close, all);
    ring_handle(options->ring, RING_CANCEL, on_cancel, all);
    ring_handle(options->ring, RING_SHUTDOWN, on_shutdown, all);
    *out = all;
    return 0;
free_lists:
    map_free(all->born, (size_t)options->n_max * sizeof *all->born);
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
    map_free(all->born, (size_t)all->o.n_max * sizeof *all->born);
    map_free(all->peers, (size_t)all->o.n_max * sizeof *all->peers);
    if (all->secured) secured_deinit(all);
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

uint32_t conns_parked(const struct conns *all)
{
    return all->n_parked;
}

size_t conns_bytes_per_idle(const struct conns *all)
{
    return slab_bytes_per_item(&all->slab) + sizeof *all->born + (all->peers ? sizeof *all->peers : 0) + (all->secured ? sizeof *all->secured : 0);
}

void conns_on_free(struct conns *all, void (*on_free)(void *arg), void *arg)
{
    all->on_free = on_free;
    all->on_free_arg = arg;
}

void conn_begin(struct conns *all, struct conn *c)
{
    all->o.sink.on_open(all->o.sink.arg, c);
    if (c->state == CONN_OPEN && c->flags & F_SECURED) secured_begin(all, c);
}

bool conns_open(struct conns *all, ring_fd fd, const struct sockaddr *from, uint8_t ways)
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
    all->born[slot] = (uint16_t)(conn_tick_now(all) / BORN_TICKS);
    peer_begin(all, c, from);
    bool crowded = all->slab.n_used > all->slab.n_max - all->o.n_crowded;
    metric_add(&all->counts.opened, 1);
    conn_mark_active(all, c);
    if (crowded) {
        metric_add(&all->counts.crowded, 1);
        c->flags |= F_CROWDED;
    }
    if (ways & CONN_SECURED) c->flags |= F_SECURED | F_HANDSHAKE;
    c->ops_in_flight++;
    if (ways & CONN_PROXIED) proxied_begin(all, c, (ways & CONN_PASSED) != 0);
    else conn_begin(all, c);
    c->ops_in_flight--;
    receive_arm(all, c);
    conn_settle(all, c);
    return true;
}

void conns_each(struct conns *all, void (*fn)(void *arg, struct conn *c), void *arg)
{
    for (uint32_t slot = 0; slot < all->slab.n_touched; slot++)
        if (all->slab.generation[slot] & 1) fn(arg, conn_of(all, slot));
}
