/* base64.c: see base64.h. */
#include "base/base64.h"

#include "base/base64_word.h"

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

/* 0 … 63, or -1. Without a table: see base64_word.h. */
static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Up to three bytes of four characters, the last of which may be padding. Returns how many, or -EINVAL. */
static int decode_four(const char *p, bool is_last, uint8_t out[3])
{
    int pad = is_last ? (p[3] == '=') + (p[3] == '=' && p[2] == '=') : 0;
    uint32_t bits = 0;
    for (int i = 0; i < 4; i++) {
        int value = i < 4 - pad ? value_of(p[i]) : 0;
        if (value < 0) return -EINVAL;
        bits = bits << 6 | (uint32_t)value;
    }
    if (bits & ((1u << 8 * pad) - 1)) return -EINVAL; /* bits that nothing stands for */
    out[0] = (uint8_t)(bits >> 16);
    out[1] = (uint8_t)(bits >> 8);
    out[2] = (uint8_t)bits;
    return 3 - pad;
}

long base64_decode(struct slice text, void *out, size_t room)
{
    uint8_t *to = out, three[3];
    size_t len = 0, i = 0;
    if (text.len % 4) return -EINVAL;
    for (; text.len - i > 8 && room - len >= 6; i += 8, len += 6) /* the last four may be padded */
        if (!base64_word(text.p + i, '+', '/', to + len)) return -EINVAL;
    for (; i < text.len; i += 4) {
        int n = decode_four(text.p + i, i + 4 == text.len, three);
        if (n < 0) return n;
        if (len + (size_t)n > room) return -ENOSPC;
        memcpy(to + len, three, (size_t)n);
        len += (size_t)n;
    }
    return (long)len;
}

bool base64_ok(struct slice text)
{
    uint8_t three[3];
    size_t i = 0;
    if (text.len % 4) return false;
    for (; text.len - i > 8; i += 8) {
        uint64_t w = swar_load(text.p + i);
        struct base64_kinds k = base64_kinds(w & ~SWAR_HIGH, '+', '/');
        if (!base64_kinds_all(&k, w)) return false;
    }
    for (; i < text.len; i += 4)
        if (decode_four(text.p + i, i + 4 == text.len, three) < 0) return false;
    return true;
}
