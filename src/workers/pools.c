/* pools.c: see pools.h. */
#include "workers/pools.h"

#include "base/log.h"
#include "workers/command.h"
#include "workers/process.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static uint32_t count_places(const struct types *types)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < types->n; i++) n += types->of[i].spec ? types->of[i].spec->places : 0;
    return n;
}

/* fds: by place, -1 where a type has no such limits. */
static int make_groups(struct pools *p, int *fds, char why[CGROUP_WHY_BYTES])
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < p->types->n; i++) {
        const struct job_type *type = &p->types->of[i];
        for (uint32_t place = 0; type->spec && place < type->spec->places; place++, n++) {
            if (!cgroup_has_limits(type->spec)) continue;
            fds[n] = cgroup_make(p->cgroup, type, place, why);
            if (fds[n] < 0) return fds[n];
            p->groups[p->n_groups++] = (struct pools_group){.type = type, .place = place};
        }
    }
    return 0;
}

/* Each is closed before the next is opened, unless all have to wait. */
static int open_limits(struct pools *p, bool later, char why[CGROUP_WHY_BYTES])
{
    int rc = 0;
    for (uint32_t i = 0; i < p->n_groups && rc == 0; i++) {
        struct pools_group *g = &p->groups[i];
        rc = cgroup_limits_open(p->cgroup, g->type, g->place, &g->limits, why);
        if (rc == 0 && !later) rc = cgroup_limits_write(p->cgroup, g->type, g->place, &g->limits, why);
    }
    return rc; /* the process ends: what is open goes with it */
}

int pools_limit(struct pools *p, char why[CGROUP_WHY_BYTES])
{
    int rc = 0;
    why[0] = '\0';
    for (uint32_t i = 0; i < p->n_groups && rc == 0; i++) {
        struct pools_group *g = &p->groups[i];
        rc = cgroup_limits_write(p->cgroup, g->type, g->place, &g->limits, why);
    }
    return rc;
}

static void remove_groups(const struct pools *p)
{
    for (uint32_t i = 0; p->cgroup && i < p->n_groups; i++) cgroup_remove(p->cgroup, p->groups[i].type, p->groups[i].place);
}

int pools_prepare(struct pools *p, const struct types *types, const char *cgroup, const struct pools_wish *wish,
                  char why[CGROUP_WHY_BYTES])
{
    int group_fds[ZYGOTE_PLACES_MAX];
    uint32_t n = count_places(types);
    why[0] = '\0';
    p->n = 1 + types->n_pools;
    p->types = types;
    p->cgroup = cgroup;
    if (n > ZYGOTE_PLACES_MAX) return -E2BIG;
    if (n == 0) return 0;
    for (uint32_t i = 0; i < n; i++) group_fds[i] = -1;
    int rc = cgroup_prepare(cgroup, types, why);
    if (rc == 0) rc = make_groups(p, group_fds, why);
    if (rc == 0) {
        struct zygote_options o = {.types = types, .n_places = n, .group_fds = group_fds, .private_fds = wish->private_fds,
                                   .n_private = wish->n_private, .identity = wish->identity};
        rc = zygote_start(&o, &p->zygote);
    }
    for (uint32_t i = 0; i < n; i++)
        if (group_fds[i] >= 0) (void)close(group_fds[i]); /* the zygote has them */
    if (rc == 0) rc = open_limits(p, wish->limits_later, why); /* the zygote is not to have these */
    return rc;
}

static int open_places(struct place *places, const struct job_type *type, const int *sockets)
{
    int rc = 0;
    for (uint32_t i = 0; i < type->spec->places && rc == 0; i++) {
        places[i] = (struct place){.type = type, .spec = type->spec, .socket = sockets[i], .child.pidfd = -1};
        if (type->spec->kind == RUN_PROCESS) rc = process_place_open(&places[i]);
    }
    return rc;
}

static int start_pool(struct pools *p, const struct job_type *type, const int *sockets, struct log *log)
{
    const struct run_spec *spec = type->spec;
    struct place *by_worker[RUN_PLACES_MAX];
    struct place *places = calloc(spec->places, sizeof *places);
    if (!places) return -ENOMEM;
    p->places[type->pool] = places;
    int rc = open_places(places, type, sockets);
    if (rc < 0) return rc;
    for (uint32_t i = 0; i < spec->places; i++) by_worker[i] = &places[i];
    struct workers_options o = {
        .n = spec->places,
        .log = log,
        .pool = type->pool,
        .kind = spec->kind == RUN_PROCESS ? &worker_kind_process : &worker_kind_command,
        .n_min = spec->kind == RUN_PROCESS ? spec->places_min : spec->places,
        .places = by_worker,
    };
    return workers_new(&o, &p->of[type->pool]);
}

int pools_start(struct pools *p, const struct types *types, const struct workers_options *threads)
{
    const int *sockets = p->zygote.sockets;
    int rc = workers_new(threads, &p->of[0]);
    for (uint32_t i = 0; i < types->n && rc == 0; i++) {
        const struct job_type *type = &types->of[i];
        if (!type->spec) continue;
        rc = start_pool(p, type, sockets, threads->log);
        sockets += type->spec->places;
    }
    return rc; /* the process ends: what has been started goes with it */
}

void pools_supervise(struct pools *p, uint64_t now_ns)
{
    workers_supervise(p->of[0], now_ns);
    if (p->zygote_lost || !zygote_is_gone(&p->zygote)) return;
    p->zygote_lost = true;
    for (uint32_t i = 1; i < p->n; i++) atomic_store_explicit(&p->of[i]->sick, true, memory_order_relaxed);
    log_error("zygote.gone", "effect=\"no worker process can be started\" remedy=\"restart the server\"");
}

bool pools_stop(struct pools *p)
{
    bool clean = true;
    for (uint32_t i = 0; i < p->n; i++)
        if (p->of[i]) clean &= workers_stop(p->of[i]);
    if (!clean) return false;
    zygote_stop(&p->zygote);
    remove_groups(p);
    return true;
}

static void close_places(struct place *places, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (places[i].spec && places[i].spec->kind == RUN_PROCESS) process_place_close(&places[i]);
    free(places);
}

void pools_free(struct pools *p)
{
    for (uint32_t i = 0; i < p->n; i++) {
        uint32_t n = p->of[i] ? p->of[i]->n : 0;
        p->of[i] = workers_free(p->of[i]);
        if (p->places[i]) close_places(p->places[i], n);
    }
    p->n = 0;
}

bool pools_healthy(const struct pools *p)
{
    for (uint32_t i = 0; i < p->n; i++)
        if (!workers_healthy(p->of[i])) return false;
    return true;
}
