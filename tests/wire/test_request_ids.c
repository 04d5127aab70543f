/* X-Request-Id: one in every answer, made here unless a proxy of ours has sent one. That no answer of any test has none or two of them,
 * wire_fault() sees. */
#include "access_steps.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OWN "X-Request-Id: lb-4f1c.A_b\r\n"
#define OWN_ID "lb-4f1c.A_b"
#define X16 "xxxxxxxxxxxxxxxx"
#define TRUSTED "\"trusted_proxies\": [\"127.0.0.1\"]"

static bool is_made(const char *id)
{
    return id && strlen(id) == 36 && strncmp(id, "req_", 4) == 0 && strspn(id + 4, "0123456789abcdef") == 32;
}

/* The id of the next answer, which must be sound and have this status; taken: what it must be, NULL: made. Free it. */
static char *read_id(struct client *c, const char *what, int status, const char *taken, bool has_body, bool is_last)
{
    struct reply r;
    if (has_body) client_read_reply(c, &r);
    else client_read_head_reply(c, &r);
    const char *fault = wire_fault(&r, is_last), *id = reply_header(&r, "X-Request-Id");
    cr_assert_eq(r.status, status, "%s: %s", what, r.head);
    cr_assert_null(fault, "%s: %s\n%s", what, fault, r.head);
    if (taken) cr_assert_str_eq(id, taken, "%s", what);
    else cr_assert(is_made(id), "%s: %s", what, id);
    char *copy = strdup(id);
    reply_free(&r);
    return copy;
}

/* Nothing but its line. */
static void await_continue(struct client *c)
{
    static const char interim[] = "HTTP/1.1 100 Continue\r\n\r\n";
    char got[sizeof interim] = "";
    cr_assert_eq(client_read_bytes(c, got, sizeof interim - 1), CLIENT_REPLY);
    cr_assert_str_eq(got, interim);
}

struct id_case {
    const char *request; /* line and fields, without Host and the last line break */
    int status;
    const char *taken; /* NULL: one is made */
};

static void run_cases(int port, const struct id_case *cases, size_t n)
{
    char *last = NULL;
    for (size_t i = 0; i < n; i++) {
        struct client c;
        client_connect(&c, port);
        client_sendf(&c, "%s" HOST "\r\n", cases[i].request);
        char *id = read_id(&c, cases[i].request, cases[i].status, cases[i].taken, strncmp(cases[i].request, "HEAD", 4) != 0, false);
        cr_assert(cases[i].taken || !last || strcmp(id, last) != 0, "%s: the same as before", cases[i].request);
        free(last);
        last = id;
        client_close(&c);
    }
    free(last);
}
#define RUN(srv, cases) run_cases((srv).port, cases, sizeof(cases) / sizeof *(cases))

#define LINE1(target) target " HTTP/1.1\r\n"
#define ROUTES "\"routes\": [{\"method\": \"GET\", \"path\": \"/quiet\", \"status\": 204}]"

Test(wire_request_ids, every_answer_has_one, .timeout = 60)
{
    static const struct id_case cases[] = {
        {LINE1("GET /livez"), 200, NULL},
        {LINE1("GET /livez"), 200, NULL},
        {LINE1("HEAD /livez"), 200, NULL},
        {LINE1("GET /quiet"), 204, NULL},
        {LINE1("OPTIONS *"), 204, NULL},
        {LINE1("GET /livez") "If-None-Match: *\r\n", 304, NULL},
        {LINE1("GET /livez") "If-Match: \"x\"\r\n", 412, NULL},
        {LINE1("GET /nothing"), 404, NULL},
        {LINE1("PUT /livez"), 405, NULL},
        {LINE1("GET /nothing") "Accept: application/problem+xml\r\n", 404, NULL},
        {LINE1("OPTIONS /ojs/v1/queues"), 204, NULL},
    };
    struct server srv;
    wire_up(&srv, "{" ROUTES "}", ARGS("--shards", "1"));
    RUN(srv, cases);
    cr_assert_eq(server_down(&srv), 0);
}

/* An answer to what was no request, or to one that ends the connection. */
Test(wire_request_ids, refusals_have_one, .timeout = 60)
{
    static const struct {
        const char *bytes;
        int status;
    } cases[] = {
        {"rubbish\r\n\r\n", 400},
        {"GET /livez HTTP/1.1\r\n\r\n", 400},
        {"GET /livez HTTP/1.1\r\n" HOST OWN "No colon\r\n\r\n", 400},
        {"GET /livez HTTP/2.0\r\n" HOST "\r\n", 505},
        {"GET /livez HTTP/1.1\r\n" HOST "Expect: more\r\n\r\n", 417},
        {"POST /run/echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
        {"POST /run/echo HTTP/1.1\r\n" HOST "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx", 415},
    };
    struct server srv;
    wire_up(&srv, "{}", ARGS("--shards", "1"));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct client c;
        client_connect(&c, srv.port);
        client_send_text(&c, cases[i].bytes);
        free(read_id(&c, cases[i].bytes, cases[i].status, NULL, true, true));
        client_close(&c);
    }
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_request_ids, a_strangers_is_not_taken, .timeout = 60)
{
    static const struct id_case cases[] = {
        {LINE1("GET /livez") OWN, 200, NULL},
        {LINE1("GET /nothing") OWN, 404, NULL},
        {LINE1("GET /openapi.json") OWN "X-Forwarded-For: 10.0.0.1\r\n", 200, NULL},
        {LINE1("GET /openapi.json") OWN "Forwarded: for=10.0.0.1\r\n", 200, NULL},
        {LINE1("GET /ojs/v1/health") OWN, 200, OWN_ID}, /* the Open Job Spec takes anybody's */
        {LINE1("GET /ojs/v1/nothing") OWN, 404, OWN_ID},
        {LINE1("GET /ojs/v1/nothing") OWN "Accept: application/xml\r\n", 404, OWN_ID},
    };
    struct server srv;
    wire_up(&srv, "{}", ARGS("--shards", "1"));
    RUN(srv, cases);
    cr_assert_eq(server_down(&srv), 0);
    wire_up(&srv, "{\"trusted_proxies\": [\"10.0.0.0/8\"]}", ARGS("--shards", "1"));
    RUN(srv, cases);
    cr_assert_eq(server_down(&srv), 0);
}

/* Health, too, which no filter sees. */
Test(wire_request_ids, that_of_a_trusted_proxy_is_taken, .timeout = 60)
{
    static const struct id_case cases[] = {
        {LINE1("GET /livez") OWN, 200, OWN_ID},
        {LINE1("HEAD /livez") OWN, 200, OWN_ID},
        {LINE1("GET /livez") "x-REQUEST-id:\t" OWN_ID " \r\n", 200, OWN_ID},
        {LINE1("GET /livez"), 200, NULL}, /* and forgotten with its request */
        {LINE1("GET /openapi.json") OWN "X-Forwarded-For: 203.0.113.9\r\n", 200, OWN_ID},
        {LINE1("GET /quiet") OWN, 204, OWN_ID},
        {LINE1("GET /livez") OWN "If-None-Match: *\r\n", 304, OWN_ID},
        {LINE1("GET /nothing") OWN, 404, OWN_ID},
        {LINE1("PUT /livez") OWN, 405, OWN_ID},
        {LINE1("GET /denied") OWN, 403, OWN_ID},
        {LINE1("GET /ignored") OWN, 204, OWN_ID},
        {LINE1("GET /ojs/v1/health") OWN, 200, OWN_ID},
        {LINE1("GET /ojs/v1/nothing") OWN, 404, OWN_ID},
        {LINE1("GET /livez") "X-Request-Id: " X16 X16 X16 X16 "\r\n", 200, X16 X16 X16 X16},
    };
    struct server srv;
    wire_up(&srv,
            "{" TRUSTED ", " ROUTES ", \"rules\": [{\"action\": \"deny\", \"path\": \"/denied\"}, {\"action\": \"ignore\", \"path\": \"/ignored\"}]}",
            ARGS("--shards", "1"));
    RUN(srv, cases);
    access_reload(&srv, "{\"trusted_proxies\": [\"10.0.0.1\"]}", 1); /* whom we trust is asked for each request */
    run_cases(srv.port, &(struct id_case){LINE1("GET /livez") OWN, 200, NULL}, 1);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_request_ids, only_a_sound_one_is_taken, .timeout = 60)
{
    static const struct id_case cases[] = {
        {LINE1("GET /livez") "X-Request-Id: x" X16 X16 X16 X16 "\r\n", 200, NULL},
        {LINE1("GET /livez") "X-Request-Id:\r\n", 200, NULL},
        {LINE1("GET /livez") "X-Request-Id:   \r\n", 200, NULL},
        {LINE1("GET /livez") "X-Request-Id: no good\r\n", 200, NULL},
        {LINE1("GET /livez") "X-Request-Id: a%0d%0aX-Injected: 1\r\n", 200, NULL},
        {LINE1("GET /livez") "X-Request-Id: a\\r\\nb\r\n", 200, NULL},
        {LINE1("GET /livez") "X-Request-Id: a,b\r\n", 200, NULL},
        {LINE1("GET /livez") "X-Request-Id: \"a\"\r\n", 200, NULL},
        {LINE1("GET /livez") "X-Request-Id: \xc3\xa4\r\n", 200, NULL},
        {LINE1("GET /livez") OWN OWN, 200, NULL}, /* which of them the proxy wrote is not known */
        {LINE1("GET /livez") "X_Request_Id: a\r\n", 200, NULL},
    };
    struct server srv;
    wire_up(&srv, "{" TRUSTED "}", ARGS("--shards", "1"));
    RUN(srv, cases);
    cr_assert_eq(server_down(&srv), 0);
}

/* Some are answered at once, others kept, one has a body that comes later than its head, one is not in order: each has its own. */
Test(wire_request_ids, of_pipelined_requests_each_has_its_own, .timeout = 60)
{
    struct server srv;
    struct client c;
    wire_up(&srv, "{" TRUSTED "}", ARGS("--shards", "1"));
    client_connect(&c, srv.port);
    client_send_text(&c, "POST /run/sleep?ms=50 HTTP/1.1\r\n" HOST "X-Request-Id: first\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    struct reply r;
    await_continue(&c); /* the head's bytes are gone from where they came in */
    client_send_text(&c, "xx"
                         "GET /livez HTTP/1.1\r\n" HOST "X-Request-Id: second\r\n\r\n"
                         "GET /livez HTTP/1.1\r\n" HOST "\r\n"
                         "GET /ojs/v1/health HTTP/1.1\r\n" HOST "X-Request-Id: fourth\r\n\r\n"
                         "GET /nothing HTTP/1.1\r\n" HOST "\r\n"
                         "rubbish\r\n\r\n");
    client_read_reply(&c, &r);
    cr_assert_str_eq(reply_header(&r, "X-Request-Id"), "first", "%s", r.head);
    reply_free(&r);
    free(read_id(&c, "second", 200, "second", true, false));
    char *third = read_id(&c, "third", 200, NULL, true, false);
    free(read_id(&c, "fourth", 200, "fourth", true, false));
    char *fifth = read_id(&c, "fifth", 404, NULL, true, false), *sixth = read_id(&c, "sixth", 400, NULL, true, true);
    cr_assert(strcmp(third, fifth) != 0 && strcmp(fifth, sixth) != 0 && strcmp(third, sixth) != 0);
    free(third), free(fifth), free(sixth);
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* An interim answer belongs to a request that is still coming: it says nothing of it. */
Test(wire_request_ids, not_in_100_continue, .timeout = 30)
{
    struct server srv;
    struct client c;
    wire_up(&srv, "{" TRUSTED "}", ARGS("--shards", "1"));
    client_connect(&c, srv.port);
    client_send_text(&c, "POST /run/echo HTTP/1.1\r\n" HOST OWN "Expect: 100-continue\r\nContent-Length: 1\r\n\r\n");
    await_continue(&c);
    client_send_text(&c, "x");
    free(read_id(&c, "echo", 200, OWN_ID, true, false));
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* By it a line of the log is found. */
Test(wire_request_ids, in_the_access_log, .timeout = 60)
{
    struct server srv;
    char line[128];
    wire_up(&srv, "{" TRUSTED ", \"access_log\": true}", ARGS("--shards", "1"));
    struct reply r = http_request(srv.port, "GET", "/nothing", OWN, NULL);
    reply_free(&r);
    wire_await_log(&srv, " id=" OWN_ID " path=\"/nothing\"", 1);
    r = http_request(srv.port, "GET", "/livez", NULL, NULL);
    (void)snprintf(line, sizeof line, " id=%s path=\"/livez\"", reply_header(&r, "X-Request-Id"));
    reply_free(&r);
    wire_await_log(&srv, line, 1);
    r = http_request(srv.port, "GET", "/ojs/v1/health", NULL, NULL);
    (void)snprintf(line, sizeof line, " id=%s path=\"/ojs/v1/health\"", reply_header(&r, "X-Request-Id"));
    reply_free(&r);
    wire_await_log(&srv, line, 1);
    cr_assert_eq(server_down(&srv), 0);
}
