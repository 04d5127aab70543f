/* report_plots.c: plots over time, as lines. */
#include "tools/load/report_columns.h"
#include "tools/load/report_plots.h"

#include "tools/load/report_svg.h"

#include <string.h>

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

#define ONE_PER_SECOND 1
#define CPUS_PER_SECOND 1e-9 /* of ns of CPU time */
#define AS_IT_IS 0

struct lines_of {
    struct columns c;
    double y[LINES_MAX][COLUMNS_MAX];
};

static void fill_lines(struct svg_plot *p, const struct result *r, const struct line *lines, size_t lines_n, double per_second,
                       struct lines_of *of)
{
    columns_make(r, COLUMNS_MAX, &of->c);
    double scale = per_second == AS_IT_IS ? 1 : of->c.seconds > 0 ? per_second / of->c.seconds : 0;
    if (of->c.n) svg_fit(&p->x, 0);
    if (of->c.n) svg_fit(&p->x, of->c.seconds * of->c.n);
    for (size_t k = 0; k < lines_n; k++) {
        columns_fill(&of->c, lines[k].of, lines[k].join, scale, of->y[k]);
        for (uint32_t i = 0; i < of->c.n; i++)
            if (lines[k].always || of->y[k][i] > 0) svg_fit(&p->y, of->y[k][i]);
    }
}

static void draw_lines(struct svg_plot *p, const struct lines_of *of, const struct line *lines, size_t lines_n, int side, int sides)
{
    for (size_t k = 0; k < lines_n; k++) {
        char name[64];
        if (!lines[k].always && !any(of->y[k], of->c.n)) continue;
        (void)snprintf(name, sizeof name, "%s%s", sides == 2 ? side ? "B " : "A " : "", lines[k].name);
        p->dash = sides == 2 ? (int)k : 0;
        svg_line(p, of->c.x, of->y[k], of->c.n, sides == 2 ? side + 1 : lines[k].series, name);
    }
    p->dash = 0;
}

/* per_second: what becomes of a sum over a column's time; or AS_IT_IS. */
static void plot_lines(struct svg_plot *p, const struct shown *s, const struct line *lines, size_t lines_n, double per_second)
{
    struct lines_of of[2];
    bool some = false;
    for (int i = 0; i < s->n; i++) {
        fill_lines(p, s->side[i].r, lines, lines_n, per_second, &of[i]);
        some |= of[i].c.n > 0;
    }
    if (!some || !svg_open(p)) return;
    columns_mark_phases(p, s->side[0].r);
    for (int i = 0; i < s->n; i++)
        if (of[i].c.n) draw_lines(p, &of[i], lines, lines_n, i, s->n);
    svg_close(p);
}

void plot_throughput(FILE *f, const struct shown *s)
{
    static const struct line lines[] = {
        {"completed", get_completed, JOIN_SUM, 1, true},
        {"offered", get_due, JOIN_SUM, 2, false},
        {"errors", get_errors, JOIN_SUM, 4, false},
    };
    struct svg_plot p = columns_plot(f, "Throughput", "requests per second", SVG_LINEAR, human_short);
    plot_lines(&p, s, lines, 3, ONE_PER_SECOND);
}

void plot_connections(FILE *f, const struct shown *s)
{
    static const struct line lines[] = {
        {"open", get_open, JOIN_LAST, 1, true},
        {"busy", get_busy, JOIN_LAST, 2, false},
        {"connecting", get_connecting, JOIN_MAX, 3, false},
        {"lost so far", get_lost, JOIN_LAST, 4, false},
        {"requests waiting", get_queued, JOIN_MAX, 5, false},
    };
    struct svg_plot p = columns_plot(f, "Connections by state", "connections", SVG_LINEAR, human_short);
    plot_lines(&p, s, lines, 5, AS_IT_IS);
}

void plot_cpu(FILE *f, const struct shown *s)
{
    static const struct line lines[] = {
        {"server", get_server_cpu_ns, JOIN_SUM, 1, false},
        {"loader", get_loader_cpu_ns, JOIN_SUM, 2, true},
        {"stolen", get_steal_ns, JOIN_SUM, 4, false},
    };
    struct svg_plot p = columns_plot(f, "CPU time", "CPUs", SVG_LINEAR, human_percent);
    plot_lines(&p, s, lines, 3, CPUS_PER_SECOND);
}

void plot_memory(FILE *f, const struct shown *s)
{
    static const struct line lines[] = {
        {"server, resident", get_server_rss_bytes, JOIN_LAST, 1, false},
        {"kernel, slabs of the whole machine", get_slab_bytes, JOIN_LAST, 3, false},
    };
    struct svg_plot p = columns_plot(f, "Memory", "bytes", SVG_BINARY, human_bytes);
    plot_lines(&p, s, lines, 2, AS_IT_IS);
}

void plot_lateness(FILE *f, const struct shown *s)
{
    static const struct line lines[] = {{"latest request of each moment", get_late_max_ns, JOIN_MAX, 1, false}};
    bool planned = false; /* a closed loop has no plan to be late for */
    for (int i = 0; i < s->n; i++) planned |= s->side[i].r->all.hist[HIST_LATENESS].count > 0;
    if (!planned) return;
    struct svg_plot p = columns_plot(f, "Lateness: how long after its due time a request left", "lateness", SVG_LOG, human_time);
    plot_lines(&p, s, lines, 1, AS_IT_IS);
}

void plots_all(FILE *f, const struct shown *s)
{
    (void)fputs("<section class=\"plots\">\n", f);
    plot_load_curve(f, s);
    plot_percentiles(f, s);
    plot_throughput(f, s);
    plot_heat(f, s);
    plot_connections(f, s);
    plot_cpu(f, s);
    plot_memory(f, s);
    plot_lateness(f, s);
    (void)fputs("</section>\n", f);
}
