#include "tools/cli/interrupt.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* What a signal handler may touch. */
static volatile sig_atomic_t seen;
static int event_fd = -1;

static void on_signal(int number)
{
    int saved = errno;
    uint64_t one = 1;
    seen = number;
    ssize_t n = write(event_fd, &one, sizeof one);
    (void)n; /* an eventfd takes it */
    errno = saved;
}

int interrupt_init(void)
{
    event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (event_fd < 0) return -errno;
    /* Without SA_RESTART: a blocked read or write ends with EINTR. */
    struct sigaction ours = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND}, ignored = {.sa_handler = SIG_IGN};
    (void)sigemptyset(&ours.sa_mask);
    (void)sigemptyset(&ignored.sa_mask);
    if (sigaction(SIGINT, &ours, NULL) < 0 || sigaction(SIGTERM, &ours, NULL) < 0 || sigaction(SIGPIPE, &ignored, NULL) < 0)
        return -errno;
    return 0;
}

bool interrupt_seen(void)
{
    return seen != 0;
}

int interrupt_fd(void)
{
    return event_fd;
}

bool interrupt_sleep(uint64_t ns)
{
    for (uint64_t now = clock_now_ns(), end = now + ns; now < end && !seen; now = clock_now_ns()) {
        struct pollfd fd = {.fd = event_fd, .events = POLLIN};
        uint64_t ms = (end - now + NS_PER_MS - 1) / NS_PER_MS;
        (void)poll(&fd, 1, ms < 60000 ? (int)ms : 60000); /* an error is looked at as the end of a piece */
    }
    return !seen;
}

static _Noreturn void leave_by(int number)
{
    struct sigaction plain = {.sa_handler = SIG_DFL};
    (void)sigemptyset(&plain.sa_mask);
    (void)sigaction(number, &plain, NULL);
    (void)raise(number);
    _exit(128 + number); /* it was blocked by whoever started us */
}

void interrupt_leave(void)
{
    leave_by(seen ? seen : SIGINT);
}

void interrupt_broken_pipe(void)
{
    leave_by(SIGPIPE);
}
