/* local_rig.h: the engine with its journal of log_rig.h, and workers without threads: the test lets each take its next task when it
 * likes. Handlers are real and give what the test says. */
#ifndef QUERN_TESTS_SCHED_LOCAL_RIG_H
#define QUERN_TESTS_SCHED_LOCAL_RIG_H

#include "../jobs/log_rig.h"

#include "sched/local.h"

#define LOCAL_WORKERS_MAX 16u

struct local_rig {
    struct log_rig *g;
    struct types types;
    struct workers workers;
    struct mailbox box;
    struct mail_drain rest;
    struct dispatch *dispatch;
    struct local *local;
};

/* What handlers do next; constant while they run. */
static struct {
    size_t result_bytes; /* of local.a, all '1' and so a number in JSON */
    double progress; /* that local.a tells */
} local_rig_says;

static inline int local_rig_complete(struct quern_job *job)
{
    char *out = quern_result_reserve(job, local_rig_says.result_bytes);
    cr_assert(out);
    memset(out, '1', local_rig_says.result_bytes);
    quern_result_commit(job, local_rig_says.result_bytes);
    quern_result_type(job, "application/json");
    if (local_rig_says.progress > 0) quern_progress(job, local_rig_says.progress);
    return QUERN_OK;
}

static inline int local_rig_fail(struct quern_job *job)
{
    return quern_fail(job, "bad_row", "row %d", 7);
}

static inline int local_rig_take(struct quern_job *job)
{
    return quern_result_copy(job, quern_param_text(job, "word"), strlen(quern_param_text(job, "word")));
}

static inline void local_rig_no_wake(void *arg)
{
    (void)arg;
}

static inline void local_rig_make_workers(struct local_rig *r, uint32_t n)
{
    struct workers *all = &r->workers;
    all->n = n;
    all->of = aligned_alloc(CACHE_LINE, LOCAL_WORKERS_MAX * sizeof *all->of);
    memset(all->of, 0, LOCAL_WORKERS_MAX * sizeof *all->of);
    hungry_init(&all->hungry);
    for (uint32_t i = 0; i < LOCAL_WORKERS_MAX; i++) {
        all->of[i].all = all;
        all->of[i].index = i;
        cr_assert_eq(inbox_init(&all->of[i].inbox, CLAIM_MAX), 0);
    }
}

static inline void local_rig_free_workers(struct local_rig *r)
{
    for (uint32_t i = 0; i < LOCAL_WORKERS_MAX; i++) inbox_deinit(&r->workers.of[i].inbox);
    free(r->workers.of);
}

/* What a shard makes of an engine. */
static inline void local_rig_connect(struct local_rig *r, uint32_t n_max)
{
    struct rig *engine = r->g->r;
    struct local_options o = {.types = &r->types, .budget = &engine->budget, .mailbox = &r->box, .n_max = n_max};
    struct dispatch_options d = {.mailbox = &r->box,
                                 .workers = &r->workers,
                                 .types = &r->types,
                                 .strategy = &strategy_fixed,
                                 .clock = &engine->clock,
                                 .waiting_max = 10,
                                 .has_jobs = local_has_jobs,
                                 .next_job = local_next_job};
    cr_assert_eq(local_new(&o, &r->local), 0);
    d.jobs_arg = r->local;
    cr_assert_eq(dispatch_new(&d, &r->dispatch), 0);
    local_connect(r->local, engine->engine, r->dispatch);
    engine->also = r->local;
    engine->also_on_ready = local_on_ready;
    engine->also_on_cancel = local_on_cancel;
}

static inline struct local_rig *local_rig_up(uint32_t n_workers, uint32_t n_max)
{
    static const struct quern_param params[] = {{.name = "word", .kind = QUERN_TEXT, .required = true}};
    static const struct quern_type known[RIG_LOCALS] = {
        {.name = "local.a", .run = local_rig_complete},
        {.name = "local.b", .run = local_rig_fail},
        {.name = "local.c", .run = local_rig_take, .params = params, .n_params = 1},
    };
    const char *why;
    struct local_rig *r = calloc(1, sizeof *r);
    cr_assert(r);
    for (int i = 0; i < RIG_LOCALS; i++) cr_assert_eq(types_add(&r->types, &known[i], "test", &why), 0, "%s", why);
    local_rig_says.result_bytes = 1;
    local_rig_says.progress = 0;
    mailbox_init(&r->box, local_rig_no_wake, NULL);
    local_rig_make_workers(r, n_workers);
    r->g = log_rig_up();
    local_rig_connect(r, n_max);
    return r;
}

/* ---- a worker's thread ---- */

/* Takes its next task and runs it; NULL: it has none. */
static inline struct task *worker_runs(struct local_rig *r, uint32_t worker)
{
    struct task *t = inbox_pop(&r->workers.of[worker].inbox);
    if (t) task_run(t);
    return t;
}

/* As thread.c: home first, then free, then whoever waits is told. */
static inline void worker_sends_home(struct local_rig *r, uint32_t worker, struct task *t)
{
    mail_send(t->home, &t->done);
    claim_release(&r->workers.of[worker].claim);
    hungry_tell(&r->workers.hungry);
}

/* False: it had nothing to do. */
static inline bool worker_steps(struct local_rig *r, uint32_t worker)
{
    struct task *t = worker_runs(r, worker);
    if (t) worker_sends_home(r, worker, t);
    return t != NULL;
}

/* Tasks in hand of all workers: claimed and given. */
static inline uint32_t workers_claimed(struct local_rig *r)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->workers.n; i++) n += claim_count(&r->workers.of[i].claim);
    return n;
}

/* ---- the shard's thread ---- */

/* As shard.c: turn, without waiting: what the kernel has done by now is seen. */
static inline void local_turn(struct local_rig *r)
{
    struct engine *e = r->g->r->engine;
    while (mail_deliver(&r->box, &r->rest, 100) > 0) continue;
    ring_wait(r->g->ring, false, 0, UINT64_MAX);
    (void)ring_dispatch(r->g->ring, 64);
    while (engine_tick(e, 64)) continue;
    local_flush(r->local);
    engine_flush(e);
    dispatch_flush(r->dispatch);
}

/* Turns until everything is written and all that follows from it has happened; workers do nothing. */
static inline void local_settle(struct local_rig *r)
{
    struct engine *e = r->g->r->engine;
    do {
        local_turn(r);
        if (ring_in_flight(r->g->ring)) ring_wait(r->g->ring, true, 0, UINT64_MAX);
    } while (ring_in_flight(r->g->ring) || mailbox_any(&r->box, &r->rest) || engine_next_ns(e) <= r->g->r->clock.mono_ns);
    local_turn(r);
}

/* Until nobody has anything to do any more. */
static inline void local_run_all(struct local_rig *r)
{
    for (bool more = true; more;) {
        local_settle(r);
        more = false;
        for (uint32_t i = 0; i < r->workers.n; i++) more |= worker_steps(r, i);
    }
}

/* ---- the end of it, and back again ---- */

/* What workers still have comes home and finds nobody: a process takes that with it. */
static inline void local_rig_drop(struct local_rig *r)
{
    struct pushlist_node *node;
    struct task *t;
    for (uint32_t i = 0; i < LOCAL_WORKERS_MAX; i++)
        while ((t = inbox_pop(&r->workers.of[i].inbox))) task_deinit(t);
    for (node = pushlist_take(&r->box.list); node; node = node->next)
        task_deinit(container_of(container_of(node, struct mail, node), struct task, done));
    r->g->r->also = NULL;
    r->local = local_free(r->local);
    r->dispatch = dispatch_free(r->dispatch);
}

static inline void local_restart(struct local_rig *r, bool in_order)
{
    uint32_t n = r->workers.n;
    local_rig_drop(r);
    local_rig_free_workers(r);
    local_rig_make_workers(r, n);
    log_restart(r->g, in_order);
    local_rig_connect(r, LOCAL_WORKERS_MAX);
}

static inline void local_rig_down(struct local_rig *r)
{
    local_rig_drop(r);
    local_rig_free_workers(r);
    log_rig_down(r->g);
    free(r);
}

/* ---- asking ---- */

/* A job that is in the journal, and that nobody has been asked to run yet. */
static inline struct uuid local_submit(struct local_rig *r, const char *type, enum job_durability durability)
{
    struct job_view view;
    cr_assert_eq(log_once(r->g, log_submit_new(r->g, "q", type, durability), &view), ENGINE_OK);
    return view.id;
}

#endif
