#include "jobs/schedule_record.h"

#include "base/check.h"
#include "base/zone.h"
#include "jobs/schedule.h"

size_t schedule_image_parts(struct schedule_image *image, enum schedule_record_type type,
                            struct slice parts[SCHEDULE_IMAGE_PARTS])
{
    size_t n = 0;
    parts[n++] = slice_make(&image->state, sizeof image->state);
    if (type != RECORD_SCHEDULE) return n;
    image->job.queue_bytes = (uint8_t)image->queue.len;
    image->job.type_bytes = (uint8_t)image->type.len;
    image->job.made = image->owner.len ? RECORD_OWNED : 0;
    parts[n++] = slice_make(&image->birth, sizeof image->birth);
    parts[n++] = slice_make(&image->job, sizeof image->job);
    parts[n++] = image->text;
    parts[n++] = image->queue;
    parts[n++] = image->type;
    n += record_owner_parts(image->owner, &image->owner_bytes, parts + n);
    assert(n <= SCHEDULE_IMAGE_PARTS);
    return n;
}

static bool birth_is_sound(const struct record_schedule_birth *b, const struct record_birth *job)
{
    return b->name_bytes > 0 && b->expression_bytes > 0 && b->expression_bytes <= CRON_TEXT_MAX && b->zone_bytes > 0 &&
           b->zone_bytes <= ZONE_NAME_MAX && b->overlap < SCHEDULE_OVERLAPS && b->enabled <= 1 && b->has_retry <= 1 &&
           b->definition_bytes <= SCHEDULE_TEXT_MAX && job->envelope_bytes <= SCHEDULE_TEXT_MAX && !(job->made & ~RECORD_OWNED) &&
           job->envelope_bytes >= SCHEDULE_STAMP_BYTES && b->stamp_at <= job->envelope_bytes - SCHEDULE_STAMP_BYTES;
}

bool schedule_image_read(struct schedule_image *image, uint8_t type, struct slice payload)
{
    struct slice rest = payload;
    struct record_schedule_birth *b = &image->birth;
    struct record_birth *job = &image->job;
    *image = (struct schedule_image){0};
    if (type != RECORD_SCHEDULE && type != RECORD_SCHEDULE_FIRED && type != RECORD_SCHEDULE_DELETED) return false;
    if (!record_cut_struct(&rest, &image->state, sizeof image->state) || image->state.number == 0 ||
        image->state.number >= RECORD_SERIAL)
        return false;
    if (type != RECORD_SCHEDULE) return rest.len == 0;
    if (!record_cut_struct(&rest, b, sizeof *b) || !record_cut_struct(&rest, job, sizeof *job)) return false;
    if (!record_birth_is_sound(job) || !birth_is_sound(b, job)) return false;
    size_t text = (size_t)b->name_bytes + b->expression_bytes + b->zone_bytes + b->definition_bytes + job->envelope_bytes;
    return record_cut(&rest, text, &image->text) && record_cut(&rest, job->queue_bytes, &image->queue) &&
           record_cut(&rest, job->type_bytes, &image->type) && record_cut_owner(&rest, job->made, &image->owner) && rest.len == 0;
}
