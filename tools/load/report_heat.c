/* report_heat.c: how many answers took how long, over time. Of two results the cells lie over one another, each in its colour. */
#include "tools/load/report_columns.h"
#include "tools/load/report_plots.h"

#include <math.h>
#include <string.h>

#define HEAT_COLUMNS_MAX 180
#define HEAT_ROWS (sizeof((struct tick *)0)->heat / sizeof(uint32_t))

struct heat {
    struct columns c;
    uint64_t cells[HEAT_COLUMNS_MAX][HEAT_ROWS], most; /* most: in one of them */
    size_t first, end; /* rows that have any */
};

/* Rows are half octaves from 1 us; the first holds what is below, too. */
static double row_low_ns(size_t row)
{
    return 1000 * pow(2, (double)row / 2);
}

static void count_cells(const struct result *r, struct heat *h)
{
    memset(h, 0, sizeof *h);
    h->first = HEAT_ROWS;
    columns_make(r, HEAT_COLUMNS_MAX, &h->c);
    for (uint32_t i = 0; i < h->c.n * h->c.per; i++) {
        for (size_t row = 0; row < HEAT_ROWS; row++) {
            uint64_t *cell = &h->cells[i / h->c.per][row];
            *cell += r->ticks[i].heat[row];
            if (!*cell) continue;
            if (row < h->first) h->first = row;
            if (row >= h->end) h->end = row + 1;
            if (*cell > h->most) h->most = *cell;
        }
    }
}

/* strongest: of what is drawn; less where another result has to shine through. */
static void draw_cells(struct svg_plot *p, const struct heat *h, double strongest, int series)
{
    for (uint32_t i = 0; i < h->c.n; i++) {
        for (size_t row = 0; row < HEAT_ROWS; row++) {
            if (!h->cells[i][row]) continue;
            double strength = log1p((double)h->cells[i][row]) / log1p((double)h->most); /* a single slow answer shall be seen */
            svg_cell(p, i * h->c.seconds, (i + 1) * h->c.seconds, row_low_ns(row), row_low_ns(row + 1),
                     strongest * (0.12 + 0.88 * strength), series);
        }
    }
}

static double get_p50_ns(const struct tick *t)
{
    return (double)t->p50_ns;
}

static double get_p99_ns(const struct tick *t)
{
    return (double)t->p99_ns;
}

static void draw_lines(struct svg_plot *p, const struct heat *h, int side, int sides)
{
    static const char *const names[][2] = {{"A p99", "A p50"}, {"B p99", "B p50"}};
    double y[COLUMNS_MAX];
    columns_fill(&h->c, get_p99_ns, JOIN_MAX, 1, y);
    svg_line(p, h->c.x, y, h->c.n, sides == 2 ? side + 1 : 4, sides == 2 ? names[side][0] : "p99");
    p->dash = sides == 2;
    columns_fill(&h->c, get_p50_ns, JOIN_MAX, 1, y);
    svg_line(p, h->c.x, y, h->c.n, sides == 2 ? side + 1 : 2, sides == 2 ? names[side][1] : "p50");
    p->dash = 0;
}

void plot_heat(FILE *f, const struct shown *s)
{
    struct heat heats[2];
    struct svg_plot p = columns_plot(f, "Response times: how many answers took how long", "response time", SVG_LOG, human_time);
    bool any = false;
    for (int i = 0; i < s->n; i++) {
        count_cells(s->side[i].r, &heats[i]);
        if (!heats[i].most) continue;
        any = true;
        svg_fit(&p.x, 0);
        svg_fit(&p.x, heats[i].c.seconds * heats[i].c.n);
        svg_fit(&p.y, row_low_ns(heats[i].first));
        svg_fit(&p.y, row_low_ns(heats[i].end));
    }
    if (!any || !svg_open(&p)) return;
    for (int i = 0; i < s->n; i++)
        if (heats[i].most) draw_cells(&p, &heats[i], s->n == 2 ? 0.6 : 1, i + 1);
    columns_mark_phases(&p, s->side[0].r);
    for (int i = 0; i < s->n; i++)
        if (heats[i].most) draw_lines(&p, &heats[i], i, s->n);
    svg_note(&p, "stronger: more answers, on a logarithmic scale");
    svg_close(&p);
}
