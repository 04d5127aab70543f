#include "base/inbox.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <sched.h>

#define PRODUCERS 3
#define EACH 100000u

static struct inbox inbox;

static void *number(uintptr_t n)
{
    return (void *)n;
}

Test(base_inbox, first_in_first_out_and_full_at_capacity)
{
    cr_assert_eq(inbox_init(&inbox, 4), 0);
    cr_assert_null(inbox_pop(&inbox));
    for (uintptr_t lap = 0; lap < 10; lap++) {
        for (uintptr_t i = 1; i <= 4; i++) cr_assert(inbox_push(&inbox, number(lap * 4 + i)));
        cr_assert(!inbox_push(&inbox, number(99)));
        cr_assert_eq(inbox_depth(&inbox), 4);
        for (uintptr_t i = 1; i <= 4; i++) cr_assert_eq(inbox_pop(&inbox), number(lap * 4 + i));
        cr_assert_null(inbox_pop(&inbox));
        cr_assert_eq(inbox_depth(&inbox), 0);
    }
    inbox_deinit(&inbox);
}

Test(base_inbox, positions_wrap)
{
    const uint32_t start = 0u - 6; /* six pushes before the wrap; slots as if it had run so long */
    cr_assert_eq(inbox_init(&inbox, 2), 0);
    for (uint32_t i = 0; i < 2; i++) atomic_store(&inbox.slots[i].sequence, start + i);
    atomic_store(&inbox.tail, start);
    atomic_store(&inbox.head, start);
    for (uintptr_t i = 1; i < 20; i += 2) {
        cr_assert(inbox_push(&inbox, number(i)));
        cr_assert(inbox_push(&inbox, number(i + 1)));
        cr_assert(!inbox_push(&inbox, number(99)));
        cr_assert_eq(inbox_depth(&inbox), 2);
        cr_assert_eq(inbox_pop(&inbox), number(i));
        cr_assert_eq(inbox_pop(&inbox), number(i + 1));
        cr_assert_null(inbox_pop(&inbox));
    }
    inbox_deinit(&inbox);
}

struct parcel {
    uint32_t producer, serial;
};

static struct parcel parcels[PRODUCERS][EACH];

static void *produce(void *arg)
{
    uint32_t producer = (uint32_t)(uintptr_t)arg;
    for (uint32_t i = 0; i < EACH; i++) {
        parcels[producer][i] = (struct parcel){producer, i}; /* plain: the push has to publish it */
        while (!inbox_push(&inbox, &parcels[producer][i])) sched_yield();
    }
    return NULL;
}

static void consume_all(void)
{
    uint32_t next[PRODUCERS] = {0};
    for (uint32_t n = 0; n < PRODUCERS * EACH;) {
        struct parcel *p = inbox_pop(&inbox);
        if (!p) {
            sched_yield();
            continue;
        }
        cr_assert_lt(p->producer, PRODUCERS);
        if (p->serial != next[p->producer]) cr_assert_fail("lost, doubled or out of order");
        next[p->producer]++;
        n++;
    }
}

Test(base_inbox, many_producers_lose_and_double_nothing, .timeout = 60)
{
    pthread_t threads[PRODUCERS];
    cr_assert_eq(inbox_init(&inbox, 64), 0);
    for (uintptr_t i = 0; i < PRODUCERS; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, produce, number(i)), 0);
    consume_all();
    for (int i = 0; i < PRODUCERS; i++) pthread_join(threads[i], NULL);
    cr_assert_null(inbox_pop(&inbox));
    inbox_deinit(&inbox);
}
