/* Schedules with a journal: what a restart finds. */
#include "cron_rig.h"
#include "log_rig.h"

#include <sys/stat.h>

static struct log_rig *g;
static char at[SCHEDULE_STAMP_BYTES + 1];

static void up(void)
{
    g = log_rig_up();
    cron_set_wall(g->r, "2026-02-12T10:00:30Z");
}

static void down(void)
{
    log_rig_down(g);
}

TestSuite(jobs_schedules_log, .init = up, .fini = down);

/* As log_settle(), on a clock that runs: what is only logged is synced some time later. */
static void settle(void)
{
    do {
        log_turn(g);
        g->r->clock.mono_ns += 10 * NS_PER_MS;
    } while (engine_log_busy(g->r->engine));
}

static struct schedule_view put(const char *name, const char *expression, const char *zone, enum schedule_overlap overlap)
{
    struct schedule_view v;
    cr_assert_eq(cron_take(log_do(g, cron_put_new(g->r, name, expression, zone, overlap)), &v), ENGINE_OK);
    return v;
}

static enum engine_outcome named(enum engine_op op, const char *name, bool enabled, struct schedule_view *out)
{
    return cron_take(log_do(g, cron_named_new(g->r, op, name, enabled)), out);
}

static struct schedule_view get(const char *name)
{
    struct schedule_view v;
    cr_assert_eq(named(ENGINE_CRON_GET, name, false, &v), ENGINE_OK);
    return v;
}

/* To a time, in one go; what is due then is on the disk. */
static void pass_to(const char *rfc3339)
{
    uint64_t ns = cron_at(rfc3339) - g->r->clock.wall_ns;
    g->r->clock.wall_ns += ns;
    g->r->clock.mono_ns += ns;
    settle();
}

static struct job_view take(void)
{
    struct ask *ask = log_do(g, fetch_new(g->r, "c", 1));
    cr_assert_eq(ask->call.n_views, 1);
    struct job_view v = ask_views(ask)[0];
    const char *key = "\"cron_triggered_at\":\"", *p = memmem(v.meta.p, v.meta.len, key, strlen(key));
    cr_assert_not_null(p);
    memcpy(at, p + strlen(key), SCHEDULE_STAMP_BYTES);
    at[SCHEDULE_STAMP_BYTES] = 0;
    ask_free(ask);
    return v;
}

static bool takes_nothing(void)
{
    struct ask *ask = log_do(g, fetch_new(g->r, "c", 1));
    bool nothing = ask->call.n_views == 0;
    ask_free(ask);
    return nothing;
}

static void finish(const struct job_view *job)
{
    cr_assert_eq(log_once(g, log_ack_new(g, job->id, job->lease_token, NULL), NULL), ENGINE_OK);
}

Test(jobs_schedules_log, an_answer_waits_for_its_commit)
{
    struct ask *ask = ask_do(cron_put_new(g->r, "n", "* * * * *", "UTC", OVERLAP_SKIP));
    cr_assert_eq(ask->n_replies, 0);
    struct ask *look = ask_do(cron_named_new(g->r, ENGINE_CRON_GET, "n", false));
    cr_assert_eq(look->n_replies, 0, "what is not committed is not shown");
    settle();
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    cr_assert_lt(ask->order, look->order);
    ask_free(ask);
    ask_free(look);
}

static void expect_same(const struct schedule_view *a, const struct schedule_view *b)
{
    cr_assert_eq(a->created_ns, b->created_ns);
    cr_assert_eq(a->next_ns, b->next_ns, "%s", cron_text(b->next_ns));
    cr_assert_eq(a->last_run_ns, b->last_run_ns);
    cr_assert_eq(a->run_count, b->run_count);
    cr_assert_eq(a->skip_count, b->skip_count);
    cr_assert_eq(a->missed_count, b->missed_count);
    cr_assert(uuid_eq(a->last_job, b->last_job));
    cr_assert_eq(a->overlap, b->overlap);
    cr_assert_eq(a->enabled, b->enabled);
}

static void check_restart(bool in_order)
{
    struct schedule_view before[4], after[4];
    static const char *const names[] = {"a", "b", "c", "d"};
    (void)put("a", "* * * * *", "UTC", OVERLAP_ALLOW);
    (void)put("b", "30 2 * * *", "Europe/Berlin", OVERLAP_SKIP);
    (void)put("c", "@every 45m", "Asia/Kolkata", OVERLAP_ENQUEUE);
    (void)put("d", "@daily", "UTC", OVERLAP_CANCEL_PREVIOUS);
    (void)put("e", "@daily", "UTC", OVERLAP_CANCEL_PREVIOUS);
    pass_to("2026-02-12T10:50:00Z");
    cr_assert_eq(named(ENGINE_CRON_ENABLE, "d", false, NULL), ENGINE_OK);
    cr_assert_eq(named(ENGINE_CRON_DELETE, "e", false, NULL), ENGINE_OK);
    for (int i = 0; i < 4; i++) before[i] = get(names[i]);
    cr_assert_eq(before[0].run_count, 1);
    cr_assert_eq(before[0].missed_count, 49);
    cr_assert_eq(before[2].run_count, 1);
    for (int round = 0; round < 2; round++) {
        log_restart(g, in_order);
        settle();
        for (int i = 0; i < 4; i++) after[i] = get(names[i]);
        for (int i = 0; i < 4; i++) expect_same(&before[i], &after[i]);
        cr_assert_eq(named(ENGINE_CRON_GET, "e", false, NULL), ENGINE_NOT_FOUND);
        cr_assert_eq(rig_stats(g->r).schedules, 4);
    }
    (void)take(); /* and what was kept of its jobs still makes jobs */
    cr_assert_str_eq(at, "2026-02-12T10:50:00.000Z");
    (void)take();
    cr_assert_str_eq(at, "2026-02-12T10:45:30.000Z");
    pass_to("2026-02-12T10:51:00Z");
    struct job_view job = take();
    cr_assert_str_eq(job.type, "t.cron");
    cr_assert_eq(job.max_attempts, 3);
    cr_assert_eq(job.durability, DURABILITY_SYNCED);
}

Test(jobs_schedules_log, schedules_come_back_after_a_stop)
{
    check_restart(true);
}

Test(jobs_schedules_log, schedules_come_back_after_a_kill)
{
    check_restart(false);
}

/* The queue's jobs may be tried twice if they do not say it themselves. */
static void set_default_retry(void)
{
    struct ask *ask = ask_new(g->r, ENGINE_QUEUE_SET);
    ask->call.args = rig_block(g->r, "c");
    ask->call.queue.name = block_slice(ask->call.args);
    ask->call.queue.set = QUEUE_SET_MAKE | QUEUE_SET_RETRY;
    ask->call.queue.config = (struct queue_config){.has_retry = true, .retry = retry_policy_default()};
    ask->call.queue.config.retry.max_attempts = 2;
    cr_assert_eq(log_once(g, ask, NULL), ENGINE_OK);
}

Test(jobs_schedules_log, its_own_retry_policy_goes_before_the_queues_after_a_restart)
{
    struct ask *own = cron_put_new(g->r, "own", "* * * * *", "UTC", OVERLAP_ALLOW);
    set_default_retry();
    own->call.spec.has_retry = true;
    own->call.spec.retry.max_attempts = 7;
    cr_assert_eq(cron_take(log_do(g, own), NULL), ENGINE_OK);
    (void)put("none", "30 * * * * *", "UTC", OVERLAP_ALLOW);
    for (int round = 0; round < 2; round++) {
        pass_to(round ? "2026-02-12T10:02:00Z" : "2026-02-12T10:01:00Z");
        struct job_view job = take();
        cr_assert_eq(job.max_attempts, 7, "round %d: %u", round, job.max_attempts);
        finish(&job);
        pass_to(round ? "2026-02-12T10:02:30Z" : "2026-02-12T10:01:30Z");
        job = take();
        cr_assert_eq(job.max_attempts, 2, "round %d: %u", round, job.max_attempts);
        finish(&job);
        log_restart(g, round == 0);
    }
}

Test(jobs_schedules_log, a_restart_makes_one_firing_of_what_was_missed)
{
    (void)put("n", "* * * * *", "UTC", OVERLAP_ALLOW);
    log_kill(g);
    g->r->clock.wall_ns = cron_at("2026-02-13T10:00:30Z"); /* a day without a server */
    cr_assert_eq(log_rig_open(g), 0, "%s", g->why);
    settle();
    (void)take();
    cr_assert_str_eq(at, "2026-02-13T10:00:00.000Z");
    cr_assert(takes_nothing());
    cr_assert_eq(get("n").missed_count, 24 * 60 - 1);
    cr_assert_eq(get("n").next_ns, cron_at("2026-02-13T10:01:00Z"));
    log_restart(g, false);
    settle();
    cr_assert(takes_nothing(), "and not again");
    cr_assert_eq(get("n").run_count, 1);
}

Test(jobs_schedules_log, a_clock_set_back_over_a_restart_repeats_nothing)
{
    (void)put("n", "0 * * * *", "UTC", OVERLAP_ALLOW);
    pass_to("2026-02-12T11:00:00Z");
    log_kill(g);
    cron_set_wall(g->r, "2026-02-12T10:30:00Z");
    cr_assert_eq(log_rig_open(g), 0, "%s", g->why);
    pass_to("2026-02-12T11:30:00Z");
    cr_assert_eq(get("n").run_count, 1);
    cr_assert_eq(get("n").next_ns, cron_at("2026-02-12T12:00:00Z"));
}

Test(jobs_schedules_log, an_unfinished_job_counts_after_a_restart)
{
    (void)put("n", "* * * * *", "UTC", OVERLAP_SKIP);
    pass_to("2026-02-12T10:01:00Z");
    log_restart(g, false);
    pass_to("2026-02-12T10:02:00Z");
    cr_assert_eq(get("n").skip_count, 1);
    struct job_view job = take();
    log_restart(g, false);
    finish(&job);
    log_restart(g, false);
    pass_to("2026-02-12T10:03:00Z");
    cr_assert_eq(get("n").run_count, 2);
    cr_assert_eq(get("n").skip_count, 1);
}

Test(jobs_schedules_log, jobs_in_line_stay_so_over_restarts)
{
    (void)put("n", "* * * * *", "UTC", OVERLAP_ENQUEUE);
    for (int i = 1; i <= 4; i++) {
        char text[48];
        (void)snprintf(text, sizeof text, "2026-02-12T10:0%d:00Z", i);
        pass_to(text);
    }
    for (int i = 1; i <= 4; i++) {
        char text[48];
        (void)snprintf(text, sizeof text, "2026-02-12T10:0%d:00.000Z", i);
        log_restart(g, i % 2);
        settle();
        struct job_view job = take();
        cr_assert_str_eq(at, text);
        cr_assert(takes_nothing());
        log_restart(g, i % 2);
        settle();
        cr_assert(takes_nothing(), "the one at work is still there");
        if (i == 3) cr_assert_eq(named(ENGINE_CRON_DELETE, "n", false, NULL), ENGINE_OK);
        finish(&job);
    }
    cr_assert(takes_nothing());
}

Test(jobs_schedules_log, a_job_in_memory_goes_and_its_time_does_not_come_again)
{
    struct ask *ask = cron_put_new(g->r, "n", "* * * * *", "UTC", OVERLAP_ALLOW);
    ask->call.spec.durability = DURABILITY_MEMORY;
    cr_assert_eq(cron_take(log_do(g, ask), NULL), ENGINE_OK);
    pass_to("2026-02-12T10:01:00Z");
    cr_assert_eq(rig_stats(g->r).by_state[JOB_AVAILABLE], 1);
    log_restart(g, false);
    settle();
    cr_assert_eq(rig_stats(g->r).by_state[JOB_AVAILABLE], 0);
    cr_assert_eq(get("n").run_count, 1);
    pass_to("2026-02-12T10:02:00Z");
    cr_assert_eq(rig_stats(g->r).by_state[JOB_AVAILABLE], 1);
}

Test(jobs_schedules_log, a_number_is_not_given_twice)
{
    (void)put("n", "* * * * *", "UTC", OVERLAP_SKIP);
    pass_to("2026-02-12T10:01:00Z"); /* its job is unfinished */
    cr_assert_eq(named(ENGINE_CRON_DELETE, "n", false, NULL), ENGINE_OK);
    log_restart(g, false);
    (void)put("m", "* * * * *", "UTC", OVERLAP_SKIP);
    pass_to("2026-02-12T10:02:00Z");
    cr_assert_eq(get("m").run_count, 1, "the other's job is not this one's");
}

Test(jobs_schedules_log, events_of_schedules_show_when_committed)
{
    (void)put("n", "* * * * *", "UTC", OVERLAP_SKIP);
    g->r->clock.wall_ns += 31 * NS_PER_S;
    while (engine_tick(g->r->engine, 7)) continue;
    struct ask *ask = ask_new(g->r, ENGINE_EVENTS);
    ask->call.events.kinds = 1u << EVENT_CRON_TRIGGERED;
    ask_do(ask);
    cr_assert_eq(ask->call.n_views, 0);
    ask_free(ask);
    settle();
    ask = ask_new(g->r, ENGINE_EVENTS);
    ask->call.events.kinds = 1u << EVENT_CRON_TRIGGERED;
    ask_do(ask);
    cr_assert_eq(ask->call.n_views, 1);
    const struct job_event *ev = (const struct job_event *)(const void *)ask->call.views->bytes;
    cr_assert(slice_eq(schedule_name(&ev->schedule), SLICE("n")));
    cr_assert(slice_eq(schedule_expression(&ev->schedule), SLICE("* * * * *")));
    cr_assert_eq(ev->due_ns, cron_at("2026-02-12T10:01:00Z"));
    ask_free(ask);
}

static struct ask *large_new(size_t bytes)
{
    struct ask *ask = log_submit_new(g, "q", "t.large", DURABILITY_SYNCED);
    struct block *b = block_new(&g->r->budget, bytes);
    block_append(b, block_slice(ask->call.spec.envelope));
    memset(b->bytes + b->len, ' ', bytes - b->len);
    b->len = bytes;
    ask->call.spec.envelope = block_unref(ask->call.spec.envelope);
    ask->call.spec.envelope = b;
    ask->call.spec.args = slice_make(b->bytes + 8, 5);
    ask->call.spec.meta = slice_make(b->bytes + 21, 7);
    ask->call.spec.retry.non_retryable = (struct slice){0};
    return ask;
}

Test(jobs_schedules_log, old_segments_go_while_a_schedule_lives_on)
{
    (void)put("n", "0 0 1 1 *", "Europe/Berlin", OVERLAP_SKIP);
    (void)put("m", "* * * * *", "UTC", OVERLAP_SKIP);
    pass_to("2026-02-12T10:01:00Z");
    (void)put("gone", "* * * * *", "UTC", OVERLAP_SKIP);
    cr_assert_eq(named(ENGINE_CRON_DELETE, "gone", false, NULL), ENGINE_OK);
    struct schedule_view before = get("m");
    for (int i = 0; i < 60; i++) { /* five segments' worth of jobs that come and go */
        struct job_view view;
        cr_assert_eq(log_once(g, large_new(1 << 20), &view), ENGINE_OK);
        cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, view.id), NULL), ENGINE_OK);
        g->r->clock.mono_ns += 3601 * NS_PER_S;
        settle();
    }
    for (int i = 0; i < 50; i++) {
        g->r->clock.mono_ns += NS_PER_S;
        settle();
    }
    cr_assert_gt(metric_get(&engine_log_counts(g->r->engine)->segments_deleted), 2);
    log_restart(g, false);
    settle();
    struct schedule_view after = get("m");
    expect_same(&before, &after);
    cr_assert_eq(get("n").next_ns, cron_at("2026-12-31T23:00:00Z"));
    cr_assert_eq(named(ENGINE_CRON_GET, "gone", false, NULL), ENGINE_NOT_FOUND);
    pass_to("2026-02-12T10:02:00Z");
    cr_assert_eq(get("m").skip_count, 1, "its unfinished job is still known");
}

Test(jobs_schedules_log, on_a_full_disk_the_firing_is_put_off)
{
    static struct uuid ids[4096];
    int n = 0, n_small = 0;
    log_stop(g);
    g->o.disk_bytes_max = 3 * SEGMENT_SMALL;
    cr_assert_eq(log_rig_open(g), 0);
    (void)put("n", "* * * * *", "UTC", OVERLAP_SKIP);
    for (enum engine_outcome outcome = ENGINE_OK; outcome == ENGINE_OK;) {
        struct job_view view;
        outcome = log_once(g, large_new(100000), &view);
        if (outcome == ENGINE_OK) ids[n++] = view.id;
        cr_assert_lt(n, 4096);
    }
    while (log_once(g, large_new(1024), NULL) == ENGINE_OK) cr_assert_lt(++n_small, 900);
    pass_to("2026-02-12T10:01:00Z");
    cr_assert_eq(get("n").run_count, 0);
    cr_assert_gt(rig_stats(g->r).runs_put_off, 0);
    for (int i = 0; i < n; i++) cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, ids[i]), NULL), ENGINE_OK);
    pass_to("2026-02-12T12:30:00Z"); /* they are forgotten, and segments go */
    for (int i = 0; i < 200 && get("n").run_count == 0; i++) {
        g->r->clock.mono_ns += NS_PER_S;
        g->r->clock.wall_ns += NS_PER_S;
        settle();
    }
    cr_assert_eq(get("n").run_count, 1);
}

/* ---- torn ---- */

static size_t read_segment(char *bytes, size_t room)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/journal-0-0000000001.seg", g->path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    cr_assert_geq(fd, 0, "%s", path);
    ssize_t n = read(fd, bytes, room);
    cr_assert_eq(close(fd), 0);
    cr_assert_gt(n, 0);
    return (size_t)n;
}

/* The folder has this one file, whose bytes end at cut: the rest is zeros. */
static void write_segment(const char *bytes, size_t cut, size_t size)
{
    char path[128];
    log_rig_remove(g);
    cr_assert_eq(mkdir(g->path, 0700), 0);
    (void)snprintf(path, sizeof path, "%s/journal-0-0000000001.seg", g->path);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, bytes, cut), (ssize_t)cut);
    cr_assert_eq(ftruncate(fd, (off_t)size), 0);
    cr_assert_eq(close(fd), 0);
}

/* The batch that made the job is cut anywhere: the restart finds the job and the schedule's advance, or neither, and then the time
 * is still due. There is one job for it in any case. */
Test(jobs_schedules_log, a_firing_that_is_torn_anywhere_happens_once, .timeout = 120)
{
    static char bytes[40 * 4096];
    log_kill(g);
    log_rig_remove(g);
    cr_assert_eq(mkdir(g->path, 0700), 0);
    g->o.segment_bytes = sizeof bytes; /* small: all of it is read each time */
    g->o.buffer_bytes = 10 * 4096;
    cr_assert_eq(log_rig_open(g), 0, "%s", g->why);
    (void)put("n", "0 * * * *", "UTC", OVERLAP_SKIP);
    pass_to("2026-02-12T11:00:00Z");
    log_kill(g);
    size_t size = read_segment(bytes, sizeof bytes), batch = 0;
    uint64_t mono = g->r->clock.mono_ns;
    uint32_t n_found = 0, n_fired = 0;
    for (size_t block = 4096; block < size; block += 4096)
        if (memcmp(bytes + block, "QJB1", 4) == 0) batch = block;
    for (size_t cut = batch; cut <= batch + 4096; cut += cut < batch + 1000 ? 1 : 64) { /* the records, then what fills the block */
        if (cut + 64 > batch + 4096) cut = batch + 4096; /* the whole, in the end */
        write_segment(bytes, cut, size);
        g->r->clock.mono_ns = mono;
        cron_set_wall(g->r, "2026-02-12T11:00:01Z");
        cr_assert_eq(log_rig_open(g), 0, "cut at %zu of the batch: %s", cut - batch, g->why);
        uint64_t found = rig_stats(g->r).by_state[JOB_AVAILABLE];
        cr_assert_eq(found, cut == batch + 4096, "cut at %zu", cut - batch);
        n_found += found != 0;
        settle();
        n_fired += rig_stats(g->r).runs == 1;
        cr_assert_eq(rig_stats(g->r).by_state[JOB_AVAILABLE], 1, "cut at %zu", cut - batch);
        (void)take();
        cr_assert_str_eq(at, "2026-02-12T11:00:00.000Z");
        cr_assert_eq(get("n").run_count, 1);
        log_kill(g);
    }
    cr_assert_eq(n_found, 1);
    cr_assert_gt(n_fired, 1000);
    cr_assert_eq(log_rig_open(g), 0);
}

Test(jobs_schedules_log, a_queue_that_is_full_puts_it_off)
{
    struct ask *ask = ask_new(g->r, ENGINE_QUEUE_SET);
    ask->call.args = rig_block(g->r, "c");
    ask->call.queue.name = block_slice(ask->call.args);
    ask->call.queue.set = QUEUE_SET_MAKE | QUEUE_SET_MAX_SIZE;
    ask->call.queue.config.max_size = 1;
    cr_assert_eq(log_once(g, ask, NULL), ENGINE_OK);
    (void)cron_take(log_do(g, cron_put_new(g->r, "n", "* * * * *", "UTC", OVERLAP_ALLOW)), NULL);
    for (int i = 0; i < 5; i++) {
        rig_pass(g->r, 60 * NS_PER_S);
        log_settle(g);
    }
    struct engine_stats stats = rig_stats(g->r);
    cr_assert_eq(stats.by_state[JOB_AVAILABLE], 1, "%lu", (unsigned long)stats.by_state[JOB_AVAILABLE]);
    cr_assert_eq(stats.runs, 1);
    cr_assert_gt(stats.runs_put_off, 0);
    struct job_view job = take();
    finish(&job);
    rig_pass(g->r, NS_PER_S);
    log_settle(g);
    stats = rig_stats(g->r);
    cr_assert_eq(stats.by_state[JOB_AVAILABLE], 1, "it is made when there is room");
    cr_assert_eq(stats.runs, 2);
    cr_assert_eq(stats.runs_missed, 3, "%lu", (unsigned long)stats.runs_missed);
}
