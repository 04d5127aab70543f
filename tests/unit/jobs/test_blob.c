/* Payloads in files of their own: written before anything is told, kept over kills, gone with their jobs and not before; what a start
 * makes of files that are missing or are not what was written; disks that are full or fail. */
#include "log_rig.h"

#include "jobs/blob_check.h"
#include "jobs/engine_parts.h"
#include "jobs/job_dump.h"

#include <errno.h>
#include <sys/stat.h>

#define MIN_BYTES 65536u
#define BYTES 300000u

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

/* ---- payloads ---- */

static char byte_at(unsigned seed, size_t i)
{
    return (char)('a' + (seed * 7 + i + i / 97) % 26);
}

static struct block *bytes_of(unsigned seed, size_t len, size_t spare)
{
    struct block *b = block_new(&g->r->budget, len + spare);
    cr_assert(b);
    for (size_t i = 0; i < len; i++) b->bytes[i] = byte_at(seed, i);
    b->len = len;
    return b;
}

static void expect_bytes(struct slice s, unsigned seed, size_t len)
{
    cr_assert_eq(s.len, len);
    for (size_t i = 0; i < len; i++) cr_assert_eq(s.p[i], byte_at(seed, i), "byte %zu", i);
}

static struct ask *raw_new(unsigned seed, size_t len, enum job_durability durability)
{
    struct ask *ask = ask_new(g->r, ENGINE_SUBMIT);
    struct block *b = bytes_of(seed, len, 20);
    block_append(b, SLICE("[{\"n\":1}]"));
    block_append(b, SLICE("image/png"));
    ask->call.spec = (struct job_spec){
        .queue = SLICE("q"),
        .type = SLICE("local.b"),
        .retry = retry_policy_default(),
        .envelope = b,
        .args = slice_make(b->bytes + len, 9),
        .is_raw = true,
        .durability = (uint8_t)durability,
    };
    return ask;
}

static struct uuid submit_raw(unsigned seed, size_t len)
{
    struct job_view view;
    cr_assert_eq(log_once(g, raw_new(seed, len, DURABILITY_SYNCED), &view), ENGINE_OK);
    return view.id;
}

static void expect_input(struct uuid id, unsigned seed, size_t len)
{
    struct ask *ask = log_do(g, log_job_new(g, ENGINE_INFO, id));
    cr_assert_eq(ask->call.outcome, ENGINE_OK);
    struct job_view *v = &ask->call.view;
    expect_bytes(job_raw_input(v->envelope, v->args), seed, len);
    cr_assert(slice_eq(v->args, SLICE("[{\"n\":1}]")));
    cr_assert(slice_eq(job_raw_type(v->envelope, v->args), SLICE("image/png")));
    ask_free(ask);
}

static void expect_result(struct uuid id, unsigned seed, size_t len)
{
    struct ask *ask = log_do(g, log_job_new(g, ENGINE_INFO, id));
    cr_assert_eq(ask->call.view.state, JOB_COMPLETED);
    cr_assert(ask->call.view.result);
    expect_bytes(block_slice(ask->call.view.result), seed, len);
    cr_assert_str_eq(ask->call.view.result_type, "a/b");
    ask_free(ask);
}

/* A job of local.a, or a raw one. */
static struct local_grant grant_of(uint64_t types)
{
    struct local_grant grant;
    cr_assert(engine_grant_local(g->r->engine, &types, &grant));
    block_unref(grant.envelope);
    return grant;
}

static struct local_grant grant_local(void)
{
    return grant_of(1);
}

/* As the shard: asks first, and tells then. */
static void end_local(const struct local_grant *grant, unsigned seed, size_t len)
{
    struct local_result r = {.outcome = LOCAL_COMPLETED, .result = bytes_of(seed, len, 0), .media_type = "a/b"};
    while (!engine_takes_local(g->r->engine, true, len)) log_turn(g);
    engine_local_done(g->r->engine, grant->slot, grant->generation, grant->token, &r);
}

static struct uuid complete_local(unsigned seed, size_t len)
{
    struct uuid id = log_submit(g, "q", "local.a");
    struct local_grant grant = grant_local();
    end_local(&grant, seed, len);
    log_settle(g);
    return id;
}

/* ---- files ---- */

static int files_in_folder(char last[BLOB_NAME_BYTES])
{
    char path[80];
    int n = 0;
    (void)snprintf(path, sizeof path, "%s/blobs", g->path);
    DIR *dir = opendir(path);
    for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.') continue;
        if (last) (void)snprintf(last, BLOB_NAME_BYTES, "%.30s", entry->d_name);
        n++;
    }
    if (dir) (void)closedir(dir);
    return n;
}

static void path_of_only(char path[160])
{
    char name[BLOB_NAME_BYTES];
    cr_assert_eq(files_in_folder(name), 1);
    (void)snprintf(path, 160, "%s/blobs/%s", g->path, name);
}

/* Turns until the folder has so many files and nothing is under way. */
static void expect_files(int n)
{
    for (int i = 0; i < 100 && files_in_folder(NULL) != n; i++) {
        g->r->clock.mono_ns += 60 * NS_PER_MS; /* what is only logged is synced */
        log_settle(g);
    }
    cr_assert_eq(files_in_folder(NULL), n);
}

static uint64_t beside_bytes(void)
{
    return metric_get(&engine_log_counts(g->r->engine)->beside_bytes);
}

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
    struct uuid id = submit_raw(1, BYTES);
    cr_assert_lt(metric_get(&engine_log_counts(g->r->engine)->payload_bytes) - before, 1000, "only a reference is in the journal");
    cr_assert_eq(files_in_folder(NULL), 1);
    cr_assert_eq(beside_bytes(), BYTES + 18);
    cr_assert_lt(atomic_load(&g->r->budget.used), BYTES, "nothing is left in memory");
    for (int i = 0; i < 3; i++) {
        expect_input(id, 1, BYTES);
        log_restart(g, i == 1);
    }
    expect_input(id, 1, BYTES);
    cr_assert_eq(beside_bytes(), BYTES + 18);
    cr_assert_eq(files_in_folder(NULL), 1);
}

Test(jobs_blob, only_what_is_larger_gets_a_file)
{
    struct uuid id = submit_raw(1, MIN_BYTES - 18), large = submit_raw(2, MIN_BYTES - 17);
    cr_assert_eq(files_in_folder(NULL), 1);
    struct job_view view;
    cr_assert_eq(log_once(g, raw_new(3, BYTES, DURABILITY_MEMORY), &view), ENGINE_OK); /* it is forgotten with the process */
    cr_assert_eq(files_in_folder(NULL), 1);
    log_restart(g, false);
    expect_input(id, 1, MIN_BYTES - 18);
    expect_input(large, 2, MIN_BYTES - 17);
}

Test(jobs_blob, a_result_of_a_local_worker_stands_in_a_file)
{
    struct uuid id = complete_local(3, BYTES);
    expect_result(id, 3, BYTES);
    cr_assert_eq(files_in_folder(NULL), 1);
    log_restart(g, false);
    expect_result(id, 3, BYTES);
    cr_assert_eq(beside_bytes(), BYTES);
}

Test(jobs_blob, the_job_is_active_until_its_result_is_on_the_disk)
{
    struct uuid id = log_submit(g, "q", "local.a");
    struct local_grant grant = grant_local();
    log_settle(g);
    end_local(&grant, 3, BYTES);
    cr_assert_eq(engine_saving(g->r->engine), 1);
    cr_assert_eq(log_info(g, id).state, JOB_ACTIVE);
    log_settle(g);
    cr_assert_eq(engine_saving(g->r->engine), 0);
    expect_result(id, 3, BYTES);
}

/* While it is written: its run time cannot be over any more, a cancel still wins. */
Test(jobs_blob, a_cancel_while_the_result_is_written_wins)
{
    struct uuid id = log_submit(g, "q", "local.a");
    struct local_grant grant = grant_local();
    log_settle(g);
    end_local(&grant, 3, BYTES);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, id), NULL), ENGINE_OK);
    log_settle(g);
    cr_assert_eq(log_info(g, id).state, JOB_CANCELLED);
    expect_files(0);
    cr_assert_eq(beside_bytes(), 0);
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
    struct local_grant grant = grant_local(), next;
    uint64_t all_types = UINT64_MAX;
    (void)log_submit(g, "q", "local.a");
    cr_assert_not(engine_grant_local(g->r->engine, &all_types, &next));
    end_local(&grant, 3, BYTES);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, id), NULL), ENGINE_OK);
    log_settle(g);
    (void)grant_local();
}

Test(jobs_blob, a_stop_gives_back_the_job_whose_result_is_being_written)
{
    struct uuid id = log_submit(g, "q", "local.a");
    struct local_grant grant = grant_local();
    log_settle(g);
    end_local(&grant, 3, BYTES);
    log_restart(g, true);
    struct job_view v = log_info(g, id);
    cr_assert_eq(v.state, JOB_AVAILABLE);
    cr_assert_eq(v.attempt, 0);
    expect_files(0);
}

Test(jobs_blob, more_results_than_are_written_at_a_time_wait)
{
    struct uuid ids[3 * BLOB_WRITES];
    struct local_grant grants[3 * BLOB_WRITES];
    for (unsigned i = 0; i < 3 * BLOB_WRITES; i++) ids[i] = log_submit(g, "q", "local.a");
    for (unsigned i = 0; i < 3 * BLOB_WRITES; i++) grants[i] = grant_local();
    log_settle(g);
    for (unsigned i = 0; i < 3 * BLOB_WRITES; i++) end_local(&grants[i], i, BYTES + i);
    log_settle(g);
    for (unsigned i = 0; i < 3 * BLOB_WRITES; i++) expect_result(ids[i], i, BYTES + i);
    log_restart(g, false);
    for (unsigned i = 0; i < 3 * BLOB_WRITES; i++) expect_result(ids[i], i, BYTES + i);
}

Test(jobs_blob, more_calls_than_are_written_at_a_time_wait)
{
    struct ask *asks[3 * BLOB_WRITES];
    for (unsigned i = 0; i < 3 * BLOB_WRITES; i++) asks[i] = ask_do(raw_new(i, BYTES, DURABILITY_SYNCED));
    log_settle(g);
    for (unsigned i = 0; i < 3 * BLOB_WRITES; i++) {
        log_turn(g);
        log_settle(g);
    }
    for (unsigned i = 0; i < 3 * BLOB_WRITES; i++) {
        cr_assert_eq(asks[i]->n_replies, 1);
        cr_assert_eq(asks[i]->call.outcome, ENGINE_OK);
        expect_input(asks[i]->call.view.id, i, BYTES);
        ask_free(asks[i]);
    }
}

Test(jobs_blob, a_remote_workers_result_stands_in_a_file)
{
    struct uuid id = log_submit(g, "q", "t.remote");
    struct job_view granted = log_fetch(g, "q");
    struct ask *ack = log_ack_new(g, id, granted.lease_token, NULL);
    ack->call.result = bytes_of(5, BYTES, 0);
    cr_assert_eq(log_once(g, ack, NULL), ENGINE_OK);
    cr_assert_eq(files_in_folder(NULL), 1);
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
    ack->call.result = bytes_of(5, BYTES, 0);
    cr_assert_eq(log_once(g, ack, NULL), ENGINE_LEASE_LOST);
    expect_files(0);
    cr_assert_eq(beside_bytes(), 0);
    cr_assert_eq(engine_blobs(g->r->engine), 0);
}

/* The whole of it is a part of the input, whose file stays. */
Test(jobs_blob, a_result_that_is_the_input_gets_a_file_of_its_own)
{
    struct uuid id = submit_raw(1, BYTES);
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
    expect_result(id, 1, BYTES);
    expect_input(id, 1, BYTES);
    cr_assert_eq(files_in_folder(NULL), 2);
}

/* ---- kills ---- */

/* The file is written and synced, its record is not: the job was never told of, and the file is nobody's. */
Test(jobs_blob, a_kill_between_file_and_record_leaves_nothing)
{
    struct ask *ask = ask_do(raw_new(1, BYTES, DURABILITY_SYNCED));
    while (ring_in_flight(g->ring)) { /* without engine_flush: the journal writes nothing */
        ring_wait(g->ring, true, 0, UINT64_MAX);
        (void)ring_dispatch(g->ring, 64);
    }
    cr_assert_eq(files_in_folder(NULL), 1);
    cr_assert_eq(ask->n_replies, 0);
    log_restart(g, false);
    cr_assert_eq(ask->n_replies, 1);
    cr_assert_eq(ask->call.outcome, ENGINE_FAILED);
    ask_free(ask);
    cr_assert_eq(rig_stats(g->r).jobs, 0);
    expect_files(0);
    cr_assert_eq(beside_bytes(), 0);
    struct uuid id = submit_raw(2, BYTES);
    log_restart(g, false);
    expect_input(id, 2, BYTES);
}

/* Cut while it is being written: a start after any number of turns has the job with its bytes, or neither. */
Test(jobs_blob, a_kill_at_any_moment_of_the_writing)
{
    for (unsigned turns = 0; turns < 14; turns++) {
        struct ask *ask = ask_do(raw_new(turns, BYTES, DURABILITY_SYNCED));
        for (unsigned i = 0; i < turns; i++) log_turn(g);
        struct uuid id = ask->n_replies ? ask->call.view.id : (struct uuid){0};
        bool told = ask->n_replies && ask->call.outcome == ENGINE_OK;
        log_restart(g, false);
        if (told) expect_input(id, turns, BYTES);
        ask_free(ask);
        log_settle(g);
        struct ask *check = log_do(g, log_job_new(g, ENGINE_STATS, (struct uuid){0}));
        cr_assert_eq(g->r->engine->blobs.n_lost, 0);
        expect_files((int)check->call.stats.jobs);
        ask_free(check);
    }
}

/* ---- gone ---- */

/* What is counted for its record is the record's, also when the attempt has begun. */
Test(jobs_blob, a_file_takes_no_room_of_the_journal)
{
    (void)submit_raw(1, BYTES);
    uint64_t before = metric_get(&engine_log_counts(g->r->engine)->live_bytes);
    (void)grant_of(2);
    cr_assert_lt(before, 2048);
    cr_assert_lt(metric_get(&engine_log_counts(g->r->engine)->live_bytes), 2048);
}

Test(jobs_blob, files_go_with_their_jobs)
{
    struct uuid id = submit_raw(1, BYTES);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, id), NULL), ENGINE_OK);
    (void)complete_local(2, BYTES);
    cr_assert_eq(files_in_folder(NULL), 2);
    rig_pass(g->r, 3601 * NS_PER_S);
    expect_files(0);
    cr_assert_eq(beside_bytes(), 0);
    cr_assert_eq(engine_blobs(g->r->engine), 0);
    log_restart(g, false);
    cr_assert_eq(rig_stats(g->r).jobs, 0);
    cr_assert_eq(g->r->engine->blobs.n_lost, 0);
}

/* The clock is set back, so that a start would not forget the job again by itself: only the record says that the file may be missing. */
Test(jobs_blob, a_record_says_that_a_file_has_gone)
{
    struct uuid id = submit_raw(1, BYTES);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, id), NULL), ENGINE_OK);
    rig_pass(g->r, 3601 * NS_PER_S);
    expect_files(0);
    g->r->clock.wall_ns -= 3601 * NS_PER_S;
    log_restart(g, false);
    cr_assert_eq(rig_stats(g->r).jobs, 0);
    cr_assert_eq(g->r->engine->blobs.n_lost, 0);
}

Test(jobs_blob, a_file_is_there_until_the_record_of_its_end_is)
{
    struct uuid id = submit_raw(1, BYTES);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, id), NULL), ENGINE_OK);
    rig_pass(g->r, 3601 * NS_PER_S); /* forgotten, and nothing written of it */
    cr_assert_eq(rig_stats(g->r).jobs, 0);
    cr_assert_eq(files_in_folder(NULL), 1);
    g->r->clock.wall_ns -= 3601 * NS_PER_S;
    log_restart(g, false);
    expect_input(id, 1, BYTES); /* back again, as it was */
}

/* ---- compaction ---- */

Test(jobs_blob, compaction_carries_the_reference_only)
{
    struct uuid id = submit_raw(1, BYTES), done = complete_local(2, BYTES);
    struct job_view view;
    for (int i = 0; i < 80; i++) { /* fills segments with what has ended */
        struct ask *ask = raw_new(9, 1 << 20, DURABILITY_SYNCED);
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
    expect_input(id, 1, BYTES);
    log_restart(g, false);
    expect_input(id, 1, BYTES);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_INFO, done), NULL), ENGINE_NOT_FOUND); /* its hour was over */
    expect_files(1);
}

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

Test(jobs_blob, a_result_that_is_not_what_was_written_is_told_as_lost)
{
    char path[160], text[8192];
    for (int harm = GONE; harm <= FLIPPED; harm++) {
        struct uuid id = complete_local(3, BYTES);
        log_stop(g);
        path_of_only(path);
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
        expect_files(0);
        cr_assert_eq(g->r->engine->blobs.n_lost, 0);
    }
}

/* Nobody runs it, and it says why; put back, the file is the job's again. */
Test(jobs_blob, a_job_whose_input_is_lost_says_so_and_a_copy_brings_it_back)
{
    char path[160], copy[170];
    struct uuid id = submit_raw(1, BYTES);
    log_stop(g);
    path_of_only(path);
    (void)snprintf(copy, sizeof copy, "%s.copy", path);
    cr_assert_eq(rename(path, copy), 0);
    cr_assert_eq(log_rig_open(g), 0);
    struct ask *ask = log_do(g, log_job_new(g, ENGINE_INFO, id));
    cr_assert_eq(ask->call.view.input_lost_bytes, BYTES + 18);
    cr_assert(slice_eq(ask->call.view.args, SLICE("[]")));
    ask_free(ask);
    struct local_grant grant = grant_of(2);
    cr_assert(grant.is_lost);
    log_settle(g);
    struct local_result r = {.outcome = LOCAL_GIVEN_BACK};
    engine_local_done(g->r->engine, grant.slot, grant.generation, grant.token, &r);
    log_settle(g);
    log_stop(g);
    cr_assert_eq(rename(copy, path), 0);
    cr_assert_eq(log_rig_open(g), 0);
    expect_input(id, 1, BYTES);
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
    struct uuid id = submit_raw(1, BYTES);
    (void)complete_local(2, BYTES);
    cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, id), NULL), ENGINE_OK);
    rig_pass(g->r, 3601 * NS_PER_S);
    expect_files(0);
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

/* ---- disks ---- */

Test(jobs_blob, disk_max_counts_them_and_what_has_ended_makes_room)
{
    g->o.disk_bytes_max = (uint64_t)9 * SEGMENT_SMALL;
    log_restart(g, true);
    struct job_view view;
    int n = 0;
    enum engine_outcome outcome;
    while ((outcome = log_once(g, raw_new(1, 2 << 20, DURABILITY_SYNCED), &view)) == ENGINE_OK) cr_assert_lt(++n, 60);
    cr_assert_eq(outcome, ENGINE_DISK_FULL);
    cr_assert_geq(n, 8);
    cr_assert_leq(log_rig_disk_bytes(g) + beside_bytes() + SEGMENT_SMALL, g->o.disk_bytes_max, "a segment can always be made");
    expect_files(n);
}

Test(jobs_blob, ended_jobs_make_room_for_new_payloads)
{
    g->o.disk_bytes_max = (uint64_t)9 * SEGMENT_SMALL;
    log_restart(g, true);
    struct job_view view;
    int n_refused = 0;
    for (int i = 0; i < 60; i++) {
        enum engine_outcome outcome = log_once(g, raw_new(1, 2 << 20, DURABILITY_SYNCED), &view);
        if (outcome == ENGINE_OK) cr_assert_eq(log_once(g, log_job_new(g, ENGINE_CANCEL, view.id), NULL), ENGINE_OK);
        else n_refused++;
        g->r->clock.mono_ns += 60 * NS_PER_MS;
        log_settle(g);
    }
    cr_assert_gt(n_refused, 0);
    cr_assert_lt(n_refused, 30, "each refusal makes room for the next");
}

/* What the disk says at any step of the writing: a refusal is exact, and nothing is left of it. */
Test(jobs_blob, a_full_disk_at_any_step_refuses_the_call)
{
    int n_refused = 0;
    for (uint64_t nth = 1; nth <= 5; nth++) {
        log_settle(g);
        files_fail_at(g->files, FILE_FAULT_ERROR, nth, ENOSPC);
        struct job_view view;
        enum engine_outcome outcome = log_once(g, raw_new(1, BYTES, DURABILITY_SYNCED), &view);
        files_fail_at(g->files, FILE_FAULT_NONE, 0, 0);
        cr_assert(outcome == ENGINE_OK || outcome == ENGINE_DISK_FULL, "%d", outcome);
        if (outcome == ENGINE_DISK_FULL) n_refused++;
        cr_assert_eq(engine_log_failed(g->r->engine), 0);
        expect_files((int)rig_stats(g->r).jobs);
    }
    cr_assert_geq(n_refused, 4); /* open, allocate, write, sync */
}

Test(jobs_blob, a_full_disk_fails_the_attempt_and_not_the_job)
{
    struct uuid id = log_submit(g, "q", "local.a");
    struct local_grant grant = grant_local();
    log_settle(g);
    files_fail_at(g->files, FILE_FAULT_ERROR, 3, ENOSPC); /* asked for room, opened, allocated */
    end_local(&grant, 3, BYTES);
    log_settle(g);
    struct ask *ask = log_do(g, log_job_new(g, ENGINE_INFO, id));
    cr_assert_eq(ask->call.view.state, JOB_RETRYABLE);
    cr_assert_eq(ask->call.view.n_errors, 1);
    struct slice error = block_slice(ask->call.view.errors[0]);
    cr_assert(memmem(error.p, error.len, "result_not_stored", 17), "%.*s", SLICE_ARG(error));
    ask_free(ask);
    cr_assert_eq(files_in_folder(NULL), 0);
    rig_pass(g->r, 10 * NS_PER_S);
    log_settle(g);
    grant = grant_local();
    log_settle(g);
    end_local(&grant, 3, BYTES);
    log_settle(g);
    expect_result(id, 3, BYTES);
}

/* What could not be written or synced is no matter of room: nothing is taken any more. */
Test(jobs_blob, a_disk_that_fails_ends_everything)
{
    files_fail_at(g->files, FILE_FAULT_ERROR, 5, EIO); /* the sync */
    cr_assert_eq(log_once(g, raw_new(1, BYTES, DURABILITY_SYNCED), NULL), ENGINE_FAILED);
    cr_assert_eq(engine_log_failed(g->r->engine), EIO);
    cr_assert_eq(log_once(g, log_submit_new(g, "q", "t", DURABILITY_SYNCED), NULL), ENGINE_FAILED);
    files_fail_at(g->files, FILE_FAULT_NONE, 0, 0);
    log_restart(g, false);
    cr_assert_eq(rig_stats(g->r).jobs, 0);
    expect_files(0);
}

Test(jobs_blob, short_writes_go_on)
{
    files_fail_at(g->files, FILE_FAULT_SHORT, 4, 0);
    struct uuid id = submit_raw(1, BYTES);
    log_restart(g, false);
    expect_input(id, 1, BYTES);
}
