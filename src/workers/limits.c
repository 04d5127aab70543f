/* limits.c: see limits.h. */
#include "workers/limits.h"

#include "base/check.h"
#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define KEEP_MAX 8

void limits_settle(pid_t parent)
{
    sigset_t none;
    for (int sig = 1; sig < NSIG; sig++) (void)signal(sig, SIG_DFL); /* not possible for some: they cannot have been changed */
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)setsid();
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1); /* what it starts stays its own, and is found when it has ended */
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1); /* it ended just before: nobody would tell us */
}

void limits_keep(const int *fds, int n)
{
    int high[KEEP_MAX];
    assert(n <= KEEP_MAX);
    /* First out of the way: a descriptor may stand where another is to go. */
    for (int i = 0; i < n; i++) {
        high[i] = fcntl(fds[i], F_DUPFD, KEEP_MAX);
        if (high[i] < 0) _exit(1);
    }
    for (int i = 0; i < n; i++)
        if (dup2(high[i], i) < 0) _exit(1);
    if (close_range((unsigned)n, ~0U, 0) < 0) _exit(1);
}

/* Bytes of address space in use. */
static uint64_t address_space(void)
{
    char line[128] = "";
    FILE *f = fopen("/proc/self/statm", "re");
    if (!f) return 0;
    if (!fgets(line, sizeof line, f)) line[0] = 0;
    (void)fclose(f); /* only read */
    unsigned long pages = strtoul(line, NULL, 10);
    return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static int set_limit(__rlimit_resource_t what, uint64_t value)
{
    struct rlimit r;
    if (getrlimit(what, &r) < 0) return -errno;
    if (r.rlim_max != RLIM_INFINITY && value > r.rlim_max) value = r.rlim_max;
    r.rlim_cur = r.rlim_max = value;
    return setrlimit(what, &r) < 0 ? -errno : 0;
}

/* Threads of the server are nowhere near as easily replaced. */
static void go_first(void)
{
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : write(fd, "500", 3);
    (void)n; /* a wish */
    if (fd >= 0) (void)close(fd);
}

int limits_apply(const struct run_spec *spec, bool with_cpu)
{
    go_first();
    (void)setpriority(PRIO_PROCESS, 0, 19);
    int rc = set_limit(RLIMIT_CORE, 0);
    if (rc == 0) rc = set_limit(RLIMIT_NOFILE, spec->files_max ? spec->files_max : RUN_FILES_MAX);
    uint64_t has = spec->kind == RUN_PROCESS ? address_space() : 0;
    if (rc == 0 && spec->memory_max) rc = set_limit(RLIMIT_AS, has + spec->memory_max);
    if (rc == 0 && spec->cpu_max_s && with_cpu) rc = set_limit(RLIMIT_CPU, spec->cpu_max_s);
    return rc;
}

void limits_renew_cpu(const struct run_spec *spec)
{
    struct timespec used;
    struct rlimit r;
    if (!spec->cpu_max_s || clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) < 0 || getrlimit(RLIMIT_CPU, &r) < 0) return;
    r.rlim_cur = (rlim_t)used.tv_sec + (used.tv_nsec > 0) + spec->cpu_max_s; /* whole seconds: never less than promised */
    (void)setrlimit(RLIMIT_CPU, &r);
}
