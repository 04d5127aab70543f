/* sim_file.c: file.h over disk.c. Operations through the ring take effect when they complete, reading the caller's bytes only then; one
 * that a crash overtakes has been done for any of its sectors. */
#include "ring/file.h"

#include "disk.h"
#include "sim_file.h"
#include "sim_ring.h"
#include "world.h"

#include "base/check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct files {
    struct ring *ring;
    uint32_t ops_max, n_ops;
    uint64_t left; /* operations until one fails; 0: none does */
    int64_t read;  /* what file_read_end() will say */
};

/* One operation on its way. */
struct work {
    struct file_op *op;
    enum { OPEN, WRITE, SYNC, ALLOCATE, RENAME, UNLINK, SHUT, REFUSED } what;
    int fd, flags;
    const void *p;
    size_t len;
    uint64_t offset, version, bytes;
    char from[64], to[64];
    struct work *then; /* a sync that waits for this write */
    struct work *next; /* of those under way */
};
static struct work *under_way;

int files_new(struct ring *ring, uint32_t ops_max, struct files **out)
{
    struct files *f = calloc(1, sizeof *f);
    assert(f);
    *f = (struct files){.ring = ring, .ops_max = ops_max, .left = sim.p.disk_fails};
    *out = f;
    return 0;
}

struct files *files_free(struct files *f)
{
    if (f) assert(f->n_ops == 0);
    free(f);
    return NULL;
}

/* ---- done when they return ---- */

int file_open_now(struct files *f, int dir_fd, const char *path, int flags)
{
    (void)f, (void)dir_fd;
    if (flags & FILE_FOLDER) return DISK_FOLDER_FD;
    if (flags & FILE_DIRECT && !sim.p.disk_direct) return -EINVAL;
    return disk_open(path, flags & FILE_CREATE, flags & FILE_EMPTY, flags & FILE_DIRECT);
}

void file_close_now(struct files *f, int fd)
{
    (void)f;
    if (fd >= 0) disk_close(fd);
}

int file_make_folder(struct files *f, const char *path)
{
    (void)f, (void)path;
    return 0;
}

int file_probe_direct(struct files *f, int dir_fd, const char *name)
{
    (void)f, (void)dir_fd, (void)name;
    return sim.p.disk_direct;
}

int file_lock(struct files *f, int fd, uint32_t wait_ms)
{
    (void)f, (void)wait_ms;
    return disk_lock(fd);
}

static void check_direct(int fd, const void *p, size_t len, uint64_t offset)
{
    if (!disk_is_direct(fd)) return;
    assert((uintptr_t)p % FILE_BLOCK == 0 && len % FILE_BLOCK == 0 && offset % FILE_BLOCK == 0); /* the kernel says EINVAL */
}

int64_t file_read_now(struct files *f, int fd, void *p, size_t len, uint64_t offset)
{
    (void)f;
    check_direct(fd, p, len, offset);
    return (int64_t)disk_read(fd, p, len, offset);
}

/* The bytes come at the beginning: nothing else writes to the file meanwhile. */
void file_read_begin(struct files *f, int fd, void *p, size_t len, uint64_t offset)
{
    f->read = file_read_now(f, fd, p, len, offset);
}

int64_t file_read_end(struct files *f)
{
    return f->read;
}

int file_write_now(struct files *f, int fd, const void *p, size_t len, uint64_t offset)
{
    (void)f;
    check_direct(fd, p, len, offset);
    int32_t res = disk_write(fd, p, len, offset, NULL, NULL);
    return res < 0 ? res : 0;
}

int file_sync_now(struct files *f, int fd)
{
    (void)f;
    if (sim.lie != LIE_SYNC) disk_sync(fd, disk_version());
    return 0;
}

int64_t file_bytes(struct files *f, int fd)
{
    (void)f;
    return disk_bytes(fd);
}

int file_allocate_now(struct files *f, int fd, uint64_t bytes)
{
    (void)f;
    return disk_allocate(fd, bytes);
}

int file_drop_cache(struct files *f, int fd)
{
    (void)f, (void)fd;
    return 0;
}

int file_rename_now(struct files *f, int dir_fd, const char *from, const char *to)
{
    (void)f, (void)dir_fd;
    return disk_rename(from, to);
}

int file_unlink_now(struct files *f, int dir_fd, const char *path)
{
    (void)f, (void)dir_fd;
    return disk_unlink(path);
}

int file_list(struct files *f, int dir_fd, int (*each)(void *arg, const char *name), void *arg)
{
    (void)f, (void)dir_fd;
    return disk_list(each, arg);
}

int64_t file_free_bytes(struct files *f, int dir_fd)
{
    (void)f, (void)dir_fd;
    return disk_free_bytes();
}

/* ---- through the ring ---- */

void file_op_init(struct file_op *op, struct files *f, file_done *done, void *arg)
{
    assert(f->n_ops < f->ops_max);
    f->n_ops++;
    *op = (struct file_op){.files = f, .done = done, .arg = arg};
}

void file_op_deinit(struct file_op *op)
{
    if (!op->files) return;
    assert(!op->busy);
    op->files->n_ops--;
    op->files = NULL;
}

static bool fails(struct files *f)
{
    if (!f->left || --f->left) return false;
    if (!sim.disk_failed_ns) sim.disk_failed_ns = sim.now_ns; /* the first: each shard has its own */
    return true;
}

static bool keeps_some(void *arg, uint32_t n)
{
    (void)arg, (void)n;
    return sim_one_in(2);
}

static bool keeps_first(void *arg, uint32_t n)
{
    return n < *(uint32_t *)arg;
}

struct late {
    int fd;
    size_t len;
    uint64_t offset;
    _Alignas(16) char bytes[];
};

static void write_late(void *arg)
{
    struct late *l = arg;
    (void)disk_write(l->fd, l->bytes, l->len, l->offset, NULL, NULL);
    disk_sync_range(l->fd, l->offset, l->len);
    free(l);
}

static int32_t lie_early(const struct work *w)
{
    struct late *l = malloc(sizeof *l + w->len);
    assert(l);
    *l = (struct late){.fd = w->fd, .len = w->len, .offset = w->offset};
    memcpy(l->bytes, w->p, w->len);
    sim_at(20 * NS_PER_MS, sim.life, write_late, l);
    sim.lies_told++;
    return (int32_t)w->len;
}

static int32_t do_write(struct work *w)
{
    check_direct(w->fd, w->p, w->len, w->offset);
    if (fails(w->op->files)) {
        uint32_t n = (uint32_t)(w->len / DISK_SECTOR / 2);
        bool is_short = sim_one_in(2) && n;
        (void)disk_write(w->fd, w->p, w->len, w->offset, is_short ? keeps_first : keeps_some, &n);
        return is_short ? (int32_t)(n * DISK_SECTOR) : -EIO;
    }
    if (sim.lie == LIE_EARLY && w->len < (1u << 20)) return lie_early(w);
    int32_t res = disk_write(w->fd, w->p, w->len, w->offset, NULL, NULL);
    if (res < 0 || !(w->flags & FILE_DSYNC)) return res;
    if (sim.lie == LIE_SYNC) sim.lies_told++;
    else disk_sync_range(w->fd, w->offset, w->len);
    return res;
}

static int32_t do_sync(struct work *w)
{
    if (fails(w->op->files)) {
        disk_sync_badly(w->fd);
        return -EIO;
    }
    if (sim.lie == LIE_SYNC) sim.lies_told++;
    else disk_sync(w->fd, w->version);
    return 0;
}

static int32_t do_open(struct work *w)
{
    if (fails(w->op->files)) return sim_one_in(2) ? -ENOSPC : -EMFILE;
    return file_open_now(w->op->files, DISK_FOLDER_FD, w->from, w->flags);
}

static int32_t do_allocate(struct work *w)
{
    if (fails(w->op->files)) return -ENOSPC;
    return disk_allocate(w->fd, w->bytes);
}

static int32_t do_work(struct work *w)
{
    switch (w->what) {
    case OPEN: return do_open(w);
    case WRITE: return do_write(w);
    case SYNC: return do_sync(w);
    case ALLOCATE: return do_allocate(w);
    case RENAME: return disk_rename(w->from, w->to);
    case UNLINK: return disk_unlink(w->from);
    case SHUT: disk_close(w->fd); return 0;
    case REFUSED: return -ECANCELED;
    }
    unreachable_state("no such operation");
}

static void begin(struct work *w);

static int32_t finish(void *arg)
{
    struct work *w = arg;
    for (struct work **at = &under_way; *at; at = &(*at)->next)
        if (*at == w) {
            *at = w->next;
            break;
        }
    int32_t res = do_work(w);
    sim_trace("disk what=%d fd=%d bytes=%zu offset=%lu res=%d", w->what, w->fd, w->len, (unsigned long)w->offset, res);
    if (!w->then) return res;
    if (res != (int32_t)w->len) w->then->what = REFUSED;
    begin(w->then);
    return res;
}

static void deliver(void *arg, int32_t res)
{
    struct work *w = arg;
    struct file_op *op = w->op;
    free(w);
    assert(op->busy);
    op->busy = false;
    op->done(op->arg, res);
}

static void begin(struct work *w)
{
    w->version = disk_version();
    w->next = under_way;
    under_way = w;
    uint64_t most = w->what == SYNC || w->flags & FILE_DSYNC ? sim.p.sync_ns : sim.p.disk_ns;
    sim_ring_file(w->op->files->ring, sim_below(most), finish, deliver, w);
}

static struct work *work_for(struct file_op *op, int what, int fd)
{
    struct work *w = calloc(1, sizeof *w);
    assert(w && op->files && !op->busy);
    op->busy = true;
    w->op = op;
    w->what = what;
    w->fd = fd;
    return w;
}

void file_open(struct file_op *op, int dir_fd, const char *path, int flags)
{
    (void)dir_fd;
    struct work *w = work_for(op, OPEN, -1);
    (void)snprintf(w->from, sizeof w->from, "%s", path);
    w->flags = flags;
    begin(w);
}

static struct work *write_for(struct file_op *op, int fd, const void *p, size_t len, uint64_t offset, int flags)
{
    struct work *w = work_for(op, WRITE, fd);
    w->p = p;
    w->len = len;
    w->offset = offset;
    w->flags = flags;
    return w;
}

void file_write(struct file_op *op, int fd, const void *p, size_t len, uint64_t offset, int flags)
{
    begin(write_for(op, fd, p, len, offset, flags));
}

void file_write_then_sync(struct file_op *write, struct file_op *sync, int fd, const void *p, size_t len, uint64_t offset)
{
    struct work *w = write_for(write, fd, p, len, offset, 0), *s = work_for(sync, SYNC, fd);
    if (sim.lie == LIE_UNLINKED) {
        sim.lies_told++;
        begin(s);
    } else {
        w->then = s;
    }
    begin(w);
}

void file_sync(struct file_op *op, int fd, bool data_only)
{
    (void)data_only;
    begin(work_for(op, SYNC, fd));
}

void file_allocate(struct file_op *op, int fd, uint64_t bytes)
{
    struct work *w = work_for(op, ALLOCATE, fd);
    w->bytes = bytes;
    begin(w);
}

void file_rename(struct file_op *op, int dir_fd, const char *from, const char *to)
{
    (void)dir_fd;
    struct work *w = work_for(op, RENAME, -1);
    (void)snprintf(w->from, sizeof w->from, "%s", from);
    (void)snprintf(w->to, sizeof w->to, "%s", to);
    begin(w);
}

void file_unlink(struct file_op *op, int dir_fd, const char *path)
{
    (void)dir_fd;
    struct work *w = work_for(op, UNLINK, -1);
    (void)snprintf(w->from, sizeof w->from, "%s", path);
    begin(w);
}

void file_close(struct file_op *op, int fd)
{
    begin(work_for(op, SHUT, fd));
}

void sim_files_crash(void)
{
    for (struct work *w = under_way; w; w = w->next)
        if (w->what == WRITE && !sim_one_in(3))
            (void)disk_write(w->fd, w->p, w->len, w->offset, sim_one_in(2) ? NULL : keeps_some, NULL);
    under_way = NULL;
}
