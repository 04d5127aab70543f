#include "base/check.h"
#include "base/log.h"
#include "jobs/engine_parts.h"

#include <errno.h>
#include <inttypes.h>

/* The wall clock may be set while the loop sleeps: it is looked at so often (ojs-cron §7.3). */
#define LOOK_NS (60 * NS_PER_S)
/* A firing for which there is no room is tried again: soon where the journal is only behind, else when something may have ended. */
#define AGAIN_SOON_NS (20 * NS_PER_MS)
#define AGAIN_NS NS_PER_S
/* ojs-cron §6.1 enqueue: "SHOULD log a warning when more than 2 queued occurrences exist". */
#define HELD_WARN 3u

/* ---- calls ---- */

static struct schedule_view *views_of(const struct engine_call *call)
{
    return (struct schedule_view *)(void *)call->views->bytes;
}

static bool views_open(struct engine *e, struct engine_call *call, uint32_t n)
{
    call->views = block_new(e->options.budget, (n + 1) * sizeof(struct schedule_view));
    if (!call->views) engine_answer(e, call, ENGINE_FULL);
    return call->views != NULL;
}

static void add_view(struct engine_call *call, const struct schedule *s)
{
    schedule_view_fill(s, &views_of(call)[call->n_views++]);
    call->views->len = call->n_views * sizeof(struct schedule_view);
}

static enum engine_outcome outcome_of(enum schedules_outcome o)
{
    switch (o) {
    case SCHEDULES_OK: return ENGINE_OK;
    case SCHEDULES_FULL: return ENGINE_TOO_MANY_SCHEDULES;
    case SCHEDULES_NO_ZONE: return ENGINE_NO_ZONE;
    case SCHEDULES_BAD_EXPRESSION: /* whoever asks has read it before */
    case SCHEDULES_NEVER: return ENGINE_NEVER_DUE;
    }
    return ENGINE_OK;
}

static struct schedule_spec spec_of(const struct engine *e, const struct engine_call *call)
{
    struct schedule_spec spec = {.text = call->cron.text,
                                 .job = call->spec,
                                 .stamp_at = call->cron.stamp_at,
                                 .overlap = call->cron.overlap,
                                 .enabled = call->cron.enabled};
    assert(!spec.job.envelope && !spec.job.scheduled_wall_ns && !spec.job.pending && !spec.job.has_id);
    if (!e->log.journal) spec.job.durability = DURABILITY_MEMORY;
    return spec;
}

void engine_cron_put(struct engine *e, struct engine_call *call)
{
    struct schedule_spec spec = spec_of(e, call);
    struct schedule *s = engine_schedule_of(e, call, schedule_name(&spec.text));
    enum schedules_outcome outcome;
    uint32_t owner = OWNER_NONE;
    if (e->draining) {
        engine_answer(e, call, ENGINE_DRAINING);
        return;
    }
    if (!views_open(e, call, 1)) return;
    call->cron.is_new = !s;
    if (s && !call->cron.may_replace) {
        add_view(call, s);
        engine_answer_synced(e, call, ENGINE_DUPLICATE, s->log_mark);
        return;
    }
    if (!s && !engine_own(e, engine_call_owner(call), &owner)) {
        engine_answer(e, call, ENGINE_TOO_MANY_OWNERS);
        return;
    }
    if (s) outcome = schedules_replace(&e->schedules, s, &spec, engine_wall_ns(e));
    else outcome = schedules_add(&e->schedules, &spec, 0, engine_wall_ns(e), false, &s);
    if (outcome != SCHEDULES_OK) {
        if (call->cron.is_new) owners_drop(&e->owners, owner);
        engine_answer(e, call, outcome_of(outcome));
        return;
    }
    if (call->cron.is_new) s->owner = owner;
    call->cron.text.block = NULL; /* moved in */
    schedule_arm(&e->schedules, s);
    cron_log_whole(e, s);
    add_view(call, s);
    engine_answer_synced(e, call, ENGINE_OK, s->log_mark);
}

static struct schedule *find(struct engine *e, struct engine_call *call)
{
    struct schedule *s = engine_schedule_of(e, call, call->cron.name);
    if (!s) engine_answer_missing(e, call);
    else if (!views_open(e, call, 1)) s = NULL;
    return s;
}

void engine_cron_get(struct engine *e, struct engine_call *call)
{
    struct schedule *s = find(e, call);
    if (!s) return;
    add_view(call, s);
    engine_answer_synced(e, call, ENGINE_OK, s->log_mark);
}

void engine_cron_list(struct engine *e, struct engine_call *call)
{
    uint32_t limit = call->cron.limit < ENGINE_CRON_LIST_MAX ? call->cron.limit : ENGINE_CRON_LIST_MAX;
    uint64_t mark = 0;
    call->n_total = 0;
    if (!views_open(e, call, limit)) return;
    for (uint32_t slot = 0; slot < e->schedules.slab.n_touched; slot++) {
        const struct schedule *s = schedules_at(&e->schedules, slot);
        if (!s || (!call->cron.any && s->spec.enabled != call->cron.enabled) || !engine_sees(e, call, s->owner)) continue;
        if (call->n_total++ < call->cron.offset || call->n_views == limit) continue;
        add_view(call, s);
        if (s->log_mark > mark) mark = s->log_mark;
    }
    engine_answer_synced(e, call, ENGINE_OK, mark);
}

void engine_cron_enable(struct engine *e, struct engine_call *call)
{
    struct schedule *s = find(e, call);
    if (!s) return;
    if (s->spec.enabled != call->cron.enabled) {
        schedules_enable(&e->schedules, s, call->cron.enabled, engine_wall_ns(e));
        cron_log_whole(e, s);
    }
    add_view(call, s);
    engine_answer_synced(e, call, ENGINE_OK, s->log_mark);
}

/* Its jobs go on. */
void engine_cron_delete(struct engine *e, struct engine_call *call)
{
    struct schedule *s = find(e, call);
    if (!s) return;
    add_view(call, s);
    cron_log_deleted(e, s);
    owners_drop(&e->owners, s->owner);
    schedules_remove(&e->schedules, s);
    e->log.forgotten = e->log.appended;
    engine_answer_synced(e, call, ENGINE_OK, e->log.appended);
}

/* ---- events ---- */

static struct job_event *note(struct engine *e, const struct schedule *s, enum job_event_kind kind, uint64_t due_ns)
{
    struct job_event *ev = bus_add(&e->bus);
    ev->wall_ns = engine_wall_ns(e);
    ev->id = uuid_make(&e->ids, ev->wall_ns);
    ev->owner = owners_mark(&e->owners, s->owner);
    ev->kind = (uint8_t)kind;
    ev->due_ns = due_ns;
    ev->run_count = s->run_count;
    ev->schedule = s->spec.text;
    block_ref(ev->schedule.block);
    memcpy(ev->type, s->spec.job.type.p, s->spec.job.type.len);
    memcpy(ev->queue, s->spec.job.queue.p, s->spec.job.queue.len);
    return ev;
}

static void settle_events(struct engine *e)
{
    bus_settle(&e->bus, e->log.journal ? e->log.appended : 0, false);
}

/* ---- firing ---- */

static void put_off(struct engine *e, struct schedule *s, uint64_t ns)
{
    e->counts.runs_put_off++;
    schedule_put_off(&e->schedules, s, engine_wall_ns(e) + ns);
}

/* Whether the journal has room for it now. */
static bool has_room(struct engine *e, struct schedule *s, size_t bytes, bool is_new)
{
    int rc = is_new ? log_admit_new(e, bytes) : log_admit(e, bytes, false);
    if (rc < 0) put_off(e, s, rc == -EAGAIN ? AGAIN_SOON_NS : AGAIN_NS);
    return rc == 0;
}

static struct slice rebase(struct slice s, struct slice from, const struct block *to)
{
    return s.len ? slice_make(to->bytes + (s.p - from.p), s.len) : s;
}

/* The envelope of one job, with the time for which it is made. NULL: no memory. */
static struct block *stamped(struct engine *e, const struct schedule *s, uint64_t due_ns)
{
    static_assert(SCHEDULE_STAMP_BYTES == CLOCK_RFC3339_BYTES - 1, "the time's text");
    char text[CLOCK_RFC3339_BYTES];
    struct slice envelope = schedule_envelope(&s->spec.text);
    struct block *b = block_new(e->options.budget, envelope.len);
    if (!b) return NULL;
    block_append(b, envelope);
    clock_rfc3339(due_ns, text);
    memcpy(b->bytes + s->spec.stamp_at, text, SCHEDULE_STAMP_BYTES);
    return b;
}

/* Out of memory, of slots, of names: NULL. */
static struct job *job_new(struct engine *e, const struct schedule *s, uint64_t due_ns)
{
    struct job_spec spec = s->spec.job;
    struct slice from = schedule_envelope(&s->spec.text);
    struct job *job = NULL;
    spec.envelope = stamped(e, s, due_ns);
    if (!spec.envelope) return NULL;
    spec.args = rebase(spec.args, from, spec.envelope);
    spec.meta = rebase(spec.meta, from, spec.envelope);
    spec.tags = rebase(spec.tags, from, spec.envelope);
    spec.retry.non_retryable = rebase(spec.retry.non_retryable, from, spec.envelope);
    if (spec.expires_wall_ns) {
        uint64_t now = engine_wall_ns(e);
        spec.expires_wall_ns = spec.expires_wall_ns < UINT64_MAX - now ? spec.expires_wall_ns + now : UINT64_MAX;
    }
    struct slice owner = owners_name(&e->owners, s->owner);
    if (submit_add(e, submit_id(e, &spec), &spec, owner, &job) == ENGINE_OK) submit_fill(e, job, &spec);
    block_unref(spec.envelope); /* has not moved in */
    return job;
}

static void advance(struct engine *e, struct schedule *s, const struct cron_missed *due)
{
    s->until_ns = due->newest_ns;
    s->missed_count += due->n - 1;
    e->counts.runs_missed += due->n - 1;
}

static void hold_if_need_be(struct engine *e, struct schedule *s, struct job *job, const struct firing_group *others)
{
    job->is_serial = 1;
    if (!others) return;
    firings_hold(&e->firings, slab_slot(&e->store.jobs, job));
    if (others->n_held != HELD_WARN) return;
    struct slice name = schedule_name(&s->spec.text);
    log_warn("schedule.behind", "name=%.*s waiting=%" PRIu32 " effect=\"its jobs take longer than its times are apart\"",
             (int)name.len, name.p, others->n_held);
}

/* The schedule's advance and the job stand in one transaction: after a crash both are there or neither. */
static void fire(struct engine *e, struct schedule *s, const struct cron_missed *due)
{
    const struct firing_group *others = firings_group(&e->firings, s->number);
    struct cron_rider rider;
    if (!has_room(e, s, (size_t)2 * LOG_SNAPSHOT_FIXED + log_owner_bytes(owners_name(&e->owners, s->owner)) + s->spec.text.envelope_bytes, true))
        return;
    struct job *job = submit_is_too_much(e, &s->spec.job) ? NULL : job_new(e, s, due->newest_ns);
    if (!job) {
        put_off(e, s, AGAIN_NS);
        return;
    }
    advance(e, s, due);
    s->run_count++;
    s->last_run_ns = engine_wall_ns(e);
    s->last_job = job->id;
    e->counts.runs++;
    note(e, s, EVENT_CRON_TRIGGERED, due->newest_ns)->job = job->id;
    firings_add(&e->firings, job, slab_slot(&e->store.jobs, job), s->number);
    if (s->spec.overlap == OVERLAP_ENQUEUE) hold_if_need_be(e, s, job, others);
    cron_log_ride(e, s, &rider);
    move_begin(e, job, JOB_AVAILABLE, NULL);
    cron_log_ride_alone(e); /* a job that is kept in memory only */
    s->log_mark = e->log.appended;
    schedule_arm(&e->schedules, s);
}

static void skip(struct engine *e, struct schedule *s, const struct cron_missed *due, const struct job *unfinished)
{
    struct cron_rider rider;
    if (!has_room(e, s, LOG_SNAPSHOT_FIXED, false)) return;
    advance(e, s, due);
    s->skip_count++;
    e->counts.runs_skipped++;
    struct job_event *ev = note(e, s, EVENT_CRON_SKIPPED, due->newest_ns);
    ev->job = unfinished->id;
    ev->reason = SKIP_OVERLAP;
    cron_log_ride(e, s, &rider);
    cron_log_ride_alone(e);
    settle_events(e);
    s->log_mark = e->log.appended;
    schedule_arm(&e->schedules, s);
}

static void cancel_one(struct engine *e, struct schedule *s, struct job *job)
{
    if (has_room(e, s, LOG_SNAPSHOT_FIXED, false)) move_cancelled(e, job, NULL);
}

static void deal_with(struct engine *e, struct schedule *s)
{
    struct cron_missed due = schedule_missed(s, engine_wall_ns(e));
    const struct firing_group *others = firings_group(&e->firings, s->number);
    assert(due.n > 0); /* next_ns is one */
    if (others && s->spec.overlap == OVERLAP_SKIP) skip(e, s, &due, firings_first(others));
    else if (others && s->spec.overlap == OVERLAP_CANCEL_PREVIOUS)
        cancel_one(e, s, firings_first(others)); /* and comes again */
    else fire(e, s, &due);
}

/* The clocks of its zone jump over one of its times. No record: after a restart nobody waits for it any more. */
static void tell_of_gap(struct engine *e, struct schedule *s)
{
    s->skip_count++;
    e->counts.runs_skipped++;
    note(e, s, EVENT_CRON_SKIPPED, s->gap_ns)->reason = SKIP_GAP;
    bus_settle(&e->bus, 0, false);
    schedule_pass_gap(&e->schedules, s);
}

uint64_t cron_next_ns(const struct engine *e)
{
    uint64_t next = schedules_next_ns(&e->schedules), now = engine_wall_ns(e);
    if (next == UINT64_MAX || e->draining || e->log.failed) return UINT64_MAX;
    if (next <= now) return engine_now_ns(e);
    return engine_after_ns(e, next - now < LOOK_NS ? next - now : LOOK_NS);
}

bool cron_tick(struct engine *e)
{
    uint64_t now = engine_wall_ns(e);
    if (schedules_next_ns(&e->schedules) > now || e->draining || e->log.failed) return false;
    struct schedule *s = schedules_first(&e->schedules);
    if (s->gap_ns && s->gap_ns <= now) tell_of_gap(e, s);
    else if (s->next_ns <= now) deal_with(e, s);
    else schedule_put_off(&e->schedules, s, s->gap_ns ? s->gap_ns : s->next_ns); /* the clock was set back */
    return true;
}

struct job *cron_job_ended(struct engine *e, struct job *job)
{
    return firings_remove(&e->firings, slab_slot(&e->store.jobs, job));
}
