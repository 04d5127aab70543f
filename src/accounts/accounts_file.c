/* accounts_file.c: the accounts file's bytes. See accounts.h. */
#include "accounts/accounts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Who can read it has every digest; who can write it is everybody. */
static int check_mode(const struct stat *st, const char *path, bool is_public, size_t bytes_max, char *why, size_t why_room)
{
    const char *wrong = NULL;
    if (!S_ISREG(st->st_mode)) wrong = "it is no plain file";
    else if (is_public && st->st_mode & 022) wrong = "others than its owner may write it: chmod 644";
    else if (!is_public && st->st_mode & 077) wrong = "others than its owner may read or write it: chmod 600";
    else if (st->st_uid != geteuid() && st->st_uid != 0) wrong = "it belongs to somebody else";
    else if (st->st_size > (off_t)bytes_max) wrong = "it is too large";
    if (!wrong) return 0;
    (void)snprintf(why, why_room, "%s: %s", path, wrong);
    return -EPERM;
}

static int read_all(int fd, char *to, size_t room, size_t *len)
{
    size_t n = 0;
    while (n < room) {
        ssize_t got = read(fd, to + n, room - n);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -errno;
        if (got == 0) break;
        n += (size_t)got;
    }
    *len = n;
    return 0;
}

static int load(int fd, const char *path, bool is_public, size_t bytes_max, struct slice *text, char *why, size_t why_room)
{
    struct stat st;
    size_t len = 0;
    int rc = fstat(fd, &st) < 0 ? -errno : check_mode(&st, path, is_public, bytes_max, why, why_room);
    if (rc < 0) return rc;
    char *bytes = malloc((size_t)st.st_size + 1);
    if (!bytes) return -ENOMEM;
    rc = read_all(fd, bytes, (size_t)st.st_size + 1, &len);
    if (rc == 0 && len != (size_t)st.st_size) rc = -EAGAIN; /* it is being written: not by quern, which replaces it whole */
    if (rc < 0) accounts_wipe(slice_make(bytes, (size_t)st.st_size + 1));
    else *text = slice_make(bytes, len);
    return rc;
}

static int load_path(const char *path, bool is_public, size_t bytes_max, struct slice *text, char *why, size_t why_room)
{
    why[0] = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); /* of a FIFO it does not wait for a writer */
    int rc = fd < 0 ? -errno : load(fd, path, is_public, bytes_max, text, why, why_room);
    if (fd >= 0) (void)close(fd); /* only read */
    if (rc < 0 && !why[0]) {
        errno = -rc; /* for %m */
        (void)snprintf(why, why_room, "cannot read %s: %m", path);
    }
    return rc;
}

int accounts_load(const char *path, struct slice *text, char *why, size_t why_room)
{
    return load_path(path, false, ACCOUNTS_BYTES_MAX, text, why, why_room);
}

int accounts_load_public(const char *path, size_t bytes_max, struct slice *text, char *why, size_t why_room)
{
    return load_path(path, true, bytes_max, text, why, why_room);
}
