/* run.c: one run from the first connection to the result. The main thread starts the load threads, says when a phase begins,
 * samples and draws once per tick, and puts together what the threads have counted. */
#include "tools/load/run.h"

#include "base/check.h"
#include "tools/load/job_book.h"
#include "tools/load/merge.h"
#include "tools/load/report.h"
#include "tools/load/screen.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LOOK_NS (5 * NS_PER_MS)     /* how often phases are looked at */
#define STALL_NS (3 * NS_PER_S)     /* a ramp that opens nothing for so long is over; -n with nothing to wait for too */
#define STALL_GAPS 5                /* … unless --ramp opens so slowly that this many of its gaps are longer */
#define PROBE_NS (120 * NS_PER_S)   /* the final probe may take so long */
#define TICKS_MAX 8192u

static _Atomic bool caught;

static void on_signal(int signal)
{
    (void)signal;
    atomic_store(&caught, true);
}

void run_catch_signals(void)
{
    const struct sigaction act = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    (void)sigaction(SIGINT, &act, NULL);
    (void)sigaction(SIGTERM, &act, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
}

bool run_was_interrupted(void)
{
    return atomic_load(&caught);
}

enum phase_kind run_phase(const struct run *run)
{
    return (enum phase_kind)atomic_load_explicit(&run->phase, memory_order_relaxed);
}

uint64_t run_measure_end(const struct run *run)
{
    return atomic_load_explicit(&run->measure_end_ns, memory_order_relaxed);
}

bool run_measures(const struct run *run, uint64_t at_ns)
{
    return at_ns >= atomic_load_explicit(&run->measure_start_ns, memory_order_relaxed) && at_ns < run_measure_end(run);
}

uint64_t dist_draw(struct random *r, const struct dist *dist)
{
    if (dist->kind == DIST_ZERO) return 0;
    if (dist->kind == DIST_CONST) return dist->mean_ns;
    double u = ((double)(random_u64(r) >> 11) + 0.5) / 9007199254740992.0; /* in (0, 1) */
    return (uint64_t)(-log(u) * (double)dist->mean_ns);
}

/* ---- what the threads say ---- */

static uint64_t sum_states(const struct run *run, enum conn_state state)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < run->drivers_n; i++) n += metric_get(&run->drivers[i].states[state]);
    return n;
}

static uint64_t sum_open(const struct run *run)
{
    return sum_states(run, CONN_IDLE) + sum_states(run, CONN_BUSY) + sum_states(run, CONN_PAUSED);
}

/* Of a metric that stands at this place in every driver. */
static uint64_t sum_at(const struct run *run, size_t offset)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < run->drivers_n; i++)
        n += metric_get((const metric *)(const void *)((const char *)&run->drivers[i] + offset));
    return n;
}
#define SUM(run, field) sum_at(run, offsetof(struct driver, field))

/* ---- phases ---- */

/* What the main thread keeps while a run goes on. */
struct progress {
    struct run *run;
    struct result *result;
    struct sampler *sampler;
    struct screen *screen;
    struct sample before, ready, at_measure, last; /* ready: after the ramp */
    uint64_t now_ns, phase_start_ns;
    uint64_t ramp_want, ramp_open, ramp_moved_ns;
    uint64_t done, done_moved_ns;
    uint32_t tick;      /* the next to be closed */
};

static void enter_phase(struct progress *p, enum phase_kind kind)
{
    struct run *run = p->run;
    struct result *r = p->result;
    if (r->phases_n) r->phases[r->phases_n - 1].end_ns = p->now_ns - run->start_ns;
    r->phases[r->phases_n++] = (struct phase){.kind = kind, .start_ns = p->now_ns - run->start_ns};
    p->phase_start_ns = p->now_ns;
    atomic_store(&run->phase, (int)kind);
}

static uint64_t count_conns(const struct run *run, bool (*counts)(const struct driver_group *g))
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < run->drivers_n; i++)
        for (int g = 0; g < run->drivers[i].groups_n; g++)
            if (counts(&run->drivers[i].groups[g])) n += run->drivers[i].groups[g].n;
    return n;
}

/* Connections that the ramp opens: those of fresh scenarios come with their requests. */
static uint64_t ramp_wants(const struct run *run)
{
    const struct options *o = run->o;
    if (o->stages_n && o->stages[0].connections) return (uint64_t)(o->stages[0].from + 0.5);
    return count_conns(run, driver_group_is_kept);
}

static uint64_t ramp_stall_ns(const struct options *o)
{
    double gap_ns = o->ramp_rate > 0 ? 1e9 / o->ramp_rate : (double)o->ramp_ns / o->connections;
    return gap_ns * STALL_GAPS > (double)STALL_NS ? (uint64_t)(gap_ns * STALL_GAPS) : STALL_NS;
}

static bool ramp_over(struct progress *p)
{
    uint64_t open = sum_open(p->run);
    if (open != p->ramp_open || !p->ramp_moved_ns) {
        if (open > p->ramp_open || !p->ramp_moved_ns) p->ramp_moved_ns = p->now_ns;
        p->ramp_open = open;
    }
    if (open >= p->ramp_want) return true;
    return p->now_ns - p->ramp_moved_ns > ramp_stall_ns(p->run->o);
}

static void begin_load(struct progress *p)
{
    struct run *run = p->run;
    const struct options *o = run->o;
    uint64_t start = p->now_ns + 2 * LOOK_NS;
    sampler_read(p->sampler, &p->ready);
    atomic_store(&run->measure_start_ns, start + o->warmup_ns);
    atomic_store(&run->measure_end_ns, o->requests ? UINT64_MAX : start + o->warmup_ns + o->duration_ns);
    atomic_store(&run->load_start_ns, start);
    enter_phase(p, PHASE_WARMUP);
}

static bool quota_done(struct progress *p)
{
    uint64_t done = SUM(p->run, done_n);
    if (done != p->done || !p->done_moved_ns) {
        p->done = done;
        p->done_moved_ns = p->now_ns;
    }
    if (done >= p->run->o->requests) return true;
    if (p->now_ns - p->done_moved_ns <= STALL_NS) return false;
    bool thinking = p->run->o->think.kind != DIST_ZERO && sum_states(p->run, CONN_PAUSED) > 0;
    bool in_flight = SUM(p->run, asked_n) > done || SUM(p->run, queued_n) > 0;
    return !in_flight && !thinking && SUM(p->run, planned) == 0; /* else it takes as long as it takes: --timeout ends that */
}

static bool measure_over(struct progress *p)
{
    if (p->run->o->requests) return quota_done(p);
    return p->now_ns >= atomic_load(&p->run->measure_end_ns);
}

static void end_measure(struct progress *p)
{
    struct run *run = p->run;
    struct sample at_end;
    sampler_read_all(p->sampler, &at_end);
    if (run->o->requests || p->now_ns < atomic_load(&run->measure_end_ns)) atomic_store(&run->measure_end_ns, p->now_ns);
    p->result->measured_ns = atomic_load(&run->measure_end_ns) - atomic_load(&run->measure_start_ns);
    merge_samples(p->result, &p->before, &p->ready, &p->at_measure, &at_end);
    enter_phase(p, PHASE_COOLDOWN);
}

static bool cooled_down(const struct progress *p)
{
    if (p->now_ns - p->phase_start_ns >= p->run->o->cooldown_ns) return true;
    return SUM(p->run, done_n) >= SUM(p->run, asked_n);
}

static bool wants_probe(const struct options *o)
{
    for (int i = 0; i < o->groups_n; i++)
        if (o->groups[i].scenario == SCENARIO_IDLE_MASS) return true;
    return false;
}

static bool probe_over(const struct progress *p)
{
    return SUM(p->run, probed_n) >= count_conns(p->run, driver_group_is_probed) || p->now_ns - p->phase_start_ns > PROBE_NS;
}

/* True: the run is over. */
static bool look(struct progress *p)
{
    const struct options *o = p->run->o;
    if (o->max_errors && SUM(p->run, errors_n) >= o->max_errors) p->result->stopped_by_errors = true;
    bool interrupted = atomic_load(&caught) || p->result->stopped_by_errors;
    switch (run_phase(p->run)) {
    case PHASE_RAMP:
        if (interrupted) return true;
        if (!ramp_over(p)) return false;
        if (p->ramp_want && sum_open(p->run) == 0) return true; /* nobody there: nothing to load */
        enter_phase(p, PHASE_HOLD);
        return false;
    case PHASE_HOLD:
        if (p->now_ns - p->phase_start_ns >= o->hold_ns || interrupted) begin_load(p);
        return false;
    case PHASE_WARMUP:
        if (p->now_ns < atomic_load(&p->run->measure_start_ns)) return interrupted;
        sampler_read_all(p->sampler, &p->at_measure);
        enter_phase(p, PHASE_MEASURE);
        return false;
    case PHASE_MEASURE:
        if (measure_over(p) || interrupted) end_measure(p);
        return false;
    case PHASE_COOLDOWN:
        if (!cooled_down(p) && !interrupted) return false;
        if (!wants_probe(o) || interrupted) return true;
        enter_phase(p, PHASE_PROBE);
        return false;
    case PHASE_PROBE: return probe_over(p) || interrupted;
    case PHASE_KINDS: break;
    }
    return true;
}

/* ---- ticks ---- */

static void sleep_until(uint64_t mono_ns)
{
    struct timespec at = {.tv_sec = (time_t)(mono_ns / NS_PER_S), .tv_nsec = (long)(mono_ns % NS_PER_S)};
    (void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

/* Each thread joins its own, which takes it until its next turn; nobody reads them meanwhile. */
static void fold_ticks(struct progress *p)
{
    struct run *run = p->run;
    uint64_t length = 2 * run->tick_ns;
    atomic_store_explicit(&run->tick_ns, length, memory_order_release);
    for (uint32_t i = 0; i < run->drivers_n; i++)
        while (atomic_load_explicit(&run->drivers[i].tick_ns_done, memory_order_acquire) != length)
            sleep_until(clock_now_ns() + NS_PER_MS);
    merge_fold(p->result);
    p->tick = p->result->ticks_n;
}

static void close_tick(struct progress *p)
{
    struct run *run = p->run;
    struct tick *t = &p->result->ticks[p->tick];
    struct sample s;
    sampler_read(p->sampler, &s);
    t->at_ns = (uint64_t)(p->tick + 1) * run->tick_ns;
    t->open = (uint32_t)sum_open(run);
    t->connecting = (uint32_t)sum_states(run, CONN_CONNECTING);
    t->busy = (uint32_t)(sum_states(run, CONN_BUSY) + sum_states(run, CONN_PAUSED));
    t->lost = (uint32_t)SUM(run, lost);
    t->queued = (uint32_t)SUM(run, queued_n);
    t->loader_cpu_ns = s.loader_cpu_ns - p->last.loader_cpu_ns;
    t->server_cpu_ns = s.server_cpu_ns - p->last.server_cpu_ns;
    t->server_rss_bytes = s.server_rss_bytes;
    t->slab_bytes = s.slab_bytes;
    t->steal_ns = s.steal_ns - p->last.steal_ns;
    p->last = s;
    p->tick++;
    p->result->ticks_n = p->tick;
    merge_tick(run, p->tick - 1, t);
    if (p->tick == run->ticks_max) fold_ticks(p);
}

static void draw(struct progress *p)
{
    uint64_t phase_length = 0, per_second = NS_PER_S / p->run->tick_ns, fps = (uint64_t)p->run->o->fps;
    if (p->tick * fps / per_second == (p->tick - 1) * fps / per_second) return;
    if (run_phase(p->run) == PHASE_MEASURE && !p->run->o->requests) phase_length = p->run->o->duration_ns;
    if (p->screen) screen_draw(p->screen, p->run, p->result, p->now_ns - p->phase_start_ns, phase_length);
}

/* Phases are looked at more often than ticks while short ones go by; in the measured time once per tick is enough. */
static void conduct(struct progress *p)
{
    struct run *run = p->run;
    for (;;) {
        p->now_ns = clock_now_ns();
        uint64_t tick_end = run->start_ns + (uint64_t)(p->tick + 1) * run->tick_ns;
        while (p->now_ns >= tick_end) {
            close_tick(p);
            tick_end = run->start_ns + (uint64_t)(p->tick + 1) * run->tick_ns;
            if (p->now_ns < tick_end) draw(p);
        }
        if (look(p)) return;
        uint64_t next = p->now_ns + LOOK_NS, end = atomic_load(&run->measure_end_ns);
        if (run_phase(run) == PHASE_MEASURE && !run->o->requests) next = end < tick_end ? end : tick_end;
        if (next > p->now_ns + run->tick_ns) next = p->now_ns + run->tick_ns;
        sleep_until(next);
    }
}

/* ---- threads ---- */

void run_thread_ready(struct run *run)
{
    (void)sem_post(&run->ready);
}

static int start_threads(struct run *run, uint32_t *started, const char **why)
{
    int rc = 0;
    *why = "a thread could not be started";
    for (*started = 0; rc == 0 && *started < run->drivers_n; ++*started) rc = driver_start(&run->drivers[*started]);
    if (rc < 0) --*started;
    for (uint32_t i = 0; i < *started; i++)
        while (sem_wait(&run->ready) < 0 && errno == EINTR) {}
    for (uint32_t i = 0; i < *started; i++) {
        int failure = atomic_load(&run->drivers[i].failure);
        if (!failure) continue;
        rc = failure;
        *why = run->drivers[i].why;
    }
    return rc;
}

static void join_threads(struct run *run, uint32_t started)
{
    atomic_store(&run->stop, true);
    for (uint32_t i = 0; i < started; i++) (void)pthread_join(run->drivers[i].thread, NULL);
}

/* ---- the whole ---- */

/* Ticks so long that TICKS_MAX of them last for any run. */
static void size_ticks(struct run *run)
{
    const struct options *o = run->o;
    double ramp_s = 30 + (o->ramp_rate > 0 ? o->connections / o->ramp_rate : o->connections / 5000.0);
    double all_s = ramp_s + (double)(o->ramp_ns + o->hold_ns + o->warmup_ns + o->duration_ns + o->cooldown_ns) / 1e9 + 150;
    run->tick_ns = TICK_NS;
    while (all_s * 1e9 / (double)run->tick_ns > TICKS_MAX) run->tick_ns *= 2u;
    run->ticks_max = ((uint32_t)(all_s * 1e9 / (double)run->tick_ns) + 2) & ~1u; /* even: they are joined by twos */
}

static int init_drivers(struct run *run, const char **why)
{
    run->drivers = calloc(run->drivers_n, sizeof *run->drivers);
    *why = "no memory";
    if (!run->drivers) return -ENOMEM;
    for (uint32_t i = 0; i < run->drivers_n; i++) {
        int rc = driver_init(&run->drivers[i], run, i);
        if (rc < 0) {
            *why = run->drivers[i].why;
            run->drivers_n = i + 1;
            return rc;
        }
        run->lanes_n += run->drivers[i].lanes_n;
    }
    return 0;
}

static int go(struct progress *p, const char **why)
{
    struct run *run = p->run;
    uint32_t started;
    *why = "the server's process cannot be looked at";
    int rc = sampler_open(run->o->server_pid, &p->sampler);
    if (rc < 0) return rc;
    sampler_read_all(p->sampler, &p->before);
    p->last = p->ready = p->at_measure = p->before;
    p->ramp_want = ramp_wants(run);
    run->start_ns = p->now_ns = clock_now_ns();
    enter_phase(p, PHASE_RAMP);
    rc = start_threads(run, &started, why);
    if (rc == 0) {
        if (run->o->tui) p->screen = screen_open();
        conduct(p);
        p->screen = screen_close(p->screen);
    }
    join_threads(run, started);
    p->now_ns = clock_now_ns();
    p->result->phases[p->result->phases_n - 1].end_ns = p->now_ns - run->start_ns;
    p->sampler = sampler_close(p->sampler);
    return rc;
}

int run_all(const struct options *o, double rate, struct result *out, const char **why)
{
    struct run run = {.o = o, .rate = rate, .drivers_n = o->threads, .phase = PHASE_RAMP};
    struct progress p = {.run = &run, .result = out};
    atomic_store(&run.measure_start_ns, UINT64_MAX);
    atomic_store(&run.measure_end_ns, UINT64_MAX);
    size_ticks(&run);
    memset(out, 0, sizeof *out);
    out->ticks = calloc(run.ticks_max, sizeof *out->ticks);
    *why = "no memory";
    if (!out->ticks) return -ENOMEM;
    (void)sem_init(&run.ready, 0, 0); /* fails for a value out of bounds only */
    int rc = init_drivers(&run, why);
    if (rc == 0) rc = go(&p, why);
    if (rc == 0) rc = merge_run(&run, out);
    if (rc == 0 && run.book) job_book_check(run.book, o, &out->conservation);
    if (rc == 0) verdict_give(out);
    if (rc < 0) result_deinit(out);
    for (uint32_t i = 0; run.drivers && i < run.drivers_n; i++) driver_deinit(&run.drivers[i]);
    free(run.drivers);
    run.book = job_book_free(run.book);
    (void)sem_destroy(&run.ready);
    return rc;
}
