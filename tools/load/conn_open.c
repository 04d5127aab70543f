/* conn_open.c: connections of a load thread: how they are opened, and how fast. */
#include "tools/load/conn_parts.h"
#include "tools/load/scenario.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define WAITING_MAX 64                    /* closed connections passed over per turn, as it is not their time yet */

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

void conn_end_give(struct driver *d, const struct conn *c)
{
    if (!d->ends || !d->ends[conn_index(d, c)].port) return;
    struct sockaddr_in local = {.sin_family = AF_INET, .sin_port = d->ends[conn_index(d, c)].port};
    local.sin_addr.s_addr = d->ends[conn_index(d, c)].address;
    sources_give(d->sources, &local, d->ends[conn_index(d, c)].remote_port);
    d->ends[conn_index(d, c)].port = 0;
}

void conn_open_failed(struct driver *d, struct conn *c, int error)
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
        conn_open_failed(d, c, -rc);
        conn_end_give(d, c);
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
    ring_connect(l->ring, conn_descriptor(d, c), to, len, conn_index(d, c), c->generation);
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
