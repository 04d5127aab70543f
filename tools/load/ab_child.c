/* ab_child.c: a command as a child process. Its end and the signals that shall end it are waited for in one place, so no handler
 * is needed. */
#include "tools/load/ab_parts.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define GRACE_NS (10 * NS_PER_S) /* a run that is told to end reports what it has */

static sigset_t awaited(void)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGCHLD);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGTERM);
    return set;
}

void ab_child_prepare(void)
{
    sigset_t set = awaited();
    (void)signal(SIGCHLD, SIG_DFL); /* whoever started us may have ignored it: then there would be nothing to wait for */
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); /* what a command leaves behind becomes ours to wait for */
}

/* The child starts with no signal blocked and with their usual meaning. */
static int set_up(posix_spawn_file_actions_t *files, posix_spawnattr_t *attributes)
{
    sigset_t none, usual = awaited();
    (void)sigemptyset(&none);
    int rc = posix_spawn_file_actions_addopen(files, 0, "/dev/null", O_RDONLY, 0);
    if (rc == 0) rc = posix_spawnattr_setsigmask(attributes, &none);
    if (rc == 0) rc = posix_spawnattr_setsigdefault(attributes, &usual);
    if (rc == 0) rc = posix_spawnattr_setpgroup(attributes, 0);
    if (rc == 0)
        rc = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    return rc;
}

static int start(const char *command, pid_t *pid)
{
    char shell[] = "sh", option[] = "-c";
    char *const argv[] = {shell, option, (char *)(uintptr_t)command, NULL}; /* posix_spawn() does not write to it */
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    int rc = posix_spawn_file_actions_init(&files);
    if (rc != 0) return -rc;
    rc = posix_spawnattr_init(&attributes);
    if (rc == 0) {
        rc = set_up(&files, &attributes);
        if (rc == 0) rc = posix_spawn(pid, "/bin/sh", &files, &attributes, argv, environ);
        (void)posix_spawnattr_destroy(&attributes);
    }
    (void)posix_spawn_file_actions_destroy(&files);
    return -rc;
}

/* The next signal; 0: none until then. */
static int next_signal(uint64_t until_ns)
{
    sigset_t set = awaited();
    uint64_t now = clock_now_ns(), left = until_ns > now ? until_ns - now : 0;
    const struct timespec t = {(time_t)(left / NS_PER_S), (long)(left % NS_PER_S)};
    int signal = sigtimedwait(&set, NULL, &t);
    return signal < 0 ? 0 : signal;
}

/* Whether all of the command's processes have ended. *status: of the shell that ran it. */
static bool is_over(pid_t pid, int *status)
{
    int of_one;
    pid_t ended;
    while ((ended = waitpid(-pid, &of_one, WNOHANG)) > 0)
        if (ended == pid) *status = of_one;
    return ended < 0 && errno == ECHILD;
}

/* 0: it has ended by itself; else why it was ended. */
static int wait_for(pid_t pid, uint64_t limit_ns, int *status)
{
    uint64_t until = clock_now_ns() + limit_ns;
    int why = 0;
    for (;;) {
        if (is_over(pid, status)) return why;
        int signal = next_signal(until);
        if (signal == SIGCHLD || (signal == 0 && clock_now_ns() < until)) continue;
        bool again = why != 0; /* it was asked before, or its time is over once more */
        if (!why) why = signal ? -EINTR : -ETIMEDOUT;
        (void)kill(-pid, again ? SIGKILL : SIGTERM);
        until = clock_now_ns() + GRACE_NS;
    }
}

int ab_child_run(const char *command, uint64_t limit_ns, int *exit_code)
{
    pid_t pid = 0;
    int status = 0, rc = start(command, &pid);
    if (rc < 0) return rc;
    rc = wait_for(pid, limit_ns, &status);
    *exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return rc;
}
