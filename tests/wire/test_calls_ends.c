/* Calls that do not simply come to an end: time-outs, clients that go away, overload, handlers that hang. */
#include "call.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define N(list) (sizeof(list) / sizeof *(list))

/* ---- time-outs (what becomes of calls that outlive their client's wait: test_adopt.c) ---- */

/* Not before its time. That it was not long after it the status says: what it waited for would have come then. */
static void expect_timeout(struct client *c, long began_ms, long after_ms)
{
    struct reply r;
    client_read_reply(c, &r);
    long took = wire_now_ms() - began_ms;
    call_problem(r, 504, "timeout", "cancelled");
    cr_assert_geq(took, after_ms, "504 after %ld ms, not %ld", took, after_ms);
}

static void expect_job(struct client *c, int port, long began_ms, long after_ms)
{
    call_adopted_and_cancelled(c, port);
    long took = wire_now_ms() - began_ms;
    cr_assert_geq(took, after_ms, "202 after %ld ms, not %ld", took, after_ms);
}

Test(wire_calls, prefer_wait_bounds_a_call, .timeout = 60)
{
    struct server srv;
    call_up(&srv, NULL, FOUR_WORKERS);
    long began = wire_now_ms();
    struct client a = call_begin(srv.port, "/run/sleep?ms=25000", "Prefer: wait=1\r\n");
    struct client b = call_begin(srv.port, "/run/test.count_cancel", "Prefer: respond-later, wait=\"1\"\r\n");
    expect_job(&a, srv.port, began, 990);
    expect_job(&b, srv.port, began, 990);
    call_await_count(srv.port, "cancelled", 1);
    call_await_metric(srv.port, "quern_tasks_out", 0); /* sleep has heard of it too */
    cr_assert_eq(wire_metric(srv.port, "quern_calls_timed_out_total"), 0);
    call_echo(&a, "the connection goes on", 22);
    client_close(&a);
    client_close(&b);
    cr_assert_eq(server_down(&srv), 0);
}

/* What it says is an upper bound only; a type's own limit and the server's wait_max go first. */
Test(wire_calls, other_bounds_of_a_call, .timeout = 60)
{
    struct server srv;
    call_up(&srv, "{\"wait_max\": 3}", FOUR_WORKERS);
    long began = wire_now_ms();
    struct client a = call_begin(srv.port, "/run/test.brief", NULL); /* its run limit: 300 ms */
    struct client b = call_begin(srv.port, "/run/test.brief", "Prefer: wait=5\r\n");
    struct client c = call_begin(srv.port, "/run/sleep?ms=20000", "Prefer: wait=10\r\n"); /* at most wait_max */
    expect_timeout(&a, began, 290);
    expect_timeout(&b, began, 290);
    expect_job(&c, srv.port, began, 2990);
    call_await_count(srv.port, "cancelled", 2);
    cr_assert_eq(wire_metric(srv.port, "quern_calls_timed_out_total"), 2);
    struct client quick = call_begin(srv.port, "/run/test.tell?ms=50&text=soon", "Prefer: wait=5\r\n");
    wire_expect(&quick, 200, "soon");
    struct client hasty = call_begin(srv.port, "/run/sleep?ms=25000", "Prefer: wait=0\r\n");
    call_adopted_and_cancelled(&hasty, srv.port);
    client_close(&hasty);
    client_close(&a);
    client_close(&b);
    client_close(&c);
    client_close(&quick);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- clients that go away ---- */

Test(wire_calls, reset_cancels_a_running_call, .timeout = 30)
{
    struct server srv;
    call_up(&srv, NULL, ONE_WORKER);
    struct client c = call_begin(srv.port, "/run/test.count_cancel", NULL);
    call_await_count(srv.port, "started", 1);
    client_reset(&c);
    call_await_count(srv.port, "cancelled", 1);
    call_await_metric(srv.port, "quern_calls", 0);
    cr_assert_eq(wire_metric(srv.port, "quern_calls_abandoned_total"), 1);
    cr_assert_eq(wire_metric(srv.port, "quern_tasks_withdrawn_total"), 0);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_calls, close_cancels_a_running_call, .timeout = 30)
{
    struct server srv;
    call_up(&srv, NULL, ONE_WORKER);
    struct client c = call_begin(srv.port, "/run/test.count_cancel", NULL);
    call_await_count(srv.port, "started", 1);
    client_close(&c);
    call_await_count(srv.port, "cancelled", 1);
    call_await_metric(srv.port, "quern_calls", 0);
    cr_assert_eq(wire_metric(srv.port, "quern_calls_abandoned_total"), 1);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_calls, reset_withdraws_a_waiting_call, .timeout = 30)
{
    struct server srv;
    call_up(&srv, NULL, ONE_WORKER);
    struct client a = call_begin(srv.port, "/run/test.count_cancel", NULL);
    call_await_count(srv.port, "started", 1);
    struct client b = call_begin(srv.port, "/run/test.count_cancel", NULL);
    struct client c = call_begin(srv.port, "/run/test.count_cancel?ms=1", NULL);
    call_await_metric(srv.port, "quern_tasks_waiting", 2);
    client_reset(&b);
    call_await_metric(srv.port, "quern_tasks_withdrawn_total", 1);
    cr_assert_eq(wire_metric(srv.port, "quern_tasks_waiting"), 1);
    client_reset(&a); /* and the worker goes on with the third */
    call_end(&c, 200);
    cr_assert_eq(call_count(srv.port, "started"), 2);
    cr_assert_eq(call_count(srv.port, "cancelled"), 1);
    cr_assert_eq(call_count(srv.port, "ended"), 1);
    cr_assert_eq(server_down(&srv), 0);
}

/* A waiting call's time runs too. */
Test(wire_calls, waiting_call_times_out, .timeout = 30)
{
    struct server srv;
    call_up(&srv, NULL, ONE_WORKER);
    struct client a = call_begin(srv.port, "/run/test.count_cancel", NULL);
    call_await_count(srv.port, "started", 1);
    long began = wire_now_ms();
    struct client b = call_begin(srv.port, "/run/test.count_cancel", "Prefer: wait=1\r\n");
    expect_job(&b, srv.port, began, 990);
    cr_assert_eq(wire_metric(srv.port, "quern_tasks_withdrawn_total"), 1);
    client_reset(&a);
    call_await_count(srv.port, "cancelled", 1);
    cr_assert_eq(call_count(srv.port, "started"), 1);
    client_close(&b);
    cr_assert_eq(server_down(&srv), 0);
}

/* A client that has only ended its sending side reads its answer, if that comes within a second. */
Test(wire_calls, half_close_is_kept_a_second, .timeout = 30)
{
    struct server srv;
    struct reply r;
    call_up(&srv, NULL, FOUR_WORKERS);
    struct client a = call_begin(srv.port, "/run/test.tell?ms=50&text=still+there", NULL);
    client_shutdown(&a);
    client_read_reply(&a, &r);
    cr_assert_eq(r.status, 200);
    cr_assert_str_eq(r.body, "still there");
    reply_free(&r);
    cr_assert(wire_ends(&a));
    long began = wire_now_ms();
    struct client b = call_begin(srv.port, "/run/test.count_cancel", NULL);
    client_shutdown(&b);
    enum client_end e = client_try_read(&b, &r, true);
    long took = wire_now_ms() - began;
    cr_assert(e == CLIENT_CLOSED || e == CLIENT_RESET, "%s", client_end_text(e));
    cr_assert_geq(took, 900, "%ld ms", took);
    reply_free(&r);
    call_await_count(srv.port, "cancelled", 1);
    client_close(&a);
    client_close(&b);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- overload ---- */

static void expect_overload(struct reply r, const char *detail)
{
    const char *after = reply_header(&r, "Retry-After");
    cr_assert(r.status == 503 && after && strtol(after, NULL, 10) >= 1, "%s%s", r.head, r.body);
    call_problem(r, 503, "overloaded", detail);
}

Test(wire_calls, full_queue_refuses, .timeout = 60)
{
    struct server srv;
    struct client waiting[2], c;
    call_up(&srv, "{\"queue_length\": 2}", ONE_WORKER);
    struct client busy = call_begin(srv.port, "/run/test.count_cancel", NULL);
    call_await_count(srv.port, "started", 1);
    for (size_t i = 0; i < N(waiting); i++) waiting[i] = call_begin(srv.port, "/run/test.tell?text=my+turn", NULL);
    call_await_metric(srv.port, "quern_tasks_waiting", 2);
    client_connect(&c, srv.port);
    for (int i = 0; i < 20; i++) expect_overload(call_on(&c, "/run/echo", NULL, "refused", 7), "queue is full");
    cr_assert_eq(wire_metric(srv.port, "quern_tasks_refused_full_total"), 20);
    struct reply ready = http_request(srv.port, "GET", "/readyz", NULL, NULL);
    cr_assert_eq(ready.status, 200);
    reply_free(&ready);
    client_reset(&busy);
    for (size_t i = 0; i < N(waiting); i++) {
        wire_expect(&waiting[i], 200, "my turn");
        client_close(&waiting[i]);
    }
    for (int i = 0; i < 20; i++) call_echo(&c, "served again", 12);
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

/* Who would wait longer than it wants is told at once. */
Test(wire_calls, too_long_a_queue_refuses, .timeout = 60)
{
    struct server srv;
    call_up(&srv, NULL, ONE_WORKER);
    struct client a = call_begin(srv.port, "/run/sleep?ms=800", NULL); /* from now on the type is known */
    wire_expect(&a, 200, "");
    struct client busy = call_begin(srv.port, "/run/test.count_cancel", NULL);
    call_await_count(srv.port, "started", 1);
    struct client b = call_begin(srv.port, "/run/sleep?ms=1", NULL);
    call_await_metric(srv.port, "quern_tasks_waiting", 1);
    expect_overload(call_on(&a, "/run/sleep?ms=1", "Prefer: wait=1\r\n", NULL, 0), "wait longer");
    cr_assert_eq(wire_metric(srv.port, "quern_tasks_refused_long_total"), 1);
    client_reset(&busy);
    call_end(&b, 200);
    client_close(&a);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- handlers that hang ---- */

static int status_of(int port, const char *path)
{
    struct reply r = http_request(port, "GET", path, NULL, NULL);
    int status = r.status;
    reply_free(&r);
    return status;
}

/* It is deaf: the client gets its 504 all the same, and the worker another thread. */
Test(wire_calls, stuck_handler_loses_its_worker, .timeout = 60)
{
    struct server srv;
    call_up(&srv, NULL, ONE_WORKER);
    struct client stuck = call_begin(srv.port, "/run/test.stuck", NULL);
    long began = wire_now_ms();
    expect_timeout(&stuck, began, 190);
    struct client next = call_begin(srv.port, "/run/test.tell?text=next", NULL); /* waits for the new thread */
    wire_expect(&next, 200, "next");
    cr_assert_eq(wire_metric(srv.port, "quern_workers_replaced_total"), 1);
    cr_assert_eq(wire_metric(srv.port, "quern_worker_orphans"), 1);
    cr_assert_eq(status_of(srv.port, "/readyz"), 200);
    for (int i = 0; i < 20; i++) call_echo(&next, "as before", 9);
    call_expect(srv.port, "/run/test.release", "ok");
    call_await_metric(srv.port, "quern_worker_orphans", 0);
    call_await_metric(srv.port, "quern_calls", 0);
    cr_assert_eq(call_count(srv.port, "ended"), 1);
    client_close(&stuck);
    client_close(&next);
    cr_assert_eq(server_down(&srv), 0);
}

/* One replacement per worker; when they hang too, the server says so and refuses, and recovers when they come back. */
Test(wire_calls, too_many_stuck_handlers, .timeout = 60)
{
    struct server srv;
    call_up(&srv, NULL, ONE_WORKER);
    struct client a = call_begin(srv.port, "/run/test.stuck", NULL), b = call_begin(srv.port, "/run/test.stuck", NULL);
    call_end(&a, 504);
    call_end(&b, 504); /* it waited for a worker, in vain */
    call_await_metric(srv.port, "quern_workers_replaced_total", 1);
    struct client c = call_begin(srv.port, "/run/test.stuck", NULL);
    call_end(&c, 504);
    call_await_metric(srv.port, "quern_worker_orphans", 2);
    struct reply r = call(srv.port, "/run/echo");
    expect_overload(r, "no worker is left");
    cr_assert_eq(status_of(srv.port, "/readyz"), 503);
    cr_assert_eq(status_of(srv.port, "/"), 503);
    cr_assert_eq(status_of(srv.port, "/livez"), 200);
    cr_assert_eq(status_of(srv.port, "/metrics"), 200);
    call_expect(srv.port, "/run/test.release", "ok"); /* inline: no worker is needed */
    call_await_metric(srv.port, "quern_worker_orphans", 0);
    call_await_metric(srv.port, "quern_workers_replaced_total", 2);
    cr_assert_eq(status_of(srv.port, "/readyz"), 200);
    call_expect(srv.port, "/run/test.tell?text=back", "back");
    cr_assert_eq(server_down(&srv), 0);
}
