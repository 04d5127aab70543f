/* job_record.h: jobs as records of the journal. A snapshot has all of a job; a move has what a transition has changed and stands
 * somewhere after the snapshot. Pure functions over memory; any thread. docs/journal-format.md §8 shows each byte. */
#ifndef QUERN_JOBS_JOB_RECORD_H
#define QUERN_JOBS_JOB_RECORD_H

#include "jobs/job.h"

#include <assert.h>
#include <stddef.h>

enum job_record_type {
    RECORD_SNAPSHOT = 1,
    RECORD_MOVE = 2,
    RECORD_FORGOTTEN = 3, /* somebody had the job deleted: a struct record_state of which only the id counts */
    /* 4 to 6: schedule_record.h; 7: queue_record.h; 8: batch_record.h; 9: nonces.h */
    RECORD_BLOBS_GONE = 16, /* numbers of blobs (8 bytes each) whose jobs are gone: the files may be missing */
};
#define RECORD_BLOBS_GONE_MAX 256u /* numbers in one */

enum record_flags {
    RECORD_EXPIRED = 1, /* discarded because its time was up */
    RECORD_RESULT = 2, /* there is a result, which may be empty */
    RECORD_JSON = 4, /* and it is JSON */
    RECORD_DEAD = 8, /* discarded: a dead letter */
    RECORD_RESULT_BLOB = 16, /* the result stands in a file; here is a struct record_blob */
};

/* What a record says of a payload that stands in a file of its own (blob.h). */
struct record_blob {
    uint64_t number;
    uint32_t bytes, crc; /* CRC32C of all */
};
static_assert(sizeof(struct record_blob) == 16 && offsetof(struct record_blob, crc) == 12, "on-disk format");

/* Both kinds begin with it. Times are wall ns since 1970. */
struct record_state {
    struct uuid id;
    uint64_t enqueued_ns, started_ns;
    uint64_t at_ns; /* retryable: of the next attempt; terminal: of its end; else 0 */
    uint64_t sequence; /* not terminal: place in its queue, 0: none yet */
    uint64_t token; /* active: of the lease; terminal: of the grant in which it ended, or 0 */
    uint64_t lease_ends_ns; /* active; 0: a worker of this server has it */
    uint32_t lease_ttl_ms; /* active; terminal: for how many seconds its queue keeps it, 0: as long as usual */
    uint32_t attempt, result_bytes;
    uint8_t state, previous_state, crashes, flags;
    uint8_t worker_id_bytes, result_type_bytes;
    uint8_t n_errors; /* snapshot: all that are kept; move: those that are new; newest first */
    uint8_t reserved[5];
};
static_assert(sizeof(struct record_state) == 88, "on-disk format");
static_assert(offsetof(struct record_state, lease_ttl_ms) == 64 && offsetof(struct record_state, state) == 76,
              "on-disk format");

enum record_made {
    RECORD_RAW = 1, /* of a call: the envelope is an input's bytes, args, the input's media type */
    RECORD_KEYED = 2, /* with an idempotency key: a struct job_key stands behind the envelope */
    RECORD_INPUT_BLOB = 4, /* the envelope stands in a file; here is a struct record_blob */
    RECORD_OWNED = 8, /* the name of its owner stands at the end, behind a byte that says how long it is */
};

struct record_span {
    uint32_t at, len; /* within the envelope */
};
/* It waits until the earlier jobs of its schedule have ended. */
#define RECORD_SERIAL (UINT32_C(1) << 31)
/* A snapshot goes on with it. */
struct record_birth {
    uint64_t created_ns, scheduled_ns, expires_ns;
    struct record_span args, meta, tags, non_retryable;
    uint32_t max_attempts, retry_initial_ms, retry_max_ms;
    float retry_coefficient;
    uint32_t timeout_ms, lease_ms, envelope_bytes;
    int8_t priority;
    uint8_t retry_backoff, retry_jitter, durability;
    uint8_t queue_bytes, type_bytes;
    uint8_t dead_letter; /* what its policy says of exhaustion: 0, 1 */
    uint8_t made;        /* enum record_made */
    uint32_t schedule;   /* number of the schedule that made it, and RECORD_SERIAL; 0: none, or it has ended */
};
static_assert(sizeof(struct record_birth) == 96 && offsetof(struct record_birth, schedule) == 92, "on-disk format");
static_assert(offsetof(struct record_birth, max_attempts) == 56 && offsetof(struct record_birth, priority) == 84,
              "on-disk format");

/* Every value that others index or loop by is within its bounds. */
bool record_birth_is_sound(const struct record_birth *b);

/* A record taken apart. The slices point into the record, or into the job that it is made of. */
struct job_image {
    struct record_state state;
    struct record_birth birth; /* snapshots only */
    struct slice worker_id, errors[JOB_ERRORS_KEPT], result_type, result;
    struct slice queue, type, envelope; /* snapshots only */
    struct slice key; /* snapshots only: a struct job_key, or empty */
    struct slice owner; /* snapshots only; empty: nobody's */
    uint8_t owner_bytes;
    struct record_blob result_blob, input_blob; /* number 0: result and envelope are the bytes themselves. Else they are empty */
};
#define JOB_IMAGE_PARTS (JOB_ERRORS_KEPT + 12)
static_assert(sizeof(struct job_key) == 64, "on-disk format");
/* The image as the parts of one record, in order; they stand as long as the image and what it points to. Sets the lengths in it.
 * lengths: room for the parts of the errors' table. Returns how many. */
size_t job_image_parts(struct job_image *image, enum job_record_type type, struct slice parts[JOB_IMAGE_PARTS],
                       uint32_t lengths[JOB_ERRORS_KEPT]);
/* False: no such record. Every value that others index or loop by is within its bounds. */
bool job_image_read(struct job_image *image, uint8_t type, struct slice payload);

/* ---- for those who read records ---- */

/* Cuts n bytes off the front of rest: to *out, or copied to out. False: there are not so many. */
bool record_cut(struct slice *rest, size_t n, struct slice *out);
bool record_cut_struct(struct slice *rest, void *out, size_t n);
/* The name of an owner, which made (enum record_made) says is there, or empty. */
bool record_cut_owner(struct slice *rest, uint8_t made, struct slice *out);
/* Adds it to the parts of a record: 0 or 2 of them. bytes stands as long as they do. */
size_t record_owner_parts(struct slice owner, uint8_t *bytes, struct slice parts[2]);

#endif
