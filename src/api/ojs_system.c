/* ojs_system.c: is the server well, and what can it do (ojs-http-binding §8, §21). */
#include "api/document.h"
#include "api/ojs.h"
#include "api/ojs_handlers.h"
#include "base/clock.h"

static void str(struct json_out *o, const char *name, const char *text)
{
    json_key(o, name), json_str(o, slice_str(text));
}

static const char *backend_of(const struct api *api)
{
    return api->backend ? api->backend : "memory";
}

void ojs_health(struct exchange *x)
{
    const struct api *api = api_of(x);
    char text[256];
    struct json_out o;
    struct ojs_head head;
    json_out_init(&o, text, sizeof text);
    json_open(&o, '{');
    str(&o, "status", api->degraded ? "degraded" : "ok");
    str(&o, "version", OJS_VERSION);
    json_key(&o, "uptime_seconds"), json_u64(&o, (exchange_now_ns(x) - api->started_ns) / NS_PER_S);
    json_key(&o, "backend"), json_open(&o, '{');
    str(&o, "type", backend_of(api));
    str(&o, "status", api->degraded ? "error" : "connected");
    json_close(&o, '}');
    json_close(&o, '}');
    ojs_head_start(&head, x);
    ojs_answer(x, api->degraded ? 503 : 200, &head, slice_make(text, o.len));
}

/* Only what works from end to end. */
static void write_capabilities(struct json_out *o)
{
    static const struct {
        const char *name;
        bool has;
    } capabilities[] = {
        {"batch_enqueue", true}, {"cron_jobs", true},       {"dead_letter", true},    {"delayed_jobs", true},
        {"job_ttl", true},        {"priority_queues", true}, {"rate_limiting", false}, {"schema_validation", false},
        {"unique_jobs", false},   {"workflows", false},      {"pause_resume", true},
    };
    json_key(o, "capabilities"), json_open(o, '{');
    for (size_t i = 0; i < sizeof capabilities / sizeof capabilities[0]; i++)
        json_key(o, capabilities[i].name), json_bool(o, capabilities[i].has);
    json_close(o, '}');
}

static void write_implementation(struct json_out *o, const struct api *api)
{
    json_key(o, "implementation"), json_open(o, '{');
    str(o, "name", "quern");
    str(o, "version", api->version ? api->version : "0");
    str(o, "language", "c");
    str(o, "backend", backend_of(api));
    json_close(o, '}');
}

static void write_manifest(struct json_out *o, const struct api *api)
{
    json_open(o, '{');
    str(o, "specversion", OJS_VERSION);
    str(o, "ojs_version", OJS_VERSION);
    write_implementation(o, api);
    json_key(o, "conformance_level"), json_u64(o, 2);
    json_key(o, "protocols"), json_raw(o, SLICE("[\"http\"]"));
    str(o, "backend", backend_of(api));
    write_capabilities(o);
    json_key(o, "extensions"), json_raw(o, SLICE("{\"official\":[]}"));
    json_key(o, "endpoints"), json_open(o, '{');
    str(o, "base_url", "/ojs/v1");
    str(o, "manifest", "/ojs/manifest");
    str(o, "health", "/ojs/v1/health");
    json_close(o, '}');
    json_close(o, '}');
}

void ojs_manifest(struct exchange *x)
{
    char text[1024];
    struct json_out o;
    struct ojs_head head;
    if (!document_acceptable(x, SLICE(OJS_MEDIA_TYPE))) return;
    json_out_init(&o, text, sizeof text);
    write_manifest(&o, api_of(x));
    ojs_head_start(&head, x);
    ojs_answer(x, 200, &head, slice_make(text, o.len));
}
