/* signature.h: signed requests (RFC 9421), for integrity: whoever signs with a key of the accounts is taken for its owner, and what the
 * signature covers has not been changed. Routes may ask for it (filters/policy.h). The shard's thread.
 *
 * Only where the route takes signatures is one looked at, and the head first: a signature that does not hold is refused before a byte of
 * the body is taken. The body is held against its digest by content_digest.c, and then, last of all, the nonce is remembered: no request
 * passes twice. */
#ifndef QUERN_FILTERS_SIGNATURE_H
#define QUERN_FILTERS_SIGNATURE_H

#include "base/sha256.h"
#include "http/filter.h"

struct gate;
struct key_scratch;
struct signing;

#define SIGNATURES_MAX 3u /* of one request that are tried, each by another key */
#define SIGNATURE_MISTAKES 20u /* signatures that do not hold, before an address waits (filters/backoff.h) */
/* How long a nonce has to be known: nothing signed then is taken any more. */
#define SIGNATURE_NONCE_NS (UINT64_C(331) * 1000000000)

enum nonce_answer { NONCE_NEW, NONCE_KNOWN, NONCE_FULL, NONCE_FAILED /* it cannot be written down */ };

/* A request that was signed; in its arena. */
struct signed_by {
    uint8_t nonce[SHA256_BYTES]; /* a digest of key and nonce */
    bool has_nonce;
};

struct signing_options {
    /* Remembers x->signed_by->nonce, until wall time ends_ns at least, then calls signing_remembered(); keeps x. False: it could not, and
     * x has been answered. */
    bool (*remember)(struct exchange *x, uint64_t ends_ns);
    uint64_t not_before_s; /* wall: what was signed before is too old. 0: nonces outlive the process */
    uint64_t seed;
};
/* One per shard. 0 or -ENOMEM. */
int signing_new(const struct signing_options *o, struct signing **out);
struct signing *signing_free(struct signing *s); /* NULL is fine */
struct key_scratch *signing_scratch(struct signing *s);

/* arg of both: the shard's gate, whose signing is there. Without a key in the accounts, a route that takes signatures, or a
 * signature for this server, all passes. */
enum filter_result signature_on_head(void *gate, struct exchange *x);
enum filter_result signature_on_whole(void *gate, struct exchange *x);
/* What has become of the nonce: x goes on or is answered. */
void signing_remembered(struct gate *g, struct exchange *x, enum nonce_answer answer);

#endif
