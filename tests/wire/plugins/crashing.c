/* crashing.c: job types for the tests of worker processes: a handler that ends badly in every way, and one that makes results. */
#include <quern/quern.h>

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int answer(struct quern_job *job, long n)
{
    char text[32];
    int len = snprintf(text, sizeof text, "%ld", n);
    return quern_result_copy(job, text, (size_t)len) == 0 ? QUERN_OK : quern_fail(job, "out_of_memory", "no memory");
}

static void step(void)
{
    struct timespec t = {0, 2000000};
    (void)nanosleep(&t, NULL);
}

/* Until its time is over or it is released (wire_release). Who wants to know that the handler has begun reads it in /proc/PID/comm. */
static int hold(struct quern_job *job, bool looks)
{
    (void)prctl(PR_SET_NAME, "holding");
    for (long ms = (long)quern_param_int(job, "ms"); ms > 0 && access("released", F_OK) < 0; ms -= 2) {
        if (looks && quern_cancelled(job)) return quern_fail(job, "cancelled", "it was");
        step();
    }
    return answer(job, (long)getpid());
}

static int allocate(struct quern_job *job)
{
    for (long mib = 0; mib < 4096; mib++) {
        char *p = malloc(1 << 20);
        if (!p) return quern_fail(job, "out_of_memory", "after %ld MiB", mib);
        memset(p, 1, 1 << 20);
    }
    return QUERN_OK;
}

static int leave_child(struct quern_job *job)
{
    pid_t pid = fork();
    if (pid == 0)
        for (;;) (void)pause();
    return answer(job, (long)pid);
}

static int try_exec(struct quern_job *job)
{
    char *argv[] = {"true", NULL}, *envp[] = {NULL};
    (void)execve("/bin/true", argv, envp);
    return answer(job, errno);
}

/* A process in name spaces of its own. */
static int try_spaces(struct quern_job *job)
{
    long pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid == 0) _exit(0);
    return answer(job, pid < 0 ? errno : 0);
}

/* Before it is looked at any further, this call fails with EINVAL. */
static int try_memory_of_others(struct quern_job *job)
{
    return answer(job, syscall(SYS_process_vm_readv, getpid(), NULL, 0, NULL, 0, 1) < 0 ? errno : 0);
}

static int crash(struct quern_job *job)
{
    const char *how = quern_param_text(job, "how");
    if (strcmp(how, "segv") == 0) (void)raise(SIGSEGV);
    if (strcmp(how, "abort") == 0) abort();
    if (strcmp(how, "exit") == 0) _exit(7);
    if (strcmp(how, "alloc") == 0) return allocate(job);
    if (strcmp(how, "deaf") == 0) (void)signal(SIGTERM, SIG_IGN);
    if (strcmp(how, "deaf") == 0) return hold(job, false);
    if (strcmp(how, "hold") == 0) return hold(job, false);
    if (strcmp(how, "fork") == 0) return leave_child(job);
    if (strcmp(how, "socket") == 0) return answer(job, socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? errno : 0);
    if (strcmp(how, "exec") == 0) return try_exec(job);
    if (strcmp(how, "kill") == 0) return answer(job, kill(getppid(), 0) < 0 ? errno : 0);
    if (strcmp(how, "tkill") == 0) return answer(job, syscall(SYS_tkill, getppid(), 0) < 0 ? errno : 0);
    if (strcmp(how, "spaces") == 0) return try_spaces(job);
    if (strcmp(how, "memory") == 0) return try_memory_of_others(job);
    for (volatile long n = 0; strcmp(how, "spin") == 0; n++) continue;
    return answer(job, (long)getpid()); /* "pid" */
}

/* ---- results ---- */

static void fill(char *at, size_t n, size_t first)
{
    for (size_t i = 0; i < n; i++) at[i] = (char)('a' + (first + i) % 26);
}

static int make(struct quern_job *job)
{
    const char *way = quern_param_text(job, "way");
    size_t n = (size_t)quern_param_int(job, "bytes");
    char *p = malloc(n + 1);
    if (!p) return quern_fail(job, "out_of_memory", "no memory");
    fill(p, n, (size_t)quern_param_int(job, "first"));
    if (strcmp(way, "take") == 0) {
        quern_result_take(job, p, n, free);
        return QUERN_OK;
    }
    int rc = 0;
    if (strcmp(way, "twice") == 0) rc = quern_result_copy(job, "the first one", 13);
    bool copies = strcmp(way, "copy") == 0 || strcmp(way, "fail") == 0;
    if (rc == 0 && copies) rc = quern_result_copy(job, p, n);
    char *room = !copies ? quern_result_reserve(job, n + 100) : p;
    if (room && room != p) {
        memcpy(room, p, n);
        quern_result_commit(job, n);
    }
    free(p);
    quern_progress(job, 0.5);
    quern_result_type(job, "text/x-made");
    if (strcmp(way, "fail") == 0) return quern_fail(job, "thought_again", "after %zu bytes", n);
    return rc == 0 && room ? QUERN_OK : quern_fail(job, "out_of_memory", "no memory");
}

static const struct quern_param crash_params[] = {
    {.name = "how", .kind = QUERN_CHOICE, .about = "What to do.", .fallback = "pid",
     .choices = "pid|segv|abort|exit|alloc|deaf|hold|fork|spin|socket|exec|kill|tkill|spaces|memory"},
    {.name = "ms", .kind = QUERN_INT, .about = "For how long.", .fallback = "60000", .min = 0, .max = 600000},
};
static const struct quern_param make_params[] = {
    {.name = "way", .kind = QUERN_CHOICE, .about = "Which function.", .fallback = "copy", .choices = "copy|reserve|take|twice|fail"},
    {.name = "bytes", .kind = QUERN_INT, .about = "How many.", .fallback = "10", .min = 0, .max = 100000000},
    {.name = "first", .kind = QUERN_INT, .about = "Which letter is the first.", .fallback = "0", .min = 0, .max = 25},
};

static const struct quern_type types[] = {
    {.name = "test.crash", .about = "Ends badly.", .run = crash, .params = crash_params, .n_params = 2},
    {.name = "test.make", .about = "Makes a result.", .run = make, .params = make_params, .n_params = 3},
};

const struct quern_plugin quern_plugin = {
    .abi = QUERN_ABI, .name = "crashing", .version = "1.0", .types = types, .n_types = 2};
