/* model_call.c: see model.h: calls whose wait ran out, and that were answered with the job that they have become (src/api/adopt.h). */
#include "model_parts.h"

#include "world.h"

#include "base/check.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALLS_MAX 200

static struct {
    struct model_call *of[CALLS_MAX];
    uint32_t n;
} calls;

uint32_t model_n_calls(void)
{
    return calls.n;
}

struct model_call *model_call_at(uint32_t i)
{
    return calls.of[i];
}

void model_call_adopted(const char *body, uint64_t order, const cJSON *answer)
{
    const cJSON *view = cJSON_GetObjectItemCaseSensitive(answer, "job");
    const char *id = model_text(view, "id");
    if (!view || calls.n == CALLS_MAX) return; /* the server had no memory to show it */
    struct model_call *c = calloc(1, sizeof *c);
    assert(c);
    for (uint32_t i = 0; i < calls.n; i++)
        if (strcmp(calls.of[i]->id, id) == 0) sim_fail("two calls have become job %s", id);
    if (strlen(id) != 36) sim_fail("not an id: '%s'", id);
    (void)snprintf(c->id, sizeof c->id, "%s", id);
    c->body = body ? strdup(body) : NULL;
    calls.of[calls.n++] = c;
    model_call_seen(c, order, 200, answer);
}

static void call_over(struct model_call *c, enum model_told now)
{
    c->told = now;
    c->over_order = model_tick();
}

static enum model_told told_of(const struct model_call *c, const char *state)
{
    if (strcmp(state, "completed") == 0) return TOLD_COMPLETED;
    if (strcmp(state, "cancelled") == 0) return TOLD_CANCELLED;
    if (strcmp(state, "discarded") == 0) return TOLD_DISCARDED;
    if (strcmp(state, "available") != 0 && strcmp(state, "active") != 0) sim_fail("the job %s of a call is '%s'", c->id, state);
    return TOLD_OPEN;
}

/* An attempt is lost with the server that it ran in, the third for good. */
void model_call_seen(struct model_call *c, uint64_t order, int status, const cJSON *answer)
{
    const cJSON *view = cJSON_GetObjectItemCaseSensitive(answer, "job");
    if (status == 503 || status == 0 || status == 408) return;
    if (status == 404 && sim.p.disk_may_fill) c->is_given_up = true;
    if (c->is_given_up) return;
    if (status != 200) sim_fail("the job %s of a call is lost: %d", c->id, status);
    if (strcmp(model_text(view, "id"), c->id) != 0) sim_fail("another job than %s", c->id);
    enum model_told now = told_of(c, model_text(view, "state"));
    if (c->told != TOLD_OPEN && c->told != now && c->over_order < order)
        sim_fail("the job %s of a call was over (%d), and is '%s'", c->id, c->told, model_text(view, "state"));
    if (now == TOLD_CANCELLED && !c->n_cancels) sim_fail("the job %s of a call is cancelled, and nobody asked", c->id);
    if (now == TOLD_DISCARDED && c->lives_ended < 3) sim_fail("the job %s of a call is discarded too soon", c->id);
    if (now != TOLD_OPEN && c->told == TOLD_OPEN) call_over(c, now);
}

void model_call_result(struct model_call *c, uint64_t order, int status, const char *body)
{
    if (status == 503 || status == 0 || status == 408) return;
    bool is_over = c->told == TOLD_COMPLETED && c->over_order < order;
    if (status == 404 && (!is_over || !c->body || sim.p.disk_may_fill)) return;
    if (status != 200) sim_fail("the result of call %s: %d", c->id, status);
    if (strcmp(c->body ? c->body : "", body) != 0) sim_fail("call %s has something else as its result: %.80s", c->id, body);
}

void model_call_cancelled(struct model_call *c, uint64_t order, int status)
{
    if (status == 503 || status == 0 || status == 408) return;
    if (status == 409 || (status == 404 && sim.p.disk_may_fill)) return; /* it may have ended at any time */
    if (status != 200) sim_fail("cancel of call %s: %d", c->id, status);
    if (c->told != TOLD_OPEN && c->told != TOLD_CANCELLED && c->over_order < order)
        sim_fail("call %s was over, and was cancelled", c->id);
    if (c->told == TOLD_OPEN) call_over(c, TOLD_CANCELLED);
}

void model_calls_crashed(void)
{
    for (uint32_t i = 0; i < calls.n; i++) calls.of[i]->lives_ended += calls.of[i]->told == TOLD_OPEN;
}
