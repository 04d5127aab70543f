/* metrics_gather.c: what a shard adds to a scrape. */
#include "api/api.h"
#include "api/metrics_parts.h"
#include "base/check.h"
#include "base/spill.h"
#include "filters/gate.h"
#include "http/session.h"
#include "net/listener.h"
#include "net/secured.h"
#include "ring/bufring.h"
#include "sched/local.h"

static void gather_numbers(uint64_t *n, struct api *api)
{
    struct metrics *m = &api->metrics;
    struct http_counts *h = &api->http->counts;
    n[CONNECTIONS_OPEN] += conns_used(m->all_conns);
    n[CONNECTIONS_PARKED] += conns_parked(m->all_conns);
    n[CONNECTIONS_MAX] += conns_max(m->all_conns);
    n[CONNECTIONS_UNPARKED] += metric_get(&m->conns->unparked);
    n[CONNECTIONS_OPENED] += metric_get(&m->conns->opened);
    n[CONNECTIONS_CLOSED] += metric_get(&m->conns->closed);
    n[CONNECTIONS_ABORTED] += metric_get(&m->conns->aborted);
    n[CONNECTIONS_CROWDED] += metric_get(&m->conns->crowded);
    n[CONNECTIONS_STALLED] += metric_get(&m->conns->stalled);
    n[RECEIVED_BYTES] += metric_get(&m->conns->received_bytes);
    n[SENT_BYTES] += metric_get(&m->conns->sent_bytes);
    n[SENDS] += metric_get(&m->conns->sends);
    n[RECV_STARVED] += metric_get(&m->conns->recv_starved);
    n[ACCEPT_PAUSED] += metric_get(&m->listeners->paused);
    n[PROXY_REFUSED] += metric_get(&m->conns->proxy_refused);
    n[TLS_HANDSHAKES] += metric_get(&m->conns->tls_handshakes);
    n[TLS_RESUMED] += metric_get(&m->conns->tls_resumed);
    n[TLS_FAILED] += metric_get(&m->conns->tls_failed);
    n[TLS_CHUNKS] += conns_wire_chunks(m->all_conns);
    n[ACCEPT_FAILED] += metric_get(&m->listeners->failed);
    n[REQUESTS] += metric_get(&h->requests);
    n[PARSE_ERRORS] += metric_get(&h->parse_errors);
    n[TIMEOUTS_HEAD] += metric_get(&h->timeouts_head);
    n[TIMEOUTS_BODY] += metric_get(&h->timeouts_body);
    n[NO_MEMORY] += metric_get(&h->no_memory);
    n[CLIENTS_GONE] += metric_get(&h->gone);
    n[SESSIONS] += api->http->n_sessions;
    n[EXCHANGES] += api->http->exchanges.n_used;
    n[CHUNKS_USED] += m->chunks->n_used;
}

static void gather_ring(uint64_t *n, struct metrics *m)
{
    n[RING_ENTERS] += metric_get(&m->ring->enters);
    n[RING_COMPLETIONS] += metric_get(&m->ring->completions);
    n[RING_OVERFLOWS] += metric_get(&m->ring->cq_overflows);
    n[RING_SET_ASIDE] += metric_get(&m->ring->set_aside);
    n[RING_ENOBUFS] += metric_get(&m->ring->enobufs);
    n[RING_REARMS] += metric_get(&m->ring->rearms);
    n[EVENTFD_WRITES] += atomic_load_explicit(m->eventfd_writes, memory_order_relaxed);
    n[BUFFERS_OFFERED] += bufring_offered(m->bufs);
    n[BUFFERS_HELD] += bufring_held(m->bufs);
}

static void gather_work(uint64_t *n, struct api *api)
{
    struct dispatch_counts *d = api->metrics.dispatch;
    struct run *r = &api->run;
    n[TASKS_STARTED] += metric_get(&d->started);
    n[TASKS_WAITED] += metric_get(&d->waited);
    n[TASKS_WAITING] += metric_get(&d->waiting);
    n[TASKS_OUT] += metric_get(&d->out);
    n[TASKS_REFUSED_FULL] += metric_get(&d->refused_full);
    n[TASKS_REFUSED_LONG] += metric_get(&d->refused_too_long);
    n[TASKS_WITHDRAWN] += metric_get(&d->withdrawn);
    n[HUNGRY_NOTICES] += metric_get(&d->notices);
    n[CALLS_ACTIVE] += run_active(r);
    n[CALLS_COMPLETED] += metric_get(&r->completed);
    n[CALLS_FAILED] += metric_get(&r->failed);
    n[CALLS_TIMED_OUT] += metric_get(&r->timed_out);
    n[CALLS_ABANDONED] += metric_get(&r->abandoned);
    n[CALLS_DEFERRED] += metric_get(&r->deferred);
    n[CALLS_ADOPTED] += metric_get(&r->adopted);
    n[CALLS_WITHDRAWN] += metric_get(&r->withdrawn);
    n[CALLS_REFUSED] += metric_get(&r->refused);
    for (uint32_t i = 0; i < api->metrics.n_engines; i++) n[JOBS_RUNNING] += local_running(api->metrics.engines[i].local);
    n[SPILLED_BYTES] += atomic_load_explicit(&api->spill->budget.used, memory_order_relaxed);
    n[SPILL_EXTENTS] += atomic_load_explicit(&api->spill->extents, memory_order_relaxed);
}

static void gather_journal(struct journal_numbers *n, const struct engine *e)
{
    const struct journal_counts *c = engine_log_counts(e);
    if (!c) return;
    n->exists = true;
    n->failed |= engine_log_failed(e) != 0;
    n->batches += metric_get(&c->batches);
    n->syncs += metric_get(&c->syncs);
    n->records += metric_get(&c->records);
    n->written_bytes += metric_get(&c->written_bytes);
    n->rewritten += metric_get(&c->rewritten);
    n->disk_bytes += metric_get(&c->disk_bytes);
    n->live_bytes += metric_get(&c->live_bytes);
    n->reserved_bytes += metric_get(&c->reserved_bytes);
    n->free_bytes += metric_get(&c->free_bytes);
    n->beside_bytes += metric_get(&c->beside_bytes);
    n->blobs += engine_blobs(e);
}

static void add_stats(struct engine_stats *sum, const struct engine *e)
{
    static_assert(sizeof *sum % sizeof(uint64_t) == 0, "numbers and nothing else");
    struct engine_stats own = engine_stats(e);
    uint64_t *to = (uint64_t *)(void *)sum;
    const uint64_t *from = (const uint64_t *)(const void *)&own;
    for (size_t i = 0; i < sizeof own / sizeof own.jobs; i++) to[i] += from[i];
}

void scrape_gather(struct scrape *s, struct api *api)
{
    struct metrics *m = &api->metrics;
    if (!m->all_conns) return; /* this shard has ended */
    gather_numbers(s->numbers, api);
    gather_ring(s->numbers, m);
    gather_work(s->numbers, api);
    histogram_merge(&s->hists[HIST_REQUEST], &m->request_ns);
    histogram_merge(&s->hists[HIST_CALL], &api->run.call_ns);
    histogram_merge(&s->hists[HIST_CALL_QUEUE], &api->run.queue_ns);
    histogram_merge(&s->hists[HIST_CALL_RUN], &api->run.run_ns);
    for (uint32_t i = 0; i < m->n_engines; i++) {
        histogram_merge(&s->hists[HIST_JOB_RUN], local_latency(m->engines[i].local));
        add_stats(&s->jobs, m->engines[i].engine);
        gather_journal(&s->journal, m->engines[i].engine);
    }
    for (int i = 0; i < REJECTIONS; i++) s->rejected[i] += metric_get(&m->gate->rejected[i]);
    for (uint32_t i = 0; i <= m->n_routes; i++)
        for (int c = 0; c < METRICS_CODES; c++) s->by_route[i][c] += metric_get(&m->by_route[i][c]);
}
