/* cmd_health.c: is the server well? */
#include "tools/cli/client.h"
#include "tools/cli/handlers.h"
#include "tools/cli/rows.h"
#include "tools/cli/watch.h"

#include "base/clock.h"
#include "tools/cli/when.h"

struct health {
    struct json_value doc;
    char why[256]; /* it takes no work; empty: it does */
};

/* /readyz says in a line of text why not. */
static int ask_ready(struct client *c, char why[256])
{
    struct http_request q = {.method = "GET", .path = "/readyz"};
    int rc = client_try(c, &q);
    if (rc) return rc;
    struct slice line = buf_slice(&c->reply.body), first = slice_cut(&line, '\n');
    bool is_ready = c->reply.status >= 200 && c->reply.status < 300;
    (void)snprintf(why, 256, "%.*s", is_ready ? 0 : (int)(first.len < 255 ? first.len : 255), first.p ? first.p : "");
    if (!is_ready && !why[0]) (void)snprintf(why, 256, "the answer is %ld", c->reply.status);
    return 0;
}

static void print_table(const struct health *h)
{
    char room[256], age[WHEN_SHORT_BYTES] = "";
    struct rows r;
    struct json_value v;
    double s;
    rows_init(&r, "STATUS|VERSION|BACKEND|>UP|TAKES WORK", 1u << 16);
    rows_add(&r, member_text(h->doc, "status", room, sizeof room));
    rows_add(&r, member_text(h->doc, "version", room, sizeof room));
    rows_add(&r, json_member(h->doc, SLICE("backend"), &v) && v.kind == JSON_OBJECT ? member_text(v, "type", room, sizeof room)
                                                                                    : SLICE(""));
    if (json_member(h->doc, SLICE("uptime_seconds"), &v) && v.kind == JSON_NUMBER && json_to_double(v, &s) && s >= 0 &&
        s < 1e10)
        when_short((uint64_t)(s * 1e9), age);
    rows_add(&r, slice_str(age));
    rows_add(&r, h->why[0] ? slice_str(h->why) : SLICE("yes"));
    (void)rows_print(&r, stdout);
    rows_deinit(&r);
}

static int show(struct client *c)
{
    struct health h;
    struct http_request q = {.method = "GET", .path = "/ojs/v1/health"};
    int rc = ask_ready(c, h.why);
    if (rc == 0) rc = client_try(c, &q);
    if (rc) return rc;
    bool is_health = c->reply.status == 200 || c->reply.status == 503; /* both have the document */
    if (!is_health) return client_refused(c, NULL);
    rc = client_document(c, &h.doc);
    if (rc) return rc;
    if (c->as_json) client_print_line(h.doc);
    else print_table(&h);
    rc = client_flush();
    if (h.why[0]) say("the server takes no work: %s", h.why);
    return exit_worse(rc, h.why[0] || c->reply.status != 200 ? EXIT_SERVER : EXIT_DONE);
}

int health_command(struct client *c)
{
    return watch(c, show);
}
