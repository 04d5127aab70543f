/* conn.c: connections of a load thread: opened, armed, read, ended. See driver.h for their states. */
#include "tools/load/driver.h"

#include "base/check.h"
#include "ring/bufring.h"
#include "tools/load/scenario.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RETRY_NS (100 * NS_PER_MS)        /* after a failure, before the same slot tries again */
#define CONNECT_NS (10 * NS_PER_S)        /* a connect may take so long */
#define WAITING_MAX 64                    /* closed connections passed over per turn, as it is not their time yet */
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

static ring_fd descriptor(struct driver *d, const struct conn *c)
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

/* ---- opening ---- */

static enum error_kind connect_error(int error)
{
    switch (error) {
    case ECONNREFUSED: return ERROR_CONNECT_REFUSED;
    case ETIMEDOUT: return ERROR_CONNECT_TIMEOUT;
    case ECONNRESET: return ERROR_CONNECT_RESET;
    case EADDRNOTAVAIL:
    case EADDRINUSE: return ERROR_CONNECT_NO_ADDRESS;
    default: return ERROR_CONNECT_OTHER;
    }
}

static int set_options(const struct options *o, int fd)
{
    const int on = 1;
    if (o->linger0) {
        const struct linger now = {1, 0};
        if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now) < 0) return -errno;
    }
    if (o->rcvbuf && setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &o->rcvbuf, sizeof o->rcvbuf) < 0) return -errno;
    if (o->sndbuf && setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &o->sndbuf, sizeof o->sndbuf) < 0) return -errno;
    if (o->nodelay && !o->unix_path && setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0) return -errno;
    return 0;
}

/* Ports are ours to choose: the kernel need not keep them for itself, nor wait for old connections' ends. */
static int bind_end(int fd, const struct endpoint *e)
{
    const int on = 1;
    if (e->local.sin_addr.s_addr == htonl(INADDR_ANY) && e->local.sin_port == 0) return 0;
    int option = e->local.sin_port ? SO_REUSEADDR : 0;
    if (option && setsockopt(fd, SOL_SOCKET, option, &on, sizeof on) < 0) return -errno;
    if (!option && setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on) < 0) return -errno;
    return bind(fd, (const struct sockaddr *)&e->local, sizeof e->local) < 0 ? -errno : 0;
}

static const struct sockaddr *remote_of(struct driver *d, const struct endpoint *e, uint32_t *len)
{
    if (d->o->unix_path) {
        *len = sizeof d->remote_unix;
        return (const struct sockaddr *)&d->remote_unix;
    }
    int i = 0;
    while (i + 1 < d->o->dst_ports_n && d->remotes[i].sin_port != e->remote.sin_port) i++;
    *len = sizeof d->remotes[i];
    return (const struct sockaddr *)&d->remotes[i];
}

static int open_socket(struct driver *d, struct conn *c, const struct endpoint *e)
{
    int fd = socket(d->o->unix_path ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    int rc = set_options(d->o, fd);
    if (rc == 0 && !d->o->unix_path) rc = bind_end(fd, e);
    ring_fd direct;
    if (rc == 0) rc = ring_install(conn_lane(d, c)->ring, fd, conn_index(d, c) % d->per_lane, &direct);
    if (rc < 0) (void)close(fd);
    return rc;
}

static void keep_end(struct driver *d, struct conn *c, const struct endpoint *e)
{
    if (!d->ends) return;
    d->ends[conn_index(d, c)].address = e->local.sin_addr.s_addr;
    d->ends[conn_index(d, c)].port = e->local.sin_port;
    d->ends[conn_index(d, c)].remote_port = ntohs(e->remote.sin_port);
}

static void give_end(struct driver *d, const struct conn *c)
{
    if (!d->ends || !d->ends[conn_index(d, c)].port) return;
    struct sockaddr_in local = {.sin_family = AF_INET, .sin_port = d->ends[conn_index(d, c)].port};
    local.sin_addr.s_addr = d->ends[conn_index(d, c)].address;
    sources_give(d->sources, &local, d->ends[conn_index(d, c)].remote_port);
    d->ends[conn_index(d, c)].port = 0;
}

/* It has no descriptor (any more). */
static void closed_now(struct driver *d, struct conn *c, uint64_t again_ns)
{
    give_end(d, c);
    conn_side_put(d, c);
    c->flags &= CONN_OPENED;
    c->sent_ns = again_ns;
    conn_move(d, c, CONN_CLOSED);
    if (conn_group(d, c)->scenario->fresh) conn_ready(d, c);
}

static void open_failed(struct driver *d, struct conn *c, int error)
{
    struct driver_group *g = conn_group(d, c);
    char example[160];
    (void)snprintf(example, sizeof example, "connect: %s", strerror(error));
    d->ramp.failed++;
    metric_add(&d->failed_n, 1);
    if (g->scenario->fresh) request_failed(d, c, connect_error(error), example);
    else count_error(d, g, connect_error(error), example, true);
}

void conn_open(struct driver *d, struct conn *c)
{
    struct endpoint e = {0};
    int rc = d->o->unix_path ? 0 : sources_take(d->sources, &e);
    if (rc == 0) {
        keep_end(d, c, &e);
        rc = open_socket(d, c, &e);
    }
    if (rc < 0) {
        open_failed(d, c, -rc);
        give_end(d, c);
        conn_move(d, c, CONN_CLOSED);
        c->sent_ns = d->clock.mono_ns + RETRY_NS;
        c->flags &= CONN_OPENED;
        return;
    }
    struct lane *l = conn_lane(d, c);
    uint32_t len;
    const struct sockaddr *to = remote_of(d, &e, &len);
    c->generation++;
    c->reply = (struct reply_state){.head_request = strcmp(d->o->method, "HEAD") == 0};
    c->served = 0;
    c->step = BUSY_UNDER_WAY;
    c->sent_ns = d->clock.mono_ns;
    conn_move(d, c, CONN_CONNECTING);
    c->ops++;
    l->dirty = true;
    ring_connect(l->ring, descriptor(d, c), to, len, conn_index(d, c), c->generation);
}

static double open_rate(const struct driver *d)
{
    if (d->o->ramp_rate > 0) return d->o->ramp_rate / d->o->threads;
    if (d->o->ramp_ns) return (double)d->o->connections / ((double)d->o->ramp_ns / 1e9) / d->o->threads;
    return 0;
}

/* A bucket of tokens that holds 10 ms of the rate, so that a late turn does not become a burst. */
static void fill_tokens(struct driver *d, double rate)
{
    double held_max = rate / 100 > 1 ? rate / 100 : 1;
    d->open_tokens += rate * (double)(d->clock.mono_ns - d->opened_at_ns) / 1e9;
    if (d->open_tokens > held_max) d->open_tokens = held_max;
    d->opened_at_ns = d->clock.mono_ns;
}

static uint32_t open_or_opening(const struct driver *d)
{
    return (uint32_t)(metric_get(&d->states[CONN_CONNECTING]) + metric_get(&d->states[CONN_IDLE]) +
                      metric_get(&d->states[CONN_BUSY]) + metric_get(&d->states[CONN_PAUSED]));
}

void conns_open_due(struct driver *d)
{
    if (!d->closed.n) return;
    double rate = open_rate(d);
    uint32_t connecting_max = d->o->max_connecting / d->o->threads;
    if (!connecting_max) connecting_max = 1;
    if (rate > 0) fill_tokens(d, rate);
    uint32_t tries = d->closed.n, waiting = 0;
    while (tries-- && d->closed.n && d->connecting.n < connecting_max && open_or_opening(d) < d->want_open) {
        struct conn *c = conn_list_first(d, &d->closed);
        if (c->sent_ns > d->clock.mono_ns) { /* those behind it may have to wait less */
            if (++waiting > WAITING_MAX) return;
            conn_list_remove(d, &d->closed, c);
            conn_list_add(d, &d->closed, c);
            continue;
        }
        if (rate > 0 && d->open_tokens < 1) return;
        d->open_tokens -= 1;
        conn_open(d, c);
    }
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
        open_failed(d, c, -r.res);
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
    ring_send(l->ring, descriptor(d, c), bytes.p, bytes.len, true, conn_index(d, c), c->generation);
}

void conn_arm(struct driver *d, struct conn *c)
{
    if (c->flags & CONN_RECEIVING || conn_group(d, c)->scenario->reads_itself) return;
    struct lane *l = conn_lane(d, c);
    c->flags |= CONN_RECEIVING;
    c->ops++;
    l->dirty = true;
    if (d->o->recv_mode == RECV_POLL) ring_poll(l->ring, descriptor(d, c), RING_POLL, conn_index(d, c), c->generation);
    else ring_recv(l->ring, descriptor(d, c), conn_index(d, c), c->generation);
}

void conn_read(struct driver *d, struct conn *c, uint32_t len)
{
    if (c->flags & CONN_READING) return;
    struct lane *l = conn_lane(d, c);
    c->flags |= CONN_READING;
    c->ops++;
    l->dirty = true;
    ring_recv_once(l->ring, descriptor(d, c), len, conn_index(d, c), c->generation);
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
    ring_cancel_fd(l->ring, descriptor(d, c), conn_index(d, c), c->generation);
}

void conn_end(struct driver *d, struct conn *c, enum error_kind error, const char *example)
{
    if (c->state != CONN_ENDING) begin_end(d, c, error, example);
    if (c->ops || c->step == ENDING_CLOSE) return;
    struct lane *l = conn_lane(d, c);
    c->step = ENDING_CLOSE;
    c->ops++;
    l->dirty = true;
    ring_close_fd(l->ring, descriptor(d, c), conn_index(d, c), c->generation);
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
        open_failed(d, c, ETIMEDOUT);
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
