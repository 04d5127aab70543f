/* Jobs of several owners on one server: lists, what changes many, ids that are taken, events, calls, workers, and what stays of whose they are. */
#include "owner_steps.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int listed(const struct server *srv, enum who who, const char *path)
{
    struct doc d = owner_doc(srv, who, "GET", path, NULL);
    STATUS(d, 200);
    cJSON *list = doc_find(d.json, strstr(path, "/admin/") ? "items" : strstr(path, "/events") ? "events" : "jobs");
    cr_assert(cJSON_IsArray(list), "%s", d.r.body);
    if (who != ROOT && !strstr(path, "dead-letter")) HAS_NOT(d, "pagination.total"); /* of all jobs */
    int n = cJSON_GetArraySize(list);
    doc_free(&d);
    return n;
}

static struct id dead(const struct server *srv, enum who who)
{
    struct id id = owner_submit(srv, who, "dead", ",\"retry\":{\"max_attempts\":1,\"on_exhaustion\":\"dead_letter\"}");
    owner_fetch(srv, "dead", id);
    owner_say(srv, "nack", id);
    return id;
}

/* In queues of both engines, where there are two. */
OWNERS(lists_and_dead_letters_have_ones_own)
{
    static const char *const paths[] = {"/ojs/v1/jobs?limit=100", "/ojs/v1/admin/jobs?limit=100", "/ojs/v1/jobs?type=test.echo&limit=100"};
    for (int i = 0; i < 10; i++) (void)owner_submit(srv, i % 5 == 0 ? BERT : ANNA, i % 2 ? "q2" : "q5", "");
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        cr_assert_eq(listed(srv, ANNA, paths[i]), 8);
        cr_assert_eq(listed(srv, BERT, paths[i]), 2);
        cr_assert_eq(listed(srv, ROOT, paths[i]), 10);
    }
    cr_assert_eq(listed(srv, BERT, "/ojs/v1/jobs?queue=q5&limit=100"), 1);
    for (int i = 0; i < 3; i++) (void)dead(srv, i ? ANNA : BERT);
    cr_assert_eq(listed(srv, ANNA, "/ojs/v1/dead-letter"), 2);
    cr_assert_eq(listed(srv, BERT, "/ojs/v1/dead-letter"), 1);
    cr_assert_eq(listed(srv, ROOT, "/ojs/v1/dead-letter"), 3);
    struct doc d = owner_doc(srv, BERT, "GET", "/ojs/v1/dead-letter", NULL);
    NUMBER(d, "pagination.total", 1);
    doc_free(&d);
}

/* What is left of a page's number of jobs when those of others lie between. */
OWNERS(pages_have_ones_own)
{
    char path[128] = "/ojs/v1/jobs?limit=2";
    int seen = 0;
    for (int i = 0; i < 20; i++) (void)owner_submit(srv, i % 4 ? ANNA : BERT, i % 2 ? "q2" : "q5", "");
    for (bool more = true; more;) {
        struct doc d = owner_doc(srv, BERT, "GET", path, NULL);
        seen += doc_n_jobs(&d);
        more = cJSON_IsTrue(doc_find(d.json, "pagination.has_more"));
        if (more) (void)snprintf(path, sizeof path, "/ojs/v1/jobs?limit=2&cursor=%s", doc_text(&d, "pagination.next_cursor"));
        doc_free(&d);
    }
    cr_assert_eq(seen, 5);
}

static char *cursor_at(const struct server *srv, enum who who, const char *path)
{
    struct doc d = owner_doc(srv, who, "GET", path, NULL);
    STATUS(d, 200);
    char *cursor = strdup(doc_text(&d, "pagination.next_cursor"));
    doc_free(&d);
    return cursor;
}

/* Where a page ends among the jobs of all is for those who see all. */
OWNERS(cursors_do_not_tell_how_many_jobs_there_are)
{
    char path[128];
    for (int i = 0; i < 12; i++) (void)owner_submit(srv, i % 4 ? ANNA : BERT, "q2", "");
    char *root = cursor_at(srv, ROOT, "/ojs/v1/jobs?limit=2&queue=q2"), *bert = cursor_at(srv, BERT, "/ojs/v1/jobs?limit=1&queue=q2");
    cr_assert_lt(strtoull(root, NULL, 10), 24);
    cr_assert_gt(strtoull(bert, NULL, 10), UINT32_MAX, "%s", bert); /* 1 in 2^32 is not */
    static const char *const made_up[] = {"1", "4", "8", "4294967297", "18446744073709551615"};
    for (size_t i = 0; i < sizeof made_up / sizeof *made_up; i++) {
        (void)snprintf(path, sizeof path, "/ojs/v1/jobs?limit=1&queue=q2&cursor=%s", made_up[i]);
        cr_assert_eq(owner_status(srv, BERT, "GET", path, NULL), 400, "%s", made_up[i]);
    }
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs?limit=1&queue=q2&cursor=%s", bert);
    cr_assert_eq(listed(srv, BERT, path), 1);
    cr_assert_eq(owner_status(srv, ANNA, "GET", path, NULL), 400); /* bert's */
    cr_assert_eq(owner_status(srv, ROOT, "GET", path, NULL), 400);
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs?limit=100&queue=q2&cursor=%s", root);
    cr_assert_eq(listed(srv, ROOT, path), 10);
    free(root);
    free(bert);
}

static void expect_bulk(const struct server *srv, enum who who, const char *action, const char *body, const char *done, int n_done, int n_matched)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/bulk/%s", action);
    struct doc d = owner_doc(srv, who, "POST", path, body);
    NUMBER(d, done, n_done);
    NUMBER(d, "total_matched", n_matched);
    doc_free(&d);
}

OWNERS(bulk_operations_touch_ones_own)
{
    struct id anna = owner_submit(srv, ANNA, "q2", ""), bert = owner_submit(srv, BERT, "q5", ""), unknown = {"0190f5fe-0000-7000-8000-000000000000"};
    char body[256];
    (void)snprintf(body, sizeof body, "{\"job_ids\":[\"%s\",\"%s\",\"%s\"]}", anna.text, bert.text, unknown.text);
    struct doc d = owner_doc(srv, BERT, "POST", "/ojs/v1/jobs/bulk/cancel", body);
    STATUS(d, 207);
    TEXT(d, "items[1].status", "cancelled");
    TEXT(d, "items[0].status", "skipped");
    cr_assert_str_eq(doc_text(&d, "items[0].reason"), doc_text(&d, "items[2].reason"));
    cr_assert_str_eq(doc_text(&d, "items[0].error.code"), "not_found");
    doc_free(&d);
    expect_bulk(srv, BERT, "cancel", "{\"filter\":{\"state\":\"available\"}}", "cancelled", 0, 0);
    expect_bulk(srv, BERT, "delete", "{\"filter\":{\"state\":\"cancelled\"}}", "deleted", 1, 1);
    (void)dead(srv, ANNA);
    expect_bulk(srv, BERT, "retry", "{\"filter\":{\"state\":\"discarded\"}}", "retried", 0, 0);
    expect_bulk(srv, BERT, "delete", "{\"filter\":{\"state\":\"discarded\"}}", "deleted", 0, 0);
    expect_bulk(srv, ANNA, "retry", "{\"filter\":{\"state\":\"discarded\"}}", "retried", 1, 1);
    expect_bulk(srv, ROOT, "cancel", "{\"filter\":{\"state\":\"available\"}}", "cancelled", 2, 2);
}

/* An id can be had once; that it is taken is all that is said. */
OWNERS(an_id_that_is_taken_tells_nothing_else)
{
    static const char *const paths[] = {"/ojs/v1/jobs", "/ojs/v1/jobs/batch", "/ojs/v1/jobs/bulk"};
    struct id id = owner_submit(srv, ANNA, "q2", "");
    for (int p = 0; p < 3; p++) {
        for (int who = ANNA; who <= BERT; who++) {
            char job[256], body[320];
            (void)snprintf(job, sizeof job, "{\"type\":\"t.other\",\"args\":[],\"id\":\"%s\",\"options\":{\"queue\":\"%s\"}}", id.text, who ? "q5" : "q2");
            (void)snprintf(body, sizeof body, p ? "{\"jobs\":[%s]}" : "%s", job);
            struct doc d = owner_doc(srv, (enum who)who, "POST", paths[p], body);
            if (p < 2) STATUS(d, 409);
            cr_assert_eq(strstr(d.r.body, "available") != NULL, who == ANNA && p != 1, "%s", d.r.body);
            if (p == 0) TEXT(d, "error.details.existing_job_id", id.text); /* which the request has said */
            if (p == 2 && who == BERT) TEXT(d, "items[0].error.code", "duplicate");
            doc_free(&d);
        }
    }
}

OWNERS(events_tell_of_ones_own)
{
    (void)owner_submit(srv, ANNA, "q2", "");
    (void)owner_submit(srv, BERT, "q5", "");
    (void)owner_submit(srv, ANNA, "q5", "");
    cr_assert_eq(listed(srv, ANNA, "/ojs/v1/events"), 2);
    cr_assert_eq(listed(srv, BERT, "/ojs/v1/events"), 1);
    cr_assert_eq(listed(srv, ROOT, "/ojs/v1/events"), 3);
    cr_assert_eq(listed(srv, BERT, "/ojs/v1/events?queues=q2"), 0);
    cr_assert_eq(listed(srv, BERT, "/ojs/v1/events?types=job.enqueued&limit=1"), 1);
}

/* They need not own what they do, and do not see more of it than that. */
OWNERS(workers_work_for_all)
{
    struct id anna = owner_submit(srv, ANNA, "q2", ""), bert = owner_submit(srv, BERT, "q2", "");
    char body[160];
    owner_fetch(srv, "q2", anna);
    owner_fetch(srv, "q2", bert);
    (void)snprintf(body, sizeof body, "{\"job_ids\":[\"%s\",\"%s\"],\"worker_id\":\"w-1\"}", anna.text, bert.text);
    cr_assert_eq(owner_status(srv, WORKER, "POST", "/ojs/v1/workers/heartbeat", body), 200);
    cr_assert_eq(owner_status(srv, WORKER, "PUT", owner_path(anna, "/progress"), "{\"progress\":0.5}"), 200);
    owner_say(srv, "ack", anna);
    owner_say(srv, "nack", bert);
    struct doc d = owner_doc(srv, ANNA, "GET", owner_path(anna, ""), NULL);
    TEXT(d, "job.state", "completed");
    NUMBER(d, "job.result.s", 1);
    doc_free(&d);
    cr_assert_eq(owner_status(srv, WORKER, "GET", owner_path(anna, ""), NULL), 403); /* no jobs:read */
    cr_assert_eq(owner_status(srv, ANNA, "POST", "/ojs/v1/workers/fetch", "{\"queues\":[\"q2\"]}"), 403);
}

static struct id accepted(struct reply r)
{
    struct id id;
    cr_assert_eq(r.status, 202, "%s%s", r.head, r.body);
    (void)snprintf(id.text, sizeof id.text, "%s", reply_header(&r, "Location") + strlen("/ojs/v1/jobs/"));
    reply_free(&r);
    return id;
}

/* As jobs from the start, and as calls that outlive their wait. */
OWNERS(calls_are_their_callers)
{
    struct id ids[2] = {accepted(owner_ask(srv, ANNA, "POST", "/run/sleep?ms=600000", "Prefer: respond-async\r\n", NULL)),
                        accepted(owner_ask(srv, ANNA, "POST", "/run/sleep?ms=600000", "Prefer: wait=0\r\n", NULL))};
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(owner_status(srv, BERT, "GET", owner_path(ids[i], ""), NULL), 404);
        cr_assert_eq(owner_status(srv, BERT, "GET", owner_path(ids[i], "/input"), NULL), 404);
        cr_assert_eq(owner_status(srv, BERT, "DELETE", owner_path(ids[i], ""), NULL), 404);
        cr_assert_eq(owner_status(srv, ANNA, "DELETE", owner_path(ids[i], ""), NULL), 200);
    }
    struct reply r = owner_ask(srv, BERT, "POST", "/run/echo", "Idempotency-Key: k\r\nContent-Type: text/plain\r\n", NULL);
    cr_assert_eq(r.status, 200, "%s", r.body);
    reply_free(&r);
    cr_assert_eq(listed(srv, BERT, "/ojs/v1/jobs"), 1);
    cr_assert_eq(listed(srv, ANNA, "/ojs/v1/jobs"), 2);
}

/* Which engine takes it and which of them waits makes no difference to who sees it. */
OWNERS(who_waits_for_his_own_job_gets_it)
{
    struct id id;
    struct reply r = owner_ask(srv, ANNA, "POST", "/ojs/v1/jobs", "Idempotency-Key: \"k\"\r\nPrefer: wait=1\r\n",
                               "{\"type\":\"echo\",\"args\":[1],\"options\":{\"queue\":\"q2\"}}");
    struct doc d = doc_of(r);
    STATUS(d, 201);
    id = doc_id(&d, "job.id");
    doc_free(&d);
    cr_assert_eq(owner_status(srv, BERT, "GET", owner_path(id, ""), NULL), 404);
    r = owner_ask(srv, ANNA, "GET", owner_path(id, "?wait=60"), NULL, NULL);
    cr_assert_eq(r.status, 200);
    cr_assert(strstr(r.body, "\"completed\""), "%s", r.body);
    reply_free(&r);
}

/* ---- starts ---- */

static void stop(struct server *srv)
{
    server_signal(srv, SIGTERM);
    cr_assert_eq(server_wait(srv), 0);
}

static void expect_seen(const struct server *srv, struct id id, int anna, int bert, int root)
{
    const int wanted[] = {anna, bert, root};
    for (int who = ANNA; who <= ROOT; who++) cr_assert_eq(owner_status(srv, (enum who)who, "GET", owner_path(id, ""), NULL), wanted[who], "%d", who);
}

/* A kill, a stop, the key left out, another number of engines: whose a job is stays, and is asked for when the key is there. What was made
 * without it is nobody's. */
Test(wire_owners, starts_keep_them, .timeout = 120)
{
    struct server srv;
    owner_up(&srv, &owner_settings[1], "");
    struct id before = owner_submit(&srv, ANNA, "q2", "");
    expect_seen(&srv, before, 200, 200, 200);
    stop(&srv);
    owner_start(&srv, "2", OWNER_ON);
    struct id id = owner_submit(&srv, ANNA, "q2", "");
    for (int who = ANNA; who <= BERT; who++) {
        char body[160]; /* the same name, and jobs for two engines where there are two */
        (void)snprintf(body, sizeof body, "{\"name\":\"n\",\"cron\":\"0 0 %d 1 *\",\"type\":\"t.c\",\"options\":{\"queue\":\"%s\"}}", who + 1, who ? "q5" : "q2");
        cr_assert_eq(owner_status(&srv, (enum who)who, "POST", "/ojs/v1/cron", body), 201);
    }
    for (int i = 0; i < 4; i++) {
        static const char *const engines[] = {NULL, "2", NULL, "1"};
        expect_seen(&srv, before, 404, 404, 200);
        expect_seen(&srv, id, 200, 404, 200);
        for (int who = ANNA; who <= BERT; who++) {
            struct doc d = owner_doc(&srv, (enum who)who, "GET", "/ojs/v1/cron/n", NULL);
            TEXT(d, "cron_job.cron", who ? "0 0 2 1 *" : "0 0 1 1 *");
            doc_free(&d);
        }
        if (engines[i]) stop(&srv);
        else server_kill(&srv);
        ojs_divide(&srv, engines[i]);
        owner_start(&srv, "2", OWNER_ON);
    }
    stop(&srv);
    owner_start(&srv, "1", "");
    expect_seen(&srv, id, 200, 200, 200);
    cr_assert_eq(owner_status(&srv, BERT, "PUT", "/ojs/v1/cron/n", "{\"cron\":\"0 0 3 1 *\",\"type\":\"t.c\"}"), 200); /* not another one */
    cr_assert_eq(server_down(&srv), 0);
}

static int warnings(const struct server *srv, const char *words)
{
    int n = 0;
    char line[1024];
    FILE *f = fopen(srv->log, "re");
    cr_assert(f);
    while (fgets(line, sizeof line, f)) n += strstr(line, words) != NULL;
    (void)fclose(f);
    return n;
}

/* bert goes on behind the first of four jobs: at once, after an orderly end, after a crash; not where the key is another. */
Test(wire_owners, cursors_outlast_the_server, .timeout = 120)
{
    char path[128], file[128], away[128];
    struct server srv;
    struct stat st;
    owner_up(&srv, &owner_settings[1], OWNER_ON);
    for (int i = 0; i < 8; i++) (void)owner_submit(&srv, i % 2 ? ANNA : BERT, "q2", "");
    char *bert = cursor_at(&srv, BERT, "/ojs/v1/jobs?limit=1&queue=q2");
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs?limit=10&queue=q2&cursor=%s", bert);
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(listed(&srv, BERT, path), 3);
        cr_assert_eq(owner_status(&srv, ANNA, "GET", path, NULL), 400);
        if (i % 2) server_kill(&srv);
        else stop(&srv);
        owner_start(&srv, i % 2 ? "1" : "2", OWNER_ON);
        cr_assert_eq(warnings(&srv, "server.cursors"), 0);
    }
    stop(&srv);
    (void)snprintf(file, sizeof file, "%s/data/cursors", srv.folder);
    cr_assert(stat(file, &st) == 0 && (st.st_mode & 07777) == 0600);
    (void)snprintf(away, sizeof away, "%s/cursors", srv.folder); /* another data folder has none, or one of its own */
    cr_assert_eq(rename(file, away), 0);
    owner_start(&srv, "1", OWNER_ON);
    ojs_expect_refusal(owner_doc(&srv, BERT, "GET", path, NULL), 400, "invalid_request");
    cr_assert_eq(warnings(&srv, "server.cursors"), 0);
    stop(&srv);
    cr_assert(rename(away, file) == 0 && truncate(file, 8) == 0);
    owner_start(&srv, "1", OWNER_ON);
    ojs_expect_refusal(owner_doc(&srv, BERT, "GET", path, NULL), 400, "invalid_request");
    cr_assert_eq(warnings(&srv, "server.cursors"), 1);
    free(bert);
    bert = cursor_at(&srv, BERT, "/ojs/v1/jobs?limit=1&queue=q2");
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs?limit=10&queue=q2&cursor=%s", bert);
    stop(&srv);
    owner_start(&srv, "1", OWNER_ON);
    cr_assert_eq(listed(&srv, BERT, path), 3);
    cr_assert_eq(warnings(&srv, "server.cursors"), 0);
    free(bert);
    cr_assert_eq(server_down(&srv), 0);
}

/* Nobody owns what a route makes that asks nobody, and sees it: only workers, and who sees all. */
Test(wire_owners, where_nobody_is_asked_nothing_is_seen, .timeout = 60)
{
    struct server srv;
    struct id id;
    owner_up(&srv, &owner_settings[0], OWNER_ON ", \"access\": [{\"path\": \"/ojs/v1/admin/*\"}, {\"path\": \"/ojs/v1/*\", \"with\": \"nobody\"}]");
    id = owner_submit(&srv, NOBODY, "q", "");
    cr_assert_eq(owner_status(&srv, NOBODY, "GET", owner_path(id, ""), NULL), 404);
    cr_assert_eq(owner_status(&srv, ANNA, "GET", owner_path(id, ""), NULL), 404); /* whom nobody has asked */
    cr_assert_eq(listed(&srv, NOBODY, "/ojs/v1/jobs"), 0);
    cr_assert_eq(listed(&srv, NOBODY, "/ojs/v1/events"), 0);
    cr_assert_eq(listed(&srv, ANNA, "/ojs/v1/admin/jobs"), 0);
    cr_assert_eq(listed(&srv, ROOT, "/ojs/v1/admin/jobs"), 1);
    cr_assert_eq(owner_status(&srv, NOBODY, "POST", "/ojs/v1/cron", "{\"name\":\"n\",\"cron\":\"0 0 1 1 *\",\"type\":\"t.c\"}"), 403);
    cr_assert_eq(owner_status(&srv, NOBODY, "POST", "/ojs/v1/workers/fetch", "{\"queues\":[\"q\"]}"), 403);
    cr_assert_eq(owner_status(&srv, NOBODY, "POST", "/ojs/v1/workers/ack", "{\"job_id\":\"0190f5fe-0000-7000-8000-000000000000\"}"), 404);
    cr_assert_eq(server_down(&srv), 0);
}

/* Also where its job is made by one engine and waited for in a second question. */
Test(wire_owners, nobody_waits_for_what_it_has_made, .timeout = 60)
{
    struct server srv;
    owner_up(&srv, &owner_settings[2], OWNER_ON ", \"access\": [{\"path\": \"/ojs/v1/*\", \"with\": \"nobody\"}]");
    for (int i = 0; i < 2; i++) { /* the second time it is a replay, which shows it too */
        struct reply r = owner_ask(&srv, NOBODY, "POST", "/ojs/v1/jobs", "Idempotency-Key: \"k\"\r\nPrefer: wait=30\r\n",
                                   "{\"type\":\"echo\",\"args\":[1],\"options\":{\"queue\":\"q2\"}}");
        cr_assert(strstr(r.body, "\"completed\""), "%s%s", r.head, r.body);
        reply_free(&r);
    }
    cr_assert_eq(server_down(&srv), 0);
}

/* Without accounts there are no owners; and it does not change while the server runs. */
Test(wire_owners, the_key_needs_somebody_to_own, .timeout = 60)
{
    struct server srv;
    server_folder_new(&srv);
    auth_write(&srv, "quern.json", "{\"jobs_visible_to\": \"owner\"}", 0644);
    server_start(&srv, (const char *const[]){"--listen", "127.0.0.1:0", "--ephemeral", OJS_CONFIG, NULL});
    cr_assert_eq(server_wait(&srv), 2);
    char *log = server_log(&srv);
    cr_assert(strstr(log, "key 'jobs_visible_to': with 'owner' somebody must be asked who it is"), "%s", log);
    free(log);
    server_folder_free(&srv);
    owner_up(&srv, &owner_settings[0], OWNER_ON);
    struct id id = owner_submit(&srv, ANNA, "q", "");
    auth_write(&srv, "quern.json", "{\"accounts\": \"accounts.json\", \"segment_mib\": 16}", 0644);
    server_signal(&srv, SIGHUP);
    wire_await_log(&srv, "jobs_visible_to", 1);
    expect_seen(&srv, id, 200, 404, 200);
    cr_assert_eq(server_down(&srv), 0);
}
