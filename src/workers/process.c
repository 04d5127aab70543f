/* process.c: see process.h. */
#include "workers/process_parts.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "workers/shared.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define READY_NS (10 * NS_PER_S) /* a child that is not ready by then is not waited for */
#define BACKOFF_FIRST_NS (50 * NS_PER_MS)
#define BACKOFF_MAX_NS (5 * NS_PER_S)
#define KEEP_BYTES ((size_t)256 << 10) /* of the input's pages: more is given back after a run */

enum event { EVENT_POKE = 1, EVENT_DONE = 2, EVENT_DEATH = 4 };

uint64_t process_backoff_ns(uint32_t n_deaths)
{
    if (n_deaths < 2) return 0; /* one crash is the task's, not the process's */
    uint32_t doublings = n_deaths - 2 > 16 ? 16 : n_deaths - 2;
    uint64_t ns = BACKOFF_FIRST_NS << doublings;
    return ns < BACKOFF_MAX_NS ? ns : BACKOFF_MAX_NS;
}

/* ---- the place's memory and descriptors ---- */

static int watch(int epoll_fd, int fd, enum event what, uint32_t how)
{
    struct epoll_event ev = {.events = how, .data.u32 = what};
    return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &ev) < 0 ? -errno : 0;
}

static int map_memory(struct place *p)
{
    size_t bytes = shared_bytes(p->type);
    p->memory_fd = memfd_create("quern-place", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (p->memory_fd < 0 || ftruncate(p->memory_fd, (off_t)bytes) < 0) return -errno;
    /* The child must not shorten it under our hands. */
    if (fcntl(p->memory_fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0) return -errno;
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, p->memory_fd, 0);
    if (at == MAP_FAILED) return -errno;
    p->shared = at;
    return 0;
}

int process_place_open(struct place *p)
{
    p->memory_fd = p->done_fd = p->epoll_fd = p->channel[0] = p->channel[1] = -1;
    int rc = map_memory(p);
    if (rc < 0) return rc;
    p->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    return p->epoll_fd < 0 ? -errno : 0;
}

static void close_fd(int *fd)
{
    if (*fd >= 0) (void)close(*fd);
    *fd = -1;
}

void process_place_close(struct place *p)
{
    if (p->shared) (void)munmap(p->shared, shared_bytes(p->type));
    p->shared = NULL;
    close_fd(&p->memory_fd);
    close_fd(&p->epoll_fd);
}

/* ---- the child's life ---- */

/* Of each child its own: what one writes there, or leaves behind to write, is nothing to the next. */
static int open_lines(struct place *p)
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, p->channel) < 0) return -errno;
    p->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (p->done_fd < 0) return -errno;
    /* Edge by edge: each write is an event, and nobody has to read. */
    return watch(p->epoll_fd, p->done_fd, EVENT_DONE, EPOLLIN | EPOLLET);
}

static void close_lines(struct place *p)
{
    /* By hand: a copy that the child has left to somebody would keep it there. */
    if (p->done_fd >= 0) (void)epoll_ctl(p->epoll_fd, EPOLL_CTL_DEL, p->done_fd, NULL);
    close_fd(&p->done_fd);
    close_fd(&p->channel[0]);
    close_fd(&p->channel[1]);
}

static int spawn(struct place *p)
{
    const int fds[ZYGOTE_FDS] = {p->memory_fd, p->done_fd, p->channel[1]};
    int rc = zygote_spawn(p->socket, p->type->index, fds, NULL, 0, &p->child);
    close_fd(&p->channel[1]);
    if (rc < 0) return rc;
    rc = watch(p->epoll_fd, p->child.pidfd, EVENT_DEATH, EPOLLIN);
    if (rc == 0) return 0;
    zygote_kill(p->socket, &p->child, SIGKILL); /* its end would not be seen */
    (void)zygote_reap(p->socket, &p->child);
    return rc;
}

static void start_child(struct worker *w)
{
    struct place *p = w->place;
    struct shared *s = p->shared;
    atomic_store_explicit(&s->ready, 0, memory_order_relaxed);
    atomic_store_explicit(&s->done, p->run, memory_order_relaxed);
    atomic_store_explicit(&s->begun, p->run, memory_order_relaxed);
    int rc = open_lines(p);
    if (rc == 0) rc = spawn(p);
    if (rc == 0) {
        metric_set(&w->processes, 1);
        if (p->has_started) metric_add(&w->restarts, 1);
        p->has_started = true;
        p->next_ns = clock_now_ns() + READY_NS;
        return;
    }
    close_lines(p);
    p->n_deaths++;
    p->next_ns = clock_now_ns() + BACKOFF_MAX_NS;
    if (rc == -EPIPE) atomic_store_explicit(&w->all->sick, true, memory_order_relaxed);
    log_error("worker.not_started", "type=%s place=%u reason=\"%s\"", p->type->type->name, w->index,
              rc == -EPIPE ? "the process that starts them has gone" : strerror(-rc));
}

/* Its wait status. */
static int bury_child(struct worker *w)
{
    struct place *p = w->place;
    (void)epoll_ctl(p->epoll_fd, EPOLL_CTL_DEL, p->child.pidfd, NULL);
    close_lines(p);
    int status = zygote_reap(p->socket, &p->child);
    p->ready = false;
    metric_set(&w->processes, 0);
    claim_close(&w->claim);
    p->next_ns = clock_now_ns() + process_backoff_ns(++p->n_deaths);
    return status;
}

static void count_idle_crash(struct worker *w, int status, const char *when)
{
    char how[PLACE_END_BYTES];
    place_describe_end(status, how);
    metric_add(&w->crashes, 1);
    log_warn("worker.crashed", "type=%s place=%u end=\"%s\" while=%s", w->place->type->type->name, w->index, how, when);
}

static void bury_idle(struct worker *w)
{
    bool was_ready = w->place->ready;
    count_idle_crash(w, bury_child(w), was_ready ? "idle" : "starting");
}

/* A place without a child: false: it is to have none. */
static bool wake_up(struct worker *w)
{
    struct place *p = w->place;
    if (!atomic_load_explicit(&w->wanted, memory_order_seq_cst)) return false;
    p->dormant = false;
    p->grows = true;
    p->next_ns = 0;
    metric_add(&w->grown, 1);
    return true;
}

/* Ends a child that nobody is to be given any more. */
static void retire(struct worker *w)
{
    zygote_kill(w->place->socket, &w->place->child, SIGKILL);
    (void)bury_child(w);
    w->place->n_deaths = 0;
    w->place->next_ns = 0;
}

/* What has to be done without a task. Returns for how many ms there is nothing, -1: for ever. */
static int tend(struct worker *w, unsigned events)
{
    struct place *p = w->place;
    uint64_t now = clock_now_ns();
    if (p->dormant && !wake_up(w)) return -1;
    if (p->child.pid && events & EVENT_DEATH) bury_idle(w);
    if (p->child.pid && !p->ready && now >= p->next_ns) {
        zygote_kill(p->socket, &p->child, SIGKILL);
        p->next_ns = now + READY_NS;
    }
    if (!p->child.pid && atomic_load_explicit(&w->all->sick, memory_order_relaxed)) return -1; /* there is nobody to start one */
    if (!p->child.pid && now >= p->next_ns) start_child(w);
    if (p->child.pid && !p->ready && atomic_load_explicit(&p->shared->ready, memory_order_acquire)) p->ready = true;
    if (p->ready) return -1;
    now = clock_now_ns();
    return p->next_ns > now ? (int)((p->next_ns - now) / NS_PER_MS) + 1 : 0;
}

static unsigned await(struct place *p, int ms)
{
    struct epoll_event ev[3];
    unsigned events = 0;
    int n = epoll_wait(p->epoll_fd, ev, 3, ms);
    for (int i = 0; i < n; i++) events |= ev[i].data.u32;
    return events;
}

static void begin(struct worker *w)
{
    int rc = watch(w->place->epoll_fd, w->poke_fd, EVENT_POKE, EPOLLIN | EPOLLET);
    if (rc < 0) log_error("worker.not_started", "type=%s reason=\"%s\"", w->place->type->type->name, strerror(-rc));
    w->place->dormant = !atomic_load_explicit(&w->wanted, memory_order_relaxed);
    (void)tend(w, 0);
}

/* Opens the claim of a place whose child has come up: by the thread, which knows that no task is in hand. */
static void open_claim(struct worker *w)
{
    if (!(atomic_load_explicit(&w->claim, memory_order_relaxed) & CLAIM_CLOSED)) return;
    w->place->idle_ns = clock_now_ns();
    if (w->place->grows) growth_came(w->all);
    w->place->grows = false;
    claim_reopen(&w->claim);
    hungry_tell(&w->all->hungry);
}

/* True: the place has ended its child, since there was nothing to do. Else *ms: for how long it need not be asked. */
static bool has_left(struct worker *w, int *ms)
{
    struct place *p = w->place;
    if (atomic_load_explicit(&w->all->growth.n, memory_order_relaxed) <= w->all->growth.min) return false;
    *ms = growth_idle_ms(clock_now_ns(), p->idle_ns, p->spec->idle_ms * NS_PER_MS);
    if (*ms > 0 || !growth_leave(w)) return false;
    retire(w);
    p->dormant = true;
    p->has_started = false; /* the next one is in nobody's place */
    metric_add(&w->idle_ends, 1);
    return true;
}

static void sleep_idle(struct worker *w)
{
    int ms = tend(w, 0);
    if (w->place->ready) {
        open_claim(w);
        if (has_left(w, &ms)) return;
    }
    (void)tend(w, await(w->place, ms));
}

static void end(struct worker *w)
{
    struct place *p = w->place;
    if (!p->child.pid) return;
    zygote_kill(p->socket, &p->child, SIGKILL); /* idle: it has nothing to lose */
    (void)bury_child(w);
}

/* ---- a run ---- */

static void futex_wake_shared(_Atomic uint32_t *word)
{
    (void)syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* A child to run it; false: the task's time went by, or nobody wants it any more. */
static bool has_child(struct worker *w, struct ending *e)
{
    struct place *p = w->place;
    unsigned events = 0;
    for (;;) {
        int ms = tend(w, events), mine = ending_look(e);
        if (p->ready) return true;
        if (e->told || atomic_load_explicit(&w->all->sick, memory_order_relaxed)) return false;
        events = await(p, mine >= 0 && mine < ms ? mine : ms);
    }
}

static bool is_done(const struct place *p)
{
    /* Acquire: with the number comes what the child has written before. */
    return atomic_load_explicit(&p->shared->done, memory_order_acquire) == p->run;
}

/* False: the child has ended instead. */
static bool await_done(struct place *p, struct ending *e)
{
    unsigned events = 0;
    while (!is_done(p)) {
        bool was_told = e->told;
        if (events & EVENT_DEATH) return false;
        int ms = ending_look(e);
        if (e->told && !was_told) atomic_store_explicit(&p->shared->task.cancelled, true, memory_order_relaxed);
        events = await(p, ms);
    }
    return true;
}

/* Nobody knows what else such a child has sent or written. */
static void distrust(struct worker *w)
{
    log_warn("worker.unsound", "type=%s place=%u effect=\"the process is replaced\"", w->place->type->type->name, w->index);
    retire(w);
}

/* False: the child has ended before it began: the task has not been touched. */
static bool hand_over(struct worker *w, struct task *t, struct ending *e)
{
    struct place *p = w->place;
    p->run++;
    atomic_store_explicit(&p->shared->go, p->run, memory_order_release);
    futex_wake_shared(&p->shared->go);
    if (await_done(p, e)) {
        bool is_sound = process_collect(p, t);
        p->n_deaths = 0;
        if (!is_sound) distrust(w);
        return true;
    }
    /* Its process has ended, so this is the last that it has said. */
    bool has_begun = atomic_load_explicit(&p->shared->begun, memory_order_relaxed) == p->run;
    int status = bury_child(w);
    if (e->told) { /* our doing */
        p->n_deaths = 0;
        p->next_ns = 0;
    } else if (!has_begun) {
        count_idle_crash(w, status, "idle");
        return false;
    }
    place_fail(e, status, "");
    return true;
}

static bool run_in_child(struct worker *w, struct task *t, struct ending *e)
{
    struct place *p = w->place;
    if (!process_lay_out(p, t)) return true;
    atomic_store_explicit(&t->twin, &p->shared->task, memory_order_release);
    bool over = hand_over(w, t, e);
    /* How far it came; the twin is another task's from here on. */
    uint32_t progress = atomic_load_explicit(&p->shared->task.progress, memory_order_relaxed);
    atomic_store_explicit(&t->progress, progress, memory_order_relaxed);
    atomic_store_explicit(&t->twin, NULL, memory_order_release);
    if (t->input && t->input->len > KEEP_BYTES)
        (void)madvise(shared_input(p->shared) + KEEP_BYTES, shared_round(t->input->len) - KEEP_BYTES, MADV_REMOVE);
    return over;
}

/* A child that dies while it has nothing to do may have been given a task in the same moment: the next one gets it, and it costs no
 * attempt. Once: what a child says of its beginning is not to be relied on. */
static void run_somewhere(struct worker *w, struct task *t, struct ending *e)
{
    for (int tries = 0; tries < 2; tries++) {
        if (!has_child(w, e)) {
            if (e->timed_out) task_fail(t, TASK_TIMEOUT, "timeout", "No worker process came up within %u ms.", t->run_limit_ms);
            return;
        }
        if (run_in_child(w, t, e)) return;
    }
    task_fail(t, TASK_CRASHED, "worker_crashed", "Two worker processes in a row ended before they began.");
}

static void run(struct worker *w, struct task *t)
{
    struct ending e = ending_begin(w, t);
    atomic_store_explicit(&t->started_ns, clock_now_ns(), memory_order_relaxed);
    t->outcome = TASK_DROPPED;
    if (!atomic_load_explicit(&t->cancelled, memory_order_relaxed)) run_somewhere(w, t, &e);
    /* One that has finished all the same dies of the SIGTERM that is on its way. */
    if (e.told && w->place->child.pid) retire(w);
    t->ended_ns = clock_now_ns();
    w->place->idle_ns = t->ended_ns;
}

const struct worker_kind worker_kind_process = {.name = "process", .begin = begin, .run = run, .sleep = sleep_idle, .end = end};
