/* Connections that have been idle for a while cost the kernel less, and nobody sees a difference. */
#include "wire.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define IDLERS 40

struct way {
    char force[16];
};

static struct way ways[] = {{"plain"}, {"direct"}, {"coop"}, {"oneshot-recv"}};
static const char early[] = "{\"park_after\": 1}";

static void up(struct server *s, const char *config, const struct way *way)
{
    wire_up(s, config, (const char *const[]){"--shards", "1", "--force-fallback", way->force, NULL});
}

static void expect_parked(const struct server *s, long n)
{
    long end = wire_now_ms() + PATIENCE_MS, parked;
    while ((parked = wire_metric(s->port, "quern_connections_parked")) != n && wire_now_ms() < end) wire_pause_us(20000);
    cr_assert_eq(parked, n, "%ld are parked, not %ld", parked, n);
}

static void ask(struct client *c)
{
    client_send_text(c, "GET /livez HTTP/1.1\r\n" HOST "\r\n");
    wire_expect(c, 200, NULL);
}

static void connect_all(const struct server *s, struct client *c, int n)
{
    for (int i = 0; i < n; i++) {
        client_connect(&c[i], s->port);
        if (i % 2) ask(&c[i]); /* the others have never said anything */
    }
}

ParameterizedTestParameters(wire_parking, wakes_for_a_request)
{
    return cr_make_param_array(struct way, ways, sizeof ways / sizeof *ways);
}

ParameterizedTest(struct way *way, wire_parking, wakes_for_a_request, .timeout = 60)
{
    struct server s;
    struct client c[IDLERS];
    up(&s, early, way);
    struct wire_rest before = wire_rest_of(&s);
    connect_all(&s, c, IDLERS);
    for (int round = 0; round < 2; round++) {
        expect_parked(&s, IDLERS);
        for (int i = 0; i < IDLERS; i++) ask(&c[i]);
        cr_expect_eq(wire_metric(s.port, "quern_connections_unparked_total"), (round + 1) * IDLERS);
    }
    expect_parked(&s, IDLERS);
    for (int i = 0; i < IDLERS; i++) (i % 4 < 2 ? client_close : client_reset)(&c[i]);
    wire_rest_again(&s, &before);
    expect_parked(&s, 0);
    cr_expect_eq(server_down(&s), 0);
}

/* Who was parked and asks once is parked again in the same turn, so before its answer is out; who asks again soon is not. */
ParameterizedTestParameters(wire_parking, seldom_asked_goes_back_at_once)
{
    return cr_make_param_array(struct way, ways, sizeof ways / sizeof *ways);
}

ParameterizedTest(struct way *way, wire_parking, seldom_asked_goes_back_at_once, .timeout = 60)
{
    struct server s;
    struct client c;
    up(&s, "{\"park_after\": 3}", way);
    client_connect(&c, s.port);
    expect_parked(&s, 1);
    long began = wire_now_ms();
    ask(&c);
    cr_expect_eq(wire_metric(s.port, "quern_connections_parked"), 1);
    ask(&c);
    long parked = wire_metric(s.port, "quern_connections_parked");
    if (wire_now_ms() - began < 2500) cr_expect_eq(parked, 0, "it is in use"); /* else it may not be any more */
    expect_parked(&s, 1);
    client_send_text(&c, "GET /livez HTTP/1.1\r\nHo");
    expect_parked(&s, 0);
    client_send_text(&c, "st: q.test\r\n\r\n");
    wire_expect(&c, 200, NULL);
    expect_parked(&s, 1);
    client_reset(&c);
    expect_parked(&s, 0);
    cr_expect_eq(server_down(&s), 0);
}

/* More than one receive buffer holds, out of a long silence: the poll finds the rest, and nothing is lost. */
Test(wire_parking, a_large_request_out_of_silence, .timeout = 60)
{
    enum { BYTES = 300000 };
    struct server s;
    struct client c;
    struct wire_text t = {0};
    struct reply r;
    wire_up(&s, early, (const char *const[]){"--shards", "1", NULL});
    client_connect(&c, s.port);
    for (int round = 0; round < 2; round++) {
        expect_parked(&s, 1);
        wire_text_free(&t);
        wire_addf(&t, "POST /run/echo HTTP/1.1\r\n" HOST "Content-Length: %d\r\n\r\n", BYTES);
        wire_fill(&t, 'b', BYTES);
        client_send(&c, t.p, t.len);
        client_read_reply(&c, &r);
        cr_expect_eq(r.status, 200);
        cr_expect_eq(r.body_len, BYTES);
        reply_free(&r);
    }
    wire_text_free(&t);
    server_signal(&s, SIGTERM);
    cr_expect(wire_ends(&c), "parked or not, a stop ends it");
    client_close(&c);
    cr_expect_eq(server_wait(&s), 0);
    server_folder_free(&s);
}

ParameterizedTestParameters(wire_parking, requests_that_come_while_it_parks)
{
    return cr_make_param_array(struct way, ways, sizeof ways / sizeof *ways);
}

/* Requests about a second after the last one: some find the receive, some its cancel under way, some the poll. */
ParameterizedTest(struct way *way, wire_parking, requests_that_come_while_it_parks, .timeout = 90)
{
    struct server s;
    struct client c[IDLERS];
    struct wire_random random = wire_random_from(11);
    up(&s, early, way);
    struct wire_rest before = wire_rest_of(&s);
    long due[IDLERS], end = wire_now_ms() + 6000;
    connect_all(&s, c, IDLERS);
    for (int i = 0; i < IDLERS; i++) due[i] = wire_now_ms() + wire_random(&random, 1500);
    while (wire_now_ms() < end) {
        for (int i = 0; i < IDLERS; i++) {
            if (wire_now_ms() < due[i]) continue;
            ask(&c[i]);
            due[i] = wire_now_ms() + 700 + wire_random(&random, 800);
        }
        wire_pause_us(500);
    }
    cr_expect_gt(wire_metric(s.port, "quern_connections_unparked_total"), 0);
    for (int i = 0; i < IDLERS; i++) client_close(&c[i]);
    wire_rest_again(&s, &before);
    cr_expect_eq(server_down(&s), 0);
}

Test(wire_parking, the_idle_timeout_holds, .timeout = 60)
{
    struct server s;
    struct client c;
    up(&s, "{\"park_after\": 1, \"idle_timeout\": 3}", &(struct way){"direct"});
    client_connect(&c, s.port);
    long asked = wire_now_ms();
    ask(&c);
    expect_parked(&s, 1);
    cr_expect(wire_ends(&c));
    cr_expect_geq(wire_now_ms() - asked, 2900, "parked or not: not before its time");
    client_close(&c);
    cr_expect_eq(server_down(&s), 0);
}

Test(wire_parking, who_is_in_the_middle_is_not_parked, .timeout = 60)
{
    struct server s;
    struct client head, body, idle;
    wire_up(&s, "{\"park_after\": 1, \"header_timeout\": 600, \"body_timeout\": 600}",
            (const char *const[]){"--shards", "1", NULL});
    client_connect(&head, s.port);
    client_connect(&body, s.port);
    client_connect(&idle, s.port);
    client_send_text(&head, "GET /livez HTTP/1.1\r\nHo");
    client_send_text(&body, "POST /run/echo HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\nbo");
    expect_parked(&s, 1);
    cr_expect(wire_is_quiet(&head) && wire_is_quiet(&body));
    client_send_text(&head, "st: q.test\r\n\r\n");
    client_send_text(&body, "dy");
    wire_expect(&head, 200, NULL);
    wire_expect(&body, 200, "body");
    expect_parked(&s, 3);
    client_close(&head);
    client_close(&body);
    client_close(&idle);
    cr_expect_eq(server_down(&s), 0);
}

Test(wire_parking, a_stop_ends_the_parked, .timeout = 60)
{
    struct server s;
    struct client c[IDLERS];
    wire_up(&s, early, (const char *const[]){"--shards", "2", NULL});
    connect_all(&s, c, IDLERS);
    expect_parked(&s, IDLERS);
    server_signal(&s, SIGTERM);
    for (int i = 0; i < IDLERS; i++) {
        cr_expect(wire_ends(&c[i]));
        client_close(&c[i]);
    }
    cr_expect_eq(server_wait(&s), 0);
    server_folder_free(&s);
}

Test(wire_parking, nobody_is_parked_when_it_is_off, .timeout = 60)
{
    struct server s;
    struct client c;
    wire_up(&s, "{\"park_after\": 0, \"idle_timeout\": 4}", (const char *const[]){"--shards", "1", NULL});
    client_connect(&c, s.port);
    cr_expect(wire_ends(&c), "the idle timeout, long after anything would have been parked");
    cr_expect_eq(wire_metric(s.port, "quern_connections_unparked_total"), 0);
    client_close(&c);
    cr_expect_eq(server_down(&s), 0);
}
