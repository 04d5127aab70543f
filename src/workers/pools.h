/* pools.h: all the workers of a server: the threads, and for each type that runs elsewhere a pool of places of its own. */
#ifndef QUERN_WORKERS_POOLS_H
#define QUERN_WORKERS_POOLS_H

#include "workers/cgroup.h"
#include "workers/place.h"

struct identity;

/* The control group of one place. */
struct pools_group {
    const struct job_type *type;
    uint32_t place;
    struct cgroup_limits limits; /* open until they are written */
};

struct pools {
    uint32_t n; /* at least 1 */
    struct workers *of[POOLS_MAX]; /* 0: the threads */
    struct zygote zygote;
    bool zygote_lost; /* and it has been said; the supervisor's */
    struct place *places[POOLS_MAX]; /* of pools 1 and on */
    const struct types *types;
    const char *cgroup; /* the folder of their control groups; NULL: none */
    struct pools_group groups[ZYGOTE_PLACES_MAX];
    uint32_t n_groups;
};

struct pools_wish {
    const int *private_fds; /* descriptors that no process of a worker may have */
    uint32_t n_private;
    const struct identity *identity; /* whose they are */
    bool limits_later; /* another server has the same groups still: their limits are not written before pools_limit */
};

/* Before any thread exists: makes the control groups that types ask for in the folder cgroup (NULL: there is none), and forks the zygote if a
 * type needs it. wish: what its processes are to be like. 0, -E2BIG: more than ZYGOTE_PLACES_MAX places in all, or -errno; why: what is wrong with the
 * control groups, else empty. */
int pools_prepare(struct pools *p, const struct types *types, const char *cgroup, const struct pools_wish *wish,
                  char why[CGROUP_WHY_BYTES]);
/* With limits_later, before pools_start: writes the limits of all groups. 0 or -errno and why. */
int pools_limit(struct pools *p, char why[CGROUP_WHY_BYTES]);
/* Starts all threads; threads: options of pool 0. 0 or -errno. */
int pools_start(struct pools *p, const struct types *types, const struct workers_options *threads);
/* A few times a second, on one thread: workers_supervise() of the threads; when the zygote has gone, the other pools are sick. */
void pools_supervise(struct pools *p, uint64_t now_ns);
/* As workers_stop. */
bool pools_stop(struct pools *p);
void pools_free(struct pools *p);
/* False: see workers_healthy, of any pool. */
bool pools_healthy(const struct pools *p);

#endif
