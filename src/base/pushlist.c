#include "pushlist.h"
#include "check.h"

#include <stddef.h>

#define ASLEEP ((uintptr_t)1)

void pushlist_init(struct pushlist *l)
{
    atomic_init(&l->head, 0);
}

/* newest becomes the head; what was there before hangs behind oldest. */
static bool publish(struct pushlist *l, struct pushlist_node *oldest, struct pushlist_node *newest)
{
    /* Relaxed: only a first guess for the swap. */
    uintptr_t head = atomic_load_explicit(&l->head, memory_order_relaxed);
    do oldest->next = head == ASLEEP ? NULL : (struct pushlist_node *)head;
    while (!atomic_compare_exchange_weak_explicit(&l->head, &head, (uintptr_t)newest,
                                                  memory_order_release, memory_order_relaxed));
    /* Release: pairs with the acquire in pushlist_take. Later pushes are read-modify-writes, so
     * they continue our release sequence and the take sees our writes even when the head it swaps
     * out is a later node. We follow no pointer found in the head, so we need no acquire; a head
     * that comes back after a take (ABA) is as good as one that stayed. */
    return head == ASLEEP;
}

bool pushlist_push(struct pushlist *l, struct pushlist_node *node)
{
    return publish(l, node, node);
}

/* Turns a chain round in place. */
static struct pushlist_node *reverse(struct pushlist_node *node)
{
    struct pushlist_node *done = NULL;
    while (node) {
        struct pushlist_node *next = node->next;
        node->next = done;
        done = node;
        node = next;
    }
    return done;
}

bool pushlist_push_chain(struct pushlist *l, struct pushlist_node *first,
                         struct pushlist_node *last)
{
    last->next = NULL;
    struct pushlist_node *newest = reverse(first); /* the list is kept newest first */
    assert(newest == last);
    return publish(l, first, last);
}

struct pushlist_node *pushlist_take(struct pushlist *l)
{
    /* Relaxed: an empty list gives us nothing to read; a push that this load misses is seen by
     * pushlist_sleep. */
    if (atomic_load_explicit(&l->head, memory_order_relaxed) == 0) return NULL;
    /* Acquire: pairs with the release of every push whose node we now hold. */
    uintptr_t head = atomic_exchange_explicit(&l->head, 0, memory_order_acquire);
    return head == ASLEEP ? NULL : reverse((struct pushlist_node *)head);
}

bool pushlist_any(const struct pushlist *l)
{
    return atomic_load_explicit(&l->head, memory_order_relaxed) > ASLEEP;
}

bool pushlist_sleep(struct pushlist *l)
{
    uintptr_t head = 0;
    /* Relaxed is enough: tag and nodes share one word, and all changes of one word have one order.
     * A push stands either before this swap, which then fails, or after it, and then that push
     * finds the tag. Nothing else is published. */
    return atomic_compare_exchange_strong_explicit(&l->head, &head, ASLEEP, memory_order_relaxed,
                                                   memory_order_relaxed) ||
           head == ASLEEP;
}
