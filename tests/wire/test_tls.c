/* TLS: handshakes, requests over them in pieces of any size, sessions that go on, certificates that change, clients with certificates.
 * The tests' client is OpenSSL's, fed by hand (secure.h). Peers that do not keep to it: test_tls_peers.c. */
#include "tls_steps.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* ---- what works ---- */

Test(wire_tls, both_versions_answer_many_requests)
{
    struct tls_server t;
    tls_up(&t, NULL);
    tls_expect_versions(&t);
    cr_assert_eq(wire_metric(t.plain, "quern_tls_handshakes_total"), 2);
    cr_assert_eq(wire_metric(t.plain, "quern_tls_failed_total"), 0);
    tls_down(&t);
}

/* Of TLS 1.3 on shards that accept otherwise, with direct descriptors for instance. */
Test(wire_tls, on_every_kind_of_ring)
{
    static const char *const kinds[] = {"direct", "plain", "coop,oneshot-recv", "poll-wait,oneshot-accept"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct tls_server t = {.tls = 0};
        server_folder_new(&t.server);
        tls_up_here(&t, "", NULL, (const char *const[]){"--force-fallback", kinds[i], "--shards", "2", NULL});
        tls_expect_versions(&t);
        tls_down(&t);
    }
}

Test(wire_tls, bodies_of_all_sizes_come_back_whole)
{
    struct tls_server t;
    struct secure s;
    tls_up(&t, NULL);
    char *body = tls_pattern(TLS_LARGE);
    static const size_t sizes[] = {0, 1, 100, 4000, 16383, 16384, 16385, 65536, 100000, TLS_LARGE};
    cr_assert(secure_open(&s, t.tls, &(struct secure_options){.version = 0}));
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) tls_echo(&s, body, sizes[i]);
    secure_close(&s);
    cr_assert(secure_open(&s, t.tls, &(struct secure_options){.version = TLS1_2_VERSION}));
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) tls_echo(&s, body, sizes[i]);
    secure_close(&s);
    free(body);
    tls_down(&t);
}

/* Records come in pieces: a byte at a time, and such that a piece ends within a record's head. */
Test(wire_tls, records_in_pieces)
{
    static const size_t pieces[] = {1, 3, 7, 600};
    struct tls_server t;
    tls_up(&t, NULL);
    char *body = tls_pattern(5000);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct secure s;
        cr_assert(secure_open(&s, t.tls, &(struct secure_options){.piece = pieces[i]}));
        cr_assert_eq(secure_get(&s, "/livez"), 200);
        tls_echo(&s, body, 5000);
        secure_close(&s);
    }
    free(body);
    tls_down(&t);
}

/* More requests at once than may be in flight, and a reader that takes its time: all answers come, in order. */
Test(wire_tls, a_pipeline_is_answered_in_order)
{
    enum { N = 200 };
    struct tls_server t;
    struct secure s;
    struct wire_text text = {0};
    tls_up(&t, NULL);
    cr_assert(secure_open(&s, t.tls, &(struct secure_options){.version = 0}));
    for (int i = 0; i < N; i++) wire_addf(&text, "GET %s HTTP/1.1\r\n" HOST "\r\n", i % 2 ? "/livez" : "/nowhere");
    secure_send(&s, text.p, text.len);
    for (int i = 0; i < N; i++) {
        struct reply r;
        secure_reply(&s, &r);
        cr_assert_eq(r.status, i % 2 ? 200 : 404);
        reply_free(&r);
    }
    secure_close(&s);
    wire_text_free(&text);
    tls_down(&t);
}

Test(wire_tls, the_end_is_said_on_both_sides)
{
    static const char last[] = "GET /livez HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", other[] = "GET /livez HTTP/1.1\r\n" HOST "\r\n";
    struct tls_server t;
    struct secure s;
    struct reply r;
    tls_up(&t, NULL);
    cr_assert(secure_open(&s, t.tls, &(struct secure_options){.version = 0}));
    secure_send(&s, last, sizeof last - 1);
    secure_reply(&s, &r);
    reply_free(&r);
    cr_assert(secure_ends(&s), "no close_notify after Connection: close");
    secure_close(&s);
    /* close_notify behind a request: it is answered, then the other side ends. */
    cr_assert(secure_open(&s, t.tls, &(struct secure_options){.version = 0}));
    cr_assert_gt(SSL_write(s.ssl, other, sizeof other - 1), 0);
    cr_assert_eq(SSL_shutdown(s.ssl), 0);
    cr_assert(secure_flush(&s));
    secure_reply(&s, &r);
    cr_assert_eq(r.status, 200);
    reply_free(&r);
    cr_assert(secure_ends(&s), "no close_notify after the client's");
    secure_close(&s);
    cr_assert_eq(wire_metric(t.plain, "quern_tls_failed_total"), 0);
    tls_down(&t);
}

/* The connection ends (FIN) without the client's close_notify: somebody else may have ended it. */
static void cut(struct secure *s, const char *request)
{
    secure_send(s, request, strlen(request));
    client_shutdown(&s->socket);
}

/* What was not whole then has not been asked for, whatever framing it had; what was whole is answered. */
Test(wire_tls, an_end_that_was_not_said_completes_nothing)
{
    static const char *const halves[] = {
        "POST /run/echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nab",
        "POST /run/echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
        "POST /run/echo HTTP/1.0\r\n" HOST "Content-Length: 5\r\n\r\nab",
        "GET /livez HTTP/1.1\r\n" HOST "X-Cut: ",
    };
    struct tls_server t;
    struct secure s;
    struct reply r;
    char byte;
    tls_up(&t, NULL);
    struct wire_rest rest = wire_rest_of(&t.server);
    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
        cr_assert(secure_open(&s, t.tls, &(struct secure_options){.version = 0}));
        cut(&s, halves[i]);
        cr_assert_not(secure_read(&s, &byte, 1), "'%s' was answered", halves[i]);
        secure_close(&s);
    }
    cr_assert(secure_open(&s, t.tls, &(struct secure_options){.version = 0}));
    cut(&s, "POST /run/echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nabcde");
    secure_reply(&s, &r);
    cr_assert(r.status == 200 && strcmp(r.body, "abcde") == 0);
    reply_free(&r);
    cr_assert(secure_ends(&s));
    secure_close(&s);
    wire_rest_again(&t.server, &rest);
    tls_down(&t);
}

/* In the middle of a large answer that is not read: the answer goes with the connection, at once and not when it stalls. */
Test(wire_tls, a_bad_record_gives_back_what_waits)
{
    struct tls_server t;
    struct secure s;
    char head[256], bad[64] = "\x17\x03\x03\x00\x20", *body = tls_pattern(TLS_LARGE);
    tls_up(&t, NULL);
    struct wire_rest rest = wire_rest_of(&t.server);
    cr_assert(secure_open(&s, t.tls, &(struct secure_options){.version = 0}));
    int least = 4096; /* else the kernel's buffers may hold all of the answer */
    cr_assert_eq(setsockopt(s.socket.fd, SOL_SOCKET, SO_RCVBUF, &least, sizeof least), 0);
    (void)snprintf(head, sizeof head, "POST /run/echo HTTP/1.1\r\n" HOST "Content-Length: %u\r\n\r\n", TLS_LARGE);
    secure_send(&s, head, strlen(head));
    secure_send(&s, body, TLS_LARGE);
    bool is_on_its_way = false;
    for (long end = wire_now_ms() + PATIENCE_MS; !is_on_its_way && wire_now_ms() < end;) is_on_its_way = wire_metric(t.plain, "quern_tls_chunks_used") > 0;
    cr_assert(is_on_its_way);
    client_send(&s.socket, bad, 37);
    wire_rest_again(&t.server, &rest);
    cr_assert_eq(wire_metric(t.plain, "quern_tls_failed_total"), 1);
    secure_close(&s);
    free(body);
    tls_down(&t);
}

static void expect_resumed(const struct tls_server *t, int version)
{
    struct secure first, again;
    long before = wire_metric(t->plain, "quern_tls_resumed_total");
    cr_assert(secure_open(&first, t->tls, &(struct secure_options){.version = version}));
    cr_assert_eq(secure_get(&first, "/livez"), 200);
    cr_assert_not_null(first.session, "no ticket came");
    cr_assert(secure_open(&again, t->tls, &(struct secure_options){.version = version, .session = first.session}));
    cr_assert(SSL_session_reused(again.ssl));
    for (int i = 0; i < 3; i++) cr_assert_eq(secure_get(&again, "/livez"), 200);
    cr_assert_eq(wire_metric(t->plain, "quern_tls_resumed_total"), before + 1);
    secure_close(&first);
    secure_close(&again);
}

Test(wire_tls, sessions_go_on)
{
    struct tls_server t;
    tls_up(&t, NULL);
    expect_resumed(&t, TLS1_2_VERSION);
    expect_resumed(&t, TLS1_3_VERSION);
    tls_down(&t);
}

#define TWO "\"certificates\": [{\"chain\": \"q.test.pem\", \"key\": \"q.test.key\"}, {\"chain\": \"r.test.pem\", \"key\": \"r.test.key\"}]"

Test(wire_tls, the_host_chooses_the_certificate)
{
    struct tls_server t = {.tls = 0};
    server_folder_new(&t.server);
    secure_certificate(t.server.folder, "r.test", NULL);
    tls_up_here(&t, "", TWO, NULL);
    tls_expect_name(&t, "r.test", "r.test");
    tls_expect_name(&t, "R.TEST", "r.test");
    tls_expect_name(&t, "q.test", "q.test");
    tls_expect_name(&t, "other.test", "q.test");
    tls_expect_name(&t, NULL, "q.test");
    tls_down(&t);
}

#define MISSING "\"certificates\": [{\"chain\": \"none.pem\", \"key\": \"r.test.key\"}]"

/* SIGHUP: who comes later gets the new certificate, who is there stays, and a session goes on. A wrong one changes nothing. */
Test(wire_tls, certificates_are_read_again)
{
    struct tls_server t = {.tls = 0};
    struct secure old, again;
    server_folder_new(&t.server);
    secure_certificate(t.server.folder, "r.test", NULL);
    tls_up_here(&t, "", NULL, NULL);
    cr_assert(secure_open(&old, t.tls, &(struct secure_options){.name = "r.test"}));
    cr_assert_eq(secure_get(&old, "/livez"), 200);
    tls_write_config(&t.server, "", TLS_OTHER);
    server_signal(&t.server, SIGHUP);
    wire_await_log(&t.server, "server.reload taken=1", 1);
    free(wire_metrics(t.plain)); /* asked for after that: by its answer all shards have it */
    tls_expect_name(&t, "q.test", "r.test");
    cr_assert_eq(secure_get(&old, "/livez"), 200);
    cr_assert(secure_open(&again, t.tls, &(struct secure_options){.name = "r.test", .session = old.session}));
    cr_assert(SSL_session_reused(again.ssl));
    cr_assert_eq(secure_get(&again, "/livez"), 200);
    tls_write_config(&t.server, "", MISSING);
    server_signal(&t.server, SIGHUP);
    wire_await_log(&t.server, "server.reload taken=0", 1);
    wire_await_log(&t.server, "none.pem", 1);
    tls_expect_name(&t, "q.test", "r.test");
    cr_assert_eq(secure_get(&old, "/livez"), 200);
    secure_close(&old);
    secure_close(&again);
    tls_down(&t);
}

/* ---- clients with certificates ---- */

/* With 1.3 the client's side is done before the server has looked at its certificate. */
static bool is_let_in(const struct tls_server *t, const char *folder, const char *name, int version)
{
    struct secure s;
    struct reply r;
    char chain[128], key[128];
    static const char request[] = "GET /livez HTTP/1.1\r\n" HOST "\r\n";
    (void)snprintf(chain, sizeof chain, "%s/%s.pem", folder, name ? name : "");
    (void)snprintf(key, sizeof key, "%s/%s.key", folder, name ? name : "");
    bool in = secure_open(&s, t->tls, &(struct secure_options){.version = version, .chain = name ? chain : NULL, .key = key});
    if (in) in = SSL_write(s.ssl, request, sizeof request - 1) > 0 && secure_flush(&s) && secure_await(&s);
    if (in) {
        secure_reply(&s, &r);
        cr_assert_eq(r.status, 200);
        reply_free(&r);
    }
    secure_close(&s);
    return in;
}

static void expect_clients(bool optional)
{
    struct tls_server t = {.tls = 0};
    char tls[256], *folder = t.server.folder;
    (void)snprintf(tls, sizeof tls, "%s, \"client_ca\": \"ca.test.pem\", \"client_optional\": %s", TLS_ONE, optional ? "true" : "false");
    server_folder_new(&t.server);
    secure_certificate(folder, "ca.test", NULL);
    secure_certificate(folder, "friend.test", "ca.test");
    secure_certificate(folder, "stranger.test", NULL);
    tls_up_here(&t, "", tls, NULL);
    static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
    for (size_t i = 0; i < 2; i++) {
        cr_assert(is_let_in(&t, folder, "friend.test", versions[i]));
        cr_assert(is_let_in(&t, folder, "friend.test", versions[i]));
        cr_assert_eq(wire_metric(t.plain, "quern_tls_resumed_total"), 0, "a certificate was not looked at");
        cr_assert_not(is_let_in(&t, folder, "stranger.test", versions[i]));
        cr_assert_eq(is_let_in(&t, folder, NULL, versions[i]), optional);
    }
    tls_down(&t);
}

Test(wire_tls, clients_must_show_certificates)
{
    expect_clients(false);
}

Test(wire_tls, or_may)
{
    expect_clients(true);
}

/* ---- beside other things ---- */

Test(wire_tls, behind_a_proxy_header)
{
    struct tls_server t = {.tls = 0};
    struct secure s;
    server_folder_new(&t.server);
    tls_up_here(&t, ", \"proxy\": true", NULL, NULL);
    cr_assert(secure_open(&s, t.tls, &(struct secure_options){.before = "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n"}));
    cr_assert_eq(secure_get(&s, "/from-there"), 404);
    secure_close(&s);
    wire_await_log(&t.server, "client=192.0.2.1 method=GET status=404", 1);
    tls_down(&t);
}

Test(wire_tls, a_drain_lets_answers_out)
{
    static const char request[] = "POST /run/sleep?ms=700 HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n";
    struct tls_server t;
    struct secure busy, idle;
    struct reply r;
    tls_up(&t, NULL);
    cr_assert(secure_open(&idle, t.tls, &(struct secure_options){.version = 0}));
    cr_assert_eq(secure_get(&idle, "/livez"), 200);
    cr_assert(secure_open(&busy, t.tls, &(struct secure_options){.version = 0}));
    secure_send(&busy, request, sizeof request - 1);
    while (wire_metric(t.plain, "quern_tasks_started_total") == 0) continue;
    server_signal(&t.server, SIGTERM);
    cr_assert(secure_ends(&idle));
    secure_reply(&busy, &r);
    cr_assert_eq(r.status, 200);
    reply_free(&r);
    cr_assert(secure_ends(&busy));
    secure_close(&idle);
    secure_close(&busy);
    cr_assert_eq(server_wait(&t.server), 0);
}

/* ---- configurations ---- */

static void expect_refused(const char *config, const char *words)
{
    struct server s;
    server_folder_new(&s);
    secure_certificate(s.folder, "q.test", NULL);
    secure_certificate(s.folder, "r.test", NULL);
    tls_write_file(&s, "quern.json", config);
    server_start(&s, (const char *const[]){"--ephemeral", "--config", "quern.json", NULL});
    cr_assert_eq(server_wait(&s), 2);
    char *text = server_log(&s);
    cr_assert(strstr(text, words), "'%s' is not in: %s", words, text);
    cr_assert_eq(strchr(text, '\n')[1], 0, "more than one line: %s", text);
    free(text);
    server_folder_free(&s);
}

#define LISTEN "\"listen\": [{\"address\": \"127.0.0.1:0\", \"tls\": true}]"

Test(wire_tls, wrong_configurations_are_refused_with_a_reason)
{
    expect_refused("{" LISTEN "}", "key 'tls' of 'listen' needs 'tls'");
    expect_refused("{" LISTEN ", \"tls\": {}}", "needs 'certificates'");
    expect_refused("{" LISTEN ", \"tls\": []}", "must be an object");
    expect_refused("{" LISTEN ", \"tls\": {\"certificates\": [{\"chain\": \"q.test.pem\"}]}}", "needs 'chain' and 'key'");
    expect_refused("{" LISTEN ", \"tls\": {\"certificates\": [1]}}", "array of objects");
    expect_refused("{" LISTEN ", \"tls\": {\"certificate\": []}}", "did you mean 'certificates'");
    expect_refused("{" LISTEN ", \"tls\": {" MISSING "}}", "certificate 'none.pem': No such file");
    expect_refused("{" LISTEN ", \"tls\": {\"certificates\": [{\"chain\": \"q.test.pem\", \"key\": \"r.test.key\"}]}}", "key 'r.test.key': key values mismatch");
    expect_refused("{" LISTEN ", \"tls\": {\"certificates\": [{\"chain\": \"quern.json\", \"key\": \"q.test.key\"}]}}", "certificate 'quern.json': no start line");
    expect_refused("{" LISTEN ", \"tls\": {" TLS_ONE ", \"client_ca\": \"none.pem\"}}", "client_ca 'none.pem': No such file");
    expect_refused("{" LISTEN ", \"tls\": {" TLS_ONE ", \"client_optional\": true}}", "needs 'client_ca'");
    expect_refused("{" LISTEN ", \"tls\": {" TLS_ONE ", \"min_version\": \"1.1\"}}", "must be \"1.2\" or \"1.3\"");
    expect_refused("{\"listen\": [{\"address\": \"127.0.0.1:0\", \"tls\": 1}]}", "key 'tls' must be true or false");
}
