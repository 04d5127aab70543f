/* responder.c: see responder.h. Its loop: what the kernel has, then the answers that are due, at absolute times. */
#include "tools/load/responder.h"

#include "base/slice.h"
#include "tools/load/responder_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS_MAX 512
#define ACCEPT_MAX 256             /* per turn, so that answers do not wait long */
#define BACKLOG 65535              /* as much as net.core.somaxconn lets pass */
#define DELAY_TRACKED_NS (3600 * NS_PER_S)

enum { RESPONDER_FINE, RESPONDER_USAGE, RESPONDER_FAILED };

struct settings {
    uint64_t port, cpu, seed, body_bytes, spin_ns, work_ns;
    bool pinned, busy, stamp, quiet;
};

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
    (void)number;
    stopped = 1;
}

/* ---- starting ---- */

static int open_listener(uint64_t port, uint16_t *bound)
{
    const int on = 1;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    socklen_t len = sizeof at;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 || bind(fd, (struct sockaddr *)&at, len) < 0 ||
        listen(fd, BACKLOG) < 0 || getsockname(fd, (struct sockaddr *)&at, &len) < 0) {
        int rc = -errno;
        (void)close(fd);
        return rc;
    }
    *bound = ntohs(at.sin_port);
    return fd;
}

/* All files that we may have. Returns how many. */
static uint32_t raise_files(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) < 0) return 1024;
    files.rlim_cur = files.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &files);
    return files.rlim_max < (1u << 20) ? (uint32_t)files.rlim_max : 1u << 20;
}

static int open_spare(void)
{
    return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static int init(struct responder *s, const struct settings *set, uint16_t *port)
{
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = NULL};
    if (heap_init(&s->due, raise_files()) < 0 || hist_init(&s->counts.chosen, DELAY_TRACKED_NS, 3) < 0 ||
        hist_init(&s->counts.actual, DELAY_TRACKED_NS, 3) < 0)
        return -ENOMEM;
    s->stamp = set->stamp;
    s->work_ns = set->work_ns;
    s->body_len = (size_t)set->body_bytes;
    for (size_t i = 0; i < s->body_len; i++) s->body[i] = (char)('a' + i % 26);
    s->spare = open_spare();
    s->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (s->epoll < 0) return -errno;
    s->listener = open_listener(set->port, port);
    if (s->listener < 0) return s->listener;
    return epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->listener, &e) < 0 ? -errno : 0;
}

static void deinit(struct responder *s)
{
    peers_end_all(s);
    heap_deinit(&s->due);
    hist_deinit(&s->counts.chosen);
    hist_deinit(&s->counts.actual);
    buf_deinit(&s->modes_text);
    if (s->listener > 0) (void)close(s->listener);
    if (s->epoll > 0) (void)close(s->epoll);
    if (s->spare > 0) (void)close(s->spare);
    free(s);
}

static int pin(uint64_t cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    return sched_setaffinity(0, sizeof set, &set) < 0 ? -errno : 0;
}

/* ---- the loop ---- */

/* No descriptor is left: the spare one is given up for a moment, so that the client hears of it. */
static void refuse_one(struct responder *s)
{
    if (s->spare < 0) return;
    (void)close(s->spare);
    int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd >= 0) (void)close(fd);
    s->counts.refused += fd >= 0;
    s->spare = open_spare();
}

static void accept_some(struct responder *s)
{
    for (int i = 0; i < ACCEPT_MAX; i++) {
        int fd = accept4(s->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            peer_accept(s, fd);
        } else {
            if (errno == EMFILE || errno == ENFILE) refuse_one(s);
            if (errno != ECONNABORTED && errno != EINTR) return;
        }
    }
}

static void take_event(struct responder *s, const struct epoll_event *e)
{
    struct peer *p = e->data.ptr;
    if (!p) {
        accept_some(s);
        return;
    }
    if (e->events & EPOLLOUT) peer_writable(s, p);
    if (e->events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
        peer_readable(s, p, (e->events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0);
}

/* What was due at the start of the turn; what falls due meanwhile comes in the next one. */
static void answer_due(struct responder *s)
{
    struct heap_node *node;
    clock_tick(&s->clock);
    uint64_t now = s->clock.mono_ns;
    while ((node = heap_first(&s->due)) && node->key <= now) peer_due(s, container_of(node, struct peer, due));
}

/* Sleeps until shortly before the next answer is due, then looks again and again. */
static int wait_events(struct responder *s, const struct settings *set, struct epoll_event *events)
{
    const struct heap_node *node = heap_first(&s->due);
    struct timespec at_most = {0};
    if (set->busy) return epoll_pwait2(s->epoll, events, EVENTS_MAX, &at_most, NULL);
    if (!node) return epoll_pwait2(s->epoll, events, EVENTS_MAX, NULL, NULL);
    uint64_t now = clock_now_ns(), wake = node->key > set->spin_ns ? node->key - set->spin_ns : 0;
    if (wake > now) {
        at_most.tv_sec = (time_t)((wake - now) / NS_PER_S);
        at_most.tv_nsec = (long)((wake - now) % NS_PER_S);
    }
    return epoll_pwait2(s->epoll, events, EVENTS_MAX, &at_most, NULL);
}

static int serve(struct responder *s, const struct settings *set)
{
    static struct epoll_event events[EVENTS_MAX];
    while (!stopped) {
        int n = wait_events(s, set, events);
        if (n < 0 && errno != EINTR) return -errno;
        if (n > 0) clock_tick(&s->clock);
        for (int i = 0; i < n; i++) take_event(s, &events[i]);
        if (heap_first(&s->due)) answer_due(s);
        peers_free_dead(s);
    }
    return 0;
}

/* ---- the command line ---- */

static const char usage[] =
    "usage: quern-load responder [options] MODE...\n\n"
    "  --port N         listen on 127.0.0.1:N; 0, as without it: any\n"
    "  --cpu N          stay on this processor\n"
    "  --busy           never sleep\n"
    "  --spin US        look for work without sleeping so long before an answer is due (50)\n"
    "  --stamp          delays count from when the kernel got the request\n"
    "  --work US        keep the processor busy so long for each answer (0)\n"
    "  --body BYTES     length of an answer's body (13)\n"
    "  --seed N         of exp (1)\n"
    "  --quiet          no line when it listens\n"
    "  --help           print this and exit\n\n"
    "modes: plain, const:T, bimodal:SHARE:T, exp:T (T as in 100us, 5ms, 1s), and with every so many requests, by\n"
    "their number: hang, swap, truncate, extra, bad-chunk, bad-length, no-date, reset, half (each [:SHARE], 1 %),\n"
    "status:CODE[:SHARE]; never: hang:100%.\n"
    "GET /counts tells as JSON what has been seen and done.\n";

static int complain(const char *what, const char *value, const char *why)
{
    (void)fprintf(stderr, "quern-load responder: %s%s%s: %s\n", what, value ? " " : "", value ? value : "", why);
    return -EINVAL;
}

static int read_number(const char *name, const char *value, uint64_t n_max, uint64_t *out)
{
    uint64_t n;
    if (!slice_to_u64(slice_str(value), &n) || n > n_max) return complain(name, value, "no number, or too large");
    *out = n;
    return 0;
}

static int read_us(const char *name, const char *value, uint64_t *out_ns)
{
    int rc = read_number(name, value, NS_PER_S / NS_PER_US, out_ns);
    if (rc == 0) *out_ns *= NS_PER_US;
    return rc;
}

enum { OPT_PORT = 256, OPT_CPU, OPT_BUSY, OPT_SPIN, OPT_WORK, OPT_STAMP, OPT_BODY, OPT_SEED, OPT_QUIET, OPT_HELP };
static const struct option long_options[] = {{"port", required_argument, NULL, OPT_PORT},
                                             {"cpu", required_argument, NULL, OPT_CPU},
                                             {"busy", no_argument, NULL, OPT_BUSY},
                                             {"spin", required_argument, NULL, OPT_SPIN},
                                             {"work", required_argument, NULL, OPT_WORK},
                                             {"stamp", no_argument, NULL, OPT_STAMP},
                                             {"body", required_argument, NULL, OPT_BODY},
                                             {"seed", required_argument, NULL, OPT_SEED},
                                             {"quiet", no_argument, NULL, OPT_QUIET},
                                             {"help", no_argument, NULL, OPT_HELP},
                                             {0}};

/* 0; 1: help was asked for; -EINVAL, told. */
static int read_options(int argc, char **argv, struct settings *set)
{
    int c, rc = 0;
    while (rc == 0 && (c = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        switch (c) {
        case OPT_PORT: rc = read_number("--port", optarg, 65535, &set->port); break;
        case OPT_CPU:
            rc = read_number("--cpu", optarg, CPU_SETSIZE - 1, &set->cpu);
            set->pinned = true;
            break;
        case OPT_BUSY: set->busy = true; break;
        case OPT_SPIN: rc = read_us("--spin", optarg, &set->spin_ns); break;
        case OPT_WORK: rc = read_us("--work", optarg, &set->work_ns); break;
        case OPT_STAMP: set->stamp = true; break;
        case OPT_BODY: rc = read_number("--body", optarg, RESPONDER_BODY_MAX, &set->body_bytes); break;
        case OPT_SEED: rc = read_number("--seed", optarg, UINT64_MAX, &set->seed); break;
        case OPT_QUIET: set->quiet = true; break;
        case OPT_HELP: return 1;
        default: return -EINVAL; /* getopt has told */
        }
    }
    return rc;
}

static int read_modes(int argc, char **argv, struct responder *s)
{
    const char *why = "";
    for (int i = optind; i < argc; i++) {
        if (modes_add(&s->modes, argv[i], &why) < 0) return complain(argv[i], NULL, why);
        buf_addf(&s->modes_text, "%s%s", s->modes_text.len ? " " : "", argv[i]);
    }
    return 0;
}

static int run(struct responder *s, const struct settings *set)
{
    const struct sigaction act = {.sa_handler = on_signal};
    uint16_t port = 0;
    (void)sigaction(SIGTERM, &act, NULL);
    (void)sigaction(SIGINT, &act, NULL);
    (void)prctl(PR_SET_TIMERSLACK, 1UL);
    int rc = set->pinned ? pin(set->cpu) : 0;
    if (rc == 0) rc = init(s, set, &port);
    if (rc < 0) {
        (void)complain("cannot start", NULL, strerror(-rc));
        return RESPONDER_FAILED;
    }
    if (!set->quiet) (void)printf("responder listening on 127.0.0.1:%u\n", port);
    (void)fflush(stdout);
    rc = serve(s, set);
    if (rc < 0) (void)complain("cannot go on", NULL, strerror(-rc));
    return rc < 0 ? RESPONDER_FAILED : RESPONDER_FINE;
}

int responder_main(int argc, char **argv)
{
    struct settings set = {.body_bytes = 13, .seed = 1, .spin_ns = 50 * NS_PER_US};
    struct responder *s = calloc(1, sizeof *s);
    if (!s) return RESPONDER_FAILED;
    buf_init(&s->modes_text, 1024);
    int rc = read_options(argc, argv, &set), code = RESPONDER_USAGE;
    modes_init(&s->modes, set.seed);
    list_init(&s->peers);
    list_init(&s->dead);
    if (rc == 1) {
        (void)fputs(usage, stdout);
        code = RESPONDER_FINE;
    } else if (rc == 0 && read_modes(argc, argv, s) == 0) {
        code = run(s, &set);
    }
    deinit(s);
    return code;
}
