/* cmd_cron.c: jobs that come again and again (ojs-cron §8). */
#include "tools/cli/client.h"
#include "tools/cli/envelope.h"
#include "tools/cli/handlers.h"
#include "tools/cli/input.h"
#include "tools/cli/pages.h"
#include "tools/cli/rows.h"
#include "tools/cli/watch.h"

#define TABLE_HEAD "NAME|CRON|ZONE|TYPE|ON|NEXT|LAST|>RUNS"

static void add_row(struct rows *r, struct json_value job)
{
    static const char *const names[] = {"name",    "cron",        "timezone",    "type",
                                        "enabled", "next_run_at", "last_run_at", "run_count"};
    char room[300];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct slice text = member_text(job, names[i], room, sizeof room);
        if (strcmp(names[i], "enabled") == 0) text = slice_eq(text, SLICE("false")) ? SLICE("no") : SLICE("yes");
        rows_add(r, text);
    }
}

struct listing {
    struct client *client;
    struct rows rows;
};

static int add_job(void *arg, struct json_value job)
{
    struct listing *l = arg;
    if (job.kind != JSON_OBJECT) return 0;
    if (l->client->as_json) client_print_line(job);
    else add_row(&l->rows, job);
    return 0;
}

static int show(struct client *c)
{
    struct listing l = {.client = c};
    rows_init(&l.rows, TABLE_HEAD, 16u << 20);
    int rc = pages_each(c, "/ojs/v1/cron?limit=100", "cron_jobs", 0, add_job, &l, NULL);
    if (rc == 0 && !c->as_json) (void)rows_print(&l.rows, stdout);
    rows_deinit(&l.rows);
    return exit_worse(rc, client_flush());
}

int cron_list_command(struct client *c)
{
    return watch(c, show);
}

/* {"cron_job": {…}} as the server has it now. */
static int show_answer(struct client *c)
{
    struct json_value answer, job;
    int rc = client_document(c, &answer);
    if (rc == 0) rc = client_member(&answer, "cron_job", JSON_OBJECT, &job);
    if (rc) return rc;
    struct listing l = {.client = c};
    rows_init(&l.rows, TABLE_HEAD, 1u << 20);
    (void)add_job(&l, job);
    if (!c->as_json) (void)rows_print(&l.rows, stdout);
    rows_deinit(&l.rows);
    return client_flush();
}

int cron_add_command(struct client *c)
{
    char why[256];
    struct buf file, body;
    struct slice args;
    const char *const *words = c->o->words;
    buf_init(&file, ENVELOPE_MAX);
    buf_init(&body, ENVELOPE_MAX + (1u << 20));
    int rc = input_args(c->o->words_n > 3 ? words[3] : NULL, &file, &args);
    if (rc == 0 && !envelope_make_cron(c->o, words[0], words[1], words[2], args, &body, why)) {
        say("%s", why);
        rc = EXIT_USAGE;
    }
    struct http_request q = {.method = "POST", .path = "/ojs/v1/cron", .type = OJS_TYPE, .body = buf_slice(&body)};
    if (c->o->replace) q.method = "PUT", q.path = client_path(c, "/ojs/v1/cron/%s", words[0]);
    if (rc == 0) rc = client_send(c, &q);
    if (rc == 0) rc = show_answer(c);
    buf_deinit(&file), buf_deinit(&body);
    return rc;
}

int cron_remove_command(struct client *c)
{
    int worst = 0;
    for (int i = 0; i < c->o->words_n; i++) {
        struct json_value answer;
        const char *name = c->o->words[i];
        struct http_request q = {.method = "DELETE", .path = client_path(c, "/ojs/v1/cron/%s", name)};
        int rc = client_send(c, &q);
        if (rc == 0) rc = client_document(c, &answer);
        if (rc == 0 && c->as_json) client_print_line(answer);
        else if (rc == 0) (void)printf("%s is removed\n", name);
        worst = exit_worse(worst, rc);
        if (rc == EXIT_SERVER || rc == EXIT_SIGNAL) break;
    }
    return exit_worse(worst, client_flush());
}

/* ojs-cron §8.5. */
static int toggle(struct client *c, struct slice body)
{
    struct http_request q = {
        .method = "PATCH", .path = client_path(c, "/ojs/v1/cron/%s", c->o->words[0]), .type = OJS_TYPE, .body = body};
    int rc = client_send(c, &q);
    return rc ? rc : show_answer(c);
}

int cron_enable_command(struct client *c)
{
    return toggle(c, SLICE("{\"enabled\":true}"));
}

int cron_disable_command(struct client *c)
{
    return toggle(c, SLICE("{\"enabled\":false}"));
}
