#include "call.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- plugins and servers ---- */

static const char *built(const char *folder, const char *name)
{
    static char paths[4][PATH_MAX];
    static unsigned turn;
    char relative[PATH_MAX], *out = paths[turn++ % 4];
    const char *build = getenv("QUERN_BUILD");
    (void)snprintf(relative, sizeof relative, "%s/%s/%s.so", build ? build : "build/release", folder, name);
    cr_assert(realpath(relative, out), "no plugin at %s", relative);
    return out;
}

const char *call_test_plugin(const char *name)
{
    return built("tests", name);
}

const char *call_shipped_plugin(const char *name)
{
    return built("plugins", name);
}

void call_up(struct server *s, const char *config, const char *const *extra_args)
{
    const char *args[24] = {"--plugin", call_test_plugin("test_types")};
    for (size_t n = 2; extra_args && *extra_args; n++) {
        cr_assert(n < 23);
        args[n] = *extra_args++;
    }
    if (config) wire_up(s, config, args);
    else server_up(s, args);
}

/* ---- calls ---- */

void call_send(struct client *c, const char *target, const char *headers, const void *body, size_t len)
{
    struct wire_text t = {0};
    wire_addf(&t, "POST %s HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n%s\r\n", target, len, headers ? headers : "");
    if (len) wire_add(&t, body, len);
    client_send(c, t.p, t.len);
    wire_text_free(&t);
}

struct reply call_on(struct client *c, const char *target, const char *headers, const void *body, size_t len)
{
    struct reply r;
    call_send(c, target, headers, body, len);
    client_read_reply(c, &r);
    return r;
}

void call_echo(struct client *c, const char *bytes, size_t len)
{
    struct reply r = call_on(c, "/run/echo", NULL, bytes, len);
    cr_assert(r.status == 200 && r.body_len == len && memcmp(r.body, bytes, len) == 0, "%s%s", r.head, r.body);
    reply_free(&r);
}

struct client call_begin(int port, const char *target, const char *headers)
{
    struct client c;
    client_connect(&c, port);
    call_send(&c, target, headers, NULL, 0);
    return c;
}

void call_end(struct client *c, int status)
{
    wire_expect(c, status, NULL);
    client_close(c);
}

struct reply call(int port, const char *target)
{
    return http_request(port, "POST", target, NULL, "");
}

void call_expect(int port, const char *target, const char *body)
{
    struct reply r = call(port, target);
    cr_assert_eq(r.status, 200, "%s: %s%s", target, r.head, r.body);
    cr_assert_str_eq(r.body, body, "%s", target);
    reply_free(&r);
}

void call_adopted_and_cancelled(struct client *c, int port)
{
    struct reply r;
    char path[128];
    client_read_reply(c, &r);
    cr_assert_eq(r.status, 202, "%s%s", r.head, r.body);
    const char *location = reply_header(&r, "Location");
    cr_assert(location && strlen(location) < sizeof path);
    (void)snprintf(path, sizeof path, "%s", location);
    reply_free(&r);
    r = http_request(port, "DELETE", path, NULL, NULL);
    cr_assert_eq(r.status, 200, "%s%s", r.head, r.body);
    reply_free(&r);
}

/* ---- documents ---- */

cJSON *call_json(const struct reply *r)
{
    cJSON *json = cJSON_ParseWithLengthOpts(r->body, r->body_len + 1, NULL, true);
    cr_assert(json, "not JSON: %s%s", r->head, r->body);
    return json;
}

const cJSON *call_member(const cJSON *json, const char *path)
{
    const cJSON *at = json;
    for (const char *p = path; *p;) {
        char name[128];
        size_t len = strcspn(p, ".");
        (void)snprintf(name, sizeof name, "%.*s", (int)len, p);
        at = cJSON_GetObjectItemCaseSensitive(at, name);
        cr_assert(at, "there is no %s", path);
        p += len + (p[len] == '.');
    }
    return at;
}

double call_number(const cJSON *json, const char *path)
{
    const cJSON *at = call_member(json, path);
    cr_assert(cJSON_IsNumber(at), "%s is no number", path);
    return at->valuedouble;
}

static const char *text_of(const cJSON *json, const char *path)
{
    const cJSON *at = call_member(json, path);
    cr_assert(cJSON_IsString(at), "%s is no text", path);
    return at->valuestring;
}

void call_problem(struct reply r, int status, const char *code, const char *detail)
{
    char type[128];
    cr_assert_eq(r.status, status, "%d, not %d: %s%s", r.status, status, r.head, r.body);
    const char *media = reply_header(&r, "Content-Type");
    cr_assert(media && strcmp(media, "application/problem+json") == 0, "%s", r.head);
    cJSON *json = call_json(&r);
    (void)snprintf(type, sizeof type, "urn:quern:problem:%s", code);
    cr_assert_str_eq(text_of(json, "code"), code);
    cr_assert_str_eq(text_of(json, "type"), type);
    cr_assert_eq(call_number(json, "status"), status);
    cr_assert_neq(text_of(json, "title")[0], '\0');
    cr_assert(strstr(text_of(json, "detail"), detail), "no '%s' in '%s'", detail, text_of(json, "detail"));
    cJSON_Delete(json);
    reply_free(&r);
}

/* ---- waiting ---- */

void call_await_metric(int port, const char *name, long value)
{
    long now = -1;
    for (long end = wire_now_ms() + PATIENCE_MS; wire_now_ms() < end; wire_pause_us(2000))
        if ((now = wire_metric(port, name)) == value) return;
    cr_assert_fail("%s is %ld and does not become %ld", name, now, value);
}

long call_count(int port, const char *name)
{
    struct reply r = call(port, "/run/test.counts");
    cr_assert_eq(r.status, 200, "%s%s", r.head, r.body);
    cJSON *json = call_json(&r);
    long n = (long)call_number(json, name);
    cJSON_Delete(json);
    reply_free(&r);
    return n;
}

void call_await_count(int port, const char *name, long value)
{
    long now = -1;
    for (long end = wire_now_ms() + PATIENCE_MS; wire_now_ms() < end; wire_pause_us(2000))
        if ((now = call_count(port, name)) == value) return;
    cr_assert_fail("%s is %ld and does not become %ld", name, now, value);
}

/* ---- bytes ---- */

char *call_pattern(size_t n)
{
    struct wire_random random = {88172645463325252u};
    char *bytes = malloc(n + 1);
    cr_assert(bytes);
    for (size_t i = 0; i < n; i++) {
        if (i % 4096 == 0) (void)wire_random(&random, 256);
        bytes[i] = (char)(random.state >> (i % 8 * 8) ^ i);
    }
    bytes[n] = '\0';
    return bytes;
}
