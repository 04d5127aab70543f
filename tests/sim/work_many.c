/* work_many.c: see work.h: steps that are about several jobs, or about a queue. */
#include "work.h"

#include "world.h"

#include "base/check.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JSON_FIELD "Content-Type: application/openjobspec+json\r\n"
#define BODY_MAX 4096

/* ---- batches ---- */

static void send_batch(struct client *k, bool is_first)
{
    char fields[160];
    bool waits = sim_one_in(6);
    int len = snprintf(fields, sizeof fields, JSON_FIELD "%s", waits ? "Prefer: wait=1\r\n" : "");
    bool lies = sim.lie == LIE_KEY && !is_first;
    if (lies) sim.lies_told++;
    if (k->batch.key[0] && !lies)
        (void)snprintf(fields + len, sizeof fields - (size_t)len, "Idempotency-Key: %s\r\n", k->batch.key);
    struct asked a = work_ask(k, "POST", "/ojs/v1/jobs/batch", fields, k->batch.body, true);
    model_batched(k->batch.jobs, k->batch.n, is_first && !waits, a.status, a.json);
    work_forget(&a);
}

/* All on the disk, so that their key stands for jobs that are there; remote ones, so that they are as they were made at first. */
void work_batch(struct client *k)
{
    char args[256];
    size_t len = 0;
    if (model_n() >= 300) return;
    free(k->batch.body);
    k->batch.body = malloc(BODY_MAX);
    k->batch.n = (uint32_t)sim_between(1, WORK_BATCH_MAX);
    k->batch.key[0] = '\0';
    int queue = sim_one_in(4) ? 0 : (int)sim_between(1, 3); /* of all of them: where there are several engines, not of just any */
    if (!sim_one_in(3)) (void)snprintf(k->batch.key, sizeof k->batch.key, "%s-%" PRIu64, k->name, k->n_asked);
    len += (size_t)snprintf(k->batch.body, BODY_MAX, "{\"jobs\":[");
    for (uint32_t i = 0; i < k->batch.n; i++) {
        struct model_job drawn = {
            .queue = queue ? queue : (int)sim_between(1, 3), .pad = (uint32_t)sim_below(40), .durability = MODEL_SYNCED, .max_attempts = 50};
        struct model_job *j = k->batch.jobs[i] = model_submit(&drawn);
        model_args(j, args, sizeof args);
        len += (size_t)snprintf(
            k->batch.body + len, BODY_MAX - len,
            "%s{\"type\":\"sim.work\",\"args\":%s,\"options\":{\"queue\":\"%s\",\"durability\":\"synced\",\"retry\":"
            "{\"max_attempts\":50,\"initial_interval\":\"PT0.05S\",\"max_interval\":\"PT0.5S\"}}}",
            i ? "," : "", args, model_queue_names[j->queue]);
    }
    len += (size_t)snprintf(k->batch.body + len, BODY_MAX - len, "]}");
    assert(len < BODY_MAX);
    send_batch(k, true);
}

void work_batch_again(struct client *k)
{
    if (k->batch.key[0]) send_batch(k, false);
}

/* ---- queues ---- */

bool work_set(struct client *k, int queue, enum model_set what, uint32_t value, bool may_leave)
{
    char path[96], body[64] = "";
    const char *route = what == SET_LIMIT ? "config" : value ? "pause" : "resume";
    (void)snprintf(path, sizeof path, "/ojs/v1/queues/%s/%s", model_queue_names[queue], route);
    if (what == SET_LIMIT && value) (void)snprintf(body, sizeof body, "{\"concurrency\":%u}", value);
    else if (what == SET_LIMIT) (void)snprintf(body, sizeof body, "{\"concurrency\":null}");
    uint64_t order = model_set(queue, what);
    if (value && sim.lie == (what == SET_LIMIT ? LIE_LIMIT : LIE_PAUSE)) {
        sim.lies_told++;
        model_was_set(queue, what, value, order, 200, NULL);
        return true;
    }
    struct asked a = work_ask(k, what == SET_LIMIT ? "PUT" : "POST", path, JSON_FIELD, body, may_leave);
    int status = a.sent ? a.status : 503;
    model_was_set(queue, what, value, order, status, a.json);
    work_forget(&a);
    return status == 200 || status == 404;
}

void work_set_queue(struct client *k)
{
    int queue = (int)sim_below(MODEL_QUEUES);
    enum model_set what = sim_one_in(3) ? SET_LIMIT : SET_PAUSED;
    uint32_t value = sim_one_in(2) ? 0 : what == SET_LIMIT ? (uint32_t)sim_between(1, 4) : 1;
    (void)work_set(k, queue, what, value, true);
}
