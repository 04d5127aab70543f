/* Any bytes as a record of the journal, of a job, a schedule, a queue or a batch: the first byte is its type, the rest its payload. What is taken
 * lies within the payload and within its bounds, and written again it is the same. */
#include "base/check.h"
#include "jobs/batch_record.h"
#include "jobs/queue_record.h"
#include "jobs/schedule.h"
#include "jobs/schedule_record.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_inside(struct slice all, struct slice part)
{
    assert(part.len == 0 || (part.p >= all.p && part.p + part.len <= all.p + all.len));
}

static void check_span(const struct job_image *image, struct record_span s)
{
    assert((uint64_t)s.at + s.len <= image->envelope.len);
}

static void check_parts(const struct slice *parts, size_t n, struct slice payload)
{
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        assert(parts[i].len <= payload.len - at);
        assert(parts[i].len == 0 || memcmp(parts[i].p, payload.p + at, parts[i].len) == 0);
        at += parts[i].len;
    }
    assert(at == payload.len);
}

static void check_schedule(uint8_t type, struct slice payload)
{
    struct schedule_image image;
    if (!schedule_image_read(&image, type, payload)) return;
    check_inside(payload, image.text);
    check_inside(payload, image.queue);
    check_inside(payload, image.type);
    check_inside(payload, image.owner);
    assert(image.owner.len <= JOB_OWNER_MAX);
    const struct record_schedule_birth *b = &image.birth;
    if (type == RECORD_SCHEDULE) {
        assert((size_t)b->name_bytes + b->expression_bytes + b->zone_bytes + b->definition_bytes + image.job.envelope_bytes ==
               image.text.len);
        assert((uint64_t)b->stamp_at + SCHEDULE_STAMP_BYTES <= image.job.envelope_bytes);
        assert((uint64_t)image.job.args.at + image.job.args.len <= image.job.envelope_bytes);
        assert((uint64_t)image.job.meta.at + image.job.meta.len <= image.job.envelope_bytes);
    }
    struct slice parts[SCHEDULE_IMAGE_PARTS];
    check_parts(parts, schedule_image_parts(&image, (enum schedule_record_type)type, parts), payload);
}

static void check_queue(uint8_t type, struct slice payload)
{
    struct queue_settings settings;
    struct slice name;
    bool is_deleted;
    if (type != RECORD_QUEUE || !queue_record_read(payload, &settings, &name, &is_deleted)) return;
    check_inside(payload, name);
    struct record_queue again = queue_record_make(&settings, name, is_deleted);
    assert(memcmp(&again, payload.p, offsetof(struct record_queue, reserved)) == 0);
}

static void check_batch(uint8_t type, struct slice payload)
{
    struct record_batch head;
    struct slice items;
    if (type != RECORD_BATCH || !batch_record_read(payload, &head, &items)) return;
    check_inside(payload, items);
    assert(items.len == head.n_items * sizeof(struct record_batch_item) && memcmp(&head, payload.p, sizeof head) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct job_image image;
    if (size < 1) return 0;
    struct slice payload = slice_make(data + 1, size - 1);
    check_schedule(data[0], payload);
    check_queue(data[0], payload);
    check_batch(data[0], payload);
    if (!job_image_read(&image, data[0], payload)) return 0;
    enum job_record_type type = (enum job_record_type)data[0];
    for (unsigned i = 0; i < image.state.n_errors; i++) check_inside(payload, image.errors[i]);
    check_inside(payload, image.result);
    check_inside(payload, image.envelope);
    check_inside(payload, image.key);
    check_inside(payload, image.owner);
    assert(image.owner.len <= JOB_OWNER_MAX);
    if (image.birth.made & RECORD_RAW) assert(image.birth.args.len > 0);
    check_span(&image, image.birth.args);
    check_span(&image, image.birth.meta);
    check_span(&image, image.birth.tags);
    check_span(&image, image.birth.non_retryable);
    struct slice parts[JOB_IMAGE_PARTS];
    uint32_t lengths[JOB_ERRORS_KEPT];
    check_parts(parts, job_image_parts(&image, type, parts, lengths), payload);
    return 0;
}
