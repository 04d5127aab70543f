/* sha256.h: SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104), without memory. Any thread. */
#ifndef QUERN_BASE_SHA256_H
#define QUERN_BASE_SHA256_H

#include "base/slice.h"

#define SHA256_BYTES 32

/* Of bytes that come in parts: end() wipes the state, which says as much as the digest. One thread per state. */
struct sha256 {
    uint64_t state[16]; /* a SHA256_CTX */
};
void sha256_begin(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *bytes, size_t n);
void sha256_end(struct sha256 *s, uint8_t out[SHA256_BYTES]);

/* Of the n parts one after the other. */
void sha256(const struct slice *parts, size_t n, uint8_t out[SHA256_BYTES]);
/* In a time that tells nothing of where they differ. */
static inline bool sha256_eq(const uint8_t a[SHA256_BYTES], const uint8_t b[SHA256_BYTES])
{
    uint64_t x[4], y[4];
    memcpy(x, a, sizeof x);
    memcpy(y, b, sizeof y);
    return ((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3])) == 0;
}

/* A secret that is ready: what HMAC makes of it before it sees a message. As secret as that; whoever has one wipes it. */
struct hmac_key {
    struct sha256 inner, outer;
};
void hmac_key_set(struct hmac_key *k, struct slice secret);
void hmac_sha256(const struct hmac_key *k, const struct slice *parts, size_t n, uint8_t out[SHA256_BYTES]);

#endif
