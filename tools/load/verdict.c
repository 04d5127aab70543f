/* verdict.c: whether a run's figures can be trusted, and whether its answers were right. See report.h. */
#include "tools/load/report.h"

#include "tools/load/figures.h"
#include "tools/load/human.h"
#include "tools/load/run.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { EXIT_VALID = 0, EXIT_CHECKS = 2, EXIT_INVALID = 3, EXIT_SLO = 4 };

#define CPU_MAX 0.95            /* of the loader's threads, in an open loop */
#define LATE_P99_NS (100 * NS_PER_US)
#define LATE_P999_NS NS_PER_MS
#define LATE_MIN 5              /* requests */
#define ACHIEVED_MIN 0.99
#define STEAL_MAX 0.01
#define STEAL_NS_MIN (30 * NS_PER_MS) /* the kernel counts it in steps of 10 ms: less is chance */
#define LENGTH_MIN 0.99

__attribute__((format(printf, 2, 3))) static void add_reason(struct verdict *v, const char *format, ...)
{
    va_list args;
    if (v->reasons_n == (int)(sizeof v->reasons / sizeof *v->reasons)) return;
    va_start(args, format);
    (void)vsnprintf(v->reasons[v->reasons_n++], sizeof *v->reasons, format, args);
    va_end(args);
}

/* ---- whether it happened at all ---- */

/* A fresh scenario's connections are opened one by one by its requests. */
static bool is_kept(const struct group_result *g)
{
    return strcmp(g->scenario, scenario_name(SCENARIO_CHURN)) != 0;
}

/* Connections that the ramp should have opened. */
static uint64_t connections_wanted(const struct result *r)
{
    uint64_t n = 0;
    if (r->options && r->options->stages_n && r->options->stages[0].connections)
        return 0; /* the stages say how many, and when */
    for (int i = 0; i < r->groups_n; i++)
        if (is_kept(&r->groups[i])) n += r->groups[i].connections;
    return n;
}

static const char *connect_example(const struct result *r)
{
    for (int i = 0; i <= ERROR_CONNECT_OTHER; i++)
        if (r->all.errors[i].n && r->all.errors[i].first_example[0]) return r->all.errors[i].first_example;
    return "see the errors";
}

static void judge_ramp(const struct result *r, struct verdict *v)
{
    uint64_t wanted = connections_wanted(r);
    if (r->ramp.opened >= wanted) return;
    add_reason(v, "%s of %s connections were opened (%.60s): see limits of open files, ports, backlog",
               human_count(r->ramp.opened).text, human_count(wanted).text, connect_example(r));
}

/* The slow scenarios do not ask for answers, idle connections need not. */
static bool wants_answers(const struct result *r)
{
    if (r->all.issued || r->all.dropped || r->all.failed) return true;
    for (int i = 0; i < r->groups_n; i++) {
        const char *scenario = r->groups[i].scenario;
        if (strncmp(scenario, "slow-", 5) != 0 && strcmp(scenario, scenario_name(SCENARIO_IDLE_MASS)) != 0) return true;
    }
    return false;
}

static void judge_length(const struct result *r, struct verdict *v)
{
    const struct options *o = r->options;
    const struct group_result *g = &r->all;
    const char *why = run_was_interrupted() ? "a signal ended it" : "it ended early";
    if (r->stopped_by_errors) {
        add_reason(v, "%s errors: --max-errors has stopped it", human_count(figure_errors(g)).text);
    } else if (!r->measured_ns) {
        add_reason(v, "nothing was measured: %s",
                   run_was_interrupted() ? "a signal ended the run before the load began"
                                         : "the run ended before the load began");
    } else if (o && o->requests && g->completed + g->failed + g->censored + g->dropped < o->requests) {
        add_reason(v, "%s of %s requests: %s; let it run to its end", human_count(g->completed + g->failed + g->censored).text,
                   human_count(o->requests).text, why);
    } else if (o && !o->requests && (double)r->measured_ns < LENGTH_MIN * (double)o->duration_ns) {
        add_reason(v, "%s of %s were measured: %s; let it run to its end", human_time((double)r->measured_ns).text,
                   human_time((double)o->duration_ns).text, why);
    }
    if (r->measured_ns && !g->completed && wants_answers(r))
        add_reason(v, "no request completed: is the server up, and does it answer what --expect-... asks for?");
}

/* ---- whether the loader kept up (open loop) ---- */

/* The share of time that a thread polls for the next request that is due, as asked for: that work is not load. */
static double spin_share(const struct options *o, double offered, uint32_t threads)
{
    if (!o) return 0;
    if (o->busy) return 1;
    double share = offered / (threads ? threads : 1) * (double)o->spin_ns / 1e9;
    return share < 1 ? share : 1;
}

bool verdict_so_far(const struct options *o, bool open, double cpu, double offered, double steal)
{
    bool full = cpu >= CPU_MAX && cpu - spin_share(o, offered, o->threads) >= CPU_MAX;
    return !(open && full) && steal <= STEAL_MAX;
}

/* What an open loop tells about the loader itself. The lag is its own: how late it looked at its plan. A request that then finds no
 * free connection leaves late as well, and that may be the server's doing: such lateness counts only where the loader's own threads
 * were full. Threads that spin are always full; then it takes late requests too, and no server that is known to be full. */
struct pace {
    double cpu;
    bool lags, late, waited;
    bool full; /* not by spinning alone */
};

/* A percentile beyond ns, by more than a few: one late request among a hundred is chance. */
static bool is_later(const struct hist *h, double percent, uint64_t ns)
{
    return hist_percentile(h, percent) > ns && h->count - hist_count_to(h, ns) >= LATE_MIN;
}

static bool is_late(const struct hist *h)
{
    return is_later(h, 99, LATE_P99_NS) || is_later(h, 99.9, LATE_P999_NS);
}

static struct pace pace_of(const struct result *r)
{
    struct pace p = {
        .cpu = figure_loader_cpu(r),
        .lags = is_late(&r->all.hist[HIST_LAG]),
        .late = is_late(&r->all.hist[HIST_LATENESS]),
        .waited = r->all.queued_max > 0,
    };
    bool spins = p.cpu - spin_share(r->options, figure_offered(r, &r->all), r->threads) < CPU_MAX,
         server_full = figure_server_cpu(r) >= CPU_MAX;
    p.full = p.cpu >= CPU_MAX && (!spins || p.lags || (p.late && !(p.waited && server_full)));
    return p;
}

static void judge_pace(const struct result *r, struct verdict *v)
{
    struct pace p = pace_of(r);
    const struct hist *late = &r->all.hist[p.lags ? HIST_LAG : HIST_LATENESS];
    if (p.full)
        add_reason(v, "the loader used %s of its threads' time: more threads (-t), more CPUs, or a lower rate",
                   human_percent(p.cpu).text);
    if (p.lags || (p.late && (!p.waited || p.full)))
        add_reason(v, "requests left late, p99 %s, p99.9 %s: a CPU of its own (--cpu), more threads, or a lower rate",
                   human_time((double)hist_percentile(late, 99)).text, human_time((double)hist_percentile(late, 99.9)).text);
    double offered = figure_offered(r, &r->all), achieved = figure_rate(r, &r->all);
    if (p.waited && (p.full || p.lags) && achieved < ACHIEVED_MIN * offered)
        add_reason(v, "%s/s of %s/s were achieved while %s requests waited for the loader: more threads, or a lower rate",
                   human_rate(achieved).text, human_rate(offered).text, human_count(r->all.queued_max).text);
}

/* ---- whether the machine was ours ---- */

static void judge_machine(const struct result *r, struct verdict *v)
{
    const struct loader_figures *l = &r->loader;
    if (figure_steal(r) > STEAL_MAX && l->steal_ns >= STEAL_NS_MIN)
        add_reason(v, "%s of the CPU time was stolen by other machines on this host: repeat it at another time",
                   human_percent(figure_steal(r)).text);
    if (l->cq_overflows)
        add_reason(v, "a completion queue overflowed %s times: more threads (-t), or fewer connections per ring",
                   human_count(l->cq_overflows).text);
    if (l->unpinned)
        add_reason(v, "%u of its threads could not be put on the CPUs of --cpu: this process may not use them", l->unpinned);
    if (l->major_faults)
        add_reason(v, "the loader waited for the disk %s times (major page faults): free memory, then repeat it",
                   human_count(l->major_faults).text);
}

/* ---- all of it ---- */

static bool checks_hold(const struct result *r)
{
    uint64_t errors_max = r->options ? r->options->max_errors : 0;
    if (r->stopped_by_errors || (errors_max && figure_errors(&r->all) >= errors_max)) return false;
    if (r->conservation.checked && !r->conservation.holds) return false;
    return figure_wrong(&r->all) == 0 && r->probe.failed == 0;
}

void verdict_give(struct result *r)
{
    struct verdict *v = &r->verdict;
    *v = (struct verdict){0};
    judge_ramp(r, v);
    judge_length(r, v);
    if (figure_is_open(r)) judge_pace(r, v);
    judge_machine(r, v);
    v->valid = v->reasons_n == 0;
    v->checks_passed = checks_hold(r);
    v->slo_met = !r->options || r->options->find_max_n == 0;
}

/* A search that found nothing has said so as long as one of its runs was worth something. */
static bool any_point_valid(const struct result *r)
{
    for (uint32_t i = 0; i < r->points_n; i++)
        if (r->points[i].valid) return true;
    return false;
}

int verdict_exit_code(const struct result *r)
{
    const struct verdict *v = &r->verdict;
    bool searched = r->options && r->options->find_max_n;
    if (searched && r->found_limited) return EXIT_INVALID;
    if (searched && !v->slo_met) return any_point_valid(r) ? EXIT_SLO : EXIT_INVALID;
    if (!v->checks_passed) return EXIT_CHECKS;
    return v->valid ? EXIT_VALID : EXIT_INVALID;
}
