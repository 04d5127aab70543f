#include "tools/cli/accounts_edit.h"

#include "tools/cli/exit_codes.h"
#include "tools/cli/say.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const names[ACCOUNTS_LISTS] = {"users", "tokens", "certificates", "keys"};

/* On a file of its own: the one that is locked must not be replaced. */
static int lock(struct accounts_edit *e)
{
    char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "%s.lock", e->path);
    e->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (e->lock_fd >= 0 && flock(e->lock_fd, LOCK_EX) == 0) return 0;
    say("cannot lock %s: %m", path);
    return EXIT_USAGE;
}

static int read_lists(struct accounts_edit *e)
{
    static const struct scope_names builtin;
    struct json_value top, v;
    char why[256];
    size_t at;
    if (accounts_read(e->text, &builtin, &e->accounts, why, sizeof why, NULL) < 0) {
        say("%s: %s", e->path, why);
        return EXIT_USAGE;
    }
    (void)json_check(e->text, &top, &at);
    for (int i = 0; i < ACCOUNTS_LISTS; i++)
        e->lists[i] = json_member(top, slice_str(names[i]), &v) ? v : (struct json_value){JSON_ARRAY, SLICE("[]")};
    return 0;
}

int accounts_edit_open(struct accounts_edit *e, const char *path, bool to_change)
{
    char why[PATH_MAX + 128];
    *e = (struct accounts_edit){.path = path ? path : getenv("QUERN_ACCOUNTS"), .lock_fd = -1};
    if (!e->path || !e->path[0]) {
        say("which accounts file? --accounts FILE, or $QUERN_ACCOUNTS");
        return EXIT_USAGE;
    }
    int rc = to_change ? lock(e) : 0;
    if (rc) return rc;
    rc = accounts_load(e->path, &e->text, why, sizeof why);
    if (rc == -ENOENT && to_change) {
        e->text = slice_make(strdup("{}"), 2);
        rc = e->text.p ? 0 : -ENOMEM;
    }
    if (rc == 0) return read_lists(e);
    say("%s", why);
    return EXIT_USAGE;
}

void accounts_edit_close(struct accounts_edit *e)
{
    e->accounts = accounts_free(e->accounts);
    accounts_wipe(e->text);
    if (e->lock_fd >= 0) (void)close(e->lock_fd); /* and the lock is off */
}

/* ---- writing ---- */

static bool is_it(struct json_value element, const char *member, const char *value)
{
    struct json_value v;
    struct slice text;
    return member && json_member(element, slice_str(member), &v) && v.kind == JSON_STRING && json_plain(v, &text) &&
           slice_eq(text, slice_str(value));
}

static void add_list(struct buf *b, struct json_value list, const char *member, const char *value, struct slice more)
{
    struct slice none;
    struct json_value element;
    const char *join = "\n    ";
    buf_add_str(b, "[");
    for (size_t i = 0; json_next(list, &i, &none, &element);) {
        if (is_it(element, member, value)) continue;
        buf_add_str(b, join);
        buf_add(b, element.text);
        join = ",\n    ";
    }
    if (more.p) {
        buf_add_str(b, join);
        buf_add(b, more);
    }
    buf_add_str(b, "]");
}

static int write_all(int fd, struct slice text)
{
    while (text.len) {
        ssize_t n = write(fd, text.p, text.len);
        if (n < 0 && errno != EINTR) return -errno;
        if (n > 0) text = slice_make(text.p + n, text.len - (size_t)n);
    }
    return fsync(fd) < 0 ? -errno : 0;
}

/* The new name must be on the disk, too. */
static int sync_folder(const char *path)
{
    char folder[PATH_MAX];
    (void)snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash) slash[slash == folder] = 0;
    int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd < 0 || fsync(fd) < 0 ? -errno : 0;
    if (fd >= 0) (void)close(fd); /* only synced */
    return rc;
}

static int replace(const char *path, struct slice text)
{
    char beside[PATH_MAX];
    (void)snprintf(beside, sizeof beside, "%s.new", path);
    (void)unlink(beside); /* of a run that was killed: we have the lock */
    int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    int rc = fd < 0 ? -errno : write_all(fd, text);
    if (fd >= 0 && close(fd) < 0 && rc == 0) rc = -errno;
    if (rc == 0 && rename(beside, path) < 0) rc = -errno;
    if (rc < 0 && fd >= 0) (void)unlink(beside);
    return rc < 0 ? rc : sync_folder(path);
}

/* What the server would refuse is not written. */
static int check(const struct accounts_edit *e, struct slice text)
{
    static const struct scope_names builtin;
    struct accounts *a = NULL;
    char why[256];
    if (accounts_read(text, &builtin, &a, why, sizeof why, NULL) == 0) {
        accounts_free(a);
        return 0;
    }
    say("%s would not be read any more: %s", e->path, why);
    return EXIT_USAGE;
}

/* Room for all of it at once, where there is any: what grows leaves a copy behind that nobody wipes. An element has two bytes at least, and
 * gets six before it. */
static void reserve(struct buf *b, size_t text_bytes, size_t element_bytes)
{
    size_t capacity = 4 * text_bytes + element_bytes + 256;
    b->p = malloc(capacity);
    if (!b->p) return;
    b->p[0] = 0;
    b->capacity = capacity;
}

int accounts_edit_write(struct accounts_edit *e, enum accounts_list list, const char *member, const char *value, struct slice element)
{
    struct buf b;
    buf_init(&b, ACCOUNTS_BYTES_MAX);
    reserve(&b, e->text.len, element.len);
    for (int i = 0; i < ACCOUNTS_LISTS; i++) {
        bool here = i == (int)list;
        buf_addf(&b, "%s \"%s\": ", i ? ",\n" : "{\n", names[i]);
        add_list(&b, e->lists[i], here ? member : NULL, value, here ? element : (struct slice){0});
    }
    buf_add_str(&b, "\n}\n");
    int rc = b.overflow ? EXIT_USAGE : check(e, buf_slice(&b));
    if (b.overflow) say("%s would be larger than 16 MiB", e->path);
    int failed = rc ? 0 : replace(e->path, buf_slice(&b));
    if (failed) {
        errno = -failed; /* for %m */
        say("cannot write %s: %m", e->path);
        rc = EXIT_USAGE;
    }
    if (b.p) explicit_bzero(b.p, b.len);
    buf_deinit(&b);
    return rc;
}
