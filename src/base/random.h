/* random.h: seedable random numbers (not for secrets). One thread owns a struct random; only random_seed_from_kernel, once per
 * thread at start, and random_secret ask the kernel. */
#ifndef QUERN_BASE_RANDOM_H
#define QUERN_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t s[4]; /* xoshiro256** state */
};

void random_seed(struct random *r, uint64_t seed);
/* Dies with a message if the kernel gives no entropy: nothing can start without it. */
void random_seed_from_kernel(struct random *r);
/* n bytes for keys, salts and tokens, from the kernel. Any thread. Dies as random_seed_from_kernel does. */
void random_secret(void *out, size_t n);
uint64_t random_u64(struct random *r);
/* Evenly in [0, n), n > 0, without modulo bias. */
uint64_t random_below(struct random *r, uint64_t n);

#endif
