/* hist_text.c: HdrHistogram's texts: the interval log and the distribution by percentile. See hist_code.h. */
#include "tools/load/hist_code.h"

#include "base/check.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

/* ---- the log ---- */

void hist_log_header(FILE *f, const char *tool, double start_s)
{
    char date[64];
    time_t seconds = (time_t)start_s;
    struct tm tm;
    if (!gmtime_r(&seconds, &tm) || !strftime(date, sizeof date, "%a %b %d %H:%M:%S UTC %Y", &tm)) date[0] = '\0';
    (void)fprintf(f, "#[Logged with %.100s]\n", tool); /* the C reader takes 127 bytes of a line */
    (void)fprintf(f, "#[Histogram log format version 1.2]\n");
    (void)fprintf(f, "#[StartTime: %.3f (seconds since epoch), %s]\n", start_s, date);
    (void)fprintf(f, "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n");
}

/* Readers cut lines at commas and blanks. */
static void print_tag(FILE *f, const char *tag)
{
    (void)fputs("Tag=", f);
    for (; *tag; tag++) (void)fputc(*tag == ',' || (unsigned char)*tag <= ' ' ? '_' : *tag, f);
    (void)fputc(',', f);
}

void hist_log_line(FILE *f, const char *tag, double start_s, double length_s, const struct hist *h)
{
    char *text = hist_encode(h);
    if (!text) return;
    if (tag) print_tag(f, tag);
    (void)fprintf(f, "%.3f,%.3f,%.3f,%s\n", start_s, length_s, (double)h->max_ns / 1e6, text);
    free(text);
}

/* ---- the distribution by percentile ---- */

/* Which percentile comes after this one: the distance to 100 is halved again and again, and each half is cut
 * into so many ticks. log()/log(2), not log2(): HdrHistogram's own rounding, so that the same rows come out. */
static double next_percentile(double percent, int ticks_per_half_distance)
{
    double halvings = floor(log(100 / (100 - percent)) / log(2)) + 1;
    return percent + 100 / (ticks_per_half_distance * exp2(halvings));
}

static void print_row(FILE *f, const struct hist *h, double value, double percent, uint64_t n)
{
    (void)fprintf(f, "%12.*f %12f %12" PRIu64 " %12.2f\n", h->digits, value, percent / 100, n, 1 / (1 - percent / 100));
}

static void print_rows(FILE *f, const struct hist *h, double unit_ns, int ticks_per_half_distance)
{
    double percent = 0;
    uint64_t seen = 0, ns = 0, n;
    for (uint32_t cursor = 0; hist_next(h, &cursor, &ns, &n);) {
        seen += n;
        double reached = 100.0 * (double)seen / (double)h->count;
        while (percent <= reached && percent < 100) {
            print_row(f, h, (double)ns / unit_ns, percent, seen);
            percent = next_percentile(percent, ticks_per_half_distance);
            if (seen == h->count) break; /* the ticks from here to 100 % would all say the same */
        }
    }
    print_row(f, h, (double)ns / unit_ns, 100, seen);
}

/* How many doublings the array has. */
static unsigned buckets_n(const struct hist *h)
{
    return (h->counts_n >> h->sub_bits) - 1;
}

void hist_print_percentiles(FILE *f, const struct hist *h, double unit_ns, int ticks_per_half_distance)
{
    assert(ticks_per_half_distance > 0);
    uint64_t highest = h->max_ns < h->max_trackable_ns ? h->max_ns : h->max_trackable_ns;
    (void)fprintf(f, "%12s %12s %12s %12s\n\n", "Value", "Percentile", "TotalCount", "1/(1-Percentile)");
    print_rows(f, h, unit_ns, ticks_per_half_distance);
    (void)fprintf(f, "#[Mean    = %12.3f, StdDeviation   = %12.3f]\n", hist_mean(h) / unit_ns, hist_stddev(h) / unit_ns);
    (void)fprintf(f, "#[Max     = %12.3f, Total count    = %12" PRIu64 "]\n",
                  h->count ? (double)hist_highest_equivalent(h, highest) / unit_ns : 0.0, h->count);
    (void)fprintf(f, "#[Buckets = %12u, SubBuckets     = %12u]\n", buckets_n(h), 2u << h->sub_bits);
}
