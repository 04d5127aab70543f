#include "jobs/payload.h"

static bool is_plenty(const struct payloads *p)
{
    /* Relaxed: a measure. */
    return p->spill && atomic_load_explicit(&p->budget->used, memory_order_relaxed) >= p->resident_max;
}

struct block *payload_keep(const struct payloads *p, struct block *b)
{
    bool is_ours = b && b->budget == p->budget; /* else it stands in a file as it is */
    struct block *copy = is_ours && is_plenty(p) ? spill_copy(p->spill, block_slice(b)) : NULL;
    if (!copy) return b;
    block_unref(b);
    return copy;
}

struct block *payload_copy(const struct payloads *p, struct slice bytes)
{
    struct block *b = is_plenty(p) ? spill_copy(p->spill, bytes) : NULL;
    return b ? b : block_copy(p->budget, bytes);
}
