/* segment.c: see segment.h. */
#include "journal/segment.h"

#include "base/check.h"
#include "base/digest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

void segment_name(char out[SEGMENT_NAME_BYTES], uint32_t engine, uint32_t number, const char *kind)
{
    (void)snprintf(out, SEGMENT_NAME_BYTES, "journal-%u-%010u.%s", engine, number, kind);
}

bool segment_parse_name(const char *name, uint32_t engine, uint32_t *number, bool *is_new)
{
    struct slice rest = slice_str(name), head = slice_cut(&rest, '-'), of = slice_cut(&rest, '-'),
                 digits = slice_cut(&rest, '.');
    uint64_t e, n;
    if (!slice_eq(head, SLICE("journal")) || !slice_to_u64(of, &e) || e != engine || digits.len != 10) return false;
    if (!slice_to_u64(digits, &n) || n == 0 || n > UINT32_MAX) return false;
    *is_new = slice_eq(rest, SLICE("new"));
    *number = (uint32_t)n;
    return *is_new || slice_eq(rest, SLICE("seg"));
}

uint32_t segment_seed(const struct segment_head *head)
{
    return crc32c(0, head, sizeof *head);
}

static uint32_t block_crc(const uint8_t block[JOURNAL_BLOCK])
{
    struct segment_head h;
    memcpy(&h, block, sizeof h);
    h.crc = 0;
    return crc32c(crc32c(0, &h, sizeof h), block + sizeof h, JOURNAL_BLOCK - sizeof h);
}

void segment_put_head(uint8_t block[JOURNAL_BLOCK], struct segment_head *head)
{
    head->magic = SEGMENT_MAGIC;
    head->version = SEGMENT_VERSION;
    memset(block, 0, JOURNAL_BLOCK);
    memcpy(block, head, sizeof *head);
    head->crc = block_crc(block);
    memcpy(block, head, sizeof *head);
}

int segment_get_head(const uint8_t block[JOURNAL_BLOCK], struct segment_head *out)
{
    struct segment_head h;
    memcpy(&h, block, sizeof h);
    if (h.magic != SEGMENT_MAGIC || h.crc != block_crc(block)) return -EBADMSG;
    if (h.version != SEGMENT_VERSION) return -EPROTONOSUPPORT;
    if (h.bytes % JOURNAL_BLOCK || h.bytes < JOURNAL_BLOCK || h.bytes > SEGMENT_BYTES_MAX) return -EBADMSG;
    *out = h;
    return 0;
}

/* ---- making ---- */

static void on_step(void *arg, int32_t res);

int segment_maker_init(struct segment_maker *m, const struct segment_maker_options *options)
{
    *m = (struct segment_maker){.o = *options, .fd = -1};
    m->block = aligned_alloc(JOURNAL_BLOCK, JOURNAL_BLOCK);
    void *zeros = mmap(NULL, SEGMENT_ZEROS, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); /* costs no memory */
    m->zeros = zeros == MAP_FAILED ? NULL : zeros;
    file_op_init(&m->op, options->files, on_step, m);
    if (m->block && m->zeros) return 0;
    segment_maker_deinit(m);
    return -ENOMEM;
}

void segment_maker_deinit(struct segment_maker *m)
{
    assert(!segment_maker_busy(m));
    file_op_deinit(&m->op);
    free(m->block);
    if (m->zeros) munmap((void *)(uintptr_t)m->zeros, SEGMENT_ZEROS);
    m->block = NULL;
    m->zeros = NULL;
}

static int new_file_flags(const struct segment_maker *m)
{
    return FILE_WRITE | FILE_CREATE | FILE_EMPTY | (m->o.direct ? FILE_DIRECT : 0);
}

static void begin(struct segment_maker *m, const struct segment_head *head)
{
    assert(!segment_maker_busy(m));
    m->head = *head;
    segment_put_head(m->block, &m->head);
    segment_name(m->name, head->engine, head->number, "seg");
    segment_name(m->name_new, head->engine, head->number, "new");
    m->fd = -1;
    m->rc = 0;
    m->fatal = false;
    m->offset = 0;
}

static void start_step(struct segment_maker *m, enum segment_step step)
{
    m->step = step;
    switch (step) {
    case MAKE_IDLE: break;
    case MAKE_OPEN: file_open(&m->op, m->o.dir_fd, m->name_new, new_file_flags(m)); break;
    case MAKE_ALLOCATE: file_allocate(&m->op, m->fd, m->head.bytes); break;
    case MAKE_ZEROS:
        m->piece = m->head.bytes - m->offset < SEGMENT_ZEROS ? m->head.bytes - m->offset : SEGMENT_ZEROS;
        /* through the page cache nothing would bound what one sync at the end has to write */
        file_write(&m->op, m->fd, m->zeros, m->piece, m->offset, m->o.direct ? 0 : FILE_DSYNC);
        break;
    case MAKE_HEAD: file_write(&m->op, m->fd, m->block, JOURNAL_BLOCK, 0, 0); break;
    case MAKE_SYNC: file_sync(&m->op, m->fd, false); break;
    case MAKE_RENAME: file_rename(&m->op, m->o.dir_fd, m->name_new, m->name); break;
    case MAKE_FOLDER: file_sync(&m->op, m->o.dir_fd, false); break;
    case MAKE_UNDO_UNLINK: file_unlink(&m->op, m->o.dir_fd, m->name_new); break;
    case MAKE_UNDO_CLOSE: file_close(&m->op, m->fd); break;
    }
}

static void finish(struct segment_maker *m, int fd)
{
    m->step = MAKE_IDLE;
    m->fd = -1;
    m->o.done(m->o.arg, m->rc, m->fatal, fd);
}

static bool means_full(int rc)
{
    return rc == -ENOSPC || rc == -EDQUOT || rc == -EFBIG;
}

static void undo(struct segment_maker *m, int rc)
{
    bool wrote = m->step >= MAKE_ZEROS && m->step != MAKE_RENAME;
    m->rc = rc;
    m->fatal = wrote && rc != -ECANCELED && !means_full(rc);
    if (m->step == MAKE_OPEN) finish(m, -1);
    else if (m->step == MAKE_FOLDER) start_step(m, MAKE_UNDO_CLOSE); /* it has its name already: the next start finds it */
    else start_step(m, MAKE_UNDO_UNLINK);
}

/* What follows a step that went well; MAKE_IDLE: all is done. */
static enum segment_step next_step(struct segment_maker *m)
{
    if (m->step != MAKE_ZEROS) return m->step == MAKE_FOLDER ? MAKE_IDLE : m->step + 1;
    m->offset += m->piece;
    return m->offset < m->head.bytes ? MAKE_ZEROS : MAKE_HEAD;
}

/* Makes the result of a step 0 or -errno. */
static int judge(struct segment_maker *m, int32_t res)
{
    switch (m->step) {
    case MAKE_OPEN:
        if (res < 0) return res;
        m->fd = res;
        return file_lock(m->o.files, m->fd, 0);
    case MAKE_ALLOCATE: return res == -EOPNOTSUPP || res == -ENOSYS ? 0 : res;
    case MAKE_ZEROS:
        if (res < 0) return res;
        m->piece = (uint32_t)res / JOURNAL_BLOCK * JOURNAL_BLOCK; /* the rest is tried again, and then says why */
        return m->piece ? 0 : -ENOSPC;
    case MAKE_HEAD:
        if (res < 0) return res;
        return res == (int32_t)JOURNAL_BLOCK ? 0 : -EIO;
    default: return res;
    }
}

static void on_step(void *arg, int32_t res)
{
    struct segment_maker *m = arg;
    if (m->step == MAKE_UNDO_UNLINK) { /* whatever it says: the next start removes what is left */
        start_step(m, MAKE_UNDO_CLOSE);
        return;
    }
    if (m->step == MAKE_UNDO_CLOSE) {
        finish(m, -1);
        return;
    }
    int rc = judge(m, res);
    if (rc == 0 && m->stop && m->step < MAKE_RENAME) rc = -ECANCELED;
    if (rc < 0) {
        if (m->step == MAKE_OPEN && m->fd >= 0) m->step = MAKE_ALLOCATE; /* opened but not locked */
        undo(m, rc);
        return;
    }
    enum segment_step next = next_step(m);
    if (next == MAKE_IDLE) finish(m, m->fd);
    else start_step(m, next);
}

void segment_make(struct segment_maker *m, const struct segment_head *head)
{
    begin(m, head);
    start_step(m, MAKE_OPEN);
}

void segment_maker_stop(struct segment_maker *m)
{
    m->stop = true;
}

static int fill_now(struct segment_maker *m)
{
    struct files *f = m->o.files;
    int rc = file_lock(f, m->fd, 0);
    if (rc == 0) rc = file_allocate_now(f, m->fd, m->head.bytes);
    for (uint32_t piece; rc == 0 && m->offset < m->head.bytes; m->offset += piece) {
        piece = m->head.bytes - m->offset < SEGMENT_ZEROS ? m->head.bytes - m->offset : SEGMENT_ZEROS;
        rc = file_write_now(f, m->fd, m->zeros, piece, m->offset);
    }
    if (rc == 0) rc = file_write_now(f, m->fd, m->block, JOURNAL_BLOCK, 0);
    if (rc == 0) rc = file_sync_now(f, m->fd);
    if (rc == 0) rc = file_rename_now(f, m->o.dir_fd, m->name_new, m->name);
    return rc == 0 ? file_sync_now(f, m->o.dir_fd) : rc;
}

int segment_make_now(struct segment_maker *m, const struct segment_head *head)
{
    begin(m, head);
    int fd = file_open_now(m->o.files, m->o.dir_fd, m->name_new, new_file_flags(m));
    if (fd < 0) return fd;
    m->fd = fd;
    int rc = fill_now(m);
    m->fd = -1;
    if (rc == 0) return fd;
    (void)file_unlink_now(m->o.files, m->o.dir_fd, m->name_new);
    file_close_now(m->o.files, fd);
    return rc;
}
