/* HTTP Basic, seen from outside: right and wrong, what is remembered, who must wait, and that a flood of wrong passwords is nobody
 * else's. */
#include "auth_steps.h"
#include "call.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ON "{\"accounts\": \"accounts.json\"}"
#define RIGHT "Basic YW5uYTpjb3JyZWN0IGhvcnNl"  /* anna:correct horse */
#define WRONG "Basic YW5uYTpjb3JyZWN0IGhvdXNl"  /* anna:correct house */
#define NOBODY "Basic YmVydDpjb3JyZWN0IGhvcnNl" /* bert:correct horse */
#define N(list) (sizeof(list) / sizeof *(list))

Test(wire_auth_basic, right_and_wrong, .timeout = 60)
{
    struct server srv;
    auth_up(&srv, ON, auth_accounts, NULL);
    static const struct {
        const char *method, *path, *credentials;
        int status;
    } cases[] = {
        {"GET", "/ojs/v1/jobs", RIGHT, 200},
        {"GET", "/ojs/v1/jobs", RIGHT, 200}, /* remembered */
        {"GET", "/ojs/v1/jobs", WRONG, 401},
        {"GET", "/ojs/v1/jobs", NOBODY, 401},
        {"GET", "/metrics", RIGHT, 403},
        {"POST", "/run/echo", RIGHT, 200},
        {"GET", "/ojs/v1/jobs", "bAsIc YW5uYTpjb3JyZWN0IGhvcnNl", 200},
    };
    for (size_t i = 0; i < N(cases); i++) {
        struct reply r = auth_ask(&srv, cases[i].method, cases[i].path, cases[i].credentials, NULL);
        cr_assert_eq(r.status, cases[i].status, "%zu: %s%s", i, r.head, r.body);
        if (r.status == 401) cr_assert(strstr(r.head, "WWW-Authenticate: Basic realm=\"quern\", charset=\"UTF-8\"\r\n"), "%s", r.head);
        reply_free(&r);
    }
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_auth_basic, what_is_no_pair_is_malformed, .timeout = 60)
{
    struct server srv;
    auth_up(&srv, ON, auth_accounts, NULL);
    static const char *const values[] = {
        "Basic",
        "Basic YW5uYTpjb3JyZWN0IGhvcnNl=",  /* padding that does not belong there */
        "Basic YW5uYQ==",                   /* no colon */
        "Basic YW5uYTp4Cg",                 /* no padding */
        "Basic YW5uYTp4_w==",               /* the other alphabet */
        "Basic YW5uYTp4/w==",               /* not UTF-8 */
        "Basic YW5uYTp4Cg==",               /* a line feed */
        "Basic OnBhc3N3b3Jk",               /* no name */
        "Basic YW5uYTp4Cg==, Bearer x",
        "Basic YW5uYTpjb3JyZWN0IGhvcnNm\t",
    };
    for (size_t i = 0; i < N(values) - 1; i++) cr_assert_eq(auth_status(&srv, "GET", "/ojs/v1/jobs", values[i]), 400, "%s", values[i]);
    cr_assert_eq(server_down(&srv), 0);
}

/* The body is there when the password has been checked; requests behind it on the connection wait their turn. */
Test(wire_auth_basic, a_request_that_waits_keeps_its_place, .timeout = 60)
{
    struct server srv;
    struct client c;
    auth_up(&srv, ON, auth_accounts, NULL);
    client_connect(&c, srv.port);
    client_send_text(&c, "POST /run/echo HTTP/1.1\r\n" HOST "Authorization: " RIGHT "\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\nhel");
    client_send_text(&c, "loGET /livez HTTP/1.1\r\n" HOST "\r\n");
    client_send_text(&c, "GET /ojs/v1/jobs HTTP/1.1\r\n" HOST "Authorization: " WRONG "\r\n\r\nGET /livez HTTP/1.1\r\n" HOST "\r\n");
    wire_expect(&c, 200, "hello");
    wire_expect(&c, 200, NULL);
    wire_expect(&c, 401, NULL);
    wire_expect(&c, 200, NULL);
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* Clients that leave while their password is being checked leave nothing behind. */
Test(wire_auth_basic, clients_that_leave, .timeout = 60)
{
    struct server srv;
    auth_up(&srv, "{\"accounts\": \"accounts.json\", \"access\": [{\"path\": \"/metrics\", \"with\": \"nobody\"}]}", auth_accounts, NULL);
    cr_assert_eq(auth_status(&srv, "GET", "/ojs/v1/jobs", auth_bearer(0)), 200);
    struct wire_rest before = wire_rest_of(&srv);
    for (int i = 0; i < 20; i++) {
        struct client c;
        client_connect(&c, srv.port);
        client_sendf(&c, "GET /ojs/v1/jobs HTTP/1.1\r\n" HOST "Authorization: " NOBODY "\r\n\r\n");
        if (i % 2) client_reset(&c);
        else client_close(&c);
    }
    wire_rest_again(&srv, &before);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_auth_basic, another_password_counts_at_once, .timeout = 60)
{
    struct server srv;
    auth_up(&srv, ON, auth_accounts, NULL);
    cr_assert_eq(auth_status(&srv, "GET", "/ojs/v1/jobs", RIGHT), 200);
    auth_write(&srv, "accounts.json",
               "{\"users\": [{\"name\": \"anna\", \"password\": \"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc\", "
               "\"scopes\": [\"jobs:read\"]}], \"tokens\": [{\"id\": \"abcdefghijk2\", \"owner\": \"root\", "
               "\"digest\": \"dYd7tB05O1-4RVzmDs2N2gAdBjFklrFN-n-JVlbuyko\", \"scopes\": [\"admin\"]}]}", 0600);
    auth_reload(&srv, 1);
    cr_assert_eq(auth_status(&srv, "GET", "/ojs/v1/jobs", RIGHT), 401); /* not from what was remembered */
    cr_assert_eq(auth_status(&srv, "GET", "/ojs/v1/jobs", "Basic YW5uYTpwYXNzd29yZA=="), 200);
    cr_assert_eq(server_down(&srv), 0);
}

/* Tenths of a second of hashing: mostly the accounts are read anew before any of it has ended. True: they were. */
static bool change_while_they_ask(void)
{
    enum { ASKS = 5 };
    static const char slow[] = "{\"users\": [{\"name\": \"anna\", \"password\": \"$argon2id$v=19$m=65536,t=5,p=1$c29tZXNhbHRzb21lc2FsdA$"
                               "bEms72UIs6TsXDiWuKexpDqZm+Xp4Pe6Zhto2BBACsU\", \"scopes\": [\"jobs:read\"]}]}";
    struct server srv;
    struct client c[ASKS];
    struct reply r;
    int n_wrong = 0;
    auth_up(&srv, "{\"accounts\": \"accounts.json\"}", slow, (const char *const[]){"--shards", "1", NULL});
    auth_write(&srv, "accounts.json", auth_accounts, 0600);
    for (int i = 0; i < ASKS; i++) {
        client_connect(&c[i], srv.port);
        client_send_text(&c[i], "GET /livez HTTP/1.1\r\n" HOST "\r\nGET /ojs/v1/jobs HTTP/1.1\r\n" HOST "Authorization: " RIGHT "\r\n\r\n");
        wire_expect(&c[i], 200, NULL);
    }
    auth_reload(&srv, 1);
    for (int i = 0; i < ASKS; i++) {
        client_read_reply(&c[i], &r);
        cr_assert(r.status == 401 || r.status == 200, "%s", r.head);
        n_wrong += r.status == 401;
        reply_free(&r);
        client_close(&c[i]);
    }
    cr_assert_eq(auth_status(&srv, "GET", "/ojs/v1/jobs", RIGHT), 200); /* of the new accounts; nobody waits */
    cr_assert_eq(server_down(&srv), 0);
    return n_wrong == ASKS;
}

/* What was right is no mistake, though it counts no more. */
Test(wire_auth_basic, right_passwords_that_were_changed_meanwhile_are_no_mistakes, .timeout = 120)
{
    for (int i = 0; i < 20; i++)
        if (change_while_they_ask()) return;
    cr_assert_fail("the hashes are always first");
}

#define MUST_WAIT_MS 1000 /* at least: who has been wrong too often. Where a machine is so busy that it has passed, it is no mistake of ours */

/* Five mistakes, and then the right one; who comes too late for its refusal has forgotten nothing by it and begins again. */
static struct reply ask_after_mistakes(struct server *srv)
{
    for (int round = 0;; round++) {
        long began = 0;
        for (int i = 0; i < 5; i++) {
            began = wire_now_ms();
            cr_assert_eq(auth_status(srv, "GET", "/ojs/v1/jobs", WRONG), 401, "%d", i);
        }
        struct reply r = auth_ask(srv, "GET", "/ojs/v1/jobs", RIGHT, NULL); /* also with the right one: guessing gains nothing */
        if (r.status != 200 || wire_now_ms() - began < MUST_WAIT_MS || round == 20) return r;
        reply_free(&r);
    }
}

Test(wire_auth_basic, who_is_wrong_too_often_must_wait, .timeout = 60)
{
    struct server srv;
    int status = 0;
    auth_up(&srv, ON, auth_accounts, (const char *const[]){"--shards", "1", NULL});
    struct reply r = ask_after_mistakes(&srv);
    cr_assert_eq(r.status, 429, "%s%s", r.head, r.body);
    const char *after = reply_header(&r, "Retry-After");
    cr_assert(after && strtol(after, NULL, 10) >= 1 && strtol(after, NULL, 10) <= 60, "%s", r.head);
    reply_free(&r);
    cr_assert_eq(auth_status(&srv, "GET", "/ojs/v1/jobs", auth_bearer(0)), 200); /* tokens do not wait */
    for (long end = wire_now_ms() + PATIENCE_MS; status != 200 && wire_now_ms() < end; wire_pause_us(50000))
        status = auth_status(&srv, "GET", "/ojs/v1/jobs", RIGHT);
    cr_assert_eq(status, 200);
    cr_assert_eq(server_down(&srv), 0);
}

static int ask_from(const struct server *s, const char *address, const char *credentials)
{
    char fields[256];
    (void)snprintf(fields, sizeof fields, "X-Forwarded-For: %s\r\nX-Forwarded-Proto: https\r\nAuthorization: %s\r\n", address, credentials);
    struct reply r = http_request(s->port, "GET", "/ojs/v1/jobs", fields, NULL);
    int status = r.status;
    reply_free(&r);
    return status;
}

/* Whoever has one address of IPv6 has its /64: another of these is no new start. */
Test(wire_auth_basic, a_client_of_ipv6_waits_with_all_its_addresses, .timeout = 60)
{
    struct server srv;
    char address[64];
    auth_up(&srv, "{\"accounts\": \"accounts.json\", \"trusted_proxies\": [\"127.0.0.1\"]}", auth_accounts, (const char *const[]){"--shards", "1", NULL});
    long began = 0;
    for (int i = 0; i < 5; i++) {
        (void)snprintf(address, sizeof address, "2001:db8:0:7::%x", i + 1);
        began = wire_now_ms();
        cr_assert_eq(ask_from(&srv, address, WRONG), 401, "%d", i);
    }
    int status = ask_from(&srv, "2001:db8:0:7:ffff::9", WRONG);
    for (long wait = MUST_WAIT_MS; status == 401 && wire_now_ms() - began >= wait; wait *= 2) {
        began = wire_now_ms();
        status = ask_from(&srv, "2001:db8:0:7:ffff::9", WRONG);
    }
    cr_assert_eq(status, 429);
    cr_assert_eq(ask_from(&srv, "2001:db8:0:8::1", WRONG), 401);
    cr_assert_eq(server_down(&srv), 0);
}

/* The bodies of many requests are held back until all heads have passed: what was wrong meanwhile counts all the same. */
Test(wire_auth_basic, heads_that_came_before_the_mistakes, .timeout = 60)
{
    enum { FREE = 5, MORE = 8 };
    struct server srv;
    struct client c[FREE + MORE];
    struct reply r;
    auth_up(&srv, ON, auth_accounts, (const char *const[]){"--shards", "1", NULL});
    for (int i = 0; i < FREE + MORE; i++) {
        client_connect(&c[i], srv.port);
        client_send_text(&c[i], "GET /livez HTTP/1.1\r\n" HOST "\r\nPOST /run/echo HTTP/1.1\r\n" HOST "Authorization: " WRONG
                                "\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\nx");
        wire_expect(&c[i], 200, NULL); /* what stands behind it came with it */
    }
    long began = 0;
    for (int i = 0; i < FREE + MORE; i++) {
        if (i < FREE) began = wire_now_ms();
        client_send_text(&c[i], "y");
        client_read_reply(&c[i], &r);
        bool is_over = wire_now_ms() - began >= MUST_WAIT_MS;
        if (i < FREE || !is_over) cr_assert_eq(r.status, i < FREE ? 401 : 429, "%d: %s", i, r.head);
        if (r.status == 429) cr_assert(reply_header(&r, "Retry-After"), "%s", r.head);
        reply_free(&r);
        client_close(&c[i]);
    }
    cr_assert_eq(server_down(&srv), 0);
}

/* T22: 200 wrong passwords at once: some are checked, the others are told to come back; tokens and health go on meanwhile. */
Test(wire_auth_basic, a_flood_of_wrong_passwords_is_nobody_elses, .timeout = 120)
{
    enum { FLOOD = 200 };
    struct server srv;
    struct client flood[FLOOD], c;
    struct reply r;
    int counts[600] = {0};
    auth_up(&srv, ON, auth_accounts, (const char *const[]){"--shards", "1", NULL});
    client_connect(&c, srv.port);
    for (int i = 0; i < FLOOD; i++) {
        client_connect(&flood[i], srv.port);
        client_sendf(&flood[i], "GET /ojs/v1/jobs HTTP/1.1\r\n" HOST "Authorization: " NOBODY "\r\n\r\n");
    }
    for (int i = 0; i < 50; i++) { /* each is answered before most of the flood is: 64 hashes take longer than this */
        r = client_request(&c, "GET", "/ojs/v1/jobs", "Authorization: Bearer qrn_abcdefghijk0_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA2Quafw\r\n", NULL);
        cr_assert_eq(r.status, 200);
        reply_free(&r);
    }
    for (int i = 0; i < FLOOD; i++) {
        client_read_reply(&flood[i], &r);
        cr_assert(r.status == 401 || r.status == 503 || r.status == 429, "%s", r.head);
        if (r.status != 401) cr_assert(reply_header(&r, "Retry-After"), "%s", r.head);
        counts[r.status]++;
        reply_free(&r);
        client_close(&flood[i]);
    }
    cr_assert(counts[401] >= 64 && counts[401] + counts[503] + counts[429] == FLOOD, "%d %d %d", counts[401], counts[503], counts[429]);
    cr_assert(counts[503] > 0, "%d", counts[503]);
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* What a browser adds by itself does not count where the page is another site's, unless that may ask. */
Test(wire_auth_basic, pages_of_other_sites, .timeout = 60)
{
    struct server srv;
    static const struct {
        const char *method, *fields;
        int status;
    } cases[] = {
        {"POST", "Authorization: " RIGHT "\r\nSec-Fetch-Site: cross-site\r\n", 403},
        {"POST", "Authorization: " RIGHT "\r\nSec-Fetch-Site: same-site\r\n", 403},
        {"POST", "Authorization: " RIGHT "\r\nSec-Fetch-Site: cross-site\r\nOrigin: https://other.test\r\n", 403},
        {"POST", "Authorization: " RIGHT "\r\nSec-Fetch-Site: cross-site\r\nOrigin: https://page.test\r\n", 200},
        {"POST", "Authorization: " RIGHT "\r\nSec-Fetch-Site: same-origin\r\n", 200},
        {"POST", "Authorization: " RIGHT "\r\nSec-Fetch-Site: none\r\n", 200},
        {"POST", "Authorization: " RIGHT "\r\n", 200}, /* no browser */
        {"GET", "Authorization: " RIGHT "\r\nSec-Fetch-Site: cross-site\r\n", 405},
        {"POST", "Sec-Fetch-Site: cross-site\r\nAuthorization: Bearer qrn_abcdefghijk0_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA2Quafw\r\n", 200},
    };
    auth_up(&srv, "{\"accounts\": \"accounts.json\", \"cors\": {\"origins\": [\"https://page.test\"]}}", auth_accounts, NULL);
    for (size_t i = 0; i < N(cases); i++) {
        struct reply r = http_request(srv.port, cases[i].method, "/run/echo", cases[i].fields, cases[i].method[0] == 'P' ? "x" : NULL);
        cr_assert_eq(r.status, cases[i].status, "%zu: %s%s", i, r.head, r.body);
        reply_free(&r);
    }
    cr_assert_eq(server_down(&srv), 0);
}

/* Secrets are in no log, at any level. */
Test(wire_auth_basic, nothing_of_a_secret_is_logged, .timeout = 60)
{
    struct server srv;
    static const char *const secrets[] = {"correct ho", "YW5uYTpjb3JyZWN0", "AAAAAAAAAAAAAAAA", "AQEBAQEBAQEB", "argon2id", "Zmh6rfhivXdsj8GL"};
    auth_up(&srv, ON, auth_accounts, (const char *const[]){"--log-level", "debug", "--access-log", NULL});
    static const char *const values[] = {RIGHT, WRONG, NOBODY, "Basic YW5uYTpjb3JyZWN0", "Bearer qrn_abcdefghijk1_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEeUj_Cx"};
    for (size_t i = 0; i < N(values); i++) (void)auth_status(&srv, "GET", "/ojs/v1/jobs", values[i]);
    (void)auth_status(&srv, "GET", "/ojs/v1/jobs", auth_bearer(0));
    server_signal(&srv, 15);
    cr_assert_eq(server_wait(&srv), 0);
    char *text = server_log(&srv);
    cr_assert(strstr(text, "request"), "%s", text);
    for (size_t i = 0; i < N(secrets); i++) cr_assert_null(strstr(text, secrets[i]), "%s in the log", secrets[i]);
    free(text);
    server_folder_free(&srv);
}
