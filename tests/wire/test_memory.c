/* When pooled memory runs out, on purpose or not: who asks for too much is told or cut, everybody else goes on, and all comes
 * back. Each of these once ended the server or lost memory for good. */
#include "call.h"
#include "wire.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define LARGE_HEADS 256 /* heads over 4 KiB that fit the pool of one shard */

static const char *const one_shard[] = {"--shards", "1", NULL};

/* A head of a bit more than 5,000 bytes, without its empty line. */
static void add_large_head(struct wire_text *t, const char *line)
{
    wire_addf(t, "%s\r\nHost: q.test\r\nX-Long: ", line);
    wire_fill(t, 'x', 5000);
    wire_addf(t, "\r\n");
}

Test(wire_memory, a_large_head_whose_body_comes_later_is_kept_once, .timeout = 60)
{
    struct server s;
    struct client c;
    struct wire_text head = {0};
    server_up(&s, one_shard);
    add_large_head(&head, "POST /run/echo HTTP/1.1");
    wire_addf(&head, "Content-Length: 4\r\n\r\n");
    client_connect(&c, s.port);
    for (int i = 0; i < LARGE_HEADS + 50; i++) {
        client_send(&c, head.p, head.len);
        wire_pause_us(200); /* usually its own packet: the head stands alone, is copied, and the body finds it kept */
        client_send_text(&c, "body");
        wire_expect(&c, 200, "body");
    }
    client_close(&c);
    wire_text_free(&head);
    cr_expect_eq(server_down(&s), 0);
}

Test(wire_memory, no_large_head_left_is_no_reason_to_end, .timeout = 60)
{
    struct server s;
    struct client held[LARGE_HEADS], c;
    struct wire_text head = {0}, last = {0};
    server_up(&s, one_shard);
    struct wire_rest before = wire_rest_of(&s);
    add_large_head(&head, "GET /livez HTTP/1.1");
    for (int i = 0; i < LARGE_HEADS; i++) {
        client_connect(&held[i], s.port);
        client_send(&held[i], head.p, head.len);
    }
    /* A parked request, and behind it one whose refusal has to wait for its turn, in a head that finds no place. */
    wire_addf(&last, "GET /metrics HTTP/1.1\r\nHost: q.test\r\n\r\n");
    add_large_head(&last, "GET /nothing HTTP/1.1");
    wire_addf(&last, "\r\n");
    client_connect(&c, s.port);
    client_send(&c, last.p, last.len);
    struct reply r;
    (void)client_try_read(&c, &r, true); /* an answer or the end of the connection */
    reply_free(&r);
    struct reply alive = http_request(s.port, "GET", "/livez", NULL, NULL);
    cr_expect_eq(alive.status, 200);
    reply_free(&alive);
    client_close(&c);
    for (int i = 0; i < LARGE_HEADS; i++) client_reset(&held[i]);
    wire_rest_again(&s, &before);
    wire_text_free(&head);
    wire_text_free(&last);
    cr_expect_eq(server_down(&s), 0);
}

Test(wire_memory, who_sends_too_much_too_early_pays_alone, .timeout = 90)
{
    struct server s;
    struct client c[64], other;
    char *junk = calloc(1, 200000);
    struct wire_text call = {0};
    wire_up(&s, "{\"output_memory\": 1048576}", one_shard); /* 256 chunks in all */
    struct wire_rest before = wire_rest_of(&s);
    memset(junk, 'G', 200000);
    wire_addf(&call, "POST /run/sleep?ms=2000 HTTP/1.1\r\nHost: q.test\r\nContent-Length: 0\r\n\r\n");
    for (int i = 0; i < 64; i++) {
        client_connect(&c[i], s.port);
        client_send(&c[i], call.p, call.len);
        (void)client_try_send(&c[i], junk, 60000);
    }
    struct reply r = http_request(s.port, "GET", "/livez", NULL, NULL);
    cr_expect_eq(r.status, 200, "others are served");
    reply_free(&r);
    client_connect(&other, s.port);
    wire_expect((client_send_text(&other, "GET /livez HTTP/1.1\r\nHost: q.test\r\n\r\n"), &other), 200, "ok\n");
    client_close(&other);
    for (int i = 0; i < 64; i++) client_reset(&c[i]);
    wire_rest_again(&s, &before);
    wire_text_free(&call);
    free(junk);
    cr_expect_eq(server_down(&s), 0);
}

/* One in five: a job gets its turn although calls would take every worker for ever. */
Test(wire_memory, calls_do_not_starve_jobs, .timeout = 60)
{
    static const char *const args[] = {"--shards", "1", "--workers", "1", NULL};
    struct server s;
    struct client c[8];
    server_up(&s, args);
    for (int i = 0; i < 8; i++) {
        client_connect(&c[i], s.port);
        call_send(&c[i], "/run/sleep?ms=20", NULL, "", 0);
    }
    struct reply r = http_request(s.port, "POST", "/ojs/v1/jobs", "Content-Type: application/json\r\n",
                                  "{\"type\":\"sleep\",\"args\":[{\"ms\":1}]}");
    cr_assert_eq(r.status, 201);
    reply_free(&r);
    long completed = 0;
    for (long end = wire_now_ms() + PATIENCE_MS; wire_now_ms() < end && !completed;) {
        for (int i = 0; i < 8; i++) { /* each answer is followed by the next call: the queue never empties */
            client_read_reply(&c[i], &r);
            cr_assert_eq(r.status, 200);
            reply_free(&r);
            call_send(&c[i], "/run/sleep?ms=20", NULL, "", 0);
        }
        completed = wire_metric(s.port, "quern_jobs{state=\"completed\"}");
    }
    cr_expect_eq(completed, 1, "the job ran while calls were waiting all the time");
    for (int i = 0; i < 8; i++) client_reset(&c[i]);
    cr_expect_eq(server_down(&s), 0);
}

/* A drain: the answer that is not the last of its connection does not say close, and SIGHUP does not hurry anything. */
Test(wire_memory, a_drain_takes_its_time, .timeout = 60)
{
    struct server s;
    struct client c;
    call_up(&s, "{\"routes\": [{\"method\": \"GET\", \"path\": \"/held/<text>\", \"job\": \"test.held\"}]}", one_shard);
    client_connect(&c, s.port);
    client_send_text(&c, "GET /held/1 HTTP/1.1\r\nHost: q.test\r\n\r\nGET /held/2 HTTP/1.1\r\nHost: q.test\r\n\r\n");
    call_await_metric(s.port, "quern_calls", 2);
    server_signal(&s, SIGTERM);
    wire_await_log(&s, "server.drain", 1);
    server_signal(&s, SIGHUP);
    wire_release(&s);
    struct reply r;
    client_read_reply(&c, &r);
    cr_expect_eq(r.status, 200);
    cr_expect(r.keeps_open, "another answer follows: %s", r.head);
    reply_free(&r);
    wire_expect_last(&c, 200);
    client_close(&c);
    cr_expect_eq(server_down(&s), 0);
}
