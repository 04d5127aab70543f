/* ask_fetch.c: a fetch over queues of several engines. It asks one engine after the other, beginning with another one each time, for what
 * is still wanted. If none has a job and the client waits, an ask of its own waits at each engine; the first that is granted a job
 * decides, the others are withdrawn, and what one of them was granted meanwhile goes back, uncounted. Priority and order are exact within
 * an engine; between engines there is none. */
#include "api/ask.h"
#include "base/check.h"
#include "jobs/home.h"

/* ---- which queues ---- */

/* Those of the engine come first; returns how many. Their order stays. */
static uint16_t put_first(struct ask *a, uint32_t engine)
{
    struct slice theirs[ENGINE_FETCH_QUEUES_MAX];
    uint16_t n = 0, n_others = 0;
    for (uint16_t i = 0; i < a->route.n_queues; i++) {
        struct slice queue = a->call.queues[i];
        if (home_of(queue, a->asker->n_engines) == engine) a->call.queues[n++] = queue;
        else theirs[n_others++] = queue;
    }
    memcpy(&a->call.queues[n], theirs, n_others * sizeof theirs[0]);
    return n;
}

static uint64_t engines_of(const struct ask *a)
{
    uint64_t mask = 0;
    for (uint16_t i = 0; i < a->call.n_queues; i++) mask |= UINT64_C(1) << home_of(a->call.queues[i], a->asker->n_engines);
    return mask;
}

/* Takes the first engine of mask at or after from, round the end. */
static uint32_t take_engine(uint64_t *mask, uint32_t from)
{
    uint64_t behind = from < 64 ? *mask >> from << from : 0;
    uint32_t engine = (uint32_t)__builtin_ctzll(behind ? behind : *mask);
    *mask &= ~(UINT64_C(1) << engine);
    return engine;
}

/* ---- waiting ---- */

static bool end_waiting(struct ask *a)
{
    while (a->route.child) {
        struct ask *c = a->route.child;
        a->route.child = c->route.child;
        ask_drop(c);
    }
    if (a->call.views) a->call.outcome = ENGINE_OK;
    return route_end(a);
}

static bool child_is_out(const struct ask *c)
{
    return (c->route.is_sent && !c->route.is_back) || c->route.is_withdrawn;
}

/* True: all of them are back. */
static bool children_are_back(const struct ask *a)
{
    for (const struct ask *c = a->route.child; c; c = c->route.child)
        if (child_is_out(c)) return false;
    return true;
}

static void look_at_children(struct ask *a)
{
    if (a->route.more || !children_are_back(a)) return; /* more: they are being sent */
    a->route.more = true; /* once */
    (void)end_waiting(a);
    ask_deliver(a);
}

static void on_withdrawn(struct mail *m)
{
    struct ask *c = container_of(m, struct ask, route.note);
    c->route.is_withdrawn = false;
    look_at_children(c->route.parent);
}

/* Engine's thread. The call stays where it is until the note is home again. */
static void on_withdraw(struct mail *m)
{
    struct ask *c = container_of(m, struct ask, route.note);
    engine_end_wait(c->asker->doors[c->engine].engine, &c->call);
    m->deliver = on_withdrawn;
    mail_send(c->asker->home_box, m);
}

static void withdraw_others(struct ask *a)
{
    for (struct ask *c = a->route.child; c; c = c->route.child) {
        if (!c->route.is_sent || c->route.is_back) continue;
        c->route.is_withdrawn = true;
        c->route.note.deliver = on_withdraw;
        mail_send(a->asker->doors[c->engine].box, &c->route.note);
    }
}

/* The first that has jobs gives them to the parent, whose answer they are. */
static void take_jobs(struct ask *a, struct ask *c)
{
    a->call.views = c->call.views;
    a->call.n_views = c->call.n_views;
    c->call.views = NULL;
    c->call.n_views = 0;
    a->engine = c->engine;
    withdraw_others(a);
}

static void child_answered(struct ask *c)
{
    struct ask *a = c->route.parent;
    bool has_jobs = c->call.op == ENGINE_FETCH && c->call.outcome == ENGINE_OK && c->call.n_views;
    if (has_jobs && a->call.views) { /* too late */
        c->call.op = ENGINE_RELEASE;
        ask_at(c, c->engine);
        return;
    }
    c->route.is_back = true;
    if (c->call.outcome != ENGINE_OK) a->call.outcome = c->call.outcome;
    if (has_jobs) take_jobs(a, c);
    else engine_call_drop_views(&c->call);
    look_at_children(a);
}

static bool add_child(struct ask *a, uint32_t engine)
{
    struct ask *c = ask_take(a->asker);
    if (!c) return false;
    c->route = (struct ask_route){.is_on = true, .phase = ROUTE_CHILD, .op = ENGINE_FETCH, .parent = a, .child = a->route.child};
    a->route.child = c;
    c->engine = (uint8_t)engine;
    c->call.op = ENGINE_FETCH;
    c->call.count = a->call.count;
    c->call.lease_ms = a->call.lease_ms;
    c->call.wait_ns = a->route.wait_ns;
    memcpy(c->call.worker_id, a->call.worker_id, sizeof c->call.worker_id);
    c->call.n_queues = put_first(a, engine);
    memcpy(c->call.queues, a->call.queues, c->call.n_queues * sizeof c->call.queues[0]);
    c->call.args = block_ref(a->call.args);
    return true;
}

/* True: there was no room to wait, and the answer is that there are no jobs. */
static bool wait_at_all(struct ask *a)
{
    uint64_t mask = a->route.mask;
    while (mask)
        if (!add_child(a, take_engine(&mask, 0))) return end_waiting(a);
    a->route.more = true;
    for (struct ask *c = a->route.child; c; c = c->route.child) {
        if (a->call.views) break; /* one was granted a job at once */
        c->route.is_sent = true;
        ask_at(c, c->engine);
    }
    a->route.more = false;
    look_at_children(a);
    return false;
}

/* ---- one after the other ---- */

static void ask_next(struct ask *a)
{
    uint32_t engine = take_engine(&a->route.unasked, a->route.at);
    a->call.n_queues = put_first(a, engine);
    a->call.count = a->route.left;
    ask_at(a, engine);
}

void fetch_begin(struct ask *a)
{
    struct ask_route *r = &a->route;
    r->mask = engines_of(a);
    if ((r->mask & (r->mask - 1)) == 0) { /* of one engine: it can wait there itself */
        r->is_on = false;
        ask_at(a, r->mask ? (uint32_t)__builtin_ctzll(r->mask) : 0);
        return;
    }
    r->phase = ROUTE_FETCH;
    r->n_queues = a->call.n_queues;
    r->wait_ns = a->call.wait_ns;
    a->call.wait_ns = 0;
    r->left = a->call.count ? a->call.count : 1;
    r->at = a->asker->turn++ % a->asker->n_engines;
    r->unasked = r->mask; /* who is still to be asked */
    ask_next(a);
}

/* Moves the granted jobs behind those of the engines before. False: no memory: they are too late. */
static bool add_jobs(struct ask *a)
{
    struct ask_route *r = &a->route;
    struct engine_call *call = &a->call;
    size_t have = r->n_gathered * sizeof(struct job_view), more = call->n_views * sizeof(struct job_view);
    struct block *both = block_new(a->asker->budget, have + more);
    if (!both) return false;
    memcpy(both->bytes, r->gathered->bytes, have);
    memcpy(both->bytes + have, call->views->bytes, more);
    both->len = have + more;
    block_unref(r->gathered);
    block_unref(call->views);
    r->gathered = both;
    r->n_gathered += call->n_views;
    r->left -= call->n_views;
    return true;
}

static bool end_asking(struct ask *a)
{
    struct ask_route *r = &a->route;
    if (r->gathered) {
        a->call.views = r->gathered;
        a->call.n_views = r->n_gathered;
        a->call.outcome = ENGINE_OK;
        r->gathered = NULL;
    } else if (r->wait_ns && a->call.outcome == ENGINE_OK) {
        return wait_at_all(a);
    }
    return route_end(a);
}

static bool one_answered(struct ask *a)
{
    struct ask_route *r = &a->route;
    struct engine_call *call = &a->call;
    if (call->op == ENGINE_RELEASE) { /* there was no memory to show both */
        engine_call_drop_views(call);
        return end_asking(a);
    }
    if (call->outcome != ENGINE_OK) engine_call_drop_views(call); /* granted, and then its disk failed */
    if (call->n_views && !r->gathered) {
        r->gathered = call->views;
        r->n_gathered = call->n_views;
        r->left -= call->n_views;
    } else if (call->n_views && !add_jobs(a)) {
        call->op = ENGINE_RELEASE;
        ask_at(a, a->engine);
        return false;
    } else if (!call->n_views) {
        call->views = block_unref(call->views);
    }
    call->views = NULL;
    call->n_views = 0;
    if (r->unasked == 0 || r->left == 0) return end_asking(a);
    ask_next(a);
    return false;
}

bool fetch_answered(struct ask *a)
{
    if (a->route.phase == ROUTE_FETCH) return one_answered(a);
    child_answered(a);
    return false;
}
