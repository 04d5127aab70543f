/* out.h: bytes on their way out: of a connection, or of an answer that waits for its turn. A chain of pooled chunks; behind a
 * chunk's own bytes may stand part of a block, which is sent from where it is. The shard's thread. */
#ifndef QUERN_NET_OUT_H
#define QUERN_NET_OUT_H

#include "base/block.h"
#include "base/chunk.h"

struct iovec;

/* At the start of each chunk's bytes. */
struct out_tail {
    struct block *block; /* one reference; NULL: none */
    size_t start, end;   /* of the block, still to be sent */
};
#define OUT_RESERVE_MAX (CHUNK_ROOM - (uint32_t)sizeof(struct out_tail))

struct out {
    struct chunk *first, *last;
    size_t bytes; /* all that is still to be sent, blocks too */
};

/* n contiguous bytes to write to, n <= OUT_RESERVE_MAX; NULL when the pool is empty. */
char *out_reserve(struct out *o, struct chunk_pool *pool, size_t n);
/* n of the bytes just reserved are to be sent. */
void out_commit(struct out *o, size_t n);
/* Appends bytes [start, end) of a block; the reference moves in. False when the pool is empty: it stays with the caller. */
bool out_block(struct out *o, struct chunk_pool *pool, struct block *b, size_t start, size_t end);
/* Moves all of from to the end of to. */
void out_join(struct out *to, struct out *from);
/* The first pieces as an array of at most n_max; returns how many. */
int out_pieces(const struct out *o, struct iovec *iov, int n_max);
/* The first n bytes have been sent. */
void out_consume(struct out *o, struct chunk_pool *pool, size_t n);
void out_drop(struct out *o, struct chunk_pool *pool);

#endif
