/* eventfd_wake: how long a bare eventfd takes to wake a thread on another core: the floor of every hand-off between threads.
 *     eventfd_wake CPU_FROM CPU_TO [ROUNDS [PAUSE_US]]     prints p50 and p99 in ns
 * The pause before each round, 100 us unless told, decides how deeply the other core sleeps. */
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "times.h"

static int there, back;
static _Atomic uint64_t sent_ns;
static uint64_t *took;
static long rounds = 20000;

static void pin(const char *cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(strtoul(cpu, NULL, 10), &set);
    (void)sched_setaffinity(0, sizeof set, &set);
}

static void *sleeper(void *cpu)
{
    uint64_t n;
    pin(cpu);
    for (long i = 0; i < rounds; i++) {
        if (read(there, &n, sizeof n) != sizeof n) exit(1);
        took[i] = now_ns() - sent_ns;
        n = 1;
        if (write(back, &n, sizeof n) != sizeof n) exit(1);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    uint64_t n = 1;
    struct timespec pause = {.tv_nsec = 100000};
    if (argc < 3) return 1;
    if (argc > 3) rounds = strtol(argv[3], NULL, 10);
    if (argc > 4) pause.tv_nsec = strtol(argv[4], NULL, 10) % 1000000 * 1000;
    took = calloc((size_t)rounds, sizeof *took);
    there = eventfd(0, 0);
    back = eventfd(0, 0);
    pin(argv[1]);
    if (!took || pthread_create(&thread, NULL, sleeper, argv[2])) return 1;
    for (long i = 0; i < rounds; i++) {
        (void)nanosleep(&pause, NULL);
        sent_ns = now_ns();
        n = 1;
        if (write(there, &n, sizeof n) != sizeof n || read(back, &n, sizeof n) != sizeof n) return 1;
    }
    (void)pthread_join(thread, NULL);
    times_sort(took, rounds);
    printf("p50 %llu p99 %llu\n", (unsigned long long)took[rounds / 2], (unsigned long long)took[rounds * 99 / 100]);
    return 0;
}
