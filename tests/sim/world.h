/* world.h: what everything in the simulation shares: one seed, one virtual clock, events in its order, threads that are coroutines of
 * one real thread, a trace whose hash two runs of a seed must have in common, and what is to go wrong.
 *
 * Layers, from the bottom up (each file tells its own part):
 *
 *     world.c          time, events, random numbers, trace, the end of a run that fails
 *     thread.c         coroutines; which of them runs next is drawn from the seed
 *     libc.c           the C library's calls by which the server would leave the simulation: clocks, threads, futexes, getrandom …
 *     net.c            sockets: bytes between a client's end and the server's
 *     sim_ring.c, sim_bufring.c, sim_wake.c      src/ring again: ring.h, bufring.h, wake.h over net.c
 *     disk.c, sim_file.c                         file.h over a disk that can lose what was not synced, fail and fill up
 *     sim_log.c        log.h: lines go into the trace
 *     server.c         builds shards and workers as src/server.c does; kills, cuts the power, drains
 *     http.c           a client's side of HTTP/1.1: random cuts, slow reading, pipelines, strict reading of answers
 *     model*.c         what jobs may do, after the Open Job Spec, knowing nothing of src/jobs
 *     work*.c          what clients do
 *     owner.c          who they are
 *     main.c           seeds, one process each; the checker checked
 *
 * All else is the server's own code, unchanged: shard.c with its loop, thread.c with its supervisor, net, http, api, jobs, journal. */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "base/clock.h"
#include "base/random.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DISK_WIDE (UINT64_C(1) << 30) /* a disk that never fills up */

/* What the simulation may be made to do wrong on purpose, to see that it is found out. */
enum sim_lie {
    LIE_NONE,
    LIE_SYNC, /* the disk says synced and has not */
    LIE_EARLY, /* the disk says written and writes later */
    LIE_UNLINKED, /* a write and its sync run side by side */
    LIE_TWICE, /* bytes are received twice */
    LIE_LOST, /* a completion never comes */
    LIE_MIXED, /* a send takes a byte that is not its own */
    LIE_STATUS, /* refused acknowledgements read as accepted */
    LIE_ORDER, /* a fetch shows its jobs in reverse */
    LIE_TOKEN, /* a fetch shows the token of the grant before */
    LIE_RESULT, /* a result is shown changed */
    LIE_GONE, /* a job is shown as not found */
    LIE_PAUSE, /* a pause reads as done and was never asked */
    LIE_LIMIT, /* so does a limit */
    LIE_KEY, /* a batch is sent again under another key */
    LIE_BULK, /* jobs that bulk has left alone read as cancelled */
    LIE_REVIVE, /* a dead letter reads as tried again, and was never asked for */
    LIE_DELETE, /* so does its deletion */
    LIE_SKIP, /* jobs that bulk has left alone read as tried again */
    LIE_CHECKPOINT, /* a grant shows no checkpoint */
    LIE_ADOPTED, /* the job of a call is shown as cancelled */
    LIE_FIRING, /* a job of a schedule is missing in a list */
    LIE_ENGINE, /* a server that comes back has forgotten what its last engine held */
    LIE_STRANGER, /* a stranger is not one */
    LIES,
};
extern const char *const sim_lie_names[LIES];

/* Drawn from the seed once: the size of everything and how often things go wrong; 1 in n, 0: never. */
struct sim_profile {
    uint32_t shards, engines, workers, clients, lives;
    bool direct_fds, oneshot_accept, oneshot_recv, park;
    uint32_t sq_entries, receive_buffers, receive_buffer_bytes, conns_max;
    bool disk_direct;
    uint64_t disk_bytes; /* of the disk */
    bool disk_may_fill; /* now and then the server finds no room */
    uint64_t disk_ns, sync_ns; /* up to, each operation */
    uint32_t disk_fails; /* operations of a life until one fails; 0: none does */
    bool by_owner; /* jobs are seen by who made them */
    uint32_t defer, short_recv, mshot_ends, emfile, spurious;
};

struct sim {
    uint64_t seed, now_ns;
    struct random random;
    struct sim_profile p;
    enum sim_lie lie;
    bool print;
    uint64_t hash, lines, switches;
    uint64_t disk_failed_ns; /* when an operation of this life failed that must not; 0: none has */
    uint32_t life; /* of the server: what belongs to an earlier one never happens */
    uint32_t lies_told;
    const char *goal; /* what is being waited for; for messages */
};
extern struct sim sim;

void sim_begin(uint64_t seed, enum sim_lie lie, bool print);
uint64_t sim_below(uint64_t n);
bool sim_one_in(uint32_t n); /* 0: never */
uint64_t sim_between(uint64_t low, uint64_t high); /* both included */
uint64_t sim_wall_ns(void);

/* Calls fn(arg) once, delay_ns from now, unless the server's life has ended by then (life 0: in any case). */
void sim_at(uint64_t delay_ns, uint32_t life, void (*fn)(void *arg), void *arg);
/* When the first event is due; UINT64_MAX: there is none. */
uint64_t sim_next_event_ns(void);
void sim_run_events(void); /* all that are due */

/* One line of the trace. */
void sim_trace(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* A broken promise, or a simulation that gets nowhere: tells the seed and ends the process with 1. */
_Noreturn void sim_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- threads ---- */

struct sim_thread;
/* life 0: not the server's. */
struct sim_thread *sim_thread_start(const char *name, uint32_t life, void *(*fn)(void *), void *arg);
void sim_yield(void);
/* Until ready(arg), or until_ns. ready NULL: only the time. True: it is ready. */
bool sim_wait(bool (*ready)(void *arg), void *arg, uint64_t until_ns);
void sim_sleep(uint64_t ns);
bool sim_thread_ended(const struct sim_thread *t);
void sim_thread_rename(const char *name); /* the one that runs */
const char *sim_thread_name(void); /* of the one that runs */
/* All threads of that life are dropped where they stand. */
void sim_threads_drop(uint32_t life);
/* Runs everything until t has ended; sim_fail when nothing can happen any more. */
void sim_run(struct sim_thread *t);
/* libc.c: nobody of the life that has ended sleeps on a futex any more. */
void sim_futexes_drop(void);

#endif
