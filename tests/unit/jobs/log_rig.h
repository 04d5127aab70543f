/* log_rig.h: the engine of rig.h with a journal on a real ring, in a folder of its own, and restarts. */
#ifndef QUERN_TESTS_JOBS_LOG_RIG_H
#define QUERN_TESTS_JOBS_LOG_RIG_H

#include "rig.h"

#include "jobs/blob.h"
#include "journal/journal.h"
#include "ring/file.h"
#include "ring/ring.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#define SEGMENT_SMALL (UINT32_C(12) << 20) /* not much more than the two buffers that it must hold */

struct log_rig {
    struct rig *r;
    struct ring *ring;
    struct files *files;
    char path[64];
    struct engine_log_options o;
    struct journal_report report;
    const char *why;
    uint64_t seed;
};

static inline int log_rig_open(struct log_rig *g)
{
    struct engine_options options = rig_options(g->r);
    options.index = 0;
    options.seed = ++g->seed;
    rig_up_with(g->r, &options);
    g->o.seed = ++g->seed;
    return engine_open_log(g->r->engine, &g->o, &g->report, &g->why);
}

static inline struct log_rig *log_rig_up(void)
{
    const char *why;
    struct log_rig *g = calloc(1, sizeof *g);
    struct ring_options ro = {.sq_entries = 16, .cq_entries = 32};
    g->r = rig_new();
    cr_assert_eq(ring_open(&ro, &g->ring, &why), 0, "%s", why);
    cr_assert_eq(files_new(g->ring, ENGINE_FILE_OPS, &g->files), 0);
    (void)snprintf(g->path, sizeof g->path, "%s/quern-log-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    cr_assert_not_null(mkdtemp(g->path));
    g->o = (struct engine_log_options){.path = g->path, .files = g->files, .segment_bytes = SEGMENT_SMALL};
    cr_assert_eq(log_rig_open(g), 0, "%s", g->why);
    return g;
}

/* One turn of a loop; waits for a completion if one is to come. */
static inline void log_turn(struct log_rig *g)
{
    while (engine_tick(g->r->engine, 64)) continue;
    engine_flush(g->r->engine);
    ring_wait(g->ring, ring_in_flight(g->ring) > 0, 0, UINT64_MAX);
    (void)ring_dispatch(g->ring, 64);
}

/* Everything is on the disk. */
static inline void log_settle(struct log_rig *g)
{
    do log_turn(g);
    while (engine_log_busy(g->r->engine));
}

/* As if the process had been killed: what the kernel has is written, nothing else. */
static inline void log_kill(struct log_rig *g)
{
    while (ring_in_flight(g->ring)) {
        ring_wait(g->ring, true, 0, UINT64_MAX);
        (void)ring_dispatch(g->ring, 64);
    }
    g->r->engine = engine_free(g->r->engine);
}

static inline void log_stop(struct log_rig *g)
{
    engine_drain(g->r->engine);
    engine_stop_log(g->r->engine);
    while (engine_log_busy(g->r->engine)) log_turn(g);
    engine_close_log(g->r->engine);
    g->r->engine = engine_free(g->r->engine);
}

static inline void log_restart(struct log_rig *g, bool in_order)
{
    if (in_order) log_stop(g);
    else log_kill(g);
    cr_assert_eq(log_rig_open(g), 0, "%s", g->why);
}

static inline uint64_t log_rig_disk_bytes(struct log_rig *g)
{
    return metric_get(&engine_log_counts(g->r->engine)->disk_bytes);
}

static inline void log_rig_remove_folder(const char *path)
{
    DIR *dir = opendir(path);
    for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;)
        if (entry->d_name[0] != '.') (void)unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir) (void)closedir(dir);
    (void)rmdir(path);
}

static inline void log_rig_remove(struct log_rig *g)
{
    char blobs[80];
    (void)snprintf(blobs, sizeof blobs, "%s/blobs", g->path);
    log_rig_remove_folder(blobs);
    log_rig_remove_folder(g->path);
}

static inline void log_rig_down(struct log_rig *g)
{
    if (g->r->engine) log_kill(g);
    files_free(g->files);
    ring_close(g->ring);
    log_rig_remove(g);
    rig_down(g->r);
    free(g);
}

/* Does it and turns the loop until it is answered. */
static inline struct ask *log_do(struct log_rig *g, struct ask *ask)
{
    ask_do(ask);
    for (int turns = 0; ask->n_replies == 0; turns++) {
        cr_assert_lt(turns, 10000, "no answer to operation %d", ask->call.op);
        if (turns > 100) g->r->clock.mono_ns += NS_PER_MS; /* compaction takes breaks */
        log_turn(g);
    }
    return ask;
}

static inline enum engine_outcome log_once(struct log_rig *g, struct ask *ask, struct job_view *view)
{
    log_do(g, ask);
    enum engine_outcome outcome = ask->call.outcome;
    if (view) *view = ask->call.view;
    ask_free(ask); /* the view's references go with it: fields only */
    return outcome;
}

static inline struct ask *log_submit_new(struct log_rig *g, const char *queue, const char *type, enum job_durability durability)
{
    struct ask *ask = submit_new(g->r, queue, type);
    ask->call.spec.durability = (uint8_t)durability;
    return ask;
}

static inline struct uuid log_submit(struct log_rig *g, const char *queue, const char *type)
{
    struct job_view view;
    cr_assert_eq(log_once(g, log_submit_new(g, queue, type, DURABILITY_SYNCED), &view), ENGINE_OK);
    return view.id;
}

/* A submit whose envelope has that many bytes: blanks behind the text. */
static inline struct ask *log_large_new(struct log_rig *g, enum job_durability durability, size_t bytes)
{
    struct ask *ask = log_submit_new(g, "q", "t.plain", durability);
    struct block *b = block_new(&g->r->budget, bytes);
    block_append(b, block_slice(ask->call.spec.envelope));
    memset(b->bytes + b->len, ' ', bytes - b->len);
    b->len = bytes;
    block_unref(ask->call.spec.envelope);
    ask->call.spec.envelope = b;
    ask->call.spec.args = slice_make(b->bytes + 8, 5);
    ask->call.spec.meta = slice_make(b->bytes + 21, 7);
    ask->call.spec.retry.non_retryable = slice_make(b->bytes + 36, 18);
    return ask;
}

static inline struct ask *log_job_new(struct log_rig *g, enum engine_op op, struct uuid id)
{
    struct ask *ask = ask_new(g->r, op);
    ask->call.id = id;
    return ask;
}

static inline struct job_view log_info(struct log_rig *g, struct uuid id)
{
    struct job_view view;
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_INFO, id), &view), ENGINE_OK);
    return view;
}

/* A granted job; id zero: none. */
static inline struct job_view log_fetch(struct log_rig *g, const char *queue)
{
    struct job_view view = {0};
    struct ask *ask = log_do(g, fetch_new(g->r, queue, 1));
    if (ask->call.n_views) view = ask_views(ask)[0];
    ask_free(ask);
    return view;
}

static inline struct ask *log_ack_new(struct log_rig *g, struct uuid id, uint64_t token, const char *result)
{
    struct ask *ask = log_job_new(g, ENGINE_ACK, id);
    ask->call.token = token;
    if (result) ask->call.result = rig_block(g->r, result);
    ask->call.result_is_json = true;
    return ask;
}

/* The queue's next job, which must be that one. */
static inline struct job_view log_fetch_this(struct log_rig *g, const char *queue, struct uuid id)
{
    struct job_view view = log_fetch(g, queue);
    cr_assert(uuid_eq(view.id, id));
    return view;
}

#endif
