/* timer.c: see timer.h. */
#include "ring/timer.h"

#include "base/list.h"

int timers_init(struct timers *t, uint32_t n_max)
{
    return heap_init(&t->heap, n_max);
}

void timers_deinit(struct timers *t)
{
    heap_deinit(&t->heap);
}

void timer_init(struct timer *timer, void (*fire)(void *arg), void *arg)
{
    heap_node_init(&timer->node);
    timer->fire = fire;
    timer->arg = arg;
}

void timer_arm(struct timers *t, struct timer *timer, uint64_t mono_ns)
{
    heap_set(&t->heap, &timer->node, mono_ns);
}

void timer_disarm(struct timers *t, struct timer *timer)
{
    heap_remove(&t->heap, &timer->node);
}

uint64_t timers_next_ns(const struct timers *t)
{
    const struct heap_node *first = heap_first(&t->heap);
    return first ? first->key : UINT64_MAX;
}

bool timers_run(struct timers *t, uint64_t now_ns, uint32_t n_max)
{
    struct heap_node *first;
    while ((first = heap_first(&t->heap)) && first->key <= now_ns) {
        if (n_max-- == 0) return true;
        struct timer *timer = container_of(first, struct timer, node);
        heap_remove(&t->heap, first);
        timer->fire(timer->arg); /* may arm it again */
    }
    return false;
}
