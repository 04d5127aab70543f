/* log_writer.c: the thread that writes out what all lanes hold. See log.h, log_lane.h. */
#include "check.h"
#include "clock.h"
#include "log.h"
#include "log_lane.h"
#include "log_line.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define BATCH_BYTES 4096u /* PIPE_BUF: a pipe that polls as writable takes them */
#define CLOSE_WAIT_MS 1000
#define LINGER_MS 50 /* lines of log_begin() wait so long at most: docs/operations.md */
static_assert(LOG_LINE_BYTES <= BATCH_BYTES, "a batch holds at least one whole line");

static void futex_wake(_Atomic uint32_t *word)
{
    (void)syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0); /* or nobody */
}

static struct log_lane *first_lane(struct log *l)
{
    pthread_mutex_lock(&l->lock);
    struct log_lane *lane = l->lanes;
    pthread_mutex_unlock(&l->lock);
    return lane;
}

/* Waits until fd takes bytes. False: the log closes and nobody reads. */
static bool wait_writable(struct log *l)
{
    while (!l->stuck) {
        /* Acquire: pairs with log_close, as in write_lines. */
        bool stopping = atomic_load_explicit(&l->stopping, memory_order_acquire);
        struct pollfd fds[2] = {{.fd = l->fd, .events = POLLOUT}, {.fd = stopping ? -1 : l->wake_fd, .events = POLLIN}};
        int n = poll(fds, 2, stopping ? CLOSE_WAIT_MS : -1);
        l->stuck = n == 0;
        if (n > 0 && fds[0].revents) return true; /* errors too: write reports them */
        eventfd_t value;
        if (n > 0) (void)eventfd_read(l->wake_fd, &value); /* to look at stopping again */
    }
    return false;
}

/* Both parts in one piece, where fd takes them so. False: what is left of them is lost. */
static bool write_all(struct log *l, struct slice part[2])
{
    while (part[0].len + part[1].len > 0) {
        if (!wait_writable(l)) return false;
        struct iovec v[2] = {{(void *)part[0].p, part[0].len}, {(void *)part[1].p, part[1].len}};
        ssize_t n = writev(l->fd, v, 2);
        if (n < 0 && errno != EINTR && errno != EAGAIN) return false;
        size_t first = n < 0 ? 0 : (size_t)n < part[0].len ? (size_t)n : part[0].len;
        part[0] = slice_from(part[0], first);
        if (n > 0) part[1] = slice_from(part[1], (size_t)n - first);
    }
    return true;
}

static uint64_t count_lines(struct slice s)
{
    uint64_t n = 0;
    for (size_t i = 0; i < s.len; i++) n += s.p[i] == '\n';
    return n;
}

/* The whole lines at the ring's head, at most BATCH_BYTES of them, in their two parts. Returns their length. */
static uint32_t find_batch(const struct log_lane *lane, uint32_t head, uint32_t len, struct slice out[2])
{
    uint32_t at = head % RING_BYTES, to_end = RING_BYTES - at;
    bool cut = len > BATCH_BYTES;
    if (cut) len = BATCH_BYTES;
    out[0] = slice_make(lane->ring + at, len < to_end ? len : to_end);
    out[1] = slice_make(lane->ring, len - out[0].len);
    if (!cut) return len;
    for (int i = 1; i >= 0; i--) { /* a line is shorter than a batch: one of them ends here */
        const char *last = out[i].len ? memrchr(out[i].p, '\n', out[i].len) : NULL;
        out[i].len = last ? (size_t)(last + 1 - out[i].p) : 0;
        if (last) break;
    }
    return (uint32_t)(out[0].len + out[1].len);
}

/* Writes out what is in the lane now. True if there was something. */
static bool drain_lane(struct log *l, struct log_lane *lane)
{
    struct slice batch[2];
    uint32_t start = atomic_load_explicit(&lane->head, memory_order_relaxed); /* relaxed: ours */
    /* Sequentially consistent, against lost wake-ups: see rest. It is an acquire too:
     * pairs with publish. */
    uint32_t tail = atomic_load_explicit(&lane->tail, memory_order_seq_cst);
    for (uint32_t head = start; head != tail;) {
        uint32_t len = find_batch(lane, head, tail - head, batch);
        if (!write_all(l, batch)) log_count_dropped(l, count_lines(batch[0]) + count_lines(batch[1]));
        head += len;
        /* Sequentially consistent: head is stored before flushing is read, log_flush does it the
         * other way round, so one of us sees the other. As a release it lets the thread write over
         * the bytes that we have written out. */
        atomic_store_explicit(&lane->head, head, memory_order_seq_cst);
        if (atomic_load_explicit(&lane->flushing, memory_order_seq_cst)) futex_wake(&lane->head);
    }
    return start != tail;
}

static void remove_lane(struct log *l, struct log_lane *gone)
{
    pthread_mutex_lock(&l->lock);
    struct log_lane **at = &l->lanes;
    while (*at != gone) at = &(*at)->next;
    *at = gone->next;
    pthread_mutex_unlock(&l->lock);
    free(gone);
}

static bool drain_lanes(struct log *l)
{
    bool any = false;
    for (struct log_lane *next, *lane = first_lane(l); lane; lane = next) {
        next = lane->next; /* new lanes come in front, so this stays right without the lock */
        /* Acquire: pairs with log_detach; read first, so that the tail we see then is the last. */
        bool detached = atomic_load_explicit(&lane->detached, memory_order_acquire);
        any |= drain_lane(l, lane);
        if (detached) remove_lane(l, lane);
    }
    return any;
}

static void tell_dropped(struct log *l)
{
    char pairs[40], line[LOG_LINE_BYTES];
    uint64_t dropped = atomic_load_explicit(&l->dropped, memory_order_relaxed); /* a count */
    if (dropped == l->dropped_told) return;
    struct clock now = {0};
    clock_tick(&now);
    int len = snprintf(pairs, sizeof pairs, "lines=%" PRIu64, dropped - l->dropped_told);
    struct log_record r = {now.wall_ns, LOG_WARN, "log", "log.dropped", slice_make(pairs, (size_t)len)};
    l->dropped_told = dropped;
    struct slice whole[2] = {slice_make(line, log_line_build(l->format, &r, line)), SLICE("")};
    (void)write_all(l, whole); /* log_dropped still tells */
}

/* Waits until somebody wakes us; when it lingers, for a moment at most, so that the lines that come with every request need not wake
 * anybody.
 *
 * A thread stores its tail and then reads state (publish); we store state and then read the tails. All four are sequentially consistent,
 * so at least one of us sees the other's store: either we find the line, or the thread sees that we are not awake. A lane that is not yet
 * in the list we read is attached after our store, and its thread then sees state through the lock. */
static void rest(struct log *l, enum log_writer how)
{
    eventfd_t value;
    atomic_store_explicit(&l->state, how, memory_order_seq_cst);
    bool any = drain_lanes(l);
    /* Acquire: all lanes are gone when stopping is set, and their last lines come before it. */
    bool stopping = atomic_load_explicit(&l->stopping, memory_order_acquire);
    /* Whoever has set the state has woken us, and where fd was full that wake-up has been taken already. Sequentially consistent, as all of
     * these. */
    bool is_woken = atomic_load_explicit(&l->state, memory_order_seq_cst) != how;
    if (!stopping && !is_woken && (how == LOG_LINGERS || !any)) {
        struct pollfd fd = {.fd = l->wake_fd, .events = POLLIN};
        (void)poll(&fd, 1, how == LOG_LINGERS ? LINGER_MS : -1); /* an interruption only makes us look once more */
    }
    /* Relaxed: who sees it late only wakes us once more than needed. */
    atomic_store_explicit(&l->state, LOG_AWAKE, memory_order_relaxed);
    (void)eventfd_read(l->wake_fd, &value); /* non-blocking; often there is nothing */
}

static void *write_lines(void *arg)
{
    struct log *l = arg;
    for (;;) {
        /* Acquire, and read before draining: what was logged before log_close is drained below. */
        bool stopping = atomic_load_explicit(&l->stopping, memory_order_acquire);
        bool any = drain_lanes(l);
        tell_dropped(l);
        if (stopping) return NULL;
        rest(l, any ? LOG_LINGERS : LOG_ASLEEP);
    }
}

static int start_writer(struct log *l)
{
    sigset_t all, before;
    /* Signals are for the main thread, and a reader that went away must not kill us by SIGPIPE. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(&l->writer, NULL, write_lines, l);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return -rc;
}

int log_open(int fd, enum log_level level, enum log_format format, struct log **out)
{
    struct log *l = calloc(1, sizeof *l);
    if (!l) return -ENOMEM;
    *l = (struct log){.fd = fd, .level = level, .format = format};
    pthread_mutex_init(&l->lock, NULL);
    l->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int rc = l->wake_fd < 0 ? -errno : start_writer(l);
    if (rc < 0) goto free_log;
    *out = l;
    return 0;
free_log:
    if (l->wake_fd >= 0) (void)close(l->wake_fd); /* nothing to lose in an eventfd */
    pthread_mutex_destroy(&l->lock);
    free(l);
    return rc;
}

struct log *log_close(struct log *l)
{
    if (!l) return NULL;
    /* Release: pairs with the acquire in write_lines. */
    atomic_store_explicit(&l->stopping, true, memory_order_release);
    log_wake(l);
    pthread_join(l->writer, NULL);
    assert(!l->lanes); /* every thread has called log_detach */
    (void)close(l->wake_fd);
    pthread_mutex_destroy(&l->lock);
    free(l);
    return NULL;
}

uint64_t log_dropped(const struct log *l)
{
    return atomic_load_explicit(&((struct log *)l)->dropped, memory_order_relaxed); /* a count */
}
