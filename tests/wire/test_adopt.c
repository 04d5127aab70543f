/* Calls that outlive their wait (Prefer: wait=N): the task comes home, the engine takes the job, the client goes, the job is
 * withdrawn or ended by others, the server stops: each order of these, on the engine's shard and on others. */
#include "ojs_steps.h"
#include "places.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Shards, as in ojs_steps.h: with one, or several, the call stands on the engine's shard or on another. Negative: with a journal. */
static int shard_counts[] = {1, 2, -4};

#define ADOPT(name)                                                 \
    static void name##_on(struct server *srv);                      \
    ParameterizedTestParameters(wire_adopt, name)                   \
    {                                                               \
        return cr_make_param_array(int, shard_counts, 3);           \
    }                                                               \
    ParameterizedTest(int *shards, wire_adopt, name, .timeout = 60) \
    {                                                               \
        struct server srv;                                          \
        up(&srv, *shards, 2, "");                                   \
        name##_on(&srv);                                            \
        all_ended(&srv);                                            \
        cr_assert_eq(server_down(&srv), 0);                         \
    }                                                               \
    static void name##_on(struct server *srv)

static int n_shards;

/* more: further members of the configuration, each with a comma before it. */
static void up(struct server *srv, int shards, int workers, const char *more)
{
    char config[1024];
    n_shards = abs(shards);
    int len = snprintf(config, sizeof config,
                       "{\"plugins\": [\"%s\"], \"shards\": %d, \"workers\": %d, \"%s\": %s, \"listen\": [\"127.0.0.1:0\"], "
                       "\"wait_max\": 60, \"drain_grace\": 600, \"segment_mib\": 16, \"types\": {\"out.place\": {\"run\": \"process\", \"places\": 1}}%s}",
                       call_test_plugin("outliving"), n_shards, workers, shards < 0 ? "data" : "ephemeral",
                       shards < 0 ? "\"data\"" : "true", more);
    cr_assert(len > 0 && (size_t)len < sizeof config);
    server_folder_new(srv);
    char path[128];
    (void)snprintf(path, sizeof path, "%s/quern.json", srv->folder);
    FILE *f = fopen(path, "we");
    cr_assert(f && fputs(config, f) >= 0 && fclose(f) == 0, "%s", path);
    server_start(srv, (const char *const[]){"--config", "quern.json", NULL});
    server_wait_ready(srv);
}

static void again(struct server *srv)
{
    srv->port = 0;
    (void)unlink(srv->log);
    server_start(srv, (const char *const[]){"--config", "quern.json", NULL});
    server_wait_ready(srv);
}

/* A connection to that shard, whose thread says its name. */
static struct client on_shard(const struct server *srv, int shard)
{
    char wanted[24];
    (void)snprintf(wanted, sizeof wanted, "shard%d", shard);
    for (int i = 0; i < 1000; i++) {
        struct client c;
        client_connect(&c, srv->port);
        struct reply r = call_on(&c, "/run/out.where", NULL, NULL, 0);
        cr_assert_eq(r.status, 200);
        bool is_there = strcmp(r.body, wanted) == 0;
        reply_free(&r);
        if (is_there) return c;
        client_close(&c);
    }
    cr_assert_fail("no connection to %s", wanted);
    return (struct client){.fd = -1};
}

/* The engine's is the first; a call on the last goes there by mail if there are several. */
static struct client far(const struct server *srv)
{
    return on_shard(srv, n_shards - 1);
}

static void begin(struct client *c, const char *target, int wait_s, const void *body, size_t len)
{
    char headers[96];
    (void)snprintf(headers, sizeof headers, "Prefer: wait=%d\r\nContent-Type: a/b\r\n", wait_s);
    call_send(c, target, headers, body, len);
}

/* The job of a 202. Takes the reply. */
static struct id adopted(struct reply r, const char *state)
{
    struct id id;
    cr_assert_eq(r.status, 202, "%d: %s", r.status, r.body);
    const char *location = reply_header(&r, "Location");
    cr_assert(location && strncmp(location, "/ojs/v1/jobs/", 13) == 0 && strlen(location) == 13 + 36, "%s", location);
    (void)snprintf(id.text, sizeof id.text, "%s", location + 13);
    cr_assert(reply_header(&r, "Quern-Durability"));
    cr_assert(strncmp(reply_header(&r, "Preference-Applied"), "wait=", 5) == 0);
    cr_assert_str_eq(reply_header(&r, "Content-Type"), OJS_TYPE);
    cJSON *json = call_json(&r);
    cr_assert_str_eq(call_member(json, "job.id")->valuestring, id.text);
    cr_assert_str_eq(call_member(json, "job.state")->valuestring, state);
    cJSON_Delete(json);
    reply_free(&r);
    return id;
}

static struct id adopted_on(struct client *c, const char *state)
{
    struct reply r;
    client_read_reply(c, &r);
    return adopted(r, state);
}

/* Lets it become a job at once. */
static struct id adopt(struct client *c, const char *target, const void *body, size_t len)
{
    begin(c, target, 0, body, len);
    return adopted_on(c, "active");
}

/* The same where its time runs out soon: on a busy machine that may be first, or the answer; then once more. */
static struct id adopt_in_time(struct client *c, const char *target, const void *body, size_t len)
{
    for (int i = 0; i < 20; i++) {
        struct reply r;
        begin(c, target, 0, body, len);
        client_read_reply(c, &r);
        if (r.status != 200 && r.status != 504) return adopted(r, "active");
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

static void await_count(struct server *srv, const char *name, long value)
{
    long now = -1;
    for (long end = wire_now_ms() + PATIENCE_MS; wire_now_ms() < end; wire_pause_us(2000)) {
        struct reply r = call(srv->port, "/run/out.counts");
        cJSON *json = call_json(&r);
        now = (long)call_number(json, name);
        cJSON_Delete(json);
        reply_free(&r);
        if (now == value) return;
    }
    cr_assert_fail("%s is %ld and does not become %ld", name, now, value);
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

static long jobs_in(struct server *srv, const char *state)
{
    char name[64];
    (void)snprintf(name, sizeof name, "quern_jobs{state=\"%s\"}", state);
    return wire_metric(srv->port, name);
}

static long jobs(struct server *srv)
{
    static const char *const states[] = {"scheduled", "available", "pending", "active", "completed", "retryable", "cancelled",
                                         "discarded"};
    long n = 0;
    for (int i = 0; i < 8; i++) n += jobs_in(srv, states[i]);
    return n;
}

/* Nothing of any call is left. */
static void all_ended(struct server *srv)
{
    call_await_metric(srv->port, "quern_calls", 0);
    call_await_metric(srv->port, "quern_tasks_out", 0);
    call_await_metric(srv->port, "quern_tasks_waiting", 0);
    call_await_metric(srv->port, "quern_jobs{state=\"active\"}", 0);
}

/* ---- adoption first ---- */

ADOPT(a_running_call_goes_on_as_a_job)
{
    struct client c = far(srv);
    long began = wire_now_ms();
    begin(&c, "/run/out.last?ms=60000", 1, "corn", 4);
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
    await_count(srv, "begun", 1);
    client_close(&c);
}

/* A call that comes in time is nothing else than a call. */
ADOPT(an_answer_in_time_leaves_no_job)
{
    struct client c = far(srv);
    for (int i = 0; i < 20; i++) {
        begin(&c, "/run/out.last?ms=5", 60, "corn", 4);
        wire_expect(&c, 200, "corn");
    }
    cr_assert_eq(jobs(srv) + wire_metric(srv->port, "quern_calls_deferred_total"), 0);
    client_close(&c);
}

ADOPT(the_connection_goes_on)
{
    struct client c = far(srv);
    begin(&c, "/run/out.last", 1, "a", 1);
    begin(&c, "/run/out.last?ms=1", 60, "b", 1); /* behind it */
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
    struct client a = far(srv), b = far(srv), c = far(srv);
    begin(&a, "/run/out.last", 60, NULL, 0);
    begin(&b, "/run/out.last", 60, NULL, 0);
    await_count(srv, "begun", 2);
    begin(&c, "/run/out.last?ms=1", 0, bytes, SIZE);
    struct id id = adopted_on(&c, "available");
    cr_assert_eq(wire_metric(srv->port, "quern_tasks_waiting"), 0);
    client_reset(&a);
    ojs_expect_bytes(ojs_get_bytes(srv, id, "/result"), "text/plain", bytes, SIZE);
    ojs_expect_bytes(ojs_get_bytes(srv, id, "/input"), "a/b", bytes, SIZE);
    client_reset(&b);
    await_count(srv, "stopped", 2);
    await_count(srv, "begun", 3);
    client_close(&c);
    free(bytes);
}

/* Of all sizes at which the body is kept in another way: copied, with room behind it, in a file, sent in chunks. */
ADOPT(bodies_of_all_sizes)
{
    static const size_t sizes[] = {0, 1, 65536, 65537, 300000, (1u << 20) - 5, (1u << 20) + 1, 1500000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char *bytes = call_pattern(sizes[i]);
        struct client c = far(srv);
        struct id id = adopt(&c, "/run/out.last", bytes, sizes[i]);
        wire_release(srv);
        ojs_expect_bytes(ojs_get_bytes(srv, id, "/result"), "text/plain", bytes, sizes[i]);
        ojs_expect_bytes(ojs_get_bytes(srv, id, "/input"), "a/b", bytes, sizes[i]);
        wire_hold_again(srv);
        client_close(&c);
        free(bytes);
    }
    struct client c = far(srv);
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
    struct client c = far(srv);
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
    struct client c = far(srv);
    begin(&c, "/run/out.last", 1, NULL, 0);
    await_count(srv, "begun", 1);
    struct id id = adopted_on(&c, "active");
    client_close(&c);
    cancel(srv, id);
    await_count(srv, "stopped", 1);
    all_ended(srv);
    ojs_expect_state(srv, id, "cancelled");
}

/* The type's limit counts from where the call began, and what comes after it is the job's. */
ADOPT(its_time_runs_out_as_a_job)
{
    struct client c = far(srv);
    struct id id = adopt_in_time(&c, "/run/out.brief", NULL, 0);
    client_close(&c);
    await_failure(srv, id, "timeout");
    cancel(srv, id);
    await_stopped(srv);
}

/* The type's limit comes before the client's wait: nobody is told of a job. */
ADOPT(a_limit_within_the_wait_is_a_time_out)
{
    struct client c = far(srv);
    struct reply r;
    begin(&c, "/run/out.brief", 60, NULL, 0);
    client_read_reply(&c, &r);
    call_problem(r, 504, "timeout", "cancelled");
    client_close(&c);
    await_stopped(srv);
    cr_assert_eq(jobs(srv), 0);
}

ADOPT(in_a_process)
{
    struct client c = far(srv);
    begin(&c, "/run/out.place?ms=1", 60, "corn", 4);
    wire_expect(&c, 200, "corn"); /* it is there */
    struct id id = adopt_in_time(&c, "/run/out.place?ms=300", "corn", 4);
    ojs_expect_bytes(ojs_get_bytes(srv, id, "/result"), "text/plain", "corn", 4);
    id = adopt(&c, "/run/out.place", "corn", 4);
    begin(&c, "/run/out.place?ms=1", 1, "next", 4); /* not less than they usually take */
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
    struct client c = far(srv);
    begin(&c, "/run/out.place?ms=1", 60, "corn", 4);
    wire_expect(&c, 200, "corn");
    begin(&c, "/run/out.place", 2, "corn", 4); /* long enough for the child to have begun */
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

/* ---- another event first: the engine's shard is held up while the question is on its way ---- */

/* Until let_go(). What is asked meanwhile has to go by another shard's connection: that of far(). */
static struct client held_up(struct server *srv)
{
    char path[128];
    struct client c = on_shard(srv, 0);
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
    begin(c, target, 0, "corn", 4);
    await_count_beside(beside, "begun", 1);
    has_seen_all(beside);
}

static void two_shards(struct server *srv, bool has_journal)
{
    up(srv, has_journal ? -2 : 2, 2, "");
}

static void expect_withdrawn(struct server *srv, struct client *beside, struct client *holds)
{
    client_close(beside);
    client_close(holds);
    all_ended(srv);
    cr_assert_eq(wire_metric(srv->port, "quern_calls_withdrawn_total"), 1);
    cr_assert_eq(wire_metric(srv->port, "quern_calls_adopted_total"), 0);
    cr_assert_eq(jobs(srv), 0);
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
    struct client c = far(srv), beside = far(srv), holds = held_up(srv);
    ask_engine(&c, &beside, "/run/out.last");
    wire_release(srv);
    wire_expect(&c, 200, "corn");
    end_hold(srv, &holds);
    client_close(&c);
    expect_withdrawn(srv, &beside, &holds);
}

FIRST(failure_before_adoption)
{
    struct client c = far(srv), beside = far(srv), holds = held_up(srv);
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
    struct client c = far(srv), beside = far(srv), holds = held_up(srv);
    struct reply r;
    ask_engine(&c, &beside, "/run/out.last");
    wire_release(srv);
    let_go(srv);
    client_read_reply(&c, &r);
    cr_assert(r.status == 200 || r.status == 202, "%d %s", r.status, r.body);
    if (r.status == 202) ojs_expect_bytes(ojs_get_bytes(srv, adopted(r, "active"), "/result"), "text/plain", "corn", 4);
    else reply_free(&r);
    wire_expect(&holds, 200, NULL);
    client_close(&holds);
    client_close(&beside);
    client_close(&c);
    all_ended(srv);
    cr_assert_eq(wire_metric(srv->port, "quern_calls_withdrawn_total") + wire_metric(srv->port, "quern_calls_adopted_total"), 1);
    cr_assert_eq(server_down(srv), 0);
}

FIRST(client_gone_before_adoption)
{
    struct client c = far(srv), beside = far(srv), holds = held_up(srv);
    ask_engine(&c, &beside, "/run/out.last");
    client_reset(&c);
    await_count_beside(&beside, "stopped", 1);
    end_hold(srv, &holds);
    expect_withdrawn(srv, &beside, &holds);
}

FIRST(client_gone_and_the_task_ends_by_itself)
{
    struct client c = far(srv), beside = far(srv), holds = held_up(srv);
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
    struct client a = far(srv), b = far(srv), c = far(srv), beside = far(srv);
    begin(&a, "/run/out.last", 60, NULL, 0);
    begin(&b, "/run/out.last", 60, NULL, 0);
    await_count(srv, "begun", 2);
    struct client holds = held_up(srv);
    begin(&c, "/run/out.last?ms=1", 0, "corn", 4);
    has_seen_all(&beside);
    client_reset(&c);
    has_seen_all(&beside);
    end_hold(srv, &holds);
    call_await_metric(srv->port, "quern_calls_withdrawn_total", 1);
    client_reset(&a);
    client_reset(&b);
    await_count(srv, "stopped", 2);
    await_count(srv, "begun", 2);
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
        begin(&c[i], target, 1, "corn", 4);
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
    all_ended(srv);
    call_await_metric(srv->port, "quern_jobs{state=\"available\"}", 0);
    cr_assert(jobs(srv) >= n_adopted && jobs(srv) <= n_adopted + n_gone, "%ld jobs, %ld adopted, %ld gone", jobs(srv), n_adopted,
              n_gone);
    cr_assert_eq(jobs(srv), jobs_in(srv, "completed"));
    cr_assert_eq(wire_metric(srv->port, "quern_calls_adopted_total"), jobs(srv));
}

/* ---- the engine says no ---- */

Test(wire_adopt, no_room_for_a_job, .timeout = 60)
{
    struct server srv;
    struct reply r;
    up(&srv, 2, 2, ", \"jobs_max\": 1");
    (void)ojs_submit(&srv, "q", "");
    struct client c = far(&srv);
    begin(&c, "/run/out.last", 0, "corn", 4);
    client_read_reply(&c, &r);
    cr_assert(reply_header(&r, "Retry-After"));
    call_problem(r, 503, "overloaded", "as many jobs as it may");
    await_stopped(&srv);
    cr_assert_eq(jobs(&srv), 1);
    all_ended(&srv);
    client_close(&c);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_adopt, too_large_for_the_journal, .timeout = 60)
{
    enum { SIZE = 5000000 };
    struct server srv;
    struct reply r;
    char *bytes = call_pattern(SIZE);
    up(&srv, -2, 2, ", \"blob_bytes\": 8000000");
    struct client c = far(&srv);
    begin(&c, "/run/out.last", 0, bytes, SIZE);
    client_read_reply(&c, &r);
    call_problem(r, 504, "timeout", "too large for a job");
    await_stopped(&srv);
    client_close(&c);
    free(bytes);
    all_ended(&srv);
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_adopt, a_journal_that_has_failed, .timeout = 60)
{
    struct server srv;
    struct reply r;
    struct rlimit none = {0, 0};
    up(&srv, -2, 2, "");
    struct client a = far(&srv), b = far(&srv);
    (void)adopt(&a, "/run/out.last", "corn", 4);
    cr_assert_eq(prlimit(srv.pid, RLIMIT_FSIZE, &none, NULL), 0); /* from here on writes fail with EFBIG */
    begin(&b, "/run/out.last", 0, "corn", 4);
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
    up(&srv, -2, 1, "");
    struct client a = far(&srv), b = far(&srv);
    struct id runs = adopt(&a, "/run/out.last", bytes, SIZE);
    begin(&b, "/run/out.last?ms=1", 0, "next", 4);
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
    up(&srv, *shards, 2, "");
    struct client a = far(&srv), b = far(&srv);
    struct id id = adopt(&a, "/run/out.last", "corn", 4);
    begin(&b, "/run/out.last", 6, "corn", 4);
    await_count(&srv, "begun", 2);
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
    cr_assert_eq(jobs(&srv), 1);
    cr_assert_eq(server_down(&srv), 0);
}

ParameterizedTestParameters(wire_adopt, a_stop_gives_back_what_runs)
{
    return cr_make_param_array(int, adopt_shards, 3);
}
ParameterizedTest(int *shards, wire_adopt, a_stop_gives_back_what_runs, .timeout = 60)
{
    struct server srv;
    up(&srv, *shards, 1, "");
    struct client a = far(&srv);
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

/* The question is on its way when the server is told to stop at once. */
FIRST(a_stop_before_adoption)
{
    struct client c = far(srv), beside = far(srv), holds = held_up(srv);
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
