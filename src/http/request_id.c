/* request_id.c: see request_id.h. */
#include "http/request_id.h"

#include "base/random.h"
#include "base/swar.h"

typedef uint64_t pair __attribute__((vector_size(16)));

#ifndef __clang__ /* gcc's analyzer takes how many words a vector has for their width */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wanalyzer-shift-count-overflow"
#endif
/* Sixteen hexadecimal digits, all at once, each half in a word: a nibble to a byte, and what stands behind '9' begins at 'a'. */
static char *put_hex(char *p, uint64_t n)
{
    pair w = {__builtin_bswap32((uint32_t)(n >> 32)), __builtin_bswap32((uint32_t)n)}; /* the first byte is the lowest */
    w = (w | w << 16) & UINT64_C(0x0000ffff0000ffff);
    w = (w | w << 8) & UINT64_C(0x00ff00ff00ff00ff);
    w = (w >> 4 | w << 8) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    pair letters = (w + SWAR_ONES * 6) >> 4 & SWAR_ONES;
    static_assert('a' - '9' - 1 == 32 + 8 - 1, "ASCII");
    w += SWAR_ONES * '0' + (letters << 5) + (letters << 3) - letters;
    memcpy(p, &w, sizeof w);
    return p + sizeof w;
}
#ifndef __clang__
#pragma GCC diagnostic pop
#endif

/* Each step can be undone by who knows the factors, so no number comes twice. */
static uint64_t hide(const struct request_ids *ids, uint64_t n)
{
    for (int i = 0; i < REQUEST_ID_STEPS; i++) {
        n *= ids->factor[i];
        n ^= n >> 32;
    }
    return n;
}

void request_ids_init(struct request_ids *ids, uint64_t seed)
{
    struct random r;
    random_seed(&r, seed);
    ids->n = random_u64(&r);
    for (int i = 0; i < REQUEST_ID_STEPS; i++) ids->factor[i] = random_u64(&r) | 1;
    memcpy(ids->start, "req_", 4);
    (void)put_hex(ids->start + 4, random_u64(&r));
}

char *request_id_make(struct request_ids *ids, char *p)
{
    memcpy(p, ids->start, sizeof ids->start);
    return put_hex(p + sizeof ids->start, hide(ids, ids->n++));
}

bool request_id_ok(struct slice s)
{
    if (s.len == 0 || s.len > REQUEST_ID_MAX) return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = slice_lower(s.p[i]);
        bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
        if (!fine) return false;
    }
    return true;
}
