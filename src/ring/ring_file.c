/* ring_file.c: the operations of ring.h on files. */
#include "ring/uring.h"

#include "base/check.h"

#include <fcntl.h>

/* The kernel takes at most this much in one call (MAX_RW_COUNT), and liburing a 32-bit length. */
#define WRITE_MAX (UINT32_C(1) << 30)

void ring_write(struct ring *r, int fd, const void *p, size_t len, uint64_t offset, int rw_flags, uint32_t slot,
                uint32_t generation)
{
    assert(len <= WRITE_MAX);
    struct io_uring_sqe *sqe = ring_next_sqe(r);
    io_uring_prep_write(sqe, fd, p, (unsigned)len, offset);
    sqe->rw_flags = rw_flags;
    ring_launch(r, sqe, fd, RING_FILE, slot, generation);
}

void ring_fsync(struct ring *r, int fd, bool datasync, uint32_t slot, uint32_t generation)
{
    struct io_uring_sqe *sqe = ring_next_sqe(r);
    io_uring_prep_fsync(sqe, fd, datasync ? IORING_FSYNC_DATASYNC : 0);
    ring_launch(r, sqe, fd, RING_FILE, slot, generation);
}

void ring_write_then_sync(struct ring *r, int fd, const void *p, size_t len, uint64_t offset, uint32_t slot,
                          uint32_t generation, uint32_t slot_sync, uint32_t generation_sync)
{
    assert(len <= WRITE_MAX);
    if (io_uring_sq_space_left(&r->uring) < 2) ring_submit_all(r); /* a chain never spans two submissions */
    struct io_uring_sqe *sqe = ring_next_sqe(r);
    io_uring_prep_write(sqe, fd, p, (unsigned)len, offset);
    sqe->flags |= IOSQE_IO_LINK;
    ring_launch(r, sqe, fd, RING_FILE, slot, generation);
    ring_fsync(r, fd, true, slot_sync, generation_sync);
}

void ring_open_file(struct ring *r, int dir_fd, const char *path, int flags, uint32_t mode, uint32_t slot, uint32_t generation)
{
    struct io_uring_sqe *sqe = ring_next_sqe(r);
    io_uring_prep_openat(sqe, dir_fd, path, flags, mode);
    ring_launch(r, sqe, dir_fd, RING_FILE, slot, generation);
}

void ring_allocate(struct ring *r, int fd, uint64_t bytes, uint32_t slot, uint32_t generation)
{
    struct io_uring_sqe *sqe = ring_next_sqe(r);
    io_uring_prep_fallocate(sqe, fd, 0, 0, bytes);
    ring_launch(r, sqe, fd, RING_FILE, slot, generation);
}

void ring_rename(struct ring *r, int dir_fd, const char *from, const char *to, uint32_t slot, uint32_t generation)
{
    struct io_uring_sqe *sqe = ring_next_sqe(r);
    io_uring_prep_renameat(sqe, dir_fd, from, dir_fd, to, 0);
    ring_launch(r, sqe, dir_fd, RING_FILE, slot, generation);
}

void ring_unlink(struct ring *r, int dir_fd, const char *path, uint32_t slot, uint32_t generation)
{
    struct io_uring_sqe *sqe = ring_next_sqe(r);
    io_uring_prep_unlinkat(sqe, dir_fd, path, 0);
    ring_launch(r, sqe, dir_fd, RING_FILE, slot, generation);
}

void ring_close_file(struct ring *r, int fd, uint32_t slot, uint32_t generation)
{
    struct io_uring_sqe *sqe = ring_next_sqe(r);
    io_uring_prep_close(sqe, fd);
    ring_launch(r, sqe, fd, RING_FILE, slot, generation);
}
