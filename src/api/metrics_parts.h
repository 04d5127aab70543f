/* metrics_parts.h: what metrics.c (counting, and a scrape's journey), metrics_gather.c (a shard's numbers) and metrics_text.c (all of
 * them as text) share. A scrape belongs to the thread of the shard that it is at. */
#ifndef QUERN_API_METRICS_PARTS_H
#define QUERN_API_METRICS_PARTS_H

#include "api/metrics.h"
#include "filters/gate.h"
#include "jobs/engine.h"
#include "journal/journal.h"

/* Codes that have a row; all others share the last. */
extern const uint16_t metrics_codes[METRICS_CODES];

enum number {
    CONNECTIONS_OPEN, CONNECTIONS_PARKED, CONNECTIONS_MAX, CONNECTIONS_OPENED, CONNECTIONS_CLOSED, CONNECTIONS_ABORTED,
    CONNECTIONS_CROWDED, CONNECTIONS_STALLED, CONNECTIONS_UNPARKED, RECEIVED_BYTES, SENT_BYTES, SENDS, RECV_STARVED, ACCEPT_PAUSED, ACCEPT_FAILED, PROXY_REFUSED,
    TLS_HANDSHAKES, TLS_RESUMED, TLS_FAILED, TLS_CHUNKS,
    REQUESTS, PARSE_ERRORS, TIMEOUTS_HEAD, TIMEOUTS_BODY, NO_MEMORY, CLIENTS_GONE, SESSIONS, EXCHANGES,
    RING_ENTERS, RING_COMPLETIONS, RING_OVERFLOWS, RING_SET_ASIDE, RING_ENOBUFS, RING_REARMS, EVENTFD_WRITES,
    BUFFERS_OFFERED, BUFFERS_HELD, CHUNKS_USED,
    TASKS_STARTED, TASKS_WAITED, TASKS_WAITING, TASKS_OUT, TASKS_REFUSED_FULL, TASKS_REFUSED_LONG, TASKS_WITHDRAWN,
    HUNGRY_NOTICES, CALLS_ACTIVE, CALLS_COMPLETED, CALLS_FAILED, CALLS_TIMED_OUT, CALLS_ABANDONED, CALLS_DEFERRED, CALLS_ADOPTED,
    CALLS_WITHDRAWN, CALLS_REFUSED,
    JOBS_RUNNING, SPILLED_BYTES, SPILL_EXTENTS, NUMBERS,
};
enum { HIST_REQUEST, HIST_CALL, HIST_CALL_QUEUE, HIST_CALL_RUN, HIST_JOB_RUN, HISTS };

/* Of the engine's journal. */
struct journal_numbers {
    bool exists, failed;
    uint64_t batches, syncs, records, written_bytes, rewritten, disk_bytes, live_bytes, reserved_bytes, free_bytes, beside_bytes, blobs;
};

struct scrape {
    struct mail mail; /* must stay first */
    struct api *origin;
    struct exchange_id exchange;
    uint32_t at;      /* which door comes next */
    bool under_way;
    uint64_t numbers[NUMBERS];
    struct histogram hists[HISTS];
    struct engine_stats jobs;
    struct journal_numbers journal;
    uint64_t rejected[REJECTIONS];
    uint64_t by_route[][METRICS_CODES];
};

/* Adds what that shard has counted; on its thread. */
void scrape_gather(struct scrape *s, struct api *api);
/* Of the shard that was asked. A line that finds no room is left out. NULL: no memory. */
struct block *scrape_render(const struct scrape *s, struct api *api);

#endif
