#include "base/clock.h"
#include "tools/load/plan.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct options o;
static const char *why;

static void up(void)
{
    memset(&o, 0, sizeof o);
    o.seed = 1;
    why = NULL;
}

TestSuite(load_plan, .init = up);

static struct plan_part part(double rate, uint32_t thread, uint32_t threads)
{
    return (struct plan_part){.rate = rate, .share = 1, .seed = o.seed, .thread = thread, .threads = threads};
}

static int try_make(double rate, uint64_t length_ns, struct plan **out)
{
    return plan_make(&o, &(struct plan_part){.rate = rate, .share = 1, .threads = 1}, length_ns, out, &why);
}

static struct plan *make(double rate, uint32_t thread, uint32_t threads, uint64_t length_ns)
{
    struct plan *p = NULL;
    struct plan_part of = part(rate, thread, threads);
    int rc = plan_make(&o, &of, length_ns, &p, &why);
    cr_assert_eq(rc, 0, "%d %s", rc, why ? why : "");
    return p;
}

static uint64_t take(struct plan *p)
{
    uint64_t ns = plan_next_ns(p);
    plan_advance(p);
    return ns;
}

static void stage(uint64_t length_ns, double from, double to)
{
    o.stages[o.stages_n++] = (struct stage){length_ns, from, to, false};
}

/* ---- const ---- */

Test(load_plan, constant_rate)
{
    struct plan *p = make(1000, 0, 1, 10 * NS_PER_S);
    for (uint64_t k = 0; k < 10000; k++) cr_assert_eq(take(p), k * NS_PER_MS);
    cr_assert_eq(take(p), UINT64_MAX, "10 s are over");
    cr_assert_eq(take(p), UINT64_MAX);
    cr_assert_float_eq(plan_offered(p, 0, 10 * NS_PER_S), 10000, 0);
    cr_assert_float_eq(plan_offered(p, 2 * NS_PER_S, 3 * NS_PER_S), 1000, 0);
    cr_assert_float_eq(plan_offered(p, 1, NS_PER_MS), 0, 0);
    cr_assert_float_eq(plan_offered(p, NS_PER_MS, NS_PER_MS + 1), 1, 0);
    cr_assert_float_eq(plan_offered(p, 9 * NS_PER_S, 20 * NS_PER_S), 1000, 0, "nothing after the end");
    cr_assert_float_eq(plan_offered(p, 5, 5), 0, 0);
    cr_assert_float_eq(plan_offered(p, 9, 5), 0, 0);
    plan_free(p);
}

Test(load_plan, a_rate_that_does_not_divide_the_second)
{
    struct plan *p = make(3, 0, 1, 1000 * NS_PER_S);
    for (uint64_t k = 0; k < 3000; k++) cr_assert_eq(take(p), k * NS_PER_S / 3);
    cr_assert_eq(take(p), UINT64_MAX);
    plan_free(p);
    p = make(0.001, 0, 1, 3000 * NS_PER_S);
    for (uint64_t k = 0; k < 3; k++) cr_assert_eq(take(p), k * 1000 * NS_PER_S);
    cr_assert_eq(take(p), UINT64_MAX);
    plan_free(p);
}

/* So many threads that one of them has an arrival every 72 minutes: 60 days of a million per second in 1,200
 * steps. */
Test(load_plan, does_not_drift_in_months)
{
    const uint32_t threads = UINT32_MAX;
    const uint64_t rates[] = {1000000, 999983}, days_60_ns = 60 * 86400 * NS_PER_S;
    for (int i = 0; i < 2; i++) {
        struct plan *p = make((double)rates[i], 0, threads, days_60_ns);
        uint64_t steps = 0;
        for (uint64_t k = 0; plan_next_ns(p) != UINT64_MAX; k += threads, steps++) {
            uint64_t truth = (uint64_t)((unsigned __int128)k * NS_PER_S / rates[i]);
            cr_assert(take(p) - truth <= 1, "k = %llu", (unsigned long long)k);
        }
        cr_assert_geq(steps, 1200);
        cr_assert_float_eq(plan_offered(p, 0, days_60_ns), 60.0 * 86400 * (double)rates[i], 0);
        plan_free(p);
    }
}

Test(load_plan, without_end)
{
    struct plan *p = make(0.5, 0, 1, UINT64_MAX);
    for (uint64_t k = 0; k < 1000; k++) cr_assert_eq(take(p), k * 2 * NS_PER_S);
    plan_free(p);
    p = make(1e-9, 0, 1, UINT64_MAX);
    while (plan_next_ns(p) != UINT64_MAX) (void)take(p); /* ends with what 64 bits of ns hold */
    plan_free(p);
}

Test(load_plan, needs_a_rate)
{
    struct plan *p;
    const double bad[] = {0, -1, NAN, INFINITY};
    for (int i = 0; i < 4; i++) {
        why = NULL;
        cr_assert_eq(try_make(bad[i], NS_PER_S, &p), -EINVAL);
        cr_assert_not_null(why);
    }
}

/* ---- threads ---- */

/* T threads' plans merged are the one thread's plan. */
static void assert_same_for_any_threads(double rate, uint64_t length_ns)
{
    const uint32_t threads[] = {2, 3, 7};
    for (int i = 0; i < 3; i++) {
        struct plan *whole = make(rate, 0, 1, length_ns), *part[7];
        for (uint32_t t = 0; t < threads[i]; t++) part[t] = make(rate, t, threads[i], length_ns);
        for (uint32_t k = 0; plan_next_ns(whole) != UINT64_MAX; k++) {
            struct plan *mine = part[k % threads[i]];
            cr_assert_eq(plan_next_ns(mine), plan_next_ns(whole), "%u of %u threads", k, threads[i]);
            plan_advance(mine);
            plan_advance(whole);
        }
        for (uint32_t t = 0; t < threads[i]; t++) {
            cr_assert_eq(plan_next_ns(part[t]), UINT64_MAX);
            plan_free(part[t]);
        }
        plan_free(whole);
    }
}

Test(load_plan, is_the_same_for_any_number_of_threads)
{
    for (o.arrival = ARRIVAL_CONST; o.arrival <= ARRIVAL_BURST; o.arrival++) {
        o.burst = 5;
        o.stages_n = 0;
        assert_same_for_any_threads(1234.5, 3 * NS_PER_S);
        stage(NS_PER_S, 0, 1000);
        stage(NS_PER_S / 2, 0, 0);
        stage(NS_PER_S, 1000, 10);
        assert_same_for_any_threads(0, 4 * NS_PER_S);
    }
}

/* ---- poisson ---- */

Test(load_plan, poisson_gaps_are_exponential)
{
    enum { N = 200000 };
    o.arrival = ARRIVAL_POISSON;
    struct plan *p = make(10000, 0, 1, UINT64_MAX);
    double mean = 0, squares = 0, over_mean = 0, over_3 = 0;
    uint64_t last = 0;
    for (int i = 0; i < N; i++) {
        uint64_t at = take(p);
        double gap = (double)(at - last) / 1e5; /* in means */
        last = at;
        mean += gap / N;
        squares += gap * gap / N;
        over_mean += gap > 1;
        over_3 += gap > 3;
    }
    cr_assert_float_eq(mean, 1, 0.01);
    cr_assert_float_eq(squares - mean * mean, 1, 0.03);
    cr_assert_float_eq(over_mean / N, exp(-1), 0.005);
    cr_assert_float_eq(over_3 / N, exp(-3), 0.002);
    cr_assert_float_eq(plan_offered(p, NS_PER_S, 3 * NS_PER_S), 20000, 1e-6, "the expected number");
    plan_free(p);
}

Test(load_plan, the_seed_decides)
{
    o.arrival = ARRIVAL_POISSON;
    struct plan *a = make(100, 0, 1, UINT64_MAX), *b = make(100, 0, 1, UINT64_MAX);
    o.seed = 2;
    struct plan *c = make(100, 0, 1, UINT64_MAX);
    int same = 0;
    for (int i = 0; i < 1000; i++) {
        uint64_t at = take(a);
        cr_assert_eq(take(b), at);
        same += take(c) == at;
    }
    cr_assert_lt(same, 5);
    plan_free(a);
    plan_free(b);
    plan_free(c);
}

/* ---- bursts ---- */

Test(load_plan, bursts)
{
    o.arrival = ARRIVAL_BURST;
    o.burst = 10;
    struct plan *p = make(100, 0, 1, NS_PER_S);
    for (uint64_t k = 0; k < 100; k++) cr_assert_eq(take(p), k / 10 * 100 * NS_PER_MS);
    cr_assert_eq(take(p), UINT64_MAX);
    cr_assert_float_eq(plan_offered(p, 0, NS_PER_S), 100, 0);
    cr_assert_float_eq(plan_offered(p, 0, 1), 10, 0);
    cr_assert_float_eq(plan_offered(p, 1, 100 * NS_PER_MS + 1), 10, 0);
    plan_free(p);
}

/* ---- stages ---- */

Test(load_plan, a_ramp_from_nothing_and_back)
{
    stage(10 * NS_PER_S, 0, 100); /* 5 × t² arrivals after t seconds */
    stage(10 * NS_PER_S, 100, 0);
    struct plan *p = make(0, 0, 1, 60 * NS_PER_S);
    for (int k = 0; k < 1000; k++) {
        double at = (double)take(p), up_to_500 = sqrt(k / 5.0) * 1e9, from_500 = 20e9 - sqrt((1000 - k) / 5.0) * 1e9;
        cr_assert_float_eq(at, k < 500 ? up_to_500 : from_500, 1.01, "%d", k);
    }
    cr_assert_eq(take(p), UINT64_MAX, "the rate stays at 0");
    cr_assert_float_eq(plan_offered(p, 0, 60 * NS_PER_S), 1000, 0);
    cr_assert_float_eq(plan_offered(p, 0, 10 * NS_PER_S), 500, 0);
    cr_assert_float_eq(plan_offered(p, 10 * NS_PER_S, 15 * NS_PER_S), 375, 0);
    plan_free(p);
}

Test(load_plan, a_stretch_without_rate)
{
    stage(NS_PER_S, 0, 0);
    stage(NS_PER_S, 10, 10);
    stage(2 * NS_PER_S, 0, 0);
    stage(0, 5, 5); /* no length: a step, no more */
    stage(NS_PER_S, 10, 10);
    struct plan *p = make(0, 0, 1, 6 * NS_PER_S);
    for (uint64_t k = 0; k < 10; k++) cr_assert_eq(take(p), NS_PER_S + k * 100 * NS_PER_MS);
    for (uint64_t k = 0; k < 20; k++) cr_assert_eq(take(p), 4 * NS_PER_S + k * 100 * NS_PER_MS, "goes on at the last rate");
    cr_assert_eq(take(p), UINT64_MAX);
    cr_assert_float_eq(plan_offered(p, 0, NS_PER_S), 0, 0);
    cr_assert_float_eq(plan_offered(p, 0, 4 * NS_PER_S), 10, 0);
    cr_assert_float_eq(plan_offered(p, 0, 6 * NS_PER_S), 30, 0);
    plan_free(p);
}

/* Whatever the stages are: before the k-th arrival there are k. */
Test(load_plan, stages_are_inverted_exactly)
{
    stage(1700 * NS_PER_MS, 13.7, 922.1);
    stage(333333333, 922.1, 4000);
    stage(1, 0, 1e6);
    stage(NS_PER_S, 4000, 1e-3);
    stage(77 * NS_PER_MS, 0, 0);
    stage(2 * NS_PER_S, 1e-3, 777);
    struct plan *p = make(0, 0, 1, 8 * NS_PER_S);
    uint64_t last = 0;
    double k = 0;
    for (; plan_next_ns(p) != UINT64_MAX; k++) {
        uint64_t at = take(p);
        cr_assert_geq(at, last);
        last = at;
        cr_assert_leq(plan_offered(p, 0, at), k, "%g", k);
        cr_assert_geq(plan_offered(p, 0, at + 1), k + 1, "%g", k);
    }
    cr_assert_float_eq(plan_offered(p, 0, UINT64_MAX), k, 0);
    cr_assert_gt(k, 4000);
    plan_free(p);
}

Test(load_plan, poisson_follows_the_stages)
{
    o.arrival = ARRIVAL_POISSON;
    stage(10 * NS_PER_S, 0, 10000);
    stage(10 * NS_PER_S, 0, 0);
    stage(10 * NS_PER_S, 2000, 2000);
    struct plan *p = make(0, 0, 1, 30 * NS_PER_S);
    int in_second[30] = {0};
    for (uint64_t at; (at = take(p)) != UINT64_MAX;) in_second[at / NS_PER_S]++;
    for (int s = 0; s < 30; s++) {
        double want = s < 10 ? 1000 * s + 500 : s < 20 ? 0 : 2000;
        cr_assert_float_eq(in_second[s], want, 5 * sqrt(want), "second %d: %d", s, in_second[s]);
    }
    plan_free(p);
}

Test(load_plan, stages_of_connections_are_not_rates)
{
    o.stages[o.stages_n++] = (struct stage){NS_PER_S, 0, 1000, true};
    struct plan *p = make(50, 0, 1, NS_PER_S);
    for (uint64_t k = 0; k < 50; k++) cr_assert_eq(take(p), k * 20 * NS_PER_MS);
    plan_free(p);
}

/* ---- traces ---- */

static char path[] = "/tmp/quern-load-trace-XXXXXX";

static void write_trace(const char *text)
{
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    (void)close(fd);
    o.arrival = ARRIVAL_TRACE;
    o.trace_path = path;
}

static void remove_trace(void)
{
    (void)unlink(path);
}

TestSuite(load_plan_trace, .init = up, .fini = remove_trace);

Test(load_plan_trace, is_followed)
{
    const uint64_t known[] = {0, 500000000, 500000000, 1000000001, 86400123456789, 100000000000000};
    write_trace("# offsets\n0\n 0.5 \r\n0.5\n\n1.000000001\n86400.123456789\n1e5\n");
    struct plan *p = make(0, 0, 1, UINT64_MAX);
    for (size_t i = 0; i < 6; i++) cr_assert_eq(take(p), known[i], "%zu", i);
    cr_assert_eq(take(p), UINT64_MAX);
    cr_assert_float_eq(plan_offered(p, 0, 1), 1, 0);
    cr_assert_float_eq(plan_offered(p, 1, NS_PER_S), 2, 0);
    cr_assert_float_eq(plan_offered(p, NS_PER_S, UINT64_MAX), 3, 0);
    plan_free(p);
}

Test(load_plan_trace, is_dealt_to_the_threads_and_cut_at_the_end)
{
    write_trace("0\n1\n2\n3\n4\n5\n");
    assert_same_for_any_threads(0, UINT64_MAX);
    struct plan *p = make(0, 1, 2, 4 * NS_PER_S);
    cr_assert_eq(take(p), NS_PER_S);
    cr_assert_eq(take(p), 3 * NS_PER_S);
    cr_assert_eq(take(p), UINT64_MAX);
    cr_assert_float_eq(plan_offered(p, 0, UINT64_MAX), 4, 0);
    plan_free(p);
}

Test(load_plan_trace, mistakes_name_their_line)
{
    const struct {
        const char *text, *said;
    } known[] = {
        {"0\n2\n1\n", "line 3: earlier than the line before"}, {"0\n\n# x\nsoon\n", "line 4: not a number of seconds"},
        {"1 2\n", "line 1: not a number of seconds"},          {"1s\n", "line 1: not a number of seconds"},
        {"-1\n", "line 1: an offset is 0 or more seconds"},    {"nan\n", "line 1: an offset is 0 or more seconds"},
        {"inf\n", "line 1: an offset is 0 or more seconds"},   {"# nothing\n", "the file lists nothing"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct plan *p;
        memcpy(path + sizeof path - 7, "XXXXXX", 6);
        write_trace(known[i].text);
        cr_assert_eq(try_make(0, UINT64_MAX, &p), -EINVAL);
        cr_assert(strstr(why, known[i].said), "%s", why);
        cr_assert(strstr(why, path));
        remove_trace();
    }
}

Test(load_plan_trace, a_file_that_is_not_there)
{
    struct plan *p;
    o.arrival = ARRIVAL_TRACE;
    o.trace_path = "/no/such/file";
    cr_assert_eq(try_make(0, UINT64_MAX, &p), -EINVAL);
    cr_assert_str_eq(why, "/no/such/file: No such file or directory");
}

Test(load_plan, a_share_of_the_stages)
{
    struct plan *p = NULL;
    struct plan_part quarter = part(0, 0, 1);
    stage(10 * NS_PER_S, 0, 1000);
    stage(10 * NS_PER_S, 1000, 1000);
    quarter.share = 0.25;
    cr_assert_eq(plan_make(&o, &quarter, 20 * NS_PER_S, &p, &why), 0);
    cr_expect_float_eq(plan_offered(p, 0, 20 * NS_PER_S), 15000 / 4.0, 1);
    cr_expect_float_eq(plan_offered(p, 10 * NS_PER_S, 20 * NS_PER_S), 10000 / 4.0, 1);
    plan_free(p);
}
