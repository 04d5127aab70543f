/* SHA-256 against the vectors of FIPS 180-4, at every cut; HMAC against those of RFC 4231. */
#include "base/sha256.h"

#include <criterion/criterion.h>
#include <stdio.h>

static void expect_hex(const uint8_t out[SHA256_BYTES], const char *hex)
{
    char text[2 * SHA256_BYTES + 1];
    for (int i = 0; i < SHA256_BYTES; i++) (void)snprintf(text + 2 * i, 3, "%02x", out[i]);
    cr_expect_str_eq(text, hex);
}

static void expect_sha(struct slice s, const char *hex)
{
    uint8_t out[SHA256_BYTES];
    sha256(&s, 1, out);
    expect_hex(out, hex);
}

Test(base_sha256, known_answers)
{
    static char million[1000000];
    memset(million, 'a', sizeof million);
    expect_sha(SLICE(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect_sha(SLICE("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect_sha(SLICE("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
               "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    expect_sha(slice_make(million, sizeof million), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

Test(base_sha256, every_length_and_every_cut)
{
    uint8_t bytes[200], whole[SHA256_BYTES], cut[SHA256_BYTES];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(i * 37 + 11);
    for (size_t len = 0; len <= sizeof bytes; len++) {
        struct slice all = slice_make(bytes, len);
        sha256(&all, 1, whole);
        for (size_t at = 0; at <= len; at += 7) {
            struct slice parts[] = {slice_make(bytes, at), {NULL, 0}, slice_from(all, at)};
            sha256(parts, 3, cut);
            cr_assert_eq(memcmp(whole, cut, SHA256_BYTES), 0, "%zu bytes cut at %zu", len, at);
        }
    }
}

/* A million bytes in pieces of any size. */
Test(base_sha256, pieces_do_not_matter)
{
    static char many[1000000];
    static const size_t pieces[] = {1, 3, 63, 64, 65, 127, 4096, sizeof many};
    uint8_t out[SHA256_BYTES];
    memset(many, 'a', sizeof many);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct sha256 s;
        sha256_begin(&s);
        for (size_t at = 0; at < sizeof many; at += pieces[i]) sha256_add(&s, many + at, sizeof many - at < pieces[i] ? sizeof many - at : pieces[i]);
        sha256_end(&s, out);
        expect_hex(out, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    }
}

static void expect_hmac(struct slice secret, struct slice message, const char *hex)
{
    struct hmac_key k;
    uint8_t out[SHA256_BYTES];
    hmac_key_set(&k, secret);
    for (size_t at = 0; at <= message.len; at++) { /* a key is used again and again */
        struct slice parts[] = {slice_make(message.p, at), slice_from(message, at)};
        hmac_sha256(&k, parts, 2, out);
        expect_hex(out, hex);
    }
}

Test(base_sha256, hmac_of_rfc_4231)
{
    char secret[131], message[50];
    memset(secret, 0x0b, 20);
    expect_hmac(slice_make(secret, 20), SLICE("Hi There"), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    expect_hmac(SLICE("Jefe"), SLICE("what do ya want for nothing?"), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(secret, 0xaa, sizeof secret);
    memset(message, 0xdd, sizeof message);
    expect_hmac(slice_make(secret, 20), slice_make(message, 50), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    expect_hmac(slice_make(secret, 131), SLICE("Test Using Larger Than Block-Size Key - Hash Key First"),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}
