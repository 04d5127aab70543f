/* Jobs that outlive the server: what a kill, a stop, another number of shards, a damaged file and a broken disk make of them. */
#include "ojs_steps.h"
#include "wire.h"

#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* more: one argument or two; NULL: none. */
static void start_with(struct server *srv, const char *shards, const char *more, const char *value)
{
    srv->port = 0;
    (void)unlink(srv->log); /* the last server's port is in it */
    server_start(srv, (const char *const[]){"--listen", "127.0.0.1:0", "--data", "data", "--shards", shards, more, value, NULL});
    server_wait_ready(srv);
}

static void start(struct server *srv, const char *shards, const char *more)
{
    start_with(srv, shards, more, NULL);
}

static void fresh(struct server *srv)
{
    server_folder_new(srv);
    start(srv, "1", NULL);
}

static struct id submit_as(struct server *srv, const char *type, const char *durability)
{
    char body[256];
    (void)snprintf(body, sizeof body,
                   "{\"type\":\"%s\",\"args\":[{\"n\":7}],\"options\":{\"queue\":\"q\",\"durability\":\"%s\"}}", type,
                   durability);
    struct doc d = ojs_send(srv, "POST", "/ojs/v1/jobs", body);
    STATUS(d, 201);
    const char *told = reply_header(&d.r, "Quern-Durability");
    cr_assert(told && strcmp(told, durability) == 0, "%s", told ? told : "nothing");
    struct id id = doc_id(&d, "job.id");
    doc_free(&d);
    return id;
}

Test(wire_durable, a_kill_loses_nothing_that_was_answered_for, .timeout = 60)
{
    struct server srv;
    fresh(&srv);
    struct id synced = submit_as(&srv, "test.echo", "synced"), logged = submit_as(&srv, "test.echo", "logged");
    struct id memory = submit_as(&srv, "test.echo", "memory");
    struct doc d = ojs_fetch(&srv, "\"q\"");
    TEXT(d, "jobs[0].id", synced.text);
    doc_free(&d);
    d = ojs_say(&srv, "ack", synced, ",\"result\":{\"sum\":[1,2]}");
    STATUS(d, 200);
    doc_free(&d);
    server_kill(&srv);
    start(&srv, "1", NULL);
    d = ojs_info(&srv, synced);
    TEXT(d, "job.state", "completed");
    NUMBER(d, "job.result.sum[1]", 2);
    NUMBER(d, "job.args[0].n", 7);
    TEXT(d, "job.durability", "synced");
    doc_free(&d);
    ojs_expect_state(&srv, logged, "available");
    ojs_expect_refusal(ojs_info(&srv, memory), 404, "not_found");
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_durable, the_number_of_shards_may_change, .timeout = 60)
{
    struct server srv;
    fresh(&srv);
    struct id id = ojs_submit(&srv, "q", "");
    server_signal(&srv, SIGTERM);
    cr_assert_eq(server_wait(&srv), 0);
    start(&srv, "4", NULL);
    for (int i = 0; i < 8; i++) ojs_expect_state(&srv, id, "available"); /* whichever shard takes the connection */
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_durable, a_local_job_ends_and_its_result_stays, .timeout = 60)
{
    struct server srv;
    fresh(&srv);
    struct doc d =
        ojs_send_with(&srv, "POST", "/ojs/v1/jobs", JSON_HEADER "Prefer: wait=5\r\n", "{\"type\":\"echo\",\"args\":[[7]]}");
    STATUS(d, 201);
    TEXT(d, "job.state", "completed");
    struct id id = doc_id(&d, "job.id");
    doc_free(&d);
    server_kill(&srv);
    start(&srv, "1", NULL);
    ojs_expect_state(&srv, id, "completed");
    char path[96];
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s/result", id.text);
    struct reply r = http_request(srv.port, "GET", path, NULL, NULL);
    cr_assert_eq(r.status, 200);
    cr_assert_str_eq(r.body, "[[7]]");
    reply_free(&r);
    cr_assert_eq(server_down(&srv), 0);
}

static void write_config(const struct server *srv, const char *text)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/c.json", srv->folder);
    FILE *f = fopen(path, "w");
    cr_assert(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

/* Eight times what fits into the memory for bodies. */
Test(wire_durable, a_backlog_is_bounded_by_the_disk, .timeout = 60)
{
    enum { JOBS = 64, ARG_BYTES = 500000 };
    struct server srv;
    char *body = malloc(ARG_BYTES + 200);
    server_folder_new(&srv);
    write_config(&srv, "{\"body_memory\": 4194304}");
    start_with(&srv, "1", "--config", "c.json");
    for (int i = 0; i < JOBS; i++) {
        int n = snprintf(body, 200, "{\"type\":\"test.x\",\"options\":{\"queue\":\"q\"},\"args\":[%d,\"", i);
        memset(body + n, 'a' + i % 26, ARG_BYTES);
        memcpy(body + n + ARG_BYTES, "\"]}", 4);
        struct doc d = ojs_send(&srv, "POST", "/ojs/v1/jobs", body);
        STATUS(d, 201);
        doc_free(&d);
    }
    cr_assert_gt(wire_metric(srv.port, "quern_spilled_bytes"), 25000000);
    server_kill(&srv);
    start_with(&srv, "1", "--config", "c.json");
    cr_assert_gt(wire_metric(srv.port, "quern_spilled_bytes"), 25000000);
    for (int i = 0; i < JOBS; i++) {
        struct doc d = ojs_fetch(&srv, "\"q\"");
        NUMBER(d, "jobs[0].args[0]", i);
        const char *text = doc_text(&d, "jobs[0].args[1]");
        cr_assert_eq(strlen(text), ARG_BYTES);
        cr_assert_eq(text[ARG_BYTES - 1], 'a' + i % 26);
        struct id id = doc_id(&d, "jobs[0].id");
        doc_free(&d);
        d = ojs_say(&srv, "ack", id, "");
        STATUS(d, 200);
        doc_free(&d);
    }
    free(body);
    cr_assert_eq(server_down(&srv), 0);
}

/* Ends with this exit code, and says so. */
static void expect_end(struct server *srv, const char *const *args, int code, const char *says)
{
    server_start(srv, args);
    cr_assert_eq(server_wait(srv), code);
    char *log = server_log(srv);
    cr_assert(strstr(log, says), "'%s' is not in:\n%s", says, log);
    free(log);
}

Test(wire_durable, one_server_has_the_folder, .timeout = 60)
{
    struct server srv;
    fresh(&srv);
    struct server second = srv;
    second.pid = 0;
    expect_end(&second, (const char *const[]){"--listen", "127.0.0.1:0", "--data", "data", NULL}, 1,
               "another process uses this data folder");
    ojs_expect_state(&srv, ojs_submit(&srv, "q", ""), "available");
    cr_assert_eq(server_down(&srv), 0);
}

/* The first segment that has records. */
static int open_segment(const struct server *srv)
{
    char pattern[128];
    glob_t found;
    (void)snprintf(pattern, sizeof pattern, "%s/data/journal-0-*.seg", srv->folder);
    cr_assert_eq(glob(pattern, 0, NULL, &found), 0);
    int fd = open(found.gl_pathv[0], O_RDWR | O_CLOEXEC);
    cr_assert_geq(fd, 0);
    globfree(&found);
    return fd;
}

Test(wire_durable, damage_is_told_with_its_place_and_passed_over_when_told_to, .timeout = 60)
{
    struct server srv;
    fresh(&srv);
    struct id first = ojs_submit(&srv, "q", ""), last = ojs_submit(&srv, "q", "");
    server_signal(&srv, SIGTERM);
    cr_assert_eq(server_wait(&srv), 0);
    expect_end(&srv, (const char *const[]){"--check-journal", "data", NULL}, 0, "");
    expect_end(&srv, (const char *const[]){"--dump-journal", "data", NULL}, 0, "");
    int fd = open_segment(&srv);
    char block[4096];
    off_t at = 8192; /* the batch after the one that opened the journal: the first job's */
    cr_assert_eq(pread(fd, block, sizeof block, at), (ssize_t)sizeof block);
    block[200] ^= 1;
    cr_assert_eq(pwrite(fd, block, sizeof block, at), (ssize_t)sizeof block);
    (void)close(fd);
    expect_end(&srv, (const char *const[]){"--listen", "127.0.0.1:0", "--data", "data", NULL}, 1,
               "journal-0-0000000001.seg at offset 8192");
    expect_end(&srv, (const char *const[]){"--check-journal", "data", NULL}, 1, "");
    start(&srv, "1", "--accept-damage");
    ojs_expect_refusal(ojs_info(&srv, first), 404, "not_found");
    ojs_expect_state(&srv, last, "available");
    cr_assert_eq(server_down(&srv), 0);
}

static int ready_status(struct server *srv)
{
    struct reply r = http_request(srv->port, "GET", "/readyz", NULL, NULL);
    int status = r.status;
    reply_free(&r);
    return status;
}

Test(wire_durable, a_disk_that_fails_turns_readyz_red_and_reads_go_on, .timeout = 60)
{
    struct server srv;
    fresh(&srv);
    struct id id = ojs_submit(&srv, "q", "");
    cr_assert_eq(ready_status(&srv), 200);
    struct rlimit none = {0, 0};
    cr_assert_eq(prlimit(srv.pid, RLIMIT_FSIZE, &none, NULL), 0); /* from here on writes fail with EFBIG */
    ojs_expect_refusal(ojs_send(&srv, "POST", "/ojs/v1/jobs", "{\"type\":\"test.echo\",\"args\":[]}"), 503, "backend_error");
    for (long end = wire_now_ms() + PATIENCE_MS; ready_status(&srv) == 200 && wire_now_ms() < end;) wire_pause_us(10000);
    cr_assert_eq(ready_status(&srv), 503);
    ojs_expect_refusal(ojs_send(&srv, "POST", "/ojs/v1/workers/fetch", "{\"queues\":[\"q\"],\"worker_id\":\"w\"}"), 503,
                       "backend_error");
    ojs_expect_state(&srv, id, "available");
    server_kill(&srv);
    start(&srv, "1", NULL);
    ojs_expect_state(&srv, id, "available");
    cr_assert_eq(server_down(&srv), 0);
}

Test(wire_durable, a_stop_gives_back_what_a_worker_has_in_hand, .timeout = 60)
{
    struct server srv;
    fresh(&srv);
    struct doc d = ojs_send(&srv, "POST", "/ojs/v1/jobs", "{\"type\":\"sleep\",\"args\":[{\"ms\":600000}]}");
    STATUS(d, 201);
    struct id id = doc_id(&d, "job.id");
    doc_free(&d);
    while (wire_metric(srv.port, "quern_tasks_out") == 0) wire_pause_us(5000);
    server_signal(&srv, SIGTERM);
    wire_await_log(&srv, "server.drain", 1);
    server_signal(&srv, SIGTERM); /* now: does not wait for the job */
    cr_assert_eq(server_wait(&srv), 0);
    start(&srv, "1", NULL);
    d = ojs_info(&srv, id);
    cr_assert_leq(doc_number(&d, "job.attempt"), 1); /* begun again, or about to be: the first one does not count */
    cr_assert(!doc_find(d.json, "job.errors"), "%s", d.r.body);
    cr_assert_str_neq(doc_text(&d, "job.state"), "completed");
    doc_free(&d);
    server_kill(&srv);
    server_folder_free(&srv);
}
