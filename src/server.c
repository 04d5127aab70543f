/* server.c: see server.h: starts, serves and stops. */
#include "server.h"

#include "server_parts.h"

#include "api/openapi.h"
#include "base/clock.h"
#include "base/log.h"
#include "net/tls_memory.h"
#include "server_notify.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

int server_complain(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)fputs("quernd: ", stderr);
    (void)vfprintf(stderr, format, args);
    (void)fputc('\n', stderr);
    va_end(args);
    return EXIT_FAILED;
}

static void send_all(struct server *s, enum shard_command command)
{
    for (uint32_t i = 0; i < s->n_shards; i++) shard_send(s->shards[i], command);
}

/* One shard's journal is the whole server's. */
static void look_at_disk(struct server *s)
{
    bool is_lost = false;
    for (uint32_t i = 0; i < s->n_shards; i++) is_lost |= shard_lost_disk(s->shards[i]);
    if (s->disk_lost || !is_lost) return;
    s->disk_lost = true;
    send_all(s, SHARD_DISK_LOST);
}

/* What another program that is to take our place has said. */
static bool hear_successor(struct server *s)
{
    enum handover_news news = handover_hear(&s->handover);
    if (news == HANDOVER_FAILED && !s->is_taken_over) log_error("server.handover", "taken=0 reason=\"the new one has ended; it has said why\"");
    if (news == HANDOVER_FAILED && s->is_taken_over) {
        log_error("server.handover", "taken=0 reason=\"the new one has ended while this one drained\" effect=\"nobody serves\"");
        s->is_abandoned = true;
    }
    s->is_taken_over |= news == HANDOVER_READY;
    return news == HANDOVER_READY;
}

#define TAKEN_OVER (NSIG + 1) /* as if it were a signal */

/* Waits until every shard has come as far as state, or one has failed, or deadline_ns; signals too. Returns the signal that came,
 * TAKEN_OVER, 0, or -1 when time is up. */
static int wait_for(struct server *s, enum shard_state state, uint64_t deadline_ns)
{
    for (;;) {
        uint32_t there = 0;
        look_at_disk(s);
        for (uint32_t i = 0; i < s->n_shards; i++) {
            if (shard_state(s->shards[i]) == SHARD_FAILED) return 0;
            there += shard_state(s->shards[i]) >= state;
        }
        if (there == s->n_shards) return 0;
        uint64_t now = clock_now_ns();
        if (now >= deadline_ns) return -1;
        int ms = deadline_ns == UINT64_MAX ? -1 : (int)((deadline_ns - now) / NS_PER_MS) + 1;
        struct pollfd p[3] = {{.fd = s->event_fd, .events = POLLIN}, {.fd = s->signal_fd, .events = POLLIN},
                              {.fd = s->handover.fd, .events = POLLIN}};
        if (poll(p, 3, ms) < 0) continue;
        if (p[2].revents && hear_successor(s)) return TAKEN_OVER;
        uint64_t count;
        if (p[0].revents && read(s->event_fd, &count, sizeof count) < 0) continue;
        struct signalfd_siginfo info;
        if (p[1].revents && read(s->signal_fd, &info, sizeof info) == sizeof info) return (int)info.ssi_signo;
    }
}

/* One could not start: the others end, too. Nothing has been promised to anybody yet. */
static int give_up(struct server *s, const char *why)
{
    send_all(s, SHARD_STOP);
    for (uint32_t i = 0; i < s->n_shards; i++) shard_join(s->shards[i]);
    (void)pools_stop(&s->pools);
    log_flush();
    server_complain("%s", why);
    return EXIT_FAILED;
}

static int start_shards(struct server *s)
{
    for (uint32_t i = 0; i < s->n_shards; i++) {
        int rc = shard_start(s->shards[i]);
        if (rc < 0) {
            server_complain("cannot start a thread: %s", strerror(-rc));
            _exit(EXIT_FAILED); /* some shards run already; nothing has been accepted */
        }
    }
    for (int signal; (signal = wait_for(s, SHARD_RUNNING, UINT64_MAX)) != 0;) {
        if (signal == SIGUSR2) log_warn("server.handover", "taken=0 reason=\"still starting\"");
        s->early_stop |= signal > 0 && signal != SIGHUP && signal != SIGUSR2; /* acted on once all shards can hear it */
    }
    for (uint32_t i = 0; i < s->n_shards; i++) {
        if (shard_state(s->shards[i]) == SHARD_FAILED) return give_up(s, shard_why(s->shards[i]));
    }
    return 0;
}

static void say_ready(struct server *s)
{
    char text[ADDRESS_TEXT_BYTES];
    log_info("server.start", "version=%s shards=%u engines=%u workers=%u cpus=%d connections=%u direct=%d scheduler=%s types=%u",
             QUERN_VERSION, s->n_shards, s->folder.n_engines, s->n_workers, s->n_cpus, s->sizes.connections, s->sizes.direct,
             s->config->scheduler, s->types.n);
    sizes_warn(s->sizes.connections);
    if (s->unfiltered < 0) log_warn("server.unfiltered", "reason=\"seccomp: %s\" effect=\"no filter of system calls\"", strerror(-s->unfiltered));
    if (s->config->chroot && s->config->file && access(s->config->file, R_OK) < 0)
        log_warn("server.no_reload", "reason=\"the configuration is outside the folder of 'chroot'\" effect=\"SIGHUP changes nothing\"");
    if (s->config->ephemeral) log_info("jobs.in_memory", "reason=\"--ephemeral: jobs do not survive a stop\"");
    log_flush();
    for (uint32_t i = 0; i < s->config->n_listen; i++) {
        address_text(&s->listening.addresses[i], text);
        (void)dprintf(STDERR_FILENO, "quernd: listening on %s\n", text);
    }
    server_notify("READY=1\nMAINPID=%ld", (long)getpid());
}

/* ---- stopping ---- */

/* As wait_for, but SIGHUP and SIGUSR2 are no reason to hurry. */
static int wait_quiet(struct server *s, uint32_t seconds)
{
    uint64_t until = clock_now_ns() + seconds * NS_PER_S;
    int signal;
    do signal = wait_for(s, SHARD_QUIET, until);
    while (signal == SIGHUP || signal == SIGUSR2);
    return signal;
}

/* One that is not ready yet is not to serve after us. */
static void call_off_handover(struct server *s)
{
    if (s->handover.fd < 0) return;
    (void)kill(s->handover.pid, SIGTERM);
    close(s->handover.fd);
    s->handover.fd = -1;
}

/* SIGTERM drains; a second one stops now. Where another takes our place, nobody in front has to notice: its sockets are ours. */
static void drain(struct server *s)
{
    bool taken_over = s->is_taken_over;
    const struct config *c = reload_config(&s->reloader);
    log_info("server.drain", "delay_s=%u grace_s=%u taken_over=%d", c->drain_delay_s, c->drain_grace_s, taken_over);
    if (taken_over) {
        server_notify("MAINPID=%ld", (long)s->handover.pid);
    } else {
        call_off_handover(s);
        server_notify("STOPPING=1");
        send_all(s, SHARD_UNREADY);
    }
    int signal = 0;
    if (c->drain_delay_s && !taken_over) signal = wait_quiet(s, c->drain_delay_s);
    if (signal <= 0) {
        send_all(s, SHARD_DRAIN);
        signal = wait_quiet(s, c->drain_grace_s);
    }
    if (signal != 0) log_warn("server.stop_now", "reason=%s", signal > 0 ? "signal" : "grace_over");
    send_all(s, SHARD_STOP);
}

static void free_all(struct server *s)
{
    for (bool more = true; more;) {
        more = false;
        for (uint32_t i = 0; i < s->n_shards; i++) more |= shard_settle(s->shards[i]);
    }
    for (uint32_t i = 0; i < s->n_shards; i++) s->shards[i] = shard_free(s->shards[i]);
    pools_free(&s->pools);
    block_unref(s->openapi);
    server_forget_access(s);
    reload_deinit(&s->reloader);
    routes_deinit(&s->routes);
    close(s->event_fd);
    close(s->signal_fd);
    for (uint32_t i = 0; i < s->n_shards; i++) spill_deinit(&s->spills[i]);
    if (s->budget.spool_dir_fd >= 0) close(s->budget.spool_dir_fd);
}

static void hand_over(struct server *s)
{
    int fds[LISTENING_SOCKETS_MAX];
    if (getpid() == 1) {
        log_error("server.handover", "taken=0 reason=\"process 1 of a container ends it when it ends\"");
        return;
    }
    if (s->handover.fd >= 0) {
        log_warn("server.handover", "taken=0 reason=\"one is under way\"");
        return;
    }
    if (s->config->chroot) {
        log_error("server.handover", "taken=0 reason=\"the program is outside the folder of 'chroot'\"");
        return;
    }
    int rc = handover_begin(&s->handover, s->reloader.argv, fds, listening_sockets(&s->listening, fds));
    if (rc < 0) log_error("server.handover", "taken=0 reason=\"%s\"", strerror(-rc));
    else log_info("server.handover", "pid=%d program=%s", (int)s->handover.pid, s->reloader.argv[0]);
}

/* Until a signal ends it, or another one is ready to take its place. */
static void serve(struct server *s)
{
    while (!s->early_stop) {
        int signal = wait_for(s, SHARD_ENDED, UINT64_MAX);
        if (signal == SIGHUP) reload_now(&s->reloader);
        else if (signal == SIGUSR2) hand_over(s);
        else return;
    }
}

static int run(struct server *s)
{
    serve(s);
    drain(s);
    for (uint32_t i = 0; i < s->n_shards; i++) shard_join(s->shards[i]);
    server_free_helpers(s);
    if (s->is_taken_over) s->pools.cgroup = NULL; /* the groups are another's now */
    bool clean = pools_stop(&s->pools);
    log_info("server.end", "clean=%d", clean);
    if (!clean) { /* a handler still runs in memory of ours */
        log_flush();
        _exit(s->is_abandoned ? EXIT_FAILED : EXIT_STOPPED);
    }
    free_all(s);
    return s->is_abandoned ? EXIT_FAILED : EXIT_STOPPED;
}

/* Signals come through a descriptor to this thread; all others have them blocked. */
static int catch_signals(struct server *s)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGHUP);
    (void)sigaddset(&set, SIGUSR2);
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of the write */
    s->signal_fd = signalfd(-1, &set, SFD_CLOEXEC);
    s->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return s->signal_fd < 0 || s->event_fd < 0 ? EXIT_FAILED : 0;
}

/* Told to end meanwhile: we do so once we could serve, as at any start. */
static int await_predecessor(struct server *s)
{
    int rc = handover_wait(s->predecessor, s->signal_fd);
    s->early_stop = rc == -EINTR;
    if (s->early_stop) s->pools.cgroup = NULL; /* the groups may still be those of the server before */
    if (rc == 0 || rc == -EINTR) return 0;
    server_complain("cannot wait for the end of the server before it: %s", strerror(-rc));
    return EXIT_FAILED;
}

static int start(struct server *s)
{
    int rc = server_check_plain(s); /* plugins first: before any thread */
    if (rc == 0) rc = server_harden(s);
    if (rc == 0) rc = listening_take(&s->listening);
    s->predecessor = handover_predecessor();
    if (rc != 0) return rc;
    rc = server_prepare_pools(s); /* then the zygote: before anything that its children should not have, as secrets and keys */
    if (rc == 0) rc = server_make_access(s);
    if (rc != 0) return rc;
    s->folder.n_engines = 1;
    server_choose_threads(s);
    rc = listening_open(&s->listening, s->config, s->n_shards);
    if (rc == 0) rc = server_become_user(s);
    if (rc == 0) rc = server_choose_sizes(s);
    if (rc == 0) rc = catch_signals(s);
    if (rc == 0) rc = await_predecessor(s);
    if (rc == 0) rc = server_limit_pools(s);
    if (rc == 0) rc = server_open_spool(s);
    if (rc != 0) return rc;
    if (log_open(STDERR_FILENO, s->config->log_level, s->config->log_format, &s->log) < 0) return EXIT_FAILED;
    (void)log_attach(s->log, "main");
    rc = server_open_cursors(s);
    if (rc != 0) return rc;
    s->openapi = openapi_build(s->routes.router, &s->types, &s->budget, QUERN_VERSION);
    if (!s->openapi) return EXIT_FAILED;
    rc = server_start_workers(s);
    if (rc == 0) rc = server_make_helpers(s);
    if (rc == 0) rc = server_make_shards(s);
    if (rc == 0) rc = server_start_outbound(s);
    if (rc == 0) rc = start_shards(s);
    return rc;
}

int server_run(const struct config *config, int argc, char **argv)
{
    struct server *s = calloc(1, sizeof *s);
    if (!s) return EXIT_FAILED;
    (void)tls_memory_init();
    s->config = config;
    s->handover.fd = -1;
    s->reloader = (struct reloader){.argc = argc, .argv = argv, .start = config, .shards = s->shards};
    int rc = start(s);
    if (rc != 0) {
        if (s->log) {
            log_flush();
            _exit(rc); /* threads may run already */
        }
        server_forget_access(s);
        routes_deinit(&s->routes);
        free(s);
        return rc;
    }
    s->reloader.n_shards = s->n_shards;
    s->reloader.router = s->routes.router;
    s->reloader.helpers = &s->helpers;
    say_ready(s);
    rc = run(s);
    log_detach();
    s->log = log_close(s->log);
    explicit_bzero(&s->cursor_key, sizeof s->cursor_key);
    free(s);
    return rc;
}
