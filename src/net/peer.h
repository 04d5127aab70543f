/* peer.h: who is at the other end of a connection. Kept beside the connections, by slot, and only from when somebody asks for it on: an
 * idle connection costs 20 bytes more then. A plain descriptor tells its peer when it is first asked, also of a connection that was there
 * before; a direct one has it from its accept, so older ones stay unknown. The shard's thread. */
#ifndef QUERN_NET_PEER_H
#define QUERN_NET_PEER_H

#include "base/ip.h"
#include "net/conn.h"

enum peer_flag {
    PEER_ASKED = 1, /* ip is as good as it gets */
    PEER_TRUSTED = 2, /* a proxy of ours: the sink's */
    PEER_COUNTED = 4, /* the sink's */
    PEER_REFUSED = 8, /* the sink's */
    PEER_PROXIED = 16, /* ip is what a PROXY header says */
    PEER_SECURED = 32, /* and that it came to the balancer by TLS */
    PEER_PASSED = 64,  /* the balancer passes on its client's own TLS */
};

struct peer {
    struct ip ip; /* not known: all zero */
    uint32_t flags;
};

/* From now on peers are known. 0 or -ENOMEM. */
int conns_know_peers(struct conns *all);
/* NULL: nobody has asked for them to be known. */
struct peer *conn_peer(struct conns *all, const struct conn *c);
bool conn_is_trusted(struct conns *all, const struct conn *c);
bool conn_is_proxied(const struct conns *all, const struct conn *c);

#endif
