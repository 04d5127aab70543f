/* siphash.h: SipHash (Aumasson, Bernstein: "SipHash: a fast short-input PRF"): short texts become numbers that nobody can foresee or steer
 * who does not know the key. Pure functions; any thread. */
#ifndef QUERN_BASE_SIPHASH_H
#define QUERN_BASE_SIPHASH_H

#include "base/slice.h"

struct siphash_key {
    uint64_t k[2];
};

/* SipHash-1-3, for tables: collisions cannot be chosen. */
uint64_t siphash13(struct siphash_key key, struct slice text);
/* SipHash-2-4 with 128 bits: a MAC. Who has seen as many as he likes finds no other text with one of them. */
struct siphash128 {
    uint64_t h[2];
};
struct siphash128 siphash24_128(struct siphash_key key, struct slice text);
/* In a time that tells nothing of where they differ. */
static inline bool siphash128_eq(struct siphash128 a, struct siphash128 b)
{
    return ((a.h[0] ^ b.h[0]) | (a.h[1] ^ b.h[1])) == 0;
}

#endif
