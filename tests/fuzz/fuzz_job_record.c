/* Any bytes as a job's record of the journal: the first byte is its type, the rest its payload. What is taken lies within the payload
 * and within its bounds, and written again it is the same. */
#include "base/check.h"
#include "jobs/job_record.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct job_image image;
    if (size < 1) return 0;
    struct slice payload = slice_make(data + 1, size - 1);
    if (!job_image_read(&image, data[0], payload)) return 0;
    enum job_record_type type = (enum job_record_type)data[0];
    for (unsigned i = 0; i < image.state.n_errors; i++) check_inside(payload, image.errors[i]);
    check_inside(payload, image.result);
    check_inside(payload, image.envelope);
    check_span(&image, image.birth.args);
    check_span(&image, image.birth.meta);
    check_span(&image, image.birth.tags);
    check_span(&image, image.birth.non_retryable);
    struct slice parts[JOB_IMAGE_PARTS];
    uint32_t lengths[JOB_ERRORS_KEPT];
    size_t n = job_image_parts(&image, type, parts, lengths), at = 0;
    for (size_t i = 0; i < n; i++) {
        assert(parts[i].len <= payload.len - at);
        assert(parts[i].len == 0 || memcmp(parts[i].p, payload.p + at, parts[i].len) == 0);
        at += parts[i].len;
    }
    assert(at == payload.len);
    return 0;
}
