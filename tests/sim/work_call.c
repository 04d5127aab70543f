/* work_call.c: see work.h: calls, and the jobs that some of them become. */
#include "work.h"

#include "world.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* As long as the client waits, or longer: then it is told which job to ask for. */
static const char *draw_wait(void)
{
    return sim_one_in(3) ? "Prefer: wait=1\r\n" : "";
}

static void sleep_call(struct client *k)
{
    char path[64];
    const char *wait = draw_wait();
    uint64_t ms = *wait ? sim_between(700, 1600) : sim_below(300), order = model_tick();
    (void)snprintf(path, sizeof path, "/run/sleep?ms=%" PRIu64, ms);
    struct asked a = work_ask(k, "POST", path, wait, "", true);
    if (a.status == 202 && *wait) model_call_adopted(NULL, order, a.json);
    else if (a.status && a.status != 200 && a.status != 503 && a.status != 504) sim_fail("sleep: %d", a.status);
    work_forget(&a);
}

static void echo_call(struct client *k)
{
    char body[8192], fields[64];
    const char *wait = draw_wait();
    size_t len = sim_one_in(4) ? sim_between(2000, 8000) : sim_below(100);
    for (size_t i = 0; i < len; i++) body[i] = (char)sim_between('a', 'z');
    body[len] = '\0';
    (void)snprintf(fields, sizeof fields, "Content-Type: text/plain\r\n%s", wait);
    uint64_t order = model_tick();
    struct asked a = work_ask(k, "POST", "/run/echo", fields, body, true);
    if (a.status == 200 && strcmp(a.raw.body, body) != 0) sim_fail("echo gave something else back");
    if (a.status == 202 && *wait) model_call_adopted(body, order, a.json);
    else if (a.status && a.status != 200 && a.status != 503 && a.status != 504) sim_fail("echo: %d", a.status);
    work_forget(&a);
}

void work_call(struct client *k)
{
    if (sim_one_in(3)) sleep_call(k);
    else echo_call(k);
}

bool work_call_look(struct client *k, struct model_call *c, bool may_leave)
{
    char path[96];
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s", c->id);
    uint64_t order = model_tick();
    struct asked a = work_ask(k, "GET", path, "", "", may_leave);
    bool is_seen = a.status == 200 || a.status == 404;
    model_call_seen(c, order, a.status, a.json);
    work_forget(&a);
    return is_seen;
}

static void result(struct client *k, struct model_call *c)
{
    char path[96];
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s/result", c->id);
    uint64_t order = model_tick();
    struct asked a = work_ask(k, "GET", path, "", "", true);
    model_call_result(c, order, a.status, a.raw.body);
    work_forget(&a);
}

static void cancel(struct client *k, struct model_call *c)
{
    char path[96];
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s", c->id);
    uint64_t order = model_tick();
    c->n_cancels++;
    struct asked a = work_ask(k, "DELETE", path, "", "", true);
    model_call_cancelled(c, order, a.status);
    work_forget(&a);
}

void work_adopted(struct client *k)
{
    if (!model_n_calls()) return;
    struct model_call *c = model_call_at((uint32_t)sim_below(model_n_calls()));
    if (sim_one_in(6)) cancel(k, c);
    else if (sim_one_in(2)) result(k, c);
    else (void)work_call_look(k, c, true);
}
