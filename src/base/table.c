#include "table.h"
#include "check.h"
#include "map.h"

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

/* SipHash-1-3 (Aumasson, Bernstein: "SipHash: a fast short-input PRF"): keyed, so that outputs
 * cannot be steered without knowing the seed. */
struct sip {
    uint64_t a, b, c, d;
};

static uint64_t rotate(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

static void sip_round(struct sip *s)
{
    s->a += s->b, s->b = rotate(s->b, 13) ^ s->a, s->a = rotate(s->a, 32);
    s->c += s->d, s->d = rotate(s->d, 16) ^ s->c;
    s->a += s->d, s->d = rotate(s->d, 21) ^ s->a;
    s->c += s->b, s->b = rotate(s->b, 17) ^ s->c, s->c = rotate(s->c, 32);
}

static void sip_word(struct sip *s, uint64_t word)
{
    s->d ^= word;
    sip_round(s);
    s->a ^= word;
}

static struct sip sip_start(uint64_t k0, uint64_t k1)
{
    return (struct sip){k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du,
                        k0 ^ 0x6c7967656e657261u, k1 ^ 0x7465646279746573u};
}

uint64_t hash_seeded(uint64_t seed, struct slice key)
{
    /* The second half of the key only has to differ from the first: what is secret is the seed. */
    struct sip s = sip_start(seed, seed * 0x9e3779b97f4a7c15u + 1);
    uint64_t word = 0;
    size_t at = 0;
    for (; key.len - at >= 8; at += 8) {
        memcpy(&word, key.p + at, 8);
        sip_word(&s, word);
    }
    word = (uint64_t)key.len << 56;
    for (unsigned shift = 0; at < key.len; at++, shift += 8)
        word |= (uint64_t)(uint8_t)key.p[at] << shift;
    sip_word(&s, word);
    s.c ^= 0xff;
    for (int i = 0; i < 3; i++) sip_round(&s);
    return s.a ^ s.b ^ s.c ^ s.d;
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
