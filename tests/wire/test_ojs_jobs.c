/* Open Job Spec level 0 against the real server over sockets: what becomes of jobs. */
#include "ojs_steps.h"
#include "wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- cancel, schedule, activate, expire ---- */

WIRE(cancel_jobs)
{
    struct id waiting = ojs_submit(srv, "q", ""), running = ojs_submit(srv, "r", "");
    struct doc d = ojs_fetch(srv, "\"r\"");
    doc_free(&d);
    d = ojs_cancel(srv, waiting);
    STATUS(d, 200);
    TEXT(d, "job.state", "cancelled");
    TEXT(d, "job.previous_state", "available");
    HAS(d, "job.cancelled_at");
    HAS_NOT(d, "job.completed_at");
    doc_free(&d);
    d = ojs_cancel(srv, running);
    STATUS(d, 200);
    TEXT(d, "job.previous_state", "active");
    HAS(d, "job.started_at");
    doc_free(&d);
    ojs_expect_refusal(ojs_cancel(srv, waiting), 409, "conflict");
    ojs_expect_refusal(ojs_say(srv, "ack", running, ""), 409, "conflict");
    ojs_expect_refusal(ojs_cancel(srv, (struct id){"01961111-aaaa-7bbb-8ccc-dddddddddddd"}), 404, "not_found");
    d = ojs_fetch(srv, "\"q\"");
    cr_assert_eq(doc_n_jobs(&d), 0);
    doc_free(&d);
}

WIRE(scheduled_jobs)
{
    struct id later = ojs_submit(srv, "q", ",\"delay_until\":\"2099-12-31T23:59:59Z\"");
    struct id soon = ojs_submit(srv, "q", ",\"scheduled_at\":\"+PT1S\"");
    ojs_expect_state(srv, soon, "scheduled");
    struct doc d = ojs_info(srv, later);
    TEXT(d, "job.state", "scheduled");
    TEXT(d, "job.scheduled_at", "2099-12-31T23:59:59Z"); /* as it was written */
    doc_free(&d);
    ojs_expect_refusal(ojs_say(srv, "ack", later, ""), 409, "conflict");
    ojs_expect_refusal(ojs_say(srv, "nack", later, ERROR_MEMBER), 409, "conflict");
    d = ojs_fetch_wait(srv, "\"q\"", 2, 10);
    cr_assert_eq(doc_n_jobs(&d), 1);
    TEXT(d, "jobs[0].id", soon.text);
    HAS(d, "jobs[0].enqueued_at");
    doc_free(&d);
    struct id past = ojs_submit(srv, "q", ",\"scheduled_at\":\"2020-01-01T01:00:00+01:00\"");
    d = ojs_fetch(srv, "\"q\"");
    TEXT(d, "jobs[0].id", past.text);
    TEXT(d, "jobs[0].scheduled_at", "2020-01-01T01:00:00+01:00");
    NUMBER(d, "jobs[0].attempt", 1);
    doc_free(&d);
}

/* Who looks at a job that is not over is told when to look again; nothing more comes of one that is. */
WIRE(when_to_look_again)
{
    struct id id = ojs_submit(srv, "q", "");
    struct doc d = ojs_info(srv, id);
    cr_assert_str_eq(reply_header(&d.r, "Retry-After"), "1");
    doc_free(&d);
    struct reply none = ojs_get_bytes(srv, id, "/result");
    cr_assert_eq(none.status, 404);
    cr_assert_str_eq(reply_header(&none, "Retry-After"), "1");
    reply_free(&none);
    d = ojs_cancel(srv, id);
    STATUS(d, 200);
    doc_free(&d);
    d = ojs_info(srv, id);
    cr_assert_null(reply_header(&d.r, "Retry-After"));
    doc_free(&d);
    none = ojs_get_bytes(srv, id, "/result");
    cr_assert_null(reply_header(&none, "Retry-After"));
    reply_free(&none);
}

WIRE(pending_jobs)
{
    char path[128];
    struct id id = ojs_submit(srv, "q", ",\"pending\":true");
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s/activate", id.text);
    ojs_expect_state(srv, id, "pending");
    struct doc d = ojs_fetch(srv, "\"q\"");
    cr_assert_eq(doc_n_jobs(&d), 0);
    doc_free(&d);
    d = ojs_send(srv, "POST", path, NULL);
    STATUS(d, 200);
    TEXT(d, "job.state", "available");
    TEXT(d, "job.previous_state", "pending");
    doc_free(&d);
    ojs_expect_refusal(ojs_send(srv, "POST", path, "{}"), 409, "conflict");
    d = ojs_fetch(srv, "\"q\"");
    TEXT(d, "jobs[0].id", id.text);
    doc_free(&d);
}

WIRE(expired_jobs)
{
    struct id id = ojs_submit(srv, "q", ",\"expires_at\":\"+PT0.1S\"");
    ojs_sleep_ms(300);
    struct doc d = ojs_fetch(srv, "\"q\"");
    cr_assert_eq(doc_n_jobs(&d), 0);
    doc_free(&d);
    d = ojs_info(srv, id);
    TEXT(d, "job.state", "discarded");
    HAS_NOT(d, "job.completed_at");
    HAS(d, "job.expires_at");
    doc_free(&d);
}

/* ---- waiting for an end ---- */

static void finish(struct server *srv, struct id id)
{
    struct doc d = ojs_fetch_wait(srv, "\"q\"", 1, 5);
    TEXT(d, "jobs[0].id", id.text);
    doc_free(&d);
    d = ojs_say(srv, "ack", id, ",\"result\":7");
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
    struct doc d = ojs_fetch_wait(srv, "\"q\"", 1, 5);
    struct id id = doc_id(&d, "jobs[0].id");
    doc_free(&d);
    d = ojs_say(srv, "ack", id, ",\"result\":7");
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
    long before = ojs_now_ms();
    struct doc d = ojs_send_with(srv, "POST", "/ojs/v1/jobs", JSON_HEADER "Prefer: wait=1\r\n", "{\"type\":\"a\",\"args\":[]}");
    STATUS(d, 201);
    TEXT(d, "job.state", "available");
    cr_assert_str_eq(reply_header(&d.r, "Preference-Applied"), "wait=1");
    cr_assert(ojs_now_ms() - before >= 900);
    doc_free(&d);
}

WIRE(info_waits_for_the_end)
{
    for (int with_query = 0; with_query < 2; with_query++) {
        struct client c;
        struct reply r;
        struct id id = ojs_submit(srv, "q", "");
        client_connect(&c, srv->port);
        client_sendf(&c, "GET /ojs/v1/jobs/%s%s HTTP/1.1\r\nHost: x\r\n%s\r\n", id.text, with_query ? "?wait=9" : "",
                     with_query ? "" : "Prefer: wait=9\r\n");
        ojs_sleep_ms(50);
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

/* Once a shard told itself for ever that a worker has room, as long as the worker was busy. */
Test(wire_ojs_jobs, jobs_that_wait_for_a_worker_cost_nothing, .timeout = 60)
{
    struct server srv;
    struct id last = {""};
    server_up(&srv, (const char *const[]){"--shards", "1", "--workers", "1", NULL});
    for (int i = 0; i < 4; i++) {
        struct doc d = ojs_send(&srv, "POST", "/ojs/v1/jobs", "{\"type\":\"sleep\",\"args\":[{\"ms\":200}]}");
        STATUS(d, 201);
        last = doc_id(&d, "job.id");
        doc_free(&d);
    }
    for (long end = wire_now_ms() + PATIENCE_MS; wire_now_ms() < end;) {
        struct doc d = ojs_info(&srv, last);
        bool over = strcmp(doc_text(&d, "job.state"), "completed") == 0;
        doc_free(&d);
        if (over) break;
        wire_pause_us(20000);
    }
    ojs_expect_state(&srv, last, "completed");
    cr_expect_leq(wire_metric(srv.port, "quern_hungry_notices_total"), 20, "one for each job that ends, not one for each turn");
    cr_expect_eq(server_down(&srv), 0);
}

/* ---- dead letters ---- */

#define ONE_ATTEMPT(action) ",\"retry\":{\"max_attempts\":1,\"on_exhaustion\":\"" action "\"}"

static void fail_it(struct server *srv, const char *queue)
{
    char quoted[64];
    (void)snprintf(quoted, sizeof quoted, "\"%s\"", queue);
    struct doc d = ojs_fetch(srv, quoted);
    cr_assert_eq(doc_n_jobs(&d), 1);
    struct id id = doc_id(&d, "jobs[0].id");
    doc_free(&d);
    d = ojs_say(srv, "nack", id, ERROR_MEMBER);
    STATUS(d, 200);
    TEXT(d, "state", "discarded");
    doc_free(&d);
}

static struct doc dead(struct server *srv, const char *method, struct id id, const char *rest)
{
    char path[128];
    (void)snprintf(path, sizeof path, "/ojs/v1/dead-letter/%s%s", id.text, rest);
    return ojs_send(srv, method, path, strcmp(method, "POST") == 0 ? "{}" : NULL);
}

WIRE(dead_letters)
{
    struct id first = ojs_submit(srv, "a", ONE_ATTEMPT("dead_letter")), other = ojs_submit(srv, "b", ONE_ATTEMPT("discard")),
              second = ojs_submit(srv, "c", ONE_ATTEMPT("dead_letter"));
    fail_it(srv, "a");
    fail_it(srv, "b");
    fail_it(srv, "c");
    struct doc d = ojs_send(srv, "GET", "/ojs/v1/dead-letter", NULL);
    STATUS(d, 200);
    cr_assert_eq(doc_n_jobs(&d), 2);
    TEXT(d, "jobs[0].id", second.text); /* the newest first */
    TEXT(d, "jobs[1].id", first.text);
    TEXT(d, "jobs[1].error.message", "it broke");
    NUMBER(d, "pagination.total", 2);
    doc_free(&d);
    d = ojs_send(srv, "GET", "/ojs/v1/dead-letter?queue=a&limit=1", NULL);
    cr_assert_eq(doc_n_jobs(&d), 1);
    TEXT(d, "jobs[0].id", first.text);
    NUMBER(d, "pagination.total", 1);
    doc_free(&d);
    d = ojs_send(srv, "GET", "/ojs/v1/dead-letter?type=test.other", NULL);
    cr_assert_eq(doc_n_jobs(&d), 0);
    doc_free(&d);
    d = dead(srv, "POST", first, "/retry");
    STATUS(d, 200);
    TEXT(d, "job.state", "available");
    TEXT(d, "job.previous_state", "discarded");
    NUMBER(d, "job.attempt", 0);
    doc_free(&d);
    d = ojs_fetch(srv, "\"a\"");
    TEXT(d, "jobs[0].id", first.text);
    NUMBER(d, "jobs[0].attempt", 1);
    doc_free(&d);
    d = dead(srv, "DELETE", second, "");
    STATUS(d, 200);
    TEXT(d, "job_id", second.text);
    doc_free(&d);
    ojs_expect_refusal(ojs_info(srv, second), 404, "not_found");
    ojs_expect_refusal(dead(srv, "DELETE", second, ""), 404, "not_found");
    ojs_expect_refusal(dead(srv, "POST", other, "/retry"), 404, "not_found");
    ojs_expect_refusal(dead(srv, "POST", first, "/retry"), 404, "not_found");
    ojs_expect_refusal(ojs_send(srv, "GET", "/ojs/v1/dead-letter?limit=0", NULL), 400, "invalid_request");
    ojs_expect_refusal(ojs_send(srv, "GET", "/ojs/v1/dead-letter?limit=101", NULL), 400, "invalid_request");
}
