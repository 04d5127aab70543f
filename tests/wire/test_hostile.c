/* Worker processes whose code means harm, or has lost its way. None of it may cost more than the task at hand: the server goes on, holds
 * nothing back, and the next process starts with a clean slate. */
#include "places.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ONE "{\"test.hostile\": {\"run\": \"process\", \"places\": 1, \"timeout\": 3, \"kill_after\": 0}}" /* longer than a new process takes */
#define RUN "/run/test.hostile?how="

/* All that it shares with the server is noise, its lengths and kinds as well, and changes while the server looks. */
Test(wire_hostile, garbage_in_shared_memory, .timeout = 110)
{
    struct server srv;
    places_up(&srv, ONE, NULL);
    (void)places_number(srv.port, RUN "pid");
    struct wire_rest before = wire_rest_of(&srv);
    for (unsigned seed = 1; seed <= wire_scaled(300); seed++) {
        char target[64];
        (void)snprintf(target, sizeof target, RUN "scribble&seed=%u", seed);
        struct reply r = call(srv.port, target);
        cr_assert(r.status == 200 || r.status == 422 || r.status == 500 || r.status == 504, "%s", r.head);
        cr_assert_null(wire_fault(&r, true), "%s: %s", wire_fault(&r, true), r.head);
        reply_free(&r);
        cr_assert_gt(places_number(srv.port, RUN "pid"), 1, "seed %u", seed);
    }
    wire_rest_again(&srv, &before);
    cr_assert_eq(server_down(&srv), 0);
}

/* As a job's result, it goes into the journal. */
Test(wire_hostile, garbage_as_a_job, .timeout = 60)
{
    struct server srv;
    places_up(&srv, ONE, NULL);
    for (int seed = 1; seed <= 20; seed++) {
        char args[256], path[128];
        (void)snprintf(args, sizeof args, "{\"type\": \"test.hostile\", \"args\": [{\"how\": \"scribble\", \"seed\": %d}], "
                                          "\"options\": {\"retry\": {\"max_attempts\": 1}}}", seed);
        struct reply r = http_request(srv.port, "POST", "/ojs/v1/jobs", "Content-Type: application/json\r\nPrefer: wait=10\r\n", args);
        cr_assert_eq(r.status, 201, "%s%s", r.head, r.body);
        cJSON *job = call_json(&r);
        const char *state = cJSON_GetStringValue(call_member(job, "job.state"));
        cr_assert(strcmp(state, "completed") == 0 || strcmp(state, "discarded") == 0, "%s", r.body);
        (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s", cJSON_GetStringValue(call_member(job, "job.id")));
        cJSON_Delete(job);
        reply_free(&r);
        r = http_request(srv.port, "GET", path, NULL, NULL);
        cr_assert_eq(r.status, 200);
        cJSON_Delete(call_json(&r));
        reply_free(&r);
    }
    cr_assert_eq(server_down(&srv), 0);
}

/* A file that can still be shortened would be the server's end once it is mapped: it is not taken. Nor are more than one, which the server
 * would have to hold, nor one of another size. Who has sent such a thing gets no further task. */
Test(wire_hostile, results_that_are_not_what_they_seem, .timeout = 60)
{
    static const char *const ways[] = {"plain", "unsealed", "short", "long", "two", "nothing", "empty"};
    struct server srv;
    places_up(&srv, ONE, NULL);
    (void)places_number(srv.port, RUN "pid");
    struct wire_rest before = wire_rest_of(&srv);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
            char target[64];
            (void)snprintf(target, sizeof target, RUN "%s", ways[i]);
            long pid = places_number(srv.port, RUN "pid");
            call_problem(call(srv.port, target), 422, "result_unsound", "");
            places_await_gone((pid_t)pid);
            cr_assert_neq(places_number(srv.port, RUN "pid"), pid, "%s", ways[i]);
        }
    }
    wire_rest_again(&srv, &before);
    cr_assert_eq(server_down(&srv), 0);
}

static void expect_m(int port, const char *target)
{
    struct reply r = call(port, target);
    cr_assert_eq(r.status, 200, "%s%s", r.head, r.status == 200 ? "" : r.body);
    cr_assert_eq(r.body_len, 300000);
    for (size_t i = 0; i < r.body_len; i++) cr_assert_eq(r.body[i], 'm', "byte %zu is %c", i, r.body[i]);
    reply_free(&r);
}

/* A result that is refused for its size has been sent all the same: it is nobody's, least of all the next client's. */
Test(wire_hostile, a_refused_file_is_not_the_next_result, .timeout = 60)
{
    struct server srv;
    places_up(&srv, "{\"test.hostile\": {\"run\": \"process\", \"places\": 1, \"timeout\": 5, \"result_max\": 500000}}", NULL);
    call_problem(call(srv.port, RUN "exceed"), 422, "result_too_large", "500000 bytes");
    expect_m(srv.port, RUN "pid"); /* answered from within the first handler */
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_hostile, files_of_other_runs_are_dropped, .timeout = 60)
{
    struct server srv;
    places_up(&srv, ONE, NULL);
    (void)places_number(srv.port, RUN "pid");
    struct wire_rest before = wire_rest_of(&srv);
    for (int i = 0; i < 5; i++) expect_m(srv.port, RUN "strays");
    wire_rest_again(&srv, &before);
    cr_assert_eq(server_down(&srv), 0);
}

/* The eventfd that tells of the end of a run is each child's own. */
Test(wire_hostile, a_full_eventfd_is_not_left_to_the_next, .timeout = 60)
{
    struct server srv;
    places_up(&srv, ONE, NULL);
    for (int i = 0; i < 3; i++) {
        call_problem(call(srv.port, RUN "saturate"), 500, "worker_crashed", "exit status 3");
        cr_assert_gt(places_number(srv.port, RUN "pid"), 1);
    }
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_hostile, progress_beyond_all, .timeout = 60)
{
    struct server srv;
    places_up(&srv, ONE, NULL);
    cJSON *job = places_job(srv.port, "test.hostile", "[{\"how\": \"progress\"}]", "{\"retry\": {\"max_attempts\": 1}}", "discarded");
    char *text = cJSON_PrintUnformatted(job);
    cr_assert(strstr(text, "timeout") && !strstr(text, "4294"), "%s", text);
    free(text);
    cJSON_Delete(job);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- descriptors ---- */

/* The null device, stderr twice, its eventfd and its socket: whatever the server has open. */
Test(wire_hostile, descriptors_of_a_process, .timeout = 60)
{
    struct server srv;
    struct client c;
    int extra = open("/dev/null", O_RDONLY); /* the server inherits it */
    places_up(&srv, ONE, NULL);
    client_connect(&c, srv.port);
    call_expect(srv.port, RUN "descriptors", "0 1 2 4 5 ");
    call_problem(call(srv.port, RUN "saturate"), 500, "worker_crashed", "");
    call_expect(srv.port, RUN "descriptors", "0 1 2 4 5 ");
    client_close(&c);
    (void)close(extra);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- stopped ---- */

/* SIGTERM does not reach it: SIGKILL does. */
Test(wire_hostile, stopped_while_it_runs, .timeout = 60)
{
    struct server srv;
    places_up(&srv, ONE, NULL);
    pid_t pid = (pid_t)places_number(srv.port, RUN "pid");
    call_problem(call(srv.port, RUN "stop"), 504, "timeout", "");
    places_await_gone(pid);
    cr_assert_gt(places_number(srv.port, RUN "pid"), 1);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_hostile, stopped_while_idle, .timeout = 60)
{
    struct server srv;
    places_up(&srv, ONE, NULL);
    pid_t pid = (pid_t)places_number(srv.port, RUN "pid");
    cr_assert_eq(kill(pid, SIGSTOP), 0);
    call_problem(call(srv.port, RUN "pid"), 504, "timeout", "");
    places_await_gone(pid);
    cr_assert_gt(places_number(srv.port, RUN "pid"), 1);
    pid = (pid_t)places_number(srv.port, RUN "pid");
    cr_assert_eq(kill(pid, SIGSTOP), 0);
    cr_assert_eq(server_down(&srv), 0, "it holds up no stop");
    places_await_gone(pid);
}

/* ---- those it leaves behind ---- */

/* In a session of its own and with a parent that has ended: it is found all the same when the child ends. */
Test(wire_hostile, grandchildren_end_with_the_child, .timeout = 60)
{
    struct server srv;
    places_up(&srv, ONE, NULL);
    pid_t pid = (pid_t)places_number(srv.port, RUN "pid"), far[3];
    for (int i = 0; i < 3; i++) far[i] = (pid_t)places_number(srv.port, RUN "escape");
    cr_assert_eq(places_number(srv.port, RUN "pid"), (long)pid);
    for (int i = 0; i < 3; i++) cr_assert_eq(kill(far[i], 0), 0, "as long as the child lives, so may they");
    call_problem(call(srv.port, RUN "saturate"), 500, "worker_crashed", "");
    for (int i = 0; i < 3; i++) places_await_gone(far[i]);
    cr_assert_eq(server_down(&srv), 0);
}

/* Those of another place's child are left alone. */
Test(wire_hostile, grandchildren_of_others_stay, .timeout = 60)
{
    struct server srv;
    places_up(&srv, "{\"test.hostile\": {\"run\": \"process\", \"places\": 1}, \"test.crash\": {\"run\": \"process\", \"places\": 1}}", NULL);
    pid_t far = (pid_t)places_number(srv.port, RUN "escape");
    call_problem(call(srv.port, "/run/test.crash?how=segv"), 500, "worker_crashed", "SIGSEGV");
    places_await(&srv, "quern_worker_restarts_total", "test.crash", 1);
    (void)places_number(srv.port, "/run/test.crash?how=pid");
    cr_assert_eq(kill(far, 0), 0);
    cr_assert_eq(server_down(&srv), 0);
    places_await_gone(far);
}

/* The zygote is killed: its children end by themselves, what they had started in their groups is killed by the server. */
Test(wire_hostile, groups_end_with_the_zygote, .timeout = 60)
{
    struct server srv;
    pid_t zygote[4];
    unsigned zombies;
    places_up(&srv, "{\"test.crash\": {\"run\": \"process\", \"places\": 1}}", NULL);
    pid_t pid = (pid_t)places_number(srv.port, "/run/test.crash?how=pid");
    pid_t grandchild = (pid_t)places_number(srv.port, "/run/test.crash?how=fork");
    cr_assert_eq(places_children(srv.pid, zygote, 4, &zombies), 1);
    cr_assert_eq(kill(zygote[0], SIGKILL), 0);
    places_await_gone(pid);
    places_await_gone(grandchild);
    cr_assert_eq(server_down(&srv), 0);
}

/* ---- idle deaths ---- */

/* A child that is killed while it has nothing to do may be given a task in the same moment: another runs it. */
Test(wire_hostile, a_death_while_idle_costs_no_task, .timeout = 110)
{
    struct server srv;
    places_up(&srv, "{\"test.hostile\": {\"run\": \"process\", \"places\": 1}}", NULL);
    for (unsigned i = 0; i < wire_scaled(200); i++) {
        pid_t pid = (pid_t)places_number(srv.port, RUN "pid");
        cr_assert_eq(kill(pid, SIGKILL), 0);
        cr_assert_neq(places_number(srv.port, RUN "pid"), (long)pid, "round %u", i);
    }
    cr_assert_eq(server_down(&srv), 0);
}
