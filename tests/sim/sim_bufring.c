/* sim_bufring.c: bufring.h: buffers are used in the order in which they were published, each by one completion at a time; what the
 * kernel may still write to is filled with rubbish when it goes back. */
#include "ring/bufring.h"

#include "sim_ring.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

#define RUBBISH_BYTES 256u /* the beginning shows whoever reads on */

enum owner { KERNEL, WAITS /* given back, not published */, COMPLETION, SERVER };

struct bufring {
    struct ring *ring;
    char *memory;
    uint8_t *owner; /* by id */
    int32_t *published; /* a ring buffer of ids */
    uint32_t first, n;
    uint32_t n_max, bytes, n_offered, n_held;
};

static void offer(struct bufring *b, uint32_t id)
{
    memset(b->memory + (size_t)id * b->bytes, '#', b->bytes < RUBBISH_BYTES ? b->bytes : RUBBISH_BYTES);
    b->owner[id] = WAITS;
}

int bufring_open(struct ring *r, uint32_t n_max, uint32_t bytes, uint32_t n_first, struct bufring **out)
{
    struct bufring *b = calloc(1, sizeof *b);
    assert(b && n_first <= n_max && (n_max & (n_max - 1)) == 0);
    *b = (struct bufring){.ring = r, .n_max = n_max, .bytes = bytes, .n_offered = n_first};
    b->memory = malloc((size_t)n_max * bytes);
    b->owner = calloc(n_max, 1);
    b->published = calloc(n_max, sizeof *b->published);
    assert(b->memory && b->owner && b->published);
    memset(b->owner, SERVER, n_max);
    for (uint32_t id = 0; id < n_first; id++) offer(b, id);
    (void)bufring_publish(b);
    sim_ring_set_buffers(r, b);
    *out = b;
    return 0;
}

struct bufring *bufring_close(struct bufring *b)
{
    if (!b) return NULL;
    assert(b->n_held == 0 && b->n == b->n_offered); /* all are back */
    free(b->published);
    free(b->owner);
    free(b->memory);
    free(b);
    return NULL;
}

char *bufring_bytes(const struct bufring *b, int32_t id)
{
    assert(id >= 0 && (uint32_t)id < b->n_max && b->owner[id] == SERVER);
    return b->memory + (size_t)id * b->bytes;
}

int32_t sim_bufring_next(struct ring *r, char **bytes, uint32_t *len)
{
    struct bufring *b = sim_ring_buffers(r);
    if (!b->n) return -1;
    int32_t id = b->published[b->first];
    b->first = (b->first + 1) % b->n_max;
    b->n--;
    assert(b->owner[id] == KERNEL);
    b->owner[id] = COMPLETION;
    *bytes = b->memory + (size_t)id * b->bytes;
    *len = b->bytes;
    return id;
}

void bufring_take(struct bufring *b, int32_t id)
{
    if (id < 0) return;
    assert(b->owner[id] == COMPLETION);
    b->owner[id] = SERVER;
    b->n_held++;
}

void bufring_put(struct bufring *b, int32_t id)
{
    if (id < 0) return;
    assert(b->owner[id] == SERVER);
    b->n_held--;
    offer(b, (uint32_t)id);
}

bool bufring_publish(struct bufring *b)
{
    bool any = false;
    for (uint32_t id = 0; id < b->n_offered; id++) {
        if (b->owner[id] != WAITS) continue;
        b->owner[id] = KERNEL;
        b->published[(b->first + b->n++) % b->n_max] = (int32_t)id;
        any = true;
    }
    return any;
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
