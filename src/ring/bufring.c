/* bufring.c: see bufring.h. */
#include "ring/bufring.h"

#include "base/check.h"
#include "ring/fault.h"
#include "ring/uring.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

struct bufring {
    struct ring *ring;
    struct io_uring_buf_ring *shared;
    char *memory;     /* n_max × bytes, untouched until used */
    uint8_t *offered; /* by id: 1 while the kernel may use it */
    uint32_t n_max, bytes, n_offered, n_held, n_unpublished;
};

static void offer(struct bufring *b, uint32_t id)
{
    assert(!b->offered[id]);
    b->offered[id] = 1;
    io_uring_buf_ring_add(b->shared, b->memory + (size_t)id * b->bytes, b->bytes, (unsigned short)id,
                          io_uring_buf_ring_mask(b->n_max), (int)b->n_unpublished);
    b->n_unpublished++;
}

int bufring_open(struct ring *r, uint32_t n_max, uint32_t bytes, uint32_t n_first, struct bufring **out)
{
#ifdef QUERN_FAULT
    n_max = n_first = FAULT_BUFFERS;
#endif
    assert(n_first <= n_max && (n_max & (n_max - 1)) == 0);
    int rc = -ENOMEM;
    struct bufring *b = calloc(1, sizeof *b);
    if (!b) return rc;
    *b = (struct bufring){.ring = r, .n_max = n_max, .bytes = bytes};
    b->offered = calloc(n_max, 1);
    if (!b->offered) goto free_self;
    b->memory = mmap(NULL, (size_t)n_max * bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (b->memory == MAP_FAILED) goto free_offered;
    b->shared = io_uring_setup_buf_ring(&r->uring, n_max, RING_BUFFER_GROUP, 0, &rc);
    if (!b->shared) goto unmap;
    for (uint32_t id = 0; id < n_first; id++) offer(b, id);
    b->n_offered = n_first;
    (void)bufring_publish(b);
    *out = b;
    return 0;
unmap:
    munmap(b->memory, (size_t)n_max * bytes);
free_offered:
    free(b->offered);
free_self:
    free(b);
    return rc;
}

struct bufring *bufring_close(struct bufring *b)
{
    if (!b) return NULL;
    (void)io_uring_free_buf_ring(&b->ring->uring, b->shared, b->n_max, RING_BUFFER_GROUP);
    munmap(b->memory, (size_t)b->n_max * b->bytes);
    free(b->offered);
    free(b);
    return NULL;
}

char *bufring_bytes(const struct bufring *b, int32_t id)
{
    assert(id >= 0 && (uint32_t)id < b->n_max);
    return b->memory + (size_t)id * b->bytes;
}

void bufring_take(struct bufring *b, int32_t id)
{
    if (id < 0) return;
    assert(b->offered[id]);
    b->offered[id] = 0;
    b->n_held++;
}

void bufring_put(struct bufring *b, int32_t id)
{
    if (id < 0) return;
    b->n_held--;
    offer(b, (uint32_t)id);
}

bool bufring_publish(struct bufring *b)
{
    if (!b->n_unpublished) return false;
    io_uring_buf_ring_advance(b->shared, (int)b->n_unpublished);
    b->n_unpublished = 0;
    return true;
}

bool bufring_grow(struct bufring *b)
{
    uint32_t target = b->n_offered * 2 > b->n_max ? b->n_max : b->n_offered * 2;
    if (target == b->n_offered) return false;
    for (uint32_t id = b->n_offered; id < target; id++) offer(b, id);
    b->n_offered = target;
    return bufring_publish(b);
}

uint32_t bufring_offered(const struct bufring *b)
{
    return b->n_offered;
}

uint32_t bufring_held(const struct bufring *b)
{
    return b->n_held;
}
