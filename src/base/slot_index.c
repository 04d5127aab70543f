#include "slot_index.h"
#include "check.h"
#include "map.h"

#include <errno.h>

static size_t bytes_mapped(const struct slot_index *x)
{
    return x->n_entries * sizeof *x->entries;
}

int slot_index_init(struct slot_index *x, uint32_t n_max)
{
    size_t n_entries = 16;
    while (n_entries / 4 * 3 < n_max) n_entries *= 2;
    *x = (struct slot_index){.n_entries = n_entries, .n_max = n_max};
    x->entries = map_new(bytes_mapped(x));
    return x->entries ? 0 : -ENOMEM;
}

void slot_index_deinit(struct slot_index *x)
{
    map_free(x->entries, bytes_mapped(x));
    *x = (struct slot_index){0};
}

/* The lower half is what an entry keeps of a hash. */
static size_t home(const struct slot_index *x, uint32_t hash)
{
    return (size_t)((uint64_t)hash * x->n_entries >> 32);
}

static size_t after(const struct slot_index *x, size_t at)
{
    return (at + 1) & (x->n_entries - 1);
}

void slot_index_add(struct slot_index *x, uint64_t hash, uint32_t slot)
{
    assert(x->n < x->n_max && slot < UINT32_MAX);
    size_t at = home(x, (uint32_t)hash);
    while (x->entries[at].taken) at = after(x, at);
    x->entries[at] = (struct slot_entry){.hash = (uint32_t)hash, .taken = slot + 1};
    x->n++;
}

/* How far at is behind from, once around at most. */
static size_t distance(const struct slot_index *x, size_t from, size_t at)
{
    return (at - from) & (x->n_entries - 1);
}

void slot_index_remove(struct slot_index *x, uint64_t hash, uint32_t slot)
{
    size_t hole = home(x, (uint32_t)hash);
    while (x->entries[hole].taken != slot + 1) {
        assert(x->entries[hole].taken); /* it was added to this index */
        hole = after(x, hole);
    }
    /* Those behind it close up, unless they would come to stand before the place that they like. */
    for (size_t at = after(x, hole); x->entries[at].taken; at = after(x, at)) {
        if (distance(x, home(x, x->entries[at].hash), at) < distance(x, hole, at)) continue;
        x->entries[hole] = x->entries[at];
        hole = at;
    }
    x->entries[hole] = (struct slot_entry){0};
    x->n--;
}

struct slot_search slot_index_search(const struct slot_index *x, uint64_t hash)
{
    return (struct slot_search){.next = home(x, (uint32_t)hash), .hash = (uint32_t)hash};
}

void slot_index_expect(const struct slot_index *x, uint64_t hash)
{
    __builtin_prefetch(&x->entries[home(x, (uint32_t)hash)], 1);
}

bool slot_index_next(const struct slot_index *x, struct slot_search *at)
{
    for (;;) {
        struct slot_entry entry = x->entries[at->next];
        if (!entry.taken) return false;
        at->next = after(x, at->next);
        if (entry.hash != at->hash) continue;
        at->slot = entry.taken - 1;
        return true;
    }
}
