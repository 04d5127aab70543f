/* idempotency.h: Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): a request that may be sent again without being done again.
 * The exchange's shard. */
#ifndef QUERN_API_IDEMPOTENCY_H
#define QUERN_API_IDEMPOTENCY_H

#include "base/json.h"
#include "http/exchange.h"
#include "jobs/job.h"

#define IDEMPOTENCY_KEY_MAX 256 /* characters (ojs-bulk-operations §10.2) */

/* Whether the request has the field at all, sound or not. */
bool idempotency_is_asked(const struct exchange *x);
/* Reads the field into spec's key, with a fingerprint of the request's query, media type and body. True also when there is none.
 * False: it is no key, and x has been answered with 400. */
bool idempotency_read(struct exchange *x, struct job_spec *spec);
/* The same with a key that stands elsewhere: a JSON string that has been checked. False: it is none of 1 to 256 characters, and nothing was
 * answered. */
bool idempotency_take(const struct exchange *x, struct json_value key, struct job_spec *spec);

#endif
