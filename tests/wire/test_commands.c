/* Job types that are programs. */
#include "places.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SH(script, more) "{\"test.sh\": {\"run\": \"command\", \"argv\": [\"/bin/sh\", \"-c\", \"" script "\"], \"places\": 1" more "}}"
#define FAST "\"initial_interval\": \"PT0.01S\", \"jitter\": false"

Test(wire_commands, cat, .timeout = 60)
{
    static const size_t sizes[] = {0, 1, 65536, 65537, 3000000};
    struct server srv;
    struct client c;
    places_up(&srv, "{\"test.cat\": {\"run\": \"command\", \"argv\": [\"/bin/cat\"], \"result_type\": \"text/plain\"}}", NULL);
    client_connect(&c, srv.port);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *input = call_pattern(sizes[i]);
        struct reply r = call_on(&c, "/run/test.cat", NULL, input, sizes[i]);
        cr_assert(r.status == 200 && r.body_len == sizes[i] && memcmp(r.body, input, sizes[i]) == 0, "%zu bytes", sizes[i]);
        cr_assert_str_eq(reply_header(&r, "Content-Type"), "text/plain");
        reply_free(&r);
        free(input);
    }
    client_close(&c);
    places_await(&srv, "quern_worker_processes", "test.cat", 0);
    cr_assert_eq(server_down(&srv), 0);
}

/* An input that the program does not read holds nothing up. */
Test(wire_commands, unread_input, .timeout = 60)
{
    struct server srv;
    struct client c;
    char *input = call_pattern(1000000);
    places_up(&srv, SH("echo done", ""), NULL);
    client_connect(&c, srv.port);
    struct reply r = call_on(&c, "/run/test.sh", NULL, input, 1000000);
    cr_assert(r.status == 200 && strcmp(r.body, "done\n") == 0, "%s%s", r.head, r.body);
    reply_free(&r);
    client_close(&c);
    free(input);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_commands, environment, .timeout = 60)
{
    struct server srv;
    places_up(&srv, SH("env | grep -v -e PWD -e SHLVL -e ^_= | sort; cat /proc/self/limits | grep -c 'Max core file size *0 *0'",
                       ", \"params\": [\"width\", \"text\"]"),
              NULL);
    call_expect(srv.port, "/run/test.sh?width=30&text=a%20b",
                "LANG=C.UTF-8\nPATH=/usr/local/bin:/usr/bin:/bin\nQUERN_PARAM_text=a b\nQUERN_PARAM_width=30\nQUERN_TYPE=test.sh\n1\n");
    call_problem(call(srv.port, "/run/test.sh?height=1"), 400, "invalid-parameter", "height");
    cJSON *job = places_job(srv.port, "test.sh", "[{\"width\": 3}]", "{}", "completed");
    cJSON_Delete(job);
    cr_assert_eq(server_down(&srv), 0);
}

/* Descriptors: its own three, and the one that it looks with. */
Test(wire_commands, descriptors, .timeout = 60)
{
    struct server srv;
    places_up(&srv, "{\"test.ls\": {\"run\": \"command\", \"argv\": [\"/bin/ls\", \"/proc/self/fd\"]}}", NULL);
    call_expect(srv.port, "/run/test.ls", "0\n1\n2\n3\n");
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_commands, failures, .timeout = 60)
{
    struct server srv;
    places_up(&srv, SH("echo \\\"  what is $QUERN_PARAM_status?  \\\" >&2; exit $QUERN_PARAM_status", ", \"params\": [\"status\"]"), NULL);
    call_problem(call(srv.port, "/run/test.sh?status=3"), 422, "command_failed", "exit status 3: what is 3?");
    call_problem(call(srv.port, "/run/test.sh?status=65"), 422, "command_failed", "exit status 65");
    const char *options = "{\"retry\": {\"max_attempts\": 2, " FAST "}}";
    cJSON *job = places_job(srv.port, "test.sh", "[{\"status\": 65}]", options, "discarded");
    cr_assert_eq(call_number(job, "job.attempt"), 1, "the input is at fault");
    cJSON_Delete(job);
    job = places_job(srv.port, "test.sh", "[{\"status\": 1}]", options, "discarded");
    cr_assert_eq(call_number(job, "job.attempt"), 2);
    cJSON_Delete(job);
    places_await(&srv, "quern_worker_crashes_total", "test.sh", 0);
    cr_assert_eq(server_down(&srv), 0);
}

/* The last KiB of stderr is what is told. */
Test(wire_commands, stderr_tail, .timeout = 60)
{
    struct server srv;
    places_up(&srv, SH("seq 100000 >&2; printf 'the \\\\377end' >&2; exit 1", ""), NULL);
    struct reply r = call(srv.port, "/run/test.sh");
    cr_assert_eq(r.status, 422);
    cr_assert(strstr(r.body, "\\n99999\\n100000\\nthe ?end"), "%s", r.body);
    cr_assert(strstr(r.body, "\\n99900\\n"), "%s", r.body);
    cr_assert_not(strstr(r.body, "\\n99700\\n"), "%s", r.body);
    reply_free(&r);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_commands, result_limit, .timeout = 60)
{
    struct server srv;
    places_up(&srv, SH("head -c $QUERN_PARAM_n /dev/zero", ", \"params\": [\"n\"], \"result_max\": 100000"), NULL);
    struct reply r = call(srv.port, "/run/test.sh?n=100000");
    cr_assert(r.status == 200 && r.body_len == 100000, "%s", r.head);
    reply_free(&r);
    call_problem(call(srv.port, "/run/test.sh?n=100001"), 422, "result_too_large", "100000 bytes");
    call_problem(call(srv.port, "/run/test.sh?n=4000000000"), 422, "result_too_large", "100000 bytes");
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_commands, crash, .timeout = 60)
{
    struct server srv;
    places_up(&srv, SH("echo last words >&2; kill -SEGV $$", ""), NULL);
    call_problem(call(srv.port, "/run/test.sh"), 500, "worker_crashed", "SIGSEGV): last words");
    cJSON *job = places_job(srv.port, "test.sh", "[]", "{\"retry\": {\"max_attempts\": 9, " FAST "}}", "discarded");
    cr_assert_eq(call_number(job, "job.attempt"), 3);
    cJSON_Delete(job);
    places_await(&srv, "quern_worker_crashes_total", "test.sh", 4);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- processes of its own ---- */

/* What a script has written there: the id of its own child. */
static pid_t read_pid(const struct server *s, const char *name)
{
    char path[128];
    long pid = 0;
    (void)snprintf(path, sizeof path, "%s/%s", s->folder, name);
    for (long end = wire_now_ms() + PATIENCE_MS; pid == 0 && wire_now_ms() < end; wire_pause_us(2000)) {
        FILE *f = fopen(path, "re");
        if (!f) continue;
        if (fscanf(f, "%ld\n", &pid) != 1) pid = 0;
        (void)fclose(f);
    }
    cr_assert_gt(pid, 1, "%s", path);
    return (pid_t)pid;
}

Test(wire_commands, hanging, .timeout = 60)
{
    struct server srv;
    places_up(&srv, SH("trap '' TERM; (trap '' TERM; sleep 1000) & echo $! > left; wait; wait", ", \"timeout\": 3, \"kill_after\": 1"), NULL);
    call_problem(call(srv.port, "/run/test.sh"), 504, "timeout", "");
    places_await_gone(read_pid(&srv, "left"));
    places_await(&srv, "quern_worker_processes", "test.sh", 0);
    cr_assert_eq(server_down(&srv), 0);
}

/* The result is there when the program has ended, whoever still holds its stdout; and that one goes. */
Test(wire_commands, leaves_a_child, .timeout = 60)
{
    struct server srv;
    places_up(&srv, SH("sleep 1000 & echo $! > left; echo done", ""), NULL);
    call_expect(srv.port, "/run/test.sh", "done\n");
    places_await_gone(read_pid(&srv, "left"));
    cr_assert_eq(server_down(&srv), 0);
}

/* kill -9 of the server: also what has left the command's group and session ends. */
Test(wire_commands, nobody_outlives_the_server, .timeout = 60)
{
    struct server srv;
    struct client c;
    places_up(&srv, SH("setsid sh -c 'echo $$ > far; exec sleep 1000' & sleep 1000 & echo $! > near; wait; wait", ""), NULL);
    client_connect(&c, srv.port);
    call_send(&c, "/run/test.sh", NULL, "", 0);
    pid_t far = read_pid(&srv, "far"), near = read_pid(&srv, "near");
    server_kill(&srv);
    places_await_gone(near);
    places_await_gone(far);
    client_close(&c);
    server_folder_free(&srv);
}

Test(wire_commands, many_leave_nothing, .timeout = 110)
{
    struct server srv;
    places_up(&srv, "{\"test.cat\": {\"run\": \"command\", \"argv\": [\"/bin/cat\"]}}", NULL);
    struct reply r = call(srv.port, "/run/test.cat");
    cr_assert_eq(r.status, 200);
    reply_free(&r);
    struct wire_rest before = wire_rest_of(&srv);
    for (unsigned i = 0; i < wire_scaled(500); i++) call_expect(srv.port, "/run/test.cat", "");
    wire_rest_again(&srv, &before);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_commands, sandbox, .timeout = 60)
{
    struct server srv;
    places_up(&srv, SH("kill -0 $PPID 2>/dev/null; echo $?; cat", ", \"sandbox\": true"), NULL);
    call_expect(srv.port, "/run/test.sh", "1\n");
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- configurations ---- */

Test(wire_commands, no_such_program, .timeout = 60)
{
    struct server srv;
    char path[128];
    server_folder_new(&srv);
    (void)snprintf(path, sizeof path, "%s/quern.json", srv.folder);
    FILE *f = fopen(path, "we");
    cr_assert(f && fputs("{\"types\": {\n\"test.x\": {\"run\": \"command\", \"argv\": [\"/no/such\"]}}}", f) >= 0 && fclose(f) == 0);
    server_start(&srv, (const char *const[]){"--listen", "127.0.0.1:0", "--ephemeral", "--config", "quern.json", NULL});
    cr_assert_eq(server_wait(&srv), 2);
    char *log = server_log(&srv);
    cr_assert(strstr(log, "quern.json:2: type 'test.x': /no/such: No such file or directory"), "%s", log);
    free(log);
    server_folder_free(&srv);
}
