/* server_handover.c: see server_handover.h. */
#include "server_handover.h"

#include "server_listen.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST_FD 3

/* Moved aside first: a socket may have a number that another is to get. */
static int raise_all(const int *fds, uint32_t n, int pair, int raised[LISTENING_SOCKETS_MAX + 1])
{
    int floor = FIRST_FD + (int)n + 1;
    for (uint32_t i = 0; i <= n; i++) {
        raised[i] = fcntl(i < n ? fds[i] : pair, F_DUPFD_CLOEXEC, floor);
        if (raised[i] >= 0) continue;
        int rc = -errno;
        while (i > 0) close(raised[--i]);
        return rc;
    }
    return 0;
}

/* The environment with two words more; room for them stands at the end. */
static char **with_words(char *sockets, char *pair)
{
    size_t n = 0;
    while (environ[n]) n++;
    char **all = calloc(n + 3, sizeof *all);
    if (!all) return NULL;
    memcpy(all, environ, n * sizeof *all);
    all[n] = sockets;
    all[n + 1] = pair;
    return all;
}

static int spawn(pid_t *pid, char *const *argv, const int *raised, uint32_t n)
{
    char sockets[64], pair[64];
    sigset_t none;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    (void)snprintf(sockets, sizeof sockets, "QUERN_LISTEN_FDS=%u", n);
    (void)snprintf(pair, sizeof pair, "QUERN_HANDOVER=%d", FIRST_FD + (int)n);
    char **env = with_words(sockets, pair);
    if (!env) return -ENOMEM;
    (void)sigemptyset(&none);
    int rc = posix_spawnattr_init(&attributes);
    if (rc == 0) rc = posix_spawn_file_actions_init(&actions);
    if (rc == 0) {
        (void)posix_spawnattr_setsigmask(&attributes, &none);
        (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
        for (uint32_t i = 0; i <= n && rc == 0; i++) rc = posix_spawn_file_actions_adddup2(&actions, raised[i], FIRST_FD + (int)i);
        if (rc == 0) rc = posix_spawn_file_actions_addclosefrom_np(&actions, FIRST_FD + (int)n + 1); /* whatever a library has open */
        if (rc == 0) rc = posix_spawnp(pid, argv[0], &actions, &attributes, argv, env);
        (void)posix_spawn_file_actions_destroy(&actions);
        (void)posix_spawnattr_destroy(&attributes);
    }
    free(env);
    return -rc;
}

int handover_begin(struct handover *h, char *const *argv, const int *fds, uint32_t n)
{
    int pair[2], raised[LISTENING_SOCKETS_MAX + 1] = {0};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) return -errno;
    int rc = raise_all(fds, n, pair[1], raised);
    if (rc == 0) {
        rc = spawn(&h->pid, argv, raised, n);
        for (uint32_t i = 0; i <= n; i++) close(raised[i]);
    }
    close(pair[1]);
    if (rc == 0) h->fd = pair[0];
    else close(pair[0]);
    return rc;
}

enum handover_news handover_hear(struct handover *h)
{
    char word = 0;
    ssize_t n = recv(h->fd, &word, 1, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return HANDOVER_NONE;
    if (n == 1 && word == 'r') return HANDOVER_READY;
    close(h->fd);
    h->fd = -1;
    (void)waitpid(h->pid, NULL, WNOHANG); /* it is ending; if it is not done yet, it stays a zombie until we end, too */
    return HANDOVER_FAILED;
}

bool handover_is_successor(void)
{
    return getenv("QUERN_HANDOVER") != NULL;
}

int handover_predecessor(void)
{
    char *end = NULL;
    const char *text = getenv("QUERN_HANDOVER");
    long fd = text ? strtol(text, &end, 10) : -1;
    if (!text || *end || fd < FIRST_FD || fcntl((int)fd, F_SETFD, FD_CLOEXEC) < 0) return -1;
    (void)unsetenv("QUERN_HANDOVER");
    return (int)fd;
}

/* Until it is gone, not just its end of the socket: of what a process has open when it ends, no order is promised. A second signal is
 * not waited with. 0 or -EINTR. */
static int wait_gone(int pidfd, int signal_fd)
{
    for (int told = 0; told < 2;) {
        struct pollfd p[2] = {{.fd = pidfd, .events = POLLIN}, {.fd = signal_fd, .events = POLLIN}};
        struct signalfd_siginfo info;
        if (poll(p, 2, -1) < 0) continue;
        if (p[0].revents) return told ? -EINTR : 0;
        if (read(signal_fd, &info, sizeof info) == sizeof info && info.ssi_signo != SIGHUP && info.ssi_signo != SIGUSR2) told++;
    }
    return -EINTR;
}

int handover_wait(int predecessor, int signal_fd)
{
    if (predecessor < 0) return 0;
    pid_t pid = getppid();
    int rc = 0, pidfd = pidfd_open(pid, 0);
    if (pidfd < 0) rc = -errno;
    /* Who cannot be told has gone, or is going; once it is nobody's parent any more, that pid is another's. */
    bool is_told = rc == 0 && send(predecessor, "r", 1, MSG_NOSIGNAL) == 1;
    if (rc == 0 && (is_told || getppid() == pid)) rc = wait_gone(pidfd, signal_fd);
    if (pidfd >= 0) close(pidfd);
    close(predecessor);
    return rc;
}
