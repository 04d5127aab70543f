/* ojs_cron_spec.c: a cron job as a client sends it → struct schedule_spec. The envelope of its jobs is written once, with room for the
 * time at which each is made, and checked by the rules of a submit. */
#include "api/ojs_cron.h"
#include "api/ojs_fields.h"
#include "api/ojs_spec.h"
#include "base/check.h"
#include "base/zone.h"

#define STAMP "1970-01-01T00:00:00.000Z"
/* What is written into the envelope besides the client's bytes and the name. */
#define OWN_BYTES 256u

_Static_assert(sizeof STAMP - 1 == SCHEDULE_STAMP_BYTES, "the time's place");

struct reader {
    struct json_value body;
    struct json_value job; /* has type, args, meta, options: the body, or its job_template */
    bool has_template;
    struct slice name, expression, zone;
    struct schedule_spec *out;
    struct ojs_problem *why;
};

/* A member that is there and not null. */
static bool get(struct json_value object, const char *name, struct json_value *out)
{
    return json_member(object, slice_str(name), out) && out->kind != JSON_NULL;
}

static bool is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool ojs_is_cron_name(struct slice s)
{
    if (s.len == 0 || s.len > SCHEDULE_NAME_MAX || !is_alnum(s.p[0])) return false;
    for (size_t i = 0; i < s.len; i++)
        if (!is_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '.') return false;
    return true;
}

static bool read_name(struct reader *r, struct slice path_name)
{
    struct json_value v;
    r->name = path_name;
    if (!get(r->body, "name", &v)) {
        if (path_name.len) return true;
        return ojs_refuse(r->why, "name", "The required field 'name' is missing.");
    }
    if (!ojs_read_text(&v, "name", &r->name, r->why)) return false;
    if (!ojs_is_cron_name(r->name))
        return ojs_refuse(
            r->why, "name",
            "'name' must be 1 to %d characters: lower-case letters, digits, '-' and '.', starting with a letter or "
            "digit.",
            SCHEDULE_NAME_MAX);
    if (path_name.len == 0 || slice_eq(r->name, path_name)) return true;
    return ojs_refuse(r->why, "name", "'name' must be that of the path, or be left out.");
}

static bool read_expression(struct reader *r)
{
    struct json_value v;
    struct cron cron;
    struct cron_error error;
    const char *field = get(r->body, "expression", &v) ? "expression" : "cron";
    if (field[0] == 'c' && !get(r->body, "cron", &v))
        return ojs_refuse(r->why, "expression", "The required field 'expression' (or 'cron') is missing.");
    if (!ojs_read_text(&v, field, &r->expression, r->why)) return false;
    if (r->expression.len > CRON_TEXT_MAX)
        return ojs_refuse(r->why, field, "'%s' must be at most %d characters.", field, CRON_TEXT_MAX);
    if (cron_parse(r->expression, &cron, &error) < 0)
        return ojs_refuse(r->why, field, "'%s' is no cron expression: %s (at character %u).", field, error.text, error.at + 1);
    if (cron.every_ns && cron.every_ns < UINT64_C(1000000000)) /* §7.3: none is looked at more often than once a second */
        return ojs_refuse(r->why, field, "'%s' must be \"@every 1s\" at least.", field);
    return true;
}

static bool read_zone(struct reader *r)
{
    struct json_value v;
    r->zone = SLICE("UTC");
    if (!get(r->body, "timezone", &v)) return true;
    if (!ojs_read_text(&v, "timezone", &r->zone, r->why)) return false;
    if (r->zone.len <= ZONE_NAME_MAX && zone_name_ok(r->zone)) return true;
    return ojs_refuse(
        r->why, "timezone",
        "'timezone' must be a name of the IANA time zone database, such as \"Europe/Berlin\" or \"UTC\"; not an offset, "
        "not an abbreviation.");
}

static bool read_overlap(struct reader *r)
{
    struct json_value v;
    struct slice text;
    r->out->overlap = OVERLAP_SKIP;
    if (!get(r->body, "overlap_policy", &v)) return true;
    bool is_text = v.kind == JSON_STRING && json_plain(v, &text);
    for (int i = 0; is_text && i < SCHEDULE_OVERLAPS; i++) {
        r->out->overlap = (uint8_t)i;
        if (slice_eq(text, slice_str(schedule_overlap_name((enum schedule_overlap)i)))) return true;
    }
    r->out->overlap = OVERLAP_CANCEL_PREVIOUS;
    if (is_text && slice_eq(text, SLICE("cancel"))) return true; /* its name in openapi */
    return ojs_refuse(r->why, "overlap_policy",
                      "'overlap_policy' must be \"skip\", \"allow\", \"cancel_previous\" (or \"cancel\") or \"enqueue\".");
}

static bool read_enabled(struct reader *r)
{
    struct json_value v;
    r->out->enabled = true;
    if (!get(r->body, "enabled", &v)) return true;
    r->out->enabled = v.kind == JSON_TRUE;
    if (v.kind == JSON_TRUE || v.kind == JSON_FALSE) return true;
    return ojs_refuse(r->why, "enabled", "'enabled' must be true or false.");
}

static bool read_description(struct reader *r)
{
    struct json_value v;
    if (!get(r->body, "description", &v) || v.kind == JSON_STRING) return true;
    return ojs_refuse(r->why, "description", "'description' must be a string.");
}

static bool find_job(struct reader *r)
{
    struct json_value v;
    r->job = r->body;
    if (!get(r->body, "job_template", &v)) return true;
    r->has_template = true;
    r->job = v;
    return v.kind == JSON_OBJECT || ojs_refuse(r->why, "job_template", "'job_template' must be a JSON object.");
}

/* ---- the envelope ---- */

static struct slice member_text(struct slice name, struct json_value value)
{
    const char *start = name.p - 1; /* from the opening quote of the name */
    return slice_make(start, (size_t)(value.text.p - start) + value.text.len);
}

static bool is_ours(struct slice name)
{
    return json_name_is(name, SLICE("cron_name")) || json_name_is(name, SLICE("cron_triggered_at"));
}

/* ojs-cron §6.3. Where the client's own meta stands: beside type and args, or in options. */
static bool write_meta(struct reader *r, struct json_out *o)
{
    struct json_value meta, options;
    struct slice name;
    bool has = get(r->job, "meta", &meta);
    if (!has && get(r->job, "options", &options) && options.kind == JSON_OBJECT)
        has = get(options, "meta", &meta) || get(options, "metadata", &meta);
    if (has && meta.kind != JSON_OBJECT) return ojs_refuse(r->why, "meta", "'meta' must be a JSON object.");
    json_key(o, "meta"), json_open(o, '{');
    for (size_t i = 0; has && json_next(meta, &i, &name, &options);)
        if (!is_ours(name)) json_raw(o, member_text(name, options));
    json_key(o, "cron_name"), json_str(o, r->name);
    json_key(o, "cron_triggered_at"), json_str(o, SLICE(STAMP));
    r->out->stamp_at = (uint32_t)(o->len - 1 - SCHEDULE_STAMP_BYTES);
    json_close(o, '}');
    return true;
}

/* Of a template all that is not the server's; of a plain definition what means something in an envelope. */
static bool is_of_job(const struct reader *r, struct slice name)
{
    enum ojs_field field = ojs_field_at_top(name);
    if (field == FIELD_META || field == FIELD_SYSTEM) return false;
    return field < FIELDS_READ || (r->has_template && field == FIELD_UNKNOWN);
}

static bool write_envelope(struct reader *r, struct json_out *o)
{
    struct slice name;
    struct json_value value;
    json_open(o, '{');
    for (size_t i = 0; json_next(r->job, &i, &name, &value);)
        if (is_of_job(r, name)) json_raw(o, member_text(name, value));
    if (!get(r->job, "args", &value)) json_key(o, "args"), json_raw(o, SLICE("[]"));
    if (!write_meta(r, o)) return false;
    json_close(o, '}');
    assert(!o->overflow); /* text_open() */
    return true;
}

/* What would be the same for each of its jobs, or says when, cannot be said. */
static bool check_job(struct reader *r, struct json_value envelope)
{
    struct ojs_fields fields;
    struct ojs_member m;
    struct slice text;
    ojs_fields_find(envelope, &fields);
    if (r->out->job.has_id) return ojs_refuse(r->why, "id", "'id' cannot be given: each job of a cron job has its own.");
    if (r->out->job.pending) return ojs_refuse(r->why, "pending", "'pending' cannot be given for the jobs of a cron job.");
    if (r->out->job.scheduled_wall_ns)
        return ojs_refuse(r->why, "scheduled_at", "'scheduled_at' cannot be given: the cron expression says when.");
    if (!ojs_fields_get(&fields, FIELD_EXPIRES_AT, &m) || (json_plain(m.value, &text) && slice_starts(text, SLICE("+"))))
        return true;
    return ojs_refuse(r->why, m.path, "'%s' must be '+' and an ISO 8601 duration, from when a job is made.", m.path);
}

static bool read_envelope(struct reader *r, struct slice text, uint8_t durability)
{
    struct json_value envelope;
    size_t at = 0;
    enum json_error e = json_check(text, &envelope, &at);
    if (e != JSON_OK)
        return ojs_refuse(r->why, "", "The job is not acceptable: %s.", json_error_text(e)); /* one member too many */
    if (!ojs_spec_read(envelope, 0, &r->out->job, r->why)) return false; /* relative times come out as durations */
    if (!r->out->job.has_durability) r->out->job.durability = durability;
    return check_job(r, envelope);
}

/* ---- the whole ---- */

static struct block *text_open(struct reader *r, struct block_budget *budget)
{
    struct slice definition = r->body.text;
    size_t own = r->name.len + r->expression.len + r->zone.len;
    struct block *b = block_new(budget, own + 2 * definition.len + r->name.len + OWN_BYTES);
    if (!b) {
        (void)ojs_refuse(r->why, "", "There is no memory for another cron job at present.");
        r->why->status = 503;
        r->why->code = "backend_error";
        return NULL;
    }
    block_append(b, r->name);
    block_append(b, r->expression);
    block_append(b, r->zone);
    block_append(b, definition);
    r->out->text = (struct schedule_text){.block = b,
                                          .definition_bytes = (uint32_t)definition.len,
                                          .expression_bytes = (uint16_t)r->expression.len,
                                          .name_bytes = (uint8_t)r->name.len,
                                          .zone_bytes = (uint8_t)r->zone.len};
    return b;
}

static bool read_job(struct reader *r, struct block_budget *budget, uint8_t durability)
{
    struct json_out o;
    struct block *b = text_open(r, budget);
    if (!b) return false;
    size_t at = b->len;
    json_out_init(&o, b->bytes + at, b->capacity - at);
    bool fine = write_envelope(r, &o);
    b->len += o.len;
    r->out->text.envelope_bytes = (uint32_t)o.len;
    fine = fine && read_envelope(r, slice_make(b->bytes + at, o.len), durability);
    if (!fine) r->out->text.block = block_unref(b);
    return fine;
}

bool ojs_cron_read(struct json_value body, struct slice path_name, struct block_budget *budget, uint8_t durability,
                   struct schedule_spec *out, struct ojs_problem *why)
{
    struct reader r = {.body = body, .out = out, .why = why};
    *out = (struct schedule_spec){0};
    return read_name(&r, path_name) && read_expression(&r) && read_zone(&r) && read_overlap(&r) && read_enabled(&r) &&
           read_description(&r) && find_job(&r) && read_job(&r, budget, durability);
}
