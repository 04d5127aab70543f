#include "tools/cli/events.h"

#define PAGES_MAX 1000 /* a server whose pages never end */

void events_init(struct events *e, struct client *c)
{
    *e = (struct events){.client = c};
    buf_init(&e->query, 8192), buf_init(&e->path, 8192);
    buf_add_str(&e->query, "/ojs/v1/events?limit=1000");
    http_add_query(&e->query, "queues", c->o->queue);
    http_add_query(&e->query, "job_types", c->o->type);
}

void events_deinit(struct events *e)
{
    buf_deinit(&e->query), buf_deinit(&e->path);
}

int events_each(struct events *e, int (*one)(void *arg, struct json_value event), void *arg)
{
    for (int page = 0; page < PAGES_MAX; page++) {
        struct json_value answer, list, event, more;
        struct slice none;
        buf_clear(&e->path);
        buf_add(&e->path, buf_slice(&e->query));
        if (e->after[0]) http_add_query(&e->path, "after", e->after);
        int rc = client_get(e->client, e->path.p, &answer);
        if (rc == 0) rc = client_member(&answer, "events", JSON_ARRAY, &list);
        for (size_t i = 0; rc == 0 && json_next(list, &i, &none, &event);)
            if (event.kind == JSON_OBJECT) rc = one(arg, event);
        if (rc) return rc;
        char text[sizeof e->after];
        struct slice cursor = member_text(answer, "cursor", text, sizeof text - 1);
        bool is_new = cursor.len > 0 && !slice_eq(cursor, slice_str(e->after));
        if (cursor.len) (void)snprintf(e->after, sizeof e->after, "%.*s", SLICE_ARG(cursor));
        if (!is_new || !json_member(answer, SLICE("has_more"), &more) || more.kind != JSON_TRUE) break;
    }
    return 0;
}

struct json_value event_data(struct json_value event)
{
    struct json_value data;
    if (json_member(event, SLICE("data"), &data) && data.kind == JSON_OBJECT) return data;
    return (struct json_value){JSON_OBJECT, SLICE_INIT("{}")};
}

bool events_limit(const struct options *o, uint64_t otherwise, uint64_t *out)
{
    *out = o->limit.given ? (uint64_t)o->limit.n : otherwise;
    if (!o->limit.given || (o->limit.n >= 0 && o->limit.n <= EVENTS_MAX)) return true;
    say("--limit must be from 0 to %d", EVENTS_MAX);
    return false;
}

int event_ring_init(struct event_ring *r, uint64_t max)
{
    *r = (struct event_ring){.max = max, .kept = calloc(max ? max : 1, sizeof *r->kept)};
    if (r->kept) return 0;
    say("no memory");
    return EXIT_USAGE;
}

void event_ring_deinit(struct event_ring *r)
{
    for (uint64_t i = 0; r->kept && i < r->max; i++) free((void *)(uintptr_t)r->kept[i].p);
    free(r->kept);
    r->kept = NULL;
}

int event_ring_add(struct event_ring *r, struct json_value event)
{
    if (r->max == 0) return 0;
    char *copy = malloc(event.text.len);
    if (!copy) {
        say("no memory");
        return EXIT_USAGE;
    }
    memcpy(copy, event.text.p, event.text.len);
    struct slice *place = &r->kept[r->n++ % r->max];
    free((void *)(uintptr_t)place->p);
    *place = slice_make(copy, event.text.len);
    return 0;
}

struct json_value event_ring_at(const struct event_ring *r, uint64_t i)
{
    uint64_t n = r->n < r->max ? r->n : r->max;
    if (i >= n) return (struct json_value){0};
    return (struct json_value){JSON_OBJECT, r->kept[(r->n - n + i) % r->max]};
}
