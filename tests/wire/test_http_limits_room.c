/* As much as there is room for, and more: connections, waiting calls, memory of answers, parked requests. What is too much gets its own
 * status, and the server goes on. */
#include "call.h"

#include <criterion/criterion.h>

#define GET "GET /livez HTTP/1.1\r\n" HOST "\r\n"
#define EXPECT "Expect: 100-continue\r\n"
#define CALL(fields) "POST /run/echo HTTP/1.1\r\n" HOST fields "\r\n"

/* ---- connections ---- */

static void expect_crowded(struct client *c, const char *request, int status)
{
    struct reply r;
    client_send_text(c, request);
    client_read_reply(c, &r);
    cr_assert_eq(r.status, status, "%s%s", r.head, r.body);
    cr_assert_null(wire_fault(&r, true), "%s", r.head);
    if (status == 503) cr_assert(reply_header(&r, "Retry-After"));
    cr_assert(wire_ends(c));
    reply_free(&r);
    client_close(c);
}

/* 64 slots: 48 to work with, 16 for health and for saying no; beyond them nobody is accepted. */
Test(wire_http_limits, connections, .timeout = 60)
{
    enum { ALL = 64, PLAIN = 48 };
    static struct client c[ALL + 1];
    struct server srv;
    wire_up(&srv, "{\"first_byte_timeout\": 600, \"idle_timeout\": 600}",
            (const char *const[]){"--connections", "64", "--shards", "1", NULL});
    struct wire_rest before = wire_rest_of(&srv);
    for (int i = 0; i < PLAIN; i++) {
        client_connect(&c[i], srv.port);
        client_send_text(&c[i], GET);
        wire_expect(&c[i], 200, "ok\n");
    }
    for (int i = PLAIN; i < ALL; i++) client_connect(&c[i], srv.port);
    client_connect(&c[ALL], srv.port); /* waits in the backlog */
    client_send_text(&c[ALL], GET);
    wire_pause_us(300000);
    cr_assert(wire_is_quiet(&c[ALL]), "65 connections are served");
    expect_crowded(&c[PLAIN], "POST /run/echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello", 503);
    expect_crowded(&c[PLAIN + 8], "PUT /nothing HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n", 503);
    wire_expect_last(&c[ALL], 200); /* it has the free slot, and a crowded one is told to go after its answer */
    client_close(&c[ALL]);
    expect_crowded(&c[PLAIN + 1], "GET /nothing HTTP/1.1\r\n" HOST "\r\n", 503);
    expect_crowded(&c[PLAIN + 2], "GET /metrics HTTP/1.1\r\n" HOST "\r\n", 503);
    expect_crowded(&c[PLAIN + 3], GET, 200);
    expect_crowded(&c[PLAIN + 4], "GET /readyz HTTP/1.1\r\n" HOST "\r\n", 200);
    expect_crowded(&c[PLAIN + 5], "OPTIONS / HTTP/1.0\r\n\r\n", 204);
    /* Not a byte of a body is read on such a connection. */
    expect_crowded(&c[PLAIN + 6], "POST /run/echo HTTP/1.1\r\n" HOST "Content-Length: 50000000\r\n\r\n", 503);
    expect_crowded(&c[PLAIN + 7], "POST /run/echo HTTP/1.1\r\n" HOST EXPECT "Content-Length: 5\r\n\r\n", 503);
    client_send_text(&c[0], GET); /* those who work go on */
    wire_expect(&c[0], 200, "ok\n");
    for (int i = 0; i < ALL; i++)
        if (c[i].fd > 0) client_close(&c[i]);
    wire_rest_again(&srv, &before);
    client_connect(&c[0], srv.port);
    client_send_text(&c[0], GET GET);
    wire_expect(&c[0], 200, "ok\n");
    wire_expect(&c[0], 200, "ok\n");
    client_close(&c[0]);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- memory ---- */

Test(wire_http_limits, queue_length, .timeout = 60)
{
    struct server srv;
    struct client a, b, c;
    struct reply r;
    call_up(&srv, "{\"queue_length\": 1}", (const char *const[]){"--workers", "1", "--shards", "1", NULL});
    struct wire_rest before = wire_rest_of(&srv);
    client_connect(&a, srv.port);
    client_connect(&b, srv.port);
    client_connect(&c, srv.port);
    client_send_text(&a, "POST /run/test.held HTTP/1.1\r\n" HOST "\r\n");
    while (wire_metric(srv.port, "quern_tasks_out") < 1) wire_pause_us(1000);
    client_send_text(&b, "POST /run/sleep?ms=1 HTTP/1.1\r\n" HOST "\r\n");
    while (wire_metric(srv.port, "quern_tasks_waiting") < 1) wire_pause_us(1000);
    client_send_text(&c, "POST /run/sleep?ms=1 HTTP/1.1\r\n" HOST "\r\n" GET);
    client_read_reply(&c, &r);
    cr_assert_eq(r.status, 503);
    cr_assert(reply_header(&r, "Retry-After"));
    reply_free(&r);
    wire_expect(&c, 200, "ok\n"); /* that connection goes on */
    wire_release(&srv);
    wire_expect(&a, 200, "nothing");
    wire_expect(&b, 200, "");
    client_close(&a);
    client_close(&b);
    client_close(&c);
    wire_rest_again(&srv, &before);
    cr_assert_eq(server_down(&srv), 0);
}

/* What one connection of a crowd sends when there is far too little memory for all their answers. */
static void add_storm(struct wire_text *t, struct wire_random *random)
{
    for (int i = 0; i < 24; i++) {
        switch (wire_random(random, 6)) {
        case 0: wire_addf(t, "GET /slow/%u HTTP/1.1\r\n" HOST "\r\n", wire_random(random, 40)); break;
        case 1: wire_addf(t, "GET /openapi.json HTTP/1.1\r\n" HOST "\r\n"); break;
        case 2: wire_addf(t, CALL("Content-Length: 5\r\n") "hello"); break;
        case 3: wire_addf(t, "GET /livez HTTP/1.1\r\n" HOST "X: %01500d\r\n\r\n", 0); break;
        case 4: wire_addf(t, "GET /slow/%u HTTP/1.1\r\n" HOST "X: %03000d\r\n\r\n", wire_random(random, 40), 0); break;
        default: wire_addf(t, "GET /nothing HTTP/1.1\r\n" HOST "\r\n"); break;
        }
    }
}

/* Every reply is sound, up to the 24th or to the end of the connection. */
static void read_storm(struct client *c)
{
    for (int i = 0; i < 24; i++) {
        struct reply r;
        enum client_end e = client_try_read(c, &r, true);
        cr_assert(e == CLIENT_REPLY || e == CLIENT_CLOSED || e == CLIENT_RESET || e == CLIENT_CUT, "%s", client_end_text(e));
        bool goes_on = e == CLIENT_REPLY && r.keeps_open;
        if (e == CLIENT_REPLY) {
            cr_assert(r.status == 200 || r.status == 404 || r.status == 503, "%s%s", r.head, r.body);
            cr_assert_null(wire_fault(&r, !r.keeps_open));
        }
        reply_free(&r);
        if (!goes_on) return;
    }
}

/* 256 chunks for a hundred pipelining clients: requests are refused or wait, and the server goes on. */
Test(wire_http_limits, output_memory, .timeout = 100)
{
    enum { N = 100 };
    static struct client c[N];
    struct wire_random random = wire_random_from(UINT64_C(0x2545f4914f6cdd1d));
    struct server srv;
    wire_up(&srv, "{\"output_memory\": 1048576, \"routes\": [{\"method\": \"GET\", \"path\": \"/slow/<int:ms>\", \"job\": \"sleep\"}]}",
            (const char *const[]){"--shards", "1", "--workers", "8", NULL});
    struct wire_rest before = wire_rest_of(&srv);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < N; i++) {
            struct wire_text t = {0};
            client_connect(&c[i], srv.port);
            add_storm(&t, &random);
            (void)client_try_send(&c[i], t.p, t.len);
            wire_text_free(&t);
        }
        for (int i = 0; i < N; i++) {
            if (i % 5 == 4) client_reset(&c[i]);
            else read_storm(&c[i]);
            if (i % 5 != 4) client_close(&c[i]);
        }
    }
    wire_rest_again(&srv, &before);
    cr_assert_eq(server_down(&srv), 0);
}

#define HELD_ROUTE \
    "{\"body_timeout\": 600, \"routes\": [{\"method\": \"GET\", \"path\": \"/held/<text>\", \"job\": \"test.held\"}]}"

/* As many requests parked as there may be: those that come on top wait or are refused, also one whose body was let in before. */
Test(wire_http_limits, parked_requests, .timeout = 60)
{
    enum { EARLY = 8, N = 320, EACH = 16 };
    static struct client early[EARLY], c[N];
    struct server srv;
    struct wire_text t = {0};
    call_up(&srv, HELD_ROUTE, (const char *const[]){"--shards", "1", "--workers", "64", NULL});
    struct wire_rest before = wire_rest_of(&srv);
    for (int i = 0; i < EARLY; i++) {
        client_connect(&early[i], srv.port);
        client_send_text(&early[i], "GET /held/early HTTP/1.1\r\n" HOST "\r\n" CALL("Content-Length: 5\r\n") "hel");
    }
    while (wire_metric(srv.port, "quern_calls") < EARLY) wire_pause_us(1000);
    wire_addf(&t, "GET /held/late HTTP/1.1\r\n" HOST "\r\n");
    for (int i = 1; i < EACH; i++) wire_addf(&t, GET);
    for (int i = 0; i < N; i++) {
        client_connect(&c[i], srv.port);
        client_send(&c[i], t.p, t.len);
    }
    for (int status = 200; status != 503;) { /* a scrape is parked too: when it is refused there is no room left */
        struct reply r = http_request(srv.port, "GET", "/metrics", NULL, NULL);
        status = r.status;
        reply_free(&r);
    }
    for (int i = 0; i < EARLY; i++) client_send_text(&early[i], "lo");
    struct reply seen = http_request(srv.port, "GET", "/livez", NULL, NULL); /* needs no room: what came before it has been read */
    cr_assert_eq(seen.status, 200);
    reply_free(&seen);
    wire_release(&srv);
    for (int i = 0; i < N; i++) {
        struct reply r;
        client_read_reply(&c[i], &r);
        cr_assert(r.status == 200 || (r.status == 503 && reply_header(&r, "Retry-After")), "%s", r.head);
        reply_free(&r);
        for (int k = 1; k < EACH; k++) wire_expect(&c[i], 200, "ok\n"); /* such a connection goes on */
        client_close(&c[i]);
    }
    for (int i = 0; i < EARLY; i++) {
        wire_expect(&early[i], 200, "early");
        wire_expect(&early[i], 200, "hello");
        client_close(&early[i]);
    }
    wire_text_free(&t);
    wire_rest_again(&srv, &before);
    cr_assert_eq(server_down(&srv), 0);
}
