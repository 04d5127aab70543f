/* replay.c: see replay.h. */
#include "journal/replay.h"

#include "base/check.h"
#include "journal/loader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum verdict { CLEAN, TORN, DAMAGED };

struct reader {
    const struct replay_options *o;
    struct journal_report *report;
    uint32_t *numbers; /* of the files, ascending */
    uint32_t n_numbers, numbers_max;
    struct loader loader;
    uint8_t *p; /* the segment that is loaded: bytes of the loader's */
    size_t bytes;
    struct segment_head head;
    uint32_t seed;
    /* where the log stands */
    uint64_t next_sequence;
    uint32_t crc, oldest;
    uint8_t last_type;
};

/* ---- files ---- */

static int compare_numbers(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static int on_name(void *arg, const char *name)
{
    struct reader *r = arg;
    uint32_t number;
    bool is_new;
    if (!segment_parse_name(name, r->o->engine, &number, &is_new)) return 0;
    if (is_new) return r->o->keep ? file_unlink_now(r->o->files, r->o->dir_fd, name) : 0; /* never finished, so never used */
    if (r->n_numbers == r->numbers_max) {
        uint32_t max = r->numbers_max ? r->numbers_max * 2 : 64;
        uint32_t *more = realloc(r->numbers, max * sizeof *more);
        if (!more) return -ENOMEM;
        r->numbers = more;
        r->numbers_max = max;
    }
    r->numbers[r->n_numbers++] = number;
    return 0;
}

static bool has_file(const struct reader *r, uint32_t number)
{
    return r->n_numbers && bsearch(&number, r->numbers, r->n_numbers, sizeof number, compare_numbers) != NULL;
}

/* The segment that the loader has loaded, or has not. */
static int take_loaded(struct reader *r, int rc)
{
    const struct loaded *s = &r->loader.now;
    r->report->why = "a file of the journal cannot be read";
    if (rc == 0 && r->o->engines && s->head.engines != r->o->engines) {
        r->report->why = "the journal was made for another number of engines";
        rc = -EXDEV;
    }
    if (rc == -EPROTONOSUPPORT) r->report->why = "the journal was written by another version";
    if (rc < 0) {
        loader_unload(&r->loader);
        return rc;
    }
    r->p = s->p;
    r->head = s->head;
    r->bytes = s->head.bytes;
    r->seed = segment_seed(&s->head);
    return 0;
}

/* Opens, syncs and reads a segment. -EBADMSG: its head is damaged. */
static int load(struct reader *r, uint32_t number)
{
    return take_loaded(r, loader_load(&r->loader, number));
}

/* ---- batches ---- */

static struct batch_head head_at(const struct reader *r, size_t at)
{
    struct batch_head h;
    memcpy(&h, r->p + at, sizeof h);
    return h;
}

static bool is_head(const struct reader *r, size_t at)
{
    return at < r->bytes && batch_is_head(r->p + at, r->head.salt, r->seed) && head_at(r, at).bytes <= r->bytes - at;
}

static bool goes_on(const struct reader *r, size_t at)
{
    struct batch_head h = head_at(r, at);
    return h.first_sequence == r->next_sequence && h.previous_crc == r->crc;
}

/* The payload of the record at at, if the owner will get it. */
static struct slice payload_at(const struct reader *r, size_t at)
{
    struct record_head h;
    memcpy(&h, r->p + at, sizeof h);
    return h.type < RECORD_OWN ? slice_make(r->p + at + sizeof h, h.length) : (struct slice){"", 0};
}

static int deliver(struct reader *r, size_t at)
{
    struct batch_head b = head_at(r, at);
    r->report->batches++;
    for (size_t i = at + sizeof b;;) {
        struct record_head h;
        memcpy(&h, r->p + i, sizeof h);
        if (h.type == RECORD_END) return 0;
        struct journal_record record = {.type = h.type,
                                        .payload = slice_make(r->p + i + sizeof h, h.length),
                                        .next = payload_at(r, i + record_bytes(h.length)), /* an end record stands behind the last */
                                        .sequence = h.sequence,
                                        .segment = r->head.number,
                                        .index = h.index,
                                        .count = h.count,
                                        .wall_ns = b.wall_ns};
        r->last_type = h.type;
        if (h.type < RECORD_OWN) r->report->records++, r->report->payload_bytes += h.length;
        int rc = 0;
        if (h.type < RECORD_OWN || r->o->own_records) rc = r->o->on_record(r->o->arg, &record);
        if (rc) return rc;
        i += record_bytes(h.length);
    }
}

/* Whether a batch after at says that the record that should stand there was durable. */
static bool later_proof(const struct reader *r, size_t at)
{
    for (size_t i = at + JOURNAL_BLOCK; i < r->bytes; i += JOURNAL_BLOCK)
        if (is_head(r, i) && head_at(r, i).synced_sequence >= r->next_sequence) return true;
    return false;
}

static size_t last_used(const struct reader *r, size_t at)
{
    size_t i = r->bytes;
    while (i - at >= JOURNAL_BLOCK && all_zero(r->p + i - JOURNAL_BLOCK, JOURNAL_BLOCK)) i -= JOURNAL_BLOCK;
    while (i > at && r->p[i - 1] == 0) i--;
    return i;
}

/* What it means that no batch that goes on stands at at. The rules: replay.h. */
static enum verdict classify(struct reader *r, size_t at, bool later_data, const char **why)
{
    if (all_zero(r->p + at, r->bytes - at)) return CLEAN;
    *why = "a batch cannot be read, and later ones show that it was durable";
    if (later_data || later_proof(r, at)) return DAMAGED;
    if (all_zero(r->p + at, JOURNAL_SECTOR)) return TORN;
    *why = "the head of a batch is damaged";
    if (!is_head(r, at)) return last_used(r, at) <= at + sizeof(struct batch_head) ? TORN : DAMAGED;
    struct batch_head h = head_at(r, at);
    uint32_t crc;
    *why = "batches are missing before this one";
    if (!goes_on(r, at) && batch_is_whole(r->p + at, &crc)) return DAMAGED;
    if (r->p[at + h.bytes - 1] == 0 || sectors_zero(r->p + at, h.bytes) > h.zero_sectors) return TORN;
    *why = "a batch was written as a whole and is damaged now";
    return DAMAGED;
}

/* From *at on, to the first batch that does not go on. deliver: hands records over. 0, or what on_record returned. */
static int walk(struct reader *r, size_t *at, bool hand_over)
{
    while (*at < r->bytes && is_head(r, *at)) {
        struct batch_head h = head_at(r, *at);
        uint32_t crc;
        if (!goes_on(r, *at) || !batch_is_whole(r->p + *at, &crc)) break;
        int rc = hand_over ? deliver(r, *at) : 0;
        if (rc) return rc;
        r->next_sequence += h.records;
        r->crc = crc;
        r->oldest = h.oldest_segment;
        *at += h.bytes;
    }
    return 0;
}

/* Sets the log's place so that the batch at at goes on. */
static void resume_at(struct reader *r, size_t at)
{
    struct batch_head h = head_at(r, at);
    r->next_sequence = h.first_sequence;
    r->crc = h.previous_crc;
}

/* The next place after at where a head stands that is not from before; bytes: none. */
static size_t next_head(const struct reader *r, size_t at)
{
    for (at += JOURNAL_BLOCK; at < r->bytes; at += JOURNAL_BLOCK)
        if (is_head(r, at) && head_at(r, at).first_sequence >= r->next_sequence) return at;
    return r->bytes;
}

static void note(struct reader *r, enum journal_found found, uint32_t number, size_t at, const char *why)
{
    struct journal_report *report = r->report;
    if (found == JOURNAL_DAMAGED && report->damages++) return;
    if (report->found == JOURNAL_DAMAGED && found != JOURNAL_DAMAGED) return;
    report->found = found;
    segment_name(report->file, r->o->engine, number, "seg");
    report->offset = at;
    report->why = why;
}

/* ---- the first look: which is the last segment with data, and which is the oldest that is needed ---- */

struct survey {
    uint32_t last_data; /* number; 0: none has any */
    uint32_t oldest;    /* number; 0: none says */
};

/* Looks at the segments from the last one back to the first with a whole batch: its last one says what is needed. */
static int survey(struct reader *r, struct survey *s)
{
    for (uint32_t i = r->n_numbers; i-- > 0 && !s->oldest;) {
        int rc = load(r, r->numbers[i]);
        if (rc == -EBADMSG && r->o->accept_damage) continue;
        if (rc == -EBADMSG) note(r, JOURNAL_DAMAGED, r->numbers[i], 0, "the head of the file is damaged");
        if (rc < 0) return rc;
        if (!all_zero(r->p + JOURNAL_BLOCK, r->bytes - JOURNAL_BLOCK)) {
            if (!s->last_data) s->last_data = r->numbers[i];
            size_t at = JOURNAL_BLOCK;
            if (is_head(r, at)) resume_at(r, at);
            r->oldest = 0;
            (void)walk(r, &at, false);
            const char *why = "";
            bool last = r->numbers[i] == s->last_data;
            if (!r->o->accept_damage && classify(r, at, !last, &why) == DAMAGED) {
                note(r, JOURNAL_DAMAGED, r->numbers[i], at, why);
                return -EBADMSG;
            }
            s->oldest = r->oldest;
            for (; r->o->accept_damage && at < r->bytes; at = next_head(r, at))
                if (is_head(r, at) && head_at(r, at).oldest_segment > s->oldest) s->oldest = head_at(r, at).oldest_segment;
        }
        loader_unload(&r->loader);
    }
    return 0;
}

/* ---- reading for good ---- */

#define CLEAN_END "clean end"

static void print_line(const struct reader *r, uint32_t number, size_t end, uint64_t batches, uint64_t records,
                       const char *what)
{
    char name[SEGMENT_NAME_BYTES];
    if (!r->o->out) return;
    segment_name(name, r->o->engine, number, "seg");
    (void)fprintf(r->o->out, "%s  size %zu  used %zu  batches %" PRIu64 "  records %" PRIu64 "  %s\n", name, r->bytes, end,
                  batches, records, what);
}

static int zero_tail(struct reader *r, size_t at)
{
    size_t end = (last_used(r, at) + JOURNAL_BLOCK - 1) / JOURNAL_BLOCK * JOURNAL_BLOCK;
    if (!r->o->keep) return 0;
    memset(r->p + at, 0, end - at);
    r->report->why = "the torn end of the journal cannot be overwritten";
    int rc = file_write_now(r->o->files, r->loader.now.fd, r->p + at, end - at, at);
    return rc < 0 ? rc : file_sync_now(r->o->files, r->loader.now.fd);
}

/* Reads the loaded segment. *usable: batches may go on where it ends. */
static int read_segment(struct reader *r, struct segment *s, bool later_data, bool *usable)
{
    size_t at = JOURNAL_BLOCK;
    const char *why = "", *what = CLEAN_END;
    uint64_t batches = r->report->batches, records = r->report->records;
    *usable = true;
    for (;;) {
        int rc = walk(r, &at, true);
        if (rc) return rc;
        s->offset = (uint32_t)at;
        enum verdict v = at < r->bytes ? classify(r, at, later_data, &why) : CLEAN;
        if (v == CLEAN) break;
        *usable = false;
        if (v == TORN) {
            note(r, JOURNAL_TORN, s->number, at, "an unfinished batch at the end was dropped");
            what = "torn end, never acknowledged";
            if ((rc = zero_tail(r, at)) < 0) return rc;
            break;
        }
        note(r, JOURNAL_DAMAGED, s->number, at, why);
        what = "DAMAGED";
        s->damaged = true;
        if (!r->o->accept_damage) {
            print_line(r, s->number, at, r->report->batches - batches, r->report->records - records, what);
            return -EBADMSG;
        }
        size_t next = is_head(r, at) && head_at(r, at).first_sequence > r->next_sequence ? at : next_head(r, at);
        if (next == r->bytes) {
            s->offset = (uint32_t)r->bytes;
            r->next_sequence += r->bytes / sizeof(struct record_head); /* more than can have been lost here */
            break;
        }
        resume_at(r, at = next);
    }
    print_line(r, s->number, s->offset, r->report->batches - batches, r->report->records - records, what);
    return 0;
}

/* Takes a segment's place where it is missing or its head cannot be read, and that is accepted. */
static int pass_over(struct reader *r, struct replay_end *end, uint32_t number, const char *why)
{
    note(r, JOURNAL_DAMAGED, number, 0, why);
    if (!r->o->accept_damage) return -EBADMSG;
    struct segment_head head = {.number = number, .bytes = JOURNAL_BLOCK};
    end->segs[end->n_segs++] =
        (struct segment){.number = number, .fd = -1, .bytes = JOURNAL_BLOCK, .offset = JOURNAL_BLOCK, .damaged = true};
    end->present = end->n_segs;
    return r->o->on_segment ? r->o->on_segment(r->o->arg, &head) : 0;
}

static int read_one(struct reader *r, struct replay_end *end, uint32_t number, const struct survey *s)
{
    if (end->n_segs == end->n_max) return -E2BIG;
    if (!has_file(r, number)) return pass_over(r, end, number, "a file of the journal is missing");
    bool is_empty = number > s->last_data; /* the survey has seen it */
    int rc = is_empty ? take_loaded(r, loader_load_head(&r->loader, number)) : load(r, number);
    if (rc == -EBADMSG) return pass_over(r, end, number, "the head of the file is damaged");
    if (rc < 0) return rc;
    struct segment *seg = &end->segs[end->n_segs++];
    *seg = (struct segment){.number = number,
                            .fd = r->loader.now.fd,
                            .bytes = (uint32_t)r->bytes,
                            .offset = JOURNAL_BLOCK,
                            .seed = r->seed,
                            .salt = r->head.salt};
    bool usable = true;
    rc = r->o->on_segment ? r->o->on_segment(r->o->arg, &r->head) : 0;
    if (number < s->last_data && has_file(r, number + 1)) loader_begin_next(&r->loader, number + 1);
    if (rc == 0 && end->n_segs == 1 && !is_empty && is_head(r, JOURNAL_BLOCK)) resume_at(r, JOURNAL_BLOCK); /* where the log begins */
    if (rc == 0 && is_empty) print_line(r, number, JOURNAL_BLOCK, 0, 0, CLEAN_END);
    else if (rc == 0) rc = read_segment(r, seg, number < s->last_data, &usable);
    bool is_last = number == r->numbers[r->n_numbers - 1]; /* its torn end is zeros now: it can go on where nothing else can */
    bool stays_open = rc == 0 && r->o->keep && (usable ? number >= s->last_data : is_last && !seg->damaged);
    if (number <= s->last_data || !usable) end->present = usable && number == s->last_data ? end->n_segs - 1 : end->n_segs;
    if (stays_open) (void)loader_take(&r->loader);
    else seg->fd = -1;
    loader_unload(&r->loader);
    return rc;
}

/* Files that a batch has declared unneeded: unlinking them was under way. */
static int remove_before(struct reader *r, uint32_t oldest)
{
    char name[SEGMENT_NAME_BYTES];
    bool any = false;
    r->report->why = "an old file of the journal cannot be removed";
    for (uint32_t i = 0; i < r->n_numbers && r->numbers[i] < oldest; i++) {
        segment_name(name, r->o->engine, r->numbers[i], "seg");
        int rc = file_unlink_now(r->o->files, r->o->dir_fd, name);
        if (rc < 0 && rc != -ENOENT) return rc;
        any = true;
    }
    return any ? file_sync_now(r->o->files, r->o->dir_fd) : 0;
}

static int read_journal(struct reader *r, struct replay_end *end)
{
    struct survey s = {0};
    int rc = survey(r, &s);
    if (rc < 0) return rc;
    uint32_t first = s.oldest ? s.oldest : r->numbers[0], last = r->numbers[r->n_numbers - 1];
    if (last < first) last = first;
    end->segs = calloc((size_t)last - first + 1, sizeof *end->segs);
    if (!end->segs) return -ENOMEM;
    r->next_sequence = 1;
    r->crc = 0;
    r->oldest = first;
    for (uint64_t number = first; number <= last; number++) /* 64 bits: the last may be the last that there is */
        if ((rc = read_one(r, end, (uint32_t)number, &s)) != 0) return rc;
    if (!s.oldest && first > 1) { /* nothing whole is there, but there must have been something before */
        note(r, JOURNAL_DAMAGED, first, 0, "the files before this one are missing");
        if (!r->o->accept_damage) return -EBADMSG;
    }
    if (r->o->keep && (rc = remove_before(r, first)) < 0) return rc;
    if (r->report->found == JOURNAL_NEW && s.last_data)
        r->report->found = r->last_type == RECORD_CLOSED ? JOURNAL_CLOSED : JOURNAL_ENDED;
    return 0;
}

int replay_run(const struct replay_options *options, uint32_t n_max, struct replay_end *end, struct journal_report *report)
{
    struct reader r = {.o = options, .report = report, .next_sequence = 1};
    *end = (struct replay_end){.n_max = n_max, .next_sequence = 1, .oldest = 1};
    report->why = "the data folder cannot be read";
    struct loader_options files = {
        .files = options->files, .dir_fd = options->dir_fd, .engine = options->engine, .direct = options->direct, .writes = options->keep};
    loader_init(&r.loader, &files);
    int rc = file_list(options->files, options->dir_fd, on_name, &r);
    if (rc == 0 && r.n_numbers) {
        report->why = "no memory to read the journal";
        qsort(r.numbers, r.n_numbers, sizeof *r.numbers, compare_numbers);
        rc = read_journal(&r, end);
        end->next_sequence = r.next_sequence;
        end->previous_crc = r.crc;
        end->oldest = end->n_segs ? end->segs[0].number : r.oldest;
        end->closed = r.last_type == RECORD_CLOSED;
    }
    report->segments = end->n_segs;
    report->last_sequence = r.next_sequence - 1;
    loader_deinit(&r.loader);
    free(r.numbers);
    return rc;
}
