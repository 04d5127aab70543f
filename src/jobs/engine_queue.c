#include "base/check.h"
#include "jobs/engine_parts.h"
#include "jobs/queue_record.h"
#include "journal/journal.h"

#include <errno.h>
#include <stdlib.h>

/* ---- looking ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct queue_view *)a)->name, ((const struct queue_view *)b)->name);
}

static void view_queue(const struct queue *queue, struct queue_view *v)
{
    *v = (struct queue_view){.settings = queue->settings, .depth = queue_depth(queue)};
    memcpy(v->name, queue->name.text, queue->name.len);
    memcpy(v->by_state, queue->by_state, sizeof v->by_state);
}

/* Room for n views. NULL: the call has its answer. */
static struct queue_view *room_for(struct engine *e, struct engine_call *call, size_t n)
{
    call->views = block_new(e->options.budget, (n + 1) * sizeof(struct queue_view));
    if (!call->views) engine_answer(e, call, ENGINE_FULL);
    return call->views ? (struct queue_view *)(void *)call->views->bytes : NULL;
}

void engine_queues(struct engine *e, struct engine_call *call)
{
    const struct names *names = &e->store.queues.names;
    struct queue_view *views = room_for(e, call, names->table.n);
    if (!views) return;
    for (uint32_t slot = 0; slot < names_slots(names); slot++) {
        const struct queue *queue = names_at(names, slot);
        if (queue) view_queue(queue, &views[call->n_views++]);
    }
    call->views->len = call->n_views * sizeof *views;
    qsort(views, call->n_views, sizeof *views, by_name);
    call->outcome = ENGINE_OK;
    if (log_is_behind(e)) log_hold(e, call, DURABILITY_SYNCED); /* they count what may not be there after a power cut */
    else engine_answer(e, call, ENGINE_OK);
}

/* With the queue's view, when what it shows cannot be undone: its settings, and the jobs that it counts. */
static void answer_queue(struct engine *e, struct engine_call *call, const struct queue *queue, struct queue_view *views,
                         enum engine_outcome outcome)
{
    view_queue(queue, &views[0]);
    call->n_views = 1;
    call->views->len = sizeof *views;
    engine_answer_synced(e, call, outcome, log_is_behind(e) ? e->log.appended : queue->log_sequence);
}

void engine_queue_info(struct engine *e, struct engine_call *call)
{
    const struct queue *queue = queues_find(&e->store.queues, call->queue.name);
    struct queue_view *views = queue ? room_for(e, call, 1) : NULL;
    if (views) answer_queue(e, call, queue, views, ENGINE_OK);
    else if (!queue) engine_answer_missing(e, call);
}

/* ---- the journal ---- */

static void unplace(struct engine *e, struct queue *queue)
{
    if (queue->log_bytes) journal_live_sub(e->log.journal, queue->log_segment, queue->log_bytes);
    queue->log_bytes = 0;
}

static void place(struct engine *e, struct queue *queue, uint32_t segment, size_t payload)
{
    unplace(e, queue);
    queue->log_segment = segment;
    queue->log_bytes = (uint32_t)journal_bytes(payload, 1);
    journal_live_add(e->log.journal, segment, queue->log_bytes);
}

static void write_down(struct engine *e, struct queue *queue, bool is_deleted)
{
    struct slice name = name_slice(&queue->name);
    struct record_queue record = queue_record_make(&queue->settings, name, is_deleted);
    struct slice parts[2] = {slice_make(&record, sizeof record), name};
    uint32_t segment;
    if (!e->log.journal) return;
    bool is_done = log_append(e, RECORD_QUEUE, parts, 2, DURABILITY_SYNCED, &segment);
    queue->log_sequence = e->log.appended;
    if (is_deleted) e->log.forgotten = e->log.appended;
    if (!is_done) return;
    if (is_deleted) unplace(e, queue);
    else place(e, queue, segment, sizeof record + name.len);
}

int queue_restore_settings(struct engine *e, const struct journal_record *record)
{
    struct queue_settings settings;
    struct slice name;
    bool is_deleted;
    if (!queue_record_read(record->payload, &settings, &name, &is_deleted)) return -EBADMSG;
    struct queue *queue = queues_find(&e->store.queues, name);
    if (is_deleted) {
        if (queue) unplace(e, queue);
        if (queue) queues_forget(&e->store.queues, queue);
        return 0;
    }
    queue = store_keep_queue(&e->store, name);
    if (!queue) return -ENOSPC;
    queue->settings = settings;
    place(e, queue, record->segment, record->payload.len);
    return 0;
}

uint32_t queue_rewrite(struct engine *e, uint32_t segment, uint32_t n_max)
{
    const struct names *names = &e->store.queues.names;
    uint32_t moved = 0;
    for (uint32_t slot = 0; slot < names_slots(names) && moved < n_max; slot++) {
        struct queue *queue = names_at(names, slot);
        if (!queue || !queue->log_bytes || queue->log_segment != segment) continue;
        if (log_admit_rewrite(e, sizeof(struct record_queue) + queue->name.len) < 0) break;
        write_down(e, queue, false);
        moved++;
    }
    return moved;
}

void queue_resume_all(struct engine *e)
{
    const struct names *names = &e->store.queues.names;
    for (uint32_t slot = 0; slot < names_slots(names); slot++) {
        struct queue *queue = names_at(names, slot);
        if (queue) (void)queue_gauge(&e->store.queues, queue); /* nothing is ready yet */
    }
}

/* ---- changing ---- */

static void take(struct queue_settings *s, const struct engine_call *call, uint64_t wall_ns)
{
    const struct queue_config *asked = &call->queue.config;
    unsigned set = call->queue.set;
    if (set & QUEUE_SET_CONCURRENCY) s->config.concurrency = asked->concurrency;
    if (set & QUEUE_SET_MAX_SIZE) s->config.max_size = asked->max_size;
    if (set & QUEUE_SET_LEASE) s->config.lease_ms = asked->lease_ms;
    if (set & QUEUE_SET_TIMEOUT) s->config.timeout_ms = asked->timeout_ms;
    if (set & QUEUE_SET_KEEP_COMPLETED) s->config.completed_s = asked->completed_s;
    if (set & QUEUE_SET_KEEP_CANCELLED) s->config.cancelled_s = asked->cancelled_s;
    if (set & QUEUE_SET_KEEP_DISCARDED) s->config.discarded_s = asked->discarded_s;
    if (set & QUEUE_SET_RETRY) {
        s->config.has_retry = asked->has_retry;
        s->config.retry = asked->retry;
    }
    if (set & QUEUE_SET_PAUSE && !s->paused_ns) s->paused_ns = wall_ns;
    if (set & QUEUE_SET_RESUME) s->paused_ns = 0;
    if (!s->created_ns) s->created_ns = wall_ns;
    s->updated_ns = wall_ns;
}

void queue_open_up(struct engine *e, struct queue *queue)
{
    unsigned what = queue_gauge(&e->store.queues, queue);
    if (what & QUEUE_NEWS) e->has_news = true;
    if (what & QUEUE_OPENED) queue_serve(e, queue);
}

void engine_queue_set(struct engine *e, struct engine_call *call)
{
    struct queue *queue = queues_find(&e->store.queues, call->queue.name);
    bool is_new = !queue || !queue->is_kept;
    if (!queue && !(call->queue.set & QUEUE_SET_MAKE)) {
        engine_answer_missing(e, call);
        return;
    }
    struct queue_view *views = room_for(e, call, 1);
    if (!views) return;
    queue = store_keep_queue(&e->store, call->queue.name);
    if (!queue) {
        engine_answer(e, call, ENGINE_TOO_MANY_QUEUES);
        return;
    }
    take(&queue->settings, call, engine_wall_ns(e));
    write_down(e, queue, false);
    call->queue.is_new = is_new;
    answer_queue(e, call, queue, views, ENGINE_OK);
    queue_open_up(e, queue);
}

/* Its settings go; its name stays as long as finished jobs have it. */
void engine_queue_delete(struct engine *e, struct engine_call *call)
{
    struct queue *queue = queues_find(&e->store.queues, call->queue.name);
    struct queue_view *views = queue ? room_for(e, call, 1) : NULL;
    if (!queue) engine_answer_missing(e, call);
    if (!views) return;
    if (queue_depth(queue)) {
        answer_queue(e, call, queue, views, ENGINE_CONFLICT);
        return;
    }
    if (queue->is_kept) write_down(e, queue, true);
    answer_queue(e, call, queue, views, ENGINE_OK);
    if (queue->is_kept) queues_forget(&e->store.queues, queue);
}
