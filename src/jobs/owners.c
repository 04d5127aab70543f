#include "jobs/owners.h"
#include "base/check.h"

int owners_init(struct owners *o, uint32_t n_max, uint64_t seed)
{
    *o = (struct owners){0};
    return names_init(&o->names, sizeof(struct name), n_max, seed);
}

void owners_deinit(struct owners *o)
{
    names_deinit(&o->names);
}

bool owners_take(struct owners *o, struct slice name, uint32_t *owner)
{
    *owner = OWNER_NONE;
    if (name.len == 0) return true;
    struct name *item = names_ref(&o->names, name);
    if (item) *owner = names_slot(&o->names, item) + 1;
    return item != NULL;
}

static struct name *name_at(const struct owners *o, uint32_t owner)
{
    struct name *item = names_at(&o->names, owner - 1);
    assert(item);
    return item;
}

void owners_drop(struct owners *o, uint32_t owner)
{
    if (owner != OWNER_NONE) (void)names_unref(&o->names, name_at(o, owner));
}

uint32_t owners_find(const struct owners *o, struct slice name)
{
    const struct name *item = name.len ? names_find(&o->names, name) : NULL;
    return item ? names_slot(&o->names, item) + 1 : OWNER_NONE;
}

struct slice owners_name(const struct owners *o, uint32_t owner)
{
    return owner == OWNER_NONE ? SLICE("") : name_slice(name_at(o, owner));
}

static uint64_t mark(uint64_t hash)
{
    return hash ? hash : 1;
}

uint64_t owners_mark(const struct owners *o, uint32_t owner)
{
    return owner == OWNER_NONE ? 0 : mark(name_at(o, owner)->node.hash);
}

uint64_t owners_mark_of_name(const struct owners *o, struct slice name)
{
    return name.len ? mark(table_hash(&o->names.table, name)) : 0;
}
