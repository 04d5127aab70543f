/* claim.c: see claim.h. */
#include "workers/claim.h"

#include "base/check.h"

bool claim_try(claim_word *w, uint32_t cap)
{
    uint32_t now = atomic_load_explicit(w, memory_order_seq_cst); /* also a no must not be older than hungry_set */
    for (;;) {
        if (now & (CLAIM_LONG | CLAIM_CLOSED) || (now & CLAIM_COUNT) >= cap) return false;
        uint32_t next = cap == 1 ? CLAIM_LONG | 1 : now + 1;
        /* Acquire: pairs with claim_release. Sequentially consistent against hungry_set and the worker's look at the bits:
         * either the shard's second try sees the release, or the worker's look sees the bit. */
        if (atomic_compare_exchange_weak_explicit(w, &now, next, memory_order_seq_cst, memory_order_seq_cst)) return true;
    }
}

void claim_release(claim_word *w)
{
    uint32_t now = atomic_load_explicit(w, memory_order_relaxed), next;
    do {
        assert((now & CLAIM_COUNT) > 0);
        next = (now - 1) & ~CLAIM_LONG; /* a long one is alone */
    } while (!atomic_compare_exchange_weak_explicit(w, &now, next, memory_order_seq_cst, memory_order_relaxed));
}

void claim_close(claim_word *w)
{
    atomic_fetch_or_explicit(w, CLAIM_CLOSED, memory_order_seq_cst);
}

void claim_reopen(claim_word *w)
{
    atomic_fetch_and_explicit(w, ~CLAIM_CLOSED, memory_order_seq_cst);
}

bool claim_retire(claim_word *w)
{
    uint32_t idle = 0;
    return atomic_compare_exchange_strong_explicit(w, &idle, CLAIM_CLOSED, memory_order_seq_cst, memory_order_seq_cst);
}

void hungry_init(struct hungry *h)
{
    for (int kind = 0; kind < HUNGRY_KINDS; kind++) atomic_init(&h->bits[kind], 0);
    atomic_init(&h->turn, 0);
    atomic_init(&h->jobs_turn, 0);
}

void hungry_register(struct hungry *h, enum hungry_kind kind, uint32_t shard, struct hungry_notice *notice)
{
    assert(shard < SHARDS_MAX);
    h->notices[kind][shard] = notice;
}

void hungry_set(struct hungry *h, enum hungry_kind kind, uint32_t shard)
{
    atomic_fetch_or_explicit(&h->bits[kind], UINT64_C(1) << shard, memory_order_seq_cst);
}

/* The first set bit at or behind start, going round. bits is not 0. */
static uint32_t first_bit_from(uint64_t bits, uint32_t start)
{
    uint64_t behind = bits & (~UINT64_C(0) << (start % 64));
    return (uint32_t)__builtin_ctzll(behind ? behind : bits);
}

static bool tell(struct hungry *h, enum hungry_kind kind, uint32_t start, bool gives_way)
{
    uint64_t bits = atomic_load_explicit(&h->bits[kind], memory_order_seq_cst);
    while (bits) {
        uint32_t shard = first_bit_from(bits, start);
        uint64_t bit = UINT64_C(1) << shard;
        /* Whoever clears the bit owns the notice until it is delivered. */
        bits = atomic_fetch_and_explicit(&h->bits[kind], ~bit, memory_order_seq_cst);
        if (bits & bit) {
            struct hungry_notice *n = h->notices[kind][shard];
            n->gives_way = gives_way;
            mail_send(n->home, &n->mail);
            return true;
        }
        bits &= ~bit;
    }
    return false;
}

bool hungry_give_way(struct hungry *h)
{
    if (atomic_load_explicit(&h->bits[HUNGRY_JOBS], memory_order_seq_cst) == 0) return false;
    /* Before the bit goes: whoever finds it gone sees this, and starts no call in the job's place. */
    atomic_fetch_add_explicit(&h->jobs_turn, 1, memory_order_seq_cst);
    if (tell(h, HUNGRY_JOBS, 0, true)) return true;
    atomic_fetch_sub_explicit(&h->jobs_turn, 1, memory_order_seq_cst); /* somebody else has just told them */
    hungry_tell_calls(h); /* a shard may have looked meanwhile, and given way to nobody */
    return false;
}

void hungry_looked(struct hungry *h)
{
    atomic_fetch_sub_explicit(&h->jobs_turn, 1, memory_order_seq_cst);
}

void hungry_tell(struct hungry *h)
{
    if ((atomic_load_explicit(&h->bits[HUNGRY_CALLS], memory_order_seq_cst) |
         atomic_load_explicit(&h->bits[HUNGRY_JOBS], memory_order_seq_cst)) == 0)
        return; /* the usual case: one look, no shared write */
    uint32_t turn = atomic_fetch_add_explicit(&h->turn, 1, memory_order_relaxed);
    if (hungry_is_jobs_turn(h) && tell(h, HUNGRY_JOBS, turn, false)) return;
    if (turn % (CALLS_PER_JOB + 1) == CALLS_PER_JOB && hungry_give_way(h)) return;
    if (!tell(h, HUNGRY_CALLS, turn, false)) (void)tell(h, HUNGRY_JOBS, turn, false);
}

void hungry_tell_calls(struct hungry *h)
{
    if (atomic_load_explicit(&h->bits[HUNGRY_CALLS], memory_order_seq_cst) == 0) return;
    (void)tell(h, HUNGRY_CALLS, atomic_fetch_add_explicit(&h->turn, 1, memory_order_relaxed), false);
}
