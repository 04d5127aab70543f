/* API tokens as texts: there and back, and that nothing else is one. */
#include "accounts/token_text.h"
#include "base/digest.h"
#include "base/base64url.h"

#include <criterion/criterion.h>

/* All zero but for the id: its parts worked out by hand. */
static void make_known(char text[TOKEN_TEXT_CHARS])
{
    char check[4];
    memcpy(text, "qrn_abcdefghijkl_", 17);
    memset(text + 17, 'A', 43);
    uint32_t sum = crc32c(0, text, 60);
    for (int i = 0; i < 4; i++) check[i] = (char)(sum >> (24 - 8 * i));
    (void)base64url_encode(slice_make(check, 4), text + 60);
}

Test(accounts_token_text, a_known_one)
{
    /* printf '\0%.0s' {1..32} | sha256sum */
    static const uint8_t zeros[4] = {0x66, 0x68, 0x7a, 0xad};
    char text[TOKEN_TEXT_CHARS];
    uint8_t digest[SHA256_BYTES];
    struct slice id;
    make_known(text);
    cr_assert(token_text_read(slice_make(text, sizeof text), &id, digest));
    cr_assert(slice_eq(id, SLICE("abcdefghijkl")));
    cr_assert_eq(memcmp(digest, zeros, sizeof zeros), 0);
}

Test(accounts_token_text, made_ones_are_read_and_differ)
{
    char a[TOKEN_TEXT_CHARS], b[TOKEN_TEXT_CHARS];
    uint8_t made[SHA256_BYTES], read[SHA256_BYTES];
    struct slice id;
    for (int i = 0; i < 100; i++) {
        token_text_make(a, made);
        token_text_make(b, read);
        cr_assert(memcmp(a, b, sizeof a) != 0 && memcmp(made, read, sizeof made) != 0);
        cr_assert(token_text_looks(slice_make(a, sizeof a)) && token_text_read(slice_make(a, sizeof a), &id, read));
        cr_assert_eq(memcmp(made, read, sizeof made), 0);
        cr_assert(token_id_ok(id));
    }
}

Test(accounts_token_text, any_changed_character_is_found)
{
    char text[TOKEN_TEXT_CHARS + 1];
    uint8_t digest[SHA256_BYTES];
    struct slice id;
    make_known(text);
    for (size_t i = 0; i < TOKEN_TEXT_CHARS; i++)
        for (int c = 0; c < 256; c++) {
            char was = text[i];
            if ((char)c == was) continue;
            text[i] = (char)c;
            cr_assert_not(token_text_read(slice_make(text, TOKEN_TEXT_CHARS), &id, digest), "%zu %d", i, c);
            text[i] = was;
        }
}

Test(accounts_token_text, no_other_length)
{
    char text[TOKEN_TEXT_CHARS + 1];
    uint8_t digest[SHA256_BYTES];
    struct slice id;
    make_known(text);
    text[TOKEN_TEXT_CHARS] = 'A';
    for (size_t n = 0; n <= TOKEN_TEXT_CHARS + 1; n++)
        cr_assert_eq(token_text_read(slice_make(text, n), &id, digest), n == TOKEN_TEXT_CHARS);
}
