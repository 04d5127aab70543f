/* shard_build.c: what a shard is made of before its thread runs, and how it goes. */
#include "api/nonces.h"
#include "api/ojs.h"
#include "api/openapi.h"
#include "api/routes.h"
#include "base/check.h"
#include "filters/access_log.h"
#include "filters/client.h"
#include "filters/signature.h"
#include "http/gzip.h"
#include "jobs/engine.h"
#include "shard_parts.h"
#include "workers/pools.h"

#include <errno.h>
#include <stdlib.h>

static void wake_shard(void *arg)
{
    wake_up(arg);
}

static void on_answered(void *user, const struct exchange *x, uint16_t status, uint64_t bytes)
{
    struct api *api = user;
    metrics_count(api, x, status, bytes);
    if (api->access_log) access_log(x, api->clock, status, bytes);
}

static int make_engines(struct shard *s)
{
    struct payloads payloads = {.spill = s->o.spill, .resident_max = s->o.resident_max};
    struct shard_engines_options o = {
        .shard = s->o.index,
        .n_shards = s->o.n_shards,
        .n_engines = s->o.n_engines,
        .jobs_max = s->o.jobs_max,
        .types = s->o.types,
        .mailbox = &s->mailbox,
        .clock = &s->clock,
        .random = &s->random,
        .budget = s->o.budget,
        .payloads = &payloads,
        .blob_budget = s->o.blob_budget,
    };
    return shard_engines_init(&s->engines, &o);
}

static int make_parts(struct shard *s)
{
    struct dispatch_options d = {
        .shard = s->o.index,
        .mailbox = &s->mailbox,
        .workers = s->o.pools->of[0],
        .pools = s->o.pools->of + 1,
        .n_pools = s->o.pools->n - 1,
        .types = s->o.types,
        .strategy = s->o.strategy,
        .clock = &s->clock,
        .waiting_max = s->o.queue_length,
        .next_job = shard_engines_next_job,
        .has_jobs = s->engines.n ? shard_engines_have_jobs : NULL,
        .jobs_wait = s->engines.n ? shard_engines_jobs_wait : NULL,
        .jobs_arg = &s->engines,
    };
    struct http_options h = {
        .chunks = &s->chunks,
        .budget = s->o.budget,
        .clock = &s->clock,
        .router = s->o.routes->router,
        .forms = &ojs_error_form,
        .n_forms = 1,
        .filters = s->filters,
        .n_filters = s->o.first.access ? gate_filters(&s->gate, s->filters) : 0,
        .filters_on = &s->gate.on,
        .sessions_max = s->o.sessions,
        .exchanges_max =
            (s->o.chunks - HTTP_CHUNKS_SPARE) / 2 < s->o.calls_max ? (s->o.chunks - HTTP_CHUNKS_SPARE) / 2 : s->o.calls_max,
        .large_heads_max = 256,
        .body_ns = 300 * NS_PER_S,
        .half_close_ns = NS_PER_S,
        .user = &s->api,
        .on_open = client_on_open,
        .on_closed = client_on_closed,
        .trusts = client_is_trusted,
        .gate = &s->gate,
        .id_seed = random_u64(&s->random),
        .on_answered = on_answered,
    };
    struct signing_options signing = {
        .remember = nonces_remember,
        .not_before_s = s->o.data ? 0 : s->clock.wall_ns / NS_PER_S + 1, /* what the last process knew is gone with it */
        .seed = random_u64(&s->random),
    };
    gate_init(&s->gate, access_ref(s->o.first.access));
    /* One timer per call, the wheel's, the listener's, the supervisor's. */
    int rc = timers_init(&s->timers, s->o.calls_max + 8);
    if (rc == 0) rc = signing_new(&signing, &s->gate.signing);
    if (rc == 0) rc = chunk_pool_init(&s->chunks, s->o.chunks);
    if (rc == 0) rc = dispatch_new(&d, &s->dispatch);
    if (rc == 0) rc = http_init(&s->http, &h);
    if (rc == 0) rc = gate_connect(&s->gate, s->o.helpers, &s->mailbox, &s->http);
    if (rc == 0) shard_engines_connect(&s->engines, s->dispatch);
    return rc;
}

static int make_api(struct shard *s)
{
    struct run_options r = {
        .calls_max = s->o.calls_max,
        .dispatch = s->dispatch,
        .timers = &s->timers,
        .http = &s->http,
        .mailbox = &s->mailbox,
        .budget = s->o.budget,
        .types = s->o.types,
        .clock = &s->clock,
        .asker = &s->api.asker,
        .durability = s->o.durability,
    };
    s->api.http = &s->http;
    s->api.gate = &s->gate;
    s->api.budget = s->o.budget;
    s->api.spill = s->o.spill;
    s->api.clock = &s->clock;
    s->api.uuids = (struct uuid_source){.random = &s->random};
    s->api.started_ns = s->o.started_ns;
    s->api.cursor_key = s->o.cursor_key;
    s->api.durability = s->o.durability;
    s->api.backend = s->o.data ? "journal" : "memory";
    s->api.version = s->o.version;
    s->api.pools = s->o.pools;
    s->api.openapi = s->o.openapi;
    s->api.openapi_version = openapi_version(s->o.openapi);
    int rc = run_init(&s->api.run, &r);
    if (rc == 0) rc = gzip_new(1, &s->api.gzip);
    shard_apply(s, &s->o.first);
    if (rc == 0) rc = metrics_init(&s->api.metrics, s->o.routes->router);
    return rc;
}

int shard_new(const struct shard_options *options, struct shard **out)
{
    struct shard *s = calloc(1, sizeof *s);
    if (!s) return -ENOMEM;
    s->o = *options;
    s->wake.fd = -1;
    clock_tick(&s->clock);
    random_seed_from_kernel(&s->random);
    shard_prepare_commands(s);
    int rc = wake_open(&s->wake);
    mailbox_init(&s->mailbox, wake_shard, &s->wake);
    if (rc == 0) rc = make_engines(s);
    if (rc == 0) rc = make_parts(s);
    if (rc == 0) rc = make_api(s);
    if (rc < 0) { /* the process ends: half-built parts go with it */
        free(s);
        return rc;
    }
    *out = s;
    return 0;
}

void shard_ask_doors(struct shard *s, struct ask_door *doors)
{
    for (uint32_t i = 0; i < s->engines.n; i++)
        doors[s->engines.of[i].index] = shard_engines_door(&s->engines, i, &s->mailbox);
}

void shard_connect(struct shard *s, const struct ask_door *engines, const struct metrics_door *doors, uint32_t n_doors)
{
    struct asker_options a = {
        .http = &s->http,
        .budget = s->o.budget,
        .doors = engines,
        .n_engines = s->o.n_engines,
        .home_box = &s->mailbox,
        .by_owner = s->o.by_owner,
        .asks_max = 2 * s->o.calls_max, /* one per parked request; a call that has become a job keeps one after its own is answered */
    };
    int rc = asker_init(&s->api.asker, &a);
    assert(rc == 0); /* address space only */
    s->api.metrics.doors = doors;
    s->api.metrics.n_doors = n_doors;
    s->api.metrics.index = s->o.index;
}

struct metrics_door shard_door(struct shard *s)
{
    return (struct metrics_door){&s->mailbox, &s->api};
}

struct shard *shard_free(struct shard *s)
{
    if (!s) return NULL;
    metrics_deinit(&s->api.metrics);
    run_deinit(&s->api.run);
    s->api.gzip = gzip_free(s->api.gzip);
    shard_engines_deinit(&s->engines);
    asker_deinit(&s->api.asker);
    s->dispatch = dispatch_free(s->dispatch);
    http_deinit(&s->http);
    s->gate.signing = signing_free(s->gate.signing);
    gate_deinit(&s->gate);
    chunk_pool_deinit(&s->chunks);
    timers_deinit(&s->timers);
    wake_close(&s->wake);
    free(s);
    return NULL;
}
