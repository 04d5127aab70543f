/* Conditions and ranges on jobs and results: RFC 9110 §13, §14. */
#include "ojs_steps.h"
#include "rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RESULT "abcdefghijklmnopqrstuvwxyz"
#define DATE "Sun, 06 Nov 1994 08:49:37 GMT"

/* A case for a resource that has a tag: field lines with %s for the tag, what comes back. */
struct condition {
    const char *id, *fields, *expect, *body, *has;
};

/* clang-format off */

static const struct condition of_result[] = {
    {"nothing is asked", "", "200", RESULT, "\r\nAccept-Ranges: bytes\r\n"},
    {"first ten", "Range: bytes=0-9\r\n", "206", "abcdefghij", "\r\nContent-Range: bytes 0-9/26\r\n"},
    {"from 20 on", "Range: bytes=20-\r\n", "206", "uvwxyz", "\r\nContent-Range: bytes 20-25/26\r\n"},
    {"last five", "Range: bytes=-5\r\n", "206", "vwxyz", "\r\nContent-Range: bytes 21-25/26\r\n"},
    {"all from 0", "Range: bytes=0-\r\n", "206", RESULT, "\r\nContent-Range: bytes 0-25/26\r\n"},
    {"last byte", "Range: bytes=25-25\r\n", "206", "z", "\r\nContent-Length: 1\r\n"},
    {"first byte", "Range: bytes=0-0\r\n", "206", "a", "\r\nETag: \""},
    {"beyond the end", "Range: bytes=0-99\r\n", "206", RESULT, "\r\nContent-Range: bytes 0-25/26\r\n"},
    {"last hundred", "Range: bytes=-100\r\n", "206", RESULT, "\r\nContent-Range: bytes 0-25/26\r\n"},
    {"to 2^64", "Range: bytes=24-18446744073709551616\r\n", "206", "yz", NULL},
    {"any case of the unit", "Range: BYTES=0-1\r\n", "206", "ab", NULL},
    {"zeros before", "Range: bytes=0000-0001\r\n", "206", "ab", NULL},
    {"behind the end", "Range: bytes=26-\r\n", "416", NULL, "\r\nContent-Range: bytes */26\r\n"},
    {"far behind the end", "Range: bytes=99-100\r\n", "416", NULL, "\r\nContent-Range: bytes */26\r\n"},
    {"from 2^64", "Range: bytes=18446744073709551616-\r\n", "416", NULL, NULL},
    {"last none", "Range: bytes=-0\r\n", "416", NULL, NULL},
    {"backwards", "Range: bytes=5-2\r\n", "200", RESULT, NULL},
    {"letters", "Range: bytes=abc\r\n", "200", RESULT, NULL},
    {"no range", "Range: bytes=\r\n", "200", RESULT, NULL},
    {"no equals sign", "Range: bytes\r\n", "200", RESULT, NULL},
    {"dash alone", "Range: bytes=-\r\n", "200", RESULT, NULL},
    {"empty", "Range:\r\n", "200", RESULT, NULL},
    {"another unit", "Range: lines=0-1\r\n", "200", RESULT, NULL},
    {"several", "Range: bytes=0-1,3-4\r\n", "200", RESULT, NULL},
    {"several that overlap", "Range: bytes=0-,0-,0-,0-\r\n", "200", RESULT, NULL},
    {"comma at the end", "Range: bytes=0-1,\r\n", "200", RESULT, NULL},
    {"sign", "Range: bytes=+1-2\r\n", "200", RESULT, NULL},
    {"hexadecimal", "Range: bytes=0x1-2\r\n", "200", RESULT, NULL},
    {"three numbers", "Range: bytes=1-2-3\r\n", "200", RESULT, NULL},
    {"point", "Range: bytes=0.5-2\r\n", "200", RESULT, NULL},
    {"If-Range, its tag", "Range: bytes=0-1\r\nIf-Range: %s\r\n", "206", "ab", NULL},
    {"If-Range, weak", "Range: bytes=0-1\r\nIf-Range: W/%s\r\n", "200", RESULT, NULL},
    {"If-Range, another tag", "Range: bytes=0-1\r\nIf-Range: \"x\"\r\n", "200", RESULT, NULL},
    {"If-Range, a date", "Range: bytes=0-1\r\nIf-Range: " DATE "\r\n", "200", RESULT, NULL},
    {"If-Range, no tag", "Range: bytes=0-1\r\nIf-Range: x\r\n", "200", RESULT, NULL},
    {"If-Range, a list", "Range: bytes=0-1\r\nIf-Range: %s, \"x\"\r\n", "200", RESULT, NULL},
    {"If-Range without Range", "If-Range: \"x\"\r\n", "200", RESULT, NULL},
    {"a tag and a range that begins behind the end", "Range: bytes=99-\r\nIf-Range: \"x\"\r\n", "200", RESULT, NULL},
    {"unchanged, with a range", "If-None-Match: %s\r\nRange: bytes=0-1\r\n", "304", "", NULL},
    {"packed is not for results", "Accept-Encoding: gzip\r\n", "200", RESULT, NULL},
    {"whatever is accepted", "Accept: image/png\r\n", "200", RESULT, NULL},
};

static const struct condition of_both[] = {
    {"If-None-Match, its tag", "If-None-Match: %s\r\n", "304", "", "\r\nETag: \""},
    {"304 says how to cache", "If-None-Match: %s\r\n", "304", "", "\r\nCache-Control: private, no-cache\r\n"},
    {"If-None-Match, weak", "If-None-Match: W/%s\r\n", "304", "", NULL},
    {"If-None-Match, a list", "If-None-Match: \"x\", %s, \"y\"\r\n", "304", "", NULL},
    {"If-None-Match, a list of weak ones", "If-None-Match: W/\"x\",W/%s\r\n", "304", "", NULL},
    {"If-None-Match, empty members", "If-None-Match: ,, ,%s\r\n", "304", "", NULL},
    {"If-None-Match, anything", "If-None-Match: *\r\n", "304", "", NULL},
    {"If-None-Match, another", "If-None-Match: \"x\"\r\n", "200", NULL, NULL},
    {"If-None-Match, no quotes", "If-None-Match: abc\r\n", "200", NULL, NULL},
    {"If-None-Match, quote not closed", "If-None-Match: \"abc\r\n", "200", NULL, NULL},
    {"If-None-Match, empty", "If-None-Match:\r\n", "200", NULL, NULL},
    {"If-None-Match, star in quotes", "If-None-Match: \"*\"\r\n", "200", NULL, NULL},
    {"If-None-Match and a date long ago", "If-None-Match: %s\r\nIf-Modified-Since: " DATE "\r\n", "304", "", NULL},
    {"another tag and a date to come", "If-None-Match: \"x\"\r\nIf-Modified-Since: Fri, 31 Dec 2100 23:59:59 GMT\r\n", "200", NULL, NULL},
    {"If-Modified-Since, long ago", "If-Modified-Since: " DATE "\r\n", "200", NULL, NULL},
    {"If-Modified-Since, to come", "If-Modified-Since: Fri, 31 Dec 2100 23:59:59 GMT\r\n", "200", NULL, NULL},
    {"If-Modified-Since, no date", "If-Modified-Since: yesterday\r\n", "200", NULL, NULL},
    {"If-Modified-Since, empty", "If-Modified-Since:\r\n", "200", NULL, NULL},
    {"If-Unmodified-Since, long ago", "If-Unmodified-Since: " DATE "\r\n", "200", NULL, NULL},
    {"If-Match, its tag", "If-Match: %s\r\n", "200", NULL, NULL},
    {"If-Match, anything", "If-Match: *\r\n", "200", NULL, NULL},
    {"If-Match, a list", "If-Match: \"x\", %s\r\n", "200", NULL, NULL},
    {"If-Match, weak", "If-Match: W/%s\r\n", "412", NULL, NULL},
    {"If-Match, another", "If-Match: \"x\"\r\n", "412", NULL, NULL},
    {"If-Match, no quotes", "If-Match: x\r\n", "412", NULL, NULL},
    {"If-Match, empty", "If-Match:\r\n", "412", NULL, NULL},
    {"If-Match stands before If-None-Match", "If-Match: \"x\"\r\nIf-None-Match: %s\r\n", "412", NULL, NULL},
    {"both are right", "If-Match: %s\r\nIf-None-Match: %s\r\n", "304", "", NULL},
};

static const struct condition of_changes[] = {
    {"stale", "If-Match: \"0123456789abcdef\"\r\n", "412", NULL, NULL},
    {"weak", "If-Match: W/%s\r\n", "412", NULL, NULL},
    {"no tag of ours", "If-Match: \"x\"\r\n", "412", NULL, NULL},
    {"no quotes", "If-Match: x\r\n", "412", NULL, NULL},
    {"several stale ones", "If-Match: \"0123456789abcdef\", \"0123456789abcdee\", \"x\"\r\n", "412", NULL, NULL},
};

/* clang-format on */

static void add(struct row_list *l, const char *method, const char *path, const struct condition *c, const char *tag)
{
    struct wire_text text = {0};
    bool is_head = strcmp(method, "HEAD") == 0;
    char *expect = NULL;
    wire_addf(&text, "%s %s HTTP/1.1\r\n" HOST, method, path);
    for (const char *at = c->fields; *at; at++) {
        bool is_tag = at[0] == '%' && at[1] == 's';
        if (is_tag) wire_addf(&text, "%s", tag);
        else wire_add(&text, at, 1);
        at += is_tag;
    }
    wire_addf(&text, "\r\n");
    if (is_head) cr_assert(asprintf(&expect, "h%s", c->expect) > 0);
    struct row *k = row_list_add(l, is_head ? expect : c->expect, text.p, "", 0, "", c->id);
    k->body = is_head ? NULL : c->body;
    k->has = c->has;
    k->near = 0;
    wire_text_free(&text);
}

static void tag_of(struct server *srv, const char *path, char tag[40])
{
    struct reply r = http_request(srv->port, "GET", path, NULL, NULL);
    cr_assert_eq(r.status, 200);
    (void)snprintf(tag, 40, "%s", reply_header(&r, "ETag"));
    reply_free(&r);
}

static void start(struct server *srv, char job[128])
{
    server_up(srv, NULL);
    struct reply r = http_request(srv->port, "POST", "/run/echo", "Prefer: respond-async\r\nContent-Type: text/plain\r\n", RESULT);
    cr_assert_eq(r.status, 202, "%s%s", r.head, r.body);
    (void)snprintf(job, 128, "%s", reply_header(&r, "Location"));
    reply_free(&r);
    char path[160];
    (void)snprintf(path, sizeof path, "%s?wait=9", job);
    r = http_request(srv->port, "GET", path, NULL, NULL);
    cr_assert_eq(r.status, 200);
    reply_free(&r);
}

Test(wire_http_rows_condition, results, .timeout = 120)
{
    struct server srv;
    struct row_list l = {0};
    char job[128], path[160], tag[40];
    start(&srv, job);
    (void)snprintf(path, sizeof path, "%s/result", job);
    tag_of(&srv, path, tag);
    for (size_t i = 0; i < sizeof of_result / sizeof *of_result; i++) add(&l, "GET", path, &of_result[i], tag);
    for (size_t i = 0; i < sizeof of_both / sizeof *of_both; i++) add(&l, "GET", path, &of_both[i], tag);
    for (size_t i = 0; i < sizeof of_both / sizeof *of_both; i++) add(&l, "HEAD", path, &of_both[i], tag);
    const struct condition head = {"HEAD with a range", "Range: bytes=0-1\r\n", "200", NULL, "\r\nContent-Length: 26\r\n"};
    add(&l, "HEAD", path, &head, tag);
    rows_try(srv.port, "RFC 9110 13, 14", l.of, l.n);
    rows_end();
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_http_rows_condition, jobs, .timeout = 120)
{
    struct server srv;
    struct row_list l = {0};
    char job[128], tag[40];
    start(&srv, job);
    tag_of(&srv, job, tag);
    for (size_t i = 0; i < sizeof of_both / sizeof *of_both; i++) add(&l, "GET", job, &of_both[i], tag);
    for (size_t i = 0; i < sizeof of_both / sizeof *of_both; i++) add(&l, "HEAD", job, &of_both[i], tag);
    const struct condition range = {"ranges are for results", "Range: bytes=0-1\r\n", "200", NULL, NULL};
    add(&l, "GET", job, &range, tag);
    rows_try(srv.port, "RFC 9110 13", l.of, l.n);
    rows_end();
    cr_assert_eq(server_down(&srv), 0);
}

/* A document of quern's own, and what has no tags: there "*" alone is true (RFC 9110 §13.1.1, §13.1.2). */
Test(wire_http_rows_condition, documents, .timeout = 120)
{
    static const struct condition untagged[] = {
        {"If-Match, anything", "If-Match: *\r\n", "200", NULL, NULL},
        {"If-Match, a tag", "If-Match: \"x\"\r\n", "412", NULL, NULL},
        {"If-Match, a tag, and If-None-Match", "If-Match: \"x\"\r\nIf-None-Match: *\r\n", "412", NULL, NULL},
        {"If-None-Match, a tag", "If-None-Match: \"x\"\r\n", "200", NULL, NULL},
        {"If-None-Match, anything", "If-None-Match: *\r\n", "304", "", NULL},
        {"If-None-Match, empty", "If-None-Match:\r\n", "200", NULL, NULL},
    };
    static const char *const places[] = {"/livez", "/", "/fixed", "/parked", "/ojs/v1/jobs", "/ojs/manifest"};
    static const struct row elsewhere[] = {
        ROW("nothing there", "GET /nothing HTTP/1.1\r\n" HOST "If-Match: \"x\"\r\n\r\n", "404"),
        ROW("not allowed", "POST /livez HTTP/1.1\r\n" HOST "If-Match: \"x\"\r\n\r\n", "405"),
        ROW("OPTIONS", "OPTIONS /livez HTTP/1.1\r\n" HOST "If-Match: \"x\"\r\n\r\n", "204"),
        ROW("a call", ECHO("If-None-Match: *\r\n" LEN5, "hello"), "200", "hello"),
    };
    struct server srv;
    struct row_list l = {0};
    char tag[40];
    wire_up(&srv, "{\"routes\": [{\"method\": \"GET\", \"path\": \"/fixed\", \"body\": \"f\"}, "
                  "{\"method\": \"GET\", \"path\": \"/parked\", \"job\": \"echo\"}]}", NULL);
    tag_of(&srv, "/openapi.json", tag);
    for (size_t i = 0; i < sizeof of_both / sizeof *of_both; i++) {
        struct condition c = of_both[i];
        if (c.has && strstr(c.has, "Cache-Control")) c.has = "\r\nCache-Control: no-cache\r\n";
        add(&l, "GET", "/openapi.json", &c, tag);
        add(&l, "HEAD", "/openapi.json", &c, tag);
    }
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        for (size_t k = 0; k < sizeof untagged / sizeof *untagged; k++) add(&l, k % 2 ? "HEAD" : "GET", places[i], &untagged[k], tag);
    rows_try(srv.port, "RFC 9110 13.1, 13.2", l.of, l.n);
    rows_try(srv.port, "RFC 9110 13.2.1", elsewhere, sizeof elsewhere / sizeof *elsewhere);
    rows_end();
    cr_assert_eq(server_down(&srv), 0);
}

/* What does not match changes nothing; what does, does. */
Test(wire_http_rows_condition, changes, .timeout = 120)
{
    static const struct condition none = {"nothing is there", "If-Match: \"x\"\r\n", "404", NULL, NULL};
    static const struct condition untagged = {"no tags there", "If-Match: \"x\"\r\n", "412", NULL, NULL};
    static const struct condition any = {"anything", "If-Match: *\r\n", "400", NULL, NULL};
    struct server srv;
    struct row_list l = {0};
    char path[128], tag[40], after[40], headers[96];
    server_up(&srv, NULL);
    struct id id = ojs_submit(&srv, "q", "");
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s", id.text);
    tag_of(&srv, path, tag);
    for (size_t i = 0; i < sizeof of_changes / sizeof *of_changes; i++) add(&l, "DELETE", path, &of_changes[i], tag);
    add(&l, "DELETE", "/ojs/v1/jobs/0192f0c0-0000-7000-8000-000000000000", &none, tag);
    add(&l, "PUT", "/ojs/v1/queues/q/config", &untagged, tag);
    add(&l, "PUT", "/ojs/v1/queues/q/config", &any, tag);
    rows_try(srv.port, "RFC 9110 13.1.1", l.of, l.n);
    rows_end();
    tag_of(&srv, path, after);
    cr_assert_str_eq(tag, after);
    (void)snprintf(headers, sizeof headers, "If-Match: \"0123456789abcdef\", %s\r\n", tag);
    struct reply r = http_request(srv.port, "DELETE", path, headers, NULL);
    cr_assert_eq(r.status, 200, "%s%s", r.head, r.body);
    reply_free(&r);
    ojs_expect_state(&srv, id, "cancelled");
    r = http_request(srv.port, "DELETE", path, headers, NULL);
    cr_assert_eq(r.status, 409, "without the condition it would fail, too");
    reply_free(&r);
    cr_assert_eq(server_down(&srv), 0);
}

/* Executed and answered in order: what the second asks for is what the first has made. */
Test(wire_http_rows_condition, submit_then_look, .timeout = 60)
{
    static const struct row rows[] = {
        ROW("a job, then all of them", "POST /ojs/v1/jobs HTTP/1.1\r\n" HOST "Content-Length: 31\r\n\r\n{\"type\":\"rows.none\",\"args\":[1]}"
                                       LINE("GET /ojs/v1/jobs?limit=1 HTTP/1.1"), "201 200", .has = "\r\nLocation: /ojs/v1/jobs/"),
        ROW("wrong media type", "POST /ojs/v1/jobs HTTP/1.1\r\n" HOST "Content-Type: text/plain\r\n" LEN5 "\r\nhello", "400!",
            .has = "\r\nAccept: application/openjobspec+json, application/json, application/xml\r\n"),
        ROW("content with a coding", "POST /ojs/v1/jobs HTTP/1.1\r\n" HOST "Content-Encoding: br\r\n" LEN5 "\r\nhello", "415!",
            .has = "\r\nAccept-Encoding: identity\r\n"),
        ROW("a call's content with a coding", ECHO("Content-Encoding: gzip\r\n" LEN5, "hello"), "415!", .has = "\r\nAccept-Encoding: identity\r\n"),
        ROW("identity is no coding", ECHO("Content-Encoding: identity\r\n" LEN5, "hello"), "200", "hello"),
        ROW("a coding of nothing", ECHO("Content-Encoding: gzip\r\n", ""), "200", ""),
        ROW("range of a call", ECHO("Range: bytes=0-0\r\n" LEN5, "hello"), "200", "hello"),
    };
    struct server srv;
    server_up(&srv, NULL);
    rows_try(srv.port, "RFC 9112 9.3.2, RFC 9110 15.5.16", rows, sizeof rows / sizeof *rows);
    rows_end();
    cr_assert_eq(server_down(&srv), 0);
}
