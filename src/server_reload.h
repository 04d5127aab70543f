/* server_reload.h: what of a configuration may change while the server runs, and how it does: on SIGHUP the file is read again, checked
 * whole, and sent to the shards. A wrong one changes nothing. The server's thread. */
#ifndef QUERN_SERVER_RELOAD_H
#define QUERN_SERVER_RELOAD_H

#include "shard.h"

struct access;
struct gate_helpers;
struct gcra;
struct tally;
struct tls_server;
struct tls_tickets;
struct config;
struct router;

/* What is counted in, over all snapshots. */
struct reload_tables {
    struct gcra *gcra;   /* requests, for rate limits */
    struct tally *tally; /* connections by address */
    const struct tls_tickets *tickets; /* the keys of TLS sessions */
};

struct reloader {
    int argc;
    char **argv;
    const struct gate_helpers *helpers;
    const struct router *router; /* the same as long as the server runs */
    const struct config *start; /* as it was at start: what needs a restart stays so */
    struct config *latest; /* the last that was taken; NULL: start */
    struct reload_tables tables;
    struct shard *const *shards;
    uint32_t n_shards;
};

/* 0, or -EINVAL or -ENOMEM with a sentence in why. */
int reload_make_access(const struct config *c, const struct router *router, const struct reload_tables *tables, struct access **out,
                       char *why, unsigned why_room);
/* The same; *out NULL: no certificates are given. */
int reload_make_tls(const struct config *c, const struct reload_tables *tables, struct tls_server **out, char *why, unsigned why_room);
/* Whether some of its access tokens need the outbound thread. */
bool reload_asks_issuer(const struct config *c);
/* access and tls are borrowed. */
struct shard_settings reload_settings(const struct config *c, struct access *access, struct tls_server *tls);
/* Reads again, and tells in one log line what came of it. */
void reload_now(struct reloader *r);
/* What is in force. */
const struct config *reload_config(const struct reloader *r);
void reload_deinit(struct reloader *r);

#endif
