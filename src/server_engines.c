/* server_engines.c: see server_engines.h.
 *
 *     1. The folder is locked, so that no server starts; the old journals are opened as a start would, and locked as by a server.
 *     2. DIR/engines-<next generation> is made anew, and in it a journal for each new engine: all that the old engines hold, as whole
 *        records, and a second name for each file of a payload. Each job, schedule and queue goes to the engine that its queue's name belongs
 *        to. They are closed: everything is synced.
 *     3. Their records are checked, and they are opened and closed as by a server that starts, which reads all files of payloads: none may
 *        be lost but those that the old ones have lost.
 *     4. DIR/engines.new says so, is synced and renamed to DIR/engines; the folder is synced. From here on the new ones count.
 *     5. The old files go. What a crash leaves of them, or of a change that did not come to its end, goes with the next change. */
#include "server_engines.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/spill.h"
#include "config.h"
#include "server_folder.h"
#include "jobs/batch_keys.h"
#include "jobs/blob.h"
#include "jobs/engine.h"
#include "jobs/home.h"
#include "jobs/keys.h"
#include "journal/journal.h"
#include "ring/file.h"
#include "ring/ring.h"
#include "server.h"
#include "shard_journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define TURN_COMPLETIONS 64u
#define BUFFER_BYTES (4u << 20) /* as an engine's own: every record fits */

struct change {
    const struct config *config;
    int dir_fd, from_blobs_fd, to_blobs_fd;
    struct data_folder from, to;
    struct clock clock;
    struct random random;
    struct ring *ring;
    struct files *files; /* of all journals */
    struct block_budget budget, server_budget, blob_budget; /* of the old ones; of the new ones, as a server has them */
    struct spill spill;
    struct engine *engines[ENGINES_MAX];       /* the old ones; then the new ones, as a server would have them */
    struct shard_journal opened[ENGINES_MAX];  /* theirs */
    struct journal *journals[ENGINES_MAX];     /* the new ones */
    uint64_t blobs[ENGINES_MAX];               /* numbers that they have given to files of payloads */
    uint64_t records[ENGINES_MAX];
    uint64_t n_lost; /* files of payloads, of the old ones */
    struct engine_export out;
};

static void turn(struct change *c)
{
    ring_wait(c->ring, true, c->clock.mono_ns, UINT64_MAX);
    clock_tick(&c->clock);
    (void)ring_dispatch(c->ring, TURN_COMPLETIONS);
}

/* ---- the old ones ---- */

static int open_folder(struct change *c)
{
    const char *data = c->config->data;
    if (mkdir(data, 0700) < 0 && errno != EEXIST) return server_complain("--data %s: %s", data, strerror(errno));
    c->dir_fd = open(data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (c->dir_fd < 0) return server_complain("--data %s: %s", data, strerror(errno));
    if (flock(c->dir_fd, LOCK_EX | LOCK_NB) < 0)
        return server_complain("--data %s: %s", data, errno == EWOULDBLOCK ? "a server uses it, or its number of engines is being changed" : strerror(errno));
    block_budget_init(&c->budget, UINT64_MAX / 2, c->dir_fd);
    spill_init(&c->spill, c->dir_fd);
    return 0;
}

static int open_ring(struct change *c)
{
    const char *why;
    struct ring_options o = {.sq_entries = 256, .cq_entries = 1024, .without = RING_WITHOUT_SOCKETS | RING_WITHOUT_CONNECT};
    int rc = ring_open(&o, &c->ring, &why);
    if (rc < 0) return server_complain("%s (%s)", why, strerror(-rc));
    rc = files_new(c->ring, (ENGINE_FILE_OPS + JOURNAL_FILE_OPS) * ENGINES_MAX, &c->files);
    if (rc < 0) return server_complain("no memory");
    rc = data_folder_read(c->files, c->config->data, &c->from);
    if (rc == 0) return 0;
    return server_complain("--data %s: its file '" DATA_FOLDER_FILE "' cannot be read: %s", c->config->data,
                    rc == -EBADMSG ? "made by another version?" : strerror(-rc));
}

/* One of the engines of d: with all room that there is, or with what a server has. */
static int open_engine(struct change *c, const struct data_folder *d, uint32_t k, bool as_server)
{
    const char *why;
    uint64_t share = (c->config->jobs_max + (uint64_t)d->n_engines - 1) / d->n_engines;
    struct engine_options e = {
        .jobs_max = as_server ? (uint32_t)share : c->config->jobs_max,
        .queues_max = 4096,
        .index = (uint8_t)k,
        .n_engines = (uint8_t)d->n_engines,
        .retention_ns = UINT64_C(24) * 3600 * NS_PER_S,
        .clock = &c->clock,
        .seed = random_u64(&c->random),
        .budget = as_server ? &c->server_budget : &c->budget,
        .payloads = {.spill = &c->spill, .resident_max = c->config->body_memory_bytes / 2},
        .blob_budget = as_server ? &c->blob_budget : NULL,
    };
    struct shard_journal_options j = {
        .data = d->path,
        .n_engines = d->n_engines,
        .ring = c->ring,
        .files = c->files,
        .clock = &c->clock,
        .seed = random_u64(&c->random),
        .segment_bytes = c->config->segment_mib << 20,
        .disk_max_bytes = as_server ? c->config->disk_max_bytes / d->n_engines : 0,
        .blob_bytes = c->config->blob_bytes,
        .accept_damage = c->config->accept_damage && !as_server,
    };
    if (engine_new(&e, &c->engines[k]) < 0) return server_complain("no memory for %u jobs", e.jobs_max);
    j.engine = c->engines[k];
    if (shard_journal_open(&c->opened[k], &j, &why) == 0) return 0;
    return server_complain("%s", why);
}

static uint64_t count_lost(const struct change *c, uint32_t n)
{
    uint64_t n_lost = 0;
    for (uint32_t k = 0; k < n; k++) n_lost += engine_blobs_lost(c->engines[k]);
    return n_lost;
}

static void close_engines(struct change *c, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++) {
        if (c->opened[k].is_open) {
            shard_journal_drain(&c->opened[k]);
            shard_journal_close(&c->opened[k]);
        }
        c->engines[k] = engine_free(c->engines[k]);
    }
}

/* ---- the new ones ---- */

static void on_committed(void *arg, uint64_t written, uint64_t synced)
{
    (void)arg, (void)written, (void)synced; /* journal_stop waits for the last of them */
}

static void on_failed(void *arg, int error)
{
    (void)arg, (void)error; /* appends say so */
}

static int on_record(void *arg, const struct journal_record *record)
{
    (void)arg, (void)record; /* the folder has just been made */
    return -EEXIST;
}

static int open_new(struct change *c, uint32_t k)
{
    struct journal_report report;
    struct journal_options o = {
        .path = c->to.path,
        .engine = k,
        .engines = c->to.n_engines,
        .files = c->files,
        .clock = &c->clock,
        .seed = random_u64(&c->random),
        .segment_bytes = c->config->segment_mib << 20,
        .buffer_bytes = BUFFER_BYTES,
        .on_record = on_record,
        .on_committed = on_committed,
        .on_failed = on_failed,
    };
    int rc = journal_open(&o, &c->journals[k], &report);
    return rc == 0 ? 0 : server_complain("%s: %s (%s)", c->to.path, report.why, strerror(-rc));
}

static int put(void *arg, uint32_t engine, uint8_t type, const struct slice *parts, size_t n)
{
    struct change *c = arg;
    struct journal *j = c->journals[engine];
    size_t payload = 0;
    uint32_t segment;
    int rc;
    for (size_t i = 0; i < n; i++) payload += parts[i].len;
    for (;;) {
        journal_begin(j);
        journal_add(j, type, parts, n);
        rc = journal_end(j, JOURNAL_LOGGED, NULL, &segment);
        if (rc != -EAGAIN) break;
        journal_flush(j);
        turn(c);
    }
    if (rc < 0) return rc;
    journal_live_add(j, segment, journal_bytes(payload, 1));
    c->records[engine]++;
    return 0;
}

/* The file's second name; its bytes are on the disk already. One that is missing is lost for the new journal as it is for the old one. */
static int take_blob(void *arg, uint32_t from_engine, uint64_t from_number, uint32_t engine, uint64_t *number)
{
    struct change *c = arg;
    char from[BLOB_NAME_BYTES], to[BLOB_NAME_BYTES];
    *number = ++c->blobs[engine];
    blob_name(from, from_engine, from_number);
    blob_name(to, engine, *number);
    return linkat(c->from_blobs_fd, from, c->to_blobs_fd, to, 0) < 0 && errno != ENOENT ? -errno : 0;
}

static int close_new(struct change *c, uint32_t k)
{
    struct journal *j = c->journals[k];
    if (!j) return 0;
    journal_stop(j);
    for (journal_flush(j); journal_busy(j); journal_flush(j)) turn(c);
    int failed = journal_failed(j);
    c->journals[k] = journal_close(j);
    return -failed;
}

/* ---- leftovers ---- */

/* Removes the files of journals, or of payloads. */
static int remove_each(void *arg, const char *name)
{
    int dir_fd = *(const int *)arg;
    if (strncmp(name, "journal-", 8) == 0 || strncmp(name, "blob-", 5) == 0) (void)unlinkat(dir_fd, name, 0);
    return 0;
}

/* From a folder of journals, or from DIR itself. */
static void remove_journals(struct change *c, int dir_fd)
{
    (void)file_list(c->files, dir_fd, remove_each, &dir_fd);
    int blobs_fd = openat(dir_fd, BLOBS_FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (blobs_fd < 0) return;
    (void)file_list(c->files, blobs_fd, remove_each, &blobs_fd);
    close(blobs_fd);
    (void)unlinkat(dir_fd, BLOBS_FOLDER, AT_REMOVEDIR); /* stays if somebody has put something else there */
}

static void remove_folder(struct change *c, const char *name)
{
    int fd = openat(c->dir_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    remove_journals(c, fd);
    close(fd);
    (void)unlinkat(c->dir_fd, name, AT_REMOVEDIR); /* stays if somebody has put something else there */
}

static int remove_other(void *arg, const char *name)
{
    struct change *c = arg;
    const char *kept = strrchr(c->to.path, '/') + 1;
    if (strncmp(name, DATA_FOLDER_PREFIX, sizeof DATA_FOLDER_PREFIX - 1) == 0 && strcmp(name, kept) != 0) remove_folder(c, name);
    return 0;
}

static int make_new_folder(struct change *c)
{
    int rc = file_make_folder(c->files, c->to.path);
    int fd = rc < 0 ? rc : file_open_now(c->files, AT_FDCWD, c->to.path, FILE_FOLDER);
    if (fd < 0) return server_complain("%s: %s", c->to.path, strerror(-fd));
    remove_journals(c, fd); /* of a change that did not come to its end */
    rc = file_sync_now(c->files, c->dir_fd);
    if (rc == 0 && mkdirat(fd, BLOBS_FOLDER, 0700) < 0 && errno != EEXIST) rc = -errno;
    if (rc == 0) rc = c->to_blobs_fd = file_open_now(c->files, fd, BLOBS_FOLDER, FILE_FOLDER);
    file_close_now(c->files, fd);
    return rc < 0 ? server_complain("%s: %s", c->config->data, strerror(-rc)) : 0;
}

static int open_old_blobs(struct change *c)
{
    char path[sizeof c->from.path + sizeof BLOBS_FOLDER];
    (void)snprintf(path, sizeof path, "%s/" BLOBS_FOLDER, c->from.path);
    c->from_blobs_fd = file_open_now(c->files, AT_FDCWD, path, FILE_FOLDER);
    return c->from_blobs_fd < 0 ? server_complain("%s: %s", path, strerror(-c->from_blobs_fd)) : 0;
}

/* ---- the change ---- */

/* A start would refuse a journal with more jobs than its engine takes, and forget keys. */
static int check_counts(const struct change *c)
{
    assert(c->to.n_engines > 0);
    uint64_t most = (c->config->jobs_max + (uint64_t)c->to.n_engines - 1) / c->to.n_engines;
    for (uint32_t k = 0; k < c->to.n_engines; k++)
        if (c->out.unfinished[k] > most)
            return server_complain("engine %u would have %" PRIu64 " unfinished jobs, and may have %" PRIu64
                            ", its part of jobs_max (remedy: a greater jobs_max, or fewer engines)", k, c->out.unfinished[k], most);
    for (uint32_t k = 0; k < c->to.n_engines; k++)
        if (c->out.keys[k] > KEYS_MAX || c->out.batch_keys[k] > KEYS_MAX || c->out.batch_items[k] > (uint64_t)KEYS_MAX * BATCH_KEY_ITEMS)
            return server_complain("engine %u would have more idempotency keys than one may (remedy: more engines)", k);
    return 0;
}

static int export_all(struct change *c)
{
    c->out = (struct engine_export){.n_engines = c->to.n_engines, .number_first = 1, .arg = c, .take_blob = take_blob, .put = put};
    int rc = 0;
    for (uint32_t k = 0; rc == 0 && k < c->from.n_engines; k++) rc = engine_export(c->engines[k], &c->out);
    for (uint32_t k = 0; k < c->to.n_engines; k++) {
        int own = close_new(c, k);
        if (rc == 0) rc = own;
    }
    if (rc == 0) rc = file_sync_now(c->files, c->to_blobs_fd);
    return rc < 0 ? server_complain("%s cannot be written: %s", c->to.path, strerror(-rc)) : check_counts(c);
}

static int write_new(struct change *c)
{
    int rc = make_new_folder(c);
    if (rc == 0) rc = open_old_blobs(c);
    for (uint32_t k = 0; rc == 0 && k < c->to.n_engines; k++) rc = open_new(c, k);
    return rc == 0 ? export_all(c) : rc;
}

static int check_new(struct change *c)
{
    int rc = 0;
    for (uint32_t k = 0; rc == 0 && k < c->to.n_engines; k++) {
        (void)printf("engine %u of %u: %" PRIu64 " records\n", k, c->to.n_engines, c->records[k]);
        rc = journal_check(c->files, c->to.path, k, stdout);
    }
    return rc < 0 ? server_complain("%s cannot be read back: nothing has been changed", c->to.path) : 0;
}

/* Opened as by a server, all at once: what it would refuse is refused here, while the old ones still count. */
static int try_new(struct change *c)
{
    int rc = 0;
    block_budget_init(&c->server_budget, c->config->body_memory_bytes, c->dir_fd);
    block_budget_init(&c->blob_budget, UINT64_MAX / 2, -1);
    for (uint32_t k = 0; rc == 0 && k < c->to.n_engines; k++) rc = open_engine(c, &c->to, k, true);
    uint64_t n_lost = rc == 0 ? count_lost(c, c->to.n_engines) : 0;
    close_engines(c, c->to.n_engines);
    if (n_lost > c->n_lost) return server_complain("%s cannot be read back: nothing has been changed", c->to.path);
    if (n_lost) (void)printf("files of payloads that had been lost before: %" PRIu64 "\n", n_lost);
    return rc == 0 ? 0 : server_complain("no server could start with that number of engines: nothing has been changed");
}

static int decide(struct change *c)
{
    int rc = data_folder_write(c->files, c->dir_fd, &c->to);
    if (rc == 0) rc = file_rename_now(c->files, c->dir_fd, DATA_FOLDER_NEW, DATA_FOLDER_FILE);
    if (rc == 0) rc = file_sync_now(c->files, c->dir_fd);
    return rc < 0 ? server_complain("%s/" DATA_FOLDER_FILE ": %s", c->config->data, strerror(-rc)) : 0;
}

static int change(struct change *c)
{
    int rc = 0;
    bool is_decided = false;
    for (uint32_t k = 0; rc == 0 && k < c->from.n_engines; k++) rc = open_engine(c, &c->from, k, false);
    if (rc == 0) c->n_lost = count_lost(c, c->from.n_engines);
    if (rc == 0) rc = write_new(c);
    for (uint32_t k = 0; k < c->to.n_engines; k++) (void)close_new(c, k); /* after an error */
    close_engines(c, c->from.n_engines);
    if (rc == 0) rc = check_new(c);
    if (rc == 0) rc = try_new(c);
    if (rc == 0) {
        is_decided = true; /* perhaps, if there is an error now */
        rc = decide(c);
    }
    if (!is_decided) remove_folder(c, strrchr(c->to.path, '/') + 1);
    if (rc != 0) return rc;
    remove_journals(c, c->dir_fd); /* also of the time before a change that was cut off here */
    (void)file_list(c->files, c->dir_fd, remove_other, c);
    (void)printf("the jobs of %s are divided among %u engine%s\n", c->config->data, c->to.n_engines, c->to.n_engines == 1 ? "" : "s");
    return EXIT_STOPPED;
}

int engines_change(const struct config *config)
{
    struct change *c = calloc(1, sizeof *c);
    if (!c) return EXIT_FAILED;
    c->config = config;
    c->dir_fd = c->from_blobs_fd = c->to_blobs_fd = -1;
    clock_tick(&c->clock);
    random_seed_from_kernel(&c->random);
    int rc = config->ephemeral ? server_complain("--engines: without a data folder there is nothing to divide") : open_folder(c);
    if (rc == 0) rc = open_ring(c);
    if (rc == 0) {
        c->to = (struct data_folder){.n_engines = config->engines, .generation = c->from.generation + 1};
        data_folder_name(&c->to, config->data);
        rc = change(c);
        if (c->from_blobs_fd >= 0) file_close_now(c->files, c->from_blobs_fd);
        if (c->to_blobs_fd >= 0) file_close_now(c->files, c->to_blobs_fd);
        c->files = files_free(c->files);
        spill_deinit(&c->spill);
        c->ring = ring_close(c->ring);
    }
    if (c->dir_fd >= 0) close(c->dir_fd);
    free(c);
    return rc;
}
