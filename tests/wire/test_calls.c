/* Calls, POST /run/{type}, against the real server: bytes in and out, parameters, failures, handlers that run inline. */
#include "call.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N(list) (sizeof(list) / sizeof *(list))
#define BLOCKS_AT_REST 2 /* the OpenAPI document, and the answer that says how many there are */

/* ---- bytes in, bytes out ---- */

/* Microseconds are not what the test is about, so any numbers will do. */
static void check_call_fields(const struct reply *r, const char *type)
{
    double queue = -1, run = -1;
    int n = -1;
    cr_assert_str_eq(reply_header(r, "Quern-Job-Type"), type);
    const char *timing = reply_header(r, "Server-Timing");
    cr_assert(timing, "%s", r->head);
    cr_assert_eq(sscanf(timing, "queue;dur=%lf, run;dur=%lf%n", &queue, &run, &n), 2, "%s", timing);
    cr_assert(queue >= 0 && run >= 0 && timing[n] == '\0', "%s", timing);
}

static void check_bytes(const struct reply *r, const char *wanted, size_t len)
{
    cr_assert_eq(r->status, 200, "%s%s", r->head, r->body);
    cr_assert_eq(r->body_len, len);
    for (size_t i = 0; i < len; i++)
        if (r->body[i] != wanted[i]) cr_assert_fail("byte %zu of %zu differs", i, len);
}

#define MIB ((size_t)1 << 20)
static const size_t sizes[] = {0, 1, 2047, 2048, 2049, 4095, 4096, 65536, MIB, MIB + 1};

static void echo(struct client *c, const char *bytes, size_t len)
{
    struct reply r = call_on(c, "/run/echo", "Content-Type: application/x-pattern; n=1\r\n", bytes, len);
    check_bytes(&r, bytes, len);
    cr_assert_str_eq(reply_header(&r, "Content-Type"), "application/x-pattern; n=1");
    check_call_fields(&r, "echo");
    cr_assert_null(wire_fault(&r, false));
    reply_free(&r);
}

static void echo_chunked(struct client *c, const char *bytes, size_t len)
{
    struct wire_random random = {len + 1};
    struct wire_text t = {0};
    wire_addf(&t, "POST /run/echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n");
    for (size_t at = 0, n; at < len; at += n) {
        n = 1 + wire_random(&random, len < 10000 ? 1000 : 70000);
        if (n > len - at) n = len - at;
        wire_addf(&t, "%zx\r\n", n);
        wire_add(&t, bytes + at, n);
        wire_addf(&t, "\r\n");
    }
    wire_addf(&t, "0\r\n\r\n");
    client_send(c, t.p, t.len);
    wire_text_free(&t);
    struct reply r;
    client_read_reply(c, &r);
    check_bytes(&r, bytes, len);
    cr_assert_str_eq(reply_header(&r, "Content-Type"), "application/octet-stream");
    reply_free(&r);
}

Test(wire_calls, echo_by_length, .timeout = 60)
{
    struct server srv;
    struct client c;
    char *bytes = call_pattern(2 * MIB);
    server_up(&srv, FOUR_WORKERS);
    client_connect(&c, srv.port);
    for (size_t i = 0; i < N(sizes); i++) echo(&c, bytes + i, sizes[i]);
    client_close(&c);
    free(bytes);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_calls, echo_chunked, .timeout = 60)
{
    struct server srv;
    struct client c;
    char *bytes = call_pattern(2 * MIB);
    server_up(&srv, FOUR_WORKERS);
    client_connect(&c, srv.port);
    for (size_t i = 0; i < N(sizes); i++) echo_chunked(&c, bytes + i, sizes[i]);
    client_close(&c);
    free(bytes);
    cr_assert_eq(server_down(&srv), 0);
}

/* Far above what is kept in memory, and many receive buffers. */
Test(wire_calls, echo_large, .timeout = 90)
{
    struct server srv;
    struct client c;
    size_t len = wire_scaled(20) * MIB;
    char *bytes = call_pattern(len);
    server_up(&srv, FOUR_WORKERS);
    client_connect(&c, srv.port);
    echo(&c, bytes, len);
    echo_chunked(&c, bytes, len);
    client_close(&c);
    free(bytes);
    call_await_metric(srv.port, "quern_body_blocks", BLOCKS_AT_REST);
    cr_assert_eq(server_down(&srv), 0);
}

/* Several large bodies at once, from several shards, and none gets another's bytes. */
Test(wire_calls, bodies_do_not_mix, .timeout = 60)
{
    struct server srv;
    struct client clients[8];
    char *bytes = call_pattern(MIB);
    server_up(&srv, FOUR_WORKERS);
    for (size_t i = 0; i < N(clients); i++) client_connect(&clients[i], srv.port);
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < N(clients); i++) call_send(&clients[i], "/run/echo", NULL, bytes + i * 1000, 100000 + i);
        for (size_t i = 0; i < N(clients); i++) {
            struct reply r;
            client_read_reply(&clients[i], &r);
            check_bytes(&r, bytes + i * 1000, 100000 + i);
            reply_free(&r);
        }
    }
    for (size_t i = 0; i < N(clients); i++) client_close(&clients[i]);
    free(bytes);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_calls, no_body, .timeout = 30)
{
    struct server srv;
    struct client c;
    server_up(&srv, NULL);
    client_connect(&c, srv.port);
    client_send_text(&c, "POST /run/echo HTTP/1.1\r\n" HOST "\r\n"); /* neither a length nor chunks: empty */
    struct reply r;
    client_read_reply(&c, &r);
    cr_assert_eq(r.status, 200);
    cr_assert_eq(r.body_len, 0);
    cr_assert_str_eq(reply_header(&r, "Content-Length"), "0");
    reply_free(&r);
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* The handler's limit is known when the head is: not a byte of the body is waited for. */
Test(wire_calls, body_too_large, .timeout = 30)
{
    struct server srv;
    struct client c;
    char *bytes = call_pattern(2000);
    call_up(&srv, NULL, NULL);
    client_connect(&c, srv.port);
    struct reply r = call_on(&c, "/run/test.small", NULL, bytes, 1000);
    check_bytes(&r, bytes, 1000);
    reply_free(&r);
    client_send_text(&c, "POST /run/test.small HTTP/1.1\r\n" HOST "Content-Length: 1001\r\n\r\n");
    client_read_reply(&c, &r);
    call_problem(r, 413, "content-too-large", "1000 bytes");
    cr_assert(wire_ends(&c));
    client_close(&c);
    free(bytes);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_calls, chunked_body_too_large, .timeout = 30)
{
    struct server srv;
    struct client c;
    struct wire_text t = {0};
    struct reply r;
    call_up(&srv, NULL, NULL);
    client_connect(&c, srv.port);
    wire_addf(&t, "POST /run/test.small HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n1f4\r\n");
    wire_fill(&t, 'x', 500);
    wire_addf(&t, "\r\n1f5\r\n");
    wire_fill(&t, 'x', 501);
    wire_addf(&t, "\r\n0\r\n\r\n");
    client_send(&c, t.p, t.len);
    client_read_reply(&c, &r);
    call_problem(r, 413, "content-too-large", "larger");
    cr_assert(wire_ends(&c));
    client_close(&c);
    wire_text_free(&t);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- what cannot be called ---- */

Test(wire_calls, unknown_type, .timeout = 30)
{
    struct server srv;
    struct client c;
    server_up(&srv, NULL);
    client_connect(&c, srv.port);
    struct reply r = call_on(&c, "/run/no.such.type", NULL, NULL, 0);
    call_problem(r, 404, "not-found", "no job type");
    r = call_on(&c, "/run/Echo", NULL, NULL, 0); /* the connection goes on, and names have a case */
    call_problem(r, 404, "not-found", "no job type");
    echo(&c, "after", 5);
    r = call_on(&c, "/run/no.such.type", NULL, "some bytes", 10); /* a body that nobody wants: the connection ends */
    call_problem(r, 404, "not-found", "no job type");
    cr_assert(wire_ends(&c));
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_calls, wrong_method, .timeout = 30)
{
    static const char *const methods[] = {"GET", "PUT", "DELETE", "PATCH"};
    struct server srv;
    server_up(&srv, NULL);
    for (size_t i = 0; i < N(methods); i++) {
        struct reply r = http_request(srv.port, methods[i], "/run/echo", NULL, NULL);
        cr_assert_str_eq(reply_header(&r, "Allow"), "POST, OPTIONS");
        call_problem(r, 405, "method-not-allowed", "");
    }
    cr_assert_eq(server_down(&srv), 0);
}

static void expect_utf8(const struct reply *r)
{
    cr_assert(setlocale(LC_CTYPE, "C.UTF-8"));
    cr_assert_neq(mbstowcs(NULL, r->body, 0), (size_t)-1, "not UTF-8: %s", r->body);
}

/* ---- parameters ---- */

#define P "/run/test.params?n=1"

static const struct {
    const char *target, *detail;
} bad_params[] = {
    {"/run/echo?x=1", "'echo' has no parameter 'x'"},
    {"/run/sleep?sm=1", "'sleep' has no parameter 'sm'"},
    {"/run/sleep?MS=1", "no parameter 'MS'"},
    {"/run/sleep?=1", "no parameter ''"},
    {"/run/sleep?ms=1&ms=1", "'ms' is given twice"},
    {"/run/sleep?ms=0&m%73=0", "'ms' is given twice"},
    {"/run/sleep?ms=", "'ms' must be an integer"},
    {"/run/sleep?ms", "'ms' must be an integer"},
    {"/run/sleep?ms=1x", "'ms' must be an integer"},
    {"/run/sleep?ms=1.0", "'ms' must be an integer"},
    {"/run/sleep?ms=+1", "'ms' must be an integer"},
    {"/run/sleep?ms=0x10", "'ms' must be an integer"},
    {"/run/sleep?ms=99999999999999999999", "'ms' must be an integer"},
    {"/run/sleep?ms=-1", "'ms' must be between 0 and 600000"},
    {"/run/sleep?ms=600001", "'ms' must be between 0 and 600000"},
    {"/run/sleep?ms=%C3", "'ms'"},
    {"/run/test.params", "'n' is required"},
    {P "&x=2", "'x' must be between -1 and 1"},
    {P "&x=-1.001", "'x' must be between -1 and 1"},
    {P "&x=", "'x' must be a number"},
    {P "&x=abc", "'x' must be a number"},
    {P "&x=0.5x", "'x' must be a number"},
    {P "&x=+0.5", "'x' must be a number"},
    {P "&x=0x1p-1", "'x' must be a number"},
    {P "&free=nan", "'free' must be a number"},
    {P "&free=inf", "'free' must be a number"},
    {P "&free=1e999", "'free' must be a number"},
    {P "&b=maybe", "'b' must be true or false"},
    {P "&b=TRUE", "'b' must be true or false"},
    {P "&colour=blue", "'colour' must be one of red|green|dark blue"},
    {P "&colour=", "'colour' must be one of"},
    {P "&colour=red%7Cgreen", "'colour' must be one of"},
    {P "&text=a", "'text' must have 2 to 5 bytes"},
    {P "&text=abcdef", "'text' must have 2 to 5 bytes"},
    {P "&text=ab%00c", "'text'"},
};

Test(wire_calls, bad_parameters, .timeout = 60)
{
    struct server srv;
    struct client c;
    call_up(&srv, NULL, NULL);
    client_connect(&c, srv.port);
    for (size_t i = 0; i < N(bad_params); i++) {
        struct reply r = call_on(&c, bad_params[i].target, NULL, "body", 4);
        cr_assert_eq(r.status, 400, "%s: %d %s", bad_params[i].target, r.status, r.body);
        call_problem(r, 400, "invalid-parameter", bad_params[i].detail);
    }
    echo(&c, "after", 5); /* the connection goes on */
    client_close(&c);
    cr_assert_eq(call_count(srv.port, "started"), 0);
    cr_assert_eq(server_down(&srv), 0);
}

/* Names and values of any length and kind end in a document, never in a broken one. */
Test(wire_calls, monstrous_parameters, .timeout = 60)
{
    struct server srv;
    struct client c;
    struct wire_text t = {0};
    call_up(&srv, NULL, NULL);
    client_connect(&c, srv.port);
    wire_addf(&t, P "&");
    for (int i = 0; i < 59; i++) wire_addf(&t, "x");
    wire_addf(&t, "%%C3%%A9%%E2%%82%%AC%%0A%%22=1"); /* a cut at 60 bytes would be within a character */
    struct reply r = call_on(&c, t.p, NULL, NULL, 0);
    expect_utf8(&r);
    call_problem(r, 400, "invalid-parameter", "'test.params' has no parameter 'xxx");
    t.len = 0;
    wire_addf(&t, P "&long=");
    wire_fill(&t, 'v', 3000);
    call_problem(call_on(&c, t.p, NULL, NULL, 0), 400, "invalid-parameter", "'long'");
    t.len = 0;
    wire_addf(&t, P "&");
    wire_fill(&t, 'n', 3000);
    wire_addf(&t, "=1");
    call_problem(call_on(&c, t.p, NULL, NULL, 0), 400, "invalid-parameter", "");
    t.len = 0;
    wire_addf(&t, P);
    for (int i = 0; i < 100; i++) wire_addf(&t, "&p%d=1", i);
    call_problem(call_on(&c, t.p, NULL, NULL, 0), 400, "invalid-parameter", "'p0'");
    wire_text_free(&t);
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_calls, good_parameters, .timeout = 30)
{
    struct server srv;
    call_up(&srv, NULL, NULL);
    call_expect(srv.port, "/run/test.params?n=-10", "n=-10 x=0.5 b=0 c=red t=(none) ok");
    call_expect(srv.port, "/run/test.params?x=-1e-1&b=yes&colour=dark+blue&n=10", "n=10 x=-0.1 b=1 c=dark blue t=(none) ok");
    call_expect(srv.port, "/run/test.params?&n=%30&&text=%C3%A9%26%3D%25&", "n=0 x=0.5 b=0 c=red t=\303\251&=% ok");
    call_expect(srv.port, "/run/test.params?n=1&b=1&x=.25&big=-9223372036854775808", "n=1 x=0.25 b=1 c=red t=(none) ok");
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- failures and results ---- */

Test(wire_calls, handler_fails, .timeout = 30)
{
    struct server srv;
    struct client c;
    static const char start[] = "/run/test.fail?code=bad_luck&about=";
    char target[sizeof start + 600] = "";
    call_up(&srv, NULL, NULL);
    client_connect(&c, srv.port);
    struct reply r = call_on(&c, "/run/test.fail?code=bad_row&about=row+7:+%22%C3%BC%22%0A", NULL, NULL, 0);
    check_call_fields(&r, "test.fail");
    call_problem(r, 422, "bad_row", "about row 7: \"\303\274\"\n");
    call_problem(call_on(&c, "/run/test.fail_silently", NULL, NULL, 0), 422, "handler_error", "without saying why");
    call_problem(call_on(&c, "/run/test.inline_fail", NULL, NULL, 0), 422, "test_failure", "about nothing in particular");
    memset(target, 'm', sizeof target - 1);
    memcpy(target, start, sizeof start - 1);
    call_problem(call_on(&c, target, NULL, NULL, 0), 422, "bad_luck", "about mmmmmmmm"); /* cut, but a document */
    struct wire_text t = {0};
    wire_addf(&t, "%so", start);
    for (int i = 0; i < 250; i++) wire_addf(&t, "%%C3%%B6"); /* a cut at 400 bytes would be within a character */
    r = call_on(&c, t.p, NULL, NULL, 0);
    expect_utf8(&r);
    call_problem(r, 422, "bad_luck", "about o\303\266");
    wire_text_free(&t);
    echo(&c, "after", 5);
    client_close(&c);
    cr_assert_eq(wire_metric(srv.port, "quern_calls_failed_total"), 5);
    cr_assert_eq(server_down(&srv), 0);
}

static void expect_pattern(struct client *c, const char *target, size_t len)
{
    struct reply r = call_on(c, target, NULL, NULL, 0);
    cr_assert_eq(r.status, 200, "%s: %s%s", target, r.head, r.body);
    cr_assert_eq(r.body_len, len, "%s", target);
    for (size_t i = 0; i < len; i++) cr_assert(r.body[i] == (char)('a' + i % 26), "%s: byte %zu", target, i);
    reply_free(&r);
}

Test(wire_calls, results_of_all_kinds, .timeout = 30)
{
    static const int lengths[] = {0, 1, 2047, 2048, 2049, 4096, 65536, 1 << 20, (1 << 20) + 1};
    struct server srv;
    struct client c;
    char target[128];
    call_up(&srv, NULL, FOUR_WORKERS);
    client_connect(&c, srv.port);
    for (size_t i = 0; i < N(lengths); i++) {
        (void)snprintf(target, sizeof target, "/run/test.take?bytes=%d", lengths[i]);
        expect_pattern(&c, target, (size_t)lengths[i]);
        (void)snprintf(target, sizeof target, "/run/test.reserve?bytes=%d", lengths[i]);
        expect_pattern(&c, target, (size_t)lengths[i]);
        (void)snprintf(target, sizeof target, "/run/test.reserve?bytes=%d&used=%d", lengths[i], lengths[i] / 3);
        expect_pattern(&c, target, (size_t)lengths[i] / 3);
    }
    call_expect(srv.port, "/run/test.take_constant", "it stays where it is");
    call_expect(srv.port, "/run/test.reserve_only", ""); /* never committed: no result */
    call_expect(srv.port, "/run/test.nothing", "");
    call_expect(srv.port, "/run/test.progress", "done");
    struct reply r = call_on(&c, "/run/test.copy", NULL, "copied", 6);
    check_bytes(&r, "copied", 6);
    reply_free(&r);
    r = call_on(&c, "/run/test.media", NULL, NULL, 0);
    cr_assert_str_eq(reply_header(&r, "Content-Type"), "text/plain");
    cr_assert_null(reply_header(&r, "X-Broken-Out"));
    reply_free(&r);
    call_problem(call_on(&c, "/run/test.reserve?bytes=1000000000000", NULL, NULL, 0), 422, "out_of_memory", "no room");
    client_close(&c);
    call_await_metric(srv.port, "quern_body_blocks", BLOCKS_AT_REST);
    cr_assert_eq(server_down(&srv), 0);
}

/* Memory that a handler hands over is freed once, whatever becomes of the result. */
Test(wire_calls, taken_memory_is_freed_once, .timeout = 60)
{
    struct server srv;
    struct client c;
    call_up(&srv, NULL, ONE_WORKER);
    client_connect(&c, srv.port);
    expect_pattern(&c, "/run/test.take?bytes=100", 100);
    call_await_count(srv.port, "freed", 1);
    expect_pattern(&c, "/run/test.take?bytes=3000000", 3000000);
    call_await_count(srv.port, "freed", 2);
    expect_pattern(&c, "/run/test.take_twice?bytes=10000", 10000);
    call_await_count(srv.port, "freed", 4);
    call_problem(call_on(&c, "/run/test.take_and_fail?bytes=10000", NULL, NULL, 0), 422, "changed_its_mind", "not good enough");
    call_await_count(srv.port, "freed", 5);
    for (int i = 0; i < 5; i++) { /* nobody is there to read it, or only some of it */
        struct client gone = call_begin(srv.port, "/run/test.take?bytes=8000000", NULL);
        if (i % 2) cr_assert_eq(client_read_bytes(&gone, (char[100]){0}, 100), CLIENT_REPLY);
        client_reset(&gone);
        call_await_metric(srv.port, "quern_calls", 0);
        call_await_metric(srv.port, "quern_body_blocks", BLOCKS_AT_REST);
    }
    client_close(&c);
    cr_assert_leq(call_count(srv.port, "freed"), 10); /* a call whose client has gone may never have begun */
    cr_assert_geq(call_count(srv.port, "freed"), 7);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- inline handlers ---- */

Test(wire_calls, inline_needs_no_worker, .timeout = 30)
{
    struct server srv;
    struct client c;
    char *bytes = call_pattern(100000);
    call_up(&srv, NULL, ONE_WORKER);
    struct client busy = call_begin(srv.port, "/run/test.count_cancel", NULL);
    call_await_count(srv.port, "started", 1);
    client_connect(&c, srv.port);
    struct reply r = call_on(&c, "/run/test.inline", "Content-Type: a/b\r\n", bytes, 100000);
    check_bytes(&r, bytes, 100000);
    check_call_fields(&r, "test.inline");
    reply_free(&r);
    client_close(&c);
    client_reset(&busy);
    free(bytes);
    cr_assert_eq(server_down(&srv), 0);
}
