/* chunk.h: a shard's pool of 4 KiB chunks: output, held input, request arenas. One thread owns a pool and its chunks. */
#ifndef QUERN_BASE_CHUNK_H
#define QUERN_BASE_CHUNK_H

#include <stddef.h>
#include <stdint.h>

#define CHUNK_BYTES 4096u
#define CHUNK_ROOM (CHUNK_BYTES - 16u) /* bytes that a chunk holds */

struct chunk {
    struct chunk *next;
    uint32_t start, end; /* bytes[start, end) are in use */
    char bytes[CHUNK_ROOM];
};

struct chunk_pool {
    char *memory; /* mapped, untouched until used */
    struct chunk *free;
    uint32_t n_max, n_used, n_touched, n_peak;
};

/* 0 or -ENOMEM. */
int chunk_pool_init(struct chunk_pool *pool, uint32_t n_max);
void chunk_pool_deinit(struct chunk_pool *pool);
/* An empty chunk (start = end = 0, next = NULL), or NULL when none is left. */
struct chunk *chunk_get(struct chunk_pool *pool);
/* Gives back one chunk, or a whole chain linked by next. NULL is fine. Return NULL. */
struct chunk *chunk_put(struct chunk_pool *pool, struct chunk *c);
struct chunk *chunk_put_all(struct chunk_pool *pool, struct chunk *chain);
static inline uint32_t chunk_pool_left(const struct chunk_pool *pool)
{
    return pool->n_max - pool->n_used;
}

#endif
