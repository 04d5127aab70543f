#include "base/check.h"
#include "jobs/engine_parts.h"

/* ---- taking them in ---- */

static enum engine_outcome add(struct engine *e, struct batch_item *item)
{
    struct job_spec *spec = &item->spec;
    assert(spec->priority >= JOB_PRIORITY_MIN && spec->priority <= JOB_PRIORITY_MAX);
    assert(spec->type.len <= JOB_TYPE_MAX && spec->queue.len <= JOB_QUEUE_MAX);
    item->id = submit_id(e, spec);
    if (spec->has_id && store_find(&e->store, spec->id)) return ENGINE_DUPLICATE;
    if (submit_is_too_much(e, spec)) return ENGINE_QUEUE_FULL;
    enum store_outcome outcome = store_add(&e->store, item->id, spec->queue, spec->type, &item->job);
    return outcome == STORE_OK ? ENGINE_OK : submit_refusal(outcome);
}

/* Returns what kept the first of them out; ENGINE_OK: all are in. */
static enum engine_outcome add_all(struct engine *e, struct batch_item *items, uint32_t n)
{
    enum engine_outcome first = ENGINE_OK;
    for (uint32_t i = 0; i < n; i++) {
        items[i].job = NULL;
        if (items[i].is_void) continue;
        items[i].outcome = (uint8_t)add(e, &items[i]);
        if (first == ENGINE_OK) first = items[i].outcome;
    }
    return first;
}

static void take_back_all(struct engine *e, struct batch_item *items, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        if (items[i].job) store_take_back(&e->store, items[i].job);
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
        item->spec.retry.max_attempts = item->job->max_attempts;
        item->spec.envelope = asked; /* the answer is made of its slices */
    }
}

/* ---- telling ---- */

/* What is shown of each. Returns the durability that the answer waits for. */
static enum job_durability look_all(const struct engine *e, struct batch_item *items, uint32_t n)
{
    enum job_durability durability = DURABILITY_MEMORY;
    for (uint32_t i = 0; i < n; i++) {
        struct batch_item *item = &items[i];
        bool is_shown = !item->is_void && (item->outcome == ENGINE_OK || item->outcome == ENGINE_DUPLICATE);
        const struct job *job = item->job ? item->job : is_shown ? store_find(&e->store, item->id) : NULL;
        if (!job) continue;
        item->state = job->state;
        item->durability = job->durability;
        item->created_ns = job->created_ns;
        item->enqueued_ns = job->enqueued_ns;
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

void engine_batch(struct engine *e, struct engine_call *call)
{
    struct batch_item *items = engine_call_items(call);
    uint32_t n = call->n_items;
    assert(n > 0 && n <= ENGINE_BATCH_MAX);
    if (e->draining) {
        engine_answer(e, call, ENGINE_DRAINING);
        return;
    }
    enum engine_outcome first = add_all(e, items, n);
    if (call->is_atomic && first != ENGINE_OK) {
        take_back_all(e, items, n);
        answer(e, call, first, look_all(e, items, n));
        return;
    }
    fill_all(e, items, n);
    move_begin_all(e, items, n);
    answer(e, call, ENGINE_OK, look_all(e, items, n));
    move_serve_all(e, items, n);
}

void engine_batch_drop(struct engine_call *call)
{
    for (uint32_t i = 0; call->items && i < call->n_items; i++) {
        struct batch_item *item = &engine_call_items(call)[i];
        item->spec.envelope = block_unref(item->spec.envelope);
    }
    call->items = block_unref(call->items);
}
