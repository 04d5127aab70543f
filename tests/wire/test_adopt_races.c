/* Calls that are about to become jobs while the task comes home, the client goes or the server stops: each order of these, on the
 * engine's shard and on others. */
#include "adopt_steps.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- another event first: the engine's shard is held up while the question is on its way ---- */

/* Until let_go(). What is asked meanwhile has to go by another shard's connection: that of adopt_far(). */
static struct client held_up(struct server *srv)
{
    char path[128];
    struct client c = adopt_on_shard(srv, 0);
    (void)snprintf(path, sizeof path, "%s/holding", srv->folder);
    call_send(&c, "/run/out.hold_up", NULL, NULL, 0);
    for (long end = wire_now_ms() + PATIENCE_MS; access(path, F_OK) < 0; wire_pause_us(1000))
        cr_assert_lt(wire_now_ms(), end, "the shard is not held up");
    return c;
}

static void let_go(const struct server *srv)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/let_go", srv->folder);
    FILE *f = fopen(path, "we");
    cr_assert(f && fclose(f) == 0, "%s", path);
}

/* That connection's shard has seen all that has happened to its others by now, and has had turns for what follows from it. */
static void has_seen_all(struct client *c)
{
    for (int i = 0; i < 5; i++) {
        struct reply r = call_on(c, "/run/out.where", NULL, NULL, 0);
        cr_assert_eq(r.status, 200);
        reply_free(&r);
    }
}

static void await_count_beside(struct client *beside, const char *name, long value)
{
    long now = -1;
    for (long end = wire_now_ms() + PATIENCE_MS; now != value; wire_pause_us(1000)) {
        struct reply r = call_on(beside, "/run/out.counts", NULL, NULL, 0);
        cJSON *json = call_json(&r);
        now = (long)call_number(json, name);
        cJSON_Delete(json);
        reply_free(&r);
        cr_assert_lt(wire_now_ms(), end, "%s is %ld and does not become %ld", name, now, value);
    }
}

/* A call that is not waited for: its handler runs, and the engine has been asked, which is held up. */
static void ask_engine(struct client *c, struct client *beside, const char *target)
{
    adopt_begin(c, target, 0, "corn", 4);
    await_count_beside(beside, "begun", 1);
    has_seen_all(beside);
}

static void two_shards(struct server *srv, bool has_journal)
{
    adopt_up(srv, has_journal ? -2 : 2, 2, "");
}

static void expect_withdrawn(struct server *srv, struct client *beside, struct client *holds)
{
    client_close(beside);
    client_close(holds);
    adopt_all_ended(srv);
    cr_assert_eq(wire_metric(srv->port, "quern_calls_withdrawn_total"), 1);
    cr_assert_eq(wire_metric(srv->port, "quern_calls_adopted_total"), 0);
    cr_assert_eq(adopt_jobs(srv), 0);
    cr_assert_eq(server_down(srv), 0);
}

/* Until here the engine has not seen the job. */
static void end_hold(struct server *srv, struct client *holds)
{
    cr_assert(wire_is_quiet(holds));
    let_go(srv);
    wire_expect(holds, 200, NULL);
}

static int journals[] = {0, 1};
#define FIRST(name)                                                        \
    static void name##_on(struct server *srv);                             \
    ParameterizedTestParameters(wire_adopt, name)                          \
    {                                                                      \
        return cr_make_param_array(int, journals, 2);                      \
    }                                                                      \
    ParameterizedTest(int *has_journal, wire_adopt, name, .timeout = 60)   \
    {                                                                      \
        struct server srv;                                                 \
        two_shards(&srv, *has_journal);                                    \
        name##_on(&srv);                                                   \
    }                                                                      \
    static void name##_on(struct server *srv)

FIRST(completion_before_adoption)
{
    struct client c = adopt_far(srv), beside = adopt_far(srv), holds = held_up(srv);
    ask_engine(&c, &beside, "/run/out.last");
    wire_release(srv);
    wire_expect(&c, 200, "corn");
    end_hold(srv, &holds);
    client_close(&c);
    expect_withdrawn(srv, &beside, &holds);
}

FIRST(failure_before_adoption)
{
    struct client c = adopt_far(srv), beside = adopt_far(srv), holds = held_up(srv);
    struct reply r;
    ask_engine(&c, &beside, "/run/out.fail");
    wire_release(srv);
    client_read_reply(&c, &r);
    call_problem(r, 422, "bad_row", "row 7");
    end_hold(srv, &holds);
    client_close(&c);
    expect_withdrawn(srv, &beside, &holds);
}

/* It ends about when the engine gets to it: either order. */
FIRST(completion_after_the_question_and_before_its_answer_is_read)
{
    struct client c = adopt_far(srv), beside = adopt_far(srv), holds = held_up(srv);
    struct reply r;
    ask_engine(&c, &beside, "/run/out.last");
    wire_release(srv);
    let_go(srv);
    client_read_reply(&c, &r);
    cr_assert(r.status == 200 || r.status == 202, "%d %s", r.status, r.body);
    if (r.status == 202) ojs_expect_bytes(ojs_get_bytes(srv, adopt_id_of(r, "active"), "/result"), "text/plain", "corn", 4);
    else reply_free(&r);
    wire_expect(&holds, 200, NULL);
    client_close(&holds);
    client_close(&beside);
    client_close(&c);
    adopt_all_ended(srv);
    cr_assert_eq(wire_metric(srv->port, "quern_calls_withdrawn_total") + wire_metric(srv->port, "quern_calls_adopted_total"), 1);
    cr_assert_eq(server_down(srv), 0);
}

FIRST(client_gone_before_adoption)
{
    struct client c = adopt_far(srv), beside = adopt_far(srv), holds = held_up(srv);
    ask_engine(&c, &beside, "/run/out.last");
    client_reset(&c);
    await_count_beside(&beside, "stopped", 1);
    end_hold(srv, &holds);
    expect_withdrawn(srv, &beside, &holds);
}

FIRST(client_gone_and_the_task_ends_by_itself)
{
    struct client c = adopt_far(srv), beside = adopt_far(srv), holds = held_up(srv);
    ask_engine(&c, &beside, "/run/out.last");
    wire_release(srv);
    client_reset(&c); /* or its answer is on its way already: no difference for the engine */
    has_seen_all(&beside);
    end_hold(srv, &holds);
    expect_withdrawn(srv, &beside, &holds);
}

/* Nobody has begun it, and nobody ever will. */
FIRST(client_gone_before_a_waiting_call_is_adopted)
{
    struct client a = adopt_far(srv), b = adopt_far(srv), c = adopt_far(srv), beside = adopt_far(srv);
    adopt_begin(&a, "/run/out.last", 60, NULL, 0);
    adopt_begin(&b, "/run/out.last", 60, NULL, 0);
    adopt_await_count(srv, "begun", 2);
    struct client holds = held_up(srv);
    adopt_begin(&c, "/run/out.last?ms=1", 0, "corn", 4);
    has_seen_all(&beside);
    client_reset(&c);
    has_seen_all(&beside);
    end_hold(srv, &holds);
    call_await_metric(srv->port, "quern_calls_withdrawn_total", 1);
    client_reset(&a);
    client_reset(&b);
    adopt_await_count(srv, "stopped", 2);
    adopt_await_count(srv, "begun", 2);
    expect_withdrawn(srv, &beside, &holds);
}

/* ---- any order: many at about the same time ---- */

#define CROWD 60

ADOPT(answers_and_adoptions_at_the_same_time)
{
    struct wire_random random = wire_random_from(77003);
    struct client c[CROWD];
    struct reply r;
    char target[64];
    long n_adopted = 0, n_gone = 0;
    /* Processes and threads are few, so the rest of the calls wait for them and are adopted in their queue. */
    for (int i = 0; i < CROWD; i++) {
        client_connect(&c[i], srv->port);
        bool is_first = i < 2;
        (void)snprintf(target, sizeof target, "/run/out.last?ms=%u", is_first ? 995 + wire_random(&random, 10) : wire_random(&random, 3));
        adopt_begin(&c[i], target, 1, "corn", 4);
    }
    wire_pause_us(990000);
    for (int i = 0; i < CROWD; i++) {
        if (wire_random(&random, 3)) continue;
        wire_pause_us(wire_random(&random, 2000));
        client_reset(&c[i]);
        c[i].fd = -1;
        n_gone++;
    }
    for (int i = 0; i < CROWD; i++) {
        if (c[i].fd < 0) continue;
        client_read_reply(&c[i], &r);
        cr_assert(r.status == 200 || r.status == 202, "%d %s", r.status, r.body);
        if (r.status == 200) {
            cr_assert_str_eq(r.body, "corn");
            reply_free(&r);
        } else {
            struct id id;
            (void)snprintf(id.text, sizeof id.text, "%s", reply_header(&r, "Location") + 13);
            reply_free(&r);
            ojs_expect_bytes(ojs_get_bytes(srv, id, "/result"), "text/plain", "corn", 4);
            n_adopted++;
        }
        client_close(&c[i]);
    }
    adopt_all_ended(srv);
    call_await_metric(srv->port, "quern_jobs{state=\"available\"}", 0);
    cr_assert(adopt_jobs(srv) >= n_adopted && adopt_jobs(srv) <= n_adopted + n_gone, "%ld jobs, %ld adopted, %ld gone",
              adopt_jobs(srv), n_adopted, n_gone);
    cr_assert_eq(adopt_jobs(srv), adopt_jobs_in(srv, "completed"));
    cr_assert_eq(wire_metric(srv->port, "quern_calls_adopted_total"), adopt_jobs(srv));
}

/* ---- stops ---- */

/* The question is on its way when the server is told to stop at once. */
FIRST(a_stop_before_adoption)
{
    struct client c = adopt_far(srv), beside = adopt_far(srv), holds = held_up(srv);
    ask_engine(&c, &beside, "/run/out.last");
    server_signal(srv, SIGTERM);
    wire_await_log(srv, "server.drain", 1);
    server_signal(srv, SIGTERM);
    wire_await_log(srv, "server.stop_now", 1);
    let_go(srv);
    cr_assert_eq(server_wait(srv), 0);
    char *log = server_log(srv);
    cr_assert(strstr(log, "server.end clean=1"), "%s", log);
    free(log);
    client_close(&c);
    client_close(&beside);
    client_close(&holds);
    server_folder_free(srv);
}
