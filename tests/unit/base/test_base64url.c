/* base64url: RFC 4648 §10's vectors, what is not canonical, every length there and back. */
#include "base/base64url.h"

#include <criterion/criterion.h>
#include <errno.h>

static long decode(const char *text, char *out, size_t room)
{
    return base64url_decode(slice_str(text), out, room);
}

Test(base_base64url, vectors)
{
    static const char *const pairs[][2] = {{"", ""},         {"f", "Zg"},         {"fo", "Zm8"},         {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xff\xfe\xfb", "__77"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char text[16], bytes[16];
        size_t n = base64url_encode(slice_str(pairs[i][0]), text);
        cr_assert(slice_eq(slice_make(text, n), slice_str(pairs[i][1])), "%s", pairs[i][0]);
        cr_assert_eq(n, base64url_chars(strlen(pairs[i][0])));
        long len = decode(pairs[i][1], bytes, sizeof bytes);
        cr_assert(len >= 0 && slice_eq(slice_make(bytes, (size_t)len), slice_str(pairs[i][0])), "%s", pairs[i][1]);
    }
}

Test(base_base64url, what_has_another_text_is_refused)
{
    static const char *const bad[] = {"Z", "Zh", "Zm9", "Zm9vY", "Zg==", "Zg=", "Zm9v\n", " Zm9v", "Zm 9v", "+/77", "Zm9v.", "Zm9v\xc3\xbc", "Zm9_Z"};
    char out[16];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) cr_assert_eq(decode(bad[i], out, sizeof out), -EINVAL, "'%s'", bad[i]);
    cr_assert_eq(decode("Zm9v", out, 2), -ENOSPC);
    cr_assert_eq(decode("Zm9v", out, 3), 3);
}

Test(base_base64url, every_byte_at_every_length)
{
    for (size_t len = 0; len < 260; len++) {
        char bytes[260], text[360], back[260];
        for (size_t i = 0; i < len; i++) bytes[i] = (char)(i * 7 + len);
        size_t n = base64url_encode(slice_make(bytes, len), text);
        cr_assert_eq(base64url_decode(slice_make(text, n), back, len), (long)len);
        cr_assert_eq(memcmp(bytes, back, len), 0);
    }
}

/* Sixteen characters are read at once, and what is left: each of the 256 at each place, against the alphabet. */
Test(base_base64url, every_character_at_every_place)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (size_t at = 0; at < 20; at++) {
        for (int c = 0; c < 256; c++) {
            char text[] = "AAAAAAAAAAAAAAAAAAAA", out[16];
            const char *found = c ? strchr(alphabet, c) : NULL;
            text[at] = (char)c;
            long n = base64url_decode(slice_make(text, 20), out, sizeof out);
            cr_assert_eq(n, found ? 15 : -EINVAL, "%d at %zu", c, at);
            if (!found) continue;
            size_t bit = at * 6, value = (size_t)(found - alphabet);
            for (size_t i = 0; i < 15 * 8; i++) {
                size_t want = i >= bit && i < bit + 6 ? value >> (5 - (i - bit)) & 1 : 0;
                cr_assert_eq((size_t)(uint8_t)out[i / 8] >> (7 - i % 8) & 1, want, "%d at %zu, bit %zu", c, at, i);
            }
        }
    }
}

Test(base_base64url, room)
{
    char text[200], out[150];
    memset(text, 'A', sizeof text);
    for (size_t len = 0; len <= 200; len += 4) {
        struct slice all = slice_make(text, len);
        size_t bytes = len / 4 * 3;
        for (size_t room = 0; room <= bytes; room++) {
            memset(out, 'x', sizeof out);
            cr_assert_eq(base64url_decode(all, out, room), room < bytes ? -ENOSPC : (long)bytes, "%zu of %zu", room, bytes);
            for (size_t i = room; i < sizeof out; i++) cr_assert_eq(out[i], 'x', "%zu behind %zu", i, room);
        }
    }
}
