#include "base/clock.h"
#include "tools/load/sample.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sampler *open_sampler(int pid)
{
    struct sampler *s = NULL;
    int rc = sampler_open(pid, &s);
    cr_assert_eq(rc, 0, "%d", rc);
    return s;
}

static void burn(uint64_t cpu_ns)
{
    uint64_t start = clock_thread_cpu_ns();
    while (clock_thread_cpu_ns() - start < cpu_ns) {}
}

/* A process that burns 30 ms each time it gets a byte, and answers with one. */
struct child {
    pid_t pid;
    int to, from;
};

static void serve(int in, int out)
{
    char c;
    while (read(in, &c, 1) == 1) {
        burn(30 * NS_PER_MS);
        if (write(out, &c, 1) != 1) break;
    }
    _exit(0);
}

static struct child start_child(void)
{
    int to[2], from[2];
    cr_assert(pipe(to) == 0 && pipe(from) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        (void)close(to[1]);
        serve(to[0], from[1]);
    }
    (void)close(to[0]);
    (void)close(from[1]);
    return (struct child){pid, to[1], from[0]};
}

static void ask(const struct child *c)
{
    char answer = 'x';
    cr_assert(write(c->to, &answer, 1) == 1 && read(c->from, &answer, 1) == 1);
}

Test(load_sample, ourselves_and_the_machine)
{
    struct sampler *s = open_sampler(0);
    struct sample before, after;
    sampler_read(s, &before);
    cr_assert_gt(before.loader_cpu_ns, 0);
    cr_assert_gt(before.loader_rss_bytes, 100000);
    cr_assert_gt(before.slab_bytes, 100000);
    cr_assert_eq(before.server_cpu_ns, 0);
    cr_assert_eq(before.server_threads, 0);
    burn(5 * NS_PER_MS);
    sampler_read_all(s, &after);
    cr_assert_geq(after.loader_cpu_ns, before.loader_cpu_ns + 5 * NS_PER_MS);
    cr_assert_geq(after.steal_ns, before.steal_ns);
    cr_assert_geq(after.loader_major_faults, before.loader_major_faults);
    cr_assert_null(sampler_close(s));
    cr_assert_null(sampler_close(NULL));
}

Test(load_sample, a_servers_process)
{
    struct child c = start_child();
    struct sampler *s = open_sampler(c.pid);
    struct sample before, after;
    ask(&c);
    sampler_read_all(s, &before);
    ask(&c);
    sampler_read_all(s, &after);
    cr_assert_geq(before.server_cpu_ns, 30 * NS_PER_MS);
    cr_assert_geq(after.server_cpu_ns - before.server_cpu_ns, 30 * NS_PER_MS, "to the ns, not to the tick of 10 ms");
    cr_assert_geq(after.server_user_ns + after.server_system_ns, 40 * NS_PER_MS);
    cr_assert_gt(after.server_rss_bytes, 100000);
    cr_assert_geq(after.server_threads, 1); /* a sanitizer may have one of its own */
    cr_assert_geq(after.server_fds, 5);
    for (int i = 0; i < 50 && !after.server_switches_voluntary; i++) { /* on a full machine the next question may be there already */
        ask(&c);
        sampler_read_all(s, &after);
    }
    cr_assert_gt(after.server_switches_voluntary, 0, "it has waited for the pipe");
    cr_assert_geq(after.server_switches_voluntary, before.server_switches_voluntary);
    (void)kill(c.pid, SIGKILL);
    (void)waitpid(c.pid, NULL, 0);
    sampler_close(s);
}

Test(load_sample, a_server_that_has_ended_keeps_its_figures)
{
    struct child c = start_child();
    struct sampler *s = open_sampler(c.pid);
    struct sample alive, dead, gone;
    ask(&c);
    sampler_read_all(s, &alive);
    (void)close(c.to); /* it ends */
    siginfo_t info;
    cr_assert_eq(waitid(P_PID, (id_t)c.pid, &info, WEXITED | WNOWAIT), 0);
    sampler_read_all(s, &dead); /* not yet waited for */
    (void)waitpid(c.pid, NULL, 0);
    sampler_read_all(s, &gone);
    cr_assert_geq(dead.server_cpu_ns, alive.server_cpu_ns);
    cr_assert_eq(dead.server_rss_bytes, alive.server_rss_bytes);
    cr_assert_eq(dead.server_threads, alive.server_threads);
    cr_assert_eq(dead.server_fds, alive.server_fds);
    cr_assert_eq(gone.server_cpu_ns, dead.server_cpu_ns);
    cr_assert_eq(gone.server_rss_bytes, alive.server_rss_bytes);
    cr_assert_eq(gone.server_switches_voluntary, alive.server_switches_voluntary);
    struct sampler *none = NULL;
    cr_assert_eq(sampler_open(c.pid, &none), -ESRCH);
    cr_assert_null(none);
    sampler_close(s);
}

Test(load_sample, what_does_not_exist)
{
    struct sampler *s = NULL;
    cr_assert_eq(sampler_open(INT32_MAX, &s), -ESRCH);
    cr_assert_eq(sampler_open(-1, &s), -ESRCH);
    cr_assert_null(s);
}

Test(load_sample, memory_that_is_touched)
{
    const size_t bytes = 32u << 20;
    struct sampler *s = open_sampler(getpid());
    struct sample before, after;
    sampler_read(s, &before);
    char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq(p, MAP_FAILED);
    memset(p, 1, bytes);
    sampler_read(s, &after);
    cr_assert_geq(after.server_rss_bytes, before.server_rss_bytes + bytes / 2);
    cr_assert_geq(after.loader_rss_bytes, before.loader_rss_bytes + bytes / 2);
    (void)munmap(p, bytes);
    sampler_close(s);
}

Test(load_sample, the_host)
{
    static struct host h;
    memset(&h, 0xff, sizeof h);
    host_read(&h);
    cr_assert_eq(strncmp(h.kernel, "Linux ", 6), 0, "%s", h.kernel);
    cr_assert_gt(strlen(h.cpu), 0);
    cr_assert_not_null(memchr(h.mitigations, '\0', sizeof h.mitigations));
    cr_assert_geq(h.cpus, 1);
    cr_assert_gt(h.memory_bytes, 1u << 20);
    cr_assert_gt(h.nofile_soft, 0);
    cr_assert_geq(h.nofile_hard, h.nofile_soft);
    cr_assert(h.sysctls_n > 0 && h.sysctls_n <= 16);
    bool found = false;
    for (int i = 0; i < h.sysctls_n; i++) {
        cr_assert_gt(strlen(h.sysctls[i].value), 0);
        cr_assert_null(strchr(h.sysctls[i].value, '\n'));
        found = found || strcmp(h.sysctls[i].name, "net.core.somaxconn") == 0;
    }
    cr_assert(found);
}
