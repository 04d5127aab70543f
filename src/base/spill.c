#include "spill.h"
#include "check.h"

#include <sys/mman.h>
#include <unistd.h>

#define ALIGN 16u

/* At the beginning of its own bytes, which stand at a multiple of SPILL_EXTENT_BYTES: so a block finds it. */
struct spill_extent {
    _Atomic uint32_t refs; /* its blocks, and the maker while it fills it; whoever drops the last one unmaps it */
    struct spill *spill;
};

static size_t room_of(size_t bytes)
{
    return (sizeof(struct block) + bytes + ALIGN - 1) / ALIGN * ALIGN;
}

#define FIRST ((sizeof(struct spill_extent) + ALIGN - 1) / ALIGN * ALIGN)

/* A map of the file at a multiple of its size; NULL. */
static void *map_aligned(int fd)
{
    char *room = mmap(NULL, (size_t)2 * SPILL_EXTENT_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (room == MAP_FAILED) return NULL;
    size_t before = (SPILL_EXTENT_BYTES - (uintptr_t)room % SPILL_EXTENT_BYTES) % SPILL_EXTENT_BYTES;
    char *at = room + before, *end = room + (size_t)2 * SPILL_EXTENT_BYTES;
    void *map = mmap(at, SPILL_EXTENT_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
    if (map == MAP_FAILED) {
        (void)munmap(room, (size_t)2 * SPILL_EXTENT_BYTES);
        return NULL;
    }
    if (before) (void)munmap(room, before);
    (void)munmap(at + SPILL_EXTENT_BYTES, (size_t)(end - at) - SPILL_EXTENT_BYTES);
    return map;
}

static struct spill_extent *extent_new(struct spill *s)
{
    int fd = spool_open(s->dir_fd, SPILL_EXTENT_BYTES);
    if (fd < 0) return NULL;
    struct spill_extent *x = map_aligned(fd);
    (void)close(fd); /* the map keeps the file */
    if (!x) return NULL;
    atomic_init(&x->refs, 1);
    x->spill = s;
    atomic_fetch_add_explicit(&s->extents, 1, memory_order_relaxed); /* a count */
    return x;
}

static void extent_unref(struct spill_extent *x)
{
    /* Release and acquire: all that others did in the extent comes before it goes. */
    if (atomic_fetch_sub_explicit(&x->refs, 1, memory_order_acq_rel) > 1) return;
    atomic_fetch_sub_explicit(&x->spill->extents, 1, memory_order_relaxed);
    (void)munmap(x, SPILL_EXTENT_BYTES); /* our own range: cannot fail */
}

static void block_dropped(void *block)
{
    extent_unref((struct spill_extent *)(void *)((char *)block - (uintptr_t)block % SPILL_EXTENT_BYTES));
}

/* It is full. Its pages need not be ours any more: the kernel has them in its cache, and on the disk in the end. */
static void seal(struct spill *s)
{
    if (!s->filling) return;
    (void)madvise(s->filling, SPILL_EXTENT_BYTES, MADV_DONTNEED); /* of a shared map: nothing is lost */
    extent_unref(s->filling);
    s->filling = NULL;
}

void spill_init(struct spill *s, int dir_fd)
{
    *s = (struct spill){.dir_fd = dir_fd};
    block_budget_init(&s->budget, UINT64_MAX / 2, -1);
}

void spill_deinit(struct spill *s)
{
    seal(s);
}

struct block *spill_copy(struct spill *s, struct slice bytes)
{
    size_t room = room_of(bytes.len);
    if (bytes.len > SPILL_EXTENT_BYTES || room > SPILL_EXTENT_BYTES - FIRST) return NULL;
    if (s->filling && room > SPILL_EXTENT_BYTES - s->filled) seal(s);
    if (!s->filling) {
        s->filling = extent_new(s);
        s->filled = FIRST;
    }
    if (!s->filling) return NULL;
    /* Relaxed: we hold a reference. */
    atomic_fetch_add_explicit(&s->filling->refs, 1, memory_order_relaxed);
    struct block *b = block_place(&s->budget, (char *)s->filling + s->filled, bytes.len, block_dropped);
    s->filled += (uint32_t)room;
    block_append(b, bytes);
    return b;
}
