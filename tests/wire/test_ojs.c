/* Open Job Spec level 0 against the real server over sockets: what holds for all requests; submitting; the system. */
#include "ojs_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
        struct doc d = ojs_send_with(srv, "POST", "/ojs/v1/jobs", types[i].header, body);
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
        struct doc d = ojs_send_with(srv, "GET", cases[i].path, cases[i].header, NULL);
        STATUS(d, cases[i].status);
        if (d.r.status == 422) TEXT(d, "error.code", "unsupported");
        doc_free(&d);
    }
    ojs_expect_refusal(ojs_send_with(srv, "POST", "/ojs/v1/jobs", JSON_HEADER "OJS-Version: 2.0\r\n", "{}"), 422,
                       "unsupported");
}

WIRE(request_ids)
{
    static const char own[] = "X-Request-Id: req_client-019414d4.A_b\r\n";
    struct doc d = ojs_send_with(srv, "GET", "/ojs/v1/health", own, NULL);
    cr_assert_str_eq(reply_header(&d.r, "X-Request-Id"), "req_client-019414d4.A_b");
    doc_free(&d);
    d = ojs_send_with(srv, "GET", "/ojs/v1/jobs/01962222-bbbb-7ccc-8ddd-eeeeeeeeeeee", own, NULL);
    STATUS(d, 404);
    cr_assert_str_eq(reply_header(&d.r, "X-Request-Id"), "req_client-019414d4.A_b");
    doc_free(&d);
    d = ojs_send_with(srv, "GET", "/ojs/v1/no/such/path", own, NULL);
    STATUS(d, 404);
    cr_assert_str_eq(reply_header(&d.r, "X-Request-Id"), "req_client-019414d4.A_b");
    doc_free(&d);
    d = ojs_send_with(srv, "GET", "/ojs/v1/health", "X-Request-Id: one\r\nX-Request-Id: two\r\n", NULL);
    cr_assert_eq(strncmp(reply_header(&d.r, "X-Request-Id"), "req_", 4), 0);
    doc_free(&d);
    d = ojs_send_with(srv, "GET", "/ojs/v1/health", "X-Request-Id: no good\r\n", NULL);
    cr_assert_eq(strncmp(reply_header(&d.r, "X-Request-Id"), "req_", 4), 0);
    cr_assert_eq(strlen(reply_header(&d.r, "X-Request-Id")), 40);
    doc_free(&d);
}

WIRE(errors_of_http_itself)
{
    ojs_expect_refusal(ojs_send(srv, "GET", "/ojs/v1/nothing", NULL), 404, "not_found");
    ojs_expect_refusal(ojs_send(srv, "GET", "/ojs/v1/jobs/not-a-uuid", NULL), 404, "not_found");
    ojs_expect_refusal(ojs_send(srv, "GET", "/ojs/v1/jobs/550e8400-e29b-41d4-a716-446655440000", NULL), 404, "not_found");
    struct doc d = ojs_send(srv, "PUT", "/ojs/v1/jobs", "{}");
    STATUS(d, 405);
    cr_assert(strstr(reply_header(&d.r, "Allow"), "POST"));
    doc_free(&d);
    size_t n = 70000;
    char *body = malloc(n + 1);
    cr_assert(body);
    memset(body, ' ', n);
    body[n] = '\0';
    ojs_expect_refusal(ojs_send(srv, "POST", "/ojs/v1/workers/fetch", body), 413, "envelope_too_large");
    free(body);
}

WIRE(head_and_pipelining)
{
    struct client c;
    struct reply r;
    struct id id = ojs_submit(srv, "q", "");
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
        char wanted[16];
        (void)snprintf(wanted, sizeof wanted, "n%d", i);
        client_read_reply(&c, &r);
        cr_assert_eq(r.status, 200);
        cr_assert_str_eq(reply_header(&r, "X-Request-Id"), wanted, "answers come in the order of their requests");
        reply_free(&r);
    }
    client_close(&c);
}

/* ---- submit ---- */

WIRE(submit_minimal)
{
    struct doc d = ojs_send(srv, "POST", "/ojs/v1/jobs", "{\"type\":\"email.send\",\"args\":[\"a@example.com\",\"welcome\"]}");
    char location[64];
    STATUS(d, 201);
    struct id id = doc_id(&d, "job.id");
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
    static const char *const absent[] = {"job.started_at", "job.completed_at", "job.error",
                                         "job.errors",     "job.result",       "job.lease_token"};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) HAS_NOT(d, absent[i]);
    doc_free(&d);
}

WIRE(what_was_sent_is_kept)
{
    static const char unknown[] = "\"x_one\":  {\"big\" : 12345678901234567890}";
    struct doc d = ojs_send(srv, "POST", "/ojs/v1/jobs",
                            "{\"type\":\"a.b\",\"args\":[1.0,null],\"meta\":{\"trace_id\":\"t\"},\"x_one\":  {\"big\" : "
                            "12345678901234567890},\"state\":\"completed\",\"attempt\":9,\"result\":1,\"options\":{\"queue\":"
                            "\"reports\",\"priority\":10,\"timeout_ms\":300000,\"delay_until\":\"2020-01-01T00:00:00Z\","
                            "\"retry\":{\"max_attempts\":5,\"initial_interval\":\"PT1S\"},\"unique\":{\"keys\":[\"type\"]},"
                            "\"tags\":[\"x\"]}}");
    STATUS(d, 201);
    struct id id = doc_id(&d, "job.id");
    doc_free(&d);
    d = ojs_info(srv, id);
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
    struct doc again = ojs_info(srv, id);
    cr_assert_str_eq(d.r.body, again.r.body, "looking changes nothing");
    doc_free(&again);
    doc_free(&d);
}

WIRE(client_made_id_and_duplicate)
{
    static const char body[] = "{\"type\":\"a\",\"args\":[],\"id\":\"019461a8-1a2b-7c3d-8e4f-5a6b7c8d9e0f\"}";
    struct doc d = ojs_send(srv, "POST", "/ojs/v1/jobs", body);
    STATUS(d, 201);
    TEXT(d, "job.id", "019461a8-1a2b-7c3d-8e4f-5a6b7c8d9e0f");
    doc_free(&d);
    d = ojs_send(srv, "POST", "/ojs/v1/jobs", body);
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
        struct doc d = ojs_send(srv, "POST", "/ojs/v1/jobs", bad[i].body);
        STATUS(d, bad[i].status);
        TEXT(d, "error.code", bad[i].code);
        TEXT(d, "error.type", bad[i].code);
        cr_assert(strstr(doc_text(&d, "error.message"), bad[i].says), "%s", d.r.body);
        cr_assert(cJSON_IsFalse(doc_find(d.json, "error.retryable")));
        doc_free(&d);
    }
}

/* The limit that every implementation must have at least (ojs-json-format §8.1); this server's default. */
#define ENVELOPE_MAX ((size_t)1 << 20)

static char *envelope_of(size_t bytes)
{
    static const char start[] = "{\"type\":\"a\",\"options\":{\"queue\":\"big\"},\"args\":[\"", end[] = "\"]}";
    char *text = malloc(bytes + 1);
    cr_assert(text);
    memset(text, 'x', bytes);
    memcpy(text, start, sizeof start - 1);
    memcpy(text + bytes - (sizeof end - 1), end, sizeof end);
    return text;
}

WIRE(big_envelope)
{
    char *body = envelope_of(ENVELOPE_MAX);
    struct doc d = ojs_send(srv, "POST", "/ojs/v1/jobs", body);
    STATUS(d, 201);
    struct id id = doc_id(&d, "job.id");
    size_t n = strlen(doc_text(&d, "job.args[0]"));
    cr_assert(n > ENVELOPE_MAX - 100);
    doc_free(&d);
    d = ojs_fetch(srv, "\"big\"");
    TEXT(d, "jobs[0].id", id.text);
    cr_assert_eq(strlen(doc_text(&d, "jobs[0].args[0]")), n);
    doc_free(&d);
    free(body);
    body = envelope_of(ENVELOPE_MAX + 1);
    ojs_expect_refusal(ojs_send(srv, "POST", "/ojs/v1/jobs", body), 413, "envelope_too_large");
    free(body);
}

/* ---- events, queues, the system ---- */

WIRE(events)
{
    struct id id = ojs_submit(srv, "q", ""), other = ojs_submit(srv, "other", "");
    struct doc d = ojs_fetch(srv, "\"q\"");
    doc_free(&d);
    d = ojs_say(srv, "ack", id, "");
    doc_free(&d);
    d = ojs_send(srv, "GET", "/ojs/v1/events?types=job.completed&queues=q&limit=10", NULL);
    STATUS(d, 200);
    cr_assert_eq(cJSON_GetArraySize(doc_find(d.json, "events")), 1, "%s", d.r.body);
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
    cr_assert_eq(strncmp(doc_text(&d, "events[0].id"), "evt_", 4), 0);
    doc_free(&d);
    d = ojs_send(srv, "GET", "/ojs/v1/events?types=job.enqueued,job.nonsense&queues=q%2Cother", NULL);
    cr_assert_eq(cJSON_GetArraySize(doc_find(d.json, "events")), 2, "%s", d.r.body);
    TEXT(d, "events[0].subject", id.text);
    TEXT(d, "events[1].subject", other.text);
    doc_free(&d);
    static const char *const empty[] = {"types=job.nonsense", "queues=none", "job_types=none", "queues=none,q&job_types=x"};
    for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++) {
        char path[128];
        (void)snprintf(path, sizeof path, "/ojs/v1/events?%s", empty[i]);
        d = ojs_send(srv, "GET", path, NULL);
        cr_assert_eq(cJSON_GetArraySize(doc_find(d.json, "events")), 0, "%s: %s", path, d.r.body);
        doc_free(&d);
    }
}

WIRE(events_by_pages)
{
    struct id ids[5];
    char path[160] = "/ojs/v1/events?types=job.enqueued&limit=2";
    int seen = 0;
    for (int i = 0; i < 5; i++) ids[i] = ojs_submit(srv, "q", "");
    for (bool more = true; more;) {
        struct doc d = ojs_send(srv, "GET", path, NULL);
        int n = cJSON_GetArraySize(doc_find(d.json, "events"));
        cr_assert(n >= 1 && n <= 2 && seen + n <= 5, "%s", d.r.body);
        for (int i = 0; i < n; i++) {
            char at[32];
            (void)snprintf(at, sizeof at, "events[%d].subject", i);
            TEXT(d, at, ids[seen++].text);
        }
        more = cJSON_IsTrue(doc_find(d.json, "has_more"));
        (void)snprintf(path, sizeof path, "/ojs/v1/events?types=job.enqueued&limit=2&after=%s", doc_text(&d, "cursor"));
        doc_free(&d);
    }
    cr_assert_eq(seen, 5);
    ojs_expect_refusal(ojs_send(srv, "GET", "/ojs/v1/events?limit=0", NULL), 400, "invalid_request");
    ojs_expect_refusal(ojs_send(srv, "GET", "/ojs/v1/events?limit=1001", NULL), 400, "invalid_request");
    ojs_expect_refusal(ojs_send(srv, "GET", "/ojs/v1/events?after=x", NULL), 400, "invalid_request");
    ojs_expect_refusal(ojs_send(srv, "GET", "/ojs/v1/events?queues=a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q", NULL), 400,
                       "invalid_request");
}

WIRE(queues)
{
    (void)ojs_submit(srv, "b", "");
    (void)ojs_submit(srv, "a", "");
    (void)ojs_submit(srv, "a", "");
    struct doc d = ojs_fetch(srv, "\"a\"");
    doc_free(&d);
    d = ojs_send(srv, "GET", "/ojs/v1/queues", NULL);
    STATUS(d, 200);
    NUMBER(d, "pagination.total", 2);
    TEXT(d, "queues[0].name", "a");
    TEXT(d, "queues[0].status", "active");
    NUMBER(d, "queues[0].counts.available", 1);
    NUMBER(d, "queues[0].counts.active", 1);
    NUMBER(d, "queues[1].counts.available", 1);
    doc_free(&d);
    d = ojs_send(srv, "GET", "/ojs/v1/queues?limit=1", NULL);
    cr_assert(cJSON_IsTrue(doc_find(d.json, "pagination.has_more")));
    TEXT(d, "pagination.next_cursor", "1");
    doc_free(&d);
    d = ojs_send(srv, "GET", "/ojs/v1/queues?limit=1&cursor=1", NULL);
    TEXT(d, "queues[0].name", "b");
    cr_assert(cJSON_IsFalse(doc_find(d.json, "pagination.has_more")));
    doc_free(&d);
    d = ojs_send(srv, "GET", "/ojs/v1/queues?offset=99999999999999999999", NULL);
    STATUS(d, 400);
    doc_free(&d);
}

WIRE(health_and_manifest)
{
    struct doc d = ojs_send(srv, "GET", "/ojs/v1/health", NULL);
    STATUS(d, 200);
    TEXT(d, "status", "ok");
    TEXT(d, "version", "1.0");
    cr_assert(doc_number(&d, "uptime_seconds") >= 0 && doc_number(&d, "uptime_seconds") < 60);
    doc_free(&d);
    d = ojs_send(srv, "GET", "/ojs/manifest", NULL);
    STATUS(d, 200);
    TEXT(d, "specversion", "1.0");
    TEXT(d, "ojs_version", "1.0");
    TEXT(d, "implementation.name", "quern");
    TEXT(d, "protocols[0]", "http");
    NUMBER(d, "conformance_level", 2);
    cr_assert(cJSON_IsFalse(doc_find(d.json, "capabilities.workflows")));
    doc_free(&d);
}
