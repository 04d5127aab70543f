#include "jobs/names.h"
#include "base/check.h"

int names_init(struct names *n, size_t item_bytes, uint32_t n_max, uint64_t seed)
{
    assert(item_bytes >= sizeof(struct name));
    int rc = slab_init(&n->items, item_bytes, n_max);
    if (rc < 0) return rc;
    rc = table_init(&n->table, n_max, seed);
    if (rc < 0) slab_deinit(&n->items);
    return rc;
}

void names_deinit(struct names *n)
{
    table_deinit(&n->table);
    slab_deinit(&n->items);
}

static struct name *find(const struct names *n, struct slice text, uint64_t hash)
{
    for (struct table_node *at = table_first(&n->table, hash); at; at = table_next(at)) {
        struct name *name = (struct name *)(void *)at;
        if (slice_eq(name_slice(name), text)) return name;
    }
    return NULL;
}

static bool is_latest(const struct names *n, struct slice text)
{
    return n->latest && slice_eq(name_slice(n->latest), text);
}

void *names_find(const struct names *n, struct slice text)
{
    return is_latest(n, text) ? n->latest : find(n, text, table_hash(&n->table, text));
}

static struct name *make(struct names *n, struct slice text, uint64_t hash)
{
    struct name *name = slab_get(&n->items, NULL);
    if (!name) return NULL;
    assert(text.len <= NAME_BYTES_MAX);
    if (text.len) memcpy(name->text, text.p, text.len);
    name->len = (uint16_t)text.len;
    table_add(&n->table, &name->node, hash);
    return name;
}

void *names_ref(struct names *n, struct slice text)
{
    if (!is_latest(n, text)) {
        uint64_t hash = table_hash(&n->table, text);
        struct name *name = find(n, text, hash);
        n->latest = name ? name : make(n, text, hash);
    }
    if (n->latest) n->latest->refs++;
    return n->latest;
}

bool names_unref(struct names *n, void *item)
{
    struct name *name = item;
    assert(name->refs > 0);
    if (--name->refs > 0) return true;
    if (n->latest == name) n->latest = NULL;
    table_remove(&n->table, &name->node);
    slab_put(&n->items, name);
    return false;
}

uint32_t names_slot(const struct names *n, const void *item)
{
    return slab_slot(&n->items, item);
}

void *names_at(const struct names *n, uint32_t slot)
{
    if (slot >= n->items.n_touched) return NULL;
    /* A free slot has an even generation, which finds nothing. */
    return slab_at(&n->items, slot, slab_generation(&n->items, slot));
}

uint32_t names_slots(const struct names *n)
{
    return n->items.n_touched;
}
