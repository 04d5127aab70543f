/* ask.h: a question to the engines on behalf of a parked request. Each engine lives on one shard's
 * thread; the others reach it by mail, and the answer comes back the same way, in the same node.
 * Where there are several engines a question goes to the one that it concerns, or to one after the
 * other, and its answer is put together of theirs: ask_route.h.
 * Owned by the asking shard's thread. */
#ifndef QUERN_API_ASK_H
#define QUERN_API_ASK_H

#include "api/ask_route.h"
#include "api/gates.h"
#include "base/slab.h"
#include "http/exchange.h"
#include "jobs/engine.h"

/* Where an engine is reached. Set before any thread starts; the engine and its gates are dereferenced on its own thread only, elsewhere
 * they are values that travel with the question. */
struct ask_door {
    struct engine *engine;
    struct gates *gates;
    struct mailbox *box; /* of the shard that hosts it */
};

/* One per shard. */
struct asker {
    struct slab asks; /* of struct ask: as many questions as may be under way */
    struct http *http;
    const struct ask_door *doors; /* n_engines; the same for all shards */
    uint32_t n_engines;
    uint32_t turn; /* engine that the next fetch over several engines asks first */
    struct mailbox *home_box; /* of this shard: no mail for a question to an engine that has the same */
    struct block_budget *budget;
    bool by_owner; /* what is made belongs to who asks, and is seen by that one: owner.h */
};

/* call.reply and call.mail belong to ask.c; all else of the call is the handler's to fill before
 * ask_send() and to read in on_answer. */
struct ask {
    struct asker *asker;
    struct exchange_id exchange;
    /* Home thread: the engine has answered. Must answer x. References that it does not move out
     * of the call are dropped after it. Not called when the exchange is gone: then a grant
     * (ENGINE_FETCH) goes back to the engine, uncounted. */
    void (*on_answer)(struct exchange *x, struct engine_call *call);
    /* Of one without an exchange: the same, but the ask stays its owner's, to be sent again or dropped. */
    void (*on_back)(struct ask *a);
    void *owner;
    bool undelivered; /* see ask_undelivered() */
    bool sending, answered; /* where the engine is on this thread: is ask_at() on the stack, has the reply come */
    uint8_t engine; /* that is asked, or was asked last */
    struct engine_call call; /* its end is not cleared, nor is what follows */
    struct ask_route route; /* set by route_begin() but for is_on */
    struct gate_pass pass;
    struct job_view made; /* while its end is waited for: the job as it was answered with first. Not cleared either */
};

struct asker_options {
    struct http *http;
    struct block_budget *budget;
    const struct ask_door *doors;
    uint32_t n_engines;
    struct mailbox *home_box;
    bool by_owner;
    uint32_t asks_max; /* parked requests of this shard, and calls that have become jobs */
};

/* 0 or -ENOMEM. */
int asker_init(struct asker *k, const struct asker_options *options);
/* All questions must be answered. */
void asker_deinit(struct asker *k);

/* Parks *x and takes a call for it, zeroed but for call.op. *x becomes the parked exchange.
 * NULL: nothing was left, the exchange has been answered with 503 and is gone; nothing was sent. */
struct ask *ask_new(struct exchange **x, enum engine_op op, void (*on_answer)(struct exchange *x, struct engine_call *call));
/* Without an exchange: every answer goes to on_back. NULL: nothing was left. */
struct ask *ask_new_loose(struct asker *k, enum engine_op op, void (*on_back)(struct ask *a), void *owner);
/* Within on_answer of an ENGINE_FETCH: the jobs could not be handed over after all. They go back, uncounted. */
void ask_undelivered(struct engine_call *call);
/* Gives back an ask that is not under way. Its exchange, if it has one, is the caller's to answer. */
void ask_drop(struct ask *a);
/* The answer may come before this returns: do not touch the exchange or the ask after it. */
void ask_send(struct ask *a);

/* ---- for ask_route.c and its like ---- */

/* To this engine; the answer goes the way that a->route says. As ask_send. */
void ask_at(struct ask *a, uint32_t engine);
/* The call has its answer. */
void ask_deliver(struct ask *a);
/* Without an exchange; NULL: nothing was left. */
struct ask *ask_take(struct asker *k);

#endif
