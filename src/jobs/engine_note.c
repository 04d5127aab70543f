/* engine_note.c: events: of a job, noted; those that a caller asks for. */
#include "jobs/engine_parts.h"

struct job_event *job_note(struct engine *e, const struct job *job, enum job_event_kind kind, enum job_state from, const struct lease *l,
                           uint64_t ran_ns)
{
    struct job_event *ev = bus_add(&e->bus);
    struct slice type = queues_type_name(&e->store.queues, job);
    struct slice queue = queues_queue_name(&e->store.queues, job);
    ev->wall_ns = engine_wall_ns(e);
    ev->owner = owners_mark(&e->owners, job->owner);
    ev->job = job->id;
    ev->id = uuid_make(&e->ids, ev->wall_ns);
    ev->kind = (uint8_t)kind;
    ev->from = (uint8_t)from;
    ev->to = job->state;
    ev->attempt = job->attempt;
    ev->max_attempts = store_wishes(&e->store, job)->max_attempts;
    ev->duration_ns = ran_ns;
    memcpy(ev->type, type.p, type.len);
    memcpy(ev->queue, queue.p, queue.len);
    if (l) memcpy(ev->worker_id, l->worker_id, sizeof l->worker_id);
    return ev;
}

/* What is nobody's is shown to those only who see all. */
void engine_events(struct engine *e, struct engine_call *call)
{
    bool is_alone = e->options.n_engines <= 1; /* then the order in which it shows them is that of all */
    call->events.owner = call->is_limited ? owners_mark_of_name(&e->owners, engine_call_owner(call)) : 0;
    call->events.settled = is_alone ? (struct uuid){UINT64_MAX, UINT64_MAX} : bus_settled(&e->bus, engine_wall_ns(e));
    bool is_nobody = call->is_limited && !call->events.owner;
    engine_answer(e, call, is_nobody || bus_collect(&e->bus, call, e->options.budget) ? ENGINE_OK : ENGINE_FULL);
}
