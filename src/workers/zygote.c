/* zygote.c: the server's side of the zygote: see zygote.h. */
#include "workers/zygote_parts.h"

#include "base/check.h"
#include "base/identity.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ANSWER_MS 10000 /* a fork on a machine that is short of everything */
#define PIDFD_SIGNAL_GROUP 4u /* PIDFD_SIGNAL_PROCESS_GROUP of newer headers */

static void close_all(const int *fds, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) (void)close(fds[i]);
}

int zygote_start(const struct zygote_options *options, struct zygote *out)
{
    int theirs[ZYGOTE_PLACES_MAX];
    assert(options->n_places <= ZYGOTE_PLACES_MAX);
    *out = (struct zygote){0};
    for (; out->n < options->n_places; out->n++) {
        int pair[2];
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) break;
        out->sockets[out->n] = pair[0];
        theirs[out->n] = pair[1];
    }
    int rc = out->n < options->n_places ? -errno : 0;
    pid_t pid = rc < 0 ? -1 : fork();
    if (pid < 0 && rc == 0) rc = -errno;
    if (pid == 0) {
        close_all(out->sockets, out->n);
        close_all(options->private_fds, options->n_private);
        if (identity_take(options->identity, NULL) < 0) _exit(1);
        if (options->identity->given) (void)prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); /* else what /proc has of its children were root's: oom_score_adj */
        zygote_main(options->types, theirs, options->group_fds, out->n);
    }
    close_all(theirs, out->n);
    if (rc < 0) {
        close_all(out->sockets, out->n);
        out->n = 0;
        return rc;
    }
    out->pid = pid;
    out->pidfd = pidfd_open(pid, 0); /* -1: its end is seen at the next wish */
    return 0;
}

bool zygote_is_gone(const struct zygote *z)
{
    struct pollfd p = {.fd = z->pidfd, .events = POLLIN};
    return z->pid > 0 && z->pidfd >= 0 && poll(&p, 1, 0) == 1;
}

void zygote_stop(struct zygote *z)
{
    close_all(z->sockets, z->n);
    z->n = 0;
    while (z->pid > 0 && waitpid(z->pid, NULL, 0) < 0 && errno == EINTR) continue;
    if (z->pid > 0 && z->pidfd >= 0) (void)close(z->pidfd);
    z->pid = 0;
}

/* The next message; a descriptor may come with it. 0, -ETIMEDOUT, -EPIPE or -errno. */
static int receive(int socket, struct zygote_reply *r, int *fd)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct iovec io = {r, sizeof *r};
    struct msghdr m = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    struct pollfd p = {.fd = socket, .events = POLLIN};
    int n;
    do n = poll(&p, 1, ANSWER_MS);
    while (n < 0 && errno == EINTR);
    if (n <= 0) return n == 0 ? -ETIMEDOUT : -errno;
    ssize_t len = recvmsg(socket, &m, MSG_CMSG_CLOEXEC);
    if (len < 0) return errno == ECONNRESET ? -EPIPE : -errno;
    if (len == 0) return -EPIPE;
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    *fd = -1;
    if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) memcpy(fd, CMSG_DATA(c), sizeof *fd);
    return len == sizeof *r ? 0 : -EBADMSG;
}

static int ask(int socket, const struct zygote_request *q, const int *fds, size_t n_fds)
{
    union {
        char bytes[CMSG_SPACE(ZYGOTE_FDS * sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct iovec io = {(void *)q, offsetof(struct zygote_request, env) + q->n_env};
    struct msghdr m = {.msg_iov = &io, .msg_iovlen = 1};
    if (n_fds) {
        m.msg_control = control.bytes;
        m.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
        struct cmsghdr *c = CMSG_FIRSTHDR(&m);
        assert(c);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
        memcpy(CMSG_DATA(c), fds, n_fds * sizeof(int));
    }
    return sendmsg(socket, &m, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* The answer to the wish of that number. What comes before it is of an earlier one, which has been given up. */
static int await_spawned(int socket, uint32_t number, struct zygote_reply *r, int *pidfd)
{
    for (;;) {
        int rc = receive(socket, r, pidfd);
        if (rc < 0 || (r->news == ZYGOTE_SPAWNED && r->number == number)) return rc;
        if (*pidfd >= 0) (void)close(*pidfd);
    }
}

int zygote_spawn(int socket, uint16_t type, const int fds[ZYGOTE_FDS], const char *env, size_t n_env, struct child *c)
{
    struct zygote_request q;
    struct zygote_reply r = {0};
    int pidfd = -1;
    if (n_env > sizeof q.env) return -E2BIG;
    memset(&q, 0, offsetof(struct zygote_request, env));
    q.wish = ZYGOTE_SPAWN;
    q.type = type;
    q.number = ++c->wishes;
    q.n_env = (uint32_t)n_env;
    if (n_env) memcpy(q.env, env, n_env);
    int rc = ask(socket, &q, fds, ZYGOTE_FDS);
    if (rc == 0) rc = await_spawned(socket, q.number, &r, &pidfd);
    if (rc == 0) rc = r.error;
    if (rc == 0 && pidfd < 0) rc = -EMFILE; /* it was sent, but there was no room for it */
    if (rc < 0) return rc;
    c->pid = r.pid;
    c->pidfd = pidfd;
    return 0;
}

void zygote_kill(int socket, const struct child *c, int signal)
{
    struct zygote_request q;
    memset(&q, 0, offsetof(struct zygote_request, env));
    q.wish = ZYGOTE_KILL;
    q.pid = c->pid;
    q.signal = signal;
    (void)ask(socket, &q, NULL, 0); /* gone: so are its children */
}

/* The zygote has gone, and all its children with it, but not what those have started. As long as one of a group is there, its id is no
 * other's, and the pidfd finds it. A kernel before 6.9 knows no such signal. */
static void kill_group_of(const struct child *c)
{
    (void)syscall(SYS_pidfd_send_signal, c->pidfd, SIGKILL, NULL, PIDFD_SIGNAL_GROUP);
}

int zygote_reap(int socket, struct child *c)
{
    struct zygote_reply r = {0};
    int fd = -1, rc;
    do {
        rc = receive(socket, &r, &fd);
        if (rc == 0 && fd >= 0) (void)close(fd);
    } while (rc == 0 && (r.news != ZYGOTE_ENDED || r.pid != c->pid));
    if (rc == -EPIPE) kill_group_of(c);
    (void)close(c->pidfd);
    c->pid = 0;
    c->pidfd = -1;
    return rc == 0 ? r.status : -1;
}
