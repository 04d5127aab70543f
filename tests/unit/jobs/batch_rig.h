/* batch_rig.h: many submits in one call, for the engine of rig.h. */
#ifndef QUERN_TESTS_JOBS_BATCH_RIG_H
#define QUERN_TESTS_JOBS_BATCH_RIG_H

#include "rig.h"

/* n jobs of q and t.plain, in the durability given. */
static inline struct ask *batch_new(struct rig *rig, uint32_t n, bool is_atomic, enum job_durability durability)
{
    struct ask *ask = ask_new(rig, ENGINE_BATCH);
    ask->call.items = block_new(&rig->budget, n * sizeof(struct batch_item));
    ask->call.n_items = n;
    ask->call.is_atomic = is_atomic;
    for (uint32_t i = 0; i < n; i++) {
        struct block *envelope = rig_block(rig, "{\"args\":[1,2]}");
        engine_call_items(&ask->call)[i] = (struct batch_item){
            .spec = {.queue = SLICE("q"),
                     .type = SLICE("t.plain"),
                     .retry = retry_policy_default(),
                     .durability = (uint8_t)durability,
                     .envelope = envelope,
                     .args = slice_make(envelope->bytes + 8, 5)},
        };
    }
    return ask;
}

static inline struct batch_item *item_of(struct ask *ask, uint32_t i)
{
    return &engine_call_items(&ask->call)[i];
}

static inline void set_id(struct ask *ask, uint32_t i, struct uuid id)
{
    item_of(ask, i)->spec.id = id;
    item_of(ask, i)->spec.has_id = true;
}

#endif
