/* sample.c: see sample.h. Of the server the folder /proc/PID is kept open: another process that gets the same number later is not
 * taken for it. */
#include "tools/load/sample.h"

#include "base/check.h"
#include "base/clock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

struct sampler {
    int pid; /* 0: no server */
    int folder_fd; /* /proc/PID; -1 */
    clockid_t cpu_clock; /* of all its threads, also those that have ended */
    uint64_t tick_ns; /* of the times in /proc */
    uint64_t page_bytes;
    struct sample last;
};

/* ---- files ---- */

/* The text of a file of /proc, cut to room - 1 bytes. 0 or -errno. */
static int read_file(int folder_fd, const char *path, char *text, size_t room)
{
    int fd = openat(folder_fd, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -errno;
    size_t len = 0;
    ssize_t n;
    while (len + 1 < room && (n = read(fd, text + len, room - 1 - len)) != 0) {
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) break;
        len += (size_t)n;
    }
    int rc = len ? 0 : -ESRCH; /* the process has ended */
    text[len] = '\0';
    (void)close(fd); /* only read */
    return rc;
}

/* The number behind name, which begins a line; 0 if there is none. */
static uint64_t number_after(const char *text, const char *name)
{
    size_t len = strlen(name);
    for (const char *line = text; line; line = strchr(line, '\n')) {
        if (*line == '\n') line++;
        if (strncmp(line, name, len) == 0) return strtoull(line + len, NULL, 10);
    }
    return 0;
}

/* The number that is the text's word number place, from 0; 0 if there is none. */
static uint64_t number_at(const char *text, unsigned place)
{
    static const char blanks[] = " \n";
    for (text += strspn(text, blanks); place; place--) {
        text += strcspn(text, blanks);
        text += strspn(text, blanks);
    }
    return strtoull(text, NULL, 10);
}

static uint64_t clock_ns(clockid_t clock)
{
    struct timespec t;
    if (clock_gettime(clock, &t) < 0) return 0;
    return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

/* ---- the server ---- */

/* Fields of /proc/PID/stat behind the name, from the state (3) on; proc(5). */
struct stat_fields {
    char state;
    uint64_t user, system, threads, rss;
};

static int parse_stat(const char *text, struct stat_fields *f)
{
    const char *name_end = strrchr(text, ')'); /* the name may have anything in it */
    if (!name_end || name_end[1] != ' ' || !name_end[2]) return -EBADMSG;
    const char *fields = name_end + 2;
    f->state = *fields;
    f->user = number_at(fields, 14 - 3);
    f->system = number_at(fields, 15 - 3);
    f->threads = number_at(fields, 20 - 3);
    f->rss = number_at(fields, 24 - 3);
    return 0;
}

/* 0; -errno: the process has ended, nothing is changed. */
static int read_server(struct sampler *s)
{
    char text[1024];
    struct stat_fields f = {0};
    int rc = read_file(s->folder_fd, "stat", text, sizeof text);
    if (rc == 0) rc = parse_stat(text, &f);
    if (rc < 0) return rc;
    uint64_t cpu_ns = clock_ns(s->cpu_clock);
    if (cpu_ns > s->last.server_cpu_ns) s->last.server_cpu_ns = cpu_ns;
    s->last.server_user_ns = f.user * s->tick_ns;
    s->last.server_system_ns = f.system * s->tick_ns;
    if (f.state == 'Z' || f.state == 'X') return -ESRCH; /* has no memory any more */
    s->last.server_rss_bytes = f.rss * s->page_bytes;
    s->last.server_threads = (uint32_t)f.threads;
    return 0;
}

/* Calls what with each entry of a folder of the process whose name is a number. False: it cannot be read. */
static bool each_number(const struct sampler *s, const char *folder, void (*what)(void *arg, int fd, const char *name),
                        void *arg)
{
    int fd = openat(s->folder_fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    if (!d) {
        if (fd >= 0) (void)close(fd);
        return false;
    }
    for (const struct dirent *e; (e = readdir(d));)
        if (e->d_name[0] >= '0' && e->d_name[0] <= '9') what(arg, fd, e->d_name);
    (void)closedir(d); /* only read */
    return true;
}

static void count_one(void *arg, int fd, const char *name)
{
    (void)fd;
    (void)name;
    ++*(uint32_t *)arg;
}

struct switches {
    uint64_t voluntary, involuntary;
};

static void add_switches(void *arg, int fd, const char *name)
{
    struct switches *sum = arg;
    char path[64], text[4096];
    (void)snprintf(path, sizeof path, "%.32s/status", name);
    if (read_file(fd, path, text, sizeof text) < 0) return; /* the thread has ended */
    sum->voluntary += number_after(text, "voluntary_ctxt_switches:");
    sum->involuntary += number_after(text, "nonvoluntary_ctxt_switches:");
}

static void read_server_all(struct sampler *s)
{
    struct switches sum = {0};
    uint32_t fds = 0;
    if (each_number(s, "task", add_switches, &sum) && sum.voluntary + sum.involuntary) {
        s->last.server_switches_voluntary = sum.voluntary;
        s->last.server_switches_involuntary = sum.involuntary;
    }
    if (each_number(s, "fd", count_one, &fds)) s->last.server_fds = fds; /* another user's are not to be seen */
}

/* ---- the machine, and ourselves ---- */

static void read_machine(struct sampler *s)
{
    char text[8192];
    if (read_file(AT_FDCWD, "/proc/meminfo", text, sizeof text) == 0) {
        s->last.slab_bytes = number_after(text, "Slab:") * 1024;
        s->last.page_table_bytes = number_after(text, "PageTables:") * 1024;
    }
    if (read_file(AT_FDCWD, "/proc/stat", text, 256) == 0) s->last.steal_ns = number_at(text, 8) * s->tick_ns; /* of all CPUs */
    if (read_file(AT_FDCWD, "/proc/net/sockstat", text, sizeof text) == 0) {
        const char *tcp = strstr(text, "TCP:"), *mem = tcp ? strstr(tcp, " mem ") : NULL;
        if (mem) s->last.tcp_memory_bytes = strtoull(mem + 5, NULL, 10) * s->page_bytes;
    }
}

static void read_loader(struct sampler *s)
{
    char text[128];
    struct rusage usage;
    s->last.loader_cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    if (read_file(AT_FDCWD, "/proc/self/statm", text, sizeof text) == 0)
        s->last.loader_rss_bytes = number_at(text, 1) * s->page_bytes;
    if (getrusage(RUSAGE_SELF, &usage) == 0) s->last.loader_major_faults = (uint64_t)usage.ru_majflt;
}

/* ---- the sampler ---- */

static int open_server(struct sampler *s, int pid)
{
    char path[32];
    (void)snprintf(path, sizeof path, "/proc/%d", pid);
    s->folder_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (s->folder_fd < 0) return errno == ENOENT ? -ESRCH : -errno;
    int rc = clock_getcpuclockid(pid, &s->cpu_clock);
    if (rc != 0) return -rc;
    s->pid = pid;
    return read_server(s);
}

int sampler_open(int server_pid, struct sampler **out)
{
    struct sampler *s = calloc(1, sizeof *s);
    if (!s) return -ENOMEM;
    s->folder_fd = -1;
    s->tick_ns = NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK);
    s->page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
    int rc = server_pid ? open_server(s, server_pid) : 0;
    if (rc < 0) {
        sampler_close(s);
        return rc;
    }
    *out = s;
    return 0;
}

struct sampler *sampler_close(struct sampler *s)
{
    if (s && s->folder_fd >= 0) (void)close(s->folder_fd); /* only a path */
    free(s);
    return NULL;
}

static void read_into(struct sampler *s, bool all, struct sample *out)
{
    if (s->pid && read_server(s) == 0 && all) read_server_all(s);
    read_machine(s);
    read_loader(s);
    *out = s->last;
}

void sampler_read(struct sampler *s, struct sample *out)
{
    read_into(s, false, out);
}

void sampler_read_all(struct sampler *s, struct sample *out)
{
    read_into(s, true, out);
}

/* ---- the host ---- */

/* The first line of a file, blanks for tabs; empty if it cannot be read. */
static void read_line(const char *path, char *out, size_t room)
{
    out[0] = '\0';
    if (read_file(AT_FDCWD, path, out, room) < 0) return;
    out[strcspn(out, "\n")] = '\0';
    for (char *p = out; *p; p++)
        if (*p == '\t') *p = ' ';
}

static void read_cpu_name(char *out, size_t room)
{
    char text[4096];
    static const char *const names[] = {"\nmodel name", "\nModel", "\nHardware"};
    (void)snprintf(out, room, "%s", "unknown");
    if (read_file(AT_FDCWD, "/proc/cpuinfo", text, sizeof text) < 0) return;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *line = strstr(text, names[i]), *colon = line ? strchr(line, ':') : NULL;
        if (!colon) continue;
        colon++;
        colon += strspn(colon, " \t");
        (void)snprintf(out, room, "%.*s", (int)strcspn(colon, "\n"), colon);
        return;
    }
}

/* "spectre_v2 mitigated, mds vulnerable": what does not concern this CPU is left out. */
static void read_mitigations(char *out, size_t room)
{
    static const char folder[] = "/sys/devices/system/cpu/vulnerabilities";
    struct dirent **entries;
    size_t len = 0;
    out[0] = '\0';
    int n = scandir(folder, &entries, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        char path[320], state[128];
        (void)snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        read_line(path, state, sizeof state);
        const char *word = strncmp(state, "Mitigation", 10) == 0   ? "mitigated"
                           : strncmp(state, "Vulnerable", 10) == 0 ? "vulnerable"
                                                                   : NULL;
        if (word && len < room) {
            int more = snprintf(out + len, room - len, "%s%s %s", len ? ", " : "", entries[i]->d_name, word);
            if (more > 0) len += (size_t)more;
        }
        free(entries[i]);
    }
    if (n >= 0) free(entries);
}

/* Those that change what a network benchmark sees. */
static void read_sysctls(struct host *h)
{
    static const char *const names[] = {
        "net/core/somaxconn",
        "net/core/rmem_max",
        "net/core/wmem_max",
        "net/ipv4/tcp_max_syn_backlog",
        "net/ipv4/ip_local_port_range",
        "net/ipv4/tcp_tw_reuse",
        "net/ipv4/tcp_fin_timeout",
        "net/ipv4/tcp_rmem",
        "net/ipv4/tcp_wmem",
        "net/ipv4/tcp_mem",
        "net/ipv4/tcp_syncookies",
        "net/ipv4/tcp_congestion_control",
        "net/ipv4/tcp_timestamps",
        "net/netfilter/nf_conntrack_max",
        "fs/nr_open",
        "kernel/io_uring_disabled",
    };
    static_assert(sizeof names / sizeof *names <= sizeof h->sysctls / sizeof *h->sysctls, "room in struct host");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[128], *name = h->sysctls[h->sysctls_n].name, *value = h->sysctls[h->sysctls_n].value;
        (void)snprintf(path, sizeof path, "/proc/sys/%s", names[i]);
        read_line(path, value, sizeof h->sysctls->value);
        if (!*value) continue;
        (void)snprintf(name, sizeof h->sysctls->name, "%s", names[i]);
        for (char *p = name; *p; p++)
            if (*p == '/') *p = '.';
        h->sysctls_n++;
    }
}

void host_read(struct host *h)
{
    struct utsname u;
    struct rlimit files;
    *h = (struct host){0};
    if (uname(&u) == 0) (void)snprintf(h->kernel, sizeof h->kernel, "%.40s %.60s %.20s", u.sysname, u.release, u.machine);
    read_cpu_name(h->cpu, sizeof h->cpu);
    read_line("/sys/devices/system/clocksource/clocksource0/current_clocksource", h->clocksource, sizeof h->clocksource);
    read_mitigations(h->mitigations, sizeof h->mitigations);
    h->cpus = (uint32_t)sysconf(_SC_NPROCESSORS_ONLN);
    h->memory_bytes = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        h->nofile_soft = files.rlim_cur;
        h->nofile_hard = files.rlim_max;
    }
    read_sysctls(h);
}
