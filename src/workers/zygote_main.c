/* zygote_main.c: the zygote itself: see zygote.h. One thread, one loop: wishes from the places' sockets, ends of children. */
#include "workers/zygote_parts.h"

#include "workers/cgroup.h"
#include "workers/command_child.h"
#include "workers/limits.h"
#include "workers/process_child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define END_MS 2000 /* from one end to the next, when all are to end */

struct main {
    const struct types *types;
    uint32_t n;
    const int *group_fds; /* by place */
    int signal_fd;
    struct pollfd polls[ZYGOTE_PLACES_MAX + 1]; /* by place; the last: signal_fd */
    pid_t children[ZYGOTE_PLACES_MAX];          /* by place; 0: none */
};

static void settle_in(struct main *m)
{
    sigset_t ends, blocked;
    (void)prctl(PR_SET_NAME, "quern-zygote");
    (void)setsid(); /* a Ctrl-C is for the server: it drains, and needs us for that */
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1); /* what children leave behind can be found */
    (void)signal(SIGTERM, SIG_IGN);
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)sigemptyset(&ends);
    (void)sigaddset(&ends, SIGCHLD);
    blocked = ends;
    (void)sigaddset(&blocked, SIGTERM); /* one that reaches a child before it has settled in waits until then */
    (void)sigprocmask(SIG_SETMASK, &blocked, NULL);
    m->signal_fd = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
    if (m->signal_fd < 0) _exit(1);
}

/* ---- ends ---- */

static void reply(const struct main *m, uint32_t place, const struct zygote_reply *r, int fd)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct iovec io = {(void *)r, sizeof *r};
    struct msghdr msg = {.msg_iov = &io, .msg_iovlen = 1};
    if (fd >= 0) {
        msg.msg_control = control.bytes;
        msg.msg_controllen = sizeof control.bytes;
        struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(c), &fd, sizeof fd);
    }
    /* A place has one child: two messages at most wait for it. */
    ssize_t n = sendmsg(m->polls[place].fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
    (void)n;
}

static void on_end(struct main *m, pid_t pid, int status)
{
    for (uint32_t i = 0; i < m->n; i++) {
        if (m->children[i] != pid) continue;
        struct zygote_reply r = {.news = ZYGOTE_ENDED, .pid = pid, .status = status};
        m->children[i] = 0;
        reply(m, i, &r, -1);
        return;
    }
}

static bool is_expected(const struct main *m, pid_t pid)
{
    for (uint32_t i = 0; m && i < m->n; i++)
        if (m->children[i] == pid) return true;
    return false;
}

/* Kills all children but those of places; m NULL: these too. */
static void kill_strangers(const struct main *m)
{
    char *word = NULL;
    size_t room = 0;
    FILE *f = fopen("/proc/thread-self/children", "re");
    if (!f) return; /* a kernel without it: only what has left its group stays */
    while (getdelim(&word, &room, ' ', f) > 0) {
        long pid = strtol(word, NULL, 10);
        if (pid > 0 && !is_expected(m, (pid_t)pid)) (void)kill((pid_t)pid, SIGKILL);
    }
    free(word);
    (void)fclose(f); /* only read */
}

/* To all that a place has. Before it has a group of its own it is alone. */
static void signal_all(pid_t child, int signal)
{
    if (kill(-child, signal) < 0) (void)kill(child, signal);
}

/* All that have ended. The group goes while the id is still its leader's: the rest of it is to end with it. What is ours then without
 * being a place's was left behind by one that has ended; what that leaves behind comes here in its turn. */
static void reap_all(struct main *m)
{
    siginfo_t info = {0};
    while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid > 0) {
        int status;
        pid_t pid = info.si_pid;
        (void)kill(-pid, SIGKILL);
        kill_strangers(m);
        if (waitpid(pid, &status, 0) == pid) on_end(m, pid, status);
        info.si_pid = 0;
    }
}

/* ---- wishes ---- */

static _Noreturn void be_child(const struct main *m, uint32_t place, pid_t parent, const struct zygote_request *q, const int *fds)
{
    const struct job_type *type = &m->types->of[q->type];
    limits_settle(parent);
    if (m->group_fds[place] >= 0) cgroup_enter(m->group_fds[place]);
    if (type->spec->kind == RUN_COMMAND) command_child(type, fds, q->env, q->n_env);
    process_child(type, fds);
}

static void spawn(struct main *m, uint32_t place, const struct zygote_request *q, const int *fds)
{
    struct zygote_reply r = {.news = ZYGOTE_SPAWNED, .number = q->number};
    pid_t self = getpid();
    if (m->children[place] > 0) signal_all(m->children[place], SIGKILL); /* it was made too late: nobody knows it */
    pid_t pid = fork();
    if (pid == 0) be_child(m, place, self, q, fds);
    int pidfd = pid < 0 ? -1 : pidfd_open(pid, 0); /* ours and not reaped: it is this one */
    if (pidfd < 0) r.error = -errno;
    if (pid > 0 && pidfd < 0) (void)kill(pid, SIGKILL); /* reaped as nobody's */
    if (r.error == 0) {
        m->children[place] = pid;
        r.pid = pid;
    }
    reply(m, place, &r, pidfd);
    if (pidfd >= 0) (void)close(pidfd);
}

static bool is_whole(const struct main *m, const struct zygote_request *q, ssize_t len)
{
    const ssize_t head = offsetof(struct zygote_request, env);
    if (len < head || q->n_env != (size_t)(len - head)) return false;
    return q->wish == ZYGOTE_KILL || (q->type < m->types->n && m->types->of[q->type].spec);
}

/* False: the server has ended, or does not want us any more. */
static bool on_wish(struct main *m, uint32_t place)
{
    union {
        char bytes[CMSG_SPACE(ZYGOTE_FDS * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct zygote_request q;
    int fds[ZYGOTE_FDS], n_fds = 0;
    struct iovec io = {&q, sizeof q};
    struct msghdr msg = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t len = recvmsg(m->polls[place].fd, &msg, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (len < 0) return errno == EAGAIN || errno == EINTR;
    if (len == 0) return false;
    struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
    if (c && c->cmsg_type == SCM_RIGHTS) {
        n_fds = (int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        if (n_fds > ZYGOTE_FDS) n_fds = ZYGOTE_FDS;
        memcpy(fds, CMSG_DATA(c), (size_t)n_fds * sizeof(int));
    }
    if (is_whole(m, &q, len)) {
        if (q.wish == ZYGOTE_SPAWN && n_fds == ZYGOTE_FDS) spawn(m, place, &q, fds);
        if (q.wish == ZYGOTE_KILL && q.pid > 0 && m->children[place] == q.pid) signal_all(q.pid, q.signal);
    }
    while (n_fds > 0) (void)close(fds[--n_fds]);
    return true;
}

/* ---- the end ---- */

/* Until there is nobody left: what ends leaves its own children to us, also those that had left its group. One that the kernel cannot
 * end is not waited for. */
static void kill_all(struct main *m)
{
    struct pollfd p = {.fd = m->signal_fd, .events = POLLIN};
    for (uint32_t i = 0; i < m->n; i++)
        if (m->children[i] > 0) signal_all(m->children[i], SIGKILL);
    for (;;) {
        struct signalfd_siginfo info[4];
        pid_t pid;
        while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) continue;
        if (pid < 0) return;
        kill_strangers(NULL);
        if (poll(&p, 1, END_MS) == 0) return;
        ssize_t len = read(m->signal_fd, info, sizeof info);
        (void)len;
    }
}

_Noreturn void zygote_main(const struct types *types, const int *sockets, const int *group_fds, uint32_t n)
{
    struct main m = {.types = types, .group_fds = group_fds, .n = n};
    settle_in(&m);
    for (uint32_t i = 0; i < n; i++) m.polls[i] = (struct pollfd){.fd = sockets[i], .events = POLLIN};
    m.polls[n] = (struct pollfd){.fd = m.signal_fd, .events = POLLIN};
    for (;;) {
        struct signalfd_siginfo info[4];
        if (poll(m.polls, n + 1, -1) < 0) continue;
        if (m.polls[n].revents) {
            ssize_t len = read(m.signal_fd, info, sizeof info);
            (void)len; /* several ends may share one signal */
            reap_all(&m);
        }
        for (uint32_t i = 0; i < n; i++) {
            if (!m.polls[i].revents || on_wish(&m, i)) continue;
            kill_all(&m);
            _exit(0);
        }
    }
}
