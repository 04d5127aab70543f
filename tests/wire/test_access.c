/* Who is let in, seen from outside, and that SIGHUP changes it without anybody losing a connection. */
#include "call.h"
#include "ojs_steps.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void write_config(const struct server *s, const char *text)
{
    char path[128], temporary[160];
    (void)snprintf(path, sizeof path, "%s/quern.json", s->folder);
    (void)snprintf(temporary, sizeof temporary, "%s.new", path);
    FILE *f = fopen(temporary, "we");
    cr_assert(f && fputs(text, f) >= 0 && fclose(f) == 0 && rename(temporary, path) == 0);
}

/* The configuration is another one from when this returns on, on all shards: each has taken it when it answers a scrape that was
 * asked for after the log line. */
static void reload(const struct server *s, const char *text, unsigned n)
{
    write_config(s, text);
    server_signal((struct server *)s, SIGHUP);
    wire_await_log(s, "taken=1", n);
    free(wire_metrics(s->port));
}

static int status_of(struct client *c, const char *method, const char *path, const char *headers)
{
    client_sendf(c, "%s %s HTTP/1.1\r\n%s\r\n", method, path, headers);
    struct reply r;
    client_read_reply(c, &r);
    int status = r.status;
    cr_assert_null(wire_fault(&r, false), "%s", wire_fault(&r, false));
    reply_free(&r);
    return status;
}

/* ---- hosts ---- */

Test(wire_access, only_named_hosts_are_served, .timeout = 30)
{
    struct server srv;
    struct client c;
    wire_up(&srv, "{\"hosts\": [\"q.test\", \"*.api.test\", \"127.0.0.1\"]}", ARGS("--shards", "1"));
    client_connect(&c, srv.port);
    cr_assert_eq(status_of(&c, "GET", "/openapi.json", "Host: Q.test:81\r\n"), 200);
    cr_assert_eq(status_of(&c, "GET", "/openapi.json", "Host: x.api.test\r\n"), 200);
    cr_assert_eq(status_of(&c, "GET", "/openapi.json", "Host: api.test\r\n"), 421);
    cr_assert_eq(status_of(&c, "GET", "/nowhere", "Host: evil.test\r\n"), 421);
    cr_assert_eq(status_of(&c, "GET", "http://evil.test/openapi.json", "Host: q.test\r\n"),
                 421); /* the target's authority counts */
    cr_assert_eq(status_of(&c, "GET", "/readyz", "Host: 10.0.0.1\r\n"), 200); /* health is exempt */
    client_sendf(&c, "GET /openapi.json HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    wire_expect(&c, 200, NULL);
    client_sendf(&c, "GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n");
    wire_expect(&c, 200, NULL);
    client_close(&c);
    cr_assert_eq(wire_metric(srv.port, "quern_http_rejected_total{reason=\"host\"}"), 3);
    cr_assert_eq(wire_metric(srv.port, "quern_answers_total{route=\"/openapi.json\",code=\"421\"}"), 2);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_access, hosts_are_those_that_a_trusted_proxy_names, .timeout = 30)
{
    struct server srv;
    struct client c;
    wire_up(&srv, "{\"hosts\": [\"q.test\", \"127.0.0.1\"], \"trusted_proxies\": [\"127.0.0.1\"]}", ARGS("--shards", "1"));
    client_connect(&c, srv.port);
    cr_assert_eq(status_of(&c, "GET", "/openapi.json", "Host: inside\r\nX-Forwarded-Host: q.test\r\n"), 200);
    cr_assert_eq(status_of(&c, "GET", "/openapi.json", "Host: q.test\r\nX-Forwarded-Host: evil.test\r\n"), 421);
    cr_assert_eq(status_of(&c, "GET", "/openapi.json", "Host: q.test\r\nX-Forwarded-Host: q.test, evil.test\r\n"), 421);
    cr_assert_eq(status_of(&c, "GET", "/openapi.json", "Host: q.test\r\n"), 200);
    cr_assert_eq(status_of(&c, "GET", "/openapi.json", "Host: inside\r\n"), 421);
    reload(&srv, "{\"hosts\": [\"q.test\", \"127.0.0.1\"], \"trusted_proxies\": [\"127.0.0.1\"], \"forwarded\": \"forwarded\"}", 1);
    cr_assert_eq(status_of(&c, "GET", "/openapi.json", "Host: inside\r\nForwarded: host=q.test\r\n"), 200);
    reload(&srv, "{\"hosts\": [\"q.test\", \"127.0.0.1\"], \"trusted_proxies\": [\"10.0.0.1\"], \"access_log\": true}", 2);
    cr_assert_eq(status_of(&c, "GET", "/openapi.json", "Host: inside\r\nX-Forwarded-Host: q.test\r\n"), 421);
    cr_assert_eq(status_of(&c, "GET", "/openapi.json", "Host: q.test\r\nX-Forwarded-Host: evil.test\r\n"), 200);
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_access, a_refused_body_is_not_read, .timeout = 30)
{
    struct server srv;
    struct client c;
    wire_up(&srv, "{\"hosts\": [\"127.0.0.1\"]}", ARGS("--shards", "1"));
    client_connect(&c, srv.port);
    client_sendf(&c, "POST /run/echo HTTP/1.1\r\nHost: evil.test\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n");
    struct reply r;
    cr_assert_eq(client_try_read(&c, &r, true), CLIENT_REPLY);
    cr_assert(r.n_interim == 0 && !r.keeps_open);
    call_problem(r, 421, "misdirected", "host");
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_access, the_log_says_why, .timeout = 30)
{
    struct server srv;
    struct client c;
    wire_up(&srv, "{\"hosts\": [\"127.0.0.1\"]}", ARGS("--shards", "1", "--access-log"));
    client_connect(&c, srv.port);
    cr_assert_eq(status_of(&c, "GET", "/x", "Host: evil.test\r\n"), 421);
    wire_await_log(&srv, "status=421", 1);
    wire_await_log(&srv, "refused=host path=\"/x\"", 1);
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- SIGHUP ---- */

Test(wire_access, reload_changes_what_is_allowed, .timeout = 60)
{
    struct server srv;
    struct client c;
    wire_up(&srv, "{}", ARGS("--shards", "3"));
    client_connect(&c, srv.port);
    cr_assert_eq(status_of(&c, "GET", "/openapi.json", "Host: a.test\r\n"), 200);
    for (unsigned i = 1; i <= 6; i++) {
        reload(&srv, i % 2 ? "{\"hosts\": [\"b.test\", \"127.0.0.1\"]}" : "{\"hosts\": [\"a.test\", \"127.0.0.1\"]}", i);
        cr_assert_eq(status_of(&c, "GET", "/openapi.json", "Host: a.test\r\n"), i % 2 ? 421 : 200); /* the same connection */
        cr_assert_eq(status_of(&c, "GET", "/openapi.json", "Host: b.test\r\n"), i % 2 ? 200 : 421);
    }
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_access, a_wrong_configuration_changes_nothing, .timeout = 30)
{
    static const struct {
        const char *text, *why;
    } wrong[] = {
        {"{\"hosts\": [\"b.test\"], \"hots\": []}", "quern.json:1: unknown key 'hots'; did you mean 'hosts'?"},
        {"{\"hosts\": [\"b.test\"],\n\"idle_timeout\": 0}", "quern.json:2: key 'idle_timeout'"},
        {"{\n\n\"hosts\": [\"http://b.test\"]}", "quern.json:3: key 'hosts' must be the name of a host"},
        {"{\"hosts\": [\"b.test:80\"]}", "quern.json:1: key 'hosts'"},
        {"{\n\n\n\"hosts\": [\"b.test\"]", "quern.json:4:"},
    };
    struct server srv;
    struct client c;
    wire_up(&srv, "{\"hosts\": [\"a.test\", \"127.0.0.1\"]}", ARGS("--shards", "1"));
    client_connect(&c, srv.port);
    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        write_config(&srv, wrong[i].text);
        server_signal(&srv, SIGHUP);
        wire_await_log(&srv, "taken=0", i + 1);
        wire_await_log(&srv, wrong[i].why, 1);
        cr_assert_eq(status_of(&c, "GET", "/openapi.json", "Host: a.test\r\n"), 200);
        cr_assert_eq(status_of(&c, "GET", "/openapi.json", "Host: b.test\r\n"), 421);
    }
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_access, what_needs_a_restart_is_named, .timeout = 30)
{
    struct server srv;
    struct client c;
    wire_up(&srv, "{\"jobs_max\": 10, \"routes\": [{\"path\": \"/x\", \"status\": 204}]}", ARGS("--shards", "1"));
    client_connect(&c, srv.port);
    reload(
        &srv,
        "{\"jobs_max\": 10, // the same, written otherwise\n\"routes\": [ {\"path\":\"/x\", \"status\":204} ], \"access_log\": true}",
        1);
    wire_await_log(&srv, "server.restart_needed", 0);
    cr_assert_eq(status_of(&c, "GET", "/x", HOST), 204);
    wire_await_log(&srv, "path=\"/x\"", 1); /* the access log is on from now on */
    reload(
        &srv,
        "{\"jobs_max\": 11, \"segment_mib\": 16, \"routes\": [{\"path\": \"/y\", \"status\": 204}], \"hosts\": [\"q.test\", \"127.0.0.1\"]}",
        2);
    wire_await_log(&srv, "keys=jobs_max,segment_mib,routes n=3", 1);
    cr_assert_eq(status_of(&c, "GET", "/x", HOST), 204);
    cr_assert_eq(status_of(&c, "GET", "/y", HOST), 404);
    cr_assert_eq(status_of(&c, "GET", "/x", "Host: evil.test\r\n"), 421); /* what needs none has taken effect */
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* Calls that run, bodies that come in pieces and requests in between: none is lost, whatever is reloaded meanwhile. */
Test(wire_access, nothing_is_lost_while_it_reloads, .timeout = 60)
{
    struct server srv;
    struct client slow, body, quick;
    call_up(&srv, "{\"hosts\": [\"q.test\", \"127.0.0.1\"], \"body_timeout\": 600}", ARGS("--shards", "2", "--workers", "2"));
    client_connect(&slow, srv.port);
    client_connect(&body, srv.port);
    client_connect(&quick, srv.port);
    client_sendf(&slow, "POST /run/test.held HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n");
    client_sendf(&body, "POST /run/echo HTTP/1.1\r\n" HOST "Content-Length: 20\r\n\r\n");
    call_await_metric(srv.port, "quern_sessions", 3); /* both have been let in, and the scrape */
    for (unsigned i = 1; i <= 20; i++) {
        client_sendf(&body, "%c", 'a' + i - 1);
        reload(&srv, i % 2 ? "{\"hosts\": [\"other.test\", \"127.0.0.1\"]}" : "{\"hosts\": [\"q.test\", \"127.0.0.1\"]}", i);
        cr_assert_eq(status_of(&quick, "GET", "/openapi.json", HOST), i % 2 ? 421 : 200);
    }
    wire_expect(&body, 200, "abcdefghijklmnopqrst"); /* let in by the first configuration */
    wire_release(&srv);
    wire_expect(&slow, 200, "nothing");
    client_close(&slow);
    client_close(&body);
    client_close(&quick);
    cr_assert_eq(server_down(&srv), 0);
}

/* Signals faster than they can be taken: some are one, the last configuration is in force, the snapshots go. */
Test(wire_access, a_storm_of_reloads, .timeout = 60)
{
    struct server srv;
    wire_up(&srv, "{}", ARGS("--shards", "3"));
    for (unsigned i = 0; i < wire_scaled(300); i++) server_signal(&srv, SIGHUP);
    write_config(&srv, "{\"hosts\": [\"b.test\"]}");
    unsigned in_a_row = 0; /* each shard takes the news for itself */
    for (long end = wire_now_ms() + PATIENCE_MS; in_a_row < 20 && wire_now_ms() < end; wire_pause_us(5000)) {
        if (!in_a_row) server_signal(&srv, SIGHUP); /* the one before may have been read already */
        struct reply r = http_request(srv.port, "GET", "/openapi.json", NULL, NULL);
        in_a_row = r.status == 421 ? in_a_row + 1 : 0;
        reply_free(&r);
    }
    cr_assert_eq(in_a_row, 20u);
    cr_assert_eq(server_down(&srv), 0); /* with a sanitizer: nothing leaks */
}

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
    reload(&srv, "{\"trusted_proxies\": [\"127.0.0.1\"], \"forwarded\": \"forwarded\", \"access_log\": true}", 1);
    expect_client(&srv, "/b1", "Forwarded: for=203.0.113.9, for=10.0.0.1\r\nX-Forwarded-For: 6.6.6.6\r\n", "10.0.0.1");
    reload(&srv, "{\"trusted_proxies\": [\"127.0.0.1\"], \"forwarded\": \"none\", \"access_log\": true}", 2);
    expect_client(&srv, "/b2", "Forwarded: for=203.0.113.9\r\nX-Forwarded-For: 6.6.6.6\r\n", "127.0.0.1");
    reload(&srv, "{\"trusted_proxies\": [\"10.0.0.0/8\"], \"access_log\": true}", 3);
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
    cr_assert_eq(status_of(&c, "GET", "/x1", HOST), 404);
    reload(&srv, "{\"access_log\": true}", 1);
    cr_assert_eq(status_of(&c, "GET", "/x2", HOST), 404);
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
    cr_assert_eq(status_of(&c, "GET", "/livez", HOST), 200);
    cr_assert(client_is_closed(&c));
    long took = wire_now_ms() - began;
    cr_assert(took >= 2500, "%ld ms", took);
    client_close(&c);
    reload(&srv, "{\"idle_timeout\": 1, \"trusted_idle_timeout\": 1000}", 1);
    client_connect(&c, srv.port);
    cr_assert(client_is_closed(&c), "it is no trusted proxy's any more");
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- rules ---- */

static void expect_code(int port, const char *method, const char *path, const char *headers, int status)
{
    struct reply r = http_request(port, method, path, headers, strcmp(method, "POST") == 0 ? "x" : NULL);
    cr_assert_eq(r.status, status, "%s %s: %s%s", method, path, r.head, r.body);
    reply_free(&r);
}

Test(wire_access, the_first_rule_decides, .timeout = 30)
{
    struct server srv;
    wire_up(&srv,
            "{\"trusted_proxies\": [\"127.0.0.1\"], \"access_log\": true, \"rules\": [\n"
            "{\"action\": \"ignore\", \"path\": \"/favicon.ico\"}, {\"action\": \"ignore\", \"path\": \"/robots.txt\", \"status\": 404},\n"
            "{\"action\": \"allow\", \"networks\": [\"192.0.2.0/24\"]}, {\"action\": \"deny\", \"path\": \"/run/*\", \"methods\": [\"POST\"]},\n"
            "{\"action\": \"deny\", \"header\": \"User-Agent\", \"starts\": \"Bad\"}]}",
            ARGS("--shards", "1"));
    expect_code(srv.port, "GET", "/favicon.ico", NULL, 204);
    expect_code(srv.port, "GET", "/robots.txt", "User-Agent: Bad/1.0\r\n", 404);
    expect_code(srv.port, "POST", "/run/echo", NULL, 403);
    expect_code(srv.port, "POST", "/run/%65cho", NULL, 403); /* filters see what the router sees */
    expect_code(srv.port, "POST", "/%72un/echo", NULL, 403);
    expect_code(srv.port, "POST", "/run/echo", "X-Forwarded-For: 192.0.2.7\r\n", 200);
    expect_code(srv.port, "GET", "/openapi.json", "User-Agent: Bad/1.0\r\n", 403);
    expect_code(srv.port, "GET", "/openapi.json", "User-Agent: bad/1.0\r\n", 200);
    expect_code(srv.port, "GET", "/livez", "User-Agent: Bad/1.0\r\n", 200); /* health is never filtered */
    call_problem(http_request(srv.port, "POST", "/run/echo", NULL, "x"), 403, "filtered", "rule");
    wire_await_log(&srv, "refused=rule", 5);
    char *log = server_log(&srv);
    cr_assert_null(strstr(log, "favicon"));
    free(log);
    cr_assert_eq(wire_metric(srv.port, "quern_http_rejected_total{reason=\"rule\"}"), 5);
    cr_assert_eq(wire_metric(srv.port, "quern_http_rejected_total{reason=\"ignored\"}"), 2);
    cr_assert_eq(server_down(&srv), 0);
}

/* Errors of the Open Job Spec look like that also when a filter makes them. */
Test(wire_access, a_refused_job_request_has_its_own_form, .timeout = 30)
{
    struct server srv;
    wire_up(&srv, "{\"rules\": [{\"action\": \"deny\", \"path\": \"/ojs/*\"}]}", ARGS("--shards", "1"));
    struct reply r = http_request(srv.port, "GET", "/ojs/v1/jobs/x", NULL, NULL);
    cr_assert_eq(r.status, 403);
    cr_assert_str_eq(reply_header(&r, "Content-Type"), "application/openjobspec+json");
    reply_free(&r);
    cr_assert_eq(server_down(&srv), 0);
}

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
    expect_code(srv.port, "POST", "/run/echo", "X-Forwarded-For: 192.0.2.7\r\n", 200); /* somebody else */
    expect_code(srv.port, "GET", "/run/echo", NULL, 405);                              /* not what the limit is about */
    expect_code(srv.port, "GET", "/openapi.json", NULL, 200);
    cr_assert_eq(wire_metric(srv.port, "quern_http_rejected_total{reason=\"rate_limit\"}"), 1);
    /* Over a reload what has been counted stays; a wider limit lets more through. */
    reload(&srv, "{\"rate_limits\": [{\"name\": \"calls\", \"requests\": 3, \"per\": 3600, \"path\": \"/run/*\"}]}", 1);
    expect_code(srv.port, "POST", "/run/echo", NULL, 429);
    reload(&srv, "{\"rate_limits\": [{\"name\": \"calls\", \"requests\": 6, \"per\": 7200, \"path\": \"/run/*\"}]}", 2);
    for (int i = 0; i < 3; i++) expect_code(srv.port, "POST", "/run/echo", NULL, 200);
    expect_code(srv.port, "POST", "/run/echo", NULL, 429);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_access, limits_of_networks_and_of_all, .timeout = 30)
{
    struct server srv;
    wire_up(&srv,
            "{\"trusted_proxies\": [\"127.0.0.1\"], \"rate_limits\": [{\"name\": \"each\", \"requests\": 2, \"per\": 3600, \"path\": \"/a\"},"
            "{\"name\": \"all\", \"requests\": 3, \"per\": 3600, \"by\": \"all\", \"path\": \"/b\"}]}",
            ARGS("--shards", "1"));
    expect_code(srv.port, "GET", "/a", "X-Forwarded-For: 2001:db8::1\r\n", 404);
    expect_code(srv.port, "GET", "/a", "X-Forwarded-For: 2001:db8::2\r\n", 404);
    expect_code(srv.port, "GET", "/a", "X-Forwarded-For: 2001:db8::3\r\n", 429); /* one /64 is one client */
    expect_code(srv.port, "GET", "/a", "X-Forwarded-For: 2001:db8:0:1::1\r\n", 404);
    expect_code(srv.port, "GET", "/a", "X-Forwarded-For: 192.0.2.1\r\n", 404);
    expect_code(srv.port, "GET", "/a", "X-Forwarded-For: 192.0.2.1, 127.0.0.1\r\n", 404);
    expect_code(srv.port, "GET", "/a", "X-Forwarded-For: 192.0.2.1\r\n", 429);
    expect_code(srv.port, "GET", "/a", "X-Forwarded-For: 192.0.2.2\r\n", 404);
    for (int i = 0; i < 3; i++) expect_code(srv.port, "GET", "/b", NULL, 404);
    expect_code(srv.port, "GET", "/b", "X-Forwarded-For: 192.0.2.1\r\n", 429);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- pages of other origins ---- */

Test(wire_access, cors, .timeout = 30)
{
    struct server srv;
    wire_up(&srv,
            "{\"cors\": {\"origins\": [\"https://q.test\"], \"methods\": [\"GET\", \"POST\"], \"headers\": [\"Content-Type\"], \"expose\": [\"Location\", \"ETag\"]},"
            "\"rules\": [{\"action\": \"deny\", \"path\": \"/secret\"}]}",
            ARGS("--shards", "1"));
    struct reply r = http_request(srv.port, "GET", "/openapi.json", "Origin: https://q.test\r\n", NULL);
    cr_assert_eq(r.status, 200);
    cr_assert_str_eq(reply_header(&r, "Access-Control-Allow-Origin"), "https://q.test");
    cr_assert_str_eq(reply_header(&r, "Access-Control-Expose-Headers"), "Location, ETag");
    cr_assert(strstr(r.head, "Vary: Origin\r\n"));
    cr_assert_null(reply_header(&r, "Access-Control-Allow-Credentials"));
    reply_free(&r);
    r = http_request(srv.port, "GET", "/secret", "Origin: https://q.test\r\n", NULL); /* a refusal can be read, too */
    cr_assert(r.status == 403 && reply_header(&r, "Access-Control-Allow-Origin"));
    reply_free(&r);
    static const char *const others[] = {"https://q.test.evil", "http://q.test", "https://Q.test", "null", "https://q.test, https://q.test"};
    for (size_t i = 0; i < 5; i++) {
        char line[128];
        (void)snprintf(line, sizeof line, "Origin: %s\r\nAccess-Control-Request-Method: POST\r\n", others[i]);
        r = http_request(srv.port, "OPTIONS", "/run/echo", line, NULL);
        cr_assert(r.status == 204 && reply_header(&r, "Allow") && !reply_header(&r, "Access-Control-Allow-Origin"), "%s", r.head);
        cr_assert_str_eq(reply_header(&r, "Vary"), "Origin");
        reply_free(&r);
    }
    r = http_request(srv.port, "OPTIONS", "/run/echo", "Origin: https://q.test\r\nAccess-Control-Request-Method: POST\r\n", NULL);
    cr_assert_eq(r.status, 204);
    cr_assert_str_eq(reply_header(&r, "Access-Control-Allow-Origin"), "https://q.test");
    cr_assert_str_eq(reply_header(&r, "Access-Control-Allow-Methods"), "GET, POST");
    cr_assert_str_eq(reply_header(&r, "Access-Control-Allow-Headers"), "Content-Type");
    cr_assert_str_eq(reply_header(&r, "Access-Control-Max-Age"), "600");
    reply_free(&r);
    reload(&srv, "{\"cors\": {\"origins\": \"*\"}}", 1);
    r = http_request(srv.port, "GET", "/openapi.json", "Origin: https://anybody.test\r\n", NULL);
    cr_assert_str_eq(reply_header(&r, "Access-Control-Allow-Origin"), "*");
    cr_assert_null(strstr(r.head, "Vary: Origin"));
    reply_free(&r);
    reload(&srv, "{}", 2);
    r = http_request(srv.port, "GET", "/openapi.json", "Origin: https://q.test\r\n", NULL);
    cr_assert(!reply_header(&r, "Access-Control-Allow-Origin") && !strstr(r.head, "Origin"));
    reply_free(&r);
    cr_assert_eq(server_down(&srv), 0);
}

/* What filters add is there also when the answer comes much later, from another place. */
Test(wire_access, added_fields_travel_with_a_kept_request, .timeout = 30)
{
    struct server srv;
    struct client c;
    struct reply r;
    wire_up(&srv, "{\"cors\": {\"origins\": \"https://q.test\"}, \"rate_limits\": [{\"name\": \"r\", \"requests\": 9, \"per\": 9000, \"by\": \"all\"}]}", ARGS("--shards", "1"));
    client_connect(&c, srv.port);
    for (int i = 0; i < 3; i++)
        client_sendf(&c, "POST /run/sleep?ms=%d HTTP/1.1\r\n" HOST "Origin: https://q.test\r\nContent-Length: 0\r\n\r\n", 300 - 100 * i);
    for (int i = 0; i < 3; i++) {
        client_read_reply(&c, &r);
        cr_assert_eq(r.status, 200);
        cr_assert_str_eq(reply_header(&r, "Access-Control-Allow-Origin"), "https://q.test");
        cr_assert_eq(strtol(strstr(reply_header(&r, "RateLimit"), "r=") + 2, NULL, 10), 8 - i);
        reply_free(&r);
    }
    client_close(&c);
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

/* ---- the PROXY protocol ---- */

static void proxy_up(struct server *s, const char *trusted, const char *const *args)
{
    char text[256];
    const char *all[16] = {"--ephemeral", "--config", "quern.json"};
    server_folder_new(s);
    (void)snprintf(text, sizeof text, "{\"listen\": [{\"address\": \"127.0.0.1:0\", \"proxy\": true}], \"trusted_proxies\": [\"%s\"], \"access_log\": true}", trusted);
    write_config(s, text);
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

/* Field lines that a filter has put aside stand in the memory of the request, and that is gone when the request cannot be parked. */
Test(wire_access, a_head_that_cannot_be_kept_is_refused_in_whole_lines, .timeout = 60)
{
    enum { PARKED = 256, PAD = 5000 };
    struct server srv;
    struct client c[PARKED + 8];
    struct pollfd p[PARKED + 8];
    struct reply r;
    wire_up(&srv, "{\"wait_max\": 60, \"cors\": {\"origins\": [\"https://q.test\"], \"expose\": [\"Location\"]}}", ARGS("--shards", "1"));
    struct doc d = ojs_send(&srv, "POST", "/ojs/v1/jobs", "{\"type\":\"t.x\",\"args\":[]}");
    struct id id = doc_id(&d, "job.id");
    doc_free(&d);
    char request[PAD + 512], pad[PAD + 1];
    memset(pad, 'p', PAD);
    pad[PAD] = 0;
    int len = snprintf(request, sizeof request, "GET /ojs/v1/jobs/%s?wait=60 HTTP/1.1\r\nHost: q\r\nOrigin: https://q.test\r\nX-Pad: %s\r\n\r\n", id.text, pad);
    int n = 0, n_refused = 0;
    for (; n < PARKED + 8; n++) {
        client_connect(&c[n], srv.port);
        client_send(&c[n], request, (size_t)len);
        p[n] = (struct pollfd){.fd = c[n].fd, .events = POLLIN};
    }
    cr_assert_gt(poll(p, (nfds_t)n, PATIENCE_MS), 0, "none of them is refused");
    d = ojs_cancel(&srv, id); /* all that wait are answered */
    doc_free(&d);
    for (int i = 0; i < n; i++) {
        client_read_reply(&c[i], &r);
        cr_assert(r.status == 200 || r.status == 503, "%s", r.head);
        n_refused += r.status == 503;
        if (r.status == 200) cr_assert_str_eq(reply_header(&r, "Access-Control-Allow-Origin"), "https://q.test");
        reply_free(&r);
        client_close(&c[i]);
    }
    cr_assert_gt(n_refused, 0);
    cr_assert_eq(server_down(&srv), 0);
}
