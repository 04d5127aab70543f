/* Many requests on one connection: every answer, in order, and no more memory for a client that does not read. */
#include "call.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* GET and a job: a call that is safe, so that more of them are let in while it runs. */
#define CONFIG                                                                                   \
    "{\"routes\": [{\"method\": \"GET\", \"path\": \"/slow/<int:ms>\", \"job\": \"sleep\"}]}"

static void add_echo(struct wire_text *t, unsigned i)
{
    char body[32];
    int len = snprintf(body, sizeof body, "this is number %u", i);
    wire_addf(t, "POST /run/echo HTTP/1.1\r\n" HOST "Content-Length: %d\r\n\r\n%s", len, body);
}

static void add_get(struct wire_text *t, const char *path)
{
    wire_addf(t, "GET %s HTTP/1.1\r\n" HOST "\r\n", path);
}

static void add_slow(struct wire_text *t, unsigned ms)
{
    wire_addf(t, "GET /slow/%u HTTP/1.1\r\n" HOST "\r\n", ms);
}

static void expect_echo(struct client *c, unsigned i)
{
    char body[32];
    (void)snprintf(body, sizeof body, "this is number %u", i);
    wire_expect(c, 200, body);
}

/* The answer of a call that slept ms: its run took no less. */
static void expect_slow(struct client *c, unsigned ms)
{
    struct reply r;
    client_read_reply(c, &r);
    cr_assert_eq(r.status, 200, "%s%s", r.head, r.body);
    cr_assert_null(wire_fault(&r, false));
    const char *timing = reply_header(&r, "Server-Timing"), *run = timing ? strstr(timing, "run;dur=") : NULL;
    cr_assert(run, "%s", r.head);
    double took = strtod(run + strlen("run;dur="), NULL);
    cr_assert(took >= ms - 0.5, "a call of %u ms is answered with one of %.3f ms", ms, took);
    reply_free(&r);
}

/* ---- order ---- */

static void add_mixed(struct wire_text *t, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (i % 4 == 0) add_get(t, "/livez");
        else if (i % 4 == 1) add_get(t, "/nothing");
        else add_echo(t, i);
    }
}

static void expect_mixed(struct client *c, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (i % 4 == 0) wire_expect(c, 200, "ok\n");
        else if (i % 4 == 1) wire_expect(c, 404, NULL);
        else expect_echo(c, i);
    }
}

Test(wire_http_pipeline, thousand_in_one_write, .timeout = 60)
{
    struct server srv;
    struct client c;
    struct wire_text t = {0};
    server_up(&srv, NULL);
    struct wire_rest before = wire_rest_of(&srv);
    client_connect(&c, srv.port);
    add_mixed(&t, 1000);
    cr_assert(wire_pump(&c, t.p, t.len));
    expect_mixed(&c, 1000);
    cr_assert(wire_is_quiet(&c));
    client_close(&c);
    wire_rest_again(&srv, &before);
    wire_text_free(&t);
    cr_assert_eq(server_down(&srv), 0);
}

/* The same on several connections and shards at once, each in its own order. */
Test(wire_http_pipeline, several_connections, .timeout = 60)
{
    struct server srv;
    struct client c[8];
    struct wire_text t = {0};
    server_up(&srv, (const char *const[]){"--shards", "3", "--workers", "3", NULL});
    struct wire_rest before = wire_rest_of(&srv);
    add_mixed(&t, 64);
    for (int i = 0; i < 8; i++) client_connect(&c[i], srv.port);
    for (int i = 0; i < 8; i++) cr_assert(wire_pump(&c[i], t.p, t.len));
    for (int i = 0; i < 8; i++) expect_mixed(&c[i], 64);
    for (int i = 0; i < 8; i++) client_close(&c[i]);
    wire_rest_again(&srv, &before);
    wire_text_free(&t);
    cr_assert_eq(server_down(&srv), 0);
}

/* Calls are unsafe: one after the other, each waits for the answer of the one before (RFC 9112 §9.3.2). */
Test(wire_http_pipeline, calls_one_by_one, .timeout = 60)
{
    struct server srv;
    struct client c;
    struct wire_text t = {0};
    server_up(&srv, (const char *const[]){"--workers", "4", NULL});
    client_connect(&c, srv.port);
    for (unsigned i = 0; i < 64; i++) wire_addf(&t, "POST /run/sleep?ms=%u HTTP/1.1\r\n" HOST "\r\n", (i * 11) % 16);
    cr_assert(wire_pump(&c, t.p, t.len));
    long most = 0;
    for (unsigned i = 0; i < 64; i++) {
        if (i % 16 == 8) {
            long now = wire_metric(srv.port, "quern_calls");
            most = now > most ? now : most;
        }
        expect_slow(&c, (i * 11) % 16);
    }
    cr_assert(most <= 1, "%ld calls of one connection at once", most);
    client_close(&c);
    wire_text_free(&t);
    cr_assert_eq(server_down(&srv), 0);
}

/* Safe ones run at once, the later ones are done first, and the answers still come in order. */
Test(wire_http_pipeline, safe_calls_at_once, .timeout = 60)
{
    struct server srv;
    struct client c;
    struct wire_text t = {0};
    wire_up(&srv, CONFIG, (const char *const[]){"--workers", "16", NULL});
    struct wire_rest before = wire_rest_of(&srv);
    client_connect(&c, srv.port);
    for (unsigned i = 0; i < 64; i++) {
        add_slow(&t, 64 - i);
        if (i % 5 == 0) add_get(&t, "/livez");
        if (i % 7 == 0) add_echo(&t, i);
    }
    cr_assert(wire_pump(&c, t.p, t.len));
    for (unsigned i = 0; i < 64; i++) {
        expect_slow(&c, 64 - i);
        if (i % 5 == 0) wire_expect(&c, 200, "ok\n");
        if (i % 7 == 0) expect_echo(&c, i);
    }
    client_close(&c);
    wire_rest_again(&srv, &before);
    wire_text_free(&t);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- limits ---- */

Test(wire_http_pipeline, sixteen_in_flight, .timeout = 60)
{
    struct server srv;
    struct client c;
    struct wire_text t = {0};
    call_up(&srv, "{\"routes\": [{\"method\": \"GET\", \"path\": \"/held/<text>\", \"job\": \"test.held\"}]}",
            (const char *const[]){"--workers", "32", NULL});
    client_connect(&c, srv.port);
    for (int i = 0; i < 40; i++) add_get(&t, "/held/on");
    cr_assert(wire_pump(&c, t.p, t.len));
    call_await_metric(srv.port, "quern_calls", 16);
    for (int i = 0; i < 50; i++) cr_assert_eq(wire_metric(srv.port, "quern_calls"), 16);
    wire_release(&srv);
    for (int i = 0; i < 40; i++) wire_expect(&c, 200, "on");
    client_close(&c);
    wire_text_free(&t);
    cr_assert_eq(server_down(&srv), 0);
}

/* Sent bytes and parsed requests, without those of the scrapes themselves. */
static long progress(int port)
{
    static long n_scrapes, scrape_bytes;
    char *m = wire_metrics(port);
    long requests = wire_number(m, "quern_requests_total") - n_scrapes++;
    long sent = wire_number(m, "quern_sent_bytes_total") - scrape_bytes;
    scrape_bytes += (long)strlen(m);
    free(m);
    return requests * 4096 + sent / 4096; /* heads of scrapes are small beside that */
}

/* Waits until the server does nothing more for clients that do not read. */
static void wait_for_standstill(int port)
{
    long before = progress(port);
    int same = 0;
    for (long end = wire_now_ms() + PATIENCE_MS; wire_now_ms() < end && same < 5; wire_pause_us(20000)) {
        long now = progress(port);
        same = now == before ? same + 1 : 0;
        before = now;
    }
    cr_assert_eq(same, 5, "the server goes on and on");
}

/* A client that sends and does not read: the server stops reading too, and holds little. */
Test(wire_http_pipeline, slow_reader, .timeout = 100)
{
    enum { CLIENTS = 4 };
    const int n = wire_is_slow() ? 1000 : 4000;
    struct server srv;
    struct client c[CLIENTS];
    struct wire_text t = {0};
    wire_late_s = 600; /* what stands in buffers was answered long ago */
    server_up(&srv, (const char *const[]){"--shards", "1", NULL});
    struct wire_rest before = wire_rest_of(&srv);
    struct reply whole = http_request(srv.port, "GET", "/openapi.json", NULL, NULL);
    long resident = wire_resident_kib(&srv);
    for (int i = 0; i < n; i++) add_get(&t, i % 2 ? "/openapi.json" : "/livez");
    for (int i = 0; i < CLIENTS; i++) {
        client_connect(&c[i], srv.port);
        cr_assert(client_try_send(&c[i], t.p, t.len)); /* requests fit the kernel's buffers: answers do not */
    }
    wait_for_standstill(srv.port);
    char *m = wire_metrics(srv.port);
    long chunks = wire_number(m, "quern_chunks") - before.chunks;
    cr_assert(chunks <= CLIENTS * 80, "%ld chunks are held for %d clients", chunks, CLIENTS);
    cr_assert(wire_number(m, "quern_exchanges") <= 1 + CLIENTS * 16);
    cr_assert(wire_number(m, "quern_requests_total") < CLIENTS * n, "everything was parsed");
    long grown = wire_resident_kib(&srv) - resident;
    if (!wire_is_slow()) cr_assert(grown < 4096, "%ld KiB more are resident", grown);
    free(m);
    for (int k = 0; k < n; k++) /* each in turn: nobody stands still for so long that it is given up */
        for (int i = 0; i < CLIENTS; i++) wire_expect(&c[i], 200, k % 2 ? whole.body : "ok\n");
    for (int i = 0; i < CLIENTS; i++) {
        cr_assert(wire_is_quiet(&c[i]));
        client_close(&c[i]);
    }
    reply_free(&whole);
    wire_rest_again(&srv, &before);
    wire_text_free(&t);
    cr_assert_eq(server_down(&srv), 0);
}

/* The 10,000th answer of a connection says that it is the last. */
Test(wire_http_pipeline, last_of_ten_thousand, .timeout = 100)
{
    struct server srv;
    struct client c;
    struct wire_text t = {0};
    server_up(&srv, NULL);
    client_connect(&c, srv.port);
    for (int i = 0; i < 1000; i++) add_get(&t, "/livez");
    for (int i = 0; i < 10; i++) {
        cr_assert(wire_pump(&c, t.p, t.len));
        for (int k = 0; k < 999; k++) wire_expect(&c, 200, "ok\n");
        if (i < 9) wire_expect(&c, 200, "ok\n");
        else wire_expect_last(&c, 200);
    }
    client_close(&c);
    wire_text_free(&t);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- half-close ---- */

/* A client that ends its sending side still gets every answer, and then the end. */
Test(wire_http_pipeline, half_close, .timeout = 60)
{
    struct server srv;
    struct client c;
    struct wire_text t = {0};
    wire_up(&srv, CONFIG, (const char *const[]){"--workers", "4", NULL});
    struct wire_rest before = wire_rest_of(&srv);
    add_get(&t, "/livez");
    add_slow(&t, 30);
    add_slow(&t, 5);
    add_echo(&t, 7);
    wire_addf(&t, "POST /run/sleep?ms=10 HTTP/1.1\r\n" HOST "\r\n");
    add_echo(&t, 8);
    client_connect(&c, srv.port);
    client_send(&c, t.p, t.len);
    client_shutdown(&c);
    wire_expect(&c, 200, "ok\n");
    expect_slow(&c, 30);
    expect_slow(&c, 5);
    expect_echo(&c, 7);
    expect_slow(&c, 10);
    struct reply r;
    client_read_reply(&c, &r);
    cr_assert_str_eq(r.body, "this is number 8");
    reply_free(&r);
    cr_assert(wire_ends(&c));
    client_close(&c);
    wire_rest_again(&srv, &before);
    wire_text_free(&t);
    cr_assert_eq(server_down(&srv), 0);
}

/* A large answer to a client that has ended its sending side, and reads late. */
Test(wire_http_pipeline, half_close_large_answer, .timeout = 60)
{
    enum { N = 4 << 20 };
    struct server srv;
    struct client c;
    struct reply r;
    struct wire_text t = {0};
    server_up(&srv, NULL);
    struct wire_rest before = wire_rest_of(&srv);
    wire_addf(&t, "POST /run/echo HTTP/1.1\r\n" HOST "Content-Length: %d\r\n\r\n", N);
    size_t head = t.len;
    for (int i = 0; i < N; i++) wire_fill(&t, (char)(i * 31 >> 3), 1);
    client_connect(&c, srv.port);
    client_send(&c, t.p, t.len);
    client_shutdown(&c);
    wire_pause_us(1300000); /* longer than a half-closed connection is believed while it waits for an answer */
    client_read_reply(&c, &r);
    cr_assert_eq(r.body_len, (size_t)N);
    cr_assert_eq(memcmp(r.body, t.p + head, N), 0);
    reply_free(&r);
    cr_assert(wire_ends(&c));
    client_close(&c);
    wire_rest_again(&srv, &before);
    wire_text_free(&t);
    cr_assert_eq(server_down(&srv), 0);
}

/* Nobody reads the answer of a call that outlives the grace of a half-closed connection: the call is cancelled. */
Test(wire_http_pipeline, half_close_grace, .timeout = 60)
{
    struct server srv;
    struct client c;
    server_up(&srv, NULL);
    struct wire_rest before = wire_rest_of(&srv);
    client_connect(&c, srv.port);
    client_send_text(&c, "GET /livez HTTP/1.1\r\n" HOST "\r\n"
                         "POST /run/sleep?ms=30000 HTTP/1.1\r\n" HOST "\r\n");
    client_shutdown(&c);
    wire_expect(&c, 200, "ok\n");
    char byte;
    size_t n;
    enum client_end end = client_read_some(&c, &byte, 1, &n);
    cr_assert(end == CLIENT_CLOSED || end == CLIENT_RESET, "%s", client_end_text(end));
    client_close(&c);
    wire_rest_again(&srv, &before);
    cr_assert_eq(server_down(&srv), 0);
}
