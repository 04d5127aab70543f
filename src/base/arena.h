/* arena.h: memory of one request, taken from the shard's chunks and freed at once. One thread. */
#ifndef QUERN_BASE_ARENA_H
#define QUERN_BASE_ARENA_H

#include "chunk.h"
#include "slice.h"

struct arena {
    struct chunk_pool *pool;
    struct chunk *chunks; /* newest first */
    uint32_t n_chunks, n_max;
};

/* May take up to n_max chunks from the pool. */
void arena_init(struct arena *a, struct chunk_pool *pool, uint32_t n_max);
/* Gives everything back; the arena may be used again. */
void arena_reset(struct arena *a);
/* bytes <= CHUNK_ROOM, aligned to 8; NULL when the arena or the pool is exhausted. */
void *arena_get(struct arena *a, size_t bytes);
/* A copy of s; .p is NULL when there is no room (also for an empty s: then .p is not NULL). */
struct slice arena_copy(struct arena *a, struct slice s);

#endif
