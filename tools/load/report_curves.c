/* report_curves.c: latency by percentile, and by load. */
#include "tools/load/report_plots.h"

#include "tools/load/figures.h"
#include "tools/load/report_svg.h"

#include <math.h>
#include <stdlib.h>

#define POINTS_MAX 200
#define GROUPS_SHOWN 5

/* ---- by percentile ---- */

static struct human text_percentile(double share)
{
    struct human h;
    (void)snprintf(h.text, sizeof h.text, "%.6g%%", share * 100);
    return h;
}

/* Shares up to the last one that a histogram of so many values can tell from the largest, evenly on the axis. */
static size_t make_shares(uint64_t count, double shares[POINTS_MAX])
{
    double nines = fmin(log10((double)count), 6);
    if (!(nines > 0)) nines = 0.3;
    for (size_t i = 0; i < POINTS_MAX; i++) shares[i] = 1 - pow(10, -nines * (double)i / (POINTS_MAX - 1));
    return POINTS_MAX;
}

struct curve {
    const struct hist *h;
    const char *name;
    int series;
};

static size_t curves_of(const struct result *r, struct curve *out)
{
    const struct hist *h = r->all.hist;
    size_t n = 0;
    bool open = figure_is_open(r);
    if (open && h[HIST_RESPONSE].count) out[n++] = (struct curve){&h[HIST_RESPONSE], "response", 1};
    if (h[HIST_SERVICE].count) out[n++] = (struct curve){&h[HIST_SERVICE], open ? "service" : "service (closed loop)", 2};
    for (int i = 0; r->groups_n > 1 && i < r->groups_n && i < GROUPS_SHOWN; i++) {
        const struct group_result *g = &r->groups[i];
        if (g->hist[HIST_RESPONSE].count) out[n++] = (struct curve){&g->hist[HIST_RESPONSE], g->name, 3 + i % 4};
    }
    if (h[HIST_CENSORED].count) out[n++] = (struct curve){&h[HIST_CENSORED], "unanswered (at least)", 4};
    return n;
}

static void draw_percentile_dots(struct svg_plot *p, const struct curve *c)
{
    static const double shares[] = {0.5, 0.9, 0.99, 0.999, 0.9999};
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        double value = (double)hist_percentile(c->h, shares[i] * 100);
        char words[128];
        if (shares[i] > p->x.high) continue;
        (void)snprintf(words, sizeof words, "%s p%g: %s", c->name, shares[i] * 100, human_time(value).text);
        svg_dot(p, shares[i], value, c->series, words);
    }
}

void plot_percentiles(FILE *f, const struct result *r)
{
    struct curve curves[GROUPS_SHOWN + 3];
    double shares[POINTS_MAX], y[POINTS_MAX];
    size_t curves_n = curves_of(r, curves), n;
    struct svg_plot p = {
        .f = f,
        .title = "Latency by percentile",
        .x = {SVG_PERCENTILE, "percentile", text_percentile, SVG_AXIS_EMPTY},
        .y = {SVG_LOG, "latency", human_time, SVG_AXIS_EMPTY},
    };
    uint64_t most = 0;
    for (size_t i = 0; i < curves_n; i++) {
        if (curves[i].h->count > most) most = curves[i].h->count;
        svg_fit(&p.y, (double)hist_percentile(curves[i].h, 0));
        svg_fit(&p.y, (double)curves[i].h->max_ns);
    }
    n = make_shares(most, shares);
    svg_fit(&p.x, 0);
    svg_fit(&p.x, shares[n - 1]);
    if (!svg_open(&p)) return;
    for (size_t i = 0; i < curves_n; i++) {
        for (size_t k = 0; k < n; k++) y[k] = (double)hist_percentile(curves[i].h, shares[k] * 100);
        svg_line(&p, shares, y, n, curves[i].series, curves[i].name);
        if (i < 2) draw_percentile_dots(&p, &curves[i]);
    }
    svg_close(&p);
}

/* ---- by load ---- */

size_t curve_knee(const double *x, const double *y, size_t n)
{
    size_t knee = n;
    double farthest = 0.1; /* less is no knee, but the curve's own unrest */
    if (n < 4 || !(x[n - 1] > x[0]) || !(y[n - 1] > y[0])) return n;
    for (size_t i = 1; i + 1 < n; i++) {
        double across = (x[i] - x[0]) / (x[n - 1] - x[0]), up = (y[i] - y[0]) / (y[n - 1] - y[0]);
        if (across - up <= farthest) continue;
        farthest = across - up;
        knee = i;
    }
    return knee;
}

static int by_rate(const void *left, const void *right)
{
    double a = ((const struct point *)left)->rate, b = ((const struct point *)right)->rate;
    return (a > b) - (a < b);
}

static void draw_points(struct svg_plot *p, const struct point *points, const double *x, const double *y, size_t n,
                        const char *name, int series)
{
    svg_line(p, x, y, n, series, name);
    for (size_t i = 0; i < n; i++) {
        char words[200];
        (void)snprintf(words, sizeof words, "%s/s asked, %s/s achieved, %s %s%s", human_rate(points[i].rate).text,
                       human_rate(points[i].achieved).text, name, human_time(y[i]).text, points[i].valid ? "" : ", INVALID");
        svg_dot(p, x[i], y[i], points[i].valid ? series : 4, words);
    }
}

/* A rate that meets the conditions if one was looked for; else where the 99th percentile bends upwards. */
static void mark_knee(struct svg_plot *p, const struct result *r, const double *x, const double *p99, size_t n)
{
    char words[64];
    double rate = r->found_rate;
    double *logs = calloc(n, sizeof *logs);
    if (!logs) return;
    for (size_t i = 0; i < n; i++) logs[i] = log(fmax(p99[i], 1));
    size_t knee = curve_knee(x, logs, n);
    free(logs);
    if (!(rate > 0) && knee < n) rate = x[knee];
    if (!(rate > 0)) return;
    (void)snprintf(words, sizeof words, "%s %s/s", r->found_rate > 0 ? "found" : "knee", human_short(rate).text);
    svg_mark(p, rate, words);
}

static void draw_curve(FILE *f, const struct result *r, const struct point *points, size_t n, double *columns)
{
    double *x = columns, *p50 = columns + n, *p99 = p50 + n, *p999 = p99 + n;
    struct svg_plot p = {
        .f = f,
        .title = "Response time by load",
        .x = {SVG_LINEAR, "requests per second, asked for", human_short, SVG_AXIS_EMPTY},
        .y = {SVG_LOG, "response time", human_time, SVG_AXIS_EMPTY},
    };
    for (size_t i = 0; i < n; i++) {
        x[i] = points[i].rate;
        p50[i] = (double)points[i].p50_ns;
        p99[i] = (double)points[i].p99_ns;
        p999[i] = (double)points[i].p999_ns;
        svg_fit(&p.x, x[i]);
        svg_fit(&p.y, p50[i]);
        svg_fit(&p.y, p999[i]);
    }
    if (!svg_open(&p)) return;
    draw_points(&p, points, x, p50, n, "p50", 1);
    draw_points(&p, points, x, p99, n, "p99", 2);
    draw_points(&p, points, x, p999, n, "p99.9", 3);
    mark_knee(&p, r, x, p99, n);
    svg_close(&p);
}

void plot_load_curve(FILE *f, const struct result *r)
{
    size_t n = r->points_n;
    struct point *points = calloc(n + 1, sizeof *points);
    double *columns = calloc(4 * n + 1, sizeof *columns);
    for (size_t i = 0; points && i < n; i++) points[i] = r->points[i];
    if (points && columns && n) {
        qsort(points, n, sizeof *points, by_rate); /* a search does not go upwards only */
        draw_curve(f, r, points, n, columns);
    }
    free(points);
    free(columns);
}
