/* libc.c: where the server's own code calls the C library to leave its process, the linker (--wrap) leads it here: clocks and random
 * numbers come from the seed, a thread is a coroutine, a futex is a place to wait. Calls that do not concern the simulation go on. */
#include "net.h"
#include "world.h"

#include "base/check.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int __wrap_clock_gettime(clockid_t id, struct timespec *t);
ssize_t __wrap_getrandom(void *p, size_t len, unsigned flags);
int __wrap_nanosleep(const struct timespec *t, struct timespec *left);
int __wrap_pthread_create(pthread_t *id, const pthread_attr_t *attr, void *(*fn)(void *), void *arg);
int __wrap_pthread_join(pthread_t id, void **result);
int __wrap_pthread_detach(pthread_t id);
int __wrap_pthread_setname_np(pthread_t id, const char *name);
int __wrap_sched_setscheduler(pid_t pid, int policy, const struct sched_param *p);
int __wrap_sched_setaffinity(pid_t pid, size_t bytes, const cpu_set_t *set);
int __wrap_setpriority(int which, id_t who, int value);
long __wrap_syscall(long number, ...);
int __wrap_close(int fd);
int __real_close(int fd);

/* ---- time and chance ---- */

/* Looking at the clock takes a moment: who waits for a time by looking gets there. */
int __wrap_clock_gettime(clockid_t id, struct timespec *t)
{
    sim.now_ns += 100;
    uint64_t ns = id == CLOCK_REALTIME ? sim_wall_ns() : sim.now_ns;
    *t = (struct timespec){.tv_sec = (time_t)(ns / NS_PER_S), .tv_nsec = (long)(ns % NS_PER_S)};
    return 0;
}

ssize_t __wrap_getrandom(void *p, size_t len, unsigned flags)
{
    (void)flags;
    for (size_t i = 0; i < len; i++) ((uint8_t *)p)[i] = (uint8_t)sim_below(256);
    return (ssize_t)len;
}

int __wrap_nanosleep(const struct timespec *t, struct timespec *left)
{
    (void)left;
    sim_sleep((uint64_t)t->tv_sec * NS_PER_S + (uint64_t)t->tv_nsec);
    return 0;
}

/* ---- threads ---- */

static_assert(sizeof(pthread_t) >= sizeof(struct sim_thread *), "a thread's id is its coroutine");

int __wrap_pthread_create(pthread_t *id, const pthread_attr_t *attr, void *(*fn)(void *), void *arg)
{
    static uint32_t n;
    char name[16];
    (void)attr;
    (void)snprintf(name, sizeof name, "thread%u", n++ % 100000);
    *id = (pthread_t)sim_thread_start(name, sim.life, fn, arg);
    return 0;
}

static bool has_ended(void *arg)
{
    return sim_thread_ended(arg);
}

int __wrap_pthread_join(pthread_t id, void **result)
{
    (void)result;
    (void)sim_wait(has_ended, (void *)id, UINT64_MAX);
    return 0;
}

int __wrap_pthread_detach(pthread_t id)
{
    (void)id;
    return 0;
}

int __wrap_pthread_setname_np(pthread_t id, const char *name)
{
    (void)id; /* only ever its own */
    sim_thread_rename(name);
    return 0;
}

int __wrap_sched_setscheduler(pid_t pid, int policy, const struct sched_param *p)
{
    (void)pid, (void)policy, (void)p;
    return 0;
}

int __wrap_sched_setaffinity(pid_t pid, size_t bytes, const cpu_set_t *set)
{
    (void)pid, (void)bytes, (void)set;
    return 0;
}

int __wrap_setpriority(int which, id_t who, int value)
{
    (void)which, (void)who, (void)value;
    return 0;
}

/* ---- futexes ---- */

struct sleeper {
    _Atomic uint32_t *word;
    bool woken;
    struct sleeper *next;
};
static struct sleeper *sleepers;

static bool is_woken(void *arg)
{
    return ((struct sleeper *)arg)->woken;
}

static long futex_wait(_Atomic uint32_t *word, uint32_t value, const struct timespec *limit)
{
    if (atomic_load(word) != value) return -1;
    struct sleeper self = {.word = word, .next = sleepers};
    sleepers = &self;
    uint64_t left_ns = limit ? (uint64_t)limit->tv_sec * NS_PER_S + (uint64_t)limit->tv_nsec : 0;
    (void)sim_wait(is_woken, &self, limit ? sim.now_ns + left_ns : UINT64_MAX);
    for (struct sleeper **at = &sleepers; *at; at = &(*at)->next)
        if (*at == &self) {
            *at = self.next;
            break;
        }
    return 0;
}

static long futex_wake(_Atomic uint32_t *word)
{
    for (struct sleeper *s = sleepers; s; s = s->next)
        if (s->word == word && !s->woken) {
            s->woken = true;
            return 1;
        }
    return 0;
}

long __wrap_syscall(long number, ...)
{
    va_list args;
    va_start(args, number);
    _Atomic uint32_t *word = va_arg(args, _Atomic uint32_t *);
    int what = va_arg(args, int);
    uint32_t value = va_arg(args, uint32_t);
    const struct timespec *limit = va_arg(args, const struct timespec *);
    va_end(args);
    assert(number == SYS_futex);
    return (what & FUTEX_CMD_MASK) == FUTEX_WAIT ? futex_wait(word, value, limit) : futex_wake(word);
}

void sim_futexes_drop(void)
{
    sleepers = NULL;
}

/* ---- descriptors ---- */

int __wrap_close(int fd)
{
    if (!net_owns(fd)) return __real_close(fd);
    net_close(fd);
    return 0;
}
