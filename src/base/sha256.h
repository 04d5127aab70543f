/* sha256.h: SHA-256 (FIPS 180-4). Pure functions; any thread. */
#ifndef QUERN_BASE_SHA256_H
#define QUERN_BASE_SHA256_H

#include "base/slice.h"

#define SHA256_BYTES 32

/* Of the n parts one after the other. By the processor's own instructions where it has them, which is found out at run time. */
void sha256(const struct slice *parts, size_t n, uint8_t out[SHA256_BYTES]);
/* The same without them; some 5 times slower. */
void sha256_plain(const struct slice *parts, size_t n, uint8_t out[SHA256_BYTES]);

#endif
