#include "jobs/lease.h"
#include "base/check.h"
#include "base/clock.h"
#include "jobs/store.h"

int lease_book_init(struct lease_book *b, uint32_t jobs_max)
{
    b->token_last = 0;
    return slab_init(&b->leases, sizeof(struct lease), jobs_max);
}

void lease_book_deinit(struct lease_book *b)
{
    slab_deinit(&b->leases);
}

uint32_t lease_ttl_ms(uint32_t asked_ms)
{
    if (asked_ms == 0) return JOB_LEASE_DEFAULT_MS;
    if (asked_ms < JOB_LEASE_MIN_MS) return JOB_LEASE_MIN_MS;
    return asked_ms > JOB_LEASE_MAX_MS ? JOB_LEASE_MAX_MS : asked_ms;
}

static struct lease *grant(struct lease_book *b, struct job *job, const char *worker_id, uint64_t now_ns)
{
    struct lease *l = slab_get(&b->leases, NULL);
    assert(l);
    size_t len = strnlen(worker_id, JOB_WORKER_ID_MAX);
    memcpy(l->worker_id, worker_id, len);
    l->token = ++b->token_last;
    l->started_ns = now_ns;
    l->run_ends_ns = job->timeout_ms ? now_ns + job->timeout_ms * NS_PER_MS : LEASE_NEVER;
    l->ends_ns = LEASE_NEVER;
    job->lease = l;
    return l;
}

struct lease *lease_grant(struct lease_book *b, struct job *job, const char *worker_id, uint32_t ttl_ms, uint64_t now_ns)
{
    struct lease *l = grant(b, job, worker_id, now_ns);
    l->ttl_ms = ttl_ms;
    l->ends_ns = now_ns + ttl_ms * NS_PER_MS;
    return l;
}

struct lease *lease_grant_local(struct lease_book *b, struct job *job, uint64_t now_ns)
{
    struct lease *l = grant(b, job, "local", now_ns);
    l->is_local = true;
    return l;
}

void lease_restore(struct lease_book *b, struct job *job, struct slice worker_id, uint64_t token, uint32_t ttl_ms, uint64_t ends_ns,
                   uint64_t now_ns)
{
    char name[JOB_WORKER_ID_MAX + 1] = "";
    uint64_t last = b->token_last;
    memcpy(name, worker_id.p, worker_id.len);
    struct lease *l = grant(b, job, name, now_ns);
    l->token = token;
    l->ttl_ms = ttl_ms;
    l->ends_ns = ends_ns;
    l->is_local = ends_ns == LEASE_NEVER;
    b->token_last = token > last ? token : last;
}

void lease_extend(struct lease *l, uint32_t ttl_ms, uint64_t now_ns)
{
    uint64_t ends_ns = now_ns + ttl_ms * NS_PER_MS;
    assert(!l->is_local);
    if (ends_ns > l->ends_ns) l->ends_ns = ends_ns;
}

uint64_t lease_due_ns(const struct lease *l)
{
    return l->ends_ns < l->run_ends_ns ? l->ends_ns : l->run_ends_ns;
}

uint64_t lease_drop(struct lease_book *b, struct job *job)
{
    uint64_t token = job->lease->token;
    job->lease = slab_put(&b->leases, job->lease);
    return token;
}
