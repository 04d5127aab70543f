/* report_json.c: a result as JSON, schema 1. Durations are integers in ns, times since the start of the run unless they are
 * called wall; integers beyond 2^53 are strings of digits.
 *
 *   schema       1
 *   tool         name, version, flags (the command line), seed
 *   started_wall RFC 3339, to the ns
 *   target, plan, rate_asked (0: closed loop), connections, threads, rings, measured_ns, found_rate (--find-max; 0: none)
 *   labels       {K: V}
 *   host         kernel, cpu, cpus, memory_bytes, clocksource, mitigations, limits {}, sysctls {name: value}
 *   phases       [{name, start_ns, end_ns}]
 *   groups       [{name, scenario, totals, rates, histograms, errors, status, extras}] one per scenario; and of all together:
 *   totals       connections, issued, completed (all checks passed), failed, censored, dropped, queued_max, bytes_in, bytes_out
 *   rates        offered, achieved (per second), error_share                                                      derived
 *   histograms   response, service, lateness, ttfb, censored; all together also connect:
 *                {count, clipped, min_ns, max_ns, mean_ns, stddev_ns, percentiles_ns {"99.9": …}, hdr}; hdr is HdrHistogram's
 *                compressed V2 encoding; no min_ns where count is 0; mean, deviation and percentiles are derived
 *   errors       {kind: {count, first_example}} of those that happened
 *   status       {"2xx": n}
 *   extras       {name: n}: what only this scenario counts
 *   server, loader, ramp, probe
 *   cost         figures per request and per connection                                                           derived
 *   checks       passed, verify, conservation {}
 *   points       [{rate, achieved, p50_ns, …}] of --sweep and --find-max
 *   validity     valid, slo_met, reasons []
 *   series       [{at_ns, due, issued, completed, …, heat}] per tick; heat: answers by latency, 2 buckets per octave from 1 us,
 *                without the zeros at its end
 *
 * What is marked derived is not read back. */
#include "tools/load/report.h"

#include "base/clock.h"
#include "tools/load/figures.h"
#include "tools/load/hist_code.h"
#include "tools/load/report_fields.h"
#include "tools/load/report_parts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- who, where, when ---- */

static void add_tool(struct doc *d, const struct result *r)
{
    cJSON *tool = doc_object(d, d->root, "tool");
    doc_text(d, tool, "name", REPORT_TOOL);
    doc_text(d, tool, "version", r->version);
    doc_text(d, tool, "flags", r->command_line);
    doc_u64(d, tool, "seed", r->seed);
}

/* clock_rfc3339() ends at ms. */
static void add_started(struct doc *d, uint64_t wall_ns)
{
    char ms[CLOCK_RFC3339_BYTES], ns[CLOCK_RFC3339_BYTES + 8];
    clock_rfc3339(wall_ns, ms);
    (void)snprintf(ns, sizeof ns, "%.19s.%09" PRIu64 "Z", ms, wall_ns % NS_PER_S);
    doc_text(d, d->root, "started_wall", ns);
}

/* A name that stands twice keeps its last value. */
static void add_labels(struct doc *d, const struct result *r)
{
    cJSON *labels = doc_object(d, d->root, "labels");
    for (int i = 0; i < r->labels_n; i++) {
        char name[sizeof r->labels[i]];
        const char *equals = strchr(r->labels[i], '=');
        size_t len = equals ? (size_t)(equals - r->labels[i]) : strlen(r->labels[i]);
        (void)snprintf(name, sizeof name, "%.*s", (int)len, r->labels[i]);
        cJSON_DeleteItemFromObjectCaseSensitive(labels, name);
        doc_text(d, labels, name, equals ? equals + 1 : "");
    }
}

static void add_host(struct doc *d, const struct host *h)
{
    cJSON *host = doc_object(d, d->root, "host");
    fields_write(d, host, fields_host, h);
    fields_write(d, doc_object(d, host, "limits"), fields_limits, h);
    cJSON *sysctls = doc_object(d, host, "sysctls");
    for (int i = 0; i < h->sysctls_n; i++) doc_text(d, sysctls, h->sysctls[i].name, h->sysctls[i].value);
}

static void add_phases(struct doc *d, const struct result *r)
{
    cJSON *phases = doc_array(d, d->root, "phases");
    for (int i = 0; i < r->phases_n; i++) {
        cJSON *phase = doc_object(d, phases, NULL);
        doc_text(d, phase, "name", phase_name(r->phases[i].kind));
        doc_u64(d, phase, "start_ns", r->phases[i].start_ns);
        doc_u64(d, phase, "end_ns", r->phases[i].end_ns);
    }
}

/* ---- groups ---- */

static void add_percentiles(struct doc *d, cJSON *in, const struct hist *h)
{
    static const double percents[] = {50, 75, 90, 95, 99, 99.9, 99.99, 99.999};
    cJSON *all = doc_object(d, in, "percentiles_ns");
    for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "%g", percents[i]);
        doc_u64(d, all, name, hist_percentile(h, percents[i]));
    }
}

static void add_hist(struct doc *d, cJSON *in, const char *name, const struct hist *h)
{
    if (!h->counts) return;
    char *text = hist_encode(h);
    cJSON *hist = doc_object(d, in, name);
    doc_u64(d, hist, "count", h->count);
    doc_u64(d, hist, "clipped", h->clipped);
    if (h->count) doc_u64(d, hist, "min_ns", h->min_ns);
    doc_u64(d, hist, "max_ns", h->max_ns);
    doc_u64(d, hist, "mean_ns", (uint64_t)(hist_mean(h) + 0.5));
    doc_u64(d, hist, "stddev_ns", (uint64_t)(hist_stddev(h) + 0.5));
    add_percentiles(d, hist, h);
    if (text) doc_text(d, hist, "hdr", text);
    else d->failed = true;
    free(text);
}

static void add_errors(struct doc *d, cJSON *in, const struct group_result *g)
{
    cJSON *errors = doc_object(d, in, "errors");
    for (int i = 0; i < ERROR_KINDS; i++) {
        if (!g->errors[i].n) continue;
        cJSON *error = doc_object(d, errors, error_name((enum error_kind)i));
        doc_u64(d, error, "count", g->errors[i].n);
        doc_text(d, error, "first_example", g->errors[i].first_example);
    }
}

static void add_status(struct doc *d, cJSON *in, const struct group_result *g)
{
    cJSON *status = doc_object(d, in, "status");
    for (int digit = 0; digit < 6; digit++) {
        char name[] = "0xx";
        name[0] = (char)('0' + digit);
        if (g->status[digit]) doc_u64(d, status, digit ? name : "other", g->status[digit]);
    }
}

static void add_group(struct doc *d, cJSON *in, const struct result *r, const struct group_result *g)
{
    fields_write(d, doc_object(d, in, "totals"), fields_totals, g);
    cJSON *rates = doc_object(d, in, "rates");
    doc_double(d, rates, "offered", figure_offered(r, g));
    doc_double(d, rates, "achieved", figure_rate(r, g));
    doc_double(d, rates, "error_share", figure_error_share(g));
    cJSON *hists = doc_object(d, in, "histograms");
    for (int k = 0; k < HIST_KINDS; k++) add_hist(d, hists, hist_name((enum hist_kind)k), &g->hist[k]);
    if (g == &r->all) add_hist(d, hists, "connect", &r->ramp.connect);
    add_errors(d, in, g);
    add_status(d, in, g);
    cJSON *extras = doc_object(d, in, "extras");
    for (int i = 0; i < g->extras_n; i++) doc_u64(d, extras, g->extras[i].name, g->extras[i].n);
}

static void add_groups(struct doc *d, const struct result *r)
{
    cJSON *groups = doc_array(d, d->root, "groups");
    for (int i = 0; i < r->groups_n; i++) {
        cJSON *group = doc_object(d, groups, NULL);
        doc_text(d, group, "name", r->groups[i].name);
        doc_text(d, group, "scenario", r->groups[i].scenario);
        add_group(d, group, r, &r->groups[i]);
    }
    add_group(d, d->root, r, &r->all);
}

/* ---- figures of the whole run ---- */

static void add_cost(struct doc *d, const struct result *r)
{
    cJSON *cost = doc_object(d, d->root, "cost");
    doc_double(d, cost, "loader_cpu_share", figure_loader_cpu(r));
    doc_double(d, cost, "loader_enters_per_request", figure_enters_per_request(r));
    doc_double(d, cost, "server_cpus", figure_server_cpu(r));
    doc_double(d, cost, "server_ns_per_request", figure_server_ns_per_request(r));
    doc_double(d, cost, "requests_per_server_cpu_second", figure_rate_per_server_second(r));
    doc_double(d, cost, "server_rss_bytes_per_connection", figure_rss_per_connection(r));
    doc_double(d, cost, "kernel_slab_bytes_per_connection", figure_slab_per_connection(r));
    doc_double(d, cost, "steal_share", figure_steal(r));
}

static void add_checks(struct doc *d, const struct result *r)
{
    cJSON *checks = doc_object(d, d->root, "checks");
    doc_bool(d, checks, "passed", r->verdict.checks_passed);
    doc_text(d, checks, "verify", r->verify);
    fields_write(d, doc_object(d, checks, "conservation"), fields_conservation, &r->conservation);
}

static void add_points(struct doc *d, const struct result *r)
{
    cJSON *points = doc_array(d, d->root, "points");
    for (uint32_t i = 0; i < r->points_n; i++) fields_write(d, doc_object(d, points, NULL), fields_point, &r->points[i]);
}

static void add_validity(struct doc *d, const struct verdict *v)
{
    cJSON *validity = doc_object(d, d->root, "validity");
    doc_bool(d, validity, "valid", v->valid);
    doc_bool(d, validity, "slo_met", v->slo_met);
    cJSON *reasons = doc_array(d, validity, "reasons");
    for (int i = 0; i < v->reasons_n; i++) doc_text(d, reasons, NULL, v->reasons[i]);
}

static void add_series(struct doc *d, const struct result *r)
{
    cJSON *series = doc_array(d, d->root, "series");
    for (uint32_t i = 0; i < r->ticks_n; i++) {
        const struct tick *t = &r->ticks[i];
        cJSON *tick = doc_object(d, series, NULL), *heat;
        size_t rows = sizeof t->heat / sizeof *t->heat;
        fields_write(d, tick, fields_tick, t);
        heat = doc_array(d, tick, "heat");
        while (rows && !t->heat[rows - 1]) rows--;
        for (size_t k = 0; k < rows; k++) doc_u64(d, heat, NULL, t->heat[k]);
    }
}

/* ---- all of it ---- */

static int write_json(FILE *f, const void *what)
{
    const struct result *r = what;
    struct doc d;
    doc_init(&d);
    doc_u64(&d, d.root, "schema", REPORT_SCHEMA);
    add_tool(&d, r);
    add_started(&d, r->started_wall_ns);
    fields_write(&d, d.root, fields_run, r);
    add_labels(&d, r);
    add_host(&d, &r->host);
    add_phases(&d, r);
    add_groups(&d, r);
    fields_write(&d, doc_object(&d, d.root, "server"), fields_server, &r->server);
    fields_write(&d, doc_object(&d, d.root, "loader"), fields_loader, &r->loader);
    fields_write(&d, doc_object(&d, d.root, "ramp"), fields_ramp, &r->ramp);
    fields_write(&d, doc_object(&d, d.root, "probe"), fields_probe, &r->probe);
    add_cost(&d, r);
    add_checks(&d, r);
    add_points(&d, r);
    add_validity(&d, &r->verdict);
    add_series(&d, r);
    int rc = doc_print(&d, f);
    doc_deinit(&d);
    return rc;
}

int report_json(const char *path, const struct result *r)
{
    return report_save(path, write_json, r);
}
