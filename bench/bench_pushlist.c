/* bench_pushlist.c: the list behind a shard's mailbox; with two threads the consumer sleeps on an eventfd as a shard does. */
#include "base/pushlist.h"
#include "micro.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define NODES 1024u

struct parcel {
    struct pushlist_node node; /* first: turned back by a cast */
    atomic_bool out;           /* in the list or in the consumer's hands */
};

static struct pushlist list;
static struct parcel parcels[NODES];
static int wake_fd;

static void push_and_take(void *arg, uint64_t n)
{
    (void)arg;
    for (uint64_t i = 0; i < n; i++) {
        (void)pushlist_push(&list, &parcels[0].node);
        micro_keep(pushlist_take(&list));
    }
}

/* 16 at a time: what a burst costs per node. */
static void push_16_and_take(void *arg, uint64_t n)
{
    (void)arg;
    for (uint64_t i = 0; i < n; i++) {
        (void)pushlist_push(&list, &parcels[i % 16].node);
        if (i % 16 == 15) micro_keep(pushlist_take(&list));
    }
    micro_keep(pushlist_take(&list));
}

static void *produce(void *arg)
{
    const uint64_t n = *(const uint64_t *)arg, one = 1;
    micro_other_cpu();
    for (uint64_t i = 0; i < n; i++) {
        struct parcel *p = &parcels[i % NODES];
        while (atomic_load_explicit(&p->out, memory_order_acquire)) continue;
        atomic_store_explicit(&p->out, true, memory_order_relaxed);
        if (pushlist_push(&list, &p->node)) micro_check(write(wake_fd, &one, sizeof one) == sizeof one, "waking");
    }
    return NULL;
}

static uint64_t release(struct pushlist_node *node)
{
    uint64_t n = 0;
    while (node) {
        struct parcel *p = (struct parcel *)(void *)node;
        node = node->next; /* before the producer may have it again */
        atomic_store_explicit(&p->out, false, memory_order_release);
        n++;
    }
    return n;
}

static void across(void *arg, uint64_t n)
{
    pthread_t producer;
    uint64_t woken;
    (void)arg;
    micro_check(pthread_create(&producer, NULL, produce, &n) == 0, "starting a thread");
    for (uint64_t got = 0; got < n;) {
        uint64_t some = release(pushlist_take(&list));
        got += some;
        if (!some && pushlist_sleep(&list)) micro_check(read(wake_fd, &woken, sizeof woken) == sizeof woken, "sleeping");
    }
    (void)pthread_join(producer, NULL);
}

int main(int argc, char **argv)
{
    micro_begin(argc, argv, "pushlist");
    pushlist_init(&list);
    wake_fd = eventfd(0, EFD_CLOEXEC);
    micro_check(wake_fd >= 0, "making an eventfd");
    micro_run("push and take, one thread", push_and_take, NULL, 0);
    micro_run("push and take of 16, one thread", push_16_and_take, NULL, 0);
    micro_run("push to take, two threads", across, NULL, 0);
    (void)close(wake_fd);
    return micro_end();
}
