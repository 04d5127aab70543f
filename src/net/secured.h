/* secured.h: connections that speak TLS. The sink neither knows nor notices: it gets and queues plain bytes. The shard's thread. */
#ifndef QUERN_NET_SECURED_H
#define QUERN_NET_SECURED_H

#include "net/conn.h"
#include "net/tls_names.h"

struct tls_server;

/* From now on connections may come secured (conns_open). wire_chunks: for records that are being sent, of all connections. 0 or -ENOMEM. */
int conns_secure(struct conns *all, struct tls_server *server, uint32_t wire_chunks);
/* What later connections get; takes a reference of its own. Does nothing where there was no conns_secure(). */
void conns_swap_tls(struct conns *all, struct tls_server *server);
/* What its client has sent nobody could read: by TLS that is the client's, which that of a connection with a PROXY header is only where the
 * listener says so (CONN_PASSED); or by the balancer's word. */
bool conn_is_secured(const struct conns *all, const struct conn *c);
/* tls_names.h. False, too, for one that is not secured, whose TLS may be a balancer's, or whose certificate was looked at by other authorities
 * or for another kind of name than those that are in force. */
bool conn_certificate(const struct conns *all, const struct conn *c, tls_name_taker *take, void *arg);
/* That hold records. */
uint32_t conns_wire_chunks(const struct conns *all);

#endif
