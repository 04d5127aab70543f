/* server_listen.h: the listening sockets: opened here, or come with the start, and which shard accepts on which of them. They come from
 * systemd (sd_listen_fds(3): LISTEN_FDS), or from the server whose place this one takes (server_handover.h); each belongs to the entry of `listen` whose address
 * it has. The server's thread, at start. */
#ifndef QUERN_SERVER_LISTEN_H
#define QUERN_SERVER_LISTEN_H

#include "config.h"
#include "net/address.h"
#include "net/listener.h"
#include "workers/claim.h"

#define LISTENING_SOCKETS_MAX 1024u /* that come with a start, or are handed over */

struct listening_shard {
    int fds[LISTENERS_MAX]; /* the shard's own */
    uint8_t ways[LISTENERS_MAX]; /* of each, enum conn_way */
    uint32_t n;
};

struct listening {
    struct address addresses[CONFIG_LISTEN_MAX]; /* as configured; once open, with the ports that were taken */
    int came[LISTENING_SOCKETS_MAX]; /* with the start */
    uint32_t n_came;
    struct listening_shard of[SHARDS_MAX];
    uint32_t n_shards;
};

/* Reads the addresses. 0 or an exit code, said. */
int listening_parse(struct listening *l, const struct config *c);
/* Takes what has come with the start out of the environment, so that nobody else does. 0 or an exit code, said. */
int listening_take(struct listening *l);
/* Opens what has not come, and gives every shard its sockets. 0 or an exit code, said. */
int listening_open(struct listening *l, const struct config *c, uint32_t n_shards);
/* One descriptor of each socket, those of an address together. Returns how many. */
uint32_t listening_sockets(const struct listening *l, int out[LISTENING_SOCKETS_MAX]);

#endif
