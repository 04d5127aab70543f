/* report_save.c: files appear whole or not at all. */
#include "tools/load/report_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int fill(FILE *f, int (*write)(FILE *f, const void *what), const void *what)
{
    int rc = write(f, what);
    if (rc == 0 && (fflush(f) != 0 || ferror(f))) rc = errno ? -errno : -EIO;
    if (fclose(f) != 0 && rc == 0) rc = -errno;
    return rc;
}

/* A device, a pipe, a socket: nothing to rename to. */
static bool is_special(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && !S_ISREG(s.st_mode);
}

static int save_directly(const char *path, int (*write)(FILE *f, const void *what), const void *what)
{
    FILE *f = fopen(path, "we");
    return f ? fill(f, write, what) : -errno;
}

/* mkostemp() makes files for their owner alone. */
static int open_temporary(char *name)
{
    mode_t mask = umask(0);
    (void)umask(mask);
    int fd = mkostemp(name, O_CLOEXEC);
    if (fd >= 0) (void)fchmod(fd, 0666 & ~mask);
    return fd < 0 ? -errno : fd;
}

int report_save(const char *path, int (*write)(FILE *f, const void *what), const void *what)
{
    char name[PATH_MAX];
    if (is_special(path)) return save_directly(path, write, what);
    int len = snprintf(name, sizeof name, "%s.XXXXXX", path);
    if (len < 0 || (size_t)len >= sizeof name) return -ENAMETOOLONG;
    int fd = open_temporary(name);
    if (fd < 0) return fd;
    FILE *f = fdopen(fd, "w");
    int rc = f ? fill(f, write, what) : -errno;
    if (!f) (void)close(fd);
    if (rc == 0 && rename(name, path) < 0) rc = -errno;
    if (rc < 0) (void)unlink(name);
    return rc;
}
