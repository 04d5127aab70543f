#include "log.h"
#include "check.h"
#include "clock.h"
#include "log_line.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RING_BYTES 65536u /* power of two */
#define BATCH_BYTES 4096u /* PIPE_BUF: a pipe that polls as writable takes them */
#define CLOSE_WAIT_MS 1000
#define FLUSH_WAIT_NS (2 * NS_PER_S)
#define EVENTS_WATCHED 16
#define REPEATS_MAX 10 /* lines of one event per second and lane, for error and warn */
static_assert(LOG_LINE_BYTES <= BATCH_BYTES, "a batch holds at least one whole line");

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

/* The one thread-local: log_line is called from every depth, and a lane in each signature would be
 * the only use of it. */
static _Thread_local struct log_lane *lane_of_thread;

/* ---- waking and waiting ---- */

static void wake(struct log *l)
{
    (void)eventfd_write(l->wake_fd, 1); /* cannot fail: the counter is far from full */
}

static void futex_wait(_Atomic uint32_t *word, uint32_t seen, uint64_t ns)
{
    struct timespec t = {(time_t)(ns / NS_PER_S), (long)(ns % NS_PER_S)};
    (void)syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, seen, &t, NULL, 0); /* callers look again */
}

static void futex_wake(_Atomic uint32_t *word)
{
    (void)syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0); /* or nobody */
}

/* ---- the writer thread ---- */

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
        struct pollfd fds[2] = {{.fd = l->fd, .events = POLLOUT},
                                {.fd = stopping ? -1 : l->wake_fd, .events = POLLIN}};
        int n = poll(fds, 2, stopping ? CLOSE_WAIT_MS : -1);
        l->stuck = n == 0;
        if (n > 0 && fds[0].revents) return true; /* errors too: write reports them */
        eventfd_t value;
        if (n > 0) (void)eventfd_read(l->wake_fd, &value); /* to look at stopping again */
    }
    return false;
}

/* False: the bytes are lost. */
static bool write_all(struct log *l, const char *p, size_t len)
{
    while (len > 0) {
        if (!wait_writable(l)) return false;
        ssize_t n = write(l->fd, p, len);
        if (n < 0 && errno != EINTR && errno != EAGAIN) return false;
        if (n > 0) p += n, len -= (size_t)n;
    }
    return true;
}

static uint64_t count_lines(const char *p, size_t len)
{
    uint64_t n = 0;
    for (size_t i = 0; i < len; i++) n += p[i] == '\n';
    return n;
}

static void count_dropped(struct log *l, uint64_t n)
{
    /* Relaxed: a count, publishes nothing. */
    atomic_fetch_add_explicit(&l->dropped, n, memory_order_relaxed);
}

/* Whole lines from the ring, at most BATCH_BYTES of them. */
static uint32_t copy_batch(const struct log_lane *lane, uint32_t head, uint32_t len,
                           char out[BATCH_BYTES])
{
    bool cut = len > BATCH_BYTES;
    if (cut) len = BATCH_BYTES;
    uint32_t at = head % RING_BYTES, to_end = RING_BYTES - at;
    uint32_t first = len < to_end ? len : to_end;
    memcpy(out, lane->ring + at, first);
    memcpy(out + first, lane->ring, len - first);
    while (cut && out[len - 1] != '\n') len--;
    return len;
}

/* Writes out what is in the lane now. True if there was something. */
static bool drain_lane(struct log *l, struct log_lane *lane)
{
    char batch[BATCH_BYTES];
    uint32_t start = atomic_load_explicit(&lane->head, memory_order_relaxed); /* relaxed: ours */
    /* Sequentially consistent, against lost wake-ups: see sleep_until_woken. It is an acquire too:
     * pairs with publish. */
    uint32_t tail = atomic_load_explicit(&lane->tail, memory_order_seq_cst);
    for (uint32_t head = start; head != tail;) {
        uint32_t len = copy_batch(lane, head, tail - head, batch);
        if (!write_all(l, batch, len)) count_dropped(l, count_lines(batch, len));
        head += len;
        /* Sequentially consistent: head is stored before flushing is read, log_flush does it the
         * other way round, so one of us sees the other. As a release it lets the thread write over
         * the bytes that we have copied. */
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
    struct log_record r = {now.wall_ns, LOG_WARN, "log", "log.dropped",
                           slice_make(pairs, (size_t)len)};
    l->dropped_told = dropped;
    (void)write_all(l, line, log_line_build(l->format, &r, line)); /* log_dropped still tells */
}

/* A thread stores its tail and then reads asleep (publish); we store asleep and then read the
 * tails. All four are sequentially consistent, so at least one of us sees the other's store: either
 * we find the line, or the thread writes wake_fd. A lane that is not yet in the list we read is
 * attached after our store, and its thread then sees asleep through the lock. */
static void sleep_until_woken(struct log *l)
{
    eventfd_t value;
    atomic_store_explicit(&l->asleep, true, memory_order_seq_cst);
    /* Acquire: all lanes are gone when stopping is set, and their last lines come before it. */
    if (!drain_lanes(l) && !atomic_load_explicit(&l->stopping, memory_order_acquire)) {
        struct pollfd fd = {.fd = l->wake_fd, .events = POLLIN};
        (void)poll(&fd, 1, -1); /* an interruption only makes us look once more */
    }
    /* Relaxed: who sees it late only wakes us once more than needed. */
    atomic_store_explicit(&l->asleep, false, memory_order_relaxed);
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
        if (!any) sleep_until_woken(l);
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
    wake(l);
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

/* ---- the logging thread ---- */

int log_attach(struct log *l, const char *thread_name)
{
    assert(!lane_of_thread);
    struct log_lane *lane = calloc(1, sizeof *lane);
    if (!lane) return -ENOMEM;
    lane->log = l;
    (void)snprintf(lane->thread, sizeof lane->thread, "%s", thread_name); /* longer names are cut */
    pthread_mutex_lock(&l->lock);
    lane->next = l->lanes;
    l->lanes = lane;
    pthread_mutex_unlock(&l->lock);
    lane_of_thread = lane;
    return 0;
}

/* All of the line or nothing. */
static void publish(struct log_lane *lane, const char *line, uint32_t len)
{
    struct log *l = lane->log;
    uint32_t tail = atomic_load_explicit(&lane->tail, memory_order_relaxed); /* relaxed: ours */
    /* Acquire: pairs with drain_lane: the writer has copied what we now write over. */
    uint32_t head = atomic_load_explicit(&lane->head, memory_order_acquire);
    if (RING_BYTES - (tail - head) < len) {
        count_dropped(l, 1);
        return;
    }
    uint32_t at = tail % RING_BYTES, to_end = RING_BYTES - at;
    uint32_t first = len < to_end ? len : to_end;
    memcpy(lane->ring + at, line, first);
    memcpy(lane->ring, line + first, len - first);
    /* Both sequentially consistent: see sleep_until_woken. The store also releases the bytes. */
    atomic_store_explicit(&lane->tail, tail + len, memory_order_seq_cst);
    if (!atomic_load_explicit(&l->asleep, memory_order_seq_cst)) return;
    /* Relaxed: it only picks one of several threads to write the eventfd. */
    if (atomic_exchange_explicit(&l->asleep, false, memory_order_relaxed)) wake(l);
}

static void emit(struct log_lane *lane, uint64_t wall_ns, enum log_level level, const char *event,
                 struct slice pairs)
{
    char line[LOG_LINE_BYTES];
    struct log_record r = {wall_ns, level, lane->thread, event, pairs};
    publish(lane, line, (uint32_t)log_line_build(lane->log->format, &r, line));
}

static bool is_over(const struct repeat *r, uint64_t mono_ns)
{
    return mono_ns - r->since_ns >= NS_PER_S;
}

/* Tells what was held back in seconds that are over; in all of them when the lane ends. */
static void tell_suppressed(struct log_lane *lane, const struct clock *now, bool all)
{
    bool any = false;
    for (struct repeat *r = lane->repeats; r < lane->repeats + EVENTS_WATCHED; r++) {
        char pairs[96];
        if (r->n_suppressed == 0) continue;
        if (!all && !is_over(r, now->mono_ns)) {
            any = true;
            continue;
        }
        int len = snprintf(pairs, sizeof pairs, "suppressed=%" PRIu32 " suppressed_event=%s",
                           r->n_suppressed, r->event);
        r->n_suppressed = 0;
        emit(lane, now->wall_ns, LOG_WARN, "log.suppressed", slice_make(pairs, (size_t)len));
    }
    lane->any_suppressed = any;
}

/* The entry that counts this event: its own, or one whose second is over; NULL when 16 other events
 * are on. */
static struct repeat *find_repeat(struct log_lane *lane, const char *event, uint64_t mono_ns)
{
    struct repeat *unused = NULL;
    for (struct repeat *r = lane->repeats; r < lane->repeats + EVENTS_WATCHED; r++) {
        if (strncmp(r->event, event, sizeof r->event - 1) == 0) return r;
        if (!unused && (!r->event[0] || is_over(r, mono_ns))) unused = r;
    }
    if (!unused) return NULL;
    /* A name that is too long is known by its start. */
    (void)snprintf(unused->event, sizeof unused->event, "%s", event);
    unused->since_ns = mono_ns;
    unused->n = 0;
    return unused;
}

/* True: one too many, hold the line back. Call tell_suppressed before, so that entries of past
 * seconds are free. */
static bool is_repeat(struct log_lane *lane, const char *event, uint64_t mono_ns)
{
    struct repeat *r = find_repeat(lane, event, mono_ns);
    if (!r) return false;
    if (is_over(r, mono_ns)) {
        r->since_ns = mono_ns;
        r->n = 0;
    }
    if (r->n++ < REPEATS_MAX) return false;
    r->n_suppressed++;
    lane->any_suppressed = true;
    return true;
}

/* Only for threads that are not part of a server yet: it may block. */
static void write_direct(enum log_level level, const char *event, struct slice pairs)
{
    char line[LOG_LINE_BYTES];
    struct clock now = {0};
    clock_tick(&now);
    struct log_record r = {now.wall_ns, level, "-", event, pairs};
    size_t len = log_line_build(LOG_TEXT, &r, line);
    if (write(STDERR_FILENO, line, len) < 0) return; /* nowhere left to complain */
}

static void log_pairs(enum log_level level, const char *event, struct slice pairs)
{
    struct log_lane *lane = lane_of_thread;
    struct clock now = {0};
    if (!lane) {
        write_direct(level, event, pairs);
        return;
    }
    clock_tick(&now);
    if (lane->any_suppressed) tell_suppressed(lane, &now, false);
    if (level <= LOG_WARN && is_repeat(lane, event, now.mono_ns)) return;
    emit(lane, now.wall_ns, level, event, pairs);
}

bool log_enabled(enum log_level level)
{
    return level <= (lane_of_thread ? lane_of_thread->log->level : LOG_WARN);
}

void log_line(enum log_level level, const char *event, const char *format, ...)
{
    char pairs[LOG_PAIRS_BYTES];
    va_list args;
    if (!log_enabled(level)) return;
    va_start(args, format);
    int len = vsnprintf(pairs, sizeof pairs, format, args);
    va_end(args);
    if (len < 0) len = 0;
    if (len > (int)sizeof pairs - 1) len = (int)sizeof pairs - 1;
    log_pairs(level, event, slice_make(pairs, (size_t)len));
}

void log_detach(void)
{
    struct log_lane *lane = lane_of_thread;
    if (!lane) return;
    struct log *l = lane->log;
    struct clock now = {0};
    clock_tick(&now);
    tell_suppressed(lane, &now, true);
    lane_of_thread = NULL;
    /* Release: our last line and the lane itself are the writer's from here on; it frees the lane,
     * so no touching it. */
    atomic_store_explicit(&lane->detached, true, memory_order_release);
    wake(l);
}

void log_flush(void)
{
    struct log_lane *lane = lane_of_thread;
    if (!lane) return;
    uint32_t tail = atomic_load_explicit(&lane->tail, memory_order_relaxed); /* relaxed: ours */
    uint64_t now = clock_now_ns(), end = now + FLUSH_WAIT_NS;
    atomic_store_explicit(&lane->flushing, true, memory_order_seq_cst); /* see drain_lane */
    for (; now < end; now = clock_now_ns()) {
        uint32_t head = atomic_load_explicit(&lane->head, memory_order_seq_cst);
        if (head == tail) break;
        futex_wait(&lane->head, head, end - now);
    }
    /* Relaxed: a needless wake-up does no harm. */
    atomic_store_explicit(&lane->flushing, false, memory_order_relaxed);
}
