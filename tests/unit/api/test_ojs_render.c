#include "api/ojs_render.h"
#include "api/ojs_spec.h"
#include "base/clock.h"
#include "guard.h"

#include <stdlib.h>

#define NOW (UINT64_C(1770892200123) * NS_PER_MS) /* 2026-02-12T10:30:00.123Z */

static struct block_budget budget;

static void set_up(void)
{
    block_budget_init(&budget, UINT64_C(1) << 30, -1);
}

static struct block *block_of(struct slice s)
{
    struct block *b = block_new(&budget, s.len);
    cr_assert(b);
    block_append(b, s);
    return b;
}

static struct block *block_of_quoted(const char *text)
{
    struct block *b = block_of(slice_str(text));
    for (size_t i = 0; i < b->len; i++)
        if (b->bytes[i] == '\'') b->bytes[i] = '"';
    return b;
}

/* A view as the engine makes it of a fresh job. */
static struct job_view view_of(struct block *envelope)
{
    struct json_value v;
    struct job_spec spec;
    struct ojs_problem why;
    size_t at;
    cr_assert_eq(json_check(block_slice(envelope), &v, &at), JSON_OK);
    cr_assert(ojs_spec_read(v, NOW, &spec, &why), "%s", why.message);
    struct job_view view = {
        .id = {UINT64_C(0x019461a81a2b7c3d), UINT64_C(0x8e4f5a6b7c8d9e0f)},
        .state = JOB_AVAILABLE,
        .priority = spec.priority,
        .max_attempts = spec.retry.max_attempts,
        .timeout_ms = spec.timeout_ms,
        .created_ns = NOW,
        .enqueued_ns = NOW,
        .envelope = envelope,
        .args = spec.args,
        .meta = spec.meta,
        .tags = spec.tags,
    };
    memcpy(view.type, spec.type.p, spec.type.len);
    memcpy(view.queue, spec.queue.p, spec.queue.len);
    return view;
}

/* Renders, checks that it is JSON, and drops the view. The caller frees *out. */
static struct json_value rendered(struct job_view *v, unsigned flags, struct block **out)
{
    struct json_value whole, job;
    size_t at;
    *out = ojs_render_job(&budget, v, flags);
    cr_assert(*out);
    cr_assert_eq(json_check(block_slice(*out), &whole, &at), JSON_OK, "at %zu of %.*s", at,
                 SLICE_ARG(block_slice(*out)));
    cr_assert(json_member(whole, SLICE("job"), &job));
    job_view_drop(v);
    return job;
}

static struct slice text_at(struct json_value job, const char *name)
{
    struct json_value v;
    if (!json_member(job, slice_str(name), &v)) return SLICE("absent");
    return v.text;
}

#define HAS(job, name, value)                                                                                          \
    cr_expect(slice_eq(text_at(job, name), slice_str(value)), "%s: %.*s, not %s", name, SLICE_ARG(text_at(job, name)), \
              value)

Test(ojs_render, fresh_job, .init = set_up)
{
    struct block *out;
    struct job_view v = view_of(block_of_quoted("{'type':'email.send','args':['a', 42]}"));
    struct json_value job = rendered(&v, 0, &out);
    HAS(job, "id", "\"019461a8-1a2b-7c3d-8e4f-5a6b7c8d9e0f\"");
    HAS(job, "specversion", "\"1.0\"");
    HAS(job, "type", "\"email.send\"");
    HAS(job, "queue", "\"default\"");
    HAS(job, "state", "\"available\"");
    HAS(job, "args", "[\"a\", 42]");
    HAS(job, "priority", "0");
    HAS(job, "attempt", "0");
    HAS(job, "max_attempts", "3");
    HAS(job, "created_at", "\"2026-02-12T10:30:00.123Z\"");
    HAS(job, "enqueued_at", "\"2026-02-12T10:30:00.123Z\"");
    static const char *const absent[] = {"meta",         "tags",         "retry",   "unique",        "started_at",
                                         "completed_at", "cancelled_at", "error",   "errors",        "result",
                                         "lease_token",  "worker_id",    "options", "previous_state"};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) HAS(job, absent[i], "absent");
    block_unref(out);
    cr_expect_eq(atomic_load(&budget.blocks), 0);
}

Test(ojs_render, what_the_client_sent_comes_back_as_it_came, .init = set_up)
{
    struct block *out;
    struct job_view v = view_of(block_of_quoted(
        " { 'type' : 'a.b' , 'args':[ 1.0 , 1e400, 12345678901234567890 , '\\u0041' ],\n 'meta':{ 'k' :\t1 },"
        "'x_one':  'v\\/w' ,'x_\\u0074wo' : { 'n' : [ 1 , 2 ] },'x_null':null,'schema':'urn:s',"
        "'options':{'queue':'q','retry':{ 'max_attempts' : 7 , 'x' : 1 },'unique':{ 'keys':['type'] },"
        "'tags':[ 't' ],'rate_limit':{ 'max_per_second' : 1 },'durability':'logged'}} "));
    struct json_value job = rendered(&v, 0, &out);
    HAS(job, "args", "[ 1.0 , 1e400, 12345678901234567890 , \"\\u0041\" ]");
    HAS(job, "meta", "{ \"k\" :\t1 }");
    HAS(job, "tags", "[ \"t\" ]");
    HAS(job, "retry", "{ \"max_attempts\" : 7 , \"x\" : 1 }");
    HAS(job, "unique", "{ \"keys\":[\"type\"] }");
    HAS(job, "x_one", "\"v\\/w\"");
    HAS(job, "x_two", "{ \"n\" : [ 1 , 2 ] }");
    HAS(job, "x_null", "null");
    HAS(job, "schema", "\"urn:s\"");
    HAS(job, "queue", "\"q\"");
    HAS(job, "max_attempts", "7");
    HAS(job, "options", "{\"rate_limit\":{ \"max_per_second\" : 1 }}");
    cr_expect(memmem(out->bytes, out->len, "\"x_\\u0074wo\" : ", 15), "names come back as they came, too");
    block_unref(out);
}

Test(ojs_render, what_the_server_manages_is_not_echoed, .init = set_up)
{
    struct block *out;
    struct job_view v = view_of(block_of_quoted(
        "{'type':'a.b','args':[],'state':'completed','attempt':99,'max_attempts':98,'created_at':'x','result':{'f':1},"
        "'error':{},'errors':[],'lease_token':'x','worker_id':'w','completed_at':'x','next_attempt_at':'x',"
        "'st\\u0061rted_at':'x','specversion':'1.0','timeout':1,'queue':'q'}"));
    struct json_value job = rendered(&v, 0, &out);
    HAS(job, "state", "\"available\"");
    HAS(job, "attempt", "0");
    HAS(job, "max_attempts", "3");
    HAS(job, "created_at", "\"2026-02-12T10:30:00.123Z\"");
    HAS(job, "timeout_ms", "1000");
    static const char *const absent[] = {"result",       "error",           "errors",     "lease_token", "worker_id",
                                         "completed_at", "next_attempt_at", "started_at", "timeout"};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) HAS(job, absent[i], "absent");
    block_unref(out);
}

Test(ojs_render, metadata_beside_meta_is_kept, .init = set_up)
{
    struct block *out;
    struct job_view v =
        view_of(block_of_quoted("{'type':'a','args':[],'meta':{'m':1},'options':{'metadata':{'a':1}}}"));
    struct json_value job = rendered(&v, 0, &out);
    HAS(job, "meta", "{\"m\":1}");
    HAS(job, "options", "{\"metadata\":{\"a\":1}}");
    block_unref(out);
    v = view_of(block_of_quoted("{'type':'a','args':[],'options':{'metadata':{'a':1}}}"));
    job = rendered(&v, 0, &out);
    HAS(job, "meta", "{\"a\":1}");
    HAS(job, "options", "absent");
    block_unref(out);
}

Test(ojs_render, token_only_for_its_worker, .init = set_up)
{
    for (unsigned flags = 0; flags < 2; flags++) {
        struct block *out;
        uint64_t token;
        struct job_view v = view_of(block_of_quoted("{'type':'a','args':[]}"));
        v.state = JOB_ACTIVE;
        v.attempt = 1;
        v.started_ns = NOW;
        v.lease_token = UINT64_C(0xfedcba9876543210);
        memcpy(v.worker_id, "w\"1\n", 4);
        struct json_value job = rendered(&v, flags ? OJS_RENDER_LEASE : 0, &out);
        HAS(job, "lease_token", flags ? "\"fedcba9876543210\"" : "absent");
        HAS(job, "worker_id", "\"w\\\"1\\n\"");
        HAS(job, "started_at", "\"2026-02-12T10:30:00.123Z\"");
        cr_expect(ojs_token_parse(SLICE("fedcba9876543210"), &token) && token == UINT64_C(0xfedcba9876543210));
        block_unref(out);
    }
    uint64_t token;
    cr_expect(!ojs_token_parse(SLICE("fedcba987654321"), &token));
    cr_expect(!ojs_token_parse(SLICE("FEDCBA9876543210"), &token));
    cr_expect(!ojs_token_parse(SLICE(""), &token));
}

Test(ojs_render, result_in_place_or_by_reference, .init = set_up)
{
    static const struct {
        size_t bytes;
        bool is_json, in_place;
    } cases[] = {{OJS_RESULT_INLINE_MAX, true, true}, {OJS_RESULT_INLINE_MAX + 1, true, false}, {5, false, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct block *out;
        struct job_view v = view_of(block_of_quoted("{'type':'a','args':[]}"));
        v.state = JOB_COMPLETED;
        v.completed_ns = NOW;
        v.result = block_new(&budget, cases[i].bytes);
        cr_assert(v.result);
        memset(v.result->bytes, 'r', cases[i].bytes);
        v.result->bytes[0] = v.result->bytes[cases[i].bytes - 1] = '"';
        v.result->len = cases[i].bytes;
        v.result_is_json = cases[i].is_json;
        if (!cases[i].is_json) memcpy(v.result_type, "image/png", 9);
        struct json_value job = rendered(&v, 0, &out), result;
        cr_assert(json_member(job, SLICE("result"), &result));
        cr_expect_eq(result.kind, cases[i].in_place ? JSON_STRING : JSON_OBJECT);
        if (cases[i].in_place) {
            cr_expect_eq(result.text.len, cases[i].bytes);
        } else {
            HAS(result, "href", "\"/ojs/v1/jobs/019461a8-1a2b-7c3d-8e4f-5a6b7c8d9e0f/result\"");
            HAS(result, "type", cases[i].is_json ? "\"application/json\"" : "\"image/png\"");
        }
        block_unref(out);
    }
}

static struct json_value element(struct json_value array, size_t n)
{
    struct slice name;
    struct json_value v = {0};
    size_t cursor = 0;
    for (size_t i = 0; i <= n; i++) cr_assert(json_next(array, &cursor, &name, &v));
    return v;
}

Test(ojs_render, errors_oldest_first_and_complete, .init = set_up)
{
    struct block *out;
    struct job_view v = view_of(block_of_quoted("{'type':'a','args':[]}"));
    v.state = JOB_RETRYABLE;
    v.next_attempt_ns = NOW;
    v.n_errors = 3; /* newest first */
    v.errors[0] = block_of_quoted("{'code':'c3','message':'third','details':{ 'x' : 1 }}");
    v.errors[1] = block_of_quoted("{'type':null,'code':null,'message':'second'}");
    v.errors[2] = block_of_quoted("{}");
    struct json_value job = rendered(&v, 0, &out), error, errors;
    HAS(job, "next_attempt_at", "\"2026-02-12T10:30:00.123Z\"");
    cr_assert(json_member(job, SLICE("error"), &error));
    HAS(error, "type", "\"c3\"");
    HAS(error, "details", "{ \"x\" : 1 }");
    cr_assert(json_member(job, SLICE("errors"), &errors));
    HAS(element(errors, 0), "type", "\"handler_error\"");
    HAS(element(errors, 0), "code", "\"handler_error\"");
    HAS(element(errors, 1), "message", "\"second\"");
    HAS(element(errors, 1), "type", "\"handler_error\"");
    HAS(element(errors, 2), "message", "\"third\"");
    block_unref(out);
}

Test(ojs_render, success_clears_the_error_but_not_the_history, .init = set_up)
{
    struct block *out;
    struct job_view v = view_of(block_of_quoted("{'type':'a','args':[]}"));
    v.state = JOB_COMPLETED;
    v.completed_ns = NOW;
    v.n_errors = 1;
    v.errors[0] = block_of_quoted("{'code':'c','message':'m','type':'t'}");
    struct json_value job = rendered(&v, 0, &out);
    HAS(job, "error", "absent");
    HAS(job, "errors", "[{\"code\":\"c\",\"message\":\"m\",\"type\":\"t\"}]");
    HAS(job, "result", "absent");
    block_unref(out);
}

/* Everything at its longest: the bound must hold, or the renderer dies of its assertion. */
Test(ojs_render, everything_at_its_longest, .init = set_up)
{
    struct block *out;
    struct job_view v = view_of(block_of_quoted(
        "{'type':'a','args':[],'meta':{},'a':1,'b':2,'options':{'c':1,'d':2,'retry_policy':{},'unique':{},'tags':[]}}"));
    memset(v.type, 't', JOB_TYPE_MAX);
    memset(v.queue, 'q', JOB_QUEUE_MAX);
    memset(v.worker_id, 1, JOB_WORKER_ID_MAX);
    memset(v.result_type, 2, sizeof v.result_type - 1);
    v.state = JOB_ACTIVE;
    v.previous_state = JOB_AVAILABLE;
    v.attempt = v.max_attempts = v.timeout_ms = v.lease_ms = UINT32_MAX;
    v.priority = -100;
    v.progress = 0.123456789f;
    v.lease_token = UINT64_MAX;
    v.started_ns = v.completed_ns = v.cancelled_ns = v.discarded_ns = v.expires_ns = v.scheduled_ns = UINT64_MAX;
    v.result = block_of(SLICE("x"));
    for (v.n_errors = 0; v.n_errors < JOB_ERRORS_KEPT; v.n_errors++) v.errors[v.n_errors] = block_of(SLICE("{}"));
    (void)rendered(&v, OJS_RENDER_LEASE | OJS_RENDER_PREVIOUS, &out);
    block_unref(out);
}

Test(ojs_render, big_envelope, .init = set_up)
{
    size_t bytes = (size_t)8 << 20;
    struct block *envelope = block_new(&budget, bytes + 64), *out;
    cr_assert(envelope);
    block_append(envelope, SLICE("{\"type\":\"a\",\"args\":[\""));
    memset(envelope->bytes + envelope->len, 'x', bytes);
    envelope->len += bytes;
    block_append(envelope, SLICE("\"],\"x\":1}"));
    struct job_view v = view_of(envelope);
    struct json_value job = rendered(&v, 0, &out);
    cr_expect_eq(text_at(job, "args").len, bytes + 4);
    HAS(job, "x", "1");
    block_unref(out);
    cr_expect_eq(atomic_load(&budget.used), 0);
}

Test(ojs_render, no_memory, .init = set_up)
{
    struct job_view v = view_of(block_of_quoted("{'type':'a','args':[]}"));
    budget.bytes_max = atomic_load(&budget.used) + 64;
    cr_expect_null(ojs_render_job(&budget, &v, 0));
    cr_expect_null(ojs_render_jobs(&budget, &v, 1, 0));
    job_view_drop(&v);
}

Test(ojs_render, many_jobs_and_none, .init = set_up)
{
    struct json_value whole, jobs;
    struct job_view views[3];
    size_t at;
    for (int i = 0; i < 3; i++) views[i] = view_of(block_of_quoted("{'type':'a','args':[1]}"));
    struct block *out = ojs_render_jobs(&budget, views, 3, OJS_RENDER_LEASE);
    cr_assert(out);
    cr_assert_eq(json_check(block_slice(out), &whole, &at), JSON_OK);
    cr_assert(json_member(whole, SLICE("jobs"), &jobs));
    HAS(element(jobs, 2), "args", "[1]");
    for (int i = 0; i < 3; i++) job_view_drop(&views[i]);
    block_unref(out);
    out = ojs_render_jobs(&budget, NULL, 0, 0);
    cr_assert(out);
    cr_expect(slice_eq(block_slice(out), SLICE("{\"jobs\":[]}")));
    block_unref(out);
}

/* The envelope lies against a guard page, so a walk that runs over its end is a crash. */
Test(ojs_render, envelope_at_a_guard_page, .init = set_up)
{
    struct guard g = guard_new(4096);
    char quoted[] = "{'type':'a','args':[],'x':{'y':[1,2]},'options':{'z':'\\u00e9'}}";
    for (char *p = quoted; *p; p++)
        if (*p == '\'') *p = '"';
    struct slice text = guard_put(&g, slice_str(quoted));
    struct block *out, *envelope = block_adopt(&budget, (char *)(uintptr_t)text.p, text.len, NULL);
    cr_assert(envelope);
    struct job_view v = view_of(envelope);
    struct json_value job = rendered(&v, 0, &out);
    HAS(job, "x", "{\"y\":[1,2]}");
    HAS(job, "options", "{\"z\":\"\\u00e9\"}");
    block_unref(out);
    guard_free(&g);
}
