#include "base/clock.h"
#include "tools/load/result.h"

#include <criterion/criterion.h>
#include <string.h>

Test(load_result, every_kind_has_its_own_name)
{
    for (int i = 0; i < ERROR_KINDS; i++) {
        const char *name = error_name((enum error_kind)i);
        cr_assert_not_null(name);
        for (int j = 0; j < i; j++) cr_assert_str_neq(name, error_name((enum error_kind)j));
    }
    for (int i = 0; i < HIST_KINDS; i++) cr_assert_not_null(hist_name((enum hist_kind)i));
    for (int i = 0; i < PHASE_KINDS; i++) cr_assert_not_null(phase_name((enum phase_kind)i));
    cr_assert_str_eq(error_name(ERROR_CONNECT_REFUSED), "connect-refused");
    cr_assert_str_eq(error_name(ERROR_JOB), "job");
    cr_assert_str_eq(hist_name(HIST_RESPONSE), "response");
    cr_assert_str_eq(hist_name(HIST_CENSORED), "censored");
    cr_assert_str_eq(phase_name(PHASE_RAMP), "ramp");
    cr_assert_str_eq(phase_name(PHASE_PROBE), "probe");
}

Test(load_result, buckets_of_a_tick_meet)
{
    for (uint32_t b = 0; b < TICK_BUCKETS; b++) {
        uint64_t high = tick_bucket_high_ns(b);
        cr_assert_eq(tick_bucket(high), b, "%u: %llu", b, (unsigned long long)high);
        if (b + 1 < TICK_BUCKETS) cr_assert_eq(tick_bucket(high + 1), b + 1);
    }
}

Test(load_result, buckets_of_a_tick_have_16_per_octave)
{
    cr_assert_eq(tick_bucket(0), 0);
    cr_assert_eq(tick_bucket(999), 0);
    for (uint32_t octave = 0; octave < 26; octave++)
        cr_assert_eq(tick_bucket(NS_PER_US << octave), 1 + 16 * octave, "octave %u", octave);
    cr_assert_eq(tick_bucket((NS_PER_US << 26) - 1), TICK_BUCKETS - 1);
    cr_assert_eq(tick_bucket(UINT64_MAX), TICK_BUCKETS - 1);
    cr_assert_eq(tick_bucket_high_ns(TICK_BUCKETS - 1), (NS_PER_US << 26) - 1);
    for (uint32_t b = 1; b < TICK_BUCKETS; b++) {
        double width = (double)tick_bucket_high_ns(b) / (double)(tick_bucket_high_ns(b - 1) + 1);
        cr_assert(width < 1.0626, "%u: %g", b, width);
    }
}

/* ---- sums ---- */

static struct group_result a, b;

static void init_group(struct group_result *g)
{
    memset(g, 0, sizeof *g);
    for (int k = 0; k < HIST_KINDS; k++) cr_assert_eq(hist_init(&g->hist[k], 60 * NS_PER_S, 3), 0);
}

static void up(void)
{
    init_group(&a);
    init_group(&b);
}

static void down(void)
{
    for (int k = 0; k < HIST_KINDS; k++) {
        hist_deinit(&a.hist[k]);
        hist_deinit(&b.hist[k]);
    }
}

TestSuite(load_result_sum, .init = up, .fini = down);

Test(load_result_sum, counts_and_histograms)
{
    a.issued = 10, a.completed = 8, a.censored = 1, a.bytes_in = 1000, a.status[2] = 8, a.connections = 4, a.queued_max = 2;
    b.issued = 20, b.completed = 18, b.dropped = 3, b.failed = 2, b.bytes_in = 2000, b.bytes_out = 7, b.status[2] = 18;
    b.status[5] = 1, b.connections = 5, b.queued_max = 3;
    hist_add(&a.hist[HIST_RESPONSE], 100);
    hist_add(&b.hist[HIST_RESPONSE], 300);
    hist_add(&b.hist[HIST_CENSORED], NS_PER_S);
    (void)snprintf(a.name, sizeof a.name, "get");
    (void)snprintf(b.name, sizeof b.name, "submit");
    group_add(&a, &b);
    cr_assert_str_eq(a.name, "get");
    cr_assert_eq(a.connections, 9);
    cr_assert_eq(a.issued, 30);
    cr_assert_eq(a.completed, 26);
    cr_assert_eq(a.censored, 1);
    cr_assert_eq(a.dropped, 3);
    cr_assert_eq(a.failed, 2);
    cr_assert_eq(a.queued_max, 5);
    cr_assert_eq(a.bytes_in, 3000);
    cr_assert_eq(a.bytes_out, 7);
    cr_assert_eq(a.status[2], 26);
    cr_assert_eq(a.status[5], 1);
    cr_assert_eq(a.hist[HIST_RESPONSE].count, 2);
    cr_assert_eq(a.hist[HIST_RESPONSE].max_ns, 300);
    cr_assert_eq(a.hist[HIST_CENSORED].count, 1);
    cr_assert_eq(a.hist[HIST_SERVICE].count, 0);
}

Test(load_result_sum, the_first_example_stays)
{
    b.errors[ERROR_STATUS].n = 2;
    (void)snprintf(b.errors[ERROR_STATUS].first_example, sizeof b.errors[0].first_example, "503");
    group_add(&a, &b);
    cr_assert_eq(a.errors[ERROR_STATUS].n, 2);
    cr_assert_str_eq(a.errors[ERROR_STATUS].first_example, "503");
    (void)snprintf(b.errors[ERROR_STATUS].first_example, sizeof b.errors[0].first_example, "404");
    group_add(&a, &b);
    cr_assert_eq(a.errors[ERROR_STATUS].n, 4);
    cr_assert_str_eq(a.errors[ERROR_STATUS].first_example, "503");
}

static void add_extra(struct group_result *g, const char *name, uint64_t n)
{
    struct extra *e = &g->extras[g->extras_n++];
    (void)snprintf(e->name, sizeof e->name, "%s", name);
    e->n = n;
}

Test(load_result_sum, extras_by_name)
{
    add_extra(&a, "polls", 5);
    add_extra(&b, "leases", 2);
    add_extra(&b, "polls", 7);
    group_add(&a, &b);
    cr_assert_eq(a.extras_n, 2);
    cr_assert_eq(a.extras[0].n, 12);
    cr_assert_str_eq(a.extras[1].name, "leases");
    cr_assert_eq(a.extras[1].n, 2);
    for (char name[] = "0"; a.extras_n < 16; name[0]++) add_extra(&a, name, 1);
    add_extra(&b, "one too many", 1);
    group_add(&a, &b);
    cr_assert_eq(a.extras_n, 16);
    cr_assert_eq(a.extras[0].n, 19);
}

/* What is left behind is for the leak checker to find. */
Test(load_result, deinit_frees_all_and_may_come_twice)
{
    static struct result r;
    result_deinit(&r);
    r.groups = calloc(2, sizeof *r.groups);
    r.groups_n = 2;
    for (int g = 0; g < 2; g++) init_group(&r.groups[g]);
    init_group(&r.all);
    cr_assert_eq(hist_init(&r.ramp.connect, NS_PER_S, 2), 0);
    r.ticks = calloc(3, sizeof *r.ticks);
    r.ticks_n = 3;
    r.points = calloc(1, sizeof *r.points);
    r.points_n = 1;
    result_deinit(&r);
    cr_assert_null(r.groups);
    cr_assert_eq(r.groups_n, 0);
    cr_assert_null(r.all.hist[HIST_RESPONSE].counts);
    cr_assert_null(r.ramp.connect.counts);
    result_deinit(&r);
}
