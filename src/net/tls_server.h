/* tls_server.h: what it takes to speak TLS: certificates with their keys, and whose certificates clients have to show. Made at start, and
 * anew when the configuration is read again; never written to once it is made, so all shards share one, each with a reference. A
 * connection keeps the one that it has begun with. */
#ifndef QUERN_NET_TLS_SERVER_H
#define QUERN_NET_TLS_SERVER_H

#include "net/tls_names.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TLS_CERTIFICATES_MAX 32u

struct ssl_st;
struct tls_server;
struct tls_tickets;

/* Names of PEM files. */
struct tls_certificate {
    const char *chain; /* the server's own first, then those that vouch for it */
    const char *key;   /* not encrypted */
};

struct tls_options {
    const struct tls_certificate *certificates; /* the first answers who names no host, or one that no certificate has */
    uint32_t n;
    const char *client_ca; /* PEM file of authorities; NULL: clients are not asked for certificates */
    bool client_optional;  /* they may have none, but not a wrong one */
    enum tls_name client_name; /* of their certificates: who they are by it */
    bool newest_only;      /* TLS 1.3; else 1.2 too */
    const struct tls_tickets *tickets; /* borrowed until the last connection is gone */
};

/* 0 with one reference, -EINVAL with a sentence for an operator in why, or -ENOMEM. The server's thread. */
int tls_server_new(const struct tls_options *o, struct tls_server **out, char *why, size_t why_room);
/* Any thread. NULL is fine. */
struct tls_server *tls_server_ref(struct tls_server *s);
/* The last one frees it. NULL is fine. Returns NULL. */
struct tls_server *tls_server_unref(struct tls_server *s);
/* Which name of a client's certificate says who it is. */
enum tls_name tls_server_client_name(const struct tls_server *s);
/* Whether the same authorities vouch for clients, and the same name says who they are. */
bool tls_server_same_clients(const struct tls_server *a, const struct tls_server *b);
/* A server's end of a connection, without a BIO; NULL: no memory. Any thread. */
struct ssl_st *tls_server_accept(struct tls_server *s);

#endif
