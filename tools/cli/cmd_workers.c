/* cmd_workers.c: the workers inside the server, as its metrics tell of them; and top. */
#include "tools/cli/client.h"
#include "tools/cli/handlers.h"
#include "tools/cli/metrics.h"
#include "tools/cli/queue_rows.h"
#include "tools/cli/rows.h"
#include "tools/cli/watch.h"
#include "tools/cli/when.h"

#include "base/clock.h"

#define TOP_PAUSE_NS (2 * NS_PER_S)

/* In the order in which they are shown. */
static const struct figure {
    const char *label, *name, *metric;
} figures[] = {
    {">WORKERS", "workers", "quern_workers"},
    {">BUSY", "busy", "quern_tasks_out"},
    {">WAITING", "waiting", "quern_tasks_waiting"},
    {">CALLS", "calls", "quern_calls"},
    {">JOBS", "jobs", "quern_jobs_running_here"},
    {">RUN", "run", "quern_worker_runs_total"},
    {">BUSY SECONDS", "busy_seconds", "quern_worker_busy_seconds_total"},
    {">HUNG", "hung", "quern_worker_orphans"},
    {">REPLACED", "replaced", "quern_workers_replaced_total"},
};
#define FIGURES (sizeof figures / sizeof *figures)

/* The text of /metrics, in the client's reply. */
static int ask_metrics(struct client *c, struct slice *text)
{
    struct http_request q = {.method = "GET", .path = "/metrics"};
    int rc = client_send(c, &q);
    *text = buf_slice(&c->reply.body);
    if (rc || memmem(text->p, text->len, "quern_workers ", 14)) return rc;
    say("%s has no figures of workers: it is no quern", http_base(c->http));
    return EXIT_SERVER;
}

static void print_json(struct slice text)
{
    char room[512];
    struct json_out o;
    json_out_init(&o, room, sizeof room);
    json_open(&o, '{');
    for (size_t i = 0; i < FIGURES; i++) json_key(&o, figures[i].name), json_double(&o, metrics_value(text, figures[i].metric));
    json_close(&o, '}');
    (void)printf("%.*s\n", (int)o.len, room);
}

static void print_table(struct slice text)
{
    char head[256] = "";
    struct rows r;
    for (size_t i = 0, len = 0; i < FIGURES && len < sizeof head; i++)
        len += (size_t)snprintf(head + len, sizeof head - len, "%s%s", i ? "|" : "", figures[i].label);
    rows_init(&r, head, 1u << 16);
    for (size_t i = 0; i < FIGURES; i++) rows_addf(&r, "%.0f", metrics_value(text, figures[i].metric));
    (void)rows_print(&r, stdout);
    rows_deinit(&r);
}

static int show_workers(struct client *c)
{
    struct slice text;
    int rc = ask_metrics(c, &text);
    if (rc) return rc;
    if (c->as_json) print_json(text);
    else print_table(text);
    return client_flush();
}

int workers_command(struct client *c)
{
    return watch(c, show_workers);
}

/* ---- top ---- */

/* What has been counted since the server's start, and when we looked. */
struct counts {
    uint64_t at_ns;
    double calls, jobs, busy_s;
};

static struct counts counts_of(struct slice text)
{
    return (struct counts){
        .at_ns = clock_now_ns(),
        .calls = metrics_value(text, "quern_calls_completed_total") + metrics_value(text, "quern_calls_failed_total"),
        .jobs = metrics_value(text, "quern_job_events_total{event=\"acked\"}"),
        .busy_s = metrics_value(text, "quern_worker_busy_seconds_total"),
    };
}

/* The first line has no past to compare with; a server that has started anew has none either. */
static void print_rates(struct slice text, struct counts *before)
{
    struct counts now = counts_of(text);
    double s = (double)(now.at_ns - before->at_ns) / 1e9, workers = metrics_value(text, "quern_workers");
    bool has_past =
        before->at_ns && s > 0 && now.calls >= before->calls && now.jobs >= before->jobs && now.busy_s >= before->busy_s;
    if (has_past)
        (void)printf("calls %.1f/s   jobs %.1f/s   workers %.0f %% of the time in handlers\n\n",
                     (now.calls - before->calls) / s, (now.jobs - before->jobs) / s,
                     workers > 0 ? (now.busy_s - before->busy_s) / s / workers * 100 : 0);
    else (void)printf("calls %.0f   jobs %.0f since its start\n\n", now.calls, now.jobs);
    *before = now;
}

static int show_top(struct client *c)
{
    static struct counts before; /* of the last look: the screen is one thing of the whole process */
    char up[WHEN_SHORT_BYTES];
    struct slice text;
    int rc = ask_metrics(c, &text);
    if (rc) return rc;
    double up_s = metrics_value(text, "quern_uptime_seconds");
    when_short(up_s > 0 && up_s < 1e10 ? (uint64_t)(up_s * 1e9) : 0, up);
    (void)printf("%s   up %s\n", http_base(c->http), up);
    print_rates(text, &before);
    print_table(text);
    (void)putchar('\n');
    rc = queue_rows_print(c, NULL, false);
    return exit_worse(rc, client_flush());
}

int top_command(struct client *c)
{
    return watch_every(c, c->o->watch.ns ? c->o->watch.ns : TOP_PAUSE_NS, show_top);
}
