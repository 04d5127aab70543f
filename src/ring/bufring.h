/* bufring.h: a ring's receive buffers. The kernel picks one when bytes arrive; it is ours until bufring_put(). Only as many as
 * are needed stand in the kernel's ring: it uses them in turn, so few buffers stay warm in the cache and the rest of the memory
 * untouched. When receives find none (-ENOBUFS), bufring_grow() offers more. The ring's thread. */
#ifndef QUERN_RING_BUFRING_H
#define QUERN_RING_BUFRING_H

#include <stdbool.h>
#include <stdint.h>

struct ring;
struct bufring;

/* n_max: a power of two up to 32768; bytes each; n_first of them are offered at once. 0 or -errno. */
int bufring_open(struct ring *r, uint32_t n_max, uint32_t bytes, uint32_t n_first, struct bufring **out);
struct bufring *bufring_close(struct bufring *b);
char *bufring_bytes(const struct bufring *b, int32_t id);
/* As the completion that names the buffer is seen. id -1 is fine. */
void bufring_take(struct bufring *b, int32_t id);
/* Each taken buffer exactly once (asserted: a buffer returned twice would show one client's bytes to another). -1 is fine. */
void bufring_put(struct bufring *b, int32_t id);
/* Makes returned buffers visible to the kernel, once per batch. True if there were any. */
bool bufring_publish(struct bufring *b);
/* Doubles the number offered. False: all of them are. */
bool bufring_grow(struct bufring *b);
uint32_t bufring_offered(const struct bufring *b);
/* Buffers that we hold: 0 between two turns. */
uint32_t bufring_held(const struct bufring *b);

#endif
