/* Connections that are too slow over a long time, or too old. Their waits are real ones: the server's clock is not ours. */
#include "call.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#define AGE_S 5

static void send_bytes(struct client *c, size_t n)
{
    static char bytes[65536];
    memset(bytes, 'x', sizeof bytes);
    cr_assert_leq(n, sizeof bytes);
    (void)client_try_send(c, bytes, n);
}

static bool has_something(const struct client *c)
{
    struct pollfd p = {.fd = c->fd, .events = POLLIN};
    return poll(&p, 1, 0) == 1;
}

/* 408 comes although bytes do; who has sent enough before, or sends fast enough, is left alone. */
Test(wire_http_slow, bodies, .timeout = 90)
{
    enum { WHOLE = 60000, FIRST = 30000, STEADY = 1000, STEP_MS = 250 };
    struct server srv;
    struct client slow, early, steady;
    wire_up(&srv, "{\"body_rate\": 100}", NULL);
    struct client *all[] = {&slow, &early, &steady};
    size_t sent[] = {0, FIRST, 0};
    long start = wire_now_ms(), took = 0;
    for (int i = 0; i < 3; i++) {
        client_connect(all[i], srv.port);
        client_sendf(all[i], "POST /run/echo HTTP/1.1\r\n" HOST "Content-Length: %d\r\n\r\n", WHOLE);
        if (sent[i]) send_bytes(all[i], sent[i]);
    }
    while (!has_something(&slow) && took < 50000) {
        took = wire_now_ms() - start;
        size_t due = (size_t)(took * STEADY / 1000), step[] = {5, 5, due > sent[2] ? due - sent[2] : 0};
        for (int i = 0; i < 3; i++) {
            send_bytes(all[i], step[i]);
            sent[i] += step[i];
        }
        wire_pause_us(STEP_MS * 1000);
    }
    took = wire_now_ms() - start;
    cr_assert_geq(took, 9500, "after %ld ms", took);
    wire_expect_last(&slow, 408);
    for (int i = 1; i < 3; i++) {
        cr_assert_not(has_something(all[i]));
        send_bytes(all[i], WHOLE - sent[i]);
        wire_expect(all[i], 200, NULL);
    }
    cr_assert_eq(wire_metric(srv.port, "quern_http_body_timeouts_total"), 1);
    for (int i = 0; i < 3; i++) client_close(all[i]);
    cr_assert_eq(server_down(&srv), 0);
}

/* An old connection ends with an answer that says so, not between two. */
Test(wire_http_slow, old_connections, .timeout = 90)
{
    struct server srv;
    struct client c;
    char config[64];
    bool goes_on = true;
    (void)snprintf(config, sizeof config, "{\"connection_age\": %d}", AGE_S);
    wire_up(&srv, config, NULL);
    long start = wire_now_ms(), took = 0;
    client_connect(&c, srv.port);
    while (goes_on && took < PATIENCE_MS) {
        struct reply r = client_request(&c, "GET", "/livez", NULL, NULL);
        cr_assert_eq(r.status, 200);
        goes_on = r.keeps_open;
        took = wire_now_ms() - start;
        cr_assert_null(wire_fault(&r, !goes_on));
        reply_free(&r);
        if (goes_on) wire_pause_us(100000);
    }
    cr_assert_not(goes_on, "never told");
    cr_assert_geq(took, AGE_S * 800);
    cr_assert(wire_ends(&c));
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- who waits for us is not too slow ---- */

/* Takes all the room for requests that wait: calls that last, 16 on each connection. True: they have it. */
static bool fill(struct client *c, int n, int port)
{
    static const char one[] = "GET /held HTTP/1.1\r\n" HOST "\r\n";
    char requests[16 * sizeof one];
    bool full = false;
    for (size_t i = 0; i < 16; i++) memcpy(requests + i * (sizeof one - 1), one, sizeof one);
    for (int i = 0; i < n; i++) {
        client_connect(&c[i], port);
        client_send_text(&c[i], requests);
    }
    for (long end = wire_now_ms() + PATIENCE_MS; !full && wire_now_ms() < end; wire_pause_us(2000))
        for (int i = 0; i < n; i++) full |= has_something(&c[i]); /* a refusal */
    return full;
}

/* Behind a request that waits for its answer a body comes in time, but is not read: there is no room for more that wait. Once there is, its time goes on
 * from where it was. */
Test(wire_http_slow, a_body_that_the_server_does_not_read, .timeout = 180)
{
    enum { MANY = 290 }; /* 4096 requests of a shard may wait */
    static const char body[] = "0123456789";
    static struct client others[MANY];
    struct server srv;
    struct client c, late, silent;
    call_up(&srv, "{\"body_rate\": 1000000, \"body_timeout\": 8, \"header_timeout\": 13, \"first_byte_timeout\": 2, \"queue_length\": 5000,"
                  " \"routes\": [{\"method\": \"GET\", \"path\": \"/held\", \"job\": \"test.held\"}]}", (const char *const[]){"--shards", "1", NULL});
    client_connect(&c, srv.port);
    client_sendf(&c, "GET /held HTTP/1.1\r\n" HOST "\r\nPOST /run/echo HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n\r\n0", sizeof body - 1);
    call_await_metric(srv.port, "quern_exchanges", 2); /* the scrape is one */
    cr_assert(fill(others, MANY, srv.port));
    client_send(&c, body + 1, sizeof body - 3); /* all but one */
    client_connect(&late, srv.port);
    client_send_text(&late, "GET /livez HTTP/1.1\r\n"); /* its head has more time than the body, which has 8 s between bytes and, at this rate, 10 s */
    wire_expect_last(&late, 408);
    client_close(&late);
    cr_assert_not(has_something(&c), "it was given up while nobody read it");
    wire_release(&srv);
    wire_expect(&c, 200, NULL);
    client_connect(&silent, srv.port);
    cr_assert(client_is_closed(&silent), "and a while goes by");
    client_close(&silent);
    client_send(&c, body + sizeof body - 2, 1);
    struct reply r;
    client_read_reply(&c, &r);
    cr_assert(r.status == 200 && strcmp(r.body, body) == 0, "%s%s", r.head, r.body);
    reply_free(&r);
    client_close(&c);
    cr_assert_eq(wire_metric(srv.port, "quern_http_body_timeouts_total"), 0);
    for (int i = 0; i < MANY; i++) client_close(&others[i]);
    cr_assert_eq(server_down(&srv), 0);
}
