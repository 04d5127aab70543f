/* wait.h: calls that wait: for a job to end, or for a queue to have a job; and until when. Owned by
 * the engine's thread. A call is parked once at most; whoever answers it takes it out first. */
#ifndef QUERN_JOBS_WAIT_H
#define QUERN_JOBS_WAIT_H

#include "base/heap.h"
#include "base/list.h"
#include "base/slab.h"
#include "jobs/names.h"

struct engine_call;
struct job;

#define WAIT_BUCKETS 4096

struct waits {
    struct heap deadlines;            /* all parked calls */
    struct list by_job[WAIT_BUCKETS]; /* calls parked for a job, by a hash of its id */
    struct names queues; /* struct waited_queue: queues that somebody waits for; they need not exist */
    struct slab places; /* struct wait_place: one per parked fetch and queue */
};

/* 0 or -ENOMEM. */
int waits_init(struct waits *w, uint32_t queues_max, uint64_t seed);
void waits_deinit(struct waits *w);
/* Until the job ends (or changes, if the call has a version) or deadline_ns (mono). call->id is set to the job's. False: no room, answer at
 * once. */
bool waits_for_job(struct waits *w, struct engine_call *call, struct job *job, uint64_t deadline_ns);
/* Until one of call->queues has a job, or deadline_ns. False: no room, answer at once. */
bool waits_for_queues(struct waits *w, struct engine_call *call, uint64_t deadline_ns);
/* The call that has waited longest for a job of that queue, or NULL. */
struct engine_call *waits_first(const struct waits *w, struct slice queue);
/* The queues that somebody waits for: their names by slot, empty where there is none. */
uint32_t waits_queue_slots(const struct waits *w);
struct slice waits_queue_name(const struct waits *w, uint32_t slot);
/* A call that waits for that job to end, or NULL; those who came first are first. */
struct engine_call *waits_of_job(const struct waits *w, const struct job *job);
/* The call after that one (NULL: the first) that waits for any change of the job (call->version), or NULL. */
struct engine_call *waits_watching(const struct waits *w, const struct job *job, const struct engine_call *after);
/* The call with the earliest deadline, or NULL. */
struct engine_call *waits_next(const struct waits *w);
/* Takes the call out. job: the one it waits for; NULL for a fetch. */
void waits_leave(struct waits *w, struct engine_call *call, struct job *job);

#endif
