/* Queues looked at, paused, set up and deleted, against the real server over sockets. */
#include "ojs_steps.h"
#include "wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define Q "/ojs/v1/queues/"

static void expect_fetched(struct server *srv, const char *queue, int n)
{
    struct doc d = ojs_fetch(srv, queue);
    cr_assert_eq(doc_n_jobs(&d), n);
    doc_free(&d);
}

WIRE(a_queue_is_paused_and_resumed)
{
    struct id first = ojs_submit(srv, "p", "");
    struct doc d = ojs_send(srv, "POST", Q "p/pause", NULL);
    STATUS(d, 200);
    TEXT(d, "queue.name", "p");
    cr_assert(cJSON_IsTrue(doc_find(d.json, "queue.paused")));
    TEXT(d, "status", "paused");
    HAS(d, "paused_at");
    doc_free(&d);
    (void)ojs_submit(srv, "p", "");
    expect_fetched(srv, "\"p\"", 0);
    d = ojs_send(srv, "GET", Q "p/stats", NULL);
    STATUS(d, 200);
    NUMBER(d, "queue.available", 2);
    TEXT(d, "status", "paused");
    HAS(d, "computed_at");
    doc_free(&d);
    d = ojs_send(srv, "POST", "/ojs/v1/admin/queues/p/resume", "{}");
    STATUS(d, 200);
    cr_assert(cJSON_IsFalse(doc_find(d.json, "queue.paused")));
    HAS(d, "resumed_at");
    doc_free(&d);
    d = ojs_fetch(srv, "\"p\"");
    TEXT(d, "jobs[0].id", first.text);
    doc_free(&d);
}

WIRE(local_workers_respect_a_pause)
{
    struct doc d = ojs_send(srv, "POST", "/ojs/v1/queues", "{\"name\":\"local\"}");
    STATUS(d, 201);
    doc_free(&d);
    d = ojs_send(srv, "POST", Q "local/pause", NULL);
    STATUS(d, 200);
    doc_free(&d);
    d = ojs_send_with(srv, "POST", "/ojs/v1/jobs", JSON_HEADER "Prefer: wait=1\r\n",
                      "{\"type\":\"echo\",\"args\":[1],\"queue\":\"local\"}");
    STATUS(d, 201);
    TEXT(d, "job.state", "available");
    struct id id = doc_id(&d, "job.id");
    doc_free(&d);
    d = ojs_send(srv, "POST", Q "local/resume", NULL);
    doc_free(&d);
    char path[96];
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s?wait=10", id.text);
    d = ojs_send(srv, "GET", path, NULL);
    TEXT(d, "job.state", "completed");
    doc_free(&d);
}

WIRE(a_queue_has_limits_of_its_own)
{
    struct doc d = ojs_send(
        srv, "PUT", Q "l/config",
        "{\"concurrency\":1,\"max_size\":2,\"overflow_policy\":\"reject\",\"visibility_timeout\":60,\"default_timeout\":90}");
    STATUS(d, 200);
    NUMBER(d, "config.concurrency", 1);
    NUMBER(d, "config.max_size", 2);
    doc_free(&d);
    struct id id = ojs_submit(srv, "l", "");
    (void)ojs_submit(srv, "l", "");
    d = ojs_send(srv, "POST", "/ojs/v1/jobs", "{\"type\":\"test.echo\",\"args\":[],\"queue\":\"l\"}");
    cr_assert(reply_header(&d.r, "Retry-After"));
    ojs_expect_refusal(d, 429, "queue_full");
    d = ojs_send(srv, "POST", "/ojs/v1/jobs/batch", "{\"jobs\":[{\"type\":\"test.echo\",\"args\":[],\"queue\":\"l\"}]}");
    ojs_expect_refusal(d, 429, "queue_full");
    d = ojs_info(srv, id);
    NUMBER(d, "job.timeout_ms", 90000);
    NUMBER(d, "job.visibility_timeout_ms", 60000);
    doc_free(&d);
    expect_fetched(srv, "\"l\"", 1);
    expect_fetched(srv, "\"l\"", 0);
    d = ojs_say(srv, "ack", id, "");
    STATUS(d, 200);
    doc_free(&d);
    expect_fetched(srv, "\"l\"", 1);
    d = ojs_send(srv, "PUT", Q "l/config", "{\"concurrency\":null}");
    HAS_NOT(d, "config.concurrency");
    NUMBER(d, "config.max_size", 2);
    doc_free(&d);
}

WIRE(a_queue_is_shown)
{
    (void)ojs_submit(srv, "s", "");
    struct doc d = ojs_send(srv, "GET", Q "s", NULL);
    STATUS(d, 200);
    TEXT(d, "name", "s");
    TEXT(d, "state", "active");
    NUMBER(d, "depth", 1);
    NUMBER(d, "counts.available", 1);
    HAS(d, "config");
    doc_free(&d);
    ojs_expect_refusal(ojs_send(srv, "GET", Q "nobody", NULL), 404, "not_found");
    ojs_expect_refusal(ojs_send(srv, "GET", Q "Not-a-name", NULL), 404, "not_found");
    ojs_expect_refusal(ojs_send(srv, "POST", Q "nobody/pause", NULL), 404, "not_found");
    ojs_expect_refusal(ojs_send(srv, "GET", Q "nobody/stats", NULL), 404, "not_found");
}

WIRE(a_queue_is_deleted)
{
    struct id id = ojs_submit(srv, "d", "");
    ojs_expect_refusal(ojs_send(srv, "DELETE", Q "d", NULL), 409, "conflict");
    struct doc d = ojs_cancel(srv, id);
    doc_free(&d);
    ojs_expect_refusal(ojs_send(srv, "DELETE", Q "d", "{\"strategy\":\"move\"}"), 422, "unsupported");
    d = ojs_send(srv, "DELETE", Q "d", "{\"strategy\":\"reject\"}");
    STATUS(d, 200);
    TEXT(d, "state", "deleted");
    doc_free(&d);
}

WIRE(settings_that_nobody_understands)
{
    ojs_expect_refusal(ojs_send(srv, "PUT", Q "u/config", "{\"concurrency\":-1}"), 400, "invalid_request");
    ojs_expect_refusal(ojs_send(srv, "PUT", Q "u/config", "{\"concurrency\":\"all\"}"), 400, "invalid_request");
    ojs_expect_refusal(ojs_send(srv, "PUT", Q "u/config", "{\"visibility_timeout\":999999}"), 400, "invalid_request");
    ojs_expect_refusal(ojs_send(srv, "PUT", Q "u/config", "{\"rate_limit\":{\"limit\":1}}"), 422, "unsupported");
    ojs_expect_refusal(ojs_send(srv, "PUT", Q "u/config", "{\"overflow_policy\":\"drop_oldest\"}"), 422, "unsupported");
    ojs_expect_refusal(ojs_send(srv, "PUT", Q "u/config", "[]"), 400, "invalid_request");
    ojs_expect_refusal(ojs_send(srv, "POST", "/ojs/v1/queues", "{}"), 400, "invalid_request");
    ojs_expect_refusal(ojs_send(srv, "POST", "/ojs/v1/queues", "{\"name\":\"u\",\"config\":7}"), 400, "invalid_request");
    ojs_expect_refusal(ojs_send(srv, "GET", Q "u", NULL), 404, "not_found");
}

Test(wire_durable, a_paused_queue_is_paused_after_a_kill, .timeout = 60)
{
    struct server srv;
    server_folder_new(&srv);
    for (int life = 0; life < 2; life++) {
        srv.port = 0;
        server_start(&srv, (const char *const[]){"--listen", "127.0.0.1:0", "--data", "data", "--shards", "1", NULL});
        server_wait_ready(&srv);
        struct doc d;
        if (life == 0) {
            (void)ojs_submit(&srv, "p", "");
            d = ojs_send(&srv, "POST", Q "p/pause", NULL);
            STATUS(d, 200);
            doc_free(&d);
            server_kill(&srv);
            (void)remove(srv.log); /* the last server's port is in it */
            continue;
        }
        expect_fetched(&srv, "\"p\"", 0);
        d = ojs_send(&srv, "POST", Q "p/resume", NULL);
        STATUS(d, 200);
        doc_free(&d);
        expect_fetched(&srv, "\"p\"", 1);
    }
    cr_assert_eq(server_down(&srv), 0);
}

WIRE(a_queue_keeps_what_has_ended_and_tries_again_as_it_says)
{
    static const char *const bad[] = {
        "{\"retention\":7}", "{\"retention\":{\"completed\":\"P1Y\"}}", "{\"retention\":{\"completed\":\"PT0.5S\"}}",
        "{\"retention\":{\"lost\":\"P1D\"}}", "{\"default_retry\":[]}",
    };
    struct doc d = ojs_send(srv, "PUT", Q "k/config",
                            "{\"retention\":{\"completed\":\"PT1S\",\"discarded\":\"P2D\"},\"default_retry\":{\"max_attempts\":1,"
                            "\"initial_interval\":\"PT0.25S\",\"backoff_type\":\"linear\",\"on_exhaustion\":\"dead_letter\"}}");
    STATUS(d, 200);
    TEXT(d, "config.retention.completed", "PT1S");
    TEXT(d, "config.retention.discarded", "PT172800S");
    HAS_NOT(d, "config.retention.cancelled");
    TEXT(d, "config.default_retry.initial_interval", "PT0.25S");
    TEXT(d, "config.default_retry.backoff_type", "linear");
    TEXT(d, "config.default_retry.on_exhaustion", "dead_letter");
    doc_free(&d);
    struct id id = ojs_submit(srv, "k", "");
    expect_fetched(srv, "\"k\"", 1);
    d = ojs_say(srv, "ack", id, "");
    STATUS(d, 200);
    doc_free(&d);
    for (long end = ojs_now_ms() + PATIENCE_MS;; ojs_sleep_ms(50)) {
        d = ojs_info(srv, id);
        int status = d.r.status;
        doc_free(&d);
        if (status == 404) break;
        cr_assert_lt(ojs_now_ms(), end, "it is still there");
    }
    id = ojs_submit(srv, "k", "");
    expect_fetched(srv, "\"k\"", 1);
    d = ojs_say(srv, "nack", id, ERROR_MEMBER);
    TEXT(d, "state", "discarded");
    doc_free(&d);
    d = ojs_send(srv, "GET", "/ojs/v1/dead-letter?queue=k", NULL);
    TEXT(d, "jobs[0].id", id.text);
    doc_free(&d);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ojs_expect_refusal(ojs_send(srv, "PUT", Q "k/config", bad[i]), 400, "invalid_request");
    ojs_expect_refusal(ojs_send(srv, "PUT", Q "k/config", "{\"default_retry\":{\"max_attempts\":-1}}"), 422, "validation_error");
    ojs_expect_refusal(ojs_send(srv, "PUT", Q "k/config", "{\"default_retry\":{\"non_retryable_errors\":[\"a\"]}}"), 422, "unsupported");
    d = ojs_send(srv, "PUT", Q "k/config", "{\"retention\":{\"completed\":null},\"default_retry\":null}");
    HAS_NOT(d, "config.default_retry");
    HAS_NOT(d, "config.retention.completed");
    HAS(d, "config.retention.discarded");
    doc_free(&d);
}

static const char *const misspelt[] = {
    "{\"default_retry\":{\"max_atempts\":2}}",
    "{\"default_retry\":{\"max_attempts\":2,\"initial_intervall\":null}}",
    "{\"default_retry\":{\"\":1}}",
    "{\"default_retry\":{\"a name that is much longer than any that a retry policy could have\":[]}}",
};

WIRE(a_misspelt_retry_policy_is_refused)
{
    struct doc d = ojs_send(srv, "PUT", Q "m/config", "{\"default_retry\":{\"max_attempts\":4}}");
    STATUS(d, 200);
    doc_free(&d);
    for (size_t i = 0; i < sizeof misspelt / sizeof *misspelt; i++)
        ojs_expect_refusal(ojs_send(srv, "PUT", Q "m/config", misspelt[i]), 422, "unsupported");
    d = ojs_send(srv, "GET", Q "m", NULL);
    NUMBER(d, "config.default_retry.max_attempts", 4);
    doc_free(&d);
    (void)ojs_submit(srv, "m", ",\"retry\":{\"max_atempts\":2}"); /* a job's own is kept as it came */
}

WIRE(null_and_0_unset_how_long_is_kept)
{
    static const char *const unset[] = {
        "{\"retention\":null}",
        "{\"retention\":{\"completed\":0,\"cancelled\":null,\"discarded\":0}}",
    };
    for (size_t i = 0; i < sizeof unset / sizeof *unset; i++) {
        struct doc d = ojs_send(srv, "PUT", Q "u/config",
                                "{\"retention\":{\"completed\":\"PT1H\",\"cancelled\":\"PT2H\",\"discarded\":\"PT3H\"}}");
        STATUS(d, 200);
        HAS(d, "config.retention.cancelled");
        doc_free(&d);
        d = ojs_send(srv, "PUT", Q "u/config", unset[i]);
        STATUS(d, 200);
        HAS_NOT(d, "config.retention.completed");
        HAS_NOT(d, "config.retention.cancelled");
        HAS_NOT(d, "config.retention.discarded");
        doc_free(&d);
    }
    ojs_expect_refusal(ojs_send(srv, "PUT", Q "u/config", "{\"retention\":{\"completed\":60}}"), 400, "invalid_request");
}
