/* Many calls at once: pipelined, under each strategy of scheduling; and how often a body is copied on its way. */
#include "call.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N(list) (sizeof(list) / sizeof *(list))
#define MIB ((size_t)1 << 20)

static bool is_readable(const struct client *c)
{
    struct pollfd p = {.fd = c->fd, .events = POLLIN};
    return poll(&p, 1, 0) == 1;
}

/* ---- order ---- */

static const char tell_route[] = "{\"routes\": [{\"method\": \"GET\", \"path\": \"/tell/<text>\", \"job\": \"test.tell\"}]}";

/* Safe requests run side by side; their answers leave in the order of the requests. */
Test(wire_calls, pipelined_calls_answer_in_order, .timeout = 60)
{
    struct server srv;
    struct client c;
    struct wire_text t = {0};
    call_up(&srv, tell_route, FOUR_WORKERS);
    client_connect(&c, srv.port);
    for (int i = 0; i < 40; i++) {
        wire_addf(&t, "GET /tell/n%d?ms=%d HTTP/1.1\r\n" HOST "\r\n", i, i % 4 == 0 ? 30 : i % 4 == 1 ? 5 : 0);
        if (i % 8 == 3) wire_addf(&t, "GET /livez HTTP/1.1\r\n" HOST "\r\n");
    }
    client_send(&c, t.p, t.len);
    for (int i = 0; i < 40; i++) {
        char text[16];
        (void)snprintf(text, sizeof text, "n%d", i);
        wire_expect(&c, 200, text);
        if (i % 8 == 3) wire_expect(&c, 200, "ok\n");
    }
    wire_text_free(&t);
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* Unsafe ones run one after the other. */
Test(wire_calls, pipelined_posts_answer_in_order, .timeout = 60)
{
    struct server srv;
    struct client c;
    struct wire_text t = {0};
    server_up(&srv, FOUR_WORKERS);
    client_connect(&c, srv.port);
    for (int i = 0; i < 30; i++) wire_addf(&t, "POST /run/echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\n%03d", i);
    wire_addf(&t, "POST /run/sleep?ms=100000 HTTP/1.1\r\n" HOST "Prefer: wait=1\r\n\r\n");
    wire_addf(&t, "POST /run/echo HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\nlast");
    client_send(&c, t.p, t.len);
    for (int i = 0; i < 30; i++) {
        char text[8];
        (void)snprintf(text, sizeof text, "%03d", i);
        wire_expect(&c, 200, text);
    }
    call_adopted_and_cancelled(&c, srv.port);
    wire_expect(&c, 200, "last");
    wire_text_free(&t);
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* A connection lost with several calls under way takes all of them with it. */
Test(wire_calls, reset_cancels_all_pipelined_calls, .timeout = 30)
{
    static const char config[] =
        "{\"routes\": [{\"method\": \"GET\", \"path\": \"/count/<int:ms>\", \"job\": \"test.count_cancel\"}]}";
    struct server srv;
    struct client c;
    struct wire_text t = {0};
    call_up(&srv, config, FOUR_WORKERS);
    client_connect(&c, srv.port);
    for (int i = 0; i < 7; i++) wire_addf(&t, "GET /count/60000 HTTP/1.1\r\n" HOST "\r\n");
    client_send(&c, t.p, t.len);
    call_await_count(srv.port, "started", 4);
    call_await_metric(srv.port, "quern_tasks_waiting", 3);
    client_reset(&c);
    call_await_count(srv.port, "cancelled", 4);
    call_await_metric(srv.port, "quern_calls", 0);
    cr_assert_eq(wire_metric(srv.port, "quern_tasks_withdrawn_total"), 3);
    cr_assert_eq(call_count(srv.port, "started"), 4);
    wire_text_free(&t);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- strategies ---- */

#define BALANCED                                                           \
    (const char *const[])                                                  \
    {                                                                      \
        "--scheduler", "balanced", "--shards", "1", "--workers", "2", NULL \
    }

/* Long ones wait for each other; short ones pass them by. */
Test(wire_calls, balanced_keeps_a_lane_for_short_calls, .timeout = 60)
{
    struct server srv;
    struct client longs[3], c;
    server_up(&srv, BALANCED);
    client_connect(&c, srv.port);
    call_echo(&c, "known as short", 14);
    wire_expect((longs[0] = call_begin(srv.port, "/run/sleep?ms=50", NULL), &longs[0]), 200, ""); /* known as long */
    client_close(&longs[0]);
    for (size_t i = 0; i < N(longs); i++) longs[i] = call_begin(srv.port, "/run/sleep?ms=20000", NULL);
    call_await_metric(srv.port, "quern_tasks_waiting", 2);
    for (int i = 0; i < 50; i++) call_echo(&c, "short", 5);
    cr_assert(!is_readable(&longs[0]), "short calls waited for a long one");
    cr_assert_eq(wire_metric(srv.port, "quern_tasks_waiting"), 2);
    for (size_t i = 0; i < N(longs); i++) client_reset(&longs[i]);
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* A type that was quick a hundred times and then is not: others are not put behind it. */
static void outlier(const char *scheduler)
{
    struct server srv;
    struct client slow, c[16];
    server_up(&srv, (const char *const[]){"--scheduler", scheduler, "--shards", "1", "--workers", "2", NULL});
    for (size_t i = 0; i < N(c); i++) client_connect(&c[i], srv.port);
    for (int i = 0; i < 50; i++) {
        struct reply r = call_on(&c[0], "/run/sleep?ms=0", NULL, NULL, 0);
        cr_assert_eq(r.status, 200);
        reply_free(&r);
        call_echo(&c[0], "quick", 5);
    }
    slow = call_begin(srv.port, "/run/sleep?ms=20000", NULL);
    call_await_metric(srv.port, "quern_tasks_out", 1);
    call_await_metric(srv.port, "quern_worker_inbox_depth", 0); /* on a busy machine its worker may not have begun for long */
    wire_pause_us(20000); /* it has to have run for a while: that is what shows */
    for (int round = 0; round < 5; round++) {
        for (size_t i = 0; i < N(c); i++) call_send(&c[i], "/run/echo", NULL, "quick", 5);
        for (size_t i = 0; i < N(c); i++) wire_expect(&c[i], 200, "quick");
    }
    cr_assert(!is_readable(&slow), "quick calls waited for a slow one");
    for (size_t i = 0; i < N(c); i++) client_close(&c[i]);
    client_reset(&slow);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_calls, outlier_holds_up_nobody_balanced, .timeout = 60)
{
    outlier("balanced");
}

Test(wire_calls, outlier_holds_up_nobody_fixed, .timeout = 60)
{
    outlier("fixed");
}

static void mixed_load(const char *scheduler)
{
    static const char *const targets[] = {"/run/sleep?ms=15", "/run/burn?ms=3", "/run/echo", "/run/echo", "/run/burn?ms=0"};
    struct server srv;
    struct client clients[40];
    server_up(&srv, (const char *const[]){"--scheduler", scheduler, "--shards", "2", "--workers", "2", NULL});
    for (size_t i = 0; i < N(clients); i++) client_connect(&clients[i], srv.port);
    for (size_t round = 0; round < wire_scaled(8); round++) {
        for (size_t i = 0; i < N(clients); i++) call_send(&clients[i], targets[(i + round) % N(targets)], NULL, "mixed", 5);
        for (size_t i = 0; i < N(clients); i++)
            wire_expect(&clients[i], 200, strstr(targets[(i + round) % N(targets)], "echo") ? "mixed" : NULL);
    }
    for (size_t i = 0; i < N(clients); i++) client_close(&clients[i]);
    call_await_metric(srv.port, "quern_tasks_out", 0);
    cr_assert_eq(wire_metric(srv.port, "quern_worker_inbox_depth"), 0);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_calls, mixed_load_balanced, .timeout = 60)
{
    mixed_load("balanced");
}

Test(wire_calls, mixed_load_fixed, .timeout = 60)
{
    mixed_load("fixed");
}

/* ---- copies ---- */

#define PIECE ((size_t)16384) /* a receive buffer */

/* After 100 (Continue) the body is all that comes: up to a whole receive buffer it comes in one piece. */
static void send_body_alone(struct client *c, const char *target, const char *bytes, size_t len)
{
    char interim[64];
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    client_sendf(c, "POST %s HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: %zu\r\n\r\n", target, len);
    cr_assert_eq(client_read_bytes(c, interim, sizeof go_on - 1), CLIENT_REPLY);
    cr_assert_eq(memcmp(interim, go_on, sizeof go_on - 1), 0);
    for (size_t at = 0; at < len; at += PIECE) client_send(c, bytes + at, len - at < PIECE ? len - at : PIECE);
}

static long copied_by(struct server *srv, struct client *c, const char *target, const char *bytes, size_t len,
                      size_t result_len)
{
    struct reply r;
    long before = wire_metric(srv->port, "quern_copied_bytes_total");
    send_body_alone(c, target, bytes, len);
    client_read_reply(c, &r);
    cr_assert_eq(r.status, 200, "%s%s", r.head, r.body);
    cr_assert_eq(r.body_len, result_len);
    reply_free(&r);
    return wire_metric(srv->port, "quern_copied_bytes_total") - before;
}

/* Pieces below 4 KiB are not counted. So the counter is exact where a body comes in one piece, and a bound where TCP may cut it. */
static void check_copies(long copied, size_t wanted, bool one_piece, const char *what)
{
    const char *build = getenv("QUERN_BUILD");
    bool tiny = build && strstr(build, "fault"); /* sockets of 4 KiB: nothing comes in one piece */
    bool ok = one_piece && !tiny ? copied == (long)wanted : copied <= (long)wanted;
    cr_assert(ok, "%s: %ld bytes copied, not %zu", what, copied, wanted);
}

Test(wire_calls, a_body_is_copied_once_and_a_result_never, .timeout = 60)
{
    static const size_t lengths[] = {4096, 5000, PIECE, 4 * PIECE, 64 * PIECE, 128 * PIECE};
    struct server srv;
    struct client c;
    char *bytes = call_pattern(128 * PIECE), target[64];
    call_up(&srv, NULL, ONE_WORKER);
    client_connect(&c, srv.port);
    for (size_t i = 0; i < N(lengths); i++) {
        size_t n = lengths[i];
        bool one = n <= PIECE;
        check_copies(copied_by(&srv, &c, "/run/echo", bytes, n, n), n, one, "echo");
        (void)snprintf(target, sizeof target, "/run/test.take?bytes=%zu", n);
        check_copies(copied_by(&srv, &c, target, bytes, n, n), n, one, target);
        (void)snprintf(target, sizeof target, "/run/test.reserve?bytes=%zu", n);
        check_copies(copied_by(&srv, &c, target, bytes, n, n), n, one, target);
        check_copies(copied_by(&srv, &c, "/run/test.inline", bytes, n, n), n, one, "inline");
        check_copies(copied_by(&srv, &c, "/run/test.copy", bytes, n, n), 2 * n, one, "copy"); /* what it asks for */
    }
    client_close(&c);
    free(bytes);
    cr_assert_eq(server_down(&srv), 0);
}

/* Sent in one go, as clients do: never more than one copy. */
Test(wire_calls, a_body_behind_its_head_is_copied_once, .timeout = 60)
{
    static const size_t lengths[] = {4096, 10000, 65536, MIB, 2 * MIB};
    struct server srv;
    struct client c;
    char *bytes = call_pattern(2 * MIB);
    call_up(&srv, NULL, ONE_WORKER);
    client_connect(&c, srv.port);
    for (size_t i = 0; i < N(lengths); i++) {
        long before = wire_metric(srv.port, "quern_copied_bytes_total");
        call_echo(&c, bytes, lengths[i]);
        long copied = wire_metric(srv.port, "quern_copied_bytes_total") - before;
        cr_assert(copied <= (long)lengths[i], "%ld bytes copied, of %zu", copied, lengths[i]);
    }
    client_close(&c);
    free(bytes);
    cr_assert_eq(server_down(&srv), 0);
}
