/* percent.h: percent-encoding (RFC 3986 §2.1) and UTF-8 (RFC 3629). Any thread. */
#ifndef QUERN_HTTP_PERCENT_H
#define QUERN_HTTP_PERCENT_H

#include "base/slice.h"

/* The byte that the two hexadecimal digits at p stand for, or -1. */
int percent_byte(const char *p);
/* Every '%' is followed by two hexadecimal digits. */
bool percent_ok(struct slice s);
/* Everything but unreserved characters (RFC 3986 §2.3) as %XX: at most 3 bytes for each of s. Returns the length. */
size_t percent_write(struct slice s, char *out);
/* Whole characters only, well-formed ones: base/utf8.h. */
bool utf8_ok(struct slice s);

#endif
