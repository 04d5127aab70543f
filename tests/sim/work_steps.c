/* work_steps.c: see work.h: the steps that clients take. */
#include "work.h"

#include "server.h"
#include "world.h"

#include "base/check.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JSON_FIELD "Content-Type: application/openjobspec+json\r\n"

/* ---- submit ---- */

static struct model_job draw_job(void)
{
    struct model_job j = {.queue = (int)sim_below(MODEL_QUEUES), .priority = sim_one_in(4) ? 5 : 0};
    j.pad = (uint32_t)(sim_one_in(8) ? sim_between(2000, 12000) : sim_below(60));
    j.durability = sim_one_in(6) ? MODEL_MEMORY : sim_one_in(3) ? MODEL_LOGGED : MODEL_SYNCED;
    j.max_attempts = sim_one_in(2) ? 50 : (uint32_t)sim_between(1, 4);
    j.is_delayed = sim_one_in(8);
    j.is_letter = sim_one_in(2);
    if (j.is_letter && sim_one_in(2)) j.max_attempts = 1;
    return j;
}

void work_submit(struct client *k)
{
    char body[16384], args[13000], when[64] = "", stamp[CLOCK_RFC3339_BYTES], fields[128];
    struct model_job drawn = draw_job();
    bool waits = sim_one_in(4);
    if (model_n() >= 300) return;
    struct model_job *j = model_submit(&drawn);
    model_args(j, args, sizeof args);
    if (j->is_delayed) {
        clock_rfc3339(sim_wall_ns() + 200 * NS_PER_MS + sim_below(3 * NS_PER_S), stamp);
        (void)snprintf(when, sizeof when, ",\"scheduled_at\":\"%s\"", stamp);
    }
    (void)snprintf(fields, sizeof fields, JSON_FIELD "%s", waits ? "Prefer: wait=2\r\n" : "");
    (void)snprintf(body, sizeof body,
                   "{\"type\":\"%s\",\"args\":%s,\"options\":{\"queue\":\"%s\",\"priority\":%d,\"durability\":\"%s\"%s,"
                   "\"retry\":{\"max_attempts\":%u,\"initial_interval\":\"PT0.05S\",\"max_interval\":\"PT0.5S\",\"on_exhaustion\":\"%s\"}}}",
                   j->queue ? "sim.work" : "echo", args, model_queue_names[j->queue], j->priority,
                   model_durability_names[j->durability], when, j->max_attempts, j->is_letter ? "dead_letter" : "discard");
    struct asked a = work_ask(k, "POST", "/ojs/v1/jobs", fields, body, true);
    model_submitted(j, a.status, a.json, a.raw.durability, waits || j->is_delayed);
    work_forget(&a);
}

/* ---- fetch ---- */

static void take_in_hand(void *client, struct model_job *j, uint32_t token)
{
    struct client *k = client;
    assert(k->n_hands < WORK_HANDS_MAX);
    k->hands[k->n_hands].job = j;
    k->hands[k->n_hands++].token = token;
}

static void write_queues(uint32_t queues, char *out, size_t room)
{
    size_t len = 0;
    for (int q = 0; q < MODEL_QUEUES; q++)
        if (queues >> q & 1) len += (size_t)snprintf(out + len, room - len, "%s\"%s\"", len ? "," : "", model_queue_names[q]);
}

void work_fetch(struct client *k, uint32_t queues, uint32_t count, uint32_t wait_s, bool may_leave)
{
    char body[256], fields[128], names[64];
    struct model_fetch f = {.queues = queues, .count = count, .ttl_ns = sim_between(1, 4) * NS_PER_S};
    if (k->n_hands + count > WORK_HANDS_MAX) return;
    write_queues(queues, names, sizeof names);
    (void)snprintf(fields, sizeof fields, JSON_FIELD);
    if (wait_s) (void)snprintf(fields, sizeof fields, JSON_FIELD "Prefer: wait=%u\r\n", wait_s);
    (void)snprintf(body, sizeof body,
                   "{\"queues\":[%s],\"worker_id\":\"%s\",\"count\":%u,\"visibility_timeout_ms\":%" PRIu64 "}",
                   names, k->name, count, f.ttl_ns / NS_PER_MS);
    model_fetch(&f);
    bool is_of_several = queues & (queues - 1);
    struct asked a = work_ask(k, "POST", "/ojs/v1/workers/fetch", fields, body, may_leave);
    f.is_partial = is_of_several && !server_is_sound();
    model_fetched(&f, a.sent ? a.status : 503, a.json, take_in_hand, k);
    work_forget(&a);
}

/* ---- ends of attempts ---- */

static void say_end(struct client *k, struct model_job *j, uint32_t token, enum model_end what, uint64_t result, bool may_leave)
{
    char body[8192], more[6000];
    uint32_t pad = (uint32_t)(sim_one_in(6) ? sim_between(1000, 5000) : sim_below(50));
    switch (what) {
    case END_ACK:
        (void)snprintf(more, sizeof more, "\"result\":{\"n\":%" PRIu64 ",\"pad\":\"%*s\"}", result, (int)pad, "");
        break;
    case END_NACK: (void)snprintf(more, sizeof more, "\"error\":{\"code\":\"handler_error\",\"message\":\"again\"}"); break;
    case END_REQUEUE: (void)snprintf(more, sizeof more, "\"requeue\":true"); break;
    }
    (void)snprintf(body, sizeof body, "{\"job_id\":\"%s\",\"lease_token\":\"%s\",%s}", j->id, j->tokens[token].text, more);
    uint64_t order = model_tick();
    model_end(j, what, result);
    struct asked a =
        work_ask(k, "POST", what == END_ACK ? "/ojs/v1/workers/ack" : "/ojs/v1/workers/nack", JSON_FIELD, body, may_leave);
    model_ended(j, token, what, result, order, a.status, a.json);
    work_forget(&a);
}

void work_ack(struct client *k, struct model_job *j, uint32_t token, bool may_leave)
{
    if (j->n_results >= MODEL_RESULTS_MAX) return;
    say_end(k, j, token, END_ACK, model_tick(), may_leave);
}

static void let_go(struct client *k, uint32_t at)
{
    k->hands[at] = k->hands[--k->n_hands];
}

void work_end(struct client *k)
{
    if (!k->n_hands) return;
    uint32_t at = (uint32_t)sim_below(k->n_hands), token = k->hands[at].token;
    struct model_job *j = k->hands[at].job;
    let_go(k, at);
    if (sim_one_in(10)) return; /* a worker that has died */
    if (j->is_letter && sim_one_in(2)) say_end(k, j, token, END_NACK, 0, true); /* so that there are dead letters */
    else if (sim_below(6) < 4) work_ack(k, j, token, true);
    else say_end(k, j, token, sim_one_in(3) ? END_REQUEUE : END_NACK, 0, true);
}

/* A worker that comes back after its time, or says the same twice. */
void work_end_outdated(struct client *k)
{
    for (int tries = 0; tries < 10 && model_n(); tries++) {
        struct model_job *j = model_at((uint32_t)sim_below(model_n()));
        if (!j->n_tokens || j->told == TOLD_LOST) continue;
        uint32_t token = (uint32_t)sim_below(j->n_tokens);
        if (!j->tokens[token].is_ended && token + 1 == j->n_tokens) continue; /* somebody has it */
        if (sim_one_in(3)) say_end(k, j, token, END_NACK, 0, true);
        else work_ack(k, j, token, true);
        return;
    }
}

void work_heartbeat(struct client *k)
{
    char body[256];
    if (!k->n_hands) return;
    uint32_t at = (uint32_t)sim_below(k->n_hands), token = k->hands[at].token;
    struct model_job *j = k->hands[at].job;
    uint64_t ttl_ns = sim_between(1, 4) * NS_PER_S, asked_ns = sim.now_ns, order = model_tick();
    (void)snprintf(body, sizeof body,
                   "{\"worker_id\":\"%s\",\"job_id\":\"%s\",\"lease_token\":\"%s\",\"visibility_timeout_ms\":%" PRIu64 "}",
                   k->name, j->id, j->tokens[token].text, ttl_ns / NS_PER_MS);
    struct asked a = work_ask(k, "POST", "/ojs/v1/workers/heartbeat", JSON_FIELD, body, true);
    model_beaten(j, token, order, asked_ns, ttl_ns, a.status, a.json);
    work_forget(&a);
}

void work_progress(struct client *k)
{
    char path[96], body[256];
    if (!k->n_hands) return;
    uint32_t at = (uint32_t)sim_below(k->n_hands), token = k->hands[at].token;
    struct model_job *j = k->hands[at].job;
    uint64_t asked_ns = sim.now_ns, word = model_word(j);
    if (!word) return;
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s/progress", j->id);
    (void)snprintf(body, sizeof body,
                   "{\"lease_token\":\"%s\",\"progress\":%.2f,\"data\":{\"n\":%" PRIu64 "},\"checkpoint\":{\"n\":%" PRIu64 "}}",
                   j->tokens[token].text, model_word_fraction(word), word, word);
    struct asked a = work_ask(k, "PUT", path, JSON_FIELD, body, true);
    model_word_answered(j, token, word, asked_ns, a.status, a.json);
    work_forget(&a);
}

/* ---- jobs by their id ---- */

static struct model_job *any_job(char path[96], const char *behind)
{
    if (!model_n()) return NULL;
    struct model_job *j = model_at((uint32_t)sim_below(model_n()));
    if (!j->id[0]) return NULL;
    (void)snprintf(path, 96, "/ojs/v1/jobs/%s%s", j->id, behind);
    return j;
}

void work_cancel(struct client *k)
{
    char path[96];
    struct model_job *j = any_job(path, "");
    if (!j) return;
    uint64_t order = model_tick();
    model_cancel(j);
    struct asked a = work_ask(k, "DELETE", path, "", "", true);
    model_cancelled(j, order, a.status);
    work_forget(&a);
}

void work_look(struct client *k)
{
    char path[96];
    bool result = sim_one_in(3), progress = !result && sim_one_in(4);
    const char *wait = sim_one_in(6) ? "?wait=1" : "";
    struct model_job *j = any_job(path, result ? "/result" : progress ? "/progress" : wait);
    if (!j) return;
    uint64_t order = model_tick();
    struct asked a = work_ask(k, "GET", path, "", "", true);
    if (result) model_seen_result(j, order, a.status, a.raw.body);
    else if (progress) model_progress_seen(j, order, a.status, a.json);
    else model_seen(j, order, a.status, a.json);
    work_forget(&a);
}

/* ---- what is not about jobs ---- */

/* Several requests at once; their answers come in their order. */
void work_burst(struct client *k)
{
    char text[4096];
    size_t len = 0;
    uint32_t n = (uint32_t)sim_between(2, 20);
    if (!k->c.s && !http_connect(&k->c)) return;
    uint64_t first = k->n_asked + 1;
    for (uint32_t i = 0; i < n; i++)
        len += (size_t)snprintf(text + len, sizeof text - len,
                                "GET %s HTTP/1.1\r\nHost: sim\r\nX-Request-Id: %s-%" PRIu64 "\r\n\r\n",
                                sim_one_in(2) ? "/ojs/v1/queues" : "/ojs/v1/health", k->name, ++k->n_asked);
    k->c.owed += n;
    sim_trace("asks %u at once", n);
    (void)http_write(&k->c, text, len);
    for (uint32_t i = 0; i < n && k->c.s; i++) {
        struct http_answer a = http_read(&k->c, 90 * NS_PER_S);
        if (a.status) work_check_is_mine(k, first + i, &a);
        if (a.status && a.status != 200 && a.status != 503) sim_fail("one of a burst: %d", a.status);
        if (!a.status || a.closes) work_hang_up(k, false);
        http_forget(&a);
    }
}

/* Not HTTP, or no HTTP that is allowed: refused with a reason, then the connection ends. */
void work_nonsense(struct client *k)
{
    static const char *const texts[] = {
        "GET / HTTP/9.9\r\n\r\n",
        "nonsense\r\n\r\n",
        "GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "POST /run/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    };
    const char *text = texts[sim_below(sizeof texts / sizeof *texts)];
    if (!k->c.s && !http_connect(&k->c)) return;
    k->c.owed++;
    sim_trace("asks nonsense");
    (void)http_write(&k->c, text, strlen(text));
    struct http_answer a = http_read(&k->c, 90 * NS_PER_S);
    if (a.status && a.status < 400) sim_fail("nonsense was answered with %d", a.status);
    http_forget(&a);
    k->c.owed = 1; /* whatever follows is not for us: the connection must end */
    a = a.status ? http_read(&k->c, 90 * NS_PER_S) : a;
    if (a.status) sim_fail("a second answer to nonsense: %d", a.status);
    work_hang_up(k, sim_one_in(2));
}

/* A head that does not end: 408, or the connection is closed. */
void work_dawdle(struct client *k)
{
    if (!k->c.s && !http_connect(&k->c)) return;
    k->c.owed++;
    sim_trace("dawdles");
    (void)http_write(&k->c, "GET /livez HT", 13);
    struct http_answer a = http_read(&k->c, 30 * NS_PER_S);
    if (a.status && a.status != 408 && a.status != 503) sim_fail("half a request was answered with %d", a.status);
    http_forget(&a);
    work_hang_up(k, false);
}
