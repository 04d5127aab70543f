/* Who may ask, seen from outside: API tokens, what routes ask of their callers, accounts that are read again. */
#include "auth_steps.h"
#include "call.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define ON "{\"accounts\": \"accounts.json\"}"
#define JOB "{\"type\":\"t.echo\",\"args\":[]}"
#define N(list) (sizeof(list) / sizeof *(list))

static void expect_challenge(const struct reply *r, int status, const char *error)
{
    const char *line = reply_header(r, "WWW-Authenticate");
    cr_assert_eq(r->status, status, "%s%s", r->head, r->body);
    cr_assert(line, "%s", r->head);
    if (error) cr_assert(strstr(r->head, error), "no %s in %s", error, r->head);
    else cr_assert_null(strstr(r->head, "error="), "%s", r->head);
}

Test(wire_auth, without_accounts_nobody_is_asked, .timeout = 30)
{
    struct server srv;
    server_up(&srv, NULL);
    cr_assert_eq(auth_status(&srv, "GET", "/ojs/v1/jobs", NULL), 200);
    cr_assert_eq(auth_status(&srv, "GET", "/ojs/v1/jobs", "Bearer whatever"), 200);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_auth, a_token_opens_what_its_scopes_allow, .timeout = 60)
{
    struct server srv;
    auth_up(&srv, ON, auth_accounts, NULL);
    static const struct {
        int token; /* -1: none */
        const char *method, *path;
        int status;
    } cases[] = {
        {-1, "GET", "/livez", 200},
        {-1, "GET", "/ojs/v1/health", 200},
        {-1, "GET", "/nowhere", 404},
        {-1, "GET", "/ojs/v1/jobs", 401},
        {-1, "GET", "/metrics", 401},
        {-1, "GET", "/openapi.json", 401},
        {1, "GET", "/ojs/v1/jobs", 200},
        {1, "GET", "/openapi.json", 200},
        {1, "GET", "/metrics", 403},
        {1, "GET", "/ojs/v1/queues", 403},
        {1, "POST", "/ojs/v1/jobs", 403},
        {1, "POST", "/ojs/v1/workers/fetch", 403},
        {0, "POST", "/run/echo", 200},
        {0, "GET", "/ojs/v1/events", 403},
        {0, "DELETE", "/ojs/v1/jobs/0190f5fe-0000-7000-8000-000000000000", 403},
        {2, "GET", "/metrics", 200},
        {2, "DELETE", "/ojs/v1/jobs/0190f5fe-0000-7000-8000-000000000000", 404},
        {2, "GET", "/ojs/v1/queues", 200},
        {2, "GET", "/ojs/v1/cron", 200},
        {3, "GET", "/ojs/v1/jobs", 401},
        {4, "GET", "/ojs/v1/jobs", 401},
    };
    for (size_t i = 0; i < N(cases); i++) {
        int status = auth_status(&srv, cases[i].method, cases[i].path, cases[i].token < 0 ? NULL : auth_bearer(cases[i].token));
        cr_assert_eq(status, cases[i].status, "%d %s %s: %d", cases[i].token, cases[i].method, cases[i].path, status);
    }
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_auth, refusals_say_what_the_route_takes, .timeout = 60)
{
    struct server srv;
    auth_up(&srv, ON, auth_accounts, NULL);
    struct reply r = auth_ask(&srv, "GET", "/ojs/v1/jobs", NULL, NULL);
    expect_challenge(&r, 401, NULL);
    cr_assert_eq(reply_header_count(&r, "WWW-Authenticate"), 2u, "%s", r.head); /* one line for each scheme */
    cr_assert(strstr(r.head, "WWW-Authenticate: Bearer realm=\"quern\"\r\n"), "%s", r.head);
    cr_assert(strstr(r.head, "WWW-Authenticate: Basic realm=\"quern\", charset=\"UTF-8\"\r\n"), "%s", r.head);
    cr_assert(strstr(reply_header(&r, "Content-Type"), "openjobspec"), "%s", r.head); /* in the form of the path */
    reply_free(&r);
    r = auth_ask(&srv, "GET", "/ojs/v1/queues", auth_bearer(1), NULL);
    expect_challenge(&r, 403, "error=\"insufficient_scope\", scope=\"queues:read\"");
    reply_free(&r);
    call_problem(auth_ask(&srv, "GET", "/metrics", NULL, NULL), 401, "unauthorized", "who asks");
    call_problem(auth_ask(&srv, "GET", "/metrics", auth_bearer(1), NULL), 403, "insufficient-scope", "do not allow");
    call_problem(auth_ask(&srv, "GET", "/metrics", auth_bearer(3), NULL), 401, "unauthorized", "has expired");
    char *metrics = auth_ask(&srv, "GET", "/metrics", auth_bearer(2), NULL).body;
    cr_assert_eq(wire_number(metrics, "quern_http_rejected_total{reason=\"unauthenticated\"}"), 2);
    cr_assert_eq(wire_number(metrics, "quern_http_rejected_total{reason=\"scope\"}"), 2);
    cr_assert_eq(wire_number(metrics, "quern_http_rejected_total{reason=\"credentials\"}"), 1);
    free(metrics);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_auth, what_is_no_good_credential, .timeout = 60)
{
    struct server srv;
    auth_up(&srv, ON, auth_accounts, NULL);
    static const struct {
        const char *value;
        int status;
    } cases[] = {
        {"Bearer", 400},
        {"Bearer ", 400},
        {"Bearer a b", 400},
        {"Bearer \"a\"", 400},
        {"Bearer qrn_abcdefghijk2_AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIpqvJcA ,x", 400},
        {"Bearer  qrn_abcdefghijk2_AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIpqvJcA", 400},
        {"Bearer qrn_abcdefghijk2_AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIpqvJcA=", 401},
        {"Bearer qrn_abcdefghijk2_AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIpqvJcB", 401}, /* a wrong check */
        {"Bearer qrn_abcdefghijk5_BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFrwKBQ", 401}, /* a token, of nobody */
        {"Bearer qrn_abcdefghijk2", 401},
        {"Bearer x", 401},
        {"Token qrn_abcdefghijk2_AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIpqvJcA", 401},
        {"qrn_abcdefghijk2_AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIpqvJcA", 400},
        {"bEaReR qrn_abcdefghijk2_AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIpqvJcA", 200}, /* schemes have no case */
    };
    for (size_t i = 0; i < N(cases); i++) {
        struct reply r = auth_ask(&srv, "GET", "/ojs/v1/jobs", cases[i].value, NULL);
        cr_assert_eq(r.status, cases[i].status, "%s: %s%s", cases[i].value, r.head, r.body);
        if (r.status == 401) expect_challenge(&r, 401, "error=\"invalid_token\"");
        if (r.status == 400) expect_challenge(&r, 400, "error=\"invalid_request\"");
        reply_free(&r);
    }
    /* Two lines; a token anywhere else. */
    char fields[512];
    (void)snprintf(fields, sizeof fields, "Authorization: %s\r\nAuthorization: %s\r\n", auth_bearer(2), auth_bearer(2));
    struct reply r = http_request(srv.port, "GET", "/ojs/v1/jobs", fields, NULL);
    cr_assert_eq(r.status, 400);
    reply_free(&r);
    (void)snprintf(fields, sizeof fields, "/ojs/v1/jobs?access_token=%s", auth_tokens[2]);
    cr_assert_eq(auth_status(&srv, "GET", fields, NULL), 401); /* RFC 9700 §4.3.2 */
    cr_assert_eq(server_down(&srv), 0);
}

/* token68 of RFC 9110 §11.2, which is read by eights: each character in the first eight and behind them. */
Test(wire_auth, which_characters_credentials_have, .timeout = 60)
{
    struct server srv;
    auth_up(&srv, ON, auth_accounts, NULL);
    for (int c = '!'; c < 256; c += c == '~' ? 2 : 1) { /* no controls: those no field may have */
        char value[] = "Bearer xxxxxxxxxxxxx";
        bool is_one = strchr("-._~+/", c) || (c < 128 && isalnum(c));
        for (size_t at = 10; at <= 16; at += 6) {
            value[at] = (char)c;
            struct reply r = auth_ask(&srv, "GET", "/ojs/v1/jobs", value, NULL);
            cr_assert_eq(r.status, is_one ? 401 : 400, "%d: %s%s", c, r.head, r.body);
            reply_free(&r);
            value[at] = 'x';
        }
    }
    cr_assert_eq(server_down(&srv), 0);
}

/* T5: nothing is remembered of a connection. */
Test(wire_auth, each_request_is_asked_by_itself, .timeout = 60)
{
    struct server srv;
    struct client c;
    struct reply r;
    char good[512];
    auth_up(&srv, ON, auth_accounts, NULL);
    client_connect(&c, srv.port);
    (void)snprintf(good, sizeof good, "GET /ojs/v1/jobs HTTP/1.1\r\n" HOST "Authorization: %s\r\n\r\n", auth_bearer(1));
    client_send_text(&c, good);
    client_send_text(&c, "GET /ojs/v1/jobs HTTP/1.1\r\n" HOST "\r\n");
    client_send_text(&c, good);
    for (int i = 0; i < 3; i++) {
        client_read_reply(&c, &r);
        cr_assert_eq(r.status, i == 1 ? 401 : 200, "%d: %s", i, r.head);
        reply_free(&r);
    }
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* Not a byte of a body is taken for somebody who may not send it. */
Test(wire_auth, a_refusal_comes_before_the_body, .timeout = 60)
{
    struct server srv;
    struct client c;
    auth_up(&srv, ON, auth_accounts, NULL);
    client_connect(&c, srv.port);
    client_send_text(&c, "POST /run/echo HTTP/1.1\r\n" HOST "Content-Length: 1000000\r\nExpect: 100-continue\r\n\r\n");
    wire_expect_last(&c, 401);
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

static const char rules[] =
    "{\"accounts\": \"accounts.json\",\n"
    " \"routes\": [{\"path\": \"/hello\", \"body\": \"hello\"}, {\"path\": \"/shop\", \"methods\": \"GET,PUT\", \"body\": \"shop\"}],\n"
    " \"access\": [\n"
    "   {\"path\": \"/hello\", \"with\": \"nobody\"},\n"
    "   {\"path\": \"/shop\", \"methods\": \"PUT\", \"with\": [\"token\"], \"scopes\": [\"shop:write\"]},\n"
    "   {\"path\": \"/shop\", \"scopes\": []},\n"
    "   {\"path\": \"/ojs/v1/queues*\", \"methods\": [\"GET\"], \"with\": \"basic\"},\n"
    "   {\"path\": \"/metrics\", \"with\": \"nobody\"}\n"
    " ]}\n";

Test(wire_auth, rules_of_the_configuration, .timeout = 60)
{
    struct server srv;
    auth_up(&srv, rules, auth_accounts, NULL);
    static const struct {
        int token;
        const char *method, *path;
        int status;
    } cases[] = {
        {-1, "GET", "/hello", 200},   {3, "GET", "/hello", 200}, /* nobody looks at them */
        {-1, "GET", "/metrics", 200}, {-1, "GET", "/shop", 401},
        {1, "GET", "/shop", 200},     {1, "PUT", "/shop", 403},
        {2, "PUT", "/shop", 200},     {2, "GET", "/ojs/v1/queues", 401}, /* a token, where only Basic is taken */
        {2, "GET", "/ojs/v1/queues/default/stats", 401},
        {2, "POST", "/ojs/v1/queues/default/pause", 404}, /* the rule is for GET */
    };
    for (size_t i = 0; i < N(cases); i++) {
        int status = auth_status(&srv, cases[i].method, cases[i].path, cases[i].token < 0 ? NULL : auth_bearer(cases[i].token));
        cr_assert_eq(status, cases[i].status, "%d %s %s: %d", cases[i].token, cases[i].method, cases[i].path, status);
    }
    struct reply r = auth_ask(&srv, "PUT", "/shop", NULL, "");
    cr_assert_eq(reply_header_count(&r, "WWW-Authenticate"), 1u, "%s", r.head); /* no Basic there */
    reply_free(&r);
    r = auth_ask(&srv, "PUT", "/shop", auth_bearer(1), "");
    expect_challenge(&r, 403, "scope=\"shop:write\"");
    reply_free(&r);
    cr_assert_eq(server_down(&srv), 0);
}

/* The same key of somebody else is another key. */
Test(wire_auth, idempotency_keys_are_their_owners, .timeout = 60)
{
    struct server srv;
    char fields[512];
    auth_up(&srv, ON, auth_accounts, NULL);
    const int who[] = {0, 0, 2, 2};
    for (size_t i = 0; i < N(who); i++) {
        (void)snprintf(fields, sizeof fields, "Authorization: %s\r\nIdempotency-Key: \"k1\"\r\nContent-Type: application/openjobspec+json\r\n",
                       auth_bearer(who[i]));
        struct reply r = http_request(srv.port, "POST", "/ojs/v1/jobs", fields, JOB);
        cr_assert(r.status == 201 || r.status == 200, "%s%s", r.head, r.body);
        cr_assert_eq(reply_header(&r, "Idempotency-Replayed") != NULL, i % 2 == 1, "%zu: %s", i, r.head);
        reply_free(&r);
    }
    cr_assert_eq(server_down(&srv), 0);
}

/* Behind a proxy that is trusted, what that says of the client and its connection counts. */
Test(wire_auth, credentials_in_clear_are_refused, .timeout = 60)
{
    static const struct {
        const char *fields;
        int token, status;
    } cases[] = {
        {"X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n", 0, 200},
        {"X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: http\r\n", 0, 403},
        {"X-Forwarded-For: 203.0.113.9\r\n", 0, 403},
        {"X-Forwarded-For: 10.1.2.3\r\nX-Forwarded-Proto: https\r\n", 4, 200}, /* from its network */
        {"X-Forwarded-For: 11.1.2.3\r\nX-Forwarded-Proto: https\r\n", 4, 401},
    };
    static const char *const proxies = "\"trusted_proxies\": [\"127.0.0.0/8\"], \"forwarded\": \"x-forwarded-for\"";
    for (int clear = 0; clear < 2; clear++) {
        struct server srv;
        char config[512], fields[512];
        (void)snprintf(config, sizeof config, "{\"accounts\": \"accounts.json\", \"clear_credentials\": %s, %s}", clear ? "true" : "false", proxies);
        auth_up(&srv, config, auth_accounts, NULL);
        for (size_t i = 0; i < N(cases); i++) {
            int want = clear && cases[i].status == 403 ? 200 : cases[i].status;
            (void)snprintf(fields, sizeof fields, "%sAuthorization: %s\r\n", cases[i].fields, auth_bearer(cases[i].token));
            struct reply r = http_request(srv.port, "GET", "/ojs/v1/jobs", fields, NULL);
            cr_assert_eq(r.status, want, "%d %zu: %s%s", clear, i, r.head, r.body);
            reply_free(&r);
        }
        cr_assert_eq(server_down(&srv), 0);
    }
}

Test(wire_auth, accounts_are_read_again_on_sighup, .timeout = 60)
{
    struct server srv;
    auth_up(&srv, ON, auth_accounts, (const char *const[]){"--shards", "2", NULL});
    cr_assert_eq(auth_status(&srv, "GET", "/ojs/v1/jobs", auth_bearer(0)), 200);
    auth_write(&srv, "accounts.json",
               "{\"tokens\": [{\"id\": \"abcdefghijk2\", \"owner\": \"root\", \"digest\": \"dYd7tB05O1-4RVzmDs2N2gAdBjFklrFN-n-JVlbuyko\","
               " \"scopes\": [\"admin\"]}]}", 0600);
    auth_reload(&srv, 1);
    for (int i = 0; i < 8; i++) cr_assert_eq(auth_status(&srv, "GET", "/ojs/v1/jobs", auth_bearer(0)), 401); /* revoked */
    cr_assert_eq(auth_status(&srv, "GET", "/ojs/v1/jobs", auth_bearer(2)), 200);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- mistakes at start ---- */

static void expect_no_start(const char *config, const char *accounts, unsigned mode, const char *words)
{
    struct server srv;
    server_folder_new(&srv);
    auth_write(&srv, "quern.json", config, 0644);
    if (accounts) auth_write(&srv, "accounts.json", accounts, mode);
    server_start(&srv, (const char *const[]){"--config", "quern.json", "--check", NULL});
    int status = server_wait(&srv);
    char *text = server_log(&srv);
    cr_assert_eq(status, 2, "%d", status);
    cr_assert(strstr(text, words), "not '%s' in:\n%s", words, text);
    free(text);
    server_folder_free(&srv);
}

Test(wire_auth, mistakes_end_the_start_with_their_line, .timeout = 60)
{
    expect_no_start(ON, NULL, 0, "cannot read accounts.json");
    expect_no_start(ON, "{}", 0640, "chmod 600");
    expect_no_start(ON, "{}", 0604, "chmod 600");
    expect_no_start(ON, "{\"users\": [],\n \"users\": []}", 0600, "line 2");
    expect_no_start(ON, "{\n\"tokens\": [\n{\"id\": \"abcdefghijk0\", \"owner\": \"ci\"}]}", 0600, "line 3: a token needs an id, an owner and a digest");
    expect_no_start("{\"access\": [{\"path\": \"/metrics\"}]}", NULL, 0, "needs 'accounts' or 'oauth'");
    expect_no_start("{\"accounts\": \"accounts.json\",\n\"access\": [\n{\"path\": \"/metric\"}]}", "{}", 0600, "line 3: key 'access': no route has the path '/metric'");
    expect_no_start("{\"accounts\": \"accounts.json\",\n\"access\": [{\"path\": \"/metrics\", \"methods\": \"POST\"}]}", "{}", 0600, "no route has");
    expect_no_start("{\"accounts\": \"accounts.json\",\n\"access\": [{\"path\": \"/metrics\", \"with\": \"oauth\"}]}", "{}", 0600, "'oauth' is not set up");
    expect_no_start("{\"accounts\": \"accounts.json\",\n\"access\": [{\"path\": \"/metrics\", \"with\": \"nobdy\"}]}", "{}", 0600, "'nobdy'");
    expect_no_start("{\"accounts\": \"accounts.json\",\n\"access\": [{\"path\": \"/metrics\", \"scope\": \"x\"}]}", "{}", 0600, "did you mean 'scopes'");
}
