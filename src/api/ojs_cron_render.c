/* ojs_cron_render.c: a cron job as others see it → JSON. What the client sent is given back as the bytes received. */
#include "api/ojs_cron.h"
#include "api/ojs_render.h"

/* Our own members: names, times, counts, an id; and name, expression and zone, none of which needs an escape. */
#define OWN_BYTES (1024u + SCHEDULE_NAME_MAX + CRON_TEXT_MAX)

static struct json_value definition_of(const struct schedule_view *v)
{
    return (struct json_value){JSON_OBJECT,
                               schedule_definition(&v->text)}; /* checked, without blanks around it, when it came */
}

static void write_time(struct json_out *o, const char *name, uint64_t wall_ns)
{
    if (wall_ns) ojs_time_write(o, name, wall_ns);
    else json_key(o, name), json_null(o);
}

static void str(struct json_out *o, const char *name, struct slice text)
{
    json_key(o, name), json_str(o, text);
}

static void u64(struct json_out *o, const char *name, uint64_t n)
{
    json_key(o, name), json_u64(o, n);
}

static void write_member(struct json_out *o, struct json_value object, const char *name, const char *otherwise)
{
    struct json_value v;
    bool has = json_member(object, slice_str(name), &v) && v.kind != JSON_NULL;
    if (has || otherwise) json_key(o, name), json_raw(o, has ? v.text : slice_str(otherwise));
}

static void write_job(struct json_out *o, struct json_value job)
{
    write_member(o, job, "type", NULL);
    write_member(o, job, "args", "[]");
    write_member(o, job, "meta", NULL);
    write_member(o, job, "options", "{}");
}

static void write_template(struct json_out *o, struct json_value definition, bool has_template, struct json_value job)
{
    json_key(o, "job_template");
    if (has_template) {
        json_raw(o, job.text);
        return;
    }
    json_open(o, '{');
    write_job(o, definition);
    json_close(o, '}');
}

static void write_state(struct json_out *o, const struct schedule_view *v)
{
    str(o, "overlap_policy", slice_str(schedule_overlap_name(v->overlap)));
    json_key(o, "enabled"), json_bool(o, v->enabled);
    str(o, "status", v->is_stranded ? SLICE("error") : v->enabled ? SLICE("active") : SLICE("paused"));
    write_time(o, "created_at", v->created_ns);
    write_time(o, "next_run_at", v->next_ns);
    write_time(o, "last_run_at", v->last_run_ns);
    u64(o, "run_count", v->run_count);
    u64(o, "skip_count", v->skip_count);
    u64(o, "missed_count", v->missed_count);
    if (v->last_job.high) ojs_id_write(o, "last_job_id", v->last_job);
}

size_t ojs_cron_bound(const struct schedule_view *v)
{
    return 2 * (OWN_BYTES + (size_t)v->text.definition_bytes);
}

void ojs_cron_write(struct json_out *o, const struct schedule_view *v, enum ojs_cron_form form)
{
    struct json_value definition = definition_of(v), job;
    bool has_template = json_member(definition, SLICE("job_template"), &job) && job.kind == JSON_OBJECT;
    json_open(o, '{');
    str(o, "name", schedule_name(&v->text));
    str(o, form == OJS_CRON_TEMPLATE ? "expression" : "cron", schedule_expression(&v->text));
    str(o, "timezone", schedule_zone(&v->text));
    if (form == OJS_CRON_TEMPLATE) write_template(o, definition, has_template, job);
    else write_job(o, has_template ? job : definition);
    write_member(o, definition, "description", NULL);
    write_state(o, v);
    json_close(o, '}');
}
