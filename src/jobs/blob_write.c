/* blob_write.c: a payload on its way into its file, a piece at a time. See blob.h.
 *
 *     OPEN → ALLOCATE → WRITE … WRITE → SYNC → SYNC_FOLDER → CLOSE → done
 *       └────────┴────────┴───────────────┴────────┴─→ CLOSE → REMOVE → done, with what went wrong
 *
 * The file is synced whatever the job's durability: a record that is only logged follows onto the disk within 50 ms, and must not name
 * what is not there. */
#include "jobs/blob_parts.h"

#include "base/check.h"
#include "base/digest.h"
#include "journal/journal.h"

#include <errno.h>

enum stage { IDLE, OPEN, ALLOCATE, WRITE, SYNC, SYNC_FOLDER, CLOSE, REMOVE };

static void finish(struct blob_write *w)
{
    struct blobs *b = w->blobs;
    w->stage = IDLE;
    w->is_done = true;
    w->from = block_unref(w->from);
    if (w->rc < 0) {
        blobs_leave(b, w->blob);
        w->blob = NULL;
    }
    b->on_written(b->arg);
}

static void promise_kept(struct blob_write *w)
{
    if (w->stage == OPEN || w->stage == ALLOCATE) w->blobs->promised -= w->blob->ref.bytes;
}

/* Before something was written it may be tried again, and a disk that is full is in order. */
static bool is_about_room(int rc, enum stage stage)
{
    return stage == OPEN || stage == ALLOCATE || rc == -ENOSPC || rc == -EDQUOT;
}

static void fail(struct blob_write *w, int rc)
{
    promise_kept(w);
    w->rc = rc;
    w->is_disk_lost = !is_about_room(rc, w->stage);
    if (w->stage == OPEN) {
        finish(w);
        return;
    }
    w->stage = CLOSE;
    file_close(&w->op, w->fd);
}

static void write_piece(struct blob_write *w)
{
    size_t left = w->from->len - w->at, n = left < BLOB_PIECE ? left : BLOB_PIECE;
    file_write(&w->op, w->fd, w->from->bytes + w->at, n, w->at, 0);
}

static void on_piece(struct blob_write *w, size_t n)
{
    w->blob->ref.crc = crc32c(w->blob->ref.crc, w->from->bytes + w->at, n);
    w->at += n;
    if (w->at < w->from->len) {
        write_piece(w);
        return;
    }
    w->stage = SYNC;
    file_sync(&w->op, w->fd, false);
}

static void map_and_close(struct blob_write *w)
{
    struct blobs *b = w->blobs;
    w->made = block_map(b->budget, w->fd, w->from->len);
    if (w->made) blobs_replace(b, w->blob, w->made);
    else w->rc = -ENOMEM;
    w->stage = CLOSE;
    file_close(&w->op, w->fd);
}

static void on_closed(struct blob_write *w)
{
    if (w->rc == 0) {
        finish(w);
        return;
    }
    w->stage = REMOVE;
    file_unlink(&w->op, w->blobs->dir_fd, w->name);
}

static void on_done(void *arg, int32_t res)
{
    struct blob_write *w = arg;
    enum stage stage = w->stage;
    if (res < 0 && stage != CLOSE && stage != REMOVE) {
        fail(w, res);
        return;
    }
    switch (stage) {
    case OPEN:
        w->fd = res;
        w->stage = ALLOCATE;
        file_allocate(&w->op, w->fd, w->from->len);
        break;
    case ALLOCATE:
        promise_kept(w);
        w->stage = WRITE;
        write_piece(w);
        break;
    case WRITE:
        if (res == 0) fail(w, -EIO);
        else on_piece(w, (size_t)res);
        break;
    case SYNC:
        w->stage = SYNC_FOLDER;
        file_sync(&w->op, w->blobs->dir_fd, false);
        break;
    case SYNC_FOLDER: map_and_close(w); break;
    case CLOSE: on_closed(w); break;
    case REMOVE: finish(w); break; /* what could not be removed is an orphan: a start does it */
    case IDLE: unreachable_state("an operation of nobody");
    }
}

void blobs_open_writes(struct blobs *b)
{
    for (uint32_t i = 0; i < BLOB_WRITES; i++) {
        struct blob_write *w = &b->writes[i];
        *w = (struct blob_write){.blobs = b};
        file_op_init(&w->op, b->files, on_done, w);
    }
}

void blobs_close_writes(struct blobs *b)
{
    for (uint32_t i = 0; i < BLOB_WRITES; i++) {
        struct blob_write *w = &b->writes[i];
        w->made = block_unref(w->made);
        file_op_deinit(&w->op);
    }
}

static struct blob_write *free_write(struct blobs *b)
{
    for (uint32_t i = 0; i < BLOB_WRITES; i++)
        if (b->writes[i].stage == IDLE && !b->writes[i].is_done) return &b->writes[i];
    return NULL;
}

bool blobs_can_write(const struct blobs *b)
{
    return b->files && free_write((struct blobs *)(uintptr_t)b) != NULL;
}

/* The journal can always make more segments: what stands here never takes the room for those. */
static bool has_room(struct blobs *b, uint64_t bytes)
{
    int64_t free_bytes = file_free_bytes(b->files, b->dir_fd);
    return free_bytes < 0 || (uint64_t)free_bytes >= b->promised + bytes + journal_beside_keeps(*b->journal); /* not to be had: making the file will tell */
}

int blobs_write(struct blobs *b, struct block *from, struct blob_write **out)
{
    struct blob_write *w = free_write(b);
    assert(w && from->len > 0);
    if (from->len > BLOB_BYTES_MAX) return -EFBIG;
    if (!has_room(b, from->len) || journal_beside_add(*b->journal, from->len) < 0) return -ENOSPC;
    struct blob *blob = blobs_enter_new(b, from->len);
    if (!blob) {
        journal_beside_sub(*b->journal, from->len);
        return -ENOSPC;
    }
    w->blob = blob;
    w->from = block_ref(from);
    w->rc = 0;
    w->at = 0;
    w->made = NULL;
    w->is_disk_lost = false;
    w->stage = OPEN;
    b->promised += from->len;
    blob_name(w->name, b->engine, blob->ref.number);
    file_open(&w->op, b->dir_fd, w->name, FILE_WRITE | FILE_CREATE | FILE_EMPTY);
    *out = w;
    return 0;
}

void blobs_take(struct blobs *b, struct blob_write *w)
{
    assert(w->is_done && w->blobs == b);
    w->is_done = false;
    w->made = NULL;
    w->owner = NULL;
}

bool blobs_busy(const struct blobs *b)
{
    if (!b->files) return false;
    for (uint32_t i = 0; i < BLOB_WRITES; i++)
        if (b->writes[i].stage != IDLE) return true;
    return b->remove.busy;
}
