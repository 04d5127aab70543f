/* bus.h: what has happened: the last ENGINE_EVENTS_KEPT events. An event is added when its
 * transition applies and shown when that has settled; readers see shown ones only. Owned by the
 * engine's thread. */
#ifndef QUERN_JOBS_BUS_H
#define QUERN_JOBS_BUS_H

#include "jobs/engine.h"

struct bus {
    struct job_event *ring;          /* by sequence % ENGINE_EVENTS_KEPT */
    uint64_t added, settling, shown; /* sequence of the last one that has happened, that is to be shown, that is */
};

/* 0 or -ENOMEM. */
int bus_init(struct bus *b);
void bus_deinit(struct bus *b);
/* A zeroed event with the next sequence, for the caller to fill at once. Overwrites the oldest. */
struct job_event *bus_add(struct bus *b);
/* What was added since the last call may be seen when the journal has come as far as commit; 0: at once. */
void bus_settle(struct bus *b, uint64_t commit, bool is_synced);
/* The journal has come so far. Events are shown in their order. */
void bus_show(struct bus *b, uint64_t written, uint64_t synced);
/* An id: every event that is not shown yet, or comes later than at wall_ns, has a greater one or this. */
struct uuid bus_settled(const struct bus *b, uint64_t wall_ns);
/* The events that call->events asks for, oldest first, as a block in call->views (NULL if there are
 * none) and call->n_views. False: no memory. */
bool bus_collect(const struct bus *b, struct engine_call *call, struct block_budget *budget);

#endif
