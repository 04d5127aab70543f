/* report_wrk.c: wrk's block, line for line, so that eyes and scripts that know wrk find their numbers. Latency is the response
 * time: in a closed loop what wrk measures, in an open loop counted from when the request was due. */
#include "tools/load/report_parts.h"

#include "tools/load/figures.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- numbers ---- */

struct scale {
    double step;
    const char *const *units;
    int units_n;
};

static const char *const metric_units[] = {"", "k", "M", "G", "T", "P"};
static const char *const binary_units[] = {"", "K", "M", "G", "T", "P"};
static const char *const time_units[] = {"us", "ms", "s"};
static const struct scale metric = {1000, metric_units, 6}, binary = {1024, binary_units, 6}, times = {1000, time_units, 3};

static void scale_number(double n, const struct scale *s, char out[32])
{
    int unit = 0;
    for (; unit + 1 < s->units_n && n >= s->step; unit++) n /= s->step;
    (void)snprintf(out, 32, "%.2f%s", n, s->units[unit]);
}

static void scale_time(double us, char out[32])
{
    if (us >= 3600e6) (void)snprintf(out, 32, "%.2fh", us / 3600e6);
    else if (us >= 60e6) (void)snprintf(out, 32, "%.2fm", us / 60e6);
    else scale_number(us, &times, out);
}

/* Right-aligned with two places kept for the unit, so that digits stand below digits. */
static void print_aligned(FILE *f, const char *text, int width)
{
    size_t len = strlen(text);
    int pad = 2;
    if (len && isalpha((unsigned char)text[len - 1])) pad--;
    if (len > 1 && isalpha((unsigned char)text[len - 2])) pad--;
    (void)fprintf(f, "%*s%.*s", width - pad, text, pad, "  ");
}

static void print_time(FILE *f, double ns, int width)
{
    char text[32];
    scale_time(ns / 1e3, text);
    print_aligned(f, text, width);
}

static void print_metric(FILE *f, double n, int width)
{
    char text[32];
    scale_number(n, &metric, text);
    print_aligned(f, text, width);
}

/* ---- thread stats ---- */

static double share_within(const struct hist *h, double mean, double stddev)
{
    if (!h->count) return 0;
    double low = mean - stddev;
    uint64_t below = low > 0 ? hist_count_to(h, (uint64_t)low) : 0;
    return (double)(hist_count_to(h, (uint64_t)(mean + stddev)) - below) / (double)h->count;
}

static void print_latency(FILE *f, const struct hist *h)
{
    double mean = hist_mean(h), stddev = hist_stddev(h);
    (void)fprintf(f, "    %-10s", "Latency");
    print_time(f, mean, 8);
    print_time(f, stddev, 10);
    print_time(f, (double)h->max_ns, 9);
    (void)fprintf(f, "%8.2f%%\n", share_within(h, mean, stddev) * 100);
}

/* A thread's requests per second, tick by tick. */
static void print_rates(FILE *f, const struct result *r)
{
    uint32_t first, end;
    figure_measured_ticks(r, &first, &end);
    double scale = 1e9 / (double)figure_tick_ns(r) / (r->threads ? r->threads : 1);
    double sum = 0, squares = 0, max = 0, n = end - first;
    uint32_t within = 0;
    (void)fprintf(f, "    %-10s", "Req/Sec");
    if (first == end) {
        (void)fputs("    -         -        -        -\n", f); /* shorter than a tick */
        return;
    }
    for (uint32_t i = first; i < end; i++) {
        double rate = (double)r->ticks[i].completed * scale;
        sum += rate;
        squares += rate * rate;
        if (rate > max) max = rate;
    }
    double mean = sum / n, stddev = sqrt(fmax(squares / n - mean * mean, 0));
    for (uint32_t i = first; i < end; i++) within += fabs((double)r->ticks[i].completed * scale - mean) <= stddev;
    print_metric(f, mean, 8);
    print_metric(f, stddev, 10);
    print_metric(f, max, 9);
    (void)fprintf(f, "%8.2f%%\n", within / n * 100);
}

static void print_distribution(FILE *f, const struct hist *h)
{
    static const double percents[] = {50, 75, 90, 99};
    (void)fputs("  Latency Distribution\n", f);
    for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) {
        (void)fprintf(f, "%7.0f%%", percents[i]);
        print_time(f, (double)hist_percentile(h, percents[i]), 10);
        (void)fputc('\n', f);
    }
}

/* ---- errors ---- */

static void print_errors(FILE *f, const struct group_result *g)
{
    const struct error_count *e = g->errors;
    uint64_t connect = 0, read = e[ERROR_RESET].n + e[ERROR_CLOSED_EARLY].n + e[ERROR_BAD_HEAD].n + e[ERROR_BAD_LENGTH].n;
    for (int i = 0; i <= ERROR_CONNECT_OTHER; i++) connect += e[i].n;
    if (connect || read || e[ERROR_SEND].n || e[ERROR_TIMEOUT].n)
        (void)fprintf(f, "  Socket errors: connect %" PRIu64 ", read %" PRIu64 ", write %" PRIu64 ", timeout %" PRIu64 "\n",
                      connect, read, e[ERROR_SEND].n, e[ERROR_TIMEOUT].n);
    uint64_t bad = g->status[0] + g->status[1] + g->status[4] + g->status[5];
    if (bad) (void)fprintf(f, "  Non-2xx or 3xx responses: %" PRIu64 "\n", bad);
}

/* ---- the block ---- */

void report_wrk(FILE *f, const struct result *r, bool latency)
{
    const struct group_result *g = &r->all;
    const struct hist *h = &g->hist[HIST_RESPONSE];
    uint64_t answered = figure_answered(g);
    double seconds = figure_seconds(r), per_s = seconds > 0 ? 1 / seconds : 0;
    char text[32];
    (void)fprintf(f, "Running %.0fs test @ %s\n", seconds, r->target);
    (void)fprintf(f, "  %" PRIu32 " threads and %" PRIu32 " connections\n", r->threads, r->connections);
    (void)fputs("  Thread Stats   Avg      Stdev     Max   +/- Stdev\n", f);
    print_latency(f, h);
    print_rates(f, r);
    if (latency) print_distribution(f, h);
    scale_number((double)g->bytes_in, &binary, text);
    (void)fprintf(f, "  %" PRIu64 " requests in %.2fs, %sB read\n", answered, seconds, text);
    print_errors(f, g);
    (void)fprintf(f, "Requests/sec: %9.2f\n", (double)answered * per_s);
    scale_number((double)g->bytes_in * per_s, &binary, text);
    (void)fprintf(f, "Transfer/sec: %10sB\n", text);
}
