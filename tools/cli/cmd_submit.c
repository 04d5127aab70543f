/* cmd_submit.c: submit a job; many of them: batch.c. */
#include "tools/cli/batch.h"
#include "tools/cli/client.h"
#include "tools/cli/envelope.h"
#include "tools/cli/follow.h"
#include "tools/cli/handlers.h"
#include "tools/cli/input.h"
#include "tools/cli/jobs_out.h"

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
    if (c->o->batch) return batch_submit(c);
    buf_init(&file, ENVELOPE_MAX);
    buf_init(&envelope, ENVELOPE_MAX + (1u << 20));
    int rc = input_args(c->o->words_n > 1 ? c->o->words[1] : NULL, &file, &args);
    if (rc == 0 && !envelope_make(c->o, c->o->words[0], args, &envelope, why)) {
        say("%s", why);
        rc = EXIT_USAGE;
    }
    if (rc == 0) rc = send(c, buf_slice(&envelope));
    buf_deinit(&file);
    buf_deinit(&envelope);
    return rc;
}
