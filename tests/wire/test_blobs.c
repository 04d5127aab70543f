/* Results and inputs in files of their own, by the real server: read in ranges after a kill, nothing left of what was never told of,
 * files that are lost, disks that are full. */
#include "call.h"
#include "ojs_steps.h"
#include "wire.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define LARGE 6000000u

static void start(struct server *srv)
{
    srv->port = 0;
    (void)unlink(srv->log);
    server_start(srv, (const char *const[]){"--listen", "127.0.0.1:0", "--data", "data", "--shards", "2", "--config", "c.json", NULL});
    server_wait_ready(srv);
}

static void fresh(struct server *srv, const char *config)
{
    char path[128];
    server_folder_new(srv);
    (void)snprintf(path, sizeof path, "%s/c.json", srv->folder);
    FILE *f = fopen(path, "w");
    cr_assert(f && fputs(config, f) >= 0 && fclose(f) == 0);
    start(srv);
}

/* Names in the folder, one after the other; returns how many. */
static int list_files(const struct server *srv, char *last, size_t room)
{
    char path[128];
    int n = 0;
    (void)snprintf(path, sizeof path, "%s/data/blobs", srv->folder);
    DIR *dir = opendir(path);
    for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.') continue;
        if (last) (void)snprintf(last, room, "%s/%.40s", path, entry->d_name);
        n++;
    }
    if (dir) (void)closedir(dir);
    return n;
}

static void await_files(const struct server *srv, int n)
{
    for (long end = wire_now_ms() + PATIENCE_MS; list_files(srv, NULL, 0) != n && wire_now_ms() < end;) wire_pause_us(10000);
    cr_assert_eq(list_files(srv, NULL, 0), n);
}

static struct reply defer(struct server *srv, const char *target, const void *body, size_t len)
{
    struct client c;
    client_connect(&c, srv->port);
    struct reply r = call_on(&c, target, "Prefer: respond-async\r\nContent-Type: a/b\r\n", body, len);
    client_close(&c);
    return r;
}

static struct id deferred(struct server *srv, const void *body, size_t len)
{
    struct id id;
    struct reply r = defer(srv, "/run/echo", body, len);
    cr_assert_eq(r.status, 202, "%d: %s", r.status, r.body);
    (void)snprintf(id.text, sizeof id.text, "%s", reply_header(&r, "Location") + strlen("/ojs/v1/jobs/"));
    reply_free(&r);
    return id;
}

static struct reply get(struct server *srv, struct id id, const char *below, const char *headers)
{
    char path[128];
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s%s", id.text, below);
    return http_request(srv->port, "GET", path, headers, NULL);
}

static void await_end(struct server *srv, struct id id)
{
    struct reply r = get(srv, id, "/result", "Prefer: wait=10\r\n");
    cr_assert_eq(r.status, 200, "%d: %s", r.status, r.body_len < 2000 ? r.body : "");
    reply_free(&r);
}

static void expect_part(struct server *srv, struct id id, const char *below, const char *bytes, size_t from, size_t len)
{
    char range[80];
    (void)snprintf(range, sizeof range, "Range: bytes=%zu-%zu\r\n", from, from + len - 1);
    struct reply r = get(srv, id, below, range);
    cr_assert_eq(r.status, 206, "%d", r.status);
    cr_assert_eq(r.body_len, len);
    cr_assert_eq(memcmp(r.body, bytes + from, len), 0);
    cr_assert_str_eq(reply_header(&r, "Content-Type"), "a/b");
    reply_free(&r);
}

static void expect_all(struct server *srv, struct id id, const char *below, const char *bytes, size_t len)
{
    struct reply r = get(srv, id, below, NULL);
    cr_assert_eq(r.status, 200, "%d", r.status);
    cr_assert_eq(r.body_len, len);
    cr_assert_eq(memcmp(r.body, bytes, len), 0);
    reply_free(&r);
}

Test(wire_blobs, a_large_result_is_read_in_ranges_after_a_kill, .timeout = 90)
{
    struct server srv;
    char *bytes = call_pattern(LARGE);
    fresh(&srv, "{}");
    struct id id = deferred(&srv, bytes, LARGE);
    await_end(&srv, id);
    cr_assert_eq(list_files(&srv, NULL, 0), 2); /* the input, and the result that is the same bytes */
    cr_assert_geq(wire_metric(srv.port, "quern_payload_file_bytes"), 2 * (long)LARGE);
    cr_assert_eq(wire_metric(srv.port, "quern_payload_files"), 2);
    server_kill(&srv);
    start(&srv);
    expect_part(&srv, id, "/result", bytes, 0, 1);
    expect_part(&srv, id, "/result", bytes, LARGE / 2 + 13, 100001);
    expect_part(&srv, id, "/result", bytes, LARGE - 7, 7);
    expect_part(&srv, id, "/input", bytes, 4095, 8193);
    expect_all(&srv, id, "/result", bytes, LARGE);
    expect_all(&srv, id, "/input", bytes, LARGE);
    struct reply r = get(&srv, id, "/result", NULL);
    char same[64];
    (void)snprintf(same, sizeof same, "If-None-Match: %s\r\n", reply_header(&r, "ETag"));
    reply_free(&r);
    r = get(&srv, id, "/result", same);
    cr_assert_eq(r.status, 304);
    reply_free(&r);
    cr_assert_lt(wire_metric(srv.port, "quern_body_bytes"), LARGE, "nothing of it counts as memory");
    struct doc d = ojs_info(&srv, id);
    NUMBER(d, "job.result.size", LARGE);
    NUMBER(d, "job.input.size", LARGE);
    HAS_NOT(d, "job.result.lost");
    doc_free(&d);
    free(bytes);
    cr_assert_eq(server_down(&srv), 0);
}

/* Killed at moments spread over the whole of it: what was answered for is there, and no file belongs to nobody. */
Test(wire_blobs, a_kill_while_they_are_written, .timeout = 120)
{
    struct server srv;
    char *bytes = call_pattern(LARGE), *log;
    fresh(&srv, "{}");
    for (int i = 0; i < 12; i++) {
        struct client c;
        client_connect(&c, srv.port);
        call_send(&c, "/run/sleep?ms=600000", "Prefer: respond-async\r\n", bytes, LARGE);
        wire_pause_us(i * 1500);
        server_kill(&srv);
        client_close(&c);
        start(&srv);
        log = server_log(&srv);
        cr_assert(!strstr(log, "blob.lost"), "%s", log);
        free(log);
        int n_jobs = 0;
        struct doc d = ojs_send(&srv, "GET", "/ojs/v1/jobs?limit=100", NULL);
        if (d.r.status == 200) n_jobs = doc_n_jobs(&d);
        doc_free(&d);
        await_files(&srv, n_jobs);
    }
    free(bytes);
    server_kill(&srv);
    server_folder_free(&srv);
}

Test(wire_blobs, an_orphan_is_swept, .timeout = 60)
{
    struct server srv;
    char path[160];
    fresh(&srv, "{}");
    server_kill(&srv);
    (void)snprintf(path, sizeof path, "%s/data/blobs/blob-0-00000000000000aa", srv.folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    cr_assert(fd >= 0 && write(fd, "bytes", 5) == 5 && close(fd) == 0);
    start(&srv);
    await_files(&srv, 0);
    char *log = server_log(&srv);
    cr_assert(strstr(log, "orphans=1"), "%s", log);
    free(log);
    char *bytes = call_pattern(LARGE);
    struct id id = deferred(&srv, bytes, LARGE);
    await_end(&srv, id);
    expect_all(&srv, id, "/input", bytes, LARGE);
    free(bytes);
    cr_assert_eq(server_down(&srv), 0);
}

static int run_check(struct server *srv)
{
    server_start(srv, (const char *const[]){"--check-journal", "data", NULL});
    return server_wait(srv);
}

/* The bytes are not others instead: 410, and the operator is told of the file. */
Test(wire_blobs, what_is_lost_is_said, .timeout = 90)
{
    struct server srv;
    char path[200], *bytes = call_pattern(LARGE);
    fresh(&srv, "{}");
    struct id id = deferred(&srv, bytes, LARGE);
    await_end(&srv, id);
    server_signal(&srv, SIGTERM);
    cr_assert_eq(server_wait(&srv), 0);
    cr_assert_eq(run_check(&srv), 0);
    (void)snprintf(path, sizeof path, "%s/data/blobs/blob-0-0000000000000002", srv.folder);
    cr_assert_eq(truncate(path, LARGE - 1), 0);
    cr_assert_eq(run_check(&srv), 1);
    start(&srv);
    char *log = server_log(&srv);
    cr_assert(strstr(log, "blob.lost") && strstr(log, "blobs/blob-0-0000000000000002"), "%s", log);
    free(log);
    ojs_expect_refusal(doc_of(get(&srv, id, "/result", NULL)), 410, "x_payload_lost");
    struct doc d = ojs_info(&srv, id);
    TEXT(d, "job.state", "completed");
    HAS(d, "job.result.lost");
    NUMBER(d, "job.result.size", LARGE);
    HAS_NOT(d, "job.input.lost");
    doc_free(&d);
    expect_all(&srv, id, "/input", bytes, LARGE);
    server_signal(&srv, SIGTERM);
    cr_assert_eq(server_wait(&srv), 0);
    ojs_divide(&srv, "2"); /* what was lost before keeps no change from being made, and stays lost */
    start(&srv);
    ojs_expect_refusal(doc_of(get(&srv, id, "/result", NULL)), 410, "x_payload_lost");
    expect_all(&srv, id, "/input", bytes, LARGE);
    free(bytes);
    cr_assert_eq(server_down(&srv), 0);
}

/* A small disk of its own under the data folder. False: not here. */
static bool mount_small(struct server *srv, const char *size)
{
    char path[128];
    server_folder_new(srv);
    (void)snprintf(path, sizeof path, "%s/data", srv->folder);
    cr_assert_eq(mkdir(path, 0700), 0);
    return geteuid() == 0 && mount("none", path, "tmpfs", 0, size) == 0;
}

static void unmount(struct server *srv)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/data", srv->folder);
    for (long end = wire_now_ms() + PATIENCE_MS; umount(path) != 0 && wire_now_ms() < end;) wire_pause_us(10000);
}

static void write_config(const struct server *srv, const char *text)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/c.json", srv->folder);
    FILE *f = fopen(path, "w");
    cr_assert(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

/* What was accepted keeps its bytes, what was not got 503, small jobs go on to the end, and when the large ones have ended there is room. */
Test(wire_blobs, a_full_disk_refuses_payloads_and_lives, .timeout = 120)
{
    struct server srv;
    struct id ids[40];
    int n = 0;
    char *bytes = call_pattern(LARGE);
    if (!mount_small(&srv, "size=224m")) {
        server_folder_free(&srv);
        cr_skip_test("no file system can be mounted here");
    }
    write_config(&srv, "{\"segment_mib\": 16}");
    start(&srv);
    for (; n < 40; n++) {
        struct reply r = defer(&srv, "/run/sleep?ms=600000", bytes, LARGE);
        int status = r.status;
        if (status == 202) (void)snprintf(ids[n].text, sizeof ids[n].text, "%s", reply_header(&r, "Location") + strlen("/ojs/v1/jobs/"));
        reply_free(&r);
        if (status == 202) continue;
        cr_assert_eq(status, 503);
        break;
    }
    cr_assert_gt(n, 3);
    cr_assert_lt(n, 40);
    struct doc d = ojs_send(&srv, "POST", "/ojs/v1/jobs", "{\"type\":\"test.small\",\"args\":[1],\"options\":{\"queue\":\"q\"}}");
    STATUS(d, 201);
    doc_free(&d);
    d = ojs_fetch(&srv, "\"q\"");
    struct id small = doc_id(&d, "jobs[0].id");
    doc_free(&d);
    d = ojs_say(&srv, "ack", small, "");
    STATUS(d, 200);
    doc_free(&d);
    server_kill(&srv);
    start(&srv);
    for (int i = 0; i < n; i++) expect_all(&srv, ids[i], "/input", bytes, LARGE);
    await_files(&srv, n);
    for (int i = 0; i < n; i++) {
        d = ojs_cancel(&srv, ids[i]);
        STATUS(d, 200);
        doc_free(&d);
    }
    int status = 0;
    for (long end = wire_now_ms() + PATIENCE_MS; status != 202 && wire_now_ms() < end;) { /* each refusal gives up what has ended; their files go when that is synced */
        struct reply r = defer(&srv, "/run/echo", bytes, LARGE);
        status = r.status;
        reply_free(&r);
        if (status != 202) wire_pause_us(50000);
    }
    cr_assert_eq(status, 202);
    cr_assert_lt(list_files(&srv, NULL, 0), n + 2);
    free(bytes);
    server_kill(&srv);
    unmount(&srv);
    server_folder_free(&srv);
}

/* Their journals and files move into another folder. */
Test(wire_blobs, they_go_along_when_the_number_of_engines_changes, .timeout = 120)
{
    static const char *const numbers[] = {"3", "2", "1"};
    struct server srv;
    char *bytes = call_pattern(LARGE);
    fresh(&srv, "{}");
    struct id done = deferred(&srv, bytes, LARGE), gone = deferred(&srv, bytes, LARGE - 1);
    await_end(&srv, done);
    await_end(&srv, gone);
    await_files(&srv, 4);
    struct reply r = defer(&srv, "/run/sleep?ms=600000", bytes, LARGE - 2);
    cr_assert_eq(r.status, 202);
    struct id running;
    (void)snprintf(running.text, sizeof running.text, "%s", reply_header(&r, "Location") + strlen("/ojs/v1/jobs/"));
    reply_free(&r);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        server_kill(&srv);
        ojs_divide(&srv, numbers[i]);
        cr_assert_eq(list_files(&srv, NULL, 0), 0);
        start(&srv);
        expect_all(&srv, done, "/input", bytes, LARGE);
        expect_all(&srv, done, "/result", bytes, LARGE);
        expect_part(&srv, gone, "/result", bytes, LARGE - 101, 100);
        expect_all(&srv, running, "/input", bytes, LARGE - 2);
    }
    free(bytes);
    cr_assert_eq(server_down(&srv), 0);
}
