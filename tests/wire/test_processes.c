/* Job types that run in worker processes: what a crash, a kill, a limit does to the call, to the job and to the server. */
#include "places.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ONE "{\"test.crash\": {\"run\": \"process\", \"places\": 1}}"
#define RUN "/run/test.crash?how="

Test(wire_processes, crashes_are_answered, .timeout = 60)
{
    static const struct {
        const char *how, *what;
    } ways[] = {{"segv", "SIGSEGV"}, {"abort", "SIGABRT"}, {"exit", "exit status 7"}};
    struct server srv;
    places_up(&srv, ONE, NULL);
    for (long i = 0; i < 3; i++) {
        char target[64];
        (void)snprintf(target, sizeof target, RUN "%s", ways[i].how);
        call_problem(call(srv.port, target), 500, "worker_crashed", ways[i].what);
        cr_assert_gt(places_number(srv.port, RUN "pid"), 1, "the next one is there");
        places_await(&srv, "quern_worker_crashes_total", "test.crash", i + 1);
        places_await(&srv, "quern_worker_restarts_total", "test.crash", i + 1);
    }
    char *log = server_log(&srv);
    cr_assert(strstr(log, "worker.crashed type=test.crash"), "%s", log);
    free(log);
    cr_assert_eq(server_down(&srv), 0);
}

/* The client's only event is the kill: it waits, and nothing comes, until then. */
Test(wire_processes, killed_while_a_client_waits, .timeout = 60)
{
    struct server srv;
    struct client c;
    struct reply r;
    places_up(&srv, ONE, NULL);
    pid_t pid = (pid_t)places_number(srv.port, RUN "pid");
    client_connect(&c, srv.port);
    call_send(&c, RUN "hold", NULL, "", 0);
    places_await_holding(pid);
    cr_assert(wire_is_quiet(&c));
    cr_assert_eq(kill(pid, SIGKILL), 0);
    client_read_reply(&c, &r);
    call_problem(r, 500, "worker_crashed", "signal 9 (SIGKILL)");
    client_close(&c);
    places_await(&srv, "quern_worker_restarts_total", "test.crash", 1);
    cr_assert_neq(places_number(srv.port, RUN "pid"), (long)pid);
    cr_assert_eq(server_down(&srv), 0);
}

/* Quickly, told by the order of events: a call of 20 ms that is sent just before the kill is answered after it. Not each time: a
 * sanitizer's process takes long to be taken down, and a busy machine has others to run. */
Test(wire_processes, a_kill_is_answered_at_once, .timeout = 60)
{
    struct server srv;
    struct client c[2];
    struct reply r;
    unsigned first = 0, rounds = 0;
    enum { ENOUGH = 3, ROUNDS_MAX = 100 };
    places_up(&srv, ONE, NULL);
    for (int i = 0; i < 2; i++) client_connect(&c[i], srv.port);
    for (; first < ENOUGH && rounds < ROUNDS_MAX; rounds++) {
        pid_t pid = (pid_t)places_number(srv.port, RUN "pid");
        call_send(&c[0], RUN "hold", NULL, "", 0);
        places_await_holding(pid);
        call_send(&c[1], "/run/sleep?ms=20", NULL, "", 0);
        cr_assert_eq(kill(pid, SIGKILL), 0);
        client_read_reply(&c[0], &r);
        first += wire_is_quiet(&c[1]);
        cr_assert_eq(r.status, 500);
        reply_free(&r);
        client_read_reply(&c[1], &r);
        cr_assert_eq(r.status, 200, "%s%s", r.head, r.body);
        reply_free(&r);
    }
    cr_assert_geq(first, ENOUGH, "only %u of %u", first, rounds);
    for (int i = 0; i < 2; i++) client_close(&c[i]);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_processes, killed_while_idle, .timeout = 60)
{
    struct server srv;
    places_up(&srv, ONE, NULL);
    for (long i = 1; i <= 3; i++) {
        pid_t pid = (pid_t)places_number(srv.port, RUN "pid");
        cr_assert_eq(kill(pid, SIGKILL), 0);
        places_await(&srv, "quern_worker_restarts_total", "test.crash", i);
        cr_assert_neq(places_number(srv.port, RUN "pid"), (long)pid);
    }
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- limits ---- */

Test(wire_processes, time_limit, .timeout = 60)
{
    struct server srv;
    places_up(&srv, "{\"test.crash\": {\"run\": \"process\", \"places\": 1, \"timeout\": 2, \"kill_after\": 1}}", NULL);
    pid_t pid = (pid_t)places_number(srv.port, RUN "pid");
    call_problem(call(srv.port, RUN "spin"), 504, "timeout", "");
    places_await_gone(pid);
    pid = (pid_t)places_number(srv.port, RUN "pid");
    call_problem(call(srv.port, RUN "deaf"), 504, "timeout", "");
    places_await_gone(pid); /* SIGTERM would not have done it */
    cr_assert_gt(places_number(srv.port, RUN "pid"), 1);
    places_await(&srv, "quern_worker_crashes_total", "test.crash", 0); /* it was our doing */
    cr_assert_eq(server_down(&srv), 0);
}

/* Each task has all of it: many short ones together may have more. */
Test(wire_processes, cpu_limit, .timeout = 60)
{
    struct server srv;
    places_up(&srv, "{\"test.crash\": {\"run\": \"process\", \"places\": 1, \"cpu_max\": 1}}", NULL);
    call_problem(call(srv.port, RUN "spin"), 500, "worker_crashed", "SIGXCPU");
    cr_assert_gt(places_number(srv.port, RUN "pid"), 1);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_processes, memory_limit, .timeout = 60)
{
    struct server srv;
    if (wire_is_slow()) return; /* a sanitizer's memory is reserved beforehand: the limit does not see it */
    places_up(&srv, "{\"test.crash\": {\"run\": \"process\", \"places\": 1, \"memory_max\": 67108864}}", NULL);
    for (int i = 0; i < 2; i++) call_problem(call(srv.port, RUN "alloc"), 422, "out_of_memory", "after ");
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_processes, sandbox, .timeout = 60)
{
    struct server srv;
    places_up(&srv, "{\"test.crash\": {\"run\": \"process\", \"places\": 1, \"sandbox\": true, \"cpu_max\": 5}}", NULL);
    cr_assert_eq(places_number(srv.port, RUN "socket"), EPERM);
    cr_assert_eq(places_number(srv.port, RUN "exec"), EPERM);
    cr_assert_eq(places_number(srv.port, RUN "kill"), EPERM);
    cr_assert_eq(places_number(srv.port, RUN "tkill"), EPERM);
    cr_assert_eq(places_number(srv.port, RUN "spaces"), EPERM);
    call_problem(call(srv.port, RUN "abort"), 500, "worker_crashed", "SIGABRT");
    cr_assert_gt(places_number(srv.port, RUN "pid"), 1);
    cr_assert_eq(server_down(&srv), 0);
    places_up(&srv, ONE, NULL);
    cr_assert_eq(places_number(srv.port, RUN "socket"), 0, "nobody asked for it");
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- not wanted any more ---- */

Test(wire_processes, client_gone, .timeout = 60)
{
    struct server srv;
    struct client c;
    places_up(&srv, ONE, NULL);
    pid_t pid = (pid_t)places_number(srv.port, RUN "pid");
    client_connect(&c, srv.port);
    call_send(&c, RUN "hold", NULL, "", 0);
    places_await_holding(pid);
    client_reset(&c);
    places_await_gone(pid);
    cr_assert_gt(places_number(srv.port, RUN "pid"), 1);
    cr_assert_eq(server_down(&srv), 0);
}

/* One type's places are full, and a task waits for them: other types do not. */
Test(wire_processes, others_are_not_held_up, .timeout = 60)
{
    struct server srv;
    struct client c[2];
    places_up(&srv, ONE, (const char *const[]){"--workers", "1", NULL});
    for (int i = 0; i < 2; i++) {
        client_connect(&c[i], srv.port);
        call_send(&c[i], RUN "hold", NULL, "", 0);
    }
    call_await_metric(srv.port, "quern_tasks_waiting", 1);
    call_expect(srv.port, "/run/echo", "");
    call_expect(srv.port, "/run/test.make?bytes=3", "abc");
    wire_release(&srv);
    for (int i = 0; i < 2; i++) wire_expect(&c[i], 200, NULL);
    for (int i = 0; i < 2; i++) client_close(&c[i]);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- results ---- */

Test(wire_processes, results, .timeout = 60)
{
    static const char *const ways[] = {"copy", "reserve", "take", "twice"};
    static const size_t sizes[] = {0, 1, 4095, 262144, 262145, 300000, 5000000};
    struct server srv;
    struct client c;
    places_up(&srv, "{\"test.make\": {\"run\": \"process\", \"places\": 1}, \"echo\": {\"run\": \"process\"}}", NULL);
    client_connect(&c, srv.port);
    for (int w = 0; w < 4; w++) {
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            char target[96];
            (void)snprintf(target, sizeof target, "/run/test.make?way=%s&bytes=%zu", ways[w], sizes[i]);
            struct reply r = call_on(&c, target, NULL, "", 0);
            cr_assert_eq(r.status, 200, "%s: %s", target, r.head);
            cr_assert_eq(r.body_len, sizes[i], "%s: %zu bytes", target, r.body_len);
            for (size_t k = 0; k < r.body_len; k++) cr_assert_eq(r.body[k], (char)('a' + k % 26));
            if (w != 2) cr_assert_str_eq(reply_header(&r, "Content-Type"), "text/x-made");
            reply_free(&r);
        }
    }
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *input = call_pattern(sizes[i]);
        struct reply r = call_on(&c, "/run/echo", "Content-Type: text/x-input\r\n", input, sizes[i]);
        cr_assert(r.status == 200 && r.body_len == sizes[i] && memcmp(r.body, input, sizes[i]) == 0, "%zu bytes", sizes[i]);
        cr_assert_str_eq(reply_header(&r, "Content-Type"), "text/x-input");
        reply_free(&r);
        free(input);
    }
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_processes, result_limit, .timeout = 60)
{
    struct server srv;
    places_up(&srv, "{\"test.make\": {\"run\": \"process\", \"result_max\": 1000}}", NULL);
    struct reply r = call(srv.port, "/run/test.make?bytes=1000");
    cr_assert_eq(r.status, 200);
    reply_free(&r);
    call_problem(call(srv.port, "/run/test.make?bytes=1001"), 422, "result_too_large", "1000 bytes");
    cr_assert_eq(server_down(&srv), 0);
}

/* Each large result is the call's own, byte by byte, whatever has become of those before it in the same child. */
static void expect_made(int port, const char *way, size_t bytes, int first)
{
    char target[96];
    (void)snprintf(target, sizeof target, "/run/test.make?way=%s&bytes=%zu&first=%d", way, bytes, first);
    struct reply r = call(port, target);
    cr_assert_eq(r.status, 200, "%s: %s%s", target, r.head, r.status == 200 ? "" : r.body);
    cr_assert_eq(r.body_len, bytes, "%s: %zu bytes", target, r.body_len);
    for (size_t k = 0; k < bytes; k++) cr_assert_eq(r.body[k], (char)('a' + ((size_t)first + k) % 26), "%s: byte %zu", target, k);
    reply_free(&r);
}

Test(wire_processes, large_results_beside_the_limit, .timeout = 60)
{
    static const char *const ways[] = {"copy", "reserve", "take", "twice"};
    struct server srv;
    places_up(&srv, "{\"test.make\": {\"run\": \"process\", \"places\": 1, \"result_max\": 600000}}", NULL);
    for (int w = 0; w < 4; w++) {
        char target[96];
        (void)snprintf(target, sizeof target, "/run/test.make?way=%s&bytes=700000&first=25", ways[w]);
        call_problem(call(srv.port, target), 422, "result_too_large", "600000 bytes");
        expect_made(srv.port, ways[w], 300000, 1);
        expect_made(srv.port, ways[w], 400000, 2);
        call_problem(call(srv.port, target), 422, "result_too_large", "600000 bytes");
        call_problem(call(srv.port, "/run/test.make?way=fail&bytes=600000&first=24"), 422, "thought_again", "600000 bytes");
        expect_made(srv.port, ways[w], 500000, 3);
        expect_made(srv.port, ways[w], 500000, 4);
        expect_made(srv.port, ways[w], 600000, 5);
    }
    places_await(&srv, "quern_worker_restarts_total", "test.make", 0);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- jobs ---- */

#define FAST "\"initial_interval\": \"PT0.01S\", \"jitter\": false"

Test(wire_processes, three_crashes_discard_a_job, .timeout = 60)
{
    struct server srv;
    places_up(&srv, ONE, NULL);
    cJSON *job = places_job(srv.port, "test.crash", "[{\"how\": \"segv\"}]", "{\"retry\": {\"max_attempts\": 10, " FAST "}}", "discarded");
    cr_assert_eq(call_number(job, "job.attempt"), 3);
    char *text = cJSON_PrintUnformatted(job);
    cr_assert(strstr(text, "worker_crashed") && strstr(text, "SIGSEGV"), "%s", text);
    free(text);
    cJSON_Delete(job);
    places_await(&srv, "quern_worker_crashes_total", "test.crash", 3);
    job = places_job(srv.port, "test.crash", "[{\"how\": \"segv\"}]", "{\"retry\": {\"max_attempts\": 1}}", "discarded");
    cr_assert_eq(call_number(job, "job.attempt"), 1, "a crash is an attempt");
    cJSON_Delete(job);
    job = places_job(srv.port, "test.crash", "[{\"how\": \"pid\"}]", "{}", "completed");
    cJSON_Delete(job);
    char *log = server_log(&srv);
    cr_assert(strstr(log, "attempt=3"), "%s", log);
    free(log);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_processes, job_time_limit, .timeout = 60)
{
    struct server srv;
    places_up(&srv, "{\"test.crash\": {\"run\": \"process\", \"places\": 1, \"timeout\": 1}}", NULL);
    cJSON *job = places_job(srv.port, "test.crash", "[{\"how\": \"hold\"}]", "{\"retry\": {\"max_attempts\": 1}}", "discarded");
    char *text = cJSON_PrintUnformatted(job);
    cr_assert(strstr(text, "timeout"), "%s", text);
    free(text);
    cJSON_Delete(job);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- the server's own end ---- */

Test(wire_processes, drain_lets_it_finish, .timeout = 60)
{
    struct server srv;
    struct client c;
    places_up(&srv, ONE, NULL);
    client_connect(&c, srv.port);
    call_send(&c, RUN "hold", NULL, "", 0);
    call_await_metric(srv.port, "quern_tasks_out", 1);
    server_signal(&srv, SIGTERM);
    wire_await_log(&srv, "server.drain", 1);
    wire_release(&srv);
    wire_expect_last(&c, 200);
    client_close(&c);
    cr_assert_eq(server_wait(&srv), 0);
    server_folder_free(&srv);
}

Test(wire_processes, stop_now_ends_it, .timeout = 60)
{
    struct server srv;
    struct client c;
    places_up(&srv, ONE, NULL);
    pid_t pid = (pid_t)places_number(srv.port, RUN "pid");
    client_connect(&c, srv.port);
    call_send(&c, RUN "deaf", NULL, "", 0);
    places_await_holding(pid);
    server_signal(&srv, SIGTERM);
    server_signal(&srv, SIGINT);
    cr_assert_eq(server_wait(&srv), 0);
    places_await_gone(pid);
    client_close(&c);
    server_folder_free(&srv);
}

/* kill -9: the sockets to the zygote end with the server. Neither workers nor what they have started stay. */
Test(wire_processes, nobody_outlives_the_server, .timeout = 60)
{
    struct server srv;
    struct client c;
    pid_t zygote[4];
    unsigned zombies;
    places_up(&srv, ONE, NULL);
    pid_t pid = (pid_t)places_number(srv.port, RUN "pid");
    pid_t grandchild = (pid_t)places_number(srv.port, RUN "fork");
    cr_assert_eq(places_children(srv.pid, zygote, 4, &zombies), 1);
    client_connect(&c, srv.port);
    call_send(&c, RUN "deaf", NULL, "", 0);
    places_await_holding(pid);
    server_kill(&srv);
    places_await_gone(pid);
    places_await_gone(grandchild);
    places_await_gone(zygote[0]);
    client_close(&c);
    server_folder_free(&srv);
}

Test(wire_processes, zygote_gone, .timeout = 60)
{
    struct server srv;
    pid_t zygote[4];
    unsigned zombies;
    places_up(&srv, ONE, NULL);
    pid_t pid = (pid_t)places_number(srv.port, RUN "pid");
    cr_assert_eq(places_children(srv.pid, zygote, 4, &zombies), 1);
    cr_assert_eq(kill(zygote[0], SIGKILL), 0);
    places_await_gone(pid);
    int status = 0;
    for (long end = wire_now_ms() + PATIENCE_MS; status != 503 && wire_now_ms() < end; wire_pause_us(5000)) {
        struct reply r = http_request(srv.port, "GET", "/readyz", NULL, NULL);
        status = r.status;
        reply_free(&r);
    }
    cr_assert_eq(status, 503);
    call_problem(call(srv.port, RUN "pid"), 503, "overloaded", "");
    call_expect(srv.port, "/run/echo", "");
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- nothing is left ---- */

Test(wire_processes, many_crashes_leave_nothing, .timeout = 110)
{
    struct server srv;
    pid_t zygote[4], children[8];
    unsigned zombies, n = wire_scaled(1000);
    places_up(&srv, "{\"test.crash\": {\"run\": \"process\", \"places\": 2}}", NULL);
    places_await(&srv, "quern_worker_processes", "test.crash", 2);
    cr_assert_eq(places_children(srv.pid, zygote, 4, &zombies), 1);
    struct wire_rest before = wire_rest_of(&srv);
    unsigned files = places_files(zygote[0]);
    for (unsigned i = 0; i < n; i++) {
        struct reply r = call(srv.port, RUN "segv");
        cr_assert_eq(r.status, 500, "%s", r.body);
        reply_free(&r);
        (void)places_number(srv.port, RUN "pid");
    }
    places_await(&srv, "quern_worker_crashes_total", "test.crash", n);
    places_await(&srv, "quern_worker_restarts_total", "test.crash", n);
    places_await(&srv, "quern_worker_processes", "test.crash", 2);
    wire_rest_again(&srv, &before);
    for (long end = wire_now_ms() + PATIENCE_MS; places_files(zygote[0]) > files && wire_now_ms() < end;) wire_pause_us(2000);
    cr_assert_leq(places_files(zygote[0]), files); /* it may be in the middle of something, now or then */
    cr_assert_eq(places_children(zygote[0], children, 8, &zombies), 2);
    cr_assert_eq(zombies, 0);
    cr_assert_eq(server_down(&srv), 0);
}
