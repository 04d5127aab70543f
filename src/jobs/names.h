/* names.h: names of queues and types, each kept once while anybody refers to it. An item is a
 * struct of the caller's that begins with a struct name. Owned by the engine's thread. */
#ifndef QUERN_JOBS_NAMES_H
#define QUERN_JOBS_NAMES_H

#include "base/slab.h"
#include "base/table.h"

#define NAME_BYTES_MAX 255

struct name {
    struct table_node node;
    uint32_t refs;
    uint16_t len;
    char text[NAME_BYTES_MAX + 1];
};

struct names {
    struct slab items;
    struct table table;
    struct name *latest; /* found or made; NULL: it has gone. Jobs come in runs with the same names */
};

/* Room for n_max items of item_bytes each. 0 or -ENOMEM. */
int names_init(struct names *n, size_t item_bytes, uint32_t n_max, uint64_t seed);
void names_deinit(struct names *n);
/* The item of that name, or NULL. */
void *names_find(const struct names *n, struct slice text);
/* The item of that name with one more reference. A new item has refs == 1 and zeroes behind its
 * struct name: the caller makes the rest. NULL: no room. */
void *names_ref(struct names *n, struct slice text);
/* Drops one reference; with the last the item goes. Returns false when it has gone. */
bool names_unref(struct names *n, void *item);
uint32_t names_slot(const struct names *n, const void *item);
/* The item in a slot, NULL if there is none. */
void *names_at(const struct names *n, uint32_t slot);
/* Slots at or above this one have never been used: the bound of a walk with names_at(). */
uint32_t names_slots(const struct names *n);
static inline struct slice name_slice(const struct name *name)
{
    return slice_make(name->text, name->len);
}

#endif
