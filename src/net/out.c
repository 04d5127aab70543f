/* out.c: see out.h. */
#include "net/out.h"

#include "base/check.h"

#include <sys/uio.h>

static struct out_tail *tail_of(struct chunk *c)
{
    static_assert(offsetof(struct chunk, bytes) % _Alignof(struct out_tail) == 0, "tails stand aligned in chunks");
    return (struct out_tail *)(void *)c->bytes;
}

static struct chunk *add_chunk(struct out *o, struct chunk_pool *pool)
{
    struct chunk *c = chunk_get(pool);
    if (!c) return NULL;
    *tail_of(c) = (struct out_tail){0};
    c->start = c->end = (uint32_t)sizeof(struct out_tail);
    if (o->last) o->last->next = c;
    else o->first = c;
    o->last = c;
    return c;
}

char *out_reserve(struct out *o, struct chunk_pool *pool, size_t n)
{
    assert(n <= OUT_RESERVE_MAX);
    struct chunk *c = o->last;
    if (!c || tail_of(c)->block || CHUNK_ROOM - c->end < n) c = add_chunk(o, pool);
    return c ? c->bytes + c->end : NULL;
}

void out_commit(struct out *o, size_t n)
{
    assert(o->last && CHUNK_ROOM - o->last->end >= n);
    o->last->end += (uint32_t)n;
    o->bytes += n;
}

bool out_block(struct out *o, struct chunk_pool *pool, struct block *b, size_t start, size_t end)
{
    struct chunk *c = o->last;
    if (!c || tail_of(c)->block) c = add_chunk(o, pool);
    if (!c) return false;
    *tail_of(c) = (struct out_tail){b, start, end};
    o->bytes += end - start;
    return true;
}

void out_join(struct out *to, struct out *from)
{
    if (!from->first) return;
    if (to->last) to->last->next = from->first;
    else to->first = from->first;
    to->last = from->last;
    to->bytes += from->bytes;
    *from = (struct out){0};
}

int out_pieces(const struct out *o, struct iovec *iov, int n_max)
{
    int n = 0;
    for (struct chunk *c = o->first; c && n < n_max; c = c->next) {
        const struct out_tail *t = tail_of(c);
        if (c->end > c->start) iov[n++] = (struct iovec){c->bytes + c->start, c->end - c->start};
        if (t->block && t->end > t->start && n < n_max)
            iov[n++] = (struct iovec){t->block->bytes + t->start, t->end - t->start};
    }
    return n;
}

static void drop_first(struct out *o, struct chunk_pool *pool)
{
    struct chunk *c = o->first;
    o->first = c->next;
    if (!o->first) o->last = NULL;
    block_unref(tail_of(c)->block);
    chunk_put(pool, c);
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

void out_consume(struct out *o, struct chunk_pool *pool, size_t n)
{
    assert(n <= o->bytes);
    o->bytes -= n;
    while (o->first) {
        struct chunk *c = o->first;
        struct out_tail *t = tail_of(c);
        size_t own = smaller(n, c->end - c->start);
        c->start += (uint32_t)own;
        size_t from_block = smaller(n - own, t->end - t->start);
        t->start += from_block;
        n -= own + from_block;
        if (c->start < c->end || t->start < t->end) return;
        drop_first(o, pool);
    }
    assert(n == 0);
}

void out_drop(struct out *o, struct chunk_pool *pool)
{
    while (o->first) drop_first(o, pool);
    o->bytes = 0;
}
