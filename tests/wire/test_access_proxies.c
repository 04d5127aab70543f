/* Whom a request comes from: clients behind proxies, and the PROXY protocol. */
#include "access_steps.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- clients behind proxies ---- */

/* What the access log says of a request from whom. */
static void expect_client(const struct server *srv, const char *path, const char *headers, const char *client)
{
    char line[160];
    struct reply r = http_request(srv->port, "GET", path, headers, NULL);
    reply_free(&r);
    (void)snprintf(line, sizeof line, "client=%s method=GET", client);
    char *text = NULL;
    for (long end = wire_now_ms() + PATIENCE_MS; wire_now_ms() < end; wire_pause_us(2000)) {
        free(text);
        text = server_log(srv);
        if (strstr(text, path)) break;
    }
    char *at = strstr(text, path);
    cr_assert(at, "%s is not in the log", path);
    while (at > text && at[-1] != '\n') at--;
    at[strcspn(at, "\n")] = 0;
    cr_assert(strstr(at, line), "%s: not %s", at, line);
    free(text);
}

static void client_rows(const char *const *args)
{
    struct server srv;
    wire_up(&srv, "{\"trusted_proxies\": [\"127.0.0.1\", \"10.0.0.0/8\"], \"access_log\": true}", args);
    expect_client(&srv, "/a1", NULL, "127.0.0.1");
    expect_client(&srv, "/a2", "X-Forwarded-For: 203.0.113.9\r\n", "203.0.113.9");
    expect_client(&srv, "/a3", "X-Forwarded-For: 6.6.6.6, 203.0.113.9\r\n", "203.0.113.9");
    expect_client(&srv, "/a4", "X-Forwarded-For: 6.6.6.6, [2001:db8::1]:99\r\nX-Forwarded-For: 10.0.0.1\r\n", "2001:db8::1");
    expect_client(&srv, "/a5", "X-Forwarded-For: 6.6.6.6, rubbish, 10.0.0.1\r\n", "10.0.0.1");
    expect_client(&srv, "/a6", "Forwarded: for=203.0.113.9\r\n", "127.0.0.1"); /* only what is configured */
    access_reload(&srv, "{\"trusted_proxies\": [\"127.0.0.1\"], \"forwarded\": \"forwarded\", \"access_log\": true}", 1);
    expect_client(&srv, "/b1", "Forwarded: for=203.0.113.9, for=10.0.0.1\r\nX-Forwarded-For: 6.6.6.6\r\n", "10.0.0.1");
    access_reload(&srv, "{\"trusted_proxies\": [\"127.0.0.1\"], \"forwarded\": \"none\", \"access_log\": true}", 2);
    expect_client(&srv, "/b2", "Forwarded: for=203.0.113.9\r\nX-Forwarded-For: 6.6.6.6\r\n", "127.0.0.1");
    access_reload(&srv, "{\"trusted_proxies\": [\"10.0.0.0/8\"], \"access_log\": true}", 3);
    expect_client(&srv, "/c1", "X-Forwarded-For: 6.6.6.6\r\n", "127.0.0.1"); /* from nobody whom we trust */
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_access, clients_behind_trusted_proxies, .timeout = 60)
{
    client_rows(ARGS("--shards", "1"));
}

/* Such descriptors cannot be asked: the accept tells. */
Test(wire_access, clients_of_direct_descriptors, .timeout = 60)
{
    client_rows(ARGS("--shards", "1", "--force-fallback", "direct"));
}

/* Peers become known when a configuration asks for them: also that of a connection which was there before. */
Test(wire_access, peers_are_known_from_when_they_are_needed, .timeout = 30)
{
    struct server srv;
    struct client c;
    wire_up(&srv, "{}", ARGS("--shards", "1"));
    client_connect(&c, srv.port);
    cr_assert_eq(access_status_of(&c, "GET", "/x1", HOST), 404);
    access_reload(&srv, "{\"access_log\": true}", 1);
    cr_assert_eq(access_status_of(&c, "GET", "/x2", HOST), 404);
    wire_await_log(&srv, "client=127.0.0.1 method=GET status=404", 1);
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* A proxy must not meet a connection that we are closing. */
Test(wire_access, idle_connections_of_trusted_proxies_live_longer, .timeout = 60)
{
    struct server srv;
    struct client c;
    wire_up(&srv, "{\"idle_timeout\": 1, \"trusted_idle_timeout\": 3, \"trusted_proxies\": [\"127.0.0.0/8\"]}", ARGS("--shards", "1"));
    client_connect(&c, srv.port);
    long began = wire_now_ms();
    cr_assert_eq(access_status_of(&c, "GET", "/livez", HOST), 200);
    cr_assert(client_is_closed(&c));
    long took = wire_now_ms() - began;
    cr_assert(took >= 2500, "%ld ms", took);
    client_close(&c);
    access_reload(&srv, "{\"idle_timeout\": 1, \"trusted_idle_timeout\": 1000}", 1);
    client_connect(&c, srv.port);
    cr_assert(client_is_closed(&c), "it is no trusted proxy's any more");
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- the PROXY protocol ---- */

static void proxy_up(struct server *s, const char *trusted, const char *const *args)
{
    char text[256];
    const char *all[16] = {"--ephemeral", "--config", "quern.json"};
    server_folder_new(s);
    (void)snprintf(text, sizeof text, "{\"listen\": [{\"address\": \"127.0.0.1:0\", \"proxy\": true}], \"trusted_proxies\": [\"%s\"], \"access_log\": true}", trusted);
    access_write_config(s, text);
    for (size_t n = 3; *args; n++) all[n] = *args++;
    server_start(s, all);
    server_wait_ready(s);
}

static const char v1[] = "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n";

static void expect_from(const struct server *s, const void *header, size_t len, bool slowly, const char *path, const char *client)
{
    struct client c;
    char request[128], line[128];
    client_connect(&c, s->port);
    size_t step = slowly ? 1 : len;
    for (size_t i = 0; i < len; i += step) {
        client_send(&c, (const char *)header + i, step);
        if (slowly) wire_pause_us(1000); /* so that the pieces come apart: any way of coming together is right */
    }
    (void)snprintf(request, sizeof request, "GET %s HTTP/1.1\r\n" HOST "\r\n", path);
    client_send_text(&c, request);
    wire_expect(&c, 404, NULL);
    client_close(&c);
    char *text = NULL;
    (void)snprintf(line, sizeof line, "path=\"%s\"", path);
    wire_await_log(s, line, 1);
    text = server_log(s);
    char *at = strstr(text, line);
    while (at > text && at[-1] != '\n') at--;
    (void)snprintf(line, sizeof line, "client=%s method=GET status=404", client);
    at[strcspn(at, "\n")] = 0;
    cr_assert(strstr(at, line), "%s: not %s", at, line);
    free(text);
}

static void proxy_rows(const char *const *args)
{
    static const char v2[] = "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\2\x05\xc0\0\2\2\xdc\4\1\xbb", local[] = "\r\n\r\n\0\r\nQUIT\n\x20\0\0\x05" "abcde",
                      v6[] = "PROXY TCP6 2001:db8::9 2001:db8::1 1 2\r\n", unknown[] = "PROXY UNKNOWN ffff::1 x\r\n";
    struct server srv;
    proxy_up(&srv, "127.0.0.1", args);
    expect_from(&srv, v1, sizeof v1 - 1, false, "/1", "192.0.2.1");
    expect_from(&srv, v2, sizeof v2 - 1, false, "/2", "192.0.2.5");
    expect_from(&srv, v6, sizeof v6 - 1, true, "/3", "2001:db8::9");
    expect_from(&srv, local, sizeof local - 1, true, "/4", "127.0.0.1");
    struct client c; /* header and request at once, then another request on the same connection */
    client_connect(&c, srv.port);
    client_sendf(&c, "PROXY TCP4 192.0.2.77 192.0.2.2 1 2\r\nGET /5 HTTP/1.1\r\n" HOST "\r\n");
    wire_expect(&c, 404, NULL);
    client_sendf(&c, "GET /6 HTTP/1.1\r\n" HOST "\r\n");
    wire_expect(&c, 404, NULL);
    wire_await_log(&srv, "client=192.0.2.77 method=GET", 2);
    client_sendf(&c, "%s", v1); /* a second header is none */
    wire_expect_last(&c, 400);
    client_close(&c);
    expect_from(&srv, unknown, sizeof unknown - 1, false, "/7", "127.0.0.1");
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_access, proxy_headers, .timeout = 60)
{
    proxy_rows(ARGS("--shards", "1"));
}

Test(wire_access, proxy_headers_on_direct_descriptors, .timeout = 60)
{
    proxy_rows(ARGS("--shards", "1", "--force-fallback", "direct"));
}

Test(wire_access, without_its_header_a_connection_is_closed, .timeout = 60)
{
    static const char *const bad[] = {"GET / HTTP/1.1\r\nHost: q.test\r\n\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2 56324 65536\r\n", "PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n"};
    struct server srv;
    struct client c;
    proxy_up(&srv, "127.0.0.1", ARGS("--shards", "1"));
    for (unsigned i = 0; i < 3; i++) {
        client_connect(&c, srv.port);
        client_send_text(&c, bad[i]);
        cr_assert(client_is_closed(&c), "%s", bad[i]);
        client_close(&c);
        wire_await_log(&srv, "reason=malformed", i + 1);
    }
    long began = wire_now_ms();
    client_connect(&c, srv.port); /* half of one: ends after 3 s */
    client_sendf(&c, "PROXY TCP4");
    cr_assert(client_is_closed(&c));
    long took = wire_now_ms() - began;
    cr_assert_gt(took, 2500, "%ld ms", took);
    client_close(&c);
    wire_await_log(&srv, "reason=time", 1);
    client_connect(&c, srv.port);
    client_sendf(&c, "PROXY");
    client_shutdown(&c);
    cr_assert(client_is_closed(&c));
    client_close(&c);
    wire_await_log(&srv, "reason=end", 1);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_access, a_header_from_somebody_else_is_not_read, .timeout = 60)
{
    struct server srv;
    struct client c;
    proxy_up(&srv, "10.0.0.0/8", ARGS("--shards", "1"));
    client_connect(&c, srv.port);
    (void)client_try_send(&c, v1, sizeof v1 - 1);
    char byte;
    cr_assert_neq(client_read_bytes(&c, &byte, 1), CLIENT_REPLY);
    client_close(&c);
    wire_await_log(&srv, "peer=127.0.0.1 reason=untrusted", 1);
    cr_assert_eq(server_down(&srv), 0);
    wire_up(&srv, "{\"trusted_proxies\": [\"127.0.0.1\"]}", ARGS("--shards", "1")); /* and where it is not configured, it is no request */
    client_connect(&c, srv.port);
    client_send_text(&c, v1);
    wire_expect_last(&c, 400);
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}
