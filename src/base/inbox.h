/* inbox.h: bounded lock-free queue, many producers, one consumer, first in first out (a ring of slots that carry sequence
 * numbers, after D. Vyukov's bounded queue). Producers: any thread. Consumer: one thread at a time; the role may move to
 * another thread if the move itself is a release/acquire hand-over (thread creation, a compare-and-swap). */
#ifndef QUERN_BASE_INBOX_H
#define QUERN_BASE_INBOX_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define CACHE_LINE 64

struct inbox_slot {
    _Atomic uint32_t sequence;
    void *item;
};

struct inbox {
    struct inbox_slot *slots;
    uint32_t mask;
    alignas(CACHE_LINE) _Atomic uint32_t tail; /* producers */
    alignas(CACHE_LINE) _Atomic uint32_t head; /* written by the consumer, read by inbox_depth */
};

/* capacity: a power of two, at least 2. 0 or -ENOMEM. */
int inbox_init(struct inbox *in, uint32_t capacity);
void inbox_deinit(struct inbox *in);
/* False when full. What was written before the push is visible to whoever pops the item. */
bool inbox_push(struct inbox *in, void *item);
/* NULL when empty, or when a producer is between claiming its slot and filling it (then the pop after its wake-up finds it). */
void *inbox_pop(struct inbox *in);
/* Approximate number of items; any thread. */
uint32_t inbox_depth(struct inbox *in);

#endif
