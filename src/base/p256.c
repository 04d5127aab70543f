/* p256.c: see p256.h. */
#include "base/p256.h"

#include "base/check.h"

#include <stdbool.h>
#include <string.h>

static size_t put_integer(uint8_t *out, const uint8_t *number)
{
    size_t skip = 0;
    while (skip < P256_BYTES - 1 && number[skip] == 0) skip++;
    bool pad = number[skip] >= 0x80;
    size_t n = P256_BYTES - skip;
    out[0] = 0x02;
    out[1] = (uint8_t)(n + pad);
    out[2] = 0;
    memcpy(out + 2 + pad, number + skip, n);
    return 2 + pad + n;
}

size_t p256_to_der(const uint8_t raw[P256_RAW_BYTES], uint8_t der[P256_DER_MAX])
{
    size_t len = 2;
    len += put_integer(der + len, raw);
    len += put_integer(der + len, raw + P256_BYTES);
    der[0] = 0x30;
    der[1] = (uint8_t)(len - 2);
    return len;
}

static const uint8_t *take_integer(const uint8_t *p, uint8_t *number)
{
    size_t n = p[1];
    const uint8_t *at = p + 2;
    if (n > P256_BYTES) at++, n--;
    assert(n <= P256_BYTES);
    memset(number, 0, P256_BYTES - n);
    memcpy(number + P256_BYTES - n, at, n);
    return p + 2 + p[1];
}

void p256_from_der(const uint8_t *der, uint8_t raw[P256_RAW_BYTES])
{
    (void)take_integer(take_integer(der + 2, raw), raw + P256_BYTES);
}
