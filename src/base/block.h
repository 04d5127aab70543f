/* block.h: reference-counted immutable bytes: a body, a result, a job's envelope. Any thread may hold and drop references;
 * exactly one thread writes the bytes, before it shares them. Blocks above BLOCK_SPOOL_BYTES live in an unlinked file that
 * is mapped, so that the kernel can page them out. All blocks of a process draw on one byte budget. */
#ifndef QUERN_BASE_BLOCK_H
#define QUERN_BASE_BLOCK_H

#include "slice.h"
#include <stdatomic.h>

#define BLOCK_SPOOL_BYTES (1u << 20)

/* Shared by all threads of a server. */
struct block_budget {
    _Atomic uint64_t used;   /* bytes held by living blocks, capacity not length */
    _Atomic uint64_t blocks; /* living blocks */
    uint64_t bytes_max;      /* constant after init */
    int spool_dir_fd;        /* directory for O_TMPFILE; -1: large blocks are anonymous maps. Constant after init */
};

struct block {
    _Atomic uint32_t refs;
    uint32_t kind;     /* private to block.c: how the bytes are freed */
    char *bytes;
    size_t len;        /* bytes in use */
    size_t capacity;
    struct block_budget *budget;
    /* A copy ends here, and its bytes begin. */
    size_t charged;    /* bytes drawn from the budget: capacity, and the first room if it has been outgrown */
    union {
        void (*free_fn)(void *ptr); /* of adopted and placed memory */
        struct block *whole;        /* of a part: a reference */
    };
};

void block_budget_init(struct block_budget *b, uint64_t bytes_max, int spool_dir_fd);
/* A block with one reference, len 0. NULL: over budget, out of memory, or the spool's disk is full. */
struct block *block_new(struct block_budget *budget, size_t capacity);
/* The same in memory, whatever its size. */
struct block *block_new_resident(struct block_budget *budget, size_t capacity);
/* A block that holds these bytes for good: in memory, with the least that there can be beside them. It cannot grow. NULL as block_new. */
struct block *block_copy(struct block_budget *budget, struct slice bytes);
/* A block over foreign memory, which free_fn(ptr) (may be NULL) frees with the last reference, on any thread. NULL: out of
 * memory or over budget, and then ptr still belongs to the caller. */
struct block *block_adopt(struct block_budget *budget, void *ptr, size_t len, void (*free_fn)(void *ptr));
/* A block over len bytes at at of another one, which lives as long as it. Nothing is copied. NULL: out of memory. */
struct block *block_part(struct block *whole, size_t at, size_t len);
/* A block in memory of the caller's, aligned as malloc does: the struct, then capacity bytes. free_fn(memory) frees it with the last
 * reference, on any thread. The budget must have room for it (asserted). */
struct block *block_place(struct block_budget *budget, void *memory, size_t capacity, void (*free_fn)(void *memory));
/* A block over the first len bytes (not 0) of a file, mapped for reading; fd stays the caller's. Nobody may shorten the file. NULL: out
 * of memory or over budget. */
struct block *block_map(struct block_budget *budget, int fd, size_t len);
/* Makes room for at least capacity bytes in a block that nobody else holds; bytes in use are kept (and copied: old and new
 * room are charged both until then). 0 or -ENOMEM. */
int block_grow(struct block *b, size_t capacity);
/* Appends bytes; the room must be there (asserted). */
void block_append(struct block *b, struct slice s);
struct block *block_ref(struct block *b);
/* Drops one reference; frees with the last. NULL is fine. Returns NULL. */
struct block *block_unref(struct block *b);
static inline struct slice block_slice(const struct block *b)
{
    return b ? slice_make(b->bytes, b->len) : (struct slice){"", 0};
}

/* An unlinked file in the folder with room on the disk for all of its bytes: to be mapped, then closed. -1: there is no room, or the
 * folder takes no such files. */
int spool_open(int dir_fd, size_t bytes);

/* How many bytes this process has copied into blocks with room for 4 KiB and more, since start: the proof of the zero-copy claim.
 * block_append and block_grow add to it. Any thread. */
#define COPIES_FROM 4096u
void copies_count(size_t bytes);
uint64_t copies_total(void);

#endif
