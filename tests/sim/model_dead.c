/* model_dead.c: see model.h: jobs that have ended, and what may still become of them: tried again, deleted; by themselves as dead letters, or
 * many at once (docs/jobs.md). */
#include "model_parts.h"

#include "world.h"

#include <cjson/cJSON.h>
#include <string.h>

const char *const model_act_names[3] = {"cancelled", "retried", "deleted"};

/* ---- what is known ---- */

bool model_is_gone(const struct model_job *j)
{
    return j->told == TOLD_LOST || j->told == TOLD_DELETED;
}

bool model_is_stirred(const struct model_job *j, uint64_t order)
{
    return j->retries_out || j->deletes_out || j->stirred_order > order;
}

static bool may_be_over(const struct model_job *j)
{
    return j->told != TOLD_OPEN || j->n_results || j->cancels_out || j->queue == 0 || j->is_vague || model_may_be_discarded(j);
}

bool model_may_be_given_up(const struct model_job *j)
{
    return sim.p.disk_may_fill && may_be_over(j);
}

bool model_may_be_missing(const struct model_job *j, uint64_t order)
{
    return model_is_gone(j) || j->may_be_deleted || model_is_stirred(j, order) || model_may_be_given_up(j);
}

/* Nobody knows how it has ended. */
void model_give_up(struct model_job *j)
{
    if (j->told != TOLD_OPEN) return;
    model_over(j, TOLD_LOST);
    j->is_vague = true;
}

bool model_may_be_revived(const struct model_job *j, uint64_t order)
{
    return j->told == TOLD_DISCARDED && (j->retries_out || j->stirred_order > order);
}

void model_revive(struct model_job *j)
{
    j->told = TOLD_OPEN;
    j->tokens_before = j->retry_tokens;
    j->lives_before = j->retry_lives;
    j->unseen_grants += model.queues[j->queue].n_unseen;
    j->changed_ns = sim.now_ns;
}

void model_settle_acts(struct model_job *j, const char *state)
{
    if (j->told == TOLD_DISCARDED && j->retries_out && strcmp(state, "discarded") != 0) model_revive(j);
    j->retries_out = j->deletes_out = 0;
    j->stirred_order = model_tick();
}

/* It was over when order was asked, and but for this one act nothing can have changed that. */
static bool is_surely_over(const struct model_job *j, enum model_act what, uint64_t order)
{
    uint32_t own = what != ACT_CANCEL, acts = j->retries_out + j->deletes_out;
    return j->told != TOLD_OPEN && !model_is_gone(j) && j->over_order < order && acts == own && j->stirred_order <= order &&
           !j->is_vague;
}

static bool is_surely_dead(const struct model_job *j, enum model_act what, uint64_t order)
{
    return j->told == TOLD_DISCARDED && is_surely_over(j, what, order);
}

/* ---- one of them ---- */

void model_act(struct model_job *j, enum model_act what)
{
    switch (what) {
    case ACT_CANCEL: model_cancel(j); break;
    case ACT_RETRY:
        if (j->retries_out++) break;
        j->retry_tokens = j->n_tokens;
        j->retry_lives = j->lives_ended;
        break;
    case ACT_DELETE: j->deletes_out++; break;
    }
}

static void count_answer(struct model_job *j, enum model_act what)
{
    switch (what) {
    case ACT_CANCEL: j->cancels_out--; return;
    case ACT_RETRY: j->retries_out--; break;
    case ACT_DELETE: j->deletes_out--; break;
    }
    j->stirred_order = model_tick();
}

static void check_not_gone(const struct model_job *j, enum model_act what, uint64_t order)
{
    if (model_is_gone(j) && j->over_order < order && !j->is_vague)
        sim_fail("job %s is gone (%d), and was %s", j->id, j->told, model_act_names[what]);
}

static void retried(struct model_job *j, uint64_t order)
{
    bool was_final = (j->told == TOLD_COMPLETED || j->told == TOLD_CANCELLED) && j->over_order < order;
    bool may_have_failed = j->told == TOLD_DISCARDED || j->nacks || j->nacks_out || model_may_be_discarded(j);
    check_not_gone(j, ACT_RETRY, order);
    if ((was_final || !may_have_failed) && !j->is_vague) sim_fail("job %s (told %d) was tried again", j->id, j->told);
    if (j->told == TOLD_DISCARDED) model_revive(j);
}

static void deleted(struct model_job *j, uint64_t order)
{
    check_not_gone(j, ACT_DELETE, order);
    if (!may_be_over(j)) sim_fail("job %s was deleted before its end", j->id);
    model_over(j, TOLD_DELETED);
}

static void acted(struct model_job *j, enum model_act what, uint64_t order)
{
    if (what == ACT_CANCEL) {
        model_cancelled(j, order, 200);
        return;
    }
    if (what == ACT_RETRY) retried(j, order);
    else deleted(j, order);
    count_answer(j, what);
}

/* ---- dead letters ---- */

void model_letter_answered(struct model_job *j, enum model_act what, uint64_t order, int status, const cJSON *answer)
{
    if (status == 503 || status == 0 || status == 408) return;
    if (status == 404) {
        if (j->is_letter && is_surely_dead(j, what, order) && !model_may_be_given_up(j))
            sim_fail("dead letter %s is not there", j->id);
        count_answer(j, what);
        return;
    }
    if (status != 200) sim_fail("dead letter %s cannot be %s: %d", j->id, model_act_names[what], status);
    if (!j->is_letter) sim_fail("job %s is no dead letter, and was %s", j->id, model_act_names[what]);
    bool is_again =
        what == ACT_RETRY && j->tokens_before && j->tokens_before == j->retry_tokens; /* its next worker was faster */
    if (!model_may_be_discarded(j) && !is_again)
        sim_fail("job %s has not failed, and was %s as a dead letter", j->id, model_act_names[what]);
    acted(j, what, order);
    if (what == ACT_RETRY && answer) model_look(j, order, cJSON_GetObjectItemCaseSensitive(answer, "job"));
}

static struct model_job *find(const char *id)
{
    for (uint32_t i = 0; i < model.n; i++)
        if (strcmp(model.jobs[i]->id, id) == 0) return model.jobs[i];
    return NULL;
}

void model_letters_seen(uint64_t order, int status, const cJSON *answer)
{
    const char *last = "9";
    const cJSON *view;
    if (status == 503 || status == 0 || status == 408) return;
    if (status != 200) sim_fail("dead letters: %d", status);
    cJSON_ArrayForEach(view, cJSON_GetObjectItemCaseSensitive(answer, "jobs"))
    {
        const char *when = model_text(view, "discarded_at");
        const cJSON *nonce = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(view, "args"), 0);
        struct model_job *j = cJSON_IsNumber(nonce) ? model_by_nonce((uint64_t)nonce->valuedouble) : NULL;
        if (!j) sim_fail("a dead letter that nobody submitted");
        model_meet(j, model_text(view, "id"));
        if (!j->is_letter || strcmp(model_text(view, "state"), "discarded") != 0) sim_fail("job %s is no dead letter", j->id);
        if (strcmp(when, last) > 0) sim_fail("dead letters are not in order: %s after %s", when, last);
        last = when;
        model_look(j, order, view);
    }
}

bool model_letters_whole(const cJSON *answer)
{
    const cJSON *views = cJSON_GetObjectItemCaseSensitive(answer, "jobs"), *view;
    for (uint32_t i = 0; i < model.n; i++) {
        const struct model_job *j = model.jobs[i];
        bool is_listed = false;
        if (!j->is_letter || j->told != TOLD_DISCARDED || model_may_be_given_up(j)) continue;
        cJSON_ArrayForEach(view, views) is_listed |= strcmp(model_text(view, "id"), j->id) == 0;
        if (!is_listed) return false;
    }
    return true;
}

/* ---- many ---- */

void model_bulk(struct model_bulk *b)
{
    b->order = model_tick();
    for (uint32_t i = 0; i < b->n; i++) model_act(b->jobs[i], b->what);
    if (!b->by_filter) return;
    model.queues[b->queue].filters_out[b->what]++; /* and those that are submitted meanwhile */
    for (uint32_t i = 0; i < model.n; i++)
        if (model.jobs[i]->queue == b->queue) model_act(model.jobs[i], b->what);
}

/* What is active is not for bulk (docs/jobs.md): so it may be left alone where one cancel would not. */
static bool may_be_left(const struct model_job *j, enum model_act what, uint64_t order)
{
    if (j->is_vague || model_may_be_given_up(j)) return true;
    if (what == ACT_RETRY) return !is_surely_dead(j, what, order);
    if (what == ACT_DELETE) return !is_surely_over(j, what, order);
    bool may_be_active =
        j->queue == 0 || j->n_tokens || j->unseen_grants || model_fetching(j->queue) || model_was_lent(j->queue, order);
    return may_be_active || j->told != TOLD_OPEN || j->n_results || j->cancels_out > 1 || model_may_be_discarded(j);
}

static void left_alone(struct model_job *j, enum model_act what, uint64_t order, const char *code)
{
    uint32_t own = what != ACT_CANCEL;
    bool is_stirred = j->retries_out + j->deletes_out > own || j->stirred_order > order;
    bool may_be_gone = model_is_gone(j) || j->may_be_deleted || is_stirred || j->is_vague || model_may_be_given_up(j);
    if (strcmp(code, "not_found") == 0 && !may_be_gone) sim_fail("job %s is not found", j->id);
    if (strcmp(code, "conflict") == 0 && !may_be_left(j, what, order))
        sim_fail("job %s (told %d) is left alone, where others are %s", j->id, j->told, model_act_names[what]);
    count_answer(j, what);
}

/* True: it was done. */
static bool item_answered(struct model_job *j, const struct model_bulk *b, const cJSON *item)
{
    const char *code = model_text(cJSON_GetObjectItemCaseSensitive(item, "error"), "code");
    bool is_done = strcmp(model_text(item, "status"), model_act_names[b->what]) == 0;
    if (is_done) acted(j, b->what, b->order);
    else if (strcmp(code, "backend_error") != 0) left_alone(j, b->what, b->order, code); /* else nobody knows */
    return is_done;
}

static uint32_t ids_answered(const struct model_bulk *b, const cJSON *items)
{
    uint32_t done = 0;
    if ((uint32_t)cJSON_GetArraySize(items) != b->n) sim_fail("%d results of %u jobs", cJSON_GetArraySize(items), b->n);
    for (uint32_t i = 0; i < b->n; i++) {
        const cJSON *item = cJSON_GetArrayItem(items, (int)i);
        if (strcmp(model_text(item, "job_id"), b->jobs[i]->id) != 0) sim_fail("results in another order");
        done += item_answered(b->jobs[i], b, item);
    }
    return done;
}

static const cJSON *item_of(const cJSON *items, const char *id)
{
    const cJSON *item, *found = NULL;
    cJSON_ArrayForEach(item, items)
    {
        if (strcmp(model_text(item, "job_id"), id) != 0) continue;
        if (found) sim_fail("job %s stands twice in an answer", id);
        found = item;
    }
    return found;
}

/* Whose submit was never answered has no name here: it may be one of those that nobody knows. */
static uint32_t filter_answered(const struct model_bulk *b, const cJSON *items)
{
    uint32_t done = 0, n_unknown = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, items)
    {
        if (find(model_text(item, "job_id"))) continue;
        n_unknown++;
        done += strcmp(model_text(item, "status"), model_act_names[b->what]) == 0;
    }
    model.queues[b->queue].filters_out[b->what]--;
    for (uint32_t i = 0; i < model.n; i++) {
        struct model_job *j = model.jobs[i];
        if (j->queue != b->queue) continue;
        item = j->id[0] ? item_of(items, j->id) : NULL;
        if (item) {
            done += item_answered(j, b, item);
        } else if (j->id[0] || !n_unknown) {
            if (!may_be_left(j, b->what, b->order)) sim_fail("job %s was not found by a filter that means it", j->id);
            count_answer(j, b->what);
        }
    }
    return done;
}

void model_bulk_answered(const struct model_bulk *b, int status, const cJSON *answer)
{
    const cJSON *items = cJSON_GetObjectItemCaseSensitive(answer, "items");
    if (status == 503 || status == 0 || status == 408) return;
    if (status != 200 && status != 207 && status != 422) sim_fail("bulk: %d", status);
    uint32_t n = (uint32_t)cJSON_GetArraySize(items), done = b->by_filter ? filter_answered(b, items) : ids_answered(b, items);
    if (status != (done == n ? 200 : done ? 207 : 422))
        sim_fail("%u of %u were %s, and it says %d", done, n, model_act_names[b->what], status);
    if (model_number(answer, model_act_names[b->what]) != done)
        sim_fail("another number than %u were %s", done, model_act_names[b->what]);
}
