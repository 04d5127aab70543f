/* digest.h: checksums. Pure functions; any thread. */
#ifndef QUERN_BASE_DIGEST_H
#define QUERN_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/* CRC32C (Castagnoli, reflected polynomial 0x82f63b78, RFC 3720 §B.4) of len bytes at p, going on from crc; 0 begins. The
 * parts of a message may be given one after the other: crc32c(crc32c(0, a), b) is crc32c(0, ab). By the processor's own
 * instruction where it has one, which is found out at run time. */
uint32_t crc32c(uint32_t crc, const void *p, size_t len);
/* The same by table, for processors without the instruction; some 20 times slower. */
uint32_t crc32c_table(uint32_t crc, const void *p, size_t len);

#endif
