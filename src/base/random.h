/* random.h: seedable random numbers (not for secrets). One thread owns a struct random; only random_seed_from_kernel asks
 * the kernel, once per thread at start. */
#ifndef QUERN_BASE_RANDOM_H
#define QUERN_BASE_RANDOM_H

#include <stdint.h>

struct random {
    uint64_t s[4]; /* xoshiro256** state */
};

void random_seed(struct random *r, uint64_t seed);
/* Dies with a message if the kernel gives no entropy: nothing can start without it. */
void random_seed_from_kernel(struct random *r);
uint64_t random_u64(struct random *r);
/* Evenly in [0, n), n > 0, without modulo bias. */
uint64_t random_below(struct random *r, uint64_t n);

#endif
