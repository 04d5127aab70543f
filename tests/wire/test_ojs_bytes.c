/* Entity tags of jobs and long polls by them; inputs and results as bytes: whole, in ranges, conditional. */
#include "ojs_steps.h"
#include "wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tag {
    char text[32];
};

static struct tag tag_of(const struct reply *r)
{
    struct tag tag;
    const char *text = reply_header(r, "ETag");
    cr_assert(text && strlen(text) == 18, "ETag: %s", text ? text : "none");
    (void)snprintf(tag.text, sizeof tag.text, "%s", text);
    const char *cache = reply_header(r, "Cache-Control");
    cr_assert(cache && strcmp(cache, "private, no-cache") == 0);
    return tag;
}

static struct reply get(struct server *srv, struct id id, const char *below, const char *headers)
{
    char path[128];
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s%s", id.text, below);
    return http_request(srv->port, "GET", path, headers, NULL);
}

static struct reply get_unless(struct server *srv, struct id id, const char *below, struct tag tag, const char *more)
{
    char headers[256];
    (void)snprintf(headers, sizeof headers, "If-None-Match: %s\r\n%s", tag.text, more);
    return get(srv, id, below, headers);
}

static struct tag job_tag(struct server *srv, struct id id)
{
    struct reply r = get(srv, id, "", NULL);
    struct tag tag = tag_of(&r);
    reply_free(&r);
    return tag;
}

/* ---- the job ---- */

WIRE(a_job_has_a_tag_that_changes_with_it)
{
    struct id id = ojs_submit(srv, "q", "");
    struct tag first = job_tag(srv, id);
    cr_assert_str_eq(job_tag(srv, id).text, first.text);
    struct reply r = get_unless(srv, id, "", first, "");
    cr_assert_eq(r.status, 304);
    cr_assert_eq(r.body_len, 0);
    cr_assert_str_eq(tag_of(&r).text, first.text);
    reply_free(&r);
    r = get_unless(srv, id, "", (struct tag){"*"}, "");
    cr_assert_eq(r.status, 304);
    reply_free(&r);
    struct doc d = ojs_cancel(srv, id);
    doc_free(&d);
    r = get_unless(srv, id, "", first, "");
    cr_assert_eq(r.status, 200);
    cr_assert_str_neq(tag_of(&r).text, first.text);
    reply_free(&r);
}

/* What the answer to the submit says is what a poll begins with. */
WIRE(a_submit_answers_with_the_jobs_tag)
{
    struct doc d = ojs_send(srv, "POST", "/ojs/v1/jobs", "{\"type\":\"t.tag\",\"args\":[]}");
    struct id id = doc_id(&d, "job.id");
    struct tag tag = tag_of(&d.r);
    doc_free(&d);
    cr_assert_str_eq(job_tag(srv, id).text, tag.text);
}

/* The poll is answered by the fetch, not by the end. */
static void expect_told_of_the_fetch(struct server *srv, bool with_query)
{
    struct client c;
    struct reply r;
    struct id id = ojs_submit(srv, "q", "");
    struct tag tag = job_tag(srv, id);
    client_connect(&c, srv->port);
    client_sendf(&c, "GET /ojs/v1/jobs/%s%s HTTP/1.1\r\nHost: x\r\nIf-None-Match: %s\r\n%s\r\n", id.text,
                 with_query ? "?wait=9" : "", tag.text, with_query ? "" : "Prefer: wait=9\r\n");
    struct doc d = ojs_fetch(srv, "\"q\"");
    cr_assert_eq(doc_n_jobs(&d), 1);
    doc_free(&d);
    client_read_reply(&c, &r);
    cr_assert_str_neq(tag_of(&r).text, tag.text);
    cr_assert_eq(reply_header_count(&r, "Preference-Applied"), with_query ? 0 : 1);
    d = doc_of(r);
    STATUS(d, 200);
    TEXT(d, "job.state", "active");
    doc_free(&d);
    d = ojs_say(srv, "ack", id, "");
    doc_free(&d);
    client_close(&c);
}

WIRE(a_poll_with_a_tag_is_answered_by_any_change)
{
    expect_told_of_the_fetch(srv, false);
    expect_told_of_the_fetch(srv, true);
}

WIRE(a_poll_with_a_tag_ends_in_304)
{
    struct id id = ojs_submit(srv, "q", "");
    struct tag tag = job_tag(srv, id);
    long before = ojs_now_ms();
    struct reply r = get_unless(srv, id, "", tag, "Prefer: wait=1\r\n");
    cr_assert_eq(r.status, 304);
    cr_assert(ojs_now_ms() - before >= 900);
    cr_assert_str_eq(reply_header(&r, "Preference-Applied"), "wait=1");
    cr_assert_str_eq(tag_of(&r).text, tag.text);
    reply_free(&r);
    struct doc d = ojs_cancel(srv, id);
    doc_free(&d);
    tag = job_tag(srv, id);
    before = ojs_now_ms();
    r = get_unless(srv, id, "", tag, "Prefer: wait=9\r\n");
    cr_assert_eq(r.status, 304, "a job that has ended is not waited for");
    cr_assert_lt(ojs_now_ms() - before, 8000);
    reply_free(&r);
}

/* ---- bytes ---- */

/* A job whose result is those bytes of JSON text. */
static struct id done(struct server *srv, const char *result)
{
    char more[256];
    struct id id = ojs_submit(srv, "q", "");
    struct doc d = ojs_fetch_wait(srv, "\"q\"", 1, 5);
    TEXT(d, "jobs[0].id", id.text);
    doc_free(&d);
    (void)snprintf(more, sizeof more, ",\"result\":%s", result);
    d = ojs_say(srv, "ack", id, more);
    STATUS(d, 200);
    doc_free(&d);
    return id;
}

static void expect_bytes(struct reply r, int status, const char *body, const char *content_range)
{
    cr_assert_eq(r.status, status, "%d: %s", r.status, r.head);
    cr_assert_str_eq(r.body, body);
    const char *range = reply_header(&r, "Content-Range");
    cr_assert_str_eq(range ? range : "", content_range);
    cr_assert_str_eq(reply_header(&r, "Content-Type"), "application/json");
    cr_assert_str_eq(reply_header(&r, "Accept-Ranges"), "bytes");
    cr_assert_str_eq(reply_header(&r, "X-Content-Type-Options"), "nosniff");
    (void)tag_of(&r);
    reply_free(&r);
}

static void expect_ranges(struct server *srv, struct id id, const char *below, const char *all)
{
    char text[256], range[64];
    int size = (int)strlen(all);
    expect_bytes(get(srv, id, below, NULL), 200, all, "");
    (void)snprintf(range, sizeof range, "bytes 2-4/%d", size);
    (void)snprintf(text, sizeof text, "%.3s", all + 2);
    expect_bytes(get(srv, id, below, "Range: bytes=2-4\r\n"), 206, text, range);
    (void)snprintf(range, sizeof range, "bytes %d-%d/%d", size - 3, size - 1, size);
    expect_bytes(get(srv, id, below, "Range: bytes=-3\r\n"), 206, all + size - 3, range);
    (void)snprintf(range, sizeof range, "bytes 1-%d/%d", size - 1, size);
    expect_bytes(get(srv, id, below, "Range: bytes=1-\r\n"), 206, all + 1, range);
    expect_bytes(get(srv, id, below, "Range: bytes=0-1,3-4\r\n"), 200, all, "");
    expect_bytes(get(srv, id, below, "Range: bytes=0-1\r\nIf-Range: \"0123456789abcdef\"\r\n"), 200, all, "");
    struct reply r = get(srv, id, below, "Range: bytes=99-\r\n");
    cr_assert_eq(r.status, 416);
    (void)snprintf(range, sizeof range, "bytes */%d", size);
    cr_assert_str_eq(reply_header(&r, "Content-Range"), range);
    reply_free(&r);
}

static void expect_conditions(struct server *srv, struct id id, const char *below)
{
    char path[128], headers[128];
    struct reply r = get(srv, id, below, NULL);
    struct tag tag = tag_of(&r);
    size_t size = r.body_len;
    reply_free(&r);
    r = get_unless(srv, id, below, tag, "Range: bytes=0-0\r\n");
    cr_assert_eq(r.status, 304);
    cr_assert_eq(r.body_len, 0);
    reply_free(&r);
    (void)snprintf(headers, sizeof headers, "Range: bytes=0-0\r\nIf-Range: %s\r\n", tag.text);
    r = get(srv, id, below, headers);
    cr_assert_eq(r.status, 206);
    cr_assert_eq(r.body_len, 1);
    reply_free(&r);
    struct client c;
    client_connect(&c, srv->port);
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s%s", id.text, below);
    client_sendf(&c, "HEAD %s HTTP/1.1\r\nHost: x\r\nRange: bytes=0-0\r\n\r\n", path);
    client_read_head_reply(&c, &r);
    cr_assert_eq(r.status, 200, "a range is for GET only");
    cr_assert_eq(strtoul(reply_header(&r, "Content-Length"), NULL, 10), size);
    cr_assert_str_eq(tag_of(&r).text, tag.text);
    reply_free(&r);
    client_close(&c);
}

WIRE(results_are_bytes)
{
    static const char result[] = "[\"0123456789\", {\"b\" : 2.50}]";
    struct id id = done(srv, result);
    expect_ranges(srv, id, "/result", result);
    expect_conditions(srv, id, "/result");
}

WIRE(inputs_are_bytes)
{
    struct doc d =
        ojs_send(srv, "POST", "/ojs/v1/jobs", "{\"type\":\"t.in\", \"args\":[1 , \"two\", {\"three\":3.0}] ,\"meta\":{}}");
    struct id id = doc_id(&d, "job.id");
    doc_free(&d);
    expect_ranges(srv, id, "/input", "[1 , \"two\", {\"three\":3.0}]");
    expect_conditions(srv, id, "/input");
    struct reply r = get(srv, (struct id){"019461a8-1a2b-7c3d-8e4f-5a6b7c8d9e0f"}, "/input", NULL);
    cr_assert_eq(r.status, 404);
    reply_free(&r);
}

/* Nothing of it is copied, and each part is the right one. */
WIRE(ranges_of_a_large_result)
{
    enum { SIZE = 300000 };
    struct wire_text body = {0};
    struct id id = ojs_submit(srv, "q", "");
    struct doc d = ojs_fetch_wait(srv, "\"q\"", 1, 5);
    doc_free(&d);
    wire_addf(&body, "{\"job_id\":\"%s\",\"result\":\"", id.text);
    for (unsigned i = 0; i < SIZE / 10; i++) wire_addf(&body, "%010u", i);
    wire_addf(&body, "\"}");
    wire_add(&body, "", 1);
    d = ojs_send(srv, "POST", "/ojs/v1/workers/ack", body.p);
    STATUS(d, 200);
    doc_free(&d);
    wire_text_free(&body);
    d = ojs_info(srv, id);
    NUMBER(d, "job.result.size", SIZE + 2);
    TEXT(d, "job.result.type", "application/json");
    doc_free(&d);
    for (unsigned at = 1; at < SIZE; at += 70000) { /* behind the quote */
        char headers[64], first[16];
        (void)snprintf(headers, sizeof headers, "Range: bytes=%u-%u\r\n", at, at + 9999);
        (void)snprintf(first, sizeof first, "%010u", (at - 1) / 10);
        struct reply r = get(srv, id, "/result", headers);
        cr_assert_eq(r.status, 206);
        cr_assert_eq(r.body_len, 10000);
        cr_assert_eq(strncmp(r.body, first, 10), 0, "%.10s, not %s", r.body, first);
        reply_free(&r);
    }
}
