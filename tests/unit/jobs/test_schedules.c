#include "cron_rig.h"

static char at[SCHEDULE_STAMP_BYTES + 1];

static uint64_t skipped_events(struct rig *rig, enum skip_reason reason)
{
    struct ask *ask = ask_new(rig, ENGINE_EVENTS);
    uint64_t n = 0;
    ask->call.events.kinds = 1u << EVENT_CRON_SKIPPED;
    ask_do(ask);
    const struct job_event *ev = ask->call.views ? (const struct job_event *)(const void *)ask->call.views->bytes : NULL;
    for (uint32_t i = 0; i < ask->call.n_views; i++) n += ev[i].reason == reason;
    ask_free(ask);
    return n;
}

/* ---- the book ---- */

Test(jobs_schedules, a_schedule_makes_a_job_at_each_of_its_times)
{
    struct rig *rig = rig_up();
    cron_set_wall(rig, "2026-02-12T10:00:30Z");
    struct schedule_view v = cron_put(rig, "five", "*/5 * * * *", "UTC", OVERLAP_ALLOW);
    cr_assert_eq(v.next_ns, cron_at("2026-02-12T10:05:00Z"));
    cr_assert_eq(v.created_ns, cron_at("2026-02-12T10:00:30Z"));
    cr_assert_eq(v.last_run_ns, 0);
    cron_run_to(rig, cron_at("2026-02-12T10:04:59Z"));
    cr_assert_eq(cron_queued(rig), 0);
    cron_run_to(rig, cron_at("2026-02-12T10:10:00Z"));
    cr_assert_eq(cron_queued(rig), 2);
    struct job_view first = cron_fetch(rig, at);
    cr_assert_str_eq(at, "2026-02-12T10:05:00.000Z");
    cr_assert_str_eq(first.type, "t.cron");
    struct job_view second = cron_fetch(rig, at);
    cr_assert_str_eq(at, "2026-02-12T10:10:00.000Z");
    v = cron_get(rig, "five");
    cr_assert_eq(v.run_count, 2);
    cr_assert(uuid_eq(v.last_job, second.id));
    cr_assert_eq(v.last_run_ns, cron_at("2026-02-12T10:10:00Z"));
    cr_assert_eq(v.next_ns, cron_at("2026-02-12T10:15:00Z"));
    rig_down(rig);
}

Test(jobs_schedules, a_worker_that_waits_gets_the_job_in_the_second_in_which_it_is_due)
{
    struct rig *rig = rig_up();
    cron_set_wall(rig, "2026-02-12T10:00:30Z");
    (void)cron_put(rig, "s", "*/10 * * * * *", "UTC", OVERLAP_SKIP);
    struct ask *fetch = fetch_new(rig, "c", 1);
    fetch->call.wait_ns = 60 * NS_PER_S;
    ask_do(fetch);
    cr_assert_eq(fetch->n_replies, 0);
    cr_assert_eq(engine_next_ns(rig->engine), rig->clock.mono_ns + 10 * NS_PER_S);
    rig_pass(rig, 10 * NS_PER_S);
    cr_assert_eq(fetch->n_replies, 1);
    cr_assert_eq(fetch->call.n_views, 1);
    ask_free(fetch);
    rig_down(rig);
}

Test(jobs_schedules, a_name_is_taken_once_and_may_be_replaced)
{
    struct rig *rig = rig_up();
    struct schedule_view v;
    cron_set_wall(rig, "2026-02-12T10:00:30Z");
    (void)cron_put(rig, "n", "@every 2h", "UTC", OVERLAP_SKIP);
    cr_assert_eq(cron_take(ask_do(cron_put_new(rig, "n", "* * * * *", "UTC", OVERLAP_SKIP)), &v), ENGINE_DUPLICATE);
    cr_assert_eq(v.next_ns, cron_at("2026-02-12T12:00:30Z"), "the one that is there is shown");
    rig_pass(rig, 3600 * NS_PER_S);
    struct ask *same = cron_put_new(rig, "n", "@every 2h", "UTC", OVERLAP_ALLOW);
    same->call.cron.may_replace = true;
    cr_assert_eq(cron_take(ask_do(same), &v), ENGINE_OK);
    cr_assert_eq(v.next_ns, cron_at("2026-02-12T12:00:30Z"), "the same times go on");
    cr_assert_eq(v.overlap, OVERLAP_ALLOW);
    struct ask *other = cron_put_new(rig, "n", "@every 1h", "UTC", OVERLAP_ALLOW);
    other->call.cron.may_replace = true;
    cr_assert_eq(cron_take(ask_do(other), &v), ENGINE_OK);
    cr_assert_eq(v.next_ns, cron_at("2026-02-12T12:00:30Z"), "an hour from now");
    cr_assert_eq(v.created_ns, cron_at("2026-02-12T10:00:30Z"));
    cr_assert_eq(rig_stats(rig).schedules, 1);
    rig_down(rig);
}

Test(jobs_schedules, what_cannot_be_is_refused_and_nothing_changes)
{
    struct rig *rig = rig_up();
    struct schedule_view v;
    cr_assert_eq(cron_take(ask_do(cron_put_new(rig, "n", "* * * * *", "Europe/Atlantis", OVERLAP_SKIP)), &v), ENGINE_NO_ZONE);
    cr_assert_eq(cron_take(ask_do(cron_put_new(rig, "n", "0 0 30 2 *", "UTC", OVERLAP_SKIP)), &v), ENGINE_NEVER_DUE);
    cr_assert_eq(rig_stats(rig).schedules, 0);
    (void)cron_put(rig, "n", "0 9 * * *", "Asia/Tokyo", OVERLAP_SKIP);
    struct ask *bad = cron_put_new(rig, "n", "0 9 * * *", "Asia/Atlantis", OVERLAP_SKIP);
    bad->call.cron.may_replace = true;
    cr_assert_eq(cron_take(ask_do(bad), NULL), ENGINE_NO_ZONE);
    cr_assert_neq(cron_get(rig, "n").next_ns, 0);
    cr_assert_eq(cron_named(rig, ENGINE_CRON_GET, "other", false, NULL), ENGINE_NOT_FOUND);
    cr_assert_eq(cron_named(rig, ENGINE_CRON_DELETE, "other", false, NULL), ENGINE_NOT_FOUND);
    cr_assert_eq(cron_named(rig, ENGINE_CRON_ENABLE, "other", true, NULL), ENGINE_NOT_FOUND);
    rig_down(rig);
}

Test(jobs_schedules, a_full_book_refuses_exactly_the_next_one)
{
    struct rig *rig = rig_new();
    struct engine_options options = rig_options(rig);
    char name[16];
    options.schedules_max = 50;
    rig_up_with(rig, &options);
    for (int i = 0; i < 50; i++) {
        (void)snprintf(name, sizeof name, "n%d", i);
        (void)cron_put(rig, name, "0 9 * * *", "Europe/Berlin", OVERLAP_SKIP);
    }
    cr_assert_eq(cron_take(ask_do(cron_put_new(rig, "more", "0 9 * * *", "UTC", OVERLAP_SKIP)), NULL),
                 ENGINE_TOO_MANY_SCHEDULES);
    struct ask *again = cron_put_new(rig, "n7", "0 10 * * *", "UTC", OVERLAP_SKIP);
    again->call.cron.may_replace = true;
    cr_assert_eq(cron_take(ask_do(again), NULL), ENGINE_OK, "one that is there may be replaced");
    cr_assert_eq(cron_named(rig, ENGINE_CRON_DELETE, "n7", false, NULL), ENGINE_OK);
    cr_assert_eq(cron_take(ask_do(cron_put_new(rig, "more", "0 9 * * *", "UTC", OVERLAP_SKIP)), NULL), ENGINE_OK);
    cr_assert_eq(rig_stats(rig).schedules, 50);
    cr_assert_eq(rig_stats(rig).schedules_max, 50);
    rig_down(rig);
}

Test(jobs_schedules, listed_by_page_and_by_whether_they_are_enabled)
{
    struct rig *rig = rig_up();
    char name[16];
    for (int i = 0; i < 7; i++) {
        (void)snprintf(name, sizeof name, "n%d", i);
        (void)cron_put(rig, name, "0 9 * * *", "UTC", OVERLAP_SKIP);
    }
    cr_assert_eq(cron_named(rig, ENGINE_CRON_ENABLE, "n3", false, NULL), ENGINE_OK);
    for (int filter = 0; filter < 3; filter++) {
        struct ask *ask = ask_new(rig, ENGINE_CRON_LIST);
        ask->call.cron.any = filter == 2;
        ask->call.cron.enabled = filter == 1;
        ask->call.cron.limit = 5;
        ask->call.cron.offset = filter == 2 ? 4 : 0;
        ask_do(ask);
        cr_assert_eq(ask->call.n_total, filter == 0 ? 1 : filter == 1 ? 6 : 7);
        cr_assert_eq(ask->call.n_views, filter == 0 ? 1 : filter == 1 ? 5 : 3);
        ask_free(ask);
    }
    rig_down(rig);
}

Test(jobs_schedules, disabled_ones_are_never_due_and_make_nothing_up)
{
    struct rig *rig = rig_up();
    struct schedule_view v;
    cron_set_wall(rig, "2026-02-12T10:00:30Z");
    (void)cron_put(rig, "n", "*/5 * * * *", "UTC", OVERLAP_ALLOW);
    cr_assert_eq(cron_named(rig, ENGINE_CRON_ENABLE, "n", false, &v), ENGINE_OK);
    cr_assert_eq(v.next_ns, 0);
    cr_assert(!v.enabled);
    cron_run_to(rig, cron_at("2026-02-12T12:02:00Z"));
    cr_assert_eq(cron_queued(rig), 0);
    cr_assert_eq(cron_named(rig, ENGINE_CRON_ENABLE, "n", true, &v), ENGINE_OK);
    cr_assert_eq(v.next_ns, cron_at("2026-02-12T12:05:00Z"));
    cron_run_to(rig, cron_at("2026-02-12T12:05:00Z"));
    cr_assert_eq(cron_queued(rig), 1);
    cr_assert_eq(cron_get(rig, "n").missed_count, 0);
    rig_down(rig);
}

/* ---- overlap ---- */

Test(jobs_schedules, skip_leaves_out_what_comes_while_one_is_unfinished)
{
    struct rig *rig = rig_up();
    cron_set_wall(rig, "2026-02-12T10:00:30Z");
    (void)cron_put(rig, "n", "* * * * *", "UTC", OVERLAP_SKIP);
    cron_run_to(rig, cron_at("2026-02-12T10:03:30Z")); /* nobody takes it: still one */
    cr_assert_eq(cron_queued(rig), 1);
    cr_assert_eq(cron_get(rig, "n").skip_count, 2);
    struct job_view job = cron_fetch(rig, at);
    cr_assert_str_eq(at, "2026-02-12T10:01:00.000Z");
    cron_run_to(rig, cron_at("2026-02-12T10:04:00Z") - 1);
    cr_assert_eq(cron_queued(rig), 0); /* (its lease runs until then) */
    cr_assert_eq(nack(rig, job.id).state, JOB_RETRYABLE);
    rig_pass(rig, 1);
    cr_assert_eq(cron_get(rig, "n").skip_count, 3, "between two attempts it is unfinished");
    cron_run_to(rig, cron_at("2026-02-12T10:04:30Z"));
    job = cron_fetch(rig, at);
    cr_assert_eq(ack(rig, job.id, job.lease_token), ENGINE_OK);
    cron_run_to(rig, cron_at("2026-02-12T10:05:00Z"));
    (void)cron_fetch(rig, at);
    cr_assert_str_eq(at, "2026-02-12T10:05:00.000Z");
    cr_assert_eq(cron_get(rig, "n").run_count, 2);
    cr_assert_eq(cron_get(rig, "n").skip_count, 3);
    cr_assert_eq(skipped_events(rig, SKIP_OVERLAP), 3);
    cr_assert_eq(rig_stats(rig).runs_skipped, 3);
    rig_down(rig);
}

Test(jobs_schedules, allow_makes_one_after_the_other)
{
    struct rig *rig = rig_up();
    cron_set_wall(rig, "2026-02-12T10:00:30Z");
    (void)cron_put(rig, "n", "* * * * *", "UTC", OVERLAP_ALLOW);
    cron_run_to(rig, cron_at("2026-02-12T10:03:01Z"));
    struct job_view a = cron_fetch(rig, at), b = cron_fetch(rig, at), c = cron_fetch(rig, at);
    cr_assert_eq(ack(rig, b.id, b.lease_token), ENGINE_OK); /* in any order */
    cr_assert_eq(ack(rig, a.id, a.lease_token), ENGINE_OK);
    cr_assert_eq(ack(rig, c.id, c.lease_token), ENGINE_OK);
    cr_assert_eq(cron_get(rig, "n").run_count, 3);
    rig_down(rig);
}

Test(jobs_schedules, cancel_previous_cancels_what_is_unfinished_and_nothing_else)
{
    struct rig *rig = rig_up();
    cron_set_wall(rig, "2026-02-12T10:00:30Z");
    struct uuid stranger = submit(rig, "c", "t.cron", -5);
    (void)cron_put(rig, "n", "* * * * *", "UTC", OVERLAP_CANCEL_PREVIOUS);
    cron_run_to(rig, cron_at("2026-02-12T10:01:55Z"));
    struct job_view active = cron_fetch(rig, at);
    cron_run_to(rig, cron_at("2026-02-12T10:02:00Z"));
    cr_assert_eq(state_of(rig, active.id), JOB_CANCELLED);
    cr_assert_eq(ack(rig, active.id, active.lease_token), ENGINE_CONFLICT);
    struct uuid waiting = cron_get(rig, "n").last_job;
    cron_run_to(rig, cron_at("2026-02-12T10:03:00Z"));
    cr_assert_eq(state_of(rig, waiting), JOB_CANCELLED);
    struct job_view done = cron_fetch(rig, at);
    cr_assert_str_eq(at, "2026-02-12T10:03:00.000Z");
    cr_assert_eq(ack(rig, done.id, done.lease_token), ENGINE_OK);
    cron_run_to(rig, cron_at("2026-02-12T10:04:00Z"));
    cr_assert_eq(state_of(rig, done.id), JOB_COMPLETED);
    cr_assert_eq(state_of(rig, stranger), JOB_AVAILABLE);
    cr_assert_eq(cron_get(rig, "n").run_count, 4);
    rig_down(rig);
}

Test(jobs_schedules, cancel_previous_takes_all_that_another_rule_has_left)
{
    struct rig *rig = rig_up();
    cron_set_wall(rig, "2026-02-12T10:00:30Z");
    (void)cron_put(rig, "n", "* * * * *", "UTC", OVERLAP_ALLOW);
    cron_run_to(rig, cron_at("2026-02-12T11:00:30Z"));
    cr_assert_eq(cron_queued(rig), 60);
    struct ask *other = cron_put_new(rig, "n", "* * * * *", "UTC", OVERLAP_CANCEL_PREVIOUS);
    other->call.cron.may_replace = true;
    cr_assert_eq(cron_take(ask_do(other), NULL), ENGINE_OK);
    cron_run_to(rig, cron_at("2026-02-12T11:01:00Z"));
    cr_assert_eq(cron_queued(rig), 1);
    cr_assert_eq(rig_stats(rig).by_state[JOB_CANCELLED], 60);
    rig_down(rig);
}

Test(jobs_schedules, cancel_previous_tells_a_worker_of_this_server)
{
    struct rig *rig = rig_up();
    struct local_grant g;
    cron_set_wall(rig, "2026-02-12T10:00:30Z");
    struct ask *put = cron_put_new(rig, "n", "* * * * *", "UTC", OVERLAP_CANCEL_PREVIOUS);
    put->call.spec.type = SLICE("local.b");
    cr_assert_eq(cron_take(ask_do(put), NULL), ENGINE_OK);
    cron_run_to(rig, cron_at("2026-02-12T10:01:00Z"));
    cr_assert_eq(rig->n_ready, 1);
    cr_assert(grant(rig, 7, &g));
    cron_run_to(rig, cron_at("2026-02-12T10:02:00Z"));
    cr_assert_eq(rig->n_cancels, 1);
    cr_assert_eq(rig->cancels[0].slot, g.slot);
    struct local_result r = {.outcome = LOCAL_GIVEN_BACK};
    engine_local_done(rig->engine, g.slot, g.generation, g.token, &r);
    cr_assert(grant(rig, 7, &g));
    rig_down(rig);
}

/* Runs the schedule's jobs to five ends each, and looks that there never are two at a time. */
static void end_it(struct rig *rig, struct job_view job, int how)
{
    switch (how) {
    case 0: cr_assert_eq(ack(rig, job.id, job.lease_token), ENGINE_OK); break;
    case 1: cr_assert_eq(ask_job(rig, ENGINE_CANCEL, job.id, NULL), ENGINE_OK); break;
    case 2: { /* fails for good */
        struct job_view v;
        struct ask *ask = nack_new(rig, job.id, "handler_error");
        ask->call.failure.has_retryable = true;
        cr_assert_eq(ask_once(ask, &v), ENGINE_OK);
        cr_assert_eq(v.state, JOB_DISCARDED);
        break;
    }
    default: cr_assert_fail();
    }
}

Test(jobs_schedules, enqueue_keeps_them_in_a_line_however_they_end)
{
    struct rig *rig = rig_up();
    struct job_view job;
    char expected[48];
    cron_set_wall(rig, "2026-02-12T10:00:30Z");
    (void)cron_put(rig, "n", "* * * * *", "UTC", OVERLAP_ENQUEUE);
    cron_run_to(rig, cron_at("2026-02-12T10:06:01Z"));
    cr_assert_eq(cron_queued(rig), 6, "all are there to be seen");
    for (int i = 1; i <= 6; i++) {
        job = cron_fetch(rig, at);
        (void)snprintf(expected, sizeof expected, "2026-02-12T10:0%d:00.000Z", i);
        cr_assert_str_eq(at, expected);
        cr_assert(!fetch(rig, "c", NULL), "a second one while the first is at work");
        end_it(rig, job, i % 3);
    }
    cr_assert(!fetch(rig, "c", NULL));
    cron_run_to(rig, cron_at("2026-02-12T10:07:01Z"));
    (void)cron_fetch(rig, at); /* nothing is in its way */
    rig_down(rig);
}

Test(jobs_schedules, enqueue_lets_nobody_pass_between_two_attempts)
{
    struct rig *rig = rig_up();
    cron_set_wall(rig, "2026-02-12T10:00:30Z");
    (void)cron_put(rig, "n", "* * * * *", "UTC", OVERLAP_ENQUEUE);
    cron_run_to(rig, cron_at("2026-02-12T10:02:01Z"));
    struct job_view job = cron_fetch(rig, at);
    cr_assert_eq(nack(rig, job.id).state, JOB_RETRYABLE);
    cr_assert(!fetch(rig, "c", NULL));
    rig_pass(rig, 5 * NS_PER_S);
    cr_assert(uuid_eq(cron_fetch(rig, at).id, job.id), "the same one again");
    rig_pass(rig, 31 * NS_PER_S); /* and its lease is lost */
    cr_assert(uuid_eq(cron_fetch(rig, at).id, job.id));
    rig_down(rig);
}

Test(jobs_schedules, enqueue_cancels_and_expires_what_waits)
{
    struct rig *rig = rig_up();
    cron_set_wall(rig, "2026-02-12T10:00:30Z");
    struct ask *put = cron_put_new(rig, "n", "* * * * *", "UTC", OVERLAP_ENQUEUE);
    put->call.spec.expires_wall_ns = 150 * NS_PER_S; /* from when it is made */
    put->call.spec.lease_ms = 3600000;
    cr_assert_eq(cron_take(ask_do(put), NULL), ENGINE_OK);
    cron_run_to(rig, cron_at("2026-02-12T10:01:01Z"));
    struct job_view first = cron_fetch(rig, at);
    cr_assert_eq(first.expires_ns, cron_at("2026-02-12T10:03:30Z"));
    cron_run_to(rig, cron_at("2026-02-12T10:03:01Z"));
    struct uuid third = cron_get(rig, "n").last_job;
    cr_assert_eq(ask_job(rig, ENGINE_CANCEL, third, NULL), ENGINE_OK);
    cr_assert_eq(ack(rig, first.id, first.lease_token), ENGINE_OK);
    struct job_view second = cron_fetch(rig, at);
    cr_assert_str_eq(at, "2026-02-12T10:02:00.000Z");
    cron_run_to(rig, cron_at("2026-02-12T10:04:29Z"));
    struct uuid fourth = cron_get(rig, "n").last_job;
    cron_run_to(rig, cron_at("2026-02-12T10:04:31Z")); /* the second has expired in a worker's hands */
    cr_assert_eq(state_of(rig, second.id), JOB_DISCARDED);
    cr_assert(uuid_eq(cron_fetch(rig, at).id, fourth));
    cron_run_to(rig, cron_at("2026-02-12T10:10:01Z")); /* those that waited longer than they may have gone */
    cr_assert_eq(rig_stats(rig).by_state[JOB_AVAILABLE], 3);
    rig_down(rig);
}

Test(jobs_schedules, a_deleted_schedule_leaves_its_jobs_alone_and_in_line)
{
    struct rig *rig = rig_up();
    cron_set_wall(rig, "2026-02-12T10:00:30Z");
    (void)cron_put(rig, "n", "* * * * *", "UTC", OVERLAP_ENQUEUE);
    cron_run_to(rig, cron_at("2026-02-12T10:02:01Z"));
    struct job_view job = cron_fetch(rig, at);
    cr_assert_eq(cron_named(rig, ENGINE_CRON_DELETE, "n", false, NULL), ENGINE_OK);
    (void)cron_put(rig, "n", "* * * * *", "UTC", OVERLAP_SKIP); /* another one by the same name */
    cr_assert(!fetch(rig, "c", NULL));
    cr_assert_eq(ack(rig, job.id, job.lease_token), ENGINE_OK);
    job = cron_fetch(rig, at);
    cr_assert_str_eq(at, "2026-02-12T10:02:00.000Z");
    cron_run_to(rig, cron_at("2026-02-12T10:02:20Z"));
    cr_assert_eq(nack(rig, job.id).state, JOB_RETRYABLE);
    cr_assert_eq(ask_job(rig, ENGINE_CANCEL, job.id, NULL), ENGINE_OK);
    cron_run_to(rig, cron_at("2026-02-12T10:03:01Z"));
    (void)cron_fetch(rig, at); /* it does not mind the other's jobs */
    cr_assert_str_eq(at, "2026-02-12T10:03:00.000Z");
    rig_down(rig);
}

/* ---- the calendar ---- */

static void expect_times(const char *expression, const char *zone, const char *from, const char *to, const char *const *times)
{
    struct rig *rig = rig_up();
    cron_set_wall(rig, from);
    (void)cron_put(rig, "n", expression, zone, OVERLAP_ALLOW);
    cron_run_to(rig, cron_at(to));
    for (int i = 0; times[i]; i++) {
        (void)cron_fetch(rig, at);
        cr_assert_str_eq(at, times[i], "%s in %s", expression, zone);
    }
    cr_assert(!fetch(rig, "c", NULL), "%s in %s: too many", expression, zone);
    rig_down(rig);
}

Test(jobs_schedules, clocks_that_go_forward_leave_a_time_out)
{
    expect_times("30 2 * * *", "Europe/Berlin", "2026-03-27T12:00:00Z", "2026-03-30T12:00:00Z",
                 (const char *const[]){"2026-03-28T01:30:00.000Z", "2026-03-30T00:30:00.000Z", NULL});
    expect_times("15 2 * * *", "Australia/Lord_Howe", "2026-10-02T12:00:00Z", "2026-10-05T12:00:00Z", /* by half an hour */
                 (const char *const[]){"2026-10-02T15:45:00.000Z", "2026-10-04T15:15:00.000Z", NULL});
    expect_times("0 3 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z",
                 (const char *const[]){"2026-03-29T01:00:00.000Z", NULL}); /* the instant of the jump itself */
}

Test(jobs_schedules, clocks_that_go_back_fire_once)
{
    expect_times("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z",
                 (const char *const[]){"2026-10-25T00:30:00.000Z", "2026-10-26T01:30:00.000Z", NULL});
    expect_times("45 1 * * *", "Australia/Lord_Howe", "2026-04-03T12:00:00Z", "2026-04-05T22:00:00Z",
                 (const char *const[]){"2026-04-03T14:45:00.000Z", "2026-04-04T14:45:00.000Z", "2026-04-05T15:15:00.000Z",
                                       NULL});
    expect_times("0 9 * * *", "Asia/Kolkata", "2026-04-03T12:00:00Z", "2026-04-04T12:00:00Z",
                 (const char *const[]){"2026-04-04T03:30:00.000Z", NULL});
}

Test(jobs_schedules, a_time_that_the_clocks_jump_over_is_told)
{
    struct rig *rig = rig_up();
    cron_set_wall(rig, "2026-03-28T12:00:00Z");
    (void)cron_put(rig, "n", "30 2 * * *", "Europe/Berlin", OVERLAP_ALLOW);
    (void)cron_put(rig, "m", "30 3 * * *", "Europe/Berlin", OVERLAP_ALLOW);
    cron_run_to(rig, cron_at("2026-03-29T00:59:59Z"));
    cr_assert_eq(cron_get(rig, "n").skip_count, 0);
    cron_run_to(rig, cron_at("2026-03-29T01:00:00Z"));
    cr_assert_eq(cron_get(rig, "n").skip_count, 1);
    cr_assert_eq(cron_get(rig, "n").next_ns, cron_at("2026-03-30T00:30:00Z"));
    cr_assert_eq(cron_get(rig, "m").skip_count, 0);
    cr_assert_eq(skipped_events(rig, SKIP_GAP), 1);
    cron_run_to(rig, cron_at("2026-03-30T12:00:00Z"));
    cr_assert_eq(cron_get(rig, "n").run_count, 1);
    cr_assert_eq(cron_get(rig, "n").skip_count, 1);
    cr_assert_eq(cron_get(rig, "n").missed_count, 0);
    rig_down(rig);
}

/* ---- clocks that are set ---- */

Test(jobs_schedules, a_clock_set_back_lets_nothing_fire_twice)
{
    struct rig *rig = rig_up();
    cron_set_wall(rig, "2026-02-12T10:00:30Z");
    (void)cron_put(rig, "n", "* * * * *", "UTC", OVERLAP_ALLOW);
    cron_run_to(rig, cron_at("2026-02-12T10:02:00Z"));
    cr_assert_eq(cron_get(rig, "n").run_count, 2);
    cron_set_wall(rig, "2026-02-12T09:30:00Z");
    cron_run_to(rig, cron_at("2026-02-12T10:02:59Z"));
    cr_assert_eq(cron_get(rig, "n").run_count, 2);
    cron_run_to(rig, cron_at("2026-02-12T10:03:00Z"));
    cr_assert_eq(cron_get(rig, "n").run_count, 3);
    cr_assert_eq(cron_get(rig, "n").missed_count, 0);
    rig_down(rig);
}

Test(jobs_schedules, enabling_again_on_a_clock_set_back_repeats_nothing)
{
    struct rig *rig = rig_up();
    cron_set_wall(rig, "2026-02-12T10:00:30Z");
    (void)cron_put(rig, "n", "* * * * *", "UTC", OVERLAP_ALLOW);
    cron_run_to(rig, cron_at("2026-02-12T10:02:00Z"));
    cron_set_wall(rig, "2026-02-12T10:01:30Z");
    cr_assert_eq(cron_named(rig, ENGINE_CRON_ENABLE, "n", false, NULL), ENGINE_OK);
    cr_assert_eq(cron_named(rig, ENGINE_CRON_ENABLE, "n", true, NULL), ENGINE_OK);
    cr_assert_eq(cron_get(rig, "n").next_ns, cron_at("2026-02-12T10:03:00Z"));
    rig_down(rig);
}

Test(jobs_schedules, a_clock_set_forward_makes_one_firing_of_all)
{
    struct rig *rig = rig_up();
    cron_set_wall(rig, "2026-02-12T10:00:30Z");
    (void)cron_put(rig, "n", "* * * * *", "UTC", OVERLAP_ALLOW);
    cron_set_wall(rig, "2026-02-12T12:00:30Z");
    uint64_t asleep = engine_next_ns(rig->engine) - rig->clock.mono_ns;
    cr_assert_eq(asleep, 0);
    while (engine_tick(rig->engine, 7)) continue;
    cr_assert_eq(cron_queued(rig), 1);
    (void)cron_fetch(rig, at);
    cr_assert_str_eq(at, "2026-02-12T12:00:00.000Z");
    cr_assert_eq(cron_get(rig, "n").missed_count, 119);
    cr_assert_eq(cron_get(rig, "n").next_ns, cron_at("2026-02-12T12:01:00Z"));
    cr_assert_eq(rig_stats(rig).runs_missed, 119);
    rig_down(rig);
}

Test(jobs_schedules, a_loop_that_sleeps_looks_at_the_clock_each_minute)
{
    struct rig *rig = rig_up();
    cron_set_wall(rig, "2026-02-12T10:00:30Z");
    cr_assert_eq(engine_next_ns(rig->engine), UINT64_MAX);
    (void)cron_put(rig, "n", "@yearly", "UTC", OVERLAP_SKIP);
    cr_assert_eq(engine_next_ns(rig->engine), rig->clock.mono_ns + 60 * NS_PER_S);
    cr_assert_eq(cron_named(rig, ENGINE_CRON_ENABLE, "n", false, NULL), ENGINE_OK);
    cr_assert_eq(engine_next_ns(rig->engine), UINT64_MAX);
    rig_down(rig);
}

/* ---- no room ---- */

Test(jobs_schedules, an_engine_that_is_full_puts_the_firing_off)
{
    struct rig *rig = rig_new();
    struct engine_options options = rig_options(rig);
    options.jobs_max = 2;
    rig_up_with(rig, &options);
    cron_set_wall(rig, "2026-02-12T10:00:30Z");
    struct uuid id = submit(rig, "q", "t.plain", 0);
    (void)submit(rig, "q", "t.plain", 0);
    (void)cron_put(rig, "n", "* * * * *", "UTC", OVERLAP_SKIP);
    cron_run_to(rig, cron_at("2026-02-12T10:02:10Z"));
    cr_assert_eq(cron_get(rig, "n").run_count, 0);
    cr_assert_geq(rig_stats(rig).runs_put_off, 60);
    cr_assert_leq(rig_stats(rig).runs_put_off, 80, "once a second, not more");
    cr_assert_eq(ask_job(rig, ENGINE_CANCEL, id, NULL), ENGINE_OK);
    rig_pass(rig, NS_PER_S);
    cr_assert_eq(cron_get(rig, "n").run_count, 1);
    cr_assert_eq(cron_get(rig, "n").missed_count, 1, "one stands for both");
    (void)cron_fetch(rig, at);
    cr_assert_str_eq(at, "2026-02-12T10:02:00.000Z");
    rig_down(rig);
}

Test(jobs_schedules, nothing_fires_once_the_engine_drains)
{
    struct rig *rig = rig_up();
    cron_set_wall(rig, "2026-02-12T10:00:30Z");
    (void)cron_put(rig, "n", "* * * * *", "UTC", OVERLAP_SKIP);
    engine_drain(rig->engine);
    rig_pass(rig, 600 * NS_PER_S);
    cr_assert_eq(cron_queued(rig), 0);
    cr_assert_eq(cron_take(ask_do(cron_put_new(rig, "m", "* * * * *", "UTC", OVERLAP_SKIP)), NULL), ENGINE_DRAINING);
    rig_down(rig);
}

Test(jobs_schedules, every_schedule_of_a_full_book_fires_at_its_time)
{
    struct rig *rig = rig_new();
    struct engine_options options = rig_options(rig);
    char name[16];
    options.jobs_max = 20000;
    rig_up_with(rig, &options);
    cron_set_wall(rig, "2026-02-12T10:00:30Z");
    for (int i = 0; i < SCHEDULES_MAX; i++) {
        (void)snprintf(name, sizeof name, "n%d", i);
        (void)cron_put(rig, name, "0 0 * * *", i % 2 ? "Europe/Berlin" : "UTC", OVERLAP_SKIP);
    }
    cron_run_to(rig, cron_at("2026-02-12T23:00:00Z"));
    cr_assert_eq(cron_queued(rig), SCHEDULES_MAX / 2);
    cron_run_to(rig, cron_at("2026-02-13T00:00:00Z"));
    cr_assert_eq(cron_queued(rig), SCHEDULES_MAX);
    rig_down(rig);
}
