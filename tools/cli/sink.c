#include "tools/cli/sink.h"

#include "tools/cli/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void sink_init(struct sink *s, const char *path)
{
    *s = (struct sink){.path = path, .fd = -1};
}

/* What is there already and no plain file (a device, a pipe, a link) cannot be replaced by renaming. */
static bool is_replaceable(const char *path)
{
    struct stat st;
    return lstat(path, &st) < 0 ? errno == ENOENT : S_ISREG(st.st_mode);
}

static int open_beside(struct sink *s)
{
    struct stat st;
    if (asprintf(&s->beside, "%s.XXXXXX", s->path) < 0) {
        s->beside = NULL;
        return -ENOMEM;
    }
    s->fd = mkostemp(s->beside, O_CLOEXEC);
    if (s->fd < 0) {
        int error = errno;
        free(s->beside);
        s->beside = NULL;
        return -error;
    }
    /* The modes that the file has, or that open() would give it. */
    mode_t mask = umask(0);
    (void)umask(mask);
    mode_t mode = stat(s->path, &st) == 0 ? st.st_mode & 07777 : 0666 & ~mask;
    return fchmod(s->fd, mode) < 0 ? -errno : 0;
}

static int open_file(struct sink *s)
{
    if (!s->path) {
        s->fd = STDOUT_FILENO;
        return 0;
    }
    if (is_replaceable(s->path)) return open_beside(s);
    s->fd = open(s->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    return s->fd < 0 ? -errno : 0;
}

int sink_write(struct sink *s, struct slice bytes)
{
    if (s->error == 0 && s->fd < 0) s->error = open_file(s);
    while (s->error == 0 && bytes.len) {
        ssize_t n = write(s->fd, bytes.p, bytes.len);
        if (n >= 0) {
            bytes = slice_from(bytes, (size_t)n);
            s->bytes += (uint64_t)n;
        } else if (errno != EINTR || interrupt_seen()) {
            s->error = -errno;
        }
    }
    return s->error;
}

int sink_finish(struct sink *s)
{
    if (s->error == 0 && s->fd < 0) s->error = open_file(s); /* an empty result makes an empty file */
    if (s->fd >= 0 && s->path) {
        if (close(s->fd) < 0 && s->error == 0) s->error = -errno;
        s->fd = -1;
    }
    if (s->error == 0 && s->beside && rename(s->beside, s->path) < 0) s->error = -errno;
    if (s->error == 0) {
        free(s->beside);
        s->beside = NULL;
    }
    sink_drop(s);
    return s->error;
}

void sink_drop(struct sink *s)
{
    if (s->fd >= 0 && s->path) (void)close(s->fd); /* what was written is not wanted */
    s->fd = -1;
    if (!s->beside) return;
    (void)unlink(s->beside);
    free(s->beside);
    s->beside = NULL;
}
