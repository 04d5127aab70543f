/* base64url.c: see base64url.h. */
#include "base/base64url.h"

#include "base/base64_digits.h"

size_t base64url_encode(struct slice bytes, char *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t len = 0;
    uint32_t bits = 0, have = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        bits = bits << 8 | (uint8_t)bytes.p[i];
        for (have += 8; have >= 6; have -= 6) out[len++] = digits[bits >> (have - 6) & 63];
    }
    if (have) out[len++] = digits[bits << (6 - have) & 63];
    return len;
}

long base64url_decode(struct slice text, void *out, size_t room)
{
    static const struct base64_alphabet for_urls = {'-', '_'};
    return base64_digits_read(for_urls, text, out, room);
}
