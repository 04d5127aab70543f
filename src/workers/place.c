/* place.c: see place.h. */
#include "workers/place.h"

#include "base/clock.h"
#include "base/log.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define STOP_KILL_NS (500 * NS_PER_MS) /* the server stops: no time for more */

struct ending ending_begin(struct worker *w, struct task *t)
{
    uint64_t now = clock_now_ns();
    return (struct ending){.worker = w, .task = t, .limit_ns = now + t->run_limit_ms * NS_PER_MS, .kill_ns = UINT64_MAX};
}

static void tell(struct ending *e, uint64_t now)
{
    const struct place *p = e->worker->place;
    e->told = true;
    e->kill_ns = now + p->spec->kill_after_ms * NS_PER_MS;
    if (p->child.pid) zygote_kill(p->socket, &p->child, SIGTERM);
}

void ending_kill(struct ending *e)
{
    const struct place *p = e->worker->place;
    e->told = true;
    e->kill_ns = UINT64_MAX;
    if (p->child.pid) zygote_kill(p->socket, &p->child, SIGKILL);
}

int ending_look(struct ending *e)
{
    uint64_t now = clock_now_ns();
    bool cancelled = atomic_load_explicit(&e->task->cancelled, memory_order_relaxed);
    bool stopping = atomic_load_explicit(&e->worker->all->stopping, memory_order_acquire);
    if (!e->told && (cancelled || stopping)) tell(e, now);
    if (!e->told && now >= e->limit_ns) {
        e->timed_out = true;
        tell(e, now);
    }
    if (stopping && e->kill_ns != UINT64_MAX && e->kill_ns > now + STOP_KILL_NS) e->kill_ns = now + STOP_KILL_NS;
    if (now >= e->kill_ns) ending_kill(e);
    uint64_t next = e->told ? e->kill_ns : e->limit_ns;
    if (next == UINT64_MAX) return -1;
    uint64_t ms = (next - now) / NS_PER_MS + 1;
    return ms > 3600000 ? 3600000 : (int)ms;
}

void place_describe_end(int status, char out[PLACE_END_BYTES])
{
    if (status == -1) {
        (void)snprintf(out, PLACE_END_BYTES, "an unknown end");
    } else if (WIFSIGNALED(status)) {
        const char *name = sigabbrev_np(WTERMSIG(status));
        (void)snprintf(out, PLACE_END_BYTES, "signal %d (SIG%s)", WTERMSIG(status), name ? name : "?");
    } else {
        (void)snprintf(out, PLACE_END_BYTES, "exit status %d", WEXITSTATUS(status));
    }
}

static void crash(const struct ending *e, const char *how, const char *tail)
{
    struct worker *w = e->worker;
    struct task *t = e->task;
    char id[UUID_TEXT_BYTES] = "";
    if (t->attempt) uuid_text(t->job_id, id);
    metric_add(&w->crashes, 1);
    task_fail(t, TASK_CRASHED, "worker_crashed", "The worker process ended by itself: %s%s%s", how, *tail ? ": " : ".", tail);
    log_warn("worker.crashed", "type=%s place=%u end=\"%s\" job=%s attempt=%u", t->type->type->name, w->index, how, id, t->attempt);
}

void place_fail(const struct ending *e, int status, const char *tail)
{
    char how[PLACE_END_BYTES];
    place_describe_end(status, how);
    if (e->timed_out)
        task_fail(e->task, TASK_TIMEOUT, "timeout", "The time limit of %u ms has passed; it was ended.", e->task->run_limit_ms);
    else if (e->told) e->task->outcome = TASK_DROPPED;
    else crash(e, how, tail);
}
