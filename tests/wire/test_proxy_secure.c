/* Behind a PROXY header: whether nobody could read what the client has sent is asked of the client's way, not of the balancer's to us. */
#include "auth_steps.h"
#include "tls_steps.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUTE "/ojs/v1/jobs"
#define V2(command, more) "\r\n\r\n\0\r\nQUIT\n" command "\x11\0" more "\xc0\0\2\x05\xc0\0\2\2\xdc\4\1\xbb"
#define BY_TLS "\x20\0\5\1\0\0\0\0"
#define IN_CLEAR "\x20\0\5\0\0\0\0\0"

static const char v1[] = "PROXY TCP4 192.0.2.7 192.0.2.8 4711 443\r\n", unknown[] = "PROXY UNKNOWN\r\n",
                  near_its_balancer[] = "PROXY TCP4 127.0.0.9 127.0.0.8 4711 443\r\n", v2[] = V2("\x21", "\x0c"), v2_tls[] = V2("\x21", "\x14") BY_TLS,
                  v2_clear[] = V2("\x21", "\x14") IN_CLEAR, local[] = V2("\x20", "\x14") BY_TLS;

struct header {
    const char *bytes;
    size_t len;
    const char *fields; /* more of the request's head */
    int status;         /* of a request with a token, as each of these balancers sends it */
};
#define HEADER(name) name, sizeof name - 1
#define SAYS_HTTPS "X-Forwarded-For: 192.0.2.9\r\nX-Forwarded-Proto: https\r\n"
#define N(a) (sizeof(a) / sizeof *(a))

/* Both ports want a header; proxy: of the one with TLS. */
static void up(struct tls_server *t, const char *proxy, const char *more)
{
    char text[1024];
    *t = (struct tls_server){.tls = 0};
    server_folder_new(&t->server);
    secure_certificate(t->server.folder, "q.test", NULL);
    secure_certificate(t->server.folder, "ca.test", NULL);
    secure_certificate(t->server.folder, "friend.test", "ca.test");
    auth_write(&t->server, "accounts.json", auth_accounts, 0600);
    (void)snprintf(text, sizeof text,
                   "{\"listen\": [{\"address\": \"127.0.0.1:0\", \"tls\": true, \"proxy\": %s}, {\"address\": \"127.0.0.1:0\", \"proxy\": true}],"
                   " \"tls\": {" TLS_ONE "%s}, \"trusted_proxies\": [\"127.0.0.1\"], \"accounts\": \"accounts.json\"}", proxy, more);
    tls_write_file(&t->server, "quern.json", text);
    server_start(&t->server, (const char *const[]){"--ephemeral", "--config", "quern.json", "--shards", "1", NULL});
    server_wait_ready(&t->server);
    tls_find_ports(t);
}

static void request_text(char text[512], const char *fields)
{
    (void)snprintf(text, 512, "GET " ROUTE " HTTP/1.1\r\n" HOST "%sAuthorization: %s\r\n\r\n", fields ? fields : "", auth_bearer(1));
}

static void by_tls(const struct tls_server *t, const struct header *headers, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct secure s;
        struct reply r;
        char text[512];
        request_text(text, headers[i].fields);
        cr_assert(secure_open(&s, t->tls, &(struct secure_options){.before = headers[i].bytes, .before_len = headers[i].len}), "%zu", i);
        secure_send(&s, text, strlen(text));
        secure_reply(&s, &r);
        cr_assert_eq(r.status, headers[i].status, "TLS, %zu: %s%s", i, r.head, r.body);
        cr_assert(r.status == 200 || strstr(r.body, "only by TLS"), "%s", r.body);
        reply_free(&r);
        secure_close(&s);
    }
}

static void in_clear(const struct tls_server *t, const struct header *headers, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct client c;
        char text[512];
        request_text(text, headers[i].fields);
        client_connect(&c, t->plain);
        client_send(&c, headers[i].bytes, headers[i].len);
        client_send_text(&c, text);
        wire_expect(&c, headers[i].status, NULL);
        client_close(&c);
    }
}

/* It may be the balancer that speaks TLS to us; its client came to it in the clear unless it says something else. */
Test(wire_proxy_secure, what_the_balancer_says_counts, .timeout = 60)
{
    static const struct header headers[] = {
        {HEADER(v1), NULL, 403},
        {HEADER(v2), NULL, 403},
        {HEADER(v2_tls), NULL, 200},
        {HEADER(v2_clear), NULL, 403},
        {HEADER(v1), SAYS_HTTPS, 403}, /* of the client itself: anybody can write that */
        {HEADER(v2_clear), SAYS_HTTPS, 403},
        {HEADER(unknown), NULL, 403}, /* the balancer's own */
        {HEADER(unknown), SAYS_HTTPS, 200}, /* and it forwards for somebody */
        {HEADER(unknown), "X-Forwarded-For: 192.0.2.9\r\nX-Forwarded-Proto: http\r\n", 403},
        {HEADER(local), NULL, 403},
        {HEADER(near_its_balancer), NULL, 403}, /* another machine's loopback */
    };
    struct tls_server t;
    up(&t, "true", "");
    by_tls(&t, headers, N(headers));
    in_clear(&t, headers, N(headers));
    tls_down(&t);
}

/* An operator says that the balancer passes on what clients encrypt: then TLS is theirs. */
Test(wire_proxy_secure, what_is_passed_on_is_the_clients, .timeout = 60)
{
    static const struct header headers[] = {
        {HEADER(v1), NULL, 200},
        {HEADER(v2), NULL, 200},
        {HEADER(v2_clear), NULL, 200}, /* to the balancer it was bytes */
        {HEADER(unknown), NULL, 403},
    };
    static const struct header clear[] = {{HEADER(v1), NULL, 403}, {HEADER(v2_tls), NULL, 200}};
    struct tls_server t;
    up(&t, "\"passthrough\"", "");
    by_tls(&t, headers, N(headers));
    in_clear(&t, clear, N(clear));
    tls_down(&t);
}

/* So are the certificates that they show. */
Test(wire_proxy_secure, certificates_that_are_passed_on, .timeout = 60)
{
    for (int passed = 0; passed < 2; passed++) {
        struct tls_server t;
        struct secure s;
        char chain[128], key[128];
        up(&t, passed ? "\"passthrough\"" : "true", ", \"client_ca\": \"ca.test.pem\"");
        auth_write(&t.server, "accounts.json", "{\"certificates\": [{\"name\": \"friend.test\", \"scopes\": [\"jobs:read\"]}]}", 0600);
        server_signal(&t.server, SIGHUP);
        wire_await_log(&t.server, "server.reload taken=1", 1);
        (void)snprintf(chain, sizeof chain, "%s/friend.test.pem", t.server.folder);
        (void)snprintf(key, sizeof key, "%s/friend.test.key", t.server.folder);
        cr_assert(secure_open(&s, t.tls, &(struct secure_options){.chain = chain, .key = key, .before = v1}));
        cr_assert_eq(secure_get(&s, ROUTE), passed ? 200 : 401);
        secure_close(&s);
        tls_down(&t);
    }
}
