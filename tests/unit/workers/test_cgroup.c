/* Control groups of places, in a temporary folder that stands for the file system of control groups. */
#include "workers/cgroup.h"
#include "workers/run_spec.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64], why[CGROUP_WHY_BYTES];
static const struct quern_type plain = {.name = "echo"}, limited = {.name = "t.limited"};
static struct run_spec spec;
static struct types *types;

static void put(const char *name, const char *text)
{
    char path[160];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    cr_assert(f && fputs(text, f) >= 0 && fclose(f) == 0, "%s", path);
}

static const char *get(const char *name)
{
    static char text[128];
    char path[160];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "r");
    cr_assert(f, "%s", path);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    (void)fclose(f);
    return text;
}

/* As the kernel fills a new group. */
static void put_group(const char *name)
{
    static const char *const files[] = {"memory.max", "memory.swap.max", "cpu.max", "pids.max", "cgroup.procs"};
    char path[160];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    cr_assert_eq(mkdir(path, 0700), 0);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", name, files[i]);
        put(path, "as it was");
    }
}

static void limit(uint32_t place)
{
    struct cgroup_limits l;
    cr_assert_eq(cgroup_limits_open(folder, &types->of[1], place, &l, why), 0, "%s", why);
    cr_assert_eq(cgroup_limits_write(folder, &types->of[1], place, &l, why), 0, "%s", why);
}

static void start(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/quern-cgroup-XXXXXX");
    cr_assert(mkdtemp(folder));
    types = calloc(1, sizeof *types);
    spec = (struct run_spec){.kind = RUN_COMMAND, .places = 2, .group_memory = 64u << 20, .group_cpu = 150, .group_pids = 20};
    types->n = 2;
    types->of[0] = (struct job_type){.type = &plain};
    types->of[1] = (struct job_type){.type = &limited, .spec = &spec};
    why[0] = '\0';
}

static void stop(void)
{
    char line[96];
    free(types);
    (void)snprintf(line, sizeof line, "rm -r %s", folder);
    cr_assert_eq(system(line), 0);
}

TestSuite(workers_cgroup, .init = start, .fini = stop);

static void expect_refusal(const char *text)
{
    char all[CGROUP_WHY_BYTES];
    (void)snprintf(all, sizeof all, "type 't.limited' has limits for a control group, but %s", text);
    cr_assert_str_eq(why, all);
}

Test(workers_cgroup, who_wants_none_needs_no_folder)
{
    spec = (struct run_spec){.kind = RUN_COMMAND, .places = 2, .memory_max = 1u << 20};
    cr_assert_eq(cgroup_prepare(NULL, types, why), 0);
    cr_assert_eq(cgroup_prepare("/nowhere", types, why), 0);
    cr_assert_str_eq(why, "");
}

Test(workers_cgroup, what_is_no_folder_for_it_is_refused_with_a_reason)
{
    char text[256];
    cr_assert_eq(cgroup_prepare(NULL, types, why), -EINVAL);
    expect_refusal("the key 'cgroup' names no folder for it");
    cr_assert_eq(cgroup_prepare(folder, types, why), -ENOENT);
    (void)snprintf(text, sizeof text,
                   "%s is no folder of control groups, version 2: cgroup.controllers: No such file or directory", folder);
    expect_refusal(text);
    put("cgroup.controllers", "cpu cpuset mymemory pids\n");
    cr_assert_eq(cgroup_prepare(folder, types, why), -ENOTSUP);
    (void)snprintf(text, sizeof text,
                   "%s does not offer the controller 'memory': its cgroup.controllers has 'cpu cpuset mymemory pids'", folder);
    expect_refusal(text);
    put("cgroup.controllers", "cpu memory pids\n");
    cr_assert_eq(cgroup_prepare(folder, types, why), -ENOENT);
    (void)snprintf(text, sizeof text, "%s/cgroup.subtree_control cannot be written: No such file or directory", folder);
    expect_refusal(text);
    put("cgroup.subtree_control", "");
    cr_assert_eq(cgroup_prepare(folder, types, why), 0);
    cr_assert_str_eq(get("cgroup.subtree_control"), "+pids", "the last of three orders");
}

Test(workers_cgroup, only_controllers_that_are_asked_for_are_needed)
{
    spec.group_cpu = spec.group_pids = 0;
    put("cgroup.controllers", "memory");
    put("cgroup.subtree_control", "");
    cr_assert_eq(cgroup_prepare(folder, types, why), 0);
    cr_assert_str_eq(get("cgroup.subtree_control"), "+memory");
}

Test(workers_cgroup, limits_are_written_and_the_child_goes_in)
{
    put_group("quern-t.limited.1");
    int fd = cgroup_make(folder, &types->of[1], 1, why);
    cr_assert_geq(fd, 0, "%s", why);
    limit(1);
    cr_assert_str_eq(get("quern-t.limited.1/memory.max"), "67108864");
    cr_assert_str_eq(get("quern-t.limited.1/memory.swap.max"), "0");
    cr_assert_str_eq(get("quern-t.limited.1/cpu.max"), "150000 100000");
    cr_assert_str_eq(get("quern-t.limited.1/pids.max"), "20");
    pid_t pid = fork();
    if (pid == 0) {
        cgroup_enter(fd);
        _exit(7);
    }
    int status;
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert_eq(WEXITSTATUS(status), 7);
    cr_assert_eq(get("quern-t.limited.1/cgroup.procs")[0], '0', "the process itself, as the kernel reads it");
    (void)close(fd);
}

Test(workers_cgroup, limits_of_an_earlier_start_are_lifted)
{
    put_group("quern-t.limited.0");
    spec.group_memory = spec.group_cpu = 0;
    int fd = cgroup_make(folder, &types->of[1], 0, why);
    cr_assert_geq(fd, 0, "%s", why);
    limit(0);
    cr_assert_str_eq(get("quern-t.limited.0/memory.max"), "max");
    cr_assert_str_eq(get("quern-t.limited.0/cpu.max"), "max 100000");
    cr_assert_str_eq(get("quern-t.limited.0/pids.max"), "20");
    (void)close(fd);
}

Test(workers_cgroup, limits_that_are_only_open_are_as_they_were)
{
    struct cgroup_limits l;
    put_group("quern-t.limited.0");
    int fd = cgroup_make(folder, &types->of[1], 0, why);
    cr_assert_geq(fd, 0, "%s", why);
    (void)close(fd);
    cr_assert_eq(cgroup_limits_open(folder, &types->of[1], 0, &l, why), 0, "%s", why);
    cr_assert_str_eq(get("quern-t.limited.0/memory.max"), "as it was");
    cr_assert_str_eq(get("quern-t.limited.0/memory.swap.max"), "as it was");
    cr_assert_str_eq(get("quern-t.limited.0/cpu.max"), "as it was");
    cr_assert_str_eq(get("quern-t.limited.0/pids.max"), "as it was");
    cr_assert_eq(cgroup_limits_write(folder, &types->of[1], 0, &l, why), 0, "%s", why);
    cr_assert_str_eq(get("quern-t.limited.0/pids.max"), "20");
    for (size_t i = 0; i < CGROUP_FILES; i++) cr_assert_eq(l.fds[i], -1);
}

/* A folder in which the kernel makes no files. */
Test(workers_cgroup, a_limit_that_cannot_be_written_is_refused)
{
    char text[256];
    struct cgroup_limits l;
    cr_assert_eq(cgroup_make(folder, &types->of[1], 0, why), -ENOENT);
    (void)snprintf(text, sizeof text, "%s/quern-t.limited.0/cgroup.procs cannot be opened: No such file or directory", folder);
    expect_refusal(text);
    cr_assert_eq(cgroup_limits_open(folder, &types->of[1], 0, &l, why), -ENOENT);
    (void)snprintf(text, sizeof text, "%s/quern-t.limited.0/memory.max cannot be written: No such file or directory", folder);
    expect_refusal(text);
    cgroup_remove(folder, &types->of[1], 0);
    (void)snprintf(text, sizeof text, "%s/quern-t.limited.0", folder);
    cr_assert_eq(access(text, F_OK), -1, "an empty group is removed");
}

Test(workers_cgroup, a_limit_that_the_kernel_does_not_take_is_refused)
{
    char text[256], full[160];
    struct cgroup_limits l;
    put_group("quern-t.limited.0");
    (void)snprintf(full, sizeof full, "%s/quern-t.limited.0/pids.max", folder);
    cr_assert(unlink(full) == 0 && symlink("/dev/full", full) == 0);
    cr_assert_eq(cgroup_limits_open(folder, &types->of[1], 0, &l, why), 0, "%s", why);
    cr_assert_eq(cgroup_limits_write(folder, &types->of[1], 0, &l, why), -ENOSPC);
    (void)snprintf(text, sizeof text, "%s cannot be written: No space left on device", full);
    expect_refusal(text);
}

Test(workers_cgroup, who_cannot_go_in_does_not_run)
{
    int fd = open("/dev/full", O_WRONLY);
    pid_t pid = fork();
    if (pid == 0) {
        cgroup_enter(fd);
        _exit(7);
    }
    int status;
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert_eq(WEXITSTATUS(status), 1);
    (void)close(fd);
}
