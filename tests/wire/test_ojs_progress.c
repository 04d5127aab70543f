/* Open Job Spec against the real server over sockets: how far a job is (ojs-progress), and what events tell of a job (ojs-events §4.1). */
#include "ojs_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct doc progress(struct server *srv, const char *method, struct id id, const char *body)
{
    char path[96];
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s/progress", id.text);
    return ojs_send(srv, method, path, body);
}

static void say(struct server *srv, struct id id, const char *body)
{
    struct doc d = progress(srv, "PUT", id, body);
    STATUS(d, 200);
    TEXT(d, "job_id", id.text);
    doc_free(&d);
}

static struct doc look(struct server *srv, struct id id)
{
    struct doc d = progress(srv, "GET", id, NULL);
    STATUS(d, 200);
    TEXT(d, "job_id", id.text);
    return d;
}

static bool is_null(const struct doc *d, const char *path)
{
    return cJSON_IsNull(doc_find(d->json, path));
}

WIRE(progress_of_a_remote_worker)
{
    struct id id = ojs_submit(srv, "q", ",\"retry\":{\"max_attempts\":2,\"initial_interval\":\"PT0.01S\"}");
    struct doc d = look(srv, id);
    TEXT(d, "state", "available");
    cr_assert(is_null(&d, "progress") && is_null(&d, "data"), "%s", d.r.body);
    HAS_NOT(d, "updated_at");
    doc_free(&d);
    d = ojs_fetch(srv, "\"q\"");
    HAS_NOT(d, "jobs[0].last_checkpoint");
    doc_free(&d);
    say(srv, id, "{\"progress\":0.47,\"data\":{\"rows\":[14000,\"of\\n\"]},\"checkpoint\":{\"row\":14000}}");
    d = look(srv, id);
    TEXT(d, "state", "active");
    NUMBER(d, "progress", 0.47);
    NUMBER(d, "data.rows[0]", 14000);
    TEXT(d, "data.rows[1]", "of\n");
    HAS(d, "updated_at");
    HAS_NOT(d, "checkpoint");
    doc_free(&d);
    d = ojs_info(srv, id);
    NUMBER(d, "job.progress", 0.47);
    HAS_NOT(d, "job.last_checkpoint");
    doc_free(&d);
    say(srv, id, "{\"progress\":0.2}");
    say(srv, id, "{\"progress\":1e300,\"worker_id\":\"somebody-else\"}");
    say(srv, id, "{\"progress\":-7}");
    d = look(srv, id);
    NUMBER(d, "progress", 0.47);
    doc_free(&d);
    d = ojs_say(srv, "nack", id, ERROR_MEMBER);
    STATUS(d, 200);
    doc_free(&d);
    d = look(srv, id);
    NUMBER(d, "progress", 0.47);
    doc_free(&d);
    d = ojs_fetch_wait(srv, "\"q\"", 1, 10);
    cr_assert_eq(doc_n_jobs(&d), 1);
    NUMBER(d, "jobs[0].last_checkpoint.row", 14000);
    doc_free(&d);
    d = look(srv, id);
    cr_assert(is_null(&d, "progress") && is_null(&d, "data"), "%s", d.r.body);
    doc_free(&d);
    say(srv, id, "{\"progress\":4}");
    d = look(srv, id);
    NUMBER(d, "progress", 1);
    doc_free(&d);
    d = ojs_say(srv, "ack", id, "");
    STATUS(d, 200);
    doc_free(&d);
    say(srv, id, "{\"progress\":0.5}"); /* too late, and nobody's fault */
    d = look(srv, id);
    TEXT(d, "state", "completed");
    NUMBER(d, "progress", 1);
    doc_free(&d);
}

WIRE(progress_that_is_none)
{
    static const char *const bodies[] = {
        "{}",
        "{\"progress\":\"0.5\"}",
        "{\"data\":[1]}",
        "{\"progress\":0.5,\"checkpoint\":7}",
        "{\"checkpoint\":{}}",
        "{\"progress\":null,\"data\":null}",
        "{\"progress\":0.1,\"lease_token\":\"zz\"}",
        "[]",
    };
    struct id id = ojs_submit(srv, "q", ""), none = {"019539a4-b68c-7def-8000-1a2b3c4d5e6f"};
    struct doc d = ojs_fetch(srv, "\"q\"");
    doc_free(&d);
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        ojs_expect_refusal(progress(srv, "PUT", id, bodies[i]), 400, "invalid_request");
    d = look(srv, id);
    cr_assert(is_null(&d, "progress") && is_null(&d, "data"), "%s", d.r.body);
    doc_free(&d);
    ojs_expect_refusal(progress(srv, "GET", none, NULL), 404, "not_found");
    ojs_expect_refusal(progress(srv, "PUT", none, "{\"progress\":0.5}"), 404, "not_found");
    char *large = malloc(20000);
    (void)snprintf(large, 20000, "{\"data\":{\"text\":\"%0*d\"}}", 17000, 0);
    ojs_expect_refusal(progress(srv, "PUT", id, large), 413, "envelope_too_large");
    free(large);
}

/* The event of that type about the job, or the test fails. */
static cJSON *event_of(const struct doc *d, const char *type, struct id id)
{
    cJSON *event;
    cJSON_ArrayForEach(event, doc_find(d->json, "events"))
    {
        cJSON *is = doc_find(event, "type"), *job = doc_find(event, "data.job_id");
        if (strcmp(is->valuestring, type) == 0 && strcmp(job->valuestring, id.text) == 0) return event;
    }
    cr_assert_fail("no %s of %s in %s", type, id.text, d->r.body);
    return NULL;
}

WIRE(progress_and_heartbeats_are_events)
{
    char body[160];
    struct id id = ojs_submit(srv, "q", "");
    struct doc d = ojs_fetch(srv, "\"q\"");
    doc_free(&d);
    say(srv, id, "{\"progress\":0.25}");
    (void)snprintf(body, sizeof body, "{\"worker_id\":\"w-1\",\"active_jobs\":[\"%s\"]}", id.text);
    d = ojs_send(srv, "POST", "/ojs/v1/workers/heartbeat", body);
    STATUS(d, 200);
    TEXT(d, "jobs_extended[0]", id.text);
    doc_free(&d);
    d = ojs_send(srv, "GET", "/ojs/v1/events?types=job.progress,job.heartbeat", NULL);
    STATUS(d, 200);
    cJSON *event = event_of(&d, "job.progress", id);
    cr_assert_eq(doc_find(event, "data.progress_percent")->valuedouble, 25);
    event = event_of(&d, "job.heartbeat", id);
    cr_assert(cJSON_IsString(doc_find(event, "data.visible_until")));
    cr_assert_str_eq(doc_find(event, "data.worker_id")->valuestring, "w-1");
    doc_free(&d);
}

WIRE(events_of_failures_tell_how)
{
    struct id id = ojs_submit(srv, "q", ",\"retry\":{\"max_attempts\":2,\"initial_interval\":\"PT0.01S\"}");
    for (int i = 0; i < 2; i++) {
        struct doc d = ojs_fetch_wait(srv, "\"q\"", 1, 10);
        cr_assert_eq(doc_n_jobs(&d), 1);
        doc_free(&d);
        d = ojs_say(srv, "nack", id, ",\"error\":{\"code\":\"c\\u00e4t\",\"message\":\"a \\\"quote\\\"\"}");
        STATUS(d, 200);
        doc_free(&d);
    }
    struct doc d = ojs_send(srv, "GET", "/ojs/v1/events?types=job.failed,job.retrying,job.discarded", NULL);
    STATUS(d, 200);
    cJSON *event = event_of(&d, "job.failed", id);
    cr_assert_str_eq(doc_find(event, "data.error.code")->valuestring, "c\xc3\xa4t");
    cr_assert_str_eq(doc_find(event, "data.error.message")->valuestring, "a \"quote\"");
    cr_assert(cJSON_IsTrue(doc_find(event, "data.error.retryable")));
    event = event_of(&d, "job.retrying", id);
    cr_assert(cJSON_IsString(doc_find(event, "data.next_retry_at")));
    cr_assert_eq(doc_find(event, "data.attempt")->valuedouble, 1);
    cr_assert(doc_find(event, "data.error.code"));
    event = event_of(&d, "job.discarded", id);
    cr_assert_eq(doc_find(event, "data.total_attempts")->valuedouble, 2);
    cr_assert(doc_find(event, "data.last_error.message"));
    doc_free(&d);
}

WIRE(events_of_times_tell_them)
{
    struct id later = ojs_submit(srv, "q", ",\"scheduled_at\":\"+PT90S\""), brief = ojs_submit(srv, "p", ",\"expires_at\":\"+PT0.5S\"");
    ojs_expect_state(srv, later, "scheduled");
    char path[96];
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s?wait=10", brief.text);
    struct doc d = ojs_send(srv, "GET", path, NULL);
    TEXT(d, "job.state", "discarded");
    doc_free(&d);
    d = ojs_send(srv, "GET", "/ojs/v1/events?types=job.scheduled,job.expired", NULL);
    STATUS(d, 200);
    cJSON *event = event_of(&d, "job.scheduled", later);
    cr_assert(cJSON_IsString(doc_find(event, "data.scheduled_at")));
    event = event_of(&d, "job.expired", brief);
    cr_assert(cJSON_IsString(doc_find(event, "data.created_at")) && cJSON_IsString(doc_find(event, "data.expired_at")));
    double ttl_ms = doc_find(event, "data.ttl_ms")->valuedouble; /* from when the job was made, a moment after its time was read */
    cr_assert(ttl_ms > 0 && ttl_ms <= 500, "%g", ttl_ms);
    doc_free(&d);
}
