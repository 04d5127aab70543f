/* The engine against a naive model of itself: random operations, after each the same answer and the
 * same counts. */
#include "rig.h"
#include "base/random.h"

#define JOBS_MAX 64
#define OPERATIONS 200000
#define HISTORY 200 /* ids that the model remembers, also of jobs that are gone */

/* What a job must be like, in the simplest words. */
struct twin {
    struct uuid id;
    enum job_state state;
    int priority, queue;
    bool is_local, is_used, is_gone;
    uint32_t attempt, crashes;
    uint64_t sequence, token, ended_order;
    uint64_t due_ns, armed_order; /* when its state ends by itself, 0: never; and which of two goes first */
    uint32_t slot, generation; /* while a local worker has it */
};

struct model {
    struct rig *rig;
    struct random random;
    struct twin twins[HISTORY];
    uint32_t n_twins; /* ever made; twins[n % HISTORY] */
    uint64_t sequence[2], n_ended, n_armed;
};

static const char *const queues[2] = {"q0", "q1"};

static uint64_t below(struct model *m, uint64_t n)
{
    return random_below(&m->random, n);
}

static struct twin *any(struct model *m)
{
    uint32_t n = m->n_twins < HISTORY ? m->n_twins : HISTORY;
    return n ? &m->twins[below(m, n)] : NULL;
}

static uint32_t living(const struct model *m)
{
    uint32_t n = 0;
    for (int i = 0; i < HISTORY; i++) n += m->twins[i].is_used && !m->twins[i].is_gone;
    return n;
}

static void arm(struct model *m, struct twin *t, uint64_t ns)
{
    t->due_ns = m->rig->clock.mono_ns + ns;
    t->armed_order = ++m->n_armed;
}

static void end(struct model *m, struct twin *t, enum job_state state)
{
    t->state = state;
    t->ended_order = ++m->n_ended;
    arm(m, t, 100 * NS_PER_S); /* retention */
}

static struct twin *oldest_ended(struct model *m)
{
    struct twin *oldest = NULL;
    for (int i = 0; i < HISTORY; i++) {
        struct twin *t = &m->twins[i];
        if (!t->is_used || t->is_gone || !job_state_is_terminal(t->state)) continue;
        if (!oldest || t->ended_order < oldest->ended_order) oldest = t;
    }
    return oldest;
}

static void line_up(struct model *m, struct twin *t)
{
    t->state = JOB_AVAILABLE;
    t->due_ns = 0;
    t->token = 0;
    if (!t->sequence) t->sequence = ++m->sequence[t->queue];
}

/* ---- operations, each on both ---- */

static void do_submit(struct model *m)
{
    struct twin *room = living(m) == JOBS_MAX ? oldest_ended(m) : NULL, *t = &m->twins[m->n_twins % HISTORY];
    bool is_full = living(m) == JOBS_MAX && !room;
    if (t->is_used && !t->is_gone) return; /* the memory of the model is full */
    struct twin fresh = {
        .is_used = true,
        .priority = (int)below(m, 3) - 1,
        .queue = (int)below(m, 2),
        .is_local = below(m, 3) == 0,
    };
    struct ask *ask = submit_new(m->rig, queues[fresh.queue], fresh.is_local ? "local.a" : "t.x");
    uint64_t kind = below(m, 6);
    struct job_view view;
    ask->call.spec.priority = (int8_t)fresh.priority;
    ask->call.spec.pending = kind == 0;
    if (kind == 1) ask->call.spec.scheduled_wall_ns = m->rig->clock.wall_ns + 7 * NS_PER_S;
    cr_assert_eq(ask_once(ask, &view), is_full ? ENGINE_FULL : ENGINE_OK);
    if (is_full) return;
    if (room) room->is_gone = true;
    fresh.id = view.id;
    fresh.state = kind == 0 ? JOB_PENDING : JOB_SCHEDULED;
    if (kind == 1) arm(m, &fresh, 7 * NS_PER_S);
    *t = fresh;
    if (kind > 1) line_up(m, t);
    m->n_twins++;
}

static struct twin *best(struct model *m, int queue, bool local_only)
{
    struct twin *found = NULL;
    for (int i = 0; i < HISTORY; i++) {
        struct twin *t = &m->twins[i];
        if (!t->is_used || t->is_gone || t->state != JOB_AVAILABLE || t->queue != queue) continue;
        if (local_only && !t->is_local) continue;
        if (!found || t->priority > found->priority || (t->priority == found->priority && t->sequence < found->sequence))
            found = t;
    }
    return found;
}

static void do_fetch(struct model *m)
{
    int first = (int)below(m, 2);
    struct twin *t = best(m, first, false);
    struct job_view view;
    if (!t) t = best(m, 1 - first, false);
    bool found = fetch(m->rig, first ? "q1,q0" : "q0,q1", &view);
    cr_assert_eq(found, t != NULL);
    if (!t) return;
    cr_assert(uuid_eq(view.id, t->id));
    t->state = JOB_ACTIVE;
    t->attempt++;
    t->token = view.lease_token;
    arm(m, t, 30 * NS_PER_S);
    t->slot = UINT32_MAX;
}

static void do_grant(struct model *m)
{
    struct local_grant g;
    struct twin *a = best(m, 0, true), *b = best(m, 1, true);
    bool found = grant(m->rig, 7, &g);
    cr_assert_eq(found, a || b);
    if (!found) return;
    struct twin *t = a && uuid_eq(a->id, g.id) ? a : b;
    cr_assert(t && uuid_eq(t->id, g.id));
    t->state = JOB_ACTIVE;
    t->attempt++;
    t->token = g.token;
    t->due_ns = 0;
    t->slot = g.slot;
    t->generation = g.generation;
}

static bool is_remote(const struct twin *t)
{
    return t->state == JOB_ACTIVE && t->slot == UINT32_MAX;
}

static void fail(struct model *m, struct twin *t)
{
    if (t->attempt >= 3) {
        end(m, t, JOB_DISCARDED);
    } else {
        t->state = JOB_RETRYABLE;
        arm(m, t, t->attempt * NS_PER_S);
    }
}

static void do_ack(struct model *m, struct twin *t)
{
    enum engine_outcome outcome = ack(m->rig, t->id, 0);
    cr_assert_eq(outcome, t->is_gone ? ENGINE_NOT_FOUND : is_remote(t) ? ENGINE_OK : ENGINE_CONFLICT);
    if (outcome == ENGINE_OK) end(m, t, JOB_COMPLETED);
}

static void do_nack(struct model *m, struct twin *t)
{
    struct ask *ask = nack_new(m->rig, t->id, "handler_error");
    bool requeue = below(m, 3) == 0;
    ask->call.failure.requeue = requeue;
    enum engine_outcome outcome = ask_once(ask, NULL);
    cr_assert_eq(outcome, t->is_gone ? ENGINE_NOT_FOUND : is_remote(t) ? ENGINE_OK : ENGINE_CONFLICT);
    if (outcome != ENGINE_OK) return;
    if (requeue) t->attempt--;
    if (requeue) line_up(m, t);
    else fail(m, t);
}

static void do_local_done(struct model *m, struct twin *t)
{
    struct local_result r = {.outcome = (uint8_t)below(m, 5), .retryable = true};
    bool counts = !t->is_gone && t->state == JOB_ACTIVE && t->slot != UINT32_MAX;
    r.result = rig_block(m->rig, "result");
    engine_local_done(m->rig->engine, t->slot, t->generation, t->token, &r);
    if (!counts) return;
    switch ((enum local_outcome)r.outcome) {
    case LOCAL_COMPLETED: end(m, t, JOB_COMPLETED); break;
    case LOCAL_FAILED:
    case LOCAL_TIMEOUT: fail(m, t); break;
    case LOCAL_CRASHED:
        if (++t->crashes == 3) end(m, t, JOB_DISCARDED);
        else fail(m, t);
        break;
    case LOCAL_GIVEN_BACK:
        t->attempt--;
        line_up(m, t);
        break;
    }
}

static void do_cancel(struct model *m, struct twin *t)
{
    enum engine_outcome outcome = ask_job(m->rig, ENGINE_CANCEL, t->id, NULL);
    bool is_over = job_state_is_terminal(t->state);
    m->rig->n_cancels = 0;
    cr_assert_eq(outcome, t->is_gone ? ENGINE_NOT_FOUND : is_over ? ENGINE_CONFLICT : ENGINE_OK);
    if (outcome == ENGINE_OK) end(m, t, JOB_CANCELLED);
}

static void do_activate(struct model *m, struct twin *t)
{
    enum engine_outcome outcome = ask_job(m->rig, ENGINE_ACTIVATE, t->id, NULL);
    bool may = t->state == JOB_PENDING;
    cr_assert_eq(outcome, t->is_gone ? ENGINE_NOT_FOUND : may ? ENGINE_OK : ENGINE_CONFLICT);
    if (outcome == ENGINE_OK) line_up(m, t);
}

static void come_due(struct model *m, struct twin *t)
{
    if (job_state_is_terminal(t->state)) {
        t->is_gone = true;
    } else if (t->state != JOB_ACTIVE) {
        line_up(m, t);
    } else if (++t->crashes == 3 || t->attempt >= 3) {
        end(m, t, JOB_DISCARDED);
    } else {
        line_up(m, t);
    }
}

static struct twin *next_due(struct model *m)
{
    struct twin *first = NULL;
    for (int i = 0; i < HISTORY; i++) {
        struct twin *t = &m->twins[i];
        if (!t->is_used || t->is_gone || !t->due_ns || t->due_ns > m->rig->clock.mono_ns) continue;
        bool is_sooner = first && t->due_ns < first->due_ns;
        bool is_tie = first && t->due_ns == first->due_ns;
        if (!first || is_sooner || (is_tie && t->armed_order < first->armed_order)) first = t;
    }
    return first;
}

static void do_pass(struct model *m)
{
    uint64_t ns = below(m, 3) ? below(m, NS_PER_S) : below(m, 20 * NS_PER_S);
    rig_pass(m->rig, ns);
    for (struct twin *t = next_due(m); t; t = next_due(m)) come_due(m, t);
}

/* ---- comparing ---- */

static void check_counts(struct model *m)
{
    uint64_t by_state[JOB_STATES] = {0};
    struct engine_stats stats = rig_stats(m->rig);
    for (int i = 0; i < HISTORY; i++)
        if (m->twins[i].is_used && !m->twins[i].is_gone) by_state[m->twins[i].state]++;
    for (int s = 0; s < JOB_STATES; s++) cr_assert_eq(stats.by_state[s], by_state[s], "%s", job_state_name((enum job_state)s));
    cr_assert_eq(stats.jobs, living(m));
}

static void check_twin(struct model *m, const struct twin *t)
{
    struct job_view view;
    enum engine_outcome outcome = ask_job(m->rig, ENGINE_INFO, t->id, &view);
    cr_assert_eq(outcome, t->is_gone ? ENGINE_NOT_FOUND : ENGINE_OK);
    if (t->is_gone) return;
    cr_assert_eq(view.state, t->state);
    cr_assert_eq(view.attempt, t->attempt);
}

static void step(struct model *m)
{
    uint64_t what = below(m, 16);
    struct twin *t = any(m);
    if (what < 4) do_submit(m);
    else if (what < 6) do_fetch(m);
    else if (what == 6) do_grant(m);
    else if (what == 7) do_pass(m);
    else if (!t) return;
    else if (what < 10) do_ack(m, t);
    else if (what < 12) do_nack(m, t);
    else if (what < 14) do_local_done(m, t);
    else if (what == 14) do_cancel(m, t);
    else do_activate(m, t);
}

Test(jobs_model, random_operations, .timeout = 60)
{
    struct model *m = calloc(1, sizeof *m);
    m->rig = rig_new();
    struct engine_options options = rig_options(m->rig);
    options.jobs_max = JOBS_MAX;
    options.retention_ns = 100 * NS_PER_S;
    rig_up_with(m->rig, &options);
    random_seed(&m->random, 2026);
    for (int n = 0; n < OPERATIONS; n++) {
        step(m);
        check_counts(m);
        if (n % 8 == 0 && any(m)) check_twin(m, any(m));
    }
    cr_assert_gt(rig_stats(m->rig).acked, 1000);
    cr_assert_gt(rig_stats(m->rig).leases_lost, 100);
    cr_assert_gt(rig_stats(m->rig).retried, 1000);
    rig_down(m->rig);
    free(m);
}
