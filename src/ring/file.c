/* file.c: see file.h. */
#include "ring/file.h"

#include "base/check.h"
#include "base/clock.h"
#include "ring/fault.h"
#include "ring/ring.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

#define THREAD_BYTES (1u << 20) /* less is read sooner than a thread is there */

/* A read that a thread of its own does, or has done. */
struct read_ahead {
    pthread_t thread;
    bool under_way, has_thread;
    int fd;
    char *p;
    size_t len;
    uint64_t offset;
    int64_t res;
};

struct files {
    struct ring *ring;
    struct file_op **ops; /* by slot; NULL: free */
    uint32_t ops_max;
    enum file_fault fault;
    int fault_error;
    uint64_t fault_at, counted;
    struct read_ahead ahead;
};

static void on_file(void *owner, uint32_t slot, uint32_t generation, struct ring_result r)
{
    struct files *f = owner;
    assert(slot < f->ops_max && f->ops[slot]);
    struct file_op *op = f->ops[slot];
    assert(op->busy && op->generation == generation); /* an op goes away only when it is idle */
    op->busy = false;
    int32_t res = op->injected ? op->injected : r.res;
    op->injected = 0;
    op->done(op->arg, res);
}

static void plan_fault(struct files *f)
{
    char kind[8] = "";
    unsigned long nth = 0;
    if (!fault_file(kind, &nth)) return;
    enum file_fault fault = strcmp(kind, "short") == 0 ? FILE_FAULT_SHORT : FILE_FAULT_ERROR;
    files_fail_at(f, strcmp(kind, "from") == 0 ? FILE_FAULT_FROM : fault, nth, EIO);
}

int files_new(struct ring *ring, uint32_t ops_max, struct files **out)
{
    struct files *f = calloc(1, sizeof *f);
    if (!f) return -ENOMEM;
    f->ops_max = ops_max;
    f->ops = calloc(ops_max ? ops_max : 1, sizeof *f->ops);
    if (!f->ops) {
        free(f);
        return -ENOMEM;
    }
    f->ring = ring;
    if (ring) ring_handle(ring, RING_FILE, on_file, f);
    plan_fault(f);
    *out = f;
    return 0;
}

struct files *files_free(struct files *f)
{
    if (!f) return NULL;
    assert(!f->ahead.under_way);
    for (uint32_t i = 0; i < f->ops_max; i++) assert(!f->ops[i] || !f->ops[i]->busy);
    free(f->ops);
    free(f);
    return NULL;
}

/* ---- faults ---- */

void files_fail_at(struct files *f, enum file_fault fault, uint64_t nth, int error)
{
    f->fault = fault;
    f->fault_at = nth;
    f->fault_error = error;
    f->counted = 0;
}

uint64_t files_counted(const struct files *f)
{
    return f->counted;
}

static enum file_fault count_one(struct files *f)
{
    f->counted++;
    if (f->fault == FILE_FAULT_FROM) return f->counted >= f->fault_at ? FILE_FAULT_ERROR : FILE_FAULT_NONE;
    return f->counted == f->fault_at ? f->fault : FILE_FAULT_NONE;
}

/* Counts the operation: 0, or the error that it shall report instead of being done. */
static int refused(struct files *f)
{
    return count_one(f) == FILE_FAULT_ERROR ? -f->fault_error : 0;
}

/* ---- done when they return ---- */

static int open_flags(int flags)
{
    return O_CLOEXEC | (flags & FILE_WRITE ? O_RDWR : O_RDONLY) | (flags & FILE_CREATE ? O_CREAT : 0) |
           (flags & FILE_EMPTY ? O_TRUNC : 0) | (flags & FILE_DIRECT ? O_DIRECT : 0) | (flags & FILE_FOLDER ? O_DIRECTORY : 0);
}

int file_open_now(struct files *f, int dir_fd, const char *path, int flags)
{
    int rc = refused(f);
    if (rc < 0) return rc;
    int fd = openat(dir_fd, path, open_flags(flags), 0600);
    return fd < 0 ? -errno : fd;
}

/* A lock goes with the last reference to the opening, and a worker thread of the ring may keep one for seconds after its
 * operation has completed. */
static void unlock(int fd)
{
    (void)flock(fd, LOCK_UN);
}

void file_close_now(struct files *f, int fd)
{
    (void)f;
    if (fd < 0) return;
    unlock(fd);
    (void)close(fd); /* what had to be durable has been synced */
}

int file_make_folder(struct files *f, const char *path)
{
    int rc = refused(f);
    if (rc < 0) return rc;
    return mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : -errno;
}

int file_probe_direct(struct files *f, int dir_fd, const char *name)
{
    int fd = file_open_now(f, dir_fd, name, FILE_WRITE | FILE_CREATE | FILE_EMPTY | FILE_DIRECT);
    if (fd == -EINVAL) { /* some file systems make the file and then refuse to open it so */
        int rc = file_unlink_now(f, dir_fd, name);
        return rc == -ENOENT ? 0 : rc;
    }
    if (fd == -ENOSPC || fd == -EDQUOT) return 0; /* a full disk must not keep a server from starting */
    if (fd < 0) return fd;
    int rc = -ENOMEM;
    void *block = mmap(NULL, FILE_BLOCK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block != MAP_FAILED) {
        rc = file_write_now(f, fd, block, FILE_BLOCK, 0);
        munmap(block, FILE_BLOCK);
    }
    file_close_now(f, fd);
    int unlinked = file_unlink_now(f, dir_fd, name);
    if (rc == -EINVAL) rc = 0;
    else if (rc == 0 || rc == -ENOSPC || rc == -EDQUOT) rc = 1; /* it was opened so */
    return unlinked < 0 ? unlinked : rc;
}

int file_lock(struct files *f, int fd, uint32_t wait_ms)
{
    int rc = refused(f);
    if (rc < 0) return rc;
    for (uint32_t ms = 0;; ms++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0) return 0;
        if (errno != EWOULDBLOCK && errno != EINTR) return -errno;
        if (ms >= wait_ms) return -EWOULDBLOCK;
        (void)usleep(1000); /* flock(2) can wait, but not for so long and no longer */
    }
}

static int64_t read_all(int fd, char *p, size_t len, uint64_t offset)
{
    size_t done = 0;
    while (done < len) {
        ssize_t n = pread(fd, p + done, len - done, (off_t)(offset + done));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return -errno;
        done += (size_t)n;
        if (n == 0 || n % FILE_BLOCK) break; /* the end; past an odd one a direct read would be refused */
    }
    return (int64_t)done;
}

int64_t file_read_now(struct files *f, int fd, void *p, size_t len, uint64_t offset)
{
    int rc = refused(f);
    return rc < 0 ? rc : read_all(fd, p, len, offset);
}

static void *read_in_thread(void *ahead)
{
    struct read_ahead *a = ahead;
    a->res = read_all(a->fd, a->p, a->len, a->offset);
    return NULL;
}

void file_read_begin(struct files *f, int fd, void *p, size_t len, uint64_t offset)
{
    struct read_ahead *a = &f->ahead;
    sigset_t all, before;
    assert(!a->under_way);
    *a = (struct read_ahead){.under_way = true, .fd = fd, .p = p, .len = len, .offset = offset, .res = refused(f)};
    if (a->res < 0) return;
    if (len < THREAD_BYTES) {
        (void)read_in_thread(a);
        return;
    }
    (void)sigfillset(&all); /* signals are for the threads that were there before */
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    a->has_thread = pthread_create(&a->thread, NULL, read_in_thread, a) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!a->has_thread) (void)read_in_thread(a);
}

int64_t file_read_end(struct files *f)
{
    struct read_ahead *a = &f->ahead;
    assert(a->under_way);
    if (a->has_thread) (void)pthread_join(a->thread, NULL);
    a->under_way = false;
    return a->res;
}

int file_write_now(struct files *f, int fd, const void *p, size_t len, uint64_t offset)
{
    enum file_fault fault = count_one(f);
    if (fault == FILE_FAULT_ERROR) return -f->fault_error;
    if (fault == FILE_FAULT_SHORT) len = len / 2 / FILE_BLOCK * FILE_BLOCK;
    for (size_t done = 0; done < len;) {
        ssize_t n = pwrite(fd, (const char *)p + done, len - done, (off_t)(offset + done));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return n < 0 ? -errno : -ENOSPC;
        done += (size_t)n;
    }
    return fault == FILE_FAULT_SHORT ? -EIO : 0;
}

int file_sync_now(struct files *f, int fd)
{
    int rc = refused(f);
    if (rc < 0) return rc;
    return fsync(fd) == 0 ? 0 : -errno; /* never tried again: the kernel would forget what failed */
}

int64_t file_bytes(struct files *f, int fd)
{
    int rc = refused(f);
    if (rc < 0) return rc;
    struct stat st;
    return fstat(fd, &st) == 0 ? (int64_t)st.st_size : -errno;
}

int file_allocate_now(struct files *f, int fd, uint64_t bytes)
{
    int rc = refused(f);
    if (rc < 0) return rc;
    if (fallocate(fd, 0, 0, (off_t)bytes) == 0) return 0;
    if (errno != EOPNOTSUPP && errno != ENOSYS) return -errno;
    return ftruncate(fd, (off_t)bytes) == 0 ? 0 : -errno;
}

int file_drop_cache(struct files *f, int fd)
{
    int rc = refused(f);
    return rc < 0 ? rc : -posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
}

int file_rename_now(struct files *f, int dir_fd, const char *from, const char *to)
{
    int rc = refused(f);
    if (rc < 0) return rc;
    return renameat(dir_fd, from, dir_fd, to) == 0 ? 0 : -errno;
}

int file_unlink_now(struct files *f, int dir_fd, const char *path)
{
    int rc = refused(f);
    if (rc < 0) return rc;
    return unlinkat(dir_fd, path, 0) == 0 ? 0 : -errno;
}

int file_list(struct files *f, int dir_fd, int (*each)(void *arg, const char *name), void *arg)
{
    int rc = refused(f);
    if (rc < 0) return rc;
    int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return -errno;
    DIR *d = fdopendir(fd);
    if (!d) {
        rc = -errno;
        (void)close(fd);
        return rc;
    }
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(d); /* each thread has its own DIR */
        if (!entry) rc = -errno;
        if (!entry || rc) break;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        if ((rc = each(arg, entry->d_name)) != 0) break;
    }
    (void)closedir(d);
    return rc;
}

int64_t file_free_bytes(struct files *f, int dir_fd)
{
    int rc = refused(f);
    if (rc < 0) return rc;
    struct statvfs st;
    return fstatvfs(dir_fd, &st) == 0 ? (int64_t)st.f_bavail * (int64_t)st.f_frsize : -errno;
}

/* ---- through the ring ---- */

void file_op_init(struct file_op *op, struct files *f, file_done *done, void *arg)
{
    assert(f->ring);
    uint32_t slot = 0;
    while (slot < f->ops_max && f->ops[slot]) slot++;
    assert(slot < f->ops_max);
    *op = (struct file_op){.files = f, .done = done, .arg = arg, .slot = slot};
    f->ops[slot] = op;
}

void file_op_deinit(struct file_op *op)
{
    if (!op->files) return;
    assert(!op->busy);
    op->files->ops[op->slot] = NULL;
    op->files = NULL;
}

/* Descriptor that no process has: the ring reports -EBADF for it, in its own time, and on_file what was asked for. */
#define NOT_A_FILE INT32_C(0x3fffffff)

/* Takes op for one operation. False: the operation shall fail; start one on NOT_A_FILE. */
static bool take(struct file_op *op, enum file_fault fault)
{
    assert(op->files && !op->busy);
    op->busy = true;
    op->generation = (op->generation + 1) & 0xffffff;
    if (fault != FILE_FAULT_ERROR) return true;
    op->injected = -op->files->fault_error;
    return false;
}

void file_open(struct file_op *op, int dir_fd, const char *path, int flags)
{
    if (!take(op, count_one(op->files))) ring_fsync(op->files->ring, NOT_A_FILE, true, op->slot, op->generation);
    else ring_open_file(op->files->ring, dir_fd, path, open_flags(flags), 0600, op->slot, op->generation);
}

static size_t shortened(size_t len, enum file_fault fault)
{
    return fault == FILE_FAULT_SHORT ? len / 2 / FILE_BLOCK * FILE_BLOCK : len;
}

void file_write(struct file_op *op, int fd, const void *p, size_t len, uint64_t offset, int flags)
{
    enum file_fault fault = count_one(op->files);
    if (!take(op, fault)) fd = NOT_A_FILE;
    ring_write(op->files->ring, fd, p, shortened(len, fault), offset, flags & FILE_DSYNC ? RWF_DSYNC : 0, op->slot,
               op->generation);
}

void file_write_then_sync(struct file_op *write, struct file_op *sync, int fd, const void *p, size_t len, uint64_t offset)
{
    struct files *f = write->files;
    enum file_fault fault = count_one(f), fault_sync = count_one(f);
    if (!take(write, fault) || fault == FILE_FAULT_SHORT) { /* as the kernel breaks the chain */
        ring_write(f->ring, fault == FILE_FAULT_SHORT ? fd : NOT_A_FILE, p, shortened(len, fault), offset, 0, write->slot,
                   write->generation);
        (void)take(sync, FILE_FAULT_NONE);
        sync->injected = -ECANCELED;
        ring_fsync(f->ring, NOT_A_FILE, true, sync->slot, sync->generation);
    } else if (!take(sync, fault_sync)) {
        ring_write(f->ring, fd, p, len, offset, 0, write->slot, write->generation);
        ring_fsync(f->ring, NOT_A_FILE, true, sync->slot, sync->generation);
    } else {
        ring_write_then_sync(f->ring, fd, p, len, offset, write->slot, write->generation, sync->slot, sync->generation);
    }
}

void file_sync(struct file_op *op, int fd, bool data_only)
{
    if (!take(op, count_one(op->files))) fd = NOT_A_FILE;
    ring_fsync(op->files->ring, fd, data_only, op->slot, op->generation);
}

void file_allocate(struct file_op *op, int fd, uint64_t bytes)
{
    if (!take(op, count_one(op->files))) fd = NOT_A_FILE;
    ring_allocate(op->files->ring, fd, bytes, op->slot, op->generation);
}

void file_rename(struct file_op *op, int dir_fd, const char *from, const char *to)
{
    if (!take(op, count_one(op->files))) ring_fsync(op->files->ring, NOT_A_FILE, true, op->slot, op->generation);
    else ring_rename(op->files->ring, dir_fd, from, to, op->slot, op->generation);
}

void file_unlink(struct file_op *op, int dir_fd, const char *path)
{
    if (!take(op, count_one(op->files))) ring_fsync(op->files->ring, NOT_A_FILE, true, op->slot, op->generation);
    else ring_unlink(op->files->ring, dir_fd, path, op->slot, op->generation);
}

void file_close(struct file_op *op, int fd)
{
    (void)take(op, FILE_FAULT_NONE);
    unlock(fd);
    ring_close_file(op->files->ring, fd, op->slot, op->generation);
}
