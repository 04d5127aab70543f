/* siphash.c: see siphash.h. */
#include "base/siphash.h"

struct sip {
    uint64_t a, b, c, d;
};

static uint64_t rotate(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

static inline void rounds(struct sip *s, int n)
{
    for (int i = 0; i < n; i++) {
        s->a += s->b, s->b = rotate(s->b, 13) ^ s->a, s->a = rotate(s->a, 32);
        s->c += s->d, s->d = rotate(s->d, 16) ^ s->c;
        s->a += s->d, s->d = rotate(s->d, 21) ^ s->a;
        s->c += s->b, s->b = rotate(s->b, 17) ^ s->c, s->c = rotate(s->c, 32);
    }
}

static struct sip start(struct siphash_key key)
{
    return (struct sip){key.k[0] ^ 0x736f6d6570736575u, key.k[1] ^ 0x646f72616e646f6du, key.k[0] ^ 0x6c7967656e657261u,
                        key.k[1] ^ 0x7465646279746573u};
}

/* What is left behind the last whole word, with the length in the highest byte. */
static uint64_t last_word(struct slice text)
{
    size_t at = text.len & ~(size_t)7, left = text.len & 7;
    uint64_t word = (uint64_t)text.len << 56, low = 0;
    if (text.len >= 8) { /* the last eight bytes are all there: those that are new are its upper ones */
        memcpy(&low, text.p + text.len - 8, 8);
        return word | (left ? low >> (64 - 8 * left) : 0);
    }
    for (unsigned shift = 0; at < text.len; at++, shift += 8) word |= (uint64_t)(uint8_t)text.p[at] << shift;
    return word;
}

static inline void feed(struct sip *s, uint64_t word, int n)
{
    s->d ^= word;
    rounds(s, n);
    s->a ^= word;
}

static inline void take(struct sip *s, struct slice text, int n)
{
    uint64_t word;
    for (size_t at = 0; text.len - at >= 8; at += 8) {
        memcpy(&word, text.p + at, 8);
        feed(s, word, n);
    }
    feed(s, last_word(text), n);
}

static inline uint64_t finish(struct sip *s, int n)
{
    rounds(s, n);
    return s->a ^ s->b ^ s->c ^ s->d;
}

uint64_t siphash13(struct siphash_key key, struct slice text)
{
    struct sip s = start(key);
    take(&s, text, 1);
    s.c ^= 0xff;
    return finish(&s, 3);
}

struct siphash128 siphash24_128(struct siphash_key key, struct slice text)
{
    struct sip s = start(key);
    struct siphash128 out;
    s.b ^= 0xee;
    take(&s, text, 2);
    s.c ^= 0xee;
    out.h[0] = finish(&s, 4);
    s.b ^= 0xdd;
    out.h[1] = finish(&s, 4);
    return out;
}
