#include "api/gates.h"

#include <criterion/criterion.h>
#include <stdio.h>

static struct gates gates;
static struct mailbox home;
static struct mail_drain drain;
static int n_in[4];
static struct asking {
    struct mail mail; /* must stay first */
    struct gate_pass pass;
    int index;
} askings[4];

static void on_in(struct mail *m)
{
    n_in[((struct asking *)(void *)m)->index]++;
}

static void wake(void *arg)
{
    (void)arg;
}

static void start(void)
{
    gates_init(&gates);
    mailbox_init(&home, wake, NULL);
    for (int i = 0; i < 4; i++) {
        askings[i] = (struct asking){.mail = {.deliver = on_in}, .index = i};
        askings[i].pass.mail = &askings[i].mail;
        askings[i].pass.home = &home;
        list_init(&askings[i].pass.link);
        n_in[i] = 0;
    }
}

static bool is_in(int i)
{
    (void)mail_deliver(&home, &drain, 100);
    return n_in[i] == 1;
}

static void take(int i, uint64_t wanted)
{
    askings[i].pass.wanted[0] = wanted;
    gates_take(&gates, &askings[i].pass, 0);
}

static void give(int i)
{
    gates_give_back(&gates, &askings[i].pass, 0);
}

Test(api_gates, one_at_a_time_in_the_order_they_came, .init = start)
{
    take(0, 1), take(1, 1), take(2, 1);
    cr_assert(is_in(0) && !is_in(1) && !is_in(2));
    give(0);
    cr_assert(is_in(1) && !is_in(2));
    give(1);
    cr_assert(is_in(2));
    give(2);
    cr_assert_eq(gates.held, 0);
}

Test(api_gates, who_needs_several_waits_for_the_last_of_them_and_holds_the_others, .init = start)
{
    take(0, 4);
    take(1, 7);
    cr_assert(!is_in(1));
    take(2, 1);
    cr_assert(!is_in(2), "1 has that gate already");
    take(3, 8);
    cr_assert(is_in(3));
    give(0);
    cr_assert(is_in(1) && !is_in(2));
    give(1);
    cr_assert(is_in(2));
    give(2), give(3);
    cr_assert_eq(gates.held, 0);
}

Test(api_gates, a_name_has_one_gate_of_one_engine)
{
    struct gate_pass pass = {0};
    unsigned n = 0;
    gate_want(&pass, SLICE("nightly"), 5);
    gate_want(&pass, SLICE("nightly"), 5);
    for (unsigned k = 0; k < 5; k++) n += (unsigned)__builtin_popcountll(pass.wanted[k]);
    cr_assert_eq(n, 1);
    cr_assert(pass.wanted[home_of(SLICE("nightly"), 5)], "where it is registered");
}

Test(jobs_home, is_part_of_the_format_on_the_disk)
{
    /* Another number here would lose jobs: a journal is read by the engine that it was written by. */
    cr_assert_eq(home_hash(SLICE("")), UINT64_C(0xecba3df2c3383c52));
    cr_assert_eq(home_hash(SLICE("default")), UINT64_C(0xd58b437c6178650f));
    cr_assert_eq(home_of(SLICE("default"), 1), 0);
}

Test(jobs_home, spreads_names)
{
    unsigned n[7] = {0};
    char name[16];
    for (int i = 0; i < 7000; i++) n[home_of(slice_make(name, (size_t)snprintf(name, sizeof name, "queue-%d", i)), 7)]++;
    for (int k = 0; k < 7; k++) cr_assert(n[k] > 850 && n[k] < 1150, "engine %d: %u of 1,000", k, n[k]);
}
