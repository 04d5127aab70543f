/* server.c: see server.h. */
#include "server.h"

#include "disk.h"
#include "net.h"
#include "sim_file.h"
#include "world.h"

#include "api/metrics.h"
#include "api/ask.h"
#include "api/openapi.h"
#include "api/routes.h"
#include "base/check.h"
#include "base/identity.h"
#include "jobs/job.h"
#include "sched/sched.h"
#include "shard.h"
#include "workers/pools.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHARDS_SIM_MAX 3
#define ENGINES_SIM_MAX 4
#define DRAIN_GRACE_NS (30 * NS_PER_S)
#define END_NS (120 * NS_PER_S) /* from the signal to the end, at most */

struct server {
    struct types types;
    struct routes routes;
    struct block_budget budget;
    struct pools pools;
    struct block *openapi;
    struct shard *shards[SHARDS_SIM_MAX];
    struct metrics_door doors[SHARDS_SIM_MAX];
    struct ask_door engines[ENGINES_SIM_MAX];
    int listeners[SHARDS_SIM_MAX];
    bool running, failed, disk_lost, told_to_stop, ended;
    const char *why;
};
static struct server *server; /* the one that lives */

static void on_shard_event(void *arg)
{
    (void)arg; /* the server's thread looks at the shards' states */
}

static const struct siphash_key cursor_key = {{1, 2}};

static struct shard_options options_for(struct server *s, uint32_t i)
{
    const struct sim_profile *p = &sim.p;
    return (struct shard_options){
        .index = i,
        .n_shards = p->shards,
        .cpu = -1,
        .listeners = &s->listeners[i],
        .n_listeners = 1,
        .conns_max = p->conns_max,
        .direct = p->direct_fds,
        .force = {.oneshot_accept = p->oneshot_accept, .oneshot_recv = p->oneshot_recv},
        .receive_buffers = p->receive_buffers,
        .receive_buffer_bytes = p->receive_buffer_bytes,
        .chunks = 256,
        .sessions = p->conns_max,
        .first = {.first_byte_ns = 10 * NS_PER_S, .age_ns = 3600 * NS_PER_S, .body_rate = 240, .idle_ns = 75 * NS_PER_S, .head_ns = 10 * NS_PER_S, .body_idle_ns = 30 * NS_PER_S, .wait_max_s = 10},
        .park_ns = p->park ? 2 * NS_PER_S : 0,
        .calls_max = 128,
        .queue_length = 8,
        .n_engines = p->engines,
        .jobs_max = 4000,
        .data = "data",
        .segment_bytes = 1u << 20,
        .journal_buffer_bytes = 256u << 10,
        .disk_max_bytes = UINT64_C(1) << 40,
        .durability = DURABILITY_SYNCED,
        .by_owner = p->by_owner,
        .cursor_key = &cursor_key,
        .started_ns = sim.now_ns,
        .budget = &s->budget,
        .types = &s->types,
        .routes = &s->routes,
        .pools = &s->pools,
        .strategy = strategy_by_name(sim_one_in(2) ? "fixed" : "balanced"),
        .openapi = s->openapi,
        .version = "sim",
        .on_event = on_shard_event,
    };
}

static void make_shards(struct server *s)
{
    for (uint32_t i = 0; i < sim.p.shards; i++) {
        s->listeners[i] = net_listen();
        struct shard_options o = options_for(s, i);
        int rc = shard_new(&o, &s->shards[i]);
        assert(rc == 0);
        s->doors[i] = shard_door(s->shards[i]);
        shard_ask_doors(s->shards[i], s->engines);
    }
    for (uint32_t i = 0; i < sim.p.shards; i++) shard_connect(s->shards[i], s->engines, s->doors, sim.p.shards);
}

static void send_all(struct server *s, enum shard_command command)
{
    for (uint32_t i = 0; i < sim.p.shards; i++) shard_send(s->shards[i], command);
}

static uint32_t count_at_least(const struct server *s, enum shard_state state)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < sim.p.shards; i++) n += shard_state(s->shards[i]) >= state;
    return n;
}

static bool has_started(void *arg)
{
    const struct server *s = arg;
    for (uint32_t i = 0; i < sim.p.shards; i++)
        if (shard_state(s->shards[i]) == SHARD_FAILED) return true;
    return count_at_least(s, SHARD_RUNNING) == sim.p.shards;
}

/* One shard's journal is the whole server's. */
static bool has_lost_disk(const struct server *s)
{
    bool is_lost = false;
    for (uint32_t i = 0; i < sim.p.shards; i++) is_lost |= shard_lost_disk(s->shards[i]);
    return is_lost && !s->disk_lost;
}

static bool has_news(void *arg)
{
    const struct server *s = arg;
    return s->told_to_stop || has_lost_disk(s);
}

static bool is_quiet(void *arg)
{
    return count_at_least(arg, SHARD_QUIET) == sim.p.shards;
}

static void start(struct server *s)
{
    const char *why;
    int cpus[2] = {-1, -1};
    bool shares[2] = {false, false};
    char why_groups[CGROUP_WHY_BYTES];
    struct identity nobody = {.given = false};
    struct pools_wish wish = {.identity = &nobody};
    types_add_builtin(&s->types);
    int rc = routes_init(&s->routes, 64u << 10, &why);
    block_budget_init(&s->budget, 64u << 20, -1);
    s->openapi = openapi_build(s->routes.router, &s->types, &s->budget, "sim");
    struct workers_options w = {.n = sim.p.workers, .cpus = cpus, .shares_cpu = shares};
    if (rc == 0) rc = pools_prepare(&s->pools, &s->types, NULL, &wish, why_groups);
    if (rc == 0) rc = pools_start(&s->pools, &s->types, &w);
    assert(rc == 0 && s->openapi);
    make_shards(s);
    for (uint32_t i = 0; i < sim.p.shards; i++) (void)shard_start(s->shards[i]);
    (void)sim_wait(has_started, s, UINT64_MAX);
    s->failed = count_at_least(s, SHARD_RUNNING) < sim.p.shards;
    for (uint32_t i = 0; i < sim.p.shards; i++)
        if (shard_state(s->shards[i]) == SHARD_FAILED) s->failed = true, s->why = shard_why(s->shards[i]);
    s->running = !s->failed;
}

/* Everything is given back: the parts assert what they know themselves when they are freed. */
static void free_all(struct server *s)
{
    for (bool more = true; more;) {
        more = false;
        for (uint32_t i = 0; i < sim.p.shards; i++) more |= shard_settle(s->shards[i]);
    }
    const struct workers *threads = s->pools.of[0];
    for (uint32_t i = 0; i < threads->n; i++)
        if (claim_count(&threads->of[i].claim)) sim_fail("worker %u is still claimed", i);
    for (uint32_t i = 0; i < sim.p.shards; i++) s->shards[i] = shard_free(s->shards[i]);
    pools_free(&s->pools);
    block_unref(s->openapi);
    routes_deinit(&s->routes);
    if (s->budget.used || s->budget.blocks)
        sim_fail("%lu blocks of %lu bytes are still held", (unsigned long)s->budget.blocks, (unsigned long)s->budget.used);
    if (net_open_fds()) sim_fail("%u descriptors are still open", net_open_fds());
}

/* As src/server.c: run() and drain(). */
static void *live(void *arg)
{
    struct server *s = arg;
    start(s);
    if (s->failed) return NULL;
    while (!s->told_to_stop) {
        if (has_lost_disk(s)) {
            s->disk_lost = true;
            send_all(s, SHARD_DISK_LOST);
        }
        (void)sim_wait(has_news, s, UINT64_MAX);
    }
    send_all(s, SHARD_UNREADY);
    send_all(s, SHARD_DRAIN);
    if (!sim_wait(is_quiet, s, sim.now_ns + DRAIN_GRACE_NS)) sim_trace("server: grace is over");
    send_all(s, SHARD_STOP);
    for (uint32_t i = 0; i < sim.p.shards; i++) shard_join(s->shards[i]);
    if (!pools_stop(&s->pools)) sim_fail("a handler has not come back");
    free_all(s);
    s->ended = true;
    return NULL;
}

/* ---- a lie ---- */

static int forget_file(void *arg, const char *name)
{
    const char *beginning = arg;
    if (strncmp(name, beginning, strlen(beginning)) != 0) return 0;
    sim.lies_told++;
    return disk_unlink(name);
}

static void forget_engine(void)
{
    char beginning[32];
    if (sim.lie != LIE_ENGINE || sim.p.engines == 1) return;
    (void)snprintf(beginning, sizeof beginning, "journal-%u-", sim.p.engines - 1);
    (void)disk_list(forget_file, beginning);
}

/* ---- from outside ---- */

static bool is_decided(void *arg)
{
    const struct server *s = arg;
    return s->running || s->failed;
}

bool server_up(const char **why)
{
    server = calloc(1, sizeof *server);
    assert(server);
    sim.goal = "the server starts";
    forget_engine();
    (void)sim_thread_start("server", sim.life, live, server);
    (void)sim_wait(is_decided, server, sim.now_ns + END_NS);
    if (!is_decided(server)) sim_fail("the server does not start");
    *why = server->why ? server->why : "";
    sim_trace("server: %s %s", server->failed ? "cannot start" : "serves", *why);
    return !server->failed;
}

void server_crash(bool power)
{
    sim_trace("server: %s", power ? "power cut" : "kill");
    sim_threads_drop(sim.life);
    sim.life++;
    sim_futexes_drop();
    sim_files_crash();
    if (power) disk_cut_power();
    else disk_kill();
    net_drop_all();
    server = NULL; /* its memory is nobody's now: the process is short */
}

static bool has_ended(void *arg)
{
    return ((const struct server *)arg)->ended;
}

void server_stop(void)
{
    sim_trace("server: stop");
    sim.goal = "the server stops";
    server->told_to_stop = true;
    if (!sim_wait(has_ended, server, sim.now_ns + END_NS)) sim_fail("the server does not stop");
    sim_threads_drop(sim.life);
    sim.life++;
    disk_kill();
    free(server);
    server = NULL;
}

int server_listener(void)
{
    if (!server || !server->running) return -1;
    return server->listeners[sim_below(sim.p.shards)];
}

bool server_is_sound(void)
{
    return server && server->running && !server->told_to_stop && !sim.disk_failed_ns && sim.p.disk_bytes >= DISK_WIDE;
}
