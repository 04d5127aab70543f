#include "ring/file.h"
#include "ring/ring.h"
#include "base/clock.h"

#include <criterion/criterion.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static struct ring *ring;
static struct files *files;
static char folder[64];
static int dir_fd;
static uint8_t *block; /* aligned, 4 blocks */

struct seen {
    int32_t res;
    int n, order;
};
static int order;

static void on_done(void *arg, int32_t res)
{
    struct seen *s = arg;
    s->res = res;
    s->n++;
    s->order = ++order;
}

static void start(void)
{
    const char *why;
    struct ring_options o = {.sq_entries = 8, .cq_entries = 16};
    cr_assert_eq(ring_open(&o, &ring, &why), 0, "%s", why);
    cr_assert_eq(files_new(ring, 4, &files), 0);
    (void)snprintf(folder, sizeof folder, "/tmp/quern-file-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    dir_fd = file_open_now(files, AT_FDCWD, folder, FILE_FOLDER);
    cr_assert_geq(dir_fd, 0);
    cr_assert_eq(posix_memalign((void **)&block, FILE_BLOCK, (size_t)4 * FILE_BLOCK), 0);
    memset(block, 'x', (size_t)4 * FILE_BLOCK);
    order = 0;
}

static int remove_one(void *arg, const char *name)
{
    (void)arg;
    return file_unlink_now(files, dir_fd, name);
}

static void stop(void)
{
    files_fail_at(files, FILE_FAULT_NONE, 0, 0);
    cr_assert_eq(file_list(files, dir_fd, remove_one, NULL), 0);
    file_close_now(files, dir_fd);
    cr_assert_eq(rmdir(folder), 0);
    files_free(files);
    ring_close(ring);
    free(block);
}

static void run(void)
{
    while (ring_in_flight(ring)) {
        ring_wait(ring, true, 0, UINT64_MAX);
        (void)ring_dispatch(ring, 64);
    }
}

TestSuite(ring_file, .init = start, .fini = stop, .timeout = 20);

Test(ring_file, a_file_through_the_ring_from_open_to_unlink)
{
    struct seen s = {0};
    struct file_op op;
    file_op_init(&op, files, on_done, &s);
    file_open(&op, dir_fd, "a.new", FILE_WRITE | FILE_CREATE | FILE_EMPTY);
    run();
    int fd = s.res;
    cr_assert_geq(fd, 0);
    cr_assert(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    file_allocate(&op, fd, (uint64_t)4 * FILE_BLOCK);
    run();
    cr_assert_eq(s.res, 0);
    cr_assert_eq(file_bytes(files, fd), 4 * (int64_t)FILE_BLOCK);
    file_write(&op, fd, block, 100, 10, FILE_DSYNC);
    run();
    cr_assert_eq(s.res, 100);
    file_sync(&op, fd, false);
    run();
    cr_assert_eq(s.res, 0);
    file_rename(&op, dir_fd, "a.new", "a");
    run();
    cr_assert_eq(s.res, 0);
    char back[200];
    cr_assert_eq(file_read_now(files, fd, back, 200, 0), 200);
    cr_assert(back[9] == 0 && back[10] == 'x' && back[109] == 'x' && back[110] == 0);
    file_unlink(&op, dir_fd, "a");
    run();
    cr_assert_eq(s.res, 0);
    file_unlink(&op, dir_fd, "a");
    run();
    cr_assert_eq(s.res, -ENOENT);
    file_close(&op, fd);
    run();
    cr_assert_eq(s.res, 0);
    cr_assert_eq(fcntl(fd, F_GETFD), -1);
    cr_assert_eq(s.n, 8);
    file_op_deinit(&op);
}

Test(ring_file, a_sync_linked_to_a_write_comes_after_it)
{
    struct seen w = {0}, s = {0};
    struct file_op write, sync;
    file_op_init(&write, files, on_done, &w);
    file_op_init(&sync, files, on_done, &s);
    int fd = file_open_now(files, dir_fd, "a", FILE_WRITE | FILE_CREATE);
    for (int i = 0; i < 50; i++) { /* more than the submission queue holds */
        order = 0;
        file_write_then_sync(&write, &sync, fd, block, FILE_BLOCK, (uint64_t)i * FILE_BLOCK);
        run();
        cr_assert(w.res == (int32_t)FILE_BLOCK && w.order == 1);
        cr_assert(s.res == 0 && s.order == 2);
    }
    file_close_now(files, fd);
    file_op_deinit(&write);
    file_op_deinit(&sync);
}

Test(ring_file, a_failed_write_takes_its_sync_along)
{
    struct seen w = {0}, s = {0};
    struct file_op write, sync;
    file_op_init(&write, files, on_done, &w);
    file_op_init(&sync, files, on_done, &s);
    int fd = file_open_now(files, dir_fd, "a", FILE_WRITE | FILE_CREATE);
    int read_only = file_open_now(files, dir_fd, "a", FILE_READ);
    file_write_then_sync(&write, &sync, read_only, block, FILE_BLOCK, 0); /* by the kernel */
    run();
    cr_assert(w.res == -EBADF && s.res == -ECANCELED, "%d %d", w.res, s.res);
    files_fail_at(files, FILE_FAULT_ERROR, 1, EIO);
    file_write_then_sync(&write, &sync, fd, block, FILE_BLOCK, 0);
    run();
    cr_assert(w.res == -EIO && s.res == -ECANCELED);
    files_fail_at(files, FILE_FAULT_ERROR, 2, EIO);
    file_write_then_sync(&write, &sync, fd, block, FILE_BLOCK, 0);
    run();
    cr_assert(w.res == (int32_t)FILE_BLOCK && s.res == -EIO);
    files_fail_at(files, FILE_FAULT_SHORT, 1, 0);
    file_write_then_sync(&write, &sync, fd, block, (size_t)2 * FILE_BLOCK, 0);
    run();
    cr_assert(w.res == (int32_t)FILE_BLOCK && s.res == -ECANCELED);
    file_close_now(files, read_only);
    file_close_now(files, fd);
    file_op_deinit(&write);
    file_op_deinit(&sync);
}

Test(ring_file, the_nth_operation_fails_of_either_kind)
{
    struct seen s = {0};
    struct file_op op;
    file_op_init(&op, files, on_done, &s);
    int fd = file_open_now(files, dir_fd, "a", FILE_WRITE | FILE_CREATE);
    files_fail_at(files, FILE_FAULT_ERROR, 2, ENOSPC);
    cr_assert_eq(file_write_now(files, fd, block, 10, 0), 0);
    file_write(&op, fd, block, 10, 0, 0);
    run();
    cr_assert_eq(s.res, -ENOSPC);
    file_write(&op, fd, block, 10, 0, 0);
    run();
    cr_assert_eq(s.res, 10);
    cr_assert_eq(files_counted(files), 3);
    files_fail_at(files, FILE_FAULT_FROM, 2, EIO);
    cr_assert_eq(file_sync_now(files, fd), 0);
    cr_assert_eq(file_sync_now(files, fd), -EIO);
    cr_assert_eq(file_bytes(files, fd), -EIO);
    file_open(&op, dir_fd, "b", FILE_WRITE | FILE_CREATE);
    run();
    cr_assert_eq(s.res, -EIO);
    files_fail_at(files, FILE_FAULT_NONE, 0, 0);
    cr_assert_eq(file_open_now(files, dir_fd, "b", FILE_READ), -ENOENT);
    file_close_now(files, fd);
    file_op_deinit(&op);
}

Test(ring_file, direct_files_take_blocks)
{
    int direct = file_probe_direct(files, dir_fd, "probe");
    cr_assert(direct == 0 || direct == 1, "%d", direct);
    cr_assert_eq(file_unlink_now(files, dir_fd, "probe"), -ENOENT);
    if (!direct) cr_skip_test("this file system takes no direct writes");
    struct seen s = {0};
    struct file_op op;
    file_op_init(&op, files, on_done, &s);
    int fd = file_open_now(files, dir_fd, "a", FILE_WRITE | FILE_CREATE | FILE_DIRECT);
    file_write(&op, fd, block, (size_t)2 * FILE_BLOCK, FILE_BLOCK, FILE_DSYNC);
    run();
    cr_assert_eq(s.res, 2 * (int32_t)FILE_BLOCK);
    memset(block, 0, (size_t)4 * FILE_BLOCK);
    cr_assert_eq(file_read_now(files, fd, block, (size_t)4 * FILE_BLOCK, 0), 3 * (int64_t)FILE_BLOCK);
    cr_assert(block[FILE_BLOCK - 1] == 0 && block[FILE_BLOCK] == 'x' && block[3 * FILE_BLOCK - 1] == 'x');
    file_close_now(files, fd);
    file_op_deinit(&op);
}

/* A large one on a thread of its own, a small one at once. */
Test(ring_file, a_read_goes_on_beside_the_caller)
{
    static const size_t sizes[] = {300, 3u << 20};
    for (size_t i = 0; i < 2; i++) {
        size_t len = sizes[i];
        char *bytes = malloc(len), *back = malloc(len + 100);
        cr_assert(bytes && back);
        memset(bytes, 'y', len);
        int fd = file_open_now(files, dir_fd, "a", FILE_WRITE | FILE_CREATE);
        cr_assert_eq(file_write_now(files, fd, bytes, len, 0), 0);
        file_read_begin(files, fd, back, len + 100, 100);
        cr_assert_eq(file_bytes(files, fd), (int64_t)len, "others are done meanwhile");
        cr_assert_eq(file_read_end(files), (int64_t)len - 100);
        cr_assert(back[0] == 'y' && back[len - 101] == 'y');
        files_fail_at(files, FILE_FAULT_ERROR, 1, EIO);
        file_read_begin(files, fd, back, len, 0);
        cr_assert_eq(file_read_end(files), -EIO);
        file_close_now(files, fd);
        free(bytes);
        free(back);
    }
}

Test(ring_file, a_lock_excludes_until_its_holder_is_dead)
{
    int fd = file_open_now(files, dir_fd, "lock", FILE_WRITE | FILE_CREATE);
    int go[2], ready[2];
    cr_assert(pipe(go) == 0 && pipe(ready) == 0);
    pid_t child = fork();
    if (child == 0) {
        char c;
        int own = file_open_now(files, dir_fd, "lock", FILE_WRITE);
        if (file_lock(files, own, 0) < 0 || write(ready[1], "r", 1) != 1) _exit(1);
        (void)!read(go[0], &c, 1);
        _exit(0);
    }
    char c;
    cr_assert_eq(read(ready[0], &c, 1), 1);
    cr_assert_eq(file_lock(files, fd, 2), -EWOULDBLOCK);
    cr_assert_eq(write(go[1], "g", 1), 1);
    cr_assert_eq(file_lock(files, fd, 5000), 0); /* succeeds as soon as the child has gone */
    int other = file_open_now(files, dir_fd, "lock", FILE_WRITE);
    cr_assert_eq(file_lock(files, other, 0), -EWOULDBLOCK);
    file_close_now(files, fd);
    cr_assert_eq(file_lock(files, other, 0), 0);
    file_close_now(files, other);
    int status;
    cr_assert(waitpid(child, &status, 0) == child && status == 0);
}

static int count_name(void *arg, const char *name)
{
    (void)name;
    return ++*(int *)arg == 3 ? -ECANCELED : 0;
}

Test(ring_file, a_folder_is_listed)
{
    int n = 0;
    cr_assert_eq(file_list(files, dir_fd, count_name, &n), 0);
    cr_assert_eq(n, 0);
    for (char name[2] = "a"; name[0] <= 'b'; name[0]++)
        file_close_now(files, file_open_now(files, dir_fd, name, FILE_WRITE | FILE_CREATE));
    cr_assert_eq(file_list(files, dir_fd, count_name, &n), 0);
    cr_assert_eq(n, 2);
    cr_assert_eq(file_list(files, dir_fd, count_name, &n), -ECANCELED);
    cr_assert_gt(file_free_bytes(files, dir_fd), 0);
}
