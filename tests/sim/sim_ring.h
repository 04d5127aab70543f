/* sim_ring.h: what the simulation's own files know of its ring beyond ring.h. */
#ifndef SIM_RING_H
#define SIM_RING_H

#include "ring/ring.h"

struct bufring;

/* sim_bufring.c: takes the next buffer that the server has offered; -1: there is none. */
int32_t sim_bufring_next(struct ring *r, char **bytes, uint32_t *len);
void sim_ring_set_buffers(struct ring *r, struct bufring *b);
struct bufring *sim_ring_buffers(const struct ring *r);

/* sim_wake.c: an event on the ring's eventfd. */
void sim_ring_wake(struct ring *r);
/* sim_file.c: an operation that ends, at the earliest, delay_ns after its submission: finish(arg) does it and returns its result, which
 * then goes to deliver(arg, res) as a completion. */
void sim_ring_file(struct ring *r, uint64_t delay_ns, int32_t (*finish)(void *arg), void (*deliver)(void *arg, int32_t res),
                   void *arg);

#endif
