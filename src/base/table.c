#include "table.h"
#include "check.h"
#include "map.h"
#include "siphash.h"

#include <errno.h>

static uint32_t round_up(uint32_t n)
{
    uint32_t buckets = 16;
    while (buckets < n && buckets < 1u << 31) buckets *= 2;
    return buckets;
}

static size_t bytes_mapped(uint32_t n_buckets)
{
    return (size_t)n_buckets * sizeof(struct table_node *);
}

int table_init(struct table *t, uint32_t n_expected, uint64_t seed)
{
    *t = (struct table){.n_buckets = round_up(n_expected), .seed = seed};
    t->buckets = map_new(bytes_mapped(t->n_buckets));
    return t->buckets ? 0 : -ENOMEM;
}

void table_deinit(struct table *t)
{
    map_free(t->buckets, bytes_mapped(t->n_buckets));
    *t = (struct table){0};
}

uint64_t hash_seeded(uint64_t seed, struct slice key)
{
    /* The second half of the key only has to differ from the first: what is secret is the seed. */
    return siphash13((struct siphash_key){{seed, seed * 0x9e3779b97f4a7c15u + 1}}, key);
}

uint64_t table_hash(const struct table *t, struct slice key)
{
    return hash_seeded(t->seed, key);
}

static struct table_node **bucket(const struct table *t, uint64_t hash)
{
    return &t->buckets[hash & (t->n_buckets - 1)];
}

void table_add(struct table *t, struct table_node *node, uint64_t hash)
{
    struct table_node **at = bucket(t, hash);
    node->hash = hash;
    node->next = *at;
    *at = node;
    t->n++;
}

void table_remove(struct table *t, struct table_node *node)
{
    struct table_node **at = bucket(t, node->hash);
    while (*at && *at != node) at = &(*at)->next;
    assert(*at == node); /* it was added to this table */
    *at = node->next;
    node->next = NULL;
    t->n--;
}

static struct table_node *seek(struct table_node *node, uint64_t hash)
{
    while (node && node->hash != hash) node = node->next;
    return node;
}

struct table_node *table_first(const struct table *t, uint64_t hash)
{
    return seek(*bucket(t, hash), hash);
}

struct table_node *table_next(const struct table_node *node)
{
    return seek(node->next, node->hash);
}
