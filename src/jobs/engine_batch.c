#include "base/check.h"
#include "jobs/engine_parts.h"

/* ---- taking them in ---- */

static enum engine_outcome add(struct engine *e, const struct engine_call *call, struct batch_item *item)
{
    struct job_spec *spec = &item->spec;
    assert(spec->priority >= JOB_PRIORITY_MIN && spec->priority <= JOB_PRIORITY_MAX);
    assert(spec->type.len <= JOB_TYPE_MAX && spec->queue.len <= JOB_QUEUE_MAX);
    item->id = submit_id(e, spec);
    if (spec->has_id && store_find(&e->store, spec->id)) return ENGINE_DUPLICATE;
    if (submit_is_too_much(e, spec)) return ENGINE_QUEUE_FULL;
    return submit_add(e, item->id, spec, engine_call_owner(call), &item->job);
}

/* Returns what kept the first of them out; ENGINE_OK: all are in. */
static enum engine_outcome add_all(struct engine *e, const struct engine_call *call)
{
    struct batch_item *items = engine_call_items(call);
    enum engine_outcome first = ENGINE_OK;
    for (uint32_t i = 0; i < call->n_items; i++) {
        items[i].job = NULL;
        if (items[i].is_void) continue;
        items[i].outcome = (uint8_t)add(e, call, &items[i]);
        if (first == ENGINE_OK) first = items[i].outcome;
    }
    return first;
}

static void take_back_all(struct engine *e, struct batch_item *items, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        if (items[i].job) submit_take_back(e, items[i].job);
        items[i].job = NULL;
    }
}

static void fill_all(struct engine *e, struct batch_item *items, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        struct batch_item *item = &items[i];
        if (!item->job) continue;
        item->state = (uint8_t)submit_state(e, &item->spec);
        struct block *asked = item->spec.envelope ? block_ref(item->spec.envelope) : NULL;
        submit_fill(e, item->job, &item->spec); /* which may keep a copy */
        item->spec.timeout_ms = item->job->timeout_ms; /* the queue may have said it */
        item->spec.lease_ms = item->job->lease_ms;
        item->spec.retry.max_attempts = store_wishes(&e->store, item->job)->max_attempts;
        item->spec.envelope = asked; /* the answer is made of its slices */
    }
}

/* ---- telling ---- */

/* What nobody's batch has made is nobody's. Whoever made it: by now its id may be that of a job of somebody else's. */
static bool is_seen(const struct engine *e, const struct engine_call *call, const struct batch_item *item, const struct job *job)
{
    bool is_nobodys = item->outcome == ENGINE_OK && job->owner == OWNER_NONE && call->owner_bytes == 0;
    return is_nobodys || engine_sees(e, call, job->owner);
}

/* NULL: there is none, or none that the caller sees. */
static struct job *job_of(const struct engine *e, const struct engine_call *call, const struct batch_item *item)
{
    struct job *job = item->is_void ? NULL : store_find(&e->store, item->id);
    return job && is_seen(e, call, item, job) ? job : NULL;
}

/* What is shown of each. Returns the durability that the answer waits for. */
static enum job_durability look_all(const struct engine *e, const struct engine_call *call)
{
    struct batch_item *items = engine_call_items(call);
    enum job_durability durability = DURABILITY_MEMORY;
    for (uint32_t i = 0; i < call->n_items; i++) {
        struct batch_item *item = &items[i];
        bool is_shown = !item->is_void && (item->outcome == ENGINE_OK || item->outcome == ENGINE_DUPLICATE);
        const struct job *job = item->job ? item->job : is_shown ? store_find(&e->store, item->id) : NULL;
        if (!job) continue;
        bool is_own = item->job || is_seen(e, call, item, job);
        if (!is_own && item->outcome == ENGINE_OK) continue; /* it has gone: told as it was made */
        item->state = is_own ? job->state : JOB_STATES;
        item->durability = job->durability;
        item->created_ns = is_own ? job->created_ns : 0;
        item->enqueued_ns = is_own ? job->enqueued_ns : 0;
        if (log_is_unsettled(e, job) && job->durability > durability) durability = job->durability;
    }
    return durability;
}

static void answer(struct engine *e, struct engine_call *call, enum engine_outcome outcome, enum job_durability durability)
{
    call->outcome = (uint8_t)outcome;
    if (durability == DURABILITY_MEMORY) engine_answer(e, call, outcome);
    else log_hold(e, call, durability);
}

/* The jobs as they are by now; without memory the answer goes without. */
static void view_all(const struct engine *e, struct engine_call *call)
{
    const struct batch_item *items = engine_call_items(call);
    call->views = block_new_resident(e->options.budget, call->n_items * sizeof(struct job_view));
    if (!call->views) return;
    struct job_view *views = (struct job_view *)(void *)call->views->bytes;
    for (; call->n_views < call->n_items; call->n_views++) {
        const struct job *job = job_of(e, call, &items[call->n_views]);
        if (job) view_fill(e, job, &views[call->n_views]);
        else views[call->n_views] = (struct job_view){0};
    }
    call->views->len = call->n_views * sizeof *views;
}

void batch_answer(struct engine *e, struct engine_call *call)
{
    enum job_durability durability = look_all(e, call);
    if (call->batch.with_views && (call->is_replay || call->wait_ns)) view_all(e, call);
    if (call->batch.mark > e->log.synced) durability = DURABILITY_SYNCED;
    answer(e, call, ENGINE_OK, durability);
}

/* ---- waiting: for one after the other ---- */

static struct job *next_unfinished(const struct engine *e, struct engine_call *call)
{
    const struct batch_item *items = engine_call_items(call);
    for (; call->batch.at < call->n_items; call->batch.at++) {
        struct job *job = job_of(e, call, &items[call->batch.at]);
        if (job && !job_state_is_terminal(job->state)) return job;
    }
    return NULL;
}

void batch_go_on(struct engine *e, struct engine_call *call)
{
    struct job *job = call->wait_ns && !e->draining ? next_unfinished(e, call) : NULL;
    if (!job || !waits_for_job(&e->waits, call, job, call->batch.until_ns)) batch_answer(e, call);
}

/* ---- the call ---- */

/* room: for its key, moves in; NULL: it has none. Those who wait for a job are served last, but before this call waits: what it knows of the
 * jobs is good until then. */
static void take_in(struct engine *e, struct engine_call *call, struct block *room)
{
    struct batch_item *items = engine_call_items(call);
    struct batch_rider rider;
    uint32_t n = call->n_items;
    fill_all(e, items, n);
    struct batch_key *key = room ? batch_key_take(e, call, room, &rider) : NULL;
    move_begin_all(e, items, n);
    if (key) batch_key_rode(e, key);
    if (!call->wait_ns) batch_answer(e, call);
    move_serve_all(e, items, n);
    for (uint32_t i = 0; i < n; i++) items[i].job = NULL;
    if (call->wait_ns) batch_go_on(e, call);
}

void engine_batch(struct engine *e, struct engine_call *call)
{
    struct batch_item *items = engine_call_items(call);
    struct block *room = NULL;
    uint32_t n = call->n_items;
    assert(n > 0 && n <= ENGINE_BATCH_MAX);
    call->batch.at = 0;
    call->batch.mark = 0;
    call->batch.until_ns = engine_after_ns(e, call->wait_ns);
    if (call->spec.has_key && batch_replay(e, call)) return;
    if (e->draining) {
        engine_answer(e, call, ENGINE_DRAINING);
        return;
    }
    if (call->spec.has_key && (room = batch_key_room(e, n)) == NULL) {
        engine_answer(e, call, ENGINE_TOO_MANY_KEYS);
        return;
    }
    enum engine_outcome first = add_all(e, call);
    if (call->is_atomic && first != ENGINE_OK) {
        block_unref(room);
        take_back_all(e, items, n);
        answer(e, call, first, look_all(e, call));
        return;
    }
    take_in(e, call, room);
}

void engine_batch_wait(struct engine *e, struct engine_call *call)
{
    call->batch.at = 0;
    call->batch.mark = 0;
    call->batch.until_ns = engine_after_ns(e, call->wait_ns);
    batch_go_on(e, call);
}

void engine_batch_drop(struct engine_call *call)
{
    for (uint32_t i = 0; call->items && i < call->n_items; i++) {
        struct batch_item *item = &engine_call_items(call)[i];
        item->spec.envelope = block_unref(item->spec.envelope);
    }
    call->items = block_unref(call->items);
}
