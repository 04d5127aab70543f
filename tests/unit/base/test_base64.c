/* Base64 against the vectors of RFC 4648 §10, what is refused, and every length there and back. */
#include "base/base64.h"

#include <criterion/criterion.h>
#include <errno.h>

static void expect(const char *bytes, const char *text)
{
    char out[64];
    size_t n = base64_encode(slice_str(bytes), out);
    cr_assert(slice_eq(slice_make(out, n), slice_str(text)), "%s", text);
    cr_assert_eq(n, base64_chars(strlen(bytes)));
    long back = base64_decode(slice_str(text), out, sizeof out);
    cr_assert(back >= 0 && slice_eq(slice_make(out, (size_t)back), slice_str(bytes)), "%s", text);
}

Test(base_base64, vectors)
{
    expect("", "");
    expect("f", "Zg==");
    expect("fo", "Zm8=");
    expect("foo", "Zm9v");
    expect("foob", "Zm9vYg==");
    expect("fooba", "Zm9vYmE=");
    expect("foobar", "Zm9vYmFy");
}

Test(base_base64, refused)
{
    static const char *const bad[] = {"Z",     "Zg",   "Zg=",   "Zh==",  "Zm9=",    "====",     "Z===",  "=Zg=",
                                      "Zg==Zg==", "Zm9v\n", "Zm 9v", "Zm-_", "Zm9vZg", "Zm9v====", "Zm9*", "Zm9vZ=g="};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_not(base64_ok(slice_str(bad[i])), "%s", bad[i]);
    char out[2];
    cr_expect_eq(base64_decode(SLICE("Zm9v"), out, sizeof out), -ENOSPC);
}

Test(base_base64, every_length_and_in_place)
{
    uint8_t bytes[100];
    char text[136];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(i * 151 + 7);
    for (size_t len = 0; len <= sizeof bytes; len++) {
        size_t n = base64_encode(slice_make(bytes, len), text);
        cr_assert(base64_ok(slice_make(text, n)));
        cr_assert_eq(base64_decode(slice_make(text, n), text, len), (long)len);
        cr_assert_eq(memcmp(text, bytes, len), 0);
    }
}

/* Sixteen characters are read at once, and what is left: each of the 256 at each place, against the alphabet. */
Test(base_base64, every_character_at_every_place)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t at = 0; at < 20; at++) {
        for (int c = 0; c < 256; c++) {
            char text[] = "AAAAAAAAAAAAAAAAAAAA", out[16];
            const char *found = c ? strchr(alphabet, c) : NULL;
            if (c == '=' && at == 19) continue; /* padding */
            text[at] = (char)c;
            long n = base64_decode(slice_make(text, 20), out, sizeof out);
            cr_assert_eq(n, found ? 15 : -EINVAL, "%d at %zu", c, at);
            cr_assert_eq(base64_ok(slice_make(text, 20)), found != NULL, "%d at %zu", c, at);
            if (!found) continue;
            size_t bit = at * 6, value = (size_t)(found - alphabet);
            for (size_t i = 0; i < 15 * 8; i++) {
                size_t want = i >= bit && i < bit + 6 ? value >> (5 - (i - bit)) & 1 : 0;
                cr_assert_eq((size_t)(uint8_t)out[i / 8] >> (7 - i % 8) & 1, want, "%d at %zu, bit %zu", c, at, i);
            }
        }
    }
}

Test(base_base64, room)
{
    char text[200], out[150];
    memset(text, 'A', sizeof text);
    for (size_t len = 0; len <= 200; len += 4) {
        struct slice all = slice_make(text, len);
        size_t bytes = len / 4 * 3;
        for (size_t room = 0; room <= bytes; room++) {
            memset(out, 'x', sizeof out);
            cr_assert_eq(base64_decode(all, out, room), room < bytes ? -ENOSPC : (long)bytes, "%zu of %zu", room, bytes);
            for (size_t i = room; i < sizeof out; i++) cr_assert_eq(out[i], 'x', "%zu behind %zu", i, room);
        }
    }
}
