#include "jobs/straggler.h"

struct straggler {
    struct list link;
    uint64_t token;
    uint32_t queue;
};

int stragglers_init(struct stragglers *s, uint32_t n_max)
{
    list_init(&s->all);
    return slab_init(&s->slab, sizeof(struct straggler), n_max);
}

void stragglers_deinit(struct stragglers *s)
{
    slab_deinit(&s->slab);
}

bool stragglers_add(struct stragglers *s, uint64_t token, uint32_t queue)
{
    struct straggler *one = slab_get(&s->slab, NULL);
    if (!one) return false;
    one->token = token;
    one->queue = queue;
    list_push_back(&s->all, &one->link);
    return true;
}

/* A walk: there are as many as handlers that were told to stop just now. */
static struct straggler *find(const struct stragglers *s, uint64_t token)
{
    list_for_each (node, &s->all) {
        struct straggler *one = container_of(node, struct straggler, link);
        if (one->token == token) return one;
    }
    return NULL;
}

uint32_t stragglers_take(struct stragglers *s, uint64_t token)
{
    struct straggler *one = find(s, token);
    if (!one) return SLAB_NONE;
    uint32_t queue = one->queue;
    list_remove(&one->link);
    slab_put(&s->slab, one);
    return queue;
}
