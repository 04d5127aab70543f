/* net.c: see net.h. */
#include "net.h"

#include "world.h"

#include "base/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define FDS_MAX 4096
#define BACKLOG_MAX 64
#define SERVER_ROOM 65536

struct entry {
    enum { FREE, LISTENER, SOCKET } kind;
    struct sock *sock;
    struct sock *backlog[BACKLOG_MAX];
    uint32_t n;
};
static struct entry fds[FDS_MAX];
static struct sock *server_ends; /* also those that have no descriptor, but a place in a ring's table */

/* ---- descriptors ---- */

static int take_fd(int kind, struct sock *s)
{
    for (int i = 0; i < FDS_MAX; i++)
        if (fds[i].kind == FREE) {
            fds[i] = (struct entry){.kind = kind, .sock = s};
            return NET_FD_FIRST + i;
        }
    sim_fail("no descriptors left: the server does not close them");
}

static struct entry *entry_of(int fd)
{
    assert(net_owns(fd) && fds[fd - NET_FD_FIRST].kind != FREE); /* the server uses a descriptor that it has closed */
    return &fds[fd - NET_FD_FIRST];
}

int net_listen(void)
{
    return take_fd(LISTENER, NULL);
}

bool net_owns(int fd)
{
    return fd >= NET_FD_FIRST && fd < NET_FD_FIRST + FDS_MAX;
}

int net_fd(struct sock *s)
{
    s->fd = take_fd(SOCKET, s);
    return s->fd;
}

struct sock *net_sock(int fd)
{
    struct entry *e = entry_of(fd);
    assert(e->kind == SOCKET);
    return e->sock;
}

void net_close(int fd)
{
    struct entry *e = entry_of(fd);
    if (e->sock) sock_close(e->sock, false);
    for (uint32_t i = 0; i < e->n; i++) sock_close(e->backlog[i], true);
    *e = (struct entry){0};
}

bool net_backlog(int fd)
{
    return entry_of(fd)->n > 0;
}

struct sock *net_accept(int fd)
{
    struct entry *e = entry_of(fd);
    if (!e->n) return NULL;
    struct sock *s = e->backlog[0];
    memmove(e->backlog, e->backlog + 1, --e->n * sizeof e->backlog[0]);
    return s;
}

void net_drop_all(void)
{
    while (server_ends) sock_close(server_ends, true);
    memset(fds, 0, sizeof fds);
}

uint32_t net_open_fds(void)
{
    uint32_t n = 0;
    for (int i = 0; i < FDS_MAX; i++) n += fds[i].kind != FREE;
    return n;
}

/* ---- both ends ---- */

static struct sock *sock_new(size_t room)
{
    struct sock *s = calloc(1, sizeof *s);
    assert(s);
    *s = (struct sock){.in = malloc(room), .in_max = room, .fd = -1};
    assert(s->in);
    return s;
}

struct sock *net_connect(int listener, size_t room)
{
    if (!net_owns(listener) || fds[listener - NET_FD_FIRST].kind != LISTENER) return NULL;
    struct entry *e = entry_of(listener);
    if (e->n == BACKLOG_MAX) return NULL;
    struct sock *here = sock_new(room), *there = sock_new(SERVER_ROOM);
    here->peer = there;
    there->peer = here;
    there->next = server_ends;
    there->at = &server_ends;
    if (server_ends) server_ends->at = &there->next;
    server_ends = there;
    e->backlog[e->n++] = there;
    return here;
}

bool sock_readable(const struct sock *s)
{
    return s->in_len || s->fin || s->reset || s->shut_in;
}

bool sock_writable(const struct sock *s)
{
    return s->reset || s->shut_out || !s->peer || s->peer->shut_in || s->peer->in_len < s->peer->in_max;
}

long sock_read(struct sock *s, char *p, size_t n)
{
    if (n > s->in_len) n = s->in_len;
    if (n) {
        memcpy(p, s->in, n);
        s->in_len -= n;
        memmove(s->in, s->in + n, s->in_len);
        return (long)n;
    }
    if (s->reset && !s->fin) {
        s->fin = true;
        return -ECONNRESET;
    }
    return s->fin || s->shut_in ? 0 : -EAGAIN;
}

long sock_write(struct sock *s, const char *p, size_t n)
{
    if (s->shut_out || s->reset) return -EPIPE;
    struct sock *to = s->peer;
    if (!to) { /* its end has been closed: the answer to our bytes is a reset */
        s->reset = true;
        s->arrivals++;
        return (long)n;
    }
    size_t room = to->in_max - to->in_len;
    if (n > room) n = room;
    if (to->shut_in) return (long)n; /* nobody will read them */
    if (n == 0) return -EAGAIN;
    memcpy(to->in + to->in_len, p, n);
    to->in_len += n;
    to->arrivals++;
    return (long)n;
}

static void tell_end(struct sock *s)
{
    if (!s->peer || s->peer->fin) return;
    s->peer->fin = true;
    s->peer->arrivals++;
}

void sock_shutdown(struct sock *s, int how)
{
    if (how != SHUT_WR) {
        s->shut_in = true;
        s->arrivals++;
    }
    if (how != SHUT_RD && !s->shut_out) {
        s->shut_out = true;
        tell_end(s);
    }
}

void sock_close(struct sock *s, bool hard)
{
    struct sock *peer = s->peer;
    if (peer) {
        if (hard || s->in_len) {
            peer->reset = true;
            peer->arrivals++;
        } else if (!s->shut_out) {
            tell_end(s);
        }
        peer->peer = NULL;
    }
    if (s->at) *s->at = s->next;
    if (s->next) s->next->at = s->at;
    free(s->in);
    free(s);
}
