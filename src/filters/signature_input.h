/* signature_input.h: what a member of Signature-Input says, and whether it says enough: the profile of RFC 9421 that this server has
 * (docs/operations.md, "Signed requests"). Pure functions; any thread. */
#ifndef QUERN_FILTERS_SIGNATURE_INPUT_H
#define QUERN_FILTERS_SIGNATURE_INPUT_H

#include "filters/signature_base.h"

#define SIGNATURE_TAG SLICE("quern")
#define SIGNATURE_PAST_S 300u   /* how old one may be */
#define SIGNATURE_FUTURE_S 30u  /* how far the signer's clock may be ahead */
#define SIGNATURE_NONCE_MAX 256u

enum signature_reading {
    SIGNATURE_READ,
    SIGNATURE_FOREIGN, /* it is not meant for this server, as its tag says; others may stand beside ours */
    SIGNATURE_BAD      /* a parameter is unknown, stands twice, has the wrong type, or a required one is missing; something may not be
                          covered; or the member is not written in its one form (RFC 9421 §2.5) */
};
struct signature_input {
    int64_t created, expires; /* seconds since 1970 */
    bool has_created, has_expires, has_nonce, has_keyid, has_alg, has_tag;
    struct slice nonce, keyid, alg; /* between their quotes: none has an escape */
    struct slice label;
    struct signed_list covered;
    uint8_t reading; /* enum signature_reading; the rest counts only with READ */
    bool is_ours, is_bad; /* while it is read */
};
/* The next member of a line of Signature-Input, and what it says. Linear in its length. Borrows the line. */
enum sf_step signature_input_next(struct sf_walk *w, struct signature_input *out);
/* Whether it covers all of the request that has to be covered; *has_idempotency: Idempotency-Key is among that. */
bool signature_covers(const struct signed_list *covered, const struct request *r, bool *has_idempotency);

enum signature_time { SIGNATURE_IN_TIME, SIGNATURE_TOO_OLD, SIGNATURE_BAD_TIME };
/* BAD_TIME: from the future, or valid for longer than allowed. */
enum signature_time signature_time(const struct signature_input *in, uint64_t now_s);

#endif
