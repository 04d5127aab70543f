/* ojs_workers.c: what remote workers say: fetch, ack, nack, heartbeat (ojs-http-binding §10). */
#include "api/ojs_handlers.h"
#include "api/ojs_caller.h"
#include "api/ojs_render.h"
#include "api/owner.h"
#include "base/clock.h"

#define HEARTBEAT_IDS_MAX (sizeof((struct engine_call *)0)->ids / sizeof(struct uuid))

/* Refuses with *p when ok is false. */
static bool fine(struct exchange *x, bool ok, const struct ojs_problem *p)
{
    if (!ok) ojs_fail_problem(x, p);
    return ok;
}

/* ---- fetch ---- */

struct wish {
    struct ojs_caller caller;
    uint32_t count;
    uint16_t n_queues;
    struct slice queues[ENGINE_FETCH_QUEUES_MAX]; /* in the body's bytes */
};

static bool read_queues(struct json_value body, struct wish *w, struct ojs_problem *p)
{
    struct json_value list, v;
    struct slice name;
    if (!ojs_member(body, "queues", &list) || list.kind != JSON_ARRAY)
        return ojs_refuse(p, "queues", "The required field 'queues' must be an array of queue names.");
    for (size_t i = 0; json_next(list, &i, &name, &v);) {
        if (w->n_queues == ENGINE_FETCH_QUEUES_MAX)
            return ojs_refuse(p, "queues", "'queues' may hold at most %d names.", ENGINE_FETCH_QUEUES_MAX);
        struct slice *queue = &w->queues[w->n_queues++];
        if (!ojs_read_text(&v, "queues", queue, p) || !ojs_is_queue_name(*queue))
            return ojs_refuse(p, "queues", "'queues' must hold queue names: lower-case letters, digits, '-' and '.'.");
    }
    return w->n_queues || ojs_refuse(p, "queues", "'queues' must name at least one queue.");
}

static bool read_wish(struct json_value body, struct wish *w, struct ojs_problem *p)
{
    struct json_value v;
    w->count = 1;
    w->n_queues = 0;
    if (!read_queues(body, w, p) || !ojs_caller_read(body, &w->caller, p)) return false;
    return !ojs_member(body, "count", &v) || ojs_read_u32(v, "count", 1, UINT32_MAX, &w->count, p);
}

static void on_fetched(struct exchange *x, struct engine_call *call)
{
    struct ojs_head head;
    if (ojs_fail_call(x, call, "fetch")) return;
    const struct job_view *views = call->views ? (const struct job_view *)(void *)call->views->bytes : NULL;
    ojs_head_start(&head, x);
    ojs_head_add_wait(&head, x);
    uint32_t n = views ? call->n_views : 0;
    struct block *body = ojs_render_jobs(api_of(x)->budget, views, n, OJS_RENDER_LEASE);
    if (!body) ask_undelivered(call); /* the worker will hear of no job */
    ojs_answer_block(x, 200, &head, body);
}

void ojs_worker_fetch(struct exchange *x)
{
    struct json_value body;
    struct wish w;
    struct ojs_problem why;
    if (!owner_admits_worker(x) || !ojs_body(x, &body) || !fine(x, read_wish(body, &w, &why), &why)) return;
    struct ask *a = ask_new(&x, ENGINE_FETCH, on_fetched);
    if (!a) return;
    ojs_caller_set(&a->call, &w.caller);
    a->call.args = exchange_take_body(x); /* the names point into it */
    a->call.n_queues = w.n_queues;
    memcpy(a->call.queues, w.queues, w.n_queues * sizeof w.queues[0]);
    a->call.count = w.count < ENGINE_FETCH_MAX ? w.count : ENGINE_FETCH_MAX; /* fewer than asked for is allowed (§7.3) */
    a->call.wait_ns = ojs_wait_ns(x, false);
    ask_send(a);
}

/* ---- ack ---- */

static bool read_job_id(struct json_value body, struct uuid *id, struct ojs_problem *p)
{
    struct json_value v;
    if (!ojs_member(body, "job_id", &v)) return ojs_refuse(p, "job_id", "The required field 'job_id' is missing.");
    return ojs_read_id(v, "job_id", id, p);
}

/* Opens the answer with what ack and nack have in common. */
static void answer_open(struct json_out *o, const struct job_view *v)
{
    json_open(o, '{');
    ojs_id_write(o, "id", v->id);
    ojs_id_write(o, "job_id", v->id);
    json_key(o, "state"), json_str(o, slice_str(job_state_name(v->state)));
    json_key(o, "attempt"), json_u64(o, v->attempt);
    json_key(o, "max_attempts"), json_u64(o, v->max_attempts);
    ojs_time_write(o, "completed_at", v->completed_ns);
}

static void answer_close(struct exchange *x, struct json_out *o)
{
    struct ojs_head head;
    json_close(o, '}');
    ojs_head_start(&head, x);
    ojs_answer(x, 200, &head, slice_make(o->p, o->len));
}

static void on_acked(struct exchange *x, struct engine_call *call)
{
    char text[512];
    struct json_out o;
    if (ojs_fail_call(x, call, "acknowledge")) return;
    json_out_init(&o, text, sizeof text);
    answer_open(&o, &call->view);
    json_key(&o, "acknowledged"), json_bool(&o, true);
    answer_close(x, &o);
}

/* The result in a block of its own: it outlives the request by far. False: answered. */
static bool copy_result(struct exchange *x, struct json_value body, struct block **out)
{
    struct json_value v;
    *out = NULL;
    if (!ojs_member(body, "result", &v)) return true;
    *out = block_new(api_of(x)->budget, v.text.len);
    if (*out) block_append(*out, v.text);
    else ojs_fail(x, 503, "backend_error", SLICE(""), "There is no memory for the result at present.");
    return *out != NULL;
}

void ojs_worker_ack(struct exchange *x)
{
    struct json_value body;
    struct ojs_problem why;
    struct ojs_caller caller;
    struct uuid id;
    struct block *result;
    if (!ojs_body(x, &body)) return;
    if (!fine(x, read_job_id(body, &id, &why) && ojs_caller_read(body, &caller, &why), &why)) return;
    if (!copy_result(x, body, &result)) return;
    struct ask *a = ask_new(&x, ENGINE_ACK, on_acked);
    if (!a) {
        (void)block_unref(result);
        return;
    }
    ojs_caller_set(&a->call, &caller);
    a->call.id = id;
    a->call.result = result;
    a->call.result_is_json = true;
    ask_send(a);
}

/* ---- nack ---- */

static bool read_flag(struct json_value object, const char *name, bool *has, bool *out, struct ojs_problem *p)
{
    struct json_value v;
    *has = ojs_member(object, name, &v);
    if (!*has) return true;
    if (v.kind != JSON_TRUE && v.kind != JSON_FALSE) return ojs_refuse(p, name, "'%s' must be true or false.", name);
    *out = v.kind == JSON_TRUE;
    return true;
}

/* The strings of a failure that the engine looks at. */
enum { TEXT_CODE, TEXT_TYPE, TEXT_MESSAGE, TEXTS };

struct report {
    struct json_value error, text[TEXTS]; /* kind JSON_NULL: not sent */
    struct job_failure failure;
};

static bool read_string(struct json_value error, const char *name, struct json_value *out, struct ojs_problem *p)
{
    if (!ojs_member(error, name, out)) *out = (struct json_value){.kind = JSON_NULL};
    else if (out->kind != JSON_STRING) return ojs_refuse(p, name, "'error.%s' must be a string.", name);
    return true;
}

/* Workers put the class of an exception here when they send no type. */
static void read_error_class(struct report *r)
{
    struct json_value details, v;
    if (r->text[TEXT_TYPE].kind == JSON_STRING) return;
    if (!ojs_member(r->error, "details", &details) || details.kind != JSON_OBJECT) return;
    if (ojs_member(details, "error_class", &v) && v.kind == JSON_STRING) r->text[TEXT_TYPE] = v;
}

static bool read_error(struct json_value body, struct report *r, struct ojs_problem *p)
{
    if (!ojs_member(body, "error", &r->error)) { /* openapi NackRequest: only job_id is required */
        r->error = (struct json_value){.kind = JSON_NULL};
        r->failure.code = SLICE("handler_error");
        r->failure.message = SLICE("The worker gave no reason.");
        return true;
    }
    if (r->error.kind != JSON_OBJECT) return ojs_refuse(p, "error", "'error' must be a JSON object.");
    if (!read_string(r->error, "code", &r->text[TEXT_CODE], p) || !read_string(r->error, "type", &r->text[TEXT_TYPE], p) ||
        !read_string(r->error, "message", &r->text[TEXT_MESSAGE], p))
        return false;
    if (r->text[TEXT_MESSAGE].kind != JSON_STRING)
        return ojs_refuse(p, "error.message", "The required field 'error.message' is missing.");
    read_error_class(r);
    return read_flag(r->error, "retryable", &r->failure.has_retryable, &r->failure.retryable, p);
}

static bool read_report(struct json_value body, struct report *r, struct ojs_problem *p)
{
    bool has_requeue;
    memset(r, 0, sizeof *r); /* all kinds JSON_NULL */
    return read_flag(body, "requeue", &has_requeue, &r->failure.requeue, p) && read_error(body, r, p);
}

/* Puts the error and its strings, unescaped, into one block that the job can keep. False:
 * answered. */
static bool pack_report(struct exchange *x, struct report *r)
{
    struct slice *const out[TEXTS] = {&r->failure.code, &r->failure.type, &r->failure.message};
    size_t bytes = r->error.text.len;
    if (r->error.kind != JSON_OBJECT) return true;
    for (int i = 0; i < TEXTS; i++) bytes += r->text[i].text.len; /* unescaping never makes longer */
    struct block *b = block_new(api_of(x)->budget, bytes);
    if (!b) {
        ojs_fail(x, 503, "backend_error", SLICE(""), "There is no memory for the error at present.");
        return false;
    }
    block_append(b, r->error.text);
    r->failure.report = b;
    r->failure.error = block_slice(b);
    for (int i = 0; i < TEXTS; i++) {
        if (r->text[i].kind != JSON_STRING) continue;
        long len = json_unescape(r->text[i], b->bytes + b->len, b->capacity - b->len);
        *out[i] = slice_make(b->bytes + b->len, len < 0 ? 0 : (size_t)len);
        b->len += out[i]->len;
    }
    return true;
}

static void on_nacked(struct exchange *x, struct engine_call *call)
{
    const struct job_view *v = &call->view;
    char text[640];
    struct json_out o;
    if (ojs_fail_call(x, call, "fail")) return;
    json_out_init(&o, text, sizeof text);
    answer_open(&o, v);
    if (v->state == JOB_DISCARDED) ojs_time_write(&o, "discarded_at", v->discarded_ns ? v->discarded_ns : v->completed_ns);
    if (v->state == JOB_RETRYABLE) {
        ojs_time_write(&o, "next_attempt_at", v->next_attempt_ns);
        json_key(&o, "retry_delay_ms"), json_u64(&o, v->retry_in_ns / NS_PER_MS);
    }
    answer_close(x, &o);
}

void ojs_worker_nack(struct exchange *x)
{
    struct json_value body;
    struct ojs_problem why;
    struct ojs_caller caller;
    struct report report;
    struct uuid id;
    if (!ojs_body(x, &body)) return;
    if (!fine(x, read_job_id(body, &id, &why) && ojs_caller_read(body, &caller, &why) && read_report(body, &report, &why), &why))
        return;
    if (!pack_report(x, &report)) return;
    struct ask *a = ask_new(&x, ENGINE_NACK, on_nacked);
    if (!a) {
        (void)block_unref(report.failure.report);
        return;
    }
    ojs_caller_set(&a->call, &caller);
    a->call.id = id;
    a->call.failure = report.failure;
    ask_send(a);
}

/* ---- heartbeat ---- */

struct beat {
    struct ojs_caller caller;
    uint16_t n_ids;
    struct uuid ids[HEARTBEAT_IDS_MAX];
};

static bool read_active_jobs(struct json_value body, struct beat *b, struct ojs_problem *p)
{
    struct json_value list, v;
    struct slice name;
    if (!ojs_member(body, "active_jobs", &list)) return true;
    if (list.kind != JSON_ARRAY) return ojs_refuse(p, "active_jobs", "'active_jobs' must be an array of job ids.");
    for (size_t i = 0; json_next(list, &i, &name, &v);) {
        if (b->n_ids == HEARTBEAT_IDS_MAX)
            return ojs_refuse(p, "active_jobs", "'active_jobs' may hold at most %zu ids.", HEARTBEAT_IDS_MAX);
        if (!ojs_read_id(v, "active_jobs", &b->ids[b->n_ids++], p)) return false;
    }
    return true;
}

static bool read_beat(struct json_value body, struct beat *b, struct ojs_problem *p)
{
    struct json_value v;
    b->n_ids = 0;
    if (!ojs_caller_read(body, &b->caller, p)) return false;
    if (!b->caller.worker_id[0]) return ojs_refuse(p, "worker_id", "The required field 'worker_id' is missing.");
    if (ojs_member(body, "job_id", &v) && !ojs_read_id(v, "job_id", &b->ids[b->n_ids++], p)) return false;
    return read_active_jobs(body, b, p);
}

/* A server that drains, or takes no more work, lets its workers finish but wants them to fetch elsewhere. */
static void on_beaten(struct exchange *x, struct engine_call *call)
{
    char text[64 + HEARTBEAT_IDS_MAX * (UUID_TEXT_BYTES + 2) + 96], id[UUID_TEXT_BYTES];
    struct json_out o;
    bool quiet = call->outcome == ENGINE_DRAINING || api_of(x)->degraded;
    if (call->outcome != ENGINE_DRAINING && ojs_fail_call(x, call, "extend")) return;
    json_out_init(&o, text, sizeof text);
    json_open(&o, '{');
    json_key(&o, "state"), json_str(&o, quiet ? SLICE("quiet") : SLICE("running"));
    json_key(&o, "directive"), json_str(&o, quiet ? SLICE("quiet") : SLICE(""));
    json_key(&o, "jobs_extended"), json_open(&o, '[');
    for (uint16_t i = 0; i < call->n_ids; i++) {
        if (!(call->extended >> i & 1)) continue;
        uuid_text(call->ids[i], id);
        json_str(&o, slice_str(id));
    }
    json_close(&o, ']');
    ojs_time_write(&o, "server_time", exchange_wall_ns(x));
    answer_close(x, &o);
}

void ojs_worker_heartbeat(struct exchange *x)
{
    struct json_value body;
    struct ojs_problem why;
    struct beat b;
    if (!ojs_body(x, &body) || !fine(x, read_beat(body, &b, &why), &why)) return;
    struct ask *a = ask_new(&x, ENGINE_HEARTBEAT, on_beaten);
    if (!a) return;
    ojs_caller_set(&a->call, &b.caller);
    a->call.n_ids = b.n_ids;
    memcpy(a->call.ids, b.ids, b.n_ids * sizeof b.ids[0]);
    ask_send(a);
}
