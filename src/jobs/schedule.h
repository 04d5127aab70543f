/* schedule.h: what a schedule is: limits, what a client may ask for (schedule_spec), what others may see (schedule_view). A schedule
 * makes a job at each time that its expression names. Nothing here knows how it came in or how it is shown. */
#ifndef QUERN_JOBS_SCHEDULE_H
#define QUERN_JOBS_SCHEDULE_H

#include "jobs/cron.h"
#include "jobs/job.h"

#define SCHEDULES_MAX 10000
#define SCHEDULE_NAME_MAX 255
#define SCHEDULE_TEXT_MAX (256u << 10) /* bytes of struct schedule_text in all */
#define SCHEDULE_STAMP_BYTES 24u /* "2026-02-12T14:00:00.000Z" */

/* What becomes of a time that comes while a job of an earlier time is unfinished, that is not in a terminal state (ojs-cron §6). */
enum schedule_overlap {
    OVERLAP_SKIP, /* no job is made */
    OVERLAP_ALLOW, /* one is made all the same */
    OVERLAP_CANCEL_PREVIOUS, /* the earlier ones are cancelled first */
    OVERLAP_ENQUEUE, /* one is made, and no worker gets it before the earlier ones are finished */
};
#define SCHEDULE_OVERLAPS 4
const char *schedule_overlap_name(enum schedule_overlap o); /* "cancel_previous" */

/* All that is text in one block, without gaps in this order: name, expression, time zone, definition (as it was received, for whoever
 * shows it), envelope (of the jobs). More may stand behind it. */
struct schedule_text {
    struct block *block;
    uint32_t definition_bytes, envelope_bytes;
    uint16_t expression_bytes;
    uint8_t name_bytes, zone_bytes;
};
static inline struct slice schedule_name(const struct schedule_text *t)
{
    return slice_make(t->block->bytes, t->name_bytes);
}
static inline struct slice schedule_expression(const struct schedule_text *t)
{
    return slice_make(t->block->bytes + t->name_bytes, t->expression_bytes);
}
static inline struct slice schedule_zone(const struct schedule_text *t)
{
    return slice_make(t->block->bytes + t->name_bytes + t->expression_bytes, t->zone_bytes);
}
static inline struct slice schedule_definition(const struct schedule_text *t)
{
    return slice_make(t->block->bytes + t->name_bytes + t->expression_bytes + t->zone_bytes, t->definition_bytes);
}
static inline struct slice schedule_envelope(const struct schedule_text *t)
{
    return slice_make(schedule_definition(t).p + t->definition_bytes, t->envelope_bytes);
}

static inline size_t schedule_text_bytes(const struct schedule_text *t)
{
    return (size_t)t->name_bytes + t->expression_bytes + t->zone_bytes + t->definition_bytes + t->envelope_bytes;
}

/* A checked wish. */
struct schedule_spec {
    struct schedule_text text; /* one reference, moves in on success */
    struct job_spec job; /* its slices point into the text's envelope, those of queue and type also to constants. envelope is
                                  NULL; expires_wall_ns counts from the moment at which a job is made */
    uint32_t stamp_at; /* SCHEDULE_STAMP_BYTES in the envelope that become the time for which a job was made */
    uint8_t overlap; /* enum schedule_overlap */
    bool enabled;
};

/* What others see: copied fields and a reference. Times are wall ns since 1970, 0 = none. */
struct schedule_view {
    struct schedule_text text; /* a reference: schedule_view_drop() */
    uint64_t created_ns, next_ns, last_run_ns;
    uint64_t run_count, skip_count, missed_count;
    struct uuid last_job; /* zero: none */
    uint8_t overlap;
    bool enabled;
    bool is_stranded; /* its time zone was not found when the server started */
};
void schedule_view_drop(struct schedule_view *v);

#endif
