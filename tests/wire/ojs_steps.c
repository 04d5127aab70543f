#include "ojs_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int ojs_shard_counts[OJS_SHARD_COUNTS] = {1, 4, -2};

void ojs_folder_new(struct server *srv)
{
    char path[128];
    server_folder_new(srv);
    (void)snprintf(path, sizeof path, "%s/quern.json", srv->folder);
    FILE *f = fopen(path, "we");
    cr_assert(f && fputs("{\"segment_mib\": 16}", f) >= 0 && fclose(f) == 0, "%s", path);
}

void ojs_divide(struct server *srv, const char *engines)
{
    if (!engines) return;
    char path[128];
    (void)snprintf(path, sizeof path, "%s/quern.json", srv->folder);
    bool is_there = access(path, F_OK) == 0;
    server_start(srv, is_there ? (const char *const[]){"--engines", engines, "--data", "data", OJS_CONFIG, NULL}
                               : (const char *const[]){"--engines", engines, "--data", "data", NULL});
    cr_assert_eq(server_wait(srv), 0, "--engines %s", engines);
}

void ojs_up(struct server *srv, int shards)
{
    char n[16];
    (void)snprintf(n, sizeof n, "%d", abs(shards));
    if (shards > 0) {
        server_up(srv, (const char *const[]){"--shards", n, NULL});
        return;
    }
    ojs_folder_new(srv);
    ojs_divide(srv, getenv("QUERN_WIRE_ENGINES"));
    server_start(srv, (const char *const[]){"--listen", "127.0.0.1:0", "--data", "data", "--shards", n, OJS_CONFIG, NULL});
    server_wait_ready(srv);
}

void doc_free(struct doc *d)
{
    cJSON_Delete(d->json);
    reply_free(&d->r);
    d->json = NULL;
}

struct doc doc_of(struct reply r)
{
    struct doc d = {r, cJSON_Parse(r.body)};
    cr_assert(d.json, "not JSON: %s", r.body);
    cr_assert_str_eq(reply_header(&r, "Content-Type"), OJS_TYPE);
    cr_assert_str_eq(reply_header(&r, "OJS-Version"), "1.0");
    cr_assert_eq(reply_header_count(&r, "X-Request-Id"), 1);
    if (r.status < 400 || !cJSON_GetObjectItem(d.json, "error")) return d;
    cJSON *error = cJSON_GetObjectItem(d.json, "error");
    static const char *const strings[] = {"code", "message", "hint", "docs_url", "request_id"};
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++)
        cr_assert(cJSON_IsString(cJSON_GetObjectItem(error, strings[i])), "error.%s: %s", strings[i], r.body);
    cr_assert(cJSON_IsBool(cJSON_GetObjectItem(error, "retryable")));
    cr_assert_str_eq(cJSON_GetObjectItem(error, "request_id")->valuestring, reply_header(&r, "X-Request-Id"));
    return d;
}

struct doc ojs_send_with(struct server *srv, const char *method, const char *path, const char *headers, const char *body)
{
    return doc_of(http_request(srv->port, method, path, headers, body));
}

struct doc ojs_send(struct server *srv, const char *method, const char *path, const char *body)
{
    return ojs_send_with(srv, method, path, body ? JSON_HEADER : NULL, body);
}

cJSON *doc_find(cJSON *at, const char *path)
{
    char copy[256];
    (void)snprintf(copy, sizeof copy, "%s", path);
    for (char *save, *name = strtok_r(copy, ".[", &save); at && name; name = strtok_r(NULL, ".[", &save))
        at = strchr(name, ']') ? cJSON_GetArrayItem(at, (int)strtol(name, NULL, 10)) : cJSON_GetObjectItem(at, name);
    return at;
}

const char *doc_text(const struct doc *d, const char *path)
{
    const cJSON *v = doc_find(d->json, path);
    return cJSON_IsString(v) ? v->valuestring : "(no string)";
}

double doc_number(const struct doc *d, const char *path)
{
    const cJSON *v = doc_find(d->json, path);
    return cJSON_IsNumber(v) ? v->valuedouble : -12345;
}

/* ---- steps that most tests take ---- */

struct id doc_id(const struct doc *d, const char *path)
{
    struct id id;
    (void)snprintf(id.text, sizeof id.text, "%s", doc_text(d, path));
    cr_assert_eq(strlen(id.text), 36, "%s in %s", path, d->r.body);
    return id;
}

struct id ojs_submit(struct server *srv, const char *queue, const char *more)
{
    char body[1024];
    (void)snprintf(body, sizeof body, "{\"type\":\"test.echo\",\"args\":[{\"n\":1}],\"options\":{\"queue\":\"%s\"%s}}", queue,
                   more);
    struct doc d = ojs_send(srv, "POST", "/ojs/v1/jobs", body);
    STATUS(d, 201);
    struct id id = doc_id(&d, "job.id");
    doc_free(&d);
    return id;
}

struct doc ojs_info(struct server *srv, struct id id)
{
    char path[128];
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s", id.text);
    return ojs_send(srv, "GET", path, NULL);
}

void ojs_expect_state(struct server *srv, struct id id, const char *state)
{
    struct doc d = ojs_info(srv, id);
    STATUS(d, 200);
    TEXT(d, "job.state", state);
    doc_free(&d);
}

struct doc ojs_fetch_wait(struct server *srv, const char *queues, int count, int wait_s)
{
    char body[512], headers[256] = JSON_HEADER;
    (void)snprintf(body, sizeof body, "{\"queues\":[%s],\"worker_id\":\"w-1\",\"count\":%d}", queues, count);
    if (wait_s) (void)snprintf(headers, sizeof headers, JSON_HEADER "Prefer: wait=%d\r\n", wait_s);
    struct doc d = ojs_send_with(srv, "POST", "/ojs/v1/workers/fetch", headers, body);
    STATUS(d, 200);
    cr_assert(cJSON_IsArray(doc_find(d.json, "jobs")), "%s", d.r.body);
    return d;
}

struct doc ojs_fetch(struct server *srv, const char *queues)
{
    return ojs_fetch_wait(srv, queues, 1, 0);
}

int doc_n_jobs(const struct doc *d)
{
    return cJSON_GetArraySize(doc_find(d->json, "jobs"));
}

struct doc ojs_say(struct server *srv, const char *what, struct id id, const char *more)
{
    char path[64], body[1024];
    (void)snprintf(path, sizeof path, "/ojs/v1/workers/%s", what);
    (void)snprintf(body, sizeof body, "{\"job_id\":\"%s\"%s}", id.text, more);
    return ojs_send(srv, "POST", path, body);
}

void ojs_expect_refusal(struct doc d, int status, const char *code)
{
    STATUS(d, status);
    TEXT(d, "error.code", code);
    doc_free(&d);
}

struct doc ojs_cancel(struct server *srv, struct id id)
{
    char path[128];
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s", id.text);
    return ojs_send(srv, "DELETE", path, NULL);
}

void ojs_sleep_ms(long ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    (void)nanosleep(&t, NULL);
}

long ojs_now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct reply ojs_get_bytes(struct server *srv, struct id id, const char *below)
{
    char path[128];
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s%s", id.text, below);
    return http_request(srv->port, "GET", path, "Prefer: wait=10\r\n", NULL);
}

void ojs_expect_bytes(struct reply r, const char *type, const void *body, size_t len)
{
    cr_assert_eq(r.status, 200, "%d: %s", r.status, r.body);
    cr_assert_str_eq(reply_header(&r, "Content-Type"), type);
    cr_assert_eq(r.body_len, len);
    cr_assert_eq(memcmp(r.body, body, len), 0);
    reply_free(&r);
}
