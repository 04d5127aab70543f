#include "jobs/state.h"
#include "base/check.h"
#include "jobs/store.h"

#define TO(s) ((s) + 1) /* so that what is not in the table is 0: illegal */

/* Nothing leads out of completed and cancelled, and only one thing out of discarded. */
/* clang-format off */
static const uint8_t moves[JOB_STATES][JOB_CAUSES] = {
    [JOB_SCHEDULED] [CAUSE_DUE]      = TO(JOB_AVAILABLE),
    [JOB_SCHEDULED] [CAUSE_CANCEL]   = TO(JOB_CANCELLED),
    [JOB_SCHEDULED] [CAUSE_EXPIRE]   = TO(JOB_DISCARDED),
    [JOB_PENDING]   [CAUSE_ACTIVATE] = TO(JOB_AVAILABLE),
    [JOB_PENDING]   [CAUSE_CANCEL]   = TO(JOB_CANCELLED),
    [JOB_PENDING]   [CAUSE_EXPIRE]   = TO(JOB_DISCARDED),
    [JOB_AVAILABLE] [CAUSE_GRANT]    = TO(JOB_ACTIVE),
    [JOB_AVAILABLE] [CAUSE_CANCEL]   = TO(JOB_CANCELLED),
    [JOB_AVAILABLE] [CAUSE_EXPIRE]   = TO(JOB_DISCARDED),
    [JOB_ACTIVE]    [CAUSE_ACK]      = TO(JOB_COMPLETED),
    [JOB_ACTIVE]    [CAUSE_RETRY]    = TO(JOB_RETRYABLE),
    [JOB_ACTIVE]    [CAUSE_FAIL]     = TO(JOB_DISCARDED),
    [JOB_ACTIVE]    [CAUSE_LOST]     = TO(JOB_AVAILABLE),
    [JOB_ACTIVE]    [CAUSE_CRASH]    = TO(JOB_DISCARDED),
    [JOB_ACTIVE]    [CAUSE_RELEASE]  = TO(JOB_AVAILABLE),
    [JOB_ACTIVE]    [CAUSE_CANCEL]   = TO(JOB_CANCELLED),
    [JOB_ACTIVE]    [CAUSE_EXPIRE]   = TO(JOB_DISCARDED),
    [JOB_RETRYABLE] [CAUSE_DUE]      = TO(JOB_AVAILABLE),
    [JOB_RETRYABLE] [CAUSE_CANCEL]   = TO(JOB_CANCELLED),
    [JOB_RETRYABLE] [CAUSE_EXPIRE]   = TO(JOB_DISCARDED),
    [JOB_DISCARDED] [CAUSE_REVIVE]   = TO(JOB_AVAILABLE),
};
/* clang-format on */

bool state_next(enum job_state from, enum job_cause cause, enum job_state *to)
{
    uint8_t move = moves[from][cause];
    if (move) *to = (enum job_state)(move - 1);
    return move != 0;
}

static void count(struct store *s, const struct job *job, enum job_state state, uint64_t n)
{
    s->by_state[state] += n;
    queues_queue(&s->queues, job)->by_state[state] += n;
}

void state_begin(struct store *s, struct job *job, enum job_state first)
{
    assert(first == JOB_SCHEDULED || first == JOB_AVAILABLE || first == JOB_PENDING);
    job->state = job->previous_state = (uint8_t)first;
    count(s, job, first, 1);
}

bool state_move(struct store *s, struct job *job, enum job_cause cause)
{
    enum job_state to;
    if (!state_next(job->state, cause, &to)) return false;
    count(s, job, job->state, (uint64_t)-1);
    count(s, job, to, 1);
    job->previous_state = job->state;
    job->state = (uint8_t)to;
    if (job_state_is_terminal(to)) queues_retire(&s->queues, job); /* from here on job->type holds, not job->lane */
    return true;
}

void state_restore(struct store *s, struct job *job, bool is_new, enum job_state state, enum job_state previous)
{
    assert(is_new || !job_state_is_terminal(job->state));
    if (!is_new) count(s, job, job->state, (uint64_t)-1);
    count(s, job, state, 1);
    job->state = (uint8_t)state;
    job->previous_state = (uint8_t)previous;
    if (job_state_is_terminal(state)) queues_retire(&s->queues, job);
}

void state_end(struct store *s, struct job *job)
{
    count(s, job, job->state, (uint64_t)-1);
}
