/* T25: what belongs to somebody else is as if it were not there, on every route that the server's own document names, and in every state.
 * A route that is new must be put into one of the lists below, or the test fails. */
#include "owner_steps.h"

#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNKNOWN "0190f5fe-0000-7000-8000-000000000000"

/* Paths with a parameter that names nothing of anybody's in particular: queues are shared, types are the server's. */
static const char *const shared[] = {"/run/{type}", "/ojs/v1/queues/{name}", "/ojs/v1/admin/queues/{name}"};
/* Paths without a parameter, and the test that has them: those of lists and bodies, below and in test_owners_jobs.c; none: no objects. */
static const char *const without[] = {
    "/", "/livez", "/readyz", "/metrics", "/openapi.json", "/ojs/v1/health", "/ojs/manifest", "/ojs/v1/queues",             /* none */
    "/run/echo", "/run/sleep", "/run/burn",                                                                                 /* calls_are_their_callers */
    "/ojs/v1/jobs", "/ojs/v1/admin/jobs", "/ojs/v1/jobs/batch", "/ojs/v1/jobs/bulk", "/ojs/v1/dead-letter", "/ojs/v1/cron", /* lists, ids */
    "/ojs/v1/jobs/bulk/cancel", "/ojs/v1/jobs/bulk/retry", "/ojs/v1/jobs/bulk/delete", "/ojs/v1/events",                    /* bulk, events */
    "/ojs/v1/workers/fetch", "/ojs/v1/workers/ack", "/ojs/v1/workers/nack", "/ojs/v1/workers/heartbeat",                    /* workers_work_for_all */
};
#define N(list) (sizeof(list) / sizeof *(list))

/* ---- every route ---- */

static bool is_shared(const char *path)
{
    for (size_t i = 0; i < N(shared); i++) {
        size_t len = strlen(shared[i]);
        if (strncmp(path, shared[i], len) == 0 && (path[len] == 0 || path[len] == '/')) return true;
    }
    return false;
}

static bool is_without(const char *path)
{
    for (size_t i = 0; i < N(without); i++)
        if (strcmp(path, without[i]) == 0) return true;
    return false;
}

/* Of a reply: what does not differ from one request to the next. */
static char *essence(const struct reply *r, const char *name)
{
    size_t room = strlen(r->head) + strlen(r->body) + 2, len = strlen(name);
    char *text = malloc(room);
    (void)snprintf(text, room, "%s\n%s", r->head, r->body);
    for (char *p = text; (p = strstr(p, name)) != NULL; p += len) memset(p, '#', len);
    static const char *const ids[] = {"X-Request-Id: req_", "\"request_id\":\"req_", "<request_id>req_"};
    for (size_t i = 0; i < N(ids); i++) {
        char *at = strstr(text, ids[i]);
        if (at) memset(at + strlen(ids[i]), '#', 36);
    }
    char *date = strstr(text, "\r\nDate: ");
    cr_assert(date, "%s", text);
    memset(date + 8, '#', strlen("Sun, 06 Nov 1994 08:49:37 GMT"));
    return text;
}

static void put_name(char out[160], const char *path, const char *name)
{
    const char *open = strchr(path, '{'), *close = strchr(path, '}');
    (void)snprintf(out, 160, "%.*s%s%s", (int)(open - path), path, name, close + 1);
}

/* More of the request: no answer may depend on the object, whatever else is asked. */
static const char *const ways[] = {"", "If-Match: *\r\n", "If-None-Match: *\r\n", "If-Match: \"0000000000000001\"\r\n", "Prefer: wait=5\r\n",
                                   "Accept: application/xml\r\n", "Range: bytes=0-0\r\n"};

static void expect_same(struct server *srv, const char *method, const char *path, const char *foreign, const char *unknown, const char *body)
{
    char paths[2][160];
    const char *const names[2] = {foreign, unknown};
    for (size_t way = 0; way < N(ways); way++) {
        char *said[2];
        int status[2];
        for (int i = 0; i < 2; i++) {
            put_name(paths[i], path, names[i]);
            struct reply r = owner_ask(srv, BERT, method, paths[i], ways[way], body);
            said[i] = essence(&r, names[i]);
            status[i] = r.status;
            reply_free(&r);
        }
        bool is_tag = strncmp(ways[way], "If-Match", 8) == 0; /* routes without tags refuse that before they look */
        cr_expect(status[0] == 404 || status[0] == 403 || (is_tag && status[0] == 412), "%s %s %s: %s", method, path, ways[way], said[0]);
        cr_expect_str_eq(said[0], said[1], "%s %s %s", method, path, ways[way]);
        free(said[0]);
        free(said[1]);
    }
}

/* anna's, in a state that these names have. */
static struct id made(struct server *srv, const char *state)
{
    const char *more = strcmp(state, "scheduled") == 0   ? ",\"delay_until\":\"2090-01-01T00:00:00Z\""
                       : strcmp(state, "discarded") == 0 ? ",\"retry\":{\"max_attempts\":1,\"on_exhaustion\":\"dead_letter\"}"
                                                         : "";
    struct id id = owner_submit(srv, ANNA, "q", more);
    if (strcmp(state, "cancelled") == 0) cr_assert_eq(owner_status(srv, ANNA, "DELETE", owner_path(id, ""), NULL), 200);
    if (strcmp(state, "scheduled") == 0 || strcmp(state, "available") == 0 || strcmp(state, "cancelled") == 0) return id;
    owner_fetch(srv, "q", id);
    if (strcmp(state, "completed") == 0) owner_say(srv, "ack", id);
    if (strcmp(state, "retryable") == 0 || strcmp(state, "discarded") == 0) owner_say(srv, "nack", id);
    return id;
}

static char *look(struct server *srv, struct id id)
{
    struct reply r = owner_ask(srv, ANNA, "GET", owner_path(id, ""), NULL, NULL);
    cr_assert_eq(r.status, 200, "%s", r.body);
    char *text = strdup(r.body);
    reply_free(&r);
    return text;
}

static void upper(char out[16], const char *method)
{
    size_t i = 0;
    for (; method[i]; i++) out[i] = (char)toupper((unsigned char)method[i]);
    out[i] = 0;
}

/* Each method that the document has for the path, and HEAD where there is GET. */
static void each_method(struct server *srv, const cJSON *path, const char *foreign, const char *unknown, const char *body)
{
    const cJSON *operation;
    cJSON_ArrayForEach(operation, path)
    {
        char method[16];
        upper(method, operation->string);
        bool has_body = cJSON_GetObjectItem(operation, "requestBody") != NULL;
        expect_same(srv, method, path->string, foreign, unknown, has_body ? body : NULL);
        if (strcmp(method, "GET") == 0) expect_same(srv, "HEAD", path->string, foreign, unknown, NULL);
    }
}

OWNERS(every_route_with_an_id_answers_as_if_there_were_none)
{
    static const char *const states[] = {"scheduled", "cancelled", "completed", "retryable", "discarded", "active", "available"};
    struct doc api = {owner_ask(srv, ROOT, "GET", "/openapi.json", NULL, NULL), NULL};
    api.json = cJSON_Parse(api.r.body);
    for (size_t i = 0; i < N(states); i++) {
        struct id id = made(srv, states[i]);
        char *before = look(srv, id);
        int n_routes = 0;
        cJSON *path;
        cr_assert(strstr(before, states[i]), "%s is none: %s", before, states[i]);
        cJSON_ArrayForEach(path, doc_find(api.json, "paths"))
        {
            if (!strstr(path->string, "{id}")) continue;
            each_method(srv, path, id.text, UNKNOWN, "{}");
            n_routes++;
        }
        cr_assert_geq(n_routes, 7);
        char *after = look(srv, id);
        cr_assert_str_eq(before, after);
        free(before);
        free(after);
    }
    doc_free(&api);
}

OWNERS(no_route_is_forgotten)
{
    struct doc api = {owner_ask(srv, ROOT, "GET", "/openapi.json", NULL, NULL), NULL};
    const cJSON *path;
    api.json = cJSON_Parse(api.r.body);
    cJSON_ArrayForEach(path, doc_find(api.json, "paths"))
    {
        bool is_object = strstr(path->string, "{id}") || strcmp(path->string, "/ojs/v1/cron/{name}") == 0;
        cr_expect(is_object || is_shared(path->string) || is_without(path->string),
                  "%s: what does somebody see there that is not his? Put it into a list of this file, and into a test", path->string);
    }
    doc_free(&api);
}

/* ---- cron jobs: by their names ---- */

static void register_cron(struct server *srv, enum who who, const char *name)
{
    char body[256];
    (void)snprintf(body, sizeof body, "{\"name\":\"%s\",\"cron\":\"0 0 1 1 *\",\"type\":\"test.cron\"}", name);
    cr_assert_eq(owner_status(srv, who, "POST", "/ojs/v1/cron", body), 201);
}

/* All digits but those of the status line: times, and how long they are written. */
static void without_digits(char *text)
{
    for (char *p = strstr(text, "\r\n"); *p; p++)
        if (isdigit((unsigned char)*p)) *p = '0';
}

/* The name is not anna's alone: PUT and POST make bert one of his own. */
static void expect_made_alike(struct server *srv, const char *method, const char *path)
{
    static const char *const names[] = {"night-1", "night-2"};
    char *said[2];
    for (int i = 0; i < 2; i++) {
        char target[160], body[256];
        (void)snprintf(target, sizeof target, "%s%s%s", path, method[1] == 'U' ? "/" : "", method[1] == 'U' ? names[i] : "");
        (void)snprintf(body, sizeof body, "{\"name\":\"%s\",\"cron\":\"0 0 2 1 *\",\"type\":\"test.cron\"}", names[i]);
        struct reply r = owner_ask(srv, BERT, method, target, NULL, body);
        cr_assert_eq(r.status, 201, "%s", r.body);
        said[i] = essence(&r, names[i]);
        without_digits(said[i]);
        reply_free(&r);
        (void)snprintf(target, sizeof target, "%s/%s", path, names[i]);
        cr_assert_eq(owner_status(srv, BERT, "DELETE", target, NULL), 200);
    }
    cr_assert_str_eq(said[0], said[1]);
    free(said[0]);
    free(said[1]);
}

OWNERS(cron_jobs_are_their_owners)
{
    static const char *const methods[] = {"GET", "HEAD", "PATCH", "DELETE"};
    register_cron(srv, ANNA, "night-1");
    for (size_t i = 0; i < N(methods); i++)
        expect_same(srv, methods[i], "/ojs/v1/cron/{name}", "night-1", "night-2", i == 2 ? "{\"enabled\":false}" : NULL);
    expect_made_alike(srv, "PUT", "/ojs/v1/cron");
    expect_made_alike(srv, "POST", "/ojs/v1/cron");
    struct doc d = owner_doc(srv, ANNA, "GET", "/ojs/v1/cron/night-1", NULL);
    STATUS(d, 200);
    TEXT(d, "cron_job.cron", "0 0 1 1 *");
    TEXT(d, "cron_job.status", "active");
    doc_free(&d);
    static const int n[] = {1, 0, 1};
    for (int who = ANNA; who <= ROOT; who++) {
        d = owner_doc(srv, (enum who)who, "GET", "/ojs/v1/cron", NULL);
        cr_assert_eq(cJSON_GetArraySize(doc_find(d.json, "crons")), n[who], "%s", d.r.body);
        doc_free(&d);
    }
}

/* root means its own before those of others, whichever engine has them: "q2" and "q5" are of different ones where there are two. */
OWNERS(who_may_see_all_means_its_own_cron_job_first)
{
    static const char *const queues[] = {"q2", "q5"};
    for (int k = 0; k < 2; k++) {
        for (int who = ROOT; who >= ANNA; who--) {
            char body[256];
            (void)snprintf(body, sizeof body, "{\"name\":\"n%d\",\"cron\":\"0 0 1 %d *\",\"type\":\"t.c\",\"options\":{\"queue\":\"%s\"}}", k, who + 1,
                           queues[k ^ (who == ROOT)]);
            cr_assert_eq(owner_status(srv, (enum who)who, "POST", "/ojs/v1/cron", body), 201);
        }
        char path[64];
        (void)snprintf(path, sizeof path, "/ojs/v1/cron/n%d", k);
        struct doc d = owner_doc(srv, ROOT, "DELETE", path, NULL);
        TEXT(d, "cron_job.cron", "0 0 1 3 *");
        doc_free(&d);
        for (int i = 0; i < 2; i++) cr_assert_eq(owner_status(srv, ROOT, "DELETE", path, NULL), 200);
        cr_assert_eq(owner_status(srv, ROOT, "DELETE", path, NULL), 404);
    }
}

/* PUT and POST mean the names of whoever asks, also for root: bert's keeps what it makes, and is in nobody's way, whichever engine has it. */
OWNERS(whoever_registers_a_cron_job_means_its_own)
{
    static const char *const queues[] = {"q2", "q5"};
    for (int k = 0; k < 4; k++) {
        char body[256], path[64];
        (void)snprintf(path, sizeof path, "/ojs/v1/cron/n%d", k);
        for (int who = BERT; who <= ROOT; who++) {
            (void)snprintf(body, sizeof body, "{\"name\":\"n%d\",\"cron\":\"0 0 1 %d *\",\"type\":\"t.c\",\"options\":{\"queue\":\"%s\"}}", k, who + 1,
                           queues[who == BERT ? k & 1 : k >> 1]);
            cr_expect_eq(owner_status(srv, (enum who)who, k == 3 ? "POST" : "PUT", k == 3 ? "/ojs/v1/cron" : path, body), 201, "%d of %d", who, k);
        }
        cr_expect_eq(owner_status(srv, ROOT, "PUT", path, body), 200);
        cr_expect_eq(owner_status(srv, ROOT, "POST", "/ojs/v1/cron", body), 409);
        for (int who = BERT; who <= ROOT; who++) {
            struct doc d = owner_doc(srv, (enum who)who, "GET", path, NULL);
            TEXT(d, "cron_job.cron", who == BERT ? "0 0 1 2 *" : "0 0 1 3 *");
            doc_free(&d);
        }
    }
}
