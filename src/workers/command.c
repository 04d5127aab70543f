/* command.c: see command.h. */
#include "workers/command.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define READ_BYTES ((size_t)64 << 10)
#define DRAIN_MAX ((size_t)1 << 20) /* of stderr after its end: what it left behind may go on writing until it is killed, too */
#define EXIT_USAGE_ERROR 64
#define EXIT_DATA_ERROR 65

enum { IN, OUT, ERR, DEATH, POKE, POLLS };

/* One task's process. */
struct run {
    struct worker *worker;
    struct task *task;
    struct ending ending;
    int fds[3]; /* ours of its stdin, stdout, stderr; -1: closed */
    size_t written; /* of the input */
    struct block *result; /* what has come so far */
    bool too_large, no_memory;
    struct command_tail tail;
};

/* ---- start ---- */

static void close_fd(int *fd)
{
    if (*fd >= 0) (void)close(*fd);
    *fd = -1;
}

static int open_pipes(int ours[3], int theirs[3])
{
    for (int i = 0; i < 3; i++) ours[i] = theirs[i] = -1;
    for (int i = 0; i < 3; i++) {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) < 0) return -errno;
        ours[i] = ends[i == IN ? 1 : 0];
        theirs[i] = ends[i == IN ? 0 : 1];
        if (fcntl(ours[i], F_SETFL, O_NONBLOCK) < 0) return -errno; /* its own end blocks, as programs expect */
    }
    return 0;
}

static int start(struct run *r)
{
    struct place *p = r->worker->place;
    char env[ZYGOTE_ENV_BYTES];
    int theirs[3];
    int rc = open_pipes(r->fds, theirs);
    if (rc == 0) rc = zygote_spawn(p->socket, p->type->index, theirs, env, command_env(r->task, env), &p->child);
    for (int i = 0; i < 3; i++) close_fd(&theirs[i]);
    return rc;
}

/* ---- bytes ---- */

static void feed(struct run *r)
{
    struct slice input = block_slice(r->task->input);
    while (r->written < input.len) {
        ssize_t n = write(r->fds[IN], input.p + r->written, input.len - r->written);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) return;
        if (n < 0) break; /* it does not want more: that is its own affair */
        r->written += (size_t)n;
    }
    close_fd(&r->fds[IN]);
}

/* Room for at least one more byte. False: none is to be had. */
static bool make_room(struct run *r)
{
    struct block *b = r->result;
    uint64_t max = r->worker->place->spec->result_max;
    if (!b) {
        r->result = block_new(r->task->budget, max < READ_BYTES ? (size_t)max : READ_BYTES);
        r->no_memory = !r->result;
    } else if (b->len == b->capacity && b->capacity < max) {
        uint64_t twice = (uint64_t)b->capacity * 2;
        r->no_memory = block_grow(b, (size_t)(twice < max ? twice : max)) < 0;
    }
    return !r->no_memory;
}

static void end_early(struct run *r)
{
    close_fd(&r->fds[OUT]);
    ending_kill(&r->ending);
}

static void take_output(struct run *r)
{
    for (;;) {
        if (!make_room(r)) {
            end_early(r);
            return;
        }
        struct block *b = r->result;
        char one;
        bool full = b->len == b->capacity; /* at the limit: is there more? */
        ssize_t n = full ? read(r->fds[OUT], &one, 1) : read(r->fds[OUT], b->bytes + b->len, b->capacity - b->len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) return;
        if (n <= 0) {
            close_fd(&r->fds[OUT]);
            return;
        }
        if (full) {
            r->too_large = true;
            end_early(r);
            return;
        }
        b->len += (size_t)n;
    }
}

static void take_errors(struct run *r)
{
    char bytes[4096];
    for (size_t all = 0; all < DRAIN_MAX;) {
        ssize_t n = read(r->fds[ERR], bytes, sizeof bytes);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) return;
        if (n <= 0) {
            close_fd(&r->fds[ERR]);
            return;
        }
        command_tail_add(&r->tail, bytes, (size_t)n);
        all += (size_t)n;
    }
}

/* ---- its course ---- */

static void drain_poke(struct worker *w)
{
    uint64_t count;
    ssize_t n = read(w->poke_fd, &count, sizeof count);
    (void)n;
}

/* Moves bytes until it has ended. What its own children still hold open is not waited for. */
static void attend(struct run *r)
{
    struct worker *w = r->worker;
    struct pollfd p[POLLS] = {{.events = POLLOUT}, {.events = POLLIN}, {.events = POLLIN}, {.events = POLLIN}, {.events = POLLIN}};
    p[DEATH].fd = w->place->child.pidfd;
    p[POKE].fd = w->poke_fd;
    feed(r);
    for (;;) {
        int ms = ending_look(&r->ending);
        for (int i = 0; i < 3; i++) p[i].fd = r->fds[i];
        if (poll(p, POLLS, ms) < 0) continue;
        if (p[POKE].revents) drain_poke(w);
        if (r->fds[IN] >= 0 && p[IN].revents) feed(r);
        if (r->fds[OUT] >= 0 && p[OUT].revents) take_output(r);
        if (r->fds[ERR] >= 0 && p[ERR].revents) take_errors(r);
        if (!p[DEATH].revents) continue;
        if (r->fds[OUT] >= 0) take_output(r);
        if (r->fds[ERR] >= 0) take_errors(r);
        return;
    }
}

static void complete(struct run *r)
{
    struct task *t = r->task;
    const char *type = r->worker->place->spec->result_type;
    t->outcome = TASK_COMPLETED;
    t->result = r->result ? r->result : block_new(t->budget, 0);
    r->result = NULL;
    if (type) (void)snprintf(t->result_type, sizeof t->result_type, "%s", type);
}

static void judge(struct run *r, int status)
{
    struct task *t = r->task;
    uint64_t max = r->worker->place->spec->result_max;
    char tail[COMMAND_TAIL_BYTES + 1];
    command_tail_text(&r->tail, tail);
    if (r->too_large) {
        task_fail(t, TASK_FAILED, "result_too_large", "The command wrote more than %llu bytes.", (unsigned long long)max);
    } else if (r->no_memory) {
        t->retryable = true;
        task_fail(t, TASK_FAILED, "out_of_memory", "No memory for what the command wrote.");
    } else if (r->ending.told || status == -1 || WIFSIGNALED(status)) {
        place_fail(&r->ending, status, tail);
    } else if (WEXITSTATUS(status) == 0) {
        complete(r);
    } else {
        int code = WEXITSTATUS(status);
        t->retryable = code != EXIT_USAGE_ERROR && code != EXIT_DATA_ERROR;
        task_fail(t, TASK_FAILED, "command_failed", "The command ended with exit status %d%s%s", code, *tail ? ": " : ".", tail);
    }
}

static void fail_to_start(struct run *r, int rc)
{
    struct workers *all = r->worker->all;
    if (rc == -EPIPE) { /* nobody can, here: it is not the task's fault, which stays dropped */
        atomic_store_explicit(&all->sick, true, memory_order_relaxed);
        return;
    }
    r->task->retryable = true;
    task_fail(r->task, TASK_FAILED, "command_not_started", "The command cannot be started: %s.", strerror(-rc));
    log_error("command.not_started", "type=%s reason=\"%s\"", r->task->type->type->name, strerror(-rc));
}

static void run_command(struct worker *w, struct task *t)
{
    struct run r = {.worker = w, .task = t, .fds = {-1, -1, -1}, .ending = ending_begin(w, t)};
    struct place *p = w->place;
    int rc = start(&r);
    if (rc == 0) {
        metric_set(&w->processes, 1);
        attend(&r);
        int status = zygote_reap(p->socket, &p->child);
        metric_set(&w->processes, 0);
        judge(&r, status);
    } else {
        fail_to_start(&r, rc);
    }
    for (int i = 0; i < 3; i++) close_fd(&r.fds[i]);
    r.result = block_unref(r.result);
}

static void run(struct worker *w, struct task *t)
{
    atomic_store_explicit(&t->started_ns, clock_now_ns(), memory_order_relaxed);
    t->outcome = TASK_DROPPED;
    if (!atomic_load_explicit(&t->cancelled, memory_order_relaxed)) run_command(w, t);
    t->ended_ns = clock_now_ns();
}

const struct worker_kind worker_kind_command = {.name = "command", .run = run};
