/* base64url.h: RFC 4648 §5, strict: the alphabet that fits URLs, no padding, no blanks, unused bits zero. So each text stands for one
 * sequence of bytes and each sequence has one text. No look-up by a character's value: secrets pass through here. Pure functions; any
 * thread. */
#ifndef QUERN_BASE_BASE64URL_H
#define QUERN_BASE_BASE64URL_H

#include "base/slice.h"

/* Characters that n bytes become. */
static inline size_t base64url_chars(size_t n)
{
    return (n * 4 + 2) / 3;
}
/* Writes base64url_chars(bytes.len) characters, no NUL; returns how many. */
size_t base64url_encode(struct slice bytes, char *out);
/* Returns how many bytes; -EINVAL: not base64url; -ENOSPC: more than room. */
long base64url_decode(struct slice text, void *out, size_t room);

#endif
