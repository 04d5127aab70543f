/* payload.h: where envelopes and results of jobs are kept: in memory while bodies in all take no more than a bound, beyond that where
 * the kernel can page them out (base/spill.h). So what waits is bounded by the disk. The engine's thread. */
#ifndef QUERN_JOBS_PAYLOAD_H
#define QUERN_JOBS_PAYLOAD_H

#include "base/spill.h"

struct payloads {
    struct block_budget *budget;
    struct spill *spill;    /* NULL: all stay in memory */
    uint64_t resident_max;  /* bytes of the budget in use from which on new ones go */
};

/* The reference moves in, and one comes out: to the same block, or to a copy. b may be NULL. */
struct block *payload_keep(const struct payloads *p, struct block *b);
/* A block with these bytes; NULL: no room. Never a file of its own: a full disk must not look like too many bytes. */
struct block *payload_copy(const struct payloads *p, struct slice bytes);

#endif
