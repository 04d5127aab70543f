/* shard.c: see shard.h. */
#include "shard.h"

#include "api/api.h"
#include "api/nonces.h"
#include "api/ojs.h"
#include "api/openapi.h"
#include "api/routes.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "filters/access_log.h"
#include "filters/client.h"
#include "filters/gate.h"
#include "filters/key_feed.h"
#include "filters/signature.h"
#include "http/gzip.h"
#include "http/session.h"
#include "jobs/engine.h"
#include "net/listener.h"
#include "net/peer.h"
#include "net/secured.h"
#include "net/tls_server.h"
#include "ring/bufring.h"
#include "ring/timer.h"
#include "ring/wake.h"
#include "shard_engines.h"
#include "workers/pools.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SQ_ENTRIES 4096u
#define CQ_ENTRIES 32768u
#define SHARDS_MANY 8u      /* more: rings are smaller, each has less to do */
#define TURN_COMPLETIONS 1024u
#define TURN_MAIL 1024u
#define TURN_TIMERS 256u
#define SUPERVISE_NS (250 * NS_PER_MS)

struct command {
    struct mail mail; /* must stay first */
    struct shard *shard;
    enum shard_command what;
};

struct shard {
    struct shard_options o;
    pthread_t thread;
    struct wake wake;
    struct mailbox mailbox;
    struct mail_drain mail_rest;
    struct clock clock;
    struct random random;
    struct ring *ring;
    struct bufring *bufs;
    struct timers timers;
    struct timer supervise;
    struct chunk_pool chunks;
    struct conns *conns;
    struct listeners *listeners;
    struct gate gate; /* what the filters share */
    struct filter filters[FILTERS_MAX];
    struct http http;
    struct api api;
    struct dispatch *dispatch;
    struct shard_engines engines; /* that live here; n 0: none */
    struct command commands[SHARD_COMMANDS];
    bool draining, stopping, closed_listeners;
    _Atomic uint32_t state; /* enum shard_state; this thread writes */
    _Atomic bool lost_disk; /* this thread writes */
    const char *why;
};

static void set_state(struct shard *s, enum shard_state state)
{
    /* Release: who sees FAILED sees why. */
    if (atomic_exchange_explicit(&s->state, (uint32_t)state, memory_order_acq_rel) == (uint32_t)state) return;
    s->o.on_event(s->o.on_event_arg);
}

enum shard_state shard_state(const struct shard *s)
{
    return (enum shard_state)atomic_load_explicit(&((struct shard *)s)->state, memory_order_acquire);
}

const char *shard_why(const struct shard *s)
{
    return s->why;
}

bool shard_lost_disk(const struct shard *s)
{
    return atomic_load_explicit(&((struct shard *)s)->lost_disk, memory_order_acquire);
}

/* ---- commands ---- */

static void abort_one(void *arg, struct conn *c)
{
    conn_abort(arg, c);
}

static void drain(struct shard *s)
{
    s->draining = true;
    listeners_stop(s->listeners);
    http_drain(&s->http);
    s->api.degraded = true;
    shard_engines_drain(&s->engines);
}

static void stop(struct shard *s)
{
    if (!s->draining) drain(s);
    s->stopping = true;
    run_cancel_all(&s->api.run);
    shard_engines_cancel_all(&s->engines);
    conns_each(s->conns, abort_one, s->conns);
}

static void on_command(struct mail *m)
{
    struct command *c = (struct command *)(void *)m;
    switch (c->what) {
    case SHARD_UNREADY: c->shard->api.unready = true; break;
    case SHARD_DISK_LOST: c->shard->api.storage_failed = c->shard->api.degraded = true; break;
    case SHARD_DRAIN: drain(c->shard); break;
    case SHARD_STOP: stop(c->shard); break;
    case SHARD_COMMANDS: unreachable_state("no command");
    }
}

void shard_send(struct shard *s, enum shard_command command)
{
    mail_send(&s->mailbox, &s->commands[command].mail);
}

/* ---- settings ---- */

struct reload {
    struct mail mail; /* must stay first */
    struct shard *shard;
    struct shard_settings settings; /* with references */
};

static void apply(struct shard *s, const struct shard_settings *settings)
{
    s->http.o.first_byte_ns = settings->first_byte_ns < settings->idle_ns ? settings->first_byte_ns : settings->idle_ns;
    s->http.o.body_rate = settings->body_rate;
    s->http.o.idle_ns = settings->idle_ns;
    s->http.o.trusted_idle_ns = settings->trusted_idle_ns;
    s->http.o.head_ns = settings->head_ns;
    s->http.o.body_idle_ns = settings->body_idle_ns;
    s->api.wait_max_s = s->api.run.wait_max_s = settings->wait_max_s;
    s->api.access_log = settings->access_log;
}

/* Without memory for it addresses stay unknown: limits by address then count all clients as one. */
static void know_peers(struct shard *s, const struct access *access)
{
    if (access && access->needs_peers && s->conns && conns_know_peers(s->conns) < 0) log_error("shard.peers", "reason=\"out of memory\"");
}

static void on_reload(struct mail *m)
{
    struct reload *r = (struct reload *)(void *)m;
    conns_age(r->shard->conns, r->settings.age_ns);
    apply(r->shard, &r->settings);
    know_peers(r->shard, r->settings.access);
    gate_swap(&r->shard->gate, r->settings.access);
    conns_swap_tls(r->shard->conns, r->settings.tls);
    (void)tls_server_unref(r->settings.tls);
    free(r);
}

int shard_reload(struct shard *s, const struct shard_settings *settings)
{
    struct reload *r = malloc(sizeof *r); /* seldom, and not on the path of a request */
    if (!r) return -ENOMEM;
    *r = (struct reload){.mail = {.deliver = on_reload}, .shard = s, .settings = *settings};
    access_ref(settings->access);
    (void)tls_server_ref(settings->tls);
    mail_send(&s->mailbox, &r->mail);
    return 0;
}

/* ---- an issuer's keys ---- */

struct keys_mail {
    struct mail mail; /* must stay first */
    struct shard *shard;
    struct fetched_keys *keys; /* a reference */
};

static void on_keys(struct mail *m)
{
    struct keys_mail *k = (struct keys_mail *)(void *)m;
    gate_take_keys(&k->shard->gate, k->keys);
    free(k);
}

int shard_take_keys(struct shard *s, struct fetched_keys *keys)
{
    struct keys_mail *k = malloc(sizeof *k); /* once in some minutes, and not on the path of a request */
    if (!k) return -ENOMEM;
    *k = (struct keys_mail){.mail = {.deliver = on_keys}, .shard = s, .keys = fetched_keys_ref(keys)};
    mail_send(&s->mailbox, &k->mail);
    return 0;
}

/* ---- the loop ---- */

static uint64_t next_deadline(const struct shard *s)
{
    uint64_t timer = timers_next_ns(&s->timers);
    uint64_t engine = shard_engines_next_ns(&s->engines);
    return timer < engine ? timer : engine;
}

/* What came before has been accepted. From here on the kernel refuses: a connection that nobody will accept must not look like one
 * that waits. */
static void close_listeners(struct shard *s)
{
    if (s->closed_listeners) return;
    s->closed_listeners = true;
    for (uint32_t i = 0; i < s->o.n_listeners; i++) close(s->o.listeners[i]);
}

/* The server tells all shards. */
static void tell_lost_disk(struct shard *s, int error)
{
    if (shard_lost_disk(s)) return;
    log_error("journal.failed", "reason=\"%s\" effect=\"no jobs are taken any more\"", strerror(error));
    atomic_store_explicit(&s->lost_disk, true, memory_order_release);
    s->o.on_event(s->o.on_event_arg);
}

static void flush_journals(struct shard *s)
{
    int failed = shard_engines_flush(&s->engines);
    if (failed) tell_lost_disk(s, failed);
}

/* One turn: everything that has happened is handled, then everything that came of it goes out at once. */
static bool turn(struct shard *s)
{
    bool more = mail_deliver(&s->mailbox, &s->mail_rest, TURN_MAIL) == TURN_MAIL;
    more |= ring_dispatch(s->ring, TURN_COMPLETIONS) == TURN_COMPLETIONS;
    more |= timers_run(&s->timers, s->clock.mono_ns, TURN_TIMERS);
    if (s->draining && listeners_stopped(s->listeners)) close_listeners(s);
    if (s->engines.n) {
        more |= shard_engines_tick(&s->engines, TURN_TIMERS);
        flush_journals(s);
    }
    conns_flush(s->conns);
    dispatch_flush(s->dispatch);
    return more;
}

static bool is_quiet(const struct shard *s)
{
    return s->draining && conns_used(s->conns) == 0 && run_active(&s->api.run) == 0 &&
           shard_engines_are_quiet(&s->engines) && s->api.asker.asks.n_used == 0 && listeners_stopped(s->listeners);
}

/* A handler that does not come back keeps its call, its blocks and its thread; the rest must not wait for it. */
static bool may_end(const struct shard *s)
{
    return s->stopping && conns_used(s->conns) == 0 && listeners_stopped(s->listeners);
}

/* --busy-poll: looks for work for a while instead of sleeping. True when there is some. */
static bool look_for_work(struct shard *s)
{
    if (!s->o.busy_ns) return false;
    uint64_t until_ns = s->clock.mono_ns + s->o.busy_ns, deadline_ns = next_deadline(s);
    if (deadline_ns < until_ns) until_ns = deadline_ns;
    ring_wait(s->ring, false, s->clock.mono_ns, 0); /* what this turn has made goes out first */
    do {
        if (ring_pending(s->ring) || mailbox_any(&s->mailbox, &s->mail_rest)) return true;
        clock_tick(&s->clock);
    } while (s->clock.mono_ns < until_ns);
    return s->clock.mono_ns >= deadline_ns;
}

static void loop(struct shard *s)
{
    while (!may_end(s)) {
        clock_tick(&s->clock);
        bool more = turn(s);
        if (is_quiet(s)) set_state(s, SHARD_QUIET);
        bool idle = !more && !may_end(s); /* the turn may have ended it */
        bool sleep = idle && !look_for_work(s) && mailbox_sleep(&s->mailbox, &s->mail_rest);
        ring_wait(s->ring, sleep, s->clock.mono_ns, next_deadline(s));
    }
}

static void on_supervise(void *arg)
{
    struct shard *s = arg;
    if (s->o.index == 0) pools_supervise(s->o.pools, s->clock.mono_ns);
    shard_engines_report_progress(&s->engines);
    gate_tick(&s->gate);
    timer_arm(&s->timers, &s->supervise, s->clock.mono_ns + SUPERVISE_NS);
}

/* ---- set up ---- */

static void wake_shard(void *arg)
{
    wake_up(arg);
}

static void on_answered(void *user, const struct exchange *x, uint16_t status, uint64_t bytes)
{
    struct api *api = user;
    metrics_count(api, x, status, bytes);
    if (api->access_log) access_log(x, status, bytes);
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
        .gate = &s->gate,
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
    s->api.durability = s->o.durability;
    s->api.backend = s->o.data ? "journal" : "memory";
    s->api.version = s->o.version;
    s->api.pools = s->o.pools;
    s->api.openapi = s->o.openapi;
    s->api.openapi_version = openapi_version(s->o.openapi);
    int rc = run_init(&s->api.run, &r);
    if (rc == 0) rc = gzip_new(1, &s->api.gzip);
    apply(s, &s->o.first);
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
    for (int i = 0; i < SHARD_COMMANDS; i++)
        s->commands[i] = (struct command){.mail = {.deliver = on_command}, .shard = s, .what = (enum shard_command)i};
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

/* On the shard's own thread: the ring belongs to the thread that makes it. */
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
        .may_proxy = client_may_proxy,
        .may_proxy_arg = &s->gate,
    };
    int rc = conns_new(&c, &s->conns);
    if (rc == 0 && is_secured(s)) rc = conns_secure(s->conns, s->o.first.tls, s->o.chunks);
    if (rc < 0) return rc;
    conns_age(s->conns, s->o.first.age_ns);
    http_attach(&s->http, s->conns);
    know_peers(s, s->gate.access);
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

static void close_journals(struct shard *s)
{
    int failed = s->o.data ? shard_engines_close(&s->engines) : 0;
    if (failed) tell_lost_disk(s, failed);
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

static void say_features(const struct shard *s)
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

static void settle_in(const struct shard *s)
{
    char name[16];
    (void)snprintf(name, sizeof name, "shard%u", s->o.index % 1000);
    (void)pthread_setname_np(pthread_self(), name);
    (void)log_attach(s->o.log, name);
    if (s->o.cpu < 0) return;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)s->o.cpu, &set);
    (void)sched_setaffinity(0, sizeof set, &set);
}

/* Cancel everything, drain to zero, and only then let go of what the kernel may write to. */
static void close_ring(struct shard *s)
{
    wake_unwatch(&s->wake);
    while (ring_in_flight(s->ring)) {
        (void)ring_dispatch(s->ring, TURN_COMPLETIONS);
        if (ring_in_flight(s->ring)) ring_wait(s->ring, true, 0, UINT64_MAX);
    }
    s->api.metrics.all_conns = NULL; /* a scrape that comes too late passes by */
    s->listeners = listeners_free(s->listeners);
    s->conns = conns_free(s->conns);
    s->bufs = bufring_close(s->bufs);
    s->ring = ring_close(s->ring);
    close_listeners(s);
}

static void *run_thread(void *arg)
{
    struct shard *s = arg;
    settle_in(s);
    int rc = open_ring(s);
    if (rc == 0) rc = open_net(s);
    if (rc == 0) rc = open_journals(s);
    if (rc < 0) {
        set_state(s, SHARD_FAILED);
        log_detach();
        return NULL;
    }
    connect_metrics(s);
    wake_watch(&s->wake, s->ring);
    listeners_start(s->listeners);
    if (s->o.index == 0 || s->engines.n) {
        timer_init(&s->supervise, on_supervise, s);
        timer_arm(&s->timers, &s->supervise, s->clock.mono_ns + SUPERVISE_NS);
    }
    say_features(s);
    set_state(s, SHARD_RUNNING);
    loop(s);
    close_journals(s);
    close_ring(s);
    log_detach();
    set_state(s, SHARD_ENDED);
    return NULL;
}

int shard_start(struct shard *s)
{
    return -pthread_create(&s->thread, NULL, run_thread, s);
}

void shard_join(struct shard *s)
{
    (void)pthread_join(s->thread, NULL);
}

bool shard_settle(struct shard *s)
{
    return mail_deliver(&s->mailbox, &s->mail_rest, TURN_MAIL) > 0;
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
