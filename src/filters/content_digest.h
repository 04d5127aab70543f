/* content_digest.h: Content-Digest and Repr-Digest of requests (RFC 9530): whoever sends one has it checked, before the route sees
 * anything of the request. sha-256 and sha-512 count, every one that is there; other algorithms say nothing. The shard's thread.
 *
 * The whole body is hashed at once when it is here, on the ring's thread: where the processor has SHA instructions about 0.7 ms
 * of its time for each MiB, 1.5 ms for sha-512; 10 ms without them. Nothing is hashed that nobody has asked for. */
#ifndef QUERN_FILTERS_CONTENT_DIGEST_H
#define QUERN_FILTERS_CONTENT_DIGEST_H

#include "http/filter.h"

struct gate;

/* arg of both: the shard's gate. A field that is no dictionary, or has a digest of the wrong form, is 400 before a byte
 * of the body is taken. */
enum filter_result content_digest_on_head(void *arg, struct exchange *x);
enum filter_result content_digest_on_whole(void *arg, struct exchange *x);

/* Whether Content-Digest has a digest that is checked. */
bool content_digest_counts(const struct request *r);
#endif
