#include "jobs/engine_parts.h"

#define TELL_NS NS_PER_S /* ojs-progress §6.2: at most one event a second per job … */
#define TELL_STEP 0.1F   /* … and of a handler here, which may report as often as it likes, one for each such step */

/* ---- what is kept ---- */

static void forget_said(struct progress *p)
{
    p->data = block_unref(p->data);
    p->fraction = 0;
    p->has_fraction = false;
    p->wall_ns = 0;
}

void progress_begin(struct engine *e, struct job *job)
{
    if (job->history != SLAB_NONE) forget_said(&store_history(&e->store, job)->progress);
}

void progress_end(struct engine *e, struct job *job, const struct lease *l)
{
    struct history *h = job->history == SLAB_NONE ? NULL : store_history(&e->store, job);
    bool is_over = job->state == JOB_COMPLETED || job->state == JOB_CANCELLED; /* there is no next attempt to go on */
    if (h && is_over) h->progress.checkpoint = block_unref(h->progress.checkpoint);
    if (!l->is_local || !(l->progress > 0)) return;
    struct progress *p = &store_history(&e->store, job)->progress;
    p->fraction = l->progress;
    p->has_fraction = true;
    p->wall_ns = engine_wall_ns(e);
}

static void fill_present(const struct lease *l, struct job_view *v)
{
    if (!l->is_local || !(l->progress > 0)) return;
    v->said.has_fraction = true;
    v->said.fraction = l->progress;
    v->said.wall_ns = l->progress_wall_ns;
}

void progress_fill(const struct engine *e, const struct job *job, struct job_view *v)
{
    const struct history *h = store_history_if(&e->store, job);
    if (h) {
        v->said = h->progress;
        if (v->said.data) (void)block_ref(v->said.data);
        if (v->said.checkpoint) (void)block_ref(v->said.checkpoint);
    }
    if (job->state == JOB_ACTIVE) fill_present(job->lease, v);
    bool is_used = v->said.has_fraction || v->said.data;
    if (job->state != JOB_COMPLETED || !is_used) return;
    v->said.has_fraction = true; /* §8.1 */
    v->said.fraction = 1;
    v->said.wall_ns = job->ended_ns;
}

/* ---- telling ---- */

static bool may_tell(const struct engine *e, const struct lease *l)
{
    return !l->progress_told_ns || engine_now_ns(e) >= l->progress_told_ns + TELL_NS;
}

static void tell(struct engine *e, struct job *job)
{
    struct lease *l = job->lease;
    l->progress_told = l->progress;
    l->progress_told_ns = engine_now_ns(e);
    job_note(e, job, EVENT_PROGRESS, job->state, l, 0)->progress = l->progress;
    bus_settle(&e->bus, 0, false);
    job_wake_watchers(e, job);
}

void engine_local_progress(struct engine *e, uint32_t slot, uint32_t generation, float fraction)
{
    struct job *job = engine_local_job(e, slot, generation);
    if (!job || !(fraction >= 0 && fraction <= 1)) return; /* so written that NaN is refused */
    struct lease *l = job->lease;
    if (fraction > l->progress) l->progress_wall_ns = engine_wall_ns(e);
    l->progress = fraction;
    if (fraction < l->progress_told + TELL_STEP || !may_tell(e, l)) return;
    tell(e, job);
    engine_give_answers(e);
}

/* ---- a remote worker's word ---- */

/* Like all that stays with a job: out of memory where there is little. */
static void keep(struct engine *e, struct block **kept, struct block **said)
{
    if (!*said) return;
    block_unref(*kept);
    *kept = payload_keep(&e->options.payloads, *said);
    *said = NULL;
}

/* What was said before stays where nothing new is said; the number never falls within an attempt. */
static void take(struct engine *e, struct job *job, struct progress *said)
{
    struct progress *p = &store_history(&e->store, job)->progress;
    struct lease *l = job->lease;
    if (said->has_fraction && (!p->has_fraction || said->fraction > p->fraction)) {
        p->fraction = said->fraction;
        p->has_fraction = true;
        l->progress = said->fraction;
    }
    keep(e, &p->data, &said->data);
    keep(e, &p->checkpoint, &said->checkpoint);
    p->wall_ns = engine_wall_ns(e);
}

/* Nobody is told that it came too late: the job may have ended while it was on its way. */
void engine_progress(struct engine *e, struct engine_call *call)
{
    struct job *job = engine_job_of(e, call, call->id);
    if (!job) {
        engine_answer_missing(e, call);
        return;
    }
    if (job->state == JOB_ACTIVE && engine_extend(e, call, job)) { /* it is a heartbeat, too */
        take(e, job, &call->progress);
        if (may_tell(e, job->lease)) tell(e, job);
    }
    engine_answer_job(e, call, job, ENGINE_OK);
}
