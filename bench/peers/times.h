/* times.h: what the small programs that time something share. */
#ifndef QUERN_BENCH_TIMES_H
#define QUERN_BENCH_TIMES_H

#include <stdint.h>
#include <stdlib.h>
#include <time.h>

static inline uint64_t now_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static inline int times_ascending(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static inline void times_sort(uint64_t *times, long n)
{
    qsort(times, (size_t)n, sizeof *times, times_ascending);
}

#endif
