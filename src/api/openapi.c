/* openapi.c: see openapi.h. */
#include "api/openapi.h"

#include "api/api.h"
#include "api/document.h"
#include "base/digest.h"
#include "http/condition.h"
#include "workers/types.h"

#include <cjson/cJSON.h>
#include <stdio.h>

/* What a path is for; the longest prefix that fits speaks. */
static const struct {
    const char *prefix, *summary, *tag;
} about[] = {
    {"/", "State of this server, as /readyz, with a few words for people", "operations"},
    {"/livez", "Is the server alive?", "operations"},
    {"/readyz", "Does it take work?", "operations"},
    {"/metrics", "Counters and histograms, Prometheus text", "operations"},
    {"/openapi.json", "This document", "operations"},
    {"/run/", "Run a job type on the body and wait for the result, or make a job of it (Prefer: respond-async, or wait=N when N seconds are over)", "calls"},
    {"/ojs/manifest", "What this server supports of Open Job Spec", "jobs"},
    {"/ojs/v1/health", "Health, in the form of Open Job Spec", "jobs"},
    {"/ojs/v1/jobs", "Submit a job, with an Idempotency-Key once only; list jobs", "jobs"},
    {"/ojs/v1/admin/jobs", "List jobs", "jobs"},
    {"/ojs/v1/jobs/bulk/cancel", "Cancel many jobs, by ids or by a filter", "jobs"},
    {"/ojs/v1/jobs/bulk/retry", "Try many discarded or retryable jobs again, by ids or by a filter", "jobs"},
    {"/ojs/v1/jobs/bulk/delete", "Forget many finished jobs, by ids or by a filter", "jobs"},
    {"/ojs/v1/jobs/", "One job: look, wait for its next change, cancel, activate, say or ask how far it is, fetch its input or result as bytes", "jobs"},
    {"/ojs/v1/jobs/batch", "Submit many jobs, all or none", "jobs"},
    {"/ojs/v1/jobs/bulk", "Submit many jobs, each with a result of its own, or all or none", "jobs"},
    {"/ojs/v1/workers/fetch", "Claim jobs to work on", "workers"},
    {"/ojs/v1/workers/ack", "Report success", "workers"},
    {"/ojs/v1/workers/nack", "Report failure", "workers"},
    {"/ojs/v1/workers/heartbeat", "Extend leases", "workers"},
    {"/ojs/v1/queues", "Queues and their counts; set one up", "queues"},
    {"/ojs/v1/queues/", "One queue: look, pause, resume, configure, delete", "queues"},
    {"/ojs/v1/admin/queues/", "One queue: look, pause, resume, configure", "queues"},
    {"/ojs/v1/dead-letter", "Dead letters: jobs that were tried to their end", "jobs"},
    {"/ojs/v1/dead-letter/", "One dead letter: try it again, delete it", "jobs"},
    {"/ojs/v1/cron", "Cron jobs: jobs at the times of an expression", "jobs"},
    {"/ojs/v1/cron/", "One cron job: look, replace, enable or disable, delete", "jobs"},
    {"/ojs/v1/events", "The last events", "jobs"},
};

static size_t about_path(const char *path)
{
    size_t best = SIZE_MAX, best_len = 0;
    for (size_t i = 0; i < sizeof about / sizeof *about; i++) {
        size_t len = strlen(about[i].prefix);
        bool exact = strcmp(about[i].prefix, path) == 0;
        bool below = about[i].prefix[len - 1] == '/' && len > 1 && strncmp(about[i].prefix, path, len) == 0;
        if ((exact || below) && len >= best_len) best = i, best_len = len;
    }
    return best;
}

/* One pattern parameter, "<int:n>": its name into name; returns the JSON schema type and format. */
static void add_path_param(cJSON *list, const char *text, size_t len)
{
    static const struct {
        const char *kind, *type, *format;
    } kinds[] = {{"int", "integer", "int64"}, {"float", "number", "double"}, {"uuid", "string", "uuid"}, {"path", "string", NULL}};
    const char *colon = memchr(text, ':', len);
    const char *name = colon ? colon + 1 : text;
    const char *type = "string", *format = NULL;
    for (size_t i = 0; colon && i < sizeof kinds / sizeof *kinds; i++) {
        if (strncmp(kinds[i].kind, text, (size_t)(colon - text)) != 0) continue;
        type = kinds[i].type;
        format = kinds[i].format;
    }
    char plain[64];
    (void)snprintf(plain, sizeof plain, "%.*s", (int)(len - (size_t)(name - text)), name);
    cJSON *p = cJSON_CreateObject(), *schema = cJSON_AddObjectToObject(p, "schema");
    cJSON_AddStringToObject(p, "name", plain);
    cJSON_AddStringToObject(p, "in", "path");
    cJSON_AddBoolToObject(p, "required", true);
    cJSON_AddStringToObject(schema, "type", type);
    if (format) cJSON_AddStringToObject(schema, "format", format);
    cJSON_AddItemToArray(list, p);
}

/* "/run/<type>" → "/run/{type}", and its parameters. */
static void template_of(const char *pattern, char *out, size_t room, cJSON *params)
{
    size_t n = 0;
    for (const char *p = pattern; *p && n + 1 < room; p++) {
        if (*p != '<') {
            out[n++] = *p;
            continue;
        }
        const char *end = strchr(p, '>');
        const char *colon = memchr(p, ':', (size_t)(end - p));
        const char *name = colon ? colon + 1 : p + 1;
        add_path_param(params, p + 1, (size_t)(end - p - 1));
        n += (size_t)snprintf(out + n, room - n, "{%.*s}", (int)(end - name), name);
        p = end;
    }
    out[n] = 0;
}

/* A call that was asked to become a job, or that has outlived its client's wait. */
static void add_accepted(cJSON *responses)
{
    cJSON *accepted = cJSON_AddObjectToObject(responses, "202");
    cJSON_AddStringToObject(accepted, "description", "It goes on as a job (Prefer: respond-async, or wait=N and the wait is over)");
    cJSON *location = cJSON_AddObjectToObject(cJSON_AddObjectToObject(accepted, "headers"), "Location");
    cJSON_AddStringToObject(location, "description", "Where the job is");
    cJSON_AddStringToObject(cJSON_AddObjectToObject(location, "schema"), "type", "string");
    cJSON *content = cJSON_AddObjectToObject(accepted, "content");
    cJSON *media = cJSON_AddObjectToObject(content, "application/openjobspec+json");
    cJSON_AddStringToObject(cJSON_AddObjectToObject(media, "schema"), "type", "object");
}

static void add_responses(cJSON *operation, const char *path)
{
    bool ojs = strncmp(path, "/ojs/", 5) == 0;
    cJSON *responses = cJSON_AddObjectToObject(operation, "responses");
    cJSON *ok = cJSON_AddObjectToObject(responses, "2XX");
    cJSON_AddStringToObject(ok, "description", "Success");
    if (strncmp(path, "/run/", 5) == 0) add_accepted(responses);
    cJSON *error = cJSON_AddObjectToObject(responses, "default");
    cJSON_AddStringToObject(error, "description", "An error");
    cJSON *content = cJSON_AddObjectToObject(error, "content");
    cJSON *media = cJSON_AddObjectToObject(content, ojs ? "application/openjobspec+json" : "application/problem+json");
    cJSON *schema = cJSON_AddObjectToObject(media, "schema");
    cJSON_AddStringToObject(schema, "$ref", ojs ? "#/components/schemas/OjsError" : "#/components/schemas/Problem");
}

static void add_body(cJSON *operation, enum method method, const struct route *route)
{
    if (method == METHOD_GET || method == METHOD_OPTIONS || method == METHOD_DELETE) return;
    bool ojs = strncmp(route->pattern, "/ojs/", 5) == 0;
    cJSON *body = cJSON_AddObjectToObject(operation, "requestBody");
    cJSON *content = cJSON_AddObjectToObject(body, "content");
    cJSON *media = cJSON_AddObjectToObject(content, ojs ? "application/openjobspec+json" : "application/octet-stream");
    cJSON *schema = cJSON_AddObjectToObject(media, "schema");
    if (!ojs) return;
    cJSON_AddStringToObject(schema, "type", "object");
    media = cJSON_AddObjectToObject(content, "application/xml");
    cJSON_AddStringToObject(cJSON_AddObjectToObject(media, "schema"), "$ref", "#/components/schemas/Document");
}

static const char *schema_type(enum quern_param_kind kind)
{
    switch (kind) {
    case QUERN_INT: return "integer";
    case QUERN_FLOAT: return "number";
    case QUERN_BOOL: return "boolean";
    case QUERN_TEXT:
    case QUERN_CHOICE: return "string";
    }
    return "string";
}

static void add_query_param(cJSON *list, const struct quern_param *q)
{
    cJSON *p = cJSON_CreateObject();
    cJSON_AddStringToObject(p, "name", q->name);
    cJSON_AddStringToObject(p, "in", "query");
    if (q->about) cJSON_AddStringToObject(p, "description", q->about);
    if (q->required) cJSON_AddBoolToObject(p, "required", true);
    cJSON *schema = cJSON_AddObjectToObject(p, "schema");
    cJSON_AddStringToObject(schema, "type", schema_type(q->kind));
    if (q->kind != QUERN_TEXT && (q->min != 0 || q->max != 0)) {
        cJSON_AddNumberToObject(schema, "minimum", q->min);
        cJSON_AddNumberToObject(schema, "maximum", q->max);
    }
    if (q->fallback) cJSON_AddStringToObject(schema, "default", q->fallback);
    if (q->choices) {
        cJSON *list_of = cJSON_AddArrayToObject(schema, "enum");
        struct slice rest = slice_str(q->choices);
        while (rest.p) {
            char word[64];
            struct slice one = slice_cut(&rest, '|');
            (void)snprintf(word, sizeof word, "%.*s", SLICE_ARG(one));
            cJSON_AddItemToArray(list_of, cJSON_CreateString(word));
        }
    }
    cJSON_AddItemToArray(list, p);
}

static void add_operation(cJSON *paths, const struct route *route, enum method method)
{
    char path[256], word[16];
    cJSON *params = cJSON_CreateArray();
    template_of(route->pattern, path, sizeof path, params);
    cJSON *item = cJSON_GetObjectItemCaseSensitive(paths, path);
    if (!item) item = cJSON_AddObjectToObject(paths, path);
    struct slice name = method_text(method);
    for (size_t i = 0; i <= name.len && i < sizeof word; i++) word[i] = i < name.len ? slice_lower(name.p[i]) : 0;
    cJSON *operation = cJSON_AddObjectToObject(item, word);
    size_t what = about_path(route->pattern);
    if (what != SIZE_MAX) {
        cJSON_AddStringToObject(operation, "summary", about[what].summary);
        cJSON_AddItemToObject(operation, "tags", cJSON_CreateStringArray(&about[what].tag, 1));
    } else {
        cJSON_AddStringToObject(operation, "summary", "A route of this server's configuration");
    }
    if (cJSON_GetArraySize(params)) cJSON_AddItemToObject(operation, "parameters", params);
    else cJSON_Delete(params);
    add_body(operation, method, route);
    add_responses(operation, route->pattern);
}

/* Each job type as a path of its own, so that its parameters can be seen. */
static void add_type(cJSON *paths, const struct job_type *t)
{
    char path[300];
    (void)snprintf(path, sizeof path, "/run/%s", t->type->name);
    cJSON *operation = cJSON_AddObjectToObject(cJSON_AddObjectToObject(paths, path), "post");
    const char *tag = "calls";
    cJSON_AddStringToObject(operation, "summary", t->type->about ? t->type->about : t->type->name);
    cJSON_AddItemToObject(operation, "tags", cJSON_CreateStringArray(&tag, 1));
    if (t->type->n_params) {
        cJSON *list = cJSON_AddArrayToObject(operation, "parameters");
        for (size_t i = 0; i < t->type->n_params; i++) add_query_param(list, &t->type->params[i]);
    }
    cJSON *content = cJSON_AddObjectToObject(cJSON_AddObjectToObject(operation, "requestBody"), "content");
    struct slice rest = slice_str(t->type->accepts ? t->type->accepts : "application/octet-stream");
    while (rest.p) {
        char media[128];
        struct slice one = slice_trim(slice_cut(&rest, '|'));
        (void)snprintf(media, sizeof media, "%.*s", SLICE_ARG(one));
        cJSON_AddObjectToObject(cJSON_AddObjectToObject(content, media), "schema");
    }
    add_responses(operation, path);
}

static void add_schemas(cJSON *root)
{
    cJSON *schemas = cJSON_AddObjectToObject(cJSON_AddObjectToObject(root, "components"), "schemas");
    cJSON *problem = cJSON_AddObjectToObject(schemas, "Problem");
    cJSON_AddStringToObject(problem, "type", "object");
    cJSON_AddStringToObject(problem, "description", "RFC 9457");
    cJSON *p = cJSON_AddObjectToObject(problem, "properties");
    static const char *const names[] = {"type", "title", "detail", "code"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        cJSON_AddStringToObject(cJSON_AddObjectToObject(p, names[i]), "type", "string");
    cJSON_AddStringToObject(cJSON_AddObjectToObject(p, "status"), "type", "integer");
    cJSON *ojs = cJSON_AddObjectToObject(schemas, "OjsError");
    cJSON_AddStringToObject(ojs, "type", "object");
    cJSON_AddStringToObject(cJSON_AddObjectToObject(cJSON_AddObjectToObject(ojs, "properties"), "error"), "type", "object");
    cJSON *xml = cJSON_AddObjectToObject(schemas, "Document");
    cJSON_AddStringToObject(xml, "type", "object");
    cJSON_AddStringToObject(xml, "description", "The JSON object as XML: an element for each member, <item> for the entries of an array");
    cJSON *name = cJSON_AddObjectToObject(xml, "xml");
    cJSON_AddStringToObject(name, "name", "document");
    cJSON_AddStringToObject(name, "namespace", "urn:quern:v1");
}

static cJSON *document(const struct router *router, const struct types *types, const char *version)
{
    cJSON *root = cJSON_CreateObject();
    cJSON_AddStringToObject(root, "openapi", "3.1.0");
    cJSON *info = cJSON_AddObjectToObject(root, "info");
    cJSON_AddStringToObject(info, "title", "quern");
    cJSON_AddStringToObject(info, "version", version);
    cJSON_AddStringToObject(info, "description", "An HTTP job server: calls, jobs (Open Job Spec 1.0), remote workers.");
    cJSON *paths = cJSON_AddObjectToObject(root, "paths");
    for (uint32_t i = 0; i < router_count(router); i++) {
        const struct route *route = router_route(router, i);
        for (enum method m = METHOD_GET; m < METHOD_OTHER; m++)
            if (m != METHOD_HEAD && route->methods & METHOD_BIT(m)) add_operation(paths, route, m);
    }
    for (uint32_t i = 0; i < types->n; i++) add_type(paths, &types->of[i]);
    add_schemas(root);
    return root;
}

struct block *openapi_build(const struct router *router, const struct types *types, struct block_budget *budget,
                            const char *version)
{
    cJSON *root = document(router, types, version);
    char *text = cJSON_PrintUnformatted(root);
    cJSON_Delete(root);
    if (!text) return NULL;
    struct block *b = block_adopt(budget, text, strlen(text), cJSON_free);
    if (!b) cJSON_free(text);
    return b;
}

uint64_t openapi_version(const struct block *document)
{
    struct slice text = block_slice(document);
    return (uint64_t)crc32c(0, text.p, text.len) << 32 | crc32c(1, text.p, text.len);
}

#define TYPE SLICE("application/json")

void openapi_handle(struct exchange *x)
{
    const struct api *api = api_of(x);
    char tag[DOCUMENT_TAG_BYTES], fields[160];
    size_t len = 0;
    if (!document_acceptable_as(x, TYPE)) return;
    if (!condition_match(&x->request, api->openapi_version)) {
        exchange_fail(x, 412, "precondition-failed", "This is not the version that If-Match names.");
        return;
    }
    bool is_known = document_is_known(x, TYPE, api->openapi_version, tag);
    (void)answer_field(fields, &len, sizeof fields, "ETag", slice_str(tag));
    (void)answer_field(fields, &len, sizeof fields, "Cache-Control", SLICE("no-cache"));
    if (is_known) {
        (void)answer_field(fields, &len, sizeof fields, "Vary", SLICE("Accept-Encoding"));
        exchange_answer(x, &(struct answer){.status = 304, .fields = {fields, len}});
        return;
    }
    struct answer a = {.status = 200, .type = TYPE, .fields = {fields, len}, .block = block_ref(api->openapi)};
    document_answer_packed(x, &a);
}
