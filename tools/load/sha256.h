/* sha256.h: SHA-256 (FIPS 180-4) of bytes that come in parts. One thread per state. */
#ifndef QUERN_LOAD_SHA256_H
#define QUERN_LOAD_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_BYTES 32

struct sha256 {
    uint32_t h[8];
    uint64_t n;         /* bytes so far */
    uint8_t block[64];  /* n % 64 of them wait */
};

void sha256_begin(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *bytes, size_t n);
void sha256_end(struct sha256 *s, uint8_t out[SHA256_BYTES]);

#endif
