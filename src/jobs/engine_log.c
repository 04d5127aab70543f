#include "base/check.h"
#include "jobs/engine_parts.h"
#include "jobs/job_record.h"
#include "journal/journal.h"

#include <errno.h>

static_assert(sizeof(struct record_state) + sizeof(struct record_birth) + JOB_QUEUE_MAX + JOB_TYPE_MAX + JOB_WORKER_ID_MAX + 128 +
                      JOB_ERRORS_KEPT * sizeof(uint32_t) + sizeof(struct job_key) + 31 <=
                  LOG_SNAPSHOT_FIXED,
              "and what journal_bytes() adds");

/* ---- failure ---- */

/* What has been applied cannot be taken back, nor be told as done. */
static void refuse_held(struct engine *e, struct list *held)
{
    struct list *node;
    while ((node = list_pop_front(held)) != NULL) {
        struct engine_call *call = container_of(node, struct engine_call, link);
        engine_answer(e, call, ENGINE_FAILED);
    }
}

static void stop_taking(struct engine *e, int error)
{
    if (e->log.failed) return;
    e->log.failed = error;
    e->log.stuck = true;
    refuse_held(e, &e->log.held_logged);
    refuse_held(e, &e->log.held_synced);
    refuse_held(e, &e->log.stalled);
    refuse_held(e, &e->blob_calls);
}

void log_lose(struct engine *e, int error)
{
    stop_taking(e, error);
}

/* ---- records ---- */

/* The whole number of a segment: at most 65,536 of them stand at a time. */
static uint32_t segment_of_job(const struct engine *e, const struct job *job)
{
    return e->log.newest - (uint16_t)(e->log.newest - job->log_segment);
}

bool log_is_in_segment(const struct engine *e, const struct job *job, uint32_t segment)
{
    return job->log_units && segment_of_job(e, job) == segment;
}

/* Eight bytes each, rounded up to twelve bits that the other four shift: at most 0.05 % too many. */
static uint16_t units_of(size_t payload)
{
    size_t n = (journal_bytes(payload, 1) + 7) / 8;
    unsigned shift = 0;
    for (; n > 0xfff; shift++) n = (n + 1) / 2;
    assert(shift < 16);
    return (uint16_t)(shift << 12 | n);
}

size_t log_live_bytes(const struct job *job)
{
    return ((size_t)(job->log_units & 0xfffu) << (job->log_units >> 12)) * 8;
}

static void set_units(struct engine *e, struct job *job, uint32_t segment, uint16_t units)
{
    if (job->log_units) journal_live_sub(e->log.journal, segment_of_job(e, job), log_live_bytes(job));
    job->log_segment = (uint16_t)segment;
    job->log_units = units;
    if (units) journal_live_add(e->log.journal, segment, log_live_bytes(job));
}

void log_place(struct engine *e, struct job *job, uint32_t segment, size_t payload)
{
    uint16_t units = units_of(payload);
    if (job->log_units) set_units(e, job, segment_of_job(e, job), 0);
    e->log.newest = segment;
    set_units(e, job, segment, units);
}

/* Payload of a snapshot of it as it is now, but for its result. */
static size_t snapshot_payload(const struct engine *e, const struct job *job)
{
    const struct history *h = store_history_if(&e->store, job);
    size_t bytes = sizeof(struct record_state) + sizeof(struct record_birth), most = log_snapshot_max(e);
    bytes += queues_queue_name(&e->store.queues, job).len + queues_type_name(&e->store.queues, job).len;
    bytes += blob_record_bytes(e, job->envelope);
    if (job->has_key) bytes += sizeof(struct job_key);
    if (job->state == JOB_ACTIVE) bytes += strlen(job->lease->worker_id);
    for (unsigned i = 0; h && i < h->n_errors; i++) bytes += sizeof(uint32_t) + h->errors[i]->len;
    return bytes < most ? bytes : most; /* errors that do not fit are left out */
}

void log_recount(struct engine *e, struct job *job)
{
    if (!job->log_units || e->log.failed) return;
    uint16_t units = units_of(snapshot_payload(e, job));
    if (units != job->log_units) set_units(e, job, segment_of_job(e, job), units);
}

void log_on_drop(void *engine, struct job *job)
{
    struct engine *e = engine;
    if (!job->log_units || !e->log.journal) return;
    if (!job_state_is_terminal(job->state)) log_count_unfinished(e, -1);
    set_units(e, job, segment_of_job(e, job), 0);
}

static struct record_span span_of(struct span s)
{
    return (struct record_span){s.at, s.len};
}

static void image_lease(const struct engine *e, const struct lease *l, struct job_image *image)
{
    uint64_t now = engine_now_ns(e);
    image->state.token = l->token;
    image->worker_id = slice_str(l->worker_id);
    if (l->is_local) return;
    image->state.lease_ttl_ms = l->ttl_ms;
    image->state.lease_ends_ns = engine_wall_ns(e) + (l->ends_ns > now ? l->ends_ns - now : 1);
}

static void image_state(const struct engine *e, const struct job *job, struct job_image *image)
{
    bool is_over = job_state_is_terminal(job->state);
    image->state = (struct record_state){
        .id = job->id,
        .enqueued_ns = job->enqueued_ns,
        .started_ns = job->started_ns,
        .sequence = is_over ? 0 : job->sequence,
        .token = is_over ? job->token : 0,
        .attempt = job->attempt,
        .state = job->state,
        .previous_state = job->previous_state,
        .crashes = job->crashes,
        .flags = (uint8_t)((job->is_expired ? RECORD_EXPIRED : 0) | (job->is_dead ? RECORD_DEAD : 0)),
    };
    if (is_over) image->state.at_ns = job->ended_ns;
    if (job->has_term) image->state.lease_ttl_ms = (uint32_t)((job->time.key - job->ended_ns) / NS_PER_S);
    if (job->state == JOB_RETRYABLE) image->state.at_ns = job->next_attempt_ns;
    if (job->state == JOB_ACTIVE) image_lease(e, job->lease, image);
    if (!is_over || !job->result) return;
    const struct history *h = store_history_if(&e->store, job);
    const struct blob *blob = blobs_find(&e->blobs, job->result);
    image->state.flags |= RECORD_RESULT | (job->result_is_json ? RECORD_JSON : 0);
    if (blob) image->result_blob = blob->ref;
    else image->result = block_slice(job->result);
    if (h && !job->result_is_json) image->result_type = slice_str(h->result_type);
}

/* 0: none, or it has ended. */
static uint32_t schedule_of(const struct engine *e, const struct job *job)
{
    if (!job->is_firing) return 0;
    return firings_number(&e->firings, slab_slot(&e->store.jobs, job)) | (job->is_serial ? RECORD_SERIAL : 0);
}

static void image_birth(const struct engine *e, const struct job *job, struct job_image *image)
{
    const struct wishes *w = store_wishes(&e->store, job);
    image->birth = (struct record_birth){
        .created_ns = job->created_ns,
        .scheduled_ns = job->scheduled_ns,
        .expires_ns = w->expires_ns,
        .args = span_of(job->args),
        .meta = span_of(w->meta),
        .tags = span_of(w->tags),
        .non_retryable = span_of(w->non_retryable),
        .max_attempts = w->max_attempts,
        .retry_initial_ms = w->retry_initial_ms,
        .retry_max_ms = w->retry_max_ms,
        .retry_coefficient = w->retry_coefficient,
        .timeout_ms = job->timeout_ms,
        .lease_ms = job->lease_ms,
        .priority = job->priority,
        .retry_backoff = w->retry_backoff,
        .retry_jitter = w->retry_jitter,
        .durability = job->durability,
        .dead_letter = w->dead_letter,
        .made = job->is_raw ? RECORD_RAW : 0,
        .schedule = schedule_of(e, job),
    };
    image->queue = queues_queue_name(&e->store.queues, job);
    image->type = queues_type_name(&e->store.queues, job);
    image->owner = owners_name(&e->owners, job->owner);
    const struct blob *blob = blobs_find(&e->blobs, job->envelope);
    if (blob) image->input_blob = blob->ref;
    else if (job->envelope) image->envelope = block_slice(job->envelope);
    if (blob && blob->is_lost) image->birth.args = blob->args;
    const struct key_entry *entry = job->has_key ? keys_of_job(&e->keys, job->id) : NULL;
    if (entry) image->key = slice_make(&entry->key, sizeof entry->key);
}

/* The newest n at most, as far as they fit beside the rest. */
static void image_errors(const struct engine *e, const struct job *job, unsigned n, size_t room, struct job_image *image)
{
    const struct history *h = store_history_if(&e->store, job);
    for (unsigned i = 0; h && i < h->n_errors && i < n; i++) {
        if (h->errors[i]->len > room) return;
        room -= h->errors[i]->len;
        image->errors[image->state.n_errors++] = block_slice(h->errors[i]);
    }
}

/* Adds a record to the transaction that is open. Returns the bytes of its payload. */
static size_t put(struct engine *e, enum job_record_type type, struct job_image *image)
{
    struct slice parts[JOB_IMAGE_PARTS];
    uint32_t lengths[JOB_ERRORS_KEPT];
    size_t n = job_image_parts(image, type, parts, lengths), payload = 0;
    for (size_t i = 0; i < n; i++) payload += parts[i].len;
    journal_add(e->log.journal, (uint8_t)type, parts, n);
    return payload;
}

/* Begins a transaction, with the rider if there is one. */
static void begin(struct engine *e)
{
    journal_begin(e->log.journal);
    if (e->log.rider.n) journal_add(e->log.journal, e->log.rider.type, e->log.rider.parts, e->log.rider.n);
    e->log.rider.n = 0;
}

/* Room was looked for before (log_admit), so that a refusal means that the journal has failed. */
static void on_refused(struct engine *e, int rc)
{
    if (!e->log.refused) e->log.appended += UINT32_C(1) << 30; /* never committed, whatever the journal goes on to write */
    e->log.refused = true;
    stop_taking(e, -rc);
}

static bool end(struct engine *e, enum job_durability durability, size_t reserved, uint32_t *segment)
{
    enum journal_durability kept = durability == DURABILITY_SYNCED ? JOURNAL_SYNCED : JOURNAL_LOGGED;
    uint64_t sequence;
    int rc = reserved ? journal_end_reserved(e->log.journal, kept, reserved, &sequence, segment)
                      : journal_end(e->log.journal, kept, &sequence, segment);
    if (rc < 0) {
        on_refused(e, rc);
        return false;
    }
    e->log.appended = sequence;
    e->log.newest = *segment;
    return true;
}

bool log_append(struct engine *e, uint8_t type, const struct slice *parts, size_t n, enum job_durability durability, uint32_t *segment)
{
    begin(e);
    journal_add(e->log.journal, type, parts, n);
    return end(e, durability, 0, segment);
}

/* True: *segment, *payload. reserved: room of the reservation that it takes the place of; 0: none. */
static bool append(struct engine *e, struct job *job, enum job_record_type type, struct job_image *image, size_t reserved,
                   uint32_t *segment, size_t *payload)
{
    begin(e);
    *payload = put(e, type, image);
    bool is_done = end(e, job->durability, reserved, segment);
    job->log_mark = (uint32_t)e->log.appended;
    return is_done;
}

void log_image(const struct engine *e, const struct job *job, struct job_image *image)
{
    *image = (struct job_image){0};
    image_state(e, job, image);
    image_birth(e, job, image);
    size_t used = LOG_SNAPSHOT_FIXED + log_owner_bytes(image->owner) + image->result.len + image->envelope.len, most = log_snapshot_max(e);
    image_errors(e, job, JOB_ERRORS_KEPT, used < most ? most - used : 0, image);
}

void log_snapshot(struct engine *e, struct job *job)
{
    struct job_image image;
    uint32_t segment;
    size_t payload;
    log_image(e, job, &image);
    if (append(e, job, RECORD_SNAPSHOT, &image, 0, &segment, &payload)) log_place(e, job, segment, payload);
}

/* Their records' marks and places, when the transaction stands. */
static void place_all(struct engine *e, const struct batch_item *items, uint32_t n, uint32_t segment)
{
    for (uint32_t i = 0; i < n; i++) {
        struct job *job = items[i].job;
        if (!job || job->durability == DURABILITY_MEMORY) continue;
        job->log_mark = (uint32_t)e->log.appended;
        if (!e->log.failed) log_place(e, job, segment, items[i].payload);
    }
}

void log_snapshots(struct engine *e, struct batch_item *items, uint32_t n)
{
    struct job_image image;
    uint64_t sequence;
    uint32_t segment = 0;
    enum journal_durability durability = JOURNAL_LOGGED;
    begin(e);
    for (uint32_t i = 0; i < n; i++) {
        const struct job *job = items[i].job;
        if (!job || job->durability == DURABILITY_MEMORY) continue;
        log_image(e, job, &image);
        items[i].payload = put(e, RECORD_SNAPSHOT, &image);
        if (job->durability == DURABILITY_SYNCED) durability = JOURNAL_SYNCED;
    }
    int rc = journal_end(e->log.journal, durability, &sequence, &segment);
    if (rc < 0) on_refused(e, rc);
    else e->log.appended = sequence, e->log.newest = segment;
    place_all(e, items, n, segment);
}

void log_transition(struct engine *e, struct job *job, bool has_error)
{
    struct job_image image = {0};
    uint32_t segment;
    size_t payload;
    bool is_over = job_state_is_terminal(job->state), lends = is_over && e->log.reserved;
    image_state(e, job, &image);
    if (has_error) image_errors(e, job, 1, SIZE_MAX, &image);
    bool is_done = append(e, job, RECORD_MOVE, &image, lends ? LOG_END_BYTES : 0, &segment, &payload);
    if (is_done && lends) e->log.reserved--;
    log_recount(e, job);
    if (is_over) log_count_unfinished(e, -1); /* and reserves again what is still to be kept */
}

void log_forgotten(struct engine *e, struct job *job)
{
    struct job_image image = {.state.id = job->id};
    uint32_t segment;
    size_t payload;
    (void)append(e, job, RECORD_FORGOTTEN, &image, 0, &segment, &payload);
    e->log.forgotten = e->log.appended;
}

/* ---- commits ---- */

bool log_is_unsettled(const struct engine *e, const struct job *job)
{
    const struct engine_log *log = &e->log;
    uint64_t done = job->durability == DURABILITY_SYNCED ? log->synced : log->written;
    if (job->durability == DURABILITY_MEMORY || log->appended <= done) return false;
    return (int32_t)(job->log_mark - (uint32_t)done) > 0;
}

bool engine_is_committed(const struct engine *e, uint64_t commit, enum job_durability durability)
{
    return commit <= (durability == DURABILITY_SYNCED ? e->log.synced : e->log.written);
}

void log_hold(struct engine *e, struct engine_call *call, enum job_durability durability)
{
    if (e->log.failed) {
        engine_answer(e, call, ENGINE_FAILED);
        return;
    }
    call->commit = e->log.appended;
    list_push_back(durability == DURABILITY_SYNCED ? &e->log.held_synced : &e->log.held_logged, &call->link);
}

static void release(struct engine *e, struct list *held, uint64_t commit)
{
    while (!list_empty(held)) {
        struct engine_call *call = container_of(held->next, struct engine_call, link);
        if (call->commit > commit) return;
        list_remove(&call->link);
        list_push_back(&e->answers, &call->link);
    }
}

void log_on_committed(void *engine, uint64_t written, uint64_t synced)
{
    struct engine *e = engine;
    e->log.written = written;
    e->log.synced = synced;
    e->log.stuck = false;
    release(e, &e->log.held_logged, written);
    release(e, &e->log.held_synced, synced);
    bus_show(&e->bus, written, synced);
    engine_give_answers(e);
}

void log_on_failed(void *engine, int error)
{
    struct engine *e = engine;
    stop_taking(e, error);
    engine_give_answers(e);
}

/* ---- the loop ---- */

void engine_flush(struct engine *e)
{
    if (!e->log.journal) return;
    blob_flush(e);
    journal_flush(e->log.journal);
}

void engine_stop_log(struct engine *e)
{
    if (!e->log.journal) return;
    blob_stop(e);
    journal_stop(e->log.journal);
}

bool engine_log_busy(const struct engine *e)
{
    return e->log.journal && (journal_busy(e->log.journal) || blobs_busy(&e->blobs));
}

void engine_close_log(struct engine *e)
{
    if (!e->log.journal) return;
    stop_taking(e, ESHUTDOWN); /* what comes now would be forgotten */
    blobs_close(&e->blobs);
    e->log.journal = journal_close(e->log.journal);
    engine_give_answers(e);
}

int engine_log_failed(const struct engine *e)
{
    return e->log.failed;
}

const struct journal_counts *engine_log_counts(const struct engine *e)
{
    return e->log.journal ? journal_counts(e->log.journal) : NULL;
}
