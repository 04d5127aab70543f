#include "log.h"
#include "check.h"
#include "clock.h"
#include "digits.h"
#include "log_lane.h"
#include "log_line.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/futex.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SELDOM __attribute__((noinline, cold)) /* so that what is done with every request saves no registers for it */
#define HEAD_OFTEN_BYTES 48u /* of a line of text; one of JSON has more */
static_assert(HEAD_BYTES + LOG_BEGUN_BYTES + 2 <= LOG_LINE_BYTES, "a place holds any line that is begun");
#define FLUSH_WAIT_NS (2 * NS_PER_S)
#define REPEATS_MAX 10 /* lines of one event per second and lane, for error and warn */

/* The one thread-local: log_line is called from every depth, and a lane in each signature would be
 * the only use of it. */
static _Thread_local struct log_lane *lane_of_thread;

static void futex_wait(_Atomic uint32_t *word, uint32_t seen, uint64_t ns)
{
    struct timespec t = {(time_t)(ns / NS_PER_S), (long)(ns % NS_PER_S)};
    (void)syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, seen, &t, NULL, 0); /* callers look again */
}

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

static inline uint32_t tail_of(struct log_lane *lane)
{
    return atomic_load_explicit(&lane->tail, memory_order_relaxed); /* relaxed: ours */
}

/* Where the next line is to be built: room for LOG_LINE_BYTES. NULL: there is none. */
static inline char *place_of(struct log_lane *lane)
{
    uint32_t tail = tail_of(lane);
    /* Acquire: pairs with drain_lane: the writer has written out what we now write over. */
    uint32_t head = atomic_load_explicit(&lane->head, memory_order_acquire);
    return RING_BYTES - (tail - head) >= LOG_LINE_BYTES ? lane->ring + tail % RING_BYTES : NULL;
}

SELDOM static void move_to_front(struct log_lane *lane, uint32_t bytes)
{
    memcpy(lane->ring, lane->ring + RING_BYTES, bytes);
}

SELDOM static void make_awake(struct log *l)
{
    /* Relaxed: it only picks one of several threads to write the eventfd. */
    if (atomic_exchange_explicit(&l->state, LOG_AWAKE, memory_order_relaxed) != LOG_AWAKE) log_wake(l);
}

/* Whether a writer that lingers is woken for what is there. */
static bool is_too_much(const struct log_lane *lane, uint32_t tail)
{
    return tail - atomic_load_explicit(&lane->head, memory_order_relaxed) >= PATIENT_BYTES; /* relaxed: when, not what */
}

/* The line that stands at the place, which tail is for, is the writer's. A patient one may wait for a writer that lingers. */
static inline void publish(struct log_lane *lane, uint32_t tail, uint32_t len, bool patient)
{
    struct log *l = lane->log;
    uint32_t end = tail % RING_BYTES + len;
    if (end > RING_BYTES) move_to_front(lane, end - RING_BYTES);
    /* Both sequentially consistent: see rest. The store also releases the bytes. */
    atomic_store_explicit(&lane->tail, tail + len, memory_order_seq_cst);
    uint32_t state = atomic_load_explicit(&l->state, memory_order_seq_cst);
    if (state == LOG_AWAKE || (state == LOG_LINGERS && patient && !is_too_much(lane, tail + len))) return;
    make_awake(l);
}

/* A line of log_begin() has the time of its turn, which may be older than that of a line before it: not to be seen, but for clocks that
 * somebody has set. */
static uint64_t in_order(struct log_lane *lane, uint64_t wall_ns)
{
    if (wall_ns >= lane->wall_ns || lane->wall_ns - wall_ns >= NS_PER_S) lane->wall_ns = wall_ns;
    return lane->wall_ns;
}

static void emit(struct log_lane *lane, uint64_t wall_ns, enum log_level level, const char *event, struct slice pairs)
{
    char *line = place_of(lane);
    if (!line) {
        log_count_dropped(lane->log, 1);
        return;
    }
    struct log_record r = {in_order(lane, wall_ns), level, lane->thread, event, pairs};
    publish(lane, tail_of(lane), (uint32_t)log_line_build(lane->log->format, &r, line), false);
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
        int len = snprintf(pairs, sizeof pairs, "suppressed=%" PRIu32 " suppressed_event=%s", r->n_suppressed, r->event);
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

/* ---- the line that comes with every request ---- */

static void make_head(struct log_lane *lane, enum log_level level, const char *event, uint64_t wall_ns)
{
    char line[LOG_LINE_BYTES];
    struct log_head *h = &lane->often;
    uint64_t second_ns = wall_ns - wall_ns % NS_PER_S;
    struct log_record r = {second_ns, level, lane->thread, event, SLICE("")};
    size_t len = log_line_build(lane->log->format, &r, line) - (lane->log->format == LOG_JSON ? sizeof "}\n" : sizeof "\n") + 1;
    assert(len <= HEAD_BYTES); /* thread and event are names of ours, and short */
    *h = (struct log_head){.second_ns = second_ns, .event = event, .level = level, .len = (uint32_t)len};
    h->ms_at = (uint32_t)log_line_ms_at(lane->log->format);
    memcpy(h->text, line, len);
}

static inline char *put_head(const struct log_lane *lane, char *p, uint64_t wall_ns)
{
    const struct log_head *h = &lane->often;
    memcpy(p, h->text, HEAD_OFTEN_BYTES); /* of a size that the compiler knows */
    if (h->len > HEAD_OFTEN_BYTES) memcpy(p + HEAD_OFTEN_BYTES, h->text + HEAD_OFTEN_BYTES, HEAD_BYTES - HEAD_OFTEN_BYTES);
    (void)digits_put_3(p + h->ms_at, (uint32_t)((wall_ns - h->second_ns) / NS_PER_MS));
    return p + h->len;
}

/* With a new second, and whenever something is in the way. */
SELDOM static char *begin_slowly(struct log_lane *lane, enum log_level level, const char *event, const struct clock *now)
{
    if (lane->any_suppressed) tell_suppressed(lane, now, false);
    char *p = place_of(lane);
    if (!p) {
        log_count_dropped(lane->log, 1);
        return NULL;
    }
    uint64_t wall_ns = in_order(lane, now->wall_ns);
    make_head(lane, level, event, wall_ns);
    return put_head(lane, p, wall_ns);
}

char *log_begin(enum log_level level, const char *event, const struct clock *now, enum log_format *format)
{
    struct log_lane *lane = lane_of_thread;
    if (!lane || level > lane->log->level) return NULL;
    *format = lane->log->format;
    const struct log_head *h = &lane->often;
    uint64_t wall_ns = now->wall_ns;
    char *p = place_of(lane);
    /* The difference wraps for a time before it. */
    if (!p || wall_ns < lane->wall_ns || wall_ns - h->second_ns >= NS_PER_S || h->event != event || h->level != level ||
        lane->any_suppressed)
        return begin_slowly(lane, level, event, now);
    lane->wall_ns = wall_ns;
    return put_head(lane, p, wall_ns);
}

void log_end(char *end)
{
    struct log_lane *lane = lane_of_thread;
    uint32_t tail = tail_of(lane);
    size_t len = (size_t)(end - (lane->ring + tail % RING_BYTES));
    assert(len <= HEAD_BYTES + LOG_BEGUN_BYTES);
    bool json = lane->log->format == LOG_JSON;
    memcpy(end, json ? "}\n" : "\n", 2); /* the shorter one with its NUL */
    publish(lane, tail, (uint32_t)len + 1 + json, true);
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
    log_wake(l);
}

void log_flush(void)
{
    struct log_lane *lane = lane_of_thread;
    if (!lane) return;
    uint32_t tail = tail_of(lane);
    uint64_t now = clock_now_ns(), end = now + FLUSH_WAIT_NS;
    atomic_store_explicit(&lane->flushing, true, memory_order_seq_cst); /* see drain_lane */
    log_wake(lane->log); /* there may be lines that nobody was woken for */
    for (; now < end; now = clock_now_ns()) {
        uint32_t head = atomic_load_explicit(&lane->head, memory_order_seq_cst);
        if (head == tail) break;
        futex_wait(&lane->head, head, end - now);
    }
    /* Relaxed: a needless wake-up does no harm. */
    atomic_store_explicit(&lane->flushing, false, memory_order_relaxed);
}
