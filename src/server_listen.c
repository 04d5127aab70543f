/* server_listen.c: see server_listen.h. */
#include "server_listen.h"

#include "base/check.h"
#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FIRST_FD 3 /* SD_LISTEN_FDS_START */

static_assert(LISTENING_SOCKETS_MAX >= SHARDS_MAX * LISTENERS_MAX, "room for those of all shards");

int listening_parse(struct listening *l, const struct config *c)
{
    for (uint32_t i = 0; i < c->n_listen; i++) {
        if (address_parse(c->listen[i], &l->addresses[i]) == 0) continue;
        server_complain("--listen %s: not an ADDRESS:PORT (a numeric address, an IPv6 one in brackets)", c->listen[i]);
        return EXIT_USAGE;
    }
    return 0;
}

/* ---- sockets that come ---- */

static bool is_number(const char *text, unsigned long *out)
{
    char *end;
    if (!text || text[0] < '0' || text[0] > '9') return false;
    *out = strtoul(text, &end, 10);
    return *end == 0;
}

/* Of systemd, if they are meant for this process and not for one that has started it. */
static unsigned long count_came(bool *is_wrong)
{
    unsigned long n = 0, pid = 0;
    const char *own = getenv("QUERN_LISTEN_FDS"), *fds = getenv("LISTEN_FDS");
    *is_wrong = false;
    if (own) {
        *is_wrong = !is_number(own, &n) || n > LISTENING_SOCKETS_MAX;
    } else if (fds && is_number(getenv("LISTEN_PID"), &pid) && pid == (unsigned long)getpid()) {
        *is_wrong = !is_number(fds, &n) || n > LISTENING_SOCKETS_MAX;
    }
    return *is_wrong ? 0 : n;
}

static bool listens(int fd)
{
    int type = 0, accepts = 0, family = 0;
    socklen_t len = sizeof family;
    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &len) < 0 || (family != AF_INET && family != AF_INET6)) return false;
    len = sizeof type;
    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) < 0 || type != SOCK_STREAM) return false;
    len = sizeof accepts;
    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &len) == 0 && accepts;
}

/* As those that we open ourselves: blocking, as io_uring wants it. */
static void make_ours(int fd)
{
    const int on = 1;
    int flags = fcntl(fd, F_GETFL);
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    if (flags >= 0) (void)fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

int listening_take(struct listening *l)
{
    bool is_wrong;
    unsigned long n = count_came(&is_wrong);
    if (is_wrong) {
        server_complain("LISTEN_FDS is no number of sockets, at most %u", LISTENING_SOCKETS_MAX);
        return EXIT_USAGE;
    }
    (void)unsetenv("QUERN_LISTEN_FDS");
    (void)unsetenv("LISTEN_FDS");
    (void)unsetenv("LISTEN_PID");
    (void)unsetenv("LISTEN_FDNAMES");
    for (int fd = FIRST_FD; fd < FIRST_FD + (int)n; fd++) {
        if (!listens(fd)) {
            server_complain("descriptor %d came with the start but is no listening TCP socket", fd);
            return EXIT_USAGE;
        }
        make_ours(fd);
        l->came[l->n_came++] = fd;
    }
    return 0;
}

static uint16_t *port_of(struct address *a)
{
    return a->as.any.sa_family == AF_INET6 ? &a->as.v6.sin6_port : &a->as.v4.sin_port;
}

static bool is_same_host(const struct address *a, const struct address *b)
{
    if (a->as.any.sa_family != b->as.any.sa_family) return false;
    if (a->as.any.sa_family == AF_INET6) return memcmp(&a->as.v6.sin6_addr, &b->as.v6.sin6_addr, sizeof a->as.v6.sin6_addr) == 0;
    return a->as.v4.sin_addr.s_addr == b->as.v4.sin_addr.s_addr;
}

/* The entry that a socket with this address belongs to; n: to none. An entry without a port takes the first that fits, and its port. */
static uint32_t entry_of(struct listening *l, uint32_t n, struct address *a)
{
    uint32_t i = 0;
    while (i < n && !(is_same_host(&l->addresses[i], a) && *port_of(&l->addresses[i]) == *port_of(a))) i++;
    if (i < n) return i;
    for (i = 0; i < n && !(is_same_host(&l->addresses[i], a) && *port_of(&l->addresses[i]) == 0);) i++;
    if (i < n) l->addresses[i] = *a;
    return i;
}

static int sort_out(struct listening *l, uint32_t n, uint32_t entries[LISTENING_SOCKETS_MAX])
{
    char text[ADDRESS_TEXT_BYTES];
    for (uint32_t k = 0; k < l->n_came; k++) {
        struct address a = {.len = sizeof a.as};
        if (getsockname(l->came[k], &a.as.any, &a.len) < 0) a.as.any.sa_family = AF_UNSPEC;
        entries[k] = entry_of(l, n, &a);
        if (entries[k] < n) continue;
        address_text(&a, text);
        server_complain("a socket that came with the start listens on %s, which is not in 'listen'", text);
        return EXIT_USAGE;
    }
    return 0;
}

/* ---- who accepts on what ---- */

static int give(struct listening *l, uint32_t shard, int fd, uint8_t ways)
{
    struct listening_shard *s = &l->of[shard];
    if (fd < 0 || s->n == LISTENERS_MAX) {
        if (fd < 0) server_complain("cannot share a listening socket: %s", strerror(errno));
        else server_complain("%u shards are too few for the sockets that came with the start", l->n_shards);
        return EXIT_USAGE;
    }
    s->fds[s->n] = fd;
    s->ways[s->n++] = ways;
    return 0;
}

/* Every one of them must have a shard, as the kernel puts connections into each; and every shard one, which some may share. */
static int spread(struct listening *l, const int *fds, uint32_t n, uint8_t ways)
{
    assert(n > 0 && l->n_shards > 0);
    uint32_t rounds = n > l->n_shards ? n : l->n_shards;
    int rc = 0;
    for (uint32_t k = 0; k < rounds && rc == 0; k++) {
        int fd = k < n ? fds[k] : fcntl(fds[k % n], F_DUPFD_CLOEXEC, 0);
        rc = give(l, k % l->n_shards, fd, ways);
    }
    return rc;
}

/* First bind and listen without sharing: if the port is taken, this says so; sharing (SO_REUSEPORT) would join whoever has it. */
static int claim(struct listening *l, uint32_t i, const char *text, uint8_t ways)
{
    struct address *a = &l->addresses[i];
    int fd, rc = address_listen(a, false, &fd);
    if (rc == 0 && l->n_shards == 1) return give(l, 0, fd, ways);
    if (rc == 0) close(fd);
    for (uint32_t k = 0; rc == 0 && k < l->n_shards; k++) {
        rc = address_listen(a, true, &fd);
        if (rc == 0) rc = give(l, k, fd, ways);
        if (rc > 0) return rc;
    }
    if (rc == 0) return 0;
    server_complain("cannot listen on %s: %s", text, strerror(-rc));
    return EXIT_USAGE;
}

static uint8_t ways_of(uint8_t configured)
{
    return (uint8_t)((configured & CONFIG_PROXIED ? CONN_PROXIED : 0) | (configured & CONFIG_SECURED ? CONN_SECURED : 0) |
                     (configured & CONFIG_PASSED ? CONN_PASSED : 0));
}

int listening_open(struct listening *l, const struct config *c, uint32_t n_shards)
{
    uint32_t entries[LISTENING_SOCKETS_MAX] = {0};
    int rc = sort_out(l, c->n_listen, entries);
    l->n_shards = n_shards;
    for (uint32_t i = 0; i < c->n_listen && rc == 0; i++) {
        int own[LISTENING_SOCKETS_MAX];
        uint32_t n = 0;
        for (uint32_t k = 0; k < l->n_came; k++)
            if (entries[k] == i) own[n++] = l->came[k];
        uint8_t ways = ways_of(c->listen_ways[i]);
        rc = n ? spread(l, own, n, ways) : claim(l, i, c->listen[i], ways);
    }
    return rc;
}

/* A socket that shards share has a descriptor in each of them, but one inode. */
static bool is_there(const int *fds, uint32_t n, int fd)
{
    int64_t cookie = 0, other = 0;
    socklen_t len = sizeof cookie;
    if (getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len) < 0) return false;
    for (uint32_t i = 0; i < n; i++) {
        len = sizeof other;
        if (getsockopt(fds[i], SOL_SOCKET, SO_COOKIE, &other, &len) == 0 && other == cookie) return true;
    }
    return false;
}

uint32_t listening_sockets(const struct listening *l, int out[LISTENING_SOCKETS_MAX])
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < LISTENERS_MAX; k++)
        for (uint32_t shard = 0; shard < l->n_shards; shard++) {
            const struct listening_shard *s = &l->of[shard];
            if (k < s->n && n < LISTENING_SOCKETS_MAX && !is_there(out, n, s->fds[k])) out[n++] = s->fds[k];
        }
    return n;
}
