#include "jobs/job_dump.h"

#include "jobs/batch_record.h"
#include "jobs/schedule.h"
#include "jobs/schedule_record.h"
#include "base/clock.h"
#include "jobs/nonces.h"
#include "jobs/queue_record.h"
#include "journal/journal.h"

#include <inttypes.h>

/* Names come from clients: what is not printable is no help to anybody. */
static void put_text(FILE *out, const char *key, struct slice text)
{
    (void)fprintf(out, " %s=", key);
    for (size_t i = 0; i < text.len; i++) (void)fputc(text.p[i] > ' ' && text.p[i] <= '~' ? text.p[i] : '?', out);
}

static void put_key(FILE *out, struct slice key)
{
    (void)fprintf(out, " key=");
    for (size_t i = 0; i < 8; i++) (void)fprintf(out, "%02x", (unsigned char)key.p[i]); /* enough to tell it from others */
}

/* A raw job's envelope begins with its input and ends with the media type of that. */
static void put_raw(FILE *out, const struct job_image *image)
{
    struct record_span args = image->birth.args;
    (void)fprintf(out, " input_bytes=%" PRIu32, args.at);
    put_text(out, "input_type", slice_from(image->envelope, (size_t)args.at + args.len));
}

static void put_quoted(FILE *out, const char *key, struct slice text)
{
    (void)fprintf(out, " %s=\"", key);
    for (size_t i = 0; i < text.len; i++) (void)fputc(text.p[i] >= ' ' && text.p[i] <= '~' ? text.p[i] : '?', out);
    (void)fputc('"', out);
}

static void put_blob(FILE *out, const char *key, const struct record_blob *blob)
{
    if (blob->number) (void)fprintf(out, " %s=%016" PRIx64 " crc=%08" PRIx32, key, blob->number, blob->crc);
}

static void put_gone(FILE *out, struct slice numbers)
{
    uint64_t number;
    (void)fprintf(out, "files-gone");
    while (record_cut_struct(&numbers, &number, sizeof number)) (void)fprintf(out, " %016" PRIx64, number);
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
    put_blob(out, "result_file", &image->result_blob);
    if (!is_snapshot) return;
    put_text(out, "queue", image->queue);
    put_text(out, "type", image->type);
    if (image->birth.schedule) (void)fprintf(out, " schedule=%" PRIu32, image->birth.schedule & ~RECORD_SERIAL);
    (void)fprintf(out, " priority=%d durability=%s envelope_bytes=%" PRIu32, image->birth.priority,
                  job_durability_name(image->birth.durability), image->birth.envelope_bytes);
    if (image->input_blob.number) put_blob(out, "input_file", &image->input_blob);
    else if (image->birth.made & RECORD_RAW) put_raw(out, image);
    if (image->birth.made & RECORD_KEYED) put_key(out, image->key);
    if (image->owner.len) put_text(out, "owner", image->owner);
}

static void put_time(FILE *out, const char *key, uint64_t wall_ns)
{
    char text[CLOCK_RFC3339_BYTES];
    clock_rfc3339(wall_ns, text);
    if (wall_ns) (void)fprintf(out, " %s=%s", key, text);
}

static void put_nonce(FILE *out, struct slice payload)
{
    struct record_nonce r;
    memcpy(&r, payload.p, sizeof r);
    (void)fprintf(out, "nonce");
    put_key(out, slice_make(r.name, sizeof r.name));
    put_time(out, "ends", r.ends_ns);
}

static void put_whole(FILE *out, const struct schedule_image *image)
{
    const struct record_schedule_birth *b = &image->birth;
    struct slice name = slice_make(image->text.p, b->name_bytes);
    struct slice expression = slice_make(name.p + name.len, b->expression_bytes);
    struct slice zone = slice_make(expression.p + expression.len, b->zone_bytes);
    put_text(out, "name", name);
    put_quoted(out, "cron", expression);
    put_text(out, "zone", zone);
    put_text(out, "queue", image->queue);
    put_text(out, "type", image->type);
    if (image->owner.len) put_text(out, "owner", image->owner);
    (void)fprintf(out, " overlap=%s enabled=%u durability=%s envelope_bytes=%" PRIu32, schedule_overlap_name(b->overlap), b->enabled,
                  job_durability_name(image->job.durability), image->job.envelope_bytes);
}

static void put_schedule(FILE *out, const struct schedule_image *image, uint8_t type)
{
    static const char *const kinds[] = {"schedule", "schedule-fired", "schedule-deleted"};
    const struct record_schedule *s = &image->state;
    char id[UUID_TEXT_BYTES];
    uuid_text(s->last_job, id);
    (void)fprintf(out, "%s number=%" PRIu32, kinds[type - RECORD_SCHEDULE], s->number);
    if (type == RECORD_SCHEDULE_DELETED) return;
    if (type == RECORD_SCHEDULE) put_whole(out, image);
    put_time(out, "until", s->until_ns);
    put_time(out, "last_run", s->last_run_ns);
    (void)fprintf(out, " runs=%" PRIu64 " skipped=%" PRIu64 " missed=%" PRIu64, s->run_count, s->skip_count, s->missed_count);
    if (s->last_job.high) (void)fprintf(out, " last_job=%s", id);
}

static void put_retry(FILE *out, const struct retry_policy *p)
{
    static const char *const backoffs[] = {[BACKOFF_EXPONENTIAL] = "exponential",
                                           [BACKOFF_LINEAR] = "linear",
                                           [BACKOFF_CONSTANT] = "constant",
                                           [BACKOFF_POLYNOMIAL] = "polynomial"};
    (void)fprintf(out, " max_attempts=%" PRIu32 " initial_ms=%" PRIu32 " max_ms=%" PRIu32 " coefficient=%g", p->max_attempts, p->initial_ms,
                  p->max_ms, (double)p->coefficient);
    (void)fprintf(out, " backoff=%s jitter=%d on_exhaustion=%s", backoffs[p->backoff], p->jitter, p->dead_letter ? "dead_letter" : "discard");
}

static void put_queue(FILE *out, const struct queue_settings *s, struct slice name, bool is_deleted)
{
    (void)fprintf(out, "queue%s", is_deleted ? "-deleted" : "");
    put_text(out, "name", name);
    if (is_deleted) return;
    (void)fprintf(out, " paused=%u concurrency=%" PRIu32 " max_size=%" PRIu32 " lease_ms=%" PRIu32 " timeout_ms=%" PRIu32,
                  s->paused_ns != 0, s->config.concurrency, s->config.max_size, s->config.lease_ms, s->config.timeout_ms);
    (void)fprintf(out, " completed_s=%" PRIu32 " cancelled_s=%" PRIu32 " discarded_s=%" PRIu32, s->config.completed_s,
                  s->config.cancelled_s, s->config.discarded_s);
    if (s->config.has_retry) put_retry(out, &s->config.retry);
}

static void put_batch(FILE *out, const struct record_batch *head, struct slice items)
{
    struct record_batch_item item;
    char id[UUID_TEXT_BYTES];
    uint32_t n_made = 0;
    (void)fprintf(out, "batch");
    put_key(out, slice_make(head->key.name, sizeof head->key.name));
    put_time(out, "created", head->created_ns);
    for (uint32_t i = 0; i < head->n_items; i++) {
        memcpy(&item, items.p + i * sizeof item, sizeof item);
        if (item.what != BATCH_MADE) continue;
        uuid_text(item.id, id);
        if (n_made++ == 0) (void)fprintf(out, " first=%s", id);
    }
    (void)fprintf(out, " items=%" PRIu32 " made=%" PRIu32, head->n_items, n_made);
}

void job_dump(void *arg, FILE *out, const struct journal_record *record)
{
    struct job_image image;
    struct schedule_image schedule;
    struct queue_settings settings;
    struct record_batch batch;
    struct slice name;
    bool is_deleted;
    (void)arg;
    (void)fprintf(out, "%" PRIu64 " segment=%" PRIu32 " ", record->sequence, record->segment);
    if (record->type >= JOURNAL_TYPES) (void)fprintf(out, "journal type=%u", record->type);
    else if (record->type == RECORD_BLOBS_GONE) put_gone(out, record->payload);
    else if (job_image_read(&image, record->type, record->payload)) put_job(out, &image, record->type == RECORD_SNAPSHOT);
    else if (schedule_image_read(&schedule, record->type, record->payload)) put_schedule(out, &schedule, record->type);
    else if (record->type == RECORD_QUEUE && queue_record_read(record->payload, &settings, &name, &is_deleted))
        put_queue(out, &settings, name, is_deleted);
    else if (record->type == RECORD_BATCH && batch_record_read(record->payload, &batch, &name)) put_batch(out, &batch, name);
    else if (record->type == RECORD_NONCE && record->payload.len == sizeof(struct record_nonce)) put_nonce(out, record->payload);
    else (void)fprintf(out, "unknown type=%u bytes=%zu", record->type, record->payload.len);
    (void)fputc('\n', out);
}
