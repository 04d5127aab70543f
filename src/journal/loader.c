/* loader.c: see loader.h. */
#include "journal/loader.h"

#include "base/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LOCK_WAIT_MS 2000 /* a dead process's ring may hold a file until its last write is through */

void loader_init(struct loader *l, const struct loader_options *options)
{
    *l = (struct loader){.o = *options, .now = {.fd = -1}, .next = {.fd = -1}};
}

static int make_capacity(struct loaded *s, size_t bytes)
{
    if (bytes <= s->capacity) return 0;
    free(s->p);
    s->p = aligned_alloc(JOURNAL_BLOCK, bytes);
    s->capacity = s->p ? bytes : 0;
    return s->p ? 0 : -ENOMEM;
}

static void close_one(struct loader *l, struct loaded *s)
{
    file_close_now(l->o.files, s->fd);
    s->fd = -1;
}

static int read_head(struct loader *l, struct loaded *s)
{
    int rc = make_capacity(s, JOURNAL_BLOCK);
    if (rc < 0) return rc;
    int64_t n = file_read_now(l->o.files, s->fd, s->p, JOURNAL_BLOCK, 0);
    if (n < 0) return (int)n;
    memset(s->p + n, 0, JOURNAL_BLOCK - (size_t)n);
    return segment_get_head(s->p, &s->head);
}

static int open_one(struct loader *l, struct loaded *s, uint32_t number)
{
    char name[SEGMENT_NAME_BYTES];
    struct files *f = l->o.files;
    segment_name(name, l->o.engine, number, "seg");
    int flags = (l->o.writes ? FILE_WRITE : FILE_READ) | (l->o.direct ? FILE_DIRECT : 0);
    assert(s->fd < 0 && !s->comes);
    s->number = number;
    int rc = file_open_now(f, l->o.dir_fd, name, flags);
    if (rc < 0) return rc;
    s->fd = rc;
    rc = file_lock(f, s->fd, LOCK_WAIT_MS);
    if (rc == 0) rc = file_sync_now(f, s->fd);
    if (rc == 0 && !l->o.direct) rc = file_drop_cache(f, s->fd);
    if (rc == 0) rc = read_head(l, s);
    if (rc == 0 && (s->head.number != number || s->head.engine != l->o.engine)) rc = -EBADMSG;
    if (rc < 0) close_one(l, s);
    return rc;
}

static void begin(struct loader *l, struct loaded *s, uint32_t number)
{
    s->rc = open_one(l, s, number);
    if (s->rc == 0) s->rc = make_capacity(s, s->head.bytes);
    if (s->rc < 0) {
        close_one(l, s);
        return;
    }
    s->comes = true;
    file_read_begin(l->o.files, s->fd, s->p, s->head.bytes, 0);
}

static int finish(struct loader *l, struct loaded *s)
{
    if (!s->comes) return s->rc;
    int64_t n = file_read_end(l->o.files);
    s->comes = false;
    if (n >= 0) memset(s->p + n, 0, s->head.bytes - (size_t)n);
    else s->rc = (int)n;
    if (s->rc < 0) close_one(l, s);
    return s->rc;
}

static bool is_next(const struct loader *l, uint32_t number)
{
    return l->next.number == number;
}

int loader_load(struct loader *l, uint32_t number)
{
    assert(l->now.fd < 0);
    if (is_next(l, number)) {
        struct loaded last = l->now;
        l->now = l->next;
        l->next = last;
        l->next.number = 0;
    } else {
        begin(l, &l->now, number);
    }
    return finish(l, &l->now);
}

int loader_load_head(struct loader *l, uint32_t number)
{
    assert(l->now.fd < 0 && !is_next(l, number));
    return l->now.rc = open_one(l, &l->now, number);
}

/* What fails here is tried again in its turn: there may be memory or a descriptor for one file, but not for two. */
void loader_begin_next(struct loader *l, uint32_t number)
{
    if (l->next.number) return;
    begin(l, &l->next, number);
    if (l->next.rc < 0) l->next.number = 0;
}

int loader_take(struct loader *l)
{
    int fd = l->now.fd;
    l->now.fd = -1;
    return fd;
}

void loader_unload(struct loader *l)
{
    close_one(l, &l->now);
}

void loader_deinit(struct loader *l)
{
    (void)finish(l, &l->next);
    close_one(l, &l->next);
    close_one(l, &l->now);
    free(l->next.p);
    free(l->now.p);
}
