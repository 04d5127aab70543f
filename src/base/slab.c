#include "slab.h"
#include "check.h"
#include "map.h"

#include <errno.h>
#include <string.h>

/* One mapping: the items, then generation[], then free_next[]. */
static size_t numbers_at(const struct slab *s)
{
    return (s->item_bytes * s->n_max + 7) & ~(size_t)7;
}

static size_t bytes_mapped(const struct slab *s)
{
    return numbers_at(s) + 2 * sizeof(uint32_t) * s->n_max;
}

int slab_init(struct slab *s, size_t item_bytes, uint32_t n_max)
{
    size_t all;
    assert(item_bytes > 0 && n_max < SLAB_NONE);
    *s = (struct slab){
                        .item_bytes = item_bytes, .clear_bytes = item_bytes, .n_max = n_max, .free_head = SLAB_NONE};
    if (__builtin_mul_overflow(item_bytes + 2 * sizeof(uint32_t), (size_t)n_max, &all))
        return -ENOMEM;
    s->items = map_new(bytes_mapped(s));
    if (!s->items) return -ENOMEM;
    s->generation = (uint32_t *)(void *)(s->items + numbers_at(s));
    s->free_next = s->generation + n_max;
    return 0;
}

void slab_deinit(struct slab *s)
{
    if (s->items) map_mark_used(s->items, s->item_bytes * s->n_touched);
    s->items = map_free(s->items, bytes_mapped(s));
    s->n_max = s->n_used = s->n_touched = 0;
    s->free_head = SLAB_NONE;
}

static void *item_at(const struct slab *s, uint32_t slot)
{
    return s->items + s->item_bytes * slot;
}

static void *reuse(struct slab *s, uint32_t slot)
{
    void *item = item_at(s, slot);
    s->free_head = s->free_next[slot];
    map_mark_used(item, s->item_bytes);
    return memset(item, 0, s->clear_bytes);
}

void *slab_get(struct slab *s, uint32_t *slot)
{
    uint32_t at = s->free_head;
    void *item;
    if (at != SLAB_NONE) {
        item = reuse(s, at);
    } else {
        if (s->n_touched == s->n_max) return NULL;
        at = s->n_touched++;
        item = item_at(s, at); /* fresh from the kernel: zero already */
    }
    s->generation[at] = (s->generation[at] + 1) & SLAB_GENERATION_MASK;
    assert(s->generation[at] & 1);
    s->n_used++;
    if (slot) *slot = at;
    return item;
}

void *slab_put(struct slab *s, void *item)
{
    if (!item) return NULL;
    uint32_t slot = slab_slot(s, item);
    assert(s->generation[slot] & 1); /* even: given back twice */
    s->generation[slot] = (s->generation[slot] + 1) & SLAB_GENERATION_MASK;
    s->free_next[slot] = s->free_head;
    s->free_head = slot;
    s->n_used--;
    map_mark_free(item, s->item_bytes);
    return NULL;
}

uint32_t slab_slot(const struct slab *s, const void *item)
{
    size_t offset = (size_t)((const char *)item - s->items);
    size_t slot = offset / s->item_bytes;
    assert(slot < s->n_touched && slot * s->item_bytes == offset);
    return (uint32_t)slot;
}

uint32_t slab_generation(const struct slab *s, uint32_t slot)
{
    assert(slot < s->n_max);
    return s->generation[slot];
}

void *slab_at(const struct slab *s, uint32_t slot, uint32_t generation)
{
    if (slot >= s->n_touched || !(generation & 1)) return NULL; /* ids are only made while taken */
    return s->generation[slot] == generation ? item_at(s, slot) : NULL;
}

void *slab_item(const struct slab *s, uint32_t slot)
{
    assert_slow(slot < s->n_touched && s->generation[slot] & 1);
    return item_at(s, slot);
}

size_t slab_bytes_per_item(const struct slab *s)
{
    return s->item_bytes + sizeof *s->generation + sizeof *s->free_next;
}
