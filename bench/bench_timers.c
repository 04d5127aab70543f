/* bench_timers.c: 100,000 deadlines: exact ones on the shard's heap, connections' coarse ones in the wheel. */
#include "base/clock.h"
#include "base/random.h"
#include "micro.h"
#include "net/wheel.h"

#include <stdlib.h>

#define N 100000u
#define SPAN_NS (60 * NS_PER_S)

static struct timers timers;
static struct timer *all;
static uint64_t *due_ns; /* of the i-th, within SPAN_NS */
static struct clock now;
static struct wheel wheel;
static struct slab conns;
static struct conn **conn_at;
static uint64_t fired;

static void on_fire(void *arg)
{
    (void)arg;
    fired++;
}

/* ---- the heap ---- */

static void disarm_all(void *arg, uint64_t n)
{
    (void)arg;
    for (uint64_t i = 0; i < n; i++) timer_disarm(&timers, &all[i]);
}

static void arm_all(void *arg, uint64_t n)
{
    (void)arg;
    for (uint64_t i = 0; i < n; i++) timer_arm(&timers, &all[i], due_ns[i]);
}

static void expire_all(void *arg, uint64_t n)
{
    (void)arg;
    fired = 0;
    (void)timers_run(&timers, SPAN_NS, UINT32_MAX);
    micro_check(fired == n, "firing all timers");
}

/* A deadline that is moved, as with each sign of life. */
static void move_one(void *arg, uint64_t n)
{
    static uint64_t moves; /* goes on: each round gives each timer another deadline */
    (void)arg;
    for (uint64_t i = 0; i < n; i++, moves++) timer_arm(&timers, &all[moves % N], due_ns[moves * 7919 % (N - 1)]);
}

static void bench_heap(void)
{
    for (uint32_t i = 0; i < N; i++) timer_init(&all[i], on_fire, NULL);
    micro_run_fixed("heap: arm, 100,000 entries", disarm_all, arm_all, NULL, N);
    micro_run("heap: move one of 100,000", move_one, NULL, 0);
    micro_run_fixed("heap: cancel, 100,000 entries", arm_all, disarm_all, NULL, N);
    micro_run_fixed("heap: expire, 100,000 entries", arm_all, expire_all, NULL, N);
}

/* ---- the wheel ---- */

static void on_due(void *arg, struct conn *c)
{
    (void)arg, (void)c;
    fired++;
}

static uint32_t on_look(void *arg, struct conn *c)
{
    (void)arg, (void)c;
    return CONN_WHEEL; /* sleeps: need not be looked at before it is due */
}

static void file_all(void *arg, uint64_t n)
{
    (void)arg;
    for (uint64_t i = 0; i < n; i++) wheel_set(&wheel, conn_at[i], now.mono_ns + due_ns[i]);
}

static void remove_all(void *arg, uint64_t n)
{
    (void)arg;
    for (uint64_t i = 0; i < n; i++) wheel_remove(&wheel, conn_at[i]);
}

/* Tick by tick, with all looks on the way. */
static void pass_time(void *arg, uint64_t n)
{
    (void)arg;
    fired = 0;
    for (uint64_t end = now.mono_ns + SPAN_NS + 2 * CONN_TICK_NS; now.mono_ns < end; now.mono_ns += CONN_TICK_NS)
        (void)timers_run(&timers, now.mono_ns, UINT32_MAX);
    micro_check(fired == n, "all deadlines");
}

/* The usual traffic: the deadline of a filed connection goes further away. */
static void later(void *arg, uint64_t n)
{
    (void)arg;
    for (uint64_t i = 0; i < n; i++) wheel_set(&wheel, conn_at[i % N], now.mono_ns + SPAN_NS + i % N);
}

static void bench_wheel(void)
{
    micro_check(slab_init(&conns, sizeof(struct conn), N) == 0, "making connections");
    for (uint32_t i = 0; i < N; i++) {
        uint32_t slot;
        struct conn *c = slab_get(&conns, &slot);
        c->slot = slot;
        c->wheel_at = CONN_WHEEL;
        conn_at[i] = c;
    }
    wheel_init(&wheel, &conns, &timers, &now, 0, on_due, on_look, NULL);
    micro_run_fixed("wheel: set, 100,000 entries", remove_all, file_all, NULL, N);
    micro_run("wheel: set later, 100,000 entries", later, NULL, 0);
    micro_run_fixed("wheel: remove, 100,000 entries", file_all, remove_all, NULL, N);
    micro_run_fixed("wheel: expire, 100,000 entries", file_all, pass_time, NULL, N);
    wheel_deinit(&wheel);
    slab_deinit(&conns);
}

int main(int argc, char **argv)
{
    struct random r;
    micro_begin(argc, argv, "timers");
    random_seed(&r, 1);
    all = calloc(N, sizeof *all);
    due_ns = calloc(N, sizeof *due_ns);
    conn_at = calloc(N, sizeof *conn_at);
    micro_check(all && due_ns && conn_at && timers_init(&timers, N + 1) == 0, "making timers");
    for (uint32_t i = 0; i < N; i++) due_ns[i] = random_u64(&r) % SPAN_NS;
    clock_tick(&now);
    bench_heap();
    bench_wheel();
    timers_deinit(&timers);
    free(all);
    free(due_ns);
    free(conn_at);
    return micro_end();
}
