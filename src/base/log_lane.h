/* log_lane.h: a thread's lines on their way to the writer. Private to log.c, the threads that log, and log_writer.c. */
#ifndef QUERN_BASE_LOG_LANE_H
#define QUERN_BASE_LOG_LANE_H

#include "log.h"
#include "log_line.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>

#define RING_BYTES 65536u /* power of two */
#define PATIENT_BYTES (RING_BYTES / 4) /* so much waits for a writer that lingers, no more */
#define HEAD_BYTES 112u /* of a line before its pairs: time, level, thread, event */
#define EVENTS_WATCHED 16

/* Lines of one event in the second that began at since_ns. */
struct repeat {
    char event[48];
    uint64_t since_ns;
    uint32_t n, n_suppressed;
};

/* What the last line of log_begin() began with, ready for the next one: only its milliseconds differ within a second. */
struct log_head {
    uint64_t second_ns; /* wall time */
    const char *event;  /* NULL: nothing yet */
    enum log_level level;
    uint32_t len, ms_at;
    char text[HEAD_BYTES];
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
    uint64_t wall_ns;                      /* thread: of its last line */
    struct log_head often;                 /* thread */
    /* A line is built where it will stand; what reaches behind RING_BYTES is then moved to the front. */
    char ring[RING_BYTES + LOG_LINE_BYTES];
};

/* Whoever finds the writer not awake and makes it so, writes wake_fd. */
enum log_writer {
    LOG_AWAKE,   /* it will look at all lanes again */
    LOG_LINGERS, /* it will look in a moment; only what cannot wait wakes it */
    LOG_ASLEEP,
};

struct log {
    int fd, wake_fd;
    enum log_level level;
    enum log_format format;
    pthread_t writer;
    pthread_mutex_t lock; /* guards lanes: attach adds in front, the writer removes */
    struct log_lane *lanes;
    _Atomic uint32_t state; /* enum log_writer: the last two, when it waits or is about to */
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
