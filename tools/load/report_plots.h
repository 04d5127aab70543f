/* report_plots.h: the plots of a result, or of two laid over one another, one function each. What a result has nothing of is left
 * out. The calling thread. */
#ifndef QUERN_LOAD_REPORT_PLOTS_H
#define QUERN_LOAD_REPORT_PLOTS_H

#include "tools/load/result.h"
#include <stdio.h>

/* What is drawn. One result: each figure has its colour. Two: A has the first colour, B the second, and figures differ by the
 * dash; times may be those of many runs of a side. */
struct shown {
    int n; /* 1 or 2 */
    struct shown_side {
        const struct result *r;
        const struct hist *times; /* of all runs of the side together: response, in a closed loop service. NULL: those of r */
        const struct hist *each;  /* of each run, each_n of them */
        size_t each_n;
    } side[2];
};

/* All of them, as a section of a page. */
void plots_all(FILE *f, const struct shown *s);

/* ---- report_plots.c: over time ---- */
void plot_throughput(FILE *f, const struct shown *s);
void plot_connections(FILE *f, const struct shown *s);
void plot_cpu(FILE *f, const struct shown *s);
void plot_memory(FILE *f, const struct shown *s);
void plot_lateness(FILE *f, const struct shown *s);

/* ---- report_heat.c ---- */
void plot_heat(FILE *f, const struct shown *s);

/* ---- report_curves.c ---- */
void plot_percentiles(FILE *f, const struct shown *s);
void plot_load_curve(FILE *f, const struct shown *s); /* --sweep, --find-max */
/* The place of the knee of a curve of n points, x ascending: where it is farthest below the straight line from its first to its
 * last point, both axes made alike. n: none. */
size_t curve_knee(const double *x, const double *y, size_t n);

#endif
