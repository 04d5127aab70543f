/* job.h: what a job is: states, limits, what a client may ask for (job_spec), what others may see (job_view).
 * Nothing here knows how a job came in or how it is shown. */
#ifndef QUERN_JOBS_JOB_H
#define QUERN_JOBS_JOB_H

#include "base/block.h"
#include "base/uuid.h"

/* Open Job Spec, ojs-core §6.1. */
enum job_state {
    JOB_SCHEDULED,
    JOB_AVAILABLE,
    JOB_PENDING,
    JOB_ACTIVE,
    JOB_COMPLETED,
    JOB_RETRYABLE,
    JOB_CANCELLED,
    JOB_DISCARDED,
};
#define JOB_STATES 8
const char *job_state_name(enum job_state s); /* "available" */
bool job_state_is_terminal(enum job_state s);

#define JOB_TYPE_MAX 255  /* bytes */
#define JOB_QUEUE_MAX 128
#define JOB_WORKER_ID_MAX 63
#define JOB_OWNER_MAX 144 /* bytes of the name of whoever made it */
#define JOB_PRIORITY_MIN (-100)
#define JOB_PRIORITY_MAX 100
#define JOB_ATTEMPTS_DEFAULT 3
#define JOB_LEASE_DEFAULT_MS 30000
#define JOB_LEASE_MIN_MS 1000
#define JOB_LEASE_MAX_MS 43200000 /* 12 h */
#define JOB_CRASHES_MAX 3         /* lost leases; the third discards */
#define JOB_ERRORS_KEPT 10        /* newest first */
#define JOB_DEAD_MAX 10000        /* dead letters that are kept (ojs-dead-letter §5.2) … */
#define JOB_DEAD_NS (UINT64_C(180) * 24 * 3600 * 1000000000) /* … and how long */

/* What an answer about a job promises. Of an engine without a journal all are `memory`. */
enum job_durability {
    DURABILITY_MEMORY, /* nothing: a stop forgets it */
    DURABILITY_LOGGED, /* it survives the end of this process, and a power cut but for the last moment */
    DURABILITY_SYNCED, /* it survives a power cut */
};
const char *job_durability_name(enum job_durability d); /* "logged" */

enum job_backoff { BACKOFF_EXPONENTIAL, BACKOFF_LINEAR, BACKOFF_CONSTANT, BACKOFF_POLYNOMIAL };
struct retry_policy {
    uint32_t max_attempts; /* 0 reads as 1 */
    uint32_t initial_ms, max_ms;
    float coefficient;
    uint8_t backoff; /* enum job_backoff */
    bool jitter;
    bool dead_letter; /* on exhaustion: kept among the dead letters, not merely discarded */
    struct slice non_retryable; /* JSON array text inside the envelope, or empty */
};
struct retry_policy retry_policy_default(void);

/* An idempotency key: digests. */
struct job_key {
    uint8_t name[32];  /* of who asks, where, and the client's own text: the same key again */
    uint8_t print[32]; /* of what was asked: the same request again */
};

/* A checked wish. Slices point into the envelope's bytes, but for queue and type, which may also point to constants; the
 * engine copies nothing but these two. */
struct job_spec {
    struct uuid id; /* of the client's choice, if has_id */
    bool has_id, pending, has_durability, has_key;
    bool has_retry; /* the client has said something of retries */
    bool is_raw; /* envelope is not JSON but an input's bytes, then args, then the input's media type */
    bool is_bare; /* no more of the envelope is shown than the slices below; false: not looked at, or more is */
    int8_t priority;
    uint8_t durability; /* enum job_durability; an engine without a journal makes memory of all */
    struct slice type, queue;
    uint32_t timeout_ms; /* run time; 0: not said */
    uint32_t lease_ms;   /* visibility time-out; 0: not said */
    uint64_t scheduled_wall_ns, expires_wall_ns; /* since 1970; 0: none */
    struct retry_policy retry;
    struct block *envelope; /* one reference, moves into the job on success */
    struct slice args, meta, tags; /* JSON text; empty: not given */
    struct job_key key; /* if has_key */
};

/* What a worker says of a failed attempt. Slices point into report (one reference, moves in). */
struct job_failure {
    struct block *report; /* bytes of the error object; may be NULL */
    struct slice error;   /* JSON object text inside report; empty: none */
    struct slice code, type, message; /* plain text inside report; may be empty */
    bool has_retryable, retryable;
    bool requeue; /* give back, uncounted */
};

/* What a queue has been told to do. 0: not said. */
struct queue_config {
    uint32_t concurrency; /* most active jobs */
    uint32_t max_size;    /* most jobs that have not ended */
    uint32_t lease_ms, timeout_ms; /* of new jobs that do not say it themselves */
    uint32_t completed_s, cancelled_s, discarded_s; /* how long jobs that have ended so are kept; dead letters are not among them */
    bool has_retry;
    struct retry_policy retry; /* if has_retry: of new jobs without one; non_retryable is empty */
};
struct queue_settings {
    struct queue_config config;
    uint64_t paused_ns;               /* wall; 0: not paused */
    uint64_t created_ns, updated_ns;  /* wall: of the settings */
};

/* How far an attempt has come, as its worker says (ojs-progress). */
struct progress {
    struct block *data, *checkpoint; /* JSON object text each; NULL: none. A checkpoint is for the attempt after this one */
    uint64_t wall_ns;                /* of the last word */
    float fraction;                  /* 0 … 1 */
    bool has_fraction;
};

/* What others see: copied fields and references to immutable blocks, so it may travel to other threads and outlive the job.
 * Times are wall ns since 1970, 0 = absent. job_view_drop() gives the references back. */
struct job_view {
    struct uuid id;
    uint8_t state;          /* enum job_state */
    uint8_t previous_state; /* before the move that this answer reports */
    int8_t priority;
    bool result_is_json; /* result holds JSON text */
    uint8_t durability;     /* enum job_durability: what this answer keeps */
    uint32_t attempt, max_attempts, timeout_ms, lease_ms;
    uint64_t created_ns, enqueued_ns, scheduled_ns, started_ns, completed_ns, cancelled_ns, discarded_ns, expires_ns,
        next_attempt_ns;
    uint64_t retried_ns;  /* active: when the back-off before this attempt was over; 0: there was none */
    uint64_t retry_in_ns; /* retryable: from the moment of this answer to the next attempt */
    uint64_t lease_token; /* of the present grant; 0: none */
    float progress;       /* 0 … 1; 1: completed */
    struct progress said; /* of this attempt or, between two, the last one; references */
    char type[JOB_TYPE_MAX + 1], queue[JOB_QUEUE_MAX + 1], worker_id[JOB_WORKER_ID_MAX + 1];
    struct block *envelope;
    struct slice args, meta, tags;  /* inside envelope */
    bool is_raw, is_bare;           /* as in job_spec */
    uint32_t input_lost_bytes, result_lost_bytes; /* of what stood in a file that is missing or damaged: `input` and `result` are
                                       not those bytes; 0: not lost */
    struct block *result;           /* NULL: none */
    char result_type[128];          /* media type of a result that is not JSON */
    uint8_t n_errors; /* newest first; also those of a job that has completed since, whose `error` is then none */
    struct block *errors[JOB_ERRORS_KEPT]; /* JSON object text each, with type, attempt and occurred_at (failure.h) */
};
void job_view_drop(struct job_view *v);
#define JOB_MEDIA_TYPE_MAX 127 /* bytes */
/* Of a raw job: what its envelope holds around args. */
static inline struct slice job_raw_input(const struct block *envelope, struct slice args)
{
    return slice_make(envelope->bytes, (size_t)(args.p - envelope->bytes));
}
static inline struct slice job_raw_type(const struct block *envelope, struct slice args)
{
    return slice_from(block_slice(envelope), (size_t)(args.p - envelope->bytes) + args.len);
}
/* A number that is another one whenever the job would be shown otherwise: for entity tags. Never 0. The same after a restart, if what
 * is shown is the same. */
uint64_t job_view_version(const struct job_view *v);

#endif
