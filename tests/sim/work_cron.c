/* work_cron.c: see work.h: schedules: registered, looked at, deleted, each name by one client; and their jobs, counted. */
#include "work.h"

#include "world.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define JSON_FIELD "Content-Type: application/openjobspec+json\r\n"
#define QUEUE "clock" /* of schedules only: the server runs their jobs */

static void put(struct client *k, uint32_t name)
{
    char body[512];
    enum model_overlap overlap = (enum model_overlap)sim_below(4);
    uint64_t period_s = sim_between(1, 4), number = model_cron_put(name, period_s * 1000, overlap);
    if (!number) return;
    (void)snprintf(body, sizeof body,
                   "{\"name\":\"tick-%u\",\"cron\":\"@every %" PRIu64 "s\",\"type\":\"echo\",\"args\":[%" PRIu64
                   "],\"overlap_policy\":\"%s\","
                   "\"options\":{\"queue\":\"" QUEUE "\",\"durability\":\"synced\"}}",
                   name, period_s, number, model_overlap_names[overlap]);
    struct asked a = work_ask(k, "POST", "/ojs/v1/cron", JSON_FIELD, body, true);
    model_cron_was_put(number, a.status, a.json);
    work_forget(&a);
}

static struct asked ask(struct client *k, const char *method, uint32_t name, bool may_leave)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/ojs/v1/cron/tick-%u", name);
    return work_ask(k, method, path, "", "", may_leave);
}

static void delete(struct client *k, uint32_t name)
{
    uint64_t order = model_tick();
    model_cron_delete(name);
    struct asked a = ask(k, "DELETE", name, true);
    model_cron_deleted(name, order, a.status, a.json);
    work_forget(&a);
}

bool work_cron_look(struct client *k, uint32_t name, bool may_leave)
{
    uint64_t order = model_tick();
    struct asked a = ask(k, "GET", name, may_leave);
    bool is_seen = model_cron_seen(name, order, a.status, a.json);
    work_forget(&a);
    return is_seen;
}

bool work_cron_settle(struct client *k, uint32_t name)
{
    struct asked a = ask(k, "GET", name, false);
    bool is_seen = a.status == 200 || a.status == 404;
    if (is_seen) model_cron_settle(name, a.status, a.json);
    work_forget(&a);
    return is_seen;
}

/* A pause makes firings overlap. */
bool work_cron_pause(struct client *k, bool pause, bool may_leave)
{
    struct asked a = work_ask(k, "POST", pause ? "/ojs/v1/queues/" QUEUE "/pause" : "/ojs/v1/queues/" QUEUE "/resume",
                              JSON_FIELD, "", may_leave);
    bool is_done = a.status == 200 || a.status == 404;
    if (a.status && a.status != 503 && a.status != 408 && !is_done) sim_fail("the queue of schedules: %d", a.status);
    work_forget(&a);
    return is_done;
}

void work_cron(struct client *k)
{
    if (k->index >= MODEL_CRONS) return;
    switch (sim_below(8)) {
    case 0:
    case 1:
    case 2: put(k, k->index); break;
    case 3: delete (k, k->index); break;
    case 4: (void)work_cron_pause(k, sim_one_in(2), true); break;
    default: (void)work_cron_look(k, k->index, true); break;
    }
}

/* ---- their jobs ---- */

/* Where the next page begins; NULL: this was the last one. */
static const char *next_page(const cJSON *answer)
{
    const cJSON *page = cJSON_GetObjectItemCaseSensitive(answer, "pagination");
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(page, "has_more"))
               ? cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(page, "next_cursor"))
               : NULL;
}

bool work_cron_count(struct client *k)
{
    char path[128], cursor[32] = "";
    model_cron_jobs_begin();
    for (;;) {
        (void)snprintf(path, sizeof path, "/ojs/v1/jobs?queue=" QUEUE "&limit=100%s%s", *cursor ? "&cursor=" : "", cursor);
        struct asked a = work_ask(k, "GET", path, "", "", false);
        bool is_fine = a.status == 200;
        const char *next = next_page(a.json);
        (void)snprintf(cursor, sizeof cursor, "%s", next ? next : "");
        if (is_fine) model_cron_jobs_page(a.json);
        work_forget(&a);
        if (!is_fine) return false;
        if (!*cursor) break;
    }
    model_cron_jobs_end();
    return true;
}
