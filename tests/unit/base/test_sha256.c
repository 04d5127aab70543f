/* SHA-256 against the vectors of FIPS 180-4 and, at every length and cut, both ways against each other. */
#include "base/sha256.h"

#include <criterion/criterion.h>
#include <stdio.h>

static void expect_hex(const uint8_t out[SHA256_BYTES], const char *hex)
{
    char text[2 * SHA256_BYTES + 1];
    for (int i = 0; i < SHA256_BYTES; i++) (void)snprintf(text + 2 * i, 3, "%02x", out[i]);
    cr_expect_str_eq(text, hex);
}

static void expect_both(struct slice s, const char *hex)
{
    uint8_t out[SHA256_BYTES];
    sha256(&s, 1, out);
    expect_hex(out, hex);
    sha256_plain(&s, 1, out);
    expect_hex(out, hex);
}

Test(base_sha256, known_answers)
{
    static char million[1000000];
    memset(million, 'a', sizeof million);
    expect_both(SLICE(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect_both(SLICE("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect_both(SLICE("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    expect_both(slice_make(million, sizeof million), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

Test(base_sha256, every_length_and_every_cut)
{
    uint8_t bytes[200], whole[SHA256_BYTES], plain[SHA256_BYTES], cut[SHA256_BYTES];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(i * 37 + 11);
    for (size_t len = 0; len <= sizeof bytes; len++) {
        struct slice all = slice_make(bytes, len);
        sha256(&all, 1, whole);
        sha256_plain(&all, 1, plain);
        cr_assert_eq(memcmp(whole, plain, SHA256_BYTES), 0, "%zu bytes", len);
        for (size_t at = 0; at <= len; at += 7) {
            struct slice parts[] = {slice_make(bytes, at), {NULL, 0}, slice_from(all, at)};
            sha256(parts, 3, cut);
            cr_assert_eq(memcmp(whole, cut, SHA256_BYTES), 0, "%zu bytes cut at %zu", len, at);
        }
    }
}
