#include "api/ask_route.h"

#include "api/ask.h"
#include "base/check.h"
#include "jobs/home.h"

static void direct(struct ask *a, uint32_t engine)
{
    a->route.is_on = false;
    ask_at(a, engine);
}

bool route_end(struct ask *a)
{
    a->call.op = a->route.op;
    a->route.is_on = false;
    return true;
}

/* ---- one of them has it ---- */

static void find_from(struct ask *a, uint32_t engine)
{
    a->route.phase = ROUTE_FIND;
    a->route.first = (uint8_t)(engine % a->asker->n_engines);
    ask_at(a, a->route.first);
}

/* Refusals that an engine gives before it looks whether the job is its own. */
static bool is_refusal(uint8_t outcome)
{
    return outcome == ENGINE_DISK_FULL || outcome == ENGINE_FAILED || outcome == ENGINE_FULL || outcome == ENGINE_DRAINING;
}

static bool find_answered(struct ask *a)
{
    struct engine_call *call = &a->call;
    struct ask_route *r = &a->route;
    bool is_refused = is_refusal(call->outcome);
    if (call->outcome != ENGINE_NOT_FOUND && !is_refused) return route_end(a);
    if (is_refused) r->refusal = call->outcome;
    if (++r->n_asked == a->asker->n_engines) {
        if (r->refusal) call->outcome = r->refusal;
        if (r->refusal || !r->widens) return route_end(a);
        r->widens = call->is_limited = false;
        r->n_asked = 0;
    }
    engine_call_drop_views(call);
    job_view_drop(&call->view); /* of one that has changed the job, and then its disk failed */
    call->view = (struct job_view){0};
    ask_at(a, (r->first + r->n_asked) % a->asker->n_engines);
    return false;
}

/* ---- what may exist once only ---- */

static struct slice id_slice(const struct uuid *id)
{
    return slice_make(id, sizeof *id);
}

static void want_gates(struct ask *a)
{
    uint32_t n = a->asker->n_engines;
    const struct engine_call *call = &a->call;
    memset(a->pass.wanted, 0, n * sizeof a->pass.wanted[0]);
    for (uint32_t i = 0; call->items && i < call->n_items; i++) {
        const struct batch_item *item = &engine_call_items(call)[i];
        if (!item->is_void && item->spec.has_id) gate_want(&a->pass, id_slice(&item->spec.id), n);
    }
    if (call->spec.has_id) gate_want(&a->pass, id_slice(&call->spec.id), n);
    if (call->spec.has_key) gate_want(&a->pass, slice_make(call->spec.key.name, sizeof call->spec.key.name), n);
    if (call->op == ENGINE_CRON_PUT) gate_want(&a->pass, schedule_name(&call->cron.text), n);
}

static bool make_go_on(struct ask *a);

static void on_passed(struct mail *m)
{
    struct ask *a = container_of(container_of(m, struct engine_call, mail), struct ask, call);
    if (make_go_on(a)) ask_deliver(a);
}

/* Engine's thread. */
static void on_gate_mail(struct mail *m)
{
    struct ask *a = container_of(container_of(m, struct engine_call, mail), struct ask, call);
    struct gates *g = a->asker->doors[a->engine].gates;
    m->deliver = on_passed;
    if (a->route.phase == ROUTE_TAKE) {
        gates_take(g, &a->pass, a->engine);
        return;
    }
    gates_give_back(g, &a->pass, a->engine);
    mail_send(a->asker->home_box, m);
}

/* Goes to the next engine from n_asked on that has gates of ours; false: none has. */
static bool next_gates(struct ask *a)
{
    struct ask_route *r = &a->route;
    while (r->n_asked < a->asker->n_engines && !a->pass.wanted[r->n_asked]) r->n_asked++;
    if (r->n_asked == a->asker->n_engines) return false;
    a->engine = r->n_asked++;
    a->call.mail.deliver = on_gate_mail;
    mail_send(a->asker->doors[a->engine].box, &a->call.mail);
    return true;
}

static void set_phase(struct ask *a, uint8_t phase)
{
    a->route.phase = phase;
    a->route.n_asked = 0;
}

/* target: the engine that is to take it; n_engines: none can, only one that has made it before knows it. */
static void make_begin(struct ask *a, uint32_t target)
{
    a->route.target = (uint8_t)target;
    a->route.wait_ns = a->call.wait_ns;
    a->call.wait_ns = 0;
    a->pass.mail = &a->call.mail;
    a->pass.home = a->asker->home_box;
    list_init(&a->pass.link);
    want_gates(a);
    set_phase(a, ROUTE_TAKE);
    (void)next_gates(a);
}

/* Asks the next engine that is not the target; false: all have been asked. */
static bool next_probe(struct ask *a)
{
    struct ask_route *r = &a->route;
    if (r->n_asked == r->target) r->n_asked++;
    if (r->n_asked >= a->asker->n_engines) return false;
    a->call.op = r->op == ENGINE_CRON_PUT ? ENGINE_CRON_GET : ENGINE_PROBE;
    a->call.cron.name = r->op == ENGINE_CRON_PUT ? schedule_name(&a->call.cron.text) : (struct slice){0};
    ask_at(a, r->n_asked++);
    return true;
}

/* Whether the target is still to be asked for anything. */
static bool has_items(const struct engine_call *call)
{
    for (uint32_t i = 0; i < call->n_items; i++)
        if (!engine_call_items(call)[i].is_void) return true;
    return call->n_items == 0;
}

static void make(struct ask *a)
{
    set_phase(a, ROUTE_MAKE);
    a->call.op = a->route.op;
    ask_at(a, a->route.target);
}

static void give_back(struct ask *a)
{
    set_phase(a, ROUTE_GIVE);
    (void)next_gates(a); /* there is one, or nothing would have been asked */
}

/* Another engine has the schedule: it cannot be replaced by one whose jobs belong to the target. */
static void settle_schedule(struct engine_call *call)
{
    call->outcome = call->cron.may_replace ? ENGINE_APART : ENGINE_DUPLICATE;
    if (call->outcome == ENGINE_APART) engine_call_drop_views(call);
}

static bool is_apart(const struct ask *a)
{
    return a->route.target == a->asker->n_engines;
}

/* Of a batch for several engines: whoever has its ids, only its key is of interest. */
static void apart_answered(struct ask *a)
{
    struct engine_call *call = &a->call;
    bool is_unknown = call->outcome == ENGINE_NOT_FOUND || call->outcome == ENGINE_DUPLICATE;
    a->route.is_replay = call->is_replay;
    if (is_unknown && next_probe(a)) return;
    if (is_unknown) call->outcome = ENGINE_APART;
    a->route.target = a->engine;
    give_back(a);
}

/* What one of the others says of it. */
static void probe_answered(struct ask *a)
{
    struct engine_call *call = &a->call;
    bool is_batch = a->route.op == ENGINE_BATCH;
    if (is_apart(a)) {
        apart_answered(a);
        return;
    }
    a->route.is_replay = call->is_replay;
    if (call->outcome == ENGINE_OK && a->route.op == ENGINE_CRON_PUT) settle_schedule(call);
    else if (call->outcome == ENGINE_NOT_FOUND || (is_batch && call->outcome == ENGINE_DUPLICATE && !call->is_atomic)) {
        engine_call_drop_views(call);
        if (next_probe(a)) return;
        if (has_items(call)) {
            make(a);
            return;
        }
        call->outcome = ENGINE_OK; /* all of them are elsewhere */
    }
    a->route.target = a->engine; /* who has it */
    give_back(a);
}

/* All gates have been given back, and the call is answered but for its wait. */
static bool wait_or_end(struct ask *a)
{
    struct engine_call *call = &a->call;
    bool is_waiting = a->route.op != ENGINE_CRON_PUT && a->route.wait_ns && call->outcome == ENGINE_OK;
    for (uint32_t i = 0; call->items && i < call->n_items; i++) {
        struct batch_item *item = &engine_call_items(call)[i];
        if (item->is_elsewhere) item->is_void = false;
    }
    if (!is_waiting || (!call->items && job_state_is_terminal(call->view.state))) {
        call->is_replay = a->route.is_replay;
        return route_end(a);
    }
    call->op = a->route.op; /* says what its views are */
    engine_call_drop_views(call);
    call->id = call->view.id;
    a->made = call->view; /* with its references */
    call->view = (struct job_view){0};
    call->op = call->items ? ENGINE_BATCH_WAIT : ENGINE_INFO;
    call->sees_nobodys = !call->items; /* its job may be that, or have gone, and its id be somebody else's by now */
    call->wait_ns = a->route.wait_ns;
    set_phase(a, ROUTE_WAIT);
    ask_at(a, a->route.target);
    return false;
}

static bool wait_answered(struct ask *a)
{
    struct engine_call *call = &a->call;
    call->is_replay = a->route.is_replay;
    if (call->outcome == ENGINE_NOT_FOUND) { /* it was deleted meanwhile, but it was made */
        call->outcome = ENGINE_OK;
        call->view = a->made;
    } else {
        job_view_drop(&a->made);
    }
    return route_end(a);
}

/* A mail about gates has come home. True: the ask has its answer. */
static bool make_go_on(struct ask *a)
{
    if (next_gates(a)) return false;
    if (a->route.phase == ROUTE_GIVE) return wait_or_end(a);
    set_phase(a, ROUTE_PROBE);
    if (!next_probe(a)) make(a);
    return false;
}

/* The queue of all jobs of a batch, or of none. False: they belong to two engines. */
static bool batch_target(const struct ask *a, struct slice *queue, bool *has_id)
{
    const struct batch_item *items = engine_call_items(&a->call);
    uint32_t n = a->asker->n_engines;
    *queue = (struct slice){0};
    *has_id = false;
    for (uint32_t i = 0; i < a->call.n_items; i++) {
        if (items[i].is_void) continue;
        *has_id |= items[i].spec.has_id;
        if (queue->p && home_of(items[i].spec.queue, n) != home_of(*queue, n)) return false;
        if (!queue->p) *queue = items[i].spec.queue;
    }
    return true;
}

/* One that was taken when there were fewer engines may belong to several by now: its key still says what came of it. */
static void batch_begin(struct ask *a)
{
    struct slice queue;
    bool has_id, is_of_one = batch_target(a, &queue, &has_id);
    uint32_t n = a->asker->n_engines;
    if (!is_of_one && !a->call.spec.has_key) {
        a->route.is_on = false;
        a->call.outcome = ENGINE_APART;
        ask_deliver(a);
    } else if (has_id || a->call.spec.has_key) {
        make_begin(a, is_of_one ? home_of(queue, n) : n);
    } else {
        direct(a, home_of(queue, n));
    }
}

static void submit_begin(struct ask *a)
{
    const struct job_spec *spec = &a->call.spec;
    uint32_t home = home_of(spec->queue, a->asker->n_engines);
    if (spec->has_id || spec->has_key) make_begin(a, home);
    else direct(a, home);
}

/* Who sees the schedules of all owners means its own first, whichever engine has it. */
static void widen(struct ask *a)
{
    a->route.widens = !a->call.is_limited && a->call.owner_bytes;
    a->call.is_limited |= a->route.widens;
}

/* ---- by what is asked ---- */

void route_begin(struct ask *a)
{
    const struct engine_call *call = &a->call;
    uint32_t n = a->asker->n_engines;
    a->route = (struct ask_route){.is_on = true, .op = call->op};
    switch ((enum engine_op)call->op) {
    case ENGINE_SUBMIT: submit_begin(a); break;
    case ENGINE_BATCH: batch_begin(a); break;
    case ENGINE_CRON_PUT: make_begin(a, home_of(call->spec.queue, n)); break;
    case ENGINE_FETCH: fetch_begin(a); break;
    case ENGINE_INFO:
    case ENGINE_CANCEL:
    case ENGINE_ACTIVATE:
    case ENGINE_ACK:
    case ENGINE_NACK:
    case ENGINE_PROGRESS:
    case ENGINE_DEAD_RETRY:
    case ENGINE_DEAD_DELETE: find_from(a, uuid_engine(call->id)); break;
    case ENGINE_CRON_GET:
    case ENGINE_CRON_ENABLE:
    case ENGINE_CRON_DELETE:
        widen(a);
        find_from(a, home_of(call->cron.name, n));
        break;
    case ENGINE_HELD_DONE:
    case ENGINE_WITHDRAW: direct(a, uuid_engine(call->id) % n); break; /* made in this life: its id names its engine */
    case ENGINE_QUEUE_INFO:
    case ENGINE_QUEUE_SET:
    case ENGINE_QUEUE_DELETE: direct(a, home_of(call->queue.name, n)); break;
    case ENGINE_NONCE: direct(a, home_of(slice_make(call->nonce.name, sizeof call->nonce.name), n)); break;
    case ENGINE_HEARTBEAT:
    case ENGINE_RELEASE:
    case ENGINE_EVENTS:
    case ENGINE_DEAD_LIST:
    case ENGINE_CRON_LIST:
    case ENGINE_LIST:
    case ENGINE_BULK:
    case ENGINE_QUEUES: gather_begin(a); break;
    case ENGINE_BATCH_WAIT:
    case ENGINE_STATS:
    case ENGINE_PROBE: unreachable_state("no question of a handler");
    }
}

bool route_answered(struct ask *a)
{
    switch (a->route.phase) {
    case ROUTE_FIND: return find_answered(a);
    case ROUTE_GATHER: return gather_answered(a);
    case ROUTE_FETCH:
    case ROUTE_CHILD: return fetch_answered(a);
    case ROUTE_PROBE: probe_answered(a); return false;
    case ROUTE_MAKE:
        a->route.is_replay = a->call.is_replay;
        give_back(a);
        return false;
    case ROUTE_WAIT: return wait_answered(a);
    default: unreachable_state("no answer of an engine");
    }
}
