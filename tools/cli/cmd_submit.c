/* cmd_submit.c: submit one job. */
#include "tools/cli/client.h"
#include "tools/cli/envelope.h"
#include "tools/cli/follow.h"
#include "tools/cli/handlers.h"
#include "tools/cli/input.h"
#include "tools/cli/jobs_out.h"

/* The arguments in FILE as JSON text inside *b; empty without a file. 0 or an exit code, said. */
static int read_args(const struct options *o, struct buf *b, struct slice *args)
{
    struct json_value v;
    size_t at;
    *args = SLICE("");
    if (o->words_n < 2) return 0;
    const char *name = o->words[1];
    int fd = input_open(name);
    int rc = fd < 0 ? EXIT_USAGE : input_read(fd, name, b);
    input_close(fd);
    if (rc) return rc;
    enum json_error e = json_check(buf_slice(b), &v, &at);
    if (e != JSON_OK) say("%s: %s at byte %zu; the arguments of a job are a JSON array", name, json_error_text(e), at);
    else if (v.kind != JSON_ARRAY) say("%s: the arguments of a job are a JSON array", name);
    else *args = v.text;
    return args->len ? 0 : EXIT_USAGE;
}

static int show(struct client *c, struct json_value job)
{
    struct jobs_out out;
    jobs_out_init(&out, c, false);
    jobs_out_add(&out, job);
    return jobs_out_end(&out);
}

static int wait_for(struct client *c, struct json_value job)
{
    char room[64], id[65];
    struct slice text = member_text(job, "id", room, sizeof room);
    (void)snprintf(id, sizeof id, "%.*s", SLICE_ARG(text));
    int rc = follow(c, id, follow_until(c), &job);
    if (job.text.p) rc = exit_worse(rc, show(c, job)); /* also when it was too late: how far it is */
    return rc ? rc : job_exit_code(job);
}

static int send(struct client *c, struct slice envelope)
{
    struct json_value job;
    struct http_request q = {
        .method = "POST", .path = "/ojs/v1/jobs", .body = envelope, .type = OJS_TYPE, .idempotency = c->o->idempotency};
    int rc = client_send(c, &q);
    if (rc == 0) rc = follow_job(c, &job);
    if (rc) return rc;
    return c->o->wait.given ? wait_for(c, job) : show(c, job);
}

int submit_command(struct client *c)
{
    char why[256];
    struct buf file, envelope;
    struct slice args;
    buf_init(&file, ENVELOPE_MAX);
    buf_init(&envelope, ENVELOPE_MAX + (1u << 20));
    int rc = read_args(c->o, &file, &args);
    if (rc == 0 && !envelope_make(c->o, c->o->words[0], args, &envelope, why)) {
        say("%s", why);
        rc = EXIT_USAGE;
    }
    if (rc == 0) rc = send(c, buf_slice(&envelope));
    buf_deinit(&file);
    buf_deinit(&envelope);
    return rc;
}
