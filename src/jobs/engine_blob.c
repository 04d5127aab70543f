/* engine_blob.c: payloads that stand in files of their own: calls wait until theirs is written, results of workers of this server too
 * (engine_local.c), files go when a record says so, and a start looks at all of them. See blob.h. */
#include "base/check.h"
#include "base/log.h"
#include "jobs/engine_parts.h"
#include "jobs/job_record.h"
#include "journal/journal.h"

#include <errno.h>
#include <inttypes.h>

/* Ended jobs that are looked at when there is no room for a payload. */
#define LOOK_MAX 4096u

/* ---- calls ---- */

static struct block **payload_of(struct engine_call *call)
{
    return call->op == ENGINE_ACK ? &call->result : &call->spec.envelope;
}

static bool wants_blob(const struct engine *e, struct engine_call *call)
{
    if (call->op != ENGINE_SUBMIT && call->op != ENGINE_ACK) return false;
    const struct block *b = *payload_of(call);
    if (!b || !blobs_wants(&e->blobs, b->len) || e->log.failed || blobs_find(&e->blobs, b)) return false;
    if (call->op == ENGINE_SUBMIT) return call->spec.is_raw && call->spec.durability != DURABILITY_MEMORY && !e->draining;
    const struct job *job = engine_job_of(e, call, call->id);
    return job && job->state == JOB_ACTIVE && job->durability != DURABILITY_MEMORY;
}

static enum engine_outcome refusal(int rc, bool is_disk_lost)
{
    if (is_disk_lost) return ENGINE_FAILED;
    return rc == -EFBIG ? ENGINE_TOO_LARGE : ENGINE_DISK_FULL;
}

static void begin(struct engine *e, struct engine_call *call)
{
    struct blob_write *w;
    int rc = blob_write_begin(e, *payload_of(call), &w);
    if (rc == 0) w->owner = call;
    else engine_answer(e, call, refusal(rc, false));
}

bool blob_keeps(struct engine *e, struct engine_call *call)
{
    if (!wants_blob(e, call)) return false;
    if (blobs_can_write(&e->blobs)) begin(e, call);
    else list_push_back(&e->blob_calls, &call->link);
    return true;
}

static struct slice moved(struct slice s, const struct block *from, const struct block *to)
{
    bool is_inside = s.len && s.p >= from->bytes && s.p < from->bytes + from->len;
    return is_inside ? slice_make(to->bytes + (s.p - from->bytes), s.len) : s;
}

static void move_spec(struct job_spec *spec, const struct block *to)
{
    const struct block *from = spec->envelope;
    struct slice *all[] = {&spec->type, &spec->queue, &spec->args, &spec->meta, &spec->tags, &spec->retry.non_retryable};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) *all[i] = moved(*all[i], from, to);
}

static void on_call_written(struct engine *e, struct blob_write *w)
{
    struct engine_call *call = w->owner;
    struct block **payload = payload_of(call), *made = w->made;
    int rc = w->rc;
    bool is_disk_lost = w->is_disk_lost;
    blobs_take(&e->blobs, w);
    if (rc < 0) {
        engine_answer(e, call, refusal(rc, is_disk_lost));
        return;
    }
    if (call->op == ENGINE_SUBMIT) move_spec(&call->spec, made);
    block_unref(*payload);
    *payload = made;
    if (log_passes(e, call)) engine_dispatch(e, call);
}

void blob_let_go(struct engine *e, struct engine_call *call)
{
    if (call->op != ENGINE_SUBMIT && call->op != ENGINE_ACK) return;
    struct blob *blob = blobs_find(&e->blobs, *payload_of(call));
    if (blob && !blob->is_bound) blobs_kill(&e->blobs, blob);
}

/* ---- writes ---- */

/* What has ended is kept no longer than there is room for what has not. */
static uint64_t give_up(struct engine *e, struct list *ended, uint64_t wanted)
{
    uint64_t given = 0;
    struct list *node = ended->next;
    for (uint32_t n = 0; node != ended && n < LOOK_MAX && given < wanted; n++) {
        struct job *job = container_of(node, struct job, link);
        const struct blob *input = blobs_find(&e->blobs, job->envelope), *result = blobs_find(&e->blobs, job->result);
        node = node->next;
        if ((!input && !result) || log_is_unsettled(e, job)) continue;
        given += (input ? input->ref.bytes : 0) + (result ? result->ref.bytes : 0);
        store_drop(&e->store, job);
    }
    return given;
}

int blob_write_begin(struct engine *e, struct block *from, struct blob_write **out)
{
    int rc = blobs_write(&e->blobs, from, out);
    if (rc != -ENOSPC) return rc;
    uint64_t given = give_up(e, &e->store.terminal, from->len);
    if (given < from->len) (void)give_up(e, &e->store.dead, from->len - given);
    return rc; /* their files go when that is on the disk: the next one will find room */
}

void blob_turn(struct engine *e)
{
    if (!e->blobs.files) return;
    for (uint32_t i = 0; i < BLOB_WRITES; i++) {
        struct blob_write *w = &e->blobs.writes[i];
        if (!w->is_done) continue;
        if (w->is_disk_lost) log_lose(e, -w->rc);
        if (w->owner) on_call_written(e, w);
        else local_on_written(e, w, i);
    }
    while (!list_empty(&e->blob_calls) && blobs_can_write(&e->blobs))
        begin(e, container_of(list_pop_front(&e->blob_calls), struct engine_call, link));
}

static void on_written(void *engine)
{
    struct engine *e = engine;
    blob_turn(e);
    engine_give_answers(e);
}

/* ---- what goes ---- */

/* A job that is forgotten for its time or room leaves no record; the files that it named need one, or a start would miss them. */
static void say_gone(struct engine *e)
{
    uint64_t numbers[RECORD_BLOBS_GONE_MAX];
    struct blob *said[RECORD_BLOBS_GONE_MAX];
    uint32_t n = 0, segment;
    list_for_each (node, &e->blobs.going) {
        struct blob *blob = container_of(node, struct blob, link);
        if (!blob->is_bound || blob->is_told || n == RECORD_BLOBS_GONE_MAX) continue;
        said[n] = blob;
        numbers[n++] = blob->ref.number;
    }
    struct slice part = slice_make((const char *)numbers, n * sizeof *numbers);
    /* From compaction's own room: it gives back more than it takes. */
    if (n == 0 || log_admit_rewrite(e, LOG_SNAPSHOT_FIXED + part.len) != 0) return;
    if (!log_append(e, RECORD_BLOBS_GONE, &part, 1, DURABILITY_SYNCED, &segment)) return;
    for (uint32_t i = 0; i < n; i++) {
        said[i]->is_told = true;
        said[i]->commit = e->log.appended;
    }
}

void blob_flush(struct engine *e)
{
    if (!e->blobs.files || list_empty(&e->blobs.going) || e->log.failed) return;
    say_gone(e);
    blobs_sweep(&e->blobs, e->log.synced);
}

static void let_go(struct engine *e, const struct block *block)
{
    struct blob *blob = blobs_find(&e->blobs, block);
    if (!blob) return;
    if (e->blobs_restoring) blobs_forget(&e->blobs, blob);
    else blobs_kill(&e->blobs, blob);
}

void blob_on_drop(struct engine *e, const struct job *job)
{
    let_go(e, job->envelope);
    if (job_state_is_terminal(job->state)) let_go(e, job->result);
}

/* ---- what is told of them ---- */

size_t blob_record_bytes(const struct engine *e, const struct block *payload)
{
    if (!payload) return 0;
    return blobs_find(&e->blobs, payload) ? sizeof(struct record_blob) : payload->len;
}

void blob_bind(struct engine *e, const struct job *job, const struct block *payload)
{
    struct blob *blob = blobs_find(&e->blobs, payload);
    if (blob) blobs_bind(&e->blobs, blob, job->id);
}

uint32_t blob_lost_bytes(const struct engine *e, const struct block *payload)
{
    const struct blob *blob = e->blobs.n_lost ? blobs_find(&e->blobs, payload) : NULL;
    return blob && blob->is_lost ? blob->ref.bytes : 0;
}

/* ---- at start ---- */

int blob_open(struct engine *e, const struct engine_log_options *o)
{
    struct blobs_options b = {
        .path = o->path,
        .files = o->files,
        .journal = &e->log.journal,
        .budget = e->options.blob_budget,
        .engine = e->options.index,
        .seed = o->seed,
        .bytes_min = o->blob_bytes ? o->blob_bytes : BLOB_BYTES_DEFAULT,
        .arg = e,
        .on_written = on_written,
    };
    e->blobs_restoring = true;
    return blobs_open(&e->blobs, &b);
}

struct block *blob_restore(struct engine *e, const struct record_blob *ref, struct uuid job)
{
    struct block *block;
    return blobs_restore(&e->blobs, ref, job, &block) ? block : NULL;
}

int blob_restore_gone(struct engine *e, struct slice numbers)
{
    uint64_t number;
    while (record_cut_struct(&numbers, &number, sizeof number)) {
        const struct blob *blob = blobs_numbered(&e->blobs, number);
        struct job *job = blob ? store_find(&e->store, blob->job) : NULL;
        if (number >= e->blobs.next_number) e->blobs.next_number = number + 1;
        if (job) restore_forget(e, job);
    }
    return numbers.len == 0 ? 0 : -EBADMSG;
}

static void say_lost(const struct engine *e, const struct blob *blob, const char *what, int rc)
{
    char id[UUID_TEXT_BYTES], name[BLOB_NAME_BYTES];
    uuid_text(blob->job, id);
    blob_name(name, e->blobs.engine, blob->ref.number);
    log_error("blob.lost", "job=%s file=blobs/%s bytes=%" PRIu32 " reason=\"%s\" effect=\"the job's %s is lost\"", id, name,
              blob->ref.bytes, rc == -ENOENT ? "missing" : rc == -EBADMSG ? "not what was written" : strerrordesc_np(-rc), what);
}

/* 0: *payload is a map of the file, or stands in for what is lost. */
static int load(struct engine *e, struct block **payload, const char *what, const char *substitute)
{
    struct blob *blob = blobs_find(&e->blobs, *payload);
    struct block *block = NULL;
    if (!blob) return 0;
    int rc = blobs_load(&e->blobs, blob, &block);
    if (rc == -ENOENT || rc == -EBADMSG || rc == -EIO) {
        say_lost(e, blob, what, rc);
        blob->is_lost = true;
        e->blobs.n_lost++;
        block = block_new_resident(e->blobs.budget, 2);
        rc = block ? 0 : -ENOMEM;
        if (block) block_append(block, slice_str(substitute));
    }
    if (rc < 0) return rc;
    blobs_replace(&e->blobs, blob, block);
    block_unref(*payload);
    *payload = block;
    return 0;
}

static int load_job(struct engine *e, struct job *job)
{
    int rc = load(e, &job->envelope, "input", "[]");
    struct blob *input = blobs_find(&e->blobs, job->envelope);
    if (rc == 0 && input && input->is_lost) {
        input->args = (struct record_span){job->args.at, job->args.len};
        job->args = (struct span){0, 2};
        struct wishes wishes = *store_wishes(&e->store, job);
        wishes.meta = wishes.tags = wishes.non_retryable = (struct span){0, 0};
        store_wish(&e->store, job, &wishes);
    }
    if (rc < 0 || !job_state_is_terminal(job->state)) return rc;
    return load(e, &job->result, "result", "");
}

int blob_load_all(struct engine *e, uint32_t damages)
{
    int rc = 0;
    for (uint32_t slot = 0; rc == 0 && e->blobs.slab.n_used && slot < e->store.jobs.n_touched; slot++) {
        struct job *job = slab_at(&e->store.jobs, slot, slab_generation(&e->store.jobs, slot));
        if (job) rc = load_job(e, job);
    }
    uint32_t n = e->blobs.slab.n_used, n_orphans = blobs_sweep_folder(&e->blobs, damages > 0); /* some may belong to jobs that could not be read */
    if (n || n_orphans)
        log_info("blobs.open", "files=%" PRIu32 " bytes=%" PRIu64 " lost=%" PRIu32 " orphans=%" PRIu32, n, e->blobs.bytes,
                 e->blobs.n_lost, n_orphans);
    e->blobs_restoring = false;
    return rc;
}

/* ---- the end ---- */

void blob_stop(struct engine *e)
{
    if (!e->blobs.files) return;
    for (uint32_t i = 0; i < BLOB_WRITES; i++) local_give_back_saved(e, i);
}

uint32_t engine_blobs(const struct engine *e)
{
    return e->blobs.slab.n_used;
}

uint32_t engine_blobs_lost(const struct engine *e)
{
    return e->blobs.n_lost;
}
