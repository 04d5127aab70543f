#include "base/check.h"
#include "jobs/engine_parts.h"
#include "journal/journal.h"

#include <errno.h>

/* Room that an operation is given for the small records that it may cause besides its own: a fetch of ENGINE_FETCH_MAX jobs, a
 * release of as many, each of which may be granted at once to somebody who waits. */
#define SIDE_BYTES 32768u
#define ENDS_PER_RESERVATION 16u
/* Ended jobs that a refused submit gives up at most. */
#define GIVE_UP_MAX 1024u

/* ---- what fits ---- */

static int admit_new(struct engine *e, size_t bytes, uint32_t n_jobs)
{
    uint32_t n_ends = (n_jobs + ENDS_PER_RESERVATION - 1) / ENDS_PER_RESERVATION;
    size_t ends = n_jobs > 1 ? (size_t)n_ends * 2 * LOG_END_BYTES : LOG_END_BYTES; /* several: each is a block of its own */
    int rc = journal_can_move(e->log.journal, bytes + SIDE_BYTES, 0);
    return rc < 0 ? rc : journal_room_for(e->log.journal, bytes + SIDE_BYTES, ends);
}

int log_admit_new(struct engine *e, size_t bytes)
{
    if (e->log.failed) return -EROFS;
    return e->log.journal ? admit_new(e, bytes, 1) : 0;
}

int log_admit(struct engine *e, size_t bytes, bool is_end)
{
    if (e->log.failed) return -EROFS;
    if (!e->log.journal) return 0;
    if (is_end) return journal_can_move(e->log.journal, bytes, e->log.reserved ? LOG_END_BYTES : 0); /* causes nothing else */
    return journal_can_move(e->log.journal, bytes + SIDE_BYTES, 0);
}

bool log_may_grow(struct engine *e, const struct job *job, size_t bytes)
{
    if (job->durability == DURABILITY_MEMORY || !e->log.journal) return true;
    if (log_admit(e, LOG_SNAPSHOT_FIXED + bytes, false) < 0) return false;
    return journal_room_for(e->log.journal, bytes + SIDE_BYTES, 0) != -ENOSPC;
}

bool log_may_expire(struct engine *e, const struct job *job)
{
    if (job->durability == DURABILITY_MEMORY) return !e->log.failed;
    return log_admit(e, LOG_END_BYTES, true) == 0;
}

bool log_takes_result(const struct engine *e, const struct job *job, size_t bytes)
{
    if (job->durability == DURABILITY_MEMORY || !e->log.journal) return true;
    size_t owner = log_owner_bytes(owners_name(&e->owners, job->owner));
    return LOG_SNAPSHOT_FIXED + owner + blob_record_bytes(e, job->envelope) + bytes <= log_snapshot_max(e);
}

bool log_outgrows(const struct engine *e, const struct job *job)
{
    return job->result && blob_record_bytes(e, job->result) > log_live_bytes(job) && journal_is_short(e->log.journal);
}

int log_admit_rewrite(struct engine *e, size_t bytes)
{
    return e->log.failed ? -EROFS : journal_can_append(e->log.journal, bytes, 0);
}

bool log_has_room(struct engine *e)
{
    return log_admit(e, 0, false) == 0;
}

size_t log_snapshot_max(const struct engine *e)
{
    return journal_transaction_max(e->log.journal) - SIDE_BYTES;
}

size_t log_snapshot_bytes(const struct engine *e, const struct job *job)
{
    const struct history *h = store_history_if(&e->store, job);
    size_t bytes = LOG_SNAPSHOT_FIXED + blob_record_bytes(e, job->envelope), most = log_snapshot_max(e);
    bytes += log_owner_bytes(owners_name(&e->owners, job->owner));
    if (job_state_is_terminal(job->state) && job->result) bytes += blob_record_bytes(e, job->result);
    for (unsigned i = 0; h && i < h->n_errors; i++) bytes += h->errors[i]->len;
    return bytes < most ? bytes : most; /* errors that do not fit are left out */
}

/* ---- calls that have to wait, or are refused ---- */

static size_t revived_bytes(const struct engine *e, const struct engine_call *call)
{
    const struct job *job = engine_job_of(e, call, call->id);
    return job ? log_snapshot_bytes(e, job) : 0;
}

static size_t enabled_bytes(const struct engine *e, const struct engine_call *call)
{
    const struct schedule *s = engine_schedule_of(e, call, call->cron.name);
    return s ? cron_record_bytes(&s->spec.text) : 0;
}

/* As failure_text() makes it: the object with its code once more, or all texts escaped. */
static size_t failure_bytes(const struct job_failure *f)
{
    size_t escaped = f->error.len ? f->code.len : f->code.len + f->type.len + f->message.len;
    return LOG_SNAPSHOT_FIXED + f->error.len + 6 * escaped;
}

/* What LOG_SNAPSHOT_FIXED leaves over takes the record of a grant for each of them. */
static size_t bytes_of_batch(const struct engine_call *call)
{
    const struct batch_item *items = engine_call_items(call);
    size_t bytes = 0;
    for (uint32_t i = 0; i < call->n_items; i++)
        if (!items[i].is_void && items[i].spec.durability != DURABILITY_MEMORY)
            bytes += LOG_SNAPSHOT_FIXED + log_owner_bytes(engine_call_owner(call)) + block_slice(items[i].spec.envelope).len;
    if (bytes && call->spec.has_key) bytes += journal_bytes(batch_record_bytes(call->n_items), 1);
    return bytes;
}

/* Bytes that an operation adds to the journal at most, but for small records. */
static size_t bytes_of_call(const struct engine *e, const struct engine_call *call)
{
    switch ((enum engine_op)call->op) {
    case ENGINE_SUBMIT: return LOG_SNAPSHOT_FIXED + log_owner_bytes(engine_call_owner(call)) + blob_record_bytes(e, call->spec.envelope);
    case ENGINE_BATCH: return bytes_of_batch(call);
    case ENGINE_ACK: return LOG_SNAPSHOT_FIXED + blob_record_bytes(e, call->result);
    case ENGINE_NACK: return failure_bytes(&call->failure);
    case ENGINE_HELD_DONE: return 0; /* admit_local() says */
    case ENGINE_DEAD_RETRY: return revived_bytes(e, call);
    case ENGINE_CRON_PUT: return cron_record_bytes(&call->cron.text);
    case ENGINE_CRON_ENABLE: return enabled_bytes(e, call);
    case ENGINE_CRON_GET:
    case ENGINE_CRON_LIST:
    case ENGINE_CRON_DELETE:
    case ENGINE_INFO:
    case ENGINE_CANCEL:
    case ENGINE_ACTIVATE:
    case ENGINE_FETCH:
    case ENGINE_HEARTBEAT:
    case ENGINE_PROGRESS:
    case ENGINE_WITHDRAW:
    case ENGINE_RELEASE:
    case ENGINE_EVENTS:
    case ENGINE_DEAD_LIST:
    case ENGINE_DEAD_DELETE:
    case ENGINE_LIST:
    case ENGINE_BULK: /* asks for each of its jobs */
    case ENGINE_QUEUE_INFO:
    case ENGINE_QUEUE_SET:
    case ENGINE_QUEUE_DELETE:
    case ENGINE_QUEUES:
    case ENGINE_BATCH_WAIT:
    case ENGINE_PROBE:
    case ENGINE_NONCE:
    case ENGINE_STATS: break;
    }
    return LOG_SNAPSHOT_FIXED;
}

static bool moves_jobs(const struct engine_call *call)
{
    return call->op == ENGINE_SUBMIT || call->op == ENGINE_BATCH || call->op == ENGINE_CANCEL || call->op == ENGINE_ACTIVATE ||
           call->op == ENGINE_FETCH || call->op == ENGINE_ACK || call->op == ENGINE_NACK || call->op == ENGINE_RELEASE ||
           call->op == ENGINE_DEAD_RETRY || call->op == ENGINE_DEAD_DELETE || call->op == ENGINE_CRON_PUT ||
           call->op == ENGINE_CRON_ENABLE || call->op == ENGINE_CRON_DELETE || call->op == ENGINE_BULK ||
           call->op == ENGINE_QUEUE_SET || call->op == ENGINE_QUEUE_DELETE || call->op == ENGINE_HELD_DONE ||
           call->op == ENGINE_WITHDRAW || call->op == ENGINE_NONCE;
}

/* A task's end. A result that is too large for the journal ends as a failure, which is small; so may one that goes into a file. */
static int admit_local(struct engine *e, bool completes, size_t result_bytes)
{
    if (completes && blobs_wants(&e->blobs, result_bytes) && !e->log.failed) {
        if (!blobs_can_write(&e->blobs)) return -EAGAIN;
        completes = false;
        result_bytes = sizeof(struct record_blob);
    }
    int rc = log_admit(e, LOG_SNAPSHOT_FIXED + result_bytes, completes);
    return rc == -EMSGSIZE ? log_admit(e, 0, false) : rc;
}

/* As log_admit, for what the call asks. */
static int admit(struct engine *e, const struct engine_call *call)
{
    bool is_end = call->op == ENGINE_ACK || call->op == ENGINE_CANCEL;
    bool is_new = call->op == ENGINE_SUBMIT || call->op == ENGINE_BATCH || call->op == ENGINE_CRON_PUT ||
                  call->op == ENGINE_DEAD_RETRY;
    if (call->op == ENGINE_BULK) return bulk_has_to_wait(e, call) ? -EAGAIN : 0;
    size_t bytes = bytes_of_call(e, call);
    if (call->op == ENGINE_SUBMIT && call->spec.durability == DURABILITY_MEMORY) return 0;
    if (call->op == ENGINE_BATCH && bytes == 0) return 0;
    if (call->op == ENGINE_HELD_DONE)
        return admit_local(e, call->held.end->outcome == LOCAL_COMPLETED, block_slice(call->held.end->result).len);
    if (!is_new) {
        int rc = log_admit(e, bytes, is_end);
        /* What a worker says of a failure is cut short on a full disk. */
        return rc == -ENOSPC && call->op == ENGINE_NACK ? log_admit(e, LOG_SNAPSHOT_FIXED + LOG_ERROR_BYTES, false) : rc;
    }
    return admit_new(e, bytes, call->op == ENGINE_BATCH ? call->n_items : 1);
}

enum engine_outcome log_refusal(int rc)
{
    if (rc == -EMSGSIZE) return ENGINE_TOO_LARGE;
    return rc == -EROFS ? ENGINE_FAILED : ENGINE_DISK_FULL;
}

/* What has ended is kept no longer than there is room for what is new. */
static void give_up_ended(struct engine *e)
{
    uint64_t wanted = journal_dead_wanted(e->log.journal), given = 0;
    for (uint32_t n = 0; given < wanted && n < GIVE_UP_MAX; n++) {
        struct job *job = store_first_to_go(&e->store);
        if (!job || log_is_unsettled(e, job)) return;
        given += log_live_bytes(job);
        store_drop(&e->store, job);
    }
}

static void refuse(struct engine *e, struct engine_call *call, int rc)
{
    if (rc == -ENOSPC && call->op == ENGINE_RELEASE) {
        engine_release_later(e, call);
        return;
    }
    if (rc == -ENOSPC && (call->op == ENGINE_SUBMIT || call->op == ENGINE_BATCH || call->op == ENGINE_NONCE)) give_up_ended(e);
    engine_answer(e, call, log_refusal(rc));
}

void log_stall(struct engine *e, struct engine_call *call)
{
    list_push_back(&e->log.stalled, &call->link);
}

bool log_passes(struct engine *e, struct engine_call *call)
{
    if (!moves_jobs(call) || (!e->log.journal && !e->log.failed)) return true;
    int rc = e->log.failed ? -EROFS : !list_empty(&e->log.stalled) ? -EAGAIN : admit(e, call);
    if (rc == 0) return true;
    if (rc == -EAGAIN) log_stall(e, call);
    else refuse(e, call, rc);
    return false;
}

void log_retry(struct engine *e)
{
    struct engine_log *log = &e->log;
    while (!list_empty(&log->stalled)) {
        struct engine_call *call = container_of(log->stalled.next, struct engine_call, link);
        int rc = admit(e, call);
        if (rc == -EAGAIN) return;
        list_remove(&call->link);
        if (rc == 0) engine_dispatch(e, call);
        else refuse(e, call, rc);
    }
    if ((!log->starved && !log->unserved) || !log_has_room(e)) return;
    e->has_news |= log->starved;
    log->starved = false;
    if (!log->unserved) return;
    log->unserved = false;
    engine_serve_all(e);
}

void log_count_unfinished(struct engine *e, int n)
{
    struct engine_log *log = &e->log;
    log->unfinished += (uint32_t)n;
    uint32_t wanted = (log->unfinished + ENDS_PER_RESERVATION - 1) / ENDS_PER_RESERVATION;
    while (log->reserved < wanted && journal_reserve(log->journal, LOG_END_BYTES) == 0) log->reserved++;
    for (; log->reserved > wanted; log->reserved--) journal_unreserve(log->journal, LOG_END_BYTES);
}

bool engine_takes_local(struct engine *e, bool completes, size_t result_bytes)
{
    int rc = admit_local(e, completes, result_bytes);
    return rc == 0 || rc == -EROFS;
}
