/* model_lease.c: see model.h: who may have a job: fetches, ends of attempts, heartbeats, cancels. */
#include "model_parts.h"

#include "world.h"

#include "base/check.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- fetch ---- */

uint32_t model_fetching(int queue)
{
    uint32_t n = model.queues[queue].n_unseen;
    for (struct model_fetch *f = model.queues[queue].fetching; f; f = f->next[queue]) n++;
    return n;
}

bool model_was_lent(int queue, uint64_t order)
{
    return model.queues[queue].lent_order > order;
}

static bool is_from(const struct model_fetch *f, int queue)
{
    return f->queues >> queue & 1;
}

static void join(struct model_fetch *f, int queue)
{
    struct model_queue *q = &model.queues[queue];
    f->n_sets[queue] = q->n_sets;
    f->has_company |= q->fetching || q->n_unseen;
    for (struct model_fetch *other = q->fetching; other; other = other->next[queue]) other->has_company = true;
    f->next[queue] = q->fetching;
    q->fetching = f;
}

static void leave(struct model_fetch *f, int queue)
{
    struct model_fetch **at = &model.queues[queue].fetching;
    while (*at && *at != f) at = &(*at)->next[queue];
    if (*at) *at = f->next[queue];
}

void model_fetch(struct model_fetch *f)
{
    f->order = model_tick();
    f->asked_ns = sim.now_ns;
    for (int q = 0; q < MODEL_QUEUES; q++)
        if (is_from(f, q)) join(f, q);
}

/* What it had of an engine whose jobs it does not show has gone back. */
static void forget(struct model_fetch *f)
{
    bool is_of_several = f->queues & (f->queues - 1);
    for (int q = 0; q < MODEL_QUEUES; q++) {
        if (!is_from(f, q)) continue;
        leave(f, q);
        if (is_of_several) model.queues[q].lent_order = model_tick(), model.queues[q].lent_ns = sim.now_ns;
    }
}

/* Nothing but a fetch from this queue could have taken it away, and there was none. */
static bool is_surely_available(const struct model_job *j, const struct model_fetch *f)
{
    return is_from(f, j->queue) && j->told == TOLD_OPEN && !j->is_delayed && j->answered_order &&
           j->answered_order < f->order && j->n_tokens == 0 && !j->unseen_grants && !j->cancels_out && !j->is_vague;
}

/* ojs-core: a higher priority first, within one priority first in, first out; of one queue. */
static void check_turn(const struct model_fetch *f, const struct model_job *granted)
{
    if (f->has_company) return;
    for (uint32_t i = 0; i < model.n; i++) {
        const struct model_job *j = model.jobs[i];
        if (j == granted || j->queue != granted->queue || !is_surely_available(j, f)) continue;
        if (j->priority > granted->priority || (j->priority == granted->priority && j->answered_order < granted->asked_order))
            sim_fail("job %s came before its turn: %s waits (priorities %d, %d)", granted->id, j->id, granted->priority,
                     j->priority);
    }
}

static void check_none_left(const struct model_fetch *f)
{
    if (f->has_company || f->is_partial) return;
    for (uint32_t i = 0; i < model.n; i++)
        if (is_surely_available(model.jobs[i], f) && model_is_open(f, model.jobs[i]->queue))
            sim_fail("job %s waits, and a fetch did not get it", model.jobs[i]->id);
}

static void check_may_be_granted(struct model_job *j, const struct model_fetch *f, uint64_t number)
{
    const struct model_token *t = model_last_token(j);
    if (!is_from(f, j->queue)) sim_fail("job %s is of another queue", j->id);
    if (j->told != TOLD_OPEN && j->over_order < f->order && !j->is_vague && !model_may_be_revived(j, f->order))
        sim_fail("job %s is over (%d), and was granted", j->id, j->told);
    if (model_may_be_revived(j, f->order)) model_revive(j);
    if (!t || j->is_vague) return;
    if (number <= t->number) sim_fail("job %s: token %" PRIx64 " after %s", j->id, number, t->text);
    bool is_free = t->is_ended || j->nacks_out || j->requeues_out || sim.now_ns >= t->until_ns;
    if (!is_free) sim_fail("job %s was granted to a second worker", j->id);
    if (!t->is_ended) j->losses++;
}

static uint32_t grant(struct model_job *j, const struct model_fetch *f, const cJSON *view)
{
    const char *text = model_text(view, "lease_token");
    uint64_t number = strtoull(text, NULL, 16);
    model_meet(j, model_text(view, "id"));
    if (strcmp(model_text(view, "state"), "active") != 0)
        sim_fail("job %s was granted as '%s'", j->id, model_text(view, "state"));
    check_may_be_granted(j, f, number);
    check_turn(f, j);
    assert(j->n_tokens < MODEL_TOKENS_MAX);
    struct model_token *t = &j->tokens[j->n_tokens++];
    *t = (struct model_token){
        .number = number, .told_order = model_tick(), .until_ns = f->asked_ns + f->ttl_ns, .ttl_ns = f->ttl_ns};
    (void)snprintf(t->text, sizeof t->text, "%s", text);
    if (!j->answered_order) j->answered_order = model_tick(); /* its submit was not answered */
    j->changed_ns = sim.now_ns;
    model_look(j, f->order, view);
    model_check_checkpoint(j, view);
    return j->n_tokens - 1;
}

/* What it may have taken. */
static void not_seen(const struct model_fetch *f)
{
    for (int q = 0; q < MODEL_QUEUES; q++) model.queues[q].n_unseen += is_from(f, q);
    for (uint32_t i = 0; i < model.n; i++)
        if (is_from(f, model.jobs[i]->queue) && (model.jobs[i]->told == TOLD_OPEN || model.jobs[i]->retries_out))
            model.jobs[i]->unseen_grants++;
}

bool model_is_unknown(int status, const cJSON *answer)
{
    const cJSON *error = cJSON_GetObjectItemCaseSensitive(answer, "error");
    return status == 0 || (status == 503 && error && strstr(model_text(error, "message"), "is not known"));
}

void model_fetched(struct model_fetch *f, int status, const cJSON *answer,
                   void (*on_job)(void *arg, struct model_job *j, uint32_t token), void *arg)
{
    forget(f);
    if (model_is_unknown(status, answer) || (status == 200 && f->is_partial)) not_seen(f);
    if (status == 503 || status == 0 || status == 408) return;
    if (status != 200) sim_fail("fetch: %d", status);
    uint32_t n = 0, n_of[MODEL_QUEUES] = {0};
    const cJSON *view, *jobs = cJSON_GetObjectItemCaseSensitive(answer, "jobs");
    if (!cJSON_IsArray(jobs)) sim_fail("fetch without jobs");
    cJSON_ArrayForEach(view, jobs)
    {
        const cJSON *args = cJSON_GetObjectItemCaseSensitive(view, "args"), *nonce = cJSON_GetArrayItem(args, 0);
        struct model_job *j = cJSON_IsNumber(nonce) ? model_by_nonce((uint64_t)nonce->valuedouble) : NULL;
        if (!j) sim_fail("a job that nobody submitted");
        on_job(arg, j, grant(j, f, view));
        n_of[j->queue]++;
        n++;
    }
    if (n > f->count) sim_fail("%u jobs, where %u were asked for", n, f->count);
    for (int q = 0; q < MODEL_QUEUES; q++) model_check_settings(f, q, n_of[q]);
    if (n < f->count) check_none_left(f);
}

/* ---- ends ---- */

void model_end(struct model_job *j, enum model_end what, uint64_t result)
{
    switch (what) {
    case END_ACK:
        j->acks_out++;
        assert(j->n_results < MODEL_RESULTS_MAX);
        if (!model_is_result(j, result)) j->results[j->n_results++] = result;
        break;
    case END_NACK: j->nacks_out++; break;
    case END_REQUEUE: j->requeues_out++; break;
    }
}

static void answered(struct model_job *j, enum model_end what)
{
    switch (what) {
    case END_ACK: j->acks_out--; break;
    case END_NACK: j->nacks_out--; break;
    case END_REQUEUE: j->requeues_out--; break;
    }
}

static void drop_result(struct model_job *j, uint64_t result)
{
    for (uint32_t i = 0; i < j->n_results; i++)
        if (j->results[i] == result) j->results[i--] = j->results[--j->n_results];
}

bool model_may_be_refused(const struct model_job *j, uint32_t token)
{
    const struct model_token *t = &j->tokens[token];
    return j->told != TOLD_OPEN || t->is_ended || token + 1 < j->n_tokens || sim.now_ns >= t->until_ns || j->acks_out ||
           j->nacks_out || j->requeues_out || j->cancels_out || j->is_vague;
}

bool model_is_outdated(const struct model_job *j, uint32_t token, uint64_t order)
{
    return token + 1 < j->n_tokens && j->tokens[token + 1].told_order < order;
}

static void check_may_be_accepted(struct model_job *j, uint32_t token, enum model_end what, uint64_t order)
{
    const struct model_token *t = &j->tokens[token];
    bool is_same_again = what == END_ACK && t->is_ended && t->ended_by == END_ACK;
    if (j->is_vague) return;
    if (model_is_outdated(j, token, order)) sim_fail("job %s: the outdated token %s was accepted", j->id, t->text);
    if (is_same_again) return;
    if (t->is_ended) sim_fail("job %s: token %s was accepted twice", j->id, t->text);
    if (j->told != TOLD_OPEN && j->over_order < order && !(what == END_ACK && j->told == TOLD_COMPLETED) && !model_may_be_revived(j, order))
        sim_fail("job %s is over (%d), and its end was accepted", j->id, j->told);
}

static void take_failure(struct model_job *j, enum model_end what, uint64_t order, const cJSON *answer)
{
    const char *state = model_text(answer, "state");
    uint64_t attempt = model_number(answer, "attempt");
    const char *wanted = what == END_REQUEUE ? "available" : attempt >= j->max_attempts ? "discarded" : "retryable";
    if (strcmp(state, wanted) != 0)
        sim_fail("job %s failed in attempt %" PRIu64 " of %u and is '%s'", j->id, attempt, j->max_attempts, state);
    if (what == END_NACK) j->nacks++;
    if (strcmp(state, "discarded") == 0 && j->told == TOLD_OPEN && !model_is_stirred(j, order)) model_over(j, TOLD_DISCARDED);
}

void model_ended(struct model_job *j, uint32_t token, enum model_end what, uint64_t result, uint64_t order, int status,
                 const cJSON *answer)
{
    struct model_token *t = &j->tokens[token];
    if (status == 503 || status == 0 || status == 408) return; /* it may have happened */
    bool is_same_again = what == END_ACK && t->is_ended && t->ended_by == END_ACK;
    answered(j, what);
    if (is_same_again && !j->is_vague) drop_result(j, result); /* the first one stays, if no power cut has undone it */
    if (status == 404 && model_may_be_missing(j, order)) return;
    if (status == 409) {
        if (is_same_again && token + 1 == j->n_tokens && !j->is_vague)
            sim_fail("job %s: the same acknowledgement again was refused", j->id);
        if (!model_may_be_refused(j, token)) sim_fail("job %s: its worker was refused", j->id);
        if (what == END_ACK && !is_same_again) drop_result(j, result);
        return;
    }
    if (status != 200) sim_fail("the end of %s: %d", j->id, status);
    check_may_be_accepted(j, token, what, order);
    t->is_ended = true;
    t->ended_by = what;
    j->changed_ns = sim.now_ns;
    if (what != END_ACK) {
        take_failure(j, what, order, answer);
        return;
    }
    if (strcmp(model_text(answer, "state"), "completed") != 0) sim_fail("acknowledged, and '%s'", model_text(answer, "state"));
    if (j->told == TOLD_OPEN || model_may_be_revived(j, order)) model_over(j, TOLD_COMPLETED);
}

/* ---- cancel, heartbeat ---- */

void model_cancel(struct model_job *j)
{
    j->cancels_out++;
}

void model_cancelled(struct model_job *j, uint64_t order, int status)
{
    if (status == 503 || status == 0 || status == 408) return;
    j->cancels_out--;
    if (status == 404 && model_may_be_missing(j, order)) return;
    if (status == 409) {
        bool may_be_over = j->told != TOLD_OPEN || j->n_results || j->nacks || j->nacks_out || j->cancels_out ||
                           j->queue == 0 || model_may_be_discarded(j);
        if (!may_be_over) sim_fail("job %s cannot be cancelled", j->id);
        return;
    }
    if (status != 200) sim_fail("cancel of %s: %d", j->id, status);
    if (j->told != TOLD_OPEN && j->told != TOLD_CANCELLED && j->over_order < order && !j->is_vague && !model_may_be_revived(j, order))
        sim_fail("job %s was over (%d), and was cancelled", j->id, j->told);
    if (j->told == TOLD_OPEN || model_may_be_revived(j, order)) model_over(j, TOLD_CANCELLED);
}

void model_beaten(struct model_job *j, uint32_t token, uint64_t order, uint64_t asked_ns, uint64_t ttl_ns, int status,
                  const cJSON *answer)
{
    struct model_token *t = &j->tokens[token];
    if (status != 200) {
        if (status != 503 && status != 0 && status != 408) sim_fail("heartbeat: %d", status);
        return;
    }
    if (strcmp(model_text(answer, "state"), "quiet") == 0) return; /* drains */
    bool extended = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(answer, "jobs_extended")) > 0;
    if (!extended && !model_may_be_refused(j, token)) sim_fail("job %s: its worker's heartbeat was refused", j->id);
    if (extended && model_is_outdated(j, token, order) && !j->is_vague)
        sim_fail("job %s: the heartbeat of an outdated token was accepted", j->id);
    if (extended && asked_ns + ttl_ns > t->until_ns) t->until_ns = asked_ns + ttl_ns;
}
