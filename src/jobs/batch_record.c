#include "jobs/batch_record.h"

static bool item_is_sound(const struct record_batch_item *item)
{
    bool has_job = item->what == BATCH_MADE || item->what == BATCH_WAS_THERE || item->what == BATCH_TAKEN;
    return item->what < BATCH_WHATS && item->state < JOB_STATES && item->durability <= DURABILITY_SYNCED &&
           has_job == (item->id.high != 0 || item->id.low != 0);
}

bool batch_record_read(struct slice payload, struct record_batch *head, struct slice *items)
{
    struct record_batch_item item;
    if (payload.len < sizeof *head) return false;
    memcpy(head, payload.p, sizeof *head);
    if (head->n_items == 0 || head->n_items > RECORD_BATCH_ITEMS_MAX) return false;
    if (payload.len != batch_record_bytes(head->n_items)) return false;
    *items = slice_from(payload, sizeof *head);
    for (uint32_t i = 0; i < head->n_items; i++) {
        memcpy(&item, items->p + i * sizeof item, sizeof item);
        if (!item_is_sound(&item)) return false;
    }
    return true;
}
