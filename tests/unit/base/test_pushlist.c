#include "base/pushlist.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define PRODUCERS 3
#define EACH 100000u
#define ROUNDS 15000u

static struct pushlist list;

Test(base_pushlist, takes_in_order_of_pushes)
{
    struct pushlist_node n[3];
    pushlist_init(&list);
    cr_assert_null(pushlist_take(&list));
    for (int i = 0; i < 3; i++) cr_assert(!pushlist_push(&list, &n[i]));
    struct pushlist_node *all = pushlist_take(&list);
    cr_assert_eq(all, &n[0]);
    cr_assert_eq(all->next, &n[1]);
    cr_assert_eq(all->next->next, &n[2]);
    cr_assert_null(all->next->next->next);
    cr_assert_null(pushlist_take(&list));
}

Test(base_pushlist, chains_keep_their_order)
{
    struct pushlist_node n[5];
    pushlist_init(&list);
    pushlist_push(&list, &n[0]);
    for (int i = 1; i < 3; i++) n[i].next = &n[i + 1];
    cr_assert(!pushlist_push_chain(&list, &n[1], &n[3]));
    pushlist_push(&list, &n[4]);
    struct pushlist_node *at = pushlist_take(&list);
    for (int i = 0; i < 5; i++, at = at->next) cr_assert_eq(at, &n[i]);
    cr_assert_null(at);
}

Test(base_pushlist, only_the_first_push_after_sleep_reports_it)
{
    struct pushlist_node n[4];
    pushlist_init(&list);
    cr_assert(pushlist_sleep(&list));
    cr_assert(pushlist_sleep(&list), "still empty, still asleep");
    cr_assert(pushlist_push(&list, &n[0]));
    cr_assert(!pushlist_push(&list, &n[1]));
    cr_assert(!pushlist_sleep(&list), "there is work");
    cr_assert_eq(pushlist_take(&list), &n[0]);
    cr_assert(pushlist_sleep(&list));
    cr_assert_null(pushlist_take(&list), "woken by something else: take clears the tag");
    cr_assert(!pushlist_push(&list, &n[2]));
    pushlist_take(&list);
    cr_assert(pushlist_sleep(&list));
    cr_assert(pushlist_push_chain(&list, &n[3], &n[3]));
}

struct parcel {
    struct pushlist_node node; /* first: nodes are cast back */
    uint32_t producer, serial;
};

static struct parcel parcels[PRODUCERS][EACH];

static void *produce(void *arg)
{
    uint32_t producer = (uint32_t)(uintptr_t)arg;
    for (uint32_t i = 0; i < EACH; i++) {
        struct parcel *p = &parcels[producer][i];
        p->producer = producer; /* plain: the push has to publish it */
        p->serial = i;
        pushlist_push(&list, &p->node);
    }
    return NULL;
}

/* Counts what was taken; each producer's parcels must come in order. */
static uint32_t check_all(struct pushlist_node *node, uint32_t next[PRODUCERS])
{
    uint32_t n = 0;
    for (; node; node = node->next, n++) {
        struct parcel *p = (struct parcel *)node;
        if (p->serial != next[p->producer]) cr_assert_fail("lost, doubled or out of order");
        next[p->producer]++;
    }
    return n;
}

static void start(pthread_t threads[PRODUCERS], void *(*run)(void *))
{
    for (uintptr_t i = 0; i < PRODUCERS; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, run, (void *)i), 0);
}

Test(base_pushlist, many_producers_lose_and_double_nothing, .timeout = 60)
{
    pthread_t threads[PRODUCERS];
    uint32_t next[PRODUCERS] = {0}, n = 0;
    pushlist_init(&list);
    start(threads, produce);
    while (n < PRODUCERS * EACH) {
        uint32_t more = check_all(pushlist_take(&list), next);
        if (more == 0) sched_yield();
        n += more;
    }
    for (int i = 0; i < PRODUCERS; i++) pthread_join(threads[i], NULL);
    cr_assert_null(pushlist_take(&list));
}

static int wake_fd;
static _Atomic uint32_t n_wakes;
static _Atomic uint32_t n_consumed[PRODUCERS];

/* Waits for each answer, so that the consumer falls asleep again and again. */
static void *ping(void *arg)
{
    uintptr_t producer = (uintptr_t)arg;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        struct parcel *p = &parcels[producer][i];
        p->producer = (uint32_t)producer;
        p->serial = i;
        if (pushlist_push(&list, &p->node)) {
            atomic_fetch_add(&n_wakes, 1);
            cr_assert_eq(eventfd_write(wake_fd, 1), 0);
        }
        while (i % 4 == 0 && atomic_load(&n_consumed[producer]) <= i) sched_yield();
    }
    return NULL;
}

/* Blocks in the kernel; a lost wake-up ends the test instead of hanging it. */
static void sleep_until_woken(void)
{
    struct pollfd fd = {.fd = wake_fd, .events = POLLIN};
    eventfd_t value;
    cr_assert_eq(poll(&fd, 1, 5000), 1, "a wake-up was lost");
    cr_assert_eq(eventfd_read(wake_fd, &value), 0);
    cr_assert_eq(value, 1, "one wake-up for one sleep");
}

Test(base_pushlist, no_wake_up_is_lost, .timeout = 60)
{
    pthread_t threads[PRODUCERS];
    uint32_t next[PRODUCERS] = {0}, n_sleeps = 0;
    wake_fd = eventfd(0, EFD_CLOEXEC);
    pushlist_init(&list);
    start(threads, ping);
    for (uint32_t n = 0; n < PRODUCERS * ROUNDS;) {
        n += check_all(pushlist_take(&list), next);
        for (int i = 0; i < PRODUCERS; i++) atomic_store(&n_consumed[i], next[i]);
        if (n == PRODUCERS * ROUNDS || !pushlist_sleep(&list)) continue;
        n_sleeps++;
        sleep_until_woken();
    }
    for (int i = 0; i < PRODUCERS; i++) pthread_join(threads[i], NULL);
    cr_assert_eq(atomic_load(&n_wakes), n_sleeps);
    cr_assert_gt(n_sleeps, 0);
    (void)close(wake_fd);
}
