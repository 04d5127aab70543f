/* model.c: see model.h: jobs, submits, what is seen of a job, crashes. */
#include "model_parts.h"

#include "world.h"

#include "base/check.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JOBS_MAX 2000
/* A job that is only logged is on the disk after the journal's 50 ms and the time that the disk takes. */
#define LOGGED_NS (400 * NS_PER_MS)
/* That a job was given back is told before it is on the disk. */
#define LENT_NS NS_PER_S

const char *const model_queue_names[MODEL_QUEUES] = {"local", "mail", "slow.lane", "reports"}; /* of two engines each has two, of four three have some */
const char *const model_durability_names[3] = {"memory", "logged", "synced"};

struct model model;

uint32_t model_n(void)
{
    return model.n;
}

struct model_job *model_at(uint32_t i)
{
    return model.jobs[i];
}

uint64_t model_tick(void)
{
    return ++model.order;
}

void model_args(const struct model_job *j, char *out, size_t room)
{
    int n = snprintf(out, room, "[%" PRIu64 ",\"%*s\"]", j->nonce, (int)j->pad, "");
    assert(n > 0 && (size_t)n < room);
}

struct model_job *model_by_nonce(uint64_t nonce)
{
    return nonce && nonce <= model.n ? model.jobs[nonce - 1] : NULL;
}

const char *model_text(const cJSON *at, const char *name)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(at, name);
    return cJSON_IsString(v) ? v->valuestring : "";
}

uint64_t model_number(const cJSON *at, const char *name)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(at, name);
    return cJSON_IsNumber(v) && v->valuedouble >= 0 ? (uint64_t)v->valuedouble : 0;
}

struct model_token *model_last_token(struct model_job *j)
{
    return j->n_tokens ? &j->tokens[j->n_tokens - 1] : NULL;
}

void model_over(struct model_job *j, enum model_told told)
{
    j->told = told;
    j->over_order = model_tick();
    j->changed_ns = sim.now_ns;
}

/* ---- submit ---- */

struct model_job *model_submit(const struct model_job *spec)
{
    struct model_job *j = malloc(sizeof *j);
    assert(j && model.n < JOBS_MAX);
    *j = *spec;
    model.jobs[model.n++] = j;
    j->nonce = model.n;
    j->unseen_grants = model.queues[j->queue].n_unseen; /* a fetch whose client has left may still take it */
    for (int what = ACT_CANCEL; what <= ACT_DELETE; what++)
        for (uint32_t i = 0; i < model.queues[j->queue].filters_out[what]; i++) model_act(j, (enum model_act)what);
    j->asked_order = model_tick();
    return j;
}

/* One job for each submit, whoever sees it first. */
void model_meet(struct model_job *j, const char *id)
{
    if (strlen(id) != 36) sim_fail("not an id: '%s'", id);
    if (!j->id[0]) {
        for (uint32_t i = 0; i < model.n; i++)
            if (strcmp(model.jobs[i]->id, id) == 0) sim_fail("id %s was given out twice", id);
        (void)snprintf(j->id, sizeof j->id, "%s", id);
    }
    if (j->is_refused) sim_fail("job %" PRIu64 " was refused, and is there: %s", j->nonce, id);
    if (strcmp(j->id, id) != 0) sim_fail("job %" PRIu64 " exists twice: %s and %s", j->nonce, j->id, id);
}

void model_submitted(struct model_job *j, int status, const cJSON *answer, const char *durability, bool waited)
{
    if (status == 503 || status == 0 || status == 408) return;
    if (status != 201) sim_fail("submit: %d", status);
    const cJSON *view = cJSON_GetObjectItemCaseSensitive(answer, "job");
    model_meet(j, model_text(view, "id"));
    if (strcmp(durability, model_durability_names[j->durability]) != 0) sim_fail("durability '%s'", durability);
    j->answered_order = model_tick();
    j->changed_ns = sim.now_ns;
    const char *state = model_text(view, "state");
    if (!waited && strcmp(state, j->is_delayed ? "scheduled" : "available") != 0 && j->queue != 0)
        sim_fail("a new job is '%s'", state);
    model_look(j, j->asked_order, view);
}

/* They belong to several engines, so that none was made. */
static bool may_be_apart(struct model_job *const *jobs, uint32_t n, const cJSON *answer)
{
    bool is_mixed = false;
    for (uint32_t i = 0; i < n; i++) is_mixed |= jobs[i]->queue != jobs[0]->queue;
    if (strcmp(model_text(cJSON_GetObjectItemCaseSensitive(answer, "error"), "code"), "x_several_engines") != 0) return false;
    if (!is_mixed || sim.p.engines == 1) sim_fail("a batch for one engine is refused as one for several");
    for (uint32_t i = 0; i < n; i++) {
        if (jobs[i]->id[0]) sim_fail("job %s was made, and is refused", jobs[i]->id);
        jobs[i]->is_refused = true;
    }
    return true;
}

void model_batched(struct model_job *const *jobs, uint32_t n, bool is_plain, int status, const cJSON *answer)
{
    const cJSON *views = cJSON_GetObjectItemCaseSensitive(answer, "jobs");
    if (status == 503 || status == 0 || status == 408) return;
    if (status == 422 && may_be_apart(jobs, n, answer)) return;
    if (status != 201) sim_fail("batch: %d", status);
    if ((uint32_t)cJSON_GetArraySize(views) != n) sim_fail("%d jobs of a batch of %u", cJSON_GetArraySize(views), n);
    for (uint32_t i = 0; i < n; i++) {
        struct model_job *j = jobs[i];
        const cJSON *view = cJSON_GetArrayItem(views, (int)i);
        model_meet(j, model_text(view, "id"));
        if (!j->answered_order) j->answered_order = model_tick(), j->changed_ns = sim.now_ns;
        if (is_plain && strcmp(model_text(view, "state"), "available") != 0) sim_fail("a new job of a batch is '%s'", model_text(view, "state"));
        if (!model_is_gone(j) && !j->deletes_out && !j->may_be_deleted) model_look(j, j->asked_order, view); /* one that is gone is shown as it was made */
    }
}

/* ---- what a job may be ---- */

bool model_may_be_discarded(const struct model_job *j)
{
    uint32_t losses = 3; /* after so many lost attempts no more are made, whatever was asked for */
    uint32_t attempts = j->queue ? j->n_tokens - j->tokens_before + j->unseen_grants : j->lives_ended - j->lives_before;
    return j->told == TOLD_DISCARDED || attempts >= (j->max_attempts < losses ? j->max_attempts : losses) || j->is_vague;
}

static void look_at_result(struct model_job *j, const cJSON *view)
{
    const cJSON *result = cJSON_GetObjectItemCaseSensitive(view, "result");
    if (j->queue == 0) {
        const cJSON *args = cJSON_GetObjectItemCaseSensitive(view, "args");
        if (!cJSON_Compare(result, args, true)) sim_fail("job %s: echo gave something else back", j->id);
        return;
    }
    uint64_t n = model_number(result, "n");
    if (!model_is_result(j, n)) sim_fail("job %s has a result that nobody sent: %" PRIu64, j->id, n);
    j->results[0] = n;
    j->n_results = 1;
}

bool model_is_result(const struct model_job *j, uint64_t n)
{
    for (uint32_t i = 0; i < j->n_results; i++)
        if (j->results[i] == n) return true;
    return false;
}

static void look_at_terminal(struct model_job *j, uint64_t order, const cJSON *view, enum model_told now)
{
    bool is_stirred = model_is_stirred(j, order);
    if (j->told != TOLD_OPEN && j->told != now && !j->is_vague && !is_stirred)
        sim_fail("job %s: told as over (%d), and is '%s'", j->id, j->told, model_text(view, "state"));
    if (now == TOLD_COMPLETED) look_at_result(j, view);
    if (now == TOLD_CANCELLED && j->told != now && !j->cancels_out && !j->is_vague)
        sim_fail("job %s is cancelled, and nobody asked", j->id);
    if (now == TOLD_DISCARDED && !model_may_be_discarded(j) && !is_stirred) sim_fail("job %s is discarded too soon", j->id);
    if (model_is_gone(j) || (now == TOLD_DISCARDED && is_stirred)) return; /* it may be something else by now */
    if (j->told != now) model_over(j, now);
}

static void look_at_open(struct model_job *j, uint64_t order, const cJSON *view)
{
    const char *state = model_text(view, "state");
    uint64_t attempt = model_number(view, "attempt");
    if (j->told != TOLD_OPEN && j->over_order < order && !j->is_vague && !model_may_be_revived(j, order))
        sim_fail("job %s: told as over (%d), and is '%s'", j->id, j->told, state);
    bool was_lent = model_was_lent(j->queue, order);
    bool may_be_active = j->queue == 0 || j->n_tokens || j->unseen_grants || model_fetching(j->queue) || was_lent;
    if (strcmp(state, "active") == 0) {
        if (!may_be_active) sim_fail("job %s is active, and nobody fetched it", j->id);
    } else if (strcmp(state, "retryable") == 0) {
        if (!j->nacks && !j->nacks_out) sim_fail("job %s is to be tried again, and has not failed", j->id);
    } else if (strcmp(state, "scheduled") == 0) {
        if (!j->is_delayed) sim_fail("job %s is scheduled, and nobody asked", j->id);
    } else if (strcmp(state, "available") != 0) {
        sim_fail("job %s is '%s'", j->id, state);
    }
    if (j->queue && attempt > j->n_tokens + j->unseen_grants + model_fetching(j->queue) + was_lent)
        sim_fail("job %s counts %" PRIu64 " attempts of %u grants", j->id, attempt, j->n_tokens);
}

void model_look(struct model_job *j, uint64_t order, const cJSON *view)
{
    char args[16384];
    const char *state = model_text(view, "state");
    model_args(j, args, sizeof args);
    cJSON *wanted = cJSON_Parse(args);
    if (!cJSON_Compare(wanted, cJSON_GetObjectItemCaseSensitive(view, "args"), true)) sim_fail("job %s has other args", j->id);
    cJSON_Delete(wanted);
    if (strcmp(model_text(view, "id"), j->id) != 0) sim_fail("another job than %s", j->id);
    if (strcmp(model_text(view, "queue"), model_queue_names[j->queue]) != 0) sim_fail("job %s is in another queue", j->id);
    if (strcmp(state, "completed") == 0) look_at_terminal(j, order, view, TOLD_COMPLETED);
    else if (strcmp(state, "cancelled") == 0) look_at_terminal(j, order, view, TOLD_CANCELLED);
    else if (strcmp(state, "discarded") == 0) look_at_terminal(j, order, view, TOLD_DISCARDED);
    else look_at_open(j, order, view);
}

void model_seen(struct model_job *j, uint64_t order, int status, const cJSON *answer)
{
    if (status == 503 || status == 0 || status == 408) return;
    if (status == 404 && model_may_be_missing(j, order)) {
        if (j->may_be_deleted && j->told == TOLD_OPEN) model_over(j, TOLD_DELETED);
        if (model_may_be_given_up(j)) model_give_up(j);
        return;
    }
    if (status != 200) sim_fail("job %s (told %d) cannot be seen: %d", j->id, j->told, status);
    model_look(j, order, cJSON_GetObjectItemCaseSensitive(answer, "job"));
}

void model_seen_result(struct model_job *j, uint64_t order, int status, const char *body)
{
    char args[16384];
    if (status == 503 || status == 0 || status == 408) return;
    if (status == 404) {
        bool is_over = j->told == TOLD_COMPLETED && j->over_order < order && !model_may_be_missing(j, order);
        if (is_over && j->n_results) sim_fail("job %s has lost its result", j->id);
        return;
    }
    if (status != 200) sim_fail("result of %s: %d", j->id, status);
    model_args(j, args, sizeof args);
    cJSON *result = cJSON_Parse(body);
    if (j->queue == 0 ? strcmp(body, args) != 0 : !model_is_result(j, model_number(result, "n")))
        sim_fail("job %s has a result that nobody sent: %.80s", j->id, body);
    cJSON_Delete(result);
}

/* ---- crashes ---- */

/* Nobody can ask what has become of it. */
static void decide_acts(struct model_job *j)
{
    j->may_be_deleted |= j->deletes_out > 0;
    j->retries_out = j->deletes_out = 0;
}

void model_crashed(uint64_t when_ns, bool power)
{
    model_queues_crashed();
    for (uint32_t i = 0; i < model.n; i++) {
        struct model_job *j = model.jobs[i];
        struct model_queue *q = &model.queues[j->queue];
        model_words_crashed(j);
        j->is_settled = false;
        if (!j->id[0]) decide_acts(j);
        if (j->durability == MODEL_MEMORY) j->told = TOLD_LOST;
        if (j->told == TOLD_OPEN || j->retries_out) j->lives_ended++;
        if (q->lent_order && q->lent_ns + LENT_NS > when_ns) j->unseen_grants++;
        if (j->durability == MODEL_LOGGED && power && j->changed_ns + LOGGED_NS > when_ns) j->is_vague = true;
    }
    model_calls_crashed();
    for (int q = 0; q < MODEL_QUEUES; q++) {
        struct model_queue *all = &model.queues[q];
        all->n_unseen = 0;
        all->fetching = NULL;
        all->lent_order = 0;
        memset(all->filters_out, 0, sizeof all->filters_out);
    }
}

/* A remote worker that comes back has the larger of 5 s and the lease's length to say so (docs/operations.md). */
void model_back(uint64_t began_ns)
{
    for (uint32_t i = 0; i < model.n; i++)
        for (uint32_t k = 0; k < model.jobs[i]->n_tokens; k++) {
            struct model_token *t = &model.jobs[i]->tokens[k];
            if (t->until_ns <= began_ns) continue; /* it may be over */
            t->until_ns = began_ns + (t->ttl_ns > 5 * NS_PER_S ? t->ttl_ns : 5 * NS_PER_S);
        }
}

/* Whether the last grant that was told must still stand. */
static bool must_be_active(struct model_job *j)
{
    const struct model_token *t = model_last_token(j);
    if (!t || t->is_ended || j->told != TOLD_OPEN || j->is_vague) return false;
    return t->until_ns > sim.now_ns && !j->acks_out && !j->nacks_out && !j->requeues_out && !j->cancels_out;
}

static void begin_anew(struct model_job *j, const char *state)
{
    j->acks_out = j->nacks_out = j->requeues_out = j->cancels_out = 0;
    if (j->told == TOLD_OPEN) j->n_results = 0;
    struct model_token *t = model_last_token(j);
    bool may_go_on = j->told == TOLD_OPEN || j->told == TOLD_DISCARDED;
    if (t && strcmp(state, "active") != 0 && may_go_on) t->is_ended = true, t->ended_by = END_REQUEUE;
}

void model_settle(struct model_job *j, int status, const cJSON *answer)
{
    const cJSON *view = cJSON_GetObjectItemCaseSensitive(answer, "job");
    j->is_settled = true;
    if (model_is_gone(j) && !(j->durability != MODEL_MEMORY && j->is_vague && status == 200)) {
        if (status != 404) sim_fail("job %s is gone (%d), and is back: %d", j->id, j->told, status);
        return;
    }
    if (status == 404 && (j->is_vague || j->deletes_out || j->may_be_deleted)) {
        j->told = j->is_vague ? TOLD_LOST : TOLD_DELETED;
        return;
    }
    if (status == 200) j->may_be_deleted = false;
    if (status == 404 && model_may_be_given_up(j)) {
        model_give_up(j);
        return;
    }
    if (status != 200)
        sim_fail("job %s (%s, told %d) is lost: %d", j->id, model_durability_names[j->durability], j->told, status);
    const char *state = model_text(view, "state");
    model_settle_acts(j, state);
    if (j->is_vague) j->told = TOLD_OPEN; /* what it is now stays */
    model_look(j, model_tick(), view);
    if (must_be_active(j) && strcmp(state, "active") != 0) sim_fail("job %s was with a worker, and is '%s'", j->id, state);
    begin_anew(j, state);
}
