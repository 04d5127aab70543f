/* engine.h: the jobs of one engine behind one door. All calls on the engine's thread; the shard's mail brings them there.
 *
 * A caller fills a struct engine_call, hands it to engine_do() and gets it back through call->reply, on the engine's thread, at
 * once or later: waiting, and where there is a journal, after its commit. Between the two the call belongs to the engine.
 * Nothing uncommitted is visible: answers, grants and events that show a job leave when the journal has its last transition. */
#ifndef QUERN_JOBS_ENGINE_H
#define QUERN_JOBS_ENGINE_H

#include "base/list.h"
#include "base/heap.h"
#include "base/mail.h"
#include "jobs/job.h"
#include "jobs/payload.h"
#include "jobs/schedule.h"

struct clock;
struct engine;
struct files;
struct journal_counts;
struct journal_report;

enum engine_op {
    ENGINE_SUBMIT,    /* in: spec, wait_ns, held → view, is_replay */
    ENGINE_INFO,      /* in: id, wait_ns, version → view */
    ENGINE_BATCH,     /* in: items, is_atomic, spec.key, wait_ns → items, answered in place, is_replay. Records of all in one transaction */
    ENGINE_BATCH_WAIT, /* in: items of a batch that has been answered, wait_ns → as BATCH, when all of its jobs have ended or time is up */
    ENGINE_CANCEL,    /* in: id, known, n_known → view */
    ENGINE_ACTIVATE,  /* in: id → view (pending → available) */
    ENGINE_FETCH,     /* in: queues, count, worker_id, lease_ms, wait_ns → views */
    ENGINE_ACK,       /* in: id, token, result → view. The same ack again, by its token, is ENGINE_OK again */
    ENGINE_NACK,      /* in: id, token, failure → view */
    ENGINE_HEARTBEAT, /* in: ids, worker_id, lease_ms → extended (a mask over ids) */
    ENGINE_PROGRESS,  /* in: id, token, worker_id, lease_ms, progress → view. Nothing happens if the job is not the caller's */
    ENGINE_HELD_DONE, /* in: id, token, held.end: a holder is through with its job */
    ENGINE_WITHDRAW,  /* in: id, held.holder: whatever has become of the job, it ends and is forgotten; it need not be there */
    ENGINE_RELEASE,   /* in: views (a grant that could not be delivered): back, uncounted; no answer but the reply */
    ENGINE_EVENTS,    /* in: events → a block of events */
    ENGINE_DEAD_LIST,   /* in: dead → views (the newest first), n_total */
    ENGINE_DEAD_RETRY,  /* in: id → view */
    ENGINE_DEAD_DELETE, /* in: id */
    ENGINE_CRON_PUT,    /* in: cron.text, stamp_at, overlap, enabled, may_replace, spec → a schedule view; cron.is_new */
    ENGINE_CRON_GET,    /* in: cron.name → a schedule view */
    ENGINE_CRON_LIST,   /* in: cron.offset, limit, enabled, any → schedule views in no particular order, n_total */
    ENGINE_CRON_ENABLE, /* in: cron.name, enabled → a schedule view */
    ENGINE_CRON_DELETE, /* in: cron.name → a schedule view, as it was */
    ENGINE_LIST, /* in: walk → views, as each was when the walk came past it */
    ENGINE_BULK, /* in: walk; views: n_views of struct bulk_item with the ids, or NULL for what walk says → views: of struct bulk_item */
    ENGINE_QUEUE_INFO,   /* in: queue.name → a block of one struct queue_view */
    ENGINE_QUEUE_SET,    /* in: queue → the same */
    ENGINE_QUEUE_DELETE, /* in: queue.name → the same, as it was; ENGINE_CONFLICT: it has jobs that have not ended */
    ENGINE_QUEUES,    /* → a block of struct queue_view, n_views */
    ENGINE_NONCE,     /* in: nonce, spec.durability → ENGINE_OK: it is new, and known from now on; ENGINE_DUPLICATE */
    ENGINE_STATS,     /* → stats */
    ENGINE_PROBE,     /* in: spec (its id, its key) → as SUBMIT for what has them already, else ENGINE_NOT_FOUND; or items → those whose id is
                         taken are void and is_elsewhere, with their outcome, and the outcome is ENGINE_DUPLICATE */
};

/* Mapped to a status once, in api/. */
enum engine_outcome {
    ENGINE_OK,
    ENGINE_NOT_FOUND,
    ENGINE_DUPLICATE,   /* the id is taken; view shows the job that has it, and of one that the caller does not see only the id, with
                           JOB_STATES as its state. CRON_PUT: the name is; views shows its schedule */
    ENGINE_CONFLICT,    /* the state does not allow it, or a worker of this server has the job; view shows it */
    ENGINE_LEASE_LOST,  /* an outdated lease_token; view shows the job */
    ENGINE_FULL,        /* job limit or memory: try later */
    ENGINE_TOO_LARGE, /* more than a transaction of the journal takes */
    ENGINE_KEY_REUSED, /* the idempotency key came with another request before; view shows the job of that */
    ENGINE_TOO_MANY_KEYS, /* no room for another key: try later */
    ENGINE_QUEUE_FULL, /* its max_size */
    ENGINE_TOO_MANY_QUEUES, /* no room for another queue name or type name */
    ENGINE_TOO_MANY_OWNERS, /* no room for the name of another owner: try later */
    ENGINE_TOO_MANY_SCHEDULES,
    ENGINE_APART,     /* this would touch two engines */
    ENGINE_NO_ZONE,   /* no such time zone */
    ENGINE_NEVER_DUE, /* a schedule whose expression names no time within CRON_HORIZON_S */
    ENGINE_STALE,     /* the job's version is none of those that the caller knows; view shows the job */
    ENGINE_DRAINING,
    ENGINE_DISK_FULL, /* no room in the journal: try later */
    ENGINE_FAILED, /* the journal cannot be written: nothing is taken any more, and whether this was is not known */
};

#define ENGINE_KNOWN_MAX 3
#define ENGINE_FETCH_MAX 32   /* jobs in one fetch */
#define ENGINE_FETCH_QUEUES_MAX 64
#define ENGINE_DEAD_LIST_MAX 100
#define ENGINE_CRON_LIST_MAX 100
#define ENGINE_EVENTS_KEPT 10000
#define ENGINE_BATCH_MAX 1000 /* jobs in one batch */

#define ENGINE_LIST_MAX 100
#define ENGINE_BULK_MAX 1000  /* jobs of one bulk operation */

enum bulk_action {
    BULK_CANCEL, /* whatever waits; not what is active */
    BULK_RETRY,  /* discarded or retryable → available */
    BULK_DELETE, /* whatever has ended */
};
struct bulk_item {
    struct uuid id;
    uint8_t outcome; /* enum engine_outcome */
    uint8_t state;   /* before the operation; not with ENGINE_NOT_FOUND */
};

/* One job of a batch, asked and answered in place. */
struct batch_item {
    struct job_spec spec; /* the envelope's reference stays with it: the job takes one of its own */
    bool is_void;         /* in: not to be submitted; the engine leaves it alone */
    bool is_elsewhere;    /* it is void because another engine has the id */
    uint8_t outcome;      /* enum engine_outcome */
    uint8_t state;        /* of the job, also of one that had the id already; JOB_STATES: the caller does not see that one */
    uint8_t durability;   /* enum job_durability: what the answer keeps */
    struct uuid id;
    uint64_t created_ns, enqueued_ns; /* wall */
    struct job *job; /* the engine's, as is payload: bytes of its record */
    size_t payload;
};

struct job_event {
    uint64_t sequence; /* 1, 2, 3 … */
    uint64_t wall_ns;
    uint64_t owner;      /* of the job or the schedule: owners_mark() of this engine */
    struct uuid job, id; /* id: the event's own */
    uint8_t kind;        /* enum job_event_kind */
    uint8_t from, to;    /* states */
    uint32_t attempt, max_attempts;
    uint64_t duration_ns; /* of the attempt that ended; else 0 */
    uint64_t commit;      /* the journal's sequence at which it may be seen; 0: at once */
    bool is_synced;       /* that must be on the disk */
    uint8_t reason;       /* CRON_SKIPPED: enum skip_reason */
    float progress;       /* PROGRESS: 0 … 1 */
    uint64_t created_ns;  /* EXPIRED: wall times of the job, as are the next two */
    uint64_t expires_ns;
    uint64_t next_ns;     /* SCHEDULED, RETRYING: when it goes on */
    struct {
        bool is_there, retryable;
        char code[64], message[256]; /* cut where they are longer */
    } error;                         /* FAILED, RETRYING, DISCARDED: of the attempt that failed */
    uint64_t due_ns, run_count;    /* of a schedule's events: wall time for which it was, runs with this one. HEARTBEAT: end of the lease */
    struct schedule_text schedule; /* of these: a reference; else its block is NULL */
    char type[JOB_TYPE_MAX + 1], queue[JOB_QUEUE_MAX + 1], worker_id[JOB_WORKER_ID_MAX + 1];
};
enum skip_reason {
    SKIP_OVERLAP, /* a job of an earlier time is unfinished: it is the event's job */
    SKIP_GAP,     /* the clocks jumped over the time, at due_ns */
};
/* ojs-events: core job events, and those of schedules (ojs-cron §9). */
enum job_event_kind {
    EVENT_ENQUEUED, EVENT_STARTED, EVENT_COMPLETED, EVENT_FAILED, EVENT_DISCARDED, EVENT_RETRYING, EVENT_CANCELLED,
    EVENT_SCHEDULED, EVENT_EXPIRED, EVENT_PROGRESS, EVENT_HEARTBEAT, EVENT_CRON_TRIGGERED, EVENT_CRON_SKIPPED, EVENT_KINDS,
};
const char *job_event_name(enum job_event_kind k); /* "job.enqueued" */

struct queue_view {
    char name[JOB_QUEUE_MAX + 1];
    uint64_t by_state[JOB_STATES], depth;
    struct queue_settings settings;
};
/* What of call->queue is to be set. */
enum queue_set {
    QUEUE_SET_MAKE = 1, /* also if no job has named it */
    QUEUE_SET_PAUSE = 2,
    QUEUE_SET_RESUME = 4,
    QUEUE_SET_CONCURRENCY = 8,
    QUEUE_SET_MAX_SIZE = 16,
    QUEUE_SET_LEASE = 32,
    QUEUE_SET_TIMEOUT = 64,
    QUEUE_SET_RETRY = 128,
    QUEUE_SET_KEEP_COMPLETED = 256,
    QUEUE_SET_KEEP_CANCELLED = 512,
    QUEUE_SET_KEEP_DISCARDED = 1024,
};
struct engine_stats {
    uint64_t by_state[JOB_STATES];
    uint64_t jobs, jobs_max, submitted, granted, acked, failed, retried, discarded, cancelled, leases_lost, expired, events;
    uint64_t schedules, schedules_max, schedules_stranded, runs, runs_skipped, runs_missed, runs_put_off;
};

/* Who has a job's first attempt in hand since before it was a job: a call that outlived its wait. The engine leaves the task to its
 * holder and tells it when it is to stop. Memory of the holder's, until ENGINE_HELD_DONE or ENGINE_WITHDRAW has been answered with
 * anything but ENGINE_DISK_FULL, or the submit with a refusal; and then until stop has come, if it is_told. */
struct engine_holder {
    struct mail stop;     /* sent home once at most: nobody wants the work any more. Its deliver is the holder's business */
    struct mailbox *home;
    bool is_told;         /* stop has been sent. The engine's thread; the holder's once it has its last answer */
};

struct engine_call {
    struct mail mail;       /* carries the question there and the answer back; its deliver is the sender's business */
    void (*reply)(struct engine_call *call); /* engine's thread, exactly once per engine_do */
    uint8_t op;             /* enum engine_op */
    uint8_t outcome;        /* enum engine_outcome */
    uint8_t n_known;        /* CANCEL: of known; 0: whatever version it is */
    uint64_t wait_ns;       /* SUBMIT, BATCH, INFO: until terminal; FETCH: until there is a job; 0: answer at once */
    bool is_limited;        /* it sees and changes what owner has made, and nothing else: all else is as if it were not there */
    uint8_t owner_bytes;    /* of owner: whose what it makes is; 0: nobody's */
    bool sees_nobodys;      /* INFO: of a job that it has made: also if that is nobody's */
    struct uuid id;
    uint64_t version;       /* INFO: waits only until the job's version (job_view_version) is another; 0: until it is terminal */
    uint64_t token;         /* ACK, NACK, HEARTBEAT: lease_token; 0: not sent */
    union {
        uint64_t known[ENGINE_KNOWN_MAX]; /* CANCEL: the job's version must be one of these */
        struct {
            struct engine_holder *holder; /* NULL: none, the job waits for a worker */
            uint64_t started_ns;          /* SUBMIT: mono, when the attempt began; timeout_ms of the spec counts from there */
            struct local_result *end;     /* HELD_DONE: borrowed until the answer; its result moves in */
        } held;                 /* of the others that name it */
    };
    uint32_t count, lease_ms;
    char worker_id[JOB_WORKER_ID_MAX + 1];
    struct job_spec spec;
    struct block *items;    /* BATCH: n_items of struct batch_item, 1 … ENGINE_BATCH_MAX */
    uint32_t n_items;
    bool is_atomic;         /* BATCH: all of them or none; then the outcome is that of the first that could not be taken */
    struct {
        bool with_views;    /* in: views of the jobs, if it waits or is a replay; zeroed where there is none any more */
        uint32_t at;        /* the engine's, as is all that follows: the item that it waits for */
        uint64_t until_ns;  /* mono */
        uint64_t mark;      /* of a replay: sequence of its key */
    } batch;
    struct job_failure failure;
    struct block *result;   /* ACK: moves in; NULL: none */
    bool result_is_json;
    struct progress progress; /* PROGRESS: its blocks move in */
    struct block *args;     /* FETCH: n_args slices of queue names point into it (a reference); HEARTBEAT: ids */
    uint16_t n_queues;      /* of queues[] */
    union { /* by op */
        struct {
            uint32_t kinds;             /* mask over enum job_event_kind; 0: all */
            uint64_t after;             /* only events with a larger sequence */
            struct slice queue, type;   /* empty: any; point into args */
            struct uuid job;            /* zero: any */
            uint32_t limit;             /* 0: all that are kept */
            uint64_t owner;             /* the engine's: owners_mark(); 0: any */
            struct uuid settled;        /* out: what has an id below this will not be joined by others any more */
        } events;
        struct {
            struct slice queue, type; /* empty: any; point into args */
            uint32_t offset, limit;   /* limit at most ENGINE_DEAD_LIST_MAX */
            bool keys;                /* views: of uint64_t, when each was discarded (wall ns), of the first offset + limit */
        } dead;
        struct {
            uint8_t name[32]; /* a digest */
            uint64_t ends_ns; /* wall: known until then at least */
        } nonce;
    };
    struct {
        struct schedule_text text; /* PUT: one reference, moves in */
        uint32_t stamp_at;         /* as in struct schedule_spec; the rest of that is in spec */
        uint8_t overlap;           /* enum schedule_overlap */
        bool enabled, any; /* LIST: any: enabled or not */
        bool may_replace;  /* a schedule of that name */
        bool is_new;       /* it was not replaced */
        struct slice name; /* points into args */
        uint32_t offset, limit; /* limit at most ENGINE_CRON_LIST_MAX */
    } cron;
    struct {
        struct slice name; /* points into args */
        unsigned set;      /* enum queue_set */
        struct queue_config config;
        bool is_new;       /* out: it had no settings before */
    } queue;
    /* LIST, BULK: which jobs, in the order of their slots. A walk takes as many turns of the loop as it needs. */
    struct {
        uint32_t states;           /* mask over enum job_state; 0: any */
        struct slice queue, type;  /* empty: any; point into args */
        bool type_is_prefix, has_priority;
        int8_t priority;
        uint64_t created_from_ns, created_to_ns, enqueued_from_ns, enqueued_to_ns; /* wall; to: not itself; 0: any */
        uint32_t offset, limit;    /* as many are passed over; at most so many are taken */
        uint8_t action;            /* BULK: enum bulk_action */
        uint32_t at;               /* in: slot to begin at; out, with more: slot to go on at */
        bool more;                 /* out: there are more */
        bool has_total;            /* out: n_total is how many are meant in all */
        uint8_t durability;        /* the engine's, as is done */
        uint32_t done;
    } walk;
    uint64_t extended; /* HEARTBEAT: bit i: ids[i] was extended */
    uint16_t n_ids;    /* of ids[] */
    /* answers */
    bool is_replay; /* SUBMIT: the key is known, and view shows the job that came of it; BATCH: items, those that did */
    struct job_view view;
    struct block *views;  /* FETCH, DEAD_LIST, LIST, BATCH: n_views of struct job_view; EVENTS: struct job_event; QUEUES, QUEUE_*: struct queue_view; BULK: struct bulk_item;
                             CRON_*: struct schedule_view */
    uint32_t n_views, n_total;
    /* while parked, stalled or held: the engine's */
    uint64_t commit; /* the answer may leave when the journal has come so far */
    struct list link;
    struct heap_node deadline;
    /* Read as far as n_queues, n_ids and owner_bytes say, and STATS alone has stats, so a pool of calls need not clear them. */
    struct slice queues[ENGINE_FETCH_QUEUES_MAX];
    struct uuid ids[64];
    char owner[JOB_OWNER_MAX];
    struct engine_stats stats;
};
#define ENGINE_CALL_CLEAR_BYTES offsetof(struct engine_call, queues)
static inline struct batch_item *engine_call_items(const struct engine_call *call)
{
    return (struct batch_item *)(void *)call->items->bytes;
}
/* Drops every reference that a call still holds, asked or answered. */
void engine_call_drop(struct engine_call *call);
void engine_call_drop_views(struct engine_call *call);

/* What local workers get: a grant of one job. */
struct local_grant {
    uint32_t slot, generation; /* names the job to engine_local_* */
    uint64_t token;
    struct uuid id;
    uint16_t type;          /* index into engine_options.local_types */
    uint32_t timeout_ms;    /* 0: the type's own */
    uint32_t attempt;       /* from 1 */
    struct block *envelope; /* a reference, the taker's */
    struct slice args;      /* JSON array text inside it */
    bool is_raw;            /* as in job_spec */
    bool is_lost;           /* the input is: it was in a file that is missing or damaged. Fail it */
    uint64_t commit;        /* work may begin when engine_is_committed() says so of these two */
    uint8_t durability;     /* enum job_durability */
};
struct local_result { /* of a task that is through */
    uint8_t outcome; /* enum local_outcome */
    struct block *result; /* moves in; may be NULL */
    bool is_json;
    char media_type[128];
    char code[64], message[1152]; /* of a failure */
    bool retryable;
};
enum local_outcome {
    LOCAL_COMPLETED,
    LOCAL_FAILED,
    LOCAL_CRASHED, /* its process ended by itself: as failed and retryable, and the JOB_CRASHES_MAX-th discards the job */
    LOCAL_TIMEOUT,
    LOCAL_GIVEN_BACK,
};

struct engine_options {
    uint32_t jobs_max;      /* slots */
    uint32_t queues_max;    /* names */
    uint32_t schedules_max; /* 0: SCHEDULES_MAX */
    uint32_t keys_max;      /* idempotency keys; 0: KEYS_MAX */
    uint32_t owners_max;    /* of jobs and schedules; 0: OWNERS_MAX */
    uint32_t nonces_max;    /* of signed requests; 0: NONCES_MAX */
    uint8_t index;          /* 0 … 63, part of every id made here */
    uint8_t n_engines;      /* of the server; 0: 1. Of limits for all engines each has its part */
    const char *const *local_types; /* names of the types that workers of this server run; constant */
    uint16_t n_local_types;
    uint64_t retention_ns;  /* terminal jobs are kept this long, and no longer than room allows: the oldest go first */
    const struct clock *clock; /* the shard's; borrowed */
    uint64_t seed;
    struct block_budget *budget;
    struct payloads payloads; /* its budget is the one above */
    struct block_budget *blob_budget; /* without a bound: counts payloads in files of their own, and outlives them; NULL: one of its own */
    /* Hooks, on the engine's thread; not called from within engine_grant_local. */
    void *hook_arg;
    void (*on_ready)(void *arg);  /* a job of a local type became available and there was none before */
    void (*on_cancel)(void *arg, uint32_t slot, uint32_t generation); /* a job that a local worker has in hand was cancelled,
                                     expired or timed out: tell the worker; its engine_local_done still comes */
};

/* 0 or -ENOMEM. */
int engine_new(const struct engine_options *options, struct engine **out);
struct engine *engine_free(struct engine *e);
void engine_do(struct engine *e, struct engine_call *call);
/* A fetch that was given to engine_do: if it still waits, it waits no more, and is answered without jobs. */
void engine_end_wait(struct engine *e, struct engine_call *call);
/* The next deadline in mono ns (scheduled jobs, retries, leases, waits, expiry, retention), UINT64_MAX: none.
 * Schedules go by the wall clock, which may be set: where there are some it is a minute away at most. */
uint64_t engine_next_ns(const struct engine *e);
/* Acts on all deadlines up to clock->mono_ns, at most n_max of them; true: more are due. */
bool engine_tick(struct engine *e, uint32_t n_max);
/* The next ready job among the local types whose bit is set in types (n_local_types bits): queues round-robin, then the
 * highest priority, then the lowest sequence. The attempt counts now. False: none. */
bool engine_grant_local(struct engine *e, const uint64_t *types, struct local_grant *out);
/* One is ready, and may be granted now. */
bool engine_has_local(const struct engine *e, const uint64_t *types);
void engine_local_progress(struct engine *e, uint32_t slot, uint32_t generation, float fraction);
/* Whether the grant's record is where it has to be. */
bool engine_is_committed(const struct engine *e, uint64_t commit, enum job_durability durability);
/* Whether a grant's end can be told now: that it was completed with so many bytes of result, or anything else. False: keep it until
 * engine_tick() has run again. */
bool engine_takes_local(struct engine *e, bool completes, size_t result_bytes);
/* The worker is through with a grant. A result for a job that has meanwhile been cancelled is dropped. */
void engine_local_done(struct engine *e, uint32_t slot, uint32_t generation, uint64_t token, struct local_result *r);
/* At the end of a stop: what holders have not said the end of goes back to its queue, uncounted. */
void engine_give_back_held(struct engine *e);
/* Stops granting and taking; parked calls are answered with the present state. Active jobs may still end. */
void engine_drain(struct engine *e);
struct engine_stats engine_stats(const struct engine *e);
/* ---- the journal ---- */

#define ENGINE_FILE_OPS (JOURNAL_FILE_OPS + BLOB_FILE_OPS) /* journal.h, blob.h */
struct engine_log_options {
    const char *path;    /* the folder of the journal */
    uint32_t n_engines;  /* of the data folder; 0: 1 */
    struct files *files; /* of the thread's ring, with room for ENGINE_FILE_OPS */
    uint64_t seed;
    uint32_t segment_bytes; /* 0: the journal's own */
    uint32_t buffer_bytes;  /* bounds a job with its result; 0: 4 MiB, for an envelope and a result of 1 MiB each */
    uint64_t disk_bytes_max;
    uint64_t blob_bytes;    /* results and raw inputs above stand in files of their own; 0: 1 MiB */
    bool accept_damage;
};
/* Once, before any other call: reads back what the folder has, and keeps it up from here on. Without it all is forgotten with the
 * engine. As journal_open; *why is never NULL after an error. */
int engine_open_log(struct engine *e, const struct engine_log_options *options, struct journal_report *report, const char **why);
/* At the end of each turn of the loop: what has been appended is on its way. */
void engine_flush(struct engine *e);
/* Takes nothing more; then turn the loop (engine_flush) while engine_log_busy(), then engine_close_log(). */
void engine_stop_log(struct engine *e);
bool engine_log_busy(const struct engine *e);
void engine_close_log(struct engine *e);
/* Positive errno of the write or sync that failed; 0: it works, or there is none. */
int engine_log_failed(const struct engine *e);
const struct journal_counts *engine_log_counts(const struct engine *e); /* NULL: there is none */
/* Payloads in files of their own, with those that are coming or going. */
uint32_t engine_blobs(const struct engine *e);
uint32_t engine_blobs_lost(const struct engine *e); /* of these: missing, or not what was written */
/* Results of workers of this server that are being written to such files: their jobs have not ended. */
uint32_t engine_saving(const struct engine *e);

/* Offline: everything that the engine holds, as records of the journals of n_engines engines. */
struct engine_export {
    uint32_t n_engines;
    uint32_t number_first;  /* schedules get numbers from here on; out: the next one */
    uint64_t unfinished[64]; /* out, by engine: jobs that have not ended are added here */
    uint64_t keys[64], batch_keys[64], batch_items[64]; /* the same of idempotency keys: of jobs, of batches, and of these the jobs */
    void *arg;
    /* A record for that engine's journal is about to name the file of a payload of this one's (blob.h): gives it its new number.
     * 0, or what engine_export then returns. */
    int (*take_blob)(void *arg, uint32_t from_engine, uint64_t from_number, uint32_t engine, uint64_t *number);
    /* One record for that engine's journal: 0, or what engine_export then returns. The parts stand during the call. */
    int (*put)(void *arg, uint32_t engine, uint8_t type, const struct slice *parts, size_t n);
};
/* 0, -ENOMEM, or what put has returned. */
int engine_export(struct engine *e, struct engine_export *x);

/* Bytes that one queued job costs beyond its envelope: at most 256. */
size_t engine_bytes_per_job(void);

#endif
