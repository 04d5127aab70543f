#include "jobs/job_record.h"

#include "base/check.h"

static struct slice bytes_of(const void *p, size_t len)
{
    return slice_make(p, len);
}

/* ---- writing ---- */

static struct slice bytes_or_blob(struct slice bytes, const struct record_blob *blob)
{
    return blob->number ? bytes_of(blob, sizeof *blob) : bytes;
}

size_t record_owner_parts(struct slice owner, uint8_t *bytes, struct slice parts[2])
{
    assert(owner.len <= JOB_OWNER_MAX);
    if (owner.len == 0) return 0;
    *bytes = (uint8_t)owner.len;
    parts[0] = bytes_of(bytes, 1);
    parts[1] = owner;
    return 2;
}

size_t job_image_parts(struct job_image *image, enum job_record_type type, struct slice parts[JOB_IMAGE_PARTS],
                       uint32_t lengths[JOB_ERRORS_KEPT])
{
    struct record_state *s = &image->state;
    struct record_birth *b = &image->birth;
    size_t n = 0;
    assert(image->key.len == 0 || image->key.len == sizeof(struct job_key));
    assert(s->n_errors <= JOB_ERRORS_KEPT && image->worker_id.len <= JOB_WORKER_ID_MAX && image->result_type.len < 128);
    s->worker_id_bytes = (uint8_t)image->worker_id.len;
    s->result_type_bytes = (uint8_t)image->result_type.len;
    s->result_bytes = image->result_blob.number ? image->result_blob.bytes : (uint32_t)image->result.len;
    s->flags = (uint8_t)((s->flags & ~RECORD_RESULT_BLOB) | (image->result_blob.number ? RECORD_RESULT_BLOB : 0));
    parts[n++] = bytes_of(s, sizeof *s);
    if (type == RECORD_SNAPSHOT) {
        b->queue_bytes = (uint8_t)image->queue.len;
        b->type_bytes = (uint8_t)image->type.len;
        b->envelope_bytes = image->input_blob.number ? image->input_blob.bytes : (uint32_t)image->envelope.len;
        b->made = (uint8_t)((b->made & RECORD_RAW) | (image->key.len ? RECORD_KEYED : 0) |
                            (image->input_blob.number ? RECORD_INPUT_BLOB : 0) | (image->owner.len ? RECORD_OWNED : 0));
        parts[n++] = bytes_of(b, sizeof *b);
    }
    for (unsigned i = 0; i < s->n_errors; i++) lengths[i] = (uint32_t)image->errors[i].len;
    parts[n++] = bytes_of(lengths, s->n_errors * sizeof *lengths);
    for (unsigned i = 0; i < s->n_errors; i++) parts[n++] = image->errors[i];
    parts[n++] = image->worker_id;
    parts[n++] = image->result_type;
    parts[n++] = bytes_or_blob(image->result, &image->result_blob);
    if (type == RECORD_SNAPSHOT) {
        parts[n++] = image->queue;
        parts[n++] = image->type;
        parts[n++] = bytes_or_blob(image->envelope, &image->input_blob);
        parts[n++] = image->key;
        n += record_owner_parts(image->owner, &image->owner_bytes, parts + n);
    }
    assert(n <= JOB_IMAGE_PARTS);
    return n;
}

/* ---- reading ---- */

bool record_cut(struct slice *rest, size_t n, struct slice *out)
{
    if (rest->len < n) return false;
    *out = slice_make(rest->p, n);
    *rest = slice_from(*rest, n);
    return true;
}

bool record_cut_struct(struct slice *rest, void *out, size_t n)
{
    struct slice bytes;
    if (!record_cut(rest, n, &bytes)) return false;
    memcpy(out, bytes.p, n);
    return true;
}

bool record_cut_owner(struct slice *rest, uint8_t made, struct slice *out)
{
    uint8_t bytes = 0;
    *out = SLICE("");
    if (!(made & RECORD_OWNED)) return true;
    return record_cut_struct(rest, &bytes, 1) && bytes > 0 && bytes <= JOB_OWNER_MAX && record_cut(rest, bytes, out);
}

static bool is_inside(struct record_span span, uint32_t envelope_bytes)
{
    return span.at <= envelope_bytes && span.len <= envelope_bytes - span.at;
}

static bool state_is_sound(const struct record_state *s)
{
    return s->state < JOB_STATES && s->previous_state < JOB_STATES && s->crashes <= JOB_CRASHES_MAX &&
           s->n_errors <= JOB_ERRORS_KEPT && s->worker_id_bytes <= JOB_WORKER_ID_MAX && s->result_type_bytes < 128;
}

/* What stands behind args is the media type. */
static bool envelope_is_sound(const struct record_birth *b)
{
    if (b->made > (RECORD_RAW | RECORD_KEYED | RECORD_INPUT_BLOB | RECORD_OWNED)) return false;
    if (!(b->made & RECORD_RAW)) return !(b->made & RECORD_INPUT_BLOB);
    return b->args.len > 0 && b->envelope_bytes - b->args.at - b->args.len <= JOB_MEDIA_TYPE_MAX;
}

bool record_birth_is_sound(const struct record_birth *b)
{
    return is_inside(b->args, b->envelope_bytes) && is_inside(b->meta, b->envelope_bytes) &&
           is_inside(b->tags, b->envelope_bytes) && is_inside(b->non_retryable, b->envelope_bytes) &&
           b->priority >= JOB_PRIORITY_MIN && b->priority <= JOB_PRIORITY_MAX && b->retry_backoff <= BACKOFF_POLYNOMIAL &&
           b->retry_jitter <= 1 && b->dead_letter <= 1 && b->durability <= DURABILITY_SYNCED && b->max_attempts > 0 &&
           envelope_is_sound(b) && b->queue_bytes > 0 && b->queue_bytes <= JOB_QUEUE_MAX && b->type_bytes > 0;
}

static bool read_errors(struct job_image *image, struct slice *rest)
{
    struct slice table;
    uint32_t length;
    if (!record_cut(rest, image->state.n_errors * sizeof length, &table)) return false;
    for (unsigned i = 0; i < image->state.n_errors; i++) {
        memcpy(&length, table.p + i * sizeof length, sizeof length);
        if (!record_cut(rest, length, &image->errors[i])) return false;
    }
    return true;
}

/* bytes: of the payload. */
static bool read_payload(struct slice *rest, bool is_blob, uint32_t bytes, struct slice *out, struct record_blob *blob)
{
    if (!is_blob) return record_cut(rest, bytes, out);
    return record_cut_struct(rest, blob, sizeof *blob) && blob->number && blob->bytes == bytes && bytes;
}

bool job_image_read(struct job_image *image, uint8_t type, struct slice payload)
{
    struct slice rest = payload;
    struct record_state *s = &image->state;
    struct record_birth *b = &image->birth;
    *image = (struct job_image){0};
    if (type != RECORD_SNAPSHOT && type != RECORD_MOVE && type != RECORD_FORGOTTEN) return false;
    if (!record_cut_struct(&rest, s, sizeof *s) || !state_is_sound(s)) return false;
    if (type == RECORD_SNAPSHOT && (!record_cut_struct(&rest, b, sizeof *b) || !record_birth_is_sound(b))) return false;
    if (!read_errors(image, &rest) || !record_cut(&rest, s->worker_id_bytes, &image->worker_id)) return false;
    if (!record_cut(&rest, s->result_type_bytes, &image->result_type)) return false;
    if (!read_payload(&rest, s->flags & RECORD_RESULT_BLOB, s->result_bytes, &image->result, &image->result_blob)) return false;
    if (type != RECORD_SNAPSHOT) return rest.len == 0;
    return record_cut(&rest, b->queue_bytes, &image->queue) && record_cut(&rest, b->type_bytes, &image->type) &&
           read_payload(&rest, b->made & RECORD_INPUT_BLOB, b->envelope_bytes, &image->envelope, &image->input_blob) &&
           record_cut(&rest, b->made & RECORD_KEYED ? sizeof(struct job_key) : 0, &image->key) &&
           record_cut_owner(&rest, b->made, &image->owner) && rest.len == 0;
}
