/* cmd_events.c: tail, and list, which is made of the same events. */
#include "tools/cli/client.h"
#include "tools/cli/events.h"
#include "tools/cli/handlers.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/rows.h"

#include "base/clock.h"
#include "base/table.h"

#define PAUSE_NS (500 * NS_PER_MS)
#define TAIL_DEFAULT 10
#define LIST_DEFAULT 50
#define KEPT_MAX 100000 /* events that list looks at: servers keep fewer */
#define TABLE_MAX (16u << 20)

static struct json_value data_of(struct json_value event)
{
    struct json_value data;
    if (json_member(event, SLICE("data"), &data) && data.kind == JSON_OBJECT) return data;
    return (struct json_value){JSON_OBJECT, SLICE_INIT("{}")};
}

/* ---- tail ---- */

struct tail {
    struct client *client;
    struct event_ring last; /* until all that has been is read */
    bool is_following;
};

/* Columns of a fixed width: they cannot wait for what comes. */
static void print_event(const struct client *c, struct json_value event)
{
    static const struct {
        const char *name;
        int width;
        bool in_data;
    } columns[] = {{"time", 24, false}, {"type", 14, false},    {"job_id", 36, true},
                   {"state", 9, true},  {"job_type", 20, true}, {"queue", 0, true}};
    if (c->as_json) {
        client_print_line(event);
        return;
    }
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        char room[300];
        struct slice text = member_text(columns[i].in_data ? data_of(event) : event, columns[i].name, room, sizeof room);
        say_clean(room, text.len);
        (void)printf("%s%-*.*s", i ? "  " : "", columns[i].width, text.len ? (int)text.len : 1, text.len ? text.p : "-");
    }
    (void)putchar('\n');
}

static int on_event(void *arg, struct json_value event)
{
    struct tail *t = arg;
    if (!t->is_following) return event_ring_add(&t->last, event);
    print_event(t->client, event);
    return 0;
}

/* What comes from now on, until it is interrupted or the time of --timeout is over. */
static int follow_events(struct events *e, struct tail *t)
{
    struct client *c = t->client;
    t->is_following = true;
    for (;;) {
        uint64_t now = clock_now_ns(), pause = PAUSE_NS;
        if (c->until_ns && now >= c->until_ns) return EXIT_DONE;
        if (c->until_ns && c->until_ns - now < pause) pause = c->until_ns - now;
        if (!interrupt_sleep(pause)) return EXIT_SIGNAL;
        if (c->until_ns && clock_now_ns() >= c->until_ns) return EXIT_DONE;
        int rc = events_each(e, on_event, t);
        if (rc == 0) rc = client_flush();
        if (rc) return rc;
    }
}

/* How many of the newest --limit asks for. False: no such number, said. */
static bool read_limit(const struct options *o, uint64_t otherwise, uint64_t *out)
{
    *out = o->limit.given ? (uint64_t)o->limit.n : otherwise;
    if (!o->limit.given || (o->limit.n >= 0 && o->limit.n <= KEPT_MAX)) return true;
    say("--limit must be from 0 to %d", KEPT_MAX);
    return false;
}

int tail_command(struct client *c)
{
    struct events e;
    struct tail t = {.client = c};
    uint64_t n;
    if (!read_limit(c->o, TAIL_DEFAULT, &n)) return EXIT_USAGE;
    events_init(&e, c);
    int rc = event_ring_init(&t.last, n);
    if (rc == 0) rc = events_each(&e, on_event, &t);
    for (uint64_t i = 0; rc == 0; i++) {
        struct json_value event = event_ring_at(&t.last, i);
        if (!event.text.p) break;
        print_event(c, event);
    }
    event_ring_deinit(&t.last);
    if (rc == 0) rc = client_flush();
    if (rc == 0 && !c->o->no_follow) rc = follow_events(&e, &t);
    events_deinit(&e);
    return rc;
}

/* ---- list ---- */

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

static void add_job(struct listing *l, struct json_value event, struct json_value data)
{
    static const char *const names[] = {"job_id", "state", "job_type", "queue", "attempt"};
    char room[300];
    if (l->client->o->quiet) {
        struct slice id = member_text(data, "job_id", room, sizeof room);
        say_clean(room, id.len);
        (void)printf("%.*s\n", SLICE_ARG(id));
    } else if (l->client->as_json) {
        client_print_line(data);
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
        struct json_value event = event_ring_at(all, n), data = data_of(event), id;
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

int list_command(struct client *c)
{
    struct events e;
    struct event_ring all;
    uint64_t max;
    if (!read_limit(c->o, LIST_DEFAULT, &max)) return EXIT_USAGE;
    events_init(&e, c);
    int rc = event_ring_init(&all, KEPT_MAX);
    if (rc == 0) rc = events_each(&e, keep_event, &all);
    if (rc == 0) rc = list_from(c, &all, max);
    event_ring_deinit(&all);
    events_deinit(&e);
    return rc;
}
