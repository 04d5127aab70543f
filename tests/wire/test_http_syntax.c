/* What quern makes of bytes where one row of a table cannot say it: steps of Expect, the shape of answers, prefixes, rubbish, floods
 * of chunks, deep pipelines (RFC 9110, RFC 9112). The tables are in test_http_rows_*.c. */
#include "rows.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPECT "Expect: 100-continue\r\n"

/* ---- Expect, one step at a time ---- */

static void read_continue(struct client *c)
{
    char got[64];
    static const char wanted[] = "HTTP/1.1 100 Continue\r\n\r\n"; /* no fields */
    cr_assert_eq(client_read_bytes(c, got, sizeof wanted - 1), CLIENT_REPLY);
    cr_assert_arr_eq(got, wanted, sizeof wanted - 1);
    cr_assert(wire_is_quiet(c));
}

Test(wire_http_syntax, continue_at_once, .timeout = 60)
{
    struct server srv;
    struct client c;
    server_up(&srv, NULL);
    client_connect(&c, srv.port);
    for (int i = 0; i < 3; i++) {
        client_send_text(&c, ECHO(EXPECT LEN5, ""));
        read_continue(&c);
        client_send_text(&c, "hello");
        wire_expect(&c, 200, "hello");
        client_send_text(&c, ECHO(EXPECT TE, ""));
        read_continue(&c);
        client_send_text(&c, "5\r\nhello\r\n0\r\n\r\n" GET); /* and the next request behind it */
        wire_expect(&c, 200, "hello");
        wire_expect(&c, 200, "ok\n");
    }
    /* After an unfinished call: 100 comes in its turn. */
    client_send_text(&c, "POST /run/sleep?ms=20 HTTP/1.1\r\n" HOST "\r\n" ECHO(EXPECT LEN5, ""));
    wire_expect(&c, 200, "");
    read_continue(&c);
    client_send_text(&c, "hello");
    wire_expect(&c, 200, "hello");
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* Content that came unasked needs no 100, and the request behind it has not asked for one. */
Test(wire_http_syntax, continue_is_for_who_asks, .timeout = 60)
{
    struct server srv;
    struct client c;
    server_up(&srv, NULL);
    client_connect(&c, srv.port);
    for (int i = 0; i < 3; i++) {
        client_send_text(&c, ECHO(EXPECT LEN5, "hello") ECHO(LEN5, ""));
        wire_expect(&c, 200, "hello");
        wire_pause_us(20000); /* the point: nothing comes */
        cr_assert(wire_is_quiet(&c));
        client_send_text(&c, "world");
        wire_expect(&c, 200, "world");
    }
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- response shape ---- */

static void without(struct reply *r, const char *line)
{
    char *at = strstr(r->head, line);
    cr_assert(at, "%s%s", r->head, line);
    char *end = strstr(at + 2, "\r\n");
    memmove(at, end, strlen(end) + 1);
}

/* The field lines of a reply but those that are others each time, for comparison. */
static void keep_comparable(struct reply *r)
{
    without(r, "\r\nDate: ");
    without(r, "\r\nX-Request-Id: ");
}

Test(wire_http_syntax, head_is_get_without_body, .timeout = 60)
{
    static const char *const paths[] = {"/", "/livez", "/readyz", "/openapi.json", "/n/5", "/quiet", "/nothing", "/ojs/manifest"};
    struct server srv;
    struct client c;
    wire_up(&srv, ROWS_CONFIG, NULL);
    client_connect(&c, srv.port);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct reply get = client_request(&c, "GET", paths[i], NULL, NULL), head = client_request(&c, "HEAD", paths[i], NULL, NULL);
        keep_comparable(&get);
        keep_comparable(&head);
        cr_assert_str_eq(get.head, head.head);
        cr_assert_eq(get.status, head.status);
        cr_assert_eq(head.body_len, 0);
        reply_free(&get);
        reply_free(&head);
    }
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

static void expect_allow(struct client *c, const char *method, const char *path, int status, const char *allow)
{
    struct reply r = client_request(c, method, path, NULL, NULL);
    cr_assert_eq(r.status, status, "%s %s: %d", method, path, r.status);
    cr_assert(reply_header(&r, "Allow"), "%s %s", method, path);
    cr_assert_str_eq(reply_header(&r, "Allow"), allow);
    cr_assert_null(wire_fault(&r, false));
    reply_free(&r);
}

Test(wire_http_syntax, allow, .timeout = 60)
{
    struct server srv;
    struct client c;
    server_up(&srv, NULL);
    client_connect(&c, srv.port);
    expect_allow(&c, "DELETE", "/livez", 405, "GET, HEAD, OPTIONS");
    expect_allow(&c, "OPTIONS", "/livez", 204, "GET, HEAD, OPTIONS");
    expect_allow(&c, "OPTIONS", "/", 204, "GET, HEAD, OPTIONS");
    expect_allow(&c, "GET", "/run/echo", 405, "POST, OPTIONS");
    expect_allow(&c, "OPTIONS", "/run/echo", 204, "POST, OPTIONS");
    expect_allow(&c, "OPTIONS", "*", 204, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    expect_allow(&c, "POST", "/ojs/v1/jobs/0192f0c0-0000-7000-8000-000000000000", 405, "GET, HEAD, DELETE, OPTIONS");
    expect_allow(&c, "TRACE", "/livez", 405, "GET, HEAD, OPTIONS");
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_http_syntax, http_1_0_keep_alive_is_told, .timeout = 60)
{
    struct server srv;
    struct client c;
    struct reply r;
    server_up(&srv, NULL);
    client_connect(&c, srv.port);
    client_send_text(&c, "GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    client_read_reply(&c, &r);
    cr_assert_str_eq(reply_header(&r, "Connection"), "keep-alive");
    reply_free(&r);
    client_send_text(&c, "GET /livez HTTP/1.0\r\n\r\n");
    wire_expect_last(&c, 200);
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- what is not one row ---- */

/* Every prefix of a sound request is waited for in silence. */
Test(wire_http_syntax, prefixes_are_waited_for, .timeout = 60)
{
    static const char request[] = ECHO("Content-Length: 3\r\nX: y\r\n", "abc");
    enum { N = sizeof request - 1 };
    static struct client c[N];
    struct server srv;
    server_up(&srv, NULL);
    for (size_t i = 1; i < N; i++) {
        client_connect(&c[i], srv.port);
        client_send(&c[i], request, i);
    }
    wire_pause_us(400000); /* the point of this test: nothing happens */
    for (size_t i = 1; i < N; i++) cr_assert(wire_is_quiet(&c[i]), "%zu bytes", i);
    for (size_t i = 1; i < N; i++) {
        client_send(&c[i], request + i, N - i);
        wire_expect(&c[i], 200, "abc");
        client_close(&c[i]);
    }
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_http_syntax, rubbish, .timeout = 60)
{
    struct wire_random random = wire_random_from(UINT64_C(0x9e3779b97f4a7c15));
    struct server srv;
    server_up(&srv, NULL);
    for (unsigned i = 0; i < wire_scaled(1000); i++) {
        char bytes[257];
        for (size_t k = 0; k < sizeof bytes; k++) bytes[k] = (char)wire_random(&random, 256);
        bytes[256] = '\n';
        struct row k = {.id = "random bytes", .in = bytes, .len = sizeof bytes, .expect = "400|501!"};
        row_whole(srv.port, &k);
    }
    rows_end();
    cr_assert_eq(server_down(&srv), 0);
}

/* Sends a chunked echo in three ways; status 0: the body must come back. */
static void try_chunks(int port, const char *id, const struct wire_text *chunks, const char *expect)
{
    struct wire_text t = {0};
    wire_addf(&t, "%s", ECHO(TE, ""));
    wire_add(&t, chunks->p, chunks->len);
    struct row k = {.id = id, .in = t.p, .len = t.len, .expect = expect};
    row_whole(port, &k);
    if (t.len < 100000) row_cut(port, &k, 1, t.len / 61 + 1);
    rows_end();
    wire_text_free(&t);
}

Test(wire_http_syntax, chunk_overhead, .timeout = 60)
{
    struct server srv;
    struct wire_text t = {0};
    server_up(&srv, NULL);
    /* One extension at the limit of 4,096 bytes and one above; the semicolon counts. */
    for (size_t n = 4096; n <= 4097; n++) {
        wire_addf(&t, "1;");
        wire_fill(&t, 'x', n - 1);
        wire_addf(&t, "\r\nA\r\n0\r\n\r\n");
        try_chunks(srv.port, "one extension", &t, n > 4096 ? "400!" : "200");
        wire_text_free(&t);
    }
    /* Many extensions that are too much together. */
    for (int i = 0; i < 100; i++) wire_addf(&t, "1;abcdefghijklmnopqrstuvwxyz0123456789abcdefgh\r\nA\r\n");
    wire_addf(&t, "0\r\n\r\n");
    try_chunks(srv.port, "many extensions", &t, "400!");
    wire_text_free(&t);
    wire_addf(&t, "5;");
    wire_fill(&t, 'x', 65536);
    try_chunks(srv.port, "an extension without end", &t, "400!");
    wire_text_free(&t);
    for (int i = 0; i < 100000; i++) wire_addf(&t, "a\r\n0123456789\r\n");
    wire_addf(&t, "0\r\n\r\n");
    try_chunks(srv.port, "many chunks of 10 bytes", &t, "200");
    wire_text_free(&t);
    for (int i = 0; i < 1000000; i++) wire_add(&t, "1\r\nx\r\n", 6);
    wire_addf(&t, "0\r\n\r\n");
    try_chunks(srv.port, "a million chunks of one byte", &t, "400!");
    wire_text_free(&t);
    cr_assert_eq(server_down(&srv), 0);
}

/* 64 requests in one segment, and cut at many places. */
Test(wire_http_syntax, pipelined, .timeout = 60)
{
    struct server srv;
    struct wire_text t = {0}, e = {0};
    server_up(&srv, NULL);
    for (int i = 0; i < 64; i++) {
        wire_addf(&t, "%s", i % 3 ? GET : LINE("GET /nothing HTTP/1.1"));
        wire_addf(&e, "%s%s", i ? " " : "", i % 3 ? "200" : "404");
    }
    struct row k = {.id = "64 requests", .in = t.p, .len = t.len, .expect = e.p};
    row_whole(srv.port, &k);
    row_bytes(srv.port, &k);
    row_cut(srv.port, &k, 1, wire_is_slow() ? 41 : 7);
    rows_end();
    wire_text_free(&t);
    wire_text_free(&e);
    cr_assert_eq(server_down(&srv), 0);
}
