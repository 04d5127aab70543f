#include "sample_result.h"

#include "base/clock.h"
#include "tools/load/report.h"
#include "tools/load/run.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>

static struct result r;
static struct options o;

static void up(void)
{
    sample_result(&r, &o);
}

static void down(void)
{
    result_deinit(&r);
}

TestSuite(load_verdict, .init = up, .fini = down);

/* The only reason has all of the words. */
static void assert_reason(const char *words, const char *figure)
{
    verdict_give(&r);
    cr_assert_not(r.verdict.valid);
    cr_assert_eq(r.verdict.reasons_n, 1, "%d: %s, %s", r.verdict.reasons_n, r.verdict.reasons[0], r.verdict.reasons[1]);
    cr_assert(strstr(r.verdict.reasons[0], words), "%s", r.verdict.reasons[0]);
    cr_assert(strstr(r.verdict.reasons[0], figure), "%s", r.verdict.reasons[0]);
    cr_assert_eq(verdict_exit_code(&r), 3);
}

static void assert_valid(void)
{
    verdict_give(&r);
    cr_assert(r.verdict.valid, "%s", r.verdict.reasons[0]);
    cr_assert(r.verdict.checks_passed);
    cr_assert_eq(verdict_exit_code(&r), 0);
}

static void late(uint64_t ns)
{
    hist_clear(&r.all.hist[HIST_LATENESS]);
    hist_add_n(&r.all.hist[HIST_LATENESS], 10 * NS_PER_US, 980);
    hist_add_n(&r.all.hist[HIST_LATENESS], ns, 20);
}

Test(load_verdict, a_good_run)
{
    assert_valid();
}

/* ---- the loader ---- */

Test(load_verdict, threads_that_work_all_the_time)
{
    r.rate_asked = 100;
    r.all.completed = 1000; /* so few are due that spinning explains nothing */
    for (uint32_t i = 0; i < r.ticks_n; i++) r.ticks[i].due = 10;
    r.loader.cpu_ns = r.loader.wall_ns * 96 / 100;
    assert_reason("of its threads' time", "96%");
    r.loader.cpu_ns = r.loader.wall_ns * 94 / 100;
    assert_valid();
}

/* At 10,000/s a thread polls half of the time for what is due next. */
Test(load_verdict, threads_that_spin_are_not_full)
{
    r.loader.cpu_ns = r.loader.wall_ns * 99 / 100;
    assert_valid();
    o.busy = true;
    r.loader.cpu_ns = r.loader.wall_ns;
    assert_valid();
    late(200 * NS_PER_US);
    verdict_give(&r);
    cr_assert_eq(r.verdict.reasons_n, 2, "full and late");
}

Test(load_verdict, a_closed_loop_may_fill_the_loader)
{
    result_deinit(&r);
    sample_closed(&r, &o);
    r.loader.cpu_ns = r.loader.wall_ns;
    assert_valid();
}

Test(load_verdict, late_requests)
{
    late(99 * NS_PER_US);
    assert_valid();
    late(150 * NS_PER_US);
    assert_reason("left late", "p99 150us");
    late(10 * NS_PER_US);
    hist_add_n(&r.all.hist[HIST_LATENESS], 2 * NS_PER_MS, 4);
    assert_valid(); /* so few are chance */
    hist_add_n(&r.all.hist[HIST_LATENESS], 2 * NS_PER_MS, 1);
    assert_reason("left late", "p99.9 2.00ms");
}

static void lags(uint64_t ns)
{
    hist_clear(&r.all.hist[HIST_LAG]);
    hist_add_n(&r.all.hist[HIST_LAG], 10 * NS_PER_US, 980);
    hist_add_n(&r.all.hist[HIST_LAG], ns, 20);
}

/* No connection was free, the plan was looked at in time: whoever is slow, it is not the loader. */
Test(load_verdict, requests_that_wait_for_the_server)
{
    late(500 * NS_PER_MS);
    lags(99 * NS_PER_US);
    r.all.queued_max = 5000;
    assert_valid();
}

/* A few ms without a CPU: that something had to wait for a connection then excuses nothing. */
Test(load_verdict, a_loader_that_looks_at_its_plan_too_late)
{
    late(500 * NS_PER_MS);
    lags(4 * NS_PER_MS);
    r.all.queued_max = 50;
    assert_reason("left late", "p99 4.00ms");
}

Test(load_verdict, requests_that_wait_for_a_loader_without_a_cpu)
{
    late(500 * NS_PER_MS);
    lags(500 * NS_PER_MS);
    r.all.queued_max = 5000;
    assert_reason("left late", "500ms");
    r.all.completed -= 5000;
    r.all.in_time -= 5000;
    r.all.censored += 5000;
    verdict_give(&r);
    cr_assert_eq(r.verdict.reasons_n, 2);
    cr_assert(strstr(r.verdict.reasons[1], "9,500/s of 10,000/s were achieved while 5,000 requests waited"), "%s",
              r.verdict.reasons[1]);
}

/* Three times what it can do: connections are all busy, and the loader spins, as something is always due. */
Test(load_verdict, an_overload)
{
    late(2 * NS_PER_S);
    r.all.queued_max = 100000;
    r.all.censored = 200000;
    r.loader.cpu_ns = r.loader.wall_ns;
    r.server.cpu_ns = 0; /* not looked at */
    verdict_give(&r);
    cr_assert_eq(r.verdict.reasons_n, 3);
    cr_assert_eq(verdict_exit_code(&r), 3);
    r.server.cpu_ns = r.measured_ns; /* it is the server that is full */
    assert_valid();
}

/* ---- the machine ---- */

Test(load_verdict, a_machine_that_is_shared)
{
    r.loader.steal_ns = 250 * NS_PER_MS; /* of 2 × 10 s */
    assert_reason("stolen", "1.25%");
    r.loader.steal_ns = 190 * NS_PER_MS;
    assert_valid();
    r.measured_ns = o.duration_ns = 500 * NS_PER_MS;
    r.loader.steal_ns = 20 * NS_PER_MS; /* two steps of the kernel's clock tell nothing */
    r.server.cpu_ns = 0;
    assert_valid();
}

Test(load_verdict, overflows_and_page_faults)
{
    r.loader.cq_overflows = 3;
    assert_reason("overflowed 3 times", "-t");
    r.loader.cq_overflows = 0;
    r.loader.major_faults = 1;
    assert_reason("page faults", "1 times");
}

/* ---- whether it happened ---- */

Test(load_verdict, connections_that_could_not_be_opened)
{
    r.ramp.opened = 60;
    r.all.errors[ERROR_CONNECT_NO_ADDRESS].n = 40;
    (void)snprintf(r.all.errors[ERROR_CONNECT_NO_ADDRESS].first_example, 160, "connect: Cannot assign requested address");
    assert_reason("Cannot assign requested address", "60 of 100 connections");
}

Test(load_verdict, churn_opens_its_own)
{
    (void)snprintf(r.groups[0].scenario, sizeof r.groups[0].scenario, "churn");
    r.ramp.opened = 50;
    assert_valid();
    r.ramp.opened = 49;
    assert_reason("connections were opened", "49 of 50");
}

Test(load_verdict, stages_of_connections_open_their_own_number)
{
    o.stages[0] = (struct stage){NS_PER_S, 0, 100, true};
    o.stages_n = 1;
    r.ramp.opened = 10;
    assert_valid();
}

Test(load_verdict, nothing_was_completed)
{
    r.all.failed = r.all.completed;
    r.all.completed = 0;
    assert_reason("no request completed", "");
}

Test(load_verdict, idle_connections_need_not_ask)
{
    r.all.completed = r.all.issued = 0;
    (void)snprintf(r.plan, sizeof r.plan, "closed");
    hist_clear(&r.all.hist[HIST_LATENESS]);
    (void)snprintf(r.groups[0].scenario, sizeof r.groups[0].scenario, "idle-mass");
    (void)snprintf(r.groups[1].scenario, sizeof r.groups[1].scenario, "slow-header");
    r.probe.asked = r.probe.answered = 50;
    assert_valid();
    r.probe.answered = 49;
    r.probe.failed = 1;
    verdict_give(&r);
    cr_assert(r.verdict.valid);
    cr_assert_not(r.verdict.checks_passed);
}

Test(load_verdict, a_run_that_ended_early)
{
    r.measured_ns = 9 * NS_PER_S;
    assert_reason("9.00s of 10.0s were measured", "ended early");
    r.measured_ns = 0;
    r.all.completed = 0;
    verdict_give(&r);
    cr_assert(strstr(r.verdict.reasons[0], "nothing was measured"), "%s", r.verdict.reasons[0]);
    down();
    up();
    o.requests = 200000;
    assert_reason("100,000 of 200,000 requests", "ended early");
    o.requests = 100000;
    assert_valid();
}

Test(load_verdict, a_signal)
{
    run_catch_signals();
    cr_assert_eq(raise(SIGTERM), 0);
    r.measured_ns = 5 * NS_PER_S;
    assert_reason("5.00s of 10.0s", "a signal ended it");
}

/* ---- checks ---- */

Test(load_verdict, wrong_answers)
{
    const enum error_kind wrong[] = {ERROR_BAD_HEAD, ERROR_BAD_LENGTH, ERROR_STATUS, ERROR_NO_DATE,
                                     ERROR_BODY,     ERROR_ID,         ERROR_JOB};
    for (int k = 0; k < ERROR_KINDS; k++) {
        bool counts = false;
        for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) counts = counts || wrong[i] == (enum error_kind)k;
        r.all.errors[k].n = 1;
        verdict_give(&r);
        cr_assert_eq(r.verdict.checks_passed, !counts, "%s", error_name((enum error_kind)k));
        cr_assert_eq(verdict_exit_code(&r), counts ? 2 : 0);
        r.all.errors[k].n = 0;
    }
}

Test(load_verdict, jobs_that_are_missing)
{
    r.conservation = (struct conservation){.checked = true, .holds = true};
    assert_valid();
    r.conservation.holds = false;
    verdict_give(&r);
    cr_assert_eq(verdict_exit_code(&r), 2);
    r.conservation.checked = false;
    assert_valid();
}

Test(load_verdict, too_many_errors)
{
    o.max_errors = 10;
    r.all.errors[ERROR_RESET].n = 9;
    assert_valid();
    r.all.errors[ERROR_TIMEOUT].n = 1;
    verdict_give(&r);
    cr_assert_eq(verdict_exit_code(&r), 2);
}

/* The limit ended the run: that, and not its length, is the reason. */
Test(load_verdict, a_run_that_errors_have_stopped)
{
    o.max_errors = 10;
    r.stopped_by_errors = true;
    r.all.errors[ERROR_RESET].n = 17;
    r.measured_ns /= 2;
    verdict_give(&r);
    cr_assert_eq(verdict_exit_code(&r), 2);
    cr_assert_eq(r.verdict.reasons_n, 1);
    cr_assert(strstr(r.verdict.reasons[0], "17 errors"), "%s", r.verdict.reasons[0]);
}

Test(load_verdict, threads_that_are_where_they_should_not_be)
{
    r.loader.unpinned = 1;
    assert_reason("--cpu", "1 of its threads");
}

Test(load_verdict, wrong_answers_weigh_more_than_an_invalid_run)
{
    r.loader.cq_overflows = 1;
    r.all.errors[ERROR_BODY].n = 1;
    verdict_give(&r);
    cr_assert_eq(verdict_exit_code(&r), 2);
}

/* ---- searches ---- */

Test(load_verdict, a_search)
{
    struct point points[2] = {{.rate = 100, .valid = true}, {.rate = 200}};
    o.find_max_n = 1;
    verdict_give(&r);
    cr_assert_not(r.verdict.slo_met);
    r.points = points;
    r.points_n = 2;
    cr_assert_eq(verdict_exit_code(&r), 4);
    points[0].valid = false;
    cr_assert_eq(verdict_exit_code(&r), 3, "it never could tell");
    r.verdict.slo_met = true;
    cr_assert_eq(verdict_exit_code(&r), 0);
    r.points = NULL;
    r.points_n = 0;
}

Test(load_verdict, without_options)
{
    r.options = NULL;
    assert_valid();
    cr_assert(r.verdict.slo_met);
}

Test(load_verdict, no_more_reasons_than_there_is_room_for)
{
    for (int i = 0; i < 3; i++) verdict_give(&r);
    cr_assert_eq(r.verdict.reasons_n, 0, "each time anew");
}
