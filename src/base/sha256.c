/* sha256.c: see sha256.h. */
#include "base/sha256.h"

#if defined __x86_64__
#include <cpuid.h>
#include <immintrin.h>
#endif

#define BLOCK 64u

/* Takes n whole blocks at p into the state. */
typedef void blocks_fn(uint32_t state[8], const uint8_t *p, size_t n);

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
    0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
    0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
    0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t x, unsigned bits)
{
    return x >> bits | x << (32 - bits);
}

static uint32_t read_big(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void write_big(uint8_t *p, uint64_t n, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) p[i] = (uint8_t)(n >> 8 * (bytes - 1 - i));
}

/* ---- without instructions of its own ---- */

static void expand(uint32_t w[64], const uint8_t *p)
{
    for (size_t i = 0; i < 16; i++) w[i] = read_big(p + 4 * i);
    for (int i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        uint32_t s0 = rotate(a, 7) ^ rotate(a, 18) ^ a >> 3, s1 = rotate(b, 17) ^ rotate(b, 19) ^ b >> 10;
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
}

/* s: a … h of FIPS 180-4 §6.2.2. */
static void compress(uint32_t state[8], const uint32_t w[64])
{
    uint32_t s[8];
    memcpy(s, state, sizeof s);
    for (int i = 0; i < 64; i++) {
        uint32_t sum1 = rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25), choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
        uint32_t sum0 = rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22),
                 most = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
        uint32_t t1 = s[7] + sum1 + choice + round_constants[i] + w[i];
        memmove(s + 1, s, 7 * sizeof s[0]);
        s[4] += t1;
        s[0] = t1 + sum0 + most;
    }
    for (int i = 0; i < 8; i++) state[i] += s[i];
}

static void blocks_plain(uint32_t state[8], const uint8_t *p, size_t n)
{
    uint32_t w[64];
    for (; n; n--, p += BLOCK) {
        expand(w, p);
        compress(state, w);
    }
}

/* ---- by the instructions of x86 ---- */

#if defined __x86_64__
#define SHA_TARGET __attribute__((target("sha,sse4.1")))

/* Four rounds; w: their words. abef and cdgh hold the state as the instructions want it. */
SHA_TARGET static inline void four_rounds(__m128i *abef, __m128i *cdgh, __m128i w, size_t i)
{
    __m128i k = _mm_loadu_si128((const __m128i *)(const void *)&round_constants[4 * i]);
    __m128i sum = _mm_add_epi32(w, k);
    *cdgh = _mm_sha256rnds2_epu32(*cdgh, *abef, sum);
    *abef = _mm_sha256rnds2_epu32(*abef, *cdgh, _mm_shuffle_epi32(sum, 0x0e));
}

/* The next four words of the schedule, from the last sixteen. */
SHA_TARGET static inline __m128i next_words(const __m128i w[4])
{
    __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w[0], w[1]), _mm_alignr_epi8(w[3], w[2], 4));
    return _mm_sha256msg2_epu32(sum, w[3]);
}

SHA_TARGET static inline __m128i big_words(const uint8_t *p)
{
    const __m128i order = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    return _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)p), order);
}

SHA_TARGET static void one_block(__m128i *abef, __m128i *cdgh, const uint8_t *p)
{
    __m128i w[4] = {big_words(p), big_words(p + 16), big_words(p + 32), big_words(p + 48)}, a = *abef, c = *cdgh;
    for (size_t i = 0; i < 16; i++) {
        four_rounds(&a, &c, w[0], i);
        __m128i next = next_words(w);
        w[0] = w[1], w[1] = w[2], w[2] = w[3], w[3] = next;
    }
    *abef = _mm_add_epi32(*abef, a);
    *cdgh = _mm_add_epi32(*cdgh, c);
}

SHA_TARGET static void blocks_instruction(uint32_t state[8], const uint8_t *p, size_t n)
{
    __m128i *at = (__m128i *)(void *)state;
    __m128i dcba = _mm_shuffle_epi32(_mm_loadu_si128(at), 0xb1), hgfe = _mm_shuffle_epi32(_mm_loadu_si128(at + 1), 0x1b);
    __m128i abef = _mm_alignr_epi8(dcba, hgfe, 8), cdgh = _mm_blend_epi16(hgfe, dcba, 0xf0);
    for (; n; n--, p += BLOCK) one_block(&abef, &cdgh, p);
    __m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1);
    _mm_storeu_si128(at, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128(at + 1, _mm_alignr_epi8(dchg, feba, 8));
}

static bool has_instruction(void)
{
    unsigned a, b, c, d;
    if (!__builtin_cpu_supports("sse4.1") || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
    return (b & 1u << 29) != 0; /* SHA; not every compiler's __builtin_cpu_supports knows it */
}
#endif

/* ---- the whole ---- */

static void run(blocks_fn *blocks, const struct slice *parts, size_t n, uint8_t out[SHA256_BYTES])
{
    uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    uint8_t rest[2 * BLOCK] = {0};
    size_t held = 0;
    uint64_t bytes = 0;
    for (size_t i = 0; i < n; i++) {
        const uint8_t *p = (const uint8_t *)parts[i].p;
        size_t len = parts[i].len;
        bytes += len;
        while (len) {
            size_t whole = held ? 0 : len / BLOCK, take = whole * BLOCK;
            if (whole) {
                blocks(state, p, whole);
            } else {
                take = len < BLOCK - held ? len : BLOCK - held;
                memcpy(rest + held, p, take);
                held += take;
                if (held == BLOCK) blocks(state, rest, 1), held = 0;
            }
            p += take;
            len -= take;
        }
    }
    memset(rest + held, 0, sizeof rest - held);
    rest[held] = 0x80;
    size_t last = held + 9 <= BLOCK ? BLOCK : 2 * BLOCK;
    write_big(rest + last - 8, bytes * 8, 8);
    blocks(state, rest, last / BLOCK);
    for (size_t i = 0; i < 8; i++) write_big(out + 4 * i, state[i], 4);
}

void sha256_plain(const struct slice *parts, size_t n, uint8_t out[SHA256_BYTES])
{
    run(blocks_plain, parts, n, out);
}

void sha256(const struct slice *parts, size_t n, uint8_t out[SHA256_BYTES])
{
#if defined __x86_64__
    if (has_instruction()) {
        run(blocks_instruction, parts, n, out);
        return;
    }
#endif
    run(blocks_plain, parts, n, out);
}
