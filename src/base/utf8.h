/* utf8.h: one UTF-8 character (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
 * Any thread. */
#ifndef QUERN_BASE_UTF8_H
#define QUERN_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define UTF8_BAD (-1)
#define UTF8_CUT 0 /* the bytes that are there are right, but more have to follow */

/* How many bytes (1 to 4) the character at p has; UTF8_BAD or UTF8_CUT. p < end. */
static inline int utf8_length(const char *p, const char *end)
{
    const uint8_t *c = (const uint8_t *)p;
    uint8_t low = 0x80, high = 0xbf; /* bounds of the second byte */
    if (c[0] < 0x80) return 1;
    if (c[0] < 0xc2 || c[0] > 0xf4) return UTF8_BAD;
    if (c[0] == 0xe0) low = 0xa0;
    if (c[0] == 0xed) high = 0x9f;
    if (c[0] == 0xf0) low = 0x90;
    if (c[0] == 0xf4) high = 0x8f;
    int length = c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : 4;
    for (int i = 1; i < length; i++, low = 0x80, high = 0xbf) {
        if (p + i == end) return UTF8_CUT;
        if (c[i] < low || c[i] > high) return UTF8_BAD;
    }
    return length;
}

/* Writes a code point (not a surrogate) as UTF-8; returns the number of bytes, 1 to 4. */
static inline int utf8_put(uint32_t point, char out[4])
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    int length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (int i = length - 1; i > 0; i--, point >>= 6) out[i] = (char)(0x80 | (point & 0x3f));
    out[0] = (char)(lead[length] | point);
    return length;
}

#endif
