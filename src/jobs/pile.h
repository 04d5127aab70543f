/* pile.h: available jobs that have been out before, most urgent first: a pairing heap (Fredman,
 * Sedgewick, Sleator, Tarjan 1986) through job->pile and job->pile_up. Such jobs come back in any
 * order but keep their place by sequence; in a list each would have to walk to it. Adding is O(1),
 * removing O(log n) amortised. Owned by the engine's thread. */
#ifndef QUERN_JOBS_PILE_H
#define QUERN_JOBS_PILE_H

#include <stdbool.h>

struct job;

/* a is to be granted before b: higher priority, then lower sequence. */
bool job_before(const struct job *a, const struct job *b);
/* Both return the new top, which the caller keeps; NULL is the empty pile. */
struct job *pile_add(struct job *top, struct job *job);
struct job *pile_remove(struct job *top, struct job *job);

#endif
