/* signature_input.h: what a member of Signature-Input says, and whether it says enough: the profile of RFC 9421 that this server has
 * (docs/operations.md, "Signed requests"). Pure functions; any thread. */
#ifndef QUERN_FILTERS_SIGNATURE_INPUT_H
#define QUERN_FILTERS_SIGNATURE_INPUT_H

#include "base/structured.h"
#include "http/request.h"

#define SIGNATURE_TAG SLICE("quern")
#define SIGNATURE_PAST_S 300u   /* how old one may be */
#define SIGNATURE_FUTURE_S 30u  /* how far the signer's clock may be ahead */
#define SIGNATURE_NONCE_MAX 256u
#define SIGNATURE_TEXT_MAX 8192u /* of a member: bounded by a field line */

struct signature_params {
    int64_t created, expires; /* seconds since 1970 */
    bool has_created, has_expires, has_nonce, has_keyid, has_alg;
    struct slice nonce, keyid, alg; /* between their quotes: none has an escape */
};

/* Whether the member is meant for this server: its tag says so. Others may stand beside it. */
bool signature_is_ours(const struct sf_member *m);
/* The parameters. False: one is unknown, stands twice, has the wrong type, or a required one is missing; there are too many components, or
 * one that may not be covered; or the member is not written in its one form (RFC 9421 §2.5). Linear in the member's length. */
bool signature_params_read(const struct sf_member *m, struct signature_params *out);
/* Whether it covers all of the request that has to be covered; *has_idempotency: Idempotency-Key is among that. */
bool signature_covers(const struct sf_member *m, const struct request *r, bool *has_idempotency);

enum signature_time { SIGNATURE_IN_TIME, SIGNATURE_TOO_OLD, SIGNATURE_BAD_TIME };
/* BAD_TIME: from the future, or valid for longer than allowed. */
enum signature_time signature_time(const struct signature_params *p, uint64_t now_s);

#endif
