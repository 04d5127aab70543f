/* uuid.h: UUIDv7 (RFC 9562), as 128 bits and as text. quern's own ids: 48 bits of ms, version, 12-bit counter, variant,
 * 6-bit engine, 56 random bits. One thread owns a generator. */
#ifndef QUERN_BASE_UUID_H
#define QUERN_BASE_UUID_H

#include "slice.h"

struct random;

struct uuid {
    uint64_t high, low;
};
#define UUID_TEXT_BYTES 37 /* 36 and a NUL */

struct uuid_source {
    struct random *random;
    uint64_t last_ms;
    uint16_t counter; /* 12 bits; when it runs over within a ms, the ms in the id moves on, so ids always grow */
    uint8_t engine;   /* 6 bits */
};

struct uuid uuid_make(struct uuid_source *src, uint64_t wall_ns);
/* Lower-case, hyphenated. */
void uuid_text(struct uuid id, char out[UUID_TEXT_BYTES]);
/* Lower-case hyphenated text of a UUID of any version. 0 or -EINVAL. */
int uuid_parse(struct slice text, struct uuid *out);
unsigned uuid_version(struct uuid id);
unsigned uuid_engine(struct uuid id);
static inline bool uuid_eq(struct uuid a, struct uuid b)
{
    return a.high == b.high && a.low == b.low;
}

#endif
