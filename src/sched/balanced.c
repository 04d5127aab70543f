/* balanced.c: strategy "balanced": the worker with the least measured load; types with very different run times are kept apart, so
 * that a short task does not wait behind a long one. */
#include "sched/sched.h"

#include "base/clock.h"

/* A type is long from here on; unknown ones count as long until they have run once. */
#define LONG_NS (20 * NS_PER_MS)

/* With two workers and more, every fourth (at least one) is out of bounds for long types. */
static uint32_t short_lane(const struct workers *all)
{
    return all->n < 2 ? 0 : (all->n + 3) / 4;
}

static uint64_t load_of(struct worker *w)
{
    return atomic_load_explicit(&w->load_ns, memory_order_relaxed);
}

/* The least loaded of those in [from, to) with room. Loads are a moment old; a lost claim just looks again. */
static struct worker *least(struct workers *all, uint32_t from, uint32_t to, uint32_t cap)
{
    uint64_t now_ns = cap > 1 ? clock_now_ns() : 0;
    for (uint32_t tries = from; tries < to; tries++) {
        struct worker *best = NULL;
        for (uint32_t i = from; i < to; i++) {
            struct worker *w = &all->of[i];
            if (claim_count(&w->claim) >= cap) continue;
            if (atomic_load_explicit(&w->claim, memory_order_seq_cst) & (CLAIM_LONG | CLAIM_CLOSED)) continue;
            if (cap > 1 && sched_overruns(w, now_ns)) continue;
            if (!best || load_of(w) < load_of(best)) best = w;
        }
        if (!best) return NULL;
        if (claim_try(&best->claim, cap)) return best;
    }
    return NULL;
}

static struct worker *pick(struct workers *all, uint64_t mean_ns, uint32_t cap)
{
    uint32_t lane = short_lane(all);
    if (mean_ns == 0 || mean_ns >= LONG_NS) return least(all, lane, all->n, cap);
    struct worker *w = least(all, 0, lane, cap);
    return w ? w : least(all, lane, all->n, cap);
}

const struct strategy strategy_balanced = {"balanced", pick};
