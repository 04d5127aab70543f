/* health.c: see health.h. */
#include "api/health.h"

#include "api/api.h"
#include "http/session.h"
#include "workers/pools.h"

static const char *why_not_ready(const struct exchange *x)
{
    const struct api *api = api_of(x);
    if (api->unready || api->http->draining) return "draining\n";
    if (api->storage_failed) return "the journal cannot be written\n";
    if (!pools_healthy(api->pools)) return "workers hang\n";
    return NULL;
}

void health_live(struct exchange *x)
{
    exchange_answer(x, &(struct answer){.status = 200, .type = SLICE("text/plain"), .body = SLICE("ok\n")});
}

void health_ready(struct exchange *x)
{
    const char *why = why_not_ready(x);
    exchange_answer(x, &(struct answer){.status = why ? 503 : 200,
                                        .type = SLICE("text/plain"),
                                        .fields = SLICE("Cache-Control: no-store\r\n"),
                                        .body = slice_str(why ? why : "ready\n")});
}

void health_root(struct exchange *x)
{
    static const char text[] = "quern, an HTTP job server\n\n"
                               "POST /run/{type}     a call: bytes in, bytes out\n"
                               "POST /ojs/v1/jobs    a job (Open Job Spec)\n"
                               "GET  /openapi.json   every route and job type\n"
                               "GET  /livez /readyz /metrics\n";
    const char *why = why_not_ready(x);
    if (!why && x->request.method == METHOD_OPTIONS) { /* a balancer that asks so is content with any 2xx */
        exchange_answer(x, &(struct answer){.status = 204, .fields = SLICE("Allow: GET, HEAD, OPTIONS\r\nCache-Control: no-store\r\n")});
        return;
    }
    exchange_answer(x, &(struct answer){.status = why ? 503 : 200,
                                        .type = SLICE("text/plain"),
                                        .fields = SLICE("Allow: GET, HEAD, OPTIONS\r\nCache-Control: no-store\r\n"),
                                        .body = slice_str(why ? why : text)});
}
