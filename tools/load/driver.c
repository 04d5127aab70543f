/* driver.c: a load thread: set up, its loop, and its end. */
#include "tools/load/driver.h"

#include "base/check.h"
#include "ring/bufring.h"
#include "tools/load/run.h"
#include "tools/load/scenario.h"
#include "tools/load/shares.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define LOOK_NS (10 * NS_PER_MS)   /* how long a thread sleeps at most: phases and time-outs are looked at that often */
#define DISPATCH_MAX 512           /* completions of one lane per turn */
#define PROBES_MAX 512             /* probes under way per thread */

/* ---- set up ---- */

static void *map(size_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

static uint32_t round_up_pow2(uint32_t n)
{
    uint32_t p = 1;
    while (p < n) p *= 2;
    return p;
}

/* What is divided among the threads evenly. */
static uint64_t thread_share(const struct options *o, uint64_t n, uint32_t number)
{
    return n / o->threads + (number < n % o->threads);
}

static double group_rate(const struct options *o, double rate, int group)
{
    const struct group_options *g = &o->groups[group];
    if (g->rate > 0) return g->rate;
    if (g->scenario == SCENARIO_IDLE_MASS && o->active_share > 0 && rate <= 0) return o->active_share * o->connections;
    return rate * share_rate(o, group);
}

/* Requests come by plan: at a rate, by stages of rates, by a trace. Else in a closed loop. */
static int init_plan(struct driver *d, int i)
{
    struct driver_group *g = &d->groups[i];
    const struct options *o = d->o;
    struct plan_part part = {
        .rate = group_rate(o, d->run->rate, i),
        .share = share_rate(o, i),
        .seed = o->seed + (uint64_t)i,
        .thread = d->number,
        .threads = o->threads,
    };
    bool staged = o->stages_n && !o->stages[0].connections;
    if (g->scenario->drips || (part.rate <= 0 && !staged && o->arrival != ARRIVAL_TRACE)) return 0;
    uint64_t length_ns = o->requests ? UINT64_MAX : o->warmup_ns + o->duration_ns;
    return plan_make(o, &part, length_ns, &g->plan, &d->why);
}

static int init_hists(struct driver_group *g)
{
    for (int k = 0; k < HIST_KINDS; k++) {
        int rc = hist_init(&g->result.hist[k], 3600 * NS_PER_S, 3);
        if (rc < 0) return rc;
    }
    return 0;
}

static int init_group(struct driver *d, int i)
{
    struct driver_group *g = &d->groups[i];
    const struct options *o = d->o;
    g->options = &o->groups[i];
    g->scenario = scenario_of(g->options->scenario);
    g->idle = g->busy = (struct conn_list){CONN_NONE, CONN_NONE, 0};
    g->quota = UINT64_MAX;
    if (o->requests) g->quota = thread_share(o, share_requests(o, i), d->number);
    (void)snprintf(g->result.name, sizeof g->result.name, "%s", g->options->name);
    (void)snprintf(g->result.scenario, sizeof g->result.scenario, "%s", scenario_name(g->options->scenario));
    g->result.connections = g->n;
    int rc = init_hists(g);
    if (rc == 0) rc = init_plan(d, i);
    if (rc == 0 && g->scenario->init) rc = g->scenario->init(d, g, &d->why);
    return rc;
}

static int init_conns(struct driver *d)
{
    d->groups_n = d->o->groups_n;
    for (int i = 0; i < d->groups_n; i++) {
        d->groups[i].first = d->conns_n;
        d->groups[i].n = (uint32_t)thread_share(d->o, share_connections(d->o, i), d->number);
        d->conns_n += d->groups[i].n;
    }
    size_t n = d->conns_n ? d->conns_n : 1;
    d->conns = map(n * sizeof *d->conns);
    d->pauses = map(n * sizeof *d->pauses);
    if (d->o->sources_n || d->o->port_first) d->ends = map(n * sizeof *d->ends);
    d->ticks = map((size_t)d->run->ticks_max * sizeof *d->ticks);
    d->carry = malloc(REPLY_HEAD_MAX);
    if (!d->conns || !d->pauses || !d->ticks || !d->carry) return -ENOMEM;
    if ((d->o->sources_n || d->o->port_first) && !d->ends) return -ENOMEM;
    return heap_init(&d->paused, (uint32_t)n);
}

static void init_remotes(struct driver *d)
{
    for (int i = 0; i < d->o->dst_ports_n; i++) {
        d->remotes[i] = d->o->target;
        d->remotes[i].sin_port = htons(d->o->dst_ports[i]);
    }
    d->remote_unix.sun_family = AF_UNIX;
    if (d->o->unix_path) (void)snprintf(d->remote_unix.sun_path, sizeof d->remote_unix.sun_path, "%s", d->o->unix_path);
}

/* Lanes as few as the table of descriptors allows. */
static void cut_lanes(struct driver *d)
{
    struct rlimit files;
    uint32_t most = d->o->conns_per_ring;
    if (!most)
        most = getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < (1u << 20) ? (uint32_t)files.rlim_cur : 1u << 20;
    uint32_t n = d->conns_n ? d->conns_n : 1;
    d->lanes_n = (n + most - 1) / most;
    d->per_lane = (n + d->lanes_n - 1) / d->lanes_n;
}

int driver_init(struct driver *d, struct run *run, uint32_t number)
{
    d->run = run;
    d->o = run->o;
    d->number = number;
    d->why = "no memory";
    d->closed = d->connecting = (struct conn_list){CONN_NONE, CONN_NONE, 0};
    d->side_free = CONN_NONE;
    random_seed(&d->random, d->o->seed + number * UINT64_C(0x9e3779b97f4a7c15));
    clock_tick(&d->clock);
    d->opened_at_ns = d->clock.mono_ns;
    int rc = init_conns(d);
    if (rc == 0) rc = hist_init(&d->ramp.connect, 3600 * NS_PER_S, 3);
    if (rc == 0) rc = checks_make(d->o, &d->checks, &d->why);
    if (rc == 0 && checks_want_body(d->checks)) d->check_bytes = check_state_bytes(d->checks);
    if (rc == 0 && !d->o->unix_path) rc = sources_make(d->o, number, d->o->threads, &d->sources);
    for (int i = 0; rc == 0 && i < d->groups_n; i++) rc = init_group(d, i);
    init_remotes(d);
    cut_lanes(d);
    d->want_open = d->conns_n;
    d->tick_ns = run->tick_ns;
    d->tick = d->ticks;
    return rc;
}

static void unmap(void *p, size_t bytes)
{
    if (p) (void)munmap(p, bytes);
}

void driver_deinit(struct driver *d)
{
    size_t n = d->conns_n ? d->conns_n : 1;
    for (int i = 0; i < d->groups_n; i++) {
        struct driver_group *g = &d->groups[i];
        if (g->scenario && g->scenario->deinit) g->scenario->deinit(d, g);
        plan_free(g->plan);
        free(g->due.at_ns);
        for (int k = 0; k < HIST_KINDS; k++) hist_deinit(&g->result.hist[k]);
    }
    for (uint32_t i = 0; i < d->sides_n; i++) {
        free(d->sides[i]->carry);
        free(d->sides[i]->body);
        free(d->sides[i]);
    }
    free(d->sides);
    free(d->carry);
    checks_free(d->checks);
    sources_free(d->sources);
    heap_deinit(&d->paused);
    hist_deinit(&d->ramp.connect);
    unmap(d->conns, n * sizeof *d->conns);
    unmap(d->pauses, n * sizeof *d->pauses);
    unmap(d->ends, n * sizeof *d->ends);
    unmap(d->ticks, (size_t)d->run->ticks_max * sizeof *d->ticks);
}

/* ---- rings: opened and closed by the thread that uses them ---- */

static int open_lane(struct driver *d, uint32_t i)
{
    struct lane *l = &d->lanes[i];
    l->driver = d;
    l->first = i * d->per_lane;
    l->n = d->conns_n - l->first < d->per_lane ? d->conns_n - l->first : d->per_lane;
    uint32_t entries = round_up_pow2(l->n * 2);
    entries = entries < 64 ? 64 : entries > 1024 ? 1024 : entries;
    if (d->lanes_n > 4 && entries > 256) entries = 256;
    struct ring_options ro = {.sq_entries = entries, .cq_entries = entries * 8, .direct_max = d->per_lane, .without = RING_WITHOUT_FILES};
    int rc = ring_open(&ro, &l->ring, &d->why);
    if (rc < 0) return rc;
    conns_handle(l);
    if (i == 0) wake_watch(&d->wake, l->ring);
    else if ((rc = ring_notify(l->ring, d->wake.fd)) < 0) return rc;
    bool few = d->lanes_n <= 4;
    d->why = "no memory for receive buffers";
    return bufring_open(l->ring, few ? 1024 : 128, few ? 16384 : 4096, 32, &l->bufs);
}

static int open_lanes(struct driver *d)
{
    d->lanes = calloc(d->lanes_n, sizeof *d->lanes);
    if (!d->lanes) return -ENOMEM;
    int rc = wake_open(&d->wake);
    for (uint32_t i = 0; rc == 0 && i < d->lanes_n; i++) rc = open_lane(d, i);
    return rc;
}

static void close_lanes(struct driver *d)
{
    for (uint32_t i = 0; d->lanes && i < d->lanes_n; i++) {
        d->lanes[i].bufs = bufring_close(d->lanes[i].bufs);
        d->lanes[i].ring = ring_close(d->lanes[i].ring); /* takes the open connections with it */
    }
    free(d->lanes);
    d->lanes = NULL;
    wake_close(&d->wake);
}

/* ---- the loop ---- */

static uint64_t sum_enters(struct driver *d)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < d->lanes_n; i++) n += metric_get(&ring_counts(d->lanes[i].ring)->enters);
    return n;
}

static void publish_counts(struct driver *d)
{
    uint64_t enobufs = 0, overflows = 0;
    for (uint32_t i = 0; i < d->lanes_n; i++) {
        enobufs += metric_get(&ring_counts(d->lanes[i].ring)->enobufs);
        overflows += metric_get(&ring_counts(d->lanes[i].ring)->cq_overflows);
    }
    metric_set(&d->enters, sum_enters(d) - d->enters_at_start);
    metric_set(&d->enobufs, enobufs);
    metric_set(&d->cq_overflows, overflows);
}

static void see_phase(struct driver *d, enum phase_kind *seen)
{
    enum phase_kind phase = run_phase(d->run);
    if (phase == *seen) return;
    if (phase >= PHASE_MEASURE && *seen < PHASE_MEASURE) {
        d->cpu_at_start_ns = clock_thread_cpu_ns();
        d->enters_at_start = sum_enters(d);
    }
    if (phase > PHASE_MEASURE && *seen <= PHASE_MEASURE) {
        d->cpu_ns = clock_thread_cpu_ns() - d->cpu_at_start_ns;
        publish_counts(d);
        requests_settle(d);
    }
    if (phase > PHASE_COOLDOWN && *seen <= PHASE_COOLDOWN) requests_censor(d);
    *seen = phase;
}

struct driver_tick *driver_tick_now(struct driver *d)
{
    uint64_t at = d->clock.mono_ns > d->run->start_ns ? d->clock.mono_ns - d->run->start_ns : 0;
    uint64_t i = at / d->tick_ns;
    return &d->ticks[i < d->run->ticks_max ? i : d->run->ticks_max - 1];
}

bool driver_group_is_kept(const struct driver_group *g)
{
    return !g->scenario->fresh;
}

bool driver_group_is_probed(const struct driver_group *g)
{
    return !g->scenario->fresh && !g->scenario->drips;
}

/* --churn: the connection that has been idle longest goes, and is opened again. */
static void churn_due(struct driver *d)
{
    if (d->o->churn_rate <= 0 || run_phase(d->run) < PHASE_WARMUP || run_phase(d->run) > PHASE_MEASURE) return;
    uint64_t gap = (uint64_t)(1e9 * d->o->threads / d->o->churn_rate);
    if (!d->churn_next_ns) d->churn_next_ns = d->clock.mono_ns + gap;
    for (int n = 0; n < 256 && d->churn_next_ns <= d->clock.mono_ns; n++) {
        d->churn_next_ns += gap;
        for (int i = 0; i < d->groups_n; i++) {
            struct conn *c = conn_list_first(d, &d->groups[i].idle);
            if (!c || c->state != CONN_IDLE) continue;
            conn_end(d, c, ERROR_KINDS, NULL);
            break;
        }
    }
}

/* --stages of connections: how many are to be open now. Until the load begins those of the beginning. */
static void want_by_stages(struct driver *d)
{
    if (!d->o->stages_n || !d->o->stages[0].connections) return;
    uint64_t at = d->load_start_ns && d->clock.mono_ns > d->load_start_ns ? d->clock.mono_ns - d->load_start_ns : 0;
    double want = d->o->stages[d->o->stages_n - 1].to;
    for (int i = 0; i < d->o->stages_n; i++) {
        const struct stage *s = &d->o->stages[i];
        if (at < s->length_ns) {
            want = s->from + (s->to - s->from) * (double)at / (double)s->length_ns;
            break;
        }
        at -= s->length_ns;
    }
    d->want_open = (uint32_t)thread_share(d->o, (uint64_t)(want + 0.5), d->number);
    if (d->want_open > d->conns_n) d->want_open = d->conns_n;
}

static void close_surplus(struct driver *d)
{
    uint64_t open = metric_get(&d->states[CONN_IDLE]) + metric_get(&d->states[CONN_BUSY]) + metric_get(&d->states[CONN_PAUSED]);
    for (int i = 0; i < d->groups_n && open > d->want_open; i++) {
        struct conn *c;
        while (open > d->want_open && (c = conn_list_first(d, &d->groups[i].idle)) && c->state == CONN_IDLE) {
            conn_end(d, c, ERROR_KINDS, NULL);
            open--;
        }
    }
}

/* One request on each connection, as many at once as PROBES_MAX. */
static void probe(struct driver *d)
{
    while (d->probe_next < d->conns_n) {
        struct conn *c = &d->conns[d->probe_next];
        struct driver_group *g = conn_group(d, c);
        if (!driver_group_is_probed(g)) {
            d->probe_next++;
            continue;
        }
        if (metric_get(&d->probed_n) + PROBES_MAX <= d->probe.asked) return;
        d->probe_next++;
        d->probe.asked++;
        if (c->state == CONN_IDLE) {
            c->flags |= CONN_PROBING;
            request_start(d, c, d->clock.mono_ns);
        } else {
            d->probe.failed++;
            metric_add(&d->probed_n, 1);
        }
    }
}

/* The main thread asks for ticks twice as long, as the run goes on for longer than they would last. */
static void fold_ticks(struct driver *d)
{
    uint64_t wanted = atomic_load_explicit(&d->run->tick_ns, memory_order_acquire);
    if (wanted == d->tick_ns) return;
    ticks_fold(d->ticks, d->run->ticks_max);
    d->tick_ns = wanted;
    atomic_store_explicit(&d->tick_ns_done, wanted, memory_order_release);
}

static void work(struct driver *d)
{
    fold_ticks(d);
    d->tick = driver_tick_now(d);
    d->load_start_ns = atomic_load_explicit(&d->run->load_start_ns, memory_order_relaxed);
    if (run_phase(d->run) == PHASE_PROBE) probe(d);
    else conns_open_due(d);
    requests_issue_due(d);
    pauses_end(d);
    if (d->clock.mono_ns < d->deadlines_at_ns) return;
    d->deadlines_at_ns = d->clock.mono_ns + LOOK_NS;
    conns_check_deadlines(d);
    churn_due(d);
    want_by_stages(d);
    close_surplus(d);
    publish_counts(d);
    requests_planned(d);
}

static bool others_pending(const struct driver *d)
{
    for (uint32_t i = 1; i < d->lanes_n; i++)
        if (d->lanes[i].dirty || ring_pending(d->lanes[i].ring)) return true;
    return false;
}

static void enter(struct driver *d, struct lane *l, bool block, uint64_t until_ns)
{
    (void)bufring_publish(l->bufs);
    l->dirty = false;
    ring_wait(l->ring, block, d->clock.mono_ns, until_ns);
}

/* Until a completion is there, or until_ns; without the kernel. */
static void spin(struct driver *d, uint64_t until_ns)
{
    while (d->clock.mono_ns < until_ns) {
        for (uint32_t i = 0; i < d->lanes_n; i++)
            if (ring_pending(d->lanes[i].ring)) return;
        clock_tick(&d->clock);
    }
}

static uint64_t next_look_ns(const struct driver *d)
{
    uint64_t next = d->clock.mono_ns + (d->closed.n && run_phase(d->run) <= PHASE_HOLD ? NS_PER_MS : LOOK_NS);
    const struct heap_node *first = heap_first(&d->paused);
    if (first && first->key < next) next = first->key;
    if (d->load_start_ns > d->clock.mono_ns && d->load_start_ns < next) next = d->load_start_ns;
    return next;
}

/* Submits, and waits as long as nothing is due. */
static void wait_for_something(struct driver *d)
{
    for (uint32_t i = 1; i < d->lanes_n; i++)
        if (d->lanes[i].dirty || ring_pending(d->lanes[i].ring)) enter(d, &d->lanes[i], false, 0);
    struct lane *first = &d->lanes[0];
    uint64_t due = requests_next_ns(d), look = next_look_ns(d);
    clock_tick(&d->clock);
    if (d->o->busy || (due < look && due <= d->clock.mono_ns + d->o->spin_ns)) {
        if (first->dirty || ring_pending(first->ring)) enter(d, first, false, 0);
        uint64_t until = due < look ? due : look;
        if (!others_pending(d)) spin(d, until);
        if (ring_pending(first->ring)) enter(d, first, false, 0);
        return;
    }
    uint64_t until = due < look ? due - d->o->spin_ns : look;
    enter(d, first, !others_pending(d), until);
}

static void serve(struct driver *d)
{
    enum phase_kind seen = PHASE_RAMP;
    while (!atomic_load_explicit(&d->run->stop, memory_order_relaxed)) {
        clock_tick(&d->clock);
        see_phase(d, &seen);
        work(d);
        wait_for_something(d);
        clock_tick(&d->clock);
        d->tick = driver_tick_now(d);
        for (uint32_t i = 0; i < d->lanes_n; i++) (void)ring_dispatch(d->lanes[i].ring, DISPATCH_MAX);
    }
    see_phase(d, &seen);
    if (seen == PHASE_MEASURE || seen == PHASE_COOLDOWN) requests_censor(d); /* else the probe's beginning has done so */
    publish_counts(d);
}

/* ---- the thread ---- */

static void pin(struct driver *d)
{
    if (!d->o->cpus_n) return;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)d->o->cpus[d->number % (uint32_t)d->o->cpus_n], &set);
    d->unpinned = pthread_setaffinity_np(pthread_self(), sizeof set, &set) != 0; /* then wherever the kernel likes */
}

void driver_all_closed(struct driver *d)
{
    metric_set(&d->states[CONN_CLOSED], d->conns_n);
    for (int i = 0; i < d->groups_n; i++) {
        struct driver_group *g = &d->groups[i];
        for (uint32_t k = g->first; k < g->first + g->n; k++) {
            struct conn *c = &d->conns[k];
            c->group = (uint8_t)i;
            c->side = CONN_NONE;
            conn_list_add(d, g->scenario->fresh ? &g->idle : &d->closed, c);
        }
    }
}

static void *thread_main(void *arg)
{
    struct driver *d = arg;
    pin(d);
    driver_all_closed(d);
    int rc = open_lanes(d);
    atomic_store(&d->failure, rc);
    run_thread_ready(d->run);
    if (rc == 0) serve(d);
    close_lanes(d);
    return NULL;
}

int driver_start(struct driver *d)
{
    return -pthread_create(&d->thread, NULL, thread_main, d);
}
