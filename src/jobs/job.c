#include "jobs/job.h"

#include <assert.h>
#include <string.h>

const char *job_state_name(enum job_state s)
{
    static const char *const names[JOB_STATES] = {
        [JOB_SCHEDULED] = "scheduled", [JOB_AVAILABLE] = "available", [JOB_PENDING] = "pending",
        [JOB_ACTIVE] = "active",       [JOB_COMPLETED] = "completed", [JOB_RETRYABLE] = "retryable",
        [JOB_CANCELLED] = "cancelled", [JOB_DISCARDED] = "discarded",
    };
    return names[s];
}

const char *job_durability_name(enum job_durability d)
{
    static const char *const names[] = {
        [DURABILITY_MEMORY] = "memory", [DURABILITY_LOGGED] = "logged", [DURABILITY_SYNCED] = "synced"};
    return names[d];
}

bool job_state_is_terminal(enum job_state s)
{
    return s == JOB_COMPLETED || s == JOB_CANCELLED || s == JOB_DISCARDED;
}

/* ojs-retry §8. */
struct retry_policy retry_policy_default(void)
{
    return (struct retry_policy){
        .max_attempts = JOB_ATTEMPTS_DEFAULT,
        .initial_ms = 1000,
        .max_ms = 300000,
        .coefficient = 2,
        .backoff = BACKOFF_EXPONENTIAL,
        .jitter = true,
    };
}

void job_view_drop(struct job_view *v)
{
    v->envelope = block_unref(v->envelope);
    v->result = block_unref(v->result);
    v->said.data = block_unref(v->said.data);
    v->said.checkpoint = block_unref(v->said.checkpoint);
    while (v->n_errors > 0) {
        v->n_errors--;
        v->errors[v->n_errors] = block_unref(v->errors[v->n_errors]);
    }
}

static uint64_t mix(uint64_t h, uint64_t n)
{
    h = (h ^ n) * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 32;
}

/* What else is shown never changes within a job's life, and no two lives under one id begin at the same time. */
uint64_t job_view_version(const struct job_view *v)
{
    uint32_t progress;
    static_assert(sizeof progress == sizeof v->progress, "its bits");
    memcpy(&progress, &v->progress, sizeof progress);
    const uint64_t facts[] = {
        v->created_ns,   v->enqueued_ns,   v->scheduled_ns, v->started_ns,      v->completed_ns,
        v->cancelled_ns, v->discarded_ns,  v->expires_ns,   v->next_attempt_ns, v->retried_ns,
        v->lease_token,  v->lease_ms,      progress,        v->result ? v->result->len + 1 : 0,
        (uint64_t)v->input_lost_bytes << 32 | v->result_lost_bytes,
        (uint64_t)v->attempt << 16 | (uint64_t)v->state << 8 | v->n_errors,
    };
    uint64_t h = 0;
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) h = mix(h, facts[i]);
    h = mix(h, h >> 29);
    return h ? h : 1;
}
