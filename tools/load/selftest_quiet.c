/* selftest_quiet.c: what else used this machine's processors: all of their busy time, less our own, our children's that have ended,
 * and one server's. Busy time comes in ticks of the kernel's, so a second of it is right to a few per cent. */
#include "tools/load/selftest_parts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* The first line of a file; false: there is none. */
static bool first_line(const char *path, char *line, size_t room)
{
    FILE *f = fopen(path, "re");
    bool read = f && fgets(line, (int)room, f);
    if (f) (void)fclose(f);
    return read;
}

/* Of all processors since the start; idle, waiting and stolen time left out. 0: it cannot be read. */
static uint64_t busy_ns(void)
{
    enum { USER, NICE, SYSTEM, IDLE, WAIT, IRQ, SOFTIRQ, KINDS };
    uint64_t ticks[KINDS];
    char line[512], *at = line + strlen("cpu");
    long per_s = sysconf(_SC_CLK_TCK);
    if (per_s <= 0 || !first_line("/proc/stat", line, sizeof line)) return 0;
    for (int i = 0; i < KINDS; i++) ticks[i] = strtoull(at, &at, 10);
    return (ticks[USER] + ticks[NICE] + ticks[SYSTEM] + ticks[IRQ] + ticks[SOFTIRQ]) * (NS_PER_S / (uint64_t)per_s);
}

static uint64_t usage_ns(int who)
{
    struct rusage u;
    if (getrusage(who, &u) < 0) return 0;
    return ((uint64_t)u.ru_utime.tv_sec + (uint64_t)u.ru_stime.tv_sec) * NS_PER_S +
           ((uint64_t)u.ru_utime.tv_usec + (uint64_t)u.ru_stime.tv_usec) * NS_PER_US;
}

/* Of its first thread. */
static uint64_t process_ns(pid_t pid)
{
    char path[64], line[128];
    (void)snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pid);
    return pid && first_line(path, line, sizeof line) ? strtoull(line, NULL, 10) : 0;
}

static uint64_t others_ns(pid_t server)
{
    uint64_t busy = busy_ns(), ours = usage_ns(RUSAGE_SELF) + usage_ns(RUSAGE_CHILDREN) + process_ns(server);
    return busy > ours ? busy - ours : 0;
}

void quiet_begin(struct quiet *q, pid_t server)
{
    *q = (struct quiet){clock_now_ns(), others_ns(server)};
}

double quiet_end(const struct quiet *q, pid_t server)
{
    uint64_t now = clock_now_ns(), others = others_ns(server);
    if (now <= q->at_ns || others <= q->others_ns) return 0;
    return (double)(others - q->others_ns) / (double)(now - q->at_ns);
}
