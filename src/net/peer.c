/* peer.c: see peer.h. */
#include "net/peer.h"

#include "base/map.h"
#include "net/conn_parts.h"

#include <errno.h>
#include <netinet/in.h>

int conns_know_peers(struct conns *all)
{
    if (all->peers) return 0;
    all->peers = map_new((size_t)all->o.n_max * sizeof *all->peers);
    return all->peers ? 0 : -ENOMEM;
}

void peer_begin(struct conns *all, const struct conn *c, const struct sockaddr *from)
{
    if (!all->peers) return;
    all->peers[c->slot] = (struct peer){.flags = from ? PEER_ASKED : 0};
    if (from) all->peers[c->slot].ip = ip_of(from);
}

static void ask(struct peer *p, ring_fd fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } name;
    socklen_t len = sizeof name;
    p->flags |= PEER_ASKED;
    if (fd >= 0 && !ring_fd_is_direct(fd) && getpeername(fd, &name.any, &len) == 0) p->ip = ip_of(&name.any);
}

struct peer *conn_peer(struct conns *all, const struct conn *c)
{
    if (!all->peers) return NULL;
    struct peer *p = &all->peers[c->slot];
    if (!(p->flags & PEER_ASKED)) ask(p, c->fd);
    return p;
}

bool conn_is_trusted(struct conns *all, const struct conn *c)
{
    return all->peers && all->peers[c->slot].flags & PEER_TRUSTED;
}

bool conn_is_proxied(const struct conns *all, const struct conn *c)
{
    return all->peers && all->peers[c->slot].flags & PEER_PROXIED;
}
