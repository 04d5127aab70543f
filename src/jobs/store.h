/* store.h: the jobs of one engine: id → job, how many are in which state, and which of the finished
 * ones go first. Owned by the engine's thread. Nothing here allocates after store_init. */
#ifndef QUERN_JOBS_STORE_H
#define QUERN_JOBS_STORE_H

#include "base/check.h"
#include "base/heap.h"
#include "base/list.h"
#include "base/slab.h"
#include "base/slot_index.h"
#include "jobs/job.h"
#include "jobs/queue.h"

struct lease;

/* A slice inside a job's envelope; len 0: not given. */
struct span {
    uint32_t at, len;
};

/* One job. Its size is what a queued job costs, so members that no state needs together share their
 * place. */
struct job {
    struct heap_node time; /* the next time at which something happens by itself. Terminal: time.key is when it may be dropped (mono
                              ns, in no heap; has_term: wall ns, in store.terms) */
    union {
        struct list link; /* available, first time: in a lane's line. Terminal: in store.terminal, store.termed or store.dead */
        struct {
            struct job *child, *sibling; /* available, returned: in a lane's pile */
        } pile;
    };
    union {
        struct job *pile_up;  /* available, returned */
        struct lease *lease;  /* active */
        struct block *result; /* terminal; NULL: none */
    };
    struct block *envelope;
    struct uuid id;
    uint64_t created_ns, enqueued_ns, scheduled_ns, started_ns; /* wall; 0: not (yet) */
    union {
        uint64_t next_attempt_ns; /* retryable; wall */
        uint64_t ended_ns;        /* terminal; wall */
    };
    union {
        uint64_t sequence; /* not terminal: place in its queue, kept over retries and releases; 0:
                              never was available */
        uint64_t token; /* terminal: of the grant in which it ended; 0: it did not end in a grant */
    };
    struct span args;
    uint32_t attempt, timeout_ms, lease_ms;
    uint32_t queue; /* slot in queues.names */
    union {
        uint32_t lane; /* not terminal: slot in queues.lanes */
        uint32_t type; /* terminal: slot in queues.types */
    };
    uint32_t history;              /* slot in store.histories; SLAB_NONE: none */
    uint32_t wishes;               /* slot in store.wishes; SLAB_NONE: the usual ones */
    uint32_t owner;                /* owners.h */
    uint32_t log_mark;             /* low half of the journal's sequence of its last record */
    uint16_t log_segment;          /* low half of the number of the segment with its snapshot */
    uint16_t log_units;            /* what writing it again takes (log_live_bytes); 0: it is not in the journal */
    uint16_t n_waits;              /* calls parked until it ends */
    uint8_t state, previous_state; /* written by state.c only */
    int8_t priority;
    uint8_t crashes : 2;
    uint8_t durability : 2; /* enum job_durability */
    uint8_t is_returned : 1; /* available: it waits in its lane's pile, not in a line */
    uint8_t is_expired : 1;  /* discarded because its time was up */
    uint8_t result_is_json : 1;
    uint8_t is_dead : 1;     /* discarded: a dead letter, in store.dead */
    uint8_t has_key : 1;     /* it came with an idempotency key: keys.h */
    uint8_t is_raw : 1;      /* envelope is input, args, media type: job_spec.is_raw */
    uint8_t is_firing : 1; /* not terminal: a schedule made it (firing.h) */
    uint8_t is_serial : 1; /* one that waits until the earlier ones of its schedule have ended */
    uint8_t is_held : 1;   /* available, and does so: it is in no queue */
    uint8_t has_term : 1;  /* terminal: its queue has said for how long it is kept: in store.termed, and time.key is wall ns */
};

/* What only some clients ask of a job. */
struct wishes {
    uint64_t expires_ns; /* wall; 0: none */
    struct span meta, tags, non_retryable;
    uint32_t max_attempts, retry_initial_ms, retry_max_ms;
    float retry_coefficient;
    uint8_t retry_backoff;
    bool retry_jitter;
    bool dead_letter; /* what its policy says of exhaustion */
};

/* What only some jobs have: past failures, the media type of a result that is not JSON, what their worker says of how far it is. */
struct history {
    struct block *errors[JOB_ERRORS_KEPT]; /* newest first */
    uint8_t n_errors;
    char result_type[128];
    struct progress progress;
};

struct store {
    void *drop_arg; /* of on_drop: a job is about to be forgotten; NULL: nobody wants to know */
    void (*on_drop)(void *arg, struct job *job);
    struct slab jobs, histories, wishes;
    struct wishes usual; /* of all jobs that have none of their own */
    struct slot_index by_id;
    uint64_t seed; /* of its hashes */
    struct queues queues;
    struct list terminal; /* in the order in which they ended, which is that in which they go; without dead letters and termed */
    struct list termed;   /* has_term: in the order in which they ended, … */
    struct heap terms;    /* … and by the wall time until which they are kept */
    struct list dead;     /* the dead letters, in the same order */
    uint32_t n_dead;
    bool is_restoring; /* a journal is being read: it may take any number of finished jobs to free a name */
    uint64_t by_state[JOB_STATES];
};

enum store_outcome { STORE_OK, STORE_FULL, STORE_NAMES_FULL };

/* 0 or -ENOMEM. */
int store_init(struct store *s, uint32_t jobs_max, const struct queues_options *queues, uint64_t seed);
/* Drops the references of all jobs. None may hold a lease. */
void store_deinit(struct store *s);
struct job *store_find(const struct store *s, struct uuid id);
/* It will be looked for soon: fetches the memory that this takes. */
void store_expect(const struct store *s, struct uuid id);
/* A job in no state yet, with id, queue and type; the id must be free. Drops the oldest terminal
 * jobs if it needs their room or their names. *out is set on STORE_OK only. state_begin() comes next. */
enum store_outcome store_add(struct store *s, struct uuid id, struct slice queue, struct slice type, struct job **out);
/* queues_keep, but drops the oldest terminal jobs if it needs their names. NULL: no room for the name. */
struct queue *store_keep_queue(struct store *s, struct slice name);
/* A job that store_add has made and that has not begun: as if it had not been. */
void store_take_back(struct store *s, struct job *job);
/* A job has become terminal: keeps it until mono_ns, or until its room is needed; a dead letter (is_dead) until mono_ns, or until
 * there are more than JOB_DEAD_MAX, or until its room is needed and no other finished job is left. */
void store_retire(struct store *s, struct job *job, uint64_t until_ns);
/* The same, of a job whose queue says until when, or until its room is needed. */
void store_retire_until(struct store *s, struct job *job, uint64_t wall_ns);
/* The first of those, or NULL. */
struct job *store_first_term(const struct store *s);
/* The first of store.terminal, or NULL. */
struct job *store_oldest_terminal(const struct store *s);
struct job *store_oldest_dead(const struct store *s); /* or NULL */
/* The ended job whose room is taken first: dead letters are the last. NULL: none. */
struct job *store_first_to_go(const struct store *s);
/* Replay brings back what has ended in the order of the journal, which compaction changes: sorts the lists by ended_ns again. */
void store_sort_ended(struct store *s);
/* A finished job is about to begin again: takes it out of its list. */
void store_exhume(struct store *s, struct job *job);
/* Forgets a terminal job and drops its references. */
void store_drop(struct store *s, struct job *job);
/* Replay: forgets a job in any state, which is in no queue, in no heap and holds no lease, since a later snapshot has it. */
void store_forget(struct store *s, struct job *job);
/* The job's history, made if there is none yet. Never NULL: there are as many as jobs. */
struct history *store_history(struct store *s, struct job *job);
/* The same, or NULL if there is none. */
const struct history *store_history_if(const struct store *s, const struct job *job);
/* What its client has asked for; until the next store_wish. */
const struct wishes *store_wishes(const struct store *s, const struct job *job);
/* Copies w, which takes no room if it is the usual. */
void store_wish(struct store *s, struct job *job, const struct wishes *w);
/* Moves text (a reference; NULL is ignored) in as the newest error; the oldest goes if there are
 * too many. */
void store_error_add(struct store *s, struct job *job, struct block *text);

static inline struct slice job_slice(const struct job *job, struct span span)
{
    if (!span.len) return (struct slice){NULL, 0};
    assert(job->envelope); /* spans count from its bytes */
    return slice_make(job->envelope->bytes + span.at, span.len);
}

#endif
