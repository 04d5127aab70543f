/* server_build.c: see server_parts.h: the parts of a server, in the order in which they are made. */
#include "server_parts.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "filters/key_feed.h"
#include "filters/verifier.h"
#include "jobs/job.h"
#include "ring/file.h"
#include "sched/sched.h"
#include "server.h"
#include "server_cursors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- before anything is opened ---- */

int server_prepare_pools(struct server *s)
{
    char why[CGROUP_WHY_BYTES];
    int private_fds[LISTENING_SOCKETS_MAX + 1];
    uint32_t n = s->listening.n_came;
    memcpy(private_fds, s->listening.came, n * sizeof *private_fds);
    if (s->predecessor >= 0) private_fds[n++] = s->predecessor;
    struct pools_wish wish = {.private_fds = private_fds, .n_private = n, .identity = &s->identity, .limits_later = s->predecessor >= 0};
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

int server_limit_pools(struct server *s)
{
    char why[CGROUP_WHY_BYTES];
    if (s->predecessor < 0 || s->early_stop || pools_limit(&s->pools, why) == 0) return 0;
    server_complain("%s: %s", s->config->file, why);
    return EXIT_FAILED;
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

void server_choose_threads(struct server *s)
{
    count_cpus(s);
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

int server_choose_sizes(struct server *s)
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
        .asks_others = reload_asks_issuer(c),
        .receive_memory_bytes = c->receive_memory_bytes,
        .output_memory_bytes = c->output_memory_bytes,
    };
    int rc = sizes_choose(&wish, &s->sizes, why, sizeof why);
    if (rc != 0) server_complain("%s", why);
    return rc;
}

/* ---- folders ---- */

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

int server_open_spool(struct server *s)
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

/* Without a data folder, or where it cannot be kept there, cursors end with the server. */
int server_open_cursors(struct server *s)
{
    struct files *files;
    int error = 0;
    if (s->config->ephemeral) {
        random_secret(&s->cursor_key, sizeof s->cursor_key);
        return 0;
    }
    if (files_new(NULL, 0, &files) < 0) return EXIT_FAILED;
    switch (cursors_open(files, s->budget.spool_dir_fd, &s->cursor_key, &error)) {
    case CURSORS_KEPT:
    case CURSORS_MADE: break;
    case CURSORS_DAMAGED:
        log_warn("server.cursors", "reason=\"the file '" CURSORS_FILE "' is damaged\" effect=\"cursors of lists given before are refused\"");
        break;
    case CURSORS_UNKEPT:
        log_warn("server.cursors", "reason=\"the file '" CURSORS_FILE "': %s\" effect=\"cursors of lists end with the server\"", strerror(-error));
        break;
    }
    files_free(files);
    return 0;
}

/* ---- threads ---- */

int server_start_workers(struct server *s)
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

static void on_shard_event(void *arg)
{
    struct server *s = arg;
    uint64_t one = 1;
    ssize_t n = write(s->event_fd, &one, sizeof one);
    (void)n;
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
                  .poll_wait = is_forced(c, "poll-wait"), .unrestricted = is_forced(c, "unrestricted")},
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
        .by_owner = c->jobs_visible_to == CONFIG_TO_OWNER,
        .started_ns = started_ns,
        .cursor_key = &s->cursor_key,
        .budget = &s->budget,
        .spill = &s->spills[i],
        .resident_max = c->body_memory_bytes / 2,
        .types = &s->types,
        .routes = &s->routes,
        .pools = &s->pools,
        .helpers = &s->helpers,
        .strategy = strategy_by_name(c->scheduler),
        .openapi = s->openapi,
        .log = s->log,
        .version = QUERN_VERSION,
        .on_event = on_shard_event,
        .on_event_arg = s,
    };
}

/* On the outbound thread. */
static bool publish_keys(void *arg, struct fetched_keys *keys)
{
    struct server *s = arg;
    bool all = true;
    for (uint32_t i = 0; i < s->n_shards; i++) all &= shard_take_keys(s->shards[i], keys) == 0;
    return all;
}

/* Their threads run where there may be something to check; a reload may start them later. */
int server_make_helpers(struct server *s)
{
    struct gate_helpers *h = &s->helpers;
    int rc = verifier_new(s->log, &h->password_verifier);
    if (rc == 0) rc = verifier_new(s->log, &h->token_verifier);
    if (rc == 0) rc = key_feed_new(publish_keys, s, &h->feed);
    if (rc == 0) rc = outbound_new(s->log, key_feed_tenant(h->feed), &h->outbound);
    if (rc == 0 && s->config->accounts) rc = verifier_start(h->password_verifier);
    if (rc == 0 && s->config->oauth.issuer) rc = verifier_start(h->token_verifier);
    if (rc == 0) return 0;
    server_complain("cannot start the threads that check passwords and access tokens: %s", strerror(-rc));
    return EXIT_FAILED;
}

int server_start_outbound(struct server *s)
{
    key_feed_use(s->helpers.feed, s->helpers.outbound, s->access);
    int rc = reload_asks_issuer(s->config) ? outbound_start(s->helpers.outbound) : 0;
    if (rc == 0) return 0;
    server_complain("cannot start the thread that asks the issuer of access tokens: %s", strerror(-rc));
    return EXIT_FAILED;
}

void server_free_helpers(struct server *s)
{
    struct gate_helpers *h = &s->helpers;
    h->password_verifier = verifier_free(h->password_verifier);
    h->token_verifier = verifier_free(h->token_verifier);
    h->outbound = outbound_free(h->outbound);
    h->feed = key_feed_free(h->feed);
}

int server_make_shards(struct server *s)
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
