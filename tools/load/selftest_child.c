/* selftest_child.c: the processes that a selftest starts; each is ended by its pid. */
#include "tools/load/selftest_parts.h"

#include "base/slice.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGS_MAX 64
#define WORDS_MAX 65536
#define END_NS (10 * NS_PER_S)

void selftest_sleep_until(uint64_t mono_ns)
{
    struct timespec at = {.tv_sec = (time_t)(mono_ns / NS_PER_S), .tv_nsec = (long)(mono_ns % NS_PER_S)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR) {}
}

/* ---- starting ---- */

/* In the child: never returns. */
static void become(char *args, int cpu, int out_fd)
{
    char *argv[ARGS_MAX + 1] = {NULL}, *rest = NULL;
    int n = 0;
    for (char *word = strtok_r(args, " ", &rest); word && n < ARGS_MAX; word = strtok_r(NULL, " ", &rest)) argv[n++] = word;
    (void)prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL);
    if (cpu >= 0) {
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET((unsigned)cpu, &set);
        (void)sched_setaffinity(0, sizeof set, &set);
    }
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (n && null >= 0 && out_fd >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(out_fd, STDOUT_FILENO) >= 0 &&
        dup2(out_fd, STDERR_FILENO) >= 0)
        (void)execvp(argv[0], argv);
    _exit(127);
}

static int open_out(struct selftest *t, struct child *c, const char *name, int fds[2])
{
    fds[0] = -1;
    if (!name) return pipe2(fds, O_CLOEXEC) < 0 ? -errno : 0;
    (void)snprintf(c->out_path, sizeof c->out_path, "%s/%s.txt", t->dir, name);
    fds[1] = open(c->out_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    return fds[1] < 0 ? -errno : 0;
}

int child_start(struct selftest *t, struct child *c, const char *args, int cpu, const char *name)
{
    int fds[2];
    *c = (struct child){.pidfd = -1, .ready = -1};
    char *copy = strdup(args);
    if (!copy) return -ENOMEM;
    int rc = open_out(t, c, name, fds);
    if (rc < 0) goto free_copy;
    pid_t pid = fork();
    if (pid == 0) become(copy, cpu, fds[1]);
    rc = pid < 0 ? -errno : 0;
    (void)close(fds[1]);
    if (rc < 0) {
        if (fds[0] >= 0) (void)close(fds[0]);
        goto free_copy;
    }
    c->pid = pid;
    c->ready = fds[0];
    c->pidfd = pidfd_open(pid, 0);
    if (c->pidfd < 0) {
        rc = -errno;
        child_end(c);
    }
free_copy:
    free(copy);
    return rc;
}

/* ---- ready ---- */

static bool find_port(const char *text, uint16_t *port)
{
    static const char mark[] = "listening on 127.0.0.1:";
    const char *at = strstr(text, mark), *end = at ? strchr(at, '\n') : NULL;
    uint64_t n;
    if (!end) return false;
    const char *digits = at + sizeof mark - 1;
    if (!slice_to_u64(slice_make(digits, (size_t)(end - digits)), &n) || n > UINT16_MAX) return false;
    *port = (uint16_t)n;
    return true;
}

int child_ready(struct child *c, uint64_t within_ns, uint16_t *port)
{
    char text[16384];
    size_t len = 0;
    uint64_t end = clock_now_ns() + within_ns;
    while (len < sizeof text - 1) {
        uint64_t now = clock_now_ns();
        struct pollfd p = {.fd = c->ready, .events = POLLIN};
        int rc = now < end ? poll(&p, 1, (int)((end - now) / NS_PER_MS) + 1) : 0;
        if (rc < 0 && errno == EINTR) continue;
        if (rc <= 0) return -ETIMEDOUT;
        ssize_t n = read(c->ready, text + len, sizeof text - 1 - len);
        if (n <= 0) return -ECHILD;
        len += (size_t)n;
        text[len] = '\0';
        if (find_port(text, port)) return 0;
    }
    return -EBADMSG;
}

/* ---- the end ---- */

static void forget(struct child *c)
{
    if (c->pidfd >= 0) (void)close(c->pidfd);
    if (c->ready >= 0) (void)close(c->ready);
    c->pid = 0;
    c->pidfd = c->ready = -1;
}

/* True: it can be waited for without waiting. */
static bool ends_within(const struct child *c, uint64_t limit_ns)
{
    uint64_t end = clock_now_ns() + limit_ns;
    for (;;) {
        uint64_t now = clock_now_ns();
        struct pollfd p = {.fd = c->pidfd, .events = POLLIN};
        int rc = poll(&p, 1, now < end ? (int)((end - now) / NS_PER_MS) + 1 : 0);
        if (rc > 0) return true;
        if (rc == 0) return false;
    }
}

static int reap(struct child *c)
{
    int status = 0;
    while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR) {}
    forget(c);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int child_wait(struct child *c, uint64_t limit_ns)
{
    if (!c->pid) return -ECHILD;
    if (ends_within(c, limit_ns)) return reap(c);
    (void)kill(c->pid, SIGKILL);
    (void)reap(c);
    return -ETIMEDOUT;
}

void child_end(struct child *c)
{
    if (!c->pid) return;
    (void)kill(c->pid, SIGTERM);
    (void)kill(c->pid, SIGCONT); /* if it is stopped */
    if (c->pidfd < 0 || !ends_within(c, END_NS)) (void)kill(c->pid, SIGKILL);
    (void)reap(c);
}

char *child_words(const struct child *c)
{
    char *text = calloc(1, WORDS_MAX);
    int fd = text ? open(c->out_path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) return text;
    ssize_t n = read(fd, text, WORDS_MAX - 1);
    if (n < 0) text[0] = '\0';
    (void)close(fd);
    return text;
}
