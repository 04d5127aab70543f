/* growth.c: see growth.h. */
#include "workers/growth.h"

#include "base/clock.h"
#include "workers/worker.h"

static bool has_unwanted(struct workers *all)
{
    for (uint32_t i = 0; i < all->n; i++)
        if (!atomic_load_explicit(&all->of[i].wanted, memory_order_seq_cst)) return true;
    return false;
}

/* The first place without one is asked for a child. False: all have one. */
static bool want_one(struct workers *all)
{
    for (uint32_t i = 0; i < all->n; i++) {
        struct worker *w = &all->of[i];
        bool no = false;
        if (!atomic_compare_exchange_strong_explicit(&w->wanted, &no, true, memory_order_seq_cst, memory_order_seq_cst)) continue;
        atomic_fetch_add_explicit(&all->growth.n, 1, memory_order_seq_cst);
        worker_poke(w);
        return true;
    }
    return false;
}

void growth_ask(struct workers *all)
{
    struct growth *g = &all->growth;
    if (g->min == all->n) return; /* fixed: always there */
    while (has_unwanted(all)) {
        if (atomic_exchange_explicit(&g->starts, true, memory_order_seq_cst)) return;
        if (want_one(all)) return;
        /* Another shard may have seen a place leave meanwhile, and that one is starting: look once more when it no longer says so. */
        atomic_store_explicit(&g->starts, false, memory_order_seq_cst);
    }
}

void growth_came(struct workers *all)
{
    /* Before the claim opens and the hungry are told: who asks for more after that finds that none is on its way. */
    atomic_store_explicit(&all->growth.starts, false, memory_order_seq_cst);
}

static bool is_one_less(struct growth *g)
{
    uint32_t n = atomic_load_explicit(&g->n, memory_order_seq_cst);
    while (n > g->min)
        if (atomic_compare_exchange_weak_explicit(&g->n, &n, n - 1, memory_order_seq_cst, memory_order_seq_cst)) return true;
    return false;
}

bool growth_leave(struct worker *w)
{
    struct workers *all = w->all;
    if (!is_one_less(&all->growth)) return false;
    /* Before the claim closes: a shard that finds it closed finds a place to ask for. */
    atomic_store_explicit(&w->wanted, false, memory_order_seq_cst);
    if (claim_retire(&w->claim)) return true;
    if (!atomic_exchange_explicit(&w->wanted, true, memory_order_seq_cst)) {
        atomic_fetch_add_explicit(&all->growth.n, 1, memory_order_seq_cst);
    } else { /* somebody has asked for it, and counted it: it is there */
        growth_came(all);
        hungry_tell(&all->hungry);
    }
    return false;
}

int growth_idle_ms(uint64_t now_ns, uint64_t since_ns, uint64_t idle_ns)
{
    uint64_t end_ns = since_ns + idle_ns;
    if (now_ns >= end_ns) return 0;
    uint64_t ms = (end_ns - now_ns - 1) / NS_PER_MS + 1;
    return ms > 3600000 ? 3600000 : (int)ms;
}
