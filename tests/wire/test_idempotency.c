/* Idempotency-Key: a request that may be sent again without being done again. */
#include "call.h"
#include "ojs_steps.h"

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

/* Both wait for the one job. */
WIRE(the_second_joins_the_wait)
{
    struct client c[2];
    for (int i = 0; i < 2; i++) {
        client_connect(&c[i], srv->port);
        client_sendf(&c[i],
                     "POST /ojs/v1/jobs HTTP/1.1\r\nHost: x\r\nIdempotency-Key: \"j\"\r\nPrefer: wait=9\r\n" JSON_HEADER
                     "Content-Length: %zu\r\n\r\n%s",
                     strlen(JOB), JOB);
        ojs_sleep_ms(i ? 0 : 50);
    }
    struct doc d = ojs_fetch_wait(srv, "\"q\"", 5, 5);
    cr_assert_eq(doc_n_jobs(&d), 1);
    struct id id = doc_id(&d, "jobs[0].id");
    doc_free(&d);
    ojs_sleep_ms(50);
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
    memset(longest, 'k', 255);
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

/* ---- the journal ---- */

static void start(struct server *srv)
{
    srv->port = 0;
    (void)unlink(srv->log);
    server_start(srv, (const char *const[]){"--listen", "127.0.0.1:0", "--data", "data", "--shards", "2", NULL});
    server_wait_ready(srv);
}

Test(wire_idempotency, a_kill_between_the_two, .timeout = 60)
{
    struct server srv;
    server_folder_new(&srv);
    start(&srv);
    struct reply r = run(&srv, "/run/burn?ms=1", "\"b\"", "", "");
    cr_assert_eq(r.status, 200);
    struct doc d = submit(&srv, "\"j\"", "", JOB);
    struct id id = doc_id(&d, "job.id");
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
    cr_assert_eq(server_down(&srv), 0);
}
