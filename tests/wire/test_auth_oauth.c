/* Access tokens of an issuer whose keys stand in a file, seen from outside. */
#include "auth_steps.h"
#include "call.h"
#include "oauth_tokens.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define OAUTH "\"oauth\": {\"issuer\": \"https://login.test\", \"audience\": \"https://jobs.test\", \"jwks_file\": \"keys.json\", \"lifetime_max\": 4000000000}"
#define N(list) (sizeof(list) / sizeof *(list))

static void up(struct server *s, const char *config, const char *const *args)
{
    const char *all[32] = {"--listen", "127.0.0.1:0", "--ephemeral", "--config", "quern.json"};
    server_folder_new(s);
    auth_write(s, "quern.json", config, 0644);
    auth_write(s, "accounts.json", auth_accounts, 0600);
    auth_write(s, "keys.json", oauth_keys, 0644);
    for (size_t n = 5; args && *args; n++) all[n] = *args++;
    server_start(s, all);
    server_wait_ready(s);
}

Test(wire_auth_oauth, good_and_other_tokens, .timeout = 60)
{
    struct server srv;
    static const struct {
        const char *path, *credentials;
        int status;
    } cases[] = {
        {"/ojs/v1/jobs", GOOD, 200},    {"/ojs/v1/jobs", GOOD, 200}, /* remembered */
        {"/ojs/v1/jobs", GOOD_EC, 200}, {"/metrics", GOOD, 403},
        {"/metrics", GOOD_EC, 403},     {"/ojs/v1/jobs", NONE, 401},
        {"/ojs/v1/jobs", NULL, 401},    {"/ojs/v1/jobs", EXPIRED, 401},
        {"/ojs/v1/jobs", GOOD "A", 401}, {"/ojs/v1/jobs", "Bearer a.b.c", 401},
        {"/ojs/v1/jobs", "Basic YW5uYTpjb3JyZWN0IGhvcnNl", 401}, /* not set up */
    };
    up(&srv, "{" OAUTH "}", NULL);
    for (size_t i = 0; i < N(cases); i++) {
        struct reply r = auth_ask(&srv, "GET", cases[i].path, cases[i].credentials, NULL);
        cr_assert_eq(r.status, cases[i].status, "%zu: %s%s", i, r.head, r.body);
        if (r.status == 401 && cases[i].credentials) cr_assert(strstr(r.head, "error=\"invalid_token\""), "%s", r.head);
        if (r.status == 403) cr_assert(strstr(r.head, "error=\"insufficient_scope\", scope=\"metrics:read\""), "%s", r.head);
        reply_free(&r);
    }
    cr_assert_eq(server_down(&srv), 0);
}

/* All three ways at once, each where it is wanted. */
Test(wire_auth_oauth, three_ways_on_different_routes, .timeout = 60)
{
    struct server srv;
    static const char config[] = "{\"accounts\": \"accounts.json\", " OAUTH ", \"routes\": [{\"path\": \"/b\", \"body\": \"b\"}, {\"path\": \"/t\", \"body\": \"t\"}, {\"path\": \"/o\", \"body\": \"o\"}],"
                                 " \"access\": [{\"path\": \"/b\", \"with\": \"basic\", \"scopes\": []}, {\"path\": \"/t\", \"with\": \"token\", \"scopes\": []}, {\"path\": \"/o\", \"with\": \"oauth\", \"scopes\": []}]}";
    const char *const ways[] = {"Basic YW5uYTpjb3JyZWN0IGhvcnNl", auth_bearer(0), GOOD};
    static const char *const paths[] = {"/b", "/t", "/o"};
    up(&srv, config, NULL);
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 3; k++) cr_assert_eq(auth_status(&srv, "GET", paths[i], ways[k]), i == k ? 200 : 401, "%s %s", paths[i], ways[k]);
    for (size_t k = 0; k < 3; k++) cr_assert_eq(auth_status(&srv, "GET", "/ojs/v1/jobs", ways[k]), 200);
    cr_assert_eq(server_down(&srv), 0);
}

/* What waits keeps its place and its body; who leaves leaves nothing behind. */
Test(wire_auth_oauth, requests_that_wait, .timeout = 60)
{
    struct server srv;
    struct client c;
    up(&srv, "{" OAUTH ", \"access\": [{\"path\": \"/metrics\", \"with\": \"nobody\"}, {\"path\": \"/run/<type>\", \"scopes\": []}]}", NULL);
    cr_assert_eq(auth_status(&srv, "GET", "/ojs/v1/jobs", GOOD_EC), 200);
    client_connect(&c, srv.port);
    client_send_text(&c, "POST /run/echo HTTP/1.1\r\n" HOST "Authorization: " GOOD "\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\nhel");
    client_send_text(&c, "loGET /ojs/v1/jobs HTTP/1.1\r\n" HOST "Authorization: " NONE "\r\n\r\nGET /livez HTTP/1.1\r\n" HOST "\r\n");
    wire_expect(&c, 200, "hello");
    wire_expect(&c, 401, NULL);
    wire_expect(&c, 200, NULL);
    client_close(&c);
    struct wire_rest before = wire_rest_of(&srv);
    for (int i = 0; i < 40; i++) {
        client_connect(&c, srv.port);
        client_send_text(&c, "GET /ojs/v1/jobs HTTP/1.1\r\n" HOST "Authorization: " EXPIRED "\r\n\r\n");
        if (i % 2) client_reset(&c);
        else client_close(&c);
    }
    wire_rest_again(&srv, &before);
    cr_assert_eq(server_down(&srv), 0);
}

/* Keys are read again on SIGHUP; what was remembered of the old ones is not good any more. */
Test(wire_auth_oauth, keys_that_are_gone, .timeout = 60)
{
    struct server srv;
    up(&srv, "{\"accounts\": \"accounts.json\", " OAUTH "}", NULL);
    cr_assert_eq(auth_status(&srv, "GET", "/ojs/v1/jobs", GOOD), 200);
    auth_write(&srv, "keys.json", "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}", 0644);
    auth_reload(&srv, 1);
    cr_assert_eq(auth_status(&srv, "GET", "/ojs/v1/jobs", GOOD), 401);
    cr_assert_eq(server_down(&srv), 0);
}
