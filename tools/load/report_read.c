/* report_read.c: reads a report in JSON back. The schema: report_json.c. */
#include "tools/load/report.h"

#include "base/buf.h"
#include "base/clock.h"
#include "tools/load/hist_code.h"
#include "tools/load/report_fields.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BYTES_MAX (1u << 30)
#define TICKS_MAX (1 << 20)
#define POINTS_MAX (1 << 16)

/* What is wrong, for *why: one thread at a time. */
static char why_text[400];

/* Returns -EBADMSG. */
__attribute__((format(printf, 1, 2))) static int refuse(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(why_text, sizeof why_text, format, args);
    va_end(args);
    return -EBADMSG;
}

static const cJSON *member(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static int read_fields(const cJSON *object, const char *what, const struct field *fields, void *into)
{
    const char *wrong = fields_read(object, fields, into);
    return wrong ? refuse("%s.%s is not what it should be", what, wrong) : 0;
}

static int read_part(const cJSON *root, const char *name, const struct field *fields, void *into)
{
    return read_fields(member(root, name), name, fields, into);
}

/* The length of an array; 0 where there is none. -EBADMSG: longer than max. */
static int array_size(const cJSON *array, const char *name, int max)
{
    int n = cJSON_IsArray(array) ? cJSON_GetArraySize(array) : 0;
    return n > max ? refuse("%s has %d entries", name, n) : n;
}

/* ---- who, where, when ---- */

static int read_tool(const cJSON *root, struct result *r)
{
    const cJSON *tool = member(root, "tool"), *name = member(tool, "name");
    uint64_t schema = 0;
    if (!cJSON_IsString(name) || strcmp(name->valuestring, REPORT_TOOL) != 0)
        return refuse("it is JSON, but not a report of quern-load");
    if (!doc_take_u64(member(root, "schema"), &schema) || schema != REPORT_SCHEMA)
        return refuse("its schema is %llu, not %d: it comes from another version of quern-load", (unsigned long long)schema,
                      REPORT_SCHEMA);
    bool ok = doc_take_text(member(tool, "version"), r->version, sizeof r->version) &&
              doc_take_text(member(tool, "flags"), r->command_line, sizeof r->command_line) &&
              doc_take_u64(member(tool, "seed"), &r->seed);
    return ok ? 0 : refuse("tool lacks its version, flags or seed");
}

static int read_started(const cJSON *root, struct result *r)
{
    const cJSON *started = member(root, "started_wall");
    if (!cJSON_IsString(started)) return 0;
    const char *text = started->valuestring;
    return clock_parse_rfc3339(text, strlen(text), &r->started_wall_ns) < 0 ? refuse("started_wall is not a time") : 0;
}

static void read_labels(const cJSON *root, struct result *r)
{
    const cJSON *label;
    cJSON_ArrayForEach(label, member(root, "labels"))
    {
        if (r->labels_n == LABELS_MAX || !cJSON_IsString(label)) continue;
        (void)snprintf(r->labels[r->labels_n++], sizeof *r->labels, "%s=%s", label->string, label->valuestring);
    }
}

static int read_host(const cJSON *root, struct host *h)
{
    const cJSON *host = member(root, "host"), *sysctl;
    int rc = read_fields(host, "host", fields_host, h);
    if (rc == 0) rc = read_part(host, "limits", fields_limits, h);
    cJSON_ArrayForEach(sysctl, member(host, "sysctls"))
    {
        int i = h->sysctls_n;
        if (i == (int)(sizeof h->sysctls / sizeof *h->sysctls)) break;
        if (!doc_take_text(sysctl, h->sysctls[i].value, sizeof h->sysctls[i].value)) continue;
        (void)snprintf(h->sysctls[i].name, sizeof h->sysctls[i].name, "%s", sysctl->string);
        h->sysctls_n++;
    }
    return rc;
}

static bool read_phase(const cJSON *item, struct phase *p)
{
    const cJSON *name = member(item, "name");
    if (!cJSON_IsString(name)) return false;
    for (int k = 0; k < PHASE_KINDS; k++) {
        if (strcmp(name->valuestring, phase_name((enum phase_kind)k)) != 0) continue;
        p->kind = (enum phase_kind)k;
        return doc_take_u64(member(item, "start_ns"), &p->start_ns) && doc_take_u64(member(item, "end_ns"), &p->end_ns);
    }
    return false;
}

static int read_phases(const cJSON *root, struct result *r)
{
    const cJSON *all = member(root, "phases"), *item;
    int n = array_size(all, "phases", PHASE_KINDS);
    if (n < 0) return n;
    cJSON_ArrayForEach(item, all)
    {
        if (!read_phase(item, &r->phases[r->phases_n++])) return refuse("phases has an entry that is no phase");
    }
    return 0;
}

/* ---- histograms ---- */

static uint64_t bounded(const struct hist *h, uint64_t ns)
{
    return ns < h->max_trackable_ns ? ns : h->max_trackable_ns;
}

/* Min, max and clipped are exact in the report, but only to their bucket in the encoding: both have to agree. */
static bool sharpen(const cJSON *item, struct hist *h)
{
    uint64_t count, min = UINT64_MAX, max, clipped;
    bool ok = doc_take_u64(member(item, "count"), &count) && doc_take_u64(member(item, "max_ns"), &max) &&
              doc_take_u64(member(item, "clipped"), &clipped);
    if (!ok || count != h->count || clipped > count) return false;
    if (!count) return true;
    if (!doc_take_u64(member(item, "min_ns"), &min) || min > max) return false;
    if (hist_index(h, bounded(h, min)) != hist_index(h, bounded(h, h->min_ns))) return false;
    if (hist_index(h, bounded(h, max)) != hist_index(h, bounded(h, h->max_ns))) return false;
    h->min_ns = min;
    h->max_ns = max;
    h->clipped = clipped;
    return true;
}

static int read_hist(const cJSON *hists, const char *name, struct hist *h)
{
    const cJSON *item = member(hists, name), *hdr = member(item, "hdr");
    if (!cJSON_IsString(hdr)) return refuse("histograms.%s is missing", name);
    int rc = hist_decode(hdr->valuestring, h);
    if (rc == -ENOMEM) return rc;
    if (rc < 0) return refuse("histograms.%s.hdr cannot be decoded", name);
    if (sharpen(item, h)) return 0;
    hist_deinit(h);
    return refuse("histograms.%s does not agree with its hdr", name);
}

/* ---- groups ---- */

static int read_errors(const cJSON *in, struct group_result *g)
{
    const cJSON *errors = member(in, "errors");
    for (int k = 0; k < ERROR_KINDS; k++) {
        struct error_count *e = &g->errors[k];
        const cJSON *item = member(errors, error_name((enum error_kind)k));
        if (!item) continue;
        if (!doc_take_u64(member(item, "count"), &e->n))
            return refuse("errors.%s has no count", error_name((enum error_kind)k));
        (void)doc_take_text(member(item, "first_example"), e->first_example, sizeof e->first_example);
    }
    return 0;
}

static void read_status(const cJSON *in, struct group_result *g)
{
    const cJSON *status = member(in, "status");
    for (int digit = 0; digit < 6; digit++) {
        char name[] = "0xx";
        name[0] = (char)('0' + digit);
        (void)doc_take_u64(member(status, digit ? name : "other"), &g->status[digit]);
    }
}

static void read_extras(const cJSON *in, struct group_result *g)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, member(in, "extras"))
    {
        struct extra *e = &g->extras[g->extras_n];
        if (!doc_take_u64(item, &e->n)) continue;
        (void)snprintf(e->name, sizeof e->name, "%s", item->string);
        if (++g->extras_n == (int)(sizeof g->extras / sizeof *g->extras)) return;
    }
}

static int read_group(const cJSON *in, struct group_result *g)
{
    const cJSON *hists = member(in, "histograms");
    int rc = cJSON_IsObject(member(in, "totals")) ? read_part(in, "totals", fields_totals, g) : refuse("totals are missing");
    for (int k = 0; rc == 0 && k < HIST_KINDS; k++) rc = read_hist(hists, hist_name((enum hist_kind)k), &g->hist[k]);
    if (rc == 0) rc = read_errors(in, g);
    read_status(in, g);
    read_extras(in, g);
    return rc;
}

static int read_groups(const cJSON *root, struct result *r)
{
    const cJSON *all = member(root, "groups"), *item;
    int n = array_size(all, "groups", GROUPS_MAX), rc = 0;
    if (n < 0) return n;
    r->groups = calloc((size_t)n + 1, sizeof *r->groups);
    if (!r->groups) return -ENOMEM;
    cJSON_ArrayForEach(item, all)
    {
        struct group_result *g = &r->groups[r->groups_n++];
        if (!doc_take_text(member(item, "name"), g->name, sizeof g->name) ||
            !doc_take_text(member(item, "scenario"), g->scenario, sizeof g->scenario))
            return refuse("a group has no name");
        rc = read_group(item, g);
        if (rc < 0) return rc;
    }
    (void)snprintf(r->all.name, sizeof r->all.name, "all");
    rc = read_group(root, &r->all);
    return rc < 0 ? rc : read_hist(member(root, "histograms"), "connect", &r->ramp.connect);
}

/* ---- lists ---- */

static int read_points(const cJSON *root, struct result *r)
{
    const cJSON *all = member(root, "points"), *item;
    int n = array_size(all, "points", POINTS_MAX), rc = 0;
    if (n <= 0) return n;
    r->points = calloc((size_t)n, sizeof *r->points);
    if (!r->points) return -ENOMEM;
    cJSON_ArrayForEach(item, all)
    {
        if (rc == 0) rc = read_fields(item, "points", fields_point, &r->points[r->points_n++]);
    }
    return rc;
}

static int read_tick(const cJSON *item, struct tick *t)
{
    const cJSON *n;
    size_t row = 0;
    cJSON_ArrayForEach(n, member(item, "heat"))
    {
        uint64_t answers;
        if (row == sizeof t->heat / sizeof *t->heat || !doc_take_u64(n, &answers) || answers > UINT32_MAX)
            return refuse("series.heat is not what it should be");
        t->heat[row++] = (uint32_t)answers;
    }
    return read_fields(item, "series", fields_tick, t);
}

static int read_series(const cJSON *root, struct result *r)
{
    const cJSON *all = member(root, "series"), *item;
    int n = array_size(all, "series", TICKS_MAX), rc = 0;
    if (n <= 0) return n;
    r->ticks = calloc((size_t)n, sizeof *r->ticks);
    if (!r->ticks) return -ENOMEM;
    cJSON_ArrayForEach(item, all)
    {
        if (rc == 0) rc = read_tick(item, &r->ticks[r->ticks_n++]);
    }
    return rc;
}

static int read_validity(const cJSON *root, struct result *r)
{
    const cJSON *validity = member(root, "validity"), *checks = member(root, "checks"), *reason;
    struct verdict *v = &r->verdict;
    if (!cJSON_IsBool(member(validity, "valid")) || !cJSON_IsBool(member(checks, "passed")))
        return refuse("validity is missing");
    v->valid = cJSON_IsTrue(member(validity, "valid"));
    v->slo_met = cJSON_IsTrue(member(validity, "slo_met"));
    v->checks_passed = cJSON_IsTrue(member(checks, "passed"));
    (void)doc_take_text(member(checks, "verify"), r->verify, sizeof r->verify);
    cJSON_ArrayForEach(reason, member(validity, "reasons"))
    {
        if (v->reasons_n == (int)(sizeof v->reasons / sizeof *v->reasons)) break;
        if (doc_take_text(reason, v->reasons[v->reasons_n], sizeof *v->reasons)) v->reasons_n++;
    }
    return read_part(checks, "conservation", fields_conservation, &r->conservation);
}

/* ---- all of it ---- */

static int read_root(const cJSON *root, struct result *r)
{
    int rc = read_tool(root, r);
    if (rc == 0) rc = read_started(root, r);
    if (rc == 0) rc = read_fields(root, "report", fields_run, r);
    if (rc == 0) rc = read_host(root, &r->host);
    if (rc == 0) rc = read_phases(root, r);
    if (rc == 0) rc = read_groups(root, r);
    if (rc == 0) rc = read_part(root, "server", fields_server, &r->server);
    if (rc == 0) rc = read_part(root, "loader", fields_loader, &r->loader);
    if (rc == 0) rc = read_part(root, "ramp", fields_ramp, &r->ramp);
    if (rc == 0) rc = read_part(root, "probe", fields_probe, &r->probe);
    if (rc == 0) rc = read_points(root, r);
    if (rc == 0) rc = read_validity(root, r);
    if (rc == 0) rc = read_series(root, r);
    read_labels(root, r);
    return rc;
}

static int read_file(const char *path, struct buf *text)
{
    char piece[65536];
    size_t n;
    FILE *f = fopen(path, "re");
    if (!f) return -errno;
    errno = 0;
    do {
        n = fread(piece, 1, sizeof piece, f);
        buf_add(text, slice_make(piece, n));
    } while (n == sizeof piece);
    int rc = ferror(f) ? -(errno ? errno : EIO) : text->overflow ? -EFBIG : 0;
    (void)fclose(f); /* only read */
    return rc;
}

int report_read(const char *path, struct result *out, const char **why)
{
    struct buf text;
    cJSON *root = NULL;
    memset(out, 0, sizeof *out);
    buf_init(&text, FILE_BYTES_MAX);
    *why = why_text;
    int rc = read_file(path, &text);
    if (rc < 0) {
        (void)snprintf(why_text, sizeof why_text, "it cannot be read: %s", strerror(-rc));
    } else {
        root = cJSON_ParseWithLength(text.p ? text.p : "", text.len);
        rc = root ? read_root(root, out) : refuse("it is not JSON, or not all of it");
    }
    if (rc == -ENOMEM) (void)snprintf(why_text, sizeof why_text, "there is not enough memory to read it");
    cJSON_Delete(root);
    buf_deinit(&text);
    if (rc == 0) return 0;
    result_deinit(out);
    memset(out, 0, sizeof *out);
    return rc;
}
