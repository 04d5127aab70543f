/* tally.c: see tally.h. */
#include "tally.h"

#include "base/map.h"
#include "base/mix.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#define LINE 8u /* cells of a cache line */
#define COUNT_BITS 24
#define COUNT_MASK ((UINT64_C(1) << COUNT_BITS) - 1)

struct tally {
    _Atomic uint64_t *cells; /* tag << 24 | count; count 0: free */
    uint32_t n_lines;        /* a power of two */
    uint64_t seed;
};

int tally_new(uint32_t n_cells, uint64_t seed, struct tally **out)
{
    struct tally *t = calloc(1, sizeof *t);
    if (!t) return -ENOMEM;
    t->seed = seed;
    for (t->n_lines = 1; (uint64_t)t->n_lines * LINE < n_cells && t->n_lines < 1u << 24;) t->n_lines *= 2;
    t->cells = map_new((size_t)t->n_lines * LINE * sizeof *t->cells);
    if (!t->cells) {
        free(t);
        return -ENOMEM;
    }
    *out = t;
    return 0;
}

struct tally *tally_free(struct tally *t)
{
    if (t) map_free((void *)t->cells, (size_t)t->n_lines * LINE * sizeof *t->cells);
    free(t);
    return NULL;
}

static uint64_t hash(const struct tally *t, uint64_t high, uint64_t low)
{
    return mix_words(mix_words(high ^ t->seed, t->seed), low ^ t->seed);
}

static _Atomic uint64_t *line_of(const struct tally *t, uint64_t key)
{
    return &t->cells[(key & (t->n_lines - 1)) * LINE];
}

enum tally_outcome tally_add(struct tally *t, uint64_t high, uint64_t low, uint32_t max)
{
    uint64_t key = hash(t, high, low), tag = key >> COUNT_BITS;
    _Atomic uint64_t *line = line_of(t, key);
    for (;;) { /* again only when another thread has changed that very cell */
        _Atomic uint64_t *cell = NULL;
        uint64_t seen = 0;
        for (unsigned i = 0; i < LINE; i++) {
            uint64_t now = atomic_load_explicit(&line[i], memory_order_relaxed);
            bool mine = (now & COUNT_MASK) && now >> COUNT_BITS == tag;
            if (!mine && (cell || now & COUNT_MASK)) continue;
            cell = &line[i];
            seen = now;
            if (mine) break;
        }
        if (!cell) return TALLY_NO_ROOM;
        uint64_t count = seen & COUNT_MASK;
        if (count >= max) return TALLY_FULL;
        if (atomic_compare_exchange_weak_explicit(cell, &seen, tag << COUNT_BITS | (count + 1), memory_order_relaxed,
                                                  memory_order_relaxed))
            return TALLY_COUNTED;
    }
}

void tally_drop(struct tally *t, uint64_t high, uint64_t low)
{
    uint64_t key = hash(t, high, low), tag = key >> COUNT_BITS;
    _Atomic uint64_t *line = line_of(t, key);
    for (unsigned i = 0;
         ;) { /* round and round: what this caller has counted stands in one of them, though others may move theirs */
        uint64_t now = atomic_load_explicit(&line[i], memory_order_relaxed);
        if (!(now & COUNT_MASK) || now >> COUNT_BITS != tag) i = (i + 1) % LINE;
        else if (atomic_compare_exchange_weak_explicit(&line[i], &now, now - 1, memory_order_relaxed, memory_order_relaxed))
            return;
    }
}
