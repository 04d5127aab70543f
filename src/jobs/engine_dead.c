#include "base/check.h"
#include "jobs/engine_parts.h"

static bool is_asked_for(const struct engine *e, const struct engine_call *call, const struct job *job)
{
    struct slice queue = call->dead.queue, type = call->dead.type;
    if (!engine_sees(e, call, job->owner)) return false;
    if (queue.len && !slice_eq(queue, queues_queue_name(&e->store.queues, job))) return false;
    return type.len == 0 || slice_eq(type, queues_type_name(&e->store.queues, job));
}

/* Numbers go out before they are committed: what they lead to is asked for once more. */
static void list_keys(struct engine *e, struct engine_call *call)
{
    uint64_t wanted = (uint64_t)call->dead.offset + call->dead.limit;
    uint32_t most = wanted < e->store.n_dead ? (uint32_t)wanted : e->store.n_dead;
    call->views = block_new(e->options.budget, (most + (size_t)1) * sizeof(uint64_t));
    if (!call->views) {
        engine_answer(e, call, ENGINE_FULL);
        return;
    }
    for (struct list *node = e->store.dead.prev; node != &e->store.dead; node = node->prev) {
        const struct job *job = container_of(node, struct job, link);
        if (!is_asked_for(e, call, job) || call->n_total++ >= most) continue;
        ((uint64_t *)(void *)call->views->bytes)[call->n_views++] = job->ended_ns;
    }
    call->views->len = call->n_views * sizeof(uint64_t);
    engine_answer(e, call, ENGINE_OK);
}

void engine_dead_list(struct engine *e, struct engine_call *call)
{
    uint32_t limit = call->dead.limit < ENGINE_DEAD_LIST_MAX ? call->dead.limit : ENGINE_DEAD_LIST_MAX;
    enum job_durability durability = DURABILITY_MEMORY;
    call->n_total = 0;
    if (call->dead.keys) {
        list_keys(e, call);
        return;
    }
    call->views = block_new(e->options.budget, (limit + 1) * sizeof(struct job_view));
    if (!call->views) {
        engine_answer(e, call, ENGINE_FULL);
        return;
    }
    struct job_view *views = (struct job_view *)(void *)call->views->bytes;
    for (struct list *node = e->store.dead.prev; node != &e->store.dead; node = node->prev) {
        const struct job *job = container_of(node, struct job, link);
        if (!is_asked_for(e, call, job) || call->n_total++ < call->dead.offset || call->n_views == limit) continue;
        view_fill(e, job, &views[call->n_views++]);
        if (log_is_unsettled(e, job) && job->durability > durability) durability = job->durability;
    }
    call->views->len = call->n_views * sizeof *views;
    call->outcome = ENGINE_OK;
    if (durability == DURABILITY_MEMORY) engine_answer(e, call, ENGINE_OK);
    else log_hold(e, call, durability);
}

static struct job *find_dead(struct engine *e, struct engine_call *call)
{
    struct job *job = engine_job_of(e, call, call->id);
    if (job && job->is_dead) return job;
    engine_answer_missing(e, call);
    return NULL;
}

void engine_dead_retry(struct engine *e, struct engine_call *call)
{
    struct job *job = find_dead(e, call);
    if (!job) return;
    if (e->draining) engine_answer(e, call, ENGINE_DRAINING);
    else if (queue_is_full(queues_queue(&e->store.queues, job))) engine_answer(e, call, ENGINE_QUEUE_FULL);
    else if (!move_revived(e, job, call)) engine_answer(e, call, ENGINE_TOO_MANY_QUEUES);
}

void engine_forget(struct engine *e, struct job *job)
{
    if (job->durability != DURABILITY_MEMORY) log_forgotten(e, job);
    store_drop(&e->store, job);
}

void engine_dead_delete(struct engine *e, struct engine_call *call)
{
    struct job *job = find_dead(e, call);
    if (!job) return;
    enum job_durability durability = job->durability;
    engine_forget(e, job);
    call->outcome = ENGINE_OK;
    if (durability == DURABILITY_MEMORY) engine_answer(e, call, ENGINE_OK);
    else log_hold(e, call, durability);
}
