/* bench_inbox.c: the bounded queue in front of a worker. */
#include "base/inbox.h"
#include "micro.h"

#include <pthread.h>

#define CAPACITY 256

static struct inbox inbox;
static int item;

static void push_and_pop(void *arg, uint64_t n)
{
    (void)arg;
    for (uint64_t i = 0; i < n; i++) {
        (void)inbox_push(&inbox, &item);
        micro_keep(inbox_pop(&inbox));
    }
}

static void *produce(void *arg)
{
    micro_other_cpu();
    for (uint64_t left = *(const uint64_t *)arg; left > 0;)
        if (inbox_push(&inbox, &item)) left--;
    return NULL;
}

/* From one thread to the other, as fast as the slower goes. */
static void across(void *arg, uint64_t n)
{
    pthread_t producer;
    (void)arg;
    micro_check(pthread_create(&producer, NULL, produce, &n) == 0, "starting a thread");
    for (uint64_t left = n; left > 0;)
        if (inbox_pop(&inbox)) left--;
    (void)pthread_join(producer, NULL);
}

int main(int argc, char **argv)
{
    micro_begin(argc, argv, "inbox");
    micro_check(inbox_init(&inbox, CAPACITY) == 0, "making an inbox");
    micro_run("push and pop, one thread", push_and_pop, NULL, 0);
    micro_run("push to pop, two threads", across, NULL, 0);
    inbox_deinit(&inbox);
    return micro_end();
}
