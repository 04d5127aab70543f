#include "jobs/job.h"

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
    while (v->n_errors > 0) {
        v->n_errors--;
        v->errors[v->n_errors] = block_unref(v->errors[v->n_errors]);
    }
}
