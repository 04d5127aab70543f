/* conn.c: connections of a load thread: armed, read, ended; conn_open.c opens them. See driver.h for their states. */
#include "tools/load/driver.h"

#include "base/check.h"
#include "ring/bufring.h"
#include "tools/load/conn_parts.h"
#include "tools/load/scenario.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_NS (10 * NS_PER_S)        /* a connect may take so long */
enum ending { ENDING_CANCEL, ENDING_CLOSE }; /* conn.step while CONN_ENDING */

/* ---- lists and places ---- */

uint32_t conn_index(const struct driver *d, const struct conn *c)
{
    return (uint32_t)(c - d->conns);
}

struct lane *conn_lane(struct driver *d, const struct conn *c)
{
    return &d->lanes[conn_index(d, c) / d->per_lane];
}

struct driver_group *conn_group(struct driver *d, const struct conn *c)
{
    return &d->groups[c->group];
}

ring_fd conn_descriptor(struct driver *d, const struct conn *c)
{
    return (ring_fd)(conn_index(d, c) % d->per_lane) | RING_DIRECT;
}

void conn_list_add(struct driver *d, struct conn_list *l, struct conn *c)
{
    uint32_t i = conn_index(d, c);
    c->next = CONN_NONE;
    c->prev = l->last;
    if (l->n++) d->conns[l->last].next = i;
    else l->first = i;
    l->last = i;
}

void conn_list_remove(struct driver *d, struct conn_list *l, struct conn *c)
{
    if (c->prev == CONN_NONE) l->first = c->next;
    else d->conns[c->prev].next = c->next;
    if (c->next == CONN_NONE) l->last = c->prev;
    else d->conns[c->next].prev = c->prev;
    l->n--;
}

struct conn *conn_list_first(struct driver *d, const struct conn_list *l)
{
    return l->n ? &d->conns[l->first] : NULL;
}

/* The list that a state has; a fresh scenario's closed connections are its idle ones. NULL: none. */
static struct conn_list *list_of(struct driver *d, struct conn *c, enum conn_state state)
{
    struct driver_group *g = conn_group(d, c);
    switch (state) {
    case CONN_CLOSED: return g->scenario->fresh ? &g->idle : &d->closed;
    case CONN_CONNECTING: return &d->connecting;
    case CONN_IDLE: return &g->idle;
    case CONN_BUSY: return &g->busy;
    case CONN_PAUSED:
    case CONN_ENDING:
    case CONN_STATES: break;
    }
    return NULL;
}

void conn_move(struct driver *d, struct conn *c, enum conn_state to)
{
    enum conn_state from = (enum conn_state)c->state;
    struct conn_list *l = list_of(d, c, from);
    if (l) conn_list_remove(d, l, c);
    if (from == CONN_PAUSED) heap_remove(&d->paused, &d->pauses[conn_index(d, c)]);
    c->state = to & 0xff;
    l = list_of(d, c, to);
    if (l) conn_list_add(d, l, c);
    metric_sub(&d->states[from], 1);
    metric_add(&d->states[to], 1);
}

/* ---- sides ---- */

struct side *conn_side(struct driver *d, struct conn *c)
{
    if (c->side != CONN_NONE) return d->sides[c->side];
    if (d->side_free == CONN_NONE) {
        size_t request_room = (d->request_max + 15) & ~(size_t)15; /* the check behind it stands aligned */
        struct side *s = calloc(1, sizeof *s + request_room + d->check_bytes);
        struct side **more = d->sides;
        if (d->sides_n == d->sides_room) more = realloc(d->sides, ((size_t)d->sides_room * 2 + 64) * sizeof *more);
        if (!s || !more) abort(); /* a load generator without memory has nothing to say */
        if (d->sides_n == d->sides_room) d->sides_room = d->sides_room * 2 + 64;
        d->sides = more;
        s->request = (char *)(s + 1);
        s->check = d->check_bytes ? (struct check_state *)(void *)(s->request + request_room) : NULL;
        s->next_free = CONN_NONE;
        d->side_free = d->sides_n;
        d->sides[d->sides_n++] = s;
    }
    c->side = d->side_free;
    struct side *s = d->sides[c->side];
    d->side_free = s->next_free;
    s->body_len = s->sent_len = 0;
    s->id[0] = '\0';
    s->tag = s->begun_ns = s->answered_ns = 0;
    return s;
}

void conn_side_put(struct driver *d, struct conn *c)
{
    if (c->side == CONN_NONE) return;
    d->sides[c->side]->next_free = d->side_free;
    d->side_free = c->side;
    c->side = CONN_NONE;
}

/* ---- open and closed ---- */

/* It has no descriptor (any more). */
static void closed_now(struct driver *d, struct conn *c, uint64_t again_ns)
{
    conn_end_give(d, c);
    conn_side_put(d, c);
    c->flags &= CONN_OPENED;
    c->sent_ns = again_ns;
    conn_move(d, c, CONN_CLOSED);
    if (conn_group(d, c)->scenario->fresh) conn_ready(d, c);
}

static void on_connect(void *owner, uint32_t slot, uint32_t generation, struct ring_result r)
{
    struct driver *d = ((struct lane *)owner)->driver;
    struct conn *c = &d->conns[slot];
    assert(c->generation == generation);
    c->ops--;
    if (c->state == CONN_ENDING) {
        conn_end(d, c, ERROR_KINDS, NULL);
        return;
    }
    if (r.res < 0) {
        conn_open_failed(d, c, -r.res);
        c->sent_ns = d->clock.mono_ns + RETRY_NS;
        c->flags &= CONN_OPENED;
        conn_end(d, c, ERROR_KINDS, NULL);
        return;
    }
    hist_add(&d->ramp.connect, d->clock.mono_ns - c->sent_ns);
    if (c->flags & CONN_OPENED) d->ramp.reopened++;
    else d->ramp.opened++;
    c->flags |= CONN_OPENED;
    conn_arm(d, c);
    if (conn_group(d, c)->scenario->fresh) {
        request_start(d, c, c->intended_ns);
    } else if (conn_group(d, c)->scenario->drips) {
        conn_move(d, c, CONN_BUSY);
        conn_group(d, c)->scenario->started(d, conn_group(d, c), c);
    } else {
        conn_move(d, c, CONN_IDLE);
        conn_ready(d, c);
    }
}

/* ---- sending and receiving ---- */

void conn_send(struct driver *d, struct conn *c, struct slice bytes)
{
    struct lane *l = conn_lane(d, c);
    c->flags |= CONN_SENDING;
    c->ops++;
    l->dirty = true;
    ring_send(l->ring, conn_descriptor(d, c), bytes.p, bytes.len, true, conn_index(d, c), c->generation);
}

void conn_arm(struct driver *d, struct conn *c)
{
    if (c->flags & CONN_RECEIVING || conn_group(d, c)->scenario->reads_itself) return;
    struct lane *l = conn_lane(d, c);
    c->flags |= CONN_RECEIVING;
    c->ops++;
    l->dirty = true;
    if (d->o->recv_mode == RECV_POLL) ring_poll(l->ring, conn_descriptor(d, c), RING_POLL, conn_index(d, c), c->generation);
    else ring_recv(l->ring, conn_descriptor(d, c), conn_index(d, c), c->generation);
}

void conn_read(struct driver *d, struct conn *c, uint32_t len)
{
    if (c->flags & CONN_READING) return;
    struct lane *l = conn_lane(d, c);
    c->flags |= CONN_READING;
    c->ops++;
    l->dirty = true;
    ring_recv_once(l->ring, conn_descriptor(d, c), len, conn_index(d, c), c->generation);
}

static void on_send(void *owner, uint32_t slot, uint32_t generation, struct ring_result r)
{
    struct driver *d = ((struct lane *)owner)->driver;
    struct conn *c = &d->conns[slot];
    assert(c->generation == generation);
    c->ops--;
    c->flags &= (uint8_t)~CONN_SENDING;
    if (c->state == CONN_ENDING) conn_end(d, c, ERROR_KINDS, NULL);
    else if (r.res >= 0 && c->state == CONN_BUSY && c->step == BUSY_ANSWERED) request_sent(d, c, (uint32_t)r.res);
    else if (r.res >= 0) return;
    else if (conn_group(d, c)->scenario->drips) conn_group(d, c)->scenario->closed(d, conn_group(d, c), c);
    else if (c->step == BUSY_ANSWERED)
        conn_end(d, c, ERROR_EARLY_ANSWER, "answered before it was sent, and the rest is refused");
    else if (r.res != -EPIPE && r.res != -ECONNRESET) conn_end(d, c, ERROR_SEND, strerror(-r.res));
    /* broken pipe, reset: what the server has sent before comes first, then the receive says so */
}

static void take_end(struct driver *d, struct conn *c, int32_t res)
{
    struct driver_group *g = conn_group(d, c);
    if (g->scenario->drips) {
        g->scenario->closed(d, g, c);
    } else if (c->state == CONN_BUSY && c->step == BUSY_ANSWERED) {
        conn_end(d, c, ERROR_EARLY_ANSWER, "answered before it was sent, then closed");
    } else if (c->state == CONN_BUSY) {
        if (res == 0 && c->left == 1 && reply_end(&c->reply)) {
            request_bytes(d, c, (struct slice){NULL, 0});
            return;
        }
        conn_end(d, c, res == 0 ? ERROR_CLOSED_EARLY : ERROR_RESET,
                 res == 0 ? "the connection ended before the answer did" : strerror(-res));
    } else {
        if (!g->scenario->fresh) {
            metric_add(&d->lost, 1);
            d->ramp.lost++;
        }
        conn_end(d, c, ERROR_KINDS, NULL);
    }
}

static void on_recv(void *owner, uint32_t slot, uint32_t generation, struct ring_result r)
{
    struct lane *l = owner;
    struct driver *d = l->driver;
    struct conn *c = &d->conns[slot];
    assert(c->generation == generation);
    bool once = (c->flags & CONN_READING) != 0;
    bufring_take(l->bufs, r.buffer);
    if (!r.more) {
        c->ops--;
        c->flags &= (uint8_t)~(once ? CONN_READING : CONN_RECEIVING);
    }
    if (c->state == CONN_ENDING) {
        bufring_put(l->bufs, r.buffer);
        conn_end(d, c, ERROR_KINDS, NULL);
        return;
    }
    struct driver_group *g = conn_group(d, c);
    if (r.res == -ENOBUFS) {
        (void)bufring_grow(l->bufs);
    } else if (r.res > 0) {
        struct slice in = {bufring_bytes(l->bufs, r.buffer), (size_t)r.res};
        g->result.bytes_in += in.len;
        if (g->scenario->drips) g->scenario->bytes(d, g, c, in);
        else request_bytes(d, c, in);
    } else if (r.res != -EAGAIN && r.res != -ECANCELED && r.res != -EINTR) {
        take_end(d, c, r.res);
    }
    bufring_put(l->bufs, r.buffer);
    if (c->state == CONN_ENDING || c->state == CONN_CLOSED || c->generation != generation) return;
    if (once && (r.res > 0 || r.res == -ENOBUFS) && !g->scenario->reads_itself) conn_read(d, c, 0); /* until nothing is left */
    else if (!once && !r.more) conn_arm(d, c);
}

static void on_poll(void *owner, uint32_t slot, uint32_t generation, struct ring_result r)
{
    struct driver *d = ((struct lane *)owner)->driver;
    struct conn *c = &d->conns[slot];
    assert(c->generation == generation);
    if (!r.more) {
        c->ops--;
        c->flags &= (uint8_t)~CONN_RECEIVING;
    }
    if (c->state == CONN_ENDING) {
        conn_end(d, c, ERROR_KINDS, NULL);
        return;
    }
    conn_read(d, c, 0);
    conn_arm(d, c);
}

/* ---- ending ---- */

static void on_cancel(void *owner, uint32_t slot, uint32_t generation, struct ring_result r)
{
    struct driver *d = ((struct lane *)owner)->driver;
    (void)r;
    assert(d->conns[slot].generation == generation);
    d->conns[slot].ops--;
    conn_end(d, &d->conns[slot], ERROR_KINDS, NULL);
}

static void on_close(void *owner, uint32_t slot, uint32_t generation, struct ring_result r)
{
    struct driver *d = ((struct lane *)owner)->driver;
    struct conn *c = &d->conns[slot];
    (void)r;
    assert(c->generation == generation && c->state == CONN_ENDING);
    c->ops--;
    closed_now(d, c, c->sent_ns);
}

static void begin_end(struct driver *d, struct conn *c, enum error_kind error, const char *example)
{
    bool opened = c->state != CONN_CONNECTING; /* a failed connect has set its own time */
    if (error != ERROR_KINDS) {
        if (c->state == CONN_BUSY || c->state == CONN_PAUSED) request_failed(d, c, error, example);
        else count_error(d, conn_group(d, c), error, example, true);
    }
    if (opened) c->sent_ns = error == ERROR_KINDS ? 0 : d->clock.mono_ns + NS_PER_MS;
    conn_move(d, c, CONN_ENDING);
    c->step = ENDING_CANCEL;
    if (c->ops == 0) return;
    struct lane *l = conn_lane(d, c);
    c->ops++;
    l->dirty = true;
    ring_cancel_fd(l->ring, conn_descriptor(d, c), conn_index(d, c), c->generation);
}

void conn_end(struct driver *d, struct conn *c, enum error_kind error, const char *example)
{
    if (c->state != CONN_ENDING) begin_end(d, c, error, example);
    if (c->ops || c->step == ENDING_CLOSE) return;
    struct lane *l = conn_lane(d, c);
    c->step = ENDING_CLOSE;
    c->ops++;
    l->dirty = true;
    ring_close_fd(l->ring, conn_descriptor(d, c), conn_index(d, c), c->generation);
}

/* ---- time ---- */

void conn_pause(struct driver *d, struct conn *c, uint64_t until_ns)
{
    struct heap_node *node = &d->pauses[conn_index(d, c)];
    heap_node_init(node);
    conn_move(d, c, CONN_PAUSED);
    heap_add(&d->paused, node, until_ns);
}

void pauses_end(struct driver *d)
{
    struct heap_node *node;
    while ((node = heap_first(&d->paused)) && node->key <= d->clock.mono_ns) {
        struct conn *c = &d->conns[node - d->pauses];
        struct driver_group *g = conn_group(d, c);
        bool thinking = c->left == 0;
        conn_move(d, c, thinking ? CONN_IDLE : CONN_BUSY);
        if (!thinking) g->scenario->resumed(d, g, c);
        else if (request_may_start(d, g)) request_start(d, c, d->clock.mono_ns);
    }
}

void conns_check_deadlines(struct driver *d)
{
    uint64_t now = d->clock.mono_ns;
    struct conn *c;
    while ((c = conn_list_first(d, &d->connecting)) && now > c->sent_ns + CONNECT_NS) {
        conn_open_failed(d, c, ETIMEDOUT);
        c->sent_ns = now + RETRY_NS;
        conn_end(d, c, ERROR_KINDS, NULL);
    }
    if (!d->o->timeout_ns) return;
    for (int i = 0; i < d->groups_n; i++) {
        if (d->groups[i].scenario->drips) continue;
        while ((c = conn_list_first(d, &d->groups[i].busy)) && now > c->sent_ns + d->o->timeout_ns)
            conn_end(d, c, ERROR_TIMEOUT, "no complete answer in time");
    }
}

void conns_handle(struct lane *l)
{
    ring_handle(l->ring, RING_CONNECT, on_connect, l);
    ring_handle(l->ring, RING_RECV, on_recv, l);
    ring_handle(l->ring, RING_POLL, on_poll, l);
    ring_handle(l->ring, RING_SEND, on_send, l);
    ring_handle(l->ring, RING_CANCEL, on_cancel, l);
    ring_handle(l->ring, RING_CLOSE, on_close, l);
}
