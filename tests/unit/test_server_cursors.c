/* The key of cursors: kept beside the data, made anew where it is not there or is damaged. */
#include "server_cursors.h"

#include "ring/file.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct files *files;
static char folder[64];
static int dir_fd;

static void init(void)
{
    cr_assert_eq(files_new(NULL, 0, &files), 0);
    (void)snprintf(folder, sizeof folder, "/tmp/quern-cursors-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    dir_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert_geq(dir_fd, 0);
}

static void fini(void)
{
    (void)unlinkat(dir_fd, CURSORS_FILE, 0);
    (void)unlinkat(dir_fd, CURSORS_NEW, 0);
    (void)close(dir_fd);
    (void)rmdir(folder);
    files = files_free(files);
}

static struct siphash_key expect_found(enum cursors_found wanted)
{
    struct siphash_key key = {{0, 0}};
    int error = 0;
    enum cursors_found found = cursors_open(files, dir_fd, &key, &error);
    cr_assert_eq(found, wanted, "%d, not %d: %d", (int)found, (int)wanted, error);
    cr_assert(key.k[0] != 0 && key.k[1] != 0, "of 2^64 one has such a half");
    return key;
}

static bool same(struct siphash_key a, struct siphash_key b)
{
    return a.k[0] == b.k[0] && a.k[1] == b.k[1];
}

static size_t read_all(char *out, size_t room)
{
    int fd = openat(dir_fd, CURSORS_FILE, O_RDONLY | O_CLOEXEC);
    ssize_t n = read(fd, out, room);
    cr_assert(fd >= 0 && n > 0);
    (void)close(fd);
    return (size_t)n;
}

static void write_all(const char *text, size_t len)
{
    int fd = openat(dir_fd, CURSORS_FILE, O_WRONLY | O_TRUNC | O_CREAT | O_CLOEXEC, 0600);
    cr_assert(fd >= 0 && write(fd, text, len) == (ssize_t)len);
    (void)close(fd);
}

#define T(name) Test(server_cursors, name, .init = init, .fini = fini, .timeout = 60)

T(one_key_for_a_folder)
{
    struct siphash_key key = expect_found(CURSORS_MADE);
    struct stat st;
    for (int i = 0; i < 3; i++) cr_assert(same(expect_found(CURSORS_KEPT), key));
    cr_assert(fstatat(dir_fd, CURSORS_FILE, &st, 0) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 0777) == 0600);
    cr_assert(faccessat(dir_fd, CURSORS_NEW, F_OK, 0) < 0);
    fini();
    init();
    cr_assert_not(same(expect_found(CURSORS_MADE), key), "another folder's");
}

/* Cut anywhere, with a byte more, with any byte changed: never half of a key, never an old one. */
T(damage_makes_a_new_one)
{
    char text[256], wrong[257];
    struct siphash_key key = expect_found(CURSORS_MADE);
    size_t len = read_all(text, sizeof text);
    for (size_t i = 0; i < 2 * len + 1; i++) {
        size_t n = i < len ? i : len;
        memcpy(wrong, text, len);
        if (i >= len) wrong[i - len] ^= 1; /* i - len == len: it is one byte too long */
        write_all(wrong, n + (i == 2 * len));
        struct siphash_key now = expect_found(CURSORS_DAMAGED);
        cr_assert_not(same(now, key), "%zu", i);
        cr_assert(same(expect_found(CURSORS_KEPT), now));
    }
    write_all(text, len);
    cr_assert(same(expect_found(CURSORS_KEPT), key));
}

/* What a crash leaves of a file that is being made is nobody's key. */
T(one_that_was_not_renamed)
{
    char text[256];
    struct siphash_key key = expect_found(CURSORS_MADE);
    size_t len = read_all(text, sizeof text);
    cr_assert_eq(renameat(dir_fd, CURSORS_FILE, dir_fd, CURSORS_NEW), 0);
    cr_assert_not(same(expect_found(CURSORS_MADE), key));
    write_all(text, len);
    cr_assert(same(expect_found(CURSORS_KEPT), key));
}

/* Whatever fails while it is kept, there is a key. */
T(a_folder_that_takes_none)
{
    for (uint64_t nth = 2;; nth++) { /* the first is the look for the old one */
        struct siphash_key key = {{0, 0}};
        int error = 0;
        (void)unlinkat(dir_fd, CURSORS_FILE, 0);
        files_fail_at(files, FILE_FAULT_ERROR, nth, ENOSPC);
        enum cursors_found found = cursors_open(files, dir_fd, &key, &error);
        bool is_over = files_counted(files) < nth;
        files_fail_at(files, FILE_FAULT_NONE, 0, 0);
        cr_assert(key.k[0] != 0 && key.k[1] != 0);
        cr_assert_eq(found, is_over ? CURSORS_MADE : CURSORS_UNKEPT, "%d", (int)nth);
        if (is_over) break;
        cr_assert_eq(error, -ENOSPC);
        cr_assert_lt(nth, 20u);
    }
}

/* A file that cannot be read may be read the next time: it stays. */
T(one_that_cannot_be_read)
{
    struct siphash_key key = expect_found(CURSORS_MADE);
    for (uint64_t nth = 1; nth <= 2; nth++) {
        files_fail_at(files, FILE_FAULT_ERROR, nth, EIO);
        cr_assert_not(same(expect_found(CURSORS_UNKEPT), key));
        files_fail_at(files, FILE_FAULT_NONE, 0, 0);
        cr_assert(same(expect_found(CURSORS_KEPT), key));
    }
}
