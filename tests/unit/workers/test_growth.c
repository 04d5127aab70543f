/* How many processes a pool has, without a process: who is asked, who may leave, and when. */
#include "base/clock.h"
#include "workers/worker.h"

#include <criterion/criterion.h>

#define MAX 3

static struct worker of[MAX];
static struct workers all;

/* A pool of MAX places, min of them with a child and open. */
static void pool(uint32_t min)
{
    static const struct worker_kind kind = {.name = "none"};
    all = (struct workers){.n = MAX, .of = of, .kind = &kind, .growth = {.min = min, .n = min}};
    hungry_init(&all.hungry);
    for (uint32_t i = 0; i < MAX; i++) {
        of[i] = (struct worker){.all = &all, .index = i, .poke_fd = -1};
        of[i].wanted = i < min;
        if (i >= min) claim_close(&of[i].claim);
    }
}

static unsigned wanted(void)
{
    unsigned n = 0;
    for (int i = 0; i < MAX; i++) n += of[i].wanted;
    return n;
}

/* The child that was asked for is there. */
static void comes(struct worker *w)
{
    growth_came(&all);
    claim_reopen(&w->claim);
}

Test(workers_growth, one_at_a_time_and_never_more_than_there_are_places)
{
    pool(1);
    growth_ask(&all);
    growth_ask(&all);
    cr_assert_eq(wanted(), 2, "the second waits for the first");
    cr_assert_eq(all.growth.n, 2);
    comes(&of[1]);
    cr_assert_eq(wanted(), 2, "nobody has asked since");
    growth_ask(&all);
    cr_assert_eq(wanted(), 3);
    comes(&of[2]);
    for (int i = 0; i < 3; i++) growth_ask(&all);
    cr_assert_eq(wanted(), 3);
    cr_assert_eq(all.growth.n, 3);
    cr_assert(growth_leave(&of[2]), "what could not be given to anybody is not remembered");
    growth_ask(&all);
    cr_assert(of[2].wanted);
}

Test(workers_growth, a_fixed_pool_is_left_alone)
{
    pool(MAX);
    growth_ask(&all);
    cr_assert(!all.growth.starts);
    for (int i = 0; i < MAX; i++) cr_assert(!growth_leave(&of[i]));
    for (int i = 0; i < MAX; i++) cr_assert(claim_try(&of[i].claim, 1), "and open");
}

Test(workers_growth, the_last_ones_stay)
{
    pool(1);
    growth_ask(&all);
    comes(&of[1]);
    cr_assert(growth_leave(&of[0]));
    cr_assert(!growth_leave(&of[1]));
    cr_assert_eq(all.growth.n, 1);
    cr_assert(!claim_try(&of[0].claim, 1), "it takes nothing any more");
    cr_assert(claim_try(&of[1].claim, 1));
}

Test(workers_growth, one_that_was_claimed_just_before_stays)
{
    pool(0);
    growth_ask(&all);
    comes(&of[0]);
    cr_assert(claim_try(&of[0].claim, 1));
    cr_assert(!growth_leave(&of[0]));
    cr_assert(of[0].wanted);
    cr_assert_eq(all.growth.n, 1);
    cr_assert_eq(claim_count(&of[0].claim), 1);
    claim_release(&of[0].claim);
    cr_assert(growth_leave(&of[0]));
    cr_assert_eq(all.growth.n, 0);
}

/* What a shard may do in between the steps of growth_leave(). */
Test(workers_growth, one_that_is_asked_for_while_it_leaves_comes_back)
{
    pool(0);
    growth_ask(&all);
    comes(&of[0]);
    cr_assert(growth_leave(&of[0]));
    growth_ask(&all); /* the claim is closed, the child not yet ended */
    cr_assert(of[0].wanted);
    cr_assert_eq(wanted(), 1);
    cr_assert(all.growth.starts, "the place finds itself wanted once it has ended its child");
}

Test(workers_growth, idle_time)
{
    const uint64_t since = 5 * NS_PER_S, idle = 2 * NS_PER_S;
    cr_assert_eq(growth_idle_ms(since, since, idle), 2000);
    cr_assert_eq(growth_idle_ms(since + idle - 1, since, idle), 1, "never too early, never a spin");
    cr_assert_eq(growth_idle_ms(since + idle, since, idle), 0);
    cr_assert_eq(growth_idle_ms(since + 9 * idle, since, idle), 0);
    cr_assert_eq(growth_idle_ms(since, since, 86400 * NS_PER_S), 3600000);
}
