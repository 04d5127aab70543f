/* Many jobs in one request against the real server over sockets. */
#include "ojs_steps.h"
#include "wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH "/ojs/v1/jobs/batch"
#define BULK "/ojs/v1/jobs/bulk"

static int n_available(struct server *srv, const char *queue)
{
    struct doc d = ojs_send(srv, "GET", "/ojs/v1/queues", NULL);
    int n = 0;
    cJSON *each, *queues = doc_find(d.json, "queues");
    cJSON_ArrayForEach(each, queues)
    {
        if (strcmp(doc_find(each, "name")->valuestring, queue) == 0) n = doc_find(each, "counts.available")->valueint;
    }
    doc_free(&d);
    return n;
}

/* {"jobs":[…]} of n small ones; the caller's to free. */
static char *many(int n)
{
    size_t room = (size_t)n * 64 + 64, len = 0;
    char *text = malloc(room);
    len = (size_t)snprintf(text, room, "{\"jobs\":[");
    for (int i = 0; i < n; i++)
        len += (size_t)snprintf(text + len, room - len, "%s{\"type\":\"test.echo\",\"args\":[%d]}", i ? "," : "", i);
    (void)snprintf(text + len, room - len, "]}");
    return text;
}

WIRE(a_batch_is_taken_whole)
{
    struct doc d = ojs_send(
        srv, "POST", BATCH,
        "{\"jobs\":[{\"type\":\"test.echo\",\"args\":[1],\"options\":{\"queue\":\"b\",\"priority\":5,\"tags\":[\"x\"]}},"
        "{\"type\":\"test.\\u0065cho\",\"args\":[{\"n\":2}],\"meta\":{\"k\":1},\"queue\":\"b\",\"trace\":\"mine\"},"
        "{\"type\":\"test.echo\",\"args\":[3],\"queue\":\"b\",\"delay_until\":\"+PT1H\"}]}");
    STATUS(d, 201);
    NUMBER(d, "count", 3);
    cr_assert_eq(doc_n_jobs(&d), 3);
    TEXT(d, "jobs[0].state", "available");
    NUMBER(d, "jobs[0].priority", 5);
    TEXT(d, "jobs[1].type", "test.echo");
    TEXT(d, "jobs[1].trace", "mine");
    TEXT(d, "jobs[2].state", "scheduled");
    HAS(d, "jobs[0].created_at");
    HAS_NOT(d, "jobs[2].enqueued_at");
    cr_assert_str_eq(reply_header(&d.r, "X-OJS-Batch-Size"), "3");
    cr_assert(reply_header(&d.r, "Quern-Durability"));
    struct id second = doc_id(&d, "jobs[1].id");
    doc_free(&d);
    d = ojs_info(srv, second);
    NUMBER(d, "job.args[0].n", 2);
    NUMBER(d, "job.meta.k", 1);
    TEXT(d, "job.trace", "mine");
    doc_free(&d);
    d = ojs_fetch(srv, "\"b\"");
    NUMBER(d, "jobs[0].args[0]", 1);
    doc_free(&d);
}

/* An answer to many shows each as it is shown by itself, whatever the envelope says and leaves open. */
WIRE(a_batch_shows_jobs_as_they_are)
{
    static const char *const more[] = {
        "", ",\"options\":{}", ",\"options\":{\"metadata\":null}", ",\"options\":{\"metadata\":{\"a\":1}}", ",\"meta\":null", ",\"meta\":{\"a\":1}",
        ",\"meta\":{\"a\":1},\"options\":{\"metadata\":{\"b\":2}}", ",\"options\":{\"strange\":null}", ",\"strange\":null", ",\"strange\":{\"x\":[1]}",
        ",\"options\":{\"retry\":null}", ",\"options\":{\"retry\":{\"max_attempts\":2}}", ",\"options\":{\"unique\":null}", ",\"options\":{\"tags\":null}",
        ",\"options\":{\"tags\":[\"a\"]}", ",\"options\":{\"priority\":null}", ",\"options\":{\"delay_until\":null}", ",\"options\":{\"expires_at\":null}",
        ",\"options\":{\"timeout_ms\":null}", ",\"options\":{\"durability\":null}", ",\"id\":null"};
    enum { MANY = sizeof more / sizeof *more };
    struct wire_text text = {0};
    wire_addf(&text, "{\"jobs\":[");
    for (size_t i = 0; i < MANY; i++) wire_addf(&text, "%s{\"type\":\"test.echo\",\"args\":[%zu]%s}", i ? "," : "", i, more[i]);
    wire_addf(&text, "]}%c", 0);
    struct doc d = ojs_send(srv, "POST", BATCH, text.p);
    STATUS(d, 201);
    for (size_t i = 0; i < MANY; i++) {
        char path[32];
        (void)snprintf(path, sizeof path, "jobs[%zu]", i);
        cJSON *shown = doc_find(d.json, path);
        (void)snprintf(path, sizeof path, "jobs[%zu].id", i);
        struct doc one = ojs_info(srv, doc_id(&d, path));
        char *a = cJSON_PrintUnformatted(shown), *b = cJSON_PrintUnformatted(doc_find(one.json, "job"));
        cr_assert(cJSON_Compare(shown, doc_find(one.json, "job"), true), "%s:\n%s\n%s", more[i], a, b);
        free(a);
        free(b);
        doc_free(&one);
    }
    doc_free(&d);
    wire_text_free(&text);
}

WIRE(a_batch_is_refused_whole)
{
    struct doc d = ojs_send(srv, "POST", BATCH,
                            "{\"jobs\":[{\"type\":\"test.echo\",\"args\":[],\"queue\":\"b\"},{\"args\":[],\"queue\":\"b\"}]}");
    NUMBER(d, "error.details.index", 1);
    TEXT(d, "error.details.field", "type");
    cr_assert(strstr(doc_text(&d, "error.message"), "index 1"));
    ojs_expect_refusal(d, 400, "invalid_request");
    d = ojs_send(
        srv, "POST", BATCH,
        "{\"jobs\":[{\"type\":\"test.echo\",\"args\":[],\"retry\":{\"max_attempts\":-1}},{\"type\":\"test.echo\",\"args\":[]}]}");
    NUMBER(d, "error.details.index", 0);
    ojs_expect_refusal(d, 422, "validation_error");
    struct id id = ojs_submit(srv, "c", "");
    char body[512];
    (void)snprintf(body, sizeof body,
                   "{\"jobs\":[{\"type\":\"test.echo\",\"args\":[],\"queue\":\"b\"},"
                   "{\"type\":\"test.echo\",\"args\":[],\"queue\":\"b\",\"id\":\"%s\"}]}",
                   id.text);
    d = ojs_send(srv, "POST", BATCH, body);
    NUMBER(d, "error.details.index", 1);
    ojs_expect_refusal(d, 409, "duplicate");
    cr_assert_eq(n_available(srv, "b"), 0);
}

WIRE(what_is_no_batch)
{
    ojs_expect_refusal(ojs_send(srv, "POST", BATCH, "{}"), 400, "invalid_request");
    ojs_expect_refusal(ojs_send(srv, "POST", BATCH, "{\"jobs\":{}}"), 400, "invalid_request");
    ojs_expect_refusal(ojs_send(srv, "POST", BATCH, "{\"jobs\":[]}"), 400, "invalid_request");
    ojs_expect_refusal(ojs_send(srv, "POST", BATCH, "{\"jobs\":[3]}"), 400, "invalid_request");
    ojs_expect_refusal(ojs_send(srv, "POST", BATCH, "[]"), 400, "invalid_request");
    ojs_expect_refusal(ojs_send(srv, "POST", BULK, "{\"jobs\":[{\"type\":\"test.echo\",\"args\":[]}],\"atomicity\":\"some\"}"),
                       400, "invalid_request");
}

WIRE(as_many_as_may_be_and_one_more)
{
    char *text = many(1000);
    struct doc d = ojs_send(srv, "POST", BATCH, text);
    free(text);
    STATUS(d, 201);
    NUMBER(d, "count", 1000);
    NUMBER(d, "jobs[999].args[0]", 999);
    doc_free(&d);
    text = many(1001);
    d = ojs_send(srv, "POST", BATCH, text);
    NUMBER(d, "error.details.max_batch_size", 1000);
    ojs_expect_refusal(d, 413, "batch_size_exceeded");
    ojs_expect_refusal(ojs_send(srv, "POST", BULK, text), 413, "batch_size_exceeded");
    free(text);
    cr_assert_eq(n_available(srv, "default"), 1000);
}

WIRE(each_by_itself)
{
    struct id id = ojs_submit(srv, "b", "");
    char body[640];
    (void)snprintf(body, sizeof body,
                   "{\"jobs\":[{\"type\":\"test.echo\",\"args\":[],\"queue\":\"b\"},{\"type\":\"Bad\",\"args\":[]},"
                   "{\"type\":\"test.echo\",\"args\":[],\"queue\":\"b\",\"id\":\"%s\"},7]}",
                   id.text);
    struct doc d = ojs_send(srv, "POST", BULK, body);
    STATUS(d, 207);
    NUMBER(d, "total", 4);
    NUMBER(d, "succeeded", 2);
    NUMBER(d, "failed", 2);
    TEXT(d, "items[0].status", "created");
    TEXT(d, "items[0].job.state", "available");
    TEXT(d, "items[1].status", "failed");
    TEXT(d, "items[1].error.details.field", "type");
    TEXT(d, "items[2].status", "duplicate");
    TEXT(d, "items[2].job.id", id.text);
    NUMBER(d, "items[3].index", 3);
    TEXT(d, "items[3].error.code", "invalid_request");
    doc_free(&d);
    cr_assert_eq(n_available(srv, "b"), 2);
    d = ojs_send(srv, "POST", BULK, "{\"jobs\":[{\"type\":\"test.echo\",\"args\":[]}]}");
    STATUS(d, 201);
    doc_free(&d);
    d = ojs_send(srv, "POST", BULK, "{\"jobs\":[{\"type\":\"test.echo\"}]}");
    STATUS(d, 422);
    NUMBER(d, "failed", 1);
    doc_free(&d);
}

WIRE(each_has_its_reason_when_none_is_taken)
{
    struct id id = ojs_submit(srv, "c", "");
    char body[640];
    struct doc d =
        ojs_send(srv, "POST", BULK,
                 "{\"atomicity\":\"atomic\",\"jobs\":[{\"type\":\"test.echo\",\"args\":[],\"queue\":\"b\"},{\"args\":[]}]}");
    STATUS(d, 422);
    NUMBER(d, "succeeded", 0);
    TEXT(d, "items[0].error.code", "x_not_attempted");
    TEXT(d, "items[1].error.details.field", "type");
    doc_free(&d);
    (void)snprintf(body, sizeof body,
                   "{\"atomicity\":\"atomic\",\"jobs\":[{\"type\":\"test.echo\",\"args\":[],\"queue\":\"b\",\"id\":\"%s\"},"
                   "{\"type\":\"test.echo\",\"args\":[],\"queue\":\"b\"}]}",
                   id.text);
    d = ojs_send(srv, "POST", BULK, body);
    STATUS(d, 422);
    TEXT(d, "items[0].error.code", "duplicate");
    TEXT(d, "items[1].error.code", "x_not_attempted");
    doc_free(&d);
    cr_assert_eq(n_available(srv, "b"), 0);
}
