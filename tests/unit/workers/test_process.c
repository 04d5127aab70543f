/* What can be said of worker processes without one: back-off, the shared memory's layout, how an end reads. Limits, in a child. */
#include "base/clock.h"
#include "workers/limits.h"
#include "workers/process.h"
#include "workers/shared.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

Test(workers_process, backoff)
{
    cr_assert_eq(process_backoff_ns(0), 0);
    cr_assert_eq(process_backoff_ns(1), 0, "one crash is the task's");
    cr_assert_eq(process_backoff_ns(2), 50 * NS_PER_MS);
    cr_assert_eq(process_backoff_ns(3), 100 * NS_PER_MS);
    for (uint32_t n = 2; n < 100; n++) cr_assert_geq(process_backoff_ns(n + 1), process_backoff_ns(n));
    cr_assert_eq(process_backoff_ns(9), 5 * NS_PER_S);
    cr_assert_eq(process_backoff_ns(UINT32_MAX), 5 * NS_PER_S);
}

/* Head, result and input stand on pages of their own, one behind the other. */
Test(workers_process, layout)
{
    static const uint64_t sizes[] = {1, SHARED_INPUT_MIN, SHARED_INPUT_MIN + 1, 64 << 20};
    for (int i = 0; i < 4; i++) {
        struct job_type type = {.input_bytes_max = sizes[i]};
        struct shared *s = aligned_alloc(SHARED_PAGE, shared_round(sizeof *s));
        size_t result = (size_t)(shared_result(s) - (char *)s), input = (size_t)(shared_input(s) - (char *)s);
        cr_assert(result >= sizeof *s && result % SHARED_PAGE == 0);
        cr_assert_eq(input, result + SHARED_RESULT_BYTES);
        cr_assert_geq(shared_input_room(&type), sizes[i]);
        cr_assert_geq(shared_input_room(&type), SHARED_INPUT_MIN);
        cr_assert_eq(shared_bytes(&type), input + shared_input_room(&type));
        cr_assert_eq(shared_bytes(&type) % SHARED_PAGE, 0);
        free(s);
    }
}

static int status_of(pid_t pid)
{
    int status = 0;
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    return status;
}

Test(workers_process, ends_read_well)
{
    char text[PLACE_END_BYTES];
    pid_t pid = fork();
    if (pid == 0) _exit(3);
    place_describe_end(status_of(pid), text);
    cr_assert_str_eq(text, "exit status 3");
    pid = fork();
    if (pid == 0) {
        (void)kill(getpid(), SIGKILL);
        _exit(0);
    }
    place_describe_end(status_of(pid), text);
    cr_assert_str_eq(text, "signal 9 (SIGKILL)");
    place_describe_end(-1, text);
    cr_assert_str_eq(text, "an unknown end");
}

/* ---- limits: each check is a bit of the child's exit status ---- */

static rlim_t soft(__rlimit_resource_t what)
{
    struct rlimit r = {0};
    (void)getrlimit(what, &r);
    return r.rlim_cur;
}

static int look_at_limits(void)
{
    struct run_spec spec = {.kind = RUN_COMMAND, .cpu_max_s = 7, .memory_max = UINT64_C(1) << 40, .files_max = 20};
    int rc = limits_apply(&spec, true), wrong = rc == 0 ? 0 : 1;
    if (soft(RLIMIT_CORE) != 0) wrong |= 2;
    if (soft(RLIMIT_CPU) != 7) wrong |= 4;
    if (soft(RLIMIT_AS) != spec.memory_max) wrong |= 8;
    if (soft(RLIMIT_NOFILE) != 20) wrong |= 16;
    return wrong;
}

Test(workers_process, limits)
{
    pid_t pid = fork();
    if (pid == 0) _exit(look_at_limits());
    cr_assert_eq(status_of(pid), 0);
}

static int look_at_renewal(void)
{
    struct run_spec spec = {.kind = RUN_PROCESS, .cpu_max_s = 5};
    int wrong = limits_apply(&spec, false) == 0 ? 0 : 1;
    if (soft(RLIMIT_CPU) != RLIM_INFINITY) wrong |= 2;
    limits_renew_cpu(&spec);
    if (soft(RLIMIT_CPU) < 5 || soft(RLIMIT_CPU) > 7) wrong |= 4;
    if (soft(RLIMIT_NOFILE) != RUN_FILES_MAX) wrong |= 8;
    return wrong;
}

Test(workers_process, cpu_time_is_renewed)
{
    pid_t pid = fork();
    if (pid == 0) _exit(look_at_renewal());
    cr_assert_eq(status_of(pid), 0);
}

/* Descriptors that are to be kept stand in each other's way, and others are open besides. */
static int look_at_descriptors(void)
{
    int a = open("/dev/zero", O_RDONLY), b = open("/dev/null", O_RDONLY), c = dup(b), wrong = 0;
    char byte = 1;
    if (dup2(b, 0) < 0 || dup2(a, 1) < 0 || dup2(c, 200) < 0) return 1;
    const int keep[] = {1, 0}; /* zero, null */
    limits_keep(keep, 2);
    if (read(0, &byte, 1) != 1 || byte != 0) wrong |= 2;
    if (read(1, &byte, 1) != 0) wrong |= 4;
    for (int fd = 2; fd < 300; fd++)
        if (fcntl(fd, F_GETFD) >= 0) wrong |= 8;
    return wrong;
}

Test(workers_process, descriptors)
{
    pid_t pid = fork();
    if (pid == 0) _exit(look_at_descriptors());
    cr_assert_eq(status_of(pid), 0);
}

static int look_at_signals(pid_t parent)
{
    struct sigaction a;
    sigset_t set;
    (void)signal(SIGTERM, SIG_IGN);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)sigfillset(&set);
    (void)sigprocmask(SIG_SETMASK, &set, NULL);
    limits_settle(parent);
    if (sigaction(SIGTERM, NULL, &a) < 0 || a.sa_handler != SIG_DFL) return 1;
    if (sigaction(SIGPIPE, NULL, &a) < 0 || a.sa_handler != SIG_DFL) return 2;
    if (sigprocmask(SIG_SETMASK, NULL, &set) < 0 || sigismember(&set, SIGTERM) || sigismember(&set, SIGCHLD)) return 4;
    return getsid(0) == getpid() && getpgrp() == getpid() ? 0 : 8;
}

Test(workers_process, signals)
{
    pid_t self = getpid(), pid = fork();
    if (pid == 0) _exit(look_at_signals(self));
    cr_assert_eq(status_of(pid), 0);
}
