/* Cron jobs over HTTP (ojs-cron, ojs-http-binding §13). Times are waited for by waiting for their jobs, not by sleeping. */
#include "ojs_steps.h"
#include "wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CRON "/ojs/v1/cron"

/* In the words of ojs-cron; more: further members, each with a comma before it. */
static struct doc put_plain(struct server *srv, const char *name, const char *expression, const char *more)
{
    char body[1024];
    (void)snprintf(
        body, sizeof body,
        "{\"name\":\"%s\",\"cron\":\"%s\",\"type\":\"test.cron\",\"args\":[{\"n\":7}],\"options\":{\"queue\":\"c\"}%s}", name,
        expression, more);
    return ojs_send(srv, "POST", CRON, body);
}

static void put(struct server *srv, const char *name, const char *expression, const char *more)
{
    struct doc d = put_plain(srv, name, expression, more);
    STATUS(d, 201);
    doc_free(&d);
}

static struct doc one(struct server *srv, const char *method, const char *name, const char *body)
{
    char path[320];
    (void)snprintf(path, sizeof path, CRON "/%s", name);
    return ojs_send(srv, method, path, body);
}

static void delete(struct server *srv, const char *name)
{
    struct doc d = one(srv, "DELETE", name, NULL);
    STATUS(d, 200);
    doc_free(&d);
}

WIRE(cron_job_in_the_words_of_either_text)
{
    struct doc d = put_plain(srv, "daily-report", "0 9 * * *",
                             ",\"timezone\":\"America/New_York\",\"meta\":{\"owner\":\"a\"},\"description\":\"at 9 AM\"");
    STATUS(d, 201);
    const char *location = reply_header(&d.r, "Location");
    cr_assert(location && strcmp(location, CRON "/daily-report") == 0);
    TEXT(d, "cron_job.name", "daily-report");
    TEXT(d, "cron_job.cron", "0 9 * * *");
    TEXT(d, "cron_job.timezone", "America/New_York");
    TEXT(d, "cron_job.type", "test.cron");
    TEXT(d, "cron_job.status", "active");
    TEXT(d, "cron_job.overlap_policy", "skip");
    TEXT(d, "cron_job.meta.owner", "a");
    TEXT(d, "cron_job.options.queue", "c");
    TEXT(d, "cron_job.description", "at 9 AM");
    NUMBER(d, "cron_job.args[0].n", 7);
    NUMBER(d, "cron_job.run_count", 0);
    cr_assert(cJSON_IsNull(doc_find(d.json, "cron_job.last_run_at")));
    HAS(d, "cron_job.created_at");
    const char *next = doc_text(&d, "cron.next_run_at");
    cr_assert(strstr(next, "T13:00:00.000Z") || strstr(next, "T14:00:00.000Z"), "%s", next);
    TEXT(d, "cron.expression", "0 9 * * *");
    TEXT(d, "cron.job_template.type", "test.cron");
    TEXT(d, "cron.job_template.options.queue", "c");
    cr_assert(cJSON_IsTrue(doc_find(d.json, "cron.enabled")));
    doc_free(&d);
    d = ojs_send(srv, "POST", CRON,
                 "{\"name\":\"other\",\"expression\":\"@hourly\",\"overlap_policy\":\"cancel\","
                 "\"job_template\":{\"type\":\"test.cron\",\"options\":{\"queue\":\"c\",\"priority\":3}}}");
    STATUS(d, 201);
    TEXT(d, "cron.name", "other");
    TEXT(d, "cron.overlap_policy", "cancel_previous");
    TEXT(d, "cron.timezone", "UTC");
    NUMBER(d, "cron.job_template.options.priority", 3);
    TEXT(d, "cron_job.cron", "@hourly");
    TEXT(d, "cron_job.type", "test.cron");
    doc_free(&d);
    d = one(srv, "GET", "other", NULL);
    STATUS(d, 200);
    TEXT(d, "cron.expression", "@hourly");
    doc_free(&d);
    d = ojs_send(srv, "GET", CRON "?limit=1", NULL);
    STATUS(d, 200);
    NUMBER(d, "count", 2);
    NUMBER(d, "pagination.total", 2);
    HAS(d, "crons[0].expression");
    HAS(d, "cron_jobs[0].cron");
    HAS_NOT(d, "crons[1]");
    HAS(d, "pagination.next_cursor");
    doc_free(&d);
    d = one(srv, "DELETE", "other", NULL);
    STATUS(d, 200);
    TEXT(d, "name", "other");
    TEXT(d, "cron.name", "other");
    cr_assert(cJSON_IsTrue(doc_find(d.json, "deleted")));
    doc_free(&d);
    ojs_expect_refusal(one(srv, "GET", "other", NULL), 404, "not_found");
    ojs_expect_refusal(one(srv, "DELETE", "other", NULL), 404, "not_found");
    ojs_expect_refusal(one(srv, "PATCH", "other", "{\"enabled\":true}"), 404, "not_found");
}

WIRE(cron_refusals)
{
    static const char *const bad[] = {
        "{\"cron\":\"* * * * *\",\"type\":\"a\"}",
        "{\"name\":\"Upper\",\"cron\":\"* * * * *\",\"type\":\"a\"}",
        "{\"name\":\"-n\",\"cron\":\"* * * * *\",\"type\":\"a\"}",
        "{\"name\":\"n\",\"type\":\"a\"}",
        "{\"name\":\"n\",\"cron\":\"not a valid cron\",\"type\":\"a\"}",
        "{\"name\":\"n\",\"cron\":\"0 0 0 0 0 0 0\",\"type\":\"a\"}",
        "{\"name\":\"n\",\"cron\":\"99 25 32 13 8\",\"type\":\"a\"}",
        "{\"name\":\"n\",\"cron\":\"*/0 * * * *\",\"type\":\"a\"}",
        "{\"name\":\"n\",\"cron\":\"\",\"type\":\"a\"}",
        "{\"name\":\"n\",\"cron\":\"@every 500ms\",\"type\":\"a\"}",
        "{\"name\":\"n\",\"cron\":\"0 0 30 2 *\",\"type\":\"a\"}",
        "{\"name\":\"n\",\"cron\":7,\"type\":\"a\"}",
        "{\"name\":\"n\",\"cron\":\"* * * * *\"}",
        "{\"name\":\"n\",\"cron\":\"* * * * *\",\"type\":\"Upper\"}",
        "{\"name\":\"n\",\"cron\":\"* * * * *\",\"type\":\"a\",\"args\":{}}",
        "{\"name\":\"n\",\"cron\":\"* * * * *\",\"type\":\"a\",\"meta\":[]}",
        "{\"name\":\"n\",\"cron\":\"* * * * *\",\"type\":\"a\",\"enabled\":1}",
        "{\"name\":\"n\",\"cron\":\"* * * * *\",\"type\":\"a\",\"overlap_policy\":\"queue\"}",
        "{\"name\":\"n\",\"cron\":\"* * * * *\",\"type\":\"a\",\"description\":1}",
        "{\"name\":\"n\",\"cron\":\"* * * * *\",\"type\":\"a\",\"timezone\":\"+05:00\"}",
        "{\"name\":\"n\",\"cron\":\"* * * * *\",\"type\":\"a\",\"timezone\":\"EST\"}",
        "{\"name\":\"n\",\"cron\":\"* * * * *\",\"type\":\"a\",\"timezone\":\"Europe/Atlantis\"}",
        "{\"name\":\"n\",\"cron\":\"* * * * *\",\"type\":\"a\",\"timezone\":\"../../etc/passwd\"}",
        "{\"name\":\"n\",\"cron\":\"* * * * *\",\"job_template\":[]}",
        "{\"name\":\"n\",\"cron\":\"* * * * *\",\"job_template\":{\"args\":[]}}",
        "{\"name\":\"n\",\"cron\":\"* * * * *\",\"type\":\"a\",\"id\":\"019501a2-3b4c-7d5e-8f6a-1b2c3d4e5f6a\"}",
        "{\"name\":\"n\",\"cron\":\"* * * * *\",\"type\":\"a\",\"options\":{\"pending\":true}}",
        "{\"name\":\"n\",\"cron\":\"* * * * *\",\"type\":\"a\",\"options\":{\"scheduled_at\":\"+PT1M\"}}",
        "{\"name\":\"n\",\"cron\":\"* * * * *\",\"type\":\"a\",\"options\":{\"expires_at\":\"2999-01-01T00:00:00Z\"}}",
        "{\"name\":\"n\",\"cron\":\"* * * * *\",\"type\":\"a\",\"options\":{\"priority\":101}}",
        "{\"name\":\"n\",\"cron\":\"* * * * *\",\"type\":\"a\",\"options\":{\"queue\":\"Q\"}}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct doc d = ojs_send(srv, "POST", CRON, bad[i]);
        cr_expect_eq(d.r.status, 400, "%s: %d %s", bad[i], d.r.status, d.r.body);
        doc_free(&d);
    }
    ojs_expect_refusal(
        ojs_send(srv, "POST", CRON,
                 "{\"name\":\"n\",\"cron\":\"* * * * *\",\"type\":\"a\",\"options\":{\"retry\":{\"max_attempts\":-1}}}"),
        422, "validation_error");
    struct doc d = ojs_send(srv, "GET", CRON, NULL);
    NUMBER(d, "count", 0);
    doc_free(&d);
    put(srv, "n", "0 0 1 1 *", "");
    ojs_expect_refusal(put_plain(srv, "n", "0 0 1 1 *", ""), 409, "duplicate");
    ojs_expect_refusal(one(srv, "PATCH", "n", "{\"enabled\":\"no\"}"), 400, "invalid_request");
    ojs_expect_refusal(one(srv, "GET", "Upper", NULL), 404, "not_found");
    ojs_expect_refusal(ojs_send(srv, "GET", CRON "?enabled=maybe", NULL), 400, "invalid_request");
    ojs_expect_refusal(ojs_send(srv, "GET", CRON "?limit=0", NULL), 400, "invalid_request");
}

WIRE(cron_replaced_and_switched_off)
{
    struct doc d = one(srv, "PUT", "n", "{\"cron\":\"@daily\",\"type\":\"test.cron\"}");
    STATUS(d, 201);
    doc_free(&d);
    d = one(srv, "PUT", "n", "{\"name\":\"n\",\"cron\":\"@yearly\",\"type\":\"test.cron\",\"args\":[1]}");
    STATUS(d, 200);
    NUMBER(d, "cron_job.args[0]", 1);
    doc_free(&d);
    ojs_expect_refusal(one(srv, "PUT", "n", "{\"name\":\"m\",\"cron\":\"@daily\",\"type\":\"test.cron\"}"), 400,
                       "invalid_request");
    d = one(srv, "PATCH", "n", "{\"enabled\":false}");
    STATUS(d, 200);
    cr_assert(cJSON_IsNull(doc_find(d.json, "cron_job.next_run_at")));
    cr_assert(cJSON_IsFalse(doc_find(d.json, "cron_job.enabled")));
    TEXT(d, "cron.status", "paused");
    doc_free(&d);
    d = ojs_send(srv, "GET", CRON "?enabled=false", NULL);
    NUMBER(d, "count", 1);
    doc_free(&d);
    d = ojs_send(srv, "GET", CRON "?enabled=true", NULL);
    NUMBER(d, "count", 0);
    doc_free(&d);
    d = one(srv, "PATCH", "n", "{\"enabled\":true}");
    HAS(d, "cron_job.next_run_at");
    TEXT(d, "cron.status", "active");
    doc_free(&d);
}

/* A worker waits; the job comes within the second for which it was made. */
WIRE(cron_fires_in_its_second)
{
    put(srv, "tick", "* * * * * *", ",\"meta\":{\"owner\":\"a\",\"cron_name\":\"forged\"},\"overlap_policy\":\"allow\"");
    char before[40] = "";
    int n_in_time = 0; /* one is enough: a machine that is busy with others may be late for any of them */
    for (int i = 0; i < 3 || (n_in_time == 0 && i < 30); i++) {
        struct doc d = ojs_fetch_wait(srv, "\"c\"", 1, 10);
        STATUS(d, 200);
        cr_assert_eq(doc_n_jobs(&d), 1);
        TEXT(d, "jobs[0].type", "test.cron");
        TEXT(d, "jobs[0].meta.owner", "a");
        TEXT(d, "jobs[0].meta.cron_name", "tick");
        NUMBER(d, "jobs[0].args[0].n", 7);
        const char *due = doc_text(&d, "jobs[0].meta.cron_triggered_at"), *made = doc_text(&d, "jobs[0].created_at");
        cr_assert_eq(strlen(due), 24);
        cr_assert_str_eq(due + 19, ".000Z");
        cr_assert_leq(strncmp(due, made, 19), 0, "due %s, made %s", due, made);
        n_in_time += strncmp(due, made, 19) == 0;
        cr_assert_gt(strcmp(due, before), 0, "%s after %s", due, before);
        (void)snprintf(before, sizeof before, "%s", due);
        doc_free(&d);
    }
    cr_assert_gt(n_in_time, 0);
    struct doc d = ojs_send(srv, "GET", "/ojs/v1/events?types=cron.triggered", NULL);
    TEXT(d, "events[0].type", "cron.triggered");
    TEXT(d, "events[0].subject", "tick");
    TEXT(d, "events[0].data.cron_expr", "* * * * * *");
    TEXT(d, "events[0].data.job_type", "test.cron");
    NUMBER(d, "events[0].data.run_count", 1);
    HAS(d, "events[0].data.job_id");
    HAS(d, "events[0].data.scheduled_at");
    doc_free(&d);
    delete (srv, "tick");
}

WIRE(cron_skips_while_a_job_is_unfinished)
{
    put(srv, "tick", "* * * * * *", "");
    struct doc d = ojs_fetch_wait(srv, "\"c\"", 1, 10);
    cr_assert_eq(doc_n_jobs(&d), 1);
    struct id first = doc_id(&d, "jobs[0].id");
    doc_free(&d);
    d = ojs_fetch_wait(srv, "\"c\"", 1, 3);
    cr_assert_eq(doc_n_jobs(&d), 0, "none while it is active: %s", d.r.body);
    doc_free(&d);
    d = ojs_send(srv, "GET", "/ojs/v1/events?types=cron.skipped", NULL);
    TEXT(d, "events[0].data.reason", "overlap_skip");
    TEXT(d, "events[0].data.existing_job_id", first.text);
    TEXT(d, "events[0].data.cron_name", "tick");
    doc_free(&d);
    d = ojs_say(srv, "ack", first, "");
    STATUS(d, 200);
    doc_free(&d);
    d = ojs_fetch_wait(srv, "\"c\"", 1, 10);
    cr_assert_eq(doc_n_jobs(&d), 1);
    doc_free(&d);
    for (long end = ojs_now_ms() + PATIENCE_MS, n = 0; n < 2; ojs_sleep_ms(50)) {
        cr_assert_lt(ojs_now_ms(), end);
        d = one(srv, "GET", "tick", NULL);
        n = (long)doc_number(&d, "cron.skip_count");
        doc_free(&d);
    }
    delete (srv, "tick");
    struct reply r = http_request(srv->port, "GET", "/metrics", NULL, NULL);
    cr_assert(strstr(r.body, "\nquern_schedules 0\n"), "%s", r.body);
    cr_assert(strstr(r.body, "\nquern_schedule_times_total{outcome=\"fired\"} 2\n"));
    reply_free(&r);
}

WIRE(cron_job_of_a_worker_of_the_server)
{
    struct doc d = ojs_send(srv, "POST", CRON,
                            "{\"name\":\"local\",\"expression\":\"* * * * * *\",\"overlap_policy\":\"allow\","
                            "\"job_template\":{\"type\":\"echo\",\"args\":[[7]]}}");
    STATUS(d, 201);
    doc_free(&d);
    struct id last = {""};
    for (long end = ojs_now_ms() + PATIENCE_MS; !last.text[0] && ojs_now_ms() < end; doc_free(&d)) {
        d = ojs_send(srv, "GET", "/ojs/v1/events?types=job.completed", NULL);
        if (doc_find(d.json, "events[0]")) last = doc_id(&d, "events[0].subject");
        else ojs_sleep_ms(20);
    }
    cr_assert(last.text[0], "no job has ended");
    d = ojs_info(srv, last);
    TEXT(d, "job.state", "completed");
    TEXT(d, "job.meta.cron_name", "local");
    doc_free(&d);
    delete (srv, "local");
}

/* ---- kills ---- */

static void start(struct server *srv)
{
    srv->port = 0;
    (void)unlink(srv->log); /* the last server's port is in it */
    server_start(srv, (const char *const[]){"--listen", "127.0.0.1:0", "--data", "data", "--shards", "1", OJS_CONFIG, NULL});
    server_wait_ready(srv);
}

Test(wire_cron, a_kill_keeps_the_cron_jobs_and_what_they_have_counted, .timeout = 60)
{
    struct server srv;
    ojs_folder_new(&srv);
    start(&srv);
    put(&srv, "yearly", "0 0 1 1 *", ",\"timezone\":\"Asia/Kolkata\",\"overlap_policy\":\"enqueue\",\"description\":\"x\"");
    put(&srv, "gone", "0 0 1 1 *", "");
    put(&srv, "off", "0 0 1 1 *", "");
    delete (&srv, "gone");
    struct doc d = one(&srv, "PATCH", "off", "{\"enabled\":false}");
    STATUS(d, 200);
    doc_free(&d);
    struct doc before = one(&srv, "GET", "yearly", NULL);
    server_kill(&srv);
    start(&srv);
    struct doc after = one(&srv, "GET", "yearly", NULL);
    cr_assert_str_eq(before.r.body, after.r.body);
    doc_free(&before);
    doc_free(&after);
    d = one(&srv, "GET", "off", NULL);
    cr_assert(cJSON_IsNull(doc_find(d.json, "cron.next_run_at")));
    doc_free(&d);
    ojs_expect_refusal(one(&srv, "GET", "gone", NULL), 404, "not_found");
    cr_assert_eq(server_down(&srv), 0);
}

#define SEEN_MAX 1000

/* The time of the job that was fetched, which none before had. It is done: else its lease would run out on a slow machine. */
static int note(struct server *srv, const struct doc *d, char seen[SEEN_MAX][32], int n)
{
    const char *due = doc_text(d, "jobs[0].meta.cron_triggered_at");
    for (int i = 0; i < n; i++) cr_assert_str_neq(seen[i], due, "twice");
    cr_assert_lt(n, SEEN_MAX);
    (void)snprintf(seen[n], 32, "%s", due);
    struct doc done = ojs_say(srv, "ack", doc_id(d, "jobs[0].id"), "");
    STATUS(done, 200);
    doc_free(&done);
    return n + 1;
}

/* The times of all jobs in the queue. */
static int collect(struct server *srv, char seen[SEEN_MAX][32], int n)
{
    for (;;) {
        struct doc d = ojs_fetch_wait(srv, "\"c\"", 1, 0);
        if (doc_n_jobs(&d) == 0) {
            doc_free(&d);
            return n;
        }
        n = note(srv, &d, seen, n);
        doc_free(&d);
    }
}

/* Killed again and again while it fires each second, at moments that differ: no time has two jobs, and all that are counted are there. */
Test(wire_cron, around_kills_each_time_fires_once, .timeout = 100)
{
    static char seen[SEEN_MAX][32];
    struct server srv;
    int n = 0;
    ojs_folder_new(&srv);
    start(&srv);
    put(&srv, "tick", "* * * * * *", ",\"overlap_policy\":\"allow\"");
    for (int round = 0; round < 8; round++) {
        struct doc d = ojs_fetch_wait(&srv, "\"c\"", 1, 10); /* at the beginning of a second */
        cr_assert_eq(doc_n_jobs(&d), 1);
        n = note(&srv, &d, seen, n);
        doc_free(&d);
        long kill_at = ojs_now_ms() + 940 + 15 * round; /* about when the next one is written */
        while (ojs_now_ms() < kill_at) usleep(500);
        server_kill(&srv);
        start(&srv);
        n = collect(&srv, seen, n);
    }
    struct doc d = one(&srv, "PATCH", "tick", "{\"enabled\":false}");
    n = collect(&srv, seen, n);
    NUMBER(d, "cron.run_count", n);
    doc_free(&d);
    cr_assert_eq(server_down(&srv), 0);
}
