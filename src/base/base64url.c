/* base64url.c: see base64url.h. */
#include "base/base64url.h"

#include "base/base64_word.h"

#include <errno.h>

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

/* 64: no digit. */
static uint32_t value_of(uint8_t c)
{
    if (c >= 'A' && c <= 'Z') return c - (uint32_t)'A';
    if (c >= 'a' && c <= 'z') return c - (uint32_t)'a' + 26;
    if (c >= '0' && c <= '9') return c - (uint32_t)'0' + 52;
    return c == '-' ? 62 : c == '_' ? 63 : 64;
}

long base64url_decode(struct slice text, void *out, size_t room)
{
    uint8_t *to = out;
    size_t len = 0, i = 0;
    uint32_t bits = 0, have = 0;
    if (text.len % 4 == 1) return -EINVAL;
    for (; text.len - i >= 8 && room - len >= 6; i += 8, len += 6)
        if (!base64_word(text.p + i, '-', '_', to + len)) return -EINVAL;
    for (; i < text.len; i++) {
        uint32_t v = value_of((uint8_t)text.p[i]);
        if (v == 64) return -EINVAL;
        bits = bits << 6 | v;
        have += 6;
        if (have < 8) continue;
        have -= 8;
        if (len == room) return -ENOSPC;
        to[len++] = (uint8_t)(bits >> have);
    }
    return bits & ((1u << have) - 1) ? -EINVAL : (long)len;
}
