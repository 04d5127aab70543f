/* Access tokens whose issuer is asked for its keys, which stand at a URL; that server's end, another way, and an operator's mistakes.
 * Introspection: test_auth_introspection.c. The issuer is a thread of the test's (issuer.h). */
#include "issuer_steps.h"
#include "oauth_tokens.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned times_in_log(const struct server *s, const char *words)
{
    unsigned n = 0;
    char *text = server_log(s);
    for (const char *at = text; (at = strstr(at, words)); at += strlen(words)) n++;
    free(text);
    return n;
}

static void await_log(const struct server *s, const char *words)
{
    for (long end = wire_now_ms() + PATIENCE_MS; !times_in_log(s, words) && wire_now_ms() < end;) wire_pause_us(2000);
    cr_assert(times_in_log(s, words), "the log does not say %s", words);
}

/* ---- keys ---- */

/* Whoever comes before the keys do waits for them, on every shard. */
Test(wire_auth_issuer, the_first_keys, .timeout = 60)
{
    struct server srv;
    struct issuer issuer;
    struct client c[4];
    issuer_prepare(&srv, &issuer);
    issuer_says(&issuer, 200, "Cache-Control: max-age=3600\r\n", oauth_keys);
    issuer_hold(&issuer, true);
    issuer_up(&srv, KEYS, issuer.port, TRUSTED ", \"refetch_after\": 3600");
    issuer_await(&issuer, 1);
    for (int i = 0; i < 4; i++) {
        client_connect(&c[i], srv.port);
        client_send_text(&c[i], "GET " JOBS " HTTP/1.1\r\n" HOST "Authorization: ");
        client_send_text(&c[i], i % 2 ? GOOD : i ? STRANGE : GOOD_EC);
        client_send_text(&c[i], "\r\n\r\n");
    }
    issuer_hold(&issuer, false); /* before it is given up, after 5 s */
    for (int i = 0; i < 4; i++) {
        wire_expect(&c[i], i % 2 || !i ? 200 : 401, NULL);
        client_close(&c[i]);
    }
    cr_assert_eq(auth_status(&srv, "GET", JOBS, GOOD_EC), 200);
    cr_assert_eq(auth_status(&srv, "GET", JOBS, "Bearer a.b.c"), 401);
    for (int i = 0; i < 8; i++) cr_assert_eq(auth_status(&srv, "GET", JOBS, STRANGE), 401);
    cr_assert_eq(issuer_asked(&issuer), 1u, "strange tokens set off no fetch so soon");
    char *request = issuer_request(&issuer);
    cr_assert(strncmp(request, "GET /keys HTTP/1.1\r\n", 20) == 0 && !strstr(request, "Authorization"), "%s", request);
    free(request);
    issuer_down(&srv, &issuer);
}

/* A key that is new is fetched when a token names it; one that is gone is good no more, nor what was remembered by it. */
Test(wire_auth_issuer, keys_that_change, .timeout = 120)
{
    struct server srv;
    struct issuer issuer;
    issuer_prepare(&srv, &issuer);
    issuer_says(&issuer, 200, "", OTHER_KEYS);
    issuer_up(&srv, KEYS, issuer.port, TRUSTED ", \"refetch_after\": 1");
    await_log(&srv, "oauth.keys fetched=1");
    issuer_says(&issuer, 200, "", oauth_keys);
    issuer_await_status(&srv, GOOD, 200);
    issuer_says(&issuer, 200, "", OTHER_KEYS);
    issuer_await_status(&srv, STRANGE, 401);
    for (long end = wire_now_ms() + PATIENCE_MS; auth_status(&srv, "GET", JOBS, GOOD) == 200 && wire_now_ms() < end; wire_pause_us(100000))
        (void)auth_status(&srv, "GET", JOBS, STRANGE); /* sets off a fetch now and then */
    cr_assert_eq(auth_status(&srv, "GET", JOBS, GOOD), 401);
    issuer_down(&srv, &issuer);
}

/* Down at the start: 503, and good once it is there; down later: what is known goes on. */
Test(wire_auth_issuer, an_issuer_that_is_down, .timeout = 120)
{
    struct server srv;
    struct issuer issuer;
    issuer_prepare(&srv, &issuer);
    int port = issuer.port;
    issuer_stop(&issuer);
    issuer_up(&srv, KEYS, port, TRUSTED);
    struct reply r = auth_ask(&srv, "GET", JOBS, GOOD, NULL);
    cr_assert(r.status == 503 && strstr(r.body, "The issuer of this token") && reply_header(&r, "Retry-After"), "%s%s", r.head, r.body);
    reply_free(&r);
    cr_assert_eq(auth_status(&srv, "GET", JOBS, auth_bearer(1)), 200);
    issuer_start(&issuer, srv.folder, port);
    issuer_says(&issuer, 200, "", oauth_keys);
    issuer_await_status(&srv, GOOD, 200);
    issuer_stop(&issuer);
    unsigned failed = times_in_log(&srv, "oauth.keys fetched=0");
    auth_reload(&srv, 1);
    for (long end = wire_now_ms() + PATIENCE_MS; times_in_log(&srv, "oauth.keys fetched=0") == failed && wire_now_ms() < end;) wire_pause_us(2000);
    cr_assert_gt(times_in_log(&srv, "oauth.keys fetched=0"), failed);
    cr_assert_eq(auth_status(&srv, "GET", JOBS, GOOD), 200);
    cr_assert_eq(server_down(&srv), 0);
}

/* What is no set of keys is none, and the log says why. */
Test(wire_auth_issuer, answers_that_are_none, .timeout = 120)
{
    static const struct {
        int status;
        const char *fields, *body;
        size_t repeat;
        const char *log;
    } cases[] = {
        {404, "", "{\"keys\":[]}", 1, "status=404"},
        {302, "Location: https://localhost/keys\r\n", "", 1, "status=302"},
        {200, "", "<html>", 1, "no JSON object"},
        {200, "", "{\"keys\":[]}", 1, "no key for signatures"},
        {200, "", "0123456789abcdef", 5000, "longer than 64 KiB"},
        {200, "Content-Encoding: gzip\r\n", "\x1f\x8b\x08", 1, "no JSON object"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct server srv;
        struct issuer issuer;
        issuer_prepare(&srv, &issuer);
        issuer_says(&issuer, cases[i].status, cases[i].fields, cases[i].body);
        issuer_repeats(&issuer, cases[i].repeat);
        issuer_up(&srv, KEYS, issuer.port, TRUSTED);
        cr_assert_eq(auth_status(&srv, "GET", JOBS, GOOD), 503, "%zu", i);
        await_log(&srv, cases[i].log);
        issuer_down(&srv, &issuer);
    }
}

/* Nothing is sent to where it may not go, or to whom nobody vouches for. */
Test(wire_auth_issuer, whom_it_does_not_ask, .timeout = 60)
{
    static const struct {
        const char *more, *log;
        bool is_visited;
    } cases[] = {
        {", \"authorities\": \"localhost.pem\"", "public internet", false},
        {", \"authorities\": \"localhost.pem\", \"allow\": [\"10.0.0.0/8\"]", "public internet", false},
        {", \"allow\": [\"127.0.0.1\"]", "certificate", true},
        {", \"authorities\": \"other.pem\", \"allow\": [\"127.0.0.1\"]", "certificate", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct server srv;
        struct issuer issuer;
        issuer_prepare(&srv, &issuer);
        secure_certificate(srv.folder, "other", NULL);
        issuer_up(&srv, KEYS, issuer.port, cases[i].more);
        cr_assert_eq(auth_status(&srv, "GET", JOBS, GOOD), 503);
        await_log(&srv, cases[i].log);
        cr_assert_eq(issuer_asked(&issuer), 0u);
        cr_assert_eq(issuer_visits(&issuer) > 0, cases[i].is_visited, "%zu", i);
        issuer_down(&srv, &issuer);
    }
}

/* Seconds until the next fetch, as the log tells. */
static long again_s(const struct server *s)
{
    await_log(s, "oauth.keys fetched=1");
    char *text = server_log(s), *at = strstr(text, "again_s=");
    long n = at ? strtol(at + 8, NULL, 10) : -1;
    free(text);
    return n;
}

/* What caches have had for a while is fetched the sooner: after four fifths of what is left. */
Test(wire_auth_issuer, keys_that_have_aged, .timeout = 120)
{
    static const struct {
        const char *fields;
        long again;
    } cases[] = {
        {"Cache-Control: max-age=7200\r\n", 5760},
        {"Age: 3600\r\nCache-Control: max-age=7200\r\n", 2880},
        {"Cache-Control: max-age=7200\r\nAge: x\r\n", 5760},
        {"Cache-Control: max-age=7200\r\nAge: 3600\r\nAge: 1\r\n", 2880},
        {"Cache-Control: max-age=7200\r\nAge: 99999999999999999999\r\n", 240},
        {"Cache-Control: max-age=7200\r\nDate: Fri, 27 Nov 2015 12:00:00 GMT\r\n", 240},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct server srv;
        struct issuer issuer;
        issuer_prepare(&srv, &issuer);
        issuer_says(&issuer, 200, cases[i].fields, oauth_keys);
        issuer_up(&srv, KEYS, issuer.port, TRUSTED);
        long again = again_s(&srv);
        cr_assert(again <= cases[i].again && again >= cases[i].again - 4, "%ld: %s", again, cases[i].fields); /* it may have taken 5 s */
        issuer_down(&srv, &issuer);
    }
}

/* ---- keys and introspection ---- */

/* It ends while requests wait for the issuer: they are answered, and nothing is left. */
static void end_while_asked(const char *source, const char *credentials)
{
    struct server srv;
    struct issuer issuer;
    struct client c[2];
    issuer_prepare(&srv, &issuer);
    issuer_hold(&issuer, true);
    issuer_up(&srv, source, issuer.port, TRUSTED);
    for (int i = 0; i < 2; i++) {
        client_connect(&c[i], srv.port);
        client_sendf(&c[i], "GET " JOBS " HTTP/1.1\r\n" HOST "Authorization: %s\r\n\r\n", credentials);
    }
    issuer_await(&issuer, 1);
    issuer_await_metric(&srv, "quern_exchanges", 3); /* the scrape is one */
    server_signal(&srv, SIGTERM);
    for (int i = 0; i < 2; i++) {
        wire_expect_last(&c[i], 503);
        client_close(&c[i]);
    }
    cr_assert_eq(server_wait(&srv), 0);
    server_folder_free(&srv);
    issuer_stop(&issuer);
}

Test(wire_auth_issuer, an_end_while_keys_are_fetched, .timeout = 120)
{
    end_while_asked(KEYS, GOOD);
}

Test(wire_auth_issuer, an_end_while_the_issuer_is_asked, .timeout = 120)
{
    end_while_asked(ASKING, OPAQUE);
}

/* Nothing of the environment leads requests elsewhere, or their keys into a file. */
Test(wire_auth_issuer, the_environment_is_not_looked_at, .timeout = 60)
{
    struct server srv;
    struct issuer issuer;
    char keys[128];
    issuer_prepare(&srv, &issuer);
    (void)snprintf(keys, sizeof keys, "%s/keys.log", srv.folder);
    cr_assert(setenv("SSLKEYLOGFILE", keys, 1) == 0 && setenv("HTTPS_PROXY", "http://127.0.0.1:1", 1) == 0 && setenv("ALL_PROXY", "http://127.0.0.1:1", 1) == 0);
    issuer_says(&issuer, 200, "", ANNA);
    issuer_up(&srv, ASKING, issuer.port, TRUSTED);
    cr_assert_eq(auth_status(&srv, "GET", JOBS, OPAQUE), 200);
    cr_assert_eq(access(keys, F_OK), -1);
    issuer_down(&srv, &issuer);
}

/* Where tokens are checked changes on SIGHUP, from a file to a URL and back, and the thread starts when it is first needed. */
Test(wire_auth_issuer, another_way_on_reload, .timeout = 120)
{
    struct server srv;
    struct issuer issuer;
    issuer_prepare(&srv, &issuer);
    auth_write(&srv, "keys.json", OTHER_KEYS, 0644);
    issuer_says(&issuer, 200, "", oauth_keys);
    issuer_up(&srv, "\"jwks_file\": \"keys.json\"", 0, "");
    cr_assert_eq(auth_status(&srv, "GET", JOBS, GOOD), 401);
    issuer_write_config(&srv, KEYS, issuer.port, TRUSTED);
    auth_reload(&srv, 1);
    cr_assert_eq(auth_status(&srv, "GET", JOBS, GOOD), 200);
    issuer_write_config(&srv, "\"jwks_file\": \"keys.json\"", 0, "");
    auth_reload(&srv, 2);
    cr_assert_eq(auth_status(&srv, "GET", JOBS, GOOD), 401);
    issuer_down(&srv, &issuer);
}

/* ---- mistakes of an operator ---- */

Test(wire_auth_issuer, configurations_that_are_refused, .timeout = 60)
{
    static const struct {
        const char *source, *says;
    } cases[] = {
        {"\"jwks_url\": \"http://login.test/keys\"", "must begin with https://"},
        {"\"jwks_url\": \"https://me:pw@login.test/keys\"", "user names"},
        {"\"jwks_url\": \"https://login.test:0/\"", "a port below 65536"},
        {"\"introspection_url\": \"https://login.test/#x\"", "must be printable ASCII"},
        {"\"jwks_url\": \"https://login.test/\", \"jwks_file\": \"keys.json\"", "not from both"},
        {"\"jwks_url\": \"https://login.test/\", \"client_id\": \"a\", \"client_secret_file\": \"secret\"", "belong together"},
        {"\"introspection_url\": \"https://login.test/\", \"client_id\": \"a\"", "belong together"},
        {"\"introspection_url\": \"https://login.test/\", \"client_id\": \"a\", \"client_secret_file\": \"none\"", "none: "},
        {"\"introspection_url\": \"https://login.test/\", \"client_id\": \"a\", \"client_secret_file\": \"open\"", "open: "},
        {"\"introspection_url\": \"https://login.test/\", \"client_id\": \"a\", \"client_secret_file\": \"empty\"", "one line"},
        {"\"jwks_url\": \"https://login.test/\", \"authorities\": \"none.pem\"", "none.pem: "},
        {"\"jwks_url\": \"https://login.test/\", \"authorities\": \"secret\"", "no certificate"},
        {"\"jwks_url\": \"https://login.test/\", \"allow\": [\"10.1.2.3/8\"]", "10.0.0.0/8"},
        {"\"jwks_url\": \"https://login.test/\", \"refetch_after\": 0", "refetch_after"},
        {"\"any_type\": true", "one of 'jwks_file', 'jwks_url' and 'introspection_url'"},
    };
    struct server srv;
    server_folder_new(&srv);
    auth_write(&srv, "accounts.json", auth_accounts, 0600);
    auth_write(&srv, "secret", "x", 0600);
    auth_write(&srv, "open", "x", 0644);
    auth_write(&srv, "empty", "\n", 0600);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        issuer_write_config(&srv, cases[i].source, 0, "");
        server_start(&srv, (const char *const[]){"--check", "--config", "quern.json", NULL});
        cr_assert_eq(server_wait(&srv), 2, "%s", cases[i].source);
        char *text = server_log(&srv);
        cr_assert(strstr(text, cases[i].says), "%s: %s", cases[i].source, text);
        free(text);
    }
    server_folder_free(&srv);
}
