#include "random.h"
#include "check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static uint64_t rotate(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

/* splitmix64: spreads one word over the state, which must not be all zero. */
static uint64_t spread(uint64_t *x)
{
    uint64_t z = *x += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

void random_seed(struct random *r, uint64_t seed)
{
    for (int i = 0; i < 4; i++) r->s[i] = spread(&seed);
}

void random_secret(void *out, size_t n)
{
    char *p = out;
    while (n > 0) {
        ssize_t got = getrandom(p, n, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) {
            (void)fprintf(stderr, "quern: the kernel gives no random numbers: %s\n", got < 0 ? strerror(errno) : "too few");
            abort();
        }
        p += got;
        n -= (size_t)got;
    }
}

void random_seed_from_kernel(struct random *r)
{
    do random_secret(r->s, sizeof r->s);
    while (!(r->s[0] | r->s[1] | r->s[2] | r->s[3])); /* a state of zero would stay zero */
}

/* xoshiro256** 1.0 (Blackman, Vigna). */
uint64_t random_u64(struct random *r)
{
    uint64_t *s = r->s;
    uint64_t result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

/* The high half of u64 × n, throwing away the low products that would come up once too often
 * (Lemire). */
uint64_t random_below(struct random *r, uint64_t n)
{
    assert(n > 0);
    unsigned __int128 product = (unsigned __int128)random_u64(r) * n;
    if ((uint64_t)product < n) {
        uint64_t floor = (0 - n) % n; /* 2^64 mod n */
        while ((uint64_t)product < floor) product = (unsigned __int128)random_u64(r) * n;
    }
    return (uint64_t)(product >> 64);
}
