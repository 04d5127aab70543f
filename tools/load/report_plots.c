/* report_plots.c: plots over time. Ticks are joined to at most COLUMNS_MAX columns: counters by their sum, gauges by the last one,
 * latencies by the largest. */
#include "tools/load/report_plots.h"

#include "tools/load/figures.h"
#include "tools/load/report_svg.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 360
#define HEAT_COLUMNS_MAX 180
#define HEAT_ROWS (sizeof((struct tick *)0)->heat / sizeof(uint32_t))

enum join { JOIN_SUM, JOIN_LAST, JOIN_MAX };

struct columns {
    const struct result *r;
    uint32_t n, per; /* ticks */
    double seconds; /* of a full column */
    double x[COLUMNS_MAX];
};

static void make_columns(const struct result *r, uint32_t columns_max, struct columns *c)
{
    c->r = r;
    c->per = (r->ticks_n + columns_max - 1) / columns_max;
    if (!c->per) c->per = 1;
    c->n = r->ticks_n / c->per; /* what is left at the end would be a column of other length */
    c->seconds = (double)figure_tick_ns(r) * c->per / 1e9;
    for (uint32_t i = 0; i < c->n; i++) c->x[i] = ((double)i + 0.5) * c->seconds;
}

/* A figure of each column, times scale. */
static void fill(const struct columns *c, double (*of)(const struct tick *t), enum join join, double scale, double *y)
{
    for (uint32_t i = 0; i < c->n; i++) {
        double value = 0;
        for (uint32_t k = i * c->per; k < (i + 1) * c->per; k++) {
            double one = of(&c->r->ticks[k]);
            if (join == JOIN_SUM) value += one;
            else if (join == JOIN_LAST || one > value) value = one;
        }
        y[i] = value * scale;
    }
}

static bool any(const double *y, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (y[i] > 0) return true;
    return false;
}

/* ---- members of a tick ---- */

#define TICK_MEMBER(name)                          \
    static double get_##name(const struct tick *t) \
    {                                              \
        return (double)t->name;                    \
    }
TICK_MEMBER(due)
TICK_MEMBER(completed)
TICK_MEMBER(errors)
TICK_MEMBER(p50_ns)
TICK_MEMBER(p99_ns)
TICK_MEMBER(open)
TICK_MEMBER(connecting)
TICK_MEMBER(busy)
TICK_MEMBER(lost)
TICK_MEMBER(queued)
TICK_MEMBER(late_max_ns)
TICK_MEMBER(loader_cpu_ns)
TICK_MEMBER(server_cpu_ns)
TICK_MEMBER(server_rss_bytes)
TICK_MEMBER(slab_bytes)
TICK_MEMBER(steal_ns)

/* ---- lines over time ---- */

struct line {
    const char *name;
    double (*of)(const struct tick *t);
    enum join join;
    int series;
    bool always; /* also when it is 0 all the time */
};
#define LINES_MAX 6

static struct human text_seconds(double s)
{
    return human_time(s * 1e9);
}

static void mark_phases(struct svg_plot *p, const struct result *r)
{
    for (int i = 0; i < r->phases_n; i++) {
        const struct phase *phase = &r->phases[i];
        bool shown = phase->kind == PHASE_MEASURE || phase->kind == PHASE_COOLDOWN || phase->kind == PHASE_PROBE;
        if (shown && phase->end_ns > phase->start_ns) svg_mark(p, (double)phase->start_ns / 1e9, phase_name(phase->kind));
    }
}

/* scale: of the values; for rates, 1 per second of a column. */
static void plot_lines(struct svg_plot *p, const struct columns *c, const struct line *lines, size_t lines_n, double scale)
{
    double y[LINES_MAX][COLUMNS_MAX];
    svg_fit(&p->x, 0);
    svg_fit(&p->x, c->seconds * c->n);
    for (size_t k = 0; k < lines_n; k++) {
        fill(c, lines[k].of, lines[k].join, scale, y[k]);
        for (uint32_t i = 0; i < c->n; i++)
            if (lines[k].always || y[k][i] > 0) svg_fit(&p->y, y[k][i]);
    }
    if (!c->n || !svg_open(p)) return;
    mark_phases(p, c->r);
    for (size_t k = 0; k < lines_n; k++)
        if (lines[k].always || any(y[k], c->n)) svg_line(p, c->x, y[k], c->n, lines[k].series, lines[k].name);
    svg_close(p);
}

static struct svg_plot over_time(FILE *f, const char *title, const char *y_name, enum svg_scale scale,
                                 struct human (*text)(double value))
{
    return (struct svg_plot){
        .f = f,
        .title = title,
        .x = {SVG_LINEAR, "time since the start of the run", text_seconds, SVG_AXIS_EMPTY},
        .y = {scale, y_name, text, SVG_AXIS_EMPTY},
    };
}

void plot_throughput(FILE *f, const struct result *r)
{
    static const struct line lines[] = {
        {"completed", get_completed, JOIN_SUM, 1, true},
        {"offered", get_due, JOIN_SUM, 2, false},
        {"errors", get_errors, JOIN_SUM, 4, false},
    };
    struct columns c;
    make_columns(r, COLUMNS_MAX, &c);
    struct svg_plot p = over_time(f, "Throughput", "requests per second", SVG_LINEAR, human_short);
    plot_lines(&p, &c, lines, 3, c.seconds > 0 ? 1 / c.seconds : 0);
}

void plot_connections(FILE *f, const struct result *r)
{
    static const struct line lines[] = {
        {"open", get_open, JOIN_LAST, 1, true},
        {"busy", get_busy, JOIN_LAST, 2, false},
        {"connecting", get_connecting, JOIN_MAX, 3, false},
        {"lost so far", get_lost, JOIN_LAST, 4, false},
        {"requests waiting", get_queued, JOIN_MAX, 5, false},
    };
    struct columns c;
    make_columns(r, COLUMNS_MAX, &c);
    struct svg_plot p = over_time(f, "Connections by state", "connections", SVG_LINEAR, human_short);
    plot_lines(&p, &c, lines, 5, 1);
}

void plot_cpu(FILE *f, const struct result *r)
{
    static const struct line lines[] = {
        {"server", get_server_cpu_ns, JOIN_SUM, 1, false},
        {"loader", get_loader_cpu_ns, JOIN_SUM, 2, true},
        {"stolen", get_steal_ns, JOIN_SUM, 4, false},
    };
    struct columns c;
    make_columns(r, COLUMNS_MAX, &c);
    struct svg_plot p = over_time(f, "CPU time", "CPUs", SVG_LINEAR, human_percent);
    plot_lines(&p, &c, lines, 3, c.seconds > 0 ? 1e-9 / c.seconds : 0);
}

void plot_memory(FILE *f, const struct result *r)
{
    static const struct line lines[] = {
        {"server, resident", get_server_rss_bytes, JOIN_LAST, 1, false},
        {"kernel, slabs of the whole machine", get_slab_bytes, JOIN_LAST, 3, false},
    };
    struct columns c;
    make_columns(r, COLUMNS_MAX, &c);
    struct svg_plot p = over_time(f, "Memory", "bytes", SVG_BINARY, human_bytes);
    plot_lines(&p, &c, lines, 2, 1);
}

void plot_lateness(FILE *f, const struct result *r)
{
    static const struct line lines[] = {{"latest request of each moment", get_late_max_ns, JOIN_MAX, 1, false}};
    const struct hist *late = &r->all.hist[HIST_LATENESS];
    struct columns c;
    if (!late->count) return; /* a closed loop has no plan to be late for */
    make_columns(r, COLUMNS_MAX, &c);
    struct svg_plot p = over_time(f, "Lateness: how long after its due time a request left", "lateness", SVG_LOG, human_time);
    plot_lines(&p, &c, lines, 1, 1);
}

/* ---- the heat map ---- */

/* Rows are half octaves from 1 us; the first holds what is below, too. */
static double row_low_ns(size_t row)
{
    return 1000 * pow(2, (double)row / 2);
}

/* Answers by column and row; the most in one cell. */
static uint64_t count_cells(const struct columns *c, uint64_t cells[HEAT_COLUMNS_MAX][HEAT_ROWS], size_t *first, size_t *end)
{
    uint64_t most = 0;
    *first = HEAT_ROWS;
    *end = 0;
    memset(cells, 0, sizeof *cells * HEAT_COLUMNS_MAX);
    for (uint32_t i = 0; i < c->n * c->per; i++) {
        for (size_t row = 0; row < HEAT_ROWS; row++) {
            uint64_t *cell = &cells[i / c->per][row];
            *cell += c->r->ticks[i].heat[row];
            if (!*cell) continue;
            if (row < *first) *first = row;
            if (row >= *end) *end = row + 1;
            if (*cell > most) most = *cell;
        }
    }
    return most;
}

static void draw_cells(struct svg_plot *p, const struct columns *c, uint64_t cells[HEAT_COLUMNS_MAX][HEAT_ROWS], uint64_t most)
{
    for (uint32_t i = 0; i < c->n; i++) {
        for (size_t row = 0; row < HEAT_ROWS; row++) {
            if (!cells[i][row]) continue;
            double strength = log1p((double)cells[i][row]) / log1p((double)most); /* a single slow answer shall be seen */
            svg_cell(p, i * c->seconds, (i + 1) * c->seconds, row_low_ns(row), row_low_ns(row + 1), 0.12 + 0.88 * strength);
        }
    }
}

void plot_heat(FILE *f, const struct result *r)
{
    uint64_t cells[HEAT_COLUMNS_MAX][HEAT_ROWS];
    double p50[COLUMNS_MAX], p99[COLUMNS_MAX];
    struct columns c;
    size_t first, end;
    make_columns(r, HEAT_COLUMNS_MAX, &c);
    uint64_t most = count_cells(&c, cells, &first, &end);
    if (!most) return;
    struct svg_plot p = over_time(f, "Response times: how many answers took how long", "response time", SVG_LOG, human_time);
    svg_fit(&p.x, 0);
    svg_fit(&p.x, c.seconds * c.n);
    svg_fit(&p.y, row_low_ns(first));
    svg_fit(&p.y, row_low_ns(end));
    if (!svg_open(&p)) return;
    draw_cells(&p, &c, cells, most);
    fill(&c, get_p50_ns, JOIN_MAX, 1, p50);
    fill(&c, get_p99_ns, JOIN_MAX, 1, p99);
    mark_phases(&p, r);
    svg_line(&p, c.x, p99, c.n, 4, "p99");
    svg_line(&p, c.x, p50, c.n, 2, "p50");
    svg_note(&p, "stronger: more answers, on a logarithmic scale");
    svg_close(&p);
}
