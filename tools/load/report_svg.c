/* report_svg.c: see report_svg.h. The drawing is 720 by 300 units, whatever its size on the screen. */
#include "tools/load/report_svg.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 720.0
#define HEIGHT 300.0
#define LEFT 66.0
#define RIGHT 18.0
#define TOP 34.0
#define BOTTOM 44.0
#define CHAR_WIDTH 6.4 /* of 12 units high text, about */
#define TICKS_MAX 40
#define HEADROOM 1.06 /* above the highest line stand the words of marks */

void markup_text(FILE *f, const char *text)
{
    size_t room = strlen(text) + 1;
    char *clean = malloc(room);
    if (!clean) return;
    for (const char *p = human_words(clean, room, text); *p; p++) {
        switch (*p) {
        case '&': (void)fputs("&amp;", f); break;
        case '<': (void)fputs("&lt;", f); break;
        case '>': (void)fputs("&gt;", f); break;
        case '"': (void)fputs("&quot;", f); break;
        case '\'': (void)fputs("&#39;", f); break;
        default: (void)fputc(*p, f);
        }
    }
    free(clean);
}

/* ---- axes ---- */

static bool is_log(const struct svg_axis *a)
{
    return a->scale == SVG_LOG;
}

void svg_fit(struct svg_axis *a, double value)
{
    if (!isfinite(value) || (is_log(a) && !(value > 0))) return;
    if (a->low > a->high) a->low = a->high = value;
    if (value < a->low) a->low = value;
    if (value > a->high) a->high = value;
}

/* Where a value stands on the axis, before it is stretched to the frame. */
static double measure_of(const struct svg_axis *a, double value)
{
    switch (a->scale) {
    case SVG_LINEAR:
    case SVG_BINARY: break;
    case SVG_LOG: return log10(value > 0 ? value : a->low);
    case SVG_PERCENTILE: return -log10(1 - fmin(value, 0.999999999));
    }
    return value;
}

/* 0 at the low end, 1 at the high one. */
static double place(const struct svg_axis *a, double value)
{
    double low = measure_of(a, a->low), high = measure_of(a, a->high);
    double at = (measure_of(a, value) - low) / (high - low);
    return at < 0 ? 0 : at > 1 ? 1 : at;
}

static double x_of(const struct svg_plot *p, double value)
{
    return LEFT + place(&p->x, value) * (WIDTH - LEFT - RIGHT);
}

static double y_of(const struct svg_plot *p, double value)
{
    return HEIGHT - BOTTOM - place(&p->y, value) * (HEIGHT - TOP - BOTTOM);
}

/* 1, 2 or 5 times a power of ten, at least so much. */
static double round_step(double least)
{
    double power = pow(10, floor(log10(least)));
    double digit = least / power;
    return (digit <= 1.0001 ? 1 : digit <= 2.0001 ? 2 : digit <= 5.0001 ? 5 : 10) * power;
}

/* The largest such number up to this one. */
static double round_down(double most)
{
    double power = pow(10, floor(log10(most)));
    double digit = most / power;
    return (digit >= 4.9999 ? 5 : digit >= 1.9999 ? 2 : 1) * power;
}

static double linear_step(const struct svg_axis *a, int ticks)
{
    double least = (a->high - a->low) / ticks, unit = 1;
    while (a->scale == SVG_BINARY && least >= 1024 * unit) unit *= 1024;
    return round_step(least / unit) * unit;
}

/* Out to round numbers; an axis of one value gets some width. Linear ones begin at 0. */
static void settle(struct svg_axis *a, int ticks, double headroom)
{
    if (a->scale == SVG_PERCENTILE) return;
    if (is_log(a)) {
        a->low = round_down(a->low);
        a->high = round_step(a->high);
        if (a->high < a->low * 10) a->high = a->low * 10;
        return;
    }
    if (a->low > 0) a->low = 0;
    if (a->high <= a->low) a->high = a->low + 1;
    a->high *= headroom;
    double step = linear_step(a, ticks);
    a->high = ceil(a->high / step - 1e-9) * step;
}

/* The values at which lines stand, into out. */
static int ticks_of(const struct svg_axis *a, int wanted, double out[TICKS_MAX])
{
    int n = 0;
    if (a->scale == SVG_PERCENTILE) {
        static const double shares[] = {0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999};
        for (size_t i = 0; i < sizeof shares / sizeof *shares; i++)
            if (shares[i] <= a->high) out[n++] = shares[i];
        return n;
    }
    if (is_log(a)) {
        static const int digits[] = {1, 2, 5};
        int digits_n = log10(a->high / a->low) <= 3.5 ? 3 : 1;
        for (double power = pow(10, floor(log10(a->low) + 1e-9)); power <= a->high * 1.001 && n < TICKS_MAX - 3; power *= 10)
            for (int i = 0; i < digits_n; i++)
                if (power * digits[i] >= a->low * 0.999 && power * digits[i] <= a->high * 1.001) out[n++] = power * digits[i];
        return n;
    }
    double step = linear_step(a, wanted);
    for (int i = 0; n < TICKS_MAX && a->low + i * step <= a->high + step / 1000; i++) out[n++] = a->low + i * step;
    return n;
}

static void draw_text(FILE *f, double x, double y, const char *anchor, const char *class, const char *text)
{
    (void)fprintf(f, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">", x, y, anchor, class);
    markup_text(f, text);
    (void)fputs("</text>\n", f);
}

/* "1.00s" at a line of the grid is just 1s. */
static void draw_tick(const struct svg_plot *p, double x, double y, const char *anchor, const struct svg_axis *a, double value)
{
    struct human h = a->text(value);
    char *point = strchr(h.text, '.');
    if (point) {
        char *unit = point + 1 + strspn(point + 1, "0123456789"), *end = unit;
        while (end[-1] == '0') end--;
        if (end[-1] == '.') end--;
        memmove(end, unit, strlen(unit) + 1);
    }
    draw_text(p->f, x, y, anchor, "tick", value == 0 ? "0" : h.text);
}

static void draw_x_axis(const struct svg_plot *p)
{
    double ticks[TICKS_MAX], bottom = HEIGHT - BOTTOM;
    int n = ticks_of(&p->x, 10, ticks);
    for (int i = 0; i < n; i++) {
        double x = x_of(p, ticks[i]);
        (void)fprintf(p->f, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"grid\"/>\n", x, TOP, x, bottom);
        draw_tick(p, x, bottom + 16, "middle", &p->x, ticks[i]);
    }
    draw_text(p->f, (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "middle", "name", p->x.name);
}

static void draw_y_axis(const struct svg_plot *p)
{
    double ticks[TICKS_MAX];
    int n = ticks_of(&p->y, 6, ticks);
    for (int i = 0; i < n; i++) {
        double y = y_of(p, ticks[i]);
        (void)fprintf(p->f, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"grid\"/>\n", LEFT, y, WIDTH - RIGHT,
                      y);
        draw_tick(p, LEFT - 7, y + 4, "end", &p->y, ticks[i]);
    }
    (void)fprintf(p->f, "<text transform=\"translate(13,%.1f) rotate(-90)\" text-anchor=\"middle\" class=\"name\">",
                  (TOP + HEIGHT - BOTTOM) / 2);
    markup_text(p->f, p->y.name);
    (void)fputs("</text>\n", p->f);
}

bool svg_open(struct svg_plot *p)
{
    if (p->x.low > p->x.high || p->y.low > p->y.high) return false;
    settle(&p->x, 10, 1);
    settle(&p->y, 6, HEADROOM);
    if (p->x.high <= p->x.low) return false;
    p->legend_at = LEFT;
    (void)fprintf(p->f,
                  "<figure>\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"",
                  WIDTH, HEIGHT);
    markup_text(p->f, p->title);
    (void)fputs("\">\n", p->f);
    draw_x_axis(p);
    draw_y_axis(p);
    return true;
}

void svg_close(struct svg_plot *p)
{
    (void)fputs("</svg>\n<figcaption>", p->f);
    markup_text(p->f, p->title);
    (void)fputs("</figcaption>\n</figure>\n", p->f);
}

/* ---- what is drawn ---- */

static const char *dash_of(const struct svg_plot *p)
{
    static const char *const classes[] = {"", " d1", " d2", " d3"};
    return classes[p->dash & 3];
}

/* Two rows above the frame; the next entry's place, so wide. */
static void place_legend(struct svg_plot *p, double width)
{
    if (p->legend_row || p->legend_at + width <= WIDTH - RIGHT) return;
    p->legend_at = LEFT;
    p->legend_row = 1;
}

static double legend_y(const struct svg_plot *p)
{
    return TOP - 23 + 13 * p->legend_row;
}

static void add_legend(struct svg_plot *p, int series, const char *name)
{
    double width = 23 + CHAR_WIDTH * (double)strlen(name);
    place_legend(p, width);
    double y = legend_y(p);
    (void)fprintf(p->f, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"line s%d%s\"/>\n", p->legend_at, y,
                  p->legend_at + 18, y, series, dash_of(p));
    draw_text(p->f, p->legend_at + 23, y + 4, "start", "legend", name);
    p->legend_at += width + 18;
}

void svg_note(struct svg_plot *p, const char *words)
{
    double width = CHAR_WIDTH * (double)strlen(words);
    place_legend(p, width);
    draw_text(p->f, p->legend_at, legend_y(p) + 4, "start", "legend", words);
    p->legend_at += width + 18;
}

static bool is_drawn(const struct svg_axis *a, double value)
{
    return isfinite(value) && (!is_log(a) || value > 0);
}

void svg_line(struct svg_plot *p, const double *x, const double *y, size_t n, int series, const char *name)
{
    bool pen_down = false;
    add_legend(p, series, name);
    (void)fputs("<path d=\"", p->f);
    for (size_t i = 0; i < n; i++) {
        bool drawn = is_drawn(&p->y, y[i]);
        bool last = i + 1 == n || !is_drawn(&p->y, y[i + 1]);
        if (drawn) (void)fprintf(p->f, "%c%.1f %.1f", pen_down ? 'L' : 'M', x_of(p, x[i]), y_of(p, y[i]));
        if (drawn && !pen_down && last) (void)fputs("h0", p->f); /* a value alone: a dot, by the line's round ends */
        pen_down = drawn;
    }
    (void)fprintf(p->f, "\" class=\"line s%d%s\"/>\n", series, dash_of(p));
}

void svg_band(struct svg_plot *p, const double *x, const double *low, const double *high, size_t n, int series)
{
    bool begun = false;
    (void)fputs("<path d=\"", p->f);
    for (size_t i = 0; i < 2 * n; i++) {
        size_t k = i < n ? i : 2 * n - 1 - i;
        double y = i < n ? high[k] : low[k];
        if (!is_drawn(&p->y, y)) continue;
        (void)fprintf(p->f, "%c%.1f %.1f", begun ? 'L' : 'M', x_of(p, x[k]), y_of(p, y));
        begun = true;
    }
    (void)fprintf(p->f, "%s\" class=\"band s%d\"/>\n", begun ? "Z" : "", series);
}

void svg_dot(struct svg_plot *p, double x, double y, int series, const char *words)
{
    if (!is_drawn(&p->y, y)) return;
    (void)fprintf(p->f, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" class=\"dot s%d\"><title>", x_of(p, x), y_of(p, y), series);
    markup_text(p->f, words);
    (void)fputs("</title></circle>\n", p->f);
}

void svg_cell(struct svg_plot *p, double x0, double x1, double y0, double y1, double strength, int series)
{
    double left = x_of(p, x0), top = y_of(p, y1);
    (void)fprintf(p->f, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.2f\" height=\"%.1f\" class=\"cell s%d\" fill-opacity=\"%.2f\"/>\n",
                  left, top, x_of(p, x1) - left, y_of(p, y0) - top, series, strength);
}

void svg_mark(struct svg_plot *p, double x, const char *words)
{
    double at = x_of(p, x);
    bool right = at > (LEFT + WIDTH - RIGHT) * 0.75;
    (void)fprintf(p->f, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"mark\"/>\n", at, TOP, at,
                  HEIGHT - BOTTOM);
    draw_text(p->f, at + (right ? -5 : 5), TOP + 12, right ? "end" : "start", "marked", words);
}
