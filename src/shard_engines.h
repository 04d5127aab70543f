/* shard_engines.h: the engines that live on a shard's thread (engine k on shard k mod shards), each with its journal and with what feeds
 * its jobs to the workers of this server. Made by the server's thread before any shard runs; then the shard's thread's. */
#ifndef QUERN_SHARD_ENGINES_H
#define QUERN_SHARD_ENGINES_H

#include "api/ask.h"
#include "api/gates.h"
#include "api/metrics.h"
#include "jobs/engine.h"
#include "sched/local.h"
#include "shard_journal.h"

struct payloads;

struct shard_engine {
    uint32_t index;
    struct engine *engine;
    struct shard_journal journal; /* not open: there is none */
    struct local *local;
    struct gates gates;
};

struct shard_engines {
    struct shard_engine *of;
    struct metrics_engine *shown; /* the same for metrics.h */
    uint32_t n;
    struct files *files; /* of their journals; NULL: they have none */
    uint32_t turn; /* who is asked first for a job of a local worker */
    const char **type_names; /* what the engines know as local types */
};

struct shard_engines_options {
    uint32_t shard, n_shards, n_engines;
    uint32_t jobs_max;              /* of all engines */
    const struct types *types;
    struct mailbox *mailbox;        /* the shard's */
    const struct clock *clock;
    struct random *random;
    struct block_budget *budget;
    const struct payloads *payloads;
    struct block_budget *blob_budget; /* of payloads that stand in files */
};

/* 0 or -ENOMEM. */
int shard_engines_init(struct shard_engines *all, const struct shard_engines_options *o);
void shard_engines_deinit(struct shard_engines *all);
/* The door of one of them, by its place here. */
struct ask_door shard_engines_door(struct shard_engines *all, uint32_t i, struct mailbox *box);
void shard_engines_connect(struct shard_engines *all, struct dispatch *dispatch);

/* Opens all journals, each with its share of disk_max_bytes; as shard_journal_open. o->engine and o->files are set here. */
int shard_engines_open(struct shard_engines *all, struct shard_journal_options *o, const char **why);
/* What runs goes back to its queue, and everything is written. As shard_engines_flush. */
int shard_engines_close(struct shard_engines *all);

/* In each turn of the loop, so they stand here; true: more is to be done at once. */
static inline bool shard_engines_tick(struct shard_engines *all, uint32_t n_max)
{
    bool more = false;
    for (struct shard_engine *s = all->of, *end = s + all->n; s < end; s++) {
        more |= engine_tick(s->engine, n_max);
        local_flush(s->local);
    }
    return more;
}

/* At its end. 0, or the positive errno of a journal that has failed. */
static inline int shard_engines_flush(struct shard_engines *all)
{
    int failed = 0;
    for (struct shard_engine *s = all->of, *end = s + all->n; s < end; s++) {
        if (!s->journal.is_open) continue;
        engine_flush(s->engine);
        if (!failed) failed = engine_log_failed(s->engine);
    }
    return failed;
}

static inline uint64_t shard_engines_next_ns(const struct shard_engines *all)
{
    uint64_t next = UINT64_MAX;
    for (const struct shard_engine *s = all->of, *end = s + all->n; s < end; s++) {
        uint64_t own = engine_next_ns(s->engine);
        if (own < next) next = own;
    }
    return next;
}

void shard_engines_drain(struct shard_engines *all);
void shard_engines_cancel_all(struct shard_engines *all); /* tells running jobs to stop */
bool shard_engines_are_quiet(const struct shard_engines *all); /* no worker has a job of theirs, no result is on its way to the disk */
void shard_engines_report_progress(struct shard_engines *all);

/* Hooks of the dispatch: a worker gets a job of the engines in turn. */
bool shard_engines_next_job(void *arg, struct worker *claimed);
bool shard_engines_have_jobs(void *arg, uint32_t pool);
bool shard_engines_jobs_wait(void *arg, uint32_t pool);

#endif
