#include "places.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void places_up(struct server *s, const char *types, const char *const *extra_args)
{
    char config[4096];
    int n = snprintf(config, sizeof config, "{\"plugins\": [\"%s\", \"%s\"], \"types\": %s}", call_test_plugin("crashing"),
                     call_test_plugin("hostile"), types);
    cr_assert(n > 0 && (size_t)n < sizeof config);
    wire_up(s, config, extra_args);
}

void places_await(const struct server *s, const char *metric, const char *type, long value)
{
    char name[128];
    (void)snprintf(name, sizeof name, "%s{type=\"%s\"}", metric, type);
    call_await_metric(s->port, name, value);
}

long places_number(int port, const char *target)
{
    struct reply r = call(port, target);
    cr_assert_eq(r.status, 200, "%s: %s%s", target, r.head, r.body);
    long n = strtol(r.body, NULL, 10);
    reply_free(&r);
    return n;
}

static char state_of(pid_t pid)
{
    char path[64], line[512];
    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "re");
    if (!f) return 0;
    char *got = fgets(line, sizeof line, f);
    (void)fclose(f);
    const char *end = got ? strrchr(line, ')') : NULL;
    return end && end[1] ? end[2] : 0;
}

void places_await_gone(pid_t pid)
{
    char state = 0;
    for (long end = wire_now_ms() + PATIENCE_MS; wire_now_ms() < end; wire_pause_us(2000)) {
        state = state_of(pid);
        if (state == 0 || state == 'Z' || state == 'X') return;
    }
    cr_assert_fail("process %d is still there (%c)", (int)pid, state);
}

static bool is_holding(pid_t pid)
{
    char path[64], name[32] = "";
    (void)snprintf(path, sizeof path, "/proc/%d/comm", (int)pid);
    FILE *f = fopen(path, "re");
    bool is = f && fgets(name, sizeof name, f) && strcmp(name, "holding\n") == 0;
    if (f) (void)fclose(f);
    return is;
}

void places_await_holding(pid_t pid)
{
    for (long end = wire_now_ms() + PATIENCE_MS; wire_now_ms() < end; wire_pause_us(2000))
        if (is_holding(pid)) return;
    cr_assert_fail("process %d does not hold", (int)pid);
}

unsigned places_children(pid_t pid, pid_t *out, unsigned max, unsigned *zombies)
{
    char path[64];
    long child;
    unsigned n = 0;
    *zombies = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
    FILE *f = fopen(path, "re");
    cr_assert(f, "%s", path);
    while (fscanf(f, "%ld", &child) == 1) {
        cr_assert_lt(n, max);
        *zombies += state_of((pid_t)child) == 'Z';
        out[n++] = (pid_t)child;
    }
    (void)fclose(f);
    return n;
}

unsigned places_files(pid_t pid)
{
    char path[64];
    unsigned n = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *d = opendir(path);
    cr_assert(d, "%s", path);
    while (readdir(d)) n++;
    (void)closedir(d);
    return n;
}

cJSON *places_job(int port, const char *type, const char *args, const char *options, const char *state)
{
    char text[1024], path[128];
    (void)snprintf(text, sizeof text, "{\"type\": \"%s\", \"args\": %s, \"options\": %s}", type, args, options);
    struct reply r = http_request(port, "POST", "/ojs/v1/jobs", "Content-Type: application/json\r\n", text);
    cr_assert_eq(r.status, 201, "%s%s", r.head, r.body);
    cJSON *job = cJSON_Parse(r.body);
    const cJSON *id = call_member(job, "job.id");
    (void)snprintf(path, sizeof path, "/ojs/v1/jobs/%s", cJSON_GetStringValue(id));
    cJSON_Delete(job);
    reply_free(&r);
    char last[4096] = "";
    for (long end = wire_now_ms() + PATIENCE_MS; wire_now_ms() < end; wire_pause_us(5000)) {
        r = http_request(port, "GET", path, NULL, NULL);
        cr_assert_eq(r.status, 200, "%s%s", r.head, r.body);
        job = cJSON_Parse(r.body);
        (void)snprintf(last, sizeof last, "%s", r.body);
        reply_free(&r);
        if (strcmp(cJSON_GetStringValue(call_member(job, "job.state")), state) == 0) return job;
        cJSON_Delete(job);
    }
    cr_assert_fail("the job is not %s: %s", state, last);
    return NULL;
}
