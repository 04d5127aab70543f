/* search.c: see search.h. */
#include "tools/load/search.h"

#include "tools/load/figures.h"
#include "tools/load/human.h"
#include "tools/load/report.h"
#include "tools/load/run.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RATE_FIRST 1000.0     /* where --find-max begins without -R */
#define RATE_MAX 1e8
#define CLOSE_ENOUGH 1.03
#define ACHIEVED_MIN 0.98     /* a rate that is not reached is not met */
#define TRIES 3               /* of a rate whose run is invalid */

static bool compares(double value, int compare, double bound)
{
    switch (compare) {
    case CMP_LT: return value < bound;
    case CMP_LE: return value <= bound;
    default: return value == bound;
    }
}

/* Requests without a good answer: they stand behind all others, as if their time were infinite. */
static uint64_t unmet(const struct group_result *g)
{
    return g->failed + g->censored + g->dropped;
}

static double percentile(const struct group_result *g, double percent)
{
    const struct hist *h = &g->hist[HIST_RESPONSE];
    uint64_t all = h->count + unmet(g);
    double rank = ceil(nextafter(percent, 0) / 100 * (double)all);
    if (rank > (double)h->count || !all) return INFINITY;
    return (double)hist_percentile(h, rank / (double)h->count * 100);
}

static double figure(const struct condition *c, const struct result *r)
{
    const struct group_result *g = &r->all;
    uint64_t bad = unmet(g), ended = g->completed + bad;
    switch (c->what) {
    case COND_PERCENTILE: return percentile(g, c->percent);
    case COND_MEAN: return bad ? INFINITY : hist_mean(&g->hist[HIST_RESPONSE]);
    case COND_MAX: return bad ? INFINITY : (double)g->hist[HIST_RESPONSE].max_ns;
    case COND_CENSORED: return (double)g->censored;
    case COND_ERRORS: return (double)bad;
    case COND_ERROR_RATE: return ended ? (double)bad / (double)ended : 1;
    }
    return 0;
}

bool search_meets(const struct options *o, const struct result *r)
{
    if (!r->all.completed) return false;
    for (int i = 0; i < o->find_max_n; i++)
        if (!compares(figure(&o->find_max[i], r), o->find_max[i].compare, o->find_max[i].bound)) return false;
    return true;
}

static int add_point(struct point **points, uint32_t *n, const struct result *r, double rate, bool met)
{
    struct point *more = realloc(*points, (*n + 1) * sizeof *more);
    if (!more) return -ENOMEM;
    const struct hist *h = &r->all.hist[HIST_RESPONSE];
    *points = more;
    more[(*n)++] = (struct point){
        .rate = rate,
        .achieved = figure_rate(r, &r->all),
        .p50_ns = hist_percentile(h, 50),
        .p90_ns = hist_percentile(h, 90),
        .p99_ns = hist_percentile(h, 99),
        .p999_ns = hist_percentile(h, 99.9),
        .max_ns = h->max_ns,
        .errors = r->all.failed,
        .censored = r->all.censored,
        .met = met,
        .valid = r->verdict.valid,
        .checks = r->verdict.checks_passed,
    };
    return 0;
}

/* One run. An invalid one, or one that falls short of its rate, meets nothing. */
static int step(const struct options *o, search_run run, double rate, struct result *r, bool *met, const char **why)
{
    int rc = run(o, rate, r, why);
    if (rc < 0) return rc;
    *met = search_meets(o, r) && r->verdict.valid && figure_rate(r, &r->all) >= ACHIEVED_MIN * rate;
    if (!o->quiet) {
        (void)fprintf(stderr, "%12.0f/s  achieved %12.0f/s  p99 %.3f ms  %s\n", rate, figure_rate(r, &r->all),
                      (double)hist_percentile(&r->all.hist[HIST_RESPONSE], 99) / 1e6,
                      o->find_max_n      ? (*met ? "met" : "not met")
                      : r->verdict.valid ? "valid"
                                         : "invalid");
    }
    return 0;
}

/* The verdict on a sweep is that on all of its points. */
static void judge_points(const struct point *points, uint32_t n, struct verdict *v)
{
    const int room = sizeof v->reasons / sizeof *v->reasons;
    for (uint32_t i = 0; i < n; i++) {
        const struct point *p = &points[i];
        if (p->valid && p->checks) continue;
        v->valid = v->valid && p->valid;
        v->checks_passed = v->checks_passed && p->checks;
        if (v->reasons_n == room) continue;
        (void)snprintf(v->reasons[v->reasons_n++], sizeof *v->reasons, "the point at %s/s %s", human_rate(p->rate).text,
                       p->checks  ? "is invalid"
                       : p->valid ? "failed its checks"
                                  : "is invalid and failed its checks");
    }
}

int search_sweep(const struct options *o, search_run run, struct result *out, const char **why)
{
    struct point *points = NULL;
    uint32_t n = 0;
    bool met;
    int rc = 0;
    memset(out, 0, sizeof *out);
    for (double rate = o->sweep_from; rc == 0 && rate <= o->sweep_to * 1.000001 && !run_was_interrupted();
         rate += o->sweep_step) {
        result_deinit(out);
        rc = step(o, run, rate, out, &met, why);
        if (rc == 0) rc = add_point(&points, &n, out, rate, met);
    }
    if (rc == 0 && !n) rc = -EINTR;
    if (rc < 0) {
        free(points);
        return rc;
    }
    judge_points(points, n, &out->verdict);
    out->points = points;
    out->points_n = n;
    return 0;
}

struct search {
    const struct options *o;
    search_run run;
    struct point *points;
    uint32_t points_n;
    struct result best;
    bool has_best;
    double met_rate, missed_rate; /* highest met; lowest missed, 0: none yet */
    bool limited;                 /* the lowest missed one was never valid: it may be the loader that missed it */
};

/* A run that is invalid says nothing about the server: it is repeated. */
static int try_step(struct search *s, double rate, struct result *r, bool *met, const char **why)
{
    int rc = 0;
    for (int i = 0; i < TRIES; i++) {
        rc = step(s->o, s->run, rate, r, met, why);
        if (rc == 0) rc = add_point(&s->points, &s->points_n, r, rate, *met);
        if (rc < 0 || r->verdict.valid || i == TRIES - 1 || run_was_interrupted()) break;
        result_deinit(r);
    }
    return rc;
}

static int try_rate(struct search *s, double rate, const char **why)
{
    struct result r;
    bool met = false;
    int rc = try_step(s, rate, &r, &met, why);
    if (rc < 0) return rc;
    if (met) {
        s->met_rate = rate;
    } else {
        s->missed_rate = rate;
        s->limited = !r.verdict.valid;
    }
    if (s->has_best && !met) {
        result_deinit(&r);
        return rc;
    }
    if (s->has_best) result_deinit(&s->best);
    s->best = r;
    s->has_best = met;
    return rc;
}

/* The next rate to try; 0: close enough. */
static double next_rate(const struct search *s)
{
    if (!s->missed_rate) return s->met_rate * 2 <= RATE_MAX ? s->met_rate * 2 : 0;
    if (!s->met_rate) return s->missed_rate / 4 >= 1 ? s->missed_rate / 4 : 0;
    if (s->missed_rate / s->met_rate <= CLOSE_ENOUGH) return 0;
    return (s->missed_rate + s->met_rate) / 2;
}

int search_max(const struct options *o, search_run run, struct result *out, const char **why)
{
    struct search s = {.o = o, .run = run};
    bool kept = false;
    int rc = 0;
    for (double rate = o->rate > 0 ? o->rate : RATE_FIRST; rc == 0 && rate > 0 && !run_was_interrupted();
         rate = next_rate(&s)) {
        if (kept && !s.has_best) result_deinit(&s.best); /* the last that met nothing: a newer one takes its place */
        rc = try_rate(&s, rate, why);
        kept = rc == 0;
    }
    if (rc < 0 || !kept) {
        free(s.points);
        if (s.has_best) result_deinit(&s.best);
        return rc < 0 ? rc : -EINTR;
    }
    *out = s.best;
    out->points = s.points;
    out->points_n = s.points_n;
    out->found_rate = s.met_rate;
    out->found_limited = s.met_rate > 0 && s.limited;
    out->verdict.slo_met = s.met_rate > 0;
    return 0;
}
