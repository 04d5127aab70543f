#include "heap.h"
#include "check.h"
#include "map.h"

#include <errno.h>

static size_t bytes_mapped(uint32_t n_max)
{
    return (size_t)n_max * sizeof(struct heap_node *);
}

int heap_init(struct heap *h, uint32_t n_max)
{
    assert(n_max < HEAP_OUT);
    *h = (struct heap){.n_max = n_max};
    h->nodes = map_new(bytes_mapped(n_max));
    return h->nodes ? 0 : -ENOMEM;
}

void heap_deinit(struct heap *h)
{
    map_free(h->nodes, bytes_mapped(h->n_max));
    *h = (struct heap){0};
}

static bool before(const struct heap_node *a, const struct heap_node *b)
{
    return a->key != b->key ? a->key < b->key : (int32_t)(a->order - b->order) < 0;
}

static void place(struct heap *h, struct heap_node *node, uint32_t index)
{
    h->nodes[index] = node;
    node->index = index;
}

static void sift_up(struct heap *h, struct heap_node *node, uint32_t index)
{
    while (index > 0) {
        uint32_t parent = (index - 1) / 2;
        if (!before(node, h->nodes[parent])) break;
        place(h, h->nodes[parent], index);
        index = parent;
    }
    place(h, node, index);
}

static void sift_down(struct heap *h, struct heap_node *node, uint32_t index)
{
    for (;;) {
        uint64_t child = 2 * (uint64_t)index + 1;
        if (child >= h->n) break;
        if (child + 1 < h->n && before(h->nodes[child + 1], h->nodes[child])) child++;
        if (!before(h->nodes[child], node)) break;
        place(h, h->nodes[child], index);
        index = (uint32_t)child;
    }
    place(h, node, index);
}

static void settle(struct heap *h, struct heap_node *node, uint32_t index)
{
    sift_up(h, node, index);
    if (node->index == index) sift_down(h, node, index);
    assert_slow(heap_ok(h));
}

void heap_add(struct heap *h, struct heap_node *node, uint64_t key)
{
    assert(node->index == HEAP_OUT);
    assert(h->n < h->n_max);
    node->key = key;
    node->order = h->order_next++;
    sift_up(h, node, h->n++);
    assert_slow(heap_ok(h));
}

void heap_remove(struct heap *h, struct heap_node *node)
{
    uint32_t index = node->index;
    if (index == HEAP_OUT) return;
    assert(index < h->n && h->nodes[index] == node);
    struct heap_node *last = h->nodes[--h->n];
    node->index = HEAP_OUT;
    if (last != node) settle(h, last, index);
}

void heap_set(struct heap *h, struct heap_node *node, uint64_t key)
{
    if (node->index == HEAP_OUT) {
        heap_add(h, node, key);
        return;
    }
    assert(node->index < h->n && h->nodes[node->index] == node);
    if (node->key == key) return;
    node->key = key;
    node->order = h->order_next++; /* it goes in anew, behind those that have this key already */
    settle(h, node, node->index);
}

bool heap_ok(const struct heap *h)
{
    for (uint32_t i = 0; i < h->n; i++) {
        if (h->nodes[i]->index != i) return false;
        if (i > 0 && before(h->nodes[i], h->nodes[(i - 1) / 2])) return false;
    }
    return true;
}
