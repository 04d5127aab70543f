/* cmd_events.c: tail: what happens to jobs. */
#include "tools/cli/client.h"
#include "tools/cli/events.h"
#include "tools/cli/handlers.h"
#include "tools/cli/interrupt.h"

#include "base/clock.h"

#define PAUSE_NS (500 * NS_PER_MS)
#define TAIL_DEFAULT 10

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
        struct slice text = member_text(columns[i].in_data ? event_data(event) : event, columns[i].name, room, sizeof room);
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

int tail_command(struct client *c)
{
    struct events e;
    struct tail t = {.client = c};
    uint64_t n;
    if (!events_limit(c->o, TAIL_DEFAULT, &n)) return EXIT_USAGE;
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
