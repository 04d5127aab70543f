/* slot_index.h: hash → slots of a slab, 8 bytes an entry, in one array that is sized once. Beside a table (table.h) it takes no room in
 * the items, and a search that finds nothing looks at no item, mostly. Callers compare the whole key. Seeded hashes (table_hash): a peer
 * cannot choose collisions. One thread owns an index. */
#ifndef QUERN_BASE_SLOT_INDEX_H
#define QUERN_BASE_SLOT_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slot_entry {
    uint32_t hash;  /* its upper bits say where the entry would like to be */
    uint32_t taken; /* slot + 1; 0: the entry is free */
};

struct slot_index {
    struct slot_entry *entries; /* no free one between the place that an entry would like and its own */
    size_t n_entries;           /* power of two; at most three quarters are taken */
    uint32_t n, n_max;
};

/* Mapped and untouched until used. 0 or -ENOMEM. */
int slot_index_init(struct slot_index *x, uint32_t n_max);
void slot_index_deinit(struct slot_index *x);
/* There must be room (asserted); slots are below UINT32_MAX. */
void slot_index_add(struct slot_index *x, uint64_t hash, uint32_t slot);
/* It must be there (asserted). */
void slot_index_remove(struct slot_index *x, uint64_t hash, uint32_t slot);

/* A search: slots whose key may be the one.
 *     for (struct slot_search at = slot_index_search(x, hash); slot_index_next(x, &at);) if (same(at.slot)) return at.slot; */
struct slot_search {
    size_t next;
    uint32_t hash, slot;
};
struct slot_search slot_index_search(const struct slot_index *x, uint64_t hash);
/* A search for hash is to come: fetches where it will look. */
void slot_index_expect(const struct slot_index *x, uint64_t hash);
bool slot_index_next(const struct slot_index *x, struct slot_search *at);

/* ≤ what one more entry takes in an index that is full. */
#define SLOT_INDEX_BYTES_MAX (2 * sizeof(struct slot_entry) * 4 / 3)

#endif
