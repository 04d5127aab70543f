/* straggler.h: handlers in this server that still run though the attempt they were for has ended: it was cancelled, has expired, or its time
 * was up. Each is named by the token of its grant, since its job may be in another attempt by now, or forgotten. Owned by the engine's
 * thread. Nothing here allocates after stragglers_init. */
#ifndef QUERN_JOBS_STRAGGLER_H
#define QUERN_JOBS_STRAGGLER_H

#include "base/list.h"
#include "base/slab.h"

#include <stdbool.h>

/* More than all workers of a server have in hand and in their inboxes at once (256 threads with 64 each, those that were lost, 256 places). */
#define STRAGGLERS_MAX 32768u

struct stragglers {
    struct slab slab;
    struct list all; /* the oldest first */
};

/* 0 or -ENOMEM. */
int stragglers_init(struct stragglers *s, uint32_t n_max);
void stragglers_deinit(struct stragglers *s);
/* False: there is no room for one more. queue: slot in queues.names, which must stand for as long. */
bool stragglers_add(struct stragglers *s, uint64_t token, uint32_t queue);
/* It is through. Returns its queue; SLAB_NONE: there is none with that token. */
uint32_t stragglers_take(struct stragglers *s, uint64_t token);

#endif
