/* server.c: see server.h. */
#include "server.h"

#include "api/ask.h"
#include "api/openapi.h"
#include "api/metrics.h"
#include "api/routes.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/gcra.h"
#include "base/identity.h"
#include "base/log.h"
#include "base/random.h"
#include "base/tally.h"
#include "base/spill.h"
#include "config.h"
#include "filters/access.h"
#include "filters/verifier.h"
#include "server_folder.h"
#include "jobs/home.h"
#include "jobs/job.h"
#include "jobs/job_dump.h"
#include "jobs/blob_check.h"
#include "journal/journal.h"
#include "net/tls_server.h"
#include "net/tls_tickets.h"
#include "ring/file.h"
#include "sched/sched.h"
#include "server_handover.h"
#include "server_listen.h"
#include "server_notify.h"
#include "server_reload.h"
#include "server_sizes.h"
#include "shard.h"
#include "workers/plugin.h"
#include "workers/pools.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#define JOB_BODY_MAX (1u << 20)
#define TALLY_CELLS (1u << 18) /* addresses with connections at once; 2 MiB when all are used */
#define RATE_CELLS (1u << 20) /* clients that are counted at once; 8 MiB when all are used */

struct server {
    const struct config *config;
    struct types types;
    struct routes routes;
    struct block_budget budget;
    struct block_budget blob_budget; /* of payloads of jobs that stand in files */
    struct spill spills[SHARDS_MAX]; /* each filled by the engines of a shard */
    struct log *log;
    struct pools pools;
    struct block *openapi;
    struct access *access; /* as at start */
    struct tls_server *tls; /* likewise; NULL: no certificates are given */
    struct tls_tickets tickets;
    struct verifier *password_verifier, *token_verifier;
    struct reloader reloader;
    struct shard *shards[SHARDS_MAX];
    struct metrics_door doors[SHARDS_MAX];
    struct data_folder folder;
    struct ask_door engines[ENGINES_MAX];
    uint32_t n_shards, n_workers;
    struct sizes sizes;
    int cpus[CPU_SETSIZE], n_cpus;
    struct identity identity; /* whose process this is to be */
    struct listening listening;
    struct handover handover;
    bool is_taken_over; /* another one waits for our end */
    bool is_abandoned;  /* and has gone before it */
    int predecessor; /* whose place we take: server_handover.h; -1: nobody's */
    int event_fd, signal_fd;
    bool early_stop; /* told to stop while starting */
    bool disk_lost;  /* and all shards know */
};

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

/* ---- what can be checked without starting anything ---- */

static int configure_type(struct server *s, const struct config_type *c)
{
    const char *why;
    const struct run_spec *spec = c->spec.kind == RUN_THREAD ? NULL : &c->spec;
    int rc = 0;
    if (c->spec.kind == RUN_COMMAND && access(c->argv[0], X_OK) < 0) {
        server_complain("%s:%u: type '%s': %s: %s", s->config->file, c->line, c->name, c->argv[0], strerror(errno));
        return EXIT_USAGE;
    }
    if (c->spec.kind == RUN_COMMAND) rc = types_add_command(&s->types, &c->type, spec, &why);
    if (rc == 0) rc = types_limit(&s->types, slice_str(c->name), c->timeout_s * 1000, c->input_max, &why);
    if (rc == 0 && c->spec.kind == RUN_PROCESS) rc = types_bind(&s->types, slice_str(c->name), spec, &why);
    if (rc == 0) return 0;
    server_complain("%s:%u: type '%s': %s", s->config->file, c->line, c->name, why);
    return EXIT_USAGE;
}

static int load_types(struct server *s)
{
    char why[400];
    types_add_builtin(&s->types);
    for (uint32_t i = 0; i < s->config->n_plugins; i++) {
        if (plugin_load(s->config->plugins[i], &s->types, why, sizeof why) == 0) continue;
        server_complain("plugin %s: %s", s->config->plugins[i], why);
        return EXIT_USAGE;
    }
    int rc = 0;
    for (uint32_t i = 0; i < s->config->n_types && rc == 0; i++) rc = configure_type(s, &s->config->types[i]);
    return rc;
}

static int build_routes(struct server *s)
{
    const char *why;
    if (routes_init(&s->routes, JOB_BODY_MAX, &why) < 0) {
        server_complain("routes: %s", why);
        return EXIT_FAILED;
    }
    for (uint32_t i = 0; i < s->config->n_routes; i++) {
        const struct config_route *r = &s->config->routes[i];
        struct own_route_spec spec = {.methods = r->methods ? r->methods : r->job ? "POST" : "GET", .path = r->path,
                                      .job = r->job, .status = r->status, .type = r->type, .body = r->body};
        if (routes_add_own(&s->routes, &s->types, &spec, &why) == 0) continue;
        server_complain("%s:%u: route '%s': %s", s->config->file, r->line, r->path, why);
        return EXIT_USAGE;
    }
    return 0;
}

static void forget_access(struct server *s)
{
    access_unref(s->access);
    (void)tls_server_unref(s->tls);
    tls_tickets_forget(&s->tickets);
    gcra_free(s->reloader.tables.gcra);
    tally_free(s->reloader.tables.tally);
}

static int make_access(struct server *s)
{
    char why[400];
    uint64_t seed;
    random_secret(&seed, sizeof seed);
    if (gcra_new(RATE_CELLS, seed, &s->reloader.tables.gcra) < 0 || tally_new(TALLY_CELLS, seed, &s->reloader.tables.tally) < 0) {
        server_complain("out of memory");
        return EXIT_FAILED;
    }
    random_secret(s->tickets.secret, sizeof s->tickets.secret);
    s->reloader.tables.tickets = &s->tickets;
    int rc = reload_make_access(s->config, s->routes.router, &s->reloader.tables, &s->access, why, sizeof why);
    if (rc == 0) rc = reload_make_tls(s->config, &s->reloader.tables, &s->tls, why, sizeof why);
    if (rc == 0) return 0;
    if (s->config->file) server_complain("%s: %s", s->config->file, why);
    else server_complain("%s", why);
    return EXIT_USAGE;
}

static int find_identity(struct server *s)
{
    const char *user = s->config->user;
    int rc = user ? identity_find(user, &s->identity) : 0;
    if (rc == 0 || (rc == -EPERM && s->config->check)) return 0;
    server_complain("key 'user': %s: %s", user, rc == -ENOENT ? "no such user" : rc == -EPERM ? "only root can become somebody else" : strerror(-rc));
    return EXIT_USAGE;
}

static int check_plain(struct server *s)
{
    int rc = load_types(s);
    if (rc == 0) rc = build_routes(s);
    if (rc == 0) rc = find_identity(s);
    if (rc == 0) rc = listening_parse(&s->listening, s->config);
    return rc;
}

int server_check(const struct config *config)
{
    struct server *s = calloc(1, sizeof *s);
    if (!s) return EXIT_FAILED;
    s->config = config;
    int rc = check_plain(s);
    if (rc == 0) rc = make_access(s);
    forget_access(s);
    routes_deinit(&s->routes);
    free(s);
    return rc;
}

int server_check_journal(const char *folder, bool dump)
{
    struct files *files;
    struct data_folder d;
    if (files_new(NULL, 0, &files) < 0) return EXIT_FAILED;
    int rc = data_folder_read(files, folder, &d);
    if (rc < 0) (void)printf("verdict: not read: the file '" DATA_FOLDER_FILE "' (%s)\n", strerror(-rc));
    for (uint32_t k = 0, bad = rc != 0; k < d.n_engines && !bad; k++) {
        if (d.generation) (void)printf("%sengine %u of %u\n", k ? "\n" : "", k, d.n_engines);
        int own = dump ? journal_dump(files, d.path, k, stdout, job_dump, NULL) : blob_check(files, d.path, k, stdout);
        if (rc == 0) rc = own;
    }
    files_free(files);
    return rc == 0 ? EXIT_STOPPED : EXIT_FAILED;
}

/* ---- sizes ---- */

static void count_cpus(struct server *s)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
            if (CPU_ISSET((size_t)cpu, &set)) s->cpus[s->n_cpus++] = cpu;
    if (s->n_cpus == 0) s->cpus[s->n_cpus++] = 0;
}

static void choose_threads(struct server *s)
{
    uint32_t cpus = (uint32_t)s->n_cpus;
    s->n_shards = s->config->shards ? s->config->shards : cpus / 2 > 1 ? cpus / 2 : 1;
    if (s->n_shards > SHARDS_MAX) s->n_shards = SHARDS_MAX;
    s->n_workers = s->config->workers ? s->config->workers : cpus > s->n_shards ? cpus - s->n_shards : 1;
    if (s->n_workers > WORKERS_MAX) s->n_workers = WORKERS_MAX;
}

static bool is_forced(const struct config *c, const char *word)
{
    struct slice rest = slice_str(c->force), want = slice_str(word);
    while (rest.p)
        if (slice_eq(slice_cut(&rest, ','), want)) return true;
    return false;
}

static int choose_sizes(struct server *s)
{
    const struct config *c = s->config;
    char why[256];
    uint32_t n_listen = 0;
    for (uint32_t i = 0; i < s->n_shards; i++)
        if (s->listening.of[i].n > n_listen) n_listen = s->listening.of[i].n;
    struct sizes_wish wish = {
        .files = sizes_files(),
        .connections = c->connections,
        .n_shards = s->n_shards,
        .n_listen = n_listen,
        .n_plugins = c->n_plugins,
        .direct = is_forced(c, "direct"),
        .receive_memory_bytes = c->receive_memory_bytes,
        .output_memory_bytes = c->output_memory_bytes,
    };
    int rc = sizes_choose(&wish, &s->sizes, why, sizeof why);
    if (rc != 0) server_complain("%s", why);
    return rc;
}

/* ---- starting ---- */

static void on_shard_event(void *arg)
{
    struct server *s = arg;
    uint64_t one = 1;
    ssize_t n = write(s->event_fd, &one, sizeof one);
    (void)n;
}

/* Who changes the number of engines has the folder alone. Of two servers the journals' locks let one in. */
static int read_folder(struct server *s, int dir_fd)
{
    struct files *files;
    if (flock(dir_fd, LOCK_SH | LOCK_NB) < 0) {
        server_complain("--data %s: %s", s->config->data, errno == EWOULDBLOCK ? "its number of engines is being changed" : strerror(errno));
        return EXIT_FAILED;
    }
    if (files_new(NULL, 0, &files) < 0) return EXIT_FAILED;
    int rc = data_folder_read(files, s->config->data, &s->folder);
    files_free(files);
    if (rc == 0) return 0;
    server_complain("--data %s: its file '" DATA_FOLDER_FILE "' cannot be read: %s", s->config->data,
             rc == -EBADMSG ? "made by another version?" : strerror(-rc));
    return EXIT_FAILED;
}

static int open_spool(struct server *s)
{
    const char *tmp = getenv("TMPDIR");
    const char *dir = s->config->ephemeral ? (tmp ? tmp : "/tmp") : s->config->data;
    if (!s->config->ephemeral && mkdir(dir, 0700) < 0 && errno != EEXIST) {
        server_complain("--data %s: %s", dir, strerror(errno));
        return EXIT_USAGE;
    }
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        server_complain("%s: %s", dir, strerror(errno));
        return EXIT_USAGE;
    }
    block_budget_init(&s->budget, s->config->body_memory_bytes, fd);
    for (uint32_t i = 0; i < s->n_shards; i++) spill_init(&s->spills[i], fd);
    block_budget_init(&s->blob_budget, UINT64_MAX / 2, -1);
    return s->config->ephemeral ? 0 : read_folder(s, fd);
}

static int prepare_pools(struct server *s)
{
    char why[CGROUP_WHY_BYTES];
    int private_fds[LISTENING_SOCKETS_MAX + 1];
    uint32_t n = s->listening.n_came;
    memcpy(private_fds, s->listening.came, n * sizeof *private_fds);
    if (s->predecessor >= 0) private_fds[n++] = s->predecessor;
    struct pools_wish wish = {.private_fds = private_fds, .n_private = n, .identity = &s->identity};
    int rc = pools_prepare(&s->pools, &s->types, s->config->cgroup, &wish, why);
    if (rc == 0) return 0;
    if (why[0]) {
        server_complain("%s: %s", s->config->file, why);
        return EXIT_USAGE;
    }
    if (rc == -E2BIG) server_complain("%s: more than %d places for processes and commands in all", s->config->file, ZYGOTE_PLACES_MAX);
    else server_complain("cannot start the process that starts workers: %s", strerror(-rc));
    return rc == -E2BIG ? EXIT_USAGE : EXIT_FAILED;
}

static int start_workers(struct server *s)
{
    int cpus[WORKERS_MAX];
    bool shares[WORKERS_MAX];
    for (uint32_t i = 0; i < s->n_workers; i++) {
        uint32_t from_back = i % (uint32_t)s->n_cpus;
        uint32_t at = (uint32_t)s->n_cpus - 1 - from_back;
        cpus[i] = s->cpus[at];
        shares[i] = at < s->n_shards;
    }
    struct workers_options o = {.n = s->n_workers, .cpus = cpus, .shares_cpu = shares, .log = s->log};
    int rc = pools_start(&s->pools, &s->types, &o);
    if (rc == 0) return 0;
    server_complain("cannot start workers: %s", strerror(-rc));
    return EXIT_FAILED;
}

static uint8_t durability_of(const struct config *c)
{
    enum job_durability d = DURABILITY_SYNCED;
    while (d > DURABILITY_MEMORY && strcmp(job_durability_name(d), c->durability) != 0) d--;
    return (uint8_t)d;
}

static struct shard_options options_for(struct server *s, uint32_t i, uint64_t started_ns)
{
    const struct config *c = s->config;
    return (struct shard_options){
        .index = i,
        .n_shards = s->n_shards,
        .cpu = s->cpus[i % (uint32_t)s->n_cpus],
        .listeners = s->listening.of[i].fds,
        .n_listeners = s->listening.of[i].n,
        .ways = s->listening.of[i].ways,
        .conns_max = s->sizes.conns_max,
        .direct = s->sizes.direct,
        .force = {.no_defer = is_forced(c, "coop"), .plain = is_forced(c, "plain"),
                  .oneshot_accept = is_forced(c, "oneshot-accept"), .oneshot_recv = is_forced(c, "oneshot-recv"),
                  .poll_wait = is_forced(c, "poll-wait")},
        .receive_buffers = s->sizes.receive_buffers,
        .receive_buffer_bytes = s->sizes.receive_buffer_bytes,
        .chunks = s->sizes.chunks,
        .sessions = s->sizes.sessions,
        .park_ns = c->park_after_s * NS_PER_S,
        .busy_ns = c->busy_poll_us * NS_PER_US,
        .calls_max = 4096,
        .queue_length = c->queue_length,
        .first = reload_settings(c, s->access, s->tls),
        .n_engines = s->folder.n_engines,
        .jobs_max = c->jobs_max,
        .data = c->ephemeral ? NULL : s->folder.path,
        .disk_max_bytes = c->disk_max_bytes,
        .blob_bytes = c->blob_bytes,
        .blob_budget = &s->blob_budget,
        .segment_bytes = c->segment_mib << 20,
        .accept_damage = c->accept_damage,
        .durability = durability_of(c),
        .started_ns = started_ns,
        .budget = &s->budget,
        .spill = &s->spills[i],
        .resident_max = c->body_memory_bytes / 2,
        .types = &s->types,
        .routes = &s->routes,
        .pools = &s->pools,
        .password_verifier = s->password_verifier,
        .token_verifier = s->token_verifier,
        .strategy = strategy_by_name(c->scheduler),
        .openapi = s->openapi,
        .log = s->log,
        .version = QUERN_VERSION,
        .on_event = on_shard_event,
        .on_event_arg = s,
    };
}

/* Their threads run where there may be something to check; a reload may start them later. */
static int make_verifiers(struct server *s)
{
    int rc = verifier_new(s->log, &s->password_verifier);
    if (rc == 0) rc = verifier_new(s->log, &s->token_verifier);
    if (rc == 0 && s->config->accounts) rc = verifier_start(s->password_verifier);
    if (rc == 0 && s->config->oauth.issuer) rc = verifier_start(s->token_verifier);
    if (rc == 0) return 0;
    server_complain("cannot start the threads that check passwords and access tokens: %s", strerror(-rc));
    return EXIT_FAILED;
}

static int make_shards(struct server *s)
{
    uint64_t now = clock_now_ns();
    for (uint32_t i = 0; i < s->n_shards; i++) {
        struct shard_options o = options_for(s, i, now);
        int rc = shard_new(&o, &s->shards[i]);
        if (rc < 0) {
            server_complain("cannot make shard %u: %s", i, strerror(-rc));
            return EXIT_FAILED;
        }
        s->doors[i] = shard_door(s->shards[i]);
        shard_ask_doors(s->shards[i], s->engines);
    }
    for (uint32_t i = 0; i < s->n_shards; i++) shard_connect(s->shards[i], s->engines, s->doors, s->n_shards);
    return 0;
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
    forget_access(s);
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
    s->password_verifier = verifier_free(s->password_verifier);
    s->token_verifier = verifier_free(s->token_verifier);
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

/* Nothing that is started from here gets more than we have, and memory with secrets in it is not written to a disk. */
static int harden(const struct config *c)
{
    struct rlimit limit;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
        server_complain("cannot give up new privileges: %s", strerror(errno));
        return EXIT_FAILED;
    }
    if (getrlimit(RLIMIT_CORE, &limit) == 0) {
        limit.rlim_cur = c->core_dumps ? limit.rlim_max : 0;
        (void)setrlimit(RLIMIT_CORE, &limit);
    }
    return 0;
}

static int become_user(struct server *s)
{
    int rc = identity_take(&s->identity);
    if (rc == 0 && s->config->core_dumps) (void)prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    if (rc == 0) return 0;
    server_complain("cannot become %s: %s", s->identity.name, strerror(-rc));
    return EXIT_FAILED;
}

/* Told to end meanwhile: we do so once we could serve, as at any start. */
static int await_predecessor(struct server *s)
{
    int rc = handover_wait(s->predecessor, s->signal_fd);
    s->early_stop = rc == -EINTR;
    if (rc == 0 || rc == -EINTR) return 0;
    server_complain("cannot wait for the end of the server before it: %s", strerror(-rc));
    return EXIT_FAILED;
}

static int start(struct server *s)
{
    int rc = check_plain(s); /* plugins first: before any thread */
    if (rc == 0) rc = harden(s->config);
    if (rc == 0) rc = listening_take(&s->listening);
    s->predecessor = handover_predecessor();
    if (rc != 0) return rc;
    rc = prepare_pools(s); /* then the zygote: before anything that its children should not have, as secrets and keys */
    if (rc == 0) rc = make_access(s);
    if (rc != 0) return rc;
    s->folder.n_engines = 1;
    count_cpus(s);
    choose_threads(s);
    rc = listening_open(&s->listening, s->config, s->n_shards);
    if (rc == 0) rc = become_user(s);
    if (rc == 0) rc = choose_sizes(s);
    if (rc == 0) rc = catch_signals(s);
    if (rc == 0) rc = await_predecessor(s);
    if (rc == 0) rc = open_spool(s);
    if (rc != 0) return rc;
    if (log_open(STDERR_FILENO, s->config->log_level, s->config->log_format, &s->log) < 0) return EXIT_FAILED;
    (void)log_attach(s->log, "main");
    s->openapi = openapi_build(s->routes.router, &s->types, &s->budget, QUERN_VERSION);
    if (!s->openapi) return EXIT_FAILED;
    rc = start_workers(s);
    if (rc == 0) rc = make_verifiers(s);
    if (rc == 0) rc = make_shards(s);
    if (rc == 0) rc = start_shards(s);
    return rc;
}

int server_run(const struct config *config, int argc, char **argv)
{
    struct server *s = calloc(1, sizeof *s);
    if (!s) return EXIT_FAILED;
    s->config = config;
    s->handover.fd = -1;
    s->reloader = (struct reloader){.argc = argc, .argv = argv, .start = config, .shards = s->shards};
    int rc = start(s);
    if (rc != 0) {
        if (s->log) {
            log_flush();
            _exit(rc); /* threads may run already */
        }
        forget_access(s);
        routes_deinit(&s->routes);
        free(s);
        return rc;
    }
    s->reloader.n_shards = s->n_shards;
    s->reloader.router = s->routes.router;
    s->reloader.password_verifier = s->password_verifier;
    s->reloader.token_verifier = s->token_verifier;
    say_ready(s);
    rc = run(s);
    log_detach();
    s->log = log_close(s->log);
    free(s);
    return rc;
}
