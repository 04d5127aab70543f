/* report_text.c: a result as text: wrk's block, then what wrk does not say. */
#include "tools/load/report.h"

#include "tools/load/figures.h"
#include "tools/load/report_parts.h"

#include <string.h>

/* ---- a group ---- */

static const double percents[] = {50, 75, 90, 99, 99.9, 99.99};
#define PERCENTS_N (sizeof percents / sizeof *percents)

static void print_hist(FILE *f, const char *name, const struct hist *h)
{
    if (!h->count) return;
    (void)fprintf(f, "  %-10s", name);
    for (size_t i = 0; i < PERCENTS_N; i++) (void)fprintf(f, " %8s", TIME(hist_percentile(h, percents[i])));
    (void)fprintf(f, " %8s %8s\n", TIME(h->max_ns), TIME(hist_mean(h)));
    if (h->clipped)
        (void)fprintf(f, "  %-10s %s beyond %s counted as that\n", "", COUNT(h->clipped), TIME(h->max_trackable_ns));
}

static void print_latencies(FILE *f, const struct group_result *g, bool open)
{
    (void)fprintf(f, "  %-10s", "");
    for (size_t i = 0; i < PERCENTS_N; i++) {
        char head[16];
        (void)snprintf(head, sizeof head, "p%g", percents[i]);
        (void)fprintf(f, " %8s", head);
    }
    (void)fprintf(f, " %8s %8s\n", "max", "mean");
    if (open) print_hist(f, "response", &g->hist[HIST_RESPONSE]);
    print_hist(f, "service", &g->hist[HIST_SERVICE]);
    print_hist(f, "first byte", &g->hist[HIST_TTFB]);
    print_hist(f, "lateness", &g->hist[HIST_LATENESS]);
    print_hist(f, "  our lag", &g->hist[HIST_LAG]); /* of the lateness: before the plan was looked at */
    print_hist(f, "tolerated", &g->hist[HIST_TOLERATED]);
    print_hist(f, "lease", &g->hist[HIST_LEASE]);
    print_hist(f, "poll", &g->hist[HIST_POLL]);
    print_hist(f, "unanswered", &g->hist[HIST_CENSORED]); /* ages: they waited at least so long */
}

static void print_counts(FILE *f, const struct group_result *g)
{
    (void)fprintf(f, "  requests   issued %s  completed %s  failed %s  unanswered %s  dropped %s", COUNT(g->issued),
                  COUNT(g->completed), COUNT(g->failed), COUNT(g->censored), COUNT(g->dropped));
    if (g->queued_max) (void)fprintf(f, "  waiting at most %s", COUNT(g->queued_max));
    (void)fputc('\n', f);
}

static void print_answers(FILE *f, const struct group_result *g)
{
    (void)fputs("  answers   ", f);
    for (int digit = 1; digit <= 5; digit++)
        if (g->status[digit]) (void)fprintf(f, " %dxx %s ", digit, COUNT(g->status[digit]));
    if (g->status[0]) (void)fprintf(f, " other %s ", COUNT(g->status[0]));
    (void)fprintf(f, " read %s  written %s\n", BYTES(g->bytes_in), BYTES(g->bytes_out));
}

static void print_errors(FILE *f, const struct group_result *g)
{
    const char *head = "errors";
    for (int i = 0; i < ERROR_KINDS; i++) {
        const struct error_count *e = &g->errors[i];
        char example[sizeof e->first_example];
        if (!e->n) continue;
        (void)fprintf(f, "  %-10s %s %s", head, error_name((enum error_kind)i), COUNT(e->n));
        if (e->first_example[0]) (void)fprintf(f, "  (first: %s)", human_words(example, sizeof example, e->first_example));
        (void)fputc('\n', f);
        head = "";
    }
}

static void print_extras(FILE *f, const struct group_result *g)
{
    if (!g->extras_n) return;
    (void)fputs("  also      ", f);
    for (int i = 0; i < g->extras_n; i++) (void)fprintf(f, " %s %s ", g->extras[i].name, COUNT(g->extras[i].n));
    (void)fputc('\n', f);
}

static void print_group(FILE *f, const struct result *r, const struct group_result *g)
{
    double offered = figure_offered(r, g), achieved = figure_rate(r, g);
    bool open = g->hist[HIST_LATENESS].count > 0;
    if (open) (void)fprintf(f, "  rate       offered %s/s  achieved %s/s", RATE(offered), RATE(achieved));
    else (void)fprintf(f, "  rate       %s/s", RATE(achieved));
    if (open && offered > 0) (void)fprintf(f, " (%s)", PERCENT(achieved / offered));
    (void)fputc('\n', f);
    print_counts(f, g);
    print_latencies(f, g, open);
    print_answers(f, g);
    print_errors(f, g);
    print_extras(f, g);
}

static void print_groups(FILE *f, const struct result *r)
{
    for (int i = 0; r->groups_n > 1 && i < r->groups_n; i++) {
        const struct group_result *g = &r->groups[i];
        (void)fprintf(f, "\n%s (%s, %s connections)\n", g->name, g->scenario, COUNT(g->connections));
        print_group(f, r, g);
    }
}

/* ---- the run ---- */

static void print_head(FILE *f, const struct result *r)
{
    (void)fprintf(f, "\nquern-load %s  %s  ", r->version, r->groups_n == 1 ? r->groups[0].name : "mix");
    if (figure_is_open(r)) (void)fprintf(f, "open loop, %s", r->plan);
    else (void)fputs("closed loop", f);
    if (r->rate_asked > 0) (void)fprintf(f, " at %s/s", RATE(r->rate_asked));
    (void)fprintf(f, ", %s connections, %u thread%s, %u ring%s, verify %s, seed %llu\n", COUNT(r->connections), r->threads,
                  r->threads == 1 ? "" : "s", r->rings, r->rings == 1 ? "" : "s", r->verify, (unsigned long long)r->seed);
    if (!figure_is_open(r))
        (void)fputs(
            "  A closed loop: each connection sends again when it has its answer. The service time is that of a saturated\n"
            "  closed system, not what users would wait at some rate; -R measures that.\n",
            f);
}

static void print_ramp(FILE *f, const struct result *r)
{
    const struct ramp_figures *p = &r->ramp;
    if (!p->opened && !p->failed) return;
    (void)fprintf(f, "  ramp       opened %s in %s (%s/s)  failed %s  reopened %s  lost %s", COUNT(p->opened),
                  TIME(p->length_ns), RATE(p->rate), COUNT(p->failed), COUNT(p->reopened), COUNT(p->lost));
    if (p->connect.count)
        (void)fprintf(f, "  connect p50 %s  p99 %s  max %s", TIME(hist_percentile(&p->connect, 50)),
                      TIME(hist_percentile(&p->connect, 99)), TIME(p->connect.max_ns));
    (void)fputc('\n', f);
}

static void print_probe(FILE *f, const struct probe_figures *p)
{
    if (!p->asked) return;
    (void)fprintf(f, "  probe      asked %s  answered %s  failed %s  in %s\n", COUNT(p->asked), COUNT(p->answered),
                  COUNT(p->failed), TIME(p->length_ns));
}

static void print_conservation(FILE *f, const struct conservation *c)
{
    if (!c->checked && !c->note[0]) return;
    (void)fprintf(
        f, "  jobs       %s  submitted %s  finished %s  failed %s  queued %s  doubled %s  missing %s  out of order %s%s%s\n",
        !c->checked ? "not checked"
        : c->holds  ? "all accounted for"
                    : "NOT all accounted for",
        COUNT(c->submitted), COUNT(c->finished), COUNT(c->failed), COUNT(c->queued), COUNT(c->doubled), COUNT(c->missing),
        COUNT(c->order_violations), c->note[0] ? "  " : "", c->note);
}

static void print_server(FILE *f, const struct result *r)
{
    const struct server_figures *s = &r->server;
    double n = (double)r->all.completed;
    if (!s->pid && !s->cpu_ns) return;
    (void)fputs("  server     ", f);
    if (s->pid) (void)fprintf(f, "pid %d  ", s->pid);
    (void)fprintf(f, "cpu %s  %s/request (user %s, system %s)  %s requests per CPU-second\n", PERCENT(figure_server_cpu(r)),
                  TIME(figure_server_ns_per_request(r)), TIME(n > 0 ? (double)s->user_ns / n : 0),
                  TIME(n > 0 ? (double)s->system_ns / n : 0), RATE(figure_rate_per_server_second(r)));
    (void)fprintf(f, "             threads %u  files %u  switches %s voluntary, %s not  rss %s after the ramp", s->threads,
                  s->fds, COUNT(s->switches_voluntary), COUNT(s->switches_involuntary), BYTES(s->rss_after_bytes));
    if (r->ramp.opened)
        (void)fprintf(f, " (%s/connection; kernel %s, both ends)", BYTES(figure_rss_per_connection(r)),
                      BYTES(figure_slab_per_connection(r)));
    (void)fputc('\n', f);
    double tcp = figure_tcp_per_connection(r), tables = figure_tables_per_connection(r);
    if (tcp > 0 || tables > 0)
        (void)fprintf(f, "             beside the kernel's slabs, per connection: TCP buffers %s  page tables %s\n", BYTES(tcp),
                      BYTES(tables));
    for (int i = 0; i < r->groups_n && r->server.rss_end_bytes; i++)
        if (strcmp(r->groups[i].scenario, scenario_name(SCENARIO_SLOW_READ)) == 0)
            (void)fprintf(f, "             grown by %s per slow reader\n", BYTES(figure_rss_per_slow_reader(r, &r->groups[i])));
    if (s->command[0]) (void)fprintf(f, "             %s\n", s->command);
}

static void print_loader(FILE *f, const struct result *r)
{
    const struct loader_figures *l = &r->loader;
    (void)fprintf(f,
                  "  loader     cpu %s of %u thread%s  enters/request %s  %s/connection  rss %s  cq-overflow %s  enobufs %s\n",
                  PERCENT(figure_loader_cpu(r)), r->threads, r->threads == 1 ? "" : "s", RATE(figure_enters_per_request(r)),
                  BYTES(l->bytes_per_connection), BYTES(l->rss_bytes), COUNT(l->cq_overflows), COUNT(l->enobufs));
    (void)fprintf(f, "  machine    steal %s  major faults %s  %s\n", PERCENT(figure_steal(r)), COUNT(l->major_faults),
                  r->host.kernel);
}

static void print_points(FILE *f, const struct result *r)
{
    bool search = r->found_rate > 0 || (r->options && r->options->find_max_n);
    if (!r->points_n) return;
    (void)fprintf(f, "\n%12s %12s %9s %9s %9s %9s %9s %9s %10s\n", "rate/s", "achieved/s", "p50", "p90", "p99", "p99.9", "max",
                  "errors", "unanswered");
    for (uint32_t i = 0; i < r->points_n; i++) {
        const struct point *p = &r->points[i];
        (void)fprintf(f, "%12s %12s %9s %9s %9s %9s %9s %9s %10s  %s%s\n", RATE(p->rate), RATE(p->achieved), TIME(p->p50_ns),
                      TIME(p->p90_ns), TIME(p->p99_ns), TIME(p->p999_ns), TIME(p->max_ns), COUNT(p->errors), COUNT(p->censored),
                      !search  ? ""
                      : p->met ? "met"
                               : "not met",
                      p->valid ? "" : " INVALID");
    }
    if (!search) return;
    if (r->found_limited)
        (void)fprintf(f, "rate that meets the conditions: >= %s/s, limited by the loader: the runs above it were invalid\n",
                      RATE(r->found_rate));
    else if (r->found_rate > 0) (void)fprintf(f, "highest rate that meets the conditions: %s/s\n", RATE(r->found_rate));
    else (void)fputs("no rate meets the conditions\n", f);
}

static void print_verdict(FILE *f, const struct verdict *v)
{
    if (!v->checks_passed) (void)fputs("CHECKS FAILED\n", f);
    (void)fprintf(f, "%s\n", v->valid ? "VALID" : "INVALID");
    for (int i = 0; i < v->reasons_n; i++) (void)fprintf(f, "  - %s\n", v->reasons[i]);
}

void report_text(FILE *f, const struct result *r, bool latency)
{
    report_wrk(f, r, latency);
    print_head(f, r);
    print_group(f, r, &r->all);
    print_ramp(f, r);
    print_probe(f, &r->probe);
    print_conservation(f, &r->conservation);
    print_server(f, r);
    print_loader(f, r);
    print_groups(f, r);
    print_points(f, r);
    (void)fputc('\n', f);
    print_verdict(f, &r->verdict);
}
