/* digits.h: numbers as decimal text, two digits at a time, for what is written with every request. Any thread. */
#ifndef QUERN_BASE_DIGITS_H
#define QUERN_BASE_DIGITS_H

#include <stdint.h>
#include <string.h>

#define DIGITS_U64_MAX 20u /* of the largest number */

extern const char digit_pairs[201]; /* "00" to "99" */
extern const uint64_t digit_tens[20]; /* 10^i; the first is 0, so that 0 has one digit */

/* n < 100, as two digits. */
static inline char *digits_put_2(char *p, uint32_t n)
{
    memcpy(p, digit_pairs + (size_t)2 * n, 2);
    return p + 2;
}

/* n < 1000, as three. */
static inline char *digits_put_3(char *p, uint32_t n)
{
    uint32_t hundreds = n / 100;
    *p = (char)('0' + hundreds);
    return digits_put_2(p + 1, n - 100 * hundreds);
}

/* How many digits n has: 1233/4096 is a little more than the logarithm of 2, so this is at most one too many. */
static inline unsigned digits_of(uint64_t n)
{
    unsigned bits = 64 - (unsigned)__builtin_clzll(n | 1), most = bits * 1233 >> 12;
    return most + (n >= digit_tens[most]);
}

char *digits_put_many(char *p, uint64_t n); /* n >= 100 */

/* Without leading zeros, up to DIGITS_U64_MAX of them; no NUL. Returns the end. */
static inline char *digits_put(char *p, uint64_t n)
{
    if (n >= 100) return digits_put_many(p, n);
    if (n >= 10) return digits_put_2(p, (uint32_t)n);
    *p = (char)('0' + n);
    return p + 1;
}

#endif
