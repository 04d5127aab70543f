/* late_alone: how late a thread that does nothing but look at the clock is for a plan: the floor of every open-loop load generator.
 *     late_alone CPU PER_SECOND SECONDS     prints p50, p99 and p99.9 in ns
 * What it is late by is the machine's doing: interrupts, other threads, a hypervisor. */
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "times.h"

int main(int argc, char **argv)
{
    cpu_set_t set;
    if (argc != 4) return 1;
    long per_s = strtol(argv[2], NULL, 10), n = per_s * strtol(argv[3], NULL, 10);
    uint64_t *late = n > 0 ? calloc((size_t)n, sizeof *late) : NULL;
    CPU_ZERO(&set);
    CPU_SET(strtoul(argv[1], NULL, 10), &set);
    if (!late || sched_setaffinity(0, sizeof set, &set)) return 1;
    for (long i = 0; i < n; i++) late[i] = 1; /* its pages are there when the plan begins */
    uint64_t start = now_ns(), now = start;
    for (long i = 0; i < n; i++) {
        uint64_t due = start + (uint64_t)i * 1000000000u / (uint64_t)per_s;
        while (now < due) now = now_ns();
        late[i] = now - due;
    }
    times_sort(late, n);
    printf("p50 %llu p99 %llu p99.9 %llu\n", (unsigned long long)late[n / 2], (unsigned long long)late[n / 100 * 99],
           (unsigned long long)late[n / 1000 * 999]);
    free(late);
    return 0;
}
