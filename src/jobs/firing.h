/* firing.h: the unfinished jobs that schedules have made, by schedule. A job is loose as soon as workers may get it, or held: it is
 * available, but in no queue, until no job of its schedule is loose. Owned by the engine's thread. Nothing here allocates after
 * firings_init. */
#ifndef QUERN_JOBS_FIRING_H
#define QUERN_JOBS_FIRING_H

#include "base/list.h"
#include "base/slab.h"
#include "base/table.h"

struct job;

struct firing_group {
    struct table_node by_number;
    uint32_t number; /* of the schedule, which may have gone since */
    uint32_t n_held;
    struct list loose, held; /* of struct firing; held: in the order of their ids, which is that of their times */
};

struct firing {
    struct list link;
    struct job *job;
    struct firing_group *group;
};

struct firings {
    struct firing *of; /* by the job's slot; meaningful for jobs with is_firing */
    struct slab groups; /* those with a job */
    struct table by_number;
    uint32_t n_max;
};

/* Room for all jobs, untouched until used. 0 or -ENOMEM. */
int firings_init(struct firings *f, uint32_t jobs_max, uint64_t seed);
void firings_deinit(struct firings *f);
/* The jobs of that schedule; NULL: it has none. */
struct firing_group *firings_group(const struct firings *f, uint32_t number);
/* slot: the job's. It becomes one of the schedule's, loose. */
void firings_add(struct firings *f, struct job *job, uint32_t slot, uint32_t number);
void firings_hold(struct firings *f, uint32_t slot);
/* The job has ended. Returns the job that is loose now because nothing else of its schedule is any more; NULL: none. */
struct job *firings_remove(struct firings *f, uint32_t slot);
/* If all that the group has is held: its first job, loose now. */
struct job *firings_loosen(struct firing_group *g);
uint32_t firings_number(const struct firings *f, uint32_t slot);
/* The group's first job: one that is loose, if any is. */
struct job *firings_first(const struct firing_group *g);

#endif
