/* events.h: what has happened to jobs, by polling (ojs-events §6.4). Main thread. */
#ifndef QUERN_CLI_EVENTS_H
#define QUERN_CLI_EVENTS_H

#include "tools/cli/client.h"

struct events {
    struct client *client;
    struct buf query, path; /* the filter of --queue and --type; the next question */
    char after[80];         /* the last event that was seen; empty: none */
};

void events_init(struct events *e, struct client *c);
void events_deinit(struct events *e);
/* Calls one() for every event since the last call, oldest first, as far as the server has kept them, until it returns an exit code.
 * 0 or an exit code, said. */
int events_each(struct events *e, int (*one)(void *arg, struct json_value event), void *arg);

/* Its job, as the event tells of it; an empty object if it tells of none. */
struct json_value event_data(struct json_value event);
/* How many --limit asks for, at most EVENTS_MAX; without it otherwise. False: no such number, said. */
#define EVENTS_MAX 100000 /* servers keep fewer */
bool events_limit(const struct options *o, uint64_t otherwise, uint64_t *out);

/* The last max of what is added, as JSON text. */
struct event_ring {
    struct slice *kept; /* copies; oldest at n % max once it is full */
    uint64_t n, max;
};
int event_ring_init(struct event_ring *r, uint64_t max); /* 0 or EXIT_USAGE, said */
void event_ring_deinit(struct event_ring *r);
int event_ring_add(struct event_ring *r, struct json_value event); /* 0 or EXIT_USAGE, said */
/* From the oldest, i = 0, on; {NULL, 0} behind the newest. */
struct json_value event_ring_at(const struct event_ring *r, uint64_t i);

#endif
