/* p256.h: signatures of ECDSA on P-256: r and s of 32 bytes each in messages (RFC 9421 §3.3.4, RFC 7518 §3.4), DER in libraries. Bytes only:
 * whether they are a signature at all is not asked. */
#ifndef QUERN_BASE_P256_H
#define QUERN_BASE_P256_H

#include <stddef.h>
#include <stdint.h>

#define P256_BYTES 32
#define P256_RAW_BYTES 64 /* both */
#define P256_DER_MAX (2 + 2 * (3 + P256_BYTES))

/* Returns the length. */
size_t p256_to_der(const uint8_t raw[P256_RAW_BYTES], uint8_t der[P256_DER_MAX]);
/* Of a DER that a library has just made. */
void p256_from_der(const uint8_t *der, uint8_t raw[P256_RAW_BYTES]);

#endif
