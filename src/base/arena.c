#include "arena.h"

void arena_init(struct arena *a, struct chunk_pool *pool, uint32_t n_max)
{
    *a = (struct arena){.pool = pool, .n_max = n_max};
}

void arena_reset(struct arena *a)
{
    a->chunks = chunk_put_all(a->pool, a->chunks);
    a->n_chunks = 0;
}

static struct chunk *add_chunk(struct arena *a)
{
    if (a->n_chunks == a->n_max) return NULL;
    struct chunk *c = chunk_get(a->pool);
    if (!c) return NULL;
    c->next = a->chunks;
    a->chunks = c;
    a->n_chunks++;
    return c;
}

void *arena_get(struct arena *a, size_t bytes)
{
    /* Lengths come from peers: too much is no room, not a bug. */
    if (bytes > CHUNK_ROOM) return NULL;
    uint32_t need = ((uint32_t)bytes + 7u) & ~7u; /* CHUNK_ROOM is a multiple of 8 */
    struct chunk *c = a->chunks;
    if (!c || CHUNK_ROOM - c->end < need) c = add_chunk(a);
    if (!c) return NULL;
    void *p = c->bytes + c->end;
    c->end += need;
    return p;
}

struct slice arena_copy(struct arena *a, struct slice s)
{
    if (s.len == 0) return (struct slice){"", 0};
    char *p = arena_get(a, s.len);
    if (!p) return (struct slice){NULL, 0};
    memcpy(p, s.p, s.len);
    return (struct slice){p, s.len};
}
