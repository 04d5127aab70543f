/* blob_rig.h: the engine of log_rig.h with payloads in files of their own: jobs whose bytes are known, and what the folder has. */
#ifndef QUERN_TESTS_JOBS_BLOB_RIG_H
#define QUERN_TESTS_JOBS_BLOB_RIG_H

#include "log_rig.h"

#include "jobs/engine_parts.h"

#define MIN_BYTES 65536u /* the smallest payload that gets a file */
#define BYTES 300000u    /* of one that has one */

/* What stands at i in the payload of that seed. */
static inline char byte_at(unsigned seed, size_t i)
{
    return (char)('a' + (seed * 7 + i + i / 97) % 26);
}

static inline struct block *bytes_of(struct log_rig *g, unsigned seed, size_t len, size_t spare)
{
    struct block *b = block_new(&g->r->budget, len + spare);
    cr_assert(b);
    for (size_t i = 0; i < len; i++) b->bytes[i] = byte_at(seed, i);
    b->len = len;
    return b;
}

static inline void expect_bytes(struct slice s, unsigned seed, size_t len)
{
    cr_assert_eq(s.len, len);
    for (size_t i = 0; i < len; i++) cr_assert_eq(s.p[i], byte_at(seed, i), "byte %zu", i);
}

static inline struct ask *raw_new(struct log_rig *g, unsigned seed, size_t len, enum job_durability durability)
{
    struct ask *ask = ask_new(g->r, ENGINE_SUBMIT);
    struct block *b = bytes_of(g, seed, len, 20);
    block_append(b, SLICE("[{\"n\":1}]"));
    block_append(b, SLICE("image/png"));
    ask->call.spec = (struct job_spec){
        .queue = SLICE("q"),
        .type = SLICE("local.b"),
        .retry = retry_policy_default(),
        .envelope = b,
        .args = slice_make(b->bytes + len, 9),
        .is_raw = true,
        .durability = (uint8_t)durability,
    };
    return ask;
}

static inline struct uuid submit_raw(struct log_rig *g, unsigned seed, size_t len)
{
    struct job_view view;
    cr_assert_eq(log_once(g, raw_new(g, seed, len, DURABILITY_SYNCED), &view), ENGINE_OK);
    return view.id;
}

static inline void expect_input(struct log_rig *g, struct uuid id, unsigned seed, size_t len)
{
    struct ask *ask = log_do(g, log_job_new(g, ENGINE_INFO, id));
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    struct job_view *v = &ask->call.view;
    expect_bytes(job_raw_input(v->envelope, v->args), seed, len);
    cr_assert(slice_eq(v->args, SLICE("[{\"n\":1}]")));
    cr_assert(slice_eq(job_raw_type(v->envelope, v->args), SLICE("image/png")));
    ask_free(ask);
}

static inline void expect_result(struct log_rig *g, struct uuid id, unsigned seed, size_t len)
{
    struct ask *ask = log_do(g, log_job_new(g, ENGINE_INFO, id));
    cr_assert_eq(ask->call.view.state, JOB_COMPLETED);
    cr_assert(ask->call.view.result);
    expect_bytes(block_slice(ask->call.view.result), seed, len);
    cr_assert_str_eq(ask->call.view.result_type, "a/b");
    ask_free(ask);
}

/* A job of local.a, or a raw one. */
static inline struct local_grant grant_of(struct log_rig *g, uint64_t types)
{
    struct local_grant grant;
    cr_assert(engine_grant_local(g->r->engine, &types, &grant));
    block_unref(grant.envelope);
    return grant;
}

static inline struct local_grant grant_local(struct log_rig *g)
{
    return grant_of(g, 1);
}

/* As the shard: asks first, and tells then. */
static inline void end_local(struct log_rig *g, const struct local_grant *grant, unsigned seed, size_t len)
{
    struct local_result r = {.outcome = LOCAL_COMPLETED, .result = bytes_of(g, seed, len, 0), .media_type = "a/b"};
    while (!engine_takes_local(g->r->engine, true, len)) log_turn(g);
    engine_local_done(g->r->engine, grant->slot, grant->generation, grant->token, &r);
}

static inline struct uuid complete_local(struct log_rig *g, unsigned seed, size_t len)
{
    struct uuid id = log_submit(g, "q", "local.a");
    struct local_grant grant = grant_local(g);
    end_local(g, &grant, seed, len);
    log_settle(g);
    return id;
}

/* How many, and the name of the last. */
static inline int files_in_folder(struct log_rig *g, char last[BLOB_NAME_BYTES])
{
    char path[80];
    int n = 0;
    (void)snprintf(path, sizeof path, "%s/blobs", g->path);
    DIR *dir = opendir(path);
    for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.') continue;
        if (last) (void)snprintf(last, BLOB_NAME_BYTES, "%.30s", entry->d_name);
        n++;
    }
    if (dir) (void)closedir(dir);
    return n;
}

/* Of the only file that there is. */
static inline void path_of_only(struct log_rig *g, char path[160])
{
    char name[BLOB_NAME_BYTES];
    cr_assert_eq(files_in_folder(g, name), 1);
    (void)snprintf(path, 160, "%s/blobs/%s", g->path, name);
}

/* Turns until the folder has so many files and nothing is under way. */
static inline void expect_files(struct log_rig *g, int n)
{
    for (int i = 0; i < 100 && files_in_folder(g, NULL) != n; i++) {
        g->r->clock.mono_ns += 60 * NS_PER_MS; /* what is only logged is synced */
        log_settle(g);
    }
    cr_assert_eq(files_in_folder(g, NULL), n);
}

static inline uint64_t beside_bytes(struct log_rig *g)
{
    return metric_get(&engine_log_counts(g->r->engine)->beside_bytes);
}

#endif
