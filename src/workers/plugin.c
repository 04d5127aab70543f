/* plugin.c: see plugin.h. */
#include "workers/plugin.h"

#include "workers/types.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* Loads and checks; in the child for a try, in the server for good. NULL: why says what is wrong. */
static const struct quern_plugin *open_plugin(const char *path, char *why, unsigned room)
{
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL); /* never closed */
    if (!handle) {
        (void)snprintf(why, room, "%s", dlerror());
        return NULL;
    }
    const struct quern_plugin *p = dlsym(handle, "quern_plugin");
    if (!p) {
        (void)snprintf(why, room, "it does not export quern_plugin");
        return NULL;
    }
    if (p->abi != QUERN_ABI) {
        (void)snprintf(why, room, "it was built for ABI %u, this server has %u", p->abi, QUERN_ABI);
        return NULL;
    }
    if (!p->name || !p->types || !p->n_types) {
        (void)snprintf(why, room, "it names no job types");
        return NULL;
    }
    if (p->start && p->start() != 0) {
        (void)snprintf(why, room, "its start function failed");
        return NULL;
    }
    return p;
}

#define LOADED "+" /* what the child reports when all is well: its exit status alone may be the plugin's doing */

static void try_in_child(const char *path, int report)
{
    char why[300] = LOADED;
    bool ok = open_plugin(path, why, sizeof why) != NULL;
    if (write(report, why, strlen(why)) < 0) _exit(3);
    _exit(ok ? 0 : 1);
}

/* Waits for the child at most PLUGIN_TRY_SECONDS. 0: it found nothing wrong. */
static int await_child(pid_t pid, int report, char *why, unsigned room)
{
    int status = 0, fd = pidfd_open(pid, 0);
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int n = fd < 0 ? -1 : poll(&p, 1, PLUGIN_TRY_SECONDS * 1000);
    if (fd >= 0) close(fd);
    if (n <= 0) (void)kill(pid, SIGKILL);
    if (waitpid(pid, &status, 0) < 0) return -errno;
    if (n <= 0) {
        (void)snprintf(why, room, "it did not load within %d s", PLUGIN_TRY_SECONDS);
        return -EINVAL;
    }
    if (WIFSIGNALED(status)) {
        (void)snprintf(why, room, "it crashed while loading (%s)", strsignal(WTERMSIG(status)));
        return -EINVAL;
    }
    ssize_t len = read(report, why, room - 1);
    why[len > 0 ? len : 0] = 0;
    if (WEXITSTATUS(status) == 0 && strcmp(why, LOADED) == 0) return 0;
    if (len <= 0) (void)snprintf(why, room, "it ended the process while loading");
    return -EINVAL;
}

static int try_out(const char *path, char *why, unsigned room)
{
    int report[2];
    (void)snprintf(why, room, "no process to try it out in");
    if (pipe2(report, O_CLOEXEC | O_NONBLOCK) < 0) return -errno; /* a process that it has left behind may hold the other end */
    pid_t pid = fork();
    if (pid == 0) try_in_child(path, report[1]);
    close(report[1]);
    int rc = pid < 0 ? -errno : await_child(pid, report[0], why, room);
    close(report[0]);
    return rc;
}

int plugin_load(const char *path, struct types *types, char *why, unsigned room)
{
    char real[PATH_MAX]; /* dlopen() would look for a bare name elsewhere */
    if (!realpath(path, real) || access(real, R_OK) < 0) {
        (void)snprintf(why, room, "%s", strerror(errno));
        return -EINVAL;
    }
    if (try_out(real, why, room) < 0) return -EINVAL;
    const struct quern_plugin *p = open_plugin(real, why, room);
    if (!p) return -EINVAL;
    for (size_t i = 0; i < p->n_types; i++) {
        const char *what;
        if (types_add(types, &p->types[i], p->name, &what) < 0) {
            (void)snprintf(why, room, "job type '%s': %s", p->types[i].name ? p->types[i].name : "", what);
            return -EINVAL;
        }
    }
    return 0;
}
