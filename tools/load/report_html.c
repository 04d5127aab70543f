/* report_html.c: a result as one HTML file that needs nothing else: no script, no font, no picture from elsewhere. On top whether
 * it is to be believed, then the figures, the plots, the tables, and what was run where. */
#include "tools/load/report.h"

#include "base/clock.h"
#include "tools/load/figures.h"
#include "tools/load/report_page.h"
#include "tools/load/report_parts.h"
#include "tools/load/report_plots.h"
#include "tools/load/report_svg.h"

#include <inttypes.h>
#include <string.h>

static const char *scenario_of(const struct result *r)
{
    return r->groups_n == 1 ? r->groups[0].name : "mix";
}

/* ---- top ---- */

static void put_head(FILE *f, const struct result *r)
{
    char started[CLOCK_RFC3339_BYTES];
    clock_rfc3339(r->started_wall_ns, started);
    char title[sizeof r->groups->name + sizeof r->target];
    (void)snprintf(title, sizeof title, "%s %s", scenario_of(r), r->target);
    page_open(f, title);
    (void)fputs("<header>\n<h1>", f);
    markup_text(f, scenario_of(r));
    (void)fputs(" &#183; ", f);
    markup_text(f, r->target);
    (void)fputs("</h1>\n<p class=\"soft\">", f);
    (void)fprintf(f, "%s", figure_is_open(r) ? "open loop, " : "closed loop");
    if (figure_is_open(r)) markup_text(f, r->plan);
    if (r->rate_asked > 0) (void)fprintf(f, " at %s/s", RATE(r->rate_asked));
    (void)fprintf(f, " &#183; %s connections &#183; %" PRIu32 " %s &#183; measured for %s &#183; %s</p>\n</header>\n",
                  COUNT(r->connections), r->threads, r->threads == 1 ? "thread" : "threads", TIME(r->measured_ns), started);
}

static void put_verdict(FILE *f, const struct result *r)
{
    const struct verdict *v = &r->verdict;
    bool good = v->valid && v->checks_passed;
    (void)fprintf(f, "<section class=\"verdict%s\">\n<strong>%s%s</strong>\n", good ? "" : " bad",
                  v->valid ? "VALID" : "INVALID", v->checks_passed ? "" : ", CHECKS FAILED");
    if (v->valid && v->checks_passed)
        (void)fputs("<span>The loader kept up, the machine was its own, every answer was right.</span>\n", f);
    if (v->reasons_n) (void)fputs("<ul>\n", f);
    for (int i = 0; i < v->reasons_n; i++) page_element(f, "li", v->reasons[i]);
    if (v->reasons_n) (void)fputs("</ul>\n", f);
    if (!figure_is_open(r))
        (void)fputs(
            "<p class=\"soft\">A closed loop: each connection sends again when it has its answer. The times are those of a "
            "saturated closed system, not what users would wait at some rate.</p>\n",
            f);
    (void)fputs("</section>\n", f);
}

static void put_tiles(FILE *f, const struct result *r)
{
    const struct group_result *g = &r->all;
    const struct hist *h = &g->hist[HIST_RESPONSE];
    (void)fputs("<section class=\"tiles\">\n", f);
    page_tile(f, RATE(figure_rate(r, g)), "requests per second");
    if (figure_is_open(r)) page_tile(f, RATE(figure_offered(r, g)), "offered per second");
    page_tile(f, TIME(hist_percentile(h, 50)), "response p50");
    page_tile(f, TIME(hist_percentile(h, 99)), "response p99");
    page_tile(f, TIME(hist_percentile(h, 99.9)), "response p99.9");
    page_tile(f, TIME(h->max_ns), "response max");
    page_tile(f, COUNT(g->failed), "failed");
    page_tile(f, COUNT(g->censored), "unanswered at the end");
    if (r->server.cpu_ns) page_tile(f, TIME(figure_server_ns_per_request(r)), "server CPU per request");
    if (figure_rss_per_connection(r) > 0) page_tile(f, BYTES(figure_rss_per_connection(r)), "server memory per connection");
    if (r->found_rate > 0) page_tile(f, RATE(r->found_rate), "highest rate that meets the conditions");
    (void)fputs("</section>\n", f);
}

static void put_plots(FILE *f, const struct result *r)
{
    const struct shown s = {.n = 1, .side = {{.r = r}}};
    plots_all(f, &s);
}

/* ---- tables of requests ---- */

static void latency_row(FILE *f, const char *name, const struct hist *h)
{
    static const double percents[] = {50, 75, 90, 99, 99.9, 99.99};
    if (!h->count) return;
    page_row(f, name);
    page_cell(f, COUNT(h->count));
    for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) page_cell(f, TIME(hist_percentile(h, percents[i])));
    page_cell(f, TIME(h->max_ns));
    page_cell(f, TIME(hist_mean(h)));
    page_row_end(f);
}

static void put_latencies(FILE *f, const struct result *r)
{
    static const char *const heads[] = {"", "count", "p50", "p75", "p90", "p99", "p99.9", "p99.99", "max", "mean", NULL};
    page_element(f, "h2", "Latencies");
    page_table(f, heads);
    for (int k = 0; k < HIST_KINDS; k++) {
        const char *name = k == HIST_CENSORED ? "unanswered (at least)"
                           : k == HIST_TTFB   ? "first byte"
                                              : hist_name((enum hist_kind)k);
        latency_row(f, name, &r->all.hist[k]);
    }
    latency_row(f, "connect", &r->ramp.connect);
    page_table_end(f);
}

static void group_row(FILE *f, const struct result *r, const struct group_result *g)
{
    const struct hist *h = &g->hist[HIST_RESPONSE];
    page_row(f, g->name);
    page_cell(f, COUNT(g->connections));
    page_cell(f, RATE(figure_offered(r, g)));
    page_cell(f, RATE(figure_rate(r, g)));
    page_cell(f, COUNT(g->completed));
    page_cell(f, COUNT(g->failed));
    page_cell(f, COUNT(g->censored));
    page_cell(f, COUNT(g->dropped));
    page_cell(f, TIME(hist_percentile(h, 50)));
    page_cell(f, TIME(hist_percentile(h, 99)));
    page_cell(f, TIME(hist_percentile(h, 99.9)));
    page_cell(f, TIME(h->max_ns));
    page_cell(f, BYTES(g->bytes_in));
    page_row_end(f);
}

static void put_groups(FILE *f, const struct result *r)
{
    static const char *const heads[] = {"",       "connections", "offered/s", "achieved/s", "completed",
                                        "failed", "unanswered",  "dropped",   "p50",        "p99",
                                        "p99.9",  "max",         "read",      NULL};
    page_element(f, "h2", "Requests");
    page_table(f, heads);
    for (int i = 0; i < r->groups_n; i++) group_row(f, r, &r->groups[i]);
    if (r->groups_n != 1) group_row(f, r, &r->all);
    page_table_end(f);
}

static void put_errors(FILE *f, const struct result *r)
{
    static const char *const heads[] = {"", "count", "first example", NULL};
    if (!figure_errors(&r->all)) return;
    page_element(f, "h2", "Errors");
    page_table(f, heads);
    for (int i = 0; i < ERROR_KINDS; i++) {
        const struct error_count *e = &r->all.errors[i];
        if (!e->n) continue;
        page_row(f, error_name((enum error_kind)i));
        page_cell(f, COUNT(e->n));
        page_words(f, e->first_example);
        page_row_end(f);
    }
    page_table_end(f);
}

static void put_points(FILE *f, const struct result *r)
{
    static const char *const heads[] = {"rate/s", "achieved/s", "p50",        "p90", "p99", "p99.9",
                                        "max",    "errors",     "unanswered", "",    NULL};
    if (!r->points_n) return;
    page_element(f, "h2", "Runs by rate");
    page_table(f, heads);
    for (uint32_t i = 0; i < r->points_n; i++) {
        const struct point *p = &r->points[i];
        page_row(f, RATE(p->rate));
        page_cell(f, RATE(p->achieved));
        page_cell(f, TIME(p->p50_ns));
        page_cell(f, TIME(p->p90_ns));
        page_cell(f, TIME(p->p99_ns));
        page_cell(f, TIME(p->p999_ns));
        page_cell(f, TIME(p->max_ns));
        page_cell(f, COUNT(p->errors));
        page_cell(f, COUNT(p->censored));
        page_words(f, !p->valid ? "INVALID" : p->met ? "met" : "");
        page_row_end(f);
    }
    page_table_end(f);
}

/* ---- facts ---- */

static void put_counts(FILE *f, const struct result *r)
{
    const struct ramp_figures *p = &r->ramp;
    const struct conservation *c = &r->conservation;
    char words[600], status[200] = "", extras[1200] = "";
    page_element(f, "h2", "Counts");
    page_facts(f);
    for (int digit = 0; digit < 6; digit++) {
        size_t len = strlen(status);
        char kind[] = "0xx ";
        kind[0] = (char)('0' + digit);
        if (r->all.status[digit])
            (void)snprintf(status + len, sizeof status - len, "%s%s%s", len ? ", " : "", digit ? kind : "other ",
                           COUNT(r->all.status[digit]));
    }
    page_fact(f, "answers", status);
    for (int i = 0; i < r->all.extras_n; i++) {
        size_t len = strlen(extras);
        (void)snprintf(extras + len, sizeof extras - len, "%s%s %s", len ? ", " : "", r->all.extras[i].name,
                       COUNT(r->all.extras[i].n));
    }
    page_fact(f, "also", extras);
    (void)snprintf(words, sizeof words, "%s connections opened in %s (%s/s), %s failed, %s opened again, %s lost",
                   COUNT(p->opened), TIME(p->length_ns), RATE(p->rate), COUNT(p->failed), COUNT(p->reopened), COUNT(p->lost));
    page_fact(f, "ramp", p->opened || p->failed ? words : "");
    (void)snprintf(words, sizeof words, "%s asked, %s answered, %s failed, in %s", COUNT(r->probe.asked),
                   COUNT(r->probe.answered), COUNT(r->probe.failed), TIME(r->probe.length_ns));
    page_fact(f, "final probe", r->probe.asked ? words : "");
    (void)snprintf(words, sizeof words,
                   "%s: submitted %s, finished %s, failed %s, queued %s, doubled %s, missing %s, out of order %s. %s",
                   c->holds ? "all accounted for" : "NOT all accounted for", COUNT(c->submitted), COUNT(c->finished),
                   COUNT(c->failed), COUNT(c->queued), COUNT(c->doubled), COUNT(c->missing), COUNT(c->order_violations),
                   c->note);
    page_fact(f, "jobs", c->checked ? words : c->note);
    page_table_end(f);
}

static void put_processes(FILE *f, const struct result *r)
{
    const struct server_figures *s = &r->server;
    const struct loader_figures *l = &r->loader;
    char words[400];
    page_element(f, "h2", "Processes");
    page_facts(f);
    (void)snprintf(words, sizeof words, "CPU %s, %s per request, %s requests per CPU-second", PERCENT(figure_server_cpu(r)),
                   TIME(figure_server_ns_per_request(r)), RATE(figure_rate_per_server_second(r)));
    page_fact(f, "server", s->cpu_ns ? words : "not looked at (--server-pid)");
    (void)snprintf(words, sizeof words,
                   "%s before the ramp, %s after it: %s per connection; kernel %s per connection, both ends",
                   BYTES(s->rss_before_bytes), BYTES(s->rss_after_bytes), BYTES(figure_rss_per_connection(r)),
                   BYTES(figure_slab_per_connection(r)));
    page_fact(f, "server's memory", s->rss_after_bytes ? words : "");
    (void)snprintf(words, sizeof words, "%" PRIu32 " threads, %" PRIu32 " files, %s voluntary context switches, %s others",
                   s->threads, s->fds, COUNT(s->switches_voluntary), COUNT(s->switches_involuntary));
    page_fact(f, "server's rest", s->threads ? words : "");
    page_fact(f, "server's command", s->command);
    (void)snprintf(words, sizeof words, "CPU %s of %" PRIu32 " threads, %s enters per request, %s, %s per connection",
                   PERCENT(figure_loader_cpu(r)), r->threads, RATE(figure_enters_per_request(r)), BYTES(l->rss_bytes),
                   BYTES(l->bytes_per_connection));
    page_fact(f, "loader", words);
    (void)snprintf(words, sizeof words,
                   "steal %s, %s major faults, %s completion queue overflows, %s receives without a buffer",
                   PERCENT(figure_steal(r)), COUNT(l->major_faults), COUNT(l->cq_overflows), COUNT(l->enobufs));
    page_fact(f, "disturbances", words);
    page_table_end(f);
}

static void put_host(FILE *f, const struct result *r)
{
    const struct host *h = &r->host;
    char words[200];
    page_element(f, "h2", "Command");
    page_element(f, "pre", r->command_line);
    page_element(f, "h2", "Host");
    page_facts(f);
    page_fact(f, "kernel", h->kernel);
    (void)snprintf(words, sizeof words, "%" PRIu32 " x %s", h->cpus, h->cpu);
    page_fact(f, "CPUs", words);
    page_fact(f, "memory", BYTES(h->memory_bytes));
    page_fact(f, "clock source", h->clocksource);
    page_fact(f, "mitigations", h->mitigations);
    (void)snprintf(words, sizeof words, "%s, at most %s", COUNT(h->nofile_soft), COUNT(h->nofile_hard));
    page_fact(f, "open files", words);
    for (int i = 0; i < h->sysctls_n; i++) page_fact(f, h->sysctls[i].name, h->sysctls[i].value);
    for (int i = 0; i < r->labels_n; i++) page_fact(f, "label", r->labels[i]);
    page_table_end(f);
}

/* ---- all of it ---- */

static int write_html(FILE *f, const void *what)
{
    const struct result *r = what;
    put_head(f, r);
    put_verdict(f, r);
    put_tiles(f, r);
    page_element(f, "h2", "Plots");
    put_plots(f, r);
    put_latencies(f, r);
    put_groups(f, r);
    put_errors(f, r);
    put_points(f, r);
    put_counts(f, r);
    put_processes(f, r);
    put_host(f, r);
    (void)fputs("<footer class=\"soft\">quern-load ", f);
    markup_text(f, r->version);
    (void)fprintf(f, ", seed %" PRIu64 ", verify ", r->seed);
    markup_text(f, r->verify);
    (void)fputs("</footer>\n", f);
    page_close(f);
    return 0;
}

int report_html(const char *path, const struct result *r)
{
    return report_save(path, write_html, r);
}
