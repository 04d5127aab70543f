/* Access tokens that the issuer is asked about (introspection). The issuer is a thread of the test's (issuer.h). */
#include "issuer_steps.h"
#include "oauth_tokens.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Test(wire_auth_issuer, asks_what_a_token_is, .timeout = 60)
{
    struct server srv;
    struct issuer issuer;
    issuer_prepare(&srv, &issuer);
    issuer_says(&issuer, 200, "", ANNA);
    issuer_up(&srv, ASKING, issuer.port, TRUSTED);
    cr_assert_eq(issuer_asked(&issuer), 0u);
    cr_assert_eq(auth_status(&srv, "GET", JOBS, OPAQUE), 200);
    char *request = issuer_request(&issuer);
    cr_assert(strncmp(request, "POST /ask HTTP/1.1\r\n", 20) == 0, "%s", request);
    cr_assert(strstr(request, "Authorization: Basic cXVlcm4lMkIxOm5vdCUyMHRvbGQ=\r\n"), "%s", request); /* quern%2B1:not%20told */
    cr_assert(strstr(request, "\r\nContent-Type: application/x-www-form-urlencoded\r\n"), "%s", request);
    cr_assert(strstr(request, "\r\n\r\ntoken=c29tZS1vcGFxdWUtdG9rZW4%2B%2F%3D%3D&token_type_hint=access_token"), "%s", request);
    free(request);
    unsigned asked = issuer_asked(&issuer);
    for (int i = 0; i < 10; i++) cr_assert_eq(auth_status(&srv, "GET", JOBS, OPAQUE), 200);
    cr_assert_leq(issuer_asked(&issuer), asked + 1, "each of two shards asks once in a minute");
    cr_assert_eq(auth_status(&srv, "GET", "/ojs/v1/queues", OPAQUE), 403);
    cr_assert_eq(auth_status(&srv, "GET", JOBS, GOOD), 200, "signed ones are asked about, too, where there are no keys");
    issuer_down(&srv, &issuer);
}

Test(wire_auth_issuer, tokens_that_the_issuer_does_not_know, .timeout = 60)
{
    struct server srv;
    struct issuer issuer;
    issuer_prepare(&srv, &issuer);
    issuer_says(&issuer, 200, "", "{\"active\": false}");
    issuer_up(&srv, ASKING, issuer.port, TRUSTED);
    for (int i = 0; i < 12; i++) {
        struct reply r = auth_ask(&srv, "GET", JOBS, OPAQUE, NULL);
        cr_assert(r.status == 401 && strstr(r.head, "error=\"invalid_token\""), "%s", r.head);
        reply_free(&r);
    }
    cr_assert_lt(issuer_asked(&issuer), 12u, "it is remembered for some seconds");
    issuer_says(&issuer, 500, "", "");
    cr_assert_eq(auth_status(&srv, "GET", JOBS, OPAQUE "x"), 400, "no token68");
    cr_assert_eq(auth_status(&srv, "GET", JOBS, "Bearer other"), 503);
    issuer_says(&issuer, 200, "", "{\"active\": \"true\"}");
    cr_assert_eq(auth_status(&srv, "GET", JOBS, "Bearer other"), 503, "that is no answer");
    issuer_says(&issuer, 200, "", ANNA);
    cr_assert_eq(auth_status(&srv, "GET", JOBS, "Bearer other"), 200, "what could not be found out is not remembered");
    issuer_down(&srv, &issuer);
}

/* Signed ones by keys, all others by asking. */
Test(wire_auth_issuer, keys_and_introspection, .timeout = 60)
{
    struct server srv;
    struct issuer issuer;
    issuer_prepare(&srv, &issuer);
    auth_write(&srv, "keys.json", oauth_keys, 0644);
    issuer_says(&issuer, 200, "", ANNA);
    issuer_up(&srv, "\"jwks_file\": \"keys.json\", " ASKING, issuer.port, TRUSTED);
    cr_assert_eq(auth_status(&srv, "GET", JOBS, GOOD), 200);
    cr_assert_eq(auth_status(&srv, "GET", JOBS, STRANGE), 401);
    cr_assert_eq(issuer_asked(&issuer), 0u);
    cr_assert_eq(auth_status(&srv, "GET", JOBS, OPAQUE), 200);
    cr_assert_eq(issuer_asked(&issuer), 1u);
    issuer_down(&srv, &issuer);
}

/* Who leaves while the issuer is asked leaves nothing behind; a slow issuer is not waited for longer than 5 s. */
Test(wire_auth_issuer, an_issuer_that_is_slow, .timeout = 120)
{
    struct server srv;
    struct issuer issuer;
    struct client c[40];
    issuer_prepare(&srv, &issuer);
    issuer_says(&issuer, 200, "Connection: close\r\n", ANNA); /* or one is kept for the next time */
    issuer_up(&srv, ASKING, issuer.port, TRUSTED);
    cr_assert_eq(auth_status(&srv, "GET", JOBS, OPAQUE), 200);
    struct wire_rest before = wire_rest_of(&srv);
    issuer_hold(&issuer, true);
    for (int i = 0; i < 40; i++) {
        char text[256];
        (void)snprintf(text, sizeof text, "GET " JOBS " HTTP/1.1\r\n" HOST "Authorization: Bearer t%d\r\n\r\n", i);
        client_connect(&c[i], srv.port);
        client_send_text(&c[i], text);
    }
    issuer_await(&issuer, 2);
    for (int i = 0; i < 20; i++) {
        if (i % 2) client_reset(&c[i]);
        else client_close(&c[i]);
    }
    cr_assert_eq(auth_status(&srv, "GET", JOBS, auth_bearer(1)), 200, "others wait for nobody");
    for (int i = 20; i < 40; i++) {
        wire_expect(&c[i], 503, NULL);
        client_close(&c[i]);
    }
    issuer_hold(&issuer, false);
    wire_rest_again(&srv, &before);
    cr_assert_eq(auth_status(&srv, "GET", JOBS, "Bearer again"), 200);
    issuer_down(&srv, &issuer);
}

/* Sends a request with that token on each connection; all of them are under way when it returns. The scrape is an exchange, too. */
static void ask_on_all(const struct server *s, struct client *c, int n, const char *credentials)
{
    for (int i = 0; i < n; i++) {
        client_connect(&c[i], s->port);
        client_sendf(&c[i], "GET " JOBS " HTTP/1.1\r\n" HOST "Authorization: %s\r\n\r\n", credentials);
    }
    issuer_await_metric(s, "quern_exchanges", n + 1);
}

/* It is asked once for all that come meanwhile, on whichever of two shards; who leaves is not waited for. */
Test(wire_auth_issuer, one_question_for_all_with_the_same_token, .timeout = 120)
{
    enum { MANY = 36 };
    struct server srv;
    struct issuer issuer;
    static struct client c[MANY];
    issuer_prepare(&srv, &issuer);
    issuer_says(&issuer, 200, "Connection: close\r\n", ANNA);
    issuer_hold(&issuer, true);
    issuer_up(&srv, ASKING, issuer.port, TRUSTED);
    ask_on_all(&srv, c, MANY, OPAQUE);
    for (int i = 0; i < 12; i++) {
        if (i % 2) client_reset(&c[i]);
        else client_close(&c[i]);
    }
    issuer_await_metric(&srv, "quern_exchanges", MANY - 12 + 1);
    issuer_hold(&issuer, false);
    bool any_late = false;
    for (int i = 12; i < MANY; i++) {
        struct reply r;
        client_read_reply(&c[i], &r);
        bool is_late = r.status == 503 && strstr(r.body, "The issuer of this token"); /* a slow machine lets the 5 s go by */
        cr_assert(r.status == 200 || is_late, "%s%s", r.head, r.body);
        any_late |= is_late;
        reply_free(&r);
        client_close(&c[i]);
    }
    cr_assert_leq(issuer_asked(&issuer), any_late ? 2u : 1u); /* the other shard may have asked when that time was over */
    issuer_down(&srv, &issuer);
}

/* What cannot be found out is told to all who wait for it. */
Test(wire_auth_issuer, all_hear_that_it_is_not_known, .timeout = 120)
{
    enum { MANY = 40 };
    struct server srv;
    struct issuer issuer;
    static struct client c[MANY];
    issuer_prepare(&srv, &issuer);
    issuer_says(&issuer, 500, "Connection: close\r\n", "");
    issuer_hold(&issuer, true);
    issuer_up(&srv, ASKING, issuer.port, TRUSTED);
    ask_on_all(&srv, c, MANY, OPAQUE);
    issuer_hold(&issuer, false);
    for (int i = 0; i < MANY; i++) {
        wire_expect(&c[i], 503, NULL);
        client_close(&c[i]);
    }
    cr_assert_leq(issuer_asked(&issuer), 2u);
    issuer_down(&srv, &issuer);
}

/* Of tokens that it must be asked about only so many wait; those by keys are checked beside them. */
Test(wire_auth_issuer, more_than_it_may_be_asked_about, .timeout = 120)
{
    enum { MANY = 200 };
    struct server srv;
    struct issuer issuer;
    static struct client c[MANY];
    unsigned busy = 0;
    issuer_prepare(&srv, &issuer);
    auth_write(&srv, "keys.json", oauth_keys, 0644);
    issuer_says(&issuer, 200, "Connection: close\r\n", ANNA);
    issuer_hold(&issuer, true);
    issuer_up(&srv, "\"jwks_file\": \"keys.json\", " ASKING, issuer.port, TRUSTED);
    for (int i = 0; i < MANY; i++) {
        char text[256];
        (void)snprintf(text, sizeof text, "GET " JOBS " HTTP/1.1\r\n" HOST "Authorization: Bearer t%d\r\n\r\n", i);
        client_connect(&c[i], srv.port);
        client_send_text(&c[i], text);
    }
    issuer_await(&issuer, 1);
    cr_assert_eq(auth_status(&srv, "GET", JOBS, GOOD), 200);
    for (int i = 0; i < MANY; i++) {
        struct reply r;
        client_read_reply(&c[i], &r);
        cr_assert_eq(r.status, 503);
        busy += strstr(r.body, "Too many credentials") != NULL;
        reply_free(&r);
        client_close(&c[i]);
    }
    cr_assert_gt(busy, 0, "64 of each of two shards wait");
    issuer_hold(&issuer, false);
    issuer_await_status(&srv, "Bearer again", 200);
    issuer_down(&srv, &issuer);
}
