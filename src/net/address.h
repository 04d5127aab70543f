/* address.h: "127.0.0.1:8080", "[::1]:0" ↔ socket addresses, and the listening sockets on them. */
#ifndef QUERN_NET_ADDRESS_H
#define QUERN_NET_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

struct address {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } as;
    socklen_t len;
};
#define ADDRESS_TEXT_BYTES 64

/* Numeric addresses only: a name server has no place in a start. 0 or -EINVAL. */
int address_parse(const char *text, struct address *out);
void address_text(const struct address *a, char out[ADDRESS_TEXT_BYTES]);
/* *out: a bound, listening socket with TCP_NODELAY, which accepted ones inherit. share: SO_REUSEPORT, one socket per shard on the same
 * address. With port 0 the port taken is written back to *a. 0 or -errno. */
int address_listen(struct address *a, bool share, int *out);

#endif
