/* micro.c: see micro.h. */
#include "micro.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS 15
#define ROUND_NS UINT64_C(50000000)
#define JSON_FILE "build/bench/micro.json"

static const char *subject_;
static FILE *json_;
static int cpu_;

static uint64_t now_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void micro_check(int ok, const char *what)
{
    if (ok) return;
    (void)fprintf(stderr, "bench_%s: %s failed\n", subject_, what);
    exit(1);
}

void micro_begin(int argc, char **argv, const char *subject)
{
    subject_ = subject;
    cpu_ = sched_getcpu();
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") != 0) {
            (void)fprintf(stderr, "usage: bench_%s [--json]\n", subject);
            exit(2);
        }
        json_ = fopen(JSON_FILE, "ae");
        micro_check(json_ != NULL, "opening " JSON_FILE);
    }
}

int micro_end(void)
{
    return json_ && fclose(json_) != 0 ? 1 : 0;
}

void micro_other_cpu(void)
{
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET((size_t)cpu, &set);
        if (cpu != cpu_ && sched_setaffinity(0, sizeof set, &set) == 0) return;
    }
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void report(const char *name, double ns[ROUNDS], size_t bytes)
{
    qsort(ns, ROUNDS, sizeof *ns, by_size);
    double median = ns[ROUNDS / 2], mib_s = (double)bytes / median * 1e9 / (1024 * 1024);
    (void)printf("%-9s %-34s %10.1f ns  (%.1f to %.1f)", subject_, name, median, ns[0], ns[ROUNDS - 1]);
    if (bytes) (void)printf("  %.0f MiB/s", mib_s);
    (void)printf("\n");
    if (!json_) return;
    (void)fprintf(json_, "{\"subject\":\"%s\",\"name\":\"%s\",\"median_ns\":%.2f,\"min_ns\":%.2f,\"max_ns\":%.2f", subject_,
                  name, median, ns[0], ns[ROUNDS - 1]);
    if (bytes) (void)fprintf(json_, ",\"bytes\":%zu,\"bytes_per_s\":%.0f", bytes, (double)bytes / median * 1e9);
    (void)fprintf(json_, "}\n");
}

static uint64_t time_of(micro_fn *fn, void *arg, uint64_t n)
{
    uint64_t began = now_ns();
    fn(arg, n);
    return now_ns() - began;
}

/* Doubles until a fifth of a round is taken, and scales from there. The first runs also warm up. */
static uint64_t calibrate(micro_fn *fn, void *arg)
{
    uint64_t n = 1, ns;
    while ((ns = time_of(fn, arg, n)) < ROUND_NS / 5) n *= 2;
    n = n * ROUND_NS / ns;
    return n ? n : 1;
}

void micro_run(const char *name, micro_fn *fn, void *arg, size_t bytes)
{
    double ns[ROUNDS];
    uint64_t n = calibrate(fn, arg);
    for (int i = 0; i < ROUNDS; i++) ns[i] = (double)time_of(fn, arg, n) / (double)n;
    report(name, ns, bytes);
}

void micro_run_fixed(const char *name, micro_fn *before, micro_fn *fn, void *arg, uint64_t n)
{
    double ns[ROUNDS];
    for (int i = -1; i < ROUNDS; i++) { /* -1: warms up */
        before(arg, n);
        uint64_t took = time_of(fn, arg, n);
        if (i >= 0) ns[i] = (double)took / (double)n;
    }
    report(name, ns, 0);
}
