/* server_cursors.c: see server_cursors.h. */
#include "server_cursors.h"

#include "base/check.h"
#include "base/digest.h"
#include "base/random.h"
#include "ring/file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#define TEXT_BYTES 68u
#define DIGITS_AT 20u /* behind "quern cursors 1\nkey " */

static void write_text(struct siphash_key key, char out[TEXT_BYTES + 1])
{
    int n = snprintf(out, TEXT_BYTES + 1, "quern cursors 1\nkey %016" PRIx64 "%016" PRIx64 "\n", key.k[0], key.k[1]);
    assert(n > 0 && n < (int)TEXT_BYTES);
    uint32_t check = crc32c(0, out, (size_t)n);
    n += snprintf(out + n, TEXT_BYTES + 1 - (size_t)n, "check %08" PRIx32 "\n", check);
    assert(n == (int)TEXT_BYTES);
}

/* False: it is none. */
static bool read_text(const char *text, size_t len, struct siphash_key *key)
{
    char again[TEXT_BYTES + 1];
    struct siphash_key found;
    bool is_one = len == TEXT_BYTES && /* NOLINTNEXTLINE(cert-err34-c): what is too large comes out as another text */
                  sscanf(text + DIGITS_AT, "%16" SCNx64 "%16" SCNx64, &found.k[0], &found.k[1]) == 2;
    if (is_one) write_text(found, again);
    is_one = is_one && memcmp(text, again, TEXT_BYTES) == 0;
    if (is_one) *key = found;
    explicit_bzero(again, sizeof again);
    explicit_bzero(&found, sizeof found);
    return is_one;
}

/* 0; -ENOENT; -EBADMSG: it is damaged; -errno. */
static int read_key(struct files *files, int dir_fd, struct siphash_key *key)
{
    char text[TEXT_BYTES + 2];
    int fd = file_open_now(files, dir_fd, CURSORS_FILE, FILE_READ);
    if (fd < 0) return fd;
    int64_t n = file_read_now(files, fd, text, sizeof text - 1, 0); /* a byte more than it should have */
    file_close_now(files, fd);
    int rc = n < 0 ? (int)n : 0;
    text[n < 0 ? 0 : n] = '\0';
    if (rc == 0 && !read_text(text, (size_t)n, key)) rc = -EBADMSG;
    explicit_bzero(text, sizeof text);
    return rc;
}

static int keep_key(struct files *files, int dir_fd, struct siphash_key key)
{
    char text[TEXT_BYTES + 1];
    write_text(key, text);
    int fd = file_open_now(files, dir_fd, CURSORS_NEW, FILE_WRITE | FILE_CREATE | FILE_EMPTY);
    int rc = fd < 0 ? fd : file_write_now(files, fd, text, TEXT_BYTES, 0);
    if (rc == 0) rc = file_sync_now(files, fd);
    file_close_now(files, fd);
    explicit_bzero(text, sizeof text);
    if (rc == 0) rc = file_rename_now(files, dir_fd, CURSORS_NEW, CURSORS_FILE);
    return rc < 0 ? rc : file_sync_now(files, dir_fd);
}

enum cursors_found cursors_open(struct files *files, int dir_fd, struct siphash_key *key, int *error)
{
    int rc = read_key(files, dir_fd, key);
    if (rc == 0) return CURSORS_KEPT;
    bool is_damaged = rc == -EBADMSG;
    random_secret(key, sizeof *key);
    if (is_damaged || rc == -ENOENT) rc = keep_key(files, dir_fd, *key);
    *error = rc;
    if (rc < 0) return CURSORS_UNKEPT;
    return is_damaged ? CURSORS_DAMAGED : CURSORS_MADE;
}
