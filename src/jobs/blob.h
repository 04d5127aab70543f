/* blob.h: payloads of jobs in files of their own: DIR/blobs/blob-E-N, the bytes and nothing else. A record of the journal names one by
 * its number, length and CRC32C, and is appended when the file is on the disk; so what a record names is there, whatever happens.
 *
 *     writing   blobs_write() → file made, room taken, written in pieces, synced, the folder synced → done(); then the block is a map
 *               of the file, and the caller's record may name it (blobs_bind)
 *     kept      as long as its job; blobs_find() knows it by its block
 *     going     blobs_kill(): when no record needs it any more, the file is unlinked
 *
 * Who writes: the engine's thread, through its ring. A worker's thread could write what it has just made, but it knows neither whether
 * the job is still wanted nor what room the journal leaves, inputs have no worker at all, and a child process must not come near the
 * data folder. The ring's thread is kept for one piece at a time: its checksum, and a write that the kernel does elsewhere when it
 * would have to wait.
 *
 * All calls on the engine's thread; references to blocks may be dropped on any. */
#ifndef QUERN_JOBS_BLOB_H
#define QUERN_JOBS_BLOB_H

#include "base/block.h"
#include "base/list.h"
#include "base/slab.h"
#include "base/table.h"
#include "jobs/job_record.h"
#include "ring/file.h"

struct journal;

#define BLOBS_MAX 16384u /* at a time: each is a map, of which a process may have 65,530 */
#define BLOB_BYTES_MAX (UINT32_C(1) << 30)
#define BLOB_WRITES 8u   /* under way at a time */
#define BLOB_FILE_OPS (BLOB_WRITES + 1)
#define BLOB_PIECE (UINT32_C(1) << 20) /* written at a time */
#define BLOB_NAME_BYTES 40
#define BLOBS_FOLDER "blobs"
/* "blob-0-0000000000000001" */
void blob_name(char name[BLOB_NAME_BYTES], uint32_t engine, uint64_t number);
/* False: no blob's name, or another engine's. */
bool blob_parse_name(const char *name, uint32_t engine, uint64_t *number);

/* One that a record names, or is about to. */
struct blob {
    struct table_node by_number, by_block;
    struct list link;         /* in going */
    const struct block *block; /* the job's, while it has the blob */
    struct record_blob ref;
    struct uuid job;          /* once it is bound */
    struct record_span args;  /* an input that is lost: where args stood in it */
    bool is_bound;            /* a record names it */
    bool is_lost;             /* the file was not what the record says; block has a substitute */
    bool is_told;             /* going: its record has been appended, */
    uint64_t commit;          /*        with this sequence */
};

struct blob_write {
    struct file_op op;
    struct blobs *blobs;
    struct blob *blob;
    struct block *from;       /* a reference; NULL: idle */
    int fd;
    uint8_t stage;
    int rc;                   /* what went wrong */
    size_t at;                /* bytes written */
    char name[BLOB_NAME_BYTES];
    struct block *made;       /* the map; a reference, the taker's */
    bool is_done;             /* until blobs_take */
    bool is_disk_lost;        /* rc is not about room: the disk cannot be trusted any more */
    void *owner;              /* the caller's */
};

struct blobs {
    struct block_budget *budget; /* of the maps */
    struct block_budget own;     /* where the owner gave none */
    struct files *files;        /* NULL: there are no blobs */
    struct journal **journal;   /* the owner's: it opens it later */
    int dir_fd;
    uint32_t engine;
    uint64_t bytes_min;         /* payloads above become blobs */
    uint64_t next_number;
    uint64_t promised;          /* bytes of writes whose room is not taken yet */
    struct slab slab;
    struct table by_number, by_block;
    struct blob_write writes[BLOB_WRITES];
    struct file_op remove;
    struct blob *removing;
    char remove_name[BLOB_NAME_BYTES];
    struct list going;          /* in the order in which their records can be appended */
    uint32_t n_unbound, n_lost;
    uint64_t bytes;             /* of all files */
    void *arg;
    void (*on_written)(void *arg); /* a write is done, and is_done until it is taken */
};

/* ---- set-up ---- */

struct blobs_options {
    const char *path; /* the data folder */
    struct files *files; /* with room for BLOB_FILE_OPS */
    struct journal **journal; /* where it will stand */
    struct block_budget *budget; /* of the maps: counts, without a bound; must outlive them. NULL: outlived by nobody */
    uint32_t engine;
    uint64_t seed, bytes_min;
    void *arg;
    void (*on_written)(void *arg);
};
/* 0 or -errno. Before that, and after an error, the struct must be zero; then there are no blobs. */
int blobs_open(struct blobs *b, const struct blobs_options *o);
/* No operation under way. */
void blobs_close(struct blobs *b);
/* An operation is under way. */
bool blobs_busy(const struct blobs *b);

/* ---- writing ---- */

/* A payload of so many bytes stands in a blob. */
static inline bool blobs_wants(const struct blobs *b, size_t bytes)
{
    return b->files && bytes > b->bytes_min;
}
/* Whether one more can be begun now. */
bool blobs_can_write(const struct blobs *b);
/* Begins to write from (a reference is taken). 0; -ENOSPC: the disk, disk_max or the number of blobs is used up; -EFBIG. */
int blobs_write(struct blobs *b, struct block *from, struct blob_write **out);
/* The write's struct is free again. What made and blob are has moved to the caller, if rc is 0. */
void blobs_take(struct blobs *b, struct blob_write *w);

/* ---- what there is ---- */

/* NULL: it is in no blob. */
struct blob *blobs_find(const struct blobs *b, const struct block *block);
struct blob *blobs_numbered(const struct blobs *b, uint64_t number);
/* A record that names it is about to be appended. */
void blobs_bind(struct blobs *b, struct blob *blob, struct uuid job);
/* Nothing needs it any more; its block is the caller's. */
void blobs_kill(struct blobs *b, struct blob *blob);
/* Unlinks what may go: what no record has named, and what has gone by a record that is synced. */
void blobs_sweep(struct blobs *b, uint64_t synced);

/* ---- at start ---- */

/* A record names it: it is bound, its file not looked at yet. *block: a reference to an empty block that stands for it until
 * blobs_load; NULL: no memory, or too many. */
struct blob *blobs_restore(struct blobs *b, const struct record_blob *ref, struct uuid job, struct block **block);
/* Replay has come to the end of the job: as if there had been no such record. */
void blobs_forget(struct blobs *b, struct blob *blob);
/* Reads the file, compares, maps. 0: *out is the block (a reference); -ENOENT, -EBADMSG: the file is missing, or is not what the record
 * says; -errno. */
int blobs_load(struct blobs *b, struct blob *blob, struct block **out);
/* blob's block is another one now. */
void blobs_replace(struct blobs *b, struct blob *blob, const struct block *block);
/* All files that nothing names go (keep: only their numbers are taken), when blobs_sweep() is told that their record is synced. Returns how many. */
uint32_t blobs_sweep_folder(struct blobs *b, bool keep);

/* As blobs_load, of any folder: reads all and compares. fd: NULL: closed again. */
int blob_verify(struct files *files, int dir_fd, uint32_t engine, const struct record_blob *ref, int *fd);

#endif
