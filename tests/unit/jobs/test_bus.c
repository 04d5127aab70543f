/* The events of a job's life, and who gets to see which. */
#include "rig.h"

static struct ask *events(struct rig *rig, uint64_t after, uint32_t kinds, uint32_t limit)
{
    struct ask *ask = ask_new(rig, ENGINE_EVENTS);
    ask->call.events.after = after;
    ask->call.events.kinds = kinds;
    ask->call.events.limit = limit;
    return ask;
}

static const struct job_event *list(const struct ask *ask)
{
    return (const struct job_event *)(const void *)ask->call.views->bytes;
}

/* The kinds of all events so far, in order. */
static void expect_kinds(struct rig *rig, const enum job_event_kind *kinds, uint32_t n)
{
    struct ask *ask = ask_do(events(rig, 0, 0, 0));
    cr_assert_eq(ask->call.n_views, n, "%u events", ask->call.n_views);
    for (uint32_t i = 0; i < n; i++) {
        cr_expect_eq(list(ask)[i].kind, kinds[i], "event %u is %s", i, job_event_name(list(ask)[i].kind));
        cr_expect_eq(list(ask)[i].sequence, i + 1);
    }
    ask_free(ask);
}
#define EXPECT_KINDS(rig, ...)                                    \
    expect_kinds(rig, (const enum job_event_kind[]){__VA_ARGS__}, \
                 sizeof((const enum job_event_kind[]){__VA_ARGS__}) / sizeof(enum job_event_kind))

Test(jobs_bus, success)
{
    struct rig *rig = rig_up();
    submit(rig, "other", "t.first", 0);
    struct uuid id = submit_plain(rig);
    fetch_one(rig, "q");
    rig_pass(rig, 1500 * NS_PER_MS);
    ack(rig, id, 0);
    EXPECT_KINDS(rig, EVENT_ENQUEUED, EVENT_ENQUEUED, EVENT_STARTED, EVENT_COMPLETED);
    struct ask *ask = ask_do(events(rig, 3, 0, 0));
    const struct job_event *ev = list(ask);
    cr_assert(uuid_eq(ev->job, id));
    cr_assert_not(uuid_eq(ev->id, id));
    cr_assert_eq(uuid_version(ev->id), 7);
    cr_assert_eq(ev->from, JOB_ACTIVE);
    cr_assert_eq(ev->to, JOB_COMPLETED);
    cr_assert_eq(ev->attempt, 1);
    cr_assert_eq(ev->max_attempts, 3);
    cr_assert_eq(ev->duration_ns, 1500 * NS_PER_MS);
    cr_assert_eq(ev->wall_ns, RIG_WALL_NS + 1500 * NS_PER_MS);
    cr_assert_str_eq(ev->type, "t.plain");
    cr_assert_str_eq(ev->queue, "q");
    cr_assert_str_eq(ev->worker_id, "w1");
    ask_free(ask);
    rig_down(rig);
}

/* ojs-events §14.2: nothing between job.retrying and the next job.started. */
Test(jobs_bus, retries)
{
    struct rig *rig = rig_up();
    struct uuid id = submit_plain(rig);
    for (int i = 0; i < 3; i++) {
        fetch_one(rig, "q");
        nack(rig, id);
        rig_pass(rig, 10 * NS_PER_S);
    }
    EXPECT_KINDS(rig, EVENT_ENQUEUED, EVENT_STARTED, EVENT_FAILED, EVENT_RETRYING, EVENT_STARTED, EVENT_FAILED, EVENT_RETRYING,
                 EVENT_STARTED, EVENT_FAILED, EVENT_DISCARDED);
    rig_down(rig);
}

Test(jobs_bus, scheduled_and_cancelled)
{
    struct rig *rig = rig_up();
    struct ask *ask = submit_new(rig, "q", "t.plain");
    struct job_view view;
    ask->call.spec.scheduled_wall_ns = RIG_WALL_NS + NS_PER_S;
    ask_once(ask, &view);
    rig_pass(rig, NS_PER_S);
    ask_job(rig, ENGINE_CANCEL, view.id, NULL);
    EXPECT_KINDS(rig, EVENT_SCHEDULED, EVENT_ENQUEUED, EVENT_CANCELLED);
    rig_down(rig);
}

Test(jobs_bus, lost_lease_and_expiry)
{
    struct rig *rig = rig_up();
    struct ask *ask = submit_new(rig, "q", "t.plain");
    ask->call.spec.expires_wall_ns = RIG_WALL_NS + 40 * NS_PER_S;
    ask_once(ask, NULL);
    fetch_one(rig, "q");
    rig_pass(rig, 30 * NS_PER_S);
    rig_pass(rig, 10 * NS_PER_S);
    EXPECT_KINDS(rig, EVENT_ENQUEUED, EVENT_STARTED, EVENT_FAILED, EVENT_EXPIRED);
    rig_down(rig);
}

static uint32_t count(struct ask *ask)
{
    ask_do(ask);
    uint32_t n = ask->call.n_views;
    ask_free(ask);
    return n;
}

Test(jobs_bus, filters)
{
    struct rig *rig = rig_up();
    struct uuid id = submit(rig, "qa", "t.x", 0);
    submit(rig, "qb", "t.x", 0);
    submit(rig, "qb", "t.y", 0);
    fetch_one(rig, "qb");
    cr_expect_eq(count(events(rig, 0, 0, 0)), 4);
    cr_expect_eq(count(events(rig, 0, 0, 3)), 3);
    cr_expect_eq(count(events(rig, 3, 0, 0)), 1);
    cr_expect_eq(count(events(rig, 4, 0, 0)), 0);
    cr_expect_eq(count(events(rig, 400, 0, 0)), 0);
    cr_expect_eq(count(events(rig, 0, 1u << EVENT_STARTED, 0)), 1);
    cr_expect_eq(count(events(rig, 0, 1u << EVENT_STARTED | 1u << EVENT_ENQUEUED, 0)), 4);
    struct ask *ask = events(rig, 0, 0, 0);
    ask->call.events.queue = SLICE("qb");
    cr_expect_eq(count(ask), 3);
    ask = events(rig, 0, 0, 0);
    ask->call.events.type = SLICE("t.y");
    cr_expect_eq(count(ask), 1);
    ask = events(rig, 0, 0, 0);
    ask->call.events.job = id;
    cr_expect_eq(count(ask), 1);
    rig_down(rig);
}

Test(jobs_bus, the_last_ten_thousand_are_kept)
{
    struct rig *rig = rig_up();
    for (int i = 0; i < ENGINE_EVENTS_KEPT / 2 + 10; i++) ask_job(rig, ENGINE_CANCEL, submit_plain(rig), NULL);
    struct ask *ask = ask_do(events(rig, 0, 0, 0));
    cr_assert_eq(ask->call.n_views, ENGINE_EVENTS_KEPT);
    cr_assert_eq(list(ask)[0].sequence, 21);
    cr_assert_eq(list(ask)[ENGINE_EVENTS_KEPT - 1].sequence, ENGINE_EVENTS_KEPT + 20);
    ask_free(ask);
    rig_down(rig);
}

Test(jobs_bus, names)
{
    cr_expect_str_eq(job_event_name(EVENT_ENQUEUED), "job.enqueued");
    for (int k = 0; k < EVENT_CRON_TRIGGERED; k++) cr_expect(strncmp(job_event_name((enum job_event_kind)k), "job.", 4) == 0);
    cr_expect_str_eq(job_event_name(EVENT_CRON_TRIGGERED), "cron.triggered");
    cr_expect_str_eq(job_event_name(EVENT_CRON_SKIPPED), "cron.skipped");
}
