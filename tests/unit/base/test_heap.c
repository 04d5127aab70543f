#include "base/heap.h"
#include "base/random.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define N 2000

struct item {
    struct heap_node node; /* first: heap nodes are cast back */
    uint64_t key;
    int serial;
};

static struct item items[N];
static struct heap heap;
static struct random rnd;

static void up(void)
{
    cr_assert_eq(heap_init(&heap, N), 0);
    random_seed(&rnd, 42);
    for (int i = 0; i < N; i++) heap_node_init(&items[i].node);
}

static void down(void)
{
    heap_deinit(&heap);
}

TestSuite(base_heap, .init = up, .fini = down);

static struct item *pop(void)
{
    struct heap_node *first = heap_first(&heap);
    if (first) heap_remove(&heap, first);
    return (struct item *)first;
}

static int by_key_then_serial(const void *a, const void *b)
{
    const struct item *x = *(struct item *const *)a, *y = *(struct item *const *)b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return x->serial < y->serial ? -1 : 1;
}

/* What is in must come out as a stable sort would give it. */
static void assert_sorted(struct item **expected, size_t n)
{
    qsort(expected, n, sizeof *expected, by_key_then_serial);
    for (size_t i = 0; i < n; i++) cr_assert_eq(pop(), expected[i], "place %zu", i);
    cr_assert_null(heap_first(&heap));
}

Test(base_heap, sorts_with_ties_in_order_of_arrival)
{
    static struct item *expected[N];
    for (int i = 0; i < N; i++) {
        items[i].key = random_below(&rnd, 50); /* many ties */
        items[i].serial = i;
        heap_add(&heap, &items[i].node, items[i].key);
        expected[i] = &items[i];
    }
    cr_assert(heap_ok(&heap));
    assert_sorted(expected, N);
}

Test(base_heap, removes_and_moves_in_the_middle)
{
    static struct item *expected[N];
    size_t n = 0;
    int serial = 0;
    for (int i = 0; i < N; i++) {
        items[i].key = random_below(&rnd, 1000);
        items[i].serial = serial++;
        heap_set(&heap, &items[i].node, items[i].key);
    }
    for (int i = 0; i < N; i += 3) heap_remove(&heap, &items[i].node);
    for (int i = 1; i < N; i += 3) {
        uint64_t key = random_below(&rnd, 1000);
        if (key != items[i].key) items[i].serial = serial++; /* goes in anew */
        items[i].key = key;
        heap_set(&heap, &items[i].node, key);
    }
    cr_assert(heap_ok(&heap));
    for (int i = 0; i < N; i++)
        if (i % 3) expected[n++] = &items[i];
    assert_sorted(expected, n);
}

Test(base_heap, remove_of_an_absent_node_is_harmless)
{
    heap_remove(&heap, &items[0].node);
    heap_add(&heap, &items[0].node, UINT64_MAX);
    heap_add(&heap, &items[1].node, 0);
    heap_remove(&heap, &items[0].node);
    heap_remove(&heap, &items[0].node);
    cr_assert_eq(items[0].node.index, HEAP_OUT);
    cr_assert_eq(pop(), &items[1]);
    cr_assert_eq(heap.n, 0);
}
