/* TLS handshakes while certificates change, where there is no room for records, and again in the middle of a connection. */
#include "tls_steps.h"

#include <criterion/criterion.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void await_metric(const struct tls_server *t, const char *name, long value)
{
    for (long end = wire_now_ms() + 20000; wire_metric(t->plain, name) != value; wire_pause_us(1000))
        cr_assert_lt(wire_now_ms(), end, "%s is not %ld but %ld", name, value, wire_metric(t->plain, name));
}

/* ---- while certificates change ---- */

static void up_with_two(struct tls_server *t)
{
    *t = (struct tls_server){.tls = 0};
    server_folder_new(&t->server);
    secure_certificate(t->server.folder, "r.test", NULL);
    tls_up_here(t, "", NULL, NULL);
}

static void change_certificate(struct tls_server *t)
{
    tls_write_config(&t->server, "", TLS_OTHER);
    server_signal(&t->server, SIGHUP);
    wire_await_log(&t->server, "server.reload taken=1", 1);
    tls_expect_name(t, NULL, "r.test"); /* all shards have it: there is one */
}

static void expect_old_one(struct secure *s)
{
    char name[64];
    cr_assert(secure_shake(s));
    secure_peer_name(s, name);
    cr_assert_str_eq(name, "q.test", "it has begun with that one");
    for (int i = 0; i < 3; i++) cr_assert_eq(secure_get(s, "/livez"), 200);
    secure_close(s);
}

/* The change comes when a part of the client's first words is there. */
Test(wire_tls_handshakes, begun_before_a_change, .timeout = 60)
{
    static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
    for (size_t i = 0; i < 2; i++) {
        struct tls_server t;
        struct secure s;
        char hello[2048];
        up_with_two(&t);
        secure_begin(&s, t.tls, &(struct secure_options){.version = versions[i], .name = "r.test"});
        (void)SSL_do_handshake(s.ssl);
        int n = BIO_read(s.out, hello, sizeof hello);
        cr_assert(n > 40 && n < (int)sizeof hello);
        client_send(&s.socket, hello, 40);
        await_metric(&t, "quern_connections", 2); /* and the one that asks */
        change_certificate(&t);
        client_send(&s.socket, hello + 40, (size_t)n - 40);
        expect_old_one(&s);
        cr_assert_eq(wire_metric(t.plain, "quern_tls_failed_total"), 0);
        tls_down(&t);
    }
}

/* The change comes when nothing but the client's last words are missing: the server has signed already. */
Test(wire_tls_handshakes, almost_done_before_a_change, .timeout = 60)
{
    static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
    for (size_t i = 0; i < 2; i++) {
        struct tls_server t;
        struct secure s;
        up_with_two(&t);
        secure_begin(&s, t.tls, &(struct secure_options){.version = versions[i]});
        cr_assert(secure_shake_almost(&s));
        change_certificate(&t);
        expect_old_one(&s);
        cr_assert_eq(wire_metric(t.plain, "quern_tls_failed_total"), 0);
        tls_down(&t);
    }
}

/* ---- where there is no room ---- */

enum { COPIES = 150, CLIENTS = 100 };

/* A chain so long that a few flights of it fill the pool: the certificate, again and again. */
static void make_long_chain(const char *folder)
{
    char path[128], text[4096];
    secure_certificate(folder, "q.test", NULL);
    (void)snprintf(path, sizeof path, "%s/q.test.pem", folder);
    FILE *f = fopen(path, "re");
    cr_assert_not_null(f);
    size_t n = fread(text, 1, sizeof text, f);
    (void)fclose(f);
    f = fopen(path, "ae");
    cr_assert_not_null(f);
    for (int i = 0; i < COPIES; i++) cr_assert_eq(fwrite(text, 1, n, f), n);
    cr_assert_eq(fclose(f), 0);
}

/* A connection of small segments and a small window: little of what is sent to it fits into the kernel, the rest stays in the server. */
static int connect_narrow(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), least = 1, segment = 536;
    cr_assert(fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &least, sizeof least) == 0);
    cr_assert_eq(setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment), 0);
    cr_assert_eq(connect(fd, (struct sockaddr *)(void *)&to, sizeof to), 0);
    return fd;
}

static void read_hello(int port, char *out, int room, int *n)
{
    struct secure s;
    secure_begin(&s, port, &(struct secure_options){.version = TLS1_3_VERSION});
    (void)SSL_do_handshake(s.ssl);
    *n = BIO_read(s.out, out, room);
    cr_assert(*n > 40 && *n < room);
    secure_close(&s);
}

/* Who comes then is refused, at once, and counted; who comes later is served. */
Test(wire_tls_handshakes, a_full_pool_refuses_them, .timeout = 120)
{
    struct tls_server t = {.tls = 0};
    struct secure s;
    char hello[2048];
    int fds[CLIENTS], n_clients = 0, n;
    bool is_in = true;
    server_folder_new(&t.server);
    make_long_chain(t.server.folder);
    tls_write_file(&t.server, "quern.json",
                   "{\"listen\": [{\"address\": \"127.0.0.1:0\", \"tls\": true}, \"127.0.0.1:0\"], \"output_memory\": 1048576, \"tls\": {" TLS_ONE "}}");
    server_start(&t.server, (const char *const[]){"--ephemeral", "--config", "quern.json", "--shards", "1", NULL});
    server_wait_ready(&t.server);
    tls_find_ports(&t);
    t.server.port = t.plain;
    struct wire_rest rest = wire_rest_of(&t.server);
    read_hello(t.tls, hello, sizeof hello, &n);
    await_metric(&t, "quern_tls_failed_total", 1); /* it came to fetch its own hello */
    long handshakes = 0, failed = 0;
    for (; is_in && n_clients < CLIENTS; n_clients++) {
        fds[n_clients] = connect_narrow(t.tls);
        cr_assert_eq(send(fds[n_clients], hello, (size_t)n, MSG_NOSIGNAL), n);
        failed = wire_metric(t.plain, "quern_tls_failed_total");
        is_in = secure_open(&s, t.tls, &(struct secure_options){.version = TLS1_3_VERSION});
        handshakes += is_in;
        secure_close(&s);
    }
    cr_assert_not(is_in, "there is room for all of them");
    cr_assert_gt(wire_metric(t.plain, "quern_tls_failed_total"), failed);
    cr_assert_eq(wire_metric(t.plain, "quern_tls_handshakes_total"), handshakes);
    for (int i = 0; i < n_clients; i++) close(fds[i]);
    wire_rest_again(&t.server, &rest);
    cr_assert_eq(wire_metric(t.plain, "quern_tls_chunks_used"), 0);
    cr_assert(secure_open(&s, t.tls, &(struct secure_options){.version = TLS1_3_VERSION}));
    cr_assert_eq(secure_get(&s, "/livez"), 200);
    secure_close(&s);
    tls_down(&t);
}

/* ---- again, in the middle of a connection ---- */

/* The client asks for another handshake, and the connection ends: it is not told no as often as it likes to ask. */
Test(wire_tls_handshakes, renegotiation_ends_a_connection, .timeout = 60)
{
    static const char half[] = "POST /run/echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nab";
    struct tls_server t;
    tls_up(&t, NULL);
    struct wire_rest rest = wire_rest_of(&t.server);
    for (int in_request = 0; in_request < 2; in_request++) {
        struct secure s;
        char byte;
        cr_assert(secure_open(&s, t.tls, &(struct secure_options){.version = TLS1_2_VERSION}));
        cr_assert_eq(secure_get(&s, "/livez"), 200);
        if (in_request) secure_send(&s, half, sizeof half - 1);
        cr_assert_eq(SSL_renegotiate(s.ssl), 1);
        (void)SSL_do_handshake(s.ssl);
        cr_assert_gt(BIO_ctrl_pending(s.out), 0);
        cr_assert(secure_flush(&s));
        cr_assert_not(secure_read(&s, &byte, 1));
        secure_close(&s);
        await_metric(&t, "quern_tls_failed_total", in_request + 1);
    }
    wire_rest_again(&t.server, &rest);
    cr_assert_eq(wire_metric(t.plain, "quern_tls_chunks_used"), 0);
    tls_down(&t);
}
