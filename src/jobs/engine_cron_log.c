#include "base/check.h"
#include "jobs/engine_parts.h"
#include "journal/journal.h"

#include <errno.h>

/* ---- writing ---- */

static struct record_schedule state_of(const struct schedule *s)
{
    return (struct record_schedule){
        .until_ns = s->until_ns,
        .last_run_ns = s->last_run_ns,
        .run_count = s->run_count,
        .skip_count = s->skip_count,
        .missed_count = s->missed_count,
        .last_job = s->last_job,
        .number = s->number,
    };
}

static struct record_span span_in(struct slice envelope, struct slice s)
{
    if (s.len == 0) return (struct record_span){0, 0};
    assert(s.p >= envelope.p && s.p + s.len <= envelope.p + envelope.len);
    return (struct record_span){(uint32_t)(s.p - envelope.p), (uint32_t)s.len};
}

static struct record_birth birth_of(const struct schedule_spec *spec)
{
    const struct job_spec *job = &spec->job;
    struct slice envelope = schedule_envelope(&spec->text);
    return (struct record_birth){
        .expires_ns = job->expires_wall_ns,
        .args = span_in(envelope, job->args),
        .meta = span_in(envelope, job->meta),
        .tags = span_in(envelope, job->tags),
        .non_retryable = span_in(envelope, job->retry.non_retryable),
        .max_attempts = job->retry.max_attempts ? job->retry.max_attempts : 1,
        .retry_initial_ms = job->retry.initial_ms,
        .retry_max_ms = job->retry.max_ms,
        .retry_coefficient = job->retry.coefficient,
        .timeout_ms = job->timeout_ms,
        .lease_ms = job->lease_ms,
        .envelope_bytes = (uint32_t)envelope.len,
        .priority = job->priority,
        .retry_backoff = job->retry.backoff,
        .retry_jitter = job->retry.jitter,
        .durability = job->durability,
        .dead_letter = job->retry.dead_letter,
    };
}

void cron_image(const struct engine *e, const struct schedule *s, struct schedule_image *image)
{
    const struct schedule_text *t = &s->spec.text;
    *image = (struct schedule_image){
        .state = state_of(s),
        .birth = {.created_ns = s->created_ns,
                  .anchor_ns = s->anchor_ns,
                  .definition_bytes = t->definition_bytes,
                  .stamp_at = s->spec.stamp_at,
                  .expression_bytes = t->expression_bytes,
                  .name_bytes = t->name_bytes,
                  .zone_bytes = t->zone_bytes,
                  .overlap = s->spec.overlap,
                  .enabled = s->spec.enabled,
                  .has_retry = s->spec.job.has_retry},
        .job = birth_of(&s->spec),
        .text = slice_make(t->block->bytes, schedule_text_bytes(t)),
        .queue = s->spec.job.queue,
        .type = s->spec.job.type,
        .owner = owners_name(&e->owners, s->owner),
    };
}

size_t cron_record_bytes(const struct schedule_text *text)
{
    return LOG_SNAPSHOT_FIXED + schedule_text_bytes(text);
}

static void place(struct engine *e, struct schedule *s, uint32_t segment, size_t bytes)
{
    if (s->log_bytes) journal_live_sub(e->log.journal, s->log_segment, s->log_bytes);
    s->log_segment = segment;
    s->log_bytes = (uint32_t)bytes;
    if (bytes) journal_live_add(e->log.journal, segment, bytes);
}

void cron_log_whole(struct engine *e, struct schedule *s)
{
    struct schedule_image image;
    struct slice parts[SCHEDULE_IMAGE_PARTS];
    uint32_t segment;
    size_t payload = 0;
    if (!e->log.journal) return;
    cron_image(e, s, &image);
    size_t n = schedule_image_parts(&image, RECORD_SCHEDULE, parts);
    for (size_t i = 0; i < n; i++) payload += parts[i].len;
    bool is_done = log_append(e, RECORD_SCHEDULE, parts, n, DURABILITY_SYNCED, &segment);
    s->log_mark = e->log.appended;
    if (is_done) place(e, s, segment, journal_bytes(payload, 1));
}

void cron_log_ride(struct engine *e, const struct schedule *s, struct cron_rider *room)
{
    if (!e->log.journal) return;
    room->image = (struct schedule_image){.state = state_of(s)};
    e->log.rider.n = schedule_image_parts(&room->image, RECORD_SCHEDULE_FIRED, room->parts);
    e->log.rider.parts = room->parts;
    e->log.rider.type = RECORD_SCHEDULE_FIRED;
}

void cron_log_ride_alone(struct engine *e)
{
    const struct slice *parts = e->log.rider.parts;
    size_t n = e->log.rider.n;
    uint32_t segment;
    e->log.rider.n = 0;
    if (n) (void)log_append(e, RECORD_SCHEDULE_FIRED, parts, n, DURABILITY_LOGGED, &segment);
}

void cron_log_deleted(struct engine *e, struct schedule *s)
{
    struct schedule_image image = {.state = {.number = s->number}};
    struct slice parts[SCHEDULE_IMAGE_PARTS];
    uint32_t segment;
    if (!e->log.journal) return;
    size_t n = schedule_image_parts(&image, RECORD_SCHEDULE_DELETED, parts);
    (void)log_append(e, RECORD_SCHEDULE_DELETED, parts, n, DURABILITY_SYNCED, &segment);
    place(e, s, 0, 0);
}

/* ---- reading ---- */

void cron_number_seen(struct engine *e, uint32_t number)
{
    if (number > e->schedules.number_last) e->schedules.number_last = number;
}

static void take_state(struct schedule *s, const struct record_schedule *r)
{
    s->until_ns = r->until_ns;
    s->last_run_ns = r->last_run_ns;
    s->run_count = r->run_count;
    s->skip_count = r->skip_count;
    s->missed_count = r->missed_count;
    s->last_job = r->last_job;
}

static struct slice slice_of(struct slice envelope, struct record_span s)
{
    return s.len ? slice_make(envelope.p + s.at, s.len) : SLICE("");
}

static struct job_spec spec_of(const struct record_birth *b, struct slice envelope)
{
    return (struct job_spec){
        .priority = b->priority,
        .durability = b->durability,
        .timeout_ms = b->timeout_ms,
        .lease_ms = b->lease_ms,
        .expires_wall_ns = b->expires_ns,
        .retry = {.max_attempts = b->max_attempts,
                  .initial_ms = b->retry_initial_ms,
                  .max_ms = b->retry_max_ms,
                  .coefficient = b->retry_coefficient,
                  .backoff = b->retry_backoff,
                  .jitter = b->retry_jitter,
                  .dead_letter = b->dead_letter,
                  .non_retryable = slice_of(envelope, b->non_retryable)},
        .args = slice_of(envelope, b->args),
        .meta = slice_of(envelope, b->meta),
        .tags = slice_of(envelope, b->tags),
    };
}

/* The text, and behind it the names of queue and type, which must stand somewhere: so they do in the record. */
static bool read_spec(struct engine *e, const struct schedule_image *image, struct schedule_spec *spec)
{
    const struct record_schedule_birth *b = &image->birth;
    struct block *block = restore_block(e, slice_make(image->text.p, image->text.len + image->queue.len + image->type.len));
    if (!block) return false;
    *spec = (struct schedule_spec){
        .text = {block, b->definition_bytes, image->job.envelope_bytes, b->expression_bytes, b->name_bytes, b->zone_bytes},
        .stamp_at = b->stamp_at,
        .overlap = b->overlap,
        .enabled = b->enabled,
    };
    spec->job = spec_of(&image->job, schedule_envelope(&spec->text));
    spec->job.has_retry = b->has_retry;
    spec->job.queue = slice_make(block->bytes + image->text.len, image->queue.len);
    spec->job.type = slice_make(spec->job.queue.p + image->queue.len, image->type.len);
    return true;
}

static void forget(struct engine *e, struct schedule *s)
{
    if (!s) return;
    place(e, s, 0, 0);
    owners_drop(&e->owners, s->owner);
    schedules_remove(&e->schedules, s);
}

static int take_whole(struct engine *e, const struct schedule_image *image, const struct journal_record *record)
{
    struct schedule_spec spec;
    struct schedule *s;
    uint32_t owner;
    forget(e, schedules_find_number(&e->schedules, image->state.number));
    e->log.why = "the schedules do not fit into the memory for bodies";
    if (!read_spec(e, image, &spec)) return -ENOMEM;
    e->log.why = "its schedules have more owners than this version takes";
    if (!engine_own(e, image->owner, &owner)) {
        block_unref(spec.text.block);
        return -ENOSPC;
    }
    e->log.why = NULL;
    /* Never: it was deleted before its owner gave the name again. */
    forget(e, schedules_find(&e->schedules, schedule_name(&spec.text), owner, false));
    if (schedules_add(&e->schedules, &spec, image->state.number, image->birth.created_ns, true, &s) != SCHEDULES_OK) {
        block_unref(spec.text.block);
        owners_drop(&e->owners, owner);
        e->log.why = "it holds more schedules than this version takes";
        return -ENOSPC;
    }
    s->owner = owner;
    s->anchor_ns = image->birth.anchor_ns;
    take_state(s, &image->state);
    place(e, s, record->segment, journal_bytes(record->payload.len, 1));
    return 0;
}

int cron_restore(struct engine *e, const struct journal_record *record)
{
    struct schedule_image image;
    if (!schedule_image_read(&image, record->type, record->payload)) {
        e->log.why = "it has a record that is no schedule's: made by another version?";
        return -EBADMSG;
    }
    cron_number_seen(e, image.state.number);
    if (record->type == RECORD_SCHEDULE) return take_whole(e, &image, record);
    struct schedule *s = schedules_find_number(&e->schedules, image.state.number);
    if (!s) return 0; /* what it changes has gone since */
    if (record->type == RECORD_SCHEDULE_DELETED) forget(e, s);
    else take_state(s, &image.state);
    return 0;
}

static void resume(struct engine *e, struct schedule *s)
{
    schedule_arm(&e->schedules, s);
    while (s->gap_ns && s->gap_ns <= engine_wall_ns(e))
        schedule_pass_gap(&e->schedules, s); /* told then, or nobody was there */
}

/* Jobs that waited for others of their schedule do so again; where nothing else is left the first goes on. */
void cron_resume(struct engine *e)
{
    for (uint32_t slot = 0; slot < e->schedules.slab.n_touched; slot++) {
        struct schedule *s = schedules_at(&e->schedules, slot);
        if (s) resume(e, s);
    }
    for (uint32_t slot = 0; slot < e->firings.groups.n_touched; slot++) {
        struct firing_group *g = slab_at(&e->firings.groups, slot, slab_generation(&e->firings.groups, slot));
        struct job *job = g ? firings_loosen(g) : NULL;
        if (job) job_let_loose(e, job);
    }
}

/* ---- compaction ---- */

uint32_t cron_rewrite(struct engine *e, uint32_t segment, uint32_t n_max)
{
    uint32_t moved = 0;
    for (uint32_t slot = 0; slot < e->schedules.slab.n_touched && moved < n_max; slot++) {
        struct schedule *s = schedules_at(&e->schedules, slot);
        if (!s || !s->log_bytes || s->log_segment != segment) continue;
        if (log_admit_rewrite(e, cron_record_bytes(&s->spec.text)) < 0) break;
        cron_log_whole(e, s);
        moved++;
    }
    return moved;
}
