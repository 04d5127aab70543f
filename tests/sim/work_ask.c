/* work_ask.c: see work.h: a request and its answer; and what the simulation's lies make of answers. */
#include "work.h"

#include "world.h"

#include "base/check.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE_NS (90 * NS_PER_S) /* far more than any answer may take: a wait of 10 s, a stall of 30 s */
#define REQUEST_MAX 65536

void work_hang_up(struct client *k, bool hard)
{
    http_close(&k->c, hard);
}

void work_forget(struct asked *a)
{
    cJSON_Delete(a->json);
    http_forget(&a->raw);
}

static size_t build(struct client *k, char *text, const char *method, const char *path, const char *fields, const char *body)
{
    int n = snprintf(text, REQUEST_MAX,
                     "%s %s HTTP/1.1\r\nHost: sim\r\nX-Request-Id: %s-%" PRIu64 "\r\nX-Sim-Owner: %s\r\n%sContent-Length: %zu\r\n\r\n%s", method,
                     path, k->name, k->n_asked, k->is_stranger ? "stranger" : "clients", fields, strlen(body), body);
    assert(n > 0 && n < REQUEST_MAX);
    return (size_t)n;
}

/* ---- lies ---- */

static void reverse(cJSON *array)
{
    for (int i = 0, n = cJSON_GetArraySize(array); i < n; i++)
        cJSON_InsertItemInArray(array, i, cJSON_DetachItemFromArray(array, n - 1));
}

/* All of them were done. */
static void lie_of_items(struct asked *a, const char *done)
{
    cJSON *items = cJSON_GetObjectItemCaseSensitive(a->json, "items");
    for (cJSON *item = items->child; item; item = item->next)
        cJSON_ReplaceItemInObjectCaseSensitive(item, "status", cJSON_CreateString(done));
    cJSON_ReplaceItemInObjectCaseSensitive(a->json, done, cJSON_CreateNumber(cJSON_GetArraySize(items)));
    a->status = 200;
}

static void tell_lie(struct asked *a, const char *path)
{
    cJSON *jobs = cJSON_GetObjectItemCaseSensitive(a->json, "jobs"), *first = cJSON_GetArrayItem(jobs, 0);
    cJSON *job = cJSON_GetObjectItemCaseSensitive(a->json, "job"), *result = cJSON_GetObjectItemCaseSensitive(job, "result");
    cJSON *type = cJSON_GetObjectItemCaseSensitive(job, "type");
    cJSON *token = cJSON_GetObjectItemCaseSensitive(first, "lease_token");
    bool lied = true;
    if (sim.lie == LIE_STATUS && strstr(path, "/workers/ack") && a->status == 409) {
        a->status = 200;
        cJSON_DeleteItemFromObject(a->json, "state");
        cJSON_AddStringToObject(a->json, "state", "completed");
    } else if (sim.lie == LIE_ORDER && cJSON_GetArraySize(jobs) > 1) {
        reverse(jobs);
    } else if (sim.lie == LIE_TOKEN && token && sim_one_in(4)) {
        cJSON_SetValuestring(token, "0000000000000001");
    } else if (sim.lie == LIE_CHECKPOINT && cJSON_HasObjectItem(first, "last_checkpoint")) {
        cJSON_DeleteItemFromObject(first, "last_checkpoint");
    } else if (sim.lie == LIE_ADOPTED && cJSON_IsString(type) && strcmp(type->valuestring, "sleep") == 0) {
        cJSON_SetValuestring(cJSON_GetObjectItemCaseSensitive(job, "state"), "cancelled");
    } else if (sim.lie == LIE_FIRING && strstr(path, "queue=clock") && first) {
        cJSON_DeleteItemFromArray(jobs, 0);
    } else if (sim.lie == LIE_RESULT && cJSON_IsObject(result)) {
        cJSON_DeleteItemFromObject(result, "n");
    } else if (sim.lie == LIE_GONE && a->status == 200 && job && sim_one_in(8)) {
        a->status = 404;
    } else if (sim.lie == LIE_BULK && strstr(path, "/bulk/cancel") && a->status == 207) {
        lie_of_items(a, "cancelled");
    } else if (sim.lie == LIE_SKIP && strstr(path, "/bulk/retry") && a->status == 422) {
        lie_of_items(a, "retried");
    } else {
        lied = false;
    }
    sim.lies_told += lied;
}

/* ---- asking ---- */

/* Some of it has been sent, or all; nobody waits for the answer. */
static struct asked leave(struct client *k, const char *text, size_t len)
{
    bool sent = http_write(&k->c, text, sim_one_in(2) ? len : sim_between(1, len));
    if (sim_one_in(2)) sim_sleep(sim_below(20 * NS_PER_MS));
    sim_trace("leaves");
    work_hang_up(k, sim_one_in(2));
    return (struct asked){.sent = sent};
}

void work_check_is_mine(const struct client *k, uint64_t number, const struct http_answer *a)
{
    char id[64];
    (void)snprintf(id, sizeof id, "%s-%" PRIu64, k->name, number);
    bool is_made = strncmp(a->request_id, "req_", 4) == 0;
    if (a->request_id[0] && !is_made && strcmp(a->request_id, id) != 0) sim_fail("the answer to %s came as that to %s", a->request_id, id);
}

struct asked work_ask(struct client *k, const char *method, const char *path, const char *fields, const char *body,
                      bool may_leave)
{
    static char text[REQUEST_MAX];
    if (!k->c.s && !http_connect(&k->c)) return (struct asked){0};
    k->n_asked++;
    size_t len = build(k, text, method, path, fields, body);
    char *copy = memcpy(malloc(len), text, len); /* others build theirs meanwhile */
    sim_trace("asks %s %s %.120s", method, path, body);
    k->c.owed++;
    if (may_leave && sim_one_in(40)) {
        struct asked gone = leave(k, copy, len);
        free(copy);
        return gone;
    }
    (void)http_write(&k->c, copy, len); /* cut off: there may be an answer all the same */
    free(copy);
    struct asked a = {.raw = http_read(&k->c, PATIENCE_NS), .sent = true};
    a.status = a.raw.status;
    sim_trace("hears %d %.200s", a.status, a.raw.body ? a.raw.body : "");
    work_check_is_mine(k, k->n_asked, &a.raw);
    if (a.raw.body && a.raw.body[0] == '{') {
        a.json = cJSON_ParseWithLength(a.raw.body, a.raw.body_len);
        if (!a.json) sim_fail("not JSON: %.200s", a.raw.body);
    }
    if (a.status && !a.json && a.raw.body && a.status >= 400) sim_fail("%d without a reason", a.status);
    if (!a.status || a.raw.closes) work_hang_up(k, false);
    if (sim.lie >= LIE_STATUS) tell_lie(&a, path);
    return a;
}
