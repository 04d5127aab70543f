/* tls_names.h: what the certificate of a client says of who it is. The shard's thread. */
#ifndef QUERN_NET_TLS_NAMES_H
#define QUERN_NET_TLS_NAMES_H

#include "base/slice.h"

struct ssl_st;

/* The subject's common name, of which there must be one; or a host's name or a URI among its other names (RFC 5280 §4.2.1.6). */
enum tls_name { TLS_NAME_COMMON, TLS_NAME_DNS, TLS_NAME_URI };
/* True: this is it. name is there until it returns. */
typedef bool tls_name_taker(void *arg, struct slice name);

/* Offers the names of this kind until one is taken. False: the client has shown no certificate that was found good, it is over by now, or none
 * was taken. */
bool tls_names(struct ssl_st *ssl, enum tls_name kind, tls_name_taker *take, void *arg);

#endif
