/* The log's writer, step by step: each time that it is about to wait, it is held until the test lets it go on. */
#include "base/log.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int pipe_fds[2]; /* the log writes to [1] */
static struct log *lg;
static pthread_t tester;
static _Atomic bool holds; /* the writer, where it waits */
static sem_t held, let_go;
static nfds_t waits_for; /* descriptors; the writer's, then the tester's once it is held */

/* The one that everything here calls, in place of the C library's. */
int poll(struct pollfd *fds, nfds_t n, int ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
    if (atomic_load(&holds) && !pthread_equal(pthread_self(), tester)) {
        waits_for = n;
        sem_post(&held);
        while (sem_wait(&let_go) < 0) continue;
    }
    return (int)syscall(SYS_ppoll, fds, n, ms < 0 ? NULL : &t, NULL, 0);
}

static void await_held(void)
{
    while (sem_wait(&held) < 0) continue;
}

enum { RESTS = 1, WRITES }; /* what it waits for: its wake-up alone, or room for what it has in hand as well */

static nfds_t next_wait(void)
{
    sem_post(&let_go);
    await_held();
    return waits_for;
}

static void read_line(const char *expected)
{
    char text[256];
    ssize_t n = read(pipe_fds[0], text, sizeof text - 1);
    cr_assert_gt(n, 0);
    text[n] = '\0';
    cr_assert(strstr(text, expected) && strchr(text, '\n') == text + n - 1, "%s", text);
}

static void up(void)
{
    tester = pthread_self();
    cr_assert_eq(sem_init(&held, 0, 0), 0);
    cr_assert_eq(sem_init(&let_go, 0, 0), 0);
    cr_assert_eq(pipe2(pipe_fds, O_CLOEXEC), 0);
    cr_assert_gt(fcntl(pipe_fds[1], F_SETPIPE_SZ, 4096), 0); /* a line, and it is full */
    atomic_store(&holds, true);
    cr_assert_eq(log_open(pipe_fds[1], LOG_INFO, LOG_TEXT, &lg), 0);
    cr_assert_eq(log_attach(lg, "test"), 0);
    await_held();
    cr_assert_eq(waits_for, RESTS);
}

static void down(void)
{
    atomic_store(&holds, false);
    sem_post(&let_go);
    log_flush();
    log_detach();
    lg = log_close(lg);
}

TestSuite(base_log_writer, .init = up, .timeout = 60);

/* While it waits for room, it takes a wake-up to see whether the log ends. That there are lines for it must not be forgotten. */
Test(base_log_writer, a_wake_up_while_the_reader_is_slow_is_not_lost)
{
    log_info("first", "n=%d", 1);
    cr_assert_eq(next_wait(), WRITES);
    log_info("second", "n=%d", 2); /* for one that is awake */
    cr_assert_eq(next_wait(), WRITES, "it has written the first and is about to linger, when it finds the second");
    log_info("third", "n=%d", 3); /* wakes it */
    cr_assert_eq(next_wait(), WRITES, "it has taken the wake-up, and there is no room yet");
    read_line(" first n=1\n");
    cr_assert_eq(next_wait(), WRITES, "it has written the second and has the third in hand");
    read_line(" second n=2\n");
    cr_assert_eq(next_wait(), RESTS);
    read_line(" third n=3\n");
    down();
}

/* Who has just written lingers: lines that are patient wake nobody, others do, and it goes to sleep once a rest has brought nothing. */
Test(base_log_writer, it_rests_between_bursts)
{
    for (int i = 0; i < 500; i++) {
        char expected[32];
        (void)snprintf(expected, sizeof expected, " burst n=%d\n", i);
        log_info("burst", "n=%d", i);
        cr_assert_eq(next_wait(), WRITES);
        cr_assert_eq(next_wait(), RESTS);
        read_line(expected);
    }
    cr_assert_eq(log_dropped(lg), 0);
    down();
}
