/* Signatures of ECDSA on P-256, there and back: numbers that begin with zeros or with a bit that DER takes for a sign. */
#include "base/p256.h"

#include <criterion/criterion.h>
#include <string.h>

static void expect(const uint8_t raw[P256_RAW_BYTES], size_t r_bytes, size_t s_bytes)
{
    uint8_t der[P256_DER_MAX], back[P256_RAW_BYTES];
    size_t n = p256_to_der(raw, der);
    cr_assert_eq(n, 2 + 2 + r_bytes + 2 + s_bytes);
    cr_assert(der[0] == 0x30 && der[1] == n - 2);
    cr_assert(der[2] == 0x02 && der[3] == r_bytes);
    cr_assert(der[4 + r_bytes] == 0x02 && der[5 + r_bytes] == s_bytes);
    cr_assert_lt(der[4], 0x80, "negative");
    p256_from_der(der, back);
    cr_assert(memcmp(raw, back, sizeof back) == 0);
}

Test(base_p256, lengths)
{
    uint8_t raw[P256_RAW_BYTES];
    memset(raw, 0x7f, sizeof raw);
    expect(raw, 32, 32);
    raw[0] = 0x80;
    expect(raw, 33, 32);
    raw[32] = 0xff;
    expect(raw, 33, 33);
    memset(raw, 0, 5);
    expect(raw, 27, 33);
    raw[5] = 0x80;
    expect(raw, 28, 33);
    memset(raw, 0, P256_BYTES);
    expect(raw, 1, 33);
    memset(raw, 0, sizeof raw);
    raw[P256_RAW_BYTES - 1] = 1;
    expect(raw, 1, 1);
}
