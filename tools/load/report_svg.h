/* report_svg.h: plots as SVG inside HTML: axes, lines, cells, dots. Colours are classes: the page's style decides, so one drawing
 * serves light and dark. The calling thread. */
#ifndef QUERN_LOAD_REPORT_SVG_H
#define QUERN_LOAD_REPORT_SVG_H

#include "tools/load/human.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Text for HTML and SVG, also inside attributes: escaped; control characters and bytes that are not UTF-8 become "?". */
void markup_text(FILE *f, const char *text);

enum svg_scale {
    SVG_LINEAR,
    SVG_BINARY, /* linear, round numbers by 1024 */
    SVG_LOG,
    SVG_PERCENTILE, /* values are shares below 1, placed by log(1 / (1 - share)) */
};
struct svg_axis {
    enum svg_scale scale;
    const char *name;
    struct human (*text)(double value);
    double low, high; /* low > high: nothing fitted yet */
};
#define SVG_AXIS_EMPTY 1, 0 /* low, high */

struct svg_plot {
    FILE *f;
    const char *title;
    struct svg_axis x, y;
    double legend_at; /* where the next entry begins */
    int legend_row; /* 0 or 1 */
    int dash; /* of the lines that follow: 0 none, to 3 */
};

/* Makes room for the value; what is not finite, or not above 0 on a logarithmic axis, needs none. */
void svg_fit(struct svg_axis *a, double value);
/* The frame and the axes, out to round numbers. False: nothing is to be drawn, and nothing was. */
bool svg_open(struct svg_plot *p);
/* A line, gaps where y is not finite, with an entry in the legend. series: 1 to 6 chooses the colour. */
void svg_line(struct svg_plot *p, const double *x, const double *y, size_t n, int series, const char *name);
void svg_dot(struct svg_plot *p, double x, double y, int series, const char *words); /* words: shown by the pointer */
/* What lies between two lines, in the colour of one of them; behind it, where it is drawn first. */
void svg_band(struct svg_plot *p, const double *x, const double *low, const double *high, size_t n, int series);
/* A cell of a heat map; strength: above 0 to 1. */
void svg_cell(struct svg_plot *p, double x0, double x1, double y0, double y1, double strength, int series);
/* A vertical line with words at its top. */
void svg_mark(struct svg_plot *p, double x, const char *words);
/* What no line says in words of its own, behind the legend. */
void svg_note(struct svg_plot *p, const char *words);
void svg_close(struct svg_plot *p);

#endif
