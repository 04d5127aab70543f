/* table.h: intrusive hash table, open chains, sized once. Callers embed a node and compare keys themselves, so one table
 * serves ids, names and slices. Seeded hashes: a peer cannot choose collisions. One thread owns a table and its nodes. */
#ifndef QUERN_BASE_TABLE_H
#define QUERN_BASE_TABLE_H

#include "slice.h"

struct table_node {
    struct table_node *next;
    uint64_t hash;
};

struct table {
    struct table_node **buckets;
    uint32_t n_buckets; /* power of two */
    uint32_t n;
    uint64_t seed;
};

/* Mapped and untouched until used; n_expected rounds up to a power of two of buckets. 0 or -ENOMEM. */
int table_init(struct table *t, uint32_t n_expected, uint64_t seed);
void table_deinit(struct table *t);
uint64_t table_hash(const struct table *t, struct slice key);
/* The same without a table. */
uint64_t hash_seeded(uint64_t seed, struct slice key);
void table_add(struct table *t, struct table_node *node, uint64_t hash);
void table_remove(struct table *t, struct table_node *node);
/* First node with this hash, then the next one after it: callers compare the whole key.
 *     for (n = table_first(t, h); n; n = table_next(n)) if (same(n)) return n; */
struct table_node *table_first(const struct table *t, uint64_t hash);
struct table_node *table_next(const struct table_node *node);

#endif
