/* measures.c: see measures.h. */
#include "tools/load/measures.h"

#include "tools/load/figures.h"

#include <errno.h>
#include <stdlib.h>

#define SEED 1 /* the same runs give the same interval */

static double rate_of(const struct result *r)
{
    return figure_rate(r, &r->all);
}

static double percentile_of(const struct result *r, double percent)
{
    return (double)hist_percentile(&r->all.hist[HIST_RESPONSE], percent);
}

static double p50_of(const struct result *r)
{
    return percentile_of(r, 50);
}

static double p99_of(const struct result *r)
{
    return percentile_of(r, 99);
}

static double p999_of(const struct result *r)
{
    return percentile_of(r, 99.9);
}

static const struct {
    const char *name, *key;
    bool more_is_better;
    double (*of)(const struct result *r);
    struct human (*text)(double value);
} measures[MEASURES_N] = {
    [MEASURE_RATE] = {"requests/s", "rate", true, rate_of, human_rate},
    [MEASURE_RATE_PER_CPU] = {"requests/server-CPU-s", "rate_per_server_cpu_second", true, figure_rate_per_server_second,
                              human_rate},
    [MEASURE_P50] = {"response p50", "p50_ns", false, p50_of, human_time},
    [MEASURE_P99] = {"response p99", "p99_ns", false, p99_of, human_time},
    [MEASURE_P999] = {"response p99.9", "p999_ns", false, p999_of, human_time},
    [MEASURE_RSS_PER_CONN] = {"server memory/connection", "rss_bytes_per_connection", false, figure_rss_per_connection,
                              human_bytes},
    [MEASURE_SLAB_PER_CONN] = {"kernel memory/connection", "slab_bytes_per_connection", false, figure_slab_per_connection,
                               human_bytes},
};

const char *measure_name(enum measure m)
{
    return measures[m].name;
}

const char *measure_key(enum measure m)
{
    return measures[m].key;
}

bool measure_more_is_better(enum measure m)
{
    return measures[m].more_is_better;
}

struct human measure_text(enum measure m, double value)
{
    return measures[m].text(value);
}

void measure_run(const struct result *r, struct measured *out)
{
    for (int m = 0; m < MEASURES_N; m++) out->value[m] = measures[m].of(r);
}

const char *measure_verdict(enum measure m, enum stats_outcome outcome)
{
    bool memory = m == MEASURE_RSS_PER_CONN || m == MEASURE_SLAB_PER_CONN;
    if (memory && outcome == STATS_FASTER) return "smaller";
    if (memory && outcome == STATS_SLOWER) return "larger";
    return stats_outcome_name(outcome);
}

/* ---- pairs ---- */

/* Columns of one figure; false: it is not known everywhere. */
static bool columns(enum measure m, const struct measured *a, const struct measured *b, size_t n, double *column_a,
                    double *column_b)
{
    for (size_t i = 0; i < n; i++) {
        column_a[i] = a[i].value[m];
        column_b[i] = b[i].value[m];
        if (!(column_a[i] > 0) || !(column_b[i] > 0)) return false;
    }
    return n > 0;
}

/* One figure; room: for the columns. */
static int weigh(enum measure m, const struct measured *a, const struct measured *b, size_t n, const struct measured *aa_a,
                 const struct measured *aa_b, size_t aa_n, double *room, struct measure_outcome *out)
{
    double *x = room, *y = room + (n > aa_n ? n : aa_n);
    int rc = 0;
    *out = (struct measure_outcome){.outcome = STATS_NOT_DISTINGUISHABLE};
    if (columns(m, aa_a, aa_b, aa_n, x, y)) {
        rc = stats_ratio(x, y, aa_n, SEED, &out->aa);
        out->aa_known = rc == 0;
    }
    if (rc < 0 || !columns(m, a, b, n, x, y)) return rc;
    out->a = stats_geometric_mean(x, n);
    out->b = stats_geometric_mean(y, n);
    rc = stats_ratio(x, y, n, SEED, &out->ratio);
    out->known = rc == 0;
    if (out->known) out->outcome = stats_compare(&out->ratio, out->aa_known ? &out->aa : NULL, measures[m].more_is_better);
    return rc;
}

static enum measure headline_of(const struct comparison *c, bool open)
{
    if (c->of[MEASURE_RATE_PER_CPU].known) return MEASURE_RATE_PER_CPU;
    return open ? MEASURE_P99 : MEASURE_RATE;
}

int comparison_make(const struct measured *a, const struct measured *b, size_t n, const struct measured *aa_a,
                    const struct measured *aa_b, size_t aa_n, bool open, struct comparison *out)
{
    double *room = calloc(2 * (n > aa_n ? n : aa_n) + 1, sizeof *room);
    int rc = room ? 0 : -ENOMEM;
    *out = (struct comparison){.pairs_n = n, .aa_pairs_n = aa_n};
    for (int m = 0; rc == 0 && m < MEASURES_N; m++) rc = weigh((enum measure)m, a, b, n, aa_a, aa_b, aa_n, room, &out->of[m]);
    out->headline = headline_of(out, open);
    free(room);
    return rc;
}

/* ---- the table ---- */

static void print_interval(FILE *f, bool known, const struct stats_ratio *r)
{
    char text[40] = "-";
    if (known) (void)snprintf(text, sizeof text, "%.3f to %.3f", r->low, r->high);
    (void)fprintf(f, " %18s", text);
}

static void print_row(FILE *f, enum measure m, const struct measure_outcome *o, bool paired)
{
    (void)fprintf(f, "%-26s", measures[m].name);
    if (!o->known) {
        (void)fputs("      not known in every run\n", f);
        return;
    }
    (void)fprintf(f, " %12s %12s %8.3f", measures[m].text(o->a).text, measures[m].text(o->b).text, o->ratio.ratio);
    if (paired) {
        print_interval(f, true, &o->ratio);
        print_interval(f, o->aa_known, &o->aa);
        (void)fprintf(f, "  %s", measure_verdict(m, o->outcome));
    }
    (void)fputc('\n', f);
}

static void print_words(FILE *f, const struct comparison *c)
{
    const struct measure_outcome *o = &c->of[c->headline];
    if (c->pairs_n == 1) {
        (void)fputs("\none run each: no interval, no verdict; quern-load ab measures pairs\n", f);
        return;
    }
    (void)fprintf(f, "\n%zu pairs, %zu of A with itself\n", c->pairs_n, c->aa_pairs_n);
    if (c->pairs_n < STATS_PAIRS_MIN) (void)fprintf(f, "fewer than %d pairs tell nothing\n", STATS_PAIRS_MIN);
    if (!c->aa_pairs_n) (void)fputs("without pairs of A with itself the noise of the machine is not known\n", f);
    (void)fprintf(f, "verdict: B is %s (%s)\n", o->known ? measure_verdict(c->headline, o->outcome) : "not known",
                  measures[c->headline].name);
}

void comparison_print(FILE *f, const struct comparison *c)
{
    bool paired = c->pairs_n > 1;
    (void)fprintf(f, "%-26s %12s %12s %8s", "", "A", "B", "B/A");
    if (paired) (void)fprintf(f, " %18s %18s  %s", "95 % interval", "A/A interval", "B is");
    (void)fputc('\n', f);
    for (int m = 0; m < MEASURES_N; m++) print_row(f, (enum measure)m, &c->of[m], paired);
    print_words(f, c);
}
