#include "base/check.h"
#include "jobs/engine_parts.h"

#include <errno.h>

static void fill_grant(const struct engine *e, const struct job *job, struct local_grant *out)
{
    uint32_t slot = slab_slot(&e->store.jobs, job);
    *out = (struct local_grant){
        .slot = slot,
        .generation = slab_generation(&e->store.jobs, slot),
        .token = job->lease->token,
        .id = job->id,
        .type = queues_local_type(&e->store.queues, job),
        .timeout_ms = job->timeout_ms,
        .attempt = job->attempt,
        .envelope = job->envelope ? block_ref(job->envelope) : NULL,
        .args = job_slice(job, job->args),
        .is_raw = job->is_raw,
        .is_lost = blob_lost_bytes(e, job->envelope) > 0,
        .commit = job->durability == DURABILITY_MEMORY ? 0 : e->log.appended,
        .durability = job->durability,
    };
}

static struct job *next_local(struct engine *e, const uint64_t *types)
{
    struct job *job;
    while ((job = queues_best_local(&e->store.queues, types)) != NULL && job_is_expired(e, job)) {
        if (log_may_expire(e, job)) {
            move_expired(e, job);
            continue;
        }
        e->log.starved = true;
        return NULL;
    }
    if (job && !log_has_room(e)) {
        e->log.starved = true;
        return NULL;
    }
    return job;
}

bool engine_grant_local(struct engine *e, const uint64_t *types, struct local_grant *out)
{
    struct job *job = e->draining ? NULL : next_local(e, types);
    if (job) {
        move_active(e, job, NULL, 0);
        queues_turn(&e->store.queues, job);
        fill_grant(e, job, out);
    }
    return job != NULL; /* who waited for a job that has expired is answered by the next tick */
}

bool engine_has_local(const struct engine *e, const uint64_t *types)
{
    return !e->draining && !e->log.failed && queues_best_local(&e->store.queues, types) != NULL;
}

struct job *engine_local_job(const struct engine *e, uint32_t slot, uint32_t generation)
{
    struct job *job = slab_at(&e->store.jobs, slot, generation);
    return job && job->state == JOB_ACTIVE && job->lease->is_local ? job : NULL;
}

static void complete(struct engine *e, struct job *job, struct local_result *r)
{
    struct block *result = r->result;
    if (result && !log_takes_result(e, job, blob_record_bytes(e, result))) {
        struct failure f = {.code = SLICE("result_too_large"), .message = SLICE("The result is larger than the journal takes.")};
        move_failed(e, job, &f, NULL);
        return;
    }
    r->result = NULL;
    if (result && !r->is_json) {
        struct history *h = store_history(&e->store, job);
        memcpy(h->result_type, r->media_type, strnlen(r->media_type, sizeof h->result_type - 1));
    }
    move_completed(e, job, result, r->is_json, NULL);
}

static struct failure failure_said(const struct local_result *r)
{
    return (struct failure){
        .code = slice_make(r->code, strnlen(r->code, sizeof r->code)),
        .message = slice_make(r->message, strnlen(r->message, sizeof r->message)),
        .retryable = r->retryable || r->outcome == LOCAL_CRASHED,
    };
}

static void fail(struct engine *e, struct job *job, const struct local_result *r)
{
    struct failure f = failure_said(r);
    if (f.code.len == 0) f.code = SLICE("handler_error");
    move_failed(e, job, &f, NULL);
}

static void crash(struct engine *e, struct job *job, const struct local_result *r)
{
    struct failure f = failure_said(r);
    move_crashed(e, job, &f);
}

/* The worker has noticed by itself. */
static void time_out(struct engine *e, struct job *job)
{
    struct failure f = failure_of_timeout();
    move_failed(e, job, &f, NULL);
}

/* ---- results that go into files of their own ---- */

static void fail_unsaved(struct engine *e, struct job *job, int rc)
{
    struct failure f = {.code = SLICE("result_not_stored"), .message = SLICE("There is no room on the disk for the result."), .retryable = true};
    if (rc == -EFBIG) f.message = SLICE("The result is larger than a file of a result may be."), f.retryable = false;
    move_failed(e, job, &f, NULL);
}

/* True: the job ends when its result is written, or it has failed. */
static bool save(struct engine *e, struct job *job, struct local_result *r)
{
    uint32_t slot = slab_slot(&e->store.jobs, job), generation = slab_generation(&e->store.jobs, slot);
    struct blob_write *w;
    if (!r->result || job->durability == DURABILITY_MEMORY || !blobs_wants(&e->blobs, r->result->len)) return false;
    assert(blobs_can_write(&e->blobs)); /* engine_takes_local has said so */
    int rc = blob_write_begin(e, r->result, &w);
    if (rc < 0) {
        fail_unsaved(e, job, rc);
        return true;
    }
    e->saved[w - e->blobs.writes] = (struct saved_result){true, slot, generation, job->lease->token, *r};
    e->n_saved++;
    r->result = NULL;
    job->lease->run_ends_ns = LEASE_NEVER; /* it has run in time */
    job_arm(e, job);
    return true;
}

/* Its job if that still waits for it. */
static struct job *job_of(const struct engine *e, const struct saved_result *s)
{
    struct job *job = s->is_used ? engine_local_job(e, s->slot, s->generation) : NULL;
    return job && job->lease->token == s->token && !e->log.failed ? job : NULL;
}

static void end_save(struct engine *e, struct saved_result *s)
{
    if (s->is_used) e->n_saved--;
    s->is_used = false;
    straggler_ends(e, s->token); /* where the job was cancelled meanwhile: its handler has long been through */
    s->r.result = block_unref(s->r.result);
}

void local_on_written(struct engine *e, struct blob_write *w, uint32_t index)
{
    struct saved_result *s = &e->saved[index];
    struct job *job = job_of(e, s);
    if (job && log_admit(e, LOG_SNAPSHOT_FIXED + sizeof(struct record_blob), w->rc == 0) != 0) return; /* each turn again */
    int rc = w->rc;
    struct blob *blob = w->blob;
    struct block *made = w->made;
    blobs_take(&e->blobs, w);
    if (job && rc == 0) {
        block_unref(s->r.result);
        s->r.result = made;
        made = NULL;
        complete(e, job, &s->r);
    } else if (job) {
        fail_unsaved(e, job, rc);
    }
    if (rc == 0 && !blob->is_bound) blobs_kill(&e->blobs, blob);
    block_unref(made);
    end_save(e, s);
}

void local_give_back_saved(struct engine *e, uint32_t index)
{
    struct saved_result *s = &e->saved[index];
    struct job *job = job_of(e, s);
    if (job && log_has_room(e)) move_available(e, job, CAUSE_RELEASE, NULL);
    end_save(e, s);
}

uint32_t engine_saving(const struct engine *e)
{
    return e->n_saved;
}

/* ---- the end of an attempt ---- */

static void end_attempt(struct engine *e, struct job *job, struct local_result *r)
{
    switch ((enum local_outcome)r->outcome) {
    case LOCAL_COMPLETED:
        if (!save(e, job, r)) complete(e, job, r);
        break;
    case LOCAL_FAILED: fail(e, job, r); break;
    case LOCAL_CRASHED: crash(e, job, r); break;
    case LOCAL_TIMEOUT: time_out(e, job); break;
    case LOCAL_GIVEN_BACK: move_available(e, job, CAUSE_RELEASE, NULL); break;
    }
}

void engine_local_done(struct engine *e, uint32_t slot, uint32_t generation, uint64_t token, struct local_result *r)
{
    struct job *job = engine_local_job(e, slot, generation);
    if (!job || job->lease->token != token) straggler_ends(e, token);
    else if (!e->log.failed) end_attempt(e, job, r);
    r->result = block_unref(r->result);
    engine_give_answers(e);
}

/* ---- what runs on after its attempt ---- */

void straggler_begins(struct engine *e, const struct job *job)
{
    struct queue *queue = queues_queue(&e->store.queues, job);
    if (job->lease->ends_ns != LEASE_NEVER) return; /* of before a restart: its worker went with the process */
    if (stragglers_add(&e->stragglers, job->lease->token, job->queue)) queue_straggler_add(queue);
}

void straggler_ends(struct engine *e, uint64_t token)
{
    uint32_t slot = stragglers_take(&e->stragglers, token);
    struct queue *queue = slot == SLAB_NONE ? NULL : names_at(&e->store.queues.names, slot);
    if (queue && queues_straggler_end(&e->store.queues, queue)) queue_open_up(e, queue);
}

/* ---- held by others ---- */

void engine_held_done(struct engine *e, struct engine_call *call)
{
    struct job *job = store_find(&e->store, call->id);
    struct local_result *end = call->held.end;
    if (job && job->state == JOB_ACTIVE && job->lease->token == call->token) {
        job->lease->holder = NULL; /* it is through, even where its result has yet to be written */
        end_attempt(e, job, end);
    } else {
        straggler_ends(e, call->token);
    }
    end->result = block_unref(end->result);
    engine_answer(e, call, ENGINE_OK);
}

void engine_give_back_held(struct engine *e)
{
    for (uint32_t slot = 0; slot < e->store.jobs.n_touched; slot++) {
        struct job *job = slab_at(&e->store.jobs, slot, slab_generation(&e->store.jobs, slot));
        if (!job || job->state != JOB_ACTIVE || !job->lease->holder) continue;
        if (engine_takes_local(e, false, 0) && !e->log.failed) move_available(e, job, CAUSE_RELEASE, NULL);
    }
    engine_give_answers(e);
}
