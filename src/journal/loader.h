/* loader.h: whole segments from the disk; the next one can come while one is being looked at. Private to journal/: replay.h says how
 * segments are read. One at a time in memory, and the next. */
#ifndef QUERN_JOURNAL_LOADER_H
#define QUERN_JOURNAL_LOADER_H

#include "journal/segment.h"

struct loader_options {
    struct files *files;
    int dir_fd;
    uint32_t engine;
    bool direct, writes; /* how they are opened */
};

struct loaded {
    uint32_t number; /* 0: none */
    int fd;          /* open and locked, or -1 */
    int rc;          /* what it came to, once it has been begun */
    bool comes;      /* its bytes are being read */
    struct segment_head head;
    uint8_t *p; /* head.bytes, zeros where the file is shorter */
    size_t capacity;
};

struct loader {
    struct loader_options o;
    struct loaded now, next;
};

void loader_init(struct loader *l, const struct loader_options *options);
/* Waits for what comes, and frees all. */
void loader_deinit(struct loader *l);
/* Opens, locks, syncs and reads a segment into l->now. 0 or -errno; -EBADMSG: its head is damaged; and then no descriptor is open. The
 * one before must be closed, or its descriptor taken (loader_take). */
int loader_load(struct loader *l, uint32_t number);
/* The same without its bytes: l->now.p has only the first block. */
int loader_load_head(struct loader *l, uint32_t number);
/* Begins with the one that will be loaded next, if there is none yet. What fails is told then. */
void loader_begin_next(struct loader *l, uint32_t number);
/* l->now.fd, which is the caller's from now on. */
int loader_take(struct loader *l);
void loader_unload(struct loader *l); /* closes l->now.fd */

#endif
