/* Many jobs cancelled, tried again, deleted in one call: those whose ids it has, or those that a walk has found. */
#include "jobs/engine_parts.h"

#include <errno.h>

static struct bulk_item *items_of(const struct engine_call *call)
{
    return (struct bulk_item *)(void *)call->views->bytes;
}

/* ---- one of them ---- */

static enum engine_outcome cancel(struct engine *e, struct job *job)
{
    if (job_state_is_terminal(job->state) || job->state == JOB_ACTIVE) return ENGINE_CONFLICT;
    move_cancelled(e, job, NULL);
    return ENGINE_OK;
}

static enum engine_outcome retry(struct engine *e, struct job *job)
{
    if (job_is_expired(e, job) || (job->state != JOB_DISCARDED && job->state != JOB_RETRYABLE)) return ENGINE_CONFLICT;
    if (e->draining) return ENGINE_DRAINING;
    if (job->state == JOB_RETRYABLE) {
        move_available(e, job, CAUSE_DUE, NULL);
        return ENGINE_OK;
    }
    if (queue_is_full(queues_queue(&e->store.queues, job))) return ENGINE_QUEUE_FULL;
    return move_revived(e, job, NULL) ? ENGINE_OK : ENGINE_TOO_MANY_QUEUES;
}

static enum engine_outcome delete(struct engine *e, struct job *job)
{
    if (!job_state_is_terminal(job->state)) return ENGINE_CONFLICT;
    engine_forget(e, job);
    return ENGINE_OK;
}

/* Whether the journal has room for it: 0, or what log_admit says. */
static int admit(struct engine *e, const struct engine_call *call, const struct job *job)
{
    bool is_revival = call->walk.action == BULK_RETRY && job->state == JOB_DISCARDED;
    if (job->durability == DURABILITY_MEMORY && !e->log.failed) return 0;
    if (is_revival) return log_admit_new(e, log_snapshot_bytes(e, job));
    return log_admit(e, LOG_SNAPSHOT_FIXED, call->walk.action == BULK_CANCEL);
}

bool bulk_has_to_wait(struct engine *e, const struct engine_call *call)
{
    if (!call->views || call->walk.done >= call->n_views) return false;
    const struct job *job = engine_job_of(e, call, items_of(call)[call->walk.done].id);
    return job && admit(e, call, job) == -EAGAIN;
}

/* True: it has its outcome; false: the journal takes nothing more at present. */
static bool apply(struct engine *e, struct engine_call *call, struct bulk_item *item)
{
    static enum engine_outcome (*const actions[])(struct engine *, struct job *) = {
        [BULK_CANCEL] = cancel, [BULK_RETRY] = retry, [BULK_DELETE] = delete};
    struct job *job = engine_job_of(e, call, item->id);
    item->outcome = ENGINE_NOT_FOUND;
    if (!job) {
        if (e->log.forgotten > e->log.synced) walk_shows(call, DURABILITY_SYNCED); /* as engine_answer_missing */
        return true;
    }
    int rc = admit(e, call, job);
    if (rc == -EAGAIN) return false;
    item->state = job->state;
    enum job_durability durability = job->durability;
    bool is_unsettled = log_is_unsettled(e, job);
    item->outcome = (uint8_t)(rc < 0 ? log_refusal(rc) : actions[call->walk.action](e, job));
    if (item->outcome == ENGINE_OK || is_unsettled) walk_shows(call, durability);
    return true;
}

/* ---- all of them ---- */

void bulk_add(struct engine_call *call, const struct job *job)
{
    items_of(call)[call->n_views++] = (struct bulk_item){.id = job->id};
}

void bulk_apply(struct engine *e, struct engine_call *call)
{
    for (; call->walk.done < call->n_views; call->walk.done++) {
        if (apply(e, call, &items_of(call)[call->walk.done])) continue;
        log_stall(e, call); /* and comes back here */
        return;
    }
    walk_answer(e, call, sizeof(struct bulk_item));
}

void engine_bulk(struct engine *e, struct engine_call *call)
{
    if (call->views) bulk_apply(e, call); /* the ids are known; or it was stalled */
    else walk_begin(e, call, ENGINE_BULK_MAX, sizeof(struct bulk_item));
}
