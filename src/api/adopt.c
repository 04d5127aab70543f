/* adopt.c: see adopt.h. */
#include "api/adopt.h"

#include "api/ask.h"
#include "api/call.h"
#include "api/owner.h"
#include "api/run_job.h"
#include "base/check.h"
#include "base/clock.h"
#include "sched/local.h"

#define RETRY_NS NS_PER_S /* a full disk has room again when something has been compacted */

/* ---- the end ---- */

/* A worker may have the task, the engine the ask or, without our knowing, the holder. */
static void put_if_over(struct call *c)
{
    if (c->is_out || c->ask) return;
    if (c->holder.is_told && !c->is_stopped) return; /* the mail is under way */
    call_put(c);
}

/* The engine asks no more of this call, and this call nothing of the engine. */
static void let_go(struct call *c)
{
    ask_drop(c->ask);
    c->ask = NULL;
    c->end.result = block_unref(c->end.result);
    put_if_over(c);
}

/* A worker has it, so that it comes home in any case. */
static void stop_task(struct call *c)
{
    if (c->is_out) (void)dispatch_withdraw(c->run->dispatch, &c->task);
}

/* ---- to the engine ---- */

static void ask_again(struct call *c, enum engine_op op)
{
    struct engine_call *call = &c->ask->call;
    engine_call_drop(call);
    call->op = (uint8_t)op;
    call->id = c->id;
    call->token = c->token;
    call->spec = (struct job_spec){.durability = c->durability};
    c->phase = CALL_TELLING;
    ask_send(c->ask);
}

static void tell_end(struct call *c)
{
    local_result_fill(&c->end, &c->task, c->run->stopping);
    c->ask->call.held.end = &c->end;
    ask_again(c, ENGINE_HELD_DONE);
}

static void withdraw(struct call *c)
{
    metric_add(&c->run->withdrawn, 1);
    ask_again(c, ENGINE_WITHDRAW);
}

static void on_retry(void *arg)
{
    struct call *c = arg;
    c->phase = CALL_TELLING;
    ask_send(c->ask);
}

static void on_told(struct call *c)
{
    struct run *r = c->run;
    if (c->ask->call.outcome != ENGINE_DISK_FULL || r->stopping) {
        let_go(c);
        return;
    }
    c->phase = CALL_RETRYING;
    timer_init(&c->timer, on_retry, c);
    timer_arm(r->timers, &c->timer, r->clock->mono_ns + RETRY_NS);
}

/* ---- from the engine ---- */

/* The parked request, if nobody has answered it yet; from here on it is answered or gone. */
static struct exchange *take_client(struct call *c)
{
    struct exchange *x = c->has_client ? exchange_find(c->run->http, c->exchange) : NULL;
    assert(x || !c->has_client);
    c->has_client = false;
    if (x) x->on_gone = NULL;
    return x;
}

static void refuse_client(struct run *r, struct exchange *x, enum engine_outcome outcome)
{
    metric_add(outcome == ENGINE_TOO_LARGE ? &r->timed_out : &r->refused, 1);
    if (outcome == ENGINE_TOO_LARGE)
        exchange_fail(x, 504, "timeout", "The call did not end within its time, is too large for a job, and was cancelled.");
    else
        run_job_refused(x, outcome);
}

static void on_refused(struct call *c)
{
    struct run *r = c->run;
    struct exchange *x = take_client(c);
    enum engine_outcome outcome = c->ask->call.outcome;
    stop_task(c);
    let_go(c);
    if (x) refuse_client(r, x, outcome);
}

static void on_accepted(struct call *c, struct exchange *x)
{
    struct run *r = c->run;
    metric_add(&r->deferred, 1);
    metric_add(&r->adopted, 1);
    c->phase = CALL_ADOPTED;
    run_job_accepted(x, &c->ask->call.view, false);
    job_view_drop(&c->ask->call.view); /* it has the body */
    if (!c->is_out) let_go(c); /* it waits in its queue */
    else if (c->is_stopped) stop_task(c);
}

static void on_submitted(struct call *c)
{
    const struct engine_call *call = &c->ask->call;
    if (call->outcome != ENGINE_OK) {
        on_refused(c);
        return;
    }
    c->id = call->view.id;
    c->token = call->view.lease_token;
    c->durability = call->view.durability;
    struct exchange *x = take_client(c);
    if (x) on_accepted(c, x);
    else withdraw(c);
}

static void on_back(struct ask *a)
{
    struct call *c = a->owner;
    if (c->phase == CALL_ADOPTING) on_submitted(c);
    else on_told(c);
}

/* The job has been cancelled, or its time is over, while the task ran. Before its client has heard of it that is for the answer to tell. */
static void on_stop(struct mail *m)
{
    struct call *c = container_of(m, struct call, holder.stop);
    c->is_stopped = true;
    if (c->phase == CALL_ADOPTED) stop_task(c);
    put_if_over(c);
}

/* ---- from the client, the worker, the server ---- */

static void on_client_gone(struct exchange *x)
{
    struct call *c = x->owner;
    c->has_client = false;
    metric_add(&c->run->abandoned, 1);
    stop_task(c); /* the engine's answer is still to come: then the job is withdrawn */
}

void adopt_task_home(struct call *c)
{
    c->is_out = false;
    if (c->phase == CALL_ADOPTED) {
        tell_end(c);
        return;
    }
    struct exchange *x = c->phase == CALL_ADOPTING ? take_client(c) : NULL;
    if (x) call_answer(c, x);
    else put_if_over(c);
}

void adopt_cancel(struct call *c)
{
    stop_task(c);
    if (c->phase != CALL_RETRYING) return;
    timer_disarm(c->run->timers, &c->timer);
    let_go(c);
}

/* ---- it begins ---- */

void adopt_prepare(struct call *c)
{
    struct task *t = &c->task;
    if (block_slice(t->input).len <= RUN_JOB_COPY_MAX) return;
    struct block *part = block_part(t->input, 0, t->input->len);
    if (!part) return; /* then it will be copied */
    c->whole = t->input;
    t->input = part;
}

/* While a worker reads the task's input, what a job has besides is written behind it. */
static bool fill_spec(struct call *c, struct job_spec *spec)
{
    struct task *t = &c->task;
    struct block *body = c->whole ? c->whole : t->input ? block_ref(t->input) : NULL;
    c->whole = NULL;
    if (!run_job_spec(c->run->budget, t, body, slice_str(t->input_type), spec)) return false;
    spec->durability = c->run->durability;
    spec->timeout_ms = t->run_limit_ms;
    return true;
}

/* A task that nobody has begun is not needed any more; its job will be another. */
static void take_hold(struct call *c)
{
    struct run *r = c->run;
    struct engine_call *call = &c->ask->call;
    c->is_out = !dispatch_take_back(r->dispatch, &c->task);
    if (!c->is_out) return;
    uint64_t started = atomic_load_explicit(&c->task.started_ns, memory_order_relaxed);
    c->holder = (struct engine_holder){.stop = {.deliver = on_stop}, .home = r->mailbox};
    call->held.holder = &c->holder;
    call->held.started_ns = started ? started : r->clock->mono_ns;
}

static void no_memory(struct call *c, struct exchange *x)
{
    metric_add(&c->run->refused, 1);
    c->has_client = false;
    c->is_out = !dispatch_withdraw(c->run->dispatch, &c->task);
    if (c->ask) let_go(c);
    else put_if_over(c);
    exchange_fail_with(x, 503, "overloaded", "The call did not end within its time; there is no memory for a job.", 1, (struct slice){0});
}

void adopt_begin(struct call *c, struct exchange *x)
{
    struct job_spec spec = {0};
    c->phase = CALL_ADOPTING;
    c->end.result = NULL;
    c->ask = ask_new_loose(c->run->asker, ENGINE_SUBMIT, on_back, c);
    if (!c->ask || !fill_spec(c, &spec)) {
        no_memory(c, x);
        return;
    }
    x->on_gone = on_client_gone;
    c->ask->call.spec = spec;
    if (c->run->asker->by_owner) owner_set(x, &c->ask->call);
    take_hold(c);
    ask_send(c->ask);
}
