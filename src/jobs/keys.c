/* keys.c: see keys.h. */
#include "jobs/keys.h"

#include "base/check.h"
#include "base/list.h"

int keys_init(struct keys *k, uint32_t n_max, uint64_t seed)
{
    int rc = slab_init(&k->entries, sizeof(struct key_entry), n_max);
    if (rc < 0) return rc;
    rc = table_init(&k->by_name, n_max, seed);
    if (rc < 0) goto free_entries;
    rc = table_init(&k->by_job, n_max, seed + 1);
    if (rc < 0) goto free_by_name;
    rc = heap_init(&k->ends, n_max);
    if (rc < 0) goto free_by_job;
    return 0;
free_by_job:
    table_deinit(&k->by_job);
free_by_name:
    table_deinit(&k->by_name);
free_entries:
    slab_deinit(&k->entries);
    return rc;
}

void keys_deinit(struct keys *k)
{
    heap_deinit(&k->ends);
    table_deinit(&k->by_job);
    table_deinit(&k->by_name);
    slab_deinit(&k->entries);
}

static uint64_t hash_name(const struct keys *k, const struct job_key *key)
{
    return table_hash(&k->by_name, slice_make(key->name, sizeof key->name));
}

static uint64_t hash_job(const struct keys *k, struct uuid job)
{
    return table_hash(&k->by_job, slice_make(&job, sizeof job));
}

const struct key_entry *keys_find(const struct keys *k, const struct job_key *key, uint64_t wall_ns)
{
    for (struct table_node *n = table_first(&k->by_name, hash_name(k, key)); n; n = table_next(n)) {
        const struct key_entry *entry = container_of(n, struct key_entry, by_name);
        if (memcmp(entry->key.name, key->name, sizeof key->name) == 0 && entry->end.key > wall_ns) return entry;
    }
    return NULL;
}

static struct key_entry *find_job(const struct keys *k, struct uuid job)
{
    for (struct table_node *n = table_first(&k->by_job, hash_job(k, job)); n; n = table_next(n)) {
        struct key_entry *entry = container_of(n, struct key_entry, by_job);
        if (uuid_eq(entry->job, job)) return entry;
    }
    return NULL;
}

const struct key_entry *keys_of_job(const struct keys *k, struct uuid job)
{
    return find_job(k, job);
}

static void drop(struct keys *k, struct key_entry *entry)
{
    heap_remove(&k->ends, &entry->end);
    table_remove(&k->by_name, &entry->by_name);
    table_remove(&k->by_job, &entry->by_job);
    slab_put(&k->entries, entry);
}

bool keys_have_room(struct keys *k, uint64_t wall_ns)
{
    /* Two for each that is added: all are gone in time, and no single request pays for them. */
    for (int i = 0; i < 2 || k->entries.n_used == k->entries.n_max; i++) {
        struct heap_node *first = heap_first(&k->ends);
        if (!first || first->key > wall_ns) break;
        drop(k, container_of(first, struct key_entry, end));
    }
    return k->entries.n_used < k->entries.n_max;
}

void keys_add(struct keys *k, const struct job_key *key, struct uuid job, uint64_t ends_ns)
{
    uint32_t slot;
    struct key_entry *entry = slab_get(&k->entries, &slot);
    assert(entry && !find_job(k, job));
    entry->key = *key;
    entry->job = job;
    heap_node_init(&entry->end);
    heap_add(&k->ends, &entry->end, ends_ns);
    table_add(&k->by_name, &entry->by_name, hash_name(k, key));
    table_add(&k->by_job, &entry->by_job, hash_job(k, job));
}

void keys_drop_job(struct keys *k, struct uuid job)
{
    struct key_entry *entry = find_job(k, job);
    if (entry) drop(k, entry);
}
