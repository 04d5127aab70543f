/* swar.h: eight bytes at a time in one word ("SIMD within a register"). Bytes are in the order of memory: the first is the lowest. Pure:
 * any thread. */
#ifndef QUERN_BASE_SWAR_H
#define QUERN_BASE_SWAR_H

#include "base/check.h"

#include <stdint.h>
#include <string.h>

#define SWAR_ONES UINT64_C(0x0101010101010101)
#define SWAR_HIGH UINT64_C(0x8080808080808080)

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the first byte is the lowest");

static inline uint64_t swar_load(const void *p)
{
    uint64_t w;
    memcpy(&w, p, sizeof w);
    return w;
}

/* 0x80 in each byte that is at least n, 0 in the others. All bytes below 0x80; n from 1 to 0x80. */
static inline uint64_t swar_at_least(uint64_t w, unsigned n)
{
    return (w + SWAR_ONES * (0x80 - n)) & SWAR_HIGH;
}

/* 0x80 in each byte from `from` to `to`, both included. All bytes below 0x80. */
static inline uint64_t swar_within(uint64_t w, unsigned from, unsigned to)
{
    return swar_at_least(w, from) & ~swar_at_least(w, to + 1);
}

#endif
