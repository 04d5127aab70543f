#include "jobs/queue_record.h"

struct record_queue queue_record_make(const struct queue_settings *s, struct slice name, bool is_deleted)
{
    return (struct record_queue){
        .created_ns = s->created_ns,
        .updated_ns = s->updated_ns,
        .paused_ns = s->paused_ns,
        .concurrency = s->config.concurrency,
        .max_size = s->config.max_size,
        .lease_ms = s->config.lease_ms,
        .timeout_ms = s->config.timeout_ms,
        .name_bytes = (uint8_t)name.len,
        .flags = is_deleted ? RECORD_QUEUE_DELETED : 0,
    };
}

bool queue_record_read(struct slice payload, struct queue_settings *s, struct slice *name, bool *is_deleted)
{
    struct record_queue r;
    if (payload.len < sizeof r) return false;
    memcpy(&r, payload.p, sizeof r);
    if (r.name_bytes == 0 || r.name_bytes > JOB_QUEUE_MAX || payload.len - sizeof r != r.name_bytes) return false;
    if (r.lease_ms && (r.lease_ms < JOB_LEASE_MIN_MS || r.lease_ms > JOB_LEASE_MAX_MS)) return false;
    if (r.flags & ~RECORD_QUEUE_DELETED) return false;
    *s = (struct queue_settings){
        .created_ns = r.created_ns,
        .updated_ns = r.updated_ns,
        .paused_ns = r.paused_ns,
        .config = {r.concurrency, r.max_size, r.lease_ms, r.timeout_ms},
    };
    *name = slice_from(payload, sizeof r);
    *is_deleted = (r.flags & RECORD_QUEUE_DELETED) != 0;
    return true;
}
