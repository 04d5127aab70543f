/* Calls that become jobs: Prefer: respond-async on /run. */
#include "call.h"
#include "ojs_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct reply post(struct server *srv, const char *target, const char *headers, const void *body, size_t len)
{
    struct client c;
    client_connect(&c, srv->port);
    struct reply r = call_on(&c, target, headers, body, len);
    client_close(&c);
    return r;
}

/* The job that a 202 tells of. Takes the reply. */
static struct id accepted(struct reply r)
{
    struct id id;
    cr_assert_eq(r.status, 202, "%d: %s", r.status, r.body);
    const char *location = reply_header(&r, "Location");
    cr_assert(location && strncmp(location, "/ojs/v1/jobs/", 13) == 0 && strlen(location) == 13 + 36, "%s", location);
    (void)snprintf(id.text, sizeof id.text, "%s", location + 13);
    cr_assert(reply_header(&r, "Quern-Durability"));
    const char *later = reply_header(&r, "Retry-After");
    cr_assert(later ? strcmp(later, "1") == 0 : strstr(r.body, "\"completed\"") != NULL, "when to look again: %s", r.body);
    cr_assert_str_eq(reply_header(&r, "Content-Type"), OJS_TYPE);
    cJSON *json = call_json(&r);
    cr_assert_str_eq(call_member(json, "job.id")->valuestring, id.text);
    cJSON_Delete(json);
    reply_free(&r);
    return id;
}

static struct id defer(struct server *srv, const char *target, const char *headers, const void *body, size_t len)
{
    char all[256];
    (void)snprintf(all, sizeof all, "Prefer: respond-async\r\n%s", headers ? headers : "");
    struct reply r = post(srv, target, all, body, len);
    cr_assert_str_eq(reply_header(&r, "Preference-Applied"), "respond-async");
    return accepted(r);
}

WIRE(a_call_becomes_a_job)
{
    static const char input[] = "\0raw\r\n\xff\xfe bytes";
    struct id id = defer(srv, "/run/echo", "Content-Type: image/x-odd; v=1\r\n", input, sizeof input);
    ojs_expect_bytes(ojs_get_bytes(srv, id, "/result"), "image/x-odd; v=1", input, sizeof input);
    ojs_expect_bytes(ojs_get_bytes(srv, id, "/input"), "image/x-odd; v=1", input, sizeof input);
    struct doc d = ojs_info(srv, id);
    TEXT(d, "job.type", "echo");
    TEXT(d, "job.queue", "default");
    TEXT(d, "job.state", "completed");
    TEXT(d, "job.input.type", "image/x-odd; v=1");
    NUMBER(d, "job.input.size", sizeof input);
    NUMBER(d, "job.result.size", sizeof input);
    NUMBER(d, "job.attempt", 1);
    cr_assert(strstr(d.r.body, "\"args\":[{}]"), "%s", d.r.body);
    const char *href = doc_text(&d, "job.input.href");
    cr_assert(strncmp(href, "/ojs/v1/jobs/", 13) == 0 && strcmp(href + 13 + 36, "/input") == 0, "%s", href);
    doc_free(&d);
}

WIRE(its_parameters_are_args)
{
    struct id id = defer(srv, "/run/burn?ms=1", NULL, "", 0);
    struct reply r = ojs_get_bytes(srv, id, "/result");
    cr_assert_eq(r.status, 200);
    cJSON *json = call_json(&r);
    cr_assert_geq(call_number(json, "cpu_ms"), 1);
    cJSON_Delete(json);
    reply_free(&r);
    struct doc d = ojs_info(srv, id);
    NUMBER(d, "job.args[0].ms", 1);
    NUMBER(d, "job.input.size", 0);
    HAS(d, "job.result.cpu_ms");
    doc_free(&d);
    r = post(srv, "/run/burn?ms=never", "Prefer: respond-async\r\n", "", 0);
    cr_assert_eq(r.status, 400, "checked before anything becomes of it");
    reply_free(&r);
    r = post(srv, "/run/no.such", "Prefer: respond-async\r\n", "", 0);
    cr_assert_eq(r.status, 404);
    reply_free(&r);
}

/* Of all sizes at which the body is kept in another way: copied, with room behind it, in a file, sent in chunks. */
WIRE(bodies_of_all_sizes)
{
    static const size_t sizes[] = {1, 65536, 65537, 300000, (1u << 20) - 5, (1u << 20) + 1, 1500000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char *bytes = call_pattern(sizes[i]);
        struct id id = defer(srv, "/run/echo", "Content-Type: a/b\r\n", bytes, sizes[i]);
        ojs_expect_bytes(ojs_get_bytes(srv, id, "/result"), "a/b", bytes, sizes[i]);
        ojs_expect_bytes(ojs_get_bytes(srv, id, "/input"), "a/b", bytes, sizes[i]);
        free(bytes);
    }
    struct client c;
    struct reply r;
    client_connect(&c, srv->port);
    client_send_text(&c, "POST /run/echo HTTP/1.1\r\nHost: x\r\nPrefer: respond-async\r\nTransfer-Encoding: chunked\r\n\r\n"
                         "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    client_read_reply(&c, &r);
    ojs_expect_bytes(ojs_get_bytes(srv, accepted(r), "/result"), "application/octet-stream", "abcde", 5);
    client_close(&c);
}

/* Both preferences: the answer itself if it comes in time, else the job. */
WIRE(with_a_wait_the_answer_may_be_the_result)
{
    static const char both[] = "Prefer: respond-async, wait=10\r\nContent-Type: a/b\r\n";
    struct reply r = post(srv, "/run/echo", both, "corn", 4);
    const char *location = reply_header(&r, "Content-Location");
    cr_assert(location && strncmp(location, "/ojs/v1/jobs/", 13) == 0 && strcmp(location + 13 + 36, "/result") == 0, "%s",
              location);
    cr_assert_str_eq(reply_header(&r, "Quern-Job-Type"), "echo");
    cr_assert_eq(reply_header_count(&r, "Preference-Applied"), 2);
    ojs_expect_bytes(r, "a/b", "corn", 4);
    long before = ojs_now_ms();
    struct id id = accepted(post(srv, "/run/sleep?ms=600000", "Prefer: wait=1, respond-async\r\n", "", 0));
    cr_assert(ojs_now_ms() - before >= 900);
    struct doc d = ojs_cancel(srv, id);
    STATUS(d, 200);
    doc_free(&d);
}

/* Cancelling what runs is visible at once, and its worker has room again soon. */
WIRE(a_running_one_is_cancelled)
{
    struct id id = defer(srv, "/run/sleep?ms=600000", NULL, "", 0);
    for (long end = ojs_now_ms() + PATIENCE_MS; ojs_now_ms() < end;) {
        struct doc d = ojs_info(srv, id);
        bool runs = strcmp(doc_text(&d, "job.state"), "active") == 0;
        doc_free(&d);
        if (runs) break;
        ojs_sleep_ms(10);
    }
    struct doc d = ojs_cancel(srv, id);
    STATUS(d, 200);
    TEXT(d, "job.previous_state", "active");
    TEXT(d, "job.state", "cancelled");
    doc_free(&d);
    call_await_metric(srv->port, "quern_tasks_out", 0);
    ojs_expect_state(srv, id, "cancelled");
}

/* ---- failures, and what a journal makes of it ---- */

static void up(struct server *srv, const char *data)
{
    server_folder_new(srv);
    server_start(srv, (const char *const[]){"--listen", "127.0.0.1:0", "--plugin", call_test_plugin("test_types"), "--workers",
                                            "1", data ? "--data" : "--ephemeral", data, NULL});
    server_wait_ready(srv);
}

Test(wire_run_jobs, a_failure_reads_as_that_of_a_call, .timeout = 60)
{
    struct server srv;
    up(&srv, NULL);
    struct reply r = post(&srv, "/run/test.fail?code=bad_row&about=row%207", "Prefer: respond-async, wait=9\r\n", "", 0);
    const char *location = reply_header(&r, "Location");
    cr_assert(location && strncmp(location, "/ojs/v1/jobs/", 13) == 0, "%s", location);
    call_problem(r, 422, "bad_row", "about row 7");
    struct id id = defer(&srv, "/run/test.fail?code=bad_row", NULL, "", 0);
    reply_free(&(struct reply[]){ojs_get_bytes(&srv, id, "")}[0]);
    struct doc d = ojs_info(&srv, id);
    TEXT(d, "job.state", "discarded");
    TEXT(d, "job.error.code", "bad_row");
    doc_free(&d);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_run_jobs, it_outlives_a_kill, .timeout = 60)
{
    struct server srv;
    enum { SIZE = 200000 };
    char *bytes = call_pattern(SIZE);
    up(&srv, "data");
    struct id blocks = defer(&srv, "/run/sleep?ms=600000", NULL, "", 0);
    struct id id = defer(&srv, "/run/echo", "Content-Type: a/b\r\n", bytes, SIZE),
              empty = defer(&srv, "/run/echo", NULL, "", 0);
    ojs_expect_state(&srv, id, "available");
    server_kill(&srv);
    srv.port = 0;
    (void)unlink(srv.log);
    server_start(&srv, (const char *const[]){"--listen", "127.0.0.1:0", "--workers", "1", "--data", "data", NULL});
    server_wait_ready(&srv);
    struct doc d = ojs_cancel(&srv, blocks);
    STATUS(d, 200);
    doc_free(&d);
    ojs_expect_bytes(ojs_get_bytes(&srv, id, "/result"), "a/b", bytes, SIZE);
    ojs_expect_bytes(ojs_get_bytes(&srv, id, "/input"), "a/b", bytes, SIZE);
    ojs_expect_bytes(ojs_get_bytes(&srv, empty, "/input"), "application/octet-stream", "", 0);
    free(bytes);
    cr_assert_eq(server_down(&srv), 0);
}

/* What no transaction of the journal can hold is refused, and a call without a job still does it. */
Test(wire_run_jobs, more_than_the_journal_takes, .timeout = 60)
{
    struct server srv;
    enum { SIZE = 5000000 };
    char *bytes = call_pattern(SIZE), path[128];
    server_folder_new(&srv);
    (void)snprintf(path, sizeof path, "%s/c.json", srv.folder);
    FILE *f = fopen(path, "we");
    cr_assert(f && fputs("{\"blob_bytes\": 8000000, \"data\": \"data\", \"listen\": \"127.0.0.1:0\"}", f) >= 0 && fclose(f) == 0);
    server_start(&srv, (const char *const[]){"--config", "c.json", NULL});
    server_wait_ready(&srv);
    call_problem(post(&srv, "/run/echo", "Prefer: respond-async\r\n", bytes, SIZE), 413, "content-too-large", "journal");
    ojs_expect_bytes(post(&srv, "/run/echo", "Content-Type: a/b\r\n", bytes, SIZE), "a/b", bytes, SIZE);
    cr_assert_eq(server_down(&srv), 0);
    up(&srv, NULL);
    struct id id = defer(&srv, "/run/echo", "Content-Type: a/b\r\n", bytes, SIZE);
    ojs_expect_bytes(ojs_get_bytes(&srv, id, "/result"), "a/b", bytes, SIZE);
    free(bytes);
    cr_assert_eq(server_down(&srv), 0);
}
