/* ask.h: a question to the engine on behalf of a parked request. The engine lives on one shard's
 * thread; the others reach it by mail, and the answer comes back the same way, in the same node.
 * Owned by the asking shard's thread. */
#ifndef QUERN_API_ASK_H
#define QUERN_API_ASK_H

#include "base/slab.h"
#include "http/exchange.h"
#include "jobs/engine.h"

/* One per shard. */
struct asker {
    struct slab asks; /* of struct ask: as many questions as may be under way */
    struct http *http;
    /* The engine. Set before any thread starts, and only ever dereferenced on the engine's own
     * thread: elsewhere it is a value that travels with the question. */
    struct engine *engine;
    struct mailbox *engine_box; /* of the shard that hosts the engine */
    struct mailbox *home_box; /* of this shard */
    bool engine_is_here; /* this shard hosts it: no mail for the question */
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
    bool sending, answered; /* where the engine is on this thread: is ask_send() on the stack, has the reply come */
    struct engine_call call; /* last: its end is not cleared */
};

struct asker_options {
    struct http *http;
    struct engine *engine;
    struct mailbox *engine_box, *home_box;
    bool engine_is_here;
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

#endif
