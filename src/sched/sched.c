/* sched.c: see sched.h. */
#include "sched/sched.h"

#include <string.h>

const struct strategy *strategy_by_name(const char *name)
{
    static const struct strategy *const known[] = {&strategy_fixed, &strategy_balanced};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i]->name, name) == 0) return known[i];
    return NULL;
}

uint32_t sched_cap(const struct type_stats *s)
{
    if (s->mean_ns == 0 || s->mean_ns > SCHED_SHARE_NS / 2) return 1;
    uint64_t cap = SCHED_SHARE_NS / s->mean_ns;
    return cap > CLAIM_MAX ? CLAIM_MAX : (uint32_t)cap;
}
