/* queue_record.h: what a queue has been told to do, as a record of the journal. Pure functions over memory; any thread.
 * docs/journal-format.md §10 shows each byte. */
#ifndef QUERN_JOBS_QUEUE_RECORD_H
#define QUERN_JOBS_QUEUE_RECORD_H

#include "jobs/queue.h"

#include <assert.h>

#define RECORD_QUEUE 7 /* of the types of job_record.h: all of a queue's settings, which replaces all before */

enum record_queue_flags {
    RECORD_QUEUE_DELETED = 1, /* it has none any more */
};

/* Times are wall ns since 1970. Then the name. */
struct record_queue {
    uint64_t created_ns, updated_ns;
    uint64_t paused_ns; /* 0: not paused */
    uint32_t concurrency, max_size, lease_ms, timeout_ms; /* 0: not said */
    uint8_t name_bytes, flags;
    uint8_t reserved[6];
};
static_assert(sizeof(struct record_queue) == 48, "on-disk format");

struct record_queue queue_record_make(const struct queue_settings *s, struct slice name, bool is_deleted);
/* False: no such record. *name points into payload. */
bool queue_record_read(struct slice payload, struct queue_settings *s, struct slice *name, bool *is_deleted);

#endif
