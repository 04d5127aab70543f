#include "api/ojs_render.h"
#include "api/ojs_fields.h"
#include "base/check.h"
#include "base/clock.h"

#include <math.h>
#include <stdio.h>

/* What we write ourselves for one job: some 25 members of at most 50 bytes, id, href, and the
 * strings that can need escapes. The worker's name and the media type come from peers, so each
 * of their bytes may become six. */
#define OWN_BYTES (1536u + JOB_TYPE_MAX + JOB_QUEUE_MAX + 6u * (JOB_WORKER_ID_MAX + 128u))
#define OWN_ERROR_BYTES 64u /* what an error object may gain */

struct block *ojs_block_open(struct block_budget *budget, size_t bound, struct json_out *o)
{
    struct block *b = block_new(budget, bound);
    if (b) json_out_init(o, b->bytes, b->capacity);
    return b;
}

struct block *ojs_block_close(struct block *b, const struct json_out *o)
{
    assert(!o->overflow); /* the bound was wrong */
    b->len = o->len;
    return b;
}

void ojs_time_write(struct json_out *o, const char *name, uint64_t wall_ns)
{
    char text[CLOCK_RFC3339_BYTES];
    if (wall_ns == 0) return;
    clock_rfc3339(wall_ns, text);
    json_plain_key(o, slice_str(name)), json_plain_str(o, slice_str(text));
}

void ojs_id_write(struct json_out *o, const char *name, struct uuid id)
{
    char text[UUID_TEXT_BYTES];
    uuid_text(id, text);
    json_plain_key(o, slice_str(name)), json_plain_str(o, slice_make(text, sizeof text - 1));
}

double ojs_fraction(float fraction)
{
    return round((double)fraction * 1e6) / 1e6;
}

void ojs_token_text(uint64_t token, char out[OJS_TOKEN_BYTES])
{
    (void)snprintf(out, OJS_TOKEN_BYTES, "%016llx", (unsigned long long)token);
}

bool ojs_token_parse(struct slice text, uint64_t *token)
{
    uint64_t n = 0;
    if (text.len != OJS_TOKEN_BYTES - 1) return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.p[i];
        bool digit = c >= '0' && c <= '9', letter = c >= 'a' && c <= 'f';
        if (!digit && !letter) return false;
        n = n << 4 | (uint64_t)(digit ? c - '0' : c - 'a' + 10);
    }
    *token = n;
    return true;
}

/* Names of members are ours, and plain. */
static void key(struct json_out *o, const char *name)
{
    json_plain_key(o, slice_str(name));
}

static void str(struct json_out *o, const char *name, const char *text)
{
    key(o, name), json_str(o, slice_str(text));
}

/* A word of ours. */
static void word(struct json_out *o, const char *name, const char *text)
{
    key(o, name), json_plain_str(o, slice_str(text));
}

static void u64(struct json_out *o, const char *name, uint64_t n)
{
    key(o, name), json_u64(o, n);
}

static void raw(struct json_out *o, const char *name, struct slice json)
{
    if (json.len) key(o, name), json_raw(o, json);
}

/* ---- the result ---- */

static bool is_result_inline(const struct job_view *v)
{
    return v->result && v->result_is_json && v->result->len > 0 && v->result->len <= OJS_RESULT_INLINE_MAX;
}

/* "result":{"href":"/ojs/v1/jobs/…/result","type":"image/png","size":1234} */
/* lost: its bytes are. */
static void write_reference(struct json_out *o, const struct job_view *v, const char *name, struct slice type, size_t size, bool lost)
{
    char id[UUID_TEXT_BYTES], href[80];
    uuid_text(v->id, id);
    (void)snprintf(href, sizeof href, "/ojs/v1/jobs/%s/%s", id, name);
    json_key(o, name), json_open(o, '{');
    str(o, "href", href);
    json_key(o, "type"), json_str(o, type.len ? type : SLICE("application/octet-stream"));
    u64(o, "size", size);
    if (lost) json_key(o, "lost"), json_bool(o, true);
    json_close(o, '}');
}

static void write_input_reference(struct json_out *o, const struct job_view *v)
{
    struct slice type = job_raw_type(v->envelope, v->args);
    size_t size = v->input_lost_bytes ? v->input_lost_bytes : job_raw_input(v->envelope, v->args).len;
    write_reference(o, v, "input", type, size, v->input_lost_bytes > 0);
}

static void write_result(struct json_out *o, const struct job_view *v)
{
    struct slice type = v->result_is_json ? SLICE("application/json") : slice_str(v->result_type);
    if (v->result_lost_bytes) write_reference(o, v, "result", type, v->result_lost_bytes, true);
    else if (is_result_inline(v)) raw(o, "result", block_slice(v->result));
    else if (v->result) write_reference(o, v, "result", type, v->result->len, false);
}

/* ---- errors ---- */

/* The worker's code, or the catalogue's word for any failure of a handler. */
static struct slice error_type(struct json_value error)
{
    struct json_value v;
    if (json_member(error, SLICE("code"), &v) && v.kind == JSON_STRING) return v.text;
    return SLICE("\"handler_error\"");
}

static bool has_value(struct json_value error, struct slice name)
{
    struct json_value v;
    return json_member(error, name, &v) && v.kind != JSON_NULL;
}

static struct slice member_text(struct slice name, struct json_value value)
{
    const char *start = name.p - 1; /* from the opening quote of the name */
    return slice_make(start, (size_t)(value.text.p - start) + value.text.len);
}

/* An error has a type (ojs-core §8.1) and a code (ojs-errors §6.1): what the worker left out is
 * filled in, the rest goes out as it came. */
static void write_error(struct json_out *o, struct slice text)
{
    struct json_value error = {JSON_OBJECT, text}, v;
    struct slice name;
    bool has_type = has_value(error, SLICE("type")), has_code = has_value(error, SLICE("code"));
    json_open(o, '{');
    for (size_t i = 0; json_next(error, &i, &name, &v);) {
        bool is_filled = (!has_type && json_name_is(name, SLICE("type"))) || (!has_code && json_name_is(name, SLICE("code")));
        if (!is_filled) json_raw(o, member_text(name, v)); /* leaves out a null that we fill in */
    }
    if (!has_code) str(o, "code", "handler_error");
    if (!has_type) raw(o, "type", error_type(error));
    json_close(o, '}');
}

static size_t error_bound(struct slice text)
{
    return 2 * text.len + OWN_ERROR_BYTES; /* the type may be the code once more */
}

static void write_errors(struct json_out *o, const struct job_view *v)
{
    if (v->n_errors == 0) return;
    if (v->state != JOB_COMPLETED) { /* success clears the latest error (ojs-core §5.3) but not the history */
        json_key(o, "error");
        write_error(o, block_slice(v->errors[0]));
    }
    json_key(o, "errors"), json_open(o, '[');
    for (unsigned i = v->n_errors; i-- > 0;) write_error(o, block_slice(v->errors[i])); /* oldest first */
    json_close(o, ']');
}

/* ---- what the client sent ---- */

/* The envelope without blanks around it. */
static struct json_value envelope_of(const struct job_view *v)
{
    struct slice s = block_slice(v->envelope);
    while (s.len && s.p[0] != '{') s.p++, s.len--;
    while (s.len && s.p[s.len - 1] != '}') s.len--;
    return (struct json_value){JSON_OBJECT, s};
}

static void write_unknown_options(struct json_out *o, const struct job_view *v, struct json_value options)
{
    struct slice name;
    struct json_value value;
    bool opened = false;
    if (!options.text.p || options.kind != JSON_OBJECT) return;
    for (size_t i = 0; json_next(options, &i, &name, &value);) {
        enum ojs_field field = ojs_field_in_options(name);
        bool unused_alias = field == FIELD_METADATA && value.kind != JSON_NULL && value.text.p != v->meta.p; /* the job has a meta as well */
        if (field != FIELD_UNKNOWN && !unused_alias) continue;
        if (!opened) json_key(o, "options"), json_open(o, '{');
        opened = true;
        json_raw(o, member_text(name, value));
    }
    if (opened) json_close(o, '}');
}

static void write_envelope(struct json_out *o, const struct job_view *v)
{
    struct ojs_fields fields;
    struct ojs_member m;
    struct slice name;
    struct json_value value, envelope = envelope_of(v);
    ojs_fields_find(envelope, &fields);
    if (ojs_fields_get_either(&fields, FIELD_RETRY, FIELD_RETRY_POLICY, &m)) raw(o, "retry", m.value.text);
    if (ojs_fields_get(&fields, FIELD_UNIQUE, &m)) raw(o, "unique", m.value.text);
    for (size_t i = 0; json_next(envelope, &i, &name, &value);)
        if (ojs_field_at_top(name) == FIELD_UNKNOWN) json_raw(o, member_text(name, value));
    write_unknown_options(o, v, fields.top[FIELD_OPTIONS]);
}

/* ---- the whole ---- */

/* A time of the client's: as it was written, unless it was relative (ojs-core §13.6). */
static void write_wanted_time(struct json_out *o, const struct job_view *v, const char *name, enum ojs_field a, enum ojs_field b,
                              uint64_t wall_ns)
{
    struct ojs_fields fields;
    struct ojs_member m;
    if (wall_ns == 0) return;
    if (v->is_raw || !v->args.len) {
        ojs_time_write(o, name, wall_ns);
        return;
    }
    ojs_fields_find(envelope_of(v), &fields);
    if (ojs_fields_get_either(&fields, a, b, &m) && !slice_starts(m.value.text, SLICE("\"+"))) raw(o, name, m.value.text);
    else ojs_time_write(o, name, wall_ns);
}

/* Most jobs come into their queue at once. */
static void write_beginning(struct json_out *o, const struct job_view *v)
{
    char text[CLOCK_RFC3339_BYTES];
    if (v->enqueued_ns != v->created_ns || v->created_ns == 0) {
        ojs_time_write(o, "created_at", v->created_ns);
        ojs_time_write(o, "enqueued_at", v->enqueued_ns);
        return;
    }
    clock_rfc3339(v->created_ns, text);
    word(o, "created_at", text);
    word(o, "enqueued_at", text);
}

static void write_times(struct json_out *o, const struct job_view *v)
{
    write_beginning(o, v);
    write_wanted_time(o, v, "scheduled_at", FIELD_SCHEDULED_AT, FIELD_DELAY_UNTIL, v->scheduled_ns);
    ojs_time_write(o, "started_at", v->started_ns);
    ojs_time_write(o, "completed_at", v->completed_ns);
    ojs_time_write(o, "cancelled_at", v->cancelled_ns);
    ojs_time_write(o, "discarded_at", v->discarded_ns);
    write_wanted_time(o, v, "expires_at", FIELD_EXPIRES_AT, FIELD_EXPIRES_AT, v->expires_ns);
    if (v->state == JOB_RETRYABLE) ojs_time_write(o, "next_attempt_at", v->next_attempt_ns);
}

static void write_limits(struct json_out *o, const struct job_view *v)
{
    key(o, "priority"), json_i64(o, v->priority);
    u64(o, "attempt", v->attempt);
    u64(o, "max_attempts", v->max_attempts);
    if (v->timeout_ms) u64(o, "timeout_ms", v->timeout_ms);
    if (v->lease_ms) u64(o, "visibility_timeout_ms", v->lease_ms);
}

/* How long the last failure was ago when this attempt could begin: the back-off that was waited for. */
static void write_retry_delay(struct json_out *o, const struct job_view *v)
{
    struct json_value when;
    struct slice text;
    uint64_t failed_ns;
    if (!v->retried_ns || v->n_errors == 0) return;
    if (!json_member((struct json_value){JSON_OBJECT, block_slice(v->errors[0])}, SLICE("occurred_at"), &when)) return;
    if (when.kind != JSON_STRING || !json_plain(when, &text) || clock_parse_rfc3339(text.p, text.len, &failed_ns) < 0) return;
    if (v->retried_ns >= failed_ns) u64(o, "retry_delay_ms", (v->retried_ns - failed_ns) / NS_PER_MS);
}

static void write_holder(struct json_out *o, const struct job_view *v, unsigned flags)
{
    char token[OJS_TOKEN_BYTES];
    if (v->state != JOB_ACTIVE) return;
    if (v->worker_id[0]) str(o, "worker_id", v->worker_id);
    write_retry_delay(o, v);
    if (v->progress > 0) json_key(o, "progress"), json_double(o, ojs_fraction(v->progress));
    if (!(flags & OJS_RENDER_LEASE) || v->lease_token == 0) return;
    ojs_token_text(v->lease_token, token);
    word(o, "lease_token", token);
    if (v->said.checkpoint) raw(o, "last_checkpoint", block_slice(v->said.checkpoint));
}

size_t ojs_job_bound(const struct job_view *v)
{
    /* Of a raw job's envelope only args and the media type are shown, which may become six bytes for one. */
    size_t envelope = v->is_raw ? v->args.len + (size_t)6 * JOB_MEDIA_TYPE_MAX + 160 : block_slice(v->envelope).len;
    size_t bound = OWN_BYTES + envelope + (is_result_inline(v) ? v->result->len : 0);
    if (v->said.checkpoint) bound += v->said.checkpoint->len;
    for (unsigned i = 0; i < v->n_errors; i++) bound += error_bound(block_slice(v->errors[i])) * (i == 0 ? 2 : 1);
    return bound;
}

void ojs_job_write(struct json_out *o, const struct job_view *v, unsigned flags)
{
    json_open(o, '{');
    word(o, "specversion", "1.0");
    ojs_id_write(o, "id", v->id);
    str(o, "type", v->type);
    str(o, "queue", v->queue);
    word(o, "state", job_state_name(v->state));
    if (flags & OJS_RENDER_PREVIOUS) word(o, "previous_state", job_state_name(v->previous_state));
    raw(o, "args", v->args.len ? v->args : SLICE("[]"));
    raw(o, "meta", v->meta);
    write_limits(o, v);
    write_times(o, v);
    write_holder(o, v, flags);
    raw(o, "tags", v->tags);
    if (v->durability != DURABILITY_MEMORY) word(o, "durability", job_durability_name(v->durability));
    if (v->is_raw) write_input_reference(o, v);
    else if (v->args.len && !v->is_bare) write_envelope(o, v); /* without args the job did not come as an envelope */
    write_result(o, v);
    write_errors(o, v);
    json_close(o, '}');
}

struct block *ojs_render_job(struct block_budget *budget, const struct job_view *v, unsigned flags)
{
    struct json_out o;
    struct block *b = ojs_block_open(budget, ojs_job_bound(v) + 16, &o);
    if (!b) return NULL;
    json_open(&o, '{');
    json_key(&o, "job"), ojs_job_write(&o, v, flags);
    json_close(&o, '}');
    return ojs_block_close(b, &o);
}

struct block *ojs_render_jobs(struct block_budget *budget, const struct job_view *views, uint32_t n, unsigned flags)
{
    struct json_out o;
    size_t bound = 16;
    for (uint32_t i = 0; i < n; i++) bound += ojs_job_bound(&views[i]) + 1;
    struct block *b = ojs_block_open(budget, bound, &o);
    if (!b) return NULL;
    json_open(&o, '{');
    json_key(&o, "jobs"), json_open(&o, '[');
    for (uint32_t i = 0; i < n; i++) ojs_job_write(&o, &views[i], flags);
    json_close(&o, ']');
    json_close(&o, '}');
    return ojs_block_close(b, &o);
}
