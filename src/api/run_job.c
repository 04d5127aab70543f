/* run_job.c: see run_job.h. */
#include "api/run_job.h"

#include "api/api.h"
#include "api/idempotency.h"
#include "api/ojs.h"
#include "api/ojs_render.h"
#include "base/check.h"
#include "base/clock.h"
#include "workers/params.h"

#include <stdio.h>

/* Parameters as JSON: each byte may become six, and names, quotes and commas stand between. */
#define ARGS_MAX (6u * TASK_PARAM_BYTES + TASK_PARAMS_MAX * 80u + 8u)

bool run_job_is_wanted(const struct exchange *x, const struct prefer *p)
{
    return p->respond_async || idempotency_is_asked(x);
}

/* As much of it as is kept, of what can stand in a field line. */
static struct slice media_type(const struct exchange *x)
{
    struct slice type = {0};
    if (!request_field(&x->request, SLICE("content-type"), &type)) return (struct slice){"", 0};
    return slice_make(type.p, type.len < JOB_MEDIA_TYPE_MAX ? type.len : JOB_MEDIA_TYPE_MAX);
}

/* What stands behind the body: each byte of the query or of a path's parameter may become six, and names, quotes and commas stand
 * between. Where that is not enough the body is copied after all. */
uint32_t run_job_spare(const struct exchange *x)
{
    const struct request *r = &x->request;
    if (r->content_length <= RUN_JOB_COPY_MAX) return 0; /* it is copied */
    struct prefer p = request_prefer(r);
    if (!p.has_wait && !run_job_is_wanted(x, &p)) return 0; /* one that waits may become a job later */
    return 16 + 6u * (r->query.len + r->path.len) + 80u * x->match.n_params + (uint32_t)media_type(x).len;
}

/* ---- answers ---- */

static void add_location(struct ojs_head *h, const char *name, struct uuid id, const char *below)
{
    char text[UUID_TEXT_BYTES], location[80];
    uuid_text(id, text);
    int len = snprintf(location, sizeof location, "/ojs/v1/jobs/%s%s", text, below);
    ojs_head_add(h, name, slice_make(location, (size_t)len));
}

static void head_start(struct ojs_head *h, const struct exchange *x, const struct job_view *v, bool is_replay)
{
    h->len = 0;
    if (is_replay) ojs_head_add(h, "Idempotency-Replayed", SLICE("?1"));
    ojs_head_add(h, "Quern-Job-Type", slice_str(v->type));
    ojs_head_add(h, "Quern-Durability", slice_str(job_durability_name(v->durability)));
    if (request_prefer(&x->request).respond_async) ojs_head_add(h, "Preference-Applied", SLICE("respond-async"));
    ojs_head_add_wait(h, x);
}

/* The job goes on, or is as it is. */
void run_job_accepted(struct exchange *x, const struct job_view *v, bool is_replay)
{
    struct ojs_head h;
    head_start(&h, x, v, is_replay);
    add_location(&h, "Location", v->id, "");
    ojs_head_add_retry(&h, v);
    struct block *body = ojs_render_job(api_of(x)->budget, v, 0); /* NULL: where it is says enough */
    struct answer a = {.status = 202, .fields = slice_make(h.text, h.len), .block = body};
    if (body) a.type = SLICE(OJS_MEDIA_TYPE);
    exchange_answer(x, &a);
}

static void answer_result(struct exchange *x, struct job_view *v, bool is_replay)
{
    struct ojs_head h;
    head_start(&h, x, v, is_replay);
    if (v->result) add_location(&h, "Content-Location", v->id, "/result");
    struct slice type = v->result_is_json ? SLICE("application/json") : slice_str(v->result_type);
    if (type.len == 0) type = SLICE("application/octet-stream");
    ojs_head_add(&h, "X-Content-Type-Options", SLICE("nosniff"));
    struct answer a = {.status = 200, .type = type, .fields = slice_make(h.text, h.len), .block = v->result};
    v->result = NULL;
    exchange_answer(x, &a);
}

static void copy_member(struct json_value object, struct slice name, char *out, size_t room)
{
    struct json_value v;
    long n = json_member(object, name, &v) && v.kind == JSON_STRING ? json_unescape(v, out, room - 1) : 0;
    out[n > 0 ? n : 0] = 0;
}

/* As a call that fails: the handler's own words. */
static void answer_failure(struct exchange *x, const struct job_view *v, bool is_replay)
{
    char code[128] = "", message[512] = "";
    struct ojs_head h;
    head_start(&h, x, v, is_replay);
    add_location(&h, "Location", v->id, "");
    struct json_value error = {JSON_OBJECT, v->n_errors ? block_slice(v->errors[0]) : SLICE("{}")};
    copy_member(error, SLICE("code"), code, sizeof code);
    copy_member(error, SLICE("message"), message, sizeof message);
    exchange_fail_with(x, 422, code[0] ? code : "discarded", message[0] ? message : "The job was discarded.", 0,
                       slice_make(h.text, h.len));
}

static void answer_cancelled(struct exchange *x, const struct job_view *v, bool is_replay)
{
    struct ojs_head h;
    head_start(&h, x, v, is_replay);
    add_location(&h, "Location", v->id, "");
    exchange_fail_with(x, 409, "state-conflict", "The job was cancelled.", 0, slice_make(h.text, h.len));
}

static bool waits(const struct exchange *x)
{
    struct prefer p = request_prefer(&x->request);
    return p.has_wait || !p.respond_async;
}

static void answer_job(struct exchange *x, struct job_view *v, bool is_replay)
{
    if (!waits(x)) {
        run_job_accepted(x, v, is_replay);
        return;
    }
    switch ((enum job_state)v->state) {
    case JOB_COMPLETED: answer_result(x, v, is_replay); break;
    case JOB_DISCARDED: answer_failure(x, v, is_replay); break;
    case JOB_CANCELLED: answer_cancelled(x, v, is_replay); break;
    case JOB_SCHEDULED:
    case JOB_AVAILABLE:
    case JOB_PENDING:
    case JOB_ACTIVE:
    case JOB_RETRYABLE: run_job_accepted(x, v, is_replay); break;
    }
}

static void refuse(struct exchange *x, uint16_t status, const char *slug, const char *detail)
{
    exchange_fail_with(x, status, slug, detail, status == 503 ? 1 : status == 429 ? 60 : 0, (struct slice){0});
}

void run_job_refused(struct exchange *x, enum engine_outcome outcome)
{
    switch (outcome) {
    case ENGINE_FULL: refuse(x, 503, "overloaded", "The server holds as many jobs as it may."); break;
    case ENGINE_DISK_FULL: refuse(x, 503, "overloaded", "The disk is full: the server takes no more jobs."); break;
    case ENGINE_DRAINING: refuse(x, 503, "draining", "The server is shutting down."); break;
    case ENGINE_FAILED:
        refuse(x, 503, "temporary-reduced-capacity",
               "The server cannot write its journal: it takes nothing more, and whether it took this is not known.");
        break;
    case ENGINE_TOO_LARGE:
        refuse(x, 413, "content-too-large",
               "This is more than the server's journal takes at once; a call without a job may do.");
        break;
    case ENGINE_KEY_REUSED:
        refuse(x, 422, "idempotency-key-reused", "This Idempotency-Key came with another request before.");
        break;
    case ENGINE_TOO_MANY_KEYS:
        refuse(x, 429, "quota-exceeded", "There is no room for another Idempotency-Key.");
        break;
    case ENGINE_QUEUE_FULL: refuse(x, 503, "overloaded", "The queue of this job holds as many as its max_size allows."); break;
    case ENGINE_TOO_MANY_OWNERS: refuse(x, 503, "overloaded", "There is no room for the jobs of another owner."); break;
    case ENGINE_TOO_MANY_QUEUES: refuse(x, 503, "overloaded", "There is no room for another job type."); break;
    case ENGINE_OK:
    case ENGINE_NOT_FOUND:
    case ENGINE_DUPLICATE:
    case ENGINE_CONFLICT:
    case ENGINE_APART:
    case ENGINE_TOO_MANY_SCHEDULES:
    case ENGINE_NO_ZONE:
    case ENGINE_NEVER_DUE:
    case ENGINE_STALE:
    case ENGINE_LEASE_LOST: unreachable_state("no refusal of a submit without an id");
    }
}

static void on_job(struct exchange *x, struct engine_call *call)
{
    if (call->outcome == ENGINE_OK) answer_job(x, &call->view, call->is_replay);
    else run_job_refused(x, call->outcome);
}

/* ---- the job ---- */

/* Input, args, media type in one block. The body (NULL: empty) moves in. NULL: no memory. */
static struct block *envelope_of(struct block_budget *budget, struct block *body, struct slice args, struct slice type)
{
    struct slice input = block_slice(body);
    size_t len = input.len + args.len + type.len;
    struct block *b = body;
    if (!body || input.len <= RUN_JOB_COPY_MAX || body->capacity < len) {
        b = block_new(budget, len);
        if (b) block_append(b, input);
        block_unref(body);
    }
    if (!b) return NULL;
    block_append(b, args);
    block_append(b, type);
    return b;
}

bool run_job_spec(struct block_budget *budget, const struct task *t, struct block *body, struct slice media_type,
                  struct job_spec *spec)
{
    char text[ARGS_MAX];
    struct json_out args;
    json_out_init(&args, text, sizeof text);
    json_open(&args, '[');
    params_write_json(t, &args);
    json_close(&args, ']');
    if (args.overflow) { /* names of parameters beyond all measure */
        block_unref(body);
        return false;
    }
    size_t input_bytes = block_slice(body).len;
    struct block *envelope = envelope_of(budget, body, slice_make(text, args.len), media_type);
    if (!envelope) return false;
    *spec = (struct job_spec){
        .has_key = spec->has_key,
        .key = spec->key,
        .type = slice_str(t->type->type->name),
        .queue = SLICE("default"),
        .retry = retry_policy_default(),
        .envelope = envelope,
        .args = slice_make(envelope->bytes + input_bytes, args.len),
        .is_raw = true,
    };
    return true;
}

/* Without a wish of the client's: as long as the type may run. */
static uint64_t wait_ns(const struct exchange *x, const struct task *t)
{
    if (!waits(x)) return 0;
    if (request_prefer(&x->request).has_wait) return ojs_wait_ns(x, false);
    return (uint64_t)t->type->run_limit_ms * NS_PER_MS;
}

void run_job_submit(struct exchange *x, const struct task *t)
{
    struct job_spec spec = {0};
    uint64_t wait = wait_ns(x, t);
    if (!idempotency_read(x, &spec)) return; /* while the body is still there */
    if (!run_job_spec(api_of(x)->budget, t, exchange_take_body(x), media_type(x), &spec)) {
        exchange_fail_with(x, 503, "overloaded", "No memory for the job.", 1, (struct slice){0});
        return;
    }
    spec.durability = api_of(x)->durability;
    struct ask *a = ask_new(&x, ENGINE_SUBMIT, on_job);
    if (!a) {
        block_unref(spec.envelope);
        return;
    }
    metric_add(&api_of(x)->run.deferred, 1);
    a->call.spec = spec;
    a->call.wait_ns = wait;
    ask_send(a);
}
