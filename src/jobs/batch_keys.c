#include "jobs/batch_keys.h"

#include "base/check.h"

int batch_keys_init(struct batch_keys *k, uint32_t n_max, uint64_t seed)
{
    *k = (struct batch_keys){.n_items_max = n_max * BATCH_KEY_ITEMS};
    list_init(&k->by_log);
    int rc = slab_init(&k->entries, sizeof(struct batch_key), n_max);
    if (rc < 0) return rc;
    rc = table_init(&k->by_name, n_max, seed);
    if (rc < 0) goto free_entries;
    rc = heap_init(&k->ends, n_max);
    if (rc < 0) goto free_by_name;
    return 0;
free_by_name:
    table_deinit(&k->by_name);
free_entries:
    slab_deinit(&k->entries);
    return rc;
}

void batch_keys_deinit(struct batch_keys *k)
{
    struct heap_node *first;
    while ((first = heap_first(&k->ends)) != NULL) batch_keys_drop(k, container_of(first, struct batch_key, end));
    heap_deinit(&k->ends);
    table_deinit(&k->by_name);
    slab_deinit(&k->entries);
}

static uint64_t hash_of(const struct batch_keys *k, const struct job_key *key)
{
    return table_hash(&k->by_name, slice_make(key->name, sizeof key->name));
}

struct batch_key *batch_keys_find(const struct batch_keys *k, const struct job_key *key, uint64_t wall_ns)
{
    for (struct table_node *n = table_first(&k->by_name, hash_of(k, key)); n; n = table_next(n)) {
        struct batch_key *entry = container_of(n, struct batch_key, by_name);
        if (memcmp(entry->key.name, key->name, sizeof key->name) == 0 && entry->end.key > wall_ns) return entry;
    }
    return NULL;
}

struct batch_key *batch_keys_ended(const struct batch_keys *k, uint64_t wall_ns)
{
    struct heap_node *first = heap_first(&k->ends);
    return first && first->key <= wall_ns ? container_of(first, struct batch_key, end) : NULL;
}

bool batch_keys_have_room(const struct batch_keys *k, uint32_t n_items)
{
    return k->entries.n_used < k->entries.n_max && n_items <= k->n_items_max - k->n_items;
}

struct batch_key *batch_keys_add(struct batch_keys *k, const struct job_key *key, struct block *items, uint32_t n_items,
                                 uint64_t created_ns, uint64_t ends_ns)
{
    struct batch_key *entry = slab_get(&k->entries, NULL);
    assert(entry && items->len == n_items * sizeof(struct record_batch_item));
    entry->key = *key;
    entry->items = items;
    entry->n_items = n_items;
    entry->created_ns = created_ns;
    list_init(&entry->by_log);
    heap_node_init(&entry->end);
    heap_add(&k->ends, &entry->end, ends_ns);
    table_add(&k->by_name, &entry->by_name, hash_of(k, key));
    k->n_items += n_items;
    return entry;
}

void batch_keys_drop(struct batch_keys *k, struct batch_key *entry)
{
    k->n_items -= entry->n_items;
    heap_remove(&k->ends, &entry->end);
    table_remove(&k->by_name, &entry->by_name);
    list_remove(&entry->by_log);
    block_unref(entry->items);
    slab_put(&k->entries, entry);
}

void batch_keys_placed(struct batch_keys *k, struct batch_key *entry, uint32_t segment, uint32_t bytes)
{
    entry->log_segment = segment;
    entry->log_bytes = bytes;
    list_remove(&entry->by_log);
    list_push_back(&k->by_log, &entry->by_log);
}

struct batch_key *batch_keys_oldest(const struct batch_keys *k, uint32_t segment)
{
    if (list_empty(&k->by_log)) return NULL;
    struct batch_key *entry = container_of(k->by_log.next, struct batch_key, by_log);
    return entry->log_segment == segment ? entry : NULL;
}
