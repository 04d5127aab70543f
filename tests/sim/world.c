/* world.c: see world.h. */
#include "world.h"

#include "base/check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WALL_START (UINT64_C(1800000000) * NS_PER_S) /* 2027 */
#define EVENTS_MAX 16384

struct sim sim;

const char *const sim_lie_names[LIES] = {
    "none", "sync", "early", "unlinked", "twice", "lost", "mixed", "status", "order", "token", "result", "gone", "pause", "limit", "key", "bulk", "revive", "delete", "skip", "checkpoint", "adopted", "firing", "engine", "stranger",
};

struct event {
    uint64_t at_ns, order;
    uint32_t life;
    void (*fn)(void *arg);
    void *arg;
};

static struct {
    struct event heap[EVENTS_MAX];
    uint32_t n;
    uint64_t order;
} events;

/* ---- random ---- */

uint64_t sim_below(uint64_t n)
{
    return random_below(&sim.random, n);
}

bool sim_one_in(uint32_t n)
{
    return n && sim_below(n) == 0;
}

uint64_t sim_between(uint64_t low, uint64_t high)
{
    return low + sim_below(high - low + 1);
}

uint64_t sim_wall_ns(void)
{
    return WALL_START + sim.now_ns;
}

static void draw_profile(struct sim_profile *p)
{
    p->shards = (uint32_t)sim_between(1, 3);
    p->engines = sim_one_in(2) ? 1 : sim_one_in(2) ? 2 : 4;
    p->workers = (uint32_t)sim_between(1, 2);
    p->clients = (uint32_t)sim_between(2, 6);
    p->lives = (uint32_t)sim_between(2, 4);
    p->direct_fds = sim_one_in(3);
    p->oneshot_accept = sim_one_in(4);
    p->oneshot_recv = sim_one_in(4);
    p->park = !sim_one_in(3);
    p->sq_entries = sim_one_in(2) ? 8 : 64;
    p->receive_buffers = 1u << sim_between(2, 6);
    p->receive_buffer_bytes = 1u << sim_between(8, 13);
    p->conns_max = (uint32_t)(sim_one_in(4) ? sim_between(4, 8) : 64);
    p->disk_direct = !sim_one_in(4);
    p->disk_bytes = sim_one_in(5) ? sim_between(4u << 20, 8u << 20) * p->engines : DISK_WIDE;
    p->disk_ns = sim_one_in(4) ? 20 * NS_PER_MS : NS_PER_MS;
    p->sync_ns = sim_one_in(4) ? 40 * NS_PER_MS : 2 * NS_PER_MS;
    p->disk_fails = sim_one_in(6) ? (uint32_t)sim_between(5, 150) : 0;
    p->disk_may_fill = p->disk_bytes < DISK_WIDE || p->disk_fails;
    p->defer = (uint32_t)sim_between(2, 6);
    p->short_recv = sim_one_in(2) ? 4 : 0;
    p->mshot_ends = sim_one_in(2) ? 16 : 0;
    p->emfile = sim_one_in(4) ? 20 : 0;
    p->spurious = 20;
    p->by_owner = sim_one_in(2);
}

void sim_begin(uint64_t seed, enum sim_lie lie, bool print)
{
    sim = (struct sim){
        .seed = seed, .lie = lie, .print = print, .now_ns = NS_PER_S, .hash = UINT64_C(0xcbf29ce484222325), .life = 1};
    events.n = 0;
    random_seed(&sim.random, seed);
    draw_profile(&sim.p);
    if (lie == LIE_SYNC || lie == LIE_EARLY || lie == LIE_UNLINKED) sim.p.disk_fails = 0;
    sim.p.by_owner |= lie == LIE_STRANGER;
    const struct sim_profile *p = &sim.p;
    sim_trace("profile shards=%u engines=%u workers=%u clients=%u lives=%u direct=%d oneshot=%d,%d park=%d buffers=%ux%u conns=%u "
              "disk=%" PRIu64 " direct_io=%d fails=%u by_owner=%d",
              p->shards, p->engines, p->workers, p->clients, p->lives, p->direct_fds, p->oneshot_accept, p->oneshot_recv, p->park,
              p->receive_buffers, p->receive_buffer_bytes, p->conns_max, p->disk_bytes, p->disk_direct, p->disk_fails, p->by_owner);
}

/* ---- events: a heap by time, then by the order in which they were made ---- */

static bool comes_before(const struct event *a, const struct event *b)
{
    return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->order < b->order;
}

static void swap(uint32_t i, uint32_t k)
{
    struct event e = events.heap[i];
    events.heap[i] = events.heap[k];
    events.heap[k] = e;
}

void sim_at(uint64_t delay_ns, uint32_t life, void (*fn)(void *arg), void *arg)
{
    assert(events.n < EVENTS_MAX);
    uint32_t i = events.n++;
    events.heap[i] = (struct event){sim.now_ns + delay_ns, events.order++, life, fn, arg};
    for (; i && comes_before(&events.heap[i], &events.heap[(i - 1) / 2]); i = (i - 1) / 2) swap(i, (i - 1) / 2);
}

static struct event take_first(void)
{
    struct event first = events.heap[0];
    events.heap[0] = events.heap[--events.n];
    for (uint32_t i = 0;;) {
        uint32_t least = i, left = 2 * i + 1;
        for (uint32_t k = left; k < left + 2 && k < events.n; k++)
            if (comes_before(&events.heap[k], &events.heap[least])) least = k;
        if (least == i) return first;
        swap(i, least);
        i = least;
    }
}

uint64_t sim_next_event_ns(void)
{
    return events.n ? events.heap[0].at_ns : UINT64_MAX;
}

void sim_run_events(void)
{
    while (events.n && events.heap[0].at_ns <= sim.now_ns) {
        struct event e = take_first();
        if (!e.life || e.life == sim.life) e.fn(e.arg);
    }
}

/* ---- trace ---- */

static void hash_line(const char *line)
{
    for (; *line; line++) sim.hash = (sim.hash ^ (uint8_t)*line) * UINT64_C(0x100000001b3);
    sim.lines++;
}

void sim_trace(const char *format, ...)
{
    char line[512];
    int len = snprintf(line, sizeof line, "%" PRIu64 ".%06" PRIu64 " %s ", sim.now_ns / NS_PER_S, sim.now_ns % NS_PER_S / 1000,
                       sim_thread_name());
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line + len, sizeof line - (size_t)len, format, args);
    va_end(args);
    hash_line(line);
    if (sim.print) (void)puts(line), (void)fflush(stdout);
}

void sim_fail(const char *format, ...)
{
    va_list args;
    (void)fflush(stdout);
    (void)fprintf(stderr, "seed %" PRIu64 ", at %.6f s, in %s: ", sim.seed, (double)sim.now_ns / 1e9, sim_thread_name());
    va_start(args, format);
    (void)vfprintf(stderr, format, args);
    va_end(args);
    (void)fputc('\n', stderr);
    (void)fflush(stderr);
    _exit(1);
}
