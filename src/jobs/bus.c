#include "jobs/bus.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/map.h"

#include <errno.h>

#define RING_BYTES (ENGINE_EVENTS_KEPT * sizeof(struct job_event))

int bus_init(struct bus *b)
{
    *b = (struct bus){.ring = map_new(RING_BYTES)};
    return b->ring ? 0 : -ENOMEM;
}

static struct job_event *at(const struct bus *b, uint64_t sequence)
{
    return &b->ring[sequence % ENGINE_EVENTS_KEPT];
}

void bus_deinit(struct bus *b)
{
    uint64_t kept = b->added < ENGINE_EVENTS_KEPT ? b->added : ENGINE_EVENTS_KEPT;
    for (uint64_t i = 0; i < kept; i++) block_unref(at(b, b->added - i)->schedule.block);
    b->ring = map_free(b->ring, RING_BYTES);
}

struct job_event *bus_add(struct bus *b)
{
    struct job_event *ev = at(b, ++b->added);
    block_unref(ev->schedule.block); /* of the event that goes; mostly none */
    *ev = (struct job_event){.sequence = b->added};
    return ev;
}

void bus_settle(struct bus *b, uint64_t commit, bool is_synced)
{
    bool is_first = b->shown == b->settling;
    while (b->settling < b->added) {
        struct job_event *ev = at(b, ++b->settling);
        ev->commit = commit;
        ev->is_synced = is_synced;
    }
    if (commit == 0 && is_first) b->shown = b->settling;
}

void bus_show(struct bus *b, uint64_t written, uint64_t synced)
{
    if (b->settling - b->shown > ENGINE_EVENTS_KEPT) b->shown = b->settling - ENGINE_EVENTS_KEPT; /* gone unseen */
    while (b->shown < b->settling) {
        const struct job_event *ev = at(b, b->shown + 1);
        if (ev->commit > (ev->is_synced ? synced : written)) break;
        b->shown++;
    }
}

static bool matches(const struct engine_call *call, const struct job_event *ev)
{
    struct uuid job = call->events.job;
    struct slice queue = call->events.queue, type = call->events.type;
    if (call->events.kinds && !(call->events.kinds >> ev->kind & 1)) return false;
    if (call->events.owner && call->events.owner != ev->owner) return false;
    if ((job.high || job.low) && !uuid_eq(job, ev->job)) return false;
    if (queue.len && !slice_eq(queue, slice_str(ev->queue))) return false;
    return type.len == 0 || slice_eq(type, slice_str(ev->type));
}

/* Copies the matching events after call->events.after to out, or only counts them if out is NULL.
 * At most n_max. */
static uint32_t gather(const struct bus *b, const struct engine_call *call, struct job_event *out, uint32_t n_max)
{
    uint32_t n = 0;
    uint64_t sequence = call->events.after;
    if (sequence >= b->shown) return 0;
    if (b->added - sequence > ENGINE_EVENTS_KEPT) sequence = b->added - ENGINE_EVENTS_KEPT;
    while (sequence < b->shown && n < n_max) {
        const struct job_event *ev = at(b, ++sequence);
        if (!matches(call, ev)) continue;
        if (out) out[n] = *ev;
        if (out && ev->schedule.block) block_ref(ev->schedule.block);
        n++;
    }
    return n;
}

/* What comes later has a later id, and no id is of an earlier ms than the clock's. */
struct uuid bus_settled(const struct bus *b, uint64_t wall_ns)
{
    if (b->shown < b->added && b->added - b->shown <= ENGINE_EVENTS_KEPT) return at(b, b->shown + 1)->id;
    return (struct uuid){.high = wall_ns / NS_PER_MS << 16};
}

bool bus_collect(const struct bus *b, struct engine_call *call, struct block_budget *budget)
{
    uint32_t n = gather(b, call, NULL, call->events.limit ? call->events.limit : ENGINE_EVENTS_KEPT);
    if (n == 0) return true;
    call->views = block_new(budget, n * sizeof(struct job_event));
    if (!call->views) return false;
    call->n_views = gather(b, call, (struct job_event *)(void *)call->views->bytes, n);
    call->views->len = n * sizeof(struct job_event);
    assert(call->n_views == n);
    return true;
}
