#include "base/check.h"
#include "jobs/engine_parts.h"

/* ---- submit ---- */

static struct span span_in(const struct block *envelope, struct slice s)
{
    if (s.len == 0) return (struct span){0, 0};
    assert(envelope && s.p >= envelope->bytes && s.p + s.len <= envelope->bytes + envelope->len);
    assert(envelope->len <= UINT32_MAX);
    return (struct span){(uint32_t)(s.p - envelope->bytes), (uint32_t)s.len};
}

static struct wishes wishes_of(const struct job_spec *spec, const struct retry_policy *p)
{
    return (struct wishes){
        .expires_ns = spec->expires_wall_ns,
        .meta = span_in(spec->envelope, spec->meta),
        .tags = span_in(spec->envelope, spec->tags),
        .non_retryable = span_in(spec->envelope, p->non_retryable),
        .max_attempts = p->max_attempts ? p->max_attempts : 1,
        .retry_initial_ms = p->initial_ms,
        .retry_max_ms = p->max_ms,
        .retry_coefficient = p->coefficient,
        .retry_backoff = p->backoff,
        .retry_jitter = p->jitter,
        .dead_letter = p->dead_letter,
    };
}

/* The envelope's reference moves in. */
void submit_fill(struct engine *e, struct job *job, struct job_spec *spec)
{
    job->priority = spec->priority;
    job->durability = e->log.journal ? spec->durability & 3u : DURABILITY_MEMORY;
    const struct queue_config *usual = &queues_queue(&e->store.queues, job)->settings.config;
    job->timeout_ms = spec->timeout_ms ? spec->timeout_ms : usual->timeout_ms;
    job->lease_ms = spec->lease_ms ? spec->lease_ms : usual->lease_ms;
    job->created_ns = engine_wall_ns(e);
    job->scheduled_ns = spec->scheduled_wall_ns;
    job->args = span_in(spec->envelope, spec->args);
    struct wishes wishes = wishes_of(spec, spec->has_retry || !usual->has_retry ? &spec->retry : &usual->retry);
    store_wish(&e->store, job, &wishes);
    job->is_raw = spec->is_raw;
    job->envelope = payload_keep(&e->options.payloads, spec->envelope);
    blob_bind(e, job, job->envelope);
    spec->envelope = NULL;
}

struct uuid submit_id(struct engine *e, const struct job_spec *spec)
{
    struct uuid id;
    if (spec->has_id) return spec->id;
    do id = uuid_make(&e->ids, engine_wall_ns(e));
    while (store_find(&e->store, id)); /* only a client that guessed it could have it already */
    return id;
}

enum job_state submit_state(const struct engine *e, const struct job_spec *spec)
{
    if (spec->pending) return JOB_PENDING;
    return spec->scheduled_wall_ns > engine_wall_ns(e) ? JOB_SCHEDULED : JOB_AVAILABLE;
}

enum engine_outcome submit_add(struct engine *e, struct uuid id, const struct job_spec *spec, struct slice owner, struct job **out)
{
    struct job *job;
    enum store_outcome outcome = store_add(&e->store, id, spec->queue, spec->type, &job);
    if (outcome != STORE_OK) return outcome == STORE_FULL ? ENGINE_FULL : ENGINE_TOO_MANY_QUEUES;
    if (!engine_own(e, owner, &job->owner)) {
        store_take_back(&e->store, job);
        return ENGINE_TOO_MANY_OWNERS;
    }
    *out = job;
    return ENGINE_OK;
}

void submit_take_back(struct engine *e, struct job *job)
{
    owners_drop(&e->owners, job->owner);
    store_take_back(&e->store, job);
}

/* The same request again joins the first. False: the key is new. */
static bool replay(struct engine *e, struct engine_call *call)
{
    const struct key_entry *entry = keys_find(&e->keys, &call->spec.key, engine_wall_ns(e));
    if (!entry) return false;
    struct job *job = store_find(&e->store, entry->job);
    assert(job); /* keys go with their jobs */
    if (memcmp(entry->key.print, call->spec.key.print, sizeof entry->key.print) != 0) {
        engine_answer_job(e, call, job, ENGINE_KEY_REUSED);
        return true;
    }
    call->is_replay = true;
    engine_answer_or_park(e, call, job);
    return true;
}

static void take_key(struct engine *e, struct job *job, const struct job_key *key)
{
    keys_add(&e->keys, key, job->id, engine_wall_ns(e) + KEY_NS);
    job->has_key = true;
}

bool queue_is_full(const struct queue *queue)
{
    uint32_t most = queue->settings.config.max_size;
    return most && queue_depth(queue) >= most;
}

bool submit_is_too_much(const struct engine *e, const struct job_spec *spec)
{
    const struct queue *queue = e->store.queues.n_kept ? queues_find(&e->store.queues, spec->queue) : NULL;
    return queue && queue_is_full(queue);
}

void engine_submit(struct engine *e, struct engine_call *call)
{
    struct job_spec *spec = &call->spec;
    if (spec->has_key && replay(e, call)) return;
    struct job *job = spec->has_id ? store_find(&e->store, spec->id) : NULL;
    assert(spec->priority >= JOB_PRIORITY_MIN && spec->priority <= JOB_PRIORITY_MAX);
    assert(spec->type.len <= JOB_TYPE_MAX && spec->queue.len <= JOB_QUEUE_MAX);
    assert(!spec->is_raw || (spec->args.len && job_raw_type(spec->envelope, spec->args).len <= JOB_MEDIA_TYPE_MAX));
    if (job) {
        engine_answer_taken(e, call, job);
    } else if (e->draining) {
        engine_answer(e, call, ENGINE_DRAINING);
    } else if (spec->has_key && !keys_have_room(&e->keys, engine_wall_ns(e))) {
        engine_answer(e, call, ENGINE_TOO_MANY_KEYS);
    } else if (submit_is_too_much(e, spec)) {
        engine_answer(e, call, ENGINE_QUEUE_FULL);
    } else {
        enum engine_outcome outcome = submit_add(e, submit_id(e, spec), spec, engine_call_owner(call), &job);
        if (outcome != ENGINE_OK) {
            engine_answer(e, call, outcome);
            return;
        }
        enum job_state first = submit_state(e, spec);
        submit_fill(e, job, spec);
        if (spec->has_key) take_key(e, job, &spec->key);
        if (call->held.holder) move_adopted(e, job, call);
        else move_begin(e, job, first, call);
    }
}

/* Events have told of it, so it ends before it goes. */
void engine_withdraw(struct engine *e, struct engine_call *call)
{
    struct job *job = store_find(&e->store, call->id);
    if (job && job->state == JOB_ACTIVE && job->lease->holder == call->held.holder) job->lease->holder = NULL; /* it knows */
    if (job && !job_state_is_terminal(job->state)) move_cancelled(e, job, NULL);
    if (job) engine_forget(e, job);
    straggler_ends(e, call->token); /* nobody will say so */
    engine_answer(e, call, ENGINE_OK);
}

/* ---- probe: another engine is about to take what may be here ---- */

static bool probe_items(struct engine *e, struct engine_call *call)
{
    struct batch_item *items = engine_call_items(call);
    bool has_any = false;
    for (uint32_t i = 0; i < call->n_items; i++) {
        struct batch_item *item = &items[i];
        const struct job *job = item->is_void || !item->spec.has_id ? NULL : store_find(&e->store, item->spec.id);
        if (!job) continue;
        has_any = item->is_void = item->is_elsewhere = true;
        item->outcome = ENGINE_DUPLICATE;
        item->id = job->id;
        item->state = engine_sees(e, call, job->owner) ? job->state : JOB_STATES;
        item->durability = job->durability;
    }
    return has_any;
}

void engine_probe(struct engine *e, struct engine_call *call)
{
    if (call->items && call->spec.has_key && batch_replay(e, call)) return;
    if (call->items) { /* what they show, and what they miss because it was deleted, is told when it is on the disk */
        engine_answer_synced(e, call, probe_items(e, call) ? ENGINE_DUPLICATE : ENGINE_NOT_FOUND, e->log.appended);
        return;
    }
    if (call->spec.has_key && replay(e, call)) return;
    struct job *job = call->spec.has_id ? store_find(&e->store, call->spec.id) : NULL;
    if (job) engine_answer_taken(e, call, job);
    else engine_answer_missing(e, call);
}

/* ---- one job ---- */

void engine_info(struct engine *e, struct engine_call *call)
{
    struct job *job = engine_job_of(e, call, call->id);
    if (job) engine_answer_or_park(e, call, job);
    else engine_answer_missing(e, call);
}

static bool is_known(const struct engine *e, const struct engine_call *call, const struct job *job)
{
    bool found = false;
    for (unsigned i = 0; i < call->n_known; i++) found |= job_has_version(e, job, call->known[i]);
    return found;
}

void engine_cancel(struct engine *e, struct engine_call *call)
{
    struct job *job = engine_job_of(e, call, call->id);
    if (!job) engine_answer_missing(e, call);
    else if (job_state_is_terminal(job->state)) engine_answer_job(e, call, job, ENGINE_CONFLICT);
    else if (call->n_known && !is_known(e, call, job)) engine_answer_job(e, call, job, ENGINE_STALE);
    else move_cancelled(e, job, call);
}

void engine_activate(struct engine *e, struct engine_call *call)
{
    struct job *job = engine_job_of(e, call, call->id);
    if (!job) {
        engine_answer_missing(e, call);
        return;
    }
    if (job->state == JOB_PENDING && job_is_expired(e, job)) move_expired(e, job);
    if (job->state == JOB_PENDING) move_available(e, job, CAUSE_ACTIVATE, call);
    else engine_answer_job(e, call, job, ENGINE_CONFLICT);
}
