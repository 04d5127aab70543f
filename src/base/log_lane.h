/* log_lane.h: a thread's lines on their way to the writer. Private to log.c, the threads that log, and log_writer.c. */
#ifndef QUERN_BASE_LOG_LANE_H
#define QUERN_BASE_LOG_LANE_H

#include "log.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>

#define RING_BYTES 65536u /* power of two */
#define EVENTS_WATCHED 16

/* Lines of one event in the second that began at since_ns. */
struct repeat {
    char event[48];
    uint64_t since_ns;
    uint32_t n, n_suppressed;
};

/* Single producer (the thread), single consumer (the writer). Positions wrap at 2^32. */
struct log_lane {
    struct log *log;
    struct log_lane *next; /* changed by the writer only, once the lane is in the list */
    char thread[16];
    _Atomic uint32_t head;                 /* writer: everything before it is written out */
    _Atomic uint32_t tail;                 /* thread: everything before it is there to be written */
    _Atomic bool flushing;                 /* the thread waits for head */
    _Atomic bool detached;                 /* the thread is done with the lane */
    struct repeat repeats[EVENTS_WATCHED]; /* thread */
    bool any_suppressed;                   /* thread */
    char ring[RING_BYTES];
};

struct log {
    int fd, wake_fd;
    enum log_level level;
    enum log_format format;
    pthread_t writer;
    pthread_mutex_t lock; /* guards lanes: attach adds in front, the writer removes */
    struct log_lane *lanes;
    _Atomic bool asleep; /* the writer waits or is about to; who clears it writes wake_fd */
    _Atomic bool stopping;
    _Atomic uint64_t dropped; /* lines */
    uint64_t dropped_told;    /* writer */
    bool stuck;               /* writer: fd took nothing for too long while closing */
};

static inline void log_wake(struct log *l)
{
    (void)eventfd_write(l->wake_fd, 1); /* cannot fail: the counter is far from full */
}

static inline void log_count_dropped(struct log *l, uint64_t n)
{
    /* Relaxed: a count, publishes nothing. */
    atomic_fetch_add_explicit(&l->dropped, n, memory_order_relaxed);
}

#endif
