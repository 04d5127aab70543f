/* base64.h: RFC 4648 §4, strict: the standard alphabet, padded, no blanks, unused bits zero. So each text stands for one sequence of
 * bytes and each sequence has one text. Pure functions; any thread. */
#ifndef QUERN_BASE_BASE64_H
#define QUERN_BASE_BASE64_H

#include "base/slice.h"

/* Characters that n bytes become. */
static inline size_t base64_chars(size_t n)
{
    return (n + 2) / 3 * 4;
}
/* Writes base64_chars(bytes.len) characters, which out must have room for; returns how many. */
size_t base64_encode(struct slice bytes, char *out);
/* Returns how many bytes; -EINVAL: not base64; -ENOSPC: more than room. out may be where text is. */
long base64_decode(struct slice text, void *out, size_t room);
bool base64_ok(struct slice text);

#endif
