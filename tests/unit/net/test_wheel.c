#include "base/clock.h"
#include "base/random.h"
#include "net/wheel.h"

#include <criterion/criterion.h>

#define N 1000

static struct clock now;
static struct timers timers;
static struct slab slab;
static struct wheel wheel;
static uint64_t due_ns[N]; /* by slot: when it was told; 0: not yet */

static void on_due(void *arg, struct conn *c)
{
    (void)arg;
    due_ns[c->slot] = now.mono_ns;
}

static uint32_t look_again = WHEEL_AHEAD;
static uint32_t n_looks;

static uint32_t on_look(void *arg, struct conn *c)
{
    (void)arg;
    cr_assert_gt(c->deadline_tick, now.mono_ns / CONN_TICK_NS - 2, "what is due is not only looked at");
    n_looks++;
    return look_again;
}

static void up(void)
{
    now = (struct clock){.mono_ns = 1000 * NS_PER_S};
    cr_assert_eq(timers_init(&timers, 4), 0);
    cr_assert_eq(slab_init(&slab, sizeof(struct conn), N), 0);
    wheel_init(&wheel, &slab, &timers, &now, 0, on_due, on_look, NULL);
    memset(due_ns, 0, sizeof due_ns);
}

static void down(void)
{
    wheel_deinit(&wheel);
    slab_deinit(&slab);
    timers_deinit(&timers);
}

static struct conn *conn_new(void)
{
    uint32_t slot;
    struct conn *c = slab_get(&slab, &slot);
    cr_assert_not_null(c);
    c->slot = slot;
    c->wheel_at = CONN_WHEEL;
    return c;
}

/* Time passes as a loop sees it: it wakes at the next timer, or at the end. */
static void pass(uint64_t ns)
{
    uint64_t end = now.mono_ns + ns;
    for (uint64_t next; (next = timers_next_ns(&timers)) <= end;) {
        now.mono_ns = next;
        (void)timers_run(&timers, now.mono_ns, 16);
    }
    now.mono_ns = end;
}

Test(net_wheel, fires_once_neither_early_nor_more_than_two_ticks_late, .init = up, .fini = down)
{
    struct random r;
    uint64_t want[N];
    random_seed(&r, 1);
    for (int i = 0; i < N; i++) {
        struct conn *c = conn_new();
        want[c->slot] = now.mono_ns + random_below(&r, 200 * NS_PER_S);
        wheel_set(&wheel, c, want[c->slot]);
    }
    pass(201 * NS_PER_S);
    for (int i = 0; i < N; i++) {
        cr_assert_geq(due_ns[i], want[i]);
        cr_assert_leq(due_ns[i], want[i] + 2 * CONN_TICK_NS);
    }
    cr_expect_eq(timers_next_ns(&timers), UINT64_MAX, "an empty wheel wakes nobody");
}

Test(net_wheel, moving_a_deadline_either_way, .init = up, .fini = down)
{
    struct conn *later = conn_new(), *sooner = conn_new();
    wheel_set(&wheel, later, now.mono_ns + 5 * NS_PER_S);
    wheel_set(&wheel, sooner, now.mono_ns + 60 * NS_PER_S);
    pass(2 * NS_PER_S);
    wheel_set(&wheel, later, now.mono_ns + 20 * NS_PER_S);
    wheel_set(&wheel, sooner, now.mono_ns + 1 * NS_PER_S);
    pass(2 * NS_PER_S);
    cr_expect_neq(due_ns[sooner->slot], 0);
    cr_expect_eq(due_ns[later->slot], 0);
    pass(19 * NS_PER_S);
    cr_expect_neq(due_ns[later->slot], 0);
}

Test(net_wheel, removed_ones_never_fire, .init = up, .fini = down)
{
    struct conn *c[3] = {conn_new(), conn_new(), conn_new()};
    for (int i = 0; i < 3; i++) wheel_set(&wheel, c[i], now.mono_ns + NS_PER_S); /* one list */
    wheel_remove(&wheel, c[1]);
    wheel_remove(&wheel, c[1]); /* harmless */
    pass(3 * NS_PER_S);
    cr_expect_neq(due_ns[c[0]->slot], 0);
    cr_expect_eq(due_ns[c[1]->slot], 0);
    cr_expect_neq(due_ns[c[2]->slot], 0);
}

Test(net_wheel, a_loop_that_was_held_up_catches_up, .init = up, .fini = down)
{
    struct conn *c = conn_new();
    wheel_set(&wheel, c, now.mono_ns + NS_PER_S);
    now.mono_ns += 3600 * NS_PER_S; /* many rounds of the wheel */
    (void)timers_run(&timers, now.mono_ns, 16);
    cr_expect_neq(due_ns[c->slot], 0);
}

/* Parked connections: filed far ahead, and yet there in time when a deadline comes closer. */
Test(net_wheel, what_need_not_be_looked_at_is_not, .init = up, .fini = down)
{
    look_again = CONN_WHEEL;
    struct conn *c = conn_new(), *d = conn_new();
    wheel_set(&wheel, c, now.mono_ns + 3600 * NS_PER_S);
    wheel_set(&wheel, d, now.mono_ns + 3600 * NS_PER_S);
    pass(1000 * NS_PER_S);
    cr_expect_leq(n_looks, 2 * (2 + 1000 * NS_PER_S / CONN_TICK_NS / CONN_WHEEL));
    wheel_set(&wheel, d, now.mono_ns + 3 * NS_PER_S);
    pass(4 * NS_PER_S);
    cr_expect_neq(due_ns[d->slot], 0);
    cr_expect_eq(due_ns[c->slot], 0);
    pass(2597 * NS_PER_S);
    cr_expect_neq(due_ns[c->slot], 0);
}

Test(net_wheel, the_first_look_comes_early_when_asked_for, .init = up, .fini = down)
{
    wheel_look_within(&wheel, 4);
    wheel_set(&wheel, conn_new(), now.mono_ns + 60 * NS_PER_S);
    pass(5 * CONN_TICK_NS);
    cr_expect_eq(n_looks, 1);
    pass(60 * NS_PER_S);
}

/* The tick begins at another moment, and is as long: no deadline comes early, none more than two ticks late. */
Test(net_wheel, a_phase_moves_the_ticks, .fini = down)
{
    const uint32_t phase_ns = CONN_TICK_NS / 4 * 3;
    up();
    uint64_t start = now.mono_ns -= now.mono_ns % CONN_TICK_NS;
    wheel_deinit(&wheel);
    wheel_init(&wheel, &slab, &timers, &now, phase_ns, on_due, on_look, NULL);
    struct conn *c = conn_new();
    wheel_set(&wheel, c, start + CONN_TICK_NS / 8);
    cr_expect_eq(timers_next_ns(&timers), start + CONN_TICK_NS / 4, "the end of the quarter that is left of this tick");
    pass(CONN_TICK_NS);
    cr_expect_eq(due_ns[c->slot], start + CONN_TICK_NS / 4);
    struct conn *d = conn_new();
    wheel_set(&wheel, d, now.mono_ns + 7 * NS_PER_S);
    uint64_t want = now.mono_ns + 7 * NS_PER_S;
    pass(9 * NS_PER_S);
    cr_expect_geq(due_ns[d->slot], want);
    cr_expect_leq(due_ns[d->slot], want + 2 * CONN_TICK_NS);
}
