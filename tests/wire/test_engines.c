/* Servers with several engines: what is asked of one of them, of all, and of two at once; and the change of their number. */
#include "ojs_steps.h"
#include "wire.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define QUEUES 7
#define ALL_QUEUES "\"q0\",\"q1\",\"q2\",\"q3\",\"q4\",\"q5\",\"q6\""

struct setting {
    char engines[4], shards[4]; /* not pointers: it is copied to the process of the test */
};
static struct setting settings[] = {{"2", "1"}, {"2", "2"}, {"4", "2"}, {"4", "4"}};

static void start(struct server *srv, const char *shards)
{
    (void)unlink(srv->log);
    server_start(srv, (const char *const[]){"--listen", "127.0.0.1:0", "--data", "data", "--shards", shards, OJS_CONFIG, NULL});
    server_wait_ready(srv);
}

static void up(struct server *srv, const struct setting *s)
{
    ojs_folder_new(srv);
    ojs_divide(srv, s->engines);
    start(srv, s->shards);
}

static void stop(struct server *srv)
{
    server_signal(srv, SIGTERM);
    cr_assert_eq(server_wait(srv), 0);
}

#define ENGINES(name)                                                                           \
    static void name##_on(struct server *srv);                                                  \
    ParameterizedTestParameters(wire_engines, name)                                             \
    {                                                                                           \
        return cr_make_param_array(struct setting, settings, sizeof settings / sizeof *settings); \
    }                                                                                           \
    ParameterizedTest(struct setting *s, wire_engines, name, .timeout = 90)                     \
    {                                                                                           \
        struct server srv;                                                                      \
        up(&srv, s);                                                                            \
        name##_on(&srv);                                                                        \
        cr_assert_eq(server_down(&srv), 0);                                                     \
    }                                                                                           \
    static void name##_on(struct server *srv)

static struct id submit_to(struct server *srv, int queue)
{
    char name[8];
    (void)snprintf(name, sizeof name, "q%d", queue);
    return ojs_submit(srv, name, "");
}

static int count_listed(struct server *srv, const char *path, const char *array)
{
    char url[160], cursor[32] = "0";
    int n = 0;
    for (bool more = true; more;) {
        (void)snprintf(url, sizeof url, "%s?limit=4&cursor=%s", path, cursor);
        struct doc d = ojs_send(srv, "GET", url, NULL);
        STATUS(d, 200);
        n += cJSON_GetArraySize(doc_find(d.json, array));
        more = cJSON_IsTrue(doc_find(d.json, "pagination.has_more"));
        if (more) (void)snprintf(cursor, sizeof cursor, "%s", doc_text(&d, "pagination.next_cursor"));
        doc_free(&d);
    }
    return n;
}

ENGINES(every_job_is_found_listed_once_and_fetched_once)
{
    struct id ids[21];
    for (int i = 0; i < 21; i++) ids[i] = submit_to(srv, i % QUEUES);
    for (int i = 0; i < 21; i++) ojs_expect_state(srv, ids[i], "available");
    cr_assert_eq(count_listed(srv, "/ojs/v1/admin/jobs", "items"), 21);
    int n_fetched = 0;
    for (int n = 1; n > 0; n_fetched += n) {
        struct doc d = ojs_send(srv, "POST", "/ojs/v1/workers/fetch", "{\"queues\":[" ALL_QUEUES "],\"count\":5}");
        STATUS(d, 200);
        n = doc_n_jobs(&d);
        doc_free(&d);
    }
    cr_assert_eq(n_fetched, 21);
    for (int i = 0; i < 21; i++) {
        struct doc d = ojs_say(srv, i % 2 ? "nack" : "ack", ids[i], i % 2 ? ",\"error\":{\"code\":\"no\",\"message\":\"no\",\"retryable\":false}" : "");
        STATUS(d, 200);
        doc_free(&d);
        ojs_expect_state(srv, ids[i], i % 2 ? "discarded" : "completed");
    }
    ojs_expect_refusal(ojs_send(srv, "GET", "/ojs/v1/jobs/01890a5d-ac96-774b-bcce-b302099a8058", NULL), 404, "not_found");
}

/* What was granted is not told, so nobody must go on holding its bytes. */
Test(wire_engines, a_fetch_that_the_disk_refuses_keeps_nothing, .timeout = 90)
{
    struct server srv;
    up(&srv, &(struct setting){"2", "2"});
    for (int queue = 0; queue < QUEUES; queue++) (void)submit_to(&srv, queue);
    long before = wire_metric(srv.port, "quern_body_blocks");
    struct rlimit none = {0, 0};
    cr_assert_eq(prlimit(srv.pid, RLIMIT_FSIZE, &none, NULL), 0); /* from here on writes fail with EFBIG */
    ojs_expect_refusal(ojs_send(&srv, "POST", "/ojs/v1/workers/fetch", "{\"queues\":[" ALL_QUEUES "],\"worker_id\":\"w\",\"count\":5}"), 503,
                       "backend_error");
    for (int i = 0; i < 1000 && wire_metric(srv.port, "quern_body_blocks") > before; i++) wire_pause_us(5000);
    cr_assert_eq(wire_metric(srv.port, "quern_body_blocks"), before);
    server_kill(&srv);
    server_folder_free(&srv);
}

/* The first engine has changed the job and cannot write it, the second one does not know it. What shows in AddressSanitizer's build only:
 * the first answer has been let go of. */
Test(wire_engines, a_cancel_that_the_disk_refuses_keeps_nothing, .timeout = 90)
{
    char path[80];
    struct server srv;
    up(&srv, &(struct setting){"2", "2"});
    for (int queue = 0; queue < QUEUES; queue++) {
        struct id id = submit_to(&srv, queue);
        (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s", id.text);
    }
    struct rlimit none = {0, RLIM_INFINITY}, any = {RLIM_INFINITY, RLIM_INFINITY};
    cr_assert_eq(prlimit(srv.pid, RLIMIT_FSIZE, &none, NULL), 0);
    ojs_expect_refusal(ojs_send(&srv, "DELETE", path, NULL), 503, "backend_error");
    cr_assert_eq(prlimit(srv.pid, RLIMIT_FSIZE, &any, NULL), 0); /* its own words at the end, if there are any, can be written */
    stop(&srv);
    server_folder_free(&srv);
}

#define OWN_ID "01890a5d-ac96-774b-bcce-b302099a8057"

ENGINES(a_clients_own_id_is_taken_once_whatever_the_queue)
{
    char body[200];
    for (int queue = 0; queue < QUEUES; queue++) {
        (void)snprintf(body, sizeof body, "{\"id\":\"" OWN_ID "\",\"type\":\"t\",\"args\":[],\"options\":{\"queue\":\"q%d\"}}", queue);
        struct doc d = ojs_send(srv, "POST", "/ojs/v1/jobs", body);
        if (queue) {
            ojs_expect_refusal(d, 409, "duplicate");
            continue;
        }
        STATUS(d, 201);
        doc_free(&d);
    }
    struct doc d = ojs_send(srv, "GET", "/ojs/v1/jobs/" OWN_ID, NULL);
    STATUS(d, 200);
    TEXT(d, "job.queue", "q0");
    doc_free(&d);
}

/* One job in each queue: with two engines or more they belong to several. */
static struct doc send_everywhere(struct server *srv, const char *headers)
{
    char body[1024];
    size_t len = (size_t)snprintf(body, sizeof body, "{\"jobs\":[");
    for (int i = 0; i < QUEUES; i++)
        len += (size_t)snprintf(body + len, sizeof body - len, "%s{\"type\":\"t\",\"args\":[],\"options\":{\"queue\":\"q%d\"}}", i ? "," : "", i);
    (void)snprintf(body + len, sizeof body - len, "]}");
    return ojs_send_with(srv, "POST", "/ojs/v1/jobs/batch", headers, body);
}

ENGINES(a_batch_is_of_one_engine)
{
    struct doc d = ojs_send(srv, "POST", "/ojs/v1/jobs/batch",
                            "{\"jobs\":[{\"type\":\"t\",\"args\":[],\"options\":{\"queue\":\"q1\"}},{\"type\":\"t\",\"args\":[],\"options\":{\"queue\":\"q1\"}}]}");
    STATUS(d, 201);
    doc_free(&d);
    ojs_expect_refusal(send_everywhere(srv, ""), 422, "x_several_engines");
    ojs_expect_refusal(send_everywhere(srv, "Idempotency-Key: k\r\n"), 422, "x_several_engines");
    ojs_expect_refusal(send_everywhere(srv, "Idempotency-Key: k\r\n"), 422, "x_several_engines"); /* nor was the key */
    cr_assert_eq(count_listed(srv, "/ojs/v1/admin/jobs", "items"), 2, "nothing of it was taken");
}

static struct doc send_keyed(struct server *srv, int queue, int n, const char *headers)
{
    char body[400];
    size_t len = (size_t)snprintf(body, sizeof body, "{\"jobs\":[");
    for (int i = 0; i < n; i++)
        len += (size_t)snprintf(body + len, sizeof body - len, "%s{\"type\":\"t\",\"args\":[],\"options\":{\"queue\":\"q%d\"}}", i ? "," : "", queue);
    (void)snprintf(body + len, sizeof body - len, "]}");
    return ojs_send_with(srv, "POST", "/ojs/v1/jobs/batch", headers, body);
}

ENGINES(a_batchs_key_is_one_batchs)
{
    struct doc d = send_keyed(srv, 3, 2, "Idempotency-Key: k\r\n");
    STATUS(d, 201);
    struct id id = doc_id(&d, "jobs[1].id");
    doc_free(&d);
    for (int queue = 0; queue < QUEUES; queue++) {
        d = send_keyed(srv, queue, 2, "Idempotency-Key: k\r\nPrefer: wait=1\r\n");
        STATUS(d, queue == 3 ? 201 : 422);
        if (queue == 3) {
            cr_assert_not_null(reply_header(&d.r, "Idempotency-Replayed"));
            TEXT(d, "jobs[1].id", id.text);
            TEXT(d, "jobs[1].state", "available");
        }
        doc_free(&d);
    }
    d = send_keyed(srv, 3, 1, "Idempotency-Key: k\r\n");
    STATUS(d, 422);
    doc_free(&d);
    cr_assert_eq(count_listed(srv, "/ojs/v1/admin/jobs", "items"), 2);
}

/* A key's gates are held while its jobs are made, not while their end is waited for: another batch with the same key answers meanwhile. */
ENGINES(a_batch_with_a_key_is_waited_for)
{
    struct client waiting;
    static const char body[] = "{\"jobs\":[{\"type\":\"t\",\"args\":[],\"options\":{\"queue\":\"q3\"}}]}";
    char request[512];
    client_connect(&waiting, srv->port);
    int len = snprintf(request, sizeof request,
                       "POST /ojs/v1/jobs/batch HTTP/1.1\r\nHost: q\r\nContent-Length: %zu\r\n"
                       "Idempotency-Key: k\r\nPrefer: wait=9\r\n\r\n%s", sizeof body - 1, body);
    client_send(&waiting, request, (size_t)len);
    struct id id = {""};
    while (!id.text[0]) { /* until it is there */
        struct doc d = ojs_fetch(srv, "\"q3\"");
        if (doc_n_jobs(&d)) id = doc_id(&d, "jobs[0].id");
        doc_free(&d);
    }
    struct doc d = send_keyed(srv, 3, 1, "Idempotency-Key: k\r\n");
    STATUS(d, 201);
    TEXT(d, "jobs[0].state", "active");
    doc_free(&d);
    d = ojs_say(srv, "ack", id, "");
    STATUS(d, 200);
    doc_free(&d);
    struct reply r;
    client_read_reply(&waiting, &r);
    cr_assert_eq(r.status, 201, "%s", r.body);
    cr_assert(strstr(r.body, "\"completed\""), "%s", r.body);
    reply_free(&r);
    client_close(&waiting);
}

ENGINES(a_schedules_name_is_one_schedules)
{
    char body[256];
    int n_made = 0, n_moved = 0, n_apart = 0;
    for (int i = 0; i < QUEUES; i++) {
        (void)snprintf(body, sizeof body, "{\"name\":\"c\",\"expression\":\"0 0 * * *\",\"type\":\"t\",\"args\":[],\"options\":{\"queue\":\"q%d\"}}", i);
        struct doc d = ojs_send(srv, "POST", "/ojs/v1/cron", body);
        n_made += d.r.status == 201;
        doc_free(&d);
    }
    for (int i = 0; i < QUEUES; i++) {
        (void)snprintf(body, sizeof body, "{\"expression\":\"0 0 * * *\",\"type\":\"t\",\"args\":[],\"options\":{\"queue\":\"q%d\"}}", i);
        struct doc d = ojs_send(srv, "PUT", "/ojs/v1/cron/c", body);
        n_moved += d.r.status == 200;
        n_apart += d.r.status == 422;
        doc_free(&d);
    }
    cr_assert_eq(n_made, 1);
    cr_assert(n_moved >= 1 && n_apart >= 1 && n_moved + n_apart == QUEUES);
    struct doc d = ojs_send(srv, "DELETE", "/ojs/v1/cron/c", NULL);
    STATUS(d, 200);
    doc_free(&d);
    ojs_expect_refusal(ojs_send(srv, "GET", "/ojs/v1/cron/c", NULL), 404, "not_found");
}

ENGINES(a_kill_loses_nothing)
{
    struct id ids[14];
    for (int i = 0; i < 14; i++) ids[i] = submit_to(srv, i % QUEUES);
    server_kill(srv);
    start(srv, "3");
    for (int i = 0; i < 14; i++) ojs_expect_state(srv, ids[i], "available");
}

/* ---- another number ---- */

/* A batch that has been taken by one engine is known by its key, wherever its jobs are now. */
static void expect_replay(struct server *srv, const struct id ids[])
{
    struct doc d = send_everywhere(srv, "Idempotency-Key: all\r\n");
    STATUS(d, 201);
    cr_assert_not_null(reply_header(&d.r, "Idempotency-Replayed"));
    for (int i = 0; i < QUEUES; i++) {
        char at[16];
        (void)snprintf(at, sizeof at, "jobs[%d].id", i);
        TEXT(d, at, ids[i].text);
    }
    doc_free(&d);
}

static void expect_all(struct server *srv, const struct id ids[], int n)
{
    for (int i = 0; i < n; i++) ojs_expect_state(srv, ids[i], i == 0 ? "completed" : i == 1 ? "discarded" : "available");
    cr_assert_eq(count_listed(srv, "/ojs/v1/admin/jobs", "items"), n);
    struct doc d = ojs_send(srv, "GET", "/ojs/v1/dead-letter", NULL);
    NUMBER(d, "pagination.total", 1);
    doc_free(&d);
    d = ojs_send(srv, "GET", "/ojs/v1/cron/nightly", NULL);
    STATUS(d, 200);
    doc_free(&d);
    d = ojs_send(srv, "GET", "/ojs/v1/queues/q3", NULL);
    STATUS(d, 200);
    cr_assert(strstr(d.r.body, "\"paused\""), "%s", d.r.body);
    doc_free(&d);
}

Test(wire_engines, their_number_changes_and_everything_stays, .timeout = 120)
{
    static const char *const numbers[] = {"3", "1", "4", "1"};
    struct server srv;
    struct id ids[15 + QUEUES];
    ojs_folder_new(&srv);
    start(&srv, "1");
    for (int i = 0; i < 14; i++) {
        char name[8];
        (void)snprintf(name, sizeof name, "q%d", i % QUEUES);
        ids[i] = ojs_submit(&srv, name, ",\"retry\":{\"max_attempts\":1,\"on_exhaustion\":\"dead_letter\"}");
    }
    for (int i = 0; i < 2; i++) {
        struct doc d = ojs_fetch(&srv, i ? "\"q1\"" : "\"q0\"");
        doc_free(&d);
        d = ojs_say(&srv, i ? "nack" : "ack", ids[i], i ? ERROR_MEMBER : "");
        STATUS(d, 200);
        doc_free(&d);
    }
    struct doc d = ojs_send(&srv, "POST", "/ojs/v1/cron", "{\"name\":\"nightly\",\"expression\":\"0 0 * * *\",\"type\":\"t\",\"args\":[],\"options\":{\"queue\":\"q2\"}}");
    STATUS(d, 201);
    doc_free(&d);
    d = ojs_send(&srv, "POST", "/ojs/v1/queues/q3/pause", "{}");
    STATUS(d, 200);
    doc_free(&d);
    d = send_keyed(&srv, 6, 1, "Idempotency-Key: k\r\n");
    STATUS(d, 201);
    ids[14] = doc_id(&d, "jobs[0].id");
    doc_free(&d);
    d = send_everywhere(&srv, "Idempotency-Key: all\r\n");
    STATUS(d, 201);
    for (int i = 0; i < QUEUES; i++) {
        char at[16];
        (void)snprintf(at, sizeof at, "jobs[%d].id", i);
        ids[15 + i] = doc_id(&d, at);
    }
    doc_free(&d);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        stop(&srv);
        ojs_divide(&srv, numbers[i]);
        start(&srv, "2");
        d = send_keyed(&srv, 6, 1, "Idempotency-Key: k\r\n");
        STATUS(d, 201);
        TEXT(d, "jobs[0].id", ids[14].text);
        doc_free(&d);
        expect_replay(&srv, ids + 15);
        expect_all(&srv, ids, 15 + QUEUES);
    }
    cr_assert_eq(server_down(&srv), 0);
}

/* A batch of jobs that are all of different types. */
static void submit_types(struct server *srv, int queue, int first, int n)
{
    size_t room = 64 + (size_t)n * 80, len = 0;
    char *body = malloc(room);
    cr_assert(body);
    len += (size_t)snprintf(body, room, "{\"jobs\":[");
    for (int i = 0; i < n; i++)
        len += (size_t)snprintf(body + len, room - len, "%s{\"type\":\"t%d\",\"args\":[],\"options\":{\"queue\":\"q%d\"}}", i ? "," : "", first + i, queue);
    (void)snprintf(body + len, room - len, "]}");
    struct doc d = ojs_send(srv, "POST", "/ojs/v1/jobs/batch", body);
    STATUS(d, 201);
    doc_free(&d);
    free(body);
}

/* Each of four engines has room for the names of its types, one would not have room for all of them. */
Test(wire_engines, a_number_with_which_no_server_would_start_is_refused, .timeout = 120)
{
    struct server srv;
    char path[128];
    ojs_folder_new(&srv);
    ojs_divide(&srv, "4");
    start(&srv, "1");
    struct id id = submit_to(&srv, 0);
    for (int i = 0; i < 3 * QUEUES; i++) submit_types(&srv, i % QUEUES, i * 1000, 1000);
    stop(&srv);
    server_start(&srv, (const char *const[]){"--engines", "1", "--data", "data", OJS_CONFIG, NULL});
    cr_assert_eq(server_wait(&srv), 1);
    (void)snprintf(path, sizeof path, "%s/data/engines-000002", srv.folder);
    cr_assert_eq(access(path, F_OK), -1, "nothing of it is left");
    start(&srv, "1");
    ojs_expect_state(&srv, id, "available");
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_engines, their_number_does_not_change_under_a_server, .timeout = 60)
{
    struct server srv;
    ojs_folder_new(&srv);
    start(&srv, "1");
    struct id id = submit_to(&srv, 1);
    struct server other = srv;
    server_start(&other, (const char *const[]){"--engines", "2", "--data", "data", OJS_CONFIG, NULL});
    cr_assert_eq(server_wait(&other), 1);
    ojs_expect_state(&srv, id, "available");
    cr_assert_eq(server_down(&srv), 0);
}
