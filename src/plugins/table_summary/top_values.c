/* top_values.c: see top_values.h. A min-heap of counters, found by an open-addressing index over the hashes. */
#include "top_values.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define NOBODY UINT32_MAX

struct top_values {
    uint32_t counters, used;
    bool exact;
    uint32_t mask;   /* index slots - 1; at least half of the slots stay empty */
    uint32_t *index; /* by hash: an entry's number or NOBODY */
    uint32_t *heap;  /* entry numbers, the smallest count first */
    struct top_value entries[];
};

struct top_values *top_values_new(uint32_t counters)
{
    assert(counters > 0);
    uint32_t slots = 2;
    while (slots < counters * 2) slots *= 2;
    struct top_values *top = calloc(1, sizeof *top + counters * sizeof top->entries[0]);
    if (!top) return NULL;
    top->counters = counters;
    top->exact = true;
    top->mask = slots - 1;
    top->index = malloc(slots * sizeof *top->index);
    top->heap = malloc(counters * sizeof *top->heap);
    if (!top->index || !top->heap) return top_values_free(top);
    memset(top->index, 0xff, slots * sizeof *top->index); /* NOBODY */
    return top;
}

struct top_values *top_values_free(struct top_values *top)
{
    if (!top) return NULL;
    free(top->index);
    free(top->heap);
    free(top);
    return NULL;
}

static uint64_t count_at(const struct top_values *top, uint32_t place)
{
    return top->entries[top->heap[place]].count;
}

static void put_at(struct top_values *top, uint32_t place, uint32_t entry)
{
    top->heap[place] = entry;
    top->entries[entry].place = place;
}

/* The entry at place has grown. */
static void sift_down(struct top_values *top, uint32_t place)
{
    uint32_t entry = top->heap[place];
    uint64_t count = top->entries[entry].count;
    for (;;) {
        uint32_t child = 2 * place + 1;
        if (child >= top->used) break;
        if (child + 1 < top->used && count_at(top, child + 1) < count_at(top, child)) child++;
        if (count_at(top, child) >= count) break;
        put_at(top, place, top->heap[child]);
        place = child;
    }
    put_at(top, place, entry);
}

/* A new entry at the end of the heap has the smallest possible count, 1. */
static void sift_up(struct top_values *top, uint32_t place)
{
    uint32_t entry = top->heap[place];
    while (place > 0 && count_at(top, (place - 1) / 2) > top->entries[entry].count) {
        put_at(top, place, top->heap[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    put_at(top, place, entry);
}

/* The index slot of the hash, or the empty one where it would go. */
static uint32_t slot_of(const struct top_values *top, uint64_t hash)
{
    uint32_t slot = (uint32_t)hash & top->mask;
    while (top->index[slot] != NOBODY && top->entries[top->index[slot]].hash != hash) slot = (slot + 1) & top->mask;
    return slot;
}

/* Closes the gap, so that no search stops early at it. */
static void index_remove(struct top_values *top, uint64_t hash)
{
    uint32_t gap = slot_of(top, hash);
    for (uint32_t slot = (gap + 1) & top->mask; top->index[slot] != NOBODY; slot = (slot + 1) & top->mask) {
        uint32_t home = (uint32_t)top->entries[top->index[slot]].hash & top->mask;
        bool may_move = ((slot - home) & top->mask) >= ((slot - gap) & top->mask);
        if (!may_move) continue;
        top->index[gap] = top->index[slot];
        gap = slot;
    }
    top->index[gap] = NOBODY;
}

static void entry_set(struct top_value *entry, uint64_t hash, const char *text, size_t len)
{
    entry->hash = hash;
    entry->cut = len > TOP_VALUE_BYTES;
    entry->len = (uint8_t)(entry->cut ? TOP_VALUE_BYTES : len);
    memcpy(entry->text, text, entry->len);
}

static void add_new(struct top_values *top, uint64_t hash, const char *text, size_t len)
{
    uint32_t entry = top->used++;
    entry_set(&top->entries[entry], hash, text, len);
    top->entries[entry].count = 1;
    top->index[slot_of(top, hash)] = entry;
    put_at(top, entry, entry);
    sift_up(top, entry);
}

static void take_over_smallest(struct top_values *top, uint64_t hash, const char *text, size_t len)
{
    struct top_value *entry = &top->entries[top->heap[0]];
    index_remove(top, entry->hash);
    top->exact = false;
    entry->error = entry->count++;
    entry_set(entry, hash, text, len);
    top->index[slot_of(top, hash)] = top->heap[0];
    sift_down(top, 0);
}

void top_values_add(struct top_values *top, uint64_t hash, const char *text, size_t len)
{
    uint32_t entry = top->index[slot_of(top, hash)];
    if (entry != NOBODY) {
        top->entries[entry].count++;
        sift_down(top, top->entries[entry].place);
    } else if (top->used < top->counters) {
        add_new(top, hash, text, len);
    } else {
        take_over_smallest(top, hash, text, len);
    }
}

uint32_t top_values_used(const struct top_values *top)
{
    return top->used;
}

bool top_values_exact(const struct top_values *top)
{
    return top->exact;
}

static int by_count(const void *a, const void *b)
{
    const struct top_value *x = a, *y = b;
    if (x->count != y->count) return x->count > y->count ? -1 : 1;
    int order = memcmp(x->text, y->text, x->len < y->len ? x->len : y->len);
    return order ? order : (x->len > y->len) - (x->len < y->len);
}

const struct top_value *top_values_sort(struct top_values *top, uint32_t *n)
{
    qsort(top->entries, top->used, sizeof top->entries[0], by_count);
    *n = top->used;
    return top->entries;
}
