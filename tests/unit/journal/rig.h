/* rig.h: a journal on a real ring in a folder of its own, with a clock of the test's. */
#ifndef QUERN_TESTS_JOURNAL_RIG_H
#define QUERN_TESTS_JOURNAL_RIG_H

#include "base/clock.h"
#include "journal/journal.h"
#include "journal/segment.h"
#include "ring/file.h"
#include "ring/ring.h"

#include <criterion/criterion.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK ((size_t)JOURNAL_BLOCK)
#define RIG_RECORDS 4096

struct rig_record {
    uint8_t type;
    uint16_t index, count;
    uint32_t segment, len;
    uint64_t sequence;
    char text[48]; /* the beginning of the payload */
};

struct rig {
    struct ring *ring;
    struct files *files;
    struct clock clock;
    char path[64];
    struct journal_options o;
    struct journal_report report;
    struct journal *j;
    uint64_t written, synced;
    uint32_t commits, failures;
    int error;
    bool nothing_lives; /* else every record is needed for ever */
    struct rig_record *records; /* of the last replay */
    uint32_t n_records;
};

static inline int rig_on_record(void *arg, const struct journal_record *r)
{
    struct rig *g = arg;
    cr_assert_lt(g->n_records, RIG_RECORDS);
    struct rig_record *out = &g->records[g->n_records++];
    *out = (struct rig_record){r->type, r->index, r->count, r->segment, (uint32_t)r->payload.len, r->sequence, ""};
    memcpy(out->text, r->payload.p, r->payload.len < sizeof out->text - 1 ? r->payload.len : sizeof out->text - 1);
    if (!g->nothing_lives) journal_live_add(g->j, r->segment, journal_bytes(r->payload.len, 1));
    return 0;
}

static inline void rig_on_committed(void *arg, uint64_t written, uint64_t synced)
{
    struct rig *g = arg;
    cr_assert(written >= g->written && synced >= g->synced && synced <= written);
    g->written = written;
    g->synced = synced;
    g->commits++;
}

static inline void rig_on_failed(void *arg, int error)
{
    struct rig *g = arg;
    g->failures++;
    g->error = error;
}

/* parent: "/dev/shm" (fast) or "/tmp" (a real disk). Segments of 16 blocks, batches of 4 at most: 12 usable ones in a new segment. */
static inline struct rig *rig_new(const char *parent)
{
    const char *why;
    struct rig *g = calloc(1, sizeof *g);
    struct ring_options ro = {.sq_entries = 16, .cq_entries = 32};
    cr_assert_eq(ring_open(&ro, &g->ring, &why), 0, "%s", why);
    cr_assert_eq(files_new(g->ring, JOURNAL_FILE_OPS, &g->files), 0);
    if (access(parent, W_OK) != 0) parent = "/tmp";
    (void)snprintf(g->path, sizeof g->path, "%s/quern-journal-XXXXXX", parent);
    cr_assert_not_null(mkdtemp(g->path));
    g->records = calloc(RIG_RECORDS, sizeof *g->records);
    g->clock.mono_ns = 1000 * NS_PER_S;
    g->clock.wall_ns = UINT64_C(1700000000) * NS_PER_S;
    g->o = (struct journal_options){
        .path = g->path,
        .engines = 1,
        .files = g->files,
        .clock = &g->clock,
        .seed = 7,
        .segment_bytes = 16 * JOURNAL_BLOCK,
        .buffer_bytes = 4 * JOURNAL_BLOCK,
        .arg = g,
        .on_record = rig_on_record,
        .on_committed = rig_on_committed,
        .on_failed = rig_on_failed,
    };
    return g;
}

static inline int rig_open(struct rig *g)
{
    g->n_records = 0;
    g->written = g->synced = 0;
    g->o.seed++;
    return journal_open(&g->o, &g->j, &g->report);
}

/* One turn of a loop; waits for a completion if one is to come. */
static inline void rig_turn(struct rig *g)
{
    if (g->j) journal_flush(g->j);
    ring_wait(g->ring, ring_in_flight(g->ring) > 0, 0, UINT64_MAX);
    (void)ring_dispatch(g->ring, 64);
}

/* Turns until nothing is under way and nothing is to be written. */
static inline void rig_settle(struct rig *g)
{
    do {
        rig_turn(g);
        journal_flush(g->j);
    } while (ring_in_flight(g->ring) || journal_next_ns(g->j) == 0);
}

/* Without closing in order: what is under way completes, the files stay as they are. */
static inline void rig_abandon(struct rig *g)
{
    while (ring_in_flight(g->ring)) {
        ring_wait(g->ring, true, 0, UINT64_MAX);
        (void)ring_dispatch(g->ring, 64);
    }
    g->j = journal_close(g->j);
}

static inline void rig_close(struct rig *g)
{
    journal_stop(g->j);
    while (journal_busy(g->j)) rig_turn(g);
    g->j = journal_close(g->j);
}

static inline int rig_append(struct rig *g, const char *text, enum journal_durability d, uint64_t *sequence)
{
    struct slice part = slice_str(text);
    uint32_t segment;
    journal_begin(g->j);
    journal_add(g->j, 1, &part, 1);
    int rc = journal_end(g->j, d, sequence, &segment);
    if (rc == 0 && !g->nothing_lives) journal_live_add(g->j, segment, journal_bytes(part.len, 1));
    return rc;
}

static inline void rig_must_append(struct rig *g, const char *text, enum journal_durability d)
{
    cr_assert_eq(rig_append(g, text, d, NULL), 0);
}

static inline bool rig_has(const struct rig *g, const char *text)
{
    for (uint32_t i = 0; i < g->n_records; i++)
        if (strcmp(g->records[i].text, text) == 0) return true;
    return false;
}

/* ---- the files ---- */

static inline void rig_file(const struct rig *g, uint32_t number, char out[128])
{
    char name[SEGMENT_NAME_BYTES];
    segment_name(name, g->o.engine, number, "seg");
    (void)snprintf(out, 128, "%s/%s", g->path, name);
}

static inline size_t rig_read(const struct rig *g, uint32_t number, uint8_t *p, size_t max)
{
    char path[128];
    rig_file(g, number, path);
    int fd = open(path, O_RDONLY);
    cr_assert_geq(fd, 0);
    ssize_t n = read(fd, p, max);
    close(fd);
    cr_assert_gt(n, 0);
    return (size_t)n;
}

static inline void rig_write(const struct rig *g, uint32_t number, const void *p, size_t len, size_t offset)
{
    char path[128];
    rig_file(g, number, path);
    int fd = open(path, O_WRONLY);
    cr_assert_geq(fd, 0);
    cr_assert_eq(pwrite(fd, p, len, (off_t)offset), (ssize_t)len);
    close(fd);
}

static inline bool rig_exists(const struct rig *g, uint32_t number)
{
    char path[128];
    rig_file(g, number, path);
    return access(path, F_OK) == 0;
}

static inline void rig_each_file(const struct rig *g, void (*each)(const struct rig *g, const char *path))
{
    char path[400];
    DIR *d = opendir(g->path);
    cr_assert_not_null(d);
    for (struct dirent *e; (e = readdir(d));) {
        if (e->d_name[0] == '.') continue;
        (void)snprintf(path, sizeof path, "%s/%s", g->path, e->d_name);
        each(g, path);
    }
    closedir(d);
}

static inline void rig_remove_one(const struct rig *g, const char *path)
{
    (void)g;
    (void)unlink(path);
}

static inline void rig_empty(const struct rig *g)
{
    rig_each_file(g, rig_remove_one);
}

static inline void rig_free(struct rig *g)
{
    if (g->j) rig_abandon(g);
    rig_empty(g);
    cr_assert_eq(rmdir(g->path), 0);
    files_free(g->files);
    ring_close(g->ring);
    free(g->records);
    free(g);
}

#endif
