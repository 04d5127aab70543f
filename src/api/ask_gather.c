/* ask_gather.c: questions about everything: each engine in turn, and their answers put together. A page of a list is exact: what one page
 * ends with the next one goes on behind, as long as nothing comes or goes. */
#include "api/ask.h"
#include "base/check.h"
#include "jobs/home.h"

#include <stdlib.h>

/* ---- putting together ---- */

static size_t view_bytes(const struct ask *a)
{
    switch ((enum engine_op)a->route.op) {
    case ENGINE_EVENTS: return sizeof(struct job_event);
    case ENGINE_CRON_LIST: return sizeof(struct schedule_view);
    case ENGINE_QUEUES: return sizeof(struct queue_view);
    case ENGINE_BULK: return sizeof(struct bulk_item);
    case ENGINE_DEAD_LIST: return a->call.dead.keys ? sizeof(uint64_t) : sizeof(struct job_view);
    default: return sizeof(struct job_view);
    }
}

/* Moves the call's views behind those that are gathered. False: no memory, they stay where they were. */
static bool gather(struct ask *a)
{
    struct ask_route *r = &a->route;
    struct engine_call *call = &a->call;
    size_t each = view_bytes(a), have = r->n_gathered * each, more = call->n_views * each;
    if (!call->views) return true;
    if (r->gathered && more) {
        struct block *both = block_new(a->asker->budget, have + more);
        if (!both) return false;
        memcpy(both->bytes, r->gathered->bytes, have);
        memcpy(both->bytes + have, call->views->bytes, more);
        block_unref(r->gathered);
        r->gathered = both;
    } else if (!r->gathered) {
        r->gathered = block_ref(call->views);
    }
    r->n_gathered += call->n_views;
    r->gathered->len = have + more;
    call->views = block_unref(call->views); /* and what they refer to goes along */
    call->n_views = 0;
    return true;
}

static void show_gathered(struct ask *a)
{
    a->call.views = a->route.gathered;
    a->call.n_views = a->route.n_gathered;
    a->route.gathered = NULL;
    a->route.n_gathered = 0;
}

/* Without what was gathered. */
static bool fail(struct ask *a, enum engine_outcome outcome)
{
    a->call.op = a->route.op;
    engine_call_drop_views(&a->call);
    show_gathered(a);
    engine_call_drop_views(&a->call);
    a->route.counts = block_unref(a->route.counts);
    a->call.outcome = (uint8_t)outcome;
    return route_end(a);
}

static bool end(struct ask *a)
{
    show_gathered(a);
    a->call.outcome = ENGINE_OK;
    a->route.counts = block_unref(a->route.counts);
    return route_end(a);
}

static int by_event_id(const void *a, const void *b)
{
    struct uuid x = ((const struct job_event *)a)->id, y = ((const struct job_event *)b)->id;
    if (x.high != y.high) return x.high < y.high ? -1 : 1;
    return x.low < y.low ? -1 : x.low > y.low;
}

static int by_queue_name(const void *a, const void *b)
{
    return strcmp(((const struct queue_view *)a)->name, ((const struct queue_view *)b)->name);
}

static void sort(struct ask *a, int (*compare)(const void *, const void *))
{
    if (a->route.n_gathered) qsort(a->route.gathered->bytes, a->route.n_gathered, view_bytes(a), compare);
}

/* ---- jobs: a page, or all that an operation means ---- */

/* A cursor is a slot and an engine, as one number: slot × engines + engine. */
static void walk_ask(struct ask *a, uint32_t engine)
{
    struct ask_route *r = &a->route;
    struct engine_call *call = &a->call;
    bool is_in_page = engine >= r->start;
    call->walk.at = engine == r->start ? r->slot : 0;
    call->walk.limit = is_in_page ? r->left : 0; /* 0: only to count, and whether there are more */
    call->walk.offset = is_in_page ? r->offset : 0;
    call->walk.more = false;
    call->walk.durability = DURABILITY_MEMORY;
    call->walk.done = 0;
    ask_at(a, engine);
}

static void walk_begin(struct ask *a)
{
    struct ask_route *r = &a->route;
    const struct engine_call *call = &a->call;
    uint32_t n = a->asker->n_engines, at = call->op == ENGINE_LIST ? call->walk.at : 0;
    r->start = at % n;
    r->slot = at / n;
    r->left = call->walk.limit;
    r->offset = call->walk.offset;
    r->has_total = true;
    if (call->walk.queue.len) r->start = r->first = (uint8_t)home_of(call->walk.queue, n);
    walk_ask(a, r->first);
}

static bool walk_end(struct ask *a)
{
    struct engine_call *call = &a->call;
    call->walk.at = a->route.at;
    call->walk.more = a->route.more;
    call->walk.has_total = a->route.has_total;
    call->n_total = a->route.n_total;
    return end(a);
}

static bool walk_answered(struct ask *a)
{
    struct ask_route *r = &a->route;
    struct engine_call *call = &a->call;
    uint32_t n = a->asker->n_engines, engine = a->engine, taken = call->n_views;
    if (!gather(a)) return fail(a, ENGINE_FULL);
    r->n_total += call->n_total;
    r->has_total &= call->walk.has_total;
    if (engine >= r->start) {
        bool is_full = r->left && taken == r->left;
        r->offset = call->walk.offset;
        r->left -= taken;
        r->more |= call->walk.more;
        if (is_full) r->at = call->walk.at * n + engine;
    }
    if (call->walk.queue.len || engine + 1 == n) return walk_end(a);
    walk_ask(a, engine + 1);
    return false;
}

/* ---- jobs by their ids ---- */

static struct bulk_item *items_of(const struct block *b)
{
    return (struct bulk_item *)(void *)b->bytes;
}

/* Those that nobody has found yet. False: there are none, or no memory for the question. */
static bool put_missing(struct ask *a)
{
    struct engine_call *call = &a->call;
    call->views = block_new(a->asker->budget, a->route.n_gathered * sizeof(struct bulk_item));
    call->n_views = 0;
    if (!call->views) return false;
    for (uint32_t i = 0; i < a->route.n_gathered; i++) {
        const struct bulk_item *item = &items_of(a->route.gathered)[i];
        if (item->outcome == ENGINE_NOT_FOUND) items_of(call->views)[call->n_views++] = (struct bulk_item){.id = item->id};
    }
    return call->n_views > 0;
}

static bool ids_go_on(struct ask *a, uint32_t engine)
{
    if (engine == a->asker->n_engines || !put_missing(a)) {
        a->call.views = block_unref(a->call.views);
        return end(a);
    }
    a->call.walk.done = 0;
    a->call.walk.durability = DURABILITY_MEMORY;
    ask_at(a, engine);
    return false;
}

static void ids_begin(struct ask *a)
{
    struct ask_route *r = &a->route;
    r->gathered = a->call.views;
    r->n_gathered = a->call.n_views;
    a->call.views = NULL;
    for (uint32_t i = 0; i < r->n_gathered; i++) items_of(r->gathered)[i].outcome = ENGINE_NOT_FOUND;
    if (ids_go_on(a, 0)) ask_deliver(a);
}

static bool ids_answered(struct ask *a)
{
    struct engine_call *call = &a->call;
    for (uint32_t i = 0, k = 0; i < a->route.n_gathered && k < call->n_views; i++) {
        struct bulk_item *item = &items_of(a->route.gathered)[i];
        if (item->outcome == ENGINE_NOT_FOUND) *item = items_of(call->views)[k++];
    }
    call->views = block_unref(call->views);
    return ids_go_on(a, a->engine + 1u);
}

/* ---- dead letters: the newest of all engines first ---- */

/* First each engine tells when each of its own was discarded, as many as the page may reach into; that says which of them the page shows,
 * and those are asked for. */
struct dead_part {
    uint32_t n, next;       /* keys; the next one that is not passed */
    uint32_t offset, limit; /* what the page has of this engine */
};

static struct dead_part *parts_of(const struct ask *a)
{
    return (struct dead_part *)(void *)a->route.counts->bytes;
}

/* The engine with the newest key that is not passed; n: none. */
static uint32_t newest(const struct ask *a)
{
    const uint64_t *keys = (const uint64_t *)(const void *)a->route.gathered->bytes;
    const struct dead_part *parts = parts_of(a);
    uint32_t best = a->asker->n_engines;
    uint64_t best_ns = 0;
    for (uint32_t k = 0; k < a->asker->n_engines; keys += parts[k++].n) {
        if (parts[k].next == parts[k].n || (best < a->asker->n_engines && keys[parts[k].next] <= best_ns)) continue;
        best = k;
        best_ns = keys[parts[k].next];
    }
    return best;
}

static void divide_page(struct ask *a)
{
    struct dead_part *parts = parts_of(a);
    uint64_t until = (uint64_t)a->route.offset + a->route.left;
    for (uint64_t i = 0; i < until && a->route.gathered; i++) {
        uint32_t k = newest(a);
        if (k == a->asker->n_engines) return;
        if (i >= a->route.offset && parts[k].limit++ == 0) parts[k].offset = parts[k].next;
        parts[k].next++;
    }
}

static bool dead_end(struct ask *a)
{
    struct job_view *views = a->route.gathered ? (struct job_view *)(void *)a->route.gathered->bytes : NULL;
    for (uint32_t i = 1; views && i < a->route.n_gathered; i++) { /* a page at most; those of an engine are in order */
        struct job_view v = views[i];
        uint32_t k = i;
        for (; k > 0 && views[k - 1].discarded_ns < v.discarded_ns; k--) views[k] = views[k - 1];
        views[k] = v;
    }
    a->call.n_total = a->route.n_total;
    return end(a);
}

/* From engine on, who has something of the page. */
static bool dead_ask(struct ask *a, uint32_t engine)
{
    const struct dead_part *parts = parts_of(a);
    while (engine < a->asker->n_engines && !parts[engine].limit) engine++;
    if (engine == a->asker->n_engines) return dead_end(a);
    a->call.dead.offset = parts[engine].offset;
    a->call.dead.limit = parts[engine].limit;
    ask_at(a, engine);
    return false;
}

static void dead_begin(struct ask *a)
{
    struct ask_route *r = &a->route;
    size_t bytes = a->asker->n_engines * sizeof(struct dead_part);
    r->left = a->call.dead.limit < ENGINE_DEAD_LIST_MAX ? a->call.dead.limit : ENGINE_DEAD_LIST_MAX;
    r->offset = a->call.dead.offset;
    r->counts = block_new(a->asker->budget, bytes);
    if (!r->counts) {
        (void)fail(a, ENGINE_FULL);
        ask_deliver(a);
        return;
    }
    memset(r->counts->bytes, 0, bytes);
    a->call.dead.keys = true;
    ask_at(a, 0);
}

static bool dead_answered(struct ask *a)
{
    struct ask_route *r = &a->route;
    if (a->call.dead.keys) {
        parts_of(a)[a->engine].n = a->call.n_views;
        r->n_total += a->call.n_total;
    }
    if (!gather(a)) return fail(a, ENGINE_FULL);
    if (!a->call.dead.keys) return dead_ask(a, a->engine + 1u);
    if (a->engine + 1u < a->asker->n_engines) {
        ask_at(a, a->engine + 1u);
        return false;
    }
    divide_page(a);
    r->gathered = block_unref(r->gathered);
    r->n_gathered = 0;
    a->call.dead.keys = false;
    return dead_ask(a, 0);
}

/* ---- the others ---- */

static void cron_ask(struct ask *a, uint32_t engine)
{
    a->call.cron.offset = a->route.offset;
    a->call.cron.limit = a->route.left;
    ask_at(a, engine);
}

static void note_cron(struct ask *a, uint32_t n_views)
{
    struct ask_route *r = &a->route;
    r->n_total += a->call.n_total;
    r->offset = r->offset > a->call.n_total ? r->offset - a->call.n_total : 0;
    r->left -= n_views;
}

/* Until where this engine has told everything. */
static void note_events(struct ask *a)
{
    struct uuid *least = &a->route.settled, own = a->call.events.settled;
    bool is_first = a->engine == 0;
    if (is_first || own.high < least->high || (own.high == least->high && own.low < least->low)) *least = own;
}

static bool last_answered(struct ask *a)
{
    a->call.extended = a->route.extended;
    a->call.events.settled = a->route.settled;
    if (a->route.op == ENGINE_EVENTS) sort(a, by_event_id);
    if (a->route.op == ENGINE_QUEUES) sort(a, by_queue_name);
    if (a->route.op == ENGINE_CRON_LIST) a->call.n_total = a->route.n_total;
    return a->route.op == ENGINE_RELEASE ? route_end(a) : end(a);
}

static bool each_answered(struct ask *a)
{
    uint32_t n_views = a->call.n_views;
    a->route.extended |= a->call.extended;
    if (a->route.op == ENGINE_EVENTS) note_events(a);
    if (a->route.op == ENGINE_CRON_LIST) note_cron(a, n_views);
    if (a->route.op != ENGINE_RELEASE && !gather(a)) return fail(a, ENGINE_FULL);
    if (a->engine + 1u == a->asker->n_engines) return last_answered(a);
    if (a->route.op == ENGINE_CRON_LIST) cron_ask(a, a->engine + 1u);
    else ask_at(a, a->engine + 1u);
    return false;
}

void gather_begin(struct ask *a)
{
    struct engine_call *call = &a->call;
    a->route.phase = ROUTE_GATHER;
    if (call->op == ENGINE_LIST || (call->op == ENGINE_BULK && !call->views)) {
        walk_begin(a);
    } else if (call->op == ENGINE_BULK) {
        a->route.by_id = true;
        ids_begin(a);
    } else if (call->op == ENGINE_DEAD_LIST) {
        dead_begin(a);
    } else {
        a->route.offset = call->cron.offset;
        a->route.left = call->cron.limit < ENGINE_CRON_LIST_MAX ? call->cron.limit : ENGINE_CRON_LIST_MAX;
        if (call->op == ENGINE_CRON_LIST) cron_ask(a, 0);
        else ask_at(a, 0);
    }
}

bool gather_answered(struct ask *a)
{
    enum engine_op op = a->route.op;
    if (a->call.outcome != ENGINE_OK && op != ENGINE_RELEASE) return fail(a, a->call.outcome);
    if (op == ENGINE_DEAD_LIST) return dead_answered(a);
    if (op == ENGINE_BULK && a->route.by_id) return ids_answered(a);
    if (op == ENGINE_LIST || op == ENGINE_BULK) return walk_answered(a);
    return each_answered(a);
}
