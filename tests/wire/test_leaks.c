/* After many connections, and after many that were torn down in the middle of something, the server holds what it held at the
 * start: no descriptor, slot, buffer, chunk or block more. */
#include "wire.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GET "GET /livez HTTP/1.1\r\n" HOST "\r\n"
#define LAST "GET /livez HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"
#define ROUTES "\"routes\": [{\"method\": \"GET\", \"path\": \"/slow/<int:ms>\", \"job\": \"sleep\"}]"
#define PATIENT "{" ROUTES "}"
#define IMPATIENT "{\"header_timeout\": 1, \"body_timeout\": 1, " ROUTES "}" /* half a request holds nothing up for long */
#define BATCH 16 /* connections at a time */

/* One connection each: request, answer, and the end in one of three ways. */
static void cycle(int port, unsigned n)
{
    struct client c[BATCH];
    for (unsigned i = 0; i < n; i += BATCH) {
        for (int k = 0; k < BATCH; k++) client_connect(&c[k], port);
        for (int k = 0; k < BATCH; k++) client_send_text(&c[k], k % 4 == 1 ? LAST : GET);
        for (int k = 0; k < BATCH; k++) {
            struct reply r;
            client_read_reply(&c[k], &r);
            cr_assert_eq(r.status, 200);
            reply_free(&r);
            if (k % 4 == 1) cr_assert(wire_ends(&c[k])); /* the server ends it */
            if (k % 4 <= 1) client_close(&c[k]);
            else client_reset(&c[k]);
        }
    }
}

static void check_connections(const char *const *args)
{
    struct server srv;
    server_up(&srv, args);
    struct wire_rest before = wire_rest_of(&srv);
    cycle(srv.port, wire_scaled(25000));
    wire_rest_again(&srv, &before);
    char *m = wire_metrics(srv.port);
    cr_assert(wire_number(m, "quern_connections_opened_total") >= wire_scaled(25000));
    /* The one of the last look may still be on its way out. */
    long open = wire_number(m, "quern_connections");
    cr_assert_leq(open, 2);
    cr_assert_eq(wire_number(m, "quern_connections_opened_total"), wire_number(m, "quern_connections_closed_total") + open);
    free(m);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_leaks, connections, .timeout = 100)
{
    check_connections((const char *const[]){"--shards", "1", NULL});
}

Test(wire_leaks, connections_direct, .timeout = 100)
{
    check_connections((const char *const[]){"--shards", "1", "--force-fallback", "direct", NULL});
}

/* ---- torn down ---- */

static void add_body(struct wire_text *t, const char *framing, struct wire_random *random)
{
    uint32_t len = 1 + wire_random(random, 60000);
    if (*framing) wire_addf(t, "POST /run/echo HTTP/1.1\r\n" HOST "%s\r\n%x\r\n", framing, len);
    else wire_addf(t, "POST /run/echo HTTP/1.1\r\n" HOST "Content-Length: %u\r\n\r\n", len);
    wire_fill(t, 'b', len);
    if (*framing) wire_addf(t, "\r\n0\r\n\r\n");
}

/* Something that takes a while, is large, or both. */
static void add_request(struct wire_text *t, struct wire_random *random)
{
    switch (wire_random(random, 8)) {
    case 0: wire_addf(t, GET); break;
    case 1: wire_addf(t, "GET /openapi.json HTTP/1.1\r\n" HOST "\r\n"); break;
    case 2: wire_addf(t, "GET /slow/%u HTTP/1.1\r\n" HOST "\r\n", wire_random(random, 4)); break;
    case 3: wire_addf(t, "POST /run/sleep?ms=%u HTTP/1.1\r\n" HOST "\r\n", wire_random(random, 4)); break;
    case 4: wire_addf(t, "GET /livez HTTP/1.1\r\n" HOST "X: %0*d\r\n\r\n", 1 + (int)wire_random(random, 8000), 0); break;
    case 5: wire_addf(t, "POST /run/echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc"); break;
    case 6: add_body(t, "", random); break;
    default: add_body(t, "Transfer-Encoding: chunked\r\n", random); break;
    }
}

/* Sends a part of some requests, reads a part of what comes, and resets the connection. */
static void tear(struct client *c, struct wire_random *random)
{
    struct wire_text t = {0};
    for (uint32_t n = 1 + wire_random(random, 4); n; n--) add_request(&t, random);
    size_t len = wire_random(random, 3) ? t.len : wire_random(random, (uint32_t)t.len); /* whole, or cut anywhere */
    size_t first = wire_random(random, (uint32_t)len + 1);
    bool sent = wire_pump(c, t.p, first);
    if (wire_random(random, 2)) wire_pause_us(wire_random(random, 300));
    if (sent) (void)wire_pump(c, t.p + first, len - first);
    wire_text_free(&t);
}

static void check_aborts(const char *config, const char *const *args, unsigned n)
{
    struct wire_random random = wire_random_from(UINT64_C(0xd1b54a32d192ed03));
    struct server srv;
    struct client c[BATCH];
    wire_up(&srv, config, args);
    struct wire_rest before = wire_rest_of(&srv);
    for (unsigned i = 0; i < n; i += BATCH) {
        for (int k = 0; k < BATCH; k++) {
            client_connect(&c[k], srv.port);
            tear(&c[k], &random);
        }
        for (int k = 0; k < BATCH; k++) {
            char some[4096];
            size_t got;
            if (wire_random(&random, 4) == 0) { /* some of the answers are read, for a moment */
                c[k].wait_ms = (int)wire_random(&random, 3);
                (void)client_read_some(&c[k], some, sizeof some, &got);
            }
            if (wire_random(&random, 8)) client_reset(&c[k]);
            else client_close(&c[k]);
        }
    }
    wire_rest_again(&srv, &before);
    struct client fine;
    client_connect(&fine, srv.port);
    client_send_text(&fine, GET "POST /run/echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello");
    wire_expect(&fine, 200, "ok\n");
    wire_expect(&fine, 200, "hello");
    client_close(&fine);
    cr_assert_eq(server_down(&srv), 0);
}

/* Without deadlines that would help: what is left of a connection goes because its end is seen. */
Test(wire_leaks, aborts, .timeout = 100)
{
    check_aborts(PATIENT, (const char *const[]){"--shards", "1", "--workers", "1", NULL}, wire_scaled(8000));
}

Test(wire_leaks, aborts_several_shards, .timeout = 100)
{
    check_aborts(IMPATIENT, (const char *const[]){"--shards", "3", "--workers", "2", NULL}, wire_scaled(1000));
}

Test(wire_leaks, aborts_direct, .timeout = 100)
{
    check_aborts(IMPATIENT, (const char *const[]){"--shards", "1", "--workers", "1", "--force-fallback", "direct", NULL}, wire_scaled(1000));
}

/* A server that is told to stop while connections are being torn down still ends in good order. */
Test(wire_leaks, stop_in_the_middle, .timeout = 100)
{
    struct wire_random random = wire_random_from(UINT64_C(0x853c49e6748fea9b));
    for (unsigned round = 0; round < 1 + wire_scaled(10) / 2; round++) {
        struct server srv;
        struct client c[BATCH];
        wire_up(&srv, IMPATIENT, (const char *const[]){"--shards", "2", "--workers", "1", NULL});
        for (int k = 0; k < BATCH; k++) {
            client_connect(&c[k], srv.port);
            tear(&c[k], &random);
        }
        for (int k = 0; k < BATCH; k += 3) client_reset(&c[k]);
        server_signal(&srv, SIGTERM);
        for (int k = 0; k < BATCH; k++) {
            if (k % 3 == 0) continue;
            char some[65536];
            size_t got;
            while (k % 3 == 1 && client_read_some(&c[k], some, sizeof some, &got) == CLIENT_REPLY) {}
            client_close(&c[k]);
        }
        cr_assert_eq(server_wait(&srv), 0);
        server_folder_free(&srv);
    }
}
