/* Who is let in, seen from outside, and that SIGHUP changes it without anybody losing a connection. Clients behind proxies:
 * test_access_proxies.c; how many and how often: test_access_limits.c. */
#include "access_steps.h"
#include "ojs_steps.h"
#include "call.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- hosts ---- */

Test(wire_access, only_named_hosts_are_served, .timeout = 30)
{
    struct server srv;
    struct client c;
    wire_up(&srv, "{\"hosts\": [\"q.test\", \"*.api.test\", \"127.0.0.1\"]}", ARGS("--shards", "1"));
    client_connect(&c, srv.port);
    cr_assert_eq(access_status_of(&c, "GET", "/openapi.json", "Host: Q.test:81\r\n"), 200);
    cr_assert_eq(access_status_of(&c, "GET", "/openapi.json", "Host: x.api.test\r\n"), 200);
    cr_assert_eq(access_status_of(&c, "GET", "/openapi.json", "Host: api.test\r\n"), 421);
    cr_assert_eq(access_status_of(&c, "GET", "/nowhere", "Host: evil.test\r\n"), 421);
    cr_assert_eq(access_status_of(&c, "GET", "http://evil.test/openapi.json", "Host: q.test\r\n"),
                 421); /* the target's authority counts */
    cr_assert_eq(access_status_of(&c, "GET", "/readyz", "Host: 10.0.0.1\r\n"), 200); /* health is exempt */
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
    cr_assert_eq(access_status_of(&c, "GET", "/openapi.json", "Host: inside\r\nX-Forwarded-Host: q.test\r\n"), 200);
    cr_assert_eq(access_status_of(&c, "GET", "/openapi.json", "Host: q.test\r\nX-Forwarded-Host: evil.test\r\n"), 421);
    cr_assert_eq(access_status_of(&c, "GET", "/openapi.json", "Host: q.test\r\nX-Forwarded-Host: q.test, evil.test\r\n"), 421);
    cr_assert_eq(access_status_of(&c, "GET", "/openapi.json", "Host: q.test\r\n"), 200);
    cr_assert_eq(access_status_of(&c, "GET", "/openapi.json", "Host: inside\r\n"), 421);
    access_reload(&srv, "{\"hosts\": [\"q.test\", \"127.0.0.1\"], \"trusted_proxies\": [\"127.0.0.1\"], \"forwarded\": \"forwarded\"}", 1);
    cr_assert_eq(access_status_of(&c, "GET", "/openapi.json", "Host: inside\r\nForwarded: host=q.test\r\n"), 200);
    access_reload(&srv, "{\"hosts\": [\"q.test\", \"127.0.0.1\"], \"trusted_proxies\": [\"10.0.0.1\"], \"access_log\": true}", 2);
    cr_assert_eq(access_status_of(&c, "GET", "/openapi.json", "Host: inside\r\nX-Forwarded-Host: q.test\r\n"), 421);
    cr_assert_eq(access_status_of(&c, "GET", "/openapi.json", "Host: q.test\r\nX-Forwarded-Host: evil.test\r\n"), 200);
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
    cr_assert_eq(access_status_of(&c, "GET", "/x", "Host: evil.test\r\n"), 421);
    wire_await_log(&srv, "status=421", 1);
    wire_await_log(&srv, "refused=host id=req_", 1);
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
    cr_assert_eq(access_status_of(&c, "GET", "/openapi.json", "Host: a.test\r\n"), 200);
    for (unsigned i = 1; i <= 6; i++) {
        access_reload(&srv, i % 2 ? "{\"hosts\": [\"b.test\", \"127.0.0.1\"]}" : "{\"hosts\": [\"a.test\", \"127.0.0.1\"]}", i);
        cr_assert_eq(access_status_of(&c, "GET", "/openapi.json", "Host: a.test\r\n"), i % 2 ? 421 : 200); /* the same connection */
        cr_assert_eq(access_status_of(&c, "GET", "/openapi.json", "Host: b.test\r\n"), i % 2 ? 200 : 421);
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
        access_write_config(&srv, wrong[i].text);
        server_signal(&srv, SIGHUP);
        wire_await_log(&srv, "taken=0", i + 1);
        wire_await_log(&srv, wrong[i].why, 1);
        cr_assert_eq(access_status_of(&c, "GET", "/openapi.json", "Host: a.test\r\n"), 200);
        cr_assert_eq(access_status_of(&c, "GET", "/openapi.json", "Host: b.test\r\n"), 421);
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
    access_reload(
        &srv,
        "{\"jobs_max\": 10, // the same, written otherwise\n\"routes\": [ {\"path\":\"/x\", \"status\":204} ], \"access_log\": true}",
        1);
    wire_await_log(&srv, "server.restart_needed", 0);
    cr_assert_eq(access_status_of(&c, "GET", "/x", HOST), 204);
    wire_await_log(&srv, "path=\"/x\"", 1); /* the access log is on from now on */
    access_reload(
        &srv,
        "{\"jobs_max\": 11, \"segment_mib\": 16, \"routes\": [{\"path\": \"/y\", \"status\": 204}], \"hosts\": [\"q.test\", \"127.0.0.1\"]}",
        2);
    wire_await_log(&srv, "keys=jobs_max,segment_mib,routes n=3", 1);
    cr_assert_eq(access_status_of(&c, "GET", "/x", HOST), 204);
    cr_assert_eq(access_status_of(&c, "GET", "/y", HOST), 404);
    cr_assert_eq(access_status_of(&c, "GET", "/x", "Host: evil.test\r\n"), 421); /* what needs none has taken effect */
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
        access_reload(&srv, i % 2 ? "{\"hosts\": [\"other.test\", \"127.0.0.1\"]}" : "{\"hosts\": [\"q.test\", \"127.0.0.1\"]}", i);
        cr_assert_eq(access_status_of(&quick, "GET", "/openapi.json", HOST), i % 2 ? 421 : 200);
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
    access_write_config(&srv, "{\"hosts\": [\"b.test\"]}");
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

/* ---- rules ---- */

Test(wire_access, the_first_rule_decides, .timeout = 30)
{
    struct server srv;
    wire_up(&srv,
            "{\"trusted_proxies\": [\"127.0.0.1\"], \"access_log\": true, \"rules\": [\n"
            "{\"action\": \"ignore\", \"path\": \"/favicon.ico\"}, {\"action\": \"ignore\", \"path\": \"/robots.txt\", \"status\": 404},\n"
            "{\"action\": \"allow\", \"networks\": [\"192.0.2.0/24\"]}, {\"action\": \"deny\", \"path\": \"/run/*\", \"methods\": [\"POST\"]},\n"
            "{\"action\": \"deny\", \"header\": \"User-Agent\", \"starts\": \"Bad\"}]}",
            ARGS("--shards", "1"));
    access_expect_status(srv.port, "GET", "/favicon.ico", NULL, 204);
    access_expect_status(srv.port, "GET", "/robots.txt", "User-Agent: Bad/1.0\r\n", 404);
    access_expect_status(srv.port, "POST", "/run/echo", NULL, 403);
    access_expect_status(srv.port, "POST", "/run/%65cho", NULL, 403); /* filters see what the router sees */
    access_expect_status(srv.port, "POST", "/%72un/echo", NULL, 403);
    access_expect_status(srv.port, "POST", "/run/echo", "X-Forwarded-For: 192.0.2.7\r\n", 200);
    access_expect_status(srv.port, "GET", "/openapi.json", "User-Agent: Bad/1.0\r\n", 403);
    access_expect_status(srv.port, "GET", "/openapi.json", "User-Agent: bad/1.0\r\n", 200);
    access_expect_status(srv.port, "GET", "/livez", "User-Agent: Bad/1.0\r\n", 200); /* health is never filtered */
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
    access_reload(&srv, "{\"cors\": {\"origins\": \"*\"}}", 1);
    r = http_request(srv.port, "GET", "/openapi.json", "Origin: https://anybody.test\r\n", NULL);
    cr_assert_str_eq(reply_header(&r, "Access-Control-Allow-Origin"), "*");
    cr_assert_null(strstr(r.head, "Vary: Origin"));
    reply_free(&r);
    access_reload(&srv, "{}", 2);
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
