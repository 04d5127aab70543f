/* Filters of system calls, each in a child of its own: they are for good. */
#include "base/seccomp.h"

#include <criterion/criterion.h>

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a call that takes nothing as it is would say without a filter: EINVAL. */
static int try_denied(void)
{
    return syscall(SYS_process_vm_readv, getpid(), NULL, 0, NULL, 0, 1) < 0 ? errno : 0;
}

static long number_of(const char *name)
{
    char line[256];
    long n = -1;
    FILE *f = fopen("/proc/self/status", "re");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, name, strlen(name)) == 0) n = strtol(line + strlen(name), NULL, 10);
    if (f) (void)fclose(f);
    return n;
}

static void machine(struct seccomp *p)
{
    seccomp_init(p);
    seccomp_deny_machine(p);
    seccomp_deny_spaces(p);
}

/* The number of the line that is not so; 0. */
#define CHECK(fact) \
    do { \
        if (!(fact)) return __LINE__ % 256; \
    } while (0)

static int expect_zero(int (*run)(void))
{
    int status;
    pid_t pid = fork();
    if (pid == 0) _exit(run());
    cr_assert(pid > 0 && waitpid(pid, &status, 0) == pid);
    cr_assert(WIFEXITED(status), "signal %d", WTERMSIG(status));
    return WEXITSTATUS(status);
}

static int one_thread(void)
{
    struct seccomp p;
    machine(&p);
    CHECK(seccomp_enter(&p) == 0);
    CHECK(try_denied() == EPERM);
    CHECK(syscall(SYS_unshare, 0) < 0 && errno == EPERM);
    CHECK(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL) < 0 && errno == EPERM);
    CHECK(syscall(SYS_clone3, NULL, 0) < 0 && errno == ENOSYS);
    pid_t child = fork(); /* that goes on */
    if (child == 0) _exit(try_denied() == EPERM ? 0 : 1);
    int status;
    CHECK(child > 0 && waitpid(child, &status, 0) == child && status == 0);
    return 0;
}

Test(base_seccomp, what_is_denied)
{
    cr_assert_eq(expect_zero(one_thread), 0);
}

static _Atomic int turn;

static void *other(void *arg)
{
    atomic_store(&turn, 1);
    while (atomic_load(&turn) == 1) (void)sched_yield();
    *(int *)arg = try_denied();
    return NULL;
}

static int all_threads(void)
{
    struct seccomp p;
    pthread_t t;
    int seen = 0;
    CHECK(pthread_create(&t, NULL, other, &seen) == 0);
    while (atomic_load(&turn) == 0) (void)sched_yield();
    machine(&p);
    CHECK(seccomp_enter_all(&p, true) == 0);
    atomic_store(&turn, 2);
    CHECK(pthread_join(t, NULL) == 0);
    CHECK(seen == EPERM && try_denied() == EPERM);
    CHECK(pthread_create(&t, NULL, other, &seen) == 0); /* threads can still be made */
    while (atomic_load(&turn) != 1) (void)sched_yield();
    atomic_store(&turn, 2);
    CHECK(pthread_join(t, NULL) == 0);
    return 0;
}

Test(base_seccomp, all_threads)
{
    cr_assert_eq(expect_zero(all_threads), 0);
}

static int once(void)
{
    struct seccomp p;
    long before = number_of("Seccomp_filters:");
    for (int i = 0; i < 3; i++) {
        machine(&p);
        CHECK(seccomp_enter_all(&p, true) == 0);
    }
    CHECK(before < 0 || number_of("Seccomp_filters:") == before + 1);
    machine(&p);
    seccomp_deny(&p, SYS_sync); /* another one */
    CHECK(seccomp_enter_all(&p, true) == 0);
    CHECK(before < 0 || number_of("Seccomp_filters:") == before + 2);
    CHECK(syscall(SYS_sync) < 0 && errno == EPERM);
    return 0;
}

Test(base_seccomp, the_same_is_put_in_force_once)
{
    cr_assert_eq(expect_zero(once), 0);
}

static int to_others(void)
{
    struct seccomp p;
    seccomp_init(&p);
    seccomp_deny_to_others(&p, SYS_kill, (uint32_t)getpid());
    CHECK(seccomp_enter(&p) == 0);
    CHECK(kill(getpid(), 0) == 0);
    CHECK(kill(getppid(), 0) < 0 && errno == EPERM);
    return 0;
}

Test(base_seccomp, signals_to_others)
{
    cr_assert_eq(expect_zero(to_others), 0);
}

static int too_long(void)
{
    struct seccomp p;
    seccomp_init(&p);
    for (unsigned i = 0; i < SECCOMP_ROOM; i++) seccomp_deny(&p, SYS_sync);
    CHECK(seccomp_enter(&p) == -E2BIG);
    return 0;
}

Test(base_seccomp, one_that_is_too_long_is_none)
{
    cr_assert_eq(expect_zero(too_long), 0);
}
