/* base64_digits.h: what both alphabets of RFC 4648 have in common. Sixteen digits become twelve bytes at once and without a table, whose
 * lines would tell what was looked up: what is decoded may be secret. Pure functions; any thread. */
#ifndef QUERN_BASE_BASE64_DIGITS_H
#define QUERN_BASE_BASE64_DIGITS_H

#include "base/slice.h"

/* The two that differ: those of the values 62 and 63. */
struct base64_alphabet {
    char c62, c63;
};

/* digits: without padding. Returns how many bytes; -EINVAL: another character, a digit too many, or bits that nothing stands for; -ENOSPC:
 * more than room. out may be where digits is. */
long base64_digits_read(struct base64_alphabet a, struct slice digits, void *out, size_t room);
/* Whether they could be read. */
bool base64_digits_ok(struct base64_alphabet a, struct slice digits);

#endif
