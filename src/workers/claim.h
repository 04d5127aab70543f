/* claim.h: who may push a task to a worker, and who waits for one. A task is pushed only after its shard has won a
 * compare-and-swap on the worker, so no task stands behind another that might take long; only tasks of very short types share a
 * worker's inbox. A shard that finds no worker sets its bit in the hungry set; a worker that has room takes bits in turn and mails
 * those shards. Any thread. */
#ifndef QUERN_WORKERS_CLAIM_H
#define QUERN_WORKERS_CLAIM_H

#include "base/mail.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define CLAIM_MAX 64u /* tasks in hand of one worker: what one turn of a busy shard brings */
#define SHARDS_MAX 64u

/* Low bits: tasks in hand. */
#define CLAIM_LONG 0x80000000u   /* the one task in hand may take long: nobody adds to it */
#define CLAIM_CLOSED 0x40000000u /* no thread serves this worker */
#define CLAIM_COUNT 0x0000ffffu

typedef _Atomic uint32_t claim_word;

/* One more task, if fewer than cap are in hand. cap 1: only an idle worker, and alone. */
bool claim_try(claim_word *w, uint32_t cap);
/* One task less. Acquire-release: a shard that wins the claim sees the worker's state as it was left. */
void claim_release(claim_word *w);
void claim_close(claim_word *w);
void claim_reopen(claim_word *w);
/* Closes it unless a task is in hand or it is closed already; then false. */
bool claim_retire(claim_word *w);
static inline uint32_t claim_count(claim_word *w)
{
    return atomic_load_explicit(w, memory_order_seq_cst) & CLAIM_COUNT; /* as claim_try: strategies filter by it */
}

enum hungry_kind { HUNGRY_CALLS, HUNGRY_JOBS, HUNGRY_KINDS };

/* What a shard gives to the set: its mailbox and one node per kind. The node is in flight from the moment a worker clears the
 * bit until the shard's deliver function has run; the shard sets the bit again only after that. */
struct hungry_notice {
    struct mail mail; /* must stay first; deliver set by the shard */
    struct mailbox *home;
    bool gives_way; /* counted in jobs_turn; written by whoever cleared the bit, to be read before the bit is set again */
};

struct hungry {
    _Atomic uint64_t bits[HUNGRY_KINDS]; /* by shard */
    _Atomic uint32_t turn;               /* rises with each notice: round-robin, and CALLS_PER_JOB calls to one job */
    _Atomic uint32_t jobs_turn; /* notices under way that give way: calls wait until the shards with jobs have looked */
    struct hungry_notice *notices[HUNGRY_KINDS][SHARDS_MAX]; /* constant after start */
};
#define CALLS_PER_JOB 4

void hungry_init(struct hungry *h);
void hungry_register(struct hungry *h, enum hungry_kind kind, uint32_t shard, struct hungry_notice *notice);
/* The shard, after it has failed to claim; it must try once more afterwards: the worker may have looked just before. */
void hungry_set(struct hungry *h, enum hungry_kind kind, uint32_t shard);
/* Gives the next room to a job: tells one shard that has jobs, and counts that in jobs_turn until that shard has looked
 * (hungry_looked). False: none is hungry for them. */
bool hungry_give_way(struct hungry *h);
/* The shard that got a notice that gives way, once it has looked for jobs and needs the turn no longer. Who tells calls that waited for
 * that: the same shard, by hungry_tell_calls. */
void hungry_looked(struct hungry *h);
static inline bool hungry_is_jobs_turn(struct hungry *h)
{
    return atomic_load_explicit(&h->jobs_turn, memory_order_seq_cst) > 0;
}
/* A worker that has room for a task of any kind, after it has released its claim: tells one hungry shard; one with jobs while it is
 * their turn, and every (CALLS_PER_JOB + 1)-th time. */
void hungry_tell(struct hungry *h);
/* Tells one shard whose calls wait. */
void hungry_tell_calls(struct hungry *h);

#endif
