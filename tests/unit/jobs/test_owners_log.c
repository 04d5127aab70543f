/* Owners in the journal: what a restart, compaction and another number of engines leave of them. */
#include "batch_rig.h"
#include "cron_rig.h"
#include "log_rig.h"
#include "owner_rig.h"

#include "jobs/job_dump.h"
#include "jobs/job_record.h"
#include "jobs/schedule_record.h"

#include <errno.h>

static struct log_rig *g;

static void up(void)
{
    g = log_rig_up();
    cron_set_wall(g->r, "2026-02-12T10:00:30Z");
}

static void down(void)
{
    log_rig_down(g);
}

TestSuite(jobs_owners_log, .init = up, .fini = down, .timeout = 60);

static struct uuid keep_as(const char *owner, enum job_durability durability)
{
    struct job_view view;
    cr_assert_eq(log_once(g, as(owner, log_submit_new(g, "q", "t.plain", durability)), &view), ENGINE_OK);
    return view.id;
}

static enum engine_outcome see_as(const char *owner, struct uuid id)
{
    return log_once(g, as(owner, log_job_new(g, ENGINE_INFO, id)), NULL);
}

static void expect_owner(struct uuid id, const char *owner)
{
    cr_assert_eq(see_as(owner, id), ENGINE_OK, "%s", owner);
    cr_assert_eq(see_as("user:else", id), ENGINE_NOT_FOUND);
    cr_assert_eq(see_as("", id), ENGINE_NOT_FOUND);
}

/* The longest that there may be. */
static const char *long_owner(void)
{
    static char text[JOB_OWNER_MAX + 1];
    memset(text, 'x', JOB_OWNER_MAX);
    return text;
}

Test(jobs_owners_log, a_restart_keeps_them)
{
    struct uuid anna = keep_as("user:anna", DURABILITY_SYNCED), nobody = keep_as("", DURABILITY_SYNCED);
    struct uuid longest = keep_as(long_owner(), DURABILITY_LOGGED);
    struct job_view view = log_fetch(g, "q"); /* a move after it */
    cr_assert(uuid_eq(view.id, anna));
    cr_assert_eq(log_once(g, log_ack_new(g, anna, view.lease_token, "1"), NULL), ENGINE_OK);
    log_settle(g);
    for (int i = 0; i < 4; i++) {
        expect_owner(anna, "user:anna");
        expect_owner(longest, long_owner());
        cr_assert_eq(see_as("user:anna", nobody), ENGINE_NOT_FOUND);
        cr_assert_eq(log_info(g, nobody).state, JOB_AVAILABLE);
        log_restart(g, i % 2);
    }
}

Test(jobs_owners_log, a_batch_and_its_key_are_still_its_owners)
{
    struct uuid taken = keep_as("user:anna", DURABILITY_SYNCED);
    for (int i = 0; i < 3; i++) {
        struct ask *ask = as("user:bert", batch_new(g->r, 2, false, DURABILITY_SYNCED));
        set_id(ask, 1, taken);
        ask->call.spec.has_key = true;
        memset(&ask->call.spec.key, 7, sizeof ask->call.spec.key);
        log_do(g, ask);
        cr_assert_eq(ask->call.is_replay, i > 0);
        cr_assert_eq(item_of(ask, 1)->outcome, ENGINE_DUPLICATE);
        cr_assert_eq(item_of(ask, 1)->state, JOB_STATES);
        expect_owner(item_of(ask, 0)->id, "user:bert");
        ask_free(ask);
        log_restart(g, i % 2);
    }
}

Test(jobs_owners_log, schedules_and_their_jobs_keep_theirs)
{
    static const char *const owners[] = {"user:anna", "user:bert"};
    for (int i = 0; i < 2; i++)
        cr_assert_eq(cron_take(log_do(g, as(owners[i], cron_put_new(g->r, "n", "0 11 * * *", "UTC", OVERLAP_ALLOW))), NULL), ENGINE_OK);
    log_restart(g, false);
    cr_assert_eq(cron_take(log_do(g, as("user:bert", cron_named_new(g->r, ENGINE_CRON_DELETE, "n", true))), NULL), ENGINE_OK);
    log_restart(g, true);
    for (int i = 0; i < 2; i++)
        cr_assert_eq(cron_take(log_do(g, as(owners[i], cron_named_new(g->r, ENGINE_CRON_GET, "n", true))), NULL), i ? ENGINE_NOT_FOUND : ENGINE_OK);
    rig_pass(g->r, 3600 * NS_PER_S); /* it fires */
    log_settle(g);
    log_restart(g, true);
    struct job_view view = log_fetch(g, "c");
    cr_assert_neq(view.id.high, 0);
    expect_owner(view.id, "user:anna");
}

/* The segment that they came in has gone. */
Test(jobs_owners_log, compaction_keeps_them)
{
    struct uuid id = keep_as("user:anna", DURABILITY_SYNCED);
    cr_assert_eq(cron_take(log_do(g, as("user:bert", cron_put_new(g->r, "n", "0 0 1 1 *", "UTC", OVERLAP_ALLOW))), NULL), ENGINE_OK);
    char *large = malloc(1u << 20);
    memset(large, '1', (1u << 20) - 1);
    large[(1u << 20) - 1] = 0;
    for (int i = 0; i < 60; i++) {
        struct uuid other = log_submit(g, "other", "t.plain");
        struct job_view view = log_fetch(g, "other");
        cr_assert_eq(log_once(g, log_ack_new(g, other, view.lease_token, large), NULL), ENGINE_OK);
        g->r->clock.mono_ns += 3601 * NS_PER_S; /* and it is forgotten */
        log_settle(g);
    }
    free(large);
    for (int i = 0; i < 200; i++) log_turn(g);
    cr_assert_gt(metric_get(&engine_log_counts(g->r->engine)->segments_deleted), 0);
    log_restart(g, false);
    expect_owner(id, "user:anna");
    cr_assert_eq(cron_take(log_do(g, as("user:bert", cron_named_new(g->r, ENGINE_CRON_GET, "n", true))), NULL), ENGINE_OK);
    cr_assert_eq(cron_take(log_do(g, as("user:anna", cron_named_new(g->r, ENGINE_CRON_GET, "n", true))), NULL), ENGINE_NOT_FOUND);
}

/* A journal that has more of them than there may be is not read by halves. */
Test(jobs_owners_log, too_many_of_them_end_the_start)
{
    (void)keep_as("user:anna", DURABILITY_SYNCED);
    (void)keep_as("user:bert", DURABILITY_SYNCED);
    log_kill(g);
    struct engine_options options = rig_options(g->r);
    options.index = 0;
    options.owners_max = 1;
    rig_up_with(g->r, &options);
    cr_assert_eq(engine_open_log(g->r->engine, &g->o, &g->report, &g->why), -ENOSPC);
    cr_assert_str_eq(g->why, "its jobs have more owners than this version takes");
}

Test(jobs_owners_log, what_has_ended_gives_way_at_a_start)
{
    struct uuid ended = keep_as("user:anna", DURABILITY_SYNCED), id;
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, ended), NULL), ENGINE_OK);
    id = keep_as("user:bert", DURABILITY_SYNCED);
    log_kill(g);
    struct engine_options options = rig_options(g->r);
    options.index = 0;
    options.owners_max = 1;
    rig_up_with(g->r, &options);
    cr_assert_eq(engine_open_log(g->r->engine, &g->o, &g->report, &g->why), 0, "%s", g->why);
    expect_owner(id, "user:bert");
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_INFO, ended), NULL), ENGINE_NOT_FOUND);
}

/* ---- other engines, and what an operator sees ---- */

static size_t join(const struct slice *parts, size_t n, char *bytes)
{
    size_t len = 0;
    for (size_t i = 0; i < n; len += parts[i++].len)
        if (parts[i].len) memcpy(bytes + len, parts[i].p, parts[i].len);
    return len;
}

struct exported {
    unsigned n_jobs, n_schedules;
    char dumped[2048];
};

static int take_record(void *arg, uint32_t engine, uint8_t type, const struct slice *parts, size_t n)
{
    static char bytes[8192];
    struct exported *x = arg;
    struct job_image image;
    struct schedule_image schedule;
    struct slice payload = slice_make(bytes, join(parts, n, bytes));
    (void)engine;
    if (job_image_read(&image, type, payload)) x->n_jobs += slice_eq(image.owner, SLICE("user:anna"));
    if (schedule_image_read(&schedule, type, payload)) x->n_schedules += slice_eq(schedule.owner, SLICE("user:bert"));
    size_t at = strlen(x->dumped);
    FILE *out = fmemopen(x->dumped + at, sizeof x->dumped - at, "w");
    job_dump(NULL, out, &(struct journal_record){.type = type, .payload = payload, .sequence = 1, .segment = 1});
    return fclose(out);
}

Test(jobs_owners_log, records_for_other_engines_have_them)
{
    struct exported got = {0};
    struct engine_export x = {.n_engines = 2, .number_first = 1, .arg = &got, .put = take_record};
    (void)keep_as("user:anna", DURABILITY_SYNCED);
    (void)keep_as("", DURABILITY_SYNCED);
    cr_assert_eq(cron_take(log_do(g, as("user:bert", cron_put_new(g->r, "n", "0 0 1 1 *", "UTC", OVERLAP_ALLOW))), NULL), ENGINE_OK);
    cr_assert_eq(engine_export(g->r->engine, &x), 0);
    cr_assert_eq(got.n_jobs, 1);
    cr_assert_eq(got.n_schedules, 1);
    cr_assert(strstr(got.dumped, " owner=user:anna\n"), "%s", got.dumped);
    cr_assert(strstr(got.dumped, " owner=user:bert overlap="), "%s", got.dumped);
}

/* ---- the bytes ---- */

static size_t write_snapshot(const char *owner, char *bytes)
{
    struct job_image image = {.queue = SLICE("q"), .type = SLICE("t"), .envelope = SLICE("{}"), .owner = slice_str(owner)};
    struct slice parts[JOB_IMAGE_PARTS];
    uint32_t lengths[JOB_ERRORS_KEPT];
    image.birth.max_attempts = 1;
    size_t n = job_image_parts(&image, RECORD_SNAPSHOT, parts, lengths);
    return join(parts, n, bytes);
}

Test(jobs_owners_log, a_record_has_a_name_that_fits_or_is_none)
{
    char bytes[1024];
    struct job_image image;
    size_t without = write_snapshot("", bytes), len = write_snapshot("user:anna", bytes);
    cr_assert_eq(len, without + 10);
    cr_assert(job_image_read(&image, RECORD_SNAPSHOT, slice_make(bytes, len)));
    cr_assert(slice_eq(image.owner, SLICE("user:anna")));
    for (size_t cut = 0; cut < len; cut++) cr_assert_not(job_image_read(&image, RECORD_SNAPSHOT, slice_make(bytes, cut)), "%zu", cut);
    cr_assert_not(job_image_read(&image, RECORD_SNAPSHOT, slice_make(bytes, len + 1)));
    bytes[without] = 0; /* no name */
    cr_assert_not(job_image_read(&image, RECORD_SNAPSHOT, slice_make(bytes, without + 1)));
    memset(bytes + without + 1, 'x', 255);
    bytes[without] = (char)JOB_OWNER_MAX;
    cr_assert(job_image_read(&image, RECORD_SNAPSHOT, slice_make(bytes, without + 1 + JOB_OWNER_MAX)));
    bytes[without] = (char)(JOB_OWNER_MAX + 1);
    cr_assert_not(job_image_read(&image, RECORD_SNAPSHOT, slice_make(bytes, without + 2 + JOB_OWNER_MAX)));
}
