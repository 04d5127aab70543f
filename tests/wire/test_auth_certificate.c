/* Who asks by the certificate that it has shown to its connection. */
#include "ojs_steps.h"
#include "tls_steps.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ALLOWED "\"scopes\": [\"queues:read\"]"
#define ROUTE "/ojs/v1/queues"

static void write_accounts(const struct server *s, const char *text)
{
    char path[128];
    tls_write_file(s, "accounts.json", text);
    (void)snprintf(path, sizeof path, "%s/accounts.json", s->folder);
    cr_assert_eq(chmod(path, 0600), 0);
}

static void write_config(const struct server *s, const char *tls, const char *with, const char *trusted)
{
    char text[2048];
    (void)snprintf(text, sizeof text,
                   "{\"listen\": [{\"address\": \"127.0.0.1:0\", \"tls\": true}, \"127.0.0.1:0\"],\n"
                   " \"tls\": {" TLS_ONE ", \"client_ca\": \"ca.test.pem\", \"client_optional\": true%s},\n"
                   " \"accounts\": \"accounts.json\", \"access_log\": true, \"trusted_proxies\": [%s],\n"
                   " \"access\": [{\"path\": \"/metrics\", \"with\": \"nobody\"}, {\"path\": \"" ROUTE "\", \"with\": [%s]}]}", tls, trusted, with);
    tls_write_file(s, "quern.json", text);
}

static void up(struct tls_server *t, const char *tls, const char *with, const char *accounts)
{
    char *folder = t->server.folder;
    *t = (struct tls_server){.tls = 0};
    server_folder_new(&t->server);
    secure_certificate(folder, "q.test", NULL);
    secure_certificate(folder, "ca.test", NULL);
    secure_certificate(folder, "friend.test", "ca.test");
    secure_certificate(folder, "other.test", "ca.test");
    write_accounts(&t->server, accounts);
    write_config(&t->server, tls, with, "");
    server_start(&t->server, (const char *const[]){"--ephemeral", "--config", "quern.json", NULL});
    server_wait_ready(&t->server);
    tls_find_ports(t);
    t->server.port = t->plain;
}

static void open_as(struct secure *s, const struct tls_server *t, const char *name)
{
    char chain[128], key[128];
    (void)snprintf(chain, sizeof chain, "%s/%s.pem", t->server.folder, name ? name : "");
    (void)snprintf(key, sizeof key, "%s/%s.key", t->server.folder, name ? name : "");
    cr_assert(secure_open(s, t->tls, &(struct secure_options){.chain = name ? chain : NULL, .key = key}));
}

/* One request of a client with this certificate; NULL: none. fields: more of its head. */
static int status_of(const struct tls_server *t, const char *name, const char *fields, char body[512])
{
    struct secure s;
    struct reply r;
    char request[512];
    open_as(&s, t, name);
    (void)snprintf(request, sizeof request, "GET " ROUTE " HTTP/1.1\r\n" HOST "%s\r\n", fields);
    secure_send(&s, request, strlen(request));
    secure_reply(&s, &r);
    int status = r.status;
    (void)snprintf(body, 512, "%s", r.body);
    if (status == 401) cr_assert_not_null(strstr(r.head, "WWW-Authenticate: "), "%s", r.head);
    reply_free(&r);
    secure_close(&s);
    return status;
}

#define EXPECT(t, name, fields, wanted) \
    do { \
        char body_[512]; \
        const char *name_ = name; \
        int status_ = status_of(t, name_, fields, body_); \
        cr_assert_eq(status_, wanted, "%s: %d %s", name_ ? name_ : "nobody", status_, body_); \
    } while (0)

Test(wire_auth_certificate, the_common_name_has_an_account, .timeout = 60)
{
    struct tls_server t;
    char body[512];
    up(&t, "", "\"certificate\"", "{\"certificates\": [{\"name\": \"friend.test\", " ALLOWED "}, {\"name\": \"q.test\"}]}");
    EXPECT(&t, "friend.test", "", 200);
    EXPECT(&t, "other.test", "", 403);
    cr_assert_eq(status_of(&t, NULL, "", body), 403);
    cr_assert(strstr(body, "whose certificate has an account"), "%s", body);
    EXPECT(&t, "friend.test", "Authorization: Bearer x\r\n", 403); /* who says something else is taken at that word */
    struct reply r = http_request(t.plain, "GET", ROUTE, NULL, NULL);
    cr_assert_eq(r.status, 403, "without TLS there is no certificate");
    reply_free(&r);
    tls_down(&t);
}

Test(wire_auth_certificate, scopes_and_networks_are_the_accounts, .timeout = 60)
{
    struct tls_server t;
    char body[512];
    up(&t, "", "\"certificate\"",
       "{\"certificates\": [{\"name\": \"friend.test\", \"scopes\": [\"jobs:read\"]}, {\"name\": \"other.test\", \"networks\": [\"192.0.2.0/24\"], " ALLOWED "}]}");
    cr_assert_eq(status_of(&t, "friend.test", "", body), 403);
    cr_assert(strstr(body, "do not allow this"), "%s", body);
    EXPECT(&t, "other.test", "", 403);
    tls_down(&t);
}

Test(wire_auth_certificate, beside_other_ways, .timeout = 60)
{
    struct tls_server t;
    up(&t, "", "\"certificate\", \"token\"", "{\"certificates\": [{\"name\": \"friend.test\", " ALLOWED "}]}");
    EXPECT(&t, "friend.test", "", 200);
    EXPECT(&t, "friend.test", "Authorization: Bearer x\r\n", 401);
    EXPECT(&t, "other.test", "", 401);
    EXPECT(&t, NULL, "", 401);
    tls_down(&t);
}

/* What a proxy of ours shows is its own. */
Test(wire_auth_certificate, of_a_proxy, .timeout = 60)
{
    struct tls_server t;
    up(&t, "", "\"certificate\"", "{\"certificates\": [{\"name\": \"friend.test\", " ALLOWED "}]}");
    EXPECT(&t, "friend.test", "X-Forwarded-For: 192.0.2.1\r\n", 200); /* it is none */
    write_config(&t.server, "", "\"certificate\"", "\"127.0.0.1\"");
    server_signal(&t.server, SIGHUP);
    wire_await_log(&t.server, "server.reload taken=1", 1);
    free(wire_metrics(t.plain)); /* asked for after that: by its answer all shards have it */
    EXPECT(&t, "friend.test", "X-Forwarded-For: 192.0.2.1\r\n", 403);
    EXPECT(&t, "friend.test", "", 403);
    tls_down(&t);
}

/* Nor what comes behind a PROXY header: it may be the client's or the proxy's. */
Test(wire_auth_certificate, behind_a_header, .timeout = 60)
{
    struct tls_server t;
    struct secure s;
    char chain[128], key[128], text[1024];
    up(&t, "", "\"certificate\"", "{\"certificates\": [{\"name\": \"friend.test\", " ALLOWED "}]}");
    server_signal(&t.server, SIGTERM);
    cr_assert_eq(server_wait(&t.server), 0);
    (void)snprintf(text, sizeof text,
                   "{\"listen\": [{\"address\": \"127.0.0.1:0\", \"tls\": true, \"proxy\": true}, \"127.0.0.1:0\"], \"accounts\": \"accounts.json\",\n"
                   " \"tls\": {" TLS_ONE ", \"client_ca\": \"ca.test.pem\"}, \"trusted_proxies\": [\"127.0.0.1\"],\n"
                   " \"access\": [{\"path\": \"" ROUTE "\", \"with\": [\"certificate\"]}]}");
    tls_write_file(&t.server, "quern.json", text);
    cr_assert_eq(truncate(t.server.log, 0), 0);
    server_start(&t.server, (const char *const[]){"--ephemeral", "--config", "quern.json", NULL});
    t.tls = t.plain = 0;
    tls_find_ports(&t);
    (void)snprintf(chain, sizeof chain, "%s/friend.test.pem", t.server.folder);
    (void)snprintf(key, sizeof key, "%s/friend.test.key", t.server.folder);
    cr_assert(secure_open(&s, t.tls, &(struct secure_options){.chain = chain, .key = key, .before = "PROXY TCP4 192.0.2.7 192.0.2.8 4711 443\r\n"}));
    cr_assert_eq(secure_get(&s, ROUTE), 403);
    cr_assert_eq(secure_get(&s, "/livez"), 200);
    secure_close(&s);
    tls_down(&t);
}

/* On the same connection: what other authorities have vouched for counts no longer, nor another kind of name. */
Test(wire_auth_certificate, authorities_that_are_gone, .timeout = 60)
{
    struct tls_server t;
    struct secure s;
    up(&t, "", "\"certificate\"", "{\"certificates\": [{\"name\": \"friend.test\", " ALLOWED "}]}");
    open_as(&s, &t, "friend.test");
    cr_assert_eq(secure_get(&s, ROUTE), 200);
    server_signal(&t.server, SIGHUP);
    wire_await_log(&t.server, "server.reload taken=1", 1);
    free(wire_metrics(t.plain)); /* asked for after that: by its answer all shards have it */
    cr_assert_eq(secure_get(&s, ROUTE), 200, "the same ones");
    secure_certificate(t.server.folder, "ca.test", NULL); /* of the same name */
    server_signal(&t.server, SIGHUP);
    wire_await_log(&t.server, "server.reload taken=1", 2);
    free(wire_metrics(t.plain));
    cr_assert_eq(secure_get(&s, ROUTE), 403);
    secure_close(&s);
    tls_down(&t);
}

/* A route that does not take certificates does not look at them. */
Test(wire_auth_certificate, not_where_a_rule_says_otherwise, .timeout = 60)
{
    struct tls_server t;
    up(&t, "", "\"token\"", "{\"certificates\": [{\"name\": \"friend.test\", \"scopes\": [\"admin\"]}]}");
    EXPECT(&t, "friend.test", "", 401);
    tls_down(&t);
}

/* On the same connection: what the accounts say now counts. */
Test(wire_auth_certificate, an_account_that_is_gone, .timeout = 60)
{
    struct tls_server t;
    struct secure s;
    up(&t, "", "\"certificate\"", "{\"certificates\": [{\"name\": \"friend.test\", " ALLOWED "}]}");
    open_as(&s, &t, "friend.test");
    cr_assert_eq(secure_get(&s, ROUTE), 200);
    write_accounts(&t.server, "{\"certificates\": []}");
    server_signal(&t.server, SIGHUP);
    wire_await_log(&t.server, "server.reload taken=1", 1);
    free(wire_metrics(t.plain)); /* asked for after that: by its answer all shards have it */
    cr_assert_eq(secure_get(&s, ROUTE), 403);
    secure_close(&s);
    tls_down(&t);
}

Test(wire_auth_certificate, other_names, .timeout = 60)
{
    struct tls_server t;
    static const char accounts[] = "{\"certificates\": [{\"name\": \"b.test\", " ALLOWED "}, {\"name\": \"spiffe://test/worker/7\", " ALLOWED "}]}";
    static const char both[] = "DNS:a.test,DNS:b.test,URI:spiffe://test/worker/7,email:b.test@b.test";
    up(&t, ", \"client_name\": \"dns\"", "\"certificate\"", accounts);
    secure_certificate_of(t.server.folder, "many", "ca.test", "/CN=b.test", both);
    secure_certificate_of(t.server.folder, "common", "ca.test", "/CN=b.test", "DNS:c.test");
    EXPECT(&t, "many", "", 200);
    EXPECT(&t, "common", "", 403); /* a name of the other kind */
    tls_down(&t);

    up(&t, ", \"client_name\": \"uri\"", "\"certificate\"", accounts);
    secure_certificate_of(t.server.folder, "many", "ca.test", "/CN=b.test", both);
    secure_certificate_of(t.server.folder, "common", "ca.test", "/CN=spiffe:b.test", "DNS:b.test");
    EXPECT(&t, "many", "", 200);
    EXPECT(&t, "common", "", 403);
    tls_down(&t);

    up(&t, "", "\"certificate\"", accounts);
    secure_certificate_of(t.server.folder, "many", "ca.test", "/CN=a.test/CN=b.test", both); /* which is it? */
    secure_certificate_of(t.server.folder, "long", "ca.test", "/CN=b.test.evil.test", "DNS:b.test");
    EXPECT(&t, "many", "", 403);
    EXPECT(&t, "long", "", 403);
    tls_down(&t);
}

static void expect_no_start(const char *tls, const char *accounts, const char *words)
{
    struct server s;
    server_folder_new(&s);
    secure_certificate(s.folder, "q.test", NULL);
    secure_certificate(s.folder, "ca.test", NULL);
    write_accounts(&s, accounts);
    write_config(&s, tls, "\"certificate\"", "");
    if (!tls[0]) tls_write_file(&s, "quern.json", "{\"accounts\": \"accounts.json\", \"access\": [{\"path\": \"/metrics\", \"with\": \"certificate\"}]}");
    server_start(&s, (const char *const[]){"--ephemeral", "--config", "quern.json", "--listen", "127.0.0.1:0", NULL});
    cr_assert_eq(server_wait(&s), 2);
    char *text = server_log(&s);
    cr_assert(strstr(text, words) && strchr(text, '\n')[1] == 0, "'%s' is not what it says: %s", words, text);
    free(text);
    server_folder_free(&s);
}

Test(wire_auth_certificate, mistakes_end_the_start, .timeout = 60)
{
    expect_no_start("", "{}", "'certificate' is not set up");
    expect_no_start(", \"client_name\": \"email\"", "{}", "key 'client_name' must be \"cn\", \"dns\" or \"uri\"");
    expect_no_start(", \"client_name\": \"dns\"", "{\"certificates\": [{\"scopes\": []}]}", "a certificate needs a name");
    expect_no_start(", \"client_name\": \"dns\"", "{\"certificates\": [{\"name\": \"a b\"}]}", "name must be 1 to 255");
    expect_no_start(", \"client_name\": \"dns\"", "{\"certificates\": [{\"name\": \"a\"}, {\"name\": \"a\"}]}", "the certificate a stands twice");
    expect_no_start(", \"client_name\": \"dns\"", "{\"certificates\": [{\"name\": \"a\", \"password\": \"b\"}]}", "unknown member 'password' of a certificate");
}

/* ---- whose jobs they are ---- */

#define LONG_NAME 255

static void start_with_owners(struct tls_server *t)
{
    (void)unlink(t->server.log);
    server_start(&t->server, (const char *const[]){"--data", "data", "--shards", "1", "--config", "quern.json", NULL});
    server_wait_ready(&t->server);
    t->tls = t->plain = 0;
    tls_find_ports(t);
}

static int asks(const struct tls_server *t, const char *who, const char *method, const char *path, const char *body, struct id *id)
{
    struct secure s;
    struct reply r;
    char request[512];
    open_as(&s, t, who);
    (void)snprintf(request, sizeof request, "%s %s HTTP/1.1\r\n" HOST JSON_HEADER "Content-Length: %zu\r\n\r\n%s", method, path, strlen(body), body);
    secure_send(&s, request, strlen(request));
    secure_reply(&s, &r);
    int status = r.status;
    secure_close(&s);
    if (id) {
        struct doc d = doc_of(r);
        *id = doc_id(&d, "job.id");
        doc_free(&d);
    } else {
        reply_free(&r);
    }
    return status;
}

/* Longer than the owner of a job may be: whose they are depends on all of the name, and stays through a start. */
Test(wire_auth_certificate, jobs_of_the_longest_names, .timeout = 60)
{
    static const char *const all[] = {"one", "two", "longest"};
    struct tls_server t = {.tls = 0};
    char names[3][LONG_NAME + 1], text[2048], uri[LONG_NAME + 8];
    struct id id;
    server_folder_new(&t.server);
    secure_certificate(t.server.folder, "q.test", NULL);
    secure_certificate(t.server.folder, "ca.test", NULL);
    for (int i = 0; i < 3; i++) {
        size_t len = i < 2 ? 140 : LONG_NAME; /* with "cert:" one byte more than fits, and as many as there can be */
        memset(names[i], 'x', len);
        memcpy(names[i], "spiffe://test/", strlen("spiffe://test/"));
        names[i][len - 1] = (char)('a' + i);
        names[i][len] = 0;
        (void)snprintf(uri, sizeof uri, "URI:%s", names[i]);
        secure_certificate_of(t.server.folder, all[i], "ca.test", "/CN=long", uri);
    }
    (void)snprintf(text, sizeof text,
                   "{\"certificates\": [{\"name\": \"%s\", \"scopes\": [\"jobs:read\", \"jobs:write\"]}, {\"name\": \"%s\", \"scopes\": [\"jobs:read\", "
                   "\"jobs:write\"]}, {\"name\": \"%s\", \"scopes\": [\"jobs:read\", \"jobs:write\"]}]}",
                   names[0], names[1], names[2]);
    write_accounts(&t.server, text);
    tls_write_file(&t.server, "quern.json",
                   "{\"listen\": [{\"address\": \"127.0.0.1:0\", \"tls\": true}, \"127.0.0.1:0\"], \"segment_mib\": 16, \"accounts\": \"accounts.json\",\n"
                   " \"tls\": {" TLS_ONE ", \"client_ca\": \"ca.test.pem\", \"client_optional\": true, \"client_name\": \"uri\"},\n"
                   " \"jobs_visible_to\": \"owner\", \"access\": [{\"path\": \"/ojs/v1/jobs*\", \"with\": \"certificate\"}]}");
    start_with_owners(&t);
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(asks(&t, all[i], "POST", "/ojs/v1/jobs", "{\"type\":\"t.plain\",\"args\":[]}", &id), 201);
        char path[128];
        (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s", id.text);
        for (int who = 0; who < 3; who++) cr_expect_eq(asks(&t, all[who], "GET", path, "", NULL), who == i ? 200 : 404, "%d of %d", who, i);
        server_kill(&t.server);
        start_with_owners(&t);
        for (int who = 0; who < 3; who++) cr_expect_eq(asks(&t, all[who], "GET", path, "", NULL), who == i ? 200 : 404, "%d of %d", who, i);
    }
    tls_down(&t);
}
