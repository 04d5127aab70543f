/* work_stranger.c: see work.h: somebody else, who knows the ids and is to see nothing of it, whatever has become of the jobs and the server. */
#include "work.h"

#include "world.h"

#include <cjson/cJSON.h>
#include <stdio.h>

#define JSON_FIELD "Content-Type: application/openjobspec+json\r\n"

/* It has heard nothing: the server may have gone, or say that it cannot tell. */
static bool is_silence(const struct asked *a)
{
    return a->status == 0 || a->status == 503;
}

static struct asked ask_as_stranger(struct client *k, const char *method, const char *path, const char *fields, const char *body)
{
    if (sim.lie == LIE_STRANGER) sim.lies_told++;
    k->is_stranger = sim.lie != LIE_STRANGER;
    struct asked a = work_ask(k, method, path, fields, body, false);
    k->is_stranger = false;
    return a;
}

static void ask_for_one(struct client *k, const char *id)
{
    static const struct {
        const char *method, *before, *after;
    } ways[] = {{"GET", "jobs", ""},          {"GET", "jobs", "/result"},       {"GET", "jobs", "/input"},  {"GET", "jobs", "/progress"}, {"DELETE", "jobs", ""},
                {"POST", "jobs", "/activate"}, {"POST", "dead-letter", "/retry"}, {"DELETE", "dead-letter", ""}, {"GET", "jobs", "?wait=1"}};
    char path[128];
    uint64_t i = sim_below(sizeof ways / sizeof *ways);
    (void)snprintf(path, sizeof path, "/ojs/v1/%s/%s%s", ways[i].before, id, ways[i].after);
    struct asked a = ask_as_stranger(k, ways[i].method, path, "", "");
    if (!is_silence(&a) && a.status != 404) sim_fail("a stranger's %s %s is %d", ways[i].method, path, a.status);
    work_forget(&a);
}

static void ask_for_all(struct client *k)
{
    static const char *const paths[] = {"/ojs/v1/jobs?limit=100", "/ojs/v1/dead-letter", "/ojs/v1/events", "/ojs/v1/cron"};
    static const char *const names[] = {"jobs", "jobs", "events", "crons"};
    uint64_t i = sim_below(sizeof paths / sizeof *paths);
    struct asked a = ask_as_stranger(k, "GET", paths[i], "", "");
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(a.json, names[i]);
    if (!is_silence(&a) && (a.status != 200 || !cJSON_IsArray(list))) sim_fail("a stranger's list is %d", a.status);
    if (a.status == 200 && cJSON_GetArraySize(list)) sim_fail("a stranger sees %s: %.200s", names[i], a.raw.body);
    work_forget(&a);
}

static void act_on_all(struct client *k)
{
    static const char *const paths[] = {"/ojs/v1/jobs/bulk/cancel", "/ojs/v1/jobs/bulk/retry", "/ojs/v1/jobs/bulk/delete"};
    const char *path = paths[sim_below(3)];
    char body[64];
    (void)snprintf(body, sizeof body, "{\"filter\":{\"queue\":\"%s\"}}", model_queue_names[sim_below(MODEL_QUEUES)]);
    struct asked a = ask_as_stranger(k, "POST", path, JSON_FIELD, body);
    const cJSON *matched = cJSON_GetObjectItemCaseSensitive(a.json, "total_matched");
    if (!is_silence(&a) && (!cJSON_IsNumber(matched) || matched->valuedouble != 0)) sim_fail("a stranger's %s: %d %.200s", path, a.status, a.raw.body);
    work_forget(&a);
}

void work_stranger(struct client *k)
{
    if (!sim.p.by_owner) return;
    struct model_job *j = model_n() ? model_at((uint32_t)sim_below(model_n())) : NULL;
    if (j && j->id[0] && !sim_one_in(4)) ask_for_one(k, j->id);
    else if (sim_one_in(2)) ask_for_all(k);
    else act_on_all(k);
}
