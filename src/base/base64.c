/* base64.c: see base64.h. */
#include "base/base64.h"

#include "base/base64_digits.h"

#include <errno.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t base64_encode(struct slice bytes, char *out)
{
    const uint8_t *p = (const uint8_t *)bytes.p;
    char *at = out;
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t n = bytes.len - i < 3 ? bytes.len - i : 3;
        uint32_t bits = (uint32_t)p[i] << 16 | (n > 1 ? (uint32_t)p[i + 1] << 8 : 0) | (n > 2 ? p[i + 2] : 0u);
        *at++ = alphabet[bits >> 18];
        *at++ = alphabet[bits >> 12 & 63];
        *at++ = n > 1 ? alphabet[bits >> 6 & 63] : '=';
        *at++ = n > 2 ? alphabet[bits & 63] : '=';
    }
    return (size_t)(at - out);
}

static const struct base64_alphabet standard = {'+', '/'};

/* False: there cannot be so many characters. */
static bool cut_padding(struct slice *text)
{
    if (text->len % 4) return false;
    for (int i = 0; i < 2 && text->len && text->p[text->len - 1] == '='; i++) text->len--;
    return true;
}

long base64_decode(struct slice text, void *out, size_t room)
{
    return cut_padding(&text) ? base64_digits_read(standard, text, out, room) : -EINVAL;
}

bool base64_ok(struct slice text)
{
    return cut_padding(&text) && base64_digits_ok(standard, text);
}
