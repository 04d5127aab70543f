#include "jobs/job_dump.h"

#include "jobs/job_record.h"
#include "journal/journal.h"

#include <inttypes.h>

/* Names come from clients: what is not printable is no help to anybody. */
static void put_text(FILE *out, const char *key, struct slice text)
{
    (void)fprintf(out, " %s=", key);
    for (size_t i = 0; i < text.len; i++) (void)fputc(text.p[i] > ' ' && text.p[i] <= '~' ? text.p[i] : '?', out);
}

/* A raw job's envelope begins with its input and ends with the media type of that. */
static void put_raw(FILE *out, const struct job_image *image)
{
    struct record_span args = image->birth.args;
    (void)fprintf(out, " input_bytes=%" PRIu32, args.at);
    put_text(out, "input_type", slice_from(image->envelope, (size_t)args.at + args.len));
}

static void put_job(FILE *out, const struct job_image *image, bool is_snapshot)
{
    const struct record_state *s = &image->state;
    char id[UUID_TEXT_BYTES];
    uuid_text(s->id, id);
    (void)fprintf(out, "%s id=%s state=%s attempt=%" PRIu32, is_snapshot ? "snapshot" : "move", id, job_state_name(s->state),
                  s->attempt);
    if (s->sequence) (void)fprintf(out, " place=%" PRIu64, s->sequence);
    if (s->token) (void)fprintf(out, " token=%" PRIu64, s->token);
    if (image->worker_id.len) put_text(out, "worker", image->worker_id);
    if (s->crashes) (void)fprintf(out, " crashes=%u", s->crashes);
    if (s->n_errors) (void)fprintf(out, " errors=%u", s->n_errors);
    if (s->flags & RECORD_RESULT) (void)fprintf(out, " result_bytes=%" PRIu32, s->result_bytes);
    if (!is_snapshot) return;
    put_text(out, "queue", image->queue);
    put_text(out, "type", image->type);
    (void)fprintf(out, " priority=%d durability=%s envelope_bytes=%" PRIu32, image->birth.priority,
                  job_durability_name(image->birth.durability), image->birth.envelope_bytes);
    if (image->birth.is_raw) put_raw(out, image);
}

void job_dump(void *arg, FILE *out, const struct journal_record *record)
{
    struct job_image image;
    (void)arg;
    (void)fprintf(out, "%" PRIu64 " segment=%" PRIu32 " ", record->sequence, record->segment);
    if (record->type >= JOURNAL_TYPES) (void)fprintf(out, "journal type=%u", record->type);
    else if (job_image_read(&image, record->type, record->payload)) put_job(out, &image, record->type == RECORD_SNAPSHOT);
    else (void)fprintf(out, "unknown type=%u bytes=%zu", record->type, record->payload.len);
    (void)fputc('\n', out);
}
