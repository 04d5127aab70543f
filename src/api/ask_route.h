/* ask_route.h: which engine a question goes to where there are several.
 *
 *     names a queue                     the queue's engine
 *     names a job                       the engine that its id names, then the others: jobs keep their ids when the number of
 *                                       engines changes, and a client's own id names no engine at all
 *     names a schedule                  one after the other, from the engine home_of(name)
 *     would make what may exist once    holds gates (gates.h), asks the others whether they have it, then the queue's engine
 *     lists                             all, one after the other (ask_gather.c)
 *     fetches                           the engines of its queues, one after the other, and if there is no job waits at all of them
 *                                       (ask_fetch.c)
 *     would touch two engines           nobody: ENGINE_APART; but with a key all, as one of them may know what has come of it
 *
 * One node goes round from engine to engine, so nothing that a question needs can run out on the way; only a fetch that waits at several
 * engines takes a node for each. The asking shard's thread. */
#ifndef QUERN_API_ASK_ROUTE_H
#define QUERN_API_ASK_ROUTE_H

#include "base/list.h"
#include "base/mail.h"
#include "base/uuid.h"

struct ask;
struct block;

/* Of an ask that goes round. */
struct ask_route {
    bool is_on;      /* answers go to route_answered() first */
    uint8_t phase;   /* private to the file that has set it */
    uint8_t op;      /* what the question is: call.op is what is asked now */
    uint8_t first, n_asked; /* engines from first on have been asked */
    uint8_t target;  /* engine that is to take what is made; n_engines: none can */
    uint8_t refusal; /* enum engine_outcome that somebody else than the one who has the job has given; 0: none */
    bool widens; /* not found among what is the caller's own, it is looked for among all */
    bool is_replay, more, has_total, by_id;
    uint64_t wait_ns;
    /* Lists: what is there of them. */
    struct block *gathered, *counts;
    uint32_t n_gathered, n_total, start, slot, left, offset, at;
    uint64_t extended;
    struct uuid settled;
    /* Fetches. */
    uint64_t mask, unasked; /* of engines */
    uint16_t n_queues;
    struct ask *parent; /* of one that waits at one of several engines */
    struct ask *child;  /* of the parent: the first; of a child: the next */
    uint32_t n_out;
    bool is_sent, is_back, is_withdrawn;
    struct mail note;
};

/* Sends a question round, or to its engine. The answer may come before this returns. */
void route_begin(struct ask *a);
/* An engine has answered. True: that is the answer. Otherwise the ask is on its way again. */
bool route_answered(struct ask *a);

/* ---- shared by the files of it ---- */

/* The ask is through: the call is as if one engine had answered it. Returns true. */
bool route_end(struct ask *a);
/* ask_gather.c, ask_fetch.c */
void gather_begin(struct ask *a);
bool gather_answered(struct ask *a);
void fetch_begin(struct ask *a);
bool fetch_answered(struct ask *a);

enum { ROUTE_FIND, ROUTE_GATHER, ROUTE_FETCH, ROUTE_CHILD, ROUTE_TAKE, ROUTE_PROBE, ROUTE_MAKE, ROUTE_GIVE, ROUTE_WAIT };

#endif
