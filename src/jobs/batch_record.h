/* batch_record.h: the idempotency key of a batch, with what became of each of its jobs, as a record of the journal. Pure functions over
 * memory; any thread. docs/journal-format.md §11 shows each byte. */
#ifndef QUERN_JOBS_BATCH_RECORD_H
#define QUERN_JOBS_BATCH_RECORD_H

#include "jobs/job.h"

#include <assert.h>
#include <stddef.h>

#define RECORD_BATCH 8 /* of the types of job_record.h; replaces what stands before under its key */
#define RECORD_BATCH_ITEMS_MAX 1000

enum record_batch_what {
    BATCH_MADE,
    BATCH_WAS_THERE, /* a job had the id already */
    BATCH_NO_JOB, /* the request's mistake */
    BATCH_QUEUE_FULL,
    BATCH_FULL,
    BATCH_TOO_MANY_QUEUES,
    BATCH_TAKEN, /* as WAS_THERE, and the job is none that the caller sees: id only */
    BATCH_TOO_MANY_OWNERS,
    BATCH_WHATS,
};

/* Then n_items of struct record_batch_item, in the order of the request. */
struct record_batch {
    uint64_t created_ns; /* wall: of all jobs that were made */
    struct job_key key;
    uint32_t n_items; /* 1 … RECORD_BATCH_ITEMS_MAX */
    uint32_t reserved;
};
static_assert(sizeof(struct record_batch) == 80 && offsetof(struct record_batch, n_items) == 72, "on-disk format");

struct record_batch_item {
    struct uuid id; /* zero: there is no job */
    uint8_t what; /* enum record_batch_what */
    uint8_t state, durability; /* of the job when the batch was taken */
    uint8_t reserved[5];
};
static_assert(sizeof(struct record_batch_item) == 24 && offsetof(struct record_batch_item, what) == 16, "on-disk format");

static inline size_t batch_record_bytes(uint32_t n_items)
{
    return sizeof(struct record_batch) + n_items * sizeof(struct record_batch_item);
}
/* False: no such record. *items points into payload, which need not be aligned. */
bool batch_record_read(struct slice payload, struct record_batch *head, struct slice *items);

#endif
