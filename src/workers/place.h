/* place.h: what a process place and a command place have in common: a child of the zygote, and how it is brought to its end. Of the
 * thread that serves the worker. */
#ifndef QUERN_WORKERS_PLACE_H
#define QUERN_WORKERS_PLACE_H

#include "workers/run_spec.h"
#include "workers/worker.h"
#include "workers/zygote.h"

struct shared;

struct place {
    const struct job_type *type;
    const struct run_spec *spec;
    int socket; /* to the zygote; borrowed */
    struct child child;
    /* Of a process place: process.c. */
    struct shared *shared; /* stays until the pool goes: others look at progress */
    int memory_fd, done_fd, channel[2], epoll_fd;
    bool has_started;    /* some child before has */
    bool ready;          /* the child takes tasks */
    bool dormant;        /* it is to have none: growth.h */
    bool grows;          /* its child has been asked for since tasks wait, and is not ready yet */
    uint64_t idle_ns;    /* since when it has had nothing to do */
    uint32_t run;        /* number of the last one */
    uint32_t n_deaths;   /* since the last task that came to its end */
    uint64_t next_ns;    /* when the next child may start; or until when this one must be ready */
};

/* The course of one task's end: told to stop, then made to. */
struct ending {
    struct worker *worker;
    struct task *task;
    uint64_t limit_ns; /* when its time is over */
    uint64_t kill_ns;  /* when SIGKILL follows; UINT64_MAX: not told to stop, or killed already */
    bool timed_out;    /* it was the limit */
    bool told;         /* SIGTERM has been sent, for whatever reason */
};
struct ending ending_begin(struct worker *w, struct task *t);
/* Sends what is due. Returns for how many ms there is nothing to do, -1: for ever. */
int ending_look(struct ending *e);
/* Tells it to stop now, for a reason of the caller's. */
void ending_kill(struct ending *e);

/* The child has ended: outcome, code and message from its wait status (-1: unknown). A death that was not asked for is a crash: it is
 * counted and logged. tail: the last that it said, may be empty. */
void place_fail(const struct ending *e, int status, const char *tail);
/* "signal 11 (SIGSEGV)", "exit status 3". */
#define PLACE_END_BYTES 64
void place_describe_end(int status, char out[PLACE_END_BYTES]);

#endif
