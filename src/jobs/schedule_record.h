/* schedule_record.h: schedules as records of the journal. A schedule's record has all of it; "fired" has what a time that was dealt
 * with has changed and stands somewhere after it, in one transaction with the job's snapshot if one was made. Pure functions over
 * memory; any thread. docs/journal-format.md §9 shows each byte. */
#ifndef QUERN_JOBS_SCHEDULE_RECORD_H
#define QUERN_JOBS_SCHEDULE_RECORD_H

#include "jobs/job_record.h"

enum schedule_record_type {
    RECORD_SCHEDULE = 4,
    RECORD_SCHEDULE_FIRED = 5,
    RECORD_SCHEDULE_DELETED = 6, /* only the number counts */
};

/* All kinds begin with it. Times are wall ns since 1970. */
struct record_schedule {
    uint64_t until_ns; /* its times up to here have been dealt with */
    uint64_t last_run_ns, run_count, skip_count, missed_count;
    struct uuid last_job;
    uint32_t number; /* from 1 on; never given twice while a record or a job has it */
    uint8_t reserved[4];
};
static_assert(sizeof(struct record_schedule) == 64 && offsetof(struct record_schedule, number) == 56, "on-disk format");

/* A schedule goes on with it and a struct record_birth (job_record.h) of the jobs to be made, where expires_ns counts from then. */
struct record_schedule_birth {
    uint64_t created_ns, anchor_ns; /* anchor: what "@every" counts from */
    uint32_t definition_bytes, stamp_at;
    uint16_t expression_bytes;
    uint8_t name_bytes, zone_bytes, overlap, enabled;
    uint8_t has_retry; /* the jobs' retry policy is its own, and goes before their queue's */
    uint8_t reserved;
};
static_assert(sizeof(struct record_schedule_birth) == 32 && offsetof(struct record_schedule_birth, expression_bytes) == 24,
              "on-disk format");

/* A record taken apart. The slices point into the record, or into the schedule that it is made of. */
struct schedule_image {
    struct record_schedule state;
    struct record_schedule_birth birth; /* RECORD_SCHEDULE only, like the rest */
    struct record_birth job;
    struct slice owner; /* empty: nobody's */
    uint8_t owner_bytes;
    struct slice text, queue, type; /* text: as in struct schedule_text, whose envelope is job.envelope_bytes long */
};
#define SCHEDULE_IMAGE_PARTS 8
/* As job_image_parts. All lengths in the image must be set but those of queue and type. */
size_t schedule_image_parts(struct schedule_image *image, enum schedule_record_type type,
                            struct slice parts[SCHEDULE_IMAGE_PARTS]);
/* As job_image_read. */
bool schedule_image_read(struct schedule_image *image, uint8_t type, struct slice payload);

#endif
