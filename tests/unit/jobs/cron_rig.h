/* cron_rig.h: schedules for rig.h and log_rig.h. */
#ifndef QUERN_TESTS_JOBS_CRON_RIG_H
#define QUERN_TESTS_JOBS_CRON_RIG_H

#include "rig.h"

#include "jobs/schedule.h"

#define CRON_STAMP "000000000000000000000000"

/* A schedule with jobs of type t.cron in queue "c". */
static inline struct ask *cron_put_new(struct rig *rig, const char *name, const char *expression, const char *zone,
                                       enum schedule_overlap overlap)
{
    struct ask *ask = ask_new(rig, ENGINE_CRON_PUT);
    char envelope[512], text[1024];
    (void)snprintf(envelope, sizeof envelope,
                   "{\"args\":[7],\"meta\":{\"cron_name\":\"%s\",\"cron_triggered_at\":\"" CRON_STAMP "\"}}", name);
    (void)snprintf(text, sizeof text, "%s%s%s{}%s", name, expression, zone, envelope);
    struct block *b = rig_block(rig, text);
    ask->call.cron.text = (struct schedule_text){.block = b,
                                                 .definition_bytes = 2,
                                                 .envelope_bytes = (uint32_t)strlen(envelope),
                                                 .expression_bytes = (uint16_t)strlen(expression),
                                                 .name_bytes = (uint8_t)strlen(name),
                                                 .zone_bytes = (uint8_t)strlen(zone)};
    ask->call.cron.overlap = (uint8_t)overlap;
    ask->call.cron.enabled = true;
    ask->call.cron.stamp_at = (uint32_t)(strstr(envelope, CRON_STAMP) - envelope);
    const char *base = schedule_envelope(&ask->call.cron.text).p;
    size_t meta_at = (size_t)(strstr(envelope, "{\"cron_name") - envelope);
    ask->call.spec = (struct job_spec){.queue = SLICE("c"),
                                       .type = SLICE("t.cron"),
                                       .retry = retry_policy_default(),
                                       .durability = DURABILITY_SYNCED,
                                       .args = slice_make(base + 8, 3),
                                       .meta = slice_make(base + meta_at, strlen(envelope) - meta_at - 1)};
    return ask;
}

static inline struct schedule_view *cron_views(struct ask *ask)
{
    return ask->call.views ? (struct schedule_view *)(void *)ask->call.views->bytes : NULL;
}

/* The answer's schedule (fields only), and the outcome. */
static inline enum engine_outcome cron_take(struct ask *ask, struct schedule_view *out)
{
    enum engine_outcome outcome = ask->call.outcome;
    if (out) *out = (struct schedule_view){0};
    if (out && ask->call.n_views) *out = *cron_views(ask);
    ask_free(ask);
    return outcome;
}

static inline struct schedule_view cron_put(struct rig *rig, const char *name, const char *expression, const char *zone,
                                            enum schedule_overlap overlap)
{
    struct schedule_view v;
    cr_assert_eq(cron_take(ask_do(cron_put_new(rig, name, expression, zone, overlap)), &v), ENGINE_OK);
    return v;
}

static inline struct ask *cron_named_new(struct rig *rig, enum engine_op op, const char *name, bool enabled)
{
    struct ask *ask = ask_new(rig, op);
    ask->call.args = rig_block(rig, name);
    ask->call.cron.name = block_slice(ask->call.args);
    ask->call.cron.enabled = enabled;
    return ask;
}

static inline enum engine_outcome cron_named(struct rig *rig, enum engine_op op, const char *name, bool enabled,
                                             struct schedule_view *out)
{
    return cron_take(ask_do(cron_named_new(rig, op, name, enabled)), out);
}

static inline struct schedule_view cron_get(struct rig *rig, const char *name)
{
    struct schedule_view v;
    cr_assert_eq(cron_named(rig, ENGINE_CRON_GET, name, false, &v), ENGINE_OK);
    return v;
}

/* Both clocks go to wall_ns, which is not before now, by steps of a loop that sleeps as long as the engine lets it. */
static inline void cron_run_to(struct rig *rig, uint64_t wall_ns)
{
    for (int turns = 0; rig->clock.wall_ns < wall_ns; turns++) {
        uint64_t next = engine_next_ns(rig->engine), left = wall_ns - rig->clock.wall_ns;
        uint64_t step = next > rig->clock.mono_ns ? next - rig->clock.mono_ns : 0;
        cr_assert_lt(turns, 100000);
        rig_pass(rig, step < left ? step : left);
    }
    while (engine_tick(rig->engine, 7)) continue;
}

static inline uint64_t cron_at(const char *rfc3339)
{
    uint64_t ns;
    cr_assert_eq(clock_parse_rfc3339(rfc3339, strlen(rfc3339), &ns), 0);
    return ns;
}

static inline void cron_set_wall(struct rig *rig, const char *rfc3339)
{
    rig->clock.wall_ns = cron_at(rfc3339);
}

/* "2025-…" of a time; not for two at once. */
static inline const char *cron_text(uint64_t wall_ns)
{
    static char text[CLOCK_RFC3339_BYTES];
    clock_rfc3339(wall_ns, text);
    return text;
}

static inline uint64_t cron_queued(struct rig *rig)
{
    return rig_stats(rig).by_state[JOB_AVAILABLE];
}

/* A worker takes the next job of queue "c" and says for which time it was made. */
static inline struct job_view cron_fetch(struct rig *rig, char triggered_at[SCHEDULE_STAMP_BYTES + 1])
{
    struct ask *ask = ask_do(fetch_new(rig, "c", 1));
    cr_assert_eq(ask->call.n_views, 1);
    struct job_view v = ask_views(ask)[0];
    const char *key = "\"cron_triggered_at\":\"", *at = memmem(v.meta.p, v.meta.len, key, strlen(key));
    cr_assert_not_null(at);
    memcpy(triggered_at, at + strlen(key), SCHEDULE_STAMP_BYTES);
    triggered_at[SCHEDULE_STAMP_BYTES] = 0;
    ask_free(ask);
    v.envelope = NULL;
    return v;
}

#endif
