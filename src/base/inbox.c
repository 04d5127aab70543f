#include "inbox.h"
#include "check.h"

#include <errno.h>
#include <stdlib.h>

/* A slot's sequence says whose turn it is: position p of the stream uses slot p & mask; sequence ==
 * p: free for the producer of p; p + 1: filled, for the consumer; p + capacity: free for the
 * producer of the next lap. Positions wrap at 2^32. */

int inbox_init(struct inbox *in, uint32_t capacity)
{
    assert(capacity >= 2); /* with one slot, "filled" and "next lap" would be the same number */
    assert((capacity & (capacity - 1)) == 0);
    in->slots = calloc(capacity, sizeof *in->slots);
    if (!in->slots) return -ENOMEM;
    for (uint32_t i = 0; i < capacity; i++) atomic_init(&in->slots[i].sequence, i);
    in->mask = capacity - 1;
    atomic_init(&in->tail, 0);
    atomic_init(&in->head, 0);
    return 0;
}

void inbox_deinit(struct inbox *in)
{
    free(in->slots);
    in->slots = NULL;
}

/* The slot of the position that now is the caller's alone; NULL when full. */
static struct inbox_slot *claim(struct inbox *in, uint32_t *position)
{
    /* Relaxed on tail, here and in the swap: it only deals out positions; the slot's sequence
     * orders the item. */
    uint32_t at = atomic_load_explicit(&in->tail, memory_order_relaxed);
    for (;;) {
        struct inbox_slot *slot = &in->slots[at & in->mask];
        /* Acquire: pairs with the release in inbox_pop, so our write to item comes after the
         * consumer's read of it. */
        uint32_t sequence = atomic_load_explicit(&slot->sequence, memory_order_acquire);
        int32_t ahead = (int32_t)(sequence - at);
        if (ahead < 0) return NULL; /* still holds the item of the lap before */
        if (ahead > 0) {
            at = atomic_load_explicit(&in->tail, memory_order_relaxed);
        } else if (atomic_compare_exchange_weak_explicit(
                       &in->tail, &at, at + 1, memory_order_relaxed, memory_order_relaxed)) {
            *position = at;
            return slot;
        }
    }
}

bool inbox_push(struct inbox *in, void *item)
{
    uint32_t position;
    assert(item);
    struct inbox_slot *slot = claim(in, &position);
    if (!slot) return false;
    slot->item = item;
    /* Release: the item, and all that was written before the push, is there for whoever sees this
     * sequence. */
    atomic_store_explicit(&slot->sequence, position + 1, memory_order_release);
    return true;
}

void *inbox_pop(struct inbox *in)
{
    /* Relaxed: only the consumer writes head, and a move of that role is ordered by the move
     * itself. */
    uint32_t at = atomic_load_explicit(&in->head, memory_order_relaxed);
    struct inbox_slot *slot = &in->slots[at & in->mask];
    /* Acquire: pairs with the release in inbox_push. */
    if (atomic_load_explicit(&slot->sequence, memory_order_acquire) != at + 1) return NULL;
    void *item = slot->item;
    /* Release: we have read the item before a producer of the next lap writes over it. */
    atomic_store_explicit(&slot->sequence, at + in->mask + 1, memory_order_release);
    /* Relaxed: others read it only in inbox_depth, which is approximate. */
    atomic_store_explicit(&in->head, at + 1, memory_order_relaxed);
    return item;
}

uint32_t inbox_depth(struct inbox *in)
{
    /* Relaxed: a number for people and for choosing the shortest; head first, so that the
     * difference is not negative. */
    uint32_t head = atomic_load_explicit(&in->head, memory_order_relaxed);
    uint32_t tail = atomic_load_explicit(&in->tail, memory_order_relaxed);
    uint32_t depth = tail - head;
    return depth <= in->mask + 1 ? depth : 0;
}
