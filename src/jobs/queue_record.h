/* queue_record.h: what a queue has been told to do, as a record of the journal. Pure functions over memory; any thread.
 * docs/journal-format.md §10 shows each byte. */
#ifndef QUERN_JOBS_QUEUE_RECORD_H
#define QUERN_JOBS_QUEUE_RECORD_H

#include "jobs/queue.h"

#include <assert.h>

#define RECORD_QUEUE 7 /* of the types of job_record.h: all of a queue's settings, which replaces all before */

enum record_queue_flags {
    RECORD_QUEUE_DELETED = 1, /* it has none any more */
    RECORD_QUEUE_RETRY = 2,   /* it has a retry policy for its jobs */
    RECORD_QUEUE_JITTER = 4,  /* of that policy */
    RECORD_QUEUE_DEAD_LETTER = 8,
    RECORD_QUEUE_FLAGS = 15,
};

/* Times are wall ns since 1970. Then the name. */
struct record_queue {
    uint64_t created_ns, updated_ns;
    uint64_t paused_ns; /* 0: not paused */
    uint32_t concurrency, max_size, lease_ms, timeout_ms; /* 0: not said */
    uint32_t completed_s, cancelled_s, discarded_s;       /* 0: not said */
    uint32_t retry_max_attempts, retry_initial_ms, retry_max_ms; /* as retry_backoff: with RECORD_QUEUE_RETRY, else 0 */
    float retry_coefficient;
    uint8_t name_bytes, flags;
    uint8_t retry_backoff; /* enum job_backoff */
    uint8_t reserved;
};
static_assert(sizeof(struct record_queue) == 72, "on-disk format");

struct record_queue queue_record_make(const struct queue_settings *s, struct slice name, bool is_deleted);
/* False: no such record. *name points into payload. */
bool queue_record_read(struct slice payload, struct queue_settings *s, struct slice *name, bool *is_deleted);

#endif
