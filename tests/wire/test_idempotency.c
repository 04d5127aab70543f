/* Idempotency-Key: a request that may be sent again without being done again. */
#include "call.h"
#include "ojs_steps.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct reply run(struct server *srv, const char *target, const char *key, const char *more, const char *body)
{
    char headers[512];
    struct client c;
    client_connect(&c, srv->port);
    (void)snprintf(headers, sizeof headers, "Idempotency-Key: %s\r\n%s", key, more);
    struct reply r = call_on(&c, target, headers, body, strlen(body));
    client_close(&c);
    return r;
}

static struct doc submit(struct server *srv, const char *key, const char *more, const char *body)
{
    char headers[512];
    (void)snprintf(headers, sizeof headers, JSON_HEADER "Idempotency-Key: %s\r\n%s", key, more);
    return ojs_send_with(srv, "POST", "/ojs/v1/jobs", headers, body);
}

static void expect_replay(const struct reply *r, bool is_replay)
{
    const char *told = reply_header(r, "Idempotency-Replayed");
    cr_assert_eq(told != NULL, is_replay, "%s", r->head);
    if (is_replay) cr_assert_str_eq(told, "?1");
}

#define JOB "{\"type\":\"t.once\",\"args\":[1],\"queue\":\"q\"}"

WIRE(a_submit_again_is_the_same_job)
{
    struct doc d = submit(srv, "\"k 1\"", "", JOB);
    STATUS(d, 201);
    expect_replay(&d.r, false);
    struct id id = doc_id(&d, "job.id");
    doc_free(&d);
    for (int i = 0; i < 2; i++) {
        d = submit(srv, "\"k 1\"", "", JOB);
        STATUS(d, 201);
        expect_replay(&d.r, true);
        TEXT(d, "job.id", id.text);
        doc_free(&d);
    }
    d = submit(srv, "k1", "", JOB);
    STATUS(d, 201);
    cr_assert_str_neq(doc_text(&d, "job.id"), id.text, "another key");
    doc_free(&d);
    d = submit(srv, "\"k 1\"", "", "{\"type\":\"t.once\",\"args\":[2],\"queue\":\"q\"}");
    TEXT(d, "error.details.job_id", id.text);
    ojs_expect_refusal(d, 422, "x_idempotency_key_reused");
    d = ojs_cancel(srv, id);
    doc_free(&d);
    d = submit(srv, "\"k 1\"", "", JOB);
    TEXT(d, "job.state", "cancelled"); /* its present state */
    doc_free(&d);
}

static void submit_waiting(struct server *srv, struct client *c)
{
    client_connect(c, srv->port);
    client_sendf(c,
                 "POST /ojs/v1/jobs HTTP/1.1\r\nHost: x\r\nIdempotency-Key: \"j\"\r\nPrefer: wait=10\r\n" JSON_HEADER
                 "Content-Length: %zu\r\n\r\n%s",
                 strlen(JOB), JOB);
}

/* Both wait for the one job. */
WIRE(the_second_joins_the_wait)
{
    struct client c[2];
    submit_waiting(srv, &c[0]);
    struct doc d = ojs_fetch_wait(srv, "\"q\"", 5, 10);
    cr_assert_eq(doc_n_jobs(&d), 1);
    struct id id = doc_id(&d, "jobs[0].id");
    doc_free(&d);
    submit_waiting(srv, &c[1]);
    ojs_sleep_ms(50); /* mostly it waits too by then; what comes when the job has ended is answered at once */
    d = ojs_fetch(srv, "\"q\"");
    cr_assert_eq(doc_n_jobs(&d), 0);
    doc_free(&d);
    d = ojs_say(srv, "ack", id, ",\"result\":5");
    STATUS(d, 200);
    doc_free(&d);
    for (int i = 0; i < 2; i++) {
        struct reply r;
        client_read_reply(&c[i], &r);
        expect_replay(&r, i == 1);
        d = doc_of(r);
        STATUS(d, 201);
        TEXT(d, "job.id", id.text);
        NUMBER(d, "job.result", 5);
        doc_free(&d);
        client_close(&c[i]);
    }
}

WIRE(a_call_again_has_the_same_answer)
{
    struct reply r = run(srv, "/run/burn?ms=1", "\"b\"", "", "");
    cr_assert_eq(r.status, 200, "%d %s", r.status, r.body);
    expect_replay(&r, false);
    char *first = strdup(r.body);
    reply_free(&r);
    r = run(srv, "/run/burn?ms=1", "\"b\"", "", "");
    cr_assert_eq(r.status, 200);
    expect_replay(&r, true);
    cr_assert_str_eq(r.body, first, "measured once");
    free(first);
    reply_free(&r);
    call_problem(run(srv, "/run/burn?ms=2", "\"b\"", "", ""), 422, "idempotency-key-reused", "before");
    call_problem(run(srv, "/run/burn?ms=1", "\"b\"", "Content-Type: a/b\r\n", ""), 422, "idempotency-key-reused", "before");
    call_problem(run(srv, "/run/burn?ms=1", "\"b\"", "", "x"), 422, "idempotency-key-reused", "before");
    r = run(srv, "/run/echo", "\"b\"", "Content-Type: a/b\r\n", "x");
    cr_assert_eq(r.status, 200, "a key is the route's own");
    expect_replay(&r, false);
    cr_assert_str_eq(r.body, "x");
    cr_assert_str_eq(reply_header(&r, "Content-Type"), "a/b");
    reply_free(&r);
}

WIRE(a_call_without_an_answer_in_time)
{
    struct reply r = run(srv, "/run/sleep?ms=600000", "s", "Prefer: wait=1\r\n", "");
    cr_assert_eq(r.status, 202);
    char *location = strdup(reply_header(&r, "Location"));
    reply_free(&r);
    r = run(srv, "/run/sleep?ms=600000", "s", "Prefer: respond-async\r\n", "");
    cr_assert_eq(r.status, 202, "what the client prefers is no part of the request");
    expect_replay(&r, true);
    cr_assert_str_eq(reply_header(&r, "Location"), location);
    reply_free(&r);
    r = http_request(srv->port, "DELETE", location, NULL, NULL);
    cr_assert_eq(r.status, 200);
    reply_free(&r);
    call_problem(run(srv, "/run/sleep?ms=600000", "s", "", ""), 409, "state-conflict", "cancelled");
    free(location);
}

WIRE(keys_that_are_none)
{
    char longest[300] = "", too_long[300];
    memset(longest, 'k', 256);
    (void)snprintf(too_long, sizeof too_long, "%sk", longest);
    const char *bad[] = {"", "\"\"", "\"", "a b", "a,b", "\"a\";x=1", "\"a\"b\"", "\x80", too_long};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        call_problem(run(srv, "/run/echo", bad[i], "", "x"), 400, "idempotency-key-invalid", "Idempotency-Key");
        ojs_expect_refusal(submit(srv, bad[i], "", JOB), 400, "invalid_request");
    }
    struct reply r = run(srv, "/run/echo", longest, "", "x");
    cr_assert_eq(r.status, 200);
    reply_free(&r);
    r = run(srv, "/run/echo", "\"a\\\"b\"", "", "x");
    cr_assert_eq(r.status, 200);
    reply_free(&r);
    r = run(srv, "/run/echo", "a", "Idempotency-Key: b\r\n", "x");
    cr_assert_eq(r.status, 400, "twice");
    reply_free(&r);
}

/* ---- batches ---- */

static struct doc send_many(struct server *srv, const char *path, const char *headers, const char *body)
{
    char all[512];
    (void)snprintf(all, sizeof all, JSON_HEADER "%s", headers);
    return ojs_send_with(srv, "POST", path, all, body);
}

#define BATCH "/ojs/v1/jobs/batch"
#define BULK "/ojs/v1/jobs/bulk"
#define TWO "{\"jobs\":[{\"type\":\"t.once\",\"args\":[1],\"queue\":\"q\"},{\"type\":\"t.once\",\"args\":[2],\"queue\":\"q\"}]}"
#define KEY "Idempotency-Key: \"b\"\r\n"

/* As a whole, though its jobs have gone on meanwhile. */
WIRE(a_batch_again_is_the_same_jobs)
{
    struct id ids[2];
    struct doc d = send_many(srv, BATCH, KEY, TWO);
    STATUS(d, 201);
    expect_replay(&d.r, false);
    ids[0] = doc_id(&d, "jobs[0].id");
    ids[1] = doc_id(&d, "jobs[1].id");
    doc_free(&d);
    d = ojs_fetch(srv, "\"q\"");
    doc_free(&d);
    d = ojs_say(srv, "ack", ids[0], ",\"result\":{\"n\":5}");
    STATUS(d, 200);
    doc_free(&d);
    d = send_many(srv, BATCH, KEY, TWO);
    STATUS(d, 201);
    expect_replay(&d.r, true);
    NUMBER(d, "count", 2);
    TEXT(d, "jobs[0].id", ids[0].text);
    TEXT(d, "jobs[0].state", "completed");
    NUMBER(d, "jobs[0].result.n", 5);
    NUMBER(d, "jobs[0].attempt", 1);
    TEXT(d, "jobs[1].id", ids[1].text);
    TEXT(d, "jobs[1].state", "available");
    NUMBER(d, "jobs[1].args[0]", 2);
    cr_assert_str_eq(reply_header(&d.r, "X-OJS-Batch-Size"), "2");
    cr_assert(reply_header(&d.r, "Quern-Durability"));
    doc_free(&d);
    ojs_expect_refusal(send_many(srv, BATCH, KEY, "{\"jobs\":[{\"type\":\"t.once\",\"args\":[1]}]}"), 422, "x_idempotency_key_reused");
    d = send_many(srv, BULK, KEY, TWO);
    STATUS(d, 201);
    expect_replay(&d.r, false);
    cr_assert_str_neq(doc_text(&d, "items[0].job.id"), ids[0].text, "a key is the operation's own");
    doc_free(&d);
}

/* ojs-bulk-operations 10, 11: the member or the field line, which goes first; and 409. */
WIRE(a_bulk_again_has_the_same_outcomes)
{
    static const char some[] = "{\"jobs\":[{\"type\":\"t.once\",\"args\":[]},{\"type\":\"Bad\",\"args\":[]}],\"idempotency_key\":\"k\\u00e4\"}";
    struct doc d = send_many(srv, BULK, "", some);
    STATUS(d, 207);
    expect_replay(&d.r, false);
    struct id id = doc_id(&d, "items[0].job.id");
    doc_free(&d);
    d = send_many(srv, BULK, "", some);
    STATUS(d, 207);
    expect_replay(&d.r, true);
    TEXT(d, "items[0].status", "created");
    TEXT(d, "items[0].job.id", id.text);
    TEXT(d, "items[1].status", "failed");
    TEXT(d, "items[1].error.details.field", "type");
    doc_free(&d);
    ojs_expect_refusal(send_many(srv, BULK, "", "{\"jobs\":[{\"type\":\"t.once\",\"args\":[]}],\"idempotency_key\":\"k\\u00e4\"}"), 409,
                       "x_idempotency_key_reused");
    d = send_many(srv, BULK, "Idempotency-Key: other\r\n", some);
    STATUS(d, 207);
    expect_replay(&d.r, false);
    doc_free(&d);
}

WIRE(what_is_no_key_of_a_bulk)
{
    char body[1024], longest[257], more[258];
    memset(longest, 'k', 256), longest[256] = 0;
    (void)snprintf(more, sizeof more, "%sk", longest);
    const char *bad[] = {"\"\"", "7", "null", "[\"k\"]", NULL};
    for (int i = 0; i < 5; i++) {
        (void)snprintf(body, sizeof body, "{\"jobs\":[{\"type\":\"t.once\",\"args\":[]}],\"idempotency_key\":%s%s%s}", bad[i] ? "" : "\"",
                       bad[i] ? bad[i] : more, bad[i] ? "" : "\"");
        struct doc d = send_many(srv, BULK, "", body);
        TEXT(d, "error.details.field", "idempotency_key");
        ojs_expect_refusal(d, 400, "invalid_request");
    }
    (void)snprintf(body, sizeof body, "{\"jobs\":[{\"type\":\"t.once\",\"args\":[]}],\"idempotency_key\":\"%s\"}", longest);
    struct doc d = send_many(srv, BULK, "", body);
    STATUS(d, 201);
    doc_free(&d);
    ojs_expect_refusal(send_many(srv, BATCH, "Idempotency-Key: a b\r\n", TWO), 400, "invalid_request");
}

static void send_waiting(struct server *srv, struct client *c, const char *path, const char *headers)
{
    client_connect(c, srv->port);
    client_sendf(c, "POST %s HTTP/1.1\r\nHost: x\r\nPrefer: wait=9\r\n%s" JSON_HEADER "Content-Length: %zu\r\n\r\n%s", path, headers, strlen(TWO), TWO);
}

WIRE(a_batch_waits_for_all_of_its_jobs)
{
    struct client c[2];
    send_waiting(srv, &c[0], BATCH, KEY);
    for (int i = 0; i < 2; i++) {
        struct doc d = ojs_fetch_wait(srv, "\"q\"", 1, 5);
        cr_assert_eq(doc_n_jobs(&d), 1);
        struct id id = doc_id(&d, "jobs[0].id");
        doc_free(&d);
        if (i) send_waiting(srv, &c[1], BATCH, KEY), ojs_sleep_ms(50);
        cr_assert_eq(poll(&(struct pollfd){.fd = c[0].fd, .events = POLLIN}, 1, 20), 0, "one job has not ended");
        d = ojs_say(srv, "ack", id, i ? ",\"result\":\"b\"" : ",\"result\":\"a\"");
        STATUS(d, 200);
        doc_free(&d);
    }
    for (int i = 0; i < 2; i++) {
        struct reply r;
        client_read_reply(&c[i], &r);
        expect_replay(&r, i == 1);
        cr_assert_str_eq(reply_header(&r, "Preference-Applied"), "wait=9");
        struct doc d = doc_of(r);
        STATUS(d, 201);
        TEXT(d, "jobs[0].result", "a");
        TEXT(d, "jobs[1].result", "b");
        doc_free(&d);
        client_close(&c[i]);
    }
}

WIRE(a_batch_that_has_waited_long_enough)
{
    struct doc d = send_many(srv, BATCH, "Prefer: wait=1\r\n", TWO);
    STATUS(d, 201);
    TEXT(d, "jobs[1].state", "available");
    doc_free(&d);
    d = send_many(srv, BULK, "Prefer: wait=1\r\n", "{\"jobs\":[{\"type\":\"echo\",\"args\":[1]}]}");
    STATUS(d, 201);
    TEXT(d, "items[0].job.state", "completed"); /* a worker of the server's own has done it */
    doc_free(&d);
}

/* ---- the journal ---- */

static void start(struct server *srv)
{
    srv->port = 0;
    (void)unlink(srv->log);
    server_start(srv, (const char *const[]){"--listen", "127.0.0.1:0", "--data", "data", "--shards", "2", OJS_CONFIG, NULL});
    server_wait_ready(srv);
}

Test(wire_idempotency, a_kill_between_the_two, .timeout = 60)
{
    struct server srv;
    ojs_folder_new(&srv);
    start(&srv);
    struct reply r = run(&srv, "/run/burn?ms=1", "\"b\"", "", "");
    cr_assert_eq(r.status, 200);
    struct doc d = submit(&srv, "\"j\"", "", JOB);
    struct id id = doc_id(&d, "job.id");
    doc_free(&d);
    d = send_many(&srv, BATCH, KEY, TWO);
    struct id second = doc_id(&d, "jobs[1].id");
    doc_free(&d);
    server_kill(&srv);
    start(&srv);
    struct reply again = run(&srv, "/run/burn?ms=1", "\"b\"", "", "");
    cr_assert_eq(again.status, 200);
    expect_replay(&again, true);
    cr_assert_str_eq(again.body, r.body);
    reply_free(&again);
    reply_free(&r);
    d = submit(&srv, "\"j\"", "", JOB);
    TEXT(d, "job.id", id.text);
    expect_replay(&d.r, true);
    doc_free(&d);
    ojs_expect_refusal(submit(&srv, "\"j\"", "", "{\"type\":\"t.once\",\"args\":[]}"), 422, "x_idempotency_key_reused");
    d = send_many(&srv, BATCH, KEY, TWO);
    STATUS(d, 201);
    expect_replay(&d.r, true);
    TEXT(d, "jobs[1].id", second.text);
    doc_free(&d);
    ojs_expect_refusal(send_many(&srv, BATCH, KEY, "{\"jobs\":[{\"type\":\"t.once\",\"args\":[1]}]}"), 422, "x_idempotency_key_reused");
    cr_assert_eq(server_down(&srv), 0);
}
