/* cmd_dead.c: dead letters (ojs-http-binding §12). dead retry is retry. */
#include "tools/cli/client.h"
#include "tools/cli/handlers.h"
#include "tools/cli/jobs_out.h"
#include "tools/cli/pages.h"
#include "tools/cli/watch.h"

#define PAGE_QUERY "/ojs/v1/dead-letter?limit=20" /* each may be a MiB long */

static int add_job(void *arg, struct json_value job)
{
    if (job.kind == JSON_OBJECT) jobs_out_add(arg, job);
    return 0;
}

static int show(struct client *c)
{
    const struct options *o = c->o;
    struct jobs_out out;
    struct buf path;
    if (o->limit.given && o->limit.n < 1) {
        say("--limit must be above 0");
        return EXIT_USAGE;
    }
    buf_init(&path, 4096);
    buf_add_str(&path, PAGE_QUERY);
    http_add_query(&path, "queue", o->queue);
    http_add_query(&path, "type", o->type);
    jobs_out_init(&out, c, false);
    int rc = pages_each(c, path.p, "jobs", o->limit.given ? (uint64_t)o->limit.n : 0, add_job, &out, NULL);
    buf_deinit(&path);
    return exit_worse(rc, jobs_out_end(&out));
}

int dead_list_command(struct client *c)
{
    return watch(c, show);
}

static int delete_one(struct client *c, const char *id)
{
    struct json_value answer;
    struct http_request q = {.method = "DELETE", .path = client_path(c, "/ojs/v1/dead-letter/%s", id)};
    int rc = client_send(c, &q);
    if (rc == 0) rc = client_document(c, &answer);
    if (rc) return rc;
    if (c->o->quiet) (void)printf("%s\n", id);
    else if (c->as_json) client_print_line(answer);
    else (void)printf("%s is deleted\n", id);
    return 0;
}

int dead_delete_command(struct client *c)
{
    int worst = 0;
    for (int i = 0; i < c->o->words_n; i++) {
        int rc = delete_one(c, c->o->words[i]);
        worst = exit_worse(worst, rc);
        if (rc == EXIT_SERVER || rc == EXIT_SIGNAL) break;
    }
    return exit_worse(worst, client_flush());
}
