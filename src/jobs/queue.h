/* queue.h: the jobs that are ready, per queue and type, and which of them is next. Sequence numbers
 * are per queue; a job gets one when it first becomes available and keeps it, so a retried or
 * released job goes back to its old place. Owned by the engine's thread. Nothing here allocates
 * after queues_init. */
#ifndef QUERN_JOBS_QUEUE_H
#define QUERN_JOBS_QUEUE_H

#include "base/list.h"
#include "jobs/job.h"
#include "jobs/names.h"

#define PRIORITIES (JOB_PRIORITY_MAX - JOB_PRIORITY_MIN + 1)
#define NOT_LOCAL UINT16_MAX

struct job;

struct queue {
    struct name name; /* one reference per job in any state and per straggler, and one if it is kept */
    struct queue_settings settings;
    bool is_kept;     /* it has settings */
    bool is_blocked;  /* paused, or as many jobs run as may be: none is granted, and it counts for no local type */
    uint32_t log_segment, log_bytes; /* of the settings' record; 0 bytes: none */
    uint64_t log_sequence;
    uint64_t by_state[JOB_STATES];
    uint32_t n_stragglers; /* handlers that still run after their attempts (straggler.h); they count like active jobs */
    uint64_t sequence_last;
    struct list lanes; /* those with ready jobs */
    struct list turn;  /* in queues.turns while it has ready jobs of local types */
    uint64_t n_local_ready;
};

/* A type's name; one reference per job in any state. */
struct job_type {
    struct name name;
    uint16_t local; /* index into local_types; NOT_LOCAL: only remote workers take it */
};

/* The ready jobs of one type in one queue. A new job joins the end of its priority's line. One that
 * has been out before belongs further ahead and goes to the pile, which is in order too; the next
 * job is the better of the two firsts. */
struct lane {
    struct table_node by_pair;
    uint32_t queue, type; /* slots */
    uint32_t refs;        /* jobs that are not terminal */
    uint32_t n_ready;
    uint16_t local;
    struct list link; /* in queue.lanes */
    struct job *pile; /* returned jobs */
    /* Bit i: lines[i] is not empty. A line is initialised when its bit is set. */
    uint64_t filled[(PRIORITIES + 63) / 64];
    struct list lines[PRIORITIES]; /* 0: the most urgent */
};

struct queues_options {
    uint32_t queues_max;
    const char *const *local_types; /* constant */
    uint16_t n_local_types;
};

struct queues {
    struct names names; /* struct queue */
    struct names types; /* struct job_type */
    struct slab lanes;
    struct table lanes_by_pair;
    struct lane *lane_latest; /* given out; NULL: it has gone. As names.latest */
    uint32_t n_kept;   /* queues with settings */
    struct list turns; /* queues with ready local jobs, the next in turn first */
    struct queues_options options;
    uint64_t *local_ready;   /* bit per local type: it has ready jobs */
    uint64_t *n_local_ready; /* how many */
};

/* 0 or -ENOMEM. */
int queues_init(struct queues *q, const struct queues_options *options, uint64_t seed);
void queues_deinit(struct queues *q);

/* Gives a new job its queue and type. False: no room for the names, and nothing has changed. */
bool queues_enter(struct queues *q, struct job *job, struct slice queue, struct slice type);
/* The job is terminal: its lane may go. */
void queues_retire(struct queues *q, struct job *job);
/* A terminal job begins again, for its old queue. False: no room. */
bool queues_revive(struct queues *q, struct job *job);
/* A terminal job is about to be forgotten: names that only it used go. */
void queues_leave(struct queues *q, struct job *job);

struct queue *queues_queue(const struct queues *q, const struct job *job);
struct slice queues_queue_name(const struct queues *q, const struct job *job);
struct slice queues_type_name(const struct queues *q, const struct job *job);
/* Index into local_types, or NOT_LOCAL. The job must not be terminal. */
uint16_t queues_local_type(const struct queues *q, const struct job *job);
struct queue *queues_find(const struct queues *q, struct slice name);
/* The queue of that name, made if there is none, with settings from here on. NULL: no room for the name. */
struct queue *queues_keep(struct queues *q, struct slice name);
/* Its settings are forgotten; it goes if no job has its name. */
void queues_forget(struct queues *q, struct queue *queue);
/* Jobs that have not ended, with those that are about to begin. */
uint64_t queue_depth(const struct queue *queue);
/* An active job is about to end before its handler does; and that handler is through. False: the queue has gone with it. queue_gauge()
 * comes next. */
void queue_straggler_add(struct queue *queue);
bool queues_straggler_end(struct queues *q, struct queue *queue);
enum queue_gauged { QUEUE_OPENED = 1, QUEUE_NEWS = 2 };
/* Its settings or its active jobs have changed. QUEUE_OPENED: it was blocked and is no more. QUEUE_NEWS: and for that reason a local type has
 * its first ready job. */
unsigned queue_gauge(struct queues *q, struct queue *queue);

/* The job is ready. True: its type is local and had no ready job before. */
bool queue_add(struct queues *q, struct job *job);
/* A job that was ready before a restart is again, at its old place. Best in the order of their sequences. */
bool queue_restore(struct queues *q, struct job *job);
/* A ready job was granted, cancelled or has expired. */
void queue_remove(struct queues *q, struct job *job);
/* The job to grant next: highest priority, then lowest sequence, over all types. NULL: none. It
 * stays where it is. */
struct job *queue_best(const struct queue *queue);
/* The same over the local types whose bit is set, from the queue whose turn it is. */
struct job *queues_best_local(const struct queues *q, const uint64_t *types);
/* Its queue has had its turn. */
void queues_turn(struct queues *q, const struct job *job);

#endif
