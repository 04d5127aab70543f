/* How quernd stops, what it says meanwhile, and what it gives up of what it may. */
#include "runs.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define N(list) (sizeof(list) / sizeof *(list))

/* ---- stopping ---- */

static void await_refusal(int port)
{
    int error = 0;
    for (long end = wire_now_ms() + PATIENCE_MS; wire_now_ms() < end; wire_pause_us(2000))
        if ((error = run_try_connect(port)) == ECONNREFUSED) return;
    cr_assert_fail("connections to port %d are not refused: %s", port, strerror(error));
}

static struct client begin(int port, const char *target)
{
    struct client c;
    client_connect(&c, port);
    call_send(&c, target, NULL, NULL, 0);
    return c;
}

Test(wire_stop, drain_answers_what_runs, .timeout = 60)
{
    struct server srv;
    struct client c[3];
    struct reply r;
    call_up(&srv, NULL, ARGS("--shards", "2", "--workers", "2"));
    for (size_t i = 0; i < N(c); i++) c[i] = begin(srv.port, "/run/test.held?text=in+time"); /* the third waits */
    call_await_metric(srv.port, "quern_calls", N(c));
    server_signal(&srv, SIGTERM);
    await_refusal(srv.port);
    cr_assert(wire_is_quiet(&c[0])); /* refused already, and the calls still run */
    wire_release(&srv);
    for (size_t i = 0; i < N(c); i++) {
        client_read_reply(&c[i], &r);
        cr_assert_eq(r.status, 200, "%s", r.head);
        cr_assert_str_eq(r.body, "in time");
        cr_assert_str_eq(reply_header(&r, "Connection"), "close");
        cr_assert(wire_ends(&c[i]));
        reply_free(&r);
        client_close(&c[i]);
    }
    cr_assert_eq(server_wait(&srv), 0);
    server_folder_free(&srv);
}

static void close_idle_on(int signal)
{
    struct server srv;
    struct client c[20];
    wire_up(&srv, "{\"drain_grace\": 3600}", ARGS("--shards", "2")); /* it does not end by that */
    for (size_t i = 0; i < N(c); i++) client_connect(&c[i], srv.port);
    for (size_t i = 0; i < N(c); i += 2) { /* every other has asked for something */
        call_send(&c[i], "/run/echo", NULL, "x", 1);
        wire_expect(&c[i], 200, "x");
    }
    call_await_metric(srv.port, "quern_connections", N(c) + 1);
    server_signal(&srv, signal);
    for (size_t i = 0; i < N(c); i++) cr_assert(wire_ends(&c[i]), "connection %zu", i);
    for (size_t i = 0; i < N(c); i++) client_close(&c[i]);
    cr_assert_eq(server_wait(&srv), 0);
    server_folder_free(&srv);
}

Test(wire_stop, drain_closes_idle_connections, .timeout = 60)
{
    close_idle_on(SIGTERM);
    close_idle_on(SIGINT);
}

/* The load balancer is told first, and the work goes on meanwhile. */
Test(wire_stop, drain_delay, .timeout = 60)
{
    struct server srv;
    struct reply r = {0};
    call_up(&srv, "{\"drain_delay\": 3600}", ARGS("--shards", "2"));
    server_signal(&srv, SIGTERM);
    for (long end = wire_now_ms() + PATIENCE_MS; r.status != 503 && wire_now_ms() < end; wire_pause_us(2000)) {
        reply_free(&r);
        r = http_request(srv.port, "GET", "/readyz", NULL, NULL);
    }
    cr_assert_eq(r.status, 503);
    cr_assert_str_eq(r.body, "draining\n");
    reply_free(&r);
    call_expect(srv.port, "/run/test.tell?text=still", "still");
    r = http_request(srv.port, "GET", "/livez", NULL, NULL);
    cr_assert_eq(r.status, 200);
    reply_free(&r);
    server_signal(&srv, SIGTERM);
    cr_assert_eq(server_wait(&srv), 0);
    server_folder_free(&srv);
}

/* The call would run for longer than any test waits. */
static void end_early(struct server *s, struct client *c)
{
    struct reply r;
    enum client_end e = client_try_read(c, &r, true); /* 503, or the connection just ends */
    cr_assert(e != CLIENT_REPLY || r.status == 503, "%s", r.head);
    cr_assert_neq(e, CLIENT_TIMEOUT);
    reply_free(&r);
    client_close(c);
    cr_assert_eq(server_wait(s), 0);
    server_folder_free(s);
}

Test(wire_stop, second_signal_stops_now, .timeout = 60)
{
    struct server srv;
    call_up(&srv, "{\"drain_grace\": 3600}", ARGS("--shards", "2"));
    struct client c = begin(srv.port, "/run/test.held");
    call_await_count(srv.port, "started", 1);
    server_signal(&srv, SIGTERM);
    await_refusal(srv.port);
    server_signal(&srv, SIGTERM);
    end_early(&srv, &c);
}

/* A handler that hears nothing is not waited for: its thread goes with the process. */
Test(wire_stop, second_signal_leaves_a_stuck_handler, .timeout = 60)
{
    struct server srv;
    struct reply r;
    call_up(&srv, NULL, ARGS("--shards", "2", "--workers", "2"));
    struct client c = begin(srv.port, "/run/test.stuck");
    call_await_count(srv.port, "started", 1);
    server_signal(&srv, SIGTERM);
    await_refusal(srv.port);
    server_signal(&srv, SIGTERM);
    (void)client_try_read(&c, &r, true); /* 504 if its limit was over before */
    reply_free(&r);
    client_close(&c);
    cr_assert_eq(server_wait(&srv), 0);
    server_folder_free(&srv);
}

Test(wire_stop, drain_has_an_end, .timeout = 60)
{
    struct server srv;
    call_up(&srv, "{\"drain_grace\": 1}", ARGS("--shards", "2"));
    struct client c = begin(srv.port, "/run/test.held");
    call_await_count(srv.port, "started", 1);
    server_signal(&srv, SIGTERM);
    end_early(&srv, &c);
}

/* A job that a worker here has in hand is waited for as well. */
Test(wire_stop, drain_waits_for_jobs, .timeout = 60)
{
    struct server srv;
    call_up(&srv, NULL, ARGS("--shards", "2", "--workers", "2"));
    struct reply r = http_request(srv.port, "POST", "/ojs/v1/jobs", "Content-Type: application/openjobspec+json\r\n",
                                  "{\"type\":\"test.held\",\"args\":[]}");
    cr_assert_eq(r.status, 201, "%s", r.body);
    reply_free(&r);
    call_await_count(srv.port, "started", 1);
    server_signal(&srv, SIGTERM);
    await_refusal(srv.port);
    cr_assert_eq(waitpid(srv.pid, NULL, WNOHANG), 0, "it has not waited");
    wire_release(&srv);
    cr_assert_eq(server_wait(&srv), 0);
    server_folder_free(&srv);
}

Test(wire_stop, hangup_does_not_stop, .timeout = 30)
{
    struct server srv;
    server_up(&srv, NULL);
    server_signal(&srv, SIGHUP);
    run_await_lines(&srv, "server\\.reload", 1);
    call_expect(srv.port, "/run/sleep?ms=0", "");
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- what it says meanwhile ---- */

static void make_noise(int port)
{
    struct client c;
    client_connect(&c, port);
    struct reply r = call_on(&c, "/run/echo", "User-Agent: \"quoted\" back\\slash key=value \303\274\r\n", "x", 1);
    reply_free(&r);
    r = client_request(&c, "GET", "/a%20b%22%3Dc%5C%C3%BC?q=%0A", NULL, NULL);
    reply_free(&r);
    call_problem(call_on(&c, "/run/no.such", NULL, NULL, 0), 404, "not-found", "");
    client_close(&c);
    client_connect(&c, port);
    client_send_text(&c, "BROKEN\r\n\r\n");
    wire_expect_last(&c, 400);
    client_close(&c);
}

/* Stops it and returns what it has said. */
static char *said_by(struct server *s)
{
    server_signal(s, SIGTERM);
    cr_assert_eq(server_wait(s), 0);
    char *text = server_log(s);
    server_folder_free(s);
    return text;
}

Test(wire_stop, log_as_text, .timeout = 30)
{
    static const char form[] = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z "
                               "(error|warn|info|debug) [a-z]+[0-9]* [a-z_]+(\\.[a-z_]+)* [a-z_]+=";
    struct server srv;
    unsigned n = 0, n_ready = 0;
    server_up(&srv, ARGS("--log-format", "text", "--log-level", "debug", "--access-log"));
    make_noise(srv.port);
    char *text = said_by(&srv), *save;
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save), n++) {
        unsigned ready = run_count_lines(line, READY_LINE);
        cr_assert_eq(run_count_lines(line, form) + ready, 1, "%s", line);
        n_ready += ready;
    }
    cr_assert(n > 8 && n_ready == 1, "%u lines, %u ready", n, n_ready);
    free(text);
}

Test(wire_stop, log_as_json, .timeout = 30)
{
    static const char *const members[] = {"time", "level", "thread", "event"};
    struct server srv;
    unsigned n = 0, n_ready = 0;
    server_up(&srv, ARGS("--log-format", "json", "--log-level", "debug", "--access-log"));
    make_noise(srv.port);
    char *text = said_by(&srv), *save;
    cr_assert(strstr(text, "server.start") && strstr(text, "server.end"), "%s", text);
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save), n++) {
        if (run_count_lines(line, READY_LINE) && ++n_ready) continue;
        cJSON *json = cJSON_ParseWithOpts(line, NULL, true);
        cr_assert(json, "%s", line);
        for (size_t i = 0; i < N(members); i++)
            cr_assert(cJSON_IsString(cJSON_GetObjectItemCaseSensitive(json, members[i])), "%s", line);
        cJSON_Delete(json);
    }
    cr_assert(n > 8 && n_ready == 1, "%u lines, %u ready", n, n_ready);
    free(text);
}

Test(wire_stop, quiet_log, .timeout = 30)
{
    struct server srv;
    server_up(&srv, ARGS("--log-level", "error"));
    make_noise(srv.port);
    char *text = said_by(&srv);
    cr_assert(run_is_one_line(text) && run_count_lines(text, READY_LINE) == 1, "%s", text);
    free(text);
}

/* ---- what it gives up ---- */

static bool says(pid_t pid, const char *line)
{
    char path[64], text[4096];
    (void)snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "re");
    if (!f) return false;
    size_t n = fread(text, 1, sizeof text - 1, f);
    (void)fclose(f);
    text[n] = 0;
    return strstr(text, line) != NULL;
}

/* Its children and theirs. */
static void expect_of_all(pid_t pid, const char *line, int *count)
{
    char path[64];
    int child;
    cr_assert(says(pid, line), "process %d is not '%s'", (int)pid, line);
    (*count)++;
    (void)snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
    FILE *f = fopen(path, "re");
    while (f && fscanf(f, "%d", &child) == 1) expect_of_all(child, line, count);
    if (f) (void)fclose(f);
}

#define AS_NOBODY "{\"user\": \"nobody\", \"types\": {\"echo\": {\"run\": \"process\", \"places\": 2}}}"

Test(wire_stop, root_becomes_another_user)
{
    struct server srv;
    int n = 0;
    if (geteuid() != 0) {
        struct run_outcome o = run_with(AS_NOBODY, (const char *const[]){"--ephemeral", "--config", "quern.json", "--listen", "127.0.0.1:0", NULL});
        cr_assert(o.status == 2 && strstr(o.text, "only root"), "%s", o.text);
        free(o.text);
        return;
    }
    wire_up(&srv, AS_NOBODY, NULL);
    struct reply r = http_request(srv.port, "POST", "/run/echo", NULL, "hello");
    cr_assert(r.status == 200 && strcmp(r.body, "hello") == 0, "%s%s", r.head, r.body);
    reply_free(&r);
    expect_of_all(srv.pid, "Uid:\t65534\t65534\t65534\t65534\nGid:\t65534\t65534\t65534\t65534\n", &n);
    cr_assert_geq(n, 3, "server, zygote, a worker at least: %d", n);
    expect_of_all(srv.pid, "NoNewPrivs:\t1\n", &n);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_stop, a_user_must_exist)
{
    struct run_outcome o = run_with("{\"user\": \"n.o.b.o.d.y\"}", (const char *const[]){"--ephemeral", "--config", "quern.json", "--listen", "127.0.0.1:0", NULL});
    cr_assert(o.status == 2 && run_is_one_line(o.text) && strstr(o.text, "key 'user': n.o.b.o.d.y: no such user"), "%s", o.text);
    free(o.text);
}
