/* ojs_queue_admin.c: one queue: how it is, paused, resumed, set up, deleted (ojs-http-binding §11, ojs-queue-config §9). */
#include "api/ojs_handlers.h"
#include "api/ojs_queue.h"
#include "api/ojs_render.h"
#include "api/ojs_spec.h"
#include "base/clock.h"

#include <stdio.h>

/* ---- asking ---- */

static bool copy_name(struct exchange *x, struct engine_call *call, struct slice name)
{
    call->args = block_new(api_of(x)->budget, name.len);
    if (!call->args) {
        ojs_fail_memory(x);
        return false;
    }
    block_append(call->args, name);
    call->queue.name = block_slice(call->args);
    return true;
}

static void ask_about(struct exchange *x, enum engine_op op, struct slice name, unsigned set, const struct queue_config *config,
                      void (*on_answer)(struct exchange *x, struct engine_call *call))
{
    char room[JOB_QUEUE_MAX];
    if (!ojs_is_queue_name(name)) {
        ojs_fail(x, 404, "not_found", SLICE(""), "There is no queue '%.*s'.", (int)(name.len < 64 ? name.len : 64), name.p);
        return;
    }
    memcpy(room, name.p, name.len); /* parking may move what it points to */
    struct ask *a = ask_new(&x, op, on_answer);
    if (!a) return;
    a->call.queue.set = set;
    if (config) a->call.queue.config = *config;
    if (copy_name(x, &a->call, slice_make(room, name.len))) ask_send(a);
    else ask_drop(a);
}

/* False: answered. */
static bool view_of(struct exchange *x, const struct engine_call *call, const char *verb, const struct queue_view **v)
{
    if (call->outcome == ENGINE_NOT_FOUND) {
        ojs_fail(x, 404, "not_found", SLICE(""), "There is no queue '%.*s'.", SLICE_ARG(call->queue.name));
        return false;
    }
    if (call->outcome != ENGINE_CONFLICT && ojs_fail_call(x, call, verb)) return false;
    *v = (const struct queue_view *)(const void *)call->views->bytes;
    return true;
}

static void answer(struct exchange *x, uint16_t status, const struct json_out *o)
{
    struct ojs_head head;
    ojs_head_start(&head, x);
    ojs_answer(x, status, &head, slice_make(o->p, o->len));
}

/* ---- looking ---- */

static void on_info(struct exchange *x, struct engine_call *call)
{
    char text[OJS_QUEUE_BYTES];
    struct json_out o;
    const struct queue_view *v;
    if (!view_of(x, call, "show", &v)) return;
    json_out_init(&o, text, sizeof text);
    ojs_queue_write(&o, v, true);
    answer(x, 200, &o);
}

void ojs_queue_info(struct exchange *x)
{
    ask_about(x, ENGINE_QUEUE_INFO, x->match.param[0], 0, NULL, on_info);
}

static void on_stats(struct exchange *x, struct engine_call *call)
{
    char text[OJS_QUEUE_BYTES];
    struct json_out o;
    const struct queue_view *v;
    if (!view_of(x, call, "show", &v)) return;
    json_out_init(&o, text, sizeof text);
    json_open(&o, '{');
    json_key(&o, "queue"), json_open(&o, '{');
    json_key(&o, "name"), json_str(&o, slice_str(v->name));
    json_key(&o, "available"), json_u64(&o, v->by_state[JOB_AVAILABLE]);
    json_key(&o, "active"), json_u64(&o, v->by_state[JOB_ACTIVE]);
    json_key(&o, "completed"), json_u64(&o, v->by_state[JOB_COMPLETED]);
    json_key(&o, "paused"), json_bool(&o, v->settings.paused_ns != 0);
    json_close(&o, '}');
    json_key(&o, "status"), json_str(&o, slice_str(ojs_queue_status(v)));
    json_key(&o, "stats"), json_open(&o, '{');
    json_key(&o, "depth"), json_u64(&o, v->depth);
    for (int s = 0; s < JOB_STATES; s++) json_key(&o, job_state_name((enum job_state)s)), json_u64(&o, v->by_state[s]);
    json_close(&o, '}');
    ojs_time_write(&o, "computed_at", exchange_wall_ns(x));
    json_close(&o, '}');
    answer(x, 200, &o);
}

void ojs_queue_stats(struct exchange *x)
{
    ask_about(x, ENGINE_QUEUE_INFO, x->match.param[0], 0, NULL, on_stats);
}

/* ---- pause, resume ---- */

static void on_paused(struct exchange *x, struct engine_call *call)
{
    char text[1024];
    struct json_out o;
    const struct queue_view *v;
    if (!view_of(x, call, "change", &v)) return;
    bool is_paused = v->settings.paused_ns != 0;
    json_out_init(&o, text, sizeof text);
    json_open(&o, '{');
    json_key(&o, "queue"), json_open(&o, '{');
    json_key(&o, "name"), json_str(&o, slice_str(v->name));
    json_key(&o, "paused"), json_bool(&o, is_paused);
    json_close(&o, '}');
    json_key(&o, "name"), json_str(&o, slice_str(v->name));
    json_key(&o, "status"), json_str(&o, slice_str(ojs_queue_status(v)));
    json_key(&o, "paused"), json_bool(&o, is_paused);
    ojs_time_write(&o, is_paused ? "paused_at" : "resumed_at", is_paused ? v->settings.paused_ns : v->settings.updated_ns);
    json_close(&o, '}');
    answer(x, 200, &o);
}

void ojs_queue_pause(struct exchange *x)
{
    ask_about(x, ENGINE_QUEUE_SET, x->match.param[0], QUEUE_SET_PAUSE, NULL, on_paused);
}

void ojs_queue_resume(struct exchange *x)
{
    ask_about(x, ENGINE_QUEUE_SET, x->match.param[0], QUEUE_SET_RESUME, NULL, on_paused);
}

/* ---- configuration ---- */

static const struct {
    const char *name;
    unsigned set;
    size_t offset;
    uint32_t unit, min, max; /* as sent; 0 and null: not said any more */
} fields[] = {
    {"concurrency", QUEUE_SET_CONCURRENCY, offsetof(struct queue_config, concurrency), 1, 1, 1000000},
    {"max_size", QUEUE_SET_MAX_SIZE, offsetof(struct queue_config, max_size), 1, 1, UINT32_MAX},
    {"visibility_timeout", QUEUE_SET_LEASE, offsetof(struct queue_config, lease_ms), 1000, JOB_LEASE_MIN_MS / 1000,
     JOB_LEASE_MAX_MS / 1000},
    {"default_timeout", QUEUE_SET_TIMEOUT, offsetof(struct queue_config, timeout_ms), 1000, 1, UINT32_MAX / 1000},
};
#define N_FIELDS (sizeof fields / sizeof *fields)

static bool read_number(size_t i, struct json_value v, struct queue_config *config, struct ojs_problem *why)
{
    uint32_t n = 0;
    bool is_none = v.kind == JSON_NULL;
    if (!is_none && !ojs_read_u32(v, fields[i].name, 0, fields[i].max, &n, why)) return false;
    if (n && n < fields[i].min)
        return ojs_refuse(why, fields[i].name, "'%s' must be at least %u.", fields[i].name, fields[i].min);
    n *= fields[i].unit;
    memcpy((char *)config + fields[i].offset, &n, sizeof n);
    return true;
}

/* What this server would not do must not look as if it did. */
static bool refuse_member(struct slice name, struct ojs_problem *why)
{
    char room[48];
    const char *plain = ojs_name_text(name, room, sizeof room);
    (void)ojs_refuse(why, plain,
                     "'%s' is not supported: a queue has concurrency, max_size, overflow_policy \"reject\", "
                     "visibility_timeout, default_timeout, default_retry and retention.",
                     plain);
    why->status = 422;
    why->code = "unsupported";
    return false;
}

static bool refuse_retry_member(struct slice name, struct ojs_problem *why)
{
    char path[48];
    int len = snprintf(path, sizeof path, "default_retry.%.*s", (int)(name.len < 32 ? name.len : 32), name.p);
    return refuse_member(slice_make(path, (size_t)len), why);
}

/* Unlike a job's own policy, which is given back as it came, this one says only what it has been understood to say. */
static bool retry_is_known(struct json_value policy, struct ojs_problem *why)
{
    struct slice name;
    struct json_value v;
    for (size_t i = 0; json_next(policy, &i, &name, &v);)
        if (!ojs_retry_has(name)) return refuse_retry_member(name, why);
    return true;
}

/* Its non-retryable errors would have to be kept with the queue. */
static bool read_default_retry(struct json_value v, unsigned *set, struct queue_config *config, struct ojs_problem *why)
{
    *set |= QUEUE_SET_RETRY;
    config->has_retry = v.kind != JSON_NULL;
    config->retry = retry_policy_default();
    if (!config->has_retry) return true;
    if (!ojs_retry_read(v, "default_retry", &config->retry, why)) return false;
    if (config->retry.non_retryable.len) return refuse_retry_member(SLICE("non_retryable_errors"), why);
    return retry_is_known(v, why);
}

static bool read_duration_s(struct json_value v, uint32_t *out_s)
{
    struct slice text;
    uint64_t ns;
    int64_t n;
    *out_s = 0;
    if (v.kind == JSON_NULL) return true;
    if (v.kind == JSON_NUMBER) return json_to_i64(v, &n) && n == 0;
    if (v.kind != JSON_STRING || !json_plain(v, &text) || clock_parse_duration(text.p, text.len, &ns) < 0) return false;
    *out_s = ns / NS_PER_S <= UINT32_MAX ? (uint32_t)(ns / NS_PER_S) : 0;
    return *out_s > 0;
}

static bool read_retention(struct json_value object, unsigned *set, struct queue_config *config, struct ojs_problem *why)
{
    static const struct {
        const char *name;
        unsigned set;
        size_t offset;
    } states[] = {
        {"completed", QUEUE_SET_KEEP_COMPLETED, offsetof(struct queue_config, completed_s)},
        {"cancelled", QUEUE_SET_KEEP_CANCELLED, offsetof(struct queue_config, cancelled_s)},
        {"discarded", QUEUE_SET_KEEP_DISCARDED, offsetof(struct queue_config, discarded_s)},
    };
    struct slice name;
    struct json_value v;
    if (object.kind == JSON_NULL) { /* as much as null for each */
        *set |= QUEUE_SET_KEEP_COMPLETED | QUEUE_SET_KEEP_CANCELLED | QUEUE_SET_KEEP_DISCARDED;
        config->completed_s = config->cancelled_s = config->discarded_s = 0;
        return true;
    }
    if (object.kind != JSON_OBJECT) return ojs_refuse(why, "retention", "'retention' must be an object.");
    for (size_t i = 0; json_next(object, &i, &name, &v);) {
        size_t k = 0;
        uint32_t seconds;
        while (k < 3 && !json_name_is(name, slice_str(states[k].name))) k++;
        if (k == 3 || !read_duration_s(v, &seconds))
            return ojs_refuse(why, "retention", "'retention' has 'completed', 'cancelled' and 'discarded', each an ISO 8601 duration of "
                                                "weeks, days, hours, minutes, seconds, from PT1S to P49710D.");
        *set |= states[k].set;
        memcpy((char *)config + states[k].offset, &seconds, sizeof seconds);
    }
    return true;
}

static bool read_member(struct slice name, struct json_value v, unsigned *set, struct queue_config *config,
                        struct ojs_problem *why)
{
    struct slice text;
    for (size_t i = 0; i < N_FIELDS; i++) {
        if (!json_name_is(name, slice_str(fields[i].name))) continue;
        *set |= fields[i].set;
        return read_number(i, v, config, why);
    }
    if (json_name_is(name, SLICE("default_retry"))) return read_default_retry(v, set, config, why);
    if (json_name_is(name, SLICE("retention"))) return read_retention(v, set, config, why);
    bool is_policy = json_name_is(name, SLICE("overflow_policy")) && v.kind == JSON_STRING && json_plain(v, &text);
    return (is_policy && slice_eq(text, SLICE("reject"))) || refuse_member(name, why);
}

static bool read_config(struct exchange *x, struct json_value object, unsigned *set, struct queue_config *config)
{
    struct slice name;
    struct json_value v;
    struct ojs_problem why;
    *config = (struct queue_config){0};
    *set = QUEUE_SET_MAKE;
    for (size_t i = 0; json_next(object, &i, &name, &v);) {
        if (read_member(name, v, set, config, &why)) continue;
        ojs_fail_problem(x, &why);
        return false;
    }
    return true;
}

void ojs_queue_configure(struct exchange *x)
{
    struct json_value body;
    struct queue_config config;
    unsigned set;
    if (ojs_body(x, &body) && read_config(x, body, &set, &config))
        ask_about(x, ENGINE_QUEUE_SET, x->match.param[0], set, &config, on_info);
}

static void on_made(struct exchange *x, struct engine_call *call)
{
    char text[OJS_QUEUE_BYTES];
    struct json_out o;
    const struct queue_view *v;
    if (!view_of(x, call, "make", &v)) return;
    json_out_init(&o, text, sizeof text);
    ojs_queue_write(&o, v, true);
    answer(x, call->queue.is_new ? 201 : 200, &o);
}

void ojs_queue_make(struct exchange *x)
{
    struct json_value body, v, options = {JSON_OBJECT, SLICE("{}")};
    struct queue_config config;
    struct slice name = {0};
    unsigned set;
    if (!ojs_body(x, &body)) return;
    bool has_name = json_member(body, SLICE("name"), &v) && v.kind == JSON_STRING && json_plain(v, &name);
    if (!has_name || !ojs_is_queue_name(name)) {
        ojs_fail(x, 400, "invalid_request", SLICE("{\"field\":\"name\"}"),
                 "The required field 'name' must be the name of a queue.");
        return;
    }
    if (json_member(body, SLICE("config"), &options) && options.kind != JSON_OBJECT) {
        ojs_fail(x, 400, "invalid_request", SLICE("{\"field\":\"config\"}"), "'config' must be an object.");
        return;
    }
    if (read_config(x, options, &set, &config)) ask_about(x, ENGINE_QUEUE_SET, name, set, &config, on_made);
}

/* ---- delete ---- */

static void on_deleted(struct exchange *x, struct engine_call *call)
{
    char text[256];
    struct json_out o;
    const struct queue_view *v;
    if (!view_of(x, call, "delete", &v)) return;
    if (call->outcome == ENGINE_CONFLICT) {
        ojs_fail(x, 409, "conflict", SLICE("{\"strategy\":\"reject\"}"), "The queue '%s' has %llu jobs that have not ended.",
                 v->name, (unsigned long long)v->depth);
        return;
    }
    json_out_init(&o, text, sizeof text);
    json_open(&o, '{');
    json_key(&o, "queue"), json_str(&o, slice_str(v->name));
    json_key(&o, "strategy"), json_str(&o, SLICE("reject"));
    json_key(&o, "jobs_affected"), json_u64(&o, 0);
    json_key(&o, "state"), json_str(&o, SLICE("deleted"));
    json_close(&o, '}');
    answer(x, 200, &o);
}

/* The strategy may be left out; others than "reject" are refused. */
static bool strategy_is_fine(struct exchange *x)
{
    struct json_value body, v;
    struct slice text;
    if (!x->body) return true;
    if (!ojs_body(x, &body)) return false;
    if (!json_member(body, SLICE("strategy"), &v)) return true;
    if (v.kind == JSON_STRING && json_plain(v, &text) && slice_eq(text, SLICE("reject"))) return true;
    ojs_fail(x, 422, "unsupported", SLICE("{\"field\":\"strategy\"}"),
             "Only the strategy \"reject\" is supported: cancel or move the jobs first.");
    return false;
}

void ojs_queue_delete(struct exchange *x)
{
    if (strategy_is_fine(x)) ask_about(x, ENGINE_QUEUE_DELETE, x->match.param[0], 0, NULL, on_deleted);
}
