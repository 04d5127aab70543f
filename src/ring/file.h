/* file.h: files and folders. Operations for start and stop return when they are done; operations for a thread that serves go
 * through its ring and complete in its loop. The whole of it can be replaced by a simulated implementation of this header.
 * One thread owns a struct files and everything made with it.
 *
 * A struct file_op names one operation at a time in the kernel's hands. It is embedded in its long-lived owner, which goes away
 * only when the op is idle:
 *
 *     file_op_init(&owner->write, files, on_written, owner);
 *     file_write(&owner->write, fd, p, len, offset, FILE_DSYNC);   ...   on_written(owner, res)
 *
 * All functions that can fail return 0 (or what they say) or -errno, and so does res. */
#ifndef QUERN_RING_FILE_H
#define QUERN_RING_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct files;
struct ring;

typedef void file_done(void *arg, int32_t res);

struct file_op {
    struct files *files;
    file_done *done;
    void *arg;
    uint32_t slot, generation;
    int32_t injected; /* what a test wants to be reported: -errno; 0: what the kernel says */
    bool busy;
};

/* ring NULL: only the operations that return when they are done. At most ops_max ops. 0 or -ENOMEM. The only RING_FILE
 * handler. */
int files_new(struct ring *ring, uint32_t ops_max, struct files **out);
/* All ops must be idle. Returns NULL. */
struct files *files_free(struct files *f);

/* ---- faults, for tests and the fault build ---- */

enum file_fault {
    FILE_FAULT_NONE,
    FILE_FAULT_ERROR, /* the operation is not done and reports the error */
    FILE_FAULT_SHORT, /* half of a write is done and reported; another operation goes on as if nothing were */
    FILE_FAULT_FROM, /* as ERROR, this operation and all that follow */
};
/* Counts operations from now on, both kinds; the nth of them (1: the next) fails. Operations that give back (close, unlock)
 * are not counted. */
void files_fail_at(struct files *f, enum file_fault fault, uint64_t nth, int error);
/* Operations since files_fail_at or files_new. */
uint64_t files_counted(const struct files *f);

/* ---- done when they return ---- */

enum file_flags {
    FILE_READ = 0,
    FILE_WRITE = 1, /* read and write */
    FILE_CREATE = 2, /* made with mode 0600 if it is not there */
    FILE_EMPTY = 4, /* what is in it is dropped */
    FILE_DIRECT = 8, /* past the page cache: buffers, lengths and offsets are multiples of FILE_BLOCK */
    FILE_FOLDER = 16,
    FILE_DSYNC = 32, /* file_write: durable when it completes */
};
#define FILE_BLOCK 4096u

/* A descriptor (close-on-exec) or -errno; -EINVAL where the file system does not take FILE_DIRECT. dir_fd may be AT_FDCWD. */
int file_open_now(struct files *f, int dir_fd, const char *path, int flags);
/* Unlocks and closes; no operation may be under way on it. Harmless when fd < 0. */
void file_close_now(struct files *f, int fd);
/* Makes a folder (0700) unless it is there. */
int file_make_folder(struct files *f, const char *path);
/* Whether files in this folder can be written with FILE_DIRECT in blocks of FILE_BLOCK: 1, 0 or -errno. Tries, with a file
 * of this name. */
int file_probe_direct(struct files *f, int dir_fd, const char *name);
/* Locks the open file against other openings of it, until all copies of the descriptor are closed and no operation on it
 * is under way: also one of a process that has just died. Tries again for wait_ms at most; then -EWOULDBLOCK. */
int file_lock(struct files *f, int fd, uint32_t wait_ms);
/* Reads len bytes at offset: returns how many, fewer only at the end of the file. */
int64_t file_read_now(struct files *f, int fd, void *p, size_t len, uint64_t offset);
/* The same, while the caller goes on: one read at a time. The bytes are there when file_read_end() has returned what file_read_now() would
 * have; fd stays open until then. */
void file_read_begin(struct files *f, int fd, void *p, size_t len, uint64_t offset);
int64_t file_read_end(struct files *f);
/* All of len is written, or an error. */
int file_write_now(struct files *f, int fd, const void *p, size_t len, uint64_t offset);
int file_sync_now(struct files *f, int fd);
int64_t file_bytes(struct files *f, int fd);
/* Makes the file this long, with room on the disk for all of it where the file system can promise it. */
int file_allocate_now(struct files *f, int fd, uint64_t bytes);
/* Lets the kernel forget what it has in its page cache of this file, as far as it is written. */
int file_drop_cache(struct files *f, int fd);
int file_rename_now(struct files *f, int dir_fd, const char *from, const char *to);
int file_unlink_now(struct files *f, int dir_fd, const char *path);
/* Calls each with every name in the folder but . and .., in no order, until it returns something else than 0, which is
 * returned. */
int file_list(struct files *f, int dir_fd, int (*each)(void *arg, const char *name), void *arg);
/* Free bytes of the file system for this user. */
int64_t file_free_bytes(struct files *f, int dir_fd);

/* ---- through the ring ---- */

void file_op_init(struct file_op *op, struct files *f, file_done *done, void *arg);
void file_op_deinit(struct file_op *op); /* idle, or never initialised but zero */
/* op must be idle; it is when done is called. Bytes stand until then, paths until the loop has waited. */
void file_open(struct file_op *op, int dir_fd, const char *path, int flags); /* res: a descriptor */
/* res: bytes written, which may be fewer. flags: FILE_DSYNC or 0. */
void file_write(struct file_op *op, int fd, const void *p, size_t len, uint64_t offset, int flags);
/* sync begins only when write has written all of len; otherwise it reports -ECANCELED. */
void file_write_then_sync(struct file_op *write, struct file_op *sync, int fd, const void *p, size_t len, uint64_t offset);
void file_sync(struct file_op *op, int fd, bool data_only);
void file_allocate(struct file_op *op, int fd, uint64_t bytes);
void file_rename(struct file_op *op, int dir_fd, const char *from, const char *to);
void file_unlink(struct file_op *op, int dir_fd, const char *path);
void file_close(struct file_op *op, int fd); /* as file_close_now */

#endif
