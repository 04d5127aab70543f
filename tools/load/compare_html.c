/* compare_html.c: two runs, or two lists of runs, as one page: what the comparison says, and their plots over one another. */
#include "tools/load/compare.h"

#include "base/clock.h"
#include "tools/load/figures.h"
#include "tools/load/report_page.h"
#include "tools/load/report_parts.h"
#include "tools/load/report_plots.h"
#include "tools/load/report_svg.h"

#include <stdlib.h>

static const char *const names[] = {"A", "B"};

/* ---- top ---- */

static void put_head(FILE *f, const struct compared *c)
{
    const struct result *a = c->side[0].r;
    page_open(f, "quern-load compare");
    (void)fputs("<header>\n<h1>B against A</h1>\n<p class=\"soft\">", f);
    (void)fprintf(f, "%s", figure_is_open(a) ? "open loop, " : "closed loop");
    if (figure_is_open(a)) markup_text(f, a->plan);
    if (a->rate_asked > 0) (void)fprintf(f, " at %s/s", RATE(a->rate_asked));
    (void)fprintf(f, " &#183; %s connections &#183; measured for %s &#183; %zu %s each</p>\n</header>\n", COUNT(a->connections),
                  TIME(a->measured_ns), c->comparison->pairs_n, c->comparison->pairs_n == 1 ? "run" : "runs");
}

/* In what the runs differ, a line each; from malloc, NULL: there is no memory. */
static char *differences_of(const struct compared *c)
{
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    if (!f) return NULL;
    (void)compare_differences(c->side[0].r, c->side[1].r, f);
    return fclose(f) == 0 ? text : NULL;
}

static void put_verdict(FILE *f, const struct compared *c)
{
    const struct comparison *all = c->comparison;
    const struct measure_outcome *o = &all->of[all->headline];
    char *differences = differences_of(c);
    bool bad = c->side[0].bad || c->side[1].bad || (differences && *differences);
    (void)fprintf(f, "<section class=\"verdict%s\">\n", bad ? " bad" : "");
    if (all->pairs_n == 1) page_element(f, "strong", "One run each: no interval, no verdict");
    else {
        (void)fputs("<strong>B is ", f);
        markup_text(f, o->known ? measure_verdict(all->headline, o->outcome) : "not known");
        (void)fputs("</strong> <span>", f);
        markup_text(f, measure_name(all->headline));
        (void)fprintf(f, ", %zu pairs, %zu of A with itself</span>\n", all->pairs_n, all->aa_pairs_n);
    }
    for (int i = 0; i < 2; i++)
        if (c->side[i].bad)
            (void)fprintf(f, "<p>Of %s %d %s INVALID, or failed a check.</p>\n", names[i], c->side[i].bad,
                          c->side[i].bad == 1 ? "run is" : "runs are");
    if (differences && *differences) (void)fputs("<p>Not the same experiment:</p>\n", f);
    if (differences && *differences) page_element(f, "pre", differences);
    (void)fputs("</section>\n", f);
    free(differences);
}

/* ---- tables ---- */

static void put_interval(FILE *f, bool known, const struct stats_ratio *r)
{
    char text[48] = "";
    if (known) (void)snprintf(text, sizeof text, "%.3f to %.3f", r->low, r->high);
    page_cell(f, text);
}

static void put_measures(FILE *f, const struct comparison *c)
{
    static const char *const single[] = {"", "A", "B", "B/A", NULL};
    static const char *const paired[] = {"", "A", "B", "B/A", "95 % interval", "A/A interval", "B is", NULL};
    page_table(f, c->pairs_n > 1 ? paired : single);
    for (int m = 0; m < MEASURES_N; m++) {
        const struct measure_outcome *o = &c->of[m];
        char ratio[24];
        if (!o->known) continue;
        (void)snprintf(ratio, sizeof ratio, "%.3f", o->ratio.ratio);
        page_row(f, measure_name((enum measure)m));
        page_cell(f, measure_text((enum measure)m, o->a).text);
        page_cell(f, measure_text((enum measure)m, o->b).text);
        page_cell(f, ratio);
        if (c->pairs_n > 1) {
            put_interval(f, true, &o->ratio);
            put_interval(f, o->aa_known, &o->aa);
            page_words(f, measure_verdict((enum measure)m, o->outcome));
        }
        page_row_end(f);
    }
    page_table_end(f);
}

static void put_runs(FILE *f, const struct compared *c)
{
    static const char *const heads[] = {"", "first run", "started", "target", "loader", NULL};
    page_element(f, "h2", "Runs");
    page_table(f, heads);
    for (int i = 0; i < 2; i++) {
        const struct result *r = c->side[i].r;
        char started[CLOCK_RFC3339_BYTES];
        clock_rfc3339(r->started_wall_ns, started);
        page_row(f, names[i]);
        page_words(f, c->side[i].path);
        page_words(f, started);
        page_words(f, r->target);
        page_words(f, r->version);
        page_row_end(f);
    }
    page_table_end(f);
    page_element(f, "h2", "Commands");
    for (int i = 0; i < 2; i++) page_element(f, "pre", c->side[i].r->command_line);
    page_element(f, "h2", "Host");
    page_facts(f);
    page_fact(f, "kernel", c->side[0].r->host.kernel);
    page_fact(f, "CPU", c->side[0].r->host.cpu);
    page_fact(f, "clock source", c->side[0].r->host.clocksource);
    page_fact(f, "mitigations", c->side[0].r->host.mitigations);
    page_table_end(f);
}

/* ---- all of it ---- */

static int print(FILE *f, const void *what)
{
    const struct compared *c = what;
    struct shown s = {.n = 2};
    for (int i = 0; i < 2; i++) {
        const struct compared_side *side = &c->side[i];
        s.side[i] = (struct shown_side){side->r, &side->times, side->each, side->each_n};
    }
    put_head(f, c);
    put_verdict(f, c);
    put_measures(f, c->comparison);
    page_element(f, "h2", "Plots");
    page_element(f, "p",
                 c->comparison->pairs_n > 1
                     ? "Times are those of all runs of a side, with a band from the least to the most of "
                       "any; the rest is the course of the first run of each."
                     : "A in the first colour, B in the second.");
    plots_all(f, &s);
    put_runs(f, c);
    page_close(f);
    return 0;
}

int compare_html(const char *path, const struct compared *c)
{
    return report_save(path, print, c);
}
