/* base64_word.h: eight characters of base64 become six bytes, at once and without a table, whose lines would tell what was looked up:
 * what is decoded may be secret. For base64.c and base64url.c, which differ in two characters. */
#ifndef QUERN_BASE_BASE64_WORD_H
#define QUERN_BASE_BASE64_WORD_H

#include "base/swar.h"

/* 0x80 in each byte that is a character of the alphabet, by kind. c62, c63: the characters of those values. */
struct base64_kinds {
    uint64_t upper, lower, digit, is_62, is_63;
};
static inline struct base64_kinds base64_kinds(uint64_t ascii, unsigned c62, unsigned c63)
{
    return (struct base64_kinds){swar_within(ascii, 'A', 'Z'), swar_within(ascii, 'a', 'z'), swar_within(ascii, '0', '9'),
                                 swar_within(ascii, c62, c62), swar_within(ascii, c63, c63)};
}

static inline bool base64_kinds_all(const struct base64_kinds *k, uint64_t w)
{
    return ((k->upper | k->lower | k->digit | k->is_62 | k->is_63) & ~w) == SWAR_HIGH;
}

/* False: one of the eight at text is none of the alphabet; then out is not written. */
static inline bool base64_word(const char *text, unsigned c62, unsigned c63, uint8_t out[6])
{
    uint64_t w = swar_load(text), v = w & ~SWAR_HIGH;
    struct base64_kinds k = base64_kinds(v, c62, c63);
    if (!base64_kinds_all(&k, w)) return false;
    /* No byte borrows from the next one, nor carries: each is at least what is taken from it, and ends below 64. */
    v = v - (k.upper >> 7) * 'A' - (k.lower >> 7) * ('a' - 26) + (k.digit >> 7) * (52 - '0');
    v += (k.is_62 >> 7) * (62 - (uint64_t)c62) + (k.is_63 >> 7) * (63 - (uint64_t)c63);
    v = __builtin_bswap64(v); /* the first character is worth most */
    v = (v >> 2 & UINT64_C(0x0fc00fc00fc00fc0)) | (v & UINT64_C(0x003f003f003f003f));
    v = (v >> 4 & UINT64_C(0x00fff00000fff000)) | (v & UINT64_C(0x00000fff00000fff));
    v = (v >> 8 & UINT64_C(0x0000ffffff000000)) | (v & UINT64_C(0x0000000000ffffff));
    v = __builtin_bswap64(v << 16);
    memcpy(out, &v, 6);
    return true;
}

#endif
