/* work_dead.c: see work.h: steps that are about jobs that have ended, and bulk operations. */
#include "work.h"

#include "world.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#define JSON_FIELD "Content-Type: application/openjobspec+json\r\n"

/* ---- dead letters ---- */

/* A dead letter where there is one, or now and then just any job. */
static struct model_job *draw_letter(void)
{
    struct model_job *any = NULL;
    for (int tries = 0; tries < 30 && model_n(); tries++) {
        struct model_job *j = model_at((uint32_t)sim_below(model_n()));
        if (!j->id[0]) continue;
        any = j;
        if (j->is_letter && j->told == TOLD_DISCARDED) return j;
    }
    return sim_one_in(4) ? any : NULL;
}

void work_letter(struct client *k)
{
    char path[96];
    enum model_act what = sim_one_in(3) ? ACT_DELETE : ACT_RETRY;
    struct model_job *j = draw_letter();
    if (!j) return;
    (void)snprintf(path, sizeof path, "/ojs/v1/dead-letter/%s%s", j->id, what == ACT_RETRY ? "/retry" : "");
    uint64_t order = model_tick();
    model_act(j, what);
    if (sim.lie == (what == ACT_RETRY ? LIE_REVIVE : LIE_DELETE) && j->told == TOLD_DISCARDED) {
        sim.lies_told++;
        model_letter_answered(j, what, order, 200, NULL);
        return;
    }
    const char *method = what == ACT_RETRY ? "POST" : "DELETE";
    struct asked a = work_ask(k, method, path, what == ACT_RETRY ? JSON_FIELD : "", "", true);
    model_letter_answered(j, what, order, a.status, a.json);
    work_forget(&a);
}

bool work_letters(struct client *k, bool may_leave)
{
    uint64_t order = model_tick();
    struct asked a = work_ask(k, "GET", "/ojs/v1/dead-letter?limit=100", "", "", may_leave);
    model_letters_seen(order, a.status, a.json);
    bool is_whole = a.status == 200 && model_letters_whole(a.json);
    work_forget(&a);
    return is_whole;
}

/* ---- bulk ---- */

static void draw_ids(struct model_bulk *b)
{
    for (int tries = 0; tries < 8 && b->n < 3 && model_n(); tries++) {
        struct model_job *j = model_at((uint32_t)sim_below(model_n()));
        bool is_in = !j->id[0];
        for (uint32_t i = 0; i < b->n; i++) is_in |= b->jobs[i] == j;
        if (!is_in) b->jobs[b->n++] = j;
    }
}

static void write_ids(const struct model_bulk *b, char *body, size_t room)
{
    size_t len = (size_t)snprintf(body, room, "{\"job_ids\":[");
    for (uint32_t i = 0; i < b->n; i++)
        len += (size_t)snprintf(body + len, room - len, "%s\"%s\"", i ? "," : "", b->jobs[i]->id);
    (void)snprintf(body + len, room - len, "]}");
}

void work_bulk(struct client *k)
{
    static const char *const paths[] = {"/ojs/v1/jobs/bulk/cancel", "/ojs/v1/jobs/bulk/retry", "/ojs/v1/jobs/bulk/delete"};
    char body[256];
    struct model_bulk b = {.what = sim_one_in(3) ? ACT_CANCEL : sim_one_in(2) ? ACT_DELETE : ACT_RETRY};
    b.by_filter = sim_one_in(4) && b.what != ACT_CANCEL; /* that would leave nothing to do */
    b.queue = (int)sim_below(MODEL_QUEUES);
    if (!b.by_filter) draw_ids(&b);
    if (!b.by_filter && !b.n) return;
    if (b.by_filter) (void)snprintf(body, sizeof body, "{\"filter\":{\"queue\":\"%s\"}}", model_queue_names[b.queue]);
    else write_ids(&b, body, sizeof body);
    model_bulk(&b);
    struct asked a = work_ask(k, "POST", paths[b.what], JSON_FIELD, body, true);
    model_bulk_answered(&b, a.status, a.json);
    work_forget(&a);
}
