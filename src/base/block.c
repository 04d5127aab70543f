#include "block.h"
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum block_kind {
    BLOCK_INLINE,  /* bytes follow the struct in its allocation */
    BLOCK_HEAP,    /* malloc, after growing */
    BLOCK_MAPPED,  /* an unlinked file, or anonymous memory */
    BLOCK_ADOPTED, /* the caller's memory */
    BLOCK_PART,    /* inside another block */
    BLOCK_PLACED,  /* the caller's memory, struct and all */
    BLOCK_COPY,    /* bytes stand in the struct's place from charged on */
};

void block_budget_init(struct block_budget *b, uint64_t bytes_max, int spool_dir_fd)
{
    atomic_init(&b->used, 0);
    atomic_init(&b->blocks, 0);
    b->bytes_max = bytes_max;
    b->spool_dir_fd = spool_dir_fd;
}

/* Relaxed: the counters publish nothing, and single read-modify-writes cannot lose bytes. Between
 * add and subtract another thread may see more than is held and be refused; it is never the other
 * way round. */
static bool charge(struct block_budget *b, size_t bytes)
{
    if (bytes > b->bytes_max) return false; /* and so the sum cannot wrap */
    uint64_t before = atomic_fetch_add_explicit(&b->used, bytes, memory_order_relaxed);
    if (before <= b->bytes_max - bytes) return true;
    atomic_fetch_sub_explicit(&b->used, bytes, memory_order_relaxed);
    return false;
}

/* Relaxed, as in charge(). */
static void refund(struct block_budget *b, size_t bytes)
{
    uint64_t before = atomic_fetch_sub_explicit(&b->used, bytes, memory_order_relaxed);
    assert(before >= bytes);
}

static char *map_or_null(size_t bytes, int flags, int fd)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, fd, 0);
    return p == MAP_FAILED ? NULL : p;
}

int spool_open(int dir_fd, size_t bytes)
{
    int fd = openat(dir_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
    /* A full disk is an error here; found out by touching the map it would be SIGBUS. */
    if (fd < 0 || posix_fallocate(fd, 0, (off_t)bytes) == 0) return fd;
    (void)close(fd);
    return -1;
}

static char *map_spool_file(int dir_fd, size_t bytes)
{
    int fd = spool_open(dir_fd, bytes);
    if (fd < 0) return NULL;
    char *p = map_or_null(bytes, MAP_SHARED, fd);
    (void)close(fd); /* the map keeps the file */
    return p;
}

static char *map_large(int spool_dir_fd, size_t bytes)
{
    if (spool_dir_fd >= 0) return map_spool_file(spool_dir_fd, bytes);
    return map_or_null(bytes, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

static struct block *new_struct(size_t extra, enum block_kind kind)
{
    struct block *b = malloc(sizeof *b + extra);
    if (!b) return NULL;
    *b = (struct block){.kind = kind};
    atomic_init(&b->refs, 1);
    return b;
}

static struct block *new_inline(size_t capacity)
{
    struct block *b = new_struct(capacity, BLOCK_INLINE);
    if (b) b->bytes = (char *)(b + 1);
    return b;
}

static struct block *new_mapped(size_t capacity, int spool_dir_fd)
{
    struct block *b = new_struct(0, BLOCK_MAPPED);
    if (!b) return NULL;
    b->bytes = map_large(spool_dir_fd, capacity);
    if (b->bytes) return b;
    free(b);
    return NULL;
}

static struct block *enter(struct block *b, struct block_budget *budget, size_t capacity)
{
    b->budget = budget;
    b->capacity = b->charged = capacity;
    atomic_fetch_add_explicit(&budget->blocks, 1, memory_order_relaxed); /* a count for people */
    return b;
}

static struct block *new_in(struct block_budget *budget, size_t capacity, int spool_dir_fd)
{
    if (!charge(budget, capacity)) return NULL;
    struct block *b = capacity <= BLOCK_SPOOL_BYTES ? new_inline(capacity) : new_mapped(capacity, spool_dir_fd);
    if (b) return enter(b, budget, capacity);
    refund(budget, capacity);
    return NULL;
}

struct block *block_new(struct block_budget *budget, size_t capacity)
{
    return new_in(budget, capacity, budget->spool_dir_fd);
}

struct block *block_new_resident(struct block_budget *budget, size_t capacity)
{
    return new_in(budget, capacity, -1);
}

struct block *block_copy(struct block_budget *budget, struct slice bytes)
{
    const size_t head = offsetof(struct block, charged);
    if (!charge(budget, bytes.len)) return NULL;
    struct block *b = malloc(head + bytes.len);
    if (!b) {
        refund(budget, bytes.len);
        return NULL;
    }
    const struct block made = {.kind = BLOCK_COPY, .bytes = (char *)b + head, .len = bytes.len, .capacity = bytes.len, .budget = budget};
    memcpy(b, &made, head);
    atomic_init(&b->refs, 1);
    if (bytes.len) memcpy(b->bytes, bytes.p, bytes.len);
    if (bytes.len >= COPIES_FROM) copies_count(bytes.len);
    atomic_fetch_add_explicit(&budget->blocks, 1, memory_order_relaxed);
    return b;
}

struct block *block_adopt(struct block_budget *budget, void *ptr, size_t len,
                          void (*free_fn)(void *ptr))
{
    if (!charge(budget, len)) return NULL;
    struct block *b = new_struct(0, BLOCK_ADOPTED);
    if (!b) {
        refund(budget, len);
        return NULL;
    }
    b->bytes = ptr;
    b->len = len;
    b->free_fn = free_fn;
    return enter(b, budget, len);
}

struct block *block_part(struct block *whole, size_t at, size_t len)
{
    assert(at <= whole->len && len <= whole->len - at);
    struct block *b = new_struct(0, BLOCK_PART);
    if (!b) return NULL;
    b->bytes = whole->bytes + at;
    b->len = len;
    b->whole = block_ref(whole);
    return enter(b, whole->budget, 0);
}

struct block *block_place(struct block_budget *budget, void *memory, size_t capacity, void (*free_fn)(void *memory))
{
    bool fits = charge(budget, capacity);
    struct block *b = memory;
    assert(fits);
    *b = (struct block){.kind = BLOCK_PLACED, .bytes = (char *)(b + 1), .free_fn = free_fn};
    atomic_init(&b->refs, 1);
    return enter(b, budget, capacity);
}

struct block *block_map(struct block_budget *budget, int fd, size_t len)
{
    if (!charge(budget, len)) return NULL;
    struct block *b = new_struct(0, BLOCK_MAPPED);
    void *p = b ? mmap(NULL, len, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
    if (p != MAP_FAILED) {
        b->bytes = p;
        b->len = len;
        return enter(b, budget, len);
    }
    free(b);
    refund(budget, len);
    return NULL;
}

static void free_bytes(struct block *b)
{
    switch ((enum block_kind)b->kind) {
    case BLOCK_INLINE:
    case BLOCK_COPY:
    case BLOCK_PLACED: break; /* go with the struct */
    case BLOCK_HEAP: free(b->bytes); break;
    case BLOCK_MAPPED: (void)munmap(b->bytes, b->capacity); break; /* our own range: cannot fail */
    case BLOCK_ADOPTED:
        if (b->free_fn) b->free_fn(b->bytes);
        break;
    case BLOCK_PART: block_unref(b->whole); break;
    }
}

/* Moves the bytes to a room of their own. */
static void move_bytes(struct block *b, char *room, enum block_kind kind, size_t capacity)
{
    if (b->len) memcpy(room, b->bytes, b->len);
    if (capacity >= COPIES_FROM) copies_count(b->len);
    free_bytes(b);
    if (b->kind != BLOCK_INLINE) { /* an inline room stays allocated, so it stays charged */
        refund(b->budget, b->capacity);
        b->charged -= b->capacity;
    }
    b->bytes = room;
    b->kind = kind;
    b->capacity = capacity;
    b->charged += capacity;
}

int block_grow(struct block *b, size_t capacity)
{
    /* Relaxed: nobody else could change it. */
    assert(atomic_load_explicit(&b->refs, memory_order_relaxed) == 1 && b->kind != BLOCK_PLACED && b->kind != BLOCK_COPY);
    if (capacity <= b->capacity) return 0;
    if (!charge(b->budget, capacity)) return -ENOMEM;
    bool small = capacity <= BLOCK_SPOOL_BYTES;
    char *room = small ? malloc(capacity) : map_large(b->budget->spool_dir_fd, capacity);
    if (!room) {
        refund(b->budget, capacity);
        return -ENOMEM;
    }
    move_bytes(b, room, small ? BLOCK_HEAP : BLOCK_MAPPED, capacity);
    return 0;
}

void block_append(struct block *b, struct slice s)
{
    assert(s.len <= b->capacity - b->len);
    if (s.len == 0) return;
    memcpy(b->bytes + b->len, s.p, s.len);
    b->len += s.len;
    if (b->capacity >= COPIES_FROM) copies_count(s.len);
}

struct block *block_ref(struct block *b)
{
    /* Relaxed: the caller holds a reference already, so block and bytes are visible to it. */
    uint32_t before = atomic_fetch_add_explicit(&b->refs, 1, memory_order_relaxed);
    assert(before > 0);
    return b;
}

struct block *block_unref(struct block *b)
{
    if (!b) return NULL;
    /* Release: our reads of the bytes come before the free. Acquire: the last one out sees those of
     * all others, since the decrements form one release sequence. */
    uint32_t before = atomic_fetch_sub_explicit(&b->refs, 1, memory_order_acq_rel);
    assert(before > 0);
    if (before > 1) return NULL;
    free_bytes(b);
    refund(b->budget, b->kind == BLOCK_COPY ? b->capacity : b->charged);
    atomic_fetch_sub_explicit(&b->budget->blocks, 1, memory_order_relaxed);
    if (b->kind == BLOCK_PLACED) b->free_fn(b);
    else free(b);
    return NULL;
}

/* The one counter at file scope: copies are counted for the process as a whole, across servers and
 * handlers; handing a counter through every layer for a proof would touch them all. */
static _Atomic uint64_t copied_bytes;

void copies_count(size_t bytes)
{
    /* Relaxed: a count, publishes nothing. */
    atomic_fetch_add_explicit(&copied_bytes, bytes, memory_order_relaxed);
}

uint64_t copies_total(void)
{
    return atomic_load_explicit(&copied_bytes, memory_order_relaxed);
}
