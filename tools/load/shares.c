/* shares.c: see shares.h. */
#include "tools/load/shares.h"

bool scenario_drips(enum scenario_kind kind)
{
    return kind == SCENARIO_SLOW_HEADER || kind == SCENARIO_SLOW_BODY || kind == SCENARIO_SLOW_READ;
}

bool scenario_has_jobs(enum scenario_kind kind)
{
    return kind == SCENARIO_SUBMIT || kind == SCENARIO_SUBMIT_WAIT || kind == SCENARIO_SUBMIT_POLL || kind == SCENARIO_WORKER;
}

static bool any(const struct group_options *g)
{
    (void)g;
    return true;
}

static bool sends_requests(const struct group_options *g)
{
    return !scenario_drips(g->scenario);
}

static bool takes_from_rate(const struct group_options *g)
{
    return sends_requests(g) && g->rate <= 0;
}

/* From where to where the group's weight lies among those that count, as parts of 1. */
static void place(const struct options *o, int group, bool (*counts)(const struct group_options *g), double *from, double *to)
{
    double all = 0, before = 0;
    for (int i = 0; i < o->groups_n; i++) {
        if (!counts(&o->groups[i])) continue;
        if (i < group) before += o->groups[i].weight;
        all += o->groups[i].weight;
    }
    *from = all > 0 ? before / all : 0;
    *to = all > 0 && counts(&o->groups[group]) ? (before + o->groups[group].weight) / all : *from;
}

static uint64_t part(double n, double from, double to)
{
    return (uint64_t)(n * to + 0.5) - (uint64_t)(n * from + 0.5);
}

uint32_t share_connections(const struct options *o, int group)
{
    double from, to;
    place(o, group, any, &from, &to);
    return (uint32_t)part(o->connections, from, to);
}

uint64_t share_requests(const struct options *o, int group)
{
    double from, to;
    place(o, group, sends_requests, &from, &to);
    return part((double)o->requests, from, to);
}

double share_rate(const struct options *o, int group)
{
    double from, to;
    place(o, group, takes_from_rate, &from, &to);
    return to - from;
}
