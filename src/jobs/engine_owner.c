/* engine_owner.c: whose jobs and schedules are, and who sees them. */
#include "jobs/engine_parts.h"

/* How many jobs that have ended a call gives up at most for the name of another owner. */
#define DROPS_FOR_AN_OWNER 64u

struct slice engine_call_owner(const struct engine_call *call)
{
    return slice_make(call->owner, call->owner_bytes);
}

bool engine_own(struct engine *e, struct slice name, uint32_t *owner)
{
    for (uint32_t drops = 0; !owners_take(&e->owners, name, owner); drops++) {
        struct job *first = store_first_to_go(&e->store);
        if (!first || (!e->store.is_restoring && drops == DROPS_FOR_AN_OWNER)) return false;
        store_drop(&e->store, first);
    }
    return true;
}

bool engine_sees(const struct engine *e, const struct engine_call *call, uint32_t owner)
{
    if (!call->is_limited) return true;
    if (owner == OWNER_NONE) return call->sees_nobodys;
    return slice_eq(owners_name(&e->owners, owner), engine_call_owner(call)); /* cheaper than to find its number */
}

struct job *engine_job_of(const struct engine *e, const struct engine_call *call, struct uuid id)
{
    struct job *job = store_find(&e->store, id);
    return job && engine_sees(e, call, job->owner) ? job : NULL;
}

struct schedule *engine_schedule_of(const struct engine *e, const struct engine_call *call, struct slice name)
{
    uint32_t owner = owners_find(&e->owners, engine_call_owner(call));
    if (call->is_limited && owner == OWNER_NONE) return NULL;
    return schedules_find(&e->schedules, name, owner, !call->is_limited);
}

void engine_answer_taken(struct engine *e, struct engine_call *call, struct job *job)
{
    engine_answer_job(e, call, job, ENGINE_DUPLICATE);
    if (engine_sees(e, call, job->owner)) return;
    job_view_drop(&call->view);
    call->view = (struct job_view){.id = job->id, .state = JOB_STATES};
}
