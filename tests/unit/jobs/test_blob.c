/* Payloads in files of their own: written before anything is told, kept over kills, gone with their jobs and not before. Files that are
 * lost, and disks that are full or fail: test_blob_disk.c. */
#include "blob_rig.h"

#include "jobs/job_dump.h"

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

TestSuite(jobs_blob, .init = up, .fini = down, .timeout = 60);

/* ---- kept ---- */

Test(jobs_blob, names_are_read_as_they_are_written)
{
    char name[BLOB_NAME_BYTES];
    uint64_t number;
    blob_name(name, 0, 255);
    cr_assert_str_eq(name, "blob-0-00000000000000ff");
    cr_assert(blob_parse_name(name, 0, &number) && number == 255);
    cr_assert(!blob_parse_name(name, 1, &number));
    cr_assert(!blob_parse_name("blob-0-00000000000000FF", 0, &number));
    cr_assert(!blob_parse_name("blob-0-0000000000000000", 0, &number));
    cr_assert(!blob_parse_name("blob-0-ff", 0, &number));
    cr_assert(!blob_parse_name("journal-0-0000000001.seg", 0, &number));
    cr_assert(!blob_parse_name("blob", 0, &number));
}

Test(jobs_blob, an_input_stands_in_a_file_and_outlives_kills)
{
    uint64_t before = metric_get(&engine_log_counts(g->r->engine)->payload_bytes);
    struct uuid id = submit_raw(g, 1, BYTES);
    cr_assert_lt(metric_get(&engine_log_counts(g->r->engine)->payload_bytes) - before, 1000, "only a reference is in the journal");
    cr_assert_eq(files_in_folder(g, NULL), 1);
    cr_assert_eq(beside_bytes(g), BYTES + 18);
    cr_assert_lt(atomic_load(&g->r->budget.used), BYTES, "nothing is left in memory");
    for (int i = 0; i < 3; i++) {
        expect_input(g, id, 1, BYTES);
        log_restart(g, i == 1);
    }
    expect_input(g, id, 1, BYTES);
    cr_assert_eq(beside_bytes(g), BYTES + 18);
    cr_assert_eq(files_in_folder(g, NULL), 1);
}

Test(jobs_blob, only_what_is_larger_gets_a_file)
{
    struct uuid id = submit_raw(g, 1, MIN_BYTES - 18), large = submit_raw(g, 2, MIN_BYTES - 17);
    cr_assert_eq(files_in_folder(g, NULL), 1);
    struct job_view view;
    cr_assert_eq(log_once(g, raw_new(g, 3, BYTES, DURABILITY_MEMORY), &view), ENGINE_OK); /* it is forgotten with the process */
    cr_assert_eq(files_in_folder(g, NULL), 1);
    log_restart(g, false);
    expect_input(g, id, 1, MIN_BYTES - 18);
    expect_input(g, large, 2, MIN_BYTES - 17);
}

Test(jobs_blob, a_result_of_a_local_worker_stands_in_a_file)
{
    struct uuid id = complete_local(g, 3, BYTES);
    expect_result(g, id, 3, BYTES);
    cr_assert_eq(files_in_folder(g, NULL), 1);
    log_restart(g, false);
    expect_result(g, id, 3, BYTES);
    cr_assert_eq(beside_bytes(g), BYTES);
}

Test(jobs_blob, the_job_is_active_until_its_result_is_on_the_disk)
{
    struct uuid id = log_submit(g, "q", "local.a");
    struct local_grant grant = grant_local(g);
    log_settle(g);
    end_local(g, &grant, 3, BYTES);
    cr_assert_eq(engine_saving(g->r->engine), 1);
    cr_assert_eq(log_info(g, id).state, JOB_ACTIVE);
    log_settle(g);
    cr_assert_eq(engine_saving(g->r->engine), 0);
    expect_result(g, id, 3, BYTES);
}

/* While it is written: its run time cannot be over any more, a cancel still wins. */
Test(jobs_blob, a_cancel_while_the_result_is_written_wins)
{
    struct uuid id = log_submit(g, "q", "local.a");
    struct local_grant grant = grant_local(g);
    log_settle(g);
    end_local(g, &grant, 3, BYTES);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, id), NULL), ENGINE_OK);
    log_settle(g);
    cr_assert_eq(log_info(g, id).state, JOB_CANCELLED);
    expect_files(g, 0);
    cr_assert_eq(beside_bytes(g), 0);
}

/* Its handler is through: it does not count as one that runs on. */
Test(jobs_blob, a_cancel_while_the_result_is_written_frees_the_queue)
{
    struct ask *set = ask_new(g->r, ENGINE_QUEUE_SET);
    set->call.args = rig_block(g->r, "q");
    set->call.queue.name = block_slice(set->call.args);
    set->call.queue.set = QUEUE_SET_MAKE | QUEUE_SET_CONCURRENCY;
    set->call.queue.config = (struct queue_config){.concurrency = 1};
    cr_assert_eq(log_once(g, set, NULL), ENGINE_OK);
    struct uuid id = log_submit(g, "q", "local.a");
    struct local_grant grant = grant_local(g), next;
    uint64_t all_types = UINT64_MAX;
    (void)log_submit(g, "q", "local.a");
    cr_assert_not(engine_grant_local(g->r->engine, &all_types, &next));
    end_local(g, &grant, 3, BYTES);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, id), NULL), ENGINE_OK);
    log_settle(g);
    (void)grant_local(g);
}

Test(jobs_blob, a_stop_gives_back_the_job_whose_result_is_being_written)
{
    struct uuid id = log_submit(g, "q", "local.a");
    struct local_grant grant = grant_local(g);
    log_settle(g);
    end_local(g, &grant, 3, BYTES);
    log_restart(g, true);
    struct job_view v = log_info(g, id);
    cr_assert_eq(v.state, JOB_AVAILABLE);
    cr_assert_eq(v.attempt, 0);
    expect_files(g, 0);
}

Test(jobs_blob, more_results_than_are_written_at_a_time_wait)
{
    struct uuid ids[3 * BLOB_WRITES];
    struct local_grant grants[3 * BLOB_WRITES];
    for (unsigned i = 0; i < 3 * BLOB_WRITES; i++) ids[i] = log_submit(g, "q", "local.a");
    for (unsigned i = 0; i < 3 * BLOB_WRITES; i++) grants[i] = grant_local(g);
    log_settle(g);
    for (unsigned i = 0; i < 3 * BLOB_WRITES; i++) end_local(g, &grants[i], i, BYTES + i);
    log_settle(g);
    for (unsigned i = 0; i < 3 * BLOB_WRITES; i++) expect_result(g, ids[i], i, BYTES + i);
    log_restart(g, false);
    for (unsigned i = 0; i < 3 * BLOB_WRITES; i++) expect_result(g, ids[i], i, BYTES + i);
}

Test(jobs_blob, more_calls_than_are_written_at_a_time_wait)
{
    struct ask *asks[3 * BLOB_WRITES];
    for (unsigned i = 0; i < 3 * BLOB_WRITES; i++) asks[i] = ask_do(raw_new(g, i, BYTES, DURABILITY_SYNCED));
    log_settle(g);
    for (unsigned i = 0; i < 3 * BLOB_WRITES; i++) {
        log_turn(g);
        log_settle(g);
    }
    for (unsigned i = 0; i < 3 * BLOB_WRITES; i++) {
        cr_assert_eq(asks[i]->n_replies, 1);
        cr_assert_eq(asks[i]->call.outcome, ENGINE_OK);
        expect_input(g, asks[i]->call.view.id, i, BYTES);
        ask_free(asks[i]);
    }
}

Test(jobs_blob, a_remote_workers_result_stands_in_a_file)
{
    struct uuid id = log_submit(g, "q", "t.remote");
    struct job_view granted = log_fetch(g, "q");
    struct ask *ack = log_ack_new(g, id, granted.lease_token, NULL);
    ack->call.result = bytes_of(g, 5, BYTES, 0);
    cr_assert_eq(log_once(g, ack, NULL), ENGINE_OK);
    cr_assert_eq(files_in_folder(g, NULL), 1);
    log_restart(g, false);
    struct ask *ask = log_do(g, log_job_new(g, ENGINE_INFO, id));
    expect_bytes(block_slice(ask->call.view.result), 5, BYTES);
    ask_free(ask);
}

/* An outdated token: nothing comes of the bytes. */
Test(jobs_blob, a_payload_that_nothing_came_of_goes)
{
    struct uuid id = log_submit(g, "q", "t.remote");
    struct job_view granted = log_fetch(g, "q");
    struct ask *ack = log_ack_new(g, id, granted.lease_token + 1, NULL);
    ack->call.result = bytes_of(g, 5, BYTES, 0);
    cr_assert_eq(log_once(g, ack, NULL), ENGINE_LEASE_LOST);
    expect_files(g, 0);
    cr_assert_eq(beside_bytes(g), 0);
    cr_assert_eq(engine_blobs(g->r->engine), 0);
}

/* The whole of it is a part of the input, whose file stays. */
Test(jobs_blob, a_result_that_is_the_input_gets_a_file_of_its_own)
{
    struct uuid id = submit_raw(g, 1, BYTES);
    struct local_grant grant;
    uint64_t all = 7;
    cr_assert(engine_grant_local(g->r->engine, &all, &grant));
    log_settle(g);
    struct local_result r = {.outcome = LOCAL_COMPLETED, .result = block_part(grant.envelope, 0, BYTES), .media_type = "a/b"};
    cr_assert(engine_takes_local(g->r->engine, true, BYTES));
    engine_local_done(g->r->engine, grant.slot, grant.generation, grant.token, &r);
    block_unref(grant.envelope);
    log_settle(g);
    log_restart(g, false);
    expect_result(g, id, 1, BYTES);
    expect_input(g, id, 1, BYTES);
    cr_assert_eq(files_in_folder(g, NULL), 2);
}

/* ---- kills ---- */

/* The file is written and synced, its record is not: the job was never told of, and the file is nobody's. */
Test(jobs_blob, a_kill_between_file_and_record_leaves_nothing)
{
    struct ask *ask = ask_do(raw_new(g, 1, BYTES, DURABILITY_SYNCED));
    while (ring_in_flight(g->ring)) { /* without engine_flush: the journal writes nothing */
        ring_wait(g->ring, true, 0, UINT64_MAX);
        (void)ring_dispatch(g->ring, 64);
    }
    cr_assert_eq(files_in_folder(g, NULL), 1);
    cr_assert_eq(ask->n_replies, 0);
    log_restart(g, false);
    cr_assert_eq(ask->n_replies, 1);
    cr_assert_eq(ask->call.outcome, ENGINE_FAILED);
    ask_free(ask);
    cr_assert_eq(rig_stats(g->r).jobs, 0);
    expect_files(g, 0);
    cr_assert_eq(beside_bytes(g), 0);
    struct uuid id = submit_raw(g, 2, BYTES);
    log_restart(g, false);
    expect_input(g, id, 2, BYTES);
}

/* Cut while it is being written: a start after any number of turns has the job with its bytes, or neither. */
Test(jobs_blob, a_kill_at_any_moment_of_the_writing)
{
    for (unsigned turns = 0; turns < 14; turns++) {
        struct ask *ask = ask_do(raw_new(g, turns, BYTES, DURABILITY_SYNCED));
        for (unsigned i = 0; i < turns; i++) log_turn(g);
        struct uuid id = ask->n_replies ? ask->call.view.id : (struct uuid){0};
        bool told = ask->n_replies && ask->call.outcome == ENGINE_OK;
        log_restart(g, false);
        if (told) expect_input(g, id, turns, BYTES);
        ask_free(ask);
        log_settle(g);
        struct ask *check = log_do(g, log_job_new(g, ENGINE_STATS, (struct uuid){0}));
        cr_assert_eq(g->r->engine->blobs.n_lost, 0);
        expect_files(g, (int)check->call.stats.jobs);
        ask_free(check);
    }
}

/* ---- gone ---- */

/* What is counted for its record is the record's, also when the attempt has begun. */
Test(jobs_blob, a_file_takes_no_room_of_the_journal)
{
    (void)submit_raw(g, 1, BYTES);
    uint64_t before = metric_get(&engine_log_counts(g->r->engine)->live_bytes);
    (void)grant_of(g, 2);
    cr_assert_lt(before, 2048);
    cr_assert_lt(metric_get(&engine_log_counts(g->r->engine)->live_bytes), 2048);
}

Test(jobs_blob, files_go_with_their_jobs)
{
    struct uuid id = submit_raw(g, 1, BYTES);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, id), NULL), ENGINE_OK);
    (void)complete_local(g, 2, BYTES);
    cr_assert_eq(files_in_folder(g, NULL), 2);
    rig_pass(g->r, 3601 * NS_PER_S);
    expect_files(g, 0);
    cr_assert_eq(beside_bytes(g), 0);
    cr_assert_eq(engine_blobs(g->r->engine), 0);
    log_restart(g, false);
    cr_assert_eq(rig_stats(g->r).jobs, 0);
    cr_assert_eq(g->r->engine->blobs.n_lost, 0);
}

/* The clock is set back, so that a start would not forget the job again by itself: only the record says that the file may be missing. */
Test(jobs_blob, a_record_says_that_a_file_has_gone)
{
    struct uuid id = submit_raw(g, 1, BYTES);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, id), NULL), ENGINE_OK);
    rig_pass(g->r, 3601 * NS_PER_S);
    expect_files(g, 0);
    g->r->clock.wall_ns -= 3601 * NS_PER_S;
    log_restart(g, false);
    cr_assert_eq(rig_stats(g->r).jobs, 0);
    cr_assert_eq(g->r->engine->blobs.n_lost, 0);
}

Test(jobs_blob, a_file_is_there_until_the_record_of_its_end_is)
{
    struct uuid id = submit_raw(g, 1, BYTES);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, id), NULL), ENGINE_OK);
    rig_pass(g->r, 3601 * NS_PER_S); /* forgotten, and nothing written of it */
    cr_assert_eq(rig_stats(g->r).jobs, 0);
    cr_assert_eq(files_in_folder(g, NULL), 1);
    g->r->clock.wall_ns -= 3601 * NS_PER_S;
    log_restart(g, false);
    expect_input(g, id, 1, BYTES); /* back again, as it was */
}

/* ---- compaction ---- */

Test(jobs_blob, compaction_carries_the_reference_only)
{
    struct uuid id = submit_raw(g, 1, BYTES), done = complete_local(g, 2, BYTES);
    struct job_view view;
    for (int i = 0; i < 80; i++) { /* fills segments with what has ended */
        struct ask *ask = raw_new(g, 9, 1 << 20, DURABILITY_SYNCED);
        ask->call.spec.is_raw = false;
        ask->call.spec.type = SLICE("t.filler");
        cr_assert_eq(log_once(g, ask, &view), ENGINE_OK);
        cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, view.id), NULL), ENGINE_OK);
        rig_pass(g->r, 60 * NS_PER_S);
    }
    for (int i = 0; i < 400; i++) {
        g->r->clock.mono_ns += 20 * NS_PER_MS;
        log_settle(g);
    }
    cr_assert_gt(metric_get(&engine_log_counts(g->r->engine)->rewritten), 0);
    cr_assert_gt(metric_get(&engine_log_counts(g->r->engine)->segments_deleted), 0);
    expect_input(g, id, 1, BYTES);
    log_restart(g, false);
    expect_input(g, id, 1, BYTES);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_INFO, done), NULL), ENGINE_NOT_FOUND); /* its hour was over */
    expect_files(g, 1);
}

/* ---- the dump ---- */

static void print_one(void *arg, FILE *out, const struct journal_record *record)
{
    job_dump(arg, out, record);
}

Test(jobs_blob, the_dump_names_them)
{
    static char text[65536];
    struct files *files;
    struct uuid id = submit_raw(g, 1, BYTES);
    (void)complete_local(g, 2, BYTES);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, id), NULL), ENGINE_OK);
    rig_pass(g->r, 3601 * NS_PER_S);
    expect_files(g, 0);
    log_stop(g);
    FILE *out = fmemopen(text, sizeof text, "w");
    cr_assert_eq(files_new(NULL, 0, &files), 0);
    cr_assert_eq(journal_dump(files, g->path, 0, out, print_one, NULL), 0);
    files_free(files);
    (void)fclose(out);
    cr_assert(strstr(text, "input_file=0000000000000001 crc="), "%s", text);
    cr_assert(strstr(text, "result_bytes=300000 result_file=0000000000000002 crc="), "%s", text);
    cr_assert(strstr(text, "files-gone 0000000000000002 0000000000000001"), "%s", text);
    cr_assert_eq(log_rig_open(g), 0);
}
