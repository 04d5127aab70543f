/* cmd_queues.c: queues and what is in them; holding one back. */
#include "tools/cli/client.h"
#include "tools/cli/handlers.h"
#include "tools/cli/queue_rows.h"
#include "tools/cli/watch.h"

static int show(struct client *c)
{
    int rc = queue_rows_print(c, c->o->words_n ? c->o->words[0] : NULL, c->as_json);
    return exit_worse(rc, client_flush());
}

int queues_command(struct client *c)
{
    return watch(c, show);
}

/* ojs-http-binding §11.3, §11.4: the answer is the queue's name and its new status. */
static int change(struct client *c, const char *path)
{
    char status[64];
    struct json_value answer;
    struct http_request q = {.method = "POST", .path = client_path(c, path, c->o->words[0])};
    int rc = client_send(c, &q);
    if (rc == 0) rc = client_document(c, &answer);
    if (rc) return rc;
    struct slice text = member_text(answer, "status", status, sizeof status);
    say_clean(status, text.len);
    if (c->as_json) client_print_line(answer);
    else (void)printf("%s is %.*s\n", c->o->words[0], SLICE_ARG(text));
    return client_flush();
}

int queues_pause_command(struct client *c)
{
    return change(c, "/ojs/v1/queues/%s/pause");
}

int queues_resume_command(struct client *c)
{
    return change(c, "/ojs/v1/queues/%s/resume");
}
