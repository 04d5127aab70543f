/* figures.c: see figures.h. */
#include "tools/load/figures.h"

#include <string.h>

static double ratio(double over, double under)
{
    return under > 0 ? over / under : 0;
}

/* ---- requests ---- */

bool figure_is_open(const struct result *r)
{
    return r->all.hist[HIST_LATENESS].count || (r->plan[0] && strcmp(r->plan, "closed") != 0);
}

double figure_seconds(const struct result *r)
{
    return (double)r->measured_ns / 1e9;
}

double figure_rate(const struct result *r, const struct group_result *g)
{
    return ratio((double)g->in_time, figure_seconds(r));
}

/* Each request that was due ended in one of these ways; those that waited to the end are unanswered too. */
double figure_offered(const struct result *r, const struct group_result *g)
{
    return ratio((double)(g->completed + g->failed + g->censored + g->dropped), figure_seconds(r));
}

static uint64_t sum_errors(const struct group_result *g, const enum error_kind *kinds, size_t n)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++) sum += g->errors[kinds[i]].n;
    return sum;
}

uint64_t figure_answered(const struct group_result *g)
{
    const enum error_kind whole[] = {ERROR_STATUS, ERROR_NO_DATE, ERROR_BODY, ERROR_ID, ERROR_JOB};
    return g->completed + sum_errors(g, whole, sizeof whole / sizeof *whole);
}

uint64_t figure_wrong(const struct group_result *g)
{
    const enum error_kind wrong[] = {ERROR_BAD_HEAD, ERROR_BAD_LENGTH, ERROR_STATUS, ERROR_NO_DATE,
                                     ERROR_BODY,     ERROR_ID,         ERROR_JOB};
    return sum_errors(g, wrong, sizeof wrong / sizeof *wrong);
}

uint64_t figure_errors(const struct group_result *g)
{
    uint64_t sum = 0;
    for (int i = 0; i < ERROR_KINDS; i++) sum += g->errors[i].n;
    return sum;
}

double figure_error_share(const struct group_result *g)
{
    return ratio((double)(g->failed + g->censored), (double)(g->completed + g->failed + g->censored));
}

/* ---- processes ---- */

double figure_loader_cpu(const struct result *r)
{
    return ratio((double)r->loader.cpu_ns, (double)r->loader.wall_ns);
}

double figure_enters_per_request(const struct result *r)
{
    return ratio((double)r->loader.enters, (double)figure_answered(&r->all));
}

double figure_server_cpu(const struct result *r)
{
    return ratio((double)r->server.cpu_ns, (double)r->measured_ns);
}

double figure_server_ns_per_request(const struct result *r)
{
    return ratio((double)r->server.cpu_ns, (double)r->all.completed);
}

double figure_rate_per_server_second(const struct result *r)
{
    return ratio((double)r->all.completed, (double)r->server.cpu_ns / 1e9);
}

static double growth(uint64_t before, uint64_t after, uint64_t n)
{
    return after > before ? ratio((double)(after - before), (double)n) : 0;
}

double figure_rss_per_connection(const struct result *r)
{
    return growth(r->server.rss_before_bytes, r->server.rss_after_bytes, r->ramp.opened);
}

double figure_slab_per_connection(const struct result *r)
{
    return growth(r->server.slab_before_bytes, r->server.slab_after_bytes, r->ramp.opened);
}

double figure_tcp_per_connection(const struct result *r)
{
    return growth(r->server.tcp_before_bytes, r->server.tcp_after_bytes, r->ramp.opened);
}

double figure_tables_per_connection(const struct result *r)
{
    return growth(r->server.tables_before_bytes, r->server.tables_after_bytes, r->ramp.opened);
}

double figure_rss_per_slow_reader(const struct result *r, const struct group_result *g)
{
    return growth(r->server.rss_before_bytes, r->server.rss_end_bytes, g->connections);
}

double figure_steal(const struct result *r)
{
    return ratio((double)r->loader.steal_ns, (double)r->measured_ns * (r->host.cpus ? r->host.cpus : 1));
}

/* ---- time ---- */

const struct phase *figure_phase(const struct result *r, enum phase_kind kind)
{
    for (int i = 0; i < r->phases_n; i++)
        if (r->phases[i].kind == kind) return &r->phases[i];
    return NULL;
}

uint64_t figure_tick_ns(const struct result *r)
{
    return r->ticks_n ? r->ticks[0].at_ns : 0;
}

void figure_measured_ticks(const struct result *r, uint32_t *first, uint32_t *end)
{
    const struct phase *measure = figure_phase(r, PHASE_MEASURE);
    uint64_t length = figure_tick_ns(r);
    *first = *end = 0;
    if (!measure) return;
    while (*first < r->ticks_n && r->ticks[*first].at_ns < measure->start_ns + length) ++*first;
    *end = *first;
    while (*end < r->ticks_n && r->ticks[*end].at_ns <= measure->end_ns) ++*end;
}
