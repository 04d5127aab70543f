/* hostile.c: job types for the tests of worker processes whose code means harm, or has lost its way: it knows what it shares with the
 * server and writes there what it likes. */
#include <quern/quern.h>

#include "workers/shared.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { FD_DONE = 4, FD_CHANNEL = 5 }; /* process_child.c */

static struct shared *shared_of(struct quern_job *job)
{
    return container_of((struct task *)(void *)job, struct shared, task);
}

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* The run has ended, says the child; what it says of its result stands. Then it goes. */
static void say_done(struct shared *s, uint32_t run)
{
    uint64_t one = 1;
    atomic_store(&s->done, run);
    ssize_t n = write(FD_DONE, &one, sizeof one);
    (void)n;
}

static _Noreturn void linger(void)
{
    for (;;) (void)pause();
}

/* Everything is noise but what makes the server look; and it goes on changing while the server does. */
static _Noreturn void scribble(struct shared *s, uint64_t seed)
{
    static const uint64_t sizes[] = {0, 1, SHARED_RESULT_BYTES, SHARED_RESULT_BYTES + 1, 1 << 20, 64 << 20, UINT64_MAX / 2, UINT64_MAX};
    uint32_t run = atomic_load(&s->go);
    uint64_t state = seed * 0x9e3779b97f4a7c15u + 1;
    for (int round = 0; round < 20; round++) {
        for (size_t i = 0; i < sizeof *s; i++) ((volatile char *)s)[i] = (char)next(&state);
        s->task.outcome = (uint8_t)(next(&state) % 3 ? TASK_COMPLETED : next(&state));
        s->result = (uint32_t)(next(&state) % 3 ? next(&state) % 5 : next(&state));
        s->result_bytes = sizes[next(&state) % (sizeof sizes / sizeof *sizes)];
        say_done(s, run);
    }
    _exit(1);
}

/* run: of which they are said to be. */
static void send_files(const int *fds, size_t n, uint32_t run)
{
    union {
        char bytes[CMSG_SPACE(4 * sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct iovec io = {&run, sizeof run};
    struct msghdr m = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = CMSG_SPACE(n * sizeof(int))};
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(n * sizeof(int));
    memcpy(CMSG_DATA(c), fds, n * sizeof(int));
    (void)sendmsg(FD_CHANNEL, &m, 0);
}

#define FILE_BYTES (1 << 20)

static int plain_file(void)
{
    int fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);
    if (fd < 0 || ftruncate(fd, FILE_BYTES) < 0) _exit(9);
    return fd;
}

static int memory_file(int seals, off_t bytes)
{
    int fd = memfd_create("hostile", MFD_ALLOW_SEALING);
    if (fd < 0 || ftruncate(fd, bytes) < 0 || fcntl(fd, F_ADD_SEALS, seals) < 0) _exit(9);
    return fd;
}

#define ALL_SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

static _Noreturn void send_wrong(struct shared *s, const char *how)
{
    int fds[2] = {-1, -1};
    size_t n = 1;
    s->task.outcome = TASK_COMPLETED;
    s->result = SHARED_FILE;
    s->result_bytes = FILE_BYTES;
    if (strcmp(how, "plain") == 0) fds[0] = plain_file();
    if (strcmp(how, "unsealed") == 0) fds[0] = memory_file(0, FILE_BYTES);
    if (strcmp(how, "short") == 0) fds[0] = memory_file(ALL_SEALS, FILE_BYTES - 1);
    if (strcmp(how, "long") == 0) fds[0] = memory_file(ALL_SEALS, FILE_BYTES + 1);
    if (strcmp(how, "empty") == 0) fds[0] = memory_file(ALL_SEALS, FILE_BYTES);
    if (strcmp(how, "empty") == 0) s->result_bytes = 0;
    if (strcmp(how, "two") == 0)
        for (n = 0; n < 2; n++) fds[n] = memory_file(ALL_SEALS, FILE_BYTES);
    if (strcmp(how, "nothing") != 0) send_files(fds, n, atomic_load(&s->go));
    say_done(s, atomic_load(&s->go));
    linger();
}

/* A sealed file full of one letter. */
static int letters(char c, size_t bytes)
{
    int fd = memory_file(0, (off_t)bytes);
    char *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED) _exit(9);
    memset(at, c, bytes);
    (void)munmap(at, bytes);
    if (fcntl(fd, F_ADD_SEALS, ALL_SEALS) < 0) _exit(9);
    return fd;
}

static void send_letters(struct shared *s, char c, size_t bytes, uint32_t run)
{
    int fd = letters(c, bytes);
    send_files(&fd, 1, run);
    (void)close(fd);
    s->task.outcome = TASK_COMPLETED;
    s->result = SHARED_FILE;
    s->result_bytes = bytes;
}

/* Does not look how much it may say, and then answers the run after that itself. */
static _Noreturn void exceed(struct shared *s)
{
    struct timespec step = {0, 1000000};
    uint32_t run = atomic_load(&s->go);
    send_letters(s, 'S', FILE_BYTES, run);
    say_done(s, run);
    while (atomic_load(&s->go) == run) (void)nanosleep(&step, NULL);
    send_letters(s, 'm', 300000, run + 1);
    say_done(s, run + 1);
    linger();
}

/* Files of other runs come before the one that is the result. */
static int send_strays(struct quern_job *job)
{
    struct shared *s = shared_of(job);
    uint32_t run = atomic_load(&s->go);
    for (int i = 0; i < 3; i++) {
        int fd = letters('S', 300000);
        send_files(&fd, 1, run - 1 + 2 * (uint32_t)(i % 2));
        (void)close(fd);
    }
    char *p = malloc(300000);
    if (!p) return quern_fail(job, "out_of_memory", "no memory");
    memset(p, 'm', 300000);
    quern_result_take(job, p, 300000, free);
    return QUERN_OK;
}

/* What the next one writes would find no room if it were the same eventfd. */
static _Noreturn void saturate(void)
{
    uint64_t most = UINT64_MAX - 1, had;
    ssize_t n = read(FD_DONE, &had, sizeof had);
    n = write(FD_DONE, &most, sizeof most);
    (void)fcntl(FD_DONE, F_SETFL, 0);
    (void)n;
    _exit(3);
}

static int answer(struct quern_job *job, long n)
{
    char text[32];
    int len = snprintf(text, sizeof text, "%ld", n);
    return quern_result_copy(job, text, (size_t)len) == 0 ? QUERN_OK : quern_fail(job, "out_of_memory", "no memory");
}

/* A grandchild in a session of its own, whose parent has ended. Its id comes by a pipe. */
static int escape(struct quern_job *job)
{
    int ends[2];
    pid_t pid = 0;
    if (pipe(ends) < 0) return quern_fail(job, "no_pipe", "%d", errno);
    if (fork() == 0) {
        (void)setsid();
        pid = fork();
        if (pid == 0) linger();
        ssize_t n = write(ends[1], &pid, sizeof pid);
        _exit(n == sizeof pid ? 0 : 1);
    }
    ssize_t n = read(ends[0], &pid, sizeof pid);
    (void)close(ends[0]);
    (void)close(ends[1]);
    return n == sizeof pid ? answer(job, (long)pid) : quern_fail(job, "no_pid", "%d", errno);
}

/* Numbers of its descriptors; the one it looks with is not told. */
static int descriptors(struct quern_job *job)
{
    char text[256];
    size_t len = 0;
    DIR *d = opendir("/proc/self/fd");
    if (!d) return quern_fail(job, "no_proc", "%d", errno);
    for (const struct dirent *e; (e = readdir(d)) && len < sizeof text - 16;) {
        if (e->d_name[0] == '.' || strtol(e->d_name, NULL, 10) == dirfd(d)) continue;
        len += (size_t)snprintf(text + len, sizeof text - len, "%s ", e->d_name);
    }
    (void)closedir(d);
    return quern_result_copy(job, text, len) == 0 ? QUERN_OK : quern_fail(job, "out_of_memory", "no memory");
}

static int run(struct quern_job *job)
{
    struct shared *s = shared_of(job);
    const char *how = quern_param_text(job, "how");
    if (strcmp(how, "scribble") == 0) scribble(s, (uint64_t)quern_param_int(job, "seed"));
    if (strcmp(how, "saturate") == 0) saturate();
    if (strcmp(how, "escape") == 0) return escape(job);
    if (strcmp(how, "descriptors") == 0) return descriptors(job);
    if (strcmp(how, "stop") == 0) (void)raise(SIGSTOP);
    if (strcmp(how, "exceed") == 0) exceed(s);
    if (strcmp(how, "strays") == 0) return send_strays(job);
    if (strcmp(how, "progress") == 0) atomic_store(&s->task.progress, UINT32_MAX);
    if (strcmp(how, "progress") == 0) linger();
    if (strcmp(how, "pid") != 0 && strcmp(how, "stop") != 0) send_wrong(s, how);
    return answer(job, (long)getpid());
}

static const struct quern_param params[] = {
    {.name = "how", .kind = QUERN_TEXT, .about = "What to do.", .fallback = "pid"},
    {.name = "seed", .kind = QUERN_INT, .about = "Of noise.", .fallback = "1"},
};
static const struct quern_type types[] = {
    {.name = "test.hostile", .about = "Means harm.", .run = run, .params = params, .n_params = 2},
};
const struct quern_plugin quern_plugin = {
    .abi = QUERN_ABI, .name = "hostile", .version = "1.0", .types = types, .n_types = 1};
