/* run.h: a whole run: its threads, its phases, its clock. The main thread decides when a phase begins; load threads read that
 * (relaxed atomics: a turn earlier or later does not matter, as each request is judged by its own intended time). */
#ifndef QUERN_LOAD_RUN_H
#define QUERN_LOAD_RUN_H

#include "tools/load/driver.h"
#include "tools/load/sample.h"

#include <semaphore.h>

struct run {
    const struct options *o;
    double rate;                        /* of this run; 0: closed loop */
    struct driver *drivers;
    uint32_t drivers_n;
    uint32_t lanes_n;                   /* of all drivers */
    uint64_t start_ns;
    _Atomic uint64_t tick_ns;           /* doubled while the threads go on: see ticks_fold() */
    uint32_t ticks_max;
    _Atomic int phase;                  /* enum phase_kind */
    _Atomic uint64_t load_start_ns;     /* 0: not known yet */
    _Atomic uint64_t measure_start_ns, measure_end_ns; /* UINT64_MAX: not known yet */
    sem_t ready;                        /* posted by each load thread that is set up */
    _Atomic bool stop;                  /* threads end */
    struct job_book *book;              /* job scenarios; NULL */
};

/* All of it: opens, loads, probes, ends. *out is the caller's to deinit. 0, or -errno with *why. */
int run_all(const struct options *o, double rate, struct result *out, const char **why);
/* A load thread is set up, or has failed to. */
void run_thread_ready(struct run *run);
/* A draw from a distribution. */
uint64_t dist_draw(struct random *r, const struct dist *dist);
/* SIGINT and SIGTERM end a run early: what there is gets reported. Call once. */
void run_catch_signals(void);
bool run_was_interrupted(void);

#endif
