/* Open Job Spec level 0 against the real server over sockets, with one shard (engine and connections share a
 * thread) and with several (questions and answers go by mail). */
#include "../support/client.h"
#include "../support/server.h"

#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define OJS_TYPE "application/openjobspec+json"
#define JSON_HEADER "Content-Type: " OJS_TYPE "\r\n"

static int shard_counts[] = {1, 4};

static void up(struct server *srv, int shards)
{
    char n[8];
    (void)snprintf(n, sizeof n, "%d", shards);
    server_up(srv, (const char *const[]){"--shards", n, NULL});
}

/* One test, once for each number of shards; the body has the running server as srv. */
#define WIRE(name)                                                                                   \
    static void name##_on(struct server *srv);                                                       \
    ParameterizedTestParameters(wire_ojs, name)                                                      \
    {                                                                                                \
        return cr_make_param_array(int, shard_counts, sizeof shard_counts / sizeof shard_counts[0]); \
    }                                                                                                \
    ParameterizedTest(int *shards, wire_ojs, name, .timeout = 60)                                    \
    {                                                                                                \
        struct server srv;                                                                           \
        up(&srv, *shards);                                                                           \
        name##_on(&srv);                                                                             \
        cr_assert_eq(server_down(&srv), 0);                                                          \
    }                                                                                                \
    static void name##_on(struct server *srv)

/* ---- a reply with its document ---- */

struct doc {
    struct reply r;
    cJSON *json;
};

static void doc_free(struct doc *d)
{
    cJSON_Delete(d->json);
    reply_free(&d->r);
    d->json = NULL;
}

/* What every answer under /ojs/ has (binding §6.5), and every error (§16). */
static struct doc doc_of(struct reply r)
{
    struct doc d = {r, cJSON_Parse(r.body)};
    cr_assert(d.json, "not JSON: %s", r.body);
    cr_assert_str_eq(reply_header(&r, "Content-Type"), OJS_TYPE);
    cr_assert_str_eq(reply_header(&r, "OJS-Version"), "1.0");
    cr_assert_eq(reply_header_count(&r, "X-Request-Id"), 1);
    if (r.status < 400 || !cJSON_GetObjectItem(d.json, "error")) return d;
    cJSON *error = cJSON_GetObjectItem(d.json, "error");
    static const char *const strings[] = {"code", "message", "hint", "docs_url", "request_id"};
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++)
        cr_assert(cJSON_IsString(cJSON_GetObjectItem(error, strings[i])), "error.%s: %s", strings[i], r.body);
    cr_assert(cJSON_IsBool(cJSON_GetObjectItem(error, "retryable")));
    cr_assert_str_eq(cJSON_GetObjectItem(error, "request_id")->valuestring, reply_header(&r, "X-Request-Id"));
    return d;
}

static struct doc ojs_with(struct server *srv, const char *method, const char *path, const char *headers, const char *body)
{
    return doc_of(http_request(srv->port, method, path, headers, body));
}

static struct doc ojs(struct server *srv, const char *method, const char *path, const char *body)
{
    return ojs_with(srv, method, path, body ? JSON_HEADER : NULL, body);
}

/* "jobs[0].args[1].key"; NULL when it is not there. */
static cJSON *find(cJSON *at, const char *path)
{
    char copy[256];
    (void)snprintf(copy, sizeof copy, "%s", path);
    for (char *save, *name = strtok_r(copy, ".[", &save); at && name; name = strtok_r(NULL, ".[", &save))
        at = strchr(name, ']') ? cJSON_GetArrayItem(at, (int)strtol(name, NULL, 10)) : cJSON_GetObjectItem(at, name);
    return at;
}

static const char *text_at(const struct doc *d, const char *path)
{
    const cJSON *v = find(d->json, path);
    return cJSON_IsString(v) ? v->valuestring : "(no string)";
}

static double number_at(const struct doc *d, const char *path)
{
    const cJSON *v = find(d->json, path);
    return cJSON_IsNumber(v) ? v->valuedouble : -12345;
}

#define STATUS(d, wanted) cr_assert_eq((d).r.status, wanted, "%d, not %d: %s", (d).r.status, wanted, (d).r.body)
#define TEXT(d, path, wanted) \
    cr_assert_str_eq(text_at(&(d), path), wanted, "%s is %s in %s", path, text_at(&(d), path), (d).r.body)
#define NUMBER(d, path, wanted) cr_assert_eq(number_at(&(d), path), wanted, "%s in %s", path, (d).r.body)
#define HAS(d, path) cr_assert(find((d).json, path), "no %s in %s", path, (d).r.body)
#define HAS_NOT(d, path) cr_assert(!find((d).json, path), "%s in %s", path, (d).r.body)

/* ---- steps that most tests take ---- */

struct id {
    char text[40];
};

static struct id id_of(const struct doc *d, const char *path)
{
    struct id id;
    (void)snprintf(id.text, sizeof id.text, "%s", text_at(d, path));
    cr_assert_eq(strlen(id.text), 36, "%s in %s", path, d->r.body);
    return id;
}

/* more: further members of options, each with a comma before it. */
static struct id submit(struct server *srv, const char *queue, const char *more)
{
    char body[1024];
    (void)snprintf(body, sizeof body, "{\"type\":\"test.echo\",\"args\":[{\"n\":1}],\"options\":{\"queue\":\"%s\"%s}}", queue,
                   more);
    struct doc d = ojs(srv, "POST", "/ojs/v1/jobs", body);
    STATUS(d, 201);
    struct id id = id_of(&d, "job.id");
    doc_free(&d);
    return id;
}

static struct doc info(struct server *srv, struct id id)
{
    char path[128];
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s", id.text);
    return ojs(srv, "GET", path, NULL);
}

static void expect_state(struct server *srv, struct id id, const char *state)
{
    struct doc d = info(srv, id);
    STATUS(d, 200);
    TEXT(d, "job.state", state);
    doc_free(&d);
}

static struct doc fetch_wait(struct server *srv, const char *queues, int count, int wait_s)
{
    char body[512], headers[256] = JSON_HEADER;
    (void)snprintf(body, sizeof body, "{\"queues\":[%s],\"worker_id\":\"w-1\",\"count\":%d}", queues, count);
    if (wait_s) (void)snprintf(headers, sizeof headers, JSON_HEADER "Prefer: wait=%d\r\n", wait_s);
    struct doc d = ojs_with(srv, "POST", "/ojs/v1/workers/fetch", headers, body);
    STATUS(d, 200);
    cr_assert(cJSON_IsArray(find(d.json, "jobs")), "%s", d.r.body);
    return d;
}

static struct doc fetch(struct server *srv, const char *queues)
{
    return fetch_wait(srv, queues, 1, 0);
}

static int n_jobs(const struct doc *d)
{
    return cJSON_GetArraySize(find(d->json, "jobs"));
}

/* more: further members, each with a comma before it. */
static struct doc say(struct server *srv, const char *what, struct id id, const char *more)
{
    char path[64], body[1024];
    (void)snprintf(path, sizeof path, "/ojs/v1/workers/%s", what);
    (void)snprintf(body, sizeof body, "{\"job_id\":\"%s\"%s}", id.text, more);
    return ojs(srv, "POST", path, body);
}

#define ERROR_MEMBER ",\"error\":{\"code\":\"handler_error\",\"message\":\"it broke\"}"

static void expect_refusal(struct doc d, int status, const char *code)
{
    STATUS(d, status);
    TEXT(d, "error.code", code);
    doc_free(&d);
}

static struct doc cancel(struct server *srv, struct id id)
{
    char path[128];
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s", id.text);
    return ojs(srv, "DELETE", path, NULL);
}

static void sleep_ms(long ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    (void)nanosleep(&t, NULL);
}

static long now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- submit ---- */

WIRE(submit_minimal)
{
    struct doc d = ojs(srv, "POST", "/ojs/v1/jobs", "{\"type\":\"email.send\",\"args\":[\"a@example.com\",\"welcome\"]}");
    char location[64];
    STATUS(d, 201);
    struct id id = id_of(&d, "job.id");
    cr_assert_eq(id.text[14], '7');
    (void)snprintf(location, sizeof location, "/ojs/v1/jobs/%s", id.text);
    cr_assert_str_eq(reply_header(&d.r, "Location"), location);
    TEXT(d, "job.type", "email.send");
    TEXT(d, "job.state", "available");
    TEXT(d, "job.queue", "default");
    TEXT(d, "job.args[1]", "welcome");
    TEXT(d, "job.specversion", "1.0");
    NUMBER(d, "job.attempt", 0);
    NUMBER(d, "job.max_attempts", 3);
    NUMBER(d, "job.priority", 0);
    HAS(d, "job.created_at");
    HAS(d, "job.enqueued_at");
    static const char *const absent[] = {"started_at", "completed_at", "error", "errors", "result", "lease_token"};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) HAS_NOT(*&d, absent[i]);
    doc_free(&d);
}

WIRE(what_was_sent_is_kept)
{
    static const char unknown[] = "\"x_one\":  {\"big\" : 12345678901234567890}";
    struct doc d = ojs(srv, "POST", "/ojs/v1/jobs",
                       "{\"type\":\"a.b\",\"args\":[1.0,null],\"meta\":{\"trace_id\":\"t\"},\"x_one\":  {\"big\" : "
                       "12345678901234567890},\"state\":\"completed\",\"attempt\":9,\"result\":1,\"options\":{\"queue\":"
                       "\"reports\",\"priority\":10,\"timeout_ms\":300000,\"delay_until\":\"2020-01-01T00:00:00Z\","
                       "\"retry\":{\"max_attempts\":5,\"initial_interval\":\"PT1S\"},\"unique\":{\"keys\":[\"type\"]},"
                       "\"tags\":[\"x\"]}}");
    STATUS(d, 201);
    struct id id = id_of(&d, "job.id");
    doc_free(&d);
    d = info(srv, id);
    cr_assert(strstr(d.r.body, unknown), "%s", d.r.body);
    cr_assert(strstr(d.r.body, "[1.0,null]"), "%s", d.r.body);
    TEXT(d, "job.state", "available");
    TEXT(d, "job.queue", "reports");
    TEXT(d, "job.meta.trace_id", "t");
    TEXT(d, "job.tags[0]", "x");
    TEXT(d, "job.unique.keys[0]", "type");
    NUMBER(d, "job.retry.max_attempts", 5);
    NUMBER(d, "job.max_attempts", 5);
    NUMBER(d, "job.priority", 10);
    NUMBER(d, "job.timeout_ms", 300000);
    NUMBER(d, "job.attempt", 0);
    HAS_NOT(d, "job.result");
    struct doc again = info(srv, id);
    cr_assert_str_eq(d.r.body, again.r.body, "looking changes nothing");
    doc_free(&again);
    doc_free(&d);
}

WIRE(client_made_id_and_duplicate)
{
    static const char body[] = "{\"type\":\"a\",\"args\":[],\"id\":\"019461a8-1a2b-7c3d-8e4f-5a6b7c8d9e0f\"}";
    struct doc d = ojs(srv, "POST", "/ojs/v1/jobs", body);
    STATUS(d, 201);
    TEXT(d, "job.id", "019461a8-1a2b-7c3d-8e4f-5a6b7c8d9e0f");
    doc_free(&d);
    d = ojs(srv, "POST", "/ojs/v1/jobs", body);
    STATUS(d, 409);
    TEXT(d, "error.code", "duplicate");
    TEXT(d, "error.details.existing_job_id", "019461a8-1a2b-7c3d-8e4f-5a6b7c8d9e0f");
    doc_free(&d);
}

WIRE(bad_envelopes)
{
    static const struct {
        const char *body;
        int status;
        const char *code, *says;
    } bad[] = {
        {"", 400, "invalid_payload", ""},
        {"{ invalid json }", 400, "invalid_payload", ""},
        {"{\"type\":\"a\",\"args\":[]} x", 400, "invalid_payload", ""},
        {"{\"type\":\"a\",\"args\":[]", 400, "invalid_payload", ""},
        {"{\"type\":\"a\",\"args\":[\"\xff\"]}", 400, "invalid_payload", ""},
        {"[]", 400, "invalid_request", "object"},
        {"{\"type\":\"a\",\"type\":\"b\",\"args\":[]}", 400, "invalid_request", ""},
        {"{\"args\":[]}", 400, "invalid_request", "type"},
        {"{\"type\":\"a\"}", 400, "invalid_request", "args"},
        {"{\"type\":\"A\",\"args\":[]}", 400, "invalid_request", "type"},
        {"{\"type\":\"a\",\"args\":{}}", 400, "invalid_request", "args"},
        {"{\"type\":\"a\",\"args\":[],\"id\":\"x\"}", 400, "invalid_request", "id"},
        {"{\"type\":\"a\",\"args\":[],\"options\":{\"priority\":101}}", 400, "invalid_request", "priority"},
        {"{\"type\":\"a\",\"args\":[],\"options\":{\"queue\":\"Q\"}}", 400, "invalid_request", "queue"},
        {"{\"type\":\"a\",\"args\":[],\"options\":{\"retry\":{\"max_attempts\":-1}}}", 422, "validation_error", "max_attempts"},
        {"{\"type\":\"a\",\"args\":[],\"options\":{\"retry\":{\"backoff_coefficient\":0.5}}}", 422, "validation_error",
         "backoff_coefficient"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct doc d = ojs(srv, "POST", "/ojs/v1/jobs", bad[i].body);
        STATUS(d, bad[i].status);
        TEXT(d, "error.code", bad[i].code);
        TEXT(d, "error.type", bad[i].code);
        cr_assert(strstr(text_at(&d, "error.message"), bad[i].says), "%s", d.r.body);
        cr_assert(cJSON_IsFalse(find(d.json, "error.retryable")));
        doc_free(&d);
    }
}

WIRE(big_envelope)
{
    size_t n = (size_t)3 << 20;
    char *body = malloc(n + 64);
    cr_assert(body);
    size_t len = (size_t)snprintf(body, n, "{\"type\":\"a\",\"args\":[\"");
    memset(body + len, 'x', n);
    (void)snprintf(body + len + n, 40, "\"],\"options\":{\"queue\":\"big\"}}");
    struct doc d = ojs(srv, "POST", "/ojs/v1/jobs", body);
    STATUS(d, 201);
    struct id id = id_of(&d, "job.id");
    cr_assert_eq(strlen(text_at(&d, "job.args[0]")), n);
    doc_free(&d);
    d = fetch(srv, "\"big\"");
    TEXT(d, "jobs[0].id", id.text);
    cr_assert_eq(strlen(text_at(&d, "jobs[0].args[0]")), n);
    doc_free(&d);
    free(body);
}

/* ---- what holds for all requests ---- */

WIRE(media_types)
{
    static const char body[] = "{\"type\":\"a\",\"args\":[]}";
    static const struct {
        const char *header;
        int status;
    } types[] = {
        {"Content-Type: application/json\r\n", 201},
        {"Content-Type: Application/OpenJobSpec+JSON; charset=utf-8\r\n", 201},
        {"", 201},
        {"Content-Type: text/plain\r\n", 400},
        {"Content-Type: application/x-www-form-urlencoded\r\n", 400},
        {"Content-Type: application/jsonx\r\n", 400},
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        struct doc d = ojs_with(srv, "POST", "/ojs/v1/jobs", types[i].header, body);
        STATUS(d, types[i].status);
        if (d.r.status == 400) TEXT(d, "error.code", "invalid_request");
        doc_free(&d);
    }
}

WIRE(versions)
{
    static const struct {
        const char *path, *header;
        int status;
    } cases[] = {
        {"/ojs/v1/health", "OJS-Version: 1.0\r\n", 200}, {"/ojs/v1/health", "OJS-Version: 1.7\r\n", 200},
        {"/ojs/v1/health", "OJS-Version: 2.0\r\n", 422}, {"/ojs/v1/health", "OJS-Version: 10\r\n", 422},
        {"/ojs/v1/health", "OJS-Version: \r\n", 422},    {"/ojs/manifest", "OJS-Version: 2.0\r\n", 200},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct doc d = ojs_with(srv, "GET", cases[i].path, cases[i].header, NULL);
        STATUS(d, cases[i].status);
        if (d.r.status == 422) TEXT(d, "error.code", "unsupported");
        doc_free(&d);
    }
    expect_refusal(ojs_with(srv, "POST", "/ojs/v1/jobs", JSON_HEADER "OJS-Version: 2.0\r\n", "{}"), 422, "unsupported");
}

WIRE(request_ids)
{
    static const char own[] = "X-Request-Id: req_client-019414d4.A_b\r\n";
    struct doc d = ojs_with(srv, "GET", "/ojs/v1/health", own, NULL);
    cr_assert_str_eq(reply_header(&d.r, "X-Request-Id"), "req_client-019414d4.A_b");
    doc_free(&d);
    d = ojs_with(srv, "GET", "/ojs/v1/jobs/01962222-bbbb-7ccc-8ddd-eeeeeeeeeeee", own, NULL);
    STATUS(d, 404);
    cr_assert_str_eq(reply_header(&d.r, "X-Request-Id"), "req_client-019414d4.A_b");
    doc_free(&d);
    d = ojs_with(srv, "GET", "/ojs/v1/no/such/path", own, NULL);
    STATUS(d, 404);
    cr_assert_str_eq(reply_header(&d.r, "X-Request-Id"), "req_client-019414d4.A_b");
    doc_free(&d);
    d = ojs_with(srv, "GET", "/ojs/v1/health", "X-Request-Id: no good\r\n", NULL);
    cr_assert_eq(strncmp(reply_header(&d.r, "X-Request-Id"), "req_", 4), 0);
    cr_assert_eq(strlen(reply_header(&d.r, "X-Request-Id")), 40);
    doc_free(&d);
}

WIRE(errors_of_http_itself)
{
    expect_refusal(ojs(srv, "GET", "/ojs/v1/nothing", NULL), 404, "not_found");
    expect_refusal(ojs(srv, "GET", "/ojs/v1/jobs/not-a-uuid", NULL), 404, "not_found");
    expect_refusal(ojs(srv, "GET", "/ojs/v1/jobs/550e8400-e29b-41d4-a716-446655440000", NULL), 404, "not_found");
    struct doc d = ojs(srv, "PUT", "/ojs/v1/jobs", "{}");
    STATUS(d, 405);
    cr_assert(strstr(reply_header(&d.r, "Allow"), "POST"));
    doc_free(&d);
    size_t n = 70000;
    char *body = malloc(n + 1);
    cr_assert(body);
    memset(body, ' ', n);
    body[n] = '\0';
    expect_refusal(ojs(srv, "POST", "/ojs/v1/workers/fetch", body), 413, "envelope_too_large");
    free(body);
}

WIRE(head_and_pipelining)
{
    struct client c;
    struct reply r;
    struct id id = submit(srv, "q", "");
    client_connect(&c, srv->port);
    client_sendf(&c, "HEAD /ojs/v1/jobs/%s HTTP/1.1\r\nHost: x\r\n\r\n", id.text);
    client_read_head_reply(&c, &r);
    cr_assert_eq(r.status, 200);
    cr_assert(reply_header(&r, "Content-Length"));
    reply_free(&r);
    for (int i = 0; i < 8; i++)
        client_sendf(&c, "GET /ojs/v1/%s%s HTTP/1.1\r\nHost: x\r\nX-Request-Id: n%d\r\n\r\n", i % 2 ? "health" : "jobs/",
                     i % 2 ? "" : id.text, i);
    for (int i = 0; i < 8; i++) {
        char wanted[8];
        (void)snprintf(wanted, sizeof wanted, "n%d", i);
        client_read_reply(&c, &r);
        cr_assert_eq(r.status, 200);
        cr_assert_str_eq(reply_header(&r, "X-Request-Id"), wanted, "answers come in the order of their requests");
        reply_free(&r);
    }
    client_close(&c);
}

/* ---- fetch ---- */

WIRE(fetch_makes_active)
{
    struct id id = submit(srv, "q", "");
    struct doc d = fetch(srv, "\"q\"");
    TEXT(d, "jobs[0].id", id.text);
    TEXT(d, "jobs[0].state", "active");
    TEXT(d, "jobs[0].queue", "q");
    TEXT(d, "jobs[0].worker_id", "w-1");
    NUMBER(d, "jobs[0].attempt", 1);
    NUMBER(d, "jobs[0].args[0].n", 1);
    HAS(d, "jobs[0].started_at");
    cr_assert_eq(strlen(text_at(&d, "jobs[0].lease_token")), 16);
    doc_free(&d);
    d = info(srv, id);
    TEXT(d, "job.state", "active");
    HAS_NOT(d, "job.lease_token");
    HAS_NOT(d, "job.completed_at");
    doc_free(&d);
    d = fetch(srv, "\"q\"");
    cr_assert_eq(n_jobs(&d), 0);
    doc_free(&d);
}

WIRE(fetch_order)
{
    struct id low = submit(srv, "low", ""), first = submit(srv, "high", ""), second = submit(srv, "high", "");
    struct id urgent = submit(srv, "high", ",\"priority\":5");
    struct doc d = fetch(srv, "\"high\",\"low\"");
    TEXT(d, "jobs[0].id", urgent.text);
    doc_free(&d);
    d = fetch_wait(srv, "\"high\",\"low\"", 10, 0);
    cr_assert_eq(n_jobs(&d), 3);
    TEXT(d, "jobs[0].id", first.text);
    TEXT(d, "jobs[1].id", second.text);
    TEXT(d, "jobs[2].id", low.text);
    doc_free(&d);
    d = fetch(srv, "\"never-heard-of\"");
    cr_assert_eq(n_jobs(&d), 0);
    doc_free(&d);
}

WIRE(fetch_is_exclusive)
{
    enum { CLIENTS = 16, JOBS = 5 };
    static const char body[] = "{\"queues\":[\"q\"]}";
    struct client c[CLIENTS];
    int granted = 0;
    for (int i = 0; i < JOBS; i++) (void)submit(srv, "q", "");
    for (int i = 0; i < CLIENTS; i++) client_connect(&c[i], srv->port);
    for (int i = 0; i < CLIENTS; i++)
        client_sendf(&c[i], "POST /ojs/v1/workers/fetch HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n%s", strlen(body),
                     body);
    for (int i = 0; i < CLIENTS; i++) {
        struct reply r;
        client_read_reply(&c[i], &r);
        struct doc d = doc_of(r);
        granted += n_jobs(&d);
        doc_free(&d);
        client_close(&c[i]);
    }
    cr_assert_eq(granted, JOBS);
}

WIRE(fetch_is_checked)
{
    static const char *const bad[] = {
        "{}",
        "{\"queues\":[]}",
        "{\"queues\":\"q\"}",
        "{\"queues\":[1]}",
        "{\"queues\":[\"Q\"]}",
        "{\"queues\":[\"q\"],\"count\":0}",
        "{\"queues\":[\"q\"],\"worker_id\":7}",
        "{\"queues\":[\"q\"],\"visibility_timeout_ms\":5}",
        "{\"queues\":[\"q\"],\"worker_id\":\"0123456789012345678901234567890123456789012345678901234567890123\"}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        expect_refusal(ojs(srv, "POST", "/ojs/v1/workers/fetch", bad[i]), 400, "invalid_request");
    struct doc d = ojs(srv, "POST", "/ojs/v1/workers/fetch", "{\"queues\":[\"q\"],\"count\":1000000,\"worker_id\":null}");
    STATUS(d, 200);
    doc_free(&d);
}

WIRE(fetch_waits_for_a_job)
{
    struct client c;
    struct reply r;
    client_connect(&c, srv->port);
    client_sendf(&c, "POST /ojs/v1/workers/fetch HTTP/1.1\r\nHost: x\r\nPrefer: wait=9\r\nContent-Length: 16\r\n\r\n"
                     "{\"queues\":[\"q\"]}");
    sleep_ms(100);
    long before = now_ms();
    struct id id = submit(srv, "q", "");
    client_read_reply(&c, &r);
    cr_assert(now_ms() - before < 5000);
    cr_assert_str_eq(reply_header(&r, "Preference-Applied"), "wait=9");
    struct doc d = doc_of(r);
    TEXT(d, "jobs[0].id", id.text);
    doc_free(&d);
    client_close(&c);
    before = now_ms();
    d = fetch_wait(srv, "\"q\"", 1, 1);
    cr_assert_eq(n_jobs(&d), 0);
    cr_assert(now_ms() - before >= 900, "waited %ld ms", now_ms() - before);
    doc_free(&d);
}

/* A grant that nobody is there to hear of goes back, and its attempt does not count. */
WIRE(grant_to_a_client_that_has_gone)
{
    struct client c;
    client_connect(&c, srv->port);
    client_sendf(&c, "POST /ojs/v1/workers/fetch HTTP/1.1\r\nHost: x\r\nPrefer: wait=9\r\nContent-Length: 16\r\n\r\n"
                     "{\"queues\":[\"q\"]}");
    sleep_ms(100);
    client_reset(&c);
    sleep_ms(200);
    struct id id = submit(srv, "q", "");
    struct doc d = fetch_wait(srv, "\"q\"", 1, 5);
    TEXT(d, "jobs[0].id", id.text);
    NUMBER(d, "jobs[0].attempt", 1);
    doc_free(&d);
}

/* ---- ack ---- */

WIRE(ack_completes)
{
    struct id id = submit(srv, "q", "");
    expect_refusal(say(srv, "ack", id, ""), 409, "conflict");
    struct doc d = fetch(srv, "\"q\"");
    doc_free(&d);
    d = say(srv, "ack", id, ",\"result\":{\"n\" : 4.20, \"ok\":true}");
    STATUS(d, 200);
    TEXT(d, "id", id.text);
    TEXT(d, "job_id", id.text);
    TEXT(d, "state", "completed");
    HAS(d, "completed_at");
    cr_assert(cJSON_IsTrue(find(d.json, "acknowledged")));
    doc_free(&d);
    d = info(srv, id);
    TEXT(d, "job.state", "completed");
    NUMBER(d, "job.attempt", 1);
    HAS(d, "job.started_at");
    HAS(d, "job.completed_at");
    HAS_NOT(d, "job.error");
    cr_assert(strstr(d.r.body, "\"result\":{\"n\" : 4.20, \"ok\":true}"), "%s", d.r.body);
    doc_free(&d);
    expect_refusal(say(srv, "ack", id, ""), 409, "conflict");
    expect_refusal(say(srv, "nack", id, ERROR_MEMBER), 409, "conflict");
    expect_refusal(cancel(srv, id), 409, "conflict");
    expect_state(srv, id, "completed");
}

WIRE(ack_is_checked)
{
    struct id nobody = {"01962222-bbbb-7ccc-8ddd-eeeeeeeeeeee"};
    expect_refusal(say(srv, "ack", nobody, ""), 404, "not_found");
    expect_refusal(say(srv, "nack", nobody, ERROR_MEMBER), 404, "not_found");
    expect_refusal(ojs(srv, "POST", "/ojs/v1/workers/ack", "{}"), 400, "invalid_request");
    expect_refusal(ojs(srv, "POST", "/ojs/v1/workers/ack", "{\"job_id\":\"x\"}"), 400, "invalid_request");
    expect_refusal(say(srv, "ack", nobody, ",\"lease_token\":\"x\""), 400, "invalid_request");
    expect_refusal(say(srv, "nack", nobody, ",\"error\":\"x\""), 400, "invalid_request");
    expect_refusal(say(srv, "nack", nobody, ",\"error\":{\"code\":\"x\"}"), 400, "invalid_request");
    expect_refusal(say(srv, "nack", nobody, ",\"error\":{\"message\":\"x\",\"retryable\":1}"), 400, "invalid_request");
}

WIRE(lease_tokens)
{
    char right[64];
    struct id id = submit(srv, "q", "");
    struct doc d = fetch(srv, "\"q\"");
    (void)snprintf(right, sizeof right, ",\"lease_token\":\"%s\"", text_at(&d, "jobs[0].lease_token"));
    doc_free(&d);
    expect_refusal(say(srv, "ack", id, ",\"lease_token\":\"00000000000000ff\""), 409, "lease_lost");
    expect_state(srv, id, "active");
    d = say(srv, "ack", id, right);
    STATUS(d, 200);
    doc_free(&d);
    d = say(srv, "ack", id, right);
    STATUS(d, 200);
    TEXT(d, "state", "completed");
    doc_free(&d);
}

WIRE(result_bytes)
{
    char path[128];
    struct id id = submit(srv, "q", "");
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s/result", id.text);
    expect_refusal(ojs(srv, "GET", path, NULL), 404, "not_found");
    struct doc d = fetch(srv, "\"q\"");
    doc_free(&d);
    d = say(srv, "ack", id, ",\"result\":[1 , 2.50]");
    doc_free(&d);
    struct reply r = http_request(srv->port, "GET", path, NULL, NULL);
    cr_assert_eq(r.status, 200);
    cr_assert_str_eq(r.body, "[1 , 2.50]");
    cr_assert_str_eq(reply_header(&r, "Content-Type"), "application/json");
    cr_assert_str_eq(reply_header(&r, "X-Content-Type-Options"), "nosniff");
    cr_assert(reply_header(&r, "X-Request-Id"));
    reply_free(&r);
}

/* ---- nack ---- */

WIRE(nack_retries_and_success_clears_the_error)
{
    struct id id = submit(srv, "q", ",\"retry\":{\"max_attempts\":3,\"initial_interval\":\"PT0.2S\",\"jitter\":false}");
    struct doc d = fetch(srv, "\"q\"");
    doc_free(&d);
    d = say(srv, "nack", id, ERROR_MEMBER);
    STATUS(d, 200);
    TEXT(d, "id", id.text);
    TEXT(d, "job_id", id.text);
    TEXT(d, "state", "retryable");
    NUMBER(d, "attempt", 1);
    NUMBER(d, "max_attempts", 3);
    HAS(d, "next_attempt_at");
    cr_assert(number_at(&d, "retry_delay_ms") > 0 && number_at(&d, "retry_delay_ms") <= 200, "%s", d.r.body);
    HAS_NOT(d, "completed_at");
    doc_free(&d);
    d = info(srv, id);
    TEXT(d, "job.error.code", "handler_error");
    TEXT(d, "job.error.message", "it broke");
    HAS(d, "job.error.type");
    NUMBER(d, "job.errors[0].attempt", 1);
    HAS(d, "job.errors[0].occurred_at");
    HAS_NOT(d, "job.completed_at");
    doc_free(&d);
    d = fetch_wait(srv, "\"q\"", 1, 5);
    TEXT(d, "jobs[0].id", id.text);
    NUMBER(d, "jobs[0].attempt", 2);
    doc_free(&d);
    d = say(srv, "ack", id, "");
    STATUS(d, 200);
    doc_free(&d);
    d = info(srv, id);
    HAS_NOT(d, "job.error");
    HAS(d, "job.errors[0]");
    doc_free(&d);
}

WIRE(nack_exhausted_discards)
{
    struct id id = submit(srv, "q", ",\"retry\":{\"max_attempts\":1}");
    struct doc d = fetch(srv, "\"q\"");
    doc_free(&d);
    d = say(srv, "nack", id, ",\"error\":{\"message\":\"tab\\t \\u00e9\",\"type\":\"Broken\",\"details\":{\"a\" : 1.0}}");
    STATUS(d, 200);
    TEXT(d, "state", "discarded");
    HAS(d, "discarded_at");
    HAS(d, "completed_at");
    NUMBER(d, "max_attempts", 1);
    doc_free(&d);
    d = info(srv, id);
    TEXT(d, "job.state", "discarded");
    TEXT(d, "job.error.message", "tab\t \xc3\xa9");
    TEXT(d, "job.error.type", "Broken");
    cr_assert(strstr(d.r.body, "{\"a\" : 1.0}"), "%s", d.r.body);
    HAS(d, "job.completed_at");
    doc_free(&d);
    expect_refusal(say(srv, "ack", id, ""), 409, "conflict");
    expect_refusal(cancel(srv, id), 409, "conflict");
}

WIRE(nack_of_what_must_not_be_retried)
{
    struct id id = submit(srv, "q", ",\"retry\":{\"max_attempts\":5,\"non_retryable_errors\":[\"Auth.*\"]}");
    struct doc d = fetch(srv, "\"q\"");
    doc_free(&d);
    d = say(srv, "nack", id, ",\"error\":{\"message\":\"m\",\"details\":{\"error_class\":\"Auth.TokenExpired\"}}");
    TEXT(d, "state", "discarded");
    doc_free(&d);
    id = submit(srv, "q", ",\"retry\":{\"max_attempts\":5}");
    d = fetch(srv, "\"q\"");
    doc_free(&d);
    d = say(srv, "nack", id, ",\"error\":{\"message\":\"m\",\"retryable\":false}");
    TEXT(d, "state", "discarded");
    doc_free(&d);
}

WIRE(nack_requeue_does_not_count)
{
    struct id id = submit(srv, "q", "");
    struct doc d = fetch(srv, "\"q\"");
    doc_free(&d);
    d = say(srv, "nack", id, ",\"requeue\":true");
    STATUS(d, 200);
    TEXT(d, "state", "available");
    doc_free(&d);
    d = fetch(srv, "\"q\"");
    TEXT(d, "jobs[0].id", id.text);
    NUMBER(d, "jobs[0].attempt", 1);
    doc_free(&d);
}

WIRE(nack_without_a_reason)
{
    struct id id = submit(srv, "q", ",\"retry\":{\"max_attempts\":1}");
    struct doc d = fetch(srv, "\"q\"");
    doc_free(&d);
    d = say(srv, "nack", id, "");
    STATUS(d, 200);
    doc_free(&d);
    d = info(srv, id);
    TEXT(d, "job.error.code", "handler_error");
    HAS(d, "job.error.message");
    doc_free(&d);
}

/* ---- cancel, schedule, activate, expire ---- */

WIRE(cancel_jobs)
{
    struct id waiting = submit(srv, "q", ""), running = submit(srv, "r", "");
    struct doc d = fetch(srv, "\"r\"");
    doc_free(&d);
    d = cancel(srv, waiting);
    STATUS(d, 200);
    TEXT(d, "job.state", "cancelled");
    TEXT(d, "job.previous_state", "available");
    HAS(d, "job.cancelled_at");
    HAS_NOT(d, "job.completed_at");
    doc_free(&d);
    d = cancel(srv, running);
    STATUS(d, 200);
    TEXT(d, "job.previous_state", "active");
    HAS(d, "job.started_at");
    doc_free(&d);
    expect_refusal(cancel(srv, waiting), 409, "conflict");
    expect_refusal(say(srv, "ack", running, ""), 409, "conflict");
    expect_refusal(cancel(srv, (struct id){"01961111-aaaa-7bbb-8ccc-dddddddddddd"}), 404, "not_found");
    d = fetch(srv, "\"q\"");
    cr_assert_eq(n_jobs(&d), 0);
    doc_free(&d);
}

WIRE(scheduled_jobs)
{
    struct id later = submit(srv, "q", ",\"delay_until\":\"2099-12-31T23:59:59Z\"");
    struct id soon = submit(srv, "q", ",\"scheduled_at\":\"+PT0.3S\"");
    struct doc d = info(srv, later);
    TEXT(d, "job.state", "scheduled");
    TEXT(d, "job.scheduled_at", "2099-12-31T23:59:59.000Z");
    doc_free(&d);
    expect_refusal(say(srv, "ack", later, ""), 409, "conflict");
    expect_refusal(say(srv, "nack", later, ERROR_MEMBER), 409, "conflict");
    expect_state(srv, soon, "scheduled");
    d = fetch_wait(srv, "\"q\"", 2, 5);
    cr_assert_eq(n_jobs(&d), 1);
    TEXT(d, "jobs[0].id", soon.text);
    doc_free(&d);
}

WIRE(pending_jobs)
{
    char path[128];
    struct id id = submit(srv, "q", ",\"pending\":true");
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s/activate", id.text);
    expect_state(srv, id, "pending");
    struct doc d = fetch(srv, "\"q\"");
    cr_assert_eq(n_jobs(&d), 0);
    doc_free(&d);
    d = ojs(srv, "POST", path, NULL);
    STATUS(d, 200);
    TEXT(d, "job.state", "available");
    TEXT(d, "job.previous_state", "pending");
    doc_free(&d);
    expect_refusal(ojs(srv, "POST", path, "{}"), 409, "conflict");
    d = fetch(srv, "\"q\"");
    TEXT(d, "jobs[0].id", id.text);
    doc_free(&d);
}

WIRE(expired_jobs)
{
    struct id id = submit(srv, "q", ",\"expires_at\":\"+PT0.1S\"");
    sleep_ms(300);
    struct doc d = fetch(srv, "\"q\"");
    cr_assert_eq(n_jobs(&d), 0);
    doc_free(&d);
    d = info(srv, id);
    TEXT(d, "job.state", "discarded");
    HAS_NOT(d, "job.completed_at");
    HAS(d, "job.expires_at");
    doc_free(&d);
}

/* ---- waiting for an end ---- */

static void finish(struct server *srv, struct id id)
{
    struct doc d = fetch_wait(srv, "\"q\"", 1, 5);
    TEXT(d, "jobs[0].id", id.text);
    doc_free(&d);
    d = say(srv, "ack", id, ",\"result\":7");
    STATUS(d, 200);
    doc_free(&d);
}

WIRE(submit_waits_for_the_end)
{
    static const char body[] = "{\"type\":\"a\",\"args\":[],\"options\":{\"queue\":\"q\"}}";
    struct client c;
    struct reply r;
    client_connect(&c, srv->port);
    client_sendf(&c, "POST /ojs/v1/jobs HTTP/1.1\r\nHost: x\r\nPrefer: wait=60\r\nContent-Length: %zu\r\n\r\n%s", strlen(body),
                 body);
    struct doc d = fetch_wait(srv, "\"q\"", 1, 5);
    struct id id = id_of(&d, "jobs[0].id");
    doc_free(&d);
    d = say(srv, "ack", id, ",\"result\":7");
    doc_free(&d);
    client_read_reply(&c, &r);
    cr_assert_str_eq(reply_header(&r, "Preference-Applied"), "wait=10", "the cap");
    cr_assert(reply_header(&r, "Location"));
    d = doc_of(r);
    STATUS(d, 201);
    TEXT(d, "job.state", "completed");
    NUMBER(d, "job.result", 7);
    doc_free(&d);
    client_close(&c);
}

WIRE(submit_wait_ends_without_an_end)
{
    long before = now_ms();
    struct doc d = ojs_with(srv, "POST", "/ojs/v1/jobs", JSON_HEADER "Prefer: wait=1\r\n", "{\"type\":\"a\",\"args\":[]}");
    STATUS(d, 201);
    TEXT(d, "job.state", "available");
    cr_assert_str_eq(reply_header(&d.r, "Preference-Applied"), "wait=1");
    cr_assert(now_ms() - before >= 900);
    doc_free(&d);
}

WIRE(info_waits_for_the_end)
{
    for (int with_query = 0; with_query < 2; with_query++) {
        struct client c;
        struct reply r;
        struct id id = submit(srv, "q", "");
        client_connect(&c, srv->port);
        client_sendf(&c, "GET /ojs/v1/jobs/%s%s HTTP/1.1\r\nHost: x\r\n%s\r\n", id.text, with_query ? "?wait=9" : "",
                     with_query ? "" : "Prefer: wait=9\r\n");
        sleep_ms(50);
        finish(srv, id);
        client_read_reply(&c, &r);
        struct doc d = doc_of(r);
        STATUS(d, 200);
        TEXT(d, "job.state", "completed");
        cr_assert_eq(reply_header_count(&d.r, "Preference-Applied"), with_query ? 0 : 1);
        doc_free(&d);
        client_close(&c);
    }
}

/* ---- leases ---- */

WIRE(heartbeat_extends_and_silence_loses)
{
    char body[256];
    struct id kept = submit(srv, "q", ",\"visibility_timeout_ms\":1000");
    struct id lost = submit(srv, "q", ",\"visibility_timeout_ms\":1000");
    struct doc d = fetch_wait(srv, "\"q\"", 2, 0);
    cr_assert_eq(n_jobs(&d), 2);
    doc_free(&d);
    (void)snprintf(body, sizeof body, "{\"worker_id\":\"w-1\",\"active_jobs\":[\"%s\"]}", kept.text);
    for (int i = 0; i < 3; i++) {
        sleep_ms(500);
        d = ojs(srv, "POST", "/ojs/v1/workers/heartbeat", body);
        STATUS(d, 200);
        TEXT(d, "state", "running");
        TEXT(d, "directive", "");
        TEXT(d, "jobs_extended[0]", kept.text);
        HAS(d, "server_time");
        doc_free(&d);
    }
    expect_state(srv, kept, "active");
    expect_state(srv, lost, "available");
    expect_refusal(ojs(srv, "POST", "/ojs/v1/workers/heartbeat", "{}"), 400, "invalid_request");
    expect_refusal(ojs(srv, "POST", "/ojs/v1/workers/heartbeat", "{\"worker_id\":\"w\",\"active_jobs\":[\"x\"]}"), 400,
                   "invalid_request");
}

/* ---- events, queues, the system ---- */

WIRE(events)
{
    struct id id = submit(srv, "q", ""), other = submit(srv, "other", "");
    struct doc d = fetch(srv, "\"q\"");
    doc_free(&d);
    d = say(srv, "ack", id, "");
    doc_free(&d);
    d = ojs(srv, "GET", "/ojs/v1/events?types=job.completed&queues=q&limit=10", NULL);
    STATUS(d, 200);
    cr_assert_eq(cJSON_GetArraySize(find(d.json, "events")), 1, "%s", d.r.body);
    TEXT(d, "events[0].specversion", "1.0");
    TEXT(d, "events[0].type", "job.completed");
    TEXT(d, "events[0].subject", id.text);
    TEXT(d, "events[0].data.job_id", id.text);
    TEXT(d, "events[0].data.job_type", "test.echo");
    TEXT(d, "events[0].data.queue", "q");
    NUMBER(d, "events[0].data.attempt", 1);
    HAS(d, "events[0].data.duration_ms");
    HAS(d, "events[0].time");
    HAS(d, "events[0].source");
    cr_assert_eq(strncmp(text_at(&d, "events[0].id"), "evt_", 4), 0);
    doc_free(&d);
    d = ojs(srv, "GET", "/ojs/v1/events?types=job.enqueued,job.nonsense&queues=q%2Cother", NULL);
    cr_assert_eq(cJSON_GetArraySize(find(d.json, "events")), 2, "%s", d.r.body);
    TEXT(d, "events[0].subject", id.text);
    TEXT(d, "events[1].subject", other.text);
    doc_free(&d);
    static const char *const empty[] = {"types=job.nonsense", "queues=none", "job_types=none", "queues=none,q&job_types=x"};
    for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++) {
        char path[128];
        (void)snprintf(path, sizeof path, "/ojs/v1/events?%s", empty[i]);
        d = ojs(srv, "GET", path, NULL);
        cr_assert_eq(cJSON_GetArraySize(find(d.json, "events")), 0, "%s: %s", path, d.r.body);
        doc_free(&d);
    }
}

WIRE(events_by_pages)
{
    struct id ids[5];
    char path[160] = "/ojs/v1/events?types=job.enqueued&limit=2";
    int seen = 0;
    for (int i = 0; i < 5; i++) ids[i] = submit(srv, "q", "");
    for (bool more = true; more;) {
        struct doc d = ojs(srv, "GET", path, NULL);
        int n = cJSON_GetArraySize(find(d.json, "events"));
        cr_assert(n >= 1 && n <= 2 && seen + n <= 5, "%s", d.r.body);
        for (int i = 0; i < n; i++) {
            char at[32];
            (void)snprintf(at, sizeof at, "events[%d].subject", i);
            TEXT(d, at, ids[seen++].text);
        }
        more = cJSON_IsTrue(find(d.json, "has_more"));
        (void)snprintf(path, sizeof path, "/ojs/v1/events?types=job.enqueued&limit=2&after=%s", text_at(&d, "cursor"));
        doc_free(&d);
    }
    cr_assert_eq(seen, 5);
    expect_refusal(ojs(srv, "GET", "/ojs/v1/events?limit=0", NULL), 400, "invalid_request");
    expect_refusal(ojs(srv, "GET", "/ojs/v1/events?limit=1001", NULL), 400, "invalid_request");
    expect_refusal(ojs(srv, "GET", "/ojs/v1/events?after=x", NULL), 400, "invalid_request");
    expect_refusal(ojs(srv, "GET", "/ojs/v1/events?queues=%zz", NULL), 400, "invalid_request");
}

WIRE(queues)
{
    (void)submit(srv, "b", "");
    (void)submit(srv, "a", "");
    (void)submit(srv, "a", "");
    struct doc d = fetch(srv, "\"a\"");
    doc_free(&d);
    d = ojs(srv, "GET", "/ojs/v1/queues", NULL);
    STATUS(d, 200);
    NUMBER(d, "pagination.total", 2);
    TEXT(d, "queues[0].name", "a");
    TEXT(d, "queues[0].status", "active");
    NUMBER(d, "queues[0].counts.available", 1);
    NUMBER(d, "queues[0].counts.active", 1);
    NUMBER(d, "queues[1].counts.available", 1);
    doc_free(&d);
    d = ojs(srv, "GET", "/ojs/v1/queues?limit=1", NULL);
    cr_assert(cJSON_IsTrue(find(d.json, "pagination.has_more")));
    TEXT(d, "pagination.next_cursor", "1");
    doc_free(&d);
    d = ojs(srv, "GET", "/ojs/v1/queues?limit=1&cursor=1", NULL);
    TEXT(d, "queues[0].name", "b");
    cr_assert(cJSON_IsFalse(find(d.json, "pagination.has_more")));
    doc_free(&d);
    d = ojs(srv, "GET", "/ojs/v1/queues?offset=99999999999999999999", NULL);
    STATUS(d, 400);
    doc_free(&d);
}

WIRE(health_and_manifest)
{
    struct doc d = ojs(srv, "GET", "/ojs/v1/health", NULL);
    STATUS(d, 200);
    TEXT(d, "status", "ok");
    TEXT(d, "version", "1.0");
    cr_assert(number_at(&d, "uptime_seconds") >= 0 && number_at(&d, "uptime_seconds") < 60);
    doc_free(&d);
    d = ojs(srv, "GET", "/ojs/manifest", NULL);
    STATUS(d, 200);
    TEXT(d, "specversion", "1.0");
    TEXT(d, "ojs_version", "1.0");
    TEXT(d, "implementation.name", "quern");
    TEXT(d, "protocols[0]", "http");
    NUMBER(d, "conformance_level", 0);
    cr_assert(cJSON_IsFalse(find(d.json, "capabilities.workflows")));
    doc_free(&d);
}
