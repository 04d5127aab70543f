/* report_columns.c: see report_columns.h. */
#include "tools/load/report_columns.h"

#include "tools/load/figures.h"

void columns_make(const struct result *r, uint32_t columns_max, struct columns *c)
{
    c->r = r;
    c->per = (r->ticks_n + columns_max - 1) / columns_max;
    if (!c->per) c->per = 1;
    c->n = r->ticks_n / c->per; /* what is left at the end would be a column of other length */
    c->seconds = (double)figure_tick_ns(r) * c->per / 1e9;
    for (uint32_t i = 0; i < c->n; i++) c->x[i] = ((double)i + 0.5) * c->seconds;
}

void columns_fill(const struct columns *c, double (*of)(const struct tick *t), enum join join, double scale, double *y)
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

static struct human text_seconds(double s)
{
    return human_time(s * 1e9);
}

struct svg_plot columns_plot(FILE *f, const char *title, const char *y_name, enum svg_scale scale,
                             struct human (*text)(double value))
{
    return (struct svg_plot){
        .f = f,
        .title = title,
        .x = {SVG_LINEAR, "time since the start of the run", text_seconds, SVG_AXIS_EMPTY},
        .y = {scale, y_name, text, SVG_AXIS_EMPTY},
    };
}

void columns_mark_phases(struct svg_plot *p, const struct result *r)
{
    for (int i = 0; i < r->phases_n; i++) {
        const struct phase *phase = &r->phases[i];
        bool shown = phase->kind == PHASE_MEASURE || phase->kind == PHASE_COOLDOWN || phase->kind == PHASE_PROBE;
        if (shown && phase->end_ns > phase->start_ns) svg_mark(p, (double)phase->start_ns / 1e9, phase_name(phase->kind));
    }
}
