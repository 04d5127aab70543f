/* report_files.c: results for other people's programs: HdrHistogram's log and percentile text, and a line per tick as CSV. */
#include "tools/load/report.h"

#include "tools/load/figures.h"
#include "tools/load/hist_code.h"
#include "tools/load/report_fields.h"
#include "tools/load/report_parts.h"

#include <errno.h>
#include <inttypes.h>

/* ---- the interval log ---- */

/* One interval: the measured time. The tag is the kind; with several groups, group/kind as well. */
static void log_group(FILE *f, const struct result *r, const struct group_result *g, double start_s)
{
    for (int k = 0; k < HIST_KINDS; k++) {
        char tag[sizeof g->name + 16];
        const char *kind = hist_name((enum hist_kind)k);
        if (!g->hist[k].count) continue;
        if (g == &r->all) (void)snprintf(tag, sizeof tag, "%s", kind);
        else (void)snprintf(tag, sizeof tag, "%s/%s", g->name, kind);
        hist_log_line(f, tag, start_s, figure_seconds(r), &g->hist[k]);
    }
}

static int write_hlog(FILE *f, const void *what)
{
    const struct result *r = what;
    const struct phase *measure = figure_phase(r, PHASE_MEASURE), *ramp = figure_phase(r, PHASE_RAMP);
    double start_s = (double)r->started_wall_ns / 1e9;
    char tool[sizeof r->version + 16];
    (void)snprintf(tool, sizeof tool, REPORT_TOOL " %s", r->version);
    hist_log_header(f, tool, start_s);
    double measure_s = start_s + (measure ? (double)measure->start_ns / 1e9 : 0);
    log_group(f, r, &r->all, measure_s);
    for (int i = 0; r->groups_n > 1 && i < r->groups_n; i++) log_group(f, r, &r->groups[i], measure_s);
    if (ramp && r->ramp.connect.count)
        hist_log_line(f, "connect", start_s + (double)ramp->start_ns / 1e9, (double)(ramp->end_ns - ramp->start_ns) / 1e9,
                      &r->ramp.connect);
    return 0;
}

int report_hlog(const char *path, const struct result *r)
{
    return report_save(path, write_hlog, r);
}

/* ---- percentiles ---- */

/* In ms, 5 ticks per half distance: as wrk2 prints it. */
static int write_hgrm(FILE *f, const void *what)
{
    const struct result *r = what;
    hist_print_percentiles(f, &r->all.hist[HIST_RESPONSE], 1e6, 5);
    return 0;
}

int report_hgrm(const char *path, const struct result *r)
{
    return report_save(path, write_hgrm, r);
}

/* ---- ticks ---- */

static void print_value(FILE *f, const struct field *field, const struct tick *t)
{
    const void *at = (const char *)t + field->offset;
    uint64_t n = field->kind == FIELD_U32 ? *(const uint32_t *)at : *(const uint64_t *)at;
    (void)fprintf(f, ",%" PRIu64, n);
}

static const char *phase_at(const struct result *r, uint64_t ns)
{
    for (int i = 0; i < r->phases_n; i++)
        if (ns <= r->phases[i].end_ns) return phase_name(r->phases[i].kind);
    return "";
}

static int write_csv(FILE *f, const void *what)
{
    const struct result *r = what;
    (void)fputs("phase", f);
    for (const struct field *field = fields_tick; field->name; field++) (void)fprintf(f, ",%s", field->name);
    (void)fputc('\n', f);
    for (uint32_t i = 0; i < r->ticks_n; i++) {
        (void)fputs(phase_at(r, r->ticks[i].at_ns), f);
        for (const struct field *field = fields_tick; field->name; field++) print_value(f, field, &r->ticks[i]);
        (void)fputc('\n', f);
    }
    return 0;
}

int report_csv(const char *path, const struct result *r)
{
    return report_save(path, write_csv, r);
}
