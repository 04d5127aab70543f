/* Payloads in files of their own: what a start makes of files that are missing or are not what was written; disks that are full or
 * fail. */
#include "blob_rig.h"

#include "jobs/blob_check.h"

#include <errno.h>
#include <sys/stat.h>

static struct log_rig *g;

static void up(void)
{
    g = log_rig_up();
    g->o.blob_bytes = MIN_BYTES;
    log_restart(g, true);
}

static void down(void)
{
    log_rig_down(g);
}

TestSuite(jobs_blob_disk, .init = up, .fini = down, .timeout = 60);

/* ---- lost ---- */

static void flip_a_byte(const char *path, off_t at)
{
    char byte;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    cr_assert_eq(pread(fd, &byte, 1, at), 1);
    byte ^= 1;
    cr_assert_eq(pwrite(fd, &byte, 1, at), 1);
    cr_assert_eq(close(fd), 0);
}

static int check(char *text, size_t room)
{
    struct files *files;
    FILE *out = fmemopen(text, room, "w");
    cr_assert_eq(files_new(NULL, 0, &files), 0);
    int rc = blob_check(files, g->path, 0, out);
    files_free(files);
    (void)fclose(out);
    return rc;
}

enum harm { GONE, CUT, LONGER, FLIPPED };

static void do_harm(const char *path, enum harm harm)
{
    struct stat st;
    cr_assert_eq(stat(path, &st), 0);
    if (harm == GONE) cr_assert_eq(unlink(path), 0);
    if (harm == CUT) cr_assert_eq(truncate(path, st.st_size - 1), 0);
    if (harm == LONGER) cr_assert_eq(truncate(path, st.st_size + 1), 0);
    if (harm == FLIPPED) flip_a_byte(path, st.st_size / 2);
}

Test(jobs_blob_disk, a_result_that_is_not_what_was_written_is_told_as_lost)
{
    char path[160], text[8192];
    for (int harm = GONE; harm <= FLIPPED; harm++) {
        struct uuid id = complete_local(g, 3, BYTES);
        log_stop(g);
        path_of_only(g, path);
        cr_assert_eq(check(text, sizeof text), 0, "%s", text);
        cr_assert(strstr(text, "files of payloads 1  lost 0"), "%s", text);
        do_harm(path, (enum harm)harm);
        cr_assert_eq(check(text, sizeof text), -EBADMSG);
        cr_assert(strstr(text, harm == GONE ? ": MISSING" : ": NOT WHAT WAS WRITTEN"), "%s", text);
        cr_assert_eq(log_rig_open(g), 0);
        struct job_view v = log_info(g, id);
        cr_assert_eq(v.state, JOB_COMPLETED);
        cr_assert_eq(v.result_lost_bytes, BYTES);
        cr_assert_eq(v.input_lost_bytes, 0);
        rig_pass(g->r, 3601 * NS_PER_S);
        for (int i = 0; i < 10 && engine_blobs(g->r->engine); i++) {
            g->r->clock.mono_ns += 60 * NS_PER_MS;
            log_settle(g);
        }
        expect_files(g, 0);
        cr_assert_eq(g->r->engine->blobs.n_lost, 0);
    }
}

/* Nobody runs it, and it says why; put back, the file is the job's again. */
Test(jobs_blob_disk, a_job_whose_input_is_lost_says_so_and_a_copy_brings_it_back)
{
    char path[160], copy[170];
    struct uuid id = submit_raw(g, 1, BYTES);
    log_stop(g);
    path_of_only(g, path);
    (void)snprintf(copy, sizeof copy, "%s.copy", path);
    cr_assert_eq(rename(path, copy), 0);
    cr_assert_eq(log_rig_open(g), 0);
    struct ask *ask = log_do(g, log_job_new(g, ENGINE_INFO, id));
    cr_assert_eq(ask->call.view.input_lost_bytes, BYTES + 18);
    cr_assert(slice_eq(ask->call.view.args, SLICE("[]")));
    ask_free(ask);
    struct local_grant grant = grant_of(g, 2);
    cr_assert(grant.is_lost);
    log_settle(g);
    struct local_result r = {.outcome = LOCAL_GIVEN_BACK};
    engine_local_done(g->r->engine, grant.slot, grant.generation, grant.token, &r);
    log_settle(g);
    log_stop(g);
    cr_assert_eq(rename(copy, path), 0);
    cr_assert_eq(log_rig_open(g), 0);
    expect_input(g, id, 1, BYTES);
}

/* ---- disks ---- */

Test(jobs_blob_disk, disk_max_counts_them_and_what_has_ended_makes_room)
{
    g->o.disk_bytes_max = (uint64_t)9 * SEGMENT_SMALL;
    log_restart(g, true);
    struct job_view view;
    int n = 0;
    enum engine_outcome outcome;
    while ((outcome = log_once(g, raw_new(g, 1, 2 << 20, DURABILITY_SYNCED), &view)) == ENGINE_OK) cr_assert_lt(++n, 60);
    cr_assert_eq(outcome, ENGINE_DISK_FULL);
    cr_assert_geq(n, 8);
    cr_assert_leq(log_rig_disk_bytes(g) + beside_bytes(g) + SEGMENT_SMALL, g->o.disk_bytes_max, "a segment can always be made");
    expect_files(g, n);
}

Test(jobs_blob_disk, ended_jobs_make_room_for_new_payloads)
{
    g->o.disk_bytes_max = (uint64_t)9 * SEGMENT_SMALL;
    log_restart(g, true);
    struct job_view view;
    int n_refused = 0;
    for (int i = 0; i < 60; i++) {
        enum engine_outcome outcome = log_once(g, raw_new(g, 1, 2 << 20, DURABILITY_SYNCED), &view);
        if (outcome == ENGINE_OK) cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, view.id), NULL), ENGINE_OK);
        else n_refused++;
        g->r->clock.mono_ns += 60 * NS_PER_MS;
        log_settle(g);
    }
    cr_assert_gt(n_refused, 0);
    cr_assert_lt(n_refused, 30, "each refusal makes room for the next");
}

/* What the disk says at any step of the writing: a refusal is exact, and nothing is left of it. */
Test(jobs_blob_disk, a_full_disk_at_any_step_refuses_the_call)
{
    int n_refused = 0;
    for (uint64_t nth = 1; nth <= 5; nth++) {
        log_settle(g);
        files_fail_at(g->files, FILE_FAULT_ERROR, nth, ENOSPC);
        struct job_view view;
        enum engine_outcome outcome = log_once(g, raw_new(g, 1, BYTES, DURABILITY_SYNCED), &view);
        files_fail_at(g->files, FILE_FAULT_NONE, 0, 0);
        cr_assert(outcome == ENGINE_OK || outcome == ENGINE_DISK_FULL, "%d", outcome);
        if (outcome == ENGINE_DISK_FULL) n_refused++;
        cr_assert_eq(engine_log_failed(g->r->engine), 0);
        expect_files(g, (int)rig_stats(g->r).jobs);
    }
    cr_assert_geq(n_refused, 4); /* open, allocate, write, sync */
}

Test(jobs_blob_disk, a_full_disk_fails_the_attempt_and_not_the_job)
{
    struct uuid id = log_submit(g, "q", "local.a");
    struct local_grant grant = grant_local(g);
    log_settle(g);
    files_fail_at(g->files, FILE_FAULT_ERROR, 3, ENOSPC); /* asked for room, opened, allocated */
    end_local(g, &grant, 3, BYTES);
    log_settle(g);
    struct ask *ask = log_do(g, log_job_new(g, ENGINE_INFO, id));
    cr_assert_eq(ask->call.view.state, JOB_RETRYABLE);
    cr_assert_eq(ask->call.view.n_errors, 1);
    struct slice error = block_slice(ask->call.view.errors[0]);
    cr_assert(memmem(error.p, error.len, "result_not_stored", 17), "%.*s", SLICE_ARG(error));
    ask_free(ask);
    cr_assert_eq(files_in_folder(g, NULL), 0);
    rig_pass(g->r, 10 * NS_PER_S);
    log_settle(g);
    grant = grant_local(g);
    log_settle(g);
    end_local(g, &grant, 3, BYTES);
    log_settle(g);
    expect_result(g, id, 3, BYTES);
}

/* What could not be written or synced is no matter of room: nothing is taken any more. */
Test(jobs_blob_disk, a_disk_that_fails_ends_everything)
{
    files_fail_at(g->files, FILE_FAULT_ERROR, 5, EIO); /* the sync */
    cr_assert_eq(log_once(g, raw_new(g, 1, BYTES, DURABILITY_SYNCED), NULL), ENGINE_FAILED);
    cr_assert_eq(engine_log_failed(g->r->engine), EIO);
    cr_assert_eq(log_once(g, log_submit_new(g, "q", "t", DURABILITY_SYNCED), NULL), ENGINE_FAILED);
    files_fail_at(g->files, FILE_FAULT_NONE, 0, 0);
    log_restart(g, false);
    cr_assert_eq(rig_stats(g->r).jobs, 0);
    expect_files(g, 0);
}

Test(jobs_blob_disk, short_writes_go_on)
{
    files_fail_at(g->files, FILE_FAULT_SHORT, 4, 0);
    struct uuid id = submit_raw(g, 1, BYTES);
    log_restart(g, false);
    expect_input(g, id, 1, BYTES);
}
