/* idempotency.h: Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): a request that may be sent again without being done again.
 * The exchange's shard. */
#ifndef QUERN_API_IDEMPOTENCY_H
#define QUERN_API_IDEMPOTENCY_H

#include "http/exchange.h"
#include "jobs/job.h"

#define IDEMPOTENCY_KEY_MAX 255 /* characters */

/* Whether the request has the field at all, sound or not. */
bool idempotency_is_asked(const struct exchange *x);
/* Reads the field into spec's key, with a fingerprint of the request's query, media type and body. True also when there is none.
 * False: it is no key, and x has been answered with 400. */
bool idempotency_read(struct exchange *x, struct job_spec *spec);

#endif
