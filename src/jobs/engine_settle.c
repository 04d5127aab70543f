#include "jobs/engine_change.h"

/* ---- those who wait ---- */

static void wake_waiters(struct engine *e, struct job *job)
{
    struct engine_call *call;
    while ((call = waits_of_job(&e->waits, job)) != NULL) {
        waits_leave(&e->waits, call, job);
        if (call->op == ENGINE_BATCH || call->op == ENGINE_BATCH_WAIT) batch_go_on(e, call);
        else engine_answer_job(e, call, job, ENGINE_OK);
    }
}

void job_wake_watchers(struct engine *e, struct job *job)
{
    struct engine_call *call = waits_watching(&e->waits, job, NULL);
    while (call) {
        struct engine_call *next = waits_watching(&e->waits, job, call);
        if (!job_has_version(e, job, call->version)) {
            waits_leave(&e->waits, call, job);
            engine_answer_job(e, call, job, ENGINE_OK);
        }
        call = next;
    }
}

/* There is a ready job: who has waited longest for it? Ends when it is taken or nobody is left. */
void queue_serve(struct engine *e, struct queue *queue)
{
    struct engine_call *call;
    while ((call = waits_first(&e->waits, name_slice(&queue->name))) != NULL) {
        if (!log_has_room(e)) { /* each grants up to ENGINE_FETCH_MAX jobs */
            e->log.unserved = true;
            return;
        }
        if (!engine_next_ready(e, queue)) return;
        waits_leave(&e->waits, call, NULL);
        engine_fetch_now(e, call);
    }
}

void engine_serve_all(struct engine *e)
{
    for (uint32_t slot = 0; slot < waits_queue_slots(&e->waits); slot++) {
        struct slice name = waits_queue_name(&e->waits, slot);
        struct queue *queue = name.len ? queues_find(&e->store.queues, name) : NULL;
        if (queue) queue_serve(e, queue);
    }
}

/* ---- one transition ---- */

/* The transition's record. */
static void write_down(struct engine *e, const struct change *c)
{
    struct job *job = c->job;
    bool is_kept = job->durability != DURABILITY_MEMORY;
    if (is_kept && c->is_new) log_snapshot(e, job);
    else if (is_kept) log_transition(e, job, c->has_error);
    bus_settle(&e->bus, is_kept ? e->log.appended : 0, job->durability == DURABILITY_SYNCED);
}

/* After the journal has failed holders get an answer without having let go. */
static void tell_worker(struct engine *e, const struct change *c)
{
    if (!c->holder && e->options.on_cancel) e->options.on_cancel(e->options.hook_arg, c->slot, c->generation);
    if (!c->holder || e->log.failed) return;
    c->holder->is_told = true;
    mail_send(c->holder->home, &c->holder->stop);
}

void change_settle(struct engine *e, const struct change *c)
{
    struct job *job = c->job;
    bool is_ready = job->state == JOB_AVAILABLE; /* what follows may grant it */
    write_down(e, c);
    struct job *next = job->is_firing && job_state_is_terminal(job->state) ? cron_job_ended(e, job) : NULL;
    if (c->call) engine_answer_or_park(e, c->call, job);
    if (job_state_is_terminal(job->state)) wake_waiters(e, job);
    else job_wake_watchers(e, job);
    struct queue *queue = queues_queue(&e->store.queues, job);
    unsigned gauged = queue_gauge(&e->store.queues, queue);
    if (gauged & QUEUE_NEWS) e->has_news = true;
    if (is_ready || gauged & QUEUE_OPENED) queue_serve(e, queue);
    if (next) job_let_loose(e, next);
    if (c->tell_worker) tell_worker(e, c);
}

/* ---- its event ---- */

/* As much as fits, whole characters. */
static void cut_text(char *out, size_t room, struct slice text)
{
    size_t len = text.len < room ? text.len : room - 1;
    while (len && len < text.len && ((unsigned char)text.p[len] & 0xC0) == 0x80) len--;
    if (len) memcpy(out, text.p, len);
    out[len] = '\0';
}

static void note_failure(struct job_event *ev, const struct failure *f)
{
    ev->error.is_there = true;
    ev->error.retryable = f->retryable;
    cut_text(ev->error.code, sizeof ev->error.code, f->code);
    cut_text(ev->error.message, sizeof ev->error.message, f->message);
}

void change_note(struct engine *e, const struct change *c, enum job_event_kind kind)
{
    const struct job *job = c->job;
    struct job_event *ev = job_note(e, job, kind, c->from, c->lease, c->ran_ns);
    ev->created_ns = job->created_ns;
    ev->expires_ns = store_wishes(&e->store, job)->expires_ns;
    if (kind == EVENT_SCHEDULED) ev->next_ns = job->scheduled_ns;
    if (kind == EVENT_RETRYING) ev->next_ns = job->next_attempt_ns;
    if (c->failure) note_failure(ev, c->failure);
}
