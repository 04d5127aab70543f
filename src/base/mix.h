/* mix.h: two words into one from which neither can be guessed without the seed that went in: for tables whose cells are found by it.
 * Not for what must withstand somebody who sees the results. Pure: any thread. */
#ifndef QUERN_BASE_MIX_H
#define QUERN_BASE_MIX_H

#include <stdint.h>

static inline uint64_t mix_words(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)(a ^ UINT64_C(0x9e3779b97f4a7c15)) * (b ^ UINT64_C(0xe7037ed1a0b428db));
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

#endif
