/* SipHash against OpenSSL's, at every length. */
#include "base/siphash.h"

#include <criterion/criterion.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>

static const uint8_t secret[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

static struct siphash_key key(void)
{
    struct siphash_key k;
    memcpy(k.k, secret, sizeof secret);
    return k;
}

static void reference(unsigned c, unsigned d, size_t size, const uint8_t *text, size_t len, uint8_t *out)
{
    OSSL_PARAM params[] = {OSSL_PARAM_construct_uint(OSSL_MAC_PARAM_C_ROUNDS, &c), OSSL_PARAM_construct_uint(OSSL_MAC_PARAM_D_ROUNDS, &d),
                           OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size), OSSL_PARAM_construct_end()};
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "SIPHASH", NULL);
    EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(mac);
    size_t n = 0;
    cr_assert_eq(EVP_MAC_init(ctx, secret, sizeof secret, params), 1);
    cr_assert_eq(EVP_MAC_update(ctx, text, len), 1);
    cr_assert_eq(EVP_MAC_final(ctx, out, &n, size), 1);
    cr_assert_eq(n, size);
    EVP_MAC_CTX_free(ctx);
    EVP_MAC_free(mac);
}

Test(base_siphash, as_openssl_has_it)
{
    uint8_t *text = malloc(200), want[16];
    for (size_t i = 0; i < 200; i++) text[i] = (uint8_t)(i * 37 + 11);
    for (size_t len = 0; len <= 200; len++) {
        const uint8_t *p = text + 200 - len; /* nothing behind it may be read */
        struct slice s = slice_make(p, len);
        uint64_t one = siphash13(key(), s);
        struct siphash128 two = siphash24_128(key(), s);
        reference(1, 3, 8, p, len, want);
        cr_assert_eq(memcmp(&one, want, 8), 0, "1-3, %zu bytes", len);
        reference(2, 4, 16, p, len, want);
        cr_assert_eq(memcmp(&two, want, 16), 0, "2-4, 128 bits, %zu bytes", len);
    }
    free(text);
}

/* From the reference implementation's table: OpenSSL and we could be wrong in the same way. */
Test(base_siphash, known_answer)
{
    static const uint8_t of_nothing[16] = {0xa3, 0x81, 0x7f, 0x04, 0xba, 0x25, 0xa8, 0xe6, 0x6d, 0xf6, 0x72, 0x14, 0xc7, 0x55, 0x02, 0x93};
    struct siphash128 mac = siphash24_128(key(), SLICE(""));
    cr_expect_eq(memcmp(&mac, of_nothing, 16), 0);
}

Test(base_siphash, equal_is_both_halves)
{
    struct siphash128 a = {{1, 2}};
    cr_expect(siphash128_eq(a, (struct siphash128){{1, 2}}));
    cr_expect(!siphash128_eq(a, (struct siphash128){{1, 3}}));
    cr_expect(!siphash128_eq(a, (struct siphash128){{0, 2}}));
}
