/* micro.h: times single operations of quern's parts. A benchmark is a function that does its operation n times; the harness finds
 * the n that takes about 50 ms, times 15 rounds of it and prints the median. One thread, pinned by whoever starts the program.
 *
 *     static void pops(void *arg, uint64_t n) { … for (uint64_t i = 0; i < n; i++) micro_keep(inbox_pop(arg)); }
 *     int main(int argc, char **argv) { micro_begin(argc, argv, "inbox"); micro_run("pop", pops, &inbox, 0); return micro_end(); }
 */
#ifndef QUERN_BENCH_MICRO_H
#define QUERN_BENCH_MICRO_H

#include <stddef.h>
#include <stdint.h>

typedef void micro_fn(void *arg, uint64_t n); /* does it n times */

/* The compiler must have the value, and must take all memory for changed. */
#define micro_keep(value) __asm__ volatile("" : : "r"(value) : "memory")

/* Command line: [--json] also appends one line per benchmark to build/bench/micro.json. Ends the program on a bad flag. */
void micro_begin(int argc, char **argv, const char *subject);
/* bytes: worked on by one operation, for bytes/s; 0: none. */
void micro_run(const char *name, micro_fn *fn, void *arg, size_t bytes);
/* n operations per round, no more and no fewer; before(arg) makes them possible and is not timed. */
void micro_run_fixed(const char *name, micro_fn *before, micro_fn *fn, void *arg, uint64_t n);
/* A failed set-up: says so and ends the program. */
void micro_check(int ok, const char *what);
/* The program's exit code. */
int micro_end(void);
/* For the second thread of a benchmark: moves the caller to another CPU than the first thread's, or leaves it there. */
void micro_other_cpu(void);

#endif
