/* owner.h: whose what a question makes is, and what it may see: where jobs are visible to their owners only (key jobs_visible_to), the
 * principal that asks. Without the scope "admin" it sees its own, workers' questions (jobs:work) concern all jobs. The exchange's shard. */
#ifndef QUERN_API_OWNER_H
#define QUERN_API_OWNER_H

#include "http/exchange.h"
#include "jobs/engine.h"

/* call->op must be set. */
void owner_set(const struct exchange *x, struct engine_call *call);
/* x may fetch jobs of whomever they are. False: answered with 403. */
bool owner_admits_worker(struct exchange *x);
/* Somebody is there to own what has a name of its owner's. False: answered with 403. */
bool owner_is_there(struct exchange *x);

#endif
