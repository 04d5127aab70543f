/* proxy.h: the PROXY protocol, versions 1 and 2: what a balancer that forwards bytes says of the client before the first of them
 * (haproxy, doc/proxy-protocol.txt). On listeners that are configured so, and there always: never guessed. */
#ifndef QUERN_NET_PROXY_H
#define QUERN_NET_PROXY_H

#include "base/chunk.h"
#include "base/ip.h"

#define PROXY_BYTES_MAX CHUNK_ROOM /* of a header, with all that it brings along: just below 4 KiB */
#define PROXY_NS (3 * UINT64_C(1000000000)) /* for the whole header, from the accept on */

struct proxy_header {
    struct ip from; /* all zero: the balancer speaks for itself, or does not say: the socket's address counts */
    bool secure;  /* the balancer says that its client, from, has come to it by TLS */
    size_t bytes; /* the header's: what follows is the client's */
};

enum proxy_outcome { PROXY_MORE, PROXY_WHOLE, PROXY_BAD };

/* What the first n bytes of a connection are. PROXY_MORE: their beginning may become a header; n is below PROXY_BYTES_MAX then. Any thread. */
enum proxy_outcome proxy_parse(const void *p, size_t n, struct proxy_header *out);

#endif
