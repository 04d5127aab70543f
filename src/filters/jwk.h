/* jwk.h: the public keys of an issuer of access tokens (RFC 7517), and whether a signature is theirs (RFC 7515, 7518, 8037). A key has one
 * kind, and its kind decides which algorithms there are: what a token's header asks for can only fit or not. Secret keys (oct) and
 * algorithms of secrets do not exist here. Constant once they are made: any thread. */
#ifndef QUERN_FILTERS_JWK_H
#define QUERN_FILTERS_JWK_H

#include "base/slice.h"

#define JWKS_BYTES_MAX 65536u
#define JWKS_KEYS_MAX 100u
#define JWK_KID_MAX 255u

enum jws_alg { JWS_RS256, JWS_PS256, JWS_ES256, JWS_EDDSA, JWS_ALGS };
/* "RS256" → the algorithm; JWS_ALGS: none that is taken. */
enum jws_alg jws_alg(struct slice name);

struct jwk;
struct jwks;
/* Strict JSON; keys of kinds that are not known, or for something else than signatures, are passed over. 0, -ENOMEM, or -EINVAL with a sentence
 * in why: a key that is weak (RSA below 2048 bits), wrong or secret, two of one kid, none at all.
 * lenient: of such keys only the last reason counts; they are passed over, as RFC 7517 §5 wants it of what others publish. *out has one reference. */
int jwks_read(struct slice text, bool lenient, struct jwks **out, char *why, size_t why_room);
/* Any thread; the last reference frees them. NULL is fine for both. */
struct jwks *jwks_ref(struct jwks *all);
struct jwks *jwks_unref(struct jwks *all); /* returns NULL */
/* Random: no other set has it. */
uint64_t jwks_serial(const struct jwks *all);
uint32_t jwks_count(const struct jwks *all);
/* The key for this algorithm of this kid or, without kid (.p NULL), the only one there is for it; NULL: there is none. */
const struct jwk *jwks_find(const struct jwks *all, struct slice kid, enum jws_alg alg);
/* Tens of microseconds: not for a ring's thread. */
bool jwk_verifies(const struct jwk *key, enum jws_alg alg, struct slice text, struct slice signature);

#endif
