/* How often a client may ask, and how many connections an address may have. */
#include "access_steps.h"
#include "call.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- rate limits ---- */

Test(wire_access, a_limit_lets_so_many_through_and_not_one_more, .timeout = 30)
{
    struct server srv;
    wire_up(&srv,
            "{\"trusted_proxies\": [\"127.0.0.1\"], \"rate_limits\": [{\"name\": \"calls\", \"requests\": 3, \"per\": 3600, \"path\": \"/run/*\", \"methods\": [\"POST\"]}]}",
            ARGS("--shards", "3"));
    for (int i = 0; i < 3; i++) {
        struct reply r = http_request(srv.port, "POST", "/run/echo", NULL, "x");
        int left, until;
        cr_assert_eq(r.status, 200);
        cr_assert_eq(sscanf(reply_header(&r, "RateLimit"), "\"calls\";r=%d;t=%d", &left, &until), 2, "%s", r.head);
        cr_assert(left == 2 - i && until <= (i + 1) * 1200 && until > (i + 1) * 1200 - 100, "%s", r.head);
        cr_assert_str_eq(reply_header(&r, "RateLimit-Policy"), "\"calls\";q=3;w=3600");
        reply_free(&r);
    }
    struct reply r = http_request(srv.port, "POST", "/run/echo", NULL, "x"); /* by another connection, on whatever shard */
    long wait = reply_header(&r, "Retry-After") ? strtol(reply_header(&r, "Retry-After"), NULL, 10) : 0;
    cr_assert(wait > 1100 && wait <= 1200, "%s", r.head);
    cr_assert(strncmp(reply_header(&r, "RateLimit"), "\"calls\";r=0;t=1", 14) == 0);
    call_problem(r, 429, "quota-exceeded", "calls");
    access_expect_status(srv.port, "POST", "/run/echo", "X-Forwarded-For: 192.0.2.7\r\n", 200); /* somebody else */
    access_expect_status(srv.port, "GET", "/run/echo", NULL, 405);                              /* not what the limit is about */
    access_expect_status(srv.port, "GET", "/openapi.json", NULL, 200);
    cr_assert_eq(wire_metric(srv.port, "quern_http_rejected_total{reason=\"rate_limit\"}"), 1);
    /* Over a reload what has been counted stays; a wider limit lets more through. */
    access_reload(&srv, "{\"rate_limits\": [{\"name\": \"calls\", \"requests\": 3, \"per\": 3600, \"path\": \"/run/*\"}]}", 1);
    access_expect_status(srv.port, "POST", "/run/echo", NULL, 429);
    access_reload(&srv, "{\"rate_limits\": [{\"name\": \"calls\", \"requests\": 6, \"per\": 7200, \"path\": \"/run/*\"}]}", 2);
    for (int i = 0; i < 3; i++) access_expect_status(srv.port, "POST", "/run/echo", NULL, 200);
    access_expect_status(srv.port, "POST", "/run/echo", NULL, 429);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_access, limits_of_networks_and_of_all, .timeout = 30)
{
    struct server srv;
    wire_up(&srv,
            "{\"trusted_proxies\": [\"127.0.0.1\"], \"rate_limits\": [{\"name\": \"each\", \"requests\": 2, \"per\": 3600, \"path\": \"/a\"},"
            "{\"name\": \"all\", \"requests\": 3, \"per\": 3600, \"by\": \"all\", \"path\": \"/b\"}]}",
            ARGS("--shards", "1"));
    access_expect_status(srv.port, "GET", "/a", "X-Forwarded-For: 2001:db8::1\r\n", 404);
    access_expect_status(srv.port, "GET", "/a", "X-Forwarded-For: 2001:db8::2\r\n", 404);
    access_expect_status(srv.port, "GET", "/a", "X-Forwarded-For: 2001:db8::3\r\n", 429); /* one /64 is one client */
    access_expect_status(srv.port, "GET", "/a", "X-Forwarded-For: 2001:db8:0:1::1\r\n", 404);
    access_expect_status(srv.port, "GET", "/a", "X-Forwarded-For: 192.0.2.1\r\n", 404);
    access_expect_status(srv.port, "GET", "/a", "X-Forwarded-For: 192.0.2.1, 127.0.0.1\r\n", 404);
    access_expect_status(srv.port, "GET", "/a", "X-Forwarded-For: 192.0.2.1\r\n", 429);
    access_expect_status(srv.port, "GET", "/a", "X-Forwarded-For: 192.0.2.2\r\n", 404);
    for (int i = 0; i < 3; i++) access_expect_status(srv.port, "GET", "/b", NULL, 404);
    access_expect_status(srv.port, "GET", "/b", "X-Forwarded-For: 192.0.2.1\r\n", 429);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- connections of one address ---- */

/* A request on it is answered: it is let in. */
static bool is_served(struct client *c)
{
    struct reply r;
    if (!client_try_send(c, "GET /livez HTTP/1.1\r\n" HOST "\r\n", sizeof "GET /livez HTTP/1.1\r\n" HOST "\r\n" - 1)) return false;
    bool yes = client_try_read(c, &r, true) == CLIENT_REPLY;
    reply_free(&r);
    return yes;
}

/* A connection that is served when nobody else is there any more. */
static struct client nobody_else(const struct server *srv)
{
    static const char request[] = "GET /metrics HTTP/1.1\r\n" HOST "\r\n";
    for (long end = wire_now_ms() + PATIENCE_MS; wire_now_ms() < end; wire_pause_us(2000)) {
        struct client c;
        struct reply r = {0};
        client_connect(&c, srv->port);
        bool alone = client_try_send(&c, request, sizeof request - 1) && client_try_read(&c, &r, true) == CLIENT_REPLY &&
                     wire_number(r.body, "quern_connections") == 1;
        reply_free(&r);
        if (alone) return c;
        client_close(&c);
    }
    cr_assert_fail("connections are left");
    return (struct client){.fd = -1};
}

static void cap_rows(const char *const *args)
{
    enum { MAX = 3 };
    struct server srv;
    struct client c[MAX + 1];
    wire_up(&srv, "{\"connections_per_address\": 3}", args);
    for (int round = 0; round < 2; round++) {
        c[0] = nobody_else(&srv);
        for (int i = 1; i < MAX; i++) client_connect(&c[i], srv.port);
        for (int i = 0; i < MAX; i++) cr_assert(is_served(&c[i]), "%d", i);
        client_connect(&c[MAX], srv.port);
        cr_assert_not(is_served(&c[MAX]));
        client_close(&c[MAX]);
        cr_assert(is_served(&c[0]) && is_served(&c[MAX - 1]));
        if (round == 0) {
            wire_await_log(&srv, "connection.refused", 1);
            wire_await_log(&srv, "reason=connections_per_address client=127.0.0.1 max=3", 1);
        }
        for (int i = 0; i < MAX; i++) client_close(&c[i]);
    }
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_access, so_many_connections_of_an_address, .timeout = 60)
{
    cap_rows(ARGS("--shards", "3")); /* all shards count together */
}

Test(wire_access, so_many_direct_connections_of_an_address, .timeout = 60)
{
    cap_rows(ARGS("--shards", "2", "--force-fallback", "direct"));
}

Test(wire_access, trusted_proxies_may_have_any_number, .timeout = 30)
{
    struct server srv;
    struct client c[5];
    wire_up(&srv, "{\"connections_per_address\": 3, \"trusted_proxies\": \"127.0.0.1\"}", ARGS("--shards", "1"));
    for (int i = 0; i < 5; i++) client_connect(&c[i], srv.port);
    for (int i = 0; i < 5; i++) cr_assert(is_served(&c[i]));
    for (int i = 0; i < 5; i++) client_close(&c[i]);
    cr_assert_eq(wire_metric(srv.port, "quern_http_rejected_total{reason=\"connections_per_address\"}"), 0);
    cr_assert_eq(server_down(&srv), 0);
}
