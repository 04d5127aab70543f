#include "base/check.h"
#include "jobs/engine_parts.h"

#include <errno.h>

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
    return call->walk.type.len == 0 || is_type(e, call, job);
}

/* ---- what becomes of them ---- */

static struct bulk_item *bulk_items(const struct engine_call *call)
{
    return (struct bulk_item *)(void *)call->views->bytes;
}

static void note(struct engine_call *call, enum job_durability durability)
{
    if (durability > call->walk.durability) call->walk.durability = (uint8_t)durability;
}

/* The walk came past a job that is meant. */
static void take(struct engine *e, struct engine_call *call, const struct job *job)
{
    if (call->op == ENGINE_BULK) {
        bulk_items(call)[call->n_views++] = (struct bulk_item){.id = job->id};
        return;
    }
    view_fill(e, job, &((struct job_view *)(void *)call->views->bytes)[call->n_views++]);
    if (log_is_unsettled(e, job)) note(call, job->durability);
}

/* How many are meant, where the counts by state say so. */
static void count(const struct engine *e, struct engine_call *call)
{
    const struct queue *queue = call->walk.queue.len ? queues_find(&e->store.queues, call->walk.queue) : NULL;
    const uint64_t *by_state = queue ? queue->by_state : e->store.by_state;
    call->walk.has_total = !call->walk.type.len && !call->walk.has_priority && !call->walk.created_from_ns &&
                           !call->walk.created_to_ns && !call->walk.enqueued_from_ns && !call->walk.enqueued_to_ns;
    call->n_total = 0;
    if (call->walk.queue.len && !queue) return;
    for (unsigned s = 0; s < JOB_STATES; s++)
        if (!call->walk.states || call->walk.states >> s & 1) call->n_total += (uint32_t)by_state[s];
}

static void answer(struct engine *e, struct engine_call *call)
{
    size_t each = call->op == ENGINE_BULK ? sizeof(struct bulk_item) : sizeof(struct job_view);
    call->views->len = call->n_views * each;
    call->outcome = ENGINE_OK;
    if (call->op == ENGINE_LIST) count(e, call);
    bool is_told = call->walk.durability == DURABILITY_MEMORY || engine_is_committed(e, e->log.appended, call->walk.durability);
    if (is_told) engine_answer(e, call, ENGINE_OK);
    else log_hold(e, call, call->walk.durability);
}

/* ---- walking ---- */

/* Looks at n slots at most. True: the walk has ended. */
static bool go_on(struct engine *e, struct engine_call *call, uint32_t n)
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
        } else {
            take(e, call, job);
        }
    }
    return call->walk.at >= jobs->n_touched;
}

static void end(struct engine *e, struct engine_call *call)
{
    list_remove(&call->link);
    if (call->op == ENGINE_BULK) engine_bulk_go_on(e, call);
    else answer(e, call);
}

void walks_step(struct engine *e)
{
    uint32_t n = 0;
    if (list_empty(&e->walks)) return;
    list_for_each (node, &e->walks) n++;
    uint32_t each = STEP_SLOTS / n + 1;
    for (; n > 0; n--) {
        struct engine_call *call = container_of(e->walks.next, struct engine_call, link);
        if (go_on(e, call, each)) {
            end(e, call);
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

/* Room for what the walk may find. */
static void begin(struct engine *e, struct engine_call *call, uint32_t limit_max, size_t each)
{
    if (call->walk.limit > limit_max) call->walk.limit = limit_max;
    call->views = block_new(e->options.budget, (call->walk.limit + 1) * each);
    if (!call->views) engine_answer(e, call, ENGINE_FULL);
    else if (e->draining) engine_answer(e, call, ENGINE_DRAINING);
    else list_push_back(&e->walks, &call->link);
}

void engine_list(struct engine *e, struct engine_call *call)
{
    begin(e, call, ENGINE_LIST_MAX, sizeof(struct job_view));
}

/* ---- bulk: cancel, retry, delete ---- */

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
    if (job->state == JOB_DISCARDED) return move_revived(e, job, NULL) ? ENGINE_OK : ENGINE_TOO_MANY_QUEUES;
    move_available(e, job, CAUSE_DUE, NULL);
    return ENGINE_OK;
}

static enum engine_outcome delete(struct engine *e, struct job *job)
{
    if (!job_state_is_terminal(job->state)) return ENGINE_CONFLICT;
    if (job->durability != DURABILITY_MEMORY) log_forgotten(e, job);
    store_drop(&e->store, job);
    return ENGINE_OK;
}

size_t engine_bulk_bytes(const struct engine *e, const struct engine_call *call)
{
    if (call->walk.action != BULK_RETRY || !call->views || call->walk.done >= call->n_views) return 0;
    const struct job *job = store_find(&e->store, bulk_items(call)[call->walk.done].id);
    return job && job->state == JOB_DISCARDED ? log_snapshot_bytes(e, job) : 0;
}

/* Whether the journal has room for it: 0, or what log_admit says. */
static int admit(struct engine *e, const struct engine_call *call, const struct job *job)
{
    bool is_revival = call->walk.action == BULK_RETRY && job->state == JOB_DISCARDED;
    if (job->durability == DURABILITY_MEMORY && !e->log.failed) return 0;
    return log_admit(e, is_revival ? log_snapshot_bytes(e, job) : 0, call->walk.action == BULK_CANCEL);
}

/* True: it has its outcome; false: the journal takes nothing more at present. */
static bool apply(struct engine *e, struct engine_call *call, struct bulk_item *item)
{
    static enum engine_outcome (*const actions[])(struct engine *, struct job *) = {
        [BULK_CANCEL] = cancel, [BULK_RETRY] = retry, [BULK_DELETE] = delete};
    struct job *job = store_find(&e->store, item->id);
    item->outcome = ENGINE_NOT_FOUND;
    if (!job) return true;
    int rc = admit(e, call, job);
    if (rc == -EAGAIN) return false;
    item->state = job->state;
    enum job_durability durability = job->durability;
    bool is_unsettled = log_is_unsettled(e, job);
    item->outcome = (uint8_t)(rc < 0 ? log_refusal(rc) : actions[call->walk.action](e, job));
    if (item->outcome == ENGINE_OK || is_unsettled) note(call, durability);
    return true;
}

void engine_bulk_go_on(struct engine *e, struct engine_call *call)
{
    for (; call->walk.done < call->n_views; call->walk.done++) {
        if (apply(e, call, &bulk_items(call)[call->walk.done])) continue;
        log_stall(e, call); /* and comes back here */
        return;
    }
    answer(e, call);
}

void engine_bulk(struct engine *e, struct engine_call *call)
{
    if (call->views) engine_bulk_go_on(e, call); /* the ids are known; or it was stalled */
    else begin(e, call, ENGINE_BULK_MAX, sizeof(struct bulk_item));
}
