#include "uuid.h"
#include "check.h"
#include "clock.h"
#include "random.h"

#include <errno.h>

#define COUNTER_MAX 0xfffu
#define MS_MASK 0xffffffffffffu

/* high: 48 bits of ms, 4 of version, 12 of counter. low: 2 bits of variant, 6 of engine, 56 random
 * (RFC 9562 §5.7, §6.2 method 1). A new ms starts its counter at a random place in the first
 * sixteenth. */
struct uuid uuid_make(struct uuid_source *src, uint64_t wall_ns)
{
    uint64_t ms = wall_ns / NS_PER_MS, bits = random_u64(src->random);
    assert(src->engine < 64);
    if (ms > src->last_ms) {
        src->last_ms = ms;
        src->counter = (uint16_t)(bits >> 56);
    } else if (src->counter < COUNTER_MAX) {
        src->counter++; /* the same ms, or the clock went back */
    } else {
        src->last_ms++;
        src->counter = 0;
    }
    return (struct uuid){
        .high = (src->last_ms & MS_MASK) << 16 | UINT64_C(7) << 12 | src->counter,
        .low = UINT64_C(2) << 62 | (uint64_t)src->engine << 56 | (bits & (UINT64_MAX >> 8)),
    };
}

static bool is_hyphen_place(size_t i)
{
    return i == 8 || i == 13 || i == 18 || i == 23;
}

/* The last n digits. */
static char *put_hex(char *p, uint64_t bits, unsigned n)
{
    static const char digits[] = "0123456789abcdef";
    for (unsigned i = n; i > 0; i--, bits >>= 4) p[i - 1] = digits[bits & 15];
    return p + n;
}

void uuid_text(struct uuid id, char out[UUID_TEXT_BYTES])
{
    char *p = put_hex(out, id.high >> 32, 8);
    *p++ = '-';
    p = put_hex(p, id.high >> 16, 4);
    *p++ = '-';
    p = put_hex(p, id.high, 4);
    *p++ = '-';
    p = put_hex(p, id.low >> 48, 4);
    *p++ = '-';
    p = put_hex(p, id.low, 12);
    *p = '\0';
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int uuid_parse(struct slice text, struct uuid *out)
{
    struct uuid id = {0};
    unsigned nibble = 0;
    if (text.len != UUID_TEXT_BYTES - 1) return -EINVAL;
    for (size_t i = 0; i < text.len; i++) {
        if (is_hyphen_place(i)) {
            if (text.p[i] != '-') return -EINVAL;
            continue;
        }
        int value = hex_value(text.p[i]);
        if (value < 0) return -EINVAL;
        uint64_t *half = nibble++ < 16 ? &id.high : &id.low;
        *half = *half << 4 | (uint64_t)value;
    }
    *out = id;
    return 0;
}

unsigned uuid_version(struct uuid id)
{
    return (unsigned)(id.high >> 12 & 15);
}

unsigned uuid_engine(struct uuid id)
{
    return (unsigned)(id.low >> 56 & 63);
}
