/* metrics_text.c: a scrape that has been everywhere, as Prometheus text. */
#include "api/api.h"
#include "api/metrics_parts.h"
#include "base/clock.h"
#include "workers/pools.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

static const struct {
    const char *name, *kind, *help;
} names[NUMBERS] = {
    [CONNECTIONS_OPEN] = {"quern_connections", "gauge", "Connections open now, that of this scrape too."},
    [CONNECTIONS_PARKED] = {"quern_connections_parked", "gauge", "Connections of these that wait at the least cost."},
    [CONNECTIONS_MAX] = {"quern_connections_max", "gauge", "Connections that fit."},
    [CONNECTIONS_UNPARKED] = {"quern_connections_unparked_total", "counter", "Parked connections that had something to say."},
    [CONNECTIONS_OPENED] = {"quern_connections_opened_total", "counter", "Connections accepted."},
    [CONNECTIONS_CLOSED] = {"quern_connections_closed_total", "counter", "Connections closed."},
    [CONNECTIONS_ABORTED] = {"quern_connections_aborted_total", "counter", "Connections reset by a peer or cut by quern."},
    [CONNECTIONS_CROWDED] = {"quern_connections_crowded_total", "counter", "Connections beyond the limit."},
    [CONNECTIONS_STALLED] = {"quern_connections_stalled_total", "counter", "Connections cut because the peer did not read."},
    [RECEIVED_BYTES] = {"quern_received_bytes_total", "counter", "Bytes received."},
    [SENT_BYTES] = {"quern_sent_bytes_total", "counter", "Bytes sent."},
    [SENDS] = {"quern_sends_total", "counter", "Send operations."},
    [RECV_STARVED] = {"quern_receives_starved_total", "counter", "Receives that waited for a buffer."},
    [ACCEPT_PAUSED] = {"quern_accept_paused_total", "counter", "Times that accepting stopped for lack of slots or files."},
    [ACCEPT_FAILED] = {"quern_accept_failed_total", "counter", "Accepts that failed."},
    [PROXY_REFUSED] = {"quern_proxy_refused_total", "counter", "Connections without a proper header of the PROXY protocol, or not from a trusted proxy."},
    [REQUESTS] = {"quern_requests_total", "counter", "Request heads parsed."},
    [TLS_HANDSHAKES] = {"quern_tls_handshakes_total", "counter", "TLS handshakes that were done, resumed ones too."},
    [TLS_RESUMED] = {"quern_tls_resumed_total", "counter", "TLS handshakes that went on with an earlier session."},
    [TLS_FAILED] = {"quern_tls_failed_total", "counter", "Connections ended by their TLS: in the handshake, its time, or after it."},
    [TLS_CHUNKS] = {"quern_tls_chunks_used", "gauge", "Chunks with TLS records that are being sent."},
    [PARSE_ERRORS] = {"quern_http_errors_total", "counter", "Requests refused by the parser."},
    [TIMEOUTS_HEAD] = {"quern_http_head_timeouts_total", "counter", "Heads that did not arrive in time."},
    [TIMEOUTS_BODY] = {"quern_http_body_timeouts_total", "counter", "Bodies that did not arrive in time."},
    [NO_MEMORY] = {"quern_http_no_memory_total", "counter", "Requests refused for lack of pooled memory."},
    [CLIENTS_GONE] = {"quern_clients_gone_total", "counter", "Connections lost in the middle of a request."},
    [SESSIONS] = {"quern_sessions", "gauge", "Connections in the middle of a request."},
    [EXCHANGES] = {"quern_exchanges", "gauge", "Requests parked for a later answer."},
    [RING_ENTERS] = {"quern_ring_enters_total", "counter", "io_uring_enter calls."},
    [RING_COMPLETIONS] = {"quern_ring_completions_total", "counter", "Completions handled."},
    [RING_OVERFLOWS] = {"quern_ring_cq_overflows_total", "counter", "Turns that began with an overflown completion queue."},
    [RING_SET_ASIDE] = {"quern_ring_set_aside_total", "counter", "Completions set aside to make room for submissions."},
    [RING_ENOBUFS] = {"quern_ring_enobufs_total", "counter", "Receives that found no buffer."},
    [RING_REARMS] = {"quern_ring_rearms_total", "counter", "Multishot receives started again."},
    [EVENTFD_WRITES] = {"quern_eventfd_writes_total", "counter", "Wake-ups of sleeping shards."},
    [BUFFERS_OFFERED] = {"quern_receive_buffers", "gauge", "Receive buffers in use by the rings."},
    [BUFFERS_HELD] = {"quern_receive_buffers_held", "gauge", "Receive buffers not handed back; 1 while this scrape is read."},
    [CHUNKS_USED] = {"quern_chunks", "gauge", "Pooled 4 KiB chunks in use."},
    [TASKS_STARTED] = {"quern_tasks_started_total", "counter", "Tasks handed to workers."},
    [TASKS_WAITED] = {"quern_tasks_waited_total", "counter", "Tasks that had to wait for a worker."},
    [TASKS_WAITING] = {"quern_tasks_waiting", "gauge", "Tasks waiting for a worker."},
    [TASKS_OUT] = {"quern_tasks_out", "gauge", "Tasks in the hands of workers."},
    [TASKS_REFUSED_FULL] = {"quern_tasks_refused_full_total", "counter", "Calls refused because the queue was full."},
    [TASKS_REFUSED_LONG] = {"quern_tasks_refused_long_total", "counter", "Calls refused because they would wait too long."},
    [TASKS_WITHDRAWN] = {"quern_tasks_withdrawn_total", "counter", "Waiting tasks withdrawn."},
    [HUNGRY_NOTICES] = {"quern_hungry_notices_total", "counter", "Notices that a worker has room."},
    [CALLS_ACTIVE] = {"quern_calls", "gauge", "Calls under way."},
    [CALLS_COMPLETED] = {"quern_calls_completed_total", "counter", "Calls answered with a result."},
    [CALLS_FAILED] = {"quern_calls_failed_total", "counter", "Calls whose handler failed."},
    [CALLS_TIMED_OUT] = {"quern_calls_timed_out_total", "counter", "Calls answered with 504."},
    [CALLS_ABANDONED] = {"quern_calls_abandoned_total", "counter", "Calls whose client went away."},
    [CALLS_DEFERRED] = {"quern_calls_deferred_total", "counter", "Calls that became jobs."},
    [CALLS_ADOPTED] = {"quern_calls_adopted_total", "counter", "Calls that became jobs when their client's wait was over."},
    [CALLS_WITHDRAWN] = {"quern_calls_withdrawn_total", "counter",
                         "Jobs taken back that calls had become: the call had ended, or its client gone, meanwhile."},
    [CALLS_REFUSED] = {"quern_calls_refused_total", "counter", "Calls answered with 503."},
    [JOBS_RUNNING] = {"quern_jobs_running_here", "gauge", "Jobs in the hands of this server's workers."},
    [SPILLED_BYTES] = {"quern_spilled_bytes", "gauge", "Bytes of payloads of jobs that the kernel can page out."},
    [SPILL_EXTENTS] = {"quern_spill_extents", "gauge", "Unlinked files of 4 MiB that hold them."},
};
static const struct {
    const char *name, *help;
} hist_names[HISTS] = {
    [HIST_REQUEST] = {"quern_request_seconds", "From a request's head to its answer."},
    [HIST_CALL] = {"quern_call_seconds", "From a call's head to its answer."},
    [HIST_CALL_QUEUE] = {"quern_call_queue_seconds", "Calls' time before a worker began."},
    [HIST_CALL_RUN] = {"quern_call_run_seconds", "Calls' time on a worker."},
    [HIST_JOB_RUN] = {"quern_job_run_seconds", "Jobs' time on a worker of this server."},
};

static void addf(struct block *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void addf(struct block *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    size_t room = b->capacity - b->len;
    int n = vsnprintf(b->bytes + b->len, room, format, args);
    va_end(args);
    if (n > 0 && (size_t)n < room) b->len += (size_t)n; /* a line that does not fit is left out whole */
}

static void add_header(struct block *b, const char *name, const char *kind, const char *help)
{
    addf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind);
}

static void add_histogram(struct block *b, int i, const struct histogram *h)
{
    uint64_t sum = 0;
    add_header(b, hist_names[i].name, "histogram", hist_names[i].help);
    for (int k = 0; k < HISTOGRAM_BUCKETS - 1; k++) {
        sum += metric_get(&h->bucket[k]);
        addf(b, "%s_bucket{le=\"%g\"} %" PRIu64 "\n", hist_names[i].name, (double)histogram_bound_ns(k) / 1e9, sum);
    }
    addf(b, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n", hist_names[i].name, metric_get(&h->count));
    addf(b, "%s_sum %.9f\n%s_count %" PRIu64 "\n", hist_names[i].name, (double)metric_get(&h->sum_ns) / 1e9,
         hist_names[i].name, metric_get(&h->count));
}

static void add_routes(struct block *b, const struct scrape *s, const struct metrics *m)
{
    add_header(b, "quern_answers_total", "counter", "Answers by route and status.");
    for (uint32_t i = 0; i <= m->n_routes; i++) {
        const char *route = i < m->n_routes ? router_route(m->router, i)->pattern : "";
        for (int c = 0; c < METRICS_CODES; c++) {
            if (!s->by_route[i][c]) continue;
            addf(b, "quern_answers_total{route=\"%s\",code=\"%u\"} %" PRIu64 "\n", route, metrics_codes[c], s->by_route[i][c]);
        }
    }
}

static void add_rejections(struct block *b, const struct scrape *s)
{
    add_header(b, "quern_http_rejected_total", "counter", "Requests and connections that the configuration refuses.");
    for (int i = 0; i < REJECTIONS; i++)
        addf(b, "quern_http_rejected_total{reason=\"%s\"} %" PRIu64 "\n", rejection_name((enum rejection)i), s->rejected[i]);
}

static void add_jobs(struct block *b, const struct engine_stats *j)
{
    add_header(b, "quern_jobs", "gauge", "Jobs by state.");
    for (int i = 0; i < JOB_STATES; i++)
        addf(b, "quern_jobs{state=\"%s\"} %" PRIu64 "\n", job_state_name((enum job_state)i), j->by_state[i]);
    const struct {
        const char *name;
        uint64_t n;
    } totals[] = {
        {"submitted", j->submitted}, {"granted", j->granted},     {"acked", j->acked},
        {"failed", j->failed},       {"retried", j->retried},     {"discarded", j->discarded},
        {"cancelled", j->cancelled}, {"lost", j->leases_lost},    {"expired", j->expired},
    };
    add_header(b, "quern_job_events_total", "counter", "What happened to jobs.");
    for (size_t i = 0; i < sizeof totals / sizeof *totals; i++)
        addf(b, "quern_job_events_total{event=\"%s\"} %" PRIu64 "\n", totals[i].name, totals[i].n);
}

static void add_schedules(struct block *b, const struct engine_stats *j)
{
    const struct {
        const char *name;
        uint64_t n;
    } times[] = {{"fired", j->runs}, {"skipped", j->runs_skipped}, {"missed", j->runs_missed}};
    add_header(b, "quern_schedules", "gauge", "Cron jobs that are registered.");
    addf(b, "quern_schedules %" PRIu64 "\n", j->schedules);
    add_header(b, "quern_schedules_max", "gauge", "As many as may be.");
    addf(b, "quern_schedules_max %" PRIu64 "\n", j->schedules_max);
    add_header(b, "quern_schedules_stranded", "gauge", "Those whose time zone was not found at start: they never fire.");
    addf(b, "quern_schedules_stranded %" PRIu64 "\n", j->schedules_stranded);
    add_header(b, "quern_schedule_times_total", "counter",
               "Times of cron jobs: a job was made; left out for an unfinished one or a jump of the clocks; a later one stands for it.");
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        addf(b, "quern_schedule_times_total{outcome=\"%s\"} %" PRIu64 "\n", times[i].name, times[i].n);
    add_header(b, "quern_schedule_put_off_total", "counter", "Attempts to make a cron job's job for which there was no room.");
    addf(b, "quern_schedule_put_off_total %" PRIu64 "\n", j->runs_put_off);
}

static void add_journal(struct block *b, const struct journal_numbers *j)
{
    const struct {
        const char *name, *kind, *help;
        uint64_t n;
    } rows[] = {
        {"quern_journal_failed", "gauge", "1: it could not be written, and no jobs are taken any more.", j->failed},
        {"quern_journal_batches_total", "counter", "Writes.", j->batches},
        {"quern_journal_syncs_total", "counter", "Syncs, also those that a write brings along.", j->syncs},
        {"quern_journal_records_total", "counter", "Records.", j->records},
        {"quern_journal_rewritten_total", "counter", "Jobs written again to free old segments.", j->rewritten},
        {"quern_journal_written_bytes_total", "counter", "Bytes written, padding included.", j->written_bytes},
        {"quern_journal_disk_bytes", "gauge", "Bytes of all segments.", j->disk_bytes},
        {"quern_journal_live_bytes", "gauge", "Bytes of records that are still needed.", j->live_bytes},
        {"quern_journal_reserved_bytes", "gauge", "Room set aside for the ends of accepted jobs.", j->reserved_bytes},
        {"quern_journal_free_bytes", "gauge", "Room that is left in prepared segments.", j->free_bytes},
        {"quern_payload_files", "gauge", "Results and inputs of jobs in files of their own, with those that are being written or deleted.", j->blobs},
        {"quern_payload_file_bytes", "gauge", "Bytes of these files.", j->beside_bytes},
    };
    for (size_t i = 0; j->exists && i < sizeof rows / sizeof *rows; i++) {
        add_header(b, rows[i].name, rows[i].kind, rows[i].help);
        addf(b, "%s %" PRIu64 "\n", rows[i].name, rows[i].n);
    }
}

enum { PLACES, PROCESSES, PLACE_RUNS, CRASHES, RESTARTS, GROWN, IDLE_ENDS, PLACE_NUMBERS };

static uint64_t of_pool(const struct workers *all, int what)
{
    uint64_t n = what == PLACES ? all->n : 0;
    for (uint32_t i = 0; i < all->n; i++) {
        const struct worker *w = &all->of[i];
        const metric *counts[PLACE_NUMBERS] = {NULL, &w->processes, &w->runs, &w->crashes, &w->restarts, &w->grown, &w->idle_ends};
        if (counts[what]) n += metric_get(counts[what]);
    }
    return n;
}

/* Of the types that run in processes, a line each. */
static void add_places(struct block *b, const struct pools *p, const struct types *types)
{
    static const struct {
        const char *name, *kind, *help;
    } rows[PLACE_NUMBERS] = {
        [PLACES] = {"quern_worker_places", "gauge", "Tasks of a type that may run in processes at once."},
        [PROCESSES] = {"quern_worker_processes", "gauge", "Worker processes there are."},
        [PLACE_RUNS] = {"quern_worker_process_runs_total", "counter", "Tasks that worker processes have been given."},
        [CRASHES] = {"quern_worker_crashes_total", "counter", "Worker processes that ended by themselves."},
        [RESTARTS] = {"quern_worker_restarts_total", "counter", "Worker processes started in place of one that had ended."},
        [GROWN] = {"quern_worker_processes_grown_total", "counter", "Worker processes started because tasks waited."},
        [IDLE_ENDS] = {"quern_worker_processes_idle_ends_total", "counter", "Worker processes ended because they had nothing to do."},
    };
    for (int k = 0; k < PLACE_NUMBERS && p->n > 1; k++) {
        add_header(b, rows[k].name, rows[k].kind, rows[k].help);
        for (uint32_t i = 0; i < types->n; i++) {
            const struct job_type *t = &types->of[i];
            if (t->pool) addf(b, "%s{type=\"%s\"} %" PRIu64 "\n", rows[k].name, t->type->name, of_pool(p->of[t->pool], k));
        }
    }
}

static void add_server(struct block *b, struct api *api)
{
    uint64_t runs = 0, busy = 0, depth = 0;
    struct workers *threads = api->pools->of[0];
    for (uint32_t i = 0; i < threads->n; i++) {
        struct worker *w = &threads->of[i];
        runs += metric_get(&w->runs);
        busy += metric_get(&w->busy_ns);
        depth += inbox_depth(&w->inbox);
    }
    const struct {
        const char *name, *kind, *help;
        double n;
    } rows[] = {
        {"quern_workers", "gauge", "Workers.", (double)threads->n},
        {"quern_worker_runs_total", "counter", "Tasks that workers have run.", (double)runs},
        {"quern_worker_busy_seconds_total", "counter", "Time that workers have spent in handlers.", (double)busy / 1e9},
        {"quern_worker_inbox_depth", "gauge", "Tasks in the workers' inboxes.", (double)depth},
        {"quern_worker_orphans", "gauge", "Threads whose handler does not come back.",
         (double)atomic_load_explicit(&threads->n_orphans, memory_order_relaxed)},
        {"quern_workers_replaced_total", "counter", "Worker threads that had to be replaced.",
         (double)metric_get(&threads->n_replaced)},
        {"quern_body_bytes", "gauge", "Bytes held by bodies and results.",
         (double)atomic_load_explicit(&api->budget->used, memory_order_relaxed)},
        {"quern_body_blocks", "gauge", "Bodies and results held.",
         (double)atomic_load_explicit(&api->budget->blocks, memory_order_relaxed)},
        {"quern_copied_bytes_total", "counter", "Bytes copied into bodies and results of 4 KiB and more.",
         (double)copies_total()},
        {"quern_uptime_seconds", "gauge", "Time since the start.",
         (double)(api->clock->mono_ns - api->started_ns) / 1e9},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        add_header(b, rows[i].name, rows[i].kind, rows[i].help);
        addf(b, "%s %.15g\n", rows[i].name, rows[i].n);
    }
}

struct block *scrape_render(const struct scrape *s, struct api *api)
{
    struct block *b = block_new(api->budget, (size_t)96 * 1024 + (size_t)(api->metrics.n_routes + 1) * 1024 + (size_t)api->pools->n * 2048);
    if (!b) return NULL;
    for (int i = 0; i < NUMBERS; i++) {
        add_header(b, names[i].name, names[i].kind, names[i].help);
        addf(b, "%s %" PRIu64 "\n", names[i].name, s->numbers[i]);
    }
    add_rejections(b, s);
    add_server(b, api);
    add_places(b, api->pools, api->run.types);
    add_jobs(b, &s->jobs);
    add_schedules(b, &s->jobs);
    add_journal(b, &s->journal);
    for (int i = 0; i < HISTS; i++) add_histogram(b, i, &s->hists[i]);
    add_routes(b, s, &api->metrics);
    return b;
}
