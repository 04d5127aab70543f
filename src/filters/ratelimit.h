/* ratelimit.h: how many requests of a client, of who has signed in, or of all there may be per time: 429 with Retry-After beyond that, and
 * RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers) in every answer that a limit is about. Requests count when their
 * head is here, whatever becomes of them; where one limit refuses, those asked before it have counted. */
#ifndef QUERN_FILTERS_RATELIMIT_H
#define QUERN_FILTERS_RATELIMIT_H

#include "base/gcra.h"
#include "filters/match.h"
#include "http/filter.h"

struct rate_limit {
    enum rate_limit_by by;
    struct match match;
    struct gcra_rate rate;
    uint64_t key; /* begun with its name: what has been counted stays over a reload */
    char *name;
    /* What is constant in its field lines, with EXCHANGE_FIELDS_PAD bytes behind it: before the number of those left, and behind the last
     * number. */
    char *before, *behind;
    uint32_t before_bytes, behind_bytes, lines_bytes; /* of all of it, at most */
};

/* g: what it counts in; NULL: it is only looked at. 0 or -ENOMEM; deinit in any case. */
int rate_limit_init(struct rate_limit *l, const struct rate_limit_option *o, const struct gcra *g);
void rate_limit_deinit(struct rate_limit *l);

/* Those by address and of all; before anybody is asked who he is. arg: struct gate. */
enum filter_result ratelimit_peer_on_head(void *arg, struct exchange *x);
/* Those by principal; behind all that find out who asks. */
enum filter_result ratelimit_principal_on_head(void *arg, struct exchange *x);

#endif
