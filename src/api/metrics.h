/* metrics.h: GET /metrics, Prometheus text. Each shard counts for itself; a scrape travels through all shards as one piece of mail,
 * each adds its numbers, and the shard that was asked renders the sum. A shard's thread owns its struct metrics. */
#ifndef QUERN_API_METRICS_H
#define QUERN_API_METRICS_H

#include "base/mail.h"
#include "base/metric.h"
#include "http/exchange.h"

struct api;
struct scrape;

#define METRICS_CODES 33

struct metrics_engine {
    struct engine *engine;
    struct local *local;
};

/* What a shard counts per answer. */
struct metrics {
    metric (*by_route)[METRICS_CODES]; /* n_routes + 1 rows: the last for what no route answered */
    uint32_t n_routes;
    struct histogram request_ns;
    struct scrape *scrape; /* the one that this shard may have under way; NULL until the first */
    /* All shards' doors, in order; constant after start. */
    const struct metrics_door *doors;
    uint32_t n_doors, index;
    /* This shard's parts. */
    struct ring_counts *ring;
    struct conn_counts *conns;
    struct listener_counts *listeners;
    struct dispatch_counts *dispatch;
    const struct metrics_engine *engines; /* n_engines that live here */
    uint32_t n_engines;
    struct conns *all_conns;
    struct bufring *bufs;
    struct chunk_pool *chunks;
    _Atomic uint64_t *eventfd_writes;
    const struct gate *gate; /* what filters have refused */
    const struct router *router;
};
struct metrics_door {
    struct mailbox *mailbox;
    struct api *api; /* dereferenced on that shard's thread only */
};

int metrics_init(struct metrics *m, const struct router *router); /* 0 or -ENOMEM */
void metrics_deinit(struct metrics *m);
/* http_options.on_answered. */
void metrics_count(struct api *api, const struct exchange *x, uint16_t status, uint64_t bytes);
void metrics_handle(struct exchange *x);

#endif
