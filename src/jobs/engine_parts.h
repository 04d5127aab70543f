/* engine_parts.h: what the engine's own files share. Nobody outside src/jobs/engine*.c includes it.
 *
 *     engine.c          the door: set-up, dispatch, answers, deadlines
 *     engine_move.c     every transition of a job: engine_change.h says what is known of one
 *     engine_settle.c   what makes it visible: its record, answers, events, who waits for jobs
 *     engine_client.c   submit, info, cancel, activate, lists
 *     engine_batch.c    many submits in one call
 *     engine_batch_key.c idempotency keys of such calls, also in the journal
 *     engine_queue.c    queues: looked at, paused, set up; their settings in the journal
 *     engine_walk.c     calls that look through all jobs; lists of jobs
 *     engine_bulk.c     many jobs cancelled, retried, deleted in one call
 *     engine_dead.c     dead letters: list, retry, delete
 *     engine_cron.c     schedules: the calls about them, and their firing
 *     engine_cron_log.c schedules in the journal: written, read back, written again
 *     engine_worker.c   fetch, ack, nack, heartbeat, release
 *     engine_local.c    workers of this server, and calls that have become jobs while they ran
 *     engine_progress.c how far an attempt is, as its worker says
 *     engine_note.c     events: of a job, noted; those that a caller asks for
 *     engine_owner.c    whose jobs and schedules are, and who sees them
 *     engine_nonce.c    nonces of signed requests: remembered, in the journal too
 *     engine_view.c     struct job → struct job_view
 *     engine_log.c      records of transitions, and what waits for their commit
 *     engine_room.c     what the journal has room for, and calls that wait for room
 *     engine_blob.c     payloads in files of their own: written, kept, looked at at start
 *     engine_export.c   everything as records for other engines, offline
 *     engine_restore.c  the journal's records → jobs, at start; and again to the journal, to free old segments */
#ifndef QUERN_JOBS_ENGINE_PARTS_H
#define QUERN_JOBS_ENGINE_PARTS_H

#include "base/clock.h"
#include "base/random.h"
#include "jobs/batch_keys.h"
#include "jobs/blob.h"
#include "jobs/bus.h"
#include "jobs/engine.h"
#include "jobs/failure.h"
#include "jobs/firing.h"
#include "jobs/keys.h"
#include "jobs/lease.h"
#include "jobs/nonces.h"
#include "jobs/owners.h"
#include "jobs/schedule_record.h"
#include "jobs/schedules.h"
#include "jobs/state.h"
#include "jobs/store.h"
#include "jobs/straggler.h"
#include "jobs/wait.h"

struct job_image;
struct journal_record;

/* The engine's journal, and what waits for it. Without one all of it is zero or empty. */
struct engine_log {
    struct journal *journal;
    uint64_t appended, written, synced; /* sequences */
    uint32_t newest;        /* number of the last segment that something was appended to */
    struct list held_logged, held_synced; /* calls with their answers; in the order of their commit */
    struct list stalled;    /* calls that came when the journal took no more; in order */
    bool stuck;             /* deadlines are not acted on until something has been committed */
    bool starved;           /* a local worker got nothing for that reason */
    bool unserved;          /* nor did a fetch that waits */
    uint64_t forgotten;     /* sequence of the last record of a job or a schedule that was forgotten on request */
    uint32_t unfinished;    /* jobs with records that have not ended */
    uint32_t reserved;      /* reservations for their ends */
    struct {
        uint8_t type;
        const struct slice *parts;
        size_t n;
    } rider; /* a record that goes ahead of the next one, in its transaction; n = 0: none */
    uint32_t walk_segment, walk_slot; /* engine_restore.c: which segment is being emptied, how far */
    int failed;             /* positive errno */
    bool refused;           /* the journal took a record no more: appended is beyond whatever is committed */
    const char *why;        /* why a record could not be taken */
};

/* A result of a worker of this server that is on its way into a file: its job is active until it is there. */
struct saved_result {
    bool is_used;
    uint32_t slot, generation; /* of the job */
    uint64_t token;
    struct local_result r;
};

struct engine {
    struct engine_options options;
    struct engine_log log;
    struct random random;
    struct uuid_source ids;
    struct store store;
    struct keys keys;
    struct batch_keys batch_keys;
    struct nonces nonces;
    struct owners owners;
    struct lease_book leases;
    struct stragglers stragglers;
    struct bus bus;
    struct waits waits;
    struct schedules schedules;
    struct firings firings; /* by job: made by which schedule */
    struct blobs blobs;
    bool blobs_restoring;   /* records are read: a job that is dropped is not gone from the disk */
    struct list blob_calls; /* they wait until their payload's turn to be written comes */
    struct saved_result saved[BLOB_WRITES]; /* of the write with the same index */
    uint32_t n_saved;
    struct heap times;   /* job.time of all jobs to which something will happen by itself */
    struct list walks;   /* calls that look through all jobs, some slots a turn */
    struct list answers; /* settled calls, to be given back when the engine is in order */
    struct engine_stats counts;
    bool draining, answering;
    bool has_news; /* a local type got its first ready job: on_ready is due */
};

/* engine.c */
static inline uint64_t engine_now_ns(const struct engine *e)
{
    return e->options.clock->mono_ns;
}
static inline uint64_t engine_wall_ns(const struct engine *e)
{
    return e->options.clock->wall_ns;
}
/* A deadline; a wish beyond all times is never. */
static inline uint64_t engine_after_ns(const struct engine *e, uint64_t ns)
{
    return ns < UINT64_MAX - engine_now_ns(e) ? engine_now_ns(e) + ns : UINT64_MAX;
}
void engine_answer(struct engine *e, struct engine_call *call, enum engine_outcome outcome);
/* With a view of the job. */
void engine_answer_job(struct engine *e, struct engine_call *call, struct job *job, enum engine_outcome outcome);
/* The same, but later if the call waits for the job to end and it has not. */
void engine_answer_or_park(struct engine *e, struct engine_call *call, struct job *job);
/* Without a view, when what has been appended up to sequence is on the disk. */
void engine_answer_synced(struct engine *e, struct engine_call *call, enum engine_outcome outcome, uint64_t sequence);
/* There is no such job or schedule; but if one was deleted just now, that is told when it cannot come back. */
void engine_answer_missing(struct engine *e, struct engine_call *call);
/* Gives all answered calls back. The last thing that every entry into the engine does. */
void engine_give_answers(struct engine *e);

/* engine_owner.c */
/* Whose what the call makes is; empty: nobody's. */
struct slice engine_call_owner(const struct engine_call *call);
/* A reference to the owner of that name. False: no room for another name, though jobs that have ended have been given up. */
bool engine_own(struct engine *e, struct slice name, uint32_t *owner);
/* Whether the call sees what is owner's. */
bool engine_sees(const struct engine *e, const struct engine_call *call, uint32_t owner);
/* NULL: there is none with this id, or none that the call sees. */
struct job *engine_job_of(const struct engine *e, const struct engine_call *call, struct uuid id);
/* The caller's own; without one, where it sees all, the oldest of that name. */
struct schedule *engine_schedule_of(const struct engine *e, const struct engine_call *call, struct slice name);
/* ENGINE_DUPLICATE: the job has the id. */
void engine_answer_taken(struct engine *e, struct engine_call *call, struct job *job);

/* engine_move.c: each applies one transition, which must be legal, and settles it. call: who asked
 * for it and is answered with the job; NULL: nobody. */
void move_begin(struct engine *e, struct job *job, enum job_state first, struct engine_call *call);
/* The jobs of all items that have one, of which none has begun. Their records are one transaction. The answer is the caller's, and
 * then those who wait for a job (move_serve_all). */
void move_begin_all(struct engine *e, struct batch_item *items, uint32_t n);
void move_serve_all(struct engine *e, const struct batch_item *items, uint32_t n);
void move_available(struct engine *e, struct job *job, enum job_cause cause, struct engine_call *call);
/* To a remote worker for ttl_ms, or with ttl_ms 0 to a local one. */
void move_active(struct engine *e, struct job *job, const char *worker_id, uint32_t ttl_ms);
/* A job's first transition too: into the hands of who has begun it already (engine.h). */
void move_adopted(struct engine *e, struct job *job, struct engine_call *call);
/* result moves in; NULL: none. */
void move_completed(struct engine *e, struct job *job, struct block *result, bool is_json, struct engine_call *call);
/* To retryable or discarded, as policy and failure have it. f's object, code, type, message,
 * retryable are set. */
void move_failed(struct engine *e, struct job *job, struct failure *f, struct engine_call *call);
/* The same after the process that had the job has ended by itself; the JOB_CRASHES_MAX-th time discards. */
void move_crashed(struct engine *e, struct job *job, struct failure *f);
/* The run time limit has passed: failed, and a local worker is told. */
void move_timed_out(struct engine *e, struct job *job);
/* The lease has: to available or, when it was once too often, discarded. */
void move_lost(struct engine *e, struct job *job);
void move_cancelled(struct engine *e, struct job *job, struct engine_call *call);
void move_expired(struct engine *e, struct job *job);
/* A dead letter becomes available, as if it were new. False: no room for its type's line. */
bool move_revived(struct engine *e, struct job *job, struct engine_call *call);
bool job_is_expired(const struct engine *e, const struct job *job);
/* An available job into its queue, and to who waits for it. */
void job_let_loose(struct engine *e, struct job *job);
/* When that wall time will be, if nobody sets the clock. */
uint64_t job_mono_of(const struct engine *e, uint64_t wall_ns);
/* Puts the job into e->times under what comes next for it, or takes it out. */
void job_arm(struct engine *e, struct job *job);

/* engine_settle.c */
/* Answers those who wait for any change of the job. */
void job_wake_watchers(struct engine *e, struct job *job);
/* Jobs that are ready go to fetches that wait for them, in all queues. */
void engine_serve_all(struct engine *e);
/* There may be a job for those who wait for one of this queue. */
void queue_serve(struct engine *e, struct queue *queue);

/* engine_note.c */
/* Adds an event of this job, not shown yet. from: its state before; l: of its present or last
 * attempt, or NULL; ran_ns: of the attempt that ended, or 0. */
struct job_event *job_note(struct engine *e, const struct job *job, enum job_event_kind kind, enum job_state from, const struct lease *l,
                           uint64_t ran_ns);
void engine_events(struct engine *e, struct engine_call *call);

/* engine_nonce.c */
void engine_nonce(struct engine *e, struct engine_call *call);
void nonce_on_drop(void *engine, struct nonce *n);
/* 0; -EBADMSG: no such record; -ENOSPC: too many. */
int nonce_restore(struct engine *e, const struct journal_record *record);
uint32_t nonce_rewrite(struct engine *e, uint32_t segment, uint32_t n_max);
/* When some will have ended; then they go. */
uint64_t nonce_next_ns(const struct engine *e);
void nonce_tick(struct engine *e);

/* engine_progress.c */
void engine_progress(struct engine *e, struct engine_call *call);
/* An attempt begins: nothing has been said of it, and the checkpoint of the last one stays. */
void progress_begin(struct engine *e, struct job *job);
/* An attempt ends whose lease still stands: what its worker here has said is kept. */
void progress_end(struct engine *e, struct job *job, const struct lease *l);
void progress_fill(const struct engine *e, const struct job *job, struct job_view *v);
/* engine_worker.c: what a heartbeat does for the active job. False: not this caller's. */
bool engine_extend(struct engine *e, const struct engine_call *call, struct job *job);
/* engine_local.c: the job, if a local worker has it in hand. */
struct job *engine_local_job(const struct engine *e, uint32_t slot, uint32_t generation);
/* The active job is about to end, or its attempt is, while a worker of this server has it in hand: that counts until the worker says that it
 * is through with the grant. */
void straggler_begins(struct engine *e, const struct job *job);
void straggler_ends(struct engine *e, uint64_t token); /* if there is one */

/* engine_log.c, engine_room.c */
/* Whether an operation that adds bytes to the journal can be carried out: 0; -EAGAIN: not yet; -ENOSPC; -EROFS. is_end: it ends
 * a job, for which room is reserved. Smaller records that it may cause besides are allowed for. */
int log_admit(struct engine *e, size_t bytes, bool is_end);
/* Whether the job may take so many bytes more for good: on a full disk not. */
bool log_may_grow(struct engine *e, const struct job *job, size_t bytes);
#define LOG_ERROR_BYTES 1024u /* an error's text: shorter ones always find room */
/* Whether the job can end by its expiry now: room for its end has been reserved. */
bool log_may_expire(struct engine *e, const struct job *job);
/* Whether a snapshot of the job can hold a result of so many bytes. */
bool log_takes_result(const struct engine *e, const struct job *job, size_t bytes);
/* On a full disk: to write the ended job again with its result takes much more than its record gave up. */
bool log_outgrows(const struct engine *e, const struct job *job);
/* As log_admit, for compaction, which gives up more room than it takes. */
int log_admit_rewrite(struct engine *e, size_t bytes);
bool log_has_room(struct engine *e); /* for a transition and what it causes */
/* The same for what begins a job: a reservation for its end is to be had, too. */
int log_admit_new(struct engine *e, size_t bytes);
/* A job's end without its result: what a reservation is for. One for several jobs: a block of the journal takes many ends. */
#define LOG_END_BYTES 2048u
/* The largest snapshot: log_admit() lets each pass some time. */
size_t log_snapshot_max(const struct engine *e);
#define LOG_SNAPSHOT_FIXED 1024u /* bytes of a snapshot, or a schedule's record, without its texts (envelope, result, errors) and owner, at most */
/* One record in a transaction, behind the rider if there is one. Room has been looked for, so a refusal means that the journal has
 * failed: false, and that has been dealt with. *segment: where it stands. */
bool log_append(struct engine *e, uint8_t type, const struct slice *parts, size_t n, enum job_durability durability, uint32_t *segment);
/* All of a job as a snapshot has it: the slices point into the job. */
void log_image(const struct engine *e, const struct job *job, struct job_image *image);
/* The job's first record, or a new one that replaces all before. */
void log_snapshot(struct engine *e, struct job *job);
/* The first records of all jobs that items have, in one transaction. */
void log_snapshots(struct engine *e, struct batch_item *items, uint32_t n);
/* The job is about to be forgotten because somebody asked for it. */
void log_forgotten(struct engine *e, struct job *job);
/* A transition has been applied. has_error: it added one. */
void log_transition(struct engine *e, struct job *job, bool has_error);
/* A job with records has begun (+1) or ended (-1): room for its end is reserved or given back. */
void log_count_unfinished(struct engine *e, int n);
/* The job's last transition is not committed yet. */
bool log_is_unsettled(const struct engine *e, const struct job *job);
/* Not everything that has been appended is on the disk. */
static inline bool log_is_behind(const struct engine *e)
{
    return e->log.appended > e->log.synced && !e->log.failed;
}
/* The answered call leaves when everything that has been appended is committed as durability asks. */
void log_hold(struct engine *e, struct engine_call *call, enum job_durability durability);
/* Bytes that the name of an owner takes in a record. */
static inline size_t log_owner_bytes(struct slice name)
{
    return name.len ? name.len + 1 : 0;
}
/* Bytes that a snapshot of the job takes at most. */
size_t log_snapshot_bytes(const struct engine *e, const struct job *job);
/* What the journal has been told that writing the job again takes, but for its result. */
size_t log_live_bytes(const struct job *job);
/* The job has changed since it was written: from now on that takes more, or less. */
void log_recount(struct engine *e, struct job *job);
/* The job's snapshot stands there now. */
void log_place(struct engine *e, struct job *job, uint32_t segment, size_t payload);
bool log_is_in_segment(const struct engine *e, const struct job *job, uint32_t segment);
/* Whether the call may be carried out now. False: it has its answer, or waits until there is room. */
bool log_passes(struct engine *e, struct engine_call *call);
/* The journal takes nothing more at present: the call is dispatched once more when it does. */
void log_stall(struct engine *e, struct engine_call *call);
enum engine_outcome log_refusal(int rc); /* of log_admit, but for 0 and -EAGAIN */
/* Carries out stalled calls, as far as there is room. */
void log_retry(struct engine *e);
/* The journal's callbacks. */
void log_on_committed(void *engine, uint64_t written, uint64_t synced);
void log_on_failed(void *engine, int error);
uint32_t log_on_rewrite(void *engine, uint32_t segment, uint32_t n_max); /* engine_restore.c */
void log_on_drop(void *engine, struct job *job);

/* engine_restore.c: a payload that was read. NULL: no memory, though all that has ended has made room. */
struct block *restore_block(struct engine *e, struct slice bytes);

void restore_forget(struct engine *e, struct job *job); /* as if no record had named it */

/* engine_log.c: the disk cannot be trusted any more. */
void log_lose(struct engine *e, int error);

/* engine_blob.c */
#define BLOB_BYTES_DEFAULT (UINT32_C(1) << 20)
int blob_open(struct engine *e, const struct engine_log_options *o);
/* The call's payload is to be written first, and then the call is carried out. */
bool blob_keeps(struct engine *e, struct engine_call *call);
/* The call is over: a payload that nothing came of goes. */
void blob_let_go(struct engine *e, struct engine_call *call);
/* As blobs_write. On -ENOSPC ended jobs have been given up, so that there will be room. */
int blob_write_begin(struct engine *e, struct block *from, struct blob_write **out);
/* Each turn: what has been written goes on. */
void blob_turn(struct engine *e);
/* Before the journal's flush: files that nothing needs go. */
void blob_flush(struct engine *e);
void blob_on_drop(struct engine *e, const struct job *job);
/* The bytes that a payload takes in a record: its own, or those of a reference. NULL: none. */
size_t blob_record_bytes(const struct engine *e, const struct block *payload);
/* It is the job's from now on, if it is a blob. */
void blob_bind(struct engine *e, const struct job *job, const struct block *payload);
/* What was lost with its file; 0: nothing. */
uint32_t blob_lost_bytes(const struct engine *e, const struct block *payload);
/* Of records: a block that stands for the file until blob_load_all; NULL: no room. And numbers of such that have gone: 0 or -EBADMSG. */
struct block *blob_restore(struct engine *e, const struct record_blob *ref, struct uuid job);
int blob_restore_gone(struct engine *e, struct slice numbers);
/* All records have been read: looks at every file. damages: places of the journal that could not be read. */
int blob_load_all(struct engine *e, uint32_t damages);
/* Before the journal takes nothing more. */
void blob_stop(struct engine *e);

/* engine_local.c: a result has been written, or could not be; and the job of one that is still being written goes back. */
void local_on_written(struct engine *e, struct blob_write *w, uint32_t index);
void local_give_back_saved(struct engine *e, uint32_t index);

/* engine_cron_log.c */
/* Bytes that a schedule's whole record takes, at most. */
size_t cron_record_bytes(const struct schedule_text *text);
/* All of it; the slices point into the schedule. */
void cron_image(const struct engine *e, const struct schedule *s, struct schedule_image *image);
/* The same as a record, which replaces all before. */
void cron_log_whole(struct engine *e, struct schedule *s);
/* What fired changes, as a record ahead of the next one, which must be appended while *room stands. */
struct cron_rider {
    struct schedule_image image;
    struct slice parts[SCHEDULE_IMAGE_PARTS];
};
void cron_log_ride(struct engine *e, const struct schedule *s, struct cron_rider *room);
/* The rider if nothing has taken it along, alone. */
void cron_log_ride_alone(struct engine *e);
/* It is about to be removed. */
void cron_log_deleted(struct engine *e, struct schedule *s);
/* A record of the journal: 0 or -errno with e->log.why. */
int cron_restore(struct engine *e, const struct journal_record *record);
/* This number has been given, be its schedule still there or not. */
void cron_number_seen(struct engine *e, uint32_t number);
/* All records have been read. */
void cron_resume(struct engine *e);
/* For log_on_rewrite: moves at most n_max of its schedules out of the segment. */
uint32_t cron_rewrite(struct engine *e, uint32_t segment, uint32_t n_max);

/* engine_cron.c */
void engine_cron_put(struct engine *e, struct engine_call *call);
void engine_cron_get(struct engine *e, struct engine_call *call);
void engine_cron_list(struct engine *e, struct engine_call *call);
void engine_cron_enable(struct engine *e, struct engine_call *call);
void engine_cron_delete(struct engine *e, struct engine_call *call);
/* When a schedule is to be looked at, mono ns; UINT64_MAX: never. */
uint64_t cron_next_ns(const struct engine *e);
/* Deals with the first schedule that is due; false: none is. */
bool cron_tick(struct engine *e);
/* A job that a schedule made has ended. Returns the one that need not be held any longer for it; NULL: none. */
struct job *cron_job_ended(struct engine *e, struct job *job);

/* engine.c */
void engine_dispatch(struct engine *e, struct engine_call *call);

/* engine_queue.c */
void engine_queues(struct engine *e, struct engine_call *call);
void engine_queue_info(struct engine *e, struct engine_call *call);
void engine_queue_set(struct engine *e, struct engine_call *call);
void engine_queue_delete(struct engine *e, struct engine_call *call);
/* A record of the journal: 0, -EBADMSG, -ENOSPC. */
int queue_restore_settings(struct engine *e, const struct journal_record *record);
/* All records have been read, and nothing is ready yet. */
void queue_resume_all(struct engine *e);
/* For log_on_rewrite: moves the settings of at most n_max queues out of the segment. */
uint32_t queue_rewrite(struct engine *e, uint32_t segment, uint32_t n_max);
/* What was held back by the queue's settings may go on, if they allow it now. */
void queue_open_up(struct engine *e, struct queue *queue);

/* engine_client.c, engine_worker.c */
void engine_submit(struct engine *e, struct engine_call *call);
void engine_probe(struct engine *e, struct engine_call *call);
/* What a submit is made of: the new job's id (the spec's, which must be free, or a new one), its first state, and all that the
 * spec says; the envelope's reference moves in. */
struct uuid submit_id(struct engine *e, const struct job_spec *spec);
enum job_state submit_state(const struct engine *e, const struct job_spec *spec);
void submit_fill(struct engine *e, struct job *job, struct job_spec *spec);
bool queue_is_full(const struct queue *queue); /* its max_size: it takes no job more */
bool submit_is_too_much(const struct engine *e, const struct job_spec *spec); /* for its queue */
/* A job with this id of what spec says, in no state yet and the owner's of that name. Or what keeps it out, and nothing is made. */
enum engine_outcome submit_add(struct engine *e, struct uuid id, const struct job_spec *spec, struct slice owner, struct job **out);
void submit_take_back(struct engine *e, struct job *job); /* as if it had not been made; it has not begun */
void engine_batch(struct engine *e, struct engine_call *call);
void engine_batch_wait(struct engine *e, struct engine_call *call);
/* Waits for its next unfinished job, or answers. */
void batch_go_on(struct engine *e, struct engine_call *call);
/* It has waited long enough. */
void batch_answer(struct engine *e, struct engine_call *call);

/* engine_batch_key.c */
/* A key's record on its way to the journal. */
struct batch_rider {
    struct record_batch head;
    struct slice parts[2];
};
/* The same request again gets the jobs of the first. False: the key is new. */
bool batch_replay(struct engine *e, struct engine_call *call);
/* For what becomes of n_items jobs; NULL: no room for another key. */
struct block *batch_key_room(struct engine *e, uint32_t n_items);
/* The call's jobs are made and have not begun: its key is known from now on, and its record goes ahead of theirs. room moves in. NULL: no
 * job was made, and there is no key. */
/* Its parts as a record; they stand as long as room and k. */
void batch_key_record(const struct batch_key *k, struct batch_rider *room);
struct batch_key *batch_key_take(struct engine *e, const struct engine_call *call, struct block *room, struct batch_rider *rider);
/* They have begun. */
void batch_key_rode(struct engine *e, struct batch_key *k);
/* A record of the journal: 0 or -errno with e->log.why. */
int batch_key_restore(struct engine *e, const struct journal_record *record);
/* For log_on_rewrite: moves at most n_max of them out of the segment. */
uint32_t batch_key_rewrite(struct engine *e, uint32_t segment, uint32_t n_max);

void engine_list(struct engine *e, struct engine_call *call);
void engine_bulk(struct engine *e, struct engine_call *call);
/* The journal takes the record of its next job later. A full disk holds nothing back: each job has its own outcome. */
bool bulk_has_to_wait(struct engine *e, const struct engine_call *call);
/* The walk has come past a job that is meant. */
void bulk_add(struct engine_call *call, const struct job *job);
/* All are found: the action for each that has not had it, and the answer. */
void bulk_apply(struct engine *e, struct engine_call *call);
/* Has the call look through all jobs; with room for what it may find, each bytes a job. */
void walk_begin(struct engine *e, struct engine_call *call, uint32_t limit_max, size_t each);
/* The answer shows something that lasts so well: it is held until that is committed. */
void walk_shows(struct engine_call *call, enum job_durability durability);
void walk_answer(struct engine *e, struct engine_call *call, size_t each);
void walks_step(struct engine *e); /* once a turn */
void walks_end(struct engine *e);  /* all, without an answer to what they asked */
void engine_batch_drop(struct engine_call *call); /* any thread: its references */
void engine_info(struct engine *e, struct engine_call *call);
void engine_cancel(struct engine *e, struct engine_call *call);
void engine_activate(struct engine *e, struct engine_call *call);
void engine_dead_list(struct engine *e, struct engine_call *call);
void engine_dead_retry(struct engine *e, struct engine_call *call);
void engine_dead_delete(struct engine *e, struct engine_call *call);
/* The job has ended: it goes, here and in the journal. */
void engine_forget(struct engine *e, struct job *job);
void engine_fetch(struct engine *e, struct engine_call *call);
/* Answers a fetch with what is ready now, be it nothing. */
void engine_fetch_now(struct engine *e, struct engine_call *call);
void engine_ack(struct engine *e, struct engine_call *call);
void engine_nack(struct engine *e, struct engine_call *call);
void engine_held_done(struct engine *e, struct engine_call *call);
void engine_withdraw(struct engine *e, struct engine_call *call);
void engine_heartbeat(struct engine *e, struct engine_call *call);
void engine_release(struct engine *e, struct engine_call *call);
/* The same as soon as the journal has room for it: as if the leases had run out, but uncounted. */
void engine_release_later(struct engine *e, struct engine_call *call);
/* The queue's next job that has not expired; those that have are moved out. NULL: none. */
struct job *engine_next_ready(struct engine *e, struct queue *queue);

/* engine_view.c. v is overwritten; it holds references to be dropped by job_view_drop(). */
void view_fill(const struct engine *e, const struct job *job, struct job_view *v);
bool job_has_version(const struct engine *e, const struct job *job, uint64_t version);

#endif
