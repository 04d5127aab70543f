#include "api/document.h"
#include "api/ojs.h"
#include "base/check.h"
#include "base/clock.h"
#include "http/condition.h"
#include "http/problem.h"

#include <stdarg.h>
#include <stdio.h>

#define MESSAGE_MAX 320
#define ERROR_ROOM 4096 /* the catalogue's longest entry, plus message and request id with every byte escaped */
#define RETRY_AFTER_S "1"

/* ---- the catalogue of error codes: ojs-http-binding §16.3, ojs-json-format §12.3, openapi
 * OJSError ---- */

struct error_code {
    const char *code;
    bool retryable;
    const char *hint;
};

static const struct error_code error_codes[] = {
    {"invalid_request", false, "Correct the request as the message says; sent again unchanged it will fail again."},
    {"invalid_payload", false, "The body must be one JSON object in UTF-8, or as XML, and nothing else."},
    {"validation_error", false, "Correct the value that the message names."},
    {"not_found", false, "Check the path and the id. Finished jobs are kept for a limited time only."},
    {"conflict", false, "The job's present state does not allow this. Look at the job before you decide what to do."},
    {"duplicate", false, "A job with this id exists already. Leave 'id' out to get a new one."},
    {"lease_lost", false, "The lease of this attempt has ended and the job may be with another worker: drop the attempt."},
    {"unsupported", false, "See /ojs/manifest for what this server supports."},
    {"queue_full", true, "Wait as long as Retry-After says, or use another queue: this one has a max_size."},
    {"batch_size_exceeded", false, "Split the batch: details.max_batch_size says how many jobs one may have."},
    {"x_not_attempted", true, "Correct the other jobs of the batch, or leave them out."},
    {"envelope_too_large", false, "Send a reference to the data in place of the data."},
    {"rate_limited", true, "Wait as long as Retry-After says."},
    {"timeout", true, "Send the whole request without long pauses."},
    {"x_payload_lost", false, "The operator may put the file back from a copy and start the server again; else submit the job once more."},
    {"internal_error", true, "Try again; if it stays, tell the operator the request_id."},
    {"backend_error", true, "Wait as long as Retry-After says, then try again."},
    {"x_idempotency_key_reused", false, "Send another request with another key, and the same request as it was."},
    {"x_too_many_queues", false, "Use an existing queue and job type, or have the operator raise the limit."},
    {"x_too_many_schedules", false, "Delete a cron job that is not needed any more."},
};

static const struct error_code *find_code(const char *code)
{
    for (size_t i = 0; i < sizeof error_codes / sizeof error_codes[0]; i++)
        if (strcmp(error_codes[i].code, code) == 0) return &error_codes[i];
    return &error_codes[0];
}

/* What an HTTP status without further knowledge means in the words of the spec. */
static const char *code_of_status(uint16_t status)
{
    switch (status) {
    case 404: return "not_found";
    case 408: return "timeout";
    case 409:
    case 412: return "conflict";
    case 413: return "envelope_too_large";
    case 422: return "validation_error";
    case 429: return "rate_limited";
    case 500: return "internal_error";
    case 501:
    case 505: return "unsupported";
    default: return status >= 500 ? "backend_error" : "invalid_request";
    }
}

/* ---- request ids ---- */

/* The client's own id when it is one that can stand in a log and a field line, whoever it is, else req_<uuidv7>
 * (binding §19). */
static void name(struct exchange *x)
{
    char made[4 + UUID_TEXT_BYTES] = "req_";
    if (x->id_len || exchange_take_name(x)) return;
    uuid_text(uuid_make(&api_of(x)->uuids, exchange_wall_ns(x)), made + 4);
    exchange_name(x, slice_str(made));
}

/* ---- answers ---- */

void ojs_head_add(struct ojs_head *h, const char *name, struct slice value)
{
    int rc = answer_field(h->text, &h->len, sizeof h->text, name, value);
    assert(rc == 0);
}

void ojs_head_add_etag(struct ojs_head *h, uint64_t version)
{
    char room[ETAG_BYTES];
    ojs_head_add(h, "ETag", etag_text(version, room));
    ojs_head_add(h, "Cache-Control", SLICE("private, no-cache"));
}

void ojs_head_add_retry(struct ojs_head *h, const struct job_view *v)
{
    if (!job_state_is_terminal(v->state)) ojs_head_add(h, "Retry-After", SLICE(RETRY_AFTER_S)); /* RFC 9110 §10.2.3 */
}

bool ojs_matches(struct exchange *x, uint64_t version)
{
    if (condition_match(&x->request, version)) return true;
    ojs_fail(x, 412, "conflict", SLICE(""), "This is not the version that If-Match names.");
    return false;
}

bool ojs_is_known(struct exchange *x, struct ojs_head *h, uint64_t version)
{
    char tag[DOCUMENT_TAG_BYTES];
    bool is_known = document_is_known(x, SLICE(OJS_MEDIA_TYPE), version, tag);
    ojs_head_add(h, "ETag", slice_str(tag));
    ojs_head_add(h, "Cache-Control", SLICE("private, no-cache"));
    if (!is_known) return false;
    ojs_head_add(h, "Vary", SLICE(DOCUMENT_VARY));
    exchange_answer(x, &(struct answer){.status = 304, .fields = slice_make(h->text, h->len)});
    return true;
}

bool ojs_is_unchanged(struct exchange *x, struct ojs_head *h, uint64_t version)
{
    char room[ETAG_BYTES];
    ojs_head_add_etag(h, version);
    if (!condition_none_match(&x->request, etag_text(version, room))) return false;
    exchange_answer(x, &(struct answer){.status = 304, .fields = slice_make(h->text, h->len)});
    return true;
}

void ojs_head_start(struct ojs_head *h, struct exchange *x)
{
    name(x);
    h->len = 0;
    ojs_head_add(h, "OJS-Version", SLICE(OJS_VERSION));
}

void ojs_answer(struct exchange *x, uint16_t status, const struct ojs_head *h, struct slice body)
{
    struct answer a = {.status = status, .type = SLICE(OJS_MEDIA_TYPE), .fields = slice_make(h->text, h->len), .body = body};
    document_answer(x, &a);
}

void ojs_answer_block(struct exchange *x, uint16_t status, const struct ojs_head *h, struct block *body)
{
    if (!body) {
        ojs_fail(x, 503, "backend_error", SLICE(""), "There is no memory for the answer at present.");
        return;
    }
    struct answer a = {.status = status, .type = SLICE(OJS_MEDIA_TYPE), .fields = slice_make(h->text, h->len), .block = body};
    document_answer(x, &a);
}

/* ---- errors ---- */

static void add_words(struct json_out *o, const char *code, struct slice message)
{
    const struct error_code *known = find_code(code);
    char docs[96];
    int len = snprintf(docs, sizeof docs, "https://openjobspec.org/errors/%s", code);
    json_key(o, "code"), json_str(o, slice_str(code));
    json_key(o, "type"), json_str(o, slice_str(code));
    json_key(o, "message"), json_str(o, message);
    json_key(o, "retryable"), json_bool(o, known->retryable);
    json_key(o, "hint"), json_str(o, slice_str(known->hint));
    json_key(o, "docs_url"), json_str(o, slice_make(docs, (size_t)len));
}

void ojs_error_write(struct json_out *o, const char *code, const char *field, struct slice message)
{
    json_open(o, '{');
    add_words(o, code, message);
    if (field[0]) {
        json_key(o, "details"), json_open(o, '{');
        json_key(o, "field"), json_str(o, slice_str(field));
        json_close(o, '}');
    }
    json_close(o, '}');
}

static void add_error(struct json_out *o, const char *code, struct slice message, struct slice details, struct slice id)
{
    json_open(o, '{');
    json_key(o, "error"), json_open(o, '{');
    add_words(o, code, message);
    if (details.len) json_key(o, "details"), json_raw(o, details);
    json_key(o, "request_id"), json_str(o, id);
    json_close(o, '}');
    json_close(o, '}');
}

static void fail_with(struct exchange *x, uint16_t status, const char *code, struct slice details, struct slice message,
                      const char *field, const char *value)
{
    char body[ERROR_ROOM];
    struct ojs_head head;
    ojs_head_start(&head, x);
    if (field) ojs_head_add(&head, field, slice_str(value));
    bool is_short = status == 503 || strcmp(code, "queue_full") == 0;
    if (is_short) ojs_head_add(&head, "Retry-After", SLICE(RETRY_AFTER_S));
    else if (status == 429) ojs_head_add(&head, "Retry-After", SLICE("60"));
    if (problem_is_xml(&x->request, SLICE(OJS_MEDIA_TYPE))) { /* errors as XML are those of RFC 9457, everywhere */
        (void)snprintf(body, MESSAGE_MAX, "%.*s", SLICE_ARG(message));
        exchange_fail_with(x, status, code, body, 0, slice_make(head.text, head.len));
        return;
    }
    struct json_out o;
    json_out_init(&o, body, sizeof body);
    add_error(&o, code, message, details, exchange_name_of(x));
    assert(!o.overflow);
    ojs_head_add(&head, "X-Content-Type-Options", SLICE("nosniff"));
    struct answer a = {.status = status, .type = SLICE(OJS_MEDIA_TYPE), .fields = slice_make(head.text, head.len), .body = slice_make(body, o.len)};
    exchange_answer(x, &a);
}

static void fail(struct exchange *x, uint16_t status, const char *code, struct slice details, struct slice message)
{
    fail_with(x, status, code, details, message, NULL, NULL);
}

/* HTTP has 415 for it; the binding says 400 (§4.1). */
void ojs_fail_type(struct exchange *x)
{
    fail_with(x, 400, "invalid_request", SLICE("{\"field\":\"Content-Type\"}"),
              SLICE("The Content-Type must be " OJS_MEDIA_TYPE ", application/json, or application/xml in UTF-8."), "Accept",
              OJS_MEDIA_TYPE ", application/json, application/xml");
}

void ojs_fail_no_result(struct exchange *x, enum job_state state)
{
    char details[64], message[MESSAGE_MAX];
    bool may_come = !job_state_is_terminal(state);
    int details_len = snprintf(details, sizeof details, "{\"current_state\":\"%s\"}", job_state_name(state));
    int len = snprintf(message, sizeof message, "The job has no result; its state is '%s'.", job_state_name(state));
    fail_with(x, 404, "not_found", slice_make(details, (size_t)details_len), slice_make(message, (size_t)len), may_come ? "Retry-After" : NULL,
              RETRY_AFTER_S);
}

static struct slice format_message(char room[MESSAGE_MAX], const char *format, va_list args)
{
    int len = vsnprintf(room, MESSAGE_MAX, format, args);
    if (len < 0) len = 0;
    return slice_make(room, len < MESSAGE_MAX ? (size_t)len : MESSAGE_MAX - 1);
}

void ojs_fail(struct exchange *x, uint16_t status, const char *code, struct slice details, const char *format, ...)
{
    char room[MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    struct slice message = format_message(room, format, args);
    va_end(args);
    fail(x, status, code, details, message);
}

void ojs_fail_problem(struct exchange *x, const struct ojs_problem *p)
{
    char details[128];
    struct json_out o;
    json_out_init(&o, details, sizeof details);
    json_open(&o, '{');
    json_key(&o, "field"), json_str(&o, slice_str(p->field));
    json_close(&o, '}');
    bool has_details = p->field[0] && !o.overflow;
    fail(x, p->status, p->code, slice_make(details, has_details ? o.len : 0), slice_str(p->message));
}

/* ---- what the engine says ---- */

static struct slice job_details(const struct engine_call *call, char *room, size_t room_bytes)
{
    char id[UUID_TEXT_BYTES];
    struct json_out o;
    uuid_text(call->view.id.high ? call->view.id : call->id, id);
    json_out_init(&o, room, room_bytes);
    json_open(&o, '{');
    json_key(&o, call->outcome == ENGINE_DUPLICATE ? "existing_job_id" : "job_id"), json_str(&o, slice_str(id));
    if (call->outcome != ENGINE_NOT_FOUND && call->view.state < JOB_STATES)
        json_key(&o, "current_state"), json_str(&o, slice_str(job_state_name(call->view.state)));
    json_close(&o, '}');
    return slice_make(room, o.len);
}

void ojs_fail_memory(struct exchange *x)
{
    ojs_fail(x, 503, "backend_error", SLICE(""), "There is no memory for the question at present.");
}

bool ojs_fail_call(struct exchange *x, const struct engine_call *call, const char *verb)
{
    char room[160], id[UUID_TEXT_BYTES];
    struct slice none = SLICE("");
    uuid_text(call->id, id);
    switch ((enum engine_outcome)call->outcome) {
    case ENGINE_OK: return false;
    case ENGINE_NOT_FOUND:
        ojs_fail(x, 404, "not_found", job_details(call, room, sizeof room), "There is no job '%s'.", id);
        break;
    case ENGINE_DUPLICATE:
        ojs_fail(x, 409, "duplicate", job_details(call, room, sizeof room), "A job with this 'id' exists already.");
        break;
    case ENGINE_CONFLICT:
        assert(call->view.state < JOB_STATES); /* of a job that the caller sees */
        ojs_fail(x, 409, "conflict", job_details(call, room, sizeof room), "Cannot %s a job in state '%s'.", verb,
                 job_state_name(call->view.state));
        break;
    case ENGINE_LEASE_LOST:
        ojs_fail(x, 409, "lease_lost", job_details(call, room, sizeof room),
                 "Cannot %s the job: 'lease_token' is not that of its present lease.", verb);
        break;
    case ENGINE_FULL: ojs_fail(x, 503, "backend_error", none, "The server holds as many jobs as it may."); break;
    case ENGINE_DISK_FULL: ojs_fail(x, 503, "backend_error", none, "The disk is full: the server takes no more jobs."); break;
    case ENGINE_FAILED:
        ojs_fail(x, 503, "backend_error", none,
                 "The server cannot write its journal: it takes nothing more, and whether it took this is not known.");
        break;
    case ENGINE_TOO_LARGE:
        ojs_fail(x, 413, "envelope_too_large", none, "This is more than the server's journal takes at once.");
        break;
    case ENGINE_KEY_REUSED:
        ojs_fail(x, 422, "x_idempotency_key_reused", job_details(call, room, sizeof room),
                 "This Idempotency-Key came with another request before.");
        break;
    case ENGINE_TOO_MANY_KEYS:
        ojs_fail(x, 429, "rate_limited", none, "There is no room for another Idempotency-Key.");
        break;
    case ENGINE_QUEUE_FULL: ojs_fail(x, 429, "queue_full", none, "The queue holds as many jobs as its max_size allows."); break;
    case ENGINE_TOO_MANY_QUEUES:
        ojs_fail(x, 422, "x_too_many_queues", none, "There is no room for another queue or job type.");
        break;
    case ENGINE_TOO_MANY_OWNERS: ojs_fail(x, 503, "backend_error", none, "There is no room for the jobs of another owner."); break;
    case ENGINE_TOO_MANY_SCHEDULES:
        ojs_fail(x, 422, "x_too_many_schedules", none, "The server has %u cron jobs, as many as it takes.", SCHEDULES_MAX);
        break;
    case ENGINE_APART:
        ojs_fail(x, 422, "x_several_engines", none,
                 "The jobs of a batch must be in queues of one engine, and these are not; each by itself is taken.");
        break;
    case ENGINE_NO_ZONE:
        ojs_fail(x, 400, "invalid_request", SLICE("{\"field\":\"timezone\"}"),
                 "'timezone' must be a name of the IANA time zone database, such as \"Europe/Berlin\" or \"UTC\".");
        break;
    case ENGINE_NEVER_DUE:
        ojs_fail(x, 400, "invalid_request", SLICE("{\"field\":\"expression\"}"),
                 "The cron expression names no time within the next five years.");
        break;
    case ENGINE_STALE:
        ojs_fail(x, 412, "conflict", job_details(call, room, sizeof room), "The job has changed: it is not as If-Match says.");
        break;
    case ENGINE_DRAINING: ojs_fail(x, 503, "backend_error", none, "The server is shutting down."); break;
    }
    return true;
}

/* ---- errors that HTTP itself finds ---- */

static size_t write_error(void *user, char *body, size_t room, char *fields, size_t *fields_len, size_t fields_room,
                          uint16_t status, const char *slug, const char *detail, const struct exchange *x)
{
    (void)user;
    struct json_out o;
    const char *message = detail && detail[0] ? detail : slug;
    json_out_init(&o, body, room);
    add_error(&o, code_of_status(status), slice_str(message), SLICE(""), exchange_name_of(x));
    (void)answer_field(fields, fields_len, fields_room, "OJS-Version", SLICE(OJS_VERSION)); /* no room: goes without */
    return o.overflow ? 0 : o.len;
}

const struct error_form ojs_error_form = {
    .prefix = SLICE_INIT("/ojs/"),
    .type = SLICE_INIT(OJS_MEDIA_TYPE),
    .name = name,
    .write = write_error,
};
