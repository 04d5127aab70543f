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

bool sched_overruns(const struct worker *w, uint64_t now_ns)
{
    uint64_t began = atomic_load_explicit(&((struct worker *)w)->began_ns, memory_order_relaxed);
    return began != 0 && now_ns > began + SCHED_SHARE_NS;
}

bool sched_soon_idle(const struct workers *all, uint64_t now_ns)
{
    for (uint32_t i = 0; i < all->n; i++) {
        uint32_t claim = atomic_load_explicit(&all->of[i].claim, memory_order_seq_cst);
        bool is_short = (claim & CLAIM_COUNT) != 0 && !(claim & (CLAIM_LONG | CLAIM_CLOSED));
        if (is_short && !sched_overruns(&all->of[i], now_ns)) return true;
    }
    return false;
}

uint32_t sched_cap(const struct type_stats *s)
{
    if (s->mean_ns == 0 || s->mean_ns > SCHED_SHARE_NS / 2) return 1;
    if (s->peak_ns > 4 * SCHED_SHARE_NS) return 1; /* short on the average, but not to be relied on */
    uint64_t cap = SCHED_SHARE_NS / s->mean_ns;
    return cap > CLAIM_MAX ? CLAIM_MAX : (uint32_t)cap;
}
