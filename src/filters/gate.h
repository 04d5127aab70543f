/* gate.h: what the filters of one shard share: the snapshot that is in force, and what they have refused. It is their arg. The shard's
 * thread; counters are read by all. */
#ifndef QUERN_FILTERS_GATE_H
#define QUERN_FILTERS_GATE_H

#include "base/metric.h"
#include "filters/access.h"
#include "filters/basic.h"
#include "filters/oauth.h"
#include "filters/token.h"
#include "http/filter.h"

/* Why: a word each for log lines and quern_http_rejected_total (gate.c: names). */
enum rejection {
    REJECTED_HOST,
    REJECTED_RULE,
    REJECTED_IGNORED,
    REJECTED_RATE,
    REJECTED_CONNECTIONS,
    REJECTED_NOBODY,
    REJECTED_CREDENTIALS,
    REJECTED_SCOPE,
    REJECTED_NO_MEMORY,
    REJECTED_WAIT,
    REJECTED_BUSY,
    REJECTED_ISSUER,
    REJECTED_CROSS_SITE,
    REJECTED_CLEAR,
    REJECTED_DIGEST,
    REJECTED_SIGNATURE,
    REJECTED_NONCES,
    REJECTIONS
};

struct signing;

/* Who checks credentials on other threads; of the server, shared. */
struct gate_helpers {
    struct verifier *password_verifier, *token_verifier;
    struct outbound *outbound; /* NULL: no issuer is asked */
    struct key_feed *feed;     /* likewise */
};

struct gate {
    struct access *access; /* a reference; never NULL while filters are asked */
    struct signing *signing; /* of whoever has made it; never NULL while filters are asked */
    uint32_t on; /* bit i: the snapshot has something for filter i of gate_filters() */
    struct tokens tokens; /* those that were good */
    struct basic basic; /* passwords that are being checked */
    struct oauth oauth; /* access tokens that are */
    metric rejected[REJECTIONS];
};

/* Takes over the reference. */
void gate_init(struct gate *g, struct access *access);
/* Before the first request: who checks passwords and access tokens (NULL: nobody), where answers come home. 0 or -ENOMEM. */
int gate_connect(struct gate *g, const struct gate_helpers *helpers, struct mailbox *home, struct http *http);
void gate_deinit(struct gate *g);
/* Another snapshot is in force from now on; the reference moves in, that of the old one is dropped. */
void gate_swap(struct gate *g, struct access *access);
/* Keys of an issuer have come, or could not be had; the reference moves in. */
void gate_take_keys(struct gate *g, struct fetched_keys *keys);
/* Some times in a second. */
void gate_tick(struct gate *g);
/* All filters of a shard in the order in which they are asked. Returns how many. */
uint32_t gate_filters(struct gate *g, struct filter out[FILTERS_MAX]);
const char *rejection_name(enum rejection why);

/* For filters: counts, notes why for the access log, and answers. */
enum filter_result gate_refuse(struct gate *g, struct exchange *x, enum rejection why, uint16_t status, const char *slug,
                               const char *detail);
/* The same with further field lines and, above 0, Retry-After. */
enum filter_result gate_refuse_with(struct gate *g, struct exchange *x, enum rejection why, uint16_t status, const char *slug,
                                    const char *detail, uint32_t retry_after_s, struct slice fields);

#endif
