#include "base/check.h"
#include "jobs/engine_parts.h"

/* ---- fetch ---- */

struct job *engine_next_ready(struct engine *e, struct queue *queue)
{
    struct job *job;
    while ((job = queue_best(queue)) != NULL && job_is_expired(e, job)) { /* ojs-core §5.2 expires_at */
        if (!log_may_expire(e, job)) {
            e->log.unserved = true;
            return NULL;
        }
        move_expired(e, job);
    }
    return job;
}

static uint32_t lease_ms_of(const struct engine_call *call, const struct job *job)
{
    uint32_t asked_ms = call->lease_ms ? call->lease_ms : job->lease_ms; /* openapi.yaml: a fetch overrides */
    return lease_ttl_ms(asked_ms);
}

static uint32_t jobs_wanted(const struct engine_call *call)
{
    if (call->count == 0) return 1;
    return call->count > ENGINE_FETCH_MAX ? ENGINE_FETCH_MAX : call->count;
}

/* Room first, so that no job is granted that cannot be shown. */
static struct job_view *view_room(struct engine *e, struct engine_call *call)
{
    size_t bytes = jobs_wanted(call) * sizeof(struct job_view);
    if (!call->views) call->views = block_new(e->options.budget, bytes);
    return call->views ? (struct job_view *)(void *)call->views->bytes : NULL;
}

/* durability: raised to what the granted jobs ask for. False: no memory. */
static bool grant_from(struct engine *e, struct engine_call *call, struct slice name, enum job_durability *durability)
{
    struct queue *queue = queues_find(&e->store.queues, name);
    struct job *job;
    while (queue && call->n_views < jobs_wanted(call) && (job = engine_next_ready(e, queue)) != NULL) {
        struct job_view *views = view_room(e, call);
        if (!views) return false;
        move_active(e, job, call->worker_id, lease_ms_of(call, job));
        view_fill(e, job, &views[call->n_views++]);
        if (job->durability > *durability) *durability = job->durability;
        call->views->len = call->n_views * sizeof *views;
    }
    return true;
}

void engine_fetch_now(struct engine *e, struct engine_call *call)
{
    bool has_memory = true;
    enum job_durability durability = DURABILITY_MEMORY;
    for (uint16_t i = 0; i < call->n_queues && has_memory; i++) has_memory = grant_from(e, call, call->queues[i], &durability);
    call->outcome = has_memory || call->n_views ? ENGINE_OK : ENGINE_FULL;
    if (durability == DURABILITY_MEMORY) engine_answer(e, call, call->outcome);
    else log_hold(e, call, durability);
}

static bool has_ready(struct engine *e, const struct engine_call *call)
{
    for (uint16_t i = 0; i < call->n_queues; i++) {
        struct queue *queue = queues_find(&e->store.queues, call->queues[i]);
        if (queue && engine_next_ready(e, queue)) return true;
    }
    return false;
}

void engine_fetch(struct engine *e, struct engine_call *call)
{
    assert(call->n_queues <= ENGINE_FETCH_QUEUES_MAX);
    if (e->draining) {
        engine_answer(e, call, ENGINE_DRAINING);
        return;
    }
    if (call->wait_ns && !has_ready(e, call))
        if (waits_for_queues(&e->waits, call, engine_after_ns(e, call->wait_ns))) return;
    engine_fetch_now(e, call);
}

/* ---- ends of an attempt ---- */

/* The token of the grant that job is in or ended in; 0: the last one is void. */
static uint64_t present_token(const struct job *job)
{
    if (job->state == JOB_ACTIVE) return job->lease->token;
    return job_state_is_terminal(job->state) ? job->token : 0;
}

/* The active job that this call may end; otherwise NULL, and the call has its answer. A job that a
 * worker of this server has in hand is nobody else's to end. */
static struct job *held_job(struct engine *e, struct engine_call *call)
{
    struct job *job = engine_job_of(e, call, call->id);
    if (!job) {
        engine_answer_missing(e, call);
    } else if (call->token && call->token != present_token(job)) {
        engine_answer_job(e, call, job, ENGINE_LEASE_LOST);
    } else if (job->state != JOB_ACTIVE || job->lease->is_local) {
        engine_answer_job(e, call, job, ENGINE_CONFLICT);
    } else {
        return job;
    }
    return NULL;
}

/* The same worker says the same again: its first answer was lost on the way. */
static struct job *acked_job(struct engine *e, const struct engine_call *call)
{
    struct job *job = call->token ? engine_job_of(e, call, call->id) : NULL;
    return job && job->state == JOB_COMPLETED && job->token == call->token ? job : NULL;
}

void engine_ack(struct engine *e, struct engine_call *call)
{
    struct job *job = acked_job(e, call);
    if (job) {
        engine_answer_job(e, call, job, ENGINE_OK);
        return;
    }
    job = held_job(e, call);
    if (!job) return;
    if (call->result && !log_takes_result(e, job, blob_record_bytes(e, call->result))) {
        engine_answer(e, call, ENGINE_TOO_LARGE);
        return;
    }
    struct block *result = call->result;
    call->result = NULL;
    move_completed(e, job, result, call->result_is_json, call);
}

void engine_nack(struct engine *e, struct engine_call *call)
{
    struct job *job = held_job(e, call);
    const struct job_failure *said = &call->failure;
    if (!job) return;
    if (said->requeue) {
        move_available(e, job, CAUSE_RELEASE, call);
        return;
    }
    struct failure f = {
        .object = said->error,
        .code = said->code,
        .type = said->type,
        .message = said->message,
        .retryable = !said->has_retryable || said->retryable,
    };
    move_failed(e, job, &f, call);
    call->failure.report = block_unref(call->failure.report); /* what is kept of it has been copied */
}

/* ---- heartbeat, release ---- */

static bool holds(const struct engine_call *call, const struct lease *l)
{
    if (l->is_local || (call->token && call->token != l->token)) return false;
    return !call->worker_id[0] || !l->worker_id[0] || strcmp(call->worker_id, l->worker_id) == 0;
}

bool engine_extend(struct engine *e, const struct engine_call *call, struct job *job)
{
    if (!holds(call, job->lease)) return false;
    lease_extend(job->lease, call->lease_ms ? lease_ttl_ms(call->lease_ms) : job->lease->ttl_ms, engine_now_ns(e));
    job_arm(e, job);
    return true;
}

static bool beat(struct engine *e, const struct engine_call *call, struct uuid id)
{
    struct job *job = engine_job_of(e, call, id);
    if (!job || job->state != JOB_ACTIVE || !engine_extend(e, call, job)) return false;
    struct job_event *ev = job_note(e, job, EVENT_HEARTBEAT, job->state, job->lease, 0);
    ev->due_ns = engine_wall_ns(e) + (job->lease->ends_ns - engine_now_ns(e));
    return true;
}

void engine_heartbeat(struct engine *e, struct engine_call *call)
{
    assert(call->n_ids <= 64);
    call->extended = 0;
    for (uint16_t i = 0; i < call->n_ids; i++)
        if (beat(e, call, call->ids[i])) call->extended |= UINT64_C(1) << i;
    if (call->extended) bus_settle(&e->bus, 0, false);
    engine_answer(e, call, ENGINE_OK);
}

/* Each job of the call that is still in the grant which was not delivered. */
static void each_undelivered(struct engine *e, struct engine_call *call, void (*act)(struct engine *e, struct job *job))
{
    const struct job_view *views = call->views ? (const struct job_view *)(const void *)call->views->bytes : NULL;
    assert(views || call->n_views == 0);
    for (uint32_t i = 0; views && i < call->n_views; i++) {
        struct job *job = store_find(&e->store, views[i].id);
        if (job && job->state == JOB_ACTIVE && job->lease->token == views[i].lease_token) act(e, job);
    }
    engine_answer(e, call, ENGINE_OK);
}

static void release_now(struct engine *e, struct job *job)
{
    move_available(e, job, CAUSE_RELEASE, NULL);
}

static void release_later(struct engine *e, struct job *job)
{
    job->lease->is_undelivered = true;
    job->lease->ends_ns = engine_now_ns(e);
    job_arm(e, job);
}

void engine_release(struct engine *e, struct engine_call *call)
{
    each_undelivered(e, call, release_now);
}

void engine_release_later(struct engine *e, struct engine_call *call)
{
    each_undelivered(e, call, release_later);
}
