#include "api/ojs_spec.h"
#include "api/ojs_fields.h"
#include "base/clock.h"

struct reader {
    struct ojs_fields fields;
    uint64_t now_ns; /* wall */
    struct job_spec *spec;
    struct ojs_problem *why;
};

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

/* Segments of [a-z][a-z0-9_-]*, joined by dots (openapi Job.type). */
static bool is_type_name(struct slice s)
{
    bool at_start = true;
    if (s.len == 0 || s.len > JOB_TYPE_MAX) return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        bool inner = (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
        if (!is_lower(c) && (at_start || !inner)) return false;
        at_start = c == '.';
    }
    return !at_start;
}

static bool read_specversion(struct reader *r)
{
    struct ojs_member m;
    struct slice text;
    if (!ojs_fields_get(&r->fields, FIELD_SPECVERSION, &m)) return true;
    if (m.value.kind == JSON_STRING && json_plain(m.value, &text) &&
        (slice_eq(text, SLICE("1.0")) || slice_starts(text, SLICE("1.0."))))
        return true;
    (void)ojs_refuse(r->why, "specversion", "'specversion' must be \"1.0\".");
    r->why->status = 422;
    r->why->code = "unsupported";
    return false;
}

static bool read_id(struct reader *r)
{
    struct ojs_member m;
    if (!ojs_fields_get(&r->fields, FIELD_ID, &m)) return true;
    r->spec->has_id = true;
    return ojs_read_id(m.value, "id", &r->spec->id, r->why);
}

static bool read_type(struct reader *r)
{
    struct json_value *v = &r->fields.top[FIELD_TYPE];
    if (!v->text.p) return ojs_refuse(r->why, "type", "The required field 'type' is missing.");
    if (!ojs_read_text(v, "type", &r->spec->type, r->why)) return false;
    if (is_type_name(r->spec->type)) return true;
    return ojs_refuse(r->why, "type",
                      "'type' must be 1 to %d characters: lower-case words of letters, digits, '_' and '-', each starting "
                      "with a letter, joined by dots.",
                      JOB_TYPE_MAX);
}

static bool read_queue(struct reader *r)
{
    struct ojs_member m;
    r->spec->queue = SLICE("default");
    if (!ojs_fields_get(&r->fields, FIELD_QUEUE, &m)) return true;
    if (!ojs_read_text(&m.value, m.path, &r->spec->queue, r->why)) return false;
    if (ojs_is_queue_name(r->spec->queue)) return true;
    return ojs_refuse(r->why, m.path,
                      "'%s' must be 1 to %d characters: lower-case letters, digits, '-' and '.', starting with a letter or "
                      "digit.",
                      m.path, JOB_QUEUE_MAX);
}

static bool read_args(struct reader *r)
{
    struct ojs_member m;
    if (!ojs_fields_get(&r->fields, FIELD_ARGS, &m))
        return ojs_refuse(r->why, "args", "The required field 'args' is missing; it must be a JSON array.");
    if (m.value.kind != JSON_ARRAY) return ojs_refuse(r->why, "args", "'args' must be a JSON array.");
    r->spec->args = m.value.text;
    return true;
}

/* An optional member that only has to be of a certain kind. */
static bool read_kind(struct reader *r, enum ojs_field field, enum json_kind kind, const char *kind_text, struct slice *out)
{
    struct ojs_member m;
    if (!ojs_fields_get(&r->fields, field, &m)) return true;
    if (m.value.kind != kind) return ojs_refuse(r->why, m.path, "'%s' must be %s.", m.path, kind_text);
    *out = m.value.text;
    return true;
}

static bool read_meta(struct reader *r)
{
    struct slice alias = {0};
    if (!read_kind(r, FIELD_METADATA, JSON_OBJECT, "a JSON object", &alias)) return false;
    r->spec->meta = alias;
    return read_kind(r, FIELD_META, JSON_OBJECT, "a JSON object", &r->spec->meta);
}

static bool read_options(struct reader *r)
{
    struct slice ignored;
    return read_kind(r, FIELD_OPTIONS, JSON_OBJECT, "a JSON object", &ignored);
}

/* Uniqueness is not enforced at this level (manifest: unique_jobs), only kept. */
static bool read_unique(struct reader *r)
{
    struct slice ignored;
    return read_kind(r, FIELD_UNIQUE, JSON_OBJECT, "a JSON object", &ignored);
}

static bool read_tags(struct reader *r)
{
    struct ojs_member m;
    struct slice name;
    struct json_value tag;
    if (!read_kind(r, FIELD_TAGS, JSON_ARRAY, "an array of strings", &r->spec->tags)) return false;
    if (!ojs_fields_get(&r->fields, FIELD_TAGS, &m)) return true;
    for (size_t i = 0; json_next(m.value, &i, &name, &tag);)
        if (tag.kind != JSON_STRING) return ojs_refuse(r->why, m.path, "'%s' must be an array of strings.", m.path);
    return true;
}

static bool read_priority(struct reader *r)
{
    struct ojs_member m;
    int64_t n;
    if (!ojs_fields_get(&r->fields, FIELD_PRIORITY, &m)) return true;
    if (m.value.kind != JSON_NUMBER || !json_to_i64(m.value, &n) || n < JOB_PRIORITY_MIN || n > JOB_PRIORITY_MAX)
        return ojs_refuse(r->why, m.path, "'%s' must be an integer from %d to %d.", m.path, JOB_PRIORITY_MIN, JOB_PRIORITY_MAX);
    r->spec->priority = (int8_t)n;
    return true;
}

/* timeout_ms in milliseconds, or timeout in seconds (ojs-core §5.2). */
static bool read_timeout(struct reader *r)
{
    struct ojs_member m;
    uint32_t seconds;
    if (ojs_fields_get(&r->fields, FIELD_TIMEOUT_MS, &m))
        return ojs_read_u32(m.value, m.path, 0, UINT32_MAX, &r->spec->timeout_ms, r->why);
    if (!ojs_fields_get(&r->fields, FIELD_TIMEOUT, &m)) return true;
    if (!ojs_read_u32(m.value, m.path, 0, UINT32_MAX / 1000, &seconds, r->why)) return false;
    r->spec->timeout_ms = seconds * 1000;
    return true;
}

/* visibility_timeout is an ISO 8601 duration (openapi) or a number of seconds (ojs-json-format
 * §3.1). */
static bool read_lease_text(struct reader *r, const struct ojs_member *m)
{
    struct slice text;
    uint64_t ns = 0;
    int64_t seconds;
    bool fine = false;
    if (m->value.kind == JSON_STRING) fine = json_plain(m->value, &text) && clock_parse_duration(text.p, text.len, &ns) == 0;
    else if (m->value.kind == JSON_NUMBER && json_to_i64(m->value, &seconds) && seconds >= 0 && seconds <= JOB_LEASE_MAX_MS)
        fine = true, ns = (uint64_t)seconds * NS_PER_S;
    uint64_t ms = ns / NS_PER_MS;
    if (!fine || (ns != 0 && (ms < JOB_LEASE_MIN_MS || ms > JOB_LEASE_MAX_MS)))
        return ojs_refuse(r->why, m->path, "'%s' must be an ISO 8601 duration from PT1S to PT12H, or seconds.", m->path);
    r->spec->lease_ms = (uint32_t)ms;
    return true;
}

static bool read_lease(struct reader *r)
{
    struct ojs_member m;
    if (ojs_fields_get(&r->fields, FIELD_LEASE_MS, &m)) return ojs_read_lease_ms(m.value, m.path, &r->spec->lease_ms, r->why);
    return !ojs_fields_get(&r->fields, FIELD_LEASE, &m) || read_lease_text(r, &m);
}

/* An RFC 3339 time, or "+" and an ISO 8601 duration from now (openapi EnqueueOptions). 0 means
 * "no time" in a job_spec, so a client's 1970 becomes the next ns. */
static bool read_time(struct reader *r, const struct ojs_member *m, uint64_t *wall_ns)
{
    struct slice text;
    uint64_t ns = 0;
    bool fine = m->value.kind == JSON_STRING && json_plain(m->value, &text);
    if (fine && slice_starts(text, SLICE("+"))) {
        fine = clock_parse_duration(text.p + 1, text.len - 1, &ns) == 0 && ns < UINT64_MAX - r->now_ns;
        ns += fine ? r->now_ns : 0;
    } else if (fine) {
        fine = clock_parse_rfc3339(text.p, text.len, &ns) == 0;
    }
    if (!fine)
        return ojs_refuse(r->why, m->path,
                          "'%s' must be an RFC 3339 time with its offset from UTC, or '+' and an ISO 8601 duration.", m->path);
    *wall_ns = ns ? ns : 1;
    return true;
}

static bool read_times(struct reader *r)
{
    struct ojs_member m;
    if (ojs_fields_get_either(&r->fields, FIELD_SCHEDULED_AT, FIELD_DELAY_UNTIL, &m) &&
        !read_time(r, &m, &r->spec->scheduled_wall_ns))
        return false;
    return !ojs_fields_get(&r->fields, FIELD_EXPIRES_AT, &m) || read_time(r, &m, &r->spec->expires_wall_ns);
}

static bool read_retry(struct reader *r)
{
    struct ojs_member m;
    r->spec->retry = retry_policy_default();
    r->spec->has_retry = ojs_fields_get_either(&r->fields, FIELD_RETRY, FIELD_RETRY_POLICY, &m);
    if (!r->spec->has_retry) return true;
    return ojs_retry_read(m.value, m.path, &r->spec->retry, r->why);
}

static bool read_pending(struct reader *r)
{
    struct ojs_member m;
    if (!ojs_fields_get(&r->fields, FIELD_PENDING, &m)) return true;
    if (m.value.kind != JSON_TRUE && m.value.kind != JSON_FALSE)
        return ojs_refuse(r->why, m.path, "'%s' must be true or false.", m.path);
    r->spec->pending = m.value.kind == JSON_TRUE;
    return true;
}

static bool read_durability(struct reader *r)
{
    struct ojs_member m;
    struct slice text;
    if (!ojs_fields_get(&r->fields, FIELD_DURABILITY, &m)) return true;
    bool is_text = m.value.kind == JSON_STRING && json_plain(m.value, &text);
    for (enum job_durability d = DURABILITY_MEMORY; is_text && d <= DURABILITY_SYNCED; d++) {
        if (!slice_eq(text, slice_str(job_durability_name(d)))) continue;
        r->spec->durability = (uint8_t)d;
        r->spec->has_durability = true;
        return true;
    }
    return ojs_refuse(r->why, m.path, "'%s' must be \"memory\", \"logged\" or \"synced\".", m.path);
}

/* As ojs_render.c shows an envelope. */
static bool is_bare(const struct ojs_fields *f)
{
    struct ojs_member m;
    return !f->has_unknown && !ojs_fields_get_either(f, FIELD_RETRY, FIELD_RETRY_POLICY, &m) && !ojs_fields_get(f, FIELD_UNIQUE, &m) &&
           !ojs_fields_get(f, FIELD_METADATA, &m);
}

bool ojs_spec_read(struct json_value envelope, uint64_t now_wall_ns, struct job_spec *spec, struct ojs_problem *why)
{
    /* Required ones first: who forgot the type wants to hear of the type. */
    static bool (*const rules[])(struct reader *) = {
        read_specversion, read_type,    read_args,  read_id,    read_options, read_meta,   read_queue,   read_priority,
        read_times,       read_timeout, read_lease, read_retry, read_tags,    read_unique, read_pending, read_durability,
    };
    struct reader r = {.now_ns = now_wall_ns, .spec = spec, .why = why};
    *spec = (struct job_spec){0};
    ojs_fields_find(envelope, &r.fields);
    spec->is_bare = is_bare(&r.fields);
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (!rules[i](&r)) return false;
    return true;
}
