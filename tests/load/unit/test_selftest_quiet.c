/* What else runs is told from what runs for us. */
#include "tools/load/selftest_parts.h"

#include <criterion/criterion.h>
#include <math.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* Works for so long. */
static void burn(uint64_t ns)
{
    for (uint64_t end = clock_now_ns() + ns; clock_now_ns() < end;) {}
}

/* A process of somebody else's: a grandchild whose parent has gone, so that its time never becomes ours. It tells its number. */
static pid_t stranger(uint64_t ns)
{
    int fds[2];
    pid_t pid = -1;
    cr_assert_eq(pipe(fds), 0);
    pid_t child = fork();
    if (child == 0) {
        pid_t own = fork();
        if (own == 0) {
            burn(ns);
            _exit(0);
        }
        _exit(write(fds[1], &own, sizeof own) == sizeof own ? 0 : 1);
    }
    cr_assert_eq(waitpid(child, NULL, 0), child);
    cr_assert_eq(read(fds[0], &pid, sizeof pid), (ssize_t)sizeof pid);
    (void)close(fds[0]);
    (void)close(fds[1]);
    return pid;
}

/* Others may use the machine as well: the best of a few tries tells. */
Test(load_selftest_quiet, a_stranger_counts_and_we_do_not)
{
    uint64_t ns = 300 * NS_PER_MS;
    double ours = 1e9, theirs = 0;
    for (int i = 0; i < 5; i++) {
        struct quiet q;
        quiet_begin(&q, 0);
        burn(ns);
        ours = fmin(ours, quiet_end(&q, 0));
        quiet_begin(&q, 0);
        (void)stranger(ns);
        selftest_sleep_until(clock_now_ns() + ns);
        theirs = fmax(theirs, quiet_end(&q, 0));
    }
    cr_assert_gt(theirs, ours + 0.2, "a stranger's %g, ours %g", theirs, ours);
}

Test(load_selftest_quiet, a_server_that_is_named_does_not_count)
{
    uint64_t ns = 300 * NS_PER_MS;
    double named = 1e9, stranger_s = 0;
    for (int i = 0; i < 5; i++) {
        struct quiet q;
        pid_t pid = stranger(2 * ns);
        quiet_begin(&q, pid);
        selftest_sleep_until(clock_now_ns() + ns);
        named = fmin(named, quiet_end(&q, pid));
        pid = stranger(2 * ns);
        quiet_begin(&q, 0);
        selftest_sleep_until(clock_now_ns() + ns);
        stranger_s = fmax(stranger_s, quiet_end(&q, 0));
        (void)kill(pid, SIGKILL);
    }
    cr_assert_gt(stranger_s, named + 0.2, "a stranger's %g, with its name %g", stranger_s, named);
}
