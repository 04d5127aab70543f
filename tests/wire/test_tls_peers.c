/* Peers that do not keep to TLS, or take their time: garbage, changed records, handshakes without an end, and who does not read. */
#include "tls_steps.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Test(wire_tls, plain_http_is_told)
{
    struct tls_server t;
    struct client c;
    tls_up(&t, NULL);
    client_connect(&c, t.tls);
    client_send_text(&c, "GET / HTTP/1.1\r\n" HOST "\r\n");
    struct reply r;
    client_read_reply(&c, &r);
    cr_assert_eq(r.status, 400);
    cr_assert(strstr(r.body, "TLS"));
    reply_free(&r);
    cr_assert(wire_ends(&c));
    client_close(&c);
    cr_assert_eq(wire_metric(t.plain, "quern_tls_failed_total"), 1);
    tls_down(&t);
}

/* Ended, whatever stands in the alert before. */
static void expect_dropped(const struct tls_server *t, const void *bytes, size_t n)
{
    struct client c;
    char rest[256];
    size_t got = 1;
    client_connect(&c, t->tls);
    (void)client_try_send(&c, bytes, n);
    while (client_read_some(&c, rest, sizeof rest, &got) == CLIENT_REPLY && got) continue;
    client_close(&c);
}

Test(wire_tls, garbage_ends_a_connection)
{
    struct tls_server t;
    unsigned char bytes[1024];
    tls_up(&t, NULL);
    struct wire_rest rest = wire_rest_of(&t.server);
    unsigned seed = 7;
    for (int i = 0; i < 50; i++) {
        for (size_t k = 0; k < sizeof bytes; k++) bytes[k] = (unsigned char)(rand_r(&seed) >> 8);
        if (i % 2) memcpy(bytes, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11); /* half a ClientHello's head */
        expect_dropped(&t, bytes, sizeof bytes);
    }
    tls_expect_versions(&t);
    wire_rest_again(&t.server, &rest);
    cr_assert_eq(wire_metric(t.plain, "quern_tls_chunks_used"), 0);
    tls_down(&t);
}

/* Records that were tampered with on their way: nothing of them is believed. */
Test(wire_tls, a_changed_record_ends_a_connection)
{
    static const char request[] = "GET /changed HTTP/1.1\r\n" HOST "\r\n";
    for (size_t at = 5; at < 40; at += 9) {
        struct tls_server t;
        struct secure s;
        char record[256], byte;
        tls_up(&t, NULL);
        cr_assert(secure_open(&s, t.tls, &(struct secure_options){.version = 0}));
        cr_assert_eq(secure_get(&s, "/livez"), 200);
        cr_assert_gt(SSL_write(s.ssl, request, sizeof request - 1), 0);
        int n = BIO_read(s.out, record, sizeof record);
        cr_assert_gt(n, 40);
        record[at] ^= 1;
        client_send(&s.socket, record, (size_t)n);
        cr_assert_not(secure_read(&s, &byte, 1));
        secure_close(&s);
        cr_assert_eq(wire_metric(t.plain, "quern_tls_failed_total"), 1);
        char *log = server_log(&t.server);
        cr_assert_null(strstr(log, "/changed"));
        free(log);
        tls_down(&t);
    }
}

Test(wire_tls, another_protocol_is_refused)
{
    struct tls_server t;
    struct secure s;
    tls_up(&t, NULL);
    cr_assert_not(secure_open(&s, t.tls, &(struct secure_options){.alpn = "h2"}));
    secure_close(&s);
    tls_down(&t);
}

Test(wire_tls, only_the_newest_where_that_is_asked)
{
    struct tls_server t;
    struct secure s;
    tls_up(&t, TLS_ONE ", \"min_version\": \"1.3\"");
    cr_assert_not(secure_open(&s, t.tls, &(struct secure_options){.version = TLS1_2_VERSION}));
    secure_close(&s);
    cr_assert(secure_open(&s, t.tls, &(struct secure_options){.version = TLS1_3_VERSION}));
    secure_close(&s);
    tls_down(&t);
}

/* Who comes and says nothing, or stops in the middle, is not waited for beyond its time; who goes is not missed. */
Test(wire_tls, handshakes_have_an_end)
{
    struct tls_server t;
    struct client silent, half, gone;
    tls_up(&t, NULL);
    client_connect(&silent, t.tls);
    client_connect(&half, t.tls);
    client_connect(&gone, t.tls);
    client_send(&half, "\x16\x03\x01\x02\x00\x01\x00", 7);
    client_send(&gone, "\x16\x03\x01", 3);
    client_close(&gone);
    cr_assert(client_is_closed(&silent));
    cr_assert(client_is_closed(&half));
    client_close(&silent);
    client_close(&half);
    for (long end = wire_now_ms() + PATIENCE_MS; wire_metric(t.plain, "quern_tls_failed_total") != 3;) cr_assert_lt(wire_now_ms(), end);
    tls_down(&t);
}

/* A client that does not read holds a few records, no more, and loses its connection in the end; others do not notice. */
Test(wire_tls, who_does_not_read_holds_little)
{
    enum { N_MAX = 20 };
    const int n = wire_is_slow() ? 5 : N_MAX; /* while the last ones come the first must not be given up: 30 s */
    struct tls_server t;
    struct secure slow[N_MAX], good;
    char head[256], *body = tls_pattern(TLS_LARGE);
    tls_up(&t, NULL);
    for (int i = 0; i < n; i++) {
        cr_assert(secure_open(&slow[i], t.tls, &(struct secure_options){.version = 0}));
        (void)snprintf(head, sizeof head, "POST /run/echo HTTP/1.1\r\n" HOST "Content-Length: %u\r\n\r\n", TLS_LARGE);
        secure_send(&slow[i], head, strlen(head));
        secure_send(&slow[i], body, TLS_LARGE);
    }
    cr_assert(secure_open(&good, t.tls, &(struct secure_options){.version = 0}));
    for (int i = 0; i < 100; i++) cr_assert_eq(secure_get(&good, "/livez"), 200);
    tls_echo(&good, body, 100000);
    cr_assert_leq(wire_metric(t.plain, "quern_tls_chunks_used"), n * 24L);
    secure_close(&good);
    for (int i = 0; i < n; i++) { /* and it is all there */
        struct reply r;
        if (i % 2) {
            secure_reply(&slow[i], &r);
            cr_assert_eq(r.body_len, TLS_LARGE);
            reply_free(&r);
        }
        secure_close(&slow[i]);
    }
    for (long end = wire_now_ms() + PATIENCE_MS; wire_metric(t.plain, "quern_tls_chunks_used") != 0;) cr_assert_lt(wire_now_ms(), end);
    free(body);
    tls_down(&t);
}

/* A pool of records that is much too small: everybody waits for room, and everybody is served. */
Test(wire_tls, a_small_pool_serves_all)
{
    enum { N = 40, BODY = 200000 };
    struct tls_server t = {.tls = 0};
    struct secure s[N];
    char head[256], *body = tls_pattern(BODY);
    server_folder_new(&t.server);
    secure_certificate(t.server.folder, "q.test", NULL);
    tls_write_file(&t.server, "quern.json", "{\"listen\": [{\"address\": \"127.0.0.1:0\", \"tls\": true}, \"127.0.0.1:0\"], \"output_memory\": 1048576, \"tls\": {" TLS_ONE "}}");
    server_start(&t.server, (const char *const[]){"--ephemeral", "--config", "quern.json", NULL});
    server_wait_ready(&t.server);
    tls_find_ports(&t);
    (void)snprintf(head, sizeof head, "POST /run/echo HTTP/1.1\r\n" HOST "Content-Length: %u\r\n\r\n", BODY);
    for (int i = 0; i < N; i++) {
        cr_assert(secure_open(&s[i], t.tls, &(struct secure_options){.version = 0}));
        secure_send(&s[i], head, strlen(head));
        secure_send(&s[i], body, BODY);
    }
    for (int i = 0; i < N; i++) {
        struct reply r;
        secure_reply(&s[i], &r);
        cr_assert_eq(r.status, 200, "%s%s", r.head, r.body);
        cr_assert(r.body_len == BODY && memcmp(r.body, body, BODY) == 0);
        reply_free(&r);
        secure_close(&s[i]);
    }
    free(body);
    tls_down(&t);
}
