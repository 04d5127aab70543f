/* rig.h: an engine on a clock that the test sets, and short ways to ask it for things. */
#ifndef QUERN_TESTS_JOBS_RIG_H
#define QUERN_TESTS_JOBS_RIG_H

#include "base/clock.h"
#include "jobs/engine.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define RIG_WALL_NS (UINT64_C(1760000000) * NS_PER_S)
#define RIG_MONO_NS (UINT64_C(1000) * NS_PER_S)
#define RIG_CANCELS_MAX 64

struct rig {
    struct clock clock;
    struct block_budget budget;
    struct payloads payloads; /* zero: all in memory */
    struct block_budget blob_budget;
    struct engine *engine;
    uint64_t n_replies; /* of all asks */
    int n_ready;        /* calls of on_ready */
    int n_cancels;
    struct {
        uint32_t slot, generation;
    } cancels[RIG_CANCELS_MAX];
    /* Who hears of both as well; NULL: nobody. */
    void *also;
    void (*also_on_ready)(void *also);
    void (*also_on_cancel)(void *also, uint32_t slot, uint32_t generation);
};

/* A call of the test's; the engine's part comes first. */
struct ask {
    struct engine_call call;
    struct rig *rig;
    int n_replies;
    uint64_t order; /* of its reply among all replies */
};

static const char *const rig_local_types[] = {"local.a", "local.b", "local.c"};
#define RIG_LOCALS 3

static inline void rig_on_ready(void *arg)
{
    struct rig *rig = arg;
    rig->n_ready++;
    if (rig->also) rig->also_on_ready(rig->also);
}

static inline void rig_on_cancel(void *arg, uint32_t slot, uint32_t generation)
{
    struct rig *rig = arg;
    cr_assert_lt(rig->n_cancels, RIG_CANCELS_MAX);
    rig->cancels[rig->n_cancels].slot = slot;
    rig->cancels[rig->n_cancels++].generation = generation;
    if (rig->also) rig->also_on_cancel(rig->also, slot, generation);
}

static inline struct engine_options rig_options(struct rig *rig)
{
    return (struct engine_options){
        .jobs_max = 1000,
        .queues_max = 16,
        .index = 5,
        .local_types = rig_local_types,
        .n_local_types = RIG_LOCALS,
        .retention_ns = 3600 * NS_PER_S,
        .clock = &rig->clock,
        .seed = 42,
        .budget = &rig->budget,
        .payloads = rig->payloads,
        .blob_budget = &rig->blob_budget,
        .hook_arg = rig,
        .on_ready = rig_on_ready,
        .on_cancel = rig_on_cancel,
    };
}

static inline void rig_up_with(struct rig *rig, const struct engine_options *options)
{
    cr_assert_eq(engine_new(options, &rig->engine), 0);
}

static inline struct rig *rig_new(void)
{
    struct rig *rig = calloc(1, sizeof *rig);
    cr_assert(rig);
    rig->clock = (struct clock){.mono_ns = RIG_MONO_NS, .wall_ns = RIG_WALL_NS};
    block_budget_init(&rig->budget, UINT64_C(1) << 30, -1);
    block_budget_init(&rig->blob_budget, UINT64_MAX / 2, -1);
    return rig;
}

static inline struct rig *rig_up(void)
{
    struct rig *rig = rig_new();
    struct engine_options options = rig_options(rig);
    rig_up_with(rig, &options);
    return rig;
}

/* Whatever a test did, no block may be left. */
static inline void rig_down(struct rig *rig)
{
    rig->engine = engine_free(rig->engine);
    cr_assert_eq(atomic_load(&rig->budget.used), 0);
    cr_assert_eq(atomic_load(&rig->budget.blocks), 0);
    cr_assert_eq(atomic_load(&rig->blob_budget.blocks), 0);
    free(rig);
}

static inline void rig_pass(struct rig *rig, uint64_t ns)
{
    rig->clock.mono_ns += ns;
    rig->clock.wall_ns += ns;
    while (engine_tick(rig->engine, 7)) continue;
}

static inline struct engine_stats rig_stats(struct rig *rig)
{
    return engine_stats(rig->engine);
}

static inline struct block *rig_block(struct rig *rig, const char *text)
{
    struct block *b = block_new(&rig->budget, strlen(text) + 1);
    cr_assert(b);
    block_append(b, slice_str(text));
    return b;
}

/* ---- asking ---- */

static inline void ask_on_reply(struct engine_call *call)
{
    struct ask *ask = (struct ask *)(void *)call;
    ask->n_replies++;
    ask->order = ++ask->rig->n_replies;
}

static inline struct ask *ask_new(struct rig *rig, enum engine_op op)
{
    struct ask *ask = calloc(1, sizeof *ask);
    cr_assert(ask);
    ask->rig = rig;
    ask->call.op = (uint8_t)op;
    ask->call.reply = ask_on_reply;
    return ask;
}

static inline struct ask *ask_do(struct ask *ask)
{
    engine_do(ask->rig->engine, &ask->call);
    return ask;
}

static inline void ask_free(struct ask *ask)
{
    cr_assert_eq(ask->n_replies, 1, "answered %d times", ask->n_replies);
    engine_call_drop(&ask->call);
    free(ask);
}

/* Does it, expects an answer at once, and returns the outcome; view (may be NULL) gets the job. */
static inline enum engine_outcome ask_once(struct ask *ask, struct job_view *view)
{
    ask_do(ask);
    cr_assert_eq(ask->n_replies, 1);
    enum engine_outcome outcome = ask->call.outcome;
    if (view) {
        *view = ask->call.view;
        job_view_drop(&ask->call.view); /* so tests keep copied fields only; a_view_outlives_its_job
                                           tests the references */
        view->envelope = view->result = NULL;
        view->n_errors = 0;
    }
    ask_free(ask);
    return outcome;
}

static inline struct job_view *ask_views(struct ask *ask)
{
    return ask->call.views ? (struct job_view *)(void *)ask->call.views->bytes : NULL;
}

/* ---- submit ---- */

static inline struct ask *submit_new(struct rig *rig, const char *queue, const char *type)
{
    struct ask *ask = ask_new(rig, ENGINE_SUBMIT);
    struct block *envelope = rig_block(rig, "{\"args\":[1,2],\"meta\":{\"k\":1},\"none\":[\"auth.*\",\"fatal\"]}");
    ask->call.spec = (struct job_spec){
        .queue = slice_str(queue),
        .type = slice_str(type),
        .retry = retry_policy_default(),
        .envelope = envelope,
        .args = slice_make(envelope->bytes + 8, 5),
        .meta = slice_make(envelope->bytes + 21, 7),
    };
    ask->call.spec.retry.jitter = false;
    ask->call.spec.retry.non_retryable = slice_make(envelope->bytes + 36, 18);
    return ask;
}

static inline struct uuid submit(struct rig *rig, const char *queue, const char *type, int priority)
{
    struct job_view view;
    struct ask *ask = submit_new(rig, queue, type);
    ask->call.spec.priority = (int8_t)priority;
    cr_assert_eq(ask_once(ask, &view), ENGINE_OK);
    return view.id;
}

static inline struct uuid submit_plain(struct rig *rig)
{
    return submit(rig, "q", "t.plain", 0);
}

/* ---- one job ---- */

static inline enum engine_outcome ask_job(struct rig *rig, enum engine_op op, struct uuid id, struct job_view *view)
{
    struct ask *ask = ask_new(rig, op);
    ask->call.id = id;
    return ask_once(ask, view);
}

static inline struct job_view info(struct rig *rig, struct uuid id)
{
    struct job_view view;
    cr_assert_eq(ask_job(rig, ENGINE_INFO, id, &view), ENGINE_OK);
    return view;
}

static inline enum job_state state_of(struct rig *rig, struct uuid id)
{
    return info(rig, id).state;
}

/* ---- workers ---- */

/* queues: names separated by commas. */
static inline struct ask *fetch_new(struct rig *rig, const char *queues, uint32_t count)
{
    struct ask *ask = ask_new(rig, ENGINE_FETCH);
    ask->call.count = count;
    ask->call.args = rig_block(rig, queues);
    struct slice rest = block_slice(ask->call.args);
    while (rest.p) ask->call.queues[ask->call.n_queues++] = slice_cut(&rest, ',');
    memcpy(ask->call.worker_id, "w1", 3);
    return ask;
}

/* One job, or false. */
static inline bool fetch(struct rig *rig, const char *queues, struct job_view *view)
{
    struct ask *ask = ask_do(fetch_new(rig, queues, 1));
    bool found = ask->call.n_views == 1;
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    if (view) *view = (struct job_view){0};
    if (found && view) {
        *view = ask_views(ask)[0];
        view->envelope = NULL;
        view->n_errors = 0;
    }
    ask_free(ask);
    return found;
}

static inline struct job_view fetch_one(struct rig *rig, const char *queues)
{
    struct job_view view;
    cr_assert(fetch(rig, queues, &view));
    return view;
}

static inline enum engine_outcome ack(struct rig *rig, struct uuid id, uint64_t token)
{
    struct ask *ask = ask_new(rig, ENGINE_ACK);
    ask->call.id = id;
    ask->call.token = token;
    return ask_once(ask, NULL);
}

static inline struct ask *nack_new(struct rig *rig, struct uuid id, const char *code)
{
    struct ask *ask = ask_new(rig, ENGINE_NACK);
    char text[200];
    snprintf(text, sizeof text, "{\"code\":\"%s\",\"message\":\"it broke\"}", code);
    ask->call.id = id;
    ask->call.failure.report = rig_block(rig, text);
    ask->call.failure.error = block_slice(ask->call.failure.report);
    ask->call.failure.code = slice_make(ask->call.failure.report->bytes + 9, strlen(code));
    return ask;
}

static inline struct job_view nack(struct rig *rig, struct uuid id)
{
    struct job_view view;
    cr_assert_eq(ask_once(nack_new(rig, id, "handler_error"), &view), ENGINE_OK);
    return view;
}

/* ---- many jobs ---- */

static inline struct bulk_item *bulk_items(struct ask *ask)
{
    return (struct bulk_item *)(void *)ask->call.views->bytes;
}

/* n = 0: by a filter, which is the test's to set. */
static inline struct ask *bulk_new(struct rig *rig, enum bulk_action action, const struct uuid *ids, uint32_t n)
{
    struct ask *ask = ask_new(rig, ENGINE_BULK);
    ask->call.walk.action = (uint8_t)action;
    ask->call.walk.limit = ENGINE_BULK_MAX;
    if (n == 0) return ask;
    ask->call.views = block_new(&rig->budget, n * sizeof(struct bulk_item));
    for (uint32_t i = 0; i < n; i++) bulk_items(ask)[ask->call.n_views++] = (struct bulk_item){.id = ids[i]};
    return ask;
}

static inline bool grant(struct rig *rig, uint64_t types, struct local_grant *out)
{
    bool found = engine_grant_local(rig->engine, &types, out);
    if (found) out->envelope = block_unref(out->envelope);
    return found;
}

#endif
