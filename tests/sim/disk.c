/* disk.c: see disk.h. */
#include "disk.h"

#include "world.h"

#include "base/check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILES_MAX 256 /* at a time */
#define NAMES_LOG_MAX 1024
#define FDS_MAX 256
#define FD_FIRST 1000
#define NAME_BYTES 64

struct file {
    uint8_t *now, *durable;
    uint64_t *written; /* by sector: version of the last write that is not durable yet; 0: it is */
    uint64_t bytes, durable_bytes, room;
    bool is_locked;
};
struct name {
    char text[NAME_BYTES];
    struct file *file;
};
struct folder {
    struct name names[FILES_MAX];
    uint32_t n;
};
struct change {
    enum { MADE, RENAMED, REMOVED } what;
    char from[NAME_BYTES], to[NAME_BYTES];
    struct file *file;
};

static struct {
    struct folder now, durable;
    struct change log[NAMES_LOG_MAX]; /* not synced */
    uint32_t n_log;
    struct {
        struct file *file;
        bool direct, has_lock;
    } fds[FDS_MAX];
    uint64_t version;
} disk;

void disk_format(void)
{
    memset(&disk, 0, sizeof disk);
}

/* ---- names ---- */

static struct name *find(struct folder *f, const char *text)
{
    for (uint32_t i = 0; i < f->n; i++)
        if (strcmp(f->names[i].text, text) == 0) return &f->names[i];
    return NULL;
}

static void remove_name(struct folder *f, const char *text)
{
    struct name *n = find(f, text);
    if (n) *n = f->names[--f->n];
}

static void apply(struct folder *f, const struct change *c)
{
    struct name *n;
    switch (c->what) {
    case MADE:
        assert(f->n < FILES_MAX);
        f->names[f->n].file = c->file;
        (void)snprintf(f->names[f->n++].text, NAME_BYTES, "%s", c->to);
        break;
    case RENAMED:
        remove_name(f, c->to);
        if ((n = find(f, c->from)) != NULL) (void)snprintf(n->text, NAME_BYTES, "%s", c->to);
        break;
    case REMOVED: remove_name(f, c->from); break;
    }
}

static void change(int what, const char *from, const char *to, struct file *file)
{
    assert(disk.n_log < NAMES_LOG_MAX);
    struct change *c = &disk.log[disk.n_log++];
    *c = (struct change){.what = what, .file = file};
    (void)snprintf(c->from, NAME_BYTES, "%s", from);
    (void)snprintf(c->to, NAME_BYTES, "%s", to);
    apply(&disk.now, c);
}

int disk_rename(const char *from, const char *to)
{
    if (!find(&disk.now, from)) return -ENOENT;
    change(RENAMED, from, to, NULL);
    return 0;
}

int disk_unlink(const char *name)
{
    if (!find(&disk.now, name)) return -ENOENT;
    change(REMOVED, name, "", NULL);
    return 0;
}

int disk_list(int (*each)(void *arg, const char *name), void *arg)
{
    struct folder copy = disk.now; /* each may unlink */
    int rc = 0;
    for (uint32_t i = 0; i < copy.n && rc == 0; i++) {
        uint64_t k = sim_between(i, copy.n - 1);
        struct name n = copy.names[k];
        copy.names[k] = copy.names[i];
        rc = each(arg, n.text);
    }
    return rc;
}

/* ---- descriptors ---- */

static struct file *file_of(int fd)
{
    assert(fd >= FD_FIRST && fd < FD_FIRST + FDS_MAX && disk.fds[fd - FD_FIRST].file);
    return disk.fds[fd - FD_FIRST].file;
}

static void empty_file(struct file *f)
{
    f->bytes = 0;
    disk.version++;
    for (uint64_t s = 0; s < f->room / DISK_SECTOR; s++) f->written[s] = disk.version;
    if (f->room) memset(f->now, 0, f->room);
}

int disk_open(const char *name, bool create, bool empty, bool direct)
{
    struct name *n = find(&disk.now, name);
    if (!n && !create) return -ENOENT;
    struct file *f = n ? n->file : calloc(1, sizeof *f);
    assert(f && strlen(name) < NAME_BYTES);
    if (!n) change(MADE, "", name, f);
    if (empty && n) empty_file(f);
    for (int i = 0; i < FDS_MAX; i++)
        if (!disk.fds[i].file) {
            disk.fds[i].file = f;
            disk.fds[i].direct = direct;
            disk.fds[i].has_lock = false;
            return FD_FIRST + i;
        }
    sim_fail("files are opened and not closed");
}

void disk_close(int fd)
{
    if (fd == DISK_FOLDER_FD) return;
    struct file *f = file_of(fd);
    if (disk.fds[fd - FD_FIRST].has_lock) f->is_locked = false;
    disk.fds[fd - FD_FIRST].file = NULL;
}

int disk_lock(int fd)
{
    struct file *f = file_of(fd);
    if (f->is_locked && !disk.fds[fd - FD_FIRST].has_lock) return -EWOULDBLOCK;
    f->is_locked = disk.fds[fd - FD_FIRST].has_lock = true;
    return 0;
}

bool disk_is_direct(int fd)
{
    return fd >= FD_FIRST && disk.fds[fd - FD_FIRST].direct;
}

int64_t disk_bytes(int fd)
{
    return (int64_t)file_of(fd)->bytes;
}

int64_t disk_free_bytes(void)
{
    uint64_t used = 0;
    for (uint32_t i = 0; i < disk.now.n; i++) used += disk.now.names[i].file->bytes;
    return used < sim.p.disk_bytes ? (int64_t)(sim.p.disk_bytes - used) : 0;
}

/* ---- bytes ---- */

/* Filled with zeros that take no memory before they are written over: most of a segment never is. */
static void *larger(void *old, uint64_t bytes, uint64_t room)
{
    void *p = calloc(1, room);
    assert(p);
    if (bytes) memcpy(p, old, bytes);
    free(old);
    return p;
}

static void grow(struct file *f, uint64_t bytes)
{
    uint64_t room = (bytes + DISK_SECTOR - 1) / DISK_SECTOR * DISK_SECTOR;
    if (room > f->room) {
        f->now = larger(f->now, f->room, room);
        f->durable = larger(f->durable, f->room, room);
        f->written = larger(f->written, f->room / DISK_SECTOR * sizeof *f->written, room / DISK_SECTOR * sizeof *f->written);
        f->room = room;
    }
    if (bytes > f->bytes) f->bytes = bytes;
}

int disk_allocate(int fd, uint64_t bytes)
{
    struct file *f = file_of(fd);
    if (bytes > f->bytes && bytes - f->bytes > (uint64_t)disk_free_bytes()) return -ENOSPC;
    grow(f, bytes);
    return 0;
}

size_t disk_read(int fd, void *p, size_t len, uint64_t offset)
{
    struct file *f = file_of(fd);
    if (offset >= f->bytes) return 0;
    if (len > f->bytes - offset) len = (size_t)(f->bytes - offset);
    memcpy(p, f->now + offset, len);
    return len;
}

int32_t disk_write(int fd, const void *p, size_t len, uint64_t offset, bool (*keeps)(void *arg, uint32_t n), void *arg)
{
    struct file *f = file_of(fd);
    if (offset % DISK_SECTOR || len % DISK_SECTOR) return -EINVAL; /* nobody writes so here */
    if (offset + len > f->bytes) {
        int rc = disk_allocate(fd, offset + len);
        if (rc < 0) return rc;
    }
    disk.version++;
    for (uint32_t n = 0; n < len / DISK_SECTOR; n++) {
        if (keeps && !keeps(arg, n)) continue;
        uint64_t at = offset + (uint64_t)n * DISK_SECTOR;
        memcpy(f->now + at, (const uint8_t *)p + (size_t)n * DISK_SECTOR, DISK_SECTOR);
        f->written[at / DISK_SECTOR] = disk.version;
    }
    return (int32_t)len;
}

/* ---- what lasts ---- */

uint64_t disk_version(void)
{
    return disk.version;
}

static void keep_sector(struct file *f, uint64_t sector)
{
    memcpy(f->durable + sector * DISK_SECTOR, f->now + sector * DISK_SECTOR, DISK_SECTOR);
    f->written[sector] = 0;
}

void disk_sync(int fd, uint64_t version)
{
    if (fd == DISK_FOLDER_FD) {
        for (uint32_t i = 0; i < disk.n_log; i++) apply(&disk.durable, &disk.log[i]);
        disk.n_log = 0;
        return;
    }
    struct file *f = file_of(fd);
    f->durable_bytes = f->bytes;
    for (uint64_t s = 0; s < f->room / DISK_SECTOR; s++)
        if (f->written[s] && f->written[s] <= version) keep_sector(f, s);
}

void disk_sync_range(int fd, uint64_t offset, size_t len)
{
    struct file *f = file_of(fd);
    f->durable_bytes = f->bytes;
    for (uint64_t s = offset / DISK_SECTOR; s < (offset + len) / DISK_SECTOR; s++) keep_sector(f, s);
}

void disk_sync_badly(int fd)
{
    if (fd == DISK_FOLDER_FD) return;
    struct file *f = file_of(fd);
    for (uint64_t s = 0; s < f->room / DISK_SECTOR; s++)
        if (f->written[s] && sim_one_in(2)) keep_sector(f, s);
}

void disk_kill(void)
{
    for (int i = 0; i < FDS_MAX; i++) {
        if (disk.fds[i].file) disk.fds[i].file->is_locked = false;
        disk.fds[i].file = NULL;
    }
}

static void lose_sector(struct file *f, uint64_t sector)
{
    memcpy(f->now + sector * DISK_SECTOR, f->durable + sector * DISK_SECTOR, DISK_SECTOR);
    f->written[sector] = 0;
}

/* odds: of what was not synced, in 8. */
static void lose(struct file *f, uint64_t odds)
{
    for (uint64_t s = 0; s < f->room / DISK_SECTOR; s++) {
        if (!f->written[s]) continue; /* it is as it was synced */
        if (sim_below(8) < odds) keep_sector(f, s);
        else lose_sector(f, s);
    }
    if (sim_below(8) >= odds) f->bytes = f->durable_bytes;
    f->durable_bytes = f->bytes;
}

void disk_cut_power(void)
{
    static const uint64_t odds[] = {0, 1, 4, 7, 8};
    disk_kill();
    uint64_t n = sim_below(disk.n_log + 1u), bias = odds[sim_below(5)];
    for (uint64_t i = 0; i < n; i++) apply(&disk.durable, &disk.log[i]);
    disk.n_log = 0;
    disk.now = disk.durable;
    for (uint32_t i = 0; i < disk.now.n; i++) lose(disk.now.names[i].file, bias);
}
