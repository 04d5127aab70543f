#include "chunk.h"
#include "check.h"
#include "map.h"

#include <errno.h>

static_assert(sizeof(struct chunk) == CHUNK_BYTES, "a chunk is one page");

int chunk_pool_init(struct chunk_pool *pool, uint32_t n_max)
{
    *pool = (struct chunk_pool){.n_max = n_max};
    pool->memory = map_new((size_t)n_max * CHUNK_BYTES);
    return pool->memory ? 0 : -ENOMEM;
}

void chunk_pool_deinit(struct chunk_pool *pool)
{
    if (pool->memory) map_mark_used(pool->memory, (size_t)pool->n_touched * CHUNK_BYTES);
    map_free(pool->memory, (size_t)pool->n_max * CHUNK_BYTES);
    *pool = (struct chunk_pool){0};
}

static struct chunk *take_free(struct chunk_pool *pool)
{
    struct chunk *c = pool->free;
    map_mark_used(c, sizeof *c);
    pool->free = c->next;
    return c;
}

static struct chunk *take_fresh(struct chunk_pool *pool)
{
    if (pool->n_touched == pool->n_max) return NULL;
    return (struct chunk *)(void *)(pool->memory + (size_t)pool->n_touched++ * CHUNK_BYTES);
}

struct chunk *chunk_get(struct chunk_pool *pool)
{
    struct chunk *c = pool->free ? take_free(pool) : take_fresh(pool);
    if (!c) return NULL;
    c->next = NULL;
    c->start = c->end = 0;
    if (++pool->n_used > pool->n_peak) pool->n_peak = pool->n_used;
    return c;
}

struct chunk *chunk_put(struct chunk_pool *pool, struct chunk *c)
{
    if (!c) return NULL;
    size_t offset = (size_t)((char *)c - pool->memory);
    assert(offset < (size_t)pool->n_touched * CHUNK_BYTES && offset % CHUNK_BYTES == 0);
    assert(pool->n_used > 0);
    c->next = pool->free;
    pool->free = c;
    pool->n_used--;
    map_mark_free(c, sizeof *c);
    return NULL;
}

struct chunk *chunk_put_all(struct chunk_pool *pool, struct chunk *chain)
{
    while (chain) {
        struct chunk *next = chain->next;
        chunk_put(pool, chain);
        chain = next;
    }
    return NULL;
}
