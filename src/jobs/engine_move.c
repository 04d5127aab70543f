#include "base/check.h"
#include "jobs/engine_change.h"
#include "jobs/retry.h"

/* ---- deadlines ---- */

bool job_is_expired(const struct engine *e, const struct job *job)
{
    uint64_t expires_ns = store_wishes(&e->store, job)->expires_ns;
    return expires_ns && expires_ns <= engine_wall_ns(e);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Wall-clock times turn into monotonic ones when they are armed; the answer to a clock that was set
 * is to arm again. */
uint64_t job_mono_of(const struct engine *e, uint64_t wall_ns)
{
    uint64_t now = engine_wall_ns(e);
    return engine_after_ns(e, wall_ns > now ? wall_ns - now : 0);
}

static uint64_t due_ns(const struct engine *e, const struct job *job)
{
    uint64_t expires_ns = store_wishes(&e->store, job)->expires_ns;
    uint64_t expiry = expires_ns ? job_mono_of(e, expires_ns) : UINT64_MAX;
    switch ((enum job_state)job->state) {
    case JOB_SCHEDULED: return earlier(expiry, job_mono_of(e, job->scheduled_ns));
    case JOB_RETRYABLE: return earlier(expiry, job_mono_of(e, job->next_attempt_ns));
    case JOB_ACTIVE: return earlier(expiry, lease_due_ns(job->lease));
    case JOB_AVAILABLE:
    case JOB_PENDING: return expiry;
    case JOB_COMPLETED:
    case JOB_CANCELLED:
    case JOB_DISCARDED: break;
    }
    return UINT64_MAX;
}

void job_arm(struct engine *e, struct job *job)
{
    uint64_t due = due_ns(e, job);
    if (due == UINT64_MAX) heap_remove(&e->times, &job->time);
    else heap_set(&e->times, &job->time, due);
}

/* ---- parts of transitions ---- */

static struct change change_open(struct job *job, struct engine_call *call)
{
    return (struct change){.job = job, .call = call, .from = job->state};
}

static void move(struct engine *e, struct change *c, enum job_cause cause)
{
    if (c->from == JOB_AVAILABLE && !c->job->is_held) queue_remove(&e->store.queues, c->job);
    bool is_legal = state_move(&e->store, c->job, cause);
    assert(is_legal);
    if (c->from != JOB_ACTIVE) return;
    c->lease = c->job->lease;
    c->ran_ns = engine_now_ns(e) - c->lease->started_ns;
}

static void end_lease(struct engine *e, struct change *c)
{
    if (c->lease) {
        progress_end(e, c->job, c->lease);
        c->token = lease_drop(&e->leases, c->job);
    }
    c->lease = NULL;
}

/* Before the move. A local worker that did not ask for this has to hear of it. */
static void mind_worker(struct engine *e, struct change *c)
{
    if (c->from != JOB_ACTIVE || !c->job->lease->is_local) return;
    straggler_begins(e, c->job);
    c->tell_worker = true;
    c->holder = c->job->lease->holder;
    c->slot = slab_slot(&e->store.jobs, c->job);
    c->generation = slab_generation(&e->store.jobs, c->slot);
}

/* For how many seconds its queue keeps a job that has ended so; 0: it does not say. */
static uint32_t queue_keeps_s(const struct engine *e, const struct job *job)
{
    const struct queue_config *c = &queues_queue(&e->store.queues, job)->settings.config;
    if (job->state == JOB_COMPLETED) return c->completed_s;
    return job->state == JOB_CANCELLED ? c->cancelled_s : c->discarded_s;
}

/* By the settings of now: those of later times are for jobs that end later. */
static void retire(struct engine *e, struct job *job)
{
    uint32_t own_s = job->is_dead ? 0 : queue_keeps_s(e, job);
    if (own_s) store_retire_until(&e->store, job, job->ended_ns + own_s * NS_PER_S);
    else store_retire(&e->store, job, engine_after_ns(e, job->is_dead ? JOB_DEAD_NS : e->options.retention_ns));
}

/* The job is terminal. */
static void rest(struct engine *e, struct change *c, struct block *result)
{
    struct job *job = c->job;
    end_lease(e, c);
    heap_remove(&e->times, &job->time);
    job->ended_ns = engine_wall_ns(e);
    job->token = c->token;
    job->result = payload_keep(&e->options.payloads, result);
    blob_bind(e, job, job->result);
    retire(e, job);
}

/* The job is available: into its queue. */
static void line_up(struct engine *e, struct job *job)
{
    job->enqueued_ns = engine_wall_ns(e);
    if (!job->is_held && queue_add(&e->store.queues, job)) e->has_news = true;
    job_arm(e, job);
}

void job_let_loose(struct engine *e, struct job *job)
{
    if (queue_add(&e->store.queues, job)) e->has_news = true;
    queue_serve(e, queues_queue(&e->store.queues, job));
}

/* ---- transitions ---- */

static struct change begin(struct engine *e, struct job *job, enum job_state first, struct engine_call *call)
{
    state_begin(&e->store, job, first);
    struct change c = change_open(job, call);
    if (first == JOB_AVAILABLE) line_up(e, job);
    else job_arm(e, job);
    if (first == JOB_AVAILABLE) change_note(e, &c, EVENT_ENQUEUED);
    if (first == JOB_SCHEDULED) change_note(e, &c, EVENT_SCHEDULED);
    c.is_new = true;
    e->counts.submitted++;
    return c;
}

void move_begin(struct engine *e, struct job *job, enum job_state first, struct engine_call *call)
{
    struct change c = begin(e, job, first, call);
    if (job->durability != DURABILITY_MEMORY) log_count_unfinished(e, 1);
    change_settle(e, &c);
}

void move_begin_all(struct engine *e, struct batch_item *items, uint32_t n)
{
    int n_kept = 0;
    bool is_synced = false;
    for (uint32_t i = 0; i < n; i++) {
        struct job *job = items[i].job;
        if (!job) continue;
        (void)begin(e, job, items[i].state, NULL);
        n_kept += job->durability != DURABILITY_MEMORY;
        is_synced = is_synced || job->durability == DURABILITY_SYNCED;
    }
    if (n_kept) log_count_unfinished(e, n_kept);
    if (n_kept) log_snapshots(e, items, n);
    bus_settle(&e->bus, n_kept ? e->log.appended : 0, is_synced);
}

void move_serve_all(struct engine *e, const struct batch_item *items, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (items[i].job && items[i].state == JOB_AVAILABLE) queue_serve(e, queues_queue(&e->store.queues, items[i].job));
}

void move_available(struct engine *e, struct job *job, enum job_cause cause, struct engine_call *call)
{
    struct change c = change_open(job, call);
    bool is_early = c.from == JOB_RETRYABLE && job->next_attempt_ns > engine_wall_ns(e);
    if (is_early) job->next_attempt_ns = engine_wall_ns(e);
    move(e, &c, cause);
    if (c.from == JOB_ACTIVE) {
        assert(cause == CAUSE_RELEASE && job->attempt > 0);
        job->attempt--; /* uncounted */
        job->started_ns = 0;
        end_lease(e, &c);
    }
    line_up(e, job);
    if (c.from != JOB_RETRYABLE || is_early) change_note(e, &c, EVENT_ENQUEUED); /* ojs-events §14: none after a back-off */
    change_settle(e, &c);
}

void move_active(struct engine *e, struct job *job, const char *worker_id, uint32_t ttl_ms)
{
    struct change c = change_open(job, NULL);
    uint64_t now = engine_now_ns(e);
    move(e, &c, CAUSE_GRANT);
    progress_begin(e, job);
    job->attempt++;
    job->started_ns = engine_wall_ns(e);
    if (ttl_ms) c.lease = lease_grant(&e->leases, job, worker_id, ttl_ms, now);
    else c.lease = lease_grant_local(&e->leases, job, now);
    job_arm(e, job);
    change_note(e, &c, EVENT_STARTED);
    e->counts.granted++;
    change_settle(e, &c);
}

/* It passes through its line for its number there, which an attempt that comes after this one will need. */
void move_adopted(struct engine *e, struct job *job, struct engine_call *call)
{
    bool had_news = e->has_news;
    uint64_t now = engine_now_ns(e), started = call->held.started_ns < now ? call->held.started_ns : now;
    struct change c = begin(e, job, JOB_AVAILABLE, call);
    move(e, &c, CAUSE_GRANT);
    e->has_news = had_news;
    job->attempt++;
    job->started_ns = engine_wall_ns(e); /* what clients see: no job is older than itself */
    c.lease = lease_grant_local(&e->leases, job, started);
    job->lease->holder = call->held.holder;
    job_arm(e, job);
    change_note(e, &c, EVENT_STARTED);
    e->counts.granted++;
    if (job->durability != DURABILITY_MEMORY) log_count_unfinished(e, 1);
    change_settle(e, &c);
}

void move_completed(struct engine *e, struct job *job, struct block *result, bool is_json, struct engine_call *call)
{
    struct change c = change_open(job, call);
    move(e, &c, CAUSE_ACK);
    change_note(e, &c, EVENT_COMPLETED);
    rest(e, &c, result);
    job->result_is_json = is_json;
    e->counts.acked++;
    change_settle(e, &c);
}

void move_cancelled(struct engine *e, struct job *job, struct engine_call *call)
{
    struct change c = change_open(job, call);
    mind_worker(e, &c);
    move(e, &c, CAUSE_CANCEL);
    change_note(e, &c, EVENT_CANCELLED);
    rest(e, &c, NULL);
    e->counts.cancelled++;
    change_settle(e, &c);
}

void move_expired(struct engine *e, struct job *job)
{
    struct change c = change_open(job, NULL);
    mind_worker(e, &c);
    move(e, &c, CAUSE_EXPIRE);
    change_note(e, &c, EVENT_EXPIRED);
    rest(e, &c, NULL);
    job->is_expired = true;
    e->counts.expired++;
    e->counts.discarded++;
    change_settle(e, &c);
}

/* ---- failures ---- */

/* What is kept of a failure. It lives as long as the job: a full disk has room for a short one only. */
static struct block *text_of(struct engine *e, const struct job *job, const struct failure *f)
{
    struct block *text = failure_text(e->options.budget, f);
    if (!text || text->len <= LOG_ERROR_BYTES || log_may_grow(e, job, text->len)) return text;
    struct failure brief = {.code = f->code.len <= LOG_ERROR_BYTES / 16 ? f->code : SLICE("handler_error"),
                            .message = SLICE("The disk is full: what the worker said was too long to be kept."),
                            .attempt = f->attempt,
                            .wall_ns = f->wall_ns,
                            .retryable = f->retryable};
    block_unref(text);
    return failure_text(e->options.budget, &brief);
}

static void record(struct engine *e, struct change *c, struct failure *f)
{
    struct job *job = c->job;
    f->attempt = job->attempt;
    f->wall_ns = engine_wall_ns(e);
    struct block *text = payload_keep(&e->options.payloads, text_of(e, job, f)); /* NULL: the job goes on without it */
    store_error_add(&e->store, job, text);
    c->has_error = text != NULL;
    c->failure = f;
    e->counts.failed++;
}

static bool may_retry(const struct engine *e, const struct job *job, const struct failure *f)
{
    struct retry_policy policy = retry_policy_of(job, store_wishes(&e->store, job));
    if (!f->retryable || retry_code_is_final(f->code)) return false;
    if (job->attempt >= policy.max_attempts) return false;
    return !retry_is_refused(&policy, f->type, f->code);
}

static void back_off(struct engine *e, struct change *c)
{
    struct job *job = c->job;
    struct retry_policy policy = retry_policy_of(job, store_wishes(&e->store, job));
    move(e, c, CAUSE_RETRY);
    job->next_attempt_ns = engine_wall_ns(e) + retry_delay_ns(&policy, job->attempt, &e->random);
    change_note(e, c, EVENT_FAILED);
    change_note(e, c, EVENT_RETRYING);
    end_lease(e, c);
    job_arm(e, job);
    e->counts.retried++;
}

static void give_up(struct engine *e, struct change *c, enum job_cause cause, bool is_dead)
{
    move(e, c, cause);
    c->job->is_dead = is_dead;
    change_note(e, c, EVENT_FAILED);
    change_note(e, c, EVENT_DISCARDED);
    rest(e, c, NULL);
    e->counts.discarded++;
}

static void fail(struct engine *e, struct change *c, struct failure *f)
{
    record(e, c, f);
    if (may_retry(e, c->job, f)) back_off(e, c);
    else give_up(e, c, CAUSE_FAIL, store_wishes(&e->store, c->job)->dead_letter || retry_code_is_dead_letter(f->code));
    change_settle(e, c);
}

void move_failed(struct engine *e, struct job *job, struct failure *f, struct engine_call *call)
{
    struct change c = change_open(job, call);
    fail(e, &c, f);
}

void move_crashed(struct engine *e, struct job *job, struct failure *f)
{
    struct change c = change_open(job, NULL);
    if (++job->crashes < JOB_CRASHES_MAX) {
        fail(e, &c, f);
        return;
    }
    record(e, &c, f);
    give_up(e, &c, CAUSE_CRASH, store_wishes(&e->store, job)->dead_letter);
    change_settle(e, &c);
}

void move_timed_out(struct engine *e, struct job *job)
{
    struct change c = change_open(job, NULL);
    struct failure f = failure_of_timeout();
    mind_worker(e, &c);
    fail(e, &c, &f);
}

void move_lost(struct engine *e, struct job *job)
{
    struct change c = change_open(job, NULL);
    struct failure f = failure_of_silence();
    record(e, &c, &f);
    e->counts.leases_lost++;
    const struct wishes *wishes = store_wishes(&e->store, job);
    if (++job->crashes >= JOB_CRASHES_MAX || job->attempt >= wishes->max_attempts) {
        give_up(e, &c, CAUSE_CRASH, wishes->dead_letter);
    } else {
        move(e, &c, CAUSE_LOST);
        change_note(e, &c, EVENT_FAILED);
        end_lease(e, &c);
        job->started_ns = 0; /* ojs-core §6.3: cleared */
        line_up(e, job);
    }
    change_settle(e, &c);
}

/* ---- dead letters ---- */

bool move_revived(struct engine *e, struct job *job, struct engine_call *call)
{
    struct change c = change_open(job, call);
    if (!queues_revive(&e->store.queues, job)) return false;
    store_exhume(&e->store, job);
    move(e, &c, CAUSE_REVIVE);
    job->attempt = 0;
    job->crashes = 0;
    job->started_ns = 0;
    job->next_attempt_ns = 0;
    job->sequence = 0; /* it joins the end of its line */
    line_up(e, job);
    change_note(e, &c, EVENT_ENQUEUED);
    c.is_new = true;
    if (job->durability != DURABILITY_MEMORY) log_count_unfinished(e, 1);
    change_settle(e, &c);
    return true;
}
