/* report_plots.h: the plots of a result, one function each. What a result has nothing of is left out. The calling thread. */
#ifndef QUERN_LOAD_REPORT_PLOTS_H
#define QUERN_LOAD_REPORT_PLOTS_H

#include "tools/load/result.h"
#include <stdio.h>

/* ---- report_plots.c: over time ---- */
void plot_throughput(FILE *f, const struct result *r);
void plot_heat(FILE *f, const struct result *r);
void plot_connections(FILE *f, const struct result *r);
void plot_cpu(FILE *f, const struct result *r);
void plot_memory(FILE *f, const struct result *r);
void plot_lateness(FILE *f, const struct result *r);

/* ---- report_curves.c ---- */
void plot_percentiles(FILE *f, const struct result *r);
void plot_load_curve(FILE *f, const struct result *r); /* --sweep, --find-max */
/* The place of the knee of a curve of n points, x ascending: where it is farthest below the straight line from its first to its
 * last point, both axes made alike. n: none. */
size_t curve_knee(const double *x, const double *y, size_t n);

#endif
