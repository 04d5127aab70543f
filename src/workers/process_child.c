/* process_child.c: see process_child.h. */
#include "workers/process_child.h"

#include "base/check.h"
#include "workers/limits.h"
#include "workers/sandbox.h"
#include "workers/shared.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FD_STDIN, FD_STDOUT, FD_STDERR, FD_MEMORY, FD_DONE, FD_CHANNEL, FDS };

/* A result too large for the shared area. */
struct large {
    int fd; /* -1: there is none */
    char *bytes;
    size_t room;
};

struct process {
    const struct job_type *type;
    struct shared *shared;
    struct block_budget budget; /* without a bound: RLIMIT_AS is one */
    uint32_t run;               /* its number */
    bool area_used;             /* by this run */
    struct large large;
};

/* ---- room for results ---- */

static void no_free(void *ptr)
{
    (void)ptr; /* the area stays, the large one goes at the end of the run */
}

static struct block *adopt(struct process *p, char *bytes, size_t room)
{
    struct block *b = block_adopt(&p->budget, bytes, room, no_free);
    if (b) b->len = 0;
    return b;
}

static int open_large(struct large *l, size_t bytes)
{
    l->fd = memfd_create("quern-result", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (l->fd < 0) return -errno;
    if (ftruncate(l->fd, (off_t)bytes) == 0) {
        l->bytes = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, l->fd, 0);
        l->room = bytes;
        if (l->bytes != MAP_FAILED) return 0;
    }
    (void)close(l->fd);
    *l = (struct large){.fd = -1};
    return -ENOMEM;
}

static void close_large(struct large *l)
{
    if (l->fd < 0) return;
    if (l->bytes) (void)munmap(l->bytes, l->room);
    (void)close(l->fd);
    *l = (struct large){.fd = -1};
}

static struct block *make_room(void *arg, size_t bytes)
{
    struct process *p = arg;
    if (bytes <= SHARED_RESULT_BYTES && !p->area_used) {
        p->area_used = true;
        return adopt(p, shared_result(p->shared), bytes);
    }
    /* A second result of one run has to be kept apart from the first. */
    if (bytes <= SHARED_RESULT_BYTES || p->large.fd >= 0) return block_new(&p->budget, bytes);
    return open_large(&p->large, bytes) < 0 ? NULL : adopt(p, p->large.bytes, bytes);
}

/* ---- a run ---- */

static void begin(struct process *p)
{
    struct shared *s = p->shared;
    struct task *t = &s->task;
    for (uint8_t i = 0; i < t->n_params; i++) t->params[i].text = t->params_text + s->param_at[i];
    t->type = p->type;
    t->budget = &p->budget;
    t->make_room = make_room;
    t->room_arg = p;
    t->result = t->reserved = NULL;
    t->input = block_adopt(&p->budget, shared_input(s), (size_t)s->input_bytes, no_free);
    p->area_used = false;
}

/* Seals it and sends it, with the number of its run. The sealed file is what the server maps: nobody can change or shorten it any more. */
static int send_large(struct large *l, size_t len, uint32_t run)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct iovec io = {&run, sizeof run};
    struct msghdr m = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    (void)munmap(l->bytes, l->room); /* a file that is mapped for writing cannot be sealed against it */
    l->bytes = NULL;
    if (ftruncate(l->fd, (off_t)len) < 0) return -errno;
    if (fcntl(l->fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0) return -errno;
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(c), &l->fd, sizeof l->fd);
    return sendmsg(FD_CHANNEL, &m, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* From wherever the handler had it. */
static int hand_over_large(struct process *p, const struct block *b)
{
    if (p->large.fd < 0 || b->bytes != p->large.bytes) {
        close_large(&p->large);
        int rc = open_large(&p->large, b->len);
        if (rc < 0) return rc;
        assert(p->large.bytes);
        memcpy(p->large.bytes, b->bytes, b->len);
    }
    return send_large(&p->large, b->len, p->run);
}

static void hand_over(struct process *p)
{
    struct shared *s = p->shared;
    struct task *t = &s->task;
    const struct block *b = t->result;
    uint64_t max = p->type->spec->result_max;
    s->result = SHARED_NONE;
    s->result_bytes = 0;
    if (!b || b->len == 0 || t->outcome != TASK_COMPLETED) return;
    if (b->len > max) {
        task_fail(t, TASK_FAILED, "result_too_large", "The result has more than %llu bytes.", (unsigned long long)max);
        return;
    }
    s->result_bytes = b->len;
    if (b == t->input) {
        s->result = SHARED_INPUT;
    } else if (b->bytes == shared_result(s)) {
        s->result = SHARED_AREA;
    } else if (b->len <= SHARED_RESULT_BYTES) {
        memcpy(shared_result(s), b->bytes, b->len);
        s->result = SHARED_AREA;
    } else if (hand_over_large(p, b) == 0) {
        s->result = SHARED_FILE;
    } else {
        task_fail(t, TASK_FAILED, "out_of_memory", "No memory for a result of %zu bytes.", b->len);
    }
}

static void run_one(struct process *p)
{
    struct task *t = &p->shared->task;
    limits_renew_cpu(p->type->spec);
    begin(p);
    if (t->input) task_run(t);
    else task_fail(t, TASK_FAILED, "out_of_memory", "No memory to run with.");
    hand_over(p);
    task_deinit(t);
    close_large(&p->large);
}

/* ---- a life ---- */

static void say_so(void)
{
    uint64_t one = 1;
    ssize_t n = write(FD_DONE, &one, sizeof one);
    (void)n;
}

static uint32_t await_go(struct shared *s, uint32_t last)
{
    uint32_t go;
    /* Acquire: with the number comes what the server has written before. */
    while ((go = atomic_load_explicit(&s->go, memory_order_acquire)) == last)
        (void)syscall(SYS_futex, &s->go, FUTEX_WAIT, last, NULL, NULL, 0);
    return go;
}

_Noreturn void process_child(const struct job_type *type, const int *fds)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    const int keep[FDS] = {null, STDERR_FILENO, STDERR_FILENO, fds[0], fds[1], fds[2]};
    limits_keep(keep, FDS);
    (void)prctl(PR_SET_NAME, "quern-process");
    void *at = mmap(NULL, shared_bytes(type), PROT_READ | PROT_WRITE, MAP_SHARED, FD_MEMORY, 0);
    if (at == MAP_FAILED || limits_apply(type->spec, false) < 0) _exit(1);
    (void)close(FD_MEMORY);
    struct process p = {.type = type, .shared = at, .large = {.fd = -1}};
    block_budget_init(&p.budget, UINT64_MAX / 2, -1);
    if (type->spec->sandbox && sandbox_enter(false) < 0) _exit(1);
    uint32_t run = atomic_load_explicit(&p.shared->go, memory_order_acquire);
    atomic_store_explicit(&p.shared->ready, 1, memory_order_release);
    say_so();
    for (;;) {
        run = await_go(p.shared, run);
        p.run = run;
        atomic_store_explicit(&p.shared->begun, run, memory_order_relaxed);
        run_one(&p);
        atomic_store_explicit(&p.shared->done, run, memory_order_release);
        say_so();
    }
}
