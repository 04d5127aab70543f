/* fixed.c: strategy "fixed": a fixed pool, the first idle worker. */
#include "sched/sched.h"

#include "base/clock.h"

static struct worker *pick(struct workers *all, uint64_t mean_ns, uint32_t cap)
{
    (void)mean_ns;
    for (uint32_t i = 0; i < all->n; i++)
        if (claim_count(&all->of[i].claim) == 0 && claim_try(&all->of[i].claim, cap)) return &all->of[i];
    if (cap == 1) return NULL;
    uint64_t now_ns = clock_now_ns();
    for (uint32_t i = 0; i < all->n; i++)
        if (!sched_overruns(&all->of[i], now_ns) && claim_try(&all->of[i].claim, cap)) return &all->of[i];
    return NULL;
}

const struct strategy strategy_fixed = {"fixed", pick};
