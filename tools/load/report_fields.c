/* report_fields.c: see report_fields.h. */
#include "tools/load/report_fields.h"

#include "tools/load/result.h"

#include <limits.h>
#include <string.h>

#define MEMBER(type, member, name, kind) {name, kind, offsetof(struct type, member), sizeof(((struct type *)0)->member)}
#define U64(type, member, name) MEMBER(type, member, name, FIELD_U64)
#define U32(type, member, name) MEMBER(type, member, name, FIELD_U32)
#define INT(type, member, name) MEMBER(type, member, name, FIELD_INT)
#define DOUBLE(type, member, name) MEMBER(type, member, name, FIELD_DOUBLE)
#define BOOL(type, member, name) MEMBER(type, member, name, FIELD_BOOL)
#define TEXT(type, member, name) MEMBER(type, member, name, FIELD_TEXT)
#define END {NULL, FIELD_U64, 0, 0}

/* clang-format off */
const struct field fields_run[] = {
    TEXT(result, target, "target"),
    TEXT(result, plan, "plan"),
    DOUBLE(result, rate_asked, "rate_asked"),
    U32(result, connections, "connections"),
    U32(result, threads, "threads"),
    U32(result, rings, "rings"),
    U64(result, measured_ns, "measured_ns"),
    DOUBLE(result, found_rate, "found_rate"),
    BOOL(result, found_limited, "found_limited"),
    BOOL(result, stopped_by_errors, "stopped_by_errors"),
    END,
};

const struct field fields_host[] = {
    TEXT(host, kernel, "kernel"),
    TEXT(host, cpu, "cpu"),
    U32(host, cpus, "cpus"),
    U64(host, memory_bytes, "memory_bytes"),
    TEXT(host, clocksource, "clocksource"),
    TEXT(host, mitigations, "mitigations"),
    END,
};

const struct field fields_limits[] = {
    U64(host, nofile_soft, "nofile_soft"),
    U64(host, nofile_hard, "nofile_hard"),
    END,
};

const struct field fields_totals[] = {
    U32(group_result, connections, "connections"),
    U64(group_result, issued, "issued"),
    U64(group_result, completed, "completed"),
    U64(group_result, in_time, "in_time"),
    U64(group_result, failed, "failed"),
    U64(group_result, censored, "censored"),
    U64(group_result, dropped, "dropped"),
    U64(group_result, queued_max, "queued_max"),
    U64(group_result, bytes_in, "bytes_in"),
    U64(group_result, bytes_out, "bytes_out"),
    END,
};

const struct field fields_tick[] = {
    U64(tick, at_ns, "at_ns"),
    U64(tick, due, "due"),
    U64(tick, issued, "issued"),
    U64(tick, completed, "completed"),
    U64(tick, errors, "errors"),
    U64(tick, p50_ns, "p50_ns"),
    U64(tick, p99_ns, "p99_ns"),
    U64(tick, max_ns, "max_ns"),
    U32(tick, open, "open"),
    U32(tick, connecting, "connecting"),
    U32(tick, busy, "busy"),
    U32(tick, lost, "lost"),
    U32(tick, queued, "queued"),
    U64(tick, late_max_ns, "late_max_ns"),
    U64(tick, loader_cpu_ns, "loader_cpu_ns"),
    U64(tick, server_cpu_ns, "server_cpu_ns"),
    U64(tick, server_rss_bytes, "server_rss_bytes"),
    U64(tick, slab_bytes, "slab_bytes"),
    U64(tick, steal_ns, "steal_ns"),
    END,
};

const struct field fields_point[] = {
    DOUBLE(point, rate, "rate"),
    DOUBLE(point, achieved, "achieved"),
    U64(point, p50_ns, "p50_ns"),
    U64(point, p90_ns, "p90_ns"),
    U64(point, p99_ns, "p99_ns"),
    U64(point, p999_ns, "p999_ns"),
    U64(point, max_ns, "max_ns"),
    U64(point, errors, "errors"),
    U64(point, censored, "censored"),
    BOOL(point, met, "met"),
    BOOL(point, valid, "valid"),
    BOOL(point, checks, "checks"),
    END,
};

const struct field fields_server[] = {
    INT(server_figures, pid, "pid"),
    TEXT(server_figures, command, "command"),
    U64(server_figures, cpu_ns, "cpu_ns"),
    U64(server_figures, user_ns, "user_ns"),
    U64(server_figures, system_ns, "system_ns"),
    U64(server_figures, switches_voluntary, "switches_voluntary"),
    U64(server_figures, switches_involuntary, "switches_involuntary"),
    U32(server_figures, threads, "threads"),
    U32(server_figures, fds, "fds"),
    U64(server_figures, rss_before_bytes, "rss_before_bytes"),
    U64(server_figures, rss_after_bytes, "rss_after_bytes"),
    U64(server_figures, slab_before_bytes, "slab_before_bytes"),
    U64(server_figures, slab_after_bytes, "slab_after_bytes"),
    U64(server_figures, tcp_before_bytes, "tcp_before_bytes"),
    U64(server_figures, tcp_after_bytes, "tcp_after_bytes"),
    U64(server_figures, tables_before_bytes, "tables_before_bytes"),
    U64(server_figures, tables_after_bytes, "tables_after_bytes"),
    U64(server_figures, rss_end_bytes, "rss_end_bytes"),
    END,
};

const struct field fields_loader[] = {
    U64(loader_figures, cpu_ns, "cpu_ns"),
    U64(loader_figures, wall_ns, "wall_ns"),
    U64(loader_figures, bytes_per_connection, "bytes_per_connection"),
    U64(loader_figures, rss_bytes, "rss_bytes"),
    U64(loader_figures, enters, "enters"),
    U64(loader_figures, cq_overflows, "cq_overflows"),
    U64(loader_figures, enobufs, "enobufs"),
    U32(loader_figures, unpinned, "unpinned"),
    U64(loader_figures, major_faults, "major_faults"),
    U64(loader_figures, steal_ns, "steal_ns"),
    END,
};

const struct field fields_ramp[] = {
    U64(ramp_figures, opened, "opened"),
    U64(ramp_figures, failed, "failed"),
    U64(ramp_figures, length_ns, "length_ns"),
    U64(ramp_figures, reopened, "reopened"),
    U64(ramp_figures, lost, "lost"),
    DOUBLE(ramp_figures, rate, "rate"),
    END,
};

const struct field fields_probe[] = {
    U64(probe_figures, asked, "asked"),
    U64(probe_figures, answered, "answered"),
    U64(probe_figures, failed, "failed"),
    U64(probe_figures, length_ns, "length_ns"),
    END,
};

const struct field fields_conservation[] = {
    BOOL(conservation, checked, "checked"),
    BOOL(conservation, holds, "holds"),
    U64(conservation, submitted, "submitted"),
    U64(conservation, finished, "finished"),
    U64(conservation, failed, "failed"),
    U64(conservation, queued, "queued"),
    U64(conservation, doubled, "doubled"),
    U64(conservation, missing, "missing"),
    U64(conservation, order_violations, "order_violations"),
    TEXT(conservation, note, "note"),
    END,
};
/* clang-format on */

/* ---- writing ---- */

static void write_one(struct doc *d, cJSON *object, const struct field *f, const void *from)
{
    switch (f->kind) {
    case FIELD_U64: doc_u64(d, object, f->name, *(const uint64_t *)from); break;
    case FIELD_U32: doc_u64(d, object, f->name, *(const uint32_t *)from); break;
    case FIELD_INT: doc_double(d, object, f->name, *(const int *)from); break;
    case FIELD_DOUBLE: doc_double(d, object, f->name, *(const double *)from); break;
    case FIELD_BOOL: doc_bool(d, object, f->name, *(const bool *)from); break;
    case FIELD_TEXT: doc_text(d, object, f->name, from); break;
    }
}

void fields_write(struct doc *d, cJSON *object, const struct field *fields, const void *from)
{
    for (const struct field *f = fields; f->name; f++) write_one(d, object, f, (const char *)from + f->offset);
}

/* ---- reading ---- */

static bool read_u32(const cJSON *item, uint32_t *out)
{
    uint64_t n;
    if (!doc_take_u64(item, &n) || n > UINT32_MAX) return false;
    *out = (uint32_t)n;
    return true;
}

static bool read_int(const cJSON *item, int *out)
{
    double x;
    if (!doc_take_double(item, &x) || !(x >= INT_MIN && x <= INT_MAX)) return false;
    *out = (int)x;
    return true;
}

static bool read_bool(const cJSON *item, bool *out)
{
    if (!cJSON_IsBool(item)) return false;
    *out = cJSON_IsTrue(item);
    return true;
}

static bool read_one(const cJSON *item, const struct field *f, void *into)
{
    switch (f->kind) {
    case FIELD_U64: return doc_take_u64(item, into);
    case FIELD_U32: return read_u32(item, into);
    case FIELD_INT: return read_int(item, into);
    case FIELD_DOUBLE: return doc_take_double(item, into);
    case FIELD_BOOL: return read_bool(item, into);
    case FIELD_TEXT: return doc_take_text(item, into, f->size);
    }
    return false;
}

const char *fields_read(const cJSON *object, const struct field *fields, void *into)
{
    for (const struct field *f = fields; f->name; f++) {
        const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, f->name);
        if (item && !read_one(item, f, (char *)into + f->offset)) return f->name;
    }
    return NULL;
}
