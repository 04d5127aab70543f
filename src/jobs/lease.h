/* lease.h: who holds a job, and until when. Tokens grow with every grant of an engine, so an older
 * one never fits again. Owned by the engine's thread. */
#ifndef QUERN_JOBS_LEASE_H
#define QUERN_JOBS_LEASE_H

#include "base/slab.h"
#include "jobs/job.h"

struct job;

#define LEASE_NEVER UINT64_MAX

/* Of an active job: job->lease. */
struct lease {
    uint64_t token;
    uint64_t started_ns;           /* mono */
    uint64_t ends_ns;              /* mono; LEASE_NEVER: a local worker, whose death is an event */
    uint64_t run_ends_ns;          /* mono; LEASE_NEVER: no limit of its own */
    uint32_t ttl_ms;               /* 0: local */
    float progress, progress_told; /* 0 … 1; the latter is what the last event said */
    uint64_t progress_told_ns;     /* mono: when that was; 0: never */
    uint64_t progress_wall_ns;     /* local: of the last word */
    bool is_local;
    struct engine_holder *holder; /* local: who has the task, if no worker was asked for it; else NULL */
    bool is_undelivered; /* the worker never heard of it: it ends as a release, uncounted */
    char worker_id[JOB_WORKER_ID_MAX + 1];
};

struct lease_book {
    struct slab leases;
    uint64_t token_last;
};

/* 0 or -ENOMEM. There is room for a lease of each of jobs_max jobs, so granting cannot fail. */
int lease_book_init(struct lease_book *b, uint32_t jobs_max);
void lease_book_deinit(struct lease_book *b);
/* What a lease lasts if asked for this many ms: within its bounds, 0 reads as the default. */
uint32_t lease_ttl_ms(uint32_t asked_ms);
/* To a remote worker for ttl_ms (made by lease_ttl_ms), or to a local one. Sets job->lease. */
struct lease *lease_grant(struct lease_book *b, struct job *job, const char *worker_id, uint32_t ttl_ms, uint64_t now_ns);
struct lease *lease_grant_local(struct lease_book *b, struct job *job, uint64_t now_ns);
/* Replay: as it was granted. ends_ns: mono; LEASE_NEVER: to a local worker. */
void lease_restore(struct lease_book *b, struct job *job, struct slice worker_id, uint64_t token, uint32_t ttl_ms, uint64_t ends_ns,
                   uint64_t now_ns);
/* Never shortens. */
void lease_extend(struct lease *l, uint32_t ttl_ms, uint64_t now_ns);
/* When something is to happen if nobody does anything; mono. */
uint64_t lease_due_ns(const struct lease *l);
/* Gives job->lease back. Returns its token. */
uint64_t lease_drop(struct lease_book *b, struct job *job);

#endif
