#include "jobs/firing.h"
#include "base/check.h"
#include "base/map.h"
#include "jobs/store.h"

#include <errno.h>

#define SCHEDULES_EXPECTED 10000u /* groups: chains grow beyond */

int firings_init(struct firings *f, uint32_t jobs_max, uint64_t seed)
{
    *f = (struct firings){.n_max = jobs_max};
    f->of = map_new(jobs_max * sizeof *f->of);
    if (!f->of) return -ENOMEM;
    int rc = slab_init(&f->groups, sizeof(struct firing_group), jobs_max);
    if (rc < 0) goto free_map;
    rc = table_init(&f->by_number, SCHEDULES_EXPECTED, seed);
    if (rc < 0) goto free_groups;
    return 0;
free_groups:
    slab_deinit(&f->groups);
free_map:
    f->of = map_free(f->of, jobs_max * sizeof *f->of);
    return rc;
}

void firings_deinit(struct firings *f)
{
    table_deinit(&f->by_number);
    slab_deinit(&f->groups);
    f->of = map_free(f->of, f->n_max * sizeof *f->of);
}

static uint64_t hash_of(const struct firings *f, uint32_t number)
{
    return table_hash(&f->by_number, slice_make(&number, sizeof number));
}

struct firing_group *firings_group(const struct firings *f, uint32_t number)
{
    for (struct table_node *n = table_first(&f->by_number, hash_of(f, number)); n; n = table_next(n)) {
        struct firing_group *g = container_of(n, struct firing_group, by_number);
        if (g->number == number) return g;
    }
    return NULL;
}

static struct firing_group *group_new(struct firings *f, uint32_t number)
{
    struct firing_group *g = slab_get(&f->groups, NULL);
    assert(g); /* one a job at most */
    g->number = number;
    list_init(&g->loose);
    list_init(&g->held);
    table_add(&f->by_number, &g->by_number, hash_of(f, number));
    return g;
}

void firings_add(struct firings *f, struct job *job, uint32_t slot, uint32_t number)
{
    struct firing_group *g = firings_group(f, number);
    struct firing *firing = &f->of[slot];
    assert(slot < f->n_max && !job->is_firing);
    if (!g) g = group_new(f, number);
    firing->job = job;
    firing->group = g;
    list_init(&firing->link);
    list_push_back(&g->loose, &firing->link);
    job->is_firing = 1;
}

static const struct firing *firing_of(const struct list *node)
{
    return container_of(node, const struct firing, link);
}

static bool is_later(struct uuid a, struct uuid b)
{
    return a.high != b.high ? a.high > b.high : a.low > b.low;
}

void firings_hold(struct firings *f, uint32_t slot)
{
    struct firing *firing = &f->of[slot];
    struct list *at = &firing->group->held;
    assert(firing->job->is_firing && !firing->job->is_held);
    list_remove(&firing->link);
    while (at->prev != &firing->group->held && is_later(firing_of(at->prev)->job->id, firing->job->id)) at = at->prev;
    list_insert_before(at, &firing->link);
    firing->job->is_held = 1;
    firing->group->n_held++;
}

struct job *firings_loosen(struct firing_group *g)
{
    if (!list_empty(&g->loose) || list_empty(&g->held)) return NULL;
    struct list *node = list_pop_front(&g->held);
    assert(node);
    struct job *job = firing_of(node)->job;
    list_push_back(&g->loose, node);
    g->n_held--;
    job->is_held = 0;
    return job;
}

struct job *firings_remove(struct firings *f, uint32_t slot)
{
    struct firing *firing = &f->of[slot];
    struct firing_group *g = firing->group;
    assert(firing->job->is_firing);
    list_remove(&firing->link);
    if (firing->job->is_held) g->n_held--;
    firing->job->is_firing = firing->job->is_held = 0;
    if (!list_empty(&g->loose)) return NULL;
    if (!list_empty(&g->held)) return firings_loosen(g);
    table_remove(&f->by_number, &g->by_number);
    slab_put(&f->groups, g);
    return NULL;
}

uint32_t firings_number(const struct firings *f, uint32_t slot)
{
    return f->of[slot].group->number;
}

struct job *firings_first(const struct firing_group *g)
{
    const struct list *from = list_empty(&g->loose) ? &g->held : &g->loose;
    return firing_of(from->next)->job;
}
