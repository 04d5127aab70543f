/* report_html.c: a result as one HTML file that needs nothing else: no script, no font, no picture from elsewhere. On top whether
 * it is to be believed, then the figures, the plots, the tables, and what was run where. */
#include "tools/load/report.h"

#include "base/clock.h"
#include "tools/load/figures.h"
#include "tools/load/report_parts.h"
#include "tools/load/report_plots.h"
#include "tools/load/report_style.h"
#include "tools/load/report_svg.h"

#include <inttypes.h>
#include <string.h>

static const char *scenario_of(const struct result *r)
{
    return r->groups_n == 1 ? r->groups[0].name : "mix";
}

/* ---- pieces ---- */

static void put_element(FILE *f, const char *element, const char *text)
{
    (void)fprintf(f, "<%s>", element);
    markup_text(f, text);
    (void)fprintf(f, "</%s>", element);
}

static void put_tile(FILE *f, const char *value, const char *name)
{
    (void)fputs("<div class=\"tile\">", f);
    put_element(f, "b", value);
    put_element(f, "span", name);
    (void)fputs("</div>\n", f);
}

/* heads: up to a NULL. */
static void table_open(FILE *f, const char *const *heads)
{
    (void)fputs("<div class=\"table\"><table>\n<thead><tr>", f);
    for (; *heads; heads++) put_element(f, "th", *heads);
    (void)fputs("</tr></thead>\n<tbody>\n", f);
}

static void table_close(FILE *f)
{
    (void)fputs("</tbody></table></div>\n", f);
}

static void row_open(FILE *f, const char *head)
{
    (void)fputs("<tr>", f);
    put_element(f, "th", head);
}

static void row_close(FILE *f)
{
    (void)fputs("</tr>\n", f);
}

static void put_cell(FILE *f, const char *text)
{
    put_element(f, "td", text);
}

static void put_words(FILE *f, const char *text)
{
    (void)fputs("<td class=\"words\">", f);
    markup_text(f, text);
    (void)fputs("</td>", f);
}

/* A row of a name and words; none where there are no words. */
static void fact_row(FILE *f, const char *name, const char *words)
{
    if (!*words) return;
    row_open(f, name);
    put_words(f, words);
    row_close(f);
}

static void facts_open(FILE *f)
{
    (void)fputs("<div class=\"table\"><table>\n<tbody>\n", f);
}

/* ---- top ---- */

static void put_head(FILE *f, const struct result *r)
{
    char started[CLOCK_RFC3339_BYTES];
    clock_rfc3339(r->started_wall_ns, started);
    (void)fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>",
                f);
    markup_text(f, scenario_of(r));
    (void)fputs(" ", f);
    markup_text(f, r->target);
    (void)fprintf(f, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<header>\n<h1>", report_style);
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
    for (int i = 0; i < v->reasons_n; i++) put_element(f, "li", v->reasons[i]);
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
    put_tile(f, RATE(figure_rate(r, g)), "requests per second");
    if (figure_is_open(r)) put_tile(f, RATE(figure_offered(r, g)), "offered per second");
    put_tile(f, TIME(hist_percentile(h, 50)), "response p50");
    put_tile(f, TIME(hist_percentile(h, 99)), "response p99");
    put_tile(f, TIME(hist_percentile(h, 99.9)), "response p99.9");
    put_tile(f, TIME(h->max_ns), "response max");
    put_tile(f, COUNT(g->failed), "failed");
    put_tile(f, COUNT(g->censored), "unanswered at the end");
    if (r->server.cpu_ns) put_tile(f, TIME(figure_server_ns_per_request(r)), "server CPU per request");
    if (figure_rss_per_connection(r) > 0) put_tile(f, BYTES(figure_rss_per_connection(r)), "server memory per connection");
    if (r->found_rate > 0) put_tile(f, RATE(r->found_rate), "highest rate that meets the conditions");
    (void)fputs("</section>\n", f);
}

static void put_plots(FILE *f, const struct result *r)
{
    (void)fputs("<section class=\"plots\">\n", f);
    plot_load_curve(f, r);
    plot_percentiles(f, r);
    plot_throughput(f, r);
    plot_heat(f, r);
    plot_connections(f, r);
    plot_cpu(f, r);
    plot_memory(f, r);
    plot_lateness(f, r);
    (void)fputs("</section>\n", f);
}

/* ---- tables of requests ---- */

static void latency_row(FILE *f, const char *name, const struct hist *h)
{
    static const double percents[] = {50, 75, 90, 99, 99.9, 99.99};
    if (!h->count) return;
    row_open(f, name);
    put_cell(f, COUNT(h->count));
    for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) put_cell(f, TIME(hist_percentile(h, percents[i])));
    put_cell(f, TIME(h->max_ns));
    put_cell(f, TIME(hist_mean(h)));
    row_close(f);
}

static void put_latencies(FILE *f, const struct result *r)
{
    static const char *const heads[] = {"", "count", "p50", "p75", "p90", "p99", "p99.9", "p99.99", "max", "mean", NULL};
    put_element(f, "h2", "Latencies");
    table_open(f, heads);
    for (int k = 0; k < HIST_KINDS; k++) {
        const char *name = k == HIST_CENSORED ? "unanswered (at least)"
                           : k == HIST_TTFB   ? "first byte"
                                              : hist_name((enum hist_kind)k);
        latency_row(f, name, &r->all.hist[k]);
    }
    latency_row(f, "connect", &r->ramp.connect);
    table_close(f);
}

static void group_row(FILE *f, const struct result *r, const struct group_result *g)
{
    const struct hist *h = &g->hist[HIST_RESPONSE];
    row_open(f, g->name);
    put_cell(f, COUNT(g->connections));
    put_cell(f, RATE(figure_offered(r, g)));
    put_cell(f, RATE(figure_rate(r, g)));
    put_cell(f, COUNT(g->completed));
    put_cell(f, COUNT(g->failed));
    put_cell(f, COUNT(g->censored));
    put_cell(f, COUNT(g->dropped));
    put_cell(f, TIME(hist_percentile(h, 50)));
    put_cell(f, TIME(hist_percentile(h, 99)));
    put_cell(f, TIME(hist_percentile(h, 99.9)));
    put_cell(f, TIME(h->max_ns));
    put_cell(f, BYTES(g->bytes_in));
    row_close(f);
}

static void put_groups(FILE *f, const struct result *r)
{
    static const char *const heads[] = {"",       "connections", "offered/s", "achieved/s", "completed",
                                        "failed", "unanswered",  "dropped",   "p50",        "p99",
                                        "p99.9",  "max",         "read",      NULL};
    put_element(f, "h2", "Requests");
    table_open(f, heads);
    for (int i = 0; i < r->groups_n; i++) group_row(f, r, &r->groups[i]);
    if (r->groups_n != 1) group_row(f, r, &r->all);
    table_close(f);
}

static void put_errors(FILE *f, const struct result *r)
{
    static const char *const heads[] = {"", "count", "first example", NULL};
    if (!figure_errors(&r->all)) return;
    put_element(f, "h2", "Errors");
    table_open(f, heads);
    for (int i = 0; i < ERROR_KINDS; i++) {
        const struct error_count *e = &r->all.errors[i];
        if (!e->n) continue;
        row_open(f, error_name((enum error_kind)i));
        put_cell(f, COUNT(e->n));
        put_words(f, e->first_example);
        row_close(f);
    }
    table_close(f);
}

static void put_points(FILE *f, const struct result *r)
{
    static const char *const heads[] = {"rate/s", "achieved/s", "p50",        "p90", "p99", "p99.9",
                                        "max",    "errors",     "unanswered", "",    NULL};
    if (!r->points_n) return;
    put_element(f, "h2", "Runs by rate");
    table_open(f, heads);
    for (uint32_t i = 0; i < r->points_n; i++) {
        const struct point *p = &r->points[i];
        row_open(f, RATE(p->rate));
        put_cell(f, RATE(p->achieved));
        put_cell(f, TIME(p->p50_ns));
        put_cell(f, TIME(p->p90_ns));
        put_cell(f, TIME(p->p99_ns));
        put_cell(f, TIME(p->p999_ns));
        put_cell(f, TIME(p->max_ns));
        put_cell(f, COUNT(p->errors));
        put_cell(f, COUNT(p->censored));
        put_words(f, !p->valid ? "INVALID" : p->met ? "met" : "");
        row_close(f);
    }
    table_close(f);
}

/* ---- facts ---- */

static void put_counts(FILE *f, const struct result *r)
{
    const struct ramp_figures *p = &r->ramp;
    const struct conservation *c = &r->conservation;
    char words[600], status[200] = "", extras[1200] = "";
    put_element(f, "h2", "Counts");
    facts_open(f);
    for (int digit = 0; digit < 6; digit++) {
        size_t len = strlen(status);
        char kind[] = "0xx ";
        kind[0] = (char)('0' + digit);
        if (r->all.status[digit])
            (void)snprintf(status + len, sizeof status - len, "%s%s%s", len ? ", " : "", digit ? kind : "other ",
                           COUNT(r->all.status[digit]));
    }
    fact_row(f, "answers", status);
    for (int i = 0; i < r->all.extras_n; i++) {
        size_t len = strlen(extras);
        (void)snprintf(extras + len, sizeof extras - len, "%s%s %s", len ? ", " : "", r->all.extras[i].name,
                       COUNT(r->all.extras[i].n));
    }
    fact_row(f, "also", extras);
    (void)snprintf(words, sizeof words, "%s connections opened in %s (%s/s), %s failed, %s opened again, %s lost",
                   COUNT(p->opened), TIME(p->length_ns), RATE(p->rate), COUNT(p->failed), COUNT(p->reopened), COUNT(p->lost));
    fact_row(f, "ramp", p->opened || p->failed ? words : "");
    (void)snprintf(words, sizeof words, "%s asked, %s answered, %s failed, in %s", COUNT(r->probe.asked),
                   COUNT(r->probe.answered), COUNT(r->probe.failed), TIME(r->probe.length_ns));
    fact_row(f, "final probe", r->probe.asked ? words : "");
    (void)snprintf(words, sizeof words,
                   "%s: submitted %s, finished %s, failed %s, queued %s, doubled %s, missing %s, out of order %s. %s",
                   c->holds ? "all accounted for" : "NOT all accounted for", COUNT(c->submitted), COUNT(c->finished),
                   COUNT(c->failed), COUNT(c->queued), COUNT(c->doubled), COUNT(c->missing), COUNT(c->order_violations),
                   c->note);
    fact_row(f, "jobs", c->checked ? words : c->note);
    table_close(f);
}

static void put_processes(FILE *f, const struct result *r)
{
    const struct server_figures *s = &r->server;
    const struct loader_figures *l = &r->loader;
    char words[400];
    put_element(f, "h2", "Processes");
    facts_open(f);
    (void)snprintf(words, sizeof words, "CPU %s, %s per request, %s requests per CPU-second", PERCENT(figure_server_cpu(r)),
                   TIME(figure_server_ns_per_request(r)), RATE(figure_rate_per_server_second(r)));
    fact_row(f, "server", s->cpu_ns ? words : "not looked at (--server-pid)");
    (void)snprintf(words, sizeof words,
                   "%s before the ramp, %s after it: %s per connection; kernel %s per connection, both ends",
                   BYTES(s->rss_before_bytes), BYTES(s->rss_after_bytes), BYTES(figure_rss_per_connection(r)),
                   BYTES(figure_slab_per_connection(r)));
    fact_row(f, "server's memory", s->rss_after_bytes ? words : "");
    (void)snprintf(words, sizeof words, "%" PRIu32 " threads, %" PRIu32 " files, %s voluntary context switches, %s others",
                   s->threads, s->fds, COUNT(s->switches_voluntary), COUNT(s->switches_involuntary));
    fact_row(f, "server's rest", s->threads ? words : "");
    fact_row(f, "server's command", s->command);
    (void)snprintf(words, sizeof words, "CPU %s of %" PRIu32 " threads, %s enters per request, %s, %s per connection",
                   PERCENT(figure_loader_cpu(r)), r->threads, RATE(figure_enters_per_request(r)), BYTES(l->rss_bytes),
                   BYTES(l->bytes_per_connection));
    fact_row(f, "loader", words);
    (void)snprintf(words, sizeof words,
                   "steal %s, %s major faults, %s completion queue overflows, %s receives without a buffer",
                   PERCENT(figure_steal(r)), COUNT(l->major_faults), COUNT(l->cq_overflows), COUNT(l->enobufs));
    fact_row(f, "disturbances", words);
    table_close(f);
}

static void put_host(FILE *f, const struct result *r)
{
    const struct host *h = &r->host;
    char words[200];
    put_element(f, "h2", "Command");
    put_element(f, "pre", r->command_line);
    put_element(f, "h2", "Host");
    facts_open(f);
    fact_row(f, "kernel", h->kernel);
    (void)snprintf(words, sizeof words, "%" PRIu32 " x %s", h->cpus, h->cpu);
    fact_row(f, "CPUs", words);
    fact_row(f, "memory", BYTES(h->memory_bytes));
    fact_row(f, "clock source", h->clocksource);
    fact_row(f, "mitigations", h->mitigations);
    (void)snprintf(words, sizeof words, "%s, at most %s", COUNT(h->nofile_soft), COUNT(h->nofile_hard));
    fact_row(f, "open files", words);
    for (int i = 0; i < h->sysctls_n; i++) fact_row(f, h->sysctls[i].name, h->sysctls[i].value);
    for (int i = 0; i < r->labels_n; i++) fact_row(f, "label", r->labels[i]);
    table_close(f);
}

/* ---- all of it ---- */

static int write_html(FILE *f, const void *what)
{
    const struct result *r = what;
    put_head(f, r);
    put_verdict(f, r);
    put_tiles(f, r);
    put_element(f, "h2", "Plots");
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
    (void)fputs("</footer>\n</body>\n</html>\n", f);
    return 0;
}

int report_html(const char *path, const struct result *r)
{
    return report_save(path, write_html, r);
}
