/* The same small set on every way the ring can work: fewer kernel features, direct descriptors, several shards. */
#include "wire.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GET "GET /livez HTTP/1.1\r\n" HOST "\r\n"
#define MIB (1u << 20)

struct way {
    char force[64]; /* "": none */
    char shards[4], workers[4];
};

static struct way ways[] = {
    {"", "1", "1"},
    {"coop", "1", "1"},
    {"plain", "1", "1"},
    {"oneshot-accept", "1", "1"},
    {"oneshot-recv", "1", "1"},
    {"direct", "1", "1"},
    {"poll-wait", "1", "1"},
    {"unrestricted", "1", "1"},
    {"plain,oneshot-accept,oneshot-recv", "1", "1"},
    {"coop,direct", "1", "1"},
    {"direct,oneshot-recv", "1", "1"},
    {"plain,oneshot-accept,oneshot-recv,direct", "1", "1"},
    {"", "4", "2"},
    {"direct", "4", "2"},
    {"plain,oneshot-accept,oneshot-recv", "4", "2"},
};

static void keep_alive(int port)
{
    struct client c;
    client_connect(&c, port);
    for (int i = 0; i < 100; i++) {
        client_send_text(&c, GET);
        wire_expect(&c, 200, "ok\n");
    }
    client_close(&c);
}

static void pipelined(int port)
{
    struct client c;
    struct wire_text t = {0};
    for (unsigned i = 0; i < 200; i++)
        if (i % 2) wire_addf(&t, GET);
        else wire_addf(&t, "POST /run/echo HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\n%04u", i);
    client_connect(&c, port);
    cr_assert(wire_pump(&c, t.p, t.len));
    for (unsigned i = 0; i < 200; i++) {
        char body[8];
        (void)snprintf(body, sizeof body, "%04u", i % 10000);
        wire_expect(&c, 200, i % 2 ? "ok\n" : body);
    }
    client_close(&c);
    wire_text_free(&t);
}

static void cut(int port)
{
    static const char request[] = "POST /run/echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    struct client c;
    client_connect(&c, port);
    for (size_t at = 1; at < sizeof request - 1; at += 2) {
        client_send(&c, request, at);
        wire_pause_us(100);
        client_send(&c, request + at, sizeof request - 1 - at);
        wire_expect(&c, 200, "hello");
    }
    client_close(&c);
}

/* Bytes that differ in every block, whatever its size. */
static void add_pattern(struct wire_text *t, size_t len)
{
    for (size_t i = 0; i < len; i += 4) {
        uint32_t word = (uint32_t)i * 2654435761u;
        wire_add(t, &word, 4);
    }
}

static void echo_one_mib(int port, size_t chunk)
{
    struct client c;
    struct reply r;
    struct wire_text t = {0}, body = {0};
    add_pattern(&body, MIB);
    wire_addf(&t, "POST /run/echo HTTP/1.1\r\n" HOST);
    if (chunk) wire_addf(&t, "Transfer-Encoding: chunked\r\n\r\n");
    else wire_addf(&t, "Content-Length: %u\r\n\r\n", MIB);
    for (size_t at = 0; chunk && at < MIB; at += chunk) {
        size_t n = MIB - at < chunk ? MIB - at : chunk;
        wire_addf(&t, "%zx\r\n", n);
        wire_add(&t, body.p + at, n);
        wire_addf(&t, "\r\n");
    }
    if (chunk) wire_addf(&t, "0\r\n\r\n");
    else wire_add(&t, body.p, MIB);
    client_connect(&c, port);
    for (int i = 0; i < 2; i++) {
        cr_assert(wire_pump(&c, t.p, t.len));
        client_read_reply(&c, &r);
        cr_assert_eq(r.status, 200);
        cr_assert_null(wire_fault(&r, false));
        cr_assert(r.body_len == MIB && memcmp(r.body, body.p, MIB) == 0, "the body is not the one sent");
        reply_free(&r);
    }
    client_close(&c);
    wire_text_free(&t);
    wire_text_free(&body);
}

static void aborts(int port)
{
    static const char *const parts[] = {
        "GET /li",
        GET GET GET,
        "POST /run/echo HTTP/1.1\r\n" HOST "Content-Length: 100000\r\n\r\nsome",
        "POST /run/sleep?ms=20 HTTP/1.1\r\n" HOST "\r\n",
        "GET /openapi.json HTTP/1.1\r\n" HOST "\r\nGET /openapi.json HTTP/1.1\r\n" HOST "\r\n",
        "",
    };
    enum { PARTS = sizeof parts / sizeof *parts };
    for (int i = 0; i < 60; i++) {
        struct client c;
        client_connect(&c, port);
        client_send_text(&c, parts[i % PARTS]);
        if (i % 3 == 0) wire_pause_us(200);
        if (i % 2) client_reset(&c);
        else client_close(&c);
    }
}

static void refusal(int port)
{
    struct client c;
    client_connect(&c, port);
    client_send_text(&c, GET "GET /livez HTTP/1.1\r\nHost : x\r\n\r\n" GET);
    wire_expect(&c, 200, "ok\n");
    wire_expect_last(&c, 400);
    client_close(&c);
}

static void half_close(int port)
{
    struct client c;
    struct reply r;
    client_connect(&c, port);
    client_send_text(&c, "POST /run/sleep?ms=10 HTTP/1.1\r\n" HOST "\r\n");
    client_shutdown(&c);
    client_read_reply(&c, &r);
    cr_assert_eq(r.status, 200);
    reply_free(&r);
    cr_assert(wire_ends(&c));
    client_close(&c);
}

/* Idle connections end when the server drains; what is under way is finished first. */
static void stop(struct server *srv)
{
    struct client idle, busy;
    long n_before = wire_metric(srv->port, "quern_tasks_started_total");
    client_connect(&idle, srv->port);
    client_send_text(&idle, GET);
    wire_expect(&idle, 200, "ok\n");
    client_connect(&busy, srv->port);
    client_send_text(&busy, "POST /run/sleep?ms=200 HTTP/1.1\r\n" HOST "\r\n");
    while (wire_metric(srv->port, "quern_tasks_started_total") <= n_before) wire_pause_us(1000);
    server_signal(srv, SIGTERM);
    cr_assert(wire_ends(&idle));
    wire_expect_last(&busy, 200);
    client_close(&idle);
    client_close(&busy);
    cr_assert_eq(server_wait(srv), 0);
    server_folder_free(srv);
}

ParameterizedTestParameters(wire_fallbacks, smoke)
{
    return cr_make_param_array(struct way, ways, sizeof ways / sizeof *ways);
}

ParameterizedTest(struct way *way, wire_fallbacks, smoke, .timeout = 100)
{
    struct server srv;
    const char *args[] = {"--shards", way->shards, "--workers", way->workers, *way->force ? "--force-fallback" : NULL, way->force,
                          NULL};
    server_up(&srv, args);
    struct wire_rest before = wire_rest_of(&srv);
    keep_alive(srv.port);
    pipelined(srv.port);
    cut(srv.port);
    echo_one_mib(srv.port, 0);
    echo_one_mib(srv.port, 65536);
    echo_one_mib(srv.port, 1000);
    refusal(srv.port);
    half_close(srv.port);
    aborts(srv.port);
    wire_rest_again(&srv, &before);
    stop(&srv);
}
