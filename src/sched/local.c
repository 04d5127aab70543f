/* local.c: see local.h. */
#include "sched/local.h"

#include "base/check.h"
#include "base/json.h"
#include "base/slab.h"
#include "jobs/engine.h"
#include "workers/params.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct local_job {
    struct local *local;
    struct list link; /* in running */
    struct list wait;        /* in granted, or in unsaid */
    struct worker *claimed;  /* in granted: it waits for this task */
    uint64_t commit;         /* with durability: when work may begin */
    uint8_t durability;
    uint32_t slot, generation; /* of the engine's job */
    uint64_t token;
    struct task task; /* last: only its front is zeroed */
};

struct local {
    struct local_options o;
    struct engine *engine;
    struct dispatch *dispatch;
    struct slab slab;
    struct list running;
    struct list granted; /* by the engine, but the record of the grant is not committed; oldest first */
    struct list unsaid;  /* come home, but the engine cannot take their ends now */
    uint64_t types[POOLS_MAX][TYPES_MAX / 64]; /* which types the workers of a pool run */
    bool ready;     /* the engine may have jobs: look at the end of the turn */
    bool stopping;  /* what comes home now was told to stop: it is given back */
    uint64_t exhausted; /* bit per pool: its last grant found none */
    struct histogram run_ns;
};

static void give_back(struct local_job *j)
{
    struct local *l = j->local;
    task_deinit(&j->task);
    list_remove(&j->link);
    list_remove(&j->wait);
    slab_put(&l->slab, j);
}

static void give_back_list(struct list *waiting)
{
    while (!list_empty(waiting)) give_back(container_of(waiting->next, struct local_job, wait));
}

static enum local_outcome end_of(const struct task *t)
{
    switch ((enum task_outcome)t->outcome) {
    case TASK_COMPLETED: return LOCAL_COMPLETED;
    case TASK_FAILED: return LOCAL_FAILED;
    case TASK_CRASHED: return LOCAL_CRASHED;
    case TASK_TIMEOUT: return LOCAL_TIMEOUT;
    case TASK_DROPPED: break;
    }
    return LOCAL_GIVEN_BACK;
}

void local_result_fill(struct local_result *r, struct task *t, bool given_back)
{
    size_t at;
    struct json_value v;
    *r = (struct local_result){.outcome = LOCAL_COMPLETED};
    if (!given_back && t->outcome == TASK_COMPLETED) {
        r->result = t->result;
        t->result = NULL;
        (void)snprintf(r->media_type, sizeof r->media_type, "%s",
                       t->result_type[0] ? t->result_type : "application/octet-stream");
        bool says_json = strncmp(t->result_type, "application/json", 16) == 0;
        r->is_json = says_json && r->result && json_check(block_slice(r->result), &v, &at) == JSON_OK;
    } else {
        r->outcome = (uint8_t)(given_back ? LOCAL_GIVEN_BACK : end_of(t));
        r->retryable = t->retryable;
        (void)snprintf(r->code, sizeof r->code, "%s", t->fail_code);
        (void)snprintf(r->message, sizeof r->message, "%s", t->fail_message);
    }
}

static bool is_sayable(const struct local_job *j)
{
    const struct task *t = &j->task;
    return engine_takes_local(j->local->engine, t->outcome == TASK_COMPLETED, t->result ? t->result->len : 0);
}

static void say(struct local_job *j)
{
    struct local *l = j->local;
    struct local_result r;
    local_result_fill(&r, &j->task, l->stopping);
    uint32_t slot = j->slot, generation = j->generation;
    uint64_t token = j->token;
    give_back(j);
    l->ready = true; /* its place is free */
    engine_local_done(l->engine, slot, generation, token, &r);
}

static void on_done(struct mail *m)
{
    struct local_job *j = container_of(m, struct local_job, task.done);
    struct local *l = j->local;
    uint64_t started = atomic_load_explicit(&j->task.started_ns, memory_order_relaxed);
    dispatch_done(l->dispatch, &j->task);
    histogram_add(&l->run_ns, j->task.ended_ns - started);
    l->ready = true; /* a worker has room */
    bool is_unwritten = j->durability == DURABILITY_MEMORY; /* waits for nobody's disk */
    if (is_unwritten || is_sayable(j)) say(j);
    else list_push_back(&l->unsaid, &j->wait);
}

/* The oldest first, but none waits for another: on a full disk there is room for completed ones only, and without their ends there never
 * will be for the rest. */
static void say_rest(struct local *l)
{
    for (struct list *node = l->unsaid.next, *next; node != &l->unsaid; node = next) {
        struct local_job *j = container_of(node, struct local_job, wait);
        next = node->next;
        if (is_sayable(j)) say(j);
    }
}

static void set_input_type(struct task *t, struct slice type)
{
    assert(type.len < sizeof t->input_type);
    if (type.len) memcpy(t->input_type, type.p, type.len);
    t->input_type[type.len] = 0;
}

/* The bytes that a raw job came with, or else the text of args; where they are in the envelope. */
static bool fill_input(struct task *t, const struct local_grant *g)
{
    struct slice input = g->is_raw ? job_raw_input(g->envelope, g->args) : g->args;
    set_input_type(t, g->is_raw ? job_raw_type(g->envelope, g->args) : SLICE("application/json"));
    t->input = block_part(g->envelope, (size_t)(input.p - g->envelope->bytes), input.len);
    return t->input != NULL;
}

/* args[0] as parameters if it is an object. False: why says what is wrong. */
static bool fill_task(struct local_job *j, const struct local_grant *g, char why[160])
{
    struct task *t = &j->task;
    struct json_value args, first;
    struct slice name;
    size_t at, cursor = 0;
    if (g->is_lost) {
        (void)snprintf(why, 160, "the input is lost: the file that it stood in is missing or damaged");
        return false;
    }
    if (json_check(g->args, &args, &at) != JSON_OK || args.kind != JSON_ARRAY) {
        (void)snprintf(why, 160, "args is not an array");
        return false;
    }
    if (json_next(args, &cursor, &name, &first) && first.kind == JSON_OBJECT && !params_add_json(t, first, why)) return false;
    if (!params_complete(t, why)) return false;
    if (fill_input(t, g)) return true;
    (void)snprintf(why, 160, "no memory for the input");
    return false;
}

static struct local_job *job_for(struct local *l, const struct local_grant *g)
{
    uint32_t slot;
    struct local_job *j = slab_get(&l->slab, &slot);
    if (!j) return NULL;
    j->local = l;
    j->slot = g->slot;
    j->generation = g->generation;
    j->token = g->token;
    j->commit = g->commit;
    j->durability = g->durability;
    list_init(&j->link);
    list_init(&j->wait);
    list_push_back(&l->running, &j->link);
    struct task *t = &j->task;
    task_init(t, l->o.budget);
    t->type = &l->o.types->of[g->type];
    t->home = l->o.mailbox;
    t->done.deliver = on_done;
    t->job_id = g->id;
    t->attempt = g->attempt;
    t->run_limit_ms = g->timeout_ms && g->timeout_ms < t->type->run_limit_ms ? g->timeout_ms : t->type->run_limit_ms;
    return j;
}

/* The task goes to the worker as soon as a crash could not forget that it has begun: an attempt that ends the server counts. */
static void start(struct local_job *j, struct worker *claimed)
{
    struct local *l = j->local;
    bool is_unwritten = j->durability == DURABILITY_MEMORY;
    if (is_unwritten || (list_empty(&l->granted) && engine_is_committed(l->engine, j->commit, j->durability))) {
        dispatch_start(l->dispatch, claimed, &j->task);
        return;
    }
    j->claimed = claimed;
    list_push_back(&l->granted, &j->wait);
}

static void start_granted(struct local *l)
{
    while (!list_empty(&l->granted)) {
        struct local_job *j = container_of(l->granted.next, struct local_job, wait);
        if (engine_log_failed(l->engine)) { /* it never will be */
            dispatch_give_up(l->dispatch, j->claimed);
            give_back(j);
            continue;
        }
        if (!engine_is_committed(l->engine, j->commit, j->durability)) return;
        list_remove(&j->wait);
        dispatch_start(l->dispatch, j->claimed, &j->task);
    }
}

bool local_next_job(void *arg, struct worker *claimed)
{
    struct local *l = arg;
    struct local_grant g;
    uint32_t pool = claimed->all->pool;
    while (l->slab.n_used < l->slab.n_max && engine_grant_local(l->engine, l->types[pool], &g)) {
        char why[160];
        struct local_job *j = job_for(l, &g);
        assert(j); /* asked for room above */
        bool ok = fill_task(j, &g, why);
        block_unref(g.envelope);
        if (ok) {
            start(j, claimed);
            return true;
        }
        struct local_result r = {.outcome = LOCAL_FAILED};
        (void)snprintf(r.code, sizeof r.code, "%s", g.is_lost ? "input_lost" : "invalid_payload");
        (void)snprintf(r.message, sizeof r.message, "%s", why);
        give_back(j);
        engine_local_done(l->engine, g.slot, g.generation, g.token, &r);
    }
    l->exhausted |= UINT64_C(1) << pool;
    return false;
}

bool local_has_jobs(void *arg, uint32_t pool)
{
    struct local *l = arg;
    return !(l->exhausted >> pool & 1) && l->slab.n_used < l->slab.n_max;
}

bool local_jobs_wait(void *arg, uint32_t pool)
{
    const struct local *l = arg;
    return engine_has_local(l->engine, l->types[pool]);
}

void local_on_ready(void *arg)
{
    struct local *l = arg;
    l->ready = true;
    l->exhausted = 0;
}

void local_on_cancel(void *arg, uint32_t slot, uint32_t generation)
{
    struct local *l = arg;
    list_for_each (node, &l->running) {
        struct local_job *j = container_of(node, struct local_job, link);
        if (j->slot == slot && j->generation == generation)
            (void)dispatch_withdraw(l->dispatch, &j->task); /* never waits there: a worker has it, or will at its commit */
    }
}

void local_flush(struct local *l)
{
    if (!list_empty(&l->unsaid)) say_rest(l);
    if (!list_empty(&l->granted)) start_granted(l);
    if (!l->ready) return;
    l->ready = false;
    dispatch_jobs(l->dispatch);
}

void local_report_progress(struct local *l)
{
    list_for_each (node, &l->running) {
        struct local_job *j = container_of(node, struct local_job, link);
        uint32_t millionths = task_progress(&j->task);
        if (millionths) engine_local_progress(l->engine, j->slot, j->generation, (float)millionths / 1e6f);
    }
}

void local_cancel_all(struct local *l)
{
    l->stopping = true;
    list_for_each (node, &l->running) {
        struct local_job *j = container_of(node, struct local_job, link);
        (void)dispatch_withdraw(l->dispatch, &j->task);
    }
}

void local_give_back_all(struct local *l)
{
    list_for_each (node, &l->running) {
        struct local_job *j = container_of(node, struct local_job, link);
        struct local_result r = {.outcome = LOCAL_GIVEN_BACK};
        if (engine_takes_local(l->engine, false, 0)) engine_local_done(l->engine, j->slot, j->generation, j->token, &r);
    }
}

uint32_t local_running(const struct local *l)
{
    return l->slab.n_used;
}

struct histogram *local_latency(struct local *l)
{
    return &l->run_ns;
}

int local_new(const struct local_options *options, struct local **out)
{
    struct local *l = calloc(1, sizeof *l);
    if (!l) return -ENOMEM;
    l->o = *options;
    list_init(&l->running);
    list_init(&l->granted);
    list_init(&l->unsaid);
    for (uint32_t i = 0; i < options->types->n; i++) l->types[options->types->of[i].pool][i / 64] |= UINT64_C(1) << (i % 64);
    l->exhausted = UINT64_MAX;
    if (slab_init(&l->slab, sizeof(struct local_job), options->n_max) < 0) {
        free(l);
        return -ENOMEM;
    }
    l->slab.clear_bytes = offsetof(struct local_job, task) + TASK_CLEAR_BYTES;
    *out = l;
    return 0;
}

void local_connect(struct local *l, struct engine *engine, struct dispatch *dispatch)
{
    l->engine = engine;
    l->dispatch = dispatch;
}

struct local *local_free(struct local *l)
{
    if (!l) return NULL;
    give_back_list(&l->granted);
    give_back_list(&l->unsaid);
    slab_deinit(&l->slab);
    free(l);
    return NULL;
}
