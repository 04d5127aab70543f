#include "jobs/engine.h"
#include "base/check.h"
#include "jobs/engine_parts.h"
#include "journal/journal.h"

#include <errno.h>
#include <stdlib.h>

const char *job_event_name(enum job_event_kind k)
{
    static const char *const names[EVENT_KINDS] = {
        [EVENT_ENQUEUED] = "job.enqueued",   [EVENT_STARTED] = "job.started",     [EVENT_COMPLETED] = "job.completed",
        [EVENT_FAILED] = "job.failed",       [EVENT_DISCARDED] = "job.discarded", [EVENT_RETRYING] = "job.retrying",
        [EVENT_CANCELLED] = "job.cancelled", [EVENT_SCHEDULED] = "job.scheduled", [EVENT_EXPIRED] = "job.expired",
        [EVENT_PROGRESS] = "job.progress",   [EVENT_HEARTBEAT] = "job.heartbeat", [EVENT_CRON_TRIGGERED] = "cron.triggered",
        [EVENT_CRON_SKIPPED] = "cron.skipped",
    };
    return names[k];
}

/* A slot, its pointer in the heap of times, and its share of the index at most. */
size_t engine_bytes_per_job(void)
{
    struct slab jobs = {.item_bytes = sizeof(struct job)};
    return slab_bytes_per_item(&jobs) + sizeof(struct heap_node *) + SLOT_INDEX_BYTES_MAX;
}

/* ---- set-up ---- */

static void on_drop(void *engine, struct job *job)
{
    struct engine *e = engine;
    if (job->has_key) keys_drop_job(&e->keys, job->id);
    owners_drop(&e->owners, job->owner);
    blob_on_drop(e, job);
    log_on_drop(e, job);
}

static int init_parts(struct engine *e)
{
    const struct engine_options *o = &e->options;
    struct queues_options queues = {o->queues_max, o->local_types, o->n_local_types};
    uint64_t seed = random_u64(&e->random);
    int rc = store_init(&e->store, o->jobs_max, &queues, seed);
    if (rc < 0) return rc;
    rc = lease_book_init(&e->leases, o->jobs_max);
    if (rc < 0) goto free_store;
    rc = heap_init(&e->times, o->jobs_max);
    if (rc < 0) goto free_leases;
    rc = bus_init(&e->bus);
    if (rc < 0) goto free_times;
    rc = waits_init(&e->waits, o->queues_max, seed);
    if (rc < 0) goto free_bus;
    rc = schedules_init(&e->schedules, o->schedules_max ? o->schedules_max : SCHEDULES_MAX, seed);
    if (rc < 0) goto free_waits;
    rc = firings_init(&e->firings, o->jobs_max, seed);
    if (rc < 0) goto free_schedules;
    rc = keys_init(&e->keys, o->keys_max ? o->keys_max : KEYS_MAX, seed);
    if (rc < 0) goto free_firings;
    rc = batch_keys_init(&e->batch_keys, o->keys_max ? o->keys_max : KEYS_MAX, seed);
    if (rc < 0) goto free_keys;
    rc = stragglers_init(&e->stragglers, STRAGGLERS_MAX);
    if (rc < 0) goto free_batch_keys;
    rc = nonces_init(&e->nonces, o->nonces_max ? o->nonces_max : NONCES_MAX, seed);
    if (rc < 0) goto free_stragglers;
    rc = owners_init(&e->owners, o->owners_max ? o->owners_max : OWNERS_MAX, seed);
    if (rc < 0) goto free_nonces;
    return 0;
free_nonces:
    nonces_deinit(&e->nonces);
free_stragglers:
    stragglers_deinit(&e->stragglers);
free_batch_keys:
    batch_keys_deinit(&e->batch_keys);
free_keys:
    keys_deinit(&e->keys);
free_firings:
    firings_deinit(&e->firings);
free_schedules:
    schedules_deinit(&e->schedules);
free_waits:
    waits_deinit(&e->waits);
free_bus:
    bus_deinit(&e->bus);
free_times:
    heap_deinit(&e->times);
free_leases:
    lease_book_deinit(&e->leases);
free_store:
    store_deinit(&e->store);
    return rc;
}

int engine_new(const struct engine_options *options, struct engine **out)
{
    struct engine *e = calloc(1, sizeof *e);
    if (!e) return -ENOMEM;
    e->options = *options;
    e->options.payloads.budget = options->budget;
    random_seed(&e->random, options->seed);
    e->ids = (struct uuid_source){.random = &e->random, .engine = options->index};
    list_init(&e->answers);
    list_init(&e->walks);
    list_init(&e->log.held_logged);
    list_init(&e->log.held_synced);
    list_init(&e->log.stalled);
    list_init(&e->blob_calls);
    int rc = init_parts(e);
    e->store.drop_arg = e;
    e->store.on_drop = on_drop;
    e->nonces.arg = e;
    e->nonces.on_drop = nonce_on_drop;
    if (rc < 0) {
        free(e);
        return rc;
    }
    *out = e;
    return 0;
}

struct engine *engine_free(struct engine *e)
{
    if (!e) return NULL;
    engine_drain(e);
    engine_close_log(e);
    firings_deinit(&e->firings);
    schedules_deinit(&e->schedules);
    waits_deinit(&e->waits);
    bus_deinit(&e->bus);
    heap_deinit(&e->times);
    store_deinit(&e->store);
    keys_deinit(&e->keys);
    batch_keys_deinit(&e->batch_keys);
    lease_book_deinit(&e->leases);
    stragglers_deinit(&e->stragglers);
    for (uint32_t i = 0; i < BLOB_WRITES; i++) block_unref(e->saved[i].r.result);
    nonces_deinit(&e->nonces);
    owners_deinit(&e->owners);
    free(e);
    return NULL;
}

/* ---- answers ---- */

void engine_answer(struct engine *e, struct engine_call *call, enum engine_outcome outcome)
{
    call->outcome = (uint8_t)outcome;
    list_push_back(&e->answers, &call->link);
}

void engine_answer_job(struct engine *e, struct engine_call *call, struct job *job, enum engine_outcome outcome)
{
    view_fill(e, job, &call->view);
    call->outcome = (uint8_t)outcome;
    if (log_is_unsettled(e, job)) log_hold(e, call, job->durability);
    else engine_answer(e, call, outcome);
}

void engine_answer_synced(struct engine *e, struct engine_call *call, enum engine_outcome outcome, uint64_t sequence)
{
    call->outcome = (uint8_t)outcome;
    if (sequence > e->log.synced) log_hold(e, call, DURABILITY_SYNCED);
    else engine_answer(e, call, outcome);
}

void engine_answer_missing(struct engine *e, struct engine_call *call)
{
    engine_answer_synced(e, call, ENGINE_NOT_FOUND, e->log.forgotten);
}

static bool has_to_wait(const struct engine *e, const struct engine_call *call, const struct job *job)
{
    if (call->op != ENGINE_SUBMIT && call->op != ENGINE_INFO) return false;
    if (!call->wait_ns || e->draining || job_state_is_terminal(job->state)) return false;
    return !call->version || job_has_version(e, job, call->version);
}

void engine_answer_or_park(struct engine *e, struct engine_call *call, struct job *job)
{
    if (has_to_wait(e, call, job))
        if (waits_for_job(&e->waits, call, job, engine_after_ns(e, call->wait_ns))) return;
    engine_answer_job(e, call, job, ENGINE_OK);
}

/* Answers and hooks run last, when the engine is in order, since they may come straight back in.
 * What they cause is answered by the outermost of us, so that a long chain of them does not become
 * a deep one. */
void engine_give_answers(struct engine *e)
{
    if (e->answering) return;
    e->answering = true;
    for (;;) {
        struct list *node = list_pop_front(&e->answers);
        if (node) {
            struct engine_call *call = container_of(node, struct engine_call, link);
            if (e->blobs.n_unbound) blob_let_go(e, call);
            call->reply(call);
        } else if (e->has_news) {
            e->has_news = false;
            if (e->options.on_ready) e->options.on_ready(e->options.hook_arg);
        } else {
            break;
        }
    }
    e->answering = false;
}

static void end_wait(struct engine *e, struct engine_call *call);

/* ---- the door ---- */

static void collect_stats(struct engine *e, struct engine_call *call)
{
    call->stats = engine_stats(e);
    engine_answer(e, call, ENGINE_OK);
}

void engine_dispatch(struct engine *e, struct engine_call *call)
{
    switch ((enum engine_op)call->op) {
    case ENGINE_SUBMIT: engine_submit(e, call); break;
    case ENGINE_BATCH: engine_batch(e, call); break;
    case ENGINE_BATCH_WAIT: engine_batch_wait(e, call); break;
    case ENGINE_INFO: engine_info(e, call); break;
    case ENGINE_CANCEL: engine_cancel(e, call); break;
    case ENGINE_ACTIVATE: engine_activate(e, call); break;
    case ENGINE_FETCH: engine_fetch(e, call); break;
    case ENGINE_ACK: engine_ack(e, call); break;
    case ENGINE_NACK: engine_nack(e, call); break;
    case ENGINE_HEARTBEAT: engine_heartbeat(e, call); break;
    case ENGINE_PROGRESS: engine_progress(e, call); break;
    case ENGINE_HELD_DONE: engine_held_done(e, call); break;
    case ENGINE_WITHDRAW: engine_withdraw(e, call); break;
    case ENGINE_RELEASE: engine_release(e, call); break;
    case ENGINE_EVENTS: engine_events(e, call); break;
    case ENGINE_DEAD_LIST: engine_dead_list(e, call); break;
    case ENGINE_DEAD_RETRY: engine_dead_retry(e, call); break;
    case ENGINE_DEAD_DELETE: engine_dead_delete(e, call); break;
    case ENGINE_CRON_PUT: engine_cron_put(e, call); break;
    case ENGINE_CRON_GET: engine_cron_get(e, call); break;
    case ENGINE_CRON_LIST: engine_cron_list(e, call); break;
    case ENGINE_CRON_ENABLE: engine_cron_enable(e, call); break;
    case ENGINE_CRON_DELETE: engine_cron_delete(e, call); break;
    case ENGINE_LIST: engine_list(e, call); break;
    case ENGINE_BULK: engine_bulk(e, call); break;
    case ENGINE_QUEUE_INFO: engine_queue_info(e, call); break;
    case ENGINE_QUEUE_SET: engine_queue_set(e, call); break;
    case ENGINE_QUEUE_DELETE: engine_queue_delete(e, call); break;
    case ENGINE_QUEUES: engine_queues(e, call); break;
    case ENGINE_NONCE: engine_nonce(e, call); break;
    case ENGINE_STATS: collect_stats(e, call); break;
    case ENGINE_PROBE: engine_probe(e, call); break;
    }
}

void engine_do(struct engine *e, struct engine_call *call)
{
    list_init(&call->link);
    heap_node_init(&call->deadline);
    call->view = (struct job_view){0};
    call->is_replay = false;
    if (call->op != ENGINE_RELEASE && call->op != ENGINE_BULK) {
        call->views = NULL;
        call->n_views = 0;
    }
    if (!blob_keeps(e, call) && log_passes(e, call)) engine_dispatch(e, call);
    engine_give_answers(e);
}

/* Whether it waits says its deadline, which only this thread writes: it may have been answered meanwhile, and the answer be on its way. */
void engine_end_wait(struct engine *e, struct engine_call *call)
{
    call->wait_ns = 0; /* also where it waits for room first */
    if (call->deadline.index == HEAP_OUT) return;
    end_wait(e, call);
    engine_give_answers(e);
}

struct engine_stats engine_stats(const struct engine *e)
{
    struct engine_stats s = e->counts;
    memcpy(s.by_state, e->store.by_state, sizeof s.by_state);
    s.jobs = e->store.jobs.n_used;
    s.jobs_max = e->store.jobs.n_max;
    s.events = e->bus.shown;
    s.schedules = schedules_count(&e->schedules);
    s.schedules_max = e->schedules.slab.n_max;
    s.schedules_stranded = e->schedules.n_stranded;
    return s;
}

static void drop_view(const struct engine_call *call, void *views, uint32_t i)
{
    switch ((enum engine_op)call->op) {
    case ENGINE_BATCH:
    case ENGINE_BATCH_WAIT:
    case ENGINE_FETCH:
    case ENGINE_RELEASE:
    case ENGINE_LIST:
        job_view_drop(&((struct job_view *)views)[i]);
        break;
    case ENGINE_DEAD_LIST:
        if (!call->dead.keys) job_view_drop(&((struct job_view *)views)[i]);
        break;
    case ENGINE_CRON_PUT:
    case ENGINE_CRON_GET:
    case ENGINE_CRON_LIST:
    case ENGINE_CRON_ENABLE:
    case ENGINE_CRON_DELETE: schedule_view_drop(&((struct schedule_view *)views)[i]); break;
    case ENGINE_EVENTS: block_unref(((struct job_event *)views)[i].schedule.block); break;
    case ENGINE_SUBMIT:
    case ENGINE_INFO:
    case ENGINE_CANCEL:
    case ENGINE_ACTIVATE:
    case ENGINE_ACK:
    case ENGINE_NACK:
    case ENGINE_HEARTBEAT:
    case ENGINE_PROGRESS:
    case ENGINE_HELD_DONE:
    case ENGINE_WITHDRAW:
    case ENGINE_DEAD_RETRY:
    case ENGINE_DEAD_DELETE:
    case ENGINE_BULK:
    case ENGINE_QUEUE_INFO:
    case ENGINE_QUEUE_SET:
    case ENGINE_QUEUE_DELETE:
    case ENGINE_QUEUES:
    case ENGINE_PROBE:
    case ENGINE_NONCE:
    case ENGINE_STATS: break;
    }
}

void engine_call_drop_views(struct engine_call *call)
{
    for (uint32_t i = 0; call->views && i < call->n_views; i++) drop_view(call, call->views->bytes, i);
    call->n_views = 0;
    call->views = block_unref(call->views);
}

void engine_call_drop(struct engine_call *call)
{
    call->spec.envelope = block_unref(call->spec.envelope);
    call->failure.report = block_unref(call->failure.report);
    call->result = block_unref(call->result);
    call->progress.data = block_unref(call->progress.data);
    call->progress.checkpoint = block_unref(call->progress.checkpoint);
    call->args = block_unref(call->args);
    engine_batch_drop(call);
    call->cron.text.block = block_unref(call->cron.text.block);
    job_view_drop(&call->view);
    engine_call_drop_views(call);
}

/* ---- deadlines ---- */

static uint64_t first_ns(const struct heap *h)
{
    const struct heap_node *first = heap_first(h);
    return first ? first->key : UINT64_MAX;
}

static uint64_t retention_ends_ns(const struct engine *e)
{
    const struct job *oldest = store_oldest_terminal(&e->store), *dead = e->store.n_dead ? store_oldest_dead(&e->store) : NULL;
    uint64_t ends = oldest ? oldest->time.key : UINT64_MAX, term = first_ns(&e->store.terms);
    if (term != UINT64_MAX) term = job_mono_of(e, term);
    if (term < ends) ends = term;
    return dead && dead->time.key < ends ? dead->time.key : ends;
}

static void drop_one(struct engine *e)
{
    struct job *oldest = store_oldest_terminal(&e->store), *dead = store_oldest_dead(&e->store), *term = store_first_term(&e->store);
    bool is_due = oldest && oldest->time.key <= engine_now_ns(e);
    if (is_due) store_drop(&e->store, oldest);
    else if (term && term->time.key <= engine_wall_ns(e)) store_drop(&e->store, term);
    else if (dead) store_drop(&e->store, dead);
}

/* What the engine does by itself, without the journal. */
static uint64_t next_ns(const struct engine *e)
{
    uint64_t next = e->log.stuck ? UINT64_MAX : first_ns(&e->times), wait = first_ns(&e->waits.deadlines);
    uint64_t gone = retention_ends_ns(e), cron = schedules_count(&e->schedules) ? cron_next_ns(e) : UINT64_MAX;
    if (!list_empty(&e->walks)) return 0;
    if (!list_empty(&e->answers) || e->has_news) return 0; /* engine_grant_local leaves them */
    if (wait < next) next = wait;
    uint64_t nonce = nonce_next_ns(e);
    if (nonce < next) next = nonce;
    if (cron < next) next = cron;
    return gone < next ? gone : next;
}

uint64_t engine_next_ns(const struct engine *e)
{
    uint64_t own = next_ns(e), log;
    if (!e->log.journal) return own;
    log = journal_next_ns(e->log.journal);
    return own < log ? own : log;
}

/* What an active job's time is up for; of several the graver. */
static void on_active_due(struct engine *e, struct job *job)
{
    uint64_t now = engine_now_ns(e);
    if (job->lease->is_undelivered) move_available(e, job, CAUSE_RELEASE, NULL);
    else if (job->lease->run_ends_ns <= now) move_timed_out(e, job);
    else if (job->lease->ends_ns <= now) move_lost(e, job);
    else job_arm(e, job); /* only the wall clock's expiry is left, and that clock was set back */
}

static void on_start_due(struct engine *e, struct job *job, uint64_t start_wall_ns)
{
    if (start_wall_ns <= engine_wall_ns(e)) move_available(e, job, CAUSE_DUE, NULL);
    else job_arm(e, job); /* the wall clock was set back */
}

static void on_due(struct engine *e, struct job *job)
{
    if (job_is_expired(e, job)) {
        move_expired(e, job);
        return;
    }
    switch ((enum job_state)job->state) {
    case JOB_SCHEDULED: on_start_due(e, job, job->scheduled_ns); break;
    case JOB_RETRYABLE: on_start_due(e, job, job->next_attempt_ns); break;
    case JOB_ACTIVE: on_active_due(e, job); break;
    case JOB_AVAILABLE:
    case JOB_PENDING: job_arm(e, job); break; /* as in on_active_due */
    case JOB_COMPLETED:
    case JOB_CANCELLED:
    case JOB_DISCARDED: assert(job->time.index == HEAP_OUT); /* never due */
    }
}

static void end_wait(struct engine *e, struct engine_call *call)
{
    struct job *job = call->op == ENGINE_FETCH ? NULL : store_find(&e->store, call->id);
    waits_leave(&e->waits, call, job);
    if (call->op == ENGINE_BATCH || call->op == ENGINE_BATCH_WAIT) batch_answer(e, call);
    else if (job) engine_answer_job(e, call, job, ENGINE_OK);
    else engine_answer(e, call, ENGINE_OK);
}

/* Whether there is room for what the first job's time is up for. */
static bool may_act(struct engine *e)
{
    const struct job *job = container_of(heap_first(&e->times), struct job, time);
    return job_is_expired(e, job) ? log_may_expire(e, job) : log_has_room(e);
}

/* One thing that is due; false: nothing is. */
static bool tick_once(struct engine *e)
{
    uint64_t now = engine_now_ns(e);
    if (cron_tick(e)) return true;
    struct job *due = !e->log.stuck && first_ns(&e->times) <= now ? container_of(heap_first(&e->times), struct job, time) : NULL;
    if (due && !may_act(e)) {
        e->log.stuck = true;
        due = NULL;
    }
    if (due) on_due(e, due);
    else if (first_ns(&e->waits.deadlines) <= now) end_wait(e, waits_next(&e->waits));
    else if (retention_ends_ns(e) <= now) drop_one(e);
    else if (nonce_next_ns(e) <= now) nonce_tick(e);
    else return false;
    return true;
}

bool engine_tick(struct engine *e, uint32_t n_max)
{
    blob_turn(e);
    if (e->log.journal && !e->log.failed) {
        log_retry(e);
        e->log.stuck = false; /* tries again */
    }
    if (next_ns(e) > engine_now_ns(e)) return false; /* most turns */
    for (uint32_t n = 0; n < n_max && tick_once(e); n++) continue;
    walks_step(e);
    engine_give_answers(e);
    return next_ns(e) <= engine_now_ns(e);
}

void engine_drain(struct engine *e)
{
    struct engine_call *call;
    e->draining = true;
    while ((call = waits_next(&e->waits)) != NULL) end_wait(e, call);
    walks_end(e);
    engine_give_answers(e);
}
