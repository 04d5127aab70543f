#include "base/check.h"
#include "jobs/engine_parts.h"
#include "jobs/job_record.h"
#include "jobs/queue_record.h"
#include "journal/journal.h"

#include <errno.h>

/* A remote worker that comes back gets at least this long to say so. */
#define LEASE_AFTER_NS (5 * NS_PER_S)
/* An envelope and a result of 1 MiB each, and what both grow by. */
#define BUFFER_BYTES_DEFAULT (4u << 20)
/* Slots that compaction looks at in one go. */
#define WALK_SLOTS 65536u

/* ---- one record ---- */

static int refuse(struct engine *e, int rc, const char *why)
{
    e->log.why = why;
    return rc;
}

/* What had been forgotten for its room may still be in the journal: the oldest that have ended go first again. */
struct block *restore_block(struct engine *e, struct slice bytes)
{
    struct block *b;
    while ((b = payload_copy(&e->options.payloads, bytes)) == NULL) {
        struct job *first = store_first_to_go(&e->store);
        if (!first) return NULL;
        store_drop(&e->store, first);
    }
    return b;
}

static struct span span_of(struct record_span s)
{
    return (struct span){s.at, s.len};
}

static struct wishes wishes_of(const struct record_birth *b)
{
    return (struct wishes){
        .expires_ns = b->expires_ns,
        .meta = span_of(b->meta),
        .tags = span_of(b->tags),
        .non_retryable = span_of(b->non_retryable),
        .max_attempts = b->max_attempts,
        .retry_initial_ms = b->retry_initial_ms,
        .retry_max_ms = b->retry_max_ms,
        .retry_coefficient = b->retry_coefficient,
        .retry_backoff = b->retry_backoff,
        .retry_jitter = b->retry_jitter & 1u,
        .dead_letter = b->dead_letter & 1u,
    };
}

static void take_birth(struct engine *e, struct job *job, const struct record_birth *b)
{
    struct wishes wishes = wishes_of(b);
    store_wish(&e->store, job, &wishes);
    job->created_ns = b->created_ns;
    job->scheduled_ns = b->scheduled_ns;
    job->args = span_of(b->args);
    job->is_raw = (b->made & RECORD_RAW) != 0;
    job->timeout_ms = b->timeout_ms;
    job->lease_ms = b->lease_ms;
    job->priority = b->priority;
    job->durability = b->durability & 3u;
    job->is_serial = (b->schedule & RECORD_SERIAL) != 0;
}

static void take_lease(struct engine *e, struct job *job, const struct job_image *image)
{
    const struct record_state *s = &image->state;
    uint64_t now = engine_now_ns(e), ends_ns = LEASE_NEVER;
    if (s->lease_ends_ns) { /* heartbeats leave no record: it may have been extended as late as the stop */
        uint64_t ttl_ns = (uint64_t)s->lease_ttl_ms * NS_PER_MS;
        ends_ns = now + (ttl_ns > LEASE_AFTER_NS ? ttl_ns : LEASE_AFTER_NS);
    }
    lease_restore(&e->leases, job, image->worker_id, s->token, s->lease_ttl_ms, ends_ns, now);
}

static int take_result(struct engine *e, struct job *job, const struct job_image *image)
{
    uint8_t flags = image->state.flags;
    job->result = NULL;
    if (!(flags & RECORD_RESULT)) return 0;
    job->result_is_json = (flags & RECORD_JSON) != 0;
    job->result = image->result_blob.number ? blob_restore(e, &image->result_blob, job->id) : restore_block(e, image->result);
    if (!job->result) return refuse(e, -ENOMEM, "the results of its jobs do not fit into the memory for bodies");
    if (image->result_type.len == 0) return 0;
    struct history *h = store_history(&e->store, job);
    memset(h->result_type, 0, sizeof h->result_type);
    memcpy(h->result_type, image->result_type.p, image->result_type.len);
    return 0;
}

static void take_errors(struct engine *e, struct job *job, const struct job_image *image)
{
    for (unsigned i = image->state.n_errors; i-- > 0;) store_error_add(&e->store, job, restore_block(e, image->errors[i]));
}

/* Jobs that have ended wait for being forgotten from here on; what is ready comes into its queue when all has been read. */
static int take_end(struct engine *e, struct job *job, const struct job_image *image)
{
    job->is_dead = (image->state.flags & RECORD_DEAD) != 0;
    uint32_t own_s = job->is_dead ? 0 : image->state.lease_ttl_ms;
    uint64_t keep_ns = own_s ? own_s * NS_PER_S : job->is_dead ? JOB_DEAD_NS : e->options.retention_ns;
    uint64_t wall = engine_wall_ns(e), gone_ns = image->state.at_ns + keep_ns;
    job->token = image->state.token;
    job->ended_ns = image->state.at_ns;
    job->is_expired = (image->state.flags & RECORD_EXPIRED) != 0;
    int rc = take_result(e, job, image);
    if (own_s) store_retire_until(&e->store, job, gone_ns);
    else store_retire(&e->store, job, engine_after_ns(e, gone_ns > wall ? gone_ns - wall : 0));
    if (gone_ns <= wall) store_drop(&e->store, job);
    return rc;
}

static int take_state(struct engine *e, struct job *job, const struct job_image *image, bool is_new)
{
    const struct record_state *s = &image->state;
    bool is_over = job_state_is_terminal(s->state);
    if (!is_new && job->state == JOB_ACTIVE) (void)lease_drop(&e->leases, job);
    state_restore(&e->store, job, is_new, s->state, s->previous_state);
    job->enqueued_ns = s->enqueued_ns;
    job->started_ns = s->started_ns;
    job->attempt = s->attempt;
    job->crashes = s->crashes & 3u;
    if (s->token > e->leases.token_last) e->leases.token_last = s->token;
    take_errors(e, job, image);
    if (is_new != is_over) log_count_unfinished(e, is_new ? 1 : -1);
    if (is_over && job->is_firing) (void)cron_job_ended(e, job); /* nothing is held before all has been read */
    if (is_over) return take_end(e, job, image);
    job->sequence = s->sequence;
    struct queue *queue = queues_queue(&e->store.queues, job);
    if (s->sequence > queue->sequence_last) queue->sequence_last = s->sequence;
    if (s->state == JOB_RETRYABLE) job->next_attempt_ns = s->at_ns;
    else if (job->next_attempt_ns > s->enqueued_ns) job->next_attempt_ns = s->enqueued_ns; /* retried before its time */
    if (s->state == JOB_ACTIVE) take_lease(e, job, image);
    return 0;
}

void restore_forget(struct engine *e, struct job *job)
{
    if (job->state == JOB_ACTIVE) (void)lease_drop(&e->leases, job);
    if (job->is_firing) (void)cron_job_ended(e, job);
    store_forget(&e->store, job);
}

/* A schedule made it, and still has to know of it. */
static void take_schedule(struct engine *e, struct job *job, const struct job_image *image)
{
    uint32_t number = image->birth.schedule & ~RECORD_SERIAL;
    if (number == 0 || job_state_is_terminal(image->state.state)) return;
    cron_number_seen(e, number);
    firings_add(&e->firings, job, slab_slot(&e->store.jobs, job), number);
}

/* Of two jobs with the same key the clock was set back between them; the later record counts, as it is found first. */
static void take_key(struct engine *e, struct job *job, const struct job_image *image)
{
    struct job_key key;
    uint64_t wall = engine_wall_ns(e), ends_ns = job->created_ns + KEY_NS;
    if (image->key.len == 0 || ends_ns <= wall || !keys_have_room(&e->keys, wall)) return;
    memcpy(&key, image->key.p, sizeof key);
    keys_add(&e->keys, &key, job->id, ends_ns);
    job->has_key = true;
}

static int take_snapshot(struct engine *e, const struct job_image *image, const struct journal_record *record)
{
    struct job *job = store_find(&e->store, image->state.id);
    if (job) restore_forget(e, job);
    struct uuid id = image->state.id;
    struct block *envelope = image->input_blob.number ? blob_restore(e, &image->input_blob, id) : restore_block(e, image->envelope);
    if (!envelope) return refuse(e, -ENOMEM, "the payloads of its jobs do not fit into the memory for bodies");
    enum store_outcome outcome = store_add(&e->store, id, image->queue, image->type, &job);
    if (outcome != STORE_OK) {
        block_unref(envelope);
        return refuse(e, -ENOSPC,
                      outcome == STORE_FULL ? "it holds more jobs than jobs_max"
                                            : "it holds too many names of queues and types");
    }
    if (!engine_own(e, image->owner, &job->owner)) {
        store_take_back(&e->store, job);
        block_unref(envelope);
        return refuse(e, -ENOSPC, "its jobs have more owners than this version takes");
    }
    job->envelope = envelope;
    take_birth(e, job, &image->birth);
    take_schedule(e, job, image);
    take_key(e, job, image);
    log_place(e, job, record->segment, record->payload.len);
    return take_state(e, job, image, true);
}

static int take_move(struct engine *e, const struct job_image *image)
{
    struct job *job = store_find(&e->store, image->state.id);
    /* Of a job whose snapshot has gone since, or that had ended: there is nothing to follow. */
    if (!job || job_state_is_terminal(job->state)) return 0;
    int rc = take_state(e, job, image, false);
    job = rc == 0 ? store_find(&e->store, image->state.id) : NULL; /* what ended long ago has been forgotten at once */
    if (job) log_recount(e, job);
    return rc;
}

static int take_forgotten(struct engine *e, const struct job_image *image)
{
    struct job *job = store_find(&e->store, image->state.id);
    if (job) restore_forget(e, job);
    return 0;
}

static int take_queue(struct engine *e, const struct journal_record *record)
{
    int rc = queue_restore_settings(e, record);
    if (rc == -EBADMSG) return refuse(e, rc, "it has a record that is no queue's: made by another version?");
    return rc < 0 ? refuse(e, rc, "it holds too many names of queues and types") : 0;
}

static int take_nonce(struct engine *e, const struct journal_record *record)
{
    int rc = nonce_restore(e, record);
    if (rc == -EBADMSG) return refuse(e, rc, "it has a record that is no nonce's: made by another version?");
    return rc < 0 ? refuse(e, rc, "it holds more nonces of signed requests than this version takes") : 0;
}

/* Most records begin with the id of a job. */
static void expect(const struct engine *e, struct slice payload)
{
    struct uuid id;
    if (payload.len < sizeof id) return;
    memcpy(&id, payload.p, sizeof id);
    store_expect(&e->store, id);
}

static int on_record(void *engine, const struct journal_record *record)
{
    struct engine *e = engine;
    struct job_image image;
    e->log.newest = record->segment;
    expect(e, record->next);
    /* As in engine_open_log(): no token that was given until then is later than this, also where its record has gone. */
    if (e->leases.token_last < record->wall_ns) e->leases.token_last = record->wall_ns;
    if (record->type == RECORD_BLOBS_GONE && blob_restore_gone(e, record->payload) == 0) return 0;
    if (record->type >= RECORD_SCHEDULE && record->type <= RECORD_SCHEDULE_DELETED) return cron_restore(e, record);
    if (record->type == RECORD_QUEUE) return take_queue(e, record);
    if (record->type == RECORD_BATCH) return batch_key_restore(e, record);
    if (record->type == RECORD_NONCE) return take_nonce(e, record);
    if (!job_image_read(&image, record->type, record->payload))
        return refuse(e, -EBADMSG, "it has a record that is no job's: made by another version?");
    if (record->type == RECORD_FORGOTTEN) return take_forgotten(e, &image);
    return record->type == RECORD_SNAPSHOT ? take_snapshot(e, &image, record) : take_move(e, &image);
}

/* ---- all have been read ---- */

static void resume(struct engine *e, struct job *job)
{
    switch ((enum job_state)job->state) {
    case JOB_AVAILABLE:
        if (job->is_serial && job->is_firing && job->sequence == 0) { /* cron_resume() lets the first of them loose again */
            firings_hold(&e->firings, slab_slot(&e->store.jobs, job));
            job_arm(e, job);
            break;
        }
        if (queue_restore(&e->store.queues, job)) e->has_news = true;
        job_arm(e, job);
        break;
    case JOB_ACTIVE:
        if (job->lease->is_local) job->lease->ends_ns = engine_now_ns(e); /* its worker went with the process: lost at once */
        job_arm(e, job);
        break;
    case JOB_SCHEDULED:
    case JOB_RETRYABLE:
    case JOB_PENDING: job_arm(e, job); break;
    case JOB_COMPLETED:
    case JOB_CANCELLED:
    case JOB_DISCARDED:
        break;
    }
}

static void resume_all(struct engine *e)
{
    queue_resume_all(e);
    for (uint32_t slot = 0; slot < e->store.jobs.n_touched; slot++) {
        struct job *job = slab_at(&e->store.jobs, slot, slab_generation(&e->store.jobs, slot));
        if (job) resume(e, job);
    }
    store_sort_ended(&e->store);
    cron_resume(e);
    e->counts = (struct engine_stats){0}; /* of this process */
}

int engine_open_log(struct engine *e, const struct engine_log_options *options, struct journal_report *report, const char **why)
{
    struct journal_options o = {
        .path = options->path,
        .engine = e->options.index,
        .engines = options->n_engines ? options->n_engines : 1,
        .files = options->files,
        .clock = e->options.clock,
        .seed = options->seed,
        .segment_bytes = options->segment_bytes,
        .buffer_bytes = options->buffer_bytes ? options->buffer_bytes : BUFFER_BYTES_DEFAULT,
        .disk_bytes_max = options->disk_bytes_max,
        .accept_damage = options->accept_damage,
        .arg = e,
        .on_record = on_record,
        .on_committed = log_on_committed,
        .on_failed = log_on_failed,
        .on_rewrite = log_on_rewrite,
    };
    *report = (struct journal_report){.why = "its folder for files of payloads cannot be used"};
    *why = report->why;
    int rc = blob_open(e, options);
    if (rc < 0) return rc;
    e->store.is_restoring = true;
    rc = journal_open(&o, &e->log.journal, report);
    e->store.is_restoring = false;
    *why = e->log.why ? e->log.why : report->why;
    if (rc != 0) {
        blobs_close(&e->blobs);
        return rc;
    }
    if ((rc = blob_load_all(e, report->damages)) < 0) {
        *why = "no memory to map its files of payloads";
        blobs_close(&e->blobs);
        e->log.journal = journal_close(e->log.journal);
        return rc;
    }
    e->log.appended = e->log.written = e->log.synced = report->last_sequence;
    /* Grants leave no trace for ever: tokens go on from the time, which no number of grants overtakes. */
    if (e->leases.token_last < engine_wall_ns(e)) e->leases.token_last = engine_wall_ns(e);
    resume_all(e);
    return 0;
}

/* ---- compaction ---- */

/* 0: moved, or forgotten: on a full disk what has ended is kept no longer than there is room for what has not. Else as
 * log_admit. */
static int rewrite(struct engine *e, struct job *job)
{
    bool has_ended = job_state_is_terminal(job->state) && !log_is_unsettled(e, job);
    int rc = log_admit_rewrite(e, log_snapshot_bytes(e, job));
    if (has_ended && (rc == -ENOSPC || log_outgrows(e, job))) {
        store_drop(&e->store, job);
        rc = 0;
    } else if (rc == 0) {
        log_snapshot(e, job);
    }
    return rc;
}

/* Looks on where it stopped, once around at most. */
uint32_t log_on_rewrite(void *engine, uint32_t segment, uint32_t n_max)
{
    struct engine *e = engine;
    struct engine_log *log = &e->log;
    uint32_t moved = cron_rewrite(e, segment, n_max);
    moved += queue_rewrite(e, segment, n_max - moved);
    moved += batch_key_rewrite(e, segment, n_max - moved);
    moved += nonce_rewrite(e, segment, n_max - moved);
    if (log->walk_segment != segment || log->walk_slot >= e->store.jobs.n_touched) log->walk_slot = 0;
    log->walk_segment = segment;
    for (uint32_t n = 0; n < WALK_SLOTS && moved < n_max && log->walk_slot < e->store.jobs.n_touched; n++) {
        uint32_t slot = log->walk_slot++;
        struct job *job = slab_at(&e->store.jobs, slot, slab_generation(&e->store.jobs, slot));
        if (!job || !log_is_in_segment(e, job, segment)) continue;
        if (rewrite(e, job) < 0) {
            log->walk_slot = slot;
            break;
        }
        moved++;
    }
    return moved;
}
