/* server_parts.h: private to the server: what its files share. server.c starts, serves and stops; server_check.c has what can be checked
 * without starting anything; server_build.c makes the parts of a server; server_harden.c gives up what it has no use for. The server's
 * thread, except where it says otherwise. */
#ifndef QUERN_SERVER_PARTS_H
#define QUERN_SERVER_PARTS_H

#include "api/ask.h"
#include "api/metrics.h"
#include "api/routes.h"
#include "base/identity.h"
#include "base/spill.h"
#include "config.h"
#include "filters/gate.h"
#include "net/tls_tickets.h"
#include "server_folder.h"
#include "server_handover.h"
#include "server_listen.h"
#include "server_reload.h"
#include "server_sizes.h"
#include "shard.h"
#include "workers/pools.h"

#include <sched.h>

struct server {
    const struct config *config;
    struct types types;
    struct routes routes;
    struct block_budget budget;
    struct block_budget blob_budget; /* of payloads of jobs that stand in files */
    struct spill spills[SHARDS_MAX]; /* each filled by the engines of a shard */
    struct log *log;
    struct pools pools;
    struct block *openapi;
    struct siphash_key cursor_key; /* of all shards: api.h */
    struct access *access; /* as at start */
    struct tls_server *tls; /* likewise; NULL: no certificates are given */
    struct tls_tickets tickets;
    struct gate_helpers helpers;
    struct reloader reloader;
    struct shard *shards[SHARDS_MAX];
    struct metrics_door doors[SHARDS_MAX];
    struct data_folder folder;
    struct ask_door engines[ENGINES_MAX];
    uint32_t n_shards, n_workers;
    struct sizes sizes;
    int cpus[CPU_SETSIZE], n_cpus;
    struct identity identity; /* whose process this is to be */
    struct listening listening;
    struct handover handover;
    bool is_taken_over; /* another one waits for our end */
    bool is_abandoned;  /* and has gone before it */
    int predecessor; /* whose place we take: server_handover.h; -1: nobody's */
    int event_fd, signal_fd;
    int unfiltered; /* -errno: calls should be filtered, and are not */
    bool early_stop; /* told to stop while starting */
    bool disk_lost;  /* and all shards know */
};

/* All of these return 0 or an exit code; what is wrong has been said. */

/* ---- server_check.c ---- */

/* Types, routes, the user, addresses. Loads plugins: before there are threads. */
int server_check_plain(struct server *s);
/* Who may ask, and the certificates. */
int server_make_access(struct server *s);
void server_forget_access(struct server *s);

/* ---- server_build.c: in this order ---- */

/* The process that starts others: before there is anything that they should not have. */
int server_prepare_pools(struct server *s);
/* How many threads there are to be, and which CPUs there are for them. */
void server_choose_threads(struct server *s);
int server_choose_sizes(struct server *s);
/* Once there is no server before it any more: its control groups get the limits of this one. */
int server_limit_pools(struct server *s);
/* The folder of bodies that are too large for memory; what the data folder says of itself. */
int server_open_spool(struct server *s);
/* The key of cursors, out of the data folder. */
int server_open_cursors(struct server *s);
int server_start_workers(struct server *s);
int server_make_helpers(struct server *s);
/* They do not run yet. */
int server_make_shards(struct server *s);
/* Has keys fetched, if they stand at a URL. */
int server_start_outbound(struct server *s);
/* After all shards have ended, before they are settled. */
void server_free_helpers(struct server *s);

/* ---- server_harden.c ---- */

/* Before anything is started. */
int server_harden(struct server *s);
int server_become_user(struct server *s);

#endif
