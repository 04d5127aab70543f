/* segment.h: the files of a journal, journal-<engine>-<number>.seg: names, headers, and making new ones ahead of need.
 *
 *     block 0       struct segment_head, then zeros up to 4096
 *     blocks 1 …    batches (record.h), one after the other; then zeros up to the size that the head tells
 *
 * A segment is made under the name journal-<engine>-<number>.new: room is allocated, every byte is written with zeros,
 * then the head; all is synced, the file gets its name, the folder is synced. So a .seg is always complete, and writing
 * into it later changes no metadata. It is never used again for a second life. Engine's thread. */
#ifndef QUERN_JOURNAL_SEGMENT_H
#define QUERN_JOURNAL_SEGMENT_H

#include "journal/record.h"
#include "ring/file.h"

#define SEGMENT_MAGIC UINT64_C(0x4c4e4a4e52455551) /* "QUERNJNL" */
#define SEGMENT_VERSION 1u
#define SEGMENT_BYTES_MAX (UINT32_C(1) << 30)
#define SEGMENT_NAME_BYTES 40

struct segment_head {
    uint64_t magic;          /* SEGMENT_MAGIC */
    uint32_t version;        /* SEGMENT_VERSION; other versions are not read */
    uint32_t crc;            /* CRC32C of the whole block with 0 here */
    uint32_t engine;         /* index of the engine, 0 … engines - 1 */
    uint32_t engines;        /* engines of the data folder */
    uint32_t number;         /* 1, 2, 3 … */
    uint32_t bytes;          /* of the file */
    uint64_t salt;           /* random */
    uint64_t sequence_floor; /* no record in it has a lower sequence */
    uint64_t wall_ns;        /* when it was made, since 1970 */
    uint64_t reserved;       /* 0 */
};
static_assert(sizeof(struct segment_head) == 64, "on-disk format");
static_assert(offsetof(struct segment_head, crc) == 12 && offsetof(struct segment_head, salt) == 32, "on-disk format");

/* A segment in use. */
struct segment {
    uint32_t number;
    int fd;          /* -1: sealed and closed */
    uint32_t bytes;  /* of the file */
    uint32_t offset; /* where the next batch goes */
    uint32_t seed;   /* of its checksums */
    bool damaged;    /* read in spite of damage: compaction takes it first */
    uint64_t salt;
    uint64_t live; /* bytes of records that the owner still needs */
};

/* kind: "seg" or "new". */
void segment_name(char out[SEGMENT_NAME_BYTES], uint32_t engine, uint32_t number, const char *kind);
/* Whether name is one of this engine's files; sets *number and *is_new. */
bool segment_parse_name(const char *name, uint32_t engine, uint32_t *number, bool *is_new);
/* What the checksums of a segment begin with. */
uint32_t segment_seed(const struct segment_head *head);
/* Fills block (4096) with the head; sets its magic, version and crc. */
void segment_put_head(uint8_t block[JOURNAL_BLOCK], struct segment_head *head);
/* Reads the head at block: 0; -EBADMSG: it is damaged; -EPROTONOSUPPORT: of another version. */
int segment_get_head(const uint8_t block[JOURNAL_BLOCK], struct segment_head *out);

/* ---- making ---- */

struct segment_maker_options {
    struct files *files;
    int dir_fd;
    bool direct; /* open with FILE_DIRECT */
    void *arg;
    /* A segment is there (fd >= 0, open for writing and locked), or it failed with rc (fd: -1). fatal: a write or sync failed
     * for another reason than a full disk. */
    void (*done)(void *arg, int rc, bool fatal, int fd);
};

enum segment_step {
    MAKE_IDLE,
    MAKE_OPEN,
    MAKE_ALLOCATE,
    MAKE_ZEROS,
    MAKE_HEAD,
    MAKE_SYNC,
    MAKE_RENAME,
    MAKE_FOLDER,
    MAKE_UNDO_UNLINK,
    MAKE_UNDO_CLOSE
};

/* Makes one segment at a time through the ring. */
struct segment_maker {
    struct segment_maker_options o;
    struct file_op op;
    enum segment_step step;
    bool stop, fatal;
    int fd, rc;
    uint32_t offset, piece;
    struct segment_head head;
    uint8_t *block; /* 4096, aligned: the head */
    const uint8_t *zeros; /* SEGMENT_ZEROS */
    char name[SEGMENT_NAME_BYTES], name_new[SEGMENT_NAME_BYTES];
};
#define SEGMENT_ZEROS (UINT32_C(1) << 20)

int segment_maker_init(struct segment_maker *m, const struct segment_maker_options *options); /* 0 or -ENOMEM */
void segment_maker_deinit(struct segment_maker *m); /* idle, or zero */
static inline bool segment_maker_busy(const struct segment_maker *m)
{
    return m->step != MAKE_IDLE;
}
/* Idle. head: all but magic, version and crc. */
void segment_make(struct segment_maker *m, const struct segment_head *head);
/* What is being made is given up at the next step. */
void segment_maker_stop(struct segment_maker *m);
/* The same at once, for starts: an open descriptor or -errno. */
int segment_make_now(struct segment_maker *m, const struct segment_head *head);

#endif
