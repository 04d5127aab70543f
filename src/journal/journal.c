/* journal.c: open, stop, append. See journal.h and journal_parts.h. */
#include "journal/journal_parts.h"

#include "base/check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define SEGMENT_BYTES_DEFAULT (UINT32_C(64) << 20)
#define BUFFER_BYTES_DEFAULT (UINT32_C(1) << 20)
#define SEGMENTS_MAX 65536u
#define LOCK_WAIT_MS 2000

/* ---- open ---- */

static int check_options(struct journal_options *o)
{
    if (!o->segment_bytes) o->segment_bytes = SEGMENT_BYTES_DEFAULT;
    if (!o->buffer_bytes) o->buffer_bytes = BUFFER_BYTES_DEFAULT;
    if (!o->flush_ns) o->flush_ns = 50 * NS_PER_MS;
    if (!o->compact_below) o->compact_below = 50;
    if (!o->rewrite_max) o->rewrite_max = 1024;
    if (o->engine >= o->engines || !o->path || !o->files || !o->clock) return -EINVAL;
    if (o->segment_bytes % JOURNAL_BLOCK || o->buffer_bytes % JOURNAL_BLOCK || o->segment_bytes > SEGMENT_BYTES_MAX)
        return -EINVAL;
    if (o->buffer_bytes > o->segment_bytes || o->segment_bytes - JOURNAL_BLOCK < o->buffer_bytes * UINT64_C(2)) return -EINVAL;
    return o->compact_below > 90 ? -EINVAL : 0;
}

static int allocate(struct journal *j)
{
    j->segs_max = SEGMENTS_MAX; /* whatever disk_bytes_max says: more and smaller ones than it allows now must still open */
    j->segs = calloc(j->segs_max, sizeof *j->segs); /* untouched until used */
    j->gather.p = aligned_alloc(JOURNAL_BLOCK, j->o.buffer_bytes);
    j->flight.p = aligned_alloc(JOURNAL_BLOCK, j->o.buffer_bytes);
    return j->segs && j->gather.p && j->flight.p ? 0 : -ENOMEM;
}

static int lock_folder(struct journal *j, const char **why)
{
    char name[SEGMENT_NAME_BYTES];
    struct files *f = j->o.files;
    *why = "the data folder cannot be made or opened";
    int rc = file_make_folder(f, j->o.path);
    if (rc < 0) return rc;
    j->dir_fd = rc = file_open_now(f, AT_FDCWD, j->o.path, FILE_FOLDER);
    if (rc < 0) return rc;
    *why = "the journal's lock file cannot be made";
    (void)snprintf(name, sizeof name, "journal-%u.lock", j->o.engine);
    j->lock_fd = rc = file_open_now(f, j->dir_fd, name, FILE_WRITE | FILE_CREATE);
    if (rc < 0) return rc;
    rc = file_lock(f, j->lock_fd, LOCK_WAIT_MS);
    *why = rc == -EWOULDBLOCK ? "another process uses this data folder" : "the journal's lock file cannot be locked";
    return rc;
}

static int choose_io(struct journal *j, const char **why)
{
    *why = "no file can be written in the data folder";
    if (j->o.io == JOURNAL_IO_BUFFERED) return 0;
    char name[SEGMENT_NAME_BYTES];
    (void)snprintf(name, sizeof name, "journal-%u.probe", j->o.engine);
    int rc = file_probe_direct(j->o.files, j->dir_fd, name);
    if (rc < 0) return rc;
    j->direct = rc == 1;
    *why = "the file system of the data folder takes no direct writes";
    return j->o.io == JOURNAL_IO_DIRECT && !j->direct ? -EINVAL : 0;
}

static int on_segment(void *arg, const struct segment_head *head)
{
    struct journal *j = arg;
    if (j->n_segs == j->segs_max) return -E2BIG;
    if (j->n_segs == 0) j->oldest = head->number;
    room_add_segment(j, head, -1, JOURNAL_BLOCK);
    return 0;
}

static int on_record(void *arg, const struct journal_record *record)
{
    struct journal *j = arg;
    return j->o.on_record ? j->o.on_record(j->o.arg, record) : 0;
}

static int replay(struct journal *j, struct journal_report *report)
{
    struct replay_options o = {
        .files = j->o.files,
        .path = j->o.path,
        .dir_fd = j->dir_fd,
        .engine = j->o.engine,
        .engines = j->o.engines,
        .direct = j->direct,
        .keep = true,
        .accept_damage = j->o.accept_damage,
        .arg = j,
        .on_record = on_record,
        .on_segment = on_segment,
    };
    struct replay_end end = {0};
    j->replaying = true;
    int rc = replay_run(&o, j->segs_max, &end, report);
    j->replaying = false;
    for (uint32_t i = 0; i < end.n_segs; i++) { /* on_segment has counted the same ones, and on_record what lives in them */
        if (i < j->n_segs) end.segs[i].live = j->segs[i].live;
        j->segs[i] = end.segs[i];
    }
    assert(rc || j->n_segs == end.n_segs);
    j->n_segs = end.n_segs;
    free(end.segs);
    if (rc) return rc;
    j->present = end.present;
    j->next_sequence = end.next_sequence;
    j->previous_crc = end.previous_crc;
    j->oldest = j->oldest_sent = j->oldest_synced = end.oldest;
    j->written = j->synced = end.next_sequence - 1; /* it was synced before it was read */
    return 0;
}

static int make_segment_now(struct journal *j)
{
    struct segment_head head = room_new_head(j);
    int fd = segment_make_now(&j->maker, &head);
    if (fd < 0) return fd;
    room_add_segment(j, &j->maker.head, fd, JOURNAL_BLOCK);
    metric_add(&j->counts.segments_made, 1);
    return 0;
}

static bool takes_a_batch(const struct journal *j, const struct segment *s)
{
    return (s->bytes - s->offset) / JOURNAL_BLOCK >= room_blocks_max(j);
}

/* The disk is full, and the last segment has ended in a torn batch, which has been overwritten with zeros: it looks as if the batch had never
 * been begun, and goes on. The room behind it is what accepted jobs were promised. */
static bool go_on_in_torn(struct journal *j)
{
    struct segment *last = j->n_segs ? &j->segs[j->n_segs - 1] : NULL;
    if (!last || last->fd < 0 || !takes_a_batch(j, last)) return false;
    j->present = j->n_segs - 1;
    return true;
}

static int begin_segment(struct journal *j, const char **why)
{
    while (j->present < j->n_segs && !takes_a_batch(j, &j->segs[j->present])) j->present++;
    if (j->present < j->n_segs) return 0;
    *why = "there is no room on the disk for another file of the journal, and none of those there are can go on";
    int rc = j->n_segs == j->segs_max ? -ENOSPC : make_segment_now(j);
    if ((rc == -ENOSPC || rc == -EDQUOT) && go_on_in_torn(j)) return 0;
    return rc;
}

/* So that admission need not wait for the loop to make segments. A full disk refuses what is new, not the start. */
static int prepare_now(struct journal *j)
{
    int rc = 0;
    while (rc == 0 && room_admits_nothing(j)) rc = make_segment_now(j);
    return rc == -ENOSPC || rc == -EDQUOT ? 0 : rc;
}

static int write_opened(struct journal *j, const struct journal_report *report)
{
    struct record_opened opened = {.format = SEGMENT_VERSION, .found = report->found};
    uint32_t number;
    bool is_new;
    if (report->found >= JOURNAL_TORN && segment_parse_name(report->file, j->o.engine, &number, &is_new)) {
        opened.segment = number;
        opened.offset = (uint32_t)report->offset;
    }
    return journal_append_own(j, RECORD_OPENED, &opened, sizeof opened);
}

static int open_all(struct journal *j, struct journal_report *report)
{
    report->why = "no memory for the journal's buffers";
    int rc = allocate(j);
    if (rc < 0) return rc;
    if ((rc = lock_folder(j, &report->why)) < 0 || (rc = choose_io(j, &report->why)) < 0) return rc;
    report->why = "no memory for the journal's buffers";
    struct segment_maker_options maker = {j->o.files, j->dir_fd, j->direct, j, room_made};
    if ((rc = segment_maker_init(&j->maker, &maker)) < 0) return rc;
    commit_init(j);
    compact_init(j);
    if ((rc = replay(j, report)) || (rc = begin_segment(j, &report->why)) < 0) return rc;
    report->why = "a file of the journal cannot be made";
    if ((rc = prepare_now(j)) < 0) return rc;
    report->segments = j->n_segs;
    report->why = "the journal has no room to go on";
    /* On a full disk starts that follow each other must not use up what is kept for others. */
    bool has_room = room_free(j, 0) > (int64_t)gain_room_needed(j);
    if (has_room && (rc = write_opened(j, report)) < 0) return rc;
    report->why = "";
    return 0;
}

int journal_open(const struct journal_options *options, struct journal **out, struct journal_report *report)
{
    struct journal_options o = *options;
    *report = (struct journal_report){.why = "the journal's options contradict each other"};
    int rc = check_options(&o);
    if (rc < 0) return rc;
    struct journal *j = calloc(1, sizeof *j);
    report->why = "no memory for the journal";
    if (!j) return -ENOMEM;
    j->o = o;
    j->dir_fd = j->lock_fd = -1;
    j->oldest = 1;
    j->next_sequence = 1;
    j->largest = o.segment_bytes;
    random_seed(&j->random, o.seed);
    *out = j;
    rc = open_all(j, report);
    if (rc) *out = journal_close(j);
    return rc;
}

/* ---- stop ---- */

void journal_stop(struct journal *j)
{
    if (j->stopping) return;
    if (!j->failed && room_free_now(j) >= 0) (void)journal_append_own(j, RECORD_CLOSED, NULL, 0); /* without it the next start knows less, no more */
    j->stopping = true;
    segment_maker_stop(&j->maker);
}

bool journal_busy(const struct journal *j)
{
    return !commit_idle(j) || !compact_idle(j) || segment_maker_busy(&j->maker);
}

struct journal *journal_close(struct journal *j)
{
    if (!j) return NULL;
    for (uint32_t i = 0; i < j->n_segs; i++) file_close_now(j->o.files, j->segs[i].fd);
    segment_maker_deinit(&j->maker);
    file_op_deinit(&j->write);
    file_op_deinit(&j->sync);
    file_op_deinit(&j->trim);
    file_op_deinit(&j->closer);
    file_close_now(j->o.files, j->dir_fd);
    file_close_now(j->o.files, j->lock_fd);
    free(j->segs);
    free(j->gather.p);
    free(j->flight.p);
    free(j);
    return NULL;
}

void journal_fail(struct journal *j, int error)
{
    if (j->failed) return;
    j->failed = -error;
    segment_maker_stop(&j->maker);
    if (j->o.on_failed) j->o.on_failed(j->o.arg, j->failed);
}

/* ---- append ---- */

size_t journal_transaction_max(const struct journal *j)
{
    return j->o.buffer_bytes - sizeof(struct batch_head) - RECORD_END_MIN;
}

void journal_begin(struct journal *j)
{
    assert(!j->txn.open);
    j->txn.open = true;
    j->txn.n = 0;
    j->txn.rc = j->failed || j->stopping ? -EROFS : 0;
    if (j->txn.rc == 0 && !j->gather.used) j->txn.rc = room_for_batch(j);
    j->txn.start = j->txn.at = j->gather.used ? j->gather.used : sizeof(struct batch_head);
}

void journal_add(struct journal *j, uint8_t type, const struct slice *parts, size_t n_parts)
{
    assert(j->txn.open);
    size_t payload = 0;
    for (size_t i = 0; i < n_parts; i++) payload += parts[i].len;
    if (j->txn.rc < 0) return;
    size_t max = journal_transaction_max(j), own = j->txn.at - j->txn.start;
    if (payload > max || own + record_bytes(payload) > max || j->txn.n == RECORD_COUNT_MAX) {
        j->txn.rc = -EMSGSIZE;
        return;
    }
    if (j->txn.at + record_bytes(payload) + RECORD_END_MIN > j->o.buffer_bytes) {
        j->txn.rc = -EAGAIN;
        return;
    }
    j->txn.at += record_put(j->gather.p + j->txn.at, type, parts, n_parts);
    j->txn.n++;
    metric_add(&j->counts.payload_bytes, payload);
}

/* What the gathering batch leaves free with the transaction, against what may not be taken. given_back: blocks of the
 * reservation. */
static int check_room(struct journal *j, uint32_t given_back)
{
    uint32_t cost = room_cost(j->txn.at - j->txn.start);
    if (cost <= given_back) return 0; /* it was reserved, whatever has happened to room since */
    uint32_t in_use = j->gather.segment;
    if (!j->gather.used) j->gather.segment = j->segs[j->present].number;
    int64_t left = room_free(j, batch_bytes(j->txn.at)) + given_back;
    if (!j->gather.used) j->gather.segment = in_use;
    if (left >= 0) return 0;
    room_prepare(j);
    return segment_maker_busy(&j->maker) ? -EAGAIN : -ENOSPC;
}

static int end(struct journal *j, enum journal_durability durability, uint64_t *sequence, uint32_t *segment)
{
    struct batch *b = &j->gather;
    if (!b->used) {
        b->segment = j->segs[j->present].number;
        b->first_sequence = j->next_sequence;
    }
    record_frame(b->p + j->txn.start, (uint16_t)j->txn.n, j->next_sequence);
    j->next_sequence += j->txn.n;
    b->used = j->txn.at;
    b->records += j->txn.n;
    if (durability == JOURNAL_SYNCED) b->synced = true;
    else if (j->flush_ns == UINT64_MAX) j->flush_ns = j->o.clock->mono_ns + j->o.flush_ns;
    metric_add(&j->counts.transactions, 1);
    metric_add(&j->counts.records, j->txn.n);
    if (sequence) *sequence = j->next_sequence - 1;
    if (segment) *segment = b->segment;
    return 0;
}

int journal_end(struct journal *j, enum journal_durability durability, uint64_t *sequence, uint32_t *segment)
{
    assert(j->txn.open && (j->txn.n || j->txn.rc < 0));
    j->txn.open = false;
    int rc = j->txn.rc < 0 ? j->txn.rc : check_room(j, 0);
    return rc < 0 ? rc : end(j, durability, sequence, segment);
}

int journal_can_append(struct journal *j, size_t bytes, size_t given_back)
{
    assert(!j->txn.open);
    if (bytes > journal_transaction_max(j)) return -EMSGSIZE;
    journal_begin(j);
    j->txn.open = false;
    if (j->txn.rc < 0) return j->txn.rc;
    j->txn.at += bytes;
    if (j->txn.at + RECORD_END_MIN > j->o.buffer_bytes) return -EAGAIN;
    return check_room(j, given_back ? room_cost(given_back) : 0);
}

int journal_end_reserved(struct journal *j, enum journal_durability durability, size_t bytes, uint64_t *sequence,
                         uint32_t *segment)
{
    assert(j->txn.open && (j->txn.n || j->txn.rc < 0));
    j->txn.open = false;
    int rc = j->txn.rc < 0 ? j->txn.rc : check_room(j, room_cost(bytes));
    if (rc < 0) return rc;
    journal_unreserve(j, bytes);
    return end(j, durability, sequence, segment);
}

void journal_abort(struct journal *j)
{
    assert(j->txn.open);
    j->txn.open = false;
}

int journal_append_own(struct journal *j, uint8_t type, const void *p, size_t len)
{
    struct slice payload = slice_make(p, len);
    assert(type >= RECORD_OWN);
    journal_begin(j);
    journal_add(j, type, &payload, 1);
    j->txn.open = false;
    return j->txn.rc < 0 ? j->txn.rc : end(j, JOURNAL_SYNCED, NULL, NULL); /* its block is held for it: room_free */
}

/* ---- the loop ---- */

void journal_flush(struct journal *j)
{
    assert(!j->txn.open);
    compact_step(j);
    room_prepare(j);
    if (!j->failed && !j->gather.used && compact_announces(j)) (void)journal_append_own(j, RECORD_TRIMMED, NULL, 0);
    commit_flush(j);
}

uint64_t journal_next_ns(const struct journal *j)
{
    if (j->failed || j->flying != FLIGHT_NONE) return UINT64_MAX;
    if (j->gather.used) return 0;
    uint64_t next = j->flush_ns, rewrite_at = compact_next_ns(j);
    if (rewrite_at < next) next = rewrite_at;
    if (j->full && j->retry_ns < next) next = j->retry_ns;
    return next;
}

/* ---- looking ---- */

const struct journal_counts *journal_counts(const struct journal *j)
{
    return &j->counts;
}

int journal_failed(const struct journal *j)
{
    return j->failed;
}

bool journal_is_direct(const struct journal *j)
{
    return j->direct;
}
