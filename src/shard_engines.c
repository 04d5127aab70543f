/* shard_engines.c: see shard_engines.h. */
#include "shard_engines.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/random.h"
#include "jobs/blob.h"
#include "jobs/engine.h"
#include "jobs/home.h"
#include "journal/journal.h"
#include "ring/file.h"
#include "workers/pools.h"

#include <errno.h>
#include <stdlib.h>

#define RETENTION_NS (UINT64_C(24) * 3600 * NS_PER_S)

/* ---- set up ---- */

/* Each engine's part of what all have together; of small numbers a little more. */
static uint64_t share_of(uint64_t whole, uint32_t n_engines)
{
    return whole / n_engines + (whole % n_engines != 0);
}

static int make(struct shard_engines *all, struct shard_engine *s, uint32_t index, const struct shard_engines_options *o)
{
    struct local_options local = {
        .types = o->types, .budget = o->budget, .mailbox = o->mailbox, .n_max = WORKERS_MAX + ZYGOTE_PLACES_MAX};
    s->index = index;
    gates_init(&s->gates);
    int rc = local_new(&local, &s->local);
    struct engine_options engine = {
        .jobs_max = (uint32_t)share_of(o->jobs_max, o->n_engines),
        .queues_max = 4096,
        .index = (uint8_t)index,
        .n_engines = (uint8_t)o->n_engines,
        .local_types = all->type_names,
        .n_local_types = (uint16_t)o->types->n,
        .retention_ns = RETENTION_NS,
        .clock = o->clock,
        .seed = random_u64(o->random),
        .budget = o->budget,
        .payloads = *o->payloads,
        .blob_budget = o->blob_budget,
        .hook_arg = s->local,
        .on_ready = local_on_ready,
        .on_cancel = local_on_cancel,
    };
    return rc < 0 ? rc : engine_new(&engine, &s->engine);
}

int shard_engines_init(struct shard_engines *all, const struct shard_engines_options *o)
{
    uint32_t most = o->n_engines / o->n_shards + 1;
    *all = (struct shard_engines){.of = calloc(most, sizeof *all->of),
                                  .shown = calloc(most, sizeof *all->shown),
                                  .type_names = calloc(o->types->n, sizeof *all->type_names)};
    if (!all->of || !all->shown || !all->type_names) return -ENOMEM;
    for (uint32_t i = 0; i < o->types->n; i++) all->type_names[i] = o->types->of[i].type->name;
    for (uint32_t k = o->shard; k < o->n_engines; k += o->n_shards) {
        struct shard_engine *s = &all->of[all->n++];
        int rc = make(all, s, k, o);
        if (rc < 0) return rc;
        all->shown[all->n - 1] = (struct metrics_engine){s->engine, s->local};
    }
    return 0;
}

void shard_engines_deinit(struct shard_engines *all)
{
    for (uint32_t i = 0; i < all->n; i++) all->of[i].engine = engine_free(all->of[i].engine);
    for (uint32_t i = 0; i < all->n; i++) all->of[i].local = local_free(all->of[i].local);
    free(all->type_names);
    free(all->shown);
    free(all->of);
    *all = (struct shard_engines){0};
}

struct ask_door shard_engines_door(struct shard_engines *all, uint32_t i, struct mailbox *box)
{
    return (struct ask_door){.engine = all->of[i].engine, .box = box, .gates = &all->of[i].gates};
}

void shard_engines_connect(struct shard_engines *all, struct dispatch *dispatch)
{
    for (uint32_t i = 0; i < all->n; i++) local_connect(all->of[i].local, all->of[i].engine, dispatch);
}

/* ---- journals ---- */

int shard_engines_open(struct shard_engines *all, struct shard_journal_options *o, const char **why)
{
    *why = "no memory for the journal";
    int rc = files_new(o->ring, all->n * ENGINE_FILE_OPS, &all->files);
    if (rc < 0) return rc;
    o->files = all->files;
    for (uint32_t i = 0; i < all->n; i++) {
        struct shard_engine *s = &all->of[i];
        o->engine = s->engine;
        o->seed += i;
        rc = shard_journal_open(&s->journal, o, why);
        if (rc < 0) return rc;
    }
    return 0;
}

int shard_engines_close(struct shard_engines *all)
{
    int failed = 0;
    for (uint32_t i = 0; i < all->n; i++) {
        struct shard_engine *s = &all->of[i];
        if (!s->journal.is_open) continue;
        local_give_back_all(s->local);
        engine_give_back_held(s->engine);
        shard_journal_drain(&s->journal);
        if (!failed) failed = engine_log_failed(s->engine);
        shard_journal_close(&s->journal);
    }
    all->files = files_free(all->files);
    return failed;
}

void shard_engines_drain(struct shard_engines *all)
{
    for (uint32_t i = 0; i < all->n; i++) engine_drain(all->of[i].engine);
}

void shard_engines_cancel_all(struct shard_engines *all)
{
    for (uint32_t i = 0; i < all->n; i++) local_cancel_all(all->of[i].local);
}

bool shard_engines_are_quiet(const struct shard_engines *all)
{
    for (uint32_t i = 0; i < all->n; i++)
        if (local_running(all->of[i].local) || engine_saving(all->of[i].engine)) return false;
    return true;
}

void shard_engines_report_progress(struct shard_engines *all)
{
    for (uint32_t i = 0; i < all->n; i++) local_report_progress(all->of[i].local);
}

/* ---- the dispatch's hooks ---- */

bool shard_engines_next_job(void *arg, struct worker *claimed)
{
    struct shard_engines *all = arg;
    for (uint32_t i = 0; i < all->n; i++) {
        uint32_t k = all->n == 1 ? 0 : (all->turn + i) % all->n;
        if (!local_next_job(all->of[k].local, claimed)) continue;
        all->turn = k + 1;
        return true;
    }
    return false;
}

bool shard_engines_have_jobs(void *arg, uint32_t pool)
{
    struct shard_engines *all = arg;
    for (uint32_t i = 0; i < all->n; i++)
        if (local_has_jobs(all->of[i].local, pool)) return true;
    return false;
}

bool shard_engines_jobs_wait(void *arg, uint32_t pool)
{
    struct shard_engines *all = arg;
    for (uint32_t i = 0; i < all->n; i++)
        if (local_jobs_wait(all->of[i].local, pool)) return true;
    return false;
}
