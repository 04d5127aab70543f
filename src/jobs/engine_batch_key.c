#include "base/check.h"
#include "jobs/engine_parts.h"
#include "journal/journal.h"

#include <errno.h>

static_assert(RECORD_BATCH_ITEMS_MAX == ENGINE_BATCH_MAX, "one record holds a batch");

/* ---- the same batch again ---- */

static enum engine_outcome outcome_of(enum record_batch_what what)
{
    switch (what) {
    case BATCH_MADE:
    case BATCH_NO_JOB: return ENGINE_OK;
    case BATCH_WAS_THERE:
    case BATCH_TAKEN: return ENGINE_DUPLICATE;
    case BATCH_QUEUE_FULL: return ENGINE_QUEUE_FULL;
    case BATCH_FULL: return ENGINE_FULL;
    case BATCH_TOO_MANY_QUEUES: return ENGINE_TOO_MANY_QUEUES;
    case BATCH_TOO_MANY_OWNERS: return ENGINE_TOO_MANY_OWNERS;
    case BATCH_WHATS: break;
    }
    return ENGINE_FULL;
}

static void give_items(const struct batch_key *k, struct batch_item *items)
{
    const struct record_batch_item *kept = (const struct record_batch_item *)(const void *)k->items->bytes;
    for (uint32_t i = 0; i < k->n_items; i++) {
        struct batch_item *item = &items[i];
        item->id = kept[i].id;
        item->is_void = kept[i].what == BATCH_NO_JOB;
        item->is_elsewhere = false;
        item->outcome = (uint8_t)outcome_of(kept[i].what);
        item->state = kept[i].what == BATCH_TAKEN ? JOB_STATES : kept[i].state;
        item->durability = kept[i].durability;
        item->created_ns = k->created_ns;
        item->enqueued_ns = kept[i].state == JOB_AVAILABLE ? k->created_ns : 0;
        item->job = NULL;
    }
}

bool batch_replay(struct engine *e, struct engine_call *call)
{
    const struct batch_key *k = batch_keys_find(&e->batch_keys, &call->spec.key, engine_wall_ns(e));
    if (!k) return false;
    bool is_same = memcmp(k->key.print, call->spec.key.print, sizeof k->key.print) == 0 && k->n_items == call->n_items;
    if (!is_same) {
        engine_answer_synced(e, call, ENGINE_KEY_REUSED, k->log_mark);
        return true;
    }
    call->is_replay = true;
    call->batch.mark = k->log_mark;
    give_items(k, engine_call_items(call));
    batch_go_on(e, call);
    return true;
}

/* ---- the journal ---- */

static void unplace(struct engine *e, struct batch_key *k)
{
    if (k->log_bytes && e->log.journal) journal_live_sub(e->log.journal, k->log_segment, k->log_bytes);
    k->log_bytes = 0;
}

static void place(struct engine *e, struct batch_key *k, uint32_t segment)
{
    unplace(e, k);
    batch_keys_placed(&e->batch_keys, k, segment, (uint32_t)journal_bytes(batch_record_bytes(k->n_items), 1));
    journal_live_add(e->log.journal, segment, k->log_bytes);
}

static void forget(struct engine *e, struct batch_key *k)
{
    unplace(e, k);
    batch_keys_drop(&e->batch_keys, k);
}

void batch_key_record(const struct batch_key *k, struct batch_rider *room)
{
    room->head = (struct record_batch){.created_ns = k->created_ns, .key = k->key, .n_items = k->n_items};
    room->parts[0] = slice_make(&room->head, sizeof room->head);
    room->parts[1] = block_slice(k->items);
}

void batch_key_rode(struct engine *e, struct batch_key *k)
{
    bool has_ridden = e->log.journal && e->log.rider.n == 0;
    e->log.rider.n = 0;
    if (!has_ridden) return; /* all of its jobs are in memory only, and so is it */
    k->log_mark = e->log.appended;
    if (!e->log.failed) place(e, k, e->log.newest);
}

int batch_key_restore(struct engine *e, const struct journal_record *record)
{
    struct record_batch head;
    struct slice items;
    uint64_t wall = engine_wall_ns(e);
    if (!batch_record_read(record->payload, &head, &items)) {
        e->log.why = "it has a record that is no batch's: made by another version?";
        return -EBADMSG;
    }
    struct batch_key *k = batch_keys_find(&e->batch_keys, &head.key, 0);
    if (k) forget(e, k); /* it was written again */
    if (head.created_ns + KEY_NS <= wall || !batch_keys_have_room(&e->batch_keys, head.n_items)) return 0;
    struct block *kept = restore_block(e, items);
    if (!kept) {
        e->log.why = "the keys of its batches do not fit into the memory for bodies";
        return -ENOMEM;
    }
    k = batch_keys_add(&e->batch_keys, &head.key, kept, head.n_items, head.created_ns, head.created_ns + KEY_NS);
    place(e, k, record->segment);
    return 0;
}

static bool write_again(struct engine *e, struct batch_key *k)
{
    struct batch_rider record;
    uint32_t segment;
    if (log_admit_rewrite(e, batch_record_bytes(k->n_items)) < 0) return false;
    batch_key_record(k, &record);
    if (!log_append(e, RECORD_BATCH, record.parts, 2, DURABILITY_SYNCED, &segment)) return false;
    place(e, k, segment);
    return true;
}

uint32_t batch_key_rewrite(struct engine *e, uint32_t segment, uint32_t n_max)
{
    struct batch_key *k;
    uint32_t moved = 0;
    while (moved < n_max && (k = batch_keys_oldest(&e->batch_keys, segment)) != NULL) {
        if (k->end.key <= engine_wall_ns(e)) forget(e, k);
        else if (!write_again(e, k)) break;
        moved++;
    }
    return moved;
}

/* ---- a new one ---- */

/* What is over goes first: two for each that is added, so that no single request pays for them. */
static bool make_room(struct engine *e, uint32_t n_items)
{
    for (int i = 0; i < 2 || !batch_keys_have_room(&e->batch_keys, n_items); i++) {
        struct batch_key *k = batch_keys_ended(&e->batch_keys, engine_wall_ns(e));
        if (!k) break;
        forget(e, k);
    }
    return batch_keys_have_room(&e->batch_keys, n_items);
}

struct block *batch_key_room(struct engine *e, uint32_t n_items)
{
    return make_room(e, n_items) ? block_new(e->options.budget, n_items * sizeof(struct record_batch_item)) : NULL;
}

static enum record_batch_what what_of(const struct batch_item *item)
{
    if (item->is_void && !item->is_elsewhere) return BATCH_NO_JOB;
    switch ((enum engine_outcome)item->outcome) {
    case ENGINE_OK: return BATCH_MADE;
    case ENGINE_DUPLICATE: return BATCH_WAS_THERE;
    case ENGINE_QUEUE_FULL: return BATCH_QUEUE_FULL;
    case ENGINE_TOO_MANY_QUEUES: return BATCH_TOO_MANY_QUEUES;
    case ENGINE_TOO_MANY_OWNERS: return BATCH_TOO_MANY_OWNERS;
    default: return BATCH_FULL;
    }
}

static struct record_batch_item item_made(const struct engine *e, const struct engine_call *call, const struct batch_item *item)
{
    enum record_batch_what what = what_of(item);
    const struct job *job = item->job;
    if (item->is_elsewhere && item->state == JOB_STATES) return (struct record_batch_item){.id = item->id, .what = BATCH_TAKEN};
    if (item->is_elsewhere)
        return (struct record_batch_item){.id = item->id, .what = BATCH_WAS_THERE, .state = item->state, .durability = item->durability};
    if (what == BATCH_WAS_THERE) job = store_find(&e->store, item->id);
    if (!job) return (struct record_batch_item){.what = (uint8_t)what};
    if (!item->job && !engine_sees(e, call, job->owner)) return (struct record_batch_item){.id = job->id, .what = BATCH_TAKEN};
    uint8_t state = item->job ? item->state : job->state; /* a new one has not begun yet */
    return (struct record_batch_item){.id = job->id, .what = (uint8_t)what, .state = state, .durability = job->durability};
}

struct batch_key *batch_key_take(struct engine *e, const struct engine_call *call, struct block *room,
                                 struct batch_rider *rider)
{
    const struct batch_item *items = engine_call_items(call);
    uint64_t wall = engine_wall_ns(e);
    uint32_t n_made = 0;
    for (uint32_t i = 0; i < call->n_items; i++) {
        struct record_batch_item item = item_made(e, call, &items[i]);
        n_made += items[i].job != NULL;
        block_append(room, slice_make(&item, sizeof item));
    }
    if (n_made == 0) { /* the same again would change nothing either */
        block_unref(room);
        return NULL;
    }
    room = payload_keep(&e->options.payloads, room);
    struct batch_key *k = batch_keys_add(&e->batch_keys, &call->spec.key, room, call->n_items, wall, wall + KEY_NS);
    if (!e->log.journal) return k;
    batch_key_record(k, rider);
    e->log.rider.type = RECORD_BATCH;
    e->log.rider.parts = rider->parts;
    e->log.rider.n = 2;
    return k;
}
