/* Calls that outlive their wait (Prefer: wait=N) and become jobs: what is seen of them then, when the engine says no, and when the
 * server stops; on the engine's shard and on others. Events that come at about the same time: test_adopt_races.c. */
#include "adopt_steps.h"
#include "places.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void again(struct server *srv)
{
    srv->port = 0;
    (void)unlink(srv->log);
    server_start(srv, (const char *const[]){"--config", "quern.json", NULL});
    server_wait_ready(srv);
}

static struct id adopted_on(struct client *c, const char *state)
{
    struct reply r;
    client_read_reply(c, &r);
    return adopt_id_of(r, state);
}

/* Lets it become a job at once. */
static struct id adopt(struct client *c, const char *target, const void *body, size_t len)
{
    adopt_begin(c, target, 0, body, len);
    return adopted_on(c, "active");
}

/* The same where its time runs out soon: on a busy machine that may be first, or the answer; then once more. */
static struct id adopt_in_time(struct client *c, const char *target, const void *body, size_t len)
{
    for (int i = 0; i < 20; i++) {
        struct reply r;
        adopt_begin(c, target, 0, body, len);
        client_read_reply(c, &r);
        if (r.status != 200 && r.status != 504) return adopt_id_of(r, "active");
        reply_free(&r);
    }
    cr_assert_fail("%s always ends first", target);
    return (struct id){""};
}

static void await_state(struct server *srv, struct id id, const char *state)
{
    char now[32] = "";
    for (long end = wire_now_ms() + PATIENCE_MS; wire_now_ms() < end; wire_pause_us(3000)) {
        struct doc d = ojs_info(srv, id);
        (void)snprintf(now, sizeof now, "%s", doc_text(&d, "job.state"));
        doc_free(&d);
        if (strcmp(now, state) == 0) return;
    }
    cr_assert_fail("the job is %s and does not become %s", now, state);
}

static void cancel(struct server *srv, struct id id)
{
    struct doc d = ojs_cancel(srv, id);
    STATUS(d, 200);
    doc_free(&d);
}

/* Whatever has begun has heard that it is to stop; what is told before it begins never does. */
static void await_stopped(struct server *srv)
{
    long begun = -1, stopped = -1;
    for (long end = wire_now_ms() + PATIENCE_MS; wire_now_ms() < end; wire_pause_us(2000)) {
        struct reply r = call(srv->port, "/run/out.counts");
        cJSON *json = call_json(&r);
        begun = (long)call_number(json, "begun");
        stopped = (long)call_number(json, "stopped");
        cJSON_Delete(json);
        reply_free(&r);
        if (begun == stopped && wire_metric(srv->port, "quern_tasks_out") == 0) return;
    }
    cr_assert_fail("%ld of %ld have stopped", stopped, begun);
}

static void await_failure(struct server *srv, struct id id, const char *code)
{
    for (long end = wire_now_ms() + PATIENCE_MS; wire_now_ms() < end; wire_pause_us(3000)) {
        struct doc d = ojs_info(srv, id);
        bool is_there = strcmp(doc_text(&d, "job.errors[0].code"), code) == 0;
        doc_free(&d);
        if (is_there) return;
    }
    cr_assert_fail("no error '%s'", code);
}

/* ---- adoption first ---- */

ADOPT(a_running_call_goes_on_as_a_job)
{
    struct client c = adopt_far(srv);
    long began = wire_now_ms();
    adopt_begin(&c, "/run/out.last?ms=60000", 1, "corn", 4);
    struct id id = adopted_on(&c, "active");
    long took = wire_now_ms() - began;
    cr_assert_geq(took, 990, "%ld ms", took);
    wire_release(srv);
    ojs_expect_bytes(ojs_get_bytes(srv, id, "/result"), "text/plain", "corn", 4);
    ojs_expect_bytes(ojs_get_bytes(srv, id, "/input"), "a/b", "corn", 4);
    struct doc d = ojs_info(srv, id);
    TEXT(d, "job.state", "completed");
    NUMBER(d, "job.attempt", 1);
    NUMBER(d, "job.args[0].ms", 60000);
    doc_free(&d);
    adopt_await_count(srv, "begun", 1);
    client_close(&c);
}

/* A call that comes in time is nothing else than a call. */
ADOPT(an_answer_in_time_leaves_no_job)
{
    struct client c = adopt_far(srv);
    for (int i = 0; i < 20; i++) {
        adopt_begin(&c, "/run/out.last?ms=5", 60, "corn", 4);
        wire_expect(&c, 200, "corn");
    }
    cr_assert_eq(adopt_jobs(srv) + wire_metric(srv->port, "quern_calls_deferred_total"), 0);
    client_close(&c);
}

ADOPT(the_connection_goes_on)
{
    struct client c = adopt_far(srv);
    adopt_begin(&c, "/run/out.last", 1, "a", 1);
    adopt_begin(&c, "/run/out.last?ms=1", 60, "b", 1); /* behind it */
    struct id id = adopted_on(&c, "active");
    wire_expect(&c, 200, "b");
    client_close(&c);
    wire_release(srv);
    ojs_expect_bytes(ojs_get_bytes(srv, id, "/result"), "text/plain", "a", 1);
}

ADOPT(a_waiting_call_goes_on_in_its_queue)
{
    enum { SIZE = 200000 };
    char *bytes = call_pattern(SIZE);
    struct client a = adopt_far(srv), b = adopt_far(srv), c = adopt_far(srv);
    adopt_begin(&a, "/run/out.last", 60, NULL, 0);
    adopt_begin(&b, "/run/out.last", 60, NULL, 0);
    adopt_await_count(srv, "begun", 2);
    adopt_begin(&c, "/run/out.last?ms=1", 0, bytes, SIZE);
    struct id id = adopted_on(&c, "available");
    cr_assert_eq(wire_metric(srv->port, "quern_tasks_waiting"), 0);
    client_reset(&a);
    ojs_expect_bytes(ojs_get_bytes(srv, id, "/result"), "text/plain", bytes, SIZE);
    ojs_expect_bytes(ojs_get_bytes(srv, id, "/input"), "a/b", bytes, SIZE);
    client_reset(&b);
    adopt_await_count(srv, "stopped", 2);
    adopt_await_count(srv, "begun", 3);
    client_close(&c);
    free(bytes);
}

/* Of all sizes at which the body is kept in another way: copied, with room behind it, in a file, sent in chunks. */
ADOPT(bodies_of_all_sizes)
{
    static const size_t sizes[] = {0, 1, 65536, 65537, 300000, (1u << 20) - 5, (1u << 20) + 1, 1500000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char *bytes = call_pattern(sizes[i]);
        struct client c = adopt_far(srv);
        struct id id = adopt(&c, "/run/out.last", bytes, sizes[i]);
        wire_release(srv);
        ojs_expect_bytes(ojs_get_bytes(srv, id, "/result"), "text/plain", bytes, sizes[i]);
        ojs_expect_bytes(ojs_get_bytes(srv, id, "/input"), "a/b", bytes, sizes[i]);
        wire_hold_again(srv);
        client_close(&c);
        free(bytes);
    }
    struct client c = adopt_far(srv);
    char *bytes = call_pattern(100000);
    client_sendf(&c, "POST /run/out.last HTTP/1.1\r\nHost: x\r\nPrefer: wait=0\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n",
                 100000u);
    client_send(&c, bytes, 100000);
    client_send_text(&c, "\r\n0\r\n\r\n");
    struct id id = adopted_on(&c, "active");
    wire_release(srv);
    ojs_expect_bytes(ojs_get_bytes(srv, id, "/result"), "text/plain", bytes, 100000);
    ojs_expect_bytes(ojs_get_bytes(srv, id, "/input"), "application/octet-stream", bytes, 100000);
    client_close(&c);
    free(bytes);
}

ADOPT(a_later_failure_is_the_jobs)
{
    struct client c = adopt_far(srv);
    struct id id = adopt(&c, "/run/out.fail", NULL, 0);
    client_close(&c);
    wire_release(srv);
    await_state(srv, id, "discarded");
    struct doc d = ojs_info(srv, id);
    TEXT(d, "job.error.code", "bad_row");
    NUMBER(d, "job.attempt", 1);
    doc_free(&d);
}

ADOPT(a_cancel_reaches_the_handler)
{
    struct client c = adopt_far(srv);
    adopt_begin(&c, "/run/out.last", 1, NULL, 0);
    adopt_await_count(srv, "begun", 1);
    struct id id = adopted_on(&c, "active");
    client_close(&c);
    cancel(srv, id);
    adopt_await_count(srv, "stopped", 1);
    adopt_all_ended(srv);
    ojs_expect_state(srv, id, "cancelled");
}

/* The type's limit counts from where the call began, and what comes after it is the job's. */
ADOPT(its_time_runs_out_as_a_job)
{
    struct client c = adopt_far(srv);
    struct id id = adopt_in_time(&c, "/run/out.brief", NULL, 0);
    client_close(&c);
    await_failure(srv, id, "timeout");
    cancel(srv, id);
    await_stopped(srv);
}

/* The type's limit comes before the client's wait: nobody is told of a job. */
ADOPT(a_limit_within_the_wait_is_a_time_out)
{
    struct client c = adopt_far(srv);
    struct reply r;
    adopt_begin(&c, "/run/out.brief", 60, NULL, 0);
    client_read_reply(&c, &r);
    call_problem(r, 504, "timeout", "cancelled");
    client_close(&c);
    await_stopped(srv);
    cr_assert_eq(adopt_jobs(srv), 0);
}

ADOPT(in_a_process)
{
    struct client c = adopt_far(srv);
    adopt_begin(&c, "/run/out.place?ms=1", 60, "corn", 4);
    wire_expect(&c, 200, "corn"); /* it is there */
    struct id id = adopt_in_time(&c, "/run/out.place?ms=300", "corn", 4);
    ojs_expect_bytes(ojs_get_bytes(srv, id, "/result"), "text/plain", "corn", 4);
    id = adopt(&c, "/run/out.place", "corn", 4);
    adopt_begin(&c, "/run/out.place?ms=1", 1, "next", 4); /* not less than they usually take */
    struct id next = adopted_on(&c, "available");
    cancel(srv, id);
    ojs_expect_bytes(ojs_get_bytes(srv, next, "/result"), "text/plain", "next", 4);
    ojs_expect_state(srv, id, "cancelled");
    client_close(&c);
}

/* A crash costs the job an attempt, and the next one is an ordinary one. */
ADOPT(a_process_that_dies)
{
    pid_t pids[8];
    unsigned zombies;
    struct client c = adopt_far(srv);
    adopt_begin(&c, "/run/out.place?ms=1", 60, "corn", 4);
    wire_expect(&c, 200, "corn");
    adopt_begin(&c, "/run/out.place", 2, "corn", 4); /* long enough for the child to have begun */
    struct id id = adopted_on(&c, "active");
    client_close(&c);
    unsigned n = places_children(srv->pid, pids, 8, &zombies);
    cr_assert_eq(n, 1, "the zygote");
    n = places_children(pids[0], pids, 8, &zombies);
    cr_assert_geq(n, 1);
    for (unsigned i = 0; i < n; i++) (void)kill(pids[i], SIGKILL);
    await_failure(srv, id, "worker_crashed");
    wire_release(srv);
    ojs_expect_bytes(ojs_get_bytes(srv, id, "/result"), "text/plain", "corn", 4);
    struct doc d = ojs_info(srv, id);
    NUMBER(d, "job.attempt", 2);
    doc_free(&d);
}

/* ---- the engine says no ---- */

Test(wire_adopt, no_room_for_a_job, .timeout = 60)
{
    struct server srv;
    struct reply r;
    adopt_up(&srv, 2, 2, ", \"jobs_max\": 1");
    (void)ojs_submit(&srv, "q", "");
    struct client c = adopt_far(&srv);
    adopt_begin(&c, "/run/out.last", 0, "corn", 4);
    client_read_reply(&c, &r);
    cr_assert(reply_header(&r, "Retry-After"));
    call_problem(r, 503, "overloaded", "as many jobs as it may");
    await_stopped(&srv);
    cr_assert_eq(adopt_jobs(&srv), 1);
    adopt_all_ended(&srv);
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_adopt, too_large_for_the_journal, .timeout = 60)
{
    enum { SIZE = 5000000 };
    struct server srv;
    struct reply r;
    char *bytes = call_pattern(SIZE);
    adopt_up(&srv, -2, 2, ", \"blob_bytes\": 8000000");
    struct client c = adopt_far(&srv);
    adopt_begin(&c, "/run/out.last", 0, bytes, SIZE);
    client_read_reply(&c, &r);
    call_problem(r, 504, "timeout", "too large for a job");
    await_stopped(&srv);
    client_close(&c);
    free(bytes);
    adopt_all_ended(&srv);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_adopt, a_journal_that_has_failed, .timeout = 60)
{
    struct server srv;
    struct reply r;
    struct rlimit none = {0, 0};
    adopt_up(&srv, -2, 2, "");
    struct client a = adopt_far(&srv), b = adopt_far(&srv);
    (void)adopt(&a, "/run/out.last", "corn", 4);
    cr_assert_eq(prlimit(srv.pid, RLIMIT_FSIZE, &none, NULL), 0); /* from here on writes fail with EFBIG */
    adopt_begin(&b, "/run/out.last", 0, "corn", 4);
    client_read_reply(&b, &r);
    call_problem(r, 503, "temporary-reduced-capacity", "journal");
    wire_release(&srv);
    call_await_metric(srv.port, "quern_calls", 0); /* the end of the first has been told in vain */
    call_await_metric(srv.port, "quern_tasks_out", 0);
    client_close(&a);
    client_close(&b);
    server_kill(&srv);
    server_folder_free(&srv);
}

/* ---- stops ---- */

Test(wire_adopt, jobs_outlive_a_kill, .timeout = 60)
{
    struct server srv;
    enum { SIZE = 200000 };
    char *bytes = call_pattern(SIZE);
    adopt_up(&srv, -2, 1, "");
    struct client a = adopt_far(&srv), b = adopt_far(&srv);
    struct id runs = adopt(&a, "/run/out.last", bytes, SIZE);
    adopt_begin(&b, "/run/out.last?ms=1", 0, "next", 4);
    struct id waits = adopted_on(&b, "available");
    server_kill(&srv);
    client_close(&a);
    client_close(&b);
    wire_release(&srv);
    again(&srv);
    ojs_expect_bytes(ojs_get_bytes(&srv, runs, "/input"), "a/b", bytes, SIZE);
    ojs_expect_bytes(ojs_get_bytes(&srv, runs, "/result"), "text/plain", bytes, SIZE);
    ojs_expect_bytes(ojs_get_bytes(&srv, waits, "/result"), "text/plain", "next", 4);
    struct doc d = ojs_info(&srv, runs);
    NUMBER(d, "job.attempt", 2);
    doc_free(&d);
    d = ojs_info(&srv, waits);
    NUMBER(d, "job.attempt", 1);
    doc_free(&d);
    free(bytes);
    cr_assert_eq(server_down(&srv), 0);
}

static int adopt_shards[] = {-1, -2, -4};
ParameterizedTestParameters(wire_adopt, a_drain_waits_for_what_runs)
{
    return cr_make_param_array(int, adopt_shards, 3);
}
ParameterizedTest(int *shards, wire_adopt, a_drain_waits_for_what_runs, .timeout = 60)
{
    struct server srv;
    struct reply r;
    adopt_up(&srv, *shards, 2, "");
    struct client a = adopt_far(&srv), b = adopt_far(&srv);
    struct id id = adopt(&a, "/run/out.last", "corn", 4);
    adopt_begin(&b, "/run/out.last", 6, "corn", 4);
    adopt_await_count(&srv, "begun", 2);
    server_signal(&srv, SIGTERM);
    client_read_reply(&b, &r); /* its wait ends when no jobs are taken any more */
    call_problem(r, 503, "draining", "shutting down");
    client_close(&a);
    client_close(&b);
    wire_release(&srv);
    cr_assert_eq(server_wait(&srv), 0);
    again(&srv);
    ojs_expect_bytes(ojs_get_bytes(&srv, id, "/result"), "text/plain", "corn", 4);
    struct doc d = ojs_info(&srv, id);
    NUMBER(d, "job.attempt", 1);
    doc_free(&d);
    cr_assert_eq(adopt_jobs(&srv), 1);
    cr_assert_eq(server_down(&srv), 0);
}

ParameterizedTestParameters(wire_adopt, a_stop_gives_back_what_runs)
{
    return cr_make_param_array(int, adopt_shards, 3);
}
ParameterizedTest(int *shards, wire_adopt, a_stop_gives_back_what_runs, .timeout = 60)
{
    struct server srv;
    adopt_up(&srv, *shards, 1, "");
    struct client a = adopt_far(&srv);
    struct id id = adopt(&a, "/run/out.last", "corn", 4);
    client_close(&a);
    server_signal(&srv, SIGTERM);
    wire_await_log(&srv, "server.drain", 1);
    server_signal(&srv, SIGTERM); /* now: does not wait for the job */
    cr_assert_eq(server_wait(&srv), 0);
    wire_release(&srv);
    again(&srv);
    ojs_expect_bytes(ojs_get_bytes(&srv, id, "/result"), "text/plain", "corn", 4);
    struct doc d = ojs_info(&srv, id);
    NUMBER(d, "job.attempt", 1); /* the one that was given back does not count */
    doc_free(&d);
    cr_assert_eq(server_down(&srv), 0);
}
