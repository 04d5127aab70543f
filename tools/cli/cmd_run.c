/* cmd_run.c: run and result: bytes come out. */
#include "tools/cli/client.h"
#include "tools/cli/follow.h"
#include "tools/cli/handlers.h"
#include "tools/cli/input.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/jobs_out.h"
#include "tools/cli/progress.h"
#include "tools/cli/sink.h"

#include "base/clock.h"

#include <errno.h>
#include <inttypes.h>

#define WAIT_S_MAX 60 /* no server waits longer */
#define CALL_SILENCE_NS (3600 * NS_PER_S) /* the server itself says when a call has taken too long */

/* Writes what is left. 0 or an exit code, said. */
static int finish(struct sink *s)
{
    int rc = sink_finish(s);
    if (rc == 0) return EXIT_DONE;
    if (interrupt_seen()) return EXIT_SIGNAL;
    if (rc == -EPIPE && !s->path) interrupt_broken_pipe();
    say("cannot write %s: %s", s->path ? s->path : "to stdout", strerror(-rc));
    return EXIT_USAGE;
}

/* The result of an ended job into the sink. */
static int fetch_result(struct client *c, const char *id, struct sink *s)
{
    struct http_request q = {.method = "GET", .path = client_path(c, "/ojs/v1/jobs/%s/result", id), .sink = s};
    int rc = client_send(c, &q);
    return rc ? rc : finish(s);
}

/* ---- result ---- */

/* What its failure was, where there is one. */
static void say_failure(const char *id, struct json_value job)
{
    char message[512], state[32];
    struct json_value error;
    struct slice s = member_text(job, "state", state, sizeof state), m = {0};
    if (json_member(job, SLICE("error"), &error) && error.kind == JSON_OBJECT)
        m = member_text(error, "message", message, sizeof message);
    say("job %s is %.*s%s%.*s", id, SLICE_ARG(s), m.len ? ": " : "", SLICE_ARG(m));
}

static int follow_and_fetch(struct client *c, const char *id, uint64_t until_ns, struct sink *s)
{
    struct json_value job;
    int rc = follow(c, id, until_ns, &job);
    if (rc) return rc;
    rc = job_exit_code(job);
    if (rc) say_failure(id, job);
    return rc ? rc : fetch_result(c, id, s);
}

int result_command(struct client *c)
{
    struct sink s;
    const char *id = c->o->words[0];
    sink_init(&s, c->o->output);
    int rc = c->o->wait.given ? follow_and_fetch(c, id, follow_until(c), &s) : fetch_result(c, id, &s);
    sink_drop(&s);
    return rc;
}

/* ---- run ---- */

static int make_path(struct client *c, struct buf *path)
{
    const struct options *o = c->o;
    buf_init(path, 64u << 10);
    buf_add_str(path, "/run/");
    http_encode(path, o->words[0]);
    for (int i = 0; i < o->params.n; i++) {
        char name[128];
        const char *text = o->params.text[i], *equals = strchr(text, '=');
        if (!equals || equals == text || (size_t)(equals - text) >= sizeof name) {
            say("--param must be NAME=VALUE, not '%s'", text);
            return EXIT_USAGE;
        }
        (void)snprintf(name, sizeof name, "%.*s", (int)(equals - text), text);
        buf_add_str(path, i == 0 ? "?" : "&");
        http_encode(path, name);
        buf_add_str(path, "=");
        http_encode(path, equals + 1);
    }
    if (!path->overflow) return 0;
    say("the parameters are too long");
    return EXIT_USAGE;
}

/* 422 of a handler: it failed. 504: the call took too long. All else is as everywhere. */
static int judge(struct client *c, struct sink *s, uint64_t until_ns)
{
    static const struct slice jobs = SLICE_INIT("/ojs/v1/jobs/");
    char id[64];
    long status = c->reply.status;
    const char *at = strstr(c->reply.location, jobs.p); /* the path alone, or a whole URL */
    if (status == 202 && at) { /* it took longer, and has become a job */
        (void)snprintf(id, sizeof id, "%s", at + jobs.len);
        return follow_and_fetch(c, id, until_ns, s);
    }
    if (status >= 200 && status < 300) return finish(s);
    int rc = client_refused(c, NULL);
    return status == 422 && c->reply.has_run ? EXIT_JOB : status == 504 ? EXIT_LATE : rc;
}

static int send_call(struct client *c, struct http_request *q, struct sink *s)
{
    char prefer[48];
    uint64_t until_ns = follow_until(c), seconds = c->o->wait.ns ? (c->o->wait.ns + NS_PER_S - 1) / NS_PER_S : WAIT_S_MAX;
    /* Who waits longer than the server does for a call lets it become a job. */
    (void)snprintf(prefer, sizeof prefer, "respond-async, wait=%" PRIu64, seconds < WAIT_S_MAX ? seconds : WAIT_S_MAX);
    if (c->o->wait.given) q->prefer = prefer;
    int rc = client_try(c, q);
    return rc ? rc : judge(c, s, until_ns);
}

int run_command(struct client *c)
{
    const struct options *o = c->o;
    struct sink s;
    struct buf path;
    int fd = -1, rc = make_path(c, &path);
    if (rc == 0 && o->words_n > 1 && (fd = input_open(o->words[1])) < 0) rc = EXIT_USAGE;
    if (rc == 0) {
        struct http_request q = {.method = "POST",
                                 .path = path.p,
                                 .sink = &s,
                                 .idempotency = o->idempotency,
                                 .silence_ns = CALL_SILENCE_NS,
                                 .type = o->type   ? o->type
                                         : fd >= 0 ? "application/octet-stream"
                                                   : NULL};
        if (fd >= 0) q.is_upload = true, q.upload_fd = fd, q.upload_bytes = input_bytes(fd);
        sink_init(&s, o->output);
        rc = send_call(c, &q, &s);
        sink_drop(&s);
    }
    input_close(fd);
    buf_deinit(&path);
    return rc;
}
