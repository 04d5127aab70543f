/* batch_keys.h: idempotency keys of batches: which jobs came of which key, and of what request. Unlike those of single jobs (keys.h) they
 * outlive their jobs. Owned by the engine's thread; nothing here allocates after batch_keys_init. */
#ifndef QUERN_JOBS_BATCH_KEYS_H
#define QUERN_JOBS_BATCH_KEYS_H

#include "base/block.h"
#include "base/heap.h"
#include "base/list.h"
#include "base/slab.h"
#include "base/table.h"
#include "jobs/batch_record.h"

#define BATCH_KEY_ITEMS 10u /* of all keys together, for each key that there may be: 24 bytes each */

struct batch_key {
    struct table_node by_name;
    struct heap_node end; /* wall ns */
    struct list by_log; /* with a record: in batch_keys.by_log */
    struct job_key key;
    struct block *items; /* n_items of struct record_batch_item; a reference */
    uint64_t created_ns; /* wall */
    uint64_t log_mark; /* sequence of its record; 0: none, or it was there at start */
    uint32_t n_items;
    uint32_t log_segment, log_bytes; /* where its record stands, and what it takes; 0: nowhere */
};

struct batch_keys {
    struct slab entries;
    struct table by_name;
    struct heap ends;
    struct list by_log; /* in the order of their records */
    uint32_t n_items, n_items_max;
};

/* 0 or -ENOMEM. */
int batch_keys_init(struct batch_keys *k, uint32_t n_max, uint64_t seed);
void batch_keys_deinit(struct batch_keys *k);
/* The key of that name that is known at wall_ns, or NULL. */
struct batch_key *batch_keys_find(const struct batch_keys *k, const struct job_key *key, uint64_t wall_ns);
/* One that is known no longer, to be dropped; NULL: none. */
struct batch_key *batch_keys_ended(const struct batch_keys *k, uint64_t wall_ns);
bool batch_keys_have_room(const struct batch_keys *k, uint32_t n_items);
/* There must be room. The items' reference moves in. */
struct batch_key *batch_keys_add(struct batch_keys *k, const struct job_key *key, struct block *items, uint32_t n_items,
                                 uint64_t created_ns, uint64_t ends_ns);
void batch_keys_drop(struct batch_keys *k, struct batch_key *entry);
/* Its record is the newest of all now. */
void batch_keys_placed(struct batch_keys *k, struct batch_key *entry, uint32_t segment, uint32_t bytes);
/* The one whose record is the oldest of all, if that stands in the segment; or NULL. Segments are emptied oldest first. */
struct batch_key *batch_keys_oldest(const struct batch_keys *k, uint32_t segment);

#endif
