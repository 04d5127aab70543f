/* gcra.c: see gcra.h. */
#include "gcra.h"

#include "base/map.h"
#include "base/mix.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define LINE 8u /* cells of a cache line */
#define TIME_BITS 48
#define TIME_MASK ((UINT64_C(1) << TIME_BITS) - 1)

struct gcra {
    _Atomic uint64_t *cells; /* tag << 48 | time in µs when all is given back; 0: never used */
    uint32_t n_lines;        /* a power of two */
    uint64_t seed;
};

int gcra_new(uint32_t n_cells, uint64_t seed, struct gcra **out)
{
    struct gcra *g = calloc(1, sizeof *g);
    if (!g) return -ENOMEM;
    g->seed = seed;
    for (g->n_lines = 1; (uint64_t)g->n_lines * LINE < n_cells && g->n_lines < 1u << 27;) g->n_lines *= 2;
    g->cells = map_new((size_t)g->n_lines * LINE * sizeof *g->cells);
    if (!g->cells) {
        free(g);
        return -ENOMEM;
    }
    *out = g;
    return 0;
}

struct gcra *gcra_free(struct gcra *g)
{
    if (g) map_free((void *)g->cells, (size_t)g->n_lines * LINE * sizeof *g->cells);
    free(g);
    return NULL;
}

struct gcra_rate gcra_rate(uint64_t requests, uint64_t per_us, uint64_t burst)
{
    uint64_t step = per_us / requests;
    if (step == 0) step = 1;
    return (struct gcra_rate){step, step * burst};
}

uint64_t gcra_key_begin(const struct gcra *g, uint64_t limit, size_t len)
{
    return mix_words(g->seed ^ len, limit + g->seed);
}

uint64_t gcra_key_end(const struct gcra *g, uint64_t begun, const void *p, size_t len)
{
    uint64_t hash = begun, word;
    const char *at = p;
    for (; len >= sizeof word; at += sizeof word, len -= sizeof word) {
        memcpy(&word, at, sizeof word);
        hash = mix_words(hash ^ g->seed, word + hash);
    }
    if (len == 0) return hash;
    word = 0;
    memcpy(&word, at, len);
    return mix_words(hash ^ g->seed, word + hash);
}

uint64_t gcra_key(const struct gcra *g, uint64_t limit, const void *p, size_t len)
{
    return gcra_key_end(g, gcra_key_begin(g, limit, len), p, len);
}

static _Atomic uint64_t *line_of(struct gcra *g, uint64_t key)
{
    return &g->cells[(key & (g->n_lines - 1)) * LINE];
}

/* The cell of the tag, else one that is over, else the one that will be soonest. *seen: what stands there. */
static _Atomic uint64_t *find(struct gcra *g, uint64_t key, uint64_t tag, uint64_t now, uint64_t *seen)
{
    _Atomic uint64_t *line = line_of(g, key), *best = line;
    uint64_t best_time = UINT64_MAX;
    for (unsigned i = 0; i < LINE; i++) {
        uint64_t cell = atomic_load_explicit(&line[i], memory_order_relaxed), time = cell & TIME_MASK;
        if (cell && cell >> TIME_BITS == tag) {
            *seen = cell;
            return &line[i];
        }
        if (time <= now) time = 0; /* over: any of these, the first */
        if (time >= best_time) continue;
        best_time = time;
        best = &line[i];
        *seen = cell;
    }
    return best;
}

/* False: another thread has changed the cell. */
static inline bool take_from(_Atomic uint64_t *cell, uint64_t seen, uint64_t tag, struct gcra_rate rate, uint64_t now_us,
                             struct gcra_result *out)
{
    uint64_t time = seen >> TIME_BITS == tag ? seen & TIME_MASK : 0;
    uint64_t begin = time > now_us ? time : now_us, end = begin + rate.step_us;
    if (end - now_us > rate.burst_us) { /* also what a larger limit has left behind */
        *out = (struct gcra_result){.retry_us = end - now_us - rate.burst_us, .full_us = begin - now_us};
        return true;
    }
    if (!atomic_compare_exchange_weak_explicit(cell, &seen, tag << TIME_BITS | (end & TIME_MASK), memory_order_relaxed,
                                               memory_order_relaxed))
        return false;
    *out = (struct gcra_result){.allowed = true,
                                .left = (uint32_t)((rate.burst_us - (end - now_us)) / rate.step_us),
                                .full_us = end - now_us};
    return true;
}

__attribute__((noinline)) static struct gcra_result take_anywhere(struct gcra *g, uint64_t key, struct gcra_rate rate,
                                                                  uint64_t now_us)
{
    struct gcra_result r;
    uint64_t tag = key >> TIME_BITS, seen = 0;
    for (;;) { /* again only when another thread has changed that very cell, so somebody gets on */
        _Atomic uint64_t *cell = find(g, key, tag, now_us, &seen);
        if (take_from(cell, seen, tag, rate, now_us, &r)) return r;
    }
}

/* A key whose line nobody else uses has its first cell, and most have. */
struct gcra_result gcra_take(struct gcra *g, uint64_t key, struct gcra_rate rate, uint64_t now_us)
{
    struct gcra_result r;
    _Atomic uint64_t *first = line_of(g, key);
    uint64_t tag = key >> TIME_BITS, seen = atomic_load_explicit(first, memory_order_relaxed);
    if (seen && seen >> TIME_BITS == tag && take_from(first, seen, tag, rate, now_us, &r)) return r;
    return take_anywhere(g, key, rate, now_us);
}
