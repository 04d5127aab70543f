/* nonces.c: see nonces.h. */
#include "jobs/nonces.h"

int nonces_init(struct nonces *s, uint32_t n_max, uint64_t seed)
{
    int rc = slab_init(&s->slab, sizeof(struct nonce), n_max);
    if (rc < 0) return rc;
    rc = table_init(&s->table, n_max, seed);
    if (rc < 0) slab_deinit(&s->slab);
    list_init(&s->order);
    return rc;
}

void nonces_deinit(struct nonces *s)
{
    table_deinit(&s->table);
    slab_deinit(&s->slab);
}

static uint64_t hash_of(const struct nonces *s, const uint8_t *name)
{
    return table_hash(&s->table, slice_make(name, NONCE_BYTES));
}

/* Also one whose time is up and that has not been dropped yet: it is known for longer, never for less. */
struct nonce *nonces_find(const struct nonces *s, const uint8_t name[NONCE_BYTES])
{
    for (struct table_node *node = table_first(&s->table, hash_of(s, name)); node; node = table_next(node)) {
        struct nonce *n = container_of(node, struct nonce, node);
        if (memcmp(n->name, name, NONCE_BYTES) == 0) return n;
    }
    return NULL;
}

struct nonce *nonces_first(const struct nonces *s)
{
    return list_empty(&s->order) ? NULL : container_of(s->order.next, struct nonce, link);
}

static void drop(struct nonces *s, struct nonce *n)
{
    if (s->on_drop) s->on_drop(s->arg, n);
    list_remove(&n->link);
    table_remove(&s->table, &n->node);
    slab_put(&s->slab, n);
}

bool nonces_have_room(struct nonces *s, uint64_t wall_ns)
{
    struct nonce *first;
    for (uint32_t i = 0; i < NONCES_DROP_MAX && (first = nonces_first(s)) && first->ends_ns <= wall_ns; i++) drop(s, first);
    return s->slab.n_used < s->slab.n_max;
}

struct nonce *nonces_add(struct nonces *s, const uint8_t name[NONCE_BYTES], uint64_t ends_ns)
{
    uint32_t slot;
    struct nonce *n = slab_get(&s->slab, &slot);
    assert(n && !nonces_find(s, name));
    memcpy(n->name, name, NONCE_BYTES);
    n->ends_ns = ends_ns;
    list_push_back(&s->order, &n->link);
    table_add(&s->table, &n->node, hash_of(s, name));
    return n;
}

void nonces_to_back(struct nonces *s, struct nonce *n)
{
    list_remove(&n->link);
    list_push_back(&s->order, &n->link);
}
