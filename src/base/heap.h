/* heap.h: intrusive binary min-heap by a 64-bit key (a deadline in ns, mostly). One thread owns a heap and its nodes.
 * Equal keys come out in the order in which they went in. */
#ifndef QUERN_BASE_HEAP_H
#define QUERN_BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HEAP_OUT UINT32_MAX

struct heap_node {
    uint64_t key;
    uint32_t order;  /* breaks ties, and wraps; set by heap_add */
    uint32_t index;  /* HEAP_OUT while in no heap; set it (heap_node_init) before the first use */
};

struct heap {
    struct heap_node **nodes;
    uint32_t n, n_max;
    uint32_t order_next;
};

static inline void heap_node_init(struct heap_node *node)
{
    node->index = HEAP_OUT;
}
/* Room for n_max nodes, mapped and untouched until used. 0 or -ENOMEM. */
int heap_init(struct heap *h, uint32_t n_max);
void heap_deinit(struct heap *h);
/* node->index must be HEAP_OUT; there must be room (asserted: callers size heaps by their pools). */
void heap_add(struct heap *h, struct heap_node *node, uint64_t key);
/* Harmless when the node is in no heap. */
void heap_remove(struct heap *h, struct heap_node *node);
/* Adds the node or moves it to a new key. */
void heap_set(struct heap *h, struct heap_node *node, uint64_t key);
static inline struct heap_node *heap_first(const struct heap *h) /* NULL when empty */
{
    return h->n ? h->nodes[0] : NULL;
}
bool heap_ok(const struct heap *h);

#endif
