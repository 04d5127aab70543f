#include "jobs/queue_record.h"

static void put_retry(struct record_queue *r, const struct retry_policy *p)
{
    r->retry_max_attempts = p->max_attempts;
    r->retry_initial_ms = p->initial_ms;
    r->retry_max_ms = p->max_ms;
    r->retry_coefficient = p->coefficient;
    r->retry_backoff = p->backoff;
    r->flags |= RECORD_QUEUE_RETRY;
    if (p->jitter) r->flags |= RECORD_QUEUE_JITTER;
    if (p->dead_letter) r->flags |= RECORD_QUEUE_DEAD_LETTER;
}

static struct retry_policy retry_of(const struct record_queue *r)
{
    return (struct retry_policy){
        .max_attempts = r->retry_max_attempts,
        .initial_ms = r->retry_initial_ms,
        .max_ms = r->retry_max_ms,
        .coefficient = r->retry_coefficient,
        .backoff = r->retry_backoff,
        .jitter = (r->flags & RECORD_QUEUE_JITTER) != 0,
        .dead_letter = (r->flags & RECORD_QUEUE_DEAD_LETTER) != 0,
    };
}

struct record_queue queue_record_make(const struct queue_settings *s, struct slice name, bool is_deleted)
{
    struct record_queue r = {
        .created_ns = s->created_ns,
        .updated_ns = s->updated_ns,
        .paused_ns = s->paused_ns,
        .concurrency = s->config.concurrency,
        .max_size = s->config.max_size,
        .lease_ms = s->config.lease_ms,
        .timeout_ms = s->config.timeout_ms,
        .completed_s = s->config.completed_s,
        .cancelled_s = s->config.cancelled_s,
        .discarded_s = s->config.discarded_s,
        .name_bytes = (uint8_t)name.len,
        .flags = is_deleted ? RECORD_QUEUE_DELETED : 0,
    };
    if (s->config.has_retry) put_retry(&r, &s->config.retry);
    return r;
}

static bool retry_is_sound(const struct record_queue *r)
{
    uint32_t bits;
    memcpy(&bits, &r->retry_coefficient, sizeof bits);
    if (!(r->flags & RECORD_QUEUE_RETRY))
        return !(r->flags & ~RECORD_QUEUE_DELETED) && !(r->retry_max_attempts | r->retry_initial_ms | r->retry_max_ms | bits) &&
               !r->retry_backoff;
    bool is_number = r->retry_coefficient >= 1.0F && r->retry_coefficient <= 1e7F; /* so written that NaN is none */
    return is_number && r->retry_backoff <= BACKOFF_POLYNOMIAL && r->retry_max_ms >= r->retry_initial_ms;
}

bool queue_record_read(struct slice payload, struct queue_settings *s, struct slice *name, bool *is_deleted)
{
    struct record_queue r;
    if (payload.len < sizeof r) return false;
    memcpy(&r, payload.p, sizeof r);
    if (r.name_bytes == 0 || r.name_bytes > JOB_QUEUE_MAX || payload.len - sizeof r != r.name_bytes) return false;
    if (r.lease_ms && (r.lease_ms < JOB_LEASE_MIN_MS || r.lease_ms > JOB_LEASE_MAX_MS)) return false;
    if ((r.flags & ~RECORD_QUEUE_FLAGS) || !retry_is_sound(&r)) return false;
    *s = (struct queue_settings){
        .created_ns = r.created_ns,
        .updated_ns = r.updated_ns,
        .paused_ns = r.paused_ns,
        .config = {.concurrency = r.concurrency,
                   .max_size = r.max_size,
                   .lease_ms = r.lease_ms,
                   .timeout_ms = r.timeout_ms,
                   .completed_s = r.completed_s,
                   .cancelled_s = r.cancelled_s,
                   .discarded_s = r.discarded_s,
                   .has_retry = (r.flags & RECORD_QUEUE_RETRY) != 0},
    };
    if (s->config.has_retry) s->config.retry = retry_of(&r);
    *name = slice_from(payload, sizeof r);
    *is_deleted = (r.flags & RECORD_QUEUE_DELETED) != 0;
    return true;
}
