#include "jobs/engine_parts.h"

static void copy_name(char *out, struct slice name)
{
    memcpy(out, name.p, name.len); /* fits: checked on its way in. Ends with the zeroes of view_fill */
}

static void fill_times(const struct job *job, uint64_t now_ns, struct job_view *v)
{
    v->created_ns = job->created_ns;
    v->enqueued_ns = job->enqueued_ns;
    v->scheduled_ns = job->scheduled_ns;
    v->started_ns = job->started_ns;
    switch ((enum job_state)job->state) {
    case JOB_RETRYABLE:
        v->next_attempt_ns = job->next_attempt_ns;
        if (v->next_attempt_ns > now_ns) v->retry_in_ns = v->next_attempt_ns - now_ns;
        break;
    case JOB_COMPLETED: v->completed_ns = job->ended_ns; break;
    case JOB_CANCELLED: v->cancelled_ns = job->ended_ns; break;
    case JOB_DISCARDED:
        v->discarded_ns = job->ended_ns;
        /* One that was tried to its end has come to an end: ojs-core §5.3 completed_at. */
        if (!job->is_expired) v->completed_ns = job->ended_ns;
        break;
    case JOB_SCHEDULED:
    case JOB_ACTIVE: v->retried_ns = job->next_attempt_ns; break;
    case JOB_AVAILABLE:
    case JOB_PENDING: break;
    }
}

static void fill_lease(const struct lease *l, struct job_view *v)
{
    v->lease_token = l->token;
    v->progress = l->progress;
    if (!l->is_local) v->lease_ms = l->ttl_ms;
    memcpy(v->worker_id, l->worker_id, sizeof v->worker_id);
}

static void fill_result(const struct engine *e, const struct job *job, struct job_view *v)
{
    const struct history *h = store_history_if(&e->store, job);
    v->progress = 1;
    v->result = job->result ? block_ref(job->result) : NULL;
    v->result_is_json = job->result_is_json;
    v->result_lost_bytes = blob_lost_bytes(e, job->result);
    if (h) memcpy(v->result_type, h->result_type, sizeof v->result_type);
}

static void fill_errors(const struct engine *e, const struct job *job, struct job_view *v)
{
    const struct history *h = store_history_if(&e->store, job);
    if (!h) return;
    for (v->n_errors = 0; v->n_errors < h->n_errors; v->n_errors++) v->errors[v->n_errors] = block_ref(h->errors[v->n_errors]);
}

void view_fill(const struct engine *e, const struct job *job, struct job_view *v)
{
    const struct wishes *wishes = store_wishes(&e->store, job);
    *v = (struct job_view){
        .id = job->id,
        .state = job->state,
        .previous_state = job->previous_state,
        .priority = job->priority,
        .durability = job->durability,
        .attempt = job->attempt,
        .max_attempts = wishes->max_attempts,
        .timeout_ms = job->timeout_ms,
        .lease_ms = job->lease_ms,
        .expires_ns = wishes->expires_ns,
        .envelope = job->envelope ? block_ref(job->envelope) : NULL,
        .args = job_slice(job, job->args),
        .meta = job_slice(job, wishes->meta),
        .tags = job_slice(job, wishes->tags),
        .is_raw = job->is_raw,
        .input_lost_bytes = blob_lost_bytes(e, job->envelope),
    };
    copy_name(v->queue, queues_queue_name(&e->store.queues, job));
    copy_name(v->type, queues_type_name(&e->store.queues, job));
    fill_times(job, engine_wall_ns(e), v);
    fill_errors(e, job, v);
    progress_fill(e, job, v);
    if (job->state == JOB_ACTIVE) fill_lease(job->lease, v);
    if (job->state == JOB_COMPLETED) fill_result(e, job, v);
}

bool job_has_version(const struct engine *e, const struct job *job, uint64_t version)
{
    struct job_view v;
    view_fill(e, job, &v);
    bool is_same = job_view_version(&v) == version;
    job_view_drop(&v);
    return is_same;
}
