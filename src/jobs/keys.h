/* keys.h: idempotency keys: which job came of which key, and of what request. A key is known by a digest of what scopes it (who, where,
 * the client's own text). Owned by the engine's thread; nothing here allocates after keys_init. */
#ifndef QUERN_JOBS_KEYS_H
#define QUERN_JOBS_KEYS_H

#include "base/heap.h"
#include "base/slab.h"
#include "base/table.h"
#include "jobs/job.h"

#define KEYS_MAX 100000 /* at a time */
#define KEY_NS (UINT64_C(24) * 3600 * 1000000000) /* how long a key is known: from the acceptance of its job on */

struct key_entry {
    struct table_node by_name, by_job;
    struct heap_node end; /* wall ns */
    struct uuid job;
    struct job_key key;
};

struct keys {
    struct slab entries;
    struct table by_name, by_job;
    struct heap ends;
};

/* 0 or -ENOMEM. */
int keys_init(struct keys *k, uint32_t n_max, uint64_t seed);
void keys_deinit(struct keys *k);
/* The key of that name that is known at wall_ns, or NULL. */
const struct key_entry *keys_find(const struct keys *k, const struct job_key *key, uint64_t wall_ns);
/* The key that the job came with, or NULL: it had none, or it is known no longer. */
const struct key_entry *keys_of_job(const struct keys *k, struct uuid job);
/* Forgets what has ended; whether there is room for one more then. */
bool keys_have_room(struct keys *k, uint64_t wall_ns);
/* There must be room. ends_ns: wall. */
void keys_add(struct keys *k, const struct job_key *key, struct uuid job, uint64_t ends_ns);
/* The job is forgotten, and its key with it. */
void keys_drop_job(struct keys *k, struct uuid job);

#endif
