#include "tools/load/sha256.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const char *hex_of(struct sha256 *s)
{
    static char hex[2 * SHA256_BYTES + 1];
    uint8_t digest[SHA256_BYTES];
    sha256_end(s, digest);
    for (int i = 0; i < SHA256_BYTES; i++) (void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    return hex;
}

/* In pieces of so many bytes. */
static const char *hash(const char *bytes, size_t n, size_t piece)
{
    struct sha256 s;
    sha256_begin(&s);
    for (size_t at = 0; at < n; at += piece) sha256_add(&s, bytes + at, n - at < piece ? n - at : piece);
    return hex_of(&s);
}

/* FIPS 180-4's examples. */
Test(load_sha256, known_answers)
{
    static const char two[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    cr_assert_str_eq(hash("", 0, 1), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    cr_assert_str_eq(hash("abc", 3, 3), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    cr_assert_str_eq(hash(two, sizeof two - 1, 100), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

Test(load_sha256, a_million_bytes_in_pieces_of_any_size)
{
    static char many[1000000];
    static const size_t pieces[] = {1, 3, 63, 64, 65, 127, 4096, sizeof many};
    memset(many, 'a', sizeof many);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        cr_assert_str_eq(hash(many, sizeof many, pieces[i]),
                         "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* Lengths about the end of a block, where the padding takes another one. */
Test(load_sha256, pieces_do_not_matter)
{
    char bytes[200], whole[2 * SHA256_BYTES + 1];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)(i * 7);
    for (size_t n = 50; n < 140; n++) {
        (void)snprintf(whole, sizeof whole, "%s", hash(bytes, n, n));
        for (size_t piece = 1; piece < n; piece += 5) cr_assert_str_eq(hash(bytes, n, piece), whole);
    }
}
