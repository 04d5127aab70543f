/* cmd_list.c: list: the server's jobs; where it does not list them, or with --recent, those that its last events tell of. */
#include "tools/cli/client.h"
#include "tools/cli/events.h"
#include "tools/cli/handlers.h"
#include "tools/cli/jobs_out.h"
#include "tools/cli/pages.h"

#include "base/clock.h"
#include "base/table.h"

#define LIST_DEFAULT 50
#define PAGE_JOBS 50 /* each may be a MiB long */
#define TABLE_MAX (16u << 20)

/* ---- jobs of the last events, the latest first ---- */

struct seen_job {
    struct table_node node;
    struct slice id; /* in the event's text, still escaped */
};

struct listing {
    struct client *client;
    struct table seen;
    struct seen_job *jobs; /* as many as there are events */
    uint64_t n_jobs;
    struct rows rows;
};

static int keep_event(void *arg, struct json_value event)
{
    return event_ring_add(arg, event);
}

/* True at the first look at a job: newest event first, it is the one that counts. */
static bool is_first_look(struct listing *l, struct slice id)
{
    uint64_t hash = table_hash(&l->seen, id);
    for (struct table_node *n = table_first(&l->seen, hash); n; n = table_next(n))
        if (slice_eq(((struct seen_job *)n)->id, id)) return false;
    struct seen_job *job = &l->jobs[l->n_jobs++];
    job->id = id;
    table_add(&l->seen, &job->node, hash);
    return true;
}

static bool is_wanted(const struct listing *l, struct json_value data)
{
    char room[32];
    const char *state = l->client->o->state;
    return !state || slice_eq(member_text(data, "state", room, sizeof room), slice_str(state));
}

/* The same names as in a job. */
static void print_json(struct json_value event, struct json_value data)
{
    static const struct {
        const char *name, *in_event;
    } members[] = {{"id", "job_id"}, {"type", "job_type"}, {"queue", "queue"}, {"state", "state"}, {"attempt", "attempt"}};
    char text[4096];
    struct json_value v;
    struct json_out o;
    json_out_init(&o, text, sizeof text);
    json_open(&o, '{');
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (json_member(data, slice_str(members[i].in_event), &v)) json_key(&o, members[i].name), json_raw(&o, v.text);
    if (json_member(event, SLICE("time"), &v)) json_key(&o, "changed_at"), json_raw(&o, v.text);
    json_close(&o, '}');
    if (!o.overflow) client_print_line((struct json_value){JSON_OBJECT, slice_make(text, o.len)});
}

static void add_job(struct listing *l, struct json_value event, struct json_value data)
{
    static const char *const names[] = {"job_id", "state", "job_type", "queue", "attempt"};
    char room[300];
    if (l->client->o->quiet) {
        struct slice id = member_text(data, "job_id", room, sizeof room);
        say_clean(room, id.len);
        (void)printf("%.*s\n", SLICE_ARG(id));
    } else if (l->client->as_json) {
        print_json(event, data);
    } else {
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            rows_add(&l->rows, member_text(data, names[i], room, sizeof room));
        rows_add(&l->rows, member_text(event, "time", room, sizeof room));
    }
}

static void list_jobs(struct listing *l, const struct event_ring *all, uint64_t max)
{
    uint64_t n = all->n < all->max ? all->n : all->max, shown = 0;
    while (n-- > 0 && shown < max) {
        struct json_value event = event_ring_at(all, n), data = event_data(event), id;
        if (!json_member(data, SLICE("job_id"), &id) || !is_first_look(l, id.text) || !is_wanted(l, data)) continue;
        add_job(l, event, data);
        shown++;
    }
}

static int list_from(struct client *c, const struct event_ring *all, uint64_t max)
{
    struct listing l = {.client = c, .jobs = calloc(all->max, sizeof *l.jobs)};
    if (!l.jobs || table_init(&l.seen, (uint32_t)all->max, clock_now_ns()) < 0) {
        free(l.jobs);
        say("no memory");
        return EXIT_USAGE;
    }
    rows_init(&l.rows, "ID|STATE|TYPE|QUEUE|>ATTEMPT|SINCE", TABLE_MAX);
    list_jobs(&l, all, max);
    if (!c->as_json && !c->o->quiet) (void)rows_print(&l.rows, stdout);
    rows_deinit(&l.rows);
    table_deinit(&l.seen);
    free(l.jobs);
    return client_flush();
}

static int list_recent(struct client *c, uint64_t max)
{
    struct events e;
    struct event_ring all;
    events_init(&e, c);
    int rc = event_ring_init(&all, EVENTS_MAX);
    if (rc == 0) rc = events_each(&e, keep_event, &all);
    if (rc == 0) rc = list_from(c, &all, max);
    event_ring_deinit(&all);
    events_deinit(&e);
    return rc;
}

/* ---- all jobs ---- */

static int add_listed(void *arg, struct json_value job)
{
    if (job.kind == JSON_OBJECT) jobs_out_add(arg, job);
    return 0;
}

/* GET /ojs/v1/jobs (ojs-admin-api §7.1, under the path of a job's own). */
static int list_all(struct client *c, uint64_t max, bool *is_missing)
{
    struct jobs_out out;
    struct buf path;
    buf_init(&path, 8192);
    buf_addf(&path, "/ojs/v1/jobs?limit=%d", max && max < PAGE_JOBS ? (int)max : PAGE_JOBS);
    http_add_query(&path, "queue", c->o->queue);
    http_add_query(&path, "type", c->o->type);
    http_add_query(&path, "state", c->o->state);
    jobs_out_init(&out, c, false);
    int rc = pages_each(c, path.p, "jobs", max, add_listed, &out, is_missing);
    buf_deinit(&path);
    return exit_worse(rc, jobs_out_end(&out));
}

int list_command(struct client *c)
{
    bool is_missing = false;
    uint64_t max;
    if (!events_limit(c->o, LIST_DEFAULT, &max)) return EXIT_USAGE;
    if (max == 0) return EXIT_DONE;
    if (c->o->recent) return list_recent(c, max);
    int rc = list_all(c, max, &is_missing);
    return rc == 0 && is_missing ? list_recent(c, max) : rc;
}
