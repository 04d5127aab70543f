#include "tools/cli/input.h"

#include "base/json.h"
#include "tools/cli/exit_codes.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/say.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int input_open(const char *name)
{
    struct stat st;
    if (strcmp(name, "-") == 0) return STDIN_FILENO;
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        say("cannot open %s: %s", name, strerror(errno));
    } else if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        say("cannot read %s: it is a folder", name);
        (void)close(fd);
        fd = -1;
    }
    return fd;
}

void input_close(int fd)
{
    if (fd > STDERR_FILENO) (void)close(fd); /* only read */
}

int64_t input_bytes(int fd)
{
    struct stat st;
    off_t at = lseek(fd, 0, SEEK_CUR);
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || at < 0) return -1;
    return st.st_size > at ? st.st_size - at : 0;
}

int input_read(int fd, const char *name, struct buf *b)
{
    char piece[65536];
    for (;;) {
        ssize_t n = read(fd, piece, sizeof piece);
        if (n == 0) return 0;
        if (n < 0 && interrupt_seen()) return EXIT_SIGNAL;
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            say("cannot read %s: %s", name, strerror(errno));
            return EXIT_USAGE;
        }
        buf_add(b, slice_make(piece, (size_t)n));
        if (!b->overflow) continue;
        say("%s is longer than %zu MiB", name, b->cap_max >> 20);
        return EXIT_USAGE;
    }
}

int input_args(const char *name, struct buf *b, struct slice *args)
{
    struct json_value v;
    size_t at;
    *args = SLICE("");
    if (!name) return 0;
    int fd = input_open(name);
    int rc = fd < 0 ? EXIT_USAGE : input_read(fd, name, b);
    input_close(fd);
    if (rc) return rc;
    enum json_error e = json_check(buf_slice(b), &v, &at);
    if (e != JSON_OK) say("%s: %s at byte %zu; the arguments of a job are a JSON array", name, json_error_text(e), at);
    else if (v.kind != JSON_ARRAY) say("%s: the arguments of a job are a JSON array", name);
    else *args = v.text;
    return args->len ? 0 : EXIT_USAGE;
}
