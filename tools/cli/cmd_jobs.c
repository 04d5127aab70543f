/* cmd_jobs.c: get, wait, cancel, retry: jobs by their ids, one after the other. */
#include "tools/cli/client.h"
#include "tools/cli/follow.h"
#include "tools/cli/handlers.h"
#include "tools/cli/jobs_out.h"

/* Does one thing to every id; a refusal of one does not keep the others from it, a server that is gone does. */
static int for_each(struct client *c, bool is_detailed, int (*one)(struct client *c, const char *id, struct json_value *job))
{
    struct jobs_out out;
    int worst = 0;
    jobs_out_init(&out, c, is_detailed && c->o->words_n == 1);
    for (int i = 0; i < c->o->words_n; i++) {
        struct json_value job = {0};
        int rc = one(c, c->o->words[i], &job);
        if (job.text.p) jobs_out_add(&out, job);
        worst = exit_worse(worst, rc);
        if (rc == EXIT_SERVER || rc == EXIT_SIGNAL) break;
    }
    return exit_worse(jobs_out_end(&out), worst);
}

static int ask(struct client *c, const char *method, const char *path, const char *id, struct json_value *job)
{
    struct http_request q = {.method = method, .path = client_path(c, path, id)};
    int rc = client_send(c, &q);
    return rc ? rc : follow_job(c, job);
}

static int get(struct client *c, const char *id, struct json_value *job)
{
    return ask(c, "GET", "/ojs/v1/jobs/%s", id, job);
}

static int cancel(struct client *c, const char *id, struct json_value *job)
{
    return ask(c, "DELETE", "/ojs/v1/jobs/%s", id, job);
}

static int retry(struct client *c, const char *id, struct json_value *job)
{
    return ask(c, "POST", "/ojs/v1/dead-letter/%s/retry", id, job);
}

static int wait_end(struct client *c, const char *id, struct json_value *job)
{
    int rc = follow(c, id, 0, job);
    return rc ? rc : job_exit_code(*job);
}

int get_command(struct client *c)
{
    return for_each(c, true, get);
}

int wait_command(struct client *c)
{
    return for_each(c, false, wait_end);
}

int cancel_command(struct client *c)
{
    return for_each(c, false, cancel);
}

int retry_command(struct client *c)
{
    return for_each(c, false, retry);
}
