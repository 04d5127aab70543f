/* pushlist.h: lock-free list, many producers, one consumer that takes everything at once. Its head carries the "asleep" tag,
 * so that publishing and looking at the sleeper are one read-modify-write on one word and no wake-up can be lost.
 * Unbounded, but nodes are the caller's: what bounds it is the pool that the nodes come from. */
#ifndef QUERN_BASE_PUSHLIST_H
#define QUERN_BASE_PUSHLIST_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct pushlist_node {
    struct pushlist_node *next;
};

struct pushlist {
    _Atomic uintptr_t head; /* newest node; 0: empty; 1: empty and the consumer sleeps */
};

void pushlist_init(struct pushlist *l);
/* Any thread. True when the consumer was asleep: the caller, and only the caller, has to wake it. After the push the node
 * belongs to the consumer. Release: what was written before is visible to the consumer. */
bool pushlist_push(struct pushlist *l, struct pushlist_node *node);
/* The same for a chain linked by next, oldest first (first .. last). One read-modify-write for all of it. */
bool pushlist_push_chain(struct pushlist *l, struct pushlist_node *first, struct pushlist_node *last);
/* Consumer: everything, oldest first, NULL when empty. Clears the tag. Acquire. */
struct pushlist_node *pushlist_take(struct pushlist *l);
/* Consumer: whether there is anything to take. Relaxed: for a look in passing. */
bool pushlist_any(const struct pushlist *l);
/* Consumer, before it sleeps: true: the tag is set, the next push reports it. False: there is work, do not sleep. */
bool pushlist_sleep(struct pushlist *l);

#endif
