#include "jobs/engine_parts.h"

/* Slots looked at per turn, by all walks together. */
#define STEP_SLOTS 4096u

/* ---- who is meant ---- */

static bool is_between(uint64_t at_ns, uint64_t after_ns, uint64_t before_ns)
{
    return at_ns >= after_ns && (before_ns == 0 || at_ns < before_ns);
}

static bool is_type(const struct engine *e, const struct engine_call *call, const struct job *job)
{
    struct slice wanted = call->walk.type, type = queues_type_name(&e->store.queues, job);
    return call->walk.type_is_prefix ? slice_starts(type, wanted) : slice_eq(type, wanted);
}

/* The cheap questions first. */
static bool is_meant(const struct engine *e, const struct engine_call *call, const struct queue *queue, const struct job *job)
{
    if (call->walk.states && !(call->walk.states >> job->state & 1)) return false;
    if (queue && queues_queue(&e->store.queues, job) != queue) return false;
    if (call->walk.has_priority && job->priority != call->walk.priority) return false;
    if (!is_between(job->created_ns, call->walk.created_from_ns, call->walk.created_to_ns)) return false;
    if (!is_between(job->enqueued_ns, call->walk.enqueued_from_ns, call->walk.enqueued_to_ns)) return false;
    if (call->walk.type.len && !is_type(e, call, job)) return false;
    return engine_sees(e, call, job->owner);
}

/* ---- what becomes of them ---- */

void walk_shows(struct engine_call *call, enum job_durability durability)
{
    if (durability > call->walk.durability) call->walk.durability = (uint8_t)durability;
}

void walk_answer(struct engine *e, struct engine_call *call, size_t each)
{
    call->views->len = call->n_views * each;
    call->outcome = ENGINE_OK;
    bool is_told = call->walk.durability == DURABILITY_MEMORY || engine_is_committed(e, e->log.appended, call->walk.durability);
    if (is_told) engine_answer(e, call, ENGINE_OK);
    else log_hold(e, call, call->walk.durability);
}

static void list_add(struct engine *e, struct engine_call *call, const struct job *job)
{
    view_fill(e, job, &((struct job_view *)(void *)call->views->bytes)[call->n_views++]);
    if (log_is_unsettled(e, job)) walk_shows(call, job->durability);
}

/* How many are meant, where the counts by state say so. */
static void count_meant(const struct engine *e, struct engine_call *call)
{
    const struct queue *queue = call->walk.queue.len ? queues_find(&e->store.queues, call->walk.queue) : NULL;
    const uint64_t *by_state = queue ? queue->by_state : e->store.by_state;
    call->walk.has_total = !call->is_limited && !call->walk.type.len && !call->walk.has_priority && !call->walk.created_from_ns &&
                           !call->walk.created_to_ns && !call->walk.enqueued_from_ns && !call->walk.enqueued_to_ns;
    call->n_total = 0;
    if (!call->walk.has_total || (call->walk.queue.len && !queue)) return;
    for (unsigned s = 0; s < JOB_STATES; s++)
        if (!call->walk.states || call->walk.states >> s & 1) call->n_total += (uint32_t)by_state[s];
}

/* ---- walking ---- */

/* Looks at n slots at most. True: the walk has ended. */
static bool look_through(struct engine *e, struct engine_call *call, uint32_t n)
{
    const struct slab *jobs = &e->store.jobs;
    const struct queue *queue = call->walk.queue.len ? queues_find(&e->store.queues, call->walk.queue) : NULL;
    if (call->walk.queue.len && !queue) return true; /* no job has named it */
    for (; n > 0 && call->walk.at < jobs->n_touched; n--, call->walk.at++) {
        const struct job *job = slab_at(jobs, call->walk.at, slab_generation(jobs, call->walk.at));
        if (!job || !is_meant(e, call, queue, job)) continue;
        if (call->walk.offset) {
            call->walk.offset--;
        } else if (call->n_views == call->walk.limit) {
            call->walk.more = true;
            return true;
        } else if (call->op == ENGINE_BULK) {
            bulk_add(call, job);
        } else {
            list_add(e, call, job);
        }
    }
    return call->walk.at >= jobs->n_touched;
}

static void on_walked(struct engine *e, struct engine_call *call)
{
    list_remove(&call->link);
    if (call->op == ENGINE_BULK) {
        bulk_apply(e, call);
        return;
    }
    count_meant(e, call);
    walk_answer(e, call, sizeof(struct job_view));
}

void walks_step(struct engine *e)
{
    uint32_t n = 0;
    list_for_each (node, &e->walks) n++;
    if (n == 0) return;
    uint32_t each = STEP_SLOTS / n + 1;
    for (; n > 0; n--) {
        struct engine_call *call = container_of(e->walks.next, struct engine_call, link);
        if (look_through(e, call, each)) {
            on_walked(e, call);
        } else {
            list_remove(&call->link);
            list_push_back(&e->walks, &call->link);
        }
    }
}

void walks_end(struct engine *e)
{
    while (!list_empty(&e->walks)) {
        struct engine_call *call = container_of(e->walks.next, struct engine_call, link);
        list_remove(&call->link);
        engine_answer(e, call, ENGINE_DRAINING);
    }
}

void walk_begin(struct engine *e, struct engine_call *call, uint32_t limit_max, size_t each)
{
    if (call->walk.limit > limit_max) call->walk.limit = limit_max;
    call->views = block_new(e->options.budget, (call->walk.limit + 1) * each);
    if (!call->views) engine_answer(e, call, ENGINE_FULL);
    else if (e->draining) engine_answer(e, call, ENGINE_DRAINING);
    else list_push_back(&e->walks, &call->link);
}

void engine_list(struct engine *e, struct engine_call *call)
{
    walk_begin(e, call, ENGINE_LIST_MAX, sizeof(struct job_view));
}
