/* run.c: see run.h. */
#include "api/run.h"

#include "api/adopt.h"
#include "api/api.h"
#include "api/call.h"
#include "api/run_job.h"
#include "base/check.h"
#include "base/clock.h"
#include "http/response.h"
#include "workers/params.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

void call_put(struct call *c)
{
    struct run *r = c->run;
    timer_disarm(r->timers, &c->timer);
    task_deinit(&c->task);
    c->whole = block_unref(c->whole);
    slab_put(&r->calls, c);
}

/* ---- answers ---- */

/* "1.234": microseconds as milliseconds, written without printf: this is the path of every call. */
static char *put_ms(char *p, uint64_t ns)
{
    uint64_t us = ns / NS_PER_US;
    char digits[24];
    size_t n = sizeof digits;
    for (int i = 0; i < 3; i++, us /= 10) digits[--n] = (char)('0' + us % 10);
    digits[--n] = '.';
    do digits[--n] = (char)('0' + us % 10);
    while (us /= 10);
    memcpy(p, digits + n, sizeof digits - n);
    return p + (sizeof digits - n);
}

static char *put(char *p, struct slice s)
{
    memcpy(p, s.p, s.len);
    return p + s.len;
}

/* Quern-Job-Type and Server-Timing: our own text throughout. */
static struct slice call_fields(const struct task *t, char text[512])
{
    uint64_t started = atomic_load_explicit(&((struct task *)t)->started_ns, memory_order_relaxed);
    struct slice name = slice_str(t->type->type->name);
    char *p = put(text, SLICE("Quern-Job-Type: "));
    p = put(p, name);
    p = put(p, SLICE("\r\nServer-Timing: queue;dur="));
    p = put_ms(p, started > t->queued_ns ? started - t->queued_ns : 0);
    p = put(p, SLICE(", run;dur="));
    p = put_ms(p, t->ended_ns - started);
    p = put(p, SLICE("\r\n"));
    return slice_make(text, (size_t)(p - text));
}

static void observe(struct run *r, const struct task *t, const struct exchange *x)
{
    uint64_t started = atomic_load_explicit(&((struct task *)t)->started_ns, memory_order_relaxed);
    histogram_add(&r->queue_ns, started > t->queued_ns ? started - t->queued_ns : 0);
    histogram_add(&r->run_ns, t->ended_ns - started);
    histogram_add(&r->call_ns, r->clock->mono_ns - x->started_ns);
    metric_add(t->outcome == TASK_COMPLETED ? &r->completed : &r->failed, 1);
}

static uint16_t status_of(enum task_outcome outcome)
{
    switch (outcome) {
    case TASK_COMPLETED: return 200;
    case TASK_FAILED: return 422;
    case TASK_CRASHED: return 500;
    case TASK_TIMEOUT: return 504;
    case TASK_DROPPED: break;
    }
    return 503;
}

void call_answer(struct call *c, struct exchange *x)
{
    struct run *r = c->run;
    struct task *t = &c->task;
    char text[512];
    if (t->outcome == TASK_DROPPED) {
        exchange_fail_with(x, 503, "overloaded", "No worker could run the call: the server stops, or its workers have gone.", 1,
                           (struct slice){0});
        return;
    }
    observe(r, t, x);
    struct slice fields = call_fields(t, text);
    if (t->outcome != TASK_COMPLETED) {
        exchange_fail_with(x, status_of(t->outcome), t->fail_code, t->fail_message, 0, fields);
        return;
    }
    fields.len = (size_t)(put(text + fields.len, SLICE(RESPONSE_NOSNIFF)) - text);
    struct slice type = t->result_type[0] ? slice_str(t->result_type) : SLICE("application/octet-stream");
    struct answer a = {.status = 200, .type = type, .fields = fields, .block = t->result};
    t->result = NULL;
    exchange_answer(x, &a);
}

/* ---- the end of a call ---- */

static void on_done(struct mail *m)
{
    struct call *c = container_of(m, struct call, task.done);
    struct run *r = c->run;
    dispatch_done(r->dispatch, &c->task);
    if (c->phase != CALL_PLAIN) {
        adopt_task_home(c);
        return;
    }
    struct exchange *x = c->has_client ? exchange_find(r->http, c->exchange) : NULL;
    if (x) {
        c->has_client = false;
        x->on_gone = NULL;
        call_answer(c, x);
    }
    call_put(c);
}

/* Nobody waits any more. A task that has not started is dropped; a running one is told and comes home in its own time. */
static void abandon(struct call *c)
{
    c->has_client = false;
    timer_disarm(c->run->timers, &c->timer);
    if (dispatch_withdraw(c->run->dispatch, &c->task)) call_put(c);
}

static void on_client_gone(struct exchange *x)
{
    struct call *c = x->owner;
    metric_add(&c->run->abandoned, 1);
    abandon(c);
}

static void on_timeout(void *arg)
{
    struct call *c = arg;
    struct run *r = c->run;
    struct exchange *x = exchange_find(r->http, c->exchange);
    assert(x && c->has_client); /* whoever goes disarms the timer */
    x->on_gone = NULL;
    if (c->may_adopt) {
        adopt_begin(c, x);
        return;
    }
    metric_add(&r->timed_out, 1);
    abandon(c);
    exchange_fail(x, 504, "timeout", "The call did not end within its time and was cancelled.");
}

/* ---- a call begins ---- */

static const struct job_type *type_of_path(struct run *r, struct exchange *x)
{
    return types_find(r->types, x->match.param[0]);
}

bool run_admit_type(struct exchange *x, const struct job_type *type, uint64_t *body_max)
{
    *body_max = type->input_bytes_max;
    x->body_spare = run_job_spare(x);
    return true;
}

bool run_admit(struct exchange *x, uint64_t *body_max)
{
    struct run *r = &api_of(x)->run;
    const struct job_type *type = type_of_path(r, x);
    x->admitted = type;
    if (type) return run_admit_type(x, type, body_max);
    exchange_fail(x, 404, "not-found", "There is no job type of this name.");
    return false;
}

static bool add_query_params(struct task *t, struct slice query, char why[160])
{
    char name[256], value[TASK_PARAM_BYTES];
    struct slice n, v;
    for (size_t i = 0; query_next(query, &i, &n, &v);) {
        long name_len = query_decode(n, name, sizeof name), value_len = query_decode(v, value, sizeof value);
        if (name_len < 0) {
            (void)snprintf(why, 160, "the name of a parameter cannot be decoded");
            return false;
        }
        if (value_len < 0) {
            int shown = name_len > 60 ? 60 : (int)name_len;
            (void)snprintf(why, 160, "parameter '%.*s' %s", shown, name,
                           value_len == -ENOSPC ? "is too long" : "cannot be decoded");
            return false;
        }
        if (!params_add(t, slice_make(name, (size_t)name_len), slice_make(value, (size_t)value_len), why)) return false;
    }
    return true;
}

static bool fill_params(struct exchange *x, struct task *t, const char *const *names, char why[160])
{
    for (uint8_t i = 0; names && i < x->match.n_params; i++)
        if (!params_add(t, slice_str(names[i]), x->match.param[i], why)) return false;
    return add_query_params(t, request_span(&x->request, x->request.query), why) && params_complete(t, why);
}

static void fill_input(struct exchange *x, struct task *t)
{
    struct slice type;
    t->input = exchange_take_body(x);
    if (!request_field(&x->request, SLICE("content-type"), &type)) return;
    size_t n = type.len < sizeof t->input_type ? type.len : sizeof t->input_type - 1;
    memcpy(t->input_type, type.p, n);
    t->input_type[n] = 0;
}

static void refuse(struct exchange *x, struct call *c, enum dispatch_outcome outcome)
{
    struct run *r = c->run;
    metric_add(&r->refused, 1);
    call_put(c);
    switch (outcome) {
    case DISPATCH_OK:
        unreachable_state("not refused");
        break;
    case DISPATCH_FULL:
        exchange_fail_with(x, 503, "overloaded", "All workers are busy and the queue is full.", 1, (struct slice){0});
        break;
    case DISPATCH_TOO_LONG:
        exchange_fail_with(x, 503, "overloaded", "The call would wait longer than its client does.", 2, (struct slice){0});
        break;
    case DISPATCH_SICK:
        exchange_fail_with(x, 503, "overloaded", "Handlers hang; no worker is left.", 10, (struct slice){0});
        break;
    }
}

/* Runs on the ring's own thread: for handlers of a few microseconds. */
static void run_inline(struct exchange *x, struct call *c)
{
    struct task *t = &c->task;
    t->queued_ns = c->run->clock->mono_ns;
    task_run(t);
    call_answer(c, x);
    call_put(c);
}

static void run_on_worker(struct exchange *x, struct call *c, uint64_t wait_ns)
{
    struct run *r = c->run;
    struct exchange *k = exchange_keep(x);
    if (!k) {
        metric_add(&r->refused, 1);
        call_put(c);
        exchange_fail_with(x, 503, "overloaded", "Too many calls are under way.", 1, (struct slice){0});
        return;
    }
    c->exchange = exchange_id(k);
    enum dispatch_outcome outcome = dispatch_submit(r->dispatch, &c->task, wait_ns);
    if (outcome != DISPATCH_OK) {
        refuse(k, c, outcome);
        return;
    }
    c->has_client = true;
    k->owner = c;
    k->on_gone = on_client_gone;
    timer_arm(r->timers, &c->timer, r->clock->mono_ns + wait_ns);
}

static uint64_t wait_of(const struct run *r, const struct prefer *p, const struct job_type *type)
{
    uint64_t limit = (uint64_t)type->run_limit_ms * NS_PER_MS;
    if (!p->has_wait) return limit;
    uint64_t wait = (uint64_t)(p->wait_s < r->wait_max_s ? p->wait_s : r->wait_max_s) * NS_PER_S;
    return wait < limit ? wait : limit;
}

void run_call(struct exchange *x, const struct job_type *type, const char *const *names)
{
    struct run *r = &api_of(x)->run;
    uint32_t slot;
    char why[160];
    struct call *c = slab_get(&r->calls, &slot);
    if (!c) {
        metric_add(&r->refused, 1);
        exchange_fail_with(x, 503, "overloaded", "Too many calls are under way.", 1, (struct slice){0});
        return;
    }
    c->run = r;
    timer_init(&c->timer, on_timeout, c);
    task_init(&c->task, r->budget);
    c->task.type = type;
    c->task.home = r->mailbox;
    c->task.done.deliver = on_done;
    c->task.run_limit_ms = type->run_limit_ms;
    if (!fill_params(x, &c->task, names, why)) {
        call_put(c);
        exchange_fail(x, 400, "invalid-parameter", why);
        return;
    }
    struct prefer p = request_prefer(&x->request);
    if (run_job_is_wanted(x, &p)) {
        run_job_submit(x, &c->task);
        call_put(c);
        return;
    }
    uint64_t wait_ns = wait_of(r, &p, type);
    c->may_adopt = p.has_wait && wait_ns < (uint64_t)type->run_limit_ms * NS_PER_MS;
    fill_input(x, &c->task);
    if (c->may_adopt) adopt_prepare(c);
    if (type->type->flags & QUERN_INLINE && !type->spec) run_inline(x, c);
    else run_on_worker(x, c, wait_ns);
}

void run_handle(struct exchange *x)
{
    const struct job_type *type = x->admitted;
    assert(type); /* run_admit has found it */
    run_call(x, type, NULL);
}

/* ---- set up ---- */

int run_init(struct run *r, const struct run_options *options)
{
    const struct run_options *o = options;
    *r = (struct run){.asker = o->asker,
                      .durability = o->durability,
                      .dispatch = o->dispatch,
                      .timers = o->timers,
                      .http = o->http,
                      .mailbox = o->mailbox,
                      .budget = o->budget,
                      .types = o->types,
                      .clock = o->clock,
                      .wait_max_s = o->wait_max_s};
    int rc = slab_init(&r->calls, sizeof(struct call), o->calls_max);
    r->calls.clear_bytes = offsetof(struct call, task) + TASK_CLEAR_BYTES;
    return rc;
}

void run_deinit(struct run *r)
{
    assert(r->calls.n_used == 0);
    slab_deinit(&r->calls);
}

void run_cancel_all(struct run *r)
{
    r->stopping = true;
    for (uint32_t slot = 0; slot < r->calls.n_touched; slot++) {
        uint32_t generation = slab_generation(&r->calls, slot);
        struct call *c = generation & 1 ? slab_at(&r->calls, slot, generation) : NULL;
        if (!c) continue;
        if (c->phase != CALL_PLAIN) {
            adopt_cancel(c);
            continue;
        }
        struct exchange *x = c->has_client ? exchange_find(r->http, c->exchange) : NULL;
        if (x) x->on_gone = NULL;
        abandon(c);
        if (x) exchange_fail_with(x, 503, "draining", "The server stops.", 1, (struct slice){0});
    }
}

uint32_t run_active(const struct run *r)
{
    return r->calls.n_used;
}
