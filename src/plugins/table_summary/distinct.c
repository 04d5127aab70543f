/* distinct.c: see distinct.h. */
#include "distinct.h"

#include <math.h>

#define RANKS (64 - DISTINCT_BITS) /* a register holds 0 (untouched) to RANKS + 1 (all bits zero) */

void distinct_add(struct distinct *d, uint64_t hash)
{
    uint32_t at = (uint32_t)(hash >> RANKS);
    uint64_t rest = hash << DISTINCT_BITS;
    uint8_t rank = rest ? (uint8_t)(__builtin_clzll(rest) + 1) : RANKS + 1;
    if (rank > d->registers[at]) d->registers[at] = rank;
}

/* Sum over k of x^(2^k) 2^(k-1), plus x: accounts for untouched registers. */
static double sigma(double x)
{
    if (x == 1) return INFINITY;
    double y = 1, z = x, before;
    do {
        x *= x;
        before = z;
        z += x * y;
        y += y;
    } while (z != before);
    return z;
}

/* Accounts for registers at their upper end. */
static double tau(double x)
{
    if (x == 0 || x == 1) return 0;
    double y = 1, z = 1 - x, before;
    do {
        x = sqrt(x);
        before = z;
        y *= 0.5;
        z -= (1 - x) * (1 - x) * y;
    } while (z != before);
    return z / 3;
}

double distinct_estimate(const struct distinct *d)
{
    const double m = DISTINCT_REGISTERS;
    uint32_t counts[RANKS + 2] = {0};
    for (int i = 0; i < DISTINCT_REGISTERS; i++) counts[d->registers[i]]++;
    double z = m * tau(1 - counts[RANKS + 1] / m);
    for (int k = RANKS; k >= 1; k--) z = 0.5 * (z + counts[k]);
    z += m * sigma(counts[0] / m);
    return m * m / (2 * M_LN2 * z);
}
