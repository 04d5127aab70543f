/* api.h: what the handlers of one shard share: the seam between its HTTP side and the engine.
 * Owned by the shard's thread; reachable from every exchange by api_of(). */
#ifndef QUERN_API_API_H
#define QUERN_API_API_H

#include "api/ask.h"
#include "api/metrics.h"
#include "api/run.h"
#include "base/siphash.h"
#include "base/uuid.h"
#include "http/exchange.h"

struct access_log;
struct gate;

struct api {
    struct http *http;
    struct asker asker;
    struct run run;
    struct metrics metrics;
    struct gate *gate;           /* the shard's filters */
    const struct pools *pools;   /* the server's workers */
    struct block *openapi;       /* the document, one for all shards; borrowed */
    uint64_t openapi_version;    /* of its bytes */
    struct gzip *gzip;           /* packs documents; NULL: nothing is packed */
    bool access_log;             /* one line per request */
    const struct spill *spill;   /* of the server: for the metrics */
    struct block_budget *budget; /* of the server: answers are rendered into blocks of it */
    const struct clock *clock; /* the shard's; borrowed */
    struct uuid_source uuids; /* request ids */
    uint64_t started_ns; /* mono: when the server came up */
    const struct siphash_key *cursor_key; /* of the server, secret; borrowed: ojs_list.c */
    uint32_t wait_max_s; /* cap of Prefer: wait=N; 0: API_WAIT_MAX_S */
    bool storage_failed;         /* the journal cannot be written: /readyz is red */
    uint8_t durability;          /* enum job_durability: of jobs that do not ask for another */
    bool unready;                /* /readyz is red though work is still taken: a drain is near */
    bool degraded; /* health answers 503: the engine takes no more work, or the server drains */
    const char *version; /* of quern; constant. NULL: not said */
    const char *backend; /* "memory" or "journal"; constant. NULL: "memory" */
};

#define API_WAIT_MAX_S 10u /* proxies give up at 15 to 60 s */

static inline struct api *api_of(const struct exchange *x)
{
    return exchange_user(x);
}

#endif
