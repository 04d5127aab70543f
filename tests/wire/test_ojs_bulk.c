/* Many jobs listed, cancelled, retried and deleted against the real server over sockets. */
#include "ojs_steps.h"
#include "wire.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct doc act(struct server *srv, const char *action, const char *body)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/bulk/%s", action);
    return ojs_send(srv, "POST", path, body);
}

static struct doc act_on(struct server *srv, const char *action, struct id a, struct id b)
{
    char body[160];
    (void)snprintf(body, sizeof body, "{\"job_ids\":[\"%s\",\"%s\"]}", a.text, b.text);
    return act(srv, action, body);
}

static struct id discarded(struct server *srv, const char *queue)
{
    char name[64];
    struct id id = ojs_submit(srv, queue, ",\"retry\":{\"max_attempts\":1}");
    (void)snprintf(name, sizeof name, "\"%s\"", queue);
    struct doc d = ojs_fetch(srv, name);
    TEXT(d, "jobs[0].id", id.text);
    doc_free(&d);
    d = ojs_say(srv, "nack", id, ERROR_MEMBER);
    STATUS(d, 200);
    doc_free(&d);
    return id;
}

WIRE(lists_page_by_page)
{
    char path[160] = "/ojs/v1/jobs?queue=l&limit=4", cursor[32];
    int seen = 0;
    for (int i = 0; i < 10; i++) (void)ojs_submit(srv, "l", "");
    (void)ojs_submit(srv, "other", "");
    for (int pages = 0; pages < 3; pages++) {
        struct doc d = ojs_send(srv, "GET", path, NULL);
        STATUS(d, 200);
        NUMBER(d, "pagination.total", 10);
        TEXT(d, "jobs[0].queue", "l");
        seen += doc_n_jobs(&d);
        cJSON *more = doc_find(d.json, "pagination.has_more");
        cr_assert_eq(cJSON_IsTrue(more), pages < 2);
        if (pages < 2) {
            (void)snprintf(cursor, sizeof cursor, "%s", doc_text(&d, "pagination.next_cursor"));
            (void)snprintf(path, sizeof path, "/ojs/v1/jobs?queue=l&limit=4&cursor=%s", cursor);
        } else {
            HAS_NOT(d, "pagination.next_cursor");
        }
        doc_free(&d);
    }
    cr_assert_eq(seen, 10);
}

WIRE(lists_what_is_asked_for)
{
    struct id id = ojs_submit(srv, "l", ",\"delay_until\":\"2099-12-31T23:59:59Z\"");
    (void)ojs_submit(srv, "l", "");
    struct doc d = ojs_send(srv, "GET", "/ojs/v1/admin/jobs?state=scheduled,active&type=test.*&per_page=5", NULL);
    STATUS(d, 200);
    TEXT(d, "items[0].id", id.text);
    HAS_NOT(d, "items[1]");
    NUMBER(d, "pagination.per_page", 5);
    doc_free(&d);
    d = ojs_send(srv, "GET", "/ojs/v1/jobs?until=2001-01-01T00:00:00Z", NULL);
    cr_assert_eq(doc_n_jobs(&d), 0);
    doc_free(&d);
    d = ojs_send(srv, "GET", "/ojs/v1/jobs?since=2001-01-01T00:00:00Z&page=2&limit=1", NULL);
    cr_assert_eq(doc_n_jobs(&d), 1);
    doc_free(&d);
}

WIRE(lists_that_nobody_understands)
{
    static const char *const queries[] = {"limit=0",   "limit=101", "state=lost", "queue=-",       "since=yesterday",
                                          "offset=-1", "page=0",    "cursor=x",   "type="};
    char path[96];
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        (void)snprintf(path, sizeof path, "/ojs/v1/jobs?%s", queries[i]);
        ojs_expect_refusal(ojs_send(srv, "GET", path, NULL), 400, "invalid_request");
    }
}

WIRE(cancels_many)
{
    struct id a = ojs_submit(srv, "c", ""), b = ojs_submit(srv, "c", ""), active = ojs_submit(srv, "d", "");
    struct doc d = ojs_fetch(srv, "\"d\"");
    doc_free(&d);
    d = act_on(srv, "cancel", a, active);
    STATUS(d, 207);
    NUMBER(d, "total_matched", 2);
    NUMBER(d, "cancelled", 1);
    NUMBER(d, "skipped", 1);
    TEXT(d, "items[0].status", "cancelled");
    TEXT(d, "items[1].status", "skipped");
    TEXT(d, "items[1].error.code", "conflict");
    cr_assert_str_eq(reply_header(&d.r, "X-OJS-Batch-Size"), "2");
    doc_free(&d);
    ojs_expect_state(srv, a, "cancelled");
    ojs_expect_state(srv, active, "active");
    d = act(srv, "cancel", "{\"filter\":{\"queue\":\"c\",\"type\":\"test.*\"}}");
    STATUS(d, 200);
    NUMBER(d, "cancelled", 1);
    TEXT(d, "items[0].job_id", b.text);
    doc_free(&d);
    d = act(srv, "cancel", "{\"filter\":{\"queue\":\"c\"}}");
    STATUS(d, 200);
    NUMBER(d, "total_matched", 0);
    doc_free(&d);
    d = act_on(srv, "cancel", a, (struct id){"01961111-aaaa-7bbb-8ccc-dddddddddddd"});
    STATUS(d, 422);
    TEXT(d, "items[1].error.code", "not_found");
    doc_free(&d);
}

WIRE(retries_and_deletes_many)
{
    struct id a = discarded(srv, "r"), waiting = ojs_submit(srv, "w", "");
    struct doc d = act_on(srv, "retry", a, waiting);
    STATUS(d, 207);
    NUMBER(d, "retried", 1);
    TEXT(d, "items[1].status", "skipped");
    doc_free(&d);
    d = ojs_fetch(srv, "\"r\"");
    TEXT(d, "jobs[0].id", a.text);
    NUMBER(d, "jobs[0].attempt", 1);
    doc_free(&d);
    d = ojs_say(srv, "ack", a, "");
    doc_free(&d);
    d = act_on(srv, "delete", a, waiting);
    STATUS(d, 207);
    NUMBER(d, "deleted", 1);
    doc_free(&d);
    ojs_expect_refusal(ojs_info(srv, a), 404, "not_found");
    ojs_expect_state(srv, waiting, "available");
}

WIRE(bulk_requests_that_nobody_understands)
{
    static const char *const bodies[] = {
        "{}",
        "{\"job_ids\":[]}",
        "{\"job_ids\":[\"x\"]}",
        "{\"job_ids\":7}",
        "{\"filter\":{}}",
        "{\"filter\":[]}",
        "{\"filter\":{\"state\":\"lost\"}}",
        "{\"filter\":{\"state\":[1]}}",
        "{\"filter\":{\"state\":[]}}", /* no state is not every state */
        "{\"filter\":{\"state\":[],\"queue\":\"q\"}}",
        "{\"filter\":{\"colour\":\"red\"}}",
        "{\"filter\":{\"meta\":{\"a\":1}}}",
        "{\"filter\":{\"enqueued_before\":\"noon\"}}",
        "{\"filter\":{\"priority\":1000}}",
        "{\"filter\":{\"queue\":\"q\"},\"job_ids\":[\"01961111-aaaa-7bbb-8ccc-dddddddddddd\"]}",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        ojs_expect_refusal(act(srv, "cancel", bodies[i]), 400, "invalid_request");
    ojs_expect_refusal(act(srv, "delete", "{\"atomicity\":\"atomic\",\"filter\":{\"queue\":\"q\"}}"), 422, "unsupported");
    char *text = malloc(60000);
    int len = snprintf(text, 60000, "{\"job_ids\":[");
    for (int i = 0; i < 1001; i++)
        len += snprintf(text + len, (size_t)(60000 - len), "%s\"01961111-aaaa-7bbb-8ccc-dddddddddddd\"", i ? "," : "");
    (void)snprintf(text + len, (size_t)(60000 - len), "]}");
    ojs_expect_refusal(act(srv, "retry", text), 413, "batch_size_exceeded");
    free(text);
}

static const char *retry_body(char body[200], struct id id)
{
    (void)snprintf(body, 200, "{\"job_ids\":[\"%s\"]}", id.text);
    return body;
}

/* The job's queue is why, and each has its reason: 422. */
WIRE(a_full_queue_takes_none_back)
{
    char body[200];
    struct id id = discarded(srv, "full");
    struct doc d = ojs_send(srv, "PUT", "/ojs/v1/queues/full/config", "{\"max_size\":1}");
    STATUS(d, 200);
    doc_free(&d);
    (void)ojs_submit(srv, "full", "");
    d = act(srv, "retry", retry_body(body, id));
    STATUS(d, 422);
    NUMBER(d, "retried", 0);
    TEXT(d, "items[0].error.code", "queue_full");
    doc_free(&d);
}

/* The server is why, for all of them: 503, come again. A request that had begun before the drain is served. */
Test(wire_ojs_bulk, a_server_that_drains_takes_none_back, .timeout = 60)
{
    char body[200];
    struct server srv;
    struct client c, idle;
    struct reply r;
    ojs_up(&srv, 1);
    struct id id = discarded(&srv, "d");
    (void)retry_body(body, id);
    client_connect(&c, srv.port);
    client_connect(&idle, srv.port);
    r = client_request(&idle, "GET", "/livez", NULL, NULL);
    reply_free(&r);
    client_sendf(&c, "POST /ojs/v1/jobs/bulk/retry HTTP/1.1\r\nHost: x\r\n" JSON_HEADER "Content-Length: %zu\r\n\r\n{", strlen(body));
    while (wire_metric(srv.port, "quern_sessions") < 2) ojs_sleep_ms(5); /* the scrape has one, too */
    server_signal(&srv, SIGTERM);
    cr_assert(client_is_closed(&idle), "the drain has begun");
    client_send_text(&c, body + 1);
    client_read_reply(&c, &r);
    cr_assert_str_eq(reply_header(&r, "Retry-After"), "1");
    ojs_expect_refusal(doc_of(r), 503, "backend_error");
    client_close(&c);
    client_close(&idle);
    cr_assert_eq(server_wait(&srv), 0);
    server_folder_free(&srv);
}

/* Clients that leave while the server looks through all jobs for them: it goes on, does what was asked, and nobody else notices. */
Test(wire_ojs_bulk, clients_that_leave_during_a_walk, .timeout = 60)
{
    enum { JOBS = 40000 };
    struct server srv;
    ojs_up(&srv, 2);
    char *text = malloc(70000);
    int len = snprintf(text, 70000, "{\"jobs\":[");
    for (int i = 0; i < 1000; i++) len += snprintf(text + len, (size_t)(70000 - len), "%s{\"type\":\"test.echo\",\"args\":[]}", i ? "," : "");
    (void)snprintf(text + len, (size_t)(70000 - len), "]}");
    for (int i = 0; i < JOBS / 1000; i++) {
        struct doc d = ojs_send(&srv, "POST", "/ojs/v1/jobs/batch", text);
        STATUS(d, 201);
        doc_free(&d);
    }
    free(text);
    struct id last = ojs_submit(&srv, "last", "");
    static const char wish[] = "{\"filter\":{\"queue\":\"last\"}}";
    for (int i = 0; i < 40; i++) {
        struct client c;
        client_connect(&c, srv.port);
        if (i % 4) client_send_text(&c, "GET /ojs/v1/jobs?type=none.such HTTP/1.1\r\nHost: x\r\n\r\n");
        else client_sendf(&c, "POST /ojs/v1/jobs/bulk/cancel HTTP/1.1\r\nHost: x\r\n" JSON_HEADER "Content-Length: %zu\r\n\r\n%s", strlen(wish), wish);
        if (i % 2) ojs_sleep_ms(1);
        if (i % 3) client_reset(&c);
        else client_close(&c);
    }
    struct doc d = ojs_send(&srv, "GET", "/ojs/v1/jobs?queue=last&limit=5", NULL);
    cr_assert_eq(doc_n_jobs(&d), 1);
    doc_free(&d);
    for (long end = ojs_now_ms() + PATIENCE_MS; ojs_now_ms() < end;) {
        d = ojs_info(&srv, last);
        bool is_done = strcmp(doc_text(&d, "job.state"), "cancelled") == 0;
        doc_free(&d);
        if (is_done) break;
        ojs_sleep_ms(5);
    }
    ojs_expect_state(&srv, last, "cancelled");
    cr_assert_eq(server_down(&srv), 0, "every question has had its answer");
}
