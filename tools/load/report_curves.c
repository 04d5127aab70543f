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

#define CURVES_MAX (GROUPS_SHOWN + 3)

/* Of one result: each kind, and the groups. */
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

/* Of two: what tells them apart. */
static size_t curves_of_two(const struct shown *s, struct curve *out)
{
    static const char *const names[][2] = {{"A, service (closed loop)", "A, response"}, {"B, service (closed loop)", "B, response"}};
    size_t n = 0;
    for (int i = 0; i < 2; i++) {
        const struct shown_side *side = &s->side[i];
        bool open = figure_is_open(side->r);
        const struct hist *h = side->times ? side->times : &side->r->all.hist[open ? HIST_RESPONSE : HIST_SERVICE];
        if (h->count) out[n++] = (struct curve){h, names[i][open], i + 1};
    }
    return n;
}

/* Between the least and the most that any run of the side has at that percentile. */
static void draw_side_band(struct svg_plot *p, const struct shown_side *side, const double *shares, size_t n, int series)
{
    double low[POINTS_MAX], high[POINTS_MAX];
    if (side->each_n < 2) return;
    for (size_t k = 0; k < n; k++) {
        low[k] = INFINITY;
        high[k] = 0;
        for (size_t i = 0; i < side->each_n; i++) {
            double value = (double)hist_percentile(&side->each[i], shares[k] * 100);
            low[k] = fmin(low[k], value);
            high[k] = fmax(high[k], value);
        }
    }
    svg_band(p, shares, low, high, n, series);
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

void plot_percentiles(FILE *f, const struct shown *s)
{
    struct curve curves[CURVES_MAX];
    double shares[POINTS_MAX], y[POINTS_MAX];
    size_t curves_n = s->n == 2 ? curves_of_two(s, curves) : curves_of(s->side[0].r, curves), n;
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
    for (int i = 0; i < s->n; i++) draw_side_band(&p, &s->side[i], shares, n, i + 1);
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

/* One result's points in the order of their rates, as columns of numbers; all from malloc. */
struct load_curve {
    struct point *points;
    double *x, *p50, *p99, *p999; /* of one block, that begins at x */
    size_t n;
};

static bool load_curve_make(const struct result *r, struct load_curve *c)
{
    size_t n = r->points_n;
    *c = (struct load_curve){.points = calloc(n + 1, sizeof *c->points), .x = calloc(4 * n + 1, sizeof *c->x), .n = n};
    if (!c->points || !c->x || !n) return false;
    c->p50 = c->x + n;
    c->p99 = c->p50 + n;
    c->p999 = c->p99 + n;
    for (size_t i = 0; i < n; i++) c->points[i] = r->points[i];
    qsort(c->points, n, sizeof *c->points, by_rate); /* a search does not go upwards only */
    for (size_t i = 0; i < n; i++) {
        c->x[i] = c->points[i].rate;
        c->p50[i] = (double)c->points[i].p50_ns;
        c->p99[i] = (double)c->points[i].p99_ns;
        c->p999[i] = (double)c->points[i].p999_ns;
    }
    return true;
}

static void load_curve_free(struct load_curve *c)
{
    free(c->points);
    free(c->x);
}

static void draw_curve(struct svg_plot *p, const struct load_curve *c, int side, int sides)
{
    static const char *const names[][3] = {{"A p50", "A p99", "A p99.9"}, {"B p50", "B p99", "B p99.9"}, {"p50", "p99", "p99.9"}};
    const char *const *name = names[sides == 2 ? side : 2];
    p->dash = sides == 2 ? 1 : 0;
    draw_points(p, c->points, c->x, c->p50, c->n, name[0], sides == 2 ? side + 1 : 1);
    p->dash = 0;
    draw_points(p, c->points, c->x, c->p99, c->n, name[1], sides == 2 ? side + 1 : 2);
    p->dash = sides == 2 ? 2 : 0;
    draw_points(p, c->points, c->x, c->p999, c->n, name[2], sides == 2 ? side + 1 : 3);
    p->dash = 0;
}

void plot_load_curve(FILE *f, const struct shown *s)
{
    struct load_curve curves[2] = {{.n = 0}};
    bool has[2] = {false, false};
    int n = s->n == 2 ? 2 : 1;
    struct svg_plot p = {
        .f = f,
        .title = "Response time by load",
        .x = {SVG_LINEAR, "requests per second, asked for", human_short, SVG_AXIS_EMPTY},
        .y = {SVG_LOG, "response time", human_time, SVG_AXIS_EMPTY},
    };
    for (int i = 0; i < n; i++) {
        has[i] = load_curve_make(s->side[i].r, &curves[i]);
        for (size_t k = 0; has[i] && k < curves[i].n; k++) {
            svg_fit(&p.x, curves[i].x[k]);
            svg_fit(&p.y, curves[i].p50[k]);
            svg_fit(&p.y, curves[i].p999[k]);
        }
    }
    if ((has[0] || has[1]) && svg_open(&p)) {
        for (int i = 0; i < n; i++)
            if (has[i]) draw_curve(&p, &curves[i], i, n);
        for (int i = 0; i < n; i++)
            if (has[i]) mark_knee(&p, s->side[i].r, curves[i].x, curves[i].p99, curves[i].n);
        svg_close(&p);
    }
    load_curve_free(&curves[0]);
    load_curve_free(&curves[1]);
}
