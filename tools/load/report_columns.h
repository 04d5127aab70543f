/* report_columns.h: a result's ticks joined to so many columns that a plot can show them: counters by their sum, gauges by the last
 * one, latencies by the largest. The calling thread. */
#ifndef QUERN_LOAD_REPORT_COLUMNS_H
#define QUERN_LOAD_REPORT_COLUMNS_H

#include "tools/load/report_svg.h"
#include "tools/load/result.h"

#define COLUMNS_MAX 360

enum join { JOIN_SUM, JOIN_LAST, JOIN_MAX };

struct columns {
    const struct result *r;
    uint32_t n, per; /* per: ticks of each */
    double seconds; /* of a column */
    double x[COLUMNS_MAX]; /* their middles, in s */
};

void columns_make(const struct result *r, uint32_t columns_max, struct columns *c);
/* A figure of each column, times scale. */
void columns_fill(const struct columns *c, double (*of)(const struct tick *t), enum join join, double scale, double *y);
/* A plot whose x axis is the time of the run. */
struct svg_plot columns_plot(FILE *f, const char *title, const char *y_name, enum svg_scale scale,
                             struct human (*text)(double value));
/* Where the phases of the run begin. */
void columns_mark_phases(struct svg_plot *p, const struct result *r);

#endif
