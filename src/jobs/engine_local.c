#include "base/check.h"
#include "jobs/engine_parts.h"

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
    if (result && !log_takes_result(e, job, result->len)) {
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

static void end_attempt(struct engine *e, struct job *job, struct local_result *r)
{
    switch ((enum local_outcome)r->outcome) {
    case LOCAL_COMPLETED: complete(e, job, r); break;
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
    if (job && job->state == JOB_ACTIVE && job->lease->token == call->token) end_attempt(e, job, end);
    else straggler_ends(e, call->token);
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
