#include "workers/cgroup.h"

#include "workers/run_spec.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const controllers[] = {"memory", "cpu", "pids"};
#define N_CONTROLLERS (sizeof controllers / sizeof *controllers)

static uint64_t wanted(const struct run_spec *spec, size_t controller)
{
    const uint64_t of[N_CONTROLLERS] = {spec->group_memory, spec->group_cpu, spec->group_pids};
    return of[controller];
}

bool cgroup_has_limits(const struct run_spec *spec)
{
    return spec && (spec->group_memory || spec->group_cpu || spec->group_pids);
}

static int refuse(char why[CGROUP_WHY_BYTES], int rc, const char *type, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static int refuse(char why[CGROUP_WHY_BYTES], int rc, const char *type, const char *format, ...)
{
    va_list args;
    int len = snprintf(why, CGROUP_WHY_BYTES, "type '%s' has limits for a control group, but ", type);
    if (len < 0 || len >= CGROUP_WHY_BYTES) return rc;
    va_start(args, format);
    (void)vsnprintf(why + len, (size_t)(CGROUP_WHY_BYTES - len), format, args);
    va_end(args);
    return rc;
}

/* ---- files ---- */

/* The file's first line without its end. 0 or -errno. */
static int read_line(const char *folder, const char *name, char *out, size_t room)
{
    char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -errno;
    ssize_t n = read(fd, out, room - 1);
    int rc = n < 0 ? -errno : 0;
    (void)close(fd); /* only read */
    out[n > 0 ? n : 0] = '\0';
    out[strcspn(out, "\n")] = '\0';
    return rc;
}

/* Each write is an order of its own. The files are there, or the kernel has no such limit. */
static int write_file(const char *folder, const char *name, const char *text)
{
    char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    if (fd < 0) return -errno;
    int rc = write(fd, text, strlen(text)) < 0 ? -errno : 0;
    if (close(fd) < 0 && rc == 0) rc = -errno;
    return rc;
}

static bool has_word(const char *line, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = line; (at = strstr(at, word)) != NULL; at += len)
        if ((at == line || at[-1] == ' ') && (at[len] == '\0' || at[len] == ' ')) return true;
    return false;
}

/* ---- the folder ---- */

static int check_type(const char *folder, const struct job_type *type, const char *offered, char why[CGROUP_WHY_BYTES])
{
    for (size_t i = 0; i < N_CONTROLLERS; i++)
        if (wanted(type->spec, i) && !has_word(offered, controllers[i]))
            return refuse(why, -ENOTSUP, type->type->name,
                          "%s does not offer the controller '%s': its cgroup.controllers has '%s'", folder, controllers[i],
                          offered);
    return 0;
}

static int hand_on(const char *folder, const struct job_type *type, char why[CGROUP_WHY_BYTES])
{
    for (size_t i = 0; i < N_CONTROLLERS; i++) {
        char order[16];
        if (!wanted(type->spec, i)) continue;
        (void)snprintf(order, sizeof order, "+%s", controllers[i]);
        int rc = write_file(folder, "cgroup.subtree_control", order);
        if (rc == -EBUSY)
            return refuse(why, rc, type->type->name, "there are processes in %s itself: it cannot hand on the controller '%s'",
                          folder, controllers[i]);
        if (rc < 0)
            return refuse(why, rc, type->type->name, "%s/cgroup.subtree_control cannot be written: %s", folder, strerror(-rc));
    }
    return 0;
}

int cgroup_prepare(const char *folder, const struct types *types, char why[CGROUP_WHY_BYTES])
{
    char offered[256];
    int rc = 0;
    for (uint32_t i = 0; i < types->n && rc == 0; i++) {
        const struct job_type *type = &types->of[i];
        if (!cgroup_has_limits(type->spec)) continue;
        if (!folder) return refuse(why, -EINVAL, type->type->name, "the key 'cgroup' names no folder for it");
        rc = read_line(folder, "cgroup.controllers", offered, sizeof offered);
        if (rc < 0)
            return refuse(why, rc, type->type->name, "%s is no folder of control groups, version 2: cgroup.controllers: %s",
                          folder, strerror(-rc));
        rc = check_type(folder, type, offered, why);
        if (rc == 0) rc = hand_on(folder, type, why);
    }
    return rc;
}

/* ---- a group ---- */

static void group_path(const char *folder, const struct job_type *type, uint32_t place, char out[PATH_MAX])
{
    (void)snprintf(out, PATH_MAX, "%s/quern-%s.%" PRIu32, folder, type->type->name, place);
}

int cgroup_make(const char *folder, const struct job_type *type, uint32_t place, char why[CGROUP_WHY_BYTES])
{
    char path[PATH_MAX], procs[PATH_MAX + 16];
    group_path(folder, type, place, path);
    if (mkdir(path, 0755) < 0 && errno != EEXIST)
        return refuse(why, -errno, type->type->name, "%s cannot be made: %s", path, strerror(errno));
    (void)snprintf(procs, sizeof procs, "%s/cgroup.procs", path);
    int fd = open(procs, O_WRONLY | O_CLOEXEC);
    return fd < 0 ? refuse(why, -errno, type->type->name, "%s cannot be opened: %s", procs, strerror(errno)) : fd;
}

void cgroup_enter(int fd)
{
    if (write(fd, "0", 1) != 1) _exit(1); /* it must not run without its limits */
}

void cgroup_remove(const char *folder, const struct job_type *type, uint32_t place)
{
    char path[PATH_MAX];
    group_path(folder, type, place, path);
    (void)rmdir(path);
}

/* ---- its limits ---- */

enum file { MEMORY, SWAP, CPU, PIDS };
static const char *const files[CGROUP_FILES] = {"memory.max", "memory.swap.max", "cpu.max", "pids.max"};

/* A controller that nobody asks for may be missing; so may swap, whose limit makes the bound one of memory where there is some. */
static bool is_needed(const struct run_spec *spec, enum file file)
{
    const bool of[CGROUP_FILES] = {spec->group_memory > 0, false, spec->group_cpu > 0, spec->group_pids > 0};
    return of[file];
}

/* No limit is max, and is written too: the group may be there with those of an earlier start. */
static void limit_text(const struct run_spec *spec, enum file file, char out[48])
{
    (void)snprintf(out, 48, "max");
    switch (file) {
    case MEMORY:
        if (spec->group_memory) (void)snprintf(out, 48, "%" PRIu64, spec->group_memory);
        return;
    case SWAP: (void)snprintf(out, 48, "0"); return;
    case CPU:
        (void)snprintf(out, 48, "max %u", CGROUP_PERIOD_US);
        if (spec->group_cpu)
            (void)snprintf(out, 48, "%" PRIu64 " %u", (uint64_t)spec->group_cpu * CGROUP_PERIOD_US / 100, CGROUP_PERIOD_US);
        return;
    case PIDS:
        if (spec->group_pids) (void)snprintf(out, 48, "%" PRIu32, spec->group_pids);
        return;
    }
}

static int refuse_file(const char *folder, const struct job_type *type, uint32_t place, enum file file, int rc,
                       char why[CGROUP_WHY_BYTES])
{
    char path[PATH_MAX];
    group_path(folder, type, place, path);
    return refuse(why, rc, type->type->name, "%s/%s cannot be written: %s", path, files[file], strerror(-rc));
}

static void close_all(struct cgroup_limits *l)
{
    for (size_t i = 0; i < CGROUP_FILES; i++) {
        if (l->fds[i] >= 0) (void)close(l->fds[i]); /* what was written has been told by write */
        l->fds[i] = -1;
    }
}

int cgroup_limits_open(const char *folder, const struct job_type *type, uint32_t place, struct cgroup_limits *out,
                       char why[CGROUP_WHY_BYTES])
{
    char group[PATH_MAX], path[PATH_MAX + 16];
    group_path(folder, type, place, group);
    for (size_t i = 0; i < CGROUP_FILES; i++) out->fds[i] = -1;
    for (enum file file = MEMORY; file <= PIDS; file++) {
        if (file == SWAP && !type->spec->group_memory) continue;
        (void)snprintf(path, sizeof path, "%s/%s", group, files[file]);
        out->fds[file] = open(path, O_WRONLY | O_CLOEXEC);
        if (out->fds[file] >= 0 || file == SWAP || (errno == ENOENT && !is_needed(type->spec, file))) continue;
        int rc = -errno;
        close_all(out);
        return refuse_file(folder, type, place, file, rc, why);
    }
    return 0;
}

int cgroup_limits_write(const char *folder, const struct job_type *type, uint32_t place, struct cgroup_limits *l,
                        char why[CGROUP_WHY_BYTES])
{
    int rc = 0;
    for (enum file file = MEMORY; file <= PIDS && rc == 0; file++) {
        char text[48];
        if (l->fds[file] < 0) continue;
        limit_text(type->spec, file, text);
        int cut = ftruncate(l->fds[file], 0);
        (void)cut; /* the kernel's files have no length: each write is an order of its own */
        if (write(l->fds[file], text, strlen(text)) < 0 && file != SWAP)
            rc = refuse_file(folder, type, place, file, -errno, why);
    }
    close_all(l);
    return rc;
}
