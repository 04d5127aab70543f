/* owner_steps.c: see owner_steps.h. */
#include "owner_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ALL_BUT_ADMIN                                                                                                                   \
    "[\"jobs:read\", \"jobs:write\", \"jobs:cancel\", \"queues:read\", \"queues:admin\", \"cron:read\", \"cron:write\", \"events:read\", " \
    "\"metrics:read\"]"

static const char accounts[] =
    "{\"tokens\": [\n"
    "  {\"id\": \"abcdefghijk0\", \"owner\": \"anna\", \"digest\": \"Zmh6rfhivXdsj8GLjp-OIAiXFIVu4jOzkCpZHQ1fKSU\", \"scopes\": " ALL_BUT_ADMIN "},\n"
    "  {\"id\": \"abcdefghijk1\", \"owner\": \"bert\", \"digest\": \"cs1uhCLEB_ttCYaQ8RMLfe1-wvf14dML2dUh8BU2N5M\", \"scopes\": " ALL_BUT_ADMIN "},\n"
    "  {\"id\": \"abcdefghijk2\", \"owner\": \"root\", \"digest\": \"dYd7tB05O1-4RVzmDs2N2gAdBjFklrFN-n-JVlbuyko\", \"scopes\": [\"admin\"]},\n"
    "  {\"id\": \"abcdefghijk3\", \"owner\": \"worker\", \"digest\": \"ZIqlxXn7MPOK90TZfW7IQMepEnekmaDXgPPnMU7KCQs\", \"scopes\": [\"jobs:work\"]}\n"
    " ]}\n";

struct owner_setting owner_settings[OWNER_SETTINGS] = {{"0", "1"}, {"1", "2"}, {"2", "2"}};

static void write_config(const struct server *srv, const char *more)
{
    char config[2048];
    int len = snprintf(config, sizeof config, "{\"accounts\": \"accounts.json\", \"segment_mib\": 16%s}", more);
    cr_assert(len > 0 && (size_t)len < sizeof config);
    auth_write(srv, "quern.json", config, 0644);
}

void owner_start(struct server *srv, const char *shards, const char *more)
{
    (void)unlink(srv->log);
    write_config(srv, more);
    server_start(srv, (const char *const[]){"--listen", "127.0.0.1:0", "--data", "data", "--shards", shards, OJS_CONFIG, NULL});
    server_wait_ready(srv);
}

void owner_up(struct server *srv, const struct owner_setting *s, const char *more)
{
    server_folder_new(srv);
    write_config(srv, more);
    auth_write(srv, "accounts.json", accounts, 0600);
    if (strcmp(s->engines, "0") == 0) {
        server_start(srv, (const char *const[]){"--listen", "127.0.0.1:0", "--ephemeral", "--shards", s->shards, OJS_CONFIG, NULL});
        server_wait_ready(srv);
        return;
    }
    ojs_divide(srv, s->engines);
    owner_start(srv, s->shards, more);
}

struct reply owner_ask(const struct server *srv, enum who who, const char *method, const char *path, const char *headers, const char *body)
{
    char fields[512] = "";
    int len = 0;
    if (who != NOBODY) len = snprintf(fields, sizeof fields, "Authorization: %s\r\n", auth_bearer((int)who));
    (void)snprintf(fields + len, sizeof fields - (size_t)len, "%s%s", headers ? headers : "", body ? JSON_HEADER : "");
    struct reply r = http_request(srv->port, method, path, fields, body);
    const char *fault = wire_fault(&r, true);
    cr_assert_null(fault, "%s: %s%s", fault, r.head, r.body);
    return r;
}

struct doc owner_doc(const struct server *srv, enum who who, const char *method, const char *path, const char *body)
{
    return doc_of(owner_ask(srv, who, method, path, NULL, body));
}

int owner_status(const struct server *srv, enum who who, const char *method, const char *path, const char *body)
{
    struct reply r = owner_ask(srv, who, method, path, NULL, body);
    int status = r.status;
    reply_free(&r);
    return status;
}

struct id owner_submit(const struct server *srv, enum who who, const char *queue, const char *more)
{
    char body[1024];
    (void)snprintf(body, sizeof body, "{\"type\":\"test.echo\",\"args\":[{\"n\":1}],\"options\":{\"queue\":\"%s\"%s}}", queue, more);
    struct doc d = owner_doc(srv, who, "POST", "/ojs/v1/jobs", body);
    STATUS(d, 201);
    struct id id = doc_id(&d, "job.id");
    doc_free(&d);
    return id;
}

const char *owner_path(struct id id, const char *below)
{
    static char text[4][128];
    static unsigned at;
    char *p = text[at++ % 4];
    (void)snprintf(p, sizeof text[0], "/ojs/v1/jobs/%s%s", id.text, below);
    return p;
}

void owner_fetch(const struct server *srv, const char *queue, struct id id)
{
    char body[128];
    (void)snprintf(body, sizeof body, "{\"queues\":[\"%s\"],\"worker_id\":\"w-1\",\"count\":1}", queue);
    struct doc d = owner_doc(srv, WORKER, "POST", "/ojs/v1/workers/fetch", body);
    STATUS(d, 200);
    TEXT(d, "jobs[0].id", id.text);
    doc_free(&d);
}

void owner_say(const struct server *srv, const char *what, struct id id)
{
    char path[64], body[256];
    (void)snprintf(path, sizeof path, "/ojs/v1/workers/%s", what);
    (void)snprintf(body, sizeof body, "{\"job_id\":\"%s\"%s}", id.text, strcmp(what, "nack") == 0 ? ERROR_MEMBER : ",\"result\":{\"s\":1}");
    cr_assert_eq(owner_status(srv, WORKER, "POST", path, body), 200);
}
