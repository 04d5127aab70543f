/* server_folder.c: see server_folder.h. */
#include "server_folder.h"

#include "jobs/home.h"
#include "ring/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#define FILE_BYTES_MAX 256

void data_folder_name(struct data_folder *d, const char *folder)
{
    if (d->generation) (void)snprintf(d->path, sizeof d->path, "%s/" DATA_FOLDER_PREFIX "%06u", folder, d->generation);
    else (void)snprintf(d->path, sizeof d->path, "%s", folder);
}

static int parse(const char *text, struct data_folder *d)
{
    int end = 0;
    int n = sscanf(text, /* NOLINT(cert-err34-c): a number too large is none of ours below */
                   "quern engines 1\ncount %u\nfolder " DATA_FOLDER_PREFIX "%u\n%n", &d->n_engines, &d->generation, &end);
    bool is_whole = n == 2 && end > 0 && text[end] == '\0';
    return is_whole && d->n_engines >= 1 && d->n_engines <= ENGINES_MAX && d->generation >= 1 ? 0 : -EBADMSG;
}

int data_folder_read(struct files *files, const char *folder, struct data_folder *out)
{
    char text[FILE_BYTES_MAX + 1], path[4096];
    *out = (struct data_folder){.n_engines = 1};
    (void)snprintf(path, sizeof path, "%s/" DATA_FOLDER_FILE, folder);
    int rc = 0, fd = file_open_now(files, AT_FDCWD, path, FILE_READ);
    if (fd < 0 && fd != -ENOENT) return fd;
    if (fd >= 0) {
        int64_t n = file_read_now(files, fd, text, FILE_BYTES_MAX, 0);
        text[n < 0 ? 0 : n] = '\0';
        rc = n < 0 ? (int)n : parse(text, out);
    }
    file_close_now(files, fd);
    data_folder_name(out, folder);
    return rc;
}

int data_folder_write(struct files *files, int dir_fd, const struct data_folder *d)
{
    char text[FILE_BYTES_MAX];
    int n = snprintf(text, sizeof text, "quern engines 1\ncount %u\nfolder " DATA_FOLDER_PREFIX "%06u\n", d->n_engines, d->generation);
    int fd = file_open_now(files, dir_fd, DATA_FOLDER_NEW, FILE_WRITE | FILE_CREATE | FILE_EMPTY);
    int rc = fd < 0 ? fd : file_write_now(files, fd, text, (size_t)n, 0);
    if (rc == 0) rc = file_sync_now(files, fd);
    file_close_now(files, fd);
    return rc;
}
