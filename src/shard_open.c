/* shard_open.c: what a shard has open while its thread runs: its ring, the network, its engines' journals. */
#include "base/log.h"
#include "filters/client.h"
#include "jobs/engine.h"
#include "net/secured.h"
#include "shard_parts.h"

#include <errno.h>
#include <unistd.h>

#define SQ_ENTRIES 4096u
#define CQ_ENTRIES 32768u
#define SHARDS_MANY 8u /* more: rings are smaller, each has less to do */
#define CLOSING_COMPLETIONS 1024u

static int open_ring(struct shard *s)
{
    uint32_t part = s->o.n_shards > SHARDS_MANY ? 8 : 1;
    struct ring_options r = {
        .sq_entries = SQ_ENTRIES / part,
        .cq_entries = CQ_ENTRIES / (part / 2 ? part / 2 : 1),
        .direct_max = s->o.direct ? s->o.conns_max + LISTENER_DIRECT_ACCEPTS * s->o.n_listeners : 0,
        .without = RING_WITHOUT_CONNECT | (s->o.data ? 0u : RING_WITHOUT_FILES),
        .force = s->o.force,
    };
    int rc = ring_open(&r, &s->ring, &s->why);
    if (rc < 0) return rc;
    s->why = "no memory for receive buffers";
    uint32_t first = s->o.receive_buffers < 128 ? s->o.receive_buffers : 128;
    return bufring_open(s->ring, s->o.receive_buffers, s->o.receive_buffer_bytes, first, &s->bufs);
}

static bool is_secured(const struct shard *s)
{
    uint8_t any = 0;
    for (uint32_t i = 0; s->o.ways && i < s->o.n_listeners; i++) any |= s->o.ways[i];
    return any & CONN_SECURED;
}

static int open_net(struct shard *s)
{
    s->why = "no memory for connections";
    struct conns_options c = {
        .n_max = s->o.conns_max,
        .n_crowded = s->o.conns_max > 2 * SHARD_CROWDED ? SHARD_CROWDED : 1,
        .ring = s->ring,
        .bufs = s->bufs,
        .timers = &s->timers,
        .chunks = &s->chunks,
        .clock = &s->clock,
        .phase_ns = (uint32_t)(s->o.index * UINT32_C(2654435769)) >> 4, /* golden ratio: far apart, however many there are */
        .park_ns = s->o.park_ns,
        .sink = http_sink(&s->http),
        .may_proxy = client_is_trusted,
        .may_proxy_arg = &s->gate,
    };
    int rc = conns_new(&c, &s->conns);
    if (rc == 0 && is_secured(s)) rc = conns_secure(s->conns, s->o.first.tls, s->o.chunks);
    if (rc < 0) return rc;
    conns_age(s->conns, s->o.first.age_ns);
    http_attach(&s->http, s->conns);
    shard_know_peers(s, s->gate.access);
    struct listeners_options l = {
        .fds = s->o.listeners,
        .n = s->o.n_listeners,
        .ways = s->o.ways,
        .direct = s->o.direct,
        .ring = s->ring,
        .timers = &s->timers,
        .conns = s->conns,
        .clock = &s->clock,
    };
    return listeners_new(&l, &s->listeners);
}

static int open_journals(struct shard *s)
{
    if (!s->engines.n || !s->o.data) return 0;
    struct shard_journal_options o = {
        .data = s->o.data,
        .n_engines = s->o.n_engines,
        .ring = s->ring,
        .clock = &s->clock,
        .seed = random_u64(&s->random),
        .segment_bytes = s->o.segment_bytes,
        .buffer_bytes = s->o.journal_buffer_bytes,
        .disk_max_bytes = s->o.disk_max_bytes / s->o.n_engines,
        .blob_bytes = s->o.blob_bytes,
        .accept_damage = s->o.accept_damage,
    };
    return shard_engines_open(&s->engines, &o, &s->why);
}

static void connect_metrics(struct shard *s)
{
    struct metrics *m = &s->api.metrics;
    m->ring = ring_counts(s->ring);
    m->conns = conns_counts(s->conns);
    m->listeners = listeners_counts(s->listeners);
    m->dispatch = dispatch_counts(s->dispatch);
    m->engines = s->engines.shown;
    m->n_engines = s->engines.n;
    m->all_conns = s->conns;
    m->bufs = s->bufs;
    m->chunks = &s->chunks;
    m->eventfd_writes = &s->wake.writes;
    m->gate = &s->gate;
}

int shard_open(struct shard *s)
{
    int rc = open_ring(s);
    if (rc == 0) rc = open_net(s);
    if (rc == 0) rc = open_journals(s);
    if (rc < 0) return rc;
    connect_metrics(s);
    wake_watch(&s->wake, s->ring);
    listeners_start(s->listeners);
    return 0;
}

void shard_say_features(const struct shard *s)
{
    if (s->o.index != 0) return; /* all shards get the same */
    struct ring_features f = ring_features(s->ring);
    log_info("ring.features",
             "single_issuer=%d defer_taskrun=%d coop_taskrun=%d no_sqarray=%d min_wait=%d multishot_accept=%d "
             "multishot_recv=%d restricted=%d direct=%d sq=%u cq=%u",
             f.single_issuer, f.defer_taskrun, f.coop_taskrun, f.no_sqarray, f.min_wait, f.multishot_accept, f.multishot_recv,
             f.restricted, s->o.direct, f.sq_entries, f.cq_entries);
    if (!f.restricted && !s->o.force.unrestricted) log_warn("ring.unrestricted", "effect=\"this kernel lets rings do whatever they are asked\"");
    log_info(
        "shard.sizes",
        "connections_max=%u idle_connection_bytes=%zu sessions=%ux%zu exchange_bytes=%zu receive_buffers=%ux%u chunks=%ux%u "
        "queued_job_bytes=%zu",
        conns_max(s->conns), conns_bytes_per_idle(s->conns), s->o.sessions, http_bytes_per_session(), sizeof(struct exchange),
        s->o.receive_buffers, s->o.receive_buffer_bytes, s->o.chunks, CHUNK_BYTES, engine_bytes_per_job());
}

void shard_close_listeners(struct shard *s)
{
    if (s->closed_listeners) return;
    s->closed_listeners = true;
    for (uint32_t i = 0; i < s->o.n_listeners; i++) close(s->o.listeners[i]);
}

/* Cancel everything, drain to zero, and only then let go of what the kernel may write to. */
void shard_close(struct shard *s)
{
    wake_unwatch(&s->wake);
    while (ring_in_flight(s->ring)) {
        (void)ring_dispatch(s->ring, CLOSING_COMPLETIONS);
        if (ring_in_flight(s->ring)) ring_wait(s->ring, true, 0, UINT64_MAX);
    }
    s->api.metrics.all_conns = NULL; /* a scrape that comes too late passes by */
    s->listeners = listeners_free(s->listeners);
    s->conns = conns_free(s->conns);
    s->bufs = bufring_close(s->bufs);
    s->ring = ring_close(s->ring);
    shard_close_listeners(s);
}
