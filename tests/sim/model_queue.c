/* model_queue.c: see model.h: queues that are paused and resumed, and how many of their jobs may be active. */
#include "model_parts.h"

#include "world.h"

#include "base/check.h"

#include <cjson/cJSON.h>
#include <inttypes.h>

static struct model_setting *setting_of(int queue, enum model_set what)
{
    return what == SET_LIMIT ? &model.queues[queue].limit : &model.queues[queue].paused;
}

/* Of two that are under way at once nobody knows which comes last. */
uint64_t model_set(int queue, enum model_set what)
{
    struct model_setting *s = setting_of(queue, what);
    s->has_company = s->out++ > 0;
    s->is_unsure = true;
    model.queues[queue].n_sets++;
    return model_tick();
}

/* A job of it was surely there when order was asked, so it had a name. */
static bool surely_exists(int queue, uint64_t order)
{
    for (uint32_t i = 0; i < model.n; i++) {
        const struct model_job *j = model.jobs[i];
        if (j->queue == queue && j->answered_order && j->answered_order < order && !model_may_be_missing(j, order))
            return true;
    }
    return false;
}

void model_was_set(int queue, enum model_set what, uint32_t value, uint64_t order, int status, const cJSON *answer)
{
    struct model_setting *s = setting_of(queue, what);
    model.queues[queue].n_sets++;
    if (model_is_unknown(status, answer)) return; /* it stays under way for the rest of this life */
    s->out--;
    if (status == 404 && surely_exists(queue, order)) sim_fail("queue %s is not there", model_queue_names[queue]);
    if (status == 503 || status == 408 || status == 404) return;
    if (status != 200) sim_fail("settings of %s: %d", model_queue_names[queue], status);
    s->is_unsure = s->has_company || s->out > 0;
    s->value = value;
}

void model_queues_crashed(void)
{
    for (int q = 0; q < MODEL_QUEUES; q++) {
        model.queues[q].paused.out = model.queues[q].limit.out = 0; /* what was told stays: it was on the disk */
        model.queues[q].paused.has_company = model.queues[q].limit.has_company = false;
        model.queues[q].n_sets++;
    }
}

/* ---- what a fetch may get ---- */

bool model_is_open(const struct model_fetch *f, int queue)
{
    const struct model_queue *q = &model.queues[queue];
    if (q->n_sets != f->n_sets[queue]) return false; /* it may have been closed meanwhile */
    return !q->paused.is_unsure && !q->paused.value && !q->limit.is_unsure && !q->limit.value;
}

/* Of this queue with a worker, certainly. */
static uint32_t surely_active(int queue)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < model.n; i++) {
        struct model_job *j = model.jobs[i];
        const struct model_token *t = model_last_token(j);
        if (j->queue != queue || !t || t->is_ended || j->told != TOLD_OPEN || j->is_vague) continue;
        bool may_have_ended = j->acks_out || j->nacks_out || j->requeues_out || j->cancels_out || sim.now_ns >= t->until_ns;
        n += !may_have_ended;
    }
    return n;
}

/* Its jobs have been noted. */
void model_check_settings(const struct model_fetch *f, int queue, uint32_t n_granted)
{
    const struct model_queue *q = &model.queues[queue];
    if (n_granted == 0 || q->n_sets != f->n_sets[queue]) return;
    const char *name = model_queue_names[queue];
    if (!q->paused.is_unsure && q->paused.value)
        sim_fail("queue %s is paused, and %u jobs of it were granted", name, n_granted);
    if (q->limit.is_unsure || q->limit.value == 0 || f->has_company) return;
    uint32_t n = surely_active(queue); /* those of this fetch among them: so before it there was room for less */
    if (n > q->limit.value) sim_fail("queue %s has %u active jobs of %u that may be", name, n, q->limit.value);
}
