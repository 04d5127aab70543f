/* adopt_steps.c: see adopt_steps.h. */
#include "adopt_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int adopt_shard_counts[] = {1, 2, -4};

static int n_shards; /* of the server that runs */

void adopt_up(struct server *srv, int shards, int workers, const char *more)
{
    char config[1024];
    n_shards = abs(shards);
    int len = snprintf(config, sizeof config,
                       "{\"plugins\": [\"%s\"], \"shards\": %d, \"workers\": %d, \"%s\": %s, \"listen\": [\"127.0.0.1:0\"], "
                       "\"wait_max\": 60, \"drain_grace\": 600, \"segment_mib\": 16, \"types\": {\"out.place\": {\"run\": \"process\", \"places\": 1}}%s}",
                       call_test_plugin("outliving"), n_shards, workers, shards < 0 ? "data" : "ephemeral",
                       shards < 0 ? "\"data\"" : "true", more);
    cr_assert(len > 0 && (size_t)len < sizeof config);
    server_folder_new(srv);
    char path[128];
    (void)snprintf(path, sizeof path, "%s/quern.json", srv->folder);
    FILE *f = fopen(path, "we");
    cr_assert(f && fputs(config, f) >= 0 && fclose(f) == 0, "%s", path);
    server_start(srv, (const char *const[]){"--config", "quern.json", NULL});
    server_wait_ready(srv);
}

struct client adopt_on_shard(const struct server *srv, int shard)
{
    char wanted[24];
    (void)snprintf(wanted, sizeof wanted, "shard%d", shard);
    for (int i = 0; i < 1000; i++) {
        struct client c;
        client_connect(&c, srv->port);
        struct reply r = call_on(&c, "/run/out.where", NULL, NULL, 0);
        cr_assert_eq(r.status, 200);
        bool is_there = strcmp(r.body, wanted) == 0;
        reply_free(&r);
        if (is_there) return c;
        client_close(&c);
    }
    cr_assert_fail("no connection to %s", wanted);
    return (struct client){.fd = -1};
}

struct client adopt_far(const struct server *srv)
{
    return adopt_on_shard(srv, n_shards - 1);
}

void adopt_begin(struct client *c, const char *target, int wait_s, const void *body, size_t len)
{
    char headers[96];
    (void)snprintf(headers, sizeof headers, "Prefer: wait=%d\r\nContent-Type: a/b\r\n", wait_s);
    call_send(c, target, headers, body, len);
}

struct id adopt_id_of(struct reply r, const char *state)
{
    struct id id;
    cr_assert_eq(r.status, 202, "%d: %s", r.status, r.body);
    const char *location = reply_header(&r, "Location");
    cr_assert(location && strncmp(location, "/ojs/v1/jobs/", 13) == 0 && strlen(location) == 13 + 36, "%s", location);
    (void)snprintf(id.text, sizeof id.text, "%s", location + 13);
    cr_assert(reply_header(&r, "Quern-Durability"));
    cr_assert(strncmp(reply_header(&r, "Preference-Applied"), "wait=", 5) == 0);
    cr_assert_str_eq(reply_header(&r, "Content-Type"), OJS_TYPE);
    cJSON *json = call_json(&r);
    cr_assert_str_eq(call_member(json, "job.id")->valuestring, id.text);
    cr_assert_str_eq(call_member(json, "job.state")->valuestring, state);
    cJSON_Delete(json);
    reply_free(&r);
    return id;
}

void adopt_await_count(struct server *srv, const char *name, long value)
{
    long now = -1;
    for (long end = wire_now_ms() + PATIENCE_MS; wire_now_ms() < end; wire_pause_us(2000)) {
        struct reply r = call(srv->port, "/run/out.counts");
        cJSON *json = call_json(&r);
        now = (long)call_number(json, name);
        cJSON_Delete(json);
        reply_free(&r);
        if (now == value) return;
    }
    cr_assert_fail("%s is %ld and does not become %ld", name, now, value);
}

long adopt_jobs_in(struct server *srv, const char *state)
{
    char name[64];
    (void)snprintf(name, sizeof name, "quern_jobs{state=\"%s\"}", state);
    return wire_metric(srv->port, name);
}

long adopt_jobs(struct server *srv)
{
    static const char *const states[] = {"scheduled", "available", "pending", "active", "completed", "retryable", "cancelled",
                                         "discarded"};
    long n = 0;
    for (int i = 0; i < 8; i++) n += adopt_jobs_in(srv, states[i]);
    return n;
}

void adopt_all_ended(struct server *srv)
{
    call_await_metric(srv->port, "quern_calls", 0);
    call_await_metric(srv->port, "quern_tasks_out", 0);
    call_await_metric(srv->port, "quern_tasks_waiting", 0);
    call_await_metric(srv->port, "quern_jobs{state=\"active\"}", 0);
}
