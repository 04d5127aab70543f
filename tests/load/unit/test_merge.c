/* What many threads have counted is what one result says. */
#include "driver_rig.h"

#include "tools/load/merge.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define MS NS_PER_MS

static struct result r;

static void down(void)
{
    result_deinit(&r);
    r = (struct result){.options = NULL};
    rig_down();
}

TestSuite(load_merge, .fini = down);

/* As a thread counts an answer in tick i. */
static void answer(uint32_t driver, uint32_t i, uint64_t ns, uint32_t n)
{
    struct driver_tick *t = &rig.drivers[driver].ticks[i];
    metric_add(&t->completed, n);
    metric_add(&t->issued, n);
    t->bucket[tick_bucket(ns)] += n;
    if (ns > metric_get(&t->max_ns)) metric_set(&t->max_ns, ns);
}

Test(load_merge, a_tick_of_two_threads)
{
    struct tick t = {.at_ns = 7, .open = 5};
    rig_up("-t|2|-c|4|-d|10s|http://127.0.0.1:1/x");
    answer(0, 3, 100 * NS_PER_US, 60);
    answer(1, 3, 4 * MS, 40);
    metric_add(&rig.drivers[0].ticks[3].due, 70);
    metric_add(&rig.drivers[1].ticks[3].due, 50);
    metric_add(&rig.drivers[1].ticks[3].errors, 2);
    metric_set(&rig.drivers[0].ticks[3].late_max_ns, 9);
    metric_set(&rig.drivers[1].ticks[3].late_max_ns, 8);
    merge_tick(&rig, 3, &t);
    cr_assert_eq(t.completed, 100);
    cr_assert_eq(t.issued, 100);
    cr_assert_eq(t.due, 120);
    cr_assert_eq(t.errors, 2);
    cr_assert_eq(t.late_max_ns, 9);
    cr_assert_eq(t.max_ns, 4 * MS);
    cr_assert_eq(t.at_ns, 7, "gauges stay");
    cr_assert_eq(t.open, 5);
    cr_assert(t.p50_ns >= 100 * NS_PER_US && t.p50_ns < 105 * NS_PER_US, "%lu", (unsigned long)t.p50_ns);
    cr_assert_eq(t.p99_ns, 4 * MS, "never above the longest");
    uint64_t heat = 0;
    for (size_t i = 0; i < sizeof t.heat / sizeof *t.heat; i++) heat += t.heat[i];
    cr_assert_eq(heat, 100);
}

Test(load_merge, nothing_came)
{
    struct tick t = {.at_ns = 0};
    uint64_t ns[2] = {1, 1};
    rig_up("-t|2|-c|4|-d|10s|http://127.0.0.1:1/x");
    merge_tick(&rig, 0, &t);
    cr_assert_eq(t.p50_ns + t.p99_ns + t.max_ns + t.completed, 0);
    merge_span(&rig, 0, 10, (const double[]){50, 99}, ns, 2);
    cr_assert_eq(ns[0] + ns[1], 0);
}

Test(load_merge, a_span_of_ticks)
{
    const double percents[] = {50, 90, 100};
    uint64_t ns[3];
    rig_up("-t|2|-c|4|-d|10s|http://127.0.0.1:1/x");
    answer(0, 0, 50 * MS, 1000); /* before it */
    answer(0, 1, 1 * MS, 50);
    answer(1, 2, 2 * MS, 30);
    answer(1, 3, 8 * MS, 20);
    answer(1, 4, 50 * MS, 1000); /* behind it */
    merge_span(&rig, 1, 4, percents, ns, 3);
    cr_assert_eq(ns[0], tick_bucket_high_ns(tick_bucket(1 * MS)));
    cr_assert_eq(ns[1], tick_bucket_high_ns(tick_bucket(8 * MS)));
    cr_assert_eq(ns[2], tick_bucket_high_ns(tick_bucket(8 * MS)));
}

/* A long run's ticks become twice as long: the threads fold theirs, the result its own, and both still agree. */
Test(load_merge, folded_ticks_agree)
{
    rig_up("-t|1|-c|4|-d|10s|http://127.0.0.1:1/x");
    r.ticks = calloc(8, sizeof *r.ticks);
    r.ticks_n = 8;
    for (uint32_t i = 0; i < 8; i++) {
        answer(0, i, (i + 1) * MS, i + 1);
        metric_set(&rig.drivers[0].ticks[i].late_max_ns, 100 - i);
        merge_tick(&rig, i, &r.ticks[i]);
        r.ticks[i].at_ns = (i + 1) * 100;
        r.ticks[i].open = i;
        r.ticks[i].server_cpu_ns = 10;
        r.ticks[i].steal_ns = 1;
    }
    ticks_fold(rig.drivers[0].ticks, 8);
    merge_fold(&r);
    cr_assert_eq(r.ticks_n, 4);
    for (uint32_t i = 0; i < 4; i++) {
        struct tick again = {.at_ns = 0};
        const struct tick *t = &r.ticks[i];
        merge_tick(&rig, i, &again);
        cr_assert_eq(t->completed, 4 * i + 3);
        cr_assert_eq(t->completed, again.completed);
        cr_assert_eq(t->issued, again.issued);
        cr_assert_eq(t->max_ns, again.max_ns);
        cr_assert_eq(t->late_max_ns, 100 - 2 * i);
        cr_assert_eq(t->late_max_ns, again.late_max_ns);
        cr_assert_arr_eq(t->heat, again.heat, sizeof t->heat);
        cr_assert_eq(t->at_ns, (i + 1) * 200, "the end of the second");
        cr_assert_eq(t->open, 2 * i + 1, "gauges as they were at the end");
        cr_assert_eq(t->server_cpu_ns, 20);
        cr_assert_eq(t->steal_ns, 2);
    }
    for (uint32_t i = 4; i < 8; i++) cr_assert_eq(metric_get(&rig.drivers[0].ticks[i].completed), 0, "begun anew");
}

Test(load_merge, groups_and_their_sum)
{
    rig_up("-t|2|-c|8|-s|get=3,churn=1|-d|10s|http://127.0.0.1:1/x");
    for (uint32_t d = 0; d < 2; d++)
        for (int g = 0; g < 2; g++) {
            struct group_result *from = &rig.drivers[d].groups[g].result;
            from->issued = from->completed = 10 * (d + 1) + (uint64_t)g;
            from->bytes_in = 1;
            hist_add_n(&from->hist[HIST_RESPONSE], (d + 1) * MS, from->completed);
            from->errors[ERROR_BODY].n = d;
            if (d) (void)snprintf(from->errors[ERROR_BODY].first_example, 160, "of %d", g);
        }
    rig.drivers[0].ramp = (struct ramp_figures){.opened = 4, .failed = 1, .lost = 2, .connect = rig.drivers[0].ramp.connect};
    rig.drivers[1].ramp = (struct ramp_figures){.opened = 3, .reopened = 1, .connect = rig.drivers[1].ramp.connect};
    hist_add(&rig.drivers[1].ramp.connect, MS);
    rig.drivers[1].probe = (struct probe_figures){.asked = 3, .answered = 2, .failed = 1};
    r.phases[0] = (struct phase){PHASE_RAMP, 0, NS_PER_S / 2};
    r.phases_n = 1;
    r.measured_ns = NS_PER_S;
    cr_assert_eq(merge_run(&rig, &r), 0);
    cr_assert_eq(r.groups_n, 2);
    cr_assert_str_eq(r.groups[0].name, "get");
    cr_assert_str_eq(r.groups[1].name, "churn");
    cr_assert_str_eq(r.all.name, "all");
    cr_assert_eq(r.groups[0].completed, 30);
    cr_assert_eq(r.groups[1].completed, 32);
    cr_assert_eq(r.all.completed, 62);
    cr_assert_eq(r.all.hist[HIST_RESPONSE].count, 62);
    cr_assert_eq(r.all.bytes_in, 4);
    cr_assert_eq(r.all.errors[ERROR_BODY].n, 2);
    cr_assert_str_eq(r.all.errors[ERROR_BODY].first_example, "of 0");
    cr_assert_eq(r.groups[0].connections + r.groups[1].connections, 8);
    cr_assert_eq(r.connections, 8);
    cr_assert_eq(r.ramp.opened, 7);
    cr_assert_eq(r.ramp.failed + r.ramp.reopened, 2);
    cr_assert_eq(r.ramp.lost, 2);
    cr_assert_eq(r.ramp.connect.count, 1);
    cr_assert_float_eq(r.ramp.rate, 14, 1e-9);
    cr_assert_eq(r.probe.asked, 3);
    cr_assert_eq(r.loader.wall_ns, 2 * NS_PER_S, "of both threads");
    cr_assert_eq(r.loader.bytes_per_connection, 64);
    cr_assert_str_eq(r.plan, "closed");
}

/* Slow clients beside requests are no requests: only their connections and their errors are in the sum. */
Test(load_merge, slow_clients_stand_apart)
{
    rig_up("-c|8|-s|get=1,slow-read=1|-R|100|-d|10s|http://127.0.0.1:1/x");
    rig.drivers[0].groups[0].result.completed = 5;
    rig.drivers[0].groups[1].result.completed = 7;
    hist_add(&rig.drivers[0].groups[1].result.hist[HIST_TOLERATED], NS_PER_S);
    rig.drivers[0].groups[1].result.errors[ERROR_RESET].n = 1;
    cr_assert_eq(merge_run(&rig, &r), 0);
    cr_assert_eq(r.groups[1].completed, 7);
    cr_assert_eq(r.all.completed, 5);
    cr_assert_eq(r.all.hist[HIST_TOLERATED].count, 0);
    cr_assert_eq(r.all.connections, 8);
    cr_assert_eq(r.all.errors[ERROR_RESET].n, 1);
    cr_assert_str_eq(r.plan, "const");
}

/* Where there is nothing else, they are what the run is about. */
Test(load_merge, slow_clients_alone)
{
    rig_up("-c|4|-s|slow-read|-d|10s|http://127.0.0.1:1/x");
    rig.drivers[0].groups[0].result.completed = 7;
    cr_assert_eq(merge_run(&rig, &r), 0);
    cr_assert_eq(r.all.completed, 7);
}

Test(load_merge, names_of_plans)
{
    static const struct {
        const char *line, *plan;
    } known[] = {{"-R|100|--arrival|poisson|-d|1s|http://127.0.0.1:1/x", "poisson"},
                 {"-R|100|--arrival|burst:10|-d|1s|http://127.0.0.1:1/x", "burst"},
                 {"--stages|1s:0-100,1s:100|http://127.0.0.1:1/x", "stages"},
                 {"--stages|1s:0-100|--arrival|poisson|http://127.0.0.1:1/x", "stages poisson"},
                 {"-d|1s|http://127.0.0.1:1/x", "closed"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        rig_up(known[i].line);
        cr_assert_eq(merge_run(&rig, &r), 0);
        cr_assert_str_eq(r.plan, known[i].plan, "%s: %s", known[i].line, r.plan);
        down();
    }
    rig_up("http://127.0.0.1:1/x");
}

Test(load_merge, samples_are_differences)
{
    struct sample before = {.server_rss_bytes = 10, .slab_bytes = 100, .tcp_memory_bytes = 1, .page_table_bytes = 5},
                  ready = {.server_rss_bytes = 30, .slab_bytes = 150, .tcp_memory_bytes = 2, .page_table_bytes = 7},
                  start = {.server_cpu_ns = 1000,
                           .server_user_ns = 400,
                           .server_system_ns = 600,
                           .steal_ns = 5,
                           .loader_major_faults = 1},
                  end = {.server_cpu_ns = 4000,
                         .server_user_ns = 1400,
                         .server_system_ns = 2600,
                         .steal_ns = 8,
                         .loader_major_faults = 3,
                         .server_threads = 4,
                         .server_fds = 9,
                         .server_rss_bytes = 40,
                         .loader_rss_bytes = 77};
    rig_up("http://127.0.0.1:1/x");
    merge_samples(&r, &before, &ready, &start, &end);
    cr_assert_eq(r.server.cpu_ns, 3000);
    cr_assert_eq(r.server.user_ns, 1000);
    cr_assert_eq(r.server.system_ns, 2000);
    cr_assert_eq(r.server.rss_before_bytes, 10);
    cr_assert_eq(r.server.rss_after_bytes, 30);
    cr_assert_eq(r.server.rss_end_bytes, 40);
    cr_assert_eq(r.server.slab_after_bytes - r.server.slab_before_bytes, 50);
    cr_assert_eq(r.server.tables_after_bytes - r.server.tables_before_bytes, 2);
    cr_assert_eq(r.server.threads, 4);
    cr_assert_eq(r.server.fds, 9);
    cr_assert_eq(r.loader.steal_ns, 3);
    cr_assert_eq(r.loader.major_faults, 2);
    cr_assert_eq(r.loader.rss_bytes, 77);
}
