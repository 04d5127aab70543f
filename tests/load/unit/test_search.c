#include "tools/load/search.h"

#include "base/clock.h"
#include "tools/load/report.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* A run that stands in for a real one: what it does depends on its rate alone. */
static struct {
    double slow_from;    /* from this rate on p99 is 10 ms, below it 1 ms */
    double invalid_from; /* from this rate on runs are invalid … */
    int valid_after;     /* … the first so many times per rate; 0: always */
    double wrong_from, wrong_to;
    int runs, at_rate;
    double rate;
} world;

static int play(const struct options *o, double rate, struct result *out, const char **why)
{
    (void)why;
    world.at_rate = rate == world.rate ? world.at_rate + 1 : 1;
    world.rate = rate;
    world.runs++;
    cr_assert_lt(world.runs, 200, "the search does not end");
    memset(out, 0, sizeof *out);
    for (int k = 0; k < HIST_KINDS; k++) cr_assert_eq(hist_init(&out->all.hist[k], NS_PER_S, 3), 0);
    cr_assert_eq(hist_init(&out->ramp.connect, NS_PER_S, 3), 0);
    out->options = o;
    out->measured_ns = NS_PER_S;
    out->all.completed = out->all.in_time = (uint64_t)rate;
    hist_add_n(&out->all.hist[HIST_RESPONSE], world.slow_from && rate >= world.slow_from ? 10 * NS_PER_MS : NS_PER_MS,
               (uint64_t)rate);
    bool invalid =
        world.invalid_from && rate >= world.invalid_from && (!world.valid_after || world.at_rate <= world.valid_after);
    out->verdict.valid = !invalid;
    out->verdict.checks_passed = !(world.wrong_from && rate >= world.wrong_from && rate < world.wrong_to);
    out->verdict.slo_met = true;
    return 0;
}

static struct options o;
static struct result r;
static const char *why;

static void up(void)
{
    memset(&world, 0, sizeof world);
    memset(&o, 0, sizeof o);
    memset(&r, 0, sizeof r);
    o.quiet = true;
    o.find_max[0] = (struct condition){.what = COND_PERCENTILE, .percent = 99, .compare = CMP_LT, .bound = 5e6};
    o.find_max_n = 1;
}

static void down(void)
{
    result_deinit(&r);
}

TestSuite(load_search, .init = up, .fini = down);

/* ---- one run ---- */

Test(load_search, requests_without_an_answer_are_infinitely_slow)
{
    cr_assert_eq(play(&o, 990, &r, &why), 0);
    cr_assert(search_meets(&o, &r));
    r.all.censored = 9; /* 990 of 999: 99 % are answered just so */
    cr_assert(search_meets(&o, &r));
    r.all.censored = 0;
    r.all.failed = 11;
    cr_assert_not(search_meets(&o, &r));
    r.all.failed = 0;
    r.all.dropped = 11;
    cr_assert_not(search_meets(&o, &r));
}

Test(load_search, neither_mean_nor_maximum_pass_over_them)
{
    cr_assert_eq(play(&o, 1000, &r, &why), 0);
    o.find_max[0].what = COND_MEAN;
    cr_assert(search_meets(&o, &r));
    r.all.censored = 1;
    cr_assert_not(search_meets(&o, &r));
    o.find_max[0].what = COND_MAX;
    cr_assert_not(search_meets(&o, &r));
    r.all.censored = 0;
    cr_assert(search_meets(&o, &r));
}

/* ---- searches ---- */

Test(load_search, finds_the_edge)
{
    world.slow_from = 30000;
    cr_assert_eq(search_max(&o, play, &r, &why), 0);
    cr_assert(r.found_rate < 30000 && r.found_rate * 1.04 > 30000, "%g", r.found_rate);
    cr_assert_not(r.found_limited);
    cr_assert_eq(verdict_exit_code(&r), 0);
}

/* Once is bad luck. */
Test(load_search, an_invalid_run_is_repeated)
{
    world.slow_from = 30000;
    world.invalid_from = 4000;
    world.valid_after = 1;
    cr_assert_eq(search_max(&o, play, &r, &why), 0);
    cr_assert(r.found_rate < 30000 && r.found_rate * 1.04 > 30000, "%g", r.found_rate);
    cr_assert_not(r.found_limited);
}

Test(load_search, what_the_loader_cannot_do_is_no_limit_of_the_server)
{
    world.slow_from = 1e6;
    world.invalid_from = 30000;
    cr_assert_eq(search_max(&o, play, &r, &why), 0);
    cr_assert(r.found_rate < 30000 && r.found_rate * 1.04 > 30000, "%g", r.found_rate);
    cr_assert(r.found_limited);
    cr_assert_eq(verdict_exit_code(&r), 3);
}

Test(load_search, no_rate_at_all)
{
    world.slow_from = 0.5;
    cr_assert_eq(search_max(&o, play, &r, &why), 0);
    cr_assert_eq(r.found_rate, 0);
    cr_assert_eq(verdict_exit_code(&r), 4);
}

Test(load_search, the_server_stops_it_though_higher_rates_were_invalid)
{
    world.slow_from = 12000;
    world.invalid_from = 16000;
    cr_assert_eq(search_max(&o, play, &r, &why), 0);
    cr_assert(r.found_rate < 12000 && r.found_rate * 1.04 > 12000, "%g", r.found_rate);
    cr_assert_not(r.found_limited);
}

/* ---- sweeps ---- */

static void sweep(double from, double to, double each)
{
    o.find_max_n = 0;
    o.sweep_from = from;
    o.sweep_to = to;
    o.sweep_step = each;
    cr_assert_eq(search_sweep(&o, play, &r, &why), 0);
}

Test(load_search, a_sweep_is_as_good_as_its_points)
{
    sweep(1000, 3000, 1000);
    cr_assert_eq(r.points_n, 3);
    cr_assert(r.verdict.valid && r.verdict.checks_passed);
    cr_assert_eq(verdict_exit_code(&r), 0);
}

Test(load_search, a_wrong_answer_in_the_middle_of_a_sweep)
{
    world.wrong_from = 2000;
    world.wrong_to = 2001;
    sweep(1000, 3000, 1000);
    cr_assert_eq(verdict_exit_code(&r), 2);
    cr_assert_eq(r.verdict.reasons_n, 1);
    cr_assert(strstr(r.verdict.reasons[0], "2,000/s failed its checks"), "%s", r.verdict.reasons[0]);
}

Test(load_search, an_invalid_point_of_a_sweep)
{
    world.invalid_from = 3000;
    sweep(1000, 3000, 1000);
    cr_assert_eq(verdict_exit_code(&r), 3);
    cr_assert(strstr(r.verdict.reasons[0], "3,000/s is invalid"), "%s", r.verdict.reasons[0]);
}
