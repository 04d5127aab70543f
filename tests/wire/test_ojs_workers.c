/* Open Job Spec level 0 against the real server over sockets: what workers say. */
#include "call.h"
#include "ojs_steps.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* ---- fetch ---- */

WIRE(fetch_makes_active)
{
    struct id id = ojs_submit(srv, "q", "");
    struct doc d = ojs_fetch(srv, "\"q\"");
    TEXT(d, "jobs[0].id", id.text);
    TEXT(d, "jobs[0].state", "active");
    TEXT(d, "jobs[0].queue", "q");
    TEXT(d, "jobs[0].worker_id", "w-1");
    NUMBER(d, "jobs[0].attempt", 1);
    NUMBER(d, "jobs[0].args[0].n", 1);
    HAS(d, "jobs[0].started_at");
    cr_assert_eq(strlen(doc_text(&d, "jobs[0].lease_token")), 16);
    doc_free(&d);
    d = ojs_info(srv, id);
    TEXT(d, "job.state", "active");
    HAS_NOT(d, "job.lease_token");
    HAS_NOT(d, "job.completed_at");
    doc_free(&d);
    d = ojs_fetch(srv, "\"q\"");
    cr_assert_eq(doc_n_jobs(&d), 0);
    doc_free(&d);
}

WIRE(fetch_order)
{
    struct id low = ojs_submit(srv, "low", ""), first = ojs_submit(srv, "high", ""), second = ojs_submit(srv, "high", "");
    struct id urgent = ojs_submit(srv, "high", ",\"priority\":5");
    struct doc d = ojs_fetch(srv, "\"high\",\"low\"");
    TEXT(d, "jobs[0].id", urgent.text);
    doc_free(&d);
    d = ojs_fetch_wait(srv, "\"high\",\"low\"", 10, 0);
    cr_assert_eq(doc_n_jobs(&d), 3);
    TEXT(d, "jobs[0].id", first.text);
    TEXT(d, "jobs[1].id", second.text);
    TEXT(d, "jobs[2].id", low.text);
    doc_free(&d);
    d = ojs_fetch(srv, "\"never-heard-of\"");
    cr_assert_eq(doc_n_jobs(&d), 0);
    doc_free(&d);
}

WIRE(fetch_is_exclusive)
{
    enum { CLIENTS = 16, JOBS = 5 };
    static const char body[] = "{\"queues\":[\"q\"]}";
    struct client c[CLIENTS];
    int granted = 0;
    for (int i = 0; i < JOBS; i++) (void)ojs_submit(srv, "q", "");
    for (int i = 0; i < CLIENTS; i++) client_connect(&c[i], srv->port);
    for (int i = 0; i < CLIENTS; i++)
        client_sendf(&c[i], "POST /ojs/v1/workers/fetch HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n%s", strlen(body),
                     body);
    for (int i = 0; i < CLIENTS; i++) {
        struct reply r;
        client_read_reply(&c[i], &r);
        struct doc d = doc_of(r);
        granted += doc_n_jobs(&d);
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
        ojs_expect_refusal(ojs_send(srv, "POST", "/ojs/v1/workers/fetch", bad[i]), 400, "invalid_request");
    struct doc d = ojs_send(srv, "POST", "/ojs/v1/workers/fetch", "{\"queues\":[\"q\"],\"count\":1000000,\"worker_id\":null}");
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
    ojs_sleep_ms(100);
    struct id id = ojs_submit(srv, "q", "");
    client_read_reply(&c, &r);
    cr_assert_str_eq(reply_header(&r, "Preference-Applied"), "wait=9");
    struct doc d = doc_of(r);
    TEXT(d, "jobs[0].id", id.text);
    doc_free(&d);
    client_close(&c);
    long before = ojs_now_ms();
    d = ojs_fetch_wait(srv, "\"q\"", 1, 1);
    cr_assert_eq(doc_n_jobs(&d), 0);
    cr_assert(ojs_now_ms() - before >= 900, "waited %ld ms", ojs_now_ms() - before);
    doc_free(&d);
}

/* A grant that nobody is there to hear of goes back, and its attempt does not count. */
WIRE(grant_to_a_client_that_has_gone)
{
    struct client c;
    client_connect(&c, srv->port);
    client_sendf(&c, "POST /ojs/v1/workers/fetch HTTP/1.1\r\nHost: x\r\nPrefer: wait=9\r\nContent-Length: 16\r\n\r\n"
                     "{\"queues\":[\"q\"]}");
    ojs_sleep_ms(100);
    client_reset(&c);
    ojs_sleep_ms(200);
    struct id id = ojs_submit(srv, "q", "");
    struct doc d = ojs_fetch_wait(srv, "\"q\"", 1, 5);
    TEXT(d, "jobs[0].id", id.text);
    NUMBER(d, "jobs[0].attempt", 1);
    doc_free(&d);
}

/* How many of them are answered with 503 so far; those are closed. */
static int count_refused(struct client *c, struct pollfd *p, int n)
{
    struct reply r;
    int refused = 0;
    cr_assert_gt(poll(p, (nfds_t)n, PATIENCE_MS), 0, "too few are refused");
    for (int i = 0; i < n; i++) {
        if (p[i].fd < 0 || !p[i].revents) continue;
        client_read_reply(&c[i], &r);
        cr_assert_str_eq(reply_header(&r, "Retry-After"), "1");
        ojs_expect_refusal(doc_of(r), 503, "backend_error");
        client_close(&c[i]);
        p[i].fd = -1;
        refused++;
    }
    return refused;
}

static void submit_batch(struct server *srv, int n)
{
    struct wire_text t = {0};
    wire_addf(&t, "{\"jobs\":[");
    for (int i = 0; i < n; i++) wire_addf(&t, "%s{\"type\":\"t\",\"args\":[],\"options\":{\"queue\":\"q\"}}", i ? "," : "");
    wire_addf(&t, "]}");
    struct doc d = ojs_send(srv, "POST", "/ojs/v1/jobs/batch", t.p);
    STATUS(d, 201);
    doc_free(&d);
    wire_text_free(&t);
}

/* Parked requests come from a pool; one beyond it is refused before anything is asked, and all others go on. */
Test(wire_ojs, parked_fetches_have_a_limit, .timeout = 120)
{
    enum { PARKED = 4096, MORE = 8, ALL = PARKED + MORE };
    struct server srv;
    struct rlimit files;
    struct client *c = calloc(ALL, sizeof *c);
    struct pollfd *p = calloc(ALL, sizeof *p);
    cr_assert(c && p);
    cr_assert_eq(getrlimit(RLIMIT_NOFILE, &files), 0);
    files.rlim_cur = files.rlim_max;
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
    wire_up(&srv, "{\"wait_max\": 60}", (const char *const[]){"--shards", "1", NULL});
    for (int i = 0; i < ALL; i++) {
        client_connect(&c[i], srv.port);
        client_sendf(&c[i], "POST /ojs/v1/workers/fetch HTTP/1.1\r\nHost: x\r\nPrefer: wait=60\r\nContent-Length: 16\r\n\r\n"
                            "{\"queues\":[\"q\"]}");
        p[i] = (struct pollfd){.fd = c[i].fd, .events = POLLIN};
        if (i % 256 == 255) ojs_sleep_ms(5); /* not more at once than a listen queue holds */
    }
    int refused = 0, gone = 0;
    while (refused < MORE) refused += count_refused(c, p, ALL);
    cr_assert_eq(refused, MORE);
    for (int i = 0; i < ALL && gone < 100; i++) { /* makes room for who brings the jobs */
        if (p[i].fd < 0) continue;
        client_reset(&c[i]);
        p[i].fd = -1;
        gone++;
    }
    call_await_metric(srv.port, "quern_exchanges", PARKED - gone + 1);
    for (int n = PARKED - gone; n > 0; n -= n < 500 ? n : 500) submit_batch(&srv, n < 500 ? n : 500);
    for (int i = 0; i < ALL; i++) {
        if (p[i].fd < 0) continue;
        struct reply r;
        client_read_reply(&c[i], &r);
        struct doc d = doc_of(r);
        STATUS(d, 200);
        cr_assert_eq(doc_n_jobs(&d), 1);
        doc_free(&d);
        client_close(&c[i]);
    }
    free(p);
    free(c);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- ack ---- */

WIRE(ack_completes)
{
    struct id id = ojs_submit(srv, "q", "");
    ojs_expect_refusal(ojs_say(srv, "ack", id, ""), 409, "conflict");
    struct doc d = ojs_fetch(srv, "\"q\"");
    doc_free(&d);
    d = ojs_say(srv, "ack", id, ",\"result\":{\"n\" : 4.20, \"ok\":true}");
    STATUS(d, 200);
    TEXT(d, "id", id.text);
    TEXT(d, "job_id", id.text);
    TEXT(d, "state", "completed");
    HAS(d, "completed_at");
    cr_assert(cJSON_IsTrue(doc_find(d.json, "acknowledged")));
    doc_free(&d);
    d = ojs_info(srv, id);
    TEXT(d, "job.state", "completed");
    NUMBER(d, "job.attempt", 1);
    HAS(d, "job.started_at");
    HAS(d, "job.completed_at");
    HAS_NOT(d, "job.error");
    cr_assert(strstr(d.r.body, "\"result\":{\"n\" : 4.20, \"ok\":true}"), "%s", d.r.body);
    doc_free(&d);
    ojs_expect_refusal(ojs_say(srv, "ack", id, ""), 409, "conflict");
    ojs_expect_refusal(ojs_say(srv, "nack", id, ERROR_MEMBER), 409, "conflict");
    ojs_expect_refusal(ojs_cancel(srv, id), 409, "conflict");
    ojs_expect_state(srv, id, "completed");
}

WIRE(ack_is_checked)
{
    struct id nobody = {"01962222-bbbb-7ccc-8ddd-eeeeeeeeeeee"};
    ojs_expect_refusal(ojs_say(srv, "ack", nobody, ""), 404, "not_found");
    ojs_expect_refusal(ojs_say(srv, "nack", nobody, ERROR_MEMBER), 404, "not_found");
    ojs_expect_refusal(ojs_send(srv, "POST", "/ojs/v1/workers/ack", "{}"), 400, "invalid_request");
    ojs_expect_refusal(ojs_send(srv, "POST", "/ojs/v1/workers/ack", "{\"job_id\":\"x\"}"), 400, "invalid_request");
    ojs_expect_refusal(ojs_say(srv, "ack", nobody, ",\"lease_token\":\"x\""), 400, "invalid_request");
    ojs_expect_refusal(ojs_say(srv, "nack", nobody, ",\"error\":\"x\""), 400, "invalid_request");
    ojs_expect_refusal(ojs_say(srv, "nack", nobody, ",\"error\":{\"code\":\"x\"}"), 400, "invalid_request");
    ojs_expect_refusal(ojs_say(srv, "nack", nobody, ",\"error\":{\"message\":\"x\",\"retryable\":1}"), 400, "invalid_request");
}

WIRE(lease_tokens)
{
    char right[64];
    struct id id = ojs_submit(srv, "q", "");
    struct doc d = ojs_fetch(srv, "\"q\"");
    (void)snprintf(right, sizeof right, ",\"lease_token\":\"%s\"", doc_text(&d, "jobs[0].lease_token"));
    doc_free(&d);
    ojs_expect_refusal(ojs_say(srv, "ack", id, ",\"lease_token\":\"00000000000000ff\""), 409, "lease_lost");
    ojs_expect_state(srv, id, "active");
    d = ojs_say(srv, "ack", id, right);
    STATUS(d, 200);
    doc_free(&d);
    d = ojs_say(srv, "ack", id, right);
    STATUS(d, 200);
    TEXT(d, "state", "completed");
    doc_free(&d);
}

WIRE(result_bytes)
{
    char path[128];
    struct id id = ojs_submit(srv, "q", "");
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s/result", id.text);
    ojs_expect_refusal(ojs_send(srv, "GET", path, NULL), 404, "not_found");
    struct doc d = ojs_fetch(srv, "\"q\"");
    doc_free(&d);
    d = ojs_say(srv, "ack", id, ",\"result\":[1 , 2.50]");
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
    struct id id = ojs_submit(srv, "q", ",\"retry\":{\"max_attempts\":3,\"initial_interval\":\"PT0.2S\",\"jitter\":false}");
    struct doc d = ojs_fetch(srv, "\"q\"");
    doc_free(&d);
    d = ojs_say(srv, "nack", id, ERROR_MEMBER);
    STATUS(d, 200);
    TEXT(d, "id", id.text);
    TEXT(d, "job_id", id.text);
    TEXT(d, "state", "retryable");
    NUMBER(d, "attempt", 1);
    NUMBER(d, "max_attempts", 3);
    HAS(d, "next_attempt_at");
    cr_assert(doc_number(&d, "retry_delay_ms") > 0 && doc_number(&d, "retry_delay_ms") <= 200, "%s", d.r.body);
    HAS_NOT(d, "completed_at");
    doc_free(&d);
    d = ojs_info(srv, id);
    TEXT(d, "job.error.code", "handler_error");
    TEXT(d, "job.error.message", "it broke");
    HAS(d, "job.error.type");
    NUMBER(d, "job.errors[0].attempt", 1);
    HAS(d, "job.errors[0].occurred_at");
    HAS_NOT(d, "job.completed_at");
    doc_free(&d);
    d = ojs_fetch_wait(srv, "\"q\"", 1, 5);
    TEXT(d, "jobs[0].id", id.text);
    NUMBER(d, "jobs[0].attempt", 2);
    doc_free(&d);
    d = ojs_say(srv, "ack", id, "");
    STATUS(d, 200);
    doc_free(&d);
    d = ojs_info(srv, id);
    HAS_NOT(d, "job.error");
    HAS(d, "job.errors[0]");
    doc_free(&d);
}

WIRE(nack_exhausted_discards)
{
    struct id id = ojs_submit(srv, "q", ",\"retry\":{\"max_attempts\":1}");
    struct doc d = ojs_fetch(srv, "\"q\"");
    doc_free(&d);
    d = ojs_say(srv, "nack", id, ",\"error\":{\"message\":\"tab\\t \\u00e9\",\"type\":\"Broken\",\"details\":{\"a\" : 1.0}}");
    STATUS(d, 200);
    TEXT(d, "state", "discarded");
    HAS(d, "discarded_at");
    HAS(d, "completed_at");
    NUMBER(d, "max_attempts", 1);
    doc_free(&d);
    d = ojs_info(srv, id);
    TEXT(d, "job.state", "discarded");
    TEXT(d, "job.error.message", "tab\t \xc3\xa9");
    TEXT(d, "job.error.type", "Broken");
    cr_assert(strstr(d.r.body, "{\"a\" : 1.0}"), "%s", d.r.body);
    HAS(d, "job.completed_at");
    doc_free(&d);
    ojs_expect_refusal(ojs_say(srv, "ack", id, ""), 409, "conflict");
    ojs_expect_refusal(ojs_cancel(srv, id), 409, "conflict");
}

WIRE(nack_of_what_must_not_be_retried)
{
    struct id id = ojs_submit(srv, "q", ",\"retry\":{\"max_attempts\":5,\"non_retryable_errors\":[\"Auth.*\"]}");
    struct doc d = ojs_fetch(srv, "\"q\"");
    doc_free(&d);
    d = ojs_say(srv, "nack", id, ",\"error\":{\"message\":\"m\",\"details\":{\"error_class\":\"Auth.TokenExpired\"}}");
    TEXT(d, "state", "discarded");
    doc_free(&d);
    id = ojs_submit(srv, "q", ",\"retry\":{\"max_attempts\":5}");
    d = ojs_fetch(srv, "\"q\"");
    doc_free(&d);
    d = ojs_say(srv, "nack", id, ",\"error\":{\"message\":\"m\",\"retryable\":false}");
    TEXT(d, "state", "discarded");
    doc_free(&d);
}

WIRE(nack_requeue_does_not_count)
{
    struct id id = ojs_submit(srv, "q", "");
    struct doc d = ojs_fetch(srv, "\"q\"");
    doc_free(&d);
    d = ojs_say(srv, "nack", id, ",\"requeue\":true");
    STATUS(d, 200);
    TEXT(d, "state", "available");
    doc_free(&d);
    d = ojs_fetch(srv, "\"q\"");
    TEXT(d, "jobs[0].id", id.text);
    NUMBER(d, "jobs[0].attempt", 1);
    doc_free(&d);
}

WIRE(nack_without_a_reason)
{
    struct id id = ojs_submit(srv, "q", ",\"retry\":{\"max_attempts\":1}");
    struct doc d = ojs_fetch(srv, "\"q\"");
    doc_free(&d);
    d = ojs_say(srv, "nack", id, "");
    STATUS(d, 200);
    doc_free(&d);
    d = ojs_info(srv, id);
    TEXT(d, "job.error.code", "handler_error");
    HAS(d, "job.error.message");
    doc_free(&d);
}

/* ---- leases ---- */

/* Three heartbeats, longer than the leases last. False: they came so late that the leases may have been over. */
static bool extends(struct server *srv, int lease_ms)
{
    char body[256], more[64];
    (void)snprintf(more, sizeof more, ",\"visibility_timeout_ms\":%d", lease_ms);
    struct id kept = ojs_submit(srv, "q", more), lost = ojs_submit(srv, "q", more);
    long extended = ojs_now_ms();
    struct doc d = ojs_fetch_wait(srv, "\"q\"", 2, 0);
    cr_assert_eq(doc_n_jobs(&d), 2);
    doc_free(&d);
    (void)snprintf(body, sizeof body, "{\"worker_id\":\"w-1\",\"active_jobs\":[\"%s\"]}", kept.text);
    for (int i = 0; i < 3; i++) {
        ojs_sleep_ms(lease_ms / 2);
        long asked = ojs_now_ms();
        d = ojs_send(srv, "POST", "/ojs/v1/workers/heartbeat", body);
        if (ojs_now_ms() - extended >= lease_ms) {
            doc_free(&d);
            return false;
        }
        extended = asked;
        STATUS(d, 200);
        TEXT(d, "state", "running");
        TEXT(d, "directive", "");
        TEXT(d, "jobs_extended[0]", kept.text);
        HAS(d, "server_time");
        doc_free(&d);
    }
    d = ojs_info(srv, kept);
    bool is_known = ojs_now_ms() - extended < lease_ms;
    if (is_known) TEXT(d, "job.state", "active");
    doc_free(&d);
    ojs_expect_state(srv, lost, "available");
    return is_known;
}

/* What two tries have left, so that the next one fetches its own. */
static void cancel_all(struct server *srv)
{
    struct doc d = ojs_send(srv, "POST", "/ojs/v1/jobs/bulk/cancel", "{\"filter\":{\"queue\":\"q\"}}");
    STATUS(d, 200);
    doc_free(&d);
}

WIRE(heartbeat_extends_and_silence_loses)
{
    int lease_ms = 1000;
    for (; !extends(srv, lease_ms) && lease_ms < 30000; lease_ms *= 2) cancel_all(srv);
    cr_assert_lt(lease_ms, 30000, "no heartbeat comes in time");
    ojs_expect_refusal(ojs_send(srv, "POST", "/ojs/v1/workers/heartbeat", "{}"), 400, "invalid_request");
    ojs_expect_refusal(ojs_send(srv, "POST", "/ojs/v1/workers/heartbeat", "{\"worker_id\":\"w\",\"active_jobs\":[\"x\"]}"), 400,
                       "invalid_request");
}
